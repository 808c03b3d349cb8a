//! The half-year file for SCB, and the mark of the delivery that was uploaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::{HalfYearJob, JobError, JobResult, csv_file, describe, half_year_month, manifest, open_runs};
use crate::calendar::HalfYear;
use crate::config::Config;
use crate::half_year::HalfYearView;
use crate::ingest::Intake;
use crate::report::{Directory, List, Resource, rejects};
use crate::run::{
    DELIVERED, MONTHLY, Manifest, Outcome, Produced, RunError, RunFolder, Runs, SCB, municipality_folder, runs_of,
    sha256,
};
use crate::scb::{
    Block, Changed, Compared, Control, Delivery, Difference, FileEvent, FileFault, Finding, Half, Layout, LayoutEntry,
    Previous, Receipt, Severity, Subject, control_workbook, differences, differences_list, findings, in_layout,
    lay_out, read,
};
use crate::texts::package as texts;
use crate::texts::scb::{Check, check_reason};

/// The layout is kept beside the file, so that a later run can read it.
const LAYOUT: &str = "layout.toml";

/// What a run of the half-year file is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct ScbJob<'a> {
    /// The half-year.
    pub half: HalfYearJob<'a>,
    /// How the file is laid out.
    pub layout: &'a Layout,
    /// Whether a draft is written although checks hold the file.
    pub draft: bool,
}

/// Why there is no file.
#[derive(Debug)]
pub enum ScbError {
    /// The sources, the disk, or an earlier run.
    Job(JobError),
    /// Checks hold the file.
    Blocked {
        /// The checks with the number of their rows.
        checks: Vec<(Check, usize)>,
        /// Where the control workbook and the reasons lie.
        folder: PathBuf,
    },
    /// The events do not fit the layout.
    File(FileFault),
    /// The delivery is not what it was.
    DeliveryDamaged(String),
}

impl From<RunError> for ScbError {
    fn from(error: RunError) -> Self {
        Self::Job(error.into())
    }
}

