//! ODS: an archive as it is, or a sound one around the parts.
#![no_main]

use kaa::ingest::spreadsheet::SpreadsheetFormat;
use kaa_fuzz::{containers, read_workbook};
use libfuzzer_sys::fuzz_target;

const PARTS: [&str; 2] = ["META-INF/manifest.xml", "content.xml"];

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        read_workbook(bytes, SpreadsheetFormat::Ods);
    } else {
        read_workbook(&containers::archive(&PARTS, bytes), SpreadsheetFormat::Ods);
    }
});
