//! The team's workbook: a sheet per table with drop-downs, a sheet that explains, and one with the words of the
//! drop-downs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError, utility::column_number_to_name,
};

use super::sheets::{Field, Input, fields, sheet_name};
use crate::config::Config;
use crate::person::PersonalNumber;
use crate::records::Kind;
use crate::report::{height, lines, set_page};
use crate::texts::init as texts;

/// So many rows have drop-downs; the team's logs of many years.
const ROWS: u32 = 10_000;
const REQUIRED_FILL: Color = Color::RGB(0xFF_E7_B3);
const OPTIONAL_FILL: Color = Color::RGB(0xD9_E2_EC);
/// A year that no birth or event of a youth lies before, and one that none lies after.
const YEARS: (u16, u16) = (1990, 2199);

/// The workbook, with a sheet for each of `kinds` and the local offers and roles of the config; with `examples`, a row
/// struck out in every sheet that shows how one is filled in.
///
/// # Errors
/// A fault of the program.
pub fn team_workbook(config: &Config, kinds: &[Kind], examples: bool) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The clock would make each one differ.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_author("kaa").set_creation_datetime(&made));
    let mut lists = Lists::default();
    write_introduction(workbook.add_worksheet(), config, kinds, examples)?;
    for &kind in kinds {
        let sheet = workbook.add_worksheet();
        write_sheet(sheet, kind, config, &mut lists)?;
        if examples {
            write_example(sheet, kind, config)?;
        }
    }
    lists.write(workbook.add_worksheet())?;
    workbook.save_to_buffer()
}

/// The names that may stand in a column of local words.
fn local_words(input: &Input, config: &Config) -> Vec<String> {
    match input {
        Input::LocalOffer => config.plan.offers.iter().map(|offer| offer.name.clone()).collect(),
        Input::Role => config.plan.roles.clone(),
        Input::Choice(words) => words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        Input::Number | Input::Date | Input::YesNo | Input::Text => Vec::new(),
    }
}

fn write_introduction(page: &mut Worksheet, config: &Config, kinds: &[Kind], examples: bool) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(16);
    let heading = Format::new().set_bold().set_font_size(12).set_align(FormatAlign::Top);
    let prose = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    page.set_name(texts::INTRODUCTION)?.set_column_width(0, 24)?.set_column_width(1, 92)?;
    page.set_screen_gridlines(false);
    set_page(page, &config.name);
    page.write_string_with_format(0, 0, texts::workbook_title(&config.name), &title)?;
    let mut row = 2;
    for line in texts::introduction().into_iter().chain(examples.then(texts::examples_explained)) {
        page.merge_range(row, 0, row, 1, line, &prose)?;
        page.set_row_height(row, height(lines(line, 116)))?;
        row += 1;
    }
    for &kind in kinds {
        let (name, about) = texts::sheet(kind);
        let required: Vec<String> =
            fields(kind).into_iter().filter(|field| field.required).map(|field| field.header).collect();
        row += 1;
        page.write_string_with_format(row, 0, name, &heading)?;
        page.write_string_with_format(row, 1, about, &prose)?;
        page.set_row_height(row, height(lines(about, 92)))?;
        row += 1;
        page.write_string_with_format(row, 1, texts::must_be_filled_in(&required), &prose)?;
    }
    Ok(())
}

fn write_sheet(sheet: &mut Worksheet, kind: Kind, config: &Config, lists: &mut Lists) -> Result<(), XlsxError> {
    sheet.set_name(sheet_name(kind))?;
    let fields = fields(kind);
    for (column, field) in (0..).zip(&fields) {
        write_column(sheet, column, field, config, lists)?;
    }
    let last = u16::try_from(fields.len()).unwrap_or(1) - 1;
    sheet.set_row_height(0, height(2))?.set_freeze_panes(1, 1)?.autofilter(0, 0, ROWS, last)?;
    sheet.set_repeat_rows(0, 0)?;
    set_page(sheet, &config.name);
    Ok(())
}

/// A row about someone who is too old for any run to read it, struck out.
fn write_example(sheet: &mut Worksheet, kind: Kind, config: &Config) -> Result<(), XlsxError> {
    const BORN: NaiveDate = NaiveDate::from_ymd_opt(1990, 1, 1).expect("a day");
    const TEST_NUMBER: u16 = 238;
    let struck = || Format::new().set_font_strikethrough().set_font_color(Color::Gray);
    for (column, field) in (0..).zip(fields(kind)) {
        let text = match &field.input {
            Input::Number => PersonalNumber::with_check_digit(BORN, TEST_NUMBER).hyphenated(),
            Input::Date => {
                let (year, month, day) = texts::example_day(field.name);
                let day = ExcelDateTime::from_ymd(year, month, day)?;
                sheet.write_datetime_with_format(1, column, &day, &struck().set_num_format("yyyy-mm-dd"))?;
                continue;
            }
            Input::YesNo => "Ja".to_owned(),
            Input::Text => texts::example_text(field.name).to_owned(),
            words => {
                let first = || local_words(words, config).into_iter().next().unwrap_or_default();
                texts::example_word(field.name).map_or_else(first, str::to_owned)
            }
        };
        if !text.is_empty() {
            sheet.write_string_with_format(1, column, &text, &struck().set_num_format("@"))?;
        }
    }
    Ok(())
}

