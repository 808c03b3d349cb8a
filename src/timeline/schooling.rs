//! Rules 3, 4, 5 and 7: the age span, the educations and their interruptions, and completion.

use chrono::{Datelike, NaiveDate};

use super::Context;
use super::period::{FOREVER, Period, minus, next_day, plus};
use crate::person::{birthday, years_before};
use crate::records::{
    Admission, AdmissionStatus, AdultCourse, AdultLevel, CompulsoryKind, CompulsorySchooling, Credential, DecisionKind,
    Enrolment, FolkCourse, FolkCourseKind, FolkLevel, InterruptionReason, Life, Place, ProviderReport, Record,
    ReportEvent, SchoolForm, Text, begins_folded, same_folded,
};

/// Introductory programmes are part of gymnasieskolan, and their pupils out of the group, from this day on (Vara 2019).
pub const INTRODUCTORY_COUNTS_FROM: NaiveDate = NaiveDate::from_ymd_opt(2018, 7, 1).expect("a real day");

/// Days back from a report in which an enrolment begins or ends that the report is about.
const REPORT_REACH: u32 = 30;
/// Days that a provisional admission counts from the start of term.
const ADMISSION_DAYS: u32 = 30;

/// The days from the end of compulsory schooling to the 20th birthday.
pub fn age_span(life: &Life<'_>, context: &Context<'_>) -> Period {
    Period::new(next_day(last_compulsory_day(life, context)), birthday(life.number.born(), 20))
}

/// The last day of compulsory schooling (skollagen 7 kap. 10, 12-14 §§).
fn last_compulsory_day(life: &Life<'_>, context: &Context<'_>) -> NaiveDate {
    let born = life.number.born();
    let normal = context.law.compulsory_end.in_year(birthday(born, 16).year());
    let a_year_later = context.law.compulsory_end.in_year(normal.year() + 1);
    let rows = |kind| life.compulsory.iter().filter(move |row| row.kind == kind);
    let prolonged = rows(CompulsoryKind::Prolonged)
        .map(|row| row.end.unwrap_or_else(|| a_year_later.min(compulsory_end(row).unwrap_or(a_year_later))))
        .max()
        .map_or(normal, |end| end.max(normal));
    let at_latest = minus(birthday(born, 18), 1);
    let without_early = prolonged.min(at_latest.max(normal));
    rows(CompulsoryKind::EndedEarly)
        .filter_map(compulsory_end)
        .min()
        .map_or(without_early, |end| end.min(without_early))
}

/// The last day of a `grundskola` row, known or by its vanishing.
pub fn compulsory_end(row: &CompulsorySchooling) -> Option<NaiveDate> {
    row.end.or(row.lost.map(|lost| minus(lost, 1)))
}

/// Whether a `grundskola` row holds `day`.
pub fn compulsory_holds(row: &CompulsorySchooling, day: NaiveDate) -> bool {
    row.start <= day && compulsory_end(row).is_none_or(|end| day <= end)
}

/// What kind of education a period is; the order is that of the grounds out (rule 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EducationKind {
    /// A national programme, or adapted upper-secondary school.
    National,
    /// An introductory programme.
    Introductory,
    /// Komvux at upper-secondary level.
    Adult,
    /// Folk high school at upper-secondary level.
    FolkHighSchool,
    /// By the coordinator's decision.
    Decided,
    /// A provisional admission to a national programme.
    AdmittedNational,
    /// A provisional admission to an introductory programme.
    AdmittedIntroductory,
}

/// One education of a person, as the rules see it.
#[derive(Clone, Debug)]
pub struct Education<'a> {
    /// The days it counts.
    pub days: Period,
    /// What it is.
    pub kind: EducationKind,
    /// The rows it rests on: its own first, then reports that changed it.
    pub places: Vec<Place>,
    /// The school, as the row names it.
    pub school: School<'a>,
    /// The enrolment, when it is one.
    pub enrolment: Option<&'a Enrolment>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Whether a later extract lacks the open row, which ended it.
    pub vanished: bool,
}

