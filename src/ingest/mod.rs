//! From files to typed rows: bytes -> format -> cells -> mapped columns -> typed rows, with rejects and the row balance.

pub mod delimited;
mod files;
mod format;
mod header;
mod mask;
mod own_rows;
pub mod parquet;
mod reading;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::config::Config;
use crate::person::{NumberLinks, PersonalNumber};
use crate::records::{CellFault, Delivery, Kind, Place, RegisterChange, Tables};
use crate::texts::{FindingCode, Message};

pub use delimited::DelimitedFault;
pub(crate) use files::is_unseen;
pub use files::{SourceFile, find_files, older_and_newest};
pub use format::{FileFormat, ForeignFormat, recognise};
pub use header::HeaderFault;
pub use mask::{mask, mask_code, mask_message, mask_number};
pub use own_rows::{OwnRow, own_rows};
pub use text::{EncodingFault, decode};

/// What became of the rows of a file: read = accepted + rejected + duplicates + out of scope, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Rows with something in them below the header.
    pub read: u64,
    /// Rows the rules work on.
    pub accepted: u64,
    /// Rows that could not be used, each listed.
    pub rejected: u64,
    /// Rows identical to an earlier one.
    pub duplicates: u64,
    /// Rows of persons or municipalities that do not matter here, temporary numbers among them.
    pub out_of_scope: u64,
}

impl Balance {
    /// Whether every row is accounted for.
    pub fn holds(&self) -> bool {
        self.read == self.accepted + self.rejected + self.duplicates + self.out_of_scope
    }

    /// Adds the rows of another file.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.duplicates += other.duplicates;
        self.out_of_scope += other.out_of_scope;
    }
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// The source it belongs to.
    pub source: String,
    /// Which table it fills.
    pub kind: Kind,
    /// Its name, without the folder.
    pub name: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// SHA-256 in hexadecimal.
    pub hash: String,
    /// The day its rows were true.
    pub extracted: NaiveDate,
    /// What became of its rows.
    pub balance: Balance,
    /// Headers that are not needed and were not read.
    pub dropped_columns: Vec<String>,
}

/// A cell that was at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub place: Place,
    /// The canonical name of the column.
    pub column: &'static str,
    /// What is wrong.
    pub fault: CellFault,
    /// The masked value.
    pub value: String,
    /// Whether the row was rejected for it; else the row is used without the cell.
    pub rejected: bool,
}

/// Something noticed about a file or a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// Where: a source, or a file with its row or columns.
    pub place: String,
    /// How often.
    pub count: u64,
}

/// A file that cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub fault: FaultKind,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The operating system's word.
    Io(String),
    /// Recognised as something that holds no table.
    Foreign(ForeignFormat),
    /// Bytes that are no text.
    Encoding(EncodingFault),
    /// Text that is no table.
    Delimited(DelimitedFault),
    /// A workbook that cannot be read, by its reader's fault.
    Spreadsheet(crate::ingest::spreadsheet::SpreadsheetFault),
    /// A Parquet file that cannot be read.
    Parquet(String),
    /// Headers that do not fit.
    Header(HeaderFault),
    /// A file in the folder whose name fits no kind; the nearest.
    UnknownKind(&'static str),
    /// Two extracts of the same day for a source whose extracts are whole; the other file.
    TwoExtracts(String),
    /// A path or glob that is none.
    Pattern(String),
    /// The file changed while it was read.
    Changed,
    /// A link that leads out of the folder.
    Link,
    /// A pipe, a device or something else that is no file.
    NoFile,
    /// A name with line breaks, control characters or marks that nobody sees.
    Name,
    /// Another program holds the file open.
    OpenElsewhere,
    /// More faulty cells than anyone could look at; the greatest number.
    TooManyFaults(usize),
}

pub mod spreadsheet;

/// Everything that came in.
#[derive(Debug, Default)]
pub struct Intake {
    /// The files read, in the order in which [`Place::file`] counts them.
    pub files: Vec<InputFile>,
    /// The accepted rows.
    pub tables: Tables,
    /// Cells at fault, in the order of files and rows.
    pub rejects: Vec<Reject>,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// The rows of each person that were rejected for their last day.
    pub faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
    /// Whether a folkbokföring extract lacks the column `skydd`, so that no name may be written.
    pub names_withheld: bool,
    /// Files that could not be read.
    pub faults: Vec<FileFault>,
    /// The day of the latest purge: whoever's time of keeping was over by then is not taken up again, whatever an extract
    /// still holds.
    pub purged_on: Option<NaiveDate>,
}

