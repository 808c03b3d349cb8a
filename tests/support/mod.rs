//! A small municipality in a temporary folder: write its files, run `kaa`, read what came out.
//!
//! Every run is watched: neither a panic nor a whole personnummer, a name or an address may reach the terminal.

#![allow(dead_code, reason = "each test file uses its part of this module")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use chrono::{Days, NaiveDate};
use kaa::person::{Identity, PersonalNumber};
use tempfile::TempDir;

/// The as-of date of every run that does not say otherwise.
pub const AS_OF: &str = "2026-11-20";
/// The smallest config that the contract promises to be enough.
pub const CONFIG: &str = r#"
[kommun]
kod = "1472"
namn = "Tibro"
[kallor]
mapp = "inbox"
[utdata]
mapp = "output"
"#;
/// What stands in every row of the population register and may never be seen on a terminal.
pub const SECRETS: [&str; 4] = ["Sekretessa", "Hemligsson", "Gömstigen", "Lönnköping"];

pub const REGISTER: &str = "folkbokforing-2026-11-16.csv";
pub const REGISTER_HEADER: &str = "personnummer;kommunkod;fornamn;efternamn;co_adress;adress;postnummer;postort;folkbokford_fran;invandringsdatum;skydd";
pub const SCHOOL: &str = "elevregister-2026-11-16.csv";
pub const SCHOOL_HEADER: &str =
    "personnummer;skolform;studievag;skola;skolenhetskod;startdatum;slutdatum;beraknat_slut;avbrottsorsak";

/// The twelve digits of a youth who turned 18 in the spring of the as-of year.
pub fn youth(nth: u64) -> String {
    let born = NaiveDate::from_ymd_opt(2008, 1, 1).expect("a day") + Days::new(nth);
    PersonalNumber::with_check_digit(born, 238).digits()
}

/// The samordningsnummer of someone born on the same day as a youth.
pub fn coordination(nth: u64) -> String {
    let youth = youth(nth);
    let day: u32 = youth[6..8].parse().expect("a day");
    let numbers = (0..10).map(|check| format!("{}{}238{check}", &youth[..6], day + 60));
    let reference = NaiveDate::from_ymd_opt(2026, 12, 31).expect("a day");
    numbers.into_iter().find(|number| PersonalNumber::parse(number, reference).is_ok()).expect("one check digit holds")
}

/// The row of a youth in the population register, registered here since birth.
pub fn registered(nth: u64) -> String {
    let number = youth(nth);
    format!("{number};1472;Sekretessa;Hemligsson;;Gömstigen {nth};54301;Lönnköping;2008-02-01;;SAKNAS")
}

/// The row of a youth's open enrolment in upper secondary school.
pub fn enrolled(nth: u64) -> String {
    format!("{};GY;NA25;Östra gymnasiet;12345678;2024-08-19;;2027-06-11;", youth(nth))
}

/// Whether a file of a run is part of what the next run remembers.
pub fn is_state(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(kaa::run::STATE))
}

/// A delimited file of a header and rows.
pub fn table(header: &str, rows: impl IntoIterator<Item = String>) -> String {
    rows.into_iter().fold(format!("{header}\n"), |text, row| text + &row + "\n")
}

