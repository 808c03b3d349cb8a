//! Two outsiders attack everything that a municipality's board reports publish together, on random small municipalities.
//!
//! They read only the `nyckeltal.csv` of the reports, know how the counts make each other, and that a breakdown that is
//! left out has the classes of the code lists. The bounds are computed by linear programming (the simplex method below), not by
//! the program.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use kaa::board::{Cell, Earlier, Facts, Figures, MeasureFacts, Report, Shown, Sources, SpellFacts};
use kaa::calendar::HalfYear;
use kaa::config::Board;
use kaa::records::{Coded, Ground, MeasureContent, MeasureEnd, Occupation, OccupationAfter, Reason};

const MUNICIPALITIES: u64 = 1_000;
const LIMIT: u64 = 5;
/// Every breakdown with the key and the category of its whole.
const BREAKDOWNS: [(&str, &str, &str); 25] = [
    ("grupp.alder", "grupp", ""),
    ("grupp.kon", "grupp", ""),
    ("grupp.orsak", "grupp", ""),
    ("perioden.alder", "perioden", ""),
    ("perioden.kon", "perioden", ""),
    ("perioden.orsak", "perioden", ""),
    ("in.manad", "in", ""),
    ("in.orsak", "in", ""),
    ("ut.manad", "ut", ""),
    ("ut.grund", "ut", ""),
    ("grupp.kontakt", "grupp", ""),
    ("frist.utfall", "frist", ""),
    ("grupp.sysselsattning", "grupp", ""),
    ("kand.genom", "grupp.sysselsattning", "KAND"),
    ("kand.art", "grupp.sysselsattning", "KAND"),
    ("grupp.erbjudna", "grupp", ""),
    ("grupp.utreda", "grupp", ""),
    ("perioden.atgard", "perioden", ""),
    ("atgarder.innehall", "atgarder.startade", ""),
    ("atgarder.insats", "atgarder.startade", ""),
    ("atgarder.grund", "atgarder.avslutade", ""),
    ("atgarder.efter", "atgarder.avslutade", ""),
    ("atgarder.utvarderade", "atgarder.avslutade", ""),
    ("atergang.utfall", "atergang", ""),
    ("ej_nadda.forsok", "grupp.kontakt", "EJ_NADDA"),
];

