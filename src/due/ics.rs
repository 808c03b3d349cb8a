//! The dates of a year as an iCalendar file (RFC 5545). No clock: the stamp is the day that was asked for.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::dates;
use crate::calendar::{Span, SpanKind};
use crate::config::{CalendarEntry, Config};
use crate::records::fold;
use crate::texts::calendar::{ics_description, ics_summary, ics_title};

/// Octets of a line before it is folded.
const LONGEST: usize = 75;

/// The calendar file of the year from a day on. What happens on no certain day of a month covers the month and leaves
/// its days free.
pub fn ics(config: &Config, on: NaiveDate) -> String {
    let mut file = String::new();
    let mut line = |text: &str| file.push_str(&folded(text));
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//kaa//kommunernas aktivitetsansvar//SV");
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(&ics_title(&config.name))));
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for (entry, span) in dates(config, on) {
        let identity = identity(config, &entry, span);
        let times = used.entry(identity.clone()).or_default();
        *times += 1;
        // A plan that says the same twice for one day means two things.
        let identity = if *times == 1 { identity } else { format!("{identity}-{times}") };
        event(&identity, &entry, span, on).iter().for_each(|text| line(text));
    }
    line("END:VCALENDAR");
    file
}

/// A deadline is one day; the time of reminding is ours and not the plan's.
fn first_day(span: Span) -> NaiveDate {
    if span.kind == SpanKind::Until { span.last } else { span.first }
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// What stays the same from file to file, so that a calendar program replaces what it has.
fn identity(config: &Config, entry: &CalendarEntry, span: Span) -> String {
    let name: String = fold(&entry.what).chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}-{name}-{}", config.municipality, day(first_day(span)))
}

fn event(identity: &str, entry: &CalendarEntry, span: Span, on: NaiveDate) -> Vec<String> {
    let description =
        ics_description(entry.responsible.as_deref(), entry.reference.as_deref(), entry.wording.as_deref());
    let description = (!description.is_empty()).then(|| format!("DESCRIPTION:{}", escaped(&description)));
    let lines = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{identity}@kaa"),
        format!("DTSTAMP:{}T000000Z", day(on)),
        format!("DTSTART;VALUE=DATE:{}", day(first_day(span))),
        format!("DTEND;VALUE=DATE:{}", day(span.last + Days::new(1))),
        format!("SUMMARY:{}", escaped(&ics_summary(&entry.what, span, entry.approximate))),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    lines.into_iter().chain(description).chain(["END:VEVENT".to_owned()]).collect()
}

/// A text value: no control character may stand in it.
fn escaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace(['\n', '\r'], "\\n").chars().filter(|letter| !letter.is_control()).collect()
}

/// A line in pieces of at most 75 octets, each but the first behind a blank.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    let mut used = 0;
    for letter in text.chars() {
        if used + letter.len_utf8() > LONGEST {
            folded.push_str("\r\n ");
            used = 1;
        }
        folded.push(letter);
        used += letter.len_utf8();
    }
    folded + "\r\n"
}
