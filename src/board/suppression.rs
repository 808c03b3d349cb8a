//! Disclosure control: which counts a report may show, given everything that earlier reports have shown. Pure.
//!
//! Counts from 1 to the limit less one are hidden, and with them whatever would let them be worked out. Two outsiders must
//! fail. One knows that counts are at least 0: for no hidden count may the least and the greatest possible value lie closer
//! than the limit. The other believes that every hidden count of a sum is a small one: none may be left with one value.
//!
//! **Why it holds.** The sums make a forest: two sums share at most one count, and no chain of sums leads back to where it
//! began. The start of a half-year is the end of the one before, so reports hang together by that one count. In a forest
//! the least and greatest values that the sums allow one by one are those that they allow together, so that
//! [`Ranges::of`] is exact. What hangs below a hidden count is withdrawn as a whole and adds nothing. What remains is
//! the flow (six counts, every choice tried) and each breakdown of a shown whole, whose hidden parts can be anything from 0 to what the
//! shown parts leave.
//!
//! **Those who left on the first day** are a part of the start, of those who left and of the first month's, and what start
//! and in have more than all. Shown, they are taken off all of these, and the sums are a forest again, of counts that must
//! not be small either. Hidden, all are hidden too: then nothing says that they are any at all, so that they narrow no other
//! count, and they can be as many as the least of what they are a part of.
//!
//! **Comparisons.** A breakdown that shares classes with another (all and those left on the last day) is shown only when
//! no class and no difference is small, and then hides nothing.
//!
//! **Over time** the classes that nobody changes (sex, reason) join two reports: start + in = out + end holds of each class.
//! That is kept apart from the forest by what may be published at all: see `Control::tells_no_moves`,
//! `Control::starts_afresh` and, for two reports of one half-year, `Control::may_follow`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::definitions as define;
use super::figures::{ALL, Cell, END, FIRST_DAY, FLOW, Figures, IN, Identity, OUT, START, Sum};
use crate::timeline::next_day;

/// Whether a count is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Yes,
    /// Its row says that it is hidden.
    Hidden,
    /// Its whole breakdown is left out.
    Withdrawn,
}

/// What other reports of the municipality have published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Every count with its value; `None`: hidden.
    pub counts: BTreeMap<Identity, Option<u64>>,
    /// The breakdowns that were left out, by the identity of their rows without a category.
    pub withdrawn: BTreeSet<Identity>,
    /// Every value that a count was ever shown with.
    pub values: BTreeSet<(Identity, u64)>,
}

impl Known {
    /// Whether an outsider knows the count already.
    fn shows(&self, cell: &Cell) -> bool {
        self.counts.get(&cell.identity()).is_some_and(|value| *value == Some(cell.value))
    }

    /// Whether another report of the half-year showed a value so near that the difference is a small count.
    fn is_near(&self, cell: &Cell, limit: u64) -> bool {
        self.shown_of(cell).any(|(_, value)| (1..limit).contains(&value.abs_diff(cell.value)))
    }

    /// What was shown of the same from the same first day on, to whatever day.
    fn shown_of(&self, cell: &Cell) -> impl Iterator<Item = (NaiveDate, u64)> {
        let own = cell.identity();
        self.values
            .iter()
            .filter(move |(other, _)| (&other.key, &other.category, other.from) == (&own.key, &own.category, own.from))
            .map(|(other, value)| (other.to, *value))
    }

    /// The days for which a breakdown of the group was published.
    fn days(&self, key: &str) -> BTreeSet<NaiveDate> {
        self.counts.keys().filter(|of| of.key == key).map(|of| of.to).collect()
    }

    /// The classes of a breakdown of the group as they were published for a day; `None`: hidden.
    fn classes(&self, key: &str, day: NaiveDate) -> BTreeMap<&str, Option<u64>> {
        let of_day = self.counts.iter().filter(|(of, _)| of.key == key && of.to == day);
        of_day.map(|(of, value)| (of.category.as_str(), *value)).collect()
    }

    /// Whether another report hid it. A flow that was hidden when its half-year was not over stays hidden: it only grows,
    /// so that the later one bounds the earlier.
    fn hides(&self, cell: &Cell) -> bool {
        let own = cell.identity();
        let grows = [&define::ENTERED, &define::LEFT, &define::PERIOD].contains(&cell.definition);
        let is_part = |other: &Identity| (&other.key, other.from) == (&own.key, own.from) && other.to < own.to;
        self.counts.get(&own).is_some_and(Option::is_none)
            || (grows && self.counts.iter().any(|(other, value)| value.is_none() && is_part(other)))
    }
}