/// A sequence of numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).expect("small")]
    }

    fn day(&mut self, first: NaiveDate, days: u64) -> NaiveDate {
        first + Days::new(self.below(days))
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A municipality's spells and measures over two years, before anyone has looked at them.
fn municipality(seed: u64) -> (Vec<SpellFacts>, Vec<MeasureFacts>) {
    let mut random = Random(seed);
    let size = [4, 9, 14, 25, 45, 90][usize::try_from(random.below(6)).expect("small")];
    // Some municipalities have few kinds of anything: then counts are larger and more is shown.
    let kinds = usize::try_from(2 + random.below(7)).expect("small");
    let turns = [0, 10, 40][usize::try_from(random.below(3)).expect("small")];
    let (mut spells, mut measures) = (Vec::new(), Vec::new());
    for person in 0..1 + random.below(size) {
        let from = random.day(day("2024-10-01"), 820);
        let long = if random.chance(50) { 900 } else { 200 };
        // Many leave on the first day of a half-year: by a move, or to a programme that begins then.
        let turn = random.one(&["2025-06-30", "2025-12-31", "2026-06-30"]);
        let at_turn = random.chance(turns).then(|| day(turn)).filter(|last| from <= *last);
        let last = at_turn.or_else(|| random.chance(80).then(|| random.day(from, long)));
        let contacted = random.chance(70).then(|| random.day(from - Days::new(10), 120));
        let reason = random.one(&Reason::ALL[..kinds]);
        let mut own = Vec::new();
        for _ in 0..random.below(3) {
            let start = random.day(from, 200);
            let end = random.chance(70).then(|| random.day(start, 120));
            own.push((start, end.unwrap_or(day("2027-12-31"))));
            measures.push(MeasureFacts {
                person: usize::try_from(person).expect("small"),
                start,
                end,
                content: random.one(&MeasureContent::ALL[..kinds]),
                offer: random.chance(60).then(|| random.one(&["Praktik", "Körkortsteori", "Gym"]).to_owned()),
                end_ground: Some(random.one(&MeasureEnd::ALL[..3])),
                result: Some(random.one(&OccupationAfter::ALL[..kinds])),
                evaluated: random.chance(50),
                reason,
            });
        }
        spells.push(SpellFacts {
            from,
            last,
            age: u8::try_from(16 + random.below(4)).expect("small"),
            woman: random.chance(45),
            reason,
            ground: Some(random.one(&Ground::ALL[2..])),
            flagged: random.chance(15),
            attempted: contacted.is_some() || random.chance(50),
            first_contact: contacted,
            offered: random.chance(60),
            occupation: random.chance(80).then(|| (random.one(&Occupation::ALL[..kinds.min(7)]), random.chance(60))),
            measures: own,
        });
    }
    (spells, measures)
}

/// The half-year as it stood on a day.
fn facts(period: HalfYear, until: NaiveDate, spells: &[SpellFacts], measures: &[MeasureFacts]) -> Facts {
    let spells = spells.iter().filter(|spell| spell.from <= until).cloned().map(|mut spell| {
        spell.last = spell.last.filter(|&last| last < until);
        spell.ground = spell.ground.filter(|_| spell.last.is_some());
        spell.first_contact = spell.first_contact.filter(|&day| day <= until);
        spell.attempted |= spell.first_contact.is_some();
        let end = spell.last.unwrap_or(until);
        spell.measures = spell.measures.into_iter().map(|(start, last)| (start, last.min(end))).collect();
        spell.measures.retain(|(start, last)| start <= last);
        spell
    });
    let measures = measures.iter().filter(|measure| measure.start <= until).cloned().map(|mut measure| {
        measure.end = measure.end.filter(|&end| end <= until);
        measure.end_ground = measure.end_ground.filter(|_| measure.end.is_some());
        measure.result = measure.result.filter(|_| measure.end.is_some());
        measure
    });
    Facts { period, until, spells: spells.collect(), measures: measures.collect(), sources: Sources::ALL }
}

/// A count: key, category, first and last day.
type Count = (String, String, String, String);

/// A linear program: equations in unknowns that are at least 0, solved for the unknowns of a basis.
struct Simplex {
    /// Each the factors of the unknowns and the right side, which is at least 0.
    rows: Vec<Vec<f64>>,
    /// The unknown that each row is solved for.
    basis: Vec<usize>,
}

impl Simplex {
    const NOTHING: f64 = 1e-7;

    /// Finds one solution of the equations; `None`: there is none.
    fn new(mut rows: Vec<Vec<f64>>) -> Option<Self> {
        let (count, unknowns) = (rows.len(), rows.first().map_or(0, |row| row.len() - 1));
        // A helper for each row makes a first solution; then the helpers are driven to 0.
        for (at, row) in rows.iter_mut().enumerate() {
            let right = row.pop()?;
            let sign = if right < 0.0 { -1.0 } else { 1.0 };
            row.iter_mut().for_each(|factor| *factor *= sign);
            row.extend((0..count).map(|other| f64::from(u8::from(other == at))));
            row.push(right * sign);
        }
        let mut simplex = Self { rows, basis: (unknowns..unknowns + count).collect() };
        let helpers: Vec<f64> = (0..unknowns + count).map(|at| if at < unknowns { 0.0 } else { -1.0 }).collect();
        if simplex.improve(&helpers)? < -Self::NOTHING {
            return None;
        }
        for row in 0..count {
            let unknown = (0..unknowns).find(|&at| simplex.rows[row][at].abs() > Self::NOTHING);
            if simplex.basis[row] >= unknowns
                && let Some(unknown) = unknown
            {
                simplex.pivot(row, unknown);
            }
        }
        let kept: Vec<usize> = (0..count).filter(|&row| simplex.basis[row] < unknowns).collect();
        let without_helpers = |row: &Vec<f64>| [&row[..unknowns], &row[unknowns + count..]].concat();
        Some(Self {
            rows: kept.iter().map(|&row| without_helpers(&simplex.rows[row])).collect(),
            basis: kept.iter().map(|&row| simplex.basis[row]).collect(),
        })
    }

    /// The greatest value of an unknown with a sign.
    fn greatest(&self, unknown: usize, sign: f64) -> f64 {
        let Some(first) = self.rows.first() else { return f64::INFINITY };
        let mut wanted = vec![0.0; first.len() - 1];
        wanted[unknown] = sign;
        let mut own = Self { rows: self.rows.clone(), basis: self.basis.clone() };
        own.improve(&wanted).unwrap_or(f64::INFINITY)
    }

    /// Makes the wanted sum as great as it gets; `None`: without bound.
    fn improve(&mut self, wanted: &[f64]) -> Option<f64> {
        loop {
            let gain = |at: usize| {
                wanted[at] - self.basis.iter().zip(&self.rows).map(|(&of, row)| wanted[of] * row[at]).sum::<f64>()
            };
            // The first that gains, and of equal rows the first unknown: so it never goes round in circles.
            let Some(enters) = (0..wanted.len()).find(|&at| gain(at) > Self::NOTHING) else {
                let right = |row: &Vec<f64>| row.last().copied().unwrap_or(0.0);
                return Some(self.basis.iter().zip(&self.rows).map(|(&of, row)| wanted[of] * right(row)).sum());
            };
            let room = |row: &Vec<f64>| row[row.len() - 1] / row[enters];
            let leaves =
                (0..self.rows.len()).filter(|&at| self.rows[at][enters] > Self::NOTHING).min_by(|&a, &b| {
                    room(&self.rows[a]).total_cmp(&room(&self.rows[b])).then(self.basis[a].cmp(&self.basis[b]))
                })?;
            self.pivot(leaves, enters);
        }
    }

    /// Solves a row for an unknown.
    fn pivot(&mut self, row: usize, unknown: usize) {
        let factor = self.rows[row][unknown];
        self.rows[row].iter_mut().for_each(|of| *of /= factor);
        let solved = self.rows[row].clone();
        for other in (0..self.rows.len()).filter(|&other| other != row) {
            let factor = self.rows[other][unknown];
            if factor != 0.0 {
                self.rows[other].iter_mut().zip(&solved).for_each(|(of, by)| *of -= factor * by);
            }
        }
        self.basis[row] = unknown;
    }
}

#[test]
fn the_simplex_method_finds_known_bounds() {
    // a + b = 10, b + c = 4: a from 6 to 10, b and c from 0 to 4.
    let simplex = Simplex::new(vec![vec![1.0, 1.0, 0.0, 10.0], vec![0.0, 1.0, 1.0, 4.0]]).expect("solutions");
    let range = |at| (-simplex.greatest(at, -1.0), simplex.greatest(at, 1.0));
    assert_eq!([range(0), range(1), range(2)], [(6.0, 10.0), (0.0, 4.0), (0.0, 4.0)]);
    // a - b = 3: both without bound, a at least 3.
    let simplex = Simplex::new(vec![vec![1.0, -1.0, 3.0]]).expect("solutions");
    assert_eq!((-simplex.greatest(0, -1.0), simplex.greatest(1, 1.0)), (3.0, f64::INFINITY));
    // The same twice, and a contradiction.
    assert!(Simplex::new(vec![vec![1.0, 1.0, 5.0], vec![2.0, 2.0, 10.0]]).is_some());
    assert!(Simplex::new(vec![vec![1.0, 1.0, 5.0], vec![1.0, 1.0, 6.0]]).is_none());
}

/// What the outsiders know.
#[derive(Default)]
struct Outsider {
    /// The counts; `None`: hidden.
    counts: BTreeMap<Count, Option<u64>>,
    /// Counts with their factors that make 0.
    sums: Vec<Vec<(Count, f64)>>,
    /// Of them those whose rows all stand in the files.
    listed: Vec<bool>,
    /// What the counts are: the outsiders do not know it. It tells which differences would be a small count.
    truth: BTreeMap<Count, u64>,
}

/// The words before the key of a count that is in no file: what one count has more than another that is a part of it.
const REST: &str = "rest av ";
/// Counts that only grow from one report of a half-year to the next, with those below them.
const GROWING: [&str; 8] = ["in", "ut", "perioden", "frist", "atgarder", "atergang", "perioden.kon", "perioden.orsak"];

impl Outsider {
    /// Reads a report.
    fn read(&mut self, csv: &[u8], report: &Report) {
        self.truth.extend(report.figures.cells.iter().map(|cell| (count_of(cell), cell.value)));

        let text = csv.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
        let count = |row: &BTreeMap<String, String>| -> Count {
            (row["nyckel"].clone(), row["kategori"].clone(), row["fran"].clone(), row["till"].clone())
        };
        let of = |key: &'static str| rows.iter().filter(move |row| row["nyckel"] == key);
        let is_breakdown = |key: &str| BREAKDOWNS.iter().any(|(breakdown, ..)| *breakdown == key);
        for row in &rows {
            if row["nyckel"] == "grupp.dagar" || row["nyckel"].starts_with("kolada") {
                continue;
            }
            if row["kategori"].is_empty() && is_breakdown(&row["nyckel"]) {
                assert_eq!((row["dold"].as_str(), row["varde"].as_str()), ("J", ""), "{row:?}");
                continue;
            }
            let value = row["varde"].parse::<u64>().ok();
            assert_eq!(value.is_none(), row["dold"] == "J", "{row:?}");
            assert!(value.is_none_or(|value| value == 0 || value >= LIMIT), "a small count is shown: {row:?}");
            if !row["namnare"].is_empty() {
                assert!(value.is_some() && row["namnare"].parse::<u64>().expect("a count") >= 10, "{row:?}");
            }
            assert!(row["andel"].is_empty() == row["namnare"].is_empty(), "{row:?}");
            let known = self.counts.entry(count(row)).or_insert(value);
            *known = known.or(value);
        }
        let all = count(of("perioden").next().expect("all"));
        let mut groups: Vec<Count> = of("grupp").map(count).collect();
        groups.sort_by(|one, other| one.3.cmp(&other.3));
        let [start, end] = groups.try_into().expect("start and end");
        let [came, left, first_day] = ["in", "ut", "ut.forsta_dagen"].map(|key| count(of(key).next().expect("a flow")));
        for sum in [
            vec![(start.clone(), 1.0), (came.clone(), 1.0), (all.clone(), -1.0), (first_day.clone(), -1.0)],
            vec![(left.clone(), 1.0), (end.clone(), 1.0), (all, -1.0), (first_day.clone(), -1.0)],
            vec![(start.clone(), 1.0), (came, 1.0), (left.clone(), -1.0), (end, -1.0)],
        ] {
            self.sums.push(sum);
            self.listed.push(true);
        }
        // Who left on the first day was there at the start, and left in the half-year and in its first month.
        let first_month = of("ut.manad").filter(|row| !row["kategori"].is_empty()).map(count).min();
        for whole in [start, left].into_iter().chain(first_month) {
            self.has_a_part(&whole, &first_day);
        }
        for (key, parent_key, parent_category) in BREAKDOWNS {
            let children: Vec<Count> = of(key).filter(|row| !row["kategori"].is_empty()).map(count).collect();
            let until = rows.iter().map(|row| &row["till"]).max().expect("rows");
            let parent = of(parent_key)
                .filter(|row| row["kategori"] == parent_category && (parent_key != "grupp" || row["till"] == *until))
                .map(count)
                .next();
            if let Some(parent) = parent
                && !children.is_empty()
            {
                self.sums.push(children.into_iter().map(|child| (child, 1.0)).chain([(parent, -1.0)]).collect());
                self.listed.push(true);
            }
        }
        for counts in withdrawn(report) {
            // Below a hidden whole nothing is known at all.
            if self.counts.get(counts.last().expect("a whole")).copied().flatten().is_none() {
                continue;
            }
            for child in &counts[..] {
                self.counts.entry(child.clone()).or_insert(None);
            }
            let (parent, children) = counts.split_last().expect("a whole");
            self.sums.push(children.iter().map(|child| (child.clone(), 1.0)).chain([(parent.clone(), -1.0)]).collect());
            self.listed.push(false);
        }
    }

    /// One count is a part of another: what is left of the other is at least 0.
    fn has_a_part(&mut self, whole: &Count, part: &Count) {
        let rest = (
            format!("{REST}{}", whole.0),
            whole.1.clone(),
            format!("{} {}", whole.2, part.2),
            format!("{} {}", whole.3, part.3),
        );
        self.truth.insert(rest.clone(), self.truth[whole].abs_diff(self.truth[part]));
        self.counts.insert(rest.clone(), None);
        self.sums.push(vec![(whole.clone(), 1.0), (part.clone(), -1.0), (rest, -1.0)]);
        self.listed.push(false);
    }

    /// What a report showed of a half-year that was not over is a part of what the next one shows.
    fn compare(&mut self) {
        let grows = |count: &&Count| {
            let is_measured = count.0 == "perioden.atgard" && count.1 == "I_ATGARD";
            let is_below = |key: &str| {
                count.0 == key || (!key.contains('.') && key != "perioden" && count.0.starts_with(&format!("{key}.")))
            };
            is_measured || GROWING.iter().any(|key| is_below(key))
        };
        let counts: Vec<Count> = self.counts.keys().filter(grows).cloned().collect();
        for pair in counts.windows(2) {
            let [before, after] = pair else { continue };
            if (&before.0, &before.1, &before.2) == (&after.0, &after.1, &after.2) {
                self.has_a_part(after, before);
            }
        }
    }

    /// Knows what a later report of the same day shows: of everything as many or more.
    fn see_again(&mut self, again: Self) {
        let renamed = |count: &Count| (format!("igen {}", count.0), count.1.clone(), count.2.clone(), count.3.clone());
        self.truth.extend(again.truth.iter().map(|(count, value)| (renamed(count), *value)));
        self.counts.extend(again.counts.iter().map(|(count, value)| (renamed(count), *value)));
        for sum in &again.sums {
            self.sums.push(sum.iter().map(|(count, factor)| (renamed(count), *factor)).collect());
            self.listed.push(false);
        }
        for count in again.counts.keys().filter(|count| !count.0.starts_with(REST)) {
            if self.counts.contains_key(count) {
                self.has_a_part(&renamed(count), count);
            }
        }
    }

    /// What is hidden, in parts that no sum joins.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut part: Vec<usize> = (0..self.sums.len()).collect();
        let mut first: BTreeMap<&Count, usize> = BTreeMap::new();
        for (at, sum) in self.sums.iter().enumerate() {
            for (count, _) in sum.iter().filter(|(count, _)| self.counts[count].is_none()) {
                let other = *first.entry(count).or_insert(at);
                let (one, other) = (part[at], part[other]);
                part.iter_mut().filter(|of| **of == one).for_each(|of| *of = other);
            }
        }
        let roots: BTreeSet<usize> = part.iter().copied().collect();
        let of = |root: usize| (0..part.len()).filter(|&at| part[at] == root).collect();
        roots.into_iter().map(of).collect()
    }

    /// Knowing that counts are at least 0: the hidden counts that lie within too narrow bounds.
    fn narrow(&self) -> Vec<String> {
        self.narrow_of(|count| !count.0.starts_with(REST) || self.is_small(count))
    }

    /// Those of them that are small: that nobody was counted is no secret.
    fn narrow_and_small(&self) -> Vec<String> {
        self.narrow_of(|count| self.is_small(count))
    }

    fn is_small(&self, count: &Count) -> bool {
        self.truth.get(count).is_some_and(|value| (1..LIMIT).contains(value))
    }

    /// Those of them that are looked for.
    fn narrow_of(&self, is_wanted: impl Fn(&Count) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for sums in self.parts() {
            let hidden: BTreeSet<&Count> = sums
                .iter()
                .flat_map(|&at| &self.sums[at])
                .map(|(count, _)| count)
                .filter(|count| self.counts[*count].is_none())
                .collect();
            let hidden: Vec<&Count> = hidden.into_iter().collect();
            if !hidden.iter().any(|count| is_wanted(count)) {
                continue;
            }
            let program = self.program(&sums, &hidden);
            for (at, target) in hidden.iter().enumerate().filter(|(_, count)| is_wanted(count)) {
                let (low, high) = (-program.greatest(at, -1.0), program.greatest(at, 1.0));
                #[expect(clippy::cast_precision_loss, reason = "a small number")]
                if high - low < LIMIT as f64 - 1e-6 {
                    found.push(format!("{target:?} lies from {low} to {high}"));
                }
            }
        }
        found
    }

    /// The sums that join hidden counts, as equations.
    fn program(&self, sums: &[usize], hidden: &[&Count]) -> Simplex {
        let equations = sums.iter().map(|&at| {
            let mut equation = vec![0.0; hidden.len() + 1];
            for (count, factor) in &self.sums[at] {
                match self.counts[count] {
                    #[expect(clippy::cast_precision_loss, reason = "a small number")]
                    Some(value) => equation[hidden.len()] -= factor * value as f64,
                    None => equation[hidden.binary_search(&count).expect("it is hidden")] += factor,
                }
            }
            equation
        });
        Simplex::new(equations.collect()).expect("the reports do not contradict each other")
    }

    /// Believing that all hidden counts of a sum are small: the counts that are left with one value.
    fn believed(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (sum, _) in self.sums.iter().zip(&self.listed).filter(|(_, listed)| **listed) {
            #[expect(clippy::cast_possible_truncation, reason = "1 or -1")]
            let terms: Vec<(&Count, i64)> = sum.iter().map(|(count, factor)| (count, *factor as i64)).collect();
            let known: i64 = terms
                .iter()
                .filter_map(|(count, factor)| Some(factor * i64::try_from(self.counts[*count]?).expect("small")))
                .sum();
            let open: Vec<(&Count, i64)> =
                terms.into_iter().filter(|(count, _)| self.counts[*count].is_none()).collect();
            // Every value that the last can have, for all values of the others.
            for at in 0..open.len() {
                let mut totals = BTreeSet::from([known]);
                for (_, factor) in open.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, term)| term) {
                    totals = totals.iter().flat_map(|total| (1..5).map(move |value| total + factor * value)).collect();
                }
                let values = (1..5).filter(|value| totals.contains(&-(open[at].1 * value))).count();
                if values == 1 {
                    found.push(format!("{:?} has one value in {sum:?}", open[at].0));
                }
            }
        }
        found
    }
}

