//! What must hold of everything that is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::exports::spelled_number;
use super::handmade::handmade;
use super::*;
use crate::person::{Identity, age_on};
use crate::records::*;

fn plan(seed: u64, youths: usize) -> Plan {
    let (sample, _) = exempelby().expect("the sample holds together");
    Plan::new(seed, youths, sample.municipality, sample.as_of)
}

fn sample_rows() -> Vec<Row> {
    let (plan, mut rows) = exempelby().expect("the sample holds together");
    rows.extend(plan.youths().flatten());
    rows
}

/// Every file in a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = paths.filter(|path| path.is_file());
    files.map(|path| (name(&path), fs::read(&path).expect("a file"))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn the_sample_is_what_the_generator_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    write_exempelby(folder.path()).expect("the sample");
    for part in ["", "inbox", "rattat"] {
        let (made, kept) = (files(&folder.path().join(part)), files(&sample_folder().join(part)));
        assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
        for (name, bytes) in made {
            assert!(bytes == kept[&name], "{name} differs: run the ignored test `write_the_sample_anew`");
        }
    }
}

/// `cargo test --release --lib write_the_sample_anew -- --ignored`
#[test]
#[ignore = "writes sample_data/exempelby"]
fn write_the_sample_anew() {
    for part in ["inbox", "rattat"] {
        let _ = fs::remove_dir_all(sample_folder().join(part));
    }
    write_exempelby(&sample_folder()).expect("the sample");
}

fn sample_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/exempelby")
}

#[test]
fn a_seed_decides_every_byte() {
    let written = |seed| {
        let folder = tempfile::tempdir().expect("a folder");
        write_canonical(&plan(seed, 60), &[], folder.path()).expect("canonical files");
        files(folder.path())
    };
    assert_eq!(written(1), written(1));
    assert_ne!(written(1), written(2));
}

/// Every number in the sample, whatever column it stands in.
#[test]
fn only_legal_test_numbers() {
    let today = plan(1, 1).as_of[1];
    for row in sample_rows() {
        for digits in
            [row.get("personnummer"), row.get("nytt_personnummer")].into_iter().filter(|text| !text.is_empty())
        {
            let number = PersonalNumber::from_digits(digits, today).expect("a valid number");
            assert!(matches!(&digits[8..11], "238" | "239"), "{digits}");
            assert!((15..=20).contains(&age_on(number.born(), today)), "{digits}");
        }
    }
}

#[test]
fn no_two_youths_share_a_number() {
    let numbers = Numbers::new(plan(1, 1).as_of[1], 7, BTreeSet::new()).take(20_000);
    assert_eq!(numbers.collect::<BTreeSet<_>>().len(), 20_000);
}

