//! A municipality's runs: finding earlier ones, and adding one whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::archive::archive;
use super::chain;
use super::files::{create_private_folder, sync_folder, wait_for_disk, write_among_many, write_private};
use super::lock::Lock;
use super::purge::Pending;
use super::{Manifest, Previous, RunError, sha256};
use crate::age::Recipient;
use crate::calendar::HalfYear;
use crate::config::Config;
use crate::system;

/// The monthly job, as its folders name it.
pub const MONTHLY: &str = "manad";
/// The half-year file's job, as its folders name it.
pub const SCB: &str = "scb";
/// The mark of a delivery to SCB, as its folders name it: a run of its own, so that no run is ever changed.
pub const DELIVERED: &str = "skickad";
/// The board's report, as its folders name it.
pub const BOARD: &str = "namnd";
/// The manifest's file.
pub(super) const MANIFEST: &str = "korning.json";

/// How the folders of runs under way begin.
const UNDER_WAY: &str = ".pagar-";

/// A complete run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunFolder {
    /// Its as-of date; of a half-year's run the last day of the half-year.
    pub as_of: NaiveDate,
    /// What it is of, as its folder says: the as-of date, or the half-year.
    pub label: String,
    /// 1, or the number of its revision.
    pub revision: u32,
    /// Where it lies.
    pub path: PathBuf,
}

impl RunFolder {
    /// The folder's name.
    pub fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Its manifest.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn manifest(&self) -> Result<Manifest, RunError> {
        let path = self.path.join(MANIFEST);
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        Manifest::read(&path, &bytes)
    }

    /// The link that a following run holds to this one.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn as_previous(&self) -> Result<Previous, RunError> {
        let path = self.path.join(MANIFEST);
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        Ok(Previous { folder: self.name(), sha256: sha256(&bytes) })
    }
}

/// A file of a run before it is written.
#[derive(Clone, Debug)]
pub struct Produced {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// How many rows it holds, where that means something.
    pub rows: Option<u64>,
}

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new folder.
    Written(PathBuf),
    /// The same inputs had given the same files before.
    Unchanged(PathBuf),
}

impl Outcome {
    /// Where the run lies.
    pub fn path(&self) -> &Path {
        match self {
            Self::Written(path) | Self::Unchanged(path) => path,
        }
    }
}

/// The runs of one job of one municipality.
#[derive(Debug)]
pub struct Runs {
    folder: PathBuf,
    job: &'static str,
    archived_for: Vec<Recipient>,
    _lock: Lock,
}

impl Runs {
    /// Opens the municipality's folder, and holds its lock until dropped. What runs that died left half written is
    /// cleared away, and a purge that was interrupted is finished.
    ///
    /// # Errors
    /// When the folder cannot be made or another run holds it.
    pub fn open(config: &Config, job: &'static str) -> Result<Self, RunError> {
        let folder = municipality_folder(config);
        create_private_folder(&folder)?;
        let lock = Lock::take(&folder, job)?;
        clear_dead(&folder)?;
        chain::recover(&folder)?;
        if let Some(purge) = Pending::find(&folder)? {
            purge.finish()?;
        }
        Ok(Self { folder, job, archived_for: config.archive.clone(), _lock: lock })
    }

