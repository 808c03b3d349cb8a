//! Random lives: one person with random rows of every table that the rules read.
//!
//! Dates are drawn from a small pool of days that matter (the end of compulsory schooling, birthdays, the summer's
//! first and last day, the extract, the as-of date) with the distances that rules turn on (a day, 30, 60 and 90 days),
//! so that rows of one life meet at the edges of the rules far more often than in nature.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use kaa::person::PersonalNumber;
use kaa::records::{
    Admission, AdmissionStatus, AdultCourse, AdultLevel, Coded, CompulsoryKind, CompulsorySchooling, Credential,
    CredentialKind, Decision, DecisionKind, Enrolment, FolkCourse, FolkCourseKind, FolkLevel, Municipality, Percent,
    Place, Protection, ProviderReport, Record, RegisterChange, RegisterEvent, Registered, ReportEvent, SchoolForm,
    Tables, Text,
};
use kaa::timeline::{Context, DayOfYear, Law, Memory, Verdict, decide};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestCaseResult, TestRunner};

/// The years after the year of birth in which a run asks.
const RUN_AGES: &[i32] = &[16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21];

/// The file of the first folkbokföring source, of the second, and of everything else.
pub const FILES: usize = 3;

/// A person, what is known of them, and the run that asks.
#[derive(Clone)]
pub struct Scene {
    pub born: NaiveDate,
    pub number: PersonalNumber,
    pub as_of: NaiveDate,
    pub law: Law,
    /// The extraction date of each file.
    pub extracted: [NaiveDate; FILES],
    pub tables: Tables,
    pub faulty_ends: BTreeMap<PersonalNumber, Vec<Place>>,
}

/// The rows in their canonical form, as a reader of a failure would write them in a file.
impl fmt::Debug for Scene {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, _] = self.extracted;
        writeln!(out, "born {}, as of {}, extracts of {first} and {second}", self.born, self.as_of)?;
        writeln!(out, "{:?}, faulty end: {}", self.law, !self.faulty_ends.is_empty())?;
        fn rows<R: Record>(out: &mut fmt::Formatter<'_>, rows: &[R]) -> fmt::Result {
            for row in rows {
                let (file, line) = (row.place().file, row.place().row);
                let cells = row.write()[1..].join(";");
                let lost = row.lost().map(|lost| format!(" (saknas {lost})")).unwrap_or_default();
                writeln!(out, "{} {file}:{line} {}{lost}", R::KIND.name(), cells.trim_end_matches(';'))?;
            }
            Ok(())
        }
        let tables = &self.tables;
        rows(out, &tables.registered)?;
        rows(out, &tables.changes)?;
        rows(out, &tables.enrolments)?;
        rows(out, &tables.credentials)?;
        rows(out, &tables.adult_courses)?;
        rows(out, &tables.folk_courses)?;
        rows(out, &tables.reports)?;
        rows(out, &tables.admissions)?;
        rows(out, &tables.compulsory)?;
        rows(out, &tables.decisions)
    }
}

impl Scene {
    /// What the program says.
    pub fn decide(&self) -> Verdict {
        self.decide_with(&self.tables)
    }

    /// What the program says of other rows in the same run.
    pub fn decide_with(&self, tables: &Tables) -> Verdict {
        let context = Context {
            as_of: self.as_of,
            municipality: here(),
            law: &self.law,
            extracted: &self.extracted,
            latest_snapshot: self.latest_snapshot(),
            faulty_ends: &self.faulty_ends,
        };
        let mut sorted = tables.clone();
        sorted.follow_numbers(|number| number);
        decide(&sorted.life(self.number), Memory::default(), &context)
    }

    /// The latest extraction date of the folkbokföring sources.
    pub fn latest_snapshot(&self) -> NaiveDate {
        self.extracted[0].max(self.extracted[1])
    }
}

/// The municipality that runs the program.
pub fn here() -> Municipality {
    Municipality::parse("1472").unwrap()
}

/// Another municipality.
pub fn elsewhere() -> Municipality {
    Municipality::parse("1496").unwrap()
}

