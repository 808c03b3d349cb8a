//! XLS of Excel 5 to 2003: a stream of records, read in place.
//!
//! Records say how long they are and are never believed beyond the stream; counts and dimensions they claim are not
//! used. What is kept is the shared strings as one text, and eight bytes for each cell, which put them in order.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::cell_text::{self, NumberKind};
use super::compound::{Compound, u16_at, u32_at};
use super::rows::Rows;
use super::strings::Strings;
use super::{Damage, Limits, Measure, SpreadsheetFault, check, damaged, find_sheet, only_sheet};

const PART: &str = "Workbook";
/// Rows, blank cells and the like come on top of the cells.
const RECORDS_A_CELL: u64 = 2;

/// Numbers of the records that are read.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const OTHER_WORKBOOK: u16 = 0x01AE;
    pub(super) const DATES_FROM_1904: u16 = 0x0022;
    pub(super) const FILE_PASSWORD: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const SMALL_NUMBERS: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(super) const SHARED_STRING_CELL: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(super) const FORMULA_TEXT: u16 = 0x0207;
    pub(super) const SMALL_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// Record versions: the text of Excel 5 and 95 is in a code page, that of 97 and later in Unicode.
const UNICODE_VERSION: u16 = 0x0600;
const CODE_PAGE_VERSION: u16 = 0x0500;

pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
    rows: &mut Rows,
) -> Result<String, SpreadsheetFault> {
    let stream = open(bytes)?;
    let workbook = Workbook::read(&stream, limits)?;
    let mut names = workbook.names();
    let index = match sheet {
        Some(wanted) => find_sheet(&names, wanted)?,
        None => {
            let mut budget = Budget::new(limits);
            only_sheet(&names, |index| workbook.has_content(index, &mut budget))?
        }
    };
    workbook.read_sheet(index, limits, rows)?;
    Ok(names.swap_remove(index))
}

pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    Ok(Workbook::read(&open(bytes)?, limits)?.names())
}

/// The stream of records.
fn open(bytes: &[u8]) -> Result<Vec<u8>, SpreadsheetFault> {
    let file = Compound::open(bytes)?;
    if file.has_stream("EncryptedPackage") {
        return Err(SpreadsheetFault::Encrypted);
    }
    for name in ["Workbook", "Book"] {
        if let Some(stream) = file.stream(name)? {
            return Ok(stream);
        }
    }
    Err(damaged("", Damage::OtherFormat))
}

/// One record in the stream.
#[derive(Clone, Copy)]
struct Record<'s> {
    number: u16,
    data: &'s [u8],
    /// Where the record and the next begin in the stream.
    at: usize,
    next: usize,
}

/// The record that begins at an index; none at the end of the stream.
fn record_at(stream: &[u8], at: usize) -> Result<Option<Record<'_>>, SpreadsheetFault> {
    let Some(head) = stream.get(at..at.saturating_add(4)) else { return Ok(None) };
    let next = at + 4 + usize::from(u16_at(head, 2));
    let data = stream.get(at + 4..next).ok_or_else(broken)?;
    Ok(Some(Record { number: u16_at(head, 0), data, at, next }))
}

fn broken() -> SpreadsheetFault {
    damaged(PART, Damage::Content)
}

/// The first bytes of a record, which must be as many at least.
fn head<const N: usize>(data: &[u8]) -> Result<&[u8; N], SpreadsheetFault> {
    data.first_chunk().ok_or_else(broken)
}

/// What the records before the first sheet say.
struct Workbook<'s> {
    stream: &'s [u8],
    unicode: bool,
    encoding: &'static Encoding,
    from_1904: bool,
    /// What each cell style makes of numbers.
    kinds: Vec<NumberKind>,
    strings: Strings,
    sheets: Vec<Sheet>,
}

struct Sheet {
    name: String,
    at: usize,
}

