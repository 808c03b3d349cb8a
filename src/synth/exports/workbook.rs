//! Tables as sheets of a workbook, with the dates and numbers that Excel makes of what is typed.

use std::path::Path;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Sheet, Source, spelled_number, workbook_error};
use crate::records::Kind;
use crate::synth::SynthError;

/// An empty workbook of the day.
pub(super) fn new(day: NaiveDate, folder: &Path) -> Result<Workbook, SynthError> {
    // The clock would make every generation differ: a workbook is made on the day of its extract, at eight.
    let made = ExcelDateTime::parse_from_str(&format!("{day}T08:00:00")).map_err(workbook_error(folder))?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_author("Exempelby kommun").set_creation_datetime(&made));
    Ok(workbook)
}

/// Adds the sheet of a source.
pub(super) fn add_sheet(
    workbook: &mut Workbook,
    source: &Source,
    table: &Sheet,
    day: NaiveDate,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(source.sheet.as_deref().unwrap_or("Blad1"))?;
    let header_row = source.header_row - 1;
    if header_row > 0 {
        sheet.write_string_with_format(0, 0, format!("Rapport Exempelby ungdomar, uttag {day}"), &bold)?;
    }
    for (column, header) in (0..).zip(&table.headers) {
        sheet.write_string_with_format(header_row, column, header, &bold)?;
        sheet.set_column_width(column, 16)?;
    }
    sheet.set_freeze_panes(header_row + 1, 0)?;
    for (index, (row, cells)) in (header_row + 1..).zip(&table.rows).enumerate() {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, source.kind, (row, column), cell, index)?;
        }
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    kind: Kind,
    (row, column): (u32, u16),
    cell: &str,
    index: usize,
) -> Result<(), XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    if column == 0 {
        return write_number(sheet, row, kind, cell, index);
    }
    // Someone has typed every twelfth date as text.
    if let Ok(date) = cell.parse::<NaiveDate>()
        && index % 12 != 7
    {
        let format = Format::new().set_num_format("yyyy-mm-dd");
        let date = ExcelDateTime::parse_from_str(&date.to_string())?;
        return sheet.write_datetime_with_format(row, column, &date, &format).map(|_| ());
    }
    if let Ok(number) = cell.parse::<u16>() {
        return sheet.write_number(row, column, number).map(|_| ());
    }
    sheet.write_string(row, column, cell).map(|_| ())
}

/// Excel reads a number typed without a hyphen as a number, and drops the zeros that a ten-digit one begins with.
fn write_number(sheet: &mut Worksheet, row: u32, kind: Kind, cell: &str, index: usize) -> Result<(), XlsxError> {
    let digits = cell.len() == 12 && cell.bytes().all(|b| b.is_ascii_digit());
    let typed = match index % 20 {
        3 => cell.parse().ok(),
        11 => cell.get(2..).and_then(|ten| ten.parse().ok()),
        _ => None::<f64>,
    };
    match typed.filter(|_| digits) {
        Some(number) => sheet.write_number(row, 0, number).map(|_| ()),
        None if digits && kind != Kind::AdultEducation => {
            sheet.write_string(row, 0, format!("{}-{}", &cell[..8], &cell[8..])).map(|_| ())
        }
        None => sheet.write_string(row, 0, spelled_number(kind, cell, index)).map(|_| ()),
    }
}
