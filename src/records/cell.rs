//! One cell of a table: how its text is read into a type and written back in the canonical form.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::{Datelike, Days, NaiveDate};

use super::Coded;
use crate::person::{Identity, NumberError, PersonalNumber};

/// A short text that many rows share: school, programme, street. Each stands in memory once, for as long as the program
/// runs, so that a row is small, and copied without counting who else holds its texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(&'static &'static str);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        static KEPT: LazyLock<Mutex<HashSet<Text>>> = LazyLock::new(Mutex::default);
        let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&kept) = all.get(text) {
            return kept;
        }
        let kept: &'static str = Box::leak(text.into());
        let kept = Self(Box::leak(Box::new(kept)));
        all.insert(kept);
        kept
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, formatter)
    }
}

/// Code of a municipality, 0 to 9999, written with four digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Municipality(u16);

impl Municipality {
    /// The municipality of a code with at most four digits (a spreadsheet eats the zero of `0182`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = matches!(text.len(), 1..=4) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for Municipality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.0)
    }
}

impl fmt::Debug for Municipality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A share in whole per cent; more than 100 is possible (overtime studies).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(pub u16);

/// A name that is compared with the population register's and then forgotten: it is never written or stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameToCompare(pub Text);

/// What is wrong with one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// A required cell is empty.
    Missing,
    /// Not a personnummer or samordningsnummer.
    Number(NumberError),
    /// A samordningsnummer where only a personnummer can stand.
    CoordinationNumber,
    /// A school's temporary number.
    Temporary,
    /// Not a day of the calendar in a known form.
    Date,
    /// A value that is in no code list and no mapping.
    Code,
    /// Neither J nor N.
    YesNo,
    /// Not a whole number of per cent.
    Percent,
    /// Not a municipality code.
    Municipality,
    /// A value that förordning (2006:39) 5 § forbids to keep.
    Forbidden,
    /// The last day lies before the first.
    EndBeforeStart,
    /// A text longer than any such field is.
    TooLong,
    /// A number change that leads back to itself.
    NumberCycle,
    /// The row has more or fewer cells than the header, or an open quotation mark.
    Ragged,
    /// Bytes that are no text in the file's encoding.
    Encoding,
}

/// What a reader needs to know of the run and the file.
pub struct CellContext {
    /// The as-of date: decides the century of ten digits.
    pub reference: NaiveDate,
    /// Whether numbers can be a spreadsheet's days since 1900.
    pub serial_dates: bool,
    /// An extra form of dates, as chrono writes it (`%d/%m/%Y`).
    pub date_format: Option<String>,
    forbidden: Vec<String>,
    initials: u32,
    texts: RefCell<HashSet<Text>>,
    /// Texts of late, each where [`slot`] puts it: most cells hold what a cell shortly before held.
    recent: RefCell<Vec<Option<Text>>>,
}

impl CellContext {
    /// A context for canonical cells.
    pub fn new(reference: NaiveDate) -> Self {
        Self {
            reference,
            serial_dates: false,
            date_format: None,
            forbidden: Vec::new(),
            initials: 0,
            texts: RefCell::default(),
            recent: RefCell::new(vec![None; RECENT_TEXTS]),
        }
    }

    /// A context in which a text must not hold these folded words.
    pub fn forbidding(reference: NaiveDate, words: &[String]) -> Self {
        Self { forbidden: words.to_vec(), initials: initials(words), ..Self::new(reference) }
    }

    /// A text that has been found clean before.
    fn known(&self, text: &str) -> Option<Text> {
        let recent = &mut self.recent.borrow_mut()[slot(text)];
        if recent.as_deref() != Some(text) {
            *recent = Some(*self.texts.borrow().get(text)?);
        }
        *recent
    }
}

/// How many texts of late are at hand.
const RECENT_TEXTS: usize = 2048;

/// Where a text of late is kept: by its length and last bytes, which costs a fraction of a hash.
fn slot(text: &str) -> usize {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    const SHIFT: u32 = u64::BITS - RECENT_TEXTS.ilog2();
    let bytes = text.as_bytes();
    let short = || bytes.iter().fold(0, |number, &byte| (number << 8) | u64::from(byte));
    let last = bytes.last_chunk().map_or_else(short, |last| u64::from_le_bytes(*last));
    usize::try_from((last ^ bytes.len() as u64).wrapping_mul(SPREAD) >> SHIFT).unwrap_or_default()
}

