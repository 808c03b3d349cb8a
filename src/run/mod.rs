//! Runs on disk: a folder that appears whole or not at all, its manifest, its state, and when it is held.

mod files;
mod folder;
mod hold;
mod manifest;
mod state;

pub use files::{RunError, sha256};
pub use folder::{Outcome, Produced, RunFolder, Runs};
pub use hold::{Held, HoldReason, reasons_to_hold};
pub use manifest::{FindingEntry, InputEntry, Manifest, OutputEntry, Previous, RowCounts};
pub use state::{load_memory, state_files};
