//! Rule 2: on which days a person is folkbokförd in the municipality (skollagen 29 kap. 6 §).

use chrono::NaiveDate;

use super::period::{ALWAYS, FOREVER, Period, Periods, next_day};
use super::{Context, Memory};
use crate::records::{Decision, DecisionKind, Life, Municipality, Place, RegisterChange, RegisterEvent, Registered};

/// The residence of one person and what it rests on.
#[derive(Clone, Debug, Default)]
pub struct Residence {
    /// The days of residence in the municipality.
    pub periods: Periods,
    /// The sources of the population register contradict each other (FOLKBOKFORING_MOTSAGS).
    pub contradicted: bool,
    /// The day of death.
    pub died: Option<NaiveDate>,
    /// The stays to remember for the next run, the last one last.
    pub stays: Vec<Stay>,
}

/// What the snapshots of earlier runs said of someone: resident from `from` to `seen`, and what that stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    /// First day; `None`: since always.
    pub from: Option<NaiveDate>,
    /// The extraction date of the last snapshot that had the person.
    pub seen: NaiveDate,
    /// The extraction date of the first snapshot after it that lacked the person.
    pub lacked: Option<NaiveDate>,
    /// The person's `invandringsdatum`.
    pub immigrated: Option<NaiveDate>,
}

impl Stay {
    fn first_day(&self) -> NaiveDate {
        self.from.unwrap_or(ALWAYS)
    }

    /// The days of residence that it tells of.
    pub fn days(&self) -> Period {
        Period::new(self.first_day(), next_day(self.seen))
    }
}

/// What a change row does to the residence here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Opens a residence.
    Opens,
    /// Closes it.
    Closes,
}

/// What `row` does to residence in `here`; `None`: nothing.
pub fn effect(row: &RegisterChange, here: Municipality) -> Option<Effect> {
    use RegisterEvent::{Death, Emigration, Immigration, MoveIn, MoveOut, NewNumber, Protection, Removal};
    if matches!(row.event, Emigration | Death | Removal) {
        return Some(Effect::Closes);
    }
    if matches!(row.event, NewNumber | Protection) {
        return None;
    }
    let to = row.to.or(matches!(row.event, MoveIn | Immigration).then_some(here));
    let from = row.from.or(matches!(row.event, MoveOut).then_some(here));
    match (to == Some(here), from == Some(here)) {
        (true, false) => Some(Effect::Opens),
        (false, true) => Some(Effect::Closes),
        _ => None,
    }
}

/// A day on which residence opens or closes.
#[derive(Clone, Copy, Debug)]
struct Turn {
    day: NaiveDate,
    effect: Effect,
    /// A closing row that names another municipality as the one left says nothing of residence here before it.
    elsewhere: bool,
    death: bool,
}

impl Turn {
    fn of(row: &RegisterChange, here: Municipality) -> Option<Self> {
        let effect = effect(row, here)?;
        let elsewhere = effect == Effect::Closes && row.from.is_some_and(|from| from != here);
        Some(Self { day: row.date, effect, elsewhere, death: row.event == RegisterEvent::Death })
    }

    /// On one day closing, opening, death, in this order.
    fn order(&self) -> (NaiveDate, u8) {
        let rank = match (self.death, self.effect) {
            (true, _) => 2,
            (false, Effect::Opens) => 1,
            (false, Effect::Closes) => 0,
        };
        (self.day, rank)
    }
}

/// The row of the snapshot that holds for the person, of whichever municipality, with its `folkbokford_fran` as far as
/// it can be used.
pub fn snapshot_row<'a>(life: &Life<'a>, context: &Context<'_>) -> Option<&'a Registered> {
    life.registered
        .iter()
        .max_by_key(|row| (registered_from(row, context), context.extracted(row.place), row.place.row))
}

/// `folkbokford_fran`, unless it lies after the extract or the export's date is that of the address.
fn registered_from(row: &Registered, context: &Context<'_>) -> Option<NaiveDate> {
    row.registered_from.filter(|&from| from <= context.extracted(row.place))
}

