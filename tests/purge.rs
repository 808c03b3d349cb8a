//! `kaa purge`: whoever's time of keeping is over is nowhere any more, in no form, and everything else is as it was.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kaa::config::Config;
use kaa::ingest::parquet;
use kaa::job::Begun;
use kaa::person::PersonalNumber;
use kaa::run::purge::Pending;
use kaa::run::verify;
use support::{Ending, REGISTER_HEADER, SCHOOL_HEADER, SECRETS, Workspace, enrolled, registered, table};

const ON: &str = "2026-12-01";
const CONTACTS_HEADER: &str = "personnummer;datum;kontaktsatt;utfall";
/// The reconciliations before the purge: one more than half a year old, one that has the person in its lists, one not.
const MONTHS: [&str; 3] = ["2025-10-20", "2026-06-01", "2026-11-20"];

/// Somebody who turned 20 in the autumn of 2025 and turns 21 in the year of the purge.
fn leaving() -> PersonalNumber {
    PersonalNumber::with_check_digit(day("2005-11-10"), 239)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn leaving_row() -> String {
    format!("{};1472;Gallrina;Bortgång;;Utplånsvägen 7;54399;Förgätby;2005-12-01;;SAKNAS", leaving().digits())
}

/// Everything that must be nowhere.
fn traces() -> Vec<String> {
    let (digits, hyphenated) = (leaving().digits(), leaving().hyphenated());
    let own = ["Gallrina", "Bortgång", "Utplånsvägen", "Förgätby", "54399", "543 99"];
    // The plus is of those over 100, and the others are hyphens of typesetters.
    let marked =
        ["-", "+", " ", "\u{2010}", "\u{2011}", "\u{2013}", "&#8209;"].map(|mark| hyphenated.replace('-', mark));
    let forms = marked.into_iter().chain([digits]).flat_map(|form| [form[2..].to_owned(), form]);
    own.into_iter().map(str::to_owned).chain(forms).collect()
}

/// Three months. The person is in the group in the first, and known by its memory in the others.
fn with_runs() -> Workspace {
    let workspace = Workspace::empty();
    for month in MONTHS {
        let mut register: Vec<String> = (1..=9).map(registered).collect();
        if month == MONTHS[0] {
            register.push(leaving_row());
        }
        workspace.file(&format!("folkbokforing-{month}.csv"), table(REGISTER_HEADER, register));
        workspace.file(&format!("elevregister-{month}.csv"), table(SCHOOL_HEADER, (1..=8).map(enrolled)));
        let contact = format!("{};2025-10-01;TELEFON;EJ_SVAR", leaving().hyphenated());
        workspace.file(&format!("kontakter-{month}.csv"), table(CONTACTS_HEADER, [contact]));
        let ending = workspace.run(&["monthly", "--as-of", month]);
        assert_eq!(ending.code, 0, "{ending:?}");
    }
    workspace
}

fn purge(workspace: &Workspace) -> Ending {
    let ending = workspace.run(&["purge", "--on", ON, "--yes"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    ending
}

fn is_clean(workspace: &Workspace) {
    let ending = workspace.run(&["verify"]);
    assert_eq!(ending.code, 0, "{ending:?}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// All that a file says: its bytes, and what is packed in it.
fn said(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).expect("a file");
    let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    if ending == "xlsx" {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes.clone())).expect("a workbook");
        for at in 0..archive.len() {
            archive.by_index(at).expect("a part").read_to_end(&mut bytes).expect("a part is read");
        }
    }
    if ending == "parquet" {
        parquet::read_rows(bytes.clone(), &mut |_, cells| bytes.extend(cells.join("\n").into_bytes()))
            .expect("a table");
    }
    bytes
}

/// Where traces of the person are.
fn tell_tales(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in files_below(folder) {
        let said = said(&path);
        for trace in traces() {
            if said.windows(trace.len()).any(|window| window == trace.as_bytes()) {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                found.push(format!("{name}: {trace}"));
            }
        }
    }
    found
}

/// Which files of a run, whatever they are, hold a name or an address of anyone in the register.
fn naming(run: &Path) -> Vec<String> {
    let names = |path: &PathBuf| {
        let said = said(path);
        SECRETS.iter().any(|name| said.windows(name.len()).any(|window| window == name.as_bytes()))
    };
    let found = files_below(run).into_iter().filter(names);
    found.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

/// Every file with its bytes, but the lock.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let relative = |path: &Path| path.strip_prefix(folder).expect("below").to_owned();
    files_below(folder).iter().map(|path| (relative(path), fs::read(path).expect("a file"))).collect()
}

#[test]
fn before_the_day_nobody_goes_and_a_dry_run_changes_nothing() {
    let workspace = with_runs();
    let before = snapshot(&workspace.path(""));
    for arguments in [["purge", "--on", "2026-11-30"], ["purge", "--on", ON]] {
        let ending = workspace.run(&arguments);
        assert_eq!(ending.code, 0, "{ending:?}");
        let people = if arguments[2] == ON { 1 } else { 0 };
        ending.says(&[&format!("Personer:            {people:>6}"), "Inget är borttaget."]);
    }
    assert_eq!(snapshot(&workspace.path("")), before);
}

#[test]
fn a_purged_person_is_nowhere_in_any_form() {
    let workspace = with_runs();
    let folder = workspace.municipality_folder();
    let before = tell_tales(&folder);
    for file in ["avstamning.xlsx", "avstamning.html", "perioder.csv", "tillstand.txt"] {
        assert!(before.iter().any(|found| found.contains(file)), "{file} told nothing: {before:?}");
    }
    let ending = purge(&workspace);
    assert_eq!(tell_tales(&folder), Vec::<String>::new());
    ending.says(&["Personer:                 1"]);
    is_clean(&workspace);
    let link = fs::read_to_string(folder.join(format!("gallring-{ON}/korning.json"))).expect("a link");
    let link: serde_json::Value = serde_json::from_str(&link).expect("JSON");
    assert_eq!((&link["antal"]["personer"], &link["foregaende"]), (&1.into(), &serde_json::Value::Null));
    // A second purge of the day finds nothing to do.
    let left = snapshot(&workspace.path(""));
    purge(&workspace).says(&["Det finns inget att gallra"]);
    assert_eq!(snapshot(&workspace.path("")), left);
}

#[test]
fn rows_of_others_and_figures_stay() {
    let workspace = with_runs();
    let folder = workspace.municipality_folder();
    let before = snapshot(&folder);
    purge(&workspace);
    let after = snapshot(&folder);
    for (path, bytes) in &before {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == "korning.json" {
            assert_eq!(after.get(path), Some(bytes), "{}", path.display());
        } else if name == "tillstand.txt" || (name.ends_with(".csv") && name != "utskick.csv") {
            let text = String::from_utf8_lossy(bytes);
            let names_go = name == "tillstand.txt" && path.to_string_lossy().contains(MONTHS[0]);
            let mut tells_a_name = kaa::run::tells_a_name();
            let mut goes = |line: &str| line.contains(&leaving().digits()) || (names_go && tells_a_name(line));
            let kept: String = text.split_inclusive('\n').filter(|line| !goes(line)).collect();
            assert_eq!(String::from_utf8_lossy(&after[path]), kept, "{}", path.display());
        }
    }
}

#[test]
fn names_go_from_runs_older_than_six_months() {
    let workspace = with_runs();
    for month in MONTHS {
        let named = naming(&workspace.run_folder(month));
        assert!(named.contains(&"avstamning.xlsx".to_owned()) && named.len() > 1, "{month}: {named:?}");
    }
    purge(&workspace);
    for (month, kept) in [(MONTHS[0], false), (MONTHS[1], true), (MONTHS[2], true)] {
        let run = workspace.run_folder(month);
        let named = naming(&run);
        assert_eq!(!named.is_empty(), kept, "{month}: {named:?}");
        assert_eq!(run.join("utskick.csv").exists(), kept, "{month}");
        // Workbook and page of the summer name the person who goes, and neither is edited.
        for file in ["avstamning.xlsx", "avstamning.html"] {
            assert_eq!(run.join(file).exists(), month == MONTHS[2], "{month}");
        }
        let state = fs::read_to_string(run.join("tillstand.txt")).expect("a state");
        assert_eq!(state.lines().any(kaa::run::tells_a_name()), kept, "{month}");
    }
}

#[test]
fn extracts_older_than_the_newest_and_held_runs_go() {
    let workspace = with_runs();
    let held = workspace.municipality_folder().join("manad-2026-11-21-stoppad");
    fs::create_dir(&held).expect("a folder");
    fs::write(held.join("skal.txt"), "x").expect("a file");
    purge(&workspace);
    let left: Vec<String> = files_below(&workspace.path("inbox"))
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["elevregister", "folkbokforing", "kontakter"].map(|kind| format!("{kind}-{}.csv", MONTHS[2])));
    assert!(!held.exists());
}

#[test]
fn parts_that_no_run_remembers_stay() {
    let workspace = with_runs();
    let header = "personnummer;typ;datum";
    workspace.file("betyg-2026-11-01.csv", table(header, []));
    workspace.file("betyg-2026-11-25.csv", table(header, []));
    purge(&workspace);
    assert!(workspace.path("inbox/betyg-2026-11-01.csv").exists());
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-26"]).code, 0);
    assert_eq!(workspace.run(&["purge", "--on", "2026-12-02", "--yes"]).code, 0);
    assert!(!workspace.path("inbox/betyg-2026-11-01.csv").exists());
    is_clean(&workspace);
}

#[test]
fn the_teams_own_rows_are_listed_without_the_person() {
    let workspace = with_runs();
    for arguments in [&["purge", "--on", ON][..], &["purge", "--on", ON, "--yes"]] {
        let ending = workspace.run(arguments);
        assert_eq!(ending.stdout, "Ta bort kontakter-2026-11-20.csv, rad 2 (född 2005)\n", "{ending:?}");
        ending.says(&["I era egna tabeller:      1"]);
    }
    let summary = workspace.run(&["--json", "purge", "--on", ON]).stdout;
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(summary["egna_tabeller"][0]["rad"], 2);
    assert_eq!(summary["egna_tabeller"][0]["fodd"], 2005);
}

#[test]
fn the_months_after_a_purge_are_those_without_one() {
    let (purged, untouched) = (with_runs(), with_runs());
    purge(&purged);
    for (workspace, is_purged) in [(&purged, true), (&untouched, false)] {
        for month in ["2026-12-10", "2027-01-20"] {
            workspace.file(&format!("folkbokforing-{month}.csv"), table(REGISTER_HEADER, (1..=9).map(registered)));
            workspace.file(&format!("elevregister-{month}.csv"), table(SCHOOL_HEADER, (1..=7).map(enrolled)));
            let ending = workspace.run(&["monthly", "--as-of", month]);
            assert_eq!(ending.code, 0, "{is_purged}: {ending:?}");
        }
        is_clean(workspace);
    }
    let gone = leaving().digits();
    for month in ["2026-12-10", "2027-01-20"] {
        let (left, right) = (snapshot(&purged.run_folder(month)), snapshot(&untouched.run_folder(month)));
        assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
        let lists = left.iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "csv"));
        for (path, bytes) in lists {
            let others = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.lines().filter(|line| !line.contains(&gone)).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(others(bytes), others(&right[path]), "{month} {}", path.display());
        }
    }
    assert_eq!(tell_tales(&purged.municipality_folder()), Vec::<String>::new());
}

