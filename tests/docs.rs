//! The guides follow the program: every command in a `console` block is run, in order, in an empty folder, and what
//! stands below a command is really in what it prints. Tables that the program knows are written by the program.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kaa::ingest::json::{Standard, standards};
use kaa::init::{Input, fields};
use kaa::records::{Delivery, Kind, Need, fold};
use kaa::register::DiscrepancyKind;
use kaa::timeline::{Flag, InquiryKind};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The guides whose commands are run.
const GUIDES: [&str; 3] = ["docs/installation.md", "docs/handbok.md", "docs/kallor.md"];

/// What a guide shows and no test can run, by the first line of its block, with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    ("sudo apt install ./kaa_0.1.0-1_amd64.deb", "installs for the whole computer"),
    (
        "tar xzf kaa-0.1.0-x86_64-unknown-linux-gnu.tar.gz",
        "the archive is made by release/bygg, which has its own check",
    ),
    (
        "cat persons*.json organisations*.json programmes*.json > elevregister-2026-11-16.json",
        "needs exports of a system",
    ),
    ("cargo build --release --locked", "builds every library for ten minutes"),
    ("sudo systemd-sysusers kaa.conf", "makes a user of the computer"),
    ("sudo systemctl enable --now kaa@tibro.timer", "starts a service of the computer"),
    ("crontab -e", "opens an editor"),
    ("kaa schedule --for windows | Out-File -Encoding unicode kaa.xml", "Windows"),
    ("New-Item -ItemType Directory \"C:\\Program Files\\kaa\"", "Windows"),
    ("schtasks /Run /TN \"kaa tibro\"", "Windows"),
    ("icacls C:\\kaa\\tibro /inheritance:r /grant:r \"KAA-teamet:(OI)(CI)M\" \"SYSTEM:(OI)(CI)M\"", "Windows"),
    ("sudo rsync -a --delete /srv/kaa/tibro/ /mnt/backup/kaa-tibro/", "needs a place for the backup"),
];

/// A fenced block of a document.
struct Block {
    /// What stands after the fence: the language, and how the last command ends.
    mark: String,
    lines: Vec<String>,
    /// Its first line in the document, from 1.
    at: usize,
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn blocks(document: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (line, at) in document.lines().zip(1..) {
        match (line.trim_start().strip_prefix("```"), open) {
            (Some(mark), false) => {
                found.push(Block { mark: mark.trim().to_owned(), lines: Vec::new(), at: at + 1 });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => found.last_mut().expect("an open block").lines.push(line.to_owned()),
            (None, false) => {}
        }
    }
    assert!(!open, "a block has no end");
    found
}

/// A command of a `console` block, with the lines that stand below it.
fn commands(block: &Block) -> Vec<(&str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command, Vec::new())),
            (None, Some((_, below))) => below.push(line),
            (None, None) => panic!("line {}: a console block begins with a command", block.at),
        }
    }
    found
}

/// A folder to follow a guide in, and where in it the reader is.
struct Reader {
    _folder: tempfile::TempDir,
    here: PathBuf,
    path: String,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Path::new(env!("CARGO_BIN_EXE_kaa")).parent().expect("a folder").display().to_string();
        let path = format!("{program}:{}", env::var("PATH").unwrap_or_default());
        Self { here: folder.path().to_owned(), _folder: folder, path }
    }

    /// Runs a command; gives its exit code and all that it printed.
    fn run(&mut self, command: &str) -> (i32, String) {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.here = self.here.join(folder).canonicalize().unwrap_or_else(|error| panic!("{command}: {error}"));
            return (0, String::new());
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{command} 2>&1")]).current_dir(&self.here);
        shell.env("PATH", &self.path).env("LC_ALL", "sv_SE.UTF-8").env("NO_COLOR", "1");
        let output = shell.output().expect("sh");
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Whether the lines stand in what was printed, in this order. `...` stands for any lines, and at the end of a line for
/// the rest of it.
fn missing_line<'a>(printed: &str, shown: &[&'a str]) -> Option<&'a str> {
    let mut rest = printed.lines();
    for line in shown.iter().filter(|line| !line.trim().is_empty() && line.trim() != "...") {
        let is_it = |printed: &str| match line.strip_suffix("...") {
            Some(beginning) => printed.starts_with(beginning),
            None => printed.trim_end() == line.trim_end(),
        };
        if !rest.any(is_it) {
            return Some(line);
        }
    }
    None
}

/// The exit code that the block's last command ends with.
fn last_exit_code(block: &Block) -> i32 {
    block.mark.split_once("slutkod=").map_or(0, |(_, code)| code.trim().parse().expect("an exit code"))
}

