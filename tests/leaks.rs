//! What is planted in the sources, and where it may never come out: formulas, columns that nobody asked for, and
//! everything that tells who or where a protected person is. Every byte of every output is searched, packed ones unpacked.

mod support;

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kaa::ingest::parquet;
use kaa::records::Kind;
use support::{AS_OF, Workspace, youth};

/// Every list, sheet and form that can be asked for, a ladder whose second letter is due, and archives for somebody whose
/// private key nobody has.
const CONFIG: &str = r#"
parquet = true
[arkiv]
mottagare = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]
[ike]
pa = true
[listor]
komvux = true
erbjudna = true
nyanlanda = true
andra_kommuners_avhopp = true
[[trappa.steg]]
namn = "Brev 1"
satt = ["BREV"]
raknas_fran = "registreringen"
ansvarig = "Samordnare"
inom = "1 vecka"
[[trappa.steg]]
namn = "Brev 2"
satt = ["BREV"]
raknas_fran = "registreringen"
ansvarig = "Samordnare"
inom = "6 veckor"
"#;
/// Who is protected in [`cell`].
const PROTECTED: u64 = 9;
/// Columns of text that a municipality's systems fill with what they like.
const TEXTS: [&str; 17] = [
    "fornamn",
    "efternamn",
    "co_adress",
    "adress",
    "postort",
    "telefon",
    "epost",
    "skola",
    "skolenhetskod",
    "huvudman",
    "studievag",
    "kurs",
    "anordnare",
    "insats",
    "ansvarig",
    "plats",
    "arskurs",
];

/// Those of them that tell who or where somebody is.
const TELLING: [&str; 12] = [
    "fornamn",
    "efternamn",
    "co_adress",
    "adress",
    "postort",
    "telefon",
    "epost",
    "skola",
    "skolenhetskod",
    "huvudman",
    "anordnare",
    "plats",
];

/// The cell of a youth in a table: a member of the target group about whom every source knows something.
fn cell(kind: Kind, column: &str, nth: u64, text: &str) -> String {
    if TEXTS.contains(&column) {
        return text.to_owned();
    }
    match (kind, column) {
        (_, "personnummer") => return youth(nth),
        (_, "skydd") => {
            if nth == PROTECTED {
                "SEKRETESSMARKERING"
            } else {
                "SAKNAS"
            }
        }
        (_, "kommunkod" | "till_kommunkod") => "1472",
        (_, "skolkommun" | "fran_kommunkod") => "1480",
        (_, "postnummer") => "54301",
        (_, "folkbokford_fran") => "2008-02-01",
        (_, "skolform") => "GY",
        (Kind::RegisterChanges, "handelse") => "INFLYTT",
        (Kind::RegisterChanges, "datum") => "2008-02-01",
        (Kind::ProviderReports, "handelse") => "AVBROTT",
        (Kind::Credentials, "typ") => "STUDIEBEVIS",
        (Kind::CompulsorySchool, "typ") => "RATT_ATT_SLUTFORA",
        (
            Kind::CompulsorySchool | Kind::StudentRegister | Kind::AdultEducation | Kind::FolkHighSchool,
            "startdatum",
        ) => "2025-08-18",
        (Kind::CompulsorySchool | Kind::StudentRegister | Kind::AdultEducation | Kind::FolkHighSchool, "slutdatum") => {
            "2026-10-01"
        }
        (Kind::AdultEducation | Kind::FolkHighSchool, "niva") => "GRUNDLAGGANDE",
        (_, "kurstyp") => "ALLMAN",
        (_, "status") => "EJ_ANTAGEN",
        (_, "beslut") => "UTREDD",
        (_, "kalla") => "SKOLA",
        (_, "registreringsdatum" | "fran") => "2026-10-05",
        (_, "till") => "2026-12-31",
        (_, "kontaktsatt") => "BREV",
        (_, "utfall") => "SKICKAT",
        (_, "sysselsattning") => "INGEN",
        (_, "innehall") => "SAMTAL",
        (_, "startdatum") => "2026-10-10",
        (_, "datum") => "2026-10-06",
        _ => "",
    }
    .to_owned()
}

/// A table about nine youths, with a column that nobody asked for.
fn rows(kind: Kind, text: &dyn Fn(&str, u64) -> String, note: &str) -> Vec<Vec<String>> {
    let columns = || kind.columns().iter().map(|column| column.name);
    let header = columns().map(str::to_owned).chain(["anteckning".to_owned()]).collect();
    let row =
        |nth| columns().map(|column| cell(kind, column, nth, &text(column, nth))).chain([note.to_owned()]).collect();
    std::iter::once(header).chain((1..=PROTECTED).map(row)).collect()
}

