//! One file to typed rows, with the faults of its cells and the balance of its rows.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::path::Path;

use chrono::NaiveDate;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::files::read_whole;
use super::format::{FileFormat, recognise};
use super::header::{ColumnMap, HeaderFault};
use super::spreadsheet::{self, Limits, SpreadsheetFormat};
use super::text::decode;
use super::{
    Balance, FaultKind, Finding, InputFile, Reject, SourceFile, delimited, json, mask, mask_code, mask_number, parquet,
};
use crate::config::{Config, hexadecimal};
use crate::person::{Identity, NumberLink, NumberLinks, PersonalNumber};
use crate::records::{
    Cell, CellContext, CellFault, ContactAttempt, Enrolment, Fault, FolkCourse, InTables, Kind, Measure, Occupation,
    Place, Record, RegisterChange, Registered, RowReader, Tables, fold, trim,
};
use crate::texts::FindingCode;
use crate::timeline::in_scope;

/// What one file held.
pub(super) struct Reading {
    pub file: InputFile,
    pub tables: Tables,
    pub rejects: Vec<Reject>,
    pub findings: Vec<Finding>,
    pub faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
    pub no_protection_column: bool,
    /// Who the rejected rows are about, as far as their number can be read.
    pub owners: BTreeMap<Place, PersonalNumber>,
    /// The fingerprint of each row of a part, in order.
    fingerprints: Vec<(Place, Fingerprint)>,
}

/// What reading a file depends on besides the file.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub as_of: NaiveDate,
    /// Folded words that no text may hold.
    pub forbidden: &'a [String],
    pub limits: &'a Limits,
    pub people: People<'a>,
    /// Whose rows they are; `None`: rows that several municipalities share, of whom each takes its own later.
    pub owner: Option<&'a Config>,
}

impl Reading {
    /// Drops accepted rows that `is_known` from an earlier part.
    pub fn drop_known_rows(&mut self, mut is_known: impl FnMut(Fingerprint) -> bool) {
        let fingerprints = self.fingerprints.iter();
        let known: HashSet<Place> =
            fingerprints.filter(|(_, print)| is_known(*print)).map(|(place, _)| *place).collect();
        if known.is_empty() {
            return;
        }
        let dropped = self.tables.drop_rows(|place| known.contains(&place)) as u64;
        self.file.balance.accepted -= dropped;
        self.file.balance.duplicates += dropped;
    }
}

/// Whose rows matter.
#[derive(Clone, Copy)]
pub(super) enum People<'a> {
    /// Everyone's: to find out who has changed numbers.
    Everyone,
    /// Those of an age in scope by their own number, or by the number that the person has now.
    InScope(&'a BTreeSet<PersonalNumber>),
}

impl People<'_> {
    fn include(self, number: PersonalNumber, as_of: NaiveDate) -> bool {
        match self {
            Self::Everyone => true,
            Self::InScope(followed) => in_scope(number.born(), as_of) || followed.contains(&number),
        }
    }
}

