//! JSON to rows: the records of Navet and of SS 12000 as rows of our tables, or plain objects as rows of their own.
//!
//! A text is read twice, each time one record after the other: first for what its records are, what they refer to and
//! which fields stand in them; then for its rows. So a column that no record has is missing, as in a table, and what is
//! not declared is named and never handed over. What holds of any file holds here: every size has a limit.

mod navet;
mod node;
mod records;
mod references;
mod standard;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::{Encoding, UTF_8};

use super::spreadsheet::Limits;
use super::{FaultKind, decode};
use crate::config::Form;
use crate::records::{Kind, fold};

use node::Node;
use records::{Take, records};
use references::References;
use standard::Scope;

pub use standard::{RowTemplate, Standard, standards};

/// Why a JSON text cannot be read as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// Bytes that are no UTF-8; the line.
    NotUtf8 {
        /// The first line being 1.
        line: u64,
    },
    /// It is no JSON from here on.
    Syntax {
        /// The first line being 1.
        line: u64,
        /// The byte of the line, the first being 1.
        column: u64,
    },
    /// It ends in the middle.
    CutOff {
        /// Its last line.
        line: u64,
    },
    /// It is nested deeper than any export.
    Deep {
        /// Where.
        line: u64,
        /// The greatest depth.
        limit: u32,
    },
    /// A record is longer than any row of a table.
    LongRecord {
        /// Which one, the first being 1.
        record: u32,
        /// Where it begins.
        line: u64,
        /// The greatest length in bytes.
        limit: u64,
    },
    /// A name stands twice in one object.
    NameTwice {
        /// Where.
        line: u64,
    },
    /// A list holds something else than objects.
    NoObject {
        /// Where.
        line: u64,
    },
    /// There are more records than the config allows.
    ManyRecords {
        /// The greatest number.
        limit: u64,
    },
    /// A record becomes more rows than its numbers can tell apart.
    ManyRows {
        /// Which one, the first being 1.
        record: u32,
        /// The greatest number.
        limit: u32,
    },
    /// There are more fields than a table has columns.
    ManyFields {
        /// The greatest number.
        limit: u64,
    },
    /// More pages are to be fetched ([`JsonRead::goes_on`]).
    MorePages,
    /// Its records are of a standard that tells nothing for the table.
    NoSuchTable {
        /// The standard.
        standard: &'static str,
        /// The table.
        kind: Kind,
        /// The tables that it tells of.
        tables: Vec<&'static str>,
    },
}

/// What was read besides the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonRead {
    /// Records and items that are rows of no table or of another one.
    pub elsewhere: u64,
    /// References to an object that the text does not hold, by their names.
    pub unresolved: BTreeMap<String, u64>,
    /// Whether a record can become several rows.
    pub several: bool,
    /// Whether the text, with those beside it, says that more pages are to be fetched.
    pub goes_on: bool,
}

/// Of a record that becomes several rows, the number of the record stands before these digits of the row's number.
pub const ROWS_OF_A_RECORD: u32 = 1000;

/// The text of a file: UTF-8, or what its mark or the config says.
///
/// # Errors
/// When the bytes are no such text.
pub fn text<'a>(bytes: &'a [u8], stated: Option<&'static Encoding>) -> Result<Cow<'a, str>, FaultKind> {
    let marked = Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding != UTF_8);
    if marked || stated.is_some_and(|encoding| encoding != UTF_8) {
        return decode(bytes, stated).map(|decoded| decoded.text).map_err(FaultKind::Encoding);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64;
        FaultKind::Json(JsonFault::NotUtf8 { line })
    })
}

