//! The monthly CSV lists (contract 5). They hold no names.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Cell, List};
use crate::config::Config;
use crate::ingest::Intake;
use crate::month::{Month, Person, is_risk};
use crate::outreach::{ContactStatus, Outreach};
use crate::person::{age_on, years_before};
use crate::records::{Coded, Ground, Registered};
use crate::register::{ChangeKind, Member};
use crate::texts::{cell_fault, cell_fault_code, cell_fault_todo};
use crate::timeline::{Flag, next_day};

/// Every list of a monthly run, in the order of the contract.
pub fn monthly_lists(month: &Month, intake: &Intake, config: &Config) -> Vec<List> {
    let writer = Lists { month, intake, municipality: config.municipality.to_string() };
    vec![
        writer.group(),
        writer.spells(),
        writer.changes(),
        writer.contacts(),
        writer.follow_ups(),
        writer.inquiries(),
        writer.discrepancies(),
        writer.risks(),
        writer.rejects(),
    ]
}

struct Lists<'a> {
    month: &'a Month,
    intake: &'a Intake,
    municipality: String,
}

impl Lists<'_> {
    fn here(&self) -> Cell {
        Cell::from(self.municipality.as_str())
    }

    fn group(&self) -> List {
        let rows = self.month.group().map(|(person, member)| {
            let outreach = person.outreach.as_ref();
            let mut row = vec![
                Cell::Person(member.number),
                self.here(),
                Cell::Date(member.spell.from),
                Cell::Code(member.spell.reason.code()),
                Cell::Date(member.registered),
                age(member, self.month.as_of),
                Cell::Text(member.spell.flags.codes()),
            ];
            row.extend(outreach_cells(outreach));
            row.push(Cell::from(member.spell.moved_from.map(|code| code.to_string()).as_deref()));
            row
        });
        List {
            name: "malgrupp",
            columns: &[
                "personnummer",
                "kommunkod",
                "fran",
                "orsak_in",
                "registrerad",
                "alder",
                "flaggor",
                "kontaktstatus",
                "sysselsattning",
                "sysselsattning_datum",
                "fas",
                "pagaende_atgard",
                "fran_kommunkod",
            ],
            rows: rows.collect(),
        }
    }

    fn spells(&self) -> List {
        let since = years_before(self.month.as_of, 1);
        let members = self.month.people.iter().flat_map(|person| &person.members);
        let listed = members.filter(|member| member.spell.last.is_none_or(|last| last >= since));
        let rows = listed.map(|member| {
            vec![
                Cell::Person(member.number),
                self.here(),
                Cell::Date(member.spell.from),
                Cell::from(member.spell.last),
                Cell::Code(member.spell.reason.code()),
                member.spell.ground.map_or(Cell::Empty, |ground| Cell::Code(ground.code())),
                Cell::Text(member.spell.flags.codes()),
            ]
        });
        List {
            name: "perioder",
            columns: &["personnummer", "kommunkod", "fran", "till", "orsak_in", "grund_ut", "flaggor"],
            rows: rows.collect(),
        }
    }

    fn changes(&self) -> List {
        let rows = self.month.people.iter().flat_map(|person| &person.changes).map(|change| {
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
            name: "forandringar",
            columns: &["personnummer", "kommunkod", "typ", "datum", "orsak", "upptackt", "fore", "efter"],
            rows: rows.collect(),
        }
    }

    /// Members whom nobody has reached. Without a ladder in the config there is no next step.
    fn contacts(&self) -> List {
        let rows = self.month.group().filter_map(|(person, member)| {
            let outreach = person.outreach.as_ref().filter(|outreach| needs_contact(outreach.status))?;
            Some(vec![
                Cell::Person(member.number),
                self.here(),
                Cell::Date(member.spell.from),
                Cell::Date(member.registered),
                age(member, self.month.as_of),
                Cell::Number((self.month.as_of - member.spell.from).num_days() + 1),
                Cell::Code(outreach.status.code()),
                Cell::Number(i64::try_from(outreach.attempts).unwrap_or(i64::MAX)),
                Cell::from(outreach.last_attempt),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Code("Ingen kontakttrappa är vald i konfigurationen."),
            ])
        });
        List {
            name: "kontaktlista",
            columns: &[
                "personnummer",
                "kommunkod",
                "fran",
                "registrerad",
                "alder",
                "dagar_i_gruppen",
                "kontaktstatus",
                "forsok",
                "senaste_forsok",
                "nasta_steg",
                "kontaktsatt",
                "tidigast",
                "senast",
                "dagar_sen",
                "mottagare",
                "ansvarig",
                "skal",
            ],
            rows: rows.collect(),
        }
    }

    /// Agreed contacts that are due within 14 days or late, and those who turned 20 since the run before.
    fn follow_ups(&self) -> List {
        const AHEAD_DAYS: i64 = 14;
        let due = self.month.group().filter_map(|(person, member)| {
            let day = person
                .outreach
                .as_ref()?
                .next_contact
                .filter(|&day| (day - self.month.as_of).num_days() <= AHEAD_DAYS)?;
            Some(vec![
                Cell::Person(member.number),
                self.here(),
                Cell::Code("UPPFOLJNING"),
                Cell::Date(day),
                Cell::Empty,
                Cell::Code("Överenskommen ny kontakt."),
            ])
        });
        let turned_20 = self
            .month
            .people
            .iter()
            .flat_map(|person| &person.changes)
            .filter(|change| change.kind == ChangeKind::Out && change.cause == Ground::Turned20.code());
        let ended = turned_20.map(|change| {
            vec![
                Cell::Person(change.number),
                self.here(),
                Cell::Code("FYLLT_20"),
                Cell::Date(change.date),
                Cell::Empty,
                Cell::Code("Har fyllt 20 år och omfattas inte längre."),
            ]
        });
        let mut rows: Vec<Vec<Cell>> = due.chain(ended).collect();
        sort_by_person(&mut rows, 3);
        List {
            name: "uppfoljningar",
            columns: &["personnummer", "kommunkod", "typ", "senast", "ansvarig", "skal"],
            rows,
        }
    }

    fn inquiries(&self) -> List {
        let mut rows: Vec<(bool, Vec<Cell>)> = Vec::new();
        for person in &self.month.people {
            let looked_into = is_looked_into(person, self.month.as_of);
            let mut add = |code: &'static str, date: NaiveDate, label: &'static str, todo: &'static str| {
                let row = vec![
                    Cell::Person(person.verdict.number),
                    self.here(),
                    Cell::Code(code),
                    Cell::Date(date),
                    Cell::Code(label),
                    Cell::Code(todo),
                ];
                rows.push((looked_into, row));
            };
            for flag in person.open().into_iter().flat_map(|member| member.spell.flags.iter()) {
                let from = person.open().map_or(self.month.as_of, |member| member.spell.from);
                add(flag.code(), from, Flag::label(flag), Flag::todo(flag));
            }
            for inquiry in &person.verdict.inquiries {
                add(inquiry.kind.code(), inquiry.date, inquiry.kind.label(), inquiry.kind.todo());
            }
        }
        let (last, mut first): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(looked_into, _)| *looked_into);
        first.extend(last);
        List {
            name: "utreda",
            columns: &["personnummer", "kommunkod", "typ", "datum", "beskrivning", "gor_sa"],
            rows: first.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// The group against the case register, when there is one.
    fn discrepancies(&self) -> List {
        let mut rows = Vec::new();
        if self.month.has_case_register() {
            for person in &self.month.people {
                rows.extend(self.discrepancies_of(person));
            }
        }
        List {
            name: "avvikelser",
            columns: &[
                "personnummer",
                "kommunkod",
                "typ",
                "kalla_a",
                "kalla_b",
                "falt",
                "nu",
                "foreslaget",
                "beskrivning",
            ],
            rows,
        }
    }

    fn discrepancies_of(&self, person: &Person) -> Vec<Vec<Cell>> {
        let row = |kind: &'static str, field: &'static str, now: Cell, proposed: Cell, text: &'static str| {
            vec![
                Cell::Person(person.verdict.number),
                self.here(),
                Cell::Code(kind),
                Cell::Code("kaa_register"),
                Cell::Code("kaa"),
                Cell::Code(field),
                now,
                proposed,
                Cell::Code(text),
            ]
        };
        let mut rows = Vec::new();
        if let Some(member) = person.open().filter(|member| !member.in_case_register) {
            let text = "Omfattas men är inte registrerad. Registrera med detta datum.";
            rows.push(row("EJ_REGISTRERAD", "registreringsdatum", Cell::Empty, Cell::Date(member.registered), text));
        }
        for (index, registration) in person.with_spell.iter().filter(|(_, row)| row.deregistered.is_none()) {
            let Some(last) = person.members.get(*index).and_then(|member| member.spell.last) else { continue };
            let text = "Omfattas inte längre men är öppen i registret. Avregistrera med detta datum.";
            let now = Cell::from(registration.deregistered);
            rows.push(row("SKA_AVREGISTRERAS", "avregistreringsdatum", now, Cell::Date(next_day(last)), text));
        }
        for registration in person.without_spell.iter().filter(|row| row.deregistered.is_none()) {
            let text = "Registrerad utan att ha omfattats. Ta bort registreringen, eller lägg ett undantag om källorna har fel.";
            rows.push(row(
                "UTANFOR_PERIOD",
                "registreringsdatum",
                Cell::Date(registration.registered),
                Cell::Empty,
                text,
            ));
        }
        rows
    }

    /// Warnings about residents under 20 who are still in school: prevention, no members.
    fn risks(&self) -> List {
        let here = |row: &&Registered| row.municipality.to_string() == self.municipality;
        let residents: BTreeSet<_> =
            self.month.known.tables.registered.iter().filter(here).map(|row| row.number).collect();
        let members: BTreeSet<_> = self.month.group().map(|(_, member)| member.number).collect();
        let since = years_before(self.month.as_of, 1);
        let reports = self.month.known.tables.reports.iter().filter(|row| {
            is_risk(row.event)
                && row.date >= since
                && residents.contains(&row.number)
                && age_on(row.number.born(), self.month.as_of) < 20
                && !members.contains(&row.number)
        });
        let rows = reports.map(|row| {
            let protected = self.month.protected.contains(&row.number);
            let school = if protected { Some("SKYDD") } else { row.school.as_deref() };
            vec![
                Cell::Person(row.number),
                self.here(),
                Cell::Code(row.event.code()),
                Cell::Date(row.date),
                Cell::from(school),
                Cell::Code("huvudmannarapport"),
            ]
        });
        let mut rows: Vec<Vec<Cell>> = rows.collect();
        sort_by_person(&mut rows, 3);
        List { name: "risk", columns: &["personnummer", "kommunkod", "typ", "datum", "skola", "kalla"], rows }
    }

    fn rejects(&self) -> List {
        List {
            name: "avvisade_rader",
            columns: &["kalla", "fil", "blad", "rad", "kolumn", "varde", "kod", "beskrivning", "gor_sa"],
            rows: reject_rows(self.intake),
        }
    }
}

