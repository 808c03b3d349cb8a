//! What SCB, and the coordinator, would stumble over. A list of pure functions from the half-year to findings; each
//! finding has its person, its rows and what stands there. Nothing is thrown, nothing is altered.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Block, Event, Fact, Field, Half, Layout, Reported, Severity, Value, WhyLeftOut};
use crate::calendar::HalfYear;
use crate::ingest::Reject;
use crate::person::{PersonalNumber, birthday};
use crate::records::{Kind, Occupation, Place, Reason, Registration};
use crate::register::Member;
use crate::texts::cell_fault;
use crate::texts::scb::Check;
use crate::timeline::{FOREVER, Period};

/// A count may be half or double that of the half-year before; smaller differences than this many rows mean nothing.
const COUNT_SLACK: u64 = 10;
/// The share of youths registered that counts as good (Skolverket: only 19 % of municipalities reached it in H2 2018).
pub const COVERAGE_YARDSTICK: usize = 90;

/// What the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The half-year.
    pub half: &'a Half<'a>,
    /// The layout.
    pub layout: &'a Layout,
    /// What the file of the half-year before held, if there was one.
    pub previous: Option<&'a Previous>,
    /// The cells at fault of all sources: a row that was rejected is in no table, and so in no other check.
    pub rejects: &'a [Reject],
}

/// The file of the half-year before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// The half-year.
    pub period: HalfYear,
    /// Its events by block.
    pub blocks: BTreeMap<String, u64>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How serious it is by the layout.
    pub severity: Severity,
    /// Whose; `None`: about the file.
    pub number: Option<PersonalNumber>,
    /// Its day.
    pub date: Option<NaiveDate>,
    /// What stands there, in Swedish.
    pub detail: String,
    /// The rows that it rests on.
    pub places: Vec<Place>,
}

/// A finding before the layout says how serious it is.
struct Found {
    number: Option<PersonalNumber>,
    date: Option<NaiveDate>,
    detail: String,
    places: Vec<Place>,
}

type Look = fn(&Subject<'_>) -> Vec<Found>;

/// Each check with the function that makes it.
const CHECKS: &[(Check, Look)] = &[
    (Check::InvalidIdentity, invalid_identity),
    (Check::NotResident, not_resident),
    (Check::RegisteredOutsideSpell, registered_outside_spell),
    (Check::ReasonMissing, reason_missing),
    (Check::RegisteredAfterwards, registered_afterwards),
    (Check::DoubleRegistration, double_registration),
    (Check::NotRegistered, not_registered),
    (Check::RegisteredWithoutSpell, registered_without_spell),
    (Check::NotClosed, not_closed),
    (Check::LateAt20, late_at_20),
    (Check::DateOrGroundMissing, date_or_ground_missing),
    (Check::EndBeforeStart, end_before_start),
    (Check::DeregisteredBefore, deregistered_before),
    (Check::Difference, difference),
    (Check::OutsideSpell, outside_spell),
    (Check::NationalProgramme, national_programme),
    (Check::MeasureEndIncomplete, measure_end_incomplete),
    (Check::MeasureStillOpen, measure_still_open),
    (Check::NoOccupation, no_occupation),
    (Check::KnowledgeNotInLayout, knowledge_not_in_layout),
    (Check::ToLookInto, to_look_into),
    (Check::AnswerWithoutOccupation, answer_without_occupation),
    (Check::Protected, protected),
    (Check::CountsDiffer, counts_differ),
    (Check::LayoutNotCompared, layout_not_compared),
    (Check::NotFinished, not_finished),
    (Check::RowRejected, row_rejected),
    (Check::GrownOut, grown_out),
];

/// What every check that the layout asks for finds, by severity, check and person.
pub fn findings(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &(check, look) in CHECKS {
        let Some(&severity) = subject.layout.checks.get(&check) else { continue };
        findings.extend(look(subject).into_iter().map(|Found { number, date, detail, places }| Finding {
            check,
            severity,
            number,
            date,
            detail,
            places,
        }));
    }
    findings.sort_by_key(|found| (found.severity, found.check, found.number, found.date));
    findings
}

impl Subject<'_> {
    /// Looks at each spell.
    fn of_spells(&self, look: impl Fn(&Reported<'_>) -> Option<Found>) -> Vec<Found> {
        self.half.spells.iter().filter_map(look).collect()
    }

    /// Looks at each event.
    fn of_events(&self, look: impl Fn(&Event) -> Option<String>) -> Vec<Found> {
        let found = self.half.events().into_iter().filter_map(|event| Some((event, look(event)?)));
        let found = found.map(|(event, detail)| Found {
            number: Some(event.number),
            date: Some(event.date),
            detail,
            places: event.places.clone(),
        });
        found.collect()
    }

    fn until(&self) -> NaiveDate {
        self.half.view.until
    }
}

/// A finding about a spell, with the rows of its registration.
fn about(spell: &Reported<'_>, date: NaiveDate, detail: String) -> Found {
    let places = spell.rows.iter().map(|row| row.place).collect();
    Found { number: Some(spell.spell.member.number), date: Some(date), detail, places }
}

/// The days of a spell as they are said.
fn days(spell: &Reported<'_>) -> String {
    let last = spell.spell.last.map_or_else(|| "pågår".to_owned(), |last| last.to_string());
    format!("i gruppen {} – {last}", spell.spell.from)
}

/// Numbers are read strictly and a samordningsnummer is never a member: what is left is the register's old number.
fn invalid_identity(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let number = spell.spell.member.number;
        let old = subject.half.view.month.known.old_in_register.get(&number)?;
        Some(about(spell, spell.registered, format!("KAA-registret har {}", old.hyphenated())))
    })
}

