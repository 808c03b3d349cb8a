//! `avstamning.html` of the sample, read as a browser reads it: the block of data, and what the page allows itself. How it
//! looks and works in a browser is tested by tests/browser.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use chrono::{Days, NaiveDate};
use kaa::config::Config;
use kaa::explain::{Material, explanation_json};
use kaa::ingest::Intake;
use kaa::job::{MonthlyJob, monthly};
use kaa::person::{Identity, PersonalNumber};
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::{AS_OF, REGISTER, REGISTER_HEADER, SCHOOL, SCHOOL_HEADER, Workspace, registered, table, youth};

/// The row of the headers in every sheet of rows.
const HEADER: usize = 2;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn config(output: &Path) -> Config {
    let pipelines = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/exempelby.toml");
    let mut config = Config::read(&pipelines).expect("the config of the sample");
    config.output = output.to_owned();
    config
}

/// Both months of the sample; gives the folder of the second.
fn sample(output: &Path) -> PathBuf {
    let config = config(output);
    let run = |as_of: &str| {
        let job = MonthlyJob { config: &config, as_of: date(as_of), since: None, accepted: &[] };
        let intake = Intake::read(&config, date(as_of));
        monthly(&job, intake, || ()).expect("the run is not held").outcome.path().to_owned()
    };
    run("2026-10-20");
    run(AS_OF)
}

fn page(run: &Path) -> String {
    fs::read_to_string(run.join("avstamning.html")).expect("the page")
}

/// What stands between two marks.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end}")).0
}

/// The block of data as the script reads it.
fn data(page: &str) -> Value {
    let block = between(page, "<script type=\"application/json\" id=\"uppgifter\">", "</script>");
    serde_json::from_str(block).expect("the block is JSON")
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The words of a cell, marked or not.
fn words(cell: &Value) -> String {
    match cell {
        Value::Array(marked) => words(&marked[0]),
        Value::Null => String::new(),
        Value::String(words) => words.clone(),
        number => number.to_string(),
    }
}

/// The rows of a list, each by header.
fn rows(data: &Value, name: &str) -> Vec<BTreeMap<String, Value>> {
    let list = items(&data["listor"]).iter().find(|list| list["namn"] == name).unwrap_or_else(|| panic!("no {name}"));
    let headers = || items(&list["kolumner"]).iter().map(|column| text(&column["rubrik"]).to_owned());
    items(&list["rader"]).iter().map(|row| headers().zip(items(row).iter().cloned()).collect()).collect()
}

/// Headers and rows of a sheet as words.
fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(name).expect("the sheet");
    let word = |cell: &Data| match cell {
        Data::DateTime(day) => {
            let start = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day after 1900")]
            (start + Days::new(day.as_f64() as u64)).to_string()
        }
        other => other.to_string(),
    };
    let filled = |row: &&[Data]| row.iter().filter(|cell| **cell != Data::Empty).count() > 1;
    range.rows().skip(HEADER).take_while(filled).map(|row| row.iter().map(word).collect()).collect()
}

#[test]
fn every_list_has_the_columns_and_rows_of_its_sheet() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let data = data(&page(&run));
    let bytes = fs::read(run.join("avstamning.xlsx")).expect("the workbook");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut sheets = book.sheet_names();
    assert_eq!(sheets.remove(0), text(&data["sammanfattning"]));
    sheets.push("Iakttagelser om källorna".to_owned());
    let lists = items(&data["listor"]);
    assert_eq!(lists.iter().map(|list| text(&list["namn"])).collect::<Vec<_>>(), sheets);
    let mut compared = 0;
    // The findings stand below the sources on one sheet.
    for list in &lists[..lists.len() - 1] {
        let name = text(&list["namn"]);
        let headers = items(&list["kolumner"]).iter().map(|column| text(&column["rubrik"]).to_owned()).collect();
        let rows = items(&list["rader"]).iter().map(|row| items(row).iter().map(words).collect());
        let shown: Vec<Vec<String>> = std::iter::once(headers).chain(rows).collect();
        assert_eq!(shown, sheet(&mut book, name), "{name}");
        compared += shown.len();
    }
    assert!(compared > 300, "only {compared} rows");
    let said = book.worksheet_range("Källor").expect("the sheet");
    let said: BTreeSet<String> = said.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for row in rows(&data, "Iakttagelser om källorna") {
        assert!(row.values().all(|cell| words(cell).is_empty() || said.contains(&words(cell))), "{row:?}");
    }
}

