//! Changes in education since the run that is compared with, for the monthly meeting about inter-municipal compensation
//! (Tibro 2024 p. 6: "avbrott, skol- eller programbyten, reducerade program samt förlängd utbildning inom
//! gymnasieskolan/anpassad gymnasieskola eller gymnasiala studier vid vuxenutbildning").
//!
//! For every resident in the age group, member or not, and apart from the register: it rests on other ground than
//! aktivitetsansvaret, so it is off unless the config turns it on. What the kinds mean stands in
//! [`EducationChangeKind::meaning`]. The rows compared are the enrolments of gymnasieskola and anpassad gymnasieskola and
//! the komvux courses at upper-secondary level, as the rules see them, reports of interruptions included. A row that
//! begins anew at the same school and on the same programme, as some registers do each year, is no change.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::config::Config;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::records::{AdultCourse, AdultLevel, Enrolment, Kind, Text, fold};
use crate::register::{Known, Memory};
use crate::timeline::{
    FOREVER, Findings, Period, end_of_summer, enrolment_school, in_summer, named, next_day, plus, same_school,
};

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EducationChangeKind {
    /// Broken off.
    Interrupted,
    /// Another school.
    School,
    /// Another programme.
    Programme,
    /// The programme is now reduced.
    Reduced,
    /// The planned end is later.
    Prolonged,
    /// A new education.
    New,
    /// Ended otherwise.
    Ended,
}

impl EducationChangeKind {
    /// Every kind, in the order of the contract.
    pub const ALL: [Self; 7] =
        [Self::Interrupted, Self::School, Self::Programme, Self::Reduced, Self::Prolonged, Self::New, Self::Ended];

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Interrupted => "AVBROTT",
            Self::School => "BYTE_SKOLA",
            Self::Programme => "BYTE_PROGRAM",
            Self::Reduced => "REDUCERAT",
            Self::Prolonged => "FORLANGD",
            Self::New => "NY",
            Self::Ended => "AVSLUTAD",
        }
    }

    /// What a user reads, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::Interrupted => "Avbrott",
            Self::School => "Byte av skola",
            Self::Programme => "Byte av program",
            Self::Reduced => "Reducerat program",
            Self::Prolonged => "Förlängd utbildning",
            Self::New => "Ny utbildning",
            Self::Ended => "Avslutad utbildning",
        }
    }

    /// What it means, with what stands as date, before and after, in Swedish.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Interrupted => {
                "Utbildningen har avbrutits: avbrottsorsak AVBROTT med slutdatum, skolans rapport om avbrott, utebliven månad eller ej påbörjad, eller avbrottsdatum på komvux. Datum: avbrottets dag. Före: utbildningen."
            }
            Self::School => {
                "En placering har slutat utan avbrott och en ny har börjat vid en annan skola, inom så många dagar som ett uppehåll får vara eller över sommaren. Datum: första dagen i den nya. Före och efter: skolorna."
            }
            Self::Programme => {
                "Studievägen är en annan, i samma placering eller i en ny som följer på den gamla. Datum: första dagen i den nya, annars uttagets. Före och efter: studievägarna."
            }
            Self::Reduced => {
                "Programmet är reducerat och var det inte vid den jämförda avstämningen. Datum: uttagets. Före och efter: N och J (reducerat nej och ja)."
            }
            Self::Prolonged => {
                "Det planerade slutet är senare än vid den jämförda avstämningen: beräknat slut i gymnasieskolan, slutdatum på komvux. Datum: uttagets. Före och efter: dagarna."
            }
            Self::New => {
                "En utbildning som den jämförda avstämningen inte kände till, eller som då var slut, och som inte är ett byte. Datum: första dagen. Efter: utbildningen."
            }
            Self::Ended => {
                "Utbildningen har tagit slut utan att avbrytas, eller saknas i uttaget, och inget byte är känt. Datum: sista dagen, eller uttaget som först saknar den. Före: utbildningen."
            }
        }
    }
}

