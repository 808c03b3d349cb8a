//! What a standard's records hold and which fields of ours it becomes, as `pipelines/json` declares it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::node::Node;
use super::references::References;
use crate::records::{Kind, fold};

/// A public description of JSON that this program reads.
pub struct Standard {
    /// What it is called.
    pub name: String,
    /// Which description, in which version.
    pub description: String,
    /// The rows that its records become.
    pub rows: Vec<RowTemplate>,
    /// Names under which an object holds records.
    pub(super) lists: Vec<String>,
    /// Names of which a record has at least one.
    marks: Vec<String>,
    /// What is read to work out something else.
    pub(super) basis: Vec<String>,
}

/// A row that a record becomes, or one for each item of a list in it.
pub struct RowTemplate {
    /// The table.
    pub kind: Kind,
    /// The list with an item for each row; `None`: the record is the row.
    pub each: Option<String>,
    /// Only where this stands.
    pub only: Option<String>,
    /// Only where this does not stand.
    pub unless: Option<String>,
    /// Items whose field has one of these values belong to other tables.
    pub elsewhere: BTreeMap<String, Vec<String>>,
    /// Where each field of the table comes from, as it is declared.
    pub fields: BTreeMap<String, String>,
    /// By field what the standard's codes mean.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// By field what stands for a value that is not there.
    missing: BTreeMap<String, String>,
    /// By the number of the table's column where it comes from.
    origins: Vec<Option<Origin>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardFile {
    namn: String,
    beskrivning: String,
    listor: Vec<String>,
    post: Vec<String>,
    #[serde(default)]
    underlag: Vec<String>,
    rad: Vec<RowSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowSection {
    typ: String,
    varje: Option<String>,
    nar: Option<String>,
    utom: Option<String>,
    #[serde(default)]
    andra: BTreeMap<String, Vec<String>>,
    falt: BTreeMap<String, String>,
    #[serde(default)]
    varden: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    saknas: BTreeMap<String, String>,
}

/// The standards, in the order in which they are looked for.
pub fn standards() -> &'static [Standard] {
    static ALL: LazyLock<Vec<Standard>> = LazyLock::new(|| {
        let files =
            [include_str!("../../../pipelines/json/navet.toml"), include_str!("../../../pipelines/json/ss12000.toml")];
        files.map(|text| Standard::read(text).expect("a standard is declared soundly; a test reads it")).into()
    });
    &ALL
}

impl Standard {
    fn read(text: &str) -> Result<Self, String> {
        let file: StandardFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let rows = file.rad.into_iter().map(RowTemplate::read).collect::<Result<_, _>>()?;
        let (name, description, lists) = (file.namn, file.beskrivning, file.listor);
        Ok(Self { name, description, rows, lists, marks: file.post, basis: file.underlag })
    }

    /// Whether a record is one of the standard's.
    pub(super) fn has(&self, record: &Node) -> bool {
        record.members().iter().any(|(name, _)| self.marks.contains(name))
    }

    /// The templates of a table.
    pub(super) fn rows_of(&self, kind: Kind) -> Vec<&RowTemplate> {
        self.rows.iter().filter(|template| template.kind == kind).collect()
    }

    /// The tables that its records become rows of.
    pub fn kinds(&self) -> BTreeSet<Kind> {
        self.rows.iter().map(|template| template.kind).collect()
    }
}

impl RowTemplate {
    fn read(section: RowSection) -> Result<Self, String> {
        let kind = Kind::from_name(&section.typ).ok_or_else(|| format!("no table {}", section.typ))?;
        let known = |field: &String| kind.columns().iter().any(|column| column.name == field);
        let named = section.falt.keys().chain(section.varden.keys()).chain(section.saknas.keys());
        if let Some(field) = named.into_iter().find(|field| !known(field)) {
            return Err(format!("{} has no field {field}", section.typ));
        }
        let origin = |column: &crate::records::Column| section.falt.get(column.name).map(|text| Origin::read(text));
        let origins = kind.columns().iter().map(|column| origin(column).transpose()).collect::<Result<_, _>>()?;
        let values = section.varden.into_iter();
        let folded =
            |words: BTreeMap<String, String>| words.into_iter().map(|(word, code)| (fold(&word), code)).collect();
        Ok(Self {
            kind,
            each: section.varje,
            only: section.nar,
            unless: section.utom,
            elsewhere: section.andra,
            values: values.map(|(field, words)| (field, folded(words))).collect(),
            missing: section.saknas,
            fields: section.falt,
            origins,
        })
    }

