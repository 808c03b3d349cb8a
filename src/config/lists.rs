//! `[listor]` and `[ike]`: what a plan asks for beside the lists that every municipality has.

use schemars::JsonSchema;
use serde::Deserialize;

/// The lists of a plan, each a sheet of the meeting's workbook. All are off unless the config turns them on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanLists {
    /// Who is out of the group by komvux alone (Tibro 2024 p. 14).
    pub adult_students: bool,
    /// Which members have been contacted, offered something and mapped (Essunga 2016, Mål).
    pub offered: bool,
    /// Newly arrived members without a place (Nacka 2019, 5.7).
    pub newly_arrived: bool,
    /// Pupils of other municipalities who dropped out of our schools (Vara 2019).
    pub dropouts_elsewhere: bool,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListsSection {
    #[serde(default)]
    komvux: bool,
    #[serde(default)]
    erbjudna: bool,
    #[serde(default)]
    nyanlanda: bool,
    #[serde(default)]
    andra_kommuners_avhopp: bool,
}

impl ListsSection {
    pub(super) fn check(self) -> PlanLists {
        PlanLists {
            adult_students: self.komvux,
            offered: self.erbjudna,
            newly_arrived: self.nyanlanda,
            dropouts_elsewhere: self.andra_kommuners_avhopp,
        }
    }
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IkeSection {
    /// Whether `ike.xlsx` and `utbildning.csv` are written.
    #[serde(default)]
    pub pa: bool,
}
