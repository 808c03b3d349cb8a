//! Files that another program holds open.
//!
//! On Windows a file that is open in Excel, or that a virus scanner looks into, cannot be replaced, moved or deleted, and
//! one that is opened for writing alone cannot be read: the system answers ERROR_SHARING_VIOLATION or
//! ERROR_LOCK_VIOLATION, on a share as well as on a disk. A run writes new folders only, so that it meets this when it
//! renames its folder, when it replaces that of an earlier hold, in a purge, which is finished by the next run, and when
//! it reads an export. It ends in a message that says so, and the next run goes on. Other systems let files be read and
//! replaced while they are open.

use std::io::Error;

const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// Whether the system refused because another program holds the file open.
pub fn is_open_elsewhere(error: &Error) -> bool {
    cfg!(windows) && is_violation(error)
}

fn is_violation(error: &Error) -> bool {
    matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_violations_tell_of_another_program() {
        let found = [2, 5, 13, 28, 31, 32, 33, 34].map(|code| is_violation(&Error::from_raw_os_error(code)));
        assert_eq!(found, [false, false, false, false, false, true, true, false]);
        // The same numbers are a broken pipe and a domain error elsewhere.
        assert_eq!(is_open_elsewhere(&Error::from_raw_os_error(32)), cfg!(windows));
    }
}
