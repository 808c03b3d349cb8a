//! `kaa man`: the manual pages, one for the program and one for each command.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};

use super::Failure;
use crate::texts::man_failed;

/// The options of `kaa man`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Mapp att skriva sidorna i; annars skrivs programmets egen sida på standard ut.
    #[arg(value_name = "MAPP")]
    folder: Option<PathBuf>,
}

pub(super) fn run(options: &Options, command: Command) -> Result<(), Failure> {
    let written = match &options.folder {
        None => clap_mangen::Man::new(command).render(&mut io::stdout()),
        Some(folder) => write_all(folder, command),
    };
    let place = options.folder.as_deref().unwrap_or(Path::new("-"));
    written.map_err(|error| Failure::Failed(man_failed(place, &error)))
}

fn write_all(folder: &Path, command: Command) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)
}
