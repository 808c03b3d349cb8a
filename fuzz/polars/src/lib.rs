//! The names of Polars that kaa calls, for a build without it. Every Parquet file is refused, so a fuzz target never
//! gets past one.
#![forbid(unsafe_code)]

pub mod error {
    use std::fmt;

    /// Why a Parquet file cannot be read or written: this build has no Parquet.
    #[derive(Debug)]
    pub struct PolarsError;

    impl fmt::Display for PolarsError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("built without Parquet")
        }
    }
}

pub mod prelude {
    use std::marker::PhantomData;

    use super::error::PolarsError;

    type Refused<T> = Result<T, PolarsError>;

    pub enum DataType {
        String,
        Date,
    }

    pub enum ParquetCompression {
        Snappy,
    }

    pub enum ParallelStrategy {
        None,
    }

    pub struct StatisticsOptions;

    impl StatisticsOptions {
        pub fn empty() -> Self {
            Self
        }
    }

    /// Columns of each type.
    pub type StringChunked = Column;
    pub type BooleanChunked = Column;
    pub type Int32Chunked = Column;
    pub type Int64Chunked = Column;
    pub type Float64Chunked = Column;

    pub trait NewChunkedArray<N>: Sized {
        fn from_iter_options(name: String, values: impl Iterator<Item = Option<N>>) -> Self;
    }

    impl<N> NewChunkedArray<N> for Column {
        fn from_iter_options(_: String, _: impl Iterator<Item = Option<N>>) -> Self {
            Self
        }
    }

    pub trait IntoColumn {
        fn into_column(self) -> Column;
    }

    impl IntoColumn for Column {
        fn into_column(self) -> Column {
            self
        }
    }

    /// A column, of which there is none.
    pub struct Column;

    impl Column {
        pub fn cast(&self, _: &DataType) -> Refused<Self> {
            Err(PolarsError)
        }

        pub fn str(&self) -> Refused<&Self> {
            Err(PolarsError)
        }

        pub fn get(&self, _: usize) -> Option<&str> {
            None
        }
    }

    /// A table, which cannot be made.
    pub enum DataFrame {}

    impl DataFrame {
        pub fn new(_: usize, _: Vec<Column>) -> Refused<Self> {
            Err(PolarsError)
        }

        pub fn filter(&self, _: &BooleanChunked) -> Refused<Self> {
            match *self {}
        }

        pub fn get_column_names(&self) -> Vec<&str> {
            match *self {}
        }

        pub fn columns(&self) -> &[Column] {
            match *self {}
        }

        pub fn height(&self) -> usize {
            match *self {}
        }
    }

    pub trait SerReader<R>: Sized {
        fn new(reader: R) -> Self;
        fn finish(self) -> Refused<DataFrame>;
    }

    pub struct ParquetReader<R>(PhantomData<R>);

    impl<R> ParquetReader<R> {
        pub fn read_parallel(self, _: ParallelStrategy) -> Self {
            self
        }
    }

    impl<R> SerReader<R> for ParquetReader<R> {
        fn new(_: R) -> Self {
            Self(PhantomData)
        }

        fn finish(self) -> Refused<DataFrame> {
            Err(PolarsError)
        }
    }

    pub struct ParquetWriter<W>(PhantomData<W>);

    impl<W> ParquetWriter<W> {
        pub fn new(_: W) -> Self {
            Self(PhantomData)
        }

        pub fn with_compression(self, _: ParquetCompression) -> Self {
            self
        }

        pub fn with_statistics(self, _: StatisticsOptions) -> Self {
            self
        }

        pub fn set_parallel(self, _: bool) -> Self {
            self
        }

        pub fn finish(self, _: &mut DataFrame) -> Refused<u64> {
            Err(PolarsError)
        }
    }
}
