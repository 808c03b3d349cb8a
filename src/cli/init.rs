//! `kaa init`: a new workspace on disk. Nothing is ever overwritten.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, Session};
use crate::config::schema;
use crate::ingest::spreadsheet::Limits;
use crate::ingest::{FileFault, read_whole};
use crate::init::from::{Export, Proposals, propose};
use crate::init::{CONFIG, FIRST_STEPS, Profile, SCHEMA, WORKBOOK, Wishes, workspace};
use crate::records::{Kind, Municipality};
use crate::run::create_private_folder;
use crate::system::private_file;
use crate::texts::bad_municipality;
use crate::texts::init::{
    init_done, init_exists, init_failed, init_open, init_open_line, no_export_of, no_such_export, not_proposed,
    proposals_heading, proposed,
};

/// The options of `kaa init`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Arbetsmappen. Inget i den skrivs över.
    #[arg(value_name = "MAPP")]
    folder: PathBuf,
    /// Planen att börja med: Nackas, Varas, Essungas, Tibros eller ingen.
    #[arg(long, value_name = "PROFIL")]
    profile: ProfileChoice,
    /// Kommunkod, om den är en annan än planens.
    #[arg(long, value_name = "KOD")]
    kommun: Option<String>,
    /// Kommunens namn, om det är ett annat än planens.
    #[arg(long, value_name = "NAMN")]
    namn: Option<String>,
    /// Exporter att titta på, eller mappar med dem: vad varje är, och vilka kolumner, föreslås i konfigurationen.
    #[arg(long, value_name = "FIL", num_args = 1..)]
    from: Vec<PathBuf>,
    /// Visa i teamets arbetsbok hur en rad fylls i, överstruket.
    #[arg(long)]
    exempel: bool,
}

#[derive(Clone, Copy, Debug)]
struct ProfileChoice(Profile);

impl ValueEnum for ProfileChoice {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [ProfileChoice; 5] = {
            let [nacka, vara, essunga, tibro, blank] = Profile::ALL;
            [
                ProfileChoice(nacka),
                ProfileChoice(vara),
                ProfileChoice(essunga),
                ProfileChoice(tibro),
                ProfileChoice(blank),
            ]
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    let code = |text: &str| Municipality::parse(text).ok_or_else(|| Failure::Usage(bad_municipality(text)));
    let folder = &options.folder;
    let municipality = options.kommun.as_deref().map(code).transpose()?;
    let proposals = look_at(session, folder, &options.from)?;
    let wishes = Wishes {
        profile: options.profile.0,
        municipality,
        name: options.namn.as_deref(),
        examples: options.exempel,
        proposals: &proposals,
    };
    let made = workspace(&wishes).map_err(|error| Failure::Failed(init_failed(folder, &error)))?;
    let schema = schema();
    // The config comes last: with it the workspace is whole.
    let mut files = vec![(FIRST_STEPS, made.first_steps.as_bytes()), (SCHEMA, schema.as_bytes())];
    files.extend(made.workbook.as_deref().map(|workbook| (WORKBOOK, workbook)));
    files.push((CONFIG, made.config.as_bytes()));
    if let Some(path) = files.iter().map(|(name, _)| folder.join(name)).find(|path| path.exists()) {
        return Err(Failure::Usage(init_exists(&path)));
    }
    for inner in made.inboxes.iter().chain([&made.output]) {
        let path = folder.join(inner);
        create_private_folder(&path)?;
    }
    for (name, bytes) in files {
        write_new(&folder.join(name), bytes)?;
    }
    session.tell(&init_done(folder));
    if !options.from.is_empty() {
        tell_proposals(session, &proposals);
    }
    if !made.to_fill_in.is_empty() {
        session.tell(&init_open(made.to_fill_in.len()));
    }
    for (line, text) in &made.to_fill_in {
        session.tell(&init_open_line(*line, text));
    }
    Ok(())
}

/// Looks at the exports that were named, one after the other.
fn look_at(session: &Session, workspace: &Path, paths: &[PathBuf]) -> Result<Proposals, Failure> {
    let (mut exports, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        for file in files_of(path)? {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes = read_whole(&file, &Limits::default());
            match bytes.and_then(|bytes| Export::look(&folder_in_config(workspace, &file), &name, &bytes)) {
                Ok(export) => exports.push(export),
                Err(fault) => faults.push(FileFault { path: file, fault }),
            }
        }
    }
    if faults.is_empty() { Ok(propose(exports)) } else { Err(session.file_faults(&faults)) }
}

/// The files that a path names: itself, those of a folder, or those that fit a pattern (not every shell expands them).
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let missing = || Failure::Usage(no_such_export(&path.display().to_string()));
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let pattern = if path.is_dir() { path.join("*") } else { path.to_owned() };
    let found = glob::glob(&pattern.to_string_lossy()).map_err(|_| missing())?;
    let is_export = |path: &PathBuf| {
        path.is_file() && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~']))
    };
    let files: Vec<PathBuf> = found.filter_map(Result::ok).filter(is_export).collect();
    if files.is_empty() { Err(missing()) } else { Ok(files) }
}

/// How the config names the folder of a file: within the workspace from there, else from the root.
fn folder_in_config(workspace: &Path, file: &Path) -> String {
    let folder = real_path(file.parent().unwrap_or(Path::new("")));
    let inner = folder.strip_prefix(real_path(workspace)).unwrap_or(&folder);
    let text = inner.to_string_lossy();
    // What Windows puts before a path that has been resolved, other programs do not understand.
    let text = text.strip_prefix(r"\\?\UNC\").map_or(text.to_string(), |share| format!(r"\\{share}"));
    let text = text.strip_prefix(r"\\?\").unwrap_or(&text).replace(std::path::MAIN_SEPARATOR, "/");
    let text = glob::Pattern::escape(&text);
    if text.is_empty() { text } else { format!("{text}/") }
}

/// A path from the root without links; of what is not there yet, as far as it is there.
fn real_path(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.canonicalize().unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real_path(parent).join(name),
        _ => path.to_owned(),
    })
}

/// What the exports are proposed to be, what is not told, and what every run needs and none of them is.
fn tell_proposals(session: &Session, proposals: &Proposals) {
    session.tell(&proposals_heading());
    proposals.sources.iter().for_each(|proposal| session.tell(&proposed(proposal)));
    proposals.unknown.iter().for_each(|unknown| session.tell(&not_proposed(unknown)));
    for kind in [Kind::PopulationRegister, Kind::StudentRegister] {
        if proposals.sources.iter().all(|proposal| proposal.kind != kind) {
            session.tell(&no_export_of(kind));
        }
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(init_failed(path, &error));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = private_file(&mut options).open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}
