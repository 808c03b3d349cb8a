//! What the half-year file and its checks say.

use std::fmt::Display;
use std::path::Path;

use super::{Message, both};
use crate::calendar::HalfYear;
use crate::scb::{Block, Field, FileFault, LayoutFault, Severity, WhyLeftOut};

macro_rules! checks {
    ($($variant:ident = $code:literal $severity:ident: $swedish:literal / $english:literal, $what:literal, $todo:literal;)*) => {
        /// A check of the half-year file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $(#[doc = $english] $variant,)* }

        impl Check {
            /// Every check, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How serious it is unless the layout says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// Its name.
            pub fn title(self) -> Message {
                match self { $(Self::$variant => both!($swedish, $english),)* }
            }

            /// What it looks for and why, in Swedish.
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }

            /// How to mend what it finds, in Swedish.
            pub fn todo(self) -> &'static str {
                match self { $(Self::$variant => $todo,)* }
            }
        }
    };
}

checks! {
    InvalidIdentity = "KAA-S001" Blocking:
        "Numret gäller inte" / "The number does not hold",
        "KAA-registret har ett personnummer som har bytts. Filen har det nya. Under det gamla blir ungdomen två personer hos SCB.",
        "Byt till det nya numret i KAA-registret.";
    NotResident = "KAA-S002" Blocking:
        "Inte folkbokförd på registreringsdagen" / "Not folkbokförd on the day of registration",
        "Bara den som är folkbokförd i kommunen omfattas av dess ansvar.",
        "Rätta registreringsdatumet i KAA-registret, eller lägg ett beslut BOR_HAR om folkbokföringen inte stämmer.";
    RegisteredOutsideSpell = "KAA-S003" Blocking:
        "Registrerad utanför tiden i gruppen" / "Registered outside the time in the group",
        "Registreringsdatumet ligger före den första dagen i gruppen eller efter den sista.",
        "Rätta registreringsdatumet i KAA-registret till en dag mellan den första och den sista.";
    ReasonMissing = "KAA-S004" Warning:
        "Orsak till registrering saknas" / "The reason for registration is missing",
        "KAA-registret har ingen orsak, eller den är okänd. Filen har den orsak som källorna visar.",
        "Fyll i orsaken i KAA-registret.";
    RegisteredAfterwards = "KAA-S005" Warning:
        "Registrerad i efterhand" / "Registered afterwards",
        "Registrerad först efter halvårets slut, eller inte alls. Filen har den första dagen i gruppen som registreringsdatum.",
        "Kontrollera att den första dagen stämmer. Registrera löpande, så syns också när ni fick veta det.";
    DoubleRegistration = "KAA-S006" Blocking:
        "Registrerad två gånger" / "Registered twice",
        "Två registreringar i KAA-registret gäller samma tid i gruppen eller samma dagar. Filen har en av dem.",
        "Ta bort den ena registreringen i KAA-registret, eller avsluta den första innan den andra börjar.";
    NotRegistered = "KAA-S007" Warning:
        "Omfattas men är inte registrerad" / "In the group but not registered",
        "Ungdomen omfattas enligt källorna men finns inte i KAA-registret för den tiden. Filen har källornas uppgifter.",
        "Registrera ungdomen, eller lägg ett undantag om källorna har fel.";
    RegisteredWithoutSpell = "KAA-S008" Warning:
        "Registrerad men omfattas inte" / "Registered but not in the group",
        "KAA-registret har en registrering under halvåret, men ungdomen omfattas inte enligt källorna och är inte med i filen.",
        "Ta bort registreringen eller rätta dess datum, eller lägg ett undantag om källorna har fel.";
    NotClosed = "KAA-S009" Warning:
        "Avregistrerad för sent eller inte alls" / "Deregistered late or not at all",
        "KAA-registret har en registrering under halvåret, men tiden i gruppen tog slut före det. Ungdomen är inte med i filen för den registreringen.",
        "Avregistrera ungdomen i KAA-registret med det datum som står i raden, eller lägg ett undantag om källorna har fel.";
    LateAt20 = "KAA-S010" Blocking:
        "Avregistrerad efter 20-årsdagen" / "Deregistered after the 20th birthday",
        "Ansvaret upphör den dag ungdomen fyller 20. SCB markerar den som avregistreras senare.",
        "Rätta avregistreringsdatumet i KAA-registret till 20-årsdagen eller tidigare.";
    DateOrGroundMissing = "KAA-S011" Blocking:
        "Avregistrering utan datum eller grund" / "Deregistration without date or ground",
        "Datum och grund för avregistrering hör ihop: KAA-registret har bara det ena.",
        "Fyll i det som saknas i KAA-registret, eller ta bort det som står där av misstag.";
    EndBeforeStart = "KAA-S012" Blocking:
        "Slut före start" / "End before start",
        "Avregistreringen ligger före registreringen.",
        "Rätta datumen i KAA-registret.";
    DeregisteredBefore = "KAA-S013" Blocking:
        "Avregistrerad före halvåret" / "Deregistered before the half-year",
        "KAA-registret har avregistrerat ungdomen före halvåret, men enligt källorna omfattas den under det.",
        "Ta bort avregistreringen i KAA-registret, eller lägg ett undantag om källorna har fel.";
    Difference = "KAA-S014" Warning:
        "KAA-registret skiljer sig från källorna" / "The case register differs from the sources",
        "Filen har KAA-registrets uppgift om det har någon för halvåret, annars källornas.",
        "Avgör vilken som stämmer: rätta KAA-registret, eller lägg ett undantag om källorna har fel.";
    OutsideSpell = "KAA-S020" Warning:
        "Utanför registreringen, inte med i filen" / "Outside the registration, not in the file",
        "Kontakten, kännedomen eller åtgärden ligger inte mellan registrering och avregistrering, och är inte med i filen.",
        "Kontrollera datumet, och registreringens datum i KAA-registret.";
    NationalProgramme = "KAA-S021" Blocking:
        "Nationellt program som sysselsättning" / "A national programme as occupation",
        "Den som går ett nationellt program ska avregistreras. Det kan inte vara en sysselsättning vid kontakt.",
        "Rätta sysselsättningen, eller avregistrera ungdomen om studierna har börjat.";
    MeasureEndIncomplete = "KAA-S022" Blocking:
        "Avslutad åtgärd utan grund eller sysselsättning efter" / "A measure ended without reason or occupation after it",
        "En åtgärd som har avslutats under halvåret ska ha grund för avslutet och sysselsättning efter.",
        "Fyll i det som saknas bland teamets åtgärder.";
    MeasureStillOpen = "KAA-S023" Warning:
        "Åtgärden är öppen efter avregistreringen" / "The measure is open after the deregistration",
        "Åtgärden har inget slut på eller före dagen för avregistrering.",
        "Avsluta åtgärden, senast den dag ungdomen avregistrerades.";
    NoOccupation = "KAA-S024" Note:
        "Kontakt utan sysselsättning" / "Contact without an occupation",
        "Sysselsättningen vid kontakten är inte ifylld. Filen har okänd.",
        "Fyll i sysselsättningen om den är känd.";
    KnowledgeNotInLayout = "KAA-S025" Note:
        "Kännedom som filen inte har plats för" / "Knowledge that the file has no place for",
        "Layouten har inget block för kännedom. SCB ser ungdomen som inte kontaktad om det inte finns någon kontakt.",
        "Inget att rätta. Använd en layout med kännedom om SCB:s filbeskrivning har det.";
    ToLookInto = "KAA-S026" Note:
        "Omfattas, men något bör utredas" / "In the group, but somebody should look into it",
        "Källorna är osäkra om ungdomen, till exempel för att ingen skola har lämnat någon uppgift.",
        "Utred enligt månadens lista Att utreda, och lägg ett undantag om ungdomen inte omfattas.";
    Protected = "KAA-S027" Note:
        "Skyddade personuppgifter" / "Protected personal data",
        "Ungdomen har skyddade personuppgifter. Filen har bara personnummer och koder.",
        "Följ kommunens rutin för skyddade uppgifter när filen lämnas.";
    AnswerWithoutOccupation = "KAA-S028" Warning:
        "Vårdnadshavarens svar saknar sysselsättning" / "A guardian's answer without an occupation",
        "Det som vårdnadshavaren svarar är kännedom om vad ungdomen gör. Utan sysselsättning är det ingen kännedom, och svaret är inte med i filen.",
        "Fyll i sysselsättningen om vårdnadshavaren sade något om den. Annars behöver inget göras.";
    CountsDiffer = "KAA-S030" Warning:
        "Antalet skiljer sig mycket från förra halvåret" / "The count differs much from the last half-year",
        "Antalet rader i ett block är mindre än hälften eller mer än dubbelt så många som förra halvåret.",
        "Kontrollera att källorna är hela. Stämmer antalet behöver inget göras.";
    LayoutNotCompared = "KAA-S031" Warning:
        "Layouten är inte jämförd med SCB:s filbeskrivning" / "The layout has not been compared with SCB's file description",
        "SCB ändrar filbeskrivning och koder. Layouten säger inte att någon har jämfört den, eller gäller inte halvåret.",
        "Jämför rad för rad med SCB:s filbeskrivning för halvåret, ändra det som skiljer och skriv datumet i jamford_med_scb.";
    NotFinished = "KAA-S032" Blocking:
        "Halvåret är inte slut" / "The half-year is not over",
        "Filen ska hålla hela halvåret, men avstämningsdatum ligger före dess sista dag.",
        "Kör igen när halvåret är slut.";
    RowRejected = "KAA-S033" Warning:
        "Avvisad rad, inte med i filen" / "A rejected row, not in the file",
        "En rad i KAA-registret, kontakterna, kännedomen eller åtgärderna gick inte att läsa eller har ett slut före sin start. Det som den säger är inte med i filen.",
        "Rätta raden i källan, hämta ett nytt uttag och kör igen. Alla avvisade rader står på bladet Avvisade rader.";
    GrownOut = "KAA-S034" Warning:
        "Halvåret ligger för långt tillbaka för folkbokföringen" / "The half-year lies too far back for the population register",
        "Folkbokföringen har bara dem som är 15-20 år nu. Den som har blivit äldre sedan halvåret finns inte i den, och är inte med i filen fast KAA-registret har en registrering under halvåret.",
        "Kör med det uttag ur folkbokföringen som gällde när halvåret var slut, eller hämta ett som även har dem som har blivit äldre.";
}

