//! The answer from the sources: what each rule found about the person.

use chrono::NaiveDate;

use super::outlook::{flag_remark, inquiry_remark, outlook};
use super::{
    Basis, Explanation, Lane, LaneKind, ListedChange, Mark, Material, Outcome, Ruling, SourceRow, SpellStory, Stretch,
    source_rows,
};
use crate::config::Config;
use crate::month::{Month, Person};
use crate::person::PersonalNumber;
use crate::records::{Coded, Protection, SchoolForm};
use crate::register::{Known, Member};
use crate::texts::Message;
use crate::texts::explain as texts;
use crate::timeline::rules::Rule;
use crate::timeline::{
    ALWAYS, Barrier, BridgeKind, Education, FOREVER, Findings, Memory, Period, Spell, minus, next_day,
    residence_decision, snapshot_row,
};

/// What stands in place of a protected person's name, address and school.
pub(super) const WITHHELD: &str = "SKYDD";

/// Answers from the sources for someone who is known there.
pub(super) fn explain(material: &Material, config: &Config, number: PersonalNumber) -> Explanation {
    let known = &material.known;
    let context = known.context(material.as_of, config.municipality, &config.law);
    let life = known.tables.life(number);
    let stays = known.stays_of(number);
    let findings = Findings::of(&life, Memory { stays: &stays }, &context);
    let verdict = findings.verdict();
    let protected = verdict.protection != Protection::None;
    let name = if protected { WITHHELD.to_owned() } else { name(material, &findings) };
    let person = Person::register(&life, verdict, known, material.as_of, config);
    let story = Story::new(known, material.as_of, findings, &person, protected);
    Explanation { name, caveats: material.caveats.clone(), ..story.tell(config, material.basis.clone()) }
}

/// Answers from a decided month about one of its people. The name stands in the lists.
pub fn explain_in(month: &Month, config: &Config, person: &Person) -> Explanation {
    let (known, number) = (&month.known, person.verdict.number);
    let context = known.context(month.as_of, config.municipality, &config.law);
    let life = month.life(number);
    let stays = known.stays_of(number);
    let findings = Findings::of(&life, Memory { stays: &stays }, &context);
    let protected = month.protected.contains(&number);
    Story::new(known, month.as_of, findings, person, protected).tell(config, Basis::Sources(None))
}

/// The name by the snapshot, where names may be shown.
fn name(material: &Material, findings: &Findings<'_>) -> String {
    let row = snapshot_row(findings.life, findings.context).filter(|_| !material.names_withheld);
    let parts = row.into_iter().flat_map(|row| [row.given_name.as_deref(), row.family_name.as_deref()]);
    parts.flatten().collect::<Vec<_>>().join(" ")
}

/// One person's findings and registered spells.
pub(super) struct Story<'a> {
    pub known: &'a Known,
    pub as_of: NaiveDate,
    pub findings: Findings<'a>,
    pub person: &'a Person,
    pub protected: bool,
    /// What keeps the person out on the as-of date.
    pub barriers: Vec<Barrier>,
}

impl<'a> Story<'a> {
    fn new(known: &'a Known, as_of: NaiveDate, findings: Findings<'a>, person: &'a Person, protected: bool) -> Self {
        let barriers = findings.barriers_on(as_of);
        Self { known, as_of, findings, person, protected, barriers }
    }

    fn tell(&self, config: &Config, basis: Basis) -> Explanation {
        let open = self.person.open();
        let (since, answer) = self.answer();
        let spells: Vec<SpellStory> = self.person.members.iter().map(|member| self.spell_story(member)).collect();
        Explanation {
            number: self.findings.life.number,
            older_number: false,
            name: String::new(),
            municipality: config.municipality,
            municipality_name: config.name.clone(),
            as_of: self.as_of,
            basis,
            protection: Some(self.person.verdict.protection),
            member: open.is_some(),
            since,
            answer,
            rulings: self.rulings(spells.last()),
            remarks: self.remarks(),
            looked_into_until: self.person.verdict.looked_into_until,
            outlook: outlook(self),
            lanes: self.lanes(),
            spells,
            changes: self.changes(),
            caveats: Vec::new(),
        }
    }

