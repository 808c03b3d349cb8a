//! A run that another version of the program made: what it remembers is read, or the program says that it cannot and does
//! nothing.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use kaa::run::sha256;
use support::{AS_OF, Workspace};

/// The file of a run that says in which form its memory is, with the place of the version in it.
fn head(run: &Path) -> (PathBuf, String, usize) {
    let names = fs::read_dir(run).expect("a run").map(|entry| entry.expect("a file").path());
    let states = names.filter(|path| support::is_state(path));
    let texts = states.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)));
    let mut heads = texts.filter_map(|(path, text)| {
        let at = text.find("format")?;
        let digit = at + text[at..].find(|letter: char| letter.is_ascii_digit())?;
        Some((path, text, digit))
    });
    heads.next().expect("a memory that says its form")
}

/// Makes a run one of a version that writes its memory in another form, with manifest and chain as that one would.
fn by_another_version(workspace: &Workspace, run: &Path) {
    let (path, text, digit) = head(run);
    let changed = format!("{}9{}", &text[..digit], &text[digit + 1..]);
    fs::write(&path, &changed).expect("the memory is written");
    let manifest = run.join("korning.json");
    let before = fs::read_to_string(&manifest).expect("a manifest");
    let after = before.replace(&sha256(text.as_bytes()), &sha256(changed.as_bytes()));
    assert_ne!(before, after, "the manifest has the hash of the memory");
    fs::write(&manifest, &after).expect("the manifest is written");
    let chain = workspace.municipality_folder().join("kedja.sha256");
    let links = fs::read_to_string(&chain).expect("a chain");
    fs::write(&chain, links.replace(&sha256(before.as_bytes()), &sha256(after.as_bytes()))).expect("the chain");
}

#[test]
fn a_memory_in_another_form_stops_the_next_run_and_nothing_is_changed() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-17"]).code, 0);
    by_another_version(&workspace, &workspace.run_folder("2026-11-17"));
    assert_eq!(workspace.run(&["verify"]).code, 0, "the run is as that version made it");
    let ending = workspace.run(&["monthly", "--as-of", AS_OF]);
    assert_eq!(ending.code, 1, "{ending:?}");
    ending.says(&["manad-2026-11-17", "annan version"]);
    assert!(!workspace.run_folder(AS_OF).exists(), "nothing is made of what cannot be read");
    assert_eq!(workspace.run(&["verify"]).code, 0, "nothing was changed");
    // The reports that rest on it say so too; what asks for no memory still runs.
    for command in [["board", "--period", "2026H2"], ["scb", "--period", "2026H1"]] {
        let ending = workspace.run(&[&command[..], &["--as-of", AS_OF]].concat());
        assert_eq!(ending.code, 1, "{command:?}: {ending:?}");
        ending.says(&["annan version"]);
    }
    assert_eq!(workspace.run(&["check", "--as-of", AS_OF]).code, 0);
    assert_eq!(workspace.run(&["due", "--on", AS_OF]).code, 0);
}

#[test]
fn without_the_runs_of_the_other_version_one_begins_anew() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["monthly", "--as-of", "2026-11-17"]).code, 0);
    by_another_version(&workspace, &workspace.run_folder("2026-11-17"));
    let kept = workspace.path("output-fore");
    fs::rename(workspace.path("output"), &kept).expect("the old runs are laid aside, as installation.md says");
    assert_eq!(workspace.run(&["monthly", "--as-of", AS_OF]).code, 0);
    assert!(workspace.run_folder(AS_OF).is_dir() && kept.is_dir());
}
