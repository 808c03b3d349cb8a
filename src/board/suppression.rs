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
//! the flow (five counts, every choice tried) and each breakdown of a shown whole, whose hidden parts can be anything from 0 to what the
//! shown parts leave. A breakdown that shares classes with another (all and those left on the last day) is shown only when
//! no class and no difference is small, and then hides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::definitions as define;
use super::figures::{ALL, Cell, END, Figures, IN, Identity, OUT, START, Sum};

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
}

impl Known {
    /// Whether an outsider knows the count already.
    fn shows(&self, cell: &Cell) -> bool {
        self.counts.get(&cell.identity()).is_some_and(|value| *value == Some(cell.value))
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
    let whole: BTreeSet<usize> = figures.sums.iter().flat_map(|sum| &sum.children).copied().chain(0..=ALL).collect();
    for (at, cell) in figures.cells.iter().enumerate() {
        if !whole.contains(&at) && (control.is_small(cell) || known.hides(cell)) {
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
        // know it if the start is the greatest that two small counts less a third can make.
        let telling = *cell.definition == define::GROUP && cell.value == 2 * (self.limit - 1) - 1;
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

    /// Which of start, in, out, end and all are hidden: of the choices that both outsiders fail on the one that shows most.
    fn flow(&self) -> [bool; 5] {
        /// What the board misses most comes first.
        const WEIGHTS: [(usize, u32); 5] = [(END, 100), (START, 50), (IN, 20), (OUT, 20), (ALL, 15)];
        // An earlier version of this report has decided: choosing otherwise would let the two be subtracted.
        let cells = &self.figures.cells[..5];
        let decided: [bool; 5] = std::array::from_fn(|at| self.known.hides(&cells[at]));
        let is_known = cells.iter().all(|cell| self.known.counts.contains_key(&cell.identity()));
        if is_known && self.is_safe_flow(decided, false) {
            return decided;
        }
        let bound = decided[START];
        let mut best = ([true; 5], 0);
        for choice in 0..1_u32 << 5 {
            let hidden: [bool; 5] = std::array::from_fn(|at| choice & (1 << at) != 0);
            let weight = WEIGHTS.iter().filter(|(at, _)| !hidden[*at]).map(|(_, weight)| weight).sum();
            if weight > best.1 && self.is_safe_flow(hidden, bound) {
                best = (hidden, weight);
            }
        }
        best.0
    }

    /// `bound`: another report hides the start, which must stay as wide open as that report left it.
    fn is_safe_flow(&self, hidden: [bool; 5], bound: bool) -> bool {
        let cells = &self.figures.cells[..5];
        let allowed = |at: usize| hidden[at] || !(self.is_small(&cells[at]) || self.known.hides(&cells[at]));
        if !(0..5).all(allowed) {
            return false;
        }
        let open = |at: usize| hidden[at] && !self.known.shows(&cells[at]);
        let values: Vec<Option<u64>> = (0..5).map(|at| (!open(at)).then_some(cells[at].value)).collect();
        let sums: [(usize, [usize; 2]); 2] = [(ALL, [START, IN]), (ALL, [OUT, END])];
        let ranges = Ranges::of(&values, sums.iter().map(|(whole, parts)| (*whole, parts.as_slice())));
        let wide = |at: usize| {
            let range = ranges.0[at];
            range.1 - range.0 >= self.limit && !(at == START && bound && range != Ranges::ANY)
        };
        (0..5).filter(|&at| open(at)).all(wide)
            && [
                vec![(START, 1), (IN, 1), (ALL, -1)],
                vec![(OUT, 1), (END, 1), (ALL, -1)],
                vec![(START, 1), (IN, 1), (OUT, -1), (END, -1)],
            ]
            .iter()
            .all(|sum| !is_given_away(sum.iter().map(|&(at, sign)| (sign, values[at])), self.limit))
    }

    /// What is shown of a breakdown.
    fn breakdown(&self, sum: &Sum, shown: &[Shown]) -> Vec<Shown> {
        let withdrawn = vec![Shown::Withdrawn; sum.children.len()];
        let cells: Vec<&Cell> = sum.children.iter().map(|&child| &self.figures.cells[child]).collect();
        let parent = &self.figures.cells[sum.parent];
        if shown[sum.parent] != Shown::Yes || self.is_left_out(sum) {
            return withdrawn;
        }
        let before: Vec<bool> = cells.iter().map(|cell| self.known.hides(cell)).collect();
        let mut hidden: Vec<bool> = cells.iter().zip(&before).map(|(cell, old)| *old || self.is_small(cell)).collect();
        if !hidden.contains(&true) {
            return vec![Shown::Yes; cells.len()];
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
        if changed || left < 2 {
            return withdrawn;
        }
        hidden.into_iter().map(|hidden| if hidden { Shown::Hidden } else { Shown::Yes }).collect()
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
        shown[sum.parent] == Shown::Yes
            && !self.is_left_out(sum)
            && sum.children.iter().all(|&child| !self.is_small(cell(child)))
            && sum.compared.iter().map(|&other| &self.figures.sums[other]).all(|other| {
                sum.children.iter().zip(&other.children).all(|(&child, &part)| {
                    let difference = cell(child).value.abs_diff(cell(part).value);
                    shown[part] == Shown::Yes && !(1..self.limit).contains(&difference)
                })
            })
    }
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
        let mut ranges = Self(values.iter().map(|value| value.map_or(Self::ANY, |value| (value, value))).collect());
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