impl Severity {
    /// What a user reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blocking => "Stoppar",
            Self::Warning => "Varning",
            Self::Note => "Upplysning",
        }
    }
}

impl Block {
    /// What a user reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Registration => "Registrering",
            Self::Contact => "Kontakt",
            Self::Knowledge => "Kännedom",
            Self::MeasureStart => "Åtgärd påbörjas",
            Self::MeasureEnd => "Åtgärd avslutas",
            Self::Deregistration => "Avregistrering",
        }
    }
}

impl Field {
    /// What a user reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "Personnummer",
            Self::Municipality => "Kommunkod",
            Self::Registered => "Registreringsdatum",
            Self::LatestEducation => "Senaste utbildning",
            Self::Reason => "Orsak till registrering",
            Self::ContactDate => "Datum för kontakt",
            Self::Occupation | Self::KnownOccupation => "Sysselsättning",
            Self::KnowledgeDate => "Datum för kännedom",
            Self::KnowledgeSource => "Källa",
            Self::MeasureStart => "Åtgärden påbörjas",
            Self::Content => "Innehåll",
            Self::MeasureEnd => "Åtgärden avslutas",
            Self::EndGround => "Grund för avslutet",
            Self::OccupationAfter => "Sysselsättning efter",
            Self::Deregistered => "Avregistreringsdatum",
            Self::Ground => "Grund för avregistrering",
        }
    }
}

