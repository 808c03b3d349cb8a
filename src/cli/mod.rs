//! The command line: what was typed becomes a typed command; each command parses, calls and prints.

mod board;
mod check;
mod completions;
mod demo;
mod due;
mod explain;
mod federation;
mod init;
mod jobs;
mod man;
mod monthly;
mod output;
mod progress;
mod purge;
mod scb;
mod schedule;
mod schema;
mod synth;
mod usage;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use chrono::{Local, NaiveDate};
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use self::output::say;
use crate::access::many_who_read_folder;
use crate::config::{Config, Pipeline};
use crate::ingest::{FileFault, Shared, mask_message};
use crate::job::system_error;
use crate::records::Municipality;
use crate::run::RunError;
use crate::texts::{
    Language, Message, english_help, english_value, files_faulty, help_command, help_default, help_headings,
    help_of_help, help_values, not_in_config, one_of_several, read_by_many, readers_unknown, run_error,
};

/// Kommunernas aktivitetsansvar: vilka ungdomar som omfattas, vilka som kommit och gått, och vilka ingen har nått.
#[derive(Debug, Parser)]
#[command(name = "kaa", version, max_term_width = 100, disable_version_flag = true)]
struct Arguments {
    /// Kommunens konfiguration.
    #[arg(short, long, global = true, value_name = "FIL", default_value = "kaa.toml")]
    config: PathBuf,
    /// Endast dessa kommuner i ett förbund, med kommunkod. Kan anges flera gånger.
    #[arg(long, global = true, value_name = "KOD")]
    endast: Vec<String>,
    /// Språk i terminalen; annars datorns språk. Filerna är alltid på svenska.
    #[arg(long, global = true, value_name = "SPRÅK")]
    lang: Option<LanguageChoice>,
    /// Skriv sammanfattningen som JSON på standard ut.
    #[arg(long, global = true)]
    json: bool,
    /// Visa programmets version.
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
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
    Check(check::Options),
    /// Månadens avstämning: listor och mötets arbetsbok.
    Monthly(monthly::Options),
    /// Halvårsfilen till SCB, med kontroller.
    Scb(scb::Options),
    /// Halvårets rapport till nämnden, med nyckeltal.
    Board(board::Options),
    /// Varför en person omfattas eller inte, med regler och källrader. Personnumret läses från standard in.
    Explain(explain::Options),
    /// Vad som är på gång enligt planens kalender, och vad som är sent.
    Due(due::Options),
    /// Skriv ut det som schemaläggaren i systemd, cron eller Windows behöver, eller årets datum till en kalender.
    Schedule(schedule::Options),
    /// Jämför tidigare körningar med deras manifest, och manifesten med varandra.
    Verify,
    /// Gallring: det som inte får sparas längre. Visar vad; tar bort först med --yes.
    Purge(purge::Options),
    /// Lägg upp en ny arbetsmapp: konfiguration efter en plan, inkorg, teamets arbetsbok och de första stegen.
    Init(init::Options),
    /// Hitta på en kommun, ett förbund eller hela landet, för prov och mätningar.
    Synth(synth::Options),
    /// JSON Schema för redigerare som fyller i och kontrollerar: konfigurationens, eller SCB-layoutens.
    Schema(schema::Options),
    /// Det som ett skal behöver för att fylla i kommandona.
    Completions(completions::Options),
    /// Manualsidor.
    Man(man::Options),
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

impl Failure {
    fn message(&self) -> &Message {
        let (Self::Failed(message) | Self::Usage(message) | Self::Held(message)) = self;
        message
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Failed(run_error(&error))
    }
}

/// What every command needs besides its own arguments.
struct Session {
    config: PathBuf,
    /// The municipalities of a federation that are meant; none: all of them.
    only: Vec<String>,
    language: Language,
    json: bool,
    /// What a federation's municipalities share, once it has been read.
    shared: Arc<OnceLock<Arc<Shared>>>,
}

impl Session {
    /// The municipalities that the command is about: at least one whose pipeline is right.
    fn pipeline(&self) -> Result<Pipeline, Failure> {
        let mut pipeline = Pipeline::read(&self.config).map_err(Failure::Usage)?;
        let faulty = pipeline.faulty().iter().map(|member| member.municipality);
        let all: Vec<String> = pipeline
            .municipalities()
            .iter()
            .map(|config| config.municipality)
            .chain(faulty)
            .map(|code| code.to_string())
            .collect();
        if let Some(other) = self.only.iter().find(|only| !all.contains(only)) {
            return Err(Failure::Usage(not_in_config(other)));
        }
        if let Pipeline::Several(federation) = &mut pipeline {
            let is_meant = |code: Municipality| self.only.is_empty() || self.only.contains(&code.to_string());
            federation.municipalities.retain(|config| is_meant(config.municipality));
            federation.faulty.retain(|member| is_meant(member.municipality));
        }
        match (pipeline.municipalities(), pipeline.faulty()) {
            ([], [others @ .., last]) => {
                others.iter().for_each(|member| self.tell(&member.fault));
                Err(Failure::Usage(last.fault.clone()))
            }
            _ => {
                self.tell_of_readers(pipeline.output());
                Ok(pipeline)
            }
        }
    }

