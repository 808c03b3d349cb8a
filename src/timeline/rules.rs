//! The rule catalogue: every rule once, with its stable id, its Swedish sentence, its legal basis and the days it holds.
//!
//! `docs/regler.md` is made from it by [`page`].

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::flags::{Flag, InquiryKind};
use crate::records::{Coded, Ground, Reason};

macro_rules! rules {
    ($($variant:ident = $id:literal
        $(from $from:literal)? $(to $to:literal)? $(earlier $earlier:literal)?:
        $sentence:literal, $basis:literal;)*) => {
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

            /// Statute, chapter and paragraph, the plan that it comes from, or that it is the program's own.
            pub fn basis(self) -> &'static str {
                match self { $(Self::$variant => $basis,)* }
            }

            /// How a statute worded it before, and that the outcome was the same or another.
            pub fn earlier_wording(self) -> Option<&'static str> {
                match self { $(Self::$variant => [$(Some($earlier),)? None][0],)* }
            }

            /// The first day it holds, where a source gives one.
            pub fn holds_from(self) -> Option<NaiveDate> {
                let day: Option<&str> = match self { $(Self::$variant => [$(Some($from),)? None][0],)* };
                day.and_then(|day| day.parse().ok())
            }

            /// The last day it holds, where a source gives one.
            pub fn holds_to(self) -> Option<NaiveDate> {
                let day: Option<&str> = match self { $(Self::$variant => [$(Some($to),)? None][0],)* };
                day.and_then(|day| day.parse().ok())
            }

            /// The rule of an id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|rule| rule.id() == id)
            }
        }
    };
}