impl WhyLeftOut {
    /// What a user reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::OutsideSpell => "utanför tiden i gruppen",
            Self::BeforeRegistration => "före registreringen",
            Self::AfterDeregistration => "efter avregistreringen",
            Self::NoOccupation => "vårdnadshavarens svar saknar sysselsättning",
            Self::StartedBefore => "åtgärden började före registreringen",
        }
    }
}

/// What is wrong with a layout.
pub fn layout_fault(name: &str, fault: &LayoutFault) -> Message {
    match fault {
        LayoutFault::Toml(fault) => {
            let (problem, place) = (super::toml_problem(fault), super::toml_place(name, fault));
            let (swedish, english) = (problem.swedish + &place.swedish, problem.english + &place.english);
            both!("Fel i layouten {name}: {swedish}", "Error in the layout {name}: {english}")
        }
        LayoutFault::Value { key, found, expected: Message { swedish, english } } => both!(
            "Fel i layouten {name}: {key} är \"{found}\", väntade {swedish}.",
            "Error in the layout {name}: {key} is \"{found}\", expected {english}."
        ),
        LayoutFault::MissingCode { column, list, value } => both!(
            "Fel i layouten {name}: värdet {value} i kolumnen {column} saknar kod. Lägg till {value} under [koder.{list}].",
            "Error in the layout {name}: the value {value} of the column {column} has no code. Add {value} under [koder.{list}]."
        ),
        LayoutFault::Unwritable { place, text, why } => {
            let why = why.message();
            let (swedish, english) = (why.swedish, why.english);
            both!(
                "Fel i layouten {name}: {place} är \"{text}\", som {swedish}. Filen ändras aldrig i tysthet: välj en annan text eller en annan inställning.",
                "Error in the layout {name}: {place} is \"{text}\", which {english}. The file is never altered silently: choose another text or setting."
            )
        }
    }
}

