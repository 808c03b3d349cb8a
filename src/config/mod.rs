//! A municipality's pipeline file: what it has and what it wants. Keys are Swedish, for those who edit them.

mod archive;
mod board;
mod calendar;
mod fault;
mod federation;
mod file;
mod lists;
mod names;
mod plan;
mod purge;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::age::Recipient;
use crate::ingest::spreadsheet;
use crate::outreach::Plan;
use crate::records::{Delivery, Kind, Municipality};
use crate::texts::{Message, config_bad_value, config_not_read, config_toml, config_too_large};
use crate::timeline::{DayOfYear, Law};

pub use board::{Board, Goal, GoalMeasure};
pub use calendar::{CalendarEntry, Job};
pub use fault::{TomlFault, TomlPlace, TomlProblem, TomlType, place_of};
pub use federation::{FEDERATION_OWN_FILE, FaultyMember, Federation, SharedSources};
pub use file::{forbidden_words, words};
pub use lists::PlanLists;
pub use names::{CHAIN, FolderName, nearest, similar, split_date};
pub use purge::Retention;

/// Larger than any pipeline file, in bytes.
const LONGEST_CONFIG: u64 = 16 << 20;

/// A municipality's pipeline, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The municipality's code.
    pub municipality: Municipality,
    /// Its name as written.
    pub name: String,
    /// The folder that is read by file names, if any.
    pub inbox: Option<PathBuf>,
    /// The sources that are described one by one.
    pub sources: Vec<Source>,
    /// The sources that it shares with the other municipalities of its federation, if it is in one.
    pub shared: Option<Arc<SharedSources>>,
    /// Whether the municipality keeps no student register here.
    pub without_student_register: bool,
    /// The days between which the age of a student register in the folder does not count, both inclusive.
    pub student_register_pause: Option<(DayOfYear, DayOfYear)>,
    /// What of the rules it has set.
    pub law: Law,
    /// When a run is held.
    pub limits: Limits,
    /// What one file may cost.
    pub file_limits: spreadsheet::Limits,
    /// How it works by its plan.
    pub plan: Plan,
    /// The lists that its plan names.
    pub lists: PlanLists,
    /// Whether the changes in education are listed for the inter-municipal compensation.
    pub ike: bool,
    /// What the board wants of its report.
    pub board: Board,
    /// Folded beginnings of words that no text may hold (förordning 2006:39, 5 §).
    pub forbidden: Vec<String>,
    /// How long a person's data are kept.
    pub retention: Retention,
    /// For whom each run is also kept encrypted; empty: for nobody.
    pub archive: Vec<Recipient>,
    /// What the plan says comes back.
    pub calendar: Vec<CalendarEntry>,
    /// Where runs are written.
    pub output: PathBuf,
    /// Whether a monthly run writes the meeting's workbook and page beside its lists.
    pub workbooks: bool,
    /// Whether a Parquet file stands beside each CSV file of a run.
    pub parquet: bool,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
}

/// When a run is held until a person has decided.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Shrinkage against the compared run, in per cent, that is still accepted.
    pub shrinkage_percent: u32,
    /// Sources of at most this many rows may shrink as they like.
    pub shrinkage_from_rows: u64,
    /// Share of rejected rows, in per cent, that is still accepted.
    pub rejected_percent: u32,
    /// Number of rejected rows that is always accepted.
    pub rejected_rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { shrinkage_percent: 20, shrinkage_from_rows: 50, rejected_percent: 5, rejected_rows: 5 }
    }
}

/// One source of rows of one kind.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in reports and for `--godkann`.
    pub name: String,
    /// Which table it fills.
    pub kind: Kind,
    /// The path or glob of its files.
    pub pattern: PathBuf,
    /// Whether an extract is whole or a part.
    pub delivery: Delivery,
    /// The extraction date, when the config states it.
    pub extracted: Option<NaiveDate>,
    /// The column that holds the extraction date.
    pub extracted_column: Option<String>,
    /// The greatest age in days.
    pub greatest_age: Option<u16>,
    /// The days between which its age does not count, both inclusive.
    pub summer_pause: Option<(DayOfYear, DayOfYear)>,
    /// How its files are written.
    pub form: Form,
}

/// How the files of a source differ from the canonical form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The delimiter, when it is not to be recognised.
    pub delimiter: Option<u8>,
    /// The encoding, when it is not to be recognised.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// The sheet's name.
    pub sheet: Option<String>,
    /// The row of the headers, the first being 1.
    pub header_row: Option<u32>,
    /// The form of dates, as chrono writes it.
    pub date_format: Option<String>,
    /// Canonical column to the source's header.
    pub columns: BTreeMap<String, String>,
    /// Canonical column to (folded wording to code).
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether `folkbokford_fran` is the date of the address and must not be read.
    pub address_date: bool,
}

