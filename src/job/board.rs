//! The board report of a half-year.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::{HalfYearJob, JobError, JobResult, describe, half_year_month, manifest, open_runs};
use crate::board::{Earlier, Facts, Figures, Report, Source, Unreconciled, workbook};
use crate::half_year::HalfYearView;
use crate::ingest::Intake;
use crate::run::{BOARD, Manifest, Produced, RunError, RunFolder};
use crate::texts::package as texts;

/// The key figures of a report, which later reports know it by.
const KEY_FIGURES: &str = "nyckeltal.csv";

/// Why there is no board report.
#[derive(Debug)]
pub enum BoardError {
    /// As with every job.
    Job(JobError),
    /// The half-year begins after the as-of date.
    NotBegun,
    /// The figures contradict each other.
    Unreconciled(Unreconciled),
    /// The logo cannot be read, or is no picture.
    Logo {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}

impl<E: Into<JobError>> From<E> for BoardError {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}

impl From<Unreconciled> for BoardError {
    fn from(error: Unreconciled) -> Self {
        Self::Unreconciled(error)
    }
}

/// Writes the board report of a half-year. The counts are those that it shows.
///
/// # Errors
/// [`BoardError`]; then no run appears.
pub fn board(
    job: &HalfYearJob<'_>,
    mut intake: Intake,
    writing: impl FnOnce(),
) -> Result<JobResult<BTreeMap<String, u64>>, BoardError> {
    let config = job.config;
    if job.as_of < job.period.first() {
        return Err(BoardError::NotBegun);
    }
    let runs = open_runs(config, BOARD, &intake)?;
    let reports = runs.all()?;
    let others = reports.iter().map(published).collect::<Result<Vec<_>, _>>()?;
    let month = half_year_month(job, &mut intake, &runs)?;
    writing();
    let facts = Facts::of(&HalfYearView::new(job.period, &month));
    let figures = Figures::count(&facts, config.board.contact_days);
    figures.reconcile()?;
    let report = Report::new(figures, &others, &config.board);
    let logo =
        config.board.logo.as_ref().map(|path| {
            fs::read(path).map_err(|error| BoardError::Logo { path: path.clone(), detail: error.to_string() })
        });
    let logo = logo.transpose()?;
    let source = Source { config, report: &report, intake: &intake, findings: &month.findings, as_of: job.as_of };
    let bytes = workbook(&source, logo.as_deref()).map_err(|error| match &config.board.logo {
        Some(path) if is_about_a_picture(&error) => BoardError::Logo { path: path.clone(), detail: error.to_string() },
        _ => RunError::Rendering(error.to_string()).into(),
    })?;
    let key_figures = report.key_figures();
    let title = texts::board(&config.name, job.period);
    let rows = key_figures.iter().filter(|&&byte| byte == b'\n').count() as u64 - 1;
    let mut files = vec![
        Produced { name: format!("namndrapport_{}.xlsx", job.period), bytes, rows: None },
        Produced { name: KEY_FIGURES.to_owned(), bytes: key_figures, rows: Some(rows) },
    ];
    describe(&mut files, config, &format!("{BOARD}-{}", job.period), title, vec![Report::key_figures_described()])?;
    let counts = report.counts();
    let before = reports.iter().rfind(|run| run.as_of < job.period.last());
    let mut manifest = Manifest {
        period: Some(job.period.to_string()),
        counts: counts.clone(),
        compared_with: before.map(RunFolder::name),
        previous: before.map(RunFolder::as_previous).transpose()?,
        ..manifest(BOARD, config, &intake, &month, job.accepted, &files)
    };
    // The report hides small counts. The rows of a measure or of the case register are such counts, and from one run to
    // the next their differences are.
    manifest.inputs.iter_mut().for_each(|input| input.rows = None);
    manifest.findings.iter_mut().for_each(|finding| finding.count = None);
    let outcome = runs.add(&job.period.to_string(), &files, manifest.clone())?;
    Ok(JobResult { outcome, manifest, counts })
}

/// What a report on disk has published.
fn published(run: &RunFolder) -> Result<Earlier, RunError> {
    let path = run.path.join(KEY_FIGURES);
    let bytes = fs::read(&path).map_err(RunError::io(&path))?;
    let period = run.label.parse().map_err(|detail| RunError::Damaged { path: run.path.clone(), detail })?;
    Earlier::read(period, &bytes).map_err(|detail| RunError::Damaged { path, detail })
}

fn is_about_a_picture(error: &rust_xlsxwriter::XlsxError) -> bool {
    use rust_xlsxwriter::XlsxError as Error;
    matches!(error, Error::UnknownImageType | Error::ImageDimensionError)
}
