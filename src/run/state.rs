//! `tillstand.txt`: what a monthly run leaves for `explain` and for the next run. One file, since a nation makes as many
//! as it has municipalities, and text, so that whoever answers for a municipality's data can look into it. It is no
//! `.csv`, which opens in a spreadsheet: what sources hold stands in it as it is, and a spreadsheet would run some of it.
//!
//! Each row begins with the name of its table: first `format` with the version and the as-of date, then `fil` for each file
//! that rows stand in, then the tables, each below a row with its columns that begins with `#`, and `slut`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
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
    Place, ProviderReport, RegisterChange, RegisterEvent, RowReader, Tables,
};
use crate::register::{FileReference, Memory, PastSpell};
use crate::timeline::rules::Rule;
use crate::timeline::{Evidence, Flags, Stay, in_scope};

/// The state's file.
pub const STATE: &str = "tillstand.txt";
/// The version of its form. A change of it needs a reader for the older ones, or a word to the user.
const FORMAT: &str = "2";
/// The head of the first form, which was several files and was never released.
const FIRST_FORMAT: &str = "tillstand.json";

const HEAD: &str = "format";
const FILE: &str = "fil";
const END: &str = "slut";
/// The cells of a row that names a file, behind its table's name.
const FILE_WIDTH: usize = 5;
const SPELLS: Table<'_> = Table {
    name: "perioder",
    columns: &["personnummer", "fran", "till", "orsak_in", "grund_ut", "flaggor", "registrerad", "upptackt"],
};
const STAYS: Table<'_> =
    Table { name: "vistelser", columns: &["personnummer", "fran", "sedd", "saknad", "invandringsdatum"] };
const NAMES: Table<'_> = Table { name: "namn", columns: &["personnummer", "namn"] };
const EVIDENCE: Table<'_> = Table { name: "belagg", columns: &["personnummer", "fran", "regel", "_fil", "_rad"] };
/// Columns that say where a remembered row stands and from when on extracts lack it.
const TRAILING: [&str; 3] = ["_fil", "_rad", "_saknas_fran"];
/// What would tell where a protected person goes to school.
pub const REVEALING: [&str; 6] = ["skola", "skolenhetskod", "huvudman", "skolkommun", "anordnare", "plats"];

/// A table of the state.
struct Table<'a> {
    name: &'static str,
    columns: &'a [&'static str],
}

/// Whether a row of the state tells a name.
pub fn tells_a_name(row: &str) -> bool {
    row.strip_prefix(NAMES.name).is_some_and(|rest| rest.starts_with(';'))
}

/// A row that names a file, without the names of file and sheet: rows refer to files by their order, so that a purge must
/// leave one for each. `None`: another row.
pub fn without_file_name(row: &str) -> Option<String> {
    let mut state = StateWriter::default();
    let mut blank = |_: u32, cells: &[&str]| {
        if let [FILE, source, kind, _, _, extracted] = cells {
            state.line([FILE, source, kind, "", "", extracted]);
        }
    };
    delimited::read_rows(row, Some(b';'), &Limits::default(), &mut blank).ok()?;
    Some(state.text).filter(|text| !text.is_empty())
}

/// The state of a month.
pub fn state_file(month: &Month) -> Produced {
    const USUAL_ROW: usize = 100;
    let mut state = StateWriter { text: String::with_capacity(USUAL_ROW * month.known.tables.len()), rows: 0 };
    state.line([HEAD, FORMAT, &month.as_of.to_string()]);
    for file in &month.known.files {
        let sheet = file.sheet.as_deref().unwrap_or_default();
        state.line([FILE, &file.source, file.kind.name(), &file.name, sheet, &file.extracted.to_string()]);
    }
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
    state.line([END]);
    Produced { name: STATE.to_owned(), bytes: state.text.into_bytes(), rows: Some(state.rows) }
}

/// The state on its way.
#[derive(Default)]
struct StateWriter {
    text: String,
    /// Rows of tables.
    rows: u64,
}

