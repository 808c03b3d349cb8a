//! Extracts as files: one for each table, day and reconciliation, written row by row, so that a nation needs no more
//! memory than a village.

mod text;
mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::mess::Mess;
use super::random::Random;
use super::row::extract_date;
use super::{Plan, Row, SynthError};
use crate::records::Kind;

/// The form of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text; canonical unless there is mess.
    Csv,
    /// A workbook with one sheet, dates as dates.
    Xlsx,
}

/// How extracts are written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The form of the files.
    pub format: Format,
    /// How much is wrong in them.
    pub mess: Mess,
}

impl Form {
    /// Canonical CSV: `<kind>-YYYY-MM-DD.csv`, UTF-8, `;`.
    pub const CANONICAL: Self = Self { format: Format::Csv, mess: Mess::None };
}

/// Writes the plan's municipality into `folder`, and besides it the rows in `more`: fifteen tables, two extracts of each.
///
/// # Errors
/// When a file cannot be written.
pub fn write_municipality(plan: &Plan, more: &[Row], form: Form, folder: &Path) -> Result<(), SynthError> {
    let mut extracts = Extracts::create(folder, Kind::ALL, plan.as_of, form)?;
    for rows in std::iter::once(more.to_vec()).chain(plan.youths()) {
        extracts.add(&lines(&rows, plan.seed, plan.as_of, form.mess))?;
    }
    extracts.finish()
}

/// A row as one extract shows it.
pub(super) struct Line {
    pub(super) kind: Kind,
    pub(super) reconciliation: usize,
    pub(super) cells: Vec<String>,
}

/// What the extracts of both reconciliations show of a person's rows, with what is wrong in them.
pub(super) fn lines(rows: &[Row], seed: u64, as_of: [NaiveDate; 2], mess: Mess) -> Vec<Line> {
    let mut lines = Vec::with_capacity(2 * rows.len());
    for (index, row) in (0..).zip(rows) {
        for reconciliation in 0..as_of.len() {
            let Some(seen) = row.in_extract(as_of, reconciliation) else { continue };
            let line = |cells| Line { kind: row.kind, reconciliation, cells };
            // What is wrong in a system is wrong in every extract from it.
            let stream = row.get("personnummer").parse().unwrap_or(0_u64) ^ (index << 48);
            let random = Random::new(seed ^ 0x6d65_7373, stream);
            lines.extend(mess.written(seen.cells, row.kind, random).into_iter().map(line));
        }
    }
    lines
}

/// The files of a folder, open for rows.
pub(super) struct Extracts {
    files: Vec<(Kind, usize, PathBuf, Sink)>,
}

enum Sink {
    Text(text::Text),
    Workbook(Box<workbook::Sheet>),
}

impl Extracts {
    /// Begins the files of both reconciliations for some kinds.
    pub(super) fn create(folder: &Path, kinds: &[Kind], as_of: [NaiveDate; 2], form: Form) -> Result<Self, SynthError> {
        fs::create_dir_all(folder).map_err(SynthError::write(folder))?;
        let mut files = Vec::new();
        for reconciliation in 0..as_of.len() {
            for &kind in kinds {
                let day = extract_date(as_of, kind, reconciliation);
                let ending = if form.format == Format::Csv { "csv" } else { "xlsx" };
                let path = folder.join(format!("{}-{day}.{ending}", kind.name()));
                let sink = match form.format {
                    Format::Csv => Sink::Text(text::Text::create(&path, form.mess.style(kind), kind)?),
                    Format::Xlsx => Sink::Workbook(Box::new(workbook::Sheet::create(&path, kind, day)?)),
                };
                files.push((kind, reconciliation, path, sink));
            }
        }
        Ok(Self { files })
    }

    /// Adds rows, each to its file; those of other kinds are left.
    pub(super) fn add(&mut self, lines: &[Line]) -> Result<(), SynthError> {
        for line in lines {
            let file = self.files.iter_mut().find(|file| (file.0, file.1) == (line.kind, line.reconciliation));
            match file {
                Some((_, _, path, Sink::Text(text))) => text.add(&line.cells).map_err(SynthError::write(path))?,
                Some((_, _, path, Sink::Workbook(sheet))) => {
                    sheet.add(&line.cells).map_err(workbook::failed(path))?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Completes the files.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        for (_, _, path, sink) in self.files {
            match sink {
                Sink::Text(text) => text.finish().map_err(SynthError::write(&path))?,
                Sink::Workbook(sheet) => sheet.finish(&path)?,
            }
        }
        Ok(())
    }
}
