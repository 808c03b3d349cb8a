//! How the file is laid out: a data file that a municipality edits against SCB's current description. What it says is
//! checked when it is read, so that no half file is ever made of a half layout.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Block, Field};
use crate::calendar::HalfYear;
use crate::config::{hexadecimal, nearest, words};
use crate::texts::scb::Check;
use crate::texts::{Message, expected};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/pipelines/scb");

/// How serious a finding of a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Holds the file.
    Blocking,
    /// A person should look before the file is uploaded.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// Every severity, the most serious first.
    pub const ALL: [Self; 3] = [Self::Blocking, Self::Warning, Self::Note];

    /// The word in layouts and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Blocking => "stoppar",
            Self::Warning => "varning",
            Self::Note => "upplysning",
        }
    }
}

/// What one row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsPer {
    /// An event.
    Event,
    /// A person, with numbered columns.
    Person,
}

/// The encoding of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 that begins with a byte order mark.
    Utf8WithMark,
    /// Windows-1252.
    Windows1252,
}

impl Encoding {
    /// The name in layouts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8WithMark => "utf-8-bom",
            Self::Windows1252 => "windows-1252",
        }
    }

    fn can_write(self, text: &str) -> bool {
        self != Self::Windows1252 || !encoding_rs::WINDOWS_1252.encode(text).2
    }
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// Carriage return and line feed.
    CrLf,
    /// Line feed.
    Lf,
}

impl LineEnd {
    /// Its characters.
    pub fn text(self) -> &'static str {
        match self {
            Self::CrLf => "\r\n",
            Self::Lf => "\n",
        }
    }
}

/// When a value stands in quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// Always.
    Always,
    /// When it holds the separator, a quotation mark or a line end.
    WhenNeeded,
    /// Never.
    Never,
}

/// How a number of a person is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// YYYYMMDDNNNC.
    Twelve,
    /// YYYYMMDD-NNNC.
    TwelveHyphen,
    /// YYMMDDNNNC.
    Ten,
    /// YYMMDD-NNNC.
    TenHyphen,
}

impl NumberForm {
    fn width(self) -> usize {
        match self {
            Self::Twelve => 12,
            Self::TwelveHyphen => 13,
            Self::Ten => 10,
            Self::TenHyphen => 11,
        }
    }
}

/// On which side a value is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the value.
    Left,
    /// After the value.
    Right,
}

/// How a value is brought to a width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padding {
    /// The width in characters.
    pub width: usize,
    /// What fills it.
    pub with: char,
    /// Where.
    pub side: Side,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// SCB's name.
    pub name: String,
    /// The block that it belongs to.
    pub block: Block,
    /// What it holds.
    pub field: Field,
    /// Whether it stands on every row of the registration.
    pub repeated: bool,
    /// How a day is written.
    pub date: String,
    /// How the number of a person is written.
    pub number: NumberForm,
    /// Its width.
    pub padding: Option<Padding>,
    /// When its values stand in quotation marks.
    pub quotes: Quotes,
    /// The codes of the constants.
    pub codes: CodeList,
}

/// The code in the file for each constant.
pub type CodeList = BTreeMap<&'static str, String>;

/// A layout, checked.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its name.
    pub name: String,
    /// The first half-year that it holds for.
    pub from: HalfYear,
    /// The last one; `None`: it still holds.
    pub to: Option<HalfYear>,
    /// The day on which somebody compared it with SCB's file description.
    pub compared: Option<NaiveDate>,
    /// What a row is.
    pub rows: RowsPer,
    /// What stands between values.
    pub separator: char,
    /// The encoding.
    pub encoding: Encoding,
    /// The line ends.
    pub line_end: LineEnd,
    /// Whether the first row holds the names.
    pub header: bool,
    /// When a header stands in quotation marks.
    pub quotes: Quotes,
    /// Between the name of a column and its number, with a row per person.
    pub numbering: String,
    /// Room for so many events of a block per person, with a row per person; else as many as are needed.
    pub room: BTreeMap<Block, usize>,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The checks with their severity here; those that are off are not among them.
    pub checks: BTreeMap<Check, Severity>,
    /// SHA-256 of its file.
    pub hash: String,
    /// Its file, which is kept beside what it made.
    pub text: String,
}

/// Why a text cannot be written as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// The encoding lacks a character.
    Encoding(&'static str),
    /// Opened in a spreadsheet it would run.
    Formula,
    /// It is wider than its column.
    TooWide(usize),
    /// It needs quotation marks and may have none.
    NeedsQuotes,
    /// It begins or ends with what its column is padded with.
    Padding,
}

