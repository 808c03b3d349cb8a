//! Rules 8 to 10: the spells in the group, why each begins and why it ends.

use chrono::NaiveDate;

use super::barriers::Barrier;
use super::bridges::{Bridge, BridgeKind, Gap, Gaps, finishes_compulsory};
use super::flags::{Flags, Inquiry, InquiryKind};
use super::period::{FOREVER, Period, Periods, minus, next_day};
use super::residence::{Effect, Residence, effect, residence, rows_of_turn};
use super::rules::Rule;
use super::schooling::{
    Education, EducationKind, Schooling, age_span, first_completion, is_near, report_school, same_school, schooling,
};
use super::{Context, Memory};
use crate::records::{
    Credential, Ground, Life, Municipality, Place, ProviderReport, Reason, RegisterChange, RegisterEvent,
};

/// A rule that decided something, and the rows it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The rule.
    pub rule: Rule,
    /// The rows; none where the rule rests on the birth date alone.
    pub places: Vec<Place>,
}

/// One unbroken stay in the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while the spell holds the as-of date.
    pub last: Option<NaiveDate>,
    /// Why it begins.
    pub reason: Reason,
    /// Why it ended.
    pub ground: Option<Ground>,
    /// What a person must look at.
    pub flags: Flags,
    /// The former home municipality of someone who moved in.
    pub moved_from: Option<Municipality>,
    /// What the beginning and the end rest on.
    pub evidence: Vec<Evidence>,
}

impl Spell {
    /// The days of the spell, up to and with `as_of` when it is open.
    pub fn days(&self, as_of: NaiveDate) -> Period {
        Period::new(self.from, next_day(self.last.unwrap_or(as_of)))
    }
}

/// The days of a spell before its reasons are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub days: Period,
    /// Whether it holds the as-of date.
    pub open: bool,
}

/// Everything the rules found out about one person: what decides, and what explains the decision.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The person's rows.
    pub life: &'a Life<'a>,
    /// The run.
    pub context: &'a Context<'a>,
    /// Rule 2.
    pub residence: Residence,
    /// Rule 3.
    pub age: Period,
    /// Rules 4 and 5.
    pub schooling: Schooling<'a>,
    /// The union of the educations.
    pub in_education: Periods,
    /// Rule 7.
    pub completion: Option<&'a Credential>,
    /// Rule 6: the gaps that have begun.
    pub gaps: Vec<Gap>,
}

impl<'a> Findings<'a> {
    /// Applies rules 2 to 7 to one person's rows.
    pub fn of(life: &'a Life<'a>, memory: Memory<'_>, context: &'a Context<'a>) -> Self {
        let residence = residence(life, memory, context);
        let age = age_span(life, context);
        let schooling = schooling(life, context);
        let completion = first_completion(life);
        let in_education = Periods::union(schooling.educations.iter().map(|education| education.days));
        let gaps = Gaps {
            life,
            context,
            educations: &schooling.educations,
            in_education: &in_education,
            completed: completion.map(|row| row.date),
            age_from: age.from,
        };
        let gaps = gaps.judged();
        Self { life, context, residence, age, schooling, in_education, completion, gaps }
    }

    /// The first day with a completed education.
    pub fn completed_from(&self) -> NaiveDate {
        self.completion.map_or(FOREVER, |row| row.date)
    }

