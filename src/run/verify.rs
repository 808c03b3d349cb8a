//! Whether the runs on disk are those that were made: every file against its manifest, every manifest against the link
//! that a later one holds. What a purge has written down is no difference. Only reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::chain::{self, CHAIN, is_of_a_job};
use super::files::is_plain_file;
use super::folder::{MANIFEST, runs_in};
use super::purge::{FileChange, PURGE, Pending, PurgeRecord, purges_in_order};
use super::{ARCHIVES, Manifest, Previous, RunError, RunFolder, STATE, sha256, state};
use crate::register::Memory;

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// How many runs there are.
    pub runs: usize,
    /// How many purges.
    pub purges: usize,
    /// Whether a purge was interrupted and waits to be finished.
    pub unfinished_purge: bool,
    /// Everything that is not as it was made, by folder and file.
    pub differences: Vec<Difference>,
}

/// Something that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The folder; empty: the municipality's own.
    pub folder: String,
    /// The file, or the folder that stands among files.
    pub file: String,
    /// What is wrong.
    pub kind: DifferenceKind,
}

/// How something differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Another content than the manifest says.
    Changed,
    /// The manifest names it, and it is not there.
    Missing,
    /// No manifest names it.
    Added,
    /// A manifest that cannot be understood.
    Unreadable,
    /// The manifest follows a run that is not there.
    PreviousMissing(String),
    /// The manifest follows a run whose manifest is another now.
    PreviousChanged(String),
}

impl DifferenceKind {
    /// The constant in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Changed => "ANDRAD",
            Self::Missing => "SAKNAS",
            Self::Added => "TILLAGD",
            Self::Unreadable => "OLASLIG",
            Self::PreviousMissing(_) => "FOREGAENDE_SAKNAS",
            Self::PreviousChanged(_) => "FOREGAENDE_ANDRAD",
        }
    }
}

/// What verification needs of the manifest of any job.
#[derive(Debug, Deserialize)]
struct Links {
    #[serde(rename = "utdata", default)]
    outputs: Vec<Output>,
    #[serde(rename = "foregaende")]
    previous: Option<Previous>,
}

#[derive(Debug, Deserialize)]
struct Output {
    #[serde(rename = "fil")]
    name: String,
    sha256: String,
}

/// What of a file is as it was made: one hash, or while a purge is unfinished one of two; none: the file is gone.
type Expected = BTreeSet<Option<String>>;

/// Compares all runs and purges of a municipality with their manifests.
///
/// # Errors
/// When a folder or file cannot be read at all.
pub fn verify(municipality: &Path) -> Result<Verification, RunError> {
    let mut verification = Verification::default();
    if !municipality.is_dir() {
        return Ok(verification);
    }
    let before = chain::read(municipality)?;
    let mut folders: BTreeSet<String> = BTreeSet::new();
    let mut manifests: BTreeMap<String, (String, Links)> = BTreeMap::new();
    let mut purges: Vec<(String, PurgeRecord)> = Vec::new();
    let mut differ = |folder: &str, file: &str, kind| {
        verification.differences.push(Difference { folder: folder.to_owned(), file: file.to_owned(), kind });
    };
    for (name, is_folder) in entries(municipality)? {
        // The lock, what is on its way, and archives, which nobody here can read.
        if (is_folder && name == ARCHIVES)
            || name.starts_with('.')
            || name == CHAIN
            || (is_folder && name.ends_with("-stoppad"))
        {
            continue;
        }
        if !is_folder || !is_of_a_job(&name) {
            differ("", &name, DifferenceKind::Added);
            continue;
        }
        folders.insert(name.clone());
        let path = municipality.join(&name).join(MANIFEST);
        if !is_plain_file(&path) {
            differ(&name, MANIFEST, DifferenceKind::Missing);
            continue;
        }
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        let is_purge = name.starts_with(PURGE);
        match serde_json::from_slice::<Links>(&bytes) {
            Ok(links) => drop(manifests.insert(name.clone(), (sha256(&bytes), links))),
            Err(_) => differ(&name, MANIFEST, DifferenceKind::Unreadable),
        }
        if is_purge && manifests.contains_key(&name) {
            match serde_json::from_slice(&bytes) {
                Ok(record) => purges.push((name, record)),
                Err(_) => differ(&name, MANIFEST, DifferenceKind::Unreadable),
            }
        }
    }
    // A run that appears meanwhile is in the chain as it is now.
    let known = Known::new(before, chain::read(municipality)?);
    match &known {
        None if !folders.is_empty() => differ("", CHAIN, DifferenceKind::Missing),
        None => {}
        Some(known) => {
            for name in known.appeared.iter().filter(|name| !folders.contains(*name)) {
                differ("", name, DifferenceKind::Missing);
            }
            for (name, (hash, _)) in &manifests {
                match known.hashes.get(name) {
                    None => differ("", name, DifferenceKind::Added),
                    Some(hashes) if !hashes.contains(hash) => differ(name, MANIFEST, DifferenceKind::Changed),
                    Some(_) => {}
                }
            }
        }
    }
    let pending = Pending::find(municipality)?.map(|pending| pending.record()).transpose()?;
    let done = purges_in_order(purges);
    for (name, (_, links)) in &manifests {
        if let Some(previous) = &links.previous {
            match manifests.get(&previous.folder) {
                None => differ(name, MANIFEST, DifferenceKind::PreviousMissing(previous.folder.clone())),
                Some((hash, _)) if *hash != previous.sha256 => {
                    differ(name, MANIFEST, DifferenceKind::PreviousChanged(previous.folder.clone()));
                }
                Some(_) => {}
            }
        }
        let expected = expected_files(name, links, &done, pending.as_ref());
        let mut present: BTreeMap<String, String> = BTreeMap::new();
        for (file, _) in entries(&municipality.join(name))?.into_iter().filter(|(file, _)| file != MANIFEST) {
            let path = municipality.join(name).join(&file);
            // A folder, a link or a pipe is no file that a run wrote, whatever can be read through it.
            let hash = if is_plain_file(&path) { hash_of(&path)? } else { String::new() };
            present.insert(file, hash);
        }
        for (file, expected) in &expected {
            let found = present.get(file).cloned();
            if !expected.contains(&found) {
                differ(name, file, if found.is_some() { DifferenceKind::Changed } else { DifferenceKind::Missing });
            }
        }
        for file in present.keys().filter(|file| !expected.contains_key(*file)) {
            differ(name, file, DifferenceKind::Added);
        }
    }
    verification.purges = manifests.keys().filter(|name| name.starts_with(PURGE)).count();
    verification.runs = manifests.len() - verification.purges;
    verification.unfinished_purge = pending.is_some();
    verification.differences.sort();
    Ok(verification)
}

