//! Canonical rows in the forms that real systems export.
//!
//! The municipality's own configuration is the only description of those forms: what it says it reads is what is
//! written here, so the two cannot drift apart.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};
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
            delimiter: text("avgransare").map_or(b';', |text| text.as_bytes()[0]),
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
            Origin::Field(_, "fornamn") if self.kind == Kind::StudentRegister => names.given(row),
            Origin::Field(_, "efternamn") if self.kind == Kind::StudentRegister => names.family(row),
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

/// What the student register calls people.
pub(super) struct Names(BTreeMap<String, (String, String)>);

impl Names {
    /// The names of all who are registered.
    pub(super) fn of(rows: &[Row]) -> Self {
        let registered = rows.iter().filter(|row| row.kind == Kind::PopulationRegister);
        Self(
            registered
                .map(|row| {
                    (
                        row.get("personnummer").to_owned(),
                        (row.get("fornamn").to_owned(), row.get("efternamn").to_owned()),
                    )
                })
                .collect(),
        )
    }

    fn given(&self, row: &Row) -> String {
        self.0.get(row.get("personnummer")).map(|(given, _)| given.clone()).unwrap_or_default()
    }

    fn family(&self, row: &Row) -> String {
        self.0.get(row.get("personnummer")).map(|(_, family)| family.clone()).unwrap_or_default()
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
            let workbook = match workbooks.entry(file) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => free.insert(new_workbook(day, folder)?),
            };
            add_sheet(workbook, source, &table, day).map_err(workbook_error(folder))?;
        } else {
            let path = folder.join(file);
            fs::write(&path, text_file(source, &table)).map_err(SynthError::write(&path))?;
        }
    }
    for (file, mut workbook) in workbooks {
        let path = folder.join(file);
        workbook.save(&path).map_err(workbook_error(&path))?;
    }
    Ok(())
}

fn workbook_error(path: &Path) -> impl Fn(rust_xlsxwriter::XlsxError) -> SynthError {
    move |source| SynthError::Workbook { path: path.to_owned(), source }
}

// ---- Text files ----

fn text_file(source: &Source, table: &Sheet) -> Vec<u8> {
    let mut text = String::new();
    let delimiter = char::from(source.delimiter);
    let mut line = |cells: &mut dyn Iterator<Item = Cow<'_, str>>| {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                text.push(delimiter);
            }
            text.push_str(&quoted(&cell, delimiter));
        }
        text.push_str("\r\n");
    };
    line(&mut table.headers.iter().map(|header| Cow::from(header.as_str())));
    for (index, row) in table.rows.iter().enumerate() {
        let cells = row.iter().zip(&table.headers).enumerate();
        line(&mut cells.map(|(at, (cell, _))| {
            if at == 0 { Cow::from(spelled_number(source.kind, cell, index)) } else { source.spelled_date(cell) }
        }));
    }
    encoded(&text, source)
}

impl Source {
    fn spelled_date<'t>(&self, cell: &'t str) -> Cow<'t, str> {
        match (&self.date_format, cell.parse::<NaiveDate>()) {
            (Some(format), Ok(date)) => Cow::from(date.format(format).to_string()),
            _ => Cow::from(cell),
        }
    }
}

fn quoted(cell: &str, delimiter: char) -> Cow<'_, str> {
    if cell.contains([delimiter, '"', '\n']) {
        Cow::from(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::from(cell)
    }
}

fn encoded(text: &str, source: &Source) -> Vec<u8> {
    match source.encoding.as_str() {
        // These have no č and ć: the old systems write such names without the marks.
        "windows-1252" | "iso-8859-1" => {
            encoding_rs::WINDOWS_1252.encode(&text.replace(['č', 'ć'], "c")).0.into_owned()
        }
        "utf-16" => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        // Said outright to be UTF-8, as Excel's own "CSV UTF-8": with the mark that Excel puts first.
        "utf-8" => format!("\u{feff}{text}").into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
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

// ---- Workbooks ----

fn new_workbook(day: NaiveDate, folder: &Path) -> Result<Workbook, SynthError> {
    // The clock would make every generation differ: a workbook is made on the day of its extract, at eight.
    let made = ExcelDateTime::parse_from_str(&format!("{day}T08:00:00")).map_err(workbook_error(folder))?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_author("Exempelby kommun").set_creation_datetime(&made));
    Ok(workbook)
}

fn add_sheet(
    workbook: &mut Workbook,
    source: &Source,
    table: &Sheet,
    day: NaiveDate,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name(source.sheet.as_deref().unwrap_or("Blad1"))?;
    let header_row = source.header_row - 1;
    if header_row > 0 {
        sheet.write_string_with_format(0, 0, format!("Rapport Exempelby ungdomar, uttag {day}"), &bold)?;
    }
    for (column, header) in (0..).zip(&table.headers) {
        sheet.write_string_with_format(header_row, column, header, &bold)?;
        sheet.set_column_width(column, 16)?;
    }
    sheet.set_freeze_panes(header_row + 1, 0)?;
    for (index, (row, cells)) in (header_row + 1..).zip(&table.rows).enumerate() {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, source.kind, (row, column), cell, index)?;
        }
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    kind: Kind,
    (row, column): (u32, u16),
    cell: &str,
    index: usize,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    if cell.is_empty() {
        return Ok(());
    }
    if column == 0 {
        return write_number(sheet, row, kind, cell, index);
    }
    // Someone has typed every twelfth date as text.
    if let Ok(date) = cell.parse::<NaiveDate>()
        && index % 12 != 7
    {
        let format = Format::new().set_num_format("yyyy-mm-dd");
        let date = ExcelDateTime::parse_from_str(&date.to_string())?;
        return sheet.write_datetime_with_format(row, column, &date, &format).map(|_| ());
    }
    if let Ok(number) = cell.parse::<u16>() {
        return sheet.write_number(row, column, number).map(|_| ());
    }
    sheet.write_string(row, column, cell).map(|_| ())
}

/// Excel reads a number typed without a hyphen as a number, and drops the zeros that a ten-digit one begins with.
fn write_number(
    sheet: &mut Worksheet,
    row: u32,
    kind: Kind,
    cell: &str,
    index: usize,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let digits = cell.len() == 12 && cell.bytes().all(|b| b.is_ascii_digit());
    let typed = match index % 20 {
        3 => cell.parse().ok(),
        11 => cell.get(2..).and_then(|ten| ten.parse().ok()),
        _ => None::<f64>,
    };
    match typed.filter(|_| digits) {
        Some(number) => sheet.write_number(row, 0, number).map(|_| ()),
        None if digits && kind != Kind::AdultEducation => {
            sheet.write_string(row, 0, format!("{}-{}", &cell[..8], &cell[8..])).map(|_| ())
        }
        None => sheet.write_string(row, 0, spelled_number(kind, cell, index)).map(|_| ()),
    }
}
