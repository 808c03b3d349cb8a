//! `tillstand.txt`: what a monthly run leaves for `explain` and for the next run. One file, since a nation makes as many
//! as it has municipalities, and text, so that whoever answers for a municipality's data can look into it. It is no
//! `.csv`, which opens in a spreadsheet: what sources hold stands in it as it is, and a spreadsheet would run some of it.
//!
//! First stand `format` with the version and the as-of date, `fil` for each file that rows stand in, and `plats` for each
//! school that they name. Then come the tables: each below a row with its name and columns that begins with `#`, and each of
//! their rows begins with the number of whom it is about. The last row is `slut`. Rows refer to files and schools by their
//! order, from 0.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;

use super::{Produced, RunError};
use crate::ingest::delimited;
use crate::ingest::spreadsheet::Limits;
use crate::month::Month;
use crate::person::PersonalNumber;
use crate::prevention::only_warns;
use crate::records::{
    Admission, AdultCourse, Cell, CellContext, CompulsorySchooling, Credential, Enrolment, FolkCourse, InTables, Kind,
    Place, ProviderReport, RegisterChange, RegisterEvent, RowReader, Tables, Text,
};
use crate::register::{FileReference, Memory, PastSpell};
use crate::timeline::rules::Rule;
use crate::timeline::{Evidence, Flags, Stay, in_scope};

/// The state's file.
pub const STATE: &str = "tillstand.txt";
/// The version of its form. A change of it needs a reader for the older ones, or a word to the user.
const FORMAT: &str = "3";
/// The head of the first form, which was several files and was never released.
const FIRST_FORMAT: &str = "tillstand.json";

const HEAD: &str = "format";
const FILE: &str = "fil";
const SCHOOL: &str = "plats";
const END: &str = "slut";
/// What begins the row above a table.
const TABLE: char = '#';
/// The cells of a row that names a file, behind its mark.
const FILE_WIDTH: usize = 5;
/// The cells of a row that names a school: name, unit, provider, municipality, as far as its table has them.
const SCHOOL_WIDTH: usize = 4;
/// The column that stands for those of a school.
const SCHOOL_COLUMN: &str = "_plats";
/// Columns that say where a remembered row stands and from when on extracts lack it.
const TRAILING: [&str; 3] = ["_fil", "_rad", "_saknas_fran"];
/// What would tell where a protected person goes to school.
pub const REVEALING: [&str; 6] = ["skola", "skolenhetskod", "huvudman", "skolkommun", "anordnare", "plats"];

/// A table of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Spells,
    Stays,
    Names,
    Evidence,
    /// Rows of a source that stay known.
    Rows(Kind),
}

impl Table {
    fn named(name: &str) -> Option<Self> {
        let own = [Self::Spells, Self::Stays, Self::Names, Self::Evidence].into_iter().find(|own| own.name() == name);
        own.or_else(|| kind_of(name).map(Self::Rows))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Spells => "perioder",
            Self::Stays => "vistelser",
            Self::Names => "namn",
            Self::Evidence => "belagg",
            Self::Rows(kind) => kind.name(),
        }
    }

    fn columns(self) -> Vec<&'static str> {
        let mut columns = match self {
            Self::Spells => vec!["fran", "till", "orsak_in", "grund_ut", "flaggor", "registrerad", "upptackt"],
            Self::Stays => vec!["fran", "sedd", "saknad", "invandringsdatum"],
            Self::Names => vec!["namn"],
            Self::Evidence => vec!["fran", "regel", "_fil", "_rad"],
            Self::Rows(kind) => {
                let mut columns: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
                let school = school_columns(kind);
                let reference = (!school.is_empty()).then_some(SCHOOL_COLUMN);
                columns.splice(school, reference);
                columns.extend(TRAILING);
                return columns;
            }
        };
        columns.insert(0, "personnummer");
        columns
    }
}

/// The columns that name a school, beside each other in every table that has some.
fn school_columns(kind: Kind) -> Range<usize> {
    let mut columns = kind.columns().iter();
    let is_revealing = |name| REVEALING.contains(&name);
    let start = columns.position(|column| is_revealing(column.name)).unwrap_or(kind.columns().len());
    let length = kind.columns()[start..].iter().take_while(|column| is_revealing(column.name)).count();
    start..start + length
}

fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

/// Whether a row of the state tells a name, for its rows one after the other.
pub fn tells_a_name() -> impl FnMut(&str) -> bool {
    let mut among_names = false;
    move |row| {
        let header = row.strip_prefix(TABLE);
        if let Some(header) = header {
            among_names = header.split(';').next() == Some(Table::Names.name());
        }
        among_names && header.is_none()
    }
}

/// A row that names a file or a school, without the names: others refer to it by its order, so that a purge must leave one
/// for each. `None`: another row.
pub fn without_name(row: &str) -> Option<String> {
    let mut blank = String::new();
    let mut look = |_: u32, cells: &[&str]| match cells {
        [FILE, source, kind, _, _, extracted] => put_line(&mut blank, [FILE, source, kind, "", "", extracted]),
        [SCHOOL, names @ ..] if names.len() == SCHOOL_WIDTH => {
            put_line(&mut blank, [SCHOOL].into_iter().chain([""; SCHOOL_WIDTH]));
        }
        _ => {}
    };
    delimited::read_rows(row, Some(b';'), &Limits::default(), &mut look).ok()?;
    Some(blank).filter(|blank| !blank.is_empty())
}

/// Appends a row of texts.
fn put_line<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    cells.into_iter().for_each(|cell| put_text(text, cell));
    end_line(text);
}

/// Appends a cell, between quotation marks where it needs them.
fn put_text(text: &mut String, cell: &str) {
    if cell.bytes().any(|byte| matches!(byte, b';' | b'"' | b'\n' | b'\r')) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else if !cell.is_empty() {
        text.push_str(cell);
    }
    text.push(';');
}

fn end_line(text: &mut String) {
    text.pop();
    text.push('\n');
}

/// The state of a month.
pub fn state_file(month: &Month) -> Produced {
    const USUAL_ROW: usize = 70;
    let mut state =
        StateWriter { text: String::with_capacity(USUAL_ROW * month.known.tables.len()), ..StateWriter::default() };
    state.spells(month);
    state.stays(month);
    state.names(month);
    state.evidence(month);
    state.remembered::<Enrolment>(month);
    state.remembered::<AdultCourse>(month);
    state.remembered::<FolkCourse>(month);
    state.remembered::<CompulsorySchooling>(month);
    state.changes(month);
    state.remembered::<Credential>(month);
    state.reports(month);
    state.remembered::<Admission>(month);
    let rows = state.rows;
    Produced {
        name: STATE.to_owned(),
        bytes: state.whole(month.as_of, &month.known.files).into_bytes(),
        rows: Some(rows),
    }
}

/// The state on its way.
#[derive(Default)]
struct StateWriter {
    /// The tables.
    text: String,
    /// The schools that their rows name, as they are written, with their order.
    schools: HashMap<String, u32>,
    /// The rows that name them.
    school_rows: String,
    /// Rows of tables.
    rows: u64,
}

impl StateWriter {
    /// The state with what stands before and behind its tables.
    fn whole(mut self, as_of: NaiveDate, files: &[FileReference]) -> String {
        let mut head = String::new();
        put_line(&mut head, [HEAD, FORMAT, &as_of.to_string()]);
        for file in files {
            let sheet = file.sheet.as_deref().unwrap_or_default();
            put_line(&mut head, [FILE, &file.source, file.kind.name(), &file.name, sheet, &file.extracted.to_string()]);
        }
        head += &self.school_rows;
        self.text.insert_str(0, &head);
        put_line(&mut self.text, [END]);
        self.text
    }

    fn header(&mut self, table: Table) {
        self.text.push(TABLE);
        put_line(&mut self.text, [table.name()].into_iter().chain(table.columns()));
    }

    fn text(&mut self, cell: &str) {
        put_text(&mut self.text, cell);
    }

    /// A cell of a number, a day or a code.
    fn cell(&mut self, value: Option<&impl Cell>) {
        if let Some(value) = value {
            value.put(&mut self.text);
        }
        self.text.push(';');
    }

