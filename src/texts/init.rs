//! What `kaa init` writes and says. Files are always Swedish.

use std::fmt::Display;
use std::path::Path;

use super::{Message, both};
use crate::init::{CONFIG, FIRST_STEPS, Input, TO_FILL_IN, WORKBOOK};
use crate::records::{Coded, ContactOutcome, ContactWay, Kind};

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

/// The example in a sheet: who it is about, which no run ever reads, and what to do with it.
pub fn example_text(column: &str) -> &'static str {
    match column {
        "telefon" => "070-174 06 05",
        "epost" => "exempel@example.com",
        "adress" => "Exempelgatan 1",
        "postnummer" => "999 01",
        "postort" => "Exempelby",
        "skola" | "huvudman" => "Exempelskolan",
        "skolenhetskod" => "12345678",
        "plats" => "Exempelbolaget",
        _ => "",
    }
}

/// The day of the example in a column: year, month, day.
pub fn example_day(column: &str) -> (u16, u8, u8) {
    match column {
        "forsta_mote" => (2026, 9, 8),
        "manadsrapport" => (2026, 10, 1),
        "nasta_kontakt" | "uppfoljning" => (2026, 12, 1),
        "till" | "planerat_slut" | "slutdatum" | "avregistreringsdatum" => (2027, 1, 29),
        _ => (2026, 9, 1),
    }
}

/// The word of the example in a column with a drop-down, where the first one would make no sense with the others.
pub fn example_word(column: &str) -> Option<&'static str> {
    match column {
        "kontaktsatt" => Some(ContactWay::Telephone.label()),
        "utfall" => Some(ContactOutcome::Contact.label()),
        _ => None,
    }
}

/// What stands on the first sheet when the others have examples.
pub fn examples_explained() -> &'static str {
    "Första raden på varje blad är ett överstruket exempel om en påhittad person född 1990. Programmet räknar raden som utanför åldersgruppen. Ta bort den när ni vill."
}