    /// Whether the record becomes rows by this template at all.
    pub(super) fn takes(&self, record: &Node) -> bool {
        let stands = |path: &String| record.text(path).is_some();
        self.only.as_ref().is_none_or(stands) && !self.unless.as_ref().is_some_and(stands)
    }

    /// Whether an item is a row of another table.
    pub(super) fn is_elsewhere(&self, item: &Node) -> bool {
        self.elsewhere
            .iter()
            .any(|(path, values)| item.text(path).is_some_and(|value| values.iter().any(|v| v == value)))
    }

    /// The text of a column in a row, before the config's own words are looked up: `is_mapped` says of a word that they
    /// know it.
    pub(super) fn cell<'t>(
        &'t self,
        column: usize,
        place: &Scope<'t>,
        is_mapped: impl Fn(&str, &str) -> bool,
    ) -> Cow<'t, str> {
        let name = self.kind.columns()[column].name;
        let found = self.origins[column].as_ref().and_then(|origin| origin.text(place));
        let Some(text) = found else {
            return Cow::Borrowed(self.missing.get(name).map_or("", String::as_str));
        };
        match self.values.get(name).and_then(|words| words.get(&fold(&text))) {
            Some(code) if !is_mapped(name, &text) => Cow::Borrowed(code),
            _ => text,
        }
    }

    /// The paths that rows are read from, each from the record on; places in lists left out.
    pub(super) fn paths_from_record(&self) -> BTreeSet<String> {
        let conditions = [&self.only, &self.unless].into_iter().flatten().map(|path| format!("/{path}"));
        let elsewhere = self.elsewhere.keys().cloned();
        let conditions = conditions.chain(elsewhere).map(|path| self.whole_path(&path));
        let columns = (0..self.origins.len()).flat_map(|column| self.paths_of(column));
        conditions.chain(columns).collect()
    }

    /// The paths that a column is read from, each from the record on; places in lists left out.
    pub(super) fn paths_of(&self, column: usize) -> Vec<String> {
        let paths = self.origins[column].iter().flat_map(Origin::paths);
        paths.map(|path| self.whole_path(path)).collect()
    }

    fn whole_path(&self, path: &str) -> String {
        let whole = match (path.strip_prefix('/'), &self.each) {
            (Some(path), _) => path.to_owned(),
            (None, Some(each)) => format!("{each}.{path}"),
            (None, None) => path.to_owned(),
        };
        let names: Vec<&str> = whole.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
        names.join(".")
    }

    /// Whether a column is declared.
    pub(super) fn declares(&self, column: usize) -> bool {
        self.origins[column].is_some()
    }

    /// The names by which the row refers to other objects, with the ids.
    pub(super) fn references<'t>(&'t self, place: &Scope<'t>) -> BTreeSet<(&'t str, &'t str)> {
        let named =
            self.origins.iter().flatten().flat_map(|origin| &origin.0).flatten().filter_map(|part| match part {
                Part::Reference(path, _) => Some(path.as_str()),
                _ => None,
            });
        named.filter_map(|path| Some((path, place.text(&format!("{path}.id"))?))).collect()
    }
}

/// What a row is read from.
pub(super) struct Scope<'a> {
    pub(super) record: &'a Node,
    pub(super) item: &'a Node,
    pub(super) references: &'a References,
}

impl<'a> Scope<'a> {
    fn text(&self, path: &str) -> Option<&'a str> {
        match path.strip_prefix('/') {
            Some(path) => self.record.text(path),
            None => self.item.text(path),
        }
    }
}

/// Where a field comes from: the first alternative that has a value, each put together of parts.
#[derive(Debug, PartialEq)]
struct Origin(Vec<Vec<Part>>);

