//! Every row is accounted for, whatever the rows hold; and what is shown of a faulty cell tells on nobody.

mod support;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kaa::ingest::{mask, mask_code, mask_number};
use kaa::person::PersonalNumber;
use proptest::prelude::*;
use support::{REGISTER, REGISTER_HEADER, SCHOOL, SCHOOL_HEADER, Workspace, registered, table, whole_number, youth};

// --- The balance ---

/// A cell of a personnummer as it comes: whole, damaged, temporary, too old, missing.
fn any_number() -> impl Strategy<Value = String> {
    let whole = (1..40_u64).prop_map(youth);
    prop_oneof![
        6 => whole.clone(),
        1 => whole.clone().prop_map(|number| number[3..].to_owned()),
        1 => whole.clone().prop_map(|number| format!("{}-{}", &number[..8], &number[8..])),
        1 => whole.clone().prop_map(|number| format!("{}TF01", &number[..8])),
        1 => whole.prop_map(|number| format!("{}0", &number[..11])),
        1 => Just(PersonalNumber::with_check_digit(NaiveDate::from_ymd_opt(1995, 5, 5).unwrap(), 238).digits()),
        1 => Just("2,00801E+11".to_owned()),
        1 => Just(String::new()),
    ]
}

fn any_date() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (2022..2028_i32, 1..=12_u32, 1..=28_u32).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}")),
        1 => Just(String::new()),
        1 => Just("2026-02-30".to_owned()),
        1 => Just("i höstas".to_owned()),
    ]
}

fn any_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(values).prop_map(str::to_owned)
}

/// A row as the file holds it: good, with another number of cells, blank, or with bytes that are none of a table's.
fn dirty(row: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (row, 0..24_u8).prop_map(|(row, dirt)| match dirt {
        0 => row + ";;",
        1 => row + ";mer",
        2 => row.split_once(';').map_or_else(String::new, |(first, _)| first.to_owned()),
        3 => row.replacen(';', "\0;", 1),
        4 => String::new(),
        5 => ";;;".to_owned(),
        6 => row.replace("Östra", "\"Östra\ngymnasiet; hus \"\"B\"\"\""),
        _ => row,
    })
}

fn school_row() -> impl Strategy<Value = String> {
    let forms = any_of(&["GY", "gyan", "GR", "GYMN", "", "Grundskola"]);
    let schools = any_of(&["Östra", "LVU-hemmet", ""]);
    let reasons = any_of(&["", "AVBROTT", "byte", "Skoltrött"]);
    let row = (any_number(), forms, schools, any_date(), any_date(), any_date(), reasons);
    dirty(row.prop_map(|(number, form, school, start, end, expected, reason)| {
        format!("{number};{form};NA25;{school};;{start};{end};{expected};{reason}")
    }))
}

fn change_row() -> impl Strategy<Value = String> {
    let events = any_of(&["INFLYTT", "UTFLYTT", "UV", "GN", "SKYDD", "FLYTT", ""]);
    let codes = || any_of(&["1472", "0180", "180", "", "Tibro"]);
    let row = (any_number(), events, any_date(), codes(), codes(), any_number());
    dirty(row.prop_map(|(number, event, date, from, to, new)| format!("{number};{event};{date};{from};{to};{new};")))
}

fn register_row() -> impl Strategy<Value = String> {
    let protections = any_of(&["", "SAKNAS", "SEKRETESSMARKERING", "S", "Ja"]);
    let row = (any_number(), any_of(&["1472", "0180", "", "Tibro"]), any_date(), any_date(), protections);
    dirty(row.prop_map(|(number, code, from, immigrated, protection)| {
        format!("{number};{code};Sekretessa;Hemligsson;;Gömstigen 1;54301;Lönnköping;{from};{immigrated};{protection}")
    }))
}

