//! The zip archive around XLSX and ODS: looked at as a whole before any part is unpacked.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Cursor};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::markup::Markup;
use super::{Damage, Limits, Measure, SpreadsheetFault, check, compound, damaged};

/// Parts up to this size may be packed at any ratio: a short sheet of equal rows packs very well.
const RATIO_FREE_BYTES: u64 = 16 * 1024 * 1024;
const BUFFER_BYTES: usize = 64 * 1024;

/// A part being unpacked. The zip crate ends it with an error when it unpacks to more than it declares.
pub(super) type Part<'a, 'b> = BufReader<ZipFile<'a, Cursor<&'b [u8]>>>;

/// An archive whose declared sizes are within the limits.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// The name of each part by its name in lower case with `/`, the last of equal ones, as calamine finds them.
    parts: HashMap<String, String>,
    /// Parts that were asked for, and their declared bytes in all.
    opened: HashSet<usize>,
    opened_bytes: u64,
}

impl<'b> Archive<'b> {
    /// Opens the archive and checks what it declares.
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, SpreadsheetFault> {
        check_signature(bytes)?;
        check(Measure::Parts, count_directory_entries(bytes), limits.parts)?;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| zip_fault("", &error))?;
        let mut parts = HashMap::new();
        for name in zip.file_names() {
            let name = name.map_err(|error| zip_fault("", &error))?;
            parts.insert(name.replace('\\', "/").to_ascii_lowercase(), name.into_owned());
        }
        Ok(Self { zip, parts, opened: HashSet::new(), opened_bytes: 0 })
    }

    /// Whether a part's name begins with a prefix, given in lower case.
    pub(super) fn has_under(&self, prefix: &str) -> bool {
        self.parts.keys().any(|name| name.starts_with(prefix))
    }

    fn index(&self, name: &str) -> Option<usize> {
        let exact = self.parts.get(&name.to_ascii_lowercase()).map_or(name, String::as_str);
        self.zip.index_for_name(exact)
    }

    /// The declared size of a part, which bounds what it unpacks to; none when there is no such part.
    pub(super) fn size(&mut self, name: &str, limits: &Limits) -> Result<Option<u64>, SpreadsheetFault> {
        let Some(index) = self.index(name) else { return Ok(None) };
        let part = self.zip.by_index_raw(index).map_err(|error| zip_fault(name, &error))?;
        if part.encrypted() {
            return Err(SpreadsheetFault::Encrypted);
        }
        let (packed, unpacked) = (part.compressed_size(), part.size());
        if self.opened.insert(index) {
            self.opened_bytes = self.opened_bytes.saturating_add(unpacked);
            check(Measure::UnpackedBytes, self.opened_bytes, limits.unpacked_bytes)?;
        }
        if unpacked > RATIO_FREE_BYTES {
            check(Measure::Ratio, unpacked / packed.max(1), limits.ratio)?;
        }
        Ok(Some(unpacked))
    }

    /// Starts to unpack a part; none when there is no such part.
    pub(super) fn part(&mut self, name: &str, limits: &Limits) -> Result<Option<Part<'_, 'b>>, SpreadsheetFault> {
        self.size(name, limits)?;
        let Some(index) = self.index(name) else { return Ok(None) };
        let part = self.zip.by_index(index).map_err(|error| zip_fault(name, &error))?;
        Ok(Some(BufReader::with_capacity(BUFFER_BYTES, part)))
    }

    /// Starts to read a part as XML; none when there is no such part.
    pub(super) fn markup(
        &mut self,
        name: &str,
        limits: &Limits,
    ) -> Result<Option<Markup<Part<'_, 'b>>>, SpreadsheetFault> {
        Ok(self.part(name, limits)?.map(|part| Markup::new(name, part, limits)))
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
