//! What a user sees when the input is not what it should be: the exit code, the place, what is wrong and what to do.
//! Nothing is lost silently, and no run of the program below shows a person on the terminal.

mod support;

use std::fs;
use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use support::{
    AS_OF, CONFIG, REGISTER, REGISTER_HEADER, Rejected, SCHOOL, SCHOOL_HEADER, Workspace, coordination, enrolled,
    registered, table, youth,
};

/// A workbook with one sheet per name, each with the same rows.
fn workbook(sheets: &[&str], text: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for name in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split(';')) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

fn windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn school_file() -> String {
    table(SCHOOL_HEADER, (1..=8).map(enrolled))
}

// --- Files that cannot be read ---

#[test]
fn a_good_month_has_no_complaints() {
    let workspace = Workspace::new();
    let ending = workspace.check();
    assert_eq!(ending.code, 0, "{ending:?}");
    ending.says(&["Inga fel hittades"]);
    assert!(!workspace.path("output").exists(), "check writes nothing");
    workspace.succeeds().says(&["I målgruppen:             1"]);
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.rejected(), []);
    assert_eq!(workspace.balance(REGISTER), [9, 9, 0, 0, 0]);
}

#[test]
fn a_source_without_a_file_is_named_and_holds_the_run() {
    for path in ["verksamhet/kontakter.xlsx", "verksamhet/*.csv"] {
        let workspace = Workspace::new();
        workspace.config_with(&format!("[[kalla]]\ntyp = \"kontakter\"\nfil = \"{path}\"\n"));
        let ending = workspace.check();
        assert_eq!(ending.code, 3, "{ending:?}");
        ending.says(&["kontakter: ", "fil"]);
        is_held_until_accepted(&workspace, "kontakter", "ingen fil");
    }
}

#[test]
fn a_missing_inbox_is_named() {
    let workspace = Workspace::empty();
    workspace.config(&CONFIG.replace("inbox", "inkorg"));
    workspace.fails_with(&["inkorg", "kan inte läsas"]);
}

#[test]
fn a_missing_column_is_named_with_the_nearest_header() {
    let workspace = Workspace::new();
    workspace.file(SCHOOL, school_file().replace("startdatum", "start_datum_elev"));
    workspace.fails_with(&[SCHOOL, "saknar kolumnen startdatum", "rad 1", "Närmast är \"start_datum_elev\""]);
}

#[test]
fn a_file_without_headers_shows_no_one_in_the_place_of_a_header() {
    let workspace = Workspace::new();
    workspace.file(REGISTER, table(&registered(1), (2..=9).map(registered)));
    workspace.fails_with(&[REGISTER, "rad 1 innehåller ett personnummer", "Exportera med rubriker"]);
    let damaged = registered(1).replace(&youth(1), "2,00801E+11");
    workspace.file(REGISTER, table(&damaged, (2..=9).map(registered)));
    workspace.fails_with(&[REGISTER, "rad 1 innehåller ett personnummer"]);
    let names = "Hemligsson;Sekretessa;Gömstigen 4;personliga omständigheter Hemligsson";
    workspace.file(REGISTER, table(names, [names.to_owned()]));
    workspace.fails_with(&[REGISTER, "saknar kolumnen personnummer", "rad 1"]);
}

#[test]
fn an_empty_file_is_told_from_one_with_headers_only() {
    let workspace = Workspace::new();
    for nothing in ["", "\n\r\n", "\u{feff}", "   \n"] {
        workspace.file("kontakter-2026-11-16.csv", nothing);
        workspace.fails_with(&["kontakter-2026-11-16.csv", "är tom"]);
    }
    workspace.file("kontakter-2026-11-16.csv", "personnummer;datum;kontaktsatt;utfall\n");
    workspace.succeeds();
    assert_eq!(workspace.balance("kontakter-2026-11-16.csv"), [0; 5]);
}

#[test]
fn a_sheet_that_is_not_there_is_answered_with_those_that_are() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    fs::write(workspace.path("elever.xlsx"), workbook(&["Läsår 25", "Läsår 26"], &school_file())).expect("written");
    let source = "[[kalla]]\ntyp = \"elevregister\"\nuttagsdatum = \"2026-11-16\"\nfil = \"elever.xlsx\"\n";
    workspace.config_with(&format!("{source}blad = \"Elever\"\n"));
    workspace.fails_with(&["elever.xlsx", "inget blad som heter Elever", "Läsår 25, Läsår 26", "Rätta blad"]);
    workspace.config_with(source);
    workspace.fails_with(&["elever.xlsx", "flera blad", "Läsår 25, Läsår 26", "Ange blad"]);
    workspace.config_with(&format!("{source}blad = \"lasar-26\"\n"));
    workspace.succeeds();
    assert_eq!(workspace.balance("elever.xlsx"), [8, 8, 0, 0, 0]);
}

#[test]
fn a_truncated_workbook_is_called_so_wherever_it_was_cut() {
    let whole = workbook(&["Elever"], &school_file());
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    for kept in [30, 100, whole.len() / 4, whole.len() / 2, whole.len() * 3 / 4, whole.len() - 1] {
        workspace.file("elevregister-2026-11-16.xlsx", &whole[..kept]);
        workspace.fails_with(&["elevregister-2026-11-16.xlsx", "Hämta filen igen"]);
    }
}

#[test]
fn a_truncated_parquet_file_is_called_damaged_wherever_it_was_cut() {
    let rows: Vec<Vec<String>> = (1..=8).map(|nth| enrolled(nth).split(';').map(str::to_owned).collect()).collect();
    let names: Vec<&str> = SCHOOL_HEADER.split(';').collect();
    let whole = kaa::ingest::parquet::write_rows(&names, &rows).expect("a Parquet file");
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    for kept in [4, 8, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        workspace.file("elevregister-2026-11-16.parquet", &whole[..kept]);
        workspace.fails_with(&["elevregister-2026-11-16.parquet", "skadad Parquetfil", "Hämta filen igen"]);
    }
}