fn follow(guide: &str) {
    let document = read(guide);
    let mut reader = Reader::new();
    let mut run = 0;
    for block in blocks(&document).iter().filter(|block| block.mark.starts_with("console")) {
        let commands = commands(block);
        for (at, (command, shown)) in commands.iter().enumerate() {
            let expected = if at + 1 == commands.len() { last_exit_code(block) } else { 0 };
            let (code, printed) = reader.run(command);
            assert_eq!(code, expected, "{guide}, line {}: {command}\n{printed}", block.at);
            let missing = missing_line(&printed, shown);
            assert!(missing.is_none(), "{guide}, line {}: {command}\nprints no {missing:?}\n{printed}", block.at);
            run += 1;
        }
    }
    assert!(run > 0, "{guide} has no command");
}

#[test]
fn the_commands_of_the_installation_do_what_it_says() {
    follow("docs/installation.md");
}

#[test]
fn the_commands_of_the_handbook_do_what_it_says() {
    follow("docs/handbok.md");
}

#[test]
fn the_commands_about_the_sources_do_what_the_page_says() {
    follow("docs/kallor.md");
}

#[test]
fn what_is_not_run_is_listed_with_a_reason() {
    let documents: Vec<String> = GUIDES.iter().map(|guide| read(guide)).collect();
    let all: Vec<Block> = documents.iter().flat_map(|document| blocks(document)).collect();
    let not_run = all.iter().filter(|block| ["sh", "powershell"].contains(&block.mark.as_str()));
    let found: BTreeSet<&str> = not_run.map(|block| block.lines[0].as_str()).collect();
    let listed: BTreeSet<&str> = NOT_RUN.iter().map(|(line, _)| *line).collect();
    assert_eq!(found, listed);
    for block in &all {
        let language = block.mark.split(' ').next().unwrap_or_default();
        assert!(
            ["console", "sh", "powershell", "toml", "text"].contains(&language),
            "```{}: {:?}",
            block.mark,
            block.lines
        );
    }
}

#[test]
fn what_stands_as_toml_is_toml() {
    for guide in GUIDES {
        for block in blocks(&read(guide)).iter().filter(|block| block.mark == "toml") {
            let text = block.lines.join("\n");
            assert!(text.parse::<toml::Table>().is_ok(), "{guide}, line {}", block.at);
        }
    }
}

/// Every file and heading that a document links to is there.
#[test]
fn links_lead_somewhere() {
    let mut documents = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned(), "CHANGELOG.md".to_owned()];
    let pages = fs::read_dir(Path::new(ROOT).join("docs")).expect("docs").filter_map(Result::ok);
    let names = pages.map(|page| page.file_name().to_string_lossy().into_owned());
    documents.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")));
    for document in documents {
        let text = read(&document);
        let folder = Path::new(ROOT).join(&document).parent().expect("a folder").to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { Path::new(ROOT).join(&document) } else { folder.join(file) };
            assert!(target.exists(), "{document}: {link}");
            if !heading.is_empty() {
                let page = fs::read_to_string(&target).expect("a page");
                let headings = page.lines().filter(|line| line.starts_with('#'));
                assert!(headings.map(anchor).any(|anchor| anchor == heading), "{document}: {link}");
            }
        }
    }
}

/// What a heading is called in links.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The tables that the program writes, by their name in the markers, with the page each stands on.
fn written_tables() -> Vec<(&'static str, String, String)> {
    let mut tables = vec![
        ("docs/handbok.md", "utreda".to_owned(), inquiries()),
        ("docs/handbok.md", "avvikelser".to_owned(), discrepancies()),
    ];
    tables.extend(Kind::ALL.iter().map(|&kind| ("docs/kallor.md", kind.name().to_owned(), columns(kind))));
    for standard in standards() {
        let name = standard.name.to_lowercase().replace(' ', "");
        let tables_of = standard.kinds().into_iter();
        tables.extend(
            tables_of.map(|kind| ("docs/kallor.md", format!("{name}-{}", kind.name()), records(standard, kind))),
        );
    }
    tables
}

