//! `kaa explain`: why one person is in the group or not, and all that is held on the person.

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Read};

use chrono::NaiveDate;
use clap::Args;

use super::output::{say, show};
use super::progress::Progress;
use super::{Failure, Session, today};
use crate::config::Config;
use crate::explain::{
    Basis, Material, MaterialError, Style, explanation_json, explanation_text, extract, extract_json, extract_text,
    unknown_json, unknown_text,
};
use crate::ingest::mask_number;
use crate::person::{Identity, PersonalNumber};
use crate::records::CellFault;
use crate::system::has_colours;
use crate::texts::explain::{
    answers_from_run, bad_number, no_number, number_in_arguments, prompt_number, several_numbers,
};
use crate::texts::{cell_fault, no_population_register, progress_reading};

/// More than any number with its blanks and dashes.
const LONGEST_INPUT: u64 = 4096;

/// The options of `kaa explain`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Avstämningsdatum; annars i dag.
    #[arg(long, value_name = "DATUM")]
    as_of: Option<NaiveDate>,
    /// Registerutdrag: allt som finns om personen (dataskyddsförordningen artikel 15).
    #[arg(long)]
    utdrag: bool,
    /// Personnumret läses från standard in eller en fråga, aldrig härifrån.
    #[arg(hide = true)]
    refused: Vec<OsString>,
}

pub(super) fn run(session: &Session, options: &Options) -> Result<(), Failure> {
    // Whatever stands there is not repeated: it may be the number.
    if !options.refused.is_empty() {
        return Err(Failure::Usage(number_in_arguments()));
    }
    let config = session.config()?;
    let as_of = options.as_of.unwrap_or_else(today);
    let number = ask(session, as_of)?;
    let progress = Progress::start(session.language);
    progress.now(&progress_reading());
    let material = Material::read(&config, as_of);
    drop(progress);
    let material = material.map_err(|error| failure(session, error))?;
    if let Basis::Run(run) = &material.basis {
        session.tell(&answers_from_run(run));
    }
    show(answer(session, &config, &material, number, options.utdrag)?)
}

fn answer(
    session: &Session,
    config: &Config,
    material: &Material,
    number: PersonalNumber,
    whole: bool,
) -> Result<String, Failure> {
    let (as_of, language) = (material.as_of, session.language);
    if whole {
        let held = extract(material, config, number)?;
        return Ok(if session.json { format!("{:#}\n", extract_json(&held)) } else { extract_text(&held, language) });
    }
    let explanation = material.explain(config, number)?;
    Ok(match (explanation, session.json) {
        (Some(explanation), true) => format!("{:#}\n", explanation_json(&explanation)),
        (Some(explanation), false) => explanation_text(&explanation, language, style()),
        (None, true) => format!("{:#}\n", unknown_json(number, as_of)),
        (None, false) => unknown_text(number, as_of, language),
    })
}

/// One number from standard input, with a prompt when a person sits there.
fn ask(session: &Session, as_of: NaiveDate) -> Result<PersonalNumber, Failure> {
    let text = read_input(session).map_err(|_| Failure::Usage(no_number()))?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let line = match lines[..] {
        [] => return Err(Failure::Usage(no_number())),
        [line] => line,
        _ => return Err(Failure::Usage(several_numbers(lines.len()))),
    };
    let fault = match PersonalNumber::parse(line, as_of) {
        Ok(Identity::Number(number)) => return Ok(number),
        Ok(Identity::Temporary) => CellFault::Temporary,
        Err(error) => CellFault::Number(error),
    };
    Err(Failure::Usage(bad_number(&mask_number(line), &cell_fault(fault))))
}

fn read_input(session: &Session) -> io::Result<String> {
    let input = io::stdin();
    let mut text = Vec::new();
    if input.is_terminal() {
        say(prompt_number().say(session.language));
        input.lock().take(LONGEST_INPUT).read_until(b'\n', &mut text)?;
    } else {
        input.lock().take(LONGEST_INPUT).read_to_end(&mut text)?;
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn failure(session: &Session, error: MaterialError) -> Failure {
    match error {
        MaterialError::Sources(faults) if faults.is_empty() => Failure::Failed(no_population_register()),
        MaterialError::Sources(faults) => session.file_faults(&faults),
        MaterialError::Run(error) => error.into(),
    }
}

/// Signs and emphasis for terminals, unless <https://no-color.org> or a terminal without them asks for plain text.
fn style() -> Style {
    let wants_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    if io::stdout().is_terminal() && has_colours() && !wants_plain { Style::Terminal } else { Style::Plain }
}