#[test]
fn what_is_no_table_is_called_by_its_name_and_not_by_its_ending() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("elever.csv", zip::write::SimpleFileOptions::default()).expect("a part");
    archive.write_all(school_file().as_bytes()).expect("written");
    let archive = archive.finish().expect("an archive").into_inner();
    let files: [(&str, &[u8], &str); 7] = [
        ("elevregister-2026-11-16.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "är en PDF"),
        ("elevregister-2026-11-16.xls", b"\r\n<html><table><tr><td>personnummer</td></tr></table>", "är en webbsida"),
        ("elevregister-2026-11-16.xls", b"<TABLE border=1><tr><td>personnummer", "är en webbsida"),
        ("elevregister-2026-11-16.xml", b"<?xml version=\"1.0\"?><elever/>", "är XML"),
        ("elevregister-2026-11-16.csv", &archive, "är ett zip-arkiv"),
        ("elevregister-2026-11-16.csv", b"\x1f\x8b\x08\x00\x00\x00", "packad med gzip"),
        ("elevregister-2026-11-16.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "är ingen tabell"),
    ];
    for (name, bytes, wanted) in files {
        let workspace = Workspace::new();
        workspace.remove(SCHOOL);
        workspace.file(name, bytes);
        workspace.fails_with(&[name, wanted]);
    }
}

#[test]
fn utf_16_without_its_mark_is_told_apart_from_nul_bytes() {
    let workspace = Workspace::new();
    for bytes in [utf16(&school_file(), u16::to_le_bytes), utf16(&school_file(), u16::to_be_bytes)] {
        workspace.file(SCHOOL, bytes);
        workspace.fails_with(&[SCHOOL, "UTF-16", "Spara som UTF-8"]);
    }
}

#[test]
fn bytes_that_the_stated_encoding_does_not_have_are_not_guessed() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    fs::write(workspace.path("elever.csv"), windows_1252(&school_file())).expect("written");
    workspace.config_with("[[kalla]]\ntyp = \"elevregister\"\nfil = \"elever.csv\"\nteckenkod = \"utf-8\"\n");
    workspace.fails_with(&["elever.csv", "UTF-8", "Rätta teckenkod"]);
}

#[test]
fn a_needed_header_that_stands_twice_is_not_guessed() {
    let workspace = Workspace::new();
    let twice = school_file().replacen("slutdatum", "Start-Datum", 1);
    workspace.file(SCHOOL, twice);
    workspace.fails_with(&[SCHOOL, "två gånger", "kolumn 6 och 7"]);
}

#[test]
fn a_header_that_nobody_needs_may_stand_twice_and_is_dropped_and_told_of() {
    let workspace = Workspace::new();
    let rows = (1..=8).map(|nth| format!("{};häktad;häktad", enrolled(nth)));
    workspace.file(SCHOOL, table(&format!("{SCHOOL_HEADER};anteckning;anteckning"), rows));
    workspace.succeeds();
    assert_eq!(workspace.balance(SCHOOL), [8, 8, 0, 0, 0]);
    assert!(workspace.findings("KAA-I101") > 0, "dropped columns are named in the report");
    assert!(!workspace.is_written_anywhere("häktad"));
}

#[test]
fn two_extracts_of_one_table_and_day_are_both_named() {
    let workspace = Workspace::new();
    workspace.file("Elevregister_2026-11-16.txt", school_file());
    workspace.fails_with(&[SCHOOL, "Elevregister_2026-11-16.txt", "två uttag av samma tabell och dag"]);
}

#[test]
fn two_named_extracts_of_one_table_and_day_are_two_sources() {
    let workspace = Workspace::new();
    workspace.file("elevregister-friskolan-2026-11-16.csv", table(SCHOOL_HEADER, [enrolled(9)]));
    workspace.succeeds();
    assert_eq!(workspace.group(), [] as [String; 0]);
}

#[test]
fn an_unclosed_quotation_mark_is_told_with_its_row() {
    let workspace = Workspace::new();
    let text = school_file().replacen(&enrolled(3), &enrolled(3).replace("Östra", "\"Östra"), 1);
    workspace.file(SCHOOL, &text);
    workspace.fails_with(&[SCHOOL, "citattecken på rad 4", "aldrig avslutas"]);
    // A second one further down closes the first, and five pupils would vanish into one cell.
    let text = text.replacen(&enrolled(8), &enrolled(8).replace("Östra", "\"Östra"), 1);
    workspace.file(SCHOOL, text);
    workspace.fails_with(&[SCHOOL, "citattecken på rad 4"]);
}

#[test]
fn a_file_whose_name_fits_no_kind_is_answered_with_the_nearest() {
    let workspace = Workspace::new();
    for (name, nearest) in [
        ("elevreg-2026-11-16.csv", "elevregister"),
        ("folkbokföringen.xlsx", "folkbokforing"),
        ("kontaktlogg-2026-11-16.csv", "kontakter"),
    ] {
        workspace.file(name, school_file());
        workspace.fails_with(&[name, "passar någon tabell", &format!("Närmast är {nearest}"), "flytta den ur mappen"]);
        workspace.remove(name);
    }
}

