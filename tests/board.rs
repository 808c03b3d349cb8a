//! The board report: every figure of a municipality that was counted by hand, and the command on whole municipalities.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use kaa::board::{Earlier, Facts, Figures, Report, Share, Sources, SpellFacts};
use kaa::calendar::HalfYear;
use kaa::config::{Board, Config};
use kaa::half_year::HalfYearView;
use kaa::ingest::Intake;
use kaa::month::Month;
use kaa::person::PersonalNumber;
use kaa::records::{Ground, Reason};
use serde::Deserialize;
use support::Workspace;

/// The municipality that was counted by hand, as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    person: Vec<Youth>,
    forvantat: BTreeMap<String, u64>,
    forvantat_ovrigt: Others,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Youth {
    nr: u64,
    fodd: String,
    kon: String,
    #[serde(default)]
    folkbokford_fran: Option<String>,
    #[serde(default)]
    utflytt: Option<String>,
    #[serde(default)]
    elevregister: Vec<String>,
    #[serde(default)]
    betyg: Vec<String>,
    #[serde(default)]
    kontakter: Vec<String>,
    #[serde(default)]
    kannedom: Vec<String>,
    #[serde(default)]
    atgarder: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    median_dagar: f64,
    undre_kvartil: i64,
    ovre_kvartil: i64,
    i_atgard_under_lasaret: u64,
}

const BOARD: &str = "
[[insats]]
namn = \"Praktik via arbetsmarknadsenheten\"
[namnd]
namn = \"Bildningsnämnden\"
kontakt_inom_dagar = 30
";

impl Youth {
    fn number(&self) -> String {
        // An even birth number is a woman's.
        let birth_number = if self.kon == "K" { 238 } else { 239 };
        PersonalNumber::with_check_digit(day(&self.fodd), birth_number).digits()
    }
}

/// The municipality's files in a workspace.
fn counted() -> (Workspace, Counted) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/board/handraknad.toml");
    let counted: Counted = toml::from_str(&fs::read_to_string(file).expect("the file")).expect("it is understood");
    let workspace = Workspace::empty();
    workspace.config_with(BOARD);
    let people = &counted.person;
    let numbers: BTreeSet<String> = people.iter().map(Youth::number).collect();
    assert_eq!(numbers.len(), people.len(), "two youths with one number");
    let here = people.iter().filter(|youth| youth.utflytt.is_none()).map(|youth| {
        let from = youth.folkbokford_fran.as_ref().unwrap_or(&youth.fodd);
        format!("{};1472;Sekretessa;Hemligsson;;Gömstigen {};54301;Lönnköping;{from};;SAKNAS", youth.number(), youth.nr)
    });
    workspace.file("folkbokforing-2026-11-16.csv", support::table(support::REGISTER_HEADER, here));
    let moved = people
        .iter()
        .filter_map(|youth| Some(format!("{};UTFLYTT;{};1472;1473", youth.number(), youth.utflytt.as_ref()?)));
    workspace.file(
        "folkbokforing_andringar-2026-11-16.csv",
        support::table("personnummer;handelse;datum;fran_kommunkod;till_kommunkod", moved),
    );
    let rows = |of: fn(&Youth) -> &Vec<String>| -> Vec<String> {
        people.iter().flat_map(|youth| of(youth).iter().map(|row| format!("{};{row}", youth.number()))).collect()
    };
    for (name, header, rows) in [
        (
            "elevregister",
            "skolform;studievag;startdatum;slutdatum;beraknat_slut;avbrottsorsak",
            rows(|of| &of.elevregister),
        ),
        ("betyg", "typ;datum", rows(|of| &of.betyg)),
        ("kontakter", "datum;kontaktsatt;mottagare;utfall;sysselsattning;erbjudande", rows(|of| &of.kontakter)),
        ("kannedom", "datum;kalla;sysselsattning", rows(|of| &of.kannedom)),
        (
            "atgarder",
            "startdatum;innehall;insats;utvarderad;slutdatum;grund_avslut;sysselsattning_efter",
            rows(|of| &of.atgarder),
        ),
    ] {
        workspace.file(&format!("{name}-2026-11-16.csv"), support::table(&format!("personnummer;{header}"), rows));
    }
    (workspace, counted)
}

