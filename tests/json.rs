//! JSON as a source: the records of Navet and of SS 12000 become the rows that a table would have, with places that can be
//! found, and what nobody declared flows nowhere.

#[path = "support/standards.rs"]
mod standards;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kaa::records::{Kind, Municipality};
use kaa::synth::{Form, Format, Mess, Plan, write_municipality};
use serde_json::{Value, json};
use standards::{Row, Schools, change, navet};
use support::{AS_OF, REGISTER, SCHOOL, Workspace, youth};

const POPULATION: &str = "folkbokforing-2026-11-16.json";
const STUDENTS: &str = "elevregister-2026-11-16.json";

// --- The same municipality, once as tables and once by the standards ---

/// What a standard can hold of a table; the rest is taken out of both.
fn columns(kind: Kind) -> Vec<&'static str> {
    let lacks: &[&str] = match kind {
        Kind::StudentRegister => &["beraknat_slut", "reducerat"],
        Kind::AdultEducation => &["avbrottsdatum", "omfattning"],
        _ => &[],
    };
    kind.columns().iter().map(|column| column.name).filter(|name| !lacks.contains(name)).collect()
}

/// The rows of a table, without those that have other cells than the headers: JSON has no such rows.
fn rows(path: &Path, kind: Kind) -> Vec<Row> {
    let bytes = fs::read(path).expect("an extract");
    let text = kaa::ingest::decode(&bytes, None).expect("text").text.into_owned();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().expect("headers").iter().map(str::to_owned).collect();
    let records = reader.records().map(|record| record.expect("a row")).filter(|record| record.len() == headers.len());
    let row = |record: csv::StringRecord| -> Row {
        let mut row: Row = headers.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        row.retain(|column, _| columns(kind).contains(&column.as_str()));
        // SS 12000 says that somebody broke off, and no other reason.
        if let Some(reason) = row.get_mut("avbrottsorsak")
            && reason != "AVBROTT"
        {
            reason.clear();
        }
        row
    };
    records.map(row).collect()
}