fn not_resident(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let detail = || format!("Registrerad {}, {}", spell.registered, days(spell));
        (!spell.resident).then(|| about(spell, spell.registered, detail()))
    })
}

fn registered_outside_spell(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let outside = !spell.spell.holds(spell.registered);
        outside.then(|| about(spell, spell.registered, format!("Registrerad {}, {}", spell.registered, days(spell))))
    })
}

fn reason_missing(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let of_file = spell.events.iter().find_map(|event| match event.fact {
            Fact::Registration { reason, .. } => Some(reason),
            _ => None,
        })?;
        let unfilled = !spell.rows.is_empty() && spell.rows.iter().all(|row| row.reason.is_none());
        let unknown = spell.rows.iter().any(|row| row.reason == Some(Reason::Unknown))
            && spell.rows.iter().all(|row| row.reason.is_none_or(|reason| reason == Reason::Unknown));
        let label = crate::records::Coded::label(of_file);
        let detail = match of_file {
            Reason::Unknown => "Orsaken är okänd, också i källorna".to_owned(),
            _ if unfilled => format!("Orsaken är inte ifylld i KAA-registret, filen har: {label}"),
            _ => format!("Orsaken är okänd i KAA-registret, filen har: {label}"),
        };
        (unfilled || unknown || of_file == Reason::Unknown).then(|| about(spell, spell.registered, detail))
    })
}

fn registered_afterwards(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let member = spell.spell.member;
        let detail = || match (member.in_case_register, subject.half.view.month.has_case_register()) {
            (true, _) => format!("Registrerad {}, filen har {}", member.registered, spell.registered),
            // No run may have seen the spell: then the day of registration is the as-of date, and nobody's.
            (false, true) => format!("Inte registrerad i KAA-registret, filen har {}", spell.registered),
            (false, false) => format!("Inget KAA-register bland källorna, filen har {}", spell.registered),
        };
        spell.spell.registered_afterwards.then(|| about(spell, member.registered, detail()))
    })
}

