//! Contact attempts: which spell each belongs to, and which of them reached the youth (contract 4).

use chrono::NaiveDate;

use crate::person::age_on;
use crate::records::{Addressee, ContactAttempt, ContactOutcome};
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
