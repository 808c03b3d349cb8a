//! Sources that the municipalities of a federation share: read once, and each row taken by those it concerns.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::files::{counting_files, shared_files};
use super::reading::{Fingerprints, People, Reader, Scoped, admit, followed_numbers, read_files, unmapped};
use super::{Balance, FileFault, Finding, InputFile, Intake, Reject};
use crate::config::{Config, SharedSources};
use crate::person::{NumberLink, NumberLinks, PersonalNumber};
use crate::records::{CellFault, InTables, Kind, Life, Municipality, PersonIndex, Place, Tables};
use crate::register::Memory;
use crate::texts::FindingCode;

/// What the shared files hold, before anyone has taken a row.
#[derive(Debug, Default)]
pub struct Shared {
    /// The files; every row of an age in scope counts as accepted.
    pub files: Vec<InputFile>,
    /// Cells at fault, in the order of files and rows.
    pub rejects: Vec<Reject>,
    /// What was noticed about the files.
    pub findings: Vec<Finding>,
    /// Files that could not be read.
    pub faults: Vec<FileFault>,
    tables: Tables,
    index: PersonIndex,
    /// Positions in the index of those whom the population register ties to a municipality, in order.
    residents: HashMap<Municipality, Vec<usize>>,
    /// For each of `rejects` the position of its person, when the population register ties that person to a
    /// municipality: then it is no one else's.
    owners: Vec<Option<usize>>,
    faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
    names_withheld: bool,
    links: Vec<NumberLink>,
    /// The rows of parts, for files that hold them again.
    pub(super) parts: HashMap<Kind, Fingerprints>,
}

impl Shared {
    /// Reads the shared sources as they stood on `as_of`.
    pub fn read(sources: &SharedSources, as_of: NaiveDate) -> Self {
        let mut shared = Self::default();
        let found = counting_files(|findings, faults| shared_files(sources, as_of, findings, faults), as_of);
        shared.findings = found.findings;
        shared.faults = found.faults;
        let files = found.files;
        let everyone = Reader {
            as_of,
            forbidden: &sources.forbidden,
            limits: &sources.limits,
            people: People::Everyone,
            owner: None,
        };
        let followed = followed_numbers(&files, everyone);
        let reader = Reader { people: People::InScope(&followed), ..everyone };
        let mut owners = BTreeMap::new();
        let readings = read_files(&files, 0, reader);
        for (file, reading) in files.iter().zip(readings) {
            match reading {
                Ok(mut reading) => {
                    if file.source.delivery == crate::records::Delivery::Parts {
                        let seen = shared.parts.entry(file.source.kind).or_default();
                        reading.drop_known_rows(|row| !seen.insert(row));
                    }
                    shared.tables.append(reading.tables);
                    shared.rejects.append(&mut reading.rejects);
                    shared.findings.append(&mut reading.findings);
                    owners.append(&mut reading.owners);
                    for (number, mut places) in reading.faulty_ends {
                        shared.faulty_ends.entry(number).or_default().append(&mut places);
                    }
                    shared.names_withheld |= reading.no_protection_column;
                    shared.files.push(reading.file);
                }
                Err(fault) => shared.faults.push(FileFault { path: file.path.clone(), fault }),
            }
        }
        // What cells hold is told to whom the row concerns.
        shared.findings.retain(|finding| finding.code != FindingCode::CodeWithoutMapping);
        shared.tables.sort();
        shared.index = shared.tables.index([]);
        shared.residents = residents(&shared.tables, &shared.index);
        let mut placed = vec![false; shared.index.numbers().len()];
        shared.residents.values().flatten().for_each(|&at| placed[at] = true);
        let place = |reject: &Reject| {
            let at = owners.get(&reject.place).and_then(|&owner| shared.index.find(owner))?;
            placed[at].then_some(at)
        };
        shared.owners = shared.rejects.iter().map(place).collect();
        shared.links = shared.tables.changes.iter().filter_map(|row| row.link(as_of)).collect();
        shared
    }

