//! The group against the run before and against the case register: who came, who left, what changed afterwards, and
//! what to type into the case system.

use chrono::NaiveDate;

use super::field::kinds;
use super::lists::{Lists, age, flags, moved_from};
use super::{Cell, Codes, Column, CsvFile, Holds, List, Order, Sheet, code_list};
use crate::month::Person;
use crate::records::{Coded, Ground, Reason};
use crate::register::{Change, ChangeKind, Discrepancy, DiscrepancyKind, Member, PastSpell, Value};
use crate::timeline::{Flags, next_day};

impl Lists<'_> {
    fn all_changes(&self) -> impl Iterator<Item = (&Person, &Change)> {
        self.month.people.iter().flat_map(|person| person.changes.iter().map(move |change| (person, change)))
    }

    pub(super) fn changes(&self) -> List {
        let rows = self.all_changes().map(|(_, change)| {
            vec![
                Cell::Person(change.number),
                self.here(),
                Cell::Code(change.kind.code()),
                Cell::Date(change.date),
                Cell::Text(change.cause.clone()),
                Cell::Date(self.month.as_of),
                Cell::Text(change.before.clone()),
                Cell::Text(change.after.clone()),
            ]
        });
        List {
            file: Some(CsvFile::new(
                "forandringar",
                "Förändringar",
                "En rad för varje förändring sedan den jämförda avstämningen.",
            )),
            sheet: None,
            columns: vec![
                Column::person(),
                Column::here(),
                Column::csv("typ", "Typ", Holds::Code(change_codes()), "Vad som har hänt.").required(),
                Column::csv(
                    "datum",
                    "Datum",
                    Holds::Day,
                    "IN, IN_OCH_UT, ANDRAD och BORTTAGEN: periodens första dag. UT: dagen efter den sista.",
                )
                .required(),
                Column::csv(
                    "orsak",
                    "Orsak",
                    cause_codes(),
                    "Orsaken in, grunden ut, båda med snedstreck, eller fältet som har ändrats.",
                )
                .required(),
                Column::csv("upptackt", "Upptäckt", Holds::Day, "Avstämningen som såg det.").required(),
                Column::csv("fore", "Före", Holds::Text, "Värdet som det var; vid ANDRAD."),
                Column::csv("efter", "Nu", Holds::Text, "Värdet som det är; vid ANDRAD."),
            ],
            rows: rows.collect(),
        }
    }

    /// New spells, also those that are already over.
    pub(super) fn entered(&self) -> List {
        let new = self.all_changes().filter(|(_, change)| change.kind.is_entry());
        let rows = new.filter_map(|(person, change)| {
            let member = person.members.iter().find(|member| member.spell.from == change.date)?;
            let status =
                person.outreach.as_ref().filter(|_| member.spell.last.is_none()).map(|outreach| outreach.status);
            Some(vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                Cell::Date(member.spell.from),
                Cell::coded(member.spell.reason),
                Cell::Date(member.registered),
                age(member, self.month.as_of),
                moved_from(member),
                status.map_or(Cell::Empty, |status| Cell::Code(status.label())),
                flags(person, member, self.month.as_of),
                Cell::from(member.spell.last),
            ])
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Nya",
                about: "Har kommit in i gruppen sedan den jämförda avstämningen. Den som redan har lämnat den har en sista dag.",
                empty: "Inga nya.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("I gruppen från", 12),
                Column::sheet("Orsak", 26),
                Column::sheet("Registrerad", 12),
                Column::sheet("Ålder", 7),
                Column::sheet("Flyttade från", 10),
                Column::sheet("Kontakt", 20),
                Column::sheet("Att titta på", 26),
                Column::sheet("Sista dag i gruppen", 12),
            ],
            rows: rows.collect(),
        }
    }

    /// Spells that have ended.
    pub(super) fn left(&self) -> List {
        let rows = self.all_changes().filter_map(|(person, change)| {
            let member = person.members.iter().find(|member| ends_by(member, change))?;
            let last = member.spell.last?;
            Some(vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                Cell::Date(member.spell.from),
                Cell::Date(last),
                Cell::Date(next_day(last)),
                member.spell.ground.map_or(Cell::Empty, Cell::coded),
                Cell::coded(member.spell.reason),
                Cell::Date(member.registered),
                age(member, last),
                flags(person, member, self.month.as_of),
            ])
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Lämnar",
                about: "Har lämnat gruppen sedan den jämförda avstämningen. Avregistreras: dagen efter den sista dagen i gruppen.",
                empty: "Inga har lämnat gruppen.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("I gruppen från", 12),
                Column::sheet("Sista dag i gruppen", 12),
                Column::sheet("Avregistreras", 14),
                Column::sheet("Grund", 26),
                Column::sheet("Orsak in", 26),
                Column::sheet("Registrerad", 12),
                Column::sheet("Ålder", 7),
                Column::sheet("Att titta på", 26),
            ],
            rows: rows.collect(),
        }
    }

    /// What a later run says otherwise about the past.
    pub(super) fn changed_afterwards(&self) -> List {
        let rows = self.all_changes().filter(|(_, change)| change.kind.is_correction()).map(|(_, change)| {
            let (field, before, after) = match change.kind {
                ChangeKind::Removed => (REMOVED, self.removed(change), Cell::Code("Omfattas inte")),
                _ => (
                    field_label(&change.cause),
                    value(&change.cause, &change.before),
                    value(&change.cause, &change.after),
                ),
            };
            vec![
                Cell::Person(change.number),
                self.people.name(change.number),
                Cell::Date(change.date),
                Cell::Code(field),
                before,
                after,
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Ändrade i efterhand",
                about: "Uppgifter som den jämförda avstämningen visade på ett annat sätt. En rad för varje ändrad uppgift.",
                empty: "Inga uppgifter har ändrats i efterhand.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 26),
                Column::sheet("I gruppen från", 12),
                Column::sheet("Vad som har ändrats", 26),
                Column::sheet("Före", 44),
                Column::sheet("Nu", 40),
            ],
            rows: rows.collect(),
        }
    }

    /// A removed spell as the compared run listed it.
    fn removed(&self, change: &Change) -> Cell {
        let is_it = |spell: &&PastSpell| spell.number == change.number && spell.from == change.date;
        let Some(spell) = self.month.known.past.iter().find(is_it) else { return Cell::Empty };
        let last = spell.last.map_or_else(|| "pågår".to_owned(), |last| last.to_string());
        let ground = spell.ground.map(|ground| format!(", {}", ground.label())).unwrap_or_default();
        Cell::Text(format!("{} – {last}, {}{ground}", spell.from, spell.reason.label()))
    }

    /// The group against the case register, when there is one.
    pub(super) fn discrepancies(&self) -> List {
        let rows = self
            .month
            .people
            .iter()
            .flat_map(|person| person.discrepancies.iter().map(move |found| self.discrepancy(person, found)));
        let rows = rows.collect();
        List {
            file: Some(CsvFile::new(
                "avvikelser",
                "Avvikelser",
                "En rad för varje uppgift i KAA-registret eller en annan källa som skiljer sig från avstämningen.",
            )),
            sheet: Some(Sheet {
                name: "Avvikelser",
                about: "Där KAA-registret eller en annan källa skiljer sig från avstämningen, och vad som ska skrivas in.",
                empty: if self.month.has_case_register() {
                    "Inga avvikelser."
                } else {
                    "Inga avvikelser: inget KAA-register finns bland källorna."
                },
                order: Order::AsListed,
            }),
            columns: vec![
                Column::person(),
                Column::sheet("Namn", 24),
                Column::here(),
                Column::both("typ", "Avvikelse", 20, Holds::Code(discrepancy_codes()), "Vad som skiljer.").required(),
                Column::both("kalla_a", "Källa", 20, Holds::kind(), "Källan som ska rättas.").required(),
                Column::csv("kalla_b", "Jämförd med", Holds::Code(against_codes()), "Det som den skiljer sig från.")
                    .required(),
                Column::both("falt", "Fält", 22, Holds::Code(code_list(Discrepancy::FIELDS)), "Fältet i källan.")
                    .required(),
                Column::both("nu", "Står nu", 22, Holds::Text, "En dag, en kod eller ett personnummer."),
                Column::both("foreslaget", "Skriv in", 22, Holds::Text, "Vad som ska stå där i stället."),
                Column::both("beskrivning", "Beskrivning", 50, Holds::Text, "Vad någon ska göra.").required(),
            ],
            rows,
        }
    }

    /// A table by the municipality's own name for its source.
    fn source(&self, kind: &'static str) -> Cell {
        let file = self.month.known.files.iter().find(|file| file.kind.name() == kind);
        file.map_or(Cell::Code(kind), |file| Cell::labelled(kind, file.source.clone()))
    }

    fn discrepancy(&self, person: &Person, found: &Discrepancy) -> Vec<Cell> {
        let number = person.verdict.number;
        vec![
            Cell::Person(number),
            self.people.name(number),
            self.here(),
            Cell::labelled(found.kind.code(), found.kind.label()),
            self.source(found.source),
            Cell::Code(found.against),
            Cell::labelled(found.field.0, found.field.1),
            register_value(found.now),
            register_value(found.proposed),
            Cell::Code(found.text),
        ]
    }
}

