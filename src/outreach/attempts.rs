//! Contact attempts: which spell each belongs to, and which of them reached the youth (contract 4).

use chrono::NaiveDate;

use crate::person::age_on;
use crate::records::{Addressee, ContactAttempt, ContactOutcome, Life, Occupation};
use crate::register::Member;
use crate::timeline::plus;

/// A contact made this many days before a spell begins belongs to it (Tibro 2024 p. 11).
const EARLY_CONTACT_DAYS: u32 = 30;
/// From this age a contact is with the youth and not with the guardian.
pub const OF_AGE: u8 = 18;

/// The spell that an event of `day` belongs to, by its index: the one that holds the day, else the next one that begins
/// within 30 days.
pub fn spell_of(day: NaiveDate, spells: &[Member]) -> Option<usize> {
    let holds = |member: &Member| member.spell.from <= day && member.spell.last.is_none_or(|last| day <= last);
    let soon = |member: &Member| member.spell.from > day && member.spell.from <= plus(day, EARLY_CONTACT_DAYS);
    spells.iter().position(holds).or_else(|| spells.iter().position(soon))
}

/// What is recorded of the contact with a youth in one spell: what the meeting's workbook and the board's figures both
/// count.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// The attempts, the oldest first.
    pub attempts: Vec<&'a ContactAttempt>,
    /// The latest occupation told at a contact, and the day.
    pub by_contact: Option<(Occupation, NaiveDate)>,
    /// The latest occupation known otherwise, and the day.
    pub by_knowledge: Option<(Occupation, NaiveDate)>,
}

impl<'a> Recorded<'a> {
    /// What is recorded of the spell at an index, up to and including a day.
    pub fn of(life: &Life<'a>, spells: &[Member], at: usize, until: NaiveDate) -> Self {
        let is_here = |day: NaiveDate| day <= until && spell_of(day, spells) == Some(at);
        let mut attempts: Vec<&ContactAttempt> = life.contacts.iter().filter(|row| is_here(row.date)).collect();
        attempts.sort_by_key(|row| (row.date, row.place));
        let by_contact =
            attempts.iter().rev().filter(|row| is_contact(row)).find_map(|row| Some((row.occupation?, row.date)));
        let words = attempts.iter().filter(|row| is_guardians_word(row));
        let by_knowledge = life
            .knowledge
            .iter()
            .filter(|row| is_here(row.date))
            .map(|row| (row.occupation, row.date))
            .chain(words.filter_map(|row| Some((row.occupation?, row.date))))
            .max_by_key(|(_, date)| *date);
        Self { attempts, by_contact, by_knowledge }
    }

    /// Whether nobody has tried to reach the youth.
    pub fn is_never_contacted(&self) -> bool {
        self.attempts.is_empty()
    }

    /// The day of the first contact, perhaps before the spell.
    pub fn first_contact(&self) -> Option<NaiveDate> {
        self.attempts.iter().find(|row| is_contact(row)).map(|row| row.date)
    }

    /// What is known last of the occupation. What says nothing gives way to what does, and on one day the youth's own
    /// word holds.
    pub fn occupation(&self) -> Option<(Occupation, NaiveDate)> {
        self.by_knowledge
            .into_iter()
            .chain(self.by_contact)
            .max_by_key(|(occupation, date)| (*occupation != Occupation::Unknown, *date))
    }
}

/// KONTAKT and TACKAR_NEJ are contact; with the guardian only while the youth is under 18.
pub fn is_contact(row: &ContactAttempt) -> bool {
    is_answer(row) && (row.addressee != Some(Addressee::Guardian) || age_on(row.number.born(), row.date) < OF_AGE)
}

/// A guardian's word about someone of age is knowledge.
pub fn is_guardians_word(row: &ContactAttempt) -> bool {
    is_answer(row) && !is_contact(row)
}

fn is_answer(row: &ContactAttempt) -> bool {
    matches!(row.outcome, ContactOutcome::Contact | ContactOutcome::Declines)
}
