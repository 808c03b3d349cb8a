//! A list: columns and rows, declared once and written as a CSV file, as a sheet of the workbook, or as both.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{Field, Holds};
use crate::person::PersonalNumber;
use crate::records::Coded;

/// One cell of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A constant or a Swedish label, known to be harmless.
    Code(&'static str),
    /// A constant in files with the Swedish words for it in the workbook.
    Labelled {
        /// What stands in CSV.
        code: Cow<'static, str>,
        /// What stands in the workbook.
        label: Cow<'static, str>,
    },
    /// A number of a person: twelve digits in CSV, with a hyphen and as text in a workbook.
    Person(PersonalNumber),
    /// A day.
    Date(NaiveDate),
    /// A whole number.
    Number(i64),
    /// A cell that somebody must act on. The colour only underlines what its words say.
    Act(Box<Cell>),
}

impl Cell {
    /// A value of a code list.
    pub fn coded<T: Coded>(value: T) -> Self {
        Self::labelled(value.code(), value.label())
    }

    /// A constant and its Swedish words.
    pub fn labelled(code: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        Self::Labelled { code: code.into(), label: label.into() }
    }

    /// The words that stand in the workbook, for the kinds that are words.
    pub fn words(&self) -> &str {
        match self {
            Self::Text(words) => words,
            Self::Code(words) => words,
            Self::Labelled { label, .. } => label,
            Self::Act(cell) => cell.words(),
            Self::Empty | Self::Person(_) | Self::Date(_) | Self::Number(_) => "",
        }
    }

    /// Whether it is a number, marked or not.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Act(cell) => cell.is_number(),
            _ => false,
        }
    }

    /// Whether there is nothing in it, marked or not.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Act(cell) => cell.is_empty(),
            _ => false,
        }
    }

    /// The day that it is, marked or not.
    pub fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::Date(day) => Some(*day),
            Self::Act(cell) => cell.day(),
            _ => None,
        }
    }

    /// The cell, marked when somebody must act on it.
    pub fn act_when(self, act: bool) -> Self {
        if act { Self::Act(Box::new(self)) } else { self }
    }
}

impl From<NaiveDate> for Cell {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date)
    }
}

impl From<Option<NaiveDate>> for Cell {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, Self::from)
    }
}

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is in CSV; `None`: only in the workbook, where names may stand.
    pub field: Option<Field>,
    /// The header in the workbook with the column's width in characters; `None`: only in CSV.
    pub header: Option<(&'static str, u8)>,
}

impl Column {
    /// A column of the CSV file and of the sheet.
    pub const fn both(name: &'static str, header: &'static str, width: u8, holds: Holds, about: &'static str) -> Self {
        let field = Field { name, title: header, about, holds, required: false };
        Self { field: Some(field), header: Some((header, width)) }
    }

    /// A column of the CSV file alone.
    pub const fn csv(name: &'static str, title: &'static str, holds: Holds, about: &'static str) -> Self {
        Self { field: Some(Field { name, title, about, holds, required: false }), header: None }
    }

    /// A column of the sheet alone.
    pub const fn sheet(header: &'static str, width: u8) -> Self {
        Self { field: None, header: Some((header, width)) }
    }

    /// The number of the person that the row is about.
    pub fn person() -> Self {
        Self::both("personnummer", "Personnummer", 15, Holds::Person, "Vem raden gäller.").required()
    }

    /// The code of the municipality whose list it is.
    pub fn here() -> Self {
        let about = "Kommunen vars ansvar avstämningen gäller.";
        Self::csv("kommunkod", "Kommunkod", Holds::Municipality, about).required()
    }

    /// The same in the CSV file alone.
    pub fn csv_alone(self) -> Self {
        Self { header: None, ..self }
    }

    /// The same with a value on every row.
    pub fn required(mut self) -> Self {
        if let Some(field) = &mut self.field {
            field.required = true;
        }
        self
    }

