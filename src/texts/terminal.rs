//! What the terminal says: errors about configs and files, why a run is held, and the summary at its end.

use std::fmt::Display;
use std::path::Path;

use super::{Language, Message, both};
use crate::access::Many;
use crate::ingest::json::JsonFault;
use crate::ingest::spreadsheet::{Damage, Measure, SpreadsheetFault};
use crate::ingest::{DelimitedFault, EncodingFault, FaultKind, FileFault, ForeignFormat, HeaderFault, is_unseen};
use crate::run::{Held, HoldReason, RunError};
use crate::system::is_open_elsewhere;

/// The config cannot be read.
pub fn config_not_read(path: &Path, error: &dyn Display) -> Message {
    let path = path.display();
    both!(
        "Konfigurationen {path} kan inte läsas: {error}. Ange filen med --config, eller kör i mappen där kaa.toml ligger.",
        "The config {path} cannot be read: {error}. Name the file with --config, or run in the folder of kaa.toml."
    )
}

/// The config is larger than any config; the limit in MiB.
pub fn config_too_large(path: &Path, limit: u64) -> Message {
    let path = path.display();
    both!(
        "Konfigurationen {path} är större än {limit} MB. Kontrollera att det är rätt fil.",
        "The config {path} is larger than {limit} MB. Check that it is the right file."
    )
}

/// What is wrong with a file and what to do.
pub fn file_fault(fault: &FileFault) -> Message {
    let path: String =
        fault.path.to_string_lossy().chars().map(|c| if is_unseen(c) { '\u{fffd}' } else { c }).collect();
    let what = fault_of_file(&fault.fault);
    let (swedish, english) = (what.swedish, what.english);
    both!("{path} {swedish}", "{path} {english}")
}

