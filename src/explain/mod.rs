//! `kaa explain`: why one person is in the target group or not, and all that is held on the person.
//!
//! The reasons come from the [`Findings`](crate::timeline::Findings) that decide; nothing is decided here.

mod decision;
mod drawing;
mod extract;
mod json;
mod outlook;
mod reasons;
mod recorded;
mod text;

use chrono::NaiveDate;

pub use decision::{Decisions, decisions};
pub use drawing::{Lane, LaneKind, Mark, Stretch, drawing, window};
pub use extract::{Extract, ExtractRow, extract};
pub use json::{explanation_json, extract_json, unknown_json};
pub use text::{Style, explanation_text, extract_text, unknown_text};

use crate::config::Config;
use crate::ingest::{FileFault, Intake};
use crate::person::PersonalNumber;
use crate::records::{Ground, Kind, Municipality, Place, Protection, Reason, Text};
use crate::register::{Known, gather};
use crate::run::{MONTHLY, Manifest, RunError, RunFolder, load_memory, reasons_to_hold, runs_of};
use crate::texts::Message;
use crate::timeline::Flags;
use crate::timeline::rules::Rule;

/// What an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The sources, with the memory of the named run.
    Sources(Option<String>),
    /// The state of the named run.
    Run(String),
}

/// Everything that is known on a date, for questions about single persons.
#[derive(Debug)]
pub struct Material {
    /// The as-of date.
    pub as_of: NaiveDate,
    /// What the answers rest on.
    pub basis: Basis,
    /// All rows and what is remembered.
    pub known: Known,
    /// The run that answers are read from, when the sources cannot be read.
    pub run: Option<RunFolder>,
    /// The monthly runs up to the as-of date, by date and revision.
    pub runs: Vec<RunFolder>,
    /// Whether no name may be shown, since nothing says who is protected.
    pub names_withheld: bool,
    /// The columns of each file that were not read.
    pub columns_not_read: Vec<(String, Vec<String>)>,
    /// Sources that would hold a monthly run.
    pub caveats: Vec<Message>,
}

/// Why there is nothing to answer from.
#[derive(Debug)]
pub enum MaterialError {
    /// The sources cannot be read, and no run of the date exists. Empty: there is no folkbokföring.
    Sources(Vec<FileFault>),
    /// An earlier run cannot be read.
    Run(RunError),
}

impl From<RunError> for MaterialError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl Material {
    /// Reads the sources as `kaa monthly` does; where that fails, the run of the same date. Writes nothing.
    ///
    /// # Errors
    /// [`MaterialError`].
    pub fn read(config: &Config, as_of: NaiveDate) -> Result<Self, MaterialError> {
        let mut runs = runs_of(config, MONTHLY)?;
        runs.retain(|run| run.as_of <= as_of);
        let intake = Intake::read(config, as_of);
        let has_residents = intake.files.iter().any(|file| file.kind == Kind::PopulationRegister);
        if intake.faults.is_empty() && has_residents {
            return Ok(Self::of_sources(config, intake, runs, as_of)?);
        }
        match runs.iter().rfind(|run| run.as_of == as_of).cloned() {
            Some(run) => Ok(Self::of_run(run, runs)?),
            None => Err(MaterialError::Sources(intake.faults)),
        }
    }

    fn of_sources(
        config: &Config,
        mut intake: Intake,
        runs: Vec<RunFolder>,
        as_of: NaiveDate,
    ) -> Result<Self, RunError> {
        let compared = runs.iter().rfind(|run| run.as_of < as_of);
        let memory = compared.map(|run| load_memory(&run.path)).transpose()?;
        let manifest = compared.map(RunFolder::manifest).transpose()?;
        intake.take_shared(config, memory.as_ref(), as_of);
        let accepted = accepted_on(&runs, as_of)?;
        let caveats = caveats(config, &intake, manifest.as_ref(), as_of, &accepted);
        let columns_not_read =
            intake.files.iter().map(|file| (file.name.clone(), file.dropped_columns.clone())).collect();
        let known = gather(&mut intake, memory.as_ref(), as_of);
        Ok(Self {
            as_of,
            basis: Basis::Sources(compared.map(RunFolder::name)),
            known,
            run: None,
            runs,
            names_withheld: intake.names_withheld,
            columns_not_read,
            caveats,
        })
    }

