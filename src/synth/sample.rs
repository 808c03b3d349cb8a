//! The sample municipality Exempelby, code 9901: about 600 youths, those made by hand among them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use super::corrections::write_corrected;
use super::exports::{sources, write_exports};
use super::handmade::{Handmade, Person, handmade};
use super::{Plan, Row, SynthError};
use crate::records::Municipality;

const CONFIG: &str = include_str!("../../pipelines/exempelby.toml");
const README: &str = include_str!("readme.md");

/// About as many youths aged 15 to 20 as a municipality of 8 000 inhabitants has.
const YOUTHS: usize = 600;

/// The sample's plan and the hand-made, whose numbers the plan keeps free.
fn sample() -> Result<(Plan, Handmade), SynthError> {
    let data = |what: &str| SynthError::Data(what.to_owned());
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| data("avstämningsdatum"));
    let municipality = Municipality::parse("9901").ok_or_else(|| data("kommunkod"))?;
    let mut plan = Plan::new(9901, YOUTHS, municipality, [day(2026, 10, 20)?, day(2026, 11, 20)?]);
    let handmade = handmade(&plan)?;
    plan.youths -= handmade.persons.len();
    plan.reserved = handmade.numbers(plan.as_of[1]);
    Ok((plan, handmade))
}

/// The plan of the sample municipality's other youths, and the rows of the hand-made persons, in canonical form and
/// without the dirt: what [`super::write_municipality`] needs to write the same municipality.
///
/// # Errors
/// When the hand-made persons do not hold together.
pub fn exempelby() -> Result<(Plan, Vec<Row>), SynthError> {
    let (plan, handmade) = sample()?;
    Ok((plan, handmade.persons.into_iter().flat_map(|person| person.rows).collect()))
}

/// Writes `README.md` and the folder `inbox` of the sample municipality: two months' exports in the forms that
/// `pipelines/exempelby.toml` describes.
///
/// # Errors
/// When a file cannot be written.
pub fn write_exempelby(folder: &Path) -> Result<(), SynthError> {
    let (plan, handmade) = sample()?;
    let rows: Vec<Row> = handmade.rows().cloned().chain(plan.youths().flatten()).collect();
    let inbox = folder.join("inbox");
    fs::create_dir_all(&inbox).map_err(SynthError::write(&inbox))?;
    let sources = sources(CONFIG)?;
    for reconciliation in 0..plan.as_of.len() {
        write_exports(&plan, &sources, &rows, reconciliation, &inbox)?;
    }
    write_corrected(&plan, &sources, &rows, &folder.join("rattat"))?;
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
        let _ = writeln!(list, "- `{kind}`: {} ({}).", dirt.fault, dirt.fate);
    }
    list
}
