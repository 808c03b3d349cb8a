//! Laws of one verdict: one person, one run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use kaa::records::{
    AdmissionStatus, AdultCourse, AdultLevel, Coded, CompulsoryKind, CompulsorySchooling, Credential, CredentialKind,
    Decision, DecisionKind, Enrolment, FolkCourse, FolkCourseKind, FolkLevel, InterruptionReason, Municipality,
    Protection, ProviderReport, ReportEvent, SchoolForm, Tables, Text,
};
use kaa::timeline::rules::Rule;
use kaa::timeline::{Flag, InquiryKind, Spell, Verdict};
use proptest::prelude::*;

use crate::lives::{self, Frame, Scene, frames, holds_for, number_rows, scenes, scenes_in, shuffle};
use crate::model::{Model, ModelSpell, Standing, near};

fn seen(spell: &Spell) -> ModelSpell {
    ModelSpell { from: spell.from, last: spell.last, reason: spell.reason, ground: spell.ground, flags: spell.flags }
}

/// Everything that a verdict says, but for the places of the rows that it rests on.
#[derive(Debug, PartialEq)]
struct Outcome {
    spells: Vec<(ModelSpell, Option<Municipality>)>,
    inquiries: BTreeSet<(InquiryKind, NaiveDate)>,
    protection: Protection,
    looked_into_until: Option<NaiveDate>,
}

fn outcome(verdict: &Verdict) -> Outcome {
    Outcome {
        spells: verdict.spells.iter().map(|spell| (seen(spell), spell.moved_from)).collect(),
        inquiries: verdict.inquiries.iter().map(|inquiry| (inquiry.kind, inquiry.date)).collect(),
        protection: verdict.protection,
        looked_into_until: verdict.looked_into_until,
    }
}

/// The days in the group.
fn member_days(verdict: &Verdict, as_of: NaiveDate) -> BTreeSet<NaiveDate> {
    let days = |spell: &Spell| {
        let last = spell.last.unwrap_or(as_of);
        spell.from.iter_days().take_while(move |day| *day <= last)
    };
    verdict.spells.iter().flat_map(days).collect()
}

/// The days in the group that other rows give, and these rows do not.
fn days_added(scene: &Scene, rows: &Tables) -> BTreeSet<NaiveDate> {
    let before = member_days(&scene.decide(), scene.as_of);
    let after = member_days(&scene.decide_with(rows), scene.as_of);
    after.difference(&before).copied().collect()
}

/// Lives without admissions, and something more drawn in the same frame.
fn scenes_and<S: Strategy>(more: impl Fn(&Frame) -> S + Clone) -> impl Strategy<Value = (Scene, S::Value)> {
    frames().prop_flat_map(move |frame| {
        let more = more(&frame);
        (scenes_in(frame), more)
    })
}

#[test]
fn a_day_by_day_reading_of_the_contract_finds_the_same_spells_reasons_grounds_and_flags() {
    holds_for(6_000, scenes(), |scene: Scene| {
        let verdict = scene.decide();
        let model = Model::new(&scene);
        let spells: Vec<ModelSpell> = verdict.spells.iter().map(seen).collect();
        prop_assert_eq!(spells, model.spells());
        Ok(())
    });
}

#[test]
fn a_day_by_day_reading_of_the_contract_finds_the_same_things_to_look_into() {
    holds_for(2_000, scenes(), |scene: Scene| {
        // Reports without an enrolment are not modelled.
        let kinds = scene.decide().inquiries.into_iter().map(|inquiry| inquiry.kind);
        let kinds: Vec<_> = kinds.filter(|kind| *kind != InquiryKind::ReportWithoutEnrolment).collect();
        prop_assert_eq!(kinds, Model::new(&scene).inquiries());
        Ok(())
    });
}

