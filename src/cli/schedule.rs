//! `kaa schedule`: units for the operating system's own scheduler, and the year's dates for a calendar program.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::output::show;
use super::{Failure, Session, today};
use crate::config::Pipeline;
use crate::due::{Installed, cron, ics, systemd, windows};
use crate::texts::calendar::no_absolute_path;

/// The options of `kaa schedule`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Vad det är till: systemd, cron eller Windows schemaläggare, eller årets datum till en kalender (ics).
    #[arg(long = "for", value_name = "VAD")]
    target: Target,
    /// Från vilken dag; annars i dag.
    #[arg(long, value_name = "DATUM")]
    on: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    Systemd,
    Cron,
    Windows,
    Ics,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    let pipeline = session.pipeline()?;
    let (unit, name) = match &pipeline {
        Pipeline::One(config) => (format!("kaa-{}", config.municipality), &config.name),
        Pipeline::Several(federation) => ("kaa-forbund".to_owned(), &federation.name),
    };
    let on = options.on.unwrap_or_else(today);
    let program =
        std::env::current_exe().map_err(|error| Failure::Failed(no_absolute_path(Path::new("kaa"), &error)))?;
    let (config_file, output) = (absolute(&session.config)?, absolute(pipeline.output())?);
    let installed = Installed { program: &program, config_file: &config_file, output: &output, unit: &unit, name };
    show(match options.target {
        Target::Systemd => systemd(&installed),
        Target::Cron => cron(&installed),
        Target::Windows => windows(&installed, on),
        // Each municipality of a federation has its own dates.
        Target::Ics => ics(&session.config()?, on),
    })
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::Failed(no_absolute_path(path, &error)))
}
