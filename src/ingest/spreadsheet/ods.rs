//! ODS: `content.xml` as a stream. Repeated rows and cells cost nothing while they are empty, and count as many
//! times as they are repeated when they are not.

use std::io::Read;

use super::archive::{Archive, Part};
use super::cell_text;
use super::markup::{Element, Markup, Token};
use super::rows::Rows;
use super::{COLUMNS, Damage, Limits, Measure, ROWS, SpreadsheetFault, check, damaged};
use crate::records::fold;

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// LibreOffice keeps cells of other files in hidden sheets of this style.
const EXTERNAL_CACHE: &[u8] = b"ta_extref";

pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
    rows: &mut Rows,
) -> Result<String, SpreadsheetFault> {
    let mut archive = open(bytes, limits)?;
    let content = Content::open(&mut archive)?;
    match sheet {
        Some(wanted) => content.read_named_sheet(wanted, rows),
        None => content.read_only_sheet(rows),
    }
}

pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    Content::open(&mut open(bytes, limits)?)?.names()
}

fn open<'b, 'l>(bytes: &'b [u8], limits: &'l Limits) -> Result<Archive<'b, 'l>, SpreadsheetFault> {
    let mut archive = Archive::open(bytes, limits)?;
    if is_encrypted(&mut archive)? {
        return Err(SpreadsheetFault::Encrypted);
    }
    Ok(archive)
}

fn is_encrypted(archive: &mut Archive) -> Result<bool, SpreadsheetFault> {
    let Some(mut manifest) = archive.find(MANIFEST)? else { return Ok(false) };
    loop {
        match manifest.next()? {
            Token::Start(element) if element.local_name() == b"encryption-data" => return Ok(true),
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
    fn open(archive: &'a mut Archive<'b, 'l>) -> Result<Self, SpreadsheetFault> {
        let limits = archive.limits();
        let markup = archive.find(CONTENT)?.ok_or_else(|| damaged("", Damage::OtherFormat))?;
        Ok(Self { markup, limits, sheets: 0 })
    }
}

impl<R: Read> Content<'_, R> {
    fn names(mut self) -> Result<Vec<String>, SpreadsheetFault> {
        let mut names = Vec::new();
        while let Some(name) = self.next_sheet()? {
            self.markup.skip_element()?;
            names.push(name);
        }
        Ok(names)
    }

    /// Reads the first sheet of a name.
    fn read_named_sheet(mut self, wanted: &str, rows: &mut Rows) -> Result<String, SpreadsheetFault> {
        let folded = fold(wanted);
        let mut present = Vec::new();
        while let Some(name) = self.next_sheet()? {
            if fold(&name) == folded {
                self.read_rows(rows)?;
                // To the end of the part, where its checksum is compared.
                self.markup.drain()?;
                return Ok(name);
            }
            self.markup.skip_element()?;
            present.push(name);
        }
        Err(SpreadsheetFault::NoSuchSheet { wanted: wanted.to_owned(), present })
    }

    /// Reads the only sheet with content, or the first when all are empty.
    fn read_only_sheet(mut self, rows: &mut Rows) -> Result<String, SpreadsheetFault> {
        let (mut first, mut read) = (None, None::<String>);
        while let Some(name) = self.next_sheet()? {
            first.get_or_insert_with(|| name.clone());
            let Some(before) = &read else {
                read = self.read_rows(rows)?.then_some(name);
                continue;
            };
            if self.read_rows(&mut Rows::until_text(self.limits))? {
                return Err(SpreadsheetFault::SeveralSheets { present: vec![before.clone(), name] });
            }
        }
        read.or(first).ok_or_else(|| damaged(CONTENT, Damage::MissingPart))
    }

    /// The name of the next sheet, whose element has just begun.
    fn next_sheet(&mut self) -> Result<Option<String>, SpreadsheetFault> {
        loop {
            match self.markup.next()? {
                Token::Start(element) => match element.name() {
                    // Values from other files, and earlier versions of cells.
                    b"table:dde-links" | b"table:tracked-changes" => self.markup.skip_element()?,
                    b"table:table" if element.raw("table:style-name") == Some(EXTERNAL_CACHE) => {
                        self.markup.skip_element()?;
                    }
                    b"table:table" => {
                        let name = element.attribute("table:name").unwrap_or_default();
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
        let (mut row, mut any, mut elements) = (0_u32, false, 0);
        while self.markup.depth() > outside {
            let Token::Start(element) = self.markup.next()? else { continue };
            match element.name() {
                b"table:table-row" => {
                    elements += 1;
                    check(Measure::Rows, elements, u64::from(ROWS))?;
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
                b"table:table-row-group" | b"table:table-header-rows" | b"table:table-rows" => {}
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
            if !matches!(element.name(), b"table:table-cell" | b"table:covered-table-cell") {
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
            if element.name() != b"text:p" {
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
                Token::Text(content) if content.write_to(text) => {}
                Token::Text(_) => return Err(broken()),
                Token::Start(element) => match element.name() {
                    b"text:s" => {
                        let count = repetition(&element, "text:c").ok_or_else(broken)?;
                        check(Measure::CellBytes, u64::from(count), self.limits.cell_bytes)?;
                        text.extend(std::iter::repeat_n(' ', count as usize));
                    }
                    b"text:tab" => text.push('\t'),
                    b"text:line-break" => text.push('\n'),
                    b"text:span" | b"text:a" | b"text:ruby" | b"text:ruby-base" => {}
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
fn repetition(element: &Element, name: &str) -> Option<u32> {
    match element.attribute(name) {
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
    fn of(element: &Element) -> Self {
        let given = |name| element.attribute(name);
        match element.raw("office:value-type") {
            Some(b"float" | b"percentage" | b"currency") => {
                given("office:value").and_then(|number| number.parse().ok()).map_or(Self::Paragraphs, Self::Number)
            }
            Some(b"boolean") => Self::Truth(given("office:boolean-value").as_deref() == Some("true")),
            Some(b"date") => given("office:date-value").map_or(Self::Paragraphs, Self::Moment),
            Some(b"time") => given("office:time-value").map_or(Self::Paragraphs, Self::Duration),
            Some(b"string") => given("office:string-value").map_or(Self::Paragraphs, Self::Text),
            Some(_) => Self::Paragraphs,
            None => Self::Nothing,
        }
    }
}
