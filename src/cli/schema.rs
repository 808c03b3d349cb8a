//! `kaa schema`: the JSON Schema of the config, or of a layout for SCB.

use clap::{Args, ValueEnum};

use super::Failure;
use super::output::show;
use crate::config::schema;
use crate::scb::layout_schema;

/// The options of `kaa schema`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Vad schemat är till: konfigurationen, eller en layout för SCB:s fil.
    #[arg(value_name = "VAD", default_value = "konfiguration")]
    subject: Subject,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    Konfiguration,
    Scb,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    show(match options.subject {
        Subject::Konfiguration => schema(),
        Subject::Scb => layout_schema(),
    })
}