    fn of_run(run: RunFolder, runs: Vec<RunFolder>) -> Result<Self, RunError> {
        let memory = load_memory(&run.path)?;
        Ok(Self {
            as_of: run.as_of,
            basis: Basis::Run(run.name()),
            known: Known::of_memory(memory),
            run: Some(run),
            runs,
            names_withheld: true,
            columns_not_read: Vec::new(),
            caveats: Vec::new(),
        })
    }

    /// Every number that the person has or had, the current one first.
    pub fn numbers(&self, current: PersonalNumber) -> Vec<PersonalNumber> {
        let mut numbers = vec![current];
        numbers.extend(self.known.links.former(current));
        numbers
    }

    /// Answers for the holder of `number`; `None`: nothing is known about the person.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub fn explain(&self, config: &Config, number: PersonalNumber) -> Result<Option<Explanation>, RunError> {
        let current = self.known.links.current(number);
        if !self.known.knows(current) {
            return Ok(None);
        }
        let mut explanation = match &self.run {
            None => reasons::explain(self, config, current),
            Some(run) => recorded::explain(self, config, run, current)?,
        };
        explanation.older_number = current != number;
        explanation.changes.splice(0..0, self.recorded_changes(current)?);
        Ok(Some(explanation))
    }

    /// What the runs before the as-of date, or the run itself, listed as changes, in the order of detection.
    fn recorded_changes(&self, number: PersonalNumber) -> Result<Vec<ListedChange>, RunError> {
        let numbers = self.numbers(number);
        let mut changes = Vec::new();
        for run in self.latest_revisions() {
            for row in crate::run::listed_about(&run.path.join("forandringar.csv"), &numbers)? {
                let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
                changes.push(ListedChange {
                    detected: run.as_of,
                    kind: cell("typ"),
                    date: cell("datum"),
                    cause: cell("orsak"),
                    before: cell("fore"),
                    after: cell("efter"),
                });
            }
        }
        Ok(changes)
    }

    /// The runs whose changes are history here, of each date the last revision.
    fn latest_revisions(&self) -> impl Iterator<Item = &RunFolder> {
        let history = |run: &&RunFolder| run.as_of < self.as_of || self.run.is_some();
        let is_last =
            |run: &&RunFolder| !self.runs.iter().any(|other| other.as_of == run.as_of && other.revision > run.revision);
        self.runs.iter().filter(history).filter(is_last)
    }
}

/// The rows that places name.
fn source_rows(known: &Known, places: &[Place]) -> Vec<SourceRow> {
    places.iter().filter_map(|&place| source_row(known, place)).collect()
}

fn source_row(known: &Known, place: Place) -> Option<SourceRow> {
    let file = known.files.get(place.file as usize)?;
    Some(SourceRow {
        kind: file.kind,
        file: file.name,
        sheet: file.sheet,
        place,
        remembered: place.file as usize >= known.present,
    })
}

/// The sources that a person accepted when the month of the same date was run.
fn accepted_on(runs: &[RunFolder], as_of: NaiveDate) -> Result<Vec<String>, RunError> {
    let run = runs.iter().rfind(|run| run.as_of == as_of);
    Ok(run.map(RunFolder::manifest).transpose()?.map(|manifest| manifest.accepted).unwrap_or_default())
}

/// What would hold a monthly run makes the answer uncertain.
fn caveats(
    config: &Config,
    intake: &Intake,
    compared: Option<&Manifest>,
    as_of: NaiveDate,
    accepted: &[String],
) -> Vec<Message> {
    let held = reasons_to_hold(config, intake, compared, as_of, accepted, &mut Vec::new());
    held.iter().map(|held| held.message()).collect()
}

