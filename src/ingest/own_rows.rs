//! Rows of a file as they stand, every sheet among them, with the persons that they name: for what the team must delete
//! in its own workbooks.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use super::files::read_whole;
use super::spreadsheet::{Limits, SpreadsheetFault};
use super::{FaultKind, Numbering, raw_rows};
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
    let mut table = |sheet: Option<String>| {
        let (mut rows, mut finder) = (Vec::new(), Finder::new(form, on));
        let form = Form { sheet, ..form.clone() };
        let numbering = raw_rows(&bytes, None, &form, limits, &mut |row, cells| finder.row(row, cells, &mut rows))?;
        let sheet = if let Numbering::Sheet(name) = numbering { Some(name) } else { None };
        found.extend(rows.into_iter().map(|row| OwnRow { sheet: sheet.clone(), ..row }));
        Ok(())
    };
    match table(None) {
        Err(FaultKind::Spreadsheet(SpreadsheetFault::SeveralSheets { present })) => {
            for name in present {
                table(Some(name))?;
            }
        }
        read => read?,
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

    fn row(&mut self, row: u32, cells: &[&str], found: &mut Vec<OwnRow>) {
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
        found.extend(numbers.into_iter().map(|number| OwnRow { sheet: None, row, number }));
    }
}