/// The numbers out of scope by themselves that a person in scope has had: the rows under them are that person's
/// (rule 1). A file that cannot be read is told of when its rows are.
pub(super) fn followed_numbers(files: &[SourceFile<'_>], reader: Reader<'_>) -> BTreeSet<PersonalNumber> {
    let as_of = reader.as_of;
    let changes = files.iter().filter(|file| file.source.kind == Kind::RegisterChanges);
    let readings = changes.filter_map(|file| read_file(file, 0, reader).ok());
    let rows = readings.flat_map(|reading| reading.tables.changes);
    let changes: Vec<NumberLink> = rows.filter_map(|row| row.link(as_of)).collect();
    let links = NumberLinks::new(changes.clone());
    let old = changes.into_iter().map(|change| change.old);
    old.filter(|&old| !in_scope(old.born(), as_of) && in_scope(links.current(old).born(), as_of)).collect()
}

/// Reads files, which count from `first` in the run's list of files.
pub(super) fn read_files(
    files: &[SourceFile<'_>],
    first: usize,
    reader: Reader<'_>,
) -> Vec<Result<Reading, FaultKind>> {
    let index = |at: usize| u32::try_from(first + at).unwrap_or(u32::MAX);
    let read = |(at, file)| read_file(file, index(at), reader);
    let readings: Vec<_> = files.par_iter().enumerate().map(read).collect();
    // Hashed again when all are read: as late as can be.
    let unless_changed = |(file, reading): (&SourceFile<'_>, Result<Reading, FaultKind>)| {
        let before = reading.as_ref().ok().map(|reading| reading.file.hash.as_str());
        if has_changed(&file.path, before, reader.limits) { Err(FaultKind::Changed) } else { reading }
    };
    let mut readings: Vec<_> = files.par_iter().zip(readings).map(unless_changed).collect();
    refuse_second_extracts(files, &mut readings);
    readings
}

/// The files of one extract share the people among them. Where one stands in two of them they are two extracts of a day,
/// and what the older one says of a place that has ended since would hold.
fn refuse_second_extracts(files: &[SourceFile<'_>], readings: &mut [Result<Reading, FaultKind>]) {
    let mut stands_in = HashMap::new();
    for (file, reading) in files.iter().zip(readings).filter(|(file, _)| !file.beside.is_empty()) {
        let people = reading.as_ref().map(|reading| reading.tables.people()).unwrap_or_default();
        let source = &file.source;
        let mut before =
            people.into_iter().filter_map(|number| stands_in.insert((source.kind, &source.name, number), file));
        let other = before.next().map(SourceFile::name);
        if let Some(other) = other {
            *reading = Err(FaultKind::TwoExtracts(other));
        }
    }
}

/// Reads a file of a source.
pub(super) fn read_file(file: &SourceFile<'_>, index: u32, reader: Reader<'_>) -> Result<Reading, FaultKind> {
    match file.source.kind {
        Kind::PopulationRegister => read_as::<Registered>(file, index, reader),
        Kind::RegisterChanges => read_as::<RegisterChange>(file, index, reader),
        Kind::ContactDetails => read_as::<crate::records::ContactDetails>(file, index, reader),
        Kind::StudentRegister => read_as::<Enrolment>(file, index, reader),
        Kind::Credentials => read_as::<crate::records::Credential>(file, index, reader),
        Kind::AdultEducation => read_as::<crate::records::AdultCourse>(file, index, reader),
        Kind::FolkHighSchool => read_as::<FolkCourse>(file, index, reader),
        Kind::ProviderReports => read_as::<crate::records::ProviderReport>(file, index, reader),
        Kind::Admissions => read_as::<crate::records::Admission>(file, index, reader),
        Kind::CompulsorySchool => read_as::<crate::records::CompulsorySchooling>(file, index, reader),
        Kind::Decisions => read_as::<crate::records::Decision>(file, index, reader),
        Kind::CaseRegister => read_as::<crate::records::Registration>(file, index, reader),
        Kind::Contacts => read_as::<ContactAttempt>(file, index, reader),
        Kind::Knowledge => read_as::<crate::records::Knowledge>(file, index, reader),
        Kind::Measures => read_as::<Measure>(file, index, reader),
    }
}

fn read_as<R: InTables + Scoped>(file: &SourceFile<'_>, index: u32, reader: Reader<'_>) -> Result<Reading, FaultKind> {
    let limits = reader.limits;
    let bytes = read_whole(&file.path, limits)?;
    let hash = hexadecimal(&Sha256::digest(&bytes));
    let format = recognise(&bytes).map_err(FaultKind::Foreign)?;
    let form = &file.source.form;
    let mut context = CellContext::forbidding(reader.as_of, reader.forbidden);
    context.serial_dates = matches!(format, FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods);
    context.date_format = form.date_format.clone();
    let values = R::COLUMNS.iter().map(|column| form.values.get(column.name).cloned().unwrap_or_default()).collect();
    let text = format == FileFormat::Text;
    let mut rows = Rows::<R>::new(file, index, reader, &context, values, text, bytes.len());

    let mut sheet = None;
    match format {
        FileFormat::Text => {
            let decoded = decode(&bytes, form.encoding).map_err(FaultKind::Encoding)?;
            if decoded.mixed {
                rows.find(FindingCode::MixedEncodings, file.name());
            }
            delimited::read_rows(&decoded.text, form.delimiter, limits, &mut |number, cells| rows.row(number, cells))
                .map_err(FaultKind::Delimited)?;
        }
        FileFormat::Json => {
            let beside = file.beside.iter().map(|path| read_whole(path, limits)).collect::<Result<Vec<_>, _>>()?;
            let beside = beside.iter().map(|bytes| json::text(bytes, form.encoding)).collect::<Result<Vec<_>, _>>()?;
            let beside: Vec<&str> = beside.iter().map(|text| &**text).collect();
            let text = json::text(&bytes, form.encoding)?;
            let row = &mut |number: u32, cells: &[&str]| rows.row(number, cells);
            let read = json::read_rows(&text, &beside, Some(R::KIND), form, limits, row).map_err(FaultKind::Json)?;
            if read.goes_on {
                return Err(FaultKind::Json(json::JsonFault::MorePages));
            }
            rows.note_json(read);
        }
        FileFormat::Parquet => {
            parquet::read_rows(bytes, &mut |number, cells| rows.row(number, cells))
                .map_err(|fault| FaultKind::Parquet(fault.0))?;
        }
        FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods => {
            let format = match format {
                FileFormat::Xls => SpreadsheetFormat::Xls,
                FileFormat::Ods => SpreadsheetFormat::Ods,
                _ => SpreadsheetFormat::Xlsx,
            };
            let name = spreadsheet::read_sheet(&bytes, format, form.sheet.as_deref(), limits, &mut |number, cells| {
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                rows.row(number, &cells);
            })
            .map_err(FaultKind::Spreadsheet)?;
            sheet = Some(name);
        }
    }
    rows.finish(file, sheet, hash)
}

/// Whether a file is another than the one that was read, by its hash. Where none is known, since the file could not be
/// understood, it is not told.
fn has_changed(path: &Path, before: Option<&str>, limits: &Limits) -> bool {
    before.is_some_and(|before| {
        !read_whole(path, limits).is_ok_and(|bytes| hexadecimal(&Sha256::digest(&bytes)) == before)
    })
}

/// The usual length of a row in bytes, from which the number of rows is guessed.
const USUAL_ROW: usize = 100;
/// A table with more faulty cells than this is another table.
const MOST_FAULTS: usize = 200_000;

/// The rows of one file on their way to types.
struct Rows<'a, R> {
    file: u32,
    name: String,
    reader: Reader<'a>,
    context: &'a CellContext,
    cells: RowReader<'a>,
    header_row: Option<u32>,
    renamed: &'a BTreeMap<String, String>,
    extracted_column: Option<&'a str>,
    address_date: bool,
    delimited: bool,
    map: Option<ColumnMap>,
    header_fault: Option<HeaderFault>,
    seen: Fingerprints,
    joined: Vec<u8>,
    keep_fingerprints: bool,
    fingerprints: Vec<(Place, Fingerprint)>,
    accepted: Vec<R>,
    rejects: Vec<Reject>,
    findings: BTreeMap<(FindingCode, String), u64>,
    faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
    owners: BTreeMap<Place, PersonalNumber>,
    extracted: Option<NaiveDate>,
    balance: Balance,
}

impl<'a, R: InTables + Scoped> Rows<'a, R> {
    fn new(
        file: &'a SourceFile<'_>,
        index: u32,
        reader: Reader<'a>,
        context: &'a CellContext,
        values: Vec<BTreeMap<String, String>>,
        delimited: bool,
        bytes: usize,
    ) -> Self {
        let form = &file.source.form;
        Self {
            file: index,
            name: file.name(),
            reader,
            context,
            cells: RowReader::new(context, values),
            header_row: form.header_row,
            renamed: &form.columns,
            extracted_column: file.source.extracted_column.as_deref(),
            address_date: form.address_date,
            delimited,
            map: None,
            header_fault: None,
            seen: HashSet::with_capacity_and_hasher(bytes / USUAL_ROW, BuildHasherDefault::default()),
            joined: Vec::new(),
            keep_fingerprints: file.source.delivery == crate::records::Delivery::Parts,
            fingerprints: Vec::new(),
            accepted: Vec::new(),
            rejects: Vec::new(),
            findings: BTreeMap::new(),
            faulty_ends: BTreeMap::new(),
            owners: BTreeMap::new(),
            extracted: None,
            balance: Balance::default(),
        }
    }

    fn find(&mut self, code: FindingCode, place: String) {
        *self.findings.entry((code, place)).or_default() += 1;
    }

    fn row(&mut self, number: u32, cells: &[&str]) {
        let blank = cells.iter().all(|cell| cell.trim().is_empty());
        if blank
            || self.header_fault.is_some()
            || self.has_too_many_faults()
            // The fields of JSON stand before its rows, as row 0.
            || self.header_row.is_some_and(|row| number < row && number > 0)
        {
            return;
        }
        let Some(map) = self.map.take() else {
            match ColumnMap::new(cells, number, R::COLUMNS, self.renamed, self.extracted_column) {
                Ok(map) => self.map = Some(map),
                Err(fault) => self.header_fault = Some(fault),
            }
            return;
        };
        self.data_row(Place { file: self.file, row: number }, cells, &map);
        self.map = Some(map);
    }

    /// Counts what JSON holds besides the rows of the table.
    fn note_json(&mut self, read: json::JsonRead) {
        self.balance.read += read.elsewhere;
        self.balance.out_of_scope += read.elsewhere;
        for (reference, count) in read.unresolved {
            let place = format!("{}: {reference}", self.name);
            self.findings.insert((FindingCode::UnresolvedReference, place), count);
        }
    }

    fn has_too_many_faults(&self) -> bool {
        self.rejects.len() > MOST_FAULTS
    }

    fn data_row(&mut self, place: Place, cells: &[&str], map: &ColumnMap) {
        self.balance.read += 1;
        let print = fingerprint(cells, &mut self.joined);
        if let Some(fault) = self.row_fault(cells, map) {
            self.balance.rejected += 1;
            self.reject(place, "", fault, String::new(), true);
            return;
        }
        if !self.seen.insert(print) {
            self.balance.duplicates += 1;
            return;
        }
        if let Some(date) = map.extracted.and_then(|at| NaiveDate::read(cells.get(at)?.trim(), self.context).ok()) {
            self.extracted = self.extracted.max(Some(date));
        }
        let skipped = if self.address_date {
            R::COLUMNS.iter().position(|column| column.name == "folkbokford_fran")
        } else {
            None
        };
        let cell = |column: usize| {
            let at = map.places[column].filter(|_| Some(column) != skipped);
            at.and_then(|at| cells.get(at).copied()).unwrap_or_default()
        };
        let row = R::read(cell, &mut self.cells, place);
        let faults = std::mem::take(&mut self.cells.faults);
        self.note_faults(place, &faults, cell);
        // Files of one source can have their columns in different orders.
        let mut in_order = || fingerprint(&(0..R::COLUMNS.len()).map(cell).collect::<Vec<_>>(), &mut self.joined);
        let print = self.keep_fingerprints.then(&mut in_order);
        match row {
            Some(row) => self.judge(row, print),
            None if faults.iter().any(|fault| fault.fault == CellFault::Temporary && fault.rejects) => {
                self.balance.out_of_scope += 1
            }
            None => self.balance.rejected += 1,
        }
    }

    /// Faults of the row as such, which leave no cell to trust.
    fn row_fault(&self, cells: &[&str], map: &ColumnMap) -> Option<CellFault> {
        // One stands behind each cell.
        if self.joined.iter().filter(|&&byte| byte == 0).count() > cells.len() {
            return Some(CellFault::Encoding);
        }
        let beyond = cells.iter().skip(map.width).any(|cell| !cell.trim().is_empty());
        (self.delimited && (cells.len() < map.width || beyond)).then_some(CellFault::Ragged)
    }

    fn note_faults<'t>(&mut self, place: Place, faults: &[Fault], cell: impl Fn(usize) -> &'t str) {
        if faults.is_empty() {
            return;
        }
        let owner = match PersonalNumber::parse(cell(0), self.reader.as_of) {
            Ok(Identity::Number(number)) => Some(number),
            _ => None,
        };
        if self.reader.owner.is_none() {
            self.owners.extend(owner.map(|owner| (place, owner)));
        }
        for fault in faults {
            let column = R::COLUMNS[fault.column].name;
            let text = cell(fault.column);
            let value = match fault.fault {
                _ if column.contains("personnummer") => mask_number(text),
                CellFault::Code => mask_code(text),
                _ => mask(text),
            };
            self.reject(place, column, fault.fault, value, fault.rejects);
            let ends = ["slutdatum", "avbrottsdatum", "till"].contains(&column);
            let unreadable = matches!(fault.fault, CellFault::Date | CellFault::EndBeforeStart);
            if fault.rejects
                && ends
                && unreadable
                && R::HIDES_BY_ITS_END
                && let Some(number) = owner
            {
                self.faulty_ends.entry(number).or_default().push(place);
            }
        }
    }

    fn reject(&mut self, place: Place, column: &'static str, fault: CellFault, value: String, rejected: bool) {
        self.rejects.push(Reject { place, column, fault, value, rejected });
    }

    /// Keeps a typed row, unless it is out of scope.
    fn judge(&mut self, row: R, print: Option<Fingerprint>) {
        let place = row.place();
        if let Some((column, fault)) = row.misfit() {
            self.balance.rejected += 1;
            let is_number_at_fault = column == R::COLUMNS[0].name;
            let value = if is_number_at_fault { mask_number(&row.number().digits()) } else { String::new() };
            self.reject(place, column, fault, value, true);
            if self.reader.owner.is_none() {
                self.owners.insert(place, row.number());
            }
            return;
        }
        if !self.reader.people.include(row.number(), self.reader.as_of) {
            self.balance.out_of_scope += 1;
            return;
        }
        let Some(owner) = self.reader.owner else {
            self.balance.accepted += 1;
            self.fingerprints.extend(print.map(|print| (place, print)));
            self.accepted.push(row);
            return;
        };
        let (accepted, findings, name) = (self.balance.accepted, &mut self.findings, &self.name);
        let noticed = &mut |code| *findings.entry((code, name.clone())).or_default() += 1;
        if let Some(row) = admit(row, owner, &mut self.balance, noticed) {
            if self.balance.accepted > accepted {
                self.fingerprints.extend(print.map(|print| (place, print)));
            }
            self.accepted.push(row);
        }
    }

    fn finish(mut self, file: &SourceFile<'_>, sheet: Option<String>, hash: String) -> Result<Reading, FaultKind> {
        if let Some(fault) = self.header_fault {
            return Err(FaultKind::Header(fault));
        }
        if self.has_too_many_faults() {
            return Err(FaultKind::TooManyFaults(MOST_FAULTS));
        }
        let Some(map) = self.map.take() else { return Err(FaultKind::Header(HeaderFault::None)) };
        let protection = R::COLUMNS.iter().position(|column| column.name == "skydd");
        let no_protection_column =
            R::KIND == Kind::PopulationRegister && protection.is_some_and(|column| map.places[column].is_none());
        if no_protection_column {
            self.find(FindingCode::NoProtectionColumn, file.name());
        }
        if !map.dropped.is_empty() {
            self.findings.insert((FindingCode::DroppedColumns, file.name()), map.dropped.len() as u64);
        }
        for reject in self.rejects.iter().filter(|reject| reject.fault == CellFault::Code) {
            let place = unmapped(&self.name, reject);
            *self.findings.entry((FindingCode::CodeWithoutMapping, place)).or_default() += 1;
        }
        let mut tables = Tables::default();
        *R::of_mut(&mut tables) = self.accepted;
        let findings = self.findings.into_iter().map(|((code, place), count)| Finding { code, place, count }).collect();
        Ok(Reading {
            file: InputFile {
                source: file.source.name.clone(),
                kind: R::KIND,
                name: file.name(),
                sheet,
                hash,
                extracted: self.extracted.map_or(file.extracted, |date| date.min(self.reader.as_of)),
                balance: self.balance,
                dropped_columns: map.dropped,
                whole: self.reader.owner.is_none().then_some(self.balance),
            },
            tables,
            rejects: self.rejects,
            findings,
            faulty_ends: self.faulty_ends,
            no_protection_column,
            owners: self.owners,
            fingerprints: self.fingerprints,
        })
    }
}

/// Takes a row in as a municipality's: counts it, says what is odd, and drops what may not be kept. `None`: it is not
/// the municipality's.
pub(super) fn admit<R: InTables + Scoped>(
    mut row: R,
    owner: &Config,
    balance: &mut Balance,
    noticed: &mut dyn FnMut(FindingCode),
) -> Option<R> {
    match row.scope(owner) {
        Scope::In => balance.accepted += 1,
        Scope::Known => balance.out_of_scope += 1,
        Scope::Out => {
            balance.out_of_scope += 1;
            return None;
        }
    }
    row.notice(owner, noticed);
    Some(row)
}

/// Where a code without a mapping is found.
pub(super) fn unmapped(file: &str, reject: &Reject) -> String {
    format!("{file}: {}", reject.column)
}

/// Identical rows have the same 128 bits: no accident makes unequal rows alike.
pub(super) type Fingerprint = u128;

/// Rows that have been seen.
pub(super) type Fingerprints = HashSet<Fingerprint, BuildHasherDefault<FirstBytes>>;

/// SipHash's state is larger than the number that it gives: a step further it gives another one.
fn fingerprint(cells: &[&str], joined: &mut Vec<u8>) -> Fingerprint {
    joined.clear();
    for cell in cells {
        joined.extend_from_slice(trim(cell).as_bytes());
        joined.push(0);
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(joined);
    let first = hasher.finish();
    hasher.write_u64(first);
    (u128::from(first) << u64::BITS) | u128::from(hasher.finish())
}

/// Hashes what is a hash already: its first bytes.
#[derive(Default)]
pub(super) struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for (shift, byte) in bytes.iter().take(8).enumerate() {
            self.0 |= u64::from(*byte) << (8 * shift);
        }
    }
}