/// Decides what is shown. `limit` is the least count above 0 that is.
pub fn suppress(figures: &Figures, known: &Known, limit: u64) -> Vec<Shown> {
    let control = Control { figures, known, limit };
    let mut shown = vec![Shown::Yes; figures.cells.len()];
    for (at, hidden) in (0..).zip(control.flow()) {
        if hidden {
            shown[at] = Shown::Hidden;
        }
    }
    let whole: BTreeSet<usize> = figures.sums.iter().flat_map(|sum| &sum.children).copied().chain(0..FLOW).collect();
    for (at, cell) in figures.cells.iter().enumerate() {
        if !whole.contains(&at) && (control.is_small(cell) || known.hides(cell) || known.is_near(cell, limit)) {
            shown[at] = Shown::Hidden;
        }
    }
    // Breakdowns that are compared with others come after them.
    let (compared, plain): (Vec<&Sum>, Vec<&Sum>) = figures.sums.iter().partition(|sum| !sum.compared.is_empty());
    for sum in plain {
        let parts = control.breakdown(sum, &shown);
        for (&child, part) in sum.children.iter().zip(parts) {
            shown[child] = part;
        }
    }
    for sum in compared {
        if !control.is_whole(sum, &shown) {
            sum.children.iter().for_each(|&child| shown[child] = Shown::Withdrawn);
        }
    }
    shown
}

struct Control<'a> {
    figures: &'a Figures,
    known: &'a Known,
    limit: u64,
}

