//! The decision about one person as the page of a month holds it: short, since a page holds many.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::drawing::window;
use super::reasons::{explain_in, known_day};
use super::{Explanation, Lane, Mark, Remark, Ruling, SourceRow, SpellStory, Stretch};
use crate::config::Config;
use crate::month::{Month, Person};
use crate::person::age_on;
use crate::records::Coded;
use crate::timeline::minus;

/// The decision about one person. Days are inclusive, texts Swedish.
#[derive(Debug, Serialize)]
pub struct Decision {
    #[serde(rename = "alder")]
    age: u8,
    #[serde(rename = "svar")]
    answer: String,
    #[serde(rename = "tidslinje")]
    lanes: Vec<DrawnLane>,
    /// Rule, outcome, finding, and rows.
    #[serde(rename = "regler")]
    rulings: Vec<(&'static str, &'static str, String, Vec<Row>)>,
    /// Code, day, what would change the answer, and rows.
    #[serde(rename = "titta")]
    remarks: Vec<(String, Day, Option<String>, Vec<Row>)>,
    #[serde(rename = "utredd")]
    looked_into_until: Day,
    #[serde(rename = "andrar")]
    outlook: Vec<String>,
    /// First day, last day, reason, ground, and day of registration.
    #[serde(rename = "perioder")]
    spells: Vec<(Day, Day, &'static str, Option<&'static str>, Day)>,
}

/// Its code, its stretches with whether they are provisional, and what it is in words.
type DrawnLane = (&'static str, Vec<(Day, Day, bool)>, Option<String>);
/// The index of the file among those of the month, and the row as Excel shows it.
type Row = (u32, u32);

/// The decision of a month about one of its people.
///
/// Of protected persons it names no rows: what a file is called can tell a school.
pub fn decision(month: &Month, config: &Config, person: &Person) -> Decision {
    let number = person.verdict.number;
    let explanation = explain_in(month, config, person);
    let is_protected = month.protected.contains(&number);
    let rows = |rows: &[SourceRow]| -> Vec<Row> {
        let shown = rows.iter().filter(|_| !is_protected);
        shown.map(|row| (row.place.file, row.place.row)).collect()
    };
    let ruling = |ruling: Ruling| (ruling.rule.id(), ruling.outcome.code(), ruling.finding.swedish, rows(&ruling.rows));
    let remark = |remark: Remark| {
        let change = remark.change.map(|change| change.swedish);
        (remark.code, Day(remark.date), change, rows(&remark.rows))
    };
    let Explanation { as_of, answer, lanes, rulings, remarks, looked_into_until, outlook, spells, .. } = explanation;
    let is_drawn =
        |lane: &Lane| lane.note.is_none() || lane.stretches.iter().any(|stretch| stretch.days.overlaps(window(as_of)));
    Decision {
        age: age_on(number.born(), as_of),
        answer: answer.swedish,
        lanes: lanes.into_iter().filter(is_drawn).map(drawn).collect(),
        rulings: rulings.into_iter().map(ruling).collect(),
        remarks: remarks.into_iter().map(remark).collect(),
        looked_into_until: Day(looked_into_until),
        outlook: outlook.into_iter().map(|change| change.swedish).collect(),
        spells: spells.iter().map(spell).collect(),
    }
}

fn drawn(lane: Lane) -> DrawnLane {
    let stretch = |stretch: &Stretch| {
        let (from, last) = (known_day(stretch.days.from), known_day(minus(stretch.days.to, 1)));
        (Day(from), Day(last), stretch.mark == Mark::Provisional)
    };
    (lane.kind.code(), lane.stretches.iter().map(stretch).collect(), lane.note.map(|note| note.swedish))
}

fn spell(spell: &SpellStory) -> (Day, Day, &'static str, Option<&'static str>, Day) {
    let ground = spell.ground.map(Coded::label);
    (Day(Some(spell.from)), Day(spell.last), spell.reason.label(), ground, Day(Some(spell.registered)))
}

/// A day, if one is known.
#[derive(Clone, Copy, Debug)]
struct Day(Option<NaiveDate>);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(day) => serializer.collect_str(&day),
            None => serializer.serialize_none(),
        }
    }
}
