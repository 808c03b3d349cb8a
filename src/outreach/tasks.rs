//! What somebody must do for a youth apart from reaching one whom nobody has reached: follow-ups, what comes with the
//! 20th birthday, and measures (contract 4).

use chrono::{Datelike, NaiveDate};

use super::plan::{DocumentationPoint, FollowUpDue, FollowUpKind, FollowUpRule, Interval, LocalOffer, Plan};
use super::{ContactStatus, Outreach, is_contact, spell_of};
use crate::person::{age_on, birthday};
use crate::records::{
    Addressee, Coded, ContactAttempt, ContactOutcome, ContactWay, Ground, Life, Measure, MeasureContent, Occupation,
};
use crate::register::Member;
use crate::texts::outreach as texts;
use crate::timeline::next_day;

/// The last age of the responsibility is the one before.
const END_AGE: u8 = 20;
/// The meeting sees who turns 20 within this time.
const BEFORE_20: Interval = Interval::Months(6);
/// A report is read each month.
const MONTH: Interval = Interval::Months(1);
/// The documentation of a measure that ended longer ago is not asked for.
const HALF_YEAR: Interval = Interval::Months(6);
/// A letter sent at most this long before it was due is the letter.
const EARLY_LETTER: Interval = Interval::Months(1);

macro_rules! task_kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal: $label:literal;)*) => {
        /// The kinds of task.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TaskKind { $($(#[$doc])* $variant,)* }

        impl TaskKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The constant in files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What a user reads, in Swedish.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

task_kinds! {
    /// Whether the occupation goes on, or an agreed contact.
    FollowUp = "UPPFOLJNING": "Uppföljning";
    /// A guidance talk for someone without an occupation.
    GuidanceTalk = "VAGLEDNINGSSAMTAL": "Vägledningssamtal";
    /// A new offer after a no.
    RenewedOffer = "FORNYAT_ERBJUDANDE": "Förnyat erbjudande";
    /// Turns 20 within six months.
    SoonTwenty = "SNART_20": "Fyller snart 20";
    /// Turned 20 since the run before.
    TurnedTwenty = "FYLLT_20": "Har fyllt 20";
    /// The first meeting of a measure.
    FirstMeeting = "FORSTA_MOTE": "Första möte";
    /// The monthly report of a measure.
    MonthlyReport = "MANADSRAPPORT": "Månadsrapport";
    /// A measure may not last longer.
    LongestTime = "LANGSTA_TID": "Längsta tid";
    /// A local offer for other ages.
    AgeLimit = "ALDERSGRANS": "Åldersgräns";
    /// A content class that is not the local offer's.
    OtherContent = "FEL_INNEHALL": "Annat innehåll";
    /// The documentation lacks something.
    Documentation = "DOKUMENTATION": "Dokumentation";
    /// The follow-up of a measure.
    MeasureFollowUp = "ATGARD_UPPFOLJNING": "Uppföljning av åtgärd";
    /// The planned end of a measure has passed.
    PlannedEndPassed = "PLANERAT_SLUT": "Planerat slut passerat";
    /// A measure that is open although the spell has ended.
    OpenAfterSpell = "ATGARD_OPPEN": "Åtgärd öppen efter perioden";
}

/// What somebody must do, and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What kind.
    pub kind: TaskKind,
    /// The last day for it; `None`: the plan names no number.
    pub due: Option<NaiveDate>,
    /// Who: a role.
    pub responsible: String,
    /// Why.
    pub reason: String,
}

/// The tasks of a person: the open spell's, with its outreach, and those that spells which are over have left. `since` is
/// the as-of date of the run before.
pub fn tasks(
    life: &Life<'_>,
    members: &[Member],
    outreach: Option<&Outreach>,
    since: Option<NaiveDate>,
    plan: &Plan,
    as_of: NaiveDate,
) -> Vec<Task> {
    let mut tasks = Vec::new();
    match outreach {
        Some(outreach) => {
            tasks.extend(contact_again(life, outreach, plan, as_of));
            tasks.extend(soon_20(life, plan, as_of));
            tasks.extend(life.measures.iter().flat_map(|row| of_measure(row, plan, as_of)));
        }
        None => tasks.extend(at_20(life, members, since, plan, as_of)),
    }
    tasks.extend(open_after_spell(life, members, plan, as_of));
    tasks
}

