//! Findings about files, sources and runs: data with a stable code, a sentence and a remedy.

use super::{Message, both};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// A person should look.
    Warning,
}

macro_rules! findings {
    ($($variant:ident = $code:literal $severity:ident: $swedish:literal, $english:literal;)*) => {
        /// What a run noticed apart from faulty cells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingCode { $(#[doc = $english] $variant,)* }

        impl FindingCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How serious it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What it says and what to do.
            pub fn message(self) -> Message {
                match self { $(Self::$variant => both!($swedish, $english),)* }
            }
        }
    };
}

findings! {
    DroppedColumns = "KAA-I101" Note:
        "Kolumner som inte behövs lästes inte och sparas inte.",
        "Columns that are not needed were not read and are not stored.";
    FileAfterAsOf = "KAA-I102" Note:
        "Filen är uttagen efter avstämningsdatum och lästes inte.",
        "The file is dated after the as-of date and was not read.";
    TimeStampAfterAsOf = "KAA-I103" Warning:
        "Uttagsdatum är okänt och filens tidsstämpel ligger efter avstämningsdatum. Avstämningsdatum används. Skriv datumet i filnamnet.",
        "The extraction date is unknown and the file's time stamp lies after the as-of date, which is used instead. Put the date in the file name.";
    RowsAfterAsOf = "KAA-I104" Note:
        "Rader med datum efter avstämningsdatum används inte ännu.",
        "Rows dated after the as-of date are not used yet.";
    RegisteredAfterExtract = "KAA-I105" Warning:
        "folkbokford_fran ligger efter uttagsdatum och räknas som tom.",
        "folkbokford_fran lies after the extraction date and counts as empty.";
    PersonTwiceInExtract = "KAA-I106" Warning:
        "Samma person har två olika rader i ett uttag ur folkbokföringen. Den med senast folkbokford_fran gäller.",
        "A person has two unequal rows in one folkbokforing extract. The one with the later folkbokford_fran holds.";
    NoProtectionColumn = "KAA-I107" Warning:
        "Folkbokföringen saknar kolumnen skydd. Inga namn, adresser eller kontaktuppgifter skrivs. Lägg till kolumnen i exporten.",
        "The folkbokforing extract has no column skydd. No name, address or contact detail is written. Add the column to the export.";
    EnrolmentTwice = "KAA-I108" Note:
        "Samma placering finns två gånger med olika slut. Det senare slutet gäller.",
        "The same enrolment stands twice with different ends. The later end holds.";
    FolkLevelMissing = "KAA-I109" Warning:
        "Folkhögskolekurs utan nivå räknas inte som utbildning. Fyll i nivå.",
        "A folk high school course without a level does not count as education. Fill in the level.";
    AdmissionWithoutTermStart = "KAA-I110" Warning:
        "Antagning utan terminsstart räknas inte som utbildning. Fyll i terminsstart.",
        "An admission without a start of term does not count as education. Fill in terminsstart.";
    InterruptionWithoutEnd = "KAA-I111" Warning:
        "Avbrottsorsak utan slutdatum: placeringen räknas som öppen. Be skolan sätta slutdatum.",
        "An interruption without an end date: the enrolment counts as open. Ask the school for the end date.";
    SeveralNewNumbers = "KAA-I112" Warning:
        "Ett gammalt personnummer har två nya. Den senare ändringen gäller.",
        "An old number has two new ones. The later change holds.";
    MixedEncodings = "KAA-I113" Warning:
        "Filen blandar teckenkodningar. Varje rad lästes med den som passar. Exportera hela filen som UTF-8.",
        "The file mixes encodings. Each row was read with the one that fits. Export the whole file as UTF-8.";
    NationalProgrammeAtContact = "KAA-I114" Warning:
        "NATIONELLT_PROGRAM som sysselsättning vid kontakt. Den som går ett nationellt program ska avregistreras.",
        "NATIONELLT_PROGRAM as occupation at contact. Whoever attends one is to be deregistered.";
    NotInLists = "KAA-I115" Note:
        "Insats eller ansvarig finns inte i konfigurationens listor och togs bort. Lägg till [[insats]] eller värdet under profil.ansvariga.",
        "A local offer or a role is not in the config's lists and was dropped. Add an [[insats]] or the value under profil.ansvariga.";
    SummerPause = "KAA-I116" Note:
        "Källan har sommaruppehåll. Bara folkbokföringen är aktuell.",
        "The source is in its summer pause. Only the population register is current.";
    AcceptedAsIs = "KAA-I117" Warning:
        "Källan godkändes som den är, med --godkann.",
        "The source was accepted as it is, with --godkann.";
    CodeWithoutMapping = "KAA-I118" Warning:
        "Värden som inte finns i kodlistan. Koppla dem under kalla.varden i konfigurationen.",
        "Values that are in no code list. Map them under kalla.varden in the config.";
    SourceMissing = "KAA-I119" Warning:
        "Källan fanns i förra körningen men saknas nu. Dess rader räknas som då.",
        "The source was there in the last run and is missing now. Its rows count as they did then.";
    RegisteredAfterwards = "KAA-I120" Note:
        "Registrerad först efter periodens slut. Periodens första dag används.",
        "Registered only after the end of the period. The spell's first day is used.";
    RegistrationWithoutSpell = "KAA-I121" Note:
        "Registrering i kaa_register utan motsvarande period i målgruppen. Se avvikelser.",
        "A registration in kaa_register without a spell in the group. See the discrepancies.";
    UnresolvedReference = "KAA-I122" Warning:
        "Filen hänvisar till skolor eller program som inte finns i uttaget. Raderna används utan deras uppgifter. Hämta organisations och programmes också.",
        "The file refers to schools or programmes that the extract does not hold. The rows are used without what those tell. Fetch organisations and programmes too.";
}
