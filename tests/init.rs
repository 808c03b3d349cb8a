//! A new workspace from each plan, and the team's workbook: read without a hand edit, and read alike after other
//! programs have saved it.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{Days, NaiveDate};
use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::ingest::spreadsheet::{Limits, SpreadsheetFormat, read_sheet, sheet_names};
use kaa::init::{CONFIG, FIRST_STEPS, Input, KINDS, Profile, SCHEMA, WORKBOOK, fields, sheet_name, team_workbook};
use kaa::person::PersonalNumber;
use kaa::records::Kind;
use support::{AS_OF, REGISTER, REGISTER_HEADER, SCHOOL, SCHOOL_HEADER, enrolled, registered, table, youth};
use tempfile::TempDir;
use zip::write::{SimpleFileOptions, ZipWriter};

// --- The workspace ---

fn kaa(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--lang", "sv"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    (output.status.code().expect("it ended by itself"), String::from_utf8(output.stderr).expect("UTF-8"))
}

/// A workspace as `kaa init` leaves it, in the folder `kaa` of a temporary one.
fn init(profile: &str, more: &[&str]) -> (TempDir, PathBuf, String) {
    let folder = TempDir::new().expect("a temporary folder");
    let (code, said) = kaa(folder.path(), &[&["init", "kaa", "--profile", profile], more].concat());
    assert_eq!(code, 0, "{said}");
    let workspace = folder.path().join("kaa");
    (folder, workspace, said)
}

/// Puts nine registered youths, eight of them at school, into the inbox.
fn fill_inbox(workspace: &Path, municipality: &str) {
    let rows = (1..=9).map(|nth| registered(nth).replace(";1472;", &format!(";{municipality};")));
    fs::write(workspace.join("inbox").join(REGISTER), table(REGISTER_HEADER, rows)).expect("a file");
    fs::write(workspace.join("inbox").join(SCHOOL), table(SCHOOL_HEADER, (1..=8).map(enrolled))).expect("a file");
}

#[test]
fn a_workspace_of_every_plan_runs_without_a_hand_edit() {
    let codes = [("nacka", "0182"), ("vara", "1470"), ("essunga", "1445"), ("tibro", "1472"), ("blank", "0000")];
    for (profile, municipality) in codes {
        let (_folder, workspace, _) = init(profile, &[]);
        fill_inbox(&workspace, municipality);
        let (code, said) = kaa(&workspace, &["check", "--as-of", AS_OF]);
        assert_eq!(code, 0, "{profile}: {said}");
        for kind in KINDS {
            let line = format!("Arbetsboken: {}: 0 rader lästa", sheet_name(kind));
            assert!(said.contains(&line), "{profile}: {line} is missing in {said}");
        }
        let (code, said) = kaa(&workspace, &["monthly", "--as-of", AS_OF]);
        assert_eq!(code, 0, "{profile}: {said}");
        assert!(said.contains("I målgruppen:             1"), "{profile}: {said}");
        let (code, said) = kaa(&workspace, &["due", "--on", AS_OF]);
        assert_eq!(code, 0, "{profile}: {said}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let (folder, workspace, _) = init("tibro", &[]);
    let before = fs::read(workspace.join(WORKBOOK)).expect("the workbook");
    for left in [CONFIG, FIRST_STEPS, WORKBOOK, SCHEMA] {
        let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "vara"]);
        assert!(code == 2 && said.contains("finns redan och skrivs inte över"), "{left}: {said}");
        fs::remove_file(workspace.join(left)).expect("the file is there");
    }
    // In an empty folder it works again, with the same bytes.
    let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "tibro"]);
    assert_eq!(code, 0, "{said}");
    assert!(fs::read(workspace.join(WORKBOOK)).expect("the workbook") == before, "the workbook differs");
}