/// A value before or after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    Nothing,
    /// What tells the school or provider: withheld for protected persons.
    Where(String),
    /// A planned end.
    Date(NaiveDate),
    /// Whether a programme is reduced.
    Reduced(bool),
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EducationChange {
    /// Whose.
    pub number: PersonalNumber,
    /// What.
    pub kind: EducationChangeKind,
    /// The day it concerns.
    pub date: NaiveDate,
    /// Before.
    pub before: Detail,
    /// Now.
    pub after: Detail,
    /// The table that says so.
    pub source: Kind,
}

/// The changes between the run before, by what it left, and this month; none for a first run.
pub fn education_changes(month: &Month, before: Option<Memory>, config: &Config) -> Vec<EducationChange> {
    let Some(before) = before else { return Vec::new() };
    let mut before = Known::of_memory(before);
    before.tables.follow_numbers(|number| month.known.links.current(number));
    let tables = &month.known.tables;
    let enrolled = tables.enrolments.iter().map(|row| row.number);
    let people: BTreeSet<_> = enrolled.chain(tables.adult_courses.iter().map(|row| row.number)).collect();
    let people: Vec<PersonalNumber> = people.into_iter().collect();
    let of = |&number: &PersonalNumber| {
        month.found(number, config, |found| {
            let is_concerned = found.residence.periods.contains(month.as_of) && found.age.contains(month.as_of);
            if is_concerned { changes_of(found, &before, config) } else { Vec::new() }
        })
    };
    people.par_iter().map(of).collect::<Vec<_>>().concat()
}

/// A row that is compared.
#[derive(Clone, Copy, Debug)]
enum Row<'a> {
    School(&'a Enrolment),
    Adult(&'a AdultCourse),
}

/// An education as a run saw it.
#[derive(Clone, Debug)]
struct Study<'a> {
    row: Row<'a>,
    /// Its days; none when a report says that it was never begun.
    days: Period,
    broken_off: bool,
    /// The day of the report that ended it.
    reported: Option<NaiveDate>,
    /// The extraction date of its file.
    extracted: NaiveDate,
}

impl<'a> Study<'a> {
    fn is_same(&self, other: &Study<'_>) -> bool {
        match (self.row, other.row) {
            (Row::School(a), Row::School(b)) => {
                a.start == b.start && same_school(enrolment_school(a), enrolment_school(b))
            }
            (Row::Adult(a), Row::Adult(b)) => {
                a.start == b.start
                    && !differ(&a.course, &b.course)
                    && same_school(named(&a.provider), named(&b.provider))
            }
            _ => false,
        }
    }

    fn is_over(&self, as_of: NaiveDate) -> bool {
        self.days.to <= as_of
    }

    fn enrolment(&self) -> Option<&'a Enrolment> {
        match self.row {
            Row::School(row) => Some(row),
            Row::Adult(_) => None,
        }
    }

    fn planned_end(&self) -> Option<NaiveDate> {
        match self.row {
            Row::School(row) => row.expected_end.or(row.end),
            Row::Adult(row) => row.end,
        }
    }

    /// The day on which it ended: the row's last day, else the day of the interruption or of the extract that lacks it.
    fn ended_on(&self) -> NaiveDate {
        let last = match self.row {
            Row::School(row) => row.end,
            Row::Adult(row) => row.end,
        };
        self.reported.unwrap_or_else(|| last.filter(|&last| next_day(last) == self.days.to).unwrap_or(self.days.to))
    }

    fn source(&self) -> Kind {
        match self.row {
            Row::School(_) => Kind::StudentRegister,
            Row::Adult(_) => Kind::AdultEducation,
        }
    }

    /// School and programme, or provider and course.
    fn described(&self) -> Detail {
        let parts = match self.row {
            Row::School(row) => [&row.school, &row.programme],
            Row::Adult(row) => [&row.provider, &row.course],
        };
        let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
        if parts.is_empty() { Detail::Nothing } else { Detail::Where(parts.join(", ")) }
    }
}