/// Rows of a file that are no blank ones: what Excel would count below the header.
fn rows_with_something(rows: &[String]) -> u64 {
    rows.iter().filter(|row| !row.trim_matches(';').is_empty()).count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_read_are_accepted_rejected_duplicates_or_out_of_scope(
        school in prop::collection::vec(school_row(), 0..40),
        changes in prop::collection::vec(change_row(), 0..40),
        register in prop::collection::vec(register_row(), 1..40),
    ) {
        const CHANGES: &str = "folkbokforing_andringar-2026-11-16.csv";
        let workspace = Workspace::empty();
        workspace.config_with("[granser]\navvisade_procent = 100\n");
        let header = "personnummer;handelse;datum;fran_kommunkod;till_kommunkod;nytt_personnummer;skydd";
        workspace.file(SCHOOL, table(SCHOOL_HEADER, school.clone()));
        workspace.file(CHANGES, table(header, changes.clone()));
        workspace.file("folkbokforing_andringar-2026-11-17.csv", table(header, changes.clone()));
        workspace.file(REGISTER, table(REGISTER_HEADER, register.clone()));
        let ending = workspace.run(&["monthly", "--as-of", support::AS_OF, "--godkann", "elevregister", "--godkann", "folkbokforing"]);
        prop_assert_eq!(ending.code, 0, "{:?}", ending);
        let rejected = workspace.rejected();
        let files = [(SCHOOL, &school), (CHANGES, &changes), (REGISTER, &register), ("folkbokforing_andringar-2026-11-17.csv", &changes)];
        for (file, rows) in files {
            let [read, accepted, refused, duplicates, out_of_scope] = workspace.balance(file);
            prop_assert_eq!(read, rows_with_something(rows), "{}", file);
            prop_assert_eq!(read, accepted + refused + duplicates + out_of_scope, "{}", file);
            let listed: BTreeSet<u32> = rejected.iter().filter(|line| line.file == file).map(|line| line.row).collect();
            prop_assert!(listed.len() as u64 >= refused, "{}: every rejected row is listed", file);
        }
        let [read, accepted, ..] = workspace.balance("folkbokforing_andringar-2026-11-17.csv");
        prop_assert!(accepted == 0 || read == 0, "the second part holds nothing that is new");
        for line in rejected {
            prop_assert!(whole_number(&line.value).is_none(), "{:?}", line);
        }
    }
}

#[test]
fn a_row_out_of_scope_is_of_another_municipality_or_age_and_is_counted_as_such() {
    let workspace = Workspace::new();
    let elsewhere = registered(10).replace(";1472;", ";0180;");
    let of_1995 = PersonalNumber::with_check_digit(NaiveDate::from_ymd_opt(1995, 5, 5).unwrap(), 238).digits();
    let grown_up = registered(11).replace(&youth(11), &of_1995);
    workspace.file(REGISTER, table(REGISTER_HEADER, (1..=9).map(registered).chain([elsewhere, grown_up])));
    workspace.succeeds();
    assert_eq!(workspace.balance(REGISTER), [11, 9, 0, 0, 2]);
    assert_eq!(workspace.rejected(), []);
}

// --- What is shown of a faulty cell ---

#[test]
fn of_a_personnummer_no_more_than_the_birth_year_is_shown() {
    for (number, shown) in [
        ("200801012386", "2008xxxxxxxx"),
        ("20080101-2386", "2008xxxx-xxxx"),
        ("080101-2386", "08xxxx-xxxx"),
        ("0801012386", "08xxxxxxxx"),
        ("801012386", "xxxxxxxxx"),
        ("2,00801012386E+11", "2,008xxxxxxxxx+xx"),
        // A decimal or an exponent is no place of the number.
        ("0801012386.0", "08xxxxxxxx.x"),
        ("801012386.0", "xxxxxxxxx.x"),
        ("8,01012386E+8", "x,xxxxxxxxx+x"),
        ("20080101TF01", "2008xxxxxxxx"),
        ("20080101-T123", "2008xxxx-xxxx"),
        ("Kim Testsson", "xxx xxxxxxxx"),
        ("20081332", "xxxxxxxx"),
        ("2386", "xxxx"),
    ] {
        assert_eq!(mask_number(number), shown, "{number}");
    }
}

