//! `kaa schema`, `kaa completions` and `kaa man`: what editors, shells and manuals know of the program.

use std::fs;
use std::path::Path;
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
    let schema: Value = serde_json::from_str(&said(&["schema"])).expect("JSON");
    let config: toml::Table = toml::from_str(text).expect("TOML");
    faults(&schema, &schema, &serde_json::to_value(config).expect("JSON"), "")
}

#[test]
fn every_shipped_pipeline_is_valid_by_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("the pipelines").map(|entry| entry.expect("a file").path()) {
        if entry.extension().is_some_and(|ending| ending == "toml") {
            let text = fs::read_to_string(&entry).expect("a pipeline");
            assert_eq!(against_the_schema(&text), Vec::<String>::new(), "{}", entry.display());
            assert!(text.starts_with("#:schema kaa.schema.json\n"), "{}: editors find no schema", entry.display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "only {seen} pipelines");
}

#[test]
fn the_shipped_schema_is_the_programs() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/kaa.schema.json");
    let shipped = fs::read_to_string(shipped).expect("editors read it beside the pipelines");
    assert!(shipped == said(&["schema"]), "run: cargo run --release -- schema > pipelines/kaa.schema.json");
}

#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let with = |more: &str| format!("[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n[utdata]\nmapp = \"output\"\n{more}");
    assert_eq!(against_the_schema(&with("")), Vec::<String>::new());
    for (more, fault) in [
        ("[trapa]\n", ".trapa: unknown"),
        ("[trappa]\nsteg = 3\n", ".trappa.steg: integer, not [\"array\"]"),
        ("[[insats]]\ninnehall = \"SAMTAL\"\n", ".insats[0].namn: missing"),
    ] {
        assert!(
            against_the_schema(&with(more)).contains(&fault.to_owned()),
            "{more}: {:?}",
            against_the_schema(&with(more))
        );
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
