//! Birthdays and the ages that the law counts by.

use chrono::{Datelike, NaiveDate};

/// The day on which someone born on `born` turns `age`. Born on 29 February: 28 February in a common year
/// (lag 1930:173).
pub fn birthday(born: NaiveDate, age: u8) -> NaiveDate {
    let year = born.year() + i32::from(age);
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).expect("28 February exists in every year")
}

/// Whole years of age on `day`.
pub fn age_on(born: NaiveDate, day: NaiveDate) -> u8 {
    let years = (day.year() - born.year()).clamp(0, 200);
    let years = u8::try_from(years).unwrap_or(200);
    if years > 0 && birthday(born, years) > day { years - 1 } else { years }
}

/// The same day some years earlier (29 February: 28 February in a common year).
pub fn years_before(day: NaiveDate, years: i32) -> NaiveDate {
    let year = day.year() - years;
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).expect("28 February exists in every year")
}
