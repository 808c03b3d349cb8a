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
    ending.says(&["Körningar: 4, gallringar: 0. Inget har ändrats."]);
    assert!(differences(&workspace).is_empty());
}

#[test]
fn where_nothing_was_run_nothing_differs_and_nothing_is_made_but_a_disk_can_be_missing() {
    let workspace = Workspace::new();
    let ending = verify(&workspace);
    assert_eq!(ending.code, 0);
    ending.says(&["Inga körningar finns i", "kontrollera att disken är ansluten"]);
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
    assert!(watched > 30, "{watched}");
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
    let wanted = [
        difference("ANDRAD", "manad-2026-11-17", "korning.json"),
        difference("FOREGAENDE_ANDRAD", "manad-2026-11-20", "korning.json"),
    ];
    assert_eq!(differences(&workspace), wanted);
    verify(&workspace).says(&["bygger på manad-2026-11-17, vars korning.json har ändrats."]);
}

#[test]
fn a_lost_run_is_found_by_the_link_of_the_next() {
    let workspace = with_runs();
    fs::remove_dir_all(workspace.municipality_folder().join("manad-2026-11-20")).expect("lost");
    let wanted = [
        difference("SAKNAS", "", "manad-2026-11-20"),
        difference("FOREGAENDE_SAKNAS", "manad-2026-11-20-r2", "korning.json"),
    ];
    assert_eq!(differences(&workspace), wanted);
}

#[test]
fn a_lost_or_changed_newest_run_is_found_by_the_chain() {
    let workspace = with_runs();
    for newest in ["manad-2026-11-20-r2", "namnd-2026H2"] {
        let run = workspace.municipality_folder().join(newest);
        let manifest = run.join("korning.json");
        let text = fs::read_to_string(&manifest).expect("a manifest");
        fs::write(&manifest, text.replace("\"antal\": {", "\"antal\": { ")).expect("changed");
        assert_eq!(differences(&workspace), [difference("ANDRAD", newest, "korning.json")]);
        fs::write(&manifest, text).expect("restored");
        fs::rename(&run, workspace.path("borta")).expect("lost");
        assert_eq!(differences(&workspace), [difference("SAKNAS", "", newest)]);
        fs::rename(workspace.path("borta"), &run).expect("restored");
    }
    assert!(differences(&workspace).is_empty());
}

#[test]
fn a_run_that_nobody_made_is_found_by_the_chain() {
    let workspace = with_runs();
    let municipality = workspace.municipality_folder();
    let made_up = municipality.join("namnd-2025H2");
    fs::create_dir(&made_up).expect("a folder");
    for entry in fs::read_dir(municipality.join("namnd-2026H2")).expect("a run") {
        let path = entry.expect("a file").path();
        fs::copy(&path, made_up.join(path.file_name().expect("a name"))).expect("a copy");
    }
    assert_eq!(differences(&workspace), [difference("TILLAGD", "", "namnd-2025H2")]);
}

#[test]
fn a_lost_chain_is_found_and_the_next_run_begins_a_new_one() {
    let workspace = with_runs();
    let chain = workspace.municipality_folder().join("kedja.sha256");
    let before = fs::read(&chain).expect("a chain");
    fs::remove_file(&chain).expect("lost");
    assert_eq!(differences(&workspace), [difference("SAKNAS", "", "kedja.sha256")]);
    workspace.succeeds();
    assert!(differences(&workspace).is_empty());
    assert_eq!(fs::read(&chain).expect("a chain"), before);
}

#[cfg(unix)]
#[test]
fn the_chain_can_be_checked_with_the_tool_of_the_system() {
    let workspace = with_runs();
    let output = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "kedja.sha256"])
        .current_dir(workspace.municipality_folder())
        .output()
        .expect("sha256sum");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.lines().count() == 4, "{said}");
}

