//! Rows once seen stay known: exports often hold only what is current (contract 3, rule 4).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{FileReference, Memory};
use crate::ingest::{Finding, Intake};
use crate::person::{NumberLinks, PersonalNumber};
use crate::records::{
    AdultCourse, CompulsorySchooling, Enrolment, FolkCourse, InTables, Kind, RegisterChange, RegisterEvent, Tables,
    fold,
};
use crate::texts::FindingCode;
use crate::timeline::{Stay, enrolment_school, named, same_school};

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
    /// The NYTT_PERSONNUMMER rows under the numbers that they leave, for later runs to follow.
    pub number_changes: Vec<RegisterChange>,
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
    let present = files.len();
    if let Some(memory) = memory {
        remember_parts(&mut tables, memory, &files);
    }
    let links = follow_links(&mut tables, as_of, &mut intake.findings);
    let number_changes = tables.changes.iter().filter(|row| row.event == RegisterEvent::NewNumber).cloned().collect();
    tables.follow_numbers(|number| links.current(number));
    if let Some(memory) = memory {
        let mut remembered = memory.tables.clone();
        remembered.follow_numbers(|number| links.current(number));
        remember_wholes(&mut tables, &remembered, memory, &files);
        files.extend(memory.files.iter().cloned());
        tables.follow_numbers(|number| number);
    }
    let later = tables.take_later(as_of);
    if !later.is_empty() {
        let count = later.len() as u64;
        intake.findings.push(Finding { code: FindingCode::RowsAfterAsOf, place: String::new(), count });
    }
    let snapshots = files[..present].iter().filter(|file| file.kind == Kind::PopulationRegister);
    let latest_snapshot = snapshots.map(|file| file.extracted).max().unwrap_or(as_of);
    let mut stays = memory.map(|memory| memory.stays.clone()).unwrap_or_default();
    let mut past = memory.map(|memory| memory.spells.clone()).unwrap_or_default();
    stays.iter_mut().for_each(|(number, _)| *number = links.current(*number));
    past.iter_mut().for_each(|spell| spell.number = links.current(spell.number));
    stays.sort_by_key(|(number, stay)| (*number, stay.seen));
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
        number_changes,
        stays,
        past,
    }
}

/// Rule 1: the links of NYTT_PERSONNUMMER rows that the as-of date knows. Rows of a cycle are taken out.
fn follow_links(tables: &mut Tables, as_of: NaiveDate, findings: &mut Vec<Finding>) -> NumberLinks {
    let links = NumberLinks::new(tables.changes.iter().filter_map(|row| row.link(as_of)).collect());
    if !links.ambiguous.is_empty() {
        let count = links.ambiguous.len() as u64;
        findings.push(Finding { code: FindingCode::SeveralNewNumbers, place: String::new(), count });
    }
    tables.changes.retain(|row| row.link(as_of).is_none_or(|link| !links.cyclic.contains(&link.old)));
    links
}

/// Adds the rows of parts whose file is gone; a file that is there counts as it now is.
fn remember_parts(tables: &mut Tables, memory: &Memory, now: &[FileReference]) {
    let sources = Sources { now, before: &memory.files };
    keep_parts::<RegisterChange>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::Credential>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::ProviderReport>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::Admission>(tables, &memory.tables, &sources);
}

/// Adds the rows of whole extracts that the newest one lacks. Both sides stand under the persons' current numbers.
fn remember_wholes(tables: &mut Tables, remembered: &Tables, memory: &Memory, now: &[FileReference]) {
    let sources = Sources { now, before: &memory.files };
    keep::<Enrolment>(tables, remembered, &sources, |a, b| {
        a.start == b.start && same_school(enrolment_school(a), enrolment_school(b))
    });
    keep::<AdultCourse>(tables, remembered, &sources, |a, b| {
        a.start == b.start && same_text(&a.course, &b.course) && same_school(named(&a.provider), named(&b.provider))
    });
    keep::<FolkCourse>(tables, remembered, &sources, |a, b| {
        a.start == b.start && a.kind == b.kind && same_school(named(&a.school), named(&b.school))
    });
    keep::<CompulsorySchooling>(tables, remembered, &sources, |a, b| {
        a.start == b.start && a.kind == b.kind && same_school(named(&a.school), named(&b.school))
    });
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

    /// The index of a remembered file among all files of the run.
    fn index(&self, file: u32) -> u32 {
        file + u32::try_from(self.now.len()).unwrap_or(u32::MAX)
    }
}

/// Keeps the remembered rows that no row of this run replaces; an open one is lost from the first extract that lacks
/// it.
fn keep<R: InTables>(
    tables: &mut Tables,
    remembered: &Tables,
    sources: &Sources<'_>,
    is_same: impl Fn(&R, &R) -> bool,
) {
    let rows = R::of_mut(tables);
    let mut kept = Vec::new();
    for row in R::of(remembered) {
        let start = rows.partition_point(|other| other.number() < row.number());
        let of_person = rows[start..].iter().take_while(|other| other.number() == row.number());
        if of_person.into_iter().any(|other| is_same(other, row)) {
            continue;
        }
        let mut row = row.clone();
        if row.lost().is_none() {
            row.set_lost(sources.extract_now(R::KIND, row.place().file));
        }
        row.set_file(sources.index(row.place().file));
        kept.push(row);
    }
    rows.append(&mut kept);
}

fn keep_parts<R: InTables>(tables: &mut Tables, remembered: &Tables, sources: &Sources<'_>) {
    let gone = R::of(remembered).iter().filter(|row| !sources.is_there(row.place().file)).cloned();
    let kept = gone.map(|mut row| {
        row.set_file(sources.index(row.place().file));
        row
    });
    R::of_mut(tables).extend(kept);
}
