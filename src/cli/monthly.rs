//! `kaa monthly`: the monthly reconciliation.

use chrono::NaiveDate;
use clap::Args;

use super::jobs::SourceOptions;
use super::output::show;
use super::{Failure, Session, federation};
use crate::config::{Config, Pipeline};
use crate::job::{self, JobResult, MonthlyJob};
use crate::report::Counts;
use crate::run::Outcome;
use crate::texts::{
    progress_writing, summary_changed, summary_contact, summary_group, summary_heading, summary_inquiries,
    summary_rejected,
};

/// The options of `kaa monthly`.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub sources: SourceOptions,
    /// Jämför med senaste körningen på eller före detta datum.
    #[arg(long, value_name = "DATUM")]
    pub since: Option<NaiveDate>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    match session.pipeline()? {
        Pipeline::One(config) => monthly(session, &config, options).map(|_| ()),
        Pipeline::Several(federation) => {
            let size = federation.municipalities.len() + federation.faulty.len();
            federation::monthly(session, &federation, options)?.result(size)
        }
    }
}

/// Runs the job and prints its summary.
pub(super) fn monthly(session: &Session, config: &Config, options: &Options) -> Result<Outcome, Failure> {
    let as_of = options.sources.day();
    let (intake, progress) = options.sources.read(session, config)?;
    let job = MonthlyJob { config, as_of, since: options.since, accepted: &options.sources.godkann };
    let result = job::monthly(&job, intake, || progress.now(&progress_writing()));
    drop(progress);
    match result {
        Ok(result) => {
            tell_summary(session, config, &result)?;
            Ok(result.outcome)
        }
        Err(error) => Err(session.job_failure(error)),
    }
}

/// The summary in one line, for whoever watches the job.
pub(super) fn json_summary(result: &JobResult<Counts>) -> serde_json::Value {
    serde_json::json!({
        "jobb": result.manifest.job,
        "kommunkod": result.manifest.municipality,
        "avstamningsdatum": result.manifest.as_of,
        "mapp": result.outcome.path(),
        "oforandrat": matches!(result.outcome, Outcome::Unchanged(_)),
        "antal": result.counts,
    })
}

fn tell_summary(session: &Session, config: &Config, result: &JobResult<Counts>) -> Result<(), Failure> {
    let counts = &result.counts;
    let read = result.manifest.inputs.iter().filter_map(|input| input.rows).map(|rows| rows.read).sum();
    session.tell(&summary_heading(&config.name, &result.manifest.as_of));
    session.tell(&summary_group(counts.group, counts.entered, counts.left));
    session.tell(&summary_contact(counts.never_contacted));
    session.tell(&summary_inquiries(counts.to_look_into));
    session.tell(&summary_changed(counts.changed));
    session.tell(&summary_rejected(counts.rejected, read));
    session.tell_outcome(&result.outcome);
    if session.json { show(format_args!("{}\n", json_summary(result))) } else { Ok(()) }
}
