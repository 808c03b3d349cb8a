//! What the program is made of: every dependency has its reason, and docs/beroenden.md tells of exactly those.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(file: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The lines of a section of Cargo.toml that hold something.
fn section<'a>(manifest: &'a str, header: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != header).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Cells of the table below a header of docs/beroenden.md.
fn table(document: &str, header: &str) -> Vec<Vec<String>> {
    let lines = document.lines().skip_while(|line| *line != header).skip(1);
    let rows = lines.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| ["));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// Licence and repository of each package that cargo knows here, by name; a crate itself is never asked for.
fn packages() -> BTreeMap<String, (String, String)> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--manifest-path"]);
    let output = cargo.arg(format!("{ROOT}/Cargo.toml")).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| {
            let repository = text(package, "repository").trim_end_matches(".git").to_owned();
            (text(package, "name"), (text(package, "license"), repository))
        })
        .collect()
}

#[test]
fn every_dependency_has_its_reason_beside_it() {
    let manifest = read("Cargo.toml");
    for header in ["[dependencies]", "[dev-dependencies]"] {
        let lines = section(&manifest, header);
        assert!(!lines.is_empty(), "{header}");
        for line in lines {
            let reason = line.split_once(" # ").map_or("", |(_, reason)| reason.trim());
            assert!(reason.len() > 5, "{header}: no reason beside {line}");
        }
    }
}

#[test]
fn the_document_tells_of_every_dependency_and_no_other() {
    let (manifest, document, packages) = (read("Cargo.toml"), read("docs/beroenden.md"), packages());
    for (header, title) in [("[dependencies]", "## I programmet"), ("[dev-dependencies]", "## Bara i testerna")] {
        let lines = section(&manifest, header);
        let expected: Vec<String> = lines
            .iter()
            .map(|line| {
                let name = line.split([' ', '=']).next().expect("a name");
                let (licence, repository) = &packages[name];
                format!("[{name}]({repository}) {licence}")
            })
            .collect();
        let told = table(&document, title);
        let found: Vec<String> = told.iter().map(|cells| format!("{} {}", cells[0], cells[1])).collect();
        assert_eq!(found, expected, "{title}");
        for cells in &told {
            assert!(cells.len() == 5 && cells.iter().all(|cell| !cell.is_empty()), "{}", cells[0]);
        }
    }
}
