//! How the workbook looks: formats of cells, and pages that print on A4.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet, XlsxError};

use super::Cell;

const HEADER_FILL: Color = Color::RGB(0xD9_E2_EC);
/// Only where somebody must act; the words beside it say so too.
const ACT_FILL: Color = Color::RGB(0xFF_E7_B3);
const LINES: Color = Color::RGB(0xBF_C7_D0);
const QUIET: Color = Color::RGB(0x40_4A_55);
const LINK: Color = Color::RGB(0x1F_4E_8C);
const A4: u8 = 9;

/// The formats of a workbook.
pub struct Style {
    /// The title of a sheet.
    pub title: Format,
    /// The sentence below it.
    pub about: Format,
    /// The title of a part of a sheet.
    pub heading: Format,
    /// Headers of columns.
    pub header: Format,
    /// A longer text over several columns.
    pub prose: Format,
    /// A sentence over several columns that asks somebody to act.
    pub act: Format,
    /// A word that leads to another sheet.
    pub link: Format,
    text: Format,
    number: Format,
    date: Format,
}

impl Style {
    /// The formats.
    pub fn new() -> Self {
        let cell = Format::new()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Hair)
            .set_border_bottom_color(LINES);
        Self {
            title: Format::new().set_bold().set_font_size(16),
            about: Format::new().set_font_color(QUIET),
            heading: Format::new().set_bold().set_font_size(12),
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(HEADER_FILL)
                .set_border_bottom(FormatBorder::Thin),
            prose: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            act: cell.clone().set_align(FormatAlign::Left).set_background_color(ACT_FILL),
            link: cell.clone().set_font_color(LINK).set_underline(FormatUnderline::Single),
            text: cell.clone().set_align(FormatAlign::Left).set_text_wrap(),
            number: cell.clone().set_align(FormatAlign::Right).set_num_format("0"),
            date: cell.set_align(FormatAlign::Left).set_num_format("yyyy-mm-dd"),
        }
    }

    /// Writes a cell by its kind: texts as text, whatever they look like.
    pub fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        self.write_marked(sheet, row, column, cell, false)
    }

    fn write_marked(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: &Cell,
        act: bool,
    ) -> Result<(), XlsxError> {
        let marked = |format: &Format| {
            if act { format.clone().set_background_color(ACT_FILL).set_bold() } else { format.clone() }
        };
        let text = |sheet: &mut Worksheet, text: &str| {
            sheet.write_string_with_format(row, column, text, &marked(&self.text)).map(|_| ())
        };
        match cell {
            Cell::Empty => sheet.write_blank(row, column, &marked(&self.text)).map(|_| ()),
            Cell::Text(words) => text(sheet, words),
            Cell::Code(words) => text(sheet, words),
            Cell::Labelled { label, .. } => text(sheet, label),
            Cell::Person(number) => text(sheet, &number.hyphenated()),
            Cell::Date(date) => {
                sheet.write_datetime_with_format(row, column, excel_date(*date)?, &marked(&self.date)).map(|_| ())
            }
            #[expect(clippy::cast_precision_loss, reason = "counts, days and ages are small")]
            Cell::Number(number) => {
                sheet.write_number_with_format(row, column, *number as f64, &marked(&self.number)).map(|_| ())
            }
            Cell::Act(inner) => self.write_marked(sheet, row, column, inner, true),
        }
    }

    /// Writes the headers of columns and sets their widths; gives the row below.
    pub fn write_headers(&self, sheet: &mut Worksheet, row: u32, headers: &[(&str, u8)]) -> Result<(), XlsxError> {
        for (column, (header, width)) in (0..).zip(headers) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(row, column, *header, &self.header)?;
        }
        Ok(())
    }
}

/// A day as the spreadsheet counts it.
pub fn excel_date(date: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    ExcelDateTime::from_ymd(u16::try_from(date.year()).unwrap_or_default(), part(date.month()), part(date.day()))
}

/// A4 landscape, one page wide, with what the page is about at its foot.
pub fn set_page(sheet: &mut Worksheet, about: &str) {
    const SIDE: f64 = 0.4;
    const TOP: f64 = 0.5;
    const BOTTOM: f64 = 0.6;
    const FOOT: f64 = 0.3;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(SIDE, SIDE, TOP, BOTTOM, FOOT, FOOT);
    // An ampersand begins a code in a footer.
    sheet.set_footer(format!("&L{}&C&A&RSida &P av &N", about.replace('&', "&&")));
}
