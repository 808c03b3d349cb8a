//! Every figure of the board report, defined once: what it is called, what it counts and where that comes from.

/// A figure's definition.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    /// The stable id in `nyckeltal.csv` and on the sheet Metod.
    pub id: &'static str,
    /// The stable key in `nyckeltal.csv`.
    pub key: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it counts, exactly.
    pub sentence: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
}

macro_rules! definitions {
    ($($constant:ident = $id:literal $key:literal $name:literal: $sentence:literal, $source:literal;)*) => {
        $(#[doc = $name] pub const $constant: Definition =
            Definition { id: $id, key: $key, name: $name, sentence: $sentence, source: $source };)*
        /// Every definition, in the order of the report.
        pub const ALL: &[&Definition] = &[$(&$constant,)*];
    };
}

definitions! {
    GROUP = "NT-01" "grupp" "I gruppen på dagen":
        "Ungdomar som omfattas av aktivitetsansvaret den dag som anges. Vid ingången av halvåret: dagen före dess första dag.",
        "Skollagen 29 kap. 9 §";
    PERIOD = "NT-02" "perioden" "Omfattades någon gång":
        "De som var i gruppen minst en dag i halvåret. Den som lämnat och kommit tillbaka räknas en gång för varje period i gruppen.",
        "Skollagen 29 kap. 9 §; SCB:s insamling";
    ENTERED = "NT-03" "in" "Kom in i gruppen":
        "Perioder i gruppen vars första dag ligger i halvåret.",
        "Programmets avstämning";
    LEFT = "NT-04" "ut" "Lämnade gruppen":
        "Perioder i gruppen vars avregistreringsdag, dagen efter den sista, ligger i halvåret.",
        "Programmets avstämning";
    FIRST_DAY = "NT-39" "ut.forsta_dagen" "Lämnade på halvårets första dag":
        "De av dem som lämnade gruppen vars avregistreringsdag är halvårets första dag. Deras sista dag i gruppen var dagen före, så att de inte omfattades någon dag i halvåret.",
        "Programmets avstämning";
    GROUP_AGE = "NT-05" "grupp.alder" "Gruppen efter ålder":
        "Ålder i hela år på halvårets sista dag.",
        "Lag (1930:173)";
    GROUP_SEX = "NT-06" "grupp.kon" "Gruppen efter kön":
        "Juridiskt kön enligt personnumrets näst sista siffra.",
        "Folkbokföringslagen 18 §";
    GROUP_REASON = "NT-07" "grupp.orsak" "Gruppen efter orsak":
        "Varför perioden i gruppen började.",
        "Skolverket; Nacka 2019 s. 4; Tibro 2024 s. 8-11";
    PERIOD_AGE = "NT-08" "perioden.alder" "Alla under halvåret efter ålder":
        "Ålder på halvårets sista dag, för den som lämnat på sista dagen i gruppen.",
        "Lag (1930:173)";
    PERIOD_SEX = "NT-09" "perioden.kon" "Alla under halvåret efter kön":
        "Juridiskt kön enligt personnumrets näst sista siffra.",
        "Folkbokföringslagen 18 §";
    PERIOD_REASON = "NT-10" "perioden.orsak" "Alla under halvåret efter orsak":
        "Varför perioden i gruppen började.",
        "Skolverket; Nacka 2019 s. 4; Tibro 2024 s. 8-11";
    ENTERED_MONTH = "NT-11" "in.manad" "Kom in per månad":
        "Månaden för periodens första dag.",
        "Programmets avstämning";
    ENTERED_REASON = "NT-12" "in.orsak" "Kom in efter orsak":
        "Varför perioden i gruppen började.",
        "Skolverket; Nacka 2019 s. 4; Tibro 2024 s. 8-11";
    LEFT_MONTH = "NT-13" "ut.manad" "Lämnade per månad":
        "Månaden för avregistreringsdagen.",
        "Programmets avstämning";
    LEFT_GROUND = "NT-14" "ut.grund" "Lämnade efter grund":
        "Grund för avregistrering.",
        "Tibro 2024 s. 20-21; skollagen 29 kap. 9 §";
    CONTACT = "NT-15" "grupp.kontakt" "Gruppen efter kontakt":
        "Nådda: ungdomen har svarat någon gång i perioden (även ett nej), eller vårdnadshavaren medan ungdomen var under 18. En kontakt högst 30 dagar före perioden räknas till den.",
        "Tibro 2024 s. 14-15; skollagen 29 kap. 9 §";
    UNREACHED = "NT-16" "ej_nadda.forsok" "De som inte nåtts":
        "Försök utan svar: minst ett kontaktförsök i perioden men inget svar. Aldrig kontaktade: inget försök.",
        "Tibro 2024 s. 14-15; Skolinspektionen 2014, 2018";
    DAYS = "NT-17" "grupp.dagar" "Dagar till första kontakt":
        "För de nådda i gruppen på sista dagen: dagar från periodens första dag till första kontakten, 0 om kontakten togs före. Median, och kvartiler som mått på spridningen. Visas inte under tio personer.",
        "Skolinspektionen 2014, 2018";
    TERM = "NT-18" "frist" "Fristen för kontakt gick ut":
        "Perioder i gruppen vars frist enligt planen, räknad från periodens första dag, gick ut under halvåret medan ungdomen var kvar i gruppen.",
        "Kommunens plan";
    TERM_OUTCOME = "NT-19" "frist.utfall" "Nådda inom fristen":
        "Av dem vars frist gick ut: om en kontakt fanns senast på fristens sista dag.",
        "Kommunens plan";
    KNOWN = "NT-20" "grupp.sysselsattning" "Känd sysselsättning":
        "Om den senaste uppgiften i perioden säger vad ungdomen gör, också när svaret är ingenting. Ungdomens senaste svar och den senaste uppgiften på annat sätt jämförs; är den ena okänd gäller den andra.",
        "Skollagen 29 kap. 9 §; Tibro 2024 s. 15";
    KNOWN_HOW = "NT-21" "kand.genom" "Hur sysselsättningen är känd":
        "Om den senaste uppgiften kom från ungdomen själv (under 18 även vårdnadshavaren) vid en kontakt, eller på annat sätt.",
        "SCB:s insamling (kännedom); Tibro 2024 s. 15";
    KNOWN_WHAT = "NT-22" "kand.art" "Vad ungdomarna gör":
        "Den senaste kända sysselsättningen.",
        "Skolverket 2022; Kolada N18744-45";
    OFFERED = "NT-23" "grupp.erbjudna" "Erbjudna en åtgärd":
        "Gruppen på sista dagen: om något erbjudits vid ett kontaktförsök i perioden, eller en åtgärd påbörjats i den.",
        "Essunga 2016, Mål";
    FLAGGED = "NT-24" "grupp.utreda" "Uppgifter att utreda":
        "Gruppen på sista dagen: om perioden har en flagga som säger att en människa måste titta på den.",
        "Programmets avstämning";
    MEASURED = "NT-25" "perioden.atgard" "I minst en åtgärd":
        "Alla under halvåret: om en åtgärd pågick någon dag i halvåret medan ungdomen var i gruppen.",
        "Kolada N18746, räknat på halvåret";
    STARTED = "NT-26" "atgarder.startade" "Påbörjade åtgärder":
        "Åtgärder med startdatum i halvåret, för ungdomar i gruppen.",
        "SCB:s insamling, block 3";
    STARTED_CONTENT = "NT-27" "atgarder.innehall" "Påbörjade efter innehåll":
        "Åtgärdens innehåll.",
        "Kolada N18746; Tibro 2024 s. 15";
    STARTED_OFFER = "NT-28" "atgarder.insats" "Påbörjade efter insats":
        "Kommunens egna insatser enligt planen.",
        "Kommunens plan";
    ENDED = "NT-29" "atgarder.avslutade" "Avslutade åtgärder":
        "Åtgärder med slutdatum i halvåret, för ungdomar i gruppen när åtgärden började.",
        "SCB:s insamling, block 4";
    ENDED_GROUND = "NT-30" "atgarder.grund" "Avslutade efter grund":
        "Varför åtgärden avslutades.",
        "SCB:s insamling, block 4";
    ENDED_RESULT = "NT-31" "atgarder.efter" "Sysselsättning efter åtgärden":
        "Vad ungdomen gjorde när åtgärden avslutats.",
        "Skolverket 2019; SCB:s insamling, block 4";
    EVALUATED = "NT-32" "atgarder.utvarderade" "Utvärderade åtgärder":
        "Av de avslutade: om åtgärden utvärderats.",
        "Skolverkets allmänna råd, Tibro 2024 s. 18; Essunga 2016, Mål";
    RETURN = "NT-33" "atergang" "Avslutade åtgärder efter avbrott":
        "Ungdomar med orsaken avbrutit gymnasiet och en åtgärd av kommunen, inte av annan aktör, som avslutades i halvåret. Den sist avslutade räknas.",
        "Nacka 2019 s. 3";
    RETURN_RESULT = "NT-34" "atergang.utfall" "Åter i studier eller arbete":
        "Av dem: om sysselsättningen efter åtgärden är studier (nationellt program, introduktionsprogram, komvux, folkhögskola, andra studier) eller arbete.",
        "Nacka 2019 s. 3";
    KOLADA_SHARE = "NT-35" "kolada.N18741" "Andel av invånarna 16-19 år":
        "Alla som omfattades någon gång under läsåret (juli-juni), delat med kommunens invånare 16-19 år den 31 december enligt SCB.",
        "Kolada N18741";
    KOLADA_MOVED = "NT-36" "kolada.N18742" "Avregistrerade till följd av flytt":
        "De som under läsåret lämnade gruppen som utflyttade eller utvandrade, delat med alla som omfattades under läsåret.",
        "Kolada N18742";
    KOLADA_PROGRAMME = "NT-37" "kolada.N18743" "Avregistrerade till nationellt program":
        "De som under läsåret lämnade gruppen för ett nationellt program, delat med alla som omfattades under läsåret.",
        "Kolada N18743";
    KOLADA_MEASURE = "NT-38" "kolada.N18746" "I minst en åtgärd under läsåret":
        "De som under läsåret hade minst en åtgärd medan de var i gruppen, delat med alla som omfattades under läsåret.",
        "Kolada N18746";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_own_id_key_and_name() {
        for (at, one) in ALL.iter().enumerate() {
            for other in &ALL[at + 1..] {
                assert!(one.id != other.id && one.key != other.key && one.name != other.name, "{one:?} {other:?}");
            }
            assert!(one.sentence.ends_with('.') && !one.source.is_empty(), "{one:?}");
        }
    }
}