/// A crash between any two of the steps in which a run appears: verify is clean, and the next run ends what was begun.
#[test]
fn a_run_that_stops_while_it_appears_is_whole_or_was_never_there() {
    const LAST: &str = "namnd-2026H2";
    let with_last = fs::read(with_runs().municipality_folder().join("kedja.sha256")).expect("a chain");
    let text = String::from_utf8(with_last.clone()).expect("text");
    let without_last: String = text.split_inclusive('\n').filter(|line| !line.contains(LAST)).collect();
    for appeared in [false, true] {
        for written in [0, 40, with_last.len() - 1, with_last.len()] {
            let workspace = with_runs();
            let municipality = workspace.municipality_folder();
            fs::write(municipality.join("kedja.sha256"), &without_last).expect("the chain before");
            fs::write(municipality.join(".kedja-ny"), &with_last[..written]).expect("the chain with the run");
            if !appeared {
                fs::rename(municipality.join(LAST), municipality.join(".pagar-x")).expect("not yet there");
            } else if written < with_last.len() {
                // The chain is on disk before the run gets its name.
                continue;
            }
            assert!(differences(&workspace).is_empty(), "{appeared} {written}");
            assert_eq!(workspace.run(&["board", "--period", "2026H2", "--as-of", AS_OF]).code, 0);
            assert!(differences(&workspace).is_empty(), "{appeared} {written}");
            assert_eq!(fs::read(municipality.join("kedja.sha256")).expect("a chain"), with_last);
            let left = fs::read_dir(&municipality).expect("a folder");
            let left = left.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
            assert!(left.filter(|name| name.starts_with('.')).eq([".las"]), "{appeared} {written}");
        }
    }
}

#[test]
fn a_second_run_is_told_who_holds_the_lock_and_one_that_died_holds_nothing() {
    let workspace = with_runs();
    let path = workspace.municipality_folder().join(".las");
    assert_eq!(fs::read(&path).expect("the lock"), b"");
    let lock = fs::File::options().write(true).open(&path).expect("the lock");
    lock.lock().expect("taken");
    fs::write(&path, "gallring, process 4711").expect("its holder");
    for command in [&["monthly", "--as-of", AS_OF][..], &["purge", "--on", "2026-12-01", "--yes"]] {
        let ending = workspace.run(command);
        assert_eq!(ending.code, 1, "{ending:?}");
        ending.says(&["En annan körning (gallring, process 4711) pågår i", "1472-tibro"]);
    }
    // The system closes the files of the dead; what they wrote in them stays.
    drop(lock);
    workspace.succeeds();
    assert_eq!(fs::read(&path).expect("the lock"), b"");
}

#[test]
fn an_earlier_month_after_a_later_one_changes_nothing_and_is_taken_up_by_a_revision() {
    let workspace = Workspace::new();
    workspace.succeeds();
    let later = fs::read(workspace.run_folder(AS_OF).join("korning.json")).expect("a manifest");
    let earlier = workspace.run(&["monthly", "--as-of", "2026-11-17"]);
    assert_eq!(earlier.code, 0, "{earlier:?}");
    assert_eq!(fs::read(workspace.run_folder(AS_OF).join("korning.json")).expect("a manifest"), later);
    assert!(differences(&workspace).is_empty());
    workspace.succeeds();
    let revision = workspace.municipality_folder().join(format!("manad-{AS_OF}-r2/korning.json"));
    let revision: serde_json::Value = serde_json::from_slice(&fs::read(revision).expect("a revision")).expect("JSON");
    assert_eq!(revision["jamfort_med"], "manad-2026-11-17");
    assert!(differences(&workspace).is_empty());
}

#[test]
fn a_hold_that_stopped_half_way_is_replaced_by_the_next() {
    let workspace = with_runs();
    workspace.remove(SCHOOL);
    let held = workspace.municipality_folder().join("manad-2026-11-22-stoppad");
    fs::create_dir(&held).expect("a folder");
    fs::write(held.join("gammalt.csv"), "x").expect("a file");
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-22"]).code, 3);
    let names = fs::read_dir(&held).expect("a hold").map(|entry| entry.expect("a file").file_name());
    let names: std::collections::BTreeSet<_> = names.collect();
    assert_eq!(names, ["avvisade_rader.csv", "datapackage.json", "skal.txt"].map(Into::into).into());
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
