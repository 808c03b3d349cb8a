//! A list: columns and rows, written as CSV or as a sheet.

use chrono::NaiveDate;

use crate::person::PersonalNumber;

/// One cell of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A constant or a Swedish label, known to be harmless.
    Code(&'static str),
    /// A number of a person: twelve digits in CSV, with a hyphen and as text in a workbook.
    Person(PersonalNumber),
    /// A day.
    Date(NaiveDate),
    /// A whole number.
    Number(i64),
}

impl From<Option<NaiveDate>> for Cell {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Empty, Self::Date)
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

/// A list that becomes one file or one sheet.
#[derive(Clone, Debug)]
pub struct List {
    /// The name of the file, without ending.
    pub name: &'static str,
    /// The headers.
    pub columns: &'static [&'static str],
    /// The rows, each as long as the headers.
    pub rows: Vec<Vec<Cell>>,
}

impl List {
    /// The list as CSV: UTF-8 with byte order mark, `;`, CRLF.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        // Writing to memory does not fail, and every row is as long as the headers.
        let _ = writer.write_record(self.columns);
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(Cell::csv_text));
        }
        writer.into_inner().unwrap_or_default()
    }
}

impl Cell {
    fn csv_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => harmless(text),
            Self::Code(code) => (*code).to_owned(),
            Self::Person(number) => number.digits(),
            Self::Date(date) => date.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A text that no spreadsheet runs as a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