#[test]
fn an_extract_that_still_holds_the_person_brings_nothing_back() {
    let workspace = with_runs();
    purge(&workspace);
    let register = (1..=9).map(registered).chain([leaving_row()]);
    workspace.file("folkbokforing-2026-12-09.csv", table(REGISTER_HEADER, register));
    let ending = workspace.run(&["monthly", "--as-of", "2026-12-10", "--godkann", "elevregister"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert_eq!(tell_tales(&workspace.municipality_folder()), Vec::<String>::new());
    assert!(workspace.list_on("2026-12-10", "forandringar").is_empty());
}

#[test]
fn a_purge_that_stops_after_any_step_is_clean_and_finished_by_the_next_run() {
    let undisturbed = with_runs();
    purge(&undisturbed);
    let wanted = snapshot(&undisturbed.path("output"));
    let mut stop_after = 0;
    loop {
        let workspace = with_runs();
        let config = Config::read(&workspace.path("kaa.toml")).expect("a config");
        let begun = Begun::stage(&config, day(ON)).expect("staged");
        let pending = begun.pending.as_ref().expect("something goes");
        let steps = pending.steps.len();
        assert!(steps > 5, "{steps}");
        for step in &pending.steps[..stop_after] {
            pending.take(step).expect("a step");
        }
        drop(begun);
        let found = verify(&workspace.municipality_folder()).expect("read");
        assert!(found.differences.is_empty() && found.unfinished_purge, "{stop_after}: {found:?}");
        workspace.run(&["purge", "--on", ON]).says(&["En gallring avbröts"]);
        if stop_after % 2 == 0 {
            purge(&workspace);
        } else {
            // Any run finishes it.
            assert_eq!(workspace.run(&["monthly", "--as-of", "2026-12-02"]).code, 0);
            is_clean(&workspace);
            fs::remove_dir_all(workspace.run_folder("2026-12-02")).expect("a run");
            let chain = workspace.municipality_folder().join("kedja.sha256");
            let text = fs::read_to_string(&chain).expect("a chain");
            let others: String = text.split_inclusive('\n').filter(|line| !line.contains("manad-2026-12-02")).collect();
            fs::write(&chain, others).expect("a chain");
        }
        assert!(Pending::find(&workspace.municipality_folder()).expect("read").is_none());
        assert!(snapshot(&workspace.path("output")) == wanted, "after {stop_after} of {steps} steps");
        assert_eq!(files_below(&workspace.path("inbox")).len(), 3);
        is_clean(&workspace);
        if stop_after == steps {
            break;
        }
        stop_after += 1;
    }
}

#[test]
fn a_purge_that_stops_while_its_link_appears_is_clean_and_finished() {
    let undisturbed = with_runs();
    purge(&undisturbed);
    let wanted = snapshot(&undisturbed.path("output"));
    for (link_appeared, chain_settled) in [(false, false), (true, false), (true, true)] {
        let workspace = with_runs();
        let municipality = workspace.municipality_folder();
        let config = Config::read(&workspace.path("kaa.toml")).expect("a config");
        let begun = Begun::stage(&config, day(ON)).expect("staged");
        let pending = begun.pending.as_ref().expect("something goes");
        pending.steps.iter().for_each(|step| pending.take(step).expect("a step"));
        drop(begun);
        let (chain, next) = (municipality.join("kedja.sha256"), municipality.join(".kedja-ny"));
        let with_link = undisturbed.municipality_folder().join("kedja.sha256");
        fs::copy(with_link, if chain_settled { &chain } else { &next }).expect("a chain");
        if link_appeared {
            let name = format!("gallring-{ON}");
            fs::create_dir(municipality.join(&name)).expect("a folder");
            let link = Path::new(&name).join("korning.json");
            fs::copy(undisturbed.municipality_folder().join(&link), municipality.join(&link)).expect("a link");
        }
        let found = verify(&municipality).expect("read");
        assert!(found.differences.is_empty() && found.unfinished_purge, "{link_appeared} {chain_settled}: {found:?}");
        purge(&workspace);
        assert!(snapshot(&workspace.path("output")) == wanted, "{link_appeared} {chain_settled}");
        is_clean(&workspace);
    }
}

#[test]
fn verify_accepts_exactly_what_a_purge_wrote_down() {
    let workspace = with_runs();
    let path = workspace.run_folder(MONTHS[0]).join("perioder.csv");
    let before = fs::read(&path).expect("a list");
    purge(&workspace);
    let after = fs::read(&path).expect("a list");
    for wrong in [before, Vec::new()] {
        fs::write(&path, wrong).expect("written");
        let ending = workspace.run(&["verify"]);
        assert_eq!(ending.code, 1, "{ending:?}");
        ending.says(&["perioder.csv har ändrats."]);
    }
    fs::write(&path, after).expect("restored");
    is_clean(&workspace);
    fs::remove_dir_all(workspace.municipality_folder().join(format!("gallring-{ON}"))).expect("the link is lost");
    assert_eq!(workspace.run(&["verify"]).code, 1);
}

#[test]
fn a_later_purge_links_to_the_one_before() {
    let workspace = with_runs();
    purge(&workspace);
    assert_eq!(workspace.run(&["purge", "--on", "2027-07-01", "--yes"]).code, 0);
    let link = workspace.municipality_folder().join("gallring-2027-07-01/korning.json");
    let link: serde_json::Value = serde_json::from_slice(&fs::read(link).expect("a link")).expect("JSON");
    assert_eq!(link["foregaende"]["mapp"], format!("gallring-{ON}"));
    is_clean(&workspace);
    let first = workspace.municipality_folder().join(format!("gallring-{ON}/korning.json"));
    let text = fs::read_to_string(&first).expect("a link");
    fs::write(&first, text.replace("\"personer\": 1", "\"personer\": 2")).expect("changed");
    workspace.run(&["verify"]).says(&["bygger på gallring-2026-12-01, vars korning.json har ändrats."]);
}

#[test]
fn whoever_moved_away_long_ago_and_stands_nowhere_goes() {
    let workspace = Workspace::new();
    for (month, people) in [("2025-09-20", 9), ("2025-10-20", 8), ("2026-11-20", 8)] {
        let register = ("folkbokforing", REGISTER_HEADER, (1..=people).map(registered).collect());
        let school = ("elevregister", SCHOOL_HEADER, (1..=9).filter(|nth| *nth <= people).map(enrolled).collect());
        workspace.month(month, &[register, school]);
    }
    let ninth = support::youth(9);
    let is_known = || {
        let folder = workspace.municipality_folder();
        files_below(&folder).iter().any(|path| said(path).windows(12).any(|window| window == ninth.as_bytes()))
    };
    assert!(is_known());
    workspace.run(&["purge", "--on", "2026-10-19", "--yes"]);
    assert!(is_known());
    workspace.run(&["purge", "--on", "2026-11-20", "--yes"]);
    assert!(!is_known());
    is_clean(&workspace);
}

#[test]
fn a_config_may_purge_earlier_in_the_year() {
    let workspace = with_runs();
    workspace.config_with("[gallring]\nfran = \"06-15\"\n");
    workspace.run(&["purge", "--on", "2026-06-14"]).says(&["Personer:                 0"]);
    workspace.run(&["purge", "--on", "2026-06-15"]).says(&["Personer:                 1"]);
    workspace.config_with("[gallring]\nfran = \"12-24\"\n");
    assert_eq!(workspace.run(&["purge", "--on", ON]).code, 2);
}

#[test]
fn a_copy_that_cannot_be_searched_is_told_of() {
    let workspace = with_runs();
    fs::write(workspace.run_folder(MONTHS[2]).join("kopia.zip"), b"PK\x03\x04 no whole archive").expect("a copy");
    let ending = workspace.run(&["purge", "--on", ON, "--yes"]);
    assert_eq!(ending.code, 3, "{ending:?}");
    ending.says(&["kopia.zip går inte att söka igenom."]);
}