#[test]
fn what_office_programs_leave_behind_is_no_file_of_ours() {
    let workspace = Workspace::new();
    for name in ["~$elevregister-2026-11-16.xlsx", ".~lock.elevregister.csv#", "Thumbs.db", ".DS_Store", "elever.csv~"]
    {
        workspace.file(name, "x");
    }
    workspace.succeeds();
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_inbox_is_not_followed() {
    let workspace = Workspace::new();
    fs::write(workspace.path("utanfor.csv"), "personnummer;datum;kontaktsatt;utfall\n").expect("written");
    let link = workspace.path("inbox").join("kontakter-2026-11-16.csv");
    std::os::unix::fs::symlink(workspace.path("utanfor.csv"), link).expect("a link");
    workspace.fails_with(&["kontakter-2026-11-16.csv", "länk ut ur mappen", "Lägg själva filen i mappen"]);
}

#[test]
fn every_faulty_file_is_told_at_once() {
    let workspace = Workspace::new();
    workspace.file(SCHOOL, "");
    workspace.file("betyg-2026-11-16.csv", "%PDF-1.4");
    workspace.fails_with(&[SCHOOL, "betyg-2026-11-16.csv", "2 f"]);
}

// --- Sources without which nothing can be said ---

#[test]
fn without_a_population_register_nobody_is_known_to_live_here() {
    let workspace = Workspace::new();
    workspace.remove(REGISTER);
    workspace.fails_with(&["Ingen folkbokföring hittades", "folkbokforing-ÅÅÅÅ-MM-DD"]);
}

#[test]
fn a_population_register_without_a_row_holds_the_run_since_everyone_would_leave() {
    let workspace = Workspace::new();
    workspace.file(REGISTER, format!("{REGISTER_HEADER}\n"));
    workspace.is_held().says(&["folkbokforing: ingen av 0 rader gäller kommunen", "--godkann folkbokforing"]);
    workspace.config(&CONFIG.replace("1472", "1471"));
    workspace.file(REGISTER, table(REGISTER_HEADER, (1..=51).map(registered)));
    let ending = workspace.monthly();
    assert_eq!(ending.code, 3, "the code of the neighbours: {ending:?}");
    ending.says(&["folkbokforing: ingen av 51 rader gäller kommunen"]);
}

#[test]
fn without_a_row_of_a_student_register_every_youth_would_be_in_the_group() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.is_held().says(&["elevregister", "ingen rad", "--godkann elevregister"]);
    workspace.file(SCHOOL, format!("{SCHOOL_HEADER}\n"));
    workspace.is_held().says(&["elevregister", "ingen rad", "--godkann elevregister"]);
    workspace.config(&CONFIG.replace("\"inbox\"", "\"inbox\"\nutan_elevregister = true"));
    workspace.succeeds();
    assert_eq!(workspace.group().len(), 9);
}

// --- Rows and cells ---

#[test]
fn row_numbers_are_those_that_excel_shows() {
    // Row 1 is the header; rows 2, 5 and 8 are good, 3-4 and 6 blank, 7 holds a line break, 9 has no personnummer.
    let with_break = registered(3).replace("Gömstigen 3", "\"Gömstigen 3\nlägenhet 1102\"");
    let bad = registered(4).replace(&youth(4), "");
    let rows = [REGISTER_HEADER.into(), registered(1), "".into(), ";;;;;;;;;;".into(), registered(2), "".into()];
    let rows: Vec<String> = rows.into_iter().chain([with_break, registered(5), bad, registered(6)]).collect();
    for line_end in ["\n", "\r\n"] {
        let workspace = Workspace::new();
        workspace.file(REGISTER, rows.join("\n").replace('\n', line_end));
        workspace.succeeds();
        let [rejected] = &workspace.rejected()[..] else { panic!("{:?}", workspace.rejected()) };
        assert_eq!((rejected.row, rejected.column.as_str()), (9, "personnummer"), "{line_end:?}");
        assert_eq!(workspace.balance(REGISTER), [6, 5, 1, 0, 0], "{line_end:?}");
    }
}

#[test]
fn rows_below_a_title_and_above_the_headers_are_counted() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    let text = format!("Elevlista\n\n{}{};GY;;;;igår;;;\n", school_file(), youth(9));
    fs::write(workspace.path("elever.xlsx"), workbook(&["Elever"], &text)).expect("written");
    fs::write(workspace.path("elever.csv"), text).expect("written");
    for file in ["elever.xlsx", "elever.csv"] {
        let source = format!("[[kalla]]\ntyp = \"elevregister\"\nuttagsdatum = \"2026-11-16\"\nfil = \"{file}\"\n");
        workspace.config_with(&source);
        assert_eq!(workspace.check().code, 1, "{file}");
        workspace.check().says(&["saknar kolumnen personnummer (rubriker på rad 1)", "ange rubrikrad"]);
        workspace.config_with(&format!("{source}rubrikrad = 3\n"));
        workspace.succeeds();
        assert_eq!(workspace.rejected_places(), [(12, "startdatum".to_owned())], "{file}");
        fs::remove_dir_all(workspace.path("output")).expect("removed");
    }
}

#[test]
fn check_tells_file_sheet_row_column_masked_value_and_remedy() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    let text = format!("{}{};GY;;;;2024-13-01;;;\n", school_file(), youth(9));
    workspace.file("elevregister-2026-11-16.xlsx", workbook(&["Elever 26"], &text));
    let ending = workspace.check();
    assert_eq!(ending.code, 3, "{ending:?}");
    ending.says(&[
        "  --> elevregister-2026-11-16.xlsx, blad Elever 26, kolumn F startdatum\n",
        "2024-13-01",
        "^^^^^^^^^^ väntade ÅÅÅÅ-MM-DD\n",
        "= rad 10\n",
        "Inget datum som går att läsa.",
        "Skriv datum som 2026-11-20",
        "elevregister: 9 rader lästa = 8 godkända + 1 avvisade + 0 dubbletter + 0 utanför",
    ]);
    assert!(!workspace.path("output").exists(), "check writes nothing");
}

#[test]
fn a_cell_of_ten_thousand_characters_costs_no_more_than_its_own_value() {
    let long = "Hemligsson ".repeat(910);
    let workspace = Workspace::new();
    workspace.school_rows(&[
        &format!("{};GY;NA25;{long};;2024-08-19;;;", youth(9)),
        &format!("{long};GY;NA25;;;2024-08-19;;;"),
        &format!("{};{long};NA25;;;2024-08-19;;;", youth(9)),
        &format!("{};GY;NA25;;;{long};;;", youth(9)),
    ]);
    assert_eq!(workspace.check().code, 3);
    workspace.succeeds();
    assert_eq!(workspace.balance(SCHOOL), [12, 9, 3, 0, 0], "a school's name is no reason to lose a pupil");
    assert_eq!(workspace.group(), [] as [String; 0]);
    let columns = ["skola", "personnummer", "skolform", "startdatum"];
    let rejected = workspace.rejected();
    assert_eq!(rejected.iter().map(|row| row.column.as_str()).collect::<Vec<_>>(), columns);
    for row in rejected {
        assert!(row.value.chars().count() <= 40 && !row.value.contains("Hemlig"), "{row:?}");
    }
}

