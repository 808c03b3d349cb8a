//! What changed since the run before: who came, who left, and what a later run changed about the past.

use chrono::NaiveDate;

use super::registration::same_spells;
use super::{Member, PastSpell};
use crate::person::PersonalNumber;
use crate::records::{Coded, Ground};
use crate::timeline::{Spell, next_day};

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// A new spell that holds the as-of date.
    In,
    /// A new spell that is already over.
    InAndOut,
    /// A spell that was open has ended.
    Out,
    /// A field of a known spell is another now.
    Changed,
    /// A spell that is no more.
    Removed,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::In, Self::InAndOut, Self::Out, Self::Changed, Self::Removed];

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::InAndOut => "IN_OCH_UT",
            Self::Out => "UT",
            Self::Changed => "ANDRAD",
            Self::Removed => "BORTTAGEN",
        }
    }

    /// What a user reads, in Swedish.
    pub fn label(self) -> &'static str {
        match self {
            Self::In => "Har kommit in i gruppen",
            Self::InAndOut => "Har kommit in i gruppen och lämnat den",
            Self::Out => "Har lämnat gruppen",
            Self::Changed => "Ändrad i efterhand",
            Self::Removed => "Perioden är borttagen",
        }
    }

    /// Whether somebody came into the group.
    pub fn is_entry(self) -> bool {
        matches!(self, Self::In | Self::InAndOut)
    }

    /// Whether somebody left the group.
    pub fn is_exit(self) -> bool {
        matches!(self, Self::Out | Self::InAndOut)
    }

    /// Whether the past is told otherwise than by the run before.
    pub fn is_correction(self) -> bool {
        matches!(self, Self::Changed | Self::Removed)
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose.
    pub number: PersonalNumber,
    /// What kind.
    pub kind: ChangeKind,
    /// The day it concerns.
    pub date: NaiveDate,
    /// The reason in, the ground out, both with a slash, or the field that changed.
    pub cause: String,
    /// The value before.
    pub before: String,
    /// The value now.
    pub after: String,
}

/// The changes of one person between two runs.
pub fn changes(members: &[Member], past: &[PastSpell], past_as_of: NaiveDate, as_of: NaiveDate) -> Vec<Change> {
    let spells: Vec<Spell> = members.iter().map(|member| member.spell.clone()).collect();
    let earlier = same_spells(&spells, past, Some(past_as_of), as_of);
    let mut changes = Vec::new();
    for (member, old) in members.iter().zip(&earlier) {
        match old {
            None => changes.push(arrival(member)),
            Some(old) => changes.extend(differences(member, old)),
        }
    }
    let gone = past.iter().filter(|old| !earlier.iter().any(|kept| kept.is_some_and(|kept| std::ptr::eq(kept, *old))));
    changes.extend(gone.map(|old| Change {
        number: old.number,
        kind: ChangeKind::Removed,
        date: old.from,
        cause: old.reason.code().to_owned(),
        before: String::new(),
        after: String::new(),
    }));
    changes.sort_by(|a, b| (a.number, a.date, a.kind, &a.cause).cmp(&(b.number, b.date, b.kind, &b.cause)));
    changes
}

fn arrival(member: &Member) -> Change {
    let spell = &member.spell;
    let (kind, cause) = match spell.ground {
        None => (ChangeKind::In, spell.reason.code().to_owned()),
        Some(ground) => (ChangeKind::InAndOut, format!("{}/{}", spell.reason.code(), ground.code())),
    };
    Change { number: member.number, kind, date: spell.from, cause, before: String::new(), after: String::new() }
}

fn differences(member: &Member, old: &PastSpell) -> Vec<Change> {
    let spell = &member.spell;
    let mut changes = Vec::new();
    let left = old.last.is_none() && spell.last.is_some();
    if let (true, Some(last), Some(ground)) = (left, spell.last, spell.ground) {
        changes.push(Change {
            number: member.number,
            kind: ChangeKind::Out,
            date: next_day(last),
            cause: ground.code().to_owned(),
            before: String::new(),
            after: String::new(),
        });
    }
    let mut differs = |field: &str, before: String, after: String| {
        changes.push(Change {
            number: member.number,
            kind: ChangeKind::Changed,
            date: spell.from,
            cause: field.to_owned(),
            before,
            after,
        });
    };
    if old.from != spell.from {
        differs("fran", old.from.to_string(), spell.from.to_string());
    }
    if !left && old.last != spell.last {
        differs("till", till(old.last), till(spell.last));
    }
    if !left && old.ground != spell.ground {
        differs("grund_ut", ground(old.ground), ground(spell.ground));
    }
    if old.reason != spell.reason {
        differs("orsak_in", old.reason.code().to_owned(), spell.reason.code().to_owned());
    }
    if old.flags != spell.flags {
        differs("flaggor", old.flags.codes(), spell.flags.codes());
    }
    if old.registered != member.registered {
        differs("registrerad", old.registered.to_string(), member.registered.to_string());
    }
    changes
}

fn ground(ground: Option<Ground>) -> String {
    ground.map(|ground| ground.code().to_owned()).unwrap_or_default()
}

