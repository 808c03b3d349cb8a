//! The counts of a half-year and the sums that they must make. Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::definitions::{self as define, Definition};
use super::facts::{Facts, MeasureFacts, SpellFacts, is_spring};
use crate::calendar::HalfYear;
use crate::records::{Coded, Ground, MeasureContent, MeasureEnd, Occupation, OccupationAfter, Reason};
use crate::timeline::{next_day, plus};

/// How many counts, the first ones, make the flow.
pub const FLOW: usize = 6;
/// The group on the day before the half-year: the first cell.
pub const START: usize = 0;
/// Those who came in.
pub const IN: usize = 1;
/// Those who left, from the half-year's first day on.
pub const OUT: usize = 2;
/// The group on the last day reported.
pub const END: usize = 3;
/// Everyone with a day in the half-year.
pub const ALL: usize = 4;
/// Those of the start who left on the first day, so that they have no day in the half-year.
pub const FIRST_DAY: usize = 5;

/// One class of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category {
    /// The constant in `nyckeltal.csv`; empty: the whole.
    pub code: Cow<'static, str>,
    /// What a reader sees.
    pub label: Cow<'static, str>,
}

impl Category {
    fn whole() -> Self {
        Self { code: "".into(), label: "".into() }
    }

    fn of(code: &'static str, label: &'static str) -> Self {
        Self { code: code.into(), label: label.into() }
    }

    fn coded(value: impl Coded) -> Self {
        Self::of(value.code(), value.label())
    }
}

/// What a count is a count of, whichever report it stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The definition's key.
    pub key: String,
    /// The category's code.
    pub category: String,
    /// The first day counted.
    pub from: NaiveDate,
    /// The last day counted.
    pub to: NaiveDate,
}

/// A count.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it counts.
    pub definition: &'static Definition,
    /// Which class of it.
    pub category: Category,
    /// The first day counted.
    pub from: NaiveDate,
    /// The last day counted.
    pub to: NaiveDate,
    /// The count.
    pub value: u64,
    /// How many youths are behind it; for counts of measures fewer, perhaps.
    pub people: u64,
}

impl Cell {
    /// What it is a count of.
    pub fn identity(&self) -> Identity {
        Identity {
            key: self.definition.key.to_owned(),
            category: self.category.code.clone().into_owned(),
            from: self.from,
            to: self.to,
        }
    }
}

/// A breakdown: the children make the parent.
#[derive(Clone, Debug)]
pub struct Sum {
    /// What the children are.
    pub definition: &'static Definition,
    /// The whole.
    pub parent: usize,
    /// The parts.
    pub children: Vec<usize>,
    /// Sums with the same classes whose difference from this one would tell who else is in a class: this one is shown
    /// whole or not at all.
    pub compared: Vec<usize>,
    /// For such a sum of classes that nobody changes: how many of each class were there at the start, came, left, and
    /// whatever else the sum tells together with these.
    pub moves: Vec<u64>,
}

/// Days to the first contact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The middle one, or between the two middle ones.
    pub median: f64,
    /// A quarter have waited at most so long.
    pub lower: i64,
    /// Three quarters have waited at most so long.
    pub upper: i64,
}

/// The figures of a half-year.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The half-year.
    pub period: HalfYear,
    /// The last day reported.
    pub until: NaiveDate,
    /// The counts; the first [`FLOW`] are the flow.
    pub cells: Vec<Cell>,
    /// The breakdowns, each after the one that its parent stands in.
    pub sums: Vec<Sum>,
    /// The first and the last day of every spell up to the last day reported, for what reports tell together.
    pub spells: Vec<(NaiveDate, Option<NaiveDate>)>,
    /// Days to the first contact of those reached.
    pub days: Option<Spread>,
    /// In the second half-year of a school year, what is counted over the whole of it.
    pub year: Option<YearCounts>,
    /// The figures that cannot be counted, each with the reason in words.
    pub uncounted: Vec<(&'static Definition, &'static str)>,
}

/// What the reports of the two half-years of a school year do not tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearCounts {
    /// Those with at least one measure.
    pub measured: u64,
    /// Why those left who left on its first day: they stand among those who left in the first half-year, but have no day
    /// in the school year.
    pub first_day: Vec<Ground>,
}

