//! The decisions about people as the page of a month holds them: short, since a page holds many.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use rayon::prelude::*;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::drawing::window;
use super::reasons::{explain_in, known_day};
use super::{Explanation, Lane, Mark, Outcome, Remark, Ruling, SourceRow, SpellStory, Stretch};
use crate::config::Config;
use crate::month::{Month, Person};
use crate::person::age_on;
use crate::records::{Cell, Coded};
use crate::texts::Message;
use crate::timeline::minus;

/// The decisions about people. Days are inclusive, texts Swedish.
#[derive(Debug, Serialize)]
pub struct Decisions {
    #[serde(rename = "utfall")]
    outcomes: [&'static str; 4],
    /// Every sentence once, with whichever days it was first said with.
    #[serde(rename = "meningar")]
    sentences: Vec<String>,
    /// By number of the person.
    #[serde(rename = "personer")]
    people: BTreeMap<String, Decision>,
}

/// The decision about one person.
#[derive(Debug, Serialize)]
struct Decision(
    /// The age.
    u8,
    /// The answer.
    Told,
    /// The lanes of the timeline.
    Vec<DrawnLane>,
    /// Rule, outcome, finding, and rows.
    Vec<(u8, u8, Told, Vec<Row>)>,
    /// Code, day, what would change the answer, and rows.
    Vec<(String, Day, Option<Told>, Vec<Row>)>,
    /// Until when it has been looked into.
    Day,
    /// What would change the answer.
    Vec<Told>,
    /// First day, last day, reason, ground, and day of registration.
    Vec<(Day, Day, Told, Option<Told>, Day)>,
);

/// What it shows, its stretches with 1 for those that are provisional, and what it is in words.
type DrawnLane = (u8, Vec<(Day, Day, u8)>, Option<Told>);
/// The index of the file among those of the month, and the row as Excel shows it.
type Row = (u32, u32);

/// The decisions of a month about these of its people.
pub fn decisions(month: &Month, config: &Config, people: &[&Person]) -> Decisions {
    let explained: Vec<Explanation> = people.par_iter().map(|person| explain_in(month, config, person)).collect();
    let mut sentences = Sentences::default();
    let decided = explained.into_iter().map(|explanation| {
        let is_protected = month.protected.contains(&explanation.number);
        (explanation.number.hyphenated(), decision(explanation, is_protected, &mut sentences))
    });
    Decisions { people: decided.collect(), sentences: sentences.list, outcomes: Outcome::ALL.map(Outcome::code) }
}

/// Of protected persons it names no rows: what a file is called can tell a school.
fn decision(explanation: Explanation, is_protected: bool, sentences: &mut Sentences) -> Decision {
    let Explanation { number, as_of, answer, lanes, rulings, remarks, looked_into_until, outlook, spells, .. } =
        explanation;
    let rows = |rows: &[SourceRow]| -> Vec<Row> {
        let shown = rows.iter().filter(|_| !is_protected);
        shown.map(|row| (row.place.file, row.place.row)).collect()
    };
    let is_drawn =
        |lane: &Lane| lane.note.is_none() || lane.stretches.iter().any(|stretch| stretch.days.overlaps(window(as_of)));
    Decision(
        age_on(number.born(), as_of),
        sentences.told(answer),
        lanes.into_iter().filter(is_drawn).map(|lane| drawn(lane, sentences)).collect(),
        rulings
            .into_iter()
            .map(|Ruling { rule, outcome, finding, rows: found }| {
                (rule as u8, outcome as u8, sentences.told(finding), rows(&found))
            })
            .collect(),
        remarks
            .into_iter()
            .map(|Remark { code, date, change, rows: found, .. }| {
                (code, Day(date), change.map(|change| sentences.told(change)), rows(&found))
            })
            .collect(),
        Day(looked_into_until),
        outlook.into_iter().map(|change| sentences.told(change)).collect(),
        spells.iter().map(|spell| listed(spell, sentences)).collect(),
    )
}

fn drawn(lane: Lane, sentences: &mut Sentences) -> DrawnLane {
    let stretch = |stretch: &Stretch| {
        let (from, last) = (known_day(stretch.days.from), known_day(minus(stretch.days.to, 1)));
        (Day(from), Day(last), u8::from(stretch.mark == Mark::Provisional))
    };
    (lane.kind as u8, lane.stretches.iter().map(stretch).collect(), lane.note.map(|note| sentences.told(note)))
}

fn listed(spell: &SpellStory, sentences: &mut Sentences) -> (Day, Day, Told, Option<Told>, Day) {
    let reason = sentences.told_words(spell.reason.label().to_owned());
    let ground = spell.ground.map(|ground| sentences.told_words(ground.label().to_owned()));
    (Day(Some(spell.from)), Day(spell.last), reason, ground, Day(Some(spell.registered)))
}

/// The sentences of a page. Most are said of many people, with other days.
#[derive(Debug, Default)]
struct Sentences {
    list: Vec<String>,
    /// By the sentence with every day replaced.
    known: HashMap<String, usize>,
    /// The last one that was looked for.
    sought: String,
}

impl Sentences {
    fn told(&mut self, message: Message) -> Told {
        self.told_words(message.swedish)
    }

