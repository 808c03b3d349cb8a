//! Gallring: everything about whom nothing may be kept any more, and what is no longer needed about others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Months, NaiveDate};

use crate::config::Config;
use crate::ingest::{FaultKind, FileFault, Intake, OwnRow, older_and_newest, own_rows};
use crate::person::{NumberLink, NumberLinks, PersonalNumber, years_before};
use crate::records::{Delivery, Kind};
use crate::register::Memory;
use crate::report::{DATA_PACKAGE, DataPackage};
use crate::run::purge::{Change, Contents, PURGE, Pending, PurgeRecord, Rewritten, Sought, Staged, purges_in_order};
use crate::run::{
    ARCHIVES, CHAIN, MONTHLY, Previous, RunError, RunFolder, Runs, STATE, load_memory, municipality_folder,
    outdated_archives, runs_of, sha256, tells_a_name,
};

/// Names and contact details of runs older than this go.
const NAMES_ARE_KEPT: Months = Months::new(6);
/// The only list of a run with names, whatever its form.
const MAILING: &str = "utskick.";
/// Endings of lists and tables without names.
const NAMELESS: [&str; 3] = [".csv", ".parquet", ".json"];
/// Kinds whose tables the team keeps itself.
const OWN: [Kind; 6] =
    [Kind::CaseRegister, Kind::Contacts, Kind::Knowledge, Kind::Measures, Kind::Decisions, Kind::ContactDetails];
/// Kinds whose parts a run remembers when their files are gone.
const REMEMBERED: [Kind; 4] = [Kind::RegisterChanges, Kind::Credentials, Kind::ProviderReports, Kind::Admissions];

/// What goes on a day.
#[derive(Debug)]
pub struct PurgePlan {
    /// How many persons go.
    pub people: usize,
    /// How many rows go from lists and the state.
    pub rows: u64,
    /// The files of runs that are rewritten or go.
    pub changes: Vec<Change>,
    /// The folders of held runs, which go.
    pub held: Vec<String>,
    /// Archives that go, since their runs lose something, below the municipality's folder.
    pub archives: Vec<PathBuf>,
    /// Extracts that go, with their SHA-256.
    pub extracts: Vec<(PathBuf, String)>,
    /// Rows for the team to delete.
    pub own: Vec<OwnFileRow>,
    /// Files of runs that could not be searched.
    pub unsearched: Vec<PathBuf>,
    /// Sources that could not be read; then nobody is found to be needed no longer, and no extract goes.
    pub faults: Vec<FileFault>,
    /// Whether an earlier purge was interrupted.
    pub unfinished: bool,
}

/// A row in a table of the team's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnFileRow {
    /// The file's name.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The row, as Excel shows it.
    pub row: u32,
    /// The birth year of the person it is about.
    pub born: i32,
}

impl PurgePlan {
    /// Finds out what goes on a day. Only reads.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub fn make(config: &Config, on: NaiveDate) -> Result<Self, RunError> {
        let municipality = municipality_folder(config);
        let monthly = runs_of(config, MONTHLY)?;
        let memories = monthly.iter().map(|run| load_memory(&run.path)).collect::<Result<Vec<_>, _>>()?;
        let mut intake = Intake::read(config, on);
        intake.take_shared(config, memories.last(), on);
        let people = People::new(config, &memories, &intake, on);
        let Below { files, mut unsearched } = files_below(&municipality)?;
        let (held, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.folder.ends_with("-stoppad"));
        let held: BTreeSet<String> = held.into_iter().map(|file| file.folder).collect();

