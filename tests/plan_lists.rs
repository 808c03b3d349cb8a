//! The lists that single plans name, each on in its own profile and absent otherwise.

mod support;

use std::fs;
use std::path::Path;

use kaa::config::Config;
use support::{CONFIG, REGISTER_HEADER, Workspace, registered, youth};

const AS_OF: &str = support::AS_OF;
const PUPILS: &str = "personnummer;skolform;studievag;skola;skolkommun;startdatum;slutdatum;avbrottsorsak";
const COURSES: &str = "personnummer;niva;startdatum;slutdatum;avbrottsdatum;omfattning;kurs;anordnare";
const PLAN_SHEETS: [(&str, &str); 4] = [
    ("tibro", "Studerar på komvux"),
    ("essunga", "Erbjudna och kartlagda"),
    ("nacka", "Nyanlända utan plats"),
    ("vara", "Andra kommuners avhopp"),
];

/// The text of a shipped profile.
fn profile(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(format!("{name}.toml"));
    fs::read_to_string(path).expect("a profile")
}

/// A workspace of the invented Tibro with one list turned on.
fn with(list: &str) -> Workspace {
    let workspace = Workspace::empty();
    workspace.config_with(&format!("[listor]\n{list} = true\n"));
    workspace
}

fn pupil(nth: u64) -> String {
    format!("{};GY;NA25;Östra gymnasiet;1472;2024-08-19;;", youth(nth))
}

fn people() -> Vec<String> {
    (1..=9).map(registered).collect()
}

/// The columns of a sheet, row by row.
fn shown<const N: usize>(workspace: &Workspace, sheet: &str, headers: [&str; N]) -> Vec<[String; N]> {
    let rows = workspace.sheet(AS_OF, "avstamning.xlsx", sheet);
    rows.iter().map(|row| headers.map(|header| row[header].clone())).collect()
}

fn hyphenated(nth: u64) -> String {
    let digits = youth(nth);
    format!("{}-{}", &digits[..8], &digits[8..])
}

#[test]
fn each_profile_turns_on_its_own_list_and_no_other() {
    for (name, sheet) in PLAN_SHEETS {
        let text = profile(name);
        let workspace = Workspace::empty();
        // The name of the run's folder is that of the invented Tibro.
        let code = text.lines().find(|line| line.starts_with("kod = ")).expect("a code");
        let called = text.lines().find(|line| line.starts_with("namn = ")).expect("a name");
        workspace.config(&text.replacen(code, "kod = \"1472\"", 1).replacen(called, "namn = \"Tibro\"", 1));
        workspace
            .month(AS_OF, &[("folkbokforing", REGISTER_HEADER, people()), ("elevregister", PUPILS, vec![pupil(1)])]);
        let sheets = workspace.sheets(AS_OF, "avstamning.xlsx");
        for (_, other) in PLAN_SHEETS {
            assert_eq!(sheets.iter().any(|found| found == other), other == sheet, "{name}: {other}");
        }
        assert_eq!(workspace.run_folder(AS_OF).join("ike.xlsx").exists(), name == "tibro", "{name}");
        let at = text.find("[listor]").expect("the section");
        assert!(
            text[..at].ends_with('\n') && text[at..].lines().nth(1).is_some_and(|line| line.starts_with("# ")),
            "{name}"
        );
    }
}

#[test]
fn without_the_section_there_is_no_such_sheet_and_an_unknown_list_is_refused() {
    let workspace = Workspace::empty();
    workspace.month(AS_OF, &[("folkbokforing", REGISTER_HEADER, people()), ("elevregister", PUPILS, vec![pupil(1)])]);
    let sheets = workspace.sheets(AS_OF, "avstamning.xlsx");
    assert!(PLAN_SHEETS.iter().all(|(_, name)| !sheets.iter().any(|sheet| sheet == name)), "{sheets:?}");
    let unknown = Config::parse(&format!("{CONFIG}[listor]\nkomvuxa = true\n"), Path::new("."));
    assert!(unknown.is_err());
}

