//! XLSX, XLS and ODS as rows of text cells, from bytes that may be broken or hostile.
//!
//! Nothing in a file is believed before it is counted: what a reader keeps grows with what it has read and never
//! with what the file claims, each part is read once, as a stream, and everything that could grow has a limit. So
//! every file ends in rows or in a [`SpreadsheetFault`], in bounded memory and time.
//!
//! The readers are our own. calamine, which reads all three formats, reserves what a workbook claims to hold, expands
//! what a cell claims to be repeated, and follows a circle of sectors for ever. A look at the file that rules all this
//! out has to read every cell, so it takes as long as reading them. The tests compare the readers with calamine.

mod archive;
mod cell_text;
mod compound;
mod markup;
mod ods;
mod rows;
mod strings;
mod xls;
mod xlsx;

use crate::records::fold;
use rows::Rows;

/// Which container the bytes were recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpreadsheetFormat {
    /// Office Open XML: a zip archive with a workbook part.
    Xlsx,
    /// Excel 5 to 2003: a compound file with a stream `Workbook` or `Book`.
    Xls,
    /// OpenDocument: a zip archive with `content.xml`.
    Ods,
}

/// What one file may cost, text and Parquet included. The defaults let an export of 600 000 rows and 20 columns pass and keep every other file
/// under 512 MiB and 5 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Parts of the archive.
    pub parts: u64,
    /// Bytes of all parts that are read, unpacked, and of each of them as it is declared.
    pub unpacked_bytes: u64,
    /// How many times larger than packed a part of more than 16 MiB may be.
    pub ratio: u64,
    /// Sheets of the workbook.
    pub sheets: u64,
    /// Columns up to the last cell with text. A spreadsheet has 16 384 at most.
    pub columns: u64,
    /// Rows of a delimited text. A spreadsheet has 1 048 576 at most.
    pub rows: u64,
    /// Cells of the sheet: those that stand in the file, and those that are handed over, gaps within a row included.
    pub cells: u64,
    /// Shared strings of the workbook.
    pub strings: u64,
    /// Bytes of all shared strings.
    pub string_bytes: u64,
    /// Cell styles of the workbook.
    pub styles: u64,
    /// Bytes of text in one cell. Excel allows 32 767 characters.
    pub cell_bytes: u64,
    /// Bytes of text in one row.
    pub row_bytes: u64,
    /// Bytes of text that are handed over in all.
    pub text_bytes: u64,
    /// Whether a workbook may hold formulas that point to other files. They are never followed.
    pub external_links: bool,
}

impl Default for Limits {
    fn default() -> Self {
        const MEBI: u64 = 1024 * 1024;
        Self {
            file_bytes: 128 * MEBI,
            parts: 4096,
            unpacked_bytes: 1536 * MEBI,
            ratio: 200,
            sheets: 256,
            columns: 16_384,
            rows: 5_000_000,
            cells: 16_000_000,
            strings: 4_000_000,
            string_bytes: 128 * MEBI,
            styles: 65_536,
            cell_bytes: 128 * 1024,
            row_bytes: 4 * MEBI,
            text_bytes: 1024 * MEBI,
            external_links: true,
        }
    }
}

/// Why a workbook could not be read. Rows that were handed over before are void.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpreadsheetFault {
    /// The bytes are not a whole workbook of that format. Remedy: open the file in the spreadsheet program and save
    /// it again, or ask for a new export; a file cut off in transfer must be fetched again.
    Damaged {
        /// The part of the file, as named in its archive; empty when it is the file as a whole.
        part: String,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The workbook asks for a password. Remedy: save it without one, in a folder that only the team can read.
    Encrypted,
    /// The file is larger, or would unpack to more, than a table of this kind can be. Remedy: check that it is the
    /// right file; delete unused columns and formatting below the table and save again; a larger limit can be set.
    TooLarge {
        /// What was measured.
        what: Measure,
        /// The size that was found, or up to which was counted.
        found: u64,
        /// The greatest size allowed.
        limit: u64,
    },
    /// No sheet has that name. Remedy: correct the name of the sheet in the config.
    NoSuchSheet {
        /// The name that was asked for.
        wanted: String,
        /// The sheets of the workbook.
        present: Vec<String>,
    },
    /// Several sheets hold something and none was named. Remedy: name the sheet in the config.
    SeveralSheets {
        /// The sheets that hold something (in an ODS file those found so far).
        present: Vec<String>,
    },
    /// The workbook holds formulas that point to other files, and the limits forbid that. Remedy: replace the
    /// formulas by their values and save again.
    ExternalLinks,
}

/// What is wrong with a damaged file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The bytes are no workbook of the format, perhaps another kind of file with that ending.
    OtherFormat,
    /// The archive or compound file is broken or cut off.
    Container,
    /// A part that every workbook has is missing.
    MissingPart,
    /// The contents of a part are broken or cut off.
    Content,
    /// A part declares a document type. No spreadsheet program writes one; it serves to smuggle in other files.
    DocumentType,
    /// A cell stands outside the sheet, or rows are not in order.
    CellPosition,
}

