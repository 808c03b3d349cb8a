//! What a file of a run tells of whom, and the same file without some of them. Pure.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;

use crate::ingest::spreadsheet::{Limits, SpreadsheetFault, SpreadsheetFormat, read_sheet};
use crate::ingest::{FileFormat, ForeignFormat, parquet, recognise};
use crate::person::{Identity, PersonalNumber};
use crate::run::state;

/// Persons, as files name them.
#[derive(Clone, Debug, Default)]
pub struct Sought(HashSet<String>);

impl Sought {
    /// These persons, with twelve digits or ten.
    pub fn new(numbers: impl IntoIterator<Item = PersonalNumber>) -> Self {
        let forms = |number: PersonalNumber| {
            let digits = number.digits();
            [digits[2..].to_owned(), digits]
        };
        Self(numbers.into_iter().flat_map(forms).collect())
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a text names one of them.
    fn is_named_in(&self, text: &str) -> bool {
        written_numbers(text).any(|digits| self.0.contains(&digits))
    }
}

/// What can stand before the last four digits: hyphens of typesetters as well, and the plus of those who are over 100.
const MARKS: [char; 6] = ['-', '+', '\u{2010}', '\u{2011}', '\u{2013}', '\u{2212}'];

/// What stands in a text in the form of a number: ten or twelve digits, perhaps with a mark before the last four.
fn written_numbers(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && !MARKS.contains(&c));
    parts.filter_map(|part| {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        let mut between = part.split(MARKS);
        let (_, last, more) = (between.next(), between.next(), between.next());
        let is_marked_right = more.is_none() && last.is_none_or(|last| last.len() == 4);
        (matches!(digits.len(), 10 | 12) && is_marked_right).then_some(digits)
    })
}

/// A file of a run by its content.
#[derive(Clone, Debug)]
pub enum Contents {
    /// Lines of text.
    Text(Vec<u8>),
    /// A text whose lines belong together: a page, markup or JSON.
    Document(Vec<u8>),
    /// A table in Parquet.
    Table(Vec<u8>),
    /// The texts of the rows of a workbook.
    Workbook(Vec<Vec<String>>),
    /// Something that cannot be searched.
    Closed,
}

/// A file without some persons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// It never named them.
    Same,
    /// The rest of it, and how many rows went.
    Without(Vec<u8>, u64),
    /// A workbook or a page is not edited but goes: its parts, figures and charts belong together.
    Gone,
}

impl Contents {
    /// Looks into a file.
    pub fn of(bytes: Vec<u8>) -> Self {
        let format = match recognise(&bytes) {
            Ok(FileFormat::Text | FileFormat::Json)
                if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) =>
            {
                return Self::Closed;
            }
            Ok(FileFormat::Json) | Err(ForeignFormat::Html | ForeignFormat::Xml) => return Self::Document(bytes),
            Ok(FileFormat::Text) | Err(ForeignFormat::Empty) => return Self::Text(bytes),
            Ok(FileFormat::Parquet) => return Self::Table(bytes),
            Ok(FileFormat::Xlsx) => SpreadsheetFormat::Xlsx,
            Ok(FileFormat::Xls) => SpreadsheetFormat::Xls,
            Ok(FileFormat::Ods) => SpreadsheetFormat::Ods,
            Err(_) => return Self::Closed,
        };
        workbook_rows(&bytes, format).map_or(Self::Closed, Self::Workbook)
    }

    /// Everyone it tells of. `short`: numbers of ten digits count as well, which could else be telephones; in a page or
    /// JSON they never do, where hashes have such parts.
    ///
    /// `None`: it cannot be searched.
    pub fn people(&self, short: bool, on: NaiveDate) -> Option<BTreeSet<PersonalNumber>> {
        let mut people = BTreeSet::new();
        let is_short = short && !matches!(self, Self::Document(_));
        let mut look = |text: &str| {
            let wanted = written_numbers(text).filter(|digits| is_short || digits.len() == 12);
            people.extend(wanted.filter_map(|digits| match PersonalNumber::parse(&digits, on) {
                Ok(Identity::Number(number)) => Some(number),
                _ => None,
            }));
        };
        match self {
            Self::Text(bytes) | Self::Document(bytes) => look(&String::from_utf8_lossy(bytes)),
            Self::Table(bytes) => {
                parquet::read_rows(bytes.clone(), &mut |_, cells| cells.iter().for_each(|cell| look(cell))).ok()?;
            }
            Self::Workbook(rows) => rows.iter().flatten().for_each(|cell| look(cell)),
            Self::Closed => return None,
        }
        Some(people)
    }

    /// The same without these persons; of a text also without the rows that are `unwanted`.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn without(self, sought: &Sought, mut unwanted: impl FnMut(&str) -> bool) -> Result<Rewritten, String> {
        Ok(match self {
            Self::Text(bytes) => {
                let mut kept = Vec::with_capacity(bytes.len());
                let mut removed = 0;
                for record in records(&bytes) {
                    let text = String::from_utf8_lossy(record);
                    if unwanted(&text) || sought.is_named_in(&text) {
                        removed += 1;
                        kept.extend(state::without_name(&text).unwrap_or_default().bytes());
                    } else {
                        kept.extend_from_slice(record);
                    }
                }
                if removed == 0 { Rewritten::Same } else { Rewritten::Without(kept, removed) }
            }
            Self::Table(bytes) => filter_table(bytes, |cells| cells.iter().any(|cell| sought.is_named_in(cell)))?,
            Self::Document(bytes) => {
                let named = sought.is_named_in(&String::from_utf8_lossy(&bytes));
                if named { Rewritten::Gone } else { Rewritten::Same }
            }
            Self::Workbook(rows) => {
                let named = rows.iter().flatten().any(|cell| sought.is_named_in(cell));
                if named { Rewritten::Gone } else { Rewritten::Same }
            }
            Self::Closed => Rewritten::Same,
        })
    }
}

