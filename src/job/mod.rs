//! The jobs: from what was read to a run on disk.

mod board;
mod monthly;
mod overview;
mod purge;
mod scb;

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rust_xlsxwriter::XlsxError;

use crate::calendar::HalfYear;
use crate::config::Config;
use crate::ingest::Intake;
use crate::month::Month;
use crate::records::Kind;
use crate::report::{DATA_PACKAGE, DataPackage, List, Resource, rejects};
use crate::run::purge::PURGE;
use crate::run::{
    FindingEntry, Held, InputEntry, MONTHLY, Manifest, Outcome, OutputEntry, Produced, RunError, RunFolder, Runs,
    reasons_to_hold, runs_of, sha256, unchanged_memory,
};
use crate::texts::package as texts;

pub use board::{BoardError, board};
pub use monthly::{MonthlyJob, WrittenMonth, monthly, write_month};
pub use overview::{OVERVIEW, OverviewRow, OverviewStatus, write_overview};
pub use purge::{Begun, OwnFileRow, PurgePlan, purge};
pub use scb::{Marked, ScbError, ScbJob, mark_delivered, scb};

/// What the report of a half-year is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct HalfYearJob<'a> {
    /// The pipeline.
    pub config: &'a Config,
    /// The half-year.
    pub period: HalfYear,
    /// The as-of date, whose timeline the days are taken from.
    pub as_of: NaiveDate,
    /// Sources that a person accepts as they are.
    pub accepted: &'a [String],
}

/// A finished run.
#[derive(Debug)]
pub struct JobResult<C> {
    /// Where it lies.
    pub outcome: Outcome,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its figures.
    pub counts: C,
}

/// Why a job did not end in a run.
#[derive(Debug)]
pub enum JobError {
    /// No folkbokföring to start from.
    NoPopulationRegister,
    /// A person must decide about sources.
    Held {
        /// The sources and why.
        reasons: Vec<Held>,
        /// Where the rejected rows and the reasons lie.
        folder: PathBuf,
    },
    /// The disk, or an earlier run.
    Run(RunError),
}

impl From<RunError> for JobError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

/// The month that a half-year's report is taken from, on the memory of the latest monthly run on or before its as-of
/// date. Only monthly runs register.
///
/// # Errors
/// [`JobError`]; then the half-year's run is held.
pub fn half_year_month(job: &HalfYearJob<'_>, intake: &mut Intake, runs: &Runs) -> Result<Month, JobError> {
    let monthly = runs_of(job.config, MONTHLY)?;
    let latest = monthly.iter().rfind(|run| run.as_of <= job.as_of);
    let label = job.period.to_string();
    decide(job.config, intake, latest, job.as_of, job.accepted, |files| runs.hold(&label, files))
}

/// Opens the runs of a job, unless there is no folkbokföring to start from: then nothing is made on disk.
fn open_runs(config: &Config, job: &'static str, intake: &Intake) -> Result<Runs, JobError> {
    if !intake.files.iter().any(|file| file.kind == Kind::PopulationRegister) {
        return Err(JobError::NoPopulationRegister);
    }
    Ok(Runs::open(config, job)?)
}

/// Decides a month on the memory of an earlier monthly run, unless a person must decide about sources first.
/// `hold` writes what that person needs.
fn decide(
    config: &Config,
    intake: &mut Intake,
    compared: Option<&RunFolder>,
    as_of: NaiveDate,
    accepted: &[String],
    hold: impl FnOnce(&[Produced]) -> Result<PathBuf, RunError>,
) -> Result<Month, JobError> {
    let (manifest, memory) = compared.map(unchanged_memory).transpose()?.unzip();
    intake.take_shared(config, memory.as_ref(), as_of);
    let mut findings = std::mem::take(&mut intake.findings);
    let reasons = reasons_to_hold(config, intake, manifest.as_ref(), as_of, accepted, &mut findings);
    if !reasons.is_empty() {
        let folder = hold(&held_files(config, intake, &reasons, as_of)?)?;
        return Err(JobError::Held { reasons, folder });
    }
    intake.findings = findings;
    let purges = runs_of(config, PURGE)?;
    intake.purged_on = purges.iter().map(|run| run.as_of).filter(|&day| day <= as_of).max();
    Ok(Month::decide(config, intake, memory.as_ref(), as_of))
}