/// A folder with a config and an inbox.
pub struct Workspace {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ending {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A line of `avvisade_rader.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub file: String,
    pub sheet: String,
    pub row: u32,
    pub column: String,
    pub value: String,
    pub code: String,
    pub text: String,
    pub todo: String,
}

impl Workspace {
    /// The smallest config and an empty inbox.
    pub fn empty() -> Self {
        let workspace = Self { folder: TempDir::new().expect("a temporary folder") };
        fs::create_dir(workspace.path("inbox")).expect("a folder");
        workspace.config(CONFIG);
        workspace
    }

    /// Nine youths live here; the first eight go to school, the ninth is in the target group.
    pub fn new() -> Self {
        let workspace = Self::empty();
        workspace.file(REGISTER, table(REGISTER_HEADER, (1..=9).map(registered)));
        workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=8).map(enrolled)));
        workspace
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn config(&self, text: &str) {
        fs::write(self.path("kaa.toml"), text).expect("the config is written");
    }

    /// The smallest config with lines behind it.
    pub fn config_with(&self, more: &str) {
        self.config(&format!("{CONFIG}{more}"));
    }

    /// Puts a file into the inbox.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path("inbox").join(name), bytes).expect("the file is written");
    }

    /// Empties the inbox, puts these tables into it as extracts of a day, and makes that day's monthly run.
    pub fn month(&self, as_of: &str, tables: &[(&str, &str, Vec<String>)]) -> Ending {
        fs::remove_dir_all(self.path("inbox")).expect("the inbox was there");
        fs::create_dir(self.path("inbox")).expect("a folder");
        for (kind, header, rows) in tables {
            self.file(&format!("{kind}-{as_of}.csv"), table(header, rows.clone()));
        }
        let ending = self.run(&["monthly", "--as-of", as_of]);
        assert_eq!(ending.code, 0, "{ending:?}");
        ending
    }

    /// Takes a file out of the inbox.
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path("inbox").join(name)).expect("the file was there");
    }

    /// Puts a table of the schools into the inbox: the open enrolments of the first eight, then these rows.
    pub fn school_rows(&self, rows: &[&str]) {
        let rows = (1..=8).map(enrolled).chain(rows.iter().map(|&row| row.to_owned()));
        self.file(SCHOOL, table(SCHOOL_HEADER, rows));
    }

    pub fn run(&self, arguments: &[&str]) -> Ending {
        let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
            .args(["--lang", "sv", "--config"])
            .arg(self.path("kaa.toml"))
            .args(arguments)
            .output()
            .expect("the program runs");
        let ending = Ending {
            code: output.status.code().expect("the program ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        };
        ending.tells_nothing_secret();
        ending
    }

    pub fn check(&self) -> Ending {
        self.run(&["check", "--as-of", AS_OF])
    }

    pub fn monthly(&self) -> Ending {
        self.run(&["monthly", "--as-of", AS_OF])
    }

    /// The month's lists, after a run that must succeed.
    pub fn succeeds(&self) -> Ending {
        let ending = self.monthly();
        assert_eq!(ending.code, 0, "{ending:?}");
        ending
    }

    /// The run must be held, and appear as held only.
    pub fn is_held(&self) -> Ending {
        let ending = self.monthly();
        assert_eq!(ending.code, 3, "{ending:?}");
        assert!(self.held_folder().is_dir() && !self.run_folder(AS_OF).exists(), "{ending:?}");
        ending
    }

    /// A file cannot be read: both commands say so, and nothing is written.
    pub fn fails_with(&self, wanted: &[&str]) -> Ending {
        for command in ["check", "monthly"] {
            let ending = self.run(&[command, "--as-of", AS_OF]);
            assert_eq!(ending.code, 1, "{command}: {ending:?}");
            ending.says(wanted);
            assert!(!self.path("output").exists(), "{command} wrote something");
        }
        self.check()
    }

    pub fn municipality_folder(&self) -> PathBuf {
        self.path("output").join("1472-tibro")
    }

    pub fn run_folder(&self, as_of: &str) -> PathBuf {
        self.municipality_folder().join(format!("manad-{as_of}"))
    }

    pub fn held_folder(&self) -> PathBuf {
        self.municipality_folder().join(format!("manad-{AS_OF}-stoppad"))
    }

    /// The reasons of a held run.
    pub fn reasons(&self) -> String {
        fs::read_to_string(self.held_folder().join("skal.txt")).expect("a held run says why")
    }

    /// The rows of a list, each by header.
    pub fn list(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        read_list(&self.run_folder(AS_OF).join(format!("{name}.csv")))
    }

    /// The rows of a list of the run of a day.
    pub fn list_on(&self, as_of: &str, name: &str) -> Vec<BTreeMap<String, String>> {
        read_list(&self.run_folder(as_of).join(format!("{name}.csv")))
    }

    /// The names of a workbook's sheets.
    pub fn sheets(&self, as_of: &str, book: &str) -> Vec<String> {
        self.open(as_of, book).sheet_names()
    }

    /// A sheet's rows below its headers, as texts by the headers. An empty list has one cell that says so.
    pub fn sheet(&self, as_of: &str, book: &str, name: &str) -> Vec<BTreeMap<String, String>> {
        const HEADER: usize = 2;
        let range = self.open(as_of, book).worksheet_range(name).expect("the sheet");
        let rows: Vec<&[Data]> = range.rows().collect();
        let headers: Vec<String> = rows[HEADER].iter().map(ToString::to_string).collect();
        let text = |cell: &Data| match cell {
            Data::DateTime(date) => {
                let start = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day");
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day after 1900")]
                (start + Days::new(date.as_f64() as u64)).to_string()
            }
            other => other.to_string(),
        };
        let filled = |row: &[Data]| row.iter().filter(|cell| **cell != Data::Empty).count();
        let below = rows[HEADER + 1..].iter().take_while(|row| filled(row) > 1);
        below.map(|row| headers.iter().cloned().zip(row.iter().map(text)).collect()).collect()
    }

    /// Every text of a sheet.
    pub fn texts(&self, as_of: &str, book: &str, name: &str) -> Vec<String> {
        let range = self.open(as_of, book).worksheet_range(name).expect("the sheet");
        range.used_cells().map(|(_, _, cell)| cell.to_string()).collect()
    }

    fn open(&self, as_of: &str, book: &str) -> Xlsx<Cursor<Vec<u8>>> {
        let bytes = fs::read(self.run_folder(as_of).join(book)).expect("the workbook");
        Xlsx::new(Cursor::new(bytes)).expect("a workbook that another reader understands")
    }

    /// The numbers of the target group.
    pub fn group(&self) -> Vec<String> {
        self.list("malgrupp").into_iter().map(|row| row["personnummer"].clone()).collect()
    }

    /// The rejected rows of the month's run, or of its held one.
    pub fn rejected(&self) -> Vec<Rejected> {
        let finished = self.run_folder(AS_OF);
        let folder = if finished.exists() { finished } else { self.held_folder() };
        let rows = read_list(&folder.join("avvisade_rader.csv"));
        let rejected = rows.into_iter().map(|row| Rejected {
            file: row["fil"].clone(),
            sheet: row["blad"].clone(),
            row: row["rad"].parse().expect("a row number"),
            column: row["kolumn"].clone(),
            value: row["varde"].clone(),
            code: row["kod"].clone(),
            text: row["beskrivning"].clone(),
            todo: row["gor_sa"].clone(),
        });
        rejected.inspect(|row| assert!(!row.text.is_empty() && !row.todo.is_empty(), "{row:?}")).collect()
    }

    /// Where the rejected rows stand, by row and column.
    pub fn rejected_places(&self) -> Vec<(u32, String)> {
        self.rejected().into_iter().map(|row| (row.row, row.column)).collect()
    }

    pub fn manifest(&self) -> serde_json::Value {
        let text = fs::read_to_string(self.run_folder(AS_OF).join("korning.json")).expect("a run has a manifest");
        serde_json::from_str(&text).expect("the manifest is JSON")
    }

    /// Rows read, accepted, rejected, duplicates and out of scope of a file.
    pub fn balance(&self, file: &str) -> [u64; 5] {
        let manifest = self.manifest();
        let inputs = manifest["indata"].as_array().expect("a list");
        let input = inputs.iter().find(|input| input["fil"] == file).unwrap_or_else(|| panic!("{file} was not read"));
        ["lasta", "godkanda", "avvisade", "dubbletter", "utanfor"]
            .map(|name| input["rader"][name].as_u64().expect("a count"))
    }

    /// How often a finding was made.
    pub fn findings(&self, code: &str) -> u64 {
        let manifest = self.manifest();
        let findings = manifest["iakttagelser"].as_array().expect("a list");
        findings
            .iter()
            .filter(|found| found["kod"] == code)
            .map(|found| found["antal"].as_u64().expect("a count"))
            .sum()
    }

    /// Whether any file of the run holds these characters as they are.
    pub fn is_written_anywhere(&self, text: &str) -> bool {
        let files = fs::read_dir(self.run_folder(AS_OF)).expect("a run").map(|entry| entry.expect("a file").path());
        files.into_iter().any(|path| {
            let bytes = fs::read(path).expect("a file of the run");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }
}

impl Ending {
    /// The terminal shows each of these.
    pub fn says(&self, wanted: &[&str]) {
        for text in wanted {
            assert!(self.stderr.contains(text), "{text:?} is missing in:\n{}", self.stderr);
        }
    }

    pub fn tells_nothing_secret(&self) {
        for shown in [&self.stdout, &self.stderr] {
            for word in SECRETS.iter().chain(&["panicked", "Internt fel", "RUST_BACKTRACE"]) {
                assert!(!shown.contains(word), "{word:?} is shown in:\n{shown}");
            }
            if let Some(number) = whole_number(shown) {
                panic!("the personnummer {number} is shown in:\n{shown}");
            }
        }
    }
}

/// A whole personnummer among other text, if there is one.
pub fn whole_number(text: &str) -> Option<&str> {
    let reference = NaiveDate::from_ymd_opt(2026, 12, 31).expect("a day");
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    text.split(|c: char| !is_part(c)).map(|part| part.trim_matches(['-', '+'])).find(|part| {
        part.chars().filter(char::is_ascii_digit).count() >= 9
            && matches!(PersonalNumber::parse(part, reference), Ok(Identity::Number(_)))
    })
}

/// The rows of a list, each by header.
pub fn read_list(path: &Path) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a list begins with a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    reader.deserialize().map(|row| row.expect("a list is CSV")).collect()
}