    /// On Windows the folder of the runs has the rights of the one that it lies in. Elsewhere the program sets them.
    fn tell_of_readers(&self, output: &Path) {
        match many_who_read_folder(output) {
            Some(many) if many.is_empty() => {}
            Some(many) => self.tell(&read_by_many(output, &many)),
            None => self.tell(&readers_unknown(output)),
        }
    }

    /// The one municipality that the command is about.
    fn config(&self) -> Result<Config, Failure> {
        let pipeline = self.pipeline()?;
        match pipeline.municipalities() {
            [config] if pipeline.size() == 1 => Ok(config.clone()),
            _ => Err(Failure::Usage(one_of_several(pipeline.size()))),
        }
    }

    /// The session for a job whose summary nobody asked for on standard output.
    fn without_json(&self) -> Self {
        let (config, only, shared) = (self.config.clone(), self.only.clone(), self.shared.clone());
        Self { config, only, language: self.language, json: false, shared }
    }

    /// Findings and errors go to standard error. Names of files and sheets in them can hold anything.
    fn tell(&self, message: &Message) {
        say(format_args!("{}\n", mask_message(message.say(self.language))));
    }

    /// What is in the language already.
    fn tell_text(&self, text: &str) {
        say(format_args!("{text}\n"));
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
    let spoken = language_before_parsing();
    let command = in_language(Arguments::command(), spoken);
    let parsed = command.clone().try_get_matches();
    let arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return usage::tell(&error, spoken),
    };
    let session = Session {
        config: arguments.config,
        only: arguments.endast,
        language: language(arguments.lang),
        json: arguments.json,
        shared: Arc::default(),
    };
    let result = match arguments.command {
        Command::Demo { folder } => demo::run(&session, &folder),
        Command::Check(options) => check::run(&session, &options),
        Command::Monthly(options) => monthly::run(&session, &options),
        Command::Scb(options) => scb::run(&session, &options),
        Command::Board(options) => board::run(&session, &options),
        Command::Explain(options) => explain::run(&session, &options),
        Command::Due(options) => due::run(&session, &options),
        Command::Schedule(options) => schedule::run(&session, &options),
        Command::Verify => verify::run(&session),
        Command::Purge(options) => purge::run(&session, &options),
        Command::Init(options) => init::run(&session, &options),
        Command::Synth(options) => synth::run(&options),
        Command::Schema(options) => schema::run(&options),
        Command::Completions(options) => completions::run(&options, command),
        Command::Man(options) => man::run(&options, command, spoken),
    };
    let code = exit_code(&result);
    if let Err(failure) = result {
        session.tell(failure.message());
    }
    // The rows that a nation shares need not be freed one by one: the system takes all of it back at once.
    std::mem::forget(session);
    ExitCode::from(code)
}

/// How a command ends for whoever started it.
fn exit_code(result: &Result<(), Failure>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(Failure::Failed(_)) => 1,
        Err(Failure::Usage(_)) => 2,
        Err(Failure::Held(_)) => 3,
    }
}

/// The only place that reads the clock, for the default of `--as-of`.
fn today() -> NaiveDate {
    Local::now().date_naive()
}

/// The help must know the language before the arguments are understood.
fn language_before_parsing() -> Language {
    let typed: Vec<String> = std::env::args().collect();
    let said = |word: &str| {
        typed.iter().any(|argument| argument == &format!("--lang={word}"))
            || typed.windows(2).any(|pair| pair[0] == "--lang" && pair[1] == word)
    };
    match (said("sv"), said("en")) {
        (true, _) => Language::Swedish,
        (_, true) => Language::English,
        _ => language(None),
    }
}

