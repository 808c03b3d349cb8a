//! A purge on its way: written whole beside the runs, then carried out step by step. Each step can be taken again, so a
//! purge that was interrupted is finished by taking all of them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::chain;
use super::super::files::{create_private_folder, sync_folder, write_private};
use super::super::folder::{MANIFEST, private_folder_beside};
use super::{FileChange, PurgeRecord};
use crate::run::{RunError, sha256};

/// Where a purge lies until it is done.
const PENDING: &str = ".gallring-pagar";
const PLAN: &str = "plan.json";
const NEW_VERSIONS: &str = "nya";

/// One step of a purge. Paths but those of extracts are below the municipality's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A new version takes the place of a file.
    Replace {
        /// The name of the new version.
        staged: String,
        /// The file.
        file: PathBuf,
    },
    /// A file goes.
    Remove(PathBuf),
    /// A folder goes with all that is in it.
    RemoveFolder(PathBuf),
    /// An extract goes, unless it has become another since.
    RemoveExtract {
        /// The file.
        path: PathBuf,
        /// What it was when it was decided about.
        sha256: String,
    },
}

/// A change of a file of a run.
#[derive(Clone, Debug)]
pub struct Change {
    /// The run's folder; empty: the municipality's own.
    pub folder: String,
    /// The file.
    pub file: String,
    /// SHA-256 of what stands there.
    pub before: String,
    /// What it becomes; `None`: it goes.
    pub after: Option<Vec<u8>>,
}

impl Change {
    /// As the link tells it.
    pub fn recorded(&self) -> FileChange {
        FileChange {
            folder: self.folder.clone(),
            file: self.file.clone(),
            before: self.before.clone(),
            after: self.after.as_deref().map(sha256),
        }
    }

    fn path(&self) -> PathBuf {
        Path::new(&self.folder).join(&self.file)
    }
}

/// What a purge is to do.
#[derive(Clone, Debug)]
pub struct Staged<'a> {
    /// The folder that it becomes.
    pub name: String,
    /// Its manifest.
    pub record: &'a PurgeRecord,
    /// The files of runs.
    pub changes: &'a [Change],
    /// Folders below the municipality's that go whole.
    pub folders: &'a [String],
    /// Files below the municipality's folder that go and are no runs'.
    pub files: &'a [PathBuf],
    /// Extracts that go, with their SHA-256.
    pub extracts: &'a [(PathBuf, String)],
}

#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    name: String,
    steps: Vec<Step>,
}

impl Plan {
    /// Whether every path but those of extracts leads to something below the municipality's folder.
    fn stays_below(&self) -> bool {
        let is_below = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        is_below(Path::new(&self.name))
            && self.steps.iter().all(|step| match step {
                Step::Replace { staged, file } => is_below(Path::new(staged)) && is_below(file),
                Step::Remove(path) | Step::RemoveFolder(path) => is_below(path),
                Step::RemoveExtract { .. } => true,
            })
    }
}

/// A purge that has been written down and is not done.
#[derive(Debug)]
pub struct Pending {
    municipality: PathBuf,
    folder: PathBuf,
    name: String,
    /// What is to be done, in order.
    pub steps: Vec<Step>,
}

