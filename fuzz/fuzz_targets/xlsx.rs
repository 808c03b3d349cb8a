//! XLSX: an archive as it is, or a sound one around the parts.
#![no_main]

use kaa::ingest::spreadsheet::SpreadsheetFormat;
use kaa_fuzz::{containers, read_workbook};
use libfuzzer_sys::fuzz_target;

const PARTS: [&str; 7] = [
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
];

fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        read_workbook(bytes, SpreadsheetFormat::Xlsx);
    } else {
        read_workbook(&containers::archive(&PARTS, bytes), SpreadsheetFormat::Xlsx);
    }
});
