//! An invented municipality: the same seed gives the same youths, schools, moves and casework on every machine.
//!
//! [`Plan`] says how large and for which two reconciliations; [`write_municipality`] writes it, any size. [`Nation`] is
//! several municipalities whose youths move between them; [`write_nation`] writes it.
//! [`write_exempelby`] writes the sample municipality in the forms that real systems export, with the hand-made persons
//! whose fate by law stands in its README. Nothing here reads the clock or the environment.

mod casework;
mod corrections;
mod exports;
mod extracts;
mod handmade;
mod life;
mod mess;
mod names;
mod nation;
mod numbers;
mod random;
mod row;
mod sample;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use extracts::{Form, Format, write_municipality};
pub use mess::Mess;
pub use nation::{Nation, Sources, TooMany, write_nation};
pub use row::Row;
pub use sample::{exempelby, write_exempelby};

use crate::person::PersonalNumber;
use crate::records::{Kind, Municipality};
use numbers::Numbers;
use random::Random;

/// What could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A file or folder could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A workbook could not be written.
    #[error("{}: {source}", path.display())]
    Workbook {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rust_xlsxwriter::XlsxError,
    },
    /// The hand-made persons or the sample's configuration do not hold together.
    #[error("{0}")]
    Data(String),
}

impl SynthError {
    fn write(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

/// What to invent.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Decides everything that chance decides.
    pub seed: u64,
    /// How many youths aged 15 to 20, those who have moved out included.
    pub youths: usize,
    /// Code of the municipality.
    pub municipality: Municipality,
    /// The two reconciliations that the extracts are taken for.
    pub as_of: [NaiveDate; 2],
    /// Numbers that belong to others.
    pub reserved: BTreeSet<PersonalNumber>,
}

impl Plan {
    /// A municipality with nobody else in it.
    pub fn new(seed: u64, youths: usize, municipality: Municipality, as_of: [NaiveDate; 2]) -> Self {
        Self { seed, youths, municipality, as_of, reserved: BTreeSet::new() }
    }

    /// How many youths there are personnummer for, on the day of the later reconciliation.
    pub fn greatest(as_of: NaiveDate) -> u64 {
        numbers::Series::new(as_of, 0).len()
    }

    /// The day on which the extract of a kind is taken for reconciliation 0 or 1: whole extracts some days before the
    /// meeting, what happens from day to day on its eve.
    pub fn extract_date(&self, kind: Kind, reconciliation: usize) -> NaiveDate {
        row::extract_date(self.as_of, kind, reconciliation)
    }

    /// The rows that the extract of a reconciliation holds, out of all that history will have.
    pub fn extract<'a>(&self, rows: impl IntoIterator<Item = &'a Row>, reconciliation: usize) -> Vec<Row> {
        rows.into_iter().filter_map(|row| row.in_extract(self.as_of, reconciliation)).collect()
    }

    /// Every youth's rows, one youth at a time, so that a nation needs no more memory than a village.
    pub fn youths(&self) -> impl Iterator<Item = Vec<Row>> + '_ {
        let last = self.as_of[1];
        Numbers::new(last, self.seed, self.reserved.clone())
            .take(self.youths)
            .map(move |number| self.youth(number, last))
    }

    fn youth(&self, number: PersonalNumber, horizon: NaiveDate) -> Vec<Row> {
        let code = self.municipality.to_string();
        let setting = life::Setting { municipality: &code, neighbours: None, horizon };
        let life = life::Life::of(number, self.seed, setting);
        let mut random = casework_stream(self.seed, &life.number);
        let mut rows = casework::casework(life.youth(), life.stays(), &mut random);
        rows.splice(0..0, life.rows);
        rows
    }
}

/// The chances of a youth's casework, apart from those of the life.
fn casework_stream(seed: u64, number: &str) -> Random {
    Random::new(seed ^ 0xca5e, number.parse().unwrap_or(0))
}
