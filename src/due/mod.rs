//! What is due: the calendar of the plan and the jobs of the program, against the runs that have been made. Pure, but
//! for [`History::read`].

mod history;
mod ics;
mod units;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::calendar::{HalfYear, Recurrence, Span, SpanKind};
use crate::config::{CalendarEntry, Config, Job};
use crate::texts::{Message, calendar as texts};
use crate::timeline::minus;

pub use history::History;
pub use ics::ics;
pub use units::{Installed, cron, systemd, windows};

/// SCB's deadline is reminded of so many days before it.
const SCB_REMINDER_DAYS: u32 = 28;
/// A calendar looks so far ahead: more than a year, so that what comes once a year is always seen.
const HORIZON: Months = Months::new(13);

/// Something of the calendar, as it stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub what: Message,
    /// Who does it.
    pub responsible: Option<String>,
    /// Where the plan, or the law, says so.
    pub reference: Option<String>,
    /// The plan's own words for the time.
    pub wording: Option<String>,
    /// Whether the time is only about right.
    pub approximate: bool,
    /// How often, where there are no dates.
    pub when: Recurrence,
    /// The job of this program.
    pub job: Option<Job>,
    /// The half-year that the job is of.
    pub period: Option<HalfYear>,
    /// The time it is about; none for what has no dates.
    pub span: Option<Span>,
    /// Where it stands.
    pub state: State,
    /// The latest run of the job, as its folder names it.
    pub latest: Option<String>,
}

/// Where something of the calendar stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Its last day has passed, and it has not been done.
    Late,
    /// Its time is now.
    Now,
    /// Its time comes.
    Ahead,
    /// The plan, or the config, gives no date.
    Undated,
}

impl State {
    /// The constant in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Late => "SEN",
            Self::Now => "NU",
            Self::Ahead => "KOMMANDE",
            Self::Undated => "UTAN_DATUM",
        }
    }
}

impl Item {
    /// Days until its last day, or until its first while that is ahead and it is no deadline; negative: late.
    pub fn days_left(&self, on: NaiveDate) -> Option<i64> {
        let span = self.span?;
        let begins = self.state == State::Ahead && span.kind != SpanKind::Until;
        Some(((if begins { span.first } else { span.last }) - on).num_days())
    }

    /// Whether the program is to run it by itself: the monthly reconciliation, once its time has come. The file for
    /// SCB and the report to the board wait for a person, who reads them before they leave the house.
    pub fn runs_by_itself(&self) -> bool {
        self.job == Some(Job::Monthly) && matches!(self.state, State::Late | State::Now)
    }
}

/// The calendar on a day, what is late first and what has no date last.
pub fn due(config: &Config, history: &History, on: NaiveDate) -> Vec<Item> {
    let entries = entries(config);
    let mut items: Vec<Item> = entries.iter().flat_map(|(what, entry)| items(what, entry, history, on)).collect();
    items.sort_by_key(|item| (item.state, item.days_left(on), item.job.is_none()));
    items
}

/// The dates of the calendar that lie in the year from a day on, in order. What comes on some day of every week or
/// month has no date.
pub fn dates(config: &Config, from: NaiveDate) -> Vec<(CalendarEntry, Span)> {
    let to = from + Months::new(12) - Days::new(1);
    let always = [Recurrence::EveryWeek, Recurrence::EveryMonth { day: None }];
    let dated = entries(config).into_iter().filter(|(_, entry)| !always.contains(&entry.when));
    let mut dates: Vec<(CalendarEntry, Span)> = dated
        .flat_map(|(_, entry)| spans(&entry, from, to).into_iter().map(move |span| (entry.clone(), span)))
        .filter(|(_, span)| span.last >= from && span.last <= to)
        .collect();
    dates.sort_by_key(|(_, span)| (span.last, span.first));
    dates
}

/// The entries of the config, and one of our own for each job that it does not name.
fn entries(config: &Config) -> Vec<(Message, CalendarEntry)> {
    let named = config.calendar.iter().map(|entry| (texts::as_written(&entry.what), entry.clone()));
    let missing = Job::ALL.into_iter().filter(|job| config.calendar.iter().all(|entry| entry.job != Some(*job)));
    named.chain(missing.map(|job| (texts::job(job), entry_of(job)))).collect()
}

fn entry_of(job: Job) -> CalendarEntry {
    let when = match job {
        Job::Monthly => Recurrence::EveryMonth { day: None },
        // By law; see `spans`.
        Job::Scb | Job::Purge | Job::Board => Recurrence::Unstated,
    };
    let reference = match job {
        Job::Monthly | Job::Board => None,
        Job::Scb => Some("förordning (2006:39)".to_owned()),
        Job::Purge => Some("förordning (2006:39) 7 §".to_owned()),
    };
    CalendarEntry {
        what: texts::job(job).swedish,
        responsible: None,
        reference,
        wording: None,
        approximate: false,
        when,
        job: Some(job),
    }
}

