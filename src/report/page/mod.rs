//! `avstamning.html`: the meeting's workbook as one page for a browser, with the timelines of those whom it names.
//!
//! The page is one file that reaches nothing: its style and its script are allowed by their hashes, and what it shows is a
//! block of JSON that the script puts in as text.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter, Serializer as JsonSerializer};
use sha2::{Digest, Sha256};

use super::sources::{files, findings};
use super::summary::{FIRST, NAME, NOTHING, Summary, Table};
use super::workbook::{Meeting, about, agenda};
use super::{Cell, Column, List};
use crate::age::base64;
use crate::month::Person;
use crate::person::PersonalNumber;
use crate::records::Cell as _;
use crate::texts::page::PAGE;
use crate::texts::{Language, explain as explaining};
use crate::timeline::rules::Rule;
use crate::timeline::{Flag, InquiryKind, Period, minus};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The bytes of the page: the same for the same month. `decide` tells of those with a spell or something to
/// look into, and `window` which days a timeline shows. Of others, as most pupils at risk, the page has what their list has.
///
/// # Errors
/// When something cannot be written as JSON, which is a fault of the program.
pub fn page<D: Serialize>(
    meeting: &Meeting<'_>,
    window: Period,
    decide: impl FnOnce(&[&Person]) -> D,
) -> Result<Vec<u8>, serde_json::Error> {
    let about_sources = [files(meeting), findings(meeting)];
    let lists: Vec<&List> = agenda(meeting.lists).chain(&about_sources).collect();
    let named = named(&lists);
    let people: Vec<&Person> =
        meeting.month.people.iter().filter(|person| named.contains(&person.verdict.number)).collect();
    let summary = Summary::of(meeting);
    let foot = meeting.foot();
    let data = Data::new(meeting, &foot, &summary, &lists, window, decide(&people));
    fill(|key, page| {
        let text = match key {
            "uppgifter" => return embed(&data, page),
            "stil" => STYLE.to_owned(),
            "skript" => SCRIPT.to_owned(),
            "stilens_summa" => allowed(STYLE),
            "skriptets_summa" => allowed(SCRIPT),
            "namn" => escaped(&foot),
            "rubrik" => escaped(&summary.title),
            "jamford" => escaped(&summary.compared),
            _ => PAGE.iter().find(|(name, _)| *name == key).map(|(_, text)| escaped(text)).unwrap_or_default(),
        };
        page.extend_from_slice(text.as_bytes());
        Ok(())
    })
}

/// The template with its places filled by `put`, which appends what a key stands for. That is not looked through again.
fn fill<E>(mut put: impl FnMut(&str, &mut Vec<u8>) -> Result<(), E>) -> Result<Vec<u8>, E> {
    let mut pieces = TEMPLATE.split("{{");
    let mut page = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (key, text) = piece.split_once("}}").unwrap_or((piece, ""));
        put(key, &mut page)?;
        page.extend_from_slice(text.as_bytes());
    }
    Ok(page)
}

/// A text among markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Everyone whom a list names in its first column.
fn named(lists: &[&List]) -> BTreeSet<PersonalNumber> {
    let rows = lists.iter().flat_map(|list| &list.rows);
    rows.filter_map(|row| if let Some(Cell::Person(number)) = row.first() { Some(*number) } else { None }).collect()
}

/// What the script reads.
#[derive(Serialize)]
struct Data<'a, D> {
    #[serde(rename = "namn")]
    name: &'a str,
    #[serde(rename = "datum")]
    as_of: String,
    /// The first and the last day of a timeline.
    #[serde(rename = "fonster")]
    window: [String; 2],
    #[serde(rename = "sammanfattning")]
    summary: &'static str,
    #[serde(rename = "upplast")]
    aloud: &'a str,
    #[serde(rename = "forst")]
    first: First<'a>,
    #[serde(rename = "siffror")]
    figures: TableForm<'a>,
    #[serde(rename = "gruppen")]
    group: Vec<TableForm<'a>>,
    #[serde(rename = "kallor")]
    sources: TableForm<'a>,
    #[serde(rename = "utveckling")]
    trend: TableForm<'a>,
    #[serde(rename = "listor")]
    lists: Vec<ListForm<'a>>,
    #[serde(rename = "beslut")]
    decisions: D,
    /// Name, sheet, and whether only the memory holds it.
    #[serde(rename = "filer")]
    files: Vec<(&'a str, Option<&'a str>, bool)>,
    /// Id, sentence and legal basis, in order.
    #[serde(rename = "regler")]
    rules: Vec<(&'static str, &'static str, &'static str)>,
    /// Name, what it says, and what to do, by code.
    #[serde(rename = "anmarkningar")]
    remarks: BTreeMap<&'static str, (&'static str, &'static str, &'static str)>,
    /// Code and name, in order.
    #[serde(rename = "banor")]
    lanes: [(&'static str, String); 6],
    #[serde(rename = "manader")]
    months: String,
    #[serde(rename = "texter")]
    texts: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct First<'a> {
    #[serde(rename = "titel")]
    title: &'static str,
    #[serde(rename = "inget")]
    nothing: &'static str,
    /// The sentence, and the list that shows it.
    #[serde(rename = "rader")]
    lines: Vec<(&'a str, &'static str)>,
}

#[derive(Serialize)]
struct TableForm<'a> {
    #[serde(rename = "titel")]
    title: &'static str,
    #[serde(rename = "rubriker")]
    headers: &'static [(&'static str, bool)],
    #[serde(rename = "rader")]
    rows: Vec<Vec<Shown<'a>>>,
}

