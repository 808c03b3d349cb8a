//! From a source's headers to the columns of a table.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::config::similar;
use crate::person::{NumberError, PersonalNumber};
use crate::records::{Column, Need, fold};

/// Why headers do not fit a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// There is no row of headers.
    None,
    /// The row that was taken for the headers holds someone's personnummer.
    Data {
        /// The row.
        row: u32,
    },
    /// A required column is missing.
    Missing {
        /// The header that was sought.
        wanted: String,
        /// The most similar header that is there.
        nearest: Option<String>,
        /// The row that was taken for the headers.
        row: u32,
    },
    /// A header that is needed stands twice.
    Twice {
        /// The header.
        header: String,
        /// The two columns, the first being 1.
        columns: (usize, usize),
    },
}

/// Where the columns of a table stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    /// For each column of the table its place in the row.
    pub places: Vec<Option<usize>>,
    /// Where the column of extraction dates stands.
    pub extracted: Option<usize>,
    /// The headers that are not read.
    pub dropped: Vec<String>,
    /// How many cells a row has.
    pub width: usize,
}

impl ColumnMap {
    /// Maps `headers`, with the config's names for the canonical columns.
    ///
    /// # Errors
    /// When a required or mapped column is missing, or a needed one stands twice.
    pub fn new(
        headers: &[&str],
        row: u32,
        columns: &'static [Column],
        renamed: &BTreeMap<String, String>,
        extracted: Option<&str>,
    ) -> Result<Self, HeaderFault> {
        let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
        let find = |wanted: &str| -> Result<Option<usize>, HeaderFault> {
            let wanted = fold(wanted);
            let mut places = folded.iter().enumerate().filter(|(_, header)| **header == wanted).map(|(index, _)| index);
            match (places.next(), places.next()) {
                (Some(first), Some(second)) => {
                    Err(HeaderFault::Twice { header: headers[first].to_owned(), columns: (first + 1, second + 1) })
                }
                (place, _) => Ok(place),
            }
        };
        let missing = |wanted: &str| {
            if headers.iter().any(|header| is_about_someone(header)) {
                return HeaderFault::Data { row };
            }
            let nearest = similar(wanted, headers.iter().copied()).map(str::to_owned);
            HeaderFault::Missing { wanted: wanted.to_owned(), nearest, row }
        };
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let name = renamed.get(column.name).map_or(column.name, String::as_str);
            let place = find(name)?;
            let wanted =
                renamed.contains_key(column.name) || matches!(column.need, Need::Required | Need::RequiredEnding);
            if place.is_none() && wanted {
                return Err(missing(name));
            }
            places.push(place);
        }
        let extracted = match extracted {
            Some(name) => Some(find(name)?.ok_or_else(|| missing(name))?),
            None => None,
        };
        let dropped = headers
            .iter()
            .enumerate()
            .filter(|(index, header)| {
                !places.contains(&Some(*index)) && extracted != Some(*index) && !header.trim().is_empty()
            })
            .map(|(_, header)| header.trim().to_owned())
            .collect();
        let width = folded.iter().rposition(|header| !header.is_empty()).map_or(0, |last| last + 1);
        Ok(Self { places, extracted, dropped, width })
    }
}

/// Whether a cell is a personnummer, also a damaged one: then it is no header, and must not be shown as the nearest.
fn is_about_someone(cell: &str) -> bool {
    const LATEST: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).expect("a day");
    PersonalNumber::parse(cell, LATEST) != Err(NumberError::Shape)
}