/// Reads the rows of a table: the headers first, as row 0, then the rows. `kind`: by the standard that the records
/// follow; `None`: every record as it stands. A row has the number of its record, the first being 1; where a record can
/// become several rows [`ROWS_OF_A_RECORD`] times that, and the number of the row in it. `beside` are the other texts of
/// the same extract: records can refer to what stands in them.
///
/// # Errors
/// When the text is no JSON, not all there, or larger than the limits allow.
pub fn read_rows(
    text: &str,
    beside: &[&str],
    kind: Option<Kind>,
    form: &Form,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<JsonRead, JsonFault> {
    let mut survey = Survey::new(kind.is_some());
    records(text, &lists(), limits, &mut survey)?;
    for text in beside.iter().filter(|_| kind.is_some()) {
        records(text, &lists(), limits, &mut Beside(&mut survey))?;
    }
    survey.finish(limits)?;
    let standard = survey.standard.map(|at| &standards()[at]);
    let goes_on = survey.goes_on();
    let read = match (kind, standard) {
        (Some(kind), Some(standard)) => declared_rows(text, kind, standard, survey, form, limits, row),
        // Nothing in it: the table is there, without rows.
        (Some(kind), None) if survey.fields.is_empty() => {
            let names = kind.columns().iter().map(|column| column.name);
            row(0, &names.chain(form.columns.values().map(String::as_str)).collect::<Vec<_>>());
            Ok(JsonRead::default())
        }
        _ => plain_rows(text, limits, row),
    };
    read.map(|read| JsonRead { goes_on, ..read })
}

/// The tables that the records of a text are rows of, by the standard that they follow; none: by no standard.
///
/// # Errors
/// As [`read_rows`].
pub fn tables(text: &str, limits: &Limits) -> Result<BTreeSet<Kind>, JsonFault> {
    let mut survey = Survey::new(true);
    records(text, &lists(), limits, &mut survey)?;
    survey.finish(limits)?;
    Ok(survey.standard.map(|at| standards()[at].kinds()).unwrap_or_default())
}

fn lists() -> BTreeSet<&'static str> {
    standards().iter().flat_map(|standard| &standard.lists).map(String::as_str).collect()
}

/// What a text holds: the first reading.
struct Survey {
    records: u64,
    by_standard: bool,
    standard: Option<usize>,
    references: References,
    /// Paths of the fields that stand in records, places in lists left out unless the records stand as they are.
    fields: BTreeSet<String>,
    /// Names beside the list of records.
    beside: BTreeSet<String>,
    /// The kinds of records of which a page says that another follows, and those of which one says that it is the last.
    going_on: BTreeSet<Page>,
    ended: BTreeSet<Page>,
    /// How many empty pages say that they are the last.
    empty_ends: usize,
    page: Page,
}

/// What the records of a page are.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    #[default]
    Empty,
    Others,
    Rows,
    References,
}

impl Survey {
    fn new(by_standard: bool) -> Self {
        Self {
            records: 0,
            by_standard,
            standard: None,
            references: References::default(),
            fields: BTreeSet::new(),
            beside: BTreeSet::new(),
            going_on: BTreeSet::new(),
            ended: BTreeSet::new(),
            empty_ends: 0,
            page: Page::default(),
        }
    }

    /// Whether a kind of records has no last page. Some services end with an empty one, which says not of what.
    fn goes_on(&self) -> bool {
        self.going_on.difference(&self.ended).count() > self.empty_ends
    }

    fn finish(&mut self, limits: &Limits) -> Result<(), JsonFault> {
        // What a record by a standard is asked for is sought among all that it has.
        const MOST: u64 = 4096;
        let fields = self.fields.len() as u64;
        let limit = if self.by_standard { limits.columns.min(MOST) } else { limits.columns };
        if fields > limit || (!self.by_standard && fields.saturating_mul(self.records) > limits.cells) {
            return Err(JsonFault::ManyFields { limit });
        }
        self.references.inherit();
        Ok(())
    }

    /// Whether a path that the config names stands in some record, from the record or from an item of it on.
    fn has(&self, path: &str) -> bool {
        let ends =
            |field: &String| field.strip_suffix(path).is_some_and(|front| front.is_empty() || front.ends_with('.'));
        self.fields.iter().any(ends)
    }

    fn fields(&mut self, node: &Node, path: &str) {
        // Every one of them counts against the limit; what is beyond it is not kept.
        const MOST: usize = 20_000;
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if self.fields.len() > MOST {
            return;
        }
        match node {
            Node::Nothing => {}
            Node::Text(_) => drop(self.fields.insert(path.to_owned())),
            Node::Object(members) => members.iter().for_each(|(name, value)| self.fields(value, &join(name))),
            Node::List(items) if self.by_standard => items.iter().for_each(|item| self.fields(item, path)),
            Node::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.fields(item, &join(&at.to_string())));
            }
        }
    }
}

impl Take for Survey {
    fn record(&mut self, _: u32, mut record: Node) -> Result<(), JsonFault> {
        self.records += 1;
        if self.by_standard && self.references.take(&record) {
            self.page = Page::References;
            return Ok(());
        }
        let standard = standards().iter().position(|standard| standard.has(&record)).filter(|_| self.by_standard);
        self.page = if standard.is_some() { Page::Rows } else { Page::Others };
        self.standard = self.standard.or(standard);
        if self.by_standard {
            navet::derive(&mut record);
        }
        self.fields(&record, "");
        Ok(())
    }

