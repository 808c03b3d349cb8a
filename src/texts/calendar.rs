//! What `kaa due` and `kaa schedule` say. What stands in the config is shown as it stands there.

use std::fmt::Display;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::{Message, both};
use crate::calendar::{Recurrence, Span, SpanKind, Unit};
use crate::config::Job;
use crate::due::{Item, State};

/// A text of the config in both languages.
pub fn as_written(text: &str) -> Message {
    both!("{text}", "{text}")
}

/// A job that the config's calendar does not name.
pub fn job(job: Job) -> Message {
    match job {
        Job::Monthly => both!("Månadens avstämning", "The monthly reconciliation"),
        Job::Scb => both!("Uppgifter till SCB", "The data for SCB"),
        Job::Board => both!("Rapport till nämnden", "The report to the board"),
        Job::Purge => both!("Gallring: de som fyllt 21 under året", "Gallring: those who turned 21 this year"),
    }
}

/// The heading of the calendar.
pub fn due_heading(municipality: &str, on: NaiveDate) -> Message {
    both!("{municipality}, kalender {on}", "{municipality}, calendar {on}")
}

/// The heading of a part of the calendar.
pub fn due_part(state: State) -> Message {
    match state {
        State::Late => both!("Försenat", "Late"),
        State::Now => both!("Nu", "Now"),
        State::Ahead => both!("Kommer", "To come"),
        State::Undated => both!("Utan datum", "Without a date"),
    }
}

/// The time of an item.
pub fn due_time(item: &Item) -> Message {
    let Some(span) = item.span else { return frequency(&item.when) };
    let time = time_of(span);
    if item.approximate {
        let (swedish, english) = (time.swedish, time.english);
        both!("omkring {swedish}", "about {english}")
    } else {
        time
    }
}

