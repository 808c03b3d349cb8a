//! Rows once seen stay known: exports often hold only what is current (contract 3, rule 4).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{FileReference, Memory};
use crate::ingest::{Finding, Intake};
use crate::person::{NumberLinks, PersonalNumber};
use crate::records::{
    AdultCourse, CompulsorySchooling, Enrolment, FolkCourse, InTables, Kind, Municipality, Place, RegisterChange,
    RegisterEvent, Tables, Text, same_folded,
};
use crate::texts::FindingCode;
use crate::timeline::{Context, Law, Stay, enrolment_school, named, same_school};

/// Everything that is known in a run, ready for the rules.
#[derive(Debug)]
pub struct Known {
    /// The rows, by person; each under the number that the person has now.
    pub tables: Tables,
    /// Rows dated after the as-of date: kept, not used.
    pub later: Tables,
    /// The files that rows stand in: this run's first, then those remembered.
    pub files: Vec<FileReference>,
    /// How many of the files are this run's.
    pub present: usize,
    /// The extraction date of each file.
    pub extracted: Vec<NaiveDate>,
    /// The latest extraction date of the folkbokföring sources.
    pub latest_snapshot: NaiveDate,
    /// Who has which number now.
    pub links: NumberLinks,
    /// The old number that the case register still uses, by the person's current number.
    pub old_in_register: BTreeMap<PersonalNumber, PersonalNumber>,
    /// The NYTT_PERSONNUMMER rows under the numbers that they leave, for later runs to follow.
    pub number_changes: Vec<RegisterChange>,
    /// Stays by earlier snapshots, by the person's current number.
    pub stays: Vec<(PersonalNumber, Stay)>,
    /// Names that the run before knew, by the person's current number.
    pub names: BTreeMap<PersonalNumber, String>,
    /// Spells of the run before, by the person's current number.
    pub past: Vec<super::PastSpell>,
    /// The as-of date of the run before.
    pub past_as_of: Option<NaiveDate>,
    /// The rows of each person that were rejected for their last day.
    pub faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
    /// Whether the population register's extract holds addresses.
    pub has_addresses: bool,
}

impl Known {
    /// What a run remembers, without any source.
    pub fn of_memory(memory: Memory) -> Self {
        let Memory { as_of, mut spells, mut stays, names, files, mut tables } = memory;
        let links = tables.number_links(as_of);
        let number_changes =
            tables.changes.iter().filter(|row| row.event == RegisterEvent::NewNumber).cloned().collect();
        tables.follow_numbers(|number| links.current(number));
        let later = tables.take_later(as_of);
        stays.iter_mut().for_each(|(number, _)| *number = links.current(*number));
        spells.iter_mut().for_each(|spell| spell.number = links.current(spell.number));
        stays.sort_by_key(|(number, stay)| (*number, stay.seen));
        spells.sort_by_key(|spell| (spell.number, spell.from));
        Self {
            extracted: files.iter().map(|file| file.extracted).collect(),
            latest_snapshot: as_of,
            past_as_of: Some(as_of),
            present: files.len(),
            faulty_ends: BTreeMap::new(),
            has_addresses: false,
            past: spells,
            tables,
            later,
            files,
            old_in_register: BTreeMap::new(),
            number_changes,
            names: names.into_iter().map(|(number, name)| (links.current(number), name)).collect(),
            links,
            stays,
        }
    }

    /// Forgets everyone whom `keep` does not name.
    pub fn retain_people(&mut self, keep: impl Fn(PersonalNumber) -> bool) {
        self.tables.retain_people(&keep);
        self.later.retain_people(&keep);
        self.stays.retain(|(number, _)| keep(*number));
        self.past.retain(|spell| keep(spell.number));
        self.names.retain(|number, _| keep(*number));
        let links = &self.links;
        self.number_changes.retain(|row| keep(links.current(row.number)));
    }

    /// What the rules need to know of the run.
    pub fn context<'a>(&'a self, as_of: NaiveDate, municipality: Municipality, law: &'a Law) -> Context<'a> {
        Context {
            as_of,
            municipality,
            law,
            extracted: &self.extracted,
            latest_snapshot: self.latest_snapshot,
            faulty_ends: &self.faulty_ends,
        }
    }