impl From<JobError> for ScbError {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<FileFault> for ScbError {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

/// Makes the half-year file.
///
/// # Errors
/// [`ScbError`]; then no run appears.
pub fn scb(job: &ScbJob<'_>, mut intake: Intake, writing: impl FnOnce()) -> Result<JobResult<Receipt>, ScbError> {
    let HalfYearJob { config, period, as_of, accepted } = job.half;
    let runs = open_runs(config, SCB, &intake)?;
    let earlier = runs.all()?;
    let delivery = delivery_of(config, period)?;
    let previous = previous_of(config, period)?;
    let month = half_year_month(&job.half, &mut intake, &runs)?;
    writing();
    let view = HalfYearView::new(period, &month);
    let half = Half::of(&view, config.municipality, &config.law);
    let found =
        findings(&Subject { half: &half, layout: job.layout, previous: previous.as_ref(), rejects: &intake.rejects });
    let now = in_layout(&half, job.layout);
    let changed = delivery.as_ref().map(|(_, events)| differences(events, &now)).filter(|changed| !changed.is_empty());
    let compared = delivery.as_ref().zip(changed.as_ref()).map(|((folder, _), changed)| compared(folder, changed));
    let blocked = found.iter().any(|found| found.severity == Severity::Blocking);
    let draft = if blocked { "_UTKAST" } else { "" };
    let stem = format!("scb_{}_{period}{draft}", config.municipality);
    let receipt = Receipt {
        layout: LayoutEntry {
            name: job.layout.name.clone(),
            sha256: job.layout.hash.clone(),
            compared: job.layout.compared.map(|day| day.to_string()),
        },
        file: format!("{stem}.csv"),
        draft: blocked && job.draft,
        persons: half.persons() as u64,
        registered: half.registered_persons() as u64,
        blocks: counted(half.events().iter().map(|event| event.block().code()), &Block::ALL.map(Block::code)),
        checks: counted(found.iter().map(|found| found.check.code()), &[]),
        severities: counted(found.iter().map(|found| found.severity.code()), &Severity::ALL.map(Severity::code)),
        compared,
        delivery: None,
    };
    let people = Directory::new(&month, &intake, config);
    let list = changed.as_ref().map(|changed| differences_list(&half, changed, &people));
    let rejected = rejects(&intake);
    let control = Control {
        name: &config.name,
        half: &half,
        layout: job.layout,
        findings: &found,
        receipt: &receipt,
        differences: list.as_ref(),
        rejects: &rejected,
        people: &people,
        names_withheld: intake.names_withheld,
    };
    let rendering = |error: rust_xlsxwriter::XlsxError| RunError::Rendering(error.to_string());
    let mut files = vec![
        produced("scb_kontroll.xlsx", control_workbook(&control).map_err(rendering)?, None),
        produced("avvisade_rader.csv", rejected.csv(), Some(rejected.rows.len() as u64)),
    ];
    let mut described: Vec<Resource> = rejected.resource().into_iter().collect();
    if blocked && !job.draft {
        let checks = blocking(&found);
        let reasons: String =
            checks.iter().map(|&(check, count)| format!("{}\r\n", check_reason(check, count))).collect();
        files.push(produced("skal.txt", reasons.into_bytes(), None));
        let title = texts::held(&config.name, period);
        describe(&mut files, config, &format!("stoppad-{period}"), title, described)?;
        let folder = runs.hold(&period.to_string(), &files)?;
        return Err(ScbError::Blocked { checks, folder });
    }
    let laid_out = lay_out(&half, job.layout)?;
    let (rows, workbook) = (Some(laid_out.rows()), laid_out.workbook().map_err(rendering)?);
    files.insert(0, produced(&receipt.file, laid_out.bytes(), rows));
    files.insert(1, produced(&format!("{stem}.xlsx"), workbook, rows));
    files.extend(list.as_ref().and_then(csv_file));
    described.splice(0..0, laid_out.described(&receipt.file));
    described.extend(list.as_ref().and_then(List::resource));
    let title = texts::scb(&config.name, period);
    describe(&mut files, config, &format!("{SCB}-{period}"), title, described)?;
    files.push(produced(LAYOUT, job.layout.text.clone().into_bytes(), None));
    let built_on = runs_of(config, MONTHLY)?.into_iter().rfind(|run| run.as_of <= as_of);
    let before = earlier.iter().rfind(|run| run.as_of < period.last());
    let manifest = Manifest {
        period: Some(period.to_string()),
        counts: receipt.blocks.clone(),
        scb: Some(receipt.clone()),
        compared_with: built_on.as_ref().map(RunFolder::name),
        previous: before.map(RunFolder::as_previous).transpose()?,
        ..manifest(SCB, config, &intake, &month, accepted, &files)
    };
    let outcome = runs.add(&period.to_string(), &files, manifest.clone())?;
    Ok(JobResult { outcome, manifest, counts: receipt })
}

fn produced(name: &str, bytes: Vec<u8>, rows: Option<u64>) -> Produced {
    Produced { name: name.to_owned(), bytes, rows }
}

/// How often each name comes; those in `all` also when they never do.
fn counted<'a>(names: impl Iterator<Item = &'a str>, all: &[&str]) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = all.iter().map(|name| ((*name).to_owned(), 0)).collect();
    names.for_each(|name| *counts.entry(name.to_owned()).or_default() += 1);
    counts
}

/// The checks that hold the file, in order, with the number of their rows.
fn blocking(found: &[Finding]) -> Vec<(Check, usize)> {
    let mut checks: BTreeMap<Check, usize> = BTreeMap::new();
    for found in found.iter().filter(|found| found.severity == Severity::Blocking) {
        *checks.entry(found.check).or_default() += 1;
    }
    checks.into_iter().collect()
}

/// The differences counted in persons.
fn compared(folder: &str, changed: &[Difference]) -> Compared {
    let persons = |wanted: Changed| {
        let of_kind = changed.iter().filter(|difference| difference.changed == wanted);
        of_kind.map(|difference| difference.number).collect::<std::collections::BTreeSet<_>>().len() as u64
    };
    Compared {
        folder: folder.to_owned(),
        added: persons(Changed::Added),
        removed: persons(Changed::Removed),
        changed: persons(Changed::Changed),
    }
}