/// Of the rows that touch the half-year: two that share days, and two of one spell.
fn double_registration(subject: &Subject<'_>) -> Vec<Found> {
    let days = |row: &Registration| Period::new(row.registered, row.deregistered.unwrap_or(FOREVER));
    let mut found = Vec::new();
    let mut people: BTreeMap<PersonalNumber, Vec<(Option<usize>, &Registration)>> = BTreeMap::new();
    for person in &subject.half.view.month.people {
        let rows = person.with_spell.iter().map(|(at, row)| (Some(*at), row));
        let rows = rows.chain(person.without_spell.iter().map(|row| (None, row)));
        let touching = rows.filter(|(_, row)| touches(subject, row)).collect();
        people.insert(person.verdict.number, touching);
    }
    for (number, mut rows) in people {
        rows.sort_by_key(|(_, row)| (row.registered, row.place));
        found.extend(rows.windows(2).filter_map(|pair| {
            let [(first_spell, first), (second_spell, second)] = *pair else { return None };
            let same_spell = first_spell.is_some() && first_spell == second_spell;
            (same_spell || days(first).overlaps(days(second))).then(|| Found {
                number: Some(number),
                date: Some(second.registered),
                detail: format!("Registrerad {} och {}", first.registered, second.registered),
                places: vec![first.place, second.place],
            })
        }));
    }
    found
}

/// Whether a registration stands open on a day of the half-year, or is closed on one.
fn touches(subject: &Subject<'_>, row: &Registration) -> bool {
    row.registered <= subject.until() && row.deregistered.is_none_or(|day| day >= subject.half.view.period.first())
}

fn not_registered(subject: &Subject<'_>) -> Vec<Found> {
    if !subject.half.view.month.has_case_register() {
        return Vec::new();
    }
    // A row that ends before it begins is told of as such, and not as if there were none.
    let backwards = backwards(subject);
    let has_backwards = |spell: &Reported<'_>| {
        backwards.iter().any(|(row, out)| {
            row.number == spell.spell.member.number
                && row.registered >= spell.spell.from
                && spell.spell.last.is_none_or(|last| *out <= last)
        })
    };
    let mut found = subject.of_spells(|spell| {
        let detail = || format!("Inte i KAA-registret, {}", days(spell));
        let missing = spell.rows.is_empty() && !has_backwards(spell);
        missing.then(|| about(spell, spell.registered, detail()))
    });
    let (registered, persons) = (subject.half.registered_persons(), subject.half.persons());
    if registered * 100 < persons * COVERAGE_YARDSTICK {
        let detail =
            format!("{registered} av {persons} ungdomar är registrerade, mindre än {COVERAGE_YARDSTICK} procent");
        found.push(about_file(detail));
    }
    found
}

/// Every row of the case register, of whoever: a month lists only those whom it has something to say of.
fn registrations<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Registration> {
    subject.half.view.month.known.tables.registrations.iter()
}

/// Rows that hold days of the half-year and are not in the file. Those that end before they begin are a check of
/// their own.
fn strays<'a>(subject: &Subject<'a>) -> Vec<&'a Registration> {
    let in_file: BTreeSet<Place> =
        subject.half.spells.iter().flat_map(|spell| &spell.rows).map(|row| row.place).collect();
    let is_stray =
        |row: &&Registration| touches(subject, row) && ends_before(row).is_none() && !in_file.contains(&row.place);
    registrations(subject).filter(is_stray).collect()
}

/// Whether the population register cannot tell of someone: 20 in the half-year or after it, now too old for the
/// extract, and known by no row of it and no change.
fn has_grown_out(subject: &Subject<'_>, row: &Registration) -> bool {
    let (view, number) = (subject.half.view, row.number);
    let month = view.month;
    let born = number.born();
    let people = month.people.binary_search_by_key(&number, |person| person.verdict.number);
    birthday(born, 20) > view.period.first()
        && birthday(born, 20) <= month.as_of
        && !people.is_ok_and(|at| !month.people[at].members.is_empty())
        && !month.known.tables.registered.iter().any(|row| row.number == number)
        && !month.known.tables.changes.iter().any(|row| row.number == number)
}

