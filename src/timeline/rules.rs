//! The rule catalogue: every rule once, with its stable id, its Swedish sentence and its legal basis.

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
        "Skollagen 29 kap. 6 och 9 §§; folkbokföringslagen 18 och 18 a §§";
    Residence = "KAA-R02":
        "Ungdomen är folkbokförd i kommunen. Vid skyddad folkbokföring är hemkommunen den där ungdomen stadigvarande vistas.",
        "Skollagen 29 kap. 6 och 9 §§; folkbokföringslagen 16 §";
    Age = "KAA-R03":
        "Ungdomen har fullgjort sin skolplikt och har inte fyllt 20 år. Sista dagen är dagen före 20-årsdagen.",
        "Skollagen 29 kap. 9 § och 7 kap. 10, 12-14 §§; lag (1930:173)";
    Education = "KAA-R04":
        "Den som genomför utbildning i gymnasieskolan, anpassade gymnasieskolan eller motsvarande utbildning omfattas inte.",
        "Skollagen 29 kap. 9 § (lag 2022:1315); introduktionsprogram från 2018-07-01 (lag 2018:749)";
    Interruption = "KAA-R05":
        "Ett avbrott gäller från dagen då huvudmannen rapporterar det, eller då placeringen slutar med avbrott.",
        "Skollagen 15 kap. 15 § och 18 kap. 15 §; gymnasieförordningen 12 kap. 3-4 a §§";
    Bridge = "KAA-R06":
        "Ett kort uppehåll eller ett sommarlov mellan två utbildningar är ingen tid i målgruppen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 11, Nacka 2019 s. 4";
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
        "Skollagen 29 kap. 9 § och 16 kap. 26-27 §§; Tibro 2024 s. 10-11";
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
        "Skollagen 29 kap. 9 §; Vara 2019 s. 1";
    ReasonUnknown = "KAA-R09i":
        "In: alla villkor är uppfyllda, men källorna säger inte varför utbildningen tog slut.",
        "Skollagen 29 kap. 9 §";
    Died = "KAA-R10a": "Ut: avliden.", "Folkbokföringslagen 19 §";
    Emigrated = "KAA-R10b": "Ut: utvandrad och inte längre folkbokförd.", "Skollagen 29 kap. 9 §; folkbokföringslagen 20 §";
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
        "Skollagen 29 kap. 9 § (lag 2018:749)";
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
