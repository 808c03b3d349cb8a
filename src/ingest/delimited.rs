//! Delimited text to rows, numbered as Excel shows them.

use std::cell::Cell;
use std::io::{self, Read};

use csv::{ReaderBuilder, StringRecord};
use memchr::{memchr, memchr2};

use super::spreadsheet::Limits;

/// Why a delimited text cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelimitedFault {
    /// A quotation mark is opened and never closed; the row it begins in.
    OpenQuote {
        /// Row as Excel numbers it.
        row: u32,
    },
    /// A row is longer than any row of a table.
    LongRow {
        /// Row as Excel numbers it.
        row: u32,
        /// The greatest length in bytes.
        limit: u64,
    },
    /// A row has more cells than a spreadsheet has columns.
    WideRow {
        /// Row as Excel numbers it.
        row: u32,
        /// The greatest number.
        limit: u64,
    },
    /// There are more rows than the config allows.
    ManyRows {
        /// The greatest number.
        limit: u64,
    },
}

/// A text that ends in an error where a row is too long, before the reader has gathered it.
struct Measured<'a> {
    text: &'a [u8],
    at: usize,
    /// Up to where the row under way may reach.
    end: &'a Cell<usize>,
}

impl Read for Measured<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..self.end.get().min(self.text.len())];
        if rest.is_empty() && self.at < self.text.len() {
            return Err(io::Error::other("a row without end"));
        }
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// Reads the rows from the first. `row` gets the row number (blank rows counted; a quoted line break is part of its
/// row) and the cells.
///
/// # Errors
/// When a quotation mark swallows the end of the file, or a row or the number of rows passes its limit.
pub fn read_rows(
    text: &str,
    delimiter: Option<u8>,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<(), DelimitedFault> {
    let delimiter = delimiter.unwrap_or_else(|| recognise_delimiter(text));
    if memchr(b'"', text.as_bytes()).is_none() {
        read_plain_rows(text, delimiter, limits, row)
    } else {
        read_any_rows(text, delimiter, limits, row)
    }
}

fn read_any_rows(
    text: &str,
    delimiter: u8,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<(), DelimitedFault> {
    let longest = usize::try_from(limits.row_bytes).unwrap_or(usize::MAX);
    let end = Cell::new(longest);
    let source = Measured { text: text.as_bytes(), at: 0, end: &end };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(source);
    let mut record = StringRecord::new();
    let mut number = 0_u32;
    let mut cells: Vec<&str>;
    let mut widest = 0;
    let odd_quotes = text.bytes().filter(|&byte| byte == b'"').count() % 2 == 1;
    // Reading from memory and valid UTF-8 leaves no other error that a flexible reader can meet.
    while reader
        .read_record(&mut record)
        .map_err(|_| DelimitedFault::LongRow { row: number + 1, limit: limits.row_bytes })?
    {
        end.set((reader.position().byte() as usize).saturating_add(longest));
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        number += 1 + blank_rows(text, start);
        let at_end = reader.position().byte() as usize >= text.len();
        let has_line_break = |cell: &str| cell.contains('\n');
        if has_line_break(record.as_slice())
            && ((odd_quotes && at_end)
                || record.iter().any(|cell| has_line_break(cell) && holds_rows(cell, delimiter, widest)))
        {
            return Err(DelimitedFault::OpenQuote { row: number });
        }
        if u64::from(number) > limits.rows {
            return Err(DelimitedFault::ManyRows { limit: limits.rows });
        }
        if record.len() as u64 > limits.columns {
            return Err(DelimitedFault::WideRow { row: number, limit: limits.columns });
        }
        widest = widest.max(record.len());
        cells = record.iter().collect();
        row(number, &cells);
    }
    Ok(())
}

/// The rows of a text without quotation marks, as most exports are: its lines, which nothing needs to be copied for.
fn read_plain_rows(
    text: &str,
    delimiter: u8,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<(), DelimitedFault> {
    let mut cells = Vec::new();
    let (mut length, mut last) = (0, 0);
    for (number, line) in (1..).zip(lines(text)) {
        // The blank lines before a row count with it, or a file of nothing else would be read to its end.
        length += line.len() as u64 + 1;
        if length > limits.row_bytes {
            return Err(DelimitedFault::LongRow { row: last + 1, limit: limits.row_bytes });
        }
        if line.is_empty() {
            continue;
        }
        (length, last) = (0, number);
        if u64::from(number) > limits.rows {
            return Err(DelimitedFault::ManyRows { limit: limits.rows });
        }
        cells.clear();
        let mut start = 0;
        for (at, _) in line.bytes().enumerate().filter(|&(_, byte)| byte == delimiter) {
            cells.push(&line[start..at]);
            start = at + 1;
        }
        cells.push(&line[start..]);
        if cells.len() as u64 > limits.columns {
            return Err(DelimitedFault::WideRow { row: number, limit: limits.columns });
        }
        row(number, &cells);
    }
    Ok(())
}

/// The lines of a text: LF, CR, or both end one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr2(b'\n', b'\r', text.as_bytes());
        rest = end.map(|end| text[end..].strip_prefix("\r\n").unwrap_or(&text[end + 1..]));
        Some(&text[..end.unwrap_or(text.len())])
    })
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
pub(super) fn recognise_delimiter(text: &str) -> u8 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_has_the_rows_that_any_text_has() {
        let texts = [
            "",
            "a",
            "a\n",
            "\n\na;b\n\n;\nc;d",
            "a;b\r\n\r\nc;;\r\n",
            ";;\n å;ö \n",
            "a|b;\tc\n\n\n",
            "a;b\rc;d\r\r\n\re\r",
        ];
        for text in texts {
            let mut found = [Vec::new(), Vec::new()];
            let [plain, any] = &mut found;
            let keep = |rows: &mut Vec<String>, number: u32, cells: &[&str]| rows.push(format!("{number}: {cells:?}"));
            read_plain_rows(text, b';', &Limits::default(), &mut |number, cells| keep(plain, number, cells))
                .expect("rows");
            read_any_rows(text, b';', &Limits::default(), &mut |number, cells| keep(any, number, cells)).expect("rows");
            assert_eq!(found[0], found[1], "{text:?}");
        }
    }

    #[test]
    fn a_plain_text_keeps_the_limits() {
        let limits = Limits { row_bytes: 5, columns: 3, rows: 3, ..Limits::default() };
        let read = |text: &str| read_plain_rows(text, b';', &limits, &mut |_, _| {});
        assert_eq!(read("a;b\n\nc;d\n\n"), Ok(()));
        assert_eq!(read("a\n\n\n\n\n\n\n"), Err(DelimitedFault::LongRow { row: 2, limit: 5 }));
        assert_eq!(read("a\nabcdef\n"), Err(DelimitedFault::LongRow { row: 2, limit: 5 }));
        assert_eq!(read("a\n;;;\n"), Err(DelimitedFault::WideRow { row: 2, limit: 3 }));
        assert_eq!(read("a\n\n\nb"), Err(DelimitedFault::ManyRows { limit: 3 }));
    }
}