fn half(text: &str) -> HalfYear {
    text.parse().expect("a half-year")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The figures of a workspace's half-year.
fn figures(workspace: &Workspace, period: &str, as_of: &str) -> Figures {
    let config = Config::read(&workspace.path("kaa.toml")).expect("the config");
    let mut intake = Intake::read(&config, day(as_of));
    let rejected: u64 = intake.files.iter().map(|file| file.balance.rejected).sum();
    assert!(intake.faults.is_empty() && rejected == 0, "{rejected} rows rejected");
    let month = Month::decide(&config, &mut intake, None, day(as_of));
    Figures::count(&Facts::of(&HalfYearView::new(half(period), &month)), config.board.contact_days)
}

#[test]
fn every_figure_is_as_it_was_counted_by_hand() {
    let (workspace, counted) = counted();
    let figures = figures(&workspace, "2026H1", support::AS_OF);
    figures.reconcile().expect("the parts make the wholes");
    let name = |cell: &kaa::board::Cell| match (cell.definition.key, &*cell.category.code) {
        ("grupp", _) => format!("grupp {}", cell.to),
        (key, "") => key.to_owned(),
        (key, category) => format!("{key} {category}"),
    };
    let found: BTreeMap<String, u64> =
        figures.cells.iter().filter(|cell| cell.value > 0).map(|cell| (name(cell), cell.value)).collect();
    assert_eq!(found, counted.forvantat);
    let others = counted.forvantat_ovrigt;
    let days = figures.days.expect("somebody was reached");
    assert_eq!((days.median, days.lower, days.upper), (others.median_dagar, others.undre_kvartil, others.ovre_kvartil));
    assert_eq!(figures.year.map(|year| year.measured), Some(others.i_atgard_under_lasaret));
}

#[test]
fn the_meeting_and_the_board_count_the_group_of_a_day_alike() {
    let (workspace, _) = counted();
    for as_of in ["2026-11-16", support::AS_OF, "2026-12-31"] {
        let config = Config::read(&workspace.path("kaa.toml")).expect("the config");
        let mut intake = Intake::read(&config, day(as_of));
        let month = Month::decide(&config, &mut intake, None, day(as_of));
        let board = Figures::count(&Facts::of(&HalfYearView::new(half("2026H2"), &month)), None);
        let value = |key: &str, category: &str| -> u64 {
            let found = board.cells.iter().rfind(|cell| cell.definition.key == key && *cell.category.code == *category);
            found.expect("a figure").value
        };
        let meeting = kaa::report::Counts::of(&month, &intake, &[]);
        assert!(meeting.group > 0 && meeting.never_contacted > 0);
        assert_eq!(board.cells[kaa::board::END].value, meeting.group, "{as_of}");
        assert_eq!(value("ej_nadda.forsok", "ALDRIG_KONTAKTADE"), meeting.never_contacted, "{as_of}");
        let parts = |key: &str| -> BTreeMap<String, u64> {
            let cells = board.cells.iter().filter(|cell| cell.definition.key == key && cell.value > 0);
            cells.map(|cell| (cell.category.label.to_string(), cell.value)).collect()
        };
        let ages = kaa::report::by_age(&month).into_iter().fold(BTreeMap::new(), |mut classes, (age, count)| {
            // The board's classes have everyone of 16 or less together, and of 19 or more.
            *classes.entry(age.clamp(16, 19).to_string()).or_insert(0) += count;
            classes
        });
        for (class, count) in ages {
            assert_eq!(value("grupp.alder", &class), count, "{as_of} {class}");
        }
        let reasons: BTreeMap<String, u64> =
            kaa::report::by_reason(&month).into_iter().map(|(label, count)| (label.to_owned(), count)).collect();
        assert_eq!(parts("grupp.orsak"), reasons, "{as_of}");
        let outreach = || month.people.iter().filter_map(|person| person.outreach.as_ref());
        let reached = outreach().filter(|outreach| outreach.last_contact.is_some()).count();
        assert_eq!(value("grupp.kontakt", "NADDA"), reached as u64, "{as_of}");
        let known = |outreach: &&kaa::outreach::Outreach| {
            outreach.occupation.is_some_and(|(what, _)| what != kaa::records::Occupation::Unknown)
        };
        assert_eq!(value("grupp.sysselsattning", "KAND"), outreach().filter(known).count() as u64, "{as_of}");
    }
}

#[test]
fn figures_that_do_not_add_up_are_refused() {
    let (workspace, _) = counted();
    let figures = figures(&workspace, "2026H1", support::AS_OF);
    for at in 0..figures.cells.len() {
        let mut changed = figures.clone();
        changed.cells[at].value += 1;
        // A whole without a breakdown and outside the flow has nothing to contradict.
        let is_alone =
            at >= kaa::board::FLOW && figures.sums.iter().all(|sum| sum.parent != at && !sum.children.contains(&at));
        assert_eq!(changed.reconcile().is_err(), !is_alone, "{:?}", figures.cells[at]);
    }
}

/// So many spells that last over two years, some with a measure and a ground.
fn spells(
    count: usize,
    from: &str,
    last: Option<&str>,
    ground: Option<Ground>,
    measure: Option<&str>,
) -> Vec<SpellFacts> {
    let spell = SpellFacts {
        from: day(from),
        last: last.map(day),
        age: 18,
        woman: false,
        reason: Reason::Interrupted,
        ground,
        flagged: false,
        attempted: true,
        first_contact: Some(day(from)),
        offered: true,
        occupation: None,
        measures: measure.map(|start| (day(start), day(start))).into_iter().collect(),
    };
    vec![spell; count]
}

fn report(period: &str, spells: &[Vec<SpellFacts>], earlier: &[Earlier], board: &Board) -> Report {
    let period = half(period);
    let facts =
        Facts { period, until: period.last(), spells: spells.concat(), measures: Vec::new(), sources: Sources::ALL };
    Report::new(Figures::count(&facts, None), earlier, board)
}

#[test]
fn the_kolada_measures_are_made_of_the_two_half_years_of_a_school_year() {
    let board = Board { inhabitants: BTreeMap::from([(2025, 1_000)]), ..Board::default() };
    // In the autumn 30 stay, 10 leave for a national programme, 5 move; 20 have a measure. In the spring 20 more come, 10 of
    // whom leave for a programme; 15 have a measure, 5 of whom had one in the autumn.
    let programme = Some(Ground::NationalProgramme);
    let autumn_parts = [
        spells(20, "2025-01-10", None, None, Some("2025-09-01")),
        spells(10, "2025-01-10", None, None, None),
        spells(10, "2025-08-01", Some("2025-10-31"), programme, None),
        spells(5, "2025-01-10", Some("2025-10-31"), Some(Ground::MovedOut), None),
    ];
    let autumn = report("2025H2", &autumn_parts, &[], &board);
    let mut both = spells(5, "2025-01-10", None, None, Some("2025-09-01"));
    both.iter_mut().for_each(|spell| spell.measures.push((day("2026-02-01"), day("2026-02-01"))));
    let spring = [
        both,
        spells(15, "2025-01-10", None, None, Some("2025-09-01")),
        spells(10, "2025-01-10", None, None, Some("2026-02-01")),
        spells(10, "2026-01-20", None, None, None),
        spells(10, "2026-01-20", Some("2026-03-31"), programme, None),
        spells(10, "2025-08-01", Some("2025-10-31"), programme, None),
        spells(5, "2025-01-10", Some("2025-10-31"), Some(Ground::MovedOut), None),
    ];
    let earlier = Earlier::read(half("2025H2"), &autumn.key_figures()).expect("its own file");
    let shares = |report: &Report| -> Vec<Option<Share>> {
        report.kolada.iter().map(|(_, result)| result.as_ref().ok().copied()).collect()
    };
    let share = |part, whole| Some(Share { part, whole });
    let together = report("2026H1", &spring, &[earlier], &board);
    assert_eq!(shares(&together), [share(65, 1_000), share(5, 65), share(20, 65), share(30, 65)]);
    // Who left on the first day of the school year has no day in it: six who moved, or five of them and one other.
    let with_first_day = |moved: usize, others: usize| {
        let first_day = |count, ground| spells(count, "2025-01-10", Some("2025-06-30"), Some(ground), None);
        let more = [first_day(moved, Ground::MovedOut), first_day(others, Ground::Turned20)];
        let parts = |of: &[Vec<SpellFacts>]| [of, &more[..]].concat();
        let autumn = report("2025H2", &parts(&autumn_parts), &[], &board);
        assert_eq!(autumn.value(kaa::board::FIRST_DAY), Some((moved + others) as u64));
        let earlier = Earlier::read(half("2025H2"), &autumn.key_figures()).expect("its own file");
        shares(&report("2026H1", &parts(&spring), &[earlier], &board))
    };
    assert_eq!(with_first_day(6, 0), shares(&together));
    assert_eq!(with_first_day(5, 1), [share(65, 1_000), None, None, share(30, 65)]);
    // Without the autumn's report, and in the autumn, each says why.
    for alone in [report("2026H1", &spring, &[], &board), autumn] {
        assert_eq!(shares(&alone), [None; 4]);
        assert!(alone.kolada.iter().all(|(_, result)| !result.as_ref().unwrap_err().words().is_empty()));
    }
}

fn namnd(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.municipality_folder().join(name)
}

/// Every text of a workbook, hidden parts, comments and properties included.
fn all_parts(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(fs::read(path).expect("a workbook"))).expect("an archive");
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        assert!(!name.contains("comment") && !name.contains("customXml"), "{name}");
        part.read_to_string(&mut all).expect("XML");
    }
    all
}

