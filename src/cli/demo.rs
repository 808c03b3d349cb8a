//! `kaa demo`: the whole job on the invented municipality that is built into the program.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use include_dir::{Dir, include_dir};

use super::board::{Options as BoardOptions, board};
use super::jobs::SourceOptions;
use super::monthly::{Options, monthly};
use super::scb;
use super::{Failure, Session};
use crate::config::Config;
use crate::run::{create_private_folder, write_private};
use crate::texts::scb::demo_scb;
use crate::texts::{demo_board, demo_done};

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample_data/exempelby");
const CONFIG: &str = include_str!("../../pipelines/exempelby.toml");
/// Where the config finds the sample in the repository.
const SAMPLE_IN_REPOSITORY: &str = "../sample_data/exempelby/";
/// The two reconciliations that the sample is made for.
const RECONCILIATIONS: [NaiveDate; 2] = [
    NaiveDate::from_ymd_opt(2026, 10, 20).expect("a real day"),
    NaiveDate::from_ymd_opt(2026, 11, 20).expect("a real day"),
];
/// The half-years that the board hears of: one that is over, and the one that the sample ends in.
const BOARD_REPORTS: [&str; 2] = ["2026H1", "2026H2"];
/// The half-year of the file, and what its checks made the coordinator export anew.
const HALF_YEAR: &str = "2026H1";
const CORRECTED: [&str; 2] = ["inbox/KAA-register_", "rattat/KAA-register_"];

pub(super) fn run(session: &Session, folder: &Path) -> Result<(), Failure> {
    let workspace = folder.join("exempelby");
    lay_out(&SAMPLE, &workspace)?;
    let config_path = workspace.join("kaa.toml");
    write_if_new(&config_path, CONFIG.replace(SAMPLE_IN_REPOSITORY, "").as_bytes())?;
    let mut config = Config::read(&config_path).map_err(Failure::Usage)?;
    // The same folder as the config names, without the detour through the workspace.
    config.output = folder.join("output");
    let mut last = None;
    for as_of in RECONCILIATIONS {
        last = Some(monthly(session, &config, &Options { sources: SourceOptions::on(as_of), since: None })?);
    }
    let file = half_year(session, &workspace, &config.output)?;
    let mut report = None;
    for period in BOARD_REPORTS {
        let period = period.parse().expect("a half-year");
        report = Some((
            period,
            board(session, &config, &BoardOptions { period, sources: SourceOptions::on(RECONCILIATIONS[1]) })?,
        ));
    }
    if let Some((period, outcome)) = report {
        session.tell(&demo_board(&outcome.path().join(format!("namndrapport_{period}.xlsx"))));
    }
    if let Some(outcome) = last {
        session.tell(&demo_done(&outcome.path().join("avstamning.xlsx")));
    }
    session.tell(&demo_scb(&file));
    Ok(())
}

/// The half-year file, with the case register as it was corrected.
fn half_year(session: &Session, workspace: &Path, output: &Path) -> Result<PathBuf, Failure> {
    let config_path = workspace.join("kaa-rattat.toml");
    let text = CONFIG.replace(SAMPLE_IN_REPOSITORY, "").replace(CORRECTED[0], CORRECTED[1]);
    write_if_new(&config_path, text.as_bytes())?;
    let mut config = Config::read(&config_path).map_err(Failure::Usage)?;
    config.output = output.to_owned();
    let options = scb::Options {
        period: HALF_YEAR.parse().expect("a half-year"),
        sources: SourceOptions::on(RECONCILIATIONS[1]),
        draft: false,
        skickad: false,
        layout: None,
    };
    scb::scb(session, &config, &options)
}

/// Writes a folder of the program's own to disk. What is there already with the same content is left alone.
fn lay_out(folder: &Dir<'_>, target: &Path) -> Result<(), Failure> {
    create_private_folder(target)?;
    for file in folder.files() {
        let name = file.path().file_name().unwrap_or_default();
        write_if_new(&target.join(name), file.contents())?;
    }
    for inner in folder.dirs() {
        lay_out(inner, &target.join(inner.path().file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn write_if_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    Ok(write_private(path, bytes)?)
}
