//! The few operations on files that a run needs, with the path in every error.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::hexadecimal;

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
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(RunError::io(path))
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
    if cfg!(not(target_os = "linux")) {
        return write_private(path, bytes);
    }
    open_private(path, true)?.write_all(bytes).map_err(RunError::io(path))
}

/// Waits until everything that was written in the folders is on disk. On Linux that is one call for the file system, a
/// tenth of what a call for each file costs; elsewhere the files were waited for one by one.
pub(super) fn wait_for_disk(folders: &[PathBuf]) -> Result<(), RunError> {
    #[cfg(target_os = "linux")]
    {
        let mut above: Vec<&Path> = folders.iter().map(|folder| folder.parent().unwrap_or(folder)).collect();
        above.dedup();
        let sync = |folder: &Path| rustix::fs::syncfs(File::open(folder)?).map_err(std::io::Error::from);
        above.into_iter().try_for_each(|folder| sync(folder).map_err(RunError::io(folder)))
    }
    #[cfg(not(target_os = "linux"))]
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

/// Makes a folder that only its owner reads, with those above it that are not there.
///
/// # Errors
/// When the disk refuses.
pub fn create_private_folder(path: &Path) -> Result<(), RunError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(RunError::io(path))
}

/// Makes what was renamed in a folder last. Windows has no such call and needs none.
pub(super) fn sync_folder(path: &Path) -> Result<(), RunError> {
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(RunError::io(path))?;
    }
    Ok(())
}
