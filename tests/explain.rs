//! `kaa explain` through the binary: the answers about the hand-made persons, the extract, and what never leaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

const README: &str = include_str!("../sample_data/exempelby/README.md");
const AS_OF: &str = "2026-11-20";
/// Set to write the golden texts anew; look at the difference before committing it.
const WRITE_GOLDEN: &str = "KAA_SKRIV_FACIT";

/// The demonstration, laid out once for all tests, which only read it.
fn demo() -> &'static Path {
    static DEMO: OnceLock<tempfile::TempDir> = OnceLock::new();
    DEMO.get_or_init(lay_out_demo).path()
}

fn lay_out_demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demo = kaa().args(["demo", "--lang", "sv"]).arg(folder.path()).output().unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    folder
}

fn run() -> PathBuf {
    demo().join("output/9901-exempelby/manad-2026-11-20")
}

fn kaa() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kaa"))
}

/// Runs a command with an answer on its standard input, which it may close without reading.
fn answered(command: &mut Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let _ = running.stdin.take().unwrap().write_all(input.as_bytes());
    running.wait_with_output().unwrap()
}

/// What a command said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn explain(config: &Path, arguments: &[&str], input: &str) -> Said {
    let mut command = kaa();
    command.args(["explain", "--lang", "sv", "-c"]).arg(config).args(arguments);
    let output = answered(&mut command, input);
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Asks about a person of the demonstration.
fn ask(number: &str, arguments: &[&str]) -> Said {
    let arguments = [&["--as-of", AS_OF], arguments].concat();
    let said = explain(&demo().join("exempelby/kaa.toml"), &arguments, number);
    assert_eq!(said.code, 0, "{}", said.err);
    said
}

fn ask_json(number: &str, arguments: &[&str]) -> Value {
    serde_json::from_str(&ask(number, &[&["--json"], arguments].concat()).out).unwrap()
}

/// The hand-made persons: name and twelve digits.
fn people() -> Vec<(String, String)> {
    let rows = README.lines().skip_while(|line| !line.starts_with("| Namn | Personnummer |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].to_owned(), cells[1].replace('-', ""))
        })
        .collect()
}

fn number_of(name: &str) -> String {
    people().into_iter().find(|(other, _)| other == name).map(|(_, number)| number).expect(name)
}

/// The rows of a list of the second run, by the columns' names.
fn list(name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(run().join(name)).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(&bytes[3..]);
    reader.deserialize().map(Result::unwrap).collect()
}

