//! When a run stops and waits for a person: sources that are too old, missing, shrunk or full of faults.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Manifest;
use crate::config::Config;
use crate::ingest::{Finding, Intake};
use crate::records::{Delivery, Kind};
use crate::texts::{FindingCode, Message, hold_reason};
use crate::timeline::DayOfYear;

/// Why a source holds the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// Older than its greatest age, in days.
    TooOld {
        /// Its age.
        age: i64,
        /// The greatest age.
        greatest: u16,
    },
    /// It was there in the compared run.
    Missing,
    /// The config describes it, and no file counts.
    NoFile,
    /// It has far fewer rows than in the compared run.
    Shrunk {
        /// Rows then.
        before: u64,
        /// Rows now.
        now: u64,
    },
    /// Too many of its rows were rejected.
    Rejected {
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
    },
    /// The population register has no row, or many and none of the municipality.
    NoneRegistered {
        /// Rows read.
        read: u64,
    },
    /// There is no row of a student register at all.
    NoStudentRegister,
}

/// A source that holds the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The source.
    pub source: String,
    /// Why.
    pub reason: HoldReason,
}

impl Held {
    /// What is wrong and how to accept it.
    pub fn message(&self) -> Message {
        hold_reason(self)
    }
}

/// The sources that hold the run, unless a person has accepted them. Those accepted, missing or paused are noted.
pub fn reasons_to_hold(
    config: &Config,
    intake: &Intake,
    compared: Option<&Manifest>,
    as_of: NaiveDate,
    accepted: &[String],
    findings: &mut Vec<Finding>,
) -> Vec<Held> {
    let mut held = Vec::new();
    let mut hold = |source: &str, reason: HoldReason| {
        if accepted.iter().any(|name| name == source) {
            findings.push(Finding { code: FindingCode::AcceptedAsIs, place: source.to_owned(), count: 1 });
        } else {
            held.push(Held { source: source.to_owned(), reason });
        }
    };
    let before = compared.map(rows_before).unwrap_or_default();
    let mut sources: Vec<(&str, Kind, NaiveDate)> = Vec::new();
    for file in &intake.files {
        match sources.iter_mut().find(|(source, ..)| *source == file.source) {
            Some((_, _, extracted)) => *extracted = (*extracted).max(file.extracted),
            None => sources.push((&file.source, file.kind, file.extracted)),
        }
    }
    let mut paused = Vec::new();
    for &(name, kind, extracted) in &sources {
        let described = config.described_sources().find(|source| source.name == name);
        let age = (as_of - extracted).num_days();
        let greatest = described.map_or(kind.greatest_age(), |source| source.greatest_age);
        let in_folder = config.student_register_pause.filter(|_| kind == Kind::StudentRegister);
        if described.map_or(in_folder, |source| source.summer_pause).is_some_and(|pause| holds(pause, as_of)) {
            paused.push(name.to_owned());
        } else if let Some(greatest) = greatest.filter(|&greatest| age > i64::from(greatest)) {
            hold(name, HoldReason::TooOld { age, greatest });
        }
        let rows = intake.own_rows(name);
        let (rejected, read) = intake.rejected_of(name);
        if let Some(reason) = too_many_rejected(config, rejected, read) {
            hold(name, reason);
        }
        let whole = described.map_or(kind.delivery(), |source| source.delivery) == Delivery::Whole;
        if let Some(&(_, before)) = before.get(name).filter(|_| whole)
            && before > config.limits.shrinkage_from_rows
            && (before - rows.min(before)) * 100 > before * u64::from(config.limits.shrinkage_percent)
        {
            hold(name, HoldReason::Shrunk { before, now: rows });
        }
    }
    for (name, (kind, _)) in &before {
        let whole = Kind::from_name(kind).is_some_and(|kind| kind.delivery() == Delivery::Whole);
        if whole && !sources.iter().any(|(source, ..)| source == name) {
            hold(name, HoldReason::Missing);
        }
    }
    let registers = sources.iter().filter(|(_, kind, _)| *kind == Kind::PopulationRegister);
    let (read, ours) = registers
        .map(|(name, ..)| intake.balance_of(name))
        .fold((0, 0), |(read, ours), balance| (read + balance.read, ours + balance.accepted));
    if read == 0 || (ours == 0 && read > config.limits.shrinkage_from_rows) {
        hold(Kind::PopulationRegister.name(), HoldReason::NoneRegistered { read });
    }
    for source in config.described_sources() {
        let is_read = sources.iter().any(|(name, ..)| *name == source.name);
        if !is_read && !before.contains_key(source.name.as_str()) {
            hold(&source.name, HoldReason::NoFile);
        }
    }
    let student_register = sources.iter().filter(|(_, kind, _)| *kind == Kind::StudentRegister);
    let rows: u64 = student_register.map(|(name, ..)| intake.balance_of(name).read).sum();
    if rows == 0 && !config.without_student_register {
        hold(Kind::StudentRegister.name(), HoldReason::NoStudentRegister);
    }
    findings.extend(paused.into_iter().map(|place| Finding { code: FindingCode::SummerPause, place, count: 1 }));
    held
}

/// The kind and the rows read of each source of a run.
fn rows_before(manifest: &Manifest) -> BTreeMap<&str, (&str, u64)> {
    let mut rows: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
    for input in &manifest.inputs {
        rows.entry(&input.source).or_insert((&input.kind, 0)).1 += input.own_rows();
    }
    rows
}

fn too_many_rejected(config: &Config, rejected: u64, read: u64) -> Option<HoldReason> {
    let limits = &config.limits;
    let over = rejected > limits.rejected_rows && rejected * 100 > read * u64::from(limits.rejected_percent);
    over.then_some(HoldReason::Rejected { rejected, read })
}

/// Whether a pause, both days inclusive, holds a day of its year.
fn holds((from, to): (DayOfYear, DayOfYear), day: NaiveDate) -> bool {
    let in_year = |of: DayOfYear| of.in_year(chrono::Datelike::year(&day));
    in_year(from) <= day && day <= in_year(to)
}