/// The faults that a reader finds in a row.
fn faults(row: &Row) -> Vec<String> {
    fn read<R: Record>(row: &Row) -> Vec<String> {
        let context = CellContext::new(NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day"));
        let mut reader = RowReader::new(&context, Vec::new());
        R::read(|at| row.cells[at].as_str(), &mut reader, Place { file: 0, row: 1 });
        reader.faults.iter().map(|fault| R::COLUMNS[fault.column].name.to_owned()).collect()
    }
    match row.kind {
        Kind::PopulationRegister => read::<Registered>(row),
        Kind::RegisterChanges => read::<RegisterChange>(row),
        Kind::ContactDetails => read::<ContactDetails>(row),
        Kind::StudentRegister => read::<Enrolment>(row),
        Kind::Credentials => read::<Credential>(row),
        Kind::AdultEducation => read::<AdultCourse>(row),
        Kind::FolkHighSchool => read::<FolkCourse>(row),
        Kind::ProviderReports => read::<ProviderReport>(row),
        Kind::Admissions => read::<Admission>(row),
        Kind::CompulsorySchool => read::<CompulsorySchooling>(row),
        Kind::Decisions => read::<Decision>(row),
        Kind::CaseRegister => read::<Registration>(row),
        Kind::Contacts => read::<ContactAttempt>(row),
        Kind::Knowledge => read::<Knowledge>(row),
        Kind::Measures => read::<Measure>(row),
    }
}

#[test]
fn what_chance_invents_reads_back_without_a_fault() {
    for row in plan(3, 3_000).youths().flatten() {
        assert!(faults(&row).is_empty(), "{row:?}");
    }
}

#[test]
fn the_hand_made_have_two_faults_and_no_more() {
    let (plan, rows) = exempelby().expect("the sample holds together");
    let mut found: Vec<String> = rows.iter().flat_map(faults).collect();
    found.sort();
    // Kod 17 in Emina's row and 31 September in Milica's.
    assert_eq!(found, ["avbrottsorsak", "slutdatum"]);
    assert!(handmade(&plan).expect("the hand-made").persons.len() >= 60);
}

#[test]
fn telephones_and_mail_reach_nobody() {
    for row in sample_rows().iter().filter(|row| row.kind == Kind::ContactDetails) {
        let telephone: String = row.get("telefon").chars().filter(char::is_ascii_digit).collect();
        let number: u64 = telephone.parse().unwrap_or(701_740_605);
        let fictional = (701_740_605..=701_740_699).contains(&number) || (846_500_400..=846_500_499).contains(&number);
        assert!(fictional, "{telephone}");
        assert!(row.get("epost").is_empty() || row.get("epost").ends_with("@example.se"));
    }
}

/// Dirt must never be so much that a source is held.
#[test]
fn dirt_stays_below_five_per_cent() {
    let (plan, _) = exempelby().expect("the sample holds together");
    let dirt = handmade(&plan).expect("the hand-made").dirt;
    for &kind in Kind::ALL {
        let rejected = dirt.iter().filter(|dirt| dirt.fate == "avvisas").flat_map(|dirt| &dirt.rows);
        let rejected = rejected.filter(|row| row.kind == kind).count();
        let all = sample_rows().iter().filter(|row| row.kind == kind).count();
        assert!(rejected * 20 < all.max(20), "{}: {rejected} of {all}", kind.name());
    }
}

/// However a number is written, there is one person it can be.
#[test]
fn every_spelling_can_be_read() {
    let today = plan(1, 1).as_of[1];
    let numbers = Numbers::new(today, 5, BTreeSet::new()).take(2_000).enumerate();
    for (index, number) in numbers {
        for &kind in Kind::ALL {
            let written = spelled_number(kind, &number.digits(), index);
            assert_eq!(PersonalNumber::parse(&written, today), Ok(Identity::Number(number)), "{written}");
        }
    }
}

/// Shares of those aged 16 to 19, as Skolverket's figures for the nation put them (9 to 11 per cent in a half-year).
#[test]
fn about_a_tenth_is_in_the_group_during_a_half_year() {
    let plan = plan(11, 4_000);
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day");
    let (from, to) = (day(1, 1), day(7, 1));
    let setting = life::Setting { municipality: "9901", horizon: plan.as_of[1] };
    let (mut aged, mut members) = (0, 0);
    for number in Numbers::new(plan.as_of[1], plan.seed, BTreeSet::new()).take(plan.youths) {
        aged += usize::from((16..=19).contains(&age_on(number.born(), to)));
        let life = life::Life::of(number, plan.seed, setting);
        members += usize::from(life.stays().iter().any(|stay| stay.from < to && stay.to.is_none_or(|end| end > from)));
    }
    assert!((80..=120).contains(&(members * 1000 / aged)), "{members} of {aged}");
}

/// A municipality of 3 000 youths has so many rows of each kind, none of the kinds that only hands make.
#[test]
fn every_kind_has_a_plausible_number_of_rows() {
    let plan = plan(5, 3_000);
    let rows = plan.extract(plan.youths().collect::<Vec<_>>().concat().iter(), 1);
    let count = |kind| rows.iter().filter(|row| row.kind == kind).count();
    let expected = [
        (Kind::PopulationRegister, 2_750..=3_000),
        (Kind::StudentRegister, 3_000..=4_500),
        (Kind::AdultEducation, 80..=500),
        (Kind::FolkHighSchool, 8..=120),
        (Kind::CaseRegister, 200..=700),
        (Kind::Contacts, 800..=4_000),
        (Kind::Knowledge, 15..=300),
        (Kind::Measures, 60..=600),
        (Kind::Decisions, 5..=60),
        (Kind::CompulsorySchool, 0..=0),
    ];
    for (kind, range) in expected {
        assert!(range.contains(&count(kind)), "{}: {}", kind.name(), count(kind));
    }
}