fn as_table(kind: Kind, rows: &[Row]) -> String {
    let columns = columns(kind);
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(&columns).expect("memory");
    for row in rows {
        writer.write_record(columns.iter().map(|column| &row[*column])).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

fn as_json(kind: Kind, rows: &[Row]) -> String {
    let mut schools = Schools::default();
    match kind {
        Kind::PopulationRegister => navet(rows.iter().map(standards::registered).collect()),
        Kind::RegisterChanges => navet(rows.iter().map(change).collect()),
        _ => {
            let persons = schools.persons(rows);
            schools.file(&persons)
        }
    }
}

/// Every list of a run by its name. Of the rejected rows all but the place; in the two forms they stand in other files.
fn lists(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).expect("a run").map(|entry| entry.expect("a file").path());
    let lists = files.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let list = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a list");
        if name != "avvisade_rader.csv" {
            return (name, text);
        }
        let mut lines: Vec<String> = text
            .lines()
            .map(|line| {
                let cells: Vec<&str> = line.split(';').collect();
                [&cells[..1], &cells[4..]].concat().join(";")
            })
            .collect();
        lines.sort();
        (name, lines.join("\n"))
    };
    lists.map(list).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Two months, a half-year and a board report of a municipality, from tables and from JSON.
fn gives_the_same_lists(plan: &Plan, more: &[kaa::synth::Row], mess: Mess) {
    const BY_STANDARD: [Kind; 4] =
        [Kind::PopulationRegister, Kind::RegisterChanges, Kind::StudentRegister, Kind::AdultEducation];
    let (tables, standards) = (Workspace::empty(), Workspace::empty());
    for workspace in [&tables, &standards] {
        workspace.config(&support::CONFIG.replace("1472", &plan.municipality.to_string()));
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    write_municipality(plan, more, Form { format: Format::Csv, mess }, folder.path()).expect("extracts");
    let mut by_standard = 0;
    for entry in fs::read_dir(folder.path()).expect("extracts") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let kind = BY_STANDARD.into_iter().find(|kind| name.starts_with(&format!("{}-", kind.name())));
        let Some(kind) = kind else {
            let bytes = fs::read(&path).expect("an extract");
            tables.file(&name, &bytes);
            standards.file(&name, &bytes);
            continue;
        };
        let rows = rows(&path, kind);
        by_standard += rows.len();
        tables.file(&name, as_table(kind, &rows));
        standards.file(&name.replace(".csv", ".json"), as_json(kind, &rows));
    }
    assert!(by_standard > plan.youths, "too few rows to tell anything: {by_standard}");
    for arguments in [
        vec!["monthly", "--as-of", "2026-10-20"],
        vec!["monthly", "--as-of", AS_OF],
        vec!["scb", "--period", "2026H1", "--as-of", AS_OF, "--draft"],
        vec!["board", "--period", "2026H1", "--as-of", AS_OF],
    ] {
        let (by_tables, by_standards) = (tables.run(&arguments), standards.run(&arguments));
        assert_eq!(by_tables.code, 0, "{arguments:?}: {by_tables:?}");
        assert_eq!(by_standards.code, 0, "{arguments:?}: {by_standards:?}");
    }
    for run in ["manad-2026-10-20", "manad-2026-11-20", "scb-2026H1", "namnd-2026H1"] {
        let of = |workspace: &Workspace| lists(&municipality_folder(workspace).join(run));
        let (expected, found) = (of(&tables), of(&standards));
        assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{run}");
        assert!(!expected.is_empty(), "{run} has no list");
        for (name, list) in expected {
            assert!(list == found[&name], "{run}/{name} differs:\n{}", difference(&list, &found[&name]));
        }
    }
    let balance = |workspace: &Workspace, ending: &str| -> [[u64; 5]; 4] {
        BY_STANDARD.map(|kind| {
            let files = fs::read_dir(workspace.path("inbox")).expect("the inbox");
            let names = files.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
            let of_kind = format!("{}-2026-11", kind.name());
            let name =
                names.filter(|name| name.starts_with(&of_kind) && name.ends_with(ending)).max().expect("an extract");
            balance(workspace, &name)
        })
    };
    assert_eq!(balance(&tables, ".csv"), balance(&standards, ".json"), "every row is accounted for alike");
}

fn municipality_folder(workspace: &Workspace) -> PathBuf {
    let mut folders = fs::read_dir(workspace.path("output")).expect("an output").map(|entry| entry.expect("a folder"));
    folders.find(|folder| folder.path().is_dir()).expect("a municipality").path()
}

/// Rows read, accepted, rejected, duplicates and out of scope of a file.
fn balance(workspace: &Workspace, file: &str) -> [u64; 5] {
    let path = municipality_folder(workspace).join(format!("manad-{AS_OF}/korning.json"));
    let manifest: Value = serde_json::from_str(&fs::read_to_string(path).expect("a manifest")).expect("JSON");
    let inputs = manifest["indata"].as_array().expect("a list");
    let input = inputs.iter().find(|input| input["fil"] == file).unwrap_or_else(|| panic!("{file} was not read"));
    ["lasta", "godkanda", "avvisade", "dubbletter", "utanfor"]
        .map(|name| input["rader"][name].as_u64().expect("a count"))
}

fn plan(seed: u64) -> Plan {
    Plan::new(seed, 400, Municipality::parse("1472").expect("a code"), [day("2026-10-20"), day(AS_OF)])
}

/// The first lines in which two lists differ.
fn difference(expected: &str, found: &str) -> String {
    let lines = expected.lines().zip(found.lines()).filter(|(a, b)| a != b).take(5);
    let lines: Vec<String> = lines.map(|(a, b)| format!("- {a}\n+ {b}")).collect();
    format!("{} and {} lines\n{}", expected.lines().count(), found.lines().count(), lines.join("\n"))
}

#[test]
fn a_municipality_gives_the_same_lists_as_tables_and_by_the_standards() {
    gives_the_same_lists(&plan(7), &[], Mess::None);
}

#[test]
fn what_is_wrong_in_a_system_gives_the_same_lists_in_either_form() {
    gives_the_same_lists(&plan(11), &[], Mess::Light);
}

#[test]
fn the_hand_made_persons_give_the_same_lists_in_either_form() {
    let (plan, persons) = kaa::synth::exempelby().expect("the sample municipality");
    let changes =
        |event: &str| persons.iter().any(|row| row.kind == Kind::RegisterChanges && row.get("handelse") == event);
    for event in ["SKYDD", "NYTT_PERSONNUMMER", "UTFLYTT", "INFLYTT", "AVLIDEN", "UTVANDRING", "INVANDRING"] {
        assert!(changes(event), "nobody has {event}");
    }
    gives_the_same_lists(&plan, &persons, Mess::None);
}

// --- Places ---

fn person(nth: u64, enrolments: Value) -> Value {
    json!({ "id": format!("person-{nth}"), "civicNo": { "value": youth(nth) }, "givenName": "Sekretessa", "familyName": "Hemligsson", "enrolments": enrolments })
}

fn enrolment(more: Value) -> Value {
    let mut enrolment = json!({ "schoolType": "GY", "startDate": "2024-08-19", "enroledAt": { "id": "SKOLA-1" } });
    for (name, value) in more.as_object().expect("members") {
        enrolment[name] = value.clone();
    }
    enrolment
}

fn school() -> Value {
    json!({ "id": "skola-1", "displayName": "Östra gymnasiet", "organisationType": "Skolenhet", "schoolUnitCode": "12345678" })
}

/// The municipality with its schools by the standard: the first seven youths, then these.
fn schools_are(workspace: &Workspace, persons: Vec<Value>) {
    let first = (1..=7).map(|nth| person(nth, json!([enrolment(json!({ "educationCode": "NA25" }))])));
    let persons: Vec<Value> = first.chain(persons).collect();
    workspace.remove(SCHOOL);
    workspace.file(STUDENTS, format!("{}{}", json!({ "data": persons, "pageToken": null }), json!([school()])));
}

#[test]
fn a_fault_is_told_with_the_number_of_the_record_and_of_the_enrolment_in_it() {
    let workspace = Workspace::new();
    let two = json!([enrolment(json!({})), enrolment(json!({ "startDate": "2024-08-20", "endDate": "våren" }))]);
    schools_are(&workspace, vec![person(8, two)]);
    workspace.succeeds();
    assert_eq!(workspace.rejected_places(), [(8002, "slutdatum".to_owned())]);
    let check = workspace.check();
    check.says(&["KAA-I011", STUDENTS, "slutdatum", "rad 8002 (post 8:2)"]);
    assert!(!check.stderr.contains("kolumn"), "JSON has no columns: {check:?}");
    assert_eq!(workspace.balance(STUDENTS), [9, 8, 1, 0, 0]);
}

#[test]
fn a_fault_of_navet_is_told_with_the_number_of_the_record() {
    let workspace = Workspace::new();
    let rows = (1..=9_u64).map(|nth| {
        let date = if nth == 4 { "2008-02-31" } else { "2008-02-01" };
        let register = support::registered(nth).replace("2008-02-01", date);
        let cells = register.split(';').map(str::to_owned);
        let row: Row = support::REGISTER_HEADER.split(';').map(str::to_owned).zip(cells).collect();
        standards::registered(&row)
    });
    workspace.remove(REGISTER);
    workspace.file(POPULATION, navet(rows.collect()));
    workspace.succeeds();
    assert_eq!(workspace.rejected_places(), [(4, "folkbokford_fran".to_owned())]);
    let check = workspace.check();
    check.says(&[POPULATION, "folkbokford_fran", "rad 4"]);
}

// --- What is not declared, and what is not there ---

#[test]
fn what_nobody_declared_flows_nowhere_and_is_named_once() {
    let workspace = Workspace::new();
    let mut eighth = person(8, json!([enrolment(json!({ "specification": "Skolsköterskan" }))]));
    eighth["responsibles"] =
        json!([{ "person": { "displayName": "Vårdnadshavaren" }, "relationType": "Vårdnadshavare" }]);
    eighth["emails"] = json!([{ "value": "hemlig@example.org", "type": "Privat" }]);
    eighth[youth(3)] = json!("ett namn som är någons nummer");
    schools_are(&workspace, vec![eighth]);
    workspace.succeeds();
    for secret in ["Skolsköterskan", "Vårdnadshavaren", "hemlig@example.org"] {
        assert!(!workspace.is_written_anywhere(secret), "{secret}");
    }
    let told = workspace.texts(AS_OF, "avstamning.xlsx", "Källor");
    let dropped = "*, emails, enrolments.specification, id, responsibles";
    assert!(told.iter().any(|text| text == dropped), "{told:?}");
}

#[test]
fn a_school_or_programme_that_is_not_in_the_file_is_told_of_and_the_row_is_used() {
    let workspace = Workspace::new();
    let elsewhere = enrolment(json!({
        "enroledAt": { "id": "skola-2", "displayName": "Västra gymnasiet" }, "programme": { "id": "program-1" },
    }));
    schools_are(&workspace, vec![person(8, json!([elsewhere]))]);
    workspace.succeeds();
    assert_eq!(workspace.findings("KAA-I122"), 2, "one school and one programme");
    assert_eq!(workspace.balance(STUDENTS), [8, 8, 0, 0, 0]);
    assert!(!workspace.group().contains(&youth(8)), "the enrolment holds all the same");
}

#[test]
fn a_record_without_a_row_is_out_of_scope_and_counted() {
    let workspace = Workspace::new();
    let teacher = json!({ "id": "x", "givenName": "Sekretessa", "familyName": "Hemligsson" });
    let preschool =
        person(9, json!([enrolment(json!({ "schoolType": "FS" })), enrolment(json!({ "schoolType": "VUXGY" }))]));
    let duty = json!({ "id": "y", "dutyRole": "Rektor" });
    let strange = person(8, json!([enrolment(json!({ "schoolType": "GYMN" }))]));
    schools_are(&workspace, vec![teacher, preschool, duty, strange]);
    workspace.succeeds();
    assert_eq!(workspace.balance(STUDENTS), [12, 7, 1, 0, 4]);
    assert_eq!(
        workspace.rejected_places(),
        [(11001, "skolform".to_owned())],
        "an unknown form of school is no other form"
    );
}

#[test]
fn a_record_that_does_not_say_whether_it_is_protected_counts_as_protected() {
    let workspace = Workspace::new();
    let record = |nth: u64, protection: Value| {
        json!({
            "identitet": { "identitetsbeteckning": youth(nth) }, "skyddAvPersonuppgifter": protection,
            "folkbokforing": { "lanskod": 14, "kommunkod": 72 }, "namn": { "fornamn": { "namn": "Sekretessa" } },
        })
    };
    let records = (1..=8).map(|nth| record(nth, json!("SAKNAS"))).chain([record(9, Value::Null)]);
    workspace.remove(REGISTER);
    workspace.file(POPULATION, navet(records.collect()));
    workspace.succeeds();
    let group = workspace.list("malgrupp");
    assert_eq!(group.len(), 1);
    let shown = workspace.texts(AS_OF, "avstamning.xlsx", "Målgruppen");
    assert!(shown.contains(&"SKYDD".to_owned()) && !shown.contains(&"Sekretessa".to_owned()), "{shown:?}");
    assert_eq!(workspace.rejected_places(), [(9, "skydd".to_owned())], "and somebody is told of it");
    assert_eq!(group[0]["kommunkod"], "1472", "put together of numbers");
}

#[test]
fn a_number_that_was_replaced_leads_to_the_one_that_holds() {
    let workspace = Workspace::new();
    // The ninth was enrolled under the number of the twentieth.
    schools_are(&workspace, vec![person(8, json!([enrolment(json!({}))])), person(20, json!([enrolment(json!({}))]))]);
    assert_eq!(
        {
            workspace.succeeds();
            workspace.group()
        },
        [youth(9)],
        "nobody knows yet that they are one"
    );
    let newer = json!({
        "identitet": { "identitetsbeteckning": youth(9) }, "hanvisningar": [{ "identitetsbeteckning": youth(20) }],
        "senastAndrad": { "tidpunkt": "2026-11-02T09:30:00+01:00" },
    });
    workspace.file("folkbokforing_andringar-2026-11-16.json", navet(vec![newer]));
    workspace.succeeds();
    let second = municipality_folder(&workspace).join(format!("manad-{AS_OF}-r2/malgrupp.csv"));
    assert_eq!(fs::read_to_string(second).expect("a list").lines().count(), 1, "only the headers");
}

// --- Forms ---

fn reads_as(bytes: impl AsRef<[u8]>) {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.file(STUDENTS, bytes);
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.balance(STUDENTS), [8, 8, 0, 0, 0]);
}