impl Education<'_> {
    /// Whether it is more than a provisional admission.
    pub fn is_real(&self) -> bool {
        !matches!(self.kind, EducationKind::AdmittedNational | EducationKind::AdmittedIntroductory)
    }

    /// Whether it is an enrolment that ended, or vanished, before its `beraknat_slut`.
    pub fn ended_early(&self) -> bool {
        self.enrolment.is_some_and(|row| {
            let end = row.end.or(self.vanished.then(|| minus(self.days.to, 1)));
            matches!((end, row.expected_end), (Some(end), Some(expected)) if end < expected)
        })
    }

    /// Whether it is an International Baccalaureate.
    pub fn is_ib(&self) -> bool {
        self.enrolment.is_some_and(|row| programme_begins(row.programme.as_deref(), "ib"))
    }
}

/// The educations of a person, and what the reports did.
#[derive(Clone, Debug, Default)]
pub struct Schooling<'a> {
    /// Every education with at least one day.
    pub educations: Vec<Education<'a>>,
    /// Enrolments that a report ended or removed, with the report.
    pub overruled: Vec<(&'a Enrolment, &'a ProviderReport)>,
    /// Reports of an interruption that changed nothing.
    pub idle_reports: Vec<&'a ProviderReport>,
}

/// Decides rules 4 and 5 for one person.
pub fn schooling<'a>(life: &Life<'a>, context: &Context<'_>) -> Schooling<'a> {
    let mut result = Schooling::default();
    let enrolments = upper_secondary_enrolments(life);
    let reports: Vec<&ProviderReport> = interruption_reports(life);
    let mut effective: Vec<&ProviderReport> = Vec::new();

    for row in enrolments {
        let mut education = enrolled(row);
        let outcome = interrupt(&mut education, row, &reports);
        effective.extend(&outcome.applied);
        result.overruled.extend(outcome.overruling.map(|report| (row, report)));
        result.educations.push(education);
    }
    result.educations.retain(|education| !education.days.is_empty());
    result.educations.extend(adult_educations(life, context));
    result.educations.extend(folk_educations(life));
    result.educations.extend(decided_educations(life));
    for row in admissions(life) {
        let (education, applied) = admitted(row, life, &result.educations, &reports);
        effective.extend(applied);
        result.educations.extend(education);
    }
    result.educations.retain(|education| !education.days.is_empty());
    result.idle_reports =
        reports.into_iter().filter(|report| !effective.iter().any(|used| std::ptr::eq(*used, *report))).collect();
    result
}

/// The first completing credential (rule 7).
pub fn first_completion<'a>(life: &Life<'a>) -> Option<&'a Credential> {
    life.credentials.iter().filter(|row| row.kind.completes()).min_by_key(|row| row.date)
}

/// The admission rows that say ANTAGEN.
pub fn admissions<'a>(life: &Life<'a>) -> impl Iterator<Item = &'a Admission> {
    life.admissions.iter().filter(|row| row.status == AdmissionStatus::Admitted)
}

/// The reports of an interruption, in order.
fn interruption_reports<'a>(life: &Life<'a>) -> Vec<&'a ProviderReport> {
    let interrupts =
        |event| matches!(event, ReportEvent::NotStarted | ReportEvent::Interruption | ReportEvent::AbsentMonth);
    let mut reports: Vec<_> = life.reports.iter().filter(|row| interrupts(row.event)).collect();
    reports.sort_by_key(|row| (row.date, row.place));
    reports
}

/// GY and GYAN rows; of the same enrolment twice with different ends the one with the later end. Rows with one end
/// both stand, so that the order of the rows decides nothing; a copy of a row adds nothing.
fn upper_secondary_enrolments<'a>(life: &Life<'a>) -> Vec<&'a Enrolment> {
    let mut rows: Vec<_> = life.enrolments.iter().filter(|row| form_counts(row.form)).collect();
    rows.sort_by_key(|row| (row.start, std::cmp::Reverse(end_in_register(row)), row.place));
    let mut kept: Vec<&Enrolment> = Vec::with_capacity(rows.len());
    for row in rows {
        let stands_for = |other: &&Enrolment| {
            same_enrolment(other, row) && (end_in_register(other) > end_in_register(row) || is_copy(other, row))
        };
        if !kept.iter().any(stands_for) {
            kept.push(row);
        }
    }
    kept
}

