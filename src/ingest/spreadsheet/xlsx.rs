//! XLSX: relations, strings and styles are read first, then the cells of one sheet as a stream.

use std::collections::HashMap;
use std::io::Read;

use super::archive::Archive;
use super::cell_text::{self, NumberKind};
use super::markup::{Element, Markup, Token};
use super::rows::Rows;
use super::strings::Strings;
use super::{COLUMNS, Damage, Limits, Measure, ROWS, SpreadsheetFault, check, damaged, find_sheet, only_sheet};

pub(super) fn read(
    bytes: &[u8],
    sheet: Option<&str>,
    limits: &Limits,
    rows: &mut Rows,
) -> Result<String, SpreadsheetFault> {
    let mut archive = Archive::open(bytes, limits)?;
    let mut package = Package::read(&mut archive)?;
    let values = Values::read(&mut archive, &package)?;
    let names = package.names();
    let index = match sheet {
        Some(wanted) => find_sheet(&names, wanted)?,
        None => only_sheet(&names, |index| {
            let mut any = Rows::until_text(limits);
            read_cells(&mut archive, &package.sheets[index].part, &values, &mut any)?;
            Ok(any.found_text())
        })?,
    };
    let sheet = package.sheets.swap_remove(index);
    read_cells(&mut archive, &sheet.part, &values, rows)?;
    Ok(sheet.name)
}

pub(super) fn names(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, SpreadsheetFault> {
    Ok(Package::read(&mut Archive::open(bytes, limits)?)?.names())
}

/// Which parts the workbook is made of.
struct Package {
    sheets: Vec<Sheet>,
    strings: String,
    styles: String,
    from_1904: bool,
}

struct Sheet {
    name: String,
    part: String,
}

/// A part that another one points to.
struct Relation {
    id: String,
    /// The last word of the type, which is the same in both editions of the standard.
    kind: String,
    part: String,
}

impl Package {
    fn read(archive: &mut Archive) -> Result<Self, SpreadsheetFault> {
        const ROOT: &str = "_rels/.rels";
        let roots = read_relations(archive, "")?.ok_or_else(|| damaged("", Damage::OtherFormat))?;
        let workbook = find_kind(&roots, "officeDocument").ok_or_else(|| damaged(ROOT, Damage::MissingPart))?;
        if workbook.to_ascii_lowercase().ends_with(".bin") {
            // XLSB: the same package around records instead of XML.
            return Err(damaged(&workbook, Damage::OtherFormat));
        }
        let relations = read_relations(archive, &workbook)?.ok_or_else(|| damaged(&workbook, Damage::MissingPart))?;
        if !archive.limits().external_links && find_kind(&relations, "externalLink").is_some() {
            return Err(SpreadsheetFault::ExternalLinks);
        }
        // Some programs forget the relation and count on the usual name.
        let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = |kind, name| find_kind(&relations, kind).unwrap_or_else(|| join(folder, name));
        let mut package = Self {
            sheets: Vec::new(),
            strings: beside("sharedStrings", "sharedStrings.xml"),
            styles: beside("styles", "styles.xml"),
            from_1904: false,
        };
        package.read_workbook(archive, &workbook, &relations)?;
        Ok(package)
    }

    fn read_workbook(
        &mut self,
        archive: &mut Archive,
        part: &str,
        relations: &[Relation],
    ) -> Result<(), SpreadsheetFault> {
        let limit = archive.limits().sheets;
        let mut markup = archive.require(part)?;
        loop {
            match markup.next()? {
                Token::Start(element) => match element.local_name() {
                    b"workbook" | b"sheets" => {}
                    b"workbookPr" => self.from_1904 = matches!(element.raw("date1904"), Some(b"1" | b"true")),
                    b"sheet" => {
                        self.add_sheet(&element, relations).ok_or_else(|| damaged(part, Damage::MissingPart))?;
                        check(Measure::Sheets, self.sheets.len() as u64, limit)?;
                    }
                    _ => markup.skip_element()?,
                },
                Token::EndOfPart => break,
                _ => {}
            }
        }
        if self.sheets.is_empty() { Err(damaged(part, Damage::MissingPart)) } else { Ok(()) }
    }

    /// Keeps worksheets; chart, dialogue and macro sheets are left out. None when the part is not named.
    fn add_sheet(&mut self, element: &Element, relations: &[Relation]) -> Option<()> {
        let id = element.prefixed_attribute("id")?;
        let relation = relations.iter().find(|relation| relation.id == id)?;
        if relation.kind == "worksheet" {
            self.sheets.push(Sheet { name: element.attribute("name")?, part: relation.part.clone() });
        }
        Some(())
    }

    fn names(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }
}

/// The relations of a part, of the package itself when the name is empty; none when it has none.
fn read_relations(archive: &mut Archive, part: &str) -> Result<Option<Vec<Relation>>, SpreadsheetFault> {
    /// A workbook has a relation for each sheet and a handful besides.
    const MOST_BESIDES_SHEETS: u64 = 4096;
    let limit = archive.limits().sheets.saturating_add(MOST_BESIDES_SHEETS);
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let relations_part = join(folder, &format!("_rels/{name}.rels"));
    let Some(mut markup) = archive.find(&relations_part)? else { return Ok(None) };
    let mut relations = Vec::new();
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name() == b"Relationship" => {
                relations.extend(read_relation(&element, folder));
                check(Measure::Parts, relations.len() as u64, limit)?;
            }
            Token::EndOfPart => return Ok(Some(relations)),
            _ => {}
        }
    }
}

