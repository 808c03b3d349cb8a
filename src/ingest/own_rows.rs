//! Rows of a file as they stand, every sheet among them, with the persons that they name: for what the team must delete
//! in its own workbooks.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use super::files::read_whole;
use super::spreadsheet::{self, Limits, SpreadsheetFault, SpreadsheetFormat};
use super::{FaultKind, FileFormat, decode, delimited, parquet, recognise};
use crate::config::Form;
use crate::person::{Identity, PersonalNumber};
use crate::records::fold;

/// A row with a personnummer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnRow {
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// Its number, as Excel shows it.
    pub row: u32,
    /// Who it is about.
    pub number: PersonalNumber,
}

/// The rows of a file that name a person: with twelve digits anywhere, in any form below a header of numbers.
///
/// # Errors
/// When the file cannot be read.
pub fn own_rows(path: &Path, form: &Form, limits: &Limits, on: NaiveDate) -> Result<Vec<OwnRow>, FaultKind> {
    let bytes = read_whole(path, limits)?;
    let mut found = Vec::new();
    let mut finder = Finder::new(form, on);
    match recognise(&bytes).map_err(FaultKind::Foreign)? {
        FileFormat::Text => {
            let decoded = decode(&bytes, form.encoding).map_err(FaultKind::Encoding)?;
            delimited::read_rows(&decoded.text, form.delimiter, limits, &mut |row, cells| {
                finder.row(None, row, cells, &mut found);
            })
            .map_err(FaultKind::Delimited)?;
        }
        FileFormat::Parquet => {
            parquet::read_rows(bytes, &mut |row, cells| finder.row(None, row, cells, &mut found))
                .map_err(|fault| FaultKind::Parquet(fault.0))?;
        }
        format @ (FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods) => {
            let format = match format {
                FileFormat::Xls => SpreadsheetFormat::Xls,
                FileFormat::Ods => SpreadsheetFormat::Ods,
                _ => SpreadsheetFormat::Xlsx,
            };
            let mut sheet = |wanted: Option<&str>| {
                let (mut rows, mut finder) = (Vec::new(), Finder::new(form, on));
                let name = spreadsheet::read_sheet(&bytes, format, wanted, limits, &mut |row, cells| {
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    finder.row(None, row, &cells, &mut rows);
                })?;
                found.extend(rows.into_iter().map(|row| OwnRow { sheet: Some(name.clone()), ..row }));
                Ok(())
            };
            match sheet(None) {
                Err(SpreadsheetFault::SeveralSheets { present }) => {
                    for name in &present {
                        sheet(Some(name)).map_err(FaultKind::Spreadsheet)?;
                    }
                }
                read => read.map_err(FaultKind::Spreadsheet)?,
            }
        }
    }
    Ok(found)
}

/// Finds numbers in the rows of one table.
struct Finder {
    headers: Vec<String>,
    columns: BTreeSet<usize>,
    on: NaiveDate,
}

impl Finder {
    fn new(form: &Form, on: NaiveDate) -> Self {
        const COLUMNS: [&str; 2] = ["personnummer", "nytt_personnummer"];
        let named = COLUMNS.iter().filter_map(|&column| form.columns.get(column)).map(String::as_str);
        let headers = COLUMNS.into_iter().chain(named).map(fold).collect();
        Self { headers, columns: BTreeSet::new(), on }
    }

    fn row(&mut self, sheet: Option<&str>, row: u32, cells: &[&str], found: &mut Vec<OwnRow>) {
        let mut numbers = BTreeSet::new();
        for (at, cell) in cells.iter().enumerate() {
            if self.headers.contains(&fold(cell)) {
                self.columns.insert(at);
            }
            let digits = cell.chars().filter(char::is_ascii_digit).count();
            // Ten digits elsewhere can be a telephone.
            if (digits == 12 || self.columns.contains(&at))
                && let Ok(Identity::Number(number)) = PersonalNumber::parse(cell, self.on)
            {
                numbers.insert(number);
            }
        }
        let sheet = sheet.map(str::to_owned);
        found.extend(numbers.into_iter().map(|number| OwnRow { sheet: sheet.clone(), row, number }));
    }
}
