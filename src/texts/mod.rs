//! The catalogue: every text that a user meets, in Swedish and English. A [`Message`] is only made with both.

mod board;
pub mod calendar;
mod config;
mod diagnosis;
pub mod expected;
pub mod explain;
mod faults;
mod federation;
mod findings;
mod help;
pub mod init;
pub mod law;
pub mod outreach;
pub(crate) mod package;
pub mod page;
mod retention;
pub mod scb;
mod terminal;
mod usage;

pub use board::*;
pub use config::*;
pub use diagnosis::*;
pub use faults::{cell_fault, cell_fault_code, cell_fault_todo, expectation};
pub use federation::*;
pub use findings::{FindingCode, Severity};
pub use help::*;
pub use retention::*;
pub use terminal::*;
pub use usage::*;

/// The language of terminal text. Files are always Swedish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Swedish.
    #[default]
    Swedish,
    /// English.
    English,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Swedish.
    pub swedish: String,
    /// English.
    pub english: String,
}

impl Message {
    /// The text in `language`.
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Swedish => &self.swedish,
            Language::English => &self.english,
        }
    }
}

/// Makes a [`Message`]; both texts may name the variables in scope.
macro_rules! both {
    ($swedish:literal, $english:literal $(,)?) => {
        $crate::texts::Message { swedish: format!($swedish), english: format!($english) }
    };
}
pub(crate) use both;