#[test]
fn a_list_is_read_in_every_form_that_it_is_handed_out_in() {
    let persons: Vec<Value> = (1..=8).map(|nth| person(nth, json!([enrolment(json!({}))]))).collect();
    let lines: Vec<String> = persons.iter().chain([&school()]).map(Value::to_string).collect();
    reads_as(lines.join("\n"));
    reads_as(json!(persons).to_string());
    let page = |persons: &[Value], token: Value| json!({ "data": persons, "pageToken": token }).to_string();
    reads_as(
        [page(&persons[..5], json!("fler")), page(&persons[5..], Value::Null), page(&[school()], Value::Null)].concat(),
    );
    reads_as(json!({ "persons": persons, "organisations": [school()] }).to_string());
    let pretty = serde_json::to_string_pretty(&json!(persons)).expect("JSON").replace('\n', "\r\n");
    reads_as(format!("\u{feff}{pretty}"));
    let wide = |to_bytes: fn(u16) -> [u8; 2]| pretty.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    reads_as([b"\xff\xfe".as_slice(), &wide(u16::to_le_bytes)].concat());
    reads_as([b"\xfe\xff".as_slice(), &wide(u16::to_be_bytes)].concat());
}

#[test]
fn files_of_one_extract_are_read_together_from_a_folder() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    fs::create_dir(workspace.path("inbox/elevregister")).expect("a folder");
    let file =
        |name: &str, value: Value| workspace.file(&format!("elevregister/{name}-2026-11-16.json"), value.to_string());
    let persons: Vec<Value> =
        (1..=8).map(|nth| person(nth, json!([enrolment(json!({ "programme": { "id": "p" } }))]))).collect();
    file("persons-1", json!({ "data": persons[..5], "pageToken": "fler" }));
    file("persons-2", json!({ "data": persons[5..], "pageToken": null }));
    file("organisations", json!({ "data": [school()], "pageToken": null }));
    file("programmes", json!([{ "id": "p", "name": "Naturvetenskap", "code": "NA25", "schoolType": "GY" }]));
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.findings("KAA-I122"), 0, "every school and programme is found");
    assert_eq!(workspace.balance("persons-1-2026-11-16.json"), [5, 5, 0, 0, 0]);
    assert_eq!(workspace.balance("organisations-2026-11-16.json"), [0; 5]);
    // Fetched again the same day, with another answer: what the older one says must not hold beside it.
    let again = person(1, json!([enrolment(json!({ "endDate": "2026-10-30", "programme": { "id": "p" } }))]));
    file("persons-1-igen", json!({ "data": [again], "pageToken": null }));
    let ending = workspace.check();
    assert_eq!(ending.code, 1, "{ending:?}");
    ending.says(&["persons-1-igen-2026-11-16.json", "två uttag av samma tabell och dag"]);
    fs::remove_file(workspace.path("inbox/elevregister/persons-1-igen-2026-11-16.json")).expect("it was there");
    // A page that was not fetched is missed.
    fs::remove_file(workspace.path("inbox/elevregister/persons-2-2026-11-16.json")).expect("it was there");
    let ending = workspace.check();
    assert_eq!(ending.code, 1, "{ending:?}");
    ending.says(&["pageToken"]);
}

