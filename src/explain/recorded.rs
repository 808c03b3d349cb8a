//! The answer from a monthly run's state, when the sources cannot be read any more.

use super::{Explanation, Lane, LaneKind, Mark, Material, Outcome, Remark, Ruling, SpellStory, Stretch, source_rows};
use crate::config::Config;
use crate::person::PersonalNumber;
use crate::records::Place;
use crate::register::PastSpell;
use crate::run::{KeptEvidence, RunError, RunFolder, listed_about, load_evidence};
use crate::texts::explain as texts;
use crate::texts::{Message, law};
use crate::timeline::rules::Rule;
use crate::timeline::{Period, age_span, next_day};

/// Answers from a run for someone whom it knows.
pub(super) fn explain(
    material: &Material,
    config: &Config,
    run: &RunFolder,
    number: PersonalNumber,
) -> Result<Explanation, RunError> {
    let known = &material.known;
    let past = known.past_of(number);
    let evidence = load_evidence(&run.path, &material.numbers(number))?;
    let spells: Vec<SpellStory> = past.iter().map(|spell| story(material, spell, &evidence)).collect();
    let open = spells.last().filter(|spell| spell.last.is_none());
    let left = spells.last().and_then(|spell| spell.last);
    let why = texts::why_in_run(spells.last().and_then(|spell| spell.ground));
    let (since, answer) = match (open, left) {
        (Some(spell), _) => (Some(spell.from), texts::answer_member(spell.from, spell.reason)),
        (None, Some(last)) => (Some(next_day(last)), texts::answer_left(next_day(last), &why)),
        (None, None) => (None, texts::answer_never(&why)),
    };
    let member = open.is_some();
    let mut rulings: Vec<Ruling> = spells.last().and_then(|spell| spell.rulings.last().cloned()).into_iter().collect();
    if member {
        let (rule, finding) = (Rule::Member, texts::found_member());
        rulings.insert(0, Ruling { rule, outcome: Outcome::Holds, finding, rows: Vec::new() });
    }
    Ok(Explanation {
        number,
        older_number: false,
        name: String::new(),
        municipality: config.municipality,
        municipality_name: config.name.clone(),
        as_of: material.as_of,
        basis: material.basis.clone(),
        protection: None,
        member,
        since,
        answer,
        rulings,
        remarks: remarks(material, run, number)?,
        looked_into_until: None,
        outlook: Vec::new(),
        lanes: lanes(material, config, number),
        spells,
        changes: Vec::new(),
        caveats: Vec::new(),
    })
}

fn story(material: &Material, spell: &PastSpell, evidence: &[KeptEvidence]) -> SpellStory {
    let mut story = SpellStory {
        from: spell.from,
        last: spell.last,
        reason: spell.reason,
        ground: spell.ground,
        flags: spell.flags,
        registered: spell.registered,
        detected: spell.detected,
        in_case_register: spell.registered != spell.detected,
        moved_from: None,
        rulings: Vec::new(),
    };
    let of_spell: Vec<&KeptEvidence> = evidence.iter().filter(|evidence| evidence.from == spell.from).collect();
    let by_rule = of_spell.chunk_by(|a, b| a.rule == b.rule);
    let rulings = by_rule.map(|rows| {
        let places: Vec<Place> = rows.iter().filter_map(|evidence| evidence.place).collect();
        story.with_finding(rows[0].rule, source_rows(&material.known, &places))
    });
    story.rulings = rulings.collect();
    story
}

/// What the run listed under "Att utreda".
fn remarks(material: &Material, run: &RunFolder, number: PersonalNumber) -> Result<Vec<Remark>, RunError> {
    let rows = listed_about(&run.path.join("utreda.csv"), &material.numbers(number))?;
    let remark = |row: std::collections::BTreeMap<String, String>| {
        let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
        // The run's list is Swedish; its codes say what it means.
        let english = law::remark(&cell("typ"));
        let in_both = |name: &str, english: Option<Message>| {
            let swedish = cell(name);
            Message { english: english.map_or_else(|| swedish.clone(), |message| message.english), swedish }
        };
        let (label, todo) = english.unzip();
        Remark {
            code: cell("typ"),
            label: in_both("beskrivning", label),
            todo: in_both("gor_sa", todo),
            change: None,
            date: cell("datum").parse().ok(),
            rows: Vec::new(),
        }
    };
    Ok(rows.into_iter().map(remark).collect())
}

fn lanes(material: &Material, config: &Config, number: PersonalNumber) -> Vec<Lane> {
    let known = &material.known;
    let context = known.context(material.as_of, config.municipality, &config.law);
    let whole = |days: Period| Stretch { days, mark: Mark::Holds };
    let stays = known.stays_of(number);
    let age = age_span(&known.tables.life(number), &context);
    let spells = known.past_of(number).iter().map(|spell| whole(spell.days(material.as_of)));
    vec![
        Lane::new(LaneKind::Resident, stays.iter().map(|stay| whole(stay.days()))),
        Lane::new(LaneKind::Age, [whole(age)]),
        Lane::new(LaneKind::Group, spells),
    ]
}
