//! A row of a table as text, and what an extract of a certain day shows of it.

use chrono::{Days, NaiveDate};

use crate::records::{Column, Delivery, Kind};

/// A row as history will have it, with the days on which extracts hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table.
    pub kind: Kind,
    /// One text for each column of the table, in its order.
    pub cells: Vec<String>,
    /// The first day on which an extract holds the row.
    pub known: NaiveDate,
    /// The first day on which no extract holds it any more.
    pub gone: Option<NaiveDate>,
}

/// The day on which the extract of a kind is taken for reconciliation 0 or 1 of `as_of`: whole extracts some days before
/// the meeting, what happens from day to day on its eve.
pub(super) fn extract_date(as_of: [NaiveDate; 2], kind: Kind, reconciliation: usize) -> NaiveDate {
    let days_before = if kind.delivery() == Delivery::Parts { 1 } else { 4 };
    as_of[reconciliation] - Days::new(days_before)
}

/// What a system fills in only when the day has come: the day, and the cells that come with it. A komvux course has its
/// planned end from the start, so that column is not here.
const FILLED_LATER: &[(Kind, &str, &[&str])] = &[
    (Kind::StudentRegister, "slutdatum", &["slutdatum", "avbrottsorsak"]),
    (Kind::AdultEducation, "avbrottsdatum", &["avbrottsdatum"]),
    (Kind::FolkHighSchool, "avbrottsdatum", &["avbrottsdatum"]),
    (Kind::CaseRegister, "avregistreringsdatum", &["avregistreringsdatum", "avregistreringsgrund"]),
    (Kind::Measures, "slutdatum", &["slutdatum", "grund_avslut", "sysselsattning_efter", "utvarderad"]),
    (Kind::Measures, "manadsrapport", &["manadsrapport"]),
];

/// The columns that say when a row comes to be known.
const FIRST_DAYS: &[&str] = &["datum", "registreringsdatum", "startdatum", "fran", "folkbokford_fran"];

impl Row {
    /// A row about `number` with the named cells; the others are empty. It is known from its first day on.
    ///
    /// # Panics
    /// When a name is no column of the table, which is a mistake in the generator.
    pub fn new(kind: Kind, number: &str, cells: &[(&str, &str)]) -> Self {
        let mut row =
            Self { kind, cells: vec![String::new(); kind.columns().len()], known: NaiveDate::MIN, gone: None };
        row.set("personnummer", number);
        for (column, text) in cells {
            row.set(column, *text);
        }
        row.known = row.first_day().unwrap_or(NaiveDate::MIN);
        row
    }

    /// The text of a column.
    pub fn get(&self, column: &str) -> &str {
        position(self.kind.columns(), column).map_or("", |at| self.cells[at].as_str())
    }

    /// Writes the text of a column.
    ///
    /// # Panics
    /// When the table has no such column, which is a mistake in the generator.
    pub fn set(&mut self, column: &str, text: impl Into<String>) {
        let at = position(self.kind.columns(), column);
        let at = at.unwrap_or_else(|| panic!("{} has no column {column}", self.kind.name()));
        self.cells[at] = text.into();
    }

    fn first_day(&self) -> Option<NaiveDate> {
        FIRST_DAYS.iter().find_map(|column| self.get(column).parse().ok())
    }

    /// The row as the extract for reconciliation 0 or 1 of `as_of` shows it, if that extract holds it.
    pub(super) fn in_extract(&self, as_of: [NaiveDate; 2], reconciliation: usize) -> Option<Self> {
        let day = extract_date(as_of, self.kind, reconciliation);
        // A part holds what has come since the part before it.
        let told_before = self.kind.delivery() == Delivery::Parts
            && reconciliation > 0
            && self.known <= extract_date(as_of, self.kind, reconciliation - 1);
        (self.is_known_on(day) && !told_before).then(|| self.as_seen_on(day))
    }

    /// Whether an extract of `day` holds the row.
    pub fn is_known_on(&self, day: NaiveDate) -> bool {
        self.known <= day && self.gone.is_none_or(|gone| day < gone)
    }

    /// The row as a system shows it on `day`: without what has not happened yet.
    #[must_use]
    pub fn as_seen_on(&self, day: NaiveDate) -> Self {
        let mut seen = self.clone();
        let day = day.to_string();
        for (_, date, cells) in FILLED_LATER.iter().filter(|(kind, _, _)| *kind == self.kind) {
            // ISO dates sort as text, also those that no calendar has.
            if self.get(date) > day.as_str() {
                cells.iter().for_each(|cell| seen.set(cell, ""));
            }
        }
        seen
    }
}

/// Where a column stands.
pub(super) fn position(columns: &[Column], name: &str) -> Option<usize> {
    columns.iter().position(|column| column.name == name)
}
