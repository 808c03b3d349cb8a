//! The receipt of a half-year file in `korning.json`: by what layout, how many rows, what the checks found, and what
//! differs from the delivery.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Block, Severity};

/// The receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The layout.
    #[serde(rename = "layout")]
    pub layout: LayoutEntry,
    /// The file that is to be uploaded.
    #[serde(rename = "fil")]
    pub file: String,
    /// Whether it is a draft that checks would have held.
    #[serde(rename = "utkast")]
    pub draft: bool,
    /// Persons in the file.
    #[serde(rename = "ungdomar")]
    pub persons: u64,
    /// Persons of them whom the case register has.
    #[serde(rename = "registrerade")]
    pub registered: u64,
    /// Events by block.
    #[serde(rename = "block")]
    pub blocks: BTreeMap<String, u64>,
    /// Findings by check.
    #[serde(rename = "kontroller")]
    pub checks: BTreeMap<String, u64>,
    /// Findings by severity.
    #[serde(rename = "allvar")]
    pub severities: BTreeMap<String, u64>,
    /// What differs from the delivery.
    #[serde(rename = "mot_leverans", skip_serializing_if = "Option::is_none", default)]
    pub compared: Option<Compared>,
    /// Says that a run is the delivery that was uploaded; such a receipt is a run of its own.
    #[serde(rename = "skickad", skip_serializing_if = "Option::is_none", default)]
    pub delivery: Option<Delivery>,
}

impl Receipt {
    /// How many findings of a severity there are.
    pub fn severity(&self, severity: Severity) -> u64 {
        self.severities.get(severity.code()).copied().unwrap_or(0)
    }

    /// How many events of a block there are.
    pub fn block(&self, block: Block) -> u64 {
        self.blocks.get(block.code()).copied().unwrap_or(0)
    }
}

/// The layout of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutEntry {
    /// Its name.
    #[serde(rename = "namn")]
    pub name: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// When it was compared with SCB's description.
    #[serde(rename = "jamford_med_scb", skip_serializing_if = "Option::is_none", default)]
    pub compared: Option<String>,
}

/// What differs from the delivery, in persons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The delivery's folder.
    #[serde(rename = "mapp")]
    pub folder: String,
    /// Persons that it does not have.
    #[serde(rename = "tillkomna")]
    pub added: u64,
    /// Persons that only it has.
    #[serde(rename = "borttagna")]
    pub removed: u64,
    /// Persons whose events differ.
    #[serde(rename = "andrade")]
    pub changed: u64,
}

/// The run that was uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its folder.
    #[serde(rename = "mapp")]
    pub folder: String,
    /// SHA-256 of its manifest.
    pub sha256: String,
}
