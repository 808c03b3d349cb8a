//! The rows of any file as they stand: cells as text, nothing mapped, nothing judged.

use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::spreadsheet::{self, Limits, SpreadsheetFormat};
use super::{FaultKind, FileFormat, decode, delimited, json, parquet, recognise};
use crate::config::Form;
use crate::records::Kind;

/// How a delimited text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextForm {
    /// What stands between its cells.
    pub delimiter: u8,
    /// Its encoding. `None`: nothing but ASCII, or rows of different encodings.
    pub encoding: Option<&'static Encoding>,
}

/// What the number of a row counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// Rows, as a spreadsheet shows them.
    #[default]
    Rows,
    /// Rows of the sheet with this name.
    Sheet(String),
    /// Records.
    Records,
    /// Records, and in the last three digits the rows of each.
    RowsOfRecords,
}

/// Hands over the rows of a file, of one sheet when it is a workbook: the row number as Excel shows it, and the cells.
/// The form says the sheet, the encoding and the delimiter where they are not to be recognised. JSON has the rows of a
/// table `kind`, else those of its records as they stand. Returns what the rows' numbers count.
///
/// # Errors
/// When the file cannot be read; rows that were handed over before are void.
pub fn raw_rows(
    bytes: &[u8],
    kind: Option<Kind>,
    form: &Form,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<Numbering, FaultKind> {
    let format = recognise(bytes).map_err(FaultKind::Foreign)?;
    let Some(format) = spreadsheet_format(format) else {
        match format {
            FileFormat::Parquet => {
                let bytes = bytes.to_vec();
                parquet::read_rows(bytes, row).map_err(|fault| FaultKind::Parquet(fault.0))?;
            }
            FileFormat::Json => {
                let text = json::text(bytes, form.encoding)?;
                let read = json::read_rows(&text, &[], kind, form, limits, row).map_err(FaultKind::Json)?;
                return Ok(if read.several { Numbering::RowsOfRecords } else { Numbering::Records });
            }
            _ => {
                let decoded = decode(bytes, form.encoding).map_err(FaultKind::Encoding)?;
                delimited::read_rows(&decoded.text, form.delimiter, limits, row).map_err(FaultKind::Delimited)?;
            }
        }
        return Ok(Numbering::Rows);
    };
    let mut texts = |number: u32, cells: &[String]| {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        row(number, &cells);
    };
    let sheet = form.sheet.as_deref();
    let name = spreadsheet::read_sheet(bytes, format, sheet, limits, &mut texts);
    name.map(Numbering::Sheet).map_err(FaultKind::Spreadsheet)
}

/// The sheets of a workbook; none for a file of another format.
///
/// # Errors
/// When the file cannot be read.
pub fn sheets(bytes: &[u8]) -> Result<Vec<String>, FaultKind> {
    let format = recognise(bytes).map_err(FaultKind::Foreign)?;
    let Some(format) = spreadsheet_format(format) else { return Ok(Vec::new()) };
    spreadsheet::sheet_names(bytes, format, &Limits::default()).map_err(FaultKind::Spreadsheet)
}

/// The tables that a JSON file has rows of by the standard that its records follow; none for another file.
///
/// # Errors
/// When the file cannot be read.
pub fn standard_tables(bytes: &[u8], limits: &Limits) -> Result<BTreeSet<Kind>, FaultKind> {
    if recognise(bytes).map_err(FaultKind::Foreign)? != FileFormat::Json {
        return Ok(BTreeSet::new());
    }
    json::tables(&json::text(bytes, None)?, limits).map_err(FaultKind::Json)
}

/// How a delimited text is written; `None` for a file of another format.
///
/// # Errors
/// When the bytes are no text.
pub fn text_form(bytes: &[u8]) -> Result<Option<TextForm>, FaultKind> {
    if recognise(bytes).map_err(FaultKind::Foreign)? != FileFormat::Text {
        return Ok(None);
    }
    let decoded = decode(bytes, None).map_err(FaultKind::Encoding)?;
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = match marked {
        Some(encoding) if [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding) => Some(encoding),
        _ if bytes.is_ascii() || decoded.mixed => None,
        _ if std::str::from_utf8(bytes).is_ok() => Some(UTF_8),
        _ => Some(WINDOWS_1252),
    };
    Ok(Some(TextForm { delimiter: delimited::recognise_delimiter(&decoded.text), encoding }))
}

fn spreadsheet_format(format: FileFormat) -> Option<SpreadsheetFormat> {
    match format {
        FileFormat::Xlsx => Some(SpreadsheetFormat::Xlsx),
        FileFormat::Xls => Some(SpreadsheetFormat::Xls),
        FileFormat::Ods => Some(SpreadsheetFormat::Ods),
        FileFormat::Text | FileFormat::Parquet | FileFormat::Json => None,
    }
}
