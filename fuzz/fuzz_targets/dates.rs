//! Dates in cells: the canonical forms, a spreadsheet's days, and the form that a config states.
#![no_main]

use chrono::NaiveDate;
use kaa::calendar::HalfYear;
use kaa::config::split_date;
use kaa::records::{Cell, CellContext};
use kaa_fuzz::AS_OF;
use libfuzzer_sys::fuzz_target;

const FORMS: [&str; 6] = ["%d/%m/%Y", "%d.%m.%y", "%Y%j", "%G-W%V-%u", "%Y-%m-%d %H:%M:%S%.f", "%e %B %Y"];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mut context = CellContext::new(AS_OF);
    context.serial_dates = choice & 1 == 1;
    context.date_format = FORMS.get(usize::from(choice >> 1)).map(|&form| form.to_owned());
    let cell = text.trim();
    if !cell.is_empty()
        && let Ok(date) = NaiveDate::read(cell, &context)
    {
        assert_eq!(NaiveDate::read(&date.write(), &CellContext::new(AS_OF)), Ok(date), "read back as another");
    }
    let (stem, date) = split_date(text);
    assert!(text.starts_with(stem));
    assert!(date.is_some() || stem == text);
    if let Ok(half_year) = text.parse::<HalfYear>() {
        assert_eq!(half_year.to_string().parse(), Ok(half_year));
    }
});
