//! `kaa schema`, `kaa completions` and `kaa man`: what editors, shells and manuals know of the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const COMMANDS: [&str; 15] = [
    "verify",
    "purge",
    "demo",
    "check",
    "monthly",
    "scb",
    "board",
    "explain",
    "due",
    "schedule",
    "init",
    "synth",
    "schema",
    "completions",
    "man",
];

fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaa")).args(arguments).output().expect("a run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a value has against a schema, by the parts of JSON Schema that ours has.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        return faults(root, target, value, at);
    }
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let tried: Vec<Vec<String>> = choices.iter().map(|choice| faults(root, choice, value, at)).collect();
        return if tried.iter().any(Vec::is_empty) { Vec::new() } else { tried.concat() };
    }
    let mut found = Vec::new();
    if let Some(types) = schema.get("type") {
        let types: Vec<&str> = match types {
            Value::String(one) => vec![one],
            many => many.as_array().expect("types").iter().filter_map(Value::as_str).collect(),
        };
        let is = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !types.contains(&is) {
            found.push(format!("{at}: {is}, not {types:?}"));
        }
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        found.push(format!("{at}: {value} is no word of {words:?}"));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        found.extend(
            values.iter().enumerate().flat_map(|(index, item)| faults(root, items, item, &format!("{at}[{index}]"))),
        );
    }
    if let Some(object) = value.as_object() {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        found.extend(required.filter(|key| !object.contains_key(*key)).map(|key| format!("{at}.{key}: missing")));
        for (key, inner) in object {
            let at = format!("{at}.{key}");
            if let Some(names) = schema.get("propertyNames") {
                found.extend(faults(root, names, &Value::from(key.as_str()), &at));
            }
            match (schema.pointer(&format!("/properties/{key}")), schema.get("additionalProperties")) {
                (Some(known), _) => found.extend(faults(root, known, inner, &at)),
                (None, Some(Value::Bool(false))) => found.push(format!("{at}: unknown")),
                (None, Some(other)) => found.extend(faults(root, other, inner, &at)),
                (None, None) => {}
            }
        }
    }
    found
}

fn against_the_schema(text: &str) -> Vec<String> {
    against(&said(&["schema"]), text)
}

fn against(schema: &str, text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let config: toml::Table = toml::from_str(text).expect("TOML");
    faults(&schema, &schema, &serde_json::to_value(config).expect("JSON"), "")
}

/// Every TOML file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_shipped_file_names_the_schema_it_is_valid_by() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let shipped = files(&folder);
    assert!(shipped.len() >= 8, "only {} files", shipped.len());
    // Nobody edits how the program reads JSON: what it has built in only shows what happens.
    for path in shipped.into_iter().filter(|path| !path.starts_with(folder.join("json"))) {
        let text = fs::read_to_string(&path).expect("a file");
        let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        let named = named.unwrap_or_else(|| panic!("{}: editors find no schema", path.display()));
        let schema = fs::read_to_string(path.parent().expect("a folder").join(named)).expect("the schema beside it");
        assert_eq!(against(&schema, &text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn the_shipped_schemas_are_the_programs() {
    for (subject, file) in [("konfiguration", "kaa.schema.json"), ("scb", "scb.schema.json")] {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(file);
        let shipped = fs::read_to_string(shipped).expect("editors read it beside the files");
        assert!(
            shipped == said(&["schema", subject]),
            "run: cargo run --release -- schema {subject} > pipelines/{file}"
        );
    }
    assert!(said(&["schema"]) == said(&["schema", "konfiguration"]));
}

#[test]
fn the_schema_of_layouts_knows_the_words_that_the_program_knows() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/scb/kannedom.toml");
    let text = fs::read_to_string(shipped).expect("a layout");
    let schema = said(&["schema", "scb"]);
    for (from, to, fault) in [
        ("radslut = \"CRLF\"", "radslut = \"CR\"", ".fil.radslut"),
        ("block = \"registrering\"", "block = \"registreringar\"", ".kolumn[0].block"),
        ("varde = \"personnummer\"", "varde = \"personnumer\"", ".kolumn[0].varde"),
        ("upprepa = true", "upprep = true", ".kolumn[0].upprep: unknown"),
        ("[kontroller]", "[kontroller]\nKAA-X001 = \"varning\"", ".kontroller.KAA-X001"),
        ("KAA-S001 = \"stoppar\"", "KAA-S001 = \"stopp\"", ".kontroller.KAA-S001"),
    ] {
        assert!(text.contains(from), "{from}");
        let found = against(&schema, &text.replacen(from, to, 1));
        assert!(found.iter().any(|found| found.starts_with(fault)), "{to}: {found:?}");
    }
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let with = |more: &str| format!("[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n[utdata]\nmapp = \"output\"\n{more}");
    assert_eq!(against_the_schema(&with("")), Vec::<String>::new());
    for (more, fault) in [
        ("[trapa]\n", ".trapa: unknown"),
        ("[trappa]\nsteg = 3\n", ".trappa.steg: integer, not [\"array\"]"),
        ("[[insats]]\ninnehall = \"SAMTAL\"\n", ".insats[0].namn: missing"),
        ("[[kalla]]\nfil = \"x\"\ntyp = \"elev\"\n", ".kalla[0].typ: \"elev\" is no word"),
        ("[[kalender]]\nvad = \"x\"\njobb = \"manader\"\n", ".kalender[0].jobb: \"manader\" is no word"),
        ("[profil]\ndokumentation = [\"malet\"]\n", ".profil.dokumentation[0]: \"malet\" is no word"),
    ] {
        let found = against_the_schema(&with(more));
        assert!(found.iter().any(|found| found.starts_with(fault)), "{more}: {found:?}");
    }
}

#[test]
fn shells_and_manuals_know_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&["man", folder.path().to_str().expect("a path")]);
    let completions = ["bash", "fish", "zsh", "powershell"].map(|shell| said(&["completions", shell]));
    for command in COMMANDS {
        assert!(folder.path().join(format!("kaa-{command}.1")).is_file(), "no page for {command}");
        assert!(completions.iter().all(|text| text.contains(command)), "no completion of {command}");
    }
    assert!(said(&["man"]).contains("Kommunernas aktivitetsansvar"));
}