/// A sum that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {whole} != {parts}")]
pub struct Unreconciled {
    /// Of what.
    pub name: &'static str,
    /// The whole.
    pub whole: u64,
    /// What its parts make.
    pub parts: u64,
}

impl Figures {
    /// Counts a half-year. `term` is the plan's limit for the first contact, in days.
    pub fn count(facts: &Facts, term: Option<u32>) -> Self {
        Counting::new(facts).count(term)
    }

    /// Whether start + in = out + end = all + those who left on the first day, and every breakdown makes its whole.
    ///
    /// # Errors
    /// The first sum that does not hold.
    pub fn reconcile(&self) -> Result<(), Unreconciled> {
        let value = |at: usize| self.cells[at].value;
        let flow = [
            (define::PERIOD.name, value(ALL) + value(FIRST_DAY), value(START) + value(IN)),
            (define::GROUP.name, value(ALL) + value(FIRST_DAY), value(OUT) + value(END)),
        ];
        let sums = self
            .sums
            .iter()
            .map(|sum| (sum.definition.name, value(sum.parent), sum.children.iter().map(|&child| value(child)).sum()));
        flow.into_iter().chain(sums).try_for_each(|(name, whole, parts): (_, _, u64)| {
            if whole == parts { Ok(()) } else { Err(Unreconciled { name, whole, parts }) }
        })
    }

    /// Why a figure cannot be counted.
    pub fn reason(&self, definition: &Definition) -> Option<&'static str> {
        self.uncounted.iter().find(|(uncounted, _)| *uncounted == definition).map(|(_, reason)| *reason)
    }

    /// The breakdown of a definition.
    pub fn sum(&self, definition: &Definition) -> Option<usize> {
        self.sums.iter().position(|sum| sum.definition == definition)
    }
}

const NO_CONTACTS: &str = "Kan inte räknas: kommunens källor har inga uppgifter om kontakter";
const NO_TERM: &str = "Kan inte räknas: ingen frist för första kontakten är angiven";
const NO_OCCUPATIONS: &str = "Kan inte räknas: kommunens källor har inga uppgifter om sysselsättning";
const NO_OFFERS: &str = "Kan inte räknas: vid ingen kontakt står om något erbjöds";
const NO_MEASURES: &str = "Kan inte räknas: kommunens källor har inga uppgifter om åtgärder";
const NO_RESULTS: &str = "Kan inte räknas: för ingen åtgärd står vad ungdomen gjorde efteråt";
const NO_EVALUATIONS: &str = "Kan inte räknas: för ingen åtgärd står om den har utvärderats";
const OF_TERM: &[&Definition] = &[&define::TERM, &define::TERM_OUTCOME];
const OF_RESULTS: &[&Definition] = &[&define::ENDED_RESULT, &define::RETURN, &define::RETURN_RESULT];
const OF_MEASURES: &[&Definition] = &[
    &define::MEASURED,
    &define::STARTED,
    &define::STARTED_CONTENT,
    &define::STARTED_OFFER,
    &define::ENDED,
    &define::ENDED_GROUND,
    &define::ENDED_RESULT,
    &define::EVALUATED,
    &define::RETURN,
    &define::RETURN_RESULT,
    &define::KOLADA_MEASURE,
];

/// A class of a breakdown with its test.
type Class<'a, T> = (Category, Box<dyn Fn(&T) -> bool + 'a>);

struct Counting<'a> {
    facts: &'a Facts,
    first: NaiveDate,
    until: NaiveDate,
    /// In the group on the last day reported.
    group: Vec<&'a SpellFacts>,
    /// In the group on some day of the half-year.
    all: Vec<&'a SpellFacts>,
    figures: Figures,
}

impl<'a> Counting<'a> {
    fn new(facts: &'a Facts) -> Self {
        let (first, until) = (facts.period.first(), facts.until);
        Self {
            facts,
            first,
            until,
            group: facts.spells.iter().filter(|spell| spell.holds(until)).collect(),
            all: facts.spells.iter().filter(|spell| spell.last.is_none_or(|last| last >= first)).collect(),
            figures: Figures {
                period: facts.period,
                until,
                cells: Vec::new(),
                sums: Vec::new(),
                spells: facts.spells.iter().map(|spell| (spell.from, spell.last)).collect(),
                days: None,
                year: None,
                uncounted: Vec::new(),
            },
        }
    }

