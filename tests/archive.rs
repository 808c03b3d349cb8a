//! `[arkiv]`: each run once more, encrypted, for the holders of certain private keys, and gone with whom it holds.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use chrono::NaiveDate;
use hkdf::Hkdf;
use kaa::config::Config;
use kaa::job::Begun;
use kaa::person::PersonalNumber;
use sha2::Sha256;
use support::{AS_OF, REGISTER_HEADER, SCHOOL_HEADER, Workspace, enrolled, registered, table, youth};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

/// A private key of the tests, and its public half as age writes it.
const PRIVATE: [u8; 32] = [7; 32];
const RECIPIENT: &str = "age1zwlyl6h27gzv0lfntr7fcqrjrzqazap8sy5zylkxwneh7llf0dksu37mwt";
/// A recipient whose private key nobody here has.
const OTHER: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
/// The day of the purge, in the year in which someone turns 21.
const ON: &str = "2026-12-01";

fn archiving(workspace: &Workspace) {
    workspace.config_with(&format!("[arkiv]\nmottagare = [\"{OTHER}\", \"{RECIPIENT}\"]\n"));
}

fn archives(workspace: &Workspace) -> Vec<String> {
    let Ok(entries) = fs::read_dir(workspace.municipality_folder().join("arkiv")) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn archive_of(workspace: &Workspace, run: &str) -> PathBuf {
    workspace.municipality_folder().join("arkiv").join(format!("{run}.tar.age"))
}

// --- What the holder of the private key does: https://age-encryption.org/v1 ---

fn derive(secret: &[u8], salt: &[u8], purpose: &str) -> ChaCha20Poly1305 {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(purpose.as_bytes(), &mut key).expect("a key");
    ChaCha20Poly1305::new(Key::from_slice(&key))
}

fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = text
        .chars()
        .flat_map(|c| {
            let value = ALPHABET.find(c).expect("Base64");
            (0..6).rev().map(move |bit| u8::from(value >> bit & 1 == 1))
        })
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

/// The file's key, from the part of the header that is for the private key.
fn file_key(header: &str) -> Option<Vec<u8>> {
    let public = x25519(PRIVATE, X25519_BASEPOINT_BYTES);
    let lines: Vec<&str> = header.lines().collect();
    lines.windows(2).find_map(|lines| {
        let share: [u8; 32] = from_base64(lines[0].strip_prefix("-> X25519 ")?).try_into().ok()?;
        let cipher = derive(&x25519(PRIVATE, share), &[share, public].concat(), "age-encryption.org/v1/X25519");
        cipher.decrypt(&Nonce::default(), &*from_base64(lines[1])).ok()
    })
}

fn decrypted(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.windows(4).position(|window| window == b"\n---").expect("a header") + 1;
    let header = std::str::from_utf8(&bytes[..end]).expect("ASCII");
    assert!(header.starts_with("age-encryption.org/v1\n"), "{header}");
    let payload = end + bytes[end..].iter().position(|&byte| byte == b'\n').expect("the end of the header") + 1;
    let (nonce, payload) = bytes[payload..].split_at(16);
    let cipher = derive(&file_key(header).expect("a key for us"), nonce, "payload");
    let chunks: Vec<&[u8]> = payload.chunks(64 * 1024 + 16).collect();
    let open = |(at, chunk): (usize, &&[u8])| {
        let mut nonce = Nonce::default();
        nonce[3..11].copy_from_slice(&(at as u64).to_be_bytes());
        nonce[11] = u8::from(at + 1 == chunks.len());
        cipher.decrypt(&nonce, *chunk).expect("authentic")
    };
    chunks.iter().enumerate().flat_map(open).collect()
}

/// The files of a tar, in its order.
fn untar(mut tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let text = |field: &[u8]| String::from_utf8_lossy(field).trim_end_matches(['\0', ' ']).to_owned();
    let octal = |field: &[u8]| usize::from_str_radix(&text(field), 8).expect("octal digits");
    let mut files = Vec::new();
    while tar[0] != 0 {
        let (header, rest) = tar.split_at(512);
        let sum: usize = header
            .iter()
            .enumerate()
            .map(|(at, &byte)| if (148..156).contains(&at) { 32 } else { usize::from(byte) })
            .sum();
        assert_eq!(octal(&header[148..156]), sum, "the checksum of a header");
        assert_eq!((octal(&header[100..108]), octal(&header[136..148])), (0o600, 0), "mode and time");
        let size = octal(&header[124..136]);
        files.push((text(&header[..100]), rest[..size].to_vec()));
        tar = &rest[size.next_multiple_of(512)..];
    }
    assert!(tar.len() == 1024 && tar.iter().all(|&byte| byte == 0), "the end of a tar");
    files
}

fn files_of(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = run.file_name().expect("a name").to_string_lossy().into_owned();
    let entries = fs::read_dir(run).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            let file = format!("{name}/{}", entry.file_name().to_string_lossy());
            (file, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

// --- Archives ---

#[test]
fn an_archive_holds_every_byte_of_its_run() {
    let workspace = Workspace::new();
    archiving(&workspace);
    workspace.succeeds();
    assert_eq!(archives(&workspace), [format!("manad-{AS_OF}.tar.age")]);
    let bytes = fs::read(archive_of(&workspace, &format!("manad-{AS_OF}"))).expect("an archive");
    let files = untar(&decrypted(&bytes));
    assert!(files.is_sorted(), "in the order of their names");
    assert_eq!(BTreeMap::from_iter(files), files_of(&workspace.run_folder(AS_OF)));
    assert_eq!(workspace.run(&["verify"]).code, 0);
}

#[test]
fn without_the_key_an_archive_shows_nothing() {
    let workspace = Workspace::new();
    archiving(&workspace);
    workspace.succeeds();
    let bytes = fs::read(archive_of(&workspace, &format!("manad-{AS_OF}"))).expect("an archive");
    let text = String::from_utf8_lossy(&bytes);
    for secret in support::SECRETS.into_iter().chain([youth(9).as_str(), "korning.json"]) {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_an_archive() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new();
    archiving(&workspace);
    workspace.succeeds();
    let archive = archive_of(&workspace, &format!("manad-{AS_OF}"));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&archive), mode(archive.parent().expect("a folder"))), (0o600, 0o700));
}

#[test]
fn the_same_run_again_makes_an_archive_only_where_it_is_missing() {
    let workspace = Workspace::new();
    workspace.succeeds();
    assert_eq!(archives(&workspace), Vec::<String>::new(), "nobody asked for one");
    archiving(&workspace);
    // Another config makes another run.
    workspace.succeeds();
    let name = format!("manad-{AS_OF}-r2");
    let archive = archive_of(&workspace, &name);
    let bytes = fs::read(&archive).expect("an archive");
    workspace.succeeds();
    assert_eq!(fs::read(&archive).expect("an archive"), bytes);
    // A crash between the run and its archive.
    fs::remove_file(&archive).expect("an archive");
    workspace.succeeds();
    let again = fs::read(&archive).expect("an archive");
    assert_eq!(untar(&decrypted(&again)), untar(&decrypted(&bytes)));
    assert_ne!(again, bytes, "a file's key serves once");
}

#[test]
fn what_is_no_public_key_is_a_fault_of_the_config() {
    let private = "AGE-SECRET-KEY-1QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSWPC8QURSKMP32K";
    let wrong = RECIPIENT.replace("zwly", "zwlz");
    for key in [private, wrong.as_str(), "", "ssh-ed25519 AAAA"] {
        let workspace = Workspace::new();
        workspace.config_with(&format!("[arkiv]\nmottagare = [\"{key}\"]\n"));
        let ending = workspace.monthly();
        assert_eq!(ending.code, 2, "{ending:?}");
        ending.says(&["arkiv.mottagare", "age1"]);
        assert!(!ending.stderr.contains("SECRET"), "a private key is shown");
        assert!(!workspace.path("output").exists());
    }
    let workspace = Workspace::new();
    workspace.config_with("[arkiv]\nmottagare = []\n");
    assert_eq!(workspace.monthly().code, 2);
}

// --- Gallring ---

/// Turns 21 in the year of the purge.
fn leaving() -> String {
    let born = NaiveDate::from_ymd_opt(2005, 11, 10).expect("a day");
    PersonalNumber::with_check_digit(born, 239).digits()
}

/// Two months, the first of which has someone who leaves in its lists and its memory, and the board's report.
fn with_runs() -> Workspace {
    let workspace = Workspace::empty();
    archiving(&workspace);
    for month in ["2025-10-20", "2026-11-20"] {
        let row = format!("{};1472;A;B;;C 7;54399;D;2005-12-01;;SAKNAS", leaving());
        let register = (1..=9).map(registered).chain((month == "2025-10-20").then_some(row));
        workspace.file(&format!("folkbokforing-{month}.csv"), table(REGISTER_HEADER, register));
        workspace.file(&format!("elevregister-{month}.csv"), table(SCHOOL_HEADER, (1..=8).map(enrolled)));
        let ending = workspace.run(&["monthly", "--as-of", month]);
        assert_eq!(ending.code, 0, "{ending:?}");
    }
    let ending = workspace.run(&["board", "--period", "2026H2", "--as-of", "2026-11-20"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let all = ["manad-2025-10-20.tar.age", "manad-2026-11-20.tar.age", "namnd-2026H2.tar.age"];
    assert_eq!(archives(&workspace), all);
    workspace
}

fn purge(workspace: &Workspace) {
    let ending = workspace.run(&["purge", "--on", ON, "--yes"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert_eq!(workspace.run(&["verify"]).code, 0);
}

#[test]
fn an_archive_goes_with_whom_it_holds_and_others_stay() {
    let workspace = with_runs();
    workspace.run(&["purge", "--on", ON]).says(&["Krypterade arkiv:         2   tas bort"]);
    assert_eq!(archives(&workspace).len(), 3, "nothing has gone yet");
    purge(&workspace);
    assert_eq!(archives(&workspace), ["namnd-2026H2.tar.age"]);
}

#[test]
fn a_run_that_a_purge_has_changed_is_archived_no_more() {
    let workspace = with_runs();
    let stolen = fs::read(archive_of(&workspace, "manad-2026-11-20")).expect("an archive");
    purge(&workspace);
    let ending = workspace.run(&["monthly", "--as-of", "2026-11-20"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    assert!(!archives(&workspace).contains(&"manad-2026-11-20.tar.age".to_owned()));
    // An archive that was brought back, and one whose run is not there: the next purge finds both.
    fs::write(archive_of(&workspace, "manad-2026-11-20"), &stolen).expect("a file");
    fs::write(archive_of(&workspace, "manad-2024-01-20"), &stolen).expect("a file");
    purge(&workspace);
    let left = archives(&workspace);
    assert!(left.iter().all(|name| !name.starts_with("manad-2026-11-20.") && !name.contains("2024")), "{left:?}");
    // And then there is nothing more to do.
    workspace.run(&["purge", "--on", ON]).says(&["inget att gallra"]);
}

#[test]
fn an_archive_goes_although_the_purge_was_interrupted() {
    let steps = |workspace: &Workspace| {
        let config = Config::read(&workspace.path("kaa.toml")).expect("a config");
        Begun::stage(&config, ON.parse().expect("a day")).expect("staged")
    };
    let count = steps(&with_runs()).pending.expect("something goes").steps.len();
    for stop_after in [0, count / 2, count - 1, count] {
        let workspace = with_runs();
        let begun = steps(&workspace);
        let pending = begun.pending.as_ref().expect("something goes");
        pending.steps[..stop_after].iter().for_each(|step| pending.take(step).expect("a step"));
        drop(begun);
        assert_eq!(workspace.run(&["monthly", "--as-of", "2026-12-02"]).code, 0);
        let left = archives(&workspace);
        assert_eq!(left, ["manad-2026-12-02.tar.age", "namnd-2026H2.tar.age"], "after {stop_after} of {count} steps");
    }
}
