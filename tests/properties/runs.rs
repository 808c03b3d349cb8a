//! Laws of runs: several files, several persons, and months that build on the month before.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{Days, NaiveDate};
use kaa::config::Config;
use kaa::ingest::{Balance, InputFile, Intake};
use kaa::month::{Month, Person};
use kaa::person::PersonalNumber;
use kaa::records::{DecisionKind, Kind, Record, RegisterChange, RegisterEvent, Registered};
use kaa::register::{ChangeKind, Memory, PastSpell};
use kaa::timeline::InquiryKind;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::lives::{Frame, Scene, elsewhere, frames, here, holds_for, number_rows, scenes, scenes_in};
use crate::model::ModelSpell;

/// The table that each file of a run fills; two sources of folkbokföring, one of everything else.
const FILES: [Kind; 11] = [
    Kind::PopulationRegister,
    Kind::PopulationRegister,
    Kind::RegisterChanges,
    Kind::StudentRegister,
    Kind::Credentials,
    Kind::AdultEducation,
    Kind::FolkHighSchool,
    Kind::ProviderReports,
    Kind::Admissions,
    Kind::CompulsorySchool,
    Kind::Decisions,
];

/// Calls a macro-like closure body for every table that the rules read.
macro_rules! each_table {
    ($tables:expr, $rows:ident => $body:expr) => {{
        let tables = $tables;
        {
            let $rows = &mut tables.registered;
            $body
        }
        {
            let $rows = &mut tables.changes;
            $body
        }
        {
            let $rows = &mut tables.enrolments;
            $body
        }
        {
            let $rows = &mut tables.credentials;
            $body
        }
        {
            let $rows = &mut tables.adult_courses;
            $body
        }
        {
            let $rows = &mut tables.folk_courses;
            $body
        }
        {
            let $rows = &mut tables.reports;
            $body
        }
        {
            let $rows = &mut tables.admissions;
            $body
        }
        {
            let $rows = &mut tables.compulsory;
            $body
        }
        {
            let $rows = &mut tables.decisions;
            $body
        }
    }};
}

fn config(scene: &Scene) -> Config {
    let text = "[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n[kallor]\nmapp = \"in\"\n[utdata]\nmapp = \"ut\"\n";
    let mut config = Config::parse(text, Path::new(".")).expect("the smallest config");
    config.law = scene.law;
    config
}

/// A file of the run, whose name ends with `delivery`.
fn file(kind: Kind, index: usize, extracted: NaiveDate, delivery: &str) -> InputFile {
    InputFile {
        source: format!("{}-{index}", kind.name()),
        kind,
        name: format!("{}-{index}-{delivery}.csv", kind.name()),
        sheet: None,
        hash: String::new(),
        extracted,
        balance: Balance::default(),
        dropped_columns: Vec::new(),
        whole: None,
    }
}

/// What comes in when the rows of a life are delivered as files.
fn intake(scene: &Scene, delivery: &str) -> Intake {
    let extracted = |index: usize| if index < 2 { scene.extracted[index] } else { scene.as_of };
    let files = FILES.iter().enumerate().map(|(index, &kind)| file(kind, index, extracted(index), delivery));
    let mut tables = scene.tables.clone();
    each_table!(&mut tables, rows => rows.iter_mut().for_each(|row| row.set_file(file_of(row))));
    Intake { files: files.collect(), tables, faulty_ends: scene.faulty_ends.clone(), ..Intake::default() }
}

fn file_of<R: Record>(row: &R) -> u32 {
    if R::KIND == Kind::PopulationRegister {
        return row.place().file;
    }
    let index = FILES.iter().position(|&kind| kind == R::KIND).expect("a table that lives have");
    u32::try_from(index).expect("a small number")
}

fn decide(scene: &Scene, delivery: &str, memory: Option<&Memory>) -> Month {
    Month::decide(&config(scene), &mut intake(scene, delivery), memory, scene.as_of)
}