/// A type that stands in one cell. Empty cells never reach [`Cell::read`].
pub trait Cell: Sized {
    /// Reads trimmed, non-empty text.
    ///
    /// # Errors
    /// The fault, without the value.
    fn read(text: &str, context: &CellContext) -> Result<Self, CellFault>;
    /// The canonical form.
    fn write(&self) -> String {
        let mut text = String::new();
        self.put(&mut text);
        text
    }
    /// Appends the canonical form.
    fn put(&self, text: &mut String);
    /// What an unreadable value counts as, where the contract names one.
    fn fallback() -> Option<Self> {
        None
    }
}

impl Cell for PersonalNumber {
    fn read(text: &str, context: &CellContext) -> Result<Self, CellFault> {
        match Self::parse(text, context.reference) {
            Ok(Identity::Number(number)) => Ok(number),
            Ok(Identity::Temporary) => Err(CellFault::Temporary),
            Err(error) => Err(CellFault::Number(error)),
        }
    }
    fn put(&self, text: &mut String) {
        self.put_digits(text);
    }
}

impl Cell for NaiveDate {
    fn read(text: &str, context: &CellContext) -> Result<Self, CellFault> {
        read_date(text, context).ok_or(CellFault::Date)
    }
    fn put(&self, text: &mut String) {
        let Ok(year @ 1000..=9999) = u32::try_from(self.year()) else { return text.push_str(&self.to_string()) };
        let [y1, y2, m, d] = [year / 100, year % 100, self.month(), self.day()].map(|two| [two / 10, two % 10]);
        let digit = |digit: u32| b'0' + u8::try_from(digit).unwrap_or_default();
        let [[a, b], [c, d1], [e, f], [g, h]] = [y1, y2, m, d].map(|two| two.map(digit));
        text.push_str(std::str::from_utf8(&[a, b, c, d1, b'-', e, f, b'-', g, h]).unwrap_or_default());
    }
}

impl Cell for Municipality {
    fn read(text: &str, _: &CellContext) -> Result<Self, CellFault> {
        Self::parse(text).ok_or(CellFault::Municipality)
    }
    fn put(&self, text: &mut String) {
        let digit = |place| char::from(b'0' + u8::try_from(self.0 / place % 10).unwrap_or_default());
        text.extend([1000, 100, 10, 1].map(digit));
    }
}