/// What is wrong with a file, as the rest of a sentence that begins with its name, and what to do.
pub fn fault_of_file(fault: &FaultKind) -> Message {
    match fault {
        FaultKind::Io(error) => both!("kan inte läsas: {error}.", "cannot be read: {error}."),
        FaultKind::Foreign(format) => foreign(*format),
        FaultKind::Encoding(EncodingFault::Utf16WithoutMark) => both!(
            "ser ut som UTF-16 utan inledande BOM. Spara som UTF-8, eller ange teckenkod i konfigurationen.",
            "looks like UTF-16 without a byte order mark. Save as UTF-8, or state teckenkod in the config."
        ),
        FaultKind::Encoding(EncodingFault::NotInEncoding(name)) => both!(
            "innehåller tecken som inte finns i {name}. Rätta teckenkod i konfigurationen, eller exportera igen.",
            "holds bytes that {name} does not have. Correct teckenkod in the config, or export again."
        ),
        FaultKind::Delimited(DelimitedFault::OpenQuote { row }) => both!(
            "har ett citattecken på rad {row} som aldrig avslutas. Rätta raden eller exportera igen.",
            "has a quotation mark in row {row} that is never closed. Correct the row or export again."
        ),
        FaultKind::Delimited(DelimitedFault::LongRow { row, limit }) => both!(
            "har en rad som är längre än {limit} byte, eller ett citattecken som aldrig avslutas, på rad {row}. Rätta raden eller exportera igen.",
            "has a row longer than {limit} bytes, or a quotation mark that is never closed, in row {row}. Correct the row or export again."
        ),
        FaultKind::Delimited(DelimitedFault::WideRow { row, limit }) => both!(
            "har fler än {limit} kolumner på rad {row}. Kontrollera avgränsaren och exportera igen.",
            "has more than {limit} columns in row {row}. Check the delimiter and export again."
        ),
        FaultKind::Delimited(DelimitedFault::ManyRows { limit }) => both!(
            "har fler än {limit} rader. Kontrollera att det är rätt fil; gränsen heter granser.rader i konfigurationen.",
            "has more than {limit} rows. Check that it is the right file; the limit is granser.rader in the config."
        ),
        FaultKind::Spreadsheet(fault) => spreadsheet(fault),
        FaultKind::Parquet(detail) => both!(
            "är en skadad Parquetfil ({detail}). Hämta filen igen.",
            "is a damaged Parquet file ({detail}). Fetch the file again."
        ),
        FaultKind::Json(fault) => json(fault),
        FaultKind::Header(fault) => header(fault),
        FaultKind::UnknownKind(nearest) => both!(
            "har ett namn som inte passar någon tabell. Närmast är {nearest}. Döp filen till <tabell>-ÅÅÅÅ-MM-DD, eller flytta den ur mappen.",
            "has a name that fits no table. The nearest is {nearest}. Name it <table>-YYYY-MM-DD, or move it out of the folder."
        ),
        FaultKind::TwoExtracts(other) => both!(
            "och {other} är två uttag av samma tabell och dag. Behåll ett av dem, eller ge det ena ett eget namn: <tabell>-<namn>-ÅÅÅÅ-MM-DD.",
            "and {other} are two extracts of the same table and day. Keep one, or name one apart: <table>-<name>-YYYY-MM-DD."
        ),
        FaultKind::Pattern(detail) => both!("är inget giltigt sökmönster: {detail}.", "is no valid pattern: {detail}."),
        FaultKind::Changed => both!(
            "ändrades medan den lästes. Kör igen när exporten är klar.",
            "changed while it was read. Run again when the export is done."
        ),
        FaultKind::OpenElsewhere => both!(
            "är öppen i ett annat program. Stäng den där och kör igen.",
            "is open in another program. Close it there and run again."
        ),
        FaultKind::NoFile => both!(
            "är ingen vanlig fil och läses inte. Lägg själva filen i mappen.",
            "is no ordinary file and is not read. Put the file itself in the folder."
        ),
        FaultKind::OwnRun => both!(
            "hör till en körning som kaa själv har skrivit, och är ingen källa. Rätta fil i konfigurationen, eller flytta utdata.mapp ut ur källornas mapp.",
            "belongs to a run that kaa itself has written, and is no source. Correct fil in the config, or move utdata.mapp out of the folder of the sources."
        ),
        FaultKind::Name => both!(
            "har ett namn med radbrytning, styrtecken eller osynliga tecken. Döp om filen.",
            "has a name with line breaks, control characters or unseen marks. Rename the file."
        ),
        FaultKind::TooManyFaults(limit) => both!(
            "har fler än {limit} felaktiga celler. Kontrollera att det är rätt fil och att kolumnerna är rätt kopplade.",
            "has more than {limit} faulty cells. Check that it is the right file and that its columns are mapped right."
        ),
        FaultKind::NotShared => both!(
            "hör till en kommun och kan inte delas. Lägg filen i kommunens egen mapp (forbund.egen_mapp).",
            "belongs to one municipality and cannot be shared. Put it in that municipality's own folder (forbund.egen_mapp)."
        ),
        FaultKind::Link => both!(
            "är en länk ut ur mappen och läses inte. Lägg själva filen i mappen.",
            "is a link out of the folder and is not read. Put the file itself in the folder."
        ),
    }
}

fn foreign(format: ForeignFormat) -> Message {
    match format {
        ForeignFormat::Empty => both!("är tom. Exportera igen.", "is empty. Export again."),
        ForeignFormat::Pdf => both!(
            "är en PDF, vad filen än heter. Exportera som CSV eller Excel.",
            "is a PDF, whatever its name. Export as CSV or Excel."
        ),
        ForeignFormat::Html => both!(
            "är en webbsida, vad filen än heter. Öppna den i Excel och spara som XLSX.",
            "is a web page, whatever its name. Open it in Excel and save as XLSX."
        ),
        ForeignFormat::Xml => both!("är XML. Exportera som CSV eller Excel.", "is XML. Export as CSV or Excel."),
        ForeignFormat::Archive => both!(
            "är ett zip-arkiv och ingen arbetsbok. Packa upp filen.",
            "is a zip archive and no workbook. Unpack the file."
        ),
        ForeignFormat::CutArchive => both!(
            "är avkortad: slutet på arkivet saknas. Hämta filen igen.",
            "is truncated: the end of the archive is missing. Fetch the file again."
        ),
        ForeignFormat::Gzip => both!("är packad med gzip. Packa upp filen.", "is packed with gzip. Unpack the file."),
        ForeignFormat::Binary => {
            both!("är ingen tabell. Exportera som CSV eller Excel.", "is no table. Export as CSV or Excel.")
        }
    }
}