/// Every kind of table, with a second month and every list and sheet that can be asked for.
fn with_sources(form: &str, text: &dyn Fn(&str, u64) -> String, note: &str) -> Workspace {
    let workspace = Workspace::empty();
    workspace.config_with(CONFIG);
    for kind in Kind::ALL {
        for month in ["2026-10-12", "2026-11-16"] {
            workspace.file(&format!("{}-{month}.{form}", kind.name()), write(form, &rows(*kind, text, note)));
        }
    }
    workspace
}

fn write(form: &str, rows: &[Vec<String>]) -> Vec<u8> {
    match form {
        "csv" => {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).expect("memory takes it"));
            writer.into_inner().expect("memory takes it")
        }
        "parquet" => {
            let names: Vec<&str> = rows[0].iter().map(String::as_str).collect();
            parquet::write_rows(&names, &rows[1..]).expect("a table")
        }
        "xlsx" => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let page = book.add_worksheet();
            for (at, row) in (0..).zip(rows) {
                page.write_row(at, 0, row).expect("a row");
            }
            book.save_to_buffer().expect("a workbook")
        }
        "ods" => {
            let cell = |text: &String| {
                format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
            };
            let row = |row: &Vec<String>| {
                format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>())
            };
            let rows: String = rows.iter().map(row).collect();
            workbooks::ods(&format!("<table:table table:name=\"Blad1\">{rows}</table:table>"))
        }
        other => panic!("{other}"),
    }
}

#[path = "support/workbooks.rs"]
mod workbooks;

/// Runs every job and asks every question; gives what the terminal said.
fn run_everything(workspace: &Workspace) -> String {
    let mut said = String::new();
    for (arguments, codes) in [
        (&["check", "--as-of", AS_OF][..], &[0, 3][..]),
        (&["monthly", "--as-of", "2026-10-20"], &[0]),
        (&["monthly", "--as-of", AS_OF], &[0]),
        (&["scb", "--period", "2026H2", "--as-of", AS_OF, "--draft"], &[0, 3]),
        (&["scb", "--period", "2026H2", "--as-of", AS_OF], &[0, 3]),
        (&["board", "--period", "2026H2", "--as-of", AS_OF], &[0]),
        (&["due", "--on", AS_OF], &[0]),
        (&["verify"], &[0]),
        (&["purge", "--on", "2027-12-01"], &[0]),
        // A held run.
        (&["monthly", "--as-of", "2027-03-01"], &[3]),
    ] {
        for form in [&["--json"][..], &[]] {
            let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
                .args(["--lang", "sv", "-c"])
                .arg(workspace.path("kaa.toml"))
                .args(form)
                .args(arguments)
                .output()
                .expect("the program runs");
            let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
            let code = output.status.code().expect("it ended by itself");
            assert!(codes.contains(&code), "{arguments:?}: {code} {shown}");
            said += &shown;
        }
    }
    // The workbook of faults is sent to others.
    let faults = workspace.path("output/fel.xlsx");
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--lang", "sv", "check", "--as-of", AS_OF, "-c"])
        .arg(workspace.path("kaa.toml"))
        .arg("--xlsx")
        .arg(&faults)
        .output()
        .expect("the program runs");
    said += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
    assert!(faults.exists(), "{said}");
    for path in below(&workspace.path("output")) {
        said += &format!("\n{}", path.display());
    }
    assert!(said.contains("arkiv/manad-2026-11-20.tar.age"), "{said}");
    said
}

fn explain(workspace: &Workspace, nth: u64, more: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--lang", "sv", "explain", "--as-of", AS_OF, "-c"])
        .arg(workspace.path("kaa.toml"))
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("an input"), youth(nth).as_bytes()).expect("asked");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files.extend(below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// All that a file says, what is packed in it unpacked: its parts by name.
fn parts(path: &Path) -> Vec<(String, String)> {
    let bytes = fs::read(path).expect("a file");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut parts = vec![(name.clone(), text(&bytes))];
    if name.ends_with(".xlsx") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).expect("a part");
            let mut unpacked = Vec::new();
            part.read_to_end(&mut unpacked).expect("it unpacks");
            parts.push((format!("{name}: {}", part.name().expect("a name")), text(&unpacked)));
        }
    } else if name.ends_with(".parquet") {
        let mut cells = String::new();
        parquet::read_rows(bytes, &mut |_, row| cells += &format!("{}\n", row.join("\n"))).expect("a table");
        parts.push((format!("{name}: rader"), cells));
    }
    parts
}

/// Where any of these stand in what was written.
fn found(workspace: &Workspace, wanted: &[&str]) -> Vec<String> {
    let output = workspace.path("output");
    let mut found = Vec::new();
    for path in below(&output) {
        for (part, text) in parts(&path) {
            let folder = path.parent().and_then(Path::file_name).expect("a run").to_string_lossy();
            found.extend(
                wanted.iter().filter(|word| text.contains(**word)).map(|word| format!("{folder}/{part}: {word}")),
            );
        }
    }
    found
}