    fn answer(&self) -> (Option<NaiveDate>, Message) {
        if let Some(member) = self.person.open() {
            let from = member.spell.from;
            return (Some(from), texts::answer_member(from, member.spell.reason));
        }
        let why = self.why_out();
        match self.person.members.last().and_then(|member| member.spell.last) {
            Some(last) => (Some(next_day(last)), texts::answer_left(next_day(last), &why)),
            None => (None, texts::answer_never(&why)),
        }
    }

    fn why_out(&self) -> Message {
        let barrier = self.barriers.first().copied().unwrap_or(Barrier::NotResident);
        match barrier {
            Barrier::NotResident if self.has_died() => texts::why_died(),
            Barrier::InEducation if self.findings.ends_by_admission_only(self.as_of) => texts::why_admitted(),
            _ => texts::why_out(barrier),
        }
    }

    fn has_died(&self) -> bool {
        self.findings.residence.died.is_some_and(|day| day <= self.as_of)
    }

    fn rows(&self, rule: Rule) -> Vec<SourceRow> {
        source_rows(self.known, &self.findings.rows_behind(rule, self.as_of))
    }

    /// The rules in the order in which a person asks: lives here, of age, completed, at school, in between, so in or
    /// out, and since when: why the open spell begins, or why the last one ended.
    fn rulings(&self, last_spell: Option<&SpellStory>) -> Vec<Ruling> {
        let mut rulings = Vec::new();
        rulings.extend(self.identity());
        let conditions = [
            (Rule::Residence, self.residence_finding()),
            (Rule::Age, self.age_finding()),
            (Rule::Completion, self.completion_finding()),
            (Rule::Education, self.education_finding()),
        ];
        rulings.extend(conditions.map(|(rule, finding)| self.ruling(rule, finding)));
        rulings.extend(self.uncounted());
        rulings.extend(self.interruption_finding().map(|finding| self.note(Rule::Interruption, finding)));
        rulings.extend(self.bridge_finding().map(|finding| self.ruling(Rule::Bridge, finding)));
        rulings.push(self.conclusion());
        rulings.extend(last_spell.and_then(|spell| spell.rulings.last().cloned()));
        rulings
    }

    fn bars(&self, rule: Rule) -> bool {
        self.barriers.iter().any(|barrier| barrier.rule() == rule)
    }

    fn ruling(&self, rule: Rule, finding: Message) -> Ruling {
        let outcome = if self.bars(rule) { Outcome::Bars } else { Outcome::Holds };
        Ruling { rule, outcome, finding, rows: self.rows(rule) }
    }

    fn note(&self, rule: Rule, finding: Message) -> Ruling {
        Ruling { rule, outcome: Outcome::Note, finding, rows: self.rows(rule) }
    }

    fn identity(&self) -> Option<Ruling> {
        if self.bars(Rule::Person) {
            return Some(self.ruling(Rule::Person, texts::found_coordination_number()));
        }
        let renamed = self.findings.life.changes.iter().filter(|row| row.new_number.is_some());
        let places: Vec<_> = renamed.map(|row| row.place).collect();
        let has_changed = !self.known.links.former(self.findings.life.number).is_empty();
        has_changed.then(|| Ruling {
            rule: Rule::Person,
            outcome: Outcome::Note,
            finding: texts::found_number_changed(),
            rows: source_rows(self.known, &places),
        })
    }

    fn residence_finding(&self) -> Message {
        let residence = &self.findings.residence;
        if let Some(row) = residence_decision(self.findings.life, self.as_of).filter(|_| !self.has_died()) {
            return texts::found_decided_residence(row.kind.code(), row.start, row.end);
        }
        if let Some(period) = residence.periods.holding(self.as_of) {
            return texts::found_resident(known_day(period.from));
        }
        if let Some(died) = residence.died.filter(|&day| day <= self.as_of) {
            return texts::found_died(died);
        }
        let until = residence.periods.iter().map(|period| period.to).filter(|&to| to <= self.as_of).max();
        let lacked = residence.stays.last().and_then(|stay| stay.lacked.map(|lacked| (stay.seen, lacked)));
        match lacked.filter(|&(_, lacked)| Some(lacked) == until) {
            Some((seen, lacked)) => texts::found_lacked(seen, lacked),
            None => texts::found_not_resident(until.map(|day| minus(day, 1))),
        }
    }

