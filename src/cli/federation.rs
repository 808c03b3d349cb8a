//! Several municipalities in one run: each by itself, whatever becomes of the others.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use chrono::NaiveDate;
use rayon::ThreadPoolBuilder;

use super::monthly::{Options, json_summary};
use super::output::show;
use super::progress::Progress;
use super::{Failure, Session};
use crate::config::{Config, FaultyMember, Federation, Pipeline};
use crate::ingest::{FileFault, Intake, Shared};
use crate::job::{
    JobError, JobResult, MonthlyJob, OverviewRow, OverviewStatus, WrittenMonth, write_month, write_overview,
};
use crate::records::Municipality;
use crate::report::Counts;
use crate::run::{Outcome, RunError, appear, write_meanwhile};
use crate::texts::{
    Message, federation_done, federation_ended, federation_heading, federation_incomplete, files_faulty,
    no_population_register, overview_written, progress_municipalities, progress_reading, run_error, run_held,
};

impl Session {
    /// Runs a command for the municipality of the config, or for each one of its federation, below its name.
    pub fn each(&self, run: impl Fn(&Config) -> Result<(), Failure>) -> Result<(), Failure> {
        self.each_of(self.pipeline()?, run)
    }

    /// The same where the command has read the pipeline.
    pub fn each_of(&self, pipeline: Pipeline, run: impl Fn(&Config) -> Result<(), Failure>) -> Result<(), Failure> {
        self.each_after(pipeline, |name| self.tell(&federation_heading(name)), run)
    }

    /// Runs a command that names the municipality itself, or says nothing of it.
    pub fn each_without_name(
        &self,
        pipeline: Pipeline,
        run: impl Fn(&Config) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.each_after(pipeline, |_| {}, run)
    }

    fn each_after(
        &self,
        pipeline: Pipeline,
        name: impl Fn(&str),
        run: impl Fn(&Config) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let size = pipeline.size();
        match pipeline {
            Pipeline::One(config) => run(&config),
            Pipeline::Several(federation) => {
                let mut endings = Endings::default();
                for member in &federation.faulty {
                    name(&member.name);
                    self.tell(&member.fault);
                    endings.add(member.municipality, Failure::Usage(member.fault.clone()));
                }
                for config in &federation.municipalities {
                    name(&config.name);
                    if let Err(failure) = run(config) {
                        self.tell(failure.message());
                        endings.add(config.municipality, failure);
                    }
                }
                endings.result(size)
            }
        }
    }

    /// The sources that a federation's municipalities share, read once for all of them.
    pub fn shared(&self, config: &Config, as_of: NaiveDate) -> Option<Arc<Shared>> {
        let sources = config.shared.as_deref()?;
        let read = self.shared.get_or_init(|| Arc::new(Shared::read(sources, as_of)));
        Some(read.clone())
    }
}

/// The municipalities of a federation that ended badly.
#[derive(Default)]
pub(super) struct Endings(BTreeMap<Municipality, Failure>);

impl Endings {
    fn add(&mut self, municipality: Municipality, failure: Failure) {
        self.0.insert(municipality, failure);
    }

    /// How a municipality ended, once.
    pub fn take(&mut self, municipality: Municipality) -> Result<(), Failure> {
        self.0.remove(&municipality).map_or(Ok(()), Err)
    }

    /// How all of them ended: as the worst.
    pub fn result(&self, all: usize) -> Result<(), Failure> {
        let held = self.0.values().filter(|failure| matches!(failure, Failure::Held(_))).count();
        let failed = self.0.len() - held;
        let message = || federation_incomplete(all, failed, held);
        match (failed, held) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::Held(message())),
            _ => Err(Failure::Failed(message())),
        }
    }
}

