//! The half-year file for SCB: what happened in the half-year, how the file is laid out, what checks find, and what
//! differs from the delivery that was uploaded. Pure; the job reads and writes.
//!
//! [`events`](Half::of) turns the spells of a half-year into blocks of facts; a [`Layout`] turns them into bytes and
//! back; [`findings`] looks at them before SCB does.

mod checks;
mod control;
mod difference;
mod events;
mod file;
mod layout;
mod receipt;

pub use checks::{Finding, Previous, Subject, findings};
pub use control::{Control, control_workbook, differences_list};
pub use difference::{Changed, Difference, differences};
pub use events::{Block, Disagreement, Event, Fact, Field, Half, LeftOut, Reported, Value, WhyLeftOut};
pub(crate) use file::cells;
pub use file::{FileEvent, FileFault, LaidOut, in_layout, lay_out, read};
pub use layout::{
    CodeList, Column, Encoding, Layout, LayoutFault, LineEnd, NumberForm, Padding, Quotes, RowsPer, Severity, Side,
    Unwritable, layout_schema,
};
pub use receipt::{Compared, Delivery, LayoutEntry, Receipt};
