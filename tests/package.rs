//! `datapackage.json`: it describes each CSV file of a run, and every cell of the files is as it says. The reader here knows
//! nothing of the program but the standard.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use kaa::ingest::parquet;
use kaa::report::DataPackage;
use polars::prelude::{ParquetReader, SerReader};
use serde_json::Value;
use support::{AS_OF, REGISTER_HEADER, SCHOOL, SCHOOL_HEADER, Workspace, enrolled, registered, table, youth};

/// Set to write the golden texts anew; look at the difference before committing it.
const WRITE: &str = "KAA_WRITE_GOLDEN";
const WITH_KNOWLEDGE: &str = include_str!("../pipelines/scb/kannedom.toml");

/// A file by its description: the rows that stand in it, by column.
struct Table {
    fields: Vec<Value>,
    rows: Vec<Vec<String>>,
}

/// The description of a run's files.
fn package(run: &Path) -> Value {
    let text = fs::read_to_string(run.join("datapackage.json")).expect("a description");
    serde_json::from_str(&text).expect("JSON")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn words(value: &Value, key: &str) -> Vec<String> {
    list(value, key).iter().map(|word| word.as_str().expect("a text").to_owned()).collect()
}

/// Reads a file as its resource says.
fn read(run: &Path, resource: &Value) -> Result<Table, String> {
    let bytes = fs::read(run.join(word(resource, "path"))).map_err(|error| error.to_string())?;
    let text = match word(resource, "encoding") {
        "utf-8" => String::from_utf8(bytes).map_err(|error| error.to_string())?,
        "windows-1252" => {
            // What the files have of it is in Latin-1 too, where a byte is the character of its number.
            bytes.iter().map(|&byte| char::from(byte)).collect()
        }
        other => return Err(format!("the encoding {other}")),
    };
    let (text, dialect) = (text.trim_start_matches('\u{feff}'), &resource["dialect"]);
    let delimiter = word(dialect, "delimiter").chars().next().expect("a delimiter");
    let end = word(dialect, "lineTerminator");
    assert!(text.is_empty() || text.ends_with(end), "the last row ends");
    let mut rows = cells(text, delimiter);
    let fields = list(&resource["schema"], "fields").to_vec();
    if dialect["header"] == true {
        let names: Vec<&str> = fields.iter().map(|field| word(field, "name")).collect();
        let header = rows.remove(0);
        if header != names {
            return Err(format!("the header {header:?}, not {names:?}"));
        }
    }
    match rows.iter().find(|row| row.len() != fields.len()) {
        Some(row) => Err(format!("a row of {} cells", row.len())),
        None => Ok(Table { fields, rows }),
    }
}

/// The rows of a text; quotation marks are doubled in quotation marks.
fn cells(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other if other == delimiter && !quoted => row.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    rows
}

/// What is wrong with a value, by the field's type and constraints.
fn fault(field: &Value, value: &str) -> Option<String> {
    let constraints = &field["constraints"];
    if value.is_empty() {
        return (constraints["required"] == true).then(|| "is required".to_owned());
    }
    let number = match word(field, "type") {
        "string" => Ok(None),
        "date" => {
            let form = field["format"].as_str().unwrap_or("%Y-%m-%d");
            NaiveDate::parse_from_str(value, form).map(|_| None).map_err(|_| "is no day")
        }
        "integer" => value.parse::<i64>().map(Some).map_err(|_| "is no whole number"),
        "number" => {
            let text = value.replace('.', "?").replace(word(field, "decimalChar"), ".");
            #[expect(clippy::cast_possible_truncation, reason = "only its sign counts")]
            text.parse::<f64>().map(|number| Some(number.floor() as i64)).map_err(|_| "is no number")
        }
        "boolean" => {
            let known = [words(field, "trueValues"), words(field, "falseValues")].concat();
            if known.iter().any(|word| word == value) { Ok(None) } else { Err("is neither yes nor no") }
        }
        _ => Err("has an unknown type"),
    };
    let number = match number {
        Ok(number) => number,
        Err(fault) => return Some(fault.to_owned()),
    };
    if number.zip(constraints["minimum"].as_i64()).is_some_and(|(number, least)| number < least) {
        return Some("is too small".to_owned());
    }
    let known = words(constraints, "enum");
    if !known.is_empty() && !known.iter().any(|code| code == value) {
        return Some("is no code of the list".to_owned());
    }
    let pattern = constraints["pattern"].as_str()?;
    (!fits(pattern, value)).then(|| format!("does not fit {pattern}"))
}

/// Whether a value fits a pattern: `^(A|B)(,(A|B))*$`, or classes of characters with a number each.
fn fits(pattern: &str, value: &str) -> bool {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).expect("the whole value");
    if let Some(rest) = inner.strip_prefix('(') {
        let (codes, more) = rest.split_once(")(").expect("a repetition");
        let mark = more.chars().next().expect("a mark");
        assert_eq!(more, format!("{mark}({codes}))*"));
        return value.split(mark).all(|part| codes.split('|').any(|code| code == part));
    }
    let mut left = value.chars();
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        if first != '[' {
            if left.next() != Some(first) {
                return false;
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (class, after) = rest[1..].split_once(']').expect("a class");
        let holds = |c: char| if class == "0-9" { c.is_ascii_digit() } else { class.contains(c) };
        let (times, after) = match after.strip_prefix('{').and_then(|after| after.split_once('}')) {
            Some((times, after)) => (times.parse().expect("a number"), after),
            None => (1, after),
        };
        if !(0..times).all(|_| left.next().is_some_and(holds)) {
            return false;
        }
        rest = after;
    }
    left.next().is_none()
}

/// Everything in a run's folder that is not as its description says, with the Parquet files if there are any.
fn faults(run: &Path) -> Vec<String> {
    let package = package(run);
    let mut faults = Vec::new();
    let mut tables = BTreeMap::new();
    for resource in list(&package, "resources") {
        match read(run, resource) {
            Ok(table) => drop(tables.insert(word(resource, "name").to_owned(), table)),
            Err(fault) => faults.push(format!("{}: {fault}", word(resource, "path"))),
        }
    }
    let described: BTreeSet<String> =
        list(&package, "resources").iter().map(|resource| word(resource, "path").to_owned()).collect();
    let with_parquet = run.join("avvisade_rader.parquet").exists() || run.join("nyckeltal.parquet").exists();
    if described != csv_files(run) {
        faults.push(format!("{described:?} are described, not {:?}", csv_files(run)));
    }
    for resource in list(&package, "resources") {
        let Some(table) = tables.get(word(resource, "name")) else { continue };
        for (at, row) in table.rows.iter().enumerate() {
            let wrong = table.fields.iter().zip(row).filter_map(|(field, value)| Some((field, fault(field, value)?)));
            faults.extend(wrong.map(|(field, fault)| {
                format!("{}, row {}: {} {fault}", word(resource, "path"), at + 1, word(field, "name"))
            }));
        }
        if with_parquet {
            faults.extend(parquet_faults(run, resource, table));
        }
        let schema = &resource["schema"];
        let keys = values(table, &words(schema, "primaryKey"));
        if !words(schema, "primaryKey").is_empty() && keys.iter().collect::<BTreeSet<_>>().len() < keys.len() {
            faults.push(format!("{}: two rows share a key", word(resource, "path")));
        }
        for key in list(schema, "foreignKeys") {
            let other = &tables[word(&key["reference"], "resource")];
            let there: BTreeSet<_> = values(other, &words(&key["reference"], "fields")).into_iter().collect();
            if values(table, &words(key, "fields")).iter().any(|value| !there.contains(value)) {
                faults.push(format!("{}: a key leads nowhere", word(resource, "path")));
            }
        }
    }
    faults
}

/// How the Parquet file beside a CSV file differs from it. The types are Polars' words for them.
fn parquet_faults(run: &Path, resource: &Value, table: &Table) -> Vec<String> {
    let path = run.join(word(resource, "path").replace(".csv", ".parquet"));
    let Ok(file) = fs::File::open(&path) else { return vec![format!("{}: no Parquet file", path.display())] };
    let frame = ParquetReader::new(file).finish().expect("a table");
    let types: Vec<String> = frame.dtypes().iter().map(ToString::to_string).collect();
    let wanted = table.fields.iter().map(|field| match word(field, "type") {
        "date" => "date",
        "integer" => "i64",
        "number" => "f64",
        "boolean" => "bool",
        _ => "str",
    });
    let mut rows = Vec::new();
    parquet::read_rows(fs::read(&path).expect("a file"), &mut |_, cells| {
        rows.push(cells.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>());
    })
    .expect("a table");
    let as_text = |(field, cell): (&Value, &String)| match (word(field, "type"), cell.as_str()) {
        (_, "") => String::new(),
        ("date", cell) => {
            let form = field["format"].as_str().unwrap_or("%Y-%m-%d");
            NaiveDate::parse_from_str(cell, form).expect("a day").to_string()
        }
        ("boolean", cell) => (cell == "J").to_string(),
        ("number", cell) => format!("{:?}", cell.replace(',', ".").parse::<f64>().expect("a number")),
        (_, cell) => cell.to_owned(),
    };
    let names = table.fields.iter().map(|field| word(field, "name").to_owned()).collect::<Vec<_>>();
    let mut expected = vec![names];
    expected.extend(table.rows.iter().map(|row| table.fields.iter().zip(row).map(as_text).collect()));
    let mut faults = Vec::new();
    if !types.iter().map(String::as_str).eq(wanted) {
        faults.push(format!("{}: {types:?}", path.display()));
    }
    if rows != expected {
        faults.push(format!("{}: other rows than the CSV file", path.display()));
    }
    faults
}

/// The values of some columns, row by row.
fn values(table: &Table, columns: &[String]) -> Vec<Vec<String>> {
    let at = |name: &String| table.fields.iter().position(|field| word(field, "name") == name).expect("a column");
    let at: Vec<usize> = columns.iter().map(at).collect();
    table.rows.iter().map(|row| at.iter().map(|&at| row[at].clone()).collect()).collect()
}

fn csv_files(run: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(run).expect("a run").map(|entry| entry.expect("a file").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name.ends_with(".csv")).collect()
}

/// The folders of all runs that hold CSV files.
fn runs(municipality: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(municipality).expect("a municipality").map(|entry| entry.expect("a folder").path());
    let mut runs: Vec<PathBuf> =
        folders.filter(|path| path.is_dir()).filter(|path| !csv_files(path).is_empty()).collect();
    runs.sort();
    runs
}

/// Every run of the municipality is as described; gives their names.
fn all_are_as_described(municipality: &Path) -> Vec<String> {
    let runs = runs(municipality);
    for run in &runs {
        let name = run.file_name().expect("a name").to_string_lossy();
        assert_eq!(faults(run), [] as [String; 0], "{name}");
        for resource in list(&package(run), "resources") {
            let table = read(run, resource).expect("it can be read");
            assert!(!table.fields.is_empty());
            for field in &table.fields {
                is_told(field, word(resource, "path"));
            }
            let telling = [word(resource, "title"), word(resource, "description")];
            assert!(telling.iter().all(|text| !text.is_empty()), "{name}: {}", word(resource, "path"));
        }
    }
    runs.iter().map(|run| run.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

/// A column has a type, a title and a sentence, and its codes have words.
fn is_told(field: &Value, file: &str) {
    let name = word(field, "name");
    let types = ["string", "date", "integer", "number", "boolean"];
    assert!(types.contains(&word(field, "type")), "{file}: {name}");
    let title = word(field, "title");
    assert!(title.starts_with(char::is_uppercase), "{file}: {name} is called {title:?}");
    let sentence = word(field, "description");
    assert!(sentence.starts_with(char::is_uppercase) && sentence.ends_with('.'), "{file}: {name} says {sentence:?}");
    let codes = words(&field["constraints"], "enum");
    let explained: Vec<&str> = list(field, "categories").iter().map(|category| word(category, "value")).collect();
    assert_eq!(codes, explained, "{file}: {name}");
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{file}: {name}");
    assert!(list(field, "categories").iter().all(|category| !word(category, "label").is_empty()), "{file}: {name}");
}

/// The demonstration, in a folder of its own.
fn demo() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new(env!("CARGO_BIN_EXE_kaa")).arg("demo").arg(folder.path()).output().expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let municipality = folder.path().join("output/9901-exempelby");
    (folder, municipality)
}

/// Everything that is wrong in real exports, and every list that there is.
fn nasty() -> Workspace {
    let workspace = Workspace::empty();
    workspace.config_with(
        "parquet = true\n[ike]\npa = true\n[[trappa.steg]]\nnamn = \"=Brev\"\nsatt = [\"BREV\", \"SMS\"]\nansvarig = \"+Lag\"\nraknas_fran = \"registreringen\"\ninom = \"1 månad\"\n",
    );
    let inbox = workspace.path("inbox");
    let arguments = ["--kommun", "1472", "--ungdomar", "300", "--mess", "elakt"];
    let made = Command::new(env!("CARGO_BIN_EXE_kaa")).arg("synth").arg(&inbox).args(arguments).output();
    assert!(made.expect("it runs").status.success());
    for arguments in [
        &["monthly", "--as-of", "2026-10-20"][..],
        &["monthly", "--as-of", AS_OF],
        &["scb", "--period", "2026H1", "--as-of", AS_OF, "--draft"],
        &["board", "--period", "2026H1", "--as-of", AS_OF],
    ] {
        let ending = workspace.run(arguments);
        assert_eq!(ending.code, 0, "{arguments:?}: {ending:?}");
    }
    workspace
}

#[test]
fn every_cell_of_the_sample_is_as_described() {
    let (_folder, municipality) = demo();
    let runs = all_are_as_described(&municipality);
    assert_eq!(runs, ["manad-2026-10-20", "manad-2026-11-20", "namnd-2026H1", "namnd-2026H2", "scb-2026H1"]);
    for (run, file) in [("manad-2026-11-20", "manad"), ("namnd-2026H2", "namnd"), ("scb-2026H1", "scb")] {
        let text = fs::read(municipality.join(run).join("datapackage.json")).expect("a description");
        let package: DataPackage = serde_json::from_slice(&text).expect("a description");
        // With a line for each value, so that a difference can be read.
        let text = serde_json::to_string_pretty(&package).expect("JSON") + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/datapackage/{file}.json"));
        if std::env::var_os(WRITE).is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, &text).expect("the golden text is written");
        }
        let golden = fs::read_to_string(&path).expect("a golden text").replace("\r\n", "\n");
        assert!(text == golden, "{run}/datapackage.json is not as in {}; {WRITE}=1 writes it anew", path.display());
    }
}