#[test]
fn the_first_view_has_the_texts_and_figures_of_the_first_sheet() {
    let output = tempfile::tempdir().expect("a folder");
    let run = sample(output.path());
    let page = page(&run);
    let data = data(&page);
    let bytes = fs::read(run.join("avstamning.xlsx")).expect("the workbook");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range("Sammanfattning").expect("the sheet");
    let on_sheet: Vec<String> = range.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert!(page.contains(&format!("<h1>{}</h1>", on_sheet[0])) && page.contains(&format!("<p>{}</p>", on_sheet[1])));
    assert!(on_sheet.contains(&text(&data["upplast"]).to_owned()));
    for line in items(&data["forst"]["rader"]) {
        assert!(on_sheet.contains(&text(&line[0]).to_owned()), "{line}");
    }
    let figures = items(&data["siffror"]["rader"]);
    assert_eq!(figures.len(), 12);
    let at = |row: u32, column: u32| range.get_value((row, column)).map(ToString::to_string);
    let first = (0..60).find(|&row| at(row, 0).as_deref() == Some("Siffror")).expect("the title") + 2;
    for (row, figure) in (first..).zip(figures) {
        assert_eq!([at(row, 0), at(row, 1)], [Some(words(&figure[0])), Some(words(&figure[1]))]);
    }
    for table in items(&data["gruppen"]) {
        let in_all: i64 = items(&table["rader"]).iter().map(|row| row[1].as_i64().expect("a count")).sum();
        assert_eq!(figures[0][1], in_all, "{}", table["titel"]);
    }
    assert_eq!(items(&data["utveckling"]["rader"]).len(), 2);
}

#[test]
fn what_somebody_must_act_on_is_marked() {
    let output = tempfile::tempdir().expect("a folder");
    let data = data(&page(&sample(output.path())));
    let late = |row: &BTreeMap<String, Value>| words(&row["Dagar sen"]).parse::<i64>().is_ok_and(|days| days > 0);
    let (mut marked, mut plain) = (0, 0);
    for row in rows(&data, "Kontakt saknas") {
        assert_eq!(row["Nästa steg"].is_array(), late(&row), "{row:?}");
        if late(&row) { marked += 1 } else { plain += 1 }
    }
    assert!(marked > 5 && plain > 5);
}

/// What a decision holds, by place.
const ANSWER: usize = 1;
const LANES: usize = 2;
const RULINGS: usize = 3;

/// A sentence of the table, said with its days.
fn told(data: &Value, sentence: &Value) -> String {
    let (sentence, days) = match sentence {
        Value::Array(with_days) => (&with_days[0], &with_days[1..]),
        alone => (alone, &[][..]),
    };
    let at = usize::try_from(sentence.as_u64().expect("an index")).expect("small");
    let mut said = text(&data["beslut"]["meningar"][at]).to_owned();
    let is_day = |part: &str| {
        part.char_indices().all(|(at, sign)| if matches!(at, 4 | 7) { sign == '-' } else { sign.is_ascii_digit() })
    };
    let places: Vec<usize> = (0..said.len()).filter(|&at| said.get(at..at + 10).is_some_and(is_day)).collect();
    assert_eq!(places.len(), days.len(), "{said}");
    for (at, day) in places.into_iter().zip(days) {
        said.replace_range(at..at + 10, text(day));
    }
    said
}

/// The drawing of `kaa explain`, and its rules.
#[test]
fn a_timeline_is_that_of_explain() {
    let output = tempfile::tempdir().expect("a folder");
    let data = data(&page(&sample(output.path())));
    let config = config(output.path());
    let material = Material::read(&config, date(AS_OF)).expect("the sources");
    let people = data["beslut"]["personer"].as_object().expect("people");
    let mut drawn = 0;
    for (number, person) in people {
        let Ok(Identity::Number(parsed)) = PersonalNumber::parse(number, date("2026-12-31")) else {
            panic!("a number")
        };
        let explained = material.explain(&config, parsed).expect("readable runs").expect("a known person");
        let explained = explanation_json(&explained);
        assert_eq!(told(&data, &person[ANSWER]), text(&explained["svar"]));
        let at = |value: &Value| usize::try_from(value.as_u64().expect("an index")).expect("small");
        for (ruling, other) in items(&person[RULINGS]).iter().zip(items(&explained["regler"])) {
            assert_eq!(data["regler"][at(&ruling[0])][0], other["regel"]);
            assert_eq!(data["beslut"]["utfall"][at(&ruling[1])], other["utfall"]);
            assert_eq!(told(&data, &ruling[2]), text(&other["iakttagelse"]));
        }
        assert_eq!(items(&person[RULINGS]).len(), items(&explained["regler"]).len());
        let stretch = |stretch: &Value| {
            let provisional = u8::from(stretch["preliminart"] == true);
            [stretch["fran"].clone(), stretch["till"].clone(), provisional.into()]
        };
        // An education that ended before the first month is not drawn.
        let mut lanes = items(&explained["tidslinje"]).iter();
        for lane in items(&person[LANES]) {
            let code = &data["banor"][at(&lane[0])][0];
            let note = if lane[2].is_null() { Value::Null } else { told(&data, &lane[2]).into() };
            let same = lanes.find(|other| other["rad"] == *code && other["vad"] == note).expect("the same lane");
            let stretches: Vec<Value> =
                items(&same["tider"]).iter().map(|days| stretch(days).to_vec().into()).collect();
            assert_eq!(items(&lane[1]), stretches, "{lane}");
            drawn += stretches.len();
        }
    }
    assert!(people.len() > 80 && drawn > 300, "{} people, {drawn} stretches", people.len());
    let numbers = |name: &str| rows(&data, name).into_iter().map(|row| words(&row["Personnummer"])).collect::<Vec<_>>();
    assert!(numbers("Målgruppen").iter().all(|number| people.contains_key(number)));
    // Pupils at risk with neither a spell nor something to look into have no more on the page than their row.
    assert!(numbers("Risk för avbrott").iter().any(|number| !people.contains_key(number)));
}