    fn number(&mut self, mut number: u32) {
        let mut digits = [b'0'; u32::MAX.ilog10() as usize + 1];
        let mut start = digits.len();
        while number > 0 || start == digits.len() {
            start -= 1;
            // Less than ten.
            digits[start] += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        self.text.extend(digits[start..].iter().copied().map(char::from));
        self.text.push(';');
    }

    /// Where a row stands.
    fn place(&mut self, place: Option<Place>) {
        match place {
            Some(place) => {
                self.number(place.file);
                self.number(place.row);
            }
            None => self.text.push_str(";;"),
        }
    }

    /// The reference to a school, by its cells as they are written.
    fn school(&mut self, cells: &str) {
        if cells.bytes().all(|byte| byte == b';') {
            return self.text.push(';');
        }
        let order = match self.schools.get(cells) {
            Some(&order) => order,
            None => {
                put_text(&mut self.school_rows, SCHOOL);
                self.school_rows.push_str(cells);
                end_line(&mut self.school_rows);
                let order = u32::try_from(self.schools.len()).unwrap_or(u32::MAX);
                self.schools.insert(cells.to_owned(), order);
                order
            }
        };
        self.number(order);
    }

    /// Ends a row of a table.
    fn end_row(&mut self) {
        end_line(&mut self.text);
        self.rows += 1;
    }

    fn spells(&mut self, month: &Month) {
        self.header(Table::Spells);
        for member in month.people.iter().flat_map(|person| &person.members) {
            let spell = &member.spell;
            self.cell(Some(&member.number));
            self.cell(Some(&spell.from));
            self.cell(spell.last.as_ref());
            self.cell(Some(&spell.reason));
            self.cell(spell.ground.as_ref());
            self.text(&spell.flags.codes());
            self.cell(Some(&member.registered));
            self.cell(Some(&member.detected));
            self.end_row();
        }
    }

    fn stays(&mut self, month: &Month) {
        self.header(Table::Stays);
        for (number, stay) in month.stays.iter().filter(|(number, _)| in_scope(number.born(), month.as_of)) {
            self.cell(Some(number));
            self.cell(stay.from.as_ref());
            self.cell(Some(&stay.seen));
            self.cell(stay.lacked.as_ref());
            self.cell(stay.immigrated.as_ref());
            self.end_row();
        }
    }

    fn names(&mut self, month: &Month) {
        self.header(Table::Names);
        for (number, name) in month.names.iter().filter(|(number, _)| in_scope(number.born(), month.as_of)) {
            self.cell(Some(number));
            self.text(name);
            self.end_row();
        }
    }

    fn evidence(&mut self, month: &Month) {
        self.header(Table::Evidence);
        for member in month.people.iter().flat_map(|person| &person.members) {
            for Evidence { rule, places } in &member.spell.evidence {
                let rests_on_age = places.is_empty().then_some(None);
                for place in rests_on_age.into_iter().chain(places.iter().copied().map(Some)) {
                    self.cell(Some(&member.number));
                    self.cell(Some(&member.spell.from));
                    self.text(rule.id());
                    self.place(place);
                    self.end_row();
                }
            }
        }
    }

    /// The rows of a kind that must stay known; of protected persons without what tells their school.
    fn remembered<R: InTables>(&mut self, month: &Month) {
        self.rows_of(month, R::of(&month.known.tables).iter().chain(R::of(&month.known.later)));
    }

    /// A report that only warns is no knowledge of somebody whom the responsibility covers, unless that is a member now:
    /// of others it stays in its file alone (förordning 2006:39, 4 §).
    fn reports(&mut self, month: &Month) {
        let members: BTreeSet<PersonalNumber> = month.group().map(|(_, member)| member.number).collect();
        let reports = month.known.tables.reports.iter().chain(&month.known.later.reports);
        self.rows_of(month, reports.filter(|row| !only_warns(row.event) || members.contains(&row.number)));
    }

    /// A change of number stays under the number that it leaves, or the next run could not follow it.
    fn changes(&mut self, month: &Month) {
        let known = &month.known;
        let others = known.tables.changes.iter().chain(&known.later.changes);
        let others = others.filter(|row| row.event != RegisterEvent::NewNumber);
        self.rows_of(month, others.chain(&known.number_changes));
    }

    fn rows_of<'a, R: InTables + 'a>(&mut self, month: &Month, rows: impl Iterator<Item = &'a R>) {
        self.header(Table::Rows(R::KIND));
        let of_school = school_columns(R::KIND);
        let (mut buffer, mut school) = (String::new(), String::new());
        for row in rows {
            let number = month.known.links.current(row.number());
            if !in_scope(number.born(), month.as_of) {
                continue;
            }
            let is_protected = month.protected.contains(&number);
            let mut columns = 0..;
            school.clear();
            row.put(&mut buffer, &mut |cell| {
                let column = columns.next().unwrap_or_default();
                if !of_school.contains(&column) {
                    return self.text(cell);
                }
                put_text(&mut school, if is_protected { "" } else { cell });
                if column + 1 == of_school.end {
                    school.extend((of_school.len()..SCHOOL_WIDTH).map(|_| ';'));
                    self.school(&school);
                }
            });
            self.place(Some(row.place()));
            self.cell(row.lost().as_ref());
            self.end_row();
        }
    }
}

/// Reads the state of a run.
///
/// # Errors
/// When it is missing, damaged or of another version.
pub fn load_memory(folder: &Path) -> Result<Memory, RunError> {
    read_memory(folder, read_state(folder)?)
}

/// The bytes of a run's state.
///
/// # Errors
/// When it is missing, or of the first version.
pub(super) fn read_state(folder: &Path) -> Result<Vec<u8>, RunError> {
    let path = folder.join(STATE);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && folder.join(FIRST_FORMAT).is_file() => {
            Err(other_version(folder, "1"))
        }
        read => read.map_err(RunError::io(&path)),
    }
}