fn grown_out(subject: &Subject<'_>) -> Vec<Found> {
    let rows: Vec<&Registration> = strays(subject).into_iter().filter(|row| has_grown_out(subject, row)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let persons = rows.iter().map(|row| row.number).collect::<BTreeSet<_>>().len();
    let detail = format!(
        "{} registreringar i KAA-registret under halvåret är inte med i filen: {persons} ungdomar har fyllt 20 och finns inte i folkbokföringen",
        rows.len()
    );
    vec![Found { places: rows.iter().map(|row| row.place).collect(), ..about_file(detail) }]
}

/// The first day after the spell that a stray row stood for, when it was over before the half-year: the register was
/// closed late or not at all.
fn should_have_ended(subject: &Subject<'_>, row: &Registration) -> Option<NaiveDate> {
    let view = subject.half.view;
    let people = &view.month.people;
    let at = people.binary_search_by_key(&row.number, |person| person.verdict.number).ok()?;
    let person = &people[at];
    let own = person.with_spell.iter().find(|(_, own)| own.place == row.place).map(|&(at, _)| &person.members[at]);
    let shares_days = |member: &&Member| {
        member.spell.last.is_none_or(|last| last >= row.registered)
            && row.deregistered.is_none_or(|out| out > member.spell.from)
    };
    let member = own.or_else(|| person.members.iter().rev().find(shares_days))?;
    member.spell.last.and_then(|last| last.succ_opt()).filter(|&out| out <= view.period.first())
}

fn said_of(row: &Registration) -> String {
    match row.deregistered {
        Some(day) => format!("Registrerad {}, avregistrerad {day}", row.registered),
        None => format!("Registrerad {}", row.registered),
    }
}

fn about_row(row: &Registration, date: NaiveDate, detail: String) -> Found {
    Found { number: Some(row.number), date: Some(date), detail, places: vec![row.place] }
}

fn registered_without_spell(subject: &Subject<'_>) -> Vec<Found> {
    let strays = strays(subject).into_iter().filter(|row| should_have_ended(subject, row).is_none());
    // That the extract has not whoever has grown out of it says nothing of then.
    let strays = strays.filter(|row| !has_grown_out(subject, row));
    strays.map(|row| about_row(row, row.registered, said_of(row))).collect()
}

fn not_closed(subject: &Subject<'_>) -> Vec<Found> {
    let late = strays(subject).into_iter().filter_map(|row| Some((row, should_have_ended(subject, row)?)));
    late.map(|(row, out)| about_row(row, out, format!("{}, ska avregistreras {out}", said_of(row)))).collect()
}

fn late_at_20(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let turns_20 = birthday(spell.spell.member.number.born(), 20);
        // Also when the register closed it after the half-year, and the file has the sources' day.
        let in_register = spell.rows.iter().filter_map(|row| row.deregistered);
        let out = in_register.chain(spell.deregistered).max().filter(|&out| out > turns_20)?;
        if turns_20 > subject.until() {
            return None;
        }
        Some(about(spell, out, format!("Avregistrerad {out}, fyllde 20 den {turns_20}")))
    })
}

fn date_or_ground_missing(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let row = spell.rows.iter().find(|row| row.deregistered.is_some() != row.ground.is_some())?;
        let (date, detail) = match row.deregistered {
            Some(day) if day > subject.until() => return None,
            Some(day) => (day, "Datum utan grund"),
            None => (row.registered, "Grund utan datum"),
        };
        Some(Found { places: vec![row.place], ..about(spell, date, detail.to_owned()) })
    })
}

fn end_before_start(subject: &Subject<'_>) -> Vec<Found> {
    let backwards = backwards(subject).into_iter();
    backwards.map(|(row, out)| about_row(row, out, said_of(row))).collect()
}

/// The day of deregistration of a row that ends before it begins.
fn ends_before(row: &Registration) -> Option<NaiveDate> {
    row.deregistered.filter(|&out| out < row.registered)
}

