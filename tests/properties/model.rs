//! The rules once more, day by day and straight from the contract's text (section 3), without periods.
//!
//! Everything is a question about one day, answered by looking at the rows; what is asked often is kept as one answer
//! per day of the calendar. Slow and plain on purpose: nothing of `kaa::timeline` is used but the names of its flags.
//! Where the contract leaves a choice, a comment that begins with "Reading:" says which one the program takes.

use chrono::{Datelike, Days, NaiveDate};
use kaa::records::{
    Admission, AdmissionStatus, AdultCourse, AdultLevel, CompulsoryKind, CompulsorySchooling, CredentialKind,
    DecisionKind, Enrolment, FolkCourse, FolkCourseKind, FolkLevel, Ground, InterruptionReason, Protection,
    ProviderReport, Reason, RegisterChange, RegisterEvent, Registered, ReportEvent, SchoolForm, Tables, Text, fold,
};
use kaa::timeline::{Flag, Flags, InquiryKind};

use crate::lives::{Scene, here};

/// A spell as the model sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSpell {
    pub from: NaiveDate,
    pub last: Option<NaiveDate>,
    pub reason: Reason,
    pub ground: Option<Ground>,
    pub flags: Flags,
}

/// Why a day is a day in the group, or the first condition that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Member,
    NotResident,
    NotOfAge,
    Completed,
    InEducation,
    Bridged,
    /// SOMMAR_OAVGJORD.
    SummerUndecided,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    National,
    Introductory,
    Adult,
    FolkHighSchool,
    Decided,
    AdmittedNational,
    AdmittedIntroductory,
}

/// One education, one answer per day.
struct Study<'a> {
    kind: Kind,
    days: Vec<bool>,
    interrupted: bool,
    vanished: bool,
    enrolment: Option<&'a Enrolment>,
    school: (Option<&'a Text>, Option<&'a Text>),
}

impl Study<'_> {
    fn is_provisional(&self) -> bool {
        matches!(self.kind, Kind::AdmittedNational | Kind::AdmittedIntroductory)
    }
}

/// One person, day by day.
pub struct Model<'a> {
    scene: &'a Scene,
    rows: &'a Tables,
    /// The days that are looked at: well before the first row to well after the last.
    calendar: Vec<NaiveDate>,
    studies: Vec<Study<'a>>,
    in_education: Vec<bool>,
    /// For each day without education the first day of its gap.
    gap_first: Vec<NaiveDate>,
    /// For each day that is the first of a gap how that gap is bridged, and the first day that no longer is.
    bridges: Vec<Option<(Standing, NaiveDate)>>,
    /// The same for the day after compulsory schooling.
    school_bridge: Option<(Standing, NaiveDate)>,
    /// The rows that open or close residence, in order.
    turns: Vec<&'a RegisterChange>,
    /// The row of the snapshot that holds, of whichever municipality.
    snapshot: Option<&'a Registered>,
    resident: Vec<bool>,
    age_from: NaiveDate,
    completed: Option<NaiveDate>,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date - Days::new(days)
}

fn after(date: NaiveDate, days: u64) -> NaiveDate {
    date + Days::new(days)
}

/// Rule 3: a birthday on 29 February falls on the 28th in a common year.
fn birthday(born: NaiveDate, age: i32) -> NaiveDate {
    born.with_year(born.year() + age).unwrap_or_else(|| day(born.year() + age, 2, 28))
}

fn autumn(date: NaiveDate) -> NaiveDate {
    day(date.year(), 9, 15)
}

/// Rule 6: "at most 60 days from the last day, or after it and by 15 September when the last day lies in 1 June -
/// 15 September".
pub fn near(last: NaiveDate, date: NaiveDate) -> bool {
    let summer = day(last.year(), 6, 1) <= last && last <= autumn(last);
    (date - last).num_days().abs() <= 60 || (summer && date > last && date <= autumn(last))
}

/// Rule 5: when a report is about an enrolment or admission.
pub fn about(a: (Option<&Text>, Option<&Text>), b: (Option<&Text>, Option<&Text>)) -> bool {
    if let (Some(a), Some(b)) = (a.0, b.0) {
        return fold(a) == fold(b);
    }
    if let (Some(a), Some(b)) = (a.1, b.1) {
        return fold(a) == fold(b);
    }
    true
}

fn school_of(row: &Enrolment) -> (Option<&Text>, Option<&Text>) {
    (row.unit.as_ref(), row.school.as_ref())
}

fn begins(programme: Option<&Text>, with: &str) -> bool {
    programme.is_some_and(|programme| fold(programme).starts_with(with))
}

fn is_upper_secondary(row: &Enrolment) -> bool {
    matches!(row.form, SchoolForm::UpperSecondary | SchoolForm::AdaptedUpperSecondary)
}

fn is_introductory(row: &Enrolment) -> bool {
    row.form == SchoolForm::UpperSecondary && begins(row.programme.as_ref(), "im")
}