#[test]
fn plain_records_are_a_table_of_their_fields() {
    let workspace = Workspace::new();
    let rows = (1..=8).map(
        |nth| json!({ "Personnummer": youth(nth), "skolform": "GY", "skola": { "namn": "Östra" }, "start": 20240819 }),
    );
    workspace.remove(SCHOOL);
    workspace.file("elever.json", json!(rows.collect::<Vec<_>>()).to_string());
    fs::rename(workspace.path("inbox/elever.json"), workspace.path("elever.json")).expect("moved");
    workspace.config_with(
        "[[kalla]]\ntyp = \"elevregister\"\nfil = \"elever.json\"\nuttagsdatum = \"2026-11-16\"\n[kalla.kolumner]\nskola = \"skola.namn\"\nstartdatum = \"start\"\n",
    );
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.balance("elever.json"), [8, 8, 0, 0, 0]);
}

#[test]
fn the_config_maps_fields_and_words_of_its_own_on_top_of_the_standard() {
    let workspace = Workspace::new();
    schools_are(
        &workspace,
        vec![person(8, json!([enrolment(json!({ "schoolType": "GYMN", "plannedEndDate": "2027-06-11" }))]))],
    );
    let inbox = workspace.path("inbox");
    fs::rename(inbox.join(STUDENTS), workspace.path("elever-2026-11-16.json")).expect("moved");
    workspace.config_with(
        "[[kalla]]\ntyp = \"elevregister\"\nfil = \"elever-*.json\"\n[kalla.kolumner]\nberaknat_slut = \"plannedEndDate\"\n[kalla.varden.skolform]\nGYMN = \"GY\"\n",
    );
    workspace.succeeds();
    assert_eq!(workspace.rejected(), []);
    assert_eq!(workspace.group(), [youth(9)]);
    let told = workspace.texts(AS_OF, "avstamning.xlsx", "Källor");
    assert!(!told.iter().any(|text| text.contains("plannedEndDate")), "what is mapped is read: {told:?}");
}

