//! The monthly lists (contract 5): who is in the group, whom to contact, what to look into. As CSV they hold no names.

use chrono::NaiveDate;

use super::people::Directory;
use super::{Cell, Codes, Column, CsvFile, Holds, List, Order, Sheet, code_list, codes};
use crate::config::Config;
use crate::ingest::Intake;
use crate::month::{Month, Person};
use crate::outreach::{ContactStatus, Outreach};
use crate::person::{age_on, years_before};
use crate::records::{Coded, Ground, MeasureContent, Occupation, Reason};
use crate::register::Member;
use crate::texts::{cell_fault, cell_fault_code, cell_fault_todo};
use crate::timeline::{Flag, InquiryKind};

/// Every list of a monthly run, the CSV files in the order of the contract.
pub fn monthly_lists(month: &Month, intake: &Intake, config: &Config) -> Vec<List> {
    let writer = Lists::new(month, intake, config);
    let mut lists = vec![
        writer.group(),
        writer.spells(),
        writer.changes(),
        writer.entered(),
        writer.left(),
        writer.changed_afterwards(),
        writer.contacts(),
        writer.follow_ups(),
        writer.soon_20(),
        writer.mailing(),
        writer.inquiries(),
        writer.discrepancies(),
        writer.risks(config),
        rejects(intake),
    ];
    lists.extend(writer.plan_lists(config));
    lists
}

/// Without a measure under way, and with one.
const PHASES: [(&str, &str); 2] = [("UPPSOKANDE", "Uppsökande"), ("I_ATGARD", "I åtgärd")];

/// What the lists are made of.
pub(super) struct Lists<'a> {
    pub month: &'a Month,
    pub people: Directory<'a>,
    municipality: String,
}

impl<'a> Lists<'a> {
    /// What the lists of a month are made of.
    pub fn new(month: &'a Month, intake: &Intake, config: &'a Config) -> Self {
        Self { month, people: Directory::new(month, intake, config), municipality: config.municipality.to_string() }
    }
}

