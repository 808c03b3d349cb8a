//! Several municipalities in one run: each has what it would have alone, and none stops another.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::read_list;
use tempfile::TempDir;

const MONTHS: [&str; 2] = ["2026-10-20", "2026-11-20"];
const NAMES: [(&str, &str); 3] = [("1445", "1445-essunga"), ("1470", "1470-vara"), ("1472", "1472-tibro")];

/// An invented federation of three municipalities between which youths move.
struct Federation {
    folder: TempDir,
}

#[derive(Debug)]
struct Ending {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Federation {
    /// Registers that all share; decisions, casework and registrations of each its own.
    fn shared() -> Self {
        Self::of(&[])
    }

    /// Every source of each its own.
    fn separate() -> Self {
        Self::of(&["--egna-kallor"])
    }

    fn of(more: &[&str]) -> Self {
        let federation = Self { folder: TempDir::new().expect("a temporary folder") };
        let folder = federation.folder.path().to_string_lossy().into_owned();
        let mut arguments = vec!["synth", &folder, "--kommuner", "1445,1470,1472", "--ungdomar", "900", "--fro", "5"];
        arguments.extend(more);
        let made = kaa(&arguments, 2);
        assert_eq!(made.code, 0, "{}", made.stderr);
        federation
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ending {
        let config = self.path("kaa.toml").to_string_lossy().into_owned();
        let mut all = vec!["--lang", "sv", "--config", &config];
        all.extend(arguments);
        kaa(&all, 2)
    }

    fn months(&self, more: &[&str]) {
        for as_of in MONTHS {
            let mut arguments = vec!["monthly", "--as-of", as_of];
            arguments.extend(more);
            let ending = self.run(&arguments);
            assert_eq!(ending.code, 0, "{}", ending.stderr);
        }
    }

    /// Every file of the runs of a municipality.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for as_of in MONTHS {
            let run = self.path("output").join(folder).join(format!("manad-{as_of}"));
            for entry in fs::read_dir(&run).expect("a run") {
                let path = entry.expect("a file").path();
                files.insert(format!("{as_of}/{}", name(&path)), fs::read(&path).expect("a file of the run"));
            }
        }
        files
    }

    fn overview(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let rows = read_list(&self.path("output").join("oversikt.csv"));
        rows.into_iter().map(|row| (row["kommunkod"].clone(), row)).collect()
    }

    fn list(&self, folder: &str, as_of: &str, name: &str) -> Vec<BTreeMap<String, String>> {
        read_list(&self.path("output").join(folder).join(format!("manad-{as_of}")).join(name))
    }

    fn manifest(&self, folder: &str, as_of: &str) -> serde_json::Value {
        let path = self.path("output").join(folder).join(format!("manad-{as_of}")).join("korning.json");
        serde_json::from_slice(&fs::read(path).expect("a manifest")).expect("JSON")
    }

    /// Adds a line to a shared file.
    fn append(&self, file: &str, line: &str) {
        let path = self.path("inbox").join(file);
        let text = fs::read_to_string(&path).expect("a shared file");
        fs::write(&path, text + line + "\r\n").expect("the file is written");
    }
}

