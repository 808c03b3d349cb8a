//! `scb_kontroll.xlsx`: what to mend before the file is uploaded, every check, the file in words, and what differs from
//! the delivery.

use std::fmt::Write;

use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use super::checks::{COVERAGE_YARDSTICK, said};
use super::{Block, Changed, Difference, Event, Field, FileEvent, Finding, Half, Layout, Receipt, Severity, Value};
use crate::records::Place;
use crate::report::{
    Cell, Column, CsvFile, Directory, Holds, List, Order, Sheet, Style, code_list, excel_date, height, lines, set_page,
    write_sheet,
};
use crate::texts::scb::Check;

/// What the control workbook is made of.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// The municipality's name.
    pub name: &'a str,
    /// The half-year.
    pub half: &'a Half<'a>,
    /// The layout.
    pub layout: &'a Layout,
    /// What the checks found.
    pub findings: &'a [Finding],
    /// The figures.
    pub receipt: &'a Receipt,
    /// What differs from the delivery, when there is one.
    pub differences: Option<&'a List>,
    /// The rows and cells that could not be read.
    pub rejects: &'a List,
    /// Who is called what.
    pub people: &'a Directory<'a>,
    /// Whether no name may be shown.
    pub names_withheld: bool,
}

/// The bytes of the workbook.
///
/// # Errors
/// When a sheet cannot be made, which is a fault of the program.
pub fn control_workbook(control: &Control<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = excel_date(control.half.view.month.as_of)?;
    let properties = DocProperties::new().set_author("kaa").set_title(control.foot()).set_creation_datetime(&made);
    book.set_properties(&properties);
    let style = Style::new();
    control.overview(book.add_worksheet(), &style)?;
    let lists = [
        Some(control.rows()),
        Some(control.checks()),
        Some(control.file()),
        control.differences.cloned(),
        Some(control.rejects.clone()),
    ];
    for list in lists.iter().flatten() {
        write_sheet(book.add_worksheet(), list, &control.foot(), control.names_withheld, &style)?;
    }
    book.save_to_buffer()
}