fn register_value(value: Value) -> Cell {
    match value {
        Value::Empty => Cell::Empty,
        Value::Date(date) => Cell::Date(date),
        Value::Code(code, label) => Cell::labelled(code, label),
        Value::Number(number) => Cell::Person(number),
    }
}

/// Whether the change tells that this spell has ended.
fn ends_by(member: &Member, change: &Change) -> bool {
    match change.kind {
        ChangeKind::Out => member.spell.last.is_some_and(|last| next_day(last) == change.date),
        ChangeKind::InAndOut => member.spell.from == change.date,
        _ => false,
    }
}

const REMOVED: &str = "Perioden är borttagen";

/// The fields of a spell that can be another afterwards.
const SPELL_FIELDS: [(&str, &str); 6] = [
    ("fran", "I gruppen från"),
    ("till", "Sista dag i gruppen"),
    ("orsak_in", "Orsak"),
    ("grund_ut", "Grund"),
    ("registrerad", "Registrerad"),
    ("flaggor", "Att titta på"),
];

/// A field of a spell in Swedish words.
fn field_label(field: &str) -> &'static str {
    SPELL_FIELDS.into_iter().find(|(name, _)| *name == field).map_or("", |(_, words)| words)
}

fn change_codes() -> Codes {
    code_list(ChangeKind::ALL.map(|kind| (kind.code(), kind.label())))
}