#[test]
fn the_report_holds_no_personal_data_and_no_small_count() {
    let (workspace, counted) = counted();
    // One enrolment with a reason for an end that it does not have, so that there is something to notice.
    let path = workspace.path("inbox/elevregister-2026-11-16.csv");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace("2024-08-19;;2027-06-11;", "2024-08-19;;2027-06-11;AVBROTT")).expect("a file");
    let ending = workspace.run(&["board", "--period", "2026H1", "--as-of", support::AS_OF]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let run = namnd(&workspace, "namnd-2026H1");
    let parts = all_parts(&run.join("namndrapport_2026H1.xlsx"));
    let csv = fs::read_to_string(run.join("nyckeltal.csv")).expect("the key figures");
    for text in [&parts, &csv] {
        for youth in &counted.person {
            let number = youth.number();
            assert!(
                !text.contains(&number) && !text.contains(&number[2..8]) && !text.contains(&number[8..]),
                "{number}"
            );
        }
        assert!(support::SECRETS.iter().all(|secret| !text.contains(secret)));
    }
    // Neither does the manifest tell of small counts: the counts that the report shows, and how many they are.
    let manifest = fs::read_to_string(run.join("korning.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let entries = |list: &str| manifest[list].as_array().expect("a list").clone();
    assert!(!entries("indata").is_empty() && entries("indata").iter().all(|input| input.get("rader").is_none()));
    assert!(!entries("iakttagelser").is_empty());
    assert!(entries("iakttagelser").iter().all(|finding| finding.get("antal").is_none()));
    for (name, count) in manifest["antal"].as_object().expect("counts") {
        let is_of_cells = ["visade", "dolda"].contains(&name.as_str());
        assert!(is_of_cells || count.as_u64().is_some_and(|count| count == 0 || count >= 5), "{name}: {count}");
    }
    assert!(!parts.contains("state=\"hidden\"") && !parts.contains("hidden=\"1\""));
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(fs::read(run.join("namndrapport_2026H1.xlsx")).expect("it"))).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(
        names,
        [
            "Sammanfattning",
            "Gruppen",
            "Flöden",
            "Kontakt",
            "Åtgärder",
            "Mål",
            "Täckning och kvalitet",
            "Jämförelse",
            "Metod"
        ]
    );
    // Days since a source was extracted are no count of persons.
    for name in names.iter().filter(|name| *name != "Täckning och kvalitet") {
        for (row, column, cell) in book.worksheet_range(name).expect("a sheet").used_cells() {
            if let Data::Float(count) = cell {
                assert!(*count == 0.0 || *count >= 5.0, "{name} {row} {column}: {count}");
            }
        }
    }
}

#[test]
fn an_unfinished_half_year_is_marked_and_a_finished_one_compares_with_the_year_before() {
    let (workspace, _) = counted();
    let first_page = |period: &str| {
        let path = namnd(&workspace, &format!("namnd-{period}")).join(format!("namndrapport_{period}.xlsx"));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(fs::read(path).expect("it"))).expect("a workbook");
        let range = book.worksheet_range("Sammanfattning").expect("the first page");
        range.used_cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>().join("\n")
    };
    for (period, as_of) in [("2025H1", support::AS_OF), ("2026H1", support::AS_OF), ("2026H2", support::AS_OF)] {
        assert_eq!(workspace.run(&["board", "--period", period, "--as-of", as_of]).code, 0, "{period}");
    }
    assert!(first_page("2026H2").contains("Halvåret är inte slut: siffrorna gäller till och med 2026-11-20"));
    let finished = first_page("2026H1");
    assert!(!finished.contains("inte slut") && !finished.contains("Ingen rapport från samma halvår"), "{finished}");
    assert!(first_page("2025H1").contains("Ingen rapport från samma halvår förra året"));
}