/// What a run's state says.
///
/// # Errors
/// When it is damaged or of another version.
pub(super) fn read_memory(folder: &Path, state: Vec<u8>) -> Result<Memory, RunError> {
    let (mut files, mut spells, mut stays, mut names) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    let mut tables = Tables::default();
    let context = CellContext::new(NaiveDate::MAX);
    let mut cells = RowReader::new(&context, Vec::new());
    let as_of = read_rows(folder, state, |line| {
        match line {
            Line::File(row) => files.push(row.file(&context)?),
            Line::Of(Table::Spells, row) => spells.push(row.spell(&context)?),
            Line::Of(Table::Stays, row) => stays.push(row.stay(&context)?),
            Line::Of(Table::Names, row) => drop(names.insert(row.cell(0, &context)?, row.text(1).to_owned())),
            Line::Of(Table::Evidence, _) => {}
            Line::Of(Table::Rows(kind), row) => match kind {
                Kind::StudentRegister => row.recall::<Enrolment>(&mut cells, &mut tables, &context)?,
                Kind::AdultEducation => row.recall::<AdultCourse>(&mut cells, &mut tables, &context)?,
                Kind::FolkHighSchool => row.recall::<FolkCourse>(&mut cells, &mut tables, &context)?,
                Kind::CompulsorySchool => row.recall::<CompulsorySchooling>(&mut cells, &mut tables, &context)?,
                Kind::RegisterChanges => row.recall::<RegisterChange>(&mut cells, &mut tables, &context)?,
                Kind::Credentials => row.recall::<Credential>(&mut cells, &mut tables, &context)?,
                Kind::ProviderReports => row.recall::<ProviderReport>(&mut cells, &mut tables, &context)?,
                Kind::Admissions => row.recall::<Admission>(&mut cells, &mut tables, &context)?,
                _ => return None,
            },
        }
        Some(())
    })?;
    tables.sort();
    Ok(Memory { as_of, spells, stays, names, files, tables })
}

/// The evidence of a person's spells as a run kept it.
///
/// # Errors
/// When the state is missing or damaged.
pub fn load_evidence(folder: &Path, of: &[PersonalNumber]) -> Result<Vec<KeptEvidence>, RunError> {
    let mut kept = Vec::new();
    let context = CellContext::new(NaiveDate::MAX);
    read_rows(folder, read_state(folder)?, |line| {
        if let Line::Of(Table::Evidence, row) = line
            && of.contains(&row.cell(0, &context)?)
        {
            kept.push(row.evidence(&context)?);
        }
        Some(())
    })?;
    Ok(kept)
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

/// A row of the state that tells of something.
enum Line<'r> {
    File(Row<'r>),
    Of(Table, Row<'r>),
}

/// The cells of a row, and where those of its school stand.
struct Row<'r> {
    cells: &'r [&'r str],
    of_school: &'r Range<usize>,
    schools: &'r [Vec<String>],
}