fn spreadsheet(fault: &SpreadsheetFault) -> Message {
    match fault {
        SpreadsheetFault::Damaged { damage: Damage::OtherFormat, .. } => both!(
            "är ingen arbetsbok, vad filen än heter. Öppna den i Excel och spara som XLSX.",
            "is no workbook, whatever its name. Open it in Excel and save as XLSX."
        ),
        SpreadsheetFault::Damaged { part, .. } => both!(
            "är en skadad eller avkortad arbetsbok ({part}). Hämta filen igen, eller öppna och spara den i Excel.",
            "is a damaged or truncated workbook ({part}). Fetch it again, or open and save it in Excel."
        ),
        SpreadsheetFault::Encrypted => both!(
            "är skyddad med lösenord. Spara den utan lösenord i en mapp som bara teamet kan läsa.",
            "is protected by a password. Save it without one in a folder that only the team can read."
        ),
        SpreadsheetFault::TooLarge { what, found, limit } => {
            let what = measure(*what);
            let (swedish, english) = (what.swedish, what.english);
            both!(
                "är större än en sådan tabell kan vara ({swedish}: {found}, högst {limit}). Kontrollera att det är rätt fil.",
                "is larger than such a table can be ({english}: {found}, at most {limit}). Check that it is the right file."
            )
        }
        SpreadsheetFault::NoSuchSheet { wanted, present } => {
            let present = present.join(", ");
            both!(
                "har inget blad som heter {wanted}. Bladen är: {present}. Rätta blad i konfigurationen.",
                "has no sheet named {wanted}. The sheets are: {present}. Correct blad in the config."
            )
        }
        SpreadsheetFault::SeveralSheets { present } => {
            let present = present.join(", ");
            both!(
                "har flera blad med innehåll: {present}. Ange blad i konfigurationen.",
                "has several sheets with content: {present}. State blad in the config."
            )
        }
        SpreadsheetFault::ExternalLinks => both!(
            "hämtar värden ur andra filer. Klistra in värdena och spara igen.",
            "takes values from other files. Paste the values and save again."
        ),
    }
}

/// What was measured, with the key of the config that sets its limit.
fn measure(what: Measure) -> Message {
    match what {
        Measure::FileBytes => both!("byte, gränsen är granser.fil_mb", "bytes, the limit is granser.fil_mb"),
        Measure::UnpackedBytes => {
            both!("byte uppackad, gränsen är granser.uppackat_mb", "bytes unpacked, the limit is granser.uppackat_mb")
        }
        Measure::Sheets => both!("blad, gränsen är granser.blad", "sheets, the limit is granser.blad"),
        Measure::Cells => both!("celler, gränsen är granser.celler", "cells, the limit is granser.celler"),
        Measure::Strings => {
            both!("delade strängar, gränsen är granser.strangar", "shared strings, the limit is granser.strangar")
        }
        Measure::Parts => both!("delar i arkivet", "parts of the archive"),
        Measure::Ratio => both!("gånger mindre packad", "times smaller packed"),
        Measure::Columns => both!("kolumner", "columns"),
        Measure::Rows => both!("rader", "rows"),
        Measure::StringBytes => both!("byte i delade strängar", "bytes of shared strings"),
        Measure::Styles => both!("format", "styles"),
        Measure::CellBytes => both!("byte i en cell", "bytes in a cell"),
        Measure::RowBytes => both!("byte i en rad", "bytes in a row"),
        Measure::TextBytes => both!("byte text", "bytes of text"),
        Measure::TokenBytes => both!("byte i en tagg", "bytes in a tag"),
        Measure::Markup => both!("element eller poster", "elements or records"),
    }
}