impl Pending {
    /// Writes a purge down, whole or not at all. Nothing else is touched.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn stage(municipality: &Path, staged: &Staged<'_>) -> Result<Self, RunError> {
        Self::write(municipality, staged).map_err(|error| error.about(municipality))
    }

    fn write(municipality: &Path, staged: &Staged<'_>) -> Result<Self, RunError> {
        let beside = private_folder_beside(municipality)?;
        let new_versions = beside.path().join(NEW_VERSIONS);
        create_private_folder(&new_versions)?;
        let mut steps = Vec::new();
        for (count, change) in staged.changes.iter().enumerate() {
            steps.push(match &change.after {
                None => Step::Remove(change.path()),
                Some(bytes) => {
                    let name = format!("{count:05}");
                    write_private(&new_versions.join(&name), bytes)?;
                    Step::Replace { staged: name, file: change.path() }
                }
            });
        }
        steps.extend(staged.files.iter().cloned().map(Step::Remove));
        steps.extend(staged.folders.iter().map(|folder| Step::RemoveFolder(PathBuf::from(folder))));
        let extract =
            |(path, sha256): &(PathBuf, String)| Step::RemoveExtract { path: path.clone(), sha256: sha256.clone() };
        steps.extend(staged.extracts.iter().map(extract));
        let plan = Plan { name: staged.name.clone(), steps };
        let bytes = serde_json::to_vec_pretty(&plan).map_err(|error| RunError::Rendering(error.to_string()))?;
        write_private(&beside.path().join(PLAN), &bytes)?;
        write_private(&beside.path().join(MANIFEST), &staged.record.bytes())?;
        sync_folder(&new_versions)?;
        sync_folder(beside.path())?;
        let folder = municipality.join(PENDING);
        fs::rename(beside.path(), &folder).map_err(RunError::io(&folder))?;
        let _renamed = beside.keep();
        sync_folder(municipality)?;
        Ok(Self { municipality: municipality.to_owned(), folder, name: plan.name, steps: plan.steps })
    }

    /// The purge that was interrupted, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn find(municipality: &Path) -> Result<Option<Self>, RunError> {
        let folder = municipality.join(PENDING);
        if !folder.is_dir() {
            return Ok(None);
        }
        let path = folder.join(PLAN);
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        let damaged = |detail: String| RunError::Damaged { path: path.clone(), detail };
        let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if !plan.stays_below() {
            return Err(damaged("..".to_owned()));
        }
        Ok(Some(Self { municipality: municipality.to_owned(), folder, name: plan.name, steps: plan.steps }))
    }

    /// What it says it will have done.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn record(&self) -> Result<PurgeRecord, RunError> {
        let path = self.folder.join(MANIFEST);
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        serde_json::from_slice(&bytes).map_err(|error| RunError::Damaged { path, detail: error.to_string() })
    }

    /// The folder that it becomes.
    pub fn link(&self) -> PathBuf {
        self.municipality.join(&self.name)
    }

    /// Takes a step. Taken before, it changes nothing.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn take(&self, step: &Step) -> Result<(), RunError> {
        match step {
            Step::Replace { staged, file } => {
                let (from, to) = (self.folder.join(NEW_VERSIONS).join(staged), self.municipality.join(file));
                if from.exists() {
                    fs::rename(&from, &to).map_err(RunError::io(&to))?;
                }
            }
            Step::Remove(file) => gone(&self.municipality.join(file), |path| fs::remove_file(path))?,
            Step::RemoveFolder(folder) => gone(&self.municipality.join(folder), |path| fs::remove_dir_all(path))?,
            Step::RemoveExtract { path, sha256: known } => {
                if fs::read(path).is_ok_and(|bytes| sha256(&bytes) == *known) {
                    gone(path, |path| fs::remove_file(path))?;
                }
            }
        }
        Ok(())
    }

    /// Takes every step, and makes the purge a link.
    ///
    /// # Errors
    /// When the disk refuses; then the next one who opens the runs finishes it.
    pub fn finish(self) -> Result<(), RunError> {
        for step in &self.steps {
            self.take(step)?;
        }
        for step in &self.steps {
            if let Step::Replace { file, .. } | Step::Remove(file) = step
                && let Some(run) = self.municipality.join(file).parent().filter(|run| run.is_dir())
            {
                sync_folder(run)?;
            }
        }
        // The plan stays until the link lies in its place: before that it is needed, after that it is not read.
        if !self.link().is_dir() {
            let beside = private_folder_beside(&self.municipality)?;
            write_private(&beside.path().join(MANIFEST), &self.record()?.bytes())?;
            chain::appear(&self.municipality, beside, &self.name)?;
        }
        // A folder half removed would be none that can be read: it gets a name that is cleared away with the dead.
        let done = private_folder_beside(&self.municipality)?;
        fs::rename(&self.folder, done.path().join("klar")).map_err(RunError::io(&self.folder))?;
        sync_folder(&self.municipality)
    }
}

fn gone(path: &Path, remove: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), RunError> {
    match remove(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(RunError::Io { path: path.to_owned(), error }),
        _ => Ok(()),
    }
}
