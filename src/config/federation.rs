//! `[forbund]`: several municipalities in one run, with sources that they share and sources of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::file::{ConfigFile, municipality, value};
use super::{Config, ConfigFault, Source, TomlFault, hash, parse_file, read_text};
use crate::ingest::spreadsheet;
use crate::records::{KnownMunicipality, Municipality, known_municipalities};
use crate::texts::{Message, expected};

/// The file in a municipality's own folder that says what differs there from the federation's file.
pub const FEDERATION_OWN_FILE: &str = "kaa.toml";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FederationSection {
    namn: String,
    kommuner: Members,
    egen_mapp: Option<String>,
}

/// `"alla"`, or the codes one by one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Members {
    Word(String),
    Codes(Vec<String>),
}

/// Several municipalities, each with its pipeline.
#[derive(Clone, Debug)]
pub struct Federation {
    /// Its name.
    pub name: String,
    /// Where its overview is written.
    pub output: PathBuf,
    /// All its municipalities, in the order of the file.
    pub members: Vec<Municipality>,
    /// Its municipalities whose pipelines are right, in the order of the file.
    pub municipalities: Vec<Config>,
    /// Those whose own file is at fault, in the order of the file.
    pub faulty: Vec<FaultyMember>,
}

/// A municipality that cannot be run, because its own file in the federation is at fault.
#[derive(Clone, Debug)]
pub struct FaultyMember {
    /// Its code.
    pub municipality: Municipality,
    /// Its name.
    pub name: String,
    /// What is wrong with its file.
    pub fault: Message,
}

/// The sources that the municipalities of a federation share: read once, each row for whom it is about.
#[derive(Clone, Debug)]
pub struct SharedSources {
    /// The folder that is read by file names, if any.
    pub inbox: Option<PathBuf>,
    /// The sources that are described one by one.
    pub sources: Vec<Source>,
    /// Folded beginnings of words that no text may hold.
    pub forbidden: Vec<String>,
    /// How much a file may hold.
    pub limits: spreadsheet::Limits,
}

impl Federation {
    /// The pipelines of a federation's file: what it says holds for everyone, but where a municipality's own file says
    /// otherwise. Sources of its own are added to those that are shared. What is wrong with a municipality's own file is
    /// that municipality's fault and stops no other.
    ///
    /// # Errors
    /// What is wrong with the federation's own file.
    pub(super) fn of(
        section: FederationSection,
        mut file: ConfigFile,
        text: &str,
        path: &Path,
    ) -> Result<Self, Message> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let fault = |fault: ConfigFault| fault.message(path);
        if let Some(one) = &file.kommun {
            return Err(fault(value("kommun.kod", &one.kod, expected::not_both())));
        }
        let sources = file.sources(folder).map_err(fault)?;
        let inbox = file.kallor.mapp.take().map(|inbox| folder.join(inbox));
        if let Some(own) = section.egen_mapp.as_deref().filter(|own| !own.contains("{kod}")) {
            return Err(fault(value("forbund.egen_mapp", own, expected::folder_with_code())));
        }
        if sources.is_empty() && inbox.is_none() && section.egen_mapp.is_none() {
            return Err(fault(value("kallor.mapp", "", expected::sources_of_federation())));
        }
        let mut everyone: Table =
            toml::from_str(text).map_err(|error| fault(ConfigFault::Toml(TomlFault::new(text, &error))))?;
        everyone.remove("forbund");
        everyone.remove("kalla");
        if let Some(Value::Table(shared)) = everyone.get_mut("kallor") {
            shared.remove("mapp");
        }
        let forbidden = file.forbidden_words();
        let limits = file.granser.check_files().map_err(fault)?;
        let shared = Arc::new(SharedSources { inbox, sources, forbidden, limits });
        let output = file.output(folder);
        let output = output.ok_or_else(|| fault(value("utdata.mapp", "", expected::output_folder())))?;
        let members = members(&section.kommuner).map_err(fault)?;
        // What everyone has is checked without anyone's own file: then only that file can be at fault.
        if let Some(first) = members.first() {
            config_of(first, None, &everyone, text, path, &shared)?;
        }
        let codes = members.iter().map(|member| member.code).collect();
        let mut federation =
            Self { name: section.namn, output, members: codes, municipalities: Vec::new(), faulty: Vec::new() };
        for member in members {
            let own =
                section.egen_mapp.as_deref().map(|own| folder.join(own.replace("{kod}", &member.code.to_string())));
            match config_of(member, own.as_deref(), &everyone, text, path, &shared) {
                Ok(config) => federation.municipalities.push(config),
                Err(fault) => federation.faulty.push(FaultyMember {
                    municipality: member.code,
                    name: member.name.to_owned(),
                    fault,
                }),
            }
        }
        Ok(federation)
    }
}

