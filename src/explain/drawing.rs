//! The timeline drawn with characters: a lane a line, two signs a month.

use chrono::{Datelike, Months, NaiveDate};

use super::{Explanation, Style};
use crate::texts::explain as texts;
use crate::texts::{Language, Message};
use crate::timeline::{Period, next_day};

/// Months before the month of the as-of date.
const MONTHS_BACK: u32 = 27;
/// Months from the month of the as-of date on.
const MONTHS_AHEAD: u32 = 7;
/// Width of the names of the lanes.
const NAMES: usize = 14;

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Lane {
    /// What it shows.
    pub kind: LaneKind,
    /// The days that it shows.
    pub stretches: Vec<Stretch>,
    /// What it is, in words, below the drawing.
    pub note: Option<Message>,
}

/// What a lane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneKind {
    /// Residence.
    Resident,
    /// The ages of the responsibility.
    Age,
    /// An education.
    Education,
    /// A completed education.
    Completed,
    /// Gaps that are no time in the group.
    Bridges,
    /// Time in the group.
    Group,
}

impl LaneKind {
    /// Every kind, in order.
    pub const ALL: [Self; 6] =
        [Self::Resident, Self::Age, Self::Education, Self::Completed, Self::Bridges, Self::Group];

    /// The constant in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Resident => "folkbokford",
            Self::Age => "alder",
            Self::Education => "utbildning",
            Self::Completed => "slutford",
            Self::Bridges => "bryggor",
            Self::Group => "i_gruppen",
        }
    }
}

/// Days of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The days.
    pub days: Period,
    /// What they are.
    pub mark: Mark,
}

/// What the days of a stretch are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds.
    Holds,
    /// It holds for now, or is undecided.
    Provisional,
}

/// The signs of a drawing.
struct Signs {
    holds: char,
    planned: char,
    provisional: char,
    other: char,
}

const PLAIN: Signs = Signs { holds: '#', planned: '-', provisional: '?', other: '.' };
const BLOCKS: Signs = Signs { holds: '█', planned: '▒', provisional: '?', other: '·' };

impl Lane {
    pub(super) fn new(kind: LaneKind, stretches: impl IntoIterator<Item = Stretch>) -> Self {
        let stretches = stretches.into_iter().filter(|stretch| !stretch.days.is_empty()).collect();
        Self { kind, stretches, note: None }
    }
}

/// The drawing of an explanation, line by line.
pub fn drawing(explanation: &Explanation, language: Language, style: Style) -> Vec<String> {
    let signs = if style == Style::Terminal { &BLOCKS } else { &PLAIN };
    let canvas = Canvas { months: months_around(explanation.as_of), as_of: explanation.as_of, signs };
    let mut lines = canvas.axis(language);
    let mut notes = Vec::new();
    for lane in explanation.lanes.iter().filter(|lane| lane.note.is_none() || canvas.shows(lane)) {
        let mut name = texts::lane(lane.kind).say(language).to_owned();
        if let Some(note) = &lane.note {
            notes.push(texts::education_line(notes.len() + 1, note).say(language).to_owned());
            name = format!("{name} {}", notes.len());
        }
        let line = format!("{name:<NAMES$}{}", canvas.line(lane));
        lines.push(if style == Style::Terminal && lane.kind == LaneKind::Group { bold(&line) } else { line });
    }
    lines.push(canvas.pointer());
    let Signs { holds, planned, provisional, other } = *signs;
    lines.push(texts::legend(holds, planned, provisional, other).say(language).to_owned());
    lines.extend(notes);
    lines
}

/// The days that a drawing shows.
pub fn window(as_of: NaiveDate) -> Period {
    let months = months_around(as_of);
    let last = months.last().and_then(|month| month.checked_add_months(Months::new(1)));
    Period::new(months.first().copied().unwrap_or(as_of), last.unwrap_or(as_of))
}

/// Emphasis on a terminal; the signs alone carry the meaning.
pub(super) fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

/// The first days of the months that are drawn.
fn months_around(as_of: NaiveDate) -> Vec<NaiveDate> {
    let this_month = as_of.with_day(1).unwrap_or(as_of);
    let first = this_month.checked_sub_months(Months::new(MONTHS_BACK)).unwrap_or(this_month);
    (0..MONTHS_BACK + MONTHS_AHEAD).filter_map(|month| first.checked_add_months(Months::new(month))).collect()
}

struct Canvas<'a> {
    months: Vec<NaiveDate>,
    as_of: NaiveDate,
    signs: &'a Signs,
}

impl Canvas<'_> {
    /// The two halves of each month.
    fn cells(&self) -> impl Iterator<Item = Period> + '_ {
        self.months.iter().flat_map(|&first| {
            let middle = first.with_day(16).unwrap_or(first);
            let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
            [Period::new(first, middle), Period::new(middle, next)]
        })
    }

    fn shows(&self, lane: &Lane) -> bool {
        lane.stretches.iter().any(|stretch| self.cells().any(|cell| cell.overlaps(stretch.days)))
    }

    /// The years above the letters of the months.
    fn axis(&self, language: Language) -> Vec<String> {
        let letters: Vec<char> = texts::months().say(language).chars().collect();
        let (mut years, mut months) = (" ".repeat(NAMES), " ".repeat(NAMES));
        for (index, month) in self.months.iter().enumerate() {
            months.extend([letters[month.month0() as usize], ' ']);
            // The first year is named only where the next does not run into it.
            let is_first = index == 0 && month.month() < 11;
            let at = NAMES + 2 * index;
            if is_first || month.month() == 1 {
                years = format!("{years:<at$}{}", month.year());
            }
        }
        vec![years.trim_end().to_owned(), months.trim_end().to_owned()]
    }

    fn line(&self, lane: &Lane) -> String {
        self.cells().map(|cell| self.sign(cell, lane)).collect()
    }

    /// A half month shows what any of its days is; of what is judged and what is planned, the judged.
    fn sign(&self, cell: Period, lane: &Lane) -> char {
        let judged = Period::new(cell.from, cell.to.min(next_day(self.as_of)));
        let holds = |days: Period, mark| {
            lane.stretches.iter().any(|stretch| stretch.mark == mark && stretch.days.overlaps(days))
        };
        if holds(judged, Mark::Holds) {
            self.signs.holds
        } else if holds(cell, Mark::Provisional) {
            self.signs.provisional
        } else if holds(cell, Mark::Holds) {
            self.signs.planned
        } else {
            self.signs.other
        }
    }

    /// Points at the half month of the as-of date.
    fn pointer(&self) -> String {
        let at = self.cells().position(|cell| cell.contains(self.as_of)).unwrap_or(0);
        format!("{}^ {}", " ".repeat(NAMES + at), self.as_of)
    }
}