/// What a run leaves for the next, without a disk between.
fn remember(month: &Month) -> Memory {
    let members = month.people.iter().flat_map(|person| &person.members);
    let spells = members.map(|member| PastSpell {
        number: member.number,
        from: member.spell.from,
        last: member.spell.last,
        reason: member.spell.reason,
        ground: member.spell.ground,
        flags: member.spell.flags,
        registered: member.registered,
        detected: member.detected,
    });
    let mut tables = month.known.tables.clone();
    tables.append(month.known.later.clone());
    // A change of number is remembered under the number that it leaves.
    tables.changes.retain(|row| row.event != RegisterEvent::NewNumber);
    tables.changes.extend(month.known.number_changes.iter().cloned());
    Memory {
        as_of: month.as_of,
        spells: spells.collect(),
        stays: month.stays.clone(),
        files: month.known.files.clone(),
        tables,
        names: month.names.clone(),
    }
}

/// What a run says of a person: the spells, and what to look into, as often as it is listed.
#[derive(Debug, Default, PartialEq)]
struct Said {
    spells: Vec<ModelSpell>,
    inquiries: Vec<(InquiryKind, NaiveDate)>,
}

fn said(month: &Month, number: PersonalNumber) -> Said {
    let person: Option<&Person> = month.people.iter().find(|person| person.verdict.number == number);
    person.map_or_else(Said::default, |person| {
        let spells = person.members.iter().map(|member| ModelSpell {
            from: member.spell.from,
            last: member.spell.last,
            reason: member.spell.reason,
            ground: member.spell.ground,
            flags: member.spell.flags,
        });
        let inquiries = person.verdict.inquiries.iter().map(|inquiry| (inquiry.kind, inquiry.date));
        let mut inquiries: Vec<_> = inquiries.collect();
        inquiries.sort_unstable();
        Said { spells: spells.collect(), inquiries }
    })
}

#[test]
fn the_order_of_sources_never_matters() {
    holds_for(1_500, (scenes(), 1..FILES.len()), |(scene, turn)| {
        // Rule 2 chooses between two folkbokföring rows by date and then by row; of two sources with equal dates and
        // rows it says nothing, and a life has few enough rows for that to happen.
        prop_assume!(scene.tables.registered.len() < 2);
        let mut turned = intake(&scene, "1");
        turned.files.rotate_left(turn);
        let count = u32::try_from(FILES.len()).expect("a small number");
        let by = u32::try_from(turn).expect("a small number");
        each_table!(&mut turned.tables, rows => {
            for row in rows.iter_mut() {
                row.set_file((row.place().file + count - by) % count);
            }
        });
        let turned = Month::decide(&config(&scene), &mut turned, None, scene.as_of);
        prop_assert_eq!(said(&decide(&scene, "1", None), scene.number), said(&turned, scene.number));
        Ok(())
    });
}

#[test]
fn nobody_changes_what_is_said_of_another() {
    let pairs = frames().prop_flat_map(|frame: Frame| (scenes_in(frame.clone()), scenes_in(frame)));
    holds_for(1_000, pairs, |(one, mut other)| {
        other.number = sibling(one.number);
        each_table!(&mut other.tables, rows => rows.iter_mut().for_each(|row| row.set_number(other.number)));
        other.faulty_ends = other.faulty_ends.into_values().map(|places| (other.number, places)).collect();
        let mut both = one.clone();
        both.tables.append(other.tables.clone());
        both.faulty_ends.extend(other.faulty_ends.clone());
        let month = decide(&both, "1", None);
        prop_assert_eq!(said(&month, one.number), said(&decide(&one, "1", None), one.number));
        prop_assert_eq!(said(&month, other.number), said(&decide(&other, "1", None), other.number));
        Ok(())
    });
}

/// The other number of Skatteverket's test series with the same day of birth.
fn sibling(number: PersonalNumber) -> PersonalNumber {
    PersonalNumber::with_check_digit(number.born(), if number.is_woman() { 239 } else { 238 })
}