fn is_copy(a: &Enrolment, b: &Enrolment) -> bool {
    *a == Enrolment { place: a.place, ..*b }
}

/// Whether two rows are the same enrolment: same form, first day and school.
pub fn same_enrolment(a: &Enrolment, b: &Enrolment) -> bool {
    a.form == b.form && a.start == b.start && same_school(enrolment_school(a), enrolment_school(b))
}

/// The day after an enrolment's last: as the register has it, or by its vanishing.
fn end_in_register(row: &Enrolment) -> NaiveDate {
    let vanished = row.lost.map(|lost| row.expected_end.map_or(lost, |expected| lost.min(next_day(expected))));
    row.end.map(next_day).or(vanished).unwrap_or(FOREVER)
}

/// GR and GRAN never count.
pub(super) fn form_counts(form: SchoolForm) -> bool {
    matches!(form, SchoolForm::UpperSecondary | SchoolForm::AdaptedUpperSecondary)
}

/// Of komvux only the upper-secondary level counts.
pub(super) fn level_counts(level: AdultLevel) -> bool {
    matches!(level, AdultLevel::UpperSecondary | AdultLevel::AdaptedUpperSecondary)
}

/// Of folk high schools what is at upper-secondary level, but for the short motivational course.
pub(super) fn folk_counts(row: &FolkCourse) -> bool {
    row.level == Some(FolkLevel::UpperSecondary) && row.kind != FolkCourseKind::Motivational
}

/// The education of an enrolment as the student register has it.
pub(super) fn enrolled(row: &Enrolment) -> Education<'_> {
    let introductory = is_introductory(row);
    let from = if introductory { row.start.max(INTRODUCTORY_COUNTS_FROM) } else { row.start };
    Education {
        days: Period::new(from, end_in_register(row)),
        kind: if introductory { EducationKind::Introductory } else { EducationKind::National },
        places: vec![row.place],
        school: enrolment_school(row),
        enrolment: Some(row),
        interrupted: row.interruption == Some(InterruptionReason::Interrupted) && row.end.is_some(),
        vanished: row.end.is_none() && row.lost.is_some(),
    }
}

/// Whether an enrolment is on an introductory programme of gymnasieskolan.
pub fn is_introductory(row: &Enrolment) -> bool {
    row.form == SchoolForm::UpperSecondary && programme_begins(row.programme.as_deref(), "im")
}

fn programme_begins(programme: Option<&str>, prefix: &str) -> bool {
    programme.is_some_and(|programme| begins_folded(programme, prefix))
}

/// What reports did to one education.
#[derive(Default)]
struct Outcome<'a> {
    /// The reports that were about it and changed it.
    applied: Vec<&'a ProviderReport>,
    /// The one that ended or removed it.
    overruling: Option<&'a ProviderReport>,
}