#[test]
fn a_column_that_nobody_asked_for_leaves_no_trace_whatever_the_form_of_the_file() {
    const NOTE: &str = "Markering7913";
    for form in ["csv", "xlsx", "ods", "parquet"] {
        let workspace = with_sources(form, &|_, _| "Vanligt".to_owned(), NOTE);
        let said = run_everything(&workspace);
        assert!(!said.contains(NOTE), "{form}: {said}");
        assert_eq!(found(&workspace, &[NOTE]), [] as [String; 0], "{form}");
        for more in [&[][..], &["--json"], &["--utdrag"], &["--utdrag", "--json"]] {
            assert!(!explain(&workspace, 1, more).contains(NOTE), "{form} {more:?}");
        }
        // The search finds what is there.
        let places = found(&workspace, &["Vanligt"]);
        for file in ["avstamning.xlsx", "avstamning.html", "utskick.parquet: rader"] {
            assert!(places.iter().any(|place| place.contains(file)), "{form}: {file} of {places:?}");
        }
    }
}

#[test]
fn nothing_tells_who_or_where_a_protected_person_is() {
    let secret = |column: &str, nth| match nth {
        PROTECTED if TELLING.contains(&column) => "Skyddsmarkering".to_owned(),
        nth => format!("Öppen{nth}"),
    };
    let workspace = with_sources("csv", &secret, "");
    let said = run_everything(&workspace);
    assert!(!said.contains("Skyddsmarkering"), "{said}");
    assert_eq!(found(&workspace, &["Skyddsmarkering", "skyddsmarkering"]), [] as [String; 0]);
    for more in [&[][..], &["--json"], &["--utdrag"], &["--utdrag", "--json"]] {
        let said = explain(&workspace, PROTECTED, more).to_lowercase();
        assert!(!said.contains("skyddsmarkering"), "{more:?}: {said}");
    }
    // Others are told of, and of the protected that they are.
    let told = found(&workspace, &["Öppen1", "SKYDD"]);
    for (part, word) in [
        ("avstamning.xlsx: xl/", "Öppen1"),
        ("avstamning.xlsx: xl/", "SKYDD"),
        ("avstamning.html", "Öppen1"),
        ("avstamning.html", "SKYDD"),
        ("utskick.csv", "Öppen1"),
    ] {
        assert!(told.iter().any(|place| place.contains(part) && place.ends_with(word)), "{word} in {part}: {told:?}");
    }
    let letters = support::read_list(&workspace.run_folder(AS_OF).join("utskick.csv"));
    assert!(letters.iter().all(|row| row["personnummer"] != youth(PROTECTED)));
}

#[test]
fn a_text_that_a_spreadsheet_would_run_is_text_in_every_list_and_workbook() {
    for start in ["=", "+", "-", "@", "\t=", "\r=", "\u{200b}=", " ="] {
        let planted = format!("{start}HYPERLINK(1)");
        let workspace = with_sources("csv", &|_, _| planted.clone(), &planted);
        // What sources and files are called comes out as well.
        let named = planted.trim().trim_start_matches('\u{200b}').replace("HYPERLINK", "");
        let config = fs::read_to_string(workspace.path("kaa.toml")).expect("a config");
        let source = format!("[[kalla]]\nnamn = \"{named}\"\ntyp = \"kannedom\"\nfil = \"annat/*.csv\"\n");
        workspace.config(&(config + &source));
        fs::create_dir(workspace.path("annat")).expect("a folder");
        for month in ["2026-10-12", "2026-11-16"] {
            let rows = "personnummer;datum;kalla;sysselsattning\n1;2;3;4\n";
            fs::write(workspace.path(&format!("annat/{named}-{month}.csv")), rows).expect("a file");
        }
        run_everything(&workspace);
        let mut letters = 0;
        for path in below(&workspace.path("output")) {
            if path.extension().is_some_and(|ending| ending == "csv") {
                let bytes = fs::read(&path).expect("a list");
                let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
                let mut reader =
                    csv::ReaderBuilder::new().delimiter(b';').flexible(true).has_headers(false).from_reader(text);
                for row in reader.records() {
                    for cell in &row.expect("a row") {
                        let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
                        assert!(!runs, "{start:?}: {cell:?} in {}", path.display());
                        letters += usize::from(path.ends_with("utskick.csv") && cell.contains("HYPERLINK"));
                    }
                }
            }
            for (part, text) in parts(&path) {
                let formulas = text.split("<f>").skip(1).filter_map(|rest| rest.split("</f>").next());
                for formula in formulas {
                    assert!(!formula.contains("HYPERLINK("), "{start:?}: {formula} in {part}");
                }
            }
        }
        assert!(letters > 0, "{start:?}: no letter holds it");
    }
}
