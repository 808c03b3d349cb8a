//! Gallring: what goes from runs is written down as a link of its own, so that the chain stays verifiable, and is
//! finished by whoever opens the runs next when it was interrupted.

mod contents;
mod pending;
mod record;

pub use contents::{Contents, Rewritten, Sought};
pub use pending::{Change, Pending, Staged, Step};
pub use record::{FileChange, PurgeRecord, purges_in_order};

/// The job, as its folders name it.
pub const PURGE: &str = "gallring";
