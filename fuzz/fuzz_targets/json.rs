//! JSON to rows: by the standard that its records follow, or as they stand; where its records begin and end.
#![no_main]

use kaa::config::Form;
use kaa::ingest::json::{JsonFault, JsonRead, ROWS_OF_A_RECORD, read_rows, tables, text};
use kaa::ingest::spreadsheet::Limits;
use kaa::records::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else { return };
    let kind = Kind::ALL.get(usize::from(choice)).copied();
    let (form, limits) = (Form::default(), Limits::default());
    let Ok(text) = text(bytes, None) else { return };
    let records = text.bytes().filter(|byte| *byte == b'{').count() as u64;
    let (mut last, mut width, mut rows) = (None, 0, 0_u64);
    let read = read_rows(&text, &[], kind, &form, &limits, &mut |row, cells| {
        assert!(last < Some(row), "row {row} after row {last:?}");
        if last.is_none() {
            assert_eq!(row, 0, "the headers come first");
            width = cells.len();
        } else {
            assert!(cells.len() <= width, "{} cells below {width} headers", cells.len());
            rows += 1;
        }
        last = Some(row);
    });
    if let Ok(read) = &read {
        assert!(last.is_some(), "rows without headers");
        assert!(!read.several || rows == 0 || last >= Some(ROWS_OF_A_RECORD), "a row of no record");
        assert!(read.elsewhere <= text.len() as u64 && (read.several || rows <= records), "more rows than records");
    }
    let again = read_rows(&text, &[&text], kind, &form, &limits, &mut |_, _| {});
    // An empty page that stands twice can end two lists.
    let rows = |read: &Result<JsonRead, JsonFault>| read.clone().map(|read| JsonRead { goes_on: false, ..read });
    assert_eq!(rows(&read), rows(&again), "beside itself it is what it is");
    let found = tables(&text, &limits);
    if let (Ok(found), Some(kind), Ok(read)) = (found, kind, read) {
        assert!(found.is_empty() || found.contains(&kind), "{kind:?} was read and is no table of the text: {read:?}");
    }
});