/// What every row of a life is drawn against.
#[derive(Clone, Debug)]
pub struct Frame {
    pub born: NaiveDate,
    pub number: PersonalNumber,
    pub as_of: NaiveDate,
    pub law: Law,
    pub extracted: [NaiveDate; FILES],
    /// The days that rows lie at or near.
    pool: Vec<NaiveDate>,
}

/// Lives of every kind.
pub fn scenes() -> impl Strategy<Value = Scene> {
    frames().prop_flat_map(scenes_in)
}

/// Lives in a given frame.
pub fn scenes_in(frame: Frame) -> impl Strategy<Value = Scene> {
    let school = (
        prop_oneof![1 => Just(Vec::new()), 6 => vec(enrolments(&frame), 1..=3)],
        seldom(credentials(&frame), 2),
        seldom(reports(&frame), 2),
        seldom(admissions(&frame), 3),
    );
    let other = (
        seldom(adult_courses(&frame), 3),
        seldom(folk_courses(&frame), 1),
        seldom(compulsory(&frame), 2),
        seldom(decisions(&frame), 2),
    );
    let residence = (registered(&frame), changes(&frame));
    (school, other, residence, weighted(0.1, Just(()))).prop_map(move |(school, other, residence, faulty)| {
        let mut tables = Tables::default();
        (tables.enrolments, tables.credentials, tables.reports, tables.admissions) = school;
        (tables.adult_courses, tables.folk_courses, tables.compulsory, tables.decisions) = other;
        (tables.registered, tables.changes) = residence;
        // The rules never see a row whose `datum` lies after the as-of date.
        tables.take_later(frame.as_of);
        number_rows(&mut tables);
        Scene {
            born: frame.born,
            number: frame.number,
            as_of: frame.as_of,
            law: frame.law,
            extracted: frame.extracted,
            tables,
            faulty_ends: faulty.map(|()| (frame.number, Vec::new())).into_iter().collect(),
        }
    })
}

/// Mostly no row of a table, so that one table does not hide what another does.
fn seldom<S: Strategy>(row: S, most: usize) -> impl Strategy<Value = Vec<S::Value>>
where
    S::Value: Clone,
{
    prop_oneof![3 => Just(Vec::new()), 2 => vec(row, 1..=most)]
}

/// Gives the rows of every table the row numbers 2, 3 and so on, in their present order.
pub fn number_rows(tables: &mut Tables) {
    macro_rules! number {
        ($($table:ident)*) => {$(
            for (row, index) in tables.$table.iter_mut().zip(2..) {
                row.place.row = index;
            }
        )*};
    }
    number!(registered changes enrolments credentials adult_courses folk_courses reports admissions compulsory decisions);
}

/// Puts the rows of every table in another order.
pub fn shuffle(tables: &mut Tables, seed: u64) {
    let mut dice = Dice(seed);
    macro_rules! shuffle {
        ($($table:ident)*) => {$(
            for index in (1..tables.$table.len()).rev() {
                tables.$table.swap(index, dice.below(index + 1));
            }
        )*};
    }
    shuffle!(registered changes enrolments credentials adult_courses folk_courses reports admissions compulsory decisions);
}

/// Writes one row of some table once more.
pub fn duplicate_a_row(tables: &mut Tables, seed: u64) {
    let mut chosen = Dice(seed).below(tables.len().max(1));
    macro_rules! duplicate {
        ($($table:ident)*) => {$(
            if let Some(row) = tables.$table.get(chosen).cloned() {
                tables.$table.push(row);
                return;
            }
            chosen -= tables.$table.len();
        )*};
    }
    duplicate!(registered changes enrolments credentials adult_courses folk_courses reports admissions compulsory decisions);
    assert!(tables.is_empty(), "row {chosen} of another table");
}

