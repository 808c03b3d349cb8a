//! `tillstand.*`: what a monthly run leaves for `explain` and for the next run, as Parquet, with a format version.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Produced, RunError};
use crate::ingest::parquet;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::prevention::only_warns;
use crate::records::{
    AdultCourse, Cell, CellContext, Coded, CompulsorySchooling, Credential, Enrolment, FolkCourse, Ground, InTables,
    Kind, Place, ProviderReport, Reason, RegisterChange, RegisterEvent, RowReader, Tables,
};
use crate::register::{FileReference, Memory, PastSpell};
use crate::timeline::rules::Rule;
use crate::timeline::{Flags, Stay, in_scope};

/// The version of the state's form. A change of it needs a reader for the older ones.
const FORMAT: u32 = 1;
/// How the names of the state's files begin.
pub const STATE: &str = "tillstand.";
const HEAD: &str = "tillstand.json";
const SPELLS: &str = "tillstand.perioder.parquet";
const STAYS: &str = "tillstand.vistelser.parquet";
const NAMES: &str = "tillstand.namn.parquet";
const EVIDENCE: &str = "tillstand.belagg.parquet";
/// Columns that say where a remembered row stands and from when on extracts lack it.
const TRAILING: [&str; 3] = ["_fil", "_rad", "_saknas_fran"];
/// What would tell where a protected person goes to school.
pub const REVEALING: [&str; 6] = ["skola", "skolenhetskod", "huvudman", "skolkommun", "anordnare", "plats"];

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    avstamningsdatum: String,
    filer: Vec<HeadFile>,
}

#[derive(Serialize, Deserialize)]
struct HeadFile {
    kalla: String,
    typ: String,
    fil: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    blad: Option<String>,
    uttagsdatum: String,
}

/// The files of the state of a month.
///
/// # Errors
/// When Parquet cannot be made.
pub fn state_files(month: &Month) -> Result<Vec<Produced>, RunError> {
    let head = Head {
        format: FORMAT,
        avstamningsdatum: month.as_of.to_string(),
        filer: month
            .known
            .files
            .iter()
            .map(|file| HeadFile {
                kalla: file.source.clone(),
                typ: file.kind.name().to_owned(),
                fil: file.name.clone(),
                blad: file.sheet.clone(),
                uttagsdatum: file.extracted.to_string(),
            })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&head).map_err(|error| RunError::Rendering(error.to_string()))?;
    bytes.push(b'\n');
    let mut files = vec![Produced { name: HEAD.to_owned(), bytes, rows: None }];
    files.push(table(
        SPELLS,
        &["personnummer", "fran", "till", "orsak_in", "grund_ut", "flaggor", "registrerad", "upptackt"],
        &spell_rows(month),
    )?);
    files.push(table(STAYS, &["personnummer", "fran", "sedd", "saknad", "invandringsdatum"], &stay_rows(month))?);
    files.push(table(NAMES, &["personnummer", "namn"], &name_rows(month))?);
    files.push(table(EVIDENCE, &["personnummer", "fran", "regel", "_fil", "_rad"], &evidence_rows(month))?);
    files.push(remembered::<Enrolment>(month)?);
    files.push(remembered::<AdultCourse>(month)?);
    files.push(remembered::<FolkCourse>(month)?);
    files.push(remembered::<CompulsorySchooling>(month)?);
    files.push(remembered_changes(month)?);
    files.push(remembered::<Credential>(month)?);
    files.push(remembered_reports(month)?);
    files.push(remembered::<crate::records::Admission>(month)?);
    Ok(files)
}

fn table(name: &str, columns: &[&str], rows: &[Vec<String>]) -> Result<Produced, RunError> {
    let bytes = parquet::write_rows(columns, rows).map_err(|fault| RunError::Rendering(fault.0))?;
    Ok(Produced { name: name.to_owned(), bytes, rows: Some(rows.len() as u64) })
}