/// Leaves out the rules' own sentences and bases, which the catalogue's tests guard.
fn without_catalogue(text: &str) -> String {
    let mut kept = String::new();
    let mut in_catalogue = false;
    for line in text.lines() {
        let continues = line.starts_with(&" ".repeat(29));
        in_catalogue = match line.trim_start() {
            start if start.starts_with("Regel:") || start.starts_with("Lagrum:") => true,
            _ => in_catalogue && continues,
        };
        if !in_catalogue {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn compare_with_golden(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/explain").join(file);
    if std::env::var_os(WRITE_GOLDEN).is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{file} (write anew with {WRITE_GOLDEN}=1):\n{text}");
}

#[test]
fn the_texts_about_hand_made_persons_are_as_agreed() {
    let golden = [
        ("Simon Kvist", "avbrott.txt"),
        ("Elsa Lindberg", "i_utbildning.txt"),
        ("Vera Ström", "efter_brygga.txt"),
        ("Maja Karlsson", "examen.txt"),
        ("Leo Andersson", "utflyttad.txt"),
        ("Emil Mattsson", "fyllt_20.txt"),
        ("Love Påhittad", "skyddad.txt"),
        ("Nikola Kovačević", "antagen.txt"),
        ("Saga Hedlund", "saknar_skola.txt"),
        ("Viktor Larsson", "raknas_inte.txt"),
        ("Charlie Dahl", "nytt_nummer.txt"),
        ("Saman Karimi", "samordningsnummer.txt"),
    ];
    for (name, file) in golden {
        let said = ask(&number_of(name), &[]);
        assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{name}: a line is too wide");
        compare_with_golden(file, &without_catalogue(&said.out));
    }
}

#[test]
fn the_decision_about_every_hand_made_person_is_that_of_the_lists() {
    let (group, spells) = (list("malgrupp.csv"), list("perioder.csv"));
    let people = people();
    assert!(people.len() >= 60);
    for (name, number) in people {
        let answer = ask_json(&number, &[]);
        let listed = group.iter().find(|row| row["personnummer"] == number);
        assert_eq!(answer["i_gruppen"], listed.is_some(), "{name}");
        if let Some(row) = listed {
            let keys = [("sedan", "fran"), ("orsak_in", "orsak_in"), ("registrerad", "registrerad")];
            for (key, column) in keys.into_iter().chain([("flaggor", "flaggor")]) {
                assert_eq!(answer[key], row[column].as_str(), "{name}: {key}");
            }
            assert_eq!(answer["alder"].to_string(), row["alder"], "{name}");
        }
        let outcomes = answer["regler"].as_array().unwrap().iter().map(|rule| rule["utfall"].as_str().unwrap());
        assert_eq!(outcomes.filter(|outcome| *outcome == "HINDRAR").count() == 0, listed.is_some(), "{name}");
        let told: Vec<String> = answer["perioder"].as_array().unwrap().iter().map(spell_of_json).collect();
        for row in spells.iter().filter(|row| row["personnummer"] == number) {
            let columns = ["fran", "till", "orsak_in", "grund_ut", "flaggor"];
            let row = columns.map(|column| row[column].as_str()).join(" ");
            assert!(told.contains(&row), "{name}: {row} is not in {told:?}");
        }
    }
}

fn spell_of_json(spell: &Value) -> String {
    ["fran", "till", "orsak_in", "grund_ut", "flaggor"].map(|key| spell[key].as_str().unwrap_or_default()).join(" ")
}

#[test]
fn every_rule_is_told_with_its_sentence_basis_and_rows() {
    let answer = ask_json(&number_of("Simon Kvist"), &[]);
    let rules = answer["regler"].as_array().unwrap();
    for rule in rules {
        for key in ["regel", "mening", "lagrum", "iakttagelse"] {
            assert!(!rule[key].as_str().unwrap().is_empty(), "{rule}");
        }
    }
    let residence = rules.iter().find(|rule| rule["regel"] == "KAA-R02").unwrap();
    assert_eq!(residence["rader"][0]["fil"], "Folkbokforing_15-20_ar_2026-11-16.csv");
    assert!(residence["rader"][0]["rad"].as_u64().unwrap() > 1);
}

#[test]
fn the_number_is_read_from_standard_input_only() {
    let config = demo().join("exempelby/kaa.toml");
    let number = number_of("Simon Kvist");
    for argument in [number.clone(), format!("--personnummer={number}"), format!("{}-{}", &number[..8], &number[8..])] {
        let said = explain(&config, &["--as-of", AS_OF, &argument], "");
        assert_eq!(said.code, 2);
        assert_not_told(&said.err, &number);
        assert!(said.out.is_empty());
    }
    for written in [format!("{}-{}", &number[..8], &number[8..]), number[2..].to_owned(), format!("\n {number} \r\n")] {
        assert!(ask(&written, &[]).out.contains("Simon Kvist"), "{written}");
    }
}

/// Neither the number nor its last four digits.
fn assert_not_told(text: &str, number: &str) {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains(number) && !text.contains(&number[8..]), "the number was told: {text}");
}

#[test]
fn what_is_no_number_is_masked_and_said_what_was_expected() {
    let config = demo().join("exempelby/kaa.toml");
    for input in ["200903192399", "20090319-TF01", "Kalle Anka", "", "200903192391\n200903192391\n", "9e99"] {
        let said = explain(&config, &["--as-of", AS_OF], input);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{input}");
        assert!(said.err.contains("personnummer"), "{}", said.err);
        assert!(
            !said.err.contains("Kalle") && !said.err.contains("2399") && !said.err.contains("TF01"),
            "{}",
            said.err
        );
    }
}

#[test]
fn the_number_is_never_on_standard_error() {
    for (name, number) in people().into_iter().step_by(7) {
        for arguments in [&[][..], &["--json"], &["--utdrag"]] {
            let said = ask(&number, arguments);
            assert_eq!(said.err, "", "{name}");
        }
    }
}

#[test]
fn someone_of_whom_nothing_is_known_is_answered_too() {
    let config = demo().join("exempelby/kaa.toml");
    for (number, text) in [("199001012385", "under 15"), ("201008092387", "finns inte i någon källa")] {
        let said = explain(&config, &["--as-of", AS_OF], number);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("finns inte i någon källa") && said.out.contains(text), "{}", said.out);
    }
    assert_eq!(ask_json("201008092387", &[])["finns_i_kallorna"], false);
}

#[test]
fn nothing_is_written() {
    let before = contents(demo());
    for arguments in [&[][..], &["--json"], &["--utdrag"]] {
        ask(&number_of("Simon Kvist"), arguments);
    }
    assert_eq!(before, contents(demo()));
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
fn protected_persons_are_shown_without_name_address_and_school() {
    for name in ["Tindra Fiktiv", "Love Påhittad", "Siri Hittepå"] {
        let number = number_of(name);
        for arguments in [&[][..], &["--json"], &["--utdrag"], &["--utdrag", "--json"]] {
            let said = ask(&number, arguments).out;
            let (given, family) = name.split_once(' ').unwrap();
            assert!(said.contains("SKYDD") && !said.contains(given) && !said.contains(family), "{name}: {said}");
        }
        let held = ask_json(&number, &["--utdrag"]);
        let covered =
            ["fornamn", "efternamn", "adress", "postnummer", "postort", "telefon", "epost", "skola", "huvudman"];
        for row in held["rader"].as_array().unwrap() {
            for column in covered {
                let text = row["uppgifter"][column].as_str().unwrap_or("SKYDD");
                assert_eq!(text, "SKYDD", "{name}: {column}");
            }
        }
    }
}

#[test]
fn the_extract_holds_every_row_of_the_person_and_none_of_another() {
    let mut seen = BTreeSet::new();
    let inbox = demo().join("exempelby/inbox");
    for (name, number) in people() {
        let held = ask_json(&number, &["--utdrag"]);
        let rows = held["rader"].as_array().unwrap();
        for row in rows {
            assert_eq!(row["uppgifter"]["personnummer"], number.as_str(), "{name}");
            let remembered = row["ur_minnet"] == true;
            let place = format!("{} {} {} {}", row["tabell"], row["fil"], row["blad"], row["rad"]);
            assert!(remembered || seen.insert(place), "{name}: a row belongs to two persons: {row}");
        }
        let changes_number = rows.iter().any(|row| row["uppgifter"]["nytt_personnummer"].is_string());
        if !changes_number {
            for (file, lines) in lines_about(&inbox, &number) {
                let told = rows.iter().filter(|row| row["fil"] == file.as_str()).count();
                assert_eq!(told, lines, "{name}: rows of {file}");
            }
        }
    }
}

/// In the text files that count on the as-of date: how many distinct lines name the person.
fn lines_about(inbox: &Path, number: &str) -> Vec<(String, usize)> {
    let names: Vec<String> =
        fs::read_dir(inbox).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // Of whole extracts only the later counts; of parts all do, and a row that an earlier part had counts once.
    let whole = ["Folkbokforing", "IST_", "Folkhogskola", "Grundskola", "KAA-register"];
    let counting =
        names.iter().filter(|name| name.contains("2026-11-16") && whole.iter().any(|start| name.starts_with(start)));
    counting
        .map(|name| {
            let text = String::from_utf8_lossy(&fs::read(inbox.join(name)).unwrap()).into_owned();
            let about = |line: &&str| {
                line.split([';', ',', '|', '\t']).any(|cell| {
                    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
                    // Spreadsheets eat leading zeros.
                    digits == number || digits.trim_start_matches('0') == number[2..].trim_start_matches('0')
                })
            };
            // A row whose end cannot be read, or of an unknown school form, is rejected and listed as such.
            let usable = |line: &&str| !line.contains("2026-09-31");
            (name.clone(), text.lines().filter(about).filter(usable).collect::<BTreeSet<_>>().len())
        })
        .collect()
}

#[test]
fn the_extract_says_which_runs_hold_rows_and_what_is_not_kept() {
    let held = ask_json(&number_of("Ludvig Åkesson"), &["--utdrag"]);
    let files: BTreeMap<String, u64> = held["korningar"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (format!("{}/{}", file["mapp"], file["fil"]).replace('"', ""), file["rader"].as_u64().unwrap()))
        .collect();
    assert_eq!(files["manad-2026-11-20/malgrupp.csv"], 1);
    assert_eq!(files["manad-2026-10-20/perioder.csv"], 2);
    assert!(files["manad-2026-11-20/tillstand.txt"] >= 2);
    assert_eq!(held["minne"]["perioder"].as_array().unwrap().len(), 2);
    assert!(!held["sparas_inte"].as_array().unwrap().is_empty());
    assert!(held["kolumner_ej_lasta"].to_string().contains("Vårdnadshavare"));
}

#[test]
fn an_older_number_leads_to_the_person() {
    let number = number_of("Charlie Dahl");
    let changes = fs::read_to_string(demo().join("exempelby/inbox/Navet_andringar_2026-10-19.txt")).unwrap();
    let renamed = changes.lines().find(|line| line.contains(&number) && line.contains("GN")).unwrap();
    let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).collect::<String>();
    let older = renamed.split('|').map(digits).find(|cell| cell.len() == 12 && *cell != number).unwrap();
    let answer = ask_json(&older, &[]);
    assert_eq!(
        (&answer["bytt_personnummer"], &answer["personnummer"]),
        (&Value::from(true), &Value::from(number.clone()))
    );
    assert_eq!(answer["regler"], ask_json(&number, &[])["regler"]);
    let held = ask_json(&older, &["--utdrag"]);
    assert_eq!(held["personnummer"], number.as_str());
    assert!(held["rader"].as_array().unwrap().iter().any(|row| row["tabell"] == "betyg"));
}

#[test]
fn without_readable_sources_the_run_of_the_date_answers() {
    let folder = lay_out_demo();
    let config = folder.path().join("exempelby/kaa.toml");
    fs::write(folder.path().join("exempelby/inbox/IST_elevplaceringar_2026-11-16.csv"), "").unwrap();
    let group = list("malgrupp.csv");
    for (name, number) in people().into_iter().step_by(4) {
        let said = explain(&config, &["--as-of", AS_OF, "--json"], &number);
        assert_eq!(said.code, 0, "{name}: {}", said.err);
        let answer: Value = serde_json::from_str(&said.out).unwrap();
        let listed = group.iter().find(|row| row["personnummer"] == number);
        assert_eq!(answer["i_gruppen"], listed.is_some(), "{name}");
        if let Some(row) = listed {
            assert_eq!(answer["underlag"]["minne_ur"], "manad-2026-11-20");
            assert_eq!(answer["sedan"], row["fran"].as_str(), "{name}");
        }
    }
    let said = explain(&config, &["--as-of", AS_OF], &number_of("Simon Kvist"));
    assert!(said.err.contains("manad-2026-11-20"), "{}", said.err);
    compare_with_golden("ur_korningen.txt", &without_catalogue(&said.out));
    let other_day = explain(&config, &["--as-of", "2026-11-21"], &number_of("Simon Kvist"));
    assert_eq!(other_day.code, 1);
}

/// A municipality of canonical files, for days that the demonstration does not reach.
fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    fs::write(folder.path().join("kaa.toml"), config).unwrap();
    fs::create_dir(folder.path().join("inbox")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("inbox").join(name), text).unwrap();
    }
    folder
}