impl<'s> Workbook<'s> {
    fn read(stream: &'s [u8], limits: &Limits) -> Result<Self, SpreadsheetFault> {
        let mut workbook = Self {
            stream,
            unicode: true,
            encoding: encoding_rs::WINDOWS_1252,
            from_1904: false,
            kinds: Vec::new(),
            strings: Strings::default(),
            sheets: Vec::new(),
        };
        let (mut formats, mut styles) = (HashMap::new(), Vec::new());
        let first = record_at(stream, 0)?.ok_or_else(broken)?;
        workbook.take_version(first)?;
        let mut at = first.next;
        while let Some(record) = record_at(stream, at)? {
            at = record.next;
            match record.number {
                record::END => break,
                record::FILE_PASSWORD => return Err(SpreadsheetFault::Encrypted),
                record::DATES_FROM_1904 => workbook.from_1904 = u16_at(head::<2>(record.data)?, 0) == 1,
                record::CODE_PAGE => workbook.encoding = encoding_of(u16_at(head::<2>(record.data)?, 0)),
                record::FORMAT => {
                    let (number, kind) = workbook.format(record)?;
                    formats.insert(number, kind);
                }
                record::STYLE => styles.push(u16_at(head::<4>(record.data)?, 2)),
                record::SHEET => workbook.add_sheet(record)?,
                record::SHARED_STRINGS => workbook.strings = read_strings(stream, record, limits)?,
                record::OTHER_WORKBOOK if !limits.external_links && links_to_file(record) => {
                    return Err(SpreadsheetFault::ExternalLinks);
                }
                _ => {}
            }
            check(Measure::Styles, styles.len() as u64, limits.styles)?;
            check(Measure::Sheets, workbook.sheets.len() as u64, limits.sheets)?;
        }
        workbook.kinds = styles.into_iter().map(|format| kind_of(format, &formats)).collect();
        Ok(workbook)
    }

    fn take_version(&mut self, first: Record) -> Result<(), SpreadsheetFault> {
        if first.number != record::BEGIN {
            return Err(damaged(PART, Damage::OtherFormat));
        }
        self.unicode = match u16_at(head::<2>(first.data)?, 0) {
            UNICODE_VERSION => true,
            CODE_PAGE_VERSION => false,
            _ => return Err(damaged(PART, Damage::OtherFormat)),
        };
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }

    /// Keeps worksheets; macro, chart and code sheets are left out.
    fn add_sheet(&mut self, record: Record) -> Result<(), SpreadsheetFault> {
        let description = head::<6>(record.data)?;
        if description[5] == 0 {
            let mut name = String::new();
            let (&length, text) = record.data[6..].split_first().ok_or_else(broken)?;
            self.write_text(text, usize::from(length), &mut name)?;
            name.retain(|c| c != '\0');
            self.sheets.push(Sheet { name, at: u32_at(description, 0) as usize });
        }
        Ok(())
    }

    fn format(&self, record: Record) -> Result<(u16, NumberKind), SpreadsheetFault> {
        let number = u16_at(head::<2>(record.data)?, 0);
        let mut code = String::new();
        if self.unicode {
            self.write_long_text(&record.data[2..], &mut code)?;
        } else {
            let (&length, text) = record.data[2..].split_first().ok_or_else(broken)?;
            self.write_text(text, usize::from(length), &mut code)?;
        }
        Ok((number, cell_text::kind_of_format_code(&code)))
    }

    /// Text behind a length of two bytes.
    fn write_long_text(&self, data: &[u8], text: &mut String) -> Result<(), SpreadsheetFault> {
        let length = usize::from(u16_at(head::<2>(data)?, 0));
        self.write_text(&data[2..], length, text)
    }

    /// Text of a number of characters: in a code page, or behind a byte that says whether it is in one byte or two.
    fn write_text(&self, data: &[u8], length: usize, text: &mut String) -> Result<(), SpreadsheetFault> {
        if !self.unicode {
            let bytes = data.get(..length).ok_or_else(broken)?;
            text.push_str(&self.encoding.decode_without_bom_handling(bytes).0);
            return Ok(());
        }
        if length == 0 {
            return Ok(());
        }
        let (&flags, data) = data.split_first().ok_or_else(broken)?;
        let bytes = data.get(..length << (flags & 1)).ok_or_else(broken)?;
        write_unicode(bytes, flags & 1 != 0, text);
        Ok(())
    }

