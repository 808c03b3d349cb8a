//! What can stand at a key of a config or a layout, in a sentence that says what stands there instead.

use super::{Message, both};

/// One of these words, as they stand in TOML.
pub fn one_of(words: &[&str]) -> Message {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.split_last() {
        Some((last, [])) => as_it_is(last),
        Some((last, others)) => {
            let others = others.join(", ");
            both!("{others} eller {last}", "{others} or {last}")
        }
        None => as_it_is(""),
    }
}

/// What is written alike in every language.
pub fn as_it_is(text: &str) -> Message {
    both!("{text}", "{text}")
}

/// A whole number, both ends included.
pub fn number_between(least: u32, most: u32) -> Message {
    both!("ett tal från {least} till {most}", "a number from {least} to {most}")
}

/// A whole number that is not 0.
pub fn at_least_one() -> Message {
    both!("1 eller mer", "1 or more")
}

/// A civil day.
pub fn date() -> Message {
    both!("ett datum som \"2026-11-20\"", "a date like \"2026-11-20\"")
}

/// A day of every year.
pub fn day_of_year() -> Message {
    both!("en dag som \"06-30\"", "a day like \"06-30\"")
}

/// A length of time.
pub fn interval() -> Message {
    both!(
        "en tid som \"14 dagar\", \"2 veckor\" eller \"1 månad\"",
        "a time like \"14 dagar\", \"2 veckor\" or \"1 månad\" (days, weeks, months)"
    )
}

/// A half-year.
pub fn half_year() -> Message {
    both!("ett halvår som \"2026H1\"", "a half-year like \"2026H1\"")
}

/// The code of a municipality.
pub fn municipality() -> Message {
    both!("fyra siffror, till exempel \"1472\"", "four digits, for example \"1472\"")
}

// --- What the config is of ---

/// A config of one municipality or of several.
pub fn municipality_or_federation() -> Message {
    both!(
        "[kommun] med kod och namn, eller [forbund] med flera kommuner",
        "[kommun] with kod and namn, or [forbund] with several municipalities"
    )
}

/// Not both.
pub fn not_both() -> Message {
    both!("antingen [kommun] eller [forbund]", "either [kommun] or [forbund]")
}

/// The municipalities of a federation.
pub fn members() -> Message {
    both!("\"alla\" eller en lista med kommunkoder", "\"alla\" (all) or a list of municipality codes")
}

/// A federation has members.
pub fn at_least_one_member() -> Message {
    both!("minst en kommunkod", "at least one municipality code")
}

/// A code of the list of Sweden's municipalities.
pub fn real_municipality() -> Message {
    both!("en kod som en svensk kommun har", "the code of a Swedish municipality")
}

/// No municipality twice.
pub fn each_member_once() -> Message {
    both!("varje kommun en gång", "each municipality once")
}

/// A municipality's own folder in a federation.
pub fn folder_with_code() -> Message {
    both!(
        "en mapp med {{kod}} i, till exempel \"inbox/{{kod}}\"",
        "a folder with {{kod}} in it, for example \"inbox/{{kod}}\""
    )
}

/// No federation in a federation.
pub fn no_inner_federation() -> Message {
    both!("en kommun, inget förbund i förbundet", "a municipality, no federation in the federation")
}

/// Somewhere to read from.
pub fn sources() -> Message {
    both!("en mapp, eller minst en [[kalla]]", "a folder, or at least one [[kalla]]")
}

/// Somewhere for a federation to read from.
pub fn sources_of_federation() -> Message {
    both!(
        "en mapp, minst en [[kalla]], eller forbund.egen_mapp",
        "a folder, at least one [[kalla]], or forbund.egen_mapp"
    )
}

/// Somewhere to write.
pub fn output_folder() -> Message {
    both!("en mapp att skriva körningarna i", "a folder to write the runs in")
}

// --- Sources ---

/// The name of a source.
pub fn source_name() -> Message {
    both!("ett namn som ingen annan källa har", "a name that no other source has")
}

/// The kind of a source.
pub fn kind(nearest: &str) -> Message {
    both!("en tabell, kanske \"{nearest}\"", "a table, perhaps \"{nearest}\"")
}

/// A column of a kind.
pub fn column_of(kind: &str, nearest: &str) -> Message {
    both!("en kolumn i {kind}, kanske \"{nearest}\"", "a column of {kind}, perhaps \"{nearest}\"")
}

/// The form of a source's dates.
pub fn date_format() -> Message {
    both!("en form som \"%d/%m/%Y\"", "a form like \"%d/%m/%Y\"")
}

// --- The plan ---

/// A step of the ladder is taken in some way.
pub fn way_of_contact() -> Message {
    both!("minst ett kontaktsätt", "at least one way of contact")
}

/// What a step's time is counted from.
pub fn start_of_step() -> Message {
    both!("vad tiden räknas från", "what the time is counted from")
}

/// Both ends of a season or none.
pub fn both_ends_or_none() -> Message {
    both!("både fran och till, eller ingen av dem", "both fran and till, or neither of them")
}