rules! {
    // 1. Person.
    Person = "KAA-R01":
        "En person är ett aktuellt personnummer. Byts numret följer historiken med. Samordningsnummer och tillfälliga nummer registreras aldrig.",
        "Skollagen 29 kap. 6 och 9 §§; folkbokföringslagen 18 §; lag (2022:1697) om samordningsnummer";
    NumberChange = "KAA-R01a":
        "Har ett gammalt nummer fått två nya gäller det senaste datumet. Leder nummerbyten tillbaka till sig själva avvisas de raderna.",
        "Programmets egen regel för motsägande uppgifter";
    CoordinationNumber = "KAA-R01b":
        "Den som bara har samordningsnummer är inte folkbokförd och omfattas inte.",
        "Skollagen 29 kap. 6 och 9 §§; lag (2022:1697) om samordningsnummer; Tibro 2024 s. 8";
    NameDiffers = "KAA-R01c":
        "Ett namn i elevregistret som inte passar numrets ägare listas för kontroll. Namnet jämförs men sparas inte.",
        "Programmets egen kontroll; förordning (2006:39) 4 §";

    // 2. Residence.
    Residence = "KAA-R02":
        "Ungdomen är folkbokförd i kommunen. Vid skyddad folkbokföring är hemkommunen den där ungdomen stadigvarande vistas.",
        "Skollagen 29 kap. 6 och 9 §§; folkbokföringslagen 16 §";
    ResidenceBySnapshot = "KAA-R02a":
        "Den som finns i folkbokföringens uttag är folkbokförd från folkbokford_fran till uttagsdagen. Saknas datumet gäller det från den senaste inflyttningen, och utan inflyttning sedan alltid.",
        "Skollagen 29 kap. 6 §; programmets egen läsning av uttaget";
    ResidenceByChanges = "KAA-R02b":
        "Övriga dagar avgörs av den senaste ändringen i folkbokföringen, före den första av motsatsen till vad den gjorde. Samma dag räknas utflyttning, inflyttning och dödsfall i den ordningen.",
        "Skollagen 29 kap. 6 §; programmets egen läsning av ändringarna";
    ResidenceLost = "KAA-R02c":
        "Den som saknas i uttaget utan att en ändring avslutar folkbokföringen slutar vara folkbokförd på uttagsdagen. Vad tidigare uttag har sagt om tidigare dagar står kvar.",
        "Skollagen 29 kap. 6 §; programmets egen regel för motsägande uppgifter";
    ResidenceByDecision = "KAA-R02d":
        "Samordnarens beslut BOR_HAR och BOR_EJ_HAR gäller sina dagar före registren. Överlappar besluten gäller det senare, och samma dag BOR_EJ_HAR.",
        "Skollagen 29 kap. 6 §; folkbokföringslagen 16 §";
    EndedByDeath = "KAA-R02e":
        "Ett dödsfall avslutar folkbokföringen för gott, vad andra uppgifter än säger.",
        "Folkbokföringslagen 19 §";

    // 3. Age.
    Age = "KAA-R03":
        "Ungdomen har fullgjort sin skolplikt och har inte fyllt 20 år. Sista dagen är dagen före 20-årsdagen.",
        "Skollagen 29 kap. 9 § och 7 kap. 10, 12-14 §§; lag (1930:173)";
    CompulsoryEnd = "KAA-R03a":
        "Skolplikten slutar vid vårterminens slut det år ungdomen fyller 16. Kommunen anger dagen (förvalt 30 juni).",
        "Skollagen 7 kap. 10 och 12 §§";
    CompulsoryProlonged = "KAA-R03b":
        "Förlängd skolplikt flyttar slutet till beslutets slutdatum, utan slutdatum ett år, men aldrig längre än till dagen före 18-årsdagen.",
        "Skollagen 7 kap. 13 §";
    CompulsoryEndedEarly = "KAA-R03c":
        "Har kommunen beslutat att skolplikten slutar tidigare gäller det beslutets slutdatum, men det gör aldrig skolplikten längre.",
        "Skollagen 7 kap. 14 §";
    RightToComplete = "KAA-R03d":
        "Rätten att slutföra skolgången flyttar inte skolpliktens slut: den som slutför grundskolan därefter omfattas.",
        "Skollagen 7 kap. 15-16 §§; Tibro 2024 s. 8-9";

    // 4. Education.
    Education = "KAA-R04"
        earlier "Till och med 2023-07-01 hette anpassade gymnasieskolan gymnasiesärskolan (lag 2022:1315; den äldre lydelsen i Nacka 2019 s. 3 och Essunga 2016). Utfallet är detsamma.":
        "Den som genomför utbildning i gymnasieskolan, anpassade gymnasieskolan eller motsvarande utbildning omfattas inte.",
        "Skollagen 29 kap. 9 § (lag 2022:1315); Tibro 2024 s. 8";
    Introductory = "KAA-R04a" from "2018-07-01":
        "Ett introduktionsprogram är en del av gymnasieskolan, och den som går där omfattas inte.",
        "Skollagen 29 kap. 9 § (i lydelsen från 2018-07-01); Vara 2019 s. 1; Tibro 2024 s. 8";
    IntroductoryBefore = "KAA-R04b" to "2018-06-30":
        "Den som gick ett introduktionsprogram omfattades.",
        "Skollagen 29 kap. 9 § (i lydelsen före 2018-07-01); Vara 2019 s. 1";
    AdultEducation = "KAA-R04c":
        "Komvux på gymnasial nivå är motsvarande utbildning så länge den pågår, de dagar då kursernas omfattning tillsammans når kommunens gräns (förvalt ingen).",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8 och 15; gränsen är kommunens val";
    FolkHighSchool = "KAA-R04d":
        "Folkhögskola på gymnasial nivå är motsvarande utbildning så länge den pågår.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8 och 15";
    DecidedEducation = "KAA-R04e":
        "Samordnarens beslut om utbildning utanför området, studier utomlands eller annan motsvarande utbildning räknas som utbildning under beslutets dagar.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10";
    NoEducation = "KAA-R04f":
        "Grundskola, komvux på grundläggande nivå, sfi och studiemotiverande folkhögskolekurs är inte motsvarande utbildning.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8; Nacka 2019 s. 9 (studiemotiverande kurs som en insats)";
    Admission = "KAA-R04g":
        "En antagning räknas som utbildning från terminsstart i 30 dagar, tills en placering börjar eller ett avbrott rapporteras. Utan terminsstart räknas den inte.",
        "Skollagen 29 kap. 9 §; tiden är programmets egen; Tibro 2024 s. 9 och 12";
    AdmissionUndone = "KAA-R04h":
        "En antagning faller om ungdomen därefter, inom de 30 dagarna, inte är antagen, inte har sökt eller tackar nej, eller rapporteras som ej påbörjad. En reservplats ändrar inget.",
        "Tibro 2024 s. 9 och 12";
    SameEnrolmentTwice = "KAA-R04i":
        "Står samma placering två gånger med olika slutdatum gäller det senare.",
        "Programmets egen regel för motsägande uppgifter";
    RowsOnceSeen = "KAA-R04j":
        "En placering eller kurs som ett tidigare uttag hade och det nya saknar är fortfarande känd: en avslutad som den var, en öppen slutar dagen före uttaget (eller vid sitt beräknade slut) och flaggas.",
        "Programmets egen regel: en uppgift som försvinner ur en export får inte ändra vem som omfattas bakåt i tiden";

    // 5. Interruptions.
    Interruption = "KAA-R05":
        "Ett avbrott gäller från dagen då huvudmannen rapporterar det, eller då placeringen slutar med avbrott.",
        "Skollagen 15 kap. 15 § och 18 kap. 15 §; gymnasieförordningen 12 kap. 3-4 a §§; Nacka 2019 s. 12";
    ReportIsAbout = "KAA-R05a":
        "En rapport gäller placeringar och antagningar med samma skolenhetskod, annars med samma skolnamn. Finns inget att jämföra gäller den alla.",
        "Programmets egen regel";
    NotStarted = "KAA-R05b":
        "En placering som rapporteras som ej påbörjad inom 30 dagar från starten har inte börjat.",
        "Gymnasieförordningen 12 kap. 4 a §; Tibro 2024 s. 12 (utebliven utan giltig orsak inom tre dagar); de 30 dagarna är programmets egna";
    ReportedInterruption = "KAA-R05c":
        "En rapport om avbrott, eller om mer än en månads frånvaro, avslutar placeringen den dagen. Slutade den högst 30 dagar före behåller den sitt slut men är avbruten.",
        "Skollagen 15 kap. 15 § och 18 kap. 15 §; gymnasieförordningen 12 kap. 4 a §; Tibro 2024 s. 12";
    RegisteredInterruption = "KAA-R05d":
        "Av elevregistrets avbrottsorsaker är bara AVBROTT med slutdatum ett avbrott. Byte och övrigt är det inte.",
        "Gymnasieförordningen 12 kap. 4 a §; Tibro 2024 s. 12 (byte är bara något huvudmannen bör meddela)";
    ReportWithoutEnrolment = "KAA-R05e":
        "En rapport som inte ändrar någon placering eller antagning listas under Att utreda.",
        "Programmets egen kontroll";

    // 6. Bridges.
    Bridge = "KAA-R06":
        "Ett kort uppehåll eller ett sommarlov mellan två utbildningar är ingen tid i målgruppen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 11, Nacka 2019 s. 4";
    ShortGap = "KAA-R06a":
        "Uppehållet är kort när nästa utbildning börjar, eller examen är daterad, efter högst så många dagar som kommunen anger (förvalt 30).",
        "Skollagen 29 kap. 9 §; antalet är kommunens val";
    SummerGap = "KAA-R06b":
        "Ett uppehåll som börjar 1 juni eller senare är ett sommarlov när nästa utbildning börjar, eller examen är daterad, senast 15 september samma år.",
        "Skollagen 29 kap. 9 §; Nacka 2019 s. 4 (1 juni - 15 september); Tibro 2024 s. 11";
    SummerAfterCompulsory = "KAA-R06c":
        "Detsamma gäller från dagen efter skolpliktens slut till en utbildning: kort som i KAA-R06a, eller från 1 maj till 15 september.",
        "Skollagen 29 kap. 9 §; Nacka 2019 s. 4; Tibro 2024 s. 9";
    BridgeRefused = "KAA-R06d":
        "Inget uppehåll: när det som slutade var avbrutet, eller ett studiebevis eller IB utan diplom ligger högst 60 dagar från sista dagen (efter en sista dag 1 juni - 15 september: till 15 september).",
        "Skollagen 29 kap. 9 §; Nacka 2019 s. 12; Tibro 2024 s. 10-11; de 60 dagarna är programmets egna";
    SummerUndecided = "KAA-R06e":
        "Slutar utbildningen eller skolplikten inför sommaren utan känd fortsättning väntar programmet till 15 september, om inte gymnasieintyg, ett nej i antagningen eller rätt att slutföra grundskolan talar emot.",
        "Skollagen 29 kap. 9 §; Nacka 2019 s. 4; Tibro 2024 s. 9 och 11";

    // 7. Completion.
    Completion = "KAA-R07"
        earlier "Till och med 2023-07-01 hette anpassade gymnasieskolan gymnasiesärskolan (lag 2022:1315; den äldre lydelsen i Nacka 2019 s. 3 och Essunga 2016). Utfallet är detsamma.":
        "Den som har en gymnasieexamen, ett gymnasiebevis eller motsvarande utbildning med godkänt resultat omfattas inte.",
        "Skollagen 29 kap. 9 § (lag 2022:1315)";
    NotCompleting = "KAA-R07a":
        "Studiebevis, gymnasieintyg och IB utan diplom är ingen examen. Ett IB-diplom är det.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10-11; Vara 2019 s. 1";

    // 8. Member.
    Member = "KAA-R08":
        "Ungdomen omfattas varje dag då alla villkor är uppfyllda samtidigt.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8";

    // 9. Reasons in.
    Immigrated = "KAA-R09a":
        "In: folkbokförd i kommunen genom invandring, när skolplikten inte längre gäller.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8";
    MovedIn = "KAA-R09b":
        "In: flyttade till kommunen utan pågående eller fullföljd gymnasieutbildning.",
        "Skollagen 29 kap. 6 och 9 §§; Tibro 2024 s. 10";
    IntroductoryEnded = "KAA-R09c" from "2018-07-01":
        "In: introduktionsprogrammet är slut. Gymnasieintyg är ingen examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 11";
    StudyCertificate = "KAA-R09d":
        "In: utbildningen avslutades med studiebevis eller IB utan diplom, alltså utan examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10-11";
    Interrupted = "KAA-R09e":
        "In: utbildningen i gymnasieskolan avbröts.",
        "Skollagen 29 kap. 9 § och 15 kap. 15 §; gymnasieförordningen 12 kap. 4 a §; Vara 2019 s. 1";
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

    // 10. Grounds out.
    Died = "KAA-R10a": "Ut: avliden.", "Folkbokföringslagen 19 §";
    Emigrated = "KAA-R10b": "Ut: utvandrad och inte längre folkbokförd.", "Skollagen 29 kap. 9 §; folkbokföringslagen 20 §";
    MovedOut = "KAA-R10c": "Ut: inte längre folkbokförd i kommunen.", "Skollagen 29 kap. 6 och 9 §§; Tibro 2024 s. 21";
    Turned20 = "KAA-R10d": "Ut: har fyllt 20 år.", "Skollagen 29 kap. 9 §; Tibro 2024 s. 21";
    Completed = "KAA-R10e":
        "Ut: har gymnasieexamen, gymnasiebevis eller fullföljd motsvarande utbildning. Ett IB-diplom räknas som examen.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 10 och 21";
    NationalProgramme = "KAA-R10f":
        "Ut: går ett nationellt program eller anpassade gymnasieskolan.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 21";
    IntroductoryProgramme = "KAA-R10g" from "2018-07-01":
        "Ut: går ett introduktionsprogram, som är en del av gymnasieskolan.",
        "Skollagen 29 kap. 9 § (i lydelsen från 2018-07-01); Vara 2019 s. 1; Tibro 2024 s. 8 och 21";
    EquivalentEducation = "KAA-R10h":
        "Ut: läser på gymnasial nivå vid komvux eller folkhögskola, eller genomför annan motsvarande utbildning.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 8, 15 och 21";

    // 11. What a person must look at.
    Flagged = "KAA-R11":
        "Uppgifterna räcker för ett beslut men en människa måste titta.",
        "Förordning (2006:39); Skolverkets allmänna råd (SKOLFS 2016:52)";
    NoSchoolData = "KAA-R11a":
        "Ingen skoluppgift finns om ungdomen, som kan gå i en skola utanför samverkansområdet.",
        "Tibro 2024 s. 10";
    EnrolmentVanished = "KAA-R11b":
        "Tiden i gruppen börjar där en placering försvann ur elevregistret utan slutdatum.",
        "Programmets egen kontroll";
    RegisterStillOpen = "KAA-R11c":
        "Huvudmannen har rapporterat avbrott, men placeringen är öppen i elevregistret.",
        "Skollagen 15 kap. 15 §; Tibro 2024 s. 10 (skolan rapporterar, Utbildning Skaraborg avslutar)";
    IbPending = "KAA-R11d":
        "IB-studierna är slut, men besked om diplom har inte kommit. Antagningskansliet lämnar det i augusti.",
        "Tibro 2024 s. 10";
    RegisterContradicted = "KAA-R11e":
        "Folkbokföringens uttag och ändringar säger emot varandra.",
        "Programmets egen kontroll";
    ProtectedRegistration = "KAA-R11f":
        "Vid skyddad folkbokföring kan hemkommunen vara en annan än registret visar.",
        "Skollagen 29 kap. 6 §; folkbokföringslagen 16 §";
    AdmittedProvisionally = "KAA-R11g":
        "Ungdomen räknas som elev bara genom en antagning.",
        "Tibro 2024 s. 9 och 12";
    InCompulsorySchool = "KAA-R11h":
        "Ungdomen går i grundskolan utan uppgift om förlängd skolplikt eller rätt att slutföra.",
        "Skollagen 7 kap. 13 och 15-16 §§; Tibro 2024 s. 9";
    FaultyEnd = "KAA-R11i":
        "En rad om ungdomen avvisades för att slutdatumet inte går att läsa eller ligger före starten.",
        "Programmets egen kontroll: en sådan rad kunde annars dölja någon för alltid";
    EnrolmentOverdue = "KAA-R11j":
        "Placeringen är öppen fast det beräknade slutet passerade för mer än 90 dagar sedan. Den kan dölja någon som omfattas.",
        "Programmets egen kontroll";
    LookedInto = "KAA-R11k":
        "Ett beslut UTREDD ändrar inget i sak. Till och med dess sista dag visas ungdomens flaggor sist, som utredda.",
        "Programmets egen regel; Tibro 2024 s. 10 (falska träffar avförs för hand varje månad)";

    // 12. Registration.
    Registration = "KAA-R12":
        "Registreringsdatum är avstämningsdagen för den första körning som ser perioden, men aldrig efter periodens sista dag. En period som var över när den först sågs registreras på sin första dag.",
        "Skollagen 29 kap. 9 § (register); Tibro 2024 s. 19 (datum för registrering)";
    RegisteredByCaseRegister = "KAA-R12a":
        "Har KAA-registret en registrering gäller den. Den hör till perioden som den delar flest dagar med, annars till nästa som börjar inom 60 dagar efter den, annars är den en avvikelse.",
        "Tibro 2024 s. 10 och 20; de 60 dagarna är programmets egna";
    SameSpell = "KAA-R12b":
        "Perioder i två körningar som delar en dag är samma period. Möter en gammal två nya behåller den första registreringen.",
        "Programmets egen regel";
    ChangedAfterwards = "KAA-R12c":
        "Vad en senare körning ändrar bakåt i tiden listas med före och efter. Inget försvinner i tysthet.",
        "Programmets egen regel";
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

    /// The rule behind a flag.
    pub fn of_flag(flag: Flag) -> Self {
        match flag {
            Flag::NoSchoolData => Self::NoSchoolData,
            Flag::EnrolmentVanished => Self::EnrolmentVanished,
            Flag::RegisterStillOpen => Self::RegisterStillOpen,
            Flag::IbPending => Self::IbPending,
            Flag::RegisterContradicted => Self::RegisterContradicted,
            Flag::ProtectedRegistration => Self::ProtectedRegistration,
            Flag::AdmittedProvisionally => Self::AdmittedProvisionally,
            Flag::InCompulsorySchool => Self::InCompulsorySchool,
            Flag::FaultyEnd => Self::FaultyEnd,
        }
    }

    /// The rule behind something to look into.
    pub fn of_inquiry(kind: InquiryKind) -> Self {
        match kind {
            InquiryKind::SummerUndecided => Self::SummerUndecided,
            InquiryKind::AdmittedProvisionally => Self::AdmittedProvisionally,
            InquiryKind::EnrolmentOverdue => Self::EnrolmentOverdue,
            InquiryKind::ReportWithoutEnrolment => Self::ReportWithoutEnrolment,
            InquiryKind::NameDiffers => Self::NameDiffers,
        }
    }

    /// The rule behind the code of a flag or of something to look into.
    pub fn of_remark(code: &str) -> Option<Self> {
        let flags = Flag::ALL.iter().map(|&flag| (flag.code(), Self::of_flag(flag)));
        let mut codes = flags.chain(InquiryKind::ALL.iter().map(|&kind| (kind.code(), Self::of_inquiry(kind))));
        codes.find(|&(other, _)| other == code).map(|(_, rule)| rule)
    }

    /// The code of the reason, ground, flag or thing to look into that the rule decides, if it decides one.
    pub fn decides(self) -> Option<&'static str> {
        let reasons = Reason::ALL.iter().map(|&reason| (Self::of_reason(reason), reason.code()));
        let grounds = Ground::ALL.iter().map(|&ground| (Self::of_ground(ground), ground.code()));
        let flags = Flag::ALL.iter().map(|&flag| (Self::of_flag(flag), flag.code()));
        let inquiries = InquiryKind::ALL.iter().map(|&kind| (Self::of_inquiry(kind), kind.code()));
        let mut codes = reasons.chain(grounds).chain(flags).chain(inquiries);
        codes.find(|(rule, _)| *rule == self).map(|(_, code)| code)
    }

    /// The number of the main rule that it belongs to.
    pub fn number(self) -> usize {
        self.id().bytes().filter(u8::is_ascii_digit).fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
    }
}