#[test]
fn every_cell_that_the_nastiest_exports_lead_to_is_as_described() {
    let workspace = nasty();
    let runs = all_are_as_described(&workspace.municipality_folder());
    assert_eq!(runs, ["manad-2026-10-20", "manad-2026-11-20", "namnd-2026H1", "scb-2026H1"]);
    for (run, file) in
        [("manad-2026-11-20", "malgrupp"), ("namnd-2026H1", "nyckeltal"), ("scb-2026H1", "avvisade_rader")]
    {
        let run = workspace.municipality_folder().join(run);
        assert!(run.join(file).with_extension("parquet").exists(), "{file}");
        let lists = fs::read_dir(&run).expect("a run").filter(|file| {
            let name = file.as_ref().expect("a file").file_name().to_string_lossy().into_owned();
            name.ends_with(".parquet")
        });
        assert_eq!(lists.count(), csv_files(&run).len());
    }
    let month = package(&workspace.run_folder(AS_OF));
    let lists: Vec<&str> = list(&month, "resources").iter().map(|resource| word(resource, "name")).collect();
    assert_eq!(lists.last(), Some(&"utbildning"));
    for resource in list(&month, "resources").iter().filter(|resource| word(resource, "name") != "utbildning") {
        let table = read(&workspace.run_folder(AS_OF), resource).expect("it can be read");
        assert!(!table.rows.is_empty(), "{} is put to no test", word(resource, "path"));
    }
}