#[test]
fn the_same_again_changes_nothing_and_a_half_year_to_come_is_refused() {
    let (workspace, _) = counted();
    let board = |period: &str| workspace.run(&["board", "--period", period, "--as-of", support::AS_OF]);
    assert_eq!((board("2026H1").code, board("2026H2").code), (0, 0));
    let again = board("2026H1");
    assert_eq!(again.code, 0);
    again.says(&["Oförändrat sedan förra gången"]);
    assert!(!namnd(&workspace, "namnd-2026H1-r2").exists());
    let early = board("2027H1");
    assert_eq!(early.code, 2, "{early:?}");
    early.says(&["har inte börjat"]);
    assert_eq!(board("2026").code, 2);
}

#[test]
fn the_config_of_the_board_is_checked_and_a_logo_must_be_a_picture() {
    let (workspace, _) = counted();
    let ends = |more: &str, wanted: &str| {
        workspace.config_with(&format!("{BOARD}{more}"));
        let ending = workspace.run(&["board", "--period", "2026H1", "--as-of", support::AS_OF]);
        assert_eq!(ending.code, 2, "{ending:?}");
        ending.says(&[wanted]);
    };
    ends("minsta_antal = 2\n", "namnd.minsta_antal");
    ends("folkmangd_16_19 = { i_fjol = 3 }\n", "namnd.folkmangd_16_19");
    ends("[[namnd.mal]]\nmal = \"Alla\"\nmatt = \"ALLA\"\nprocent = 100\n", "ATERGANG");
    ends("[[namnd.mal]]\nmal = \"Alla\"\nmatt = \"NADDA\"\nprocent = 101\n", "namnd.mal.procent");
    ends("logga = \"finns_inte.png\"\n", "finns_inte.png");
    ends("logga = \"kaa.toml\"\n", "namnd.logga");
}