/// The titles of the main rules, from 1 on.
const TITLES: [&str; 12] = [
    "Person",
    "Folkbokföring",
    "Ålder och skolplikt",
    "Utbildning",
    "Avbrott",
    "Uppehåll mellan utbildningar",
    "Fullföljd utbildning",
    "Omfattas",
    "Orsak in",
    "Grund ut",
    "Flaggor och Att utreda",
    "Registrering",
];

const HEAD: &str = "# Reglerna

Sidan skapas ur programmets regelkatalog (`src/timeline/rules.rs`) och ändras där, aldrig här.
Ett test stoppar en ändring som inte har nått sidan.

Så läses tabellerna:

- **Regel** är ett fast id. Samma id står i `kaa explain` och i körningens belägg.
- **Grund** är lagrum, förarbete eller en kommuns plan med sida. \"Programmets egen\" betyder att ingen källa reglerar
  frågan: programmet måste välja, och valet står här så att kommunen kan pröva det.
- **Gäller från** och **till** står bara där en källa ger ett datum. Annars tillämpas regeln på alla dagar.
- **Avgör** är koden i listorna: orsak in, grund ut, flagga eller punkt under Att utreda.

Dagar är kalenderdagar. Inget om dagar efter avstämningsdagen avgörs.

Planerna: Nacka (2019-06-17), Vara (2019), Essunga (2016-04-11), Tibro (2024-06-10). Sidorna i Nacka och Tibro är
innehållsförteckningens. Vara och Essunga har ingen; där är s. 1 planens inledning.
";

