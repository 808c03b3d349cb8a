//! The jobs: from what was read to a run on disk.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::config::Config;
use crate::ingest::Intake;
use crate::month::Month;
use crate::records::Kind;
use crate::register::ChangeKind;
use crate::report::{List, monthly_lists, reject_rows};
use crate::run::{
    Counts, FindingEntry, Held, InputEntry, Manifest, Outcome, OutputEntry, Produced, RunError, Runs, load_memory,
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
    let counts = counts(&month, &intake, &lists);
    let mut files: Vec<Produced> = lists
        .iter()
        .map(|list| Produced {
            name: format!("{}.csv", list.name),
            bytes: list.csv(),
            rows: Some(list.rows.len() as u64),
        })
        .collect();
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
    let rejects = List {
        name: "avvisade_rader",
        columns: &["kalla", "fil", "blad", "rad", "kolumn", "varde", "kod", "beskrivning", "gor_sa"],
        rows: reject_rows(intake),
    };
    let text: String = reasons.iter().map(|held| format!("{}\r\n", held.message().swedish)).collect();
    vec![
        Produced { name: "avvisade_rader.csv".to_owned(), bytes: rejects.csv(), rows: None },
        Produced { name: "skal.txt".to_owned(), bytes: text.into_bytes(), rows: None },
    ]
}

fn counts(month: &Month, intake: &Intake, lists: &[List]) -> Counts {
    let changes = || month.people.iter().flat_map(|person| &person.changes);
    let of_kind = |kinds: &[ChangeKind]| changes().filter(|change| kinds.contains(&change.kind)).count() as u64;
    let rows = |name: &str| lists.iter().find(|list| list.name == name).map_or(0, |list| list.rows.len() as u64);
    Counts {
        group: month.group().count() as u64,
        entered: of_kind(&[ChangeKind::In, ChangeKind::InAndOut]),
        left: of_kind(&[ChangeKind::Out, ChangeKind::InAndOut]),
        changed: of_kind(&[ChangeKind::Changed, ChangeKind::Removed]),
        never_contacted: month
            .group()
            .filter(|(person, _)| {
                person
                    .outreach
                    .as_ref()
                    .is_some_and(|outreach| outreach.last_contact.is_none() && outreach.attempts == 0)
            })
            .count() as u64,
        to_look_into: rows("utreda"),
        rejected: intake.files.iter().map(|file| file.balance.rejected).sum(),
    }
}
