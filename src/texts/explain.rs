//! What `kaa explain` says. The rules' own sentences, labels and remedies are in [`super::law`]; legal bases are cited as they
//! are written, in Swedish.

use chrono::NaiveDate;

use super::law::word;
use super::{Message, both};
use crate::explain::LaneKind;
use crate::records::{CredentialKind, Ground, Protection, Reason};
use crate::timeline::{Barrier, EducationKind, NoBridge, Uncounted};

/// Joins messages to one.
pub fn joined(parts: &[Message], between: &str) -> Message {
    let swedish: Vec<&str> = parts.iter().map(|part| part.swedish.as_str()).collect();
    let english: Vec<&str> = parts.iter().map(|part| part.english.as_str()).collect();
    Message { swedish: swedish.join(between), english: english.join(between) }
}

/// The question at the prompt.
pub fn prompt_number() -> Message {
    both!("Personnummer: ", "Personnummer: ")
}

/// What was read is no number.
pub fn bad_number(masked: &str, fault: &Message) -> Message {
    let (swedish, english) = (&fault.swedish, &fault.english);
    both!(
        "Det som lästes ({masked}) är inget personnummer: {swedish} Skriv ett personnummer på standard in, till exempel ÅÅÅÅMMDD-NNNN.",
        "What was read ({masked}) is no personnummer: {english} Write one personnummer on standard input, such as YYYYMMDD-NNNN."
    )
}

/// Nothing was read.
pub fn no_number() -> Message {
    both!(
        "Inget personnummer lästes. Skriv ett på standard in, till exempel ÅÅÅÅMMDD-NNNN.",
        "No personnummer was read. Write one on standard input, such as YYYYMMDD-NNNN."
    )
}

/// More than one line was read.
pub fn several_numbers(lines: usize) -> Message {
    both!(
        "{lines} rader lästes, väntade ett enda personnummer. Fråga om en person i taget.",
        "{lines} lines were read, expected a single personnummer. Ask about one person at a time."
    )
}

/// Something stood among the arguments, where others can see it.
pub fn number_in_arguments() -> Message {
    both!(
        "Personnumret läses från standard in eller en fråga i terminalen, aldrig från kommandoraden: den kan andra se. Kör kaa explain utan det.",
        "The personnummer is read from standard input or a prompt, never from the command line, which others can see. Run kaa explain without it."
    )
}

/// The sources cannot be read, and a run is used instead.
pub fn answers_from_run(folder: &str) -> Message {
    both!(
        "Källorna kan inte läsas. Svaret kommer ur körningen {folder}.",
        "The sources cannot be read. The answer comes from the run {folder}."
    )
}

/// Nobody of that number is known.
pub fn unknown_person(as_of: NaiveDate) -> Message {
    both!(
        "Personen finns inte i någon källa vid avstämningsdatum {as_of}, och omfattas därför inte.",
        "The person is in no source on the as-of date {as_of}, and is therefore not in the group."
    )
}

/// Why rows of someone of that age are not read.
pub fn out_of_scope() -> Message {
    both!(
        "Rader om den som är under 15, eller fyllde 21 för mer än två år sedan, läses inte.",
        "Rows about those under 15, or who turned 21 more than two years ago, are not read."
    )
}

/// What to do about an unknown person.
pub fn unknown_todo() -> Message {
    both!(
        "Kontrollera numret. Är ungdomen folkbokförd i kommunen: kontrollera uttaget ur folkbokföringen och Avvisade rader. Bor ungdomen här ändå: lägg ett undantag BOR_HAR.",
        "Check the number. If the youth is registered here: check the folkbokforing extract and the rejected rows. If the youth lives here all the same: add an undantag BOR_HAR."
    )
}

/// The answer for a member.
pub fn answer_member(since: NaiveDate, reason: Reason) -> Message {
    let Message { swedish, english } = word(reason);
    both!("Omfattas sedan {since}. Orsak: {swedish}.", "In the group since {since}. Reason: {english}.")
}

/// The answer for someone who is out and was in before.
pub fn answer_left(since: NaiveDate, why: &Message) -> Message {
    let (swedish, english) = (&why.swedish, &why.english);
    both!("Omfattas inte sedan {since}: {swedish}.", "Not in the group since {since}: {english}.")
}

/// The answer for someone who is out and, as far as is known, never was in.
pub fn answer_never(why: &Message) -> Message {
    let (swedish, english) = (&why.swedish, &why.english);
    both!(
        "Omfattas inte, och har inte omfattats så långt källorna når: {swedish}.",
        "Not in the group, and never was as far as the sources reach: {english}."
    )
}

/// Why someone is out, when only an earlier run is there to tell.
pub fn why_in_run(ground: Option<Ground>) -> Message {
    match ground {
        Some(ground) => word(ground),
        None => both!("körningen har ingen period som pågår", "the run has no open spell"),
    }
}

