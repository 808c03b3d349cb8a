//! The lock of a municipality's folder: one run at a time, and the next one is told which that is.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::Path;

use super::RunError;
use super::files::open_private;

const LOCK: &str = ".las";

/// The lock, held until dropped. The system lets go of it when its holder dies, so none has to be recovered; what the
/// dead wrote in it is written over.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock for a job.
    ///
    /// # Errors
    /// When another run holds it, or the disk refuses.
    pub fn take(folder: &Path, job: &str) -> Result<Self, RunError> {
        let path = folder.join(LOCK);
        let mut file = open_private(&path, false)?;
        match file.try_lock() {
            Ok(()) => {
                let holder = format!("{job}, process {}", std::process::id());
                // Only for those who find it taken: a full disk does not keep anyone from the lock.
                let _ = file.set_len(0).and_then(|()| file.write_all(holder.as_bytes()));
                Ok(Self(file))
            }
            Err(TryLockError::WouldBlock) => {
                // Windows lets nobody read what is locked.
                let holder = fs::read_to_string(&path).unwrap_or_default();
                Err(RunError::Locked { folder: folder.to_owned(), holder })
            }
            Err(TryLockError::Error(error)) => Err(RunError::Io { path, error }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.set_len(0);
    }
}
