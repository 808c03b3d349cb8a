//! Extracts as files: one for each table, day and reconciliation, written row by row, so that a nation needs no more
//! memory than a village.

mod text;
mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use self::text::Text;
use self::workbook::Sheet;
use super::exports::workbook_error;
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
pub(super) struct Extracts(Vec<Extract>);

struct Extract {
    kind: Kind,
    reconciliation: usize,
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Text(Text),
    Workbook(Box<Sheet>),
}

impl Extracts {
    /// Begins the files of both reconciliations for some kinds.
    pub(super) fn create(folder: &Path, kinds: &[Kind], as_of: [NaiveDate; 2], form: Form) -> Result<Self, SynthError> {
        fs::create_dir_all(folder).map_err(SynthError::write(folder))?;
        let extracts =
            (0..as_of.len()).flat_map(|reconciliation| kinds.iter().map(move |&kind| (kind, reconciliation)));
        let extract = |(kind, reconciliation)| {
            let day = extract_date(as_of, kind, reconciliation);
            let path = |ending: &str| folder.join(format!("{}-{day}.{ending}", kind.name()));
            let (path, sink) = match form.format {
                Format::Csv => {
                    let path = path("csv");
                    let text = Text::create(&path, form.mess.style(kind), kind).map_err(SynthError::write(&path))?;
                    (path, Sink::Text(text))
                }
                Format::Xlsx => {
                    let path = path("xlsx");
                    let sheet = Sheet::create(kind, day).map_err(workbook_error(&path))?;
                    (path, Sink::Workbook(Box::new(sheet)))
                }
            };
            Ok(Extract { kind, reconciliation, path, sink })
        };
        extracts.map(extract).collect::<Result<_, _>>().map(Self)
    }

    /// Adds rows, each to its file; those of other kinds are left.
    pub(super) fn add(&mut self, lines: &[Line]) -> Result<(), SynthError> {
        for line in lines {
            let extract = self
                .0
                .iter_mut()
                .find(|extract| (extract.kind, extract.reconciliation) == (line.kind, line.reconciliation));
            extract.map_or(Ok(()), |extract| extract.add(&line.cells))?;
        }
        Ok(())
    }

    /// Completes the files.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.0.into_iter().try_for_each(Extract::finish)
    }
}

impl Extract {
    fn add(&mut self, cells: &[String]) -> Result<(), SynthError> {
        match &mut self.sink {
            Sink::Text(text) => text.add(cells).map_err(SynthError::write(&self.path)),
            Sink::Workbook(sheet) => sheet.add(cells).map_err(workbook_error(&self.path)),
        }
    }

    fn finish(self) -> Result<(), SynthError> {
        match self.sink {
            Sink::Text(text) => text.finish().map_err(SynthError::write(&self.path)),
            Sink::Workbook(sheet) => sheet.finish(&self.path).map_err(workbook_error(&self.path)),
        }
    }
}