impl crate::scb::Unwritable {
    fn message(self) -> Message {
        match self {
            Self::Encoding(encoding) => {
                both!("inte går att skriva i {encoding}", "cannot be written in {encoding}")
            }
            Self::Formula => {
                both!("ett kalkylprogram skulle räkna som en formel", "a spreadsheet would run as a formula")
            }
            Self::TooWide(width) => both!("är bredare än {width} tecken", "is wider than {width} characters"),
            Self::NeedsQuotes => both!(
                "innehåller avgränsare, citattecken eller radslut fast citattecken aldrig skrivs",
                "holds a separator, quotation mark or line end although quotation marks are never written"
            ),
            Self::Padding => {
                both!("börjar eller slutar med utfyllnadstecknet", "begins or ends with the padding character")
            }
        }
    }
}

/// The layout file cannot be read.
pub fn layout_not_read(path: &Path, error: &dyn Display) -> Message {
    let path = path.display();
    both!("Layouten {path} kan inte läsas: {error}.", "The layout {path} cannot be read: {error}.")
}

/// No shipped layout holds for the half-year.
pub fn no_layout(period: HalfYear) -> Message {
    both!(
        "Ingen layout i programmet gäller {period}. Ange en egen med --layout.",
        "No layout of the program holds for {period}. Name one with --layout."
    )
}

/// The events do not fit the layout.
pub fn scb_file_fault(name: &str, fault: &FileFault) -> Message {
    match fault {
        FileFault::TooMany { block, places, found } => {
            let block = block.code();
            both!(
                "Layouten {name} har plats för {places} av {block} per person, men {found} behövs. Öka platser.{block}.",
                "The layout {name} has room for {places} of {block} per person, but {found} are needed. Raise platser.{block}."
            )
        }
        FileFault::Unreadable { row } => both!(
            "Rad {row} i filen kan inte läsas enligt layouten {name}.",
            "Row {row} of the file cannot be read by the layout {name}."
        ),
    }
}

/// A period that has not begun on the as-of date.
pub fn period_not_begun(period: HalfYear, as_of: &dyn Display) -> Message {
    both!("{period} har inte börjat på avstämningsdatum {as_of}.", "{period} has not begun on the as-of date {as_of}.")
}

/// There is nothing to mark as delivered.
pub fn nothing_to_mark(period: HalfYear) -> Message {
    both!(
        "Det finns ingen fil för {period} att märka som skickad. Kör kaa scb --period {period} först.",
        "There is no file for {period} to mark as delivered. Run kaa scb --period {period} first."
    )
}

