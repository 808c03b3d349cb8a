//! Faults as a workbook, to send to whoever made the exports: an overview, the unknown words, and a sheet for each file.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::Group;
use crate::report::{height, lines, set_page};
use crate::texts::{cell_fault, cell_fault_code, cell_fault_todo, faults_workbook as texts};

const HEADER_FILL: Color = Color::RGB(0xD9_E2_EC);
const QUIET: Color = Color::RGB(0x40_4A_55);
/// The header stands below the title and what the sheet is about.
const HEADER_ROW: u32 = 3;
/// A sheet holds no more rows.
const MOST_ROWS: u32 = 1_000_000;
/// So many rows are named in the overview.
const NAMED: usize = 12;

/// A column: its header and its width in characters.
type Column = (&'static str, u16);

struct Formats {
    title: Format,
    about: Format,
    header: Format,
    cell: Format,
}

/// The workbook, every value masked as on the terminal. The same faults give the same bytes.
///
/// # Errors
/// A fault of the program.
pub fn workbook(groups: &[Group<'_>], municipality: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The clock would make each one differ.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(&DocProperties::new().set_author("kaa").set_creation_datetime(&made));
    let cell = Format::new()
        .set_align(FormatAlign::Top)
        .set_align(FormatAlign::Left)
        .set_text_wrap()
        .set_border_bottom(FormatBorder::Hair);
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(16),
        about: Format::new().set_font_color(QUIET).set_text_wrap().set_align(FormatAlign::Top),
        header: Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(HEADER_FILL)
            .set_border_bottom(FormatBorder::Thin),
        cell,
    };
    let overview: Vec<Vec<String>> = groups.iter().map(overview_row).collect();
    let page = Page { name: texts::OVERVIEW, title: texts::title(municipality), about: texts::about() };
    page.write(book.add_worksheet(), &texts::OVERVIEW_COLUMNS, &overview, &formats)?;
    let words: Vec<Vec<String>> = groups.iter().flat_map(word_rows).collect();
    if !words.is_empty() {
        let page = Page { name: texts::WORDS, title: texts::WORDS.to_owned(), about: texts::about_words() };
        page.write(book.add_worksheet(), &texts::WORD_COLUMNS, &words, &formats)?;
    }
    let mut names = vec![texts::OVERVIEW.to_lowercase(), texts::WORDS.to_lowercase()];
    for of_file in groups.chunk_by(|a, b| (&a.source, &a.file) == (&b.source, &b.file)) {
        let mut rows: Vec<(u32, Vec<String>)> = of_file.iter().flat_map(fault_rows).collect();
        rows.sort();
        let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
        let name = sheet_name(&of_file[0], &mut names);
        let title = texts::file_title(&of_file[0].file, of_file[0].sheet.as_deref());
        let page = Page { name: &name, title, about: texts::about_file() };
        page.write(book.add_worksheet(), &texts::FAULT_COLUMNS, &rows, &formats)?;
    }
    book.save_to_buffer()
}

/// A sheet: its name, its title, and a sentence below it.
struct Page<'a> {
    name: &'a str,
    title: String,
    about: &'static str,
}

impl Page<'_> {
    fn write(
        &self,
        sheet: &mut Worksheet,
        columns: &[Column],
        rows: &[Vec<String>],
        formats: &Formats,
    ) -> Result<(), XlsxError> {
        sheet.set_name(self.name)?;
        sheet.write_string_with_format(0, 0, &self.title, &formats.title)?;
        let last = u16::try_from(columns.len()).unwrap_or(1) - 1;
        sheet.merge_range(1, 0, 1, last, self.about, &formats.about)?;
        let width: u16 = columns.iter().map(|(_, width)| width).sum();
        sheet.set_row_height(1, height(lines(self.about, width)))?;
        for (at, (header, width)) in (0..).zip(columns) {
            sheet.set_column_width(at, *width)?;
            sheet.write_string_with_format(HEADER_ROW, at, *header, &formats.header)?;
        }
        let mut row = HEADER_ROW;
        for cells in rows.iter().take(MOST_ROWS as usize) {
            row += 1;
            for (at, cell) in (0..).zip(cells) {
                match cell.parse::<u32>() {
                    // Counts and rows are sorted as numbers; a masked value is never taken for one.
                    Ok(number) if columns[usize::from(at)].0 != texts::VALUE => {
                        sheet.write_number_with_format(row, at, number, &formats.cell)?
                    }
                    _ => sheet.write_string_with_format(row, at, cell, &formats.cell)?,
                };
            }
            let tallest = cells.iter().zip(columns).map(|(cell, (_, width))| lines(cell, *width)).max();
            sheet.set_row_height(row, height(tallest.unwrap_or(1)))?;
        }
        sheet.autofilter(HEADER_ROW, 0, row.max(HEADER_ROW + 1), last)?;
        sheet.set_freeze_panes(HEADER_ROW + 1, 0)?;
        sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
        set_page(sheet, &self.title);
        Ok(())
    }
}

fn overview_row(group: &Group<'_>) -> Vec<String> {
    let rows: Vec<String> = group.rejects.iter().take(NAMED).map(|reject| reject.place.row.to_string()).collect();
    let more = if group.rejects.len() > NAMED { ", …" } else { "" };
    vec![
        group.file.clone(),
        group.sheet.clone().unwrap_or_default(),
        group.letters().unwrap_or_default(),
        group.header().unwrap_or(group.column).to_owned(),
        group.rejects.len().to_string(),
        cell_fault(group.fault).swedish,
        cell_fault_todo(group.fault).swedish,
        texts::consequence(group.rejects_rows()).to_owned(),
        rows.join(", ") + more,
        group.code.to_owned(),
    ]
}

fn word_rows(group: &Group<'_>) -> Vec<Vec<String>> {
    let codes: Vec<&str> = crate::init::choices(group.kind, group.column).into_iter().map(|(_, code)| code).collect();
    let row = |(word, count): &(String, u64)| {
        vec![
            group.file.clone(),
            group.header().unwrap_or(group.column).to_owned(),
            word.clone(),
            count.to_string(),
            codes.join(", "),
        ]
    };
    group.words().iter().map(row).collect()
}

fn fault_rows(group: &Group<'_>) -> Vec<(u32, Vec<String>)> {
    let place = group.letters().unwrap_or_default();
    let header = group.header().unwrap_or(group.column);
    let row = |reject: &&crate::ingest::Reject| {
        let cells = vec![
            reject.place.row.to_string(),
            place.clone(),
            header.to_owned(),
            reject.value.clone(),
            cell_fault(reject.fault).swedish,
            cell_fault_todo(reject.fault).swedish,
            texts::consequence(reject.rejected).to_owned(),
            cell_fault_code(reject.fault).to_owned(),
        ];
        (reject.place.row, cells)
    };
    group.rejects.iter().map(row).collect()
}

/// A name that no other sheet has: at most 31 letters, and none that a spreadsheet forbids.
fn sheet_name(group: &Group<'_>, taken: &mut Vec<String>) -> String {
    const LONGEST: usize = 31;
    let whole = group.sheet.as_ref().map_or(group.file.clone(), |sheet| format!("{sheet}, {}", group.file));
    let plain: String =
        whole.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let named = |nth: usize| {
        let end = if nth == 0 { String::new() } else { format!(" {}", nth + 1) };
        let kept = LONGEST - end.chars().count();
        format!("{}{end}", plain.chars().take(kept).collect::<String>().trim())
    };
    let name = (0..).map(named).find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default();
    taken.push(name.to_lowercase());
    name
}