/// The monthly reconciliation of every municipality of a federation, and the overview of how they ended. Those of its
/// members that are not among its municipalities keep their row of the overview.
pub(super) fn monthly(session: &Session, federation: &Federation, options: &Options) -> Result<Endings, Failure> {
    let as_of = options.sources.day();
    let configs = &federation.municipalities;
    let size = configs.len() + federation.faulty.len();
    let progress = Progress::start(session.language);
    progress.now(&progress_reading());
    let shared = configs.first().and_then(|config| session.shared(config, as_of));
    if let Some(shared) = shared.as_ref().filter(|shared| !shared.faults.is_empty()) {
        drop(progress);
        return Err(session.file_faults(&shared.faults));
    }
    progress.now(&progress_municipalities(configs.len()));
    let (finished, finished_runs) = mpsc::channel();
    let (written, disk) = thread::scope(|scope| {
        let disk = scope.spawn(move || write_meanwhile(&federation.output, &finished_runs));
        let written = in_parallel(configs, move |config| {
            let month = month_of(config, shared.clone(), options);
            // Where the disk has refused nobody listens any more.
            let _ = month.is_ok().then(|| finished.send(()));
            month
        });
        (written, disk.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    disk?;
    let ended = appear_all(written)?;
    drop(progress);
    let mut endings = Endings::default();
    let mut overview = Vec::new();
    let mut summaries = String::new();
    let reconciled = ended.iter().filter(|result| result.is_ok()).count();
    for (config, result) in configs.iter().zip(ended) {
        let row = match result {
            Ok(result) => {
                if session.json {
                    summaries += &format!("{}\n", json_summary(&result));
                }
                done(config, &result)
            }
            Err(ending) => {
                ending.reasons.iter().for_each(|reason| session.tell(reason));
                let row = ended_badly(config, as_of, &ending);
                endings.add(config.municipality, ending.failure);
                row
            }
        };
        session.tell(&federation_ended(&config.name, row.status.code(), row.counts.as_ref()));
        overview.push(row);
    }
    for member in &federation.faulty {
        session.tell(&member.fault);
        let row = faulty(member, as_of);
        session.tell(&federation_ended(&member.name, row.status.code(), None));
        overview.push(row);
        endings.add(member.municipality, Failure::Usage(member.fault.clone()));
    }
    if session.only.is_empty() {
        let path = write_overview(&federation.output, &federation.members, &overview)?;
        session.tell(&overview_written(&path));
    }
    session.tell(&federation_done(&federation.name, reconciled, size));
    let shown = show(summaries);
    if endings.0.is_empty() {
        shown?;
    }
    Ok(endings)
}

/// The answers for all municipalities, in their order, some at a time. Each worker has its share of the cores to itself:
/// among many municipalities that is one, and then no thread waits for another.
fn in_parallel<T: Send>(configs: &[Config], work: impl Fn(&Config) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let cores = rayon::current_num_threads();
    let workers = cores.min(configs.len()).max(1);
    let worker = || {
        // A worker is a thread of its own pool, so that what waits in there never begins with another municipality.
        let pool = ThreadPoolBuilder::new().num_threads((cores / workers).max(1)).use_current_thread().build();
        let mut done = Vec::new();
        while let Some((at, config)) = configs.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((at, work(config)));
        }
        drop(pool);
        done
    };
    let mut answers: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Lets the runs that were written take their places, in the order of the municipalities.
fn appear_all(written: Vec<Result<WrittenMonth, Ending>>) -> Result<Vec<Result<JobResult<Counts>, Ending>>, Failure> {
    let mut runs = Vec::new();
    let mut months = Vec::new();
    for month in written {
        months.push(month.map(|WrittenMonth { run, manifest, counts }| {
            runs.push(run);
            (manifest, counts)
        }));
    }
    let mut outcomes = appear(runs)?.into_iter();
    let ended = months.into_iter().map(|month| {
        let (manifest, counts) = month?;
        let outcome = outcomes.next().unwrap_or_else(|| Err(RunError::Rendering("no outcome".to_owned())));
        let outcome = outcome.map_err(|error| Ending::failed(run_error(&error)))?;
        Ok(JobResult { outcome, manifest, counts })
    });
    Ok(ended.collect())
}

/// Why a municipality has no run.
struct Ending {
    reasons: Vec<Message>,
    failure: Failure,
    folder: Option<PathBuf>,
}

impl Ending {
    fn failed(reason: Message) -> Self {
        Self { reasons: vec![reason.clone()], failure: Failure::Failed(reason), folder: None }
    }
}

fn month_of(config: &Config, shared: Option<Arc<Shared>>, options: &Options) -> Result<WrittenMonth, Ending> {
    let as_of = options.sources.day();
    let intake = Intake::read_own(config, shared, as_of);
    if !intake.faults.is_empty() {
        let reasons = intake.faults.iter().map(FileFault::message).collect();
        return Err(Ending { reasons, failure: Failure::Failed(files_faulty(intake.faults.len())), folder: None });
    }
    let job = MonthlyJob { config, as_of, since: options.since, accepted: &options.sources.godkann };
    write_month(&job, intake, || {}).map_err(|error| match error {
        JobError::NoPopulationRegister => Ending::failed(no_population_register()),
        JobError::Run(error) => Ending::failed(run_error(&error)),
        JobError::Held { reasons, folder } => {
            let reasons = reasons.iter().map(crate::run::Held::message).collect();
            Ending { reasons, failure: Failure::Held(run_held(&folder)), folder: Some(folder) }
        }
    })
}

fn done(config: &Config, result: &JobResult<Counts>) -> OverviewRow {
    let status = match result.outcome {
        Outcome::Written(_) => OverviewStatus::Done,
        Outcome::Unchanged(_) => OverviewStatus::Unchanged,
    };
    OverviewRow {
        municipality: config.municipality,
        name: config.name.clone(),
        as_of: result.manifest.as_of.clone(),
        status,
        counts: Some(result.counts),
        folder: Some(result.outcome.path().to_owned()),
        reasons: String::new(),
    }
}

fn faulty(member: &FaultyMember, as_of: NaiveDate) -> OverviewRow {
    // The line of the file is drawn below the sentence, for a terminal.
    let sentence = member.fault.swedish.lines().next().unwrap_or_default();
    OverviewRow {
        municipality: member.municipality,
        name: member.name.clone(),
        as_of: as_of.to_string(),
        status: OverviewStatus::Failed,
        counts: None,
        folder: None,
        reasons: sentence.to_owned(),
    }
}

fn ended_badly(config: &Config, as_of: NaiveDate, ending: &Ending) -> OverviewRow {
    let status = match ending.failure {
        Failure::Held(_) => OverviewStatus::Held,
        Failure::Failed(_) | Failure::Usage(_) => OverviewStatus::Failed,
    };
    let reasons: Vec<&str> = ending.reasons.iter().map(|reason| reason.swedish.as_str()).collect();
    OverviewRow {
        municipality: config.municipality,
        name: config.name.clone(),
        as_of: as_of.to_string(),
        status,
        counts: None,
        folder: ending.folder.clone(),
        reasons: reasons.join(" "),
    }
}