fn time_of(span: Span) -> Message {
    let Span { first, last, kind } = span;
    match kind {
        SpanKind::Day => both!("{first}", "{first}"),
        SpanKind::Until => both!("senast {last}", "by {last}"),
        SpanKind::Week => {
            let week = first.iso_week().week();
            both!("vecka {week} ({first} - {last})", "week {week} ({first} - {last})")
        }
        SpanKind::Month => {
            let (swedish, english) = MONTHS[usize::try_from(first.month0()).unwrap_or_default()];
            let year = first.year();
            both!("{swedish} {year}", "{english} {year}")
        }
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("mars", "March"),
    ("april", "April"),
    ("maj", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augusti", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// How often something comes back that has no dates.
fn frequency(when: &Recurrence) -> Message {
    match when {
        Recurrence::Times { least, most, per } => times(*least, *most, *per),
        Recurrence::EveryWeeks { weeks, .. } => both!(
            "var {weeks}:e vecka; fyll i fran i konfigurationen",
            "every {weeks} weeks; fill in fran in the config"
        ),
        _ => both!("ingen tid i planen", "no time in the plan"),
    }
}

fn times(least: u32, most: Option<u32>, per: Unit) -> Message {
    let (unit, english_unit) = match per {
        Unit::Year => ("år", "year"),
        Unit::HalfYear => ("halvår", "half-year"),
        Unit::Term => ("termin", "term"),
        Unit::SchoolYear => ("läsår", "school year"),
    };
    match most {
        Some(most) if most == least => both!("{least} per {unit}", "{least} a {english_unit}"),
        Some(most) => both!("{least}-{most} per {unit}", "{least}-{most} a {english_unit}"),
        None => both!("minst {least} per {unit}", "at least {least} a {english_unit}"),
    }
}

/// How far away the time of an item is.
pub fn due_distance(item: &Item, on: NaiveDate) -> Message {
    let Some(days) = item.days_left(on) else { return both!("", "") };
    match (item.state, days) {
        (State::Late, -1) => both!("1 dag sen", "1 day late"),
        (State::Late, days) => {
            let late = -days;
            both!("{late} dagar sen", "{late} days late")
        }
        (_, 0) => both!("i dag", "today"),
        (State::Now, 1) => both!("1 dag kvar", "1 day left"),
        (State::Now, days) => both!("{days} dagar kvar", "{days} days left"),
        (_, 1) => both!("i morgon", "tomorrow"),
        (_, days) => both!("om {days} dagar", "in {days} days"),
    }
}

/// What to do about an item that is a job of this program, once its time has come.
pub fn due_command(item: &Item) -> Option<Message> {
    let job = item.job.filter(|_| matches!(item.state, State::Late | State::Now))?;
    let period = item.period.map(|period| format!(" --period {period}")).unwrap_or_default();
    Some(match job {
        Job::Monthly => both!("kör kaa monthly", "run kaa monthly"),
        Job::Scb => both!(
            "kör kaa scb{period}, ladda upp filen och märk den: kaa scb{period} --skickad",
            "run kaa scb{period}, upload the file and mark it: kaa scb{period} --skickad"
        ),
        Job::Board => both!("kör kaa board{period}", "run kaa board{period}"),
        Job::Purge => both!("kör kaa purge", "run kaa purge"),
    })
}

/// The latest run of an item's job.
pub fn due_latest(item: &Item) -> Option<Message> {
    let latest = item.latest.as_deref()?;
    Some(both!("senaste körning: {latest}", "latest run: {latest}"))
}

/// Nothing was run, since nothing was due.
pub fn nothing_to_run() -> Message {
    both!("Inget jobb att köra i dag.", "No job to run today.")
}

/// Where a file lies cannot be found out.
pub fn no_absolute_path(path: &Path, error: &dyn Display) -> Message {
    let path = path.display();
    both!("Var {path} ligger kan inte avgöras: {error}", "Where {path} lies cannot be found out: {error}")
}

/// What the units of a scheduler do.
pub fn schedule_title(municipality: &str) -> String {
    format!("kaa för {municipality}: kör det som kalendern säger, en gång om dagen")
}

/// What stands above the systemd units.
pub fn systemd_comment(service: &str, timer: &str, workspace: &Path, output: &Path) -> String {
    let (workspace, output) = (workspace.display(), output.display());
    format!(
        "# Spara de två delarna som /etc/systemd/system/{service} och /etc/systemd/system/{timer}.\n\
         # Användaren kaa måste finnas (sudo useradd --system kaa), få läsa {workspace} och få skriva i {output},\n\
         # som också måste finnas.\n\
         # Starta: sudo systemctl daemon-reload && sudo systemctl enable --now {timer}\n\
         # Avslutskod 3 betyder att en människa måste besluta; journalctl -u {service} visar varför.\n"
    )
}

/// What stands above the line of cron.
pub fn cron_comment() -> &'static str {
    "# Lägg raden i användarens crontab: crontab -e. Var datorn avstängd körs det som förfallit nästa dag. Det som mejlas är bara\n# körningar och vad som gick fel.\n"
}

/// What the calendar file is called.
pub fn ics_title(municipality: &str) -> String {
    format!("Aktivitetsansvaret i {municipality}")
}

/// What the calendar file says of an entry.
pub fn ics_description(responsible: Option<&str>, reference: Option<&str>, wording: Option<&str>) -> String {
    let responsible = responsible.map(|who| format!("Ansvarig: {who}"));
    let wording = wording.map(|words| format!("Planens ord: {words}"));
    let reference = reference.map(|place| format!("Enligt: {place}"));
    [responsible, wording, reference].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The summary of an entry in the calendar file.
pub fn ics_summary(what: &str, span: Span, approximate: bool) -> String {
    match span.kind {
        SpanKind::Until => format!("Sista dag: {what}"),
        SpanKind::Day if approximate => format!("Omkring den här dagen: {what}"),
        SpanKind::Day => what.to_owned(),
        SpanKind::Week => format!("Den här veckan: {what}"),
        SpanKind::Month => format!("Den här månaden: {what}"),
    }
}
