//! The file itself: events to bytes by a layout, the same as a workbook, and bytes back to events.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Format, IgnoreError, Workbook, XlsxError};

use super::{Block, Column, Encoding, Event, Field, Half, Layout, NumberForm, Padding, Quotes, RowsPer, Side, Value};
use crate::person::{Identity, PersonalNumber};
use crate::records::Municipality;
use crate::report::{Codes, Dialect, FieldSchema, Holds, Resource, TableSchema, excel_date};

/// Why events do not fit a layout, or bytes are no file of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// More events of a block than the layout has room for.
    TooMany {
        /// The block.
        block: Block,
        /// The room.
        places: usize,
        /// How many somebody has.
        found: usize,
    },
    /// A row that the layout cannot have made.
    Unreadable {
        /// Its number, the first row being 1.
        row: usize,
    },
}

/// An event as the file has it: only what stands in the columns of its block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEvent {
    /// Whose.
    pub number: PersonalNumber,
    /// Its block.
    pub block: Block,
    /// The values of the block's columns, by field; what is empty is not there.
    pub values: BTreeMap<Field, Value>,
}

impl FileEvent {
    /// Its day.
    pub fn date(&self) -> Option<NaiveDate> {
        match self.values.get(&Field::date_of(self.block)) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }
}

/// The events of a half-year as a file of the layout has them, in its order; blocks without a column are not there.
pub fn in_layout(half: &Half<'_>, layout: &Layout) -> Vec<FileEvent> {
    half.events()
        .into_iter()
        .filter(|event| layout.has(event.block()))
        .map(|event| {
            let columns = layout.columns.iter().filter(|column| column.block == event.block() && is_own(column));
            let values =
                columns.filter_map(|column| Some((column.field, event.value(column.field, half.municipality)?)));
            FileEvent { number: event.number, block: event.block(), values: values.collect() }
        })
        .collect()
}

/// Whether a column belongs to the events of its block, and not to the person.
fn is_own(column: &Column) -> bool {
    !matches!(column.field, Field::Number | Field::Municipality)
}

/// The cells of the file: the header, if the layout has one, and the rows.
#[derive(Debug)]
pub struct LaidOut<'a> {
    half: &'a Half<'a>,
    layout: &'a Layout,
    header: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
    /// The layout's column of each column.
    columns: Vec<usize>,
}

/// Lays a half-year out.
///
/// # Errors
/// When somebody has more events than the layout has room for.
pub fn lay_out<'a>(half: &'a Half<'a>, layout: &'a Layout) -> Result<LaidOut<'a>, FileFault> {
    match layout.rows {
        RowsPer::Event => Ok(by_event(half, layout)),
        RowsPer::Person => by_person(half, layout),
    }
}

impl LaidOut<'_> {
    /// How many rows stand below the header.
    pub fn rows(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let layout = self.layout;
        let mut text = String::new();
        let mut add = |cells: &[String], quotes: &dyn Fn(usize) -> Quotes| {
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    text.push(layout.separator);
                }
                text.push_str(&quoted(cell, layout.separator, quotes(at)));
            }
            text.push_str(layout.line_end.text());
        };
        if let Some(header) = &self.header {
            add(header, &|_| layout.quotes);
        }
        for row in &self.rows {
            add(row, &|at| layout.columns[self.columns[at]].quotes);
        }
        match layout.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf8WithMark => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            // The layout has nothing that the encoding lacks, and the values are digits.
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        }
    }
}

fn quoted(cell: &str, separator: char, quotes: Quotes) -> String {
    let needed = cell.contains([separator, '"', '\r', '\n']);
    match quotes {
        Quotes::Always => {}
        Quotes::WhenNeeded if needed => {}
        _ => return cell.to_owned(),
    }
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A row per event: what is repeated, and the columns of its block.
fn by_event<'a>(half: &'a Half<'a>, layout: &'a Layout) -> LaidOut<'a> {
    let row = |event: &Event| -> Vec<String> {
        let cell = |column: &Column| {
            let here = column.repeated || column.block == event.block();
            let value = event.value(column.field, half.municipality).filter(|_| here);
            value.map(|value| cell(value, column)).unwrap_or_default()
        };
        layout.columns.iter().map(cell).collect()
    };
    let events = half.events();
    LaidOut {
        half,
        layout,
        header: layout.header.then(|| layout.columns.iter().map(|column| column.name.clone()).collect()),
        rows: events.into_iter().filter(|event| layout.has(event.block())).map(row).collect(),
        columns: (0..layout.columns.len()).collect(),
    }
}