fn json(fault: &JsonFault) -> Message {
    match fault {
        JsonFault::NotUtf8 { line } => both!(
            "innehåller byte som inte är UTF-8 på rad {line}. Exportera igen som UTF-8, eller ange teckenkod i konfigurationen.",
            "holds bytes that are no UTF-8 in line {line}. Export again as UTF-8, or state teckenkod in the config."
        ),
        JsonFault::Syntax { line, column } => both!(
            "är ingen riktig JSON från rad {line}, tecken {column}. Exportera igen.",
            "is no sound JSON from line {line}, byte {column}, on. Export again."
        ),
        JsonFault::CutOff { line } => both!(
            "är avkortad: filen slutar mitt i en post på rad {line}. Hämta filen igen.",
            "is truncated: it ends within a record in line {line}. Fetch the file again."
        ),
        JsonFault::Deep { line, limit } => both!(
            "har poster i fler än {limit} nivåer på rad {line}. Kontrollera att det är rätt fil.",
            "is nested deeper than {limit} levels in line {line}. Check that it is the right file."
        ),
        JsonFault::LongRecord { record, line, limit } => both!(
            "har en post som är längre än {limit} byte: post {record} på rad {line}. Kontrollera att det är rätt fil, och att listan med poster har ett namn som programmet känner.",
            "has a record longer than {limit} bytes: record {record} in line {line}. Check that it is the right file, and that the list of records has a name that the program knows."
        ),
        JsonFault::NameTwice { line } => both!(
            "har samma fältnamn två gånger i en post på rad {line}. Exportera igen.",
            "has a field name twice in a record in line {line}. Export again."
        ),
        JsonFault::NoObject { line } => both!(
            "har något annat än en post i listan på rad {line}. Kontrollera att det är rätt fil.",
            "has something else than a record in its list in line {line}. Check that it is the right file."
        ),
        JsonFault::ManyRecords { limit } => both!(
            "har fler än {limit} poster. Kontrollera att det är rätt fil; gränsen heter granser.rader i konfigurationen.",
            "has more than {limit} records. Check that it is the right file; the limit is granser.rader in the config."
        ),
        JsonFault::ManyRows { record, limit } => both!(
            "har fler än {limit} rader i en post, eller för många poster: post {record}. Kontrollera att det är rätt fil.",
            "has more than {limit} rows in a record, or too many records: record {record}. Check that it is the right file."
        ),
        JsonFault::ManyFields { limit } => both!(
            "har fler än {limit} olika fält, eller fler fält än en tabell har plats för. Kontrollera att det är rätt fil.",
            "has more than {limit} different fields, or more fields than a table has room for. Check that it is the right file."
        ),
        JsonFault::MorePages => both!(
            "är inte hela listan: pageToken säger att det finns mer att hämta. Hämta alla sidor och lägg dem i samma fil, eller i samma mapp med samma datum.",
            "is not the whole list: pageToken says that there is more to fetch. Fetch every page and put them into one file, or into one folder with the same date."
        ),
        JsonFault::NoSuchTable { standard, kind, tables } => {
            let (kind, tables) = (kind.name(), tables.join(", "));
            both!(
                "har poster enligt {standard}, som inte säger något om {kind}. Den kan läsas som: {tables}.",
                "has records by {standard}, which tells nothing of {kind}. It can be read as: {tables}."
            )
        }
    }
}