/// Why one person is in the group or not on a date.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The person's current number.
    pub number: PersonalNumber,
    /// Whether an older number was asked for.
    pub older_number: bool,
    /// The name by the snapshot; `SKYDD` for protected persons; empty when unknown.
    pub name: String,
    /// The municipality.
    pub municipality: Municipality,
    /// Its name.
    pub municipality_name: String,
    /// The as-of date.
    pub as_of: NaiveDate,
    /// What the answer rests on.
    pub basis: Basis,
    /// Protection of personal data; `None`: a run does not say.
    pub protection: Option<Protection>,
    /// Whether the person is in the group.
    pub member: bool,
    /// Since when, as far as is known.
    pub since: Option<NaiveDate>,
    /// The answer in one sentence.
    pub answer: Message,
    /// The rules that decided, in order.
    pub rulings: Vec<Ruling>,
    /// Flags and inquiries.
    pub remarks: Vec<Remark>,
    /// Until when a coordinator has looked into them.
    pub looked_into_until: Option<NaiveDate>,
    /// What would change the answer.
    pub outlook: Vec<Message>,
    /// The timeline.
    pub lanes: Vec<Lane>,
    /// Every spell.
    pub spells: Vec<SpellStory>,
    /// Every change by the day it was detected.
    pub changes: Vec<ListedChange>,
    /// What makes the answer uncertain.
    pub caveats: Vec<Message>,
}

/// What a rule's answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A condition of membership holds.
    Holds,
    /// It keeps the person out.
    Bars,
    /// It decided a reason or a ground.
    Decided,
    /// It asks for a person's eye.
    Note,
}

impl Outcome {
    /// Every outcome, in order.
    pub const ALL: [Self; 4] = [Self::Holds, Self::Bars, Self::Decided, Self::Note];

    /// The constant in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Holds => "UPPFYLLT",
            Self::Bars => "HINDRAR",
            Self::Decided => "AVGJORDE",
            Self::Note => "ATT_SE",
        }
    }
}

/// What one rule says of the person.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The rule.
    pub rule: Rule,
    /// What its answer does.
    pub outcome: Outcome,
    /// What was found.
    pub finding: Message,
    /// The rows it rests on.
    pub rows: Vec<SourceRow>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Which table.
    pub kind: Kind,
    /// The file.
    pub file: Text,
    /// The sheet.
    pub sheet: Option<Text>,
    /// The file by its index, and the row as Excel shows it.
    pub place: Place,
    /// Whether only the memory holds it.
    pub remembered: bool,
}

/// Something that a person must look at.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The code.
    pub code: String,
    /// What it says.
    pub label: Message,
    /// What to do.
    pub todo: Message,
    /// What would change the answer.
    pub change: Option<Message>,
    /// The day it concerns.
    pub date: Option<NaiveDate>,
    /// The rows it rests on.
    pub rows: Vec<SourceRow>,
}

/// A spell with both time axes.
#[derive(Clone, Debug)]
pub struct SpellStory {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while it holds the as-of date.
    pub last: Option<NaiveDate>,
    /// Why it begins.
    pub reason: Reason,
    /// Why it ended.
    pub ground: Option<Ground>,
    /// Its flags.
    pub flags: Flags,
    /// The registration date.
    pub registered: NaiveDate,
    /// The registration date by the runs alone.
    pub detected: NaiveDate,
    /// Whether the case register has it.
    pub in_case_register: bool,
    /// The former home municipality.
    pub moved_from: Option<Municipality>,
    /// The rules behind its beginning and end.
    pub rulings: Vec<Ruling>,
}

impl SpellStory {
    /// The rulings behind the reason and the ground.
    fn with_finding(&self, rule: Rule, rows: Vec<SourceRow>) -> Ruling {
        let ends = self.ground.filter(|&ground| Rule::of_ground(ground) == rule);
        let finding = match (ends, self.last) {
            (Some(ground), Some(last)) => crate::texts::explain::found_ground(ground, last),
            _ => crate::texts::explain::found_reason(self.reason, self.from),
        };
        Ruling { rule, outcome: Outcome::Decided, finding, rows }
    }
}

/// A change as a run listed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedChange {
    /// The as-of date of the run that saw it.
    pub detected: NaiveDate,
    /// IN, UT, IN_OCH_UT, ANDRAD or BORTTAGEN.
    pub kind: String,
    /// The day it concerns.
    pub date: String,
    /// The reason, the ground or the field.
    pub cause: String,
    /// The value before.
    pub before: String,
    /// The value after.
    pub after: String,
}
