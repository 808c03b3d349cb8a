//! A proposed source as it stands in the config: what was found, how sure it is, and what it rests on.

use crate::config::split_date;
use crate::ingest::{CodedColumn, mask, mask_all, mask_number, mask_wording};
use crate::records::{CellFault, Kind, Need};
use crate::texts::init as texts;

use super::kinds::{Fit, code, fits};
use super::look::{Column, Table};
use super::{Proposal, stem, undated, words};

/// So many examples stand beside a column.
const EXAMPLES: usize = 3;
/// So many different unknown values are listed.
const LISTED: usize = 20;

pub(super) fn proposal(table: &Table, fit: &Fit, rival: Option<Kind>, path: &str, files: Vec<String>) -> Proposal {
    let mut text =
        texts::proposal_comment(&files, table.sheet.as_deref(), fit.kind, percent(fit.confidence), table.rows);
    if let Some(rival) = rival {
        text.push_str(&texts::proposal_rival(rival));
    }
    text.push_str("[[kalla]]\n");
    let newest = files.last().map(String::as_str).unwrap_or_default();
    let lines = [
        format!("namn = {}", quoted(&source_name(newest, table.sheet.as_deref().or(table.kind.map(Kind::name))))),
        format!("typ = \"{}\"", fit.kind.name()),
        format!("fil = {}{}", quoted(path), date_comment(newest, table)),
    ];
    lines.iter().for_each(|line| push_line(&mut text, line));
    form_lines(table, fit).iter().for_each(|line| push_line(&mut text, line));
    address_date_lines(table, fit).iter().for_each(|line| push_line(&mut text, line));
    text.push_str(&column_lines(table, fit));
    let (values, unmapped) = value_lines(table, fit);
    text.push_str(&values);
    let found = fit.columns.iter().flatten().count();
    Proposal {
        kind: fit.kind,
        rival,
        confidence: fit.confidence,
        files,
        sheet: table.sheet.clone(),
        rows: table.rows,
        columns: (found, table.columns.iter().filter(|column| !column.header.is_empty()).count()),
        unmapped,
        text,
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A share as whole per cent.
pub fn percent(share: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let percent = (share.clamp(0.0, 1.0) * 100.0).round() as u32;
    percent
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// What the source is called in reports: the file's name without its date.
fn source_name(file: &str, sheet: Option<&str>) -> String {
    let stem = stem(file);
    let name = undated(stem).unwrap_or(stem).replace('_', " ");
    let name = name.trim().to_owned();
    sheet.map_or(name.clone(), |sheet| format!("{name}: {sheet}"))
}

fn date_comment(file: &str, table: &Table) -> String {
    let stem = stem(file);
    let column = extraction_column(table);
    match (split_date(stem).1, column) {
        (_, Some(_)) => String::new(),
        (Some(date), None) => texts::date_in_name(date),
        (None, None) => texts::no_date_in_name().to_owned(),
    }
}

/// The column that holds the day of the extract: the same one in every row.
fn extraction_column(table: &Table) -> Option<&Column> {
    let is_one = |column: &&Column| words::is_extraction_date(&column.header) && column.in_every_file;
    table.columns.iter().find(is_one).filter(|column| column.filled == table.rows && table.rows > 0)
}

fn form_lines(table: &Table, fit: &Fit) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(column) = extraction_column(table) {
        lines.push(format!("uttagskolumn = {}", quoted(&column.header)));
    }
    if let Some(form) = table.text {
        let delimiter = if form.delimiter == b'\t' { "tab".to_owned() } else { char::from(form.delimiter).to_string() };
        lines.push(format!("avgransare = {}", quoted(&delimiter)));
        lines.extend(form.encoding.map(|encoding| format!("teckenkod = \"{}\"", encoding.name().to_lowercase())));
    }
    lines.extend(table.sheet.as_deref().map(|sheet| format!("blad = {}", quoted(sheet))));
    if table.header_row_needed {
        lines.push(format!("rubrikrad = {}", table.header_row));
    }
    lines.extend(fit.date_form.map(|form| format!("datumformat = \"{form}\"")));
    lines
}

/// Whether the day that somebody is registered from is the municipality's or the address's.
fn address_date_lines(table: &Table, fit: &Fit) -> Vec<String> {
    if fit.kind != Kind::PopulationRegister {
        return Vec::new();
    }
    let header = |name: &str| {
        let at = fit.kind.columns().iter().position(|column| column.name == name)?;
        fit.columns[at].map(|(place, _)| table.columns[place].header.as_str())
    };
    let mut lines = Vec::new();
    match header("folkbokford_fran") {
        Some(header) if words::is_address_date(header) => lines.push(texts::address_date(header)),
        Some(header) if !words::plain(header).contains("kommun") => lines.push(texts::address_date_unsure(header)),
        _ => {}
    }
    if header("skydd").is_none() {
        lines.push(texts::no_protection_column().to_owned());
    }
    lines
}

fn column_lines(table: &Table, fit: &Fit) -> String {
    let mut found = Vec::new();
    // What a standard declares needs no mapping.
    let by_standard = table.kind.is_some();
    let mut text = String::from(if by_standard { "" } else { "\n[kalla.kolumner]\n" });
    for (at, column) in fit.kind.columns().iter().enumerate().filter(|_| !by_standard) {
        let Some((place, confidence)) = fit.columns[at] else {
            if matches!(column.need, Need::Ending) {
                push_line(&mut text, &texts::no_such_column(column.name));
            }
            continue;
        };
        let candidate = &table.columns[place];
        let line = format!("{} = {}", column.name, quoted(&candidate.header));
        let examples = examples(table, fit, at, candidate).join(", ");
        // A header that only some of the files have would stop the others.
        let line = if candidate.in_every_file { line } else { format!("# {line}") };
        found.push((line, texts::column_comment(percent(confidence), &examples)));
    }
    let width = found.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0);
    for (line, comment) in found {
        let blanks = " ".repeat(width - line.chars().count());
        push_line(&mut text, &format!("{line}{blanks} # {comment}"));
    }
    let taken = |place: usize| fit.columns.iter().flatten().any(|(at, _)| *at == place);
    let unread: Vec<&str> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(place, column)| !taken(*place) && !column.header.is_empty())
        .map(|(_, column)| column.header.as_str())
        .collect();
    if !unread.is_empty() {
        push_line(&mut text, &texts::columns_not_read(&unread));
    }
    text
}

