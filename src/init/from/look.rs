//! A look at one table of an export: where its headers stand, and what its cells look like.

use std::collections::HashMap;

use crate::config::Form;
use crate::ingest::spreadsheet::{Limits, SpreadsheetFault};
use crate::ingest::{FaultKind, Numbering, TextForm, raw_rows, sheets, standard_tables, text_form};
use crate::records::Kind;

use super::words;

/// So many rows are searched for the headers.
const FIRST_ROWS: usize = 30;
/// So many different values of a column are looked at; a column of codes never has more.
const VALUES: usize = 400;
/// So many of them tell what a column holds.
const LOOKED_AT: usize = 60;

/// A table of an export, as far as it was looked at. It holds cells as they are: never print it.
pub struct Table {
    /// The file's name.
    pub file: String,
    /// The sheet, in a workbook with several.
    pub sheet: Option<String>,
    /// The table whose rows these are, by the standard that the records of a JSON file follow.
    pub kind: Option<Kind>,
    /// How the text is written, unless the file is a workbook or Parquet.
    pub text: Option<TextForm>,
    /// Whether numbers can be days since 1900.
    pub spreadsheet: bool,
    /// The row of the headers.
    pub header_row: u32,
    /// Whether a reader that is told nothing would take another row for the headers.
    pub header_row_needed: bool,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Rows with something in them below the headers.
    pub rows: u64,
}

/// A column of a table.
pub struct Column {
    /// Its header as it stands.
    pub header: String,
    /// Whether every file of the source has it once.
    pub in_every_file: bool,
    /// How many of its cells hold something.
    pub filled: u64,
    /// Different values in the order in which they came, with their counts; not more than a few hundred.
    pub values: Vec<(String, u64)>,
    seen: HashMap<String, usize>,
}

/// Why a sheet or file holds no table that can be looked at.
pub enum Nothing {
    /// It cannot be read.
    Unreadable(FaultKind),
    /// It holds no row that looks like headers.
    NoHeaders,
}

/// A sheet of an export, named when it has sisters, with its table.
pub type Sheet = (Option<String>, Result<Table, Nothing>);

/// The tables of an export, one for each sheet that holds one.
///
/// # Errors
/// When the file cannot be read at all.
pub fn tables(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FaultKind> {
    let text = text_form(bytes)?;
    let names = sheets(bytes)?;
    let kinds = standard_tables(bytes, &Limits::default())?;
    if !kinds.is_empty() {
        let looked_at = kinds.into_iter().map(|kind| (None, table(file, bytes, None, Some(kind), text)));
        return Ok(looked_at.filter(|(_, table)| table.as_ref().map_or(true, |table| table.rows > 0)).collect());
    }
    if names.is_empty() {
        return Ok(vec![(None, table(file, bytes, None, None, text))]);
    }
    // A sheet that stands alone needs no name: it may have another one next month.
    let look = |sheet: Option<String>| (sheet.clone(), table(file, bytes, sheet, None, text));
    match table(file, bytes, None, None, text) {
        Err(Nothing::Unreadable(FaultKind::Spreadsheet(SpreadsheetFault::SeveralSheets { .. }))) => {
            Ok(names.into_iter().map(|name| look(Some(name))).collect())
        }
        only => Ok(vec![(None, only)]),
    }
}

fn table(
    file: &str,
    bytes: &[u8],
    sheet: Option<String>,
    kind: Option<Kind>,
    text: Option<TextForm>,
) -> Result<Table, Nothing> {
    let form = Form { sheet: sheet.clone(), ..Form::default() };
    let mut first: Vec<(u32, Vec<String>)> = Vec::new();
    let mut filler: Option<Filler> = None;
    let mut row = |number: u32, cells: &[&str]| {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if let Some(filler) = &mut filler {
            return filler.row(cells);
        }
        first.push((number, cells.iter().map(|cell| (*cell).to_owned()).collect()));
        if first.len() == FIRST_ROWS {
            filler = Filler::begin(&first);
        }
    };
    let numbering = raw_rows(bytes, kind, &form, &Limits::default(), &mut row).map_err(Nothing::Unreadable)?;
    let in_workbook = matches!(numbering, Numbering::Sheet(_));
    let filler = filler.or_else(|| Filler::begin(&first)).ok_or(Nothing::NoHeaders)?;
    let header_row_needed = first.first().is_some_and(|(number, _)| *number != filler.header_row);
    let Filler { header_row, columns, rows } = filler;
    let file = file.to_owned();
    Ok(Table { file, sheet, kind, text, spreadsheet: in_workbook, header_row, header_row_needed, columns, rows })
}

/// Fills the columns of a table whose headers are known.
struct Filler {
    header_row: u32,
    columns: Vec<Column>,
    rows: u64,
}

impl Filler {
    /// Finds the headers among the first rows: the row with the most known ones, the first of several.
    fn begin(first: &[(u32, Vec<String>)]) -> Option<Self> {
        const FEWEST: usize = 2;
        let known = |cells: &[String]| cells.iter().filter(|cell| words::is_known_header(cell)).count();
        let counts = first.iter().map(|(_, cells)| known(cells));
        let best = counts.clone().max().filter(|&most| most >= FEWEST)?;
        let at = counts.clone().position(|count| count == best)?;
        let (header_row, headers) = &first[at];
        let mut filler = Self {
            header_row: *header_row,
            columns: headers.iter().map(|header| Column::new(header.trim())).collect(),
            rows: 0,
        };
        for (_, cells) in &first[at + 1..] {
            filler.row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
        }
        Some(filler)
    }

    fn row(&mut self, cells: &[&str]) {
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let cell = cell.trim();
            if !cell.is_empty() {
                column.filled += 1;
                column.take(cell, 1);
            }
        }
    }
}