#[test]
fn changes_in_education_are_as_described() {
    let workspace = Workspace::empty();
    workspace.config_with("[ike]\npa = true\n");
    let header = format!("{SCHOOL_HEADER};reducerat");
    let school = |changed: &[(&str, &str)]| {
        let enrolled = |nth| format!("{}N", enrolled(nth) + ";");
        let change = |row: String| changed.iter().fold(row, |row, (from, to)| row.replace(from, to));
        (1..=8).map(enrolled).map(|row| if row.contains(&youth(2)) { change(row) } else { row }).collect::<Vec<_>>()
    };
    let month = |as_of, changed: &[(&str, &str)]| {
        let register: Vec<String> = (1..=9).map(registered).collect();
        workspace
            .month(as_of, &[("folkbokforing", REGISTER_HEADER, register), ("elevregister", &header, school(changed))]);
    };
    month("2026-10-20", &[]);
    month("2026-11-20", &[(";N", ";J"), ("NA25", "EK25"), ("2027-06-11", "2028-06-09")]);
    month("2026-12-20", &[(";;2027-06-11;;", ";2026-12-01;2027-06-11;AVBROTT;")]);
    all_are_as_described(&workspace.municipality_folder());
    let kinds = |as_of| workspace.list_on(as_of, "utbildning").into_iter().map(|row| row["typ"].clone());
    let kinds: BTreeSet<String> = kinds("2026-11-20").chain(kinds("2026-12-20")).collect();
    assert!(kinds.len() > 3, "{kinds:?}");
}