fn header(fault: &HeaderFault) -> Message {
    match fault {
        HeaderFault::Missing { wanted, nearest, row: 0 } => {
            let (near_swedish, near_english) = nearest.as_ref().map_or((String::new(), String::new()), |near| {
                (format!(" Närmast är \"{near}\"."), format!(" The nearest is \"{near}\"."))
            });
            both!(
                "har inga poster med fältet {wanted}.{near_swedish} Lägg till fältet, eller koppla det under kalla.kolumner.",
                "has no records with the field {wanted}.{near_english} Add the field, or map it under kalla.kolumner."
            )
        }
        HeaderFault::None => both!("har ingen rubrikrad.", "has no row of headers."),
        HeaderFault::Data { row } => both!(
            "har ingen rubrikrad: rad {row} innehåller ett personnummer. Exportera med rubriker, eller ange rubrikrad om de står längre ned.",
            "has no row of headers: row {row} holds a personnummer. Export with headers, or state rubrikrad if they stand further down."
        ),
        HeaderFault::Missing { wanted, nearest, row } => {
            let (near_swedish, near_english) = nearest.as_ref().map_or((String::new(), String::new()), |near| {
                (format!(" Närmast är \"{near}\"."), format!(" The nearest is \"{near}\"."))
            });
            both!(
                "saknar kolumnen {wanted} (rubriker på rad {row}).{near_swedish} Lägg till kolumnen, eller koppla den under kalla.kolumner; ange rubrikrad om rubrikerna står längre ned.",
                "has no column {wanted} (headers in row {row}).{near_english} Add the column, or map it under kalla.kolumner; state rubrikrad if the headers stand further down."
            )
        }
        HeaderFault::Twice { header, columns: (first, second) } => both!(
            "har rubriken {header} två gånger, i kolumn {first} och {second}. Ta bort eller döp om den ena.",
            "has the header {header} twice, in columns {first} and {second}. Remove or rename one."
        ),
    }
}

/// Why a source holds the run and how to accept it.
pub fn hold_reason(held: &Held) -> Message {
    let source = &held.source;
    let why = match &held.reason {
        HoldReason::TooOld { age, greatest } => both!(
            "uttaget är {age} dagar gammalt, högst {greatest} är tillåtet",
            "the extract is {age} days old, at most {greatest} are allowed"
        ),
        HoldReason::Missing => both!(
            "källan fanns i förra körningen men saknas nu",
            "the source was there in the last run and is missing now"
        ),
        HoldReason::NoFile => both!(
            "ingen fil finns; lägg exporten där fil i konfigurationen säger",
            "there is no file; put the export where fil in the config says"
        ),
        HoldReason::Shrunk { before, now } => {
            both!("{now} rader mot {before} i förra körningen", "{now} rows against {before} in the last run")
        }
        HoldReason::Rejected { rejected, read } => {
            both!("{rejected} av {read} rader avvisades", "{rejected} of {read} rows were rejected")
        }
        HoldReason::NoneRegistered { read } => both!(
            "ingen av {read} rader gäller kommunen; alla skulle lämna gruppen",
            "none of {read} rows is about the municipality; everyone would leave the group"
        ),
        HoldReason::NoStudentRegister => both!(
            "ingen rad i något elevregister; alla ungdomar skulle hamna i gruppen",
            "no row in any student register; every youth would enter the group"
        ),
    };
    let (swedish, english) = (why.swedish, why.english);
    // As it is typed: a shell takes a name with blanks apart.
    let typed = if source.contains(char::is_whitespace) { format!("\"{source}\"") } else { source.clone() };
    both!(
        "{source}: {swedish}. Rätta källan, eller godkänn den som den är med --godkann {typed}.",
        "{source}: {english}. Mend the source, or accept it as it is with --godkann {typed}."
    )
}

