//! What of a faulty cell may be shown: a personnummer as its birth year; dates, numbers and codes as they are; other
//! text as its shape.

use chrono::NaiveDate;

use crate::person::PersonalNumber;

/// A reference date that makes nobody unborn and leaves ten digits in this century: 2100 has no 29 February.
const LATEST: NaiveDate = NaiveDate::from_ymd_opt(2099, 12, 31).expect("a day");

/// The longest masked value that is shown.
const LONGEST: usize = 40;

/// The masked form of a cell in a column of codes: what looks like a code is shown, so that it can be mapped.
pub fn mask_code(text: &str) -> String {
    let text = text.trim();
    let is_code = text.len() <= LONGEST
        && text.bytes().filter(u8::is_ascii_digit).count() < 6
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if is_code { text.to_owned() } else { mask(text) }
}

/// The masked form of any other cell: dates and short numbers as they are, text as its shape.
pub fn mask(text: &str) -> String {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    // `801012 08.0` is a number in two parts with a decimal, and looks like a day and a time.
    if is_number(text) {
        return birth_year(text);
    }
    if is_figures(text) || (is_figures(date) && is_time_of_day(time)) {
        return shorten(text);
    }
    if digits >= 9 { birth_year(text) } else { shape(text) }
}

fn is_figures(text: &str) -> bool {
    let is_mark = |c| matches!(c, '-' | '+' | '.' | ',' | '/' | ':' | ' ' | '%');
    text.chars().filter(char::is_ascii_digit).count() <= 8 && text.chars().all(|c| c.is_ascii_digit() || is_mark(c))
}

/// `13:45:00`, also with a fraction or `Z` behind it.
fn is_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_end_matches('Z').split([':', '.']).collect();
    (2..=4).contains(&parts.len())
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Seven or eight digits can be a personnummer whose zeros a spreadsheet ate.
fn is_number(text: &str) -> bool {
    PersonalNumber::parse(text, LATEST).is_ok()
}

/// The masked form of a cell in a column of numbers of persons: never more than the birth year.
pub fn mask_number(text: &str) -> String {
    birth_year(text.trim())
}

fn birth_year(text: &str) -> String {
    // A temporary number has letters among the last four.
    let written: Vec<char> = places(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = match written[..] {
        ['1', '9', ..] | ['2', '0', ..] if written.len() >= 11 => 4,
        _ if written.len() >= 10 => 2,
        _ => 0,
    };
    let mut seen = 0;
    let masked: String = text
        .chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= shown && c.is_ascii_digit() { c } else { 'x' }
        })
        .collect();
    shorten(&masked)
}

/// A number without the decimals or the exponent that a spreadsheet gave it, which would count as places: nine digits
/// with two decimals do not begin with a year.
fn places(text: &str) -> &str {
    let is_all = |part: &str, wanted: fn(char) -> bool| part.chars().filter(|c| c.is_alphanumeric()).all(wanted);
    let decimal = ['.', ','];
    match (text.split_once(['E', 'e']), text.split_once(decimal)) {
        (Some((mantissa, exponent)), _) if mantissa.contains(decimal) && is_all(exponent, |c| c.is_ascii_digit()) => {
            mantissa
        }
        (_, Some((whole, decimals))) if is_all(decimals, |c| c == '0') => whole,
        _ => text,
    }
}

fn shape(text: &str) -> String {
    let shaped: String = text
        .chars()
        .map(|c| {
            if c.is_uppercase() {
                'X'
            } else if c.is_alphabetic() {
                'x'
            } else if c.is_numeric() {
                '9'
            } else if c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    shorten(&shaped)
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}
