//! Contacts: which attempts belong to a spell, whether the youth has been reached, what is known of the occupation, what
//! the plan's ladder asks for next, and what else somebody must do (contract 4).

mod attempts;
mod ladder;
mod plan;
mod tasks;

use chrono::NaiveDate;

use crate::records::{Coded, ContactAttempt, ContactOutcome, Life, Measure, Occupation};
use crate::register::Member;

pub use attempts::{OF_AGE, Recorded, is_contact, is_guardians_word, spell_of};
pub use ladder::{NextStep, Reachable, Standing, next_step};
pub use plan::{
    Deadline, DocumentationPoint, Escalated, Escalation, EscalationAct, FollowUpDue, FollowUpKind, FollowUpRule,
    Interval, Ladder, LocalOffer, Plan, Planned, Start, Step,
};
pub use tasks::{Task, TaskKind, tasks};

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
    /// Whether somebody is to reach the youth now.
    pub to_be_reached: bool,
    /// The next step, for those to be reached where a ladder is chosen.
    pub next_step: Option<NextStep>,
}

/// Sums up the outreach to the youth of an open spell, the last of `members`.
pub fn outreach(
    life: &Life<'_>,
    members: &[Member],
    reachable: Reachable,
    plan: &Plan,
    as_of: NaiveDate,
) -> Option<Outreach> {
    let open = members.len().checked_sub(1)?;
    let recorded = Recorded::of(life, members, open, as_of);
    let (by_knowledge, occupation) = (recorded.by_knowledge, recorded.occupation());
    let attempts = recorded.attempts;
    let answered = attempts.iter().rposition(|row| is_contact(row));
    let last_answer = answered.map(|at| attempts[at]);
    // An agreed contact holds from the answer on, also when a later attempt moved it.
    let next_contact = answered.and_then(|at| attempts[at..].iter().rev().find_map(|row| row.next_contact));
    let lost = answered.and_then(|at| lost_on(&attempts[at..], next_contact, occupation, plan, as_of));
    let status = match last_answer {
        Some(_) if lost.is_some() => ContactStatus::Lost,
        Some(row) if row.outcome == ContactOutcome::Declines => ContactStatus::Declines,
        Some(_) => ContactStatus::Contacted,
        None if by_knowledge.is_some_and(|known| is_known(known, plan, as_of)) => ContactStatus::Known,
        None if attempts.is_empty() => ContactStatus::NotContacted,
        None => ContactStatus::Unanswered,
    };
    let to_be_reached = match status {
        ContactStatus::NotContacted | ContactStatus::Unanswered | ContactStatus::Lost => true,
        ContactStatus::Known => plan.ladder.as_ref().is_some_and(|ladder| {
            !by_knowledge.is_some_and(|(occupation, _)| ladder.knowledge_suffices.contains(&occupation))
        }),
        ContactStatus::Contacted | ContactStatus::Declines => false,
    };
    let standing = Standing {
        number: life.number,
        spell_from: members[open].spell.from,
        registered: members[open].registered,
        attempts: &attempts,
        lost,
        reachable,
        as_of,
    };
    let next_step = plan.ladder.as_ref().filter(|_| to_be_reached).map(|ladder| next_step(ladder, &standing));
    Some(Outreach {
        status,
        attempts: attempts.len(),
        last_attempt: attempts.last().map(|row| row.date),
        last_contact: last_answer.map(|row| row.date),
        occupation,
        measures: measures_under_way(life.measures, as_of),
        next_contact,
        to_be_reached,
        next_step,
    })
}

/// The day that a contact was lost: the follow-up is overdue, and the plan's number of attempts since it was due have had
/// no answer. The contact is the first of `since`.
fn lost_on(
    since: &[&ContactAttempt],
    agreed: Option<NaiveDate>,
    occupation: Option<(Occupation, NaiveDate)>,
    plan: &Plan,
    as_of: NaiveDate,
) -> Option<NaiveDate> {
    let (answer, later) = since.split_first()?;
    let (occupation, known) = occupation.unwrap_or((Occupation::Unknown, answer.date));
    let by_offer = || tasks::offer_again(plan, answer.date).filter(|_| answer.outcome == ContactOutcome::Declines);
    let by_occupation = || tasks::good_until(plan, occupation, known.max(answer.date));
    let due = agreed.or_else(by_offer).or_else(by_occupation).filter(|&due| due < as_of)?;
    let unanswered = later.iter().filter(|row| row.date >= due);
    let decisive = plan.attempts_until_lost.checked_sub(1)?;
    unanswered.map(|row| row.date).nth(decisive)
}

/// Whether an occupation is known otherwise than by contact, and its follow-up is not due yet.
fn is_known((occupation, date): (Occupation, NaiveDate), plan: &Plan, as_of: NaiveDate) -> bool {
    !matches!(occupation, Occupation::Nothing | Occupation::Unknown)
        && tasks::good_until(plan, occupation, date).is_none_or(|due| due >= as_of)
}

fn measures_under_way(measures: &[Measure], as_of: NaiveDate) -> Vec<&'static str> {
    let under_way = |row: &&Measure| row.start <= as_of && row.end.is_none_or(|end| end >= as_of);
    let mut contents: Vec<&'static str> = measures.iter().filter(under_way).map(|row| row.content.code()).collect();
    contents.sort_unstable();
    contents.dedup();
    contents
}
