//! The sentences of the lists of contacts and follow-ups. Files are always Swedish.

use chrono::NaiveDate;

use crate::outreach::{DocumentationPoint, Interval, Start};

/// Where no ladder is chosen.
pub const NO_LADDER: &str = "Ingen kontakttrappa är vald i konfigurationen.";
/// A letter about someone under 18; the guardian's name is not the register's to keep.
pub const TO_THE_GUARDIAN: &str = "Vårdnadshavare till ";
/// After the last named step.
pub const ANY_WAY: &str = "Valfritt kontaktsätt";
/// What the list says instead of a report of concern.
pub const ASSESS_CONCERN: &str = "Bedöm orosanmälan";
/// Why it says so.
pub const WHY_ASSESS_CONCERN: &str =
    "Planens villkor är uppfyllt: ungdomen är under 18 år och har inte gått att nå. Den ansvariga bedömer.";
/// Why a home visit is next.
pub const WHY_HOME_VISIT: &str = "Kontaktförsöken har inte gett resultat. Planen anger ingen tid.";
/// Where a step has no deadline.
pub const NO_TIME_IN_THE_PLAN: &str = "Planen anger ingen tid.";
/// Where a deadline counts from a step that was not done and has no day of its own.
pub const STEP_BEFORE_WITHOUT_DAY: &str = "Räknas från steget före, som inte är gjort: planen anger ingen tid.";
/// Where the guardian of someone under 18 may be contacted.
pub const GUARDIAN_POSSIBLE: &str = " Ungdomen är under 18 år: vårdnadshavaren kan kontaktas.";

/// Where in the plan something stands, as the end of a sentence.
pub fn reference(reference: &str) -> String {
    if reference.is_empty() { String::new() } else { format!(" ({reference})") }
}

/// What a deadline counts from, in words.
pub fn counted_from(start: Start, day: Option<NaiveDate>, again: bool) -> String {
    let day = day.map(|day| format!(" {day}")).unwrap_or_default();
    match start {
        Start::Registration | Start::Spell if again => format!("omstarten{day}"),
        Start::Registration => format!("registreringen{day}"),
        Start::Spell => format!("periodens första dag{day}"),
        Start::StepBefore => format!("steget före{day}"),
    }
}

/// A deadline.
pub fn within(interval: Interval, from: &str) -> String {
    format!("Inom {interval} från {from}.")
}

/// A first day.
pub fn not_before(interval: Interval, from: &str) -> String {
    format!("Tidigast {interval} efter {from}.")
}

/// A season of the year.
pub fn season(name: &str) -> String {
    format!("Görs under {name}.")
}

/// A season that the plan gives no days for.
pub fn season_without_days(name: &str) -> String {
    format!("Planen säger {name} utan datum. Skriv från och till i konfigurationen.")
}

/// Returned post.
pub fn post_returned(day: NaiveDate) -> String {
    format!("Post kom i retur {day}: nästa steg genast.")
}

/// Steps that could not be taken.
pub fn passed_steps(names: &[&str], visit_declined: bool) -> String {
    let names = names.join(", ");
    match (names.is_empty(), visit_declined) {
        (true, _) => String::new(),
        (false, false) => format!(" Går inte: {names} (kontaktuppgifter saknas)."),
        (false, true) => format!(" Går inte: {names} (besök avböjt eller kontaktuppgifter saknas)."),
    }
}

/// A ladder that started again: after its last step, or for someone who vanished.
pub fn started_again(day: NaiveDate, lost: bool) -> String {
    let why = if lost { "Kontakten har gått förlorad: trappan" } else { "Trappan" };
    format!(" {why} började om {day}.")
}

/// When every named step is taken.
pub fn after_the_last_step(latest: Option<NaiveDate>) -> String {
    match latest {
        Some(day) => format!(
            "Alla steg i trappan är gjorda eller går inte att göra. Senaste försök {day}. Planen anger ingen tid."
        ),
        None => "Inget steg i trappan går att göra: kontaktuppgifter saknas. Planen anger ingen tid.".to_owned(),
    }
}

