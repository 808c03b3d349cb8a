//! The calendar of each plan on chosen days, with the lines of the plan; what is due, late and done; and what the
//! schedulers are given.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Ending, REGISTER_HEADER, SCHOOL_HEADER, Workspace, enrolled, registered, table};

/// Set to write the golden texts anew; look at the difference before committing it.
const WRITE_GOLDEN: &str = "KAA_SKRIV_FACIT";

/// A workspace with a plan's shipped config.
fn with_plan(plan: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.config(&plan_text(plan));
    workspace
}

fn plan_text(plan: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pipelines/{plan}.toml"));
    fs::read_to_string(path).expect("a shipped plan")
}

/// What `kaa due` says of one thing: status, time, days left.
fn stands(workspace: &Workspace, on: &str, what: &str) -> (String, String, Option<i64>) {
    let item = item(workspace, on, what);
    let text = |key: &str| item[key].as_str().expect("a text").to_owned();
    (text("status"), text("tid"), item["dagar_kvar"].as_i64())
}

fn item(workspace: &Workspace, on: &str, what: &str) -> Value {
    let all = calendar(workspace, on);
    all.iter().find(|item| item["vad"] == what).cloned().unwrap_or_else(|| panic!("{what} is missing in {all:#?}"))
}

fn calendar(workspace: &Workspace, on: &str) -> Vec<Value> {
    let ending = workspace.run(&["--json", "due", "--on", on]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let json: Value = serde_json::from_str(&ending.stdout).expect("one line of JSON");
    json["kalender"].as_array().expect("a list").clone()
}

fn is(status: &str, time: &str, days: impl Into<Option<i64>>) -> (String, String, Option<i64>) {
    (status.to_owned(), time.to_owned(), days.into())
}

/// A run's folder, as the calendar looks for it.
fn has_run(workspace: &Workspace, folder: &str, manifest: &str) {
    let municipality = fs::read_dir(workspace.path("output")).ok().and_then(|mut found| found.next());
    let municipality = municipality.map_or_else(|| workspace.municipality_folder(), |entry| entry.expect("one").path());
    let path = municipality.join(folder);
    fs::create_dir_all(&path).expect("a folder");
    fs::write(path.join("korning.json"), manifest).expect("a manifest");
}

// --- The plans ---

/// Everything that each plan says comes back, and nothing else: what it is, and how exactly the plan says when.
#[test]
fn each_plan_has_what_it_says_comes_back() {
    let on = "2026-11-20";
    let all = |plan: &str| -> BTreeSet<String> {
        calendar(&with_plan(plan), on)
            .iter()
            .map(|item| format!("{}: {}", item["vad"].as_str().unwrap(), item["tid"].as_str().unwrap()))
            .collect()
    };
    let expected = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<BTreeSet<String>>();
    let nacka = expected(&[
        "Uppgifter till SCB: senast 2027-02-01",
        "Statistik till arbets- och företagsnämnden: 2 per år",
        "Handlingsplanen ses över och revideras: 1 per år",
        "UEDB stänger: 2027-06-01",
        "Sista dagen som UEDB är stängt: 2027-09-15",
        "Möte med Arbetsförmedlingen Nacka Värmdö: november 2026",
        "Möten med andra enheter och projekt i kommunen: ingen tid i planen",
        "Månadens avstämning: november 2026",
        "Gallring: de som fyllt 21 under året: senast 2026-12-31",
    ]);
    assert_eq!(all("nacka"), nacka);
    let vara = expected(&[
        "Avstämning med arbetsgruppen: november 2026",
        "Styrgruppen: aktuell lägesinformation: 4 per år",
        "Möte i arbetsgruppen: 10 per år",
        "Informera gymnasieskolan om dem som inte har påbörjat gymnasiet: juli 2027",
        "SKAA, användarträff: 5-6 per år",
        "Rapportera till SCB: senast 2027-02-01",
        "Rapportering till Bildningsnämnden: 2 per läsår",
        "Gallring: de som fyllt 21 under året: senast 2026-12-31",
    ]);
    assert_eq!(all("vara"), vara);
    let essunga = expected(&[
        "In- och utflyttningar: vecka 47 (2026-11-16 - 2026-11-22)",
        "Styrgruppen träffas: minst 3 per termin",
        "Statistik till SCB: senast 2027-02-01",
        "Rapport till utbildningsnämnden: hur målen har uppnåtts: december 2026",
        "Månadens avstämning: november 2026",
        "Gallring: de som fyllt 21 under året: senast 2026-12-31",
    ]);
    assert_eq!(all("essunga"), essunga);
    let tibro = expected(&[
        "Operativa KAA-teamet: uppföljning: var 2:e vecka; fyll i fran i konfigurationen",
        "Utökade operativa KAA-teamet: uppföljning, och tid för uppsökande KAA planeras: var 6:e vecka; fyll i fran i konfigurationen",
        "Uppsökande KAA: 3-4 per halvår",
        "Månadsavstämning KAA/IKE: omkring 2026-11-20",
        "Resultat till Barn- och utbildningsnämnden: 2 per år",
        "Fråga rektor på grundskolan vilka som får slutföra sin skolgång: ingen tid i planen",
        "Avstämning av gymnasieantagningen: vecka 27 (2027-07-05 - 2027-07-11)",
        "Fråga rektorerna vilka som slutar med studiebevis eller gymnasieintyg: juni 2027",
        "Sommaruppehållet i IST inleds: bara folkbokföringen är aktuell: 2027-06-01",
        "IST Aktivitetsansvar uppdateras med studiebevis: 2027-07-01",
        "Ordinarie körning i IST startar igen: 2027-09-01",
        "Antagningskansliets lista över IB-diplom: augusti 2027",
        "Elevuppföljning med IM Tibro: var 2:e vecka; fyll i fran i konfigurationen",
        "Elevuppföljning med gymnasieskolorna i samverkansområdet: 1-2 per termin",
        "Rapport Tibro Ungdomar från Vuxenutbildning Skövde: 2026-12-15",
        "Uppgifter till SCB: senast 2027-02-01",
        "Gallring: de som fyllt 21 under året: senast 2026-12-31",
    ]);
    assert_eq!(all("tibro"), tibro);
}

/// Nacka p. 4: "Mellan den 1 juni till den 15 september är UEDB stängt."
#[test]
fn nacka_knows_when_its_register_is_closed() {
    let nacka = with_plan("nacka");
    assert_eq!(stands(&nacka, "2026-05-30", "UEDB stänger"), is("KOMMANDE", "2026-06-01", 2));
    assert_eq!(stands(&nacka, "2026-06-01", "UEDB stänger"), is("NU", "2026-06-01", 0));
    assert_eq!(stands(&nacka, "2026-06-02", "UEDB stänger"), is("KOMMANDE", "2027-06-01", 364));
    assert_eq!(stands(&nacka, "2026-09-14", "Sista dagen som UEDB är stängt"), is("KOMMANDE", "2026-09-15", 1));
    // p. 3: "Handlingsplanen ska ses över och revideras årligen." On no day, so none is made up.
    assert_eq!(
        stands(&nacka, "2026-06-17", "Handlingsplanen ses över och revideras"),
        is("UTAN_DATUM", "1 per år", None)
    );
}

/// Vara: "Rapportera till SCB två gånger om året. KAA ansvarig, Augusti och januari": reminded of from the plan's month
/// on, which begins before the four weeks do.
#[test]
fn vara_reports_to_scb_in_august_and_january() {
    let vara = with_plan("vara");
    let scb = |on: &str| stands(&vara, on, "Rapportera till SCB");
    assert_eq!(scb("2026-07-31"), is("KOMMANDE", "senast 2026-09-01", 32));
    assert_eq!(scb("2026-08-01"), is("NU", "senast 2026-09-01", 31));
    assert_eq!(scb("2027-01-01"), is("NU", "senast 2027-02-01", 31));
    let item = item(&vara, "2027-01-01", "Rapportera till SCB");
    assert_eq!([&item["ansvarig"], &item["ord"], &item["period"]], ["KAA ansvarig", "augusti och januari", "2026H2"]);
}

/// Essunga: "Två gånger per år, i juni och december, ska en rapport lämnas till utbildningsnämnden." In June the
/// half-year is not over yet; the report is about it all the same.
#[test]
fn essunga_reports_to_the_board_in_june_and_december() {
    let essunga = with_plan("essunga");
    let what = "Rapport till utbildningsnämnden: hur målen har uppnåtts";
    assert_eq!(stands(&essunga, "2026-05-31", what), is("KOMMANDE", "juni 2026", 1));
    assert_eq!(stands(&essunga, "2026-06-01", what), is("NU", "juni 2026", 29));
    assert_eq!(item(&essunga, "2026-06-01", what)["period"], "2026H1");
    assert_eq!(item(&essunga, "2026-12-31", what)["period"], "2026H2");
    fs::create_dir_all(essunga.path("output/1445-essunga/namnd-2026H1")).expect("a folder");
    assert_eq!(stands(&essunga, "2026-06-12", what), is("KOMMANDE", "december 2026", 172));
}

/// Essunga: "In- och utflyttningar bevakas varje vecka."
#[test]
fn essunga_watches_moves_every_week() {
    let essunga = with_plan("essunga");
    assert_eq!(
        stands(&essunga, "2026-11-22", "In- och utflyttningar"),
        is("NU", "vecka 47 (2026-11-16 - 2026-11-22)", 0)
    );
    assert_eq!(
        stands(&essunga, "2026-11-23", "In- och utflyttningar"),
        is("NU", "vecka 48 (2026-11-23 - 2026-11-29)", 6)
    );
}

/// Tibro p. 14: "... Rapport Tibro Ungdomar som levereras i ett låst Team den 15 i varje månad"; p. 9: "(vecka 27)";
/// p. 11: "den 1 juli", "I början av juni"; p. 10: "i augusti".
#[test]
fn tibro_has_its_days_weeks_and_months() {
    let tibro = with_plan("tibro");
    let report = "Rapport Tibro Ungdomar från Vuxenutbildning Skövde";
    assert_eq!(stands(&tibro, "2026-11-15", report), is("NU", "2026-11-15", 0));
    assert_eq!(stands(&tibro, "2026-11-16", report), is("KOMMANDE", "2026-12-15", 29));
    let admissions = "Avstämning av gymnasieantagningen";
    assert_eq!(stands(&tibro, "2026-06-28", admissions), is("KOMMANDE", "vecka 27 (2026-06-29 - 2026-07-05)", 1));
    assert_eq!(stands(&tibro, "2026-07-05", admissions), is("NU", "vecka 27 (2026-06-29 - 2026-07-05)", 0));
    let update = "IST Aktivitetsansvar uppdateras med studiebevis";
    assert_eq!(stands(&tibro, "2026-06-30", update), is("KOMMANDE", "2026-07-01", 1));
    // "I början av juni" is no day: the month is shown, with the plan's words.
    let ask = item(&tibro, "2026-06-03", "Fråga rektorerna vilka som slutar med studiebevis eller gymnasieintyg");
    assert_eq!([&ask["status"], &ask["tid"], &ask["ord"]], ["NU", "juni 2026", "i början av juni"]);
    let diplomas = "Antagningskansliets lista över IB-diplom";
    assert_eq!(stands(&tibro, "2026-08-31", diplomas), is("NU", "augusti 2026", 0));
}

/// Tibro p. 6: "Operativa KAA-teamet har uppföljningar varannan vecka." The plan gives no first week: until somebody
/// fills one in there is no date.
#[test]
fn tibros_meetings_have_dates_once_the_first_is_filled_in() {
    let what = "Operativa KAA-teamet: uppföljning";
    let tibro = with_plan("tibro");
    assert_eq!(stands(&tibro, "2027-01-20", what).0, "UTAN_DATUM");
    tibro.config(&plan_text("tibro").replacen("fran = \"\"", "fran = \"2027-01-12\"", 1));
    assert_eq!(stands(&tibro, "2027-01-01", what), is("KOMMANDE", "2027-01-12", 11));
    assert_eq!(stands(&tibro, "2027-01-13", what), is("KOMMANDE", "2027-01-26", 13));
    assert_eq!(stands(&tibro, "2027-01-26", what), is("NU", "2027-01-26", 0));
}

// --- Jobs ---

/// Tibro p. 20: "Senast 1/9 skickas uppgifter för första halvåret. Senast 1/2 skickas uppgifter för andra halvåret."
#[test]
fn scb_is_due_four_weeks_before_its_deadline_and_late_after_it_until_the_file_is_sent() {
    let tibro = with_plan("tibro");
    let scb = |on: &str| stands(&tibro, on, "Uppgifter till SCB");
    has_run(&tibro, "manad-2026-05-20", "{}");
    assert_eq!(scb("2026-08-03"), is("KOMMANDE", "senast 2026-09-01", 29));
    assert_eq!(scb("2026-08-04"), is("NU", "senast 2026-09-01", 28));
    assert_eq!(scb("2026-09-01"), is("NU", "senast 2026-09-01", 0));
    assert_eq!(scb("2026-09-02"), is("SEN", "senast 2026-09-01", -1));
    // A file that nobody has uploaded is no delivery.
    has_run(&tibro, "scb-2026H1", "{}");
    assert_eq!(scb("2026-09-02"), is("SEN", "senast 2026-09-01", -1));
    assert_eq!(item(&tibro, "2026-09-02", "Uppgifter till SCB")["senaste_korning"], "2026H1");
    has_run(&tibro, "skickad-2026H1", "{}");
    assert_eq!(scb("2026-09-02"), is("KOMMANDE", "senast 2027-02-01", 152));
    assert_eq!(scb("2027-01-04"), is("NU", "senast 2027-02-01", 28));
    assert_eq!(item(&tibro, "2027-01-04", "Uppgifter till SCB")["period"], "2026H2");
}

/// What was missed does not vanish behind what comes next.
#[test]
fn a_half_year_that_was_never_sent_stays_late_beside_the_next() {
    let tibro = with_plan("tibro");
    has_run(&tibro, "manad-2026-05-20", "{}");
    let scb: Vec<Value> = calendar(&tibro, "2027-01-10").into_iter().filter(|item| item["jobb"] == "scb").collect();
    let stands: Vec<[&Value; 3]> =
        scb.iter().map(|item| [&item["period"], &item["status"], &item["dagar_kvar"]]).collect();
    let expected =
        [["2026H1".into(), "SEN".into(), Value::from(-131)], ["2026H2".into(), "NU".into(), Value::from(22)]];
    assert_eq!(stands, expected.each_ref().map(|row| row.each_ref()));
}

/// Who makes only the half-years' files uses the program too.
#[test]
fn a_half_year_is_late_also_where_no_month_was_ever_run() {
    for run in ["scb-2026H1", "namnd-2026H1"] {
        let tibro = with_plan("tibro");
        has_run(&tibro, run, "{}");
        assert_eq!(stands(&tibro, "2026-09-02", "Uppgifter till SCB"), is("SEN", "senast 2026-09-01", -1), "{run}");
        assert_eq!(stands(&tibro, "2026-11-25", "Månadsavstämning KAA/IKE").0, "KOMMANDE", "{run}");
    }
}

/// A municipality that begins in the autumn has sent the spring's file by other means.
#[test]
fn nothing_is_late_from_before_the_program_was_in_use() {
    let tibro = with_plan("tibro");
    assert_eq!(stands(&tibro, "2026-11-25", "Uppgifter till SCB").0, "KOMMANDE");
    assert_eq!(stands(&tibro, "2026-11-25", "Månadsavstämning KAA/IKE"), is("KOMMANDE", "omkring 2026-12-20", 25));
    has_run(&tibro, "manad-2026-10-20", "{}");
    assert_eq!(stands(&tibro, "2026-11-25", "Uppgifter till SCB").0, "KOMMANDE");
    assert_eq!(stands(&tibro, "2026-11-25", "Månadsavstämning KAA/IKE"), is("SEN", "omkring 2026-11-20", -5));
}

/// Tibro p. 6: "... en månadsavstämning runt den tjugonde i varje månad."
#[test]
fn a_run_counts_for_one_month_only() {
    let tibro = with_plan("tibro");
    let month = |on: &str| stands(&tibro, on, "Månadsavstämning KAA/IKE");
    has_run(&tibro, "manad-2026-09-21", "{}");
    // Made two days before the meeting.
    has_run(&tibro, "manad-2026-10-18", "{}");
    assert_eq!(month("2026-10-20"), is("KOMMANDE", "omkring 2026-11-20", 31));
    // November is missed; the run of December's first days makes up for it and leaves December its own.
    assert_eq!(month("2026-12-01"), is("SEN", "omkring 2026-11-20", -11));
    has_run(&tibro, "manad-2026-12-03", "{}");
    assert_eq!(month("2026-12-04"), is("KOMMANDE", "omkring 2026-12-20", 16));
    assert_eq!(month("2026-12-20"), is("NU", "omkring 2026-12-20", 0));
    // Another run before the day is December's own.
    has_run(&tibro, "manad-2026-12-18", "{}");
    assert_eq!(month("2026-12-20"), is("KOMMANDE", "omkring 2027-01-20", 31));
}

/// Vara: "Avstämning sker med arbetsgruppen en gång i månaden": any day of the month will do.
#[test]
fn a_month_without_a_day_is_due_from_its_first_day() {
    let vara = with_plan("vara");
    let month = |on: &str| stands(&vara, on, "Avstämning med arbetsgruppen");
    assert_eq!(month("2026-11-01"), is("NU", "november 2026", 29));
    fs::create_dir_all(vara.path("output/1470-vara/manad-2026-11-09")).expect("a folder");
    assert_eq!(month("2026-11-10"), is("KOMMANDE", "december 2026", 21));
    assert_eq!(month("2026-12-31"), is("NU", "december 2026", 0));
    assert_eq!(month("2027-01-01"), is("NU", "januari 2027", 30));
}

/// Förordning (2006:39) 7 §: at the latest at the end of the year in which one turns 21.
#[test]
fn gallring_is_due_in_december() {
    let blank = with_plan("blank");
    let what = "Gallring: de som fyllt 21 under året";
    assert_eq!(stands(&blank, "2026-11-30", what), is("KOMMANDE", "senast 2026-12-31", 31));
    assert_eq!(stands(&blank, "2026-12-01", what), is("NU", "senast 2026-12-31", 30));
    assert_eq!(stands(&blank, "2027-01-01", what), is("KOMMANDE", "senast 2027-12-31", 364));
}

#[test]
fn gallring_that_was_made_is_done_for_the_year() {
    let tibro = with_plan("tibro");
    let what = "Gallring: de som fyllt 21 under året";
    has_run(&tibro, "gallring-2026-07-01", "{}");
    assert_eq!(stands(&tibro, "2026-12-05", what), is("NU", "senast 2026-12-31", 26));
    has_run(&tibro, "gallring-2026-12-03", "{}");
    assert_eq!(stands(&tibro, "2026-12-05", what), is("KOMMANDE", "senast 2027-12-31", 391));
}

#[test]
fn what_is_late_comes_first_and_what_has_no_date_last() {
    let tibro = with_plan("tibro");
    has_run(&tibro, "manad-2026-05-20", "{}");
    let order: Vec<String> =
        calendar(&tibro, "2026-09-05").iter().map(|item| item["status"].as_str().unwrap().to_owned()).collect();
    let rank = |status: &String| ["SEN", "NU", "KOMMANDE", "UTAN_DATUM"].iter().position(|known| known == status);
    assert!(order.is_sorted_by_key(rank), "{order:?}");
    assert_eq!(order.iter().filter(|status| *status == "SEN").count(), 2, "the month and SCB: {order:?}");
    assert_eq!(order.last().map(String::as_str), Some("UTAN_DATUM"));
}

// --- Running ---

fn run_due(workspace: &Workspace, on: &str) -> Ending {
    workspace.run(&["due", "--run", "--on", on])
}

#[test]
fn running_every_hour_makes_one_run_a_month() {
    let tibro = with_plan("tibro");
    let runs = || {
        fs::read_dir(tibro.municipality_folder()).map_or(0, |found| {
            found
                .filter(|entry| {
                    entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("manad-"))
                })
                .count()
        })
    };
    let before = run_due(&tibro, "2026-11-19");
    assert_eq!((before.code, runs()), (0, 0), "{before:?}");
    assert!(
        before.stdout.contains("Inget jobb att köra i dag.") && before.stderr.is_empty(),
        "cron mails nothing: {before:?}"
    );
    for hour in 0..3 {
        let ending = run_due(&tibro, "2026-11-20");
        assert_eq!((ending.code, runs()), (0, 1), "hour {hour}: {ending:?}");
        assert!(ending.stdout.contains("Månadsavstämning KAA/IKE\n    omkring 2026-12-20, om 30 dagar"), "{ending:?}");
        assert!(ending.stdout.contains("senaste körning: 2026-11-20"), "{ending:?}");
    }
    assert!(tibro.run_folder("2026-11-20").join("avstamning.xlsx").is_file());
}

