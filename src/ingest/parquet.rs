//! Parquet to rows of text, and back. Polars does both.

use std::io::Cursor;

use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NewChunkedArray, ParallelStrategy, ParquetCompression, ParquetReader,
    ParquetWriter, SerReader, StatisticsOptions, StringChunked,
};

/// Why a Parquet file cannot be read or written; Polars' words, without cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParquetFault(pub String);

/// Reads the rows: the column names first, as row 1, then the rows as text.
///
/// # Errors
/// When the file is damaged or a column cannot stand as text.
pub fn read_rows(bytes: Vec<u8>, row: &mut dyn FnMut(u32, &[&str])) -> Result<(), ParquetFault> {
    let frame = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None).finish().map_err(fault)?;
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
    let mut frame = DataFrame::new(rows.len(), columns).map_err(fault)?;
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Snappy);
    writer.with_statistics(StatisticsOptions::empty()).set_parallel(false).finish(&mut frame).map_err(fault)?;
    Ok(bytes)
}

fn fault(error: polars::error::PolarsError) -> ParquetFault {
    ParquetFault(error.to_string())
}
