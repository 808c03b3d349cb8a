//! `kaa completions`: what a shell needs to complete the commands.

use clap::{Args, Command};
use clap_complete::Shell;

use super::Failure;
use super::output::show;

/// The options of `kaa completions`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Skalet.
    #[arg(value_name = "SKAL")]
    shell: Shell,
}

pub(super) fn run(options: &Options, mut command: Command) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut command, "kaa", &mut text);
    show(String::from_utf8_lossy(&text))
}
