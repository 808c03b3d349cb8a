//! What the commands that run a job share: reading the sources, and how a job ends.

use chrono::NaiveDate;
use clap::Args;

use super::progress::Progress;
use super::{Failure, Session, today};
use crate::config::{Config, nearest};
use crate::ingest::Intake;
use crate::job::JobError;
use crate::records::Kind;
use crate::run::Outcome;
use crate::texts::{
    no_population_register, progress_deciding, progress_reading, run_held, summary_unchanged, summary_written,
    unknown_source,
};

/// Which day it is, and what of the sources a person accepts.
#[derive(Debug, Args)]
pub(super) struct SourceOptions {
    /// Avstämningsdatum; annars i dag.
    #[arg(long, value_name = "DATUM")]
    pub as_of: Option<NaiveDate>,
    /// Godkänn en källa som den är. Kan anges flera gånger.
    #[arg(long, value_name = "KÄLLA")]
    pub godkann: Vec<String>,
}

impl SourceOptions {
    /// The sources as they are on a day.
    pub fn on(day: NaiveDate) -> Self {
        Self { as_of: Some(day), godkann: Vec::new() }
    }

    /// The as-of date.
    pub fn day(&self) -> NaiveDate {
        self.as_of.unwrap_or_else(today)
    }

    /// Reads every source; the progress then says that the job decides.
    pub fn read(&self, session: &Session, config: &Config) -> Result<(Intake, Progress), Failure> {
        let progress = Progress::start(session.language);
        progress.now(&progress_reading());
        let intake = Intake::read_own(config, session.shared(config, self.day()), self.day());
        if !intake.faults.is_empty() {
            drop(progress);
            return Err(session.file_faults(&intake.faults));
        }
        if let Some(unknown) = self.unknown_source(config, &intake) {
            return Err(unknown);
        }
        progress.now(&progress_deciding());
        Ok((intake, progress))
    }

    fn unknown_source(&self, config: &Config, intake: &Intake) -> Option<Failure> {
        let described = config.described_sources().map(|source| source.name.as_str());
        let read = intake.files.iter().map(|file| file.source.as_str());
        let kinds = Kind::ALL.iter().map(|kind| kind.name());
        let known: Vec<&str> = described.chain(read).chain(kinds).collect();
        // A source that has vanished with its files is known by its kind: <kind>-<name>.
        let of_kind = |name: &str| name.split_once('-').is_some_and(|(kind, _)| Kind::from_name(kind).is_some());
        let unknown = self.godkann.iter().find(|name| !known.contains(&name.as_str()) && !of_kind(name))?;
        Some(Failure::Usage(unknown_source(unknown, nearest(unknown, known).unwrap_or_default())))
    }
}

impl Session {
    /// How a job ended without a run. The reasons of a held one are told.
    pub fn job_failure(&self, error: JobError) -> Failure {
        match error {
            JobError::NoPopulationRegister => Failure::Failed(no_population_register()),
            JobError::Run(error) => error.into(),
            JobError::Held { reasons, folder } => {
                for held in &reasons {
                    self.tell(&held.message());
                }
                Failure::Held(run_held(&folder))
            }
        }
    }

    /// Where a run lies.
    pub fn tell_outcome(&self, outcome: &Outcome) {
        self.tell(&match outcome {
            Outcome::Written(path) => summary_written(path),
            Outcome::Unchanged(path) => summary_unchanged(path),
        });
    }
}
