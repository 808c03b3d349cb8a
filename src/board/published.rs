//! What a report publishes: the counts that may be shown, the shares made of them, and `nyckeltal.csv`, which earlier
//! reports are known by. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::definitions::{self as define, Definition};
use super::facts::is_spring;
use super::figures::{Cell, END, Figures, IN, Identity, OUT, Spread, YearCounts};
use super::suppression::{Known, Shown, suppress};
use crate::calendar::HalfYear;
use crate::config::Board;
use crate::records::{Coded, Ground};
use crate::report::{CsvFile, Field, Holds, Resource, code_list};

/// The fewest persons that a share or a spread is shown of.
pub const FEWEST: u64 = 10;
/// An earlier report of the municipality, as its `nyckeltal.csv` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its half-year.
    pub period: HalfYear,
    /// What it published.
    pub known: Known,
}

/// A share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// In whole per cent, halves up.
    pub fn percent(self) -> u64 {
        (self.part * 200 + self.whole) / (2 * self.whole.max(1))
    }

    /// In tenths of a per cent, halves up.
    pub fn per_mille(self) -> u64 {
        (self.part * 2_000 + self.whole) / (2 * self.whole.max(1))
    }
}

/// Why a figure is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Some of what it is made of is hidden.
    Hidden,
    /// It would say too much, or too little, about fewer than ten.
    TooFew,
    /// It cannot be computed.
    Because(String),
}

impl Missing {
    /// In words, after the figure's name.
    pub fn words(&self) -> &str {
        match self {
            Self::Hidden => "Visas inte: talen är för små",
            Self::TooFew => "Visas inte: färre än tio",
            Self::Because(why) => why,
        }
    }
}

/// A report before it is written.
#[derive(Clone, Debug)]
pub struct Report {
    /// All counts.
    pub figures: Figures,
    /// For each count whether it is shown.
    pub shown: Vec<Shown>,
    /// Reports of earlier half-years, the latest revision of each.
    pub earlier: Vec<Earlier>,
    /// The Kolada measures of the school year that the half-year ends.
    pub kolada: Vec<(&'static Definition, Result<Share, Missing>)>,
}

impl Report {
    /// Decides what of the figures is published. `others` are all reports on disk, of whatever half-year, oldest first.
    pub fn new(figures: Figures, others: &[Earlier], board: &Board) -> Self {
        let mut known = Known::default();
        for other in others {
            for (identity, value) in &other.known.counts {
                let entry = known.counts.entry(identity.clone()).or_insert(*value);
                *entry = value.or(*entry);
            }
            known.withdrawn.extend(other.known.withdrawn.iter().cloned());
            known.values.extend(other.known.values.iter().cloned());
        }
        let shown = suppress(&figures, &known, board.limit);
        let mut earlier: BTreeMap<HalfYear, Earlier> = BTreeMap::new();
        for other in others.iter().filter(|other| other.period < figures.period) {
            earlier.insert(other.period, other.clone());
        }
        let mut report = Self { figures, shown, earlier: earlier.into_values().collect(), kolada: Vec::new() };
        report.kolada = report.kolada_measures(board);
        report
    }

    /// The report of an earlier half-year, if there is one.
    pub fn of(&self, period: HalfYear) -> Option<&Earlier> {
        self.earlier.iter().find(|earlier| earlier.period == period)
    }

    /// A count by its index, if it is shown.
    pub fn value(&self, at: usize) -> Option<u64> {
        (self.shown[at] == Shown::Yes).then(|| self.figures.cells[at].value)
    }

    /// The index of a whole.
    pub fn whole(&self, definition: &Definition) -> Option<usize> {
        if *definition == define::GROUP {
            return Some(END);
        }
        self.figures.cells.iter().position(|cell| cell.definition == definition && cell.category.code.is_empty())
    }

    /// The index of a class of a breakdown with that of its whole.
    pub fn class(&self, definition: &Definition, category: &str) -> Option<(usize, usize)> {
        let sum = &self.figures.sums[self.figures.sum(definition)?];
        let child = sum.children.iter().find(|&&child| self.figures.cells[child].category.code == category)?;
        Some((*child, sum.parent))
    }

    /// The share of a class in its whole.
    ///
    /// # Errors
    /// Why it is not shown.
    pub fn share(&self, definition: &Definition, category: &str) -> Result<Share, Missing> {
        let (child, parent) = self.class(definition, category).ok_or_else(|| self.missing(definition))?;
        self.share_of(child, parent)
    }

