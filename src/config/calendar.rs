//! `[[kalender]]`: what a plan says comes back, with who does it and where the plan says so.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigFault;
use super::file::{choice, date, day, value, words};
use crate::calendar::{Recurrence, Unit};
use crate::texts::expected;

/// Something of the plan that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// What.
    pub what: String,
    /// Who does it.
    pub responsible: Option<String>,
    /// Where the plan says so.
    pub reference: Option<String>,
    /// The plan's own words for the time, when they say more or less than a date.
    pub wording: Option<String>,
    /// Whether the time is only about right.
    pub approximate: bool,
    /// When it comes back.
    pub when: Recurrence,
    /// The job of this program that it asks for.
    pub job: Option<Job>,
}

/// A job of this program that the calendar can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// The monthly reconciliation.
    Monthly,
    /// The half-year file for SCB.
    Scb,
    /// The report to the board.
    Board,
    /// Gallring.
    Purge,
}

impl Job {
    /// Every job.
    pub const ALL: [Self; 4] = [Self::Monthly, Self::Scb, Self::Board, Self::Purge];

    /// Its name in configs and folders.
    pub fn name(self) -> &'static str {
        match self {
            Self::Monthly => "manad",
            Self::Scb => "scb",
            Self::Board => "namnd",
            Self::Purge => "gallring",
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarSection {
    vad: String,
    ansvarig: Option<String>,
    plan: Option<String>,
    ord: Option<String>,
    #[serde(default)]
    ungefar: bool,
    #[schemars(extend("enum" = Job::ALL.map(Job::name)))]
    jobb: Option<String>,
    #[serde(default)]
    varje_vecka: bool,
    veckors_mellanrum: Option<u32>,
    fran: Option<String>,
    #[serde(default)]
    varje_manad: bool,
    manadens_dag: Option<u32>,
    vecka: Option<u32>,
    dagar: Option<Vec<String>>,
    manader: Option<Vec<u32>>,
    ganger: Option<TimesSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TimesSection {
    antal: Option<u32>,
    minst: Option<u32>,
    hogst: Option<u32>,
    #[schemars(extend("enum" = words(&UNITS)))]
    per: String,
}

impl CalendarSection {
    pub(super) fn check(self) -> Result<CalendarEntry, ConfigFault> {
        let job = self.jobb.as_deref().map(job).transpose()?;
        if self.fran.is_some() && self.veckors_mellanrum.is_none() {
            return Err(value("kalender.fran", &self.vad, expected::weeks_between()));
        }
        // An empty day is one that nobody has filled in yet.
        let first = self.fran.as_deref().filter(|text| !text.is_empty());
        let first = first.map(|text| date("kalender.fran", text)).transpose()?;
        let weeks = |weeks| Ok(Recurrence::EveryWeeks { weeks: within("veckors_mellanrum", weeks, 52)?, from: first });
        let on_day = |day| Ok(Recurrence::EveryMonth { day: Some(within("manadens_dag", day, 31)?) });
        let stated: Vec<Result<Recurrence, ConfigFault>> = [
            self.varje_vecka.then_some(Ok(Recurrence::EveryWeek)),
            self.veckors_mellanrum.map(weeks),
            self.varje_manad.then_some(Ok(Recurrence::EveryMonth { day: None })),
            self.manadens_dag.map(on_day),
            self.vecka.map(|week| Ok(Recurrence::Week(within("vecka", week, 53)?))),
            self.dagar.map(|days| {
                days.iter().map(|text| day("kalender.dagar", text)).collect::<Result<_, _>>().map(Recurrence::Days)
            }),
            self.manader.map(|months| {
                let months = months.into_iter().map(|month| within("manader", month, 12));
                months.collect::<Result<_, _>>().map(Recurrence::Months)
            }),
            self.ganger.map(TimesSection::check),
        ]
        .into_iter()
        .flatten()
        .collect();
        // A plan that says "regularly" says no more than that.
        let stated = if stated.is_empty() && self.ord.is_some() { vec![Ok(Recurrence::Unstated)] } else { stated };
        let Ok([when]) = <[_; 1]>::try_from(stated) else {
            return Err(value("kalender.vad", &self.vad, expected::time_of_entry()));
        };
        Ok(CalendarEntry {
            what: self.vad,
            responsible: self.ansvarig,
            reference: self.plan,
            wording: self.ord,
            approximate: self.ungefar,
            when: when?,
            job,
        })
    }
}

const UNITS: [(&str, Unit); 4] =
    [("ar", Unit::Year), ("halvar", Unit::HalfYear), ("termin", Unit::Term), ("lasar", Unit::SchoolYear)];

impl TimesSection {
    fn check(self) -> Result<Recurrence, ConfigFault> {
        let (least, most) = match (self.antal, self.minst, self.hogst) {
            (Some(times), None, None) => (times, Some(times)),
            (None, Some(least), most) if most.is_none_or(|most| most >= least) => (least, most),
            _ => return Err(value("kalender.ganger", "", expected::times())),
        };
        let per = choice("kalender.ganger.per", &self.per, &UNITS)?;
        Ok(Recurrence::Times { least: within("ganger", least, 366)?, most, per })
    }
}

fn job(name: &str) -> Result<Job, ConfigFault> {
    Job::ALL
        .into_iter()
        .find(|job| job.name() == name)
        .ok_or_else(|| value("kalender.jobb", name, expected::job(&Job::ALL.map(Job::name))))
}

fn within(key: &str, number: u32, most: u32) -> Result<u32, ConfigFault> {
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(value(&format!("kalender.{key}"), &number.to_string(), expected::number_between(1, most)))
    }
}