/// A row per person: the columns of a block that stand side by side come once for each of its events.
fn by_person<'a>(half: &'a Half<'a>, layout: &'a Layout) -> Result<LaidOut<'a>, FileFault> {
    let events = half.events();
    let persons: Vec<&[&Event]> = events.chunk_by(|a, b| a.number == b.number).collect();
    let of_block = |person: &[&Event], block| person.iter().filter(|event| event.block() == block).count();
    let mut times = BTreeMap::new();
    for block in Block::ALL {
        let needed = persons.iter().map(|person| of_block(person, block)).max().unwrap_or(0);
        let places = layout.room.get(&block).copied().unwrap_or_else(|| needed.max(1));
        if needed > places && layout.has(block) {
            return Err(FileFault::TooMany { block, places, found: needed });
        }
        times.insert(block, places);
    }
    let numbered = numbered_columns(layout, |block| times[&block]);
    let header = numbered.iter().map(|&(at, nth)| numbered_name(layout, &layout.columns[at], nth));
    let rows = persons.iter().map(|person| {
        let cell = |&(at, nth): &(usize, usize)| {
            let column = &layout.columns[at];
            let event = person.iter().filter(|event| event.block() == column.block).nth(nth);
            let value = event.and_then(|event| event.value(column.field, half.municipality));
            value.map(|value| cell(value, column)).unwrap_or_default()
        };
        numbered.iter().map(cell).collect()
    });
    Ok(LaidOut {
        half,
        layout,
        header: layout.header.then(|| header.collect()),
        rows: rows.collect(),
        columns: numbered.iter().map(|&(at, _)| at).collect(),
    })
}

/// The columns of a file with a row per person: the layout's column and which of the block's events it is.
fn numbered_columns(layout: &Layout, times: impl Fn(Block) -> usize) -> Vec<(usize, usize)> {
    let columns: Vec<usize> = (0..layout.columns.len()).collect();
    let together = columns.chunk_by(|&a, &b| {
        let (a, b) = (&layout.columns[a], &layout.columns[b]);
        a.block == b.block && is_own(a) == is_own(b)
    });
    together
        .flat_map(|group| {
            let first = &layout.columns[group[0]];
            let times = if is_own(first) { times(first.block) } else { 1 };
            (0..times).flat_map(|nth| group.iter().map(move |&at| (at, nth)))
        })
        .collect()
}

fn numbered_name(layout: &Layout, column: &Column, nth: usize) -> String {
    if is_own(column) { format!("{}{}{}", column.name, layout.numbering, nth + 1) } else { column.name.clone() }
}

/// The text of a value in a column.
fn cell(value: Value, column: &Column) -> String {
    let text = match value {
        Value::Number(number) => match column.number {
            NumberForm::Twelve => number.digits(),
            NumberForm::TwelveHyphen => number.hyphenated(),
            NumberForm::Ten => number.digits()[2..].to_owned(),
            NumberForm::TenHyphen => number.hyphenated()[2..].to_owned(),
        },
        Value::Municipality(municipality) => municipality.to_string(),
        Value::Date(date) => date.format(&column.date).to_string(),
        // Every constant of the list has a code, or the layout would not have been read.
        Value::Code(constant) => column.codes.get(constant).cloned().unwrap_or_default(),
    };
    match column.padding {
        Some(padding) => padded(&text, padding),
        None => text,
    }
}

fn padded(text: &str, padding: Padding) -> String {
    let fill: String = std::iter::repeat_n(padding.with, padding.width.saturating_sub(text.chars().count())).collect();
    match padding.side {
        Side::Left => fill + text,
        Side::Right => text.to_owned() + &fill,
    }
}