    /// Why a figure is not there.
    pub fn missing(&self, definition: &Definition) -> Missing {
        self.figures.reason(definition).map_or(Missing::Hidden, |reason| Missing::Because(reason.to_owned()))
    }

    /// The share of one count in another.
    ///
    /// # Errors
    /// Why it is not shown.
    pub fn share_of(&self, part: usize, whole: usize) -> Result<Share, Missing> {
        let (Some(part), Some(whole)) = (self.value(part), self.value(whole)) else { return Err(Missing::Hidden) };
        if whole < FEWEST { Err(Missing::TooFew) } else { Ok(Share { part, whole }) }
    }

    /// Days to the first contact of those reached.
    ///
    /// # Errors
    /// Why it is not shown.
    pub fn days(&self) -> Result<Spread, Missing> {
        if let Some(reason) = self.figures.reason(&define::DAYS) {
            return Err(Missing::Because(reason.to_owned()));
        }
        let reached = self.class(&define::CONTACT, "NADDA").and_then(|(child, _)| self.value(child));
        match (reached, self.figures.days) {
            (Some(reached), Some(days)) if reached >= FEWEST => Ok(days),
            (None, _) => Err(Missing::Hidden),
            _ => Err(Missing::TooFew),
        }
    }

    /// How much is shown and hidden, and the flow as far as it is shown, by their names in `korning.json`.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        let shown = self.shown.iter().filter(|shown| **shown == Shown::Yes).count() as u64;
        let flow = [(END, "i_gruppen"), (IN, "kom_in"), (OUT, "lamnade")];
        let flow = flow.into_iter().filter_map(|(at, name)| Some((name.to_owned(), self.value(at)?)));
        let extent = [("visade", shown), ("dolda", self.shown.len() as u64 - shown)];
        flow.chain(extent.map(|(name, count)| (name.to_owned(), count))).collect()
    }

    fn kolada_measures(&self, board: &Board) -> Vec<(&'static Definition, Result<Share, Missing>)> {
        let all = [&define::KOLADA_SHARE, &define::KOLADA_MOVED, &define::KOLADA_PROGRAMME, &define::KOLADA_MEASURE];
        match self.school_year() {
            Ok(year) => vec![
                (all[0], year.of_inhabitants(board)),
                (all[1], year.left_for(&MOVED, &PROGRAMME, board.limit)),
                (all[2], year.left_for(&PROGRAMME, &MOVED, board.limit)),
                (all[3], year.in_measures(board.limit)),
            ],
            Err(missing) => all.map(|definition| (definition, Err(missing.clone()))).to_vec(),
        }
    }

