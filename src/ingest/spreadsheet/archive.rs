//! The zip archive around XLSX and ODS: looked at as a whole before any part is unpacked.

use std::collections::HashMap;
use std::io::Cursor;
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::markup::{Budget, Markup};
use super::{Damage, Limits, Measure, SpreadsheetFault, check, compound, damaged};

/// Parts up to this size may be packed at any ratio: a short sheet of equal rows packs very well.
const RATIO_FREE_BYTES: u64 = 16 * 1024 * 1024;
/// A cell is `c`, `v` and perhaps `f` in XLSX, a cell and a paragraph in ODS.
const ELEMENTS_A_CELL: u64 = 3;

/// A part being unpacked. The zip crate ends it with an error when it unpacks to more than it declares.
pub(super) type Part<'a, 'b> = ZipFile<'a, Cursor<&'b [u8]>>;

/// An archive whose declared sizes are within the limits.
pub(super) struct Archive<'b, 'l> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Index of each part by its name in lower case with `/`: some programs write names as Windows does.
    parts: HashMap<String, usize>,
    limits: &'l Limits,
    budget: Rc<Budget>,
}

impl<'b, 'l> Archive<'b, 'l> {
    /// Opens the archive and checks what it declares.
    pub(super) fn open(bytes: &'b [u8], limits: &'l Limits) -> Result<Self, SpreadsheetFault> {
        check_signature(bytes)?;
        check(Measure::Parts, count_directory_entries(bytes), limits.parts)?;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| zip_fault("", &error))?;
        let mut parts = HashMap::new();
        for (index, name) in zip.file_names().enumerate() {
            let name = name.map_err(|error| zip_fault("", &error))?;
            parts.insert(name.replace('\\', "/").to_ascii_lowercase(), index);
        }
        let elements = limits.cells.saturating_mul(ELEMENTS_A_CELL);
        let budget = Rc::new(Budget::new(limits.unpacked_bytes, elements));
        Ok(Self { zip, parts, limits, budget })
    }

    /// The limits of all that is read.
    pub(super) fn limits(&self) -> &'l Limits {
        self.limits
    }

    /// Starts to read a part as XML; none when there is no such part.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<Markup<Part<'_, 'b>>>, SpreadsheetFault> {
        let Some(&index) = self.parts.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        let budget = Rc::clone(&self.budget);
        Ok(Some(Markup::new(name, self.part(name, index)?, budget)))
    }

    /// Starts to read a part as XML that must be there.
    pub(super) fn require(&mut self, name: &str) -> Result<Markup<Part<'_, 'b>>, SpreadsheetFault> {
        self.find(name)?.ok_or_else(|| damaged(name, Damage::MissingPart))
    }

    /// Starts to unpack a part, whose declared size is checked.
    fn part(&mut self, name: &str, index: usize) -> Result<Part<'_, 'b>, SpreadsheetFault> {
        let part = self.zip.by_index(index).map_err(|error| zip_fault(name, &error))?;
        let (packed, unpacked) = (part.compressed_size(), part.size());
        check(Measure::UnpackedBytes, unpacked, self.limits.unpacked_bytes)?;
        if unpacked > RATIO_FREE_BYTES {
            check(Measure::Ratio, unpacked / packed.max(1), self.limits.ratio)?;
        }
        Ok(part)
    }
}

/// A zip archive begins with its first part. A compound file in its place is an encrypted workbook or an XLS.
fn check_signature(bytes: &[u8]) -> Result<(), SpreadsheetFault> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(());
    }
    if compound::is_compound(bytes) && compound::Compound::open(bytes)?.has_stream("EncryptedPackage") {
        return Err(SpreadsheetFault::Encrypted);
    }
    Err(damaged("", Damage::OtherFormat))
}

/// The zip crate keeps some hundred bytes for each entry of the directory, so they are counted before it may.
fn count_directory_entries(bytes: &[u8]) -> u64 {
    bytes.windows(4).filter(|window| window == b"PK\x01\x02").count() as u64
}

fn zip_fault(part: &str, error: &ZipError) -> SpreadsheetFault {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            SpreadsheetFault::Encrypted
        }
        _ => damaged(part, Damage::Container),
    }
}
