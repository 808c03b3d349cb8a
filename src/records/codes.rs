//! The code lists of the contract: each value's constant in files, its Swedish label, and the spellings that other
//! systems use for it.

/// A closed list of values with their codes and labels.
pub trait Coded: Copy + Eq + Sized + 'static {
    /// The column whose values these are.
    const FIELD: &'static str;
    /// Every value, in the order of the contract.
    const ALL: &'static [Self];
    /// What a value outside the list counts as, where the contract names one.
    const UNMAPPED: Option<Self>;
    /// The constant that stands in files.
    fn code(self) -> &'static str;
    /// What a user reads, in Swedish.
    fn label(self) -> &'static str;
    /// Codes of other systems that mean this value.
    fn aliases(self) -> &'static [&'static str];

    /// The value that a cell names, without regard to case, blanks, `_`, `-` and å/ä/ö.
    fn from_text(text: &str) -> Option<Self> {
        let exact = Self::ALL.iter().copied().find(|value| value.code() == text);
        exact.or_else(|| {
            let folded = super::fold(text);
            Self::ALL.iter().copied().find(|value| {
                super::fold(value.code()) == folded || value.aliases().iter().any(|alias| super::fold(alias) == folded)
            })
        })
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident for $field:literal $(unmapped $unmapped:ident)? {
        $($variant:ident = $code:literal $(or $alias:literal)* : $label:literal,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $label] $variant,)* }

        impl Coded for $name {
            const FIELD: &'static str = $field;
            const ALL: &'static [Self] = &[$(Self::$variant,)*];
            const UNMAPPED: Option<Self> = [$(Some(Self::$unmapped),)? None][0];
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
            fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($alias,)*],)* }
            }
        }
    )*};
}