    /// Rule 6: the gaps that are bridged.
    pub fn bridges(&self) -> impl Iterator<Item = Bridge> + '_ {
        self.gaps.iter().filter_map(|gap| gap.outcome.ok())
    }

    /// Rule 8, with 9, 10 and 11 for each spell.
    pub fn spells(&self) -> Vec<Spell> {
        let member = self.days_without(Barrier::ALL);
        member.iter().map(|days| self.spell(Span { days, open: days.to > self.context.as_of })).collect()
    }

    fn spell(&self, span: Span) -> Spell {
        let (reason, because) = self.reason(span.days.from);
        let mut evidence = vec![because];
        let ground = (!span.open).then(|| self.ground(span.days.to)).map(|(ground, because)| {
            evidence.push(because);
            ground
        });
        Spell {
            from: span.days.from,
            last: (!span.open).then(|| minus(span.days.to, 1)),
            reason,
            ground,
            flags: self.flags(span),
            moved_from: self.moved_from(span.days.from),
            evidence,
        }
    }

    /// The educations whose first day without is `day`.
    pub fn educations_ending_on(&self, day: NaiveDate) -> impl Iterator<Item = &Education<'a>> {
        self.schooling.educations.iter().filter(move |education| education.days.to == day)
    }

    /// Rule 9.
    fn reason(&self, first: NaiveDate) -> (Reason, Evidence) {
        if self.residence.periods.begins_on(first) {
            let places = rows_of_turn(self.life, first, Effect::Opens, self.context);
            let reason = if self.immigrated_on(first) { Reason::Immigrated } else { Reason::MovedIn };
            return because(reason, places);
        }
        let ended = self.real_educations_before(first);
        if let Some((reason, places)) = self.reason_by_educations(&ended) {
            return because(reason, places);
        }
        if finishes_compulsory(self.life, first) {
            let places = self.life.compulsory.iter().map(|row| row.place).collect();
            return because(Reason::FinishingCompulsory, places);
        }
        let none_began =
            !self.schooling.educations.iter().any(|education| education.is_real() && education.days.from < first);
        if first == self.age.from || none_began {
            return because(Reason::NeverStarted, Vec::new());
        }
        because(Reason::Unknown, places_of(&ended))
    }

    /// The real educations that end on `first`; where only a provisional one does, the last real ones before it.
    fn real_educations_before(&self, first: NaiveDate) -> Vec<&Education<'a>> {
        let ending: Vec<_> = self.educations_ending_on(first).collect();
        if ending.is_empty() || ending.iter().any(|education| education.is_real()) {
            return ending.into_iter().filter(|education| education.is_real()).collect();
        }
        let before = |education: &&Education<'a>| education.is_real() && education.days.to <= first;
        let last = self.schooling.educations.iter().filter(before).map(|education| education.days.to).max();
        self.schooling.educations.iter().filter(before).filter(|education| Some(education.days.to) == last).collect()
    }

    fn reason_by_educations(&self, ended: &[&Education<'a>]) -> Option<(Reason, Vec<Place>)> {
        let last = minus(ended.first()?.days.to, 1);
        let credential_near = self.life.credentials.iter().any(|row| is_near(last, row.date));
        let unexplained =
            |education: &&&Education<'a>| education.vanished && !credential_near && !self.report_near(education, last);
        if ended.iter().all(|education| unexplained(&education)) {
            return Some((Reason::Unknown, places_of(ended)));
        }
        let explained: Vec<&Education<'a>> =
            ended.iter().filter(|education| !unexplained(education)).copied().collect();
        let enrolments: Vec<&Education<'a>> =
            explained.iter().filter(|education| education.enrolment.is_some()).copied().collect();
        let certificates: Vec<Place> = self
            .life
            .credentials
            .iter()
            .filter(|row| row.kind.ends_without_diploma() && is_near(last, row.date))
            .map(|row| row.place)
            .collect();
        let of_kind = |kinds: &[EducationKind]| explained.iter().any(|education| kinds.contains(&education.kind));
        let broken_off =
            enrolments.iter().any(|education| education.interrupted || (education.ended_early() && !credential_near));
        if of_kind(&[EducationKind::Introductory]) {
            Some((Reason::IntroductoryEnded, places_of(&explained)))
        } else if !enrolments.is_empty() && !certificates.is_empty() {
            Some((Reason::StudyCertificate, [places_of(&enrolments), certificates].concat()))
        } else if broken_off {
            Some((Reason::Interrupted, places_of(&enrolments)))
        } else if of_kind(&[EducationKind::Adult, EducationKind::FolkHighSchool]) {
            Some((Reason::AdultStudiesEnded, places_of(&explained)))
        } else {
            None
        }
    }

    /// Whether a report of any kind about the education is near its last day.
    fn report_near(&self, education: &Education<'_>, last: NaiveDate) -> bool {
        let about = |report: &&ProviderReport| same_school(report_school(report), education.school);
        self.life.reports.iter().filter(about).any(|report| is_near(last, report.date))
    }

    fn immigrated_on(&self, first: NaiveDate) -> bool {
        let by_row = self.life.changes.iter().any(|row| {
            row.date == first && row.event == RegisterEvent::Immigration && opens(row, self.context.municipality)
        });
        by_row || self.residence.stays.iter().any(|stay| stay.immigrated == Some(first))
    }

    fn moved_from(&self, first: NaiveDate) -> Option<Municipality> {
        let opened = self.residence.periods.holding(first)?.from;
        self.life
            .changes
            .iter()
            .filter(|row| row.date == opened && row.to.is_none_or(|to| to == self.context.municipality))
            .find_map(|row| row.from.filter(|&from| from != self.context.municipality))
    }

    /// Rule 10, for the day after the spell's last.
    fn ground(&self, day: NaiveDate) -> (Ground, Evidence) {
        if !self.residence.periods.contains(day) {
            let places = rows_of_turn(self.life, day, Effect::Closes, self.context);
            let emigrated = |row: &RegisterChange| row.date == day && row.event == RegisterEvent::Emigration;
            let ground = if self.residence.died.is_some_and(|died| died <= day) {
                Ground::Died
            } else if self.life.changes.iter().any(emigrated) {
                Ground::Emigrated
            } else {
                Ground::MovedOut
            };
            return because_out(ground, places);
        }
        if day >= self.age.to {
            return because_out(Ground::Turned20, Vec::new());
        }
        if day >= self.completed_from() {
            return because_out(Ground::Completed, self.completion.map(|row| row.place).into_iter().collect());
        }
        let covering: Vec<&Education<'a>> =
            self.schooling.educations.iter().filter(|education| education.days.contains(day)).collect();
        let real = covering.iter().filter(|education| education.is_real()).map(|education| education.kind).min();
        let kind = real.or(covering.iter().map(|education| education.kind).min());
        let ground = match kind {
            Some(EducationKind::National | EducationKind::AdmittedNational) => Ground::NationalProgramme,
            Some(EducationKind::Introductory | EducationKind::AdmittedIntroductory) => Ground::IntroductoryProgramme,
            _ => Ground::EquivalentEducation,
        };
        because_out(ground, places_of(&covering))
    }

    /// Whether only a provisional admission keeps the person out on `day`.
    pub fn ends_by_admission_only(&self, day: NaiveDate) -> bool {
        let open = self.residence.periods.contains(day) && self.age.contains(day) && day < self.completed_from();
        open && self.in_education.contains(day)
            && !self.schooling.educations.iter().any(|education| education.is_real() && education.days.contains(day))
    }

    /// What must be looked into about someone who is no member on the as-of date, and reports without an enrolment.
    pub fn inquiries(&self) -> Vec<Inquiry> {
        if self.life.number.is_coordination_number() {
            return Vec::new();
        }
        let as_of = self.context.as_of;
        let mut inquiries = Vec::new();
        if !Barrier::BESIDES_SCHOOLING.iter().any(|&barrier| self.barred(barrier).contains(as_of)) {
            inquiries.extend(self.summer_inquiry());
            if self.ends_by_admission_only(as_of) {
                let holding = self.schooling.educations.iter().filter(|education| education.days.contains(as_of));
                let places: Vec<Place> = holding.flat_map(|education| education.places.clone()).collect();
                inquiries.push(Inquiry { kind: InquiryKind::AdmittedProvisionally, date: as_of, places });
            }
            inquiries.extend(self.overdue_enrolments());
        }
        let reports =
            self.schooling.idle_reports.iter().filter(|report| {
                self.residence.periods.contains(as_of) || self.residence.periods.contains(report.date)
            });
        inquiries.extend(reports.map(|report| Inquiry {
            kind: InquiryKind::ReportWithoutEnrolment,
            date: report.date,
            places: vec![report.place],
        }));
        inquiries
    }

    fn summer_inquiry(&self) -> Option<Inquiry> {
        let as_of = self.context.as_of;
        let undecided = |bridge: &Bridge| bridge.kind == BridgeKind::SummerUndecided && bridge.days.contains(as_of);
        let bridge = self.bridges().find(undecided).filter(|_| !self.in_education.contains(as_of))?;
        let places = self.educations_ending_on(bridge.days.from).flat_map(|education| education.places.clone());
        Some(Inquiry { kind: InquiryKind::SummerUndecided, date: bridge.days.from, places: places.collect() })
    }

    fn overdue_enrolments(&self) -> impl Iterator<Item = Inquiry> {
        const OVERDUE_DAYS: i64 = 90;
        let as_of = self.context.as_of;
        self.schooling.educations.iter().filter_map(move |education| {
            let is_open = education.days.contains(as_of) && education.days.to == FOREVER;
            let row = education.enrolment.filter(|row| is_open && row.end.is_none())?;
            let expected = row.expected_end.filter(|&day| (as_of - day).num_days() > OVERDUE_DAYS)?;
            Some(Inquiry { kind: InquiryKind::EnrolmentOverdue, date: expected, places: education.places.clone() })
        })
    }
}

fn opens(row: &RegisterChange, here: Municipality) -> bool {
    effect(row, here) == Some(Effect::Opens)
}

fn because(reason: Reason, places: Vec<Place>) -> (Reason, Evidence) {
    (reason, Evidence { rule: Rule::of_reason(reason), places })
}

fn because_out(ground: Ground, places: Vec<Place>) -> (Ground, Evidence) {
    (ground, Evidence { rule: Rule::of_ground(ground), places })
}

fn places_of(educations: &[&Education<'_>]) -> Vec<Place> {
    let mut places: Vec<Place> = educations.iter().flat_map(|education| education.places.iter().copied()).collect();
    places.sort_unstable();
    places.dedup();
    places
}
