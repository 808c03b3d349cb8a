//! A half-year of one municipality, as SCB and the board see it: the spells that touch it, as they stood on its last
//! day. Pure.

use chrono::NaiveDate;

use crate::calendar::HalfYear;
use crate::month::{Month, Person};
use crate::records::Ground;
use crate::register::Member;

/// The spells of a half-year, by person and first day.
#[derive(Debug)]
pub struct HalfYearView<'a> {
    /// The half-year.
    pub period: HalfYear,
    /// The last day reported: the half-year's last, or the as-of date of one that is not over.
    pub until: NaiveDate,
    /// The timeline that the days are taken from.
    pub month: &'a Month,
    /// Every spell with a day in the period up to `until`.
    pub spells: Vec<PeriodSpell<'a>>,
    /// The spells whose day of deregistration is the period's first day: their last day is the day before, on which they
    /// still stood open in the half-year before. They have no day in this one, but the deregistration has, and no other
    /// half-year's file could tell of it: SCB would hold the youth as registered for ever.
    pub deregistered_on_first_day: Vec<PeriodSpell<'a>>,
}

/// A spell as it stood on the last day reported.
#[derive(Clone, Copy, Debug)]
pub struct PeriodSpell<'a> {
    /// Whose.
    pub person: &'a Person,
    /// The spell on the as-of date; its last day and its ground may be later than the period.
    pub member: &'a Member,
    /// Its first day, perhaps before the period.
    pub from: NaiveDate,
    /// Its last day; `None`: it held the last day reported.
    pub last: Option<NaiveDate>,
    /// Why it ended; `None`: it held the last day reported.
    pub ground: Option<Ground>,
    /// The registration date, never after the last day reported.
    pub registered: NaiveDate,
    /// Whether it was registered after the last day reported, so that `registered` is its first day
    /// (REGISTRERAD_I_EFTERHAND).
    pub registered_afterwards: bool,
}

impl PeriodSpell<'_> {
    /// The day of deregistration: the day after the last.
    pub fn deregistered(&self) -> Option<NaiveDate> {
        self.last.and_then(|last| last.succ_opt())
    }

    /// Whether the spell holds a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.last.is_none_or(|last| day <= last)
    }
}

impl<'a> HalfYearView<'a> {
    /// The half-year as the timeline of the month's as-of date shows it (contract 3, 'Two time axes').
    pub fn new(period: HalfYear, month: &'a Month) -> Self {
        let until = period.last().min(month.as_of);
        let members =
            || month.people.iter().flat_map(|person| person.members.iter().map(move |member| (person, member)));
        let as_it_stood = |(person, member): (&'a Person, &'a Member)| {
            let over = member.spell.last.is_some_and(|last| last < until);
            let registered_afterwards = member.registered > until;
            PeriodSpell {
                person,
                member,
                from: member.spell.from,
                last: member.spell.last.filter(|_| over),
                ground: member.spell.ground.filter(|_| over),
                registered: if registered_afterwards { member.spell.from } else { member.registered },
                registered_afterwards,
            }
        };
        let has_a_day =
            |member: &Member| member.spell.from <= until && member.spell.last.is_none_or(|last| last >= period.first());
        let just_ended =
            |member: &Member| member.spell.last.is_some() && member.spell.last == period.first().pred_opt();
        let spells = members().filter(|(_, member)| has_a_day(member)).map(as_it_stood).collect();
        let deregistered_on_first_day = members().filter(|(_, member)| just_ended(member)).map(as_it_stood).collect();
        Self { period, until, month, spells, deregistered_on_first_day }
    }

    /// Whether the whole half-year is reported.
    pub fn is_finished(&self) -> bool {
        self.until == self.period.last()
    }
}
