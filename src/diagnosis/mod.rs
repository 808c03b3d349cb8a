//! What is wrong with the sources, told as the best compilers tell of programs: equal faults as one, with the rows drawn,
//! every cell masked, the faulty one marked, the reason and the remedy.

mod drawing;
mod workbook;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use crate::config::Config;
use crate::ingest::{Intake, Numbering, Reject, SecondLook, Sought, SourceFile, second_look};
use crate::init::from::is_personal;
use crate::records::{CellFault, Kind};
use crate::system::private_file;
use crate::texts::cell_fault_code;

pub use drawing::{Paint, draw, draw_line};
pub use workbook::workbook;

/// So many rows are drawn of equal faults.
const DRAWN: usize = 3;

/// Equal faults of one column of one file.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong.
    pub fault: CellFault,
    /// The table.
    pub kind: Kind,
    /// The source.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The canonical column; empty when the row as such is at fault.
    pub column: &'static str,
    /// The faults, by row.
    pub rejects: Vec<&'a Reject>,
    /// What a second look at the file has seen; nothing when the file is gone.
    pub seen: SecondLook,
}

impl Group<'_> {
    /// Whether the rows are rejected for it; else they are used without the cell.
    pub fn rejects_rows(&self) -> bool {
        self.rejects.iter().any(|reject| reject.rejected)
    }

    /// Where the column stands in the file.
    pub fn place(&self) -> Option<usize> {
        self.seen.places.get(self.index()?).copied().flatten()
    }

    /// The column's letters, where the file has columns.
    pub fn letters(&self) -> Option<String> {
        let has_columns = matches!(self.seen.numbering, Numbering::Rows | Numbering::Sheet(_));
        self.place().filter(|_| has_columns).map(letters)
    }

    /// The header of the column, as the file has it.
    pub fn header(&self) -> Option<&str> {
        self.place().and_then(|place| self.seen.headers.get(place)).map(String::as_str)
    }

    /// The unknown words, masked, with how many rows have them.
    pub fn words(&self) -> &[(String, u64)] {
        let words = self.index().and_then(|index| self.seen.words.get(&index));
        words.filter(|_| self.fault == CellFault::Code).map(Vec::as_slice).unwrap_or_default()
    }

    fn index(&self) -> Option<usize> {
        self.kind.columns().iter().position(|column| column.name == self.column)
    }
}

/// The faulty cells of an intake in groups: by file, column and kind of fault. Files are looked at again for the rows to
/// draw; a file that cannot be read any more is told of without.
pub fn groups<'a>(intake: &'a Intake, files: &[SourceFile<'_>], config: &Config) -> Vec<Group<'a>> {
    let mut by_file: BTreeMap<u32, BTreeMap<(&str, &str), Vec<&Reject>>> = BTreeMap::new();
    for reject in &intake.rejects {
        let groups = by_file.entry(reject.place.file).or_default();
        groups.entry((reject.column, cell_fault_code(reject.fault))).or_default().push(reject);
    }
    let mut found = Vec::new();
    for (at, groups) in by_file {
        let Some(file) = files.get(at as usize) else { continue };
        let sought = sought(file.source.kind, &groups);
        let seen = second_look(file, &sought, &config.file_limits, &config.forbidden, is_personal).unwrap_or_default();
        let name = file.name();
        // When a file could not be read, those behind it have moved up.
        let read = intake.files.get(at as usize).filter(|read| read.name == name);
        let read = read.or_else(|| intake.files.iter().find(|read| read.name == name && read.kind == file.source.kind));
        for ((_, code), rejects) in groups {
            let Some(first) = rejects.first() else { continue };
            found.push(Group {
                code,
                fault: first.fault,
                kind: file.source.kind,
                source: file.source.name.clone(),
                file: name.clone(),
                sheet: read.and_then(|read| read.sheet.clone()),
                column: first.column,
                seen: seen.clone(),
                rejects,
            });
        }
    }
    found
}

fn sought(kind: Kind, groups: &BTreeMap<(&str, &str), Vec<&Reject>>) -> Sought {
    let rows: BTreeSet<u32> =
        groups.values().flat_map(|rejects| rejects.iter().take(DRAWN)).map(|reject| reject.place.row).collect();
    let coded = groups.values().filter_map(|rejects| rejects.first()).filter(|first| first.fault == CellFault::Code);
    let index = |first: &&Reject| kind.columns().iter().position(|column| column.name == first.column);
    Sought { rows, columns: coded.filter_map(index).collect() }
}

/// A column as a spreadsheet names it: the first is `A`.
pub fn letters(place: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = place + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Writes the workbook of faults as a new file: what is there is never overwritten.
///
/// # Errors
/// When the file is there already, or cannot be written; then no part of it is left.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    // Whoever it is sent to gets it from its owner.
    let written = private_file(&mut options).open(path)?.write_all(bytes);
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
