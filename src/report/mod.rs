//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod comparison;
mod figures;
mod lists;
mod people;
mod sources;
mod style;
mod summary;
mod table;
mod workbook;

pub use figures::Counts;
pub use lists::{monthly_lists, needs_contact, rejects};
pub use people::Directory;
pub(crate) use style::{Style, excel_date, height, lines, set_page};
pub use table::{Cell, Column, List, Sheet};
pub(crate) use workbook::write_sheet;
pub use workbook::{Meeting, workbook};
