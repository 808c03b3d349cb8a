//! Canonical rows in the forms that real systems export.
//!
//! The municipality's own configuration is the only description of those forms: what it says it reads is what is
//! written here, so the two cannot drift apart.

mod text;
mod workbook;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use rust_xlsxwriter::{Workbook, XlsxError};
use toml::{Table, Value};

use super::{Plan, Row, SynthError};
use crate::records::Kind;

/// One source of a configuration.
pub(super) struct Source {
    /// The table.
    pub(super) kind: Kind,
    /// File name with `*` where the date stands.
    file: String,
    sheet: Option<String>,
    header_row: u32,
    delimiter: u8,
    encoding: String,
    date_format: Option<String>,
    /// Canonical field to their header.
    columns: BTreeMap<String, String>,
    /// Canonical field to their wordings and the codes that these mean.
    values: BTreeMap<String, Vec<(String, String)>>,
}

/// Columns that the systems have and nobody may keep: the border must drop them. Kind, the column that it follows,
/// header, and values to take turns.
const EXTRA_COLUMNS: &[(Kind, &str, &str, &[&str])] = &[
    (Kind::PopulationRegister, "postort", "Civilstånd", &["OG"]),
    (Kind::PopulationRegister, "invandringsdatum", "Medborgarskap", &["SE", "SE", "SE", "SE", "SO", "SY", "UA"]),
    (Kind::StudentRegister, "arskurs", "Klass", &["A", "B", "C"]),
    (
        Kind::StudentRegister,
        "reducerat",
        "Vårdnadshavare",
        &["Vårdnadshavare Ett", "Vårdnadshavare Två", "Vårdnadshavare Ett, Vårdnadshavare Två"],
    ),
    (Kind::ProviderReports, "personnummer", "Ärendenummer", &["KC-2026-118", "KC-2026-131", "KC-2026-140"]),
    (Kind::ProviderReports, "huvudman", "Inlämnat av", &["Rektor", "Mentor", "Administratör"]),
    (Kind::CaseRegister, "avregistreringsgrund", "Handläggare", &["Samordnare", "Handläggare AME"]),
    (
        Kind::CaseRegister,
        "avregistreringsgrund",
        "Anteckning",
        &["", "", "Ring efter lov", "Sjukskriven enligt mamma", "Har kontakt med soc (LVU)"],
    ),
    (Kind::Contacts, "nasta_kontakt", "Anteckning", &["", "", "Ville inte prata, mår dåligt", "Jobbar på lager"]),
];

/// Reads what a configuration says of its sources.
pub(super) fn sources(config: &str) -> Result<Vec<Source>, SynthError> {
    let bad = |what: String| SynthError::Data(format!("exempelby.toml: {what}"));
    let mut config: Table = config.parse().map_err(|error| bad(format!("{error}")))?;
    let Some(Value::Array(entries)) = config.remove("kalla") else { return Err(bad("ingen kalla".to_owned())) };
    entries.iter().map(|entry| Source::read(entry).ok_or_else(|| bad(entry.to_string()))).collect()
}

impl Source {
    fn read(entry: &Value) -> Option<Self> {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let path = text("fil")?;
        let columns = entry.get("kolumner").and_then(Value::as_table).cloned().unwrap_or_default();
        let values = entry.get("varden").and_then(Value::as_table).cloned().unwrap_or_default();
        let text_of = |value: &Value| value.as_str().map(str::to_owned);
        let wordings = |values: &Value| -> Option<Vec<(String, String)>> {
            values.as_table()?.iter().map(|(theirs, ours)| Some((theirs.clone(), text_of(ours)?))).collect()
        };
        Some(Self {
            kind: Kind::from_name(&text("typ")?)?,
            file: path.rsplit('/').next()?.to_owned(),
            sheet: text("blad"),
            header_row: entry
                .get("rubrikrad")
                .and_then(Value::as_integer)
                .map_or(Some(1), |row| row.try_into().ok())?,
            delimiter: text("avgransare").map_or(Some(b';'), |text| text.bytes().next())?,
            encoding: text("teckenkod").unwrap_or_default(),
            date_format: text("datumformat"),
            columns: columns
                .iter()
                .map(|(field, theirs)| Some((field.clone(), text_of(theirs)?)))
                .collect::<Option<_>>()?,
            values: values.iter().map(|(field, list)| Some((field.clone(), wordings(list)?))).collect::<Option<_>>()?,
        })
    }

    /// The table as the system shows it: headers, then rows, without spelling numbers and dates yet.
    fn table(&self, rows: &[Row], names: &Names) -> Sheet {
        let mut columns = Vec::new();
        for (at, column) in self.kind.columns().iter().enumerate() {
            let header = self.columns.get(column.name).cloned().unwrap_or_else(|| self.plain_header(column.name));
            columns.push((header, Origin::Field(at, column.name)));
            let extras = EXTRA_COLUMNS.iter().filter(|(kind, after, ..)| *kind == self.kind && *after == column.name);
            columns.extend(extras.map(|(_, _, header, values)| ((*header).to_owned(), Origin::Extra(values))));
        }
        // People look for the name beside the number.
        columns.sort_by_key(|(_, origin)| match origin {
            Origin::Field(0, _) => 0,
            Origin::Field(_, "fornamn" | "efternamn") => 1,
            _ => 2,
        });
        let cell = |index: usize, row: &Row, origin: &Origin| match *origin {
            Origin::Extra(values) => values[index % values.len()].to_owned(),
            Origin::Field(_, name @ ("fornamn" | "efternamn")) => names.name(name, row),
            Origin::Field(at, name) => self.wording(name, &row.cells[at], index),
        };
        let body = rows.iter().enumerate();
        let body = body.map(|(index, row)| columns.iter().map(|(_, origin)| cell(index, row, origin)).collect());
        Sheet { headers: columns.iter().map(|(header, _)| header.clone()).collect(), rows: body.collect() }
    }

