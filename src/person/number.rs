//! Personal identity numbers (personnummer) and coordination numbers (samordningsnummer).
//!
//! Twelve digits `YYYYMMDDNNNC`: date of birth (day + 60 in a coordination number), birth number, and a
//! check digit by Luhn over `YYMMDDNNN` (folkbokföringslagen 18 §; Skatteverket SKV 704 and 707).
//! The century of a ten-digit number is decided by a reference date, never by the clock.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A valid personal identity number or coordination number, held as the integer `YYYYMMDDNNNC`.
///
/// Eight bytes, sorted as the twelve digits are. `Display` and `Debug` show the birth year only, so that a
/// number can never reach a log by accident; [`PersonalNumber::digits`] and [`PersonalNumber::hyphenated`]
/// are the explicit calls that show it whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonalNumber(u64);

/// What a cell in a number column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A valid number that rows can be joined on.
    Number(PersonalNumber),
    /// A school's temporary number (letters among the last four): set aside, never joined on.
    Temporary,
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not 10 or 12 digits, and not repairable.
    Shape,
    /// Ten digits or fewer remain after a spreadsheet ate leading zeros, but no valid number results.
    LostZeros,
    /// Shown with an exponent: the last digits are gone.
    Exponent,
    /// Not a day of the calendar.
    Date,
    /// Born after the reference date.
    Future,
    /// Birth number 000, which is never given.
    BirthNumber,
    /// The check digit does not hold.
    CheckDigit,
}

impl PersonalNumber {
    /// Reads a number as people and systems write it: 10 or 12 digits, `-` or `+` before the last four, blanks,
    /// odd dashes, and the damage that spreadsheets do where the repair is certain (`.0`, an exponent that keeps
    /// every digit, lost leading zeros when the check digit holds).
    ///
    /// `reference` decides the century of ten digits: the latest birth date on or before it, or with `+` a hundred
    /// years before that.
    ///
    /// # Errors
    /// [`NumberError`] says which part does not hold; it never carries the text.
    pub fn parse(text: &str, reference: NaiveDate) -> Result<Identity, NumberError> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // As nearly every number stands.
            let number: u64 = text.parse().map_err(|_| NumberError::Shape)?;
            return Self::checked(number, reference).map(Identity::Number);
        }
        let shape = Shape::of(text)?;
        if shape.temporary {
            return Ok(Identity::Temporary);
        }
        let digits = shape.digits.as_str();
        let number: u64 = digits.parse().map_err(|_| NumberError::Shape)?;
        match digits.len() {
            12 => Self::checked(number, reference),
            10 => Self::with_century(number, shape.plus, reference),
            // 00MMDDNNNC of a person born in 2000 loses two zeros and, from January to September, three.
            7..=9 => Self::with_century(number, shape.plus, reference).map_err(|_| NumberError::LostZeros),
            _ => Err(NumberError::Shape),
        }
        .map(Identity::Number)
    }

    /// The number from its twelve digits, as the program writes them itself.
    ///
    /// # Errors
    /// [`NumberError`] when the digits are not a valid number born on or before `reference`.
    pub fn from_digits(digits: &str, reference: NaiveDate) -> Result<Self, NumberError> {
        match Self::parse(digits, reference)? {
            Identity::Number(number) => Ok(number),
            Identity::Temporary => Err(NumberError::Shape),
        }
    }

    /// The number with the check digit that belongs to `born` and `birth_number` (0 to 999).
    pub fn with_check_digit(born: NaiveDate, birth_number: u16) -> Self {
        let year = u64::from(born.year().unsigned_abs());
        let date = year * 10_000 + u64::from(born.month() * 100 + born.day());
        let unchecked = date * 1_000 + u64::from(birth_number % 1_000);
        Self(unchecked * 10 + luhn_check_digit(unchecked % 1_000_000_000))
    }

    fn with_century(ten: u64, plus: bool, reference: NaiveDate) -> Result<Self, NumberError> {
        let year_in_century = ten / 100_000_000;
        let reference_year = u64::from(reference.year().unsigned_abs());
        let mut year = reference_year / 100 * 100 + year_in_century;
        let month = ten / 1_000_000 % 100;
        let day = ten / 10_000 % 100 % 60;
        let after_reference =
            |year: u64| (year, month, day) > (reference_year, u64::from(reference.month()), u64::from(reference.day()));
        if after_reference(year) {
            year -= 100;
        }
        if plus {
            year -= 100;
        }
        Self::checked(year * 100_000_000 + ten % 100_000_000, reference)
    }

    fn checked(number: u64, reference: NaiveDate) -> Result<Self, NumberError> {
        let candidate = Self(number);
        let born = candidate.date_of_birth().ok_or(NumberError::Date)?;
        if born > reference {
            return Err(NumberError::Future);
        }
        if (number / 10).is_multiple_of(1_000) {
            return Err(NumberError::BirthNumber);
        }
        if luhn_check_digit(number / 10 % 1_000_000_000) != number % 10 {
            return Err(NumberError::CheckDigit);
        }
        Ok(candidate)
    }

    fn date_of_birth(self) -> Option<NaiveDate> {
        // Ten digits that a system filled up to twelve with zeros would make a person of the year 8.
        const EARLIEST_YEAR: i32 = 1800;
        let year = i32::try_from(self.0 / 100_000_000).ok().filter(|&year| year >= EARLIEST_YEAR)?;
        let month = u32::try_from(self.0 / 1_000_000 % 100).ok()?;
        let day = u32::try_from(self.0 / 10_000 % 100).ok()?;
        NaiveDate::from_ymd_opt(year, month, if day > 60 { day - 60 } else { day })
    }

    /// The date of birth.
    pub fn born(self) -> NaiveDate {
        self.date_of_birth().expect("a number is only made with a real date of birth")
    }

    /// Whether this is a samordningsnummer (day of birth + 60): its holder is not folkbokförd.
    pub fn is_coordination_number(self) -> bool {
        self.0 / 10_000 % 100 > 60
    }

    /// Whether the birth number is even, which women's are.
    pub fn is_woman(self) -> bool {
        (self.0 / 10).is_multiple_of(2)
    }

    /// The number whole, `YYYYMMDDNNNC`: for the files of the people who work with the person.
    pub fn digits(self) -> String {
        let mut text = String::with_capacity(12);
        self.put_digits(&mut text);
        text
    }

    /// Appends the twelve digits.
    pub fn put_digits(self, text: &mut String) {
        let mut rest = self.0;
        let mut digits = [b'0'; 12];
        for digit in digits.iter_mut().rev() {
            // Less than ten.
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    }

    /// The number whole, `YYYYMMDD-NNNC`: for workbooks.
    pub fn hyphenated(self) -> String {
        let mut text = self.digits();
        text.insert(8, '-');
        text
    }
}

