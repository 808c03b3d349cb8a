//! Rule 6: gaps between educations that are no time in the group.

use chrono::{Datelike, NaiveDate};

use super::period::{Period, Periods, minus, next_day};
use super::schooling::{compulsory_holds, end_of_summer, is_near};
use super::{Context, Education, compulsory_end, from_on};
use crate::records::{AdmissionStatus, CompulsoryKind, CredentialKind, Life};

/// Why a gap is bridged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeKind {
    /// To a known education or credential.
    Known,
    /// To the as-of date, since nothing is known in summer (SOMMAR_OAVGJORD).
    SummerUndecided,
}

/// Why a gap is time in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBridge {
    /// Something that ended there was interrupted.
    Interrupted,
    /// A STUDIEBEVIS or IB_UTAN_DIPLOM is near.
    EndedWithoutDiploma,
    /// What follows comes too late: its day.
    TooLong(NaiveDate),
    /// Nothing is known to follow.
    NothingFollows,
}

/// A gap after an education, or after compulsory schooling, that begins on or before the as-of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its first day.
    pub first_day: NaiveDate,
    /// Whether it is bridged, or why not.
    pub outcome: Result<Bridge, NoBridge>,
}

/// A bridged gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// The days of the gap that are bridged.
    pub days: Period,
    /// Why.
    pub kind: BridgeKind,
}

/// What decides over the gaps of one person.
pub(super) struct Gaps<'a> {
    pub life: &'a Life<'a>,
    pub context: &'a Context<'a>,
    pub educations: &'a [Education<'a>],
    /// The union of the educations.
    pub in_education: &'a Periods,
    /// The date of the first completing credential.
    pub completed: Option<NaiveDate>,
    /// The day after compulsory schooling.
    pub age_from: NaiveDate,
}

impl Gaps<'_> {
    /// The person's gaps, each bridged or not.
    pub fn judged(&self) -> Vec<Gap> {
        let after_education = self.in_education.iter().map(|period| (period.to, false));
        let after_compulsory = (!self.in_education.contains(self.age_from)).then_some((self.age_from, true));
        after_education
            .chain(after_compulsory)
            .filter(|&(first_day, _)| first_day <= self.context.as_of)
            .map(|(first_day, after_compulsory)| Gap { first_day, outcome: self.bridge(first_day, after_compulsory) })
            .collect()
    }

    fn bridge(&self, first_day: NaiveDate, after_compulsory: bool) -> Result<Bridge, NoBridge> {
        if let Some(refusal) = self.refusal(first_day) {
            return Err(refusal);
        }
        let education = self.in_education.next_from(first_day).map(|period| period.from);
        let credential = self.completed.filter(|&date| date >= first_day);
        let target = if after_compulsory { education } else { education.into_iter().chain(credential).min() };
        let summer_begins = if after_compulsory { 5 } else { 6 };
        if let Some(target) = target
            && self.reaches(first_day, target, summer_begins)
        {
            return Ok(Bridge { days: Period::new(first_day, target), kind: BridgeKind::Known });
        }
        let undecided = education.is_none() && credential.is_none() && self.is_open_summer(first_day, summer_begins);
        if undecided {
            let days = Period::new(first_day, next_day(self.context.as_of));
            return Ok(Bridge { days, kind: BridgeKind::SummerUndecided });
        }
        Err(target.map_or(NoBridge::NothingFollows, NoBridge::TooLong))
    }

    fn reaches(&self, first_day: NaiveDate, target: NaiveDate, summer_begins: u32) -> bool {
        let days_without = (target - first_day).num_days();
        days_without <= i64::from(self.context.law.bridge_days)
            || (from_on(first_day, summer_begins, 1) && target <= end_of_summer(first_day))
    }

    fn refusal(&self, first_day: NaiveDate) -> Option<NoBridge> {
        let interrupted =
            self.educations.iter().any(|education| education.days.to == first_day && education.interrupted);
        if interrupted {
            return Some(NoBridge::Interrupted);
        }
        self.credential_near(first_day, CredentialKind::ends_without_diploma).then_some(NoBridge::EndedWithoutDiploma)
    }

    fn credential_near(&self, first_day: NaiveDate, wanted: impl Fn(CredentialKind) -> bool) -> bool {
        let last = minus(first_day, 1);
        self.life.credentials.iter().any(|row| wanted(row.kind) && is_near(last, row.date))
    }

    /// In summer a gap without a known continuation is undecided, unless something speaks against school.
    fn is_open_summer(&self, first_day: NaiveDate, summer_begins: u32) -> bool {
        let until = end_of_summer(first_day);
        from_on(first_day, summer_begins, 1)
            && self.context.as_of <= until
            && !self.credential_near(first_day, |kind| kind == CredentialKind::IntroductoryCertificate)
            && !self.last_admission_is_a_no(first_day.year())
            && !self.life.compulsory.iter().any(|row| {
                row.kind == CompulsoryKind::RightToComplete
                    && row.start <= until
                    && compulsory_end(row).is_none_or(|end| end >= first_day)
            })
    }

    /// Of the admission rows of one day ANTAGEN is the last.
    fn last_admission_is_a_no(&self, year: i32) -> bool {
        self.life
            .admissions
            .iter()
            .filter(|row| row.date.year() == year)
            .max_by_key(|row| (row.date, row.status == AdmissionStatus::Admitted))
            .is_some_and(|row| row.status != AdmissionStatus::Admitted)
    }
}

/// Whether a RATT_ATT_SLUTFORA row holds `day`, or begins after it by 15 September of its year.
pub(super) fn finishes_compulsory(life: &Life<'_>, day: NaiveDate) -> bool {
    life.compulsory
        .iter()
        .filter(|row| row.kind == CompulsoryKind::RightToComplete)
        .any(|row| compulsory_holds(row, day) || (row.start > day && row.start <= end_of_summer(day)))
}
