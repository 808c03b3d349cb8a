//! The case book: invented persons with their rows and what the law and the plans say of them.
//!
//! The cases are data (`tests/casebook/*.toml`, described in the README there). Each goes the real way: canonical CSV
//! files in a folder, a config, [`Intake::read`], earlier runs on disk, [`Month::decide`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::job::{MonthlyJob, monthly};
use kaa::month::{Month, Person};
use kaa::person::PersonalNumber;
use kaa::records::{Coded, Ground, Kind, Place, Reason};
use kaa::register::{DiscrepancyKind, Member, Memory, Value as DiscrepancyValue};
use kaa::run::{MONTHLY, latest_before, load_memory, runs_of};
use kaa::timeline::rules::Rule;
use kaa::timeline::{Flag, Inquiry, InquiryKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// The invented municipality.
const HOME: &str = "9901";
/// What a row's number is when it does not say.
const PERSON: &str = "PERSON";
/// The key of a row that names its source, where a kind has several.
const SOURCE: &str = "ur";
/// What `till` is of a spell that holds the as-of date.
const OPEN: &str = "pågår";

/// A day as TOML has it, or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Value")]
struct Day(NaiveDate);

impl TryFrom<Value> for Day {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        plain(&value).parse().map(Self).map_err(|_| format!("{value} är inget datum"))
    }
}

/// A case as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    titel: String,
    mening: String,
    kalla: String,
    provar: Vec<String>,
    fodd: Day,
    #[serde(default)]
    kvinna: bool,
    #[serde(default)]
    nummer: BTreeMap<String, OtherNumber>,
    #[serde(default = "home")]
    kommun: String,
    #[serde(default)]
    regler: Table,
    #[serde(default)]
    adressdatum: bool,
    avstamning: Day,
    #[serde(default)]
    uttag: BTreeMap<String, Day>,
    #[serde(default)]
    tidigare: Vec<Table>,
    i_gruppen: bool,
    perioder: Vec<ExpectedSpell>,
    #[serde(default)]
    utreda: Vec<String>,
    utredd_till: Option<Day>,
    forandringar: Option<Vec<ExpectedChange>>,
    avvikelser: Option<Vec<ExpectedDiscrepancy>>,
    #[serde(default)]
    anmarkningar: Vec<String>,
    #[serde(default)]
    avvisade_rader: usize,
    #[serde(default)]
    celler_med_fel: usize,
    #[serde(default)]
    registreringar_utan_period: usize,
}

fn home() -> String {
    HOME.to_owned()
}

/// Another number that the person has had, or a coordination number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherNumber {
    fodd: Day,
    #[serde(default)]
    kvinna: bool,
    #[serde(default)]
    samordning: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSpell {
    fran: Day,
    till: Value,
    orsak_in: String,
    grund_ut: Option<String>,
    #[serde(default)]
    flaggor: Vec<String>,
    registrerad: Option<Day>,
    fran_kommunkod: Option<String>,
    belagg: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedChange {
    typ: String,
    datum: Day,
    orsak: String,
    #[serde(default)]
    fore: String,
    #[serde(default)]
    efter: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedDiscrepancy {
    typ: String,
    #[serde(default = "case_register")]
    tabell: String,
    falt: String,
    nu: Option<Value>,
    foreslaget: Option<Value>,
}

fn case_register() -> String {
    Kind::CaseRegister.name().to_owned()
}

/// An earlier run of a case: its own files on its own day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    avstamning: Day,
    #[serde(default)]
    uttag: BTreeMap<String, Day>,
}

type Rows = BTreeMap<&'static str, Vec<Table>>;

/// The files of one run.
struct Delivery {
    as_of: NaiveDate,
    extracted: BTreeMap<String, Day>,
    rows: Rows,
}

struct ReadCase {
    case: Case,
    file: String,
    /// The earlier runs and the one that is judged.
    deliveries: Vec<Delivery>,
}

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/casebook")
}

fn read_book() -> Vec<ReadCase> {
    let mut files: Vec<PathBuf> = fs::read_dir(book()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let cases = parse_file(&fs::read_to_string(path).unwrap());
        cases.unwrap_or_else(|fault| panic!("{name}: {fault}")).into_iter().map(move |(case, deliveries)| ReadCase {
            case,
            file: name.clone(),
            deliveries,
        })
    };
    files.iter().flat_map(read).collect()
}