/// Rows that end before they begin, and reach into the half-year. They hold no day, and so belong to no spell.
fn backwards<'a>(subject: &Subject<'a>) -> Vec<(&'a Registration, NaiveDate)> {
    let first = subject.half.view.period.first();
    let rows = registrations(subject).filter_map(|row| Some((row, ends_before(row)?)));
    rows.filter(|(row, out)| row.registered >= first && *out <= subject.until()).collect()
}

fn deregistered_before(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let out = spell.deregistered.filter(|&out| out < subject.half.view.period.first())?;
        Some(about(spell, out, format!("Avregistrerad {out}, {}", days(spell))))
    })
}

fn difference(subject: &Subject<'_>) -> Vec<Found> {
    let of_spell = |spell: &Reported<'_>| -> Vec<Found> {
        let found = spell.disagreements.iter().map(|found| {
            let (register, own) = (said(found.field, found.register), said(found.field, found.own));
            let in_file = said(found.field, found.in_file);
            let detail =
                format!("{}: KAA-registret har {register}, källorna {own}, filen {in_file}", found.field.label());
            Found { places: vec![found.place], ..about(spell, spell.registered, detail) }
        });
        found.collect()
    };
    subject.half.spells.iter().flat_map(of_spell).collect()
}

/// A value in Swedish words.
pub(super) fn said(field: Field, value: Option<Value>) -> String {
    match value {
        None => "inget".to_owned(),
        Some(Value::Date(date)) => date.to_string(),
        Some(Value::Code(constant)) => field.words(constant).to_owned(),
        Some(Value::Number(number)) => number.hyphenated(),
        Some(Value::Municipality(municipality)) => municipality.to_string(),
    }
}

fn outside_spell(subject: &Subject<'_>) -> Vec<Found> {
    left_out(subject, |why| why != WhyLeftOut::NoOccupation)
}

fn answer_without_occupation(subject: &Subject<'_>) -> Vec<Found> {
    left_out(subject, |why| why == WhyLeftOut::NoOccupation)
}

fn left_out(subject: &Subject<'_>, wanted: impl Fn(WhyLeftOut) -> bool) -> Vec<Found> {
    let found = subject.half.left_out.iter().filter(|left| wanted(left.why)).map(|left| Found {
        number: Some(left.number),
        date: Some(left.date),
        detail: format!("{} {}: {}", left.block.label(), left.date, left.why.label()),
        places: vec![left.place],
    });
    found.collect()
}

fn national_programme(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_events(|event| match event.fact {
        Fact::Contact { occupation: Occupation::NationalProgramme }
        | Fact::Knowledge { occupation: Occupation::NationalProgramme, .. } => {
            Some(format!("{} {}", event.block().label(), event.date))
        }
        _ => None,
    })
}

fn measure_end_incomplete(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_events(|event| {
        let Fact::MeasureEnd { ground, after } = event.fact else { return None };
        let missing = match (ground, after) {
            (Some(_), Some(_)) => return None,
            (None, Some(_)) => "grund för avslutet",
            (Some(_), None) => "sysselsättning efter",
            (None, None) => "grund för avslutet och sysselsättning efter",
        };
        Some(format!("Avslutad {}, saknar {missing}", event.date))
    })
}

fn measure_still_open(subject: &Subject<'_>) -> Vec<Found> {
    let of_spell = |spell: &Reported<'_>| -> Vec<Found> {
        let Some(out) = spell.deregistered else { return Vec::new() };
        let found = spell.open_measures.iter().map(|row| {
            let end = row.end.map_or_else(|| "inget slut".to_owned(), |end| format!("slut {end}"));
            let detail = format!("Påbörjad {}, {end}, avregistrerad {out}", row.start);
            Found { places: vec![row.place], ..about(spell, row.start, detail) }
        });
        found.collect()
    };
    subject.half.spells.iter().flat_map(of_spell).collect()
}

