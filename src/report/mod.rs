//! What a run writes: lists as CSV and the meeting's workbook. Each list's columns are declared once.

mod comparison;
mod contacts;
mod field;
mod figures;
mod ike;
mod lists;
mod package;
mod page;
mod parquet;
mod people;
mod plan_lists;
mod risk;
mod sources;
pub(crate) mod style;
mod summary;
mod summary_sheet;
mod table;
mod workbook;

pub use field::{Codes, Field, Holds, code_list, codes};
pub use figures::{Counts, TrendPoint, by_age, by_reason};
pub use ike::{education_list, education_workbook};
pub use lists::{monthly_lists, rejects};
pub use package::{DATA_PACKAGE, DataPackage, Dialect, FieldSchema, Resource, TableSchema};
pub use page::page;
pub use people::Directory;
pub(crate) use style::{Style, excel_date, height, lines, set_page};
pub use table::{Cell, Column, CsvFile, List, Order, Sheet};
pub(crate) use workbook::write_sheet;
pub use workbook::{Meeting, workbook};
