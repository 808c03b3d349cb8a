//! What is said of several municipalities in one run.

use std::path::Path;

use super::{Message, both};
use crate::report::Counts;

/// Whose turn it is.
pub fn federation_heading(municipality: &str) -> Message {
    both!("== {municipality}", "== {municipality}")
}

/// How one municipality ended, by its status in the overview.
pub fn federation_ended(municipality: &str, status: &str, counts: Option<&Counts>) -> Message {
    let Some(Counts { group, entered, left, never_contacted, .. }) = counts else {
        return both!("{municipality}: {status}", "{municipality}: {status}");
    };
    both!(
        "{municipality}: {status}, {group} i gruppen, {entered} nya, {left} lämnade, {never_contacted} aldrig kontaktade",
        "{municipality}: {status}, {group} in the group, {entered} new, {left} left, {never_contacted} never contacted"
    )
}

/// The end of a federation's run.
pub fn federation_done(name: &str, reconciled: usize, all: usize) -> Message {
    both!(
        "{name}: {reconciled} av {all} kommuner avstämda.",
        "{name}: {reconciled} of {all} municipalities reconciled."
    )
}

/// Some municipalities have no run.
pub fn federation_incomplete(all: usize, failed: usize, held: usize) -> Message {
    both!(
        "Av {all} kommuner misslyckades {failed} och {held} väntar på beslut. De andra är klara. Skälen står ovan.",
        "Of {all} municipalities {failed} failed and {held} wait for a decision. The others are done. The reasons stand above."
    )
}

/// Where the overview lies.
pub fn overview_written(path: &Path) -> Message {
    let path = path.display();
    both!("Översikt: {path}", "Overview: {path}")
}

/// What the program is doing.
pub fn progress_municipalities(count: usize) -> Message {
    both!("Stämmer av {count} kommuner", "Reconciling {count} municipalities")
}

/// A command that is about one municipality, and a config of several.
pub fn one_of_several(count: usize) -> Message {
    both!(
        "Konfigurationen har {count} kommuner, och kommandot gäller en. Ange den: --endast 1472.",
        "The config has {count} municipalities, and the command is about one. Name it: --endast 1472."
    )
}

/// A municipality that the config does not have.
pub fn not_in_config(code: &str) -> Message {
    both!(
        "Kommunkoden {code} finns inte i konfigurationen. Rätta --endast.",
        "The municipality code {code} is not in the config. Correct --endast."
    )
}
