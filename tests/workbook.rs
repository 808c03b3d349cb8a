//! The meeting's workbook of the sample, read back as another program sees it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::job::{MonthlyJob, monthly};
use kaa::person::PersonalNumber;

const SHEETS: [&str; 13] = [
    "Sammanfattning",
    "Nya",
    "Lämnar",
    "Ändrade i efterhand",
    "Kontakt saknas",
    "Uppföljningar",
    "Fyller snart 20",
    "Att utreda",
    "Avvikelser",
    "Risk för avbrott",
    "Målgruppen",
    "Avvisade rader",
    "Källor",
];
/// The row of the headers in every sheet of rows.
const HEADER: usize = 2;
const DATES: [&str; 10] = [
    "I gruppen från",
    "Registrerad",
    "Uppgift från",
    "Sista dag i gruppen",
    "Avregistreras",
    "Sedan",
    "Senaste försök",
    "Datum",
    "Beräknat slut",
    "Uttagsdatum",
];

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn run(config: &Config, as_of: &str) -> PathBuf {
    let job = MonthlyJob { config, as_of: date(as_of), since: None, accepted: &[] };
    let intake = Intake::read(config, date(as_of));
    assert!(intake.faults.is_empty(), "{:?}", intake.faults);
    monthly(&job, intake, || ()).expect("the run is not held").outcome.path().to_owned()
}

/// Both months of the sample; gives the folder of the second.
fn sample(output: &Path) -> PathBuf {
    let pipelines = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/exempelby.toml");
    let mut config = Config::read(&pipelines).expect("the config of the sample");
    config.output = output.to_owned();
    run(&config, "2026-10-20");
    run(&config, "2026-11-20")
}

fn open(run: &Path) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = fs::read(run.join("avstamning.xlsx")).expect("the workbook");
    Xlsx::new(Cursor::new(bytes)).expect("a workbook that another reader understands")
}

/// A sheet's rows below its headers, by the headers.
fn sheet(run: &Path, name: &str) -> Vec<BTreeMap<String, Data>> {
    let range = open(run).worksheet_range(name).expect("the sheet");
    let rows: Vec<&[Data]> = range.rows().collect();
    let headers: Vec<String> = rows[HEADER].iter().map(ToString::to_string).collect();
    let cells = |row: &&[Data]| headers.iter().cloned().zip(row.iter().cloned()).collect();
    let filled = |row: &[Data]| row.iter().filter(|cell| **cell != Data::Empty).count();
    // An empty list has one cell that says so.
    rows[HEADER + 1..].iter().take_while(|row| filled(row) > 1).map(cells).collect()
}

fn csv(run: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let bytes = fs::read(run.join(format!("{name}.csv"))).expect("the list");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// Every word of the workbook.
fn all_texts(run: &Path) -> Vec<String> {
    let mut book = open(run);
    let mut texts = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("the sheet");
        texts.extend(range.used_cells().map(|(_, _, cell)| cell.to_string()));
    }
    texts
}

/// The XML of the sheets, in their order, and of the workbook.
fn parts(run: &Path) -> BTreeMap<String, String> {
    let bytes = fs::read(run.join("avstamning.xlsx")).expect("the workbook");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let mut text = String::new();
        let name = part.name().expect("a name in UTF-8").into_owned();
        part.read_to_string(&mut text).expect("XML in UTF-8");
        parts.insert(name, text);
    }
    parts
}

fn is_hyphenated(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 13
        && bytes.iter().enumerate().all(|(at, byte)| if at == 8 { *byte == b'-' } else { byte.is_ascii_digit() })
}

#[test]
fn the_sheets_stand_in_the_order_of_the_meeting() {
    let output = tempfile::tempdir().expect("a folder");
    assert_eq!(open(&sample(output.path())).sheet_names(), SHEETS);
}

#[test]
fn numbers_of_persons_are_texts_and_dates_are_dates() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let (mut people, mut days) = (0, 0);
    for name in &SHEETS[1..] {
        for row in sheet(&run, name).into_iter().filter(|row| row.contains_key("Personnummer") || *name == "Källor") {
            for (header, cell) in row {
                let seen = format!("{name}, {header}: {cell:?}");
                if header == "Personnummer" {
                    assert!(matches!(&cell, Data::String(text) if is_hyphenated(text)), "{seen}");
                    people += 1;
                } else if DATES.contains(&header.as_str()) && cell != Data::Empty {
                    assert!(matches!(cell, Data::DateTime(_)), "{seen}");
                    days += 1;
                } else {
                    assert!(!matches!(cell, Data::Error(_)), "{seen}");
                }
            }
        }
    }
    assert!(people > 150 && days > 300, "{people} persons and {days} dates");
}

