//! Standard output and standard error, where either may take no more: a log on a full disk, a reader that has gone away.
//! A job that nobody watches never ends because of what it says.

use std::fmt::Display;
use std::io::{ErrorKind, Write, stderr, stdout};

use super::Failure;
use crate::texts::not_shown;

/// Says something on standard error. What cannot be said is lost: the exit code and the files tell of the job as well.
pub(super) fn say(text: impl Display) {
    let _ = write!(stderr(), "{text}").and_then(|()| stderr().flush());
}

/// Prints what was asked for on standard output. A reader that has gone away wants no more.
///
/// # Errors
/// When the system refuses it, as where a full disk takes the file that standard output is: half an answer is none.
pub(super) fn show(text: impl Display) -> Result<(), Failure> {
    let mut output = stdout().lock();
    match write!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Failed(not_shown(&error))),
        _ => Ok(()),
    }
}
