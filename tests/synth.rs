//! `kaa synth` as a user runs it: what it writes can be read, and however much is wrong every row is accounted for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

fn kaa(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_kaa")).current_dir(folder).args(arguments).output().expect("it ran")
}

/// An invented municipality with its config.
fn municipality(mess: &str, format: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[kommun]\nkod = \"9901\"\nnamn = \"Prov\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    fs::write(folder.path().join("kaa.toml"), config).expect("a config");
    let made = kaa(folder.path(), &["synth", "inbox", "--ungdomar", "500", "--mess", mess, "--format", format]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

/// What `kaa check` says of each source: rows read, accepted, rejected, duplicates, out of scope.
fn balances(folder: &Path) -> (Option<i32>, Vec<[u64; 5]>) {
    let checked = kaa(folder, &["check", "--as-of", "2026-11-20", "--lang", "sv"]);
    let told = format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    let lines = told.lines().filter(|line| line.contains(" rader lästa = "));
    let balance = |line: &str| {
        let words = line.rsplit(": ").next().unwrap_or_default().split_whitespace();
        let numbers: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
        <[u64; 5]>::try_from(numbers).unwrap_or_else(|_| panic!("{line}"))
    };
    (checked.status.code(), lines.map(balance).collect())
}

#[test]
fn without_mess_no_row_is_rejected() {
    for format in ["csv", "xlsx"] {
        let (code, balances) = balances(municipality("ingen", format).path());
        assert_eq!(code, Some(0), "{format}");
        assert_eq!(balances.len(), 15);
        for [read, accepted, rejected, duplicates, outside] in balances {
            assert_eq!((rejected, duplicates), (0, 0), "{format}");
            assert_eq!(read, accepted + outside, "{format}");
        }
    }
}

#[test]
fn at_the_nastiest_every_row_is_accounted_for_and_no_source_is_held() {
    let folder = municipality("elakt", "csv");
    let (code, balances) = balances(folder.path());
    assert_eq!(code, Some(3), "a check with rejects");
    for [read, accepted, rejected, duplicates, outside] in &balances {
        assert_eq!(*read, accepted + rejected + duplicates + outside);
        assert!(rejected * 20 <= *read || *rejected <= 5, "{rejected} of {read}");
    }
    assert!(balances.iter().map(|balance| balance[2]).sum::<u64>() > 20);
    assert!(balances.iter().map(|balance| balance[3]).sum::<u64>() > 20);
    let monthly = kaa(folder.path(), &["monthly", "--as-of", "2026-11-20"]);
    assert_eq!(monthly.status.code(), Some(0), "{}", String::from_utf8_lossy(&monthly.stderr));
}

#[test]
fn a_federation_shares_the_registers_and_keeps_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = kaa(folder.path(), &["synth", ".", "--kommuner", "1472,1470", "--ungdomar", "200"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for file in ["kaa.toml", "inbox/folkbokforing-2026-11-16.csv", "inbox/1470/kontakter-2026-11-16.csv"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let separate =
        kaa(folder.path(), &["synth", "egna", "--kommuner", "1472,1470", "--ungdomar", "200", "--egna-kallor"]);
    assert!(separate.status.success(), "{}", String::from_utf8_lossy(&separate.stderr));
    assert!(folder.path().join("egna/inbox/1472/folkbokforing-2026-11-16.csv").is_file());
    assert!(!folder.path().join("egna/inbox/folkbokforing-2026-11-16.csv").exists());
}

#[test]
fn a_code_that_is_no_municipality_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = kaa(folder.path(), &["synth", ".", "--kommuner", "1472,9999"]);
    assert_eq!(made.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&made.stderr).contains("9999"));
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let below = files(&path).into_iter().map(|(below, bytes)| (path.join(below), bytes));
            found.extend(below);
        } else {
            found.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    found
        .into_iter()
        .map(|(path, bytes)| (path.strip_prefix(folder).map_or(path.clone(), Path::to_owned), bytes))
        .collect()
}

/// Two months, the second compared with the first: not a byte depends on which thread was first.
#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let folder = municipality("mycket", "csv");
    let output = folder.path().join("output");
    let written = |threads: &str| {
        let _ = fs::remove_dir_all(&output);
        for as_of in ["2026-10-20", "2026-11-20"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kaa"));
            command.current_dir(folder.path()).env("RAYON_NUM_THREADS", threads);
            let ended = command.args(["monthly", "--as-of", as_of]).output().expect("it ran");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        files(&output)
    };
    let alone = written("1");
    assert!(alone.keys().any(|path| path.ends_with("manad-2026-11-20/avstamning.xlsx")), "{:?}", alone.keys());
    assert!(alone == written("2"), "one thread and two differ");
}