impl Lists<'_> {
    /// The municipality's code.
    pub fn here(&self) -> Cell {
        Cell::from(self.municipality.as_str())
    }

    fn group(&self) -> List {
        let rows = self.month.group().map(|(person, member)| {
            let outreach = person.outreach.as_ref();
            let mut row = vec![
                Cell::Person(member.number),
                self.people.name(member.number),
                self.here(),
                Cell::Date(member.spell.from),
                Cell::coded(member.spell.reason),
                Cell::Date(member.registered),
                age(member, self.month.as_of),
                flags(person, member, self.month.as_of),
            ];
            row.extend(outreach_cells(outreach));
            row.push(moved_from(member));
            row
        });
        List {
            file: Some(CsvFile {
                key: &["personnummer"],
                refers: Some((&["personnummer", "fran"], "perioder")),
                ..CsvFile::new("malgrupp", "Målgruppen", "En rad för varje ungdom som omfattas på avstämningsdatum.")
            }),
            sheet: Some(Sheet {
                name: "Målgruppen",
                about: "Alla som omfattas på avstämningsdatum. Färg: någon ska kontakta ungdomen eller titta på uppgifterna.",
                empty: "Inga ungdomar omfattas.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::person(),
                Column::sheet("Namn", 22),
                Column::here(),
                first_day(),
                reason_in(),
                registered_on(),
                age_column(),
                Column::both("flaggor", "Att titta på", 25, flag_codes(), "Vad en människa bör titta på."),
                status_column(18),
                Column::both("sysselsattning", "Sysselsättning", 19, Holds::coded::<Occupation>(), "Den senast kända."),
                Column::both(
                    "sysselsattning_datum",
                    "Uppgift från",
                    11,
                    Holds::Day,
                    "Dagen för uppgiften om sysselsättning.",
                ),
                Column::both("fas", "Fas", 12, Holds::Code(code_list(PHASES)), "Om någon åtgärd pågår."),
                Column::both(
                    "pagaende_atgard",
                    "Pågående åtgärd",
                    20,
                    Holds::Codes(codes::<MeasureContent>(), ','),
                    "Innehållet i de åtgärder som pågår.",
                ),
                Column::both(
                    "fran_kommunkod",
                    "Flyttade från",
                    9,
                    Holds::Municipality,
                    "Den förra hemkommunen för den som har flyttat in.",
                ),
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
            file: Some(CsvFile {
                key: &["personnummer", "fran"],
                ..CsvFile::new(
                    "perioder",
                    "Perioder i gruppen",
                    "En rad för varje period i gruppen med någon dag från samma dag året före avstämningen.",
                )
            }),
            sheet: None,
            columns: vec![
                Column::person(),
                Column::here(),
                first_day(),
                Column::csv("till", "Sista dag i gruppen", Holds::Day, "Tomt: perioden pågår."),
                reason_in(),
                Column::csv("grund_ut", "Grund", Holds::coded::<Ground>(), "Varför perioden slutade."),
                Column::csv("flaggor", "Att titta på", flag_codes(), "Vad en människa bör titta på."),
            ],
            rows: rows.collect(),
        }
    }

    /// Flags of members and what else must be looked into; those that somebody has looked into come last.
    fn inquiries(&self) -> List {
        let mut rows: Vec<(bool, Vec<Cell>)> = Vec::new();
        for person in &self.month.people {
            let looked_into = looked_into_until(person, self.month.as_of);
            let mut add = |kind: Cell, date: NaiveDate, label: &'static str, todo: &'static str| {
                let row = vec![
                    Cell::Person(person.verdict.number),
                    self.people.name(person.verdict.number),
                    self.here(),
                    kind,
                    Cell::Date(date),
                    Cell::Code(label),
                    Cell::Code(todo),
                    looked_into.map_or(Cell::Act(Box::new(Cell::Code("Att utreda"))), |until| {
                        Cell::Text(format!("Utredd till {until}"))
                    }),
                ];
                rows.push((looked_into.is_some(), row));
            };
            for flag in person.open().into_iter().flat_map(|member| member.spell.flags.iter()) {
                let from = person.open().map_or(self.month.as_of, |member| member.spell.from);
                add(Cell::labelled(flag.code(), flag.name()), from, Flag::label(flag), Flag::todo(flag));
            }
            for inquiry in &person.verdict.inquiries {
                let kind = Cell::labelled(inquiry.kind.code(), inquiry.kind.name());
                add(kind, inquiry.date, inquiry.kind.label(), inquiry.kind.todo());
            }
        }
        // Stable: within each part the order of persons stays.
        rows.sort_by_key(|(looked_into, _)| *looked_into);
        List {
            file: Some(CsvFile::new(
                "utreda",
                "Att utreda",
                "En rad för varje uppgift som en människa måste titta på.",
            )),
            sheet: Some(Sheet {
                name: "Att utreda",
                about: "Uppgifter som en människa måste titta på. Det som redan är utrett står sist.",
                empty: "Inget att utreda.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::person(),
                Column::sheet("Namn", 22),
                Column::here(),
                Column::both("typ", "Vad", 22, Holds::Code(inquiry_codes()), "Vad som ska utredas.").required(),
                Column::both("datum", "Sedan", 11, Holds::Day, "Dagen som uppgiften gäller.").required(),
                Column::both("beskrivning", "Beskrivning", 44, Holds::Text, "Vad uppgiften säger.").required(),
                Column::both("gor_sa", "Gör så här", 44, Holds::Text, "Vad någon ska göra åt det.").required(),
                Column::sheet("Läge", 20),
            ],
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }
    }
}

/// Every cell at fault, in the order of files and rows.
pub fn rejects(intake: &Intake) -> List {
    List {
        file: Some(CsvFile::new(
            "avvisade_rader",
            "Avvisade rader",
            "En rad för varje cell i en källa som inte gick att läsa.",
        )),
        sheet: Some(Sheet {
            name: "Avvisade rader",
            about: "Rader och uppgifter som inte gick att läsa. Värdet är maskerat. Rätta i källan och exportera igen.",
            empty: "Inga rader avvisades.",
            order: Order::AsListed,
        }),
        columns: vec![
            Column::both("kalla", "Källa", 20, Holds::Text, "Källans namn i konfigurationen.").required(),
            Column::both("fil", "Fil", 40, Holds::Text, "Filens namn.").required(),
            Column::both("blad", "Blad", 12, Holds::Text, "Bladet, i en arbetsbok med flera."),
            Column::both("rad", "Rad", 6, Holds::Count, "Radens nummer, rubriken medräknad.").required(),
            Column::both("kolumn", "Kolumn", 15, Holds::Text, "Fältet i källan; tomt: hela raden."),
            Column::both("varde", "Värde (maskerat)", 20, Holds::Text, "Vad som stod där, maskerat."),
            Column::both("kod", "Kod", 10, Holds::Text, "Felets kod.").required(),
            Column::both("beskrivning", "Vad som är fel", 38, Holds::Text, "Felet i ord.").required(),
            Column::both("gor_sa", "Gör så här", 38, Holds::Text, "Hur det rättas i källan.").required(),
        ],
        rows: reject_rows(intake),
    }
}

fn reject_rows(intake: &Intake) -> Vec<Vec<Cell>> {
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

/// Until when a coordinator has looked into the person's flags, unless that day has passed.
fn looked_into_until(person: &Person, as_of: NaiveDate) -> Option<NaiveDate> {
    person.verdict.looked_into_until.filter(|&until| until >= as_of)
}

/// The days of a member in the group, the as-of date with them.
pub fn days_in_group(member: &Member, as_of: NaiveDate) -> i64 {
    (as_of - member.spell.from).num_days() + 1
}

/// The age on a day.
pub(super) fn age(member: &Member, day: NaiveDate) -> Cell {
    Cell::Number(i64::from(age_on(member.number.born(), day)))
}

/// The flags of a spell: codes in files, names on the sheet.
pub(super) fn flags(person: &Person, member: &Member, as_of: NaiveDate) -> Cell {
    let flags = member.spell.flags;
    let looked_into = looked_into_until(person, as_of).filter(|_| !flags.is_empty());
    let note = looked_into.map(|until| format!(" (utredd till {until})")).unwrap_or_default();
    let cell = Cell::labelled(flags.codes(), format!("{}{note}", flags.names()));
    cell.act_when(!flags.is_empty() && looked_into.is_none())
}

/// The former home municipality of someone who moved in.
pub(super) fn moved_from(member: &Member) -> Cell {
    Cell::from(member.spell.moved_from.map(|code| code.to_string()).as_deref())
}

pub(super) fn status(status: ContactStatus) -> Cell {
    Cell::labelled(status.code(), status.label())
}

fn occupation((occupation, _): (Occupation, NaiveDate)) -> Cell {
    Cell::coded(occupation)
}

/// The first day of the spell that a row is about.
pub(super) fn first_day() -> Column {
    Column::both("fran", "I gruppen från", 11, Holds::Day, "Periodens första dag i gruppen.").required()
}

/// Why the spell began.
pub(super) fn reason_in() -> Column {
    Column::both("orsak_in", "Orsak", 22, Holds::coded::<Reason>(), "Varför perioden började.").required()
}

/// The day of registration.
pub(super) fn registered_on() -> Column {
    Column::both("registrerad", "Registrerad", 11, Holds::Day, "Dagen då perioden registrerades.").required()
}

/// The age.
pub(super) fn age_column() -> Column {
    Column::both("alder", "Ålder", 6, Holds::Count, "Hela år på avstämningsdatum.").required()
}

/// Where the contact stands.
pub(super) fn status_column(width: u8) -> Column {
    let statuses = code_list(ContactStatus::ALL.map(|status| (status.code(), status.label())));
    Column::both("kontaktstatus", "Kontakt", width, Holds::Code(statuses), "Hur långt kontakten har kommit.")
}

fn flag_codes() -> Holds {
    Holds::Codes(code_list(Flag::ALL.iter().map(|flag| (flag.code(), flag.name()))), ',')
}

fn inquiry_codes() -> Codes {
    let flags = Flag::ALL.iter().map(|flag| (flag.code(), flag.name()));
    code_list(flags.chain(InquiryKind::ALL.iter().map(|kind| (kind.code(), kind.name()))))
}

fn outreach_cells(outreach: Option<&Outreach>) -> Vec<Cell> {
    let Some(outreach) = outreach else { return vec![Cell::Empty; 5] };
    let (phase, phase_label) = PHASES[usize::from(!outreach.measures.is_empty())];
    let measures = outreach.measures.iter().map(|code| MeasureContent::from_text(code).map_or(*code, Coded::label));
    vec![
        status(outreach.status).act_when(outreach.to_be_reached),
        outreach.occupation.map_or(Cell::Empty, occupation),
        Cell::from(outreach.occupation.map(|(_, date)| date)),
        Cell::labelled(phase, phase_label),
        Cell::labelled(outreach.measures.join(","), measures.collect::<Vec<_>>().join(", ")),
    ]
}