#[test]
fn a_nul_byte_in_a_cell_rejects_its_row_only() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA\025;;;2024-08-19;;;", youth(9))]);
    workspace.succeeds();
    assert_eq!(workspace.balance(SCHOOL), [9, 8, 1, 0, 0]);
    let [rejected] = &workspace.rejected()[..] else { panic!("{:?}", workspace.rejected()) };
    assert_eq!((rejected.row, rejected.code.as_str()), (10, "KAA-I021"));
    workspace.check().says(&["Raden innehåller tecken som inte är text.", &format!("--> {SCHOOL}\n"), "= rad 10\n"]);
}

#[test]
fn a_file_that_mixes_encodings_is_read_row_by_row_with_a_finding() {
    let workspace = Workspace::new();
    let report = |nth| format!("{};BEFARAS_EJ_EXAMEN;2026-11-02;Östra gymnasiet\n", youth(nth));
    let mut bytes = b"personnummer;handelse;datum;skola\n".to_vec();
    bytes.extend(report(1).into_bytes());
    bytes.extend(windows_1252(&report(2)));
    workspace.file("huvudmannarapport-2026-11-16.csv", bytes);
    workspace.succeeds();
    let schools: Vec<String> = workspace.list("risk").into_iter().map(|row| row["skola"].clone()).collect();
    assert_eq!(schools, ["Östra gymnasiet", "Östra gymnasiet"]);
    assert_eq!(workspace.findings("KAA-I113"), 1);
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_not_read_askew() {
    let workspace = Workspace::new();
    workspace.school_rows(&[
        &format!("{};GY;NA25", youth(9)),
        &format!("{};GY;NA25;Östra; gymnasiet;12345678;2024-08-19;;2027-06-11;BYTE", youth(9)),
        &format!("{};GY;NA25;;;2024-08-19;;;;;;", youth(9)),
    ]);
    workspace.succeeds();
    assert_eq!(workspace.balance(SCHOOL), [11, 9, 2, 0, 0], "empty cells behind the last column do no harm");
    let codes: Vec<(u32, String)> = workspace.rejected().into_iter().map(|row| (row.row, row.code)).collect();
    assert_eq!(codes, [(10, "KAA-I020".to_owned()), (11, "KAA-I020".to_owned())]);
    let drawn = ["3 fält, men rubrikraden har 9", "10 fält, men rubrikraden har 9", "= 2 rader: 10, 11\n"];
    workspace.check().says(&[&["Raden har ett annat antal fält", "Kontrollera avgränsare"], &drawn[..]].concat());
}

#[test]
fn identical_rows_count_once_and_are_counted() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&enrolled(1), &enrolled(1)]);
    workspace.succeeds();
    assert_eq!(workspace.balance(SCHOOL), [10, 8, 0, 2, 0]);
}

#[test]
fn the_same_event_in_two_parts_counts_once_whatever_the_order_of_their_columns() {
    let workspace = Workspace::new();
    let number = youth(9);
    let first =
        format!("personnummer;handelse;datum;fran_kommunkod;till_kommunkod\n{number};UTFLYTT;2026-11-02;1472;0180\n");
    let again =
        format!("personnummer;handelse;datum;till_kommunkod;fran_kommunkod\n{number};UTFLYTT;2026-11-02;0180;1472\n");
    let other =
        format!("personnummer;handelse;datum;till_kommunkod;fran_kommunkod\n{number};UTFLYTT;2026-11-02;1472;0180\n");
    workspace.file("folkbokforing_andringar-2026-11-03.csv", first);
    workspace.file("folkbokforing_andringar-2026-11-04.csv", again);
    workspace.file("folkbokforing_andringar-2026-11-05.csv", other);
    workspace.succeeds();
    assert_eq!(workspace.balance("folkbokforing_andringar-2026-11-03.csv"), [1, 1, 0, 0, 0]);
    assert_eq!(workspace.balance("folkbokforing_andringar-2026-11-04.csv"), [1, 0, 0, 1, 0]);
    assert_eq!(workspace.balance("folkbokforing_andringar-2026-11-05.csv"), [1, 1, 0, 0, 0], "moved the other way");
}

#[test]
fn a_bad_cell_in_an_optional_field_keeps_the_row_and_is_told() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA25;;;2024-08-19;;någon gång i juni;", youth(9))]);
    workspace.succeeds();
    assert_eq!(workspace.group(), [] as [String; 0]);
    assert_eq!(workspace.balance(SCHOOL), [9, 9, 0, 0, 0]);
    let [Rejected { row, column, value, text, .. }] = &workspace.rejected()[..] else { panic!("one cell") };
    assert_eq!((*row, column.as_str(), value.as_str()), (10, "beraknat_slut", "xxxxx xxxx x xxxx"));
    assert!(text.contains("Raden används utan uppgiften."), "{text}");
}

#[test]
fn a_bad_date_that_ends_a_period_rejects_the_row_since_it_would_hide_a_youth_for_ever() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA25;;;2024-08-19;2026-06-31;;", youth(9))]);
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.rejected_places(), [(10, "slutdatum".to_owned())]);
    assert_eq!(workspace.list("malgrupp")[0]["flaggor"], "SAKNAR_SKOLUPPGIFT,FELAKTIGT_SLUTDATUM");
}

#[test]
fn an_end_before_its_start_rejects_the_row() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA25;;;2026-08-17;2026-06-11;;", youth(9))]);
    workspace.file(
        "undantag-2026-11-16.csv",
        format!("personnummer;beslut;fran;till\n{};STUDIER_UTOMLANDS;2026-08-01;2027-06-30\n{0};UTLANDSSTUDIER;2026-08-01;2025-06-30\n", youth(9)),
    );
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    let places: Vec<(String, u32, String, String)> =
        workspace.rejected().into_iter().map(|row| (row.file, row.row, row.column, row.code)).collect();
    let place = |file: &str, row, column: &str, code: &str| (file.to_owned(), row, column.to_owned(), code.to_owned());
    assert_eq!(
        places,
        [
            place(SCHOOL, 10, "slutdatum", "KAA-I017"),
            place("undantag-2026-11-16.csv", 2, "beslut", "KAA-I012"),
            place("undantag-2026-11-16.csv", 3, "till", "KAA-I017"),
        ]
    );
    assert_eq!(workspace.rejected()[0].value, "2026-06-11");
}