/// The page `docs/regler.md`: every rule for a municipality's lawyer.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for (title, number) in TITLES.iter().zip(1..) {
        let rules = || Rule::ALL.iter().filter(move |rule| rule.number() == number);
        let _ = write!(page, "\n## {number}. {title}\n\n{COLUMNS}");
        rules().for_each(|rule| page.push_str(&row(*rule)));
        for rule in rules() {
            if let Some(wording) = rule.earlier_wording() {
                let _ = write!(page, "\n{}, tidigare ordalydelse: {wording}\n", rule.id());
            }
        }
    }
    page
}

const COLUMNS: &str = "| Regel | Vad den säger | Grund | Gäller från | till | Avgör |\n|---|---|---|---|---|---|\n";

fn row(rule: Rule) -> String {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let code = rule.decides().map(|code| format!("`{code}`")).unwrap_or_default();
    let (from, to) = (day(rule.holds_from()), day(rule.holds_to()));
    format!("| {} | {} | {} | {from} | {to} | {code} |\n", rule.id(), rule.sentence(), rule.basis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::schooling::INTRODUCTORY_COUNTS_FROM;

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
    fn ids_are_unique_in_order_and_lead_back_to_their_rule() {
        assert!(Rule::ALL.windows(2).all(|pair| pair[0].id() < pair[1].id()));
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
        }
    }

    #[test]
    fn every_code_is_decided_by_one_rule() {
        let mut decided: Vec<&str> = Rule::ALL.iter().filter_map(|rule| rule.decides()).collect();
        let reasons = Reason::ALL.iter().map(|reason| reason.code());
        let grounds = Ground::ALL.iter().map(|ground| ground.code());
        let flags = Flag::ALL.iter().map(|flag| flag.code());
        let inquiries = InquiryKind::ALL.iter().map(|kind| kind.code());
        let inquiries = inquiries.filter(|code| *code != Flag::AdmittedProvisionally.code());
        let mut codes: Vec<&str> = reasons.chain(grounds).chain(flags).chain(inquiries).collect();
        codes.sort_unstable();
        decided.sort_unstable();
        assert_eq!(decided, codes);
    }

    #[test]
    fn introductory_programmes_count_from_one_day_on() {
        assert_eq!(Rule::Introductory.holds_from(), Some(INTRODUCTORY_COUNTS_FROM));
        assert_eq!(Rule::IntroductoryBefore.holds_to().map(crate::timeline::next_day), Some(INTRODUCTORY_COUNTS_FROM));
        assert_eq!((Rule::Bridge.holds_from(), Rule::Bridge.holds_to()), (None, None));
    }
}
