//! The fifteen tables, one declaration each.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::Place;
use super::cell::{Cell, CellContext, CellFault, Municipality, NameToCompare, Percent, Text};
use super::codes::*;
use crate::person::{NumberLink, NumberLinks, PersonalNumber};

/// Whether one extract of a source is everything or adds to what was delivered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The latest extract counts alone.
    Whole,
    /// Every file counts.
    Parts,
}

/// What a column asks of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Empty or unreadable: the row is rejected.
    Required,
    /// Empty: nothing known. Unreadable: the row is kept without it, and reported.
    Optional,
    /// A day that ends a period. Empty: open. Unreadable: the row is rejected, since it would hide a person for ever.
    Ending,
    /// As `Ending`, and it must be there.
    RequiredEnding,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The canonical header.
    pub name: &'static str,
    /// What it asks of its cells.
    pub need: Need,
}

/// A fault in one column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index of the column in the table's declaration.
    pub column: usize,
    /// What is wrong.
    pub fault: CellFault,
    /// Whether the row is rejected for it.
    pub rejects: bool,
}

/// Collects the faults of a row while its cells are read.
pub struct RowReader<'a> {
    context: &'a CellContext,
    /// For each column what the source's wordings, folded, mean.
    values: Vec<BTreeMap<String, String>>,
    /// Faults in the order of the columns.
    pub faults: Vec<Fault>,
}

impl<'a> RowReader<'a> {
    /// A reader for the rows of one file.
    pub fn new(context: &'a CellContext, values: Vec<BTreeMap<String, String>>) -> Self {
        Self { context, values, faults: Vec::new() }
    }

    fn cell<T: Cell>(&mut self, column: usize, need: Need, text: &str) -> Option<T> {
        let text = trim(text);
        let required = matches!(need, Need::Required | Need::RequiredEnding);
        if text.is_empty() {
            if required {
                self.faults.push(Fault { column, fault: CellFault::Missing, rejects: true });
            }
            return None;
        }
        let wording = self.values.get(column).filter(|words| !words.is_empty());
        let text = wording.and_then(|words| words.get(&super::fold(text))).map_or(text, String::as_str);
        match T::read(text, self.context) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(Fault { column, fault, rejects: need != Need::Optional });
                T::fallback()
            }
        }
    }

    fn rejected(&self) -> bool {
        self.faults.iter().any(|fault| fault.rejects)
    }
}