impl Control<'_> {
    fn is_small(&self, cell: &Cell) -> bool {
        let small = |count: u64| (1..self.limit).contains(&count);
        // The group's size starts the next half-year too. Were that one hidden whole, someone who believes it small would
        // know it if the start is the greatest that two small counts less a third can make. So do those who left on the
        // first day stand in every report of their half-year.
        let stays = [&define::GROUP, &define::FIRST_DAY].contains(&cell.definition);
        let telling = stays && cell.value == 2 * (self.limit - 1) - 1;
        small(cell.value) || small(cell.people) || telling
    }

    /// Whether another report has left this breakdown out. Months stand in every report of their half-year, however far it
    /// reaches: left out once, they stay so.
    fn is_left_out(&self, sum: &Sum) -> bool {
        let breakdown = identity_of(sum, &self.figures.cells[sum.parent]);
        let monthly = [&define::ENTERED_MONTH, &define::LEFT_MONTH].contains(&sum.definition);
        self.known.withdrawn.iter().any(|other| {
            (&other.key, other.from) == (&breakdown.key, breakdown.from) && (monthly || other.to == breakdown.to)
        })
    }

    /// Which counts of the flow are hidden: of the choices that both outsiders fail on the one that shows most.
    fn flow(&self) -> [bool; FLOW] {
        /// What the board misses most comes first.
        const WEIGHTS: [(usize, u32); FLOW] = [(END, 100), (START, 50), (IN, 20), (OUT, 20), (ALL, 15), (FIRST_DAY, 1)];
        // An earlier version of this report has decided: choosing otherwise would let the two be subtracted.
        let cells = &self.figures.cells[..FLOW];
        let decided: [bool; FLOW] = std::array::from_fn(|at| self.known.hides(&cells[at]));
        let is_known = cells.iter().all(|cell| self.known.counts.contains_key(&cell.identity()));
        if is_known && self.is_safe_flow(decided, false) {
            return decided;
        }
        let bound = decided[START] || self.known.is_near(&cells[START], self.limit);
        // Nobody left on the first day: that is no more than hiding everything else leaves open.
        let nobody = cells[FIRST_DAY].value == 0 && !decided[FIRST_DAY];
        let mut best = (std::array::from_fn(|at| !(at == FIRST_DAY && nobody)), 0);
        for choice in 0..1_u32 << FLOW {
            let hidden: [bool; FLOW] = std::array::from_fn(|at| choice & (1 << at) != 0);
            let weight = WEIGHTS.iter().filter(|(at, _)| !hidden[*at]).map(|(_, weight)| weight).sum();
            if weight > best.1 && self.is_safe_flow(hidden, bound) {
                best = (hidden, weight);
            }
        }
        best.0
    }

    /// `bound`: another report hides the start, which must stay as wide open as that report left it.
    fn is_safe_flow(&self, hidden: [bool; FLOW], bound: bool) -> bool {
        let cells = &self.figures.cells[..FLOW];
        let telling =
            |cell: &Cell| self.is_small(cell) || self.known.hides(cell) || self.known.is_near(cell, self.limit);
        let allowed = |at: usize| hidden[at] || !telling(&cells[at]);
        if !(0..FLOW).all(allowed) {
            return false;
        }
        let open = |at: usize| hidden[at] && !self.known.shows(&cells[at]);
        let values: Vec<Option<u64>> = (0..FLOW).map(|at| (!open(at)).then_some(cells[at].value)).collect();
        if !self.tells_no_stretch(&values) {
            return false;
        }
        let Some(ranges) = self.flow_ranges(&values) else { return false };
        let wide = |at: usize| {
            let range = ranges.0[at];
            // Those who left on the first day were there at the start.
            let is_bound = range != Ranges::ANY || values[FIRST_DAY].is_some_and(|count| count > 0);
            range.1 - range.0 >= self.limit && !(at == START && bound && is_bound)
        };
        (0..FLOW).filter(|&at| open(at)).all(wide)
            && [
                vec![(START, 1), (IN, 1), (ALL, -1), (FIRST_DAY, -1)],
                vec![(OUT, 1), (END, 1), (ALL, -1), (FIRST_DAY, -1)],
                vec![(START, 1), (IN, 1), (OUT, -1), (END, -1)],
            ]
            .iter()
            .all(|sum| !is_given_away(sum.iter().map(|&(at, sign)| (sign, values[at])), self.limit))
    }

    /// Whether the flow tells no small count of those who came or left between this report and another of the half-year:
    /// what came less what left is what the group has grown by, however little is known of the start.
    fn tells_no_stretch(&self, values: &[Option<u64>]) -> bool {
        let first = self.figures.period.first();
        let days = first..=self.figures.period.last();
        let others = self
            .known
            .values
            .iter()
            .filter(|(of, _)| of.key == define::GROUP.key && days.contains(&of.to) && of.to != self.figures.until);
        others.into_iter().all(|(of, group)| {
            let since = |at: usize| {
                let identity = Identity { to: of.to, ..self.figures.cells[at].identity() };
                let then = self.known.counts.get(&identity).copied().flatten()?;
                Some(signed(values[at]?) - signed(then))
            };
            let (came, left) = (since(IN).or_else(|| since(ALL)), since(OUT));
            let Some(grown) = values[END].map(|end| signed(end) - signed(*group)) else { return true };
            let is_small = |count: i64| (1..signed(self.limit)).contains(&count.abs());
            !came.is_some_and(|came| is_small(came - grown)) && !left.is_some_and(|left| is_small(left + grown))
        })
    }

    /// What can be known of the counts of the flow; `None`: what those who left on the first day are a part of would have a
    /// small rest, or they could be told from all.
    fn flow_ranges(&self, values: &[Option<u64>]) -> Option<Ranges> {
        /// Start and in, out and end: all and those who left on the first day.
        const TOTAL: usize = FLOW;
        let mut bounds: Vec<(u64, u64)> = self.figures.cells[..FLOW].iter().map(|cell| self.bounds(cell)).collect();
        let Some(first_day) = values[FIRST_DAY] else {
            if values[ALL].is_some() {
                return None;
            }
            bounds.push(Ranges::ANY);
            let values = [values, &[None]].concat();
            let sums = [(TOTAL, [START, IN]), (TOTAL, [OUT, END]), (TOTAL, [ALL, FIRST_DAY])];
            let mut ranges = Ranges::within(&values, &bounds, sums.iter().map(|(whole, parts)| (*whole, &parts[..])));
            let most = ranges.0[START].1.min(ranges.0[OUT].1);
            ranges.0[FIRST_DAY].1 = ranges.0[FIRST_DAY].1.min(most);
            ranges.0[ALL].0 = ranges.0[ALL].0.max(ranges.0[TOTAL].0.saturating_sub(most));
            return Some(ranges);
        };
        let mut rest = values.to_vec();
        for at in [START, OUT] {
            rest[at] = values[at].map(|value| value.saturating_sub(first_day));
            if rest[at].is_some_and(|rest| (1..self.limit).contains(&rest)) {
                return None;
            }
            bounds[at] = (bounds[at].0.saturating_sub(first_day), bounds[at].1.saturating_sub(first_day));
        }
        let sums = [(ALL, [START, IN]), (ALL, [OUT, END])];
        let bounds: Vec<(u64, u64)> = bounds
            .into_iter()
            .map(|(low, high)| (low, if high + first_day >= Ranges::NONE { Ranges::NONE } else { high }))
            .collect();
        Some(Ranges::within(&rest, &bounds, sums.iter().map(|(whole, parts)| (*whole, &parts[..]))))
    }

    /// What the same count up to an earlier and to a later day says of a flow, which only grows.
    fn bounds(&self, cell: &Cell) -> (u64, u64) {
        let (low, high) = Ranges::ANY;
        self.known.shown_of(cell).fold((low, high), |(low, high), (to, value)| match to.cmp(&cell.to) {
            std::cmp::Ordering::Less => (low.max(value.min(cell.value)), high),
            std::cmp::Ordering::Equal => (low, high),
            std::cmp::Ordering::Greater => (low, high.min(value.max(cell.value))),
        })
    }

    /// Whether a report has published exactly this already.
    fn is_published(&self, sum: &Sum, hidden: &[bool]) -> bool {
        let is_same = |(&child, hidden): (&usize, &bool)| {
            let cell = &self.figures.cells[child];
            self.known.counts.get(&cell.identity()) == Some(&(!hidden).then_some(cell.value))
        };
        sum.children.iter().zip(hidden).all(is_same)
    }

    /// Whether what other reports of the half-year have published of a breakdown allows to publish it now. What is
    /// hidden now or then could be bounded by what is shown then or now: both are whole, or nothing is shown.
    fn may_follow(&self, sum: &Sum, hidden: &[bool]) -> bool {
        let cell = |child: &usize| &self.figures.cells[*child];
        let from: BTreeSet<NaiveDate> = sum.children.iter().map(|child| cell(child).from).collect();
        let mut others = self
            .known
            .counts
            .iter()
            .filter(|(of, _)| of.key == sum.definition.key && from.contains(&of.from))
            .peekable();
        others.peek().is_none()
            || self.is_published(sum, hidden)
            || (!hidden.contains(&true)
                && others.all(|(_, value)| value.is_some())
                && sum.children.iter().all(|child| !self.known.is_near(cell(child), self.limit)))
    }

    /// Whether a breakdown of the group tells nothing of who came and who left, together with the last one before it and
    /// the first one after it.
    ///
    /// A class that went from 10 to 13 got 3 more than it lost. It got no more than that if no class both got and lost
    /// any: if those who came are as many as the classes have grown together. The range of what a class got is as
    /// wide as what is left of those who came: none must be left and every change be no small count, or at least the limit.
    fn tells_no_moves(&self, sum: &Sum, hidden: &[bool]) -> bool {
        let key = sum.definition.key;
        let own_day = self.figures.until;
        let days = self.known.days(key);
        if *sum.definition == define::GROUP_AGE {
            // Only after a year is a class one that can be found again.
            let year = chrono::Months::new(12);
            let around = [own_day.checked_sub_months(year), own_day.checked_add_months(year)];
            return around.into_iter().flatten().filter(|day| days.contains(day)).all(|day| self.ages_agree(sum, day));
        }
        if ![&define::GROUP_SEX, &define::GROUP_REASON].contains(&sum.definition) || self.is_published(sum, hidden) {
            return true;
        }
        let moves = [key.replace("grupp.", "perioden."), key.replace("grupp.", "in.")];
        if self.known.counts.keys().any(|of| moves.contains(&of.key) && of.to > own_day) {
            return false;
        }
        let around = [days.range(..own_day).next_back(), days.range(next_day(own_day)..).next()];
        around.into_iter().flatten().all(|&day| {
            let then = self.known.classes(key, day);
            let (mut changes, mut rest) = (Vec::new(), [0_i64, 0]);
            for (&child, hidden) in sum.children.iter().zip(hidden) {
                let cell = &self.figures.cells[child];
                match then.get(&*cell.category.code) {
                    Some(Some(value)) if !hidden => changes.push(signed(cell.value) - signed(*value)),
                    Some(None) if *hidden => rest[1] += signed(cell.value),
                    // What is hidden on one day only is bounded by the other.
                    _ => return false,
                }
            }
            if hidden.contains(&true) {
                let whole = self.known.values.iter().rfind(|(of, _)| of.key == define::GROUP.key && of.to == day);
                let Some((_, whole)) = whole else { return false };
                rest[0] = signed(*whole) - then.values().flatten().map(|value| signed(*value)).sum::<i64>();
                changes.push(rest[1] - rest[0]);
            }
            let moved = if day < own_day { self.moved(day, own_day) } else { self.moved(own_day, day) };
            let changes: Vec<i64> =
                if day < own_day { changes } else { changes.iter().map(|change| -change).collect() };
            self.is_vague(&changes, moved)
        })
    }

    /// How many came and how many left after one day and up to another.
    fn moved(&self, after: NaiveDate, until: NaiveDate) -> [i64; 2] {
        let days = after..until;
        let spells = &self.figures.spells;
        let came = spells.iter().filter(|(from, _)| *from > after && *from <= until).count();
        let left = spells.iter().filter(|(_, last)| last.is_some_and(|last| days.contains(&last))).count();
        [signed(came as u64), signed(left as u64)]
    }

    fn is_vague(&self, changes: &[i64], [came, left]: [i64; 2]) -> bool {
        let limit = signed(self.limit);
        let grown: i64 = changes.iter().map(|change| (*change).max(0)).sum();
        let shrunk: i64 = changes.iter().map(|change| (-change).max(0)).sum();
        let is_small = |change: &i64| (1..limit).contains(&change.abs());
        // Data that changed between the two reports: what they say together is not known.
        let agrees = came - grown == left - shrunk;
        agrees && (came - grown >= limit || (came == grown && !changes.iter().any(is_small)))
    }

    /// The classes a year apart: who was 17 is 18. All who are 16 may have come.
    fn ages_agree(&self, sum: &Sum, day: NaiveDate) -> bool {
        let now: Vec<u64> = sum.children.iter().map(|&child| self.figures.cells[child].value).collect();
        let then = self.known.classes(sum.definition.key, day);
        let then: Option<Vec<u64>> =
            sum.children.iter().map(|&child| *then.get(&*self.figures.cells[child].category.code)?).collect();
        let Some(then) = then else { return false };
        let (first, second, span) = if day < self.figures.until {
            (then, now, (day, self.figures.until))
        } else {
            (now, then, (self.figures.until, day))
        };
        let older = |at: usize| if at == 0 { 0 } else { first[at - 1] };
        let mut changes: Vec<i64> = (0..second.len()).map(|at| signed(second[at]) - signed(older(at))).collect();
        changes.push(-signed(first.last().copied().unwrap_or_default()));
        self.is_vague(&changes, self.moved(span.0, span.1))
    }

    /// What is shown of a breakdown.
    fn breakdown(&self, sum: &Sum, shown: &[Shown]) -> Vec<Shown> {
        let withdrawn = vec![Shown::Withdrawn; sum.children.len()];
        let cells: Vec<&Cell> = sum.children.iter().map(|&child| &self.figures.cells[child]).collect();
        let parent = &self.figures.cells[sum.parent];
        // Nobody's parts say nothing.
        if shown[sum.parent] == Shown::Yes && parent.value == 0 {
            return vec![Shown::Yes; sum.children.len()];
        }
        if shown[sum.parent] != Shown::Yes || self.is_left_out(sum) {
            return withdrawn;
        }
        if *sum.definition == define::LEFT_MONTH && !self.keeps_first_day(&cells, shown) {
            return withdrawn;
        }
        let before: Vec<bool> = cells.iter().map(|cell| self.known.hides(cell)).collect();
        let mut hidden: Vec<bool> = cells.iter().zip(&before).map(|(cell, old)| *old || self.is_small(cell)).collect();
        if [&define::GROUP_SEX, &define::GROUP_REASON].contains(&sum.definition) {
            // What was hidden when the classes were last shown is hidden now, and nothing else.
            let days = self.known.days(sum.definition.key);
            if let Some(&day) = days.range(..self.figures.until).next_back() {
                let then = self.known.classes(sum.definition.key, day);
                let keeps = |cell: &&Cell| then.get(&*cell.category.code).is_some_and(Option::is_none);
                hidden.iter_mut().zip(&cells).for_each(|(hidden, cell)| *hidden |= keeps(cell));
            }
        }
        if !hidden.contains(&true) {
            let may = self.may_follow(sum, &hidden) && self.tells_no_moves(sum, &hidden);
            return if may { vec![Shown::Yes; cells.len()] } else { withdrawn };
        }
        // In a small group what is left of a breakdown says little, and what is hidden is easily guessed.
        if parent.value < 4 * self.limit || cells.len() < 3 {
            return withdrawn;
        }
        while !self.hides_enough(&cells, &hidden) {
            let free = (0..cells.len()).filter(|&at| !hidden[at] && !self.known.shows(cells[at]));
            match free.min_by_key(|&at| (cells[at].value == 0, cells[at].value, at)) {
                Some(next) => hidden[next] = true,
                None => return withdrawn,
            }
        }
        // Two different choices of what to hide could be subtracted from each other.
        let changed = before.contains(&true) && before != hidden;
        let left = cells.iter().zip(&hidden).filter(|(cell, hidden)| !**hidden && cell.value > 0).count();
        if changed || left < 2 || !self.may_follow(sum, &hidden) || !self.tells_no_moves(sum, &hidden) {
            return withdrawn;
        }
        hidden.into_iter().map(|hidden| if hidden { Shown::Hidden } else { Shown::Yes }).collect()
    }

    /// Whether the months of those who left can stand beside those who left on the first day, who are a part of the first
    /// month: shown, they must leave no small rest of it, nor may they bound a month that is hidden.
    fn keeps_first_day(&self, months: &[&Cell], shown: &[Shown]) -> bool {
        let first_day = &self.figures.cells[FIRST_DAY];
        let is_open = shown[FIRST_DAY] != Shown::Yes && !self.known.shows(first_day);
        let is_telling = |count: u64| (1..self.limit).contains(&count);
        let rest = months.first().map_or(0, |month| month.value.abs_diff(first_day.value));
        is_open || first_day.value == 0 || !(is_telling(rest) || months.iter().any(|month| is_telling(month.value)))
    }

    /// Whether the hidden parts of a shown whole can each be anything from 0 to at least the limit, and more than one value
    /// when all are believed to be small.
    fn hides_enough(&self, cells: &[&Cell], hidden: &[bool]) -> bool {
        let open: Vec<u64> = cells
            .iter()
            .zip(hidden)
            .filter(|(cell, hidden)| **hidden && !self.known.shows(cell))
            .map(|(cell, _)| cell.value)
            .collect();
        let (count, rest) = (open.len() as u64, open.iter().sum::<u64>());
        count == 0 || (count > 1 && rest >= self.limit && rest != count && rest != count * (self.limit - 1))
    }

    /// Whether a breakdown can be shown whole: no class is small, nor any difference from the breakdowns beside it.
    fn is_whole(&self, sum: &Sum, shown: &[Shown]) -> bool {
        let cell = |at: usize| &self.figures.cells[at];
        // Nobody's parts say nothing.
        if shown[sum.parent] == Shown::Yes && cell(sum.parent).value == 0 {
            return true;
        }
        shown[sum.parent] == Shown::Yes
            && !self.is_left_out(sum)
            && sum.children.iter().all(|&child| !self.is_small(cell(child)))
            && self.may_follow(sum, &vec![false; sum.children.len()])
            && !sum.moves.iter().any(|count| (1..self.limit).contains(count))
            && (sum.moves.is_empty() || self.starts_afresh(sum))
            && sum.compared.iter().map(|&other| &self.figures.sums[other]).all(|other| {
                sum.children.iter().zip(&other.children).all(|(&child, &part)| {
                    let difference = cell(child).value.abs_diff(cell(part).value);
                    shown[part] == Shown::Yes && !(1..self.limit).contains(&difference)
                })
            })
    }
}

