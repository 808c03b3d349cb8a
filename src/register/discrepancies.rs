//! The group against the case register: what to type into it. This list replaces retyping by memory.

use chrono::{Datelike, NaiveDate};

use super::Member;
use crate::person::{PersonalNumber, birthday};
use crate::records::{Coded, ContactAttempt, Enrolment, Ground, Life, Measure, Reason, Registration, SchoolForm};
use crate::timeline::{Period, enrolment_school, minus, next_day, plus, same_school};

macro_rules! discrepancies {
    ($($variant:ident = $code:literal: $label:literal;)*) => {
        /// How the case register, or another source, can differ from the group.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum DiscrepancyKind { $(#[doc = $label] $variant,)* }

        impl DiscrepancyKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The constant in files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What a user reads, in Swedish.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

discrepancies! {
    NotRegistered = "EJ_REGISTRERAD": "Ej registrerad";
    StillRegistered = "SKA_AVREGISTRERAS": "Ska avregistreras";
    WrongDate = "FEL_DATUM": "Fel datum";
    WrongReason = "FEL_ORSAK": "Fel orsak";
    WrongGround = "FEL_GRUND": "Fel grund";
    LateAt20 = "SEN_AVREGISTRERING_20": "Sent avregistrerad vid 20";
    Double = "DUBBEL": "Registrerad två gånger";
    OutsideSpell = "UTANFOR_PERIOD": "Utanför period";
    SchoolAgainstSchool = "SKOLA_MOT_SKOLA": "Skola mot skola";
    NewNumber = "NYTT_PERSONNUMMER": "Nytt personnummer";
}

/// One difference and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discrepancy {
    /// What kind.
    pub kind: DiscrepancyKind,
    /// The table that differs.
    pub source: &'static str,
    /// What it is compared with.
    pub against: &'static str,
    /// The field, with its Swedish name.
    pub field: (&'static str, &'static str),
    /// What stands there.
    pub now: Value,
    /// What should stand there.
    pub proposed: Value,
    /// What to do, in Swedish.
    pub text: &'static str,
}

impl Discrepancy {
    /// Every field that can differ, with its Swedish name.
    pub const FIELDS: [(&'static str, &'static str); 8] =
        [REGISTERED, DEREGISTERED, REASON, GROUND, NUMBER, SCHOOL, EVENT, START];
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// A day.
    Date(NaiveDate),
    /// A constant with its Swedish words.
    Code(&'static str, &'static str),
    /// A number.
    Number(PersonalNumber),
}

const REGISTERED: (&str, &str) = ("registreringsdatum", "Registreringsdatum");
const DEREGISTERED: (&str, &str) = ("avregistreringsdatum", "Avregistreringsdatum");
const REASON: (&str, &str) = ("orsak", "Orsak");
const GROUND: (&str, &str) = ("avregistreringsgrund", "Grund för avregistrering");
const NUMBER: (&str, &str) = ("personnummer", "Personnummer");
const SCHOOL: (&str, &str) = ("skola", "Skola");
const EVENT: (&str, &str) = ("datum", "Datum");
const START: (&str, &str) = ("startdatum", "Startdatum");

/// A registration may precede the spell by this many days: the youth was found before the dropout.
const EARLY_DAYS: u32 = 60;
/// Contacts may precede the spell by this many days (contract 4).
const EARLY_CONTACT_DAYS: u32 = 30;

/// What is known of one person, for the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The person's rows.
    pub life: &'a Life<'a>,
    /// The registered spells.
    pub members: &'a [Member],
    /// Rows of the case register with the index of their spell.
    pub with_spell: &'a [(usize, Registration)],
    /// Rows of the case register without a spell.
    pub without_spell: &'a [Registration],
    /// The number that the case register still uses, when it is an old one.
    pub old_number: Option<PersonalNumber>,
    /// Whether there is a case register at all.
    pub has_register: bool,
    /// The as-of date.
    pub as_of: NaiveDate,
}

/// Every discrepancy of one person, in the order in which a coordinator mends them.
pub fn discrepancies(person: &Compared<'_>) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    if person.has_register {
        found.extend(person.new_number());
        found.extend(person.not_registered());
        person.with_spell.iter().for_each(|(index, row)| found.extend(person.against_spell(*index, row)));
        found.extend(person.doubles());
        found.extend(person.outside());
    }
    found.extend(person.events_outside());
    found.extend(person.two_schools());
    found
}

