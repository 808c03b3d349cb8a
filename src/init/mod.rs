//! A new workspace: the config of a plan, the team's workbook, and a page about the first steps. Pure: files in memory.

pub mod from;
mod sheets;
mod workbook;

use std::path::Path;

use rust_xlsxwriter::XlsxError;

use crate::config::{Config, ConfigFault};
use crate::records::{Kind, KnownMunicipality, Municipality};
use crate::texts::init as texts;

use from::Proposals;

pub use sheets::{Choice, Field, Input, KINDS, choices, fields, sheet_name};
pub use workbook::team_workbook;

/// The config in a workspace.
pub const CONFIG: &str = "kaa.toml";
/// The team's workbook in a workspace.
pub const WORKBOOK: &str = "teamets_arbetsbok.xlsx";
/// The JSON Schema beside the config, for editors.
pub const SCHEMA: &str = "kaa.schema.json";
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

/// What a workspace is to be.
pub struct Wishes<'a> {
    /// The plan to begin with.
    pub profile: Profile,
    /// The municipality, when it is named.
    pub municipality: Option<Municipality>,
    /// Its name, when it is named.
    pub name: Option<&'a str>,
    /// Whether the workbook shows how it is filled in.
    pub examples: bool,
    /// What exports are proposed to be.
    pub proposals: &'a Proposals,
}

/// What a workspace is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The config.
    pub config: String,
    /// The team's workbook; `None` when every table of it comes from an export.
    pub workbook: Option<Vec<u8>>,
    /// The page about the first steps.
    pub first_steps: String,
    /// Lines of the config that somebody must fill in, with their numbers.
    pub to_fill_in: Vec<(usize, String)>,
    /// The folders that exports are put in: one for each table that none is proposed for, and the one around them.
    pub inboxes: Vec<String>,
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

/// The files of a new workspace. The municipality is the one that is named, else the one that the exports are about,
/// else the profile's; its name is known by its code.
///
/// # Errors
/// A fault of the program.
pub fn workspace(wishes: &Wishes<'_>) -> Result<Workspace, InitError> {
    let found = wishes.municipality.or(wishes.proposals.municipality);
    let known = found.and_then(KnownMunicipality::of).map(|known| known.name);
    let text = named(wishes.profile.config(), found, wishes.name.or(known));
    let mut text = format!("{}\n", text.trim_end());
    let is_proposed = |kind: Kind| wishes.proposals.sources.iter().any(|source| source.kind == kind);
    if !wishes.proposals.sources.is_empty() {
        text.push_str(&format!("\n{}", texts::proposals_comment()));
    }
    wishes.proposals.sources.iter().for_each(|source| text.push_str(&source.text));
    let own: Vec<Kind> = KINDS.into_iter().filter(|&kind| !is_proposed(kind)).collect();
    if !own.is_empty() {
        text.push_str(&format!("\n{}", sheets::sources(&own)));
    }
    let config = Config::parse(&text, Path::new("")).map_err(InitError::Config)?;
    let numbered = text.lines().enumerate().filter(|(_, line)| line.contains(TO_FILL_IN));
    let to_fill_in = numbered.map(|(at, line)| (at + 1, line.trim().to_owned())).collect();
    let folder = |path: &Path| path.display().to_string();
    let inbox = config.inbox.as_deref().map(folder).unwrap_or_default();
    let from_elsewhere = Kind::ALL.iter().filter(|&&kind| !KINDS.contains(&kind) && !is_proposed(kind));
    let inboxes: Vec<&str> = from_elsewhere.map(|kind| kind.name()).collect();
    let sheets: Vec<&str> = own.iter().map(|&kind| sheet_name(kind)).collect();
    Ok(Workspace {
        workbook: (!own.is_empty()).then(|| team_workbook(&config, &own, wishes.examples)).transpose()?,
        first_steps: texts::first_steps(&config.name, &inboxes, !wishes.proposals.sources.is_empty(), &sheets),
        to_fill_in,
        inboxes: inboxes.into_iter().map(|name| format!("{inbox}/{name}")).chain([inbox.clone()]).collect(),
        output: folder(&config.output),
        config: text,
    })
}

/// The config with another municipality's code and name; what is still another's is marked.
fn named(config: &str, municipality: Option<Municipality>, name: Option<&str>) -> String {
    let code = municipality.map(|code| code.to_string());
    let own_code = |value: &str| code.as_ref().is_none_or(|code| value == format!("\"{code}\""));
    let (head, rest) = config.split_once("[kallor]").unwrap_or((config, ""));
    let another = head.lines().filter_map(|line| line.strip_prefix("kod = ")).any(|value| !own_code(value));
    let line = |line: &str| {
        let (key, given, open) = match line.split_once(" = ") {
            Some(("kod", value)) => ("kod", code.as_deref(), value == "\"0000\""),
            Some(("namn", value)) => ("namn", name, another || value == "\"Kommunen\""),
            _ => return line.to_owned(),
        };
        match given {
            Some(given) => format!("{key} = {}", toml::Value::from(given)),
            None if open => format!("{line} # {TO_FILL_IN}"),
            None => line.to_owned(),
        }
    };
    // Only the first of each is the municipality's; the parts after [kallor] have names of their own.
    let head: Vec<String> = head.lines().map(line).collect();
    format!("{}\n[kallor]{rest}", head.join("\n"))
}
