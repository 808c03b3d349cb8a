//! `kaa monthly`: the monthly reconciliation.

use chrono::NaiveDate;
use clap::Args;

use super::progress::Progress;
use super::{Failure, Session, today};
use crate::config::{Config, nearest};
use crate::ingest::Intake;
use crate::job::{self, JobError, JobResult, MonthlyJob};
use crate::report::Counts;
use crate::run::Outcome;
use crate::texts::{
    no_population_register, progress_deciding, progress_reading, progress_writing, run_held, summary_changed,
    summary_contact, summary_group, summary_heading, summary_inquiries, summary_rejected, summary_unchanged,
    summary_written, unknown_source,
};

/// The options of `kaa monthly`.
#[derive(Debug, Default, Args)]
pub(super) struct Options {
    /// Avstämningsdatum; annars i dag.
    #[arg(long, value_name = "DATUM")]
    pub as_of: Option<NaiveDate>,
    /// Jämför med senaste körningen på eller före detta datum.
    #[arg(long, value_name = "DATUM")]
    pub since: Option<NaiveDate>,
    /// Godkänn en källa som den är. Kan anges flera gånger.
    #[arg(long, value_name = "KÄLLA")]
    pub godkann: Vec<String>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    let config = session.config()?;
    monthly(session, &config, options).map(|_| ())
}

/// Runs the job and prints its summary.
pub(super) fn monthly(session: &Session, config: &Config, options: &Options) -> Result<Outcome, Failure> {
    let as_of = options.as_of.unwrap_or_else(today);
    let progress = Progress::start(session.language);
    progress.now(&progress_reading());
    let intake = Intake::read(config, as_of);
    if !intake.faults.is_empty() {
        drop(progress);
        return Err(session.file_faults(&intake.faults));
    }
    if let Some(unknown) = unknown_source_in(config, &intake, &options.godkann) {
        return Err(unknown);
    }
    let job = MonthlyJob { config, as_of, since: options.since, accepted: &options.godkann };
    progress.now(&progress_deciding());
    let result = job::monthly(&job, intake, || progress.now(&progress_writing()));
    drop(progress);
    match result {
        Ok(result) => {
            tell_summary(session, config, &result);
            Ok(result.outcome)
        }
        Err(JobError::NoPopulationRegister) => Err(Failure::Failed(no_population_register())),
        Err(JobError::Run(error)) => Err(error.into()),
        Err(JobError::Held { reasons, folder }) => {
            for held in &reasons {
                session.tell(&held.message());
            }
            Err(Failure::Held(run_held(&folder)))
        }
    }
}

pub(super) fn unknown_source_in(config: &Config, intake: &Intake, accepted: &[String]) -> Option<Failure> {
    let described = config.sources.iter().map(|source| source.name.as_str());
    let read = intake.files.iter().map(|file| file.source.as_str());
    let kinds = crate::records::Kind::ALL.iter().map(|kind| kind.name());
    let known: Vec<&str> = described.chain(read).chain(kinds).collect();
    // A source that has vanished with its files is known by its kind: <kind>-<name>.
    let is_known = |name: &str| known.contains(&name) || kinds_of(name);
    let unknown = accepted.iter().find(|name| !is_known(name))?;
    Some(Failure::Usage(unknown_source(unknown, nearest(unknown, known).unwrap_or_default())))
}

fn kinds_of(name: &str) -> bool {
    name.split_once('-').is_some_and(|(kind, _)| crate::records::Kind::from_name(kind).is_some())
}

fn tell_summary(session: &Session, config: &Config, result: &JobResult<Counts>) {
    let counts = &result.counts;
    if session.json {
        let summary = serde_json::json!({
            "jobb": result.manifest.job,
            "kommunkod": result.manifest.municipality,
            "avstamningsdatum": result.manifest.as_of,
            "mapp": result.outcome.path(),
            "oforandrat": matches!(result.outcome, Outcome::Unchanged(_)),
            "antal": counts,
        });
        println!("{summary}");
    }
    let read = result.manifest.inputs.iter().map(|input| input.rows.read).sum();
    session.tell(&summary_heading(&config.name, &result.manifest.as_of));
    session.tell(&summary_group(counts.group, counts.entered, counts.left));
    session.tell(&summary_contact(counts.never_contacted));
    session.tell(&summary_inquiries(counts.to_look_into));
    session.tell(&summary_changed(counts.changed));
    session.tell(&summary_rejected(counts.rejected, read));
    session.tell(&match &result.outcome {
        Outcome::Written(path) => summary_written(path),
        Outcome::Unchanged(path) => summary_unchanged(path),
    });
}
