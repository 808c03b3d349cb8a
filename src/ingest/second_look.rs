//! A second look at a file that has faulty cells: the rows that are to be shown, masked, and the unknown words of its coded
//! columns. The first reading keeps no cells; this one keeps those of a few rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::files::read_whole;
use super::header::ColumnMap;
use super::spreadsheet::Limits;
use super::{
    CodedColumn, FaultKind, Numbering, SourceFile, mask, mask_all, mask_code, mask_number, mask_wording, raw_rows,
};
use crate::records::{CellFault, Kind, fold};

/// So many different values of a column are told apart.
const VALUES: usize = 2000;

/// What is to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// The rows to show.
    pub rows: BTreeSet<u32>,
    /// The coded columns with unknown words, by their index in the table.
    pub columns: BTreeSet<usize>,
}

/// What was seen; every cell masked.
#[derive(Clone, Debug, Default)]
pub struct SecondLook {
    /// What the rows' numbers count.
    pub numbering: Numbering,
    /// The row of the headers.
    pub header_row: u32,
    /// The headers.
    pub headers: Vec<String>,
    /// Where each column of the table stands.
    pub places: Vec<Option<usize>>,
    /// The sought rows, each cell as it may be shown.
    pub rows: BTreeMap<u32, Vec<String>>,
    /// By column the unknown words as they may be shown, with how many rows have them, the most common first.
    pub words: BTreeMap<usize, Vec<(String, u64)>>,
}

/// Looks at a file again. `is_personal` says of a header that what stands below it is about persons.
///
/// # Errors
/// When the file cannot be read (any more).
pub fn second_look(
    file: &SourceFile<'_>,
    sought: &Sought,
    limits: &Limits,
    forbidden: &[String],
    is_personal: fn(&str) -> bool,
) -> Result<SecondLook, FaultKind> {
    let bytes = read_whole(&file.path, limits)?;
    let (kind, form) = (file.source.kind, &file.source.form);
    let mut seen = SecondLook::default();
    let mut map: Option<ColumnMap> = None;
    let mut counts: BTreeMap<usize, HashMap<String, u64>> = BTreeMap::new();
    let mut row = |number: u32, cells: &[&str]| {
        let blank = cells.iter().all(|cell| cell.trim().is_empty());
        // The fields of JSON stand before its rows, as row 0.
        if blank || form.header_row.is_some_and(|row| number < row && number > 0) {
            return;
        }
        let Some(map) = &map else {
            let extracted = file.source.extracted_column.as_deref();
            map = ColumnMap::new(cells, number, kind.columns(), &form.columns, extracted).ok();
            seen.header_row = number;
            seen.headers = cells.iter().map(|header| header.trim().to_owned()).collect();
            return;
        };
        if sought.rows.contains(&number) {
            let masked = |(place, cell): (usize, &&str)| masked(kind, map, place, cell);
            seen.rows.insert(number, cells.iter().enumerate().map(masked).collect());
        }
        for &column in &sought.columns {
            let cell = map.places[column].and_then(|place| cells.get(place)).map_or("", |cell| cell.trim());
            let words = counts.entry(column).or_default();
            if let Some(count) = words.get_mut(cell) {
                *count += 1;
            } else if !cell.is_empty() && words.len() < VALUES {
                words.insert(cell.to_owned(), 1);
            }
        }
    };
    let numbering = raw_rows(&bytes, Some(kind), form, limits, &mut row)?;
    seen.numbering = numbering;
    let places = map.map(|map| map.places).unwrap_or_default();
    for (column, counts) in counts {
        let header = places[column].and_then(|place| seen.headers.get(place)).map_or("", String::as_str);
        let mapped = form.values.get(kind.columns()[column].name);
        let means_something = |word: &str| {
            mapped.is_some_and(|words| words.contains_key(&fold(word))) || kind.fault_of(column, word).is_none()
        };
        seen.words.insert(column, unknown_words(counts, means_something, is_personal(header), forbidden));
    }
    seen.places = places;
    Ok(seen)
}

/// A cell of a row that is shown beside a faulty one: a text tells nothing but its shape.
fn masked(kind: Kind, map: &ColumnMap, place: usize, cell: &str) -> String {
    let column = map.places.iter().position(|at| *at == Some(place));
    match column.and_then(|column| kind.fault_of(column, "?")) {
        Some(CellFault::Number(_)) => mask_number(cell),
        Some(CellFault::Code) => mask_code(cell),
        Some(_) => mask(cell),
        None => mask_all(cell),
    }
}

/// The words that mean nothing, masked, with their counts; those of one shape together.
fn unknown_words(
    counts: HashMap<String, u64>,
    means_something: impl Fn(&str) -> bool,
    personal: bool,
    forbidden: &[String],
) -> Vec<(String, u64)> {
    let (known, unknown): (Vec<_>, Vec<_>) = counts.into_iter().partition(|(word, _)| means_something(word));
    let sum = |words: &[(String, u64)]| words.iter().map(|(_, count)| count).sum();
    let column =
        CodedColumn { understood: sum(&known), unknown: sum(&unknown), unknown_values: unknown.len() as u64, personal };
    let mut shown: BTreeMap<String, u64> = BTreeMap::new();
    for (word, count) in unknown {
        *shown.entry(mask_wording(&word, count, column, forbidden)).or_default() += count;
    }
    let mut shown: Vec<(String, u64)> = shown.into_iter().collect();
    shown.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    shown
}