        let mut leaving = BTreeSet::new();
        for file in &files {
            let path = municipality.join(file.path());
            let contents = Contents::of(fs::read(&path).map_err(RunError::io(&path))?);
            // Telephones stand in the monthly workbooks and pages alone, and beside numbers of twelve digits.
            match contents.people(!file.folder.starts_with(MONTHLY), on) {
                Some(found) => leaving.extend(found.into_iter().filter(|&number| people.leaves(number))),
                None => unsearched.push(path),
            }
        }
        let sought = Sought::new(leaving.iter().copied());
        let (mut changes, mut rows) = (Vec::new(), 0);
        for file in &files {
            let path = municipality.join(file.path());
            let bytes = fs::read(&path).map_err(RunError::io(&path))?;
            let before = sha256(&bytes);
            let is_old = monthly.iter().any(|run| run.name() == file.folder && names_have_passed(run, on));
            let rewritten = match () {
                () if is_old && file.name == STATE => Contents::of(bytes).without(&sought, tells_a_name()),
                () if is_old && holds_names(&file.name) => Ok(Rewritten::Gone),
                () if sought.is_empty() => Ok(Rewritten::Same),
                () => Contents::of(bytes).without(&sought, |_| false),
            };
            let after = match rewritten.map_err(|detail| RunError::Damaged { path, detail })? {
                Rewritten::Same => continue,
                Rewritten::Without(bytes, removed) => {
                    rows += removed;
                    Some(bytes)
                }
                Rewritten::Gone => None,
            };
            changes.push(Change { folder: file.folder.clone(), file: file.name.clone(), before, after });
        }
        changes.extend(described_again(&municipality, &changes)?);
        let mut plan = Self {
            people: 0,
            rows,
            changes,
            held: held.into_iter().collect(),
            archives: Vec::new(),
            extracts: Vec::new(),
            own: Vec::new(),
            unsearched,
            faults: intake.faults,
            unfinished: Pending::find(&municipality)?.is_some(),
        };
        plan.archives = outdated_archives(&municipality, &plan.changes)?;
        // Several numbers can be one person's.
        plan.people = leaving.iter().map(|&number| people.links.current(number)).collect::<BTreeSet<_>>().len();
        plan.look_into_sources(config, &monthly, &people, on)?;
        Ok(plan)
    }

    /// Whether there is nothing to do for the program.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.held.is_empty() && self.archives.is_empty() && self.extracts.is_empty()
    }

    /// What goes, in figures.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let rewritten = self.changes.iter().filter(|change| change.after.is_some()).count();
        let counts = [
            ("personer", self.people as u64),
            ("rader", self.rows),
            ("omskrivna_filer", rewritten as u64),
            ("borttagna_filer", (self.changes.len() - rewritten) as u64),
            ("stoppade_korningar", self.held.len() as u64),
            ("arkiv", self.archives.len() as u64),
            ("uttag", self.extracts.len() as u64),
            ("egna_rader", self.own.len() as u64),
            ("ej_genomsokta_filer", self.unsearched.len() as u64),
        ];
        counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
    }

    /// The extracts that are older than the newest of their source, and the rows of the team's own tables.
    fn look_into_sources(
        &mut self,
        config: &Config,
        monthly: &[RunFolder],
        people: &People<'_>,
        on: NaiveDate,
    ) -> Result<(), RunError> {
        let (older, newest) = match older_and_newest(config, on) {
            Ok(files) => files,
            Err(mut faults) => {
                faults.retain(|fault| !self.faults.contains(fault));
                self.faults.append(&mut faults);
                return Ok(());
            }
        };
        let mut read = BTreeSet::new();
        for run in monthly {
            read.extend(run.manifest()?.inputs.into_iter().map(|input| input.sha256));
        }
        // What a part holds and no run remembers is nowhere else.
        let can_go = |kind: Kind, delivery: Delivery, hash: &String| {
            delivery == Delivery::Whole || (REMEMBERED.contains(&kind) && read.contains(hash))
        };
        let mut going: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut kept: BTreeSet<PathBuf> = BTreeSet::new();
        for file in older.iter().filter(|_| self.faults.is_empty()) {
            let bytes = fs::read(&file.path).map_err(RunError::io(&file.path))?;
            let hash = sha256(&bytes);
            let path = std::path::absolute(&file.path).map_err(RunError::io(&file.path))?;
            if can_go(file.source.kind, file.source.delivery, &hash) {
                going.insert(path, hash);
            } else {
                kept.insert(path);
            }
        }
        self.extracts = going.into_iter().filter(|(path, _)| !kept.contains(path)).collect();
        let mut rows = BTreeSet::new();
        let stays = |path: &Path| {
            std::path::absolute(path).is_ok_and(|path| self.extracts.iter().all(|(going, _)| *going != path))
        };
        for file in older.iter().chain(&newest).filter(|file| OWN.contains(&file.source.kind) && stays(&file.path)) {
            let found = match own_rows(&file.path, &file.source.form, &config.file_limits, on) {
                Ok(found) => found,
                Err(FaultKind::Foreign(crate::ingest::ForeignFormat::Empty)) => Vec::new(),
                Err(fault) => {
                    self.faults.push(FileFault { path: file.path.clone(), fault });
                    continue;
                }
            };
            let leaving = found.into_iter().filter(|row| people.leaves(row.number));
            rows.extend(leaving.map(|OwnRow { sheet, row, number }| OwnFileRow {
                file: file.name(),
                sheet,
                row,
                born: people.links.current(number).born().year(),
            }));
        }
        self.own = rows.into_iter().collect();
        Ok(())
    }
}