impl LaidOut<'_> {
    /// The same cells as a workbook: everything as text, as it stands in the file.
    ///
    /// # Errors
    /// When the workbook cannot be made, which is a fault of the program.
    pub fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        const WIDEST: usize = 40;
        let view = self.half.view;
        let mut book = Workbook::new();
        let made = excel_date(view.month.as_of)?;
        book.set_properties(&DocProperties::new().set_author("kaa").set_title("SCB").set_creation_datetime(&made));
        let text = Format::new().set_num_format("@");
        let bold = text.clone().set_bold();
        let page = book.add_worksheet();
        page.set_name(format!("SCB {}", view.period))?;
        for (row, cells) in (0..).zip(self.header.iter().chain(&self.rows)) {
            let format = if row == 0 && self.header.is_some() { &bold } else { &text };
            for (column, cell) in (0..).zip(cells) {
                page.write_string_with_format(row, column, cell, format)?;
            }
        }
        // The button of the filter stands beside the header.
        const BUTTON: usize = 3;
        for (column, at) in (0..).zip(0..self.columns.len()) {
            let header = self.header.iter().map(|header| header[at].chars().count() + BUTTON);
            let widest = self.rows.iter().map(|row| row[at].chars().count() + 1).chain(header).max().unwrap_or(0);
            page.set_column_width(column, u16::try_from(widest.min(WIDEST)).unwrap_or_default())?;
        }
        let last_row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let last_column = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if self.header.is_some() {
            page.set_freeze_panes(1, 0)?;
            page.autofilter(0, 0, last_row, last_column)?;
        }
        page.ignore_error_range(0, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
        book.save_to_buffer()
    }
}

impl LaidOut<'_> {
    /// The description of the file, as its layout says; `None`: there is neither header nor row, and so nothing to read.
    pub fn described(&self, name: &str) -> Option<Resource> {
        if self.header.is_none() && self.rows.is_empty() {
            return None;
        }
        let layout = self.layout;
        let numbered = numbered_columns(layout, |block| self.times(block));
        let fields = numbered.iter().map(|&(at, nth)| described(layout, &layout.columns[at], nth)).collect();
        let number = layout.columns.iter().filter(|column| column.field == Field::Number);
        let key = number.filter(|_| layout.rows == RowsPer::Person).map(|column| column.name.clone());
        let schema = TableSchema {
            fields,
            missing_values: vec![String::new()],
            primary_key: key.collect(),
            foreign_keys: Vec::new(),
        };
        let row = match layout.rows {
            RowsPer::Event => "händelse",
            RowsPer::Person => "ungdom",
        };
        let about = format!("En rad för varje {row}, så som layouten {} säger.", layout.name);
        let encoding = match layout.encoding {
            Encoding::Utf8 | Encoding::Utf8WithMark => "utf-8",
            Encoding::Windows1252 => "windows-1252",
        };
        let dialect = Dialect::new(layout.header, layout.separator, layout.line_end.text());
        Some(Resource::new(name, ["Halvårsfilen till SCB", &about], encoding, dialect, schema))
    }

    /// How many events of a block a row has columns for.
    fn times(&self, block: Block) -> usize {
        let first = |&at: &usize| {
            let column = &self.layout.columns[at];
            column.block == block && is_own(column)
        };
        let Some(wanted) = self.columns.iter().copied().find(first) else { return 1 };
        self.columns.iter().filter(|&&at| at == wanted).count()
    }
}