/// What keeps someone out, as the end of a sentence.
pub fn why_out(barrier: Barrier) -> Message {
    match barrier {
        Barrier::CoordinationNumber => both!(
            "har samordningsnummer och är alltså inte folkbokförd",
            "has a samordningsnummer, so is not folkbokförd"
        ),
        Barrier::NotResident => both!("är inte folkbokförd i kommunen", "is not folkbokförd in the municipality"),
        Barrier::Turned20 => both!("har fyllt 20 år", "has turned 20"),
        Barrier::CompulsorySchooling => both!("har skolplikt", "compulsory schooling has not ended"),
        Barrier::Completed => both!("har fullföljt sin utbildning", "has completed the education"),
        Barrier::InEducation => both!("går en utbildning som räknas", "is in an education that counts"),
        Barrier::Bridged => {
            both!("är i ett uppehåll som inte räknas som tid i gruppen", "is in a gap that is no time in the group")
        }
    }
}

/// Out by an admission only, as the end of a sentence.
pub fn why_admitted() -> Message {
    both!("är antagen till en utbildning", "is admitted to an education")
}

/// Dead, as the end of a sentence.
pub fn why_died() -> Message {
    both!("är avliden", "is dead")
}

/// Rule 1: the number has changed.
pub fn found_number_changed() -> Message {
    both!(
        "Personen har haft ett annat nummer. Rader under alla nummer hör till samma person.",
        "The person has had another number. Rows under every number belong to the same person."
    )
}

/// Rule 1: a samordningsnummer.
pub fn found_coordination_number() -> Message {
    both!("Numret är ett samordningsnummer.", "The number is a samordningsnummer.")
}

/// Rule 2: resident.
pub fn found_resident(since: Option<NaiveDate>) -> Message {
    match since {
        Some(since) => {
            both!("Folkbokförd i kommunen sedan {since}.", "Folkbokförd in the municipality since {since}.")
        }
        None => both!(
            "Folkbokförd i kommunen så långt källorna når.",
            "Folkbokförd in the municipality as far as the sources reach."
        ),
    }
}

/// Rule 2: not resident any more, or not yet.
pub fn found_not_resident(until: Option<NaiveDate>) -> Message {
    match until {
        Some(until) => both!(
            "Inte folkbokförd i kommunen; var det till och med {until}.",
            "Not folkbokförd in the municipality; was until {until}."
        ),
        None => both!(
            "Har inte varit folkbokförd i kommunen så långt källorna når.",
            "Was not folkbokförd in the municipality as far as the sources reach."
        ),
    }
}

/// Rule 2: dead.
pub fn found_died(day: NaiveDate) -> Message {
    both!("Avliden {day}.", "Died {day}.")
}

/// Rule 2: a snapshot lacks someone whom an earlier one had.
pub fn found_lacked(seen: NaiveDate, lacked: NaiveDate) -> Message {
    both!(
        "Fanns i uttaget ur folkbokföringen {seen} men saknas i uttaget {lacked}, och ingen ändring förklarar det.",
        "Was in the folkbokforing extract of {seen} but is missing in that of {lacked}, and no change explains it."
    )
}

/// Rule 3: of age.
pub fn found_of_age(compulsory_end: NaiveDate, turns_20: NaiveDate) -> Message {
    both!(
        "Skolplikten slutade {compulsory_end}; fyller 20 år {turns_20}.",
        "Compulsory schooling ended {compulsory_end}; turns 20 on {turns_20}."
    )
}

/// Rule 3: too young.
pub fn found_compulsory(until: NaiveDate) -> Message {
    both!("Har skolplikt till och med {until}.", "Compulsory schooling lasts until {until}.")
}

/// Rule 3: too old.
pub fn found_turned_20(day: NaiveDate) -> Message {
    both!("Fyllde 20 år {day}.", "Turned 20 on {day}.")
}

/// Rule 4: in education.
pub fn found_in_education(educations: &Message) -> Message {
    let (swedish, english) = (&educations.swedish, &educations.english);
    both!("I utbildning: {swedish}.", "In education: {english}.")
}

/// Rule 4: in no education.
pub fn found_no_education(last: Option<&Message>) -> Message {
    match last {
        Some(Message { swedish, english }) => both!(
            "Ingen utbildning som räknas. Den senaste: {swedish}.",
            "In no education that counts. The latest: {english}."
        ),
        None => both!(
            "Ingen utbildning som räknas, varken nu eller tidigare.",
            "In no education that counts, neither now nor earlier."
        ),
    }
}

