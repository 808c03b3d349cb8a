//! What is wrong with a config or a layout.

use std::path::Path;

use super::{Message, both};
use crate::config::{TomlFault, TomlPlace, TomlProblem, TomlType, place_of};
use crate::diagnosis::draw_line;

/// The config cannot be understood: what is wrong, the line drawn with the place marked, and what to do.
pub fn config_toml(path: &Path, fault: &TomlFault) -> Message {
    let name = path.display().to_string();
    let (problem, place) = (toml_problem(fault), toml_place(&name, fault));
    let (swedish, english) = (problem.swedish + &place.swedish, problem.english + &place.english);
    both!("Fel i konfigurationen {name}: {swedish}", "Error in the config {name}: {english}")
}

/// A value of the config means nothing: the line drawn with the value marked.
pub fn config_bad_value(path: &Path, text: &str, key: &str, found: &str, expected: &Message) -> Message {
    let name = path.display().to_string();
    let Message { swedish, english } = expected;
    let drawn = drawn(&name, place_of(text, key, found).as_ref(), "");
    both!(
        "Fel i konfigurationen {name}: {key} är \"{found}\", väntade {swedish}.{drawn}",
        "Error in the config {name}: {key} is \"{found}\", expected {english}.{drawn}"
    )
}

/// The line of a fault, drawn below a sentence with what to do beside the mark; nothing when it has no line.
pub fn toml_place(name: &str, fault: &TomlFault) -> Message {
    let hint = toml_hint(fault);
    let place = fault.place.as_ref();
    let (swedish, english) = (drawn(name, place, &hint.swedish), drawn(name, place, &hint.english));
    both!("{swedish}", "{english}")
}

fn drawn(name: &str, place: Option<&TomlPlace>, hint: &str) -> String {
    let draw = |place: &TomlPlace| draw_line(name, place.line, place.column, &place.text, place.marked, hint);
    place.map(|place| format!("\n{}", draw(place))).unwrap_or_default()
}

/// What is wrong with a TOML file, as a sentence.
pub fn toml_problem(fault: &TomlFault) -> Message {
    match &fault.problem {
        TomlProblem::UnknownKey { key, nearest } => {
            let near = nearest
                .as_ref()
                .map_or(both!("", ""), |near| both!(" Närmast är \"{near}\".", " The nearest is \"{near}\"."));
            let (swedish, english) = (near.swedish, near.english);
            both!("okänd nyckel \"{key}\".{swedish}", "unknown key \"{key}\".{english}")
        }
        TomlProblem::MissingKey(key) => both!("nyckeln \"{key}\" saknas.", "the key \"{key}\" is missing."),
        TomlProblem::TwiceKey => both!("samma nyckel står två gånger.", "the same key stands twice."),
        TomlProblem::Type { found: TomlType::Number, expected: TomlType::Number } => {
            both!("talet är mindre än 0 eller för stort.", "the number is less than 0 or too large.")
        }
        TomlProblem::Type { found, expected } => {
            let (found, expected) = (toml_type(*found), toml_type(*expected));
            let (found_swedish, found_english) = (found.swedish, found.english);
            let (swedish, english) = (expected.swedish, expected.english);
            both!("här står {found_swedish}, väntade {swedish}.", "here stands {found_english}, expected {english}.")
        }
        TomlProblem::WithoutQuotes => both!("en text utan citattecken.", "a text without quotation marks."),
        TomlProblem::NotClosed => {
            both!("ett citattecken eller en parentes avslutas inte.", "a quotation mark or bracket is not closed.")
        }
        TomlProblem::WithoutValue => both!("en nyckel utan värde.", "a key without a value."),
        TomlProblem::Syntax => both!("raden är inte giltig TOML.", "the line is not valid TOML."),
    }
}

/// What to do, beside the mark.
fn toml_hint(fault: &TomlFault) -> Message {
    match &fault.problem {
        TomlProblem::UnknownKey { nearest: Some(near), .. } => both!("menar du {near}?", "do you mean {near}?"),
        TomlProblem::UnknownKey { nearest: None, .. } => both!("ta bort den", "remove it"),
        TomlProblem::MissingKey(key) => both!("lägg till {key} = ... i den här delen", "add {key} = ... to this part"),
        TomlProblem::TwiceKey => both!("ta bort den ena", "remove one"),
        TomlProblem::Type { expected: TomlType::Text, .. } => {
            both!("skriv det med citattecken: \"...\"", "write it in quotation marks: \"...\"")
        }
        TomlProblem::Type { found: TomlType::Number, expected: TomlType::Number } => both!("", ""),
        TomlProblem::Type { expected: TomlType::Number, .. } => {
            both!("skriv bara siffror, utan citattecken", "write digits only, without quotation marks")
        }
        TomlProblem::Type { expected: TomlType::Boolean, .. } => both!("skriv true eller false", "write true or false"),
        TomlProblem::Type { expected: TomlType::List, .. } => {
            both!("skriv en lista: [\"...\", \"...\"]", "write a list: [\"...\", \"...\"]")
        }
        TomlProblem::Type { .. } => both!("", ""),
        TomlProblem::WithoutQuotes => both!("skriv det så: \"...\"", "write it like this: \"...\""),
        TomlProblem::NotClosed => both!("härifrån", "from here"),
        TomlProblem::WithoutValue => both!("skriv så: nyckel = \"värde\"", "write it like this: key = \"value\""),
        TomlProblem::Syntax => {
            both!("rader är [del], nyckel = värde, eller # kommentar", "lines are [part], key = value, or # comment")
        }
    }
}

fn toml_type(kind: TomlType) -> Message {
    match kind {
        TomlType::Text => both!("text", "text"),
        TomlType::Number => both!("ett heltal", "a whole number"),
        TomlType::Decimal => both!("ett decimaltal", "a number with decimals"),
        TomlType::Boolean => both!("true eller false", "true or false"),
        TomlType::List => both!("en lista", "a list"),
        TomlType::Table => both!("en del med egna nycklar", "a part with keys of its own"),
        TomlType::Date => both!("ett datum utan citattecken", "a date without quotation marks"),
        TomlType::Other => both!("något annat", "something else"),
    }
}
