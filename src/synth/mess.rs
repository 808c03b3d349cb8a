//! What is wrong in real exports: spellings that a reader must see through, and rows that nobody can use.
//!
//! The rows that are spoilt beyond use stay below the five per cent at which a run is held.

use chrono::NaiveDate;

use super::random::Random;
use crate::person::PersonalNumber;
use crate::records::{CellFault, Kind};

/// How much is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mess {
    /// Nothing.
    None,
    /// A well-kept system: two rows in a hundred are spelled differently, three in a thousand are spoilt.
    Light,
    /// As most: one row in eight, and fifteen in a thousand; several encodings and delimiters.
    Heavy,
    /// Everything that has been seen somewhere: four rows in ten, and forty in a thousand; other headers, blank rows.
    Nasty,
}

/// The encoding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf8WithMark,
    Windows1252,
    Utf16,
}

/// How a file of text is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) encoding: Encoding,
    pub(super) delimiter: char,
    pub(super) line_end: &'static str,
    pub(super) blank_rows: bool,
    spoken_headers: bool,
}

impl Style {
    /// A header as the system writes it.
    pub(super) fn header(&self, name: &str) -> String {
        if !self.spoken_headers {
            return name.to_owned();
        }
        let (first, rest) = name.split_at(1);
        format!(" {}{} ", first.to_uppercase(), rest.replace('_', " "))
    }
}

/// What can be done to a row and leave its meaning.
const SPELLINGS: &[fn(&mut Spelled)] =
    &[Spelled::number, Spelled::number, Spelled::date, Spelled::code, Spelled::blanks, Spelled::twice];

/// What can be done to a row that spoils it.
const FAULTS: &[fn(&mut Spelled)] = &[
    Spelled::check_digit,
    Spelled::temporary,
    Spelled::impossible_date,
    Spelled::serial_date,
    Spelled::unknown_code,
    Spelled::one_cell_more,
    Spelled::cells_lost,
    Spelled::contradiction,
    Spelled::end_before_start,
    Spelled::empty_required,
    Spelled::coordination_number,
    Spelled::forbidden_word,
];

impl Mess {
    /// How many rows of a thousand are spelled differently, and how many are spoilt.
    fn shares(self) -> (u64, u64) {
        match self {
            Self::None => (0, 0),
            Self::Light => (20, 3),
            Self::Heavy => (120, 15),
            Self::Nasty => (400, 40),
        }
    }

    /// How the file of a table is laid out.
    pub(super) fn style(self, kind: Kind) -> Style {
        let encoding = match (self, kind) {
            (Self::None | Self::Light, _) => Encoding::Utf8,
            (_, Kind::StudentRegister | Kind::ProviderReports | Kind::Contacts) => Encoding::Windows1252,
            (_, Kind::PopulationRegister | Kind::CaseRegister) => Encoding::Utf8WithMark,
            (Self::Nasty, Kind::Admissions | Kind::Measures) => Encoding::Utf16,
            _ => Encoding::Utf8,
        };
        let delimiter = match (self, kind) {
            (Self::Heavy | Self::Nasty, Kind::AdultEducation) => ',',
            (Self::Heavy | Self::Nasty, Kind::RegisterChanges) => '\t',
            (Self::Nasty, Kind::Credentials) => '|',
            _ => ';',
        };
        let windows = encoding != Encoding::Utf8;
        Style {
            encoding,
            delimiter,
            line_end: if windows { "\r\n" } else { "\n" },
            blank_rows: self == Self::Nasty,
            spoken_headers: self == Self::Nasty && windows,
        }
    }

    /// A row as it is written, with whatever follows from what is wrong: the row itself, or that and another.
    pub(super) fn written(self, cells: Vec<String>, kind: Kind, mut random: Random) -> Vec<Vec<String>> {
        let (spelled, spoilt) = self.shares();
        let roll = random.below(1000);
        if roll >= spelled + spoilt {
            return vec![cells];
        }
        let doings = if roll < spoilt { FAULTS } else { SPELLINGS };
        let mut row = Spelled { cells, kind, random, another: None };
        let doing = *row.random.pick(doings);
        doing(&mut row);
        std::iter::once(row.cells).chain(row.another).collect()
    }
}

/// A row while something is done to it. What does not fit the row leaves it as it is.
struct Spelled {
    cells: Vec<String>,
    kind: Kind,
    random: Random,
    another: Option<Vec<String>>,
}

impl Spelled {
    fn number(&mut self) {
        let number = self.cells[0].clone();
        let (Some(date), Some(last)) = (number.get(..8), number.get(8..12)) else { return };
        let short = &date[2..];
        self.cells[0] = match self.random.below(7) {
            0 => format!("{date}-{last}"),
            1 => format!("{short}-{last}"),
            2 => format!("{short}{last}"),
            3 => format!("{short}{last}").trim_start_matches('0').to_owned(),
            4 => format!("{date} {last}"),
            5 => format!(" {date}\u{2013}{last}\u{a0}"),
            _ => format!("{number}.0"),
        };
    }