#[test]
fn a_switched_off_computer_catches_up() {
    let tibro = with_plan("tibro");
    assert_eq!(tibro.run(&["monthly", "--as-of", "2026-11-18"]).code, 0);
    let early = run_due(&tibro, "2026-12-05");
    assert!(early.code == 0 && !tibro.run_folder("2026-12-05").exists(), "December is not due yet: {early:?}");
    // Switched off on 20 December; the exports of that month lie in the inbox.
    tibro.file("folkbokforing-2026-12-17.csv", table(REGISTER_HEADER, (1..=9).map(registered)));
    tibro.file("elevregister-2026-12-17.csv", table(SCHOOL_HEADER, (1..=8).map(enrolled)));
    let ending = run_due(&tibro, "2026-12-23");
    assert!(ending.code == 0 && tibro.run_folder("2026-12-23").is_dir(), "{ending:?}");
    assert!(ending.stdout.contains("omkring 2027-01-20, om 28 dagar"), "{ending:?}");
}

#[test]
fn a_held_run_stays_due_and_says_what_a_person_must_decide() {
    let tibro = with_plan("tibro");
    assert_eq!(tibro.run(&["monthly", "--as-of", "2026-11-18"]).code, 0);
    for hour in 0..2 {
        let held = run_due(&tibro, "2026-12-23");
        assert_eq!(held.code, 3, "hour {hour}: the files of November are too old by now: {held:?}");
        held.says(&["folkbokforing"]);
        let late = "Försenat\n  Månadsavstämning KAA/IKE\n    omkring 2026-12-20, 3 dagar sen";
        assert!(held.stdout.contains(late) && held.stdout.contains("kör kaa monthly"), "{held:?}");
    }
    let held = tibro.run(&["--json", "due", "--run", "--on", "2026-12-23"]);
    let json: Value = serde_json::from_str(&held.stdout).expect("one line of JSON");
    assert_eq!((held.code, &json["slutkod"], &json["sena"]), (3, &3.into(), &1.into()));
}

