//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod comparison;
mod contacts;
mod figures;
mod lists;
mod people;
mod sources;
mod style;
mod summary;
mod table;
mod workbook;

pub use figures::{Counts, TrendPoint};
pub use lists::{monthly_lists, rejects};
pub use table::{Cell, Column, List, Order, Sheet};
pub use workbook::{Meeting, workbook};
