//! Nothing leaks: who may read what is written, and what the terminal and file names tell of the sample's persons.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use kaa::person::PersonalNumber;
use support::{AS_OF, SCHOOL, Workspace, whole_number};
use tempfile::TempDir;

/// Everything below a folder, folders included.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { paths.extend(below(&path)) } else { paths.push(path) }
    }
    paths
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_what_any_job_writes() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    workspace.config_with("[ike]\npa = true\n");
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-17"]).code, 0);
    workspace.succeeds();
    assert_eq!(workspace.run(&["board", "--period", "2026H1", "--as-of", AS_OF]).code, 0);
    // The names of the first months are more than six months old by then.
    assert_eq!(workspace.run(&["purge", "--on", "2027-07-01", "--yes"]).code, 0);
    workspace.remove(SCHOOL);
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-22"]).code, 3);
    let paths = below(&workspace.path("output"));
    for wanted in ["manad-2026-11-20", "namnd-2026H1", "gallring-2027-07-01", "manad-2026-11-22-stoppad"] {
        assert!(paths.iter().any(|path| path.ends_with(wanted)), "{wanted}");
    }
    for path in paths {
        let mode = fs::metadata(&path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_a_workspace_and_the_demonstration() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().expect("a folder");
    for arguments in [&["init", "ny", "--profile", "tibro"][..], &["demo", "visning"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_kaa")).args(arguments).current_dir(folder.path()).output();
        assert!(output.expect("the program runs").status.success(), "{arguments:?}");
    }
    let made = ["ny", "visning"].map(|name| below(&folder.path().join(name))).concat();
    assert!(made.len() > 70, "{}", made.len());
    for path in made {
        let mode = fs::metadata(&path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

/// Every name, address and number of the sample's population register, in all forms.
fn secrets(inbox: &Path) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for entry in fs::read_dir(inbox).expect("the inbox") {
        let path = entry.expect("a file").path();
        if !path.file_name().expect("a name").to_string_lossy().starts_with("Folkbokforing") {
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
        let headers = reader.headers().expect("headers").clone();
        let at = |name: &str| headers.iter().position(|header| header == name).expect("a column");
        let (number, address) = (at("Personnummer"), at("Gatuadress"));
        let (given, family) = (at("Förnamn"), at("Efternamn"));
        for row in reader.records() {
            let row = row.expect("a row");
            let reference = "2026-12-31".parse().expect("a day");
            if let Ok(number) = PersonalNumber::from_digits(&row[number], reference) {
                let (digits, hyphenated) = (number.digits(), number.hyphenated());
                let plus = hyphenated.replace('-', "+");
                secrets.extend([digits[2..].to_owned(), hyphenated[2..].to_owned(), plus[2..].to_owned()]);
                secrets.extend([digits, hyphenated, plus]);
            }
            secrets.insert(format!("{} {}", &row[given], &row[family]));
            secrets.extend([row[address].to_owned()]);
        }
    }
    secrets.retain(|secret| secret.trim().len() > 3);
    secrets
}

#[test]
fn the_terminal_and_the_file_names_of_a_whole_demo_tell_of_nobody() {
    let folder = TempDir::new().expect("a folder");
    let kaa = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        format!("{}{}", text(output.stdout), text(output.stderr))
    };
    let config = "exempelby/kaa.toml";
    let mut shown = String::new();
    shown += &kaa(&["--json", "demo", "."]);
    for lang in ["sv", "en"] {
        for command in [
            &["check", "--as-of", AS_OF][..],
            &["--json", "check", "--as-of", AS_OF],
            &["--json", "monthly", "--as-of", AS_OF],
            &["--json", "board", "--period", "2026H1", "--as-of", AS_OF],
            &["--json", "scb", "--period", "2026H1", "--as-of", AS_OF],
            &["--json", "scb", "--period", "2026H1", "--as-of", AS_OF, "--draft"],
            &["--json", "due", "--on", "2026-11-21", "--run"],
            &["schedule", "--for", "systemd"],
            &["schedule", "--for", "ics"],
            &["--json", "verify"],
            &["purge", "--on", "2027-12-01"],
            &["--json", "purge", "--on", "2027-12-01"],
            &["--json", "due", "--on", AS_OF],
        ] {
            let all: Vec<&str> = ["--lang", lang, "-c", config].iter().chain(command).copied().collect();
            let said = kaa(&all);
            assert!(!said.is_empty(), "{all:?}");
            shown += &said;
        }
    }
    // The workbook of faults is sent to others: what stands in it is masked like what the terminal shows.
    shown += &kaa(&["-c", config, "check", "--as-of", AS_OF, "--xlsx", "fel.xlsx"]);
    let book = fs::File::open(folder.path().join("fel.xlsx")).expect("a workbook");
    let mut book = zip::ZipArchive::new(book).expect("a workbook");
    for at in 0..book.len() {
        book.by_index(at).expect("a part").read_to_string(&mut shown).expect("text");
    }
    for path in below(folder.path()) {
        shown += &format!("\n{}", path.strip_prefix(folder.path()).expect("below").display());
    }
    let secrets = secrets(&folder.path().join("exempelby/inbox"));
    assert!(secrets.len() > 1000, "{}", secrets.len());
    let leaked: Vec<&String> = secrets.iter().filter(|secret| shown.contains(secret.as_str())).collect();
    assert!(leaked.is_empty(), "{} leaked, the first of {} characters", leaked.len(), leaked[0].len());
    assert_eq!(whole_number(&shown), None);
}
