//! Half-open periods of civil days and sets of them.

use chrono::{Days, NaiveDate};

/// Before every day that matters: "since always".
pub const ALWAYS: NaiveDate = NaiveDate::from_ymd_opt(1800, 1, 1).expect("a real day");
/// After every day that matters: "until further notice".
pub const FOREVER: NaiveDate = NaiveDate::from_ymd_opt(2300, 1, 1).expect("a real day");

/// The days from `from` (inclusive) to `to` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
}

impl Period {
    /// The period, empty when `to` is not after `from`.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from, to: to.max(from) }
    }

    /// Whether it has no day.
    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    /// Whether `day` is one of its days.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day < self.to
    }

    /// Whether the two share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.from.max(other.from) < self.to.min(other.to)
    }

    /// The days they share.
    pub fn shared_days(self, other: Self) -> i64 {
        (self.to.min(other.to) - self.from.max(other.from)).num_days().max(0)
    }
}

/// The day `days` later.
pub fn plus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(FOREVER)
}

/// The day `days` earlier.
pub fn minus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(ALWAYS)
}

/// The day after.
pub fn next_day(day: NaiveDate) -> NaiveDate {
    plus(day, 1)
}

/// Sorted, disjoint, non-adjacent, non-empty periods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Periods(Vec<Period>);

impl Periods {
    /// The union of any periods, in any order.
    pub fn union(periods: impl IntoIterator<Item = Period>) -> Self {
        let mut sorted: Vec<Period> = periods.into_iter().filter(|period| !period.is_empty()).collect();
        sorted.sort_unstable();
        let mut merged: Vec<Period> = Vec::with_capacity(sorted.len());
        for period in sorted {
            match merged.last_mut() {
                Some(last) if period.from <= last.to => last.to = last.to.max(period.to),
                _ => merged.push(period),
            }
        }
        Self(merged)
    }

    /// The periods in order.
    pub fn iter(&self) -> impl Iterator<Item = Period> + '_ {
        self.0.iter().copied()
    }

    /// The period that holds `day`.
    pub fn holding(&self, day: NaiveDate) -> Option<Period> {
        let after = self.0.partition_point(|period| period.from <= day);
        self.0[..after].last().copied().filter(|period| period.contains(day))
    }

    /// Whether `day` is among the days.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.holding(day).is_some()
    }

    /// The first period that begins on or after `day`.
    pub fn next_from(&self, day: NaiveDate) -> Option<Period> {
        self.0.get(self.0.partition_point(|period| period.from < day)).copied()
    }

    /// Whether a period begins on `day`.
    pub fn begins_on(&self, day: NaiveDate) -> bool {
        self.next_from(day).is_some_and(|period| period.from == day)
    }

    /// The days that are also in `window`.
    pub fn within(&self, window: Period) -> Self {
        let clipped = self.iter().map(|period| Period::new(period.from.max(window.from), period.to.min(window.to)));
        Self(clipped.filter(|period| !period.is_empty()).collect())
    }

    /// The days that are not in `other`.
    pub fn without(&self, other: &Self) -> Self {
        let mut left = Vec::with_capacity(self.0.len());
        for period in self.iter() {
            let mut from = period.from;
            let first = other.0.partition_point(|hole| hole.to <= period.from);
            for hole in other.0[first..].iter().take_while(|hole| hole.from < period.to) {
                left.push(Period::new(from, hole.from));
                from = from.max(hole.to);
            }
            left.push(Period::new(from, period.to));
        }
        left.retain(|period| !period.is_empty());
        Self(left)
    }
}