    fn beside(&mut self, name: &str) {
        self.beside.insert(name.to_owned());
    }

    fn page(&mut self, goes_on: bool) {
        let page = std::mem::take(&mut self.page);
        match (goes_on, page) {
            (false, Page::Empty) => self.empty_ends += 1,
            (false, page) => drop(self.ended.insert(page)),
            (true, page) => drop(self.going_on.insert(page)),
        }
    }
}

/// A survey of the other texts of the extract: what can be referred to, and whether the pages are all there.
struct Beside<'a>(&'a mut Survey);

impl Take for Beside<'_> {
    fn record(&mut self, _: u32, record: Node) -> Result<(), JsonFault> {
        let is_row = || standards().iter().any(|standard| standard.has(&record));
        self.0.page = match self.0.references.take(&record) {
            true => Page::References,
            false if is_row() => Page::Rows,
            false => Page::Others,
        };
        Ok(())
    }

    fn page(&mut self, goes_on: bool) {
        self.0.page(goes_on);
    }
}

/// The rows of a table by a standard: the second reading.
struct Declared<'a> {
    standard: &'static Standard,
    templates: Vec<&'static RowTemplate>,
    /// The table's columns that are declared and stand in some record.
    columns: Vec<usize>,
    /// Paths that the config names beside them.
    own: Vec<&'a str>,
    form: &'a Form,
    references: References,
    read: JsonRead,
    row: &'a mut dyn FnMut(u32, &[&str]),
}

fn declared_rows(
    text: &str,
    kind: Kind,
    standard: &'static Standard,
    survey: Survey,
    form: &Form,
    limits: &Limits,
    row: &mut dyn FnMut(u32, &[&str]),
) -> Result<JsonRead, JsonFault> {
    let templates = standard.rows_of(kind);
    if templates.is_empty() {
        let tables = standard.kinds().into_iter().map(Kind::name).collect();
        return Err(JsonFault::NoSuchTable { standard: &standard.name, kind, tables });
    }
    // What the config names stands in the place of what the standard says.
    let own: Vec<&str> = form.columns.values().map(String::as_str).filter(|path| survey.has(path)).collect();
    let is_own = |name: &str| form.columns.get(name).is_some_and(|path| fold(path) != fold(name));
    let is_read = |column: &usize| {
        let name = kind.columns()[*column].name;
        !is_own(name) && templates.iter().any(|template| template.may_fill(*column, &survey.fields))
    };
    let columns: Vec<usize> = (0..kind.columns().len()).filter(is_read).collect();
    let unread = unread(&survey, standard, &templates, &own);
    let names = columns.iter().map(|&column| kind.columns()[column].name);
    let all: Vec<&str> = names.chain(own.iter().copied()).chain(unread.iter().map(String::as_str)).collect();
    row(0, &all);
    let several = templates.len() > 1 || templates.iter().any(|template| template.each.is_some());
    let references = survey.references;
    let read = JsonRead { several, ..JsonRead::default() };
    let mut declared = Declared { standard, templates, columns, own, form, references, read, row };
    records(text, &lists(), limits, &mut declared)?;
    Ok(declared.read)
}

/// What stands in the records and is not read: the shortest paths.
fn unread(survey: &Survey, standard: &Standard, templates: &[&RowTemplate], own: &[&str]) -> BTreeSet<String> {
    let mut read: BTreeSet<String> = templates.iter().flat_map(|template| template.paths_from_record()).collect();
    read.extend(standard.basis.iter().cloned());
    let is_read = |path: &str| {
        let below =
            |wanted: &str| path == wanted || path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'));
        read.iter().any(|wanted| below(wanted)) || own.iter().any(|wanted| path.ends_with(wanted))
    };
    let holds_read = |path: &str| read.iter().any(|wanted| wanted.starts_with(&format!("{path}.")));
    let shortest = |path: &String| {
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
        ends.map(|end| &path[..end]).find(|part| !holds_read(part)).unwrap_or(path).to_owned()
    };
    let fields = survey.fields.iter().filter(|path| !path.starts_with('=') && !is_read(path));
    let unread = fields.map(shortest).chain(survey.beside.iter().filter(|name| *name != "pageToken").cloned());
    unread.map(|path| without_numbers(&path)).collect()
}

