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
        let mut periods: Vec<Period> = periods.into_iter().filter(|period| !period.is_empty()).collect();
        periods.sort_unstable();
        periods.dedup_by(|period, last| {
            let joins = period.from <= last.to;
            if joins {
                last.to = last.to.max(period.to);
            }
            joins
        });
        Self(periods)
    }

    /// The days of one period.
    pub fn of(period: Period) -> Self {
        if period.is_empty() { Self::default() } else { Self(vec![period]) }
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
        // Each hole parts at most one period in two.
        let mut left = Vec::with_capacity(self.0.len() + other.0.len());
        for period in self.iter() {
            let mut from = period.from;
            let first = other.0.partition_point(|hole| hole.to <= period.from);
            for hole in other.0[first..].iter().take_while(|hole| hole.from < period.to) {
                left.extend(Some(Period::new(from, hole.from)).filter(|period| !period.is_empty()));
                from = from.max(hole.to);
            }
            left.extend(Some(Period::new(from, period.to)).filter(|period| !period.is_empty()));
        }
        Self(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a day of March")
    }

    fn period(from: u32, to: u32) -> Period {
        Period::new(day(from), day(to))
    }

    /// The periods of a set as days of March.
    fn days(periods: &Periods) -> Vec<(u32, u32)> {
        use chrono::Datelike;
        periods.iter().map(|period| (period.from.day(), period.to.day())).collect()
    }

    fn union(periods: &[(u32, u32)]) -> Periods {
        Periods::union(periods.iter().map(|&(from, to)| period(from, to)))
    }

    #[test]
    fn a_period_holds_its_first_day_and_not_the_day_after_its_last() {
        let period = period(10, 20);
        assert!(!period.contains(day(9)));
        assert!(period.contains(day(10)));
        assert!(period.contains(day(19)));
        assert!(!period.contains(day(20)));
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_empty() {
        assert!(period(10, 5).is_empty());
        assert!(period(10, 10).is_empty());
        assert!(!period(10, 11).is_empty());
        assert!(!period(10, 5).contains(day(7)));
        // It keeps its first day, so that it does not reach back.
        assert_eq!(period(10, 5), period(10, 10));
    }

    #[test]
    fn periods_that_touch_share_no_day() {
        assert!(!period(1, 10).overlaps(period(10, 20)));
        assert!(period(1, 11).overlaps(period(10, 20)));
        assert_eq!(period(1, 10).shared_days(period(10, 20)), 0);
        assert_eq!(period(1, 11).shared_days(period(10, 20)), 1);
        assert_eq!(period(1, 5).shared_days(period(10, 20)), 0);
        assert_eq!(period(1, 31).shared_days(period(10, 20)), 10);
        assert!(!period(10, 10).overlaps(period(1, 20)));
    }

    #[test]
    fn a_union_is_sorted_and_joins_what_overlaps_or_touches() {
        assert_eq!(days(&union(&[(20, 25), (1, 5), (4, 8)])), [(1, 8), (20, 25)]);
        assert_eq!(days(&union(&[(1, 5), (5, 8)])), [(1, 8)]);
        assert_eq!(days(&union(&[(1, 5), (6, 8)])), [(1, 5), (6, 8)]);
        assert_eq!(days(&union(&[(1, 20), (5, 8)])), [(1, 20)]);
        assert_eq!(days(&union(&[(5, 5), (9, 3)])), []);
    }

    #[test]
    fn the_period_that_holds_a_day_is_found_at_its_edges() {
        let periods = union(&[(5, 8), (20, 25)]);
        for (asked, found) in [(4, None), (5, Some(5)), (7, Some(5)), (8, None), (24, Some(20)), (25, None)] {
            let holding = periods.holding(day(asked));
            assert_eq!(holding.map(|period| period.from), found.map(day), "{asked}");
            assert_eq!(periods.contains(day(asked)), found.is_some());
        }
    }

    #[test]
    fn the_next_period_can_begin_on_the_day_itself() {
        let periods = union(&[(5, 8), (20, 25)]);
        assert_eq!(periods.next_from(day(1)), Some(period(5, 8)));
        assert_eq!(periods.next_from(day(5)), Some(period(5, 8)));
        assert_eq!(periods.next_from(day(6)), Some(period(20, 25)));
        assert_eq!(periods.next_from(day(21)), None);
        assert!(periods.begins_on(day(5)));
        assert!(!periods.begins_on(day(6)));
        assert!(!periods.begins_on(day(8)));
    }

    #[test]
    fn within_keeps_the_days_of_the_window() {
        let periods = union(&[(1, 5), (8, 12), (20, 25)]);
        assert_eq!(days(&periods.within(period(3, 22))), [(3, 5), (8, 12), (20, 22)]);
        assert_eq!(days(&periods.within(period(5, 8))), []);
        assert_eq!(days(&periods.within(period(8, 12))), [(8, 12)]);
        assert_eq!(days(&periods.within(period(10, 10))), []);
    }

    #[test]
    fn without_takes_the_other_days_away() {
        let periods = union(&[(1, 10), (20, 30)]);
        // A hole in the middle, at the beginning, at the end.
        assert_eq!(days(&periods.without(&union(&[(4, 6)]))), [(1, 4), (6, 10), (20, 30)]);
        assert_eq!(days(&periods.without(&union(&[(1, 3)]))), [(3, 10), (20, 30)]);
        assert_eq!(days(&periods.without(&union(&[(8, 10)]))), [(1, 8), (20, 30)]);
        // One hole over two periods, several in one, and none.
        assert_eq!(days(&periods.without(&union(&[(5, 25)]))), [(1, 5), (25, 30)]);
        assert_eq!(
            days(&periods.without(&union(&[(2, 3), (5, 6), (22, 23)]))),
            [(1, 2), (3, 5), (6, 10), (20, 22), (23, 30)]
        );
        assert_eq!(periods.without(&Periods::default()), periods);
        // What only touches takes nothing.
        assert_eq!(periods.without(&union(&[(10, 20)])), periods);
        assert_eq!(days(&periods.without(&periods)), []);
    }

    #[test]
    fn days_beyond_the_calendar_stop_at_its_ends() {
        assert_eq!(plus(NaiveDate::MAX, 1), FOREVER);
        assert_eq!(minus(NaiveDate::MIN, 1), ALWAYS);
        assert_eq!(next_day(day(30)), day(31));
        assert_eq!(minus(plus(day(3), 400), 400), day(3));
    }
}