/// Start, in, out, end and all of a report, as far as they are shown.
fn flow(report: &Report) -> [Option<u64>; 5] {
    std::array::from_fn(|at| report.value(at))
}

#[test]
fn who_left_on_the_first_day_has_no_day_in_the_half_year_and_few_of_them_hide_all() {
    let board = Board::default();
    let leave = |count, last: &str| spells(count, "2025-01-10", Some(last), Some(Ground::MovedOut), None);
    let of = |first_day: usize, later: usize| {
        let stay = spells(20, "2025-01-10", None, None, None);
        let come = spells(6, "2026-01-20", None, None, None);
        let parts = [stay, come, leave(first_day, "2025-12-31"), leave(later, "2026-02-10")];
        let report = report("2026H1", &parts, &[], &board);
        (flow(&report), report.value(kaa::board::FIRST_DAY))
    };
    assert_eq!(of(0, 5), ([Some(25), Some(6), Some(5), Some(26), Some(31)], Some(0)));
    assert_eq!(of(6, 5), ([Some(31), Some(6), Some(11), Some(26), Some(31)], Some(6)));
    // Two: start and in less all would tell them.
    assert_eq!(of(2, 5), ([Some(27), Some(6), Some(7), Some(26), None], None));
    // Six, but two left later: those who left less those of the first day would tell them.
    assert_eq!(of(6, 2), ([Some(28), Some(6), Some(8), Some(26), None], None));
}

#[test]
fn a_small_flow_is_hidden_with_what_would_tell_it_and_the_group_stays() {
    let board = Board::default();
    let stay = |count| spells(count, "2025-01-10", None, None, None);
    let leave = |count, month: &str| spells(count, "2025-01-10", Some(month), Some(Ground::MovedOut), None);
    let come = |count| spells(count, "2026-01-20", None, None, None);
    let of = |parts: &[Vec<SpellFacts>]| flow(&report("2026H1", parts, &[], &board));
    assert_eq!(of(&[stay(20), leave(5, "2026-02-10"), come(6)]), [Some(25), Some(6), Some(5), Some(26), Some(31)]);
    // Two left: with all but one of the five they could be worked out.
    assert_eq!(of(&[stay(20), leave(2, "2026-02-10"), come(6)]), [Some(22), None, None, Some(26), None]);
    // Who believes that both flows are small would know them from a difference of three.
    assert_eq!(of(&[stay(20), leave(1, "2026-02-10"), come(4)]), [None, None, None, Some(24), None]);
    // Three in all: nothing but zeros can be told.
    assert_eq!(of(&[stay(3)]), [None, Some(0), Some(0), None, None]);
}