#[test]
fn a_code_that_is_in_no_list_is_shown_so_that_it_can_be_mapped() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GYMN;NA25;;;2024-08-19;;;", youth(9))]);
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    let [rejected] = &workspace.rejected()[..] else { panic!("one cell") };
    assert_eq!((rejected.column.as_str(), rejected.value.as_str()), ("skolform", "GYMN"));
    assert!(rejected.todo.contains("kalla.varden"), "{rejected:?}");
    assert_eq!(workspace.findings("KAA-I118"), 1);
}

#[test]
fn a_code_of_an_optional_field_that_is_in_no_list_keeps_the_row() {
    let workspace = Workspace::new();
    workspace.file(
        "kontakter-2026-11-16.csv",
        format!("personnummer;datum;kontaktsatt;utfall;sysselsattning\n{};2026-11-02;SMS;KONTAKT;Vet ej\n", youth(9)),
    );
    workspace.succeeds();
    assert_eq!(workspace.balance("kontakter-2026-11-16.csv"), [1, 1, 0, 0, 0]);
    assert_eq!(workspace.rejected()[0].value, "Xxx xx");
    assert_eq!(workspace.list("malgrupp")[0]["kontaktstatus"], "KONTAKTAD");
}

#[test]
fn a_reason_that_is_not_understood_counts_as_an_interruption_and_its_text_is_kept_nowhere() {
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA25;;;2024-08-19;2026-10-02;2027-06-11;Skoltrötthet", youth(9))]);
    workspace.succeeds();
    assert_eq!(workspace.list("malgrupp")[0]["orsak_in"], "AVBRUTIT");
    assert_eq!(workspace.balance(SCHOOL), [9, 9, 0, 0, 0]);
    assert_eq!(workspace.rejected_places(), [(10, "avbrottsorsak".to_owned())]);
    assert!(workspace.findings("KAA-I118") > 0);
    assert!(!workspace.is_written_anywhere("Skoltr"));
}

/// The school that the list of risks shows for the first youth.
fn school_shown(workspace: &Workspace) -> String {
    let report = format!("{};BEFARAS_EJ_EXAMEN;2026-11-02;Östra gymnasiet", youth(1));
    workspace.file("huvudmannarapport-2026-11-16.csv", table("personnummer;handelse;datum;skola", [report]));
    workspace.succeeds();
    workspace.list("risk")[0]["skola"].clone()
}

#[test]
fn a_protection_that_is_not_understood_protects() {
    let workspace = Workspace::new();
    let rows = [registered(1).replace("SAKNAS", "Ja")].into_iter().chain((2..=9).map(registered));
    workspace.file(REGISTER, table(REGISTER_HEADER, rows));
    assert_eq!(school_shown(&workspace), "SKYDD");
    assert_eq!(workspace.rejected_places(), [(2, "skydd".to_owned())]);
    assert_eq!(workspace.balance(REGISTER), [9, 9, 0, 0, 0]);
    assert_eq!(school_shown(&Workspace::new()), "Östra gymnasiet", "of whoever needs no protection");
}

#[test]
fn a_change_of_protection_without_a_value_protects() {
    let workspace = Workspace::new();
    let changes = "folkbokforing_andringar-2026-11-19.csv";
    workspace.file(changes, format!("personnummer;handelse;datum;skydd\n{};SKYDD;2026-11-18;\n", youth(1)));
    assert_eq!(school_shown(&workspace), "SKYDD");
}

#[test]
fn a_population_register_without_the_column_of_protection_withholds_every_name() {
    let workspace = Workspace::new();
    let header = REGISTER_HEADER.replace(";skydd", "");
    workspace.file(REGISTER, table(&header, (1..=9).map(|nth| registered(nth).replace(";SAKNAS", ""))));
    workspace.succeeds();
    assert_eq!(workspace.findings("KAA-I107"), 1);
    for secret in support::SECRETS {
        assert!(!workspace.is_written_anywhere(secret), "{secret}");
    }
}

#[test]
fn a_samordningsnummer_among_the_registered_is_rejected() {
    let workspace = Workspace::new();
    let rows = (1..=9).map(registered).chain([registered(1).replace(&youth(1), &coordination(1))]);
    workspace.file(REGISTER, table(REGISTER_HEADER, rows));
    workspace.succeeds();
    let [rejected] = &workspace.rejected()[..] else { panic!("{:?}", workspace.rejected()) };
    assert_eq!((rejected.row, rejected.code.as_str(), rejected.value.as_str()), (11, "KAA-I009", "2008xxxxxxxx"));
    assert_eq!(workspace.balance(REGISTER), [10, 9, 1, 0, 0]);
}

#[test]
fn temporary_school_numbers_are_set_aside_and_listed_and_never_joined() {
    let workspace = Workspace::new();
    let eight = &youth(9)[..8];
    workspace.school_rows(&[
        &format!("{eight}TF01;GY;NA25;;;2024-08-19;;;"),
        &format!("{eight}-T123;GY;NA25;;;2024-08-19;;;"),
    ]);
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.balance(SCHOOL), [10, 8, 0, 0, 2]);
    let listed: Vec<(u32, String)> = workspace.rejected().into_iter().map(|row| (row.row, row.value)).collect();
    assert_eq!(listed, [(10, "2008xxxxxxxx".to_owned()), (11, "2008xxxx-xxxx".to_owned())]);
}