/// The description of a column. `nth`: of which of the block's events, with a row per person.
fn described(layout: &Layout, column: &Column, nth: usize) -> FieldSchema {
    let by_person = layout.rows == RowsPer::Person;
    let of_many = if by_person && is_own(column) { format!(", nummer {}", nth + 1) } else { String::new() };
    let mut schema = FieldSchema {
        name: if by_person { numbered_name(layout, column, nth) } else { column.name.clone() },
        title: column.field.label().to_owned(),
        description: format!("Block: {}{of_many}.", column.block.label()),
        ..FieldSchema::default()
    };
    schema.hold(&Holds::Text);
    match column.field {
        Field::Number | Field::Municipality => {
            schema.constraints.required = by_person || column.repeated;
            schema.constraints.pattern = column.padding.is_none().then(|| pattern(column));
        }
        field if field.is_date() => {
            if column.padding.is_none() && is_known_to_all(&column.date) {
                schema.hold(&Holds::Day);
                schema.format = Some(column.date.clone()).filter(|form| form != "%Y-%m-%d");
            }
        }
        field => {
            let (_, constants) = field.codes().unwrap_or_default();
            let in_file = |(constant, words): (&'static str, &'static str)| {
                let code = column.codes.get(constant)?;
                let code = column.padding.map_or_else(|| code.clone(), |padding| padded(code, padding));
                Some((code, words.to_owned()))
            };
            let mut codes = Codes::new();
            for (code, words) in constants.into_iter().filter_map(in_file) {
                match codes.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, known)) => *known += &format!(" eller {words}"),
                    None => codes.push((code, words)),
                }
            }
            schema.hold(&Holds::Code(codes));
        }
    }
    schema
}

/// The form of a number of a person, or of a municipality's code.
fn pattern(column: &Column) -> String {
    let pattern = match (column.field, column.number) {
        (Field::Municipality, _) => "^[0-9]{4}$",
        (_, NumberForm::Twelve) => "^[0-9]{12}$",
        (_, NumberForm::TwelveHyphen) => "^[0-9]{8}-[0-9]{4}$",
        (_, NumberForm::Ten) => "^[0-9]{10}$",
        (_, NumberForm::TenHyphen) => "^[0-9]{6}-[0-9]{4}$",
    };
    pattern.to_owned()
}

/// Whether every reader of the standard knows the form of a day; of the others it is told as a text.
fn is_known_to_all(form: &str) -> bool {
    form.split('%').skip(1).all(|part| part.starts_with(['Y', 'y', 'm', 'd']))
}

/// Reads a file of the layout back, in its order. `reference` is the day that ten-digit numbers are read by.
///
/// # Errors
/// When a row is none that the layout makes.
pub fn read(bytes: &[u8], layout: &Layout, reference: NaiveDate) -> Result<Vec<FileEvent>, FileFault> {
    let bytes = match layout.encoding {
        Encoding::Utf8WithMark => bytes.strip_prefix(b"\xef\xbb\xbf").ok_or(FileFault::Unreadable { row: 1 })?,
        _ => bytes,
    };
    let text = match layout.encoding {
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| FileFault::Unreadable { row: 1 })?,
    };
    let quoting = [layout.quotes].into_iter().chain(layout.columns.iter().map(|column| column.quotes));
    let rows = cells(&text, layout.separator, quoting.into_iter().any(|quotes| quotes != Quotes::Never));
    let (header, rows) = match rows.split_first() {
        Some((header, rows)) if layout.header => (Some(header), rows),
        _ => (None, &rows[..]),
    };
    let first = 1 + usize::from(header.is_some());
    let reader = Reader { layout, reference };
    match layout.rows {
        RowsPer::Event => {
            let events = rows.iter().enumerate().map(|(at, row)| reader.event(row).ok_or(at));
            events.map(|event| event.map_err(|at| FileFault::Unreadable { row: at + first })).collect()
        }
        RowsPer::Person => {
            let numbered = numbered_columns(layout, |block| reader.times(block, header));
            let persons = rows.iter().enumerate().map(|(at, row)| reader.person(row, &numbered).ok_or(at));
            let persons: Result<Vec<_>, _> =
                persons.map(|person| person.map_err(|at| FileFault::Unreadable { row: at + first })).collect();
            Ok(persons?.into_iter().flatten().collect())
        }
    }
}

/// The cells of a text. The separator can be any character, which the readers of sources need not know.
pub(crate) fn cells(text: &str, separator: char, quoting: bool) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut inside) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoting && inside && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoting && (inside || cell.is_empty()) => inside = !inside,
            '\r' if !inside && chars.peek() == Some(&'\n') => {}
            '\n' if !inside => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            char if char == separator && !inside => row.push(std::mem::take(&mut cell)),
            char => cell.push(char),
        }
    }
    rows
}

struct Reader<'a> {
    layout: &'a Layout,
    reference: NaiveDate,
}