/// "säkerställa att ungdomar (som annars skulle tillhöra KAA) fortsatt studerar på gymnasial nivå. Dessa ungdomar
/// erbjuds även busskort under förutsättning att ungdomen fortsatt studerar" (Tibro, s. 14).
#[test]
fn still_studying_at_komvux_is_whom_komvux_alone_keeps_out_of_the_group() {
    let course = |nth, level, rest: &str| format!("{};{level};{rest};Komvux Skövde", youth(nth));
    let workspace = with("komvux");
    let courses = vec![
        course(2, "GYMNASIAL", "2026-08-17;2026-12-18;;50;Matematik 2b"),
        course(2, "GYMNASIAL", "2026-10-26;2027-01-15;;50;Engelska 6"),
        // Ended, broken off, another level, and beside gymnasieskolan.
        course(3, "GYMNASIAL", "2026-08-17;2026-10-16;;100;Historia 1b"),
        course(4, "GYMNASIAL", "2026-08-17;2026-12-18;2026-11-02;100;Historia 1b"),
        course(5, "SFI", "2026-08-17;2026-12-18;;100;"),
        course(1, "GYMNASIAL", "2026-08-17;2026-12-18;;25;Matematik 2b"),
    ];
    workspace.month(
        AS_OF,
        &[
            ("folkbokforing", REGISTER_HEADER, people()),
            ("elevregister", PUPILS, vec![pupil(1)]),
            ("vuxenutbildning", COURSES, courses),
        ],
    );
    let headers = ["Personnummer", "Anordnare", "Kurser", "Började", "Slutar", "Omfattning, %", "Uppgift från"];
    let expected =
        [&hyphenated(2), "Komvux Skövde", "Engelska 6, Matematik 2b", "2026-08-17", "2027-01-15", "100", "2026-11-20"];
    assert_eq!(shown(&workspace, "Studerar på komvux", headers), [expected]);
    assert!(!workspace.group().contains(&youth(2)));
}

/// "Alla ungdomar ... ska kartläggas. Dessa ungdomar ska kontaktas och erbjudas individuella åtgärder" (Essunga, Mål).
#[test]
fn offered_and_mapped_says_for_each_member_what_is_left_to_do() {
    let workspace = with("erbjudna");
    let attempt = |nth, rest: &str| format!("{};{rest}", youth(nth));
    workspace.month(
        AS_OF,
        &[
            ("folkbokforing", REGISTER_HEADER, people()),
            ("elevregister", PUPILS, (5..=9).chain([1]).map(pupil).collect()),
            (
                "kontakter",
                "personnummer;datum;kontaktsatt;utfall;sysselsattning;erbjudande",
                vec![
                    attempt(2, "2026-09-01;TELEFON;KONTAKT;ARBETE;J"),
                    attempt(3, "2026-09-02;TELEFON;KONTAKT;OKAND;N"),
                    attempt(4, "2026-09-03;BREV;SKICKAT;;"),
                ],
            ),
            ("atgarder", "personnummer;startdatum;innehall", vec![attempt(3, "2026-09-14;VAGLEDNING")]),
        ],
    );
    let headers = ["Personnummer", "Kontaktad", "Erbjuden", "Kartlagd", "Sysselsättning", "Pågående åtgärd"];
    assert_eq!(
        shown(&workspace, "Erbjudna och kartlagda", headers),
        [
            [&hyphenated(2), "2026-09-01", "2026-09-01", "2026-09-01", "Arbete", ""],
            [&hyphenated(3), "2026-09-02", "2026-09-14", "Nej", "", "Studie- och yrkesvägledning"],
            [&hyphenated(4), "Nej", "Nej", "Nej", "", ""],
        ]
    );
}