/// What the outsiders look for in the sums over time.
#[derive(Default)]
struct Moves {
    outsider: Outsider,
    /// The true values of what no report has a row for.
    truth: BTreeMap<Count, u64>,
}

/// The classes that no one changes: their breakdown of the group, of all and of those who came.
const LASTING: [[&str; 3]; 2] =
    [["grupp.kon", "perioden.kon", "in.kon"], ["grupp.orsak", "perioden.orsak", "in.orsak"]];

impl Moves {
    /// The sums that join the reports of a class: of every stretch between two reports start + in = out + end.
    fn of(known: &Outsider, [group, all, came]: [&str; 3], spells: &[SpellFacts]) -> Self {
        let text = |key: &str, category: &str, from: NaiveDate, to: NaiveDate| -> Count {
            (key.to_owned(), category.to_owned(), from.to_string(), to.to_string())
        };
        let is_sex = group == "grupp.kon";
        let class = |spell: &SpellFacts| match (is_sex, spell.woman) {
            (true, true) => "KVINNOR",
            (true, false) => "MAN",
            _ => spell.reason.code(),
        };
        let classes: Vec<&str> =
            if is_sex { vec!["KVINNOR", "MAN"] } else { Reason::ALL.iter().map(|reason| reason.code()).collect() };
        let mut moves = Self::default();
        let mut start = day("2025-06-30");
        let mut before: Option<(NaiveDate, NaiveDate)> = None;
        for (period, until) in REPORTS {
            let first = period.parse::<HalfYear>().expect("a half-year").first();
            let until = day(until);
            let from = before.filter(|(of, _)| *of == first).map_or(first, |(_, last)| last + Days::new(1));
            let stretch = |which: &str, class: &str| text(&format!("{which}.klass"), class, from, until);
            // The whole of a flow up to here is that up to the report before and the stretch.
            for which in ["in", "ut"] {
                let mut sum = vec![(text(which, "", first, until), -1.0)];
                sum.extend(classes.iter().map(|class| (stretch(which, class), 1.0)));
                sum.extend(before.filter(|(of, _)| *of == first).map(|(_, last)| (text(which, "", first, last), 1.0)));
                moves.outsider.sums.push(sum);
            }
            moves.outsider.sums.push(
                classes
                    .iter()
                    .map(|class| (text(group, class, until, until), 1.0))
                    .chain([(text("grupp", "", until, until), -1.0)])
                    .collect(),
            );
            moves.outsider.sums.push(vec![
                (text("grupp", "", start, start), 1.0),
                (text("in.klass", "", from, until), 1.0),
                (text("ut.klass", "", from, until), -1.0),
                (text("grupp", "", until, until), -1.0),
            ]);
            for which in ["in", "ut"] {
                let sum = classes.iter().map(|class| (stretch(which, class), 1.0));
                moves.outsider.sums.push(sum.chain([(stretch(which, ""), -1.0)]).collect());
            }
            for class in &classes {
                moves.outsider.sums.push(vec![
                    (text(group, class, start, start), 1.0),
                    (stretch("in", class), 1.0),
                    (stretch("ut", class), -1.0),
                    (text(group, class, until, until), -1.0),
                ]);
                // All who came since the half-year began.
                let stretches: Vec<(Count, f64)> = before
                    .filter(|(of, _)| *of == first)
                    .map(|(_, last)| (text("in.klass", class, first, last), 1.0))
                    .into_iter()
                    .chain([(stretch("in", class), 1.0)])
                    .collect();
                let day_before = first - Days::new(1);
                let first_day = text("ut.forsta_dagen.klass", class, first, first);
                let mut sum = vec![
                    (text(group, class, day_before, day_before), 1.0),
                    (text(all, class, first, until), -1.0),
                    (first_day.clone(), -1.0),
                ];
                sum.extend(stretches.clone());
                moves.outsider.sums.push(sum);
                if from == first {
                    let later = text("ut.senare.klass", class, first, until);
                    moves.outsider.sums.push(vec![(stretch("ut", class), 1.0), (first_day, -1.0), (later, -1.0)]);
                }
                let mut sum = stretches;
                sum.push((text(came, class, first, until), -1.0));
                moves.outsider.sums.push(sum);
            }
            // Those of the classes who left on the first day are all who did.
            moves.outsider.sums.push(
                classes
                    .iter()
                    .map(|class| (text("ut.forsta_dagen.klass", class, first, first), 1.0))
                    .chain([(text("ut.forsta_dagen", "", first, first), -1.0)])
                    .collect(),
            );
            for (at, of) in classes.iter().map(|of| (Some(*of), *of)).chain([(None, "")]) {
                let own = |spell: &&SpellFacts| at.is_none_or(|at| class(spell) == at);
                let within = |day: NaiveDate| from <= day && day <= until;
                let entered = spells.iter().filter(own).filter(|spell| within(spell.from)).count();
                let left = |spell: &&SpellFacts| spell.last.is_some_and(|last| within(last + Days::new(1)));
                let left = spells.iter().filter(own).filter(left).count();
                moves.truth.insert(stretch("in", of), entered as u64);
                let turned = |spell: &&SpellFacts| spell.last == Some(first - Days::new(1));
                let turned = spells.iter().filter(own).filter(turned).count();
                moves.truth.insert(text("ut.forsta_dagen.klass", of, first, first), turned as u64);
                if from == first {
                    moves.truth.insert(text("ut.senare.klass", of, first, until), (left - turned) as u64);
                }
                moves.truth.insert(stretch("ut", of), left as u64);
            }
            (start, before) = (until, Some((first, until)));
        }
        for (count, _) in moves.outsider.sums.iter().flatten() {
            let value = known.counts.get(count).copied().flatten();
            moves.outsider.counts.insert(count.clone(), value);
        }
        moves
    }