    fn count(mut self, term: Option<u32>) -> Figures {
        let (first, until) = (self.first, self.until);
        let before = first.pred_opt().unwrap_or(first);
        let start: Vec<&SpellFacts> = self.facts.spells.iter().filter(|spell| spell.holds(before)).collect();
        let first_day: Vec<&SpellFacts> = start.iter().copied().filter(|spell| spell.last == Some(before)).collect();
        let entered: Vec<&SpellFacts> = self.all.iter().copied().filter(|spell| spell.from >= first).collect();
        let left = self.facts.spells.iter().filter(|spell| spell.last.is_some_and(|last| last >= before));
        let left: Vec<&SpellFacts> = left.collect();
        self.cell(&define::GROUP, (before, before), start.len());
        self.cell(&define::ENTERED, (first, until), entered.len());
        self.cell(&define::LEFT, (first, until), left.len());
        self.cell(&define::GROUP, (until, until), self.group.len());
        self.cell(&define::PERIOD, (first, until), self.all.len());
        self.cell(&define::FIRST_DAY, (first, first), first_day.len());
        self.who([&start, &entered, &left, &first_day]);
        self.flows(&entered, &left);
        self.school_year();
        let sources = self.facts.sources;
        if self.can_count(sources.contacts, NO_CONTACTS, &[&define::CONTACT, &define::UNREACHED, &define::DAYS]) {
            self.contact();
        }
        match term {
            Some(days) if self.can_count(sources.contacts, NO_CONTACTS, OF_TERM) => self.term(days),
            Some(_) => {}
            None => _ = self.can_count(false, NO_TERM, OF_TERM),
        }
        if self.can_count(
            sources.occupations,
            NO_OCCUPATIONS,
            &[&define::KNOWN, &define::KNOWN_HOW, &define::KNOWN_WHAT],
        ) {
            self.occupation();
        }
        if self.can_count(sources.offers, NO_OFFERS, &[&define::OFFERED]) {
            self.offered();
        }
        if self.can_count(sources.measures, NO_MEASURES, OF_MEASURES) {
            self.measures();
        }
        self.figures
    }

