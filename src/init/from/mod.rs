//! `kaa init --from`: real exports to proposed sources of a config. Pure: bytes in, text out.

mod kinds;
mod look;
mod source;
mod words;

use std::collections::BTreeMap;

use crate::config::split_date;
use crate::ingest::FaultKind;
use crate::records::{Kind, Municipality};

use look::{Nothing, Sheet, Table, tables};

pub use source::percent;
pub use words::is_personal;

/// An export that was looked at. It holds cells as they are: never print it.
pub struct Export {
    folder: String,
    file: String,
    tables: Vec<Sheet>,
}

impl Export {
    /// Looks at a file. `folder` is how the config names where it stands, with a slash at its end, or empty.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn look(folder: &str, file: &str, bytes: &[u8]) -> Result<Self, FaultKind> {
        Ok(Self { folder: folder.to_owned(), file: file.to_owned(), tables: tables(file, bytes)? })
    }
}

/// What exports are proposed to be.
#[derive(Default)]
pub struct Proposals {
    /// The sources, in the order of the tables.
    pub sources: Vec<Proposal>,
    /// Sheets and files of which that could not be told.
    pub unknown: Vec<Unknown>,
    /// The municipality that most of the registered live in.
    pub municipality: Option<Municipality>,
}

/// A proposed source.
pub struct Proposal {
    /// The table.
    pub kind: Kind,
    /// The table that it is nearly as likely to be.
    pub rival: Option<Kind>,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Its files.
    pub files: Vec<String>,
    /// The sheet, in a workbook with several.
    pub sheet: Option<String>,
    /// Rows below the headers, of all files.
    pub rows: u64,
    /// Columns that were found, and columns of the export in all.
    pub columns: (usize, usize),
    /// Different values of coded columns that mean nothing yet.
    pub unmapped: usize,
    /// The source in the config, for review.
    pub text: String,
}

/// A sheet or file that is no table that is known.
pub struct Unknown {
    /// The file.
    pub file: String,
    /// The sheet, in a workbook with several.
    pub sheet: Option<String>,
    /// Why.
    pub why: WhyUnknown,
}

/// Why it is not told what an export is.
pub enum WhyUnknown {
    /// The file or sheet cannot be read.
    Unreadable(FaultKind),
    /// No row holds known headers.
    NoHeaders,
    /// Headers are there, but not those that a table needs: the table that it is most like, what that lacks, and the
    /// headers that are there.
    Lacks {
        /// The most likely table.
        kind: Kind,
        /// Its columns that were not found.
        missing: Vec<&'static str>,
        /// Where the headers stand.
        row: u32,
    },
}

/// What exports are, one source for files that only differ in their dates.
pub fn propose(exports: Vec<Export>) -> Proposals {
    let mut proposals = Proposals::default();
    let names: Vec<(String, String)> =
        exports.iter().map(|export| (export.folder.clone(), export.file.clone())).collect();
    /// Folder, pattern, sheet, and table by a standard.
    type Group = (String, String, Option<String>, Option<Kind>);
    let mut groups: BTreeMap<Group, Vec<Table>> = BTreeMap::new();
    let mut exports = exports;
    exports.sort_by(|a, b| (&a.folder, &a.file).cmp(&(&b.folder, &b.file)));
    for Export { folder, file, tables } in exports {
        for (sheet, table) in tables {
            let why = match table {
                Ok(table) => {
                    let key = (folder.clone(), pattern(&file, &folder, &names), sheet, table.kind);
                    groups.entry(key).or_default().push(table);
                    continue;
                }
                Err(Nothing::Unreadable(fault)) => WhyUnknown::Unreadable(fault),
                Err(Nothing::NoHeaders) => WhyUnknown::NoHeaders,
            };
            proposals.unknown.push(Unknown { file: file.clone(), sheet, why });
        }
    }
    for ((folder, pattern, sheet, _), tables) in groups {
        let files: Vec<String> = tables.iter().map(|table| table.file.clone()).collect();
        let mut tables = tables.into_iter();
        let Some(mut table) = tables.next() else { continue };
        tables.for_each(|later| table.add(later));
        let name = [stem(&files[0]), sheet.as_deref().unwrap_or_default()].join(" ");
        match kinds::fit(&table, &name) {
            Ok((fit, rival)) => {
                if fit.kind == Kind::PopulationRegister {
                    proposals.municipality = proposals.municipality.or_else(|| most_common(&table, &fit));
                }
                let path = format!("{folder}{pattern}");
                proposals.sources.push(source::proposal(&table, &fit, rival, &path, files));
            }
            Err(lack) => {
                let why = WhyUnknown::Lacks { kind: lack.kind, missing: lack.missing, row: table.header_row };
                proposals.unknown.push(Unknown { file: files.join(", "), sheet, why });
            }
        }
    }
    proposals.sources.sort_by(|a, b| (a.kind, &a.text).cmp(&(b.kind, &b.text)));
    proposals
}

/// A file's name without its ending.
fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// The name without its date: what next month's file begins with. Nothing to cut off: `None`.
fn undated(stem: &str) -> Option<&str> {
    const FEWEST: usize = 4;
    let is_of_date = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ' ' | '.' | 'T');
    let front = stem.trim_end_matches(is_of_date);
    let digits = stem[front.len()..].chars().filter(char::is_ascii_digit).count();
    if digits < FEWEST {
        return None;
    }
    Some(split_date(stem).1.map_or(front, |_| split_date(stem).0))
}

/// The glob that takes next month's file too, and none of the other exports.
fn pattern(file: &str, folder: &str, all: &[(String, String)]) -> String {
    let ending = &file[stem(file).len()..];
    let Some(front) = undated(stem(file)) else { return glob::Pattern::escape(file) };
    let separator: String = stem(file)[front.len()..].chars().take_while(|c| !c.is_ascii_digit()).collect();
    let begin = glob::Pattern::escape(&format!("{front}{separator}"));
    let open = format!("{begin}*{ending}");
    let takes_another = |glob: &glob::Pattern| {
        all.iter().any(|(other_folder, other)| {
            other_folder == folder && glob.matches(other) && undated(stem(other)) != Some(front)
        })
    };
    match glob::Pattern::new(&open) {
        Ok(glob) if !takes_another(&glob) => open,
        _ => format!("{begin}[0-9]*{ending}"),
    }
}

/// The municipality code that stands in most rows.
fn most_common(table: &Table, fit: &kinds::Fit) -> Option<Municipality> {
    let at = fit.kind.columns().iter().position(|column| column.name == "kommunkod")?;
    let (place, _) = fit.columns[at]?;
    let values = table.columns.get(place)?.values.iter();
    let codes = values.filter_map(|(value, count)| Some((Municipality::parse(value)?, *count)));
    codes.max_by_key(|(code, count)| (*count, *code)).map(|(code, _)| code)
}