/// When a step is taken.
pub fn one_time_of_step() -> Message {
    both!("högst en av inom, tidigast_efter och arstid", "at most one of inom, tidigast_efter and arstid")
}

/// When a follow-up is made.
pub fn time_of_follow_up() -> Message {
    both!("efter, dagar eller planen_sager", "efter, dagar or planen_sager")
}

/// When something of the calendar comes back.
pub fn time_of_entry() -> Message {
    both!(
        "en tid: varje_vecka, veckors_mellanrum, varje_manad, manadens_dag, vecka, dagar, manader eller ganger, eller planens ord i ord",
        "one time: varje_vecka, veckors_mellanrum, varje_manad, manadens_dag, vecka, dagar, manader or ganger, or the plan's words in ord"
    )
}

/// What a first day is of.
pub fn weeks_between() -> Message {
    both!("veckors_mellanrum i samma del", "veckors_mellanrum in the same part")
}

/// How often.
pub fn times() -> Message {
    both!("antal, eller minst med eller utan ett högre hogst", "antal, or minst with or without a higher hogst")
}

/// A job of the program, or none.
pub fn job(names: &[&str]) -> Message {
    let Message { swedish, english } = one_of(names);
    both!("{swedish}, eller inget jobb alls", "{english}, or no jobb at all")
}

/// The day of gallring.
pub fn purge_day() -> Message {
    both!(
        "en dag från \"02-02\", när SCB har fått sitt halvår, till \"12-01\"",
        "a day from \"02-02\", when SCB has its half-year, to \"12-01\""
    )
}

// --- The board and the archive ---

/// Days, or nothing said of them.
pub fn days_or_no_line() -> Message {
    both!("1 eller mer, eller ingen rad alls", "1 or more, or no line at all")
}

/// The inhabitants of a year.
pub fn inhabitants() -> Message {
    both!("ett år och ett antal, som 2025 = 812", "a year and a count, like 2025 = 812")
}

/// A public key of age.
pub fn public_key() -> Message {
    both!(
        "en öppen nyckel som börjar med age1, så som age-keygen -y skriver den",
        "a public key that begins with age1, as age-keygen -y writes it"
    )
}

/// Somebody who can read the archives.
pub fn recipients() -> Message {
    both!("minst en öppen nyckel, eller inget [arkiv] alls", "at least one public key, or no [arkiv] at all")
}

// --- Layouts ---

/// The column of the number of a person.
pub fn number_column() -> Message {
    both!("en kolumn med varde = \"personnummer\"", "one column with varde = \"personnummer\"")
}

/// The date of a block that has columns.
pub fn date_column(field: &str) -> Message {
    both!(
        "en kolumn med varde = \"{field}\", eftersom blocket finns",
        "a column with varde = \"{field}\", since there is the block"
    )
}

/// Room for a block in a file without headers.
pub fn room() -> Message {
    both!(
        "ett antal, eftersom filen saknar rubrikrad och kolumnerna är numrerade",
        "a count, since the file has no headers and its columns are numbered"
    )
}

/// The name of a column.
pub fn column_name() -> Message {
    both!("ett namn som ingen annan kolumn har", "a name that no other column has")
}

/// The fields of a block.
pub fn field_of(block: &str, fields: &[&str]) -> Message {
    let Message { swedish, english } = one_of(fields);
    both!("{swedish} i blocket {block}", "{english} in the block {block}")
}

/// What can be repeated.
pub fn repeatable() -> Message {
    both!(
        "det bara för personnummer, kommunkod och registreringsdatum när varje rad är en händelse",
        "that only for personnummer, kommunkod and registreringsdatum when each row is an event"
    )
}

/// The number of a person stands on each row.
pub fn repeated_number() -> Message {
    both!("true: utan personnummer hör raden till ingen", "true: without a personnummer the row is nobody's")
}

/// A column that has a day.
pub fn column_with_date() -> Message {
    both!("en kolumn med ett datum", "a column with a date")
}

/// A width.
pub fn width() -> Message {
    both!("ett antal tecken", "a number of characters")
}

/// A width to pad to.
pub fn width_to_pad() -> Message {
    both!(
        "ett antal tecken, eftersom utfyllnad eller sida är angiven",
        "a number of characters, since utfyllnad or sida is given"
    )
}

/// One character.
pub fn one_character() -> Message {
    both!("ett tecken, inte citattecken eller radslut", "one character, no quotation mark or line end")
}

/// A form of days whose width is the same each day.
pub fn layout_date() -> Message {
    both!(
        "en form med år, månad och dag med två siffror, till exempel \"%Y-%m-%d\"",
        "a form with the year, and month and day of two digits, for example \"%Y-%m-%d\""
    )
}

/// A list of codes.
pub fn code_list(nearest: &str) -> Message {
    both!("en kodlista, till exempel \"{nearest}\"", "a list of codes, for example \"{nearest}\"")
}

/// A constant of a list of codes.
pub fn constant(nearest: &str) -> Message {
    both!("ett värde, till exempel \"{nearest}\"", "a value, for example \"{nearest}\"")
}

/// A code that is not empty.
pub fn code() -> Message {
    both!("en kod", "a code")
}