fn write_column(
    sheet: &mut Worksheet,
    column: u16,
    field: &Field,
    config: &Config,
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let header = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin);
    let header = if field.required {
        header.set_bold().set_background_color(REQUIRED_FILL)
    } else {
        header.set_background_color(OPTIONAL_FILL)
    };
    let words = local_words(&field.input, config);
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let width = match field.input {
        Input::Date | Input::YesNo => 10,
        Input::Number | Input::Choice(_) | Input::LocalOffer | Input::Role => longest.clamp(13, 40) + 2,
        Input::Text => 20,
    };
    // The header's last word shares its line with the button of the filter.
    let width = width.max(field.header.split(' ').map(|word| word.chars().count() + 4).max().unwrap_or(0));
    let format = match field.input {
        Input::Date => "yyyy-mm-dd",
        // Everything else is text: a number typed here keeps its zeros.
        _ => "@",
    };
    sheet.set_column_width(column, u32::try_from(width).unwrap_or(20))?;
    sheet.set_column_format(column, &Format::new().set_num_format(format))?;
    sheet.write_string_with_format(0, column, &field.header, &header)?;
    if let Some(rule) = rule(field, &words, lists)? {
        sheet.add_data_validation(1, column, ROWS, column, &rule)?;
    }
    Ok(())
}

fn rule(field: &Field, words: &[String], lists: &mut Lists) -> Result<Option<DataValidation>, XlsxError> {
    let (rule, strict) = match field.input {
        // Damaged numbers are told apart when the file is read; here a hint is enough.
        Input::Number => (DataValidation::new().allow_text_length(DataValidationRule::Between(10, 13)), false),
        Input::Date => {
            let between = DataValidationRule::Between(
                ExcelDateTime::from_ymd(YEARS.0, 1, 1)?,
                ExcelDateTime::from_ymd(YEARS.1, 12, 31)?,
            );
            (DataValidation::new().allow_date(between), true)
        }
        Input::YesNo => (DataValidation::new().allow_list_strings(&["Ja", "Nej"])?, true),
        Input::Choice(_) | Input::LocalOffer | Input::Role if !words.is_empty() => {
            let place = lists.place(&field.header, words);
            (DataValidation::new().allow_list_formula(Formula::new(place)), true)
        }
        Input::Choice(_) | Input::LocalOffer | Input::Role | Input::Text => return Ok(None),
    };
    let style = if strict { DataValidationErrorStyle::Stop } else { DataValidationErrorStyle::Warning };
    let (title, message) = texts::refusal(&field.input);
    Ok(Some(rule.set_error_style(style).set_error_title(title)?.set_error_message(message)?))
}

/// The words of the drop-downs, a column for each list.
#[derive(Default)]
struct Lists {
    columns: Vec<(String, Vec<String>)>,
    known: BTreeMap<Vec<String>, usize>,
}

impl Lists {
    /// Where the words stand, as a formula; the same words stand there once.
    fn place(&mut self, header: &str, words: &[String]) -> String {
        let next = self.columns.len();
        let at = *self.known.entry(words.to_vec()).or_insert(next);
        if at == next {
            self.columns.push((header.to_owned(), words.to_vec()));
        }
        let column = column_number_to_name(u16::try_from(at).unwrap_or_default());
        let (first, last) = (LIST_HEADER + 2, LIST_HEADER + 1 + u32::try_from(words.len()).unwrap_or(1));
        format!("={}!${column}${first}:${column}${last}", texts::LISTS)
    }

    fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        sheet.set_name(texts::LISTS)?;
        sheet.write_string(0, 0, texts::lists_comment())?;
        for (column, (header, words)) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(LIST_HEADER, column, header, &bold)?;
            let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
            sheet.set_column_width(column, u32::try_from(longest.max(14) + 2).unwrap_or(20))?;
            for (row, word) in (LIST_HEADER + 1..).zip(words) {
                sheet.write_string(row, column, word)?;
            }
        }
        sheet.set_freeze_panes(LIST_HEADER + 1, 0)?;
        set_page(sheet, texts::LISTS);
        Ok(())
    }
}

/// The row of the lists' headers, the first being 0.
const LIST_HEADER: u32 = 2;