#[test]
fn a_personnummer_in_any_other_column_is_masked_too() {
    for mask in [mask, mask_code] {
        assert_eq!(mask("200801012386"), "2008xxxxxxxx");
        assert_eq!(mask("20080101-2386"), "2008xxxx-xxxx");
        assert_eq!(mask("080101-2386"), "08xxxx-xxxx");
        assert_eq!(mask("20080101 2386"), "2008xxxx xxxx");
        assert_eq!(mask("20080101 2386:"), "2008xxxx xxxx:");
        assert_eq!(mask("801012386"), "xxxxxxxxx");
        assert_eq!(mask("801012386.0"), "xxxxxxxxx.x");
        assert_eq!(mask("Kim 200801012386"), "xxx xxxxxxxxxxxx");
        // Of someone born in 2000 a spreadsheet leaves eight or seven digits.
        let born = |month| NaiveDate::from_ymd_opt(2000, month, 1).unwrap();
        assert_eq!(mask(&PersonalNumber::with_check_digit(born(10), 238).digits()[4..]), "xxxxxxxx");
        assert_eq!(mask(&PersonalNumber::with_check_digit(born(1), 238).digits()[5..]), "xxxxxxx");
        let in_two_parts = |digits: &str| format!("{} {}.0", &digits[..5], &digits[5..]);
        assert_eq!(mask(&in_two_parts(&PersonalNumber::with_check_digit(born(1), 238).digits()[5..])), "xxxxx xx.x");
        let leap_day = NaiveDate::from_ymd_opt(2000, 2, 29).unwrap();
        assert_eq!(mask(&PersonalNumber::with_check_digit(leap_day, 238).digits()[5..]), "xxxxxxx");
    }
}

#[test]
fn dates_and_short_numbers_are_shown_as_they_are() {
    for text in
        ["2026-02-30", "20260230", "30/2 2026", "2026-13-01 13:45:00", "2026-13-01T00:00:00Z", "12,5", "50 %", "45987"]
    {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn codes_are_shown_where_codes_stand_so_that_they_can_be_mapped() {
    for text in ["GYMN", "IM_IND", "NA25", "F"] {
        assert_eq!(mask_code(text), text);
    }
    assert_eq!(mask_code("Avbruten studie"), "Xxxxxxxx xxxxxx");
}

#[test]
fn other_text_is_shown_as_its_shape() {
    assert_eq!(mask("Kim Testsson"), "Xxx Xxxxxxxx");
    assert_eq!(mask("HEMLIGSSON"), "XXXXXXXXXX", "a name in capitals is no code");
    assert_eq!(mask("Gömstigen 12 B"), "Xxxxxxxxx 99 X");
    assert_eq!(mask("två\nrader"), "xxx xxxxx");
    assert_eq!(mask(&"Ö".repeat(10_000)).chars().count(), 40);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mask_shows_a_number_among_any_other_text(
        nth in 0..6000_u64, before in "[A-ZÅÄÖa-z0-9 .,:]{0,6}", after in "[A-ZÅÄÖa-z .,:]{0,6}",
        separator in "|-|\\+| | - |\u{2013}",
    ) {
        let number = youth(nth);
        let last_four = &number[8..];
        for front in [&number[..8], &number[2..8], number[2..8].trim_start_matches('0')] {
            let text = format!("{before}{front}{separator}{last_four}{after}");
            for shown in [mask(&text), mask_code(&text), mask_number(&text)] {
                prop_assert!(whole_number(&shown).is_none(), "{} shows {}", text, shown);
                prop_assert!(!shown.contains(last_four), "{} shows {}", text, shown);
            }
        }
    }

    #[test]
    fn no_mask_panics_or_grows_long(text in "\\PC{0,200}") {
        for shown in [mask(&text), mask_code(&text), mask_number(&text)] {
            prop_assert!(shown.chars().count() <= 40);
        }
    }
}