    /// The small counts that lie within too narrow bounds.
    fn narrow(&self) -> Vec<String> {
        let is_small = |count: &Count| self.truth.get(count).is_some_and(|value| (1..LIMIT).contains(value));
        self.outsider.narrow_of(is_small)
    }
}

fn count_of(cell: &Cell) -> Count {
    let identity = cell.identity();
    (identity.key, identity.category, identity.from.to_string(), identity.to.to_string())
}

/// The counts of each breakdown that a report leaves out, its whole last.
fn withdrawn(report: &Report) -> Vec<Vec<Count>> {
    let count = |at: usize| count_of(&report.figures.cells[at]);
    let left_out = |children: &[usize]| children.iter().any(|&child| report.shown[child] == Shown::Withdrawn);
    report
        .figures
        .sums
        .iter()
        .filter(|sum| left_out(&sum.children))
        .map(|sum| sum.children.iter().chain([&sum.parent]).map(|&at| count(at)).collect())
        .collect()
}

/// The reports of two years, the second half-year first reported before it was over.
const REPORTS: [(&str, &str); 5] = [
    ("2025H2", "2025-12-31"),
    ("2026H1", "2026-05-10"),
    ("2026H1", "2026-06-30"),
    ("2026H2", "2026-11-20"),
    ("2026H2", "2026-12-31"),
];

