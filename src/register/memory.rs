//! What a monthly run leaves for the next one.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::person::PersonalNumber;
use crate::records::{Ground, Kind, Reason, Tables, Text};
use crate::timeline::{Flags, Period, Stay, next_day};

/// A file that rows point to, of this run or an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReference {
    /// The source.
    pub source: String,
    /// Which table.
    pub kind: Kind,
    /// The file's name.
    pub name: Text,
    /// The sheet, in a workbook.
    pub sheet: Option<Text>,
    /// The day its rows were true.
    pub extracted: NaiveDate,
}

/// A spell as an earlier run listed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastSpell {
    /// Whose.
    pub number: PersonalNumber,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None`: it held that run's as-of date.
    pub last: Option<NaiveDate>,
    /// Why it began.
    pub reason: Reason,
    /// Why it ended.
    pub ground: Option<Ground>,
    /// What a person had to look at.
    pub flags: Flags,
    /// The registration date.
    pub registered: NaiveDate,
    /// The registration date by the runs alone, without the case register.
    pub detected: NaiveDate,
}

impl PastSpell {
    /// Its days as that run knew them.
    pub fn days(&self, as_of: NaiveDate) -> Period {
        Period::new(self.from, next_day(self.last.unwrap_or(as_of)))
    }
}

/// What the run before knew: only fields of förordning (2006:39) 4 §, and of the rows those that must stay known.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Its as-of date.
    pub as_of: NaiveDate,
    /// Its spells, by person and first day.
    pub spells: Vec<PastSpell>,
    /// Its stays by the population snapshots, by person and first day.
    pub stays: Vec<(PersonalNumber, Stay)>,
    /// The names of those with a spell who are not protected.
    pub names: BTreeMap<PersonalNumber, String>,
    /// The files that its rows stand in.
    pub files: Vec<FileReference>,
    /// Rows once seen, by person and place; their places count in `files`.
    pub tables: Tables,
}
