//! What keeps a person out of the group: rule 8, turned around. The spells are the days without any of it, and the
//! same answers explain to whoever asks why someone is out.

use chrono::NaiveDate;

use super::period::{ALWAYS, FOREVER, Period, Periods, minus, next_day};
use super::residence::rows_of_residence;
use super::rules::Rule;
use super::schooling::{
    Education, admissions, adult_course, enrolled, folk_course, form_counts, is_near, level_counts,
};
use super::spells::Findings;
use crate::records::{Admission, AdultCourse, CompulsoryKind, Enrolment, FolkCourse, Place, ProviderReport};

/// Something that keeps a person out of the group on the days that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Barrier {
    /// Has a samordningsnummer, so is not folkbokförd.
    CoordinationNumber,
    /// Not folkbokförd in the municipality.
    NotResident,
    /// Has turned 20.
    Turned20,
    /// Compulsory schooling has not ended.
    CompulsorySchooling,
    /// Has a completed education.
    Completed,
    /// In education.
    InEducation,
    /// In a gap that is bridged.
    Bridged,
}

impl Barrier {
    /// Every barrier, in the order of the grounds out (rule 10).
    pub const ALL: &'static [Self] = &[
        Self::CoordinationNumber,
        Self::NotResident,
        Self::Turned20,
        Self::CompulsorySchooling,
        Self::Completed,
        Self::InEducation,
        Self::Bridged,
    ];

    /// Those that hold whether the person is at school or not.
    pub const BESIDES_SCHOOLING: &'static [Self] =
        &[Self::NotResident, Self::Turned20, Self::CompulsorySchooling, Self::Completed];

    /// The rule that says so.
    pub fn rule(self) -> Rule {
        match self {
            Self::CoordinationNumber => Rule::Person,
            Self::NotResident => Rule::Residence,
            Self::Turned20 | Self::CompulsorySchooling => Rule::Age,
            Self::Completed => Rule::Completion,
            Self::InEducation => Rule::Education,
            Self::Bridged => Rule::Bridge,
        }
    }
}

