//! Bytes to text to cells: encodings, delimiters, quotation marks, row numbers.
#![no_main]

use kaa::ingest::decode;
use kaa::ingest::delimited::read_rows;
use kaa::ingest::spreadsheet::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let stated = ["windows-1252", "utf-8", "utf-16le"].get(usize::from(choice >> 4));
    let stated = stated.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    let delimiter = b";,\t|".get(usize::from(choice & 15)).copied();
    let Ok(decoded) = decode(bytes, stated) else { return };
    let lines = decoded.text.bytes().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    let limits = Limits::default();
    let mut last = 0;
    let read = read_rows(&decoded.text, delimiter, &limits, &mut |row, cells| {
        assert!(row > last, "row {row} after row {last}");
        assert!(!cells.is_empty(), "a row without a cell");
        last = row;
    });
    assert!(last as usize <= lines + 1, "row {last} of {lines} lines");
    let again = read_rows(&decoded.text, delimiter, &limits, &mut |_, _| {});
    assert_eq!(read, again);
});
