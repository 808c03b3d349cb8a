//! `kaa scb`: the half-year file for SCB.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::jobs::SourceOptions;
use super::output::show;
use super::{Failure, Session};
use crate::calendar::HalfYear;
use crate::config::Config;
use crate::job::{self, HalfYearJob, JobResult, Marked, ScbError, ScbJob};
use crate::run::Outcome;
use crate::scb::{Block, Layout, LayoutFault, Receipt, Severity};
use crate::texts::progress_writing;
use crate::texts::scb::{
    Check, check_line, checks_hold, delivery_damaged, draft_not_marked, layout_fault, layout_not_read,
    marked_as_delivered, no_layout, nothing_to_mark, period_not_begun, scb_checks, scb_differences, scb_events,
    scb_file_fault, scb_heading, scb_persons,
};

/// The options of `kaa scb`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Halvåret, till exempel 2026H1.
    #[arg(long, value_name = "HALVÅR")]
    pub period: HalfYear,
    #[command(flatten)]
    pub sources: SourceOptions,
    /// Skriv ett utkast (..._UTKAST) fast kontroller stoppar filen.
    #[arg(long)]
    pub draft: bool,
    /// Märk den senaste filen för halvåret som den som har laddats upp hos SCB. Skriver ingen ny fil.
    #[arg(long, conflicts_with_all = ["as_of", "draft", "layout", "godkann"])]
    pub skickad: bool,
    /// En egen layout, i stället för programmets för halvåret.
    #[arg(long, value_name = "FIL")]
    pub layout: Option<PathBuf>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    session.each(|config| {
        if options.skickad { mark(session, config, options.period) } else { scb(session, config, options).map(|_| ()) }
    })
}

fn mark(session: &Session, config: &Config, period: HalfYear) -> Result<(), Failure> {
    match job::mark_delivered(config, period)? {
        Marked::NoRun => Err(Failure::Usage(nothing_to_mark(period))),
        Marked::OnlyDrafts(folder) => Err(Failure::Usage(draft_not_marked(period, &folder))),
        Marked::Done(folder, outcome) => {
            if session.json {
                show(format_args!("{}\n", serde_json::json!({ "skickad": folder, "mapp": outcome.path() })))?;
            }
            session.tell(&marked_as_delivered(period, &folder));
            Ok(())
        }
    }
}

/// Runs the job and prints its summary; gives the folder and the name of the file.
pub(super) fn scb(session: &Session, config: &Config, options: &Options) -> Result<PathBuf, Failure> {
    let period = options.period;
    let as_of = options.sources.day();
    if as_of < period.first() {
        return Err(Failure::Usage(period_not_begun(period, &as_of)));
    }
    let layout = layout(period, options.layout.as_deref())?;
    let (intake, progress) = options.sources.read(session, config)?;
    let half = HalfYearJob { config, period, as_of, accepted: &options.sources.godkann };
    let job = ScbJob { half, layout: &layout, draft: options.draft };
    let result = job::scb(&job, intake, || progress.now(&progress_writing()));
    drop(progress);
    match result {
        Ok(result) => {
            tell_summary(session, config, period, &result)?;
            Ok(result.outcome.path().join(&result.counts.file))
        }
        Err(error) => Err(failure(session, &layout, error)),
    }
}

/// The layout that was asked for, else the program's own.
fn layout(period: HalfYear, path: Option<&Path>) -> Result<Layout, Failure> {
    let Some(path) = path else {
        return Layout::of_period(period).cloned().ok_or_else(|| Failure::Usage(no_layout(period)));
    };
    let text = fs::read_to_string(path).map_err(|error| Failure::Usage(layout_not_read(path, &error)))?;
    let fault = |fault: LayoutFault| Failure::Usage(layout_fault(&path.display().to_string(), &fault));
    Layout::parse(&text).map_err(fault)
}

fn failure(session: &Session, layout: &Layout, error: ScbError) -> Failure {
    match error {
        ScbError::Job(error) => session.job_failure(error),
        ScbError::Blocked { checks, folder } => {
            for (check, count) in checks {
                session.tell(&check_line(check, count));
            }
            Failure::Held(checks_hold(&folder))
        }
        ScbError::File(fault) => Failure::Usage(scb_file_fault(&layout.name, &fault)),
        ScbError::DeliveryDamaged(folder) => Failure::Failed(delivery_damaged(&folder)),
    }
}

fn tell_summary(
    session: &Session,
    config: &Config,
    period: HalfYear,
    result: &JobResult<Receipt>,
) -> Result<(), Failure> {
    let receipt = &result.counts;
    let rows = result.manifest.outputs.iter().find(|file| file.name == receipt.file).and_then(|file| file.rows);
    session.tell(&scb_heading(&config.name, period, &period.scb_deadline()));
    session.tell(&scb_persons(receipt.persons, rows.unwrap_or(0)));
    session.tell(&scb_events(
        receipt.block(Block::Contact),
        receipt.block(Block::Knowledge),
        receipt.block(Block::MeasureStart),
        receipt.block(Block::MeasureEnd),
        receipt.block(Block::Deregistration),
    ));
    let [blocking, warnings, notes] = Severity::ALL.map(|severity| receipt.severity(severity));
    session.tell(&scb_checks(blocking, warnings, notes));
    if let Some(&rejected) = receipt.checks.get(Check::RowRejected.code()) {
        session.tell(&check_line(Check::RowRejected, usize::try_from(rejected).unwrap_or(usize::MAX)));
    }
    if let Some(compared) = &receipt.compared {
        session.tell(&scb_differences(&compared.folder, compared.added, compared.removed, compared.changed));
    }
    session.tell_outcome(&result.outcome);
    if session.json {
        let summary = serde_json::json!({
            "jobb": result.manifest.job,
            "kommunkod": result.manifest.municipality,
            "period": result.manifest.period,
            "avstamningsdatum": result.manifest.as_of,
            "mapp": result.outcome.path(),
            "oforandrat": matches!(result.outcome, Outcome::Unchanged(_)),
            "kvittens": receipt,
        });
        return show(format_args!("{summary}\n"));
    }
    Ok(())
}
