//! The compound file around XLS: a small file system of sectors that are chained in tables.

use super::{Damage, SpreadsheetFault, damaged};

const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const HEADER_BYTES: usize = 512;
const ENTRY_BYTES: usize = 128;
const MINI_SECTOR_BYTES: usize = 64;
/// Shorter streams lie in the mini stream. The header repeats the number, which is the same in all files.
const SMALLEST_FULL_STREAM: u64 = 4096;
/// A workbook has some ten entries, one with macros a hundred.
const LARGEST_DIRECTORY: u64 = 1024 * 1024;
/// Numbers from here on are marks and no sectors: end of chain, free, table.
const FIRST_MARK: u32 = 0xFFFF_FFFA;

/// Whether the bytes begin as a compound file does.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// A compound file whose directory was read.
pub(super) struct Compound<'b> {
    sectors: Sectors<'b>,
    /// The next sector of each sector.
    table: Vec<u32>,
    /// Where the table of the mini stream begins.
    mini_table: u32,
    entries: Vec<Entry>,
}

/// A stream of the directory.
struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    size: u64,
}

impl<'b> Compound<'b> {
    /// Reads the tables and the directory. All of them are parts of the file, so none is larger than it.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, SpreadsheetFault> {
        if !is_compound(bytes) {
            return Err(damaged("", Damage::OtherFormat));
        }
        let header = bytes.get(..HEADER_BYTES).ok_or_else(broken)?;
        let size = match u16_at(header, 30) {
            9 => 512,
            12 => 4096,
            _ => return Err(broken()),
        };
        let sectors = Sectors { bytes: bytes.get(size..).unwrap_or_default(), size };
        let table = read_table(header, &sectors)?;
        let directory = sectors.chain(u32_at(header, 48), &table, LARGEST_DIRECTORY)?;
        let entries: Vec<Entry> = directory.chunks_exact(ENTRY_BYTES).map(|entry| Entry::read(entry, size)).collect();
        Ok(Self { sectors, table, mini_table: u32_at(header, 60), entries })
    }

    /// Whether there is a stream of that name.
    pub(super) fn has_stream(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The contents of a stream; none when there is no such stream.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, SpreadsheetFault> {
        let Some(entry) = self.entry(name) else { return Ok(None) };
        let stream = if entry.size < SMALLEST_FULL_STREAM {
            self.small_stream(entry)?
        } else {
            self.sectors.chain(entry.start, &self.table, entry.size)?
        };
        if (stream.len() as u64) < entry.size {
            return Err(broken());
        }
        Ok(Some(stream))
    }

    /// A stream within the mini stream, which is that of the root and has a table of its own.
    fn small_stream(&self, entry: &Entry) -> Result<Vec<u8>, SpreadsheetFault> {
        let root = self.entries.first().ok_or_else(broken)?;
        let table = numbers(&self.sectors.chain(self.mini_table, &self.table, u64::MAX)?);
        let stream = self.sectors.chain(root.start, &self.table, root.size)?;
        Sectors { bytes: &stream, size: MINI_SECTOR_BYTES }.chain(entry.start, &table, entry.size)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is_stream && entry.name.eq_ignore_ascii_case(name))
    }
}

impl Entry {
    fn read(entry: &[u8], sector_bytes: usize) -> Self {
        let units = entry[..64].chunks_exact(2).map(|unit| u16_at(unit, 0)).take_while(|&unit| unit != 0);
        let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        let low = u64::from(u32_at(entry, 120));
        // Files with small sectors may hold anything in the upper half.
        let high = if sector_bytes == 512 { 0 } else { u64::from(u32_at(entry, 124)) };
        Self { name, is_stream: entry[66] == 2, start: u32_at(entry, 116), size: high << 32 | low }
    }
}

/// The table of chains: its own sectors are listed in the header and in a chain of further lists.
fn read_table(header: &[u8], sectors: &Sectors) -> Result<Vec<u32>, SpreadsheetFault> {
    let mut lists = numbers(&header[76..]);
    let mut next = u32_at(header, 68);
    let mut left = sectors.count();
    while next < FIRST_MARK {
        // More lists than sectors: they go in a circle.
        left = left.checked_sub(1).ok_or_else(broken)?;
        let mut list = numbers(sectors.get(next).ok_or_else(broken)?);
        next = list.pop().ok_or_else(broken)?;
        lists.extend(list);
    }
    let mut table = Vec::new();
    for sector in lists.into_iter().filter(|&sector| sector < FIRST_MARK) {
        // Each sector is listed once, so the table is no larger than the file.
        if table.len() / (sectors.size / 4) > sectors.count() {
            return Err(broken());
        }
        table.extend(numbers(sectors.get(sector).ok_or_else(broken)?));
    }
    Ok(table)
}

fn numbers(list: &[u8]) -> Vec<u32> {
    list.chunks_exact(4).map(|number| u32_at(number, 0)).collect()
}

/// Equal pieces of the file, the last of which may be short.
struct Sectors<'b> {
    bytes: &'b [u8],
    size: usize,
}

impl<'b> Sectors<'b> {
    fn count(&self) -> usize {
        self.bytes.len().div_ceil(self.size)
    }

    fn get(&self, number: u32) -> Option<&'b [u8]> {
        let start = (number as usize).checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The sectors of a chain, at most `length` bytes of them.
    fn chain(&self, start: u32, table: &[u32], length: u64) -> Result<Vec<u8>, SpreadsheetFault> {
        let mut contents = Vec::new();
        let mut sector = start;
        let mut left = self.count();
        while sector < FIRST_MARK && (contents.len() as u64) < length {
            // More links than sectors: they go in a circle.
            left = left.checked_sub(1).ok_or_else(broken)?;
            contents.extend_from_slice(self.get(sector).ok_or_else(broken)?);
            sector = table.get(sector as usize).copied().unwrap_or(u32::MAX);
        }
        contents.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(contents)
    }
}

fn broken() -> SpreadsheetFault {
    damaged("", Damage::Container)
}

/// Callers give an index within the slice.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// Callers give an index within the slice.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
