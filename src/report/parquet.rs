//! A CSV file as Parquet: the same rows and columns, read back as the file's description says. So no Parquet file tells
//! anything else than the CSV file beside it, and a value that is not as described is never written.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{FieldSchema, Resource};
use crate::ingest::parquet::{Values, write_columns};
use crate::scb::cells;

impl Resource {
    /// The name of the Parquet file beside the CSV file.
    pub fn parquet_path(&self) -> String {
        format!("{}.parquet", self.path.trim_end_matches(".csv"))
    }

    /// The Parquet file of the bytes of the CSV file.
    ///
    /// # Errors
    /// The column whose values are not as described, without them; a fault of the program.
    pub fn parquet(&self, csv: &[u8]) -> Result<Vec<u8>, String> {
        let rows = self.rows(csv);
        let fields = &self.schema.fields;
        if rows.iter().any(|row| row.len() != fields.len()) {
            return Err(format!("{}: a row without {} cells", self.path, fields.len()));
        }
        let column = |(at, field): (usize, &FieldSchema)| {
            let cells = rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty()));
            let values = field.values(cells).ok_or_else(|| format!("{}: {}", self.path, field.name))?;
            Ok((field.name.clone(), values))
        };
        let columns = fields.iter().enumerate().map(column).collect::<Result<_, String>>()?;
        write_columns(rows.len(), columns).map_err(|fault| format!("{}: {}", self.path, fault.0))
    }

    /// The rows below the header.
    fn rows(&self, csv: &[u8]) -> Vec<Vec<String>> {
        let text: Cow<'_, str> = match self.encoding.as_str() {
            "windows-1252" => encoding_rs::WINDOWS_1252.decode_without_bom_handling(csv).0,
            _ => encoding_rs::UTF_8.decode_with_bom_removal(csv).0,
        };
        let mut rows = cells(&text, self.dialect.delimiter.chars().next().unwrap_or(';'), true);
        if self.dialect.header && !rows.is_empty() {
            rows.remove(0);
        }
        rows
    }
}

impl FieldSchema {
    /// The cells by the type of the column; `None`: one of them is not as described.
    fn values<'c>(&self, cells: impl Iterator<Item = Option<&'c str>>) -> Option<Values> {
        fn each<'c, T>(
            cells: impl Iterator<Item = Option<&'c str>>,
            read: impl Fn(&str) -> Option<T>,
        ) -> Option<Vec<Option<T>>> {
            cells.map(|cell| cell.map_or(Some(None), |cell| read(cell).map(Some))).collect()
        }
        let known = &self.constraints.r#enum;
        let decimal = self.decimal_char.as_deref().unwrap_or(".");
        let form = self.format.as_deref().unwrap_or("%Y-%m-%d");
        let yes_no = |cell: &str| {
            let is_among = |words: &[String]| words.iter().any(|word| word == cell);
            if is_among(&self.true_values) { Some(true) } else { is_among(&self.false_values).then_some(false) }
        };
        let text = |cell: &str| (known.is_empty() || known.iter().any(|code| code == cell)).then(|| cell.to_owned());
        Some(match self.r#type.as_str() {
            "date" => Values::Days(each(cells, |cell| NaiveDate::parse_from_str(cell, form).ok())?),
            "integer" => Values::Whole(each(cells, |cell| cell.parse().ok())?),
            "number" => Values::Numbers(each(cells, |cell| cell.replace(decimal, ".").parse().ok())?),
            "boolean" => Values::YesNo(each(cells, yes_no)?),
            _ => Values::Texts(each(cells, text)?),
        })
    }
}
