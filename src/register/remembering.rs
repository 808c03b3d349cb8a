//! Rows once seen stay known: exports often hold only what is current (contract 3, rule 4).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{FileReference, Memory};
use crate::ingest::{Finding, Intake};
use crate::person::{NumberLink, NumberLinks, PersonalNumber};
use crate::records::{
    AdultCourse, CompulsorySchooling, Enrolment, FolkCourse, InTables, Kind, RegisterEvent, Tables, fold,
};
use crate::texts::FindingCode;
use crate::timeline::{School, Stay, enrolment_school, same_school};

/// Everything that is known in a run, ready for the rules.
#[derive(Debug)]
pub struct Known {
    /// The rows, by person; each under the number that the person has now.
    pub tables: Tables,
    /// Rows dated after the as-of date: kept, not used.
    pub later: Tables,
    /// The files that rows stand in: this run's first, then those remembered.
    pub files: Vec<FileReference>,
    /// The extraction date of each file.
    pub extracted: Vec<NaiveDate>,
    /// The latest extraction date of the folkbokföring sources.
    pub latest_snapshot: NaiveDate,
    /// Who has which number now.
    pub links: NumberLinks,
    /// Stays by earlier snapshots, by the person's current number.
    pub stays: Vec<(PersonalNumber, Stay)>,
    /// Spells of the run before, by the person's current number.
    pub past: Vec<super::PastSpell>,
    /// The as-of date of the run before.
    pub past_as_of: Option<NaiveDate>,
    /// Persons with a row that was rejected for its last day.
    pub faulty_ends: BTreeSet<PersonalNumber>,
}

/// Brings the rows of this run and the remembered ones together.
pub fn gather(intake: &mut Intake, memory: Option<&Memory>, as_of: NaiveDate) -> Known {
    let mut files: Vec<FileReference> = intake
        .files
        .iter()
        .map(|file| FileReference {
            source: file.source.clone(),
            kind: file.kind,
            name: file.name.clone(),
            sheet: file.sheet.clone(),
            extracted: file.extracted,
        })
        .collect();
    let mut tables = std::mem::take(&mut intake.tables);
    if let Some(memory) = memory {
        let present = files.len();
        files.extend(memory.files.iter().cloned());
        remember(&mut tables, memory, &files, present);
    }
    let links = follow_links(&mut tables, as_of, &mut intake.findings);
    tables.follow_numbers(|number| links.current(number));
    let later = tables.take_later(as_of);
    if !later.is_empty() {
        let count = later.len() as u64;
        intake.findings.push(Finding { code: FindingCode::RowsAfterAsOf, place: String::new(), count });
    }
    let snapshots = files.iter().filter(|file| file.kind == Kind::PopulationRegister);
    let latest_snapshot = snapshots.take(intake.files.len()).map(|file| file.extracted).max().unwrap_or(as_of);
    let mut stays = memory.map(|memory| memory.stays.clone()).unwrap_or_default();
    let mut past = memory.map(|memory| memory.spells.clone()).unwrap_or_default();
    stays.iter_mut().for_each(|(number, _)| *number = links.current(*number));
    past.iter_mut().for_each(|spell| spell.number = links.current(spell.number));
    stays.sort();
    past.sort_by_key(|spell| (spell.number, spell.from));
    Known {
        extracted: files.iter().map(|file| file.extracted).collect(),
        faulty_ends: intake.faulty_ends.iter().map(|&number| links.current(number)).collect(),
        past_as_of: memory.map(|memory| memory.as_of),
        tables,
        later,
        files,
        latest_snapshot,
        links,
        stays,
        past,
    }
}

/// Rule 1: the links of NYTT_PERSONNUMMER rows that the as-of date knows. Rows of a cycle are taken out.
fn follow_links(tables: &mut Tables, as_of: NaiveDate, findings: &mut Vec<Finding>) -> NumberLinks {
    let is_link = |row: &crate::records::RegisterChange| row.event == RegisterEvent::NewNumber && row.date <= as_of;
    let links = NumberLinks::new(
        tables
            .changes
            .iter()
            .filter(|row| is_link(row))
            .filter_map(|row| Some(NumberLink { old: row.number, date: row.date, new: row.new_number? }))
            .collect(),
    );
    if !links.ambiguous.is_empty() {
        let count = links.ambiguous.len() as u64;
        findings.push(Finding { code: FindingCode::SeveralNewNumbers, place: String::new(), count });
    }
    tables.changes.retain(|row| !(is_link(row) && links.cyclic.contains(&row.number)));
    links
}

