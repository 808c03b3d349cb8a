//! Explanations and extracts as JSON. The keys are those of the lists; texts are Swedish.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::drawing::{Lane, Mark};
use super::reasons::known_day;
use super::{Basis, Explanation, Extract, ListedChange, Remark, Ruling, SourceRow, SpellStory};
use crate::person::{PersonalNumber, age_on};
use crate::records::Coded;
use crate::register::PastSpell;
use crate::texts::Message;
use crate::texts::explain as texts;
use crate::timeline::minus;
use crate::timeline::rules::Rule;

/// The version of both forms.
const FORMAT: u32 = 1;

/// The whole answer.
pub fn explanation_json(explanation: &Explanation) -> Value {
    let spell = explanation.spells.last().filter(|_| explanation.member);
    json!({
        "format": FORMAT,
        "personnummer": explanation.number.digits(),
        "bytt_personnummer": explanation.older_number,
        "namn": explanation.name,
        "kommunkod": explanation.municipality.to_string(),
        "kommun": explanation.municipality_name,
        "avstamningsdatum": day(explanation.as_of),
        "alder": age_on(explanation.number.born(), explanation.as_of),
        "finns_i_kallorna": true,
        "underlag": basis(&explanation.basis),
        "forbehall": swedish(&explanation.caveats),
        "skydd": explanation.protection.map(Coded::code),
        "i_gruppen": explanation.member,
        "sedan": day(explanation.since),
        "svar": explanation.answer.swedish,
        "orsak_in": spell.map(|spell| spell.reason.code()),
        "registrerad": day(spell.map(|spell| spell.registered)),
        "flaggor": spell.map(|spell| spell.flags.codes()).unwrap_or_default(),
        "regler": explanation.rulings.iter().map(ruling).collect::<Vec<_>>(),
        "att_titta_pa": explanation.remarks.iter().map(remark).collect::<Vec<_>>(),
        "utredd_till": day(explanation.looked_into_until),
        "andrar_svaret": swedish(&explanation.outlook),
        "tidslinje": explanation.lanes.iter().map(lane).collect::<Vec<_>>(),
        "perioder": explanation.spells.iter().map(story).collect::<Vec<_>>(),
        "forandringar": explanation.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// The answer about someone of whom nothing is known.
pub fn unknown_json(number: PersonalNumber, as_of: NaiveDate) -> Value {
    json!({
        "format": FORMAT,
        "personnummer": number.digits(),
        "avstamningsdatum": day(as_of),
        "finns_i_kallorna": false,
        "i_gruppen": false,
        "svar": texts::unknown_person(as_of).swedish,
    })
}

/// The extract.
pub fn extract_json(extract: &Extract) -> Value {
    let Extract { number, as_of, .. } = *extract;
    let rows = extract.rows.iter().map(|row| {
        let cells: Map<String, Value> =
            row.row.cells.iter().map(|(column, text)| ((*column).to_owned(), json!(text))).collect();
        let mut value = place(&row.source);
        value["saknas_fran"] = day(row.row.lost);
        value["efter_avstamningsdatum"] = json!(row.later);
        value["uppgifter"] = Value::Object(cells);
        value
    });
    let stays = extract.stays.iter().map(|stay| {
        json!({
            "fran": day(stay.from), "sedd": day(stay.seen), "saknad": day(stay.lacked), "invandringsdatum": day(stay.immigrated)
        })
    });
    let holdings = extract
        .holdings
        .iter()
        .map(|holding| json!({"mapp": holding.folder, "fil": holding.file, "rader": holding.rows}));
    json!({
        "format": FORMAT,
        "personnummer": number.digits(),
        "avstamningsdatum": day(as_of),
        "rader": rows.collect::<Vec<_>>(),
        "minne": {
            "korning": extract.remembered_by,
            "perioder": extract.spells.iter().map(past).collect::<Vec<_>>(),
            "vistelser": stays.collect::<Vec<_>>(),
        },
        "korningar": holdings.collect::<Vec<_>>(),
        "sparas_inte": swedish(&texts::not_kept()),
        "kolumner_ej_lasta": extract
            .columns_not_read
            .iter()
            .map(|(file, columns)| json!({"fil": file, "kolumner": columns}))
            .collect::<Vec<_>>(),
    })
}

fn day(day: impl Into<Option<NaiveDate>>) -> Value {
    day.into().map_or(Value::Null, |day| json!(day.to_string()))
}

fn swedish(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.swedish.as_str()).collect()
}

fn basis(basis: &Basis) -> Value {
    match basis {
        Basis::Sources(compared) => json!({"typ": "KALLOR", "minne_ur": compared}),
        Basis::Run(run) => json!({"typ": "KORNING", "minne_ur": run}),
    }
}

fn place(row: &SourceRow) -> Value {
    json!({
        "tabell": row.kind.name(), "fil": &*row.file, "blad": row.sheet.as_deref(), "rad": row.place.row, "ur_minnet": row.remembered
    })
}

fn places(rows: &[SourceRow]) -> Vec<Value> {
    rows.iter().map(place).collect()
}

fn ruling(ruling: &Ruling) -> Value {
    json!({
        "regel": ruling.rule.id(),
        "mening": ruling.rule.sentence(),
        "lagrum": ruling.rule.basis(),
        "utfall": ruling.outcome.code(),
        "iakttagelse": ruling.finding.swedish,
        "rader": places(&ruling.rows),
    })
}

fn remark(remark: &Remark) -> Value {
    json!({
        "typ": remark.code,
        "regel": Rule::of_remark(&remark.code).map(Rule::id),
        "datum": day(remark.date),
        "beskrivning": remark.label.swedish,
        "gor_sa": remark.todo.swedish,
        "andrar_svaret": remark.change.as_ref().map(|change| change.swedish.as_str()),
        "rader": places(&remark.rows),
    })
}

/// Inclusive last days, as everywhere in the files.
fn lane(lane: &Lane) -> Value {
    let stretches = lane.stretches.iter().map(|stretch| {
        json!({
            "fran": day(known_day(stretch.days.from)),
            "till": day(known_day(minus(stretch.days.to, 1))),
            "preliminart": stretch.mark == Mark::Provisional,
        })
    });
    let stretches: Vec<Value> = stretches.collect();
    json!({"rad": lane.kind.code(), "vad": lane.note.as_ref().map(|note| note.swedish.as_str()), "tider": stretches})
}

fn story(spell: &SpellStory) -> Value {
    json!({
        "fran": day(spell.from),
        "till": day(spell.last),
        "orsak_in": spell.reason.code(),
        "grund_ut": spell.ground.map(Coded::code),
        "flaggor": spell.flags.codes(),
        "registrerad": day(spell.registered),
        "upptackt": day(spell.detected),
        "i_kaa_registret": spell.in_case_register,
        "fran_kommunkod": spell.moved_from.map(|code| code.to_string()),
        "regler": spell.rulings.iter().map(ruling).collect::<Vec<_>>(),
    })
}

fn past(spell: &PastSpell) -> Value {
    json!({
        "fran": day(spell.from),
        "till": day(spell.last),
        "orsak_in": spell.reason.code(),
        "grund_ut": spell.ground.map(Coded::code),
        "flaggor": spell.flags.codes(),
        "registrerad": day(spell.registered),
        "upptackt": day(spell.detected),
    })
}

fn change(change: &ListedChange) -> Value {
    json!({
        "upptackt": day(change.detected),
        "typ": change.kind,
        "datum": change.date,
        "orsak": change.cause,
        "fore": change.before,
        "efter": change.after,
    })
}
