//! The dates of a year as an iCalendar file (RFC 5545). No clock: the stamp is the day that was asked for.

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
    for (entry, span) in dates(config, on) {
        event(config, &entry, span, on).iter().for_each(|text| line(text));
    }
    line("END:VCALENDAR");
    file
}

fn event(config: &Config, entry: &CalendarEntry, span: Span, on: NaiveDate) -> Vec<String> {
    // A deadline is one day; the time of reminding is ours and not the plan's.
    let first = if span.kind == SpanKind::Until { span.last } else { span.first };
    let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
    let description =
        ics_description(entry.responsible.as_deref(), entry.reference.as_deref(), entry.wording.as_deref());
    let description = (!description.is_empty()).then(|| format!("DESCRIPTION:{}", escaped(&description)));
    let lines = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}-{}@kaa", config.municipality, name(&entry.what), day(first)),
        format!("DTSTAMP:{}T000000Z", day(on)),
        format!("DTSTART;VALUE=DATE:{}", day(first)),
        format!("DTEND;VALUE=DATE:{}", day(span.last + Days::new(1))),
        format!("SUMMARY:{}", escaped(&ics_summary(&entry.what, span, entry.approximate))),
        "TRANSP:TRANSPARENT".to_owned(),
    ];
    lines.into_iter().chain(description).chain(["END:VEVENT".to_owned()]).collect()
}

/// The entry's part of an identity that stays the same from file to file.
fn name(what: &str) -> String {
    fold(what).chars().filter(char::is_ascii_alphanumeric).collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
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
