//! Prevention: who may come into the group, by the plans' words. `risk.csv` and the sheet "Risk för avbrott".

mod support;

use std::fs;

use kaa::prevention::only_warns;
use kaa::run::load_memory;
use support::{REGISTER_HEADER, Workspace, registered, youth};

const AS_OF: &str = support::AS_OF;
const PUPILS: &str = "personnummer;skolform;studievag;skola;startdatum;slutdatum;beraknat_slut;avbrottsorsak;reducerat";
const REPORTS: &str = "personnummer;handelse;datum;skola";
const ADMISSIONS: &str = "personnummer;status;datum;terminsstart;studievag;skola";

/// A pupil of a national programme, from the autumn of 2024.
fn pupil(nth: u64) -> String {
    format!("{};GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;", youth(nth))
}

fn report(nth: u64, event: &str, date: &str) -> String {
    format!("{};{event};{date};Östra gymnasiet", youth(nth))
}

/// The rows of a month; youth 1 is a pupil without any warning.
#[derive(Default)]
struct Rows {
    people: Vec<String>,
    pupils: Vec<String>,
    reports: Vec<String>,
    admissions: Vec<String>,
}

impl Rows {
    /// Makes the run of a day.
    fn run(self, as_of: &str) -> Workspace {
        let workspace = Workspace::empty();
        self.run_in(&workspace, as_of);
        workspace
    }

    fn run_in(self, workspace: &Workspace, as_of: &str) {
        let tables = [
            ("folkbokforing", REGISTER_HEADER, (1..=9).map(registered).chain(self.people).collect()),
            ("elevregister", PUPILS, std::iter::once(pupil(1)).chain(self.pupils).collect()),
            ("huvudmannarapport", REPORTS, self.reports),
            ("antagning", ADMISSIONS, self.admissions),
        ];
        workspace.month(as_of, &tables);
    }
}

/// The warnings of a run: `nth typ datum skola kalla`.
fn risks(workspace: &Workspace, as_of: &str) -> Vec<String> {
    let nth = |number: &str| (1..=12).find(|&nth| youth(nth) == number).expect("a youth of the test");
    let said = workspace.list_on(as_of, "risk").into_iter().map(|row| {
        assert_eq!(row["kommunkod"], "1472");
        format!("{} {} {} {} {}", nth(&row["personnummer"]), row["typ"], row["datum"], row["skola"], row["kalla"])
    });
    said.collect()
}

/// "Huvudman för utbildningen SKA ... meddela hemkommun ... om en elev ... är frånvarande i betydande utsträckning och
/// utredning är påbörjad. ... BÖR meddela ... om elev: byter utbildning, gör revideringar i den individuella
/// studieplanen ..., befaras att inte uppnå examen, befaras att inte kunna fullfölja sina studier inom tre år" (Tibro,
/// s. 12).
#[test]
fn what_schools_report_of_their_pupils_is_a_risk_and_an_interruption_is_none() {
    let events =
        ["FRANVARO_UTREDNING", "BYTER_UTBILDNING", "ANDRAD_STUDIEPLAN", "BEFARAS_EJ_EXAMEN", "BEFARAS_FORLANGD"];
    let mut rows = Rows { pupils: (2..=7).map(pupil).collect(), ..Rows::default() };
    rows.reports = (2..).zip(events).map(|(nth, event)| report(nth, event, "2026-10-05")).collect();
    rows.reports.push(report(7, "AVBROTT", "2026-10-05"));
    let workspace = rows.run(AS_OF);
    let expected: Vec<String> = (2..)
        .zip(events)
        .map(|(nth, event)| format!("{nth} {event} 2026-10-05 Östra gymnasiet huvudmannarapport"))
        .collect();
    assert_eq!(risks(&workspace, AS_OF), expected);
    assert!(workspace.group().contains(&youth(7)), "an interruption makes a member");
}