/// The manifest and the memory of an earlier run that another can build on. For the holder of the lock, when no purge is
/// unfinished.
///
/// # Errors
/// [`RunError::Changed`] when the manifest or the state is not as it was made; else when one cannot be read or understood.
pub fn unchanged_memory(run: &RunFolder) -> Result<(Manifest, Memory), RunError> {
    let path = run.path.join(MANIFEST);
    if !is_plain_file(&path) {
        return Err(RunError::Changed(path));
    }
    let bytes = fs::read(&path).map_err(RunError::io(&path))?;
    let links: Links = serde_json::from_slice(&bytes).map_err(|_| RunError::Changed(path.clone()))?;
    let municipality = run.path.parent().unwrap_or(Path::new(""));
    let chain = chain::read(municipality)?.0.unwrap_or_default();
    if chain.get(&run.name()).is_some_and(|hash| *hash != sha256(&bytes)) {
        return Err(RunError::Changed(path));
    }
    let expected = expected_files(&run.name(), &links, &purges_done(municipality)?, None);
    let state_path = run.path.join(STATE);
    let state = if is_plain_file(&state_path) { Some(state::read_state(&run.path)?) } else { None };
    let found = state.as_deref().map(sha256);
    if expected.get(STATE).is_some_and(|expected| !expected.contains(&found)) {
        return Err(RunError::Changed(state_path));
    }
    let state = state.map_or_else(|| state::read_state(&run.path), Ok)?;
    Ok((Manifest::read(&path, &bytes)?, state::read_memory(&run.path, state)?))
}

/// The purges that were made, in their order.
///
/// # Errors
/// When one cannot be read.
pub(super) fn purges_done(municipality: &Path) -> Result<Vec<(String, PurgeRecord)>, RunError> {
    let mut purges = Vec::new();
    for purge in runs_in(municipality, PURGE)? {
        let path = purge.path.join(MANIFEST);
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        let record =
            serde_json::from_slice(&bytes).map_err(|error| RunError::Damaged { path, detail: error.to_string() })?;
        purges.push((purge.name(), record));
    }
    Ok(purges_in_order(purges))
}

fn hash_of(path: &Path) -> Result<String, RunError> {
    Ok(sha256(&fs::read(path).map_err(RunError::io(path))?))
}

/// What the chain knows.
struct Known {
    /// The runs that must be there.
    appeared: BTreeSet<String>,
    /// The hashes that a run's manifest can have; several while a run appears.
    hashes: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    /// `None`: there is no chain.
    fn new(
        before: (Option<chain::Links>, Option<chain::Links>),
        now: (Option<chain::Links>, Option<chain::Links>),
    ) -> Option<Self> {
        let appeared = before.0.iter().flatten().map(|(name, _)| name.clone()).collect();
        let chains: Vec<chain::Links> = [before.0, before.1, now.0, now.1].into_iter().flatten().collect();
        let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, hash) in chains.iter().flatten() {
            hashes.entry(name.clone()).or_default().insert(hash.clone());
        }
        (!chains.is_empty()).then_some(Self { appeared, hashes })
    }
}

/// The files of a run as its manifest says, and after it the purges that have been done and the one that is not.
fn expected_files(
    folder: &str,
    links: &Links,
    done: &[(String, PurgeRecord)],
    pending: Option<&PurgeRecord>,
) -> BTreeMap<String, Expected> {
    let mut expected: BTreeMap<String, Expected> = links
        .outputs
        .iter()
        .map(|output| (output.name.clone(), Expected::from([Some(output.sha256.clone())])))
        .collect();
    let of_folder = |record: &PurgeRecord| -> Vec<FileChange> {
        record.changes.iter().filter(|change| change.folder == folder).cloned().collect()
    };
    for change in done.iter().flat_map(|(_, record)| of_folder(record)) {
        if let Some(hashes) = expected.get_mut(&change.file)
            && hashes.contains(&Some(change.before))
        {
            *hashes = Expected::from([change.after]);
        }
    }
    for change in pending.map(of_folder).unwrap_or_default() {
        if let Some(hashes) = expected.get_mut(&change.file)
            && hashes.contains(&Some(change.before))
        {
            hashes.insert(change.after);
        }
    }
    expected
}

/// What stands in a folder, by name, and whether it is a folder.
fn entries(folder: &Path) -> Result<Vec<(String, bool)>, RunError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(RunError::io(folder))? {
        let entry = entry.map_err(RunError::io(folder))?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path().is_dir()));
    }
    found.sort();
    Ok(found)
}