/// A cell without blanks and marks around it. Nearly every cell is empty or begins and ends with a visible sign of ASCII.
pub fn trim(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    if is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// A table's row type.
pub trait Record: Copy + Send + Sync {
    /// Which table.
    const KIND: Kind;
    /// Its columns, in the order of the contract.
    const COLUMNS: &'static [Column];
    /// Reads a row; `cell` gives the text of a column by its index. `None`: rejected, the reader holds the faults.
    fn read<'t>(cell: impl Fn(usize) -> &'t str, reader: &mut RowReader<'_>, place: Place) -> Option<Self>;
    /// The canonical texts of the row, empty where nothing is known.
    fn write(&self) -> Vec<String> {
        let mut cells = Vec::with_capacity(Self::COLUMNS.len());
        self.put(&mut String::new(), &mut |cell| cells.push(cell.to_owned()));
        cells
    }
    /// Gives the canonical texts of the row one after the other, each written in `buffer`.
    fn put(&self, buffer: &mut String, take: &mut dyn FnMut(&str));
    /// Whose row it is.
    fn number(&self) -> PersonalNumber;
    /// Says whose row it is, when the number has changed.
    fn set_number(&mut self, number: PersonalNumber);
    /// The day of an event (column `datum`), for the tables that have one.
    fn date(&self) -> Option<NaiveDate>;
    /// Where it stands.
    fn place(&self) -> Place;
    /// Says in which file it stands, when files are counted anew.
    fn set_file(&mut self, file: u32);
    /// The extraction date of the first later extract that lacks the row.
    fn lost(&self) -> Option<NaiveDate>;
    /// Says from when on extracts lack the row.
    fn set_lost(&mut self, lost: Option<NaiveDate>);
}

macro_rules! field_type {
    (required $type:ty) => { $type };
    (required_ending $type:ty) => { $type };
    (optional $type:ty) => { Option<$type> };
    (ending $type:ty) => { Option<$type> };
}
macro_rules! need {
    (required) => {
        Need::Required
    };
    (required_ending) => {
        Need::RequiredEnding
    };
    (optional) => {
        Need::Optional
    };
    (ending) => {
        Need::Ending
    };
}
macro_rules! field_value {
    (required $value:expr) => {
        $value?
    };
    (required_ending $value:expr) => {
        $value?
    };
    (optional $value:expr) => {
        $value
    };
    (ending $value:expr) => {
        $value
    };
}
macro_rules! put_field {
    (required $value:expr, $buffer:expr) => {
        $value.put($buffer)
    };
    (required_ending $value:expr, $buffer:expr) => {
        $value.put($buffer)
    };
    (optional $value:expr, $buffer:expr) => {
        if let Some(value) = &$value {
            value.put($buffer);
        }
    };
    (ending $value:expr, $buffer:expr) => {
        if let Some(value) = &$value {
            value.put($buffer);
        }
    };
}
macro_rules! last_before_first {
    (required_ending $start:expr, $end:expr) => {
        $end < $start
    };
    (ending $start:expr, $end:expr) => {
        $end.is_some_and(|end| end < $start)
    };
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $kind:ident $(, period $start:ident to $end:ident $end_need:ident)? {
        $($need:ident $field:ident: $type:ty = $column:tt,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $(#[doc = concat!("Column `", $column, "`.")] pub $field: field_type!($need $type),)*
            /// Where the row stands.
            pub place: Place,
            /// The extraction date of the first later extract that lacks the row, for rows that stay known.
            pub lost: Option<NaiveDate>,
        }

        impl Record for $name {
            const KIND: Kind = Kind::$kind;
            const COLUMNS: &'static [Column] = &[$(Column { name: $column, need: need!($need) },)*];

            fn read<'t>(cell: impl Fn(usize) -> &'t str, reader: &mut RowReader<'_>, place: Place) -> Option<Self> {
                reader.faults.clear();
                let mut column = 0..;
                $(
                    let at = column.next().unwrap_or(0);
                    let $field: Option<$type> = reader.cell(at, need!($need), cell(at));
                )*
                if reader.rejected() {
                    return None;
                }
                let row = Self { $($field: field_value!($need $field),)* place, lost: None };
                $(if last_before_first!($end_need row.$start, row.$end) {
                    let column = Self::COLUMNS.iter().position(|column| column.name == stringify_column!($name $end)).unwrap_or(0);
                    reader.faults.push(Fault { column, fault: CellFault::EndBeforeStart, rejects: true });
                    return None;
                })?
                Some(row)
            }
            fn put(&self, buffer: &mut String, take: &mut dyn FnMut(&str)) {
                $(
                    buffer.clear();
                    put_field!($need self.$field, buffer);
                    take(buffer);
                )*
            }
            fn number(&self) -> PersonalNumber {
                self.number
            }
            fn set_number(&mut self, number: PersonalNumber) {
                self.number = number;
            }
            fn date(&self) -> Option<NaiveDate> {
                event_date!(self $($field $column)*)
            }
            fn place(&self) -> Place {
                self.place
            }
            fn set_file(&mut self, file: u32) {
                self.place.file = file;
            }
            fn lost(&self) -> Option<NaiveDate> {
                self.lost
            }
            fn set_lost(&mut self, lost: Option<NaiveDate>) {
                self.lost = lost;
            }
        }
    )*};
}
macro_rules! event_date {
    ($row:ident) => { None };
    ($row:ident $field:ident "datum" $($rest:tt)*) => { Some($row.$field) };
    ($row:ident $field:ident $column:tt $($rest:tt)*) => { event_date!($row $($rest)*) };
}
macro_rules! stringify_column {
    (Decision $end:ident) => {
        "till"
    };
    ($name:ident $end:ident) => {
        "slutdatum"
    };
}

