//! What the config says of the plan: contacts, follow-ups, local offers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::ConfigFault;
use super::file::{choice, codes, day, items, value, words};
use crate::outreach::{
    Deadline, DocumentationPoint, Escalated, Escalation, EscalationAct, FollowUpDue, FollowUpKind, FollowUpRule,
    Interval, Ladder, LocalOffer, Plan, Planned, Start, Step,
};
use crate::records::{Addressee, Coded, ContactWay, MeasureContent, Occupation};
use crate::texts::expected;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileSection {
    #[serde(default)]
    ansvariga: Vec<String>,
    tappad_efter_forsok: Option<usize>,
    #[serde(default)]
    #[schemars(extend("items" = items(&words(&documentation_points()))))]
    dokumentation: Vec<String>,
    brev_fore_20: Option<PlannedSection>,
    kontakt_vid_20: Option<PlannedSection>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlannedSection {
    tid: Option<String>,
    #[serde(default)]
    ansvarig: String,
    #[serde(default)]
    plan: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferSection {
    namn: String,
    #[schemars(extend("enum" = codes::<MeasureContent>()))]
    innehall: Option<String>,
    fran_alder: Option<u8>,
    under_alder: Option<u8>,
    forsta_mote_inom: Option<String>,
    #[serde(default)]
    manadsrapport: bool,
    langsta_tid: Option<String>,
    #[serde(default)]
    ansvarig: String,
    #[serde(default)]
    plan: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LadderSection {
    #[serde(default)]
    #[schemars(extend("items" = items(&codes::<Occupation>())))]
    kannedom_racker_for: Vec<String>,
    steg: Vec<StepSection>,
    eskalering: Option<EscalationSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StepSection {
    namn: String,
    #[schemars(extend("items" = items(&codes::<ContactWay>())))]
    satt: Vec<String>,
    #[schemars(extend("enum" = words(&STARTS)))]
    raknas_fran: Option<String>,
    inom: Option<String>,
    tidigast_efter: Option<String>,
    arstid: Option<SeasonSection>,
    ansvarig: String,
    #[schemars(extend("enum" = codes::<Addressee>()))]
    mottagare: Option<String>,
    #[schemars(extend("enum" = codes::<Addressee>()))]
    mottagare_under_18: Option<String>,
    #[serde(default)]
    vardnadshavare_kan_kontaktas: bool,
    #[serde(default)]
    plan: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SeasonSection {
    namn: String,
    fran: Option<String>,
    till: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EscalationSection {
    efter_forsok: Option<usize>,
    under_18: Option<EscalatedSection>,
    fran_18: Option<EscalatedSection>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EscalatedSection {
    #[schemars(extend("enum" = words(&ACTS)))]
    gor: String,
    #[serde(default)]
    ansvarig: String,
    #[serde(default)]
    plan: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowUpSection {
    #[schemars(extend("enum" = words(&FOLLOW_UPS)))]
    typ: Option<String>,
    #[serde(default)]
    #[schemars(extend("items" = items(&codes::<Occupation>())))]
    sysselsattning: Vec<String>,
    efter: Option<String>,
    #[serde(default)]
    dagar: Vec<String>,
    planen_sager: Option<String>,
    #[serde(default)]
    ansvarig: String,
    #[serde(default)]
    plan: String,
}

/// The plan of the sections `[profil]`, `[[insats]]`, `[trappa]` and `[[uppfoljning]]`.
pub(super) fn plan(
    profile: ProfileSection,
    offers: Vec<OfferSection>,
    ladder: Option<LadderSection>,
    follow_ups: Vec<FollowUpSection>,
) -> Result<Plan, ConfigFault> {
    Ok(Plan {
        offers: offers.into_iter().map(OfferSection::check).collect::<Result<_, _>>()?,
        roles: profile.ansvariga,
        ladder: ladder.map(LadderSection::check).transpose()?,
        attempts_until_lost: profile.tappad_efter_forsok.unwrap_or(2),
        follow_ups: follow_ups.into_iter().map(FollowUpSection::check).collect::<Result<_, _>>()?,
        letter_before_20: profile.brev_fore_20.map(|planned| planned.check("profil.brev_fore_20.tid")).transpose()?,
        contact_at_20: profile.kontakt_vid_20.map(|planned| planned.check("profil.kontakt_vid_20.tid")).transpose()?,
        documentation: profile
            .dokumentation
            .iter()
            .map(|text| choice("profil.dokumentation", text, &documentation_points()))
            .collect::<Result<_, _>>()?,
    })
}

impl PlannedSection {
    fn check(self, key: &str) -> Result<Planned, ConfigFault> {
        let interval = self.tid.as_deref().map(|text| interval(key, text)).transpose()?;
        Ok(Planned { interval, responsible: self.ansvarig, reference: self.plan })
    }
}

impl OfferSection {
    fn check(self) -> Result<LocalOffer, ConfigFault> {
        Ok(LocalOffer {
            name: self.namn,
            content: self.innehall.as_deref().map(|text| coded("insats.innehall", text)).transpose()?,
            from_age: self.fran_alder,
            under_age: self.under_alder,
            first_meeting: optional_interval("insats.forsta_mote_inom", self.forsta_mote_inom.as_deref())?,
            monthly_report: self.manadsrapport,
            longest: optional_interval("insats.langsta_tid", self.langsta_tid.as_deref())?,
            responsible: self.ansvarig,
            reference: self.plan,
        })
    }
}

impl LadderSection {
    fn check(self) -> Result<Ladder, ConfigFault> {
        const KEY: &str = "trappa.kannedom_racker_for";
        Ok(Ladder {
            steps: self.steg.into_iter().map(StepSection::check).collect::<Result<_, _>>()?,
            escalation: self.eskalering.map(EscalationSection::check).transpose()?,
            knowledge_suffices: self
                .kannedom_racker_for
                .iter()
                .map(|text| coded(KEY, text))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl StepSection {
    fn check(self) -> Result<Step, ConfigFault> {
        if self.satt.is_empty() {
            return Err(value("trappa.steg.satt", "[]", expected::way_of_contact()));
        }
        let addressee = |key, text: Option<&str>| text.map(|text| coded(key, text)).transpose();
        let youths = addressee("trappa.steg.mottagare", self.mottagare.as_deref())?.unwrap_or(Addressee::Youth);
        let minors = addressee("trappa.steg.mottagare_under_18", self.mottagare_under_18.as_deref())?;
        Ok(Step {
            deadline: self.deadline()?,
            ways: self
                .satt
                .iter()
                .map(|text| coded::<ContactWay>("trappa.steg.satt", text))
                .collect::<Result<_, _>>()?,
            name: self.namn,
            responsible: self.ansvarig,
            addressee: youths,
            addressee_under_18: minors.unwrap_or(youths),
            guardian_possible: self.vardnadshavare_kan_kontaktas,
            reference: self.plan,
        })
    }

    fn deadline(&self) -> Result<Deadline, ConfigFault> {
        const START: &str = "trappa.steg.raknas_fran";
        let start = self.raknas_fran.as_deref().map(|text| choice(START, text, &STARTS)).transpose()?;
        let start = || start.ok_or_else(|| value(START, "", expected::start_of_step()));
        match (&self.inom, &self.tidigast_efter, &self.arstid) {
            (None, None, None) => Ok(Deadline::None),
            (Some(text), None, None) => Ok(Deadline::Within(start()?, interval("trappa.steg.inom", text)?)),
            (None, Some(text), None) => {
                Ok(Deadline::NotBefore(start()?, interval("trappa.steg.tidigast_efter", text)?))
            }
            (None, None, Some(season)) => {
                let ends = [("trappa.steg.arstid.fran", &season.fran), ("trappa.steg.arstid.till", &season.till)];
                let [first, last] = ends.map(|(key, text)| text.as_deref().map(|text| day(key, text)).transpose());
                match (first?, last?) {
                    (None, None) => Ok(Deadline::Season(season.namn.clone(), None)),
                    (Some(first), Some(last)) => Ok(Deadline::Season(season.namn.clone(), Some((first, last)))),
                    _ => Err(value("trappa.steg.arstid", &season.namn, expected::both_ends_or_none())),
                }
            }
            _ => Err(value("trappa.steg", &self.namn, expected::one_time_of_step())),
        }
    }
}

impl EscalationSection {
    fn check(self) -> Result<Escalation, ConfigFault> {
        if self.efter_forsok == Some(0) {
            return Err(value("trappa.eskalering.efter_forsok", "0", expected::at_least_one()));
        }
        Ok(Escalation {
            after_attempts: self.efter_forsok,
            under_18: self.under_18.map(|escalated| escalated.check("trappa.eskalering.under_18.gor")).transpose()?,
            from_18: self.fran_18.map(|escalated| escalated.check("trappa.eskalering.fran_18.gor")).transpose()?,
        })
    }
}

impl EscalatedSection {
    fn check(self, key: &str) -> Result<Escalated, ConfigFault> {
        Ok(Escalated { act: choice(key, &self.gor, &ACTS)?, responsible: self.ansvarig, reference: self.plan })
    }
}

impl FollowUpSection {
    fn check(self) -> Result<FollowUpRule, ConfigFault> {
        let kind = self.typ.as_deref().map(|text| choice("uppfoljning.typ", text, &FOLLOW_UPS)).transpose()?;
        let days = self.dagar.iter().map(|text| day("uppfoljning.dagar", text)).collect::<Result<Vec<_>, _>>()?;
        let due = match (self.efter.as_deref(), days.is_empty(), self.planen_sager) {
            (Some(text), true, _) => FollowUpDue::After(interval("uppfoljning.efter", text)?),
            (None, false, _) => FollowUpDue::Days(days),
            (None, true, Some(words)) => FollowUpDue::Unstated(words),
            _ => return Err(value("uppfoljning", "", expected::time_of_follow_up())),
        };
        let occupations = self.sysselsattning.iter().map(|text| coded("uppfoljning.sysselsattning", text));
        Ok(FollowUpRule {
            kind: kind.unwrap_or(FollowUpKind::Occupation),
            occupations: occupations.collect::<Result<_, _>>()?,
            due,
            responsible: self.ansvarig,
            reference: self.plan,
        })
    }
}

const STARTS: [(&str, Start); 3] =
    [("registreringen", Start::Registration), ("perioden", Start::Spell), ("steget före", Start::StepBefore)];
const ACTS: [(&str, EscalationAct); 3] = [
    ("BEDOM_OROSANMALAN", EscalationAct::AssessConcern),
    ("HEMBESOK", EscalationAct::HomeVisit),
    ("BORJA_OM", EscalationAct::StartAgain),
];
const FOLLOW_UPS: [(&str, FollowUpKind); 3] = [
    ("UPPFOLJNING", FollowUpKind::Occupation),
    ("VAGLEDNINGSSAMTAL", FollowUpKind::GuidanceTalk),
    ("FORNYAT_ERBJUDANDE", FollowUpKind::RenewedOffer),
];

fn documentation_points() -> [(&'static str, DocumentationPoint); 7] {
    DocumentationPoint::ALL.map(|(point, name)| (name, point))
}

fn coded<T: Coded>(key: &str, text: &str) -> Result<T, ConfigFault> {
    T::from_text(text).ok_or_else(|| value(key, text, expected::one_of(&codes::<T>())))
}

fn optional_interval(key: &str, text: Option<&str>) -> Result<Option<Interval>, ConfigFault> {
    text.map(|text| interval(key, text)).transpose()
}

fn interval(key: &str, text: &str) -> Result<Interval, ConfigFault> {
    Interval::parse(text).ok_or_else(|| value(key, text, expected::interval()))
}