fn parse_file(text: &str) -> Result<Vec<(Case, Vec<Delivery>)>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct CaseFile {
        fall: Vec<Table>,
    }
    let file: CaseFile = toml::from_str(text).map_err(|error| error.to_string())?;
    file.fall.into_iter().map(parse_case).collect()
}

fn parse_case(mut table: Table) -> Result<(Case, Vec<Delivery>), String> {
    let id = table.get("id").map(plain).unwrap_or_default();
    let named = |fault: String| format!("{id}: {fault}");
    let rows = take_rows(&mut table).map_err(named)?;
    let mut case: Case = typed(table).map_err(named)?;
    let mut deliveries = Vec::new();
    for mut earlier in std::mem::take(&mut case.tidigare) {
        let rows = take_rows(&mut earlier).map_err(named)?;
        let earlier: Earlier = typed(earlier).map_err(named)?;
        deliveries.push(Delivery { as_of: earlier.avstamning.0, extracted: earlier.uttag, rows });
    }
    deliveries.push(Delivery { as_of: case.avstamning.0, extracted: std::mem::take(&mut case.uttag), rows });
    for kind in deliveries.iter().flat_map(|delivery| delivery.extracted.keys()) {
        let table = kind.split_once('-').map_or(kind.as_str(), |(table, _)| table);
        Kind::from_name(table).ok_or_else(|| named(format!("uttag: ingen tabell heter {kind}")))?;
    }
    Ok((case, deliveries))
}

fn typed<T: DeserializeOwned>(table: Table) -> Result<T, String> {
    table.try_into().map_err(|error: toml::de::Error| error.to_string().trim().to_owned())
}

/// Takes the keys that are tables of the contract, and checks their columns.
fn take_rows(table: &mut Table) -> Result<Rows, String> {
    let mut rows = Rows::new();
    for &kind in Kind::ALL {
        let Some(value) = table.remove(kind.name()) else { continue };
        let of_kind: Vec<Table> =
            value.try_into().map_err(|_| format!("{} ska vara en lista med rader", kind.name()))?;
        let known = |key: &String| key == SOURCE || kind.columns().iter().any(|column| column.name == key);
        if let Some(unknown) = of_kind.iter().flat_map(Table::keys).find(|key| !known(key)) {
            return Err(format!("{} har ingen kolumn {unknown}", kind.name()));
        }
        rows.insert(kind.name(), of_kind);
    }
    // Everybody is registered here since always unless the case says otherwise.
    rows.entry(Kind::PopulationRegister.name()).or_insert_with(|| vec![Table::new()]);
    Ok(rows)
}

/// A value as it stands in a cell.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Boolean(yes) => if *yes { "J" } else { "N" }.to_owned(),
        other => other.to_string(),
    }
}

/// Twelve digits of the legal test series: birth number 238 for women, 239 for men.
fn test_number(born: NaiveDate, woman: bool, coordination: bool) -> String {
    let day = born.day() + if coordination { 60 } else { 0 };
    let nine = format!("{:02}{:02}{day:02}{}", born.year() % 100, born.month(), if woman { 238 } else { 239 });
    let luhn = |(at, digit): (usize, u32)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum: u32 = nine.chars().filter_map(|digit| digit.to_digit(10)).enumerate().map(luhn).sum();
    format!("{:02}{nine}{}", born.year() / 100, (10 - sum % 10) % 10)
}

impl Case {
    /// The numbers by the names that rows use for them.
    fn numbers(&self) -> BTreeMap<&str, String> {
        let others = self
            .nummer
            .iter()
            .map(|(name, number)| (name.as_str(), test_number(number.fodd.0, number.kvinna, number.samordning)));
        others.chain([(PERSON, test_number(self.fodd.0, self.kvinna, false))]).collect()
    }

    fn config(&self, inbox: &str) -> String {
        let address_date = if self.adressdatum {
            format!(
                "[[kalla]]\nnamn = \"folkbokforing\"\ntyp = \"folkbokforing\"\nfil = \"{inbox}/folkbokforing-*.csv\"\nadressdatum = true\n"
            )
        } else {
            String::new()
        };
        let rules = toml::to_string(&self.regler).unwrap();
        format!(
            "[kommun]\nkod = \"{}\"\nnamn = \"Exempelby\"\n[kallor]\nmapp = \"{inbox}\"\nutan_elevregister = true\n[regler]\n{rules}\n[utdata]\nmapp = \"output\"\n{address_date}",
            self.kommun
        )
    }

