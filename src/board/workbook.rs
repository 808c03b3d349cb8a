//! `namndrapport_<period>.xlsx`: a first page that stands alone, and the sheets behind it.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, DocProperties, Format, FormatAlign, FormatBorder, Image, Workbook, Worksheet, XlsxError};

use super::first_page;
use super::sheets::{Sheet, Source, Table, Value};
use crate::report::style::{Style, excel_date, height, lines};

const A4: u8 = 9;
const LINES: Color = Color::RGB(0xBF_C7_D0);
const HEADER_FILL: Color = Color::RGB(0xD9_E2_EC);
const QUIET: Color = Color::RGB(0x40_4A_55);

/// Where a breakdown's shown rows stand: sheet, first row, last row.
pub type Places = BTreeMap<&'static str, (&'static str, u32, u32)>;

/// The formats that counts and shares need besides the house's own.
pub struct Formats {
    /// The house's own.
    pub style: Style,
    /// The header of a column of words.
    pub header: Format,
    /// The header of a column of numbers.
    pub number_header: Format,
    /// Words that wrap.
    pub words: Format,
    /// Words to the right of a number.
    pub beside: Format,
    /// A count.
    pub number: Format,
    /// A share.
    pub percent: Format,
    /// A number that is words, such as a change, and what is hidden.
    pub figure: Format,
    /// A sentence about a table.
    pub about: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = Format::new()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Hair)
            .set_border_bottom_color(LINES);
        let right = cell.clone().set_align(FormatAlign::Right);
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(HEADER_FILL)
            .set_border_bottom(FormatBorder::Thin);
        Self {
            style: Style::new(),
            number_header: header.clone().set_align(FormatAlign::Right),
            header,
            beside: cell.clone().set_align(FormatAlign::Left).set_indent(1).set_text_wrap(),
            words: cell.set_align(FormatAlign::Left).set_text_wrap(),
            number: right.clone().set_num_format("[>999]#\" \"000;0"),
            percent: right.clone().set_num_format("0\" %\""),
            figure: right,
            about: Format::new().set_font_color(QUIET).set_text_wrap().set_align(FormatAlign::Top),
        }
    }

    /// Writes a value by its kind.
    pub fn write(&self, page: &mut Worksheet, row: u32, column: u16, value: &Value) -> Result<(), XlsxError> {
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        match value {
            Value::Text(words) => page.write_string_with_format(row, column, words, &self.words)?,
            Value::Number(count) => page.write_number_with_format(row, column, *count as f64, &self.number)?,
            Value::Share(share) => {
                // Whole per cent, halves up, as the words on the first page say them.
                let percent = share.percent();
                page.write_number_with_format(row, column, percent as f64, &self.percent)?
            }
            Value::Figure(figure) => page.write_string_with_format(row, column, figure, &self.figure)?,
            Value::Hidden => page.write_string_with_format(row, column, "döljs", &self.figure)?,
            Value::Empty => page.write_blank(row, column, &self.words)?,
        };
        Ok(())
    }
}

/// The bytes of the workbook: the same for the same figures, on whatever day.
///
/// # Errors
/// When a sheet cannot be made: a logo that is no picture, or a fault of the program.
pub fn workbook(source: &Source<'_>, logo: Option<&[u8]>) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut places = Places::new();
    let mut behind = Vec::new();
    for sheet in source.sheets() {
        let mut page = Worksheet::new();
        write_sheet(&mut page, &sheet, source, &formats, &mut places)?;
        behind.push(page);
    }
    let mut first = Worksheet::new();
    let logo = logo.map(Image::new_from_buffer).transpose()?;
    first_page::write(&mut first, source, &places, logo, &formats)?;
    let mut book = Workbook::new();
    let title = format!("Kommunernas aktivitetsansvar i {}, {}", source.config.name, source.report.figures.period);
    book.set_properties(
        &DocProperties::new().set_title(title).set_author("kaa").set_creation_datetime(&excel_date(source.as_of)?),
    );
    book.push_worksheet(first);
    behind.into_iter().for_each(|page| {
        book.push_worksheet(page);
    });
    book.save_to_buffer()
}

/// A4 upright, one page wide, with the municipality and its board at the head.
pub fn set_page(page: &mut Worksheet, source: &Source<'_>) {
    const SIDE: f64 = 0.5;
    const ENDS: f64 = 0.8;
    const HEAD: f64 = 0.35;
    // An ampersand begins a code in a header.
    let plain = |words: &str| words.replace('&', "&&");
    let board = source.config.board.name.as_deref().unwrap_or_default();
    page.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
    page.set_margins(SIDE, SIDE, ENDS, ENDS, HEAD, HEAD);
    page.set_header(format!("&L{}&R{}", plain(&source.config.name), plain(board)));
    page.set_footer(format!("&LAktivitetsansvaret {}&C&A&RSida &P av &N", source.report.figures.period));
    page.set_screen_gridlines(false);
}