/// The list is about who is not in the group: "elever som riskerar att hamna i KAA" (Tibro, s. 6).
#[test]
fn a_member_is_never_a_risk_nor_is_who_lives_elsewhere_is_20_or_has_a_diploma() {
    let elsewhere = registered(3).replace(";1472;", ";1470;");
    let mut rows = Rows { pupils: vec![pupil(3), pupil(4)], ..Rows::default() };
    rows.reports = [2, 3, 4].map(|nth| report(nth, "BEFARAS_EJ_EXAMEN", "2026-10-05")).into();
    let workspace = Workspace::empty();
    let people = (1..=9).filter(|&nth| nth != 3).map(registered).chain([elsewhere]).collect();
    let diploma = vec![format!("{};EXAMENSBEVIS;2026-11-02", youth(4))];
    workspace.month(
        AS_OF,
        &[
            ("folkbokforing", REGISTER_HEADER, people),
            ("elevregister", PUPILS, rows.pupils),
            ("huvudmannarapport", REPORTS, rows.reports),
            ("betyg", "personnummer;typ;datum", diploma),
        ],
    );
    assert!(workspace.group().contains(&youth(2)), "a youth without a school is a member");
    assert_eq!(risks(&workspace, AS_OF), [] as [&str; 0]);
}

/// "i god tid identifiera elever som riskerar avbrott" (Tibro, s. 13): a warning lasts as long as what it warns of.
#[test]
fn a_warning_is_current_while_the_warned_education_goes_on() {
    let changed = |nth, left: &str, began: &str| {
        [
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;{left};2027-06-11;;", youth(nth)),
            format!("{};GY;EK25;Västra gymnasiet;{began};;2028-06-09;;", youth(nth)),
        ]
    };
    let mut rows = Rows { pupils: vec![pupil(2), pupil(3), pupil(4)], ..Rows::default() };
    // Another school since the warning.
    rows.pupils.extend(changed(5, "2026-10-02", "2026-10-05"));
    // A register that begins a new row each year, and a school that is spelled in another way.
    rows.pupils.push(format!("{};GY;NA25;Östra gymnasiet;2025-08-18;2026-06-12;2027-06-11;;", youth(6)));
    rows.pupils.push(format!("{};GY;NA25;Östra gymnasiet;2026-08-17;;2027-06-11;;", youth(6)));
    rows.pupils.push(pupil(7));
    rows.reports = vec![
        report(2, "BEFARAS_FORLANGD", "2025-02-03"),
        report(3, "FRANVARO_UTREDNING", "2026-05-31"),
        report(4, "FRANVARO_UTREDNING", "2026-06-01"),
        report(5, "ANDRAD_STUDIEPLAN", "2026-09-14"),
        report(6, "BEFARAS_EJ_EXAMEN", "2026-03-09"),
        report(7, "BEFARAS_EJ_EXAMEN", "2026-10-05").replace("Östra gymnasiet", "Östra gymn."),
    ];
    let workspace = rows.run(AS_OF);
    let named: Vec<String> = risks(&workspace, AS_OF).iter().map(|risk| risk[..22].trim_end().to_owned()).collect();
    assert_eq!(
        named,
        ["2 BEFARAS_FORLANGD 202", "4 FRANVARO_UTREDNING 2", "6 BEFARAS_EJ_EXAMEN 20", "7 BEFARAS_EJ_EXAMEN 20"]
    );
}

/// "fokuserar uppföljningen på det som inte lika frekvent anmäls via e-tjänsten ...: byter utbildning, gör revideringar
/// ..., t.ex. reducerat program" (Tibro, s. 13): the student register tells of both.
#[test]
fn a_reduced_programme_and_a_change_are_read_from_the_student_register() {
    let rows = Rows {
        pupils: vec![
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;J", youth(2)),
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;;2027-06-11;;N", youth(3)),
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;2026-09-11;2027-06-11;BYTE;", youth(4)),
            format!("{};GY;EK25;Västra gymnasiet;2026-09-14;;2028-06-09;;", youth(4)),
            // Changed in the school year before.
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;2026-01-16;2027-06-11;BYTE;", youth(5)),
            format!("{};GY;EK25;Västra gymnasiet;2026-01-19;;2028-06-09;;", youth(5)),
            // Reduced once, at a school that is left.
            format!("{};GY;NA25;Östra gymnasiet;2024-08-19;2026-01-16;2027-06-11;;J", youth(6)),
            format!("{};GY;EK25;Västra gymnasiet;2026-01-19;;2028-06-09;;N", youth(6)),
        ],
        ..Rows::default()
    };
    let workspace = rows.run(AS_OF);
    assert_eq!(
        risks(&workspace, AS_OF),
        ["2 REDUCERAT 2024-08-19 Östra gymnasiet elevregister", "4 BYTE 2026-09-11 Östra gymnasiet elevregister"]
    );
}

