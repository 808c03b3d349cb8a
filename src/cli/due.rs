//! `kaa due`: what the calendar says is due, and what of it is a job.

use chrono::NaiveDate;
use clap::Args;

use super::jobs::SourceOptions;
use super::monthly::{Options as MonthlyOptions, monthly};
use super::output::show;
use super::{Failure, Session, exit_code, today};
use crate::config::{Config, Job};
use crate::due::{History, Item, State, due};
use crate::texts::calendar::{due_command, due_distance, due_heading, due_latest, due_part, due_time, nothing_to_run};

/// The options of `kaa due`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Vilken dag det gäller; annars i dag.
    #[arg(long, value_name = "DATUM")]
    on: Option<NaiveDate>,
    /// Kör det som är ett jobb och har förfallit. Kan köras hur ofta som helst.
    #[arg(long)]
    run: bool,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    session.each(|config| due_in(session, config, options))
}

fn due_in(session: &Session, config: &Config, options: &Options) -> Result<(), Failure> {
    let on = options.on.unwrap_or_else(today);
    let result = if options.run { run_jobs(session, config, on) } else { Ok(()) };
    // What is due after the jobs, also when one of them was held.
    let items = due(config, &History::read(config)?, on);
    if session.json {
        show(format_args!("{}\n", json(config, &items, on, &result)))?;
    } else {
        show(text(session, config, &items, on))?;
    }
    result
}

fn run_jobs(session: &Session, config: &Config, on: NaiveDate) -> Result<(), Failure> {
    let items = due(config, &History::read(config)?, on);
    let mut jobs = items.iter().filter(|item| item.runs_by_itself()).filter_map(|item| item.job).peekable();
    // Asked for, and no finding: whoever throws away standard output hears only of runs and of what went wrong.
    if jobs.peek().is_none() && !session.json {
        show(format_args!("{}\n", nothing_to_run().say(session.language)))?;
    }
    // Standard output is for the calendar.
    let session = session.without_json();
    jobs.try_for_each(|job| match job {
        Job::Monthly => {
            let options = MonthlyOptions { sources: SourceOptions::on(on), since: None };
            monthly(&session, config, &options).map(|_| ())
        }
        // A person reads these before they leave the house: see `Item::runs_by_itself`.
        Job::Scb | Job::Board | Job::Purge => Ok(()),
    })
}

fn text(session: &Session, config: &Config, items: &[Item], on: NaiveDate) -> String {
    let say = |message: crate::texts::Message| message.say(session.language).to_owned();
    let mut text = say(due_heading(&config.name, on)) + "\n";
    for part in items.chunk_by(|a, b| a.state == b.state) {
        text += &format!("\n{}\n", say(due_part(part[0].state)));
        for item in part {
            let distance = say(due_distance(item, on));
            let time = say(due_time(item));
            let time = if distance.is_empty() { time } else { format!("{time}, {distance}") };
            let details = [item.responsible.clone(), item.wording.clone(), item.reference.clone()];
            let details: Vec<String> = details.into_iter().flatten().collect();
            text += &format!("  {}\n    {time}\n", item.what.say(session.language));
            if !details.is_empty() {
                text += &format!("    {}\n", details.join("; "));
            }
            for line in [due_command(item), due_latest(item)].into_iter().flatten() {
                text += &format!("    {}\n", say(line));
            }
        }
    }
    text
}

/// One line for a monitor: `slutkod` is how the program ends, so that the line alone tells of a held run.
fn json(config: &Config, items: &[Item], on: NaiveDate, result: &Result<(), Failure>) -> serde_json::Value {
    let count = |state: State| items.iter().filter(|item| item.state == state).count();
    let entries: Vec<serde_json::Value> = items
        .iter()
        .map(|item| {
            serde_json::json!({
                "vad": item.what.swedish,
                "jobb": item.job.map(Job::name),
                "period": item.period.map(|period| period.to_string()),
                "status": item.state.code(),
                "fran": item.span.map(|span| span.first.to_string()),
                "senast": item.span.map(|span| span.last.to_string()),
                "ungefar": item.approximate,
                "tid": due_time(item).swedish,
                "dagar_kvar": item.days_left(on),
                "ansvarig": item.responsible,
                "plan": item.reference,
                "ord": item.wording,
                "senaste_korning": item.latest,
            })
        })
        .collect();
    serde_json::json!({
        "kommunkod": config.municipality.to_string(),
        "datum": on.to_string(),
        "slutkod": exit_code(result),
        "sena": count(State::Late),
        "nu": count(State::Now),
        "kalender": entries,
    })
}
