//! What the terminal says about the board report.

use std::fmt::Display;
use std::path::Path;

use super::{Message, both};
use crate::board::Unreconciled;

/// The heading of the summary.
pub fn board_heading(name: &str, period: &str, as_of: &dyn Display) -> Message {
    both!("{name}, nämndrapport {period}, avstämning {as_of}", "{name}, board report {period}, as of {as_of}")
}

/// The flow of the half-year; `None`: not shown in the report.
pub fn board_figures(group: Option<u64>, entered: Option<u64>, left: Option<u64>) -> Message {
    let [group, entered, left] = [group, entered, left].map(|count| match count {
        Some(count) => both!("{count}", "{count}"),
        None => both!("döljs", "hidden"),
    });
    let swedish = (group.swedish, entered.swedish, left.swedish);
    let english = (group.english, entered.english, left.english);
    Message {
        swedish: format!("  I målgruppen:        {:>6}   (kom in {}, lämnade {})", swedish.0, swedish.1, swedish.2),
        english: format!("  In the group:        {:>6}   (entered {}, left {})", english.0, english.1, english.2),
    }
}

/// How much is shown and how much is hidden.
pub fn board_hidden(shown: u64, hidden: u64) -> Message {
    both!(
        "  Tal i rapporten:     {shown:>6}   ({hidden} visas inte: de är små, eller skulle avslöja ett litet tal)",
        "  Counts shown:        {shown:>6}   ({hidden} hidden: small, or telling of a small one)"
    )
}

/// The half-year has not begun.
pub fn board_not_begun(period: &dyn Display, as_of: &dyn Display) -> Message {
    both!(
        "Halvåret {period} har inte börjat den {as_of}. Välj ett tidigare halvår eller ett senare --as-of.",
        "The half-year {period} has not begun on {as_of}. Choose an earlier half-year or a later --as-of."
    )
}

/// The figures contradict each other.
pub fn board_unreconciled(error: &Unreconciled) -> Message {
    let (name, whole, parts) = (error.name, error.whole, error.parts);
    both!(
        "Siffrorna går inte ihop ({name}: {whole}, delarna {parts}). Ingen rapport skrevs. Det är ett fel i programmet: anmäl det.",
        "The figures do not add up ({name}: {whole}, the parts {parts}). No report was written. This is a fault of the program: report it."
    )
}

/// The logo cannot be used.
pub fn board_logo(path: &Path, detail: &str) -> Message {
    let path = path.display();
    both!(
        "Märket {path} kan inte användas ({detail}). Ange en PNG- eller JPEG-bild i namnd.logga, eller ta bort raden.",
        "The logo {path} cannot be used ({detail}). Name a PNG or JPEG picture in namnd.logga, or remove the line."
    )
}

/// The demonstration also made the board's report.
pub fn demo_board(workbook: &Path) -> Message {
    let workbook = workbook.display();
    both!("Öppna {workbook}: nämndens rapport.", "Open {workbook}: the report to the board.")
}