/// The rows of `avvisade_rader.csv`: every cell at fault, in the order of files and rows.
pub fn reject_rows(intake: &Intake) -> Vec<Vec<Cell>> {
    intake
        .rejects
        .iter()
        .map(|reject| {
            let file = intake.files.get(reject.place.file as usize);
            let outcome = if reject.rejected { "" } else { " Raden används utan uppgiften." };
            vec![
                Cell::from(file.map(|file| file.source.as_str())),
                Cell::from(file.map(|file| file.name.as_str())),
                Cell::from(file.and_then(|file| file.sheet.as_deref())),
                Cell::Number(i64::from(reject.place.row)),
                Cell::Code(reject.column),
                Cell::from(reject.value.as_str()),
                Cell::Code(cell_fault_code(reject.fault)),
                Cell::Text(format!("{}{outcome}", cell_fault(reject.fault).swedish)),
                Cell::Text(cell_fault_todo(reject.fault).swedish),
            ]
        })
        .collect()
}

/// Whether a coordinator has looked into the person's flags for now.
pub fn is_looked_into(person: &Person, as_of: NaiveDate) -> bool {
    person.verdict.looked_into_until.is_some_and(|until| until >= as_of)
}

/// Whether somebody should try to reach a youth of this status.
pub fn needs_contact(status: ContactStatus) -> bool {
    matches!(status, ContactStatus::NotContacted | ContactStatus::Unanswered | ContactStatus::Lost)
}

fn age(member: &Member, as_of: NaiveDate) -> Cell {
    Cell::Number(i64::from(age_on(member.number.born(), as_of)))
}

fn outreach_cells(outreach: Option<&Outreach>) -> Vec<Cell> {
    let Some(outreach) = outreach else { return vec![Cell::Empty; 5] };
    let occupation = outreach.occupation;
    let measures = outreach.measures.join(",");
    vec![
        Cell::Code(outreach.status.code()),
        occupation.map_or(Cell::Empty, |(occupation, _)| Cell::Code(occupation.code())),
        Cell::from(occupation.map(|(_, date)| date)),
        Cell::Code(if outreach.measures.is_empty() { "UPPSOKANDE" } else { "I_ATGARD" }),
        Cell::from(measures.as_str()),
    ]
}

fn sort_by_person(rows: &mut [Vec<Cell>], date: usize) {
    rows.sort_by_key(|row| match (&row[0], &row[date]) {
        (Cell::Person(number), Cell::Date(day)) => Some((*number, *day)),
        _ => None,
    });
}