/// The page about the first steps. `inboxes`: the folders for exports; `proposed`: whether exports are described in the
/// config already; `workbook`: the sheets of the team's workbook, if there is one.
pub fn first_steps(municipality: &str, inboxes: &[&str], proposed: bool, workbook: &[&str]) -> String {
    let folders: String = inboxes.iter().map(|name| format!("   - `inbox/{name}`\n")).collect();
    let described = if proposed {
        format!(
            "
   De exporter som angavs med `--from` står redan i `{CONFIG}` och läses där de ligger. **Granska varje `[[kalla]]`**: till
   höger om varje kolumn står hur säkert förslaget är och vad cellerna ser ut som. Nya uttag läggs bredvid de gamla, med
   samma namn och ett nytt datum."
        )
    } else {
        format!(
            "
   Heter kolumnerna något annat, eller ligger exporterna någon annanstans: låt programmet titta på dem och föreslå vad som
   är vad. `kaa init NY-MAPP --profile blank --from EXPORT...` skriver varje källa färdig att kopiera till `{CONFIG}`."
        )
    };
    let team = if workbook.is_empty() {
        String::new()
    } else {
        let sheets = workbook.join(", ");
        format!(
            "5. **För teamets arbetsbok.** `{WORKBOOK}` har ett blad för varje tabell som teamet för själv: {sheets}. Bladet {INTRODUCTION} förklarar.
   Nästa avstämning läser den.
"
        )
    };
    let due = if workbook.is_empty() { 5 } else { 6 };
    format!(
        "# De första stegen, {municipality}

Allt som hör till aktivitetsansvaret ligger i den här mappen. Bara de som arbetar med det ska kunna läsa den.

1. **Fyll i det som planen lämnar öppet.** Öppna `{CONFIG}` i en textredigerare och sök efter `{TO_FILL_IN}`. Det som inte
   fylls i räknas inte ut, och listorna säger det. En redigerare som förstår TOML (till exempel VS Code med Even Better TOML)
   fyller i och kontrollerar efter `kaa.schema.json`.
2. **Lägg exporterna i inkorgen**, en mapp för varje tabell. Filen får heta vad som helst, med uttagsdatum sist i namnet:
   `uttag-2026-11-16.csv`. Bara folkbokföringen (15-20 år, ur kommunens invånarregister) är nödvändig.

{folders}{described}
3. **Se efter att allt läses.** Kör i den här mappen:

   ```
   kaa check
   ```

   Varje fel visas med fil, blad, rad och kolumn. Inget skrivs.
4. **Kör månadens avstämning.**

   ```
   kaa monthly
   ```

   Den säger var mötets arbetsbok `avstamning.xlsx` ligger. Samma blad för webbläsaren, `avstamning.html`, ligger
   bredvid.
{team}{due}. **Se vad som är på gång**, och låt datorn köra avstämningen när den ska göras:

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

// --- Exports that were looked at ---

/// A text within a comment: one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What stands above the proposed sources in the config.
pub fn proposals_comment() -> &'static str {
    "# --- Exporterna ---------------------------------------------------------------------------------------------------------
# Föreslagna av `kaa init --from` efter rubrikerna och cellerna. Granska dem: till höger om varje kolumn står hur säkert
# förslaget är och tre exempel, maskerade. Ta bort det som inte stämmer, och kör sedan `kaa check`.
"
}

/// What stands above one proposed source.
pub fn proposal_comment(files: &[String], sheet: Option<&str>, kind: Kind, percent: u32, rows: u64) -> String {
    let newest = files.last().map(|file| one_line(file)).unwrap_or_default();
    let more = if files.len() > 1 { format!(" och {} till", files.len() - 1) } else { String::new() };
    let sheet = sheet.map(|sheet| format!(", blad {}", one_line(sheet))).unwrap_or_default();
    format!("\n# {newest}{more}{sheet}: {rows} rader. {}, säkerhet {percent} %.\n", kind.name())
}

/// Another table is nearly as likely.
pub fn proposal_rival(kind: Kind) -> String {
    format!("# {TO_FILL_IN}: kan också vara {}. Stämmer typ?\n", kind.name())
}

/// Beside a path: where the day of the extract comes from.
pub fn date_in_name(date: chrono::NaiveDate) -> String {
    format!(" # uttagsdatum ur filnamnet: {date}")
}

/// Beside a path without a date.
pub fn no_date_in_name() -> &'static str {
    " # filnamnet saknar datum (ÅÅÅÅ-MM-DD sist): filens tidsstämpel räknas som uttagsdatum"
}

/// The day that somebody is registered from is the address's.
pub fn address_date(header: &str) -> String {
    format!(
        "adressdatum = true # \"{}\" ändras vid varje flytt, också inom kommunen: läses inte som folkbokford_fran",
        one_line(header)
    )
}

/// It is not known whether that day is the address's.
pub fn address_date_unsure(header: &str) -> String {
    format!(
        "# adressdatum = true # {TO_FILL_IN}: ta bort det första # om \"{}\" ändras också vid flytt inom kommunen",
        one_line(header)
    )
}

/// A population register without the column that says who is protected.
pub fn no_protection_column() -> &'static str {
    "# Uttaget saknar skyddade personuppgifter: inga namn eller adresser skrivs. Be om kolumnen i uttaget."
}

/// Beside a column: how sure, and examples.
pub fn column_comment(percent: u32, examples: &str) -> String {
    let examples = if examples.is_empty() { "tom i alla rader" } else { examples };
    format!("{percent} %: {}", one_line(examples))
}

/// A column that ends periods is not there.
pub fn no_such_column(column: &str) -> String {
    format!("# {column}: ingen kolumn hittades. Utan den är varje rad öppen.")
}

/// The headers that are not read.
pub fn columns_not_read(headers: &[&str]) -> String {
    format!("# Läses inte och sparas inte: {}.", one_line(&headers.join(", ")))
}

/// Beside a word: in how many rows it stands.
pub fn in_rows(count: u64) -> String {
    if count == 1 { "1 rad".to_owned() } else { format!("{count} rader") }
}

/// A word that means nothing yet.
pub fn value_without_code(key: &str, count: u64) -> String {
    format!("# {} = \"\" # {TO_FILL_IN}: koden, {}", one_line(key), in_rows(count))
}