fn no_occupation(subject: &Subject<'_>) -> Vec<Found> {
    let of_spell = |spell: &Reported<'_>| -> Vec<Found> {
        let found = spell
            .without_occupation
            .iter()
            .map(|row| Found { places: vec![row.place], ..about(spell, row.date, format!("Kontakt {}", row.date)) });
        found.collect()
    };
    subject.half.spells.iter().flat_map(of_spell).collect()
}

fn knowledge_not_in_layout(subject: &Subject<'_>) -> Vec<Found> {
    if subject.layout.has(Block::Knowledge) {
        return Vec::new();
    }
    subject.of_events(|event| {
        (event.block() == Block::Knowledge).then(|| format!("{} {}", event.block().label(), event.date))
    })
}

fn to_look_into(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let flags = spell.spell.member.spell.flags;
        let until = spell.spell.person.verdict.looked_into_until;
        let looked_into = until.is_some_and(|until| until >= subject.until());
        (!flags.is_empty() && !looked_into).then(|| about(spell, spell.spell.from, flags.names()))
    })
}

fn protected(subject: &Subject<'_>) -> Vec<Found> {
    subject.of_spells(|spell| {
        let is_protected = subject.half.view.month.protected.contains(&spell.spell.member.number);
        is_protected.then(|| about(spell, spell.registered, "Skyddade personuppgifter".to_owned()))
    })
}

fn counts_differ(subject: &Subject<'_>) -> Vec<Found> {
    let Some(previous) = subject.previous else { return Vec::new() };
    let mut now: BTreeMap<Block, u64> = BTreeMap::new();
    for event in subject.half.events() {
        *now.entry(event.block()).or_default() += 1;
    }
    let differs = |before: u64, now: u64| now.abs_diff(before) > COUNT_SLACK && (now * 2 < before || now > before * 2);
    let blocks = Block::ALL.into_iter().filter(|&block| subject.layout.has(block));
    let counts = blocks.filter_map(|block| {
        let before = *previous.blocks.get(block.code())?;
        Some((block, before, now.get(&block).copied().unwrap_or(0)))
    });
    counts
        .filter(|&(_, before, now)| differs(before, now))
        .map(|(block, before, now)| {
            about_file(format!("{}: {now} nu, {before} i filen för {}", block.label(), previous.period))
        })
        .collect()
}

fn about_file(detail: String) -> Found {
    Found { number: None, date: None, detail, places: Vec::new() }
}

fn layout_not_compared(subject: &Subject<'_>) -> Vec<Found> {
    let (layout, period) = (subject.layout, subject.half.view.period);
    let mut found = Vec::new();
    if layout.compared.is_none() {
        found.push(about_file(format!("Layouten \"{}\" är byggd på antaganden", layout.name)));
    }
    if !layout.holds_for(period) {
        found.push(about_file(format!("Layouten \"{}\" gäller inte {period}", layout.name)));
    }
    found
}

fn not_finished(subject: &Subject<'_>) -> Vec<Found> {
    let view = subject.half.view;
    let detail = || format!("Avstämningsdatum {}, halvåret slutar {}", view.until, view.period.last());
    if view.is_finished() { Vec::new() } else { vec![about_file(detail())] }
}

/// Each rejected row of the tables that the file is made of, once.
fn row_rejected(subject: &Subject<'_>) -> Vec<Found> {
    let month = subject.half.view.month;
    let is_of_file = |place: Place| {
        let kind = month.file(place.file).map(|file| file.kind);
        matches!(kind, Some(Kind::CaseRegister | Kind::Contacts | Kind::Knowledge | Kind::Measures))
    };
    let rejected = subject.rejects.iter().filter(|reject| reject.rejected && is_of_file(reject.place));
    let mut rows: BTreeMap<Place, &Reject> = BTreeMap::new();
    for reject in rejected {
        rows.entry(reject.place).or_insert(reject);
    }
    let found = rows.into_iter().map(|(place, reject)| {
        let detail = format!("{}: {} {}", reject.column, reject.value, cell_fault(reject.fault).swedish);
        Found { places: vec![place], ..about_file(detail) }
    });
    found.collect()
}
