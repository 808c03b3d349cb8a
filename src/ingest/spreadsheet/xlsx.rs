//! XLSX: a look at every part that calamine will open, then its stream of cells.
//!
//! What calamine 0.38 believes, and what is done about it before it is called:
//!
//! | calamine | here |
//! |---|---|
//! | reserves as many strings as `uniqueCount` claims | the claim is held against the limit |
//! | keeps all shared strings | their number and bytes are counted |
//! | copies font name and format code into each of the cell styles | styles times the longest tag is bounded |
//! | keeps a tag, comment or text of any length, and a cell's text runs | tags and the markup of one text are bounded |
//! | keeps the names of all open elements | depth is bounded |
//! | takes tags that do not match | such a part is refused, so both see the same |
//! | opens a compound file first, to see whether it is encrypted | it never gets one |
//! | lets row and column numbers overflow | positions outside a sheet are refused |
//! | stops at `</sheetData>`, `</sst>` | every part it reads is unpacked to its end, where its checksum is compared |
//!
//! Dimensions (`<dimension ref>`) are read and not believed as long as `worksheet_range` is not called.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::io::{self, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, XlsxCellReader, XlsxError};
use quick_xml::events::BytesStart;

use super::archive::Archive;
use super::cell_text::{self, NumberKind};
use super::markup::{Markup, Token, attribute};
use super::rows::Rows;
use super::{Damage, Limits, Measure, SpreadsheetFault, check, damaged, find_sheet, only_sheet};

type Workbook<'b> = calamine::Xlsx<Cursor<&'b [u8]>>;
type Cells<'a, 'b> = XlsxCellReader<'a, Cursor<&'b [u8]>>;

/// A sheet whose part is no larger is unpacked but not searched: nothing in it can grow beyond a few times its size.
const HARMLESS_SHEET_BYTES: u64 = 24 * 1024 * 1024;
/// Bytes of the parts that describe the workbook, the strings aside.
const LARGEST_DESCRIPTION: u64 = 16 * 1024 * 1024;
/// Elements of such a part: each font, name or relation costs calamine some hundred bytes.
const MOST_DESCRIPTIONS: u64 = 400_000;
/// Bytes that the copies of font names and format codes may take.
const STYLE_BYTES: u64 = 64 * 1024 * 1024;
/// Markup around one text: runs of rich text, phonetic hints, characters written as numbers.
const LONGEST_TEXT_MARKUP: u64 = 2 * 1024 * 1024;

/// The workbook after the look.
struct Book<'b> {
    archive: Archive<'b>,
    workbook: Workbook<'b>,
    /// Names and parts of the worksheets; chart sheets are left out.
    names: Vec<String>,
    /// Their parts, and whether these were looked at.
    parts: Vec<(String, bool)>,
}

pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
    rows: &mut Rows,
) -> Result<String, SpreadsheetFault> {
    let mut book = Book::open(bytes, limits)?;
    let index = match sheet {
        Some(wanted) => find_sheet(&book.names, wanted)?,
        None => only_sheet(&book.names.clone(), |index| book.has_content(index, limits))?,
    };
    book.read(index, limits, rows)?;
    Ok(book.names.swap_remove(index))
}

pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    Ok(Book::open(bytes, limits)?.names)
}

impl<'b> Book<'b> {
    fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, SpreadsheetFault> {
        let mut archive = Archive::open(bytes, limits)?;
        let described = look(&mut archive, limits)?;
        let workbook: Workbook<'b> = contained(|| calamine::Xlsx::new(Cursor::new(bytes)))?;
        let sheets = workbook.sheets_metadata();
        // The look and calamine read the same list; should they differ, a sheet could be read that was not looked at.
        if sheets.len() != described.len()
            || sheets.iter().zip(&described).any(|(sheet, (name, _))| sheet.name != *name)
        {
            return Err(damaged("", Damage::Reader));
        }
        // calamine finds a sheet by its name; and a part that is many sheets would be read many times.
        let names: HashSet<&str> = described.iter().map(|(name, _)| name.as_str()).collect();
        let parts: HashSet<String> = described.iter().map(|(_, part)| part.to_ascii_lowercase()).collect();
        if names.len().min(parts.len()) < described.len() {
            return Err(damaged("", Damage::Content));
        }
        let worksheets = sheets.iter().zip(&described).filter(|(sheet, _)| sheet.typ == SheetType::WorkSheet);
        let (names, parts) = worksheets.map(|(_, (name, part))| (name.clone(), (part.clone(), false))).unzip();
        Ok(Self { archive, workbook, names, parts })
    }