tables! {
    /// A registered person at the extraction date of a folkbokföring extract.
    Registered = PopulationRegister {
        required number: PersonalNumber = "personnummer",
        required municipality: Municipality = "kommunkod",
        optional given_name: Text = "fornamn",
        optional family_name: Text = "efternamn",
        optional care_of: Text = "co_adress",
        optional street: Text = "adress",
        optional postcode: Text = "postnummer",
        optional city: Text = "postort",
        optional registered_from: NaiveDate = "folkbokford_fran",
        optional immigrated: NaiveDate = "invandringsdatum",
        optional protection: Protection = "skydd",
    }
    /// A change in the population register.
    RegisterChange = RegisterChanges {
        required number: PersonalNumber = "personnummer",
        required event: RegisterEvent = "handelse",
        required date: NaiveDate = "datum",
        optional from: Municipality = "fran_kommunkod",
        optional to: Municipality = "till_kommunkod",
        optional new_number: PersonalNumber = "nytt_personnummer",
        optional protection: Protection = "skydd",
    }
    /// A youth's own contact details.
    ContactDetails = ContactDetails {
        required number: PersonalNumber = "personnummer",
        required date: NaiveDate = "datum",
        optional telephone: Text = "telefon",
        optional email: Text = "epost",
        optional care_of: Text = "co_adress",
        optional street: Text = "adress",
        optional postcode: Text = "postnummer",
        optional city: Text = "postort",
    }
    /// An enrolment in the student register.
    Enrolment = StudentRegister, period start to end ending {
        required number: PersonalNumber = "personnummer",
        required form: SchoolForm = "skolform",
        optional programme: Text = "studievag",
        optional school: Text = "skola",
        optional unit: Text = "skolenhetskod",
        optional provider: Text = "huvudman",
        optional school_municipality: Municipality = "skolkommun",
        optional grade: Text = "arskurs",
        required start: NaiveDate = "startdatum",
        ending end: NaiveDate = "slutdatum",
        optional expected_end: NaiveDate = "beraknat_slut",
        optional interruption: InterruptionReason = "avbrottsorsak",
        optional reduced: bool = "reducerat",
        optional given_name: NameToCompare = "fornamn",
        optional family_name: NameToCompare = "efternamn",
    }
    /// A credential.
    Credential = Credentials {
        required number: PersonalNumber = "personnummer",
        required kind: CredentialKind = "typ",
        required date: NaiveDate = "datum",
        optional school: Text = "skola",
    }
    /// A course or study period in municipal adult education.
    AdultCourse = AdultEducation, period start to end ending {
        required number: PersonalNumber = "personnummer",
        required level: AdultLevel = "niva",
        required start: NaiveDate = "startdatum",
        ending end: NaiveDate = "slutdatum",
        ending interrupted: NaiveDate = "avbrottsdatum",
        optional extent: Percent = "omfattning",
        optional course: Text = "kurs",
        optional provider: Text = "anordnare",
    }
    /// A course at a folk high school.
    FolkCourse = FolkHighSchool, period start to end ending {
        required number: PersonalNumber = "personnummer",
        required kind: FolkCourseKind = "kurstyp",
        optional level: FolkLevel = "niva",
        required start: NaiveDate = "startdatum",
        ending end: NaiveDate = "slutdatum",
        ending interrupted: NaiveDate = "avbrottsdatum",
        optional school: Text = "skola",
    }
    /// A school provider's report to the home municipality.
    ProviderReport = ProviderReports {
        required number: PersonalNumber = "personnummer",
        required event: ReportEvent = "handelse",
        required date: NaiveDate = "datum",
        optional school: Text = "skola",
        optional unit: Text = "skolenhetskod",
        optional provider: Text = "huvudman",
    }
    /// An admission result.
    Admission = Admissions {
        required number: PersonalNumber = "personnummer",
        required status: AdmissionStatus = "status",
        required date: NaiveDate = "datum",
        optional term_start: NaiveDate = "terminsstart",
        optional programme: Text = "studievag",
        optional school: Text = "skola",
    }
    /// A pupil whose compulsory schooling ends otherwise, or who stays on.
    CompulsorySchooling = CompulsorySchool, period start to end ending {
        required number: PersonalNumber = "personnummer",
        required kind: CompulsoryKind = "typ",
        required start: NaiveDate = "startdatum",
        ending end: NaiveDate = "slutdatum",
        optional school: Text = "skola",
    }
    /// A decision by the coordinator.
    Decision = Decisions, period start to end required_ending {
        required number: PersonalNumber = "personnummer",
        required kind: DecisionKind = "beslut",
        required start: NaiveDate = "fran",
        required_ending end: NaiveDate = "till",
        optional source: DecisionSource = "kalla",
    }
    /// A registration in the case system.
    Registration = CaseRegister {
        required number: PersonalNumber = "personnummer",
        required registered: NaiveDate = "registreringsdatum",
        optional reason: Reason = "orsak",
        optional latest_education: LatestEducation = "senaste_utbildning",
        optional deregistered: NaiveDate = "avregistreringsdatum",
        optional ground: Ground = "avregistreringsgrund",
    }
    /// A contact attempt.
    ContactAttempt = Contacts {
        required number: PersonalNumber = "personnummer",
        required date: NaiveDate = "datum",
        required way: ContactWay = "kontaktsatt",
        optional addressee: Addressee = "mottagare",
        required outcome: ContactOutcome = "utfall",
        optional occupation: Occupation = "sysselsattning",
        optional offer: bool = "erbjudande",
        optional next_contact: NaiveDate = "nasta_kontakt",
    }
    /// Knowledge of an occupation otherwise than by contact.
    Knowledge = Knowledge {
        required number: PersonalNumber = "personnummer",
        required date: NaiveDate = "datum",
        required source: KnowledgeSource = "kalla",
        required occupation: Occupation = "sysselsattning",
    }
    /// A measure.
    Measure = Measures, period start to end ending {
        required number: PersonalNumber = "personnummer",
        required start: NaiveDate = "startdatum",
        required content: MeasureContent = "innehall",
        optional local_offer: Text = "insats",
        optional responsible: Text = "ansvarig",
        optional responsible_party: ResponsibleParty = "ansvarig_part",
        optional place_of_measure: Text = "plats",
        optional has_goal: bool = "mal",
        optional planned_end: NaiveDate = "planerat_slut",
        optional first_meeting: NaiveDate = "forsta_mote",
        optional monthly_report: NaiveDate = "manadsrapport",
        optional follow_up: NaiveDate = "uppfoljning",
        optional evaluated: bool = "utvarderad",
        ending end: NaiveDate = "slutdatum",
        optional end_ground: MeasureEnd = "grund_avslut",
        optional occupation_after: OccupationAfter = "sysselsattning_efter",
    }
}