    /// The municipality's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every complete run, by label and revision.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn all(&self) -> Result<Vec<RunFolder>, RunError> {
        runs_in(&self.folder, self.job)
    }

    /// Adds a run: a new folder, a new revision when the label has another run, or nothing when it has the same; and
    /// its archive, when the pipeline says for whom.
    ///
    /// # Errors
    /// When the disk refuses; no partial run is left. A run without its archive gets it when it is made again.
    pub fn add(self, label: &str, files: &[Produced], manifest: Manifest) -> Result<Outcome, RunError> {
        let mut outcomes = appear(vec![self.write(label, files, manifest)?])?;
        outcomes.remove(0)
    }

    /// Writes a run beside the others, unless it is there already: [`appear`] lets it take its place.
    ///
    /// # Errors
    /// When the disk refuses; nothing is left.
    pub fn write(self, label: &str, files: &[Produced], mut manifest: Manifest) -> Result<WrittenRun, RunError> {
        let of_label: Vec<RunFolder> = self.all()?.into_iter().filter(|run| run.label == label).collect();
        if let Some(latest) = of_label.last() {
            let link = latest.manifest()?.previous;
            if (Manifest { previous: link, ..manifest.clone() }).bytes()
                == fs::read(latest.path.join(MANIFEST)).map_err(RunError::io(&latest.path))?
            {
                return Ok(WrittenRun { stage: Stage::Unchanged(latest.path.clone()), runs: self });
            }
            manifest.previous = Some(latest.as_previous()?);
        }
        let name = match of_label.last().map_or(1, |run| run.revision + 1) {
            1 => format!("{}-{label}", self.job),
            revision => format!("{}-{label}-r{revision}", self.job),
        };
        let write = || {
            let beside = private_folder_beside(&self.folder)?;
            for file in files {
                write_among_many(&beside.path().join(&file.name), &file.bytes)?;
            }
            write_among_many(&beside.path().join(MANIFEST), &manifest.bytes())?;
            Ok(beside)
        };
        let beside = write().map_err(|error: RunError| error.about(&self.folder))?;
        Ok(WrittenRun { stage: Stage::Beside(beside, name), runs: self })
    }

    /// Writes a held run's folder, in place of an earlier one of the same label. It is no link of the chain.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn hold(&self, label: &str, files: &[Produced]) -> Result<PathBuf, RunError> {
        let target = self.folder.join(format!("{}-{label}-stoppad", self.job));
        let beside = private_folder_beside(&self.folder)?;
        write_files(beside.path(), files).map_err(|error| error.about(&self.folder))?;
        sync_folder(beside.path())?;
        // What an earlier hold was about is no part of this one.
        if target.is_dir() {
            let dead = private_folder_beside(&self.folder)?;
            fs::rename(&target, dead.path().join("stoppad")).map_err(RunError::io(&target))?;
        }
        fs::rename(beside.path(), &target).map_err(RunError::io(&target))?;
        let _renamed = beside.keep();
        sync_folder(&self.folder)?;
        Ok(target)
    }
}

/// Writes a file that no run owns beside the folders of runs, in place of the one before it.
///
/// # Errors
/// When the disk refuses or another process is writing one; then the one before stands.
pub fn replace_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, RunError> {
    create_private_folder(folder)?;
    let _lock = Lock::take(folder, name)?;
    clear_dead(folder)?;
    let beside = private_folder_beside(folder)?;
    let (written, target) = (beside.path().join(name), folder.join(name));
    write_private(&written, bytes).map_err(|error| error.about(folder))?;
    fs::rename(&written, &target).map_err(RunError::io(&target))?;
    sync_folder(folder)?;
    Ok(target)
}

fn write_files(folder: &Path, files: &[Produced]) -> Result<(), RunError> {
    files.iter().try_for_each(|file| write_private(&folder.join(&file.name), &file.bytes))
}

/// A run that is written and not yet among the others. Its municipality's lock is held; dropped, it leaves nothing.
#[derive(Debug)]
pub struct WrittenRun {
    stage: Stage,
    runs: Runs,
}

#[derive(Debug)]
enum Stage {
    /// The folder that it is written in, and the name that it gets.
    Beside(tempfile::TempDir, String),
    /// It has its name, and the chain does not tell of it yet.
    Named(PathBuf),
    /// The run that is the same.
    Unchanged(PathBuf),
}

/// Lets runs take their places, in the three steps of the chain. However many there are, the disk is waited for once
/// before their names are given, once after, and once at the end.
///
/// # Errors
/// When the disk cannot be waited for; of each run, when it refuses that one. A crash at any moment leaves each run whole
/// or not there.
pub fn appear(written: Vec<WrittenRun>) -> Result<Vec<Result<Outcome, RunError>>, RunError> {
    let folders: Vec<PathBuf> = written.iter().map(|run| run.runs.folder.clone()).collect();
    let announced: Vec<_> = written.into_par_iter().map(WrittenRun::announced).collect();
    wait_for_disk(&folders)?;
    let named: Vec<_> = announced.into_par_iter().map(|run| run.and_then(WrittenRun::named)).collect();
    wait_for_disk(&folders)?;
    let settled = named.into_par_iter().map(|run| run.and_then(WrittenRun::settled)).collect();
    wait_for_disk(&folders)?;
    Ok(settled)
}

