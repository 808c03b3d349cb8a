//! `kaa man`: the manual pages, one for the program and one for each command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man;

use super::Failure;
use super::output::show;
use crate::texts::{Language, MAN_MANUAL, man_failed, man_headings};

/// The options of `kaa man`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Mapp att skriva sidorna i; annars skrivs programmets egen sida på standard ut.
    #[arg(value_name = "MAPP")]
    folder: Option<PathBuf>,
}

pub(super) fn run(options: &Options, mut command: Command, language: Language) -> Result<(), Failure> {
    command.build();
    let written = match &options.folder {
        None => page(&command, language),
        Some(folder) => write_all(folder, &command, language).map(|()| String::new()),
    };
    let place = options.folder.as_deref().unwrap_or(Path::new("-"));
    show(written.map_err(|error| Failure::Failed(man_failed(place, &error)))?)
}

fn write_all(folder: &Path, command: &Command, language: Language) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for command in std::iter::once(command).chain(command.get_subcommands()) {
        let name = Man::new(command.clone()).get_filename();
        fs::write(folder.join(name), page(command, language)?)?;
    }
    Ok(())
}

/// The page of a command. The headings that are no part of the help are English in what is generated.
fn page(command: &Command, language: Language) -> io::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone())
        .manual(MAN_MANUAL)
        .source(concat!("kaa ", env!("CARGO_PKG_VERSION")))
        .render(&mut page)?;
    let headings = man_headings();
    let in_language = |line: &str| match line.strip_prefix(".SH ") {
        None => format!("{line}\n"),
        Some(heading) => {
            let known = headings.iter().find(|(written, _)| *written == heading);
            let heading = known.map_or(heading, |(_, meant)| meant.say(language));
            format!(".SH {}\n", heading.to_uppercase())
        }
    };
    Ok(String::from_utf8_lossy(&page).lines().map(in_language).collect())
}
