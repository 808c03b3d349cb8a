//! The board report: figures, each defined once, what of them may be shown, and the workbook and key figures that show
//! it.

pub mod definitions;
mod facts;
mod figures;
mod first_page;
mod published;
mod sheets;
mod suppression;
mod workbook;

pub use facts::{Facts, MeasureFacts, Sources, SpellFacts};
pub use figures::{
    ALL, Category, Cell, END, FIRST_DAY, FLOW, Figures, IN, Identity, OUT, START, Spread, Sum, Unreconciled, YearCounts,
};
pub use published::{Earlier, FEWEST, Missing, Report, Share};
pub use sheets::Source;
pub use suppression::{Known, Ranges, Shown, suppress};
pub use workbook::workbook;
