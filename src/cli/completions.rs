//! `kaa completions`: what a shell needs to complete the commands.

use std::io;

use clap::{Args, Command};
use clap_complete::Shell;

/// The options of `kaa completions`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Skalet.
    #[arg(value_name = "SKAL")]
    shell: Shell,
}

pub(super) fn run(options: &Options, mut command: Command) {
    clap_complete::generate(options.shell, &mut command, "kaa", &mut io::stdout());
}
