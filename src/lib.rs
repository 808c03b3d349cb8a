//! `kaa`: kommunernas aktivitetsansvar, from the exports of a municipality's systems to the month's workbook.
//!
//! The way of the data, top to bottom; nothing below knows anything above:
//! [`config`] -> [`ingest`] -> [`records`] and [`person`] -> [`timeline`] -> [`register`] -> [`outreach`] ->
//! [`report`] -> [`run`] -> [`cli`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod ingest;
pub mod person;
pub mod records;