#[test]
fn json_is_one_line_also_when_a_job_was_run() {
    let tibro = with_plan("tibro");
    let ending = tibro.run(&["--json", "due", "--run", "--on", "2026-11-20"]);
    assert_eq!((ending.code, ending.stdout.lines().count()), (0, 1), "{ending:?}");
    let json: Value = serde_json::from_str(&ending.stdout).expect("JSON");
    assert_eq!([&json["datum"], &json["sena"], &json["nu"]], [&Value::from("2026-11-20"), &0.into(), &0.into()]);
    assert_eq!(json["slutkod"], 0);
}

#[test]
fn the_calendar_speaks_english_but_for_what_the_config_says() {
    let tibro = with_plan("tibro");
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--lang", "en", "--config"])
        .arg(tibro.path("kaa.toml"))
        .args(["due", "--on", "2026-11-20"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        text.starts_with(
            "Tibro, calendar 2026-11-20\n\nNow\n  Månadsavstämning KAA/IKE\n    about 2026-11-20, today\n"
        ),
        "{text}"
    );
    assert!(text.contains("Gallring: those who turned 21 this year\n    by 2026-12-31, in 41 days"), "{text}");
    assert!(text.contains("Without a date\n"), "{text}");
}

// --- The config ---

#[test]
fn a_calendar_that_means_nothing_is_refused_with_what_can_stand_there() {
    let refused = |entry: &str, wanted: &str| {
        let workspace = Workspace::empty();
        workspace.config_with(&format!("[[kalender]]\nvad = \"Möte\"\n{entry}\n"));
        let ending = workspace.run(&["due"]);
        assert_eq!(ending.code, 2, "{entry}: {ending:?}");
        ending.says(&[wanted]);
    };
    refused("", "kalender.vad är \"Möte\", väntade en tid");
    refused("vecka = 27\nmanadens_dag = 20", "väntade en tid");
    refused("vecka = 54", "kalender.vecka är \"54\", väntade ett tal från 1 till 53");
    refused("manadens_dag = 0", "kalender.manadens_dag är \"0\"");
    refused("manader = [13]", "kalender.manader är \"13\"");
    refused("dagar = [\"31-12\"]", "kalender.dagar är \"31-12\", väntade en dag som \"06-30\"");
    refused("veckors_mellanrum = 2\nfran = \"i januari\"", "kalender.fran är \"i januari\"");
    refused("vecka = 27\nfran = \"2027-01-12\"", "väntade veckors_mellanrum");
    refused("ganger = { antal = 2, per = \"kvartal\" }", "kalender.ganger.per är \"kvartal\"");
    refused("ganger = { minst = 3, hogst = 2, per = \"ar\" }", "kalender.ganger");
    refused("vecka = 27\njobb = \"moten\"", "kalender.jobb är \"moten\"");
    refused("vecka = 27\nveckodag = 1", "okänd nyckel \"veckodag\"");
}

// --- Schedulers ---

/// Compares with a file of `tests/golden/schedule`; the places of this machine are named. Set the variable to write it anew.
fn golden(workspace: &Workspace, target: &str) -> String {
    let ending = workspace.run(&["schedule", "--for", target, "--on", "2026-11-20"]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let folder = workspace.path("");
    let folder = folder.display().to_string();
    let text = ending
        .stdout
        .replace(env!("CARGO_BIN_EXE_kaa"), "/usr/bin/kaa")
        .replace(folder.trim_end_matches('/'), "/srv/kaa");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/schedule/{target}.txt"));
    if std::env::var_os(WRITE_GOLDEN).is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(&path, &text).expect("the file is written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text, expected, "{target}");
    ending.stdout
}

#[test]
fn units_for_systemd() {
    let tibro = with_plan("tibro");
    let text = golden(&tibro, "systemd");
    let folder = tibro.path("units");
    fs::create_dir(&folder).expect("a folder");
    let mut files: Vec<PathBuf> = Vec::new();
    for part in text.split("\n# --- ").skip(1) {
        let (name, unit) = part.split_once(" ---\n").expect("a part has a name");
        files.push(folder.join(name));
        fs::write(folder.join(name), unit).expect("the unit is written");
    }
    assert_eq!(files, [folder.join("kaa-1472.service"), folder.join("kaa-1472.timer")]);
    let verified =
        Command::new("systemd-analyze").args(["verify", "--man=no", "--recursive-errors=no"]).args(&files).output();
    let verified = verified.expect("systemd-analyze is installed");
    let said = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("kaa-1472")).collect();
    assert!(verified.status.success() && ours.is_empty(), "{said}");
}

#[test]
fn a_line_for_cron_and_a_task_for_windows() {
    let tibro = with_plan("tibro");
    golden(&tibro, "cron");
    golden(&tibro, "windows");
}

/// The elements of an XML document, each as the path of names that leads to it, with its text. Refuses what is not
/// well formed.
fn elements(document: &str) -> Vec<(String, String)> {
    let body = document.strip_prefix("<?xml version=\"1.0\"?>").expect("a declaration without an encoding");
    let mut open: Vec<String> = Vec::new();
    let mut found: Vec<(String, String)> = Vec::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "what is opened last is closed first");
        } else {
            open.push(tag.split_whitespace().next().expect("a name").to_owned());
            found.push((open.join("/"), decoded(text)));
        }
        assert!(!text.contains('"') || text.trim_start().starts_with("--"), "{text}");
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

fn decoded(text: &str) -> String {
    let mut parts = text.split("&#");
    let mut decoded = parts.next().expect("a beginning").to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').expect("a reference ends");
        decoded.push(number.parse().ok().and_then(char::from_u32).expect("a letter"));
        decoded += rest;
    }
    assert!(!decoded.contains('&') || text.contains("&#38;"), "{text}");
    decoded.trim().to_owned()
}