/// A law about lives says little if the lives never come near it.
#[test]
fn the_random_lives_reach_every_reason_ground_flag_and_standing() {
    let reached = std::cell::RefCell::new(BTreeMap::<String, u32>::new());
    holds_for(6_000, scenes(), |scene: Scene| {
        let mut reached = reached.borrow_mut();
        let mut count = |what: &str| *reached.entry(what.to_owned()).or_default() += 1;
        for spell in scene.decide().spells {
            count(&format!("in {}", spell.reason.code()));
            spell.ground.into_iter().for_each(|ground| count(&format!("out {}", ground.code())));
            spell.flags.iter().for_each(|flag| count(&format!("flag {}", flag.code())));
        }
        count(&format!("{:?}", Model::new(&scene).standing(scene.as_of)));
        Ok(())
    });
    let reached = reached.into_inner();
    let reasons = kaa::records::Reason::ALL.iter().map(|reason| format!("in {}", reason.code()));
    let grounds = kaa::records::Ground::ALL.iter().map(|ground| format!("out {}", ground.code()));
    let flags = Flag::ALL.iter().map(|flag| format!("flag {}", flag.code()));
    let rare: Vec<String> =
        reasons.chain(grounds).chain(flags).filter(|what| reached.get(what).is_none_or(|times| *times < 5)).collect();
    assert!(rare.is_empty(), "hardly ever reached: {rare:?} of {reached:#?}");
    assert_eq!(
        reached.keys().filter(|what| !what.contains(' ')).count(),
        7,
        "a standing is never reached: {reached:#?}"
    );
}

#[test]
fn spells_are_sorted_disjoint_and_never_adjacent() {
    holds_for(4_000, scenes(), |scene: Scene| {
        for pair in scene.decide().spells.windows(2) {
            let last = pair[0].last.expect("only the last spell is open");
            prop_assert!(last + Days::new(1) < pair[1].from);
        }
        Ok(())
    });
}

#[test]
fn every_day_of_a_spell_is_a_day_of_residence_and_of_the_age_span() {
    holds_for(2_000, scenes(), |scene: Scene| {
        let model = Model::new(&scene);
        for day in member_days(&scene.decide(), scene.as_of) {
            prop_assert!(model.is_of_age_and_resident(day), "{}", day);
        }
        Ok(())
    });
}

#[test]
fn a_spell_is_open_exactly_when_it_holds_the_as_of_date() {
    holds_for(4_000, scenes(), |scene: Scene| {
        for spell in scene.decide().spells {
            prop_assert!(spell.from <= spell.last.unwrap_or(scene.as_of));
            prop_assert!(spell.last.is_none_or(|last| last < scene.as_of));
            prop_assert_eq!(spell.last.is_none(), spell.ground.is_none());
        }
        Ok(())
    });
}

#[test]
fn each_end_of_a_spell_rests_on_the_rule_that_decides_it() {
    holds_for(2_000, scenes(), |scene: Scene| {
        for spell in scene.decide().spells {
            let rules: Vec<Rule> = spell.evidence.iter().map(|evidence| evidence.rule).collect();
            let decided = std::iter::once(Rule::of_reason(spell.reason)).chain(spell.ground.map(Rule::of_ground));
            prop_assert_eq!(rules, decided.collect::<Vec<_>>());
        }
        Ok(())
    });
}

#[test]
fn the_order_of_rows_never_matters() {
    holds_for(4_000, (scenes(), any::<u64>()), |(scene, seed)| {
        let mut rows = scene.tables.clone();
        shuffle(&mut rows, seed);
        number_rows(&mut rows);
        // Rule 2: "two unequal rows for one person in one extract: the later `folkbokford_fran` (...; equal: the lower
        // row)". Nothing else in the contract looks at which row is the lower.
        let mut dates: Vec<_> = scene.tables.registered.iter().map(|row| usable_from(&scene, row)).collect();
        dates.sort_unstable();
        if dates.windows(2).any(|pair| pair[0] == pair[1]) {
            rows.registered.clone_from(&scene.tables.registered);
        }
        prop_assert_eq!(outcome(&scene.decide()), outcome(&scene.decide_with(&rows)));
        Ok(())
    });
}