#[test]
fn a_damaged_personnummer_is_repaired_or_rejected_with_its_reason() {
    let workspace = Workspace::new();
    let nine = youth(9);
    let register = |number: &str| registered(9).replace(&nine, number);
    for repaired in [&nine[3..], &format!("{}.0", &nine[3..]), &format!("{},{}E+11", &nine[..1], &nine[1..])] {
        let rows = (1..=8).map(registered).chain([register(repaired)]);
        workspace.file(REGISTER, table(REGISTER_HEADER, rows));
        workspace.succeeds();
        assert_eq!(workspace.group(), [youth(9)], "{repaired}");
        assert_eq!(workspace.rejected(), []);
        fs::remove_dir_all(workspace.path("output")).expect("removed");
    }
    let rows = (1..=8).map(registered).chain(["2,00801E+11", &nine[4..], "20081301-2384", "Kim"].map(register));
    workspace.file(REGISTER, table(REGISTER_HEADER, rows));
    workspace.succeeds();
    let codes: Vec<(u32, String)> = workspace.rejected().into_iter().map(|row| (row.row, row.code)).collect();
    let expected = [(10, "KAA-I004"), (11, "KAA-I003"), (12, "KAA-I005"), (13, "KAA-I002")];
    assert_eq!(codes, expected.map(|(row, code)| (row, code.to_owned())));
    workspace.check().says(&["Gör kolumnen till text i Excel och exportera igen"]);
}

#[test]
fn changes_of_number_that_lead_in_a_circle_are_rejected_and_listed() {
    let workspace = Workspace::new();
    let rows = [
        format!("{};NYTT_PERSONNUMMER;2026-10-01;{}", youth(9), youth(10)),
        format!("{};NYTT_PERSONNUMMER;2026-10-02;{}", youth(10), youth(9)),
        format!("{};GN;2026-10-02;{}", youth(11), youth(11)),
        format!("{};GN;2026-10-02;", youth(12)),
        format!("{};GN;2026-10-02;{}", youth(13), youth(14)),
    ];
    let file = "folkbokforing_andringar-2026-11-19.csv";
    workspace.file(file, table("personnummer;handelse;datum;nytt_personnummer", rows));
    assert_eq!(workspace.check().code, 3);
    workspace.succeeds();
    assert_eq!(workspace.balance(file), [5, 1, 4, 0, 0]);
    let listed: Vec<(u32, String, String)> =
        workspace.rejected().into_iter().map(|row| (row.row, row.column, row.code)).collect();
    let line = |row, code: &str| (row, "nytt_personnummer".to_owned(), code.to_owned());
    assert_eq!(listed, [line(2, "KAA-I019"), line(3, "KAA-I019"), line(4, "KAA-I019"), line(5, "KAA-I001")]);
    assert_eq!(workspace.group(), [youth(9)]);
}

#[test]
fn what_the_ordinance_forbids_is_removed_and_not_shown() {
    let workspace = Workspace::new();
    for (school, shape) in [
        ("Häktet i Mariestad", "Xxxxxx x Xxxxxxxxx"),
        ("LVU", "XXX"),
        ("Ha\u{308}ktet", "Xx\u{308}xxxx"),
        ("\"Skolan vid\nBUP\"", "Xxxxxx xxx XXX"),
    ] {
        workspace.school_rows(&[&format!("{};GY;NA25;{school};;2024-08-19;;;", youth(9))]);
        workspace.succeeds();
        assert_eq!(workspace.group(), [] as [String; 0], "the placement counts");
        let [rejected] = &workspace.rejected()[..] else { panic!("{:?}", workspace.rejected()) };
        assert_eq!((rejected.column.as_str(), rejected.code.as_str()), ("skola", "KAA-I016"));
        assert_eq!(rejected.value, shape);
        fs::remove_dir_all(workspace.path("output")).expect("removed");
    }
}

#[test]
fn half_of_full_time_is_fifty_per_cent_however_a_spreadsheet_writes_it() {
    let workspace = Workspace::new();
    workspace.config_with("[regler]\nkomvux_minsta_omfattning = 50\n");
    for (extent, counts) in [("50", true), ("50%", true), ("50 %", true), ("0,5", true), ("0.5", true), ("49", false)] {
        let row = format!("{};GYMNASIAL;2026-08-17;;{extent}", youth(9));
        workspace
            .file("vuxenutbildning-2026-11-16.csv", table("personnummer;niva;startdatum;slutdatum;omfattning", [row]));
        workspace.succeeds();
        assert_eq!(workspace.group().is_empty(), counts, "{extent}");
        fs::remove_dir_all(workspace.path("output")).expect("removed");
    }
}

// --- When a person must decide ---

/// A month before, with `pupils` pupils in the student register, all of them registered.
fn month_before(pupils: u64) -> Workspace {
    let workspace = Workspace::empty();
    workspace.file("folkbokforing-2026-10-16.csv", table(REGISTER_HEADER, (1..=pupils).map(registered)));
    workspace.file("elevregister-2026-10-16.csv", table(SCHOOL_HEADER, (1..=pupils).map(enrolled)));
    workspace.file("vuxenutbildning-2026-10-16.csv", "personnummer;niva;startdatum;slutdatum\n");
    let ending = workspace.run(&["monthly", "--as-of", "2026-10-20"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    workspace.file(REGISTER, table(REGISTER_HEADER, (1..=pupils).map(registered)));
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=pupils).map(enrolled)));
    workspace
}

/// The run is held for these reasons; accepting the source lets it through, and the manifest says who was accepted.
fn is_held_until_accepted(workspace: &Workspace, source: &str, reason: &str) {
    let ending = workspace.is_held();
    let accept = format!("--godkann {source}");
    ending.says(&[source, reason, &accept, "Skälen", "manad-2026-11-20-stoppad"]);
    assert!(workspace.reasons().contains(reason) && workspace.reasons().contains(&accept), "{}", workspace.reasons());
    assert!(workspace.held_folder().join("avvisade_rader.csv").is_file());
    let ending = workspace.run(&["monthly", "--as-of", AS_OF, "--godkann", source]);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert_eq!(workspace.manifest()["godkanda_kallor"], serde_json::json!([source]));
    assert_eq!(workspace.findings("KAA-I117"), 1);
}

#[test]
fn an_extract_that_is_too_old_holds_the_run() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.file("elevregister-2026-10-15.csv", school_file());
    is_held_until_accepted(&workspace, "elevregister", "36 dagar gammalt, högst 35");
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    workspace.file("elevregister-2026-10-16.csv", school_file());
    workspace.succeeds();
}