impl Control<'_> {
    fn foot(&self) -> String {
        let view = self.half.view;
        format!("{}, SCB {}, avstämning {}", self.name, view.period, view.month.as_of)
    }

    fn found(&self, check: Check) -> usize {
        self.findings.iter().filter(|found| found.check == check).count()
    }

    /// What the file holds and what stands in its way.
    fn overview(&self, page: &mut Worksheet, style: &Style) -> Result<(), XlsxError> {
        const WIDTHS: [u16; 4] = [12, 12, 62, 10];
        let view = self.half.view;
        page.set_name("Översikt")?;
        set_page(page, &self.foot());
        for (column, width) in (0..).zip(WIDTHS) {
            page.set_column_width(column, width)?;
        }
        page.write_string_with_format(0, 0, format!("Halvårsfil till SCB, {}", view.period), &style.title)?;
        let about =
            format!("{}, avstämning {}. Lämnas senast {}.", self.name, view.month.as_of, view.period.scb_deadline());
        page.write_string_with_format(1, 0, about, &style.about)?;
        let verdict = self.verdict();
        page.set_row_height(3, height(lines(&verdict, WIDTHS.iter().sum())))?;
        let format = if self.receipt.severity(Severity::Blocking) > 0 { &style.act } else { &style.prose };
        page.merge_range(3, 0, 3, 3, &verdict, &format.clone().set_text_wrap())?;
        let mut row = 5;
        for (what, count) in self.figures() {
            page.merge_range(row, 0, row, 2, &what, &style.text)?;
            style.write(page, row, 3, &Cell::from(count))?;
            row += 1;
        }
        row += 1;
        page.write_string_with_format(row, 0, "Kontroller som har träffar", &style.heading)?;
        row += 1;
        for (column, header) in (0..).zip(["Allvar", "Kontroll", "Vad", "Rader"]) {
            style.write_header(page, row, column, header, header == "Rader")?;
        }
        let mut hits: Vec<(Severity, Check, usize)> = Vec::new();
        for found in self.findings {
            if !hits.iter().any(|(_, check, _)| *check == found.check) {
                hits.push((found.severity, found.check, self.found(found.check)));
            }
        }
        for (severity, check, count) in &hits {
            row += 1;
            let cells = [
                severity_cell(*severity),
                Cell::Code(check.code()),
                Cell::Text(check.title().swedish),
                Cell::from(*count as u64),
            ];
            for (column, cell) in (0..).zip(&cells) {
                style.write(page, row, column, cell)?;
            }
        }
        if hits.is_empty() {
            page.write_string_with_format(row + 1, 0, "Ingen kontroll har någon träff.", &style.about)?;
        }
        Ok(())
    }

    fn verdict(&self) -> String {
        let blocking = self.receipt.severity(Severity::Blocking);
        let file = &self.receipt.file;
        match (blocking, self.receipt.draft) {
            (0, _) => {
                format!("Ingen kontroll stoppar filen. {file} kan laddas upp när någon har sett över varningarna.")
            }
            (count, draft) => {
                let rows = if count == 1 { "1 rad".to_owned() } else { format!("{count} rader") };
                if draft {
                    format!("{file} är ett utkast. {rows} på bladet Rader hade stoppat filen.")
                } else {
                    format!(
                        "Filen är stoppad. Rätta det som stoppar den ({rows} på bladet Rader), hämta nya uttag och kör igen."
                    )
                }
            }
        }
    }

    fn figures(&self) -> Vec<(String, u64)> {
        let persons = self.half.persons() as u64;
        let mut figures = vec![("Ungdomar i filen".to_owned(), persons)];
        if self.half.view.month.has_case_register() && persons > 0 {
            let registered = self.half.registered_persons() as u64;
            figures.push(("Av dem registrerade i KAA-registret".to_owned(), registered));
            let what = format!("Registrerade, procent (bra är {COVERAGE_YARDSTICK} eller mer)");
            figures.push((what, registered * 100 / persons));
        }
        for block in Block::ALL {
            let count = self.receipt.blocks.get(block.code()).copied().unwrap_or(0);
            let missing = if self.layout.has(block) { "" } else { " (inte i filen: layouten har inget sådant block)" };
            figures.push((format!("{}{missing}", block.label()), count));
        }
        figures
    }

    /// What was found, with its person.
    fn rows(&self) -> List {
        let rows = self.findings.iter().map(|found| {
            vec![
                found.number.map_or(Cell::Empty, Cell::Person),
                found.number.map_or(Cell::Empty, |number| self.people.name(number)),
                severity_cell(found.severity),
                Cell::Code(found.check.code()),
                Cell::Text(found.check.title().swedish),
                Cell::Text(found.detail.clone()),
                Cell::from(found.date),
                Cell::Text(self.places(&found.places)),
                Cell::Code(found.check.todo()),
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Rader",
                about: "Det som kontrollerna har hittat. Rätta i källan, hämta ett nytt uttag och kör igen. Filen ändras aldrig för hand.",
                empty: "Kontrollerna har inte hittat något.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 22),
                Column::sheet("Allvar", 11),
                Column::sheet("Kontroll", 10),
                Column::sheet("Vad", 28),
                Column::sheet("Står nu", 38),
                Column::sheet("Datum", 12),
                Column::sheet("Fil och rad", 36),
                Column::sheet("Gör så här", 44),
            ],
            rows: rows.collect(),
        }
    }

    /// Every check, those without a hit too.
    fn checks(&self) -> List {
        let rows = Check::ALL.iter().map(|&check| {
            let severity = self.layout.checks.get(&check).copied();
            let count = self.found(check);
            let severity = severity.map_or(Cell::Code("Av"), |severity| Cell::Code(severity.label()));
            vec![
                Cell::Code(check.code()),
                severity,
                Cell::Text(check.title().swedish),
                Cell::from(count as u64).act_when(count > 0),
                Cell::Code(check.what()),
                Cell::Code(check.todo()),
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Kontroller",
                about: "Alla kontroller, också de utan träff. Hur allvarlig en kontroll är står i layouten.",
                empty: "",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Kontroll", 11),
                Column::sheet("Allvar", 11),
                Column::sheet("Vad", 34),
                Column::sheet("Rader", 8),
                Column::sheet("Vad den letar efter", 56),
                Column::sheet("Gör så här", 56),
            ],
            rows: rows.collect(),
        }
    }

    /// The file in words.
    fn file(&self) -> List {
        let rows = self.half.events().into_iter().map(|event| {
            let source = if event.places.is_empty() { "Avstämningen".to_owned() } else { self.places(&event.places) };
            vec![
                Cell::Person(event.number),
                self.people.name(event.number),
                Cell::Date(event.registered),
                Cell::Code(event.block().label()),
                Cell::Date(event.date),
                Cell::Text(words(event)),
                Cell::Text(source),
            ]
        });
        List {
            file: None,
            sheet: Some(Sheet {
                name: "Filen i ord",
                about: "Det som filen säger om var och en, och varifrån uppgiften kommer.",
                empty: "Ingen ungdom har omfattats under halvåret.",
                order: Order::AsListed,
            }),
            columns: vec![
                Column::sheet("Personnummer", 15),
                Column::sheet("Namn", 24),
                Column::sheet("Registrerad", 12),
                Column::sheet("Block", 18),
                Column::sheet("Datum", 12),
                Column::sheet("Uppgifter", 56),
                Column::sheet("Fil och rad", 44),
            ],
            rows: rows.collect(),
        }
    }

    /// Where rows stand, each file once.
    fn places(&self, places: &[Place]) -> String {
        let mut text = String::new();
        let mut of_file = None;
        for place in places {
            let Some(file) = self.half.view.month.file(place.file) else { continue };
            if of_file != Some(place.file) {
                let mark = if text.is_empty() { "" } else { "; " };
                let sheet = file.sheet.as_deref().map(|sheet| format!(", {sheet}")).unwrap_or_default();
                let _ = write!(text, "{mark}{}{sheet}, rad {}", &*file.name, place.row);
            } else {
                let _ = write!(text, ", {}", place.row);
            }
            of_file = Some(place.file);
        }
        text
    }
}

fn severity_cell(severity: Severity) -> Cell {
    Cell::Code(severity.label()).act_when(severity == Severity::Blocking)
}

/// What an event says, but for whose it is and when.
fn words(event: &Event) -> String {
    let fields = Field::ALL.iter().copied().filter(|field| field.codes().is_some());
    let values = fields.filter_map(|field| Some((field, event.coded(field)?)));
    values
        .map(|(field, value)| format!("{}: {}", field.label(), said(field, Some(value))))
        .collect::<Vec<_>>()
        .join(". ")
}

/// `scb_skillnader.csv` and its sheet.
pub fn differences_list(half: &Half<'_>, differences: &[Difference], people: &Directory<'_>) -> List {
    let rows = differences.iter().map(|found| {
        let date = found.after.as_ref().or(found.before.as_ref()).and_then(FileEvent::date);
        vec![
            Cell::Person(found.number),
            people.name(found.number),
            Cell::Text(half.municipality.to_string()),
            Cell::labelled(found.changed.code(), found.changed.label()),
            Cell::labelled(found.block.code(), found.block.label()),
            Cell::from(date),
            told(found.before.as_ref()),
            told(found.after.as_ref()),
        ]
    });
    let kinds = code_list(Changed::ALL.map(|changed| (changed.code(), changed.label())));
    let blocks = code_list(Block::ALL.map(|block| (block.code(), block.label())));
    List {
        file: Some(CsvFile::new(
            "scb_skillnader",
            "Mot det skickade",
            "En rad för varje händelse som skiljer filen från den leverans som är märkt som skickad.",
        )),
        sheet: Some(Sheet {
            name: "Mot det skickade",
            about: "Vad som skiljer filen från den leverans som är märkt som skickad. En rad för varje händelse som skiljer.",
            empty: "Filen säger detsamma som den som har skickats.",
            order: Order::AsListed,
        }),
        columns: vec![
            Column::person(),
            Column::sheet("Namn", 24),
            Column::here(),
            Column::both("typ", "Ungdomen är", 13, Holds::Code(kinds), "Hur ungdomen skiljer sig.").required(),
            Column::both("block", "Block", 18, Holds::Code(blocks), "Händelsens block i filen.").required(),
            Column::both("datum", "Datum", 12, Holds::Day, "Händelsens dag."),
            Column::both("fore", "I det skickade", 50, Holds::Text, "Händelsen som den skickades; tomt: den är ny."),
            Column::both("efter", "Nu", 50, Holds::Text, "Händelsen som den är; tomt: den är borta."),
        ],
        rows: rows.collect(),
    }
}

/// An event with all its values, by the names in layouts in CSV and in words in the workbook.
fn told(event: Option<&FileEvent>) -> Cell {
    let Some(event) = event else { return Cell::Empty };
    let constant = |value: &Value| match value {
        Value::Code(constant) => (*constant).to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Number(number) => number.digits(),
        Value::Municipality(municipality) => municipality.to_string(),
    };
    let codes = event.values.iter().map(|(field, value)| format!("{}={}", field.name(), constant(value)));
    let words = event.values.iter().map(|(field, value)| format!("{}: {}", field.label(), said(*field, Some(*value))));
    Cell::labelled(codes.collect::<Vec<_>>().join(", "), words.collect::<Vec<_>>().join(". "))
}
