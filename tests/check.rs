//! What `kaa check` says: equal faults once, with the row drawn and the faulty cell marked, in both languages; the same as a
//! workbook; and what is wrong with a config or a command, in the user's language.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use support::{AS_OF, SCHOOL, SCHOOL_HEADER, SECRETS, Workspace, enrolled, table, whole_number, youth};

/// A school's file of sound enrolments, then these rows.
fn school(workspace: &Workspace, rows: impl Iterator<Item = String>) {
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=8).map(enrolled).chain(rows)));
}

// --- Drawings ---

#[test]
fn a_fault_is_drawn_with_its_row_its_cell_marked_the_reason_and_the_remedy() {
    let workspace = Workspace::new();
    school(&workspace, [format!("{};GY;NA25;Östra gymnasiet;;2024-13-01;;;", youth(9))].into_iter());
    let drawing = "\
fel[KAA-I011]: Inget datum som går att läsa.
  --> elevregister-2026-11-16.csv, kolumn F startdatum
   |
 1 | personnummer | … | skola           | skolenhetskod | startdatum | slutdatum | …
10 | 2008xxxxxxxx | … | Xxxxx xxxxxxxxx |               | 2024-13-01 |           | …
   |                                                      ^^^^^^^^^^ väntade ÅÅÅÅ-MM-DD
   = rad 10
   = gör så: Skriv datum som 2026-11-20, eller ange källans datumformat i konfigurationen.
";
    workspace.check().says(&[drawing]);
}

#[test]
fn ten_thousand_equal_faults_are_one_message_with_a_count_and_the_first_rows() {
    let workspace = Workspace::new();
    school(&workspace, (1..=10_000).map(|nth| format!("{};GY;NA25;;;{nth}-13-01;;;", youth(nth % 900 + 1))));
    let ending = workspace.check();
    assert_eq!(ending.code, 3, "{ending:?}");
    assert_eq!(ending.stderr.matches("KAA-I011").count(), 1, "{}", ending.stderr);
    assert!(ending.stderr.lines().count() < 25, "{}", ending.stderr);
    ending.says(&["= 10000 rader: 10, 11, 12, 13, 14, 15, 16, 17 och 9992 till av samma slag\n", "10000 fel hittades"]);
}

#[test]
fn words_without_a_code_are_told_once_each_with_their_counts_and_notes_are_not_shown() {
    let workspace = Workspace::new();
    let word = |nth: u64| match nth {
        1..=40 => "Gymnasiesärskola för alla",
        41..=44 => "Friskola",
        _ => "Hemligsson ringde",
    };
    school(&workspace, (1..=45).map(|nth| format!("{};{};;;;2024-08-19;;;", youth(nth + 10), word(nth))));
    let ending = workspace.check();
    ending.says(&[
        "fel[KAA-I012]: Värdet finns inte i kodlistan.\n",
        "= värden utan kod (antal): \"Gymnasiesärskola för alla\" (40), \"Friskola\" (4), \"Xxxxxxxxxx xxxxxx\" (1)\n",
        "= 45 rader: ",
    ]);
}

#[test]
fn the_cells_beside_a_faulty_one_show_nothing_of_anyone() {
    let workspace = Workspace::new();
    let header = "personnummer;fornamn;efternamn;adress;telefon;skolform;startdatum;anteckning";
    let row =
        |number: &str| format!("{number};Sekretessa;Hemligsson;Gömstigen 4;0701740605;GY;nyss;Lönnköping 12345678");
    workspace.file(SCHOOL, table(header, [row(&youth(1)), row(&youth(2))]));
    let ending = workspace.check();
    assert!(!ending.stderr.contains("0701740605") && !ending.stderr.contains("12345678"), "{}", ending.stderr);
    ending.says(&["väntade ÅÅÅÅ-MM-DD"]);
}

#[test]
fn a_cell_that_is_lost_while_its_row_is_used_is_a_warning() {
    let workspace = Workspace::new();
    school(&workspace, [format!("{};GY;NA25;;;2024-08-19;;i vår;", youth(9))].into_iter());
    workspace.check().says(&["varning[KAA-I011]: Inget datum som går att läsa.\n", "kolumn H beraknat_slut\n"]);
}

