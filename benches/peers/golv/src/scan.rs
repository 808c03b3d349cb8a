//! Reads the source files that count for a run, and drops what was read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use calamine::{Reader, Xlsx, open_workbook};
use polars::prelude::{CsvParseOptions, CsvReadOptions, SerReader};

use crate::Failure;

/// Tables whose every file counts; of the others the latest.
const PARTS: [&str; 4] = ["folkbokforing_andringar", "betyg", "antagning", "huvudmannarapport"];

/// Scans what lies in the inbox and in the municipalities' folders in it.
pub fn scan(inbox: &Path, as_of: &str) -> Result<(), Failure> {
    let mut files = counted(inbox, as_of)?;
    for entry in fs::read_dir(inbox)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(counted(&path, as_of)?);
        }
    }
    if scan_files(&files)? == 0 { Err("inga källor".into()) } else { Ok(()) }
}

/// Scans files on as many threads as there are cores. Not on those of rayon: while Polars reads on its own, a thread of
/// rayon's would begin another file on top of the one that it waits for, and so on until the stack ends.
fn scan_files(files: &[PathBuf]) -> Result<usize, Failure> {
    let next = AtomicUsize::new(0);
    let scan = || {
        let mut cells = 0;
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            cells += scan_file(path)?;
        }
        Ok(cells)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..thread::available_parallelism()?.get()).map(|_| scope.spawn(scan)).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "en tråd föll")?).sum()
    })
}

/// The files of a folder, named `<table>-YYYY-MM-DD.<ending>`, that count on a day.
fn counted(folder: &Path, as_of: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut latest: BTreeMap<String, (String, PathBuf)> = BTreeMap::new();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((table, day)) = stem.len().checked_sub(11).and_then(|at| stem.split_at_checked(at)) else { continue };
        let day = day[1..].to_owned();
        if path.is_dir() || day.as_str() > as_of {
            continue;
        }
        if PARTS.contains(&table) {
            files.push(path);
        } else if latest.get(table).is_none_or(|(known, _)| *known < day) {
            latest.insert(table.to_owned(), (day, path));
        }
    }
    files.extend(latest.into_values().map(|(_, path)| path));
    Ok(files)
}

fn scan_file(path: &Path) -> Result<usize, Failure> {
    if path.extension().is_some_and(|ending| ending == "xlsx") {
        return scan_workbook(path);
    }
    let table = CsvReadOptions::default()
        .with_has_header(true)
        .with_infer_schema_length(Some(0))
        .with_parse_options(CsvParseOptions::default().with_separator(b';'))
        .try_into_reader_with_file_path(Some(path.to_owned()))?
        .finish()?;
    Ok((table.height() + 1) * table.width())
}

fn scan_workbook(path: &Path) -> Result<usize, Failure> {
    let mut book: Xlsx<_> = open_workbook(path)?;
    let mut cells = 0;
    for sheet in book.sheet_names() {
        let mut reader = book.worksheet_cells_reader(&sheet)?;
        while reader.next_cell()?.is_some() {
            cells += 1;
        }
    }
    Ok(cells)
}
