//! What of a faulty cell may be shown: a personnummer as its birth year; dates, numbers and codes as they are; other
//! text as its shape.

use chrono::NaiveDate;

use super::files::is_unseen;
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

/// A text for the terminal: a personnummer in it, as in the name of a file or sheet, as its birth year, and what nobody
/// sees or what steers a terminal as a box. Line breaks stay.
pub fn mask_message(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
        let (before, part) = (&rest[..start], &rest[start..start + length]);
        masked.push_str(before);
        masked.push_str(&mask_numbers(part));
        rest = &rest[start + length..];
    }
    masked.push_str(rest);
    masked.chars().map(|c| if c != '\n' && is_unseen(c) { '\u{fffd}' } else { c }).collect()
}

/// Digits and marks, without the numbers of persons among them: `200801012385-2026-11-16` is a number and a day.
fn mask_numbers(part: &str) -> String {
    const FORMS: [usize; 4] = [13, 12, 11, 10];
    let is_edge = |at: usize| at == 0 || at >= part.len() || !part.as_bytes()[at].is_ascii_digit();
    let is_whole = |from: usize, to: usize| {
        (from == 0 || !part.as_bytes()[from - 1].is_ascii_digit()) && is_edge(to) && is_number(&part[from..to])
    };
    for from in 0..part.len() {
        for to in FORMS.map(|length| from + length).into_iter().filter(|&to| to <= part.len()) {
            if part.as_bytes()[from].is_ascii_digit() && is_whole(from, to) {
                return format!("{}{}{}", &part[..from], birth_year(&part[from..to]), mask_numbers(&part[to..]));
            }
        }
    }
    part.to_owned()
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

/// The shape of a cell of which nothing may be shown: letters and figures alike.
pub fn mask_all(text: &str) -> String {
    shape(text.trim())
}

/// What is known of a column of codes when its unknown values are told.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodedColumn {
    /// Cells that a code or mapping covers.
    pub understood: u64,
    /// Cells that none covers.
    pub unknown: u64,
    /// Different values among these.
    pub unknown_values: u64,
    /// Whether its header is one of names, addresses or notes.
    pub personal: bool,
}

/// How an unknown value of a column of codes is shown: as it stands when it is a word of the system that made the
/// export, so that it can be mapped, else as its shape. A word stands in several rows, of a column whose other cells are
/// codes or whose words are few; what stands once or twice can be somebody's note.
pub fn mask_wording(value: &str, count: u64, column: CodedColumn, forbidden: &[String]) -> String {
    const FEWEST: u64 = 3;
    const MOST_WORDS: u64 = 30;
    const LONGEST_WORDING: usize = 60;
    let is_column_of_codes = column.understood >= column.unknown
        || (column.unknown_values <= MOST_WORDS && column.unknown >= FEWEST * column.unknown_values);
    let value = value.trim();
    let is_short = value.chars().count() <= LONGEST_WORDING && !value.contains(['@', '\n']);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_word = count >= FEWEST && is_column_of_codes && is_short && digits < 6 && !column.personal;
    if is_word && !crate::records::is_forbidden(value, forbidden) { value.to_owned() } else { mask_code(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_no_number_and_steers_no_terminal() {
        let born = NaiveDate::from_ymd_opt(2008, 1, 1).expect("a day");
        let number = PersonalNumber::with_check_digit(born, 238);
        let (digits, hyphenated) = (number.digits(), number.hyphenated());
        for form in [&digits, &hyphenated, &digits[2..], &hyphenated[2..]] {
            for text in [form.to_owned(), format!("elev-{form}-2026-11-16.csv"), format!("[{form}, rad 3]")] {
                let masked = mask_message(&text);
                assert!(!masked.contains(form), "{masked}");
                assert_eq!(masked.len(), text.len(), "{masked}");
            }
        }
        let plain = "output/1472-tibro/manad-2026-11-20-r2: 1536 av 200801, åäö\n  64 %";
        assert_eq!(mask_message(plain), plain);
        assert_eq!(mask_message("a\u{1b}[2Jb\rc\u{202e}d"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d");
    }
}
