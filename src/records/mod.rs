//! The typed rows of the fifteen tables (contract, section 2): what a row is once it has passed the border.
//!
//! Everything below `ingest` sees these types only. Each table is declared once; its columns, the reading of a row
//! and its writing back in the canonical form all come from that declaration.

mod cell;
mod codes;
mod municipalities;
mod tables;

pub use cell::{
    Cell, CellContext, CellFault, Municipality, NameToCompare, Percent, Text, is_forbidden, is_format_mark,
};
pub use codes::*;
pub use municipalities::{KnownMunicipality, known_municipalities};
pub use tables::*;

/// Where a row stands: the index of its file in the run's list of files, and the row as Excel numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index into the run's files.
    pub file: u32,
    /// Row number, the first row of the sheet being 1.
    pub row: u32,
}

/// Folds a header, code or school name for comparison: lower case, å/ä to a, ö to o, without blanks, `_` and `-`.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether two texts are the same when folded.
pub fn same_folded(a: &str, b: &str) -> bool {
    a == b || folded(a).eq(folded(b))
}

/// Whether a text begins, when folded, with what is folded already.
pub fn begins_folded(text: &str, beginning: &str) -> bool {
    let mut letters = folded(text);
    beginning.chars().all(|letter| letters.next() == Some(letter))
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{308}' | '\u{30a}' | '\u{feff}' | '\u{ad}'))
        .map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            'é' | 'è' => 'e',
            other => other,
        })
}
