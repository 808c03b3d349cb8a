//! The figures of a month. Each is defined here once, for the terminal, `korning.json` and the workbook.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::List;
use super::lists::days_in_group;
use crate::ingest::Intake;
use crate::month::{Month, Person};
use crate::outreach::{ContactStatus, Task, TaskKind};
use crate::person::age_on;
use crate::records::{Coded, Reason};
use crate::register::ChangeKind;

/// The figures of a monthly run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Members on the as-of date.
    #[serde(rename = "i_gruppen")]
    pub group: u64,
    /// Spells that are new since the run before.
    #[serde(rename = "nya")]
    pub entered: u64,
    /// Spells that ended since the run before.
    #[serde(rename = "lamnade")]
    pub left: u64,
    /// Changes of the past.
    #[serde(rename = "andrade_i_efterhand")]
    pub changed: u64,
    /// Members whom nobody has reached or tried to reach.
    #[serde(rename = "aldrig_kontaktade")]
    pub never_contacted: u64,
    /// Rows under "Att utreda".
    #[serde(rename = "att_utreda")]
    pub to_look_into: u64,
    /// Rows rejected.
    #[serde(rename = "avvisade_rader")]
    pub rejected: u64,
}

impl Counts {
    /// Counts a month.
    pub fn of(month: &Month, intake: &Intake, lists: &[List]) -> Self {
        let changes = || month.people.iter().flat_map(|person| &person.changes);
        let of_kind = |is: fn(ChangeKind) -> bool| changes().filter(|change| is(change.kind)).count() as u64;
        Self {
            group: month.group().count() as u64,
            entered: of_kind(ChangeKind::is_entry),
            left: of_kind(ChangeKind::is_exit),
            changed: of_kind(ChangeKind::is_correction),
            never_contacted: month.group().filter(|(person, _)| is_never_contacted(person)).count() as u64,
            to_look_into: rows(lists, "utreda"),
            rejected: intake.files.iter().map(|file| file.balance.rejected).sum(),
        }
    }

    /// The figures by their names in `korning.json`.
    pub fn by_name(&self) -> BTreeMap<String, u64> {
        // A struct of numbers always serialises, and is a map of them.
        serde_json::to_value(self).and_then(serde_json::from_value).unwrap_or_default()
    }
}

/// How many rows the list of a CSV file has.
pub fn rows(lists: &[List], file: &str) -> u64 {
    lists.iter().find(|list| list.is_file(file)).map_or(0, |list| list.rows.len() as u64)
}

/// How many rows a sheet has.
pub fn rows_of_sheet(lists: &[List], name: &str) -> u64 {
    let named = |list: &&List| list.sheet.is_some_and(|sheet| sheet.name == name);
    lists.iter().find(named).map_or(0, |list| list.rows.len() as u64)
}

/// Whether nobody has reached or tried to reach the youth in the open spell ([`crate::outreach::Recorded`]).
fn is_never_contacted(person: &Person) -> bool {
    person.outreach.as_ref().is_some_and(|outreach| outreach.attempts == 0)
}

/// How many of the group have a next step whose last day has passed.
pub fn late_steps(month: &Month) -> u64 {
    let latest = |person: &Person| person.outreach.as_ref()?.next_step.as_ref()?.latest;
    month.group().filter(|(person, _)| latest(person).is_some_and(|day| day < month.as_of)).count() as u64
}

/// The tasks whose last day has passed.
pub fn late_tasks(month: &Month) -> impl Iterator<Item = &Task> {
    let tasks = month.people.iter().flat_map(|person| &person.tasks);
    tasks.filter(|task| task.kind != TaskKind::TurnedTwenty && task.due.is_some_and(|day| day < month.as_of))
}

/// The figures of an earlier run that the trend shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendPoint {
    /// Its as-of date.
    pub as_of: NaiveDate,
    /// Members.
    pub group: u64,
    /// New spells.
    pub entered: u64,
    /// Members whom nobody had reached or tried to reach.
    pub never_contacted: u64,
}

impl TrendPoint {
    /// The figures by their names in `korning.json`.
    pub fn of(as_of: NaiveDate, counts: &BTreeMap<String, u64>) -> Self {
        let count = |name: &str| counts.get(name).copied().unwrap_or_default();
        Self { as_of, group: count("i_gruppen"), entered: count("nya"), never_contacted: count("aldrig_kontaktade") }
    }
}

/// The most days in the group without any attempt at contact.
pub fn longest_wait(month: &Month) -> Option<i64> {
    let waiting = month.group().filter(|(person, _)| is_never_contacted(person));
    waiting.map(|(_, member)| days_in_group(member, month.as_of)).max()
}

/// How many of the group have a contact status.
pub fn with_status(month: &Month, status: ContactStatus) -> u64 {
    let has = |person: &Person| person.outreach.as_ref().is_some_and(|outreach| outreach.status == status);
    month.group().filter(|(person, _)| has(person)).count() as u64
}

/// How many of the group have protected personal data.
pub fn protected_members(month: &Month) -> u64 {
    month.group().filter(|(_, member)| month.protected.contains(&member.number)).count() as u64
}

/// The group by contact status, without those that nobody has.
pub fn by_status(month: &Month) -> Vec<(&'static str, u64)> {
    let counted = ContactStatus::ALL.map(|status| (status.label(), with_status(month, status)));
    counted.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// The group by the reason in, the most common first.
pub fn by_reason(month: &Month) -> Vec<(&'static str, u64)> {
    let of = |reason: Reason| month.group().filter(|(_, member)| member.spell.reason == reason).count() as u64;
    let mut counted: Vec<_> = Reason::ALL.iter().map(|&reason| (reason.label(), of(reason))).collect();
    counted.retain(|(_, count)| *count > 0);
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted
}

/// The group by age on the as-of date.
pub fn by_age(month: &Month) -> Vec<(u8, u64)> {
    let mut counted = BTreeMap::new();
    for (_, member) in month.group() {
        *counted.entry(age_on(member.number.born(), month.as_of)).or_default() += 1;
    }
    counted.into_iter().collect()
}