impl Source {
    /// A source in canonical form.
    pub fn canonical(name: String, kind: Kind, pattern: PathBuf) -> Self {
        Self {
            name,
            kind,
            pattern,
            delivery: kind.delivery(),
            extracted: None,
            extracted_column: None,
            greatest_age: kind.greatest_age(),
            summer_pause: None,
            form: Form::default(),
        }
    }
}

impl Config {
    /// Reads and checks the pipeline file of one municipality. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// A message that names the key and what was expected.
    pub fn read(path: &Path) -> Result<Self, Message> {
        let text = read_text(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|fault| fault.message(path))
    }

    /// Checks the text of a pipeline file of one municipality.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigFault> {
        parse_file(text)?.check(folder, hash(text))
    }

    /// Every source that is described one by one, shared ones first.
    pub fn described_sources(&self) -> impl Iterator<Item = &Source> {
        self.shared.iter().flat_map(|shared| &shared.sources).chain(&self.sources)
    }
}

/// What a pipeline file is for.
#[derive(Clone, Debug)]
pub enum Pipeline {
    /// One municipality.
    One(Box<Config>),
    /// Several municipalities that share sources.
    Several(Federation),
}

impl Pipeline {
    /// Reads and checks a pipeline file, of one municipality or a federation.
    ///
    /// # Errors
    /// A message that names the key and what was expected.
    pub fn read(path: &Path) -> Result<Self, Message> {
        let text = read_text(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = parse_file(&text).map_err(|fault| fault.message(path))?;
        if let Some(section) = file.forbund.take() {
            return Ok(Self::Several(Federation::of(section, file, &text, path)?));
        }
        let config = file.check(folder, hash(&text)).map_err(|fault| fault.message(path))?;
        Ok(Self::One(Box::new(config)))
    }

    /// The pipelines of its municipalities, in the order of the file, but for those whose own file is at fault.
    pub fn municipalities(&self) -> &[Config] {
        match self {
            Self::One(config) => std::slice::from_ref(config),
            Self::Several(federation) => &federation.municipalities,
        }
    }

    /// The municipalities whose own file is at fault, in the order of the federation's file.
    pub fn faulty(&self) -> &[FaultyMember] {
        match self {
            Self::One(_) => &[],
            Self::Several(federation) => &federation.faulty,
        }
    }

    /// How many municipalities it has.
    pub fn size(&self) -> usize {
        self.municipalities().len() + self.faulty().len()
    }

    /// The folder below which all runs are written.
    pub fn output(&self) -> &Path {
        match self {
            Self::One(config) => &config.output,
            Self::Several(federation) => &federation.output,
        }
    }
}

/// The text of a file that a user writes; `/dev/zero` would have no end.
fn read_text(path: &Path) -> Result<String, Message> {
    let mut text = String::new();
    let read = fs::File::open(path).and_then(|file| file.take(LONGEST_CONFIG + 1).read_to_string(&mut text));
    let read = read.map_err(|error| config_not_read(path, &error))?;
    if read as u64 > LONGEST_CONFIG { Err(config_too_large(path, LONGEST_CONFIG >> 20)) } else { Ok(text) }
}

fn parse_file(text: &str) -> Result<file::ConfigFile, ConfigFault> {
    toml::from_str(text).map_err(|error| ConfigFault::Toml(TomlFault::new(text, &error)))
}

fn hash(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// The JSON Schema of a pipeline file, for editors that complete and check as one types.
pub fn schema() -> String {
    // A schema always serialises.
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(file::ConfigFile)).unwrap_or_default();
    text.push('\n');
    text
}

/// What is wrong with a pipeline file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFault {
    /// Not TOML, an unknown or missing key, or a value of another type.
    Toml(TomlFault),
    /// A value that means nothing here.
    Value {
        /// The key.
        key: String,
        /// What stood there.
        found: String,
        /// What can stand there.
        expected: Message,
    },
}

impl ConfigFault {
    fn message(&self, path: &Path) -> Message {
        match self {
            Self::Toml(fault) => config_toml(path, fault),
            Self::Value { key, found, expected } => {
                // Where the value stands is sought only when there is something to tell.
                let text = fs::read_to_string(path).unwrap_or_default();
                config_bad_value(path, &text, key, found, expected)
            }
        }
    }
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
