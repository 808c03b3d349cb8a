//! ODS: `content.xml` as a stream. Repeated rows and cells cost nothing while they are empty, and count as many
//! times as they are repeated when they are not.

use std::io::BufRead;

use quick_xml::events::BytesStart;

use super::archive::{Archive, Part};
use super::cell_text;
use super::markup::{Markup, Token, attribute};
use super::rows::Rows;
use super::{COLUMNS, Damage, Limits, Measure, ROWS, SpreadsheetFault, check, damaged, find_sheet};

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// LibreOffice keeps cells of other files in hidden sheets of this style.
const EXTERNAL_CACHE: &str = "ta_extref";

pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
    rows: &mut Rows,
) -> Result<String, SpreadsheetFault> {
    let mut archive = open(bytes, limits)?;
    let Some(wanted) = sheet else { return Content::open(&mut archive, limits)?.read_only_sheet(rows) };
    // By a first pass, since a sheet further down can have the exact name.
    let names = Content::open(&mut archive, limits)?.names()?;
    let index = find_sheet(&names, wanted)?;
    Content::open(&mut archive, limits)?.read_sheet(index, rows)?;
    Ok(names[index].clone())
}

pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    Content::open(&mut open(bytes, limits)?, limits)?.names()
}

fn open<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Archive<'b>, SpreadsheetFault> {
    let mut archive = Archive::open(bytes, limits)?;
    if is_encrypted(&mut archive, limits)? {
        return Err(SpreadsheetFault::Encrypted);
    }
    Ok(archive)
}

fn is_encrypted(archive: &mut Archive, limits: &Limits) -> Result<bool, SpreadsheetFault> {
    let Some(mut manifest) = archive.markup(MANIFEST, limits)? else { return Ok(false) };
    loop {
        match manifest.next()? {
            Token::Start(element) if element.local_name().as_ref() == "encryption-data" => return Ok(true),
            Token::EndOfPart => return Ok(false),
            _ => {}
        }
    }
}

/// The contents, read from the beginning.
struct Content<'l, R> {
    markup: Markup<R>,
    limits: &'l Limits,
    sheets: u64,
}

impl<'l, 'a, 'b> Content<'l, Part<'a, 'b>> {
    fn open(archive: &'a mut Archive<'b>, limits: &'l Limits) -> Result<Self, SpreadsheetFault> {
        let markup = archive.markup(CONTENT, limits)?.ok_or_else(|| damaged("", Damage::OtherFormat))?;
        Ok(Self { markup, limits, sheets: 0 })
    }
}

