//! The monthly reconciliation.

use chrono::NaiveDate;

use super::{JobError, JobResult, csv_file, decide, describe, made_in, manifest, open_runs};
use crate::config::Config;
use crate::explain::{decisions, window};
use crate::ingest::Intake;
use crate::report::{
    Counts, List, Meeting, Resource, TrendPoint, education_list, education_workbook, monthly_lists, page, workbook,
};
use crate::run::{
    MONTHLY, Manifest, Produced, RunError, RunFolder, WrittenRun, appear, latest_before, load_memory, state_file,
};
use crate::texts::package as texts;

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

/// A monthly run that is written and not yet among the others.
#[derive(Debug)]
pub struct WrittenMonth {
    /// The run.
    pub run: WrittenRun,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its figures.
    pub counts: Counts,
}

/// The monthly reconciliation.
///
/// # Errors
/// [`JobError`]; then no run appears.
pub fn monthly(job: &MonthlyJob<'_>, intake: Intake, writing: impl FnOnce()) -> Result<JobResult<Counts>, JobError> {
    let WrittenMonth { run, manifest, counts } = write_month(job, intake, writing)?;
    let outcome = appear(vec![run])?.remove(0)?;
    Ok(JobResult { outcome, manifest, counts })
}

/// Decides and writes a month. Whoever writes many waits once for the disk before they appear.
///
/// # Errors
/// [`JobError`]; then nothing is left.
pub fn write_month(job: &MonthlyJob<'_>, mut intake: Intake, writing: impl FnOnce()) -> Result<WrittenMonth, JobError> {
    let config = job.config;
    let runs = open_runs(config, MONTHLY, &intake)?;
    let earlier = runs.all()?;
    let compared = latest_before(&earlier, job.as_of, job.since);
    let label = job.as_of.to_string();
    let month = decide(config, &mut intake, compared, job.as_of, job.accepted, |files| runs.hold(&label, files))?;
    writing();
    let lists = monthly_lists(&month, &intake, config);
    let counts = Counts::of(&month, &intake, &lists);
    let meeting = Meeting {
        config,
        month: &month,
        intake: &intake,
        lists: &lists,
        counts: &counts,
        trend: &trend(&earlier, job.as_of)?,
        scratch: runs.folder(),
    };
    let mut files = Vec::new();
    if config.workbooks {
        let bytes = made_in(runs.folder(), || workbook(&meeting))?;
        files.push(Produced { name: "avstamning.xlsx".to_owned(), bytes, rows: None });
        let page = page(&meeting, window(job.as_of), |people| decisions(&month, config, people));
        let bytes = page.map_err(|error| RunError::Rendering(error.to_string()))?;
        files.push(Produced { name: "avstamning.html".to_owned(), bytes, rows: None });
    }
    files.extend(lists.iter().filter_map(csv_file));
    let mut described: Vec<Resource> = lists.iter().filter_map(List::resource).collect();
    if config.ike {
        let before = compared.map(|run| load_memory(&run.path)).transpose()?;
        let list = education_list(&month, &intake, before, config);
        let bytes = made_in(runs.folder(), || education_workbook(&list, &meeting))?;
        files.push(Produced { name: "ike.xlsx".to_owned(), bytes, rows: None });
        files.extend(csv_file(&list));
        described.extend(list.resource());
    }
    let title = texts::monthly(&config.name, job.as_of);
    describe(&mut files, config, &format!("{MONTHLY}-{label}"), title, described)?;
    files.push(state_file(&month));
    let manifest = Manifest {
        counts: counts.by_name(),
        compared_with: compared.map(RunFolder::name),
        previous: compared.map(RunFolder::as_previous).transpose()?,
        ..manifest(MONTHLY, config, &intake, &month, job.accepted, &files)
    };
    let run = runs.write(&label, &files, manifest.clone())?;
    Ok(WrittenMonth { run, manifest, counts })
}

/// The figures of the latest runs before `as_of`, of each date the last revision, the oldest first.
fn trend(earlier: &[RunFolder], as_of: NaiveDate) -> Result<Vec<TrendPoint>, RunError> {
    const RUNS: usize = 11;
    let is_last =
        |run: &&RunFolder| !earlier.iter().any(|other| other.as_of == run.as_of && other.revision > run.revision);
    let before: Vec<&RunFolder> = earlier.iter().filter(|run| run.as_of < as_of).filter(is_last).collect();
    let point = |run: &&RunFolder| Ok(TrendPoint::of(run.as_of, &run.manifest()?.counts));
    before[before.len().saturating_sub(RUNS)..].iter().map(point).collect()
}