/// The municipalities that are meant, each once.
fn members(written: &Members) -> Result<Vec<&'static KnownMunicipality>, ConfigFault> {
    let codes = match written {
        Members::Word(word) if word == "alla" => return Ok(known_municipalities().iter().collect()),
        Members::Word(word) => return Err(value("forbund.kommuner", word, expected::members())),
        Members::Codes(codes) if codes.is_empty() => {
            return Err(value("forbund.kommuner", "[]", expected::at_least_one_member()));
        }
        Members::Codes(codes) => codes,
    };
    let mut found: Vec<&'static KnownMunicipality> = Vec::new();
    for code in codes {
        let wanted: Municipality = municipality("forbund.kommuner", code)?;
        let known = known_municipalities().iter().find(|known| known.code == wanted);
        let known = known.ok_or_else(|| value("forbund.kommuner", code, expected::real_municipality()))?;
        if found.iter().any(|other| other.code == wanted) {
            return Err(value("forbund.kommuner", code, expected::each_member_once()));
        }
        found.push(known);
    }
    Ok(found)
}

/// The pipeline of one municipality: the federation's, with the sections of its own file in place of the same ones.
fn config_of(
    member: &KnownMunicipality,
    own: Option<&Path>,
    everyone: &Table,
    text: &str,
    path: &Path,
    shared: &Arc<SharedSources>,
) -> Result<Config, Message> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let own_path = own.map(|own| own.join(FEDERATION_OWN_FILE)).filter(|own| own.is_file());
    let mut written = format!("{}\n{text}", member.code);
    let mut table = everyone.clone();
    let mut sources = Vec::new();
    let mut inbox = own.map(Path::to_owned);
    if let (Some(own), Some(own_path)) = (own, &own_path) {
        let own_text = read_text(own_path)?;
        let fault = |fault: ConfigFault| fault.message(own_path);
        let mut file = parse_file(&own_text).map_err(fault)?;
        if let Some(other) = file.kommun.take().filter(|other| other.kod != member.code.to_string()) {
            return Err(fault(value("kommun.kod", &other.kod, expected::as_it_is(&member.code.to_string()))));
        }
        if file.forbund.is_some() {
            return Err(fault(value("forbund", "", expected::no_inner_federation())));
        }
        sources = file.sources(own).map_err(fault)?;
        if let Some(folder) = file.kallor.mapp.take() {
            inbox = Some(own.join(folder));
        }
        let sections: Table =
            toml::from_str(&own_text).map_err(|error| fault(ConfigFault::Toml(TomlFault::new(&own_text, &error))))?;
        let kept = sections.into_iter().filter(|(key, _)| !["kommun", "kalla"].contains(&key.as_str()));
        table.extend(kept.map(|(key, section)| (key, anchored(section, own, folder))));
        written += &own_text;
    }
    // Both files have been understood by themselves: together they are no worse.
    let file: ConfigFile = table
        .try_into()
        .map_err(|error: toml::de::Error| ConfigFault::Toml(TomlFault::new(text, &error)).message(path))?;
    let at = own_path.as_deref().unwrap_or(path);
    let config = file.check_as(member.code, member.name.to_owned(), sources, folder, hash(&written));
    let config = config.map_err(|fault| fault.message(at))?;
    Ok(Config { inbox, shared: Some(shared.clone()), ..config })
}

/// A section of a municipality's own file, its paths turned from the own folder to the federation's.
fn anchored(section: Value, own: &Path, folder: &Path) -> Value {
    let Value::Table(mut section) = section else { return section };
    let relative = own.strip_prefix(folder).unwrap_or(own);
    for key in ["mapp", "logga"] {
        if let Some(Value::String(path)) = section.get_mut(key) {
            *path = relative.join(&*path).to_string_lossy().into_owned();
        }
    }
    Value::Table(section)
}
