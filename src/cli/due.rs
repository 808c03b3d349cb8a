//! `kaa due`: what the calendar says is due, and what of it is a job.

use std::cell::RefCell;

use chrono::NaiveDate;
use clap::Args;

use super::federation::{self, Endings};
use super::jobs::SourceOptions;
use super::monthly::{Options as MonthlyOptions, monthly};
use super::output::show;
use super::{Failure, Session, exit_code, today};
use crate::config::{Config, Federation, Job, Pipeline};
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
    let on = options.on.unwrap_or_else(today);
    let pipeline = session.pipeline()?;
    match &pipeline {
        Pipeline::Several(federation) if options.run => {
            match run_jobs_of_all(session, federation.clone(), on) {
                Ok(endings) => {
                    let endings = RefCell::new(endings);
                    session.each_without_name(pipeline, |config| {
                        tell(session, config, on, endings.borrow_mut().take(config.municipality))
                    })
                }
                // It stopped all of them, and a monitor looks at the line of each.
                Err(failure) => {
                    let ended = Err(failure);
                    session.each_without_name(pipeline, |config| show_calendar(session, config, on, &ended)).and(ended)
                }
            }
        }
        _ => session.each_without_name(pipeline, |config| {
            let result = if options.run { run_jobs(session, config, on) } else { Ok(()) };
            tell(session, config, on, result)
        }),
    }
}

/// What is due after the jobs, also when one of them was held.
fn tell(session: &Session, config: &Config, on: NaiveDate, result: Result<(), Failure>) -> Result<(), Failure> {
    show_calendar(session, config, on, &result)?;
    result
}

fn show_calendar(
    session: &Session,
    config: &Config,
    on: NaiveDate,
    result: &Result<(), Failure>,
) -> Result<(), Failure> {
    let items = due(config, &History::read(config)?, on);
    if session.json {
        show(format_args!("{}\n", json(config, &items, on, result)))
    } else {
        show(text(session, config, &items, on))
    }
}

/// Whether the monthly reconciliation is to be run: the one job that the program runs by itself.
fn is_to_run(config: &Config, on: NaiveDate) -> Result<bool, Failure> {
    Ok(due(config, &History::read(config)?, on).iter().any(Item::runs_by_itself))
}

fn run_jobs(session: &Session, config: &Config, on: NaiveDate) -> Result<(), Failure> {
    if !is_to_run(config, on)? {
        return show_nothing_to_run(session);
    }
    // Standard output is for the calendar.
    monthly(&session.without_json(), config, &options_on(on)).map(|_| ())
}

/// Runs the municipalities whose time has come as one, so that the overview tells of them.
fn run_jobs_of_all(session: &Session, mut federation: Federation, on: NaiveDate) -> Result<Endings, Failure> {
    let mut to_run = Vec::new();
    for config in federation.municipalities {
        // One whose runs cannot be read is told of where its calendar is; the others are run.
        if is_to_run(&config, on).unwrap_or(false) {
            to_run.push(config);
        }
    }
    federation.municipalities = to_run;
    if federation.municipalities.is_empty() {
        show_nothing_to_run(session)?;
        return Ok(Endings::default());
    }
    federation::monthly(&session.without_json(), &federation, &options_on(on))
}

fn options_on(on: NaiveDate) -> MonthlyOptions {
    MonthlyOptions { sources: SourceOptions::on(on), since: None }
}

/// Asked for, and no finding: whoever throws away standard output hears only of runs and of what went wrong.
fn show_nothing_to_run(session: &Session) -> Result<(), Failure> {
    if session.json { Ok(()) } else { show(format_args!("{}\n", nothing_to_run().say(session.language))) }
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
