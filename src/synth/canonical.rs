//! The canonical form: `<kind>-YYYY-MM-DD.csv`, UTF-8, `;`, one file per table and extract.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use super::{Plan, Row, SynthError};
use crate::records::Kind;

/// Writes the plan's municipality into `folder`, and besides it the rows in `more`: fifteen tables, two extracts of each.
///
/// # Errors
/// When a file cannot be written.
pub fn write_canonical(plan: &Plan, more: &[Row], folder: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(SynthError::write(folder))?;
    let mut files = Vec::new();
    for reconciliation in 0..plan.as_of.len() {
        for &kind in Kind::ALL {
            files.push(TableFile::create(folder, kind, plan, reconciliation)?);
        }
    }
    for rows in std::iter::once(more.to_vec()).chain(plan.youths()) {
        for row in &rows {
            for file in files.iter_mut().filter(|file| file.kind == row.kind) {
                file.add(plan, row)?;
            }
        }
    }
    files.into_iter().try_for_each(TableFile::finish)
}

struct TableFile {
    kind: Kind,
    reconciliation: usize,
    path: std::path::PathBuf,
    csv: csv::Writer<BufWriter<File>>,
}

impl TableFile {
    fn create(folder: &Path, kind: Kind, plan: &Plan, reconciliation: usize) -> Result<Self, SynthError> {
        let path = folder.join(format!("{}-{}.csv", kind.name(), plan.extract_date(kind, reconciliation)));
        let file = File::create(&path).map_err(SynthError::write(&path))?;
        let csv = csv::WriterBuilder::new().delimiter(b';').from_writer(BufWriter::new(file));
        let mut table = Self { kind, reconciliation, path, csv };
        table.record(kind.columns().iter().map(|column| column.name))?;
        Ok(table)
    }

    fn add(&mut self, plan: &Plan, row: &Row) -> Result<(), SynthError> {
        plan.seen(row, self.reconciliation).map_or(Ok(()), |seen| self.record(seen.cells))
    }

    fn record<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<(), SynthError> {
        self.csv.write_record(cells).map_err(|error| SynthError::write(&self.path)(error.into()))
    }

    fn finish(mut self) -> Result<(), SynthError> {
        self.csv.flush().map_err(SynthError::write(&self.path))
    }
}
