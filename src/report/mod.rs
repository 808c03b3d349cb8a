//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod lists;
mod table;

pub use lists::{is_looked_into, monthly_lists, needs_contact, reject_rows};
pub use table::{Cell, List};