/// A samordningsnummer with the same day of birth.
fn coordination_number(number: PersonalNumber, as_of: NaiveDate) -> PersonalNumber {
    let digits = number.digits();
    let day: u32 = digits[6..8].parse().expect("a day");
    let without_check = format!("{}{:02}238", &digits[..6], day + 60);
    let checked =
        (0..10).filter_map(|check| PersonalNumber::from_digits(&format!("{without_check}{check}"), as_of).ok());
    checked.into_iter().next().expect("one check digit holds")
}

/// The same life with its rows under a samordningsnummer, an earlier personnummer and the present one, and the rows that
/// tell of the changes.
fn under_a_chain_of_numbers(scene: &Scene, seed: u64) -> Scene {
    let chain = chain_to(scene);
    let mut spread = scene.clone();
    let mut dice = seed;
    each_table!(&mut spread.tables, rows => for row in rows.iter_mut() {
        dice = dice.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // In folkbokforing a samordningsnummer is rejected.
        let numbers = if file_of(row) < 2 { &chain[1..] } else { &chain[..] };
        let chosen = usize::try_from(dice >> 40).expect("few bits") % numbers.len();
        row.set_number(numbers[chosen]);
    });
    let mut links: Vec<RegisterChange> = chain.windows(2).map(|pair| link(pair[0], pair[1], scene.as_of)).collect();
    if seed.is_multiple_of(2) {
        links.reverse();
    }
    spread.tables.changes.extend(links);
    number_rows(&mut spread.tables);
    spread
}

fn chain_to(scene: &Scene) -> [PersonalNumber; 3] {
    [coordination_number(scene.number, scene.as_of), sibling(scene.number), scene.number]
}

#[test]
fn rows_under_a_chain_of_numbers_belong_to_the_person_in_any_order() {
    holds_for(1_500, (scenes(), any::<u64>()), |(scene, seed)| {
        let month = decide(&under_a_chain_of_numbers(&scene, seed), "1", None);
        prop_assert_eq!(said(&decide(&scene, "1", None), scene.number), said(&month, scene.number));
        for former in &chain_to(&scene)[..2] {
            prop_assert_eq!(said(&month, *former), Said::default());
        }
        Ok(())
    });
}

fn link(old: PersonalNumber, new: PersonalNumber, date: NaiveDate) -> RegisterChange {
    RegisterChange { new_number: Some(new), ..change(old, RegisterEvent::NewNumber, date) }
}

fn change(number: PersonalNumber, event: RegisterEvent, date: NaiveDate) -> RegisterChange {
    RegisterChange {
        number,
        event,
        date,
        from: None,
        to: None,
        new_number: None,
        protection: None,
        place: kaa::records::Place { file: 2, row: 0 },
        lost: None,
    }
}

/// How the rows of an earlier run come again.
#[derive(Clone, Copy, Debug)]
enum Again {
    /// In the same files.
    Same,
    /// In files of other names.
    Renamed,
    /// The files of the sources whose files are parts are gone, and new ones hold nothing.
    PartsGone,
}

fn decide_again(scene: &Scene, how: Again, first: &Month) -> Month {
    let mut intake = intake(scene, if matches!(how, Again::Same) { "1" } else { "2" });
    if matches!(how, Again::PartsGone) {
        intake.tables.changes.clear();
        intake.tables.credentials.clear();
        intake.tables.reports.clear();
        intake.tables.admissions.clear();
    }
    Month::decide(&config(scene), &mut intake, Some(&remember(first)), scene.as_of)
}

fn ways_again() -> impl Strategy<Value = Again> {
    prop::sample::select(vec![Again::Same, Again::Renamed, Again::PartsGone])
}

/// Rule 4: "a row of a part source stays when the file that held it is gone", and "identical rows once".
#[test]
fn the_same_rows_again_change_nothing_and_list_no_change() {
    holds_for(2_000, (scenes(), ways_again()), |(scene, how)| {
        let first = decide(&scene, "1", None);
        let again = decide_again(&scene, how, &first);
        prop_assert_eq!(said(&first, scene.number), said(&again, scene.number));
        for person in &again.people {
            prop_assert!(person.changes.is_empty(), "{:?}", person.changes);
        }
        Ok(())
    });
}