/// Makes the purge of a day: deletes what its plan names, and adds the link that says so. `None`: nothing was to go.
///
/// # Errors
/// When a run cannot be read or the disk refuses. What was begun is finished by whoever opens the runs next.
pub fn purge(config: &Config, on: NaiveDate) -> Result<(PurgePlan, Option<PathBuf>), RunError> {
    let begun = Begun::stage(config, on)?;
    let link = begun.pending.as_ref().map(Pending::link);
    begun.pending.map(Pending::finish).transpose()?;
    Ok((begun.plan, link))
}

/// A purge that is written down; nothing has gone. No other run begins while it is held.
#[derive(Debug)]
pub struct Begun {
    /// What goes.
    pub plan: PurgePlan,
    /// The steps to take; none when nothing goes.
    pub pending: Option<Pending>,
    _runs: Runs,
}

impl Begun {
    /// Writes down what goes on a day.
    ///
    /// # Errors
    /// When a run cannot be read or the disk refuses.
    pub fn stage(config: &Config, on: NaiveDate) -> Result<Self, RunError> {
        let runs = Runs::open(config, PURGE)?;
        let plan = PurgePlan::make(config, on)?;
        let pending = if plan.is_empty() { None } else { Some(write_down(config, on, &plan, &runs)?) };
        Ok(Self { plan, pending, _runs: runs })
    }
}

fn write_down(config: &Config, on: NaiveDate, plan: &PurgePlan, runs: &Runs) -> Result<Pending, RunError> {
    let purges = runs.all()?;
    let revision = purges.iter().filter(|run| run.as_of == on).map(|run| run.revision).max();
    let name = revision.map_or_else(|| format!("{PURGE}-{on}"), |last| format!("{PURGE}-{on}-r{}", last + 1));
    let mut counts = plan.counts();
    counts.retain(|name, _| !["egna_rader", "ej_genomsokta_filer"].contains(&name.as_str()));
    let record = PurgeRecord {
        format: 1,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        job: PURGE.to_owned(),
        municipality: config.municipality.to_string(),
        name: config.name.clone(),
        on: on.to_string(),
        counts,
        changes: plan.changes.iter().map(Change::recorded).collect(),
        previous: last_purge(&purges)?,
    };
    let staged = Staged {
        name,
        record: &record,
        changes: &plan.changes,
        folders: &plan.held,
        files: &plan.archives,
        extracts: &plan.extracts,
    };
    Pending::stage(runs.folder(), &staged)
}

/// The link to the last purge that was made.
fn last_purge(purges: &[RunFolder]) -> Result<Option<Previous>, RunError> {
    let mut records = Vec::new();
    for run in purges {
        let path = run.path.join("korning.json");
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        let record: PurgeRecord =
            serde_json::from_slice(&bytes).map_err(|error| RunError::Damaged { path, detail: error.to_string() })?;
        records.push((run.name(), record));
    }
    let last = purges_in_order(records).pop().map(|(name, _)| name);
    purges.iter().find(|run| last.as_ref() == Some(&run.name())).map(RunFolder::as_previous).transpose()
}

/// The descriptions of runs that lose a file, or all that stood in one, without it.
fn described_again(municipality: &Path, changes: &[Change]) -> Result<Vec<Change>, RunError> {
    let mut lost: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.after.as_ref().is_none_or(Vec::is_empty)) {
        lost.entry(&change.folder).or_default().insert(&change.file);
    }
    let mut described = Vec::new();
    for (folder, files) in lost {
        let path = municipality.join(folder).join(DATA_PACKAGE);
        // Runs of older versions have none; one that somebody has written a number into goes itself.
        if !path.exists() || files.contains(DATA_PACKAGE) {
            continue;
        }
        let bytes = fs::read(&path).map_err(RunError::io(&path))?;
        let after = DataPackage::without(&bytes, &files).map_err(|detail| RunError::Damaged { path, detail })?;
        if after != bytes {
            let (folder, file) = (folder.to_owned(), DATA_PACKAGE.to_owned());
            described.push(Change { folder, file, before: sha256(&bytes), after: Some(after) });
        }
    }
    Ok(described)
}