#[test]
fn the_config_is_the_plans_with_its_comments_and_says_what_is_left_to_fill_in() {
    for profile in Profile::ALL {
        let (_folder, workspace, said) = init(profile.name(), &[]);
        let text = fs::read_to_string(workspace.join(CONFIG)).expect("a config");
        let kept = |line: &&str| !line.is_empty() && !text.contains(*line);
        assert_eq!(profile.config().lines().filter(kept).collect::<Vec<_>>(), Vec::<&str>::new());
        for (at, line) in text.lines().enumerate().filter(|(_, line)| line.contains("ATT FYLLA I")) {
            assert!(said.contains(&format!("rad {}: {}", at + 1, line.trim())), "{line} is missing in {said}");
        }
    }
    let (_folder, _, said) = init("tibro", &[]);
    assert!(said.contains("Att fylla i i kaa.toml"), "Tibro's meetings have no first week: {said}");
}

#[test]
fn a_municipality_that_works_like_another_has_its_own_name() {
    let (_folder, workspace, _) = init("vara", &["--kommun", "1471", "--namn", "Götene \"G\""]);
    let config = Config::read(&workspace.join(CONFIG)).expect("a config");
    assert_eq!((config.municipality.to_string(), config.name.as_str()), ("1471".into(), "Götene \"G\""));
    let (_folder, workspace, said) = init("blank", &["--kommun", "1471", "--namn", "Götene"]);
    let text = fs::read_to_string(workspace.join(CONFIG)).expect("a config");
    assert!(text.contains("kod = \"1471\"\nnamn = \"Götene\"\n"), "{text}");
    assert!(!said.contains("kod = "), "{said}");
    let folder = TempDir::new().expect("a temporary folder");
    let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "vara", "--kommun", "Götene"]);
    assert!(code == 2 && said.contains("ingen kommunkod") && !folder.path().join("kaa").exists(), "{said}");
}

#[test]
fn the_name_of_a_municipality_is_known_by_its_code() {
    let (_folder, workspace, _) = init("vara", &["--kommun", "1471"]);
    assert_eq!(Config::read(&workspace.join(CONFIG)).expect("a config").name, "Götene");
    let (_folder, _, said) = init("vara", &["--kommun", "9901"]);
    assert!(said.contains("namn = \"Vara\" # ATT FYLLA I"), "no municipality of Sweden has the code: {said}");
}

#[test]
fn the_inbox_has_a_folder_per_source_that_takes_files_of_any_name() {
    let (_folder, workspace, _) = init("tibro", &[]);
    let inbox = workspace.join("inbox");
    let has = |kind: &Kind| inbox.join(kind.name()).is_dir();
    let elsewhere: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !has(kind)).collect();
    assert_eq!(elsewhere.len(), KINDS.len(), "the team's own tables are in its workbook: {elsewhere:?}");
    fill_inbox(&workspace, "1472");
    for (name, folder, system) in [
        (REGISTER, "folkbokforing", "Invånare 15-20 år 2026-11-16.csv"),
        (SCHOOL, "elevregister", "IST_export-20261116.csv"),
    ] {
        fs::rename(inbox.join(name), inbox.join(folder).join(system)).expect("the file is moved");
    }
    let (code, said) = kaa(&workspace, &["monthly", "--as-of", AS_OF]);
    assert_eq!(code, 0, "{said}");
    let manifest = fs::read_to_string(workspace.join("output/1472-tibro/manad-2026-11-20/korning.json")).expect("one");
    assert!(manifest.contains("IST_export-20261116.csv") && manifest.contains("\"2026-11-16\""), "{manifest}");
}

#[test]
fn an_editor_finds_the_schema_beside_the_config() {
    let (_folder, workspace, _) = init("tibro", &[]);
    let config = fs::read_to_string(workspace.join(CONFIG)).expect("a config");
    assert!(config.starts_with(&format!("#:schema {SCHEMA}\n")), "{config}");
    assert_eq!(fs::read_to_string(workspace.join(SCHEMA)).expect("a schema"), kaa::config::schema());
}

#[test]
fn the_first_steps_name_files_and_commands_that_there_are() {
    let (_folder, workspace, _) = init("essunga", &[]);
    let text = fs::read_to_string(workspace.join(FIRST_STEPS)).expect("a page");
    assert!(text.starts_with("# De första stegen, Essunga\n"), "{text}");
    for line in text.lines().map(str::trim).filter(|line| line.starts_with("kaa ")) {
        let command = line.split(' ').nth(1).expect("a command");
        let (code, said) = kaa(&workspace, &[command, "--help"]);
        assert_eq!(code, 0, "{line}: {said}");
    }
}