#[test]
fn a_new_number_stays_known_when_the_file_that_told_of_it_is_gone() {
    holds_for(1_000, (scenes(), any::<u64>(), ways_again()), |(scene, seed, how)| {
        let spread = under_a_chain_of_numbers(&scene, seed);
        let first = decide(&spread, "1", None);
        let again = decide_again(&spread, how, &first);
        prop_assert_eq!(said(&first, scene.number), said(&again, scene.number));
        prop_assert_eq!(&first.known.links.former(scene.number), &again.known.links.former(scene.number));
        Ok(())
    });
}

/// What is true of someone: where they lived when, and what the schools knew when.
#[derive(Clone, Debug)]
struct History {
    scene: Scene,
    /// The days between which the person lived here; `None`: since always, until today.
    stays: Vec<(Option<NaiveDate>, Option<NaiveDate>)>,
    /// Whether the ends of rows are known before they come.
    planned: bool,
    runs: u64,
    days_between: u64,
    /// How old the folkbokföring extract of each run is.
    lag: u64,
}

fn histories() -> impl Strategy<Value = History> {
    let rest = (vec(0..900_u64, 0..=3), any::<bool>(), any::<bool>(), 2..12_u64, 20..70_u64, 0..10_u64);
    (scenes(), rest).prop_map(|(scene, (turns, always, planned, runs, days_between, lag))| {
        let mut days: Vec<NaiveDate> = turns.iter().map(|&days| scene.as_of - Days::new(days)).collect();
        days.sort_unstable();
        days.dedup();
        let mut turns: Vec<Option<NaiveDate>> = if always { vec![None] } else { Vec::new() };
        turns.extend(days.into_iter().map(Some));
        let stays = turns.chunks(2).map(|pair| (pair[0], pair.get(1).copied().flatten())).collect();
        History { scene, stays, planned, runs, days_between, lag }
    })
}

impl History {
    /// Everything that complete extracts of `as_of` hold.
    fn on(&self, as_of: NaiveDate) -> Scene {
        let extract = as_of - Days::new(self.lag);
        let mut scene = Scene { as_of, extracted: [extract, extract, as_of], ..self.scene.clone() };
        scene.faulty_ends.clear();
        let tables = &mut scene.tables;
        let is_known = |end: &NaiveDate| self.planned || *end <= as_of;
        each_table!(&mut *tables, rows => rows.iter_mut().for_each(|row| row.set_lost(None)));
        for row in &mut tables.enrolments {
            row.end = row.end.filter(is_known);
            row.interruption = row.interruption.filter(|_| row.end.is_some());
        }
        for row in &mut tables.adult_courses {
            (row.end, row.interrupted) = (row.end.filter(is_known), row.interrupted.filter(is_known));
        }
        for row in &mut tables.folk_courses {
            (row.end, row.interrupted) = (row.end.filter(is_known), row.interrupted.filter(is_known));
        }
        tables.compulsory.iter_mut().for_each(|row| row.end = row.end.filter(is_known));
        tables.decisions.retain(|row| !matches!(row.kind, DecisionKind::LivesHere | DecisionKind::LivesElsewhere));
        tables.changes = self.moves();
        tables.registered = self.registered_on(extract).into_iter().collect();
        tables.take_later(as_of);
        number_rows(tables);
        scene
    }

    fn moves(&self) -> Vec<RegisterChange> {
        let number = self.scene.number;
        let arrivals = self.stays.iter().filter_map(|stay| stay.0);
        let departures = self.stays.iter().filter_map(|stay| stay.1);
        let arrivals = arrivals
            .map(|day| RegisterChange { from: Some(elsewhere()), ..change(number, RegisterEvent::MoveIn, day) });
        let departures = departures
            .map(|day| RegisterChange { to: Some(elsewhere()), ..change(number, RegisterEvent::MoveOut, day) });
        arrivals.chain(departures).collect()
    }