/// A path as it may be shown: a name with a number in it can be somebody's.
fn without_numbers(path: &str) -> String {
    const LONGEST: usize = 60;
    const MOST_DIGITS: usize = 4;
    let is_plain = |part: &str| {
        part.chars().filter(char::is_ascii_digit).count() <= MOST_DIGITS
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@' | '$' | '=' | ' '))
    };
    let parts: Vec<&str> = path.split('.').map(|part| if is_plain(part) { part } else { "*" }).collect();
    parts.join(".").chars().take(LONGEST).collect()
}

impl RowTemplate {
    /// Whether a column can hold something, by the fields that stand in the records. A column that a table cannot do
    /// without is there, so that every row that lacks it is told of.
    fn may_fill(&self, column: usize, fields: &BTreeSet<String>) -> bool {
        let wanted = self.kind.columns()[column];
        let needed = matches!(wanted.need, crate::records::Need::Required | crate::records::Need::RequiredEnding);
        let stands = |path: &String| {
            let below = format!("{path}.");
            fields.contains(path) || fields.range(below.clone()..).next().is_some_and(|field| field.starts_with(&below))
        };
        self.declares(column) && (needed || self.paths_of(column).iter().any(stands))
    }
}

impl Take for Declared<'_> {
    fn record(&mut self, number: u32, mut record: Node) -> Result<(), JsonFault> {
        if !self.standard.has(&record) {
            self.read.elsewhere += u64::from(!References::is_one(&record));
            return Ok(());
        }
        navet::derive(&mut record);
        let (mut rows, mut elsewhere) = (0, 0);
        for template in self.templates.clone() {
            if !template.takes(&record) {
                continue;
            }
            let items = template.each.as_ref().map_or(std::slice::from_ref(&record), |each| record.items(each));
            for item in items {
                if template.is_elsewhere(item) {
                    elsewhere += 1;
                    continue;
                }
                rows += 1;
                let place = if self.read.several {
                    if rows >= ROWS_OF_A_RECORD || number > u32::MAX / ROWS_OF_A_RECORD - 1 {
                        return Err(JsonFault::ManyRows { record: number, limit: ROWS_OF_A_RECORD - 1 });
                    }
                    number * ROWS_OF_A_RECORD + rows
                } else {
                    number
                };
                self.hand_over(place, template, &record, item);
            }
        }
        // A record is accounted for, whatever it becomes.
        self.read.elsewhere += if rows == 0 && elsewhere == 0 { 1 } else { elsewhere };
        Ok(())
    }
}

impl Declared<'_> {
    fn hand_over(&mut self, place: u32, template: &'static RowTemplate, record: &Node, item: &Node) {
        let scope = Scope { record, item, references: &self.references };
        let values = &self.form.values;
        let is_mapped =
            |field: &str, word: &str| values.get(field).is_some_and(|words| words.contains_key(&fold(word)));
        let declared: Vec<Cow<'_, str>> =
            self.columns.iter().map(|&column| template.cell(column, &scope, is_mapped)).collect();
        let own = self.own.iter().map(|path| item.text(path).or_else(|| record.text(path)).unwrap_or_default());
        let cells: Vec<&str> = declared.iter().map(|cell| &**cell).chain(own).collect();
        for (name, id) in template.references(&scope) {
            if !self.references.has(id) {
                *self.read.unresolved.entry(name.to_owned()).or_default() += 1;
            }
        }
        (self.row)(place, &cells);
    }
}

/// Every record as a row of its own, with a column for each of its fields.
fn plain_rows(text: &str, limits: &Limits, row: &mut dyn FnMut(u32, &[&str])) -> Result<JsonRead, JsonFault> {
    struct Plain<'a> {
        fields: Vec<String>,
        row: &'a mut dyn FnMut(u32, &[&str]),
    }
    impl Take for Plain<'_> {
        fn record(&mut self, number: u32, record: Node) -> Result<(), JsonFault> {
            let cells: Vec<&str> = self.fields.iter().map(|field| record.text(field).unwrap_or_default()).collect();
            (self.row)(number, &cells);
            Ok(())
        }
    }
    let mut survey = Survey::new(false);
    records(text, &lists(), limits, &mut survey)?;
    survey.finish(limits)?;
    let fields: Vec<String> = survey.fields.into_iter().collect();
    let shown: Vec<String> = fields.iter().map(|field| without_numbers(field)).collect();
    row(0, &shown.iter().map(String::as_str).collect::<Vec<_>>());
    records(text, &lists(), limits, &mut Plain { fields, row })?;
    Ok(JsonRead::default())
}
