//! The stages of a monthly run, one by one: `cargo bench`, or `cargo bench -- timeline` for one of them.
//!
//! The data are an invented municipality of Nacka's size (6 000 youths, seed 1), written by `kaa synth` to a folder of
//! their own. Rates are rows or people a second. `docs/prestanda.md` tells how to read them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kaa::config::Config;
use kaa::ingest::Intake;
use kaa::ingest::spreadsheet::{Limits, SpreadsheetFormat, read_sheet};
use kaa::month::Month;
use kaa::person::PersonalNumber;
use kaa::records::Municipality;
use kaa::report::{Counts, Meeting, monthly_lists, workbook};
use kaa::run::{load_memory, state_file};
use kaa::synth::{Form, Format, Mess, Plan, write_municipality};
use kaa::timeline::{Memory, decide};

const YOUTHS: usize = 6_000;

fn main() {
    divan::main();
    // A static is never dropped.
    std::fs::remove_dir_all(FOLDER.path()).expect("the folder of this run");
}

/// Folders with the same municipality as CSV and as workbooks.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder to write in"));

fn as_of() -> [NaiveDate; 2] {
    let day = |month| NaiveDate::from_ymd_opt(2026, month, 20).expect("a day");
    [day(10), day(11)]
}

fn municipality() -> Municipality {
    Municipality::parse("0182").expect("a code")
}

/// A config whose sources are written in a form.
fn config(format: Format) -> Config {
    let name = if format == Format::Csv { "csv" } else { "xlsx" };
    let folder: PathBuf = FOLDER.path().join(name);
    if !folder.exists() {
        let plan = Plan::new(1, YOUTHS, municipality(), as_of());
        write_municipality(&plan, &[], Form { format, mess: Mess::None }, &folder.join("inbox")).expect("sources");
    }
    let text = "[kommun]\nkod = \"0182\"\nnamn = \"Nacka\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    Config::parse(text, &folder).expect("a config")
}

fn intake(config: &Config) -> Intake {
    let intake = Intake::read(config, as_of()[1]);
    assert!(intake.faults.is_empty() && intake.rejects.is_empty());
    intake
}

fn rows_read(intake: &Intake) -> u64 {
    intake.files.iter().map(|file| file.balance.read).sum()
}

fn month(config: &Config) -> (Intake, Month) {
    let mut intake = intake(config);
    let month = Month::decide(config, &mut intake, None, as_of()[1]);
    (intake, month)
}

fn read(bencher: Bencher, format: Format) {
    let config = config(format);
    let rows = rows_read(&intake(&config));
    bencher.counter(ItemsCount::new(rows)).bench(|| Intake::read(black_box(&config), as_of()[1]));
}

#[divan::bench(sample_count = 20)]
fn read_csv(bencher: Bencher) {
    read(bencher, Format::Csv);
}

#[divan::bench(sample_count = 10)]
fn read_xlsx(bencher: Bencher) {
    read(bencher, Format::Xlsx);
}

/// The cells of one sheet as text: of the workbook that `KAA_SHEET` names, else of the invented student register.
#[divan::bench(sample_count = 10)]
fn sheet(bencher: Bencher) {
    let own = || {
        let inbox = FOLDER.path().join("xlsx/inbox");
        config(Format::Xlsx);
        inbox.join("elevregister-2026-11-16.xlsx")
    };
    let path = std::env::var_os("KAA_SHEET").map_or_else(own, PathBuf::from);
    let bytes = std::fs::read(path).expect("a workbook");
    let rows = || {
        let mut rows = 0_u64;
        let mut count = |_: u32, _: &[String]| rows += 1;
        read_sheet(&bytes, SpreadsheetFormat::Xlsx, None, &Limits::default(), &mut count).expect("a sheet");
        rows
    };
    bencher.counter(ItemsCount::new(rows())).bench(rows);
}

/// As systems and people write numbers: twelve digits, ten with a hyphen, and a lost zero.
#[divan::bench]
fn personnummer(bencher: Bencher) {
    let born = NaiveDate::from_ymd_opt(2008, 1, 1).expect("a day");
    let numbers = born.iter_days().take(700).map(|day| PersonalNumber::with_check_digit(day, 238));
    let spelled = |number: PersonalNumber| {
        let digits = number.digits();
        [digits.clone(), format!("{}-{}", &digits[2..8], &digits[8..]), digits[3..].to_owned()]
    };
    let texts: Vec<String> = numbers.flat_map(spelled).collect();
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench(|| texts.iter().filter(|text| PersonalNumber::parse(black_box(text), as_of()[1]).is_ok()).count());
}

/// The rules alone, on one thread.
#[divan::bench(sample_count = 20)]
fn timeline(bencher: Bencher) {
    let config = config(Format::Csv);
    let (_, month) = month(&config);
    let people = month.known.tables.people();
    let context = month.known.context(as_of()[1], config.municipality, &config.law);
    bencher.counter(ItemsCount::new(people.len())).bench(|| {
        let spells = |&number| decide(&month.known.tables.life(number), Memory::default(), &context).spells.len();
        people.iter().map(spells).sum::<usize>()
    });
}

/// Rules, registration, changes, discrepancies and outreach of a first run, on all threads.
#[divan::bench(sample_count = 20)]
fn whole_month(bencher: Bencher) {
    let config = config(Format::Csv);
    bencher
        .counter(ItemsCount::new(YOUTHS))
        .with_inputs(|| intake(&config))
        .bench_values(|mut intake| Month::decide(&config, &mut intake, None, as_of()[1]));
}

#[divan::bench(sample_count = 20)]
fn lists(bencher: Bencher) {
    let config = config(Format::Csv);
    let (intake, month) = month(&config);
    bencher.counter(ItemsCount::new(month.group().count())).bench(|| {
        let lists = monthly_lists(&month, &intake, &config);
        lists.iter().filter(|list| list.file.is_some()).map(|list| list.csv().len()).sum::<usize>()
    });
}

#[divan::bench(sample_count = 10)]
fn meeting_workbook(bencher: Bencher) {
    let config = config(Format::Csv);
    let (intake, month) = month(&config);
    let lists = monthly_lists(&month, &intake, &config);
    let counts = Counts::of(&month, &intake, &lists);
    let meeting = Meeting {
        config: &config,
        month: &month,
        intake: &intake,
        lists: &lists,
        counts: &counts,
        trend: &[],
        scratch: FOLDER.path(),
    };
    let rows: usize = lists.iter().map(|list| list.rows.len()).sum();
    bencher.counter(ItemsCount::new(rows)).bench(|| workbook(&meeting).expect("a workbook"));
}

#[divan::bench(sample_count = 10)]
fn state_write(bencher: Bencher) {
    let (_, month) = month(&config(Format::Csv));
    bencher.counter(ItemsCount::new(YOUTHS)).bench(|| state_file(&month));
}

#[divan::bench(sample_count = 10)]
fn state_read(bencher: Bencher) {
    let (_, month) = month(&config(Format::Csv));
    let folder = FOLDER.path().join("state");
    write_state(&month, &folder);
    bencher.counter(ItemsCount::new(YOUTHS)).bench(|| load_memory(&folder).expect("a memory"));
}

fn write_state(month: &Month, folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    let file = state_file(month);
    std::fs::write(folder.join(file.name), file.bytes).expect("a state");
}
