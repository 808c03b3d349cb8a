//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod comparison;
mod contacts;
mod figures;
mod ike;
mod lists;
mod people;
mod plan_lists;
mod risk;
mod sources;
pub(crate) mod style;
mod summary;
mod table;
mod workbook;

pub use figures::{Counts, TrendPoint, by_age, by_reason};
pub use ike::{education_list, education_workbook};
pub use lists::{monthly_lists, rejects};
pub use people::Directory;
pub(crate) use style::{Style, excel_date, height, lines, set_page};
pub use table::{Cell, Column, List, Order, Sheet};
pub(crate) use workbook::write_sheet;
pub use workbook::{Meeting, workbook};
