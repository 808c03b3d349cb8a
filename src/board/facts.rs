//! What the figures of a half-year are counted from: a record for each spell and each measure, without any number of a
//! person. Pure.

use chrono::NaiveDate;

use crate::calendar::HalfYear;
use crate::half_year::HalfYearView;
use crate::month::Person;
use crate::outreach::{Recorded, spell_of};
use crate::person::age_on;
use crate::records::{Ground, Kind, Life, Measure, MeasureContent, MeasureEnd, Occupation, OccupationAfter, Reason};
use crate::register::{Known, Member};

/// A half-year as records.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The half-year.
    pub period: HalfYear,
    /// The last day reported.
    pub until: NaiveDate,
    /// Every spell that had begun by the last day reported, however long it has been over: what reports tell together
    /// goes back beyond the half-year.
    pub spells: Vec<SpellFacts>,
    /// The measures that had begun by the last day reported, of the spells with a day from the day before the half-year
    /// on; in a first half-year from the day before the half-year before it on.
    pub measures: Vec<MeasureFacts>,
    /// What the sources hold.
    pub sources: Sources,
}

/// Whether the sources tell of something at all. What they do not tell of is no 0: it cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Whether there is a source of contacts.
    pub contacts: bool,
    /// Whether some contact says whether something was offered.
    pub offers: bool,
    /// Whether there is a source of knowledge, or some contact says the occupation.
    pub occupations: bool,
    /// Whether there is a source of measures.
    pub measures: bool,
    /// Whether some measure says whether it was evaluated.
    pub evaluations: bool,
    /// Whether some measure says the occupation after it.
    pub results: bool,
}

impl Sources {
    /// Everything is told of.
    pub const ALL: Self =
        Self { contacts: true, offers: true, occupations: true, measures: true, evaluations: true, results: true };

    fn of(known: &Known) -> Self {
        let (contacts, measures) = (&known.tables.contacts, &known.tables.measures);
        let has = |kind: Kind| known.files.iter().any(|file| file.kind == kind);
        Self {
            contacts: has(Kind::Contacts),
            offers: contacts.iter().any(|row| row.offer.is_some()),
            occupations: has(Kind::Knowledge) || contacts.iter().any(|row| row.occupation.is_some()),
            measures: has(Kind::Measures),
            evaluations: measures.iter().any(|row| row.evaluated.is_some()),
            results: measures.iter().any(|row| row.occupation_after.is_some()),
        }
    }
}

/// A spell as it stood on the last day reported.
#[derive(Clone, Debug)]
pub struct SpellFacts {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None`: it held the last day reported.
    pub last: Option<NaiveDate>,
    /// Age on the last day reported, or on the spell's last day.
    pub age: u8,
    /// Whether the number is a woman's.
    pub woman: bool,
    /// Why it began.
    pub reason: Reason,
    /// Why it ended.
    pub ground: Option<Ground>,
    /// Whether something about it must be looked into.
    pub flagged: bool,
    /// Whether there was any attempt at contact.
    pub attempted: bool,
    /// The day of the first contact, perhaps before the spell.
    pub first_contact: Option<NaiveDate>,
    /// Whether something was offered: an offer at a contact, or a measure.
    pub offered: bool,
    /// The latest occupation and whether the youth told it.
    pub occupation: Option<(Occupation, bool)>,
    /// The first and last days of its measures, as far as they lie before its end.
    pub measures: Vec<(NaiveDate, NaiveDate)>,
}

/// A measure as it stood on the last day reported.
#[derive(Clone, Debug)]
pub struct MeasureFacts {
    /// Tells the youths apart; says nothing of who they are.
    pub person: usize,
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day; `None`: under way on the last day reported.
    pub end: Option<NaiveDate>,
    /// What it is.
    pub content: MeasureContent,
    /// The local offer.
    pub offer: Option<String>,
    /// Why it ended.
    pub end_ground: Option<MeasureEnd>,
    /// The occupation after it.
    pub result: Option<OccupationAfter>,
    /// Whether it was evaluated.
    pub evaluated: bool,
    /// Why the spell began that it belongs to.
    pub reason: Reason,
}

impl SpellFacts {
    /// Whether the spell holds a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.last.is_none_or(|last| day <= last)
    }

    /// Whether it had a measure on some day of a window.
    pub fn had_measure(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.measures.iter().any(|&(start, end)| start <= last && end >= first)
    }
}

impl Facts {
    /// The records of a half-year.
    pub fn of(view: &HalfYearView<'_>) -> Self {
        let (period, until) = (view.period, view.until);
        let first = if is_spring(period) { period.before().first() } else { period.first() };
        let sources = Sources::of(&view.month.known);
        let mut facts = Self { period, until, spells: Vec::new(), measures: Vec::new(), sources };
        for (index, person) in view.month.people.iter().enumerate() {
            let life = view.month.life(person.verdict.number);
            facts.add(index, person, &life, first.pred_opt().unwrap_or(first));
        }
        facts
    }

    fn add(&mut self, index: usize, person: &Person, life: &Life<'_>, earliest: NaiveDate) {
        let until = self.until;
        // What began later was not known on the last day reported.
        let begun = person.members.iter().take_while(|member| member.spell.from <= until).count();
        let members = &person.members[..begun];
        for (at, member) in members.iter().enumerate() {
            self.spells.push(SpellFacts::of(at, members, life, until));
            if member.spell.last.is_some_and(|last| last < earliest) {
                continue;
            }
            let own = life.measures.iter().filter(|row| row.start <= until && spell_of(row.start, members) == Some(at));
            self.measures.extend(own.map(|row| MeasureFacts::of(row, index, member.spell.reason, until)));
        }
    }
}

impl SpellFacts {
    fn of(at: usize, members: &[Member], life: &Life<'_>, until: NaiveDate) -> Self {
        let member = &members[at];
        let is_here = |day: NaiveDate| day <= until && spell_of(day, members) == Some(at);
        let last = member.spell.last.filter(|&last| last < until);
        let recorded = Recorded::of(life, members, at, until);
        let measures: Vec<&Measure> = life.measures.iter().filter(|row| is_here(row.start)).collect();
        let end = last.unwrap_or(until);
        Self {
            from: member.spell.from,
            last,
            age: age_on(member.number.born(), end),
            woman: member.number.is_woman(),
            reason: member.spell.reason,
            ground: member.spell.ground.filter(|_| last.is_some()),
            flagged: !member.spell.flags.is_empty(),
            attempted: !recorded.is_never_contacted(),
            first_contact: recorded.first_contact(),
            offered: !measures.is_empty() || recorded.attempts.iter().any(|row| row.offer == Some(true)),
            occupation: recorded.occupation().map(|told| (told.0, recorded.by_contact == Some(told))),
            measures: measures
                .iter()
                .map(|row| (row.start, row.end.map_or(end, |last| last.min(end))))
                .filter(|(start, end)| start <= end)
                .collect(),
        }
    }
}

impl MeasureFacts {
    fn of(row: &Measure, person: usize, reason: Reason, until: NaiveDate) -> Self {
        let end = row.end.filter(|&end| end <= until);
        Self {
            person,
            start: row.start,
            end,
            content: row.content,
            offer: row.local_offer.as_deref().map(str::to_owned),
            end_ground: row.end_ground.filter(|_| end.is_some()),
            result: row.occupation_after.filter(|_| end.is_some()),
            evaluated: row.evaluated == Some(true),
            reason,
        }
    }
}

/// Whether it is a first half-year, the one that ends a school year.
pub fn is_spring(period: HalfYear) -> bool {
    period.before().year() < period.year()
}