/// Adds what the run before knew and this run's files lack.
fn remember(tables: &mut Tables, memory: &Memory, files: &[FileReference], present: usize) {
    let now = &files[..present];
    let old = Sources { now, before: &memory.files };
    keep::<Enrolment>(tables, memory, &old, present, |a, b| {
        a.start == b.start && same_school(enrolment_school(a), enrolment_school(b))
    });
    keep::<AdultCourse>(tables, memory, &old, present, |a, b| {
        a.start == b.start && same_text(&a.course, &b.course) && same_school(named(&a.provider), named(&b.provider))
    });
    keep::<FolkCourse>(tables, memory, &old, present, |a, b| {
        a.start == b.start && a.kind == b.kind && same_school(named(&a.school), named(&b.school))
    });
    keep::<CompulsorySchooling>(tables, memory, &old, present, |a, b| {
        a.start == b.start && a.kind == b.kind && same_school(named(&a.school), named(&b.school))
    });
    keep_parts::<crate::records::RegisterChange>(tables, memory, &old, present);
    keep_parts::<crate::records::Credential>(tables, memory, &old, present);
    keep_parts::<crate::records::ProviderReport>(tables, memory, &old, present);
    keep_parts::<crate::records::Admission>(tables, memory, &old, present);
}

fn named(name: &Option<crate::records::Text>) -> School<'_> {
    School { unit: None, name: name.as_deref() }
}

fn same_text(a: &Option<crate::records::Text>, b: &Option<crate::records::Text>) -> bool {
    a.as_deref().map(fold) == b.as_deref().map(fold)
}

/// The files of this run and those of the run before.
struct Sources<'a> {
    now: &'a [FileReference],
    before: &'a [FileReference],
}

impl Sources<'_> {
    /// The extraction date of the newest extract of the source that a remembered row came from; `None`: the source is
    /// missing altogether and lacks nothing.
    fn extract_now(&self, kind: Kind, file: u32) -> Option<NaiveDate> {
        let source = &self.before.get(file as usize)?.source;
        self.now.iter().filter(|now| now.kind == kind && now.source == *source).map(|now| now.extracted).max()
    }

    /// Whether a file of the run before is there again.
    fn is_there(&self, file: u32) -> bool {
        self.before.get(file as usize).is_some_and(|before| {
            self.now.iter().any(|now| now.kind == before.kind && now.source == before.source && now.name == before.name)
        })
    }
}

/// Keeps the remembered rows that no row of this run replaces; an open one is lost from the first extract that lacks
/// it.
fn keep<R: InTables>(
    tables: &mut Tables,
    memory: &Memory,
    sources: &Sources<'_>,
    present: usize,
    is_same: impl Fn(&R, &R) -> bool,
) {
    let rows = R::of_mut(tables);
    rows.sort_by_key(|row| (row.number(), row.place()));
    let mut kept = Vec::new();
    for row in R::of(&memory.tables) {
        let start = rows.partition_point(|other| other.number() < row.number());
        let replaced = rows[start..].iter().take_while(|other| other.number() == row.number()).any(|other| is_same(other, row));
        if replaced {
            continue;
        }
        let mut row = row.clone();
        if row.lost().is_none() {
            row.set_lost(sources.extract_now(R::KIND, row.place().file));
        }
        row.set_file(row.place().file + u32::try_from(present).unwrap_or(u32::MAX));
        kept.push(row);
    }
    rows.append(&mut kept);
}

/// Keeps the remembered rows of parts whose file is gone; a file that is there counts as it now is.
fn keep_parts<R: InTables + PartialEq>(tables: &mut Tables, memory: &Memory, sources: &Sources<'_>, present: usize) {
    let rows = R::of_mut(tables);
    let offset = u32::try_from(present).unwrap_or(u32::MAX);
    let gone = R::of(&memory.tables).iter().filter(|row| !sources.is_there(row.place().file));
    let kept: Vec<R> = gone
        .map(|row| {
            let mut row = row.clone();
            row.set_file(row.place().file + offset);
            row
        })
        .collect();
    rows.extend(kept);
}