    fn expected(&self) -> Outcome {
        let spell = |spell: &ExpectedSpell| {
            let till = plain(&spell.till);
            let flags = spell.flaggor.join(",");
            spell_line(
                &spell.fran.0.to_string(),
                &till,
                &[&spell.orsak_in, spell.grund_ut.as_deref().unwrap_or_default(), &flags],
                spell.registrerad.map(|day| day.0),
                spell.fran_kommunkod.as_deref(),
                spell.belagg.as_deref(),
            )
        };
        let change = |change: &ExpectedChange| {
            change_line(&change.typ, change.datum.0, &change.orsak, &change.fore, &change.efter)
        };
        let discrepancy = |expected: &ExpectedDiscrepancy| {
            let [now, proposed] = [&expected.nu, &expected.foreslaget].map(|value| value.as_ref().map(plain));
            discrepancy_line(&expected.typ, &expected.tabell, &expected.falt, now, proposed)
        };
        Outcome {
            member: self.i_gruppen,
            spells: self.perioder.iter().map(spell).collect(),
            inquiries: self.utreda.clone(),
            looked_into_until: self.utredd_till.map(|day| day.0),
            changes: self.forandringar.iter().flatten().map(change).collect(),
            discrepancies: self.avvikelser.iter().flatten().map(discrepancy).collect(),
            rejected: self.avvisade_rader,
            faulty_cells: self.celler_med_fel,
            without_spell: self.registreringar_utan_period,
            missing_findings: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// What is expected of a case, or what came out.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    member: bool,
    spells: Vec<String>,
    inquiries: Vec<String>,
    looked_into_until: Option<NaiveDate>,
    changes: Vec<String>,
    discrepancies: Vec<String>,
    rejected: usize,
    faulty_cells: usize,
    without_spell: usize,
    missing_findings: Vec<String>,
    others: Vec<String>,
}

impl Outcome {
    /// The outcome in Swedish, one line for each part that the other side has differently.
    fn tell(&self, other: &Self) -> String {
        let list = |lines: &[String]| if lines.is_empty() { "inget".to_owned() } else { lines.join("; ") };
        let parts = [
            ("perioder", list(&self.spells), self.spells != other.spells),
            ("i gruppen", if self.member { "ja" } else { "nej" }.to_owned(), self.member != other.member),
            ("att utreda", list(&self.inquiries), self.inquiries != other.inquiries),
            (
                "utredd till",
                self.looked_into_until.map_or("inget".to_owned(), |day| day.to_string()),
                self.looked_into_until != other.looked_into_until,
            ),
            ("förändringar", list(&self.changes), self.changes != other.changes),
            ("avvikelser", list(&self.discrepancies), self.discrepancies != other.discrepancies),
            ("avvisade rader", self.rejected.to_string(), self.rejected != other.rejected),
            ("celler med fel", self.faulty_cells.to_string(), self.faulty_cells != other.faulty_cells),
            ("registreringar utan period", self.without_spell.to_string(), self.without_spell != other.without_spell),
            ("anmärkningar som saknas", list(&self.missing_findings), self.missing_findings != other.missing_findings),
            ("andra personer", list(&self.others), self.others != other.others),
        ];
        let differing = parts.into_iter().filter(|(.., differs)| *differs);
        differing.map(|(name, value, _)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n          ")
    }
}

fn spell_line(
    from: &str,
    till: &str,
    words: &[&str],
    registered: Option<NaiveDate>,
    moved_from: Option<&str>,
    rows: Option<&[String]>,
) -> String {
    let mut line = format!("{from}–{till}");
    for word in words.iter().filter(|word| !word.is_empty()) {
        let _ = write!(line, " {word}");
    }
    registered.into_iter().for_each(|day| line.push_str(&format!(" registrerad {day}")));
    moved_from.into_iter().for_each(|code| line.push_str(&format!(" från kommun {code}")));
    rows.into_iter().for_each(|rows| line.push_str(&format!(" enligt {}", rows.join(", "))));
    line
}

fn change_line(kind: &str, date: NaiveDate, cause: &str, before: &str, after: &str) -> String {
    let values = if before.is_empty() && after.is_empty() { String::new() } else { format!(" {before} -> {after}") };
    format!("{kind} {date} {cause}{values}")
}

fn discrepancy_line(kind: &str, table: &str, field: &str, now: Option<String>, proposed: Option<String>) -> String {
    let [now, proposed] = [now, proposed].map(|value| value.unwrap_or("tomt".to_owned()));
    format!("{kind} {table}.{field} {now} -> {proposed}")
}

fn write_files(case: &Case, delivery: &Delivery, inbox: &Path) {
    fs::create_dir(inbox).unwrap();
    let numbers = case.numbers();
    for (&name, rows) in &delivery.rows {
        let kind = Kind::from_name(name).unwrap();
        let sources: BTreeSet<String> = rows.iter().map(|row| row.get(SOURCE).map(plain).unwrap_or_default()).collect();
        let none = BTreeSet::from([String::new()]);
        for source in if sources.is_empty() { &none } else { &sources } {
            let named = if source.is_empty() { name.to_owned() } else { format!("{name}-{source}") };
            let stated = delivery.extracted.get(&named).or(delivery.extracted.get(name));
            let path = inbox.join(format!("{named}-{}.csv", stated.map_or(delivery.as_of, |day| day.0)));
            let mut file = csv::WriterBuilder::new().delimiter(b';').from_path(path).unwrap();
            file.write_record(kind.columns().iter().map(|column| column.name)).unwrap();
            for row in rows.iter().filter(|row| row.get(SOURCE).map(plain).unwrap_or_default() == *source) {
                let cell = |column: &str| match (row.get(column).map(plain), column) {
                    (None, "personnummer") => numbers[PERSON].clone(),
                    (None, "kommunkod") => case.kommun.clone(),
                    (Some(text), column) if column.contains("personnummer") => {
                        numbers.get(text.as_str()).cloned().unwrap_or(text)
                    }
                    (text, _) => text.unwrap_or_default(),
                };
                file.write_record(kind.columns().iter().map(|column| cell(column.name))).unwrap();
            }
            file.flush().unwrap();
        }
    }
}

/// Runs a case: every earlier run to disk, the last one to what was decided.
fn run(case: &Case, deliveries: &[Delivery]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let everything: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| kind.name().to_owned())
        .chain(deliveries.iter().flat_map(|delivery| {
            let named = |(kind, rows): (&&str, &Vec<Table>)| {
                let names = rows.iter().filter_map(|row| row.get(SOURCE)).map(plain);
                names.map(|name| format!("{kind}-{name}")).collect::<Vec<_>>()
            };
            delivery.rows.iter().flat_map(named).collect::<Vec<_>>()
        }))
        .collect();
    let (last, earlier) = deliveries.split_last().unwrap();
    for (index, delivery) in earlier.iter().enumerate() {
        let (config, intake) = read(case, delivery, index, folder.path());
        let job = MonthlyJob { config: &config, as_of: delivery.as_of, since: None, accepted: &everything };
        monthly(&job, intake, || ()).unwrap();
    }
    let (config, mut intake) = read(case, last, earlier.len(), folder.path());
    let runs = runs_of(&config, MONTHLY).unwrap();
    let memory: Option<Memory> = latest_before(&runs, last.as_of, None).map(|run| load_memory(&run.path).unwrap());
    let month = Month::decide(&config, &mut intake, memory.as_ref(), last.as_of);
    found(case, &month, &intake)
}

fn read(case: &Case, delivery: &Delivery, index: usize, folder: &Path) -> (Config, Intake) {
    let inbox = format!("inbox-{index}");
    write_files(case, delivery, &folder.join(&inbox));
    let path = folder.join(format!("kaa-{index}.toml"));
    fs::write(&path, case.config(&inbox)).unwrap();
    let config = Config::read(&path).unwrap_or_else(|message| panic!("{}: {}", case.id, message.swedish));
    let intake = Intake::read(&config, delivery.as_of);
    assert!(intake.faults.is_empty(), "{}: filerna kunde inte läsas: {:?}", case.id, intake.faults);
    (config, intake)
}

fn found(case: &Case, month: &Month, intake: &Intake) -> Outcome {
    let numbers = case.numbers();
    let number = PersonalNumber::from_digits(&numbers[PERSON], month.as_of).unwrap();
    let person = month.people.iter().find(|person| person.verdict.number == number);
    let members = person.map(|person| person.members.as_slice()).unwrap_or_default();
    let row = |place: &Place| {
        let file = month.file(place.file).unwrap_or_else(|| panic!("{}: belägg utan fil", case.id));
        format!("{} {}", file.source, place.row - 1)
    };
    let spell = |(index, member): (usize, &Member)| {
        let expected = case.perioder.get(index);
        let spell = &member.spell;
        let ground = spell.ground.map_or("", Ground::code);
        let rules: Vec<Rule> = spell.evidence.iter().map(|evidence| evidence.rule).collect();
        let decisive: Vec<Rule> =
            std::iter::once(Rule::of_reason(spell.reason)).chain(spell.ground.map(Rule::of_ground)).collect();
        assert_eq!(rules, decisive, "{}: beläggen passar inte skälen", case.id);
        let rows: Vec<String> = spell.evidence.iter().flat_map(|evidence| &evidence.places).map(row).collect();
        spell_line(
            &spell.from.to_string(),
            &spell.last.map_or(OPEN.to_owned(), |last| last.to_string()),
            &[spell.reason.code(), ground, &spell.flags.codes()],
            expected.and_then(|expected| expected.registrerad).map(|_| member.registered),
            expected
                .and_then(|expected| expected.fran_kommunkod.as_ref())
                .map(|_| spell.moved_from.map(|code| code.to_string()).unwrap_or_default())
                .as_deref(),
            expected.and_then(|expected| expected.belagg.as_ref()).map(|_| rows.as_slice()),
        )
    };
    let changes = person
        .map(|person| person.changes.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|change| change_line(change.kind.code(), change.date, &change.cause, &change.before, &change.after));
    let written = |value: DiscrepancyValue| match value {
        DiscrepancyValue::Empty => None,
        DiscrepancyValue::Date(date) => Some(date.to_string()),
        DiscrepancyValue::Code(code, _) => Some(code.to_owned()),
        DiscrepancyValue::Number(number) => {
            let name = numbers.iter().find(|(_, digits)| **digits == number.digits());
            name.map(|(name, _)| (*name).to_owned())
        }
    };
    let discrepancies = person.map(|person| person.discrepancies.as_slice()).unwrap_or_default().iter().map(|found| {
        let (now, proposed) = (written(found.now), written(found.proposed));
        assert!(!found.text.is_empty(), "{}: {} säger inte vad som ska göras", case.id, found.kind.code());
        discrepancy_line(found.kind.code(), found.source, found.field.0, now, proposed)
    });
    let told: BTreeSet<&str> = month.findings.iter().map(|finding| finding.code.code()).collect();
    let has_something =
        |person: &&Person| person.verdict.number != number && !(person.members.is_empty() && person.changes.is_empty());
    let inquiries = person.map(|person| person.verdict.inquiries.as_slice()).unwrap_or_default();
    // A case that tells more than the code is asked for the day and the rows too.
    let inquiry = |(index, inquiry): (usize, &Inquiry)| {
        let rows: Vec<String> = inquiry.places.iter().map(row).collect();
        let whole = format!("{} {} enligt {}", inquiry.kind.code(), inquiry.date, rows.join(", "));
        let short = case.utreda.get(index).is_none_or(|expected| !expected.contains(' '));
        if short { inquiry.kind.code().to_owned() } else { whole }
    };
    Outcome {
        member: month.group().any(|(_, member)| member.number == number),
        spells: members.iter().enumerate().map(spell).collect(),
        inquiries: inquiries.iter().enumerate().map(inquiry).collect(),
        looked_into_until: person.and_then(|person| person.verdict.looked_into_until),
        changes: if case.forandringar.is_some() { changes.collect() } else { Vec::new() },
        discrepancies: if case.avvikelser.is_some() { discrepancies.collect() } else { Vec::new() },
        rejected: intake.files.iter().map(|file| usize::try_from(file.balance.rejected).unwrap()).sum(),
        faulty_cells: intake.rejects.iter().filter(|reject| !reject.rejected).count(),
        without_spell: person.map_or(0, |person| person.without_spell.len()),
        missing_findings: case.anmarkningar.iter().filter(|code| !told.contains(code.as_str())).cloned().collect(),
        others: month.people.iter().filter(has_something).map(|person| person.verdict.number.digits()).collect(),
    }
}

#[test]
fn every_case_comes_out_as_the_law_and_the_plans_say() {
    let mut wrong = String::new();
    let book = read_book();
    for ReadCase { case, file, deliveries } in &book {
        let (expected, found) = (case.expected(), run(case, deliveries));
        if expected != found {
            let _ = write!(
                wrong,
                "\n{} {} ({file})\n  Prövar: {} ({})\n  Väntat: {}\n  Blev:   {}\n",
                case.id,
                case.titel,
                case.mening,
                case.kalla,
                expected.tell(&found),
                found.tell(&expected)
            );
        }
    }
    assert!(wrong.is_empty(), "Av {} fall blev inte alla som väntat:\n{wrong}", book.len());
}

#[test]
fn the_book_is_large_enough_and_expects_every_reason_ground_flag_inquiry_and_rule() {
    let book = read_book();
    assert!(book.len() >= 120, "bara {} fall", book.len());
    let mut ids = BTreeSet::new();
    let mut expected: BTreeSet<String> = BTreeSet::new();
    for ReadCase { case, file, .. } in &book {
        assert!(ids.insert(case.id.as_str()), "{file}: {} finns två gånger", case.id);
        for text in [&case.id, &case.titel, &case.mening, &case.kalla] {
            assert!(!text.trim().is_empty(), "{file}: {} saknar id, titel, mening eller källa", case.id);
        }
        assert!(!case.provar.is_empty(), "{}: säger inte vilken regel som prövas", case.id);
        for id in &case.provar {
            assert!(Rule::from_id(id).is_some(), "{}: ingen regel heter {id}", case.id);
        }
        expected.extend(case.provar.iter().cloned());
        let code = |inquiry: &String| inquiry.split(' ').next().unwrap_or_default().to_owned();
        expected.extend(case.utreda.iter().map(code));
        expected.extend(case.avvikelser.iter().flatten().map(|expected| format!("avvikelse {}", expected.typ)));
        for spell in &case.perioder {
            expected.extend(spell.flaggor.iter().map(|flag| format!("flagga {flag}")));
            expected.extend(spell.grund_ut.clone());
            // OKAND and NATIONELLT_PROGRAM stand in several lists.
            expected.insert(format!("orsak {}", spell.orsak_in));
            let till = plain(&spell.till);
            assert!(till == OPEN || till.parse::<NaiveDate>().is_ok(), "{}: till är {till}", case.id);
            assert_eq!(till == OPEN, spell.grund_ut.is_none(), "{}: grund_ut hör till en avslutad period", case.id);
        }
    }
    let reasons = Reason::ALL.iter().map(|reason| format!("orsak {}", reason.code()));
    let grounds = Ground::ALL.iter().map(|ground| ground.code().to_owned());
    let flags = Flag::ALL.iter().map(|flag| format!("flagga {}", flag.code()));
    let inquiries = InquiryKind::ALL.iter().map(|kind| kind.code().to_owned());
    let discrepancies = DiscrepancyKind::ALL.iter().map(|kind| format!("avvikelse {}", kind.code()));
    let rules = Rule::ALL.iter().map(|rule| rule.id().to_owned());
    let missing: Vec<String> = reasons
        .chain(grounds)
        .chain(flags)
        .chain(inquiries)
        .chain(discrepancies)
        .chain(rules)
        .filter(|wanted| !expected.contains(wanted))
        .collect();
    assert!(missing.is_empty(), "inget fall väntar: {}", missing.join(", "));
}

#[test]
fn unknown_keys_columns_and_tables_are_refused() {
    let case = |more: &str| {
        format!(
            "[[fall]]\nid = \"X-1\"\ntitel = \"x\"\nmening = \"x\"\nkalla = \"x\"\nprovar = [\"KAA-R03\"]\nfodd = 2008-01-01\navstamning = 2026-11-20\ni_gruppen = false\nperioder = []\n{more}\n"
        )
    };
    assert!(parse_file(&case("")).is_ok());
    for (more, named) in [
        ("lagen = \"x\"", "lagen"),
        ("elevregistret = []", "elevregistret"),
        ("elevregister = [{ skolform = \"GY\", start = 2024-08-19 }]", "start"),
        ("uttag = { elever = 2026-11-01 }", "elever"),
        ("[[fall.tidigare]]\navstamning = 2026-10-20\nfodd = 2008-01-01", "fodd"),
        ("[[fall.perioder]]\nfran = 2026-01-01", "perioder"),
    ] {
        let fault = parse_file(&case(more)).err().unwrap_or_default();
        assert!(fault.contains(named), "{more} gav: {fault}");
    }
}

#[test]
fn numbers_are_those_of_the_legal_test_series() {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    assert_eq!(
        test_number(day(2008, 4, 10), false, false),
        PersonalNumber::with_check_digit(day(2008, 4, 10), 239).digits()
    );
    assert_eq!(
        test_number(day(2006, 11, 21), true, false),
        PersonalNumber::with_check_digit(day(2006, 11, 21), 238).digits()
    );
    let coordination = PersonalNumber::from_digits(&test_number(day(2008, 4, 10), true, true), day(2026, 11, 20));
    assert!(coordination.unwrap().is_coordination_number());
}