    fn told_words(&mut self, words: String) -> Told {
        self.sought.clear();
        let mut end = 0;
        for start in days_in(&words) {
            self.sought.push_str(&words[end..start]);
            self.sought.push_str("0000-00-00");
            end = start + DAY_LENGTH;
        }
        self.sought.push_str(&words[end..]);
        let sentence = match self.known.get(&self.sought) {
            Some(&sentence) => sentence,
            None => {
                self.list.push(words.clone());
                self.known.insert(self.sought.clone(), self.list.len() - 1);
                self.list.len() - 1
            }
        };
        Told { sentence, words }
    }
}

/// A sentence as said of one person: its index, alone or in a list before its days.
#[derive(Debug)]
struct Told {
    sentence: usize,
    words: String,
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut days = days_in(&self.words).peekable();
        if days.peek().is_none() {
            return self.sentence.serialize(serializer);
        }
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(&self.sentence)?;
        days.try_for_each(|start| list.serialize_element(&self.words[start..start + DAY_LENGTH]))?;
        list.end()
    }
}

const DAY_LENGTH: usize = "2026-11-20".len();

/// Where the days of a sentence begin: what the script finds by `\d{4}-\d\d-\d\d`.
fn days_in(words: &str) -> impl Iterator<Item = usize> {
    let mut free = 0;
    words.match_indices('-').filter_map(move |(hyphen, _)| {
        let start = hyphen.checked_sub(4).filter(|&start| start >= free)?;
        let day = words.as_bytes().get(start..start + DAY_LENGTH)?;
        let is_day =
            (0..).zip(day).all(|(at, sign)| if matches!(at, 4 | 7) { *sign == b'-' } else { sign.is_ascii_digit() });
        is_day.then(|| {
            free = start + DAY_LENGTH;
            start
        })
    })
}

/// A day, if one is known.
#[derive(Clone, Copy, Debug)]
struct Day(Option<NaiveDate>);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(day) = self.0 else { return serializer.serialize_none() };
        let mut text = String::with_capacity(DAY_LENGTH);
        day.put(&mut text);
        serializer.serialize_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_kept_once_whatever_its_days() {
        let mut sentences = Sentences::default();
        let mut written = |words: &str| serde_json::to_string(&sentences.told_words(words.to_owned())).expect("JSON");
        assert_eq!(written("Från 2026-01-02–2026-03-04."), r#"[0,"2026-01-02","2026-03-04"]"#);
        assert_eq!(written("Inget bevis är känt."), "1");
        assert_eq!(written("Från 2025-01-02–2025-03-04."), r#"[0,"2025-01-02","2025-03-04"]"#);
        assert_eq!(written("Inget bevis är känt."), "1");
        assert_eq!(sentences.list, ["Från 2026-01-02–2026-03-04.", "Inget bevis är känt."]);
    }

    #[test]
    fn what_only_looks_like_a_day_is_none() {
        let days = |words: &str| days_in(words).collect::<Vec<_>>();
        assert!(days("KAA-R02, 2026-1-02, åäöå-01-02 och 2026-11-2").is_empty());
        assert_eq!(days("12026-11-20 och 2026-11-20-01-02"), [1, 16]);
    }
}
