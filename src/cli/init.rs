//! `kaa init`: a new workspace on disk. Nothing is ever overwritten.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, Session};
use crate::init::{CONFIG, FIRST_STEPS, Profile, WORKBOOK, workspace};
use crate::records::Municipality;
use crate::run::create_private_folder;
use crate::texts::bad_municipality;
use crate::texts::init::{init_done, init_exists, init_failed, init_open, init_open_line};

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
    let code = options.kommun.as_deref().map(code).transpose()?;
    let folder = &options.folder;
    let made = workspace(options.profile.0, code, options.namn.as_deref())
        .map_err(|error| Failure::Failed(init_failed(folder, &error)))?;
    // The config comes last: with it the workspace is whole.
    let files =
        [(WORKBOOK, &made.workbook[..]), (FIRST_STEPS, made.first_steps.as_bytes()), (CONFIG, made.config.as_bytes())];
    if let Some(path) = files.iter().map(|(name, _)| folder.join(name)).find(|path| path.exists()) {
        return Err(Failure::Usage(init_exists(&path)));
    }
    for inner in [&made.inbox, &made.output] {
        let path = folder.join(inner);
        create_private_folder(&path)?;
    }
    for (name, bytes) in files {
        write_new(&folder.join(name), bytes)?;
    }
    session.tell(&init_done(folder));
    if !made.to_fill_in.is_empty() {
        session.tell(&init_open(made.to_fill_in.len()));
    }
    for (line, text) in &made.to_fill_in {
        session.tell(&init_open_line(*line, text));
    }
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(init_failed(path, &error));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}