/// An error about a run's files.
pub fn run_error(error: &RunError) -> Message {
    match error {
        RunError::Io { path, error } => {
            let path = path.display();
            let (swedish, english) = (io_error(error).swedish, io_error(error).english);
            both!(
                "{path} kan inte skrivas eller läsas: {swedish} Ingen halv körning finns kvar.",
                "{path} cannot be written or read: {english} No partial run is left."
            )
        }
        RunError::Damaged { path, detail } => {
            let path = path.display();
            both!(
                "{path} är skadad eller skriven av en annan version ({detail}). Återställ körningen ur säkerhetskopian.",
                "{path} is damaged or written by another version ({detail}). Restore the run from the backup."
            )
        }
        RunError::OtherVersion { path, found, read } => {
            let path = path.display();
            both!(
                "{path} är gjord av en annan version av programmet: tillståndet har format {found}, och den här versionen läser {read}. Gör om den avstämningen med den här versionen, eller använd den andra.",
                "{path} was made by another version of the program: its state has format {found}, and this version reads {read}. Make that run again with this version, or use the other one."
            )
        }
        RunError::Locked { folder, holder } => {
            let path = folder.display();
            let holder = if holder.is_empty() { String::new() } else { format!(" ({holder})") };
            both!(
                "En annan körning{holder} pågår i {path}. Vänta tills den är klar och kör igen.",
                "Another run{holder} is under way in {path}. Wait until it is done and run again."
            )
        }
        RunError::NoFile(path) => {
            let path = path.display();
            both!(
                "{path} är en länk, ett rör, en mapp eller en enhet där kaa har en egen fil. Ta bort det som står där och kör igen.",
                "{path} is a link, a pipe, a folder or a device where kaa keeps a file of its own. Remove what stands there and run again."
            )
        }
        RunError::Changed(path) => {
            let path = path.display();
            both!(
                "{path} är inte som den skrevs: ändrad, skadad eller borttagen. Ingen körning bygger vidare på den. Se med kaa verify vad som skiljer, och återställ körningen ur säkerhetskopian.",
                "{path} is not as it was written: changed, damaged or removed. No run builds on it. See with kaa verify what differs, and restore the run from the backup."
            )
        }
        RunError::Rendering(detail) => both!("Internt fel: {detail}", "Internal error: {detail}"),
    }
}

/// Why the system refused, and what to do.
fn io_error(error: &std::io::Error) -> Message {
    use std::io::ErrorKind;
    if is_open_elsewhere(error) {
        return both!(
            "filen är öppen i ett annat program. Stäng den i Excel och kör igen.",
            "the file is open in another program. Close it in Excel and run again."
        );
    }
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => both!(
            "disken är full ({error}). Ge plats och kör igen.",
            "the disk is full ({error}). Make room and run again."
        ),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => both!(
            "rättigheter saknas ({error}). Ge kontot som kör kaa rätt att läsa och skriva i mappen, och kör igen.",
            "rights are missing ({error}). Let the account that runs kaa read and write in the folder, and run again."
        ),
        _ => both!("{error}. Rätta det och kör igen.", "{error}. Correct it and run again."),
    }
}

/// What was asked for cannot be printed.
pub fn not_shown(error: &std::io::Error) -> Message {
    let (swedish, english) = (io_error(error).swedish, io_error(error).english);
    both!(
        "Svaret kan inte skrivas på standard ut: {swedish} Det som jobbet har gjort står kvar.",
        "The answer cannot be written to standard output: {english} What the job has done stands."
    )
}

/// Many more than the team can read the folder of the runs.
pub fn read_by_many(path: &Path, many: &[Many]) -> Message {
    let path = path.display();
    let names: Vec<Message> = many.iter().map(|many| many_name(*many)).collect();
    let of = |language| names.iter().map(|name| name.say(language)).collect::<Vec<_>>().join(", ");
    let (swedish, english) = (of(Language::Swedish), of(Language::English));
    both!(
        "Varning: {path} kan läsas av {swedish}. Där står personuppgifter, också om skyddade personer. Ta bort arvet och ge bara teamet och jobbets konto rätt: se Rättigheter i docs/installation.md.",
        "Warning: {path} can be read by {english}. It holds personal data, also of protected persons. Stop the inheritance and give rights to the team and the account of the job only: see Rättigheter in docs/installation.md."
    )
}