/// Rule 2: by the coordinator's decision.
pub fn found_decided_residence(code: &str, from: NaiveDate, last: NaiveDate) -> Message {
    both!(
        "Enligt undantaget {code} {from}–{last}, som går före folkbokföringen.",
        "By the undantag {code} {from}–{last}, which goes before the population register."
    )
}

/// Rule 4: rows that do not count.
pub fn found_uncounted(rows: &Message) -> Message {
    let (swedish, english) = (&rows.swedish, &rows.english);
    both!("Räknas inte som utbildning: {swedish}.", "Does not count as education: {english}.")
}

/// Why a row does not count as an education.
pub fn uncounted(row: Uncounted<'_>) -> Message {
    let counts = row.level_counts();
    match row {
        Uncounted::Compulsory(row) => {
            let (Message { swedish, english }, start) = (word(row.form), row.start);
            both!("{swedish} sedan {start}", "{english} since {start}")
        }
        Uncounted::Adult(row) if counts => {
            let start = row.start;
            both!(
                "komvux sedan {start}, under den omfattning som kommunen kräver",
                "komvux since {start}, below the extent that the municipality asks for"
            )
        }
        Uncounted::Adult(row) => {
            let (Message { swedish, english }, start) = (word(row.level), row.start);
            both!("komvux sedan {start}, {swedish}", "komvux since {start}, {english}")
        }
        Uncounted::Folk(row) => {
            let (Message { swedish, english }, start) = (word(row.kind), row.start);
            match row.level.map(word) {
                Some(level) => {
                    let (level_swedish, level_english) = (level.swedish, level.english);
                    both!("{swedish} sedan {start}, {level_swedish}", "{english} since {start}, {level_english}")
                }
                None => both!(
                    "{swedish} sedan {start}, utan uppgift om nivå (fråga folkhögskolan)",
                    "{english} since {start}, of unknown level (ask the folk high school)"
                ),
            }
        }
        Uncounted::Admission(row) => {
            let date = row.date;
            if row.term_start.is_none() {
                both!("antagningen {date}, som saknar terminsstart", "the admission of {date}, without a start of term")
            } else {
                both!(
                    "antagningen {date}, som en senare rad gjorde ogiltig",
                    "the admission of {date}, which a later row undid"
                )
            }
        }
    }
}

/// Rule 5: the latest education was interrupted.
pub fn found_interrupted(last: NaiveDate) -> Message {
    both!("Utbildningen avbröts; sista dagen var {last}.", "The education was interrupted; its last day was {last}.")
}

/// Rule 5: a report removed or ended an enrolment.
pub fn found_overruled(label: &str, day: NaiveDate) -> Message {
    both!(
        "Rapporten {label} den {day} går före placeringen i elevregistret.",
        "The report {label} of {day} goes before the enrolment in the student register."
    )
}

/// Rule 6: a bridge to something known.
pub fn found_bridge(from: NaiveDate, last: NaiveDate, to: &Message) -> Message {
    let (swedish, english) = (&to.swedish, &to.english);
    both!("Uppehåll {from}–{last}, fram till {swedish}.", "A gap {from}–{last}, up to {english}.")
}

/// Rule 6: an undecided summer.
pub fn found_summer(from: NaiveDate) -> Message {
    both!(
        "Sommaruppehåll sedan {from}. Ingen fortsättning är känd ännu.",
        "Summer since {from}. No continuation is known yet."
    )
}

/// Rule 6: why the gap is no bridge.
pub fn found_no_bridge(from: NaiveDate, why: NoBridge) -> Message {
    let why = match why {
        NoBridge::Interrupted => both!("utbildningen avbröts", "the education was interrupted"),
        NoBridge::EndedWithoutDiploma => {
            both!("utbildningen slutade utan examen", "the education ended without a diploma")
        }
        NoBridge::TooLong(day) => both!("nästa kommer först {day}", "the next comes only on {day}"),
        NoBridge::NothingFollows => both!("ingen fortsättning är känd", "no continuation is known"),
    };
    let (swedish, english) = (why.swedish, why.english);
    both!(
        "Tiden från {from} är inget uppehåll: {swedish}.",
        "The time from {from} is no gap between educations: {english}."
    )
}

/// Rule 7: completed.
pub fn found_completed(kind: CredentialKind, day: NaiveDate) -> Message {
    let Message { swedish, english } = word(kind);
    both!("{swedish}, {day}.", "{english}, {day}.")
}

/// Rule 7: not completed.
pub fn found_not_completed(other: &[(CredentialKind, NaiveDate)]) -> Message {
    let listed: Vec<Message> = other.iter().map(|&(kind, day)| credential_on(kind, day)).collect();
    if listed.is_empty() {
        return both!("Inget bevis är känt.", "No credential is known.");
    }
    let Message { swedish, english } = joined(&listed, ", ");
    both!("Inget bevis som fullföljer: {swedish}.", "No completing credential: {english}.")
}

