//! Values of cells as text, the same for all formats.

use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate};

/// Whole numbers below are exact in a spreadsheet's floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// 9999-12-31, the last day a spreadsheet knows.
const LAST_DAY: f64 = 2_958_465.0;
/// Days from the first day of the 1900 system to that of the 1904 system.
const DAYS_TO_1904: f64 = 1462.0;
/// The day that the 1900 system invented: 29 February 1900.
const INVENTED_DAY: f64 = 60.0;
const SECONDS_A_DAY: f64 = 86_400.0;

/// What a number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberKind {
    Number,
    /// A date, a time of day or both.
    Moment,
    /// A span of time, `[h]:mm`.
    Duration,
}

/// Digits for whole numbers, else the shortest text that reads back as the same number.
pub(super) fn write_number(cell: &mut String, value: f64) {
    let result = if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        let whole = value as i64;
        write!(cell, "{whole}")
    } else {
        write!(cell, "{value}")
    };
    result.expect("a String takes all text");
}

/// `J` or `N`.
pub(super) fn write_boolean(cell: &mut String, value: bool) {
    cell.push(if value { 'J' } else { 'N' });
}

/// A number as its format shows it: as date and time, as a duration, or as it is.
pub(super) fn write_as(cell: &mut String, value: f64, kind: NumberKind, from_1904: bool) {
    match kind {
        NumberKind::Number => write_number(cell, value),
        NumberKind::Moment => write_moment(cell, value, from_1904),
        NumberKind::Duration => write_duration(cell, value),
    }
}

/// Days since 1900 or 1904 as date and time; what is no day of the calendar stays a number.
fn write_moment(cell: &mut String, value: f64, from_1904: bool) {
    if (0.0..1.0).contains(&value) {
        return write_duration(cell, value);
    }
    let serial = if from_1904 { value + DAYS_TO_1904 } else { value };
    let seconds = ((serial - serial.floor()) * SECONDS_A_DAY).round();
    let (day, seconds) = if seconds >= SECONDS_A_DAY { (serial.floor() + 1.0, 0.0) } else { (serial.floor(), seconds) };
    match day_of_calendar(day) {
        Some(date) => {
            write_date(cell, date);
            if seconds > 0.0 {
                cell.push(' ');
                write_clock(cell, seconds);
            }
        }
        None => write_number(cell, value),
    }
}

fn day_of_calendar(day: f64) -> Option<NaiveDate> {
    if !(1.0..=LAST_DAY).contains(&day) || day == INVENTED_DAY {
        return None;
    }
    // After the invented day every number is one too high.
    let before_first = if day < INVENTED_DAY { 31 } else { 30 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to LAST_DAY, checked above")]
    let days = Days::new(day as u64);
    NaiveDate::from_ymd_opt(1899, 12, before_first)?.checked_add_days(days)
}

fn write_date(cell: &mut String, date: NaiveDate) {
    write!(cell, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()).expect("a String takes all text");
}

/// Days as hours, minutes and seconds; a negative span stays a number.
fn write_duration(cell: &mut String, days: f64) {
    let seconds = (days * SECONDS_A_DAY).round();
    if (0.0..EXACT).contains(&seconds) { write_clock(cell, seconds) } else { write_number(cell, days) }
}

fn write_clock(cell: &mut String, seconds: f64) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "callers give 0 to 2^53")]
    let seconds = seconds as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(cell, "{hours:02}:{minutes:02}:{seconds:02}").expect("a String takes all text");
}

/// `2026-11-20` or `2026-11-20T13:45:00.000` in the form of the other dates; any other text as it is.
pub(super) fn write_iso_moment(cell: &mut String, text: &str) {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.trim_end_matches('Z').split('.').next().unwrap_or_default();
    let is_clock = time.len() == 8 && time.bytes().all(|b| b.is_ascii_digit() || b == b':');
    match time {
        "" | "00:00:00" => cell.push_str(date),
        _ if is_clock => {
            cell.push_str(date);
            cell.push(' ');
            cell.push_str(time);
        }
        _ => cell.push_str(text),
    }
}

/// `PT10H30M00S` as `10:30:00`; any other text as it is.
pub(super) fn write_iso_duration(cell: &mut String, text: &str) {
    match seconds_of_iso_duration(text) {
        Some(seconds) => write_clock(cell, seconds),
        None => cell.push_str(text),
    }
}

fn seconds_of_iso_duration(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut seconds = 0.0;
    for (unit, length) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let number: f64 = number.replace(',', ".").parse().ok()?;
            seconds += number * length;
            rest = after;
        }
    }
    let seconds = seconds.round();
    (rest.is_empty() && (0.0..EXACT).contains(&seconds)).then_some(seconds)
}