impl RegisterChange {
    /// The change of number that the row tells of, once its day has come.
    pub fn link(&self, as_of: NaiveDate) -> Option<NumberLink> {
        let tells = self.event == RegisterEvent::NewNumber && self.date <= as_of;
        let new = self.new_number.filter(|_| tells)?;
        Some(NumberLink { old: self.number, date: self.date, new })
    }
}

macro_rules! kinds {
    ($($variant:ident, $field:ident = $name:literal: $record:ident, $delivery:ident, $greatest_age:expr;)*) => {
        /// The kinds of source, one for each table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Kind {
            /// Every kind, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in configs and file names.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether an extract is whole unless the config says otherwise.
            pub fn delivery(self) -> Delivery {
                match self { $(Self::$variant => Delivery::$delivery,)* }
            }

            /// The greatest age of an extract in days, where the contract sets one.
            pub fn greatest_age(self) -> Option<u16> {
                match self { $(Self::$variant => $greatest_age,)* }
            }

            /// What would be wrong with a cell of a column, by its index, that holds `text`.
            pub fn fault_of(self, column: usize, text: &str) -> Option<CellFault> {
                let context = CellContext::new(NaiveDate::MAX);
                let mut reader = RowReader::new(&context, Vec::new());
                let cell = |at| if at == column { text } else { "" };
                let place = Place { file: 0, row: 0 };
                match self { $(Self::$variant => { <$record as Record>::read(cell, &mut reader, place); })* }
                reader.faults.iter().find(|fault| fault.column == column).map(|fault| fault.fault)
            }

            /// The columns of the table.
            pub fn columns(self) -> &'static [Column] {
                match self { $(Self::$variant => <$record as Record>::COLUMNS,)* }
            }
        }

        /// The rows of a run, one list for each table.
        #[derive(Clone, Debug, Default)]
        pub struct Tables { $(#[doc = concat!("Rows of `", $name, "`.")] pub $field: Vec<$record>,)* }

        impl Tables {
            /// Adds the rows of `other`.
            pub fn append(&mut self, mut other: Self) {
                $(if self.$field.is_empty() {
                    self.$field = other.$field;
                } else {
                    self.$field.append(&mut other.$field);
                })*
            }

            /// Makes room for the rows of people at these positions of the index of other tables.
            pub fn reserve(&mut self, index: &PersonIndex, people: &[usize]) {
                $(self.$field.reserve(people.iter().map(|&at| (index.ends[at + 1].$field - index.ends[at].$field) as usize).sum());)*
            }

            /// Gives every row the number that its person has now, and sorts each table by person and place.
            pub fn follow_numbers(&mut self, current: impl Fn(PersonalNumber) -> PersonalNumber + Sync) {
                $(
                    for row in &mut self.$field {
                        row.set_number(current(row.number()));
                    }
                )*
                self.sort();
            }

            /// Sorts each table by person and place.
            pub fn sort(&mut self) {
                $(self.$field.par_sort_unstable_by_key(|row| (row.number(), row.place()));)*
            }

            /// Takes out the rows whose `datum` lies after `as_of`: they are known but not used yet.
            pub fn take_later(&mut self, as_of: NaiveDate) -> Self {
                Self { $($field: if self.$field.iter().all(|row| row.date().is_none_or(|date| date <= as_of)) {
                    Vec::new()
                } else {
                    let (used, later) = std::mem::take(&mut self.$field).into_iter().partition(|row| row.date().is_none_or(|date| date <= as_of));
                    self.$field = used;
                    later
                },)* }
            }

            /// Drops the rows at the places that `unwanted` names; says how many there were.
            pub fn drop_rows(&mut self, unwanted: impl Fn(Place) -> bool) -> usize {
                let before = self.len();
                $(self.$field.retain(|row| !unwanted(row.place));)*
                before - self.len()
            }

            /// Drops the rows of everyone whom `keep` does not name.
            pub fn retain_people(&mut self, keep: impl Fn(PersonalNumber) -> bool) {
                $(self.$field.retain(|row| keep(row.number()));)*
            }

            /// How many rows there are.
            pub fn len(&self) -> usize {
                0 $(+ self.$field.len())*
            }

            /// Whether there is no row.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Every number that has a row, once, in order. The tables must be sorted.
            pub fn people(&self) -> Vec<PersonalNumber> {
                let mut people = Vec::new();
                $(people.extend(self.$field.chunk_by(|a, b| a.number() == b.number()).map(|rows| rows[0].number()));)*
                people.sort_unstable();
                people.dedup();
                people
            }

            /// All rows of one person in the canonical form, in the order of the contract. The tables must be sorted.
            pub fn rows_about(&self, number: PersonalNumber) -> Vec<WrittenRow> {
                let mut rows = Vec::new();
                $(rows.extend(rows_of(&self.$field, number).iter().map(WrittenRow::of));)*
                rows
            }

            /// All rows of one person. The tables must be sorted.
            pub fn life(&self, number: PersonalNumber) -> Life<'_> {
                Life { number, $($field: rows_of(&self.$field, number),)* }
            }

            /// Where the rows of each person stand: of everyone who has rows, and of `others`. The tables must be sorted.
            pub fn index(&self, others: impl IntoIterator<Item = PersonalNumber>) -> PersonIndex {
                let mut numbers = self.people();
                let with_rows = numbers.len();
                numbers.extend(others);
                if numbers.len() > with_rows {
                    numbers.sort_unstable();
                    numbers.dedup();
                }
                let mut ends = Vec::with_capacity(numbers.len() + 1);
                let mut end = RowEnds::default();
                ends.push(end);
                for &number in &numbers {
                    $(end.$field += same_number(&self.$field[end.$field as usize..], number);)*
                    ends.push(end);
                }
                PersonIndex { numbers, ends }
            }

            /// All rows of one person by the index of these tables.
            pub fn life_in(&self, index: &PersonIndex, number: PersonalNumber) -> Life<'_> {
                index.find(number).map_or_else(|| self.life(number), |at| self.life_at(index, at))
            }

            /// All rows of the person at a position of the index of these tables.
            pub fn life_at(&self, index: &PersonIndex, at: usize) -> Life<'_> {
                let (start, end) = (index.ends[at], index.ends[at + 1]);
                Life { number: index.numbers[at], $($field: &self.$field[start.$field as usize..end.$field as usize],)* }
            }
        }

        /// Where the rows of each person stand in tables, by number.
        #[derive(Clone, Debug, Default)]
        pub struct PersonIndex {
            numbers: Vec<PersonalNumber>,
            /// Before the first person, and behind each.
            ends: Vec<RowEnds>,
        }

        impl PersonIndex {
            /// Everyone, in order.
            pub fn numbers(&self) -> &[PersonalNumber] {
                &self.numbers
            }

            /// The position of a person.
            pub fn find(&self, number: PersonalNumber) -> Option<usize> {
                self.numbers.binary_search(&number).ok()
            }
        }

        /// How many rows of each table have been passed.
        #[derive(Clone, Copy, Debug, Default)]
        struct RowEnds { $($field: u32,)* }

        /// All rows of one person.
        #[derive(Clone, Copy, Debug)]
        pub struct Life<'a> {
            /// The person's current number.
            pub number: PersonalNumber,
            $(#[doc = concat!("Rows of `", $name, "`.")] pub $field: &'a [$record],)*
        }

        $(impl InTables for $record {
            fn of(tables: &Tables) -> &Vec<Self> { &tables.$field }
            fn of_mut(tables: &mut Tables) -> &mut Vec<Self> { &mut tables.$field }
        })*
    };
}