    fn age_finding(&self) -> Message {
        let age = self.findings.age;
        let last_compulsory = minus(age.from, 1);
        if self.as_of < age.from {
            texts::found_compulsory(last_compulsory)
        } else if self.as_of >= age.to {
            texts::found_turned_20(age.to)
        } else {
            texts::found_of_age(last_compulsory, age.to)
        }
    }

    fn completion_finding(&self) -> Message {
        let known = |date: NaiveDate| date <= self.as_of;
        if let Some(row) = self.findings.completion.filter(|row| known(row.date)) {
            return texts::found_completed(row.kind, row.date);
        }
        let other = self.findings.life.credentials.iter().filter(|row| known(row.date));
        let other: Vec<_> = other.map(|row| (row.kind, row.date)).collect();
        texts::found_not_completed(&other)
    }

    fn education_finding(&self) -> Message {
        let described = |education: &Education<'_>| self.describe(education);
        let going: Vec<Message> = self.findings.educations_on(self.as_of).map(described).collect();
        if !going.is_empty() {
            return texts::found_in_education(&texts::joined(&going, "; "));
        }
        let ended = self.findings.last_educations_before(self.as_of);
        let last: Vec<Message> = ended.into_iter().map(described).collect();
        texts::found_no_education((!last.is_empty()).then(|| texts::joined(&last, "; ")).as_ref())
    }

    /// Rows that a reader may take for an education that counts.
    fn uncounted(&self) -> Option<Ruling> {
        let rows = self.findings.uncounted_on(self.as_of);
        let said: Vec<Message> = rows.iter().map(|&row| texts::uncounted(row)).collect();
        let places: Vec<_> = rows.iter().map(|row| row.place()).collect();
        (!rows.is_empty()).then(|| Ruling {
            rule: Rule::Education,
            outcome: Outcome::Note,
            finding: texts::found_uncounted(&texts::joined(&said, "; ")),
            rows: source_rows(self.known, &places),
        })
    }

    /// Interruptions that bear on the as-of date: of the education that ended last, or of one that a report ended.
    fn interruption_finding(&self) -> Option<Message> {
        if self.findings.in_education.contains(self.as_of) {
            return None;
        }
        let overruled: Vec<Message> = self
            .findings
            .overruled_on(self.as_of)
            .map(|(_, report)| texts::found_overruled(report.event.code(), report.date))
            .collect();
        if !overruled.is_empty() {
            return Some(texts::joined(&overruled, " "));
        }
        let ended = self.findings.last_educations_before(self.as_of);
        let interrupted = ended.into_iter().find(|education| education.interrupted)?;
        Some(texts::found_interrupted(minus(interrupted.days.to, 1)))
    }

    fn bridge_finding(&self) -> Option<Message> {
        let gap = self.findings.gaps.iter().filter(|gap| gap.first_day <= self.as_of).max_by_key(|gap| gap.first_day);
        if let Some(bridge) = self.findings.bridges().find(|bridge| bridge.days.contains(self.as_of)) {
            return Some(match bridge.kind {
                BridgeKind::SummerUndecided => texts::found_summer(bridge.days.from),
                BridgeKind::Known => {
                    let last = minus(bridge.days.to, 1);
                    texts::found_bridge(bridge.days.from, last, &self.after_bridge(bridge.days.to))
                }
            });
        }
        let gap = gap.filter(|_| !self.findings.in_education.contains(self.as_of))?;
        gap.outcome.err().map(|why| texts::found_no_bridge(gap.first_day, why))
    }

    fn after_bridge(&self, day: NaiveDate) -> Message {
        let next = self.findings.schooling.educations.iter().find(|education| education.days.from == day);
        let credential = self.findings.completion.map(|row| texts::credential_on(row.kind, row.date));
        next.map(|education| self.describe(education)).or(credential).unwrap_or_else(texts::nothing_held)
    }

    fn conclusion(&self) -> Ruling {
        let mut rules: Vec<&str> = self.barriers.iter().map(|barrier| barrier.rule().id()).collect();
        rules.dedup();
        let (outcome, finding) = match rules.is_empty() {
            true => (Outcome::Holds, texts::found_member()),
            false => (Outcome::Bars, texts::found_no_member(&rules.join(", "))),
        };
        Ruling { rule: Rule::Member, outcome, finding, rows: Vec::new() }
    }