/// What of a file was measured against [`Limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Bytes of the file.
    FileBytes,
    /// Parts of the archive.
    Parts,
    /// Bytes of the parts, unpacked.
    UnpackedBytes,
    /// How many times larger than packed a part is.
    Ratio,
    /// Sheets.
    Sheets,
    /// Columns.
    Columns,
    /// Rows, of which a sheet has 1 048 576 at most.
    Rows,
    /// Cells.
    Cells,
    /// Shared strings, counted or claimed.
    Strings,
    /// Bytes of shared strings.
    StringBytes,
    /// Cell styles, fonts and number formats.
    Styles,
    /// Bytes of one cell's text.
    CellBytes,
    /// Bytes of one row's text.
    RowBytes,
    /// Bytes of text in all.
    TextBytes,
    /// Bytes of one tag, text or comment.
    TokenBytes,
    /// Elements or records of the parts that are read, or how deep they are nested.
    Markup,
}

/// The last column of a spreadsheet plus one.
const COLUMNS: u32 = 16_384;
/// The last row of a spreadsheet plus one.
const ROWS: u32 = 1_048_576;

/// Reads the rows of one sheet from top to bottom and returns the sheet's name.
///
/// `sheet` is its name, compared by [`fold`]; without one the workbook must have exactly one sheet with content.
///
/// `row` gets the row number as Excel shows it (the first is 1; empty rows above, hidden rows and gaps are counted)
/// and the cells from column A to the last one with text. Rows without any text are not handed over. The cells are
/// text: strings as they are; whole numbers as digits, other numbers in their shortest form with `.`; booleans as
/// `J` and `N`; dates as `2026-11-20`, with ` 13:45:00` behind when it is not midnight; times of day and durations
/// as `13:45:00`; formulas by their cached value; errors as they show (`#N/A`).
///
/// # Errors
/// [`SpreadsheetFault`]; rows that were handed over before are void.
pub fn read_sheet(
    bytes: &[u8],
    format: SpreadsheetFormat,
    sheet: Option<&str>,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[String]),
) -> Result<String, SpreadsheetFault> {
    check(Measure::FileBytes, bytes.len() as u64, limits.file_bytes)?;
    let mut rows = Rows::new(limits, row);
    match format {
        SpreadsheetFormat::Xlsx => xlsx::read(bytes, sheet, limits, &mut rows),
        SpreadsheetFormat::Xls => xls::read(bytes, sheet, limits, &mut rows),
        SpreadsheetFormat::Ods => ods::read(bytes, sheet, limits, &mut rows),
    }
}

/// The names of the sheets, hidden ones included, in the order of the workbook.
///
/// # Errors
/// [`SpreadsheetFault`]
pub fn sheet_names(bytes: &[u8], format: SpreadsheetFormat, limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    check(Measure::FileBytes, bytes.len() as u64, limits.file_bytes)?;
    match format {
        SpreadsheetFormat::Xlsx => xlsx::names(bytes, limits),
        SpreadsheetFormat::Xls => xls::names(bytes, limits),
        SpreadsheetFormat::Ods => ods::names(bytes, limits),
    }
}

/// The fault when more was found than is allowed.
fn check(what: Measure, found: u64, limit: u64) -> Result<(), SpreadsheetFault> {
    if found > limit { Err(SpreadsheetFault::TooLarge { what, found, limit }) } else { Ok(()) }
}

/// A fault of one part. The name may come from the file, so it is shortened to plain characters.
fn damaged(part: &str, damage: Damage) -> SpreadsheetFault {
    const LONGEST: usize = 80;
    let part = part.chars().filter(|c| c.is_ascii_graphic()).take(LONGEST).collect();
    SpreadsheetFault::Damaged { part, damage }
}

/// The index of the first sheet of a name.
fn find_sheet(names: &[String], wanted: &str) -> Result<usize, SpreadsheetFault> {
    let folded = fold(wanted);
    let index = names.iter().position(|name| fold(name) == folded);
    index.ok_or_else(|| SpreadsheetFault::NoSuchSheet { wanted: wanted.to_owned(), present: names.to_vec() })
}

/// The index of the only sheet with content; the first sheet when all are empty.
fn only_sheet(
    names: &[String],
    mut has_content: impl FnMut(usize) -> Result<bool, SpreadsheetFault>,
) -> Result<usize, SpreadsheetFault> {
    if names.len() == 1 {
        return Ok(0);
    }
    let mut found = Vec::new();
    for index in 0..names.len() {
        if has_content(index)? {
            found.push(index);
        }
    }
    match found[..] {
        [] if names.is_empty() => Err(damaged("", Damage::MissingPart)),
        [] => Ok(0),
        [index] => Ok(index),
        _ => {
            let present = found.iter().map(|&index| names[index].clone()).collect();
            Err(SpreadsheetFault::SeveralSheets { present })
        }
    }
}
