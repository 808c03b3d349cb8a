//! `kaa verify`: whether earlier runs are as they were made.

use super::output::show;
use super::{Failure, Session};
use crate::config::Config;
use crate::run::{Verification, municipality_folder, verify};
use crate::texts::{difference, purge_unfinished, verify_clean, verify_differs, verify_nothing};

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    session.each(|config| verify_runs(session, config))
}

fn verify_runs(session: &Session, config: &Config) -> Result<(), Failure> {
    let folder = municipality_folder(config);
    let found = verify(&folder)?;
    let shown =
        if session.json { show(format_args!("{}\n", json(&config.municipality.to_string(), &found))) } else { Ok(()) };
    for other in &found.differences {
        session.tell(&difference(other));
    }
    if found.unfinished_purge {
        session.tell(&purge_unfinished());
    }
    if !found.differences.is_empty() {
        return Err(Failure::Failed(verify_differs(found.differences.len())));
    }
    let is_empty = found.runs + found.purges == 0;
    session.tell(&if is_empty { verify_nothing(&folder) } else { verify_clean(found.runs, found.purges) });
    shown
}

fn json(municipality: &str, found: &Verification) -> serde_json::Value {
    let differences: Vec<serde_json::Value> = found
        .differences
        .iter()
        .map(|other| {
            serde_json::json!({
                "mapp": other.folder,
                "fil": other.file,
                "kod": other.kind.code(),
                "beskrivning": difference(other).swedish,
            })
        })
        .collect();
    serde_json::json!({
        "kommunkod": municipality,
        "korningar": found.runs,
        "gallringar": found.purges,
        "oavslutad_gallring": found.unfinished_purge,
        "skillnader": differences,
    })
}
