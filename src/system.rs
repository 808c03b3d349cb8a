//! What differs between operating systems, and nothing else does: who may read a file, how it comes to disk, and files that
//! another program holds open. Locks and paths are those of the standard library.
//!
//! On Windows a file that is open in Excel, or that a virus scanner looks into, cannot be replaced, moved or deleted, and
//! one that is opened for writing alone cannot be read: the system answers ERROR_SHARING_VIOLATION or
//! ERROR_LOCK_VIOLATION, on a share as well as on a disk. Where Linux has mounted such a share it answers that the file is
//! busy. A run writes new folders only, so that it meets this when it renames its folder, when it replaces that of an
//! earlier hold, in a purge, which is finished by the next run, and when it reads an export. It ends in a message that
//! says so, and the next run goes on. The disks of other systems let files be read and replaced while they are open.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// Lets only its owner read a file that is made. On Windows it has the rights of its folder.
pub fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Lets only its owner into a folder that is made. On Windows it has the rights of the one above.
pub fn private_folder(builder: &mut DirBuilder) -> &mut DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder
}

/// Lets only its owner into a temporary folder. On Windows it has the rights of the one above.
pub fn private_temporary_folder<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
) -> &'a mut tempfile::Builder<'b, 'c> {
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder
}

/// Whether [`wait_for_file_system`] waits for all files that were written: then none has to be waited for by itself.
pub const WAITS_FOR_ALL: bool = cfg!(target_os = "linux");

/// Waits until everything that was written to the file system of a folder is on disk, in a tenth of the time that a call for
/// each file takes. Where there is no such call: until the folder is.
///
/// # Errors
/// When the disk refuses.
pub fn wait_for_file_system(folder: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    return rustix::fs::syncfs(File::open(folder)?).map_err(Error::from);
    #[cfg(not(target_os = "linux"))]
    wait_for_folder(folder)
}

/// Makes what was renamed in a folder last. Windows has no such call and needs none.
///
/// # Errors
/// When the disk refuses.
pub fn wait_for_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Whether a folder has the rights of the one that it is made in, so that many can read it: see [`crate::access`].
pub const INHERITS_RIGHTS: bool = cfg!(windows);

/// Whether the terminal understands colours. The old console of Windows shows their codes.
pub fn has_colours() -> bool {
    !cfg!(windows) || std::env::var_os("WT_SESSION").is_some()
}

const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// Whether the system refused because another program holds the file open.
pub fn is_open_elsewhere(error: &Error) -> bool {
    (cfg!(windows) && is_violation(error))
        || matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy)
}

fn is_violation(error: &Error) -> bool {
    matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn only_the_two_violations_tell_of_another_program() {
        let found = [2, 5, 13, 28, 31, 32, 33, 34].map(|code| is_violation(&Error::from_raw_os_error(code)));
        assert_eq!(found, [false, false, false, false, false, true, true, false]);
        // The same numbers are a broken pipe and a domain error elsewhere.
        assert_eq!(is_open_elsewhere(&Error::from_raw_os_error(32)), cfg!(windows));
    }

    #[test]
    fn a_file_that_is_busy_is_open_elsewhere_on_every_system() {
        let refused = [ErrorKind::ResourceBusy, ErrorKind::ExecutableFileBusy, ErrorKind::PermissionDenied];
        assert_eq!(refused.map(|kind| is_open_elsewhere(&kind.into())), [true, true, false]);
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn no_other_module_asks_which_system_it_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let asks = ["cfg(unix", "cfg(windows", "cfg!(unix", "cfg!(windows", "target_os", "target_family", "std::os::"];
        for path in sources(&root) {
            let source = fs::read(&path).expect("a source");
            let source = String::from_utf8_lossy(&source);
            let found = asks.iter().find(|word| source.contains(**word));
            assert!(found.is_none() || path.ends_with("system.rs"), "{}: {found:?}", path.display());
        }
    }
}