#[test]
fn a_source_that_shrank_by_more_than_a_fifth_holds_the_run() {
    let workspace = month_before(60);
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=47).map(enrolled)));
    workspace.file("vuxenutbildning-2026-11-16.csv", "personnummer;niva;startdatum;slutdatum\n");
    is_held_until_accepted(&workspace, "elevregister", "47 rader mot 60");
    let workspace = month_before(60);
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=48).map(enrolled)));
    workspace.file("vuxenutbildning-2026-11-16.csv", "personnummer;niva;startdatum;slutdatum\n");
    workspace.succeeds();
    let workspace = month_before(50);
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=5).map(enrolled)));
    workspace.file("vuxenutbildning-2026-11-16.csv", "personnummer;niva;startdatum;slutdatum\n");
    workspace.succeeds();
}

#[test]
fn a_source_that_the_run_before_had_and_that_is_gone_holds_the_run() {
    let workspace = month_before(3);
    workspace.remove("vuxenutbildning-2026-10-16.csv");
    is_held_until_accepted(&workspace, "vuxenutbildning", "fanns i förra körningen men saknas nu");
}

#[test]
fn too_many_rejected_rows_hold_the_run_and_are_listed() {
    let workspace = Workspace::new();
    let bad = |nth: u64| enrolled(nth).replace("2024-08-19", "i höstas");
    let rows = (1..=114).map(enrolled).chain((115..=120).map(bad));
    workspace.file(SCHOOL, table(SCHOOL_HEADER, rows));
    workspace.succeeds();
    let workspace = Workspace::new();
    let rows = (1..=113).map(enrolled).chain((114..=119).map(bad));
    workspace.file(SCHOOL, table(SCHOOL_HEADER, rows));
    workspace.is_held();
    assert_eq!(workspace.rejected_places(), (115..=120).map(|row| (row, "startdatum".to_owned())).collect::<Vec<_>>());
    is_held_until_accepted(&workspace, "elevregister", "6 av 119 rader avvisades");
}

#[test]
fn accepting_a_source_that_is_none_is_answered_with_the_nearest() {
    let workspace = Workspace::new();
    let ending = workspace.run(&["monthly", "--as-of", AS_OF, "--godkann", "elevregistret"]);
    assert_eq!(ending.code, 2, "{ending:?}");
    ending.says(&["Ingen källa heter elevregistret", "elevregister"]);
    assert!(!workspace.path("output").exists());
}

#[test]
fn a_file_dated_after_the_as_of_date_is_not_read() {
    let workspace = Workspace::new();
    workspace.file("elevregister-2026-11-21.csv", format!("{SCHOOL_HEADER}\n"));
    workspace.succeeds();
    assert_eq!(workspace.group(), [youth(9)]);
    assert_eq!(workspace.findings("KAA-I102"), 1);
    let manifest = workspace.manifest();
    let read: Vec<&str> =
        manifest["indata"].as_array().unwrap().iter().map(|file| file["fil"].as_str().unwrap()).collect();
    assert_eq!(read, [SCHOOL, REGISTER]);
    workspace.check().says(&["elevregister-2026-11-21.csv", "lästes inte"]);
}

// --- The config ---

#[test]
fn a_config_that_is_not_there_is_named() {
    let workspace = Workspace::new();
    fs::remove_file(workspace.path("kaa.toml")).expect("removed");
    let ending = workspace.check();
    assert_eq!(ending.code, 2, "{ending:?}");
    ending.says(&["kaa.toml", "kan inte läsas", "--config"]);
}

#[test]
fn a_config_with_a_fault_says_where_and_what_can_stand_there() {
    let source = |more: &str| format!("{CONFIG}[[kalla]]\ntyp = \"elevregister\"\nfil = \"elever.csv\"\n{more}\n");
    let cases = [
        ("inte toml".to_owned(), vec!["kaa.toml:1:6"]),
        (CONFIG.replace("mapp = \"output\"", ""), vec!["mapp"]),
        (CONFIG.replace("[utdata]", "[utdatan]"), vec!["utdatan", "menar du utdata?"]),
        (format!("{CONFIG}[regler]\nbryggdagar = 30\n"), vec!["bryggdagar", "menar du brygga_dagar?"]),
        (format!("{CONFIG}[regler]\nbrygga_dagar = -1\n"), vec!["brygga_dagar", "-1", "mindre än 0"]),
        (
            format!("{CONFIG}[regler]\nskolplikt_sista_dag = \"06-31\"\n"),
            vec!["regler.skolplikt_sista_dag", "06-31", "06-30"],
        ),
        (CONFIG.replace("1472", "Tibro"), vec!["kommun.kod", "Tibro", "fyra siffror"]),
        (CONFIG.replace("1472", "472"), vec!["kommun.kod", "472", "fyra siffror"]),
        (source("typ2 = 1"), vec!["typ2", "menar du typ?"]),
        (
            source("").replace("\"elevregister\"", "\"elevregistret\""),
            vec!["kalla.typ", "elevregistret", "kanske \"elevregister\""],
        ),
        (source("leverans = \"halv\""), vec!["kalla.leverans", "halv", "\"hel\" eller \"del\""]),
        (source("avgransare = \"#\""), vec!["kalla.avgransare", "#", "\"tab\""]),
        (source("teckenkod = \"latin\""), vec!["kalla.teckenkod", "latin", "windows-1252"]),
        (source("rubrikrad = 0"), vec!["kalla.rubrikrad", "1 eller mer"]),
        (source("uttagsdatum = \"16/11\""), vec!["kalla.uttagsdatum", "16/11", "2026-11-20"]),
        (source("datumformat = \"DD/MM/YYYY\""), vec!["kalla.datumformat", "DD/MM/YYYY", "%d/%m/%Y"]),
        (
            source("[kalla.kolumner]\nstart_datum = \"Start\""),
            vec!["kalla.kolumner", "start_datum", "kanske \"startdatum\""],
        ),
        (source("[kalla.varden.skolfrom]\nGym = \"GY\""), vec!["kalla.varden", "skolfrom", "kanske \"skolform\""]),
        (source("[kalla.varden.skolform]\nGym = \"GYM\""), vec!["kalla.varden.skolform", "GYM", "GY"]),
        (source("[[kalla]]\ntyp = \"elevregister\"\nfil = \"b.csv\""), vec!["kalla.namn", "elevregister"]),
    ];
    for (config, wanted) in cases {
        let workspace = Workspace::new();
        workspace.config(&config);
        for command in ["check", "monthly"] {
            let ending = workspace.run(&[command, "--as-of", AS_OF]);
            assert_eq!(ending.code, 2, "{config}\n{ending:?}");
            ending.says(&["kaa.toml"]);
            ending.says(&wanted);
        }
        assert!(!workspace.path("output").exists());
    }
}

