//! The ladders of the four plans: each file in `tests/ladders` walks one youth through a plan day by day, and on every
//! day the list of contacts says what the plan's quoted line says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::month::Month;
use kaa::person::PersonalNumber;
use kaa::report::{List, monthly_lists};
use serde::Deserialize;

/// A day as the walks write it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
struct Day(NaiveDate);

impl TryFrom<String> for Day {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A youth, what was done, and what the lists must say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Walk {
    /// The shipped profile.
    plan: String,
    /// What the file is about.
    #[allow(dead_code)]
    om: String,
    /// The birthday; the last four are 2390 or what makes the check digit.
    fodd: Day,
    /// Half-open times in the group by interrupted enrolments: the last school day, and when school begins again.
    skola: Vec<School>,
    /// The registration date in the case register.
    registrerad: Vec<Day>,
    telefon: Option<String>,
    epost: Option<String>,
    #[serde(default)]
    utan_adress: bool,
    #[serde(default)]
    kontakt: Vec<Contact>,
    #[serde(default)]
    kannedom: Vec<Known>,
    #[serde(default)]
    atgard: Vec<BTreeMap<String, String>>,
    /// The last day walked.
    slut: Day,
    lage: Vec<State>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct School {
    fran: Day,
    till: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    datum: Day,
    satt: String,
    utfall: String,
    mottagare: Option<String>,
    sysselsattning: Option<String>,
    nasta_kontakt: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    datum: Day,
    kalla: String,
    sysselsattning: String,
}

/// What the lists say from a day on, until the next.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    fran: Day,
    /// The plan's line, or why.
    #[serde(rename = "planen")]
    quoted: String,
    #[serde(default)]
    status: Option<String>,
    /// Empty: not on the list.
    #[serde(default)]
    steg: String,
    #[serde(default)]
    satt: String,
    tidigast: Option<Day>,
    senast: Option<Day>,
    #[serde(default)]
    mottagare: String,
    #[serde(default)]
    ansvarig: String,
    /// What the reason holds.
    #[serde(default)]
    skal: String,
    /// The follow-ups listed, as `TYP` or `TYP DAY`.
    #[serde(default)]
    uppfoljning: Vec<String>,
}

fn row_of(lists: &[List], file: &str) -> Vec<BTreeMap<String, String>> {
    let list = lists.iter().find(|list| list.is_file(file)).expect("the list");
    let bytes = list.csv();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    csv::ReaderBuilder::new().delimiter(b';').from_reader(text).deserialize().map(|row| row.expect("a row")).collect()
}

fn text(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// The walk's sources in an inbox beside the shipped profile.
fn lay_out(walk: &Walk, folder: &Path) -> Config {
    let number = PersonalNumber::with_check_digit(walk.fodd.0, 239).digits();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pipelines/{}.toml", walk.plan));
    fs::copy(&shipped, folder.join("kaa.toml")).expect("the shipped profile");
    let config = Config::read(&folder.join("kaa.toml")).expect("a profile that validates");
    let inbox = folder.join("inbox");
    fs::create_dir_all(&inbox).expect("a folder");
    let write = |kind: &str, header: &str, rows: Vec<String>| {
        let lines = [header.to_owned()].into_iter().chain(rows).map(|line| line + "\r\n").collect::<String>();
        fs::write(inbox.join(format!("{kind}-2024-01-01.csv")), lines).expect("a source");
    };
    let address = if walk.utan_adress { "" } else { "Storgatan 1" };
    let resident = format!("{number};{};{address}", config.municipality);
    // Somebody else has an address, so that the extract is known to hold addresses.
    let other = PersonalNumber::with_check_digit(walk.fodd.0, 238).digits();
    let neighbour = format!("{other};{};Storgatan 2", config.municipality);
    write("folkbokforing", "personnummer;kommunkod;adress", vec![resident, neighbour]);
    let enrolled = walk.skola.iter().map(|school| {
        let cause = if school.till.is_some() { "AVBROTT" } else { "" };
        format!("{number};GY;NA;{};{};{cause}", school.fran, text(school.till))
    });
    let neighbour = format!("{other};GY;NA;{};;", walk.skola[0].fran);
    write(
        "elevregister",
        "personnummer;skolform;studievag;startdatum;slutdatum;avbrottsorsak",
        enrolled.chain([neighbour]).collect(),
    );
    let registered = walk.registrerad.iter().map(|day| format!("{number};{day}")).collect();
    write("kaa_register", "personnummer;registreringsdatum", registered);
    let details = [&walk.telefon, &walk.epost].map(|value| value.clone().unwrap_or_default()).join(";");
    write("kontaktuppgifter", "personnummer;datum;telefon;epost", vec![format!("{number};2024-01-01;{details}")]);
    let contacts = walk.kontakt.iter().map(|row| {
        let optional = [&row.mottagare, &row.sysselsattning].map(|value| value.clone().unwrap_or_default()).join(";");
        format!("{number};{};{};{};{optional};{}", row.datum, row.satt, row.utfall, text(row.nasta_kontakt))
    });
    write(
        "kontakter",
        "personnummer;datum;kontaktsatt;utfall;mottagare;sysselsattning;nasta_kontakt",
        contacts.collect(),
    );
    let known = walk.kannedom.iter().map(|row| format!("{number};{};{};{}", row.datum, row.kalla, row.sysselsattning));
    write("kannedom", "personnummer;datum;kalla;sysselsattning", known.collect());
    let columns: Vec<&String> =
        walk.atgard.iter().flat_map(BTreeMap::keys).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let measures = walk.atgard.iter().map(|row| {
        let cells = columns.iter().map(|column| row.get(*column).cloned().unwrap_or_default());
        [number.clone()].into_iter().chain(cells).collect::<Vec<_>>().join(";")
    });
    if !walk.atgard.is_empty() {
        let header = ["personnummer".to_owned()].into_iter().chain(columns.iter().map(|name| (*name).clone()));
        write("atgarder", &header.collect::<Vec<_>>().join(";"), measures.collect());
    }
    config
}

/// Walks every day from the first state's to the last.
fn walk(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ladders/{name}.toml"));
    let walk: Walk = toml::from_str(&fs::read_to_string(&path).expect("the walk")).expect("a walk as described");
    let folder = tempfile::tempdir().expect("a folder");
    let config = lay_out(&walk, folder.path());
    let number = PersonalNumber::with_check_digit(walk.fodd.0, 239).digits();
    let first = walk.lage[0].fran.0;
    for day in first.iter_days().take_while(|day| *day <= walk.slut.0) {
        let state = walk.lage.iter().rfind(|state| state.fran.0 <= day).expect("a state");
        let at = format!("{name} {day}: {}", state.quoted);
        let mut intake = Intake::read(&config, day);
        assert!(
            intake.faults.is_empty() && intake.rejects.is_empty(),
            "{at}: {:?} {:?}",
            intake.faults,
            intake.rejects
        );
        let month = Month::decide(&config, &mut intake, None, day);
        let lists = monthly_lists(&month, &intake, &config);
        let rows = row_of(&lists, "kontaktlista");
        let row = rows.iter().find(|row| row["personnummer"] == number);
        assert_eq!(row.is_some(), !state.steg.is_empty(), "{at}: on the list");
        if let Some(row) = row {
            let late = state.senast.map(|senast| (day - senast.0).num_days().max(0).to_string()).unwrap_or_default();
            let expected = [
                ("nasta_steg", state.steg.clone()),
                ("kontaktsatt", state.satt.clone()),
                ("tidigast", text(state.tidigast)),
                ("senast", text(state.senast)),
                ("dagar_sen", late),
                ("mottagare", state.mottagare.clone()),
                ("ansvarig", state.ansvarig.clone()),
            ];
            for (column, expected) in expected {
                assert_eq!(row[column], expected, "{at}: {column}");
            }
            assert!(row["skal"].contains(&state.skal), "{at}: skal {:?} holds {:?}", row["skal"], state.skal);
            assert!(!row["skal"].is_empty(), "{at}: a reason");
        }
        if let Some(status) = &state.status {
            let group = row_of(&lists, "malgrupp");
            let found = group.iter().find(|row| row["personnummer"] == number).map(|row| row["kontaktstatus"].clone());
            assert_eq!(found.as_ref(), Some(status), "{at}: status");
        }
        let mut listed: Vec<String> = row_of(&lists, "uppfoljningar")
            .iter()
            .filter(|row| row["personnummer"] == number)
            .map(|row| format!("{} {}", row["typ"], row["senast"]).trim().to_owned())
            .collect();
        let mut expected = state.uppfoljning.clone();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{at}: uppfoljningar");
    }
}

macro_rules! walks {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            walk(stringify!($name));
        })*

        #[test]
        fn every_walk_is_walked() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ladders");
            let files = fs::read_dir(folder).expect("the walks").map(|entry| entry.expect("a file").path());
            let stem = |path: std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
            let mut present: Vec<String> = files.map(stem).collect();
            present.sort();
            let mut walked = vec![$(stringify!($name).to_owned()),*];
            walked.sort();
            assert_eq!(present, walked);
        }
    };
}

walks! {
    tibro
    nacka
    nacka_under_18
    vara
    vara_under_18
    essunga
    retur_och_tappad
    tidig_kontakt
    kannedom_vara
    nacka_nadd
    atgarder_nacka
    atgarder_tibro
    nacka_vuxen
    tibro_uppfoljning
}
