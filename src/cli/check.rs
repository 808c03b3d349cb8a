//! `kaa check`: every fault with its place; writes nothing.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::output::show;
use super::{Failure, Session, today};
use crate::config::Config;
use crate::diagnosis::{Group, Paint, draw, groups, workbook, write_new};
use crate::ingest::{Balance, InputFile, Intake, files_read};
use crate::records::Kind;
use crate::run::{Held, HoldReason};
use crate::system::has_colours;
use crate::texts::{
    FindingCode, balance_line, check_clean, check_faults, faults_not_written, faults_written, finding_line,
    no_population_register,
};

/// The options of `kaa check`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Avstämningsdatum; annars i dag.
    #[arg(long, value_name = "DATUM")]
    as_of: Option<NaiveDate>,
    /// Skriv felen i en ny arbetsbok, maskerade, att skicka till den som gör exporterna; i ett förbund en för varje kommun.
    #[arg(long, value_name = "FIL")]
    xlsx: Option<PathBuf>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    let pipeline = session.pipeline()?;
    let alone = pipeline.size() == 1;
    session.each_of(pipeline, |config| {
        // Who makes the exports of one municipality has nothing to do with the faults of another.
        let workbook = options.xlsx.as_deref().map(|path| if alone { path.to_owned() } else { path_of(path, config) });
        check(session, config, options, workbook.as_deref())
    })
}

/// The file of one municipality beside those of the others: `fel-1472.xlsx` for `fel.xlsx`.
fn path_of(path: &Path, config: &Config) -> PathBuf {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut own = path.with_file_name(format!("{name}-{}", config.municipality));
    if let Some(ending) = path.extension() {
        own.as_mut_os_string().push(".");
        own.as_mut_os_string().push(ending);
    }
    own
}

fn check(session: &Session, config: &Config, options: &Options, xlsx: Option<&Path>) -> Result<(), Failure> {
    let as_of = options.as_of.unwrap_or_else(today);
    let mut intake = Intake::read_own(config, session.shared(config, as_of), as_of);
    intake.take_shared(config, None, as_of);
    for fault in &intake.faults {
        session.tell(&fault.message());
    }
    let without_file: Vec<Held> = config
        .described_sources()
        .filter(|source| intake.faults.is_empty() && !intake.files.iter().any(|file| file.source == source.name))
        .map(|source| Held { source: source.name.clone(), reason: HoldReason::NoFile })
        .collect();
    for held in &without_file {
        session.tell(&held.message());
    }
    let files = files_read(config, as_of);
    let groups = groups(&intake, &files, config);
    for group in &groups {
        session.tell_text(&draw(group, session.language, paint()));
    }
    // The words without a code are told with the faults of their cells.
    let is_told = |code: FindingCode| code == FindingCode::CodeWithoutMapping;
    for finding in intake.findings.iter().filter(|finding| !is_told(finding.code)) {
        session.tell(&finding_line(finding.code.code(), &finding.place, finding.count, &finding.code.message()));
    }
    let mut sources: Vec<&str> = intake.files.iter().map(|file| file.source.as_str()).collect();
    sources.dedup();
    for source in sources {
        let Balance { read, accepted, rejected, duplicates, out_of_scope } = intake.balance_of(source);
        session.tell(&balance_line(source, read, accepted, rejected, duplicates, out_of_scope));
    }
    let is_register = |file: &InputFile| file.kind == Kind::PopulationRegister;
    let no_register = intake.faults.is_empty() && !intake.files.iter().any(is_register);
    if no_register {
        session.tell(&no_population_register());
    }
    let faults = intake.faults.len() + intake.rejects.len() + without_file.len() + usize::from(no_register);
    if session.json {
        let filer = intake.faults.len();
        let celler = intake.rejects.len();
        let grupper: Vec<_> = groups.iter().map(group_as_json).collect();
        let summary = serde_json::json!({
            "kommunkod": config.municipality.to_string(),
            "fel": faults,
            "filer_med_fel": filer,
            "celler_med_fel": celler,
            "grupper": grupper,
        });
        show(format_args!("{summary}\n"))?;
    }
    if let Some(path) = xlsx {
        write_workbook(session, path, &groups, config)?;
    }
    if !intake.faults.is_empty() || no_register {
        return Err(Failure::Failed(check_faults(faults)));
    }
    if faults > 0 {
        return Err(Failure::Held(check_faults(faults)));
    }
    session.tell(&check_clean());
    Ok(())
}

/// Colours where somebody sees them and has not declined (no-color.org).
fn paint() -> Paint {
    let declined = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Paint { colours: stderr().is_terminal() && has_colours() && !declined }
}

fn group_as_json(group: &Group<'_>) -> serde_json::Value {
    let first: Vec<u32> = group.rejects.iter().take(5).map(|reject| reject.place.row).collect();
    serde_json::json!({
        "kod": group.code,
        "kalla": group.source,
        "fil": group.file,
        "blad": group.sheet,
        "kolumn": group.column,
        "antal": group.rejects.len(),
        "avvisar": group.rejects_rows(),
        "forsta_rader": first,
    })
}

fn write_workbook(session: &Session, path: &Path, groups: &[Group<'_>], config: &Config) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Failed(faults_not_written(path, error));
    let bytes = workbook(groups, &config.name).map_err(|error| failed(&error))?;
    write_new(path, &bytes).map_err(|error| failed(&error))?;
    session.tell(&faults_written(path));
    Ok(())
}