    /// The stays of one person by earlier snapshots, the last one last.
    pub fn stays_of(&self, number: PersonalNumber) -> Vec<Stay> {
        of_person(&self.stays, number, |(other, _)| *other).iter().map(|(_, stay)| *stay).collect()
    }

    /// The spells of one person in the run before.
    pub fn past_of(&self, number: PersonalNumber) -> &[super::PastSpell] {
        of_person(&self.past, number, |spell| spell.number)
    }

    /// Whether anything is known about the person.
    pub fn knows(&self, number: PersonalNumber) -> bool {
        !self.tables.rows_about(number).is_empty()
            || !self.later.rows_about(number).is_empty()
            || !self.stays_of(number).is_empty()
            || !self.past_of(number).is_empty()
    }
}

/// The part of a sorted list that is about `number`.
fn of_person<T>(list: &[T], number: PersonalNumber, key: impl Fn(&T) -> PersonalNumber) -> &[T] {
    let start = list.partition_point(|item| key(item) < number);
    let length = list[start..].partition_point(|item| key(item) == number);
    &list[start..start + length]
}

/// Brings the rows of this run and the remembered ones together.
pub fn gather(intake: &mut Intake, memory: Option<&Memory>, as_of: NaiveDate) -> Known {
    let mut files: Vec<FileReference> = intake
        .files
        .iter()
        .map(|file| FileReference {
            source: file.source.clone(),
            kind: file.kind,
            name: file.name.as_str().into(),
            sheet: file.sheet.as_deref().map(Text::from),
            extracted: file.extracted,
        })
        .collect();
    let mut tables = std::mem::take(&mut intake.tables);
    let present = files.len();
    if let Some(memory) = memory {
        remember_parts(&mut tables, memory, &files);
    }
    let links = intake.follow_links(&mut tables, as_of);
    if !links.ambiguous.is_empty() {
        let count = links.ambiguous.len() as u64;
        intake.findings.push(Finding { code: FindingCode::SeveralNewNumbers, place: String::new(), count });
    }
    let old_in_register = tables
        .registrations
        .iter()
        .map(|row| (links.current(row.number), row.number))
        .filter(|(current, old)| current != old)
        .collect();
    let number_changes = tables.changes.iter().filter(|row| row.event == RegisterEvent::NewNumber).cloned().collect();
    tables.follow_numbers(|number| links.current(number));
    if let Some(memory) = memory {
        let remembered = if links.is_empty() {
            Cow::Borrowed(&memory.tables)
        } else {
            let mut remembered = memory.tables.clone();
            remembered.follow_numbers(|number| links.current(number));
            Cow::Owned(remembered)
        };
        remember_wholes(&mut tables, &remembered, memory, &files);
        files.extend(memory.files.iter().cloned());
        tables.follow_numbers(|number| number);
        drop_repeated_parts(&mut tables, present);
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
    let names = memory.iter().flat_map(|memory| &memory.names);
    let names = names.map(|(number, name)| (links.current(*number), name.clone())).collect();
    stays.sort_by_key(|(number, stay)| (*number, stay.seen));
    past.sort_by_key(|spell| (spell.number, spell.from));
    let mut faulty_ends: BTreeMap<PersonalNumber, Vec<Place>> = BTreeMap::new();
    for (&number, places) in &intake.faulty_ends {
        faulty_ends.entry(links.current(number)).or_default().extend(places);
    }
    Known {
        extracted: files.iter().map(|file| file.extracted).collect(),
        faulty_ends,
        past_as_of: memory.map(|memory| memory.as_of),
        has_addresses: tables.registered.iter().any(|row| row.street.is_some() || row.city.is_some()),
        tables,
        later,
        files,
        present,
        latest_snapshot,
        links,
        old_in_register,
        names,
        number_changes,
        stays,
        past,
    }
}

/// Adds the rows of parts whose file is gone; a file that is there counts as it now is.
fn remember_parts(tables: &mut Tables, memory: &Memory, now: &[FileReference]) {
    let sources = Sources { now, before: &memory.files };
    keep_parts::<RegisterChange>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::Credential>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::ProviderReport>(tables, &memory.tables, &sources);
    keep_parts::<crate::records::Admission>(tables, &memory.tables, &sources);
}

/// Identical rows count once: a remembered one that stands in a file of this run too is dropped.
fn drop_repeated_parts(tables: &mut Tables, present: usize) {
    drop_repeated::<crate::records::RegisterChange>(tables, present);
    drop_repeated::<crate::records::Credential>(tables, present);
    drop_repeated::<crate::records::ProviderReport>(tables, present);
    drop_repeated::<crate::records::Admission>(tables, present);
}

fn drop_repeated<R: InTables>(tables: &mut Tables, present: usize) {
    let is_remembered = |row: &R| row.place().file as usize >= present;
    let rows = R::of_mut(tables);
    let mut repeated = BTreeSet::new();
    for of_person in rows.chunk_by(|a, b| a.number() == b.number()) {
        // The files of this run come first.
        let (now, remembered) = of_person.split_at(of_person.partition_point(|row| !is_remembered(row)));
        let stands_now = |row: &&R| now.iter().any(|other| other.write() == row.write());
        repeated.extend(remembered.iter().filter(stands_now).map(|row| row.place()));
    }
    rows.retain(|row| !repeated.contains(&row.place()));
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
    a.as_deref().zip(b.as_deref()).map_or(a.is_none() && b.is_none(), |(a, b)| same_folded(a, b))
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
    let mut start = 0;
    for row in R::of(remembered) {
        start += rows[start..].iter().take_while(|other| other.number() < row.number()).count();
        let of_person = rows[start..].iter().take_while(|other| other.number() == row.number());
        if of_person.into_iter().any(|other| is_same(other, row)) {
            continue;
        }
        let mut row = *row;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Balance, InputFile};
    use crate::records::{CellContext, Record, RowReader};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn number() -> PersonalNumber {
        PersonalNumber::with_check_digit(day("2008-03-01"), 239)
    }

    fn old_number() -> PersonalNumber {
        PersonalNumber::with_check_digit(day("2008-03-01"), 238)
    }

    /// Files of a run, each with its rows: `column=value ...`, the number being the youth's when it is not given.
    #[derive(Default)]
    struct Delivery {
        intake: Intake,
    }

    impl Delivery {
        fn file<R: InTables>(mut self, name: &str, extracted: &str, rows: &[&str]) -> Self {
            let index = u32::try_from(self.intake.files.len()).expect("few files");
            self.intake.files.push(InputFile {
                source: R::KIND.name().to_owned(),
                kind: R::KIND,
                name: name.to_owned(),
                sheet: None,
                hash: String::new(),
                extracted: day(extracted),
                balance: Balance::default(),
                dropped_columns: Vec::new(),
                whole: None,
            });
            for (row, text) in (2..).zip(rows) {
                R::of_mut(&mut self.intake.tables).push(read(text, Place { file: index, row }));
            }
            self
        }

        fn known(mut self, memory: Option<&Memory>, as_of: &str) -> Known {
            gather(&mut self.intake, memory, day(as_of))
        }
    }

    fn read<R: Record>(text: &str, place: Place) -> R {
        let column = |name: &str| R::COLUMNS.iter().position(|column| column.name == name).expect("a column");
        let mut cells = vec![String::new(); R::COLUMNS.len()];
        cells[0] = number().digits();
        for (name, value) in text.split(' ').filter_map(|cell| cell.split_once('=')) {
            cells[column(name)] = value.to_owned();
        }
        let context = CellContext::new(day("2030-01-01"));
        R::read(|at| cells[at].as_str(), &mut RowReader::new(&context, Vec::new()), place).expect("a good row")
    }

    /// What the run leaves for the next.
    fn memory(known: Known, as_of: &str) -> Memory {
        // Changes of number stand under the number that they leave, as a run writes them.
        let mut tables = known.tables;
        tables.changes.retain(|row| row.event != RegisterEvent::NewNumber);
        tables.changes.extend(known.number_changes);
        Memory {
            as_of: day(as_of),
            spells: known.past,
            stays: known.stays,
            names: known.names,
            files: known.files,
            tables,
        }
    }

    const OPEN: &str = "skolform=GY startdatum=2024-08-20 skola=Ekskolan";
    const CLOSED: &str = "skolform=GY startdatum=2023-08-20 slutdatum=2024-06-10 skola=Ekskolan";

    fn october(rows: &[&str]) -> Memory {
        let delivery = Delivery::default().file::<Enrolment>("oktober.csv", "2026-10-18", rows);
        memory(delivery.known(None, "2026-10-20"), "2026-10-20")
    }

    fn november(memory: &Memory, rows: &[&str]) -> Known {
        let delivery = Delivery::default().file::<Enrolment>("november.csv", "2026-11-18", rows);
        delivery.known(Some(memory), "2026-11-20")
    }

    /// The enrolments: first day, last day, and from when on extracts lack them.
    fn enrolments(known: &Known) -> Vec<(NaiveDate, Option<NaiveDate>, Option<NaiveDate>)> {
        let mut rows: Vec<_> = known.tables.enrolments.iter().map(|row| (row.start, row.end, row.lost)).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn a_row_that_a_later_extract_lacks_stays_known_and_is_lost_from_its_date() {
        let known = november(&october(&[CLOSED, OPEN]), &[]);
        let lost = Some(day("2026-11-18"));
        assert_eq!(
            enrolments(&known),
            [(day("2023-08-20"), Some(day("2024-06-10")), lost), (day("2024-08-20"), None, lost)]
        );
    }

    #[test]
    fn it_is_lost_from_the_first_extract_that_lacks_it_and_not_from_a_later_one() {
        let november = memory(november(&october(&[OPEN]), &[]), "2026-11-20");
        let december = Delivery::default().file::<Enrolment>("december.csv", "2026-12-18", &[]);
        let known = december.known(Some(&november), "2026-12-20");
        assert_eq!(enrolments(&known), [(day("2024-08-20"), None, Some(day("2026-11-18")))]);
    }

    #[test]
    fn a_row_that_comes_back_is_lost_no_more() {
        let november = memory(november(&october(&[OPEN]), &[]), "2026-11-20");
        let december = Delivery::default().file::<Enrolment>("december.csv", "2026-12-18", &[OPEN]);
        assert_eq!(enrolments(&december.known(Some(&november), "2026-12-20")), [(day("2024-08-20"), None, None)]);
    }

    #[test]
    fn a_new_version_of_the_same_row_replaces_it_however_the_school_is_written() {
        let now = "skolform=GY startdatum=2024-08-20 slutdatum=2026-11-10 skola=EKSKOLAN";
        let known = november(&october(&[OPEN]), &[now]);
        assert_eq!(enrolments(&known), [(day("2024-08-20"), Some(day("2026-11-10")), None)]);
        let elsewhere = "skolform=GY startdatum=2024-08-20 skola=Askskolan";
        assert_eq!(november(&october(&[OPEN]), &[elsewhere]).tables.enrolments.len(), 2);
    }

    #[test]
    fn a_source_that_is_missing_altogether_lacks_nothing() {
        let known = Delivery::default().known(Some(&october(&[OPEN])), "2026-11-20");
        assert_eq!(enrolments(&known), [(day("2024-08-20"), None, None)]);
    }

    #[test]
    fn remembered_rows_point_to_the_file_they_stood_in() {
        let known = november(&october(&[OPEN]), &[CLOSED]);
        let names: Vec<&str> =
            known.tables.enrolments.iter().map(|row| &*known.files[row.place.file as usize].name).collect();
        assert_eq!(names, ["november.csv", "oktober.csv"]);
        assert_eq!(known.present, 1);
    }

    #[test]
    fn courses_are_told_apart_by_course_and_kind() {
        let courses =
            ["niva=GYMNASIAL startdatum=2026-08-20 kurs=Ma1a", "niva=GYMNASIAL startdatum=2026-08-20 kurs=En5"];
        let october = Delivery::default().file::<AdultCourse>("oktober.csv", "2026-10-18", &courses);
        let october = memory(october.known(None, "2026-10-20"), "2026-10-20");
        let november = Delivery::default().file::<AdultCourse>("november.csv", "2026-11-18", &courses[..1]);
        assert_eq!(november.known(Some(&october), "2026-11-20").tables.adult_courses.len(), 2);

        let right = "typ=RATT_ATT_SLUTFORA startdatum=2024-08-15";
        let prolonged = "typ=FORLANGD_SKOLPLIKT startdatum=2024-08-15";
        let october = Delivery::default().file::<CompulsorySchooling>("oktober.csv", "2026-10-18", &[right]);
        let october = memory(october.known(None, "2026-10-20"), "2026-10-20");
        let november = Delivery::default().file::<CompulsorySchooling>("november.csv", "2026-11-18", &[prolonged]);
        assert_eq!(november.known(Some(&october), "2026-11-20").tables.compulsory.len(), 2);

        let general = "kurstyp=ALLMAN niva=GYMNASIAL startdatum=2026-08-20";
        let special = "kurstyp=SARSKILD niva=GYMNASIAL startdatum=2026-08-20";
        let october = Delivery::default().file::<FolkCourse>("oktober.csv", "2026-10-18", &[general]);
        let october = memory(october.known(None, "2026-10-20"), "2026-10-20");
        let november = Delivery::default().file::<FolkCourse>("november.csv", "2026-11-18", &[special]);
        assert_eq!(november.known(Some(&october), "2026-11-20").tables.folk_courses.len(), 2);
    }

    #[test]
    fn a_new_version_replaces_the_row_in_every_table_that_stays_known() {
        fn kept<R: InTables>(first: &str, rows: &[&str]) -> usize {
            let october = Delivery::default().file::<R>("oktober.csv", "2026-10-18", &[first]);
            let october = memory(october.known(None, "2026-10-20"), "2026-10-20");
            let november = Delivery::default().file::<R>("november.csv", "2026-11-18", rows);
            R::of(&november.known(Some(&october), "2026-11-20").tables).len()
        }
        let folk = "kurstyp=ALLMAN niva=GYMNASIAL startdatum=2026-08-20 skola=Ekskolan";
        let folk_ended = "kurstyp=ALLMAN niva=GYMNASIAL startdatum=2026-08-20 slutdatum=2026-11-01 skola=EKSKOLAN";
        let folk_later = "kurstyp=ALLMAN niva=GYMNASIAL startdatum=2026-08-21 skola=Ekskolan";
        let folk_elsewhere = "kurstyp=ALLMAN niva=GYMNASIAL startdatum=2026-08-20 skola=Askskolan";
        assert_eq!(kept::<FolkCourse>(folk, &[folk_ended]), 1);
        assert_eq!(kept::<FolkCourse>(folk, &[folk_later]), 2);
        assert_eq!(kept::<FolkCourse>(folk, &[folk_elsewhere]), 2);
        let right = "typ=RATT_ATT_SLUTFORA startdatum=2024-08-15 skola=Ekskolan";
        let right_ended = "typ=RATT_ATT_SLUTFORA startdatum=2024-08-15 slutdatum=2026-06-10 skola=EKSKOLAN";
        let right_later = "typ=RATT_ATT_SLUTFORA startdatum=2024-08-16 skola=Ekskolan";
        let right_elsewhere = "typ=RATT_ATT_SLUTFORA startdatum=2024-08-15 skola=Askskolan";
        assert_eq!(kept::<CompulsorySchooling>(right, &[right_ended]), 1);
        assert_eq!(kept::<CompulsorySchooling>(right, &[right_later]), 2);
        assert_eq!(kept::<CompulsorySchooling>(right, &[right_elsewhere]), 2);
        let course = "niva=GYMNASIAL startdatum=2026-08-20 kurs=Ma1a anordnare=Ekskolan";
        let course_ended = "niva=GYMNASIAL startdatum=2026-08-20 slutdatum=2026-11-01 kurs=MA1A anordnare=Ekskolan";
        let course_later = "niva=GYMNASIAL startdatum=2026-08-21 kurs=Ma1a anordnare=Ekskolan";
        let course_elsewhere = "niva=GYMNASIAL startdatum=2026-08-20 kurs=Ma1a anordnare=Askskolan";
        assert_eq!(kept::<AdultCourse>(course, &[course_ended]), 1);
        assert_eq!(kept::<AdultCourse>(course, &[course_later]), 2);
        assert_eq!(kept::<AdultCourse>(course, &[course_elsewhere]), 2);
    }

    #[test]
    fn a_person_has_the_part_of_a_list_under_the_number() {
        let number = |day_of_month| PersonalNumber::with_check_digit(day(&format!("2008-03-{day_of_month}")), 239);
        let list = [(number(11), 'a'), (number(12), 'b'), (number(12), 'c'), (number(14), 'd')];
        let of =
            |number| of_person(&list, number, |(other, _)| *other).iter().map(|(_, name)| name).collect::<String>();
        assert_eq!([11, 12, 13, 14, 15].map(|at| of(number(at))), ["a", "bc", "", "d", ""]);
    }

    const DIPLOMA: &str = "typ=EXAMENSBEVIS datum=2026-06-10";

    fn credentials(memory: Option<&Memory>, name: &str, rows: &[&str]) -> Known {
        let delivery = Delivery::default().file::<crate::records::Credential>(name, "2026-11-18", rows);
        delivery.known(memory, "2026-11-20")
    }

    #[test]
    fn a_row_of_a_part_stays_when_its_file_is_gone_and_counts_as_it_now_is_when_it_is_there() {
        let first = memory(credentials(None, "juni.csv", &[DIPLOMA]), "2026-11-20");
        assert_eq!(credentials(Some(&first), "november.csv", &[]).tables.credentials.len(), 1);
        assert_eq!(credentials(Some(&first), "juni.csv", &[]).tables.credentials.len(), 0);
    }

    #[test]
    fn identical_rows_of_parts_count_once_over_all_files() {
        let first = memory(credentials(None, "juni.csv", &[DIPLOMA]), "2026-11-20");
        let another = "typ=GYMNASIEINTYG datum=2026-06-10";
        let known = credentials(Some(&first), "november.csv", &[DIPLOMA, another]);
        assert_eq!(known.tables.credentials.len(), 2);
        assert!(known.tables.credentials.iter().all(|row| row.place.file == 0));
        assert_eq!(credentials(Some(&first), "november.csv", &[DIPLOMA]).tables.credentials.len(), 1);
        assert_eq!(credentials(Some(&first), "november.csv", &[another]).tables.credentials.len(), 2);
    }

    fn new_number() -> String {
        let [old, new] = [old_number(), number()].map(PersonalNumber::digits);
        format!("personnummer={old} handelse=NYTT_PERSONNUMMER datum=2026-10-01 nytt_personnummer={new}")
    }

    #[test]
    fn a_new_number_is_followed_again_when_the_file_that_told_of_it_is_gone() {
        let under_old = format!("{OPEN} personnummer={}", old_number().digits());
        let first = Delivery::default()
            .file::<crate::records::RegisterChange>("oktober.csv", "2026-10-18", &[&new_number()])
            .file::<Enrolment>("elever.csv", "2026-10-18", &[&under_old]);
        let first = memory(first.known(None, "2026-10-20"), "2026-10-20");
        let second = Delivery::default().file::<Enrolment>("elever.csv", "2026-11-18", &[&under_old]);
        let known = second.known(Some(&first), "2026-11-20");
        assert_eq!(known.links.current(old_number()), number());
        assert_eq!(known.tables.life(number()).enrolments.len(), 1);
    }

    #[test]
    fn rows_dated_after_the_as_of_date_are_kept_and_not_used() {
        let known = credentials(None, "november.csv", &["typ=EXAMENSBEVIS datum=2026-11-21", DIPLOMA]);
        assert_eq!((known.tables.credentials.len(), known.later.credentials.len()), (1, 1));
    }
}