/// The first different values of a column as they may be shown.
fn examples(table: &Table, fit: &Fit, at: usize, column: &Column) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for (value, _) in &column.values {
        let masked = masked(table, fit, at, value);
        if !shown.contains(&masked) {
            shown.push(masked);
        }
        if shown.len() == EXAMPLES {
            break;
        }
    }
    shown
}

fn masked(table: &Table, fit: &Fit, at: usize, value: &str) -> String {
    let fitting = fits(table, fit.kind, at, value, fit.date_form) == Some(true);
    match fit.kind.fault_of(at, "?") {
        Some(CellFault::Number(_)) => mask_number(value),
        // A word that means a code is a code.
        Some(CellFault::Code | CellFault::YesNo) if fitting => value.to_owned(),
        Some(_) if fitting => mask(value),
        _ => mask_all(value),
    }
}

/// The meanings of the words in coded columns, and how many words have none.
fn value_lines(table: &Table, fit: &Fit) -> (String, usize) {
    let (mut text, mut without) = (String::new(), 0);
    for (at, column) in fit.kind.columns().iter().enumerate() {
        let (Some((place, _)), Some(CellFault::Code)) = (fit.columns[at], fit.kind.fault_of(at, "?")) else { continue };
        let candidate = &table.columns[place];
        let (mut mapped, mut unknown) = (Vec::new(), Vec::new());
        for (value, count) in &candidate.values {
            match code(fit.kind, at, value) {
                Some(None) => {}
                Some(Some(code)) => mapped.push((value, code, *count)),
                None => unknown.push((value, *count)),
            }
        }
        if mapped.is_empty() && unknown.is_empty() {
            continue;
        }
        text.push_str(&format!("\n[kalla.varden.{}]\n", column.name));
        let mut seen = Vec::new();
        for (value, code, count) in mapped {
            // Words that differ in capitals and blanks only are one key.
            let folded = crate::records::fold(value);
            if !seen.contains(&folded) {
                push_line(&mut text, &format!("{} = \"{code}\" # {}", quoted_key(value), texts::in_rows(count)));
                seen.push(folded);
            }
        }
        without += unknown.len();
        text.push_str(&unknown_lines(candidate, &unknown));
    }
    (text, without)
}

fn unknown_lines(column: &Column, unknown: &[(&String, u64)]) -> String {
    let all: u64 = unknown.iter().map(|(_, count)| count).sum();
    let known = CodedColumn {
        understood: column.filled.saturating_sub(all),
        unknown: all,
        unknown_values: unknown.len() as u64,
        personal: words::is_personal(&column.header),
    };
    let forbidden = crate::config::forbidden_words();
    let mut text = String::new();
    let mut unknown = unknown.to_vec();
    unknown.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    for (value, count) in unknown.iter().take(LISTED) {
        let shown = mask_wording(value, *count, known, &forbidden);
        let line = if shown == **value {
            texts::value_without_code(&quoted_key(&shown), *count)
        } else {
            texts::hidden_value_without_code(&shown, *count)
        };
        push_line(&mut text, &line);
    }
    if unknown.len() > LISTED {
        push_line(&mut text, &texts::more_values_without_code(unknown.len() - LISTED));
    }
    text
}

/// A key of TOML: always in double quotes.
fn quoted_key(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r', '\t'], " "))
}
