//! Which table an export is, and which of its columns are the table's: by headers, and by what the cells look like.

use chrono::NaiveDate;

use crate::person::PersonalNumber;
use crate::records::{CellFault, Kind, Need, fold};

use super::look::{Column, Table};
use super::words;

/// Forms of dates that exports use besides the canonical one, as chrono writes them. Day before month: the one order of
/// the two that is written in Sweden.
const DATE_FORMS: [&str; 8] =
    ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d/%m %Y", "%d/%m/%y", "%m/%d/%Y"];

/// How sure a column must be to be proposed.
const SURE_ENOUGH: f64 = 0.5;
/// How sure a column must be that the table cannot do without: its header is known, though its words may not be.
const NEEDED: f64 = 0.25;

/// How an export fits a table.
pub struct Fit {
    /// The table.
    pub kind: Kind,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// For each column of the table the column of the export, and how sure that is.
    pub columns: Vec<Option<(usize, f64)>>,
    /// The form of its dates, when it is not the canonical one.
    pub date_form: Option<&'static str>,
}

/// What an export lacks to be a table.
pub struct Lack {
    /// The table that it is most like.
    pub kind: Kind,
    /// The columns that were sought in vain.
    pub missing: Vec<&'static str>,
}

/// The table that an export is, and the next most likely one when the two are nearly alike.
///
/// # Errors
/// What it lacks of the table that it is most like.
pub fn fit(table: &Table, name: &str) -> Result<(Fit, Option<Kind>), Lack> {
    const ALIKE: f64 = 0.05;
    const LEAST: f64 = 0.5;
    let kinds = Kind::ALL.iter().filter(|kind| table.kind.is_none_or(|known| known == **kind));
    let mut fits: Vec<(Fit, Vec<&'static str>)> = kinds.map(|&kind| fit_kind(table, kind, name)).collect();
    fits.sort_by(|a, b| b.0.confidence.total_cmp(&a.0.confidence));
    let whole = |(fit, missing): &&(Fit, Vec<&str>)| missing.is_empty() && fit.confidence >= LEAST;
    let complete: Vec<_> = fits.iter().filter(whole).map(|(fit, _)| (fit.kind, fit.confidence)).collect();
    let Some(&(kind, confidence)) = complete.first() else {
        let nearest = fits.into_iter().next();
        return Err(nearest.map_or(Lack { kind: Kind::PopulationRegister, missing: Vec::new() }, |(fit, missing)| {
            Lack { kind: fit.kind, missing }
        }));
    };
    let rival = complete.get(1).filter(|(_, other)| confidence - other < ALIKE).map(|(kind, _)| *kind);
    let fit = fits.into_iter().map(|(fit, _)| fit).find(|fit| fit.kind == kind);
    fit.map(|fit| (fit, rival)).ok_or(Lack { kind, missing: Vec::new() })
}

#[expect(clippy::cast_precision_loss, reason = "counts of columns")]
fn fit_kind(table: &Table, kind: Kind, name: &str) -> (Fit, Vec<&'static str>) {
    let date_form = date_form(table, kind);
    let mut scores: Vec<(f64, usize, usize)> = Vec::new();
    for (at, column) in kind.columns().iter().enumerate() {
        let least = if is_needed(column.need) { NEEDED } else { SURE_ENOUGH };
        for (place, candidate) in table.columns.iter().enumerate() {
            let score = score(table, kind, at, candidate, date_form);
            if score >= least {
                scores.push((score, at, place));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut columns: Vec<Option<(usize, f64)>> = vec![None; kind.columns().len()];
    for (score, at, place) in scores {
        if columns[at].is_none() && columns.iter().flatten().all(|(taken, _)| *taken != place) {
            columns[at] = Some((place, score));
        }
    }
    let needed: Vec<usize> = (0..columns.len()).filter(|&at| is_needed(kind.columns()[at].need)).collect();
    let mut missing: Vec<&'static str> =
        needed.iter().filter(|&&at| columns[at].is_none()).map(|&at| kind.columns()[at].name).collect();
    // A number and a day are in every table: what makes this one is that it tells how to reach someone.
    if kind == Kind::ContactDetails && columns.iter().skip(needed.len()).flatten().next().is_none() {
        missing.push("telefon");
    }
    let sum: f64 = needed.iter().filter_map(|&at| columns[at]).map(|(_, score)| score).sum();
    let recognised = columns.iter().flatten().count() as f64 / table.columns.len().max(1) as f64;
    let hint = f64::from(words::named_after(kind, name) > 0);
    let confidence = (0.6 * sum / needed.len().max(1) as f64 + 0.25 * recognised + 0.15 * hint).min(1.0);
    (Fit { kind, confidence, columns, date_form }, missing)
}

fn is_needed(need: Need) -> bool {
    matches!(need, Need::Required | Need::RequiredEnding)
}

/// How likely a column of an export is a column of a table, from 0 to 1: a known header, and cells that fit.
fn score(table: &Table, kind: Kind, at: usize, candidate: &Column, date_form: Option<&str>) -> f64 {
    const FITTING: f64 = 0.8;
    let column = kind.columns()[at];
    let header = words::plain(&candidate.header);
    let known = words::headers(kind, column.name);
    let alike = |word: &String| {
        strsim::normalized_levenshtein(word, &header) >= 0.85 || (word.len() >= 8 && header.starts_with(word))
    };
    let likeness = if header.is_empty() {
        0.0
    } else if known.contains(&header) {
        1.0
    } else if known.iter().any(alike) {
        0.7
    } else {
        0.0
    };
    // A header that means something else is no riddle for the cells to solve.
    if likeness == 0.0 && (!is_needed(column.need) || words::is_known_header(&candidate.header)) {
        return 0.0;
    }
    let share = candidate.share(|cell| fits(table, kind, at, cell, date_form).unwrap_or(true));
    let typed = fits(table, kind, at, "?", date_form).is_some();
    match (typed, share) {
        (_, None) => 0.8 * likeness,
        (false, Some(_)) => 0.9 * likeness,
        // Without a header that is known, cells speak only when they can be nothing else.
        (true, Some(share)) if likeness == 0.0 => {
            let only_one = || {
                let fitting = |other: &&Column| {
                    other.share(|cell| fits(table, kind, at, cell, date_form).unwrap_or(false)) >= Some(FITTING)
                };
                table.columns.iter().filter(fitting).count() == 1
            };
            if share >= FITTING && only_one() { 0.55 * share } else { 0.0 }
        }
        (true, Some(share)) => likeness * (0.25 + 0.75 * share),
    }
}

/// Whether a cell can stand in a column; `None`: any text can.
pub fn fits(table: &Table, kind: Kind, at: usize, cell: &str, date_form: Option<&str>) -> Option<bool> {
    let name = kind.columns()[at].name;
    let digits = || cell.bytes().filter(u8::is_ascii_digit).count();
    match kind.fault_of(at, "?") {
        // Damaged numbers are numbers; that a column is one of numbers is told by most of its cells.
        Some(CellFault::Number(_)) => Some(PersonalNumber::parse(cell, LATEST).is_ok()),
        Some(CellFault::Date) => Some(
            kind.fault_of(at, cell).is_none()
                || (table.spreadsheet && cell.len() == 5 && digits() == 5)
                || date_form.is_some_and(|form| reads(form, cell)),
        ),
        Some(CellFault::Code) => Some(code(kind, at, cell).is_some()),
        Some(_) => Some(kind.fault_of(at, cell).is_none()),
        None => match name {
            "telefon" => Some(digits() >= 6 && !cell.chars().any(char::is_alphabetic)),
            "epost" => Some(cell.contains('@')),
            "postnummer" => Some(digits() == 5),
            _ => None,
        },
    }
}

/// What a cell of a coded column means: nothing to say when the program understands it as it stands (`Some(None)`), else
/// the code by the list of words or by the code's Swedish label. `None`: it means nothing.
pub fn code(kind: Kind, at: usize, cell: &str) -> Option<Option<&'static str>> {
    if kind.fault_of(at, cell).is_none() {
        return Some(None);
    }
    let column = kind.columns()[at].name;
    let label = || {
        let labels = crate::init::choices(kind, column);
        labels.into_iter().find(|(label, _)| fold(label) == fold(cell)).map(|(_, code)| code)
    };
    words::code_of(kind, column, cell).or_else(label).map(Some)
}

/// A reference date that makes nobody unborn.
const LATEST: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).expect("a day");

fn reads(form: &str, cell: &str) -> bool {
    use chrono::Datelike;
    NaiveDate::parse_from_str(cell, form).is_ok_and(|day| (1900..=2199).contains(&day.year()))
}

/// The form of the dates under the table's known headers, when the canonical one does not read them: the one that reads
/// the most.
fn date_form(table: &Table, kind: Kind) -> Option<&'static str> {
    let is_date = |at: usize| kind.fault_of(at, "?") == Some(CellFault::Date);
    let known = |column: &&Column| {
        let header = words::plain(&column.header);
        let of = |(at, known): (usize, &crate::records::Column)| {
            is_date(at) && words::headers(kind, known.name).contains(&header)
        };
        kind.columns().iter().enumerate().any(of)
    };
    let date = (0..kind.columns().len()).find(|&at| is_date(at))?;
    let cells = table.columns.iter().filter(known).flat_map(|column| &column.values);
    let strange: Vec<&str> = cells
        .map(|(cell, _)| cell.as_str())
        .filter(|cell| fits(table, kind, date, cell, None) == Some(false))
        .collect();
    let readable = |form: &str| strange.iter().filter(|cell| reads(form, cell)).count();
    let best = DATE_FORMS.into_iter().map(readable).max().filter(|&most| most * 2 > strange.len())?;
    DATE_FORMS.into_iter().find(|form| readable(form) == best)
}