fn till(last: Option<NaiveDate>) -> String {
    last.map(|last| last.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Reason;
    use crate::timeline::{Flag, Flags};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn number() -> PersonalNumber {
        PersonalNumber::with_check_digit(day("2008-03-01"), 239)
    }

    /// A registered spell; an empty last day: open.
    fn member(from: &str, last: &str) -> Member {
        let last = (!last.is_empty()).then(|| day(last));
        Member {
            number: number(),
            spell: Spell {
                from: day(from),
                last,
                reason: Reason::Interrupted,
                ground: last.map(|_| Ground::NationalProgramme),
                flags: Flags::default(),
                moved_from: None,
                evidence: Vec::new(),
            },
            registered: day("2026-10-20"),
            detected: day("2026-10-20"),
            in_case_register: false,
        }
    }

    /// The same spell as an earlier run listed it.
    fn past(from: &str, last: &str) -> PastSpell {
        let Member { number, spell, registered, detected, .. } = member(from, last);
        let Spell { from, last, reason, ground, flags, .. } = spell;
        PastSpell { number, from, last, reason, ground, flags, registered, detected }
    }

    /// The changes from the run of 20 October to that of 20 November: `kind date cause before after`.
    fn told(past: &[PastSpell], members: &[Member]) -> Vec<String> {
        let told = changes(members, past, day("2026-10-20"), day("2026-11-20")).into_iter().map(|change| {
            assert_eq!(change.number, number());
            let Change { kind, date, cause, before, after, .. } = change;
            [kind.code(), &date.to_string(), &cause, &before, &after].join(" ").trim_end().to_owned()
        });
        told.collect()
    }

    #[test]
    fn a_new_open_spell_is_in_with_its_first_day_and_reason() {
        assert_eq!(told(&[], &[member("2026-11-01", "")]), ["IN 2026-11-01 AVBRUTIT"]);
    }

    #[test]
    fn a_new_spell_that_is_over_is_in_and_out_with_both_codes() {
        let members = [member("2026-05-01", "2026-06-01")];
        assert_eq!(told(&[], &members), ["IN_OCH_UT 2026-05-01 AVBRUTIT/NATIONELLT_PROGRAM"]);
    }

    #[test]
    fn an_open_spell_that_ends_is_out_on_the_day_after_its_last_and_not_told_again() {
        let members = [member("2026-05-01", "2026-11-10")];
        assert_eq!(told(&[past("2026-05-01", "")], &members), ["UT 2026-11-11 NATIONELLT_PROGRAM"]);
    }

    #[test]
    fn a_spell_as_it_was_is_no_change() {
        assert!(told(&[past("2026-05-01", "")], &[member("2026-05-01", "")]).is_empty());
        assert!(told(&[past("2026-05-01", "2026-06-01")], &[member("2026-05-01", "2026-06-01")]).is_empty());
    }

    #[test]
    fn each_field_that_differs_is_one_row_with_before_and_after() {
        let mut now = member("2026-05-04", "2026-06-08");
        now.spell.reason = Reason::Unknown;
        now.spell.ground = Some(Ground::MovedOut);
        now.spell.flags.set(Flag::IbPending, true);
        now.registered = day("2026-05-15");
        assert_eq!(
            told(&[past("2026-05-01", "2026-06-01")], &[now]),
            [
                "ANDRAD 2026-05-04 flaggor  IB_VANTAR",
                "ANDRAD 2026-05-04 fran 2026-05-01 2026-05-04",
                "ANDRAD 2026-05-04 grund_ut NATIONELLT_PROGRAM UTFLYTTAD",
                "ANDRAD 2026-05-04 orsak_in AVBRUTIT OKAND",
                "ANDRAD 2026-05-04 registrerad 2026-10-20 2026-05-15",
                "ANDRAD 2026-05-04 till 2026-06-01 2026-06-08",
            ]
        );
    }

    #[test]
    fn a_spell_that_opens_again_loses_its_last_day_and_ground() {
        assert_eq!(
            told(&[past("2026-05-01", "2026-06-01")], &[member("2026-05-01", "")]),
            ["ANDRAD 2026-05-01 grund_ut NATIONELLT_PROGRAM", "ANDRAD 2026-05-01 till 2026-06-01"]
        );
    }

    #[test]
    fn a_spell_that_is_no_more_is_removed_with_its_first_day_as_it_was() {
        assert_eq!(told(&[past("2026-05-01", "")], &[]), ["BORTTAGEN 2026-05-01 AVBRUTIT"]);
    }

    #[test]
    fn of_two_spells_that_grew_together_the_first_goes_on_and_the_second_is_removed() {
        let before = [past("2026-05-01", "2026-06-01"), past("2026-08-01", "")];
        assert_eq!(
            told(&before, &[member("2026-05-01", "")]),
            [
                "ANDRAD 2026-05-01 grund_ut NATIONELLT_PROGRAM",
                "ANDRAD 2026-05-01 till 2026-06-01",
                "BORTTAGEN 2026-08-01 AVBRUTIT",
            ]
        );
    }

    #[test]
    fn the_kinds_say_who_came_who_left_and_what_was_corrected() {
        use ChangeKind::{Changed, In, InAndOut, Out, Removed};
        let which = |holds: fn(ChangeKind) -> bool| {
            [In, InAndOut, Out, Changed, Removed].into_iter().filter(|kind| holds(*kind)).collect::<Vec<_>>()
        };
        assert_eq!(which(ChangeKind::is_entry), [In, InAndOut]);
        assert_eq!(which(ChangeKind::is_exit), [InAndOut, Out]);
        assert_eq!(which(ChangeKind::is_correction), [Changed, Removed]);
    }
}