#[test]
fn summer_and_bridges_are_explained_on_their_days() {
    let number = "200806242392";
    let population = format!("personnummer;kommunkod;skydd\n{number};1472;SAKNAS\n");
    let first = format!("{number};GY;NA;Norra skolan;2024-08-19;2026-06-11\n");
    let header = "personnummer;skolform;studievag;skola;startdatum;slutdatum\n";
    let summer = workspace(&[
        ("folkbokforing-2026-07-01.csv", &population),
        ("elevregister-2026-07-01.csv", &format!("{header}{first}")),
    ]);
    let said = explain(&summer.path().join("kaa.toml"), &["--as-of", "2026-07-15"], number);
    compare_with_golden("sommar_oavgjord.txt", &without_catalogue(&said.out));
    assert!(said.out.contains("SOMMAR_OAVGJORD") && said.out.contains("Underlag: källorna. Det finns ingen"));

    let next = format!("{number};GY;NA;Södra skolan;2026-08-17;\n");
    let bridged = workspace(&[
        ("folkbokforing-2026-07-01.csv", &population),
        ("elevregister-2026-07-01.csv", &format!("{header}{first}{next}")),
    ]);
    let said = explain(&bridged.path().join("kaa.toml"), &["--as-of", "2026-07-15"], number);
    compare_with_golden("brygga.txt", &without_catalogue(&said.out));
    assert!(said.out.contains("2026-08-17"), "{}", said.out);
    assert!(!bridged.path().join("output").exists());

    let mut command = kaa();
    command.args(["explain", "--lang", "en", "--as-of", "2026-07-15", "-c"]).arg(bridged.path().join("kaa.toml"));
    let english = answered(&mut command, number);
    compare_with_golden("bridged_english.txt", &without_catalogue_english(&String::from_utf8(english.stdout).unwrap()));
}