/// `folkbokford_fran`; one after the extract counts as empty.
fn usable_from(scene: &Scene, row: &kaa::records::Registered) -> Option<NaiveDate> {
    row.registered_from.filter(|&from| from <= scene.extracted[row.place.file as usize])
}

#[test]
fn a_duplicated_row_changes_nothing() {
    holds_for(4_000, (scenes(), any::<u64>()), |(mut scene, seed)| {
        // Rule 4: "the extents of the person's such rows sum", and two sources of one kind add up, so that a course
        // that stands in both is counted twice where there is a limit. (Within a source identical rows count once.)
        // Rule 2: "equal: the lower row": the copy stands where the row stands, not below another row.
        scene.law.adult_extent_limit = 0;
        let mut rows = scene.tables.clone();
        lives::duplicate_a_row(&mut rows, seed);
        prop_assert_eq!(outcome(&scene.decide()), outcome(&scene.decide_with(&rows)));
        Ok(())
    });
}

fn same_school(a: (&Option<Text>, &Option<Text>), b: (&Option<Text>, &Option<Text>)) -> bool {
    crate::model::about((a.0.as_ref(), a.1.as_ref()), (b.0.as_ref(), b.1.as_ref()))
}

#[test]
fn splitting_an_enrolment_at_a_day_changes_no_day() {
    let more = |frame: &Frame| (lives::enrolments(frame), 1..500_u64);
    holds_for(6_000, scenes_and(more), |(mut scene, (mut whole, days))| {
        whole.form = SchoolForm::UpperSecondary;
        whole.start = whole.start.max(scene.born);
        let split = whole.start + Days::new(days);
        prop_assume!(whole.end.is_none_or(|end| split <= end));
        prop_assume!(whole.lost.is_none());
        // Rule 5: "EJ_PABORJAT on d removes the enrolments it is about that start in [d - 30, d]", which can be one part
        // only; and "AVBROTT and UTEBLIVEN_MANAD on d end those that contain d", which the second part does not when
        // the report is dated before it.
        scene.tables.reports.retain(|report| {
            let is_about = same_school((&report.unit, &report.school), (&whole.unit, &whole.school));
            !is_about || (report.event != ReportEvent::NotStarted && report.date >= split)
        });
        // Rule 4: a provisional admission "ends when an enrolment starts in it".
        scene
            .tables
            .admissions
            .retain(|row| row.term_start.is_none_or(|start| split < start || start + Days::new(30) <= split));
        // Rule 4: "the same enrolment twice with different ends: the later end", also where only the start is the same.
        scene.tables.enrolments.retain(|row| row.start != whole.start && row.start != split);

        let first = Enrolment { end: Some(split - Days::new(1)), expected_end: None, interruption: None, ..whole };
        let second = Enrolment { start: split, ..whole };
        let mut rows = scene.tables.clone();
        scene.tables.enrolments.push(whole);
        rows.enrolments.extend([first, second]);
        number_rows(&mut scene.tables);
        number_rows(&mut rows);
        let (whole, parts) = (scene.decide(), scene.decide_with(&rows));
        prop_assert_eq!(member_days(&whole, scene.as_of), member_days(&parts, scene.as_of));
        Ok(())
    });
}

/// One more education of any kind, not interrupted.
#[derive(Clone, Debug)]
enum Added {
    Enrolment(Enrolment),
    Adult(AdultCourse),
    Folk(FolkCourse),
    Decision(Decision),
}

fn added(frame: &Frame) -> impl Strategy<Value = Added> + use<> {
    prop_oneof![
        lives::enrolments(frame).prop_map(|mut row| {
            row.form = SchoolForm::UpperSecondary;
            row.interruption = row.interruption.filter(|reason| *reason != InterruptionReason::Interrupted);
            Added::Enrolment(row)
        }),
        lives::adult_courses(frame).prop_map(|mut row| {
            row.level = AdultLevel::UpperSecondary;
            Added::Adult(row)
        }),
        lives::folk_courses(frame).prop_map(|mut row| {
            (row.kind, row.level) = (FolkCourseKind::General, Some(FolkLevel::UpperSecondary));
            Added::Folk(row)
        }),
        lives::decisions(frame).prop_map(|mut row| {
            row.kind = DecisionKind::OtherEquivalent;
            Added::Decision(row)
        }),
    ]
}

