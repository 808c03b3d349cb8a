//! The text of a layout of the half-year file, and behind the first byte 0xff a file that is read by it.
#![no_main]

use kaa::scb::{Layout, read};
use kaa_fuzz::AS_OF;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |&byte| byte == 0xff);
    let Ok(text) = std::str::from_utf8(parts.next().unwrap_or_default()) else { return };
    if let Ok(layout) = Layout::parse(text) {
        let _rows_or_a_fault = read(parts.next().unwrap_or_default(), &layout, AS_OF);
    }
});
