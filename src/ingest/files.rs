//! Which files a run reads: the sources of the config, and the inbox by file names.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Local, NaiveDate};

use super::format::is_json;
use super::spreadsheet::{Limits, Measure, SpreadsheetFault};
use super::{FaultKind, FileFault, Finding};
use crate::config::{CHAIN, Config, FEDERATION_OWN_FILE, FolderName, SharedSources, Source};
use crate::records::{Delivery, Kind};
use crate::system::is_open_elsewhere;
use crate::texts::FindingCode;

/// A file to read, with the source it belongs to.
#[derive(Clone, Debug)]
pub struct SourceFile<'a> {
    /// Its source.
    pub source: std::borrow::Cow<'a, Source>,
    /// Its path.
    pub path: PathBuf,
    /// The day its rows were true, unless a column says it.
    pub extracted: NaiveDate,
    /// The other files of the same extract: what a service hands out in several, as JSON.
    pub beside: Vec<PathBuf>,
}

impl SourceFile<'_> {
    /// The file's name without its folder.
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// The files that count on a day.
#[derive(Default)]
pub(super) struct Counting<'a> {
    pub files: Vec<SourceFile<'a>>,
    pub findings: Vec<Finding>,
    /// Every file or pattern that does not fit.
    pub faults: Vec<FileFault>,
}

/// Those of the files that `find` finds that count on `as_of`, in the order of sources and names.
pub(super) fn counting_files<'a>(
    find: impl FnOnce(&mut Vec<Finding>, &mut Vec<FileFault>) -> Vec<Vec<SourceFile<'a>>>,
    as_of: NaiveDate,
) -> Counting<'a> {
    let mut counting = Counting::default();
    for files in find(&mut counting.findings, &mut counting.faults) {
        match files_that_count(files, as_of, &mut counting.findings) {
            Ok(mut files) => counting.files.append(&mut files),
            Err(fault) => counting.faults.push(fault),
        }
    }
    counting
}

/// The files that an intake reads, as [`crate::records::Place::file`] counts them: shared ones first.
pub fn files_read(config: &Config, as_of: NaiveDate) -> Vec<SourceFile<'_>> {
    let shared = config
        .shared
        .as_deref()
        .map(|sources| counting_files(|findings, faults| shared_files(sources, as_of, findings, faults), as_of).files);
    let own = counting_files(|findings, faults| own_files(config, as_of, findings, faults), as_of).files;
    shared.into_iter().flatten().chain(own).collect()
}

/// Every file of every source, newer and older ones: of each source those that are older than its newest on `on`, and
/// the others. A source whose dates stand in a column has none that is known to be older.
///
/// # Errors
/// Every file or pattern that does not fit.
pub fn older_and_newest<'a>(
    config: &'a Config,
    on: NaiveDate,
) -> Result<(Vec<SourceFile<'a>>, Vec<SourceFile<'a>>), Vec<FileFault>> {
    let mut faults = Vec::new();
    let (mut older, mut newest) = (Vec::new(), Vec::new());
    let findings = &mut Vec::new();
    // A shared extract is no municipality's to let go: another may not have read it yet.
    if let Some(shared) = &config.shared {
        newest.extend(shared_files(shared, on, findings, &mut faults).into_iter().flatten());
    }
    for files in own_files(config, on, findings, &mut faults) {
        let dates = files.iter().map(|file| file.extracted).filter(|&date| date <= on);
        let latest = dates.max().filter(|_| files.iter().all(|file| file.source.extracted_column.is_none()));
        for file in files {
            let is_older = latest.is_some_and(|latest| file.extracted < latest);
            if is_older { older.push(file) } else { newest.push(file) }
        }
    }
    // One workbook can be several sources.
    older.retain(|file| newest.iter().all(|kept| kept.path != file.path));
    if faults.is_empty() { Ok((older, newest)) } else { Err(faults) }
}

/// The files of each source of a municipality's own, dated.
pub(super) fn own_files<'a>(
    config: &'a Config,
    as_of: NaiveDate,
    findings: &mut Vec<Finding>,
    faults: &mut Vec<FileFault>,
) -> Vec<Vec<SourceFile<'a>>> {
    files_in(&config.sources, config.inbox.as_deref(), as_of, findings, faults)
}

/// What a municipality has decided, registered and done: whose it is shows by the folder it lies in, and no other
/// municipality may read it.
const OF_ONE_MUNICIPALITY: [Kind; 5] =
    [Kind::Decisions, Kind::CaseRegister, Kind::Contacts, Kind::Knowledge, Kind::Measures];

/// The files of each source that a federation shares, dated.
pub(super) fn shared_files<'a>(
    shared: &'a SharedSources,
    as_of: NaiveDate,
    findings: &mut Vec<Finding>,
    faults: &mut Vec<FileFault>,
) -> Vec<Vec<SourceFile<'a>>> {
    let found = files_in(&shared.sources, shared.inbox.as_deref(), as_of, findings, faults);
    let of_one = found.iter().flatten().filter(|file| OF_ONE_MUNICIPALITY.contains(&file.source.kind));
    faults.extend(of_one.map(|file| FileFault { path: file.path.clone(), fault: FaultKind::NotShared }));
    found
}