/// The last day of an enrolment in the register: as known, or the day before the first extract that lacks it, or its
/// `beraknat_slut` if that comes before.
fn last_day(row: &Enrolment) -> Option<NaiveDate> {
    let vanished = row.lost.map(|lost| before(lost, 1));
    row.end.or(vanished.map(|last| row.expected_end.map_or(last, |expected| last.min(expected))))
}

fn has_vanished(row: &Enrolment) -> bool {
    row.end.is_none() && row.lost.is_some()
}

fn last_compulsory(row: &CompulsorySchooling) -> Option<NaiveDate> {
    row.end.or(row.lost.map(|lost| before(lost, 1)))
}

fn is_ending_report(row: &ProviderReport) -> bool {
    matches!(row.event, ReportEvent::Interruption | ReportEvent::AbsentMonth)
}

fn completes(kind: CredentialKind) -> bool {
    use CredentialKind::{
        AdaptedCertificate, AdultDiploma, Diploma, FolkHighSchoolEligibility, ForeignDiploma, IbDiploma,
    };
    matches!(kind, Diploma | AdultDiploma | AdaptedCertificate | IbDiploma | ForeignDiploma | FolkHighSchoolEligibility)
}

impl<'a> Model<'a> {
    pub fn new(scene: &'a Scene) -> Self {
        Self::with_rows(scene, &scene.tables)
    }

    pub fn with_rows(scene: &'a Scene, rows: &'a Tables) -> Self {
        let first = day(scene.born.year() + 12, 1, 1);
        let calendar: Vec<NaiveDate> =
            first.iter_days().take_while(|date| date.year() < scene.born.year() + 25).collect();
        let mut model = Self {
            scene,
            rows,
            studies: Vec::new(),
            in_education: Vec::new(),
            gap_first: calendar.clone(),
            bridges: vec![None; calendar.len()],
            school_bridge: None,
            calendar,
            turns: Vec::new(),
            snapshot: None,
            resident: Vec::new(),
            age_from: first,
            completed: None,
        };
        model.turns = model.all_turns();
        model.snapshot = model.snapshot_row();
        model.age_from = after(model.last_compulsory_day(), 1);
        model.completed = rows.credentials.iter().filter(|row| completes(row.kind)).map(|row| row.date).min();
        model.resident = model.each_day(|date| model.is_resident(date));
        model.studies = model.all_studies();
        let days = 0..model.calendar.len();
        model.in_education = days.map(|at| model.studies.iter().any(|study| study.days[at])).collect();
        model.look_at_gaps();
        model
    }

    fn look_at_gaps(&mut self) {
        for at in 1..self.calendar.len() {
            if self.in_education[at] {
                continue;
            }
            if self.in_education[at - 1] {
                self.bridges[at] = self.bridge_from(self.calendar[at], false);
            } else {
                self.gap_first[at] = self.gap_first[at - 1];
            }
        }
        if !self.in_education[self.at(self.age_from)] {
            self.school_bridge = self.bridge_from(self.age_from, true);
        }
    }

    fn each_day(&self, holds: impl Fn(NaiveDate) -> bool) -> Vec<bool> {
        self.calendar.iter().map(|&date| holds(date)).collect()
    }

    fn at(&self, date: NaiveDate) -> usize {
        usize::try_from((date - self.calendar[0]).num_days()).unwrap()
    }

    fn covers(&self, study: &Study<'_>, date: NaiveDate) -> bool {
        study.days[self.at(date)]
    }