    /// Whether figures can be counted; if not, the reason is kept.
    fn can_count(&mut self, can: bool, reason: &'static str, definitions: &[&'static Definition]) -> bool {
        if !can {
            self.figures.uncounted.extend(definitions.iter().map(|&definition| (definition, reason)));
        }
        can
    }

    fn cell(&mut self, definition: &'static Definition, (from, to): (NaiveDate, NaiveDate), count: usize) -> usize {
        let value = count as u64;
        self.figures.cells.push(Cell { definition, category: Category::whole(), from, to, value, people: value });
        self.figures.cells.len() - 1
    }

    /// Breaks a whole down; gives the sum.
    fn split<T>(
        &mut self,
        definition: &'static Definition,
        parent: usize,
        whole: &[&T],
        classes: Vec<Class<'_, T>>,
        person: impl Fn(&T) -> usize,
    ) -> usize {
        let days = (self.figures.cells[parent].from, self.figures.cells[parent].to);
        let counted = classes.into_iter().map(|(category, holds)| {
            let of_class: Vec<&&T> = whole.iter().filter(|one| holds(one)).collect();
            let people: BTreeSet<usize> = of_class.iter().map(|one| person(one)).collect();
            (category, days, of_class.len() as u64, people.len() as u64)
        });
        let counted: Vec<_> = counted.collect();
        self.add(definition, parent, counted)
    }

    fn add(
        &mut self,
        definition: &'static Definition,
        parent: usize,
        counted: Vec<(Category, (NaiveDate, NaiveDate), u64, u64)>,
    ) -> usize {
        let first = self.figures.cells.len();
        for (category, (from, to), value, people) in counted {
            self.figures.cells.push(Cell { definition, category, from, to, value, people });
        }
        let children = (first..self.figures.cells.len()).collect();
        self.figures.sums.push(Sum { definition, parent, children, compared: Vec::new(), moves: Vec::new() });
        self.figures.sums.len() - 1
    }

    /// Breaks spells down. Every spell counts as a person of its own.
    fn spells(
        &mut self,
        definition: &'static Definition,
        parent: usize,
        whole: &[&SpellFacts],
        classes: Vec<Class<'_, SpellFacts>>,
    ) -> usize {
        let sum = self.split(definition, parent, whole, classes, |_| 0);
        for &child in &self.figures.sums[sum].children {
            self.figures.cells[child].people = self.figures.cells[child].value;
        }
        sum
    }

    /// Who they are: `flow` has those of the start, those who entered, who left, and who left on the first day.
    fn who(&mut self, flow: [&[&SpellFacts]; 4]) {
        let [start, entered, left, first_day] = flow;
        let (group, all) = (self.group.clone(), self.all.clone());
        let by_age = self.spells(&define::GROUP_AGE, END, &group, ages());
        let by_sex = self.spells(&define::GROUP_SEX, END, &group, sexes());
        let by_reason = self.spells(&define::GROUP_REASON, END, &group, reasons());
        let came = self.spells(&define::ENTERED_REASON, IN, entered, reasons());
        for (definition, classes, compared) in [
            (&define::PERIOD_AGE, ages(), vec![by_age]),
            (&define::PERIOD_SEX, sexes(), vec![by_sex]),
            (&define::PERIOD_REASON, reasons(), vec![by_reason, came]),
        ] {
            let sum = self.spells(definition, ALL, &all, classes);
            self.figures.sums[sum].compared = compared;
        }
        let moves = |parts: &[&[&SpellFacts]], classes: Vec<Class<'_, SpellFacts>>| -> Vec<u64> {
            let count = |holds: &dyn Fn(&SpellFacts) -> bool| -> Vec<u64> {
                parts.iter().map(|part| part.iter().filter(|spell| holds(spell)).count() as u64).collect()
            };
            classes.iter().flat_map(|(_, holds)| count(holds)).collect()
        };
        // With all of a class, those who left on the first day are what start and in have more, and the rest of the start
        // and of those who left are known too.
        let stayed: Vec<&SpellFacts> = all.iter().copied().filter(|spell| spell.from < self.first).collect();
        let left_later: Vec<&SpellFacts> = all.iter().copied().filter(|spell| spell.last.is_some()).collect();
        let of_all = [start, entered, left, first_day, &stayed, &left_later];
        for (definition, moves) in [
            (&define::PERIOD_SEX, moves(&of_all, sexes())),
            (&define::PERIOD_REASON, moves(&of_all, reasons())),
            (&define::ENTERED_REASON, moves(&of_all[..3], reasons())),
        ] {
            if let Some(sum) = self.figures.sum(definition) {
                self.figures.sums[sum].moves = moves;
            }
        }
        self.figures.sums[came].compared = vec![by_reason];
        let flagged = vec![
            class("ATT_UTREDA", "Har något att utreda", |spell: &SpellFacts| spell.flagged),
            class("UTAN", "Inget att utreda", |spell: &SpellFacts| !spell.flagged),
        ];
        self.spells(&define::FLAGGED, END, &group, flagged);
    }

    fn flows(&mut self, entered: &[&SpellFacts], left: &[&SpellFacts]) {
        let months = months(self.first, self.until);
        let by_month = |days: Vec<NaiveDate>| -> Vec<(Category, (NaiveDate, NaiveDate), u64, u64)> {
            let of = |(from, to): (NaiveDate, NaiveDate)| {
                let count = days.iter().filter(|&&day| from <= day && day <= to).count() as u64;
                let code = format!("{:04}-{:02}", from.year(), from.month());
                (Category { code: code.into(), label: month_name(from).into() }, (from, to), count, count)
            };
            months.iter().copied().map(of).collect()
        };
        let came = by_month(entered.iter().map(|spell| spell.from).collect());
        let went = by_month(left.iter().filter_map(|spell| spell.last.map(next_day)).collect());
        self.add(&define::ENTERED_MONTH, IN, came);
        self.add(&define::LEFT_MONTH, OUT, went);
        let grounds = Ground::ALL
            .iter()
            .map(|&ground| test(Category::coded(ground), move |spell: &SpellFacts| spell.ground == Some(ground)))
            .collect();
        self.spells(&define::LEFT_GROUND, OUT, left, grounds);
    }

    fn contact(&mut self) {
        let group = self.group.clone();
        let contact = vec![
            class("NADDA", "Nådda", |spell: &SpellFacts| spell.first_contact.is_some()),
            class("EJ_NADDA", "Inte nådda", |spell: &SpellFacts| spell.first_contact.is_none()),
        ];
        let contact = self.spells(&define::CONTACT, END, &group, contact);
        let parent = self.figures.sums[contact].children[1];
        let unreached: Vec<&SpellFacts> = group.iter().copied().filter(|spell| spell.first_contact.is_none()).collect();
        let attempts = vec![
            class("FORSOK_UTAN_SVAR", "Försök utan svar", |spell: &SpellFacts| spell.attempted),
            class("ALDRIG_KONTAKTADE", "Aldrig kontaktade", |spell: &SpellFacts| !spell.attempted),
        ];
        self.spells(&define::UNREACHED, parent, &unreached, attempts);
        let waited = group.iter().filter_map(|spell| Some((spell.first_contact? - spell.from).num_days().max(0)));
        self.figures.days = spread(waited.collect());
    }

    /// What is known of what the group does.
    fn occupation(&mut self) {
        let group = self.group.clone();
        let occupation = |spell: &SpellFacts| spell.occupation.filter(|(what, _)| *what != Occupation::Unknown);
        let known = self.spells(
            &define::KNOWN,
            END,
            &group,
            vec![
                class("KAND", "Känd", move |spell: &SpellFacts| occupation(spell).is_some()),
                class("OKAND", "Okänd", move |spell: &SpellFacts| occupation(spell).is_none()),
            ],
        );
        let parent = self.figures.sums[known].children[0];
        let known: Vec<&SpellFacts> = group.iter().copied().filter(|spell| occupation(spell).is_some()).collect();
        let by_youth = move |spell: &SpellFacts| occupation(spell).is_some_and(|(_, by_youth)| by_youth);
        self.spells(
            &define::KNOWN_HOW,
            parent,
            &known,
            vec![
                class("KONTAKT", "Genom kontakt med ungdomen", by_youth),
                class("ANNAT_SATT", "På annat sätt", move |spell: &SpellFacts| !by_youth(spell)),
            ],
        );
        let what = Occupation::ALL
            .iter()
            .filter(|&&what| what != Occupation::Unknown)
            .map(|&what| {
                test(Category::coded(what), move |spell: &SpellFacts| {
                    occupation(spell).is_some_and(|(is, _)| is == what)
                })
            })
            .collect();
        self.spells(&define::KNOWN_WHAT, parent, &known, what);
    }

    fn offered(&mut self) {
        let group = self.group.clone();
        let offered = vec![
            class("ERBJUDNA", "Erbjudna", |spell: &SpellFacts| spell.offered),
            class("EJ_ERBJUDNA", "Inte erbjudna", |spell: &SpellFacts| !spell.offered),
        ];
        self.spells(&define::OFFERED, END, &group, offered);
    }

    /// Who was reached within the plan's limit.
    fn term(&mut self, days: u32) {
        let (first, until) = (self.first, self.until);
        let limit = move |spell: &SpellFacts| plus(spell.from, days);
        let due: Vec<&SpellFacts> = self
            .all
            .iter()
            .copied()
            .filter(|spell| (first..=until).contains(&limit(spell)) && spell.holds(limit(spell)))
            .collect();
        let parent = self.cell(&define::TERM, (first, until), due.len());
        let within = move |spell: &SpellFacts| spell.first_contact.is_some_and(|day| day <= limit(spell));
        self.spells(
            &define::TERM_OUTCOME,
            parent,
            &due,
            vec![
                class("INOM", "Nådda inom fristen", within),
                class("EJ_INOM", "Inte nådda inom fristen", move |spell: &SpellFacts| !within(spell)),
            ],
        );
    }

    fn school_year(&mut self) {
        let until = self.until;
        if is_spring(self.facts.period) {
            let autumn = self.facts.period.before().first();
            let spells = self.facts.spells.iter();
            let left = spells.clone().filter(|spell| spell.last.is_some_and(|last| next_day(last) == autumn));
            self.figures.year = Some(YearCounts {
                measured: spells.filter(|spell| spell.had_measure(autumn, until)).count() as u64,
                first_day: left.filter_map(|spell| spell.ground).collect(),
            });
        }
    }

    fn measures(&mut self) {
        let (first, until) = (self.first, self.until);
        let all = self.all.clone();
        let measured = vec![
            class("I_ATGARD", "I minst en åtgärd", move |spell: &SpellFacts| spell.had_measure(first, until)),
            class("UTAN_ATGARD", "Ingen åtgärd", move |spell: &SpellFacts| !spell.had_measure(first, until)),
        ];
        self.spells(&define::MEASURED, ALL, &all, measured);
        let person = |measure: &MeasureFacts| measure.person;
        let started: Vec<&MeasureFacts> = self.facts.measures.iter().filter(|measure| measure.start >= first).collect();
        let parent = self.of_measures(&define::STARTED, &started);
        let contents = MeasureContent::ALL
            .iter()
            .map(|&content| test(Category::coded(content), move |measure: &MeasureFacts| measure.content == content))
            .collect();
        self.split(&define::STARTED_CONTENT, parent, &started, contents, person);
        let named: BTreeSet<&str> = started.iter().filter_map(|measure| measure.offer.as_deref()).collect();
        let mut offers: Vec<Class<'_, MeasureFacts>> = named
            .into_iter()
            .map(|name| {
                let category = Category { code: name.to_owned().into(), label: name.to_owned().into() };
                test(category, move |measure: &MeasureFacts| measure.offer.as_deref() == Some(name))
            })
            .collect();
        offers.push(class("UTAN_INSATS", "Ingen insats angiven", |measure: &MeasureFacts| measure.offer.is_none()));
        self.split(&define::STARTED_OFFER, parent, &started, offers, person);
        let ended: Vec<&MeasureFacts> = self.ended().collect();
        let parent = self.of_measures(&define::ENDED, &ended);
        let mut grounds: Vec<Class<'_, MeasureFacts>> = MeasureEnd::ALL
            .iter()
            .map(|&ground| test(Category::coded(ground), move |one: &MeasureFacts| one.end_ground == Some(ground)))
            .collect();
        grounds.push(class("SAKNAS", "Ingen grund angiven", |measure: &MeasureFacts| measure.end_ground.is_none()));
        self.split(&define::ENDED_GROUND, parent, &ended, grounds, person);
        let mut results: Vec<Class<'_, MeasureFacts>> = OccupationAfter::ALL
            .iter()
            .map(|&result| test(Category::coded(result), move |one: &MeasureFacts| one.result == Some(result)))
            .collect();
        results.push(class("SAKNAS", "Ingen uppgift", |measure: &MeasureFacts| measure.result.is_none()));
        if self.can_count(self.facts.sources.results, NO_RESULTS, OF_RESULTS) {
            self.split(&define::ENDED_RESULT, parent, &ended, results, person);
            self.goal();
        }
        if !self.can_count(self.facts.sources.evaluations, NO_EVALUATIONS, &[&define::EVALUATED]) {
            return;
        }
        let evaluated = vec![
            class("UTVARDERADE", "Utvärderade", |measure: &MeasureFacts| measure.evaluated),
            class("EJ_UTVARDERADE", "Inte utvärderade", |measure: &MeasureFacts| !measure.evaluated),
        ];
        self.split(&define::EVALUATED, parent, &ended, evaluated, person);
    }

    fn ended(&self) -> impl Iterator<Item = &'a MeasureFacts> + use<'a> {
        let first = self.first;
        self.facts.measures.iter().filter(move |measure| measure.end.is_some_and(|end| end >= first))
    }

    /// A whole of measures, with the youths behind it.
    fn of_measures(&mut self, definition: &'static Definition, measures: &[&MeasureFacts]) -> usize {
        let parent = self.cell(definition, (self.first, self.until), measures.len());
        let people: BTreeSet<usize> = measures.iter().map(|measure| measure.person).collect();
        self.figures.cells[parent].people = people.len() as u64;
        parent
    }

    /// Nacka's goal: back to studies or work after a measure of the municipality.
    fn goal(&mut self) {
        let counts = |measure: &&MeasureFacts| {
            measure.reason == Reason::Interrupted && measure.content != MeasureContent::OtherActor
        };
        let mut latest: BTreeMap<usize, &MeasureFacts> = BTreeMap::new();
        for measure in self.ended().filter(counts) {
            let kept = latest.entry(measure.person).or_insert(measure);
            if (measure.end, measure.start) > (kept.end, kept.start) {
                *kept = measure;
            }
        }
        let last: Vec<&MeasureFacts> = latest.into_values().collect();
        let parent = self.of_measures(&define::RETURN, &last);
        let back = |measure: &MeasureFacts| measure.result.is_some_and(is_studies_or_work);
        let results = vec![
            class("STUDIER_ELLER_ARBETE", "Åter i studier eller arbete", back),
            class("ANNAT", "Annat eller okänt", move |measure: &MeasureFacts| !back(measure)),
        ];
        self.split(&define::RETURN_RESULT, parent, &last, results, |measure| measure.person);
    }
}