impl<'r> Row<'r> {
    fn text(&self, column: usize) -> &'r str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    /// The names of the row's school, by the order of their columns.
    fn school(&self) -> Option<&'r [String]> {
        match self.text(self.of_school.start) {
            "" => Some(&[]),
            order => self.schools.get(order.parse::<usize>().ok()?).map(Vec::as_slice),
        }
    }

    /// A cell that must hold something. Numbers have twelve digits, so that their century needs no day.
    fn cell<T: Cell>(&self, column: usize, context: &CellContext) -> Option<T> {
        T::read(self.text(column), context).ok()
    }

    /// A cell that can be empty.
    fn optional<T: Cell>(&self, column: usize, context: &CellContext) -> Option<Option<T>> {
        if self.text(column).is_empty() { Some(None) } else { self.cell(column, context).map(Some) }
    }

    fn place(&self, column: usize) -> Option<Place> {
        Some(Place { file: self.text(column).parse().ok()?, row: self.text(column + 1).parse().ok()? })
    }

    fn file(&self, context: &CellContext) -> Option<FileReference> {
        Some(FileReference {
            source: self.text(0).to_owned(),
            kind: kind_of(self.text(1))?,
            name: self.text(2).into(),
            sheet: Some(self.text(3)).filter(|sheet| !sheet.is_empty()).map(Text::from),
            extracted: self.cell(4, context)?,
        })
    }

    fn spell(&self, context: &CellContext) -> Option<PastSpell> {
        Some(PastSpell {
            number: self.cell(0, context)?,
            from: self.cell(1, context)?,
            last: self.optional(2, context)?,
            reason: self.cell(3, context)?,
            ground: self.optional(4, context)?,
            flags: Flags::from_codes(self.text(5)),
            registered: self.cell(6, context)?,
            detected: self.cell(7, context)?,
        })
    }

    fn stay(&self, context: &CellContext) -> Option<(PersonalNumber, Stay)> {
        let stay = Stay {
            from: self.optional(1, context)?,
            seen: self.cell(2, context)?,
            lacked: self.optional(3, context)?,
            immigrated: self.optional(4, context)?,
        };
        Some((self.cell(0, context)?, stay))
    }

    fn evidence(&self, context: &CellContext) -> Option<KeptEvidence> {
        let place = if self.text(3).is_empty() { None } else { Some(self.place(3)?) };
        Some(KeptEvidence { from: self.cell(1, context)?, rule: Rule::from_id(self.text(2))?, place })
    }

    fn recall<R: InTables>(&self, cells: &mut RowReader<'_>, tables: &mut Tables, context: &CellContext) -> Option<()> {
        let Range { start, end } = *self.of_school;
        let school = if start == end { &[] } else { self.school()? };
        // One cell stands for those of the school.
        let fewer = (end - start).saturating_sub(1);
        let text = |column: usize| match column {
            _ if column < start => self.text(column),
            _ if column < end => school.get(column - start).map_or("", String::as_str),
            _ => self.text(column - fewer),
        };
        let trailing = R::COLUMNS.len() - fewer;
        let mut row = R::read(text, cells, self.place(trailing)?)?;
        row.set_lost(self.optional(trailing + 2, context)?);
        R::of_mut(tables).push(row);
        Some(())
    }
}

fn other_version(folder: &Path, found: &str) -> RunError {
    RunError::OtherVersion { path: folder.to_owned(), found: found.to_owned(), read: FORMAT }
}

