//! A new workspace: the config of a plan, the team's workbook, and a page about the first steps. Pure: files in memory.

mod sheets;
mod workbook;

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use crate::config::{Config, ConfigFault};
use crate::records::Municipality;
use crate::texts::init as texts;

pub use sheets::{Choice, Field, Input, KINDS, choices, fields, sheet_name};
pub use workbook::team_workbook;

/// The config in a workspace.
pub const CONFIG: &str = "kaa.toml";
/// The team's workbook in a workspace.
pub const WORKBOOK: &str = "teamets_arbetsbok.xlsx";
/// The page about the first steps in a workspace.
pub const FIRST_STEPS: &str = "FORSTA-STEGEN.md";
/// What stands in a config where somebody must fill in.
pub const TO_FILL_IN: &str = "ATT FYLLA I";

/// The plan that a workspace begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Nacka's plan of 2019.
    Nacka,
    /// Vara's plan of 2019.
    Vara,
    /// Essunga's plan of 2016.
    Essunga,
    /// Tibro's routine of 2024.
    Tibro,
    /// No plan yet.
    Blank,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 5] = [Self::Nacka, Self::Vara, Self::Essunga, Self::Tibro, Self::Blank];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nacka => "nacka",
            Self::Vara => "vara",
            Self::Essunga => "essunga",
            Self::Tibro => "tibro",
            Self::Blank => "blank",
        }
    }

    /// The shipped pipeline file.
    pub fn config(self) -> &'static str {
        match self {
            Self::Nacka => include_str!("../../pipelines/nacka.toml"),
            Self::Vara => include_str!("../../pipelines/vara.toml"),
            Self::Essunga => include_str!("../../pipelines/essunga.toml"),
            Self::Tibro => include_str!("../../pipelines/tibro.toml"),
            Self::Blank => include_str!("../../pipelines/blank.toml"),
        }
    }
}

/// What a workspace is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The config.
    pub config: String,
    /// The team's workbook.
    pub workbook: Vec<u8>,
    /// The page about the first steps.
    pub first_steps: String,
    /// Lines of the config that somebody must fill in, with their numbers.
    pub to_fill_in: Vec<(usize, String)>,
    /// The folder that exports are put in.
    pub inbox: String,
    /// The folder that runs are written in.
    pub output: String,
}

/// Why a workspace could not be made; a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A shipped profile is no config.
    #[error("{0:?}")]
    Config(ConfigFault),
    /// The workbook could not be made.
    #[error("{0}")]
    Workbook(#[from] XlsxError),
}

/// The files of a new workspace, for a municipality of another code and name than the profile's when that is given.
///
/// # Errors
/// A fault of the program.
pub fn workspace(
    profile: Profile,
    municipality: Option<Municipality>,
    name: Option<&str>,
) -> Result<Workspace, InitError> {
    let text = named(profile.config(), municipality, name);
    let text = format!("{}\n\n{}", text.trim_end(), sheets::sources());
    let config = Config::parse(&text, Path::new("")).map_err(InitError::Config)?;
    let numbered = text.lines().enumerate().filter(|(_, line)| line.contains(TO_FILL_IN));
    let to_fill_in = numbered.map(|(at, line)| (at + 1, line.trim().to_owned())).collect();
    let folder = |path: &Path| path.display().to_string();
    Ok(Workspace {
        workbook: team_workbook(&config)?,
        first_steps: texts::first_steps(&config.name),
        to_fill_in,
        inbox: config.inbox.as_deref().map(folder).unwrap_or_default(),
        output: folder(&config.output),
        config: text,
    })
}

/// The config with another municipality's code and name; what is still the blank profile's own is marked.
fn named(config: &str, municipality: Option<Municipality>, name: Option<&str>) -> String {
    let code = municipality.map(|code| code.to_string());
    let line = |line: &str| {
        let (key, given, open) = match line.split_once(" = ") {
            Some(("kod", value)) => ("kod", code.as_deref(), value == "\"0000\""),
            Some(("namn", value)) => ("namn", name, value == "\"Kommunen\""),
            _ => return line.to_owned(),
        };
        match given {
            Some(given) => format!("{key} = {}", toml::Value::from(given)),
            None if open => format!("{line} # {TO_FILL_IN}"),
            None => line.to_owned(),
        }
    };
    // Only the first of each is the municipality's; the parts after [kallor] have names of their own.
    let (head, rest) = config.split_once("[kallor]").unwrap_or((config, ""));
    let head: Vec<String> = head.lines().map(line).collect();
    format!("{}\n[kallor]{rest}", head.join("\n"))
}