/// Decides rule 2 for one person.
pub fn residence(life: &Life<'_>, memory: Memory<'_>, context: &Context<'_>) -> Residence {
    let here = context.municipality;
    let row = snapshot_row(life, context);
    let extracted = row.map_or(context.latest_snapshot, |row| context.extracted(row.place));
    let ours = row.filter(|row| row.municipality == here);

    let mut turns: Vec<Turn> = life.changes.iter().filter_map(|row| Turn::of(row, here)).collect();
    turns.sort_by_key(Turn::order);
    let after = turns.split_off(turns.partition_point(|turn| turn.day <= extracted));

    let mut result = Residence { stays: memory.stays.to_vec(), ..Residence::default() };
    let (mut periods, resident) = match ours {
        Some(row) => (in_snapshot(row, &turns, extracted, context, &mut result), true),
        None => not_in_snapshot(&turns, &after, extracted, &mut result),
    };
    // What earlier snapshots said of earlier days stays.
    periods.extend(memory.stays.iter().map(Stay::days));
    follow(&mut periods, resident, next_day(extracted), &after);
    override_by_decisions(&mut periods, life);
    result.died = life.changes.iter().filter(|row| row.event == RegisterEvent::Death).map(|row| row.date).min();
    let died = result.died.map(|day| Period::new(day, FOREVER));
    result.periods = Periods::union(periods).without(&Periods::union(died));
    result
}

fn in_snapshot(
    row: &Registered,
    turns: &[Turn],
    extracted: NaiveDate,
    context: &Context<'_>,
    result: &mut Residence,
) -> Vec<Period> {
    let last_opening = turns.iter().rev().find(|turn| turn.effect == Effect::Opens).map(|turn| turn.day);
    let mut stay = Stay {
        from: registered_from(row, context).or(last_opening),
        seen: extracted,
        lacked: None,
        immigrated: row.immigrated,
    };
    let from = stay.first_day();
    let same = result.stays.iter().filter(|earlier| earlier.from == stay.from);
    stay.immigrated = stay.immigrated.or(same.filter_map(|earlier| earlier.immigrated).next_back());
    result.stays.retain(|earlier| earlier.from != stay.from);
    result.stays.push(stay);
    result.contradicted = turns.iter().any(|turn| turn.day > from);
    let known = &turns[..turns.partition_point(|turn| turn.day <= from)];
    let mut periods = by_turns(known, from);
    periods.push(stay.days());
    periods
}

/// The days of someone who is not in the snapshot, and whether they are resident at its date all the same.
fn not_in_snapshot(
    turns: &[Turn],
    after: &[Turn],
    extracted: NaiveDate,
    result: &mut Residence,
) -> (Vec<Period>, bool) {
    let opened_last = turns.last().is_some_and(|turn| turn.effect == Effect::Opens);
    result.contradicted = opened_last;
    let Some(stay) = result.stays.last_mut() else { return (by_turns(turns, extracted), false) };
    stay.lacked = stay.lacked.or(Some(extracted));
    let stay = *stay;
    let closing = |turn: &&Turn| turn.effect == Effect::Closes && turn.day > stay.first_day();
    let closed = turns.iter().chain(after).filter(closing).map(|turn| turn.day).max();
    result.contradicted |= closed.is_none();

    let since_seen = turns.partition_point(|turn| turn.day <= stay.seen);
    let earliest = result.stays.iter().map(Stay::first_day).min().unwrap_or(ALWAYS);
    let before = turns.partition_point(|turn| turn.day <= earliest);
    let mut periods = by_turns(&turns[..before], earliest);
    let between = Periods::union(by_turns(turns, extracted)).within(Period::new(earliest, next_day(stay.seen)));
    periods.extend(between.iter());
    // From the last snapshot on: resident until the row that closes, or without one until a snapshot lacked them.
    let mut later = turns[since_seen..].to_vec();
    if closed.is_none() {
        let lacked =
            Turn { day: stay.lacked.unwrap_or(extracted), effect: Effect::Closes, elsewhere: false, death: false };
        later.insert(later.partition_point(|turn| turn.order() < lacked.order()), lacked);
    }
    let resident_when_seen = closed.is_none_or(|day| day > stay.seen);
    let mut since = Vec::new();
    follow(&mut since, resident_when_seen, next_day(stay.seen), &later);
    // Not resident from the extract on, unless only a row after it closes.
    let resident_at_extract = !opened_last && since.last().is_some_and(|period| period.to == FOREVER);
    let end = if resident_at_extract { next_day(extracted) } else { extracted };
    periods.extend(Periods::union(since).within(Period::new(ALWAYS, end)).iter());
    (periods, resident_at_extract)
}