fn kaa(arguments: &[&str], threads: u32) -> Ending {
    let threads = threads.to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_kaa"))
        .args(arguments)
        .env("RAYON_NUM_THREADS", &threads)
        .env("POLARS_MAX_THREADS", &threads)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ending {
        code: output.status.code().expect("an exit code"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn each_municipality_has_the_bytes_that_it_has_alone() {
    let together = Federation::shared();
    together.months(&[]);
    let alone = Federation::shared();
    for (code, folder) in NAMES {
        alone.months(&["--endast", code]);
        let (here, there) = (together.files(folder), alone.files(folder));
        assert!(here.len() >= 24, "{code}: {} files", here.len());
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
        for (name, bytes) in &here {
            assert!(*bytes == there[name], "{code}: {name} differs");
        }
    }
}

#[test]
fn shared_sources_say_what_sources_of_its_own_say() {
    let (shared, separate) = (Federation::shared(), Federation::separate());
    shared.months(&[]);
    separate.months(&[]);
    let mut people = 0;
    for (code, folder) in NAMES {
        for as_of in MONTHS {
            for file in ["malgrupp.csv", "perioder.csv", "forandringar.csv"] {
                let rows = shared.list(folder, as_of, file);
                assert_eq!(rows, separate.list(folder, as_of, file), "{code} {as_of} {file}");
                people += rows.len();
            }
        }
    }
    assert!(people > 100, "{people} rows compared");
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let (one, two) = (Federation::shared(), Federation::shared());
    for (federation, threads) in [(&one, 1), (&two, 2)] {
        let config = federation.path("kaa.toml").to_string_lossy().into_owned();
        for as_of in MONTHS {
            assert_eq!(kaa(&["--config", &config, "monthly", "--as-of", as_of], threads).code, 0);
        }
    }
    for (code, folder) in NAMES {
        assert!(one.files(folder) == two.files(folder), "{code}");
    }
}

#[test]
fn every_row_of_a_shared_file_is_accounted_for_by_each_and_accepted_by_whom_it_concerns() {
    let federation = Federation::shared();
    federation.months(&[]);
    let mut accepted: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (_, folder) in NAMES {
        for input in federation.manifest(folder, MONTHS[1])["indata"].as_array().expect("inputs") {
            let rows = |name: &str| input["rader"][name].as_u64().expect("a number");
            let sum = rows("godkanda") + rows("avvisade") + rows("dubbletter") + rows("utanfor");
            assert_eq!(rows("lasta"), sum, "{input}");
            if input["gemensam"] == true {
                let of = accepted.entry(input["fil"].as_str().expect("a name").to_owned()).or_default();
                of.0 += rows("godkanda");
                of.1 = rows("lasta") - rows("dubbletter");
            }
        }
    }
    assert!(accepted.len() >= 10, "{accepted:?}");
    let (by_all, read) = accepted["folkbokforing-2026-11-16.csv"];
    assert!(by_all > 0 && by_all <= read, "a resident is resident in one municipality: {by_all} of {read}");
    let (by_all, _) = accepted["elevregister-2026-11-16.csv"];
    assert!(by_all > 0, "somebody's enrolments");
}

#[test]
fn a_rejected_row_of_a_shared_file_is_listed_by_whom_it_may_concern() {
    let federation = Federation::shared();
    let register = fs::read_to_string(federation.path("inbox/folkbokforing-2026-11-16.csv")).expect("the register");
    let tibro = register.lines().find(|row| row.split(';').nth(1) == Some("1472")).expect("somebody in Tibro");
    let tibro = tibro.split(';').next().expect("a number");
    let elevregister = "elevregister-2026-11-16.csv";
    let header = fs::read_to_string(federation.path("inbox").join(elevregister)).expect("the shared file");
    let columns: Vec<String> =
        header.lines().next().expect("a header").trim_start_matches('\u{feff}').split(';').map(str::to_owned).collect();
    let row = |number: &str, form: &str| {
        let cell = |column: &String| match column.as_str() {
            "personnummer" => number.to_owned(),
            "skolform" => form.to_owned(),
            "startdatum" => "2024-08-20".to_owned(),
            _ => String::new(),
        };
        columns.iter().map(cell).collect::<Vec<_>>().join(";")
    };
    federation.append(elevregister, &row(tibro, "GX"));
    federation.append(elevregister, &row("oläsligt", "GY"));
    federation.months(&[]);
    let listed = |folder| {
        let rows = federation.list(folder, MONTHS[1], "avvisade_rader.csv");
        rows.iter().map(|row| row["kolumn"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed("1472-tibro"), ["skolform", "personnummer"]);
    assert_eq!(listed("1470-vara"), ["personnummer"]);
    assert_eq!(listed("1445-essunga"), ["personnummer"]);
}

#[test]
fn a_row_of_a_part_that_stands_in_a_shared_file_too_counts_once() {
    let federation = Federation::shared();
    let shared = fs::read_to_string(federation.path("inbox/betyg-2026-10-19.csv")).expect("the shared file");
    let first: String = shared.split_inclusive('\n').take(2).collect();
    fs::write(federation.path("inbox/1470/betyg-2026-10-19.csv"), first).expect("the file is written");
    federation.months(&[]);
    let manifest = federation.manifest("1470-vara", "2026-10-20");
    let files = manifest["indata"].as_array().expect("files");
    let own = files.iter().find(|file| file["kalla"] == "betyg-1470").expect("the own file");
    assert_eq!((&own["rader"]["dubbletter"], &own["rader"]["godkanda"]), (&1.into(), &0.into()));
}

#[test]
fn what_breaks_one_municipality_stops_no_other() {
    let federation = Federation::shared();
    federation.months(&[]);
    let own = federation.path("inbox/1470/kontakter-2026-11-16.csv");
    assert!(own.is_file());
    fs::write(&own, "%PDF-1.7\n").expect("the file is written");
    fs::remove_dir_all(federation.path("output")).expect("the runs");
    let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 1, "{}", ending.stderr);
    assert!(ending.stderr.contains("Av 3 kommuner misslyckades 1 och 0 väntar på beslut."), "{}", ending.stderr);
    let overview = federation.overview();
    let status: Vec<&str> = NAMES.iter().map(|(code, _)| overview[*code]["status"].as_str()).collect();
    assert_eq!(status, ["KLAR", "FEL", "KLAR"]);
    assert!(overview["1470"]["skal"].contains("PDF"), "{overview:?}");
    assert!(federation.path("output/1472-tibro/manad-2026-11-20/malgrupp.csv").is_file());
}

#[test]
fn a_fault_in_the_own_file_of_one_stops_only_that_one() {
    let federation = Federation::shared();
    let own = federation.path("inbox/1470/kaa.toml");
    for (text, fault) in [
        ("[trapa]\n", "okänd nyckel \"trapa\""),
        ("[regler]\nskolplikt_sista_dag = \"31 juni\"\n", "regler.skolplikt_sista_dag är \"31 juni\""),
        ("[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n", "kommun.kod är \"1472\""),
        ("[arkiv]\nmottagare = [\"ingen\"]\n", "arkiv.mottagare"),
        ("trasig\n", "en nyckel utan värde"),
    ] {
        fs::write(&own, text).expect("the file is written");
        let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
        assert_eq!(ending.code, 1, "{text}: {}", ending.stderr);
        assert!(ending.stderr.contains("Av 3 kommuner misslyckades 1 och 0 väntar på beslut."), "{}", ending.stderr);
        assert!(ending.stderr.contains("inbox/1470/kaa.toml"), "the file is named: {}", ending.stderr);
        assert!(ending.stderr.contains(fault), "{text}: {}", ending.stderr);
        let rows = read_list(&federation.path("output/oversikt.csv"));
        let order: Vec<(&str, &str)> =
            rows.iter().map(|row| (row["kommunkod"].as_str(), row["status"].as_str())).collect();
        assert_eq!([order[0].0, order[1].0, order[2].0], ["1445", "1470", "1472"], "in the order of the file");
        assert_eq!(order[1].1, "FEL");
        assert!([order[0].1, order[2].1].iter().all(|status| ["KLAR", "OFORANDRAD"].contains(status)), "{order:?}");
        assert!(rows[1]["skal"].contains(fault), "{:?}", rows[1]);
        for command in [["check", "--as-of"], ["due", "--on"]] {
            let ending = federation.run(&[command[0], command[1], MONTHS[1]]);
            assert_eq!(ending.code, 1, "{command:?}: {}", ending.stderr);
            let others = format!("{}{}", ending.stdout, ending.stderr);
            assert!(ending.stderr.contains(fault) && others.contains("Tibro"), "{command:?}: {others}");
        }
    }
    // Asked for alone, there is nothing that runs.
    let alone = federation.run(&["--endast", "1470", "monthly", "--as-of", MONTHS[1]]);
    assert_eq!(alone.code, 2, "{}", alone.stderr);
    assert!(alone.stderr.contains("inbox/1470/kaa.toml"), "{}", alone.stderr);
    let another = federation.run(&["--endast", "1472", "monthly", "--as-of", MONTHS[1]]);
    assert_eq!(another.code, 0, "{}", another.stderr);
}

#[test]
fn a_fault_in_the_federations_own_file_stops_all() {
    let federation = Federation::shared();
    for code in ["1445", "1470", "1472"] {
        fs::write(federation.path(&format!("inbox/{code}/kaa.toml")), "[listor]\n").expect("the file is written");
    }
    let file = federation.path("kaa.toml");
    let text = fs::read_to_string(&file).expect("the config");
    for (more, fault) in [("[trapa]\n", "trapa"), ("[regler]\nskolplikt_sista_dag = \"x\"\n", "skolplikt_sista_dag")] {
        fs::write(&file, format!("{text}\n{more}")).expect("the config is written");
        let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
        assert_eq!(ending.code, 2, "{}", ending.stderr);
        assert!(ending.stderr.contains(fault) && !ending.stderr.contains("inbox"), "{}", ending.stderr);
        assert!(!federation.path("output").exists());
    }
}

#[test]
fn each_municipality_has_a_workbook_of_its_faults() {
    let federation = Federation::shared();
    let own = federation.path("inbox/1470/kontakter-2026-11-16.csv");
    let rows = fs::read_to_string(&own).expect("the contacts");
    fs::write(&own, rows + "fel;2026-01-01\r\n").expect("the file is written");
    let path = federation.path("fel.xlsx").to_string_lossy().into_owned();
    let ending = federation.run(&["check", "--as-of", MONTHS[1], "--xlsx", &path]);
    assert_eq!(ending.code, 3, "{}", ending.stderr);
    for code in ["1445", "1470", "1472"] {
        assert!(federation.path(&format!("fel-{code}.xlsx")).is_file(), "{code}: {}", ending.stderr);
    }
    assert!(!federation.path("fel.xlsx").exists());
}

#[test]
fn a_calendar_file_is_of_one_municipality() {
    let federation = Federation::shared();
    let all = federation.run(&["schedule", "--for", "ics", "--on", MONTHS[1]]);
    assert_eq!((all.code, all.stdout.as_str()), (2, ""), "the municipalities can have calendars of their own");
    let one = federation.run(&["--endast", "1472", "schedule", "--for", "ics", "--on", MONTHS[1]]);
    assert!(one.code == 0 && one.stdout.contains("UID:1472-"), "{}", one.stderr);
}

#[test]
fn what_one_municipality_has_done_is_not_shared() {
    let federation = Federation::shared();
    let own = federation.path("inbox/1470/kontakter-2026-11-16.csv");
    fs::rename(own, federation.path("inbox/kontakter-2026-11-16.csv")).expect("the file is moved");
    let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 1, "{}", ending.stderr);
    assert!(ending.stderr.contains("kontakter-2026-11-16.csv hör till en kommun"), "{}", ending.stderr);
    assert!(!federation.path("output").exists());
}

#[test]
fn a_municipality_whose_folder_is_gone_fails_and_is_not_taken_to_have_no_contacts() {
    let federation = Federation::shared();
    fs::remove_dir_all(federation.path("inbox/1470")).expect("the folder was there");
    let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 1, "{}", ending.stderr);
    assert!(ending.stderr.contains("2 av 3 kommuner avstämda."), "{}", ending.stderr);
    let overview = federation.overview();
    assert_eq!((overview["1470"]["status"].as_str(), overview["1472"]["status"].as_str()), ("FEL", "KLAR"));
    assert!(overview["1470"]["skal"].contains("1470"), "{overview:?}");
}

#[test]
fn the_purge_of_one_leaves_the_extracts_that_others_may_not_have_read() {
    let federation = Federation::shared();
    federation.months(&["--endast", "1472"]);
    let names = |folder: &str| {
        let entries = fs::read_dir(federation.path(folder)).expect("a folder");
        entries.map(|entry| name(&entry.expect("a file").path())).collect::<BTreeSet<_>>()
    };
    let (shared, own) = (names("inbox"), names("inbox/1472"));
    let ending = federation.run(&["--endast", "1472", "purge", "--yes", "--on", "2026-12-02"]);
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    assert_eq!(names("inbox"), shared);
    assert!(own.contains("kontakter-2026-10-16.csv") && !names("inbox/1472").contains("kontakter-2026-10-16.csv"));
}

#[test]
fn the_overview_tells_of_nobody_and_a_crash_that_left_one_half_written_is_cleared_away() {
    let federation = Federation::shared();
    let output = federation.path("output");
    fs::create_dir(&output).expect("a folder");
    let dead = output.join(".pagar-dead");
    fs::create_dir(&dead).expect("a folder");
    fs::write(dead.join("oversikt.csv"), "halv").expect("half an overview");
    federation.months(&[]);
    assert!(!dead.exists());
    let overview = fs::read_to_string(output.join("oversikt.csv")).expect("an overview");
    assert_eq!(support::whole_number(&overview), None);
}

#[test]
fn a_hold_of_one_is_told_in_the_overview_and_by_the_exit_code() {
    let federation = Federation::shared();
    let text = "[granser]\navvisade_rader = 0\navvisade_procent = 0\n";
    fs::write(federation.path("inbox/1472/kaa.toml"), text).expect("the file is written");
    let own = federation.path("inbox/1472/kontakter-2026-11-16.csv");
    let rows = fs::read_to_string(&own).expect("the contacts");
    fs::write(&own, rows + "fel;2026-01-01\r\n").expect("the file is written");
    let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 3, "{}", ending.stderr);
    let overview = federation.overview();
    assert_eq!(overview["1472"]["status"], "STOPPAD");
    assert_eq!(overview["1472"]["mapp"], "1472-tibro/manad-2026-11-20-stoppad");
    assert_eq!(overview["1470"]["status"], "KLAR");
}

#[test]
fn a_municipality_can_have_a_profile_of_its_own() {
    let federation = Federation::shared();
    let ladder = "[trappa]\n[[trappa.steg]]\nnamn = \"Brev 1\"\nsatt = [\"BREV\"]\nraknas_fran = \"registreringen\"\ninom = \"1 vecka\"\nansvarig = \"Teamet\"\n";
    fs::write(federation.path("inbox/1472/kaa.toml"), ladder).expect("the file is written");
    let ending = federation.run(&["monthly", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    let steps = |folder| {
        let rows = federation.list(folder, MONTHS[1], "kontaktlista.csv");
        rows.iter().map(|row| row["nasta_steg"].clone()).collect::<BTreeSet<_>>()
    };
    assert!(!steps("1472-tibro").contains(""), "{:?}", steps("1472-tibro"));
    assert_eq!(steps("1470-vara"), BTreeSet::from([String::new()]));
}

#[test]
fn a_command_about_one_person_asks_for_the_municipality() {
    let federation = Federation::shared();
    federation.months(&[]);
    let ending = federation.run(&["explain", "--as-of", MONTHS[1]]);
    assert_eq!(ending.code, 2);
    assert!(ending.stderr.contains("--endast"), "{}", ending.stderr);
    assert_eq!(federation.run(&["verify"]).code, 0);
    assert_eq!(federation.run(&["check", "--as-of", MONTHS[1]]).code, 0);
    let unknown = federation.run(&["--endast", "0180", "verify"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.contains("0180"), "{}", unknown.stderr);
}

#[test]
fn a_timer_runs_all_of_them_and_the_due_jobs_too() {
    let federation = Federation::shared();
    let units = federation.run(&["schedule", "--for", "systemd"]);
    assert_eq!(units.code, 0, "{}", units.stderr);
    assert!(units.stdout.contains("kaa-forbund.timer") && !units.stdout.contains("Essunga"), "{}", units.stdout);
    let ending = federation.run(&["due", "--run", "--on", MONTHS[1]]);
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    let again = federation.run(&["due", "--run", "--on", MONTHS[1]]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""), "cron mails nothing when nothing was due");
}

#[test]
fn the_timers_run_keeps_the_overview_current() {
    let federation = Federation::shared();
    // One of them reconciles on another day than the others.
    let own = "[[kalender]]\nvad = \"Avstämning\"\njobb = \"manad\"\nmanadens_dag = 25\n";
    fs::write(federation.path("inbox/1470/kaa.toml"), own).expect("its config");
    assert_eq!(federation.run(&["monthly", "--as-of", MONTHS[0]]).code, 0);
    let first = federation.overview();
    let ending = federation.run(&["--json", "due", "--run", "--on", MONTHS[1]]);
    assert_eq!((ending.code, ending.stdout.lines().count()), (0, 3), "a line for each: {ending:?}");
    let second = federation.overview();
    let days = |code: &str| [&first, &second].map(|overview| overview[code]["avstamningsdatum"].clone());
    assert_eq!(days("1445"), MONTHS, "its time had come");
    assert_eq!(days("1470"), [MONTHS[0], MONTHS[0]], "its time had not come: {second:?}");
    assert_eq!(second["1470"], first["1470"], "and its row stays as it was");
    // What is held is told once for all, and by the line of the one that it is about.
    fs::remove_file(federation.path("inbox/1470/kontakter-2026-11-16.csv")).expect("the contacts");
    fs::remove_file(federation.path("inbox/1470/kontakter-2026-10-16.csv")).expect("the contacts before");
    let held = federation.run(&["--json", "due", "--run", "--on", "2026-11-25"]);
    assert_eq!(held.code, 3, "{held:?}");
    assert_eq!(codes_by_line(&held), [("1445".to_owned(), 0), ("1470".to_owned(), 3), ("1472".to_owned(), 0)]);
    assert_eq!(federation.overview()["1470"]["status"], "STOPPAD");
}

/// The exit code in the line of each municipality, by its code.
fn codes_by_line(ending: &Ending) -> Vec<(String, i64)> {
    let lines = ending.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let read = |line: serde_json::Value| {
        (line["kommunkod"].as_str().expect("a code").to_owned(), line["slutkod"].as_i64().expect("a code"))
    };
    lines.map(read).collect()
}

#[test]
fn what_stops_all_of_them_stands_in_the_line_of_each() {
    let federation = Federation::shared();
    fs::write(federation.path("inbox/elevregister-2026-11-16.csv"), [0; 64]).expect("a broken file");
    let ending = federation.run(&["--json", "due", "--run", "--on", MONTHS[1]]);
    assert_eq!(ending.code, 1, "{ending:?}");
    assert_eq!(codes_by_line(&ending), ["1445", "1470", "1472"].map(|code| (code.to_owned(), 1)));
}

#[test]
fn one_whose_folder_of_runs_is_none_keeps_no_other_from_being_run() {
    let federation = Federation::shared();
    fs::create_dir(federation.path("output")).expect("the folder of the runs");
    fs::write(federation.path("output/1470-vara"), "no folder").expect("a file in its place");
    let ending = federation.run(&["--json", "due", "--run", "--on", MONTHS[1]]);
    assert_eq!(ending.code, 1, "{ending:?}");
    assert_eq!(
        codes_by_line(&ending),
        [("1445", 0), ("1470", 1), ("1472", 0)].map(|(code, end)| (code.to_owned(), end))
    );
    assert!(ending.stderr.contains("1470-vara"), "{ending:?}");
}

#[test]
fn a_config_that_means_no_municipality_says_which_word_is_wrong() {
    let federation = Federation::shared();
    let config = |members: &str, own: &str| {
        let text = format!(
            "[forbund]\nnamn = \"Prov\"\nkommuner = {members}\negen_mapp = \"{own}\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n"
        );
        fs::write(federation.path("kaa.toml"), text).expect("the config is written");
        federation.run(&["monthly", "--as-of", MONTHS[1]])
    };
    for (members, own, wanted) in [
        ("\"somliga\"", "inbox/{kod}", "forbund.kommuner är \"somliga\""),
        ("[]", "inbox/{kod}", "minst en kommunkod"),
        ("[\"1472\", \"1472\"]", "inbox/{kod}", "varje kommun en gång"),
        ("[\"9999\"]", "inbox/{kod}", "en svensk kommun"),
        ("[\"1472\"]", "inbox", "{kod}"),
    ] {
        let ending = config(members, own);
        assert_eq!(ending.code, 2, "{members}: {}", ending.stderr);
        assert!(ending.stderr.contains(wanted), "{members}: {}", ending.stderr);
    }
}
