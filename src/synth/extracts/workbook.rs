//! An extract as a workbook with one sheet.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::records::Kind;

/// A workbook that holds one row at a time in memory.
pub(super) struct Sheet {
    workbook: Workbook,
    dates: Format,
    row: u32,
}

impl Sheet {
    /// A workbook with the headers of a table, extracted on `day`.
    pub(super) fn create(kind: Kind, day: NaiveDate) -> Result<Self, XlsxError> {
        // The clock would make every generation differ: a workbook is made on the day of its extract, at eight.
        let made = ExcelDateTime::parse_from_str(&format!("{day}T08:00:00"))?;
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(kind.name())?;
        for (column, header) in (0..).zip(kind.columns()) {
            sheet.write_string(0, column, header.name)?;
        }
        Ok(Self { workbook, dates: Format::new().set_num_format("yyyy-mm-dd"), row: 0 })
    }

    /// Adds a row. The number is text with a hyphen, a day of the calendar is a date, the rest is text.
    pub(super) fn add(&mut self, cells: &[String]) -> Result<(), XlsxError> {
        self.row += 1;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, (self.row, column), cell, &self.dates)?;
        }
        Ok(())
    }

    /// Writes the workbook.
    pub(super) fn finish(mut self, path: &Path) -> Result<(), XlsxError> {
        self.workbook.save(path)
    }
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &str, dates: &Format) -> Result<(), XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    if column == 0 && cell.len() == 12 && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return sheet.write_string(row, 0, format!("{}-{}", &cell[..8], &cell[8..])).map(|_| ());
    }
    if cell.len() == 10
        && let Ok(day) = cell.parse::<NaiveDate>()
        && let (Ok(year), Ok(month), Ok(date)) =
            (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()))
    {
        let day = ExcelDateTime::from_ymd(year, month, date)?;
        return sheet.write_datetime_with_format(row, column, &day, dates).map(|_| ());
    }
    sheet.write_string(row, column, cell).map(|_| ())
}