/// What is wrong with a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutFault {
    /// No TOML, an unknown or missing key, or a value of another type.
    Toml(crate::config::TomlFault),
    /// A value that means nothing.
    Value {
        /// The key.
        key: String,
        /// What stood there.
        found: String,
        /// What can stand there.
        expected: Message,
    },
    /// A constant that a column can hold has no code.
    MissingCode {
        /// The column.
        column: String,
        /// The code list.
        list: &'static str,
        /// The constant.
        value: &'static str,
    },
    /// A text that cannot be written as it is.
    Unwritable {
        /// Where it stands.
        place: String,
        /// The text.
        text: String,
        /// Why.
        why: Unwritable,
    },
}

impl Layout {
    /// The shipped layouts, the oldest first.
    pub fn shipped() -> &'static [Layout] {
        static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
            let texts = SHIPPED.files().filter_map(include_dir::File::contents_utf8);
            // A test reads each of them.
            let mut layouts: Vec<Layout> = texts.filter_map(|text| Layout::parse(text).ok()).collect();
            layouts.sort_by_key(|layout| layout.from);
            layouts
        });
        &LAYOUTS
    }

    /// The shipped layout of a half-year.
    pub fn of_period(period: HalfYear) -> Option<&'static Self> {
        Self::shipped().iter().rfind(|layout| layout.holds_for(period))
    }

    /// Whether it says that it holds for a half-year.
    pub fn holds_for(&self, period: HalfYear) -> bool {
        self.from <= period && self.to.is_none_or(|to| period <= to)
    }

    /// Whether it has a column of a block.
    pub fn has(&self, block: Block) -> bool {
        self.columns.iter().any(|column| column.block == block)
    }

    /// Reads and checks a layout.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, LayoutFault> {
        let file: LayoutFile =
            toml::from_str(text).map_err(|error| LayoutFault::Toml(crate::config::TomlFault::new(text, &error)))?;
        let layout = file.check(text)?;
        layout.check_together()?;
        Ok(layout)
    }

    /// What only the settings together show.
    fn check_together(&self) -> Result<(), LayoutFault> {
        let numbers = self.columns.iter().filter(|column| column.field == Field::Number).count();
        if numbers != 1 {
            return Err(value("kolumn", &numbers.to_string(), expected::number_column()));
        }
        for block in Block::ALL.into_iter().filter(|&block| self.has(block)) {
            let date = Field::date_of(block);
            if !self.columns.iter().any(|column| column.field == date) {
                return Err(value("kolumn", block.code(), expected::date_column(date.name())));
            }
        }
        if self.rows == RowsPer::Person && !self.header {
            let lacking = Block::ALL.into_iter().find(|block| self.has(*block) && !self.room.contains_key(block));
            if let Some(block) = lacking {
                return Err(value(&format!("platser.{}", block.code()), "", expected::room()));
            }
        }
        let mut names = BTreeSet::new();
        for column in &self.columns {
            if !names.insert(&column.name) {
                return Err(value("kolumn.namn", &column.name, expected::column_name()));
            }
            let place = format!("kolumn {}: namn", column.name);
            let header = if self.rows == RowsPer::Person { &self.numbering } else { "" };
            self.check_writable(&place, &format!("{}{header}", column.name), self.quotes, None)?;
            for (constant, code) in &column.codes {
                let place = format!("kolumn {}: {constant}", column.name);
                self.check_writable(&place, code, column.quotes, column.padding)?;
            }
            self.check_width(column)?;
        }
        Ok(())
    }

    /// Whether the values that are no codes fit their column.
    fn check_width(&self, column: &Column) -> Result<(), LayoutFault> {
        let sample = match column.field {
            Field::Number => "0".repeat(column.number.width()),
            Field::Municipality => "0000".to_owned(),
            field if field.is_date() => SAMPLE_DAYS[0].format(&column.date).to_string(),
            _ => return Ok(()),
        };
        let place = format!("kolumn {}: {}", column.name, column.field.name());
        // Padding with a digit is told from the value by its width.
        self.check_writable(
            &place,
            &sample,
            column.quotes,
            column.padding.map(|padding| Padding { with: '\0', ..padding }),
        )
    }

    fn check_writable(
        &self,
        place: &str,
        text: &str,
        quotes: Quotes,
        padding: Option<Padding>,
    ) -> Result<(), LayoutFault> {
        let why = if !self.encoding.can_write(text) {
            Some(Unwritable::Encoding(self.encoding.name()))
        } else if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            Some(Unwritable::Formula)
        } else if let Some(padding) = padding.filter(|padding| text.chars().count() > padding.width) {
            Some(Unwritable::TooWide(padding.width))
        } else if padding.is_some_and(|padding| text.starts_with(padding.with) || text.ends_with(padding.with)) {
            Some(Unwritable::Padding)
        } else if quotes == Quotes::Never && text.contains([self.separator, '"', '\r', '\n']) {
            Some(Unwritable::NeedsQuotes)
        } else {
            None
        };
        let unwritable = |why| LayoutFault::Unwritable { place: place.to_owned(), text: text.to_owned(), why };
        why.map_or(Ok(()), |why| Err(unwritable(why)))
    }
}