impl WrittenRun {
    fn announced(self) -> Result<Self, RunError> {
        if let Stage::Beside(beside, name) = &self.stage {
            let folder = &self.runs.folder;
            chain::announce(folder, beside.path(), name).map_err(|error| error.about(folder))?;
        }
        Ok(self)
    }

    fn named(self) -> Result<Self, RunError> {
        let Stage::Beside(beside, name) = self.stage else { return Ok(self) };
        let target = chain::name(&self.runs.folder, beside, &name)?;
        Ok(Self { stage: Stage::Named(target), runs: self.runs })
    }

    fn settled(self) -> Result<Outcome, RunError> {
        let folder = &self.runs.folder;
        let outcome = match self.stage {
            Stage::Named(target) => {
                chain::settle(folder)?;
                Outcome::Written(target)
            }
            Stage::Beside(_, _) => return Err(RunError::Rendering("a run without a name".to_owned())),
            Stage::Unchanged(path) => Outcome::Unchanged(path),
        };
        archive(folder, outcome.path(), &self.runs.archived_for).map_err(|error| error.about(folder))?;
        Ok(outcome)
    }
}

/// The folder of the municipality's runs.
pub fn municipality_folder(config: &Config) -> PathBuf {
    config.output.join(format!("{}-{}", config.municipality, folder_name(&config.name)))
}

/// Every complete run of a job, by label and revision, for those who only read: no folder is made and no lock
/// taken.
///
/// # Errors
/// When the folder is there and cannot be listed.
pub fn runs_of(config: &Config, job: &str) -> Result<Vec<RunFolder>, RunError> {
    let folder = municipality_folder(config);
    if folder.is_dir() { runs_in(&folder, job) } else { Ok(Vec::new()) }
}

pub(super) fn runs_in(folder: &Path, job: &str) -> Result<Vec<RunFolder>, RunError> {
    let entries = fs::read_dir(folder).map_err(RunError::io(folder))?;
    let mut runs: Vec<RunFolder> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| parse_run(job, &entry.file_name().to_string_lossy(), entry.path()))
        .collect();
    runs.sort();
    Ok(runs)
}

/// The latest revision of the latest monthly run before `as_of`, and on or before `since` when that is given.
pub fn latest_before(runs: &[RunFolder], as_of: NaiveDate, since: Option<NaiveDate>) -> Option<&RunFolder> {
    runs.iter().rfind(|run| run.as_of < as_of && since.is_none_or(|since| run.as_of <= since))
}

/// A run's folder: `<job>-<label>` or `<job>-<label>-r<revision>`.
fn parse_run(job: &str, name: &str, path: PathBuf) -> Option<RunFolder> {
    let rest = name.strip_prefix(job)?.strip_prefix('-')?;
    let (label, revision) = match rest.split_once("-r") {
        Some((label, revision)) => (label, revision.parse().ok().filter(|&revision| revision > 1)?),
        None => (rest, 1),
    };
    let as_of = label.parse().ok().or_else(|| label.parse().ok().map(HalfYear::last))?;
    Some(RunFolder { as_of, label: label.to_owned(), revision, path })
}

/// A folder that vanishes again unless it is kept.
pub(super) fn private_folder_beside(folder: &Path) -> Result<tempfile::TempDir, RunError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNDER_WAY);
    system::private_temporary_folder(&mut builder).tempdir_in(folder).map_err(RunError::io(folder))
}

/// Removes what runs that died left half written; whoever holds the lock is the only one alive.
fn clear_dead(folder: &Path) -> Result<(), RunError> {
    for entry in fs::read_dir(folder).map_err(RunError::io(folder))?.filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(UNDER_WAY) {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(RunError::io(&path))?;
        }
    }
    Ok(())
}

/// A name as part of a folder's: lower case, å and ä as a, ö as o, everything else but letters and digits as `-`.
fn folder_name(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| crate::records::fold(word).chars().filter(char::is_ascii_alphanumeric).collect())
        .collect();
    words.join("-")
}