    /// A header that needs no mapping. A system's own headers begin with a capital.
    fn plain_header(&self, name: &str) -> String {
        let (first, rest) = name.split_at(1);
        if self.columns.is_empty() {
            name.to_owned()
        } else {
            format!("{}{}", first.to_uppercase(), rest.replace('_', " "))
        }
    }

    /// The municipality's wording of a code; where it has several they take turns.
    fn wording(&self, field: &str, code: &str, index: usize) -> String {
        let Some(values) = self.values.get(field) else { return code.to_owned() };
        let wordings: Vec<&String> = values.iter().filter(|(_, ours)| ours == code).map(|(theirs, _)| theirs).collect();
        if wordings.is_empty() { code.to_owned() } else { wordings[index % wordings.len()].clone() }
    }

    fn file_name(&self, day: NaiveDate) -> String {
        self.file.replace('*', &day.to_string())
    }

    fn is_workbook(&self) -> bool {
        self.file.ends_with(".xlsx")
    }
}

enum Origin {
    Field(usize, &'static str),
    Extra(&'static [&'static str]),
}

/// Headers and rows.
struct Sheet {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The population register's rows by number: the student register has the names too.
struct Names<'a>(BTreeMap<&'a str, &'a Row>);

impl<'a> Names<'a> {
    fn of(rows: &'a [Row]) -> Self {
        let registered = rows.iter().filter(|row| row.kind == Kind::PopulationRegister);
        Self(registered.map(|row| (row.get("personnummer"), row)).collect())
    }

    fn name(&self, column: &str, row: &Row) -> String {
        self.0.get(row.get("personnummer")).map_or_else(String::new, |registered| registered.get(column).to_owned())
    }
}

/// Writes every source of the configuration for one reconciliation.
pub(super) fn write_exports(
    plan: &Plan,
    sources: &[Source],
    rows: &[Row],
    reconciliation: usize,
    folder: &Path,
) -> Result<(), SynthError> {
    let names = Names::of(rows);
    let mut workbooks: BTreeMap<String, Workbook> = BTreeMap::new();
    for source in sources {
        let mut seen = plan.extract(rows.iter().filter(|row| row.kind == source.kind), reconciliation);
        seen.sort_by(|a, b| a.get("personnummer").cmp(b.get("personnummer")));
        let table = source.table(&seen, &names);
        let day = plan.extract_date(source.kind, reconciliation);
        let file = source.file_name(day);
        if source.is_workbook() {
            let book = match workbooks.entry(file) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => free.insert(workbook::new(day, folder)?),
            };
            workbook::add_sheet(book, source, &table, day).map_err(workbook_error(folder))?;
        } else {
            let path = folder.join(file);
            fs::write(&path, text::file(source, &table)).map_err(SynthError::write(&path))?;
        }
    }
    for (file, mut workbook) in workbooks {
        let path = folder.join(file);
        workbook.save(&path).map_err(workbook_error(&path))?;
    }
    Ok(())
}

/// Writes the case register of the configuration as it was exported on `day`.
pub(super) fn write_case_register(
    sources: &[Source],
    rows: &[Row],
    day: NaiveDate,
    folder: &Path,
) -> Result<(), SynthError> {
    for source in sources.iter().filter(|source| source.kind == Kind::CaseRegister) {
        let path = folder.join(source.file_name(day));
        let table = source.table(rows, &Names::of(&[]));
        fs::write(&path, text::file(source, &table)).map_err(SynthError::write(&path))?;
    }
    Ok(())
}

/// What a workbook that cannot be written is reported as.
pub(super) fn workbook_error(path: &Path) -> impl Fn(XlsxError) -> SynthError {
    move |source| SynthError::Workbook { path: path.to_owned(), source }
}

/// A number as the systems and the people who type write it. Most rows of a system are alike; some have been through a
/// spreadsheet or a hand.
pub(super) fn spelled_number(kind: Kind, number: &str, index: usize) -> String {
    if number.len() != 12 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let (date, last) = number.split_at(8);
    let usual = match kind {
        Kind::StudentRegister => format!("{}-{last}", &date[2..]),
        Kind::ProviderReports | Kind::CaseRegister => format!("{date}-{last}"),
        _ => number.to_owned(),
    };
    match (kind, index % 89) {
        (Kind::StudentRegister | Kind::CaseRegister, 17) => format!("{}–{last}", &date[2..]),
        (Kind::StudentRegister | Kind::Admissions, 34) => format!("{date} {last}"),
        (Kind::Admissions | Kind::CaseRegister, 51) => number[2..].trim_start_matches('0').to_owned(),
        (Kind::Admissions | Kind::ProviderReports, 68) => format!("{}.0", number),
        (_, 5) if kind != Kind::PopulationRegister => format!(" {date}-{last}\u{a0}"),
        _ => usual,
    }
}
