//! `kedja.sha256`: every run and purge of a municipality with the hash of its manifest, in the form of `sha256sum`.
//! A manifest tells of the run before it alone; the chain tells of the newest as well, so that its loss is seen.
//!
//! A run appears in three steps: the chain with it is written beside the old one, the run's folder gets its name, and
//! the new chain takes the old one's place. Whoever opens the runs after a crash takes the last step or undoes the
//! first.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::files::{sync_folder, wait_for_disk, write_among_many, write_private};
use super::folder::{BOARD, DELIVERED, MANIFEST, MONTHLY, SCB};
use super::purge::PURGE;
use super::{RunError, sha256};
pub use crate::config::CHAIN;

/// The chain with a run that is about to appear.
const NEXT: &str = ".kedja-ny";

/// The runs and purges that were made: folder to hash of its manifest.
pub(super) type Links = BTreeMap<String, String>;

/// What the chain says, and with the run that is about to appear; `None`: there is none.
///
/// # Errors
/// When a file is there and cannot be read.
pub(super) fn read(municipality: &Path) -> Result<(Option<Links>, Option<Links>), RunError> {
    Ok((read_file(&municipality.join(CHAIN))?, read_file(&municipality.join(NEXT))?))
}

/// Lets a folder that was written whole appear under its name, as a link of the chain.
///
/// # Errors
/// When the disk refuses; then there is no such run, or it is whole.
pub(super) fn appear(municipality: &Path, beside: tempfile::TempDir, name: &str) -> Result<PathBuf, RunError> {
    sync_folder(beside.path())?;
    announce(municipality, beside.path(), name)?;
    wait_for_disk(&[municipality.to_owned()])?;
    let target = self::name(municipality, beside, name)?;
    sync_folder(municipality)?;
    settle(municipality)?;
    sync_folder(municipality)?;
    Ok(target)
}

/// The first step: the chain with the run, beside the old one.
///
/// # Errors
/// When the disk refuses.
pub(super) fn announce(municipality: &Path, beside: &Path, name: &str) -> Result<(), RunError> {
    let manifest = beside.join(MANIFEST);
    let hash = sha256(&fs::read(&manifest).map_err(RunError::io(&manifest))?);
    let mut links = read_file(&municipality.join(CHAIN))?.unwrap_or_default();
    links.insert(name.to_owned(), hash);
    write_among_many(&municipality.join(NEXT), &text(&links))
}

/// The second step: the run gets its name. What is written must be on disk.
///
/// # Errors
/// When the disk refuses; then there is no such run.
pub(super) fn name(municipality: &Path, beside: tempfile::TempDir, name: &str) -> Result<PathBuf, RunError> {
    let target = municipality.join(name);
    let renamed = fs::rename(beside.path(), &target).map_err(RunError::io(&target));
    if renamed.is_err() {
        // What stays is undone by whoever opens the runs next.
        let _ = fs::remove_file(municipality.join(NEXT));
    }
    renamed?;
    let _renamed = beside.keep();
    Ok(target)
}

/// Ends what a crash left: a run that has appeared is in the chain, one that has not is not. Runs that are older than
/// their chain, or whose chain was lost, begin a new one. Only for the holder of the lock.
///
/// # Errors
/// When the disk refuses.
pub(super) fn recover(municipality: &Path) -> Result<(), RunError> {
    let (links, next) = read(municipality)?;
    match (links, next) {
        (None, _) => begin(municipality),
        (Some(_), None) => Ok(()),
        (Some(links), Some(next)) => {
            // A chain that was not written to its end has lost links, and its run has not appeared.
            let is_whole = links.keys().all(|name| next.contains_key(name));
            let mut new = next.iter().filter(|(name, hash)| links.get(*name) != Some(*hash));
            if is_whole && new.all(|(name, hash)| manifest_hash(municipality, name).as_ref() == Some(hash)) {
                settle(municipality)?;
                return sync_folder(municipality);
            }
            let path = municipality.join(NEXT);
            fs::remove_file(&path).map_err(RunError::io(&path))
        }
    }
}

/// A chain of what is there.
fn begin(municipality: &Path) -> Result<(), RunError> {
    let mut links = Links::new();
    for entry in fs::read_dir(municipality).map_err(RunError::io(municipality))? {
        let name = entry.map_err(RunError::io(municipality))?.file_name().to_string_lossy().into_owned();
        if is_of_a_job(&name)
            && let Some(hash) = manifest_hash(municipality, &name)
        {
            links.insert(name, hash);
        }
    }
    if links.is_empty() {
        return Ok(());
    }
    write_private(&municipality.join(NEXT), &text(&links))?;
    settle(municipality)?;
    sync_folder(municipality)
}

/// The third step: the new chain takes the place of the old one. The run's name must be on disk.
///
/// # Errors
/// When the disk refuses; then whoever opens the runs next takes the step.
pub(super) fn settle(municipality: &Path) -> Result<(), RunError> {
    let path = municipality.join(CHAIN);
    fs::rename(municipality.join(NEXT), &path).map_err(RunError::io(&path))
}

/// Whether a folder is that of a run or purge by its name; held runs are no links.
pub(super) fn is_of_a_job(name: &str) -> bool {
    let of = |job| name.strip_prefix(job).is_some_and(|rest| rest.starts_with('-'));
    !name.ends_with("-stoppad") && [MONTHLY, SCB, DELIVERED, BOARD, PURGE].into_iter().any(of)
}

fn manifest_hash(municipality: &Path, name: &str) -> Option<String> {
    fs::read(municipality.join(name).join(MANIFEST)).ok().map(|bytes| sha256(&bytes))
}

/// One line for each: the hash, two blanks, and the manifest's path.
fn text(links: &Links) -> Vec<u8> {
    links.iter().map(|(name, hash)| format!("{hash}  {name}/{MANIFEST}\n")).collect::<String>().into_bytes()
}

/// A line that is none, as a crash leaves the last one, tells of no run.
fn read_file(path: &Path) -> Result<Option<Links>, RunError> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunError::Io { path: path.to_owned(), error }),
    };
    let link = |line: &str| {
        let (hash, file) = line.split_once("  ")?;
        let name = file.strip_suffix(MANIFEST)?.strip_suffix('/')?;
        Some((name.to_owned(), hash.to_owned()))
    };
    Ok(Some(text.lines().filter_map(link).collect()))
}