#[test]
fn english_says_the_same() {
    let workspace = Workspace::new();
    school(&workspace, [format!("{};GY;NA25;;;2024-13-01;;;", youth(9))].into_iter());
    let (_, said) = kaa(&workspace.path(""), &["--lang", "en", "check", "--as-of", AS_OF]);
    for wanted in
        ["error[KAA-I011]: Not a date that can be read.", "column F startdatum", "expected YYYY-MM-DD", "= do this: "]
    {
        assert!(said.contains(wanted), "{wanted} is missing in {said}");
    }
    assert!(!said.contains("väntade") && !said.contains("gör så"), "{said}");
}

#[test]
fn a_program_reads_the_groups_as_json() {
    let workspace = Workspace::new();
    school(&workspace, (1..=9).map(|nth| format!("{};GY;NA25;;;2024-13-01;;;", youth(nth))));
    let ending = workspace.run(&["check", "--as-of", AS_OF, "--json"]);
    let said: serde_json::Value = serde_json::from_str(&ending.stdout).expect("JSON on standard output");
    assert_eq!(said["grupper"][0]["kod"], "KAA-I011");
    assert_eq!(said["grupper"][0]["antal"], 9);
    assert_eq!(said["grupper"][0]["forsta_rader"], serde_json::json!([10, 11, 12, 13, 14]));
}

// --- The workbook ---

#[test]
fn the_workbook_has_every_fault_masked_and_is_never_written_over_another_file() {
    let workspace = Workspace::new();
    let row = |nth: u64| format!("{};Friskola;;Gömstigens skola;;2024-13-01;;;", youth(nth));
    school(&workspace, (1..=200).map(row));
    let path = workspace.path("fel.xlsx");
    let to = path.to_str().expect("a path");
    let ending = workspace.run(&["check", "--as-of", AS_OF, "--xlsx", to]);
    assert_eq!(ending.code, 3, "{ending:?}");
    ending.says(&["fel.xlsx har alla felen, maskerade"]);
    let bytes = fs::read(&path).expect("the workbook");
    let mut book = Xlsx::new(std::io::Cursor::new(&bytes)).expect("a workbook that another reader understands");
    assert_eq!(book.sheet_names(), ["Översikt", "Värden utan kod", SCHOOL]);
    let mut texts = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).expect("a sheet");
        texts.extend(range.used_cells().map(|(_, _, cell)| cell.to_string()));
        if sheet == SCHOOL {
            let rows: Vec<&[Data]> = range.rows().collect();
            assert_eq!(rows.len(), 4 + 400, "two faults in each row, below the headers");
            assert_eq!(rows[4][0], Data::Float(10.0));
        }
    }
    assert!(SECRETS.iter().all(|word| texts.iter().all(|text| !text.contains(word))));
    assert!(texts.iter().all(|text| whole_number(text).is_none()));
    assert!(texts.contains(&"Friskola".to_owned()) && texts.contains(&"2024-13-01".to_owned()));
    let again = workspace.run(&["check", "--as-of", AS_OF, "--xlsx", to]);
    assert_eq!(again.code, 1, "{again:?}");
    again.says(&["En fil som redan finns skrivs inte över."]);
    assert!(fs::read(&path).expect("the workbook") == bytes);
    fs::remove_file(&path).expect("the workbook");
    workspace.run(&["check", "--as-of", AS_OF, "--xlsx", to]);
    assert!(fs::read(&path).expect("the workbook") == bytes, "the same faults are the same bytes");
}

// --- Configs ---