/// Whether a row matters to the municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    In,
    /// Counted as out of scope, but known: a person of another municipality in our extract.
    Known,
    Out,
}

/// What rows of a table need beyond their cells.
pub(super) trait Scoped: Record {
    /// Whether an unreadable end of such a row can hide a member (FELAKTIGT_SLUTDATUM).
    const HIDES_BY_ITS_END: bool = false;

    /// A fault that only the row as a whole shows.
    fn misfit(&self) -> Option<(&'static str, CellFault)> {
        None
    }

    fn scope(&self, _config: &Config) -> Scope {
        Scope::In
    }

    /// Reports what is odd, and drops what may not be kept.
    fn notice(&mut self, _config: &Config, _found: &mut dyn FnMut(FindingCode)) {}
}

impl Scoped for Registered {
    fn misfit(&self) -> Option<(&'static str, CellFault)> {
        self.number.is_coordination_number().then_some(("personnummer", CellFault::CoordinationNumber))
    }
    fn scope(&self, config: &Config) -> Scope {
        if self.municipality == config.municipality { Scope::In } else { Scope::Known }
    }
}

impl Scoped for RegisterChange {
    fn misfit(&self) -> Option<(&'static str, CellFault)> {
        let new_number = self.event == crate::records::RegisterEvent::NewNumber;
        (new_number && self.new_number.is_none()).then_some(("nytt_personnummer", CellFault::Missing))
    }
    fn scope(&self, config: &Config) -> Scope {
        use crate::records::RegisterEvent::{Immigration, MoveIn, MoveOut};
        let elsewhere =
            |code: Option<crate::records::Municipality>| code.is_some_and(|code| code != config.municipality);
        let moves = matches!(self.event, MoveIn | MoveOut | Immigration);
        if moves && elsewhere(self.from) && elsewhere(self.to) { Scope::Out } else { Scope::In }
    }
}