/// Two days whose numbers have one digit and two.
const SAMPLE_DAYS: [NaiveDate; 2] = [
    NaiveDate::from_ymd_opt(2026, 1, 2).expect("a real day"),
    NaiveDate::from_ymd_opt(2026, 12, 31).expect("a real day"),
];

fn value(key: &str, found: &str, expected: Message) -> LayoutFault {
    LayoutFault::Value { key: key.to_owned(), found: found.to_owned(), expected }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    namn: String,
    jamford_med_scb: Option<String>,
    galler: PeriodsSection,
    fil: FormSection,
    #[serde(default)]
    platser: BTreeMap<String, usize>,
    kolumn: Vec<ColumnSection>,
    #[serde(default)]
    koder: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    #[schemars(extend("propertyNames" = serde_json::json!({ "enum": words(&checks()) })))]
    #[schemars(extend("additionalProperties" = serde_json::json!({ "type": "string", "enum": words(&severity_words()) })))]
    kontroller: BTreeMap<String, String>,
}

const ROWS: [(&str, RowsPer); 2] = [("handelse", RowsPer::Event), ("person", RowsPer::Person)];
const LINE_ENDS: [(&str, LineEnd); 2] = [("CRLF", LineEnd::CrLf), ("LF", LineEnd::Lf)];
const QUOTES: [(&str, Quotes); 3] =
    [("alltid", Quotes::Always), ("vid_behov", Quotes::WhenNeeded), ("aldrig", Quotes::Never)];
const SIDES: [(&str, Side); 2] = [("vanster", Side::Left), ("hoger", Side::Right)];
const NUMBERS: [(&str, NumberForm); 4] = [
    ("ÅÅÅÅMMDDNNNN", NumberForm::Twelve),
    ("ÅÅÅÅMMDD-NNNN", NumberForm::TwelveHyphen),
    ("ÅÅMMDDNNNN", NumberForm::Ten),
    ("ÅÅMMDD-NNNN", NumberForm::TenHyphen),
];