/// By the schema that Microsoft publishes for tasks (MS-TSCH 2.5): what may stand in what, and where it is a sequence, in
/// which order.
#[test]
fn the_task_for_windows_is_valid_by_its_schema() {
    let workspace = Workspace::new();
    let municipality =
        "[kommun]\nkod = \"1880\"\nnamn = \"Örebro & <Å>\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    fs::create_dir_all(workspace.path("å & \"ö\"")).expect("a folder with letters of every kind");
    fs::write(workspace.path("å & \"ö\"/kaa.toml"), municipality).expect("a config");
    let config = workspace.path("å & \"ö\"/kaa.toml").display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(["--config", &config, "schedule", "--for", "windows", "--on", "2026-11-20"])
        .output()
        .expect("the program runs");
    assert!(output.stdout.is_ascii(), "whatever encoding a console has, the letters are the same");
    let document = String::from_utf8(output.stdout).expect("ASCII");
    assert!(
        document.contains("<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">")
    );
    let elements = elements(&document);
    let allowed = [
        ("Task", "RegistrationInfo Triggers Principals Settings Actions"),
        ("Task/RegistrationInfo", "Description"),
        ("Task/Triggers", "CalendarTrigger"),
        ("Task/Triggers/CalendarTrigger", "StartBoundary ScheduleByDay"),
        ("Task/Triggers/CalendarTrigger/ScheduleByDay", "DaysInterval"),
        (
            "Task/Settings",
            "MultipleInstancesPolicy DisallowStartIfOnBatteries StopIfGoingOnBatteries StartWhenAvailable \
             RunOnlyIfNetworkAvailable ExecutionTimeLimit Enabled",
        ),
        ("Task/Actions", "Exec"),
        ("Task/Actions/Exec", "Command Arguments WorkingDirectory"),
    ];
    for (path, _) in elements.iter().skip(1) {
        let (parent, name) = path.rsplit_once('/').expect("an inner element");
        let names = allowed.iter().find(|(known, _)| *known == parent).map(|(_, names)| *names);
        assert!(names.is_some_and(|names| names.split_whitespace().any(|known| known == name)), "{path}");
    }
    let unique: BTreeSet<&String> = elements.iter().map(|(path, _)| path).collect();
    assert_eq!(unique.len(), elements.len(), "each once");
    let at = |path: &str| elements.iter().position(|(known, _)| known == path).unwrap_or_else(|| panic!("no {path}"));
    let text = |path: &str| elements[at(path)].1.clone();
    assert!(at("Task/Triggers/CalendarTrigger/StartBoundary") < at("Task/Triggers/CalendarTrigger/ScheduleByDay"));
    assert_eq!(text("Task/Triggers/CalendarTrigger/StartBoundary"), "2026-11-20T06:15:00");
    assert_eq!(text("Task/Settings/StartWhenAvailable"), "true", "what was missed is made up for");
    assert_eq!(text("Task/Settings/MultipleInstancesPolicy"), "IgnoreNew");
    assert!(text("Task/RegistrationInfo/Description").contains("Örebro & <Å>"));
    assert_eq!(text("Task/Actions/Exec/Arguments"), format!("--config \"{config}\" due --run"));
    assert_eq!(text("Task/Actions/Exec/Command"), env!("CARGO_BIN_EXE_kaa"));
}