/// The system does not say who can read the folder of the runs.
pub fn readers_unknown(path: &Path) -> Message {
    let path = path.display();
    both!(
        "Varning: det går inte att se vilka som kan läsa {path}. Kontrollera det med icacls.",
        "Warning: it cannot be seen who can read {path}. Check it with icacls."
    )
}

fn many_name(many: Many) -> Message {
    match many {
        Many::Everyone => both!("alla (Everyone)", "Everyone"),
        Many::Authenticated => both!("alla inloggade (Authenticated Users)", "Authenticated Users"),
        Many::Interactive => both!("alla som sitter vid datorn (INTERACTIVE)", "INTERACTIVE"),
        Many::Users => both!("alla användare av datorn (Users)", "Users"),
        Many::DomainUsers => both!("alla användare i domänen (Domain Users)", "Domain Users"),
        Many::Guests => both!("gäster (Guests)", "Guests"),
    }
}

/// There is no folkbokföring to start from.
pub fn no_population_register() -> Message {
    both!(
        "Ingen folkbokföring hittades. Utan den går det inte att säga vilka som bor i kommunen. Lägg ett uttag folkbokforing-ÅÅÅÅ-MM-DD i mappen, eller rätta källan i konfigurationen.",
        "No folkbokforing was found. Without it nobody is known to live here. Put an extract folkbokforing-YYYY-MM-DD in the folder, or correct the source in the config."
    )
}

/// Files were faulty and nothing was written.
pub fn files_faulty(count: usize) -> Message {
    both!("{count} filer kan inte läsas. Inget skrevs.", "{count} files cannot be read. Nothing was written.")
}

/// The run waits for a person.
pub fn run_held(path: &Path) -> Message {
    let path = path.display();
    both!("Körningen stoppades. Skälen står i {path}", "The run was held. The reasons are in {path}")
}

/// A name given to `--godkann` is no source.
pub fn unknown_source(name: &str, nearest: &str) -> Message {
    both!("Ingen källa heter {name}. Närmast är {nearest}.", "No source is named {name}. The nearest is {nearest}.")
}

/// The heading of the summary.
pub fn summary_heading(name: &str, as_of: &dyn Display) -> Message {
    both!("{name}, avstämning {as_of}", "{name}, reconciliation {as_of}")
}

/// How many are in the group, came and left.
pub fn summary_group(group: u64, entered: u64, left: u64) -> Message {
    both!(
        "  I målgruppen:        {group:>6}   (nya {entered}, lämnat {left})",
        "  In the group:        {group:>6}   (entered {entered}, left {left})"
    )
}

/// How many were never contacted.
pub fn summary_contact(never: u64) -> Message {
    both!("  Aldrig kontaktade:   {never:>6}", "  Never contacted:     {never:>6}")
}

/// How many must be looked into.
pub fn summary_inquiries(count: u64) -> Message {
    both!("  Att utreda:          {count:>6}", "  To look into:        {count:>6}")
}

/// How many changes of the past there are.
pub fn summary_changed(count: u64) -> Message {
    both!("  Ändrade i efterhand: {count:>6}", "  Changed afterwards:  {count:>6}")
}

/// How many rows were rejected.
pub fn summary_rejected(rejected: u64, read: u64) -> Message {
    both!(
        "  Avvisade rader:      {rejected:>6}   (av {read} lästa)",
        "  Rejected rows:       {rejected:>6}   (of {read} read)"
    )
}

/// Where the run lies.
pub fn summary_written(path: &Path) -> Message {
    let path = path.display();
    both!("  Allt ligger i {path}", "  Everything is in {path}")
}

/// The same run was there already.
pub fn summary_unchanged(path: &Path) -> Message {
    let path = path.display();
    both!("  Oförändrat sedan förra gången: {path}", "  Unchanged since last time: {path}")
}

