//! The changes in education for the inter-municipal compensation: "Uppföljning för hela målgruppen med fokus på avbrott,
//! skol- eller programbyten, reducerade program samt förlängd utbildning inom gymnasieskolan/anpassad gymnasieskola eller
//! gymnasiala studier vid vuxenutbildning sker vid en månadsavstämning runt den tjugonde i varje månad" (Tibro, s. 6).

mod support;

use std::fs;

use kaa::ike::EducationChangeKind;
use support::{REGISTER_HEADER, Workspace, registered, youth};

const BEFORE: &str = "2026-10-20";
const AS_OF: &str = support::AS_OF;
const ON: &str = "[ike]\npa = true\n";
const PUPILS: &str = "personnummer;skolform;studievag;skola;startdatum;slutdatum;beraknat_slut;avbrottsorsak;reducerat";
const COURSES: &str = "personnummer;niva;startdatum;slutdatum;avbrottsdatum;kurs;anordnare";
const REPORTS: &str = "personnummer;handelse;datum;skola";

/// What the sources hold of youth 2 on a day; youth 1 is a pupil to whom nothing happens.
#[derive(Clone, Default)]
struct Rows {
    pupils: Vec<&'static str>,
    courses: Vec<&'static str>,
    reports: Vec<&'static str>,
    protected: bool,
}

impl Rows {
    fn pupils(rows: &[&'static str]) -> Self {
        Self { pupils: rows.to_vec(), ..Self::default() }
    }

    fn courses(rows: &[&'static str]) -> Self {
        Self { courses: rows.to_vec(), ..Self::default() }
    }

    fn run_in(&self, workspace: &Workspace, as_of: &str) {
        let of_youth = |rows: &[&str]| rows.iter().map(|row| format!("{};{row}", youth(2))).collect::<Vec<_>>();
        let unchanged = format!("{};GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;N", youth(1));
        let skydd = |nth| if nth == 2 && self.protected { "SEKRETESSMARKERING" } else { "SAKNAS" };
        workspace.month(
            as_of,
            &[
                (
                    "folkbokforing",
                    REGISTER_HEADER,
                    (1..=9).map(|nth| registered(nth).replace("SAKNAS", skydd(nth))).collect(),
                ),
                ("elevregister", PUPILS, std::iter::once(unchanged).chain(of_youth(&self.pupils)).collect()),
                ("vuxenutbildning", COURSES, of_youth(&self.courses)),
                ("huvudmannarapport", REPORTS, of_youth(&self.reports)),
            ],
        );
    }
}

/// The list of the second of two months.
fn workspace(before: &Rows, now: &Rows) -> Workspace {
    let workspace = Workspace::empty();
    workspace.config_with(ON);
    before.run_in(&workspace, BEFORE);
    now.run_in(&workspace, AS_OF);
    workspace
}

/// The changes: `typ datum | fore | efter | kalla`.
fn changes(before: &Rows, now: &Rows) -> Vec<String> {
    let rows = workspace(before, now).list_on(AS_OF, "utbildning");
    let told = rows.into_iter().map(|row| {
        assert_eq!((row["personnummer"].clone(), row["kommunkod"].as_str()), (youth(2), "1472"));
        format!("{} {} | {} | {} | {}", row["typ"], row["datum"], row["fore"], row["efter"], row["kalla"])
    });
    told.collect()
}

const OPEN: &str = "GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;N";

#[test]
fn nothing_new_is_no_change() {
    let rows = Rows::pupils(&[OPEN]);
    assert_eq!(changes(&rows, &rows), [] as [&str; 0]);
}

#[test]
fn an_interruption_is_told_once_by_the_register_or_by_the_schools_report() {
    let broken_off = Rows::pupils(&["GY;NA25;Östra gymnasiet;2024-08-19;2026-11-06;2027-06-11;AVBROTT;N"]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &broken_off),
        ["AVBROTT 2026-11-06 | Östra gymnasiet, NA25 |  | elevregister"]
    );
    let reported = Rows { reports: vec!["AVBROTT;2026-11-09;Östra gymnasiet"], ..Rows::pupils(&[OPEN]) };
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &reported),
        ["AVBROTT 2026-11-09 | Östra gymnasiet, NA25 |  | huvudmannarapport"]
    );
    // What the run before told is not told again.
    let told = Rows::pupils(&["GY;NA25;Östra gymnasiet;2024-08-19;2026-10-02;2027-06-11;AVBROTT;N"]);
    assert_eq!(changes(&told, &told), [] as [&str; 0]);
    let told = Rows { reports: vec!["AVBROTT;2026-10-05;Östra gymnasiet"], ..Rows::pupils(&[OPEN]) };
    assert_eq!(changes(&told, &told), [] as [&str; 0]);
}

