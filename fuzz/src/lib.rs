//! What the fuzz targets share: how they read a workbook, and the containers they put the engine's bytes into.
#![forbid(unsafe_code)]

pub mod containers;

use chrono::NaiveDate;
use kaa::ingest::spreadsheet::{Limits, SpreadsheetFormat, read_sheet, sheet_names};

/// The as-of date of the sample.
pub const AS_OF: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");

/// Reads a workbook in every way that the program does, and holds what it promises of the rows. The engine's limits of
/// memory and time hold the rest.
pub fn read_workbook(bytes: &[u8], format: SpreadsheetFormat) {
    let limits = Limits::default();
    let Ok(names) = sheet_names(bytes, format, &limits) else {
        assert!(read_sheet(bytes, format, None, &limits, &mut |_, _| {}).is_err(), "rows without a sheet");
        return;
    };
    for sheet in [None, names.first().map(String::as_str)] {
        let mut last = 0;
        let read = read_sheet(bytes, format, sheet, &limits, &mut |row, cells| {
            assert!(row > last && row <= 1_048_576, "row {row} after row {last}");
            assert!(cells.last().is_some_and(|cell| !cell.is_empty()), "a row of {} ends without text", cells.len());
            assert!(cells.len() <= 16_384, "{} columns", cells.len());
            last = row;
        });
        if let Ok(name) = read {
            assert!(names.contains(&name), "a sheet that the workbook does not have");
        }
    }
}