// --- The workbook ---

fn new_workbook(profile: &str) -> (TempDir, PathBuf, Vec<u8>) {
    let (folder, workspace, _) = init(profile, &[]);
    let bytes = fs::read(workspace.join(WORKBOOK)).expect("the workbook");
    (folder, workspace, bytes)
}

fn cells(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut keep = |_: u32, cells: &[String]| rows.push(cells.to_vec());
    read_sheet(bytes, SpreadsheetFormat::Xlsx, Some(sheet), &Limits::default(), &mut keep).expect("a sheet");
    rows
}

/// The parts of an archive by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        parts.insert(file.name().expect("a name").into_owned(), content);
    }
    parts
}

fn packed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

/// The XML of a table's sheet: the first sheet explains, the tables follow.
fn sheet_part(kind: Kind) -> String {
    let at = KINDS.iter().position(|&other| other == kind).expect("a sheet of the workbook");
    format!("xl/worksheets/sheet{}.xml", at + 2)
}

fn sheet_xml(bytes: &[u8], kind: Kind) -> String {
    String::from_utf8(parts(bytes)[&sheet_part(kind)].clone()).expect("UTF-8")
}

#[test]
fn a_sheet_per_table_between_one_that_explains_and_one_with_the_words() {
    let (_folder, _, bytes) = new_workbook("tibro");
    let names = sheet_names(&bytes, SpreadsheetFormat::Xlsx, &Limits::default()).expect("a workbook");
    let expected = [
        "Läs mig",
        "Kontakter",
        "Kännedom",
        "Åtgärder",
        "Kontaktuppgifter",
        "Undantag",
        "Rapporter",
        "Register",
        "Listor",
    ];
    assert_eq!(names, expected);
    for kind in KINDS {
        let headers: Vec<String> = fields(kind).into_iter().map(|field| field.header).collect();
        assert_eq!(cells(&bytes, sheet_name(kind)), [headers]);
        let xml = sheet_xml(&bytes, kind);
        assert!(xml.contains("state=\"frozen\"") && xml.contains("<autoFilter "), "{}", kind.name());
    }
}

#[test]
fn every_coded_field_has_its_drop_down_and_every_date_its_check() {
    let (_folder, _, bytes) = new_workbook("tibro");
    let words = cells(&bytes, "Listor");
    for kind in KINDS {
        let xml = sheet_xml(&bytes, kind);
        for (column, field) in ('A'..).zip(fields(kind)) {
            let rules: Vec<&str> = xml.split("<dataValidation ").skip(1).collect();
            let rule = rules.iter().find(|rule| rule.contains(&format!("sqref=\"{column}2:{column}10001\"")));
            let has = |wanted: &str| rule.is_some_and(|rule| rule.contains(wanted));
            let name = format!("{} {}", kind.name(), field.name);
            match &field.input {
                Input::Number => assert!(has("type=\"textLength\"") && has("errorStyle=\"warning\""), "{name}"),
                Input::Date => assert!(has("type=\"date\""), "{name}"),
                Input::YesNo => assert!(has("type=\"list\"") && has("\"Ja,Nej\""), "{name}"),
                Input::Choice(choices) => {
                    assert!(has("type=\"list\"") && has("<formula1>Listor!$"), "{name}");
                    let formula = rule.and_then(|rule| rule.split("Listor!$").nth(1)).expect("a place");
                    let column = formula.chars().next().expect("a column") as usize - 'A' as usize;
                    let listed: Vec<&str> =
                        words.iter().skip(2).filter_map(|row| row.get(column)).map(String::as_str).collect();
                    let listed = listed.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
                    assert_eq!(listed, choices.iter().map(|(word, _)| *word).collect::<Vec<_>>(), "{name}");
                }
                Input::LocalOffer | Input::Role | Input::Text => {}
            }
        }
    }
}

