//! One youth's life as the registers see it: school years, moves, and the days in the target group that follow.
//!
//! The days in the group are reckoned here only as far as the people who kept the case register could have known them;
//! what the law says is for `timeline` to find out.

mod residence;

pub(super) use residence::{Arrival, Departure, Stop, protection, recent_day};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::casework::Youth;
use super::names::{self, School};
use super::random::Random;
use super::row::Row;
use crate::person::{PersonalNumber, birthday};
use crate::records::{Ground, Kind, Reason};

/// A stay in the target group as the municipality came to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    /// The first day.
    pub(super) from: NaiveDate,
    /// The day after the last; `None` while it lasts.
    pub(super) to: Option<NaiveDate>,
    /// Why it began.
    pub(super) reason: Reason,
    /// Why it ended.
    pub(super) ground: Option<Ground>,
}

/// What the life is lived in.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    /// Code of the municipality.
    pub(super) municipality: &'a str,
    /// Codes of two municipalities whose schools the youths go to as well; none: those of the invented region.
    pub(super) neighbours: Option<[&'a str; 2]>,
    /// The last day that anybody looks at.
    pub(super) horizon: NaiveDate,
}

impl Setting<'_> {
    /// Unit code and municipality of a school. The invented region's schools stand in every region anew.
    fn place_of(&self, school: &School) -> (String, String) {
        let municipality = match (self.neighbours, school.municipality) {
            (None, here) => return (school.unit.to_owned(), here.to_owned()),
            (Some([near, _]), "9902") => near,
            (Some([_, far]), "9903") => far,
            (Some(_), _) => self.municipality,
        };
        // Real unit codes have eight digits.
        (format!("99{municipality}{}", &school.unit[6..]), municipality.to_owned())
    }
}

/// Where a youth is at the beginning of a school year.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In no education that counts.
    Out,
    /// In a national programme, in this year of it.
    National(u8),
    /// In an introductory programme.
    Introductory,
    /// In adapted upper-secondary school, in this year of it.
    Adapted(u8),
    /// At a school that reports to nobody here.
    Elsewhere,
    /// Education completed.
    Done,
}

/// A youth and the rows about them.
pub(super) struct Life<'a> {
    setting: Setting<'a>,
    pub(super) random: Random,
    pub(super) number: String,
    pub(super) given: String,
    pub(super) family: String,
    born: NaiveDate,
    pub(super) rows: Vec<Row>,
    /// Days in the group before residence is looked at.
    stays: Vec<Stay>,
    /// Since when outside education, and why.
    outside: Option<(NaiveDate, Reason)>,
    /// The open enrolment.
    open: Option<Row>,
}

/// The first Monday on or after a day.
fn monday(year: i32, month: u32, day: u32) -> NaiveDate {
    weekday(year, month, day, Weekday::Mon)
}

fn weekday(year: i32, month: u32, day: u32, weekday: Weekday) -> NaiveDate {
    let from = NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN);
    from.iter_days().find(|date| date.weekday() == weekday).unwrap_or(from)
}

/// First day of the autumn term.
pub(super) fn autumn_start(year: i32) -> NaiveDate {
    monday(year, 8, 17)
}

/// Last day of the spring term.
pub(super) fn spring_end(year: i32) -> NaiveDate {
    weekday(year, 6, 8, Weekday::Wed)
}

/// The day after compulsory schooling.
fn after_compulsory(born: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(born.year() + 16, 7, 1).unwrap_or(NaiveDate::MIN)
}

impl<'a> Life<'a> {
    /// Lives the life of `number` to the end of the school year of the horizon; what lies ahead no extract shows yet.
    pub(super) fn of(number: PersonalNumber, seed: u64, setting: Setting<'a>) -> Self {
        let mut life = Self::schooled(number, seed, setting);
        life.reside();
        life
    }

    /// As [`Life::of`], before it is known where the youth is registered.
    pub(super) fn schooled(number: PersonalNumber, seed: u64, setting: Setting<'a>) -> Self {
        let digits = number.digits();
        let stream = digits.parse().unwrap_or(0);
        let mut random = Random::new(seed, stream);
        let (given, family) = names::name(&mut random, number.is_woman());
        let mut life = Self {
            setting,
            random,
            number: digits,
            given,
            family,
            born: number.born(),
            rows: Vec::new(),
            stays: Vec::new(),
            outside: None,
            open: None,
        };
        life.go_to_school();
        life
    }

