//! How a municipality works by its plan: the ladder of contacts, the follow-ups, and its local offers.

use std::fmt;

use chrono::{Months, NaiveDate};

use crate::records::{Addressee, ContactWay, MeasureContent, Occupation, fold};
use crate::timeline::{ALWAYS, DayOfYear, FOREVER, minus, plus};

/// What the plan of a municipality says of contacts and measures. What it leaves open is empty, never invented.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The local offers (insatser); no other name of one is kept.
    pub offers: Vec<LocalOffer>,
    /// The roles that may be responsible for a measure; no other is kept.
    pub roles: Vec<String>,
    /// The ladder, when one is chosen.
    pub ladder: Option<Ladder>,
    /// The number of unanswered attempts after an overdue follow-up that make a youth lost.
    pub attempts_until_lost: usize,
    /// The follow-ups, the first that fits an occupation holds.
    pub follow_ups: Vec<FollowUpRule>,
    /// The letter before the 20th birthday.
    pub letter_before_20: Option<Planned>,
    /// The contact when the responsibility ends at 20.
    pub contact_at_20: Option<Planned>,
    /// What the documentation of a measure is to hold.
    pub documentation: Vec<DocumentationPoint>,
}

impl Plan {
    /// The local offer of a name, without regard to case and blanks.
    pub fn offer(&self, name: &str) -> Option<&LocalOffer> {
        self.offers.iter().find(|offer| fold(&offer.name) == fold(name))
    }
}

/// Something that the plan has somebody do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// How long before or after; `None`: the plan names no number.
    pub interval: Option<Interval>,
    /// Who does it: a role.
    pub responsible: String,
    /// Where in the plan it stands.
    pub reference: String,
}

/// A length of time in the plan's own unit. Months are calendar months, clamped to the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Days; a week is seven.
    Days(u32),
    /// Calendar months.
    Months(u32),
}

impl Interval {
    /// The interval of a Swedish wording: `1 vecka`, `14 dagar`, `6 månader`.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.trim().split_once(' ')?;
        let count: u32 = count.parse().ok().filter(|count| (1..=1200).contains(count))?;
        match fold(unit).as_str() {
            "dag" | "dagar" => Some(Self::Days(count)),
            "vecka" | "veckor" => Some(Self::Days(7 * count)),
            "manad" | "manader" => Some(Self::Months(count)),
            _ => None,
        }
    }

    /// The day this long after `day`.
    pub fn after(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Days(days) => plus(day, days),
            Self::Months(months) => day.checked_add_months(Months::new(months)).unwrap_or(FOREVER),
        }
    }

    /// The day this long before `day`.
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Days(days) => minus(day, days),
            Self::Months(months) => day.checked_sub_months(Months::new(months)).unwrap_or(ALWAYS),
        }
    }
}

/// In Swedish, in the largest unit that fits.
impl fmt::Display for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, one, many) = match self {
            Self::Days(days) if days % 7 == 0 => (days / 7, "vecka", "veckor"),
            Self::Days(days) => (*days, "dag", "dagar"),
            Self::Months(months) => (*months, "månad", "månader"),
        };
        write!(formatter, "{count} {}", if count == 1 { one } else { many })
    }
}

/// The ordered steps to reach a youth (kontakttrappa).
#[derive(Clone, Debug, Default)]
pub struct Ladder {
    /// The named steps, in order.
    pub steps: Vec<Step>,
    /// What happens when they have not helped.
    pub escalation: Option<Escalation>,
    /// The occupations whose knowledge, without a contact, takes a youth off the ladder.
    pub knowledge_suffices: Vec<Occupation>,
}

/// A step of the ladder.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// The ways of contact, any of which does it.
    pub ways: Vec<ContactWay>,
    /// When it is due.
    pub deadline: Deadline,
    /// Who does it: a role.
    pub responsible: String,
    /// Whom it is addressed to, from 18.
    pub addressee: Addressee,
    /// Whom it is addressed to, under 18.
    pub addressee_under_18: Addressee,
    /// Whether the plan lets the guardian of someone under 18 be contacted instead.
    pub guardian_possible: bool,
    /// Where in the plan it stands.
    pub reference: String,
}