/// A row of any table in the canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRow {
    /// Which table.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
    /// The extraction date of the first later extract that lacks the row.
    pub lost: Option<NaiveDate>,
    /// The columns with their values; those that hold nothing are left out.
    pub cells: Vec<(&'static str, String)>,
}

impl WrittenRow {
    fn of<R: Record>(row: &R) -> Self {
        let cells = R::COLUMNS.iter().map(|column| column.name).zip(row.write());
        let cells = cells.filter(|(_, text)| !text.is_empty()).collect();
        Self { kind: R::KIND, place: row.place(), lost: row.lost(), cells }
    }
}

/// Finds a row type's list among the tables.
pub trait InTables: Record {
    /// Its rows.
    fn of(tables: &Tables) -> &Vec<Self>;
    /// Its rows, to change.
    fn of_mut(tables: &mut Tables) -> &mut Vec<Self>;
}

kinds! {
    PopulationRegister, registered = "folkbokforing": Registered, Whole, Some(35);
    RegisterChanges, changes = "folkbokforing_andringar": RegisterChange, Parts, None;
    ContactDetails, contact_details = "kontaktuppgifter": ContactDetails, Whole, None;
    StudentRegister, enrolments = "elevregister": Enrolment, Whole, Some(35);
    Credentials, credentials = "betyg": Credential, Parts, None;
    AdultEducation, adult_courses = "vuxenutbildning": AdultCourse, Whole, Some(35);
    FolkHighSchool, folk_courses = "folkhogskola": FolkCourse, Whole, Some(35);
    ProviderReports, reports = "huvudmannarapport": ProviderReport, Parts, None;
    Admissions, admissions = "antagning": Admission, Parts, None;
    CompulsorySchool, compulsory = "grundskola": CompulsorySchooling, Whole, None;
    Decisions, decisions = "undantag": Decision, Whole, None;
    CaseRegister, registrations = "kaa_register": Registration, Whole, None;
    Contacts, contacts = "kontakter": ContactAttempt, Whole, None;
    Knowledge, knowledge = "kannedom": Knowledge, Whole, None;
    Measures, measures = "atgarder": Measure, Whole, None;
}

impl Kind {
    /// The kind of a name, folded.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = super::fold(name);
        Self::ALL.iter().copied().find(|kind| super::fold(kind.name()) == name)
    }
}

/// How many of the first rows are the person's.
fn same_number<R: Record>(rows: &[R], number: PersonalNumber) -> u32 {
    let count = rows.iter().take_while(|row| row.number() == number).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn rows_of<R: Record>(rows: &[R], number: PersonalNumber) -> &[R] {
    let start = rows.partition_point(|row| row.number() < number);
    let length = rows[start..].partition_point(|row| row.number() == number);
    &rows[start..start + length]
}

impl Tables {
    /// Who has which number now (contract 3, rule 1).
    pub fn number_links(&self, as_of: NaiveDate) -> NumberLinks {
        NumberLinks::new(self.changes.iter().filter_map(|row| row.link(as_of)).collect())
    }
}