    /// The school year that the half-year ends, made of what its two reports show.
    fn school_year(&self) -> Result<SchoolYear<'_>, Missing> {
        let period = self.figures.period;
        let because = |why: &str| Err(Missing::Because(why.to_owned()));
        if !is_spring(period) {
            return because("Räknas på läsåret (juli-juni): finns i rapporten för första halvåret");
        }
        if self.figures.until < period.last() {
            return because("Räknas när halvåret är slut");
        }
        let autumn = period.before();
        let Some(before) = self.of(autumn) else {
            return Err(Missing::Because(format!("Rapporten för {autumn} finns inte i programmet")));
        };
        let all_autumn = before.total(define::PERIOD.key, "", autumn.last()).ok_or(Missing::Hidden)?;
        let came = self.value(IN).ok_or(Missing::Hidden)?;
        let Some(counts) = &self.figures.year else { return Err(Missing::Hidden) };
        Ok(SchoolYear { report: self, before, counts, whole: all_autumn + came })
    }

    /// The description of `nyckeltal.csv`.
    pub fn key_figures_described() -> Resource {
        let about = "En rad för varje tal i rapporten, och för varje tal som inte visas.";
        Resource::of(&CsvFile::new("nyckeltal", "Nyckeltal", about), columns().iter())
    }

    /// The rows of `nyckeltal.csv`: UTF-8 with byte order mark, `;`, CRLF.
    pub fn key_figures(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        let mut of_sum: Vec<Option<usize>> = vec![None; self.figures.cells.len()];
        for sum in &self.figures.sums {
            sum.children.iter().for_each(|&child| of_sum[child] = Some(sum.parent));
        }
        for (at, cell) in self.figures.cells.iter().enumerate() {
            if self.shown[at] != Shown::Withdrawn {
                rows.push(self.row(cell, at, of_sum[at]));
            }
        }
        for sum in &self.figures.sums {
            let withdrawn = sum.children.iter().any(|&child| self.shown[child] == Shown::Withdrawn);
            if withdrawn {
                let parent = &self.figures.cells[sum.parent];
                let days = (parent.from, parent.to);
                rows.push(self.line(
                    sum.definition,
                    "",
                    days,
                    [String::new(), String::new(), String::new()],
                    true,
                    "Fördelningen visas inte: talen är för små",
                ));
            }
        }
        let period = (self.figures.period.first(), self.figures.until);
        let until = (self.figures.until, self.figures.until);
        match self.days() {
            Ok(days) => {
                let values = [
                    ("MEDIAN", tenths(days.median)),
                    ("UNDRE_KVARTIL", days.lower.to_string()),
                    ("OVRE_KVARTIL", days.upper.to_string()),
                ];
                for (category, value) in values {
                    rows.push(self.line(
                        &define::DAYS,
                        category,
                        until,
                        [value, String::new(), String::new()],
                        false,
                        "",
                    ));
                }
            }
            Err(missing) => rows.push(self.without_value(&define::DAYS, "MEDIAN", until, &missing)),
        }
        for (definition, reason) in &self.figures.uncounted {
            // These two have a row of their own.
            if ![&define::DAYS, &define::KOLADA_MEASURE].contains(definition) {
                let missing = Missing::Because((*reason).to_owned());
                rows.push(self.without_value(definition, "", period, &missing));
            }
        }
        for (definition, result) in &self.kolada {
            let days =
                if is_spring(self.figures.period) { (self.figures.period.before().first(), period.1) } else { period };
            rows.push(match result {
                Ok(share) => self.line(definition, "", days, share_texts(*share), false, ""),
                Err(missing) => self.without_value(definition, "", days, missing),
            });
        }
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        // Writing to memory does not fail, and every row is as long as the header.
        let _ = writer.write_record(columns().iter().map(|field| field.name));
        for row in rows {
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }

    fn row(&self, cell: &Cell, at: usize, parent: Option<usize>) -> [String; 12] {
        let share = parent.map(|parent| self.share_of(at, parent));
        let [_, whole, percent] = share.and_then(Result::ok).map(share_texts).unwrap_or_default();
        let value = self.value(at);
        let note = if value.is_none() { "Talet är litet, eller skulle avslöja ett litet tal" } else { "" };
        let texts = [value.map(|value| value.to_string()).unwrap_or_default(), whole, percent];
        self.line(cell.definition, &cell.category.code, (cell.from, cell.to), texts, value.is_none(), note)
    }

    fn without_value(
        &self,
        definition: &Definition,
        category: &str,
        days: (NaiveDate, NaiveDate),
        missing: &Missing,
    ) -> [String; 12] {
        let is_hidden = !matches!(missing, Missing::Because(_));
        self.line(definition, category, days, <[String; 3]>::default(), is_hidden, missing.words())
    }

    fn line(
        &self,
        definition: &Definition,
        category: &str,
        (from, to): (NaiveDate, NaiveDate),
        [value, whole, percent]: [String; 3],
        hidden: bool,
        note: &str,
    ) -> [String; 12] {
        [
            definition.key.to_owned(),
            category.to_owned(),
            definition.id.to_owned(),
            definition.name.to_owned(),
            self.figures.period.to_string(),
            from.to_string(),
            to.to_string(),
            value,
            whole,
            percent,
            if hidden { "J" } else { "N" }.to_owned(),
            note.to_owned(),
        ]
    }
}

