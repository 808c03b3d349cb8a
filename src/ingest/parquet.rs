//! Parquet to rows of text, and back for the state of a run. Polars does both.

use std::io::Cursor;

use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, ParallelStrategy, ParquetCompression, ParquetReader, ParquetWriter,
    SerReader, StatisticsOptions, StringChunkedBuilder,
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

/// A table of texts on its way to a Parquet file; empty texts are stored as missing. The bytes depend on the texts alone.
pub struct TableWriter {
    columns: Vec<StringChunkedBuilder>,
    cells: usize,
}

impl TableWriter {
    /// A table of these columns, for about `rows` rows.
    pub fn new(names: &[&str], rows: usize) -> Self {
        let columns = names.iter().map(|name| StringChunkedBuilder::new((*name).into(), rows)).collect();
        Self { columns, cells: 0 }
    }

    /// The next cell: of the next column, or the first of the next row.
    pub fn cell(&mut self, text: &str) {
        let column = self.cells % self.columns.len();
        self.columns[column].append_option(Some(text).filter(|text| !text.is_empty()));
        self.cells += 1;
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.cells / self.columns.len()
    }

    /// The file.
    ///
    /// # Errors
    /// When Polars cannot make the table.
    pub fn finish(self) -> Result<Vec<u8>, ParquetFault> {
        let rows = self.rows();
        let columns = self.columns.into_iter().map(|column| column.finish().into_column()).collect();
        let mut frame = DataFrame::new(rows, columns).map_err(fault)?;
        let mut bytes = Vec::new();
        let writer = ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Snappy);
        writer.with_statistics(StatisticsOptions::empty()).set_parallel(false).finish(&mut frame).map_err(fault)?;
        Ok(bytes)
    }
}

/// A table of texts as a Parquet file, as [`TableWriter`] makes it.
///
/// # Errors
/// When Polars cannot make the table.
pub fn write_rows(names: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, ParquetFault> {
    let mut writer = TableWriter::new(names, rows.len());
    rows.iter().flatten().for_each(|cell| writer.cell(cell));
    writer.finish()
}

fn fault(error: polars::error::PolarsError) -> ParquetFault {
    ParquetFault(error.to_string())
}