/// Applies the reports that are about an enrolment, each against the enrolment as the register has it: whether it was
/// started asks for its `startdatum`, also where IM counts only later.
fn interrupt<'a>(education: &mut Education<'_>, row: &Enrolment, reports: &[&'a ProviderReport]) -> Outcome<'a> {
    let (registered, start) = (education.days, row.start);
    let mut outcome = Outcome::default();
    let is_about = |report: &&&ProviderReport| same_school(report_school(report), enrolment_school(row));
    for &report in reports.iter().filter(is_about) {
        let date = report.date;
        match report.event {
            ReportEvent::NotStarted if minus(date, REPORT_REACH) <= start && start <= date => {
                education.days.to = registered.from;
                outcome.overruling = outcome.overruling.or(Some(report));
            }
            ReportEvent::NotStarted => continue,
            _ if registered.contains(date) => {
                education.days.to = education.days.to.min(date);
                (education.interrupted, education.vanished) = (true, false);
                outcome.overruling = outcome.overruling.or(Some(report));
            }
            _ if !registered.is_empty() && registered.to <= date && minus(date, REPORT_REACH) < registered.to => {
                education.interrupted = true;
            }
            _ => continue,
        }
        education.places.push(report.place);
        outcome.applied.push(report);
    }
    outcome
}

/// The days on which the extents of the person's courses at upper-secondary level reach the limit.
fn adult_educations<'a>(life: &Life<'a>, context: &Context<'_>) -> Vec<Education<'a>> {
    let courses: Vec<(&AdultCourse, Education<'a>)> = life
        .adult_courses
        .iter()
        .filter(|row| level_counts(row.level))
        .map(|row| (row, adult_course(row)))
        .filter(|(_, education)| !education.days.is_empty())
        .collect();
    let limit = context.law.adult_extent_limit;
    if limit == 0 {
        return courses.into_iter().map(|(_, education)| education).collect();
    }
    let mut days: Vec<NaiveDate> = courses.iter().flat_map(|(_, course)| [course.days.from, course.days.to]).collect();
    days.sort_unstable();
    days.dedup();
    let mut counted: Vec<Education<'a>> = Vec::new();
    for stretch in days.windows(2).map(|pair| Period::new(pair[0], pair[1])) {
        let under_way: Vec<_> = courses.iter().filter(|(_, course)| course.days.contains(stretch.from)).collect();
        let sum: u32 =
            under_way.iter().map(|(row, _)| row.extent.map_or(u32::from(limit), |extent| u32::from(extent.0))).sum();
        if under_way.is_empty() || sum < u32::from(limit) {
            continue;
        }
        let mut ending = under_way.iter().filter(|(_, course)| course.days.to == stretch.to);
        let vanished = ending.any(|(_, course)| course.vanished);
        let places = under_way.iter().flat_map(|(_, course)| course.places.clone());
        match counted.last_mut().filter(|last| last.days.to == stretch.from) {
            Some(last) => {
                last.days.to = stretch.to;
                last.vanished = vanished;
                last.places.extend(places);
                last.places.sort_unstable();
                last.places.dedup();
            }
            None => counted.push(Education {
                days: stretch,
                kind: EducationKind::Adult,
                places: places.collect(),
                school: School::UNKNOWN,
                enrolment: None,
                interrupted: false,
                vanished,
            }),
        }
    }
    counted
}

fn folk_educations<'a>(life: &Life<'a>) -> impl Iterator<Item = Education<'a>> {
    life.folk_courses.iter().filter(|row| folk_counts(row)).map(folk_course)
}

/// A course in municipal adult education, whatever its level.
pub(super) fn adult_course(row: &AdultCourse) -> Education<'_> {
    studied(EducationKind::Adult, row.start, row.end, row.interrupted, named(&row.provider), row)
}

/// A course at a folk high school, whatever its level.
pub(super) fn folk_course(row: &FolkCourse) -> Education<'_> {
    studied(EducationKind::FolkHighSchool, row.start, row.end, row.interrupted, named(&row.school), row)
}

/// A course whose days end after `end`, on `interrupted`, or where it vanished.
fn studied<'a>(
    kind: EducationKind,
    start: NaiveDate,
    end: Option<NaiveDate>,
    interrupted: Option<NaiveDate>,
    school: School<'a>,
    row: &impl Record,
) -> Education<'a> {
    let planned = end.map(next_day);
    let vanished_on = row.lost().filter(|_| planned.is_none() && interrupted.is_none());
    let to = [planned, interrupted, vanished_on].into_iter().flatten().min().unwrap_or(FOREVER);
    Education {
        days: Period::new(start, to),
        kind,
        places: vec![row.place()],
        school,
        enrolment: None,
        // Rule 5 lists what is an interruption; the day a course was broken off only ends it.
        interrupted: false,
        vanished: vanished_on.is_some(),
    }
}

fn decided_educations<'a>(life: &Life<'a>) -> impl Iterator<Item = Education<'a>> {
    let counts = |kind| {
        matches!(kind, DecisionKind::EducationOutsideArea | DecisionKind::StudiesAbroad | DecisionKind::OtherEquivalent)
    };
    life.decisions.iter().filter(move |row| counts(row.kind)).map(|row| Education {
        days: Period::new(row.start, next_day(row.end)),
        kind: EducationKind::Decided,
        places: vec![row.place],
        school: School::UNKNOWN,
        enrolment: None,
        interrupted: false,
        vanished: false,
    })
}

