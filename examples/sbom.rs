//! What the program is made of, as CycloneDX JSON: `cargo run --release --example sbom > kaa.cdx.json`, or for another
//! system `... --example sbom -- x86_64-pc-windows-msvc`.
//!
//! Asks cargo, and holds no time and no random number: the same Cargo.lock gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fs;
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

/// What cargo says of a crate: its name and version, licence and repository.
const FORM: &str = "{p}|{l}|{r}";

fn main() -> ExitCode {
    match bill_of_materials(env::args().nth(1).as_deref()) {
        Ok(bill) => {
            println!("{bill:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("sbom: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A crate that is linked into the program or expanded while it is built.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    licence: String,
    repository: String,
}

/// Every crate with those it uses.
type Uses = BTreeMap<Crate, BTreeSet<Crate>>;

impl Crate {
    /// Reads a line of `cargo tree`: `name vVERSION (proc-macro)|licence|repository`.
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('|');
        let mut words = parts.next()?.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let licence = parts.next()?.replace(" / ", " OR ").replace('/', " OR ");
        let repository = parts.next()?.trim_end_matches(" (*)").to_owned();
        Some(Self { name: name.to_owned(), version: version.to_owned(), licence, repository })
    }

    fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version.replace('+', "%2B"))
    }

    fn component(&self, kind: &str, checksum: Option<&String>) -> Value {
        let mut component = json!({
            "type": kind,
            "bom-ref": self.purl(),
            "name": self.name,
            "version": self.version,
            "licenses": [{ "expression": self.licence }],
            "purl": self.purl(),
        });
        if let Some(checksum) = checksum {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        if kind == "library" && !self.repository.is_empty() {
            component["externalReferences"] = json!([{ "type": "vcs", "url": self.repository }]);
        }
        component
    }
}

fn bill_of_materials(target: Option<&str>) -> Result<Value, Box<dyn Error>> {
    let (program, used) = crates(target)?;
    let checksums = checksums()?;
    let key = |of: &Crate| (of.name.clone(), of.version.clone());
    let components: Vec<Value> =
        used.keys().filter(|of| **of != program).map(|of| of.component("library", checksums.get(&key(of)))).collect();
    let dependencies: Vec<Value> = used
        .iter()
        .map(|(of, on)| json!({ "ref": of.purl(), "dependsOn": on.iter().map(Crate::purl).collect::<Vec<_>>() }))
        .collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": program.component("application", None) },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// The program, and all that it is made of.
fn crates(target: Option<&str>) -> Result<(Crate, Uses), Box<dyn Error>> {
    let mut tree = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    tree.current_dir(env!("CARGO_MANIFEST_DIR"));
    tree.args(["tree", "--locked", "--edges", "normal,build", "--no-dedupe", "--prefix", "depth", "--format", FORM]);
    tree.args(target.iter().flat_map(|target| ["--target", target]));
    let output = tree.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut used = Uses::new();
    let mut above: Vec<Crate> = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let digits = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
        let depth: usize = line[..digits].parse()?;
        let this = Crate::parse(&line[digits..]).ok_or_else(|| format!("cargo tree said {line:?}"))?;
        above.truncate(depth);
        if let Some(user) = above.last() {
            used.entry(user.clone()).or_default().insert(this.clone());
        }
        used.entry(this.clone()).or_default();
        above.push(this);
    }
    let program = above.first().ok_or("cargo tree said nothing")?.clone();
    Ok((program, used))
}

/// SHA-256 of the archive of each crate, by name and version, from Cargo.lock.
fn checksums() -> Result<BTreeMap<(String, String), String>, Box<dyn Error>> {
    let lock: toml::Table = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).ok_or("Cargo.lock holds no package")?;
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let entry =
        |package: &toml::Value| Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?));
    Ok(packages.iter().filter_map(entry).collect())
}