#[test]
fn a_row_that_was_rejected_for_its_end_is_pointed_to() {
    let number = "200806242392";
    let faulty = workspace(&[
        ("folkbokforing-2026-11-16.csv", &format!("personnummer;kommunkod;skydd\n{number};1472;SAKNAS\n")),
        (
            "elevregister-2026-11-16.csv",
            &format!(
                "personnummer;skolform;startdatum;slutdatum\n{number};GR;2020-08-19;2024-06-11\n{number};GY;2024-08-19;2026-06-31\n"
            ),
        ),
    ]);
    let said = explain(&faulty.path().join("kaa.toml"), &["--as-of", "2026-11-20", "--json"], number);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let remark =
        answer["att_titta_pa"].as_array().unwrap().iter().find(|remark| remark["typ"] == "FELAKTIGT_SLUTDATUM");
    let remark = remark.unwrap_or_else(|| panic!("{}", said.out));
    assert_eq!(remark["regel"], "KAA-R11i");
    assert_eq!(remark["rader"][0]["fil"], "elevregister-2026-11-16.csv");
    assert_eq!(remark["rader"][0]["rad"], 3);
    assert_eq!(remark["rader"].as_array().unwrap().len(), 1);
}

fn without_catalogue_english(text: &str) -> String {
    without_catalogue(&text.replace("Rule: ", "Regel:").replace("Basis:  ", "Lagrum: "))
}