#[test]
fn what_an_earlier_report_hid_at_its_end_is_not_told_at_the_next_start() {
    let board = Board::default();
    let parts = [
        spells(2, "2025-01-10", None, None, None),
        spells(20, "2025-01-10", Some("2025-09-30"), Some(Ground::MovedOut), None),
        spells(10, "2026-02-01", None, None, None),
    ];
    let autumn_parts = &parts[..2];
    let autumn = report("2025H2", autumn_parts, &[], &board);
    assert_eq!(flow(&autumn)[3], None);
    let earlier = Earlier::read(half("2025H2"), &autumn.key_figures()).expect("its own file");
    let spring = report("2026H1", &parts, &[earlier], &board);
    assert_eq!(flow(&spring), [None, None, None, Some(12), None]);
}

#[test]
fn a_breakdown_hides_small_classes_with_another_and_is_left_out_of_a_small_group() {
    let of = |reasons: &[(usize, Reason)]| {
        let with = |&(count, reason): &(usize, Reason)| {
            let mut of_reason = spells(count, "2025-01-10", None, None, None);
            of_reason.iter_mut().for_each(|spell| spell.reason = reason);
            of_reason
        };
        let parts: Vec<Vec<SpellFacts>> = reasons.iter().map(with).collect();
        let report = report("2026H1", &parts, &[], &Board::default());
        let shown = |(_, reason): &(usize, Reason)| {
            let (child, _) =
                report.class(&kaa::board::definitions::GROUP_REASON, kaa::records::Coded::code(*reason))?;
            report.value(child)
        };
        reasons.iter().map(shown).collect::<Vec<_>>()
    };
    use Reason::{Immigrated, Interrupted, MovedIn, StudyCertificate};
    assert_eq!(of(&[(20, Interrupted), (10, MovedIn)]), [Some(20), Some(10)]);
    // 3 would be what 33 leave: the least of the others goes with it.
    assert_eq!(
        of(&[(20, Interrupted), (10, MovedIn), (6, StudyCertificate), (3, Immigrated)]),
        [Some(20), Some(10), None, None]
    );
    assert_eq!(of(&[(9, Interrupted), (6, MovedIn), (3, Immigrated)]), [None; 3]);
}

#[test]
fn whole_per_cents_are_rounded_once() {
    let percent = |part, whole| Share { part, whole }.percent();
    // 45.45 is 45, though 45.5 would be 46.
    assert_eq!([percent(10, 22), percent(1, 2), percent(1, 200), percent(0, 0)], [45, 50, 1, 0]);
}

/// A group by reason: so many who stay of each, from the first day.
fn by_reason(groups: &[(usize, Reason, &str)]) -> Vec<Vec<SpellFacts>> {
    let with = |&(count, reason, from): &(usize, Reason, &str)| {
        let mut spells = spells(count, from, None, None, None);
        spells.iter_mut().for_each(|spell| spell.reason = reason);
        spells
    };
    groups.iter().map(with).collect()
}

fn shows(report: &Report, key: &str) -> bool {
    let sum = report.figures.sums.iter().find(|sum| sum.definition.key == key).expect("a breakdown");
    sum.children.iter().any(|&child| report.value(child).is_some())
}