    fn has_content(&mut self, index: usize, limits: &Limits) -> Result<bool, SpreadsheetFault> {
        let mut text = String::new();
        let from_1904 = self.workbook.has_1904_epoch();
        self.each_cell(index, limits, |_, value| {
            write_value(&mut text, value, from_1904);
            Ok(text.is_empty())
        })?;
        Ok(!text.is_empty())
    }

    fn read(&mut self, index: usize, limits: &Limits, rows: &mut Rows) -> Result<(), SpreadsheetFault> {
        let from_1904 = self.workbook.has_1904_epoch();
        self.each_cell(index, limits, |(row, column), value| {
            rows.count()?;
            if !matches!(value, DataRef::Empty) {
                rows.put(row, column, |cell| write_value(cell, value, from_1904))?;
            }
            Ok(true)
        })?;
        rows.finish_row(1)
    }

    /// Calls `cell` with the cells of a sheet until it returns false.
    fn each_cell(
        &mut self,
        index: usize,
        limits: &Limits,
        mut cell: impl FnMut((u32, u32), &DataRef) -> Result<bool, SpreadsheetFault>,
    ) -> Result<(), SpreadsheetFault> {
        let (part, looked_at) = &mut self.parts[index];
        if !*looked_at {
            look_at_sheet(&mut self.archive, part, limits)?;
            *looked_at = true;
        }
        let (workbook, name) = (&mut self.workbook, &self.names[index]);
        let mut cells: Cells<'_, 'b> = contained(|| workbook.worksheet_cells_reader(name))?;
        while let Some(next) = contained(|| cells.next_cell())? {
            let position = next.get_position();
            if !cell(position, next.get_value())? {
                break;
            }
        }
        Ok(())
    }
}

fn write_value(cell: &mut String, value: &DataRef, from_1904: bool) {
    match value {
        DataRef::Int(number) => cell.push_str(&number.to_string()),
        DataRef::Float(number) => cell_text::write_number(cell, *number),
        DataRef::String(text) => cell.push_str(text),
        DataRef::SharedString(text) => cell.push_str(text),
        DataRef::Bool(truth) => cell_text::write_boolean(cell, *truth),
        DataRef::DateTime(moment) => {
            let kind = if moment.is_duration() { NumberKind::Duration } else { NumberKind::Moment };
            cell_text::write_as(cell, moment.as_f64(), kind, from_1904);
        }
        DataRef::DateTimeIso(text) => cell_text::write_iso_moment(cell, text),
        DataRef::DurationIso(text) => cell_text::write_iso_duration(cell, text),
        DataRef::Error(error) => cell.push_str(&error.to_string()),
        DataRef::Empty => {}
    }
}

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the thread is inside [`contained`].
pub(super) fn panic_is_contained() -> bool {
    CONTAINED.get()
}

/// Calls calamine; its errors and panics become faults without the contents of the file.
fn contained<T>(call: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, SpreadsheetFault> {
    let before = CONTAINED.replace(true);
    // After a panic the workbook is dropped with the fault, so nobody sees it half changed.
    let result = catch_unwind(AssertUnwindSafe(call));
    CONTAINED.set(before);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::Password)) => Err(SpreadsheetFault::Encrypted),
        Ok(Err(XlsxError::Io(_) | XlsxError::Zip(_))) => Err(damaged("", Damage::Container)),
        Ok(Err(XlsxError::FileNotFound(part))) => Err(damaged(&part, Damage::MissingPart)),
        Ok(Err(XlsxError::RelationshipNotFound)) => Err(damaged("", Damage::MissingPart)),
        Ok(Err(_)) => Err(damaged("", Damage::Content)),
        Err(_) => Err(damaged("", Damage::Reader)),
    }
}

/// Looks at the parts that calamine opens before any sheet and returns names and parts of the sheets.
fn look(archive: &mut Archive, limits: &Limits) -> Result<Vec<(String, String)>, SpreadsheetFault> {
    let (folder, workbook) = find_workbook(archive, limits)?;
    if !limits.external_links && archive.has_under(&format!("{folder}externallinks/").to_ascii_lowercase()) {
        return Err(SpreadsheetFault::ExternalLinks);
    }
    look_at_strings(archive, &format!("{folder}sharedStrings.xml"), limits)?;
    if let Some(theme) = describing_part(archive, &format!("{folder}theme/theme1.xml"), limits)? {
        survey(theme)?;
    }
    look_at_styles(archive, &format!("{folder}styles.xml"), limits)?;
    let targets = read_relations(archive, &format!("{folder}_rels/{workbook}.rels"), limits)?;
    let sheets = read_sheets(archive, &format!("{folder}{workbook}"), limits)?;
    let path = |target: &String| target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
    let with_path = |(name, id): (String, String)| {
        let target = targets.get(&id).ok_or_else(|| damaged("", Damage::MissingPart))?;
        Ok((name, path(target)))
    };
    sheets.into_iter().map(with_path).collect()
}

