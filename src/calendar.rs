//! The half-years of the collection and of the board, and when the things of a plan come back.

mod recurrence;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

pub use recurrence::{Recurrence, Span, SpanKind, Unit};

/// A half-year: January to June, or July to December.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfYear {
    year: i32,
    second: bool,
}

impl HalfYear {
    /// The half-year that holds a day.
    pub fn of(day: NaiveDate) -> Self {
        use chrono::Datelike;
        Self { year: day.year(), second: day.month() > 6 }
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        date(self.year, if self.second { 7 } else { 1 }, 1)
    }

    /// Its last day, inclusive.
    pub fn last(self) -> NaiveDate {
        if self.second { date(self.year, 12, 31) } else { date(self.year, 6, 30) }
    }

    /// The day by which SCB wants its file: 1 September, and 1 February of the year after (domain, 'The half-year
    /// collection').
    pub fn scb_deadline(self) -> NaiveDate {
        if self.second { date(self.year + 1, 2, 1) } else { date(self.year, 9, 1) }
    }

    /// The half-year before.
    pub fn before(self) -> Self {
        if self.second { Self { second: false, ..self } } else { Self { year: self.year - 1, second: true } }
    }

    /// The same half of the year before.
    pub fn year_before(self) -> Self {
        Self { year: self.year - 1, ..self }
    }
}

/// As users write it: `2026H1`.
impl fmt::Display for HalfYear {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}H{}", self.year, if self.second { 2 } else { 1 })
    }
}

impl FromStr for HalfYear {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (year, half) = text.split_once(['H', 'h'])?;
            let year = year.parse().ok().filter(|year| (1990..=2200).contains(year))?;
            Some(Self { year, second: ["1", "2"].iter().position(|&known| known == half)? == 1 })
        };
        parse().ok_or_else(|| "2026H1 / 2026H2".to_owned())
    }
}

/// A day that every year of the calendar has.
fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(text: &str) -> HalfYear {
        text.parse().expect("a half-year")
    }

    #[test]
    fn a_half_year_has_its_days_and_its_deadline() {
        let days = |text| [half(text).first(), half(text).last(), half(text).scb_deadline()].map(|day| day.to_string());
        assert_eq!(days("2026H1"), ["2026-01-01", "2026-06-30", "2026-09-01"]);
        assert_eq!(days("2026H2"), ["2026-07-01", "2026-12-31", "2027-02-01"]);
    }

    #[test]
    fn a_half_year_holds_the_days_from_its_first_to_its_last() {
        for text in ["2026H1", "2026H2"] {
            assert_eq!([HalfYear::of(half(text).first()), HalfYear::of(half(text).last())], [half(text); 2]);
        }
        assert_eq!(half("2026H1").before().to_string(), "2025H2");
        assert_eq!(half("2026H2").before().to_string(), "2026H1");
        assert_eq!(half("2026H1").year_before().to_string(), "2025H1");
    }

    #[test]
    fn what_is_no_half_year_is_refused() {
        for text in ["2026", "2026H3", "2026-H1", "H1", "26H1", "2026H12", ""] {
            assert!(text.parse::<HalfYear>().is_err(), "{text}");
        }
    }
}