/// "Aktivitetsansvaret hjälper till med att bevaka lediga platser samt beviljar vuxenstudier om ingen studieplats
/// hittas" (Nacka, 5.7).
#[test]
fn newly_arrived_without_a_place_are_the_members_who_immigrated() {
    let workspace = with("nyanlanda");
    let arrived = |nth, day: &str| registered(nth).replace("2008-02-01;;", &format!("{day};{day};"));
    let people = [1].map(registered).into_iter().chain((2..=4).map(|nth| arrived(nth, &format!("2026-0{nth}-02"))));
    workspace.month(
        AS_OF,
        &[
            ("folkbokforing", REGISTER_HEADER, people.chain([registered(5)]).collect()),
            // One has got a place on språkintroduktion.
            (
                "elevregister",
                PUPILS,
                vec![pupil(1), pupil(4).replace("NA25", "IMS").replace("2024-08-19", "2026-08-17")],
            ),
            ("vuxenutbildning", COURSES, vec![format!("{};SFI;2026-08-17;;;;;Sfi Nacka", youth(3))]),
            ("antagning", "personnummer;status;datum", vec![format!("{};RESERV;2026-08-10", youth(2))]),
        ],
    );
    let headers = ["Personnummer", "I gruppen från", "Senaste antagning", "Pågående vuxenstudier"];
    let expected =
        [[&hyphenated(2), "2026-02-02", "Reserv", ""], [&hyphenated(3), "2026-03-02", "", "Svenska för invandrare"]];
    assert_eq!(shown(&workspace, "Nyanlända utan plats", headers), expected);
    assert!(workspace.group().contains(&youth(5)), "a member who did not immigrate is on no such list");
}

/// "Elever som tillhör annan kommun rapporteras till hemkommunen av skoladministratör" (Vara).
#[test]
fn other_municipalities_pupils_who_dropped_out_here_stand_by_home_municipality() {
    let workspace = with("andra_kommuners_avhopp");
    let lives_in = |nth, code: &str| registered(nth).replace(";1472;", &format!(";{code};"));
    let left = |nth, end: &str, cause: &str| pupil(nth).replace(";;", &format!(";{end};{cause}"));
    let protected = lives_in(7, "1445").replace("SAKNAS", "SEKRETESSMARKERING");
    let people =
        vec![registered(1), lives_in(2, "1470"), lives_in(3, "1445"), lives_in(4, "1470"), registered(5), protected];
    let pupils = vec![
        pupil(1),
        left(2, "2026-10-02", "AVBROTT"),
        left(3, "2026-11-13", "AVBROTT"),
        // Changed school; of this municipality; unknown to the population register; another municipality's school.
        left(4, "2026-10-02", "BYTE"),
        left(5, "2026-10-02", "AVBROTT"),
        left(6, "2026-10-02", "AVBROTT"),
        left(7, "2026-10-02", "AVBROTT"),
        left(8, "2026-10-02", "AVBROTT").replace(";1472;", ";1496;"),
    ];
    let tables = |pupils| [("folkbokforing", REGISTER_HEADER, people.clone()), ("elevregister", PUPILS, pupils)];
    workspace.month("2026-10-20", &tables(vec![pupil(1)]));
    workspace.month(AS_OF, &tables(pupils));
    let name = "Sekretessa Hemligsson";
    let (missing, school) = ("Namn saknas i uttaget", "Östra gymnasiet");
    assert_eq!(
        shown(&workspace, "Andra kommuners avhopp", ["Hemkommun", "Personnummer", "Namn", "Skola", "Avbröt", "Ny"]),
        [
            ["Okänd", &hyphenated(6), missing, school, "2026-10-02", ""],
            ["SKYDD", &hyphenated(7), "SKYDD", "SKYDD", "2026-10-02", ""],
            ["1445", &hyphenated(3), name, school, "2026-11-13", "Ny"],
            ["1470", &hyphenated(2), name, school, "2026-10-02", ""],
        ]
    );
}
