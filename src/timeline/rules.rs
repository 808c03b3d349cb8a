//! The rule catalogue: every rule once, with its stable id, its Swedish sentence and its legal basis.

use chrono::NaiveDate;

use super::schooling::INTRODUCTORY_COUNTS_FROM;
use crate::records::{Coded, Ground, Reason};

macro_rules! rules {
    ($($variant:ident = $id:literal: $sentence:literal, $basis:literal;)*) => {
        /// A rule of who is in the target group.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $(#[doc = $sentence] $variant,)* }

        impl Rule {
            /// Every rule, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable id.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What the rule says, in Swedish.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// Statute, chapter and paragraph, or the plan that it comes from.
            pub fn basis(self) -> &'static str {
                match self { $(Self::$variant => $basis,)* }
            }

            /// The rule of an id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|rule| rule.id() == id)
            }
        }
    };
}

rules! {
    Person = "KAA-R01":
        "En person är ett aktuellt personnummer. Byts numret följer historiken med. Samordningsnummer och tillfälliga nummer registreras aldrig.",
        "Skollagen 29 kap. 6 och 9 §§";
    Residence = "KAA-R02":
        "Ungdomen är folkbokförd i kommunen. Vid skyddad folkbokföring är hemkommunen den där ungdomen stadigvarande vistas.",
        "Skollagen 29 kap. 6 och 9 §§; folkbokföringslagen 16 §";
    Age = "KAA-R03":
        "Ungdomen har fullgjort sin skolplikt och har inte fyllt 20 år. Sista dagen är dagen före 20-årsdagen.",
        "Skollagen 29 kap. 9 § och 7 kap. 10, 12-14 §§; lag (1930:173)";
    Education = "KAA-R04":
        "Den som genomför utbildning i gymnasieskolan, anpassade gymnasieskolan eller motsvarande utbildning omfattas inte.",
        "Skollagen 29 kap. 9 § (lag 2022:1315); Tibro 2024 s. 8";
    Interruption = "KAA-R05":
        "Ett avbrott gäller från dagen då huvudmannen rapporterar det, eller då placeringen slutar med avbrott.",
        "Skollagen 15 kap. 15 § och 18 kap. 15 §; gymnasieförordningen 12 kap. 3-4 a §§";
    Bridge = "KAA-R06":
        "Ett kort uppehåll eller ett sommarlov mellan två utbildningar är ingen tid i målgruppen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 11, Nacka 2019 avsnitt 3";
    Completion = "KAA-R07":
        "Den som har en gymnasieexamen, ett gymnasiebevis eller motsvarande utbildning med godkänt resultat omfattas inte.",
        "Skollagen 29 kap. 9 § (lag 2022:1315)";
    Member = "KAA-R08":
        "Ungdomen omfattas varje dag då alla villkor är uppfyllda samtidigt.",
        "Skollagen 29 kap. 9 §";
    Immigrated = "KAA-R09a":
        "In: folkbokförd i kommunen genom invandring, när skolplikten inte längre gäller.",
        "Skollagen 29 kap. 9 §";
    MovedIn = "KAA-R09b":
        "In: flyttade till kommunen utan pågående eller fullföljd gymnasieutbildning.",
        "Skollagen 29 kap. 6 och 9 §§; Tibro 2024 s. 10";
    IntroductoryEnded = "KAA-R09c":
        "In: introduktionsprogrammet är slut. Gymnasieintyg är ingen examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 11";
    StudyCertificate = "KAA-R09d":
        "In: utbildningen avslutades med studiebevis eller IB utan diplom, alltså utan examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10-11";
    Interrupted = "KAA-R09e":
        "In: utbildningen i gymnasieskolan avbröts.",
        "Skollagen 29 kap. 9 § och 15 kap. 15 §; gymnasieförordningen 12 kap. 4 a §";
    AdultStudiesEnded = "KAA-R09f":
        "In: studierna på gymnasial nivå vid komvux eller folkhögskola är slut.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8";
    FinishingCompulsory = "KAA-R09g":
        "In: slutför grundskolan efter skolpliktens slut. Den som har rätt att slutföra skolgången omfattas.",
        "Skollagen 7 kap. 15-16 §§ och 29 kap. 9 §; Tibro 2024 s. 8-9";
    NeverStarted = "KAA-R09h":
        "In: skolplikten är fullgjord och ingen gymnasieutbildning har påbörjats.",
        "Skollagen 29 kap. 9 §; Vara 2019 (Målgrupp enligt lagstiftningen)";
    ReasonUnknown = "KAA-R09i":
        "In: alla villkor är uppfyllda, men källorna säger inte varför utbildningen tog slut.",
        "Skollagen 29 kap. 9 §";
    Died = "KAA-R10a": "Ut: avliden.", "Skollagen 29 kap. 6 och 9 §§";
    Emigrated = "KAA-R10b": "Ut: utvandrad och inte längre folkbokförd.", "Skollagen 29 kap. 6 och 9 §§";
    MovedOut = "KAA-R10c": "Ut: inte längre folkbokförd i kommunen.", "Skollagen 29 kap. 6 och 9 §§";
    Turned20 = "KAA-R10d": "Ut: har fyllt 20 år.", "Skollagen 29 kap. 9 §";
    Completed = "KAA-R10e":
        "Ut: har gymnasieexamen, gymnasiebevis eller fullföljd motsvarande utbildning. Ett IB-diplom räknas som examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10 och 21";
    NationalProgramme = "KAA-R10f":
        "Ut: går ett nationellt program eller anpassade gymnasieskolan.",
        "Skollagen 29 kap. 9 §";
    IntroductoryProgramme = "KAA-R10g":
        "Ut: går ett introduktionsprogram, som är en del av gymnasieskolan.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8, Vara 2019";
    EquivalentEducation = "KAA-R10h":
        "Ut: läser på gymnasial nivå vid komvux eller folkhögskola, eller genomför annan motsvarande utbildning.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8";
    Flagged = "KAA-R11":
        "Uppgifterna räcker för ett beslut men en människa måste titta.",
        "Förordning (2006:39); Skolverkets allmänna råd (SKOLFS 2016:52)";
}