#[test]
fn a_cell_outside_its_description_is_found() {
    let (_folder, municipality) = demo();
    let run = municipality.join("manad-2026-11-20");
    let is_found = |file: &str, change: &dyn Fn(&str) -> String, wanted: &str| {
        let path = run.join(file);
        let text = fs::read_to_string(&path).expect("a list");
        let changed = change(&text);
        assert_ne!(text, changed);
        fs::write(&path, changed).expect("the list is changed");
        let found = faults(&run);
        assert!(found.iter().any(|fault| fault.contains(wanted)), "{wanted}: {found:?}");
        fs::write(&path, text).expect("the list is as it was");
    };
    let first_row = |text: &str| text.lines().nth(1).expect("a row").to_owned();
    is_found("malgrupp.csv", &|text| text.replacen("AVBRUTIT", "AVBRUTET", 1), "orsak_in is no code of the list");
    is_found("malgrupp.csv", &|text| text.replacen(";2026-", ";2026/", 1), "is no day");
    is_found("malgrupp.csv", &|text| text.replacen(";9901;", ";901;", 1), "kommunkod does not fit");
    is_found("malgrupp.csv", &|text| format!("{text}{}\r\n", first_row(text)), "two rows share a key");
    is_found("perioder.csv", &|text| text.lines().take(1).map(|line| format!("{line}\r\n")).collect(), "leads nowhere");
    is_found("kontaktlista.csv", &|text| text.replacen("dagar_sen", "dagar", 1), "the header");
    is_found("kontaktlista.csv", &|text| text.replacen("TELEFON", "TELEFON,", 1), "kontaktsatt does not fit");
    let is_dropped = run.join("risk.csv");
    fs::remove_file(is_dropped).expect("the list was there");
    assert!(faults(&run).iter().any(|fault| fault.contains("are described")));
}

