//! `korning.json`: what a run read, what it wrote and which run it follows. No time of day stands in it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::ingest::{Balance, Finding, InputFile};
use crate::scb::Receipt;
use crate::texts::FindingCode;

/// The manifest of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub format: u32,
    /// Version of the program.
    #[serde(rename = "kaa")]
    pub program: String,
    /// The job.
    #[serde(rename = "jobb")]
    pub job: String,
    /// The municipality's code.
    #[serde(rename = "kommunkod")]
    pub municipality: String,
    /// Its name.
    #[serde(rename = "kommun")]
    pub name: String,
    /// The as-of date.
    #[serde(rename = "avstamningsdatum")]
    pub as_of: String,
    /// The half-year, for the jobs that report one.
    #[serde(rename = "period", skip_serializing_if = "Option::is_none", default)]
    pub period: Option<String>,
    /// The receipt of a half-year file for SCB.
    #[serde(rename = "kvittens", skip_serializing_if = "Option::is_none", default)]
    pub scb: Option<Receipt>,
    /// SHA-256 of the config.
    #[serde(rename = "konfiguration_sha256")]
    pub config: String,
    /// The files read.
    #[serde(rename = "indata")]
    pub inputs: Vec<InputEntry>,
    /// Sources that a person accepted as they were.
    #[serde(rename = "godkanda_kallor")]
    pub accepted: Vec<String>,
    /// The files written.
    #[serde(rename = "utdata")]
    pub outputs: Vec<OutputEntry>,
    /// The figures of the run.
    #[serde(rename = "antal")]
    pub counts: BTreeMap<String, u64>,
    /// What was noticed, by code.
    #[serde(rename = "iakttagelser")]
    pub findings: Vec<FindingEntry>,
    /// The run that this one was compared with.
    #[serde(rename = "jamfort_med")]
    pub compared_with: Option<String>,
    /// The run before this one in the chain.
    #[serde(rename = "foregaende")]
    pub previous: Option<Previous>,
}

impl Manifest {
    /// What the bytes of the file at `path` say.
    ///
    /// # Errors
    /// When they cannot be understood.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, RunError> {
        let damaged = |error: serde_json::Error| RunError::Damaged { path: path.to_owned(), detail: error.to_string() };
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        // Strings and numbers always serialise.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// A file read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEntry {
    /// The source.
    #[serde(rename = "kalla")]
    pub source: String,
    /// Its table.
    #[serde(rename = "typ")]
    pub kind: String,
    /// The file's name.
    #[serde(rename = "fil")]
    pub name: String,
    /// The sheet.
    #[serde(rename = "blad", skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// SHA-256.
    pub sha256: String,
    /// The extraction date.
    #[serde(rename = "uttagsdatum")]
    pub extracted: String,
    /// Whether the municipality shares the file with others, whose rows are out of scope here.
    #[serde(rename = "gemensam", skip_serializing_if = "std::ops::Not::not", default)]
    pub shared: bool,
    /// What became of its rows; not in the runs of a report that hides small counts.
    #[serde(rename = "rader", skip_serializing_if = "Option::is_none", default)]
    pub rows: Option<RowCounts>,
}

/// The row balance of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Rows read.
    #[serde(rename = "lasta")]
    pub read: u64,
    /// Rows accepted.
    #[serde(rename = "godkanda")]
    pub accepted: u64,
    /// Rows rejected.
    #[serde(rename = "avvisade")]
    pub rejected: u64,
    /// Identical rows.
    #[serde(rename = "dubbletter")]
    pub duplicates: u64,
    /// Rows out of scope.
    #[serde(rename = "utanfor")]
    pub out_of_scope: u64,
}

impl InputEntry {
    /// How many rows the municipality has in the file.
    pub fn own_rows(&self) -> u64 {
        let own = |rows: RowCounts| if self.shared { rows.accepted + rows.rejected } else { rows.read };
        self.rows.map_or(0, own)
    }
}

impl From<Balance> for RowCounts {
    fn from(balance: Balance) -> Self {
        Self {
            read: balance.read,
            accepted: balance.accepted,
            rejected: balance.rejected,
            duplicates: balance.duplicates,
            out_of_scope: balance.out_of_scope,
        }
    }
}

impl From<&InputFile> for InputEntry {
    fn from(file: &InputFile) -> Self {
        Self {
            source: file.source.clone(),
            kind: file.kind.name().to_owned(),
            name: file.name.clone(),
            sheet: file.sheet.clone(),
            sha256: file.hash.clone(),
            extracted: file.extracted.to_string(),
            shared: file.whole.is_some(),
            rows: Some(file.balance.into()),
        }
    }
}

/// A file written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputEntry {
    /// Its name.
    #[serde(rename = "fil")]
    pub name: String,
    /// SHA-256.
    pub sha256: String,
    /// Rows below the header.
    #[serde(rename = "rader", skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// A finding with its count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEntry {
    /// The stable code.
    #[serde(rename = "kod")]
    pub code: String,
    /// What it is about.
    #[serde(rename = "plats", skip_serializing_if = "String::is_empty", default)]
    pub place: String,
    /// How often; not in the runs of a report that hides small counts.
    #[serde(rename = "antal", skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u64>,
}

impl From<&Finding> for FindingEntry {
    fn from(finding: &Finding) -> Self {
        Self {
            code: FindingCode::code(finding.code).to_owned(),
            place: finding.place.clone(),
            count: Some(finding.count),
        }
    }
}

/// The run before in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its folder.
    #[serde(rename = "mapp")]
    pub folder: String,
    /// SHA-256 of its manifest.
    pub sha256: String,
}