/// The day that a contact or a knowledge of an occupation is good for, by the plan.
pub(super) fn good_until(plan: &Plan, occupation: Occupation, day: NaiveDate) -> Option<NaiveDate> {
    due(rule(plan, FollowUpKind::Occupation, Some(occupation))?, day)
}

/// The day that a new offer is due after a no.
pub(super) fn offer_again(plan: &Plan, day: NaiveDate) -> Option<NaiveDate> {
    due(rule(plan, FollowUpKind::RenewedOffer, None)?, day)
}

fn rule(plan: &Plan, kind: FollowUpKind, occupation: Option<Occupation>) -> Option<&FollowUpRule> {
    plan.follow_ups.iter().find(|rule| {
        let fits = |occupation| rule.occupations.is_empty() || rule.occupations.contains(&occupation);
        rule.kind == kind && occupation.is_none_or(fits)
    })
}

fn due(rule: &FollowUpRule, day: NaiveDate) -> Option<NaiveDate> {
    match &rule.due {
        FollowUpDue::After(interval) => Some(interval.after(day)),
        FollowUpDue::Days(days) => {
            let of_years = (day.year()..=day.year() + 1).flat_map(|year| days.iter().map(move |of| of.in_year(year)));
            of_years.filter(|of| *of > day).min()
        }
        FollowUpDue::Unstated(_) => None,
    }
}

/// The next contact with whoever has been reached, or whose occupation is known.
fn contact_again(life: &Life<'_>, outreach: &Outreach, plan: &Plan, as_of: NaiveDate) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut add = |kind, rule: Option<&FollowUpRule>, agreed: Option<NaiveDate>, day, reason: String| {
        let unstated = rule.and_then(|rule| match &rule.due {
            FollowUpDue::Unstated(words) => Some(texts::unstated(words)),
            _ => None,
        });
        let due = agreed.or_else(|| due(rule?, day));
        if due.is_none() && unstated.is_none() {
            return;
        }
        let reason = match agreed {
            Some(_) => format!("{reason} {}", texts::AGREED),
            None => {
                let reference = rule.map(|rule| texts::reference(&rule.reference)).unwrap_or_default();
                format!("{reason}{}{reference}", unstated.unwrap_or_default())
            }
        };
        let responsible = rule.map(|rule| rule.responsible.clone()).unwrap_or_default();
        tasks.push(Task { kind, due, responsible, reason });
    };
    let by_occupation = |day: NaiveDate| {
        let (occupation, known) = outreach.occupation.unwrap_or((Occupation::Unknown, day));
        let about = texts::follow_up(occupation.label(), known, known != day);
        (occupation, day.max(known), about)
    };
    match (outreach.status, outreach.last_contact) {
        (ContactStatus::Contacted, Some(day)) => {
            let (occupation, from, about) = by_occupation(day);
            let kind = FollowUpKind::Occupation;
            add(TaskKind::FollowUp, rule(plan, kind, Some(occupation)), outreach.next_contact, from, about);
            let talk = rule(plan, FollowUpKind::GuidanceTalk, Some(occupation));
            let until = talk.and_then(|talk| due(talk, day)).unwrap_or(day).max(as_of);
            if talk.is_some() && !has_had_a_talk(life, day, until) {
                add(TaskKind::GuidanceTalk, talk, None, day, texts::GUIDANCE_TALK.to_owned());
            }
        }
        (ContactStatus::Declines, Some(day)) => {
            let offer = rule(plan, FollowUpKind::RenewedOffer, None);
            add(TaskKind::RenewedOffer, offer, outreach.next_contact, day, texts::declined(day));
            let (occupation, from, about) = by_occupation(day);
            add(TaskKind::FollowUp, rule(plan, FollowUpKind::Occupation, Some(occupation)), None, from, about);
        }
        (ContactStatus::Known, _) => {
            if let Some((occupation, day)) = outreach.occupation {
                let rule = rule(plan, FollowUpKind::Occupation, Some(occupation));
                add(TaskKind::FollowUp, rule, None, day, texts::follow_up(occupation.label(), day, true));
            }
        }
        _ => {}
    }
    tasks
}