/// The days before `end` as the last turn on or before each left them; before the first turn the opposite of what it
/// did; without turns none.
fn by_turns(turns: &[Turn], end: NaiveDate) -> Vec<Period> {
    let Some(first) = turns.first() else { return Vec::new() };
    let mut periods = Vec::new();
    if first.effect == Effect::Closes && !first.elsewhere {
        periods.push(Period::new(ALWAYS, first.day.min(end)));
    }
    for (index, turn) in turns.iter().enumerate() {
        if turn.effect == Effect::Opens {
            let until = turns.get(index + 1).map_or(end, |next| next.day.min(end));
            periods.push(Period::new(turn.day, until));
        }
    }
    periods
}

/// The days from `from` on, by the turns after the snapshot.
fn follow(periods: &mut Vec<Period>, resident: bool, from: NaiveDate, turns: &[Turn]) {
    let mut since = resident.then_some(from);
    for turn in turns {
        match (turn.effect, since) {
            (Effect::Opens, None) => since = Some(turn.day),
            (Effect::Closes, Some(day)) => {
                periods.push(Period::new(day, turn.day));
                since = None;
            }
            _ => {}
        }
    }
    periods.extend(since.map(|day| Period::new(day, FOREVER)));
}

/// BOR_HAR and BOR_EJ_HAR set residence on their days; where they overlap the later `fran`, then BOR_EJ_HAR.
fn override_by_decisions(periods: &mut Vec<Period>, life: &Life<'_>) {
    for row in decisions_by_weight(life) {
        let days = decided_days(row);
        if row.kind == DecisionKind::LivesElsewhere {
            let left = Periods::union(periods.iter().copied()).without(&Periods::union([days]));
            *periods = left.iter().collect();
        } else {
            periods.push(days);
        }
    }
}

/// The decisions about residence, the one that holds where they overlap last.
fn decisions_by_weight<'a>(life: &Life<'a>) -> Vec<&'a Decision> {
    let about_residence = |kind| matches!(kind, DecisionKind::LivesHere | DecisionKind::LivesElsewhere);
    let mut decisions: Vec<_> = life.decisions.iter().filter(|row| about_residence(row.kind)).collect();
    decisions.sort_by_key(|row| (row.start, row.kind == DecisionKind::LivesElsewhere, row.end));
    decisions
}

fn decided_days(row: &Decision) -> Period {
    Period::new(row.start, next_day(row.end))
}

/// The decision that sets residence on `day`.
pub fn residence_decision<'a>(life: &Life<'a>, day: NaiveDate) -> Option<&'a Decision> {
    decisions_by_weight(life).into_iter().rfind(|row| decided_days(row).contains(day))
}

/// The rows that opened or closed residence on `day`, for the evidence.
pub fn rows_of_turn(life: &Life<'_>, day: NaiveDate, wanted: Effect, context: &Context<'_>) -> Vec<Place> {
    let changes = life
        .changes
        .iter()
        .filter(|row| row.date == day && effect(row, context.municipality) == Some(wanted))
        .map(|row| row.place);
    let snapshots = snapshot_row(life, context)
        .into_iter()
        .filter(|row| wanted == Effect::Opens && registered_from(row, context) == Some(day))
        .map(|row| row.place);
    let decisions = life
        .decisions
        .iter()
        .filter(|row| {
            let (opening, closing) = match row.kind {
                DecisionKind::LivesHere => (row.start, next_day(row.end)),
                DecisionKind::LivesElsewhere => (next_day(row.end), row.start),
                _ => return false,
            };
            day == if wanted == Effect::Opens { opening } else { closing }
        })
        .map(|row| row.place);
    changes.chain(snapshots).chain(decisions).collect()
}

/// The rows that residence on `day` rests on: the snapshot's, the change that held last, and decisions about the day.
pub fn rows_of_residence(life: &Life<'_>, day: NaiveDate, context: &Context<'_>) -> Vec<Place> {
    let turns = || life.changes.iter().filter(|row| effect(row, context.municipality).is_some());
    let last = turns().map(|row| row.date).filter(|&date| date <= day).max();
    // Before the first change the opposite of what it did holds.
    let decisive = last.or_else(|| turns().map(|row| row.date).min());
    let changes = turns().filter(|row| Some(row.date) == decisive || row.event == RegisterEvent::Death);
    let decisions = decisions_by_weight(life).into_iter().filter(|row| decided_days(row).contains(day));
    let snapshot = snapshot_row(life, context).map(|row| row.place);
    snapshot.into_iter().chain(changes.map(|row| row.place)).chain(decisions.map(|row| row.place)).collect()
}