#[derive(Serialize)]
struct ListForm<'a> {
    id: String,
    #[serde(rename = "namn")]
    name: &'static str,
    #[serde(rename = "om")]
    about: String,
    #[serde(rename = "tom")]
    empty: &'static str,
    #[serde(rename = "kolumner")]
    columns: Vec<ColumnForm>,
    #[serde(rename = "rader")]
    rows: Vec<RowForm<'a>>,
}

#[derive(Serialize)]
struct ColumnForm {
    #[serde(rename = "rubrik")]
    header: &'static str,
    #[serde(rename = "bredd")]
    width: u8,
    #[serde(rename = "slag")]
    kind: &'static str,
}

/// The cells of a row that stand on the list's sheet.
struct RowForm<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

impl Serialize for RowForm<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.columns.iter().zip(self.cells).filter(|(column, _)| column.header.is_some());
        serializer.collect_seq(shown.map(|(_, cell)| Shown(cell)))
    }
}

/// A cell as the script reads it: a text, a number, or nothing; within a list when somebody must act on it.
struct Shown<'a>(&'a Cell);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Empty => serializer.serialize_none(),
            Cell::Text(_) | Cell::Code(_) | Cell::Labelled { .. } => serializer.serialize_str(self.0.words()),
            Cell::Person(number) => serializer.serialize_str(&number.hyphenated()),
            Cell::Date(day) => serializer.serialize_str(&day.write()),
            Cell::Number(number) => serializer.serialize_i64(*number),
            Cell::Act(cell) => {
                let mut list = serializer.serialize_seq(Some(1))?;
                list.serialize_element(&Shown(cell))?;
                list.end()
            }
        }
    }
}

impl<'a, D> Data<'a, D> {
    fn new(
        meeting: &'a Meeting<'a>,
        name: &'a str,
        summary: &'a Summary,
        lists: &[&'a List],
        window: Period,
        decisions: D,
    ) -> Self {
        let known = &meeting.month.known;
        let file = |(at, file): (usize, &'a crate::register::FileReference)| {
            (&*file.name, file.sheet.as_deref(), at >= known.present)
        };
        let flags = Flag::ALL.iter().map(|flag| (flag.code(), (flag.name(), flag.label(), flag.todo())));
        let inquiries = InquiryKind::ALL.iter().map(|kind| (kind.code(), (kind.name(), kind.label(), kind.todo())));
        Self {
            name,
            as_of: meeting.month.as_of.to_string(),
            window: [window.from, minus(window.to, 1)].map(|day| day.to_string()),
            summary: NAME,
            aloud: &summary.aloud,
            first: First {
                title: FIRST,
                nothing: NOTHING,
                lines: summary.attention.iter().map(|line| (line.words.as_str(), line.sheet)).collect(),
            },
            figures: TableForm::of(&summary.figures),
            group: summary.group.iter().map(TableForm::of).collect(),
            sources: TableForm::of(&summary.sources),
            trend: TableForm::of(&summary.trend),
            lists: lists.iter().filter_map(|list| ListForm::of(list, meeting.intake.names_withheld)).collect(),
            decisions,
            files: known.files.iter().enumerate().map(file).collect(),
            rules: Rule::ALL.iter().map(|rule| (rule.id(), rule.sentence(), rule.basis())).collect(),
            remarks: flags.chain(inquiries).collect(),
            lanes: explaining::lanes().map(|(code, name)| (code, name.swedish)),
            months: explaining::months().say(Language::Swedish).to_owned(),
            texts: PAGE.into(),
        }
    }
}

impl<'a> TableForm<'a> {
    fn of(table: &'a Table) -> Self {
        let rows = table.rows.iter().map(|cells| cells.iter().map(Shown).collect()).collect();
        Self { title: table.title, headers: table.headers, rows }
    }
}

impl<'a> ListForm<'a> {
    /// The columns and rows of a list's sheet, in its order.
    fn of(list: &'a List, names_withheld: bool) -> Option<Self> {
        let sheet = list.sheet?;
        let columns = || list.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.header?)));
        let headers: Vec<(&str, u8)> = columns().map(|(_, header)| header).collect();
        let column = |(at, (header, width))| {
            let kind = kind(list.rows.iter().map(|cells| &cells[at]));
            ColumnForm { header, width, kind }
        };
        let row = |cells: &'a [Cell]| RowForm { columns: &list.columns, cells };
        Some(Self {
            id: address(sheet.name),
            name: sheet.name,
            about: about(&sheet, &headers, names_withheld),
            empty: sheet.empty,
            columns: columns().map(column).collect(),
            rows: list.sheet_rows().into_iter().map(row).collect(),
        })
    }
}

