//! What is said about what was typed on the command line.

use super::{Message, both};

/// An argument that there is not, and the one that may be meant.
pub fn usage_unknown_argument(found: &str, nearest: Option<&str>) -> Message {
    let near = nearest.map_or(both!("", ""), |near| both!(" Menar du {near}?", " Do you mean {near}?"));
    let (swedish, english) = (near.swedish, near.english);
    both!("{found} är inget val som finns här.{swedish}", "{found} is no option here.{english}")
}

/// A command that there is not, and the one that may be meant.
pub fn usage_unknown_command(found: &str, nearest: Option<&str>) -> Message {
    let near = nearest.map_or(both!("", ""), |near| both!(" Menar du {near}?", " Do you mean {near}?"));
    let (swedish, english) = (near.swedish, near.english);
    both!("{found} är inget kommando.{swedish}", "{found} is no command.{english}")
}

/// A value that an argument does not take, and those that it takes.
pub fn usage_bad_value(argument: &str, found: &str, known: &[String]) -> Message {
    let known = known.join(", ");
    match (found, known.as_str()) {
        ("", "") => both!("{argument} ska följas av ett värde.", "{argument} needs a value."),
        ("", _) => both!("{argument} ska följas av ett av: {known}.", "{argument} needs one of: {known}."),
        (_, "") if ["DATUM", "DATE"].iter().any(|name| argument.contains(name)) => both!(
            "{argument}: {found} är inget datum. Skriv som 2026-11-20.",
            "{argument}: {found} is no date. Write it like 2026-11-20."
        ),
        (_, "") if ["HALVÅR", "HALF-YEAR"].iter().any(|name| argument.contains(name)) => both!(
            "{argument}: {found} är inget halvår. Skriv som 2026H1.",
            "{argument}: {found} is no half-year. Write it like 2026H1."
        ),
        (_, "") => both!("{argument}: {found} kan inte stå här.", "{argument}: {found} cannot stand here."),
        (_, _) => both!("{argument}: {found} är inget av: {known}.", "{argument}: {found} is none of: {known}."),
    }
}

/// Arguments that must be there.
pub fn usage_missing(arguments: &[String]) -> Message {
    let arguments = arguments.join(" ");
    both!("Det saknas: {arguments}", "Missing: {arguments}")
}

/// Two arguments that exclude each other, or one that stands twice.
pub fn usage_conflict(argument: &str, prior: &str) -> Message {
    if prior.is_empty() || prior == argument {
        both!("{argument} kan bara anges en gång.", "{argument} can be given only once.")
    } else {
        both!("{argument} kan inte anges tillsammans med {prior}.", "{argument} cannot be given together with {prior}.")
    }
}

/// Anything else that the command line does not allow.
pub fn usage_other() -> Message {
    both!("Kommandoraden kan inte förstås.", "The command line cannot be understood.")
}

/// Where the help is.
pub fn usage_help(command: &str) -> Message {
    both!("Hjälp: {command} --help", "Help: {command} --help")
}