/// Folder and name of the workbook's part, as calamine takes them from the last such relation of the package.
fn find_workbook(archive: &mut Archive, limits: &Limits) -> Result<(String, String), SpreadsheetFault> {
    const PART: &str = "_rels/.rels";
    let mut markup = describing_part(archive, PART, limits)?.ok_or_else(|| damaged("", Damage::OtherFormat))?;
    let mut target = None;
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name().as_ref() == "Relationship" => {
                check_attributes(&element, PART)?;
                let is_workbook = raw(&element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"));
                if is_workbook && raw(&element, "Target").is_some() {
                    target = Some(attribute(&element, "Target").ok_or_else(|| damaged(PART, Damage::Content))?);
                }
            }
            Token::EndOfPart => break,
            _ => {}
        }
    }
    let target = target.ok_or_else(|| damaged(PART, Damage::MissingPart))?;
    let (folder, name) = target.split_at(target.rfind('/').map_or(0, |slash| slash + 1));
    let folder = folder.strip_prefix('/').unwrap_or(folder);
    // calamine reads only XML from there; a workbook part of XLSB would be taken for damaged XML.
    if name.is_empty() || name.to_ascii_lowercase().ends_with(".bin") {
        return Err(damaged(PART, Damage::OtherFormat));
    }
    Ok((folder.to_owned(), name.to_owned()))
}

/// Targets of the workbook's relations by their id, both as they are written.
fn read_relations(
    archive: &mut Archive,
    part: &str,
    limits: &Limits,
) -> Result<HashMap<String, String>, SpreadsheetFault> {
    let mut markup = describing_part(archive, part, limits)?.ok_or_else(|| damaged(part, Damage::MissingPart))?;
    let mut targets = HashMap::new();
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name().as_ref() == "Relationship" => {
                check_attributes(&element, part)?;
                if let Some(id) = raw(&element, "Id") {
                    targets.insert(id, raw(&element, "Target").unwrap_or_default());
                }
            }
            Token::EndOfPart => return Ok(targets),
            _ => {}
        }
    }
}

/// Name and relation id of the sheets.
fn read_sheets(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Vec<(String, String)>, SpreadsheetFault> {
    let mut markup = describing_part(archive, part, limits)?.ok_or_else(|| damaged(part, Damage::MissingPart))?;
    let mut sheets = Vec::new();
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name().as_ref() == "sheet" => {
                check_attributes(&element, part)?;
                sheets.push((attribute(&element, "name").unwrap_or_default(), relation_id(&element)));
                check(Measure::Sheets, sheets.len() as u64, limits.sheets)?;
            }
            Token::EndOfPart => return Ok(sheets),
            _ => {}
        }
    }
}

/// Refuses attributes that are malformed or doubled: calamine and this look could understand them differently.
fn check_attributes(element: &BytesStart, part: &str) -> Result<(), SpreadsheetFault> {
    let sound = element.attributes().all(|attribute| attribute.is_ok());
    if sound { Ok(()) } else { Err(damaged(part, Damage::Content)) }
}