/// The columns of `nyckeltal.csv`.
fn columns() -> [Field; 12] {
    let field = |name, title, holds, about| Field { name, title, about, holds, required: false };
    let always = |name, title, holds, about| Field { required: true, ..field(name, title, holds, about) };
    let keys = code_list(define::ALL.iter().map(|figure| (figure.key, figure.name)));
    let ids = code_list(define::ALL.iter().map(|figure| (figure.id, figure.name)));
    [
        always("nyckel", "Nyckel", Holds::Code(keys), "Vilket mått det är."),
        field("kategori", "Kategori", Holds::Text, "Vilken del av måttet; tomt: hela."),
        always("definition", "Definition", Holds::Code(ids), "Måttets id på bladet Metod."),
        always("namn", "Namn", Holds::Text, "Måttets namn."),
        always("period", "Period", Holds::HalfYear, "Halvåret som rapporten gäller."),
        always("fran", "Från", Holds::Day, "Första dagen som räknas."),
        always("till", "Till", Holds::Day, "Sista dagen som räknas."),
        field("varde", "Värde", Holds::Decimal, "Talet; tomt: det visas inte."),
        field("namnare", "Nämnare", Holds::Count, "Det som andelen är en del av."),
        field("andel", "Andel", Holds::Decimal, "Procent med en decimal."),
        always(
            "dold",
            "Dold",
            Holds::YesNo,
            "J: talet visas inte, för att det är litet eller skulle avslöja ett litet tal.",
        ),
        field("anmarkning", "Anmärkning", Holds::Text, "Varför talet inte visas eller inte kan räknas."),
    ]
}

/// Numerator, denominator and per cent with one decimal.
fn share_texts(share: Share) -> [String; 3] {
    let tenths = share.per_mille();
    [share.part.to_string(), share.whole.to_string(), format!("{},{}", tenths / 10, tenths % 10)]
}

/// A number of days that is whole or a half, with a decimal comma.
pub fn tenths(days: f64) -> String {
    if days.fract() == 0.0 { format!("{days:.0}") } else { format!("{days:.1}").replace('.', ",") }
}

/// A school year by the reports of its two half-years, so that it tells nothing that they do not.
struct SchoolYear<'r> {
    report: &'r Report,
    before: &'r Earlier,
    counts: &'r YearCounts,
    whole: u64,
}

/// The grounds of those who moved.
const MOVED: [Ground; 2] = [Ground::MovedOut, Ground::Emigrated];
/// The ground of those who began a national programme.
const PROGRAMME: [Ground; 1] = [Ground::NationalProgramme];

impl SchoolYear<'_> {
    fn share(&self, part: u64) -> Result<Share, Missing> {
        if self.whole < FEWEST { Err(Missing::TooFew) } else { Ok(Share { part, whole: self.whole }) }
    }

    fn of_inhabitants(&self, board: &Board) -> Result<Share, Missing> {
        let year = self.before.period.year();
        let inhabitants = board.inhabitants.get(&year).copied().ok_or_else(|| {
            Missing::Because(format!(
                "Kan inte räknas: invånare 16-19 år den 31 december {year} enligt SCB är inte angivna"
            ))
        })?;
        Ok(Share { part: self.whole, whole: inhabitants })
    }

    /// Those who left on the first day of the school year stand in the first report but have no day in the year. They are
    /// taken off when the difference from the reports tells no small count, neither of these grounds nor, beside the
    /// measure of the `others`, of any.
    fn left_for(&self, grounds: &[Ground], others: &[Ground], limit: u64) -> Result<Share, Missing> {
        let spring = |ground: &Ground| {
            let (child, _) = self.report.class(&define::LEFT_GROUND, ground.code())?;
            self.report.value(child)
        };
        let until = self.before.period.last();
        let autumn = |ground: &Ground| self.before.total(define::LEFT_GROUND.key, ground.code(), until);
        let left = grounds.iter().map(|ground| Some(spring(ground)? + autumn(ground)?)).sum::<Option<u64>>();
        let first = self.before.period.first();
        let first_day = self.before.total(define::FIRST_DAY.key, "", first);
        let (Some(left), Some(first_day)) = (left, first_day) else { return Err(Missing::Hidden) };
        let of =
            |grounds: &[Ground]| self.counts.first_day.iter().filter(|ground| grounds.contains(ground)).count() as u64;
        let (own, other) = (of(grounds), of(others));
        let told = [Some(own), Some(other), first_day.checked_sub(own + other)];
        match left.checked_sub(own) {
            Some(part) if told.iter().all(|count| is_safe(*count, limit)) => self.share(part),
            _ => Err(Missing::Hidden),
        }
    }

    /// Who was in a measure in both half-years counts once, so that this is no sum. It is shown when no difference from
    /// the half-years is a small count.
    fn in_measures(&self, limit: u64) -> Result<Share, Missing> {
        let year = self.counts.measured;
        if let Some(reason) = self.report.figures.reason(&define::KOLADA_MEASURE) {
            return Err(Missing::Because(reason.to_owned()));
        }
        let spring = self.report.class(&define::MEASURED, "I_ATGARD").and_then(|(child, _)| self.report.value(child));
        let autumn = self.before.total(define::MEASURED.key, "I_ATGARD", self.before.period.last());
        let (Some(spring), Some(autumn)) = (spring, autumn) else { return Err(Missing::Hidden) };
        let safe = |more: u64, less: u64| is_safe(more.checked_sub(less), limit);
        let told = safe(year, spring) && safe(year, autumn) && safe(spring + autumn, year) && safe(self.whole, year);
        if told { self.share(year) } else { Err(Missing::Hidden) }
    }
}

