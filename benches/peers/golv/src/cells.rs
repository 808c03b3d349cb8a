//! The cells of kaa's monthly runs: collected once into one file, then written again from it.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use rayon::prelude::*;
use rust_xlsxwriter::{Format, Workbook};

use crate::Failure;

/// As kaa's.
const COMPRESSION: u8 = 3;

/// A run's files.
pub struct Run<'a> {
    code: &'a str,
    as_of: &'a str,
    lists: Vec<(&'a str, &'a [u8])>,
    sheets: Vec<(&'a str, Vec<Vec<Cell<'a>>>)>,
}

enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    Day(f64),
}

// Collecting: not timed.

/// Collects the lists and the workbook of every monthly run below an output folder.
pub fn collect(runs: &Path, file: &Path) -> Result<(), Failure> {
    let mut out = BufWriter::new(fs::File::create(file)?);
    let mut folders: Vec<PathBuf> =
        fs::read_dir(runs)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    folders.sort();
    for municipality in folders.iter().filter(|path| path.is_dir()) {
        let code = name(municipality).chars().take_while(char::is_ascii_digit).collect::<String>();
        let mut runs: Vec<PathBuf> =
            fs::read_dir(municipality)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
        runs.sort();
        for run in &runs {
            if let Some(as_of) = name(run).strip_prefix("manad-").filter(|rest| rest.len() == 10) {
                collect_run(run, &code, as_of, &mut out)?;
            }
        }
    }
    Ok(out.flush()?)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn collect_run(run: &Path, code: &str, as_of: &str, out: &mut impl Write) -> Result<(), Failure> {
    put(out, code.as_bytes())?;
    put(out, as_of.as_bytes())?;
    let mut lists: Vec<PathBuf> = fs::read_dir(run)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    lists.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    lists.sort();
    count(out, lists.len())?;
    for path in lists {
        put(out, name(&path).as_bytes())?;
        put(out, &fs::read(&path)?)?;
    }
    let mut book: Xlsx<_> = open_workbook(run.join("avstamning.xlsx"))?;
    let sheets = book.sheet_names();
    count(out, sheets.len())?;
    for sheet in sheets {
        put(out, sheet.as_bytes())?;
        let range = book.worksheet_range(&sheet)?;
        // The range begins at the first cell with something in it, which is A1 in kaa's sheets.
        count(out, range.height())?;
        for row in range.rows() {
            count(out, row.len())?;
            row.iter().try_for_each(|cell| put_cell(out, cell))?;
        }
    }
    Ok(())
}

fn put_cell(out: &mut impl Write, cell: &Data) -> Result<(), Failure> {
    match cell {
        Data::Empty => Ok(out.write_all(&[0])?),
        Data::Float(number) => {
            out.write_all(&[2])?;
            Ok(out.write_all(&number.to_le_bytes())?)
        }
        Data::Int(number) => put_cell(out, &Data::Float(*number as f64)),
        Data::DateTime(day) => {
            out.write_all(&[3])?;
            Ok(out.write_all(&day.as_f64().to_le_bytes())?)
        }
        other => {
            out.write_all(&[1])?;
            put(out, other.to_string().as_bytes())
        }
    }
}

fn put(out: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    count(out, bytes.len())?;
    Ok(out.write_all(bytes)?)
}

fn count(out: &mut impl Write, number: usize) -> Result<(), Failure> {
    Ok(out.write_all(&u32::try_from(number)?.to_le_bytes())?)
}

// Reading and writing: timed.

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Failure> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("cellfilen är avbruten")?;
        self.0 = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, Failure> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?) as usize)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Failure> {
        let length = self.count()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'a str, Failure> {
        Ok(std::str::from_utf8(self.bytes()?)?)
    }

    fn number(&mut self) -> Result<f64, Failure> {
        Ok(f64::from_le_bytes(self.take(8)?.try_into()?))
    }

    fn cell(&mut self) -> Result<Cell<'a>, Failure> {
        Ok(match self.take(1)? {
            [0] => Cell::Empty,
            [1] => Cell::Text(self.text()?),
            [2] => Cell::Number(self.number()?),
            _ => Cell::Day(self.number()?),
        })
    }

    fn several<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
        (0..self.count()?).map(|_| one(self)).collect()
    }
}

/// The runs in a file of cells.
pub fn runs(bytes: &[u8]) -> Result<Vec<Run<'_>>, Failure> {
    let mut bytes = Bytes(bytes);
    let mut runs = Vec::new();
    while !bytes.0.is_empty() {
        runs.push(Run {
            code: bytes.text()?,
            as_of: bytes.text()?,
            lists: bytes.several(|bytes| Ok((bytes.text()?, bytes.bytes()?)))?,
            sheets: bytes.several(|bytes| Ok((bytes.text()?, bytes.several(|bytes| bytes.several(Bytes::cell))?)))?,
        });
    }
    Ok(runs)
}

/// Writes the files of the runs of a day, municipalities in parallel.
pub fn write(runs: &[Run<'_>], as_of: &str, output: &Path, workbooks: bool) -> Result<(), Failure> {
    runs.par_iter().filter(|run| run.as_of == as_of).try_for_each(|run| {
        let folder = output.join(run.code);
        fs::create_dir_all(&folder)?;
        for (name, bytes) in &run.lists {
            fs::write(folder.join(name), bytes)?;
        }
        if workbooks { write_workbook(run, &folder.join("avstamning.xlsx")) } else { Ok(()) }
    })
}

fn write_workbook(run: &Run<'_>, path: &Path) -> Result<(), Failure> {
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    for (name, rows) in &run.sheets {
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(*name)?;
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => drop(sheet.write_string(row, column, *text)?),
                    Cell::Number(number) => drop(sheet.write_number(row, column, *number)?),
                    Cell::Day(number) => drop(sheet.write_number_with_format(row, column, *number, &day)?),
                }
            }
        }
    }
    Ok(book.save(path)?)
}
