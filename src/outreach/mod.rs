//! Contacts: which attempts belong to a spell, whether the youth has been reached, and what is known of the
//! occupation (contract 4).

mod attempts;

use chrono::{Months, NaiveDate};

use crate::config::Profile;
use crate::records::{Coded, ContactAttempt, ContactOutcome, Life, Measure, Occupation};
use crate::register::Member;

pub use attempts::{OF_AGE, is_contact, is_guardians_word, spell_of};

/// Where the contact with a youth stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactStatus {
    /// In contact.
    Contacted,
    /// The latest answer was no.
    Declines,
    /// No contact, but the occupation is known otherwise.
    Known,
    /// Tried without an answer.
    Unanswered,
    /// Never tried.
    NotContacted,
    /// Was in contact, then vanished.
    Lost,
}

impl ContactStatus {
    /// Every status, from reached to lost.
    pub const ALL: [Self; 6] =
        [Self::Contacted, Self::Declines, Self::Known, Self::Unanswered, Self::NotContacted, Self::Lost];

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contacted => "KONTAKTAD",
            Self::Declines => "TACKAR_NEJ",
            Self::Known => "KANNEDOM",
            Self::Unanswered => "FORSOK_UTAN_SVAR",
            Self::NotContacted => "EJ_KONTAKTAD",
            Self::Lost => "TAPPAD",
        }
    }

    /// What a user reads, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::Contacted => "Kontaktad",
            Self::Declines => "Tackar nej",
            Self::Known => "Känd sysselsättning utan kontakt",
            Self::Unanswered => "Försök utan svar",
            Self::NotContacted => "Inte kontaktad",
            Self::Lost => "Tappad kontakt",
        }
    }

    /// Whether the youth has been reached in this spell.
    pub fn is_reached(self) -> bool {
        matches!(self, Self::Contacted | Self::Declines)
    }
}

/// The outreach to one youth in one spell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outreach {
    /// Where the contact stands.
    pub status: ContactStatus,
    /// How many attempts there were.
    pub attempts: usize,
    /// The day of the latest attempt.
    pub last_attempt: Option<NaiveDate>,
    /// The day of the latest contact.
    pub last_contact: Option<NaiveDate>,
    /// The latest known occupation and the day it was known.
    pub occupation: Option<(Occupation, NaiveDate)>,
    /// The contents of the measures under way, each once.
    pub measures: Vec<&'static str>,
    /// The agreed next contact.
    pub next_contact: Option<NaiveDate>,
}

/// Sums up the outreach to the youth of an open spell, the last of `members`.
pub fn outreach(life: &Life<'_>, members: &[Member], profile: &Profile, as_of: NaiveDate) -> Outreach {
    let open = members.len().checked_sub(1);
    let is_here = |day: NaiveDate| spell_of(day, members) == open;
    let mut attempts: Vec<&ContactAttempt> = life.contacts.iter().filter(|row| is_here(row.date)).collect();
    attempts.sort_by_key(|row| (row.date, row.place));
    let answers: Vec<&ContactAttempt> = attempts.iter().copied().filter(|row| is_contact(row)).collect();
    let last_answer = answers.last().copied();
    let by_contact = answers.iter().rev().find_map(|row| Some((row.occupation?, row.date)));
    let by_knowledge = life
        .knowledge
        .iter()
        .filter(|row| is_here(row.date))
        .map(|row| (row.occupation, row.date))
        .chain(attempts.iter().filter(|row| is_guardians_word(row)).filter_map(|row| Some((row.occupation?, row.date))))
        .max_by_key(|(_, date)| *date);
    let next_contact = last_answer.and_then(|row| row.next_contact);
    let overdue = last_answer.and_then(|row| due_after(row.date, row.next_contact, profile)).filter(|&due| due < as_of);
    let unanswered_since = |day: NaiveDate| attempts.iter().filter(|row| row.date > day && !is_contact(row)).count();
    let known = by_knowledge.is_some_and(|(occupation, date)| {
        !matches!(occupation, Occupation::Nothing | Occupation::Unknown)
            && due_after(date, None, profile).is_none_or(|due| due >= as_of)
    });
    let status = match last_answer {
        Some(_) if overdue.is_some_and(|due| unanswered_since(due) >= profile.attempts_until_lost) => {
            ContactStatus::Lost
        }
        Some(row) if row.outcome == ContactOutcome::Declines => ContactStatus::Declines,
        Some(_) => ContactStatus::Contacted,
        None if known => ContactStatus::Known,
        None if attempts.is_empty() => ContactStatus::NotContacted,
        None => ContactStatus::Unanswered,
    };
    Outreach {
        status,
        attempts: attempts.len(),
        last_attempt: attempts.last().map(|row| row.date),
        last_contact: last_answer.map(|row| row.date),
        occupation: by_contact.into_iter().chain(by_knowledge).max_by_key(|(_, date)| *date),
        measures: measures_under_way(life.measures, as_of),
        next_contact,
    }
}

/// The day by which a new contact is due: the agreed one, else after the plan's interval.
fn due_after(date: NaiveDate, agreed: Option<NaiveDate>, profile: &Profile) -> Option<NaiveDate> {
    agreed.or_else(|| date.checked_add_months(Months::new(profile.follow_up_months?)))
}

fn measures_under_way(measures: &[Measure], as_of: NaiveDate) -> Vec<&'static str> {
    let under_way = |row: &&Measure| row.start <= as_of && row.end.is_none_or(|end| end >= as_of);
    let mut contents: Vec<&'static str> = measures.iter().filter(under_way).map(|row| row.content.code()).collect();
    contents.sort_unstable();
    contents.dedup();
    contents
}