/// The educations of one person as a run saw them.
fn studies<'a>(found: &Findings<'a>) -> Vec<Study<'a>> {
    let schooling = &found.schooling;
    let report_of = |row: &Enrolment| {
        schooling.overruled.iter().find(|(other, _)| other.place == row.place).map(|(_, report)| report.date)
    };
    let enrolled = schooling.educations.iter().filter_map(|education| {
        let row = education.enrolment?;
        Some(Study {
            row: Row::School(row),
            days: education.days,
            broken_off: education.interrupted,
            reported: report_of(row),
            extracted: found.context.extracted(row.place),
        })
    });
    let is_left = |row: &Enrolment| schooling.educations.iter().any(|education| education.places.contains(&row.place));
    let never_begun = schooling.overruled.iter().filter(|(row, _)| !is_left(row)).map(|&(row, report)| Study {
        row: Row::School(row),
        days: Period::new(row.start, row.start),
        broken_off: true,
        reported: Some(report.date),
        extracted: found.context.extracted(row.place),
    });
    let counted =
        |row: &&AdultCourse| matches!(row.level, AdultLevel::UpperSecondary | AdultLevel::AdaptedUpperSecondary);
    let courses = found.life.adult_courses.iter().filter(counted).map(|row| {
        let planned = row.end.map(next_day);
        let lost = row.lost.filter(|_| planned.is_none() && row.interrupted.is_none());
        let to = [planned, row.interrupted, lost].into_iter().flatten().min().unwrap_or(FOREVER);
        Study {
            row: Row::Adult(row),
            days: Period::new(row.start, to),
            broken_off: row.interrupted == Some(to),
            reported: None,
            extracted: found.context.extracted(row.place),
        }
    });
    let mut studies: Vec<Study<'a>> = enrolled.chain(never_begun).chain(courses).collect();
    studies.sort_by_key(|study| (study.days.from, study.days.to, study.extracted));
    studies
}

fn changes_of(found: &Findings<'_>, before: &Known, config: &Config) -> Vec<EducationChange> {
    let Some(past_as_of) = before.past_as_of else { return Vec::new() };
    let life = before.tables.life(found.life.number);
    let context = before.context(past_as_of, config.municipality, &config.law);
    let past = Findings::of(&life, crate::timeline::Memory::default(), &context);
    let (now, past) = (studies(found), studies(&past));
    let comparison = Comparison {
        number: found.life.number,
        as_of: found.context.as_of,
        past_as_of,
        gap_days: config.law.bridge_days,
        now: &now,
        past: &past,
    };
    comparison.changes()
}

/// The educations of one person now and at the run before.
struct Comparison<'c, 'a> {
    number: PersonalNumber,
    as_of: NaiveDate,
    past_as_of: NaiveDate,
    gap_days: u32,
    now: &'c [Study<'a>],
    past: &'c [Study<'a>],
}

impl<'c, 'a> Comparison<'c, 'a> {
    fn changes(&self) -> Vec<EducationChange> {
        let mut changes = Vec::new();
        for study in self.now {
            self.beginning(study, &mut changes);
            self.ending(study, &mut changes);
        }
        changes.sort_by_key(|change| (change.date, change.kind));
        changes.dedup();
        changes
    }

    /// The same education as the run before saw it.
    fn earlier(&self, study: &Study<'_>) -> Option<&'c Study<'a>> {
        self.past.iter().find(|past| past.is_same(study))
    }

    fn was_over(&self, study: &Study<'_>) -> bool {
        self.earlier(study).is_some_and(|past| past.is_over(self.past_as_of))
    }

    /// Whether an education is here that the run before did not know, or knew as over.
    fn is_new(&self, study: &Study<'_>) -> bool {
        match self.earlier(study) {
            None => study.days.to > self.past_as_of && !study.days.is_empty(),
            Some(past) => past.is_over(self.past_as_of) && !study.is_over(self.as_of),
        }
    }

    /// The enrolment that a new one follows without an interruption.
    fn left_for(&self, study: &Study<'_>) -> Option<&'c Study<'a>> {
        study.enrolment()?;
        let left = self.now.iter().filter(|other| {
            other.enrolment().is_some()
                && !other.broken_off
                && !other.days.is_empty()
                && !std::ptr::eq(*other, study)
                && !other.is_same(study)
                && !self.is_new(other)
                && other.days.from <= study.days.from
                && (other.is_over(self.as_of) || other.days.to <= study.days.from)
                && self.follows(other.days.to, study.days.from)
        });
        left.max_by_key(|other| other.days.to)
    }

