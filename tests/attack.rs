//! What stands where it should not: links, pipes, devices and edited files among a municipality's runs, a log or an
//! answer on a full disk. Nothing is lost, overwritten or waited for without end.

#![cfg(target_os = "linux")]

mod support;

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use support::{AS_OF, Ending, REGISTER_HEADER, SCHOOL_HEADER, Workspace, enrolled, registered, table, youth};

/// Longer than any command here takes; one that waits for a pipe is ended by then.
const SECONDS: &str = "60";
/// When everyone of these tests has turned 21.
const LATER: &str = "2029-12-01";

/// Two months.
fn with_months() -> Workspace {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-17"]).code, 0);
    workspace.succeeds();
    workspace
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Ending {
    ended(command(workspace, arguments))
}

fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command.args([SECONDS, env!("CARGO_BIN_EXE_kaa"), "--lang", "sv", "--config"]);
    command.arg(workspace.path("kaa.toml")).args(arguments);
    command
}

fn ended(mut command: Command) -> Ending {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("it ended by itself");
    Ending { code, stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Puts a pipe, an endless device, a link to another file, or a folder in a place.
fn put(what: &str, path: &Path) {
    match what {
        "pipe" => pipe(path),
        "device" => symlink("/dev/zero", path).expect("a link"),
        "link" => symlink(path.with_file_name("korning.json"), path).expect("a link"),
        "folder" => fs::create_dir(path).expect("a folder"),
        other => panic!("{other}"),
    }
}

const STRANGE: [&str; 4] = ["pipe", "device", "link", "folder"];

#[test]
fn what_is_no_file_among_the_files_of_a_run_is_a_difference_and_is_not_read() {
    for what in STRANGE {
        for (name, wanted) in [("malgrupp.csv", "malgrupp.csv har ändrats."), ("ror", "ror har lagts till.")] {
            let workspace = with_months();
            let path = workspace.run_folder(AS_OF).join(name);
            let _ = fs::remove_file(&path);
            put(what, &path);
            let ending = run(&workspace, &["verify"]);
            assert_eq!(ending.code, 1, "{what}: {ending:?}");
            ending.says(&[wanted]);
        }
        let workspace = with_months();
        let manifest = workspace.run_folder(AS_OF).join("korning.json");
        fs::rename(&manifest, workspace.path("korning.json")).expect("moved");
        put(what, &manifest);
        let ending = run(&workspace, &["verify"]);
        assert_eq!(ending.code, 1, "{what}: {ending:?}");
    }
}

#[test]
fn what_stands_in_the_place_of_the_lock_is_neither_waited_for_nor_written_through() {
    for what in ["pipe", "link", "folder"] {
        let workspace = with_months();
        let lock = workspace.municipality_folder().join(".las");
        fs::remove_file(&lock).expect("the lock");
        let precious = lock.with_file_name("korning.json");
        fs::write(&precious, "kvar").expect("a file");
        put(what, &lock);
        let ending = run(&workspace, &["monthly", "--as-of", "2026-11-21"]);
        assert_eq!(ending.code, 1, "{what}: {ending:?}");
        ending.says(&[".las är en länk, ett rör, en mapp eller en enhet", "Ta bort det som står där och kör igen."]);
        assert_eq!(fs::read_to_string(&precious).expect("the file"), "kvar", "{what}");
    }
}

#[test]
fn leftovers_of_the_dead_are_cleared_away_whatever_they_are_and_nothing_behind_a_link() {
    let workspace = with_months();
    let kept = workspace.path("kvar");
    fs::create_dir(&kept).expect("a folder");
    fs::write(kept.join("fil"), "x").expect("a file");
    let beside = |name: &str| workspace.municipality_folder().join(name);
    symlink(&kept, beside(".pagar-lank")).expect("a link");
    fs::write(beside(".pagar-fil"), "x").expect("a file");
    pipe(&beside(".pagar-ror"));
    let ending = run(&workspace, &["monthly", "--as-of", "2026-11-21"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert!(kept.join("fil").exists());
    for name in [".pagar-lank", ".pagar-fil", ".pagar-ror"] {
        assert!(beside(name).symlink_metadata().is_err(), "{name}");
    }
}

#[test]
fn a_purge_says_what_it_could_not_look_into() {
    for what in ["pipe", "device", "link"] {
        let workspace = with_months();
        put(what, &workspace.run_folder(AS_OF).join("annat"));
        let ending = run(&workspace, &["purge", "--on", LATER, "--yes"]);
        assert_eq!(ending.code, 3, "{what}: {ending:?}");
        ending.says(&["annat går inte att söka igenom."]);
    }
    // A run that was moved to another disk, with a link left in its place.
    let workspace = with_months();
    let run_folder = workspace.run_folder("2026-11-17");
    let elsewhere = workspace.path("annan-disk");
    fs::rename(&run_folder, &elsewhere).expect("moved");
    symlink(&elsewhere, &run_folder).expect("a link");
    let ending = run(&workspace, &["purge", "--on", LATER, "--yes"]);
    assert_eq!(ending.code, 3, "{ending:?}");
    ending.says(&["manad-2026-11-17 går inte att söka igenom."]);
}

#[test]
fn a_copy_beside_a_runs_files_goes_with_whom_it_names_whatever_its_form() {
    let workspace = with_months();
    let number = youth(9);
    let hyphenated = format!("{}-{}", &number[..8], &number[8..]);
    let folder = workspace.run_folder(AS_OF);
    let copies = [
        ("utdrag.json", format!("{{ \"personnummer\": \"{number}\" }}")),
        ("tillstand.json.kopia", format!("[\"{hyphenated}\"]")),
        ("sida.html", format!("<!DOCTYPE html><table><td>{hyphenated}</td></table>")),
        ("anteckning.txt", format!("Ring {number}\n")),
    ];
    for (name, text) in &copies {
        fs::write(folder.join(name), text).expect("a copy");
    }
    let ending = run(&workspace, &["purge", "--on", LATER, "--yes"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    for (name, _) in &copies {
        let left = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(!left.contains(&number) && !left.contains(&hyphenated), "{name}");
    }
}

#[test]
fn no_run_builds_on_a_memory_that_is_not_as_it_was_made() {
    let edit = |path: &Path| {
        let mut bytes = fs::read(path).expect("a file of the state");
        bytes.push(b' ');
        fs::write(path, bytes).expect("edited");
    };
    let state = |workspace: &Workspace| {
        let names =
            fs::read_dir(workspace.run_folder(AS_OF)).expect("a run").map(|entry| entry.expect("a file").path());
        let mut names: Vec<_> = names.filter(|path| support::is_state(path)).collect();
        names.sort();
        names.push(workspace.run_folder(AS_OF).join("korning.json"));
        names
    };
    let count = state(&with_months()).len();
    assert!(count > 1, "{count}");
    for nth in 0..count {
        for removed in [false, true] {
            let workspace = with_months();
            let path = &state(&workspace)[nth];
            if removed {
                fs::remove_file(path).expect("removed")
            } else {
                edit(path)
            }
            for job in [&["monthly", "--as-of", "2026-11-21"][..], &["board", "--period", "2026H2", "--as-of", AS_OF]] {
                let ending = run(&workspace, job);
                assert_eq!(ending.code, 1, "{} {removed}: {ending:?}", path.display());
                let name = path.file_name().expect("a name").to_string_lossy();
                ending.says(&[&format!("{name} är inte som den skrevs"), "kaa verify"]);
            }
            assert!(!workspace.run_folder("2026-11-21").exists());
        }
    }
    // Lists that somebody saved anew in a spreadsheet are found by verify, and nothing is built on them.
    let workspace = with_months();
    edit(&workspace.run_folder(AS_OF).join("malgrupp.csv"));
    assert_eq!(run(&workspace, &["monthly", "--as-of", "2026-11-21"]).code, 0);
    assert_eq!(run(&workspace, &["verify"]).code, 1);
}

#[test]
fn a_memory_that_a_purge_has_changed_is_built_on() {
    let workspace = with_months();
    let ending = run(&workspace, &["purge", "--on", "2027-07-01", "--yes"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let rows = (1..=9).map(registered);
    workspace.file("folkbokforing-2027-07-01.csv", table(REGISTER_HEADER, rows));
    workspace.file("elevregister-2027-07-01.csv", table(SCHOOL_HEADER, (1..=8).map(enrolled)));
    let ending = run(&workspace, &["monthly", "--as-of", "2027-07-02"]);
    assert_eq!(ending.code, 0, "{ending:?}");
}

#[test]
fn a_purge_that_somebody_else_wrote_down_removes_nothing_outside_the_municipalitys_folder() {
    for step in [
        r#"{ "Remove": "../../kvar" }"#,
        r#"{ "RemoveFolder": "/tmp" }"#,
        r#"{ "Replace": { "staged": "../plan.json", "file": "x" } }"#,
    ] {
        let workspace = with_months();
        fs::write(workspace.path("kvar"), "x").expect("a file");
        let pending = workspace.municipality_folder().join(".gallring-pagar");
        fs::create_dir(&pending).expect("a folder");
        fs::write(pending.join("plan.json"), format!(r#"{{ "name": "gallring-2026-12-01", "steps": [{step}] }}"#))
            .expect("a plan");
        let ending = run(&workspace, &["monthly", "--as-of", "2026-11-21"]);
        assert_eq!(ending.code, 1, "{step}: {ending:?}");
        ending.says(&["plan.json är skadad"]);
        assert!(workspace.path("kvar").exists());
    }
}

#[test]
fn the_program_takes_no_file_of_its_own_runs_for_a_source() {
    let workspace = with_months();
    for pattern in
        ["output/**/kontaktlista.csv", "output/1472-tibro/manad-2026-11-17/kontaktlista.csv", "**/malgrupp.csv"]
    {
        workspace.config_with(&format!("[[kalla]]\ntyp = \"kontakter\"\nfil = \"{pattern}\"\n"));
        let ending = run(&workspace, &["monthly", "--as-of", "2026-11-21"]);
        assert_eq!(ending.code, 1, "{pattern}: {ending:?}");
        ending.says(&["hör till en körning som kaa själv har skrivit, och är ingen källa."]);
        // Nor does a purge let one go as an extract.
        let ending = run(&workspace, &["purge", "--on", "2026-12-01", "--yes"]);
        assert_eq!(ending.code, 3, "{pattern}: {ending:?}");
        assert_eq!(run(&workspace, &["verify"]).code, 0);
    }
}

#[test]
fn a_log_that_takes_no_more_ends_no_job() {
    let workspace = Workspace::new();
    for (arguments, code) in [
        (&["check", "--as-of", AS_OF][..], 0),
        (&["monthly", "--as-of", AS_OF], 0),
        (&["board", "--period", "2026H2", "--as-of", AS_OF], 0),
        (&["due", "--on", "2026-11-21", "--run"], 0),
        (&["verify"], 0),
        (&["purge", "--on", LATER], 0),
        (&["monthly", "--as-of", "2027-03-01"], 3),
        (&["finns-inte"], 2),
    ] {
        let mut command = command(&workspace, arguments);
        command.stdout(Stdio::null()).stderr(File::create("/dev/full").expect("a full disk"));
        assert_eq!(command.status().expect("it runs").code(), Some(code), "{arguments:?}");
    }
    assert!(workspace.run_folder(AS_OF).exists());
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error_and_what_was_done_stands() {
    let workspace = Workspace::new();
    for arguments in [
        &["--json", "monthly", "--as-of", AS_OF][..],
        &["--json", "verify"],
        &["--json", "purge", "--on", LATER],
        &["--json", "board", "--period", "2026H2", "--as-of", AS_OF],
        &["--json", "scb", "--period", "2026H2", "--as-of", AS_OF, "--draft"],
        &["--json", "check", "--as-of", AS_OF],
        &["due", "--on", AS_OF],
        &["schedule", "--for", "cron"],
        &["schema"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut command = command(&workspace, arguments);
        command.stdout(File::create("/dev/full").expect("a full disk")).stderr(Stdio::piped());
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("Svaret kan inte skrivas på standard ut: disken är full"), "{arguments:?}: {said}");
        assert!(!said.contains("Internt fel"), "{arguments:?}: {said}");
    }
    assert!(workspace.run_folder(AS_OF).exists());
    assert_eq!(workspace.run(&["verify"]).code, 0);
}

#[test]
fn a_reader_that_has_gone_away_is_no_error() {
    let workspace = with_months();
    for arguments in [&["schema"][..], &["--help"], &["--json", "verify"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = command(&workspace, arguments);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("Internt fel"), "{arguments:?}: {said}");
    }
}

#[test]
fn a_config_without_end_is_refused() {
    let workspace = Workspace::new();
    let ending = ended({
        let mut command = Command::new("timeout");
        command.args([SECONDS, env!("CARGO_BIN_EXE_kaa"), "--lang", "sv", "--config", "/dev/zero", "verify"]);
        command
    });
    assert_eq!(ending.code, 2, "{ending:?}");
    ending.says(&["/dev/zero är större än 16 MB."]);
    // A fault in a line as long as a screen is told without the line.
    workspace.config(&format!("{}\nnamn = {}", support::CONFIG, "[".repeat(100_000)));
    let ending = run(&workspace, &["verify"]);
    assert_eq!((ending.code, ending.stderr.len() < 2_000), (2, true), "{}", ending.stderr.len());
}

#[test]
fn the_workbook_of_faults_is_its_owners_alone_and_replaces_nothing() {
    let workspace = Workspace::new();
    workspace.school_rows(&["20081301-2389;GY;;;;2024-08-19;;;"]);
    let path = workspace.path("fel.xlsx");
    let arguments = ["check", "--as-of", AS_OF, "--xlsx", path.to_str().expect("a path")];
    assert_eq!(run(&workspace, &arguments).code, 3);
    let before = fs::read(&path).expect("a workbook");
    assert_eq!(fs::metadata(&path).expect("metadata").permissions().mode() & 0o777, 0o600);
    assert_eq!(run(&workspace, &arguments).code, 1, "it is there already");
    assert_eq!(fs::read(&path).expect("a workbook"), before);
    // Nor is it written through a link.
    fs::remove_file(&path).expect("removed");
    symlink(workspace.path("annan.xlsx"), &path).expect("a link");
    assert_eq!(run(&workspace, &arguments).code, 1);
    assert!(!workspace.path("annan.xlsx").exists());
}
