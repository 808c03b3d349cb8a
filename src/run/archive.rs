//! `arkiv/<run>.tar.age`: a run's folder as it was made, encrypted, for backup or transport. It is written as a stream,
//! and nothing of it stands unencrypted on disk.
//!
//! Nobody here can look into an archive. So a purge lets it go whole when the run that it was made of loses anything, and
//! no new one is made of a run that a purge has changed: [`outdated_archives`] needs only what stands beside.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::RunError;
use super::files::{create_private_folder, is_plain_file, open_private, sync_folder};
use super::folder::private_folder_beside;
use super::purge::Change;
use super::verify::purges_done;
use crate::age::{Encrypted, Recipient, Secrets};

/// The folder of the archives, in the municipality's.
pub const ARCHIVES: &str = "arkiv";
/// How the name of an archive ends, after that of the run.
const ENDING: &str = ".tar.age";

/// Archives a run, unless it is archived. Nothing of it is changed.
///
/// # Errors
/// When the disk refuses; no partial archive is left.
pub(super) fn archive(municipality: &Path, run: &Path, recipients: &[Recipient]) -> Result<(), RunError> {
    let name = run.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = municipality.join(ARCHIVES);
    let target = folder.join(format!("{name}{ENDING}"));
    if recipients.is_empty() || target.exists() || changed_by_purges(municipality)?.contains(&name) {
        return Ok(());
    }
    let beside = private_folder_beside(municipality)?;
    let path = beside.path().join("arkiv");
    let file = open_private(&path, true)?;
    encrypt(run, &name, &file, recipients).map_err(RunError::io(&path))?;
    file.sync_all().map_err(RunError::io(&path))?;
    drop(file);
    create_private_folder(&folder)?;
    fs::rename(&path, &target).map_err(RunError::io(&target))?;
    sync_folder(&folder)?;
    sync_folder(municipality)
}

/// The archives, below the municipality's folder, that a purge lets go: of runs that it changes or an earlier one has
/// changed, and of runs that are no longer there, since nobody can tell any more whom they hold.
///
/// # Errors
/// When the folder is there and cannot be listed, or an earlier purge cannot be read.
pub fn outdated_archives(municipality: &Path, changes: &[Change]) -> Result<Vec<PathBuf>, RunError> {
    let folder = municipality.join(ARCHIVES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut changed = changed_by_purges(municipality)?;
    changed.extend(changes.iter().map(|change| change.folder.clone()));
    let mut outdated = Vec::new();
    for entry in fs::read_dir(&folder).map_err(RunError::io(&folder))? {
        let name = entry.map_err(RunError::io(&folder))?.file_name().to_string_lossy().into_owned();
        let is_outdated = |run: &str| changed.contains(run) || !municipality.join(run).is_dir();
        if name.strip_suffix(ENDING).is_some_and(is_outdated) {
            outdated.push(Path::new(ARCHIVES).join(name));
        }
    }
    outdated.sort();
    Ok(outdated)
}

/// The runs that earlier purges have changed.
fn changed_by_purges(municipality: &Path) -> Result<BTreeSet<String>, RunError> {
    let changes = purges_done(municipality)?.into_iter().flat_map(|(_, record)| record.changes);
    Ok(changes.map(|change| change.folder).collect())
}

fn encrypt(run: &Path, name: &str, to: &File, recipients: &[Recipient]) -> io::Result<()> {
    let secrets = Secrets::random(recipients.len())?;
    let mut encrypted = Encrypted::begin(BufWriter::new(to), recipients, &secrets)?;
    let mut paths = fs::read_dir(run)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    // A run holds files only; what else somebody put there need not end.
    for path in paths.into_iter().filter(|path| is_plain_file(path)) {
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut file = File::open(&path)?;
        let size = file.metadata()?.len();
        encrypted.write_all(&tar_header(&format!("{name}/{file_name}"), size)?)?;
        if io::copy(&mut file, &mut encrypted)? != size {
            return Err(io::Error::other(format!("{file_name} changed while it was archived")));
        }
        let over = size % TAR_BLOCK;
        if over > 0 {
            io::copy(&mut io::Read::take(io::repeat(0), TAR_BLOCK - over), &mut encrypted)?;
        }
    }
    // Two blocks of zeros end a tar.
    encrypted.write_all(&[0; 2 * TAR_BLOCK as usize])?;
    encrypted.finish()?.flush()
}

const TAR_BLOCK: u64 = 512;

/// The header of a file in a tar (POSIX ustar), readable by its owner, without owner or time.
fn tar_header(name: &str, size: u64) -> io::Result<[u8; TAR_BLOCK as usize]> {
    let mut header = [0; TAR_BLOCK as usize];
    let mut put = |at: usize, length: usize, text: &str| {
        let fits = text.len() <= length;
        header[at..at + text.len().min(length)].copy_from_slice(&text.as_bytes()[..text.len().min(length)]);
        if fits { Ok(()) } else { Err(io::Error::other(format!("{text} is too long for a tar"))) }
    };
    put(0, 100, name)?;
    put(100, 8, "0000600")?;
    put(108, 8, "0000000")?;
    put(116, 8, "0000000")?;
    put(124, 12, &format!("{size:011o}"))?;
    put(136, 12, "00000000000")?;
    put(148, 8, "        ")?;
    put(156, 1, "0")?;
    put(257, 8, "ustar\x0000")?;
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}
