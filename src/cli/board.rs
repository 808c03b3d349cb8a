//! `kaa board`: the board report of a half-year.

use std::collections::BTreeMap;

use clap::Args;

use super::jobs::SourceOptions;
use super::output::show;
use super::{Failure, Session};
use crate::calendar::HalfYear;
use crate::config::Config;
use crate::job::{self, BoardError, HalfYearJob, JobResult};
use crate::run::Outcome;
use crate::texts::{
    board_figures, board_heading, board_hidden, board_logo, board_not_begun, board_unreconciled, progress_writing,
};

/// The options of `kaa board`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Halvåret, som 2026H1.
    #[arg(long, value_name = "HALVÅR")]
    pub period: HalfYear,
    #[command(flatten)]
    pub sources: SourceOptions,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    session.each(|config| board(session, config, options).map(|_| ()))
}

/// Runs the job and prints its summary.
pub(super) fn board(session: &Session, config: &Config, options: &Options) -> Result<Outcome, Failure> {
    let as_of = options.sources.day();
    let (intake, progress) = options.sources.read(session, config)?;
    let job = HalfYearJob { config, period: options.period, as_of, accepted: &options.sources.godkann };
    let result = job::board(&job, intake, || progress.now(&progress_writing()));
    drop(progress);
    match result {
        Ok(result) => {
            tell_summary(session, config, &result)?;
            Ok(result.outcome)
        }
        Err(BoardError::NotBegun) => Err(Failure::Usage(board_not_begun(&options.period, &as_of))),
        Err(BoardError::Unreconciled(error)) => Err(Failure::Failed(board_unreconciled(&error))),
        Err(BoardError::Logo { path, detail }) => Err(Failure::Usage(board_logo(&path, &detail))),
        Err(BoardError::Job(error)) => Err(session.job_failure(error)),
    }
}

fn tell_summary(session: &Session, config: &Config, result: &JobResult<BTreeMap<String, u64>>) -> Result<(), Failure> {
    let (manifest, counts) = (&result.manifest, &result.counts);
    let count = |name: &str| counts.get(name).copied();
    session.tell(&board_heading(&config.name, manifest.period.as_deref().unwrap_or_default(), &manifest.as_of));
    session.tell(&board_figures(count("i_gruppen"), count("kom_in"), count("lamnade")));
    session.tell(&board_hidden(counts["visade"], counts["dolda"]));
    session.tell_outcome(&result.outcome);
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
        return show(format_args!("{summary}\n"));
    }
    Ok(())
}
