//! What changed since the run before: who came, who left, and what a later run changed about the past.

use chrono::NaiveDate;

use super::registration::same_spells;
use super::{Member, PastSpell};
use crate::person::PersonalNumber;
use crate::records::{Coded, Reason};
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
    let mut compare = |field: &str, before: String, after: String| {
        if before != after {
            changes.push(Change {
                number: member.number,
                kind: ChangeKind::Changed,
                date: spell.from,
                cause: field.to_owned(),
                before,
                after,
            });
        }
    };
    let reason = |reason: Reason| reason.code().to_owned();
    let ground =
        |ground: Option<crate::records::Ground>| ground.map(|ground| ground.code().to_owned()).unwrap_or_default();
    compare("fran", old.from.to_string(), spell.from.to_string());
    if !left {
        compare("till", till(old.last), till(spell.last));
        compare("grund_ut", ground(old.ground), ground(spell.ground));
    }
    compare("orsak_in", reason(old.reason), reason(spell.reason));
    compare("flaggor", old.flags.codes(), spell.flags.codes());
    compare("registrerad", old.registered.to_string(), member.registered.to_string());
    changes
}

fn till(last: Option<NaiveDate>) -> String {
    last.map(|last| last.to_string()).unwrap_or_default()
}
