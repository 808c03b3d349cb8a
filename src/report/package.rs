//! `datapackage.json`: the CSV files of a run as the standard Data Package 2.0 (datapackage.org) describes tables, so that
//! any program reads them with the right types, code lists and keys.
//!
//! Nothing in it depends on what the rows say: it holds no counts, hashes or times. So a purge that takes rows leaves it
//! true, and only one that takes a whole file has to write it again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{CsvFile, Field, Holds, List};

/// Its name in a run's folder.
pub const DATA_PACKAGE: &str = "datapackage.json";
const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

/// The description of the CSV files of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPackage {
    #[serde(rename = "$schema")]
    schema: String,
    name: String,
    title: String,
    resources: Vec<Resource>,
}

impl DataPackage {
    /// A description by its name for programs, its title in Swedish and its files in order.
    pub fn new(name: &str, title: String, resources: Vec<Resource>) -> Self {
        Self { schema: PROFILE.to_owned(), name: name.to_lowercase(), title, resources }
    }

    /// The bytes of the file. It is for programs: with a line for each value it would be twice as large.
    pub fn bytes(&self) -> Vec<u8> {
        // Strings and numbers always serialise.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The bytes of a description without these files, and without the keys that lead to them.
    ///
    /// # Errors
    /// When the bytes are no description that this program makes.
    pub fn without(bytes: &[u8], files: &BTreeSet<&str>) -> Result<Vec<u8>, String> {
        let mut package: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        package.resources.retain(|resource| !files.contains(resource.path.as_str()));
        let left: BTreeSet<String> = package.resources.iter().map(|resource| resource.name.clone()).collect();
        for resource in &mut package.resources {
            resource.schema.foreign_keys.retain(|key| left.contains(&key.reference.resource));
        }
        Ok(package.bytes())
    }
}

/// A CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    name: String,
    r#type: String,
    pub(super) path: String,
    title: String,
    description: String,
    format: String,
    mediatype: String,
    pub(super) encoding: String,
    pub(super) dialect: Dialect,
    pub(super) schema: TableSchema,
}

impl Resource {
    /// A file by its name and what it holds, in Swedish.
    pub fn new(path: &str, [title, about]: [&str; 2], encoding: &str, dialect: Dialect, schema: TableSchema) -> Self {
        Self {
            name: path.trim_end_matches(".csv").to_lowercase(),
            r#type: "table".to_owned(),
            path: path.to_owned(),
            title: title.to_owned(),
            description: about.to_owned(),
            format: "csv".to_owned(),
            mediatype: "text/csv".to_owned(),
            encoding: encoding.to_owned(),
            dialect,
            schema,
        }
    }

    /// The name of the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A CSV file of ours: UTF-8, which readers know a byte order mark of, `;`, CRLF.
    pub fn of<'f>(file: &CsvFile, fields: impl Iterator<Item = &'f Field>) -> Self {
        let key = |columns: &[&str]| columns.iter().map(|&column| column.to_owned()).collect::<Vec<_>>();
        let schema = TableSchema {
            fields: fields.map(FieldSchema::from).collect(),
            missing_values: vec![String::new()],
            primary_key: key(file.key),
            foreign_keys: file
                .refers
                .iter()
                .map(|(columns, other)| ForeignKey {
                    fields: key(columns),
                    reference: Reference { resource: (*other).to_owned(), fields: key(columns) },
                })
                .collect(),
        };
        Self::new(&file.path(), [file.title, file.about], "utf-8", Dialect::new(true, ';', "\r\n"), schema)
    }
}

impl List {
    /// The description of its CSV file, if it becomes one.
    pub fn resource(&self) -> Option<Resource> {
        let fields = self.columns.iter().filter_map(|column| column.field.as_ref());
        self.file.as_ref().map(|file| Resource::of(file, fields))
    }
}

/// How the text of a file is parted into rows and cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dialect {
    pub(super) header: bool,
    pub(super) delimiter: String,
    line_terminator: String,
    quote_char: String,
    double_quote: bool,
}