/// A row that looks like an education but does not count as one (rule 4).
#[derive(Clone, Copy, Debug)]
pub enum Uncounted<'a> {
    /// Grundskola.
    Compulsory(&'a Enrolment),
    /// Komvux at another level, or below the extent that the municipality asks for.
    Adult(&'a AdultCourse),
    /// Folk high school at another or an unknown level, or the short motivational course.
    Folk(&'a FolkCourse),
    /// An admission that was undone, or that names no start of term.
    Admission(&'a Admission),
}

impl Uncounted<'_> {
    /// Where the row stands.
    pub fn place(self) -> Place {
        match self {
            Self::Compulsory(row) => row.place,
            Self::Adult(row) => row.place,
            Self::Folk(row) => row.place,
            Self::Admission(row) => row.place,
        }
    }

    /// Whether its level is one that counts, so that something else keeps it from counting.
    pub fn level_counts(self) -> bool {
        matches!(self, Self::Adult(row) if level_counts(row.level))
    }
}

impl<'a> Findings<'a> {
    /// The days on which `barrier` keeps the person out.
    pub fn barred(&self, barrier: Barrier) -> Periods {
        let mut days = Vec::new();
        self.bar(barrier, &mut days);
        Periods::union(days)
    }

    fn bar(&self, barrier: Barrier, days: &mut Vec<Period>) {
        let every_day = Period::new(ALWAYS, FOREVER);
        match barrier {
            Barrier::CoordinationNumber => days.extend(self.life.number.is_coordination_number().then_some(every_day)),
            Barrier::NotResident => days.extend(Periods::of(every_day).without(&self.residence.periods).iter()),
            Barrier::Turned20 => days.push(Period::new(self.age.to, FOREVER)),
            Barrier::CompulsorySchooling => days.push(Period::new(ALWAYS, self.age.from)),
            Barrier::Completed => days.push(Period::new(self.completed_from(), FOREVER)),
            Barrier::InEducation => days.extend(self.in_education.iter()),
            Barrier::Bridged => days.extend(self.bridges().map(|bridge| bridge.days)),
        }
    }

    /// The days up to the as-of date on which none of `barriers` holds.
    pub fn days_without(&self, barriers: &[Barrier]) -> Periods {
        let judged = Periods::of(Period::new(ALWAYS, next_day(self.context.as_of)));
        // Few people have more than one period for each barrier and two of education.
        let mut barred = Vec::with_capacity(2 * Barrier::ALL.len());
        barriers.iter().for_each(|&barrier| self.bar(barrier, &mut barred));
        judged.without(&Periods::union(barred))
    }

    /// What keeps the person out on `day`; empty: a member.
    pub fn barriers_on(&self, day: NaiveDate) -> Vec<Barrier> {
        Barrier::ALL.iter().copied().filter(|&barrier| self.barred(barrier).contains(day)).collect()
    }

    /// The educations that hold `day`.
    pub fn educations_on(&self, day: NaiveDate) -> impl Iterator<Item = &Education<'a>> {
        self.schooling.educations.iter().filter(move |education| education.days.contains(day))
    }

    /// The educations that ended last, on or before `day`.
    pub fn last_educations_before(&self, day: NaiveDate) -> Vec<&Education<'a>> {
        let ended = || self.schooling.educations.iter().filter(|education| education.days.to <= day);
        let last = ended().map(|education| education.days.to).max();
        ended().filter(|education| Some(education.days.to) == last).collect()
    }

    /// The rows that the answer of `rule` on `day` rests on, whether it keeps the person out or not.
    pub fn rows_behind(&self, rule: Rule, day: NaiveDate) -> Vec<Place> {
        let mut places = match rule {
            Rule::Residence => rows_of_residence(self.life, day, self.context),
            Rule::Age => {
                let moves_the_end = |kind| matches!(kind, CompulsoryKind::Prolonged | CompulsoryKind::EndedEarly);
                let rows = self.life.compulsory.iter().filter(|row| moves_the_end(row.kind));
                rows.map(|row| row.place).collect()
            }
            Rule::Education if self.in_education.contains(day) => {
                self.educations_on(day).flat_map(|education| education.places.clone()).collect()
            }
            Rule::Education | Rule::Interruption => self.rows_of_the_end(day),
            Rule::Bridge => self.rows_of_the_gap(day),
            Rule::Completion => match self.completion.filter(|row| row.date <= day) {
                Some(row) => vec![row.place],
                None => self.life.credentials.iter().filter(|row| row.date <= day).map(|row| row.place).collect(),
            },
            _ => Vec::new(),
        };
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The rows of the education that ended last, and of those that a report removed.
    fn rows_of_the_end(&self, day: NaiveDate) -> Vec<Place> {
        let ended = self.last_educations_before(day).into_iter().flat_map(|education| education.places.clone());
        let overruled = self.overruled_on(day).flat_map(|(row, report)| [row.place, report.place]);
        ended.chain(overruled).collect()
    }

    /// The enrolments that hold `day` in the student register, but that a report has ended or removed.
    pub fn overruled_on(&self, day: NaiveDate) -> impl Iterator<Item = (&'a Enrolment, &'a ProviderReport)> + '_ {
        self.schooling.overruled.iter().copied().filter(move |(row, _)| enrolled(row).days.contains(day))
    }

    /// The rows about `day` that look like an education but do not count as one.
    pub fn uncounted_on(&self, day: NaiveDate) -> Vec<Uncounted<'a>> {
        let life = self.life;
        let mut rows = Vec::new();
        let compulsory = life.enrolments.iter().filter(|row| !form_counts(row.form));
        rows.extend(compulsory.filter(|row| enrolled(row).days.contains(day)).map(Uncounted::Compulsory));
        let counted = |place: Place| self.educations_on(day).any(|education| education.places.contains(&place));
        let adult = life.adult_courses.iter().filter(|row| adult_course(row).days.contains(day));
        rows.extend(adult.filter(|row| !counted(row.place)).map(Uncounted::Adult));
        let folk = life.folk_courses.iter().filter(|row| folk_course(row).days.contains(day));
        rows.extend(folk.filter(|row| !counted(row.place)).map(Uncounted::Folk));
        let ever = |place: Place| self.schooling.educations.iter().any(|education| education.places.contains(&place));
        rows.extend(admissions(life).filter(|row| !ever(row.place)).map(Uncounted::Admission));
        rows
    }

    /// The rows on both sides of the gap that holds `day`.
    fn rows_of_the_gap(&self, day: NaiveDate) -> Vec<Place> {
        let Some(bridge) = self.bridges().find(|bridge| bridge.days.contains(day)) else {
            let last_days = self.last_educations_before(day).into_iter().map(|education| minus(education.days.to, 1));
            let last_days: Vec<NaiveDate> = last_days.collect();
            let refusing =
                self.life.credentials.iter().filter(|row| {
                    row.kind.ends_without_diploma() && last_days.iter().any(|&last| is_near(last, row.date))
                });
            return self.rows_of_the_end(day).into_iter().chain(refusing.map(|row| row.place)).collect();
        };
        let touching = self
            .schooling
            .educations
            .iter()
            .filter(|education| education.days.to == bridge.days.from || education.days.from == bridge.days.to);
        let credential = self.completion.filter(|row| row.date == bridge.days.to).map(|row| row.place);
        touching.flat_map(|education| education.places.clone()).chain(credential).collect()
    }
}