/// "då en elev inte kommer till den utbildning eleven har antagits till" (Tibro, s. 12) is an interruption too.
#[test]
fn a_place_that_was_never_taken_is_an_interruption() {
    let place = Rows::pupils(&["GY;EK25;Västra gymnasiet;2026-10-12;;2029-06-08;;N"]);
    let reported = Rows { reports: vec!["EJ_PABORJAT;2026-10-26;Västra gymnasiet"], ..place.clone() };
    assert_eq!(changes(&place, &reported), ["AVBROTT 2026-10-26 | Västra gymnasiet, EK25 |  | huvudmannarapport"]);
    let told = Rows {
        reports: vec!["EJ_PABORJAT;2026-09-07;Västra gymnasiet"],
        ..Rows::pupils(&["GY;EK25;Västra gymnasiet;2026-08-24;;2029-06-08;;N"])
    };
    assert_eq!(changes(&told, &told), [] as [&str; 0]);
}

#[test]
fn another_school_is_a_change_of_school_and_no_end_or_beginning() {
    let moved = Rows::pupils(&[
        "GY;NA25;Östra gymnasiet;2024-08-19;2026-10-30;2027-06-11;BYTE;N",
        "GY;NA25;Västra gymnasiet;2026-11-02;;2027-06-11;;N",
    ]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &moved),
        ["BYTE_SKOLA 2026-11-02 | Östra gymnasiet | Västra gymnasiet | elevregister"]
    );
    // Some registers write the new school over the old one.
    let written_over = Rows::pupils(&["GY;NA25;Västra gymnasiet;2024-08-19;;2027-06-11;;N"]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &written_over),
        ["BYTE_SKOLA 2026-11-20 | Östra gymnasiet | Västra gymnasiet | elevregister"]
    );
    // After an interruption the new one is new.
    let after_interruption = Rows::pupils(&[
        "GY;NA25;Östra gymnasiet;2024-08-19;2026-10-30;2027-06-11;AVBROTT;N",
        "GY;NA25;Västra gymnasiet;2026-11-02;;2027-06-11;;N",
    ]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &after_interruption),
        [
            "AVBROTT 2026-10-30 | Östra gymnasiet, NA25 |  | elevregister",
            "NY 2026-11-02 |  | Västra gymnasiet, NA25 | elevregister"
        ]
    );
}

#[test]
fn another_programme_is_a_change_in_the_same_row_or_in_the_next() {
    let next_row = Rows::pupils(&[
        "GY;NA25;Östra gymnasiet;2024-08-19;2026-10-30;2027-06-11;BYTE;N",
        "GY;EK25;Östra gymnasiet;2026-11-02;;2027-06-11;;N",
    ]);
    assert_eq!(changes(&Rows::pupils(&[OPEN]), &next_row), ["BYTE_PROGRAM 2026-11-02 | NA25 | EK25 | elevregister"]);
    let same_row = Rows::pupils(&["GY;EK25;Östra gymnasiet;2024-08-19;;2027-06-11;;N"]);
    assert_eq!(changes(&Rows::pupils(&[OPEN]), &same_row), ["BYTE_PROGRAM 2026-11-20 | NA25 | EK25 | elevregister"]);
    let both = Rows::pupils(&[
        "GY;NA25;Östra gymnasiet;2024-08-19;2026-10-30;2027-06-11;BYTE;N",
        "GY;EK25;Västra gymnasiet;2026-11-02;;2027-06-11;;N",
    ]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &both),
        [
            "BYTE_SKOLA 2026-11-02 | Östra gymnasiet | Västra gymnasiet | elevregister",
            "BYTE_PROGRAM 2026-11-02 | NA25 | EK25 | elevregister"
        ]
    );
}