impl Intake {
    /// Reads every source of a pipeline as it stood on `as_of`.
    pub fn read(config: &Config, as_of: NaiveDate) -> Self {
        let mut intake = Self::default();
        let found = find_files(config, as_of, &mut intake.findings);
        let files = match found {
            Ok(files) => files,
            Err(faults) => {
                intake.faults = faults;
                return intake;
            }
        };
        let followed = reading::followed_numbers(&files, config, as_of);
        let people = reading::People::InScope(&followed);
        let readings: Vec<_> = files
            .par_iter()
            .enumerate()
            .map(|(index, file)| {
                reading::read_file(file, u32::try_from(index).unwrap_or(u32::MAX), config, as_of, people)
            })
            .collect();
        // Hashed again when all are read: as late as can be.
        let changed: Vec<bool> = files
            .par_iter()
            .zip(&readings)
            .map(|(file, reading)| {
                let before = reading.as_ref().ok().map(|reading| reading.file.hash.as_str());
                reading::has_changed(&file.path, before, &config.file_limits)
            })
            .collect();
        let mut seen = BTreeSet::new();
        for ((file, reading), changed) in files.iter().zip(readings).zip(changed) {
            match reading {
                _ if changed => {
                    intake.faults.push(FileFault { path: file.path.clone(), fault: FaultKind::Changed });
                }
                Ok(reading) => intake.take(file, reading, &mut seen),
                Err(fault) => intake.faults.push(FileFault { path: file.path.clone(), fault }),
            }
        }
        let mut tables = std::mem::take(&mut intake.tables);
        intake.follow_links(&mut tables, as_of);
        intake.tables = tables;
        intake
    }

    /// Who has which number now, by the NYTT_PERSONNUMMER rows that the as-of date knows (contract 3, rule 1). Rows of
    /// a cycle are taken out and rejected; a row of a file that only an earlier run read was rejected then.
    pub fn follow_links(&mut self, tables: &mut Tables, as_of: NaiveDate) -> NumberLinks {
        let links = tables.number_links(as_of);
        let in_cycle = |row: &RegisterChange| row.link(as_of).is_some() && links.cyclic.contains(&row.number);
        for row in tables.changes.iter().filter(|row| in_cycle(row)) {
            let Some(file) = self.files.get_mut(row.place.file as usize) else { continue };
            file.balance.accepted -= 1;
            file.balance.rejected += 1;
            self.rejects.push(Reject {
                place: row.place,
                column: "nytt_personnummer",
                fault: CellFault::NumberCycle,
                value: row.new_number.map(|number| mask_number(&number.digits())).unwrap_or_default(),
                rejected: true,
            });
        }
        self.rejects.sort_by_key(|reject| reject.place);
        tables.changes.retain(|row| !in_cycle(row));
        links
    }

    fn take(&mut self, file: &SourceFile<'_>, mut reading: reading::Reading, seen: &mut BTreeSet<(String, [u8; 16])>) {
        if file.source.delivery == Delivery::Parts {
            reading.drop_known_rows(|row| !seen.insert((file.source.kind.name().to_owned(), row)));
        }
        self.tables.append(reading.tables);
        self.rejects.append(&mut reading.rejects);
        self.findings.append(&mut reading.findings);
        for (number, mut places) in reading.faulty_ends {
            self.faulty_ends.entry(number).or_default().append(&mut places);
        }
        self.names_withheld |= reading.no_protection_column;
        self.files.push(reading.file);
    }

    /// The balance of all files of a source.
    pub fn balance_of(&self, source: &str) -> Balance {
        let mut balance = Balance::default();
        for file in self.files.iter().filter(|file| file.source == source) {
            balance.add(file.balance);
        }
        balance
    }
}

impl FileFault {
    /// What is wrong with the file and what to do.
    pub fn message(&self) -> Message {
        crate::texts::file_fault(self)
    }
}
