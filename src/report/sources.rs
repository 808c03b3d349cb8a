//! The sheet Källor: what was read, how old it is, what became of its rows, and what was noticed.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::style::{Style, height, lines};
use super::workbook::{Meeting, write_list};
use super::{Cell, Column, List, Order, Sheet};
use crate::ingest::{Finding, InputFile};
use crate::texts::Severity;

/// The files of a run.
fn files(meeting: &Meeting<'_>) -> List {
    let row = |file: &InputFile| {
        vec![
            Cell::from(file.source.as_str()),
            Cell::from(file.name.as_str()),
            Cell::from(file.sheet.as_deref()),
            Cell::Date(file.extracted),
            Cell::Number((meeting.month.as_of - file.extracted).num_days()),
            Cell::from(file.balance.read),
            Cell::from(file.balance.accepted),
            Cell::from(file.balance.rejected).act_when(file.balance.rejected > 0),
            Cell::from(file.balance.duplicates),
            Cell::from(file.balance.out_of_scope),
            Cell::from(file.dropped_columns.join(", ").as_str()),
        ]
    };
    List {
        file: None,
        sheet: Some(Sheet {
            name: "Källor",
            about: "Filerna som lästes. Lästa rader = godkända + avvisade + dubbletter + utanför (annan kommun eller ålder, tillfälligt nummer).",
            empty: "Inga filer.",
            order: Order::AsListed,
        }),
        columns: vec![
            Column::sheet("Källa", 24),
            Column::sheet("Fil", 44),
            Column::sheet("Blad", 15),
            Column::sheet("Uttagsdatum", 12),
            Column::sheet("Ålder, dagar", 8),
            Column::sheet("Lästa rader", 8),
            Column::sheet("Godkända", 10),
            Column::sheet("Avvisade", 10),
            Column::sheet("Dubbletter", 11),
            Column::sheet("Utanför", 9),
            Column::sheet("Kolumner som inte läses", 40),
        ],
        rows: meeting.intake.files.iter().map(row).collect(),
    }
}

/// The columns that the words of a finding share.
const WORDS: (u16, u16) = (4, 10);
/// Their width together, and that of the place.
const WORDS_WIDTH: u16 = 96;
const PLACE_WIDTH: u16 = 44;

/// Writes the sheet.
pub fn write(page: &mut Worksheet, meeting: &Meeting<'_>, style: &Style) -> Result<(), XlsxError> {
    let last = write_list(page, &files(meeting), meeting, style)?;
    let first = last + 2;
    page.write_string_with_format(first, 0, "Iakttagelser om källorna", &style.heading)?;
    for (column, header) in (0..).zip(["Kod", "Plats", "Allvar", "Antal"]) {
        style.write_header(page, first + 1, column, header, header == "Antal")?;
    }
    style.write_wide_header(page, first + 1, WORDS, "Vad, och vad ni kan göra")?;
    for (row, finding) in (first + 2..).zip(&meeting.month.findings) {
        write_finding(page, row, finding, style)?;
    }
    if meeting.month.findings.is_empty() {
        page.write_string_with_format(first + 2, 0, "Inga iakttagelser.", &style.about)?;
    }
    Ok(())
}

fn write_finding(page: &mut Worksheet, row: u32, finding: &Finding, style: &Style) -> Result<(), XlsxError> {
    let severity = match finding.code.severity() {
        Severity::Warning => Cell::Code("Varning").act_when(true),
        Severity::Note => Cell::Code("Upplysning"),
    };
    let place = finding.place.as_str();
    let cells = [Cell::Code(finding.code.code()), Cell::from(place), severity, Cell::from(finding.count)];
    for (column, cell) in (0..).zip(&cells) {
        style.write(page, row, column, cell)?;
    }
    let words = finding.code.message().swedish;
    let lines = lines(&words, WORDS_WIDTH).max(lines(place, PLACE_WIDTH));
    // A merged cell does not grow by itself.
    page.set_row_height(row, height(lines))?;
    page.merge_range(row, WORDS.0, row, WORDS.1, &words, &style.text)?;
    Ok(())
}