/// When a step is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The plan names none.
    None,
    /// At the latest this long after.
    Within(Start, Interval),
    /// At the earliest this long after.
    NotBefore(Start, Interval),
    /// In a season of the year; without days the plan names none.
    Season(String, Option<(DayOfYear, DayOfYear)>),
}

/// What a deadline counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The registration date.
    Registration,
    /// The spell's first day.
    Spell,
    /// The day the step before was done, else its own deadline.
    StepBefore,
}

/// What happens after so many attempts, or after the last step.
#[derive(Clone, Debug)]
pub struct Escalation {
    /// The number of attempts without result; `None`: after the last step.
    pub after_attempts: Option<usize>,
    /// For those under 18.
    pub under_18: Option<Escalated>,
    /// For those from 18.
    pub from_18: Option<Escalated>,
}

/// What an escalation asks for.
#[derive(Clone, Debug)]
pub struct Escalated {
    /// What to do.
    pub act: EscalationAct,
    /// Who: a role.
    pub responsible: String,
    /// Where in the plan it stands.
    pub reference: String,
}

/// The kinds of escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalationAct {
    /// A person judges whether to make a report of concern. Never due, never recorded.
    AssessConcern,
    /// A home visit.
    HomeVisit,
    /// The ladder begins again.
    StartAgain,
}

/// When to be in contact again.
#[derive(Clone, Debug)]
pub struct FollowUpRule {
    /// What kind of contact.
    pub kind: FollowUpKind,
    /// The occupations that it is for; empty: any.
    pub occupations: Vec<Occupation>,
    /// When.
    pub due: FollowUpDue,
    /// Who: a role.
    pub responsible: String,
    /// Where in the plan it stands.
    pub reference: String,
}

/// The kinds of follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpKind {
    /// Whether the occupation goes on.
    Occupation,
    /// A guidance talk for someone without an occupation.
    GuidanceTalk,
    /// A new offer to someone who said no.
    RenewedOffer,
}

/// When a follow-up is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowUpDue {
    /// This long after the contact.
    After(Interval),
    /// On the next of these days, for example the end of term.
    Days(Vec<DayOfYear>),
    /// The plan names no number; its words.
    Unstated(String),
}

/// A local offer (insats).
#[derive(Clone, Debug)]
pub struct LocalOffer {
    /// Its name.
    pub name: String,
    /// SCB's class of its content.
    pub content: Option<MeasureContent>,
    /// The least age at its start.
    pub from_age: Option<u8>,
    /// The age that must not be reached at its start.
    pub under_age: Option<u8>,
    /// When the first meeting is held, counted from its start.
    pub first_meeting: Option<Interval>,
    /// Whether a report is read and approved each month.
    pub monthly_report: bool,
    /// The longest time it may last.
    pub longest: Option<Interval>,
    /// Who follows it up: a role.
    pub responsible: String,
    /// Where in the plan it stands.
    pub reference: String,
}

/// A point of the documentation (Skolverkets allmänna råd, Tibro 2024 p. 18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentationPoint {
    /// Individual planning and goal.
    Goal,
    /// Who is responsible for it.
    ResponsibleParty,
    /// Where it takes place.
    Place,
    /// When it is to end.
    PlannedEnd,
    /// Why it ended.
    EndGround,
    /// When it is followed up.
    FollowUp,
    /// That it has been evaluated when it ended.
    Evaluation,
}

impl DocumentationPoint {
    /// Every point with the column that holds it.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Goal, "mal"),
        (Self::ResponsibleParty, "ansvarig_part"),
        (Self::Place, "plats"),
        (Self::PlannedEnd, "planerat_slut"),
        (Self::EndGround, "grund_avslut"),
        (Self::FollowUp, "uppfoljning"),
        (Self::Evaluation, "utvarderad"),
    ];
}