#[test]
fn a_held_run_is_described_too() {
    let workspace = Workspace::new();
    workspace.config_with("parquet = true\n");
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=8).map(enrolled).chain((1..=8).map(|_| "?;GY".to_owned()))));
    workspace.is_held();
    assert_eq!(all_are_as_described(&workspace.municipality_folder()), ["manad-2026-11-20-stoppad"]);
    let described = package(&workspace.held_folder());
    assert!(workspace.held_folder().join("avvisade_rader.parquet").exists());
    assert_eq!(word(&described, "title"), "Tibro: stoppad körning 2026-11-20");
    // A half-year that its checks hold.
    let workspace = Workspace::new();
    let number = youth(9);
    workspace.file(
        "kaa_register-2026-11-16.csv",
        format!("personnummer;registreringsdatum\n{number};2026-02-02\n{number};2026-02-03\n"),
    );
    assert_eq!(workspace.run(&["scb", "--period", "2026H1", "--as-of", AS_OF]).code, 3);
    assert_eq!(all_are_as_described(&workspace.municipality_folder()), ["scb-2026H1-stoppad"]);
}

#[test]
fn a_run_without_rows_is_described_by_its_headers() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&enrolled(9)]);
    workspace.succeeds();
    all_are_as_described(&workspace.municipality_folder());
    let run = workspace.run_folder(AS_OF);
    let tables = package(&run);
    let rows = |resource| read(&run, resource).expect("it can be read").rows.len();
    assert_eq!(list(&tables, "resources").iter().map(rows).sum::<usize>(), 0);
}