impl fmt::Display for PersonalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}xxxx-xxxx", self.0 / 100_000_000)
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The digits and marks of a written number, cleaned of blanks, odd dashes and a spreadsheet's damage.
struct Shape {
    digits: String,
    plus: bool,
    temporary: bool,
}

impl Shape {
    fn of(text: &str) -> Result<Self, NumberError> {
        const LONGEST: usize = 40;
        let mut cleaned: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}' | '\''))
            .map(|c| if is_dash(c) { '-' } else { c })
            .take(LONGEST + 1)
            .collect();
        if cleaned.chars().count() > LONGEST {
            return Err(NumberError::Shape);
        }
        if let Some(whole) = whole_of_exponent(&cleaned)? {
            cleaned = whole;
        }
        let cleaned = strip_zero_decimals(&cleaned);
        let (front, mark, back) = match cleaned.char_indices().rev().find(|(_, c)| matches!(c, '-' | '+')) {
            Some((at, mark)) => (&cleaned[..at], Some(mark), &cleaned[at + 1..]),
            None => (cleaned, None, ""),
        };
        let digits = format!("{front}{back}");
        if is_temporary(&digits) {
            return Ok(Self { digits, plus: false, temporary: true });
        }
        let last_four_apart = mark.is_none() || back.len() == 4;
        if digits.is_empty() || !last_four_apart || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Shape);
        }
        Ok(Self { digits, plus: mark == Some('+'), temporary: false })
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// `200801012386.0` and `200801012386,00` as spreadsheets write a whole number.
fn strip_zero_decimals(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        Some((whole, decimals)) if !decimals.is_empty() && decimals.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// `2.00801012386E+11` as a whole number; an exponent that has lost digits is an error: the mantissa was rounded, so a
/// check digit that holds after zeros are added proves nothing.
fn whole_of_exponent(text: &str) -> Result<Option<String>, NumberError> {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return Ok(None) };
    let Ok(exponent) = exponent.trim_start_matches('+').parse::<usize>() else { return Ok(None) };
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_number = whole.len() == 1 && format!("{whole}{decimals}").bytes().all(|b| b.is_ascii_digit());
    if !is_number {
        return Ok(None);
    }
    if decimals.len() != exponent { Err(NumberError::Exponent) } else { Ok(Some(format!("{whole}{decimals}"))) }
}

/// Temporary school numbers: a birth date and four characters with a letter among them (`20130101TF01`).
fn is_temporary(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !matches!(bytes.len(), 10 | 12) || !bytes.is_ascii() {
        return false;
    }
    let (date, last_four) = bytes.split_at(bytes.len() - 4);
    date.iter().all(u8::is_ascii_digit)
        && last_four.iter().all(u8::is_ascii_alphanumeric)
        && last_four.iter().any(u8::is_ascii_alphabetic)
}

/// Luhn over nine digits, from the left weights 2, 1, 2, ...
fn luhn_check_digit(nine: u64) -> u64 {
    let mut rest = nine;
    let mut sum = 0;
    for position in 0..9 {
        let weighted = rest % 10 * if position % 2 == 0 { 2 } else { 1 };
        sum += weighted / 10 + weighted % 10;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}