    fn registered_on(&self, extract: NaiveDate) -> Option<Registered> {
        let holds = |stay: &&(Option<NaiveDate>, Option<NaiveDate>)| {
            stay.0.is_none_or(|from| from <= extract) && stay.1.is_none_or(|to| extract < to)
        };
        let stay = self.stays.iter().find(holds)?;
        Some(Registered {
            number: self.scene.number,
            municipality: here(),
            given_name: None,
            family_name: None,
            care_of: None,
            street: None,
            postcode: None,
            city: None,
            registered_from: stay.0,
            immigrated: None,
            protection: None,
            place: kaa::records::Place { file: 0, row: 2 },
            lost: None,
        })
    }

    /// The months from the first to the as-of date, each building on the one before.
    fn months(&self) -> Vec<Month> {
        let mut months: Vec<Month> = Vec::new();
        for back in (0..=self.runs).rev() {
            let scene = self.on(self.scene.as_of - Days::new(back * self.days_between));
            let memory = months.last().map(remember);
            let month = decide(&scene, &back.to_string(), memory.as_ref());
            months.push(month);
        }
        months
    }
}

/// Rule 4, "Rows once seen stay known", and rule 2, "what earlier snapshots said of earlier days stays", add nothing to
/// extracts that hold everything and contradict nothing. An extract that corrects a `startdatum` is no such extract: a
/// row is the same by its start, and the row as it was stays known.
#[test]
fn with_complete_extracts_replaying_month_by_month_gives_the_same_state_as_one_run_at_the_end() {
    holds_for(700, histories(), |history| {
        let number = history.scene.number;
        let once = decide(&history.on(history.scene.as_of), "once", None);
        let months = history.months();
        prop_assert_eq!(said(&once, number), said(months.last().expect("a month"), number));
        Ok(())
    });
}

#[test]
fn the_changes_between_two_runs_account_for_every_spell() {
    holds_for(300, histories(), |history| {
        for pair in history.months().windows(2) {
            let spells = |month: &Month| month.people.iter().map(|person| person.members.len()).sum::<usize>();
            let kinds: Vec<ChangeKind> =
                pair[1].people.iter().flat_map(|person| &person.changes).map(|change| change.kind).collect();
            let count = |wanted: &[ChangeKind]| kinds.iter().filter(|kind| wanted.contains(kind)).count();
            let added = count(&[ChangeKind::In, ChangeKind::InAndOut]);
            let removed = count(&[ChangeKind::Removed]);
            prop_assert_eq!(spells(&pair[0]) + added, spells(&pair[1]) + removed);
        }
        Ok(())
    });
}

#[test]
fn a_spell_keeps_its_registration_date_from_run_to_run() {
    holds_for(300, histories(), |history| {
        for pair in history.months().windows(2) {
            let before: Vec<_> = pair[0].people.iter().flat_map(|person| &person.members).collect();
            for member in pair[1].people.iter().flat_map(|person| &person.members) {
                let Some(old) = before.iter().find(|old| old.spell.from == member.spell.from) else { continue };
                // "At most the spell's last day": also when a later run moves that day before the registration.
                let last = member.spell.last.unwrap_or(pair[1].as_of);
                prop_assert_eq!(member.registered, old.registered.min(last));
            }
        }
        Ok(())
    });
}

#[test]
fn a_spell_is_registered_on_the_first_run_that_sees_it_or_on_its_first_day_when_it_was_over_by_then() {
    holds_for(300, histories(), |history| {
        let mut known: BTreeSet<NaiveDate> = BTreeSet::new();
        let first = history.months().swap_remove(0);
        for member in first.people.iter().flat_map(|person| &person.members) {
            let expected = if member.spell.last.is_some() { member.spell.from } else { first.as_of };
            prop_assert_eq!(member.registered, expected);
            prop_assert!(known.insert(member.spell.from));
        }
        Ok(())
    });
}
