//! The help of the commands and their manual pages. The Swedish texts stand at the arguments; these are the English ones,
//! and the words that the parser of arguments would write itself.

use super::{Message, both};

/// Headings of the help: how a command is called, its commands, options and arguments.
pub fn help_headings() -> [Message; 4] {
    [
        both!("Användning", "Usage"),
        both!("Kommandon", "Commands"),
        both!("Val", "Options"),
        both!("Argument", "Arguments"),
    ]
}

/// What the help of every command ends with.
pub fn help_of_help() -> Message {
    both!("Visa hjälpen.", "Show this help.")
}

/// What stands for a command in the usage of the program.
pub fn help_command() -> Message {
    both!("KOMMANDO", "COMMAND")
}

/// What an argument is when it is not given.
pub fn help_default(value: &str) -> Message {
    both!(" [förval: {value}]", " [default: {value}]")
}

/// The values that an argument takes.
pub fn help_values(values: &str) -> Message {
    both!(" [värden: {values}]", " [values: {values}]")
}

/// The one word of the usage that cannot be set: as the parser writes it, and as it is to be.
pub fn help_options() -> (&'static str, Message) {
    ("[OPTIONS]", both!("[VAL]", "[OPTIONS]"))
}

/// The manual that the pages are part of, above each: a name, in every language.
pub const MAN_MANUAL: &str = "Kommunernas aktivitetsansvar";

/// The headings of a manual page: as they are generated, and as they are to be.
pub fn man_headings() -> [(&'static str, Message); 4] {
    [
        ("NAME", both!("NAMN", "NAME")),
        ("SYNOPSIS", both!("SYNTAX", "SYNOPSIS")),
        ("DESCRIPTION", both!("BESKRIVNING", "DESCRIPTION")),
        ("VERSION", both!("VERSION", "VERSION")),
    ]
}

/// The English name of an argument's value. `None`: there is no such value.
pub fn english_value(name: &str) -> Option<&'static str> {
    let name = match name {
        "ANTAL" => "COUNT",
        "DATUM" => "DATE",
        "FIL" => "FILE",
        "FORM" => "FORM",
        "GRAD" => "DEGREE",
        "HALVÅR" => "HALF-YEAR",
        "KOD" => "CODE",
        "KODER" => "CODES",
        "KÄLLA" => "SOURCE",
        "MAPP" => "FOLDER",
        "NAMN" => "NAME",
        "PROFIL" => "PROFILE",
        "SKAL" => "SHELL",
        "SPRÅK" => "LANGUAGE",
        "TAL" => "NUMBER",
        "VAD" => "WHAT",
        _ => return None,
    };
    Some(name)
}

