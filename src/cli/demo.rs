//! `kaa demo`: the whole job on the invented municipality that is built into the program.

use std::path::Path;

use super::{Failure, Session};

pub(super) fn run(_session: &Session, _folder: &Path) -> Result<(), Failure> {
    Ok(())
}