#[test]
fn no_outsider_learns_a_hidden_count_of_a_thousand_small_municipalities() {
    let board = Board { contact_days: Some(30), limit: LIMIT, ..Board::default() };
    let mut found = Vec::new();
    let (mut hidden, mut shown, mut partly, mut compared) = (0, 0, 0, 0);
    for seed in 0..MUNICIPALITIES {
        let (spells, measures) = municipality(seed);
        let mut outsider = Outsider::default();
        let mut published: Vec<Earlier> = Vec::new();
        for (period, until) in REPORTS {
            let period: HalfYear = period.parse().expect("a half-year");
            let facts = facts(period, day(until), &spells, &measures);
            let figures = Figures::count(&facts, board.contact_days);
            figures.reconcile().expect("the figures make each other");
            let report = Report::new(figures, &published, &board);
            let csv = report.key_figures();
            outsider.read(&csv, &report);
            published.push(Earlier::read(period, &csv).expect("its own file"));
            // Made again, it is the same.
            let again = Report::new(report.figures.clone(), &published, &board);
            assert_eq!(again.shown, report.shown, "{seed} {period} {until}");
            let hides = |sum: &&kaa::board::Sum| sum.children.iter().any(|&child| report.shown[child] == Shown::Hidden);
            partly += report.figures.sums.iter().filter(hides).count();
            hidden += report.shown.iter().filter(|shown| **shown != Shown::Yes).count();
            shown += report.shown.iter().filter(|shown| **shown == Shown::Yes).count();
        }
        found.extend(outsider.narrow().into_iter().map(|what| format!("{seed}: {what}")));
        outsider.compare();
        found.extend(outsider.narrow_and_small().into_iter().map(|what| format!("{seed}, over time: {what}")));
        for of in LASTING {
            let moves = Moves::of(&outsider, of, &spells);
            let anchors = moves.outsider.counts.iter().filter(|(count, value)| count.0 == of[0] && value.is_some());
            // With the classes of one day or none nothing can be compared.
            if anchors.map(|(count, _)| &count.3).collect::<BTreeSet<_>>().len() > 1 {
                compared += 1;
                found.extend(moves.narrow().into_iter().map(|what| format!("{seed}: {what}")));
            }
        }
        found.extend(outsider.believed().into_iter().map(|what| format!("{seed}: {what}")));
    }
    println!("{hidden} hidden, {shown} shown, {partly} in part, {compared} compared over time, {} found", found.len());
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found[..found.len().min(20)].join("\n"));
    // The attack met what it should: much shown, much hidden, and breakdowns of which a part is hidden.
    assert!(hidden > 10_000 && shown > 10_000 && partly > 100 && compared > 50, "{hidden} {shown} {partly} {compared}");
}