/// The English help of a command, or of one of its arguments. `None`: there is no such text.
pub fn english_help(command: &str, argument: &str) -> Option<&'static str> {
    let text = match (command, argument) {
        ("kaa", "") => {
            "Kommunernas aktivitetsansvar: which youths are in the target group, who came and left, and whom nobody has reached."
        }
        ("kaa", "config") => "The municipality's config.",
        ("kaa", "endast") => "Only these municipalities of a federation, by code. Can be given several times.",
        ("kaa", "lang") => "Language in the terminal; else the computer's. Files are always Swedish.",
        ("kaa", "json") => "Print the summary as JSON on standard output.",
        ("kaa", "version") => "Show the version of the program.",
        ("demo", "") => "Show the whole job on an invented municipality. Begin here.",
        ("demo", "folder") => "The folder for the example (exempelby) and the result (output).",
        ("check", "") => "Read every source and show each fault with file, sheet, row and column. Writes nothing.",
        ("check", "xlsx") => {
            "Write the faults into a new workbook, masked, to send to whoever makes the exports; in a federation one for each municipality."
        }
        ("check" | "monthly" | "scb" | "board" | "explain", "as_of") => "The as-of date; else today.",
        ("monthly", "") => "The monthly reconciliation: the lists and the meeting's workbook.",
        ("monthly", "since") => "Compare with the last run on or before this date.",
        ("monthly" | "scb" | "board", "godkann") => "Accept a source as it is. Can be given several times.",
        ("board", "") => "The half-year's report to the board, with key figures.",
        ("scb" | "board", "period") => "The half-year, for example 2026H1.",
        ("scb", "") => "The half-year file for SCB, with its checks.",
        ("scb", "draft") => "Write a draft (..._UTKAST) although checks hold the file.",
        ("scb", "skickad") => "Mark the half-year's latest file as the one that was uploaded. Writes no new file.",
        ("scb", "layout") => "A layout of your own, instead of the program's for the half-year.",
        ("explain", "") => {
            "Why a person is in the group or not, with rules and source rows. The personnummer is read from standard input."
        }
        ("explain", "utdrag") => "Extract of the register: all that is held on the person (GDPR article 15).",
        ("explain", "refused") => "The personnummer is read from standard input or a prompt, never from here.",
        ("due", "") => "What is due by the plan's calendar, and what is late.",
        ("due", "on") => "Which day; else today.",
        ("due", "run") => "Run what is a job and due. Can be run as often as you like.",
        ("schedule", "") => {
            "Print what the scheduler of systemd, cron or Windows needs, or the year's dates for a calendar program."
        }
        ("schedule", "target") => {
            "What it is for: the scheduler of systemd, cron or Windows, or the year's dates for a calendar (ics)."
        }
        ("schedule", "on") => "From which day; else today.",
        ("init", "") => {
            "Set up a new workspace: a config by a plan, an inbox, the team's workbook and the first steps."
        }
        ("init", "folder") => "The folder of the workspace. Nothing in it is overwritten.",
        ("init", "profile") => "The plan to begin with: Nacka's, Vara's, Essunga's, Tibro's or none.",
        ("init", "kommun") => "The municipality's code, when it is another than the plan's.",
        ("init", "namn") => "The municipality's name, when it is another than the plan's.",
        ("init", "from") => {
            "Exports to look at, or folders with them: what each is, and which columns, is proposed in the config."
        }
        ("init", "exempel") => "Show in the team's workbook how a row is filled in, struck out.",
        ("verify", "") => "Compare earlier runs with their manifests, and the manifests with each other.",
        ("purge", "") => "Gallring: what may not be kept any more. Shows it; deletes only with --yes.",
        ("purge", "on") => "Which day decides; else today.",
        ("purge", "yes") => "Delete. Without it, what would go is only shown.",
        ("schema", "") => {
            "A JSON Schema for editors that complete and check: the config's, or that of a layout for SCB."
        }
        ("schema", "subject") => "What it is for: the config (konfiguration), or a layout for SCB's file (scb).",
        ("completions", "") => "What a shell needs to complete the commands.",
        ("completions", "shell") => "The shell.",
        ("man", "") => "Manual pages.",
        ("man", "folder") => "The folder for the pages; without it the program's own page is printed.",
        ("synth", "") => "Invent a municipality, a federation or a nation, for trials and measurements.",
        ("synth", "folder") => "The folder to write in.",
        ("synth", "fro") => "The seed: the same seed gives the same files.",
        ("synth", "ungdomar") => {
            "How many youths aged 15-20; else 600 in one municipality, and in several by their real size (600 000 in all of Sweden)."
        }
        ("synth", "kommuner") => {
            "Several municipalities that youths move between: \"alla\", or codes with commas. Writes kaa.toml and inbox."
        }
        ("synth", "egna_kallor") => {
            "With --kommuner: every source in each municipality's own folder, instead of shared registers."
        }
        ("synth", "mess") => "How much is wrong in the files: none, a little, much or nasty.",
        ("synth", "format") => "The form of the files.",
        ("synth", "kommun") => "The municipality's code.",
        ("synth", "as_of") => "The date of the later of two reconciliations, a month apart.",
        ("synth", "exempelby") => "Write the sample municipality Exempelby instead, in the forms of real exports.",
        _ => return None,
    };
    Some(text)
}