#[test]
fn a_config_that_cannot_be_understood_is_drawn_in_both_languages() {
    let cases = [
        (
            "[trapa]\n",
            "okänd nyckel \"trapa\". Närmast är \"trappa\".",
            "unknown key \"trapa\"",
            "^^^^^ menar du trappa?",
        ),
        (
            "[granser]\navvisade_procent = \"fem\"\n",
            "här står text, väntade ett heltal.",
            "expected a whole number",
            "^^^^^ skriv bara siffror",
        ),
        (
            "[[insats]]\ninnehall = \"SAMTAL\"\n",
            "nyckeln \"namn\" saknas.",
            "the key \"namn\" is missing",
            "lägg till namn = ...",
        ),
        (
            "[ike]\npa = true\npa = false\n",
            "samma nyckel står två gånger.",
            "the same key stands twice",
            "^^ ta bort den ena",
        ),
        ("[ike]\npa = ja\n", "en text utan citattecken.", "a text without quotation marks", "^^ skriv det så"),
        ("[ike]\npa\n", "en nyckel utan värde.", "a key without a value", "nyckel = \"värde\""),
        ("[namnd]\nnamn = \"Nämnden\n", "avslutas inte", "is not closed", "härifrån"),
        ("[ike\n", "avslutas inte", "is not closed", "härifrån"),
        (
            "[[kalla]]\ntyp = \"elevregistr\"\nfil = \"x\"\n",
            "kalla.typ är \"elevregistr\", väntade en tabell, kanske \"elevregister\"",
            "kalla.typ is",
            "      ^^^^^^^^^^^^^",
        ),
    ];
    let workspace = Workspace::empty();
    for (more, swedish, english, drawn) in cases {
        workspace.config_with(more);
        let ending = workspace.check();
        assert_eq!(ending.code, 2, "{ending:?}");
        ending.says(&["Fel i konfigurationen ", "kaa.toml:", swedish, drawn]);
        no_english(&ending.stderr);
        let (code, said) = kaa(&workspace.path(""), &["--lang", "en", "check"]);
        assert!(code == 2 && said.contains("Error in the config ") && said.contains(english), "{said}");
    }
}

// --- The command line ---

fn kaa(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_kaa")).args(arguments).current_dir(folder).output().expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("it ended by itself"), String::from_utf8(said).expect("UTF-8"))
}

/// Words of sentences that the parsers of command lines and configs write in English.
fn no_english(said: &str) {
    const WORDS: [&str; 22] = [
        "error",
        "unexpected",
        "expected",
        "found",
        "Usage",
        "For more information",
        "invalid",
        "missing",
        "required",
        "default:",
        "possible values",
        "OPTIONS",
        "COMMAND",
        "unknown",
        "argument '",
        "a value",
        "unrecognized",
        "the ",
        "duplicate",
        "tip:",
        "similar",
        "unclosed",
    ];
    for word in WORDS {
        assert!(!said.contains(word), "{word:?} is English, in:\n{said}");
    }
}

#[test]
fn what_is_typed_wrong_is_said_in_swedish() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&[&str], i32, &str); 12] = [
        (&["chek"], 2, "chek är inget kommando. Menar du check?"),
        (&["check", "--as-off", "2026-11-20"], 2, "--as-off är inget val som finns här. Menar du --as-of?"),
        (&["check", "--as-of", "20 november"], 2, "20 november är inget datum. Skriv som 2026-11-20."),
        (&["check", "--as-of"], 2, "ska följas av ett värde"),
        (&["init", "kaa", "--profile", "gislaved"], 2, "gislaved är inget av: nacka, vara, essunga, tibro, blank."),
        (&["init", "kaa"], 2, "Det saknas: --profile <PROFIL>"),
        (&["check", "--as-of", "2026-11-20", "--as-of", "2026-11-21"], 2, "kan bara anges en gång"),
        (&["monthly", "20080229-2391"], 2, "2008xxxx-xxxx är inget val"),
        (&["schedule", "--for", "anacron"], 2, "anacron är inget av: "),
        (&["--help"], 0, "[förval: kaa.toml]"),
        (&["init", "--help"], 0, "[värden: nacka, vara, essunga, tibro, blank]"),
        (&["check", "--help"], 0, "Användning: kaa check [VAL]"),
    ];
    for (arguments, code, wanted) in cases {
        let (ended, said) = kaa(folder.path(), &[&["--lang", "sv"], arguments].concat());
        assert_eq!(ended, code, "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {wanted} is missing in {said}");
        no_english(&said);
    }
    let (code, said) = kaa(folder.path(), &["--lang", "sv"]);
    assert_eq!(code, 2, "{said}");
    no_english(&said);
}

#[test]
fn the_help_of_every_command_is_swedish_in_swedish() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, said) = kaa(folder.path(), &["--lang", "sv", "--help"]);
    let commands = said.lines().skip_while(|line| !line.starts_with("Kommandon:")).skip(1);
    let commands: Vec<&str> =
        commands.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() >= 15, "{said}");
    for command in commands {
        let (code, said) = kaa(folder.path(), &["--lang", "sv", command, "--help"]);
        assert_eq!(code, 0, "{command}: {said}");
        no_english(&said);
    }
}
