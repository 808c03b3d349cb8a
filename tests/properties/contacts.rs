//! Laws of the outreach: whatever was tried with a member, by whichever plan, somebody knows what to do next.

use chrono::NaiveDate;
use kaa::config::Config;
use kaa::outreach::{ContactStatus, Outreach, Reachable, outreach};
use kaa::person::{PersonalNumber, age_on};
use kaa::records::{
    Addressee, Coded, ContactAttempt, ContactOutcome, ContactWay, Knowledge, KnowledgeSource, Occupation, Place,
    Reason, Tables,
};
use kaa::register::Member;
use kaa::timeline::{Flags, Spell, plus};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::lives::holds_for;

const PLANS: [&str; 4] = [
    include_str!("../../pipelines/nacka.toml"),
    include_str!("../../pipelines/vara.toml"),
    include_str!("../../pipelines/essunga.toml"),
    include_str!("../../pipelines/tibro.toml"),
];

/// A member, what was tried and heard, and the day that it is looked at.
#[derive(Clone, Debug)]
struct Tried {
    plan: usize,
    tables: Tables,
    member: Member,
    reachable: Reachable,
    as_of: NaiveDate,
}

impl Tried {
    fn outreach(&self) -> Outreach {
        let config = Config::parse(PLANS[self.plan], std::path::Path::new(".")).expect("a shipped profile");
        let life = self.tables.life(self.member.number);
        outreach(&life, std::slice::from_ref(&self.member), self.reachable, &config.plan, self.as_of)
            .expect("an open spell has an outreach")
    }
}

fn tried() -> impl Strategy<Value = Tried> {
    let first = NaiveDate::from_ymd_opt(2026, 1, 12).expect("a day");
    let attempt = (
        0..400_u32,
        select(ContactWay::ALL),
        select(ContactOutcome::ALL),
        any::<Option<bool>>(),
        prop::option::of(select(Occupation::ALL)),
        prop::option::of(0..500_u32),
    );
    let known = (0..400_u32, select(KnowledgeSource::ALL), select(Occupation::ALL));
    let born = 0..1_400_u32;
    let life = (0..4_usize, born, 0..40_u32, 0..420_u32, any::<[bool; 3]>());
    (life, vec(attempt, 0..9), vec(known, 0..3)).prop_map(
        move |((plan, born, registered, age, has), attempts, known)| {
            let from = plus(first, 30);
            let as_of = plus(from, age);
            let born = plus(NaiveDate::from_ymd_opt(2006, 6, 1).expect("a day"), born);
            let number = PersonalNumber::with_check_digit(born, 239);
            let mut tables = Tables::default();
            let rows = attempts.into_iter().filter(|(day, ..)| plus(first, *day) <= as_of);
            tables.contacts = rows
                .zip(1..)
                .map(|((day, way, outcome, guardian, occupation, next), row)| ContactAttempt {
                    number,
                    date: plus(first, day),
                    way,
                    addressee: guardian.map(|guardian| if guardian { Addressee::Guardian } else { Addressee::Youth }),
                    outcome,
                    occupation,
                    offer: None,
                    next_contact: next.map(|day| plus(first, day)),
                    place: Place { file: 0, row },
                    lost: None,
                })
                .collect();
            let rows = known.into_iter().filter(|(day, ..)| plus(first, *day) <= as_of);
            tables.knowledge = rows
                .zip(1..)
                .map(|((day, source, occupation), row)| Knowledge {
                    number,
                    date: plus(first, day),
                    source,
                    occupation,
                    place: Place { file: 1, row },
                    lost: None,
                })
                .collect();
            let spell = Spell {
                from,
                last: None,
                reason: Reason::Interrupted,
                ground: None,
                flags: Flags::default(),
                moved_from: None,
                evidence: Vec::new(),
            };
            let registered = plus(from, registered).min(as_of);
            let member = Member { number, spell, registered, detected: registered, in_case_register: true };
            let [telephone, email, address] = has;
            Tried { plan, tables, member, reachable: Reachable { telephone, email, address }, as_of }
        },
    )
}

#[test]
fn every_member_has_a_contact_or_knowledge_or_a_next_step_with_a_day_or_a_reason() {
    holds_for(4_000, tried(), |tried| {
        let outreach = tried.outreach();
        match &outreach.next_step {
            Some(step) => {
                prop_assert!(outreach.to_be_reached);
                prop_assert!(!step.name.is_empty() && !step.reason.is_empty(), "{step:?}");
                prop_assert!(
                    step.latest.is_some()
                        || step.earliest.is_some()
                        || step.reason.contains("lanen anger ingen tid")
                        || step.reason.contains("Planen säger våren utan datum")
                        || step.reason.contains("Den ansvariga bedömer"),
                    "{step:?}"
                );
            }
            None => {
                let settled = matches!(
                    outreach.status,
                    ContactStatus::Contacted | ContactStatus::Declines | ContactStatus::Known
                );
                prop_assert!(settled && !outreach.to_be_reached, "{outreach:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_report_of_concern_is_never_due_and_only_judged_under_18() {
    holds_for(4_000, tried(), |tried| {
        let Some(step) = tried.outreach().next_step.filter(|step| step.name == "Bedöm orosanmälan") else {
            return Ok(());
        };
        prop_assert!(age_on(tried.member.number.born(), tried.as_of) < 18);
        prop_assert!(
            step.ways.is_empty() && step.earliest.is_none() && step.latest.is_none() && step.addressee.is_none()
        );
        Ok(())
    });
}

#[test]
fn a_letter_is_asked_for_only_where_there_is_an_address() {
    holds_for(4_000, tried(), |tried| {
        let post = [ContactWay::Letter, ContactWay::Postcard, ContactWay::VisitPostcard, ContactWay::HomeVisit];
        let step = tried.outreach().next_step.unwrap_or_default();
        let only_post = !step.ways.is_empty() && step.ways.iter().all(|way| post.contains(way));
        prop_assert!(tried.reachable.address || !only_post, "{step:?}");
        Ok(())
    });
}

#[test]
fn the_order_of_rows_from_different_days_never_matters() {
    holds_for(2_000, tried(), |tried| {
        let mut turned = tried.clone();
        turned.tables.contacts.reverse();
        turned.tables.knowledge.reverse();
        let mut days: Vec<NaiveDate> = tried.tables.contacts.iter().map(|row| row.date).collect();
        days.extend(tried.tables.knowledge.iter().map(|row| row.date));
        days.sort_unstable();
        prop_assume!(days.windows(2).all(|pair| pair[0] != pair[1]));
        prop_assert_eq!(tried.outreach(), turned.outreach());
        Ok(())
    });
}