#[test]
fn two_reports_do_not_tell_who_came_of_each_class() {
    let board = Board::default();
    let first = [(20, Reason::StudyCertificate, "2025-01-10"), (22, Reason::Interrupted, "2025-01-10")];
    let autumn = report("2025H2", &by_reason(&first), &[], &board);
    assert!(shows(&autumn, "grupp.orsak"));
    let earlier = [Earlier::read(half("2025H2"), &autumn.key_figures()).expect("its own file")];
    let with = |came: [usize; 2]| {
        let [one, other] = came;
        let more = [(one, Reason::StudyCertificate, "2026-02-10"), (other, Reason::Interrupted, "2026-02-10")];
        report("2026H1", &by_reason(&[&first[..], &more].concat()), &earlier, &board)
    };
    // Six came and none left: three of each.
    let spring = with([3, 3]);
    assert_eq!(flow(&spring), [Some(42), Some(6), Some(0), Some(48), Some(48)]);
    assert!(["grupp.orsak", "perioden.orsak", "in.orsak"].iter().all(|key| !shows(&spring, key)));
    // Six and seven are no small counts.
    let spring = with([6, 7]);
    assert!(["grupp.orsak", "in.orsak"].iter().all(|key| shows(&spring, key)));
}

#[test]
fn ages_a_year_apart_do_not_tell_who_came() {
    let board = Board::default();
    let aged = |groups: &[(usize, u8, &str)]| -> Vec<Vec<SpellFacts>> {
        let with = |&(count, age, from): &(usize, u8, &str)| {
            let mut spells = spells(count, from, None, None, None);
            spells.iter_mut().for_each(|spell| spell.age = age);
            spells
        };
        groups.iter().map(with).collect()
    };
    let first = report("2025H1", &aged(&[(20, 16, "2024-08-20"), (25, 17, "2024-08-20")]), &[], &board);
    assert!(shows(&first, "grupp.alder"));
    let earlier = [Earlier::read(half("2025H1"), &first.key_figures()).expect("its own file")];
    // Who was 16 is 17: as many more as are 17 now came.
    let year_later = |came: usize| {
        let groups = [(20, 17, "2024-08-20"), (25, 18, "2024-08-20"), (came, 17, "2025-09-01")];
        shows(&report("2026H1", &aged(&groups), &earlier, &board), "grupp.alder")
    };
    assert_eq!([year_later(0), year_later(3), year_later(6)], [true, false, true]);
}

#[test]
fn a_plan_without_goals_says_so() {
    let (workspace, _) = counted();
    assert_eq!(workspace.run(&["board", "--period", "2026H1", "--as-of", support::AS_OF]).code, 0);
    assert!(texts(&workspace, "2026H1").contains("Planens mål\nPlanen anger inget mått.\n"));
}

#[test]
fn a_report_made_again_does_not_tell_what_came_between() {
    let board = Board::default();
    let of = |until: &str, parts: &[Vec<SpellFacts>], earlier: &[Earlier]| {
        let begun = |spell: &SpellFacts| spell.from <= day(until);
        let spells = parts.concat().into_iter().filter(begun).collect();
        let facts =
            Facts { period: half("2026H2"), until: day(until), spells, measures: Vec::new(), sources: Sources::ALL };
        Report::new(Figures::count(&facts, None), earlier, &board)
    };
    let parts = [
        spells(20, "2025-01-10", None, None, None),
        spells(13, "2026-08-20", None, None, None),
        spells(2, "2026-11-20", None, None, None),
    ];
    let unfinished = of("2026-10-31", &parts, &[]);
    assert_eq!(flow(&unfinished)[..2], [Some(20), Some(13)]);
    let earlier = [Earlier::read(half("2026H2"), &unfinished.key_figures()).expect("its own file")];
    let finished = of("2026-12-31", &parts, &earlier);
    assert_eq!(flow(&finished), [Some(20), None, None, Some(35), None]);
    assert!(!shows(&finished, "in.manad"));
    // Once more with one more.
    let sexes = |women: usize| {
        let mut all = spells(25 + women - 11, "2025-01-10", None, None, None);
        all.iter_mut().take(women).for_each(|spell| spell.woman = true);
        all
    };
    let before = of("2026-12-31", &[sexes(11)], &[]);
    assert!(shows(&before, "grupp.kon"));
    let earlier = [Earlier::read(half("2026H2"), &before.key_figures()).expect("its own file")];
    let after = of("2026-12-31", &[sexes(12)], &earlier);
    assert!(!shows(&after, "grupp.kon") && flow(&after)[3].is_none());
    let same = of("2026-12-31", &[sexes(11)], &earlier);
    assert_eq!(same.shown, before.shown);
}

