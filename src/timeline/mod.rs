//! The legal core: from the rows of one person to the spells in the target group (skollagen 29 kap. 9 §).
//!
//! Pure functions over typed rows and half-open periods: no clock, no environment, no file. The rules are numbered as
//! in [`rules::Rule`], where each has its Swedish sentence and its legal basis.

mod barriers;
mod bridges;
mod flags;
mod period;
mod residence;
pub mod rules;
mod schooling;
mod spells;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

pub use barriers::{Barrier, Uncounted};
pub use bridges::{Bridge, BridgeKind, Gap, NoBridge};
pub use flags::{Flag, Flags, Inquiry, InquiryKind, protection};
pub use period::{ALWAYS, FOREVER, Period, Periods, minus, next_day, plus};
pub use residence::{Residence, Stay, residence_decision, snapshot_row};
pub use schooling::{
    Education, EducationKind, School, Schooling, age_span, compulsory_end, end_of_summer, enrolment_school, in_scope,
    in_summer, is_introductory, named, report_school, same_enrolment, same_school,
};
pub use spells::{Evidence, Findings, Spell};

use crate::person::PersonalNumber;
use crate::records::{Life, Municipality, Place, Protection};

/// A day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfYear {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31; a day that a year lacks is its month's last.
    pub day: u32,
}

impl DayOfYear {
    /// The day in `year`.
    pub fn in_year(self, year: i32) -> NaiveDate {
        (1..=self.day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, self.month, day)).unwrap_or(NaiveDate::MIN)
    }
}

/// What of the rules a municipality can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// The last day of compulsory schooling in the year of the 16th birthday.
    pub compulsory_end: DayOfYear,
    /// The longest gap between educations, in days, that is no time in the group.
    pub bridge_days: u32,
    /// The sum of extents, in per cent, from which komvux counts.
    pub adult_extent_limit: u16,
}

impl Default for Law {
    fn default() -> Self {
        Self { compulsory_end: DayOfYear { month: 6, day: 30 }, bridge_days: 30, adult_extent_limit: 0 }
    }
}

/// What the rules need to know of a run, the same for every person.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Days after it are not judged.
    pub as_of: NaiveDate,
    /// The municipality whose target group is sought.
    pub municipality: Municipality,
    /// What the municipality has set.
    pub law: &'a Law,
    /// The extraction date of each file of the run, by its index.
    pub extracted: &'a [NaiveDate],
    /// The latest extraction date of the folkbokföring sources.
    pub latest_snapshot: NaiveDate,
    /// The rows of each person that were rejected for its last day (FELAKTIGT_SLUTDATUM).
    pub faulty_ends: &'a BTreeMap<PersonalNumber, Vec<Place>>,
}

impl Context<'_> {
    /// The extraction date of the file that a row stands in.
    pub fn extracted(&self, place: Place) -> NaiveDate {
        self.extracted.get(place.file as usize).copied().unwrap_or(self.latest_snapshot)
    }
}

/// What earlier runs know of a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory<'a> {
    /// The stays that earlier snapshots told of, the last one last.
    pub stays: &'a [Stay],
}

/// What the rules say of one person.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The person's current number.
    pub number: PersonalNumber,
    /// The spells in the group up to the as-of date, in order.
    pub spells: Vec<Spell>,
    /// What a person must look into although it is no member's flag.
    pub inquiries: Vec<Inquiry>,
    /// Protection of personal data on the as-of date.
    pub protection: Protection,
    /// Until when a coordinator has looked into the person's flags (`undantag` UTREDD).
    pub looked_into_until: Option<NaiveDate>,
    /// The stays to remember for the next run.
    pub stays: Vec<Stay>,
}

/// Decides rules 2 to 11 for one person whose rows have been brought together (rule 1).
///
/// Rows with a `datum` after the as-of date must not be among them; planned starts and ends may.
pub fn decide(life: &Life<'_>, memory: Memory<'_>, context: &Context<'_>) -> Verdict {
    Findings::of(life, memory, context).verdict()
}

impl Findings<'_> {
    /// Decides rules 8 to 11 by what was found.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            number: self.life.number,
            spells: self.spells(),
            inquiries: self.inquiries(),
            protection: flags::protection(self.life, self.context),
            looked_into_until: flags::looked_into_until(self.life, self.context),
            stays: self.residence.stays.clone(),
        }
    }
}

/// Whether `day` is on or after the day of the year.
fn from_on(day: NaiveDate, month: u32, first: u32) -> bool {
    (day.month(), day.day()) >= (month, first)
}