#[test]
fn an_export_by_a_standard_is_proposed_as_its_tables() {
    let workspace = Workspace::new();
    schools_are(&workspace, vec![person(8, json!([enrolment(json!({ "schoolType": "VUXGY" }))]))]);
    let register = fs::read_to_string(workspace.path("inbox").join(REGISTER)).expect("the register");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(register.as_bytes());
    let records = reader.deserialize::<Row>().map(|row| standards::registered(&row.expect("a row"))).collect();
    let exports = [
        ("navet-2026-11-16.json", navet(records)),
        ("skolor-2026-11-16.json", fs::read_to_string(workspace.path("inbox").join(STUDENTS)).expect("the schools")),
    ];
    let looked_at =
        exports.iter().map(|(name, text)| kaa::init::from::Export::look("", name, text.as_bytes()).expect("an export"));
    let proposals = kaa::init::from::propose(looked_at.collect());
    let kinds: Vec<Kind> = proposals.sources.iter().map(|source| source.kind).collect();
    assert_eq!(kinds, [Kind::PopulationRegister, Kind::RegisterChanges, Kind::StudentRegister, Kind::AdultEducation]);
    let sources: String = proposals.sources.iter().map(|source| source.text.as_str()).collect();
    assert!(!sources.contains("[kalla.kolumner]") && !sources.contains(&youth(1)), "{sources}");
    let config = format!("{}[utdata]\nmapp = \"output\"\n", support::CONFIG.split("[kallor]").next().expect("a head"));
    kaa::config::Config::parse(&(config + &sources), Path::new("")).expect("a sound config");
}