/// Rule 8: a member.
pub fn found_member() -> Message {
    both!("Alla villkor är uppfyllda.", "Every condition holds.")
}

/// Rule 8: no member.
pub fn found_no_member(rules: &str) -> Message {
    both!("Hindras av {rules}.", "Kept out by {rules}.")
}

/// Rule 9: why the spell begins.
pub fn found_reason(reason: Reason, from: NaiveDate) -> Message {
    let Message { swedish, english } = word(reason);
    both!("{swedish}; perioden börjar {from}.", "{english}; the spell begins {from}.")
}

/// Rule 10: why the last spell ended.
pub fn found_ground(ground: Ground, last: NaiveDate) -> Message {
    let Message { swedish, english } = word(ground);
    both!("{swedish}; sista dagen i gruppen var {last}.", "{english}; the last day in the group was {last}.")
}

/// The name of a kind of education inside a sentence.
pub fn education_kind(kind: EducationKind, adapted: bool) -> Message {
    match kind {
        EducationKind::National if adapted => both!("anpassad gymnasieskola", "adapted upper-secondary school"),
        EducationKind::National => both!("gymnasieskola", "upper-secondary school"),
        EducationKind::Introductory => both!("introduktionsprogram", "an introductory programme"),
        EducationKind::Adult => both!("komvux på gymnasial nivå", "komvux at upper-secondary level"),
        EducationKind::FolkHighSchool => {
            both!("folkhögskola på gymnasial nivå", "folk high school at upper-secondary level")
        }
        EducationKind::Decided => both!("utbildning enligt undantag", "education by the coordinator's decision"),
        EducationKind::AdmittedNational => both!("antagen till gymnasieskolan", "admitted to upper-secondary school"),
        EducationKind::AdmittedIntroductory => {
            both!("antagen till introduktionsprogram", "admitted to an introductory programme")
        }
    }
}

/// Days from one to another, or with an open end.
pub fn from_till(from: Option<NaiveDate>, last: Option<NaiveDate>) -> Message {
    let from = from.map(|day| day.to_string()).unwrap_or_default();
    match last {
        Some(last) => both!("{from}–{last}", "{from}–{last}"),
        None => both!("{from}– (öppen)", "{from}– (open)"),
    }
}

/// A credential that a gap leads to.
pub fn credential_on(kind: CredentialKind, day: NaiveDate) -> Message {
    let Message { swedish, english } = word(kind);
    both!("{swedish} {day}", "{english} {day}")
}

/// Member: when the responsibility ends at the latest.
pub fn change_at_20(day: NaiveDate) -> Message {
    both!(
        "Ansvaret upphör senast {day}, då ungdomen fyller 20 år; tidigare vid en utbildning som räknas, en examen eller en flytt.",
        "The responsibility ends on {day} at the latest, when the youth turns 20; earlier by an education that counts, a diploma or a move."
    )
}

/// Compulsory schooling: from when on.
pub fn change_after_compulsory(from: NaiveDate) -> Message {
    both!(
        "Omfattas tidigast från {from}, om ingen utbildning följer. Upphör skolplikten tidigare eller senare: lägg en rad i tabellen grundskola.",
        "In the group from {from} at the earliest, if no education follows. If compulsory schooling ends earlier or later: add a row in the table grundskola."
    )
}

/// A samordningsnummer: what would say otherwise.
pub fn change_coordination_number() -> Message {
    both!(
        "Folkbokförs personen och får ett personnummer: Navets ändring NYTT_PERSONNUMMER för historiken vidare.",
        "If the person is registered and gets a personnummer: Navet's change NYTT_PERSONNUMMER carries the history over."
    )
}

/// Not resident: what would say otherwise.
pub fn change_residence() -> Message {
    both!(
        "Bor ungdomen i kommunen ändå: rätta i folkbokföringen, eller lägg ett undantag BOR_HAR från ... till och med ...",
        "If the youth lives here all the same: correct the population register, or add an undantag BOR_HAR from ... to ..."
    )
}

/// Turned 20: nothing more.
pub fn change_none_after_20() -> Message {
    both!(
        "Inget: ansvaret är slut vid 20-årsdagen. Gör kvarstående avregistrering i KAA-registret.",
        "Nothing: the responsibility is over at 20. Deregister in the case register if that remains."
    )
}

/// Completed: only a mistake in the credentials.
pub fn change_completed() -> Message {
    both!(
        "Bara om beviset hör till någon annan eller är ett studiebevis: rätta i källan för betyg.",
        "Only if the credential is somebody else's or a study certificate: correct it in the source of betyg."
    )
}

