//! What differs, per person, from the delivery that was uploaded.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, FileEvent};
use crate::person::PersonalNumber;

/// How a person differs from the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// Not in the delivery.
    Added,
    /// Only in the delivery.
    Removed,
    /// In both, with other events.
    Changed,
}

impl Changed {
    /// Every way to differ.
    pub const ALL: [Self; 3] = [Self::Added, Self::Removed, Self::Changed];

    /// The constant in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Added => "TILLKOMMEN",
            Self::Removed => "BORTTAGEN",
            Self::Changed => "ANDRAD",
        }
    }

    /// What a user reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Added => "Tillkommen",
            Self::Removed => "Borttagen",
            Self::Changed => "Ändrad",
        }
    }
}

/// An event that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose.
    pub number: PersonalNumber,
    /// How the person differs.
    pub changed: Changed,
    /// The event's block.
    pub block: Block,
    /// The event in the delivery; `None`: it is new.
    pub before: Option<FileEvent>,
    /// The event now; `None`: it is gone.
    pub after: Option<FileEvent>,
}

/// What differs between the delivery and the file now, by person, block and day.
pub fn differences(delivered: &[FileEvent], now: &[FileEvent]) -> Vec<Difference> {
    let (before, after) = (by_person(delivered), by_person(now));
    let numbers: BTreeSet<PersonalNumber> = before.keys().chain(after.keys()).copied().collect();
    let mut found = Vec::new();
    for number in numbers {
        let changed = match (before.contains_key(&number), after.contains_key(&number)) {
            (false, _) => Changed::Added,
            (_, false) => Changed::Removed,
            _ => Changed::Changed,
        };
        let events = |of: &BTreeMap<PersonalNumber, Vec<FileEvent>>| of.get(&number).cloned().unwrap_or_default();
        let (mut gone, mut new) = (events(&before), events(&after));
        leave_out_common(&mut gone, &mut new);
        for block in Block::ALL {
            let of_block = |events: &[FileEvent]| -> Vec<FileEvent> {
                events.iter().filter(|event| event.block == block).cloned().collect()
            };
            let (gone, new) = (of_block(&gone), of_block(&new));
            found.extend((0..gone.len().max(new.len())).map(|at| Difference {
                number,
                changed,
                block,
                before: gone.get(at).cloned(),
                after: new.get(at).cloned(),
            }));
        }
    }
    found
}

fn by_person(events: &[FileEvent]) -> BTreeMap<PersonalNumber, Vec<FileEvent>> {
    let mut persons: BTreeMap<PersonalNumber, Vec<FileEvent>> = BTreeMap::new();
    for event in events {
        persons.entry(event.number).or_default().push(event.clone());
    }
    persons
        .values_mut()
        .for_each(|events| events.sort_by_key(|event| (event.block, event.date(), event.values.clone())));
    persons
}

/// Takes out what both have, each event as often as both have it.
fn leave_out_common(gone: &mut Vec<FileEvent>, new: &mut Vec<FileEvent>) {
    gone.retain(|event| {
        let same = new.iter().position(|other| other == event);
        same.map(|at| new.remove(at)).is_none()
    });
}