fn write_sheet(
    page: &mut Worksheet,
    sheet: &Sheet,
    source: &Source<'_>,
    formats: &Formats,
    places: &mut Places,
) -> Result<(), XlsxError> {
    page.set_name(sheet.name)?;
    set_page(page, source);
    if sheet.on_one_page {
        page.set_print_fit_to_pages(1, 1);
    }
    for (column, width) in (0..).zip(&sheet.widths) {
        page.set_column_width(column, *width)?;
    }
    page.write_string_with_format(0, 0, sheet.name, &formats.style.title)?;
    prose(page, 1, sheet, &sheet.about, &formats.about)?;
    if sheet.tables.iter().flat_map(|table| &table.rows).flatten().any(|value| *value == Value::Hidden) {
        let limit = source.config.board.limit;
        let words =
            format!("döljs: talet är från 1 till {}, eller skulle avslöja ett sådant tal. Se bladet Metod.", limit - 1);
        prose(page, 2, sheet, &words, &formats.about)?;
    }
    let mut row = 4;
    for table in &sheet.tables {
        row = write_table(page, row, sheet, table, formats, places)? + 1;
    }
    Ok(())
}

/// Writes a sentence over all columns of a sheet.
fn prose(page: &mut Worksheet, row: u32, sheet: &Sheet, words: &str, format: &Format) -> Result<(), XlsxError> {
    let last = u16::try_from(sheet.widths.len().saturating_sub(1)).unwrap_or_default();
    page.merge_range(row, 0, row, last, words, format)?;
    let width: u16 = sheet.widths.iter().map(|width| u16::from(*width)).sum();
    page.set_row_height(row, height(lines(words, roomy(width))))?;
    Ok(())
}

/// The room of a long line: its narrow letters and its wide ones even out.
pub fn roomy(width: u16) -> u16 {
    width * 11 / 10
}

/// Writes a table; gives the row below it.
fn write_table(
    page: &mut Worksheet,
    first: u32,
    sheet: &Sheet,
    table: &Table,
    formats: &Formats,
    places: &mut Places,
) -> Result<u32, XlsxError> {
    let mut row = first;
    page.write_string_with_format(row, 0, &table.heading, &formats.style.heading)?;
    row += 1;
    if !table.about.is_empty() {
        prose(page, row, sheet, &table.about, &formats.about)?;
        row += 1;
    }
    let last = u16::try_from(sheet.widths.len().saturating_sub(1)).unwrap_or_default();
    for (column, header) in (0..).zip(&table.headers) {
        let is_number = |value: &Value| !matches!(value, Value::Text(_) | Value::Empty);
        let below = || table.rows.iter().filter_map(|cells| cells.get(usize::from(column)));
        let of_words = column > 0 && usize::from(column) + 1 == table.headers.len() && !below().any(is_number);
        if of_words && column < last {
            page.merge_range(
                row,
                column,
                row,
                last,
                header,
                &formats.header.clone().set_align(FormatAlign::Left).set_indent(1),
            )?;
        } else {
            let beside = if column > 0 {
                formats.header.clone().set_align(FormatAlign::Left).set_indent(1)
            } else {
                formats.header.clone()
            };
            let format = if below().any(is_number) { &formats.number_header } else { &beside };
            page.write_string_with_format(row, column, header, format)?;
        }
    }
    if !table.headers.is_empty() {
        let of = |(header, width): (&String, &u8)| lines(header, u16::from(*width).saturating_sub(1).max(1));
        let tallest = table.headers.iter().zip(&sheet.widths).map(of).max().unwrap_or(1);
        page.set_row_height(row, height(tallest))?;
        row += 1;
    }
    if let Some((key, shown)) = table.charted.filter(|(_, shown)| *shown > 0) {
        places.insert(key, (sheet.name, row, row + u32::try_from(shown).unwrap_or_default() - 1));
    }
    for cells in &table.rows {
        if let [Value::Text(words)] = &cells[..] {
            prose(page, row, sheet, words, &formats.style.prose)?;
        } else {
            write_row(page, row, sheet, cells, formats)?;
        }
        row += 1;
    }
    Ok(row)
}

/// Writes a row; words in its last cell have the columns to the right as well.
fn write_row(
    page: &mut Worksheet,
    row: u32,
    sheet: &Sheet,
    cells: &[Value],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut tallest = 1;
    for (at, value) in cells.iter().enumerate() {
        let column = u16::try_from(at).unwrap_or_default();
        let last = u16::try_from(sheet.widths.len().saturating_sub(1)).unwrap_or_default();
        let is_wide = at > 0 && at + 1 == cells.len() && column < last;
        match value {
            Value::Text(words) if is_wide => {
                page.merge_range(row, column, row, last, words, &formats.beside)?;
                let width = sheet.widths[at..].iter().map(|width| u16::from(*width)).sum();
                tallest = tallest.max(lines(words, width));
            }
            Value::Text(words) => {
                let format = if at > 0 { &formats.beside } else { &formats.words };
                page.write_string_with_format(row, column, words, format)?;
                tallest = tallest.max(lines(words, u16::from(sheet.widths[at])));
            }
            _ => formats.write(page, row, column, value)?,
        }
    }
    page.set_row_height(row, height(tallest))?;
    Ok(())
}