fn text(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

fn spell_rows(month: &Month) -> Vec<Vec<String>> {
    let members = month.people.iter().flat_map(|person| &person.members);
    let row = |member: &crate::register::Member| {
        let spell = &member.spell;
        vec![
            member.number.digits(),
            spell.from.to_string(),
            text(spell.last),
            spell.reason.code().to_owned(),
            spell.ground.map(|ground| ground.code().to_owned()).unwrap_or_default(),
            spell.flags.codes(),
            member.registered.to_string(),
            member.detected.to_string(),
        ]
    };
    members.map(row).collect()
}

fn stay_rows(month: &Month) -> Vec<Vec<String>> {
    let in_scope = month.stays.iter().filter(|(number, _)| in_scope(number.born(), month.as_of));
    in_scope
        .map(|(number, stay)| {
            vec![number.digits(), text(stay.from), stay.seen.to_string(), text(stay.lacked), text(stay.immigrated)]
        })
        .collect()
}

fn name_rows(month: &Month) -> Vec<Vec<String>> {
    let in_scope = month.names.iter().filter(|(number, _)| in_scope(number.born(), month.as_of));
    in_scope.map(|(number, name)| vec![number.digits(), name.clone()]).collect()
}

fn evidence_rows(month: &Month) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for member in month.people.iter().flat_map(|person| &person.members) {
        for evidence in &member.spell.evidence {
            let place = |place: Option<&Place>| {
                place.map_or((String::new(), String::new()), |place| (place.file.to_string(), place.row.to_string()))
            };
            let mut add = |(file, row): (String, String)| {
                rows.push(vec![
                    member.number.digits(),
                    member.spell.from.to_string(),
                    evidence.rule.id().to_owned(),
                    file,
                    row,
                ]);
            };
            if evidence.places.is_empty() {
                add(place(None));
            }
            evidence.places.iter().for_each(|at| add(place(Some(at))));
        }
    }
    rows
}

fn state_name(kind: Kind) -> String {
    format!("tillstand.{}.parquet", kind.name())
}

/// The rows of a kind that must stay known; of protected persons without what tells their school.
fn remembered<R: InTables>(month: &Month) -> Result<Produced, RunError> {
    remembered_rows(month, R::of(&month.known.tables).iter().chain(R::of(&month.known.later)))
}

/// A report that only warns is no knowledge of somebody whom the responsibility covers, unless that is a member now: of
/// others it stays in its file alone (förordning 2006:39, 4 §).
fn remembered_reports(month: &Month) -> Result<Produced, RunError> {
    let members: BTreeSet<PersonalNumber> = month.group().map(|(_, member)| member.number).collect();
    let reports = month.known.tables.reports.iter().chain(&month.known.later.reports);
    remembered_rows(month, reports.filter(|row| !only_warns(row.event) || members.contains(&row.number)))
}

/// A change of number stays under the number that it leaves, or the next run could not follow it.
fn remembered_changes(month: &Month) -> Result<Produced, RunError> {
    let known = &month.known;
    let others = known.tables.changes.iter().chain(&known.later.changes);
    let others = others.filter(|row| row.event != RegisterEvent::NewNumber);
    remembered_rows(month, others.chain(&known.number_changes))
}

fn remembered_rows<'a, R: InTables + 'a>(
    month: &Month,
    known: impl Iterator<Item = &'a R>,
) -> Result<Produced, RunError> {
    let mut names: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    names.extend(TRAILING);
    let mut writer = parquet::TableWriter::new(&names, R::of(&month.known.tables).len());
    let mut buffer = String::new();
    for row in known {
        let number = month.known.links.current(row.number());
        if !in_scope(number.born(), month.as_of) {
            continue;
        }
        let is_protected = month.protected.contains(&number);
        let mut columns = names.iter();
        row.put(&mut buffer, &mut |cell| {
            let hides = is_protected && columns.next().is_some_and(|name| REVEALING.contains(name));
            writer.cell(if hides { "" } else { cell });
        });
        writer.cell(&row.place().file.to_string());
        writer.cell(&row.place().row.to_string());
        writer.cell(&text(row.lost()));
    }
    let rows = Some(writer.rows() as u64);
    let bytes = writer.finish().map_err(|fault| RunError::Rendering(fault.0))?;
    Ok(Produced { name: state_name(R::KIND), bytes, rows })
}