/// What a follow-up is about.
pub fn follow_up(occupation: &str, day: NaiveDate, known: bool) -> String {
    let how = if known { "Kännedom" } else { "Kontakt" };
    format!("{how} {day}: {occupation}.")
}

/// An agreed contact.
pub const AGREED: &str = "Överenskommen ny kontakt.";
/// A talk that the plan offers to whoever has no occupation.
pub const GUIDANCE_TALK: &str = "Saknar sysselsättning: samtal med vägledare ska erbjudas.";
/// A no.
pub fn declined(day: NaiveDate) -> String {
    format!("Tackade nej {day}: nytt erbjudande.")
}

/// Where the plan names no number; its words.
pub fn unstated(words: &str) -> String {
    format!(" Planen säger \"{words}\" och anger ingen tid. Skriv efter eller dagar i konfigurationen.")
}

/// Who turns 20.
pub fn turns_20(birthday: NaiveDate) -> String {
    format!("Fyller 20 år {birthday} och omfattas inte längre.")
}

/// The letter before 20.
pub const LETTER_BEFORE_20: &str = " Brev om vad som händer när ansvaret upphör.";
/// The letter before 20 is sent.
pub fn letter_sent(day: NaiveDate) -> String {
    format!(" Brevet skickades {day}.")
}

/// Who turned 20.
pub const TURNED_20: &str = "Har fyllt 20 år och omfattas inte längre.";
/// The contact when the responsibility ends at 20.
pub const CONTACT_AT_20: &str = " Kontakta ungdomen: ansvaret har upphört, stöd med studier och arbete finns kvar.";

/// A measure, by its local offer or its content.
pub fn measure(name: &str, start: NaiveDate) -> String {
    format!("{name}, påbörjad {start}: ")
}

/// The first meeting of a measure.
pub fn first_meeting(interval: Interval) -> String {
    format!("första mötet ska hållas inom {interval}.")
}

/// The monthly report of a measure.
pub const MONTHLY_REPORT: &str = "månadsrapporten ska läsas och godkännas.";

/// A measure that may not last longer.
pub fn longest(interval: Interval) -> String {
    format!("pågår högst {interval}.")
}

/// A local offer for other ages.
pub fn age_limit(from: Option<u8>, under: Option<u8>, age: u8) -> String {
    let limit = match (from, under) {
        (Some(from), Some(under)) => format!("från {from} och under {under} år"),
        (Some(from), None) => format!("från {from} år"),
        (None, Some(under)) => format!("under {under} år"),
        (None, None) => String::new(),
    };
    format!("insatsen är för ungdomar {limit}, ungdomen var {age} år.")
}

/// A content class that is not the local offer's.
pub fn other_content(expected: &str, found: &str) -> String {
    format!("insatsen redovisas som {expected}, här står {found}.")
}

/// What the documentation of a measure lacks.
pub fn documentation(missing: &[&str]) -> String {
    format!("dokumentationen saknar {}.", missing.join(", "))
}

/// The follow-up of a measure.
pub const MEASURE_FOLLOW_UP: &str = "uppföljning är planerad.";
/// A planned end.
pub const PLANNED_END_PASSED: &str = "planerat slut har passerat. Avsluta åtgärden eller planera om den.";
/// A measure that goes on although the spell has ended.
pub const OPEN_AFTER_SPELL: &str = "ungdomen omfattas inte längre. Avsluta åtgärden.";

/// A point of the documentation, as the lists call it.
pub fn documentation_point(point: DocumentationPoint) -> &'static str {
    match point {
        DocumentationPoint::Goal => "mål",
        DocumentationPoint::ResponsibleParty => "vem som ansvarar",
        DocumentationPoint::Place => "var den genomförs",
        DocumentationPoint::PlannedEnd => "datum för avslut",
        DocumentationPoint::EndGround => "orsak till att den upphört",
        DocumentationPoint::FollowUp => "tidpunkt för uppföljning",
        DocumentationPoint::Evaluation => "utvärdering",
    }
}