/// What the records of a standard become in a table.
fn records(standard: &Standard, kind: Kind) -> String {
    let templates = || standard.rows.iter().filter(move |template| template.kind == kind);
    let mut text = format!("{}, som `{}`:\n\n| Fält | Ur posten |\n|---|---|\n", standard.description, kind.name());
    for template in templates() {
        let when = match (&template.each, &template.only, &template.unless) {
            (Some(each), ..) => format!("för varje del av `{each}`"),
            (_, Some(only), _) => format!("om `{only}` finns"),
            (_, _, Some(unless)) => format!("om `{unless}` inte finns"),
            _ => "för varje post".to_owned(),
        };
        writeln!(text, "| *en rad* | *{when}* |").expect("text");
        for column in kind.columns().iter().filter(|column| template.fields.contains_key(column.name)) {
            let codes = template.values.get(column.name).into_iter().flatten();
            let codes: Vec<String> = codes
                .filter(|(_, code)| !code.is_empty())
                .map(|(word, code)| format!("{} = `{code}`", word.to_uppercase()))
                .collect();
            let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
            let path = template.fields[column.name].replace('|', "\\|");
            writeln!(text, "| `{}` | `{path}`{codes} |", column.name).expect("text");
        }
    }
    text
}

/// The columns of a kind of source.
fn columns(kind: Kind) -> String {
    let mut text = "| Fält | Krävs | Innehåll |\n|---|---|---|\n".to_owned();
    for (column, field) in kind.columns().iter().zip(fields(kind)) {
        let need = match column.need {
            Need::Required | Need::RequiredEnding => "ja",
            Need::Optional | Need::Ending => "",
        };
        let content = match (&field.input, column.need) {
            (Input::Number, _) => "personnummer".to_owned(),
            (Input::Date, Need::Ending) => "datum eller tomt; går det inte att läsa avvisas raden".to_owned(),
            (Input::Date, _) => "datum".to_owned(),
            (Input::YesNo, _) => "`J` eller `N`".to_owned(),
            (Input::Choice(words), _) => {
                let said = |&(word, code): &(&str, &str)| match fold(word) == fold(code) {
                    true => format!("`{code}`"),
                    false => format!("`{code}` ({word})"),
                };
                words.iter().map(said).collect::<Vec<_>>().join(", ")
            }
            (Input::LocalOffer, _) => "en av kommunens insatser (`[[insats]]`)".to_owned(),
            (Input::Role, _) => "en av rollerna i `profil.ansvariga`, aldrig ett namn".to_owned(),
            (Input::Text, _) => "text eller tal".to_owned(),
        };
        assert!(!content.is_empty(), "{} {}", kind.name(), column.name);
        writeln!(text, "| `{}` | {need} | {content} |", column.name).expect("text");
    }
    let delivery = match kind.delivery() {
        Delivery::Whole => "hela uttag, det senaste gäller",
        Delivery::Parts => "delar, alla filer gäller",
    };
    let age = kind.greatest_age().map(|days| format!("; äldre än {days} dagar stoppar körningen")).unwrap_or_default();
    writeln!(text, "\nFörvalt: {delivery}{age}.").expect("text");
    text
}

/// What somebody must look into.
fn inquiries() -> String {
    let mut text = "| Vad | Beskrivning | Gör så här |\n|---|---|---|\n".to_owned();
    let of_spells = Flag::ALL.iter().map(|&flag| (flag.name(), Flag::label(flag), Flag::todo(flag)));
    let admitted = InquiryKind::AdmittedProvisionally;
    let of_others = InquiryKind::ALL.iter().filter(|&&kind| kind != admitted);
    for (name, label, todo) in of_spells.chain(of_others.map(|kind| (kind.name(), kind.label(), kind.todo()))) {
        writeln!(text, "| {name} | {label} | {todo} |").expect("text");
    }
    text
}

/// How the case register can differ.
fn discrepancies() -> String {
    let mut text = "| Avvikelse | Kod i `avvikelser.csv` |\n|---|---|\n".to_owned();
    for kind in DiscrepancyKind::ALL {
        writeln!(text, "| {} | `{}` |", kind.label(), kind.code()).expect("text");
    }
    text
}

/// A page with a table between its markers.
fn with_table(page: &str, name: &str, table: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- tabell {name} -->\n"), "<!-- slut -->");
    let (head, rest) = page.split_once(&begin)?;
    let (_, tail) = rest.split_once(end)?;
    Some(format!("{head}{begin}\n{table}\n{end}{tail}"))
}

#[test]
fn tables_say_what_the_program_knows() {
    for (page, name, table) in written_tables() {
        let text = read(page);
        let expected = with_table(&text, &name, &table);
        assert_eq!(
            Some(text),
            expected,
            "{page}: the table {name} is old. Write it anew: cargo test --release --test docs write_the_tables -- --ignored"
        );
    }
}

#[test]
#[ignore = "writes the tables of docs/handbok.md and docs/kallor.md"]
fn write_the_tables() {
    for (page, name, table) in written_tables() {
        let text = with_table(&read(page), &name, &table).unwrap_or_else(|| panic!("{page} has no table {name}"));
        fs::write(Path::new(ROOT).join(page), text).expect("the page");
    }
}
