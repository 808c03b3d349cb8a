//! `avstamning.xlsx`: the meeting's agenda as sheets.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::style::{Style, excel_date, height, lines, set_page, write_unformatted};
use super::summary::Summary;
use super::{Cell, Counts, List, Sheet, TrendPoint};
use crate::config::Config;
use crate::ingest::Intake;
use crate::month::Month;

/// The lists in the order of the meeting; the summary stands before them, the sources after.
const AGENDA: [&str; 15] = [
    "Nya",
    "Lämnar",
    "Ändrade i efterhand",
    "Kontakt saknas",
    "Uppföljningar",
    "Fyller snart 20",
    "Att utreda",
    "Avvikelser",
    "Risk för avbrott",
    "Målgruppen",
    "Studerar på komvux",
    "Erbjudna och kartlagda",
    "Nyanlända utan plats",
    "Andra kommuners avhopp",
    "Avvisade rader",
];
/// Twice as fast as the default for a file a tenth larger.
pub(super) const COMPRESSION: u8 = 3;
/// Lists with more rows than this leave memory as they are written, to a file without a name that the system frees.
/// Others stay in memory: to make that file and free it costs more than a list of usual length.
const MOST_ROWS_IN_MEMORY: usize = 10_000;
/// The header of a list stands below its title and what it is about.
const HEADER_ROW: u32 = 2;
/// The button of the filter stands in the last line of a header, beside no words.
const HEADER_LINES: u32 = 2;

/// What the workbook of a month is made of.
#[derive(Clone, Copy, Debug)]
pub struct Meeting<'a> {
    /// The pipeline.
    pub config: &'a Config,
    /// The decided month.
    pub month: &'a Month,
    /// What was read.
    pub intake: &'a Intake,
    /// The lists, with their sheets.
    pub lists: &'a [List],
    /// The figures.
    pub counts: &'a Counts,
    /// The figures of the latest runs before this one, the oldest first.
    pub trend: &'a [TrendPoint],
    /// A private folder for rows on their way to disk; the system's is everyone's.
    pub scratch: &'a Path,
}

impl Meeting<'_> {
    /// What stands at the foot of each page.
    pub(super) fn foot(&self) -> String {
        format!("{}, avstämning {}", self.config.name, self.month.as_of)
    }
}

/// The bytes of the workbook: the same for the same month, on whatever day.
///
/// # Errors
/// When a sheet cannot be made, which is a fault of the program.
pub fn workbook(meeting: &Meeting<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    book.set_properties(&properties(meeting)?);
    let style = Style::new();
    super::summary_sheet::write(book.add_worksheet(), &Summary::of(meeting), &meeting.foot(), &style)?;
    for list in agenda(meeting.lists) {
        write_list(page_for(&mut book, list, meeting)?, list, meeting, &style)?;
    }
    super::sources::write(book.add_worksheet(), meeting, &style)?;
    book.save_to_buffer()
}

/// The lists of the meeting in its order.
pub(super) fn agenda(lists: &[List]) -> impl Iterator<Item = &List> {
    AGENDA.iter().filter_map(|name| lists.iter().find(|list| list.sheet.is_some_and(|sheet| sheet.name == *name)))
}

/// An empty sheet for a list.
pub(super) fn page_for<'b>(
    book: &'b mut Workbook,
    list: &List,
    meeting: &Meeting<'_>,
) -> Result<&'b mut Worksheet, XlsxError> {
    if list.rows.len() > MOST_ROWS_IN_MEMORY {
        book.set_tempdir(meeting.scratch)?;
        book.add_worksheet_with_constant_memory()
    } else {
        Ok(book.add_worksheet())
    }
}

/// The time of creation is the as-of date, so that the same month gives the same bytes.
pub(super) fn properties(meeting: &Meeting<'_>) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(format!("Kommunernas aktivitetsansvar: {}", meeting.foot()))
        .set_author("kaa")
        .set_creation_datetime(&excel_date(meeting.month.as_of)?))
}

/// A list of the meeting as a sheet; gives the last row.
pub(super) fn write_list(
    page: &mut Worksheet,
    list: &List,
    meeting: &Meeting<'_>,
    style: &Style,
) -> Result<u32, XlsxError> {
    write_sheet(page, list, &meeting.foot(), meeting.intake.names_withheld, style)
}