/// In education with a planned end.
pub fn change_education_ends(last: NaiveDate, from: NaiveDate) -> Message {
    both!(
        "Utbildningen slutar {last} enligt källan. Följer ingen annan, och inget uppehåll, omfattas ungdomen från {from}.",
        "The education ends {last} by the source. If no other follows, and no bridged gap, the youth is in the group from {from}."
    )
}

/// In education without an end.
pub fn change_education_open() -> Message {
    both!(
        "Slutar ungdomen: skolan sätter slutdatum i elevregistret, eller rapporterar avbrott till hemkommunen; då omfattas ungdomen från den dagen.",
        "If the youth leaves: the school sets slutdatum in the student register, or reports to the home municipality; then the youth is in the group from that day."
    )
}

/// Bridged to something known.
pub fn change_bridge(from: NaiveDate) -> Message {
    both!(
        "Uteblir det som följer, omfattas ungdomen från {from}: skolan rapporterar EJ_PABORJAT, eller tar bort placeringen.",
        "If what follows fails to come, the youth is in the group from {from}: the school reports EJ_PABORJAT, or removes the enrolment."
    )
}

/// SAKNAR_SKOLUPPGIFT.
pub fn change_no_school_data(from: NaiveDate) -> Message {
    both!(
        "Om eleven finns vid en skola utanför samverkansområdet: lägg ett undantag UTBILDNING_UTANFOR_OMRADET från {from} (eller då studierna började) till och med terminens sista dag.",
        "If the youth attends a school outside the area: add an undantag UTBILDNING_UTANFOR_OMRADET from {from} (or the day the studies began) to the last day of term."
    )
}

/// PLACERING_FORSVUNNEN.
pub fn change_vanished(day: NaiveDate) -> Message {
    both!(
        "Om eleven går kvar: be skolan ta med placeringen i nästa uttag; då försvinner perioden från {day}. Annars: be om slutdatum.",
        "If the pupil is still there: ask the school to include the enrolment in the next extract; then the spell from {day} goes away. Else ask for a slutdatum."
    )
}

/// REGISTRET_OPPET.
pub fn change_register_open() -> Message {
    both!(
        "Om rapporten är fel och eleven går kvar: be skolan dra tillbaka den. Är den rätt: be skolan sätta slutdatum; svaret blir detsamma.",
        "If the report is wrong and the pupil is still there: have the school withdraw it. If right: have it set slutdatum; the answer stays the same."
    )
}

/// IB_VANTAR.
pub fn change_ib() -> Message {
    both!(
        "Kommer ett IB-diplom: lägg IB_DIPLOM i betyg, då är ungdomen ute från diplomets dag. Utan diplom: lägg IB_UTAN_DIPLOM.",
        "If an IB diploma comes: add IB_DIPLOM in betyg, then the youth is out from its date. Without one: add IB_UTAN_DIPLOM."
    )
}

/// FOLKBOKFORING_MOTSAGS.
pub fn change_contradicted(as_of: NaiveDate) -> Message {
    both!(
        "Säger folkbokföringen något annat än svaret ovan: lägg ett undantag BOR_HAR eller BOR_EJ_HAR från den rätta dagen till och med ett datum efter {as_of}.",
        "If the population register says otherwise: add an undantag BOR_HAR or BOR_EJ_HAR from the right day to a day after {as_of}."
    )
}

/// SKYDDAD_FOLKBOKFORING.
pub fn change_protected() -> Message {
    both!(
        "Hemkommun är den där ungdomen stadigvarande vistas. Är det en annan: lägg ett undantag BOR_EJ_HAR, efter rutinen för skyddade uppgifter.",
        "The home municipality is where the youth actually stays. If that is another: add an undantag BOR_EJ_HAR, by the routine for protected persons."
    )
}

/// ANTAGEN_PRELIMINART.
pub fn change_admitted(until: NaiveDate) -> Message {
    both!(
        "Antagningen räknas till och med {until}. Kommer ingen placering i elevregistret dessförinnan omfattas ungdomen därefter. Kom ungdomen aldrig: lägg EJ_PABORJAT i huvudmannarapport.",
        "The admission counts until {until}. If no enrolment has come by then, the youth is in the group after it. If the youth never came: add EJ_PABORJAT in huvudmannarapport."
    )
}

/// ANTAGEN_PRELIMINART on a spell that an admission ended.
pub fn change_ended_by_admission(day: NaiveDate) -> Message {
    both!(
        "Perioden slutade {day} bara genom en antagning. Kom ungdomen aldrig: lägg EJ_PABORJAT i huvudmannarapport, då fortsätter perioden.",
        "The spell ended {day} by an admission only. If the youth never came: add EJ_PABORJAT in huvudmannarapport, and the spell goes on."
    )
}