#[test]
fn adding_an_uninterrupted_education_never_adds_membership() {
    holds_for(8_000, scenes_and(added), |(mut scene, added)| {
        // An admission "ends when an enrolment starts in it" (rule 4).
        scene.tables.admissions.retain(|row| row.status != AdmissionStatus::Admitted);
        let mut rows = scene.tables.clone();
        match added {
            Added::Enrolment(row) => {
                // Interrupted is also what a report is about.
                let about =
                    |report: &ProviderReport| same_school((&report.unit, &report.school), (&row.unit, &row.school));
                prop_assume!(!scene.tables.reports.iter().any(about));
                // "The same enrolment twice with different ends: the later end."
                prop_assume!(!scene.tables.enrolments.iter().any(|other| other.start == row.start));
                rows.enrolments.push(row);
            }
            Added::Adult(row) => rows.adult_courses.push(row),
            Added::Folk(row) => rows.folk_courses.push(row),
            Added::Decision(row) => rows.decisions.push(row),
        }
        number_rows(&mut rows);
        let (before, after) = (Model::new(&scene), Model::with_rows(&scene, &rows));
        for day in days_added(&scene, &rows) {
            // Rule 6, summer, undecided: "a gap (...) with no known continuation". Knowing the next education, however
            // late it begins, makes a member of someone who was undecided.
            if before.standing(day) == Standing::SummerUndecided {
                continue;
            }
            let first = after.first_of_gap(day);
            let last = first - Days::new(1);
            // Rule 6: "Refused when (...) a STUDIEBEVIS or IB_UTAN_DIPLOM is near: at most 60 days from the last day".
            // The new education's last day can be nearer to it than the one before.
            let refuses = |row: &Credential| {
                matches!(row.kind, CredentialKind::StudyCertificate | CredentialKind::IbWithoutDiploma)
                    && near(last, row.date)
            };
            if scene.tables.credentials.iter().any(refuses) {
                continue;
            }
            // Rule 6: summer begins on 1 June after an education, but after compulsory schooling "when that day is
            // 1 May or later": what is a summer from school is none from an education that ends in May.
            let school = before.age_from();
            if school.month() == 5 && first.month() == 5 && school.year() == first.year() {
                continue;
            }
            prop_assert!(false, "{day} is a day in the group only with the education");
        }
        Ok(())
    });
}

#[test]
fn adding_a_completing_credential_never_adds_membership() {
    holds_for(6_000, scenes_and(lives::credentials), |(scene, credential)| {
        prop_assume!(credential.kind.completes() && credential.date <= scene.as_of);
        let mut rows = scene.tables.clone();
        rows.credentials.push(credential);
        number_rows(&mut rows);
        let before = Model::new(&scene);
        for day in days_added(&scene, &rows) {
            // Rule 6: a gap is undecided in summer "with no known continuation", and bridges from the day after
            // compulsory schooling lead "to an education" only: with a credential later in that summer the days before
            // it are neither.
            let school = before.age_from();
            let undecided = before.standing(day) == Standing::SummerUndecided;
            prop_assert!(undecided && school <= day && day.year() == school.year(), "{}", day);
        }
        Ok(())
    });
}

#[test]
fn what_is_said_of_a_day_does_not_depend_on_how_late_one_asks() {
    holds_for(4_000, (scenes(), 1..500_u64), |(scene, days)| {
        let later = Scene { as_of: scene.as_of + Days::new(days), ..scene.clone() };
        let model = Model::new(&scene);
        let (now, then) = (member_days(&scene.decide(), scene.as_of), member_days(&later.decide(), later.as_of));
        for day in model.judged_days() {
            // Rule 6: an undecided summer is bridged "to the as-of date while that is at most 15 September".
            if model.standing(day) != Standing::SummerUndecided {
                prop_assert_eq!(now.contains(&day), then.contains(&day), "{}", day);
            }
        }
        Ok(())
    });
}

