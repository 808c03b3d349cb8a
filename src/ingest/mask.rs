//! What of a faulty cell may be shown: a personnummer as its birth year; dates, numbers and codes as they are; other
//! text as its shape.

/// The longest masked value that is shown.
const LONGEST: usize = 40;

/// The masked form of a cell.
pub fn mask(text: &str) -> String {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_figures =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ',' | '/' | ':' | ' ' | '%'));
    let without_time = text.split([' ', 'T']).next().unwrap_or_default();
    let date_digits = without_time.chars().filter(char::is_ascii_digit).count();
    if is_figures && (digits <= 8 || (date_digits <= 8 && text.contains(':'))) {
        return shorten(text);
    }
    let is_code = text.len() <= LONGEST
        && digits < 6
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if is_code {
        return text.to_owned();
    }
    if digits >= 9 { birth_year(text) } else { shape(text) }
}

/// The masked form of a cell in a column of numbers of persons: never more than the birth year.
pub fn mask_number(text: &str) -> String {
    birth_year(text.trim())
}

fn birth_year(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    let shown = match digits[..] {
        ['1', '9', ..] | ['2', '0', ..] if digits.len() >= 11 => 4,
        _ if digits.len() >= 10 => 2,
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
