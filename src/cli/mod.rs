//! The command line: what was typed becomes a typed command; each command parses, calls and prints.

mod check;
mod demo;
mod monthly;
mod progress;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{Local, NaiveDate};
use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Config;
use crate::ingest::FileFault;
use crate::run::RunError;
use crate::texts::{Language, Message, files_faulty, run_error};

/// Kommunernas aktivitetsansvar: vilka ungdomar som omfattas, vilka som kommit och gått, och vilka ingen har nått.
#[derive(Debug, Parser)]
#[command(name = "kaa", version, max_term_width = 100)]
struct Arguments {
    /// Kommunens konfiguration.
    #[arg(short, long, global = true, value_name = "FIL", default_value = "kaa.toml")]
    config: PathBuf,
    /// Språk i terminalen; annars datorns språk. Filerna är alltid på svenska.
    #[arg(long, global = true, value_name = "SPRÅK")]
    lang: Option<LanguageChoice>,
    /// Skriv sammanfattningen som JSON på standard ut.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LanguageChoice {
    Sv,
    En,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Visa hela jobbet på en påhittad kommun. Börja här.
    Demo {
        /// Mapp att lägga exemplet (exempelby) och resultatet (output) i.
        #[arg(value_name = "MAPP", default_value = ".")]
        folder: PathBuf,
    },
    /// Läs alla källor och visa varje fel med fil, blad, rad och kolumn. Skriver inget.
    Check {
        /// Avstämningsdatum; annars i dag.
        #[arg(long, value_name = "DATUM")]
        as_of: Option<NaiveDate>,
    },
    /// Månadens avstämning: listor och mötets arbetsbok.
    Monthly(monthly::Options),
}

/// How a command ended badly.
#[derive(Debug)]
enum Failure {
    /// Failed: exit code 1.
    Failed(Message),
    /// Wrong use or config: exit code 2.
    Usage(Message),
    /// A person must decide: exit code 3.
    Held(Message),
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Failed(run_error(&error))
    }
}

/// What every command needs besides its own arguments.
struct Session {
    config: PathBuf,
    language: Language,
    json: bool,
}

impl Session {
    fn config(&self) -> Result<Config, Failure> {
        Config::read(&self.config).map_err(Failure::Usage)
    }

    /// Findings and errors go to standard error.
    fn tell(&self, message: &Message) {
        eprintln!("{}", message.say(self.language));
    }

    fn file_faults(&self, faults: &[FileFault]) -> Failure {
        for fault in faults {
            self.tell(&fault.message());
        }
        Failure::Failed(files_faulty(faults.len()))
    }
}

/// Runs the program. Exit codes: 0 done, 1 failed, 2 wrong use or config, 3 a person must decide.
pub fn main() -> ExitCode {
    contain_panics();
    let arguments = Arguments::parse();
    let session = Session { config: arguments.config, language: language(arguments.lang), json: arguments.json };
    let result = match arguments.command {
        Command::Demo { folder } => demo::run(&session, &folder),
        Command::Check { as_of } => check::run(&session, as_of.unwrap_or_else(today)),
        Command::Monthly(options) => monthly::run(&session, &options),
    };
    let (message, code) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (message, 1),
        Err(Failure::Usage(message)) => (message, 2),
        Err(Failure::Held(message)) => (message, 3),
    };
    session.tell(&message);
    ExitCode::from(code)
}

/// The only place that reads the clock, for the default of `--as-of`.
fn today() -> NaiveDate {
    Local::now().date_naive()
}

fn language(choice: Option<LanguageChoice>) -> Language {
    match choice {
        Some(LanguageChoice::Sv) => Language::Swedish,
        Some(LanguageChoice::En) => Language::English,
        None => {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
            if locale.is_some_and(|locale| locale.to_lowercase().starts_with("en")) {
                Language::English
            } else {
                Language::Swedish
            }
        }
    }
}

/// A panic never prints what it was about: it could hold personal data. One that a reader contains prints nothing.
fn contain_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if crate::ingest::spreadsheet::panic_is_contained() {
            return;
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("Internt fel i kaa vid {place}. Inga personuppgifter visas. / Internal error in kaa at {place}.");
    }));
}
