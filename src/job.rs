//! The jobs: from what was read to a run on disk.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::config::Config;
use crate::ingest::Intake;
use crate::month::Month;
use crate::records::Kind;
use crate::report::{Counts, Meeting, monthly_lists, rejects, workbook};
use crate::run::{
    FindingEntry, Held, InputEntry, Manifest, Outcome, OutputEntry, Produced, RunError, Runs, load_memory,
    reasons_to_hold, sha256, state_files,
};

/// What a monthly run is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct MonthlyJob<'a> {
    /// The pipeline.
    pub config: &'a Config,
    /// The as-of date.
    pub as_of: NaiveDate,
    /// Compare with the last run on or before this day.
    pub since: Option<NaiveDate>,
    /// Sources that a person accepts as they are.
    pub accepted: &'a [String],
}

/// A finished monthly run.
#[derive(Debug)]
pub struct MonthlyResult {
    /// Where it lies.
    pub outcome: Outcome,
    /// Its manifest.
    pub manifest: Manifest,
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

/// The monthly reconciliation.
///
/// # Errors
/// [`JobError`]; then no run appears.
pub fn monthly(job: &MonthlyJob<'_>, mut intake: Intake, writing: impl FnOnce()) -> Result<MonthlyResult, JobError> {
    let config = job.config;
    if !intake.files.iter().any(|file| file.kind == Kind::PopulationRegister) {
        return Err(JobError::NoPopulationRegister);
    }
    let runs = Runs::open(config, "manad")?;
    let compared = runs.before(job.as_of, job.since)?;
    let compared_manifest = compared.as_ref().map(|run| run.manifest()).transpose()?;
    let mut findings = std::mem::take(&mut intake.findings);
    let reasons = reasons_to_hold(config, &intake, compared_manifest.as_ref(), job.as_of, job.accepted, &mut findings);
    if !reasons.is_empty() {
        let folder = runs.hold(job.as_of, &held_files(&intake, &reasons))?;
        return Err(JobError::Held { reasons, folder });
    }
    intake.findings = findings;
    let memory = compared.as_ref().map(|run| load_memory(&run.path)).transpose()?;
    let month = Month::decide(config, &mut intake, memory.as_ref(), job.as_of);
    writing();
    let lists = monthly_lists(&month, &intake, config);
    let counts = Counts::of(&month, &intake, &lists);
    let meeting = Meeting { config, month: &month, intake: &intake, lists: &lists, counts: &counts };
    let bytes = workbook(&meeting).map_err(|error| RunError::Rendering(error.to_string()))?;
    let mut files = vec![Produced { name: "avstamning.xlsx".to_owned(), bytes, rows: None }];
    files.extend(lists.iter().filter_map(|list| {
        let name = format!("{}.csv", list.file?);
        Some(Produced { name, bytes: list.csv(), rows: Some(list.rows.len() as u64) })
    }));
    files.extend(state_files(&month)?);
    let previous = compared.as_ref().map(|run| run.as_previous()).transpose()?;
    let mut accepted = job.accepted.to_vec();
    accepted.sort();
    let manifest = Manifest {
        format: 1,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        job: "manad".to_owned(),
        municipality: config.municipality.to_string(),
        name: config.name.clone(),
        as_of: job.as_of.to_string(),
        config: config.hash.clone(),
        inputs: intake.files.iter().map(InputEntry::from).collect(),
        accepted,
        outputs: files
            .iter()
            .map(|file| OutputEntry { name: file.name.clone(), sha256: sha256(&file.bytes), rows: file.rows })
            .collect(),
        counts,
        findings: month.findings.iter().map(FindingEntry::from).collect(),
        compared_with: compared.as_ref().map(|run| run.name()),
        previous,
    };
    let outcome = runs.add(job.as_of, &files, manifest.clone())?;
    Ok(MonthlyResult { outcome, manifest })
}

/// `avvisade_rader.csv` and `skal.txt` of a held run.
fn held_files(intake: &Intake, reasons: &[Held]) -> Vec<Produced> {
    let text: String = reasons.iter().map(|held| format!("{}\r\n", held.message().swedish)).collect();
    vec![
        Produced { name: "avvisade_rader.csv".to_owned(), bytes: rejects(intake).csv(), rows: None },
        Produced { name: "skal.txt".to_owned(), bytes: text.into_bytes(), rows: None },
    ]
}
