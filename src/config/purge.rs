//! `[gallring]`: from which day of the year the year's gallring is made.

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigFault;
use super::file::{day, value};
use crate::texts::expected;
use crate::timeline::DayOfYear;

/// The age by the end of whose calendar year everything about a person is deleted (förordning 2006:39, 7 §).
const AGE: i32 = 21;

/// From which day on nothing about a person may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The day, in the year in which a person turns 21.
    pub from: DayOfYear,
}

impl Default for Retention {
    fn default() -> Self {
        Self { from: DayOfYear { month: 12, day: 1 } }
    }
}

impl Retention {
    /// Whether all that concerns a person goes on a day.
    pub fn is_over(self, born: NaiveDate, on: NaiveDate) -> bool {
        self.from.in_year(born.year() + AGE) <= on
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionSection {
    fran: Option<String>,
}

impl RetentionSection {
    pub(super) fn check(self) -> Result<Retention, ConfigFault> {
        let Some(text) = self.fran else { return Ok(Retention::default()) };
        let from = day("gallring.fran", &text)?;
        // Those who turn 21 in a year can be in the half-year that SCB takes until 1 February of it.
        if ((2, 2)..=(12, 1)).contains(&(from.month, from.day)) {
            Ok(Retention { from })
        } else {
            Err(value("gallring.fran", &text, expected::purge_day()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_person_goes_from_the_day_in_the_year_of_the_21st_birthday_on() {
        let by_law = Retention::default();
        for (born, on, over) in [
            ("2005-01-01", "2026-11-30", false),
            ("2005-01-01", "2026-12-01", true),
            ("2005-12-31", "2026-12-01", true),
            ("2006-01-01", "2026-12-31", false),
            ("2004-02-29", "2025-12-01", true),
        ] {
            assert_eq!(by_law.is_over(date(born), date(on)), over, "{born} {on}");
        }
    }

    #[test]
    fn a_config_may_say_an_earlier_day_but_not_before_scb_has_its_half_year() {
        let check = |text: &str| RetentionSection { fran: Some(text.to_owned()) }.check();
        assert_eq!(check("06-15").map(|retention| retention.is_over(date("2005-12-31"), date("2026-06-15"))), Ok(true));
        for text in ["02-01", "12-02", "31-12", "juni"] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
