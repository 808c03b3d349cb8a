//! `ike.xlsx` and `utbildning.csv`: the changes in education for the meeting about inter-municipal compensation, apart
//! from the KAA workbook.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::lists::Lists;
use super::people::PROTECTED;
use super::risk::source_label;
use super::style::{Style, height, lines, set_page};
use super::workbook::{COMPRESSION, page_for, properties, write_list};
use super::{Cell, Column, CsvFile, Holds, List, Meeting, Order, Sheet, code_list};
use crate::config::Config;
use crate::ike::{Detail, EducationChange, EducationChangeKind, education_changes};
use crate::ingest::Intake;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::register::Memory;

/// What the municipality must settle before it uses the list.
const LEGAL_BASIS: &str = "Den här listan hör inte till aktivitetsansvarets register. Registret får bara innehålla uppgifter om ungdomar som omfattas (förordning 2006:39), men listan visar alla i åldersgruppen. Kommunen ska själv ha beslutat på vilken rättslig grund den behandlar uppgifterna för interkommunal ersättning, vilka som får läsa listan och när den gallras, innan [ike] slås på. Listan visar inga kontakter, åtgärder eller flaggor.";

/// The changes in education since the run before; header only for a first run.
pub fn education_list(month: &Month, intake: &Intake, before: Option<Memory>, config: &Config) -> List {
    let writer = Lists::new(month, intake, config);
    let changes = education_changes(month, before, config);
    let kinds = code_list(EducationChangeKind::ALL.map(|kind| (kind.code(), kind.label())));
    List {
        file: Some(CsvFile::new(
            "utbildning",
            "Utbildning",
            "En rad för varje ändring i utbildning sedan den jämförda avstämningen, för alla i åldersgruppen.",
        )),
        sheet: Some(Sheet {
            name: "Utbildning",
            about: "Ändringar i utbildning sedan den jämförda avstämningen, för alla i åldersgruppen. Vad typerna betyder, och den rättsliga grunden, står på bladet Om listan.",
            empty: if month.known.past_as_of.is_some() {
                "Inga ändringar."
            } else {
                "Första avstämningen: det finns ingen tidigare att jämföra med."
            },
            order: Order::AsListed,
        }),
        columns: vec![
            Column::person(),
            Column::sheet("Namn", 24),
            Column::here(),
            Column::both("typ", "Typ", 22, Holds::Code(kinds), "Vad som har ändrats.").required(),
            Column::both("datum", "Datum", 11, Holds::Day, "Dagen för ändringen.").required(),
            Column::both("fore", "Före", 34, Holds::Text, "En skola, en studieväg eller en dag som den var."),
            Column::both("efter", "Efter", 34, Holds::Text, "En skola, en studieväg, en dag, eller J för reducerat."),
            Column::both("kalla", "Källa", 20, Holds::kind(), "Källan som säger det.").required(),
        ],
        rows: changes.iter().map(|change| writer.education_change(change)).collect(),
    }
}

/// The workbook of the list: what it is, then the list.
///
/// # Errors
/// When a sheet cannot be made, which is a fault of the program.
pub fn education_workbook(list: &List, meeting: &Meeting<'_>) -> Result<Vec<u8>, XlsxError> {
    const KIND_WIDTH: u8 = 24;
    const TEXT_WIDTH: u8 = 110;
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    book.set_properties(&properties(meeting)?);
    let style = Style::new();
    let page = book.add_worksheet();
    page.set_name("Om listan")?;
    set_page(page, &meeting.foot());
    page.set_column_width(0, KIND_WIDTH)?.set_column_width(1, TEXT_WIDTH)?;
    let title = format!("Ändringar i utbildning i {}, {}", meeting.config.name, meeting.month.as_of);
    page.write_string_with_format(0, 0, title, &style.title)?;
    let compared = match meeting.month.known.past_as_of {
        Some(past) => format!("Jämförs med avstämningen {past}."),
        None => "Första avstämningen: det finns ingen tidigare att jämföra med.".to_owned(),
    };
    page.write_string_with_format(1, 0, compared, &style.about)?;
    let described = |kind: EducationChangeKind| (kind.label(), kind.meaning());
    let parts = std::iter::once(("Rättslig grund", LEGAL_BASIS)).chain(EducationChangeKind::ALL.map(described));
    for (row, (name, text)) in (3..).zip(parts) {
        page.set_row_height(row, height(lines(text, u16::from(TEXT_WIDTH))))?;
        style.write(page, row, 0, &Cell::Code(name))?;
        style.write(page, row, 1, &Cell::Code(text))?;
    }
    write_list(page_for(&mut book, list, meeting)?, list, meeting, &style)?;
    book.save_to_buffer()
}

impl Lists<'_> {
    fn education_change(&self, change: &EducationChange) -> Vec<Cell> {
        vec![
            Cell::Person(change.number),
            self.people.name(change.number),
            self.here(),
            Cell::labelled(change.kind.code(), change.kind.label()),
            Cell::Date(change.date),
            self.detail(change.number, &change.before),
            self.detail(change.number, &change.after),
            Cell::labelled(change.source.name(), source_label(change.source)),
        ]
    }

    fn detail(&self, number: PersonalNumber, detail: &Detail) -> Cell {
        match detail {
            Detail::Nothing => Cell::Empty,
            Detail::Where(_) if self.month.protected.contains(&number) => Cell::Code(PROTECTED),
            Detail::Where(place) => Cell::from(place.as_str()),
            Detail::Date(date) => Cell::Date(*date),
            Detail::Reduced(true) => Cell::labelled("J", "Reducerat"),
            Detail::Reduced(false) => Cell::labelled("N", "Inte reducerat"),
        }
    }
}