/// The times of an entry that have a day on or after `from` and begin on or before `to`.
fn spans(entry: &CalendarEntry, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
    let by_law: Vec<Span> = match entry.job {
        Some(Job::Scb) => half_years(from, to).map(|half| scb_span(entry, half)).collect(),
        Some(Job::Purge) => (from.year() - 1..=to.year()).filter_map(purge_span).collect(),
        Some(Job::Monthly | Job::Board) | None => return entry.when.spans(from, to),
    };
    by_law.into_iter().filter(|span| span.last >= from && span.first <= to).collect()
}

fn half_years(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = HalfYear> {
    let first = HalfYear::of(from).before().before();
    let next = |half: &HalfYear| Some(HalfYear::of(half.last() + Days::new(1)));
    std::iter::successors(Some(first), next).take_while(move |half| half.first() <= to)
}

/// SCB's deadline, reminded of four weeks before it, or from the plan's own month on when that comes earlier.
fn scb_span(entry: &CalendarEntry, half: HalfYear) -> Span {
    let deadline = half.scb_deadline();
    let four_weeks = minus(deadline, SCB_REMINDER_DAYS);
    let planned = entry.when.spans(half.last() + Days::new(1), deadline).into_iter().map(|span| span.first).min();
    Span::until(planned.map_or(four_weeks, |planned| planned.min(four_weeks)), deadline)
}

/// The latest day of gallring is the end of the year in which one turns 21 (förordning 2006:39, 7 §).
fn purge_span(year: i32) -> Option<Span> {
    let first = NaiveDate::from_ymd_opt(year, 12, 1)?;
    Some(Span::until(first, first + Days::new(30)))
}

/// The half-year that a report of a day is about: the one that ends in its month, else the one before.
fn reported(day: NaiveDate) -> HalfYear {
    let half = HalfYear::of(day);
    if day.month() == half.last().month() { half } else { half.before() }
}

fn items(what: &Message, entry: &CalendarEntry, history: &History, on: NaiveDate) -> Vec<Item> {
    let item = |(span, state)| item(what, entry, history, span, state);
    standing(entry, history, on).into_iter().map(item).collect()
}

fn item(what: &Message, entry: &CalendarEntry, history: &History, span: Option<Span>, state: State) -> Item {
    let period = span.and_then(|span| match entry.job {
        Some(Job::Scb) => Some(HalfYear::of(span.last).before()),
        Some(Job::Board) => Some(reported(span.last)),
        Some(Job::Monthly | Job::Purge) | None => None,
    });
    Item {
        what: what.clone(),
        responsible: entry.responsible.clone(),
        reference: entry.reference.clone(),
        wording: entry.wording.clone(),
        approximate: entry.approximate,
        when: entry.when.clone(),
        job: entry.job,
        period,
        span,
        state,
        latest: entry.job.and_then(|job| history.latest(job)),
    }
}

/// Which times of an entry to show, and where each stands: what is late and what is now, else what comes next.
fn standing(entry: &CalendarEntry, history: &History, on: NaiveDate) -> Vec<(Option<Span>, State)> {
    // One year back for what has been missed.
    let spans = spans(entry, on - Months::new(12), on + HORIZON);
    let begun = |span: &Span| span.first <= on;
    let done: BTreeMap<Span, bool> = match entry.job {
        Some(Job::Monthly) => history.reconciled(&spans, matches!(entry.when, Recurrence::EveryMonth { .. })),
        Some(Job::Scb) => spans.iter().map(|span| (*span, history.is_sent(HalfYear::of(span.last).before()))).collect(),
        Some(Job::Board) => spans.iter().map(|span| (*span, history.has_report(reported(span.last)))).collect(),
        // One that was made is done; else whether there was anything to delete is for `kaa purge` to say.
        Some(Job::Purge) => spans.iter().filter(|span| history.is_purged(span)).map(|span| (*span, true)).collect(),
        // What is no job is recorded nowhere.
        None => BTreeMap::new(),
    };
    // What nobody records and has passed is not shown. A job is late only when this program was in use while it was
    // due. A month that was missed cannot be made later, and only the latest is told of; a half-year can.
    let since = history.since(entry.job);
    let can_be_late = |span: &Span| done.contains_key(span) && since.is_some_and(|since| since <= span.last);
    let is_open = |span: &&Span| !done.get(span).copied().unwrap_or(false) && (span.last >= on || can_be_late(span));
    let latest = spans.iter().rposition(begun).filter(|_| !matches!(entry.job, Some(Job::Scb | Job::Board)));
    let open: Vec<Span> = spans[latest.unwrap_or(0)..].iter().filter(is_open).copied().collect();
    let due = open.iter().take_while(|span| begun(span));
    let due = due.map(|span| (Some(*span), if on > span.last { State::Late } else { State::Now }));
    let next = open.first().map_or((None, State::Undated), |span| (Some(*span), State::Ahead));
    let due: Vec<_> = due.collect();
    if due.is_empty() { vec![next] } else { due }
}