impl StateWriter {
    /// A row that belongs to no table.
    fn line<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        cells.into_iter().for_each(|cell| self.text(cell));
        self.end_line();
    }

    fn header(&mut self, table: &Table<'_>) {
        let name = format!("#{}", table.name);
        self.line(std::iter::once(name.as_str()).chain(table.columns.iter().copied()));
    }

    /// A cell, between quotation marks where it needs them.
    fn text(&mut self, cell: &str) {
        if cell.contains([';', '"', '\n', '\r']) {
            self.text.push('"');
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(cell);
        }
        self.text.push(';');
    }

    /// A cell of a number, a day or a code.
    fn cell(&mut self, value: Option<&impl Cell>) {
        if let Some(value) = value {
            value.put(&mut self.text);
        }
        self.text.push(';');
    }

    fn place(&mut self, place: Option<Place>) {
        for number in [place.map(|place| place.file), place.map(|place| place.row)] {
            if let Some(number) = number {
                self.text.push_str(&number.to_string());
            }
            self.text.push(';');
        }
    }

    /// Ends a row of a table.
    fn end_row(&mut self) {
        self.end_line();
        self.rows += 1;
    }

    fn end_line(&mut self) {
        self.text.pop();
        self.text.push('\n');
    }

    fn spells(&mut self, month: &Month) {
        self.header(&SPELLS);
        for member in month.people.iter().flat_map(|person| &person.members) {
            let spell = &member.spell;
            self.text(SPELLS.name);
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
        self.header(&STAYS);
        for (number, stay) in month.stays.iter().filter(|(number, _)| in_scope(number.born(), month.as_of)) {
            self.text(STAYS.name);
            self.cell(Some(number));
            self.cell(stay.from.as_ref());
            self.cell(Some(&stay.seen));
            self.cell(stay.lacked.as_ref());
            self.cell(stay.immigrated.as_ref());
            self.end_row();
        }
    }

    fn names(&mut self, month: &Month) {
        self.header(&NAMES);
        for (number, name) in month.names.iter().filter(|(number, _)| in_scope(number.born(), month.as_of)) {
            self.text(NAMES.name);
            self.cell(Some(number));
            self.text(name);
            self.end_row();
        }
    }

    fn evidence(&mut self, month: &Month) {
        self.header(&EVIDENCE);
        for member in month.people.iter().flat_map(|person| &person.members) {
            for Evidence { rule, places } in &member.spell.evidence {
                let rests_on_age = places.is_empty().then_some(None);
                for place in rests_on_age.into_iter().chain(places.iter().copied().map(Some)) {
                    self.text(EVIDENCE.name);
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
        let columns = columns_of(R::KIND);
        self.header(&Table { name: R::KIND.name(), columns: &columns });
        let mut buffer = String::new();
        for row in rows {
            let number = month.known.links.current(row.number());
            if !in_scope(number.born(), month.as_of) {
                continue;
            }
            let is_protected = month.protected.contains(&number);
            self.text(R::KIND.name());
            let mut names = columns.iter();
            row.put(&mut buffer, &mut |cell| {
                let hides = is_protected && names.next().is_some_and(|name| REVEALING.contains(name));
                self.text(if hides { "" } else { cell });
            });
            self.place(Some(row.place()));
            self.cell(row.lost().as_ref());
            self.end_row();
        }
    }
}

/// The columns of a table of remembered rows.
fn columns_of(kind: Kind) -> Vec<&'static str> {
    kind.columns().iter().map(|column| column.name).chain(TRAILING).collect()
}

/// Reads the state of a run.
///
/// # Errors
/// When it is missing, damaged or of another version.
pub fn load_memory(folder: &Path) -> Result<Memory, RunError> {
    let (mut files, mut spells, mut stays, mut names) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    let mut tables = Tables::default();
    let context = CellContext::new(NaiveDate::MAX);
    let mut cells = RowReader::new(&context, Vec::new());
    let as_of = read_rows(folder, |row| {
        match row.table {
            FILE => files.push(row.file(&context)?),
            _ if row.table == SPELLS.name => spells.push(row.spell(&context)?),
            _ if row.table == STAYS.name => stays.push(row.stay(&context)?),
            _ if row.table == NAMES.name => drop(names.insert(row.cell(0, &context)?, row.text(1).to_owned())),
            _ if row.table == EVIDENCE.name => {}
            table => match kind_of(table)? {
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
    read_rows(folder, |row| {
        if row.table == EVIDENCE.name && of.contains(&row.cell(0, &context)?) {
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

/// A row of the state.
struct Row<'r> {
    table: &'r str,
    cells: &'r [&'r str],
}

impl Row<'_> {
    fn text(&self, column: usize) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
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
            name: self.text(2).to_owned(),
            sheet: Some(self.text(3).to_owned()).filter(|sheet| !sheet.is_empty()),
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
        let trailing = R::COLUMNS.len();
        let mut row = R::read(|column| self.text(column), cells, self.place(trailing)?)?;
        row.set_lost(self.optional(trailing + 2, context)?);
        R::of_mut(tables).push(row);
        Some(())
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

/// Gives the rows of files and tables in order, and the as-of date. A row that `take` cannot read is damage, since the
/// program wrote it; so is one of another width than its table, and a state without its end.
fn read_rows(folder: &Path, mut take: impl FnMut(&Row<'_>) -> Option<()>) -> Result<NaiveDate, RunError> {
    let path = folder.join(STATE);
    let other_version =
        |found: &str| RunError::OtherVersion { path: folder.to_owned(), found: found.to_owned(), read: FORMAT };
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound && folder.join(FIRST_FORMAT).is_file() => {
            return Err(other_version("1"));
        }
        read => read.map_err(RunError::io(&path))?,
    };
    let damaged = |detail: &str| RunError::Damaged { path: path.clone(), detail: detail.to_owned() };
    let text = String::from_utf8(bytes).map_err(|_| damaged("inte UTF-8"))?;
    let (mut as_of, mut width, mut ended) = (None, FILE_WIDTH, false);
    let mut read = |row: &Row<'_>| match (as_of, row.table) {
        _ if ended => None,
        (None, HEAD) => {
            as_of = Some(row.text(1).parse().ok()?);
            Some(())
        }
        (None, _) => None,
        (Some(_), END) => {
            ended = true;
            Some(())
        }
        (Some(_), header) if header.starts_with('#') => {
            width = row.cells.len();
            is_header(row).then_some(())
        }
        _ if row.cells.len() != width => None,
        _ => take(row),
    };
    let mut fault = None;
    let mut look = |number: u32, cells: &[&str]| {
        let row = cells.split_first().map(|(table, cells)| Row { table, cells });
        let Some(row) = row.filter(|_| fault.is_none()) else { return };
        if row.table == HEAD && row.text(0) != FORMAT {
            fault = Some(other_version(row.text(0)));
        } else if read(&row).is_none() {
            fault = Some(damaged(&format!("rad {number}")));
        }
    };
    let limits = Limits { rows: u64::MAX, ..Limits::default() };
    delimited::read_rows(&text, Some(b';'), &limits, &mut look).map_err(|fault| damaged(&format!("{fault:?}")))?;
    match (fault, as_of.filter(|_| ended)) {
        (Some(fault), _) => Err(fault),
        (None, Some(as_of)) => Ok(as_of),
        (None, None) => Err(damaged("slutet saknas")),
    }
}

/// Whether a row with columns is one that this version writes.
fn is_header(row: &Row<'_>) -> bool {
    let Some(name) = row.table.strip_prefix('#') else { return false };
    let own = [SPELLS, STAYS, NAMES, EVIDENCE].into_iter().find(|table| table.name == name);
    let columns = match (own, kind_of(name)) {
        (Some(table), _) => table.columns.to_vec(),
        (None, Some(kind)) => columns_of(kind),
        (None, None) => return false,
    };
    row.cells == columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "#betyg;personnummer;typ;datum;skola;_fil;_rad;_saknas_fran\n";

    fn number() -> String {
        PersonalNumber::with_check_digit(NaiveDate::from_ymd_opt(2008, 3, 1).expect("a day"), 239).digits()
    }

    #[test]
    fn a_file_named_after_somebody_loses_its_name_and_keeps_its_place() {
        let row = "fil;elevregister;elevregister;\"200803012391;a.csv\";;2026-11-16\n";
        let blank = without_file_name(row).expect("a row of a file");
        assert_eq!(blank, "fil;elevregister;elevregister;;;2026-11-16\n");
        assert_eq!(without_file_name("betyg;200803012391;EXAMENSBEVIS;2026-06-05;;0;2;\n"), None);
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
        state.line([HEAD, FORMAT, "2026-10-20"]);
        state.line([FILE, "betyg", "betyg", "betyg.csv", "", "2026-10-18"]);
        state.text += HEADER;
        ["betyg", &number(), "EXAMENSBEVIS", "2026-06-01", school, "0", "2", ""]
            .iter()
            .for_each(|cell| state.text(cell));
        state.end_row();
        state.line([END]);
        state.text
    }

    #[test]
    fn a_text_comes_back_as_it_was_whatever_marks_it_holds() {
        for school in ["Östra", "a;b", "\"Västra\" 5\"", ";\"", "#", "slut"] {
            let memory = read(&with_school(school)).expect("a state");
            assert_eq!(memory.tables.credentials[0].school, Some(school));
            assert_eq!(memory.files[0].sheet, None);
        }
    }

    #[test]
    fn a_state_that_is_cut_short_or_has_other_rows_is_damaged() {
        let sound = with_school("Östra");
        let lines: Vec<&str> = sound.split_inclusive('\n').collect();
        assert_eq!(read(&lines[..4].concat()).expect_err("damaged"), "slutet saknas");
        assert_eq!(read("").expect_err("damaged"), "slutet saknas");
        for (line, other) in
            [(1, "fil;betyg\n"), (2, "#betyg;personnummer\n"), (3, "betyg;1;2;3;4;5;6;7\n"), (3, "x\n")]
        {
            let mut lines = lines.clone();
            lines[line] = other;
            assert_eq!(read(&lines.concat()).expect_err("damaged"), format!("rad {}", line + 1));
        }
        assert_eq!(read(&(sound + "namn;1;2\n")).expect_err("damaged"), "rad 6");
    }

    #[test]
    fn a_state_of_another_version_is_said_to_be_so() {
        let newer = with_school("Östra").replacen("format;2", "format;3", 1);
        assert_eq!(read(&newer).expect_err("another version"), "3 is not 2");
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::write(folder.path().join(FIRST_FORMAT), "{}").expect("a file");
        let error = load_memory(folder.path()).expect_err("another version");
        assert!(matches!(error, RunError::OtherVersion { found, .. } if found == "1"));
    }
}
