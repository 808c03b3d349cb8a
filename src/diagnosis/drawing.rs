//! Faults as text on a terminal.

use std::fmt::Write;

use super::{DRAWN, Group};
use crate::ingest::mask_message;
use crate::records::CellFault;
use crate::texts::{
    Language, cell_fault, cell_fault_todo, diagnosis_do, diagnosis_expected, diagnosis_fields, diagnosis_place,
    diagnosis_rows, diagnosis_title, diagnosis_words,
};

/// The widest drawing, in characters: a terminal, and a mail.
const WIDTH: usize = 100;
/// The widest cell.
const CELL: usize = 26;
/// So many rows are named.
const NAMED: usize = 8;
/// So many words are listed.
const WORDS: usize = 10;
/// What stands between two cells.
const GAP: &str = " | ";
/// What stands where columns are left out.
const LEFT_OUT: &str = "…";

/// Colours, where the terminal has them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    /// Whether to use them.
    pub colours: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn fault(self, text: &str) -> String {
        self.with("1;31", text)
    }

    fn warning(self, text: &str) -> String {
        self.with("1;33", text)
    }

    fn quiet(self, text: &str) -> String {
        self.with("34", text)
    }

    fn strong(self, text: &str) -> String {
        self.with("1", text)
    }
}

/// A group of equal faults: title, place, the headers and the first rows with the cell marked, which rows, the unknown
/// words and the remedy.
pub fn draw(group: &Group<'_>, language: Language, paint: Paint) -> String {
    let title = diagnosis_title(group.code, group.rejects_rows());
    let title = title.say(language);
    let title = if group.rejects_rows() { paint.fault(title) } else { paint.warning(title) };
    let place =
        diagnosis_place(&group.file, group.sheet.as_deref(), group.letters().as_deref(), group.header(), group.column);
    let last_row = group.rejects.iter().take(DRAWN).map(|reject| reject.place.row).max().unwrap_or(0);
    let gutter = last_row.max(group.seen.header_row).to_string().len();
    let blank = " ".repeat(gutter);
    let mut lines = vec![
        format!("{title} {}", paint.strong(cell_fault(group.fault).say(language))),
        format!("{blank}{} {}", paint.quiet("-->"), mask_message(place.say(language))),
    ];
    lines.extend(table(group, gutter, language, paint));
    let rows: Vec<u32> = group.rejects.iter().map(|reject| reject.place.row).collect();
    let mut notes = vec![diagnosis_rows(&rows, NAMED, &group.seen.numbering)];
    let words = group.words();
    if !words.is_empty() {
        notes.push(diagnosis_words(&words[..words.len().min(WORDS)], words.len()));
    }
    notes.push(diagnosis_do(&cell_fault_todo(group.fault)));
    lines.extend(notes.iter().map(|note| format!("{blank} {} {}", paint.quiet("="), mask_message(note.say(language)))));
    lines.join("\n") + "\n"
}

