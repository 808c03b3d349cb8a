//! Delimited text to rows, numbered as Excel shows them.

use csv::{ReaderBuilder, StringRecord};

/// Why a delimited text cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelimitedFault {
    /// A quotation mark is opened and never closed; the row it begins in.
    OpenQuote {
        /// Row as Excel numbers it.
        row: u32,
    },
}

/// Reads the rows from the first. `row` gets the row number (blank rows counted; a quoted line break is part of its
/// row) and the cells.
///
/// # Errors
/// When a quotation mark swallows the end of the file.
pub fn read_rows(text: &str, delimiter: Option<u8>, row: &mut dyn FnMut(u32, &[&str])) -> Result<(), DelimitedFault> {
    let delimiter = delimiter.unwrap_or_else(|| recognise_delimiter(text));
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut number = 0_u32;
    let mut cells: Vec<&str>;
    let mut widest = 0;
    let odd_quotes = text.bytes().filter(|&byte| byte == b'"').count() % 2 == 1;
    // Reading from memory and valid UTF-8 leaves no error that a flexible reader can meet.
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        number += 1 + blank_rows(text, start);
        let at_end = reader.position().byte() as usize >= text.len();
        let has_line_break = |cell: &str| cell.contains('\n');
        if (odd_quotes && at_end && record.iter().any(has_line_break))
            || record.iter().any(|cell| has_line_break(cell) && holds_rows(cell, delimiter, widest))
        {
            return Err(DelimitedFault::OpenQuote { row: number });
        }
        widest = widest.max(record.len());
        cells = record.iter().collect();
        row(number, &cells);
    }
    Ok(())
}

/// Whether a cell with line breaks has swallowed whole rows: an open quotation mark that one further down closes.
fn holds_rows(cell: &str, delimiter: u8, widest: usize) -> bool {
    // In a table of two columns any sentence with a comma would look like a row.
    const NARROWEST: usize = 3;
    let cells = |line: &str| line.bytes().filter(|&byte| byte == delimiter).count() + 1;
    widest >= NARROWEST && cell.lines().skip(1).any(|line| cells(line) >= widest)
}

/// How many blank rows stand between the end of the row before and the next one.
fn blank_rows(text: &str, start: usize) -> u32 {
    let bytes = text.as_bytes();
    let mut at = start;
    // The reader stops behind CR; the LF of the same line end is no row.
    if at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') {
        at += 1;
    }
    let mut rows = 0;
    while let Some(b'\r' | b'\n') = bytes.get(at) {
        at += if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
        rows += 1;
    }
    rows
}

/// The delimiter that stands most often, outside quotation marks, in the first rows.
fn recognise_delimiter(text: &str) -> u8 {
    const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];
    let mut counts = [0_usize; 4];
    let mut quoted = false;
    for &byte in text.as_bytes().iter().take(20_000) {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(candidate) = CANDIDATES.iter().position(|&candidate| candidate == byte) {
            counts[candidate] += 1;
        } else if !quoted && byte == b'\n' && counts.iter().any(|&count| count >= 2) {
            break;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    CANDIDATES[counts.iter().position(|&count| count == most).unwrap_or(0)]
}