fn read_relation(element: &Element, folder: &str) -> Option<Relation> {
    let kind = element.attribute("Type")?;
    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
    Some(Relation { id: element.attribute("Id")?, kind, part: join(folder, &element.attribute("Target")?) })
}

fn find_kind(relations: &[Relation], kind: &str) -> Option<String> {
    relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.part.clone())
}

/// The name of a part from a folder and a target, which may begin at the top or go up.
fn join(folder: &str, target: &str) -> String {
    let folder = if target.starts_with(['/', '\\']) { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(target.split(['/', '\\'])) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// What a cell's value is looked up in.
struct Values {
    strings: Strings,
    /// What each cell style makes of numbers.
    kinds: Vec<NumberKind>,
    from_1904: bool,
}

impl Values {
    fn read(archive: &mut Archive, package: &Package) -> Result<Self, SpreadsheetFault> {
        let limits = archive.limits();
        let mut values = Self { strings: Strings::default(), kinds: Vec::new(), from_1904: package.from_1904 };
        if let Some(markup) = archive.find(&package.strings)? {
            values.strings = read_strings(markup, limits)?;
        }
        if let Some(markup) = archive.find(&package.styles)? {
            values.kinds = read_styles(markup, limits)?;
        }
        Ok(values)
    }
}

fn read_strings<R: Read>(mut markup: Markup<R>, limits: &Limits) -> Result<Strings, SpreadsheetFault> {
    let mut strings = Strings::default();
    let mut string = String::new();
    loop {
        match markup.next()? {
            Token::Start(element) if element.local_name() == b"si" => {
                string.clear();
                read_rich_text(&mut markup, &mut string, limits)?;
                strings.text().push_str(&string);
                strings.finish_string(limits)?;
            }
            Token::EndOfPart => return Ok(strings),
            _ => {}
        }
    }
}

/// The text of the element that has just begun, `si` or `is`: one piece or several; phonetic hints are left out.
fn read_rich_text<R: Read>(markup: &mut Markup<R>, text: &mut String, limits: &Limits) -> Result<(), SpreadsheetFault> {
    let outside = markup.depth() - 1;
    while markup.depth() > outside {
        let Token::Start(element) = markup.next()? else { continue };
        match element.local_name() {
            b"r" => {}
            b"t" => {
                let keeps_blanks = element.raw("xml:space") == Some(b"preserve");
                read_text(markup, text, keeps_blanks)?;
                check(Measure::CellBytes, text.len() as u64, limits.cell_bytes)?;
            }
            _ => markup.skip_element()?,
        }
    }
    Ok(())
}

/// Appends the text of the element that has just begun, `_x000D_` and the like resolved. Blanks around it do not
/// count unless the element says so.
fn read_text<R: Read>(markup: &mut Markup<R>, text: &mut String, keeps_blanks: bool) -> Result<(), SpreadsheetFault> {
    let outside = markup.depth() - 1;
    let before = text.len();
    while markup.depth() > outside {
        if let Token::Text(piece) = markup.next()?
            && !piece.write_to(text)
        {
            return Err(markup.broken());
        }
    }
    let added = &text[before..];
    let trimmed = if keeps_blanks { added } else { added.trim_matches([' ', '\t', '\r', '\n']) };
    if trimmed.len() < added.len() || trimmed.contains("_x") {
        let resolved = resolve_escapes(trimmed);
        text.truncate(before);
        text.push_str(&resolved);
    }
    Ok(())
}

/// Resolves `_x000D_`: a unit of UTF-16 that XML could not hold.
fn resolve_escapes(text: &str) -> String {
    const ESCAPE_BYTES: usize = 7;
    let mut resolved = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    loop {
        let (before, found) = match rest.find("_x") {
            Some(at) => (&rest[..at], &rest[at..]),
            None => (rest, ""),
        };
        if !before.is_empty() || found.is_empty() {
            push_units(&mut units, &mut resolved);
        }
        resolved.push_str(before);
        if found.is_empty() {
            return resolved;
        }
        match escaped_unit(found) {
            Some(unit) => {
                units.push(unit);
                rest = &found[ESCAPE_BYTES..];
            }
            None => {
                push_units(&mut units, &mut resolved);
                resolved.push('_');
                rest = &found[1..];
            }
        }
    }
}

fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.get(2..6)?;
    let is_escape = text.get(6..7) == Some("_") && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_escape.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

fn push_units(units: &mut Vec<u16>, text: &mut String) {
    text.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

/// What each cell style makes of numbers.
fn read_styles<R: Read>(mut markup: Markup<R>, limits: &Limits) -> Result<Vec<NumberKind>, SpreadsheetFault> {
    let mut formats: HashMap<u32, NumberKind> = HashMap::new();
    let mut styles = Vec::new();
    loop {
        match markup.next()? {
            Token::Start(element) => match element.local_name() {
                b"styleSheet" | b"numFmts" | b"cellXfs" => {}
                b"numFmt" => {
                    if let (Some(number), Some(code)) = (format_number(&element), element.attribute("formatCode")) {
                        formats.insert(number, cell_text::kind_of_format_code(&code));
                    }
                }
                b"xf" => {
                    styles.push(format_number(&element).unwrap_or_default());
                    check(Measure::Styles, styles.len() as u64, limits.styles)?;
                    markup.skip_element()?;
                }
                _ => markup.skip_element()?,
            },
            Token::EndOfPart => break,
            _ => {}
        }
        check(Measure::Styles, formats.len() as u64, limits.styles)?;
    }
    let kind = |number| {
        let builtin = || u16::try_from(number).map_or(NumberKind::Number, cell_text::kind_of_builtin_format);
        formats.get(&number).copied().unwrap_or_else(builtin)
    };
    Ok(styles.into_iter().map(kind).collect())
}

fn format_number(element: &Element) -> Option<u32> {
    std::str::from_utf8(element.raw("numFmtId")?).ok()?.parse().ok()
}

/// Reads the cells of a sheet from its part to `rows`, until these have enough.
fn read_cells(archive: &mut Archive, part: &str, values: &Values, rows: &mut Rows) -> Result<(), SpreadsheetFault> {
    let limits = archive.limits();
    let markup = archive.require(part)?;
    let mut cells = Cells { markup, values, limits, row: 0, column: 0, value: String::new() };
    cells.find_data()?;
    let outside = cells.markup.depth() - 1;
    while cells.markup.depth() > outside && !rows.has_enough() {
        let Token::Start(element) = cells.markup.next()? else { continue };
        match element.local_name() {
            b"row" => {
                let row = row_of(&element, cells.row).ok_or_else(|| damaged(part, Damage::CellPosition))?;
                cells.read_row(row, rows)?;
            }
            _ => cells.markup.skip_element()?,
        }
    }
    if rows.has_enough() {
        return Ok(());
    }
    rows.finish_row(1)?;
    // To the end, where the checksum of the part is compared.
    cells.markup.drain()
}

/// The cells of a sheet.
struct Cells<'v, R> {
    markup: Markup<R>,
    values: &'v Values,
    limits: &'v Limits,
    /// Row and column that come next where the file does not say.
    row: u32,
    column: u32,
    /// The value as it is written.
    value: String,
}

/// How a cell's value is to be understood.
#[derive(Clone, Copy)]
enum Type {
    Number(NumberKind),
    SharedString,
    Boolean,
    Moment,
    /// The text of a formula or an error; also that of an inline string, which stands elsewhere.
    Text,
}

impl<R: Read> Cells<'_, R> {
    /// Reads up to the element that holds the rows.
    fn find_data(&mut self) -> Result<(), SpreadsheetFault> {
        loop {
            match self.markup.next()? {
                Token::Start(element) => match element.local_name() {
                    b"sheetData" => return Ok(()),
                    b"worksheet" => {}
                    _ => self.markup.skip_element()?,
                },
                Token::EndOfPart => return Err(self.markup.broken()),
                _ => {}
            }
        }
    }

    /// Reads the row that has just begun, to its end.
    fn read_row(&mut self, row: u32, rows: &mut Rows) -> Result<(), SpreadsheetFault> {
        (self.row, self.column) = (row, 0);
        let outside = self.markup.depth() - 1;
        while self.markup.depth() > outside && !rows.has_enough() {
            let Token::Start(element) = self.markup.next()? else { continue };
            if element.local_name() != b"c" {
                self.markup.skip_element()?;
                continue;
            }
            rows.count()?;
            let (kind, position) = self.values.describe(&element, (self.row, self.column));
            let position = position.ok_or_else(|| damaged("", Damage::CellPosition))?;
            self.read_cell(kind, position, rows)?;
            self.column = position.1 + 1;
        }
        self.row += 1;
        Ok(())
    }

    /// Reads the cell that has just begun, to its end.
    fn read_cell(&mut self, kind: Type, (row, column): (u32, u32), rows: &mut Rows) -> Result<(), SpreadsheetFault> {
        let outside = self.markup.depth() - 1;
        while self.markup.depth() > outside {
            let Token::Start(element) = self.markup.next()? else { continue };
            match element.local_name() {
                b"v" => {
                    self.read_value(matches!(kind, Type::Text))?;
                    let (value, values) = (&self.value, self.values);
                    let mut is_known = true;
                    rows.put(row, column, |cell| is_known = values.write(kind, value, cell))?;
                    if !is_known {
                        return Err(self.markup.broken());
                    }
                }
                b"is" => {
                    self.value.clear();
                    read_rich_text(&mut self.markup, &mut self.value, self.limits)?;
                    rows.put(row, column, |cell| cell.push_str(&self.value))?;
                }
                _ => self.markup.skip_element()?,
            }
        }
        Ok(())
    }

    /// Reads the value that has just begun, to its end.
    fn read_value(&mut self, is_text: bool) -> Result<(), SpreadsheetFault> {
        self.value.clear();
        let outside = self.markup.depth() - 1;
        while self.markup.depth() > outside {
            let Token::Text(piece) = self.markup.next()? else { continue };
            if !piece.write_to(&mut self.value) {
                return Err(self.markup.broken());
            }
            check(Measure::CellBytes, self.value.len() as u64, self.limits.cell_bytes)?;
        }
        if is_text && self.value.contains("_x") {
            self.value = resolve_escapes(&self.value);
        }
        Ok(())
    }
}

/// The number of a row, counted from 0; none outside the sheet.
fn row_of(element: &Element, next: u32) -> Option<u32> {
    let row = match element.raw("r") {
        Some(number) => digits(number)?.checked_sub(1)?,
        None => next,
    };
    (row < ROWS).then_some(row)
}

impl Values {
    /// Type and position of a cell; no position when it is outside the sheet.
    fn describe(&self, element: &Element, next: (u32, u32)) -> (Type, Option<(u32, u32)>) {
        let (mut style, mut kind) = (0, Type::Number(NumberKind::Number));
        let mut position = (next.1 < COLUMNS).then_some(next);
        for (name, value) in element.attributes() {
            match name {
                b"r" => position = cell_position(value),
                b"s" => style = digits(value).unwrap_or_default(),
                b"t" => kind = type_of(value),
                _ => {}
            }
        }
        if let Type::Number(format) = &mut kind {
            *format = self.kinds.get(style as usize).copied().unwrap_or(NumberKind::Number);
        }
        (kind, position)
    }

    /// Writes a value as text; false when it is a shared string that is not there.
    fn write(&self, kind: Type, value: &str, cell: &mut String) -> bool {
        match kind {
            Type::Text => cell.push_str(value),
            Type::SharedString => {
                let index = digits(value.trim().as_bytes()).map(|index| index as usize);
                match index.and_then(|index| self.strings.get(index)) {
                    Some(text) => cell.push_str(text),
                    None => return value.is_empty(),
                }
            }
            Type::Boolean => match value.trim() {
                "" => {}
                "1" | "true" | "TRUE" => cell_text::write_boolean(cell, true),
                "0" | "false" | "FALSE" => cell_text::write_boolean(cell, false),
                other => cell.push_str(other),
            },
            Type::Moment => cell_text::write_iso_moment(cell, value),
            Type::Number(NumberKind::Number) if is_plain_number(value) => cell.push_str(value),
            Type::Number(format) => match value.trim().parse() {
                Ok(number) => cell_text::write_as(cell, number, format, self.from_1904),
                Err(_) => cell.push_str(value),
            },
        }
        true
    }
}

/// Whether a number stands there as it will be written: digits that a spreadsheet holds exactly.
fn is_plain_number(value: &str) -> bool {
    const EXACT_DIGITS: usize = 15;
    let is_short = matches!(value.len(), 1..=EXACT_DIGITS) && (value.len() == 1 || !value.starts_with('0'));
    is_short && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn type_of(value: &[u8]) -> Type {
    match value {
        b"s" => Type::SharedString,
        b"b" => Type::Boolean,
        b"d" => Type::Moment,
        b"str" | b"e" | b"inlineStr" => Type::Text,
        _ => Type::Number(NumberKind::Number),
    }
}

/// Row and column of `AB12`, counted from 0; none outside the sheet.
fn cell_position(reference: &[u8]) -> Option<(u32, u32)> {
    const LONGEST: usize = "XFD1048576".len();
    if reference.len() > LONGEST {
        return None;
    }
    let letters = reference.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, number) = reference.split_at(letters);
    let column = letters.iter().try_fold(0_u32, |column, letter| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let (row, column) = (digits(number)?.checked_sub(1)?, column.checked_sub(1)?);
    (row < ROWS && column < COLUMNS).then_some((row, column))
}

/// A number of at most nine digits.
fn digits(text: &[u8]) -> Option<u32> {
    let is_number = matches!(text.len(), 1..=9) && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| text.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}