    fn spell_story(&self, member: &Member) -> SpellStory {
        let Spell { from, last, reason, ground, flags, moved_from, ref evidence } = member.spell;
        let mut story = SpellStory {
            from,
            last,
            reason,
            ground,
            flags,
            registered: member.registered,
            detected: member.detected,
            in_case_register: member.in_case_register,
            moved_from,
            rulings: Vec::new(),
        };
        let rulings = evidence
            .iter()
            .map(|evidence| story.with_finding(evidence.rule, source_rows(self.known, &evidence.places)));
        story.rulings = rulings.collect();
        story
    }

    /// The inquiries, and the flags of the open or last spell that they do not repeat.
    fn remarks(&self) -> Vec<super::Remark> {
        let inquiries: Vec<_> =
            self.person.verdict.inquiries.iter().map(|inquiry| inquiry_remark(self, inquiry)).collect();
        let flagged = self.person.members.last();
        let flags = flagged
            .into_iter()
            .flat_map(|member| member.spell.flags.iter().map(move |flag| flag_remark(self, &member.spell, flag)));
        let said = |remark: &super::Remark| inquiries.iter().any(|inquiry| inquiry.code == remark.code);
        flags.filter(|remark| !said(remark)).chain(inquiries.iter().cloned()).collect()
    }

    fn changes(&self) -> Vec<ListedChange> {
        let listed = self.person.changes.iter().map(|change| ListedChange {
            detected: self.as_of,
            kind: change.kind.code().to_owned(),
            date: change.date.to_string(),
            cause: change.cause.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        });
        listed.collect()
    }

    /// One education in words, without school and programme of a protected person: the one can tell the other.
    pub(super) fn describe(&self, education: &Education<'_>) -> Message {
        let row = education.enrolment;
        let adapted = row.is_some_and(|row| row.form == SchoolForm::AdaptedUpperSecondary);
        let kind = texts::education_kind(education.kind, adapted);
        let days = texts::from_till(known_day(education.days.from), known_day(minus(education.days.to, 1)));
        let programme = row.and_then(|row| row.programme.as_deref());
        let names: Vec<&str> = programme.into_iter().chain(education.school.name).collect();
        let names = match names.is_empty() {
            true => String::new(),
            false if self.protected => format!(" {WITHHELD}"),
            false => format!(" {}", names.join(", ")),
        };
        let say = |kind: &str, days: &str| format!("{kind}{names} {days}");
        Message { swedish: say(&kind.swedish, &days.swedish), english: say(&kind.english, &days.english) }
    }

    fn lanes(&self) -> Vec<Lane> {
        let findings = &self.findings;
        let whole = |days: Period| Stretch { days, mark: Mark::Holds };
        let mut lanes = vec![
            Lane::new(LaneKind::Resident, findings.residence.periods.iter().map(whole)),
            Lane::new(LaneKind::Age, [whole(findings.age)]),
        ];
        let mut educations: Vec<&Education<'_>> = findings.schooling.educations.iter().collect();
        educations.sort_by_key(|education| (education.days, education.kind));
        lanes.extend(educations.into_iter().map(|education| {
            let mark = if education.is_real() { Mark::Holds } else { Mark::Provisional };
            let lane = Lane::new(LaneKind::Education, [Stretch { days: education.days, mark }]);
            Lane { note: Some(self.describe(education)), ..lane }
        }));
        let completed = findings.completion.map(|row| whole(Period::new(row.date, FOREVER)));
        lanes.push(Lane::new(LaneKind::Completed, completed));
        lanes.push(Lane::new(
            LaneKind::Bridges,
            findings.bridges().map(|bridge| Stretch {
                days: bridge.days,
                mark: if bridge.kind == BridgeKind::Known { Mark::Holds } else { Mark::Provisional },
            }),
        ));
        let spells = self.person.members.iter().map(|member| whole(member.spell.days(self.as_of)));
        lanes.push(Lane::new(LaneKind::Group, spells));
        lanes
    }
}

/// A day that means something, unlike the ends of time.
pub(super) fn known_day(day: NaiveDate) -> Option<NaiveDate> {
    (day > ALWAYS && day < minus(FOREVER, 1)).then_some(day)
}