    /// Whom the team works with.
    pub(super) fn youth(&self) -> Youth<'_> {
        Youth {
            number: &self.number,
            name: (&self.given, &self.family),
            of_age: birthday(self.born, 18),
            since: self.setting.horizon - Days::new(2 * 365),
        }
    }

    /// The stays in the group while resident and under 20, in order.
    pub(super) fn stays(&self) -> &[Stay] {
        &self.stays
    }

    fn row(&mut self, kind: Kind, cells: &[(&str, &str)]) -> &mut Row {
        self.rows.push(Row::new(kind, &self.number, cells));
        let last = self.rows.len() - 1;
        &mut self.rows[last]
    }

    fn go_to_school(&mut self) {
        let leaves = self.born.year() + 16;
        self.compulsory(leaves);
        self.outside = Some((after_compulsory(self.born), Reason::NeverStarted));
        let mut place = Place::Out;
        for year in leaves..=self.setting.horizon.year() {
            place = self.begin_year(place, year, year == leaves);
            place = self.live_year(place, year);
        }
        if self.open.as_ref().is_some_and(|open| open.get("slutdatum").is_empty()) {
            self.write_grade(self.setting.horizon);
        }
        self.rows.extend(self.open.take());
        if let Some((from, reason)) = self.outside.take().filter(|(from, _)| *from <= self.setting.horizon) {
            self.stays.push(Stay { from, to: None, reason, ground: None });
        }
    }

    /// The student register holds the last years of compulsory school too.
    fn compulsory(&mut self, leaves: i32) {
        if leaves < self.setting.horizon.year() {
            return;
        }
        self.enrol("GR", "", &names::COMPULSORY, "9", autumn_start(leaves - 1), spring_end(leaves));
        self.leave(spring_end(leaves), "");
        self.rows.extend(self.open.take());
    }

    fn begin_year(&mut self, place: Place, year: i32, first: bool) -> Place {
        let next = match place {
            Place::Out if first => self.random.weighed(&[
                (834, Place::National(1)),
                (128, Place::Introductory),
                (14, Place::Adapted(1)),
                (8, Place::Elsewhere),
                (16, Place::Out),
            ]),
            Place::Out => self.come_back(year),
            other => return other,
        };
        if first {
            self.admit(next, year);
        }
        self.start(next, year);
        next
    }

    /// Who may begin upper-secondary school until the spring term of the year of the 20th birthday does so now and then.
    fn come_back(&mut self, year: i32) -> Place {
        let age = year - self.born.year();
        match age {
            17 => self.random.weighed(&[(340, Place::National(1)), (160, Place::Introductory), (500, Place::Out)]),
            18 => self.random.weighed(&[(220, Place::National(1)), (100, Place::Introductory), (680, Place::Out)]),
            _ => Place::Out,
        }
    }

    fn start(&mut self, place: Place, year: i32) {
        let start = autumn_start(year);
        match place {
            Place::National(_) => {
                let school = self.upper_secondary();
                let programme = *self.random.pick(school.programmes);
                self.enter(start, Ground::NationalProgramme);
                self.enrol("GY", programme, school, "1", start, spring_end(year + 3));
            }
            Place::Introductory => {
                let programme = *self.random.pick(names::INTRODUCTORY.programmes);
                self.enter(start, Ground::IntroductoryProgramme);
                self.enrol("GY", programme, &names::INTRODUCTORY, "1", start, spring_end(year + 1));
            }
            Place::Adapted(_) => {
                self.enter(start, Ground::NationalProgramme);
                self.enrol("GYAN", "AAAH", &names::ADAPTED, "1", start, spring_end(year + 4));
            }
            Place::Elsewhere => self.elsewhere(start),
            Place::Out | Place::Done => {}
        }
    }

    /// A school outside the area of co-operation: most are cleared by a decision, some not yet.
    fn elsewhere(&mut self, start: NaiveDate) {
        if self.random.chance(800) {
            self.enter(start, Ground::EquivalentEducation);
            let (from, till) = (start.to_string(), spring_end(start.year() + 3).to_string());
            let decision =
                [("beslut", "UTBILDNING_UTANFOR_OMRADET"), ("fran", &from), ("till", &till), ("kalla", "SKOLA")];
            let known = start + Days::new(self.random.between(20, 70));
            self.row(Kind::Decisions, &decision).known = known;
        }
    }

    fn admit(&mut self, place: Place, year: i32) {
        // Admission results of earlier years are no longer in anybody's mailbox.
        if year + 1 < self.setting.horizon.year() {
            return;
        }
        let start = autumn_start(year);
        let day = (start - Days::new(46)).to_string();
        let (status, programme) = match place {
            Place::National(_) => ("ANTAGEN", "Nationellt program"),
            Place::Introductory => ("ANTAGEN", "IM"),
            Place::Out => (*self.random.pick(&["EJ_SOKT", "EJ_SOKT", "EJ_ANTAGEN", "TACKAT_NEJ"]), ""),
            Place::Adapted(_) | Place::Elsewhere | Place::Done => return,
        };
        let start = if status == "ANTAGEN" { start.to_string() } else { String::new() };
        let cells = [("status", status), ("datum", &day), ("terminsstart", &start), ("studievag", programme)];
        self.row(Kind::Admissions, &cells);
    }

    fn live_year(&mut self, place: Place, year: i32) -> Place {
        let end = spring_end(year + 1);
        if matches!(place, Place::National(_) | Place::Introductory) && self.random.chance(45) {
            let warning = *self.random.pick(&[
                "FRANVARO_UTREDNING",
                "FRANVARO_UTREDNING",
                "BEFARAS_EJ_EXAMEN",
                "ANDRAD_STUDIEPLAN",
            ]);
            let day = autumn_start(year) + Days::new(self.random.between(35, 240));
            self.report(warning, day);
        }
        match place {
            Place::National(_) if self.random.chance(23) => self.drop_out(year, Reason::Interrupted),
            Place::Introductory if self.random.chance(60) => self.drop_out(year, Reason::IntroductoryEnded),
            Place::National(_) if self.random.chance(35) => self.change_school(year, place),
            Place::National(3) => self.finish(end),
            Place::National(year) => Place::National(year + 1),
            Place::Introductory => self.after_introductory(year),
            Place::Adapted(4) => {
                self.leave(end, "");
                self.credential("GYMNASIEBEVIS_ANPASSAD", end);
                Place::Done
            }
            Place::Adapted(year) => Place::Adapted(year + 1),
            Place::Out => self.adult_studies(year),
            Place::Elsewhere | Place::Done => place,
        }
    }

    fn drop_out(&mut self, year: i32, reason: Reason) -> Place {
        let day = autumn_start(year) + Days::new(self.random.between(25, 275));
        let open_in_register = self.random.chance(40);
        if self.random.chance(550) || open_in_register {
            let event = *self.random.pick(&["AVBROTT", "AVBROTT", "UTEBLIVEN_MANAD"]);
            self.report(event, day);
        }
        if open_in_register {
            // The school forgets the register for a month and a half.
            self.leave_known(day - Days::new(1), "AVBROTT", day + Days::new(45));
        } else {
            self.leave(day - Days::new(1), "AVBROTT");
        }
        self.outside = Some((day, reason));
        if self.random.chance(300) { self.adult_studies(year) } else { Place::Out }
    }

    fn change_school(&mut self, year: i32, place: Place) -> Place {
        let last = autumn_start(year) + Days::new(self.random.between(10, 200));
        let (expected, grade) = self.open.as_ref().map_or((String::new(), String::new()), |open| {
            (open.get("beraknat_slut").to_owned(), open.get("arskurs").to_owned())
        });
        if self.random.chance(300) {
            self.report("BYTER_UTBILDNING", last - Days::new(9));
        }
        self.leave(last, "BYTE");
        let school = self.upper_secondary();
        let programme = *self.random.pick(school.programmes);
        let start = last + Days::new(self.random.between(1, 6));
        let expected = expected.parse().unwrap_or_else(|_| spring_end(year + 3));
        self.outside = None;
        self.enrol("GY", programme, school, &grade, start, expected);
        match place {
            Place::National(3) => self.finish(spring_end(year + 1)),
            Place::National(year) => Place::National(year + 1),
            other => other,
        }
    }

    fn finish(&mut self, end: NaiveDate) -> Place {
        let outcome = self.random.weighed(&[(898, "EXAMENSBEVIS"), (60, "STUDIEBEVIS"), (42, "")]);
        if outcome.is_empty() {
            self.report("BEFARAS_FORLANGD", end - Days::new(60));
            if let Some(open) = &mut self.open {
                open.set("beraknat_slut", spring_end(end.year() + 1).to_string());
            }
            return Place::National(3);
        }
        self.leave(end, "");
        self.credential(outcome, end);
        if outcome == "EXAMENSBEVIS" {
            self.outside = None;
            return Place::Done;
        }
        self.outside = Some((end + Days::new(1), Reason::StudyCertificate));
        Place::Out
    }

    fn after_introductory(&mut self, year: i32) -> Place {
        let end = spring_end(year + 1);
        self.leave(end, "");
        self.outside = Some((end + Days::new(1), Reason::IntroductoryEnded));
        let next = self.random.weighed(&[(480, Place::National(1)), (400, Place::Introductory), (120, Place::Out)]);
        let next = if year + 1 - self.born.year() > 18 { Place::Out } else { next };
        if next == Place::Out && self.random.chance(500) {
            self.credential("GYMNASIEINTYG", end);
        }
        if next != Place::Out {
            self.start(next, year + 1);
        }
        next
    }

    /// Komvux or folkhögskola from August or January on, for some of those who are outside.
    fn adult_studies(&mut self, year: i32) -> Place {
        let Some((since, _)) = self.outside else { return Place::Out };
        let autumn = autumn_start(year) + Days::new(7);
        let spring = monday(year + 1, 1, 15);
        let start = if since <= autumn && self.random.chance(300) {
            autumn
        } else if since <= spring && self.random.chance(250) {
            spring
        } else {
            return Place::Out;
        };
        if year - self.born.year() < 17 {
            return Place::Out;
        }
        self.study_as_adult(start, year)
    }

    fn study_as_adult(&mut self, start: NaiveDate, year: i32) -> Place {
        let end = if start.month() < 8 { spring_end(year + 1) } else { monday(year + 1, 1, 11) + Days::new(4) };
        // Basic level, Swedish for immigrants and the motivational course leave the youth in the group.
        let counts = self.random.chance(850);
        if self.random.chance(160) {
            self.folk_course(start, end, counts);
        } else {
            self.courses(start, end, counts);
        }
        if !counts {
            return Place::Out;
        }
        self.enter(start, Ground::EquivalentEducation);
        if self.random.chance(120) {
            self.credential("KOMVUXEXAMEN", end);
            return Place::Done;
        }
        self.outside = Some((end + Days::new(1), Reason::AdultStudiesEnded));
        Place::Out
    }

    fn folk_course(&mut self, start: NaiveDate, end: NaiveDate, counts: bool) {
        let (kind, level) = if counts { ("ALLMAN", "GYMNASIAL") } else { ("SMF", "GRUNDLAGGANDE") };
        let (from, to) = (start.to_string(), end.to_string());
        let cells = [("kurstyp", kind), ("niva", level), ("startdatum", &from), ("slutdatum", &to)];
        self.row(Kind::FolkHighSchool, &cells).set("skola", "Exempels folkhögskola");
    }

    fn courses(&mut self, start: NaiveDate, end: NaiveDate, counts: bool) {
        let level = if counts { "GYMNASIAL" } else { *self.random.pick(&["GRUNDLAGGANDE", "SFI"]) };
        let mut courses = ["Svenska 1", "Matematik 1a", "Engelska 6", "Historia 1b"].as_slice();
        for _ in 0..self.random.between(1, 3) {
            let (course, rest) = courses.split_first().unwrap_or((&"", &[]));
            courses = rest;
            let course = if counts { *course } else { "" };
            let extent = *self.random.pick(&["25", "50", "50", "100"]);
            let (from, to) = (start.to_string(), end.to_string());
            let cells = [
                ("niva", level),
                ("startdatum", from.as_str()),
                ("slutdatum", &to),
                ("omfattning", extent),
                ("kurs", course),
                ("anordnare", "Vuxenutbildning Exempelby"),
            ];
            self.row(Kind::AdultEducation, &cells);
            if !counts {
                break;
            }
        }
    }

    fn upper_secondary(&mut self) -> &'static School {
        let school = self.random.weighed(&[(560, 0), (240, 1), (150, 2), (50, 3)]);
        &names::UPPER_SECONDARY[school]
    }

    fn enrol(&mut self, form: &str, programme: &str, school: &School, grade: &str, start: NaiveDate, end: NaiveDate) {
        self.rows.extend(self.open.take());
        let reduced = if form == "GY" && self.random.chance(25) { "J" } else { "N" };
        let (start, end) = (start.to_string(), end.to_string());
        let (unit, municipality) = self.setting.place_of(school);
        self.open = Some(Row::new(
            Kind::StudentRegister,
            &self.number,
            &[
                ("skolform", form),
                ("studievag", programme),
                ("skola", school.name),
                ("skolenhetskod", &unit),
                ("huvudman", school.provider),
                ("skolkommun", &municipality),
                ("arskurs", grade),
                ("startdatum", &start),
                ("beraknat_slut", &end),
                ("reducerat", reduced),
            ],
        ));
    }

    fn leave(&mut self, last: NaiveDate, interruption: &str) {
        if let Some(open) = &mut self.open {
            open.set("slutdatum", last.to_string());
            open.set("avbrottsorsak", interruption);
        }
        self.write_grade(last);
    }

    /// The school year that the student has reached.
    fn write_grade(&mut self, day: NaiveDate) {
        let Some(open) = self.open.as_mut().filter(|open| open.get("skolform").starts_with("GY")) else { return };
        let Ok(start) = open.get("startdatum").parse::<NaiveDate>() else { return };
        let begun = day.year() - start.year() + i32::from(day.month() >= 7);
        open.set("arskurs", begun.clamp(1, 4).to_string());
    }

    /// As `leave`, but the register shows it only from `known` on.
    fn leave_known(&mut self, last: NaiveDate, interruption: &str, known: NaiveDate) {
        if let Some(open) = &self.open {
            let mut still_open = open.clone();
            still_open.gone = Some(known);
            self.rows.push(still_open);
        }
        self.leave(last, interruption);
        if let Some(open) = &mut self.open {
            open.known = known;
        }
    }

    fn credential(&mut self, kind: &str, day: NaiveDate) {
        let day = day.to_string();
        self.row(Kind::Credentials, &[("typ", kind), ("datum", &day)]);
    }

    fn report(&mut self, event: &str, day: NaiveDate) {
        let Some(open) = &self.open else { return };
        let (school, unit, provider) =
            (open.get("skola").to_owned(), open.get("skolenhetskod").to_owned(), open.get("huvudman").to_owned());
        let day = day.to_string();
        let cells = [
            ("handelse", event),
            ("datum", day.as_str()),
            ("skola", &school),
            ("skolenhetskod", &unit),
            ("huvudman", &provider),
        ];
        self.row(Kind::ProviderReports, &cells);
    }

    /// Begins an education: the days since the last one were a stay in the group, unless they were a pause.
    fn enter(&mut self, start: NaiveDate, ground: Ground) {
        let Some((from, reason)) = self.outside.take() else { return };
        let days = (start - from).num_days();
        let summer = from.month() >= 6 && start.year() == from.year() && (start.month(), start.day()) <= (9, 15);
        let refused = matches!(reason, Reason::Interrupted | Reason::StudyCertificate);
        let pause = !refused && (days <= 30 || summer);
        if days > 0 && !pause {
            self.stays.push(Stay { from, to: Some(start), reason, ground: Some(ground) });
        }
    }
}