fn encodings() -> [(&'static str, Encoding); 3] {
    [Encoding::Utf8, Encoding::Utf8WithMark, Encoding::Windows1252].map(|encoding| (encoding.name(), encoding))
}

fn blocks() -> [(&'static str, Block); 6] {
    Block::ALL.map(|block| (block.code(), block))
}

fn fields() -> Vec<(&'static str, Field)> {
    Field::ALL.iter().map(|field| (field.name(), *field)).collect()
}

fn checks() -> Vec<(&'static str, Check)> {
    Check::ALL.iter().map(|check| (check.code(), *check)).collect()
}

/// How serious a check is, or that it is off.
fn severity_words() -> Vec<(&'static str, Option<Severity>)> {
    let words = Severity::ALL.into_iter().map(|severity| (severity.code(), Some(severity)));
    words.chain([("av", None)]).collect()
}

/// The JSON Schema of a layout, for editors that complete and check as one types.
pub fn layout_schema() -> String {
    // A schema always serialises.
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(LayoutFile)).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PeriodsSection {
    fran: String,
    till: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FormSection {
    #[schemars(extend("enum" = words(&ROWS)))]
    rader: String,
    avgransare: String,
    #[schemars(extend("enum" = words(&encodings())))]
    teckenkod: String,
    #[schemars(extend("enum" = words(&LINE_ENDS)))]
    radslut: String,
    rubrikrad: bool,
    #[schemars(extend("enum" = words(&QUOTES)))]
    citattecken: String,
    datum: String,
    #[schemars(extend("enum" = words(&NUMBERS)))]
    personnummer: String,
    #[serde(default)]
    numrering: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ColumnSection {
    namn: String,
    #[schemars(extend("enum" = words(&blocks())))]
    block: String,
    #[schemars(extend("enum" = words(&fields())))]
    varde: String,
    #[serde(default)]
    upprepa: bool,
    datum: Option<String>,
    bredd: Option<usize>,
    utfyllnad: Option<String>,
    #[schemars(extend("enum" = words(&SIDES)))]
    sida: Option<String>,
    #[schemars(extend("enum" = words(&QUOTES)))]
    citattecken: Option<String>,
}

impl LayoutFile {
    fn check(self, text: &str) -> Result<Layout, LayoutFault> {
        let form = &self.fil;
        let quotes = quotes("fil.citattecken", &form.citattecken)?;
        let number = choice("fil.personnummer", &form.personnummer, &NUMBERS)?;
        let rows = choice("fil.rader", &form.rader, &ROWS)?;
        let date = date_form("fil.datum", &form.datum)?;
        let codes = code_lists(&self.koder)?;
        let columns = self.kolumn.iter().map(|column| column.check(rows, &date, number, quotes, &codes));
        Ok(Layout {
            from: half_year("galler.fran", &self.galler.fran)?,
            to: self.galler.till.as_deref().map(|till| half_year("galler.till", till)).transpose()?,
            compared: self.jamford_med_scb.as_deref().map(day).transpose()?,
            rows,
            separator: one_char("fil.avgransare", &form.avgransare)?,
            encoding: choice("fil.teckenkod", &form.teckenkod, &encodings())?,
            line_end: choice("fil.radslut", &form.radslut, &LINE_ENDS)?,
            header: form.rubrikrad,
            quotes,
            numbering: form.numrering.clone(),
            room: rooms(&self.platser)?,
            columns: columns.collect::<Result<_, _>>()?,
            checks: severities(&self.kontroller)?,
            hash: hexadecimal(&Sha256::digest(text.as_bytes())),
            text: text.to_owned(),
            name: self.namn,
        })
    }
}

impl ColumnSection {
    fn check(
        &self,
        rows: RowsPer,
        date_of_file: &str,
        number: NumberForm,
        of_file: Quotes,
        lists: &BTreeMap<&'static str, CodeList>,
    ) -> Result<Column, LayoutFault> {
        let key = |name: &str| format!("kolumn {}: {name}", self.namn);
        let block = choice(&key("block"), &self.block, &blocks())?;
        let field = choice(&key("varde"), &self.varde, &fields())?;
        if field.block() != block {
            let of_block: Vec<&str> =
                Field::ALL.iter().filter(|field| field.block() == block).map(|field| field.name()).collect();
            return Err(value(&key("varde"), &self.varde, expected::field_of(block.code(), &of_block)));
        }
        let shared = matches!(field, Field::Number | Field::Municipality | Field::Registered);
        if self.upprepa && (rows == RowsPer::Person || !shared) {
            return Err(value(&key("upprepa"), "true", expected::repeatable()));
        }
        if field == Field::Number && rows == RowsPer::Event && !self.upprepa {
            return Err(value(&key("upprepa"), "false", expected::repeated_number()));
        }
        let codes = match field.codes() {
            Some((list, constants)) => {
                let codes = lists.get(list).cloned().unwrap_or_default();
                if let Some(missing) =
                    constants.into_iter().map(|(constant, _)| constant).find(|constant| !codes.contains_key(constant))
                {
                    return Err(LayoutFault::MissingCode { column: self.namn.clone(), list, value: missing });
                }
                codes
            }
            None => CodeList::new(),
        };
        let quotes = self.citattecken.as_deref().map(|text| quotes(&key("citattecken"), text)).transpose()?;
        if self.datum.is_some() && !field.is_date() {
            return Err(value(&key("datum"), &self.varde, expected::column_with_date()));
        }
        let date = self.datum.as_deref().map(|form| date_form(&key("datum"), form)).transpose()?;
        Ok(Column {
            name: self.namn.clone(),
            block,
            field,
            repeated: self.upprepa,
            date: date.unwrap_or_else(|| date_of_file.to_owned()),
            number,
            padding: self.padding(&key)?,
            quotes: quotes.unwrap_or(of_file),
            codes,
        })
    }
}

impl ColumnSection {
    fn padding(&self, key: &impl Fn(&str) -> String) -> Result<Option<Padding>, LayoutFault> {
        let side = self.sida.as_deref().unwrap_or("vanster");
        let side = choice(&key("sida"), side, &SIDES)?;
        let with = one_char(&key("utfyllnad"), self.utfyllnad.as_deref().unwrap_or(" "))?;
        match self.bredd {
            Some(0) => Err(value(&key("bredd"), "0", expected::width())),
            None if self.sida.is_some() || self.utfyllnad.is_some() => {
                Err(value(&key("bredd"), "", expected::width_to_pad()))
            }
            width => Ok(width.map(|width| Padding { width, with, side })),
        }
    }
}

/// One of the words that a key can have.
fn choice<T: Copy>(key: &str, found: &str, known: &[(&'static str, T)]) -> Result<T, LayoutFault> {
    let hit = known.iter().find(|(word, _)| *word == found);
    hit.map(|(_, meaning)| *meaning).ok_or_else(|| value(key, found, expected::one_of(&words(known))))
}

fn quotes(key: &str, found: &str) -> Result<Quotes, LayoutFault> {
    choice(key, found, &QUOTES)
}

fn half_year(key: &str, found: &str) -> Result<HalfYear, LayoutFault> {
    found.parse().map_err(|_: String| value(key, found, expected::half_year()))
}

fn day(found: &str) -> Result<NaiveDate, LayoutFault> {
    found.parse().map_err(|_| value("jamford_med_scb", found, expected::date()))
}

fn one_char(key: &str, found: &str) -> Result<char, LayoutFault> {
    let mut chars = found.chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) if !matches!(char, '"' | '\r' | '\n') => Ok(char),
        _ => Err(value(key, found, expected::one_character())),
    }
}

/// A form of days that can be read back: every day as wide as the others, and none like another.
fn date_form(key: &str, found: &str) -> Result<String, LayoutFault> {
    let written = SAMPLE_DAYS.map(|day| {
        let mut text = String::new();
        // Fails on what is no part of a form and on what no day has.
        write!(text, "{}", day.format(found)).map(|()| text).unwrap_or_default()
    });
    let same_width = written[0].chars().count() == written[1].chars().count();
    let reads_back = SAMPLE_DAYS
        .iter()
        .zip(&written)
        .all(|(day, text)| NaiveDate::parse_from_str(text, found).is_ok_and(|read| read == *day));
    if same_width && reads_back { Ok(found.to_owned()) } else { Err(value(key, found, expected::layout_date())) }
}

fn code_lists(
    written: &BTreeMap<String, BTreeMap<String, String>>,
) -> Result<BTreeMap<&'static str, CodeList>, LayoutFault> {
    let constants =
        |codes: Vec<(&'static str, &'static str)>| codes.into_iter().map(|(constant, _)| constant).collect();
    let known: BTreeMap<&'static str, Vec<&'static str>> =
        Field::ALL.iter().filter_map(|field| field.codes()).map(|(list, codes)| (list, constants(codes))).collect();
    let mut lists = BTreeMap::new();
    for (name, codes) in written {
        let Some((list, constants)) = known.get_key_value(name.as_str()) else {
            let near = nearest(name, known.keys().copied()).unwrap_or_default();
            return Err(value("koder", name, expected::code_list(near)));
        };
        let mut read = CodeList::new();
        for (constant, code) in codes {
            let Some(&constant) = constants.iter().find(|known| *known == constant) else {
                let near = nearest(constant, constants.iter().copied()).unwrap_or_default();
                return Err(value(&format!("koder.{list}"), constant, expected::constant(near)));
            };
            if code.is_empty() {
                return Err(value(&format!("koder.{list}.{constant}"), code, expected::code()));
            }
            read.insert(constant, code.clone());
        }
        lists.insert(*list, read);
    }
    Ok(lists)
}

fn rooms(written: &BTreeMap<String, usize>) -> Result<BTreeMap<Block, usize>, LayoutFault> {
    written.iter().map(|(name, places)| Ok((choice("platser", name, &blocks())?, *places))).collect()
}

fn severities(written: &BTreeMap<String, String>) -> Result<BTreeMap<Check, Severity>, LayoutFault> {
    let (known, words) = (checks(), severity_words());
    let mut checks: BTreeMap<Check, Severity> = Check::ALL.iter().map(|&check| (check, check.severity())).collect();
    for (code, word) in written {
        let check = choice("kontroller", code, &known)?;
        match choice(&format!("kontroller.{code}"), word, &words)? {
            Some(severity) => checks.insert(check, severity),
            None => checks.remove(&check),
        };
    }
    Ok(checks)
}
