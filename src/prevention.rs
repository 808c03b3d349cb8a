//! Prevention: residents who are not in the group and may come into it (Tibro 2024 p. 9-13, Nacka 2019 ch. 8).
//!
//! The register may hold only those whom the responsibility covers (förordning 2006:39, 1 and 4 §§). So the list is
//! made anew in each run from what the sources hold, and nothing of it is remembered: of the reports, those that only
//! warn stay out of the state for everyone who is no member.
//!
//! What is current:
//! - a report that a diploma or the time is feared, and a changed study plan: while the education goes on that it is
//!   about, which is one at the report's school that held the report's day, else whatever education held it;
//! - significant absence: as long, and at most since the 1 June before the as-of date, where a school year begins here;
//! - a change of education, reported or in the student register: since that 1 June;
//! - a reduced programme: while its enrolment goes on;
//! - an introductory programme that ends in June: from 1 May until it ends, so that the schools can be asked in early
//!   June which pupils will finish;
//! - an admission without a place: the last row of the year, while no education goes on or is to come.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use rayon::prelude::*;

use crate::config::Config;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::records::{
    Admission, AdmissionStatus, Coded, Enrolment, InterruptionReason, Kind, ProviderReport, ReportEvent, SchoolForm,
    Text,
};
use crate::timeline::{Education, EducationKind, Findings, end_of_summer, is_introductory, report_school, same_school};

/// Why someone may come into the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// A school provider's report.
    Reported(ReportEvent),
    /// A reduced programme.
    Reduced,
    /// The student register tells of a change of school or programme.
    Changed,
    /// An introductory programme ends in June, without a diploma by its nature.
    IntroductoryEnds,
    /// The last admission result of the year gives no place.
    NoPlace(AdmissionStatus),
}

impl Warning {
    /// Every warning that there can be.
    pub fn all() -> Vec<Self> {
        let reported = ReportEvent::ALL.iter().copied().map(Self::Reported);
        let no_place = AdmissionStatus::ALL.iter().copied().map(Self::NoPlace);
        reported.chain([Self::Reduced, Self::Changed, Self::IntroductoryEnds]).chain(no_place).collect()
    }

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reported(event) => event.code(),
            Self::Reduced => "REDUCERAT",
            Self::Changed => "BYTE",
            Self::IntroductoryEnds => "IM_SLUTAR_I_JUNI",
            Self::NoPlace(status) => status.code(),
        }
    }

    /// What a user reads, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reported(event) => event.label(),
            Self::Reduced => "Reducerat program",
            Self::Changed => "Har bytt utbildning",
            Self::IntroductoryEnds => "Introduktionsprogram slutar i juni",
            Self::NoPlace(AdmissionStatus::Reserve) => "Utan plats: reserv",
            Self::NoPlace(AdmissionStatus::NotApplied) => "Utan plats: har inte sökt",
            Self::NoPlace(AdmissionStatus::Declined) => "Utan plats: har tackat nej",
            Self::NoPlace(AdmissionStatus::NotAdmitted | AdmissionStatus::Admitted) => "Utan plats: inte antagen",
        }
    }

    /// The table that says so.
    pub fn source(self) -> Kind {
        match self {
            Self::Reported(_) => Kind::ProviderReports,
            Self::Reduced | Self::Changed | Self::IntroductoryEnds => Kind::StudentRegister,
            Self::NoPlace(_) => Kind::Admissions,
        }
    }
}

/// The enrolment of a pupil on the as-of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pupil {
    /// The school.
    pub school: Option<Text>,
    /// The programme.
    pub programme: Option<Text>,
    /// Whether it is an introductory programme.
    pub introductory: bool,
    /// When it is to end.
    pub ends: Option<NaiveDate>,
}

/// One warning about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Whose.
    pub number: PersonalNumber,
    /// What it says.
    pub warning: Warning,
    /// The day of the report, the change, the end or the result; of a reduced programme the enrolment's first.
    pub date: NaiveDate,
    /// The school that the row names.
    pub school: Option<Text>,
    /// Where the person goes to school on the as-of date.
    pub pupil: Option<Pupil>,
}

/// Whether a report only warns, without an interruption.
pub fn only_warns(event: ReportEvent) -> bool {
    !matches!(event, ReportEvent::NotStarted | ReportEvent::Interruption | ReportEvent::AbsentMonth)
}

/// The current warnings about residents who are no members, by person and day.
pub fn risks(month: &Month, config: &Config) -> Vec<Risk> {
    let tables = &month.known.tables;
    let reports = tables.reports.iter().filter(|row| only_warns(row.event)).map(|row| row.number);
    let enrolments = tables.enrolments.iter().filter(|row| can_warn(row, month.as_of)).map(|row| row.number);
    let is_of_the_year = |row: &&Admission| row.date.year() == month.as_of.year();
    let admissions =
        tables.admissions.iter().filter(is_of_the_year).filter(|row| row.status != AdmissionStatus::Admitted);
    let mut people: BTreeSet<_> = reports.chain(enrolments).chain(admissions.map(|row| row.number)).collect();
    for (_, member) in month.group() {
        people.remove(&member.number);
    }
    let people: Vec<PersonalNumber> = people.into_iter().collect();
    let of = |&number: &PersonalNumber| month.found(number, config, risks_of);
    people.par_iter().map(of).collect::<Vec<_>>().concat()
}