#[test]
fn what_a_purge_leaves_is_as_described() {
    let workspace = nasty();
    // So old that the letters go, and everybody who is 21.
    assert_eq!(workspace.run(&["purge", "--on", "2027-12-31", "--yes"]).code, 0);
    all_are_as_described(&workspace.municipality_folder());
    let run = workspace.run_folder(AS_OF);
    let there = |name: &str| run.join(name).exists();
    assert!(!there("utskick.csv") && !there("utskick.parquet") && there("malgrupp.csv") && there("malgrupp.parquet"));
    assert_eq!(workspace.run(&["verify"]).code, 0);
}

#[test]
fn the_file_to_scb_is_described_by_its_layout() {
    let workspace = nasty();
    let room = "[platser]\nkontakt = 40\nkannedom = 40\natgard_start = 40\natgard_slut = 40\nregistrering = 5\navregistrering = 5\n[fil]";
    let (separator, encoding, end) = ("avgransare = \";\"", "teckenkod = \"utf-8\"", "radslut = \"CRLF\"");
    let (day, quotes) = ("datum = \"%Y-%m-%d\"", "citattecken = \"vid_behov\"");
    let (number, header) = ("personnummer = \"ÅÅÅÅMMDDNNNN\"", "rubrikrad = true");
    let by_person = ("rader = \"handelse\"", "rader = \"person\"");
    let changes: [&[(&str, &str)]; 8] = [
        &[],
        &[(encoding, "teckenkod = \"windows-1252\""), (separator, "avgransare = \"\\t\"")],
        &[(header, "rubrikrad = false"), (end, "radslut = \"LF\""), (encoding, "teckenkod = \"utf-8-bom\"")],
        &[(day, "datum = \"%y%m%d\""), (quotes, "citattecken = \"alltid\"")],
        &[(day, "datum = \"%d %b %Y\""), (number, "personnummer = \"ÅÅMMDD-NNNN\"")],
        &[by_person, (number, "personnummer = \"ÅÅMMDDNNNN\"")],
        &[by_person, (header, "rubrikrad = false"), ("[fil]", room)],
        &[
            ("varde = \"orsak\"\n", "varde = \"orsak\"\nbredd = 50\n"),
            ("varde = \"kontaktdatum\"\n", "varde = \"kontaktdatum\"\nbredd = 12\nutfyllnad = \"0\"\n"),
        ],
    ];
    let mut types = BTreeSet::new();
    for (at, changes) in changes.iter().enumerate() {
        let mut layout = WITH_KNOWLEDGE.to_owned();
        for (from, to) in *changes {
            assert!(layout.contains(from), "{from}");
            layout = layout.replacen(from, to, 1);
        }
        if layout.contains("rader = \"person\"") {
            layout = layout.replace("upprepa = true\n", "");
        }
        let path = workspace.path(&format!("layout-{at}.toml"));
        fs::write(&path, layout).expect("a layout");
        let path = path.to_string_lossy().into_owned();
        let arguments = ["scb", "--period", "2026H1", "--as-of", AS_OF, "--draft", "--layout", &path];
        let ending = workspace.run(&arguments);
        assert_eq!(ending.code, 0, "{changes:?}: {ending:?}");
    }
    for run in all_are_as_described(&workspace.municipality_folder()).iter().filter(|run| run.starts_with("scb")) {
        let run = workspace.municipality_folder().join(run);
        let described = package(&run);
        let file = &list(&described, "resources")[0];
        let table = read(&run, file).expect("it can be read");
        assert!(table.rows.len() > 10 && word(file, "path").starts_with("scb_1472"));
        types.extend(table.fields.iter().map(|field| format!("{} {}", word(field, "type"), word(field, "format"))));
    }
    // `%b` is the language's own name of a month: such days are texts.
    assert_eq!(types.into_iter().collect::<Vec<_>>(), ["date ", "date %y%m%d", "string "]);
}