/// Whether a difference tells no small count.
fn is_safe(difference: Option<u64>, limit: u64) -> bool {
    difference.is_some_and(|rest| rest == 0 || rest >= limit)
}

impl Earlier {
    /// A count up to a day, if the report shows it.
    pub fn total(&self, key: &str, category: &str, to: NaiveDate) -> Option<u64> {
        let wanted = |identity: &&Identity| identity.key == key && identity.category == category && identity.to == to;
        self.known.counts.iter().find(|(identity, _)| wanted(identity)).and_then(|(_, value)| *value)
    }

    /// Whether the report tells of a figure, shown or hidden.
    pub fn has(&self, definition: &Definition) -> bool {
        self.known.counts.keys().chain(&self.known.withdrawn).any(|of| of.key == definition.key)
    }

    /// A count up to the last day that the report tells of.
    pub fn latest(&self, key: &str, category: &str) -> Option<u64> {
        let of_figure = |identity: &&Identity| identity.key == key && identity.category == category;
        let found = self.known.counts.iter().filter(|(identity, _)| of_figure(identity));
        found.max_by_key(|(identity, _)| identity.to).and_then(|(_, value)| *value)
    }

    /// The share of a class in its whole, by what the report shows.
    pub fn share(&self, definition: &Definition, category: &str) -> Option<Share> {
        let (part, whole) = (self.latest(definition.key, category)?, self.whole_of(definition, category)?);
        (whole >= FEWEST).then_some(Share { part, whole })
    }

    /// The whole of a breakdown: all its classes, when none is hidden.
    fn whole_of(&self, definition: &Definition, category: &str) -> Option<u64> {
        let to = |identity: &Identity| {
            (identity.key == definition.key && identity.category == category).then_some(identity.to)
        };
        let to = self.known.counts.keys().filter_map(to).max()?;
        let classes =
            self.known.counts.iter().filter(|(identity, _)| identity.key == definition.key && identity.to == to);
        classes.map(|(_, value)| *value).sum()
    }

    /// Reads a `nyckeltal.csv`.
    ///
    /// # Errors
    /// What about it cannot be understood.
    pub fn read(period: HalfYear, bytes: &[u8]) -> Result<Self, String> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
        let header = reader.headers().map_err(|error| error.to_string())?;
        let names: Vec<&str> = columns().iter().map(|field| field.name).collect();
        if header.iter().ne(names.iter().copied()) {
            return Err(names.join(";"));
        }
        let mut known = Known::default();
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            let day = |at: usize| row[at].parse::<NaiveDate>().map_err(|error| format!("{}: {error}", &row[at]));
            let identity = Identity { key: row[0].to_owned(), category: row[1].to_owned(), from: day(5)?, to: day(6)? };
            let is_breakdown = !define::ALL.iter().any(|known| known.key == &row[0] && is_whole(known));
            match (&row[10], row[7].parse::<u64>()) {
                ("J", _) if row[1].is_empty() && is_breakdown => {
                    known.withdrawn.insert(identity);
                }
                ("J", _) => {
                    known.counts.insert(identity, None);
                }
                ("N", Ok(value)) => {
                    known.values.insert((identity.clone(), value));
                    known.counts.insert(identity, Some(value));
                }
                // A median, or a measure that could not be computed.
                _ => {}
            }
        }
        Ok(Self { period, known })
    }
}

/// Whether a definition is of a whole and not of a breakdown.
fn is_whole(definition: &Definition) -> bool {
    [
        &define::GROUP,
        &define::PERIOD,
        &define::ENTERED,
        &define::LEFT,
        &define::FIRST_DAY,
        &define::TERM,
        &define::STARTED,
        &define::ENDED,
        &define::RETURN,
    ]
    .contains(&definition)
}