/// A line of an iCalendar file.
struct Property {
    name: String,
    parameters: String,
    value: String,
}

/// Reads a file by RFC 5545: lines of at most 75 octets that end with CRLF (3.1), a name with parameters and a value,
/// texts without bare commas, semicolons and control characters (3.3.11).
fn properties(file: &[u8]) -> Vec<Property> {
    let text = std::str::from_utf8(file).expect("UTF-8 (3.1.4)");
    assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "no line is longer than 75 octets");
    let unfolded = text.replace("\r\n ", "");
    let read = |line: &str| {
        let (head, value) = line.split_once(':').expect("a value");
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        assert!(name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '-'), "{line}");
        assert!(!value.contains(char::is_control), "{line}");
        Property { name: name.to_owned(), parameters: parameters.to_owned(), value: value.to_owned() }
    };
    unfolded.split_terminator("\r\n").map(read).collect()
}

/// A text value, as it was before it was escaped.
fn plain(value: &str) -> String {
    let mut plain = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped @ ('\\' | ';' | ',')) => plain.push(escaped),
                other => panic!("{other:?} is no escape, in {value}"),
            },
            ';' | ',' => panic!("{letter} is bare, in {value}"),
            _ => plain.push(letter),
        }
    }
    plain
}

/// The events of a file, each by the names of its properties; asserts the form of the whole.
fn events(file: &[u8]) -> Vec<std::collections::BTreeMap<String, Property>> {
    let mut lines = properties(file).into_iter();
    let mut next = || lines.next().map(|line| (format!("{}:{}", line.name, line.value), line));
    assert_eq!(next().expect("a line").0, "BEGIN:VCALENDAR");
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    loop {
        let (text, line) = next().expect("the calendar ends");
        match text.as_str() {
            "END:VCALENDAR" => break,
            "BEGIN:VEVENT" => {
                let mut event = std::collections::BTreeMap::new();
                loop {
                    let (text, line) = next().expect("the event ends");
                    if text == "END:VEVENT" {
                        break;
                    }
                    let name = line.name.clone();
                    assert!(event.insert(name.clone(), line).is_none(), "{name} stands twice in an event");
                }
                events.push(event);
            }
            _ => assert!(seen.insert(line.name.clone()), "{} stands twice", line.name),
        }
    }
    assert!(next().is_none(), "nothing stands after the end");
    assert!(["PRODID", "VERSION"].iter().all(|name| seen.contains(*name)), "{seen:?}");
    events
}