    /// Whether any cell of a sheet has text.
    fn has_content(&self, index: usize, budget: &mut Budget) -> Result<bool, SpreadsheetFault> {
        let mut text = String::new();
        let mut cells = Vec::new();
        let mut records = self.sheet_records(index, budget)?;
        while let Some(record) = records.next()? {
            cells.clear();
            list_cells_of(record, &mut cells)?;
            for &cell in &cells {
                self.write_cell(record, cell, &mut text)?;
            }
            records.budget.spend(cells.len())?;
            if !text.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the cells of a sheet. The file may give them in any order, so they are listed first.
    fn read_sheet(&self, index: usize, limits: &Limits, rows: &mut Rows) -> Result<(), SpreadsheetFault> {
        let mut cells = Vec::new();
        let mut budget = Budget::new(limits);
        let mut records = self.sheet_records(index, &mut budget)?;
        while let Some(record) = records.next()? {
            list_cells_of(record, &mut cells)?;
            check(Measure::Cells, cells.len() as u64, limits.cells)?;
        }
        if !cells.is_sorted() {
            cells.sort_unstable();
        }
        for cell in cells {
            rows.count()?;
            let record = record_at(self.stream, cell.at as usize)?.ok_or_else(broken)?;
            let mut result = Ok(());
            rows.put(u32::from(cell.row), u32::from(cell.column), |text| result = self.write_cell(record, cell, text))?;
            result?;
        }
        rows.finish_row(1)
    }

    fn sheet_records<'m>(
        &self,
        index: usize,
        budget: &'m mut Budget,
    ) -> Result<SheetRecords<'s, 'm>, SpreadsheetFault> {
        let first = record_at(self.stream, self.sheets[index].at)?.filter(|record| record.number == record::BEGIN);
        Ok(SheetRecords { stream: self.stream, at: first.ok_or_else(broken)?.next, depth: 1, budget })
    }

    fn write_cell(&self, record: Record, place: Place, text: &mut String) -> Result<(), SpreadsheetFault> {
        let data = record.data;
        match record.number {
            record::NUMBER => {
                let data = head::<14>(data)?;
                self.write_number(f64_at(data, 6), u16_at(data, 4), text);
            }
            record::SMALL_NUMBER => {
                let data = head::<10>(data)?;
                self.write_number(small_number(u32_at(data, 6)), u16_at(data, 4), text);
            }
            record::SMALL_NUMBERS => {
                let first = u16_at(head::<4>(data)?, 2);
                let at = 4 + 6 * usize::from(place.column - first);
                let number = head::<6>(data.get(at..).unwrap_or_default())?;
                self.write_number(small_number(u32_at(number, 2)), u16_at(number, 0), text);
            }
            record::SHARED_STRING_CELL => {
                text.push_str(self.strings.get(u32_at(head::<10>(data)?, 6) as usize).ok_or_else(broken)?);
            }
            record::TEXT | record::RICH_TEXT => self.write_long_text(data.get(6..).ok_or_else(broken)?, text)?,
            record::BOOLEAN_OR_ERROR => {
                let data = head::<8>(data)?;
                write_boolean_or_error(data[7] != 0, data[6], text);
            }
            _ => self.write_result(record, text)?,
        }
        Ok(())
    }

    fn write_number(&self, value: f64, style: u16, text: &mut String) {
        let kind = self.kinds.get(usize::from(style)).copied().unwrap_or(NumberKind::Number);
        cell_text::write_as(text, value, kind, self.from_1904);
    }

    /// The cached value of a formula: a number, or a mark for the other types.
    fn write_result(&self, record: Record, text: &mut String) -> Result<(), SpreadsheetFault> {
        let data = head::<14>(record.data)?;
        if data[12..14] != [0xFF, 0xFF] {
            self.write_number(f64_at(data, 6), u16_at(data, 4), text);
            return Ok(());
        }
        match data[6] {
            0 => self.write_result_text(record, text),
            1 => {
                write_boolean_or_error(false, data[8], text);
                Ok(())
            }
            2 => {
                write_boolean_or_error(true, data[8], text);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The text of a formula stands in a record behind it, after the description of a shared formula.
    fn write_result_text(&self, formula: Record, text: &mut String) -> Result<(), SpreadsheetFault> {
        const FARTHEST: usize = 3;
        let mut at = formula.next;
        for _ in 0..FARTHEST {
            let record = record_at(self.stream, at)?.ok_or_else(broken)?;
            if record.number == record::FORMULA_TEXT {
                return self.write_continued_text(record, text);
            }
            at = record.next;
        }
        Err(broken())
    }

    /// Text behind a length of two bytes that can go on in further records.
    fn write_continued_text(&self, record: Record, text: &mut String) -> Result<(), SpreadsheetFault> {
        if self.unicode {
            let mut pieces = Pieces::new(self.stream, record);
            let length = pieces.u16()?;
            if length == 0 {
                return Ok(());
            }
            let flags = pieces.byte()?;
            pieces.write_characters(usize::from(length), flags & 1 != 0, text)
        } else {
            self.write_long_text(record.data, text)
        }
    }
}

/// How many records may be looked at: all sheets of a workbook can be the same piece of the stream.
struct Budget {
    spent: u64,
    limit: u64,
}

impl Budget {
    fn new(limits: &Limits) -> Self {
        Self { spent: 0, limit: limits.cells.saturating_mul(RECORDS_A_CELL) }
    }

    fn spend(&mut self, count: usize) -> Result<(), SpreadsheetFault> {
        self.spent += count as u64;
        check(Measure::Markup, self.spent, self.limit)
    }
}

/// The records of a sheet. Charts in the sheet are passed over.
struct SheetRecords<'s, 'm> {
    stream: &'s [u8],
    at: usize,
    depth: u32,
    budget: &'m mut Budget,
}

impl<'s> SheetRecords<'s, '_> {
    fn next(&mut self) -> Result<Option<Record<'s>>, SpreadsheetFault> {
        while self.depth > 0 {
            self.budget.spend(1)?;
            // A sheet cut off is damaged: its last rows would be lost silently.
            let record = record_at(self.stream, self.at)?.ok_or_else(broken)?;
            self.at = record.next;
            match record.number {
                record::BEGIN => self.depth += 1,
                record::END => self.depth -= 1,
                _ if self.depth == 1 => return Ok(Some(record)),
                _ => {}
            }
        }
        Ok(None)
    }
}

/// Where a cell stands in the sheet and in the stream. The order of the fields is that of the rows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    row: u16,
    column: u16,
    at: u32,
}

fn list_cells_of(record: Record, cells: &mut Vec<Place>) -> Result<(), SpreadsheetFault> {
    let columns = match record.number {
        record::NUMBER
        | record::SMALL_NUMBER
        | record::SHARED_STRING_CELL
        | record::TEXT
        | record::RICH_TEXT
        | record::BOOLEAN_OR_ERROR
        | record::FORMULA => 1,
        // Row, first column, the numbers with their styles, last column.
        record::SMALL_NUMBERS => record.data.len().saturating_sub(6) / 6,
        _ => return Ok(()),
    };
    let position = head::<4>(record.data)?;
    let at = u32::try_from(record.at).map_err(|_| broken())?;
    let (row, first) = (u16_at(position, 0), u16_at(position, 2));
    for offset in 0..columns {
        let column = u16::try_from(usize::from(first) + offset).map_err(|_| broken())?;
        cells.push(Place { row, column, at });
    }
    Ok(())
}

/// A number in four bytes: whole or the upper half of a floating one, perhaps in hundredths.
fn small_number(bits: u32) -> f64 {
    let value =
        if bits & 2 != 0 { f64::from(bits.cast_signed() >> 2) } else { f64::from_bits(u64::from(bits & !3) << 32) };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

/// Callers give an index within the slice.
fn f64_at(bytes: &[u8], at: usize) -> f64 {
    f64::from_bits(u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32)
}

fn write_boolean_or_error(is_error: bool, value: u8, text: &mut String) {
    let error = match value {
        _ if !is_error => return cell_text::write_boolean(text, value != 0),
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#DATA!",
    };
    text.push_str(error);
}

/// The kind of a number format, given in the file or built in.
fn kind_of(format: u16, formats: &HashMap<u16, NumberKind>) -> NumberKind {
    formats.get(&format).copied().unwrap_or_else(|| cell_text::kind_of_builtin_format(format))
}

/// The encoding of a code page; what is not known is read as Western European.
fn encoding_of(code_page: u16) -> &'static Encoding {
    match code_page {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 | 32768 => encoding_rs::MACINTOSH,
        _ => encoding_rs::WINDOWS_1252,
    }
}

/// A supporting workbook that is another file: neither this workbook nor its add-ins.
fn links_to_file(record: Record) -> bool {
    record.data.len() > 4
}

/// Characters in two bytes, or in one with the upper byte left out.
fn write_unicode(bytes: &[u8], wide: bool, text: &mut String) {
    if wide {
        let units = bytes.chunks_exact(2).map(|unit| u16_at(unit, 0));
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        text.extend(bytes.iter().copied().map(char::from));
    }
}

/// Reads as many shared strings as the table says, or as there are.
fn read_strings(stream: &[u8], record: Record, limits: &Limits) -> Result<Strings, SpreadsheetFault> {
    let mut strings = Strings::default();
    let mut pieces = Pieces::new(stream, record);
    pieces.skip(4)?;
    let claimed = pieces.u32()?;
    for _ in 0..claimed {
        if !pieces.has_more()? {
            break;
        }
        read_string(&mut pieces, strings.text())?;
        strings.finish_string(limits)?;
    }
    Ok(strings)
}

fn read_string(pieces: &mut Pieces, text: &mut String) -> Result<(), SpreadsheetFault> {
    let length = pieces.u16()?;
    let flags = pieces.byte()?;
    let formatting = if flags & 8 != 0 { usize::from(pieces.u16()?) * 4 } else { 0 };
    let phonetics = if flags & 4 != 0 { pieces.u32()? as usize } else { 0 };
    pieces.write_characters(usize::from(length), flags & 1 != 0, text)?;
    pieces.skip(formatting.saturating_add(phonetics))
}

/// The data of a record and of those that continue it.
struct Pieces<'s> {
    stream: &'s [u8],
    piece: &'s [u8],
    next: usize,
}

