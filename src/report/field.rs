//! What a column of a CSV file holds, declared beside its name: enough for a program that was never told of `kaa` to read
//! the file with the right types and code lists.

use crate::records::{Coded, Kind};

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The header in the file.
    pub name: &'static str,
    /// Its name in Swedish words.
    pub title: &'static str,
    /// What its values say, in Swedish.
    pub about: &'static str,
    /// The form of its values.
    pub holds: Holds,
    /// Whether every row has a value.
    pub required: bool,
}

/// The form of the values of a column. A cell without a value is empty, whatever the column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// The number of a person: twelve digits.
    Person,
    /// The code of a municipality: four digits.
    Municipality,
    /// A day: `2026-11-20`.
    Day,
    /// A half-year: `2026H1`.
    HalfYear,
    /// A whole number, 0 or more.
    Count,
    /// A number of 0 or more, with a comma before its decimals.
    Decimal,
    /// `J` or `N`.
    YesNo,
    /// One of these constants.
    Code(Codes),
    /// One or more of these constants, with a mark between two.
    Codes(Codes, char),
}

impl Holds {
    /// The constants of a code list.
    pub fn coded<T: Coded>() -> Self {
        Self::Code(codes::<T>())
    }

    /// A table, by its name in configs.
    pub fn kind() -> Self {
        Self::Code(kinds())
    }
}

/// Constants with the Swedish words for them, in order, each once.
pub type Codes = Vec<(String, String)>;

/// The constants of a code list.
pub fn codes<T: Coded>() -> Codes {
    code_list(T::ALL.iter().map(|value| (value.code(), value.label())))
}

/// The names of the tables.
pub fn kinds() -> Codes {
    code_list(Kind::ALL.iter().map(|kind| (kind.name(), super::risk::source_label(*kind))))
}

/// Constants with the Swedish words for them; one that comes again is left out.
pub fn code_list(found: impl IntoIterator<Item = (&'static str, &'static str)>) -> Codes {
    let mut list = Codes::new();
    for (code, words) in found {
        if list.iter().all(|(known, _)| known != code) {
            list.push((code.to_owned(), words.to_owned()));
        }
    }
    list
}