/// What the config names may be chosen, and nothing else is kept.
#[test]
fn local_offers_and_roles_are_drop_downs_when_the_config_has_them() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/exempelby.toml");
    let config = Config::read(&sample).expect("the config of the sample");
    let bytes = team_workbook(&config, &KINDS, false).expect("a workbook");
    let words: Vec<String> = cells(&bytes, "Listor").concat();
    for word in ["Truckutbildning", "Hantverksstegen", "Fältassistenter"] {
        assert!(words.iter().any(|known| known == word), "{word} is missing in {words:?}");
    }
    let xml = sheet_xml(&bytes, Kind::Measures);
    let lists = |xml: &str| xml.matches("<formula1>Listor!$").count();
    assert_eq!(lists(&xml), 6, "innehall, insats, ansvarig, ansvarig_part, grund_avslut, sysselsattning_efter");
    // No list: any text can be typed.
    let plain = Config::parse(support::CONFIG, Path::new("")).expect("a config");
    assert_eq!(lists(&sheet_xml(&team_workbook(&plain, &KINDS, false).expect("a workbook"), Kind::Measures)), 4);
}

/// A row that shows how one is filled in is about nobody whom a run could read.
#[test]
fn examples_are_struck_out_and_never_read() {
    let (_folder, workspace, _) = init("tibro", &["--exempel"]);
    let bytes = fs::read(workspace.join(WORKBOOK)).expect("the workbook");
    let styles = String::from_utf8(parts(&bytes)["xl/styles.xml"].clone()).expect("UTF-8");
    assert!(styles.contains("<strike/>"));
    for kind in KINDS {
        let rows = cells(&bytes, sheet_name(kind));
        assert_eq!(rows.len(), 2, "{}", kind.name());
        assert!(rows[1][0].starts_with("1990"), "{}", kind.name());
    }
    fill_inbox(&workspace, "1472");
    let (code, said) = kaa(&workspace, &["check", "--as-of", AS_OF]);
    assert_eq!(code, 0, "{said}");
    for kind in KINDS {
        let line = format!("Arbetsboken: {}: 1 rader lästa = 0 godkända", sheet_name(kind));
        assert!(said.contains(&line) && !said.contains("KAA-I115"), "{line} is missing in {said}");
    }
}

// --- There and back ---

/// One cell: what is typed or chosen, and what it must be read as.
#[derive(Clone, Debug)]
struct Typed {
    word: String,
    read: String,
    input: Input,
}

/// Rows of a table that use every word of every drop-down, numbers that begin with zero, and cells left empty.
fn rows(kind: Kind) -> Vec<Vec<Typed>> {
    let fields = fields(kind);
    let longest = |input: &Input| if let Input::Choice(words) = input { words.len() } else { 2 };
    let count = fields.iter().map(|field| longest(&field.input)).max().expect("columns");
    let first = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a day");
    let row = |nth: usize| -> Vec<Typed> {
        let cell = |(at, field): (usize, &kaa::init::Field)| {
            let number = youth(nth as u64 + 1);
            let (word, read) = match &field.input {
                Input::Number => (format!("{}-{}", &number[..8], &number[8..]), number),
                Input::Date => {
                    let day = (first + Days::new((nth + at) as u64)).to_string();
                    (day.clone(), day)
                }
                Input::YesNo => {
                    if nth.is_multiple_of(2) {
                        ("Ja".into(), "J".into())
                    } else {
                        ("Nej".into(), "N".into())
                    }
                }
                Input::Choice(words) => {
                    let (word, code) = words[nth % words.len()];
                    (word.to_owned(), code.to_owned())
                }
                Input::Text if field.name == "telefon" => ("0701740605".into(), "0701740605".into()),
                Input::Text => (format!("Å & ö {nth}"), format!("Å & ö {nth}")),
                // The blank profile has no such list, and what is in none is not kept.
                Input::LocalOffer | Input::Role => (String::new(), String::new()),
            };
            let left_empty = !field.required && nth % 5 == 4;
            let (word, read) = if left_empty { (String::new(), String::new()) } else { (word, read) };
            Typed { word, read, input: field.input.clone() }
        };
        fields.iter().enumerate().map(cell).collect()
    };
    (0..count).map(row).collect()
}

