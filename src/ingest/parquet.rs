//! Parquet to rows of text, and back. Polars does both.

use std::io::Cursor;

use chrono::NaiveDate;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked, IntoColumn,
    NewChunkedArray, ParallelStrategy, ParquetCompression, ParquetReader, ParquetWriter, SerReader, StatisticsOptions,
    StringChunked,
};

/// Why a Parquet file cannot be read or written; Polars' words, without cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParquetFault(pub String);

/// Reads the rows: the column names first, as row 1, then the rows as text.
///
/// # Errors
/// When the file is damaged or a column cannot stand as text.
pub fn read_rows(bytes: Vec<u8>, row: &mut dyn FnMut(u32, &[&str])) -> Result<(), ParquetFault> {
    let frame = read(bytes)?;
    let names: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
    row(1, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let columns = frame
        .columns()
        .iter()
        .map(|column| column.cast(&DataType::String))
        .collect::<Result<Vec<Column>, _>>()
        .map_err(fault)?;
    let texts = columns.iter().map(|column| column.str()).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let mut cells: Vec<&str> = Vec::with_capacity(texts.len());
    for index in 0..frame.height() {
        cells.clear();
        cells.extend(texts.iter().map(|column| column.get(index).unwrap_or_default()));
        row(u32::try_from(index + 2).unwrap_or(u32::MAX), &cells);
    }
    Ok(())
}

/// A table of texts as a Parquet file; empty texts are stored as missing. The bytes depend on the texts alone.
///
/// # Errors
/// When Polars cannot make the table.
pub fn write_rows(names: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, ParquetFault> {
    let column = |(at, name): (usize, &&str)| {
        let texts = rows.iter().map(|row| row.get(at).map(String::as_str).filter(|text| !text.is_empty()));
        StringChunked::from_iter_options((*name).into(), texts).into_column()
    };
    let columns = names.iter().enumerate().map(column).collect();
    write(DataFrame::new(rows.len(), columns).map_err(fault)?)
}

/// The values of a column; `None`: missing.
#[derive(Clone, Debug)]
pub enum Values {
    /// Texts.
    Texts(Vec<Option<String>>),
    /// Days.
    Days(Vec<Option<NaiveDate>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers with decimals.
    Numbers(Vec<Option<f64>>),
    /// Yes or no.
    YesNo(Vec<Option<bool>>),
}

impl Values {
    fn column(self, name: String) -> Result<Column, ParquetFault> {
        let name = name.into();
        Ok(match self {
            Self::Texts(values) => StringChunked::from_iter_options(name, values.into_iter()).into_column(),
            Self::Whole(values) => Int64Chunked::from_iter_options(name, values.into_iter()).into_column(),
            Self::Numbers(values) => Float64Chunked::from_iter_options(name, values.into_iter()).into_column(),
            Self::YesNo(values) => BooleanChunked::from_iter_options(name, values.into_iter()).into_column(),
            Self::Days(values) => {
                // Every day that there is fits: chrono ends long before 32 bits do.
                let since_1970 =
                    |day: NaiveDate| i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or_default();
                let days = values.into_iter().map(|day| day.map(since_1970));
                Int32Chunked::from_iter_options(name, days).into_column().cast(&DataType::Date).map_err(fault)?
            }
        })
    }
}

/// A table of `rows` rows as a Parquet file, each column with its type. The bytes depend on the values alone.
///
/// # Errors
/// When Polars cannot make the table, as of columns that differ in length.
pub fn write_columns(rows: usize, columns: Vec<(String, Values)>) -> Result<Vec<u8>, ParquetFault> {
    let columns = columns.into_iter().map(|(name, values)| values.column(name)).collect::<Result<_, _>>()?;
    write(DataFrame::new(rows, columns).map_err(fault)?)
}

/// A table without the rows that are `unwanted` by their cells as text, with the types that it has, and how many rows
/// went; `None`: none did.
///
/// # Errors
/// When the file is damaged or a column cannot stand as text.
pub fn without_rows(
    bytes: Vec<u8>,
    unwanted: impl Fn(&[&str]) -> bool,
) -> Result<Option<(Vec<u8>, u64)>, ParquetFault> {
    let mut kept = Vec::new();
    read_rows(bytes.clone(), &mut |row, cells| {
        if row > 1 {
            kept.push(Some(!unwanted(cells)));
        }
    })?;
    let removed = kept.iter().filter(|kept| **kept == Some(false)).count() as u64;
    if removed == 0 {
        return Ok(None);
    }
    let kept = BooleanChunked::from_iter_options(String::new().into(), kept.into_iter());
    let rest = read(bytes)?.filter(&kept).map_err(fault)?;
    Ok(Some((write(rest)?, removed)))
}

fn read(bytes: Vec<u8>) -> Result<DataFrame, ParquetFault> {
    ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None).finish().map_err(fault)
}

fn write(mut frame: DataFrame) -> Result<Vec<u8>, ParquetFault> {
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Snappy);
    writer.with_statistics(StatisticsOptions::empty()).set_parallel(false).finish(&mut frame).map_err(fault)?;
    Ok(bytes)
}

fn fault(error: polars::error::PolarsError) -> ParquetFault {
    ParquetFault(error.to_string())
}