#[test]
fn a_date_that_is_none_on_the_command_line_is_wrong_use() {
    let ending = Workspace::new().run(&["monthly", "--as-of", "20/11 2026"]);
    assert_eq!(ending.code, 2, "{ending:?}");
    ending.says(&["--as-of", "20/11 2026"]);
}

// --- The same table in every form ---

fn ods(text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("mimetype", stored).expect("a part");
    archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").expect("written");
    archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).expect("a part");
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row =
        |line: &str| format!("<table:table-row>{}</table:table-row>", line.split(';').map(cell).collect::<String>());
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:body><office:spreadsheet><table:table table:name=\"Blad1\">{}</table:table></office:spreadsheet>\
         </office:body></office:document-content>",
        text.lines().map(row).collect::<String>()
    );
    archive.write_all(content.as_bytes()).expect("written");
    archive.finish().expect("an archive").into_inner()
}

fn parquet(text: &str) -> Vec<u8> {
    let mut lines = text.lines().map(|line| line.split(';').collect::<Vec<_>>());
    let names = lines.next().expect("a header");
    let rows: Vec<Vec<String>> = lines.map(|line| line.into_iter().map(str::to_owned).collect()).collect();
    kaa::ingest::parquet::write_rows(&names, &rows).expect("a Parquet file")
}

fn marked(mark: &[u8], bytes: Vec<u8>) -> Vec<u8> {
    [mark, &bytes].concat()
}

/// The lists of a month whose every table is written by `write`.
fn lists_of(ending: &str, write: impl Fn(&str) -> Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let workspace = Workspace::empty();
    let reports = (1..=3).map(|nth| format!("{};BEFARAS_EJ_EXAMEN;2026-11-0{nth};Östra Ånäs gymnasium", youth(nth)));
    let interrupted = format!("{};GY;NA25;Östra Ånäs gymnasium;;2024-08-19;2026-10-02;2027-06-11;AVBROTT", youth(9));
    let tables = [
        ("folkbokforing", table(REGISTER_HEADER, (1..=12).map(registered))),
        ("elevregister", table(SCHOOL_HEADER, (1..=8).map(enrolled).chain([interrupted]))),
        ("huvudmannarapport", table("personnummer;handelse;datum;skola", reports)),
        ("kontakter", table("personnummer;datum;kontaktsatt;utfall", [format!("{};2026-11-02;SMS;KONTAKT", youth(9))])),
    ];
    for (kind, text) in tables {
        workspace.file(&format!("{kind}-2026-11-16.{ending}"), write(&text));
    }
    let result = workspace.succeeds();
    assert_eq!(workspace.rejected(), [], "{ending}: {result:?}");
    let files = fs::read_dir(workspace.run_folder(AS_OF)).expect("a run").map(|entry| entry.expect("a file").path());
    let mut lists: Vec<(String, Vec<u8>)> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path).expect("a list")))
        .collect();
    lists.sort();
    lists
}

#[test]
fn the_same_table_in_every_form_and_encoding_gives_the_same_lists_byte_for_byte() {
    let expected = lists_of("csv", |text| text.as_bytes().to_vec());
    let risk = &expected.iter().find(|(name, _)| name == "risk.csv").expect("a list").1;
    assert!(String::from_utf8_lossy(risk).contains("Östra Ånäs gymnasium"), "å, ä and ö are among what is compared");
    type Form = (&'static str, &'static str, fn(&str) -> Vec<u8>);
    let forms: [Form; 17] = [
        ("comma", "csv", |text| text.replace(';', ",").into_bytes()),
        ("tab", "txt", |text| text.replace(';', "\t").into_bytes()),
        ("bar", "csv", |text| text.replace(';', "|").into_bytes()),
        ("line ends of Windows", "csv", |text| text.replace('\n', "\r\n").into_bytes()),
        ("line ends of old Macs", "csv", |text| text.replace('\n', "\r").into_bytes()),
        ("every cell quoted", "csv", |text| {
            format!("\"{}\"\n", text.trim_end().replace(';', "\";\"").replace('\n', "\"\n\"")).into_bytes()
        }),
        ("without a last line end", "csv", |text| text.trim_end().as_bytes().to_vec()),
        ("UTF-8 with mark", "csv", |text| marked(b"\xef\xbb\xbf", text.as_bytes().to_vec())),
        ("UTF-16 little-endian with mark", "csv", |text| marked(b"\xff\xfe", utf16(text, u16::to_le_bytes))),
        ("UTF-16 big-endian with mark", "csv", |text| marked(b"\xfe\xff", utf16(text, u16::to_be_bytes))),
        ("Excel's Unicode text", "txt", |text| {
            marked(b"\xff\xfe", utf16(&text.replace(';', "\t").replace('\n', "\r\n"), u16::to_le_bytes))
        }),
        ("Windows-1252", "csv", windows_1252),
        ("other case and blanks in headers", "csv", |text| {
            text.replacen("personnummer", "Person Nummer", 1).replacen("datum", "DATUM", 1).into_bytes()
        }),
        ("XLSX", "xlsx", |text| workbook(&["Blad1"], text)),
        ("XLSX with a wrong ending", "csv", |text| workbook(&["Blad1"], text)),
        ("ODS", "ods", ods),
        ("Parquet", "parquet", parquet),
    ];
    for (form, ending, write) in forms {
        for ((name, found), (_, wanted)) in lists_of(ending, write).iter().zip(&expected) {
            assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(wanted), "{form}: {name}");
        }
    }
}