/// A finding, with its code, place and count.
pub fn finding_line(code: &str, place: &str, count: u64, message: &Message) -> Message {
    let (swedish, english) = (&message.swedish, &message.english);
    let place = if place.is_empty() { String::new() } else { format!(" {place}:") };
    both!("{code}{place} {swedish} ({count})", "{code}{place} {english} ({count})")
}

/// Where a row stands.
pub fn row_place(file: &str, sheet: Option<&str>, row: u32) -> Message {
    match sheet {
        Some(sheet) => both!("{file}, blad {sheet}, rad {row}", "{file}, sheet {sheet}, row {row}"),
        None => both!("{file}, rad {row}", "{file}, row {row}"),
    }
}

/// The balance of a source.
pub fn balance_line(
    source: &str,
    read: u64,
    accepted: u64,
    rejected: u64,
    duplicates: u64,
    out_of_scope: u64,
) -> Message {
    both!(
        "{source}: {read} rader lästa = {accepted} godkända + {rejected} avvisade + {duplicates} dubbletter + {out_of_scope} utanför",
        "{source}: {read} rows read = {accepted} accepted + {rejected} rejected + {duplicates} duplicates + {out_of_scope} out of scope"
    )
}

/// Nothing to complain about.
pub fn check_clean() -> Message {
    both!("Inga fel hittades.", "No faults were found.")
}

/// Faults were found.
pub fn check_faults(count: usize) -> Message {
    both!("{count} fel hittades. Inget skrevs.", "{count} faults were found. Nothing was written.")
}

/// What the program is doing, when it takes longer than a second.
pub fn progress_reading() -> Message {
    both!("Läser källorna", "Reading the sources")
}

/// What the program is doing.
pub fn progress_deciding() -> Message {
    both!("Avgör vilka som omfattas", "Deciding who is in the group")
}

/// What the program is doing.
pub fn progress_writing() -> Message {
    both!("Skriver listorna", "Writing the lists")
}

/// The end of the demonstration.
pub fn demo_done(workbook: &Path) -> Message {
    let workbook = workbook.display();
    both!(
        "Öppna {workbook}: mötets arbetsbok för den påhittade kommunen Exempelby. Bredvid den: samma blad i webbläsaren, avstamning.html.",
        "Open {workbook}: the meeting's workbook of the invented municipality Exempelby. Beside it: the same sheets in a browser, avstamning.html."
    )
}

/// The invented municipality could not be written.
pub fn synth_failed(error: &dyn Display) -> Message {
    both!("Det påhittade kunde inte skrivas: {error}", "What was invented could not be written: {error}")
}

/// A code is none of Sweden's municipalities.
pub fn unknown_municipality(found: &str) -> Message {
    both!(
        "Ingen kommun i Sverige har koden {found}. En påhittad kommun skrivs med --kommun.",
        "No municipality of Sweden has the code {found}. An invented one is written with --kommun."
    )
}

/// More youths are asked for than there are numbers.
pub fn too_many_youths(numbers: u64) -> Message {
    both!(
        "Det finns bara {numbers} personnummer för den som är 15-20 år. Skriv ett mindre antal med --ungdomar, eller flera mappar med olika --fro.",
        "There are only {numbers} personnummer for those aged 15-20. Give a smaller number with --ungdomar, or write several folders with different --fro."
    )
}

/// A text is no municipality code.
pub fn bad_municipality(found: &str) -> Message {
    both!(
        "{found} är ingen kommunkod. Skriv fyra siffror, till exempel 1472.",
        "{found} is no municipality code. Write four digits, for example 1472."
    )
}

/// The manual pages could not be written.
pub fn man_failed(place: &Path, error: &std::io::Error) -> Message {
    let place = place.display();
    both!(
        "Manualsidorna kunde inte skrivas i {place}: {error}",
        "The manual pages could not be written in {place}: {error}"
    )
}