/// An attribute as it is written.
fn raw(element: &BytesStart, name: &str) -> Option<String> {
    element.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

/// The last attribute `id` of any namespace, as calamine takes it.
fn relation_id(element: &BytesStart) -> String {
    let ids = element.attributes().flatten().filter(|attribute| {
        let key = attribute.key.as_ref();
        key == "id" || key.ends_with(":id")
    });
    ids.last().map(|attribute| attribute.value.into_owned()).unwrap_or_default()
}

/// A part that describes the workbook: of bounded size, for calamine keeps what it says.
fn describing_part<'a, 'b>(
    archive: &'a mut Archive<'b>,
    name: &str,
    limits: &Limits,
) -> Result<Option<Markup<super::archive::Part<'a, 'b>>>, SpreadsheetFault> {
    if let Some(size) = archive.size(name, limits)? {
        check(Measure::UnpackedBytes, size, LARGEST_DESCRIPTION)?;
    }
    Ok(archive.markup(name, limits)?.map(|markup| markup.expect_at_most(MOST_DESCRIPTIONS)))
}

/// Counts the shared strings and their bytes, and holds the number they claim to be against the limit.
fn look_at_strings(archive: &mut Archive, part: &str, limits: &Limits) -> Result<(), SpreadsheetFault> {
    let Some(mut markup) = archive.markup(part, limits)? else { return Ok(()) };
    let (mut strings, mut bytes) = (0, 0);
    let mut text = TextMarkup::default();
    loop {
        let (depth, position) = (markup.depth(), markup.position());
        match markup.next()? {
            Token::Start(element) => match element.local_name().as_ref() {
                "sst" => check(Measure::Strings, claimed_strings(&element, part)?, limits.strings)?,
                "si" => {
                    strings += 1;
                    check(Measure::Strings, strings, limits.strings)?;
                    text.open(depth);
                }
                _ => {}
            },
            Token::Text(content) => {
                bytes += content.len() as u64;
                check(Measure::StringBytes, bytes, limits.string_bytes)?;
            }
            Token::Character(_) => bytes += 4,
            Token::EndOfPart => return Ok(()),
            Token::End | Token::Other => {}
        }
        text.advance(markup.depth(), markup.position() - position)?;
    }
}

fn claimed_strings(element: &BytesStart, part: &str) -> Result<u64, SpreadsheetFault> {
    check_attributes(element, part)?;
    let Some(claim) = raw(element, "uniqueCount") else { return Ok(0) };
    claim.trim().parse().map_err(|_| damaged(part, Damage::Content))
}

/// Counts the cell styles, and what fonts and number formats copied into each of them would take.
fn look_at_styles(archive: &mut Archive, part: &str, limits: &Limits) -> Result<(), SpreadsheetFault> {
    let Some(mut markup) = describing_part(archive, part, limits)? else { return Ok(()) };
    let mut styles = 0;
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name().as_ref() == "xf" => {
                styles += 1;
                check(Measure::Styles, styles, limits.styles)?;
            }
            Token::EndOfPart => break,
            _ => {}
        }
    }
    check(Measure::Styles, styles * markup.longest_token(), STYLE_BYTES)
}

/// Unpacks a sheet to its end, and searches it for what could make calamine keep more than one cell.
fn look_at_sheet(archive: &mut Archive, part: &str, limits: &Limits) -> Result<(), SpreadsheetFault> {
    let size = archive.size(part, limits)?.ok_or_else(|| damaged(part, Damage::MissingPart))?;
    if size > HARMLESS_SHEET_BYTES {
        let markup = archive.markup(part, limits)?.ok_or_else(|| damaged(part, Damage::MissingPart))?;
        return survey(markup);
    }
    let mut source = archive.part(part, limits)?.ok_or_else(|| damaged(part, Damage::MissingPart))?;
    io::copy(&mut source, &mut io::sink()).map(drop).map_err(|_| damaged(part, Damage::Container))
}

/// Reads a part to its end; the markup around any one text is bounded.
fn survey<R: io::BufRead>(mut markup: Markup<R>) -> Result<(), SpreadsheetFault> {
    let mut text = TextMarkup::default();
    loop {
        let (depth, position) = (markup.depth(), markup.position());
        match markup.next()? {
            Token::Start(element) if matches!(element.local_name().as_ref(), "v" | "is" | "definedName") => {
                text.open(depth);
            }
            Token::EndOfPart => return Ok(()),
            _ => {}
        }
        text.advance(markup.depth(), markup.position() - position)?;
    }
}

/// How much markup an element that holds a text has taken so far; calamine gathers it until the element ends.
#[derive(Default)]
struct TextMarkup {
    /// How many elements are open around the text, when inside one.
    outside: Option<u64>,
    bytes: u64,
}

impl TextMarkup {
    fn open(&mut self, outside: u64) {
        if self.outside.is_none() {
            *self = Self { outside: Some(outside), bytes: 0 };
        }
    }

    fn advance(&mut self, depth: u64, bytes: u64) -> Result<(), SpreadsheetFault> {
        let Some(outside) = self.outside else { return Ok(()) };
        self.bytes += bytes;
        check(Measure::CellBytes, self.bytes, LONGEST_TEXT_MARKUP)?;
        if depth <= outside {
            self.outside = None;
        }
        Ok(())
    }
}