/// What the cells of a column are.
fn kind<'a>(cells: impl Iterator<Item = &'a Cell>) -> &'static str {
    let mut kinds = cells.filter_map(kind_of);
    match kinds.next() {
        Some(kind) if kinds.all(|other| other == kind) => kind,
        _ => "text",
    }
}

fn kind_of(cell: &Cell) -> Option<&'static str> {
    match cell {
        Cell::Empty => None,
        Cell::Person(_) => Some("person"),
        Cell::Date(_) => Some("datum"),
        Cell::Number(_) => Some("tal"),
        Cell::Text(_) | Cell::Code(_) | Cell::Labelled { .. } => Some("text"),
        Cell::Act(cell) => kind_of(cell),
    }
}

/// A sheet's name as part of an address.
fn address(name: &str) -> String {
    let letter = |letter: char| match letter {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => '-',
    };
    name.to_lowercase().chars().map(letter).collect()
}

/// Appends JSON in which no markup begins or ends, whatever the names are.
fn embed(data: &impl Serialize, page: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    data.serialize(&mut JsonSerializer::with_formatter(page, WithoutMarkup))
}

/// Writes `<`, `>` and `&` by their numbers.
struct WithoutMarkup;

impl Formatter for WithoutMarkup {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(['<', '>', '&']) {
            return writer.write_all(fragment.as_bytes());
        }
        for piece in fragment.split_inclusive(['<', '>', '&']) {
            let mark = piece.chars().next_back().filter(|mark| matches!(mark, '<' | '>' | '&'));
            let text = &piece[..piece.len() - mark.map_or(0, char::len_utf8)];
            writer.write_all(text.as_bytes())?;
            if let Some(mark) = mark {
                write!(writer, "\\u{:04x}", u32::from(mark))?;
            }
        }
        Ok(())
    }
}

/// The hash by which a policy allows a style or a script.
fn allowed(content: &str) -> String {
    // 32 bytes end with one sign of padding.
    format!("{}=", base64(&Sha256::digest(content)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Every key that the script and the template ask for by name.
    fn asked_for() -> BTreeSet<&'static str> {
        let in_script = SCRIPT.split('\'').skip(1).step_by(2);
        let in_template = TEMPLATE.split("{{").skip(1).filter_map(|piece| Some(piece.split_once("}}")?.0));
        in_script.chain(in_template).collect()
    }

    #[test]
    fn every_text_is_asked_for() {
        let asked_for = asked_for();
        // Outcomes come with the rulings, and what the bars of a timeline are is also how they are drawn.
        let by_code = ["UPPFYLLT", "HINDRAR", "AVGJORDE", "ATT_SE"];
        for (key, _) in PAGE.iter().filter(|(key, _)| !by_code.contains(key)) {
            assert!(asked_for.contains(key), "{key}");
        }
        assert!(by_code.iter().all(|code| PAGE.iter().any(|(key, _)| key == code)));
    }

    #[test]
    fn every_text_that_is_asked_for_stands_in_the_catalogue() {
        let calls = SCRIPT.split("say('").skip(1).filter_map(|rest| Some(rest.split_once('\'')?.0));
        for key in calls {
            assert!(PAGE.iter().any(|(name, _)| *name == key), "{key}");
        }
        let page = fill(|key, page| page.write_all(key.as_bytes())).expect("memory");
        assert!(!String::from_utf8_lossy(&page).contains("{{"));
    }

    #[test]
    fn markup_in_a_text_is_written_by_numbers() {
        let text = "</script><!-- & \" \\ \u{2028} å";
        let mut page = Vec::new();
        embed(&text, &mut page).expect("JSON");
        let written = String::from_utf8(page).expect("UTF-8");
        assert!(!written.contains(['<', '>', '&']), "{written}");
        assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
    }

    #[test]
    fn addresses_are_plain() {
        assert_eq!(address("Ändrade i efterhand"), "andrade-i-efterhand");
        assert_eq!(address("Källor"), "kallor");
    }
}