    fn date(&mut self) {
        let Some(at) = self.column_with(CellFault::Date) else { return };
        let day = &self.cells[at];
        self.cells[at] = if self.random.chance(500) { format!("{day} 00:00:00") } else { day.replace('-', "") };
    }

    fn code(&mut self) {
        let Some(at) = self.column_with(CellFault::Code) else { return };
        let code = self.cells[at].to_lowercase();
        self.cells[at] = if self.random.chance(500) { code.replace('_', " ") } else { code };
    }

    fn blanks(&mut self) {
        let at = self.any_filled();
        self.cells[at] = format!("  {}\u{a0} ", self.cells[at]);
    }

    fn twice(&mut self) {
        self.another = Some(self.cells.clone());
    }

    fn check_digit(&mut self) {
        let Some(digit) = self.cells[0].pop().and_then(|c| c.to_digit(10)) else { return };
        self.cells[0].push(char::from_digit((digit + 3) % 10, 10).unwrap_or('0'));
    }

    fn temporary(&mut self) {
        self.cells[0].truncate(8);
        let letters = if self.random.chance(500) { "TF" } else { "-T1" };
        let rest = if letters == "TF" { "01" } else { "23" };
        self.cells[0].push_str(letters);
        self.cells[0].push_str(rest);
    }

    fn impossible_date(&mut self) {
        let Some(at) = self.column_with(CellFault::Date) else { return };
        let impossible = ["2026-02-30", "2025-06-31", "våren 2025", "9999-12-31", "0000-00-00"];
        self.cells[at] = (*self.random.pick(&impossible)).to_owned();
    }

    /// Days since 1900, which only a workbook can mean.
    fn serial_date(&mut self) {
        if let Some(at) = self.column_with(CellFault::Date) {
            self.cells[at] = self.random.between(44_000, 46_300).to_string();
        }
    }

    fn unknown_code(&mut self) {
        if let Some(at) = self.column_with(CellFault::Code) {
            self.cells[at] = (*self.random.pick(&["17", "Se anteckning", "Övrigt/okänt", "X", "#N/A"])).to_owned();
        }
    }

    fn one_cell_more(&mut self) {
        self.cells.push("se pärm".to_owned());
    }

    fn cells_lost(&mut self) {
        self.cells.truncate(self.cells.len() - 1);
    }

    /// The same row again with another last day, municipality or date.
    fn contradiction(&mut self) {
        let mut other = self.cells.clone();
        let ends = ["slutdatum", "till", "folkbokford_fran", "avregistreringsdatum", "datum"];
        let end = ends.iter().find_map(|name| self.position(name)).filter(|&at| !other[at].is_empty());
        if let Some(at) = end {
            other[at] = format!("2026-0{}-1{}", self.random.between(1, 9), self.random.below(10));
        }
        self.another = Some(other);
    }

    fn end_before_start(&mut self) {
        let end = ["slutdatum", "till"].iter().find_map(|name| self.position(name));
        if let Some(at) = end {
            self.cells[at] = "2012-01-01".to_owned();
        }
    }

    fn empty_required(&mut self) {
        self.cells[0].clear();
    }

    fn coordination_number(&mut self) {
        let (month, rest) = self.cells[0].split_at(6);
        let Ok(day) = rest[..2].parse::<u32>() else { return };
        let candidates = (0..10).map(|check| format!("{month}{}{}{check}", day + 60, &rest[2..5]));
        let valid = candidates.into_iter().find(|digits| PersonalNumber::from_digits(digits, NaiveDate::MAX).is_ok());
        self.cells[0] = valid.unwrap_or_default();
    }

    fn forbidden_word(&mut self) {
        let place = ["plats", "anordnare", "skola", "adress"].iter().find_map(|name| self.position(name));
        if let Some(at) = place {
            self.cells[at] = "Sjukskriven, LVU".to_owned();
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        super::row::position(self.kind.columns(), name)
    }

    fn any_filled(&mut self) -> usize {
        let filled: Vec<usize> = (0..self.cells.len()).filter(|&at| !self.cells[at].is_empty()).collect();
        *self.random.pick(&filled)
    }

    /// One of the filled columns whose cells would be at fault in this way if they held nonsense.
    fn column_with(&mut self, fault: CellFault) -> Option<usize> {
        let nonsense = "##";
        let fits = |&at: &usize| !self.cells[at].is_empty() && self.kind.fault_of(at, nonsense) == Some(fault);
        let columns: Vec<usize> = (1..self.cells.len()).filter(fits).collect();
        (!columns.is_empty()).then(|| *self.random.pick(&columns))
    }
}