/// "I början av juni kontaktar samordnare för KAA rektorerna ... vilka elever som kommer att slutföra ett nationellt
/// program med studiebevis alternativt slutföra ett introduktionsprogram med ett gymnasieintyg" (Tibro, s. 11).
#[test]
fn from_may_on_the_introductory_programmes_that_end_in_june_are_listed() {
    let rows = || Rows {
        pupils: vec![
            format!("{};GY;IMA;IM Tibro;2025-08-18;;2026-06-12;;", youth(2)),
            // Goes on next year, and a national programme that ends.
            format!("{};GY;IMA;IM Tibro;2025-08-18;;2027-06-11;;", youth(3)),
            format!("{};GY;NA25;Östra gymnasiet;2023-08-21;;2026-06-12;;", youth(4)),
        ],
        reports: vec![report(4, "BEFARAS_EJ_EXAMEN", "2026-03-09")],
        ..Rows::default()
    };
    let feared = "4 BEFARAS_EJ_EXAMEN 2026-03-09 Östra gymnasiet huvudmannarapport";
    assert_eq!(risks(&rows().run("2026-04-30"), "2026-04-30"), [feared]);
    let ends = "2 IM_SLUTAR_I_JUNI 2026-06-12 IM Tibro elevregister";
    for as_of in ["2026-05-01", "2026-06-03"] {
        assert_eq!(risks(&rows().run(as_of), as_of), [ends, feared]);
    }
}

/// "följa upp gymnasieantagningen för att tidigt fånga upp elever som inte har gjort ett aktivt gymnasieval alternativt
/// valt men ej fått en plats eller tackat nej till sin plats ... (vecka 27)" (Tibro, s. 9).
#[test]
fn an_admission_without_a_place_is_a_risk_until_there_is_one() {
    // In the year of the 16th birthday, on a day before compulsory schooling ends.
    let as_of = "2024-06-28";
    let pupil = |nth| format!("{};GR;;Tibro grundskola;2017-08-21;2024-06-30;;;", youth(nth));
    let result = |nth, status, date| format!("{};{status};{date};2024-08-19;NA25;Östra gymnasiet", youth(nth));
    let rows = Rows {
        pupils: (2..=9).map(pupil).collect(),
        admissions: vec![
            result(2, "EJ_ANTAGEN", "2024-06-27"),
            result(3, "RESERV", "2024-06-27"),
            result(4, "EJ_SOKT", "2024-06-27"),
            result(5, "TACKAT_NEJ", "2024-06-27"),
            result(6, "ANTAGEN", "2024-06-27"),
            result(7, "EJ_ANTAGEN", "2024-04-15"),
            result(7, "ANTAGEN", "2024-06-27"),
        ],
        ..Rows::default()
    };
    let workspace = rows.run(as_of);
    let expected = [(2, "EJ_ANTAGEN"), (3, "RESERV"), (4, "EJ_SOKT"), (5, "TACKAT_NEJ")]
        .map(|(nth, status)| format!("{nth} {status} 2024-06-27 Östra gymnasiet antagning"));
    assert_eq!(risks(&workspace, as_of), expected);
}

/// In week 27 itself compulsory schooling is over: whoever has no place is a member, and no risk.
#[test]
fn from_july_on_whoever_has_no_place_is_in_the_group_instead() {
    let as_of = "2024-07-03";
    let rows = Rows {
        pupils: vec![format!("{};GR;;Tibro grundskola;2017-08-21;2024-06-30;;;", youth(2))],
        admissions: vec![format!("{};EJ_ANTAGEN;2024-06-27;2024-08-19;NA25;Östra gymnasiet", youth(2))],
        ..Rows::default()
    };
    let workspace = rows.run(as_of);
    assert_eq!(risks(&workspace, as_of), [] as [&str; 0]);
    let group = workspace.list_on(as_of, "malgrupp");
    assert!(group.iter().any(|row| row["personnummer"] == youth(2)));
}

