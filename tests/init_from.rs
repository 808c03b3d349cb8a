//! `kaa init --from`: real exports to a config. The sample's exports, which have the forms that real systems write, need no
//! hand edit; other systems' words are understood; what cannot be told is said so; and no one is shown.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kaa::init::from::{Export, Proposals, WhyUnknown, propose};
use kaa::records::Kind;
use support::{AS_OF, SECRETS, table, whole_number, youth};
use tempfile::TempDir;

fn kaa(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--lang", "sv"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    (output.status.code().expect("it ended by itself"), String::from_utf8(output.stderr).expect("UTF-8"))
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sample's exports, copied into a folder of their own.
fn sample_exports(into: &Path) {
    fs::create_dir_all(into).expect("a folder");
    for entry in fs::read_dir(repository().join("sample_data/exempelby/inbox")).expect("the sample") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), into.join(entry.file_name())).expect("the file is copied");
    }
}

// --- The sample ---

#[test]
fn the_samples_exports_give_the_samples_lists_without_a_hand_edit() {
    let folder = TempDir::new().expect("a temporary folder");
    sample_exports(&folder.path().join("export"));
    let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "tibro", "--from", "export"]);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("Okänd") && !said.contains("Saknas"), "{said}");
    let workspace = folder.path().join("kaa");
    // The sample has faulty rows on purpose: they are told of, and nothing else is wrong.
    let (code, said) = kaa(&workspace, &["check", "--as-of", AS_OF]);
    assert_eq!(code, 3, "{said}");
    let own = fs::read_to_string(repository().join("pipelines/exempelby.toml")).expect("the sample's config");
    let own = own.replace("../sample_data/exempelby/inbox", "../export").replace("../output", "output");
    let with_own = folder.path().join("egen");
    fs::create_dir(&with_own).expect("a folder");
    fs::write(with_own.join("kaa.toml"), own).expect("the config");
    for (month, day) in [("2026-10-20", "manad-2026-10-20"), (AS_OF, "manad-2026-11-20")] {
        for folder in [&workspace, &with_own] {
            let (code, said) = kaa(folder, &["monthly", "--as-of", month]);
            assert_eq!(code, 0, "{said}");
        }
        for list in ["malgrupp.csv", "perioder.csv", "utreda.csv", "forandringar.csv"] {
            let read = |path: PathBuf| fs::read_to_string(path).expect("a list");
            // No municipality of Sweden has the sample's code: the plan's name stands until somebody fills in another.
            let proposed = read(workspace.join("output/9901-tibro").join(day).join(list));
            assert_eq!(proposed, read(with_own.join("output/9901-exempelby").join(day).join(list)), "{day} {list}");
        }
    }
}

#[test]
fn every_table_of_the_sample_is_found_and_the_team_keeps_none_twice() {
    let folder = TempDir::new().expect("a temporary folder");
    sample_exports(&folder.path().join("export"));
    let (_, said) = kaa(folder.path(), &["init", "kaa", "--profile", "blank", "--from", "export"]);
    for kind in Kind::ALL {
        assert!(said.contains(&format!("  {} (", kind.name())), "{} is missing in {said}", kind.name());
    }
    let workspace = folder.path().join("kaa");
    assert!(!workspace.join("teamets_arbetsbok.xlsx").exists(), "every table of it comes from an export");
    let config = fs::read_to_string(workspace.join("kaa.toml")).expect("a config");
    assert_eq!(config.matches("[[kalla]]\n").count(), Kind::ALL.len(), "{config}");
    assert!(config.contains("kod = \"9901\"\n"), "the municipality stands in the population register: {config}");
}

#[test]
fn the_config_shows_shapes_and_no_one() {
    let folder = TempDir::new().expect("a temporary folder");
    sample_exports(&folder.path().join("export"));
    let (_, said) = kaa(folder.path(), &["init", "kaa", "--profile", "blank", "--from", "export"]);
    let config = fs::read_to_string(folder.path().join("kaa/kaa.toml")).expect("a config");
    for text in [&said, &config] {
        assert_eq!(whole_number(text), None);
        for name in ["Norberg", "Hallberg", "Ängsvägen", "Smedjegränd", "Ring efter lov"] {
            assert!(!text.contains(name), "{name} is shown");
        }
    }
    assert!(config.contains("personnummer = \"Personnr\""), "{config}");
    assert!(config.contains("2005xxxxxxxx, 2006xxxxxxxx"), "{config}");
    assert!(config.contains("# Läses inte och sparas inte: Klass, Vårdnadshavare."), "{config}");
}

// --- Other systems' words ---

fn look(files: &[(&str, String)]) -> Proposals {
    let look = |(name, text): &(&str, String)| {
        Export::look("", name, text.as_bytes()).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))
    };
    propose(files.iter().map(look).collect())
}

