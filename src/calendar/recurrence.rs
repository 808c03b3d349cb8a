//! When something of a plan comes back, and nothing more than the plan says of it.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::date;
use crate::timeline::DayOfYear;

/// When something comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// Every week, on no certain day.
    EveryWeek,
    /// Every so many weeks, counted from a day; without it there are no dates.
    EveryWeeks {
        /// How many weeks.
        weeks: u32,
        /// The first time.
        from: Option<NaiveDate>,
    },
    /// Every month: on a day, which in a shorter month is its last, or on no certain day.
    EveryMonth {
        /// 1 to 31.
        day: Option<u32>,
    },
    /// In a week of every year, as ISO 8601 numbers them.
    Week(u32),
    /// On days of every year.
    Days(Vec<DayOfYear>),
    /// In months of every year, on no certain day; 1 to 12.
    Months(Vec<u32>),
    /// So many times, without dates.
    Times {
        /// At least so many.
        least: u32,
        /// At most so many, if there is a limit.
        most: Option<u32>,
        /// In each of these.
        per: Unit,
    },
    /// Again and again, without a number.
    Unstated,
}

/// What something is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A calendar year.
    Year,
    /// A half-year.
    HalfYear,
    /// A school term.
    Term,
    /// A school year.
    SchoolYear,
}

/// The time in which something happens once, as exactly as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day, inclusive.
    pub last: NaiveDate,
    /// What it is.
    pub kind: SpanKind,
}

/// How exactly a time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpanKind {
    /// A day.
    Day,
    /// Some day of a week.
    Week,
    /// Some day of a month.
    Month,
    /// Not after the last day; the first is the day from which to remind.
    Until,
}

impl Span {
    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self { first: day, last: day, kind: SpanKind::Day }
    }

    /// The ISO week that begins on a Monday.
    pub fn week(monday: NaiveDate) -> Self {
        Self { first: monday, last: monday + Days::new(6), kind: SpanKind::Week }
    }

    /// A month, by any of its days.
    pub fn month(day: NaiveDate) -> Self {
        let first = date(day.year(), day.month(), 1);
        Self { first, last: first + Months::new(1) - Days::new(1), kind: SpanKind::Month }
    }

    /// A deadline with the day from which to remind.
    pub fn until(first: NaiveDate, last: NaiveDate) -> Self {
        Self { first, last, kind: SpanKind::Until }
    }
}

impl Recurrence {
    /// Every time that has a day on or after `from` and begins on or before `to`, in order. None for what has no
    /// dates.
    pub fn spans(&self, from: NaiveDate, to: NaiveDate) -> Vec<Span> {
        let years = from.year() - 1..=to.year() + 1;
        let mut spans: Vec<Span> = match self {
            Self::EveryWeek => {
                let monday = from.week(Weekday::Mon).first_day();
                every_weeks(monday, 1, monday, to).map(Span::week).collect()
            }
            Self::EveryWeeks { weeks, from: Some(first) } => {
                every_weeks(*first, *weeks, from, to).map(Span::day).collect()
            }
            Self::EveryMonth { day } => {
                let months = years.flat_map(|year| (1..=12).map(move |month| (year, month)));
                let span = |(year, month)| match *day {
                    Some(day) => Span::day(DayOfYear { month, day }.in_year(year)),
                    None => Span::month(date(year, month, 1)),
                };
                months.map(span).collect()
            }
            Self::Week(week) => {
                years.filter_map(|year| NaiveDate::from_isoywd_opt(year, *week, Weekday::Mon)).map(Span::week).collect()
            }
            Self::Days(days) => {
                years.flat_map(|year| days.iter().map(move |day| Span::day(day.in_year(year)))).collect()
            }
            Self::Months(months) => {
                years.flat_map(|year| months.iter().map(move |month| Span::month(date(year, *month, 1)))).collect()
            }
            Self::EveryWeeks { from: None, .. } | Self::Times { .. } | Self::Unstated => Vec::new(),
        };
        spans.retain(|span| span.last >= from && span.first <= to);
        spans.sort_unstable();
        spans
    }
}

/// Every so many weeks from `first` on, as far as that lies between `from` and `to`.
fn every_weeks(first: NaiveDate, weeks: u32, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let step = u64::from(weeks.max(1)) * 7;
    let passed = u64::try_from((from - first).num_days()).unwrap_or(0).div_ceil(step);
    let begins = if first < from { first + Days::new(passed * step) } else { first };
    std::iter::successors(Some(begins), move |day| day.checked_add_days(Days::new(step)))
        .take_while(move |day| *day <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn firsts(recurrence: &Recurrence, from: &str, to: &str) -> Vec<String> {
        recurrence.spans(day(from), day(to)).iter().map(|span| span.first.to_string()).collect()
    }

    #[test]
    fn a_day_of_the_month_that_a_month_lacks_is_its_last() {
        let monthly = Recurrence::EveryMonth { day: Some(31) };
        assert_eq!(firsts(&monthly, "2027-02-01", "2027-04-30"), ["2027-02-28", "2027-03-31", "2027-04-30"]);
    }

    #[test]
    fn weeks_are_counted_from_their_first_day_and_not_before_it() {
        let sixth = Recurrence::EveryWeeks { weeks: 6, from: Some(day("2026-11-03")) };
        assert_eq!(firsts(&sixth, "2026-01-01", "2027-02-01"), ["2026-11-03", "2026-12-15", "2027-01-26"]);
        assert_eq!(firsts(&sixth, "2026-12-15", "2026-12-31"), ["2026-12-15"]);
        assert_eq!(firsts(&sixth, "2026-12-16", "2027-01-31"), ["2027-01-26"]);
        let undated = Recurrence::EveryWeeks { weeks: 6, from: None };
        assert_eq!(undated.spans(day("2026-01-01"), day("2030-01-01")), []);
    }

    #[test]
    fn a_week_of_the_year_begins_on_its_monday() {
        let admissions = Recurrence::Week(27);
        assert_eq!(firsts(&admissions, "2026-01-01", "2027-12-31"), ["2026-06-29", "2027-07-05"]);
        assert_eq!(firsts(&admissions, "2026-07-05", "2026-12-31"), ["2026-06-29"], "the Sunday belongs to the week");
        // 2026 has a week 53, 2027 has none.
        assert_eq!(firsts(&Recurrence::Week(53), "2026-01-01", "2027-12-31"), ["2026-12-28"]);
    }

    #[test]
    fn every_week_is_a_week_at_a_time() {
        assert_eq!(
            firsts(&Recurrence::EveryWeek, "2026-11-20", "2026-11-30"),
            ["2026-11-16", "2026-11-23", "2026-11-30"]
        );
    }

    #[test]
    fn months_are_whole() {
        let board = Recurrence::Months(vec![12, 6]);
        let spans = board.spans(day("2026-06-30"), day("2026-12-01"));
        let ends: Vec<String> = spans.iter().map(|span| span.last.to_string()).collect();
        assert_eq!(ends, ["2026-06-30", "2026-12-31"]);
    }

    #[test]
    fn days_of_the_year_come_back_every_year() {
        let update = Recurrence::Days(vec![DayOfYear { month: 7, day: 1 }]);
        assert_eq!(firsts(&update, "2026-07-02", "2028-01-01"), ["2027-07-01"]);
    }

    #[test]
    fn so_many_times_a_year_has_no_dates() {
        let steering = Recurrence::Times { least: 4, most: Some(4), per: Unit::Year };
        assert_eq!(steering.spans(day("2026-01-01"), day("2030-01-01")), []);
    }
}