impl Dialect {
    /// Whether the first row holds the names, what stands between cells, and what ends a row.
    pub fn new(header: bool, delimiter: char, line_terminator: &str) -> Self {
        Self {
            header,
            delimiter: delimiter.to_string(),
            line_terminator: line_terminator.to_owned(),
            quote_char: "\"".to_owned(),
            double_quote: true,
        }
    }
}

/// The columns of a file and its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSchema {
    /// The columns, in order.
    pub fields: Vec<FieldSchema>,
    /// What stands where there is no value.
    pub missing_values: Vec<String>,
    /// The columns whose values together no two rows share; none where rows can.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub primary_key: Vec<String>,
    /// The columns whose values stand in another file too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub foreign_keys: Vec<ForeignKey>,
}

/// Columns whose values stand in another file too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    fields: Vec<String>,
    reference: Reference,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reference {
    resource: String,
    fields: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldSchema {
    /// The header.
    pub name: String,
    /// Its type: `string`, `date`, `integer`, `number` or `boolean`.
    pub r#type: String,
    /// How a day is written, where not as `2026-11-20`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Its name in words.
    pub title: String,
    /// What its values say.
    pub description: String,
    /// What stands before decimals, where not a point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_char: Option<String>,
    /// What stands for yes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub true_values: Vec<String>,
    /// What stands for no.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub false_values: Vec<String>,
    /// The constants with the words for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// What its values keep to.
    #[serde(skip_serializing_if = "Constraints::is_empty")]
    pub constraints: Constraints,
}

/// A constant with the words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The constant.
    pub value: String,
    /// The words.
    pub label: String,
}

/// What the values of a column keep to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Constraints {
    /// Whether every row has a value.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The form of a value, as a regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The least value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u8>,
    /// Every value that there can be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub r#enum: Vec<String>,
}

impl Constraints {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Field> for FieldSchema {
    fn from(field: &Field) -> Self {
        let mut schema = Self {
            name: field.name.to_owned(),
            title: field.title.to_owned(),
            description: field.about.to_owned(),
            constraints: Constraints { required: field.required, ..Constraints::default() },
            ..Self::default()
        };
        schema.hold(&field.holds);
        schema
    }
}

impl FieldSchema {
    /// Says of what type the values are and what they keep to.
    pub fn hold(&mut self, holds: &Holds) {
        let constraints = &mut self.constraints;
        self.r#type = match holds {
            Holds::Text | Holds::Person | Holds::Municipality | Holds::HalfYear => "string",
            Holds::Code(_) | Holds::Codes(_, _) => "string",
            Holds::Day => "date",
            Holds::Count => "integer",
            Holds::Decimal => "number",
            Holds::YesNo => "boolean",
        }
        .to_owned();
        match holds {
            Holds::Text | Holds::Day => {}
            Holds::Person => constraints.pattern = Some("^[0-9]{12}$".to_owned()),
            Holds::Municipality => constraints.pattern = Some("^[0-9]{4}$".to_owned()),
            Holds::HalfYear => constraints.pattern = Some("^[0-9]{4}H[12]$".to_owned()),
            Holds::Count => constraints.minimum = Some(0),
            Holds::Decimal => {
                constraints.minimum = Some(0);
                self.decimal_char = Some(",".to_owned());
            }
            Holds::YesNo => {
                self.true_values = vec!["J".to_owned()];
                self.false_values = vec!["N".to_owned()];
            }
            Holds::Code(codes) => {
                constraints.r#enum = codes.iter().map(|(code, _)| code.clone()).collect();
                let category =
                    |(code, words): &(String, String)| Category { value: code.clone(), label: words.clone() };
                self.categories = codes.iter().map(category).collect();
            }
            Holds::Codes(codes, mark) => {
                let one = codes.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join("|");
                constraints.pattern = Some(format!("^({one})({mark}({one}))*$"));
                let words: Vec<String> = codes.iter().map(|(code, words)| format!("{code}: {words}")).collect();
                self.description = format!("{} {}.", self.description, words.join("; "));
            }
        }
    }
}
