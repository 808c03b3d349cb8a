//! `kaa verify`: what was changed, lost or added after a run is found and named.

mod support;

use std::fs;

use support::{AS_OF, Ending, SCHOOL, SCHOOL_HEADER, Workspace, enrolled, table};

/// Two months, a revision of the second, and a report to the board.
fn with_runs() -> Workspace {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-17"]).code, 0);
    workspace.succeeds();
    workspace.file(SCHOOL, table(SCHOOL_HEADER, (1..=7).map(enrolled)));
    workspace.succeeds();
    assert_eq!(workspace.run(&["board", "--period", "2026H2", "--as-of", AS_OF]).code, 0);
    workspace
}

fn differences(workspace: &Workspace) -> Vec<(String, String, String)> {
    let ending = workspace.run(&["--json", "verify"]);
    let summary: serde_json::Value = serde_json::from_str(&ending.stdout).expect("JSON");
    let list = summary["skillnader"].as_array().expect("a list");
    assert_eq!(ending.code, i32::from(!list.is_empty()), "{ending:?}");
    let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().expect("a text").to_owned();
    list.iter().map(|entry| (text(entry, "kod"), text(entry, "mapp"), text(entry, "fil"))).collect()
}

fn difference(code: &str, folder: &str, file: &str) -> (String, String, String) {
    (code.to_owned(), folder.to_owned(), file.to_owned())
}

fn verify(workspace: &Workspace) -> Ending {
    workspace.run(&["verify"])
}

#[test]
fn runs_that_nobody_touched_are_clean() {
    let workspace = with_runs();
    let ending = verify(&workspace);
    assert_eq!(ending.code, 0, "{ending:?}");
    ending.says(&["4 körningar och 0 gallringar är oförändrade."]);
    assert!(differences(&workspace).is_empty());
}

#[test]
fn where_nothing_was_run_nothing_differs_and_nothing_is_made() {
    let workspace = Workspace::new();
    assert_eq!(verify(&workspace).code, 0);
    assert!(!workspace.path("output").exists());
}

#[test]
fn every_file_of_every_run_is_watched() {
    let workspace = with_runs();
    let municipality = workspace.municipality_folder();
    let mut watched = 0;
    for run in ["manad-2026-11-17", "manad-2026-11-20", "manad-2026-11-20-r2", "namnd-2026H2"] {
        for entry in fs::read_dir(municipality.join(run)).expect("a run") {
            let path = entry.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name == "korning.json" {
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            let mut changed = bytes.clone();
            changed.push(b' ');
            fs::write(&path, changed).expect("changed");
            assert_eq!(differences(&workspace), [difference("ANDRAD", run, &name)]);
            fs::remove_file(&path).expect("removed");
            assert_eq!(differences(&workspace), [difference("SAKNAS", run, &name)]);
            fs::write(&path, bytes).expect("restored");
            watched += 1;
        }
    }
    assert!(watched > 40, "{watched}");
    assert!(differences(&workspace).is_empty());
}

#[test]
fn what_was_added_is_found() {
    let workspace = with_runs();
    let municipality = workspace.municipality_folder();
    fs::write(municipality.join("manad-2026-11-20/kopia.xlsx"), "x").expect("added");
    fs::create_dir(municipality.join("manad-2026-11-20/mapp")).expect("added");
    fs::write(municipality.join("anteckningar.txt"), "x").expect("added");
    fs::create_dir(municipality.join("gammalt")).expect("added");
    let wanted = [
        difference("TILLAGD", "", "anteckningar.txt"),
        difference("TILLAGD", "", "gammalt"),
        difference("TILLAGD", "manad-2026-11-20", "kopia.xlsx"),
        difference("TILLAGD", "manad-2026-11-20", "mapp"),
    ];
    assert_eq!(differences(&workspace), wanted);
    verify(&workspace).says(&["kopia.xlsx har lagts till.", "4 skillnader."]);
}

#[test]
fn a_changed_manifest_is_found_by_the_link_of_the_next() {
    let workspace = with_runs();
    let path = workspace.municipality_folder().join("manad-2026-11-17/korning.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    fs::write(&path, text.replace("\"antal\": {", "\"antal\": { ")).expect("changed");
    assert_eq!(differences(&workspace), [difference("FOREGAENDE_ANDRAD", "manad-2026-11-20", "korning.json")]);
    verify(&workspace).says(&["bygger på manad-2026-11-17, vars korning.json har ändrats."]);
}

#[test]
fn a_lost_run_is_found_by_the_link_of_the_next() {
    let workspace = with_runs();
    fs::remove_dir_all(workspace.municipality_folder().join("manad-2026-11-20")).expect("lost");
    assert_eq!(differences(&workspace), [difference("FOREGAENDE_SAKNAS", "manad-2026-11-20-r2", "korning.json")]);
}

#[test]
fn a_run_without_a_manifest_or_with_a_broken_one_is_found() {
    let workspace = with_runs();
    let path = workspace.municipality_folder().join("namnd-2026H2/korning.json");
    fs::write(&path, "{").expect("broken");
    assert_eq!(differences(&workspace), [difference("OLASLIG", "namnd-2026H2", "korning.json")]);
    fs::remove_file(&path).expect("lost");
    assert_eq!(differences(&workspace), [difference("SAKNAS", "namnd-2026H2", "korning.json")]);
}

#[test]
fn held_runs_stand_outside_the_chain() {
    let workspace = with_runs();
    workspace.remove(SCHOOL);
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-22"]).code, 3);
    assert!(workspace.municipality_folder().join("manad-2026-11-22-stoppad").is_dir());
    assert!(differences(&workspace).is_empty());
}

#[test]
fn what_a_run_that_died_left_is_no_difference_and_the_next_run_clears_it_away() {
    let workspace = with_runs();
    let dead = workspace.municipality_folder().join(".pagar-dead");
    fs::create_dir(&dead).expect("a folder");
    fs::write(dead.join("malgrupp.csv"), "x").expect("a file");
    assert!(differences(&workspace).is_empty());
    workspace.succeeds();
    assert!(!dead.exists());
    assert!(differences(&workspace).is_empty());
}