impl<'s> Pieces<'s> {
    fn new(stream: &'s [u8], record: Record<'s>) -> Self {
        Self { stream, piece: record.data, next: record.next }
    }

    /// Goes on to the record that continues this one; whether there is one.
    fn go_on(&mut self) -> Result<bool, SpreadsheetFault> {
        match record_at(self.stream, self.next)? {
            Some(record) if record.number == record::CONTINUE => {
                (self.piece, self.next) = (record.data, record.next);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn has_more(&mut self) -> Result<bool, SpreadsheetFault> {
        while self.piece.is_empty() {
            if !self.go_on()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn byte(&mut self) -> Result<u8, SpreadsheetFault> {
        if !self.has_more()? {
            return Err(broken());
        }
        let (&byte, rest) = self.piece.split_first().ok_or_else(broken)?;
        self.piece = rest;
        Ok(byte)
    }

    fn u16(&mut self) -> Result<u16, SpreadsheetFault> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Result<u32, SpreadsheetFault> {
        Ok(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Result<(), SpreadsheetFault> {
        while count > 0 {
            if !self.has_more()? {
                return Err(broken());
            }
            let step = count.min(self.piece.len());
            self.piece = &self.piece[step..];
            count -= step;
        }
        Ok(())
    }

    /// Characters; where they go on in another record, that says anew whether they are in one byte or two.
    fn write_characters(
        &mut self,
        mut count: usize,
        mut wide: bool,
        text: &mut String,
    ) -> Result<(), SpreadsheetFault> {
        while count > 0 {
            let width = if wide { 2 } else { 1 };
            let step = count.min(self.piece.len() / width);
            let (bytes, rest) = self.piece.split_at(step * width);
            write_unicode(bytes, wide, text);
            self.piece = rest;
            count -= step;
            if count > 0 {
                if !self.go_on()? {
                    return Err(broken());
                }
                let (&flags, rest) = self.piece.split_first().ok_or_else(broken)?;
                wide = flags & 1 != 0;
                self.piece = rest;
            }
        }
        Ok(())
    }
}
