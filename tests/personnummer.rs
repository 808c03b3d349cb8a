//! Personnummer as people and systems write them, the damage that spreadsheets do to them, birthdays, and numbers that
//! change. Only numbers of the legal test series stand here: birth numbers 238 and 239.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use kaa::person::{Identity, NumberError, NumberLink, NumberLinks, PersonalNumber, age_on, birthday, years_before};
use proptest::prelude::*;

/// The as-of date that decides centuries here.
fn reference() -> NaiveDate {
    day(2026, 11, 20)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn parse(text: &str) -> Result<Identity, NumberError> {
    PersonalNumber::parse(text, reference())
}

/// The twelve digits of the number that `text` is read as.
fn read(text: &str) -> String {
    match parse(text) {
        Ok(Identity::Number(number)) => number.digits(),
        other => panic!("{text:?} is read as {other:?}"),
    }
}

fn number(text: &str) -> PersonalNumber {
    PersonalNumber::from_digits(text, reference()).expect("a valid number")
}

/// The check digit by the definition: the digits of 2, 1, 2, ... times the digits, up to the next ten.
fn check_digit(nine: &str) -> u32 {
    let products = nine.chars().zip([2, 1].into_iter().cycle()).map(|(c, weight)| weight * c.to_digit(10).unwrap());
    (10 - products.map(|product| product / 10 + product % 10).sum::<u32>() % 10) % 10
}

/// The twelve digits with their check digit, from a date of birth whose day may have 60 added.
fn with_check_digit(eight: &str, birth_number: &str) -> String {
    let nine = format!("{}{birth_number}", &eight[2..]);
    format!("{eight}{birth_number}{}", check_digit(&nine))
}

// --- What is a number ---

#[test]
fn ten_and_twelve_digits_with_and_without_a_hyphen_are_the_same_number() {
    for text in ["200801012386", "20080101-2386", "0801012386", "080101-2386"] {
        assert_eq!(read(text), "200801012386", "{text}");
    }
}

#[test]
fn blanks_and_odd_dashes_from_word_and_excel_do_not_matter() {
    let dashes = ['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}', '\u{ff0d}', '\u{fe63}'];
    for dash in dashes {
        assert_eq!(read(&format!("20080101{dash}2386")), "200801012386", "U+{:04X}", u32::from(dash));
        assert_eq!(read(&format!("080101 {dash} 2386")), "200801012386", "U+{:04X}", u32::from(dash));
    }
    let blanks = [" ", "\u{a0}", "\t", "\u{202f}", "\u{2009}", "\u{200b}", "\u{feff}", "\u{ad}", "'", ""];
    for blank in blanks {
        assert_eq!(read(&format!("{blank}20080101{blank}2386{blank}")), "200801012386", "{blank:?}");
        assert_eq!(read(&format!("{blank}080101{blank}-{blank}2386")), "200801012386", "{blank:?}");
    }
}

/// Who is born in the test series is a hundred years old a hundred years from now.
fn century_of(text: &str, reference: NaiveDate) -> i32 {
    match PersonalNumber::parse(text, reference) {
        Ok(Identity::Number(number)) => number.born().year(),
        other => panic!("{text:?} is read as {other:?}"),
    }
}

#[test]
fn a_plus_before_the_last_four_means_a_hundred_years_or_more() {
    assert_eq!(century_of("080101+2386", day(2126, 11, 20)), 2008);
    assert_eq!(century_of("080101-2386", day(2126, 11, 20)), 2108);
    assert_eq!(century_of("20080101+2386", day(2126, 11, 20)), 2008);
}

#[test]
fn the_century_of_ten_digits_is_decided_by_the_reference_date_and_not_by_the_clock() {
    let ten = &with_check_digit("19901120", "238")[2..];
    assert_eq!(century_of(ten, day(2026, 11, 20)), 1990);
    assert_eq!(century_of(ten, day(2090, 11, 19)), 1990, "not born yet in this century");
    assert_eq!(century_of(ten, day(2090, 11, 20)), 2090, "born on the day");
}

#[test]
fn twelve_digits_say_the_century_themselves_and_nobody_is_born_after_the_reference_date() {
    assert_eq!(century_of("200801012386", day(2126, 11, 20)), 2008);
    assert_eq!(parse(&with_check_digit("20261121", "238")), Err(NumberError::Future));
    // A system that fills ten digits up to twelve with zeros must not make a person of the year 8, whom nobody seeks.
    assert_eq!(parse("000801012386"), Err(NumberError::Date));
}

#[test]
fn the_check_digit_must_hold_in_every_form() {
    for wrong in (0..10).filter(|&digit| digit != 6) {
        for text in [format!("20080101238{wrong}"), format!("080101-238{wrong}"), format!("080101238{wrong}")] {
            assert_eq!(parse(&text), Err(NumberError::CheckDigit), "{text}");
        }
    }
}

#[test]
fn the_date_of_birth_must_be_in_the_calendar() {
    for eight in ["20080230", "20081301", "20080001", "20080100", "20080132", "20070229", "20080431", "20080460"] {
        assert_eq!(parse(&with_check_digit(eight, "238")), Err(NumberError::Date), "{eight}");
    }
    assert_eq!(number(&with_check_digit("20080229", "238")).born(), day(2008, 2, 29));
    // 2000 was a leap year, 1900 was none.
    assert_eq!(read(&with_check_digit("20000229", "239")[2..]), with_check_digit("20000229", "239"));
    assert_eq!(parse(&with_check_digit("19000229", "239")), Err(NumberError::Date));
}

#[test]
fn birth_number_000_is_never_given() {
    assert_eq!(parse(&with_check_digit("20080101", "000")), Err(NumberError::BirthNumber));
}

#[test]
fn a_samordningsnummer_has_sixty_added_to_the_day() {
    let coordination = with_check_digit("20080161", "238");
    for text in [&coordination, &coordination[2..], &format!("{}-{}", &coordination[2..8], &coordination[8..])] {
        assert_eq!(read(text), coordination, "{text}");
    }
    assert_eq!(number(&coordination).born(), day(2008, 1, 1));
    assert!(number(&coordination).is_coordination_number());
    assert!(!number("200801012386").is_coordination_number());
    assert_eq!(number(&with_check_digit("20080191", "239")).born(), day(2008, 1, 31));
    for eight in ["20080160", "20080192", "20080290", "20080499"] {
        assert_eq!(parse(&with_check_digit(eight, "238")), Err(NumberError::Date), "{eight}");
    }
}

#[test]
fn the_birth_number_is_even_for_women_and_odd_for_men() {
    assert!(PersonalNumber::with_check_digit(day(2008, 1, 1), 238).is_woman());
    assert!(!PersonalNumber::with_check_digit(day(2008, 1, 1), 239).is_woman());
}

#[test]
fn temporary_school_numbers_are_recognised_and_never_a_number() {
    let texts = ["20130101TF01", "20130101-T123", "20130101-TF01", "130101TF01", "130101-T123", "20130101 tf01"];
    for text in texts {
        assert_eq!(parse(text), Ok(Identity::Temporary), "{text}");
    }
    assert_eq!(PersonalNumber::from_digits("20130101TF01", reference()), Err(NumberError::Shape));
}

// --- What spreadsheets do ---

#[test]
fn a_whole_number_shown_with_decimals_is_repaired() {
    for text in ["200801012386.0", "200801012386,0", "200801012386.00", "801012386.0", "801012386,00"] {
        assert_eq!(read(text), "200801012386", "{text}");
    }
}

#[test]
fn an_exponent_that_keeps_every_digit_is_repaired() {
    for text in ["2.00801012386E+11", "2,00801012386E+11", "2.00801012386e11", "8.01012386E+8", "8,01012386e+08"] {
        assert_eq!(read(text), "200801012386", "{text}");
    }
}

#[test]
fn an_exponent_that_has_lost_digits_is_rejected_as_such_since_the_rest_is_a_guess() {
    let shortened = ["2.00801E+11", "2,00801E+11", "2.0080101238E+11", "2.008010124E+11", "2E+11", "8.01012E+8"];
    for text in shortened {
        assert_eq!(parse(text), Err(NumberError::Exponent), "{text}");
    }
    // Ten decimals of twelve digits are rounded: ...2386 and ...2390 both look like this, and the check digit of some
    // other day's 2390 holds.
    for day in 1..=31 {
        let text = format!("2.00801{day:02}239E+11");
        assert_eq!(parse(&text), Err(NumberError::Exponent), "{text}");
    }
}

#[test]
fn leading_zeros_that_a_spreadsheet_ate_are_put_back_when_the_number_holds() {
    let nine = with_check_digit("20080101", "238");
    assert_eq!(read(&nine[3..]), nine, "080101... without its zero");
    assert_eq!(read(&format!("{}-{}", &nine[3..8], &nine[8..])), nine, "80101-2386");
    let eight = with_check_digit("20001001", "238");
    assert_eq!(read(&eight[4..]), eight, "001001... without its zeros");
    let seven = with_check_digit("20000101", "239");
    assert_eq!(read(&seven[5..]), seven, "000101... without its zeros");
}

#[test]
fn lost_digits_that_no_valid_number_explains_are_rejected_with_the_hint_that_zeros_are_lost() {
    for text in ["801012385", "812012386", "80101238", "8010123", "1001231", "20080101", "20081231"] {
        assert_eq!(parse(text), Err(NumberError::LostZeros), "{text}");
    }
}

#[test]
fn damage_that_is_not_certain_is_rejected() {
    let texts = [
        "",
        " ",
        "-",
        "Kim",
        "saknas",
        "080101",         // a date of birth
        "20080101238",    // eleven digits
        "08001012386",    // eleven digits
        "2008010123860",  // thirteen digits
        "0200801012386",  // thirteen digits
        "200801O12386",   // the letter O
        "20080101-238",   // three behind the hyphen
        "2008-01-012386", // a hyphen elsewhere
        "0801-012386",
        "20080101--2386",
        "080101/2386",
        "200801012386.5",
        "200801012386.",
        "200801012386.0.0",
        "-200801012386",
        "+0801012386",
        "200801012386 och 200801022385",
        "#N/A",
        "########",
    ];
    for text in texts {
        assert_eq!(parse(text), Err(NumberError::Shape), "{text:?}");
    }
    // Forty noughts hide a digit behind them.
    assert_eq!(parse(&format!("200801012386.{}5", "0".repeat(40))), Err(NumberError::Shape));
}

// --- What is shown of a number ---

#[test]
fn printing_a_number_shows_no_more_than_the_birth_year() {
    let number = number("200801012386");
    assert_eq!(format!("{number}"), "2008xxxx-xxxx");
    assert_eq!(format!("{number:?}"), "2008xxxx-xxxx");
    assert_eq!(format!("{:?}", Identity::Number(number)), "Number(2008xxxx-xxxx)");
    let link = NumberLink { old: number, date: day(2026, 1, 1), new: number };
    assert!(!format!("{link:?}").contains("0101"), "not in a structure either");
}

#[test]
fn the_whole_number_takes_an_explicit_call() {
    assert_eq!(number("0801012386").digits(), "200801012386");
    assert_eq!(number("0801012386").hyphenated(), "20080101-2386");
}

#[test]
fn a_number_takes_eight_bytes_and_sorts_as_its_twelve_digits_do() {
    assert_eq!(size_of::<PersonalNumber>(), 8);
    let mut digits = vec![
        with_check_digit("20080101", "239"),
        with_check_digit("19991231", "238"),
        with_check_digit("20080161", "238"),
        with_check_digit("20080101", "238"),
        with_check_digit("20100630", "238"),
    ];
    let mut numbers: Vec<PersonalNumber> = digits.iter().map(|digits| number(digits)).collect();
    digits.sort();
    numbers.sort();
    assert_eq!(numbers.into_iter().map(PersonalNumber::digits).collect::<Vec<_>>(), digits);
}

// --- Any number, any text ---

fn any_birth() -> impl Strategy<Value = NaiveDate> {
    (0..14_000_u64)
        .prop_map(|days| day(1990, 1, 1) + chrono::Days::new(days))
        .prop_filter("born", |d| *d <= reference())
}

/// Every way in which the twelve digits of someone born in the hundred years before the reference date are written.
fn forms(twelve: &str) -> Vec<String> {
    let (eight, four) = twelve.split_at(8);
    let six = &eight[2..];
    let mut forms = vec![
        twelve.to_owned(),
        format!("{eight}-{four}"),
        format!("{six}{four}"),
        format!("{six}-{four}"),
        format!(" {eight} \u{2013} {four} "),
        format!("{twelve}.0"),
        format!("{}.{}E+11", &twelve[..1], &twelve[1..]),
        format!("{six}{four}").trim_start_matches('0').to_owned(),
        format!("{}.0", format!("{six}{four}").trim_start_matches('0')),
    ];
    if !six.starts_with('0') {
        forms.push(format!("{}.{}E+9", &six[..1], format_args!("{}{four}", &six[1..])));
    }
    forms
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_read_in_every_form(born in any_birth(), birth_number in 238_u16..=239) {
        let number = PersonalNumber::with_check_digit(born, birth_number);
        prop_assert_eq!(number.born(), born);
        prop_assert_eq!(&number.digits(), &with_check_digit(&born.format("%Y%m%d").to_string(), &birth_number.to_string()));
        for form in forms(&number.digits()) {
            prop_assert_eq!(parse(&form), Ok(Identity::Number(number)), "{}", form);
        }
    }

    #[test]
    fn one_digit_wrong_is_never_the_same_number_nor_another(
        born in any_birth(), birth_number in 238_u16..=239, at in 2_usize..12, wrong in 1_u8..10,
    ) {
        let mut digits = PersonalNumber::with_check_digit(born, birth_number).digits().into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + wrong) % 10;
        let text = String::from_utf8(digits).expect("digits");
        prop_assert!(parse(&text).is_err(), "{}", text);
        prop_assert!(parse(&text[2..]).is_err(), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reading_panic_and_what_is_read_ends_as_the_text_does(text in "\\PC{0,60}") {
        if let Ok(Identity::Number(number)) = parse(&text) {
            prop_assert_eq!(parse(&number.digits()), Ok(Identity::Number(number)));
        }
    }

    #[test]
    fn nothing_that_looks_like_a_number_is_read_as_other_digits(text in "[0-9]{1,13}|[0-9]{5,8}[-+][0-9]{3,5}") {
        if let Ok(Identity::Number(number)) = parse(&text) {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(number.digits().ends_with(&digits), "{}", text);
            prop_assert!(number.born() <= reference());
        }
    }
}

// --- Birthdays and ages ---

#[test]
fn a_birthday_on_29_february_falls_on_the_28th_in_a_common_year() {
    let born = day(2008, 2, 29);
    assert_eq!(birthday(born, 16), day(2024, 2, 29));
    assert_eq!(birthday(born, 18), day(2026, 2, 28), "lag 1930:173");
    assert_eq!(birthday(born, 20), day(2028, 2, 29));
    assert_eq!(age_on(born, day(2026, 2, 27)), 17);
    assert_eq!(age_on(born, day(2026, 2, 28)), 18);
    assert_eq!(age_on(born, day(2028, 2, 28)), 19, "a leap year has the day itself");
    assert_eq!(age_on(born, day(2028, 2, 29)), 20);
}

#[test]
fn age_counts_whole_years_from_the_birthday_on() {
    let born = day(2008, 11, 20);
    assert_eq!(age_on(born, day(2026, 11, 19)), 17);
    assert_eq!(age_on(born, day(2026, 11, 20)), 18);
    assert_eq!(age_on(born, born), 0);
    assert_eq!(age_on(born, day(2007, 1, 1)), 0, "before birth");
}

#[test]
fn the_same_day_a_year_before_29_february_is_the_28th() {
    assert_eq!(years_before(day(2024, 2, 29), 1), day(2023, 2, 28));
    assert_eq!(years_before(day(2024, 2, 29), 4), day(2020, 2, 29));
    assert_eq!(years_before(day(2026, 11, 20), 1), day(2025, 11, 20));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_an_age_before_the_birthday_and_everybody_is_on_it(born in any_birth(), age in 1_u8..30) {
        let turned = birthday(born, age);
        prop_assert_eq!(age_on(born, turned), age);
        prop_assert_eq!(age_on(born, turned.pred_opt().expect("a day before")), age - 1);
    }
}

// --- Numbers that change ---

fn someone(nth: u32) -> PersonalNumber {
    PersonalNumber::with_check_digit(day(2008, 1, 1) + chrono::Days::new(u64::from(nth)), 238)
}

fn link(old: u32, date: NaiveDate, new: u32) -> NumberLink {
    NumberLink { old: someone(old), date, new: someone(new) }
}

#[test]
fn a_chain_of_changes_leads_to_the_number_that_the_person_has_now() {
    let links = NumberLinks::new(vec![link(2, day(2025, 1, 1), 3), link(1, day(2024, 1, 1), 2)]);
    for nth in 1..=3 {
        assert_eq!(links.current(someone(nth)), someone(3));
    }
    assert_eq!(links.current(someone(9)), someone(9), "nobody else is touched");
    assert!(links.ambiguous.is_empty() && links.cyclic.is_empty());
}

#[test]
fn a_samordningsnummer_that_becomes_a_personnummer_is_a_change_like_any_other() {
    let coordination = number(&with_check_digit("20080161", "238"));
    let links = NumberLinks::new(vec![NumberLink { old: coordination, date: day(2026, 3, 1), new: someone(1) }]);
    assert_eq!(links.current(coordination), someone(1));
}

#[test]
fn of_two_new_numbers_the_later_change_holds_whatever_the_order_of_the_rows() {
    let rows = [link(1, day(2025, 1, 1), 3), link(1, day(2026, 1, 1), 2)];
    for rows in [rows.to_vec(), rows.iter().rev().copied().collect()] {
        let links = NumberLinks::new(rows);
        assert_eq!(links.current(someone(1)), someone(2));
        assert_eq!(links.ambiguous, BTreeSet::from([someone(1)]));
    }
}

#[test]
fn the_same_change_told_twice_is_no_conflict() {
    let links = NumberLinks::new(vec![link(1, day(2025, 1, 1), 2), link(1, day(2025, 6, 1), 2)]);
    assert_eq!(links.current(someone(1)), someone(2));
    assert!(links.ambiguous.is_empty());
}

#[test]
fn numbers_that_lead_back_to_themselves_are_followed_nowhere() {
    let links = NumberLinks::new(vec![
        link(1, day(2024, 1, 1), 2),
        link(2, day(2025, 1, 1), 3),
        link(3, day(2026, 1, 1), 1),
        link(4, day(2025, 1, 1), 4),
        link(5, day(2025, 1, 1), 1),
    ]);
    assert_eq!(links.cyclic, BTreeSet::from([1, 2, 3, 4].map(someone)));
    for nth in 1..=4 {
        assert_eq!(links.current(someone(nth)), someone(nth));
    }
    assert_eq!(links.current(someone(5)), someone(1), "a link into the circle is good up to it");
}
