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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Ground, Place, Reason};
    use crate::timeline::Flags;

    const AS_OF: &str = "2026-11-20";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn number() -> PersonalNumber {
        PersonalNumber::with_check_digit(day("2008-03-01"), 239)
    }

    /// A spell; an empty last day: open.
    fn spell(from: &str, last: &str) -> Spell {
        let last = (!last.is_empty()).then(|| day(last));
        Spell {
            from: day(from),
            last,
            reason: Reason::Interrupted,
            ground: last.map(|_| Ground::NationalProgramme),
            flags: Flags::default(),
            moved_from: None,
            evidence: Vec::new(),
        }
    }

    fn past(from: &str, last: &str, detected: &str) -> PastSpell {
        let spell = spell(from, last);
        PastSpell {
            number: number(),
            from: spell.from,
            last: spell.last,
            reason: spell.reason,
            ground: spell.ground,
            flags: spell.flags,
            registered: day(detected),
            detected: day(detected),
        }
    }

    /// A row of the case register; an empty day of deregistration: still registered.
    fn row(registered: &str, deregistered: &str) -> Registration {
        Registration {
            number: number(),
            registered: day(registered),
            reason: None,
            latest_education: None,
            deregistered: (!deregistered.is_empty()).then(|| day(deregistered)),
            ground: None,
            place: Place { file: 0, row: 2 },
            lost: None,
        }
    }

    /// The registration dates of the spells.
    fn dates(spells: &[Spell], past: &[PastSpell], past_as_of: Option<&str>, rows: &[Registration]) -> Vec<String> {
        let past_as_of = past_as_of.map(day);
        let result = register(number(), spells.to_vec(), past, past_as_of, rows, day(AS_OF));
        result.members.iter().map(|member| member.registered.to_string()).collect()
    }

    #[test]
    fn the_first_run_registers_an_open_spell_on_its_as_of_date_and_a_closed_one_on_its_first_day() {
        let spells = [spell("2025-01-10", "2025-03-01"), spell("2026-02-01", "")];
        assert_eq!(dates(&spells, &[], None, &[]), ["2025-01-10", AS_OF]);
    }

    #[test]
    fn a_later_run_keeps_the_date_but_never_past_the_last_day() {
        let known = [past("2026-02-01", "", "2026-02-20")];
        assert_eq!(dates(&[spell("2026-02-01", "")], &known, Some("2026-10-20"), &[]), ["2026-02-20"]);
        assert_eq!(dates(&[spell("2026-02-01", "2026-02-10")], &known, Some("2026-10-20"), &[]), ["2026-02-10"]);
    }

    #[test]
    fn spells_that_share_a_day_are_the_same_whatever_their_first_day() {
        let known = [past("2026-02-01", "2026-04-30", "2026-02-20")];
        assert_eq!(dates(&[spell("2026-04-30", "")], &known, Some("2026-10-20"), &[]), ["2026-02-20"]);
        assert_eq!(dates(&[spell("2026-05-01", "")], &known, Some("2026-10-20"), &[]), [AS_OF]);
    }

    #[test]
    fn an_open_spell_of_an_earlier_run_reaches_to_its_as_of_date() {
        let known = [past("2026-02-01", "", "2026-02-20")];
        assert_eq!(dates(&[spell("2026-10-20", "")], &known, Some("2026-10-20"), &[]), ["2026-02-20"]);
        assert_eq!(dates(&[spell("2026-10-21", "")], &known, Some("2026-10-20"), &[]), [AS_OF]);
    }

    #[test]
    fn of_two_new_spells_in_one_old_the_first_keeps_the_registration() {
        let spells = [spell("2026-02-01", "2026-04-30"), spell("2026-06-01", "")];
        let known = [past("2026-02-01", "", "2026-02-20")];
        assert_eq!(dates(&spells, &known, Some("2026-10-20"), &[]), ["2026-02-20", AS_OF]);
    }

    #[test]
    fn the_case_register_wins_and_of_several_rows_the_earliest_date() {
        let rows = [row("2026-03-10", ""), row("2026-02-15", "2026-03-01")];
        let known = [past("2026-02-01", "", "2026-02-20")];
        assert_eq!(dates(&[spell("2026-02-01", "")], &known, Some("2026-10-20"), &rows), ["2026-02-15"]);
    }

    #[test]
    fn the_runs_own_date_is_kept_beside_the_case_registers() {
        let rows = [row("2026-03-10", "")];
        let result = register(number(), vec![spell("2026-02-01", "")], &[], None, &rows, day(AS_OF));
        let member = &result.members[0];
        assert_eq!(
            (member.registered, member.detected, member.in_case_register),
            (day("2026-03-10"), day(AS_OF), true)
        );
    }

    #[test]
    fn a_row_belongs_to_the_spell_it_shares_most_days_with() {
        let spells = [spell("2026-01-01", "2026-01-31"), spell("2026-03-01", "2026-03-31")];
        let shared = |deregistered| {
            let rows = [row("2026-01-20", deregistered)];
            let result = register(number(), spells.to_vec(), &[], None, &rows, day(AS_OF));
            result.with_spell.iter().map(|(index, _)| *index).collect::<Vec<_>>()
        };
        // The day of deregistration is not one of its days: 12 days in January, 12 or 13 in March.
        assert_eq!(shared("2026-03-13"), [0]);
        assert_eq!(shared("2026-03-14"), [1]);
    }

    #[test]
    fn a_row_without_a_shared_day_belongs_to_the_next_spell_within_sixty_days_else_to_none() {
        let belongs = |registered, deregistered| {
            let rows = [row(registered, deregistered)];
            let spells = vec![spell("2026-03-02", "2026-03-31"), spell("2026-04-02", "")];
            let result = register(number(), spells, &[], None, &rows, day(AS_OF));
            (result.with_spell.first().map(|(index, _)| *index), result.without_spell.len())
        };
        // 1 January is 60 days before 2 March.
        assert_eq!(belongs("2026-01-01", "2026-01-02"), (Some(0), 0));
        assert_eq!(belongs("2025-12-01", "2026-01-02"), (Some(0), 0));
        assert_eq!(belongs("2025-12-31", "2026-01-01"), (None, 1));
        assert_eq!(belongs("2026-04-01", "2026-04-02"), (Some(1), 0));
        // Registered and deregistered on one day, or in the wrong order: its day of registration counts.
        assert_eq!(belongs("2026-03-01", "2026-03-01"), (Some(0), 0));
        assert_eq!(belongs("2026-03-01", "2025-06-01"), (Some(0), 0));
        // After every spell there is none.
        assert_eq!(belongs("2026-12-01", ""), (None, 1));
    }
}