/// There are only drafts to mark as delivered.
pub fn draft_not_marked(period: HalfYear, folder: &str) -> Message {
    both!(
        "{folder} är ett utkast som kontrollerna stoppar och kan inte märkas som skickat. Rätta det som stoppar filen, kör kaa scb --period {period} utan --draft och skicka den filen.",
        "{folder} is a draft that the checks hold and cannot be marked as delivered. Mend what holds the file, run kaa scb --period {period} without --draft and send that file."
    )
}

/// The latest run is marked as delivered.
pub fn marked_as_delivered(period: HalfYear, folder: &str) -> Message {
    both!(
        "{folder} är märkt som den leverans för {period} som har skickats till SCB. Nästa fil jämförs med den.",
        "{folder} is marked as the delivery for {period} that was sent to SCB. The next file is compared with it."
    )
}

/// The file that was marked as delivered is not what it was.
pub fn delivery_damaged(folder: &str) -> Message {
    both!(
        "Filen i {folder}, som är märkt som skickad, är inte längre den som skickades. Återställ mappen ur säkerhetskopian.",
        "The file in {folder}, which is marked as delivered, is no longer the one that was sent. Restore the folder from the backup."
    )
}

/// Checks hold the file.
pub fn checks_hold(folder: &Path) -> Message {
    let folder = folder.display();
    both!(
        "Filen stoppades av kontrollerna. Rätta det som står i {folder}, hämta nya uttag och kör igen. --draft skriver ett utkast ändå.",
        "The checks hold the file. Mend what stands in {folder}, export anew and run again. --draft writes a draft all the same."
    )
}

/// A check with the number of its rows.
pub fn check_line(check: Check, count: usize) -> Message {
    let (title, code) = (check.title(), check.code());
    let (swedish, english) = (title.swedish, title.english);
    both!("  {code} {swedish}: {count}", "  {code} {english}: {count}")
}

/// What a held file says of a check, for `skal.txt`.
pub fn check_reason(check: Check, count: usize) -> String {
    let title = check.title().swedish;
    format!("{} {title}: {count}. {} {}", check.code(), check.what(), check.todo())
}

/// The heading of the summary.
pub fn scb_heading(name: &str, period: HalfYear, deadline: &dyn Display) -> Message {
    both!("{name}, SCB {period}, lämnas senast {deadline}", "{name}, SCB {period}, due {deadline}")
}

/// Persons and rows of the file.
pub fn scb_persons(persons: u64, rows: u64) -> Message {
    both!("  Ungdomar:      {persons:>6}   ({rows} rader)", "  Youths:        {persons:>6}   ({rows} rows)")
}

/// The events by block.
pub fn scb_events(contacts: u64, knowledge: u64, started: u64, ended: u64, deregistered: u64) -> Message {
    both!(
        "  Kontakter:     {contacts:>6}   kännedom {knowledge}, påbörjade åtgärder {started}, avslutade {ended}, avregistrerade {deregistered}",
        "  Contacts:      {contacts:>6}   knowledge {knowledge}, measures started {started}, ended {ended}, deregistered {deregistered}"
    )
}

/// The checks by severity.
pub fn scb_checks(blocking: u64, warnings: u64, notes: u64) -> Message {
    both!(
        "  Kontroller:    {blocking:>6}   som stoppar, {warnings} varningar, {notes} upplysningar",
        "  Checks:        {blocking:>6}   blocking, {warnings} warnings, {notes} notes"
    )
}

/// What differs from the delivery marked.
pub fn scb_differences(folder: &str, added: u64, removed: u64, changed: u64) -> Message {
    both!(
        "  Mot {folder}, som har skickats: {added} ungdomar tillkomna, {removed} borttagna, {changed} ändrade",
        "  Against {folder}, which was sent: {added} youths added, {removed} removed, {changed} changed"
    )
}

/// The end of the demonstration's half-year.
pub fn demo_scb(file: &Path) -> Message {
    let file = file.display();
    both!(
        "{file}: halvårsfilen till SCB, sedan KAA-registret har rättats som det står i exempelby/rattat/README.md.",
        "{file}: the half-year file for SCB, after the corrections that exempelby/rattat/README.md tells of."
    )
}