codes! {
    /// Protection of personal data in the population register.
    Protection for "skydd" unmapped Confidential {
        None = "SAKNAS": "Saknas",
        Confidential = "SEKRETESSMARKERING" or "S": "Sekretessmarkering",
        ProtectedRegistration = "SKYDDAD_FOLKBOKFORING" or "SF": "Skyddad folkbokföring",
    }

    /// What changed in the population register. Navet's codes are understood.
    RegisterEvent for "handelse" {
        MoveIn = "INFLYTT": "Inflyttad",
        MoveOut = "UTFLYTT": "Utflyttad",
        Immigration = "INVANDRING": "Invandrad",
        Emigration = "UTVANDRING" or "UV": "Utvandrad",
        Death = "AVLIDEN" or "AV": "Avliden",
        Removal = "AVREGISTRERAD" or "AN" or "TA" or "OB" or "FI": "Avregistrerad från folkbokföringen",
        NewNumber = "NYTT_PERSONNUMMER" or "GN": "Nytt personnummer",
        Protection = "SKYDD": "Ändrat skydd",
        Other = "OVRIGT": "Övrigt",
    }

    /// School form of an enrolment.
    SchoolForm for "skolform" {
        UpperSecondary = "GY": "Gymnasieskola",
        AdaptedUpperSecondary = "GYAN": "Anpassad gymnasieskola",
        Compulsory = "GR": "Grundskola",
        AdaptedCompulsory = "GRAN": "Anpassad grundskola",
    }

    /// Why an enrolment ended early.
    InterruptionReason for "avbrottsorsak" unmapped Interrupted {
        Interrupted = "AVBROTT": "Avbrott",
        Changed = "BYTE": "Byte",
        Other = "OVRIGT": "Övrigt",
    }

    /// A diploma or another proof of education.
    CredentialKind for "typ" {
        Diploma = "EXAMENSBEVIS": "Examensbevis",
        AdultDiploma = "KOMVUXEXAMEN": "Gymnasieexamen från komvux",
        AdaptedCertificate = "GYMNASIEBEVIS_ANPASSAD": "Gymnasiebevis från anpassad gymnasieskola",
        IbDiploma = "IB_DIPLOM": "IB-diplom",
        ForeignDiploma = "UTLANDSK_EXAMEN": "Utländsk examen",
        FolkHighSchoolEligibility = "FHSK_BEHORIGHET": "Behörighet från folkhögskola",
        StudyCertificate = "STUDIEBEVIS": "Studiebevis",
        IntroductoryCertificate = "GYMNASIEINTYG": "Gymnasieintyg",
        IbWithoutDiploma = "IB_UTAN_DIPLOM": "IB utan diplom",
    }

    /// Level of a course in municipal adult education.
    AdultLevel for "niva" {
        UpperSecondary = "GYMNASIAL": "Gymnasial nivå",
        Basic = "GRUNDLAGGANDE": "Grundläggande nivå",
        SwedishForImmigrants = "SFI": "Svenska för invandrare",
        AdaptedUpperSecondary = "ANPASSAD_GYMNASIAL": "Anpassad utbildning, gymnasial nivå",
        AdaptedBasic = "ANPASSAD_GRUNDLAGGANDE": "Anpassad utbildning, grundläggande nivå",
    }

    /// Type of course at a folk high school.
    FolkCourseKind for "kurstyp" {
        General = "ALLMAN": "Allmän kurs",
        Motivational = "SMF": "Studiemotiverande folkhögskolekurs",
        Special = "SARSKILD": "Särskild kurs",
    }

    /// Level of a course at a folk high school.
    FolkLevel for "niva" {
        UpperSecondary = "GYMNASIAL": "Gymnasial nivå",
        Basic = "GRUNDLAGGANDE": "Grundläggande nivå",
    }

    /// What a school provider reports to the home municipality.
    ReportEvent for "handelse" {
        NotStarted = "EJ_PABORJAT": "Har inte påbörjat utbildningen",
        Interruption = "AVBROTT": "Avbrott anmält",
        AbsentMonth = "UTEBLIVEN_MANAD": "Utebliven mer än en månad",
        AbsenceInvestigation = "FRANVARO_UTREDNING": "Utredning om frånvaro",
        ChangesEducation = "BYTER_UTBILDNING": "Byter utbildning",
        ChangedPlan = "ANDRAD_STUDIEPLAN": "Ändrad studieplan",
        DiplomaAtRisk = "BEFARAS_EJ_EXAMEN": "Befaras inte nå examen",
        ProlongationFeared = "BEFARAS_FORLANGD": "Befaras få förlängd studietid",
    }

    /// Status of an admission.
    AdmissionStatus for "status" {
        Admitted = "ANTAGEN": "Antagen",
        Reserve = "RESERV": "Reserv",
        NotAdmitted = "EJ_ANTAGEN": "Ej antagen",
        NotApplied = "EJ_SOKT": "Ej sökt",
        Declined = "TACKAT_NEJ": "Tackat nej",
    }

    /// How a pupil's compulsory schooling differs from the normal.
    CompulsoryKind for "typ" {
        Prolonged = "FORLANGD_SKOLPLIKT": "Förlängd skolplikt",
        EndedEarly = "TIDIGARE_SKOLPLIKT_SLUT": "Skolplikten slutade tidigare",
        RightToComplete = "RATT_ATT_SLUTFORA": "Rätt att slutföra skolgången",
    }

    /// A decision by the coordinator.
    DecisionKind for "beslut" {
        EducationOutsideArea = "UTBILDNING_UTANFOR_OMRADET": "Utbildning utanför samverkansområdet",
        StudiesAbroad = "UTLANDSSTUDIER": "Studier utomlands",
        OtherEquivalent = "ANNAN_MOTSVARANDE": "Annan motsvarande utbildning",
        LivesHere = "BOR_HAR": "Bor här",
        LivesElsewhere = "BOR_EJ_HAR": "Bor inte här",
        LookedInto = "UTREDD": "Utredd",
    }

    /// Where a decision's knowledge comes from.
    DecisionSource for "kalla" {
        School = "SKOLA": "Skola",
        AdmissionsOffice = "ANTAGNINGSKANSLI": "Antagningskansli",
        Register = "REGISTER": "Register",
        Youth = "UNGDOM": "Ungdomen",
        Guardian = "VARDNADSHAVARE": "Vårdnadshavare",
        OtherAuthority = "ANNAN_MYNDIGHET": "Annan myndighet",
        Other = "OVRIGT": "Övrigt",
    }

    /// Where knowledge of an occupation comes from, apart from a contact with the youth.
    KnowledgeSource for "kalla" {
        School = "SKOLA": "Skola",
        Register = "REGISTER": "Register",
        Guardian = "VARDNADSHAVARE": "Vårdnadshavare",
        OtherAuthority = "ANNAN_MYNDIGHET": "Annan myndighet",
        Other = "OVRIGT": "Övrigt",
    }

    /// Way of contact.
    ContactWay for "kontaktsatt" {
        Letter = "BREV": "Brev",
        Postcard = "VYKORT": "Vykort",
        VisitPostcard = "BESOKSVYKORT": "Besöksvykort",
        Telephone = "TELEFON": "Telefon",
        TextMessage = "SMS": "Sms",
        Email = "EPOST": "E-post",
        SocialMedia = "SOCIALA_MEDIER": "Sociala medier",
        HomeVisit = "HEMBESOK": "Hembesök",
        Meeting = "MOTE": "Möte",
    }

    /// Whom a contact attempt was addressed to.
    Addressee for "mottagare" {
        Youth = "UNGDOM": "Ungdomen",
        Guardian = "VARDNADSHAVARE": "Vårdnadshavare",
    }

    /// What came of a contact attempt.
    ContactOutcome for "utfall" {
        Sent = "SKICKAT": "Skickat",
        Contact = "KONTAKT": "Kontakt",
        Declines = "TACKAR_NEJ": "Tackar nej",
        NoAnswer = "EJ_SVAR": "Inget svar",
        Returned = "RETUR": "Kom i retur",
        VisitDeclined = "AVBOJT_BESOK": "Avböjt besök",
    }

    /// Occupation at contact.
    Occupation for "sysselsattning" {
        Work = "ARBETE": "Arbete",
        Practice = "PRAKTIK": "Praktik",
        Studies = "STUDIER": "Studier (inte nationellt program)",
        LookingForWork = "ARBETSSOKANDE": "Arbetssökande",
        Nothing = "INGEN": "Ingen sysselsättning",
        Other = "ANNAN": "Annan sysselsättning",
        Unknown = "OKAND": "Okänd",
        NationalProgramme = "NATIONELLT_PROGRAM": "Nationellt program",
    }

    /// Occupation after a measure.
    OccupationAfter for "sysselsattning_efter" {
        NationalProgramme = "NATIONELLT_PROGRAM": "Nationellt program",
        IntroductoryProgramme = "INTRODUKTIONSPROGRAM": "Introduktionsprogram",
        AdultEducation = "KOMVUX": "Komvux",
        FolkHighSchool = "FOLKHOGSKOLA": "Folkhögskola",
        OtherStudies = "ANDRA_STUDIER": "Andra studier",
        Work = "ARBETE": "Arbete",
        Practice = "PRAKTIK": "Praktik",
        Nothing = "INGEN": "Ingen sysselsättning",
        Other = "ANNAN": "Annan sysselsättning",
        Unknown = "OKAND": "Okänd",
    }

    /// Content of a measure (Kolada N18746; "åtgärd via annan aktör" from Tibro).
    MeasureContent for "innehall" {
        Talk = "SAMTAL": "Samtal",
        Guidance = "VAGLEDNING": "Studie- och yrkesvägledning",
        AuthoritySupport = "MYNDIGHETSSTOD": "Stöd i kontakt med andra myndigheter",
        Wellness = "FRISKVARD": "Friskvård",
        JobSearchSupport = "JOBBSOKARSTOD": "Hjälp att söka jobb eller praktik",
        Practice = "PRAKTIK": "Praktik",
        SubsidisedEmployment = "SUBVENTIONERAD_ANSTALLNING": "Subventionerad anställning",
        Studies = "STUDIER": "Studier inom komvux eller på folkhögskola",
        OtherMeasure = "ANNAN_ATGARD": "Annan åtgärd",
        OtherActor = "ANNAN_AKTOR": "Åtgärd via annan aktör",
    }

    /// Who is responsible for a measure.
    ResponsibleParty for "ansvarig_part" {
        Youth = "UNGDOM": "Ungdomen",
        Municipality = "KOMMUN": "Kommunen",
        Other = "ANNAN": "Annan aktör",
    }

    /// Why a measure ended.
    MeasureEnd for "grund_avslut" {
        Completed = "FULLFOLJD": "Fullföljd",
        Interrupted = "AVBRUTEN": "Avbruten av ungdomen",
        Replaced = "ERSATT": "Ersatt av annan åtgärd",
        LeftGroup = "EJ_LANGRE_OMFATTAD": "Omfattas inte längre",
        Unknown = "OKAND": "Okänd",
    }

    /// Why a spell in the group begins.
    Reason for "orsak" {
        Immigrated = "INVANDRAD": "Invandrad",
        MovedIn = "INFLYTTAD": "Inflyttad",
        IntroductoryEnded = "IM_AVSLUTAT": "Introduktionsprogram avslutat",
        StudyCertificate = "STUDIEBEVIS_UTAN_EXAMEN": "Studiebevis utan examen",
        Interrupted = "AVBRUTIT": "Avbrutit gymnasiet",
        AdultStudiesEnded = "VUXENSTUDIER_AVSLUTADE": "Komvux eller folkhögskola avslutad",
        FinishingCompulsory = "SLUTFOR_GRUNDSKOLA": "Slutför grundskolan",
        NeverStarted = "EJ_PABORJAT_GYMNASIET": "Inte påbörjat gymnasiet",
        Unknown = "OKAND": "Okänd",
    }

    /// Why a spell in the group ends (grund för avregistrering).
    Ground for "avregistreringsgrund" {
        Died = "AVLIDEN": "Avliden",
        Emigrated = "UTVANDRAD": "Utvandrad",
        MovedOut = "UTFLYTTAD": "Utflyttad",
        Turned20 = "FYLLT_20": "Fyllt 20 år",
        Completed = "FULLFOLJD_UTBILDNING": "Fullföljd utbildning",
        NationalProgramme = "NATIONELLT_PROGRAM": "Nationellt program",
        IntroductoryProgramme = "INTRODUKTIONSPROGRAM": "Introduktionsprogram",
        EquivalentEducation = "MOTSVARANDE_UTBILDNING": "Motsvarande utbildning",
    }

    /// The latest education before a registration.
    LatestEducation for "senaste_utbildning" {
        Compulsory = "GRUNDSKOLA": "Grundskola",
        NationalProgramme = "NATIONELLT_PROGRAM": "Nationellt program",
        IntroductoryProgramme = "INTRODUKTIONSPROGRAM": "Introduktionsprogram",
        AdaptedUpperSecondary = "ANPASSAD_GYMNASIESKOLA": "Anpassad gymnasieskola",
        AdultEducation = "KOMVUX": "Komvux",
        FolkHighSchool = "FOLKHOGSKOLA": "Folkhögskola",
        Foreign = "UTLANDSK": "Utländsk utbildning",
        Nothing = "INGEN": "Ingen",
        Unknown = "OKAND": "Okänd",
    }
}

impl CredentialKind {
    /// Whether this credential completes the education for good (skollagen 29 kap. 9 § andra stycket).
    pub fn completes(self) -> bool {
        !matches!(self, Self::StudyCertificate | Self::IntroductoryCertificate | Self::IbWithoutDiploma)
    }

    /// Whether this says that a national programme or IB was finished without a diploma.
    pub fn ends_without_diploma(self) -> bool {
        matches!(self, Self::StudyCertificate | Self::IbWithoutDiploma)
    }
}
