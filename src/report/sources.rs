//! The sheet Källor: what was read, how old it is, what became of its rows, and what was noticed.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::style::{Style, height, lines};
use super::workbook::{Meeting, write_list};
use super::{Cell, Column, List, Order, Sheet};
use crate::ingest::{Finding, InputFile};
use crate::texts::Severity;

/// The files of a run.
pub fn files(meeting: &Meeting<'_>) -> List {
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

/// What was noticed about them.
pub fn findings(meeting: &Meeting<'_>) -> List {
    let row = |finding: &Finding| {
        let severity = match finding.code.severity() {
            Severity::Warning => Cell::Code("Varning").act_when(true),
            Severity::Note => Cell::Code("Upplysning"),
        };
        vec![
            Cell::Code(finding.code.code()),
            Cell::from(finding.place.as_str()),
            severity,
            Cell::from(finding.count),
            Cell::Text(finding.code.message().swedish),
        ]
    };
    List {
        file: None,
        sheet: Some(Sheet {
            name: "Iakttagelser om källorna",
            about: "Det som märktes när källorna lästes.",
            empty: "Inga iakttagelser.",
            order: Order::AsListed,
        }),
        columns: vec![
            Column::sheet("Kod", 24),
            Column::sheet("Plats", PLACE_WIDTH),
            Column::sheet("Allvar", 15),
            Column::sheet("Antal", 12),
            Column::sheet("Vad, och vad ni kan göra", WORDS_WIDTH),
        ],
        rows: meeting.month.findings.iter().map(row).collect(),
    }
}

/// The columns of the sheet that the words of a finding share.
const WORDS: (u16, u16) = (4, 10);
/// Their width together, and that of the place.
const WORDS_WIDTH: u8 = 96;
const PLACE_WIDTH: u8 = 44;

/// Writes the sheet.
pub fn write(page: &mut Worksheet, meeting: &Meeting<'_>, style: &Style) -> Result<(), XlsxError> {
    let last = write_list(page, &files(meeting), meeting, style)?;
    let first = last + 2;
    let findings = findings(meeting);
    let (name, empty) = findings.sheet.map_or(("", ""), |sheet| (sheet.name, sheet.empty));
    page.write_string_with_format(first, 0, name, &style.heading)?;
    for (column, (header, _)) in (0..).zip(findings.columns.iter().filter_map(|column| column.header)) {
        if column == WORDS.0 {
            style.write_wide_header(page, first + 1, WORDS, header)?;
        } else {
            style.write_header(page, first + 1, column, header, header == "Antal")?;
        }
    }
    for (row, cells) in (first + 2..).zip(&findings.rows) {
        write_finding(page, row, cells, style)?;
    }
    if findings.rows.is_empty() {
        page.write_string_with_format(first + 2, 0, empty, &style.about)?;
    }
    Ok(())
}

fn write_finding(page: &mut Worksheet, row: u32, cells: &[Cell], style: &Style) -> Result<(), XlsxError> {
    const PLACE: usize = 1;
    let (words, before) = cells.split_last().map_or(("", cells), |(last, before)| (last.words(), before));
    for (column, cell) in (0..).zip(before) {
        style.write(page, row, column, cell)?;
    }
    let lines = lines(words, WORDS_WIDTH.into()).max(lines(cells[PLACE].words(), PLACE_WIDTH.into()));
    // A merged cell does not grow by itself.
    page.set_row_height(row, height(lines))?;
    page.merge_range(row, WORDS.0, row, WORDS.1, words, &style.text)?;
    Ok(())
}
