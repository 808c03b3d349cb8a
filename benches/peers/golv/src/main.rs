//! The floor: what the same job costs when nothing is decided.
//!
//! `golv celler KAA_OUTPUT FILE` collects the cells that kaa's monthly runs wrote. The timed part,
//! `golv INBOX_ROOT OUT_DIR --as-of D1 --as-of D2 --celler FILE [--utan-arbetsbocker]`, scans every source file that
//! counts for each run with Polars (workbooks with calamine), drops what it read, and writes those cells again: the
//! lists as bytes, the workbooks with rust_xlsxwriter. It parses no personnummer and no date, and joins nothing.

mod cells;
mod scan;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error + Send + Sync>;

struct Job {
    root: PathBuf,
    output: PathBuf,
    as_of: Vec<String>,
    cells: PathBuf,
    workbooks: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["celler", runs, file] => cells::collect(Path::new(runs), Path::new(file)),
        _ => Job::read(&arguments).and_then(|job| job.run()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("golv: {failure}");
            ExitCode::FAILURE
        }
    }
}

impl Job {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut places = Vec::new();
        let mut job = Self {
            root: PathBuf::new(),
            output: PathBuf::new(),
            as_of: Vec::new(),
            cells: PathBuf::new(),
            workbooks: true,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--as-of" => job.as_of.extend(rest.next().cloned()),
                "--celler" => job.cells = rest.next().map(PathBuf::from).unwrap_or_default(),
                "--utan-arbetsbocker" => job.workbooks = false,
                place => places.push(PathBuf::from(place)),
            }
        }
        let [root, output] = <[PathBuf; 2]>::try_from(places).map_err(|_| "INBOX_ROOT och OUT_DIR")?;
        Ok(Self { root, output, ..job })
    }

    fn run(&self) -> Result<(), Failure> {
        let bytes = std::fs::read(&self.cells)?;
        let runs = cells::runs(&bytes)?;
        for as_of in &self.as_of {
            scan::scan(&self.root.join("inbox"), as_of)?;
            cells::write(&runs, as_of, &self.output, self.workbooks)?;
        }
        Ok(())
    }
}