fn is_studies_or_work(result: OccupationAfter) -> bool {
    use OccupationAfter as After;
    matches!(
        result,
        After::NationalProgramme
            | After::IntroductoryProgramme
            | After::AdultEducation
            | After::FolkHighSchool
            | After::OtherStudies
            | After::Work
    )
}

fn test<'a, T>(category: Category, holds: impl Fn(&T) -> bool + 'a) -> Class<'a, T> {
    (category, Box::new(holds))
}

fn class<'a, T>(code: &'static str, label: &'static str, holds: impl Fn(&T) -> bool + 'a) -> Class<'a, T> {
    test(Category::of(code, label), holds)
}

fn ages<'a>() -> Vec<Class<'a, SpellFacts>> {
    vec![
        class("16", "16 år eller yngre", |spell: &SpellFacts| spell.age <= 16),
        class("17", "17 år", |spell: &SpellFacts| spell.age == 17),
        class("18", "18 år", |spell: &SpellFacts| spell.age == 18),
        class("19", "19 år", |spell: &SpellFacts| spell.age >= 19),
    ]
}

fn sexes<'a>() -> Vec<Class<'a, SpellFacts>> {
    vec![
        class("KVINNOR", "Kvinnor", |spell: &SpellFacts| spell.woman),
        class("MAN", "Män", |spell: &SpellFacts| !spell.woman),
    ]
}