fn names_have_passed(run: &RunFolder, on: NaiveDate) -> bool {
    on.checked_sub_months(NAMES_ARE_KEPT).is_some_and(|limit| run.as_of < limit)
}

/// Whether a file of a monthly run is made to hold names: the letters, and whatever is no list, such as the workbooks.
fn holds_names(name: &str) -> bool {
    name.starts_with(MAILING) || !NAMELESS.iter().any(|ending| name.ends_with(ending))
}

/// Who leaves.
struct People<'a> {
    config: &'a Config,
    on: NaiveDate,
    links: NumberLinks,
    needed_no_longer: BTreeSet<PersonalNumber>,
}

impl<'a> People<'a> {
    fn new(config: &'a Config, memories: &[Memory], intake: &Intake, on: NaiveDate) -> Self {
        let rows = memories.iter().flat_map(|memory| &memory.tables.changes).chain(&intake.tables.changes);
        let links: Vec<NumberLink> = rows.filter_map(|row| row.link(on)).collect();
        let links = NumberLinks::new(links);
        let latest = memories.iter().max_by_key(|memory| memory.as_of).filter(|_| intake.faults.is_empty());
        let needed_no_longer = latest.map(|memory| needed_no_longer(memory, intake, &links, on)).unwrap_or_default();
        Self { config, on, links, needed_no_longer }
    }

    /// Whether everything about the holder of a number goes.
    fn leaves(&self, number: PersonalNumber) -> bool {
        let current = self.links.current(number);
        self.config.retention.is_over(current.born(), self.on) || self.needed_no_longer.contains(&current)
    }
}

/// Those who moved away more than a year ago, have had no spell since, and stand in no source: no member, listed by no
/// run or report to come, and known again by new extracts if they come back.
fn needed_no_longer(memory: &Memory, intake: &Intake, links: &NumberLinks, on: NaiveDate) -> BTreeSet<PersonalNumber> {
    let limit = years_before(on, 1);
    let left = |lacked: Option<NaiveDate>| lacked.is_some_and(|lacked| lacked < limit);
    let here = memory.stays.iter().filter(|(_, stay)| !left(stay.lacked)).map(|(number, _)| *number);
    let members = memory.spells.iter().filter(|spell| spell.last.is_none_or(|last| last >= limit));
    let here: BTreeSet<PersonalNumber> = here
        .chain(members.map(|spell| spell.number))
        .chain(intake.tables.people())
        .map(|number| links.current(number))
        .collect();
    let stayed = memory.stays.iter().map(|(number, _)| links.current(*number));
    stayed.filter(|number| !here.contains(number)).collect()
}

/// A file in the municipality's folder.
#[derive(Debug)]
struct OutputFile {
    /// Its folder; empty: the municipality's own.
    folder: String,
    name: String,
}

impl OutputFile {
    fn path(&self) -> PathBuf {
        Path::new(&self.folder).join(&self.name)
    }
}

/// What stands below a municipality's folder.
#[derive(Debug, Default)]
struct Below {
    /// Files that can tell of persons.
    files: Vec<OutputFile>,
    /// Links, which lead where nothing may be removed, and pipes and devices, which need not end.
    unsearched: Vec<PathBuf>,
}

/// Everything that can tell of persons: all but the lock, what is on its way, the chain, and manifests.
fn files_below(municipality: &Path) -> Result<Below, RunError> {
    let mut below = Below::default();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = municipality.join(&folder);
        if !path.exists() {
            continue;
        }
        for entry in fs::read_dir(&path).map_err(RunError::io(&path))? {
            let entry = entry.map_err(RunError::io(&path))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(RunError::io(&path))?;
            let is_own = if folder.is_empty() {
                name.starts_with('.') || [CHAIN, ARCHIVES].contains(&name.as_str())
            } else {
                name == "korning.json"
            };
            if is_own {
                continue;
            }
            if kind.is_dir() && folder.is_empty() {
                folders.push(name);
            } else if kind.is_dir() {
                folders.push(format!("{folder}/{name}"));
            } else if kind.is_file() {
                below.files.push(OutputFile { folder: folder.clone(), name });
            } else {
                below.unsearched.push(entry.path());
            }
        }
    }
    below.files.sort_by(|a, b| (&a.folder, &a.name).cmp(&(&b.folder, &b.name)));
    below.unsearched.sort();
    Ok(below)
}
