//! `[namnd]`: what the municipality's board wants of its report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigFault;
use super::file::{choice, value, words};
use crate::texts::expected;

/// What the board wants of its report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// The board's name.
    pub name: Option<String>,
    /// A picture for the first page.
    pub logo: Option<PathBuf>,
    /// The least count above 0 that is shown.
    pub limit: u64,
    /// The plan's limit for the first contact, in days from the spell's first day.
    pub contact_days: Option<u32>,
    /// The inhabitants aged 16-19 on 31 December by SCB, by year.
    pub inhabitants: BTreeMap<i32, u64>,
    /// The goals of the plan.
    pub goals: Vec<Goal>,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            name: None,
            logo: None,
            limit: BoardSection::LIMIT,
            contact_days: None,
            inhabitants: BTreeMap::new(),
            goals: Vec::new(),
        }
    }
}

/// A goal of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The goal in the plan's words.
    pub words: String,
    /// What it is measured by.
    pub measure: GoalMeasure,
    /// The share to reach, in per cent.
    pub percent: u64,
}

macro_rules! goal_measures {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        /// What a goal is measured by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum GoalMeasure { $($(#[$doc])* $variant,)* }

        impl GoalMeasure {
            /// Every measure with its constant in configs.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($code, Self::$variant),)*];
        }
    };
}

goal_measures! {
    /// Of those who broke off and had a measure, those back in studies or work (Nacka).
    Return = "ATERGANG";
    /// Of the group, those reached (Essunga).
    Contacted = "NADDA";
    /// Of the group, those offered something (Essunga).
    Offered = "ERBJUDNA";
    /// Of the group, those whose occupation is known (Essunga: mapped).
    Mapped = "KARTLAGDA";
    /// Of the measures that ended, those evaluated (Essunga).
    Evaluated = "UTVARDERADE";
    /// Of those whose term ended, those reached within it (Vara).
    WithinTerm = "INOM_FRISTEN";
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardSection {
    namn: Option<String>,
    logga: Option<String>,
    minsta_antal: Option<u64>,
    kontakt_inom_dagar: Option<u32>,
    #[serde(default)]
    folkmangd_16_19: BTreeMap<String, u64>,
    #[serde(default)]
    mal: Vec<GoalSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GoalSection {
    mal: String,
    #[schemars(extend("enum" = words(GoalMeasure::ALL)))]
    matt: String,
    procent: u64,
}

impl BoardSection {
    /// Counts from 1 to 4 are hidden.
    const LIMIT: u64 = 5;

    pub(super) fn check(self, folder: &Path) -> Result<Board, ConfigFault> {
        let limit = self.minsta_antal.unwrap_or(Self::LIMIT);
        if !(3..=100).contains(&limit) {
            return Err(value("namnd.minsta_antal", &limit.to_string(), expected::number_between(3, 100)));
        }
        if self.kontakt_inom_dagar == Some(0) {
            return Err(value("namnd.kontakt_inom_dagar", "0", expected::days_or_no_line()));
        }
        let inhabitants = self.folkmangd_16_19.into_iter().map(|(year, count)| match year.parse() {
            Ok(year) if count > 0 => Ok((year, count)),
            _ => Err(value("namnd.folkmangd_16_19", &format!("{year} = {count}"), expected::inhabitants())),
        });
        let goals = self.mal.into_iter().map(|goal| {
            let measure = choice("namnd.mal.matt", &goal.matt, GoalMeasure::ALL)?;
            if !(1..=100).contains(&goal.procent) {
                return Err(value("namnd.mal.procent", &goal.procent.to_string(), expected::number_between(1, 100)));
            }
            Ok(Goal { words: goal.mal, measure, percent: goal.procent })
        });
        Ok(Board {
            name: self.namn,
            logo: self.logga.map(|path| folder.join(path)),
            limit,
            contact_days: self.kontakt_inom_dagar,
            inhabitants: inhabitants.collect::<Result<_, _>>()?,
            goals: goals.collect::<Result<_, _>>()?,
        })
    }
}
