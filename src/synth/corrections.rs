//! What the coordinator corrects in the case register before the half-year file, when its checks have held it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use chrono::Days;
use serde::Deserialize;

use super::exports::{Source, write_case_register};
use super::{Plan, Row, SynthError};
use crate::records::Kind;

const CORRECTIONS: &str = include_str!("corrections.toml");
const README: &str = include_str!("corrections.md");
/// The register is exported anew so many days after the extract for the reconciliation.
const DAYS_LATER: u64 = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rattelse: Vec<Correction>,
}

/// A correction of one row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    namn: String,
    personnummer: String,
    kontroll: String,
    /// The row's date of registration; none: a new row.
    rad: Option<String>,
    /// Whether the row is removed.
    #[serde(default)]
    bort: bool,
    #[serde(default)]
    satt: std::collections::BTreeMap<String, String>,
    vad: String,
    varfor: String,
}

/// Writes the corrected case register, and a README that says what was corrected and why.
pub(super) fn write_corrected(plan: &Plan, sources: &[Source], rows: &[Row], folder: &Path) -> Result<(), SynthError> {
    fs::create_dir_all(folder).map_err(SynthError::write(folder))?;
    let file: File =
        toml::from_str(CORRECTIONS).map_err(|error| SynthError::Data(format!("corrections.toml: {error}")))?;
    let mut rows = plan.extract(rows.iter().filter(|row| row.kind == Kind::CaseRegister), 1);
    for correction in &file.rattelse {
        correction.apply(&mut rows)?;
    }
    rows.sort_by(|a, b| a.get("personnummer").cmp(b.get("personnummer")));
    let day = plan.extract_date(Kind::CaseRegister, 1) + Days::new(DAYS_LATER);
    write_case_register(sources, &rows, day, folder)?;
    let readme = folder.join("README.md");
    let text = README.replace("{dag}", &day.to_string()).replace("{rattelser}", &table(&file.rattelse));
    fs::write(&readme, text).map_err(SynthError::write(&readme))
}

impl Correction {
    fn apply(&self, rows: &mut Vec<Row>) -> Result<(), SynthError> {
        let number = self.personnummer.replace('-', "");
        let Some(registered) = &self.rad else {
            let cells: Vec<(&str, &str)> =
                self.satt.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            rows.push(Row::new(Kind::CaseRegister, &number, &cells));
            return Ok(());
        };
        let is_it = |row: &Row| row.get("personnummer") == number && row.get("registreringsdatum") == registered;
        let at = rows.iter().position(is_it);
        let at =
            at.ok_or_else(|| SynthError::Data(format!("corrections.toml: {}: ingen rad {registered}", self.namn)))?;
        if self.bort {
            rows.remove(at);
        }
        for (column, value) in self.satt.iter().filter(|_| !self.bort) {
            rows[at].set(column, value.as_str());
        }
        Ok(())
    }
}

fn table(corrections: &[Correction]) -> String {
    let mut table =
        String::from("| Ungdom | Personnummer | Kontroll | Vad som rättades | Varför |\n|---|---|---|---|---|\n");
    for Correction { namn, personnummer, kontroll, vad, varfor, .. } in corrections {
        let _ = writeln!(table, "| {namn} | {personnummer} | {kontroll} | {vad} | {varfor} |");
    }
    table
}