impl Compared<'_> {
    /// The first day of the half-year that is still to be reported: two months back from the as-of date.
    fn since(&self) -> NaiveDate {
        let day = minus(self.as_of, 62);
        NaiveDate::from_ymd_opt(day.year(), if day.month() < 7 { 1 } else { 7 }, 1).unwrap_or(day)
    }

    fn new_number(&self) -> Option<Discrepancy> {
        let text = "Numret har bytts. Byt till det nya i registret.";
        let (old, new) = (self.old_number?, self.life.number);
        Some(register(DiscrepancyKind::NewNumber, NUMBER, Value::Number(old), Value::Number(new), text))
    }

    fn not_registered(&self) -> impl Iterator<Item = Discrepancy> {
        let since = self.since();
        let reportable = move |member: &&Member| member.spell.last.is_none_or(|last| last >= since);
        self.members.iter().filter(|member| !member.in_case_register).filter(reportable).map(|member| {
            let text = match member.spell.last {
                None => "Omfattas men är inte registrerad. Registrera med detta datum.",
                Some(_) => "Har omfattats utan att vara registrerad. Registrera med detta datum, och avregistrera.",
            };
            register(DiscrepancyKind::NotRegistered, REGISTERED, Value::Empty, Value::Date(member.registered), text)
        })
    }

    /// A registration against the spell it belongs to. Only what the coming half-year file still takes up.
    fn against_spell(&self, index: usize, row: &Registration) -> Vec<Discrepancy> {
        let spell = &self.members[index].spell;
        let mut found = Vec::new();
        if spell.last.is_some_and(|last| last < self.since()) && row.deregistered.is_some() {
            return found;
        }
        // A registration later than the spell belongs to none, or to the next.
        if row.registered < minus(spell.from, EARLY_DAYS) {
            let text = "Registreringsdatumet ligger utanför tiden i gruppen. Rätta till periodens första dag.";
            found.push(register(
                DiscrepancyKind::WrongDate,
                REGISTERED,
                Value::Date(row.registered),
                Value::Date(spell.from),
                text,
            ));
        }
        if let Some(reason) = row.reason.filter(|&reason| reason != spell.reason && spell.reason != Reason::Unknown) {
            let text = "Registrets orsak skiljer sig från källorna. Rätta orsaken, eller källan.";
            found.push(register(DiscrepancyKind::WrongReason, REASON, coded(reason), coded(spell.reason), text));
        }
        found.extend(self.deregistration(row, spell.last.map(next_day), spell.ground));
        found
    }

    fn deregistration(&self, row: &Registration, out: Option<NaiveDate>, ground: Option<Ground>) -> Vec<Discrepancy> {
        let mut found = Vec::new();
        match (row.deregistered, out) {
            (None, Some(out)) => {
                let text = "Omfattas inte längre men är öppen i registret. Avregistrera med detta datum.";
                found.push(register(
                    DiscrepancyKind::StillRegistered,
                    DEREGISTERED,
                    Value::Empty,
                    Value::Date(out),
                    text,
                ));
                if let Some(ground) = ground {
                    let text = "Grunden för avregistreringen ovan.";
                    found.push(register(DiscrepancyKind::StillRegistered, GROUND, Value::Empty, coded(ground), text));
                }
            }
            (Some(day), None) if day <= self.as_of => {
                let text = "Avregistrerad men omfattas fortfarande. Ta bort avregistreringen, eller lägg ett undantag.";
                found.push(register(DiscrepancyKind::WrongDate, DEREGISTERED, Value::Date(day), Value::Empty, text));
            }
            (Some(day), Some(out)) if day > birthday(self.life.number.born(), 20) => {
                let text = "Avregistrerad efter 20-årsdagen. SCB markerar sådana. Rätta datumet.";
                found.push(register(DiscrepancyKind::LateAt20, DEREGISTERED, Value::Date(day), Value::Date(out), text));
            }
            (Some(day), Some(out)) if day != out => {
                let text = "Avregistreringsdatumet är dagen efter den sista i gruppen. Rätta datumet.";
                found.push(register(
                    DiscrepancyKind::WrongDate,
                    DEREGISTERED,
                    Value::Date(day),
                    Value::Date(out),
                    text,
                ));
            }
            _ => {}
        }
        if let (Some(given), Some(ground)) = (row.ground, ground)
            && given != ground
        {
            let text = "Registrets grund skiljer sig från källorna. Rätta grunden, eller källan.";
            found.push(register(DiscrepancyKind::WrongGround, GROUND, coded(given), coded(ground), text));
        }
        found
    }

    /// Registrations whose days overlap an earlier one's.
    fn doubles(&self) -> Vec<Discrepancy> {
        let mut rows: Vec<&Registration> =
            self.with_spell.iter().map(|(_, row)| row).chain(self.without_spell).collect();
        rows.sort_by_key(|row| (row.registered, row.place));
        let days =
            |row: &Registration| Period::new(row.registered, row.deregistered.unwrap_or(crate::timeline::FOREVER));
        let text = "Två registreringar gäller samma dagar. Ta bort den ena.";
        rows.windows(2)
            .filter(|pair| days(pair[0]).overlaps(days(pair[1])))
            .map(|pair| {
                register(DiscrepancyKind::Double, REGISTERED, Value::Date(pair[1].registered), Value::Empty, text)
            })
            .collect()
    }

    fn outside(&self) -> impl Iterator<Item = Discrepancy> {
        let since = self.since();
        let text =
            "Registrerad utan att ha omfattats. Ta bort registreringen, eller lägg ett undantag om källorna har fel.";
        let reportable = move |row: &&Registration| row.deregistered.is_none_or(|day| day >= since);
        self.without_spell.iter().filter(reportable).map(move |row| {
            register(DiscrepancyKind::OutsideSpell, REGISTERED, Value::Date(row.registered), Value::Empty, text)
        })
    }

    /// Contacts and measures of the half-year that belong to no spell.
    fn events_outside(&self) -> Vec<Discrepancy> {
        let belongs = |from: NaiveDate, to: NaiveDate, early: u32| {
            self.members.iter().any(|member| {
                let days = member.spell.days(self.as_of);
                Period::new(from, to).overlaps(Period::new(minus(days.from, early), days.to))
            })
        };
        let contact = |row: &&ContactAttempt| {
            row.date >= self.since() && !belongs(row.date, next_day(row.date), EARLY_CONTACT_DAYS)
        };
        let measure = |row: &&Measure| {
            let to = row.end.map_or(plus(self.as_of, 1), next_day);
            row.start <= self.as_of && to > self.since() && !belongs(row.start, to, 0)
        };
        let contacts = self.life.contacts.iter().filter(contact).map(|row| Discrepancy {
            source: "kontakter",
            text: "Kontakten ligger utanför tiden i gruppen och tas inte med till SCB. Kontrollera datumet.",
            ..register(DiscrepancyKind::OutsideSpell, EVENT, Value::Date(row.date), Value::Empty, "")
        });
        let measures = self.life.measures.iter().filter(measure).map(|row| Discrepancy {
            source: "atgarder",
            text: "Åtgärden ligger utanför tiden i gruppen och tas inte med till SCB. Kontrollera datumen.",
            ..register(DiscrepancyKind::OutsideSpell, START, Value::Date(row.start), Value::Empty, "")
        });
        contacts.chain(measures).collect()
    }

    /// Two enrolments in gymnasieskolan on the as-of date at schools that differ.
    fn two_schools(&self) -> Option<Discrepancy> {
        let upper = |form| matches!(form, SchoolForm::UpperSecondary | SchoolForm::AdaptedUpperSecondary);
        let current = |row: &&Enrolment| {
            upper(row.form)
                && row.lost.is_none()
                && row.start <= self.as_of
                && row.end.is_none_or(|end| end >= self.as_of)
        };
        let rows: Vec<&Enrolment> = self.life.enrolments.iter().filter(current).collect();
        let (first, second) = rows.iter().enumerate().find_map(|(at, first)| {
            let other =
                rows[at + 1..].iter().find(|other| !same_school(enrolment_school(first), enrolment_school(other)))?;
            Some((first, other))
        })?;
        Some(Discrepancy {
            kind: DiscrepancyKind::SchoolAgainstSchool,
            source: "elevregister",
            against: "elevregister",
            field: SCHOOL,
            now: Value::Date(first.start.min(second.start)),
            proposed: Value::Date(first.start.max(second.start)),
            text: "Två skolor har ungdomen som elev samtidigt, från dessa dagar. Fråga den tidigare skolan om slutdatum.",
        })
    }
}

fn register(
    kind: DiscrepancyKind,
    field: (&'static str, &'static str),
    now: Value,
    proposed: Value,
    text: &'static str,
) -> Discrepancy {
    Discrepancy { kind, source: "kaa_register", against: "kaa", field, now, proposed, text }
}

fn coded<T: Coded>(value: T) -> Value {
    Value::Code(value.code(), value.label())
}