// --- Files that are at fault ---

fn is_refused(bytes: impl AsRef<[u8]>, wanted: &[&str]) {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.file(STUDENTS, bytes);
    workspace.fails_with(wanted);
}

#[test]
fn a_list_that_goes_on_elsewhere_is_not_the_whole_extract() {
    let persons: Vec<Value> = (1..=8).map(|nth| person(nth, json!([enrolment(json!({}))]))).collect();
    let page = |records: &[Value], token: Value| json!({ "data": records, "pageToken": token }).to_string();
    is_refused(page(&persons, json!("fler")), &["pageToken"]);
    is_refused([page(&persons, json!("fler")), page(&[school()], Value::Null)].concat(), &["pageToken"]);
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    is_refused("{\"data\": [\n{\"givenName\": \"Sekretessa\",}\n]}", &["rad 2"]);
    is_refused("{\"data\": [\n{\"givenName\": 01}\n]}", &["rad 2"]);
    is_refused("[{\"givenName\": \"Sekretessa\"}\n{\"givenName\": \"Sekretessa\"}]", &["rad 2"]);
    is_refused("{\"data\": [{\"givenName\": \"Sekretessa\"}], \"pageToken\": nul}", &["rad 1"]);
    is_refused("[{}, 7]", &["rad 1", "något annat än en post"]);
    is_refused("[{\"a\": \"\\ud800\"}]", &["rad 1"]);
    is_refused("[{\"a\": 1e999}]", &["rad 1"]);
    is_refused("[{\"a\": [}]}]", &["rad 1"]);
}

