//! What the description of a run's files calls it, in Swedish.

use std::fmt::Display;

/// The monthly reconciliation of a day.
pub fn monthly(municipality: &str, as_of: impl Display) -> String {
    format!("{municipality}: avstämning {as_of}")
}

/// The half-year file.
pub fn scb(municipality: &str, period: impl Display) -> String {
    format!("{municipality}: halvårsfilen till SCB {period}")
}

/// The board's report.
pub fn board(municipality: &str, period: impl Display) -> String {
    format!("{municipality}: nämndens rapport {period}")
}

/// A held run, of a day or a half-year.
pub fn held(municipality: &str, label: impl Display) -> String {
    format!("{municipality}: stoppad körning {label}")
}