fn cause_codes() -> Holds {
    let reasons = Reason::ALL.iter().map(|reason| (reason.code(), reason.label()));
    let grounds = Ground::ALL.iter().map(|ground| (ground.code(), ground.label()));
    Holds::Codes(code_list(reasons.chain(grounds).chain(SPELL_FIELDS)), '/')
}

fn discrepancy_codes() -> Codes {
    code_list(DiscrepancyKind::ALL.iter().map(|kind| (kind.code(), kind.label())))
}

fn against_codes() -> Codes {
    let mut codes = kinds();
    codes.push(("kaa".to_owned(), "Avstämningen".to_owned()));
    codes
}

/// The value of a field of a spell in Swedish words, a date as a date.
fn value(field: &str, code: &str) -> Cell {
    match field {
        "fran" | "registrerad" => Cell::from(code.parse::<NaiveDate>().ok()),
        "till" => code.parse::<NaiveDate>().map_or(Cell::Code("Pågår"), Cell::Date),
        "orsak_in" => Reason::from_text(code).map_or(Cell::Empty, Cell::coded),
        "grund_ut" => Ground::from_text(code).map_or(Cell::Code("Ingen"), Cell::coded),
        _ if code.is_empty() => Cell::Code("Inget"),
        _ => Cell::Text(Flags::from_codes(code).names()),
    }
}