impl Reader<'_> {
    /// An event: the block whose own columns hold something.
    fn event(&self, row: &[String]) -> Option<FileEvent> {
        if row.len() != self.layout.columns.len() {
            return None;
        }
        let mut number = None;
        let mut block = Block::Registration;
        for (column, cell) in self.layout.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            if column.field == Field::Number {
                number = self.number(cell, column);
            }
            if column.block != Block::Registration {
                block = column.block;
            }
        }
        let of_block =
            self.layout.columns.iter().zip(row).filter(|(column, _)| column.block == block && is_own(column));
        self.values(of_block).map(|values| Some(FileEvent { number: number?, block, values }))?
    }

    /// The events of a person.
    fn person(&self, row: &[String], numbered: &[(usize, usize)]) -> Option<Vec<FileEvent>> {
        if row.len() != numbered.len() {
            return None;
        }
        let columns: Vec<(&Column, usize)> =
            numbered.iter().map(|&(at, nth)| (&self.layout.columns[at], nth)).collect();
        let at = columns.iter().position(|(column, _)| column.field == Field::Number)?;
        let number = self.number(&row[at], columns[at].0)?;
        let mut events = Vec::new();
        for block in Block::ALL {
            let times = columns.iter().filter(|(column, _)| column.block == block).map(|(_, nth)| nth + 1).max();
            for wanted in 0..times.unwrap_or(0) {
                let of_event = columns
                    .iter()
                    .zip(row)
                    .filter(|((column, nth), _)| column.block == block && *nth == wanted && is_own(column));
                let values = self.values(of_event.map(|((column, _), cell)| (*column, cell)))?;
                if !values.is_empty() {
                    events.push(FileEvent { number, block, values });
                }
            }
        }
        Some(events)
    }

    /// How many events of a block a file has room for.
    fn times(&self, block: Block, header: Option<&Vec<String>>) -> usize {
        if let Some(&places) = self.layout.room.get(&block) {
            return places;
        }
        let first = self.layout.columns.iter().find(|column| column.block == block && is_own(column));
        let (Some(first), Some(header)) = (first, header) else { return 0 };
        (0..).take_while(|&nth| header.contains(&numbered_name(self.layout, first, nth))).count()
    }

    fn values<'c>(&self, cells: impl Iterator<Item = (&'c Column, &'c String)>) -> Option<BTreeMap<Field, Value>> {
        let filled = cells.filter(|(_, cell)| !cell.is_empty());
        filled.map(|(column, cell)| Some((column.field, self.value(cell, column)?))).collect()
    }

    fn value(&self, cell: &str, column: &Column) -> Option<Value> {
        match column.field {
            Field::Number => self.number(cell, column).map(Value::Number),
            Field::Municipality => Municipality::parse(&unpadded(cell, 4, column)).map(Value::Municipality),
            field if field.is_date() => {
                let width = self.reference.format(&column.date).to_string().chars().count();
                NaiveDate::parse_from_str(&unpadded(cell, width, column), &column.date).ok().map(Value::Date)
            }
            _ => {
                let is_it = |code: &String| match column.padding {
                    Some(padding) => padded(code, padding) == cell,
                    None => code == cell,
                };
                column.codes.iter().find(|(_, code)| is_it(code)).map(|(constant, _)| Value::Code(constant))
            }
        }
    }

    fn number(&self, cell: &str, column: &Column) -> Option<PersonalNumber> {
        let width = match column.number {
            NumberForm::Twelve => 12,
            NumberForm::TwelveHyphen => 13,
            NumberForm::Ten => 10,
            NumberForm::TenHyphen => 11,
        };
        match PersonalNumber::parse(&unpadded(cell, width, column), self.reference) {
            Ok(Identity::Number(number)) => Some(number),
            _ => None,
        }
    }
}

/// The characters of a value of known width.
fn unpadded(cell: &str, width: usize, column: &Column) -> String {
    let padding = cell.chars().count().saturating_sub(width);
    match column.padding {
        Some(Padding { side: Side::Left, .. }) => cell.chars().skip(padding).collect(),
        Some(Padding { side: Side::Right, .. }) => cell.chars().take(width).collect(),
        None => cell.to_owned(),
    }
}