/// Whether an enrolment can be what [`risks_of`] warns of. An education never goes on after the end of its enrolment.
fn can_warn(row: &Enrolment, as_of: NaiveDate) -> bool {
    let changed = row.interruption == Some(InterruptionReason::Changed) && row.end >= Some(school_year(as_of));
    let goes_on = row.end.is_none_or(|end| as_of <= end);
    changed || goes_on && (row.reduced == Some(true) || ends_this_june(row, as_of) && is_introductory(row))
}

/// Whether an enrolment's end, known or expected, lies in June of the year, and May has come.
fn ends_this_june(row: &Enrolment, as_of: NaiveDate) -> bool {
    let in_june = |end: NaiveDate| end.year() == as_of.year() && end.month() == 6;
    as_of.month() >= 5 && row.end.or(row.expected_end).is_some_and(in_june)
}

/// The warnings about one person, who is no member.
fn risks_of(found: &Findings<'_>) -> Vec<Risk> {
    let as_of = found.context.as_of;
    let can_become_member = found.residence.periods.contains(as_of)
        && as_of < found.age.to
        && found.age.from <= end_of_summer(as_of)
        && as_of < found.completed_from();
    if !can_become_member {
        return Vec::new();
    }
    let pupil = pupil(found);
    let risk = |warning, date, school: &Option<Text>| Risk {
        number: found.life.number,
        warning,
        date,
        school: *school,
        pupil: pupil.clone(),
    };
    let mut risks: Vec<Risk> = found
        .life
        .reports
        .iter()
        .filter(|row| only_warns(row.event) && is_current(row, found))
        .map(|row| risk(Warning::Reported(row.event), row.date, &row.school))
        .collect();
    for row in going_on(found).filter_map(|education| education.enrolment) {
        if row.reduced == Some(true) {
            risks.push(risk(Warning::Reduced, row.start, &row.school));
        }
    }
    for education in going_on(found).filter(|education| education.kind == EducationKind::Introductory) {
        if let Some(row) = education.enrolment.filter(|row| ends_this_june(row, as_of))
            && let Some(end) = row.end.or(row.expected_end)
        {
            risks.push(risk(Warning::IntroductoryEnds, end, &row.school));
        }
    }
    for row in found.life.enrolments {
        let upper = matches!(row.form, SchoolForm::UpperSecondary | SchoolForm::AdaptedUpperSecondary);
        let changed = upper && row.interruption == Some(InterruptionReason::Changed);
        if let Some(end) = row.end.filter(|&end| changed && school_year(as_of) <= end && end <= as_of) {
            risks.push(risk(Warning::Changed, end, &row.school));
        }
    }
    let of_the_year = found.life.admissions.iter().filter(|row| row.date.year() == as_of.year());
    let last = of_the_year.max_by_key(|row| (row.date, row.status == AdmissionStatus::Admitted, row.place));
    let has_place = found.schooling.educations.iter().any(|education| education.is_real() && education.days.to > as_of);
    if let Some(row) = last.filter(|row| row.status != AdmissionStatus::Admitted && !has_place) {
        risks.push(risk(Warning::NoPlace(row.status), row.date, &row.school));
    }
    risks.sort_by(|a, b| (a.date, a.warning, &a.school).cmp(&(b.date, b.warning, &b.school)));
    risks.dedup();
    risks
}

/// The first day of the school year, counted from the summer before it.
pub fn school_year(as_of: NaiveDate) -> NaiveDate {
    let year = if as_of.month() >= 6 { as_of.year() } else { as_of.year() - 1 };
    NaiveDate::from_ymd_opt(year, 6, 1).unwrap_or(as_of)
}

fn is_current(report: &ProviderReport, found: &Findings<'_>) -> bool {
    let this_year = school_year(found.context.as_of) <= report.date;
    match report.event {
        ReportEvent::ChangesEducation => this_year,
        ReportEvent::AbsenceInvestigation if !this_year => false,
        _ => {
            let held: Vec<&Education<'_>> =
                found.schooling.educations.iter().filter(|education| education.days.contains(report.date)).collect();
            let about: Vec<&Education<'_>> =
                held.iter().copied().filter(|education| same_school(report_school(report), education.school)).collect();
            // Schools are spelled in many ways: a warning must not get lost by it.
            let warned = if about.is_empty() { held } else { about };
            if warned.is_empty() { this_year } else { warned.into_iter().any(|education| goes_on(education, found)) }
        }
    }
}

/// Whether an education holds the as-of date, or one of its kind at its school does: some registers begin a new row
/// each school year.
fn goes_on(education: &Education<'_>, found: &Findings<'_>) -> bool {
    let is_same = |now: &Education<'_>| now.kind == education.kind && same_school(now.school, education.school);
    education.days.contains(found.context.as_of) || going_on(found).any(is_same)
}

/// The educations that hold the as-of date.
fn going_on<'f, 'a>(found: &'f Findings<'a>) -> impl Iterator<Item = &'f Education<'a>> {
    let as_of = found.context.as_of;
    found.schooling.educations.iter().filter(move |education| education.days.contains(as_of))
}

fn pupil(found: &Findings<'_>) -> Option<Pupil> {
    let enrolled = going_on(found).filter(|education| education.enrolment.is_some());
    let education = enrolled.max_by_key(|education| (education.days.from, education.places.first().copied()))?;
    let row = education.enrolment?;
    Some(Pupil {
        school: row.school,
        programme: row.programme,
        introductory: education.kind == EducationKind::Introductory,
        ends: row.end.or(row.expected_end),
    })
}
