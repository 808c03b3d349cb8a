//! The few operations on files that a run needs, with the path in every error.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use sha2::{Digest, Sha256};

use crate::config::hexadecimal;
use crate::system;

/// Why a run could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Its word.
        error: std::io::Error,
    },
    /// An earlier run's file cannot be understood.
    #[error("{path}: {detail}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// An earlier run's state has a form that this version does not read.
    #[error("{path}: format {found}")]
    OtherVersion {
        /// The run's folder.
        path: PathBuf,
        /// The version of its form.
        found: String,
        /// The version that is read.
        read: &'static str,
    },
    /// Another run of the same municipality is under way.
    #[error("{folder}: {holder}")]
    Locked {
        /// The municipality's folder.
        folder: PathBuf,
        /// Who holds it: the job and the number of its process; empty where the system does not let us read that.
        holder: String,
    },
    /// A link, a pipe, a folder or a device stands where the program keeps a file of its own.
    #[error("{0}")]
    NoFile(PathBuf),
    /// A file that a run builds on is not as it was made.
    #[error("{0}")]
    Changed(PathBuf),
    /// A workbook or state could not be made; a fault of the program.
    #[error("{0}")]
    Rendering(String),
}

impl RunError {
    /// An error of the operating system about `path`.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |error| Self::Io { path: path.to_owned(), error }
    }

    /// The same about the folder that people know, where the system spoke of a file that was on its way.
    pub(super) fn about(self, folder: &Path) -> Self {
        match self {
            Self::Io { error, .. } => Self::Io { path: folder.to_owned(), error },
            other => other,
        }
    }
}

/// SHA-256 in hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Whether a path is that of a file: no link, which can lead anywhere, and no pipe or device, which need not end.
pub(super) fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Opens a file that only its owner reads, to write it. What stands there and is no file is left as it is.
pub(super) fn open_private(path: &Path, truncate: bool) -> Result<File, RunError> {
    if fs::symlink_metadata(path).is_ok() && !is_plain_file(path) {
        return Err(RunError::NoFile(path.to_owned()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(truncate);
    system::private_file(&mut options).open(path).map_err(RunError::io(path))
}

/// Writes a file that only its owner reads, and waits until it is on disk.
///
/// # Errors
/// When the disk refuses.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let mut file = open_private(path, true)?;
    file.write_all(bytes).map_err(RunError::io(path))?;
    file.sync_all().map_err(RunError::io(path))
}

/// Writes a file of many that are waited for together, by [`wait_for_disk`].
pub(super) fn write_among_many(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    if system::WAITS_FOR_ALL {
        open_private(path, true)?.write_all(bytes).map_err(RunError::io(path))
    } else {
        write_private(path, bytes)
    }
}

/// Waits until everything that was written in the folders is on disk.
pub(super) fn wait_for_disk(folders: &[PathBuf]) -> Result<(), RunError> {
    let mut waited: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    if system::WAITS_FOR_ALL {
        waited = waited.into_iter().map(|folder| folder.parent().unwrap_or(folder)).collect();
        waited.dedup();
    }
    waited.into_iter().try_for_each(|folder| system::wait_for_file_system(folder).map_err(RunError::io(folder)))
}

/// Lets the disk write the files of runs while others are made, a part of them at a time, so that little is left to wait
/// for when they appear. `written`: a message for each run whose files stand below the folder.
///
/// # Errors
/// When the disk refuses: no later wait would tell of it again.
pub fn write_meanwhile(folder: &Path, written: &Receiver<()>) -> Result<(), RunError> {
    const PART: usize = 32;
    while system::WAITS_FOR_ALL && written.iter().take(PART).count() == PART {
        system::wait_for_file_system(folder).map_err(RunError::io(folder))?;
    }
    Ok(())
}

/// Makes a folder that only its owner reads, with those above it that are not there.
///
/// # Errors
/// When the disk refuses.
pub fn create_private_folder(path: &Path) -> Result<(), RunError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    system::private_folder(&mut builder).create(path).map_err(RunError::io(path))
}

/// Makes what was renamed in a folder last.
pub(super) fn sync_folder(path: &Path) -> Result<(), RunError> {
    system::wait_for_folder(path).map_err(RunError::io(path))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_disk_is_asked_once_a_part_of_the_runs_is_written_and_told_of_when_it_refuses() {
        let there = tempfile::TempDir::new().expect("a folder");
        let gone = there.path().join("gone");
        let after = |folder: &Path, runs: usize| {
            let (finished, written) = mpsc::channel();
            (0..runs).for_each(|_| finished.send(()).expect("somebody listens"));
            drop(finished);
            write_meanwhile(folder, &written).is_ok()
        };
        assert_eq!([after(there.path(), 100), after(&gone, 31)], [true, true]);
        assert_eq!(after(&gone, 32), !system::WAITS_FOR_ALL);
    }
}