#[test]
fn parquet_files_are_the_same_twice_and_only_where_they_are_asked_for() {
    let files = |workspace: &Workspace| -> BTreeMap<String, Vec<u8>> {
        let run = workspace.municipality_folder().join("manad-2026-11-20");
        let names = fs::read_dir(run).expect("a run").map(|entry| entry.expect("a file").path());
        let lists = names.filter(|path| path.extension().is_some_and(|ending| ending == "parquet"));
        let read = |path: PathBuf| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path));
        lists.map(read).map(|(name, bytes)| (name, bytes.expect("a file"))).collect()
    };
    let [first, second] = [nasty(), nasty()].map(|workspace| files(&workspace));
    assert!(first == second && first.len() == 11, "{:?}", first.keys());
    let workspace = Workspace::new();
    workspace.succeeds();
    assert!(files(&workspace).is_empty());
}

#[test]
fn what_differs_from_a_delivery_is_described() {
    let workspace = Workspace::new();
    let register = |day: &str| {
        let row = format!("{};{day};EJ_PABORJAT_GYMNASIET", youth(9));
        workspace.file("kaa_register-2026-11-16.csv", table("personnummer;registreringsdatum;orsak", [row]));
        let ending = workspace.run(&["scb", "--period", "2026H1", "--as-of", AS_OF, "--draft"]);
        assert_eq!(ending.code, 0, "{ending:?}");
    };
    register("2026-02-02");
    assert_eq!(workspace.run(&["scb", "--period", "2026H1", "--skickad"]).code, 0);
    register("2026-02-16");
    assert_eq!(all_are_as_described(&workspace.municipality_folder()), ["scb-2026H1", "scb-2026H1-r2"]);
    let described = package(&workspace.municipality_folder().join("scb-2026H1-r2"));
    assert!(list(&described, "resources").iter().any(|resource| word(resource, "name") == "scb_skillnader"));
}