#[test]
fn the_next_row_of_the_same_studies_is_no_change() {
    let next_year = Rows::pupils(&[
        "GY;NA25;Östra gymnasiet;2024-08-19;2026-10-30;2027-06-11;;N",
        "GY;NA25;Östra gymnasiet;2026-11-02;;2027-06-11;;N",
    ]);
    assert_eq!(changes(&Rows::pupils(&[OPEN]), &next_year), [] as [&str; 0]);
}

#[test]
fn a_programme_that_is_now_reduced_is_told_and_one_that_was_is_not() {
    let reduced = Rows::pupils(&["GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;J"]);
    assert_eq!(changes(&Rows::pupils(&[OPEN]), &reduced), ["REDUCERAT 2026-11-20 | N | J | elevregister"]);
    assert_eq!(changes(&reduced, &reduced), [] as [&str; 0]);
    assert_eq!(changes(&reduced, &Rows::pupils(&[OPEN])), [] as [&str; 0]);
}

#[test]
fn a_later_planned_end_prolongs_at_school_and_at_komvux() {
    let longer = Rows::pupils(&["GY;NA25;Östra gymnasiet;2024-08-19;;2028-06-09;;N"]);
    assert_eq!(
        changes(&Rows::pupils(&[OPEN]), &longer),
        ["FORLANGD 2026-11-20 | 2027-06-11 | 2028-06-09 | elevregister"]
    );
    assert_eq!(changes(&longer, &Rows::pupils(&[OPEN])), [] as [&str; 0]);
    let course = Rows::courses(&["GYMNASIAL;2026-08-17;2026-12-18;;Matematik 2b;Komvux Skövde"]);
    let longer = Rows::courses(&["GYMNASIAL;2026-08-17;2027-01-29;;Matematik 2b;Komvux Skövde"]);
    assert_eq!(changes(&course, &longer), ["FORLANGD 2026-11-20 | 2026-12-18 | 2027-01-29 | vuxenutbildning"]);
}

#[test]
fn what_the_run_before_did_not_have_is_new_and_what_is_over_has_ended() {
    let course = Rows::courses(&["GYMNASIAL;2026-10-26;2027-01-15;;Engelska 6;Komvux Skövde"]);
    assert_eq!(changes(&Rows::default(), &course), ["NY 2026-10-26 |  | Komvux Skövde, Engelska 6 | vuxenutbildning"]);
    let (over, going_on) = (
        Rows::courses(&["GYMNASIAL;2026-08-17;2026-10-30;;Engelska 6;Komvux Skövde"]),
        Rows::courses(&["GYMNASIAL;2026-08-17;;;Engelska 6;Komvux Skövde"]),
    );
    assert_eq!(changes(&going_on, &over), ["AVSLUTAD 2026-10-30 | Komvux Skövde, Engelska 6 |  | vuxenutbildning"]);
    // Its end was known and has come.
    assert_eq!(changes(&over, &over), ["AVSLUTAD 2026-10-30 | Komvux Skövde, Engelska 6 |  | vuxenutbildning"]);
    let broken_off = Rows::courses(&["GYMNASIAL;2026-08-17;2026-12-18;2026-11-06;Engelska 6;Komvux Skövde"]);
    assert_eq!(
        changes(&going_on, &broken_off),
        ["AVBROTT 2026-11-06 | Komvux Skövde, Engelska 6 |  | vuxenutbildning"]
    );
    // Vanished from the extract, and a course below the upper-secondary level.
    assert_eq!(
        changes(&going_on, &Rows::default()),
        ["AVSLUTAD 2026-11-20 | Komvux Skövde, Engelska 6 |  | vuxenutbildning"]
    );
    let sfi = Rows::courses(&["SFI;2026-10-26;2027-01-15;;;Komvux Skövde"]);
    assert_eq!(changes(&Rows::default(), &sfi), [] as [&str; 0]);
}

#[test]
fn a_past_that_is_known_only_now_and_was_over_at_the_run_before_is_not_told() {
    let past = Rows::pupils(&["GY;EK25;Västra gymnasiet;2024-08-19;2025-06-11;2027-06-11;;N", OPEN]);
    assert_eq!(changes(&Rows::pupils(&[OPEN]), &past), [] as [&str; 0]);
}