impl Scoped for Enrolment {
    const HIDES_BY_ITS_END: bool = true;
    fn notice(&mut self, _: &Config, found: &mut dyn FnMut(FindingCode)) {
        if self.interruption.is_some() && self.end.is_none() {
            found(FindingCode::InterruptionWithoutEnd);
        }
    }
}

impl Scoped for FolkCourse {
    const HIDES_BY_ITS_END: bool = true;
    fn notice(&mut self, _: &Config, found: &mut dyn FnMut(FindingCode)) {
        if self.level.is_none() {
            found(FindingCode::FolkLevelMissing);
        }
    }
}

impl Scoped for crate::records::Admission {
    fn notice(&mut self, _: &Config, found: &mut dyn FnMut(FindingCode)) {
        if self.status == crate::records::AdmissionStatus::Admitted && self.term_start.is_none() {
            found(FindingCode::AdmissionWithoutTermStart);
        }
    }
}

impl Scoped for ContactAttempt {
    fn notice(&mut self, _: &Config, found: &mut dyn FnMut(FindingCode)) {
        if self.occupation == Some(Occupation::NationalProgramme) {
            found(FindingCode::NationalProgrammeAtContact);
        }
    }
}

impl Scoped for Measure {
    fn notice(&mut self, config: &Config, found: &mut dyn FnMut(FindingCode)) {
        let is_offer = |text: &str| config.plan.offer(text).is_some();
        let is_role = |text: &str| config.plan.roles.iter().any(|known| fold(known) == fold(text));
        let mut keep = |value: &mut Option<crate::records::Text>, is_listed: &dyn Fn(&str) -> bool| {
            if value.as_deref().is_some_and(|text| !is_listed(text)) {
                *value = None;
                found(FindingCode::NotInLists);
            }
        };
        keep(&mut self.local_offer, &is_offer);
        keep(&mut self.responsible, &is_role);
    }
}

impl Scoped for crate::records::AdultCourse {
    const HIDES_BY_ITS_END: bool = true;
}
impl Scoped for crate::records::CompulsorySchooling {
    const HIDES_BY_ITS_END: bool = true;
}
impl Scoped for crate::records::Decision {
    const HIDES_BY_ITS_END: bool = true;
}
impl Scoped for crate::records::ContactDetails {}
impl Scoped for crate::records::Credential {}
impl Scoped for crate::records::ProviderReport {}
impl Scoped for crate::records::Registration {}
impl Scoped for crate::records::Knowledge {}
