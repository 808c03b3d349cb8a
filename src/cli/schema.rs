//! `kaa schema`: the JSON Schema of the config.

use crate::config::schema;

pub(super) fn run() {
    print!("{}", schema());
}