#[test]
fn one_youth_more_on_the_same_day_is_not_told_by_the_two_reports() {
    let board = Board { contact_days: Some(30), limit: LIMIT, ..Board::default() };
    let (mut found, mut shown_again) = (Vec::new(), 0);
    for seed in 0..MUNICIPALITIES {
        let (mut spells, mut measures) = municipality(seed);
        let mut published: Vec<Earlier> = Vec::new();
        let mut seen = Outsider::default();
        for (period, until, is_again) in
            [("2025H2", "2025-12-31", false), ("2026H1", "2026-06-30", false), ("2026H1", "2026-06-30", true)]
        {
            if is_again {
                let (more, of_them) = municipality(seed + MUNICIPALITIES);
                spells.extend(more.into_iter().take(1));
                let person = 10_000;
                let own = of_them.into_iter().filter(|measure| measure.person == 0);
                measures.extend(own.map(|measure| MeasureFacts { person, ..measure }));
            }
            let period: HalfYear = period.parse().expect("a half-year");
            let figures = Figures::count(&facts(period, day(until), &spells, &measures), board.contact_days);
            let report = Report::new(figures, &published, &board);
            let csv = report.key_figures();
            let mut reader = Outsider::default();
            reader.read(&csv, &report);
            published.push(Earlier::read(period, &csv).expect("its own file"));
            if is_again {
                shown_again += report.shown.iter().filter(|shown| **shown == Shown::Yes).count();
                seen.see_again(reader);
            } else {
                seen = reader;
            }
        }
        found.extend(seen.narrow_and_small().into_iter().map(|what| format!("{seed}: {what}")));
    }
    println!("{shown_again} shown again, {} found", found.len());
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found[..found.len().min(20)].join("\n"));
    assert!(shown_again > 10_000, "{shown_again}");
}