fn serial(day: &str) -> i64 {
    let day: NaiveDate = day.parse().expect("a day");
    (day - NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day")).num_days()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The rows typed into the workbook of `kaa init`, each cell in its column's format, as Excel keeps them.
fn filled_in(bytes: &[u8]) -> Vec<u8> {
    let mut parts = parts(bytes);
    for kind in KINDS {
        let xml = sheet_xml(bytes, kind);
        let attribute = |column: &str, name: &str| -> usize {
            let value = column.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            value.and_then(|value| value.parse().ok()).expect("a column of a sheet has this")
        };
        let columns: Vec<&str> = xml.split("<col ").skip(1).collect();
        let holds = |at: usize, column: &str| (attribute(column, "min")..=attribute(column, "max")).contains(&(at + 1));
        let style = |at: usize| {
            let column = columns.iter().find(|column| holds(at, column)).expect("a column has a format");
            attribute(column, "style")
        };
        let mut typed = String::new();
        for (row, cells) in (2..).zip(rows(kind)) {
            write!(typed, "<row r=\"{row}\">").expect("a string");
            for (at, (column, cell)) in ('A'..).zip(&cells).enumerate().filter(|(_, (_, cell))| !cell.word.is_empty()) {
                let (style, word) = (style(at), escaped(&cell.word));
                match cell.input {
                    Input::Date => write!(typed, "<c r=\"{column}{row}\" s=\"{style}\"><v>{}</v></c>", serial(&word)),
                    _ => {
                        write!(typed, "<c r=\"{column}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t>{word}</t></is></c>")
                    }
                }
                .expect("a string");
            }
            typed.push_str("</row>");
        }
        let whole = xml.replace("</sheetData>", &format!("{typed}</sheetData>"));
        assert_ne!(whole, xml);
        parts.insert(sheet_part(kind), whole.into_bytes());
    }
    packed(&parts)
}

/// Reads the workspace's sources and compares every row of the team's tables.
fn reads_the_same(workspace: &Path, about: &str) {
    let config = Config::read(&workspace.join(CONFIG)).expect("a config");
    let mut intake = Intake::read(&config, AS_OF.parse().expect("a day"));
    assert_eq!(intake.faults, [], "{about}");
    assert_eq!(intake.rejects, [], "{about}");
    intake.tables.follow_numbers(|number| number);
    for kind in KINDS {
        let balance = intake.balance_of(&format!("Arbetsboken: {}", sheet_name(kind)));
        let expected = rows(kind);
        assert_eq!(
            (balance.read, balance.accepted),
            (expected.len() as u64, expected.len() as u64),
            "{about}: {}",
            kind.name()
        );
        for (nth, typed) in expected.iter().enumerate() {
            let born = NaiveDate::from_ymd_opt(2008, 1, 1).expect("a day") + Days::new(nth as u64 + 1);
            let found = intake.tables.rows_about(PersonalNumber::with_check_digit(born, 238));
            let found: Vec<_> = found.into_iter().filter(|row| row.kind == kind).map(|row| row.cells).collect();
            let names = kind.columns().iter().map(|column| column.name);
            let wanted = names.zip(typed).map(|(name, cell)| (name, cell.read.clone()));
            let wanted: Vec<_> = wanted.filter(|(_, read)| !read.is_empty()).collect();
            assert_eq!(found, [wanted], "{about}: {} row {}", kind.name(), nth + 2);
        }
    }
}

/// Has LibreOffice open a workbook and save it in a form.
fn saved_by_libreoffice(workbook: &Path, form: &str) -> Vec<u8> {
    let folder = TempDir::new().expect("a temporary folder");
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.path().join("user").display()))
        .args(["--headless", "--convert-to", form, "--outdir"])
        .arg(folder.path())
        .arg(workbook)
        .output()
        .expect("LibreOffice is installed");
    assert!(status.status.success(), "{status:?}");
    fs::read(folder.path().join(format!("teamets_arbetsbok.{form}"))).expect("LibreOffice saved the workbook")
}

