//! The sample municipality Exempelby, code 9901: about 600 youths, those made by hand among them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use super::exports::{sources, write_exports};
use super::handmade::{Handmade, Person, handmade};
use super::{Plan, Row, SynthError};
use crate::person::PersonalNumber;
use crate::records::Municipality;

const CONFIG: &str = include_str!("../../pipelines/exempelby.toml");
const README: &str = include_str!("readme.md");

/// About as many youths aged 15 to 20 as a municipality of 8 000 inhabitants has.
const YOUTHS: usize = 600;

/// The plan of the sample municipality.
fn plan() -> Result<Plan, SynthError> {
    let day = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| SynthError::Data("avstämningsdatum".to_owned()))
    };
    Ok(Plan {
        seed: 9901,
        youths: YOUTHS,
        municipality: Municipality::parse("9901").ok_or_else(|| SynthError::Data("kommunkod".to_owned()))?,
        as_of: [day(2026, 10, 20)?, day(2026, 11, 20)?],
        reserved: BTreeSet::new(),
    })
}

/// The plan of the sample municipality, without the hand-made, and the rows of the hand-made.
///
/// # Errors
/// When the hand-made persons do not hold together.
pub fn exempelby() -> Result<(Plan, Vec<Row>), SynthError> {
    let mut plan = plan()?;
    let handmade = handmade(&plan)?;
    let rows: Vec<Row> = handmade.persons.iter().flat_map(|person| person.rows.clone()).collect();
    plan.youths -= handmade.persons.len();
    plan.reserved = numbers(&handmade, &plan);
    Ok((plan, rows))
}

/// Every number that the hand-made use, those that they had before too.
fn numbers(handmade: &Handmade, plan: &Plan) -> BTreeSet<PersonalNumber> {
    let dirt = handmade.dirt.iter().flat_map(|dirt| &dirt.rows);
    let rows = handmade.persons.iter().flat_map(|person| &person.rows).chain(dirt);
    let written = rows.map(|row| row.get("personnummer").to_owned());
    let own = handmade.persons.iter().map(|person| person.number);
    let read = written.filter_map(|text| PersonalNumber::from_digits(&text, plan.as_of[1]).ok());
    read.chain(own).collect()
}

/// Writes `README.md` and the folder `inbox` of the sample municipality: two months' exports in the forms that
/// `pipelines/exempelby.toml` describes.
///
/// # Errors
/// When a file cannot be written.
pub fn write_exempelby(folder: &Path) -> Result<(), SynthError> {
    let (plan, mut rows) = exempelby()?;
    let handmade = handmade(&plan)?;
    rows.extend(plan.youths().flatten());
    rows.extend(handmade.dirt.iter().flat_map(|dirt| dirt.rows.clone()));
    let inbox = folder.join("inbox");
    fs::create_dir_all(&inbox).map_err(SynthError::write(&inbox))?;
    let sources = sources(CONFIG)?;
    for reconciliation in 0..plan.as_of.len() {
        write_exports(&plan, &sources, &rows, reconciliation, &inbox)?;
    }
    let readme = folder.join("README.md");
    fs::write(&readme, readme_text(&handmade)).map_err(SynthError::write(&readme))
}

fn readme_text(handmade: &Handmade) -> String {
    README.replace("{personer}", &persons_table(&handmade.persons)).replace("{smuts}", &dirt_list(handmade))
}

fn persons_table(persons: &[Person]) -> String {
    let mut table = String::from(
        "| Namn | Personnummer | Vad som hänt | Vad lagen säger | Vid avstämningen 2026-11-20 | Perioder |\n|---|---|---|---|---|---|\n",
    );
    for person in persons {
        let spells = if person.spells.is_empty() { "–".to_owned() } else { person.spells.join("; ") };
        let number = person.number.hyphenated();
        let cells = [&person.name, &number, &person.story, &person.law, &person.status, &spells];
        for cell in cells {
            let _ = write!(table, "| {cell} ");
        }
        table.push_str("|\n");
    }
    table
}

fn dirt_list(handmade: &Handmade) -> String {
    let mut list = String::new();
    for dirt in &handmade.dirt {
        let kind = dirt.rows.first().map_or("", |row| row.kind.name());
        let _ = writeln!(list, "- `{kind}`: {} ({})", dirt.fault.to_lowercase(), dirt.fate);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "writes the sample anew"]
    fn regenerate() -> Result<(), SynthError> {
        super::super::write_canonical(&exempelby()?.0, &exempelby()?.1, Path::new("/tmp/canonical"))?;
        write_exempelby(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/exempelby"))
    }
}