/// Numbers that a seed decides (the multiplier is Knuth's).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Tries a law on `cases` values.
pub fn holds_for<S: Strategy>(cases: u32, values: S, law: impl Fn(S::Value) -> TestCaseResult) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2_010_800),
        max_shrink_iters: 20_000,
        max_global_rejects: cases * 20,
        ..ProptestConfig::default()
    };
    if let Err(broken) = TestRunner::new(config).run(&values, law) {
        panic!("{broken}");
    }
}

/// The persons and runs that lives are drawn in.
pub fn frames() -> impl Strategy<Value = Frame> {
    let birth = (2000..=2011_i32, days_of_year());
    let run =
        (select(RUN_AGES), days_of_year(), select(vec![0_u64, 0, 0, 1, 2, 20, 31, 200]), select(vec![0_u64, 0, 7]));
    let anchors = vec((15..=20_i32, days_of_year(), offsets()), 2..=4);
    (birth, run, anchors, laws(), any::<bool>()).prop_map(|(birth, run, anchors, law, woman)| {
        let born = in_year(birth.0, birth.1);
        let (age, day, extract_age, other_extract_age) = run;
        let as_of = in_year(born.year() + age, day);
        let extract = as_of - Days::new(extract_age);
        let compulsory_end = law.compulsory_end.in_year(born.year() + 16);
        let mut pool = vec![
            compulsory_end + Days::new(1),
            in_year(born.year() + 18, (born.month(), born.day())),
            in_year(born.year() + 20, (born.month(), born.day())),
            as_of,
            extract,
        ];
        for (age, day, offset) in anchors {
            let anchor = in_year(born.year() + age, day);
            pool.extend([anchor, anchor, moved(anchor, offset)]);
        }
        Frame {
            born,
            number: PersonalNumber::with_check_digit(born, if woman { 238 } else { 239 }),
            as_of,
            law,
            extracted: [extract, extract - Days::new(other_extract_age), as_of],
            pool,
        }
    })
}

fn laws() -> impl Strategy<Value = Law> {
    let ends = select(vec![(6, 30), (6, 30), (6, 30), (6, 12), (5, 31), (5, 20), (4, 30)]);
    (ends, select(vec![30, 30, 30, 0, 14, 60]), select(vec![0, 0, 0, 50, 75])).prop_map(
        |((month, day), bridge_days, adult_extent_limit)| Law {
            compulsory_end: DayOfYear { month, day },
            bridge_days,
            adult_extent_limit,
        },
    )
}

/// Days of the year at which the rules turn.
fn days_of_year() -> impl Strategy<Value = (u32, u32)> {
    prop_oneof![
        3 => select(vec![
            (1, 1), (2, 28), (2, 29), (3, 1), (4, 30), (5, 1), (5, 31), (6, 1), (6, 2), (6, 10), (6, 30), (7, 1),
            (8, 1), (8, 20), (9, 14), (9, 15), (9, 16), (10, 1), (11, 20), (12, 31),
        ]),
        1 => (1..=12_u32, 1..=28_u32),
    ]
}

fn in_year(year: i32, (month, day): (u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, month, 28)).unwrap()
}

/// Distances in days at which the rules turn.
fn offsets() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => select(vec![0, 0, 0, 1, -1]),
        3 => select(vec![29, 30, 31, -29, -30, -31, 14, 15]),
        2 => select(vec![59, 60, 61, -59, -60, -61, 90, 91, -90, -91, 365]),
        2 => -400..400_i64,
    ]
}

fn moved(day: NaiveDate, offset: i64) -> NaiveDate {
    day + chrono::TimeDelta::days(offset)
}

impl Frame {
    fn days(&self) -> impl Strategy<Value = NaiveDate> + use<> {
        (select(self.pool.clone()), offsets()).prop_map(|(day, offset)| moved(day, offset))
    }

    /// A first day, and a last day that is not before it.
    fn stretches(&self) -> impl Strategy<Value = (NaiveDate, NaiveDate)> + use<> {
        (self.days(), self.days()).prop_map(|(a, b)| (a.min(b), a.max(b)))
    }