#[test]
fn a_decision_that_the_flags_are_looked_into_changes_nothing_else() {
    holds_for(2_000, scenes_and(lives::decisions), |(scene, mut decision)| {
        decision.kind = DecisionKind::LookedInto;
        let mut rows = scene.tables.clone();
        rows.decisions.push(decision);
        number_rows(&mut rows);
        let mut after = outcome(&scene.decide_with(&rows));
        let before = outcome(&scene.decide());
        after.looked_into_until = before.looked_into_until;
        prop_assert_eq!(before, after);
        Ok(())
    });
}

/// Rows that say nothing of who is in the group.
fn immaterial(frame: &Frame) -> impl Strategy<Value = Tables> + use<> {
    let rows = (
        lives::enrolments(frame),
        lives::adult_courses(frame),
        lives::folk_courses(frame),
        lives::reports(frame),
        any::<bool>(),
    );
    rows.prop_map(|(mut enrolment, mut adult, mut folk, mut report, adapted)| {
        enrolment.form = if adapted { SchoolForm::AdaptedCompulsory } else { SchoolForm::Compulsory };
        adult.level = if adapted { AdultLevel::SwedishForImmigrants } else { AdultLevel::AdaptedBasic };
        folk.kind = FolkCourseKind::Motivational;
        report.event = if adapted { ReportEvent::AbsenceInvestigation } else { ReportEvent::DiplomaAtRisk };
        Tables {
            enrolments: vec![enrolment],
            adult_courses: vec![adult],
            folk_courses: vec![folk],
            reports: vec![report],
            ..Tables::default()
        }
    })
}

#[test]
fn compulsory_school_basic_courses_short_courses_and_warnings_change_no_day() {
    holds_for(4_000, scenes_and(immaterial), |(scene, more)| {
        let mut rows = scene.tables.clone();
        rows.append(more);
        number_rows(&mut rows);
        let (before, after) = (scene.decide(), scene.decide_with(&rows));
        prop_assert_eq!(member_days(&before, scene.as_of), member_days(&after, scene.as_of));
        Ok(())
    });
}

#[test]
fn an_introductory_programme_over_before_july_2018_changes_no_day() {
    holds_for(4_000, scenes_and(lives::enrolments), |(mut scene, mut enrolment)| {
        let last = NaiveDate::from_ymd_opt(2018, 6, 30).expect("a real day");
        prop_assume!(enrolment.start <= last);
        (enrolment.form, enrolment.programme) = (SchoolForm::UpperSecondary, Some("IMA".into()));
        enrolment.end = Some(enrolment.end.unwrap_or(last).min(last));
        enrolment.school = Some("En skola för sig".into());
        // "The same enrolment twice with different ends: the later end."
        scene.tables.enrolments.retain(|row| row.start != enrolment.start);
        let mut rows = scene.tables.clone();
        rows.enrolments.push(enrolment);
        number_rows(&mut rows);
        let (before, after) = (scene.decide(), scene.decide_with(&rows));
        prop_assert_eq!(member_days(&before, scene.as_of), member_days(&after, scene.as_of));
        Ok(())
    });
}

#[test]
fn the_right_to_complete_compulsory_school_moves_nothing_but_an_undecided_summer() {
    holds_for(4_000, scenes_and(lives::compulsory), |(scene, row)| {
        let mut rows = scene.tables.clone();
        rows.compulsory.push(CompulsorySchooling { kind: CompulsoryKind::RightToComplete, ..row });
        number_rows(&mut rows);
        let (before, after) =
            (member_days(&scene.decide(), scene.as_of), member_days(&scene.decide_with(&rows), scene.as_of));
        prop_assert!(before.is_subset(&after));
        let model = Model::new(&scene);
        for day in after.difference(&before) {
            prop_assert_eq!(model.standing(*day), Standing::SummerUndecided);
        }
        Ok(())
    });
}
