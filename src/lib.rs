//! `kaa`: kommunernas aktivitetsansvar, from the exports of a municipality's systems to the month's workbook.
//!
//! The way of the data, top to bottom; nothing below knows anything above:
//! [`config`] and [`ingest`] -> [`records`] and [`person`] -> [`timeline`] -> [`register`] -> [`outreach`] -> [`month`]
//! -> [`half_year`], [`prevention`], [`ike`] -> [`report`], [`scb`] and [`board`] -> [`run`] -> [`due`], [`job`],
//! [`explain`], [`init`] and [`diagnosis`] -> [`cli`]. Every text stands in [`texts`]; [`system`] and [`access`] know what
//! operating systems, other programs and other users do with files.
#![forbid(unsafe_code)]
#![warn(missing_docs)]
// They panic where a log or an answer cannot be written: see `cli::output`.
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod access;
pub mod age;
pub mod board;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod diagnosis;
pub mod due;
pub mod explain;
pub mod half_year;
pub mod ike;
pub mod ingest;
pub mod init;
pub mod job;
pub mod month;
pub mod outreach;
pub mod person;
pub mod prevention;
pub mod records;
pub mod register;
pub mod report;
pub mod run;
pub mod scb;
pub mod synth;
pub mod system;
pub mod texts;
pub mod timeline;
