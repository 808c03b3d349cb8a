//! What a file is, by its content.
#![no_main]

use kaa::ingest::recognise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let found = recognise(bytes);
    assert_eq!(found, recognise(&bytes.to_vec()), "the same bytes, another format");
    // A byte order mark and blanks are nothing.
    if bytes.trim_ascii().is_empty() {
        assert!(found.is_err());
    }
});