/// Whether a talk or guidance begins from one day to another, or the youth came to a meeting.
fn has_had_a_talk(life: &Life<'_>, from: NaiveDate, until: NaiveDate) -> bool {
    let talks = |row: &&Measure| matches!(row.content, MeasureContent::Talk | MeasureContent::Guidance);
    let met = |row: &ContactAttempt| row.way == ContactWay::Meeting && row.date >= from && is_contact(row);
    life.measures.iter().filter(talks).any(|row| row.start >= from && row.start <= until)
        || life.contacts.iter().any(met)
}

/// Who turns 20 within six months, with the plan's letter.
fn soon_20(life: &Life<'_>, plan: &Plan, as_of: NaiveDate) -> Option<Task> {
    let day = birthday(life.number.born(), END_AGE);
    let letter = plan.letter_before_20.as_ref();
    let before = letter.and_then(|letter| letter.interval).unwrap_or(BEFORE_20).before(day);
    let seen_from = if letter.is_some() { MONTH.before(before) } else { before };
    if as_of < seen_from {
        return None;
    }
    let mut reason = texts::turns_20(day);
    let Some(letter) = letter else {
        return Some(Task { kind: TaskKind::SoonTwenty, due: Some(day), responsible: String::new(), reason });
    };
    let is_the_letter = |row: &&ContactAttempt| {
        row.way == ContactWay::Letter
            && row.outcome != ContactOutcome::Returned
            && row.addressee != Some(Addressee::Guardian)
            && row.date >= EARLY_LETTER.before(before)
    };
    let sent = life.contacts.iter().filter(is_the_letter).map(|row| row.date).min();
    reason.push_str(&sent.map_or_else(|| texts::LETTER_BEFORE_20.to_owned(), texts::letter_sent));
    reason.push_str(&texts::reference(&letter.reference));
    let due = if sent.is_some() { day } else { before };
    Some(Task { kind: TaskKind::SoonTwenty, due: Some(due), responsible: letter.responsible.clone(), reason })
}

/// Whoever turned 20 since the run before, or in the last month, and has not been contacted since.
fn at_20(life: &Life<'_>, members: &[Member], since: Option<NaiveDate>, plan: &Plan, as_of: NaiveDate) -> Option<Task> {
    let ended = members.last().filter(|member| member.spell.ground == Some(Ground::Turned20))?;
    let day = next_day(ended.spell.last?);
    let month_ago = MONTH.before(as_of);
    let is_new = day > since.map_or(month_ago, |since| since.min(month_ago));
    if !is_new || life.contacts.iter().any(|row| row.date >= day && is_contact(row)) {
        return None;
    }
    let mut reason = texts::TURNED_20.to_owned();
    let contact = plan.contact_at_20.as_ref();
    if let Some(contact) = contact {
        reason.push_str(texts::CONTACT_AT_20);
        reason.push_str(&texts::reference(&contact.reference));
    }
    let responsible = contact.map(|contact| contact.responsible.clone()).unwrap_or_default();
    Some(Task { kind: TaskKind::TurnedTwenty, due: Some(day), responsible, reason })
}

/// What a measure asks for.
fn of_measure(row: &Measure, plan: &Plan, as_of: NaiveDate) -> Vec<Task> {
    let offer = offer(row, plan);
    let mut tasks = Vec::new();
    let mut add = |kind, due, reason: String| tasks.push(task(row, offer, kind, due, &reason));
    if let Some(offer) = offer {
        of_offer(row, offer, as_of, &mut add);
    }
    if row.end.is_none() {
        if let Some(day) = row.planned_end.filter(|&day| day < as_of) {
            add(TaskKind::PlannedEndPassed, Some(day), texts::PLANNED_END_PASSED.to_owned());
        }
        if let Some(day) = row.follow_up {
            add(TaskKind::MeasureFollowUp, Some(day), texts::MEASURE_FOLLOW_UP.to_owned());
        }
    }
    let is_current = row.end.is_none_or(|end| end >= HALF_YEAR.before(as_of));
    let missing = if is_current { missing_documentation(row, plan) } else { Vec::new() };
    if !missing.is_empty() {
        add(TaskKind::Documentation, Some(row.end.unwrap_or(row.start)), texts::documentation(&missing));
    }
    tasks
}