/// The headers and the first faulty rows: as many columns as there is room for, the number and the faulty cell always.
fn table(group: &Group<'_>, gutter: usize, language: Language, paint: Paint) -> Vec<String> {
    let seen = &group.seen;
    let drawn = group.rejects.iter().take(DRAWN).map(|reject| reject.place.row);
    let rows: Vec<(u32, &[String])> =
        drawn.filter_map(|row| seen.rows.get(&row).map(|cells| (row, cells.as_slice()))).collect();
    let Some((_, first)) = rows.first() else { return Vec::new() };
    // A row with other fields than the headers is marked where it ends.
    let marked = |cells: &[String]| group.place().unwrap_or(cells.len().saturating_sub(1));
    let all = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).max(seen.headers.len());
    let width = |place: usize| {
        let texts = rows.iter().filter_map(|(_, cells)| cells.get(place)).chain(seen.headers.get(place));
        texts.map(|text| length(text)).max().unwrap_or(1).clamp(1, CELL)
    };
    let widths: Vec<usize> = (0..all).map(width).collect();
    let number = seen.places.first().copied().flatten().unwrap_or(0);
    let shown = columns_with_room(&widths, number, marked(first), WIDTH.saturating_sub(gutter + 3));
    let bar = paint.quiet("|");
    let numbered = |number: &str, text: &str| format!("{} {bar} {text}", paint.quiet(&format!("{number:>gutter$}")));
    let mut lines = vec![
        numbered("", "").trim_end().to_owned(),
        numbered(&seen.header_row.to_string(), &row(&seen.headers, &shown, &widths).0),
    ];
    for (number, cells) in rows {
        let (text, starts) = row(cells, &shown, &widths);
        lines.push(numbered(&number.to_string(), &text));
        let place = marked(cells);
        // Which cell holds the bytes that are no text, the row does not say.
        if group.fault == CellFault::Encoding {
            continue;
        }
        let Some(&(_, start)) = starts.iter().find(|(at, _)| *at == place) else { continue };
        let long = cells.get(place).map_or(1, |cell| length(cell).clamp(1, CELL));
        let why = match group.fault {
            CellFault::Ragged => diagnosis_fields(cells.len(), seen.headers.len()),
            fault => diagnosis_expected(fault),
        };
        let mark = paint.fault(&format!("{} {}", "^".repeat(long), why.say(language)));
        lines.push(numbered("", &format!("{}{mark}", " ".repeat(start))));
    }
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A row's shown cells, and in which character each of them begins.
fn row(cells: &[String], shown: &[usize], widths: &[usize]) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut starts) = (String::new(), Vec::new());
    let mut next = 0;
    for &place in shown {
        if !text.is_empty() {
            text.push_str(GAP);
        }
        if place != next {
            text.push_str(LEFT_OUT);
            text.push_str(GAP);
        }
        starts.push((place, length(&text)));
        // A header can be anybody's number, and hold what steers a terminal.
        let cell = mask_message(cells.get(place).map_or("", String::as_str)).replace('\n', " ");
        let cell = if length(&cell) > CELL { cell.chars().take(CELL - 1).chain(['…']).collect() } else { cell };
        let _ = write!(text, "{cell:width$}", width = widths[place]);
        next = place + 1;
    }
    if next < widths.len() {
        text.push_str(GAP);
        text.push_str(LEFT_OUT);
    }
    (text.trim_end().to_owned(), starts)
}

/// The number's column, the faulty one, and those around it while there is room, in order.
fn columns_with_room(widths: &[usize], number: usize, faulty: usize, room: usize) -> Vec<usize> {
    let cost = |place: usize| widths.get(place).map_or(0, |width| width + GAP.len());
    let omissions = 2 * (LEFT_OUT.len() + GAP.len());
    let mut shown = std::collections::BTreeSet::from([number, faulty]);
    let mut used: usize = shown.iter().map(|&place| cost(place)).sum::<usize>() + omissions;
    for distance in 1..=widths.len() {
        for place in [faulty.checked_sub(distance), Some(faulty + distance)].into_iter().flatten() {
            if place < widths.len() && !shown.contains(&place) && used + cost(place) <= room {
                used += cost(place);
                shown.insert(place);
            }
        }
    }
    shown.into_iter().filter(|&place| place < widths.len()).collect()
}

/// A place in a text file, drawn: the line with a part of it marked. `column` counts characters, the first being 1.
pub fn draw_line(place: &str, line: usize, column: usize, text: &str, marked: usize, label: &str) -> String {
    let number = line.to_string();
    let blank = " ".repeat(number.len());
    let text = mask_message(&text.replace('\t', " "));
    let mark = "^".repeat(marked.clamp(1, length(&text).saturating_sub(column - 1).max(1)));
    let before = " ".repeat(column - 1);
    let label = if label.is_empty() { String::new() } else { format!(" {label}") };
    format!("{blank}--> {place}:{line}:{column}\n{blank} |\n{number} | {text}\n{blank} | {before}{mark}{label}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_the_faulty_column_are_shown_and_those_around_it_while_there_is_room() {
        assert_eq!(columns_with_room(&[10; 12], 0, 6, 70), [0, 5, 6, 7]);
        assert_eq!(columns_with_room(&[10; 3], 0, 1, 70), [0, 1, 2]);
        assert_eq!(columns_with_room(&[26; 30], 0, 29, 70), [0, 29]);
    }

    #[test]
    fn a_line_of_a_config_is_drawn_with_its_fault_marked() {
        let drawn = draw_line("kaa.toml", 12, 2, "[trapa]", 5, "menade du trappa?");
        assert_eq!(drawn, "  --> kaa.toml:12:2\n   |\n12 | [trapa]\n   |  ^^^^^ menade du trappa?");
    }
}
