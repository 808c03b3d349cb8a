//! All that is held on a person (article 15 of the GDPR).

use chrono::NaiveDate;

use super::reasons::WITHHELD;
use super::{Material, SourceRow};
use crate::config::Config;
use crate::person::PersonalNumber;
use crate::records::{Protection, WrittenRow};
use crate::register::PastSpell;
use crate::run::{Holding, REVEALING, RunError, holdings, municipality_folder};
use crate::timeline::{Stay, protection};

/// Columns that tell a protected person's name, address or contact details.
const PERSONAL: [&str; 8] =
    ["fornamn", "efternamn", "co_adress", "adress", "postnummer", "postort", "telefon", "epost"];
/// What stands in place of a name or contact detail while nothing says who is protected.
const PROTECTION_UNKNOWN: &str = "SKYDD_OKANT";

/// Everything that is held on one person.
#[derive(Clone, Debug)]
pub struct Extract {
    /// The person's current number.
    pub number: PersonalNumber,
    /// The as-of date.
    pub as_of: NaiveDate,
    /// The rows of every table, with their source places.
    pub rows: Vec<ExtractRow>,
    /// The spells that the run before remembers.
    pub spells: Vec<PastSpell>,
    /// The stays by earlier snapshots.
    pub stays: Vec<Stay>,
    /// The run that remembers them.
    pub remembered_by: Option<String>,
    /// The files of runs that hold rows about the person.
    pub holdings: Vec<Holding>,
    /// The columns of each file that were not read.
    pub columns_not_read: Vec<(String, Vec<String>)>,
}

/// A row about the person.
#[derive(Clone, Debug)]
pub struct ExtractRow {
    /// Where it stands.
    pub source: SourceRow,
    /// The row in canonical names, with what may not be shown replaced.
    pub row: WrittenRow,
    /// Whether it is dated after the as-of date, so not used yet.
    pub later: bool,
}

/// Gathers all that is held on the holder of `number`, known or not.
///
/// # Errors
/// When a run cannot be read.
pub fn extract(material: &Material, config: &Config, number: PersonalNumber) -> Result<Extract, RunError> {
    let known = &material.known;
    let current = known.links.current(number);
    let cover = Cover::of(material, config, current);
    let used = known.tables.rows_about(current).into_iter().map(|row| (row, false));
    let later = known.later.rows_about(current).into_iter().map(|row| (row, true));
    let rows: Vec<ExtractRow> = used
        .chain(later)
        .filter_map(|(row, later)| {
            let source = super::source_row(&material.known, row.place)?;
            Some(ExtractRow { source, row: cover.row(row), later })
        })
        .collect();
    let mut columns_not_read = material.columns_not_read.clone();
    columns_not_read.retain(|(file, columns)| !columns.is_empty() && rows.iter().any(|row| *row.source.file == **file));
    Ok(Extract {
        number: current,
        as_of: material.as_of,
        rows,
        spells: known.past_of(current).to_vec(),
        stays: known.stays_of(current),
        remembered_by: match &material.basis {
            super::Basis::Sources(run) => run.clone(),
            super::Basis::Run(run) => Some(run.clone()),
        },
        holdings: holdings(&municipality_folder(config), &material.numbers(current))?,
        columns_not_read,
    })
}

/// What of a person's rows may not be shown.
struct Cover {
    protected: bool,
    names_withheld: bool,
}

impl Cover {
    fn of(material: &Material, config: &Config, number: PersonalNumber) -> Self {
        let context = material.known.context(material.as_of, config.municipality, &config.law);
        let life = material.known.tables.life(number);
        let protected = protection(&life, &context) != Protection::None;
        Self { protected, names_withheld: material.names_withheld }
    }

    fn row(&self, mut row: WrittenRow) -> WrittenRow {
        for (column, text) in &mut row.cells {
            let personal = PERSONAL.contains(column);
            if self.protected && (personal || REVEALING.contains(column)) {
                *text = WITHHELD.to_owned();
            } else if self.names_withheld && personal {
                *text = PROTECTION_UNKNOWN.to_owned();
            }
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Kind;

    #[test]
    fn every_column_that_is_covered_is_a_column_of_some_table() {
        let columns: Vec<&str> = Kind::ALL.iter().flat_map(|kind| kind.columns()).map(|column| column.name).collect();
        for covered in PERSONAL.iter().chain(&REVEALING) {
            assert!(columns.contains(covered), "{covered}");
        }
    }
}