/// The only source that is proposed, as it stands in the config.
fn only(files: &[(&str, String)]) -> (Kind, String) {
    let mut found = look(files);
    assert!(found.unknown.is_empty() && found.sources.len() == 1, "{} sources", found.sources.len());
    let source = found.sources.remove(0);
    (source.kind, source.text)
}

fn rows(count: u64, row: impl Fn(u64) -> String) -> Vec<String> {
    (1..=count).map(row).collect()
}

#[test]
fn headers_of_other_systems_are_known() {
    /// A file's name, its headers and rows, what it is, and what the config says of it.
    type Case = (&'static str, &'static str, Vec<String>, Kind, &'static [&'static str]);
    let number = youth;
    let exports: [Case; 7] = [
        (
            "Extens_elever_20261116.csv",
            "Pnr;Elev;Skoltyp;Programkod;Fr o m;T o m;Avgångsorsak",
            rows(9, |nth| format!("{};N N;GYS;NA;2024-08-19;2026-06-10;Avhopp", number(nth))),
            Kind::StudentRegister,
            &["startdatum = \"Fr o m\"", "slutdatum = \"T o m\"", "\"GYS\" = \"GYAN\"", "\"Avhopp\" = \"AVBROTT\""],
        ),
        (
            "invånare 2026-11-16.csv",
            "Person-/samordningsnummer;Tilltalsnamn;Folkbokföringskommun;Folkbokföringsdatum;Sekretessmarkering",
            rows(9, |nth| {
                format!("{};Sekretessa;1472;2024-01-0{nth};{}", number(nth), if nth == 1 { "J" } else { "N" })
            }),
            Kind::PopulationRegister,
            &["adressdatum = true", "kommunkod = \"Folkbokföringskommun\"", "\"J\" = \"SEKRETESSMARKERING\""],
        ),
        (
            "Alvis.txt",
            "Personnummer\tKurskod\tSkolform\tKursstart\tKursslut\tStudietakt",
            rows(9, |nth| format!("{}\tSVESVE01\tKomvux gymnasial\t2026-08-24\t2027-01-15\t50", number(nth))),
            Kind::AdultEducation,
            &["avgransare = \"tab\"", "niva = \"Skolform\"", "omfattning = \"Studietakt\"", "\"GYMNASIAL\""],
        ),
        (
            "kontaktlogg.csv",
            "Personnr,När,Kanal,Svar,Återkom",
            rows(9, |nth| format!("{},3/9 2026,Mail,Svarar ej,10/9 2026", number(nth))),
            Kind::Contacts,
            &["datumformat = \"%d/%m %Y\"", "\"Mail\" = \"EPOST\"", "\"Svarar ej\" = \"EJ_SVAR\""],
        ),
        (
            "examen2026.csv",
            "Födelsenummer|Examenstyp|Examensdatum",
            rows(9, |nth| format!("{}|Yrkesexamen|2026-06-10", number(nth))),
            Kind::Credentials,
            &["avgransare = \"|\"", "\"Yrkesexamen\" = \"EXAMENSBEVIS\""],
        ),
        (
            "Antagna ht26.csv",
            "PersonId;Antagningsstatus;Beskedsdatum;Studiestart;Utbildning",
            rows(9, |nth| format!("{};Reserv;2026-07-01;2026-08-17;Natur", number(nth))),
            Kind::Admissions,
            &["studievag = \"Utbildning\"", "status = \"Antagningsstatus\""],
        ),
        (
            "aktuella.csv",
            "Personnummer;Aktualiserad;Anledning;Avslutad;Avslutsorsak",
            rows(9, |nth| format!("{};2026-09-01;Studieavbrott;;", number(nth))),
            Kind::CaseRegister,
            &["registreringsdatum = \"Aktualiserad\"", "\"Studieavbrott\" = \"AVBRUTIT\""],
        ),
    ];
    for (name, header, rows, kind, wanted) in exports {
        let (found, text) = only(&[(name, table(header, rows))]);
        assert_eq!(found, kind, "{name}: {text}");
        for line in wanted {
            assert!(text.contains(line), "{name}: {line} is missing in {text}");
        }
        assert!(SECRETS.iter().all(|word| !text.contains(word)) && whole_number(&text).is_none(), "{text}");
    }
}

#[test]
fn cells_tell_tables_apart_whose_headers_are_alike() {
    let bevis =
        table("personnummer;typ;startdatum;datum", rows(9, |nth| format!("{};Studiebevis;;2026-06-10", youth(nth))));
    assert_eq!(only(&[("lista.csv", bevis)]).0, Kind::Credentials);
    let skolplikt = rows(9, |nth| format!("{};Förlängd skolplikt;2026-07-01;", youth(nth)));
    assert_eq!(only(&[("lista.csv", table("personnummer;typ;startdatum;datum", skolplikt))]).0, Kind::CompulsorySchool);
}

