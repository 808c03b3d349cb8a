//! What `kaa init` writes and says. Files are always Swedish.

use std::fmt::Display;
use std::path::Path;

use super::{Message, both};
use crate::init::{CONFIG, FIRST_STEPS, Input, TO_FILL_IN, WORKBOOK};
use crate::records::Kind;

/// The name of the sheet that explains the workbook.
pub const INTRODUCTION: &str = "Läs mig";
/// The name of the sheet with the words of the drop-downs.
pub const LISTS: &str = "Listor";

/// The name of a table's sheet, and what one row is.
pub fn sheet(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Contacts => (
            "Kontakter",
            "En rad för varje försök att nå en ungdom, också de som inte lyckas: brev, samtal, sms, besök. Flera försök samma dag är flera rader. Ringer ungdomen själv är det en kontakt.",
        ),
        Kind::Knowledge => (
            "Kännedom",
            "En rad när ni får veta vad en ungdom gör på annat sätt än genom kontakt: av en skola, ett register, en vårdnadshavare.",
        ),
        Kind::Measures => (
            "Åtgärder",
            "En rad för varje åtgärd. När den avslutas fyller ni i slutdatum, grund och sysselsättning efter på samma rad.",
        ),
        Kind::ContactDetails => (
            "Kontaktuppgifter",
            "Ungdomens egen telefon, e-post och adress, med dagen då ni fick uppgiften. Den senaste raden gäller. Inte vårdnadshavares uppgifter: de får inte sparas.",
        ),
        Kind::Decisions => (
            "Undantag",
            "Det som samordnaren har utrett: ungdomen studerar utanför området eller utomlands, eller bor inte där folkbokföringen säger. Alltid till och med en dag: då tas frågan upp igen.",
        ),
        Kind::ProviderReports => (
            "Rapporter",
            "Det som en skola, ungdomen eller en vårdnadshavare har berättat om studierna: avbrott, frånvaro, byte. Har ni en e-tjänst för rapporterna kan dess export läsas i stället.",
        ),
        Kind::CaseRegister => (
            "Register",
            "Registreringar och avregistreringar i KAA, om ni inte har ett ärendesystem som kan exportera dem. Arbetsboken från avstämningen säger vad som ska stå här.",
        ),
        other => (other.name(), ""),
    }
}

/// The header of a column: its name, as one writes it in Swedish.
pub fn header(column: &str) -> String {
    let known = match column {
        "kontaktsatt" => "Kontaktsätt",
        "sysselsattning" => "Sysselsättning",
        "nasta_kontakt" => "Nästa kontakt",
        "kalla" => "Källa",
        "innehall" => "Innehåll",
        "mal" => "Mål",
        "forsta_mote" => "Första möte",
        "manadsrapport" => "Månadsrapport",
        "uppfoljning" => "Uppföljning",
        "utvarderad" => "Utvärderad",
        "sysselsattning_efter" => "Sysselsättning efter",
        "fran" => "Från",
        "epost" => "E-post",
        "co_adress" => "Co-adress",
        "handelse" => "Händelse",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let mut letters = column.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str().replace('_', " "))
}

/// What stands above the sources of the workbook in the config.
pub fn sources_comment() -> &'static str {
    "# --- Teamets arbetsbok -------------------------------------------------------------------------------------------------
# Ett blad för varje tabell som teamet för själv; samma fil är flera källor. Orden i rullistorna översätts till programmets
# koder här. Får ni en tabell ur ett system i stället: ta bort dess [[kalla]] härifrån och lägg exporten i inkorgen.
"
}

/// What stands above one source of the workbook in the config.
pub fn source_comment(kind: Kind) -> Option<&'static str> {
    (kind == Kind::CaseRegister).then_some(
        "Ta bort den här källan om registret förs i ett annat system: annars jämförs målgruppen med ett tomt blad.",
    )
}

/// The title of the workbook.
pub fn workbook_title(municipality: &str) -> String {
    format!("KAA-teamets arbetsbok, {municipality}")
}

/// How the workbook is used.
pub fn introduction() -> [&'static str; 6] {
    [
        "Här för teamet det som inget annat system har. Programmet läser bladen vid varje avstämning; det skriver aldrig i filen.",
        "Personnummer skrivs ÅÅÅÅMMDD-NNNN och datum 2026-11-20. Välj i rullistan där det finns en: bladet Listor visar alla ord.",
        "Kolumner med fet stil och gul rubrik måste fyllas i, resten när ni vet. En rad utan dem avvisas och visas i avstämningens arbetsbok.",
        "Ändra inte rubrikernas eller bladens namn. Kolumner som ni lägger till läses inte: ingenting i dem sparas.",
        "Skriv ingenting om hälsa, brott eller ursprung, och inga namn på vårdnadshavare eller handläggare (förordning 2006:39, 4 och 5 §§).",
        "Insatser och ansvariga i rullistorna kommer ur konfigurationen. Det som inte står där sparas inte. Stäng filen innan avstämningen körs.",
    ]
}

