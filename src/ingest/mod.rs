//! From files to typed rows: bytes -> format -> cells -> mapped columns -> typed rows, with rejects and the row balance.

pub mod delimited;
mod files;
mod format;
mod header;
pub mod json;
mod mask;
mod own_rows;
pub mod parquet;
mod raw;
mod reading;
mod second_look;
mod shared;
mod text;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use chrono::NaiveDate;

use std::sync::Arc;

use crate::config::Config;
use crate::person::{NumberLinks, PersonalNumber};
use crate::records::{CellFault, Delivery, Kind, Place, RegisterChange, Tables};
use crate::texts::{FindingCode, Message};

use files::{counting_files, own_files};
use reading::{Fingerprints, People, Reader};

pub use delimited::DelimitedFault;
pub use files::{SourceFile, files_read, older_and_newest};
pub(crate) use files::{is_unseen, read_whole};
pub use format::{FileFormat, ForeignFormat, recognise};
pub use header::HeaderFault;
pub use mask::{CodedColumn, mask, mask_all, mask_code, mask_message, mask_number, mask_wording};
pub use own_rows::{OwnRow, own_rows};
pub use raw::{Numbering, TextForm, raw_rows, sheets, standard_tables, text_form};
pub use second_look::{SecondLook, Sought, second_look};
pub use shared::Shared;
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
    /// Of a file that several municipalities share, what became of all its rows; in `balance` those of the others are out
    /// of scope.
    pub whole: Option<Balance>,
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
    /// JSON that is no table, or none that can be read.
    Json(json::JsonFault),
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
    /// A table of one municipality's own work among the sources that several share.
    NotShared,
    /// A link that leads out of the folder.
    Link,
    /// A pipe, a device or something else that is no file.
    NoFile,
    /// A file of the program's own runs.
    OwnRun,
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
    /// The shared sources of which the municipality has not taken its rows yet.
    pub shared: Option<Arc<Shared>>,
    /// The day of the latest purge: whoever's time of keeping was over by then is not taken up again, whatever an extract
    /// still holds.
    pub purged_on: Option<NaiveDate>,
}

impl Intake {
    /// Reads every source of a pipeline as it stood on `as_of`, shared ones too.
    pub fn read(config: &Config, as_of: NaiveDate) -> Self {
        let shared = config.shared.as_deref().map(|sources| Arc::new(Shared::read(sources, as_of)));
        Self::read_own(config, shared, as_of)
    }

    /// Reads the municipality's own sources beside the shared ones, out of which it takes its rows once its memory is
    /// known: [`Intake::take_shared`].
    pub fn read_own(config: &Config, shared: Option<Arc<Shared>>, as_of: NaiveDate) -> Self {
        let mut intake = Self::default();
        if let Some(shared) = &shared {
            intake.files = shared.files.clone();
            intake.findings = shared.findings.clone();
            intake.faults = shared.faults.clone();
        }
        let found = counting_files(|findings, faults| own_files(config, as_of, findings, faults), as_of);
        intake.findings.extend(found.findings);
        intake.faults.extend(found.faults);
        if !intake.faults.is_empty() {
            return intake;
        }
        let mut files = found.files;
        // Sources of one kind add up: the municipality's own beside a shared one has its code behind the name.
        for file in &mut files {
            if intake.files.iter().any(|shared| shared.source == file.source.name) {
                let source = file.source.to_mut();
                source.name = format!("{}-{}", source.name, config.municipality);
            }
        }
        let reader = Reader {
            as_of,
            forbidden: &config.forbidden,
            limits: &config.file_limits,
            people: People::Everyone,
            owner: Some(config),
        };
        let followed = reading::followed_numbers(&files, reader);
        let reader = Reader { people: People::InScope(&followed), ..reader };
        let readings = reading::read_files(&files, intake.files.len(), reader);
        intake.shared = shared;
        let mut seen = HashMap::new();
        for (file, reading) in files.iter().zip(readings) {
            match reading {
                Ok(reading) => intake.take(file, reading, &mut seen),
                Err(fault) => intake.faults.push(FileFault { path: file.path.clone(), fault }),
            }
        }
        if intake.shared.is_none() {
            let mut tables = std::mem::take(&mut intake.tables);
            intake.follow_links(&mut tables, as_of);
            intake.tables = tables;
        }
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

    fn take(&mut self, file: &SourceFile<'_>, mut reading: reading::Reading, seen: &mut HashMap<Kind, Fingerprints>) {
        if file.source.delivery == Delivery::Parts {
            let kind = file.source.kind;
            let shared = self.shared.as_ref().and_then(|shared| shared.parts.get(&kind));
            let seen = seen.entry(kind).or_default();
            reading.drop_known_rows(|row| shared.is_some_and(|shared| shared.contains(&row)) || !seen.insert(row));
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

    /// How many rows of a source are the municipality's: of a shared one those of its people, else all.
    pub fn own_rows(&self, source: &str) -> u64 {
        let files = self.files.iter().filter(|file| file.source == source);
        files
            .map(|file| {
                let Balance { read, accepted, rejected, .. } = file.balance;
                if file.whole.is_some() { accepted + rejected } else { read }
            })
            .sum()
    }

    /// The rows rejected and read of a source: of a shared one those of everyone, since a row that cannot be read may be
    /// anyone's.
    pub fn rejected_of(&self, source: &str) -> (u64, u64) {
        let files = self.files.iter().filter(|file| file.source == source);
        let balances = files.map(|file| file.whole.unwrap_or(file.balance));
        balances.fold((0, 0), |(rejected, read), balance| (rejected + balance.rejected, read + balance.read))
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
