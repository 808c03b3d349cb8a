//! Numbers of persons as people and systems write them.
#![no_main]

use kaa::ingest::{mask, mask_number};
use kaa::person::{Identity, PersonalNumber};
use kaa_fuzz::AS_OF;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(Identity::Number(number)) = PersonalNumber::parse(text, AS_OF) else { return };
    assert!(number.born() <= AS_OF, "born after the day it was read");
    let (digits, hyphenated) = (number.digits(), number.hyphenated());
    assert_eq!(digits.len(), 12);
    for form in [&digits, &hyphenated] {
        assert_eq!(PersonalNumber::parse(form, AS_OF), Ok(Identity::Number(number)), "read back as another");
    }
    assert_eq!(PersonalNumber::from_digits(&digits, AS_OF), Ok(number));
    // What may be shown of it: the birth year, as it was written.
    for masked in [mask(text), mask_number(text)] {
        let shown: String = masked.chars().filter(char::is_ascii_digit).collect();
        let year = &digits[..4];
        assert!(
            [year, &year[2..]].iter().any(|year| year.starts_with(&shown)),
            "a mask shows {} digits that are not of the year",
            shown.len()
        );
    }
});
