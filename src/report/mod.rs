//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod comparison;
mod figures;
mod lists;
mod people;
mod sources;
pub(crate) mod style;
mod summary;
mod table;
mod workbook;

pub use figures::Counts;
pub use lists::{monthly_lists, needs_contact, rejects};
pub use table::{Cell, Column, List, Sheet};
pub use workbook::{Meeting, workbook};