/// Reads the state of a run.
///
/// # Errors
/// When it is missing, damaged or of another version.
pub fn load_memory(folder: &Path) -> Result<Memory, RunError> {
    let path = folder.join(HEAD);
    let bytes = fs::read(&path).map_err(RunError::io(&path))?;
    let damaged = |detail: String| RunError::Damaged { path: path.clone(), detail };
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if head.format != FORMAT {
        return Err(damaged(format!("format {}, väntade {FORMAT}", head.format)));
    }
    let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| damaged(text.to_owned()));
    let as_of = day(&head.avstamningsdatum)?;
    let files = head
        .filer
        .into_iter()
        .map(|file| {
            let kind = Kind::from_name(&file.typ).ok_or_else(|| damaged(file.typ.clone()))?;
            let extracted = day(&file.uttagsdatum)?;
            Ok(FileReference { source: file.kalla, kind, name: file.fil, sheet: file.blad, extracted })
        })
        .collect::<Result<Vec<_>, RunError>>()?;
    let context = CellContext::new(as_of);
    let mut tables = Tables::default();
    recall::<Enrolment>(folder, &context, &mut tables)?;
    recall::<AdultCourse>(folder, &context, &mut tables)?;
    recall::<FolkCourse>(folder, &context, &mut tables)?;
    recall::<CompulsorySchooling>(folder, &context, &mut tables)?;
    recall::<RegisterChange>(folder, &context, &mut tables)?;
    recall::<Credential>(folder, &context, &mut tables)?;
    recall::<ProviderReport>(folder, &context, &mut tables)?;
    recall::<crate::records::Admission>(folder, &context, &mut tables)?;
    Ok(Memory {
        as_of,
        spells: read_table(&folder.join(SPELLS), |cells| {
            Some(PastSpell {
                number: number(cells[0], &context)?,
                from: date(cells[1], &context)?,
                last: date(cells[2], &context),
                reason: Reason::from_text(cells[3])?,
                ground: Ground::from_text(cells[4]),
                flags: Flags::from_codes(cells[5]),
                registered: date(cells[6], &context)?,
                detected: date(cells[7], &context)?,
            })
        })?,
        stays: read_table(&folder.join(STAYS), |cells| {
            let stay = Stay {
                from: date(cells[1], &context),
                seen: date(cells[2], &context)?,
                lacked: date(cells[3], &context),
                immigrated: date(cells[4], &context),
            };
            Some((number(cells[0], &context)?, stay))
        })?,
        names: read_table(&folder.join(NAMES), |cells| Some((number(cells[0], &context)?, cells[1].to_owned())))?
            .into_iter()
            .collect(),
        files,
        tables,
    })
}

/// The evidence of a person's spells as a run kept it.
///
/// # Errors
/// When the state is missing or damaged.
pub fn load_evidence(folder: &Path, as_of: NaiveDate, of: &[PersonalNumber]) -> Result<Vec<KeptEvidence>, RunError> {
    let context = CellContext::new(as_of);
    let all = read_table(&folder.join(EVIDENCE), |cells| {
        let place = cells[3].parse().ok().zip(cells[4].parse().ok()).map(|(file, row)| Place { file, row });
        let number = number(cells[0], &context)?;
        Some((number, KeptEvidence { from: date(cells[1], &context)?, rule: Rule::from_id(cells[2])?, place }))
    })?;
    Ok(all.into_iter().filter(|(number, _)| of.contains(number)).map(|(_, evidence)| evidence).collect())
}

/// A rule that decided about a spell, and one of the rows it rested on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptEvidence {
    /// The first day of the spell.
    pub from: NaiveDate,
    /// The rule.
    pub rule: Rule,
    /// The row; its file counts in the files of the run's memory.
    pub place: Option<Place>,
}

fn number(text: &str, context: &CellContext) -> Option<PersonalNumber> {
    PersonalNumber::read(text, context).ok()
}

fn date(text: &str, context: &CellContext) -> Option<NaiveDate> {
    NaiveDate::read(text, context).ok()
}

fn recall<R: InTables>(folder: &Path, context: &CellContext, tables: &mut Tables) -> Result<(), RunError> {
    let columns = R::COLUMNS.len();
    let mut reader = RowReader::new(context, Vec::new());
    *R::of_mut(tables) = read_table(&folder.join(state_name(R::KIND)), |cells| {
        let place = Place { file: cells.get(columns)?.parse().ok()?, row: cells.get(columns + 1)?.parse().ok()? };
        let mut row = R::read(|column| cells[column], &mut reader, place)?;
        row.set_lost(date(cells.get(columns + 2)?, context));
        Some(row)
    })?;
    Ok(())
}

/// Reads a table of the state; a row that cannot be read is damage, since the program wrote it.
fn read_table<T>(path: &Path, mut parse: impl FnMut(&[&str]) -> Option<T>) -> Result<Vec<T>, RunError> {
    let bytes = fs::read(path).map_err(RunError::io(path))?;
    let damaged = |detail: String| RunError::Damaged { path: path.to_owned(), detail };
    let mut rows = Vec::new();
    let mut unreadable = None;
    parquet::read_rows(bytes, &mut |row, cells| {
        if row > 1 {
            match parse(cells) {
                Some(parsed) => rows.push(parsed),
                None => unreadable = unreadable.or(Some(row)),
            }
        }
    })
    .map_err(|fault| damaged(fault.0))?;
    match unreadable {
        Some(row) => Err(damaged(format!("rad {row}"))),
        None => Ok(rows),
    }
}