/// Which columns of a sheet a row needs.
pub fn must_be_filled_in(headers: &[String]) -> String {
    format!("Måste fyllas i: {}.", headers.join(", "))
}

/// The heading of the words of the drop-downs.
pub fn lists_comment() -> &'static str {
    "Orden i rullistorna. Ändra dem inte här: orden, insatserna och rollerna bestäms i kaa.toml."
}

/// What the spreadsheet says when something else is typed: a title of at most 32 letters, and a sentence.
pub fn refusal(input: &Input) -> (&'static str, &'static str) {
    match input {
        Input::Number => ("Personnummer", "Skriv ÅÅÅÅMMDD-NNNN. Går det inte att få fram numret kan raden inte läsas."),
        Input::Date => ("Datum", "Skriv ett datum, till exempel 2026-11-20."),
        Input::YesNo => ("Ja eller nej", "Välj Ja eller Nej, eller lämna tomt."),
        Input::Choice(_) => ("Välj i listan", "Välj ett av orden i rullistan. Alla står på bladet Listor."),
        Input::LocalOffer | Input::Role => {
            ("Välj i listan", "Välj i rullistan. Saknas något läggs det till i kaa.toml; annat sparas inte.")
        }
        Input::Text => ("", ""),
    }
}

/// The page about the first steps.
pub fn first_steps(municipality: &str) -> String {
    format!(
        "# De första stegen, {municipality}

Allt som hör till aktivitetsansvaret ligger i den här mappen. Bara de som arbetar med det ska kunna läsa den.

1. **Fyll i det som planen lämnar öppet.** Öppna `{CONFIG}` i en textredigerare och sök efter `{TO_FILL_IN}`. Det som inte
   fylls i räknas inte ut, och listorna säger det.
2. **Lägg exporterna i `inbox`.** En fil för varje tabell, med uttagsdatum i namnet: `folkbokforing-2026-11-16.csv` (15-20 år,
   ur kommunens invånarregister), `elevregister-2026-11-16.csv`, `betyg-2026-08-20.xlsx`, `vuxenutbildning-2026-11-15.csv`.
   Bara folkbokföringen är nödvändig. Heter kolumnerna något annat beskrivs det med `[[kalla]]` i `{CONFIG}`.
3. **Se efter att allt läses.** Kör i den här mappen:

   ```
   kaa check
   ```

   Varje fel visas med fil, blad, rad och kolumn. Inget skrivs.
4. **Kör månadens avstämning.**

   ```
   kaa monthly
   ```

   Den säger var mötets arbetsbok `avstamning.xlsx` ligger.
5. **För teamets arbetsbok.** `{WORKBOOK}` har ett blad för varje tabell: kontakter, kännedom, åtgärder, kontaktuppgifter,
   undantag, rapporter och register. Bladet {INTRODUCTION} förklarar. Nästa avstämning läser den.
6. **Se vad som är på gång**, och låt datorn köra avstämningen när den ska göras:

   ```
   kaa due
   kaa schedule --for systemd
   ```

   (`cron`, `windows` eller `ics` i stället för `systemd`.)
"
    )
}

/// The workspace is there.
pub fn init_done(folder: &Path) -> Message {
    let folder = folder.display();
    both!(
        "Arbetsmappen {folder} är klar. Läs {FIRST_STEPS} i den.",
        "The workspace {folder} is ready. Read {FIRST_STEPS} in it."
    )
}

/// What the config leaves open.
pub fn init_open(count: usize) -> Message {
    both!("Att fylla i i {CONFIG} ({count}):", "To fill in in {CONFIG} ({count}):")
}

/// A line that somebody must fill in.
pub fn init_open_line(line: usize, text: &str) -> Message {
    both!("  rad {line}: {text}", "  line {line}: {text}")
}

/// Something is there already.
pub fn init_exists(path: &Path) -> Message {
    let path = path.display();
    both!(
        "{path} finns redan och skrivs inte över. Ange en ny mapp.",
        "{path} is there already and is not overwritten. Name a new folder."
    )
}

/// The workspace could not be written.
pub fn init_failed(path: &Path, error: &dyn Display) -> Message {
    let path = path.display();
    both!("{path} kan inte skrivas: {error}", "{path} cannot be written: {error}")
}