    /// The header in CSV, if it stands there.
    pub fn name(&self) -> Option<&'static str> {
        self.field.as_ref().map(|field| field.name)
    }
}

/// The CSV file that a list becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvFile {
    /// Its name, without ending.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What one row is, in a sentence.
    pub about: &'static str,
    /// The columns whose values together no two rows share; none where rows can.
    pub key: &'static [&'static str],
    /// Columns whose values stand in the same columns of another list, with that list's file.
    pub refers: Option<(&'static [&'static str], &'static str)>,
}

impl CsvFile {
    /// A file whose rows have no key.
    pub const fn new(name: &'static str, title: &'static str, about: &'static str) -> Self {
        Self { name, title, about, key: &[], refers: None }
    }

    /// Its name in the run's folder.
    pub fn path(&self) -> String {
        format!("{}.csv", self.name)
    }
}

/// How a list stands in the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The sheet's name.
    pub name: &'static str,
    /// What it holds, in a sentence.
    pub about: &'static str,
    /// What stands there when no row does.
    pub empty: &'static str,
    /// The order of its rows.
    pub order: Order,
}

/// The order of a sheet's rows. A file keeps the order of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they are listed.
    AsListed,
    /// The greatest number of a column first.
    GreatestFirst(usize),
    /// The earliest day of a column first; those without a day last.
    EarliestFirst(usize),
}

/// A list that becomes a file, a sheet, or both.
#[derive(Clone, Debug)]
pub struct List {
    /// Its CSV file.
    pub file: Option<CsvFile>,
    /// Its sheet.
    pub sheet: Option<Sheet>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

impl List {
    /// Whether it becomes the CSV file of this name, without ending.
    pub fn is_file(&self, name: &str) -> bool {
        self.file.is_some_and(|file| file.name == name)
    }

    /// The list as CSV: UTF-8 with byte order mark, `;`, CRLF.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        // Writing to memory does not fail, and every row is as long as the headers.
        let _ = writer.write_record(self.columns.iter().filter_map(Column::name));
        let mut text = String::new();
        for row in &self.rows {
            for (_, cell) in self.columns.iter().zip(row).filter(|(column, _)| column.field.is_some()) {
                text.clear();
                cell.put(&mut text);
                let _ = writer.write_field(&text);
            }
            let _ = writer.write_record(None::<&[u8]>);
        }
        writer.into_inner().unwrap_or_default()
    }

    /// The rows in the order of the sheet.
    pub fn sheet_rows(&self) -> Vec<&[Cell]> {
        let mut rows: Vec<&[Cell]> = self.rows.iter().map(Vec::as_slice).collect();
        match self.sheet.map(|sheet| sheet.order) {
            Some(Order::GreatestFirst(column)) => rows.sort_by_key(|row| match row[column] {
                Cell::Number(number) => std::cmp::Reverse(number),
                _ => std::cmp::Reverse(i64::MIN),
            }),
            Some(Order::EarliestFirst(column)) => rows.sort_by_key(|row| row[column].day().unwrap_or(NaiveDate::MAX)),
            Some(Order::AsListed) | None => {}
        }
        rows
    }
}

impl Cell {
    /// Appends what stands in CSV.
    fn put(&self, text: &mut String) {
        match self {
            Self::Empty => {}
            Self::Text(words) => put_harmless(words, text),
            Self::Code(code) => text.push_str(code),
            Self::Labelled { code, .. } => text.push_str(code),
            Self::Person(number) => number.put_digits(text),
            Self::Date(date) => crate::records::Cell::put(date, text),
            Self::Number(number) => text.push_str(&number.to_string()),
            Self::Act(cell) => cell.put(text),
        }
    }
}

/// Appends a text so that no spreadsheet runs it as a formula.
fn put_harmless(words: &str, text: &mut String) {
    if words.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.push('\'');
    }
    text.push_str(words);
}
