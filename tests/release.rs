//! What is handed out: the units of the package are those that `kaa schedule` prints, and the package starts nothing.

use std::fs;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What differs from one installation to the next.
const OWN: [&str; 4] = ["Description=", "RequiresMountsFor=", "ExecStart=", "ReadWritePaths="];

fn read(file: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The settings of a unit, without comments and what is the installation's own.
fn settings(unit: &str) -> Vec<&str> {
    let is_own = |line: &&str| OWN.iter().any(|key| line.starts_with(key));
    unit.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !is_own(line)).collect()
}

#[test]
fn the_template_hardens_as_the_printed_units_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let kaa = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kaa"));
        let output = command.args(arguments).current_dir(folder.path()).output().expect("kaa");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    kaa(&["init", "tibro", "--profile", "tibro"]);
    let printed = kaa(&["--config", "tibro/kaa.toml", "schedule", "--for", "systemd"]);
    let (service, timer) = printed.split_once("# --- kaa-1472.timer ---").expect("two units");
    assert_eq!(settings(&read("release/systemd/kaa@.service")), settings(service));
    assert_eq!(settings(&read("release/systemd/kaa@.timer")), settings(timer));
}

#[test]
fn the_template_stays_in_its_workspace() {
    let unit = read("release/systemd/kaa@.service");
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    assert_eq!(value("ExecStart="), "/usr/bin/kaa --config /srv/kaa/%i/kaa.toml due --run");
    assert_eq!(value("ReadWritePaths="), "/srv/kaa/%i/output");
}

#[test]
fn the_package_starts_nothing() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let package = &manifest["package"]["metadata"]["deb"];
    // Each of these makes cargo-deb write scripts that run as root.
    for key in ["systemd-units", "maintainer-scripts", "triggers-file"] {
        assert!(package.get(key).is_none(), "{key}");
    }
}