#[derive(Debug, PartialEq)]
enum Part {
    /// What stands at a path.
    Path(String),
    /// A word.
    Word(String),
    /// What the object has that is referred to at a path.
    Reference(String, String),
    /// A municipality's code, of the county's and its own.
    Municipality(String, String),
}

impl Origin {
    fn read(text: &str) -> Result<Self, String> {
        let alternatives = text.split('|').map(|alternative| alternative.split(" + ").map(Part::read).collect());
        alternatives.collect::<Result<_, _>>().map(Self)
    }

    fn text<'t>(&'t self, place: &Scope<'t>) -> Option<Cow<'t, str>> {
        self.0.iter().find_map(|parts| match parts.as_slice() {
            [part] => part.text(place),
            parts => {
                parts.iter().map(|part| part.text(place)).collect::<Option<Vec<_>>>().map(|texts| texts.concat().into())
            }
        })
    }

    fn paths(&self) -> Vec<&str> {
        self.0.iter().flatten().flat_map(Part::paths).collect()
    }
}

impl Part {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(word) = text.strip_prefix('\'') {
            return word.strip_suffix('\'').map(|word| Self::Word(word.to_owned())).ok_or_else(|| text.to_owned());
        }
        if let Some(paths) = text.strip_prefix("kommun(").and_then(|rest| rest.strip_suffix(')')) {
            let (county, own) = paths.split_once(',').ok_or_else(|| text.to_owned())?;
            return Ok(Self::Municipality(county.trim().to_owned(), own.trim().to_owned()));
        }
        Ok(match text.split_once("->") {
            Some((path, field)) if References::FIELDS.contains(&field) => {
                Self::Reference(path.to_owned(), field.to_owned())
            }
            Some(_) => return Err(text.to_owned()),
            None => Self::Path(text.to_owned()),
        })
    }

    fn text<'t>(&'t self, place: &Scope<'t>) -> Option<Cow<'t, str>> {
        match self {
            Self::Path(path) => place.text(path).map(Cow::Borrowed),
            Self::Word(word) => Some(Cow::Borrowed(word)),
            Self::Reference(path, field) => {
                let id = place.text(&format!("{path}.id"))?;
                place.references.field(id, field).map(Cow::Borrowed)
            }
            Self::Municipality(county, own) => Some(municipality(place.text(county), place.text(own)?).into()),
        }
    }

    fn paths(&self) -> Vec<&str> {
        match self {
            Self::Path(path) | Self::Reference(path, _) => vec![path.as_str()],
            Self::Word(_) => Vec::new(),
            Self::Municipality(county, own) => vec![county.as_str(), own.as_str()],
        }
    }
}

/// Four digits of the county's two and the municipality's two; four digits, or three without their zero, are the whole
/// code. A number of JSON has lost its zeros.
pub(super) fn municipality(county: Option<&str>, own: &str) -> String {
    let own = own.trim();
    match county.map(str::trim) {
        Some(county) if own.len() <= 2 => format!("{county:0>2}{own:0>2}"),
        _ => own.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standard_is_declared_soundly() {
        for standard in standards() {
            assert!(!standard.rows.is_empty() && !standard.description.is_empty(), "{}", standard.name);
            for template in &standard.rows {
                for (column, wanted) in template.kind.columns().iter().enumerate() {
                    let required =
                        matches!(wanted.need, crate::records::Need::Required | crate::records::Need::RequiredEnding);
                    assert!(!required || template.declares(column), "{} lacks {}", standard.name, wanted.name);
                    let coded = template.kind.fault_of(column, "?") == Some(crate::records::CellFault::Code);
                    let codes = template.values.get(wanted.name).into_iter().flat_map(BTreeMap::values);
                    for code in codes.filter(|code| !code.is_empty()) {
                        assert!(
                            coded && template.kind.fault_of(column, code).is_none(),
                            "{} means no {code}",
                            wanted.name
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_municipality_is_put_together_of_its_parts() {
        assert_eq!(municipality(Some("14"), "72"), "1472");
        assert_eq!(municipality(Some("1"), "80"), "0180", "numbers have no zeros before them");
        assert_eq!(municipality(Some("01"), "0180"), "0180", "the whole code");
        assert_eq!(municipality(None, "180"), "180", "read as any code is");
    }
}