#[test]
fn of_protected_persons_there_is_neither_name_nor_school_nor_row() {
    let workspace = Workspace::new();
    let secret = |nth| registered(nth).replace("SAKNAS", "SEKRETESSMARKERING").replace("Lönnköping", "Skyddsort");
    workspace.file(REGISTER, table(REGISTER_HEADER, (1..=8).map(registered).chain([secret(9)])));
    let ended = format!("{};GY;NA25;Skyddsskolan;87654321;2024-08-19;2026-06-12;2027-06-11;", youth(9));
    let open = (1..=8).map(support::enrolled).chain([ended]);
    workspace.file(SCHOOL, table(SCHOOL_HEADER, open));
    workspace.succeeds();
    let page = page(&workspace.run_folder(AS_OF));
    for told in ["Skyddsort", "Skyddsskolan", "87654321", "NA25", "Sekretessa", "Gömstigen"] {
        assert!(!page.contains(told), "{told}");
    }
    let data = data(&page);
    assert_eq!(words(&rows(&data, "Målgruppen")[0]["Namn"]), "SKYDD");
    let (_, person) = data["beslut"]["personer"].as_object().expect("people").iter().next().expect("one person");
    let note = |lane: &Value| (!lane[2].is_null()).then(|| told(&data, &lane[2]));
    assert!(items(&person[LANES]).iter().filter_map(note).any(|note| note.contains("SKYDD")));
    assert!(items(&person[RULINGS]).iter().all(|ruling| ruling[3] == Value::Array(Vec::new())), "a row is named");
}

#[test]
fn a_name_that_looks_like_markup_stays_a_name() {
    const NAMES: [&str; 6] = [
        "</script><script>alert(1)</script>",
        "<!-- <script>",
        "]]><svg onload=alert(1)>",
        "a&amp;lt;b {{skript}}",
        "\\u003c/script\\u003e",
        "\u{2028}'\u{2029}`${1}`",
    ];
    let workspace = Workspace::new();
    for name in NAMES {
        let row = |nth| registered(nth).replace("Hemligsson", &format!("\"{name}\""));
        workspace.file(REGISTER, table(REGISTER_HEADER, (1..=9).map(row)));
        workspace.succeeds();
        let runs = fs::read_dir(workspace.municipality_folder()).expect("runs").map(|run| run.expect("a run").path());
        let latest = runs.filter(|run| run.join("avstamning.html").exists()).max().expect("a run");
        let page = page(&latest);
        assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2), "{name}");
        assert_eq!(page.matches("<!--").count(), 0, "{name}");
        let shown = words(&rows(&data(&page), "Målgruppen")[0]["Namn"]);
        // What names are cleaned of when they are read is not the page's affair.
        let seen: String = name.chars().filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')).collect();
        assert!(shown.contains(seen.as_str()), "{name}: {shown}");
        fs::remove_dir_all(workspace.path("output")).expect("the runs go");
    }
}

#[test]
fn the_page_allows_its_own_style_and_script_and_nothing_else() {
    let output = tempfile::tempdir().expect("a folder");
    let page = page(&sample(output.path()));
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |content: &str| {
        let digest = Sha256::digest(content);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        hex
    };
    let allowed = |directive: &str| {
        let value = between(policy, directive, "'").trim_start_matches("sha256-");
        decoded(value).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    assert_eq!(allowed("style-src '"), hash(between(&page, "<style>", "</style>")));
    assert_eq!(allowed("script-src '"), hash(between(&page, "<script>", "</script>")));
    let script = between(&page, "<script>", "</script>");
    let markup = page.replace(script, "").replace(between(&page, "id=\"uppgifter\">", "</script>"), "");
    for word in [" style=", " src=", "<link", "<img", "<iframe", "http:", "https:", " onload", " onclick"] {
        assert!(!markup.contains(word), "{word}");
    }
    // Nothing is put in as markup, and the only address is the name of SVG.
    for word in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch(", "XMLHttp", "import("]
    {
        assert!(!script.contains(word), "{word}");
    }
    assert_eq!(script.matches("http").count(), script.matches("http://www.w3.org/2000/svg").count());
    assert!(page.starts_with("<!doctype html>\n<html lang=\"sv\">"));
}

fn decoded(base64: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = base64.trim_end_matches('=').chars().map(|digit| DIGITS.find(digit).expect("a digit of Base64"));
    let bits: Vec<bool> = sextets.flat_map(|sextet| (0..6).rev().map(move |at| sextet >> at & 1 == 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit))).collect()
}

#[test]
fn without_a_workbook_there_is_no_page() {
    let workspace = Workspace::new();
    workspace.config_with("arbetsbok = false\n");
    workspace.succeeds();
    let run = workspace.run_folder(AS_OF);
    assert!(!run.join("avstamning.xlsx").exists() && !run.join("avstamning.html").exists());
    assert!(run.join("malgrupp.csv").exists());
}