#[test]
fn the_sheets_have_the_rows_of_the_lists() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    for (name, list) in [
        ("Målgruppen", "malgrupp"),
        ("Att utreda", "utreda"),
        ("Kontakt saknas", "kontaktlista"),
        ("Avvikelser", "avvikelser"),
        ("Risk för avbrott", "risk"),
        ("Avvisade rader", "avvisade_rader"),
    ] {
        assert_eq!(sheet(&run, name).len(), csv(&run, list).len(), "{name}");
    }
    let changes = csv(&run, "forandringar");
    for (name, kinds) in [
        ("Nya", ["IN", "IN_OCH_UT"]),
        ("Lämnar", ["UT", "IN_OCH_UT"]),
        ("Ändrade i efterhand", ["ANDRAD", "BORTTAGEN"]),
    ] {
        let expected = changes.iter().filter(|row| kinds.contains(&row["typ"].as_str())).count();
        assert!(expected > 0);
        assert_eq!(sheet(&run, name).len(), expected, "{name}");
    }
}

#[test]
fn who_has_waited_longest_stands_first() {
    let output = tempfile::tempdir().expect("a folder");
    let rows = sheet(&sample(output.path()), "Kontakt saknas");
    let days: Vec<String> = rows.iter().map(|row| row["Dagar i gruppen"].to_string()).collect();
    let days: Vec<f64> = days.iter().map(|days| days.parse().expect("a number")).collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
}

/// The protected persons of the sample's population register: number, name and address as the workbook would write them.
fn protected() -> Vec<(String, String, String)> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/exempelby/inbox/Folkbokforing_15-20_ar_2026-11-16.csv");
    let text = fs::read_to_string(path).expect("the register");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().expect("headers").clone();
    let at = |wanted: &str| headers.iter().position(|header| header == wanted).expect(wanted);
    let columns = ["Personnummer", "Förnamn", "Efternamn", "Gatuadress", "Skyddade personuppgifter"].map(at);
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.filter(|row| !["Nej", ""].contains(&&row[columns[4]]))
        .map(|row| {
            let name = format!("{} {}", &row[columns[1]], &row[columns[2]]);
            (row[columns[0]].to_owned(), name, row[columns[3]].to_owned())
        })
        .collect()
}

#[test]
fn nothing_shows_who_a_protected_person_is_or_where() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let protected = protected();
    assert!(protected.len() >= 4, "the sample has protected persons");
    let parts = parts(&run);
    for (_, name, street) in &protected {
        for (part, text) in &parts {
            assert!(!text.contains(name.as_str()), "a protected name in {part}");
            assert!(street.is_empty() || !text.contains(street.as_str()), "a protected address in {part}");
        }
    }
    let mut hidden = 0;
    let flagged = csv(&run, "malgrupp").into_iter().filter(|row| row["flaggor"].contains("SKYDDAD_FOLKBOKFORING"));
    let mut numbers: Vec<String> = flagged.map(|row| row["personnummer"].clone()).collect();
    numbers.extend(protected.into_iter().map(|(number, ..)| number.replace('-', "")));
    for name in &SHEETS[1..9] {
        for row in sheet(&run, name) {
            let number = row["Personnummer"].to_string().replace('-', "");
            if numbers.contains(&number) {
                for header in ["Namn", "Telefon", "E-post", "Adress", "Skola enligt uppgiften", "Går nu i"] {
                    let cell = row.get(header).cloned().unwrap_or(Data::String("SKYDD".to_owned()));
                    assert_eq!(cell, Data::String("SKYDD".to_owned()), "{name}, {header}");
                }
                hidden += 1;
            }
        }
    }
    assert!(hidden >= 4, "only {hidden} rows of protected persons");
}

#[test]
fn every_sheet_prints_and_scrolls_as_a_table() {
    let output = tempfile::tempdir().expect("a folder");
    let parts = parts(&sample(output.path()));
    for (number, name) in (1..).zip(SHEETS) {
        let xml = &parts[&format!("xl/worksheets/sheet{number}.xml")];
        assert!(xml.contains("orientation=\"landscape\"") && xml.contains("paperSize=\"9\""), "{name}");
        assert!(xml.contains("<pageSetUpPr fitToPage=\"1\"/>"), "{name}");
        assert!(xml.contains("&amp;P"), "{name} has no page number");
        assert!(!xml.contains("<f>"), "{name} has a formula");
        if number > 1 {
            assert!(xml.contains("state=\"frozen\""), "{name} has no frozen header");
            assert!(xml.contains("<autoFilter ref=\"A3:"), "{name} has no filter");
        }
    }
    assert_eq!(parts["xl/workbook.xml"].matches("_xlnm.Print_Titles").count(), SHEETS.len() - 1);
}

#[test]
fn the_same_month_gives_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let bytes = |output: &Path| fs::read(sample(output).join("avstamning.xlsx")).expect("the workbook");
    assert!(bytes(one.path()) == bytes(other.path()));
}