#[test]
fn a_cut_off_file_is_called_so_wherever_it_was_cut() {
    let persons: Vec<Value> = (1..=3).map(|nth| person(nth, json!([enrolment(json!({}))]))).collect();
    let whole = serde_json::to_string_pretty(&json!({ "data": persons })).expect("JSON");
    let one = json!({ "givenName": "Sekretessa", "civicNo": null, "enrolments": [{ "cancelled": true }] }).to_string();
    for text in [whole, one] {
        for cut in (2..text.len()).step_by(if text.len() > 500 { 97 } else { 7 }) {
            is_refused(&text[..cut], &["avkortad"]);
        }
    }
}

#[test]
fn a_name_twice_in_a_record_is_not_guessed() {
    is_refused("[\n{\"givenName\": \"a\",\n\"civicNo\": {\"value\": 1, \"value\": 2}}]", &["två gånger", "rad 3"]);
    is_refused("{\"data\": [], \"x\": 1, \"x\": 2}", &["två gånger"]);
}

#[test]
fn bytes_that_are_no_utf_8_are_told_with_their_line() {
    is_refused(b"[\n{\"givenName\": \"G\xf6mstigen\"}]", &["UTF-8", "rad 2"]);
}

#[test]
fn records_by_a_standard_that_tells_nothing_of_the_table_are_refused() {
    is_refused(navet(vec![json!({ "identitet": { "identitetsbeteckning": youth(1) } })]), &["Navet", "elevregister"]);
}

#[test]
fn plain_records_without_a_needed_field_name_the_nearest() {
    is_refused(
        json!([{ "personnumer": youth(1), "skolform": "GY" }]).to_string(),
        &["personnummer", "\"personnumer\""],
    );
}

#[test]
fn an_empty_list_is_a_table_without_rows() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.file(STUDENTS, "{ \"data\": [] }");
    workspace.is_held();
}