fn filter_table(bytes: Vec<u8>, unwanted: impl Fn(&[&str]) -> bool) -> Result<Rewritten, String> {
    let rest = parquet::without_rows(bytes, unwanted).map_err(|fault| fault.0)?;
    Ok(rest.map_or(Rewritten::Same, |(rest, removed)| Rewritten::Without(rest, removed)))
}

/// The rows of every sheet; `None`: it cannot be read.
fn workbook_rows(bytes: &[u8], format: SpreadsheetFormat) -> Option<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let mut sheet = |name: Option<&str>| {
        read_sheet(bytes, format, name, &Limits::default(), &mut |_, cells| rows.push(cells.to_vec())).map(|_| ())
    };
    match sheet(None) {
        Err(SpreadsheetFault::SeveralSheets { present }) => {
            for name in &present {
                sheet(Some(name)).ok()?;
            }
        }
        read => read.ok()?,
    }
    Some(rows)
}

/// The lines of a table in text, with their ends; a line break between quotation marks ends none.
fn records(bytes: &[u8]) -> Vec<&[u8]> {
    let mut quoted = false;
    bytes
        .split_inclusive(|&byte| {
            quoted ^= byte == b'"';
            byte == b'\n' && !quoted
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(birth_number: u16) -> PersonalNumber {
        PersonalNumber::with_check_digit(NaiveDate::from_ymd_opt(2005, 4, 12).expect("a day"), birth_number)
    }

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day")
    }

    #[test]
    fn a_row_goes_in_whatever_form_it_names_the_person() {
        let (gone, stays) = (person(238), person(239));
        let digits = gone.digits();
        let marked = MARKS.map(|mark| gone.hyphenated().replace('-', &mark.to_string()));
        let whole = marked.into_iter().chain([digits]);
        for form in whole.flat_map(|form| [form[2..].to_owned(), form]) {
            let text = format!("\u{feff}personnummer;till\r\n{form};\"a\r\nb\"\r\n{};2025-04-11\r\n", stays.digits());
            let left = format!("\u{feff}personnummer;till\r\n{};2025-04-11\r\n", stays.digits());
            let rewritten = Contents::of(text.into_bytes()).without(&Sought::new([gone]), |_| false);
            assert_eq!(rewritten, Ok(Rewritten::Without(left.into_bytes(), 1)), "{}", form.len());
        }
    }

    #[test]
    fn dates_and_longer_runs_of_digits_are_no_numbers() {
        let digits = person(238).digits();
        for text in [
            format!("1{digits}"),
            format!("{digits}-1"),
            "2005-04-12".to_owned(),
            format!("{}-{}", &digits[..6], &digits[6..]),
        ] {
            assert_eq!(
                Contents::of(text.into_bytes()).without(&Sought::new([person(238)]), |_| false),
                Ok(Rewritten::Same)
            );
        }
    }

    #[test]
    fn a_page_or_json_that_names_the_person_goes_whole() {
        let sought = Sought::new([person(238)]);
        let number = person(238).hyphenated();
        for text in [format!("<!DOCTYPE html><td>{number}</td>"), format!(" [{{\"personnummer\": \"{number}\"}}]")] {
            let contents = Contents::of(text.clone().into_bytes());
            assert_eq!(contents.people(true, on()), Some(BTreeSet::from([person(238)])), "{text}");
            assert_eq!(contents.without(&sought, |_| false), Ok(Rewritten::Gone), "{text}");
            let other = text.replace(&number, &person(239).hyphenated());
            assert_eq!(Contents::of(other.into_bytes()).without(&sought, |_| false), Ok(Rewritten::Same), "{text}");
        }
    }

    #[test]
    fn short_numbers_tell_of_people_only_where_no_telephone_stands() {
        let text = Contents::of(format!("a;{}", &person(238).digits()[2..]).into_bytes());
        assert_eq!(text.people(true, on()), Some(BTreeSet::from([person(238)])));
        assert_eq!(text.people(false, on()), Some(BTreeSet::new()));
    }

    #[test]
    fn a_table_keeps_its_columns_and_its_other_rows() {
        let rows = [person(238), person(239)].map(|number| vec![number.digits(), "x".to_owned()]);
        let bytes = parquet::write_rows(&["personnummer", "_rad"], &rows).expect("a table");
        let Ok(Rewritten::Without(left, 1)) = Contents::of(bytes).without(&Sought::new([person(238)]), |_| false)
        else {
            panic!("one row goes")
        };
        let again = parquet::write_rows(&["personnummer", "_rad"], &rows[1..]).expect("a table");
        assert_eq!(left, again);
    }
}