fn reasons<'a>() -> Vec<Class<'a, SpellFacts>> {
    let of = |&reason: &Reason| test(Category::coded(reason), move |spell: &SpellFacts| spell.reason == reason);
    Reason::ALL.iter().map(of).collect()
}

/// The months of a half-year up to the last day reported, each with the days that are reported.
fn months(first: NaiveDate, until: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    const MONTHS: u32 = 6;
    let starts = (0..=MONTHS).filter_map(|month| first.checked_add_months(chrono::Months::new(month)));
    let starts: Vec<NaiveDate> = starts.collect();
    starts
        .windows(2)
        .filter(|pair| pair[0] <= until)
        .map(|pair| (pair[0], pair[1].pred_opt().unwrap_or(pair[1]).min(until)))
        .collect()
}

fn month_name(day: NaiveDate) -> &'static str {
    const NAMES: [&str; 12] = [
        "Januari",
        "Februari",
        "Mars",
        "April",
        "Maj",
        "Juni",
        "Juli",
        "Augusti",
        "September",
        "Oktober",
        "November",
        "December",
    ];
    NAMES[day.month0() as usize]
}

/// The median, and the quartiles: the least values that a quarter and three quarters do not exceed.
fn spread(mut values: Vec<i64>) -> Option<Spread> {
    values.sort_unstable();
    let quarter = |quarters: usize| values.get((values.len() * quarters).div_ceil(4).saturating_sub(1)).copied();
    let (low, high) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    #[expect(clippy::cast_precision_loss, reason = "days since a youth entered the group are few")]
    let median = (low + high) as f64 / 2.0;
    Some(Spread { median, lower: quarter(1)?, upper: quarter(3)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_the_median_and_the_quartiles() {
        let of = |values: &[i64]| spread(values.to_vec()).map(|spread| (spread.lower, spread.median, spread.upper));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), Some((7, 7.0, 7)));
        assert_eq!(of(&[40, 0, 10, 30, 20]), Some((10, 20.0, 30)));
        assert_eq!(of(&[1, 2, 3, 4]), Some((1, 2.5, 3)));
        assert_eq!(of(&[0, 1, 2, 3, 4, 5, 6, 7]), Some((1, 3.5, 5)));
    }

    #[test]
    fn an_unfinished_half_year_has_the_months_that_are_reported() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let of = |until| months(day("2026-07-01"), day(until));
        assert_eq!(of("2026-12-31").len(), 6);
        assert_eq!(of("2026-12-31")[5], (day("2026-12-01"), day("2026-12-31")));
        assert_eq!(of("2026-08-05"), [(day("2026-07-01"), day("2026-07-31")), (day("2026-08-01"), day("2026-08-05"))]);
    }
}