fn files_in<'a>(
    sources: &'a [Source],
    inbox: Option<&Path>,
    as_of: NaiveDate,
    findings: &mut Vec<Finding>,
    faults: &mut Vec<FileFault>,
) -> Vec<Vec<SourceFile<'a>>> {
    let mut found = Vec::new();
    let mut described = Vec::new();
    for source in sources {
        match files_of(source) {
            Ok(paths) => {
                described.extend(paths.iter().cloned());
                let files = paths.into_iter().map(|path| dated(source, path, as_of, findings)).collect();
                found.push(files);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(inbox) = inbox {
        match inbox_files(inbox, &described) {
            Ok(groups) => found.extend(groups.into_iter().map(|group| {
                group.into_iter().map(|(source, path)| dated_owned(source, path, as_of, findings)).collect()
            })),
            Err(mut more) => faults.append(&mut more),
        }
    }
    found
}

/// The files of a source that is described in the config; none is for a person to decide about, not an error.
fn files_of(source: &Source) -> Result<Vec<PathBuf>, FileFault> {
    let pattern = source.pattern.to_string_lossy();
    if !pattern.contains(['*', '?', '[']) {
        let path = &source.pattern;
        // A link that leads nowhere is told of like one that leads out.
        if !path.is_symlink() && !path.exists() {
            return Ok(Vec::new());
        }
        return usable(path.clone(), path.parent().unwrap_or(Path::new(""))).map(|path| vec![path]);
    }
    let fault = |error: glob::PatternError| FileFault {
        path: source.pattern.clone(),
        fault: FaultKind::Pattern(error.to_string()),
    };
    let paths = glob::glob(&pattern).map_err(fault)?;
    let folder = folder_of(&source.pattern);
    let wanted = paths.filter_map(Result::ok).filter(|path| !path.is_dir() && !is_hidden(path));
    let mut files = wanted.map(|path| usable(path, &folder)).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

/// The folder in front of the first part of a pattern that stands for several names.
fn folder_of(pattern: &Path) -> PathBuf {
    let is_plain = |part: &std::path::Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    pattern.components().take_while(is_plain).collect()
}

/// The path, unless it leads out of its folder, is no file, or has a name that could pass for something else.
fn usable(path: PathBuf, folder: &Path) -> Result<PathBuf, FileFault> {
    let fault = match () {
        () if file_name(&path).contains(is_unseen) => FaultKind::Name,
        () if !stays_within(&path, folder) => FaultKind::Link,
        // A pipe would never end, and a device has no end.
        () if !path.is_file() => FaultKind::NoFile,
        // Read as a source it would be let go by the next purge as well.
        () if is_of_a_run(&path) => FaultKind::OwnRun,
        () => return Ok(path),
    };
    Err(FileFault { path, fault })
}

/// Whether a file lies in the folder of a run, beside which the chain lies.
fn is_of_a_run(path: &Path) -> bool {
    path.ancestors().skip(1).take(2).any(|folder| folder.join(CHAIN).exists())
}

/// Line breaks, control characters and marks that change the direction of writing or take no room.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control() || crate::records::is_format_mark(c)
}

/// Reads a file whole, up to a size.
///
/// # Errors
/// When the system refuses, or the file is larger.
pub(crate) fn read_whole(path: &Path, limits: &Limits) -> Result<Vec<u8>, FaultKind> {
    let refused = |error: std::io::Error| match error {
        error if is_open_elsewhere(&error) => FaultKind::OpenElsewhere,
        error => FaultKind::Io(error.to_string()),
    };
    let too_large = |found| {
        FaultKind::Spreadsheet(SpreadsheetFault::TooLarge { what: Measure::FileBytes, found, limit: limits.file_bytes })
    };
    let size = fs::metadata(path).map_err(refused)?.len();
    if size > limits.file_bytes {
        return Err(too_large(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    // A file can grow while it is read.
    fs::File::open(path).and_then(|file| file.take(limits.file_bytes + 1).read_to_end(&mut bytes)).map_err(refused)?;
    let size = bytes.len() as u64;
    if size > limits.file_bytes { Err(too_large(size)) } else { Ok(bytes) }
}

type Named = (Source, PathBuf);

/// The files of the inbox by source; those that a described source takes are left to it.
fn inbox_files(inbox: &Path, described: &[PathBuf]) -> Result<Vec<Vec<Named>>, Vec<FileFault>> {
    let fault = |fault| vec![FileFault { path: inbox.to_owned(), fault }];
    let entries = fs::read_dir(inbox).map_err(|error| fault(FaultKind::Io(error.to_string())))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let mut groups: Vec<Vec<Named>> = Vec::new();
    let mut faults = Vec::new();
    let mut named: Vec<(PathBuf, Result<FolderName, &'static str>)> = Vec::new();
    for path in paths {
        if !path.is_dir() {
            let name = FolderName::parse(&file_name(&path));
            named.push((path, name));
        } else if let (Ok(name), false) = (FolderName::parse(&file_name(&path)), path.is_symlink()) {
            // In a folder that is named after a table a file has whatever name its system gave it.
            let entries = fs::read_dir(&path).map_err(|error| fault(FaultKind::Io(error.to_string())))?;
            let mut inner: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
            inner.retain(|path| !path.is_dir());
            inner.sort();
            named.extend(inner.into_iter().map(|path| (path, Ok(name.clone()))));
        }
    }
    for (path, name) in named {
        let is_pipeline = file_name(&path) == FEDERATION_OWN_FILE;
        if is_hidden(&path) || is_pipeline || described.contains(&path) {
            continue;
        }
        let path = match usable(path, inbox) {
            Ok(path) => path,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        match name {
            Ok(name) => {
                let source = Source::canonical(name.source, name.kind, path.clone());
                match groups.iter_mut().find(|group| group.iter().any(|(other, _)| other.name == source.name)) {
                    Some(group) => group.push((source, path)),
                    None => groups.push(vec![(source, path)]),
                }
            }
            Err(nearest) => faults.push(FileFault { path, fault: FaultKind::UnknownKind(nearest) }),
        }
    }
    if faults.is_empty() { Ok(groups) } else { Err(faults) }
}

/// Whether a path below a folder leads to something in it, links followed.
fn stays_within(path: &Path, folder: &Path) -> bool {
    let below = path.ancestors().take_while(|part| *part != folder && !part.as_os_str().is_empty());
    // Some network drives of Windows cannot say where a path leads.
    if !below.into_iter().any(Path::is_symlink) {
        return true;
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    matches!((path.canonicalize(), folder.canonicalize()), (Ok(target), Ok(folder)) if target.starts_with(&folder))
}

/// Hidden files and those that office programs and systems leave behind.
fn is_hidden(path: &Path) -> bool {
    let name = file_name(path);
    name.starts_with(['.', '~'])
        || name.ends_with('~')
        || ["thumbs.db", "desktop.ini"].contains(&name.to_lowercase().as_str())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn dated<'a>(source: &'a Source, path: PathBuf, as_of: NaiveDate, findings: &mut Vec<Finding>) -> SourceFile<'a> {
    let extracted = extraction_date(source, &path, as_of, findings);
    SourceFile { source: std::borrow::Cow::Borrowed(source), path, extracted, beside: Vec::new() }
}

fn dated_owned(source: Source, path: PathBuf, as_of: NaiveDate, findings: &mut Vec<Finding>) -> SourceFile<'static> {
    let extracted = extraction_date(&source, &path, as_of, findings);
    SourceFile { source: std::borrow::Cow::Owned(source), path, extracted, beside: Vec::new() }
}

/// The config's date, else the one in the file name, else the file's time stamp. A column of dates is read later.
fn extraction_date(source: &Source, path: &Path, as_of: NaiveDate, findings: &mut Vec<Finding>) -> NaiveDate {
    let name = file_name(path);
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    if let Some(date) = source.extracted.or(crate::config::split_date(stem).1) {
        return date;
    }
    let stamp = fs::metadata(path).and_then(|data| data.modified()).ok();
    let date = stamp.map_or(as_of, |time| DateTime::<Local>::from(time).date_naive());
    if date > as_of {
        if source.extracted_column.is_none() {
            findings.push(Finding { code: FindingCode::TimeStampAfterAsOf, place: name, count: 1 });
        }
        return as_of;
    }
    date
}

/// Says of each file of an extract which the others are.
fn stand_beside(files: &mut [SourceFile<'_>]) {
    let mut paths: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    paths.sort();
    for file in files {
        file.beside = paths.iter().filter(|path| **path != file.path).cloned().collect();
    }
}

/// Whether a file is JSON by its beginning. One that cannot be read is told of when it is read.
fn begins_as_json(path: &Path) -> bool {
    const BEGINNING: u64 = 4096;
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut bytes));
    read.is_ok() && is_json(&bytes)
}

/// Of whole extracts the latest not after the as-of date, of parts every one.
fn files_that_count<'a>(
    files: Vec<SourceFile<'a>>,
    as_of: NaiveDate,
    findings: &mut Vec<Finding>,
) -> Result<Vec<SourceFile<'a>>, FileFault> {
    let (mut counting, later): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.extracted <= as_of);
    findings.extend(later.iter().map(|file| Finding {
        code: FindingCode::FileAfterAsOf,
        place: file.name(),
        count: 1,
    }));
    if counting.iter().any(|file| file.source.delivery == Delivery::Whole) {
        let latest = counting.iter().map(|file| file.extracted).max();
        counting.retain(|file| Some(file.extracted) == latest);
        if let [first, second, ..] = &counting[..]
            && !counting.iter().all(|file| begins_as_json(&file.path))
        {
            return Err(FileFault { path: second.path.clone(), fault: FaultKind::TwoExtracts(first.name()) });
        }
        stand_beside(&mut counting);
    }
    counting.sort_by(|a, b| (a.extracted, &a.path).cmp(&(b.extracted, &b.path)));
    Ok(counting)
}
