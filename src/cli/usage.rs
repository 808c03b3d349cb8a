//! What is said when the command line asks for help, or cannot be understood: in the user's language.

use std::io::{IsTerminal, stdout};
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::output::{say, show};
use crate::ingest::mask_number;
use crate::system::has_colours;
use crate::texts::{
    Language, Message, help_options, usage_bad_value, usage_conflict, usage_help, usage_missing, usage_other,
    usage_unknown_argument, usage_unknown_command,
};

/// Tells of what the parser found. Exit codes: 0 for help that was asked for, 2 for wrong use.
pub(super) fn tell(error: &clap::Error, language: Language) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let rendered = error.render();
            let text = if stdout().is_terminal() && has_colours() {
                rendered.ansi().to_string()
            } else {
                rendered.to_string()
            };
            match show(in_language(&text, language)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => {
                    say(format_args!("{}\n", failure.message().say(language)));
                    ExitCode::FAILURE
                }
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            say(in_language(&error.render().to_string(), language));
            ExitCode::from(2)
        }
        _ => {
            say(format_args!("{}\n", message(error).say(language)));
            say(format_args!("{}\n", usage_help(&command_typed()).say(language)));
            ExitCode::from(2)
        }
    }
}

fn in_language(text: &str, language: Language) -> String {
    let (written, meant) = help_options();
    text.replace(written, meant.say(language))
}

fn message(error: &clap::Error) -> Message {
    let all = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![shown(text)],
        Some(ContextValue::Strings(texts)) => texts.iter().map(|text| shown(text)).collect(),
        _ => Vec::new(),
    };
    let one = |kind: ContextKind| all(kind).into_iter().next().unwrap_or_default();
    let nearest = |kind: ContextKind| all(kind).into_iter().next();
    let argument = one(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => usage_unknown_argument(&argument, nearest(ContextKind::SuggestedArg).as_deref()),
        ErrorKind::InvalidSubcommand => {
            let found = one(ContextKind::InvalidSubcommand);
            let commands = commands();
            usage_unknown_command(&found, crate::config::nearest(&found, commands.iter().map(String::as_str)))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::NoEquals => {
            usage_bad_value(&argument, &one(ContextKind::InvalidValue), &all(ContextKind::ValidValue))
        }
        ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            usage_bad_value(&argument, "", &[])
        }
        ErrorKind::MissingRequiredArgument => usage_missing(&all(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => usage_conflict(&argument, &one(ContextKind::PriorArg)),
        _ => usage_other(),
    }
}

/// What was typed, unless it is a person's number, which others could read on the screen.
fn shown(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits >= 9 { mask_number(text) } else { text.to_owned() }
}

/// The names of the commands.
fn commands() -> Vec<String> {
    let program = super::Arguments::command();
    program.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The program and the command that was typed, to ask for help with.
fn command_typed() -> String {
    let commands = commands();
    let typed = std::env::args().skip(1).find(|word| commands.contains(word));
    typed.map_or("kaa".to_owned(), |command| format!("kaa {command}"))
}