    /// As [`Frame::stretches`], often without a last day.
    fn open_stretches(&self) -> impl Strategy<Value = (NaiveDate, Option<NaiveDate>)> + use<> {
        (self.stretches(), prop::bool::weighted(0.7)).prop_map(|((start, end), known)| (start, known.then_some(end)))
    }

    /// The extraction date of the first extract that lacks a row.
    fn lost(&self) -> impl Strategy<Value = Option<NaiveDate>> + use<> {
        let as_of = self.as_of;
        weighted(0.15, self.days()).prop_map(move |lost| lost.map(|lost| lost.min(as_of)))
    }
}

fn text(text: &str) -> Option<Text> {
    (!text.is_empty()).then(|| text.into())
}

/// Names of schools, two of which are the same when folded; empty: not known.
fn schools() -> impl Strategy<Value = Option<Text>> {
    select(vec!["", "", "Ängskolan", "angskolan", "Sjöskolan"]).prop_map(text)
}

fn units() -> impl Strategy<Value = Option<Text>> {
    select(vec!["", "", "", "111", "222"]).prop_map(text)
}

fn programmes() -> impl Strategy<Value = Option<Text>> {
    select(vec!["", "NA", "NA", "SA", "IMV", "im-sprak", "IB"]).prop_map(text)
}

fn code<C: Coded + std::fmt::Debug>() -> impl Strategy<Value = C> {
    select(C::ALL)
}

/// The place of a row; [`number_rows`] gives the row number.
fn place(file: u32) -> Place {
    Place { file, row: 0 }
}

pub fn enrolments(frame: &Frame) -> impl Strategy<Value = Enrolment> + use<> {
    let number = frame.number;
    let forms = prop_oneof![
        8 => Just(SchoolForm::UpperSecondary),
        1 => Just(SchoolForm::AdaptedUpperSecondary),
        1 => code::<SchoolForm>(),
    ];
    let what = (forms, programmes(), schools(), units());
    let when = (frame.open_stretches(), weighted(0.4, frame.days()), weighted(0.3, code()), frame.lost());
    (what, when).prop_map(move |((form, programme, school, unit), ((start, end), expected_end, interruption, lost))| {
        Enrolment {
            number,
            form,
            programme,
            school,
            unit,
            provider: None,
            school_municipality: None,
            grade: None,
            start,
            end,
            expected_end,
            interruption,
            reduced: None,
            given_name: None,
            family_name: None,
            place: place(2),
            lost,
        }
    })
}

pub fn credentials(frame: &Frame) -> impl Strategy<Value = Credential> + use<> {
    let number = frame.number;
    let kinds = prop_oneof![
        2 => Just(CredentialKind::StudyCertificate),
        1 => Just(CredentialKind::IntroductoryCertificate),
        2 => code::<CredentialKind>(),
    ];
    (kinds, frame.days()).prop_map(move |(kind, date)| Credential {
        number,
        kind,
        date,
        school: None,
        place: place(2),
        lost: None,
    })
}

pub fn adult_courses(frame: &Frame) -> impl Strategy<Value = AdultCourse> + use<> {
    let number = frame.number;
    let levels = prop_oneof![2 => Just(AdultLevel::UpperSecondary), 1 => code::<AdultLevel>()];
    let extents = weighted(0.8, select(vec![25, 50, 75, 100]).prop_map(Percent));
    let when = (frame.open_stretches(), weighted(0.2, frame.days()), frame.lost());
    (levels, extents, schools(), when).prop_map(move |(level, extent, provider, ((start, end), interrupted, lost))| {
        AdultCourse { number, level, start, end, interrupted, extent, course: None, provider, place: place(2), lost }
    })
}

pub fn folk_courses(frame: &Frame) -> impl Strategy<Value = FolkCourse> + use<> {
    let number = frame.number;
    let when = (frame.open_stretches(), weighted(0.2, frame.days()), frame.lost());
    (code::<FolkCourseKind>(), weighted(0.9, code::<FolkLevel>()), schools(), when).prop_map(
        move |(kind, level, school, ((start, end), interrupted, lost))| FolkCourse {
            number,
            kind,
            level,
            start,
            end,
            interrupted,
            school,
            place: place(2),
            lost,
        },
    )
}