impl Rule {
    /// The rule behind a reason in.
    pub fn of_reason(reason: Reason) -> Self {
        match reason {
            Reason::Immigrated => Self::Immigrated,
            Reason::MovedIn => Self::MovedIn,
            Reason::IntroductoryEnded => Self::IntroductoryEnded,
            Reason::StudyCertificate => Self::StudyCertificate,
            Reason::Interrupted => Self::Interrupted,
            Reason::AdultStudiesEnded => Self::AdultStudiesEnded,
            Reason::FinishingCompulsory => Self::FinishingCompulsory,
            Reason::NeverStarted => Self::NeverStarted,
            Reason::Unknown => Self::ReasonUnknown,
        }
    }

    /// The rule behind a ground out.
    pub fn of_ground(ground: Ground) -> Self {
        match ground {
            Ground::Died => Self::Died,
            Ground::Emigrated => Self::Emigrated,
            Ground::MovedOut => Self::MovedOut,
            Ground::Turned20 => Self::Turned20,
            Ground::Completed => Self::Completed,
            Ground::NationalProgramme => Self::NationalProgramme,
            Ground::IntroductoryProgramme => Self::IntroductoryProgramme,
            Ground::EquivalentEducation => Self::EquivalentEducation,
        }
    }

    /// The code of the reason or ground that the rule decides, if it decides one.
    pub fn decides(self) -> Option<&'static str> {
        let reason = Reason::ALL.iter().find(|&&reason| Self::of_reason(reason) == self).map(|reason| reason.code());
        reason
            .or_else(|| Ground::ALL.iter().find(|&&ground| Self::of_ground(ground) == self).map(|ground| ground.code()))
    }
}

impl Rule {
    /// The first day the rule holds, where a source names one.
    pub fn holds_from(self) -> Option<NaiveDate> {
        matches!(self, Self::IntroductoryProgramme | Self::IntroductoryEnded).then_some(INTRODUCTORY_COUNTS_FROM)
    }

    /// What was different before, in Swedish, where a source says so.
    pub fn before(self) -> Option<&'static str> {
        match self {
            Self::IntroductoryProgramme | Self::IntroductoryEnded => {
                Some("Före den 1 juli 2018 omfattades elever på introduktionsprogram (Vara 2019).")
            }
            Self::Education | Self::Completion => {
                Some("I äldre lydelser och planer heter anpassade gymnasieskolan gymnasiesärskolan.")
            }
            _ => None,
        }
    }
}

/// The rules as a page for those who read law and not code (`docs/regler.md`).
pub fn page() -> String {
    let mut page = String::from(
        "# Reglerna\n\nVilka som omfattas av kommunernas aktivitetsansvar, regel för regel. Sidan skrivs ur programmets regelkatalog \
         (`src/timeline/rules.rs`): `kaa explain` visar samma meningar med de rader som de vilar på. Där en rad säger \
         *Gäller från* nämner en källa dagen; annars gäller regeln för alla dagar som programmet prövar.\n",
    );
    for rule in Rule::ALL {
        page.push_str(&format!("\n## {}\n\n{}\n\n- Lagrum: {}\n", rule.id(), rule.sentence(), rule.basis()));
        if let Some(code) = rule.decides() {
            page.push_str(&format!("- Kod: `{code}`\n"));
        }
        if let Some(from) = rule.holds_from() {
            page.push_str(&format!("- Gäller från: {from}\n"));
        }
        if let Some(before) = rule.before() {
            page.push_str(&format!("- Tidigare: {before}\n"));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_page_is_current() {
        let written = include_str!("../../docs/regler.md");
        assert!(
            written == page(),
            "docs/regler.md is old. Write it anew: cargo test --release --lib write_the_rule_page -- --ignored"
        );
    }

    #[test]
    #[ignore = "writes docs/regler.md"]
    fn write_the_rule_page() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/regler.md"), page()).unwrap();
    }

    #[test]
    fn ids_are_unique_and_lead_back_to_their_rule() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
        }
    }

    #[test]
    fn every_reason_and_ground_is_decided_by_one_rule() {
        let codes: Vec<&str> = Rule::ALL.iter().filter_map(|rule| rule.decides()).collect();
        for code in Reason::ALL.iter().map(|reason| reason.code()).chain(Ground::ALL.iter().map(|ground| ground.code()))
        {
            assert!(codes.contains(&code), "{code} is decided by no rule");
        }
    }
}