/// A workbook, of which long lists go by way of a file in a scratch folder. Its writer has no error for a system that
/// refuses that file, as on a full disk, but panics.
fn made_in(scratch: &Path, make: impl FnOnce() -> Result<Vec<u8>, XlsxError>) -> Result<Vec<u8>, RunError> {
    let refused = |error| RunError::Io { path: scratch.to_owned(), error };
    match catch_unwind(AssertUnwindSafe(make)) {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(XlsxError::IoError(error))) => Err(refused(error)),
        Ok(Err(error)) => Err(RunError::Rendering(error.to_string())),
        Err(panic) => Err(refused(system_error(&*panic).unwrap_or_else(|| resume_unwind(panic)))),
    }
}

/// The error of the operating system that a panic is about, if it is.
pub fn system_error(panic: &(dyn Any + Send)) -> Option<std::io::Error> {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied())?;
    let code = said.split_once("Os { code: ")?.1.split(',').next()?;
    Some(std::io::Error::from_raw_os_error(code.parse().ok()?))
}

/// What every job's manifest says.
fn manifest(
    job: &str,
    config: &Config,
    intake: &Intake,
    month: &Month,
    accepted: &[String],
    files: &[Produced],
) -> Manifest {
    let mut accepted = accepted.to_vec();
    accepted.sort();
    let output =
        |file: &Produced| OutputEntry { name: file.name.clone(), sha256: sha256(&file.bytes), rows: file.rows };
    Manifest {
        format: 1,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        job: job.to_owned(),
        municipality: config.municipality.to_string(),
        name: config.name.clone(),
        as_of: month.as_of.to_string(),
        period: None,
        scb: None,
        config: config.hash.clone(),
        inputs: intake.files.iter().map(InputEntry::from).collect(),
        accepted,
        outputs: files.iter().map(output).collect(),
        counts: BTreeMap::new(),
        findings: month.findings.iter().map(FindingEntry::from).collect(),
        compared_with: None,
        previous: None,
    }
}

/// `avvisade_rader.csv`, its description and `skal.txt` of a held run.
fn held_files(config: &Config, intake: &Intake, reasons: &[Held], as_of: NaiveDate) -> Result<Vec<Produced>, RunError> {
    let text: String = reasons.iter().map(|held| format!("{}\r\n", held.message().swedish)).collect();
    let rejected = rejects(intake);
    let title = texts::held(&config.name, as_of);
    let mut files = vec![
        Produced { name: "avvisade_rader.csv".to_owned(), bytes: rejected.csv(), rows: None },
        Produced { name: "skal.txt".to_owned(), bytes: text.into_bytes(), rows: None },
    ];
    describe(&mut files, config, &format!("stoppad-{as_of}"), title, rejected.resource().into_iter().collect())?;
    Ok(files)
}

/// The CSV file that a list becomes, if it becomes one.
fn csv_file(list: &List) -> Option<Produced> {
    let name = list.file?.path();
    Some(Produced { name, bytes: list.csv(), rows: Some(list.rows.len() as u64) })
}

/// Adds what others know a run's CSV files by: the description, and Parquet files where the pipeline wants them. `label`:
/// the run's job and date, in the description's name.
fn describe(
    files: &mut Vec<Produced>,
    config: &Config,
    label: &str,
    title: String,
    described: Vec<Resource>,
) -> Result<(), RunError> {
    for resource in described.iter().filter(|_| config.parquet) {
        if let Some(Produced { bytes, rows, .. }) = files.iter().find(|file| file.name == resource.path()) {
            let (bytes, rows) = (resource.parquet(bytes).map_err(RunError::Rendering)?, *rows);
            files.push(Produced { name: resource.parquet_path(), bytes, rows });
        }
    }
    let package = DataPackage::new(&format!("kaa-{}-{label}", config.municipality), title, described);
    files.push(Produced { name: DATA_PACKAGE.to_owned(), bytes: package.bytes(), rows: None });
    Ok(())
}