/// A value that means nothing yet and may not be shown.
pub fn hidden_value_without_code(shape: &str, count: u64) -> String {
    format!(
        "# Utan kod, i {}: ett värde av formen {}. `kaa check` visar var det står.",
        in_rows(count),
        one_line(shape)
    )
}

/// There are more such words.
pub fn more_values_without_code(count: usize) -> String {
    format!("# och {count} värden till utan kod: är det rätt kolumn?")
}

/// What an export is proposed to be.
pub fn proposed(proposal: &crate::init::from::Proposal) -> Message {
    let newest = proposal.files.last().map(String::as_str).unwrap_or_default();
    let name = export_name(newest, proposal.sheet.as_deref());
    let name = match proposal.files.len() {
        0 | 1 => name,
        files => {
            let (more, swedish, english) = (files - 1, name.swedish, name.english);
            both!("{swedish} (och {more} till)", "{english} (and {more} more)")
        }
    };
    let (kind, percent, rows) = (proposal.kind.name(), crate::init::from::percent(proposal.confidence), proposal.rows);
    let (found, all) = proposal.columns;
    let (name_swedish, name_english) = (name.swedish, name.english);
    let unmapped = match proposal.unmapped {
        0 => both!("", ""),
        count => both!(", värden utan kod: {count}", ", values without a code: {count}"),
    };
    let rival = proposal.rival.map_or(both!("", ""), |rival| {
        let rival = rival.name();
        both!(", kan också vara {rival}", ", can also be {rival}")
    });
    let (more_swedish, more_english) = (unmapped.swedish + &rival.swedish, unmapped.english + &rival.english);
    both!(
        "  {kind} ({percent} %): {name_swedish}, {rows} rader, {found} av {all} kolumner{more_swedish}",
        "  {kind} ({percent} %): {name_english}, {rows} rows, {found} of {all} columns{more_english}"
    )
}

fn export_name(file: &str, sheet: Option<&str>) -> Message {
    let file = one_line(file);
    match sheet.map(one_line) {
        Some(sheet) => both!("{file}, blad {sheet}", "{file}, sheet {sheet}"),
        None => both!("{file}", "{file}"),
    }
}

/// It is not told what an export is, and what was looked for.
pub fn not_proposed(unknown: &crate::init::from::Unknown) -> Message {
    use crate::init::from::WhyUnknown;
    let name = export_name(&unknown.file, unknown.sheet.as_deref());
    let why = match &unknown.why {
        WhyUnknown::Unreadable(fault) => super::fault_of_file(fault),
        WhyUnknown::NoHeaders => both!(
            "ingen av de första 30 raderna har två rubriker som känns igen (till exempel personnummer och datum). Är det ingen tabell om ungdomar behövs den inte.",
            "none of the first 30 rows has two headers that are known (such as personnummer and datum). If it is no table about youths it is not needed."
        ),
        WhyUnknown::Lacks { kind, missing, row } => {
            let (kind, missing) = (kind.name(), missing.join(", "));
            both!(
                "rubrikerna på rad {row} passar ingen tabell. Närmast är {kind}, men {missing} hittades inte. Beskriv filen med en [[kalla]] om den behövs.",
                "the headers in row {row} fit no table. The nearest is {kind}, but {missing} was not found. Describe the file with a [[kalla]] if it is needed."
            )
        }
    };
    let (name_swedish, name_english) = (name.swedish, name.english);
    let (swedish, english) = (why.swedish, why.english);
    both!("  Okänd: {name_swedish}: {swedish}", "  Unknown: {name_english}: {english}")
}

/// The heading of what exports are proposed to be.
pub fn proposals_heading() -> Message {
    both!("Exporterna, som de står i {CONFIG} för granskning:", "The exports, as they stand in {CONFIG} for review:")
}

/// A table that every run needs was not among the exports.
pub fn no_export_of(kind: Kind) -> Message {
    let kind = kind.name();
    both!("  Saknas: ingen export är {kind}.", "  Missing: no export is {kind}.")
}

/// A path given to `--from` names no file.
pub fn no_such_export(path: &str) -> Message {
    both!(
        "{path} finns inte. Ange exporterna, eller mappen som de ligger i.",
        "{path} is not there. Name the exports, or the folder they are in."
    )
}
