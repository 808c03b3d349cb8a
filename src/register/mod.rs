//! What a run registers and remembers: registration dates, rows once seen, and what changed since the run before.

mod changes;
mod discrepancies;
mod memory;
mod registration;
mod remembering;

pub use changes::{Change, ChangeKind, changes};
pub use discrepancies::{Compared, Discrepancy, DiscrepancyKind, Value, discrepancies};
pub use memory::{FileReference, Memory, PastSpell};
pub use registration::{Member, Registrations, register};
pub use remembering::{Known, gather};
