//! Registration dates: the second time axis (contract 3, 'Two time axes').

use chrono::NaiveDate;

use super::PastSpell;
use crate::person::PersonalNumber;
use crate::records::Registration;
use crate::timeline::{FOREVER, Period, Spell, minus, plus};

/// A registration can precede its spell by this many days.
const EARLY_REGISTRATION_DAYS: u32 = 60;

/// A spell with its registration date.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whose.
    pub number: PersonalNumber,
    /// The spell.
    pub spell: Spell,
    /// The registration date.
    pub registered: NaiveDate,
    /// The registration date by the runs alone.
    pub detected: NaiveDate,
    /// Whether the case register has a registration for it.
    pub in_case_register: bool,
}

/// The registered spells of one person, and the rows of the case register that belong to none.
#[derive(Clone, Debug, Default)]
pub struct Registrations<'a> {
    /// The spells in order.
    pub members: Vec<Member>,
    /// Rows of the case register without a spell.
    pub without_spell: Vec<&'a Registration>,
    /// Rows of the case register with the spell that each belongs to, by its index.
    pub with_spell: Vec<(usize, &'a Registration)>,
}

/// Registers the spells of one person.
pub fn register<'a>(
    number: PersonalNumber,
    spells: Vec<Spell>,
    past: &[PastSpell],
    past_as_of: Option<NaiveDate>,
    rows: &'a [Registration],
    as_of: NaiveDate,
) -> Registrations<'a> {
    let mut result = Registrations::default();
    let earlier = same_spells(&spells, past, past_as_of, as_of);
    for row in rows {
        match spell_of(row, &spells, as_of) {
            Some(index) => result.with_spell.push((index, row)),
            None => result.without_spell.push(row),
        }
    }
    for (index, spell) in spells.into_iter().enumerate() {
        let by_register = result.with_spell.iter().filter(|(of, _)| *of == index).map(|(_, row)| row.registered).min();
        let detected = match (earlier[index], spell.last) {
            (Some(past), last) => past.detected.min(last.unwrap_or(as_of)),
            (None, None) => as_of,
            (None, Some(_)) => spell.from,
        };
        result.members.push(Member {
            number,
            registered: by_register.unwrap_or(detected),
            detected,
            in_case_register: by_register.is_some(),
            spell,
        });
    }
    result
}

/// For each spell the earlier run's spell that shares a day with it; where one old meets two new, the first takes it.
pub(super) fn same_spells<'p>(
    spells: &[Spell],
    past: &'p [PastSpell],
    past_as_of: Option<NaiveDate>,
    as_of: NaiveDate,
) -> Vec<Option<&'p PastSpell>> {
    let mut free: Vec<&PastSpell> = past.iter().collect();
    spells
        .iter()
        .map(|spell| {
            let days = spell.days(as_of);
            let at = free.iter().position(|old| old.days(past_as_of.unwrap_or(as_of)).overlaps(days))?;
            Some(free.remove(at))
        })
        .collect()
}

/// The spell that a row of the case register belongs to: the one it shares most days with, else the next that starts
/// within 60 days after it.
fn spell_of(row: &Registration, spells: &[Spell], as_of: NaiveDate) -> Option<usize> {
    let days = Period::new(row.registered, row.deregistered.unwrap_or(FOREVER));
    let shared = |spell: &Spell| days.shared_days(spell.days(as_of));
    let most = spells.iter().map(shared).max().unwrap_or(0);
    if most > 0 {
        return spells.iter().position(|spell| shared(spell) == most);
    }
    let last = row.deregistered.map_or(row.registered, |day| minus(day, 1)).max(row.registered);
    spells.iter().position(|spell| spell.from >= last && spell.from <= plus(last, EARLY_REGISTRATION_DAYS))
}