/// A list as a sheet: title, what it is about, headers that stay, and the rows; gives the last row. `foot` stands at
/// the foot of each page.
pub fn write_sheet(
    page: &mut Worksheet,
    list: &List,
    foot: &str,
    names_withheld: bool,
    style: &Style,
) -> Result<u32, XlsxError> {
    let Some(sheet) = list.sheet else { return Ok(0) };
    let shown: Vec<usize> = (0..list.columns.len()).filter(|&at| list.columns[at].header.is_some()).collect();
    let headers: Vec<(&str, u8)> = shown.iter().filter_map(|&at| list.columns[at].header).collect();
    page.set_name(sheet.name)?;
    set_page(page, foot);
    page.set_repeat_rows(0, HEADER_ROW)?;
    page.write_string_with_format(0, 0, sheet.name, &style.title)?;
    page.write_string_with_format(1, 0, about(&sheet, &headers, names_withheld), &style.about)?;
    page.set_row_height(HEADER_ROW, height(HEADER_LINES))?;
    for (column, (&at, (header, width))) in (0..).zip(shown.iter().zip(&headers)) {
        page.set_column_width(column, *width)?;
        let of_numbers = list.rows.iter().any(|cells| cells[at].is_number());
        style.write_header(page, HEADER_ROW, column, header, of_numbers)?;
    }
    let mut row = HEADER_ROW;
    let usual = usual_formats(list, &shown, style);
    let mut unusual = Vec::new();
    for cells in list.sheet_rows() {
        row += 1;
        let tallest =
            shown.iter().zip(&headers).map(|(&at, (_, width))| lines(cells[at].words(), u16::from(*width))).max();
        if let Some(tallest) = tallest.filter(|&tallest| tallest > 1) {
            page.set_row_height(row, height(tallest))?;
        }
        for (column, cell) in (0..).zip(shown.iter().map(|&at| &cells[at])) {
            match &usual {
                None => style.write(page, row, column, cell)?,
                Some(formats) if std::ptr::eq(formats[usize::from(column)], style.of(cell)) => {
                    write_unformatted(page, row, column, cell)?;
                }
                Some(_) => unusual.push((row, column, cell)),
            }
        }
    }
    for (column, format) in (0..).zip(usual.into_iter().flatten()).filter(|_| row > HEADER_ROW) {
        page.set_range_format(HEADER_ROW + 1, column, row, column, format)?;
    }
    for (row, column, cell) in unusual {
        style.write(page, row, column, cell)?;
    }
    let last_column = u16::try_from(shown.len().saturating_sub(1)).unwrap_or_default();
    page.autofilter(HEADER_ROW, 0, row, last_column)?;
    page.ignore_error_range(HEADER_ROW, 0, row + 1, last_column, IgnoreError::NumberStoredAsText)?;
    if list.rows.is_empty() {
        row += 1;
        page.write_string_with_format(row, 0, sheet.empty, &style.about)?;
    }
    // The person stays in sight when the sheet is read to the right.
    let person = headers.iter().take_while(|(header, _)| ["Personnummer", "Namn"].contains(header)).count();
    page.set_freeze_panes(HEADER_ROW + 1, u16::try_from(person).unwrap_or_default())?;
    Ok(row)
}

/// The format of most cells of each column, when the rows stay in memory until the book is saved. To find a format takes
/// longer than to write a cell, so that such a column is given its format as a whole.
fn usual_formats<'s>(list: &List, shown: &[usize], style: &'s Style) -> Option<Vec<&'s Format>> {
    let usual = |&at: &usize| {
        let mut cells = list.rows.iter().map(|cells| &cells[at]);
        style.of(cells.find(|cell| !cell.is_empty() && !matches!(cell, Cell::Act(_))).unwrap_or(&Cell::Empty))
    };
    (list.rows.len() <= MOST_ROWS_IN_MEMORY).then(|| shown.iter().map(usual).collect())
}

/// What a sheet is about, and why it lacks names when it does.
pub(super) fn about(sheet: &Sheet, headers: &[(&str, u8)], names_withheld: bool) -> String {
    let has_names = headers.iter().any(|(header, _)| *header == "Namn");
    if has_names && names_withheld {
        format!("{} Namn och kontaktuppgifter skrivs inte ut: folkbokföringen saknar kolumnen skydd.", sheet.about)
    } else {
        sheet.about.to_owned()
    }
}