pub fn reports(frame: &Frame) -> impl Strategy<Value = ProviderReport> + use<> {
    let number = frame.number;
    let events = prop_oneof![
        2 => Just(ReportEvent::NotStarted),
        3 => Just(ReportEvent::Interruption),
        1 => code::<ReportEvent>(),
    ];
    (events, frame.days(), schools(), units()).prop_map(move |(event, date, school, unit)| ProviderReport {
        number,
        event,
        date,
        school,
        unit,
        provider: None,
        place: place(2),
        lost: None,
    })
}

pub fn admissions(frame: &Frame) -> impl Strategy<Value = Admission> + use<> {
    let number = frame.number;
    let statuses = prop_oneof![2 => Just(AdmissionStatus::Admitted), 1 => code::<AdmissionStatus>()];
    (statuses, frame.days(), weighted(0.9, frame.days()), programmes(), schools()).prop_map(
        move |(status, date, term_start, programme, school)| Admission {
            number,
            status,
            date,
            term_start,
            programme,
            school,
            place: place(2),
            lost: None,
        },
    )
}

pub fn compulsory(frame: &Frame) -> impl Strategy<Value = CompulsorySchooling> + use<> {
    let number = frame.number;
    (code::<CompulsoryKind>(), frame.open_stretches(), frame.lost()).prop_map(move |(kind, (start, end), lost)| {
        CompulsorySchooling { number, kind, start, end, school: None, place: place(2), lost }
    })
}

pub fn decisions(frame: &Frame) -> impl Strategy<Value = Decision> + use<> {
    let number = frame.number;
    (code::<DecisionKind>(), frame.stretches()).prop_map(move |(kind, (start, end))| Decision {
        number,
        kind,
        start,
        end,
        source: None,
        place: place(2),
        lost: None,
    })
}

/// Mostly one row of ours, which gives most lives some days in the group.
fn registered(frame: &Frame) -> impl Strategy<Value = Vec<Registered>> + use<> {
    prop_oneof![
        12 => vec(registered_rows(frame, 20), 1),
        1 => Just(Vec::new()),
        2 => vec(registered_rows(frame, 2), 1..=3),
    ]
}

fn registered_rows(frame: &Frame, ours: u32) -> impl Strategy<Value = Registered> + use<> {
    let number = frame.number;
    let municipalities = prop_oneof![ours => Just(here()), 1 => Just(elsewhere())];
    let when = (weighted(0.3, frame.days()), weighted(0.2, frame.days()));
    (municipalities, when, weighted(0.1, code::<Protection>()), 0..=1_u32).prop_map(
        move |(municipality, (registered_from, immigrated), protection, file)| Registered {
            number,
            municipality,
            given_name: None,
            family_name: None,
            care_of: None,
            street: None,
            postcode: None,
            city: None,
            registered_from,
            immigrated,
            protection,
            place: place(file),
            lost: None,
        },
    )
}

fn changes(frame: &Frame) -> impl Strategy<Value = Vec<RegisterChange>> + use<> {
    let number = frame.number;
    let municipalities = || weighted(0.3, select(vec![here(), elsewhere()]));
    let events = prop_oneof![
        5 => select(vec![RegisterEvent::MoveIn, RegisterEvent::MoveOut, RegisterEvent::Immigration]),
        3 => select(vec![RegisterEvent::Emigration, RegisterEvent::Emigration, RegisterEvent::Death]),
        2 => code::<RegisterEvent>(),
    ];
    let row = (events, frame.days(), municipalities(), municipalities(), weighted(0.3, code::<Protection>())).prop_map(
        move |(event, date, from, to, protection)| RegisterChange {
            number,
            event,
            date,
            from,
            to,
            new_number: None,
            protection,
            place: place(2),
            lost: None,
        },
    );
    prop_oneof![2 => Just(Vec::new()), 1 => vec(row, 1..=4)]
}