    /// The educations whose first day without is `date`.
    fn ending_on(&self, date: NaiveDate) -> impl Iterator<Item = &Study<'a>> {
        self.studies.iter().filter(move |study| self.covers(study, before(date, 1)) && !self.covers(study, date))
    }

    // Rule 2.

    fn extracted(&self, file: u32) -> NaiveDate {
        self.scene.extracted[file as usize]
    }

    /// A `folkbokford_fran` after x counts as empty.
    fn registered_from(&self, row: &Registered) -> Option<NaiveDate> {
        row.registered_from.filter(|&from| from <= self.extracted(row.place.file))
    }

    /// Of two rows the later `folkbokford_fran` (empty: earliest; equal: the lower row).
    /// Reading: of rows from two sources with equal dates, the later extract.
    fn snapshot_row(&self) -> Option<&'a Registered> {
        let order =
            |row: &&Registered| (self.registered_from(row), self.extracted(row.place.file), row.place.row, row.place);
        self.rows.registered.iter().max_by_key(order)
    }

    fn ours(&self) -> Option<&'a Registered> {
        self.snapshot.filter(|row| row.municipality == here())
    }

    /// x.
    fn extract_date(&self) -> NaiveDate {
        self.snapshot.map_or(self.scene.latest_snapshot(), |row| self.extracted(row.place.file))
    }

    /// Whether a change row opens (`Some(true)`), closes (`Some(false)`) or does nothing.
    /// Reading: a NYTT_PERSONNUMMER or SKYDD row does nothing, whatever its codes.
    fn effect(row: &RegisterChange) -> Option<bool> {
        use RegisterEvent::{Death, Emigration, Immigration, MoveIn, MoveOut, NewNumber, Protection, Removal};
        match row.event {
            Emigration | Death | Removal => return Some(false),
            NewNumber | Protection => return None,
            _ => {}
        }
        let to_us = match row.to {
            Some(to) => to == here(),
            None => matches!(row.event, MoveIn | Immigration),
        };
        let from_us = match row.from {
            Some(from) => from == here(),
            None => row.event == MoveOut,
        };
        (to_us != from_us).then_some(to_us)
    }

    /// The rows that open or close, in order: "on one day closing, opening, death".
    fn all_turns(&self) -> Vec<&'a RegisterChange> {
        let mut rows: Vec<_> = self.rows.changes.iter().filter(|row| Self::effect(row).is_some()).collect();
        rows.sort_by_key(|row| (row.date, row.event == RegisterEvent::Death, Self::effect(row)));
        rows
    }

    /// The snapshot's first day for the person: `folkbokford_fran`, else the last opening row, else always.
    fn snapshot_from(&self, row: &Registered) -> NaiveDate {
        let x = self.extract_date();
        let openings = self.rows.changes.iter().filter(|row| Self::effect(row) == Some(true));
        let last_opening = openings.map(|row| row.date).filter(|&date| date <= x).max();
        self.registered_from(row).or(last_opening).unwrap_or(NaiveDate::MIN)
    }

    fn is_resident(&self, date: NaiveDate) -> bool {
        let dead = |row: &&RegisterChange| row.event == RegisterEvent::Death && row.date <= date;
        if self.rows.changes.iter().any(|row| dead(&row)) {
            return false;
        }
        let decided = self
            .rows
            .decisions
            .iter()
            .filter(|row| matches!(row.kind, DecisionKind::LivesHere | DecisionKind::LivesElsewhere))
            .filter(|row| row.start <= date && date <= row.end)
            .max_by_key(|row| (row.start, row.kind == DecisionKind::LivesElsewhere));
        match decided {
            Some(row) => row.kind == DecisionKind::LivesHere,
            None => self.is_registered(date),
        }
    }

    fn is_registered(&self, date: NaiveDate) -> bool {
        let x = self.extract_date();
        if date > x {
            let later = self.turns.iter().rfind(|row| row.date > x && row.date <= date);
            return later.map_or_else(|| self.is_registered(x), |row| Self::effect(row) == Some(true));
        }
        let known: Vec<_> = match self.ours() {
            Some(row) if self.snapshot_from(row) <= date => return true,
            Some(row) => self.turns.iter().filter(|turn| turn.date <= self.snapshot_from(row)).collect(),
            None => self.turns.iter().filter(|turn| turn.date <= x).collect(),
        };
        if let Some(last) = known.iter().rfind(|row| row.date <= date) {
            // Who is not in the snapshot is not resident from x, whatever the last row did.
            return Self::effect(last) == Some(true) && (date < x || self.ours().is_some());
        }
        // Before the first row the opposite of what it did.
        // Reading: a row that closes a residence in another municipality did nothing here.
        known.first().is_some_and(|first| {
            let left_another = first.from.is_some_and(|from| from != here());
            Self::effect(first) == Some(false) && !left_another
        })
    }

    /// FOLKBOKFORING_MOTSAGS.
    fn is_contradicted(&self) -> bool {
        let x = self.extract_date();
        let mut turns = self.turns.iter().filter(|row| row.date <= x);
        match self.ours() {
            Some(row) => turns.any(|turn| turn.date > self.snapshot_from(row)),
            None => turns.next_back().is_some_and(|last| Self::effect(last) == Some(true)),
        }
    }

    // Rule 3.

    fn last_compulsory_day(&self) -> NaiveDate {
        let end = |year| self.scene.law.compulsory_end.in_year(year);
        let born = self.scene.born;
        let normal = end(born.year() + 16);
        let rows = |kind| self.rows.compulsory.iter().filter(move |row| row.kind == kind);
        let mut last = normal;
        for row in rows(CompulsoryKind::Prolonged) {
            // Empty: one year later; one that vanished ended before the extract that lacks it, if that comes before.
            let a_year_later = end(born.year() + 17);
            let until = row.end.unwrap_or(last_compulsory(row).map_or(a_year_later, |lost| lost.min(a_year_later)));
            last = last.max(until);
        }
        last = last.min(before(birthday(born, 18), 1));
        let early = rows(CompulsoryKind::EndedEarly).filter_map(last_compulsory).min();
        early.map_or(last, |early| early.min(last))
    }

    fn is_of_age(&self, date: NaiveDate) -> bool {
        self.age_from <= date && date < birthday(self.scene.born, 20)
    }

    // Rules 4 and 5.

    fn all_studies(&self) -> Vec<Study<'a>> {
        let mut studies: Vec<Study<'a>> = self.enrolments().into_iter().filter_map(|row| self.enrolled(row)).collect();
        let admitted: Vec<_> = self.rows.admissions.iter().filter_map(|row| self.admitted(row, &studies)).collect();
        studies.extend(admitted);
        studies.extend(self.adult_studies());
        studies.extend(self.rows.folk_courses.iter().filter_map(|row| self.folk(row)));
        for row in &self.rows.decisions {
            use DecisionKind::{EducationOutsideArea, OtherEquivalent, StudiesAbroad};
            if matches!(row.kind, EducationOutsideArea | StudiesAbroad | OtherEquivalent) {
                studies.push(self.plain(Kind::Decided, |date| row.start <= date && date <= row.end));
            }
        }
        // An empty period is nothing: it neither starts nor ends.
        studies.retain(|study| study.days.contains(&true));
        studies
    }

    fn plain(&self, kind: Kind, holds: impl Fn(NaiveDate) -> bool) -> Study<'a> {
        let days = self.each_day(holds);
        Study { kind, days, interrupted: false, vanished: false, enrolment: None, school: (None, None) }
    }

    /// GY and GYAN; "the same enrolment twice with different ends: the later end".
    /// Reading: the same is the same form, first day and school; with equal ends both stand.
    fn enrolments(&self) -> Vec<&'a Enrolment> {
        let mut rows: Vec<_> = self.rows.enrolments.iter().filter(|row| is_upper_secondary(row)).collect();
        let until = |row: &Enrolment| last_day(row).unwrap_or(NaiveDate::MAX);
        rows.sort_by_key(|row| std::cmp::Reverse(until(row)));
        let mut kept: Vec<&'a Enrolment> = Vec::new();
        for row in rows {
            let same = |other: &&&Enrolment| {
                other.form == row.form && other.start == row.start && about(school_of(other), school_of(row))
            };
            if !kept.iter().filter(same).any(|other| until(other) > until(row)) {
                kept.push(row);
            }
        }
        kept
    }

    fn in_register(row: &Enrolment, date: NaiveDate) -> bool {
        let counts = !is_introductory(row) || date >= day(2018, 7, 1);
        counts && row.start <= date && last_day(row).is_none_or(|last| date <= last)
    }

    fn reports_about(&self, row: &Enrolment) -> impl Iterator<Item = &'a ProviderReport> {
        let school = (row.unit, row.school);
        self.rows.reports.iter().filter(move |report| {
            about((report.unit.as_ref(), report.school.as_ref()), (school.0.as_ref(), school.1.as_ref()))
        })
    }

    /// EJ_PABORJAT on d removes the enrolments it is about that start in [d - 30, d].
    fn is_removed(&self, row: &Enrolment) -> bool {
        self.reports_about(row).any(|report| {
            report.event == ReportEvent::NotStarted && before(report.date, 30) <= row.start && row.start <= report.date
        })
    }

    /// AVBROTT and UTEBLIVEN_MANAD on d end the enrolments that contain d, at d.
    fn ended_by_report(&self, row: &Enrolment) -> Option<NaiveDate> {
        let holds = |report: &&ProviderReport| is_ending_report(report) && Self::in_register(row, report.date);
        self.reports_about(row).filter(holds).map(|report| report.date).min()
    }

    fn enrolled(&self, row: &'a Enrolment) -> Option<Study<'a>> {
        if self.is_removed(row) {
            return None;
        }
        let ended = self.ended_by_report(row);
        let soon_after = |report: &ProviderReport| {
            last_day(row).is_some_and(|last| before(report.date, 30) <= last && last <= before(report.date, 1))
        };
        let reported = self.reports_about(row).any(|report| is_ending_report(report) && soon_after(report));
        let broken_off = row.end.is_some() && row.interruption == Some(InterruptionReason::Interrupted);
        Some(Study {
            kind: if is_introductory(row) { Kind::Introductory } else { Kind::National },
            days: self.each_day(|date| Self::in_register(row, date) && ended.is_none_or(|ended| date < ended)),
            interrupted: ended.is_some() || reported || broken_off,
            vanished: has_vanished(row) && ended.is_none(),
            enrolment: Some(row),
            school: school_of(row),
        })
    }

    /// Rule 4, provisional admission.
    fn admitted(&self, row: &'a Admission, enrolled: &[Study<'a>]) -> Option<Study<'a>> {
        let start = row.term_start.filter(|_| row.status == AdmissionStatus::Admitted)?;
        let end = after(start, 30);
        let window = |date: NaiveDate| start <= date && date < end;
        let undoes = |other: &&Admission| {
            use AdmissionStatus::{Declined, NotAdmitted, NotApplied};
            matches!(other.status, NotAdmitted | NotApplied | Declined) && other.date > row.date && other.date < end
        };
        let concerns = |report: &&ProviderReport| {
            about((report.unit.as_ref(), report.school.as_ref()), (None, row.school.as_ref())) && window(report.date)
        };
        let reports: Vec<_> = self.rows.reports.iter().filter(concerns).collect();
        let never_came = reports.iter().any(|report| report.event == ReportEvent::NotStarted);
        if never_came || self.rows.admissions.iter().any(|other| undoes(&other)) {
            return None;
        }
        // An enrolment that a report removed, or ended on its first day, did not start.
        let started = enrolled.iter().filter(|study| study.days.contains(&true)).filter_map(|study| study.enrolment);
        let enrolment_starts = started.map(|row| row.start).filter(|&day| window(day)).min().unwrap_or(end);
        let broken_off = reports.iter().filter(|report| is_ending_report(report)).map(|report| report.date).min();
        let until = broken_off.unwrap_or(end).min(enrolment_starts);
        let introductory = begins(row.programme.as_ref(), "im");
        Some(Study {
            kind: if introductory { Kind::AdmittedIntroductory } else { Kind::AdmittedNational },
            days: self.each_day(|date| window(date) && date < until),
            interrupted: broken_off.is_some_and(|date| date <= enrolment_starts),
            vanished: false,
            enrolment: None,
            school: (None, row.school.as_ref()),
        })
    }

    fn holds_adult(row: &AdultCourse, date: NaiveDate) -> bool {
        let counts = matches!(row.level, AdultLevel::UpperSecondary | AdultLevel::AdaptedUpperSecondary);
        let open = row.end.is_none() && row.interrupted.is_none();
        counts
            && row.start <= date
            && row.end.is_none_or(|end| date <= end)
            && row.interrupted.is_none_or(|day| date < day)
            && row.lost.filter(|_| open).is_none_or(|lost| date < lost)
    }

    /// Komvux counts "on days when the extents of the person's such rows sum to at least the config's limit".
    /// Reading: without a limit every course is an education; with one, the days on which the sum is reached are.
    fn adult_studies(&self) -> Vec<Study<'a>> {
        if self.scene.law.adult_extent_limit > 0 {
            return vec![self.plain(Kind::Adult, |date| self.adult_extents_suffice(date))];
        }
        let course = |row: &'a AdultCourse| {
            let mut study = self.plain(Kind::Adult, |date| Self::holds_adult(row, date));
            study.vanished = Self::adult_vanished(row);
            study.school = (None, row.provider.as_ref());
            study
        };
        self.rows.adult_courses.iter().map(course).collect()
    }

    fn adult_extents_suffice(&self, date: NaiveDate) -> bool {
        let courses = self.rows.adult_courses.iter().filter(|row| Self::holds_adult(row, date));
        let extents: Vec<Option<u32>> = courses.map(|row| row.extent.map(|extent| u32::from(extent.0))).collect();
        let limit = u32::from(self.scene.law.adult_extent_limit);
        extents.iter().any(Option::is_none) || extents.iter().flatten().sum::<u32>() >= limit
    }

    fn adult_vanished(row: &AdultCourse) -> bool {
        row.end.is_none() && row.interrupted.is_none() && row.lost.is_some()
    }

    fn folk(&self, row: &'a FolkCourse) -> Option<Study<'a>> {
        if row.level != Some(FolkLevel::UpperSecondary) || row.kind == FolkCourseKind::Motivational {
            return None;
        }
        let open = row.end.is_none() && row.interrupted.is_none();
        let mut study = self.plain(Kind::FolkHighSchool, |date| {
            row.start <= date
                && row.end.is_none_or(|end| date <= end)
                && row.interrupted.is_none_or(|day| date < day)
                && row.lost.filter(|_| open).is_none_or(|lost| date < lost)
        });
        study.vanished = open && row.lost.is_some();
        study.school = (None, row.school.as_ref());
        Some(study)
    }

    // Rule 6.

    /// The first day, on or after `date`, of education after a day without.
    fn next_education(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.calendar.iter().copied().find(|&next| next >= date && self.in_education[self.at(next)])
    }

    fn credential_near(&self, last: NaiveDate, wanted: impl Fn(CredentialKind) -> bool) -> bool {
        self.rows.credentials.iter().any(|row| wanted(row.kind) && near(last, row.date))
    }

    fn without_diploma(kind: CredentialKind) -> bool {
        matches!(kind, CredentialKind::StudyCertificate | CredentialKind::IbWithoutDiploma)
    }

    /// How the days from `first` on, all without education, are bridged, and the first day that no longer is.
    fn bridge_from(&self, first: NaiveDate, after_school: bool) -> Option<(Standing, NaiveDate)> {
        let last = before(first, 1);
        let interrupted = self.ending_on(first).any(|study| study.interrupted);
        if interrupted || self.credential_near(last, Self::without_diploma) {
            return None;
        }
        let summer = first >= day(first.year(), if after_school { 5 } else { 6 }, 1);
        let education = self.next_education(first);
        let credential = self.completed.filter(|&completed| completed >= first);
        // From compulsory schooling only "to an education".
        let goal = if after_school { education } else { education.into_iter().chain(credential).min() };
        let reached = |goal: NaiveDate| {
            let days_without = (goal - first).num_days();
            days_without <= i64::from(self.scene.law.bridge_days) || (summer && goal <= autumn(first))
        };
        if let Some(goal) = goal.filter(|&goal| reached(goal)) {
            return Some((Standing::Bridged, goal));
        }
        // "no known continuation": neither an education nor a credential, at any time.
        let undecided = summer
            && education.is_none()
            && credential.is_none()
            && self.scene.as_of <= autumn(first)
            && !self.credential_near(last, |kind| kind == CredentialKind::IntroductoryCertificate)
            && !self.last_admission_is_a_no(first.year())
            && !self.finishes_school(first);
        undecided.then_some((Standing::SummerUndecided, after(self.scene.as_of, 1)))
    }

    fn last_admission_is_a_no(&self, year: i32) -> bool {
        let rows = || self.rows.admissions.iter().filter(|row| row.date.year() == year);
        let last = rows().map(|row| row.date).max();
        let admitted = rows().any(|row| Some(row.date) == last && row.status == AdmissionStatus::Admitted);
        last.is_some() && !admitted
    }

    /// A RATT_ATT_SLUTFORA row begins by 15 September and holds on or after the gap's first day.
    fn finishes_school(&self, first: NaiveDate) -> bool {
        self.rows.compulsory.iter().any(|row| {
            row.kind == CompulsoryKind::RightToComplete
                && row.start <= autumn(first)
                && last_compulsory(row).is_none_or(|last| last >= first)
        })
    }

    /// How `date`, a day without education, is bridged: from the end of the education before it, or from the day
    /// after compulsory schooling. Reading: either bridge is enough.
    fn bridged(&self, date: NaiveDate) -> Option<Standing> {
        let first = self.gap_first[self.at(date)];
        let holds = |bridge: Option<(Standing, NaiveDate)>| {
            bridge.filter(|&(_, until)| date < until).map(|(standing, _)| standing)
        };
        let after_education = holds(self.bridges[self.at(first)]);
        let in_this_gap = first <= self.age_from && self.age_from <= date;
        let after_school = holds(self.school_bridge.filter(|_| in_this_gap));
        match (after_education, after_school) {
            (Some(Standing::Bridged), _) | (_, Some(Standing::Bridged)) => Some(Standing::Bridged),
            (a, b) => a.or(b),
        }
    }

    // Rules 7 and 8.

    /// Why `date` is, or is not, a day in the group.
    pub fn standing(&self, date: NaiveDate) -> Standing {
        if !self.resident[self.at(date)] {
            Standing::NotResident
        } else if !self.is_of_age(date) {
            Standing::NotOfAge
        } else if self.completed.is_some_and(|completed| completed <= date) {
            Standing::Completed
        } else if self.in_education[self.at(date)] {
            Standing::InEducation
        } else {
            self.bridged(date).unwrap_or(Standing::Member)
        }
    }

    /// The days up to the as-of date on which the person can be in the group or not.
    pub fn judged_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.calendar.iter().copied().filter(|date| *date <= self.scene.as_of)
    }

    pub fn is_of_age_and_resident(&self, date: NaiveDate) -> bool {
        self.is_of_age(date) && self.resident[self.at(date)]
    }

    /// The first day of the gap that `date`, a day without education, lies in.
    pub fn first_of_gap(&self, date: NaiveDate) -> NaiveDate {
        self.gap_first[self.at(date)]
    }

    /// The day after compulsory schooling.
    pub fn age_from(&self) -> NaiveDate {
        self.age_from
    }

    pub fn spells(&self) -> Vec<ModelSpell> {
        let days: Vec<NaiveDate> = self.judged_days().filter(|&date| self.standing(date) == Standing::Member).collect();
        let runs = days.chunk_by(|a, b| after(*a, 1) == *b);
        runs.map(|run| self.spell(run[0], run[run.len() - 1])).collect()
    }

    fn spell(&self, from: NaiveDate, last: NaiveDate) -> ModelSpell {
        let closed = last < self.scene.as_of;
        ModelSpell {
            from,
            last: closed.then_some(last),
            reason: self.reason(from),
            ground: closed.then(|| self.ground(after(last, 1))),
            flags: self.flags(from, last, closed),
        }
    }

    // Rule 9.

    fn reason(&self, first: NaiveDate) -> Reason {
        if !self.resident[self.at(before(first, 1))] {
            let immigrated = self.rows.changes.iter().any(|row| {
                row.date == first && row.event == RegisterEvent::Immigration && Self::effect(row) == Some(true)
            });
            let by_snapshot = self.ours().is_some_and(|row| row.immigrated == Some(first));
            return if immigrated || by_snapshot { Reason::Immigrated } else { Reason::MovedIn };
        }
        if let Some(reason) = self.reason_by_education(first) {
            return reason;
        }
        let rights = self.rows.compulsory.iter().filter(|row| row.kind == CompulsoryKind::RightToComplete);
        let covers =
            |row: &CompulsorySchooling| row.start <= first && last_compulsory(row).is_none_or(|last| first <= last);
        let soon = |row: &CompulsorySchooling| row.start > first && row.start <= autumn(first);
        if rights.into_iter().any(|row| covers(row) || soon(row)) {
            return Reason::FinishingCompulsory;
        }
        let began = |study: &Study<'_>| self.calendar.iter().any(|&date| date < first && self.covers(study, date));
        if first == self.age_from || !self.studies.iter().any(|study| !study.is_provisional() && began(study)) {
            return Reason::NeverStarted;
        }
        Reason::Unknown
    }

    /// The real educations that end on `first`; where only a provisional one does, the last real ones before it.
    fn ended(&self, first: NaiveDate) -> (NaiveDate, Vec<&Study<'a>>) {
        let real: Vec<_> = self.ending_on(first).filter(|study| !study.is_provisional()).collect();
        if !real.is_empty() || self.ending_on(first).next().is_none() {
            return (first, real);
        }
        let ends_on = |date: NaiveDate| self.ending_on(date).any(|study| !study.is_provisional());
        let earlier = self.calendar.iter().skip(1).copied().filter(|&date| date < first).rfind(|&date| ends_on(date));
        let end = earlier.unwrap_or(first);
        (end, self.ending_on(end).filter(|study| !study.is_provisional()).collect())
    }

    fn reason_by_education(&self, first: NaiveDate) -> Option<Reason> {
        let (end, ended) = self.ended(first);
        let last = before(end, 1);
        let any_near = self.credential_near(last, |_| true);
        let report_near = |study: &Study<'_>| {
            let concerns = |row: &&ProviderReport| about((row.unit.as_ref(), row.school.as_ref()), study.school);
            self.rows.reports.iter().filter(concerns).any(|row| near(last, row.date))
        };
        let explained: Vec<_> = ended
            .iter()
            .filter(|study| !self.ended_by_vanishing(study, end) || any_near || report_near(study))
            .collect();
        if explained.is_empty() {
            return (!ended.is_empty()).then_some(Reason::Unknown);
        }
        let enrolments: Vec<_> = explained.iter().filter(|study| study.enrolment.is_some()).collect();
        let early = |study: &Study<'_>| {
            let expected = study.enrolment.and_then(|row| row.expected_end);
            expected.is_some_and(|expected| last < expected) && !study.is_open()
        };
        if explained.iter().any(|study| study.kind == Kind::Introductory) {
            Some(Reason::IntroductoryEnded)
        } else if !enrolments.is_empty() && self.credential_near(last, Self::without_diploma) {
            Some(Reason::StudyCertificate)
        } else if enrolments.iter().any(|study| study.interrupted || (early(study) && !any_near)) {
            Some(Reason::Interrupted)
        } else if explained.iter().any(|study| matches!(study.kind, Kind::Adult | Kind::FolkHighSchool)) {
            Some(Reason::AdultStudiesEnded)
        } else {
            None
        }
    }

    /// Whether the vanishing of a row is what ended the education on `end`.
    fn ended_by_vanishing(&self, study: &Study<'_>, end: NaiveDate) -> bool {
        if study.kind == Kind::Adult && self.scene.law.adult_extent_limit > 0 {
            return self.rows.adult_courses.iter().any(|row| {
                let ends = Self::holds_adult(row, before(end, 1)) && !Self::holds_adult(row, end);
                ends && Self::adult_vanished(row)
            });
        }
        study.vanished
    }

    // Rule 10.

    fn ground(&self, next: NaiveDate) -> Ground {
        if !self.resident[self.at(next)] {
            let died = self.rows.changes.iter().any(|row| row.event == RegisterEvent::Death && row.date <= next);
            let emigrated =
                self.rows.changes.iter().any(|row| row.event == RegisterEvent::Emigration && row.date == next);
            return match (died, emigrated) {
                (true, _) => Ground::Died,
                (false, true) => Ground::Emigrated,
                (false, false) => Ground::MovedOut,
            };
        }
        match self.standing(next) {
            Standing::NotOfAge => Ground::Turned20,
            Standing::Completed => Ground::Completed,
            Standing::InEducation => self.ground_by_education(next),
            other => panic!("a spell ends before {next}, a day that is {other:?}"),
        }
    }

    fn ground_by_education(&self, next: NaiveDate) -> Ground {
        let covering: Vec<_> = self.studies.iter().filter(|study| self.covers(study, next)).collect();
        let is = |kind: Kind| covering.iter().any(|study| study.kind == kind);
        let only_admission = covering.iter().all(|study| study.is_provisional());
        if is(Kind::National) || (only_admission && is(Kind::AdmittedNational)) {
            Ground::NationalProgramme
        } else if is(Kind::Introductory) || only_admission {
            Ground::IntroductoryProgramme
        } else {
            Ground::EquivalentEducation
        }
    }

    // Rule 11.

    fn flags(&self, from: NaiveDate, last: NaiveDate, closed: bool) -> Flags {
        let next = after(last, 1);
        let mut flags = Flags::default();
        flags.set(Flag::NoSchoolData, self.lacks_school_data());
        flags.set(Flag::EnrolmentVanished, self.ending_on(from).any(|study| self.ended_by_vanishing(study, from)));
        flags.set(Flag::RegisterStillOpen, self.register_still_open(from, last));
        flags.set(Flag::IbPending, self.ib_pending(from));
        flags.set(Flag::RegisterContradicted, self.is_contradicted());
        flags.set(Flag::ProtectedRegistration, self.protection() == Protection::ProtectedRegistration);
        let by_admission = closed && self.standing(next) == Standing::InEducation && self.only_admitted(next);
        flags.set(Flag::AdmittedProvisionally, by_admission);
        flags.set(Flag::InCompulsorySchool, !closed && self.in_compulsory_school());
        flags.set(Flag::FaultyEnd, !closed && self.scene.faulty_ends.contains_key(&self.scene.number));
        flags
    }

    fn only_admitted(&self, date: NaiveDate) -> bool {
        self.studies.iter().filter(|study| self.covers(study, date)).all(|study| study.is_provisional())
    }

    fn lacks_school_data(&self) -> bool {
        let rows = self.rows;
        !rows.enrolments.iter().any(is_upper_secondary)
            && rows.credentials.is_empty()
            && rows.adult_courses.is_empty()
            && rows.folk_courses.is_empty()
            && rows.reports.is_empty()
            && rows.compulsory.is_empty()
            && !rows.admissions.iter().any(|row| row.status == AdmissionStatus::Admitted)
    }

    /// On a day of the spell the student register has an enrolment that a report ended or removed, with `slutdatum`
    /// empty or on or after the as-of date.
    fn register_still_open(&self, from: NaiveDate, last: NaiveDate) -> bool {
        self.enrolments().into_iter().any(|row| {
            let open = row.lost.is_none() && row.end.is_none_or(|end| end >= self.scene.as_of);
            let on_a_day = row.start <= last && row.end.is_none_or(|end| end >= from);
            open && on_a_day && (self.is_removed(row) || self.ended_by_report(row).is_some())
        })
    }

    fn ib_pending(&self, from: NaiveDate) -> bool {
        let last = before(from, 1);
        let ib = |study: &&Study<'_>| {
            !study.interrupted && study.enrolment.is_some_and(|row| begins(row.programme.as_ref(), "ib"))
        };
        last.year() == self.scene.as_of.year()
            && self.ending_on(from).any(|study| ib(&study))
            && !self.rows.credentials.iter().any(|row| row.date >= before(last, 60))
    }

    fn in_compulsory_school(&self) -> bool {
        let as_of = self.scene.as_of;
        let holds = |row: &Enrolment| {
            let last = row.end.or(row.lost.map(|lost| before(lost, 1)));
            !is_upper_secondary(row) && row.start <= as_of && last.is_none_or(|last| as_of <= last)
        };
        let explained = self
            .rows
            .compulsory
            .iter()
            .any(|row| row.start <= as_of && last_compulsory(row).is_none_or(|last| as_of <= last));
        self.rows.enrolments.iter().any(holds) && !explained
    }

    fn protection(&self) -> Protection {
        let ours = self.ours();
        let rows = self
            .rows
            .changes
            .iter()
            .filter(|row| row.event == RegisterEvent::Protection)
            .filter(|row| ours.is_none() || row.date > self.extract_date())
            .map(|row| (row.date, row.protection.unwrap_or(Protection::Confidential)));
        let last = rows.max_by_key(|&(date, protection)| (date, protection as u8));
        last.map_or(ours.and_then(|row| row.protection).unwrap_or(Protection::None), |(_, protection)| protection)
    }

    /// What must be looked into about someone who is no member on the as-of date; reports are not modelled.
    pub fn inquiries(&self) -> Vec<InquiryKind> {
        let as_of = self.scene.as_of;
        let standing = self.standing(as_of);
        let open_row = |study: &&Study<'_>| {
            let overdue = |row: &Enrolment| row.expected_end.is_some_and(|expected| (as_of - expected).num_days() > 90);
            study.is_open() && self.covers(study, as_of) && study.enrolment.is_some_and(overdue)
        };
        let mut kinds = Vec::new();
        if standing == Standing::SummerUndecided {
            kinds.push(InquiryKind::SummerUndecided);
        }
        if standing == Standing::InEducation && self.only_admitted(as_of) {
            kinds.push(InquiryKind::AdmittedProvisionally);
        }
        if standing == Standing::InEducation {
            kinds.extend(self.studies.iter().filter(open_row).map(|_| InquiryKind::EnrolmentOverdue));
        }
        kinds
    }
}

impl Study<'_> {
    /// Whether it holds the last day of the calendar, which is after every date of a life.
    fn is_open(&self) -> bool {
        self.days.last() == Some(&true)
    }
}
