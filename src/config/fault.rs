//! What is wrong with a TOML file that a user wrote, and where: the parser's own words are English and never shown.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::nearest;

/// Lines longer than this, in bytes, are not drawn.
const LONGEST_DRAWN: usize = 1000;

/// What is wrong, and the line it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlFault {
    /// What is wrong.
    pub problem: TomlProblem,
    /// Where, unless it is about the file as a whole.
    pub place: Option<TomlPlace>,
}

/// A place in a TOML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlPlace {
    /// The line, the first being 1.
    pub line: usize,
    /// The character in it, the first being 1.
    pub column: usize,
    /// The line as it stands.
    pub text: String,
    /// How many characters are at fault, at least 1.
    pub marked: usize,
}

impl TomlPlace {
    /// A private key that stands in a config by mistake is not drawn, nor a line that would fill the screen.
    fn may_be_shown(&self) -> bool {
        self.text.len() <= LONGEST_DRAWN && !self.text.to_ascii_uppercase().contains("SECRET-KEY")
    }
}

/// What can be wrong with a TOML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TomlProblem {
    /// A key that there is not; the one that is most like it.
    UnknownKey {
        /// The key.
        key: String,
        /// The most similar of those that can stand there.
        nearest: Option<String>,
    },
    /// A key that must be there.
    MissingKey(String),
    /// The same key twice.
    TwiceKey,
    /// A value of another type.
    Type {
        /// What stands there.
        found: TomlType,
        /// What can stand there.
        expected: TomlType,
    },
    /// A text without quotation marks.
    WithoutQuotes,
    /// Something opened with a quotation mark or a bracket is not closed.
    NotClosed,
    /// A key without a value, or without `=`.
    WithoutValue,
    /// Not TOML in another way.
    Syntax,
}

/// A type of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TomlType {
    /// Text in quotation marks.
    Text,
    /// A whole number, not negative.
    Number,
    /// A number with decimals.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A list in square brackets.
    List,
    /// A part with keys of its own.
    Table,
    /// A date without quotation marks.
    Date,
    /// Another one.
    Other,
}

impl TomlFault {
    /// Understands an error of the parser, or of what its values are read into.
    pub fn new(text: &str, error: &toml::de::Error) -> Self {
        let problem = problem(error.message());
        let place = error.span().map(|span| place(text, span)).filter(TomlPlace::may_be_shown);
        // A key that is missing has no place: the parser points to the whole part.
        let place =
            place.filter(|_| !matches!(&problem, TomlProblem::MissingKey(_)) || error.span() != Some(0..text.len()));
        Self { problem, place }
    }
}

/// The first of what stands between backticks, and the rest.
fn quoted(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once('`')?;
    rest.split_once('`')
}

fn problem(message: &str) -> TomlProblem {
    let begins = |words: &[&str]| words.iter().any(|word| message.starts_with(word));
    if let Some((key, rest)) = message.strip_prefix("unknown field ").and_then(quoted) {
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        return TomlProblem::UnknownKey { key: key.to_owned(), nearest: nearest(key, known).map(str::to_owned) };
    }
    if let Some((key, _)) = message.strip_prefix("missing field ").and_then(quoted) {
        return TomlProblem::MissingKey(key.to_owned());
    }
    if let Some(types) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: ")) {
        let (found, expected) = types.rsplit_once(", expected ").unwrap_or((types, ""));
        return TomlProblem::Type { found: type_of(found), expected: type_of(expected) };
    }
    if begins(&["duplicate key"]) {
        TomlProblem::TwiceKey
    } else if begins(&["string values must be quoted"]) {
        TomlProblem::WithoutQuotes
    } else if begins(&["invalid basic string", "invalid literal string", "unclosed", "missing closing"]) {
        TomlProblem::NotClosed
    } else if begins(&["key with no value", "missing value", "missing assignment"]) {
        TomlProblem::WithoutValue
    } else {
        TomlProblem::Syntax
    }
}

