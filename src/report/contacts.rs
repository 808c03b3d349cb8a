//! Whom to contact: the ladder's next steps, the letters, and what else somebody must do (contract 4 and 5).

use super::lists::{Lists, age, age_column, days_in_group, first_day, registered_on, status, status_column};
use super::{Cell, Column, CsvFile, Holds, List, Order, Sheet, code_list, codes};
use crate::month::Person;
use crate::outreach::{Interval, NextStep, Outreach, Task, TaskKind};
use crate::records::{Addressee, Coded, ContactWay};
use crate::register::Member;
use crate::texts::outreach as texts;

/// Letters that are due so soon are printed.
const MAILING_DAYS: i64 = 14;
/// The column of a task's last day.
const DUE: usize = 4;
/// A task is listed when it is due before the next month's meeting.
const AHEAD: Interval = Interval::Months(1);

impl Lists<'_> {
    /// Members whom somebody is to reach, with the next step.
    pub(super) fn contacts(&self) -> List {
        const DAYS: usize = 6;
        let rows = self.month.group().filter_map(|(person, member)| {
            let outreach = person.outreach.as_ref().filter(|outreach| outreach.to_be_reached)?;
            let mut row = vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                self.here(),
                Cell::Date(member.spell.from),
                Cell::Date(member.registered),
                age(member, self.month.as_of),
                Cell::Number(days_in_group(member, self.month.as_of)),
                status(outreach.status),
                Cell::Number(i64::try_from(outreach.attempts).unwrap_or(i64::MAX)),
                Cell::from(outreach.last_attempt),
            ];
            row.extend(self.step_cells(outreach.next_step.as_ref()));
            row.extend([
                self.people.telephone(member.number),
                self.people.email(member.number),
                self.people.address(member.number),
            ]);
            Some(row)
        });
        List {
            file: Some(CsvFile {
                key: &["personnummer"],
                refers: Some((&["personnummer"], "malgrupp")),
                ..CsvFile::new("kontaktlista", "Kontakt saknas", "En rad för varje ungdom i gruppen som någon ska nå.")
            }),
            sheet: Some(Sheet {
                name: "Kontakt saknas",
                about: "Ungdomar i gruppen som någon ska nå, med nästa steg i planens kontakttrappa. Den som har väntat längst står först. Färg: steget är sent.",
                empty: "Inga ungdomar saknar kontakt.",
                order: Order::GreatestFirst(DAYS),
            }),
            columns: vec![
                Column::person(),
                Column::sheet("Namn", 20),
                Column::here(),
                first_day(),
                registered_on().csv_alone(),
                age_column(),
                Column::both(
                    "dagar_i_gruppen",
                    "Dagar i gruppen",
                    9,
                    Holds::Count,
                    "Dagen för avstämningen medräknad.",
                )
                .required(),
                status_column(15).required(),
                Column::both("forsok", "Försök", 8, Holds::Count, "Antal kontaktförsök i perioden.").required(),
                Column::both("senaste_forsok", "Senaste försök", 11, Holds::Day, "Dagen för det senaste försöket."),
                Column::both("nasta_steg", "Nästa steg", 18, Holds::Text, "Steget i planens kontakttrappa."),
                Column::both(
                    "kontaktsatt",
                    "Hur",
                    16,
                    Holds::Codes(codes::<ContactWay>(), ','),
                    "Kontaktsätten som steget kan tas på.",
                ),
                Column::both("tidigast", "Tidigast", 11, Holds::Day, "Första dagen för steget."),
                Column::both("senast", "Senast", 11, Holds::Day, "Sista dagen för steget."),
                Column::both("dagar_sen", "Dagar sen", 7, Holds::Count, "Dagar efter den sista dagen; 0: inte sen."),
                Column::both("mottagare", "Till", 13, Holds::coded::<Addressee>(), "Vem steget riktas till."),
                Column::both("ansvarig", "Ansvarig", 20, Holds::Text, "Rollen som tar steget."),
                Column::both("skal", "Varför", 40, Holds::Text, "Varför just det steget, den dagen."),
                Column::sheet("Telefon", 14),
                Column::sheet("E-post", 26),
                Column::sheet("Adress", 32),
            ],
            rows: rows.collect(),
        }
    }

    /// The step, ways, first and last day, days late, addressee, role and reason.
    fn step_cells(&self, step: Option<&NextStep>) -> Vec<Cell> {
        let Some(step) = step else {
            let mut cells = vec![Cell::Empty; 7];
            cells.push(Cell::Code(texts::NO_LADDER));
            return cells;
        };
        let late = step.latest.map(|day| (self.month.as_of - day).num_days().max(0));
        let is_late = late.is_some_and(|days| days > 0);
        let codes: Vec<&str> = step.ways.iter().map(|way| way.code()).collect();
        let labels: Vec<&str> = step.ways.iter().map(|way| way.label()).collect();
        vec![
            Cell::from(step.name.as_str()).act_when(is_late),
            if step.ways.is_empty() { Cell::Empty } else { Cell::labelled(codes.join(","), labels.join(", ")) },
            Cell::from(step.earliest),
            Cell::from(step.latest).act_when(is_late),
            late.map_or(Cell::Empty, |days| Cell::Number(days).act_when(is_late)),
            step.addressee.map_or(Cell::Empty, Cell::coded),
            Cell::from(step.responsible.as_str()),
            Cell::from(step.reason.as_str()),
        ]
    }

    /// Follow-ups, what comes with the 20th birthday, and measures, as far as they are due before the next meeting.
    pub(super) fn follow_ups(&self) -> List {
        let ahead = AHEAD.after(self.month.as_of);
        let is_due = |task: &Task| task.due.is_none_or(|day| day <= ahead) || task.kind == TaskKind::SoonTwenty;
        let mut rows = self.task_rows(is_due);
        // Stable: the tasks of a person that have no day come first.
        rows.sort_by_key(|row| match (&row[0], row[DUE].day()) {
            (Cell::Person(number), day) => Some((*number, day)),
            _ => None,
        });
        List {
            file: Some(CsvFile::new(
                "uppfoljningar",
                "Uppföljningar",
                "En rad för varje sak som ska göras före nästa avstämning.",
            )),
            sheet: Some(Sheet {
                name: "Uppföljningar",
                about: "Det som ska göras före nästa avstämning för ungdomar som är nådda, i åtgärd eller fyller 20. Färg: dagen har passerat.",
                empty: "Inga uppföljningar.",
                order: Order::EarliestFirst(DUE),
            }),
            columns: task_columns(),
            rows,
        }
    }

    /// Members who turn 20 within six months, the first to do so first.
    pub(super) fn soon_20(&self) -> List {
        let mut rows = self.task_rows(|task| task.kind == TaskKind::SoonTwenty);
        rows.sort_by_key(|row| match &row[0] {
            Cell::Person(number) => Some(number.born()),
            _ => None,
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Fyller snart 20",
                about: "Ungdomar i gruppen som fyller 20 inom sex månader. De omfattas till och med dagen före.",
                empty: "Ingen fyller 20 inom sex månader.",
                order: Order::AsListed,
            }),
            columns: task_columns(),
            rows,
        }
    }

    fn task_rows(&self, wanted: impl Fn(&Task) -> bool) -> Vec<Vec<Cell>> {
        let tasks = self.month.people.iter().flat_map(|person| person.tasks.iter().map(move |task| (person, task)));
        tasks
            .filter(|(_, task)| wanted(task))
            .map(|(person, task)| {
                let number = person.verdict.number;
                let late = task.due.is_some_and(|day| day < self.month.as_of);
                let act = late && task.kind != TaskKind::TurnedTwenty;
                vec![
                    Cell::Person(number),
                    self.people.name(number),
                    self.here(),
                    Cell::labelled(task.kind.code(), task.kind.label()).act_when(act),
                    Cell::from(task.due).act_when(act),
                    Cell::from(task.responsible.as_str()),
                    Cell::from(task.reason.as_str()),
                    self.people.telephone(number),
                    self.people.email(number),
                ]
            })
            .collect()
    }

    /// Letters and cards whose step is due within 14 days, for mail merge. Nobody protected is in it.
    pub(super) fn mailing(&self) -> List {
        let rows = self.month.group().filter_map(|(person, member)| self.letter(person, member));
        List {
            file: Some(CsvFile {
                key: &["personnummer"],
                refers: Some((&["personnummer"], "malgrupp")),
                ..CsvFile::new("utskick", "Utskick", "En rad för varje brev eller kort som ska skickas inom 14 dagar.")
            }),
            sheet: None,
            columns: vec![
                Column::person(),
                Column::csv("namn", "Namn", Holds::Text, "Ungdomens namn."),
                Column::csv("adressrad", "Adressrad", Holds::Text, "Vem brevet ställs till."),
                Column::csv("co_adress", "C/o-adress", Holds::Text, "Den som ungdomen bor hos."),
                Column::csv("adress", "Adress", Holds::Text, "Gata och nummer, eller box."),
                Column::csv("postnummer", "Postnummer", Holds::Text, "Som källan skriver det."),
                Column::csv("postort", "Postort", Holds::Text, "Som källan skriver den."),
                Column::csv("steg", "Steg", Holds::Text, "Steget i planens kontakttrappa."),
                Column::csv("senast", "Senast", Holds::Day, "Sista dagen för steget."),
            ],
            rows: rows.collect(),
        }
    }

    fn letter(&self, person: &Person, member: &Member) -> Option<Vec<Cell>> {
        let step = person.outreach.as_ref().and_then(|outreach: &Outreach| outreach.next_step.as_ref())?;
        let is_due = match (step.earliest, step.latest) {
            (None, None) => step.at_once,
            (Some(first), _) if first > self.month.as_of => (first - self.month.as_of).num_days() <= MAILING_DAYS,
            (_, last) => last.is_none_or(|last| (last - self.month.as_of).num_days() <= MAILING_DAYS),
        };
        if !is_due || !step.ways.iter().any(|way| is_post(*way)) {
            return None;
        }
        let (name, [care_of, street, postcode, city]) = self.people.postal(member.number)?;
        let line = match step.addressee {
            Some(Addressee::Guardian) => format!("{}{name}", texts::TO_THE_GUARDIAN),
            _ => name.clone(),
        };
        Some(vec![
            Cell::Person(member.number),
            Cell::Text(name),
            Cell::Text(line),
            Cell::from(care_of.as_deref()),
            Cell::from(street.as_deref()),
            Cell::from(postcode.as_deref()),
            Cell::from(city.as_deref()),
            Cell::from(step.name.as_str()),
            Cell::from(step.latest),
        ])
    }
}

fn is_post(way: ContactWay) -> bool {
    matches!(way, ContactWay::Letter | ContactWay::Postcard | ContactWay::VisitPostcard)
}

/// The columns of tasks.
fn task_columns() -> Vec<Column> {
    let kinds = code_list(TaskKind::ALL.iter().map(|kind| (kind.code(), kind.label())));
    vec![
        Column::person(),
        Column::sheet("Namn", 22),
        Column::here(),
        Column::both("typ", "Vad", 20, Holds::Code(kinds), "Vad som ska göras.").required(),
        Column::both("senast", "Senast", 11, Holds::Day, "Sista dagen; tomt: planen nämner ingen."),
        Column::both("ansvarig", "Ansvarig", 24, Holds::Text, "Rollen som gör det."),
        Column::both("skal", "Varför", 60, Holds::Text, "Vad det vilar på."),
        Column::sheet("Telefon", 14),
        Column::sheet("E-post", 28),
    ]
}