/// I_GRUNDSKOLA.
pub fn change_in_compulsory_school() -> Message {
    both!(
        "Har ungdomen förlängd skolplikt: lägg FORLANGD_SKOLPLIKT i grundskola, då är ungdomen ute. Rätt att slutföra: lägg RATT_ATT_SLUTFORA, då är ungdomen kvar.",
        "With prolonged compulsory schooling: add FORLANGD_SKOLPLIKT in grundskola, then the youth is out. With the right to complete: add RATT_ATT_SLUTFORA, then the youth stays in."
    )
}

/// FELAKTIGT_SLUTDATUM.
pub fn change_faulty_end() -> Message {
    both!(
        "En rad om ungdomen används inte. När slutdatumet är rättat i källan kan den hålla ungdomen utanför.",
        "A row about the youth is not used. Once its end date is mended in the source it can keep the youth out."
    )
}

/// SOMMAR_OAVGJORD.
pub fn change_summer(from: NaiveDate, decided: NaiveDate) -> Message {
    both!(
        "Utan känd utbildning efter {decided} omfattas ungdomen från {from}. Är det redan klart att ingen utbildning följer: lägg antagning EJ_SOKT eller EJ_ANTAGEN.",
        "Without a known education after {decided} the youth is in the group from {from}. If it is clear that none follows: add antagning EJ_SOKT or EJ_ANTAGEN."
    )
}

/// PLACERING_PASSERAD.
pub fn change_overdue(expected: NaiveDate) -> Message {
    both!(
        "Slutade eleven {expected} eller en annan dag: när skolan sätter slutdatum omfattas ungdomen från dagen efter, om ingen examen finns. Går eleven kvar: be om ett nytt beräknat slut.",
        "If the pupil left on {expected} or another day: once the school sets slutdatum the youth is in the group from the day after, unless there is a diploma. If still there: ask for a new beraknat_slut."
    )
}

/// What would change the answer when the student register has another name.
pub fn change_other_name() -> Message {
    both!(
        "Gäller placeringen någon annan: be skolan rätta personnumret, så räknas den inte längre här.",
        "If the enrolment is somebody else's: ask the school to correct the number, and it no longer counts here."
    )
}

/// RAPPORT_UTAN_PLACERING.
pub fn change_idle_report(day: NaiveDate) -> Message {
    both!(
        "Gäller rapporten den {day} elevens nuvarande placering: rätta skola eller skolenhetskod i rapporten, då omfattas ungdomen från rapportens dag.",
        "If the report of {day} is about the present enrolment: correct the school or its code in the report, and the youth is in the group from that day."
    )
}

/// The heading above everything.
pub fn heading(municipality: &str, as_of: NaiveDate) -> Message {
    both!("{municipality}, avstämningsdatum {as_of}", "{municipality}, as-of date {as_of}")
}

/// The line about the person.
pub fn person_line(number: &str, name: &str, age: u8) -> Message {
    let name = if name.is_empty() { String::new() } else { format!("  {name}") };
    both!("{number}{name}  ({age} år)", "{number}{name}  (aged {age})")
}

/// The number asked for is an older one.
pub fn older_number() -> Message {
    both!("Numret är bytt; personens nuvarande nummer visas.", "The number has changed; the present one is shown.")
}

/// The person's data are protected.
pub fn protected_person(protection: Protection) -> Message {
    let Message { swedish, english } = word(protection);
    both!(
        "Skyddade uppgifter ({swedish}): namn, adress och skola visas inte.",
        "Protected ({english}): name, address and school are not shown."
    )
}

/// Whether the flags have been looked into.
pub fn looked_into(until: NaiveDate) -> Message {
    both!("Utredd till och med {until} (undantag UTREDD).", "Looked into until {until} (undantag UTREDD).")
}

/// What the answer rests on: the sources.
pub fn basis_sources(compared: Option<&str>) -> Message {
    match compared {
        Some(run) => both!(
            "Underlag: källorna, med minne ur körningen {run}.",
            "Rests on: the sources, with the memory of the run {run}."
        ),
        None => both!(
            "Underlag: källorna. Det finns ingen tidigare körning att minnas.",
            "Rests on: the sources. There is no earlier run to remember."
        ),
    }
}

/// What the answer rests on: a run.
pub fn basis_run(run: &str) -> Message {
    both!(
        "Underlag: körningen {run}. Den minns perioderna och vad de vilar på, inte varje villkor för sig.",
        "Rests on: the run {run}. It remembers the spells and what they rest on, not each condition."
    )
}