/// The help in one language, headings included.
fn in_language(command: clap::Command, language: Language) -> clap::Command {
    let headings = help_headings();
    let [usage, commands, options, arguments] = headings.each_ref().map(|heading| heading.say(language).to_owned());
    let template = format!("{{about}}\n\n{usage}: {{usage}}\n\n{{all-args}}");
    let name = command.get_name().to_owned();
    let command = command.help_template(template).subcommand_help_heading(commands).disable_help_subcommand(true);
    let command = command.subcommand_value_name(help_command().say(language).to_owned());
    let command = command.mut_args(|argument| {
        let heading = if argument.is_positional() { &arguments } else { &options };
        argument_in_language(&name, argument.help_heading(heading.clone()), language)
    });
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help_heading(options);
    let help = help.help(help_of_help().say(language).to_owned());
    let command = command.disable_help_flag(true).disable_version_flag(true).arg(help);
    let command = match english_help(&name, "").filter(|_| language == Language::English) {
        Some(text) => command.about(text),
        None => command,
    };
    command.mut_subcommands(|inner| in_language(inner, language))
}

/// An argument with its help, what it is by itself and what it takes in one language: the parser knows only English.
fn argument_in_language(command: &str, argument: Arg, language: Language) -> Arg {
    let english = |text: Option<&'static str>| text.filter(|_| language == Language::English);
    let swedish = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut help = english(english_help(command, argument.get_id().as_str())).map_or(swedish, str::to_owned);
    let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() {
        help += help_default(&defaults.join(", ")).say(language);
    }
    let values = argument.get_possible_values();
    if argument.get_action().takes_values() && !values.is_empty() {
        let values: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        help += help_values(&values.join(", ")).say(language);
    }
    let names = argument.get_value_names().unwrap_or_default().iter();
    let names: Vec<String> =
        names.map(|name| english(english_value(name)).map_or_else(|| name.to_string(), str::to_owned)).collect();
    let argument = if argument.get_action().takes_values() { argument.value_names(names) } else { argument };
    argument.help(help).hide_default_value(true).hide_possible_values(true)
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

/// A panic never prints what it was about: it could hold personal data.
fn contain_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // The writer of workbooks panics on a full disk; the job makes an error of it.
        if place.contains("rust_xlsxwriter") && system_error(panic.payload()).is_some() {
            return;
        }
        say(format_args!(
            "Internt fel i kaa vid {place}. Inga personuppgifter visas. / Internal error in kaa at {place}.\n"
        ));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_english(command: &clap::Command) -> Vec<String> {
        let name = command.get_name();
        let of_clap = ["help"];
        let arguments = command.get_arguments().map(|argument| argument.get_id().as_str());
        let mut missing: Vec<String> = arguments
            .filter(|id| !of_clap.contains(id) && english_help(name, id).is_none())
            .map(|id| format!("{name} {id}"))
            .collect();
        if english_help(name, "").is_none() {
            missing.push(name.to_owned());
        }
        let is_shown = |argument: &&Arg| argument.get_action().takes_values() && !argument.is_hide_set();
        let with_value = command.get_arguments().filter(is_shown);
        let values = with_value.filter_map(clap::Arg::get_value_names).flatten();
        missing.extend(values.filter(|value| english_value(value).is_none()).map(|value| format!("{name} <{value}>")));
        missing.extend(command.get_subcommands().flat_map(without_english));
        missing
    }

    #[test]
    #[ignore = "run by a_panic_never_tells_whom_it_was_about, in a process of its own"]
    fn a_panic_about_a_person() {
        contain_panics();
        let name = String::from("Åsa Gömstig");
        // The standard library tells what it could not cut.
        let _ = name.split_at(1);
    }

    #[test]
    fn a_panic_never_tells_whom_it_was_about() {
        let tests = std::env::current_exe().expect("the tests");
        let panicking = ["--exact", "cli::tests::a_panic_about_a_person", "--ignored", "--nocapture"];
        let output = std::process::Command::new(tests).args(panicking).output().expect("they run");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("Internt fel i kaa vid "), "{said}");
        assert!(!said.contains("Gömstig"), "{said}");
    }

    #[test]
    fn every_command_and_argument_has_an_english_help() {
        assert_eq!(without_english(&Arguments::command()), Vec::<String>::new());
    }
}
