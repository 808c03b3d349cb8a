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
    header: Format,
    number_header: Format,
    /// A longer text over several columns.
    pub prose: Format,
    /// A sentence over several columns that asks somebody to act.
    pub act: Format,
    /// A word that leads to another sheet.
    pub link: Format,
    /// A text in a cell.
    pub text: Format,
    number: Format,
    date: Format,
    act_text: Format,
    act_number: Format,
    act_date: Format,
}

impl Style {
    /// The formats.
    pub fn new() -> Self {
        let cell = Format::new()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Hair)
            .set_border_bottom_color(LINES);
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(HEADER_FILL)
            .set_border_bottom(FormatBorder::Thin);
        let text = cell.clone().set_align(FormatAlign::Left).set_text_wrap();
        let number = cell.clone().set_align(FormatAlign::Right).set_indent(1).set_num_format("0");
        let date = cell.clone().set_align(FormatAlign::Left).set_num_format("yyyy-mm-dd");
        let marked = |format: &Format| format.clone().set_background_color(ACT_FILL).set_bold();
        Self {
            title: Format::new().set_bold().set_font_size(16),
            about: Format::new().set_font_color(QUIET),
            heading: Format::new().set_bold().set_font_size(12),
            number_header: header.clone().set_align(FormatAlign::Right).set_indent(1),
            header,
            prose: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            act: cell.clone().set_align(FormatAlign::Left).set_background_color(ACT_FILL),
            link: cell.set_font_color(LINK).set_underline(FormatUnderline::Single),
            act_text: marked(&text),
            act_number: marked(&number),
            act_date: marked(&date),
            text,
            number,
            date,
        }
    }

    /// The format of a cell by its kind.
    pub fn of(&self, cell: &Cell) -> &Format {
        match cell {
            Cell::Date(_) => &self.date,
            Cell::Number(_) => &self.number,
            Cell::Act(inner) => match **inner {
                Cell::Date(_) => &self.act_date,
                Cell::Number(_) => &self.act_number,
                _ => &self.act_text,
            },
            _ => &self.text,
        }
    }

    /// Writes a cell by its kind in its format.
    pub fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        let format = self.of(cell);
        if cell.is_empty() {
            return sheet.write_blank(row, column, format).map(|_| ());
        }
        write_unformatted(sheet, row, column, cell)?;
        sheet.set_cell_format(row, column, format).map(|_| ())
    }

    /// Writes the header of a column; that of numbers stands above them, to the right.
    pub fn write_header(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        header: &str,
        of_numbers: bool,
    ) -> Result<(), XlsxError> {
        let format = if of_numbers { &self.number_header } else { &self.header };
        sheet.write_string_with_format(row, column, header, format).map(|_| ())
    }

    /// Writes a header over several columns.
    pub fn write_wide_header(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        (first, last): (u16, u16),
        header: &str,
    ) -> Result<(), XlsxError> {
        sheet.merge_range(row, first, row, last, header, &self.header).map(|_| ())
    }
}

/// Writes a cell by its kind, without a format: texts as text, whatever they look like.
pub fn write_unformatted(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    let written = match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(words) => sheet.write_string(row, column, words),
        Cell::Code(words) => sheet.write_string(row, column, *words),
        Cell::Labelled { label, .. } => sheet.write_string(row, column, &**label),
        Cell::Person(number) => sheet.write_string(row, column, number.hyphenated()),
        Cell::Date(date) => sheet.write_datetime(row, column, excel_date(*date)?),
        #[expect(clippy::cast_precision_loss, reason = "counts, days and ages are small")]
        Cell::Number(number) => sheet.write_number(row, column, *number as f64),
        Cell::Act(inner) => return write_unformatted(sheet, row, column, inner),
    };
    written.map(|_| ())
}

/// The height of a row of so many lines.
pub fn height(lines: u32) -> f64 {
    const LINE: f64 = 15.0;
    LINE * f64::from(lines)
}

/// How many lines a text takes in a column. Not every spreadsheet fits a row's height to its text when it opens a file.
pub fn lines(text: &str, width: u16) -> u32 {
    // Letters are a little narrower than the digits that a width is counted in.
    let room = (usize::from(width) * 11 / 10).max(1);
    let mut lines = 1;
    let mut used = 0;
    for word in text.split(' ').map(|word| word.chars().count()) {
        if used > 0 && used + 1 + word > room {
            lines += 1;
            used = 0;
        }
        used += word + usize::from(used > 0);
        while used > room {
            lines += 1;
            used -= room;
        }
    }
    lines
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