fn task(row: &Measure, offer: Option<&LocalOffer>, kind: TaskKind, due: Option<NaiveDate>, reason: &str) -> Task {
    let name = row.local_offer.as_deref().unwrap_or(row.content.label());
    let reference = offer.map(|offer| texts::reference(&offer.reference)).unwrap_or_default();
    let by_row = row.responsible.as_deref().unwrap_or_default();
    let responsible = offer.map_or(by_row, |offer| offer.responsible.as_str());
    Task {
        kind,
        due,
        responsible: if responsible.is_empty() { by_row } else { responsible }.to_owned(),
        reason: format!("{}{reason}{reference}", texts::measure(name, row.start)),
    }
}

fn offer<'p>(row: &Measure, plan: &'p Plan) -> Option<&'p LocalOffer> {
    plan.offer(row.local_offer.as_deref()?)
}

/// What the plan says of a local offer.
fn of_offer(
    row: &Measure,
    offer: &LocalOffer,
    as_of: NaiveDate,
    add: &mut impl FnMut(TaskKind, Option<NaiveDate>, String),
) {
    let is_open = row.end.is_none_or(|end| end >= as_of);
    if let Some(interval) = offer.first_meeting.filter(|_| is_open && row.first_meeting.is_none()) {
        add(TaskKind::FirstMeeting, Some(interval.after(row.start)), texts::first_meeting(interval));
    }
    if offer.monthly_report && is_open {
        let due = MONTH.after(row.monthly_report.unwrap_or(row.start));
        add(TaskKind::MonthlyReport, Some(due), texts::MONTHLY_REPORT.to_owned());
    }
    if let Some(interval) = offer.longest.filter(|_| is_open) {
        add(TaskKind::LongestTime, Some(interval.after(row.start)), texts::longest(interval));
    }
    let age = age_on(row.number.born(), row.start);
    let too_young = offer.from_age.is_some_and(|from| age < from);
    let too_old = offer.under_age.is_some_and(|under| age >= under);
    if is_open && (too_young || too_old) {
        let reason = texts::age_limit(offer.from_age, offer.under_age, age);
        add(TaskKind::AgeLimit, Some(row.start), reason);
    }
    if let Some(content) = offer.content.filter(|&content| is_open && content != row.content) {
        let reason = texts::other_content(content.label(), row.content.label());
        add(TaskKind::OtherContent, Some(row.start), reason);
    }
}

/// The points of the plan's documentation that a measure lacks.
fn missing_documentation(row: &Measure, plan: &Plan) -> Vec<&'static str> {
    let ended = row.end.is_some();
    let lacks = |point: &&DocumentationPoint| match point {
        DocumentationPoint::Goal => row.has_goal != Some(true),
        DocumentationPoint::ResponsibleParty => row.responsible_party.is_none(),
        DocumentationPoint::Place => row.place_of_measure.is_none(),
        DocumentationPoint::PlannedEnd => row.planned_end.is_none() && !ended,
        DocumentationPoint::EndGround => ended && row.end_ground.is_none(),
        DocumentationPoint::FollowUp => row.follow_up.is_none() && !ended,
        DocumentationPoint::Evaluation => ended && row.evaluated != Some(true),
    };
    plan.documentation.iter().filter(lacks).map(|&point| texts::documentation_point(point)).collect()
}

/// Measures that go on although the spell that they were begun in, or the last one before them, is over.
fn open_after_spell(life: &Life<'_>, members: &[Member], plan: &Plan, as_of: NaiveDate) -> Vec<Task> {
    let ended = |row: &Measure| {
        let before = |member: &&Member| member.spell.from <= row.start;
        let member = spell_of(row.start, members).map(|at| &members[at]).or_else(|| members.iter().rfind(before));
        member?.spell.last
    };
    let open = life.measures.iter().filter(|row| row.start <= as_of && row.end.is_none());
    open.filter_map(|row| {
        let day = next_day(ended(row)?);
        Some(task(row, offer(row, plan), TaskKind::OpenAfterSpell, Some(day), texts::OPEN_AFTER_SPELL))
    })
    .collect()
}