#[test]
fn a_calendar_file_is_read_by_the_rules_of_its_format() {
    let workspace = Workspace::empty();
    workspace.config_with(
        "[[kalender]]\nvad = \"Möte; ett, två\\\\tre\"\nansvarig = \"Ö\"\nord = \"rad 1\\r\\nrad 2\\u0007, \
         åååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååååå\"\nvecka = 27\n\
         [[kalender]]\nvad = \"Möte; ett, två\\\\tre\"\nvecka = 27\n",
    );
    for (config, least) in [("nacka", 3), ("vara", 3), ("essunga", 3), ("tibro", 10), ("", 2)] {
        let workspace = if config.is_empty() { &workspace } else { &with_plan(config) };
        let file = workspace.run(&["schedule", "--for", "ics", "--on", "2026-11-20"]).stdout;
        let events = events(file.as_bytes());
        assert!(events.len() >= least, "{config}: {} events", events.len());
        let mut identities = BTreeSet::new();
        for event in &events {
            let value = |name: &str| event.get(name).unwrap_or_else(|| panic!("no {name}")).value.as_str();
            assert!(identities.insert(value("UID").to_owned()), "{} stands twice", value("UID"));
            assert_eq!(value("DTSTAMP"), "20261120T000000Z", "the day that was asked for, no clock");
            let [first, after] = ["DTSTART", "DTEND"].map(|name| {
                assert_eq!(event[name].parameters, "VALUE=DATE");
                chrono::NaiveDate::parse_from_str(value(name), "%Y%m%d").expect("a day")
            });
            assert!(after > first, "the end is the day after the last (3.6.1)");
            assert!(!plain(value("SUMMARY")).is_empty());
            event.get("DESCRIPTION").map(|line| plain(&line.value));
        }
        let again = workspace.run(&["schedule", "--for", "ics", "--on", "2026-11-20"]).stdout;
        assert!(again == file, "the same day gives the same bytes");
    }
    let file = workspace.run(&["schedule", "--for", "ics", "--on", "2026-11-20"]).stdout;
    let ours = events(file.as_bytes())
        .into_iter()
        .find(|event| plain(&event["SUMMARY"].value).contains("Möte; ett, två\\tre"));
    let description = plain(&ours.expect("the entry of the config")["DESCRIPTION"].value);
    assert!(description.contains("rad 1\nrad 2, ååå"), "{description}");
}

#[test]
fn a_calendar_file_has_the_same_bytes_and_identities_each_time() {
    let essunga = with_plan("essunga");
    let text = golden(&essunga, "ics");
    assert!(
        text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')),
        "lines end with CRLF and are folded"
    );
    let identities = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect()
    };
    let unique: BTreeSet<String> = identities(&text).into_iter().collect();
    assert_eq!(unique.len(), identities(&text).len());
    // A later year holds what the first had left, under the same identities.
    let later = essunga.run(&["schedule", "--for", "ics", "--on", "2027-01-01"]).stdout;
    let kept: Vec<String> = identities(&text).into_iter().filter(|identity| !identity.contains("-2026")).collect();
    assert!(kept.iter().all(|identity| identities(&later).contains(identity)), "{kept:?}");
}