#[test]
fn what_is_typed_into_the_workbook_is_read_back() {
    let (_folder, workspace, bytes) = new_workbook("blank");
    fs::write(workspace.join(WORKBOOK), filled_in(&bytes)).expect("the workbook is written");
    reads_the_same(&workspace, "as typed");
    fill_inbox(&workspace, "0000");
    let (code, said) = kaa(&workspace, &["monthly", "--as-of", AS_OF]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn the_workbook_is_read_alike_after_libreoffice_has_saved_it() {
    let (_folder, workspace, bytes) = new_workbook("blank");
    let path = workspace.join(WORKBOOK);
    fs::write(&path, filled_in(&bytes)).expect("the workbook is written");
    let (xlsx, ods) = (saved_by_libreoffice(&path, "xlsx"), saved_by_libreoffice(&path, "ods"));
    assert!(sheet_xml(&xlsx, Kind::Contacts).contains("<dataValidation "), "the drop-downs are kept");
    fs::write(&path, &xlsx).expect("the workbook is written");
    reads_the_same(&workspace, "XLSX by LibreOffice");
    // Saved again, as an open workbook is.
    let again = saved_by_libreoffice(&path, "xlsx");
    fs::write(&path, &again).expect("the workbook is written");
    reads_the_same(&workspace, "XLSX by LibreOffice, twice");
    fs::remove_file(&path).expect("the workbook is there");
    fs::write(workspace.join("teamets_arbetsbok.ods"), &ods).expect("the workbook is written");
    let config = fs::read_to_string(workspace.join(CONFIG)).expect("a config");
    fs::write(workspace.join(CONFIG), config.replace("arbetsbok.xlsx", "arbetsbok.ods"))
        .expect("the config is written");
    reads_the_same(&workspace, "ODS by LibreOffice");
}

/// How programs other than Excel and LibreOffice write a cell: no formats, every string in its place.
#[derive(Clone, Copy, Debug)]
enum Plain {
    /// Dates as text, numbers of persons as text.
    Text,
    /// Dates as days since 1900 without a format, numbers of persons as numbers.
    Numbers,
    /// Dates as text with a time of day, numbers of persons as numbers in floating point.
    Floats,
}

fn saved_plainly(form: Plain) -> Vec<u8> {
    let mut parts = BTreeMap::new();
    let (mut sheets, mut relations) = (String::new(), String::new());
    for (at, kind) in (1..).zip(KINDS) {
        let text = |cell: &str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(cell));
        let cell = |cell: &Typed| match (form, &cell.input) {
            _ if cell.word.is_empty() => "<c/>".to_owned(),
            (Plain::Numbers, Input::Number) => format!("<c><v>{}</v></c>", cell.read),
            (Plain::Floats, Input::Number) => format!("<c><v>{}.0</v></c>", cell.read),
            (Plain::Numbers, Input::Date) => format!("<c><v>{}</v></c>", serial(&cell.word)),
            (Plain::Floats, Input::Date) => text(&format!("{}T00:00:00", cell.word)),
            _ => text(&cell.word),
        };
        let headers: String = fields(kind).iter().map(|field| text(&field.header)).collect();
        let body: String =
            rows(kind).iter().map(|row| format!("<row>{}</row>", row.iter().map(cell).collect::<String>())).collect();
        let sheet = format!("<worksheet><sheetData><row>{headers}</row>{body}</sheetData></worksheet>");
        parts.insert(format!("xl/worksheets/sheet{at}.xml"), sheet.into_bytes());
        write!(sheets, "<sheet name=\"{}\" sheetId=\"{at}\" r:id=\"r{at}\"/>", sheet_name(kind)).expect("a string");
        let target = format!("Target=\"worksheets/sheet{at}.xml\"");
        write!(relations, "<Relationship Id=\"r{at}\" Type=\"http://x/worksheet\" {target}/>").expect("a string");
    }
    let root = "<Relationships><Relationship Id=\"r\" Type=\"http://x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    parts.insert("_rels/.rels".to_owned(), root.as_bytes().to_vec());
    parts.insert("xl/workbook.xml".to_owned(), format!("<workbook><sheets>{sheets}</sheets></workbook>").into_bytes());
    let relations = format!("<Relationships>{relations}</Relationships>");
    parts.insert("xl/_rels/workbook.xml.rels".to_owned(), relations.into_bytes());
    packed(&parts)
}

#[test]
fn the_workbook_is_read_alike_from_savers_that_keep_no_formats() {
    let (_folder, workspace, _) = new_workbook("blank");
    for form in [Plain::Text, Plain::Numbers, Plain::Floats] {
        fs::write(workspace.join(WORKBOOK), saved_plainly(form)).expect("the workbook is written");
        reads_the_same(&workspace, &format!("{form:?}"));
    }
}
