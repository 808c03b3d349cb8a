//! The invented municipality: every hand-made person comes out as the README beside the data says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const README: &str = include_str!("../sample_data/exempelby/README.md");

/// One row of the README's table.
struct Person {
    name: String,
    number: String,
    standing: String,
    spells: Vec<String>,
}

fn people() -> Vec<Person> {
    let rows = README.lines().skip_while(|line| !line.starts_with("| Namn | Personnummer |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let spells = cells[5].split(';').map(str::trim).filter(|spell| *spell != "–").map(str::to_owned);
            Person {
                name: cells[0].to_owned(),
                number: cells[1].replace('-', ""),
                standing: cells[4].to_owned(),
                spells: spells.collect(),
            }
        })
        .collect()
}

/// Runs the program on a path; it ends as expected. Gives all that it said.
fn kaa(arguments: &[&str], path: &Path, code: i32) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaa")).args(arguments).arg(path).output().unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

/// Both runs of the demonstration, in a folder of their own; gives the folder of the second.
fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    kaa(&["demo", "--lang", "sv"], folder.path(), 0);
    let run = folder.path().join("output/9901-exempelby/manad-2026-11-20");
    (folder, run)
}

/// The rows of a list by the columns' names.
fn list(run: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(run.join(name)).unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    reader.deserialize().map(Result::unwrap).collect()
}

/// A spell as the README writes it.
fn spell(row: &BTreeMap<String, String>) -> String {
    let till = if row["till"].is_empty() { "pågår" } else { &row["till"] };
    let words = [&format!("{}–{till}", row["fran"]), &row["orsak_in"], &row["grund_ut"], &row["flaggor"]];
    words.into_iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_hand_made_person_comes_out_as_the_readme_says() {
    let (_folder, run) = demo();
    let spells = list(&run, "perioder.csv");
    let group = list(&run, "malgrupp.csv");
    let inquiries = list(&run, "utreda.csv");
    let people = people();
    assert!(people.len() >= 60, "the README's table was not read: {} rows", people.len());

    let mut wrong = Vec::new();
    for person in &people {
        let of_person = |rows: &[BTreeMap<String, String>]| -> Vec<BTreeMap<String, String>> {
            rows.iter().filter(|row| row["personnummer"] == person.number).cloned().collect()
        };
        let found: Vec<String> = of_person(&spells).iter().map(spell).collect();
        let is_member = !of_person(&group).is_empty();
        let listed: Vec<String> = of_person(&inquiries).iter().map(|row| row["typ"].clone()).collect();
        let standing_holds = match person.standing.strip_prefix("att utreda: ") {
            Some(kind) => !is_member && listed.iter().any(|listed| listed == kind),
            None => is_member == (person.standing == "i gruppen"),
        };
        if found != person.spells || !standing_holds {
            wrong.push(format!(
                "{}: väntade {} {:?}, fick {} {:?} {:?}",
                person.name,
                person.standing,
                person.spells,
                if is_member { "i gruppen" } else { "utanför" },
                found,
                listed
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file below a folder with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(contents(&entry.path()));
        } else {
            found.insert(entry.path(), fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[test]
fn the_demonstration_twice_changes_no_file() {
    let (folder, _) = demo();
    let before = contents(folder.path());
    let told = kaa(&["demo", "--lang", "en"], folder.path(), 0);
    assert!(told.contains("Unchanged since last time"), "{told}");
    assert_eq!(before, contents(folder.path()));
}

#[test]
fn no_personnummer_name_or_address_of_the_sample_reaches_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("exempelby/kaa.toml");
    let told = kaa(&["demo", "--json"], folder.path(), 0) + &kaa(&["check", "--as-of", "2026-11-20", "-c"], &config, 3);
    let register =
        fs::read_to_string(folder.path().join("exempelby/inbox/Folkbokforing_15-20_ar_2026-11-16.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(register.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |wanted: &str| headers.iter().position(|header| header.contains(wanted)).expect(wanted);
    let (given, family, street) = (column("Förnamn"), column("Efternamn"), column("Gatuadress"));
    let words: Vec<&str> = told.split(|c: char| !c.is_alphanumeric()).collect();
    let mut looked_for = 0;
    for row in reader.records().map(Result::unwrap) {
        let number: String = row[0].chars().filter(char::is_ascii_digit).collect();
        let short = &number[number.len().saturating_sub(10)..];
        for form in [number.as_str(), short] {
            assert!(!told.replace('-', "").contains(form), "a personnummer reached the terminal");
        }
        for name in [&row[given], &row[family]] {
            assert!(name.len() < 4 || !words.contains(&name), "a name reached the terminal");
        }
        assert!(row[street].len() < 5 || !told.contains(&row[street]), "an address reached the terminal");
        looked_for += 1;
    }
    assert!(looked_for > 500);
}
