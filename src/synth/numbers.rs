//! Numbers to give away: the legal test numbers first.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::person::{PersonalNumber, years_before};

/// Numbers of people who are 15 to 20 years old on a day, each once, spread over the birth dates.
///
/// Skatteverket's open test set holds birth numbers 238 and 239 of every day; they are given away first, about 4 400 in
/// all. A larger municipality needs more than the set has: the rest are computed downwards from birth number 999 and
/// must not be published. With 999 birth numbers a day there are about 2.19 million in all, 3.6 nations.
pub(super) struct Numbers {
    series: Series,
    given: u64,
    reserved: BTreeSet<PersonalNumber>,
}

/// The numbers of an age, each at its place in the order in which they are given away.
#[derive(Clone, Copy)]
pub(super) struct Series {
    first_birthday: NaiveDate,
    days: u64,
    offset: u64,
}

/// Prime, so that steps of this length come to every day before they come back to one.
const STRIDE: u64 = 811;

/// The birth numbers of Skatteverket's test set for people born from 1990 on.
pub(super) const TEST_BIRTH_NUMBERS: [u16; 2] = [238, 239];

impl Numbers {
    /// Numbers for people aged 15 to 20 on `day`, without the reserved ones.
    pub(super) fn new(day: NaiveDate, seed: u64, reserved: BTreeSet<PersonalNumber>) -> Self {
        Self { series: Series::new(day, seed), given: 0, reserved }
    }
}

impl Series {
    /// The numbers of people aged 15 to 20 on `day`.
    pub(super) fn new(day: NaiveDate, seed: u64) -> Self {
        let first_birthday = years_before(day, 21) + Days::new(1);
        let days = (years_before(day, 15) - first_birthday).num_days().unsigned_abs() + 1;
        Self { first_birthday, days, offset: seed % days }
    }

    /// How many there are: birth number 000 is never given.
    pub(super) fn len(&self) -> u64 {
        self.days * 999
    }

    /// The number at a place below [`Series::len`].
    pub(super) fn at(&self, index: u64) -> PersonalNumber {
        let day = (index % self.days * STRIDE + self.offset) % self.days;
        let layer = u16::try_from(index / self.days).unwrap_or(u16::MAX);
        PersonalNumber::with_check_digit(self.first_birthday + Days::new(day), birth_number(layer))
    }
}

/// The birth number that every day gives in a round: those of the test set, then the others from 999 downwards.
fn birth_number(round: u16) -> u16 {
    let [first, second] = TEST_BIRTH_NUMBERS;
    match round {
        0 => first,
        1 => second,
        _ => {
            let number = 1001_u16.saturating_sub(round);
            if number > second { number } else { number.saturating_sub(2) }
        }
    }
}

impl Iterator for Numbers {
    type Item = PersonalNumber;

    fn next(&mut self) -> Option<PersonalNumber> {
        loop {
            let number = self.series.at(self.given);
            self.given += 1;
            if !self.reserved.contains(&number) {
                return Some(number);
            }
        }
    }
}