/// The days that an admission counts provisionally, and the reports that changed it.
fn admitted<'a>(
    row: &'a Admission,
    life: &Life<'a>,
    educations: &[Education<'a>],
    reports: &[&'a ProviderReport],
) -> (Option<Education<'a>>, Vec<&'a ProviderReport>) {
    let Some(start) = row.term_start else { return (None, Vec::new()) };
    let window = Period::new(start, plus(start, ADMISSION_DAYS));
    let about: Vec<&ProviderReport> = reports
        .iter()
        .copied()
        .filter(|report| window.contains(report.date))
        .filter(|report| same_school(report_school(report), named(&row.school)))
        .collect();
    let not_started = about.iter().any(|report| report.event == ReportEvent::NotStarted);
    if not_started || is_undone(row, window.to, life) {
        return (None, about);
    }
    let started = educations.iter().filter_map(|education| education.enrolment).map(|row| row.start);
    let enrolled = started.filter(|&day| window.contains(day)).min();
    let interrupted = about.iter().map(|report| report.date).min();
    let to = [enrolled, interrupted].into_iter().flatten().min().unwrap_or(window.to);
    let education = Education {
        days: Period::new(start, to),
        kind: if programme_begins(row.programme.as_deref(), "im") {
            EducationKind::AdmittedIntroductory
        } else {
            EducationKind::AdmittedNational
        },
        places: std::iter::once(row.place).chain(about.iter().map(|report| report.place)).collect(),
        school: named(&row.school),
        enrolment: None,
        interrupted: interrupted == Some(to),
        vanished: false,
    };
    (Some(education), about)
}

/// Whether a later EJ_ANTAGEN, EJ_SOKT or TACKAT_NEJ undoes the admission before its thirty days are over.
fn is_undone(row: &Admission, to: NaiveDate, life: &Life<'_>) -> bool {
    let undoes = |status| {
        matches!(status, AdmissionStatus::NotAdmitted | AdmissionStatus::NotApplied | AdmissionStatus::Declined)
    };
    life.admissions.iter().any(|other| undoes(other.status) && other.date > row.date && other.date < to)
}

/// A school as rows name it.
#[derive(Clone, Copy, Debug)]
pub struct School<'a> {
    /// Its code as a school unit.
    pub unit: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
}

impl School<'_> {
    /// A school that no row names: nothing to compare.
    pub const UNKNOWN: Self = Self { unit: None, name: None };
}

/// A school known by name only.
pub fn named(name: &Option<Text>) -> School<'_> {
    School { unit: None, name: name.as_deref() }
}

/// Whether two rows can be about the same school: by the unit codes when both have one; else by the names when both
/// have one; else there is nothing to compare.
pub fn same_school(a: School<'_>, b: School<'_>) -> bool {
    match (a.unit, b.unit, a.name, b.name) {
        (Some(a), Some(b), _, _) => same_folded(a, b),
        (_, _, Some(a), Some(b)) => same_folded(a, b),
        _ => true,
    }
}

/// The school of an enrolment.
pub fn enrolment_school(row: &Enrolment) -> School<'_> {
    School { unit: row.unit.as_deref(), name: row.school.as_deref() }
}

/// The school of a report.
pub fn report_school(row: &ProviderReport) -> School<'_> {
    School { unit: row.unit.as_deref(), name: row.school.as_deref() }
}

/// Whether a credential of `date` is near an education whose last day is `last`: at most 60 days from it, or after it
/// and by 15 September when the last day lies in 1 June - 15 September.
pub fn is_near(last: NaiveDate, date: NaiveDate) -> bool {
    (date - last).num_days().abs() <= 60 || (date > last && in_summer(last) && date <= end_of_summer(last))
}

/// 15 September of the year of `day`.
pub fn end_of_summer(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 9, 15).unwrap_or(FOREVER)
}

/// Whether `day` lies in 1 June - 15 September.
pub fn in_summer(day: NaiveDate) -> bool {
    day.month() >= 6 && day <= end_of_summer(day)
}

/// The first day of the scope in which a person's rows matter: no day between the 15th and the 21st birthday in the
/// last two years means out of scope.
pub fn in_scope(born: NaiveDate, as_of: NaiveDate) -> bool {
    match as_of.year() - born.year() {
        16..=22 => true,
        15 | 23 => birthday(born, 15) <= as_of && birthday(born, 21) > years_before(as_of, 2),
        _ => false,
    }
}