/// The register may hold only those whom the responsibility covers (förordning 2006:39, 4 §).
#[test]
fn nothing_of_a_warning_stays_in_the_state_nor_in_the_next_run() {
    let workspace = Workspace::empty();
    let rows = Rows {
        pupils: vec![pupil(2)],
        reports: vec![
            report(2, "BEFARAS_EJ_EXAMEN", "2026-10-05"),
            // Known later: kept back in the same way.
            report(2, "FRANVARO_UTREDNING", "2026-12-01"),
            // A member, and an interruption: these the rules need.
            report(3, "FRANVARO_UTREDNING", "2026-10-05"),
            report(4, "AVBROTT", "2026-10-05"),
        ],
        ..Rows::default()
    };
    rows.run_in(&workspace, "2026-10-20");
    assert_eq!(risks(&workspace, "2026-10-20").len(), 1);
    let memory = load_memory(&workspace.run_folder("2026-10-20")).expect("the state");
    let kept: Vec<(String, bool)> =
        memory.tables.reports.iter().map(|row| (row.number.digits(), only_warns(row.event))).collect();
    assert_eq!(kept, [(youth(3), true), (youth(4), false)]);
    let state = fs::read_to_string(workspace.run_folder("2026-10-20").join("tillstand.txt")).expect("a state");
    let table = |line: &&str| line.starts_with("#huvudmannarapport;");
    let below = state.lines().skip_while(|line| !table(line)).skip(1);
    let reports: Vec<&str> = below.take_while(|line| !line.starts_with('#')).collect();
    assert!(reports.iter().all(|line| !line.contains(&youth(2))) && reports.len() == 2, "a warning");
    Rows { pupils: vec![pupil(2)], ..Rows::default() }.run_in(&workspace, AS_OF);
    assert_eq!(risks(&workspace, AS_OF), [] as [&str; 0]);
}

/// For a protected person the school says SKYDD, and the sheet withholds the name.
#[test]
fn where_a_protected_pupil_goes_to_school_is_shown_nowhere() {
    let workspace = Workspace::empty();
    let people = (1..=9).map(|nth| if nth == 2 { registered(2).replace("SAKNAS", "S") } else { registered(nth) });
    workspace.month(
        AS_OF,
        &[
            ("folkbokforing", REGISTER_HEADER, people.collect()),
            ("elevregister", PUPILS, vec![pupil(1), pupil(2).replace("Östra gymnasiet", "Göms gymnasium")]),
            ("huvudmannarapport", REPORTS, vec![format!("{};BEFARAS_EJ_EXAMEN;2026-10-05;", youth(2))]),
        ],
    );
    assert_eq!(risks(&workspace, AS_OF), ["2 BEFARAS_EJ_EXAMEN 2026-10-05 SKYDD huvudmannarapport"]);
    let row = &workspace.sheet(AS_OF, "avstamning.xlsx", "Risk för avbrott")[0];
    for header in ["Namn", "Skola enligt uppgiften", "Går nu i", "Studieväg"] {
        assert_eq!(row[header], "SKYDD", "{header}");
    }
    assert!(!workspace.is_written_anywhere("Göms gymnasium"));
}

/// "Här identifieras även elever som riskerar att göra avbrott" (Tibro, s. 13, elevuppföljning med IM varannan vecka).
#[test]
fn the_sheet_marks_who_is_on_an_introductory_programme() {
    let rows = Rows {
        pupils: vec![pupil(2), format!("{};GY;IMA;IM Tibro;2025-08-18;;2027-06-11;;", youth(3))],
        reports: [2, 3].map(|nth| format!("{};FRANVARO_UTREDNING;2026-10-05;", youth(nth))).into(),
        ..Rows::default()
    };
    let sheet = rows.run(AS_OF).sheet(AS_OF, "avstamning.xlsx", "Risk för avbrott");
    let shown: Vec<[&str; 4]> = sheet
        .iter()
        .map(|row| ["Namn", "Går nu i", "IM-elev", "Beräknat slut"].map(|header| row[header].as_str()))
        .collect();
    let name = "Sekretessa Hemligsson";
    assert_eq!(shown, [[name, "Östra gymnasiet", "", "2027-06-11"], [name, "IM Tibro", "IM", "2027-06-11"]]);
}

#[test]
fn without_a_warning_the_list_has_its_header_and_the_sheet_says_so() {
    let workspace = Rows::default().run(AS_OF);
    let text = fs::read_to_string(workspace.run_folder(AS_OF).join("risk.csv")).expect("the list");
    assert_eq!(text, "\u{feff}personnummer;kommunkod;typ;datum;skola;kalla\r\n");
    assert!(workspace.sheet(AS_OF, "avstamning.xlsx", "Risk för avbrott").is_empty());
}
