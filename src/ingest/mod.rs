//! From bytes to rows of text cells.

pub mod spreadsheet;
