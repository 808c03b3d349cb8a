//! `oversikt.csv`: how the municipalities of a federation ended, one row each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::records::Municipality;
use crate::report::{Cell, Column, Counts, Holds, List, code_list};
use crate::run::{RunError, replace_file};

/// The overview's file, in the folder of the federation's runs.
pub const OVERVIEW: &str = "oversikt.csv";

/// How a municipality's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverviewStatus {
    /// A new run.
    Done,
    /// The same inputs had given the same run before.
    Unchanged,
    /// A person must decide.
    Held,
    /// No run.
    Failed,
}

impl OverviewStatus {
    /// Every ending.
    pub const ALL: [Self; 4] = [Self::Done, Self::Unchanged, Self::Held, Self::Failed];

    /// What a user reads, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::Done => "Klar",
            Self::Unchanged => "Oförändrad",
            Self::Held => "Stoppad",
            Self::Failed => "Fel",
        }
    }

    /// The constant in the file.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "KLAR",
            Self::Unchanged => "OFORANDRAD",
            Self::Held => "STOPPAD",
            Self::Failed => "FEL",
        }
    }
}

/// How one municipality ended.
#[derive(Clone, Debug)]
pub struct OverviewRow {
    /// Its code.
    pub municipality: Municipality,
    /// Its name.
    pub name: String,
    /// The as-of date.
    pub as_of: String,
    /// How it ended.
    pub status: OverviewStatus,
    /// Its figures, when there is a run.
    pub counts: Option<Counts>,
    /// Where the run lies, or what a held one left.
    pub folder: Option<PathBuf>,
    /// Why there is no run, in Swedish.
    pub reasons: String,
}

/// Writes the overview in place of the one before it, in the order of `members`. Who was not run now keeps the row that
/// the one before it had.
///
/// # Errors
/// When the disk refuses; then the one before stands.
pub fn write_overview(output: &Path, members: &[Municipality], rows: &[OverviewRow]) -> Result<PathBuf, RunError> {
    let mut before = rows_before(output);
    let row_of = |member: &Municipality| {
        let new = rows.iter().find(|row| row.municipality == *member).map(|row| cells(output, row));
        new.or_else(|| before.remove(&member.to_string()))
    };
    let rows = members.iter().filter_map(row_of).collect();
    replace_file(output, OVERVIEW, &overview(rows).csv())
}

/// The rows of the overview that is there, by code. What cannot be read is made anew by the municipality's next run.
fn rows_before(output: &Path) -> BTreeMap<String, Vec<Cell>> {
    let Ok(text) = fs::read_to_string(output.join(OVERVIEW)) else { return BTreeMap::new() };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let columns = overview(Vec::new()).columns.len();
    let rows = reader.records().filter_map(Result::ok).filter(|row| row.len() == columns);
    rows.map(|row| (row[0].to_owned(), row.iter().map(|cell| Cell::from(Some(cell))).collect())).collect()
}

fn overview(rows: Vec<Vec<Cell>>) -> List {
    let statuses = code_list(OverviewStatus::ALL.map(|status| (status.code(), status.label())));
    let count = |name, title, about| Column::csv(name, title, Holds::Count, about);
    List {
        file: None,
        sheet: None,
        columns: vec![
            Column::here(),
            Column::csv("kommun", "Kommun", Holds::Text, "Kommunens namn.").required(),
            Column::csv("avstamningsdatum", "Avstämningsdatum", Holds::Day, "Dagen som avstämningen gäller.")
                .required(),
            Column::csv("status", "Status", Holds::Code(statuses), "Hur körningen slutade.").required(),
            count("i_gruppen", "I gruppen", "Ungdomar som omfattas."),
            count("nya", "Nya", "Perioder som har börjat."),
            count("lamnade", "Lämnat", "Perioder som har slutat."),
            count("andrade_i_efterhand", "Ändrade i efterhand", "Uppgifter om det förflutna som har ändrats."),
            count("aldrig_kontaktade", "Aldrig kontaktade", "Ungdomar i gruppen utan något kontaktförsök."),
            count("att_utreda", "Att utreda", "Uppgifter som en människa måste titta på."),
            count("avvisade_rader", "Avvisade rader", "Rader som inte gick att läsa."),
            Column::csv("mapp", "Mapp", Holds::Text, "Körningens mapp."),
            Column::csv("skal", "Skäl", Holds::Text, "Varför det inte finns någon körning."),
        ],
        rows,
    }
}

fn cells(output: &Path, row: &OverviewRow) -> Vec<Cell> {
    let count = |of: fn(&Counts) -> u64| row.counts.as_ref().map_or(Cell::Empty, |counts| of(counts).into());
    let folder = row.folder.as_deref().map(|folder| folder.strip_prefix(output).unwrap_or(folder));
    vec![
        Cell::from(row.municipality.to_string().as_str()),
        Cell::from(row.name.as_str()),
        Cell::from(row.as_of.as_str()),
        Cell::Code(row.status.code()),
        count(|counts| counts.group),
        count(|counts| counts.entered),
        count(|counts| counts.left),
        count(|counts| counts.changed),
        count(|counts| counts.never_contacted),
        count(|counts| counts.to_look_into),
        count(|counts| counts.rejected),
        Cell::from(folder.map(|folder| folder.to_string_lossy().replace('\\', "/")).as_deref()),
        Cell::from(row.reasons.as_str()),
    ]
}
