//! XLS: a compound file as it is, or a sound one around the stream of records.
#![no_main]

use kaa::ingest::spreadsheet::SpreadsheetFormat;
use kaa_fuzz::{containers, read_workbook};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        read_workbook(bytes, SpreadsheetFormat::Xls);
    } else {
        read_workbook(&containers::compound(bytes), SpreadsheetFormat::Xls);
    }
});