#[test]
fn headers_below_a_title_and_a_column_of_extraction_dates_are_found() {
    let rows = rows(9, |nth| format!("{};GY;2024-08-19;2026-11-16", youth(nth)));
    let text =
        format!("Elever i gymnasiet;;;\n\nKörd av system;;;\n{}", table("Personnr;Skolform;Börjar;Uttagsdatum", rows));
    let (kind, text) = only(&[("elever.csv", text)]);
    assert_eq!(kind, Kind::StudentRegister);
    assert!(text.contains("rubrikrad = 4\n") && text.contains("uttagskolumn = \"Uttagsdatum\"\n"), "{text}");
    assert!(text.contains("# slutdatum: ingen kolumn hittades"), "{text}");
}

#[test]
fn files_that_differ_in_their_dates_are_one_source_with_a_glob() {
    let text = |day: &str| table("personnummer;skolform;startdatum", rows(3, |nth| format!("{};GY;{day}", youth(nth))));
    let months = [("elever_2026-10-16.csv", text("2024-08-19")), ("elever_2026-11-16.csv", text("2025-08-18"))];
    let (_, source) = only(&months);
    assert!(source.contains("fil = \"elever_*.csv\" # uttagsdatum ur filnamnet: 2026-11-16"), "{source}");
    // A glob never takes another source's files.
    let others = table("personnummer;typ;datum", rows(3, |nth| format!("{};STUDIEBEVIS;2026-06-10", youth(nth))));
    let [first, second] = months;
    let found = look(&[first, second, ("elever_betyg_2026-11-16.csv", others)]);
    let texts: Vec<&str> = found.sources.iter().map(|source| source.text.as_str()).collect();
    assert!(
        texts[0].contains("fil = \"elever_[0-9]*.csv\"") && texts[1].contains("fil = \"elever_betyg_*.csv\""),
        "{texts:?}"
    );
}

// --- What cannot be told, and what may not be shown ---

#[test]
fn an_export_that_is_no_table_is_said_to_be_so_with_what_was_sought() {
    let found = look(&[
        ("meny.csv", "vecka;måndag;tisdag\n47;soppa;fisk\n".to_owned()),
        ("elever.csv", table("Personnummer;Förnamn;Startdatum", rows(3, |nth| format!("{};A;2026-08-17", youth(nth))))),
    ]);
    assert!(found.sources.is_empty());
    let why = |name: &str| &found.unknown.iter().find(|unknown| unknown.file == name).expect("it is told").why;
    assert!(matches!(why("meny.csv"), WhyUnknown::NoHeaders));
    let WhyUnknown::Lacks { missing, row: 1, .. } = why("elever.csv") else { panic!("headers are there") };
    assert!(!missing.is_empty());
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("meny.csv"), "vecka;måndag\n47;soppa\n").expect("a file");
    let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "blank", "--from", "meny.csv"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Okänd: meny.csv: ingen av de första 30 raderna"), "{said}");
    assert!(said.contains("Saknas: ingen export är folkbokforing"), "{said}");
    let (code, said) = kaa(folder.path(), &["init", "ny", "--profile", "blank", "--from", "saknas.csv"]);
    assert!(code == 2 && said.contains("saknas.csv finns inte"), "{said}");
    assert!(!folder.path().join("ny").exists());
}

#[test]
fn unknown_words_are_listed_with_counts_and_notes_are_not() {
    let reason = |nth| match nth {
        1..=3 => "Går på lov",
        4 => "Hemligsson ringde",
        5..=7 => "Sjukskriven",
        _ => "Byte",
    };
    let rows = rows(20, |nth| format!("{};GY;2024-08-19;{}", youth(nth), reason(nth)));
    let (_, text) = only(&[("elever.csv", table("personnummer;skolform;startdatum;avbrottsorsak", rows))]);
    assert!(text.contains("# \"Går på lov\" = \"\" # ATT FYLLA I: koden, 3 rader"), "{text}");
    assert!(!text.contains("Hemligsson") && text.contains("i 1 rad: ett värde av formen Xxxxxxxxxx xxxxxx"), "{text}");
    assert!(!text.contains("Sjukskriven"), "a word that may not be kept is not written either: {text}");
}

#[test]
fn a_source_in_the_workspace_is_named_from_there_and_its_files_are_not_read_twice() {
    let folder = TempDir::new().expect("a temporary folder");
    let inbox = folder.path().join("kaa/inbox");
    sample_exports(&inbox);
    let (code, said) = kaa(folder.path(), &["init", "kaa", "--profile", "blank", "--from", "kaa/inbox"]);
    assert_eq!(code, 0, "{said}");
    let config = fs::read_to_string(folder.path().join("kaa/kaa.toml")).expect("a config");
    assert!(config.contains("fil = \"inbox/IST_elevplaceringar_*.csv\""), "{config}");
    let (code, said) = kaa(&folder.path().join("kaa"), &["monthly", "--as-of", AS_OF]);
    assert_eq!(code, 0, "{said}");
}