impl Cell for Percent {
    fn read(text: &str, _: &CellContext) -> Result<Self, CellFault> {
        let number = text.trim_end_matches('%').trim_end().replace(',', ".");
        let value: f64 = number.parse().map_err(|_| CellFault::Percent)?;
        // Spreadsheets show 50 % and hold 0.5, and 1 for 100 %. Nobody studies at one per cent.
        let is_share = value > 0.0 && value <= 1.5 && !text.contains('%');
        let value = if is_share { value * 100.0 } else { value };
        if !(0.0..=1000.0).contains(&value) {
            return Err(CellFault::Percent);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000, checked above")]
        Ok(Self(value.round() as u16))
    }
    fn put(&self, text: &mut String) {
        text.push_str(&self.0.to_string());
    }
}

impl Cell for bool {
    fn read(text: &str, _: &CellContext) -> Result<Self, CellFault> {
        match text {
            // As nearly all stand.
            "J" | "N" => Ok(text == "J"),
            _ => match super::fold(text).as_str() {
                "j" | "ja" | "1" | "true" | "sant" => Ok(true),
                "n" | "nej" | "0" | "false" | "falskt" => Ok(false),
                _ => Err(CellFault::YesNo),
            },
        }
    }
    fn put(&self, text: &mut String) {
        text.push(if *self { 'J' } else { 'N' });
    }
}

impl Cell for Text {
    fn read(text: &str, context: &CellContext) -> Result<Self, CellFault> {
        const LONGEST: usize = 200;
        // What has been found clean once is clean.
        if let Some(known) = context.known(text) {
            return Ok(known);
        }
        if text.chars().count() > LONGEST {
            return Err(CellFault::TooLong);
        }
        // Control and direction marks have no place in a name or street and can hide what a cell says. A line break
        // parts two words.
        let lines = text.split(char::is_control).map(str::trim).filter(|line| !line.is_empty());
        let mut clean = lines.collect::<Vec<_>>().join(" ");
        clean.retain(|c| !is_format_mark(c));
        if holds_forbidden(&clean, &context.forbidden, context.initials) {
            return Err(CellFault::Forbidden);
        }
        let clean = Text::from(clean.as_str());
        context.texts.borrow_mut().insert(clean);
        Ok(clean)
    }
    fn put(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl Cell for NameToCompare {
    fn read(text: &str, context: &CellContext) -> Result<Self, CellFault> {
        Text::read(text, context).map(Self)
    }
    fn put(&self, _: &mut String) {}
}

impl<T: Coded> Cell for T {
    fn read(text: &str, _: &CellContext) -> Result<Self, CellFault> {
        T::from_text(text).ok_or(CellFault::Code)
    }
    fn put(&self, text: &mut String) {
        text.push_str(self.code());
    }
    fn fallback() -> Option<Self> {
        T::UNMAPPED
    }
}

/// Marks that change the direction of writing, take no room, or tag what stands behind them: all of them can make a text
/// look like another one.
pub fn is_format_mark(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The first letters of folded words, a bit for each from a to z; a word that begins with another sign sets all.
fn initials(words: &[String]) -> u32 {
    words.iter().fold(0, |bits, word| bits | word.chars().next().and_then(letter_bit).unwrap_or(u32::MAX))
}

fn letter_bit(letter: char) -> Option<u32> {
    letter.is_ascii_lowercase().then(|| 1 << (letter as u32 - 'a' as u32))
}

/// Whether a word of the text is forbidden: a short one whole (`lvu`), a longer one also as the beginning of a word.
pub fn is_forbidden(text: &str, forbidden: &[String]) -> bool {
    holds_forbidden(text, forbidden, initials(forbidden))
}

fn holds_forbidden(text: &str, forbidden: &[String], initials: u32) -> bool {
    const SHORT: usize = 4;
    if forbidden.is_empty() {
        return false;
    }
    // Most words end here, without being folded.
    let can_be = |word: &&str| {
        let first = word.chars().next().map(|first| first.to_ascii_lowercase());
        first.and_then(letter_bit).is_none_or(|bit| initials & bit != 0)
    };
    let matches = |word: &str, fault: &String| {
        if fault.len() <= SHORT { word == fault } else { word.starts_with(fault.as_str()) }
    };
    // The dots and the ring of å, ä and ö can stand by themselves behind the letter.
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\u{308}' | '\u{30a}' | '\u{ad}'))
        .filter(|word| !word.is_empty())
        .filter(can_be)
        .map(super::fold)
        .any(|word| !word.is_empty() && forbidden.iter().any(|fault| matches(&word, fault)))
}

/// `2026-11-20`, `20261120`, either with a time of day behind it, a spreadsheet's serial day, or the form of the source.
fn read_date(text: &str, context: &CellContext) -> Option<NaiveDate> {
    if let Some(form) = &context.date_format
        && let Ok(date) = NaiveDate::parse_from_str(text, form)
    {
        return in_range(date);
    }
    if let Some(date) = iso_date(text.as_bytes()) {
        return in_range(date);
    }
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let rest = &text[day.len()..];
    if !rest.is_empty() && !is_time_of_day(&rest[1..]) {
        return None;
    }
    let parts: Vec<&str> = day.split('-').collect();
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [year, month, date] if digits(year, 4) && digits(month, 2) && digits(date, 2) => from_parts(year, month, date),
        [whole] if digits(whole, 8) => from_parts(&whole[..4], &whole[4..6], &whole[6..]),
        [whole] if context.serial_dates && digits(whole, 5) => {
            NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(whole.parse().ok()?))
        }
        _ => None,
    }
    .and_then(in_range)
}

/// `2026-11-20`, as nearly every date stands.
fn iso_date(text: &[u8]) -> Option<NaiveDate> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = text else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(&[a, b, c, d])?).ok()?, number(&[e, f])?, number(&[g, h])?)
}

fn is_time_of_day(text: &str) -> bool {
    text.trim_end_matches('Z')
        .split([':', '.', '+', '-'])
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn from_parts(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Years that can concern a youth; 9999-12-31, which some systems write for "no end", is no date here.
fn in_range(date: NaiveDate) -> Option<NaiveDate> {
    (1900..=2199).contains(&date.year()).then_some(date)
}