    /// The people whom the rows of a municipality are about: those whom the population register ties to it, those whom
    /// its own sources or its memory know, and, where its lists ask for them, those at its schools. With every number
    /// that each of them has had.
    fn people_of(&self, config: &Config, own: &Tables, memory: Option<&Memory>, as_of: NaiveDate) -> Vec<usize> {
        let mut people = self.residents.get(&config.municipality).cloned().unwrap_or_default();
        let mut known = own.people();
        if let Some(memory) = memory {
            known.extend(memory.tables.people());
            known.extend(memory.stays.iter().map(|(number, _)| *number));
            known.extend(memory.spells.iter().map(|spell| spell.number));
        }
        if config.lists.dropouts_elsewhere {
            let here = self.tables.enrolments.iter().filter(|row| row.school_municipality == Some(config.municipality));
            known.extend(here.map(|row| row.number));
        }
        known.sort_unstable();
        known.dedup();
        // Nearly all of them are residents, whose positions are known.
        let mut residents = people.iter().map(|&at| self.index.numbers()[at]).peekable();
        let mut is_resident = |number: PersonalNumber| {
            while residents.next_if(|&resident| resident < number).is_some() {}
            residents.peek() == Some(&number)
        };
        let others: Vec<PersonalNumber> = known.iter().copied().filter(|&number| !is_resident(number)).collect();
        people.extend(others.into_iter().filter_map(|number| self.index.find(number)));
        people.sort_unstable();
        people.dedup();
        let told = own.changes.iter().chain(memory.iter().flat_map(|memory| &memory.tables.changes));
        let mut links: Vec<NumberLink> = told.filter_map(|row| row.link(as_of)).collect();
        links.extend(&self.links);
        if links.is_empty() {
            return people;
        }
        let followed = NumberLinks::new(links.clone());
        let is_known = |number: PersonalNumber| {
            known.binary_search(&number).is_ok()
                || self.index.find(number).is_some_and(|at| people.binary_search(&at).is_ok())
        };
        let chains: BTreeSet<PersonalNumber> = links
            .iter()
            .flat_map(|link| [link.old, link.new])
            .filter(|&number| is_known(number))
            .map(|number| followed.current(number))
            .collect();
        let of_chains = links
            .iter()
            .flat_map(|link| [link.old, link.new])
            .filter(|&number| chains.contains(&followed.current(number)));
        let mut chained: Vec<usize> = of_chains.filter_map(|number| self.index.find(number)).collect();
        people.append(&mut chained);
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// Whom the population register ties to each municipality: by an extract, or by a move.
fn residents(tables: &Tables, index: &PersonIndex) -> HashMap<Municipality, Vec<usize>> {
    let mut residents: HashMap<Municipality, Vec<usize>> = HashMap::new();
    for at in 0..index.numbers().len() {
        let life = tables.life_at(index, at);
        let registered = life.registered.iter().map(|row| row.municipality);
        let moves = life.changes.iter().flat_map(|row| [row.from, row.to]).flatten();
        for municipality in registered.chain(moves) {
            let people = residents.entry(municipality).or_default();
            if people.last() != Some(&at) {
                people.push(at);
            }
        }
    }
    residents
}

impl Intake {
    /// Takes the municipality's rows out of the shared sources: those of the people whom it is tied to. A rejected row
    /// whose number cannot be read may be anyone's, and counts for everyone.
    pub fn take_shared(&mut self, config: &Config, memory: Option<&Memory>, as_of: NaiveDate) {
        let Some(shared) = self.shared.take() else { return };
        let people = shared.people_of(config, &self.tables, memory, as_of);
        let mut taken = Taken {
            owner: config,
            balances: vec![Balance::default(); shared.files.len()],
            findings: BTreeMap::new(),
            tables: Tables::default(),
            rejects: Vec::new(),
            last_rejected: None,
        };
        taken.tables.reserve(&shared.index, &people);
        for &at in &people {
            taken.life(&shared.tables.life_at(&shared.index, at));
            let number = shared.index.numbers()[at];
            if let Some(places) = shared.faulty_ends.get(&number) {
                self.faulty_ends.entry(number).or_default().extend(places);
            }
        }
        for (reject, owner) in shared.rejects.iter().zip(&shared.owners) {
            if owner.is_none_or(|at| people.binary_search(&at).is_ok()) {
                taken.reject(reject);
            }
        }
        for (file, balance) in self.files.iter_mut().zip(&taken.balances) {
            let Balance { read, duplicates, .. } = file.balance;
            let Balance { accepted, rejected, .. } = *balance;
            file.balance.accepted = accepted;
            file.balance.rejected = rejected;
            file.balance.out_of_scope = read - duplicates - accepted - rejected;
        }
        let name = |file: u32| shared.files[file as usize].name.clone();
        let noticed = taken.findings.into_iter();
        self.findings.extend(noticed.map(|((code, file), count)| Finding { code, place: name(file), count }));
        let codes = taken.rejects.iter().filter(|reject| reject.fault == CellFault::Code);
        let mut unmapped_codes: BTreeMap<String, u64> = BTreeMap::new();
        for reject in codes {
            *unmapped_codes.entry(unmapped(&name(reject.place.file), reject)).or_default() += 1;
        }
        let code = FindingCode::CodeWithoutMapping;
        self.findings.extend(unmapped_codes.into_iter().map(|(place, count)| Finding { code, place, count }));
        self.rejects.append(&mut taken.rejects);
        self.tables.append(taken.tables);
        self.names_withheld |= shared.names_withheld;
        let mut tables = std::mem::take(&mut self.tables);
        self.follow_links(&mut tables, as_of);
        self.tables = tables;
    }
}

/// What a municipality has taken of the shared rows.
struct Taken<'a> {
    owner: &'a Config,
    /// Of each file.
    balances: Vec<Balance>,
    /// What was noticed, by file.
    findings: BTreeMap<(FindingCode, u32), u64>,
    tables: Tables,
    rejects: Vec<Reject>,
    /// The row that was rejected last: each counts once, whatever the number of its faults.
    last_rejected: Option<Place>,
}

impl Taken<'_> {
    fn life(&mut self, life: &Life<'_>) {
        self.rows(life.registered);
        self.rows(life.changes);
        self.rows(life.contact_details);
        self.rows(life.enrolments);
        self.rows(life.credentials);
        self.rows(life.adult_courses);
        self.rows(life.folk_courses);
        self.rows(life.reports);
        self.rows(life.admissions);
        self.rows(life.compulsory);
        self.rows(life.decisions);
        self.rows(life.registrations);
        self.rows(life.contacts);
        self.rows(life.knowledge);
        self.rows(life.measures);
    }

    fn rows<R: InTables + Scoped>(&mut self, rows: &[R]) {
        for row in rows {
            let file = row.place().file;
            let noticed = &mut |code| *self.findings.entry((code, file)).or_default() += 1;
            if let Some(row) = admit(*row, self.owner, &mut self.balances[file as usize], noticed) {
                R::of_mut(&mut self.tables).push(row);
            }
        }
    }

    fn reject(&mut self, reject: &Reject) {
        // A temporary number is out of scope, and listed.
        let counts = reject.rejected && reject.fault != CellFault::Temporary;
        if counts && self.last_rejected != Some(reject.place) {
            self.last_rejected = Some(reject.place);
            self.balances[reject.place.file as usize].rejected += 1;
        }
        self.rejects.push(reject.clone());
    }
}