/// A municipality of one youth who never went to upper-secondary school, with a name that looks like a formula.
fn small(folder: &Path, protection: &str) -> PathBuf {
    let inbox = folder.join("inbox");
    fs::create_dir(&inbox).expect("a folder");
    let header = "personnummer;kommunkod;fornamn;efternamn;adress;postnummer;postort;folkbokford_fran;invandringsdatum";
    let number = |day: &str, birth_number| PersonalNumber::with_check_digit(date(day), birth_number).digits();
    let (youth, pupil) = (number("2009-01-01", 238), number("2009-01-02", 239));
    let row = format!("{youth};1472;=1+1;Provsson;Provgatan 1;54330;Tibro;;");
    let (column, value) =
        if protection.is_empty() { ("", String::new()) } else { (";skydd", format!(";{protection}")) };
    let write = |name: &str, text: String| fs::write(inbox.join(name), text).expect("a file");
    write("folkbokforing-2026-11-16.csv", format!("{header}{column}\n{row}{value}\n"));
    write(
        "kontaktuppgifter-2026-11-16.csv",
        format!("personnummer;datum;telefon;epost\n{youth};2026-09-01;070-1740600;prov@example.se\n"),
    );
    write("elevregister-2026-11-16.csv", format!("personnummer;skolform;startdatum\n{pupil};GY;2025-08-18\n"));
    let text =
        "[kommun]\nkod = \"1472\"\nnamn = \"Tibro & Co\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    let config = Config::parse(text, folder).expect("the smallest config");
    run(&config, "2026-11-20")
}

#[test]
fn a_name_that_looks_like_a_formula_is_a_text_and_the_contact_details_stand_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = sheet(&small(folder.path(), "SAKNAS"), "Kontakt saknas");
    assert_eq!(rows.len(), 1);
    let texts = ["Namn", "Telefon", "E-post", "Adress"].map(|header| rows[0][header].to_string());
    assert_eq!(texts, ["=1+1 Provsson", "070-1740600", "prov@example.se", "Provgatan 1, 543 30 Tibro"]);
}

#[test]
fn without_a_column_for_protection_no_name_is_written_and_the_summary_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = small(folder.path(), "");
    assert_eq!(sheet(&run, "Kontakt saknas").len(), 1);
    let texts = all_texts(&run);
    for secret in ["Provsson", "070-1740600", "prov@example.se", "Provgatan"] {
        assert!(!texts.iter().any(|text| text.contains(secret)), "{secret}");
    }
    let summary = open(&run).worksheet_range("Sammanfattning").expect("the summary");
    let said = summary
        .used_cells()
        .any(|(_, _, cell)| cell.to_string().starts_with("Namn och kontaktuppgifter skrivs inte ut"));
    assert!(said);
}

#[test]
fn an_empty_list_says_so_below_its_headers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut book = open(&small(folder.path(), "SAKNAS"));
    for (name, words) in
        [("Nya", "Inga nya."), ("Lämnar", "Inga har lämnat gruppen."), ("Avvisade rader", "Inga rader avvisades.")]
    {
        let range = book.worksheet_range(name).expect("the sheet");
        assert_eq!(range.rows().count(), HEADER + 2, "{name}");
        assert_eq!(range.get((HEADER + 1, 0)), Some(&Data::String(words.to_owned())), "{name}");
    }
}

/// Tibro 2024 p. 21: "ungdomen har fyllt 20 år och då kontaktar KAA ungdomen för att informera".
#[test]
fn whoever_turned_20_since_the_run_before_is_to_be_told() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let people = |rows: Vec<BTreeMap<String, String>>| {
        rows.into_iter().map(|row| row["personnummer"].clone()).collect::<Vec<_>>()
    };
    let mut left = csv(&run, "forandringar");
    left.retain(|row| row["typ"] == "UT" && row["orsak"] == "FYLLT_20");
    let mut told = csv(&run, "uppfoljningar");
    told.retain(|row| row["typ"] == "FYLLT_20");
    assert!(
        told.iter().all(|row| row["skal"].contains("Kontakta ungdomen") && row["ansvarig"] == "Operativa KAA-teamet")
    );
    assert!(!left.is_empty());
    assert_eq!(people(told), people(left));
}

#[test]
fn letters_go_to_nobody_protected_and_to_everyone_whose_post_is_due() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let letters = csv(&run, "utskick");
    let contacts = csv(&run, "kontaktlista");
    let steps: BTreeMap<&str, &BTreeMap<String, String>> =
        contacts.iter().map(|row| (row["personnummer"].as_str(), row)).collect();
    let last = date("2026-11-20") + chrono::Days::new(14);
    let is_due = |row: &BTreeMap<String, String>| {
        row["kontaktsatt"] == "BREV" && row["senast"].parse::<NaiveDate>().is_ok_and(|day| day <= last)
    };
    assert!(letters.len() > 5, "only {} letters", letters.len());
    for letter in &letters {
        let step = steps[letter["personnummer"].as_str()];
        assert!(is_due(step), "{step:?}");
        assert_eq!((&letter["steg"], &letter["senast"]), (&step["nasta_steg"], &step["senast"]));
        assert!(!letter["namn"].contains("SKYDD") && !letter["adress"].is_empty() && !letter["postort"].is_empty());
    }
    let protected: Vec<String> = csv(&run, "malgrupp")
        .into_iter()
        .filter(|row| row["flaggor"].contains("SKYDDAD_FOLKBOKFORING"))
        .map(|row| row["personnummer"].clone())
        .collect();
    assert!(!protected.is_empty());
    let due = contacts.iter().filter(|row| is_due(row) && !protected.contains(&row["personnummer"])).count();
    assert_eq!(letters.len(), due);
}
