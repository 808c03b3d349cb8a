//! `kaa board`: the board report of a half-year.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Args;

use super::monthly::unknown_source_in;
use super::progress::Progress;
use super::{Failure, Session, today};
use crate::calendar::HalfYear;
use crate::config::Config;
use crate::ingest::Intake;
use crate::job::{self, BoardError, HalfYearJob, JobError, JobResult};
use crate::run::Outcome;
use crate::texts::{
    board_figures, board_heading, board_hidden, board_logo, board_not_begun, board_unreconciled,
    no_population_register, progress_deciding, progress_reading, progress_writing, run_held, summary_unchanged,
    summary_written,
};

/// The options of `kaa board`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Halvåret, som 2026H1.
    #[arg(long, value_name = "HALVÅR")]
    pub period: HalfYear,
    /// Avstämningsdatum; annars i dag.
    #[arg(long, value_name = "DATUM")]
    pub as_of: Option<NaiveDate>,
    /// Godkänn en källa som den är. Kan anges flera gånger.
    #[arg(long, value_name = "KÄLLA")]
    pub godkann: Vec<String>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    let config = session.config()?;
    board(session, &config, options).map(|_| ())
}

/// Runs the job and prints its summary.
pub(super) fn board(session: &Session, config: &Config, options: &Options) -> Result<Outcome, Failure> {
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
    let job = HalfYearJob { config, period: options.period, as_of, accepted: &options.godkann };
    progress.now(&progress_deciding());
    let result = job::board(&job, intake, || progress.now(&progress_writing()));
    drop(progress);
    match result {
        Ok(result) => {
            tell_summary(session, config, &result);
            Ok(result.outcome)
        }
        Err(BoardError::NotBegun) => Err(Failure::Usage(board_not_begun(&options.period, &as_of))),
        Err(BoardError::Unreconciled(error)) => Err(Failure::Failed(board_unreconciled(&error))),
        Err(BoardError::Logo { path, detail }) => Err(Failure::Usage(board_logo(&path, &detail))),
        Err(BoardError::Job(JobError::NoPopulationRegister)) => Err(Failure::Failed(no_population_register())),
        Err(BoardError::Job(JobError::Run(error))) => Err(error.into()),
        Err(BoardError::Job(JobError::Held { reasons, folder })) => {
            for held in &reasons {
                session.tell(&held.message());
            }
            Err(Failure::Held(run_held(&folder)))
        }
    }
}

fn tell_summary(session: &Session, config: &Config, result: &JobResult<BTreeMap<String, u64>>) {
    let (manifest, counts) = (&result.manifest, &result.counts);
    if session.json {
        let summary = serde_json::json!({
            "jobb": manifest.job,
            "kommunkod": manifest.municipality,
            "period": manifest.period,
            "avstamningsdatum": manifest.as_of,
            "mapp": result.outcome.path(),
            "oforandrat": matches!(result.outcome, Outcome::Unchanged(_)),
            "antal": counts,
        });
        println!("{summary}");
    }
    let count = |name: &str| counts.get(name).copied();
    session.tell(&board_heading(&config.name, manifest.period.as_deref().unwrap_or_default(), &manifest.as_of));
    session.tell(&board_figures(count("i_gruppen"), count("kom_in"), count("lamnade")));
    session.tell(&board_hidden(counts["visade"], counts["dolda"]));
    session.tell(&match &result.outcome {
        Outcome::Written(path) => summary_written(path),
        Outcome::Unchanged(path) => summary_unchanged(path),
    });
}