/// The rows of a report's `nyckeltal.csv`.
fn key_figures(workspace: &Workspace, period: &str) -> Vec<BTreeMap<String, String>> {
    let path = namnd(workspace, &format!("namnd-{period}")).join("nyckeltal.csv");
    let bytes = fs::read(path).expect("the key figures");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    csv::ReaderBuilder::new().delimiter(b';').from_reader(text).deserialize().map(|row| row.expect("a row")).collect()
}

/// Every text of a report's workbook.
fn texts(workspace: &Workspace, period: &str) -> String {
    let path = namnd(workspace, &format!("namnd-{period}")).join(format!("namndrapport_{period}.xlsx"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(fs::read(path).expect("it"))).expect("a workbook");
    let sheets: Vec<_> = book.worksheets().into_iter().map(|(_, range)| range).collect();
    sheets.iter().flat_map(|range| range.used_cells()).map(|(_, _, cell)| format!("{cell}\n")).collect()
}

#[test]
fn what_the_sources_do_not_tell_of_says_why_and_is_no_zero() {
    let lacking = |files: &[&str], without: &[(&str, usize)], figures: &[&str], reason: &str| {
        let (workspace, _) = counted();
        workspace.config_with(&format!(
            "{BOARD}[[namnd.mal]]\nmal = \"Alla nås\"\nmatt = \"NADDA\"\nprocent = 100\n\
             [[namnd.mal]]\nmal = \"Alla erbjuds\"\nmatt = \"ERBJUDNA\"\nprocent = 100\n\
             [[namnd.mal]]\nmal = \"Åter\"\nmatt = \"ATERGANG\"\nprocent = 90\n"
        ));
        for kind in files {
            fs::remove_file(workspace.path(&format!("inbox/{kind}-2026-11-16.csv"))).expect("a file");
        }
        for (kind, column) in without {
            let path = workspace.path(&format!("inbox/{kind}-2026-11-16.csv"));
            let text = fs::read_to_string(&path).expect("a file");
            let emptied = text.lines().enumerate().map(|(at, line)| {
                let mut cells: Vec<&str> = line.split(';').collect();
                if at > 0 {
                    cells[*column] = "";
                }
                cells.join(";") + "\n"
            });
            fs::write(&path, emptied.collect::<String>()).expect("a file");
        }
        let ending = workspace.run(&["board", "--period", "2026H1", "--as-of", support::AS_OF]);
        assert_eq!(ending.code, 0, "{ending:?}");
        let rows = key_figures(&workspace, "2026H1");
        for key in figures {
            let of_key: Vec<_> = rows.iter().filter(|row| row["nyckel"] == *key).collect();
            assert_eq!(of_key.len(), 1, "{key}: {of_key:?}");
            let cells = ["varde", "andel", "dold", "anmarkning"].map(|column| of_key[0][column].as_str());
            assert_eq!(cells, ["", "", "N", reason], "{key}");
        }
        assert!(texts(&workspace, "2026H1").contains(reason), "{reason}");
        // What does not rest on it is counted as ever.
        assert!(rows.iter().any(|row| row["nyckel"] == "grupp" && row["varde"] == "8"), "{rows:?}");
    };
    let contact = ["grupp.kontakt", "ej_nadda.forsok", "grupp.dagar", "frist", "frist.utfall"];
    lacking(&["kontakter"], &[], &contact, "Kan inte räknas: kommunens källor har inga uppgifter om kontakter");
    lacking(
        &["kannedom"],
        &[("kontakter", 5)],
        &["grupp.sysselsattning", "kand.genom", "kand.art"],
        "Kan inte räknas: kommunens källor har inga uppgifter om sysselsättning",
    );
    lacking(&[], &[("kontakter", 6)], &["grupp.erbjudna"], "Kan inte räknas: vid ingen kontakt står om något erbjöds");
    let measures = ["perioden.atgard", "atgarder.startade", "atgarder.avslutade", "atgarder.efter", "atergang"];
    lacking(&["atgarder"], &[], &measures, "Kan inte räknas: kommunens källor har inga uppgifter om åtgärder");
    lacking(
        &[],
        &[("atgarder", 4)],
        &["atgarder.utvarderade"],
        "Kan inte räknas: för ingen åtgärd står om den har utvärderats",
    );
    lacking(
        &[],
        &[("atgarder", 7)],
        &["atgarder.efter", "atergang", "atergang.utfall"],
        "Kan inte räknas: för ingen åtgärd står vad ungdomen gjorde efteråt",
    );
}
