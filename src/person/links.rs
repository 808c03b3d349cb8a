//! Numbers that change: Navet's GN and from samordningsnummer to personnummer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::PersonalNumber;

/// One NYTT_PERSONNUMMER row: from `date` on, `old` is `new`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberLink {
    /// The number that is left.
    pub old: PersonalNumber,
    /// The day of the change.
    pub date: NaiveDate,
    /// The number that follows.
    pub new: PersonalNumber,
}

/// The current number of everyone whose number has changed.
#[derive(Clone, Debug, Default)]
pub struct NumberLinks {
    current: BTreeMap<PersonalNumber, PersonalNumber>,
    /// Old numbers with more than one successor; the later date held (of one day the higher number).
    pub ambiguous: BTreeSet<PersonalNumber>,
    /// Numbers that lead back to themselves; none of their links is followed.
    pub cyclic: BTreeSet<PersonalNumber>,
}

impl NumberLinks {
    /// Follows the chains. The order of `links` does not matter.
    pub fn new(mut links: Vec<NumberLink>) -> Self {
        links.sort_unstable();
        links.dedup();
        let mut next: BTreeMap<PersonalNumber, PersonalNumber> = BTreeMap::new();
        let mut ambiguous = BTreeSet::new();
        for link in &links {
            if next.insert(link.old, link.new).is_some_and(|earlier| earlier != link.new) {
                ambiguous.insert(link.old);
            }
        }
        let cyclic: BTreeSet<_> = next.keys().copied().filter(|&old| leads_back(&next, old)).collect();
        next.retain(|old, _| !cyclic.contains(old));
        let current = next.keys().map(|&old| (old, last_of_chain(&next, old))).collect();
        Self { current, ambiguous, cyclic }
    }

    /// Whether nobody's number has changed.
    pub fn is_empty(&self) -> bool {
        self.current.is_empty()
    }

    /// The number that the person has now.
    pub fn current(&self, number: PersonalNumber) -> PersonalNumber {
        self.current.get(&number).copied().unwrap_or(number)
    }

    /// The numbers that the holder of `number` had before, in order.
    pub fn former(&self, number: PersonalNumber) -> Vec<PersonalNumber> {
        self.current.iter().filter(|&(_, &current)| current == number).map(|(&old, _)| old).collect()
    }
}

fn leads_back(next: &BTreeMap<PersonalNumber, PersonalNumber>, start: PersonalNumber) -> bool {
    let mut at = start;
    for _ in 0..next.len() {
        match next.get(&at) {
            Some(&following) if following == start => return true,
            Some(&following) => at = following,
            None => return false,
        }
    }
    false
}

fn last_of_chain(next: &BTreeMap<PersonalNumber, PersonalNumber>, start: PersonalNumber) -> PersonalNumber {
    let mut at = start;
    while let Some(&following) = next.get(&at) {
        at = following;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(day_of_month: u32) -> PersonalNumber {
        PersonalNumber::with_check_digit(NaiveDate::from_ymd_opt(2008, 4, day_of_month).unwrap(), 239)
    }

    fn link(old: u32, new: u32, day_of_month: u32) -> NumberLink {
        let date = NaiveDate::from_ymd_opt(2026, 10, day_of_month).unwrap();
        NumberLink { old: number(old), date, new: number(new) }
    }

    #[test]
    fn the_former_numbers_of_a_person_are_those_of_the_chain() {
        let links = NumberLinks::new(vec![link(2, 3, 2), link(1, 2, 1), link(7, 8, 1)]);
        assert_eq!(links.current(number(1)), number(3));
        assert_eq!(links.former(number(3)), [number(1), number(2)]);
        assert_eq!(links.former(number(8)), [number(7)]);
        assert!(links.former(number(1)).is_empty());
    }

    #[test]
    fn of_two_new_numbers_the_later_date_holds_and_the_same_number_twice_is_no_conflict() {
        let links = NumberLinks::new(vec![link(1, 2, 9), link(1, 3, 5), link(4, 5, 1), link(4, 5, 2)]);
        assert_eq!(links.current(number(1)), number(2));
        assert_eq!(links.ambiguous, BTreeSet::from([number(1)]));
    }

    #[test]
    fn a_cycle_is_not_followed_and_what_leads_into_it_stops_before_it() {
        let links = NumberLinks::new(vec![link(1, 2, 1), link(2, 3, 2), link(3, 2, 3)]);
        assert_eq!(links.cyclic, BTreeSet::from([number(2), number(3)]));
        assert_eq!([1, 2, 3].map(|at| links.current(number(at))), [number(2), number(2), number(3)]);
    }
}
