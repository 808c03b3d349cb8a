//! `gallring-<date>/korning.json`: which files of which runs a purge rewrote or removed. Counts, and no person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::run::Previous;

/// The manifest of a purge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeRecord {
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
    /// The day that decided who goes.
    #[serde(rename = "gallringsdatum")]
    pub on: String,
    /// What went, in figures.
    #[serde(rename = "antal")]
    pub counts: BTreeMap<String, u64>,
    /// The files of runs that are others than their manifests say.
    #[serde(rename = "andringar")]
    pub changes: Vec<FileChange>,
    /// The purge before this one.
    #[serde(rename = "foregaende")]
    pub previous: Option<Previous>,
}

/// A file that a purge rewrote or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// The run's folder.
    #[serde(rename = "mapp")]
    pub folder: String,
    /// The file.
    #[serde(rename = "fil")]
    pub file: String,
    /// SHA-256 before.
    #[serde(rename = "fore")]
    pub before: String,
    /// SHA-256 after; `None`: removed.
    #[serde(rename = "efter")]
    pub after: Option<String>,
}

impl PurgeRecord {
    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        // Strings and numbers always serialise.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// Purges in the order in which they were made, by their links; `--on` may go back in time. Those that no link leads
/// to come last.
pub fn purges_in_order(mut purges: Vec<(String, PurgeRecord)>) -> Vec<(String, PurgeRecord)> {
    let mut ordered: Vec<(String, PurgeRecord)> = Vec::new();
    while let Some(at) = purges.iter().position(|(_, record)| {
        record.previous.as_ref().map(|previous| &previous.folder) == ordered.last().map(|(folder, _)| folder)
    }) {
        ordered.push(purges.remove(at));
    }
    ordered.extend(purges);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purges_are_ordered_by_their_links() {
        let purge = |name: &str, previous: Option<&str>| {
            let previous = previous.map(|folder| Previous { folder: folder.to_owned(), sha256: String::new() });
            let record = PurgeRecord {
                format: 1,
                program: String::new(),
                job: String::new(),
                municipality: String::new(),
                name: String::new(),
                on: String::new(),
                counts: BTreeMap::new(),
                changes: Vec::new(),
                previous,
            };
            (name.to_owned(), record)
        };
        let names = |purges| purges_in_order(purges).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(vec![purge("a", Some("c")), purge("b", Some("a")), purge("c", None)]), ["c", "a", "b"]);
        assert_eq!(names(vec![purge("b", Some("lost")), purge("a", None)]), ["a", "b"]);
    }
}