impl Column {
    fn new(header: &str) -> Self {
        let header = header.to_owned();
        Self { header, in_every_file: true, filled: 0, values: Vec::new(), seen: HashMap::new() }
    }

    fn take(&mut self, value: &str, count: u64) {
        if let Some(&at) = self.seen.get(value) {
            self.values[at].1 += count;
        } else if self.values.len() < VALUES {
            self.seen.insert(value.to_owned(), self.values.len());
            self.values.push((value.to_owned(), count));
        }
    }

    /// The share of cells that hold what is wanted, of those that were looked at. `None`: all are empty.
    pub fn share(&self, holds: impl Fn(&str) -> bool) -> Option<f64> {
        let looked_at = || self.values.iter().take(LOOKED_AT);
        let all: u64 = looked_at().map(|(_, count)| count).sum();
        let fitting: u64 = looked_at().filter(|(value, _)| holds(value)).map(|(_, count)| count).sum();
        #[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
        let share = fitting as f64 / all as f64;
        (all > 0).then_some(share)
    }
}

impl Table {
    /// Adds a later file of the same source. What only one of them has is marked.
    pub fn add(&mut self, later: Self) {
        let same = |a: &Column, b: &Column| words::plain(&a.header) == words::plain(&b.header);
        for column in &mut self.columns {
            column.in_every_file &= later.columns.iter().any(|other| same(column, other));
        }
        for mut column in later.columns {
            match self.columns.iter_mut().find(|known| same(known, &column)) {
                Some(known) => {
                    let filled = known.filled + column.filled;
                    for (value, count) in column.values {
                        known.take(&value, count);
                    }
                    known.filled = filled;
                }
                None => {
                    column.in_every_file = false;
                    self.columns.push(column);
                }
            }
        }
        // What the files do not have in common is left to be recognised.
        let encoding = |text: &TextForm| text.encoding;
        let common = self.text.filter(|mine| later.text.is_some_and(|other| other.delimiter == mine.delimiter));
        let same_encoding = self.text.as_ref().and_then(encoding) == later.text.as_ref().and_then(encoding);
        self.text = common.map(|text| TextForm { encoding: text.encoding.filter(|_| same_encoding), ..text });
        self.header_row = later.header_row;
        self.header_row_needed |= later.header_row_needed;
        self.rows += later.rows;
        self.file = later.file;
    }
}
