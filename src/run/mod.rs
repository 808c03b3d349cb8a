//! Runs on disk: a folder that appears whole or not at all, its manifest, its state, and when it is held.

mod archive;
mod chain;
mod files;
mod folder;
mod hold;
mod lock;
mod manifest;
pub mod purge;
mod search;
mod state;
mod verify;

pub use archive::{ARCHIVES, outdated_archives};
pub use chain::CHAIN;
pub use files::{RunError, create_private_folder, sha256, write_meanwhile, write_private};
pub use folder::{
    BOARD, DELIVERED, MONTHLY, Outcome, Produced, RunFolder, Runs, SCB, WrittenRun, appear, latest_before,
    municipality_folder, replace_file, runs_of,
};
pub use hold::{Held, HoldReason, reasons_to_hold};
pub use manifest::{FindingEntry, InputEntry, Manifest, OutputEntry, Previous, RowCounts};
pub use search::{Holding, holdings, listed_about};
pub use state::{KeptEvidence, REVEALING, STATE, load_evidence, load_memory, state_file, tells_a_name};
pub use verify::{Difference, DifferenceKind, Verification, unchanged_memory, verify};