/// A source that would hold a monthly run.
pub fn caveat(held: &Message) -> Message {
    let (swedish, english) = (&held.swedish, &held.english);
    both!("Förbehåll: {swedish}", "Caveat: {english}")
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $swedish:literal, $english:literal;)*) => {
        $($(#[$doc])* pub fn $name() -> Message { both!($swedish, $english) })*
    };
}

words! {
    /// Heading.
    title_timeline: "Tidslinje", "Timeline";
    /// Heading.
    title_rules: "Regler som avgjorde", "Rules that decided";
    /// Heading.
    title_flags: "Att titta på", "To look at";
    /// Heading.
    title_outlook: "Vad som skulle ändra svaret", "What would change the answer";
    /// Heading.
    title_spells: "Perioder i gruppen", "Spells in the group";
    /// Heading.
    title_changes: "Ändringar, efter när de upptäcktes", "Changes, by when they were detected";
    /// No spell.
    no_spells: "Inga så långt källorna når.", "None as far as the sources reach.";
    /// Nothing changed.
    no_changes: "Inga.", "None.";
    /// A condition that holds.
    outcome_holds: "uppfyllt", "holds";
    /// A condition that keeps the person out.
    outcome_bars: "hindrar", "keeps out";
    /// A rule that decided a reason or ground.
    outcome_decided: "avgjorde", "decided";
    /// A rule that needs a person's eye.
    outcome_note: "att se", "note";
    /// Before a rule's sentence.
    word_rule: "Regel:", "Rule:";
    /// Before a legal basis.
    word_basis: "Lagrum:", "Basis:";
    /// Before source rows.
    word_rows: "Rader:", "Rows:";
    /// Rests on the birth date alone.
    only_birth_date: "inga, bara födelsedatum", "none, only the date of birth";
    /// Rests on what the sources lack.
    no_row_says_so: "inga; ingen källa har någon rad om det", "none; no source has a row about it";
    /// What the words beside the rules mean.
    outcomes_meaning: "uppfyllt: villkoret för att omfattas håller; hindrar: håller ungdomen utanför", "holds: a condition of being in the group holds; keeps out: keeps the youth out";
    /// Before what to do.
    word_todo: "Gör så:", "Do:";
    /// Before what would change.
    word_changes: "Ändrar svaret:", "Would change:";
    /// A row that only the memory holds.
    from_memory: "ur minnet av tidigare uttag", "remembered from an earlier extract";
    /// Lane of the timeline.
    lane_resident: "folkbokförd", "resident";
    /// Lane of the timeline.
    lane_age: "ålder", "age";
    /// Lane of the timeline.
    lane_education: "utbildning", "education";
    /// Lane of the timeline.
    lane_completed: "slutförd", "completed";
    /// Lane of the timeline.
    lane_bridges: "bryggor", "bridges";
    /// Lane of the timeline.
    lane_group: "i gruppen", "in group";
    /// Still going on.
    ongoing: "pågår", "open";
    /// The registration date comes from the case register.
    by_case_register: "enligt KAA-registret", "by the case register";
    /// The month's letters from January on.
    months: "JFMAMJJASOND", "JFMAMJJASOND";
}

/// The name of a lane of the timeline.
pub fn lane(kind: LaneKind) -> Message {
    match kind {
        LaneKind::Resident => lane_resident(),
        LaneKind::Age => lane_age(),
        LaneKind::Education => lane_education(),
        LaneKind::Completed => lane_completed(),
        LaneKind::Bridges => lane_bridges(),
        LaneKind::Group => lane_group(),
    }
}

/// The lanes of the timeline by their constants, in order.
pub fn lanes() -> [(&'static str, Message); 6] {
    LaneKind::ALL.map(|kind| (kind.code(), lane(kind)))
}

/// What the signs of the drawing mean.
pub fn legend(holds: char, planned: char, provisional: char, other: char) -> Message {
    both!(
        "{holds} gäller   {planned} planerat   {provisional} preliminärt eller oavgjort   {other} gäller inte   ^ avstämning",
        "{holds} holds   {planned} planned   {provisional} provisional or undecided   {other} does not hold   ^ as-of date"
    )
}

/// The numbered line about an education below the drawing.
pub fn education_line(index: usize, education: &Message) -> Message {
    let (swedish, english) = (&education.swedish, &education.english);
    both!("utbildning {index}: {swedish}", "education {index}: {english}")
}

/// A spell with its dates.
pub fn spell_line(from: NaiveDate, last: &str, reason: Reason, ground: Option<Ground>) -> Message {
    let Message { swedish, english } = word(reason);
    let ground = ground
        .map(word)
        .map_or(both!("", ""), |Message { swedish, english }| both!("; ut: {swedish}", "; out: {english}"));
    let (ground_swedish, ground_english) = (ground.swedish, ground.english);
    both!("{from}–{last}  in: {swedish}{ground_swedish}", "{from}–{last}  in: {english}{ground_english}")
}

/// When a spell was registered and detected.
pub fn registered_line(registered: NaiveDate, how: &str, detected: NaiveDate) -> Message {
    let how = if how.is_empty() { String::new() } else { format!(" ({how})") };
    both!(
        "registrerad {registered}{how}, upptäckt av kaa {detected}",
        "registered {registered}{how}, detected by kaa {detected}"
    )
}

/// The former home municipality.
pub fn moved_from(code: &str) -> Message {
    both!("flyttade från kommun {code}", "moved from municipality {code}")
}

/// A change: when, what and how.
pub fn change_line(detected: NaiveDate, kind: &str, date: &str, cause: &str, before: &str, after: &str) -> Message {
    let values = if before.is_empty() && after.is_empty() { String::new() } else { format!(": {before} → {after}") };
    both!("{detected}  {kind} {date} {cause}{values}", "{detected}  {kind} {date} {cause}{values}")
}

/// Heading of the extract.
pub fn extract_title() -> Message {
    both!(
        "Registerutdrag enligt artikel 15 i dataskyddsförordningen",
        "Extract of the register under article 15 of the GDPR"
    )
}

/// Heading of the extract's rows.
pub fn extract_rows(count: usize) -> Message {
    both!(
        "Uppgifter i källorna ({count} rader), med kanoniska kolumnnamn",
        "Data in the sources ({count} rows), by canonical column names"
    )
}

/// Heading of the extract's memory.
pub fn extract_memory(run: Option<&str>) -> Message {
    match run {
        Some(run) => {
            both!("Vad programmet minns ur körningen {run}", "What the program remembers from the run {run}")
        }
        None => both!("Vad programmet minns", "What the program remembers"),
    }
}

/// Heading of the run folders.
pub fn extract_folders() -> Message {
    both!("Körningar som har rader om personen", "Runs that hold rows about the person")
}

/// A file of a run.
pub fn extract_holding(folder: &str, file: &str, rows: Option<usize>) -> Message {
    match rows {
        Some(rows) => both!("{folder}/{file}, rader: {rows}", "{folder}/{file}, rows: {rows}"),
        None => both!("{folder}/{file}: kunde inte genomsökas", "{folder}/{file}: could not be searched"),
    }
}

/// A remembered stay.
pub fn extract_stay(from: &str, seen: NaiveDate, lacked: &str) -> Message {
    let lacked_swedish = if lacked.is_empty() { String::new() } else { format!(", saknas i uttaget {lacked}") };
    let lacked_english =
        if lacked.is_empty() { String::new() } else { format!(", missing in the extract of {lacked}") };
    both!(
        "folkbokförd från {from}, senast sedd i uttaget {seen}{lacked_swedish}",
        "folkbokförd from {from}, last seen in the extract of {seen}{lacked_english}"
    )
}

/// Heading of what is not kept.
pub fn extract_not_kept() -> Message {
    both!("Vad som inte sparas", "What is not kept")
}

/// What is not kept, always.
pub fn not_kept() -> Vec<Message> {
    vec![
        both!(
            "Andra kolumner i källfilerna än de ovan läses inte och sparas inte.",
            "Columns of the source files other than those above are not read and not kept."
        ),
        both!(
            "Namn i elevregistret läses för att jämföras och sparas aldrig.",
            "Names in the student register are read to compare and never kept."
        ),
        both!(
            "Uppgifter om vårdnadshavare, medborgarskap, betygsvärden och fritext tas inte in (förordning 2006:39, 4 §).",
            "Data on guardians, citizenship, grades and free text are not taken in (förordning 2006:39, 4 §)."
        ),
        both!(
            "Uppgifter om hälsa, ursprung och brott är förbjudna och tas bort vid läsningen (förordning 2006:39, 5 §).",
            "Data on health, origin and crime are forbidden and removed at reading (förordning 2006:39, 5 §)."
        ),
        both!(
            "Rader som avvisats sparas bara som fil, rad och maskerat värde (avvisade_rader.csv).",
            "Rejected rows are kept only as file, row and masked value (avvisade_rader.csv)."
        ),
        both!(
            "Allt gallras senast vid utgången av det år då personen fyller 21 (förordning 2006:39, 7 §).",
            "Everything is deleted at the latest by the end of the year in which the person turns 21 (förordning 2006:39, 7 §)."
        ),
    ]
}

/// Columns of a file that were not read.
pub fn columns_not_read(file: &str, columns: &str) -> Message {
    both!("{file}, ej lästa kolumner: {columns}", "{file}, columns not read: {columns}")
}

/// Nothing is held.
pub fn nothing_held() -> Message {
    both!("Inget.", "Nothing.")
}

/// A row of the extract that is not used yet.
pub fn later_row() -> Message {
    both!("efter avstämningsdatum, används inte ännu", "after the as-of date, not used yet")
}

/// An extract lacks the row since.
pub fn lost_row(since: NaiveDate) -> Message {
    both!("saknas i uttag från {since}", "missing in extracts since {since}")
}