/// The kind of Excel's built-in number formats, dates of East Asian editions included.
pub(super) fn kind_of_builtin_format(number: u16) -> NumberKind {
    match number {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => NumberKind::Moment,
        46 => NumberKind::Duration,
        _ => NumberKind::Number,
    }
}

/// The kind of a format code such as `yyyy\-mm\-dd` or `[h]:mm`. Only its first section counts.
pub(super) fn kind_of_format_code(code: &str) -> NumberKind {
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            // The next character stands for itself: escaped, as wide as, or repeated.
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.by_ref().find(|&c| c == '"')),
            '[' => {
                let bracket: String = characters.by_ref().take_while(|&c| c != ']').collect();
                if is_span_unit(&bracket) {
                    return NumberKind::Duration;
                }
            }
            ';' => return NumberKind::Number,
            'G' | 'g' if characters.as_str().to_ascii_lowercase().starts_with("eneral") => {
                return NumberKind::Number;
            }
            'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return NumberKind::Moment,
            _ => {}
        }
    }
    NumberKind::Number
}

fn is_span_unit(bracket: &str) -> bool {
    let lower = bracket.to_ascii_lowercase();
    let first = lower.chars().next();
    first.is_some_and(|unit| matches!(unit, 'h' | 'm' | 's') && lower.chars().all(|c| c == unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut cell = String::new();
        write(&mut cell);
        cell
    }

    #[test]
    fn numbers() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (200_801_012_384.0, "200801012384"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e17, "100000000000000000"),
            (-12.5, "-12.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e-7, "0.0000001"),
        ] {
            assert_eq!(written(|cell| write_number(cell, value)), text);
        }
    }

    #[test]
    fn moments() {
        for (value, from_1904, text) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (39_448.0, false, "2008-01-01"),
            (46_346.0, false, "2026-11-20"),
            (44_884.0, true, "2026-11-20"),
            (0.0, false, "00:00:00"),
            (0.5, true, "12:00:00"),
            (46_346.25, false, "2026-11-20 06:00:00"),
            // A millisecond before midnight, as sums of hours leave it.
            (46_345.999_999_99, false, "2026-11-20"),
            (2_958_465.0, false, "9999-12-31"),
            // No days of the calendar.
            (60.0, false, "60"),
            (-1.0, false, "-1"),
            (200_801_012_384.0, false, "200801012384"),
        ] {
            assert_eq!(written(|cell| write_as(cell, value, NumberKind::Moment, from_1904)), text, "{value}");
        }
    }

    #[test]
    fn durations() {
        for (value, text) in [(1.5, "36:00:00"), (0.25, "06:00:00"), (-0.5, "-0.5"), (f64::NAN, "NaN")] {
            assert_eq!(written(|cell| write_as(cell, value, NumberKind::Duration, false)), text);
        }
    }

    #[test]
    fn iso_forms() {
        for (given, text) in [
            ("2026-11-20", "2026-11-20"),
            ("2026-11-20T00:00:00.000", "2026-11-20"),
            ("2026-11-20T13:45:07.5Z", "2026-11-20 13:45:07"),
            ("när som helst", "när som helst"),
        ] {
            assert_eq!(written(|cell| write_iso_moment(cell, given)), text);
        }
        for (given, text) in
            [("PT08H30M00S", "08:30:00"), ("PT30H", "30:00:00"), ("PT1M0.6S", "00:01:01"), ("PTx", "PTx")]
        {
            assert_eq!(written(|cell| write_iso_duration(cell, given)), text);
        }
    }

    #[test]
    fn format_codes() {
        for (code, kind) in [
            ("General", NumberKind::Number),
            ("0.00", NumberKind::Number),
            ("#,##0\\ \"dagar\"", NumberKind::Number),
            ("0_d", NumberKind::Number),
            ("[Red]0;[Blue]0", NumberKind::Number),
            ("0;yyyy", NumberKind::Number),
            ("yyyy\\-mm\\-dd", NumberKind::Moment),
            ("[$-41D]d mmmm yyyy;@", NumberKind::Moment),
            ("hh:mm", NumberKind::Moment),
            ("ÅÅÅÅ-MM-DD", NumberKind::Moment),
            ("[h]:mm:ss", NumberKind::Duration),
            ("[mm]:ss", NumberKind::Duration),
            ("[", NumberKind::Number),
            ("\"", NumberKind::Number),
        ] {
            assert_eq!(kind_of_format_code(code), kind, "{code}");
        }
    }
}