/// The runs of a half-year, the latest last.
fn runs_of_period(config: &Config, job: &str, period: HalfYear) -> Result<Vec<RunFolder>, RunError> {
    Ok(runs_of(config, job)?.into_iter().filter(|run| run.label == period.to_string()).collect())
}

/// The run that is marked as delivered, if any.
fn delivered(config: &Config, period: HalfYear) -> Result<Option<Delivery>, RunError> {
    let marks = runs_of_period(config, DELIVERED, period)?;
    let manifest = marks.last().map(RunFolder::manifest).transpose()?;
    Ok(manifest.and_then(|manifest| manifest.scb?.delivery))
}

/// The delivery's folder and what its file says.
fn delivery_of(config: &Config, period: HalfYear) -> Result<Option<(String, Vec<FileEvent>)>, ScbError> {
    let Some(Delivery { folder, sha256: hash }) = delivered(config, period)? else { return Ok(None) };
    let path = municipality_folder(config).join(&folder);
    let damaged = || ScbError::DeliveryDamaged(folder.clone());
    let bytes_of = |name: &str| fs::read(path.join(name)).map_err(|_| damaged());
    let bytes = bytes_of("korning.json")?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    let receipt = manifest.scb.filter(|_| sha256(&bytes) == hash).ok_or_else(damaged)?;
    let kept = |name: &str| {
        let bytes = bytes_of(name)?;
        let entry = manifest.outputs.iter().find(|entry| entry.name == name);
        entry.filter(|entry| entry.sha256 == sha256(&bytes)).map(|_| bytes).ok_or_else(damaged)
    };
    let layout = String::from_utf8(kept(LAYOUT)?).map_err(|_| damaged())?;
    let layout = Layout::parse(&layout).map_err(|_| damaged())?;
    let events = read(&kept(&receipt.file)?, &layout, period.last()).map_err(|_| damaged())?;
    Ok(Some((folder, events)))
}

/// The file of the half-year before: the delivery, else the latest.
fn previous_of(config: &Config, period: HalfYear) -> Result<Option<Previous>, RunError> {
    let before = period.before();
    let delivered = delivered(config, before)?;
    let runs = runs_of_period(config, SCB, before)?;
    let run = runs.iter().rfind(|run| delivered.as_ref().is_none_or(|delivery| delivery.folder == run.name()));
    let manifest = run.map(RunFolder::manifest).transpose()?;
    Ok(manifest.and_then(|manifest| Some(Previous { period: before, blocks: manifest.scb?.blocks })))
}

/// What became of marking a delivery.
#[derive(Debug)]
pub enum Marked {
    /// The folder of the delivery, and the mark.
    Done(String, Outcome),
    /// Nothing but drafts, which nobody uploads; the latest.
    OnlyDrafts(String),
    /// No run at all.
    NoRun,
}

/// Marks the latest run of a half-year that is no draft as the delivery that was uploaded.
///
/// # Errors
/// When the disk refuses or a run is damaged.
pub fn mark_delivered(config: &Config, period: HalfYear) -> Result<Marked, RunError> {
    let mut draft = None;
    let mut file = None;
    for run in runs_of_period(config, SCB, period)?.into_iter().rev() {
        let manifest = run.manifest()?;
        if !manifest.scb.as_ref().is_some_and(|receipt| receipt.draft) {
            file = Some((run, manifest));
            break;
        }
        draft = draft.or_else(|| Some(run.name()));
    }
    let Some((run, marked)) = file else { return Ok(draft.map_or(Marked::NoRun, Marked::OnlyDrafts)) };
    let marks = Runs::open(config, DELIVERED)?;
    let link = run.as_previous()?;
    let receipt = marked.scb.clone().unwrap_or_default();
    let manifest = Manifest {
        job: DELIVERED.to_owned(),
        inputs: Vec::new(),
        accepted: Vec::new(),
        outputs: Vec::new(),
        counts: BTreeMap::new(),
        findings: Vec::new(),
        scb: Some(Receipt {
            compared: None,
            delivery: Some(Delivery { folder: link.folder.clone(), sha256: link.sha256 }),
            ..receipt
        }),
        compared_with: None,
        previous: None,
        ..marked
    };
    let outcome = marks.add(&period.to_string(), &[], manifest)?;
    Ok(Marked::Done(link.folder, outcome))
}
