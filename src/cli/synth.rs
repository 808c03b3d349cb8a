//! `kaa synth`: an invented municipality on disk.

use std::path::PathBuf;

use chrono::{Months, NaiveDate};
use clap::Args;

use super::Failure;
use crate::records::Municipality;
use crate::synth::{Plan, SynthError, write_canonical, write_exempelby};
use crate::texts::{bad_municipality, synth_failed};

/// The options of `kaa synth`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Mapp att skriva i.
    #[arg(value_name = "MAPP")]
    folder: PathBuf,
    /// Frö: samma frö ger samma filer.
    #[arg(long, value_name = "TAL", default_value_t = 1)]
    fro: u64,
    /// Hur många ungdomar 15-20 år.
    #[arg(long, value_name = "ANTAL", default_value_t = 600)]
    ungdomar: usize,
    /// Kommunkod.
    #[arg(long, value_name = "KOD", default_value = "9901")]
    kommun: String,
    /// Datum för den senare av två avstämningar med en månad emellan.
    #[arg(long, value_name = "DATUM", default_value = "2026-11-20")]
    as_of: NaiveDate,
    /// Skriv i stället exempelkommunen Exempelby, i de former som verkliga system exporterar.
    #[arg(long)]
    exempelby: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let written = if options.exempelby { write_exempelby(&options.folder) } else { write_plan(options)? };
    written.map_err(|error: SynthError| Failure::Failed(synth_failed(&error)))
}

fn write_plan(options: &Options) -> Result<Result<(), SynthError>, Failure> {
    let municipality =
        Municipality::parse(&options.kommun).ok_or_else(|| Failure::Usage(bad_municipality(&options.kommun)))?;
    let earlier = options.as_of.checked_sub_months(Months::new(1)).unwrap_or(options.as_of);
    let plan = Plan::new(options.fro, options.ungdomar, municipality, [earlier, options.as_of]);
    Ok(write_canonical(&plan, &[], &options.folder))
}