/// Gives the rows of files and tables in order, and the as-of date. A row that `take` cannot read is damage, since the
/// program wrote it; so is one of another width than its table, and a state without its end.
fn read_rows(
    folder: &Path,
    state: Vec<u8>,
    mut take: impl FnMut(Line<'_>) -> Option<()>,
) -> Result<NaiveDate, RunError> {
    let damaged = |detail: &str| RunError::Damaged { path: folder.join(STATE), detail: detail.to_owned() };
    let text = String::from_utf8(state).map_err(|_| damaged("inte UTF-8"))?;
    let (mut as_of, mut ended) = (None, false);
    let mut schools: Vec<Vec<String>> = Vec::new();
    let mut header: Option<Header> = None;
    let mut read = |cells: &[&str]| match (as_of, cells) {
        _ if ended => None,
        (None, [HEAD, _, day]) => {
            as_of = Some(day.parse().ok()?);
            Some(())
        }
        (None, _) => None,
        (Some(_), [END]) => {
            ended = true;
            Some(())
        }
        (Some(_), [FILE, cells @ ..]) if cells.len() == FILE_WIDTH => {
            take(Line::File(Row { cells, of_school: &(0..0), schools: &[] }))
        }
        (Some(_), [SCHOOL, cells @ ..]) if cells.len() == SCHOOL_WIDTH => {
            schools.push(cells.iter().copied().map(str::to_owned).collect());
            Some(())
        }
        (Some(_), [name, columns @ ..]) if name.starts_with(TABLE) => {
            header = Some(Header::read(name, columns)?);
            Some(())
        }
        (Some(_), cells) => {
            let Header { table, of_school, .. } = header.as_ref().filter(|header| cells.len() == header.width)?;
            take(Line::Of(*table, Row { cells, of_school, schools: &schools }))
        }
    };
    let mut fault = None;
    let mut look = |number: u32, cells: &[&str]| match cells {
        _ if fault.is_some() => {}
        [HEAD, version, ..] if *version != FORMAT => fault = Some(other_version(folder, version)),
        cells if read(cells).is_none() => fault = Some(damaged(&format!("rad {number}"))),
        _ => {}
    };
    let limits = Limits { rows: u64::MAX, ..Limits::default() };
    delimited::read_rows(&text, Some(b';'), &limits, &mut look).map_err(|fault| damaged(&format!("{fault:?}")))?;
    match (fault, as_of.filter(|_| ended)) {
        (Some(fault), _) => Err(fault),
        (None, Some(as_of)) => Ok(as_of),
        (None, None) => Err(damaged("slutet saknas")),
    }
}

/// What a row with the name and columns of a table says of those below it.
struct Header {
    table: Table,
    width: usize,
    of_school: Range<usize>,
}

impl Header {
    /// `None`: no row that this version writes.
    fn read(name: &str, columns: &[&str]) -> Option<Self> {
        let table = Table::named(name.strip_prefix(TABLE)?)?;
        let of_school = if let Table::Rows(kind) = table { school_columns(kind) } else { 0..0 };
        (columns == table.columns()).then_some(Self { table, width: columns.len(), of_school })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn number() -> String {
        PersonalNumber::with_check_digit(day("2008-03-01"), 239).digits()
    }

    #[test]
    fn a_file_or_school_named_after_somebody_loses_its_name_and_keeps_its_place() {
        let row = "fil;elevregister;elevregister;\"200803012391;a.csv\";;2026-11-16\n";
        let blank = without_name(row).expect("a row of a file");
        assert_eq!(blank, "fil;elevregister;elevregister;;;2026-11-16\n");
        assert_eq!(without_name("plats;200803012391;;;0114\n").as_deref(), Some("plats;;;;\n"));
        assert_eq!(without_name("200803012391;EXAMENSBEVIS;2026-06-05;;0;2;\n"), None);
    }

    #[test]
    fn the_rows_of_names_tell_names_and_no_others_do() {
        let state = with_school("Östra").replace("#betyg", "#namn;personnummer;namn\n1;A\n2;B\n#betyg");
        let mut tells = tells_a_name();
        assert_eq!(state.lines().filter(|row| tells(row)).collect::<Vec<_>>(), ["1;A", "2;B"]);
    }

    /// A column that tells of the school and stood beside the others would not be hidden of the protected.
    #[test]
    fn every_column_that_tells_of_a_school_is_one_of_those_that_rows_refer_to() {
        for kind in Kind::ALL {
            let columns = kind.columns().iter().map(|column| column.name);
            let revealing = columns.filter(|name| REVEALING.contains(name)).count();
            assert_eq!(school_columns(*kind).len(), revealing, "{kind:?}");
            assert!(revealing <= SCHOOL_WIDTH, "{kind:?}");
        }
    }

    /// What is read from a state of these rows; an error as it is told.
    fn read(rows: &str) -> Result<Memory, String> {
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::write(folder.path().join(STATE), rows).expect("a file");
        load_memory(folder.path()).map_err(|error| match error {
            RunError::Damaged { detail, .. } => detail,
            RunError::OtherVersion { found, read, .. } => format!("{found} is not {read}"),
            other => other.to_string(),
        })
    }

    /// A state with a credential that was awarded at this school.
    fn with_school(school: &str) -> String {
        let mut state = StateWriter::default();
        let mut cells = String::new();
        [school, "", "", ""].iter().for_each(|cell| put_text(&mut cells, cell));
        state.header(Table::Rows(Kind::Credentials));
        [&number(), "EXAMENSBEVIS", "2026-06-01"].iter().for_each(|cell| state.text(cell));
        state.school(&cells);
        ["0", "2", ""].iter().for_each(|cell| state.text(cell));
        state.end_row();
        let file = FileReference {
            source: "betyg".to_owned(),
            kind: Kind::Credentials,
            name: "betyg.csv".into(),
            sheet: None,
            extracted: day("2026-10-18"),
        };
        state.whole(day("2026-10-20"), &[file])
    }

    #[test]
    fn a_state_is_a_text_that_people_can_read() {
        let number = number();
        let lines = [
            "format;3;2026-10-20",
            "fil;betyg;betyg;betyg.csv;;2026-10-18",
            "plats;Östra;;;",
            "#betyg;personnummer;typ;datum;_plats;_fil;_rad;_saknas_fran",
            &format!("{number};EXAMENSBEVIS;2026-06-01;0;0;2;"),
            "slut",
        ];
        assert_eq!(with_school("Östra"), lines.map(|line| format!("{line}\n")).concat());
    }

    #[test]
    fn a_text_comes_back_as_it_was_whatever_marks_it_holds() {
        for school in ["Östra", "a;b", "\"Västra\" 5\"", ";\"", "#", "slut"] {
            let memory = read(&with_school(school)).expect("a state");
            assert_eq!(memory.tables.credentials[0].school.as_deref(), Some(school));
            assert_eq!(memory.files[0].sheet, None);
        }
        assert_eq!(read(&with_school("")).expect("a state").tables.credentials[0].school, None);
    }

    #[test]
    fn a_state_that_is_cut_short_or_has_other_rows_is_damaged() {
        let sound = with_school("Östra");
        let lines: Vec<&str> = sound.split_inclusive('\n').collect();
        assert_eq!(read(&lines[..5].concat()).expect_err("damaged"), "slutet saknas");
        assert_eq!(read("").expect_err("damaged"), "slutet saknas");
        for (line, other) in
            [(1, "fil;betyg\n"), (2, "plats;Östra\n"), (3, "#betyg;personnummer\n"), (4, "1;2;3;4;5;6;7\n"), (4, "x\n")]
        {
            let mut lines = lines.clone();
            lines[line] = other;
            assert_eq!(read(&lines.concat()).expect_err("damaged"), format!("rad {}", line + 1));
        }
        let without_school = sound.replace("plats;Östra;;;\n", "");
        assert_eq!(read(&without_school).expect_err("damaged"), "rad 4");
        assert_eq!(read(&(sound + "namn;1;2\n")).expect_err("damaged"), "rad 7");
    }

    #[test]
    fn a_state_of_another_version_is_said_to_be_so() {
        let newer = with_school("Östra").replacen("format;3", "format;4", 1);
        assert_eq!(read(&newer).expect_err("another version"), "4 is not 3");
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::write(folder.path().join(FIRST_FORMAT), "{}").expect("a file");
        let error = load_memory(folder.path()).expect_err("another version");
        assert!(matches!(error, RunError::OtherVersion { found, .. } if found == "1"));
    }
}