#[test]
fn the_first_run_has_the_header_only() {
    let workspace = Workspace::empty();
    workspace.config_with(ON);
    Rows::pupils(&[OPEN]).run_in(&workspace, AS_OF);
    let text = fs::read_to_string(workspace.run_folder(AS_OF).join("utbildning.csv")).expect("the list");
    assert_eq!(text, "\u{feff}personnummer;kommunkod;typ;datum;fore;efter;kalla\r\n");
    assert!(workspace.sheet(AS_OF, "ike.xlsx", "Utbildning").is_empty());
}

/// Off by default: the municipality must first decide its legal basis.
#[test]
fn without_the_section_neither_file_is_written() {
    let workspace = Workspace::empty();
    let rows = Rows::pupils(&[OPEN]);
    for config in ["", "[ike]\n", "[ike]\npa = false\n"] {
        workspace.config_with(config);
        rows.run_in(&workspace, AS_OF);
        for name in ["ike.xlsx", "utbildning.csv"] {
            assert!(!workspace.run_folder(AS_OF).join(name).exists(), "{config:?}: {name}");
        }
    }
}

#[test]
fn the_workbook_says_what_each_kind_means_and_that_the_legal_basis_is_the_municipalitys_to_decide() {
    let reduced = Rows::pupils(&["GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;J"]);
    let workspace = workspace(&Rows::pupils(&[OPEN]), &reduced);
    assert_eq!(workspace.sheets(AS_OF, "ike.xlsx"), ["Om listan", "Utbildning"]);
    let said = workspace.texts(AS_OF, "ike.xlsx", "Om listan").join("\n");
    assert!(said.contains("Kommunen ska själv ha beslutat på vilken rättslig grund"), "{said}");
    for kind in EducationChangeKind::ALL {
        assert!(said.contains(kind.label()) && said.contains(kind.meaning()), "{}", kind.code());
    }
    let row = &workspace.sheet(AS_OF, "ike.xlsx", "Utbildning")[0];
    let headers: Vec<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(headers, ["Datum", "Efter", "Före", "Källa", "Namn", "Personnummer", "Typ"]);
    assert_eq!([&row["Typ"], &row["Före"], &row["Efter"]], ["Reducerat program", "Inte reducerat", "Reducerat"]);
    let digits = youth(2);
    assert_eq!(row["Personnummer"], format!("{}-{}", &digits[..8], &digits[8..]));
}

#[test]
fn where_a_protected_person_studies_is_not_told() {
    let hidden = |rows: Rows| Rows { protected: true, ..rows };
    let before = hidden(Rows::pupils(&["GY;NA25;Göms gymnasium;2024-08-19;;2027-06-11;;N"]));
    let now = hidden(Rows {
        courses: vec!["GYMNASIAL;2026-11-09;2027-01-15;;Engelska 6;Göms komvux"],
        ..Rows::pupils(&["GY;NA25;Göms gymnasium;2024-08-19;2026-11-06;2027-06-11;AVBROTT;N"])
    });
    assert_eq!(
        changes(&before, &now),
        ["AVBROTT 2026-11-06 | SKYDD |  | elevregister", "NY 2026-11-09 |  | SKYDD | vuxenutbildning"]
    );
    let workspace = workspace(&before, &now);
    assert!(workspace.sheet(AS_OF, "ike.xlsx", "Utbildning").iter().all(|row| row["Namn"] == "SKYDD"));
    for school in ["Göms gymnasium", "Göms komvux"] {
        assert!(!workspace.is_written_anywhere(school), "{school}");
    }
}

/// Residents of the age group only, members or not.
#[test]
fn who_lives_elsewhere_is_not_listed() {
    let workspace = Workspace::empty();
    workspace.config_with(ON);
    for (as_of, reduced) in [(BEFORE, "N"), (AS_OF, "J")] {
        let people =
            (1..=9).map(|nth| if nth == 3 { registered(3).replace(";1472;", ";1470;") } else { registered(nth) });
        let pupils =
            [2, 3].map(|nth| format!("{};GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;{reduced}", youth(nth)));
        workspace.month(
            as_of,
            &[("folkbokforing", REGISTER_HEADER, people.collect()), ("elevregister", PUPILS, pupils.into())],
        );
    }
    let listed: Vec<String> =
        workspace.list_on(AS_OF, "utbildning").into_iter().map(|row| row["personnummer"].clone()).collect();
    assert_eq!(listed, [youth(2)]);
}