impl Control<'_> {
    /// Whether the classes of all or of those who came can be compared with the group's only on the days before the
    /// half-year and at its end, where no difference is small.
    fn starts_afresh(&self, sum: &Sum) -> bool {
        let first = self.figures.period.first();
        let key = sum.definition.key;
        let of_group = key.replace("perioden.", "grupp.").replace("in.", "grupp.");
        let days = self.known.days(&of_group);
        let before = days.range(..first).next_back();
        let is_hidden = |day: &NaiveDate| self.known.classes(&of_group, *day).values().any(Option::is_none);
        self.is_published(sum, &vec![false; sum.children.len()])
            || (days.range(first..self.figures.until).next().is_none()
                && days.range(next_day(self.figures.until)..).next().is_none()
                && before.is_none_or(|day| next_day(*day) == first && !is_hidden(day)))
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The identity of a breakdown's rows but for the category.
fn identity_of(sum: &Sum, parent: &Cell) -> Identity {
    Identity { key: sum.definition.key.to_owned(), ..parent.identity() }
}

/// Whether someone who believes that every hidden count of a sum lies from 1 to the limit less one knows one of them. The
/// terms, each with its sign, make 0.
fn is_given_away(terms: impl Iterator<Item = (i64, Option<u64>)>, limit: u64) -> bool {
    let (mut fixed, mut signs) = (0, Vec::new());
    for (sign, value) in terms {
        match value {
            Some(value) => fixed += sign * i64::try_from(value).unwrap_or(i64::MAX),
            None => signs.push(sign),
        }
    }
    let most = i64::try_from(limit).unwrap_or(i64::MAX) - 1;
    let ends = |sign: i64| if sign > 0 { (1, most) } else { (-most, -1) };
    let (low, high) =
        signs.iter().map(|&sign| ends(sign)).fold((fixed, fixed), |sum, end| (sum.0 + end.0, sum.1 + end.1));
    // All counts at one of their ends: the only way to make 0.
    !signs.is_empty() && most > 1 && (low == 0 || high == 0) && low != high
}

/// The least and the greatest value that sums allow for each count, knowing that counts are at least 0. Exact where the
/// sums make a forest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges(pub Vec<(u64, u64)>);

impl Ranges {
    /// No bound above: more than any municipality has.
    const NONE: u64 = 1 << 40;
    /// What is not bounded at all.
    const ANY: (u64, u64) = (0, Self::NONE);

    /// The ranges; `None`: a hidden count. A sum is its whole and its parts.
    pub fn of<'s>(values: &[Option<u64>], sums: impl Iterator<Item = (usize, &'s [usize])> + Clone) -> Self {
        Self::within(values, &vec![Self::ANY; values.len()], sums)
    }

    /// The ranges of counts that are known to lie within bounds.
    fn within<'s>(
        values: &[Option<u64>],
        bounds: &[(u64, u64)],
        sums: impl Iterator<Item = (usize, &'s [usize])> + Clone,
    ) -> Self {
        let range = |(value, bounds): (&Option<u64>, &(u64, u64))| value.map_or(*bounds, |value| (value, value));
        let mut ranges = Self(values.iter().zip(bounds).map(range).collect());
        while sums.clone().fold(false, |changed, (whole, parts)| ranges.tighten(whole, parts) || changed) {}
        ranges
    }

    /// Applies one sum; says whether it narrowed anything.
    fn tighten(&mut self, whole: usize, parts: &[usize]) -> bool {
        let total = |of: fn(&(u64, u64)) -> u64, ranges: &[(u64, u64)]| {
            parts.iter().map(|&part| of(&ranges[part])).sum::<u64>()
        };
        let (low, high) = (total(|range| range.0, &self.0), total(|range| range.1, &self.0));
        let mut changed = self.narrow(whole, (low, high));
        let (least, most) = self.0[whole];
        for &part in parts {
            let (own_low, own_high) = self.0[part];
            let others = (low - own_low, high - own_high);
            let bound = if most >= Self::NONE { Self::NONE } else { most.saturating_sub(others.0) };
            let floor = if others.1 >= Self::NONE { 0 } else { least.saturating_sub(others.1) };
            changed |= self.narrow(part, (floor, bound));
        }
        changed
    }

    fn narrow(&mut self, at: usize, (low, high): (u64, u64)) -> bool {
        let (old_low, old_high) = self.0[at];
        let new = (old_low.max(low), old_high.min(high.min(Self::NONE)));
        self.0[at] = new;
        new != (old_low, old_high)
    }
}
