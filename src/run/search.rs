//! Which files of earlier runs hold rows about a person. Only reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::RunError;
use crate::ingest::parquet;
use crate::ingest::spreadsheet::{Limits, SpreadsheetFault, SpreadsheetFormat, read_sheet};
use crate::person::PersonalNumber;

/// A file of a run with rows about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The run's folder.
    pub folder: String,
    /// The file.
    pub file: String,
    /// How many rows; `None`: the file could not be searched.
    pub rows: Option<usize>,
}

/// The files below a municipality's folder that hold rows about the owner of `numbers`, runs of every job among them.
///
/// # Errors
/// When a folder cannot be listed or a file cannot be read.
pub fn holdings(municipality: &Path, numbers: &[PersonalNumber]) -> Result<Vec<Holding>, RunError> {
    let mut found = Vec::new();
    for folder in listed(municipality)?.into_iter().filter(|path| path.is_dir()) {
        for file in listed(&folder)?.into_iter().filter(|path| path.is_file()) {
            let rows = rows_about(&file, numbers)?;
            if rows != Some(0) {
                found.push(Holding { folder: name(&folder), file: name(&file), rows });
            }
        }
    }
    Ok(found)
}

/// The rows of a run's CSV list about the owner of `numbers`, by the columns' names; none when there is no such file.
///
/// # Errors
/// When the file cannot be read.
pub fn listed_about(path: &Path, numbers: &[PersonalNumber]) -> Result<Vec<BTreeMap<String, String>>, RunError> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let bytes = fs::read(path).map_err(RunError::io(path))?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    let damaged = |error: csv::Error| RunError::Damaged { path: path.to_owned(), detail: error.to_string() };
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().map_err(damaged)?;
    let about = |row: &BTreeMap<String, String>| row.get("personnummer").is_some_and(|cell| is_about(cell, numbers));
    Ok(rows.into_iter().filter(about).collect())
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, RunError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(RunError::io(folder))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn rows_about(path: &Path, numbers: &[PersonalNumber]) -> Result<Option<usize>, RunError> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let bytes = || fs::read(path).map_err(RunError::io(path));
    Ok(match ending.as_str() {
        "parquet" => in_parquet(bytes()?, numbers),
        "xlsx" => in_workbook(&bytes()?, numbers),
        "age" => None,
        _ => Some(in_text(&bytes()?, numbers)),
    })
}

fn in_parquet(bytes: Vec<u8>, numbers: &[PersonalNumber]) -> Option<usize> {
    let mut count = 0;
    parquet::read_rows(bytes, &mut |_, cells| count += usize::from(cells.iter().any(|cell| is_about(cell, numbers))))
        .ok()?;
    Some(count)
}

fn in_workbook(bytes: &[u8], numbers: &[PersonalNumber]) -> Option<usize> {
    let limits = Limits::default();
    let mut count = 0;
    let mut sheet = |name: Option<&str>| {
        let mut of_sheet = 0;
        let read = read_sheet(bytes, SpreadsheetFormat::Xlsx, name, &limits, &mut |_, cells| {
            of_sheet += usize::from(cells.iter().any(|cell| is_about(cell, numbers)));
        });
        read.map(|_| count += of_sheet)
    };
    match sheet(None) {
        Err(SpreadsheetFault::SeveralSheets { present }) => {
            for name in &present {
                sheet(Some(name)).ok()?;
            }
        }
        read => read.ok()?,
    }
    Some(count)
}

/// Lines of text, whatever parts them.
fn in_text(bytes: &[u8], numbers: &[PersonalNumber]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let cell = |c: char| !c.is_ascii_digit() && c != '-';
    text.lines().filter(|line| line.split(cell).any(|part| is_about(part, numbers))).count()
}

/// Whether a cell is one of the numbers, with twelve digits or ten, with or without a hyphen.
fn is_about(cell: &str, numbers: &[PersonalNumber]) -> bool {
    if !(10..=13).contains(&cell.len()) {
        return false;
    }
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    numbers.iter().any(|number| {
        let whole = number.digits();
        digits == whole || digits == whole[2..]
    })
}