fn type_of(words: &str) -> TomlType {
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if words.starts_with("string") || has(&["a string", "borrowed string", "string key"]) {
        TomlType::Text
    } else if words.starts_with("integer") || ["u8", "u16", "u32", "u64", "i64", "usize"].contains(&words) {
        TomlType::Number
    } else if has(&["floating point", "f64", "f32"]) {
        TomlType::Decimal
    } else if has(&["boolean"]) {
        TomlType::Boolean
    } else if has(&["sequence", "array", "tuple"]) {
        TomlType::List
    } else if has(&["struct", "map", "table"]) {
        TomlType::Table
    } else if has(&["datetime"]) {
        TomlType::Date
    } else {
        TomlType::Other
    }
}

fn place(text: &str, span: Range<usize>) -> TomlPlace {
    let start = (0..=span.start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let end = span.end.min(line_start + line.len());
    let marked = text.get(start..end).map_or(1, |marked| marked.chars().count()).max(1);
    TomlPlace {
        line: before.matches('\n').count() + 1,
        column: text[line_start..start].chars().count() + 1,
        text: line.to_owned(),
        marked,
    }
}

/// Where a value of a key stands, `kalla.typ`: the one that is `found`, else the key, as far as it is there.
pub fn place_of(text: &str, key: &str, found: &str) -> Option<TomlPlace> {
    let table = DeTable::parse(text).ok()?;
    let path: Vec<&str> = key.split('.').collect();
    let spans = spans_in_table(table.get_ref(), &path, found);
    let exact = spans.iter().find(|(depth, _)| *depth == usize::MAX);
    let deepest = || spans.iter().max_by_key(|(depth, span)| (*depth, std::cmp::Reverse(span.start)));
    exact.or_else(deepest).map(|(_, span)| place(text, span.clone())).filter(TomlPlace::may_be_shown)
}

/// A place with how deep in the path it lies; deepest of all is the value that was found.
type Span = (usize, Range<usize>);

fn spans_in_table(table: &DeTable<'_>, path: &[&str], found: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for (key, value) in table {
        let name: &str = key.get_ref();
        match path.split_first() {
            Some((first, rest)) if *first == name => {
                spans.push((1, key.span()));
                let deeper = |(depth, span): Span| (if depth == usize::MAX { depth } else { depth + 1 }, span);
                spans.extend(spans_in_value(value.get_ref(), value.span(), rest, found).into_iter().map(deeper));
            }
            None if name == found => spans.push((usize::MAX, key.span())),
            // The found value can be that of another key of the same part, which says which part it is.
            _ => {}
        }
    }
    spans
}

fn spans_in_value(value: &DeValue<'_>, span: Range<usize>, path: &[&str], found: &str) -> Vec<Span> {
    match value {
        DeValue::Table(table) => spans_in_table(table, path, found),
        DeValue::Array(items) => {
            items.iter().flat_map(|item| spans_in_value(item.get_ref(), item.span(), path, found)).collect()
        }
        _ if !path.is_empty() => Vec::new(),
        DeValue::String(text) if text.as_ref() == found => vec![(usize::MAX, span)],
        DeValue::Integer(number) if number.as_str() == found => vec![(usize::MAX, span)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_the_part_that_has_it() {
        let text = "[[kalla]]\ntyp = \"betyg\"\n[[kalla]]\ntyp = \"elevregistr\"\n[kalla.kolumner]\nstarta = \"x\"\n";
        let at =
            |key: &str, found: &str| place_of(text, key, found).map(|place| (place.line, place.column, place.marked));
        assert_eq!(at("kalla.typ", "elevregistr"), Some((4, 7, 13)));
        assert_eq!(at("kalla.kolumner", "starta"), Some((6, 1, 6)));
        assert_eq!(at("kalla.leverans", "x"), Some((1, 3, 5)), "as far as the key is there");
        assert_eq!(at("kallor.mapp", ""), None);
    }
}