    /// Whether a day follows an end as after a short break or a summer.
    fn follows(&self, end: NaiveDate, start: NaiveDate) -> bool {
        let over_summer = in_summer(end) && start <= end_of_summer(end);
        start <= plus(end, self.gap_days) || over_summer
    }

    fn beginning(&self, study: &Study<'a>, changes: &mut Vec<EducationChange>) {
        if study.is_over(self.past_as_of) || study.days.is_empty() {
            return;
        }
        let new = self.is_new(study);
        let left = if new { self.left_for(study) } else { None };
        let compared = left.or_else(|| self.earlier(study));
        let mut add = |kind, date, before, after| {
            changes.push(EducationChange { number: self.number, kind, date, before, after, source: study.source() });
        };
        let since =
            left.map_or(
                study.extracted,
                |left| {
                    if study.days.from > left.days.from { study.days.from } else { left.days.to }
                },
            );
        let mut changed = false;
        if let (Some(row), Some(old)) = (study.enrolment(), compared.and_then(Study::enrolment)) {
            if !same_school(enrolment_school(row), enrolment_school(old)) {
                add(EducationChangeKind::School, since, place(&old.school), place(&row.school));
                changed = true;
            }
            if differ(&old.programme, &row.programme) && old.programme.is_some() && row.programme.is_some() {
                add(EducationChangeKind::Programme, since, place(&old.programme), place(&row.programme));
                changed = true;
            }
        }
        // The next row of the same studies is no news, unless the run before told that they had ended.
        let goes_on = changed || left.is_some_and(|left| !self.was_over(left));
        if new && !goes_on {
            add(EducationChangeKind::New, study.days.from, Detail::Nothing, study.described());
        }
        if study.is_over(self.as_of) {
            return;
        }
        let was_reduced = compared.and_then(Study::enrolment).and_then(|row| row.reduced);
        if study.enrolment().is_some_and(|row| row.reduced == Some(true)) && was_reduced != Some(true) {
            let before = was_reduced.map_or(Detail::Nothing, Detail::Reduced);
            add(EducationChangeKind::Reduced, study.extracted, before, Detail::Reduced(true));
        }
        let ends = compared.and_then(Study::planned_end).zip(study.planned_end());
        if let Some((before, after)) = ends.filter(|(before, after)| before < after) {
            add(EducationChangeKind::Prolonged, study.extracted, Detail::Date(before), Detail::Date(after));
        }
    }

    fn ending(&self, study: &Study<'a>, changes: &mut Vec<EducationChange>) {
        let earlier = self.earlier(study);
        let known_too_late = earlier.is_none() && study.days.to <= self.past_as_of && !study.days.is_empty();
        if !study.is_over(self.as_of) || known_too_late {
            return;
        }
        let was_over = self.was_over(study);
        let was_broken_off = was_over && earlier.is_some_and(|past| past.broken_off);
        let kind = if study.broken_off { EducationChangeKind::Interrupted } else { EducationChangeKind::Ended };
        let told = if study.broken_off { was_broken_off } else { was_over };
        if told || (!study.broken_off && self.is_left(study)) {
            return;
        }
        changes.push(EducationChange {
            number: self.number,
            kind,
            date: study.ended_on(),
            before: study.described(),
            after: Detail::Nothing,
            source: if study.reported.is_some() { Kind::ProviderReports } else { study.source() },
        });
    }

    /// Whether a new enrolment follows this one.
    fn is_left(&self, study: &Study<'a>) -> bool {
        self.now
            .iter()
            .any(|next| self.is_new(next) && self.left_for(next).is_some_and(|left| std::ptr::eq(left, study)))
    }
}

fn place(text: &Option<Text>) -> Detail {
    text.as_deref().map_or(Detail::Nothing, |text| Detail::Where(text.to_owned()))
}

fn differ(a: &Option<Text>, b: &Option<Text>) -> bool {
    a.as_deref().map(fold) != b.as_deref().map(fold)
}