impl<R: BufRead> Content<'_, R> {
    fn names(mut self) -> Result<Vec<String>, SpreadsheetFault> {
        let mut names = Vec::new();
        while let Some(name) = self.next_sheet()? {
            self.markup.skip_element()?;
            names.push(name);
        }
        Ok(names)
    }

    /// Reads the sheet with an index.
    fn read_sheet(mut self, index: usize, rows: &mut Rows) -> Result<(), SpreadsheetFault> {
        for _ in 0..index {
            self.next_sheet()?;
            self.markup.skip_element()?;
        }
        self.next_sheet()?;
        self.read_rows(rows)?;
        // To the end of the part, where its checksum is compared.
        while self.next_sheet()?.is_some() {}
        Ok(())
    }

    /// Reads the only sheet with content, or the first when all are empty.
    fn read_only_sheet(mut self, rows: &mut Rows) -> Result<String, SpreadsheetFault> {
        let (mut first, mut read) = (None, None::<String>);
        while let Some(name) = self.next_sheet()? {
            first.get_or_insert_with(|| name.clone());
            match &read {
                None if self.read_rows(rows)? => read = Some(name),
                None => {}
                Some(before) => {
                    let mut found = false;
                    let mut notice = |_: u32, _: &[String]| found = true;
                    self.read_rows(&mut Rows::new(self.limits, &mut notice))?;
                    if found {
                        return Err(SpreadsheetFault::SeveralSheets { present: vec![before.clone(), name] });
                    }
                }
            }
        }
        read.or(first).ok_or_else(|| damaged(CONTENT, Damage::MissingPart))
    }

    /// The name of the next sheet, whose element has just begun.
    fn next_sheet(&mut self) -> Result<Option<String>, SpreadsheetFault> {
        loop {
            match self.markup.next()? {
                Token::Start(element) => match element.name().as_ref() {
                    // Values from other files, and earlier versions of cells.
                    "table:dde-links" | "table:tracked-changes" => self.markup.skip_element()?,
                    "table:table" if attribute(&element, "table:style-name").as_deref() == Some(EXTERNAL_CACHE) => {
                        self.markup.skip_element()?;
                    }
                    "table:table" => {
                        let name = attribute(&element, "table:name").unwrap_or_default();
                        self.sheets += 1;
                        check(Measure::Sheets, self.sheets, self.limits.sheets)?;
                        return Ok(Some(name));
                    }
                    _ => {}
                },
                Token::EndOfPart => return Ok(None),
                _ => {}
            }
        }
    }

    /// Reads the rows of the sheet that has just begun, to its end; whether there was any text.
    fn read_rows(&mut self, rows: &mut Rows) -> Result<bool, SpreadsheetFault> {
        let outside = self.markup.depth() - 1;
        let (mut row, mut any) = (0_u32, false);
        while self.markup.depth() > outside {
            let Token::Start(element) = self.markup.next()? else { continue };
            match element.name().as_ref() {
                "table:table-row" => {
                    let times = repetition(&element, "table:number-rows-repeated").ok_or_else(broken)?;
                    let has_text = self.read_row(row, rows)?;
                    if has_text {
                        check(Measure::Rows, u64::from(row) + u64::from(times), u64::from(ROWS))?;
                        rows.finish_row(times)?;
                    }
                    any |= has_text;
                    row = row.saturating_add(times).min(ROWS);
                }
                // Groups and headers are only around rows; drawings can hold tables of their own.
                "table:table-row-group" | "table:table-header-rows" | "table:table-rows" => {}
                _ => self.markup.skip_element()?,
            }
        }
        Ok(any)
    }

    /// Reads the cells of the row that has just begun; whether there was any text.
    fn read_row(&mut self, row: u32, rows: &mut Rows) -> Result<bool, SpreadsheetFault> {
        let outside = self.markup.depth() - 1;
        let (mut column, mut any) = (0_u32, false);
        let mut text = String::new();
        while self.markup.depth() > outside {
            let Token::Start(element) = self.markup.next()? else { continue };
            if !matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell") {
                self.markup.skip_element()?;
                continue;
            }
            rows.count()?;
            let times = repetition(&element, "table:number-columns-repeated").ok_or_else(broken)?;
            let value = Value::of(&element);
            text.clear();
            self.read_cell(value, &mut text)?;
            if !text.is_empty() {
                any = true;
                // One too many, so that the row's own check reports the position.
                for repeated in 0..times.min(COLUMNS + 1) {
                    rows.put(row, column.saturating_add(repeated), |cell| cell.push_str(&text))?;
                }
            }
            column = column.saturating_add(times);
        }
        Ok(any)
    }

    /// Reads the cell that has just begun, to its end.
    fn read_cell(&mut self, value: Value, text: &mut String) -> Result<(), SpreadsheetFault> {
        match value {
            Value::Number(number) => cell_text::write_number(text, number),
            Value::Truth(truth) => cell_text::write_boolean(text, truth),
            Value::Moment(moment) => cell_text::write_iso_moment(text, &moment),
            Value::Duration(duration) => cell_text::write_iso_duration(text, &duration),
            Value::Text(given) if !given.is_empty() => text.push_str(&given),
            Value::Text(_) | Value::Paragraphs => return self.read_paragraphs(text),
            Value::Nothing => {}
        }
        self.markup.skip_element()
    }

    /// The paragraphs of a cell, one line each. Notes and drawings on the cell are passed over.
    fn read_paragraphs(&mut self, text: &mut String) -> Result<(), SpreadsheetFault> {
        let outside = self.markup.depth() - 1;
        let mut paragraphs = 0;
        while self.markup.depth() > outside {
            let Token::Start(element) = self.markup.next()? else { continue };
            if element.name().as_ref() != "text:p" {
                self.markup.skip_element()?;
                continue;
            }
            if paragraphs > 0 {
                text.push('\n');
            }
            paragraphs += 1;
            self.read_paragraph(text)?;
        }
        Ok(())
    }

    fn read_paragraph(&mut self, text: &mut String) -> Result<(), SpreadsheetFault> {
        let outside = self.markup.depth() - 1;
        while self.markup.depth() > outside {
            match self.markup.next()? {
                Token::Text(content) => text.push_str(&content),
                Token::Character(character) => text.push(character),
                Token::Start(element) => match element.name().as_ref() {
                    "text:s" => {
                        let count = repetition(&element, "text:c").ok_or_else(broken)?;
                        check(Measure::CellBytes, u64::from(count), self.limits.cell_bytes)?;
                        text.extend(std::iter::repeat_n(' ', count as usize));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    "text:span" | "text:a" | "text:ruby" | "text:ruby-base" => {}
                    _ => self.markup.skip_element()?,
                },
                _ => {}
            }
            check(Measure::CellBytes, text.len() as u64, self.limits.cell_bytes)?;
        }
        Ok(())
    }
}

fn broken() -> SpreadsheetFault {
    damaged(CONTENT, Damage::Content)
}

/// How often something is repeated: a whole number, one when it is not said. More than can be is as much as can be.
fn repetition(element: &BytesStart, name: &str) -> Option<u32> {
    match attribute(element, name) {
        None => Some(1),
        Some(count) if !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()) => {
            Some(count.parse().unwrap_or(u32::MAX))
        }
        Some(_) => None,
    }
}

/// The value that a cell's attributes give.
enum Value {
    Nothing,
    Number(f64),
    Truth(bool),
    Moment(String),
    Duration(String),
    /// Given as attribute; empty when the paragraphs hold it, as LibreOffice writes errors.
    Text(String),
    Paragraphs,
}

impl Value {
    fn of(element: &BytesStart) -> Self {
        let given = |name| attribute(element, name);
        match given("office:value-type").as_deref() {
            Some("float" | "percentage" | "currency") => {
                given("office:value").and_then(|number| number.parse().ok()).map_or(Self::Paragraphs, Self::Number)
            }
            Some("boolean") => Self::Truth(given("office:boolean-value").as_deref() == Some("true")),
            Some("date") => given("office:date-value").map_or(Self::Paragraphs, Self::Moment),
            Some("time") => given("office:time-value").map_or(Self::Paragraphs, Self::Duration),
            Some("string") => given("office:string-value").map_or(Self::Paragraphs, Self::Text),
            Some(_) => Self::Paragraphs,
            None => Self::Nothing,
        }
    }
}
