//! The half-year file: what it tells of hand-made persons, its bytes by both layouts, its checks, and the sample's.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kaa::calendar::HalfYear;
use kaa::config::Config;
use kaa::config::{TomlFault, TomlProblem};
use kaa::half_year::HalfYearView;
use kaa::ingest::Intake;
use kaa::month::Month;
use kaa::person::PersonalNumber;
use kaa::records::{Kind, Municipality};
use kaa::scb::{
    Block, Changed, Event, Field, FileEvent, FileFault, Finding, Half, Layout, LayoutFault, Previous, Severity,
    Subject, Unwritable, Value as FileValue, differences, findings, in_layout, lay_out, read,
};
use kaa::texts::scb::Check;
use support::Workspace;
use toml::{Table, Value};

const BOOK: &str = include_str!("scb/halvar.toml");
const CHECKS: &str = include_str!("scb/kontroller.toml");
const FIVE_BLOCKS: &str = include_str!("../pipelines/scb/fem-block.toml");
const WITH_KNOWLEDGE: &str = include_str!("../pipelines/scb/kannedom.toml");
const PERIOD: &str = "2026H1";
const AS_OF: &str = "2026-11-20";
const EXTRACTED: &str = "2026-11-16";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn period(text: &str) -> HalfYear {
    text.parse().expect("a half-year")
}

/// A person of a book: the number, and the rows by table.
struct Person {
    case: String,
    number: PersonalNumber,
    rows: BTreeMap<Kind, Vec<Table>>,
    file: Vec<String>,
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn row(cells: &[(&str, &str)]) -> Table {
    cells.iter().map(|(key, value)| ((*key).to_owned(), Value::String((*value).to_owned()))).collect()
}

impl Person {
    fn read(mut table: Table) -> Self {
        let case = table.remove("fall").map(text).unwrap_or_default();
        let born = day(&text(table.remove("fodd").expect("fodd")));
        let birth_number = if table.remove("kvinna").is_some() { 238 } else { 239 };
        let number = PersonalNumber::with_check_digit(born, birth_number);
        let lines = |value: Value| value.try_into::<Vec<String>>().expect("a list of texts");
        let file = table.remove("filen").map(lines).unwrap_or_default();
        let mut rows: BTreeMap<Kind, Vec<Table>> = BTreeMap::new();
        for (key, value) in table {
            let kind = Kind::from_name(&key).unwrap_or_else(|| panic!("{case}: {key}"));
            rows.insert(kind, value.try_into().expect("a list of rows"));
        }
        rows.entry(Kind::PopulationRegister)
            .or_insert_with(|| vec![row(&[("folkbokford_fran", &born.to_string())])])
            .iter_mut()
            .for_each(|cells| {
                for (key, value) in [("kommunkod", "9901"), ("skydd", "SAKNAS")] {
                    cells.entry(key).or_insert_with(|| Value::String(value.to_owned()));
                }
            });
        rows.entry(Kind::StudentRegister).or_insert_with(|| {
            vec![row(&[
                ("skolform", "GY"),
                ("studievag", "NA"),
                ("startdatum", "2024-08-19"),
                ("slutdatum", "2026-01-09"),
                ("beraknat_slut", "2027-06-10"),
                ("avbrottsorsak", "AVBROTT"),
            ])]
        });
        Self { case, number, rows, file }
    }

    /// The number that the person had before: that of the day after.
    fn old_number(&self) -> PersonalNumber {
        PersonalNumber::with_check_digit(self.number.born().succ_opt().expect("a day"), 239)
    }

    fn lines(&self, kind: Kind) -> Vec<String> {
        let line = |cells: &Table| {
            for key in cells.keys() {
                assert!(kind.columns().iter().any(|column| column.name == key), "{}: {key}", self.case);
            }
            let cell = |name: &str| match (name, cells.get(name).cloned().map(text)) {
                ("personnummer", Some(_)) => self.old_number().digits(),
                ("personnummer", None) | ("nytt_personnummer", Some(_)) => self.number.digits(),
                (_, written) => written.unwrap_or_default(),
            };
            kind.columns().iter().map(|column| cell(column.name)).collect::<Vec<_>>().join(";")
        };
        self.rows.get(&kind).into_iter().flatten().map(line).collect()
    }
}

fn book() -> Vec<Person> {
    people(BOOK.parse::<Table>().expect("TOML").remove("person"))
}

fn people(list: Option<Value>) -> Vec<Person> {
    let tables: Vec<Table> = list.expect("persons").try_into().expect("a list of persons");
    tables.into_iter().map(Person::read).collect()
}

/// The persons as a municipality's month, by way of canonical files.
fn month(people: &[Person], as_of: &str) -> Month {
    let folder = tempfile::tempdir().expect("a folder");
    let inbox = folder.path().join("inbox");
    fs::create_dir(&inbox).expect("a folder");
    for &kind in Kind::ALL {
        let lines: Vec<String> = people.iter().flat_map(|person| person.lines(kind)).collect();
        if lines.is_empty() && kind != Kind::PopulationRegister {
            continue;
        }
        let header: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
        let all = [vec![header.join(";")], lines].concat().join("\n") + "\n";
        fs::write(inbox.join(format!("{}-{EXTRACTED}.csv", kind.name())), all).expect("a file");
    }
    let config =
        "[kommun]\nkod = \"9901\"\nnamn = \"Exempelby\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
    let config = Config::parse(config, folder.path()).expect("a config");
    let mut intake = Intake::read(&config, day(as_of));
    assert!(intake.faults.is_empty() && intake.rejects.is_empty(), "{:?} {:?}", intake.faults, intake.rejects);
    Month::decide(&config, &mut intake, None, day(as_of))
}

fn here() -> Municipality {
    Municipality::parse("9901").expect("a code")
}

/// Looks at the half-year of a month.
fn with_half<T>(month: &Month, look: impl FnOnce(&Half<'_>) -> T) -> T {
    let view = HalfYearView::new(period(PERIOD), month);
    look(&Half::of(&view, here(), &kaa::timeline::Law::default()))
}

/// `block day codes`, as the books write it.
fn line(event: &Event) -> String {
    let codes = Field::ALL.iter().filter_map(|&field| match event.coded(field) {
        Some(FileValue::Code(code)) => Some(code),
        _ => None,
    });
    let words: Vec<String> =
        [event.block().code().to_owned(), event.date.to_string()].into_iter().chain(codes.map(str::to_owned)).collect();
    words.join(" ")
}

#[test]
fn the_half_year_of_forty_five_persons_tells_what_the_book_says() {
    let people = book();
    assert_eq!(people.len(), 45);
    let month = month(&people, AS_OF);
    let wrong = with_half(&month, |half| {
        let mut wrong = Vec::new();
        for person in &people {
            let events = half.events();
            let mut found: Vec<String> =
                events.iter().filter(|event| event.number == person.number).map(|event| line(event)).collect();
            let mut expected = person.file.clone();
            found.sort();
            expected.sort();
            if found != expected {
                wrong.push(format!("{}\n  väntade {expected:#?}\n  fick {found:#?}", person.case));
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_deregistration_on_the_first_day_is_in_one_file_only() {
    let turned_20 = "[[person]]\nfodd = 2006-01-01\nelevregister = []\n";
    let month = month(&people(turned_20.parse::<Table>().expect("TOML").remove("person")), AS_OF);
    let told = |half_year: &str| {
        let view = HalfYearView::new(period(half_year), &month);
        let half = Half::of(&view, here(), &kaa::timeline::Law::default());
        (view.spells.len(), half.events().into_iter().map(line).collect::<Vec<_>>())
    };
    let registered = "registrering 2022-07-01 GRUNDSKOLA EJ_PABORJAT_GYMNASIET".to_owned();
    assert_eq!(told("2025H2"), (1, vec![registered.clone()]));
    assert_eq!(told("2026H1"), (0, vec![registered, "avregistrering 2026-01-01 FYLLT_20".to_owned()]));
    assert_eq!(told("2026H2"), (0, Vec::new()));
}

#[test]
fn the_book_has_every_block_and_every_code() {
    let lines: Vec<String> = book().into_iter().flat_map(|person| person.file).collect();
    let mut missing = Vec::new();
    for &field in Field::ALL {
        let Some((_, codes)) = field.codes() else { continue };
        for (code, _) in codes {
            let of_block = lines.iter().filter(|line| line.starts_with(field.block().code()));
            let said = of_block.into_iter().any(|line| line.split(' ').skip(2).any(|word| word == code));
            // A national programme is no occupation: the check's own persons have it. Of knowledge, every source.
            let elsewhere = code == "NATIONELLT_PROGRAM" && matches!(field, Field::Occupation | Field::KnownOccupation)
                || field == Field::KnownOccupation;
            if !said && !elsewhere {
                missing.push(format!("{} {code}", field.name()));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    for block in Block::ALL {
        assert!(lines.iter().any(|line| line.starts_with(block.code())), "{}", block.code());
    }
}

fn layout(text: &str) -> Layout {
    Layout::parse(text).unwrap_or_else(|fault| panic!("{fault:?}"))
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// The bytes of the book by a layout.
fn bytes(half: &Half<'_>, layout: &Layout) -> Vec<u8> {
    lay_out(half, layout).expect("it fits").bytes()
}

/// Set to write the golden files anew; look at the difference before committing it.
const WRITE_GOLDEN: &str = "KAA_SKRIV_FACIT";

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/scb").join(name)
}

/// Both layouts in both encodings.
fn golden_layouts() -> Vec<(String, Layout)> {
    let layouts = [("fem-block", FIVE_BLOCKS, "windows-1252"), ("kannedom", WITH_KNOWLEDGE, "utf-8")];
    let in_both = |(name, text, own): (&'static str, &'static str, &'static str)| {
        ["windows-1252", "utf-8"].map(|encoding| {
            let text = changed(text, &format!("teckenkod = \"{own}\""), &format!("teckenkod = \"{encoding}\""));
            (format!("{name}.{encoding}.csv"), layout(&text))
        })
    };
    layouts.into_iter().flat_map(in_both).collect()
}

#[test]
fn the_files_are_the_golden_ones_byte_for_byte() {
    let month = month(&book(), AS_OF);
    with_half(&month, |half| {
        let mut all = BTreeSet::new();
        for (name, layout) in golden_layouts() {
            if std::env::var_os(WRITE_GOLDEN).is_some() {
                fs::write(golden(&name), bytes(half, &layout)).expect("a golden file");
            }
            let kept = fs::read(golden(&name)).expect("a golden file");
            assert!(bytes(half, &layout) == kept, "{name} differs (write anew with {WRITE_GOLDEN}=1)");
            all.insert(kept);
        }
        assert_eq!(all.len(), 4, "both layouts differ in both encodings");
    });
}

#[test]
fn what_was_written_reads_back_as_the_same_events() {
    let month = month(&book(), AS_OF);
    let by_person = |text: &str| {
        let text = changed(text, "rader = \"handelse\"", "rader = \"person\"\nnumrering = \"_\"");
        text.replace("upprepa = true\n", "")
    };
    let variants: Vec<String> = [FIVE_BLOCKS, WITH_KNOWLEDGE]
        .into_iter()
        .flat_map(|text| {
            let person = by_person(text);
            let room = "[platser]\nregistrering = 2\nkontakt = 9\nkannedom = 5\natgard_start = 5\natgard_slut = 5\navregistrering = 2\n";
            let places = if text == FIVE_BLOCKS { room.replace("kannedom = 5\n", "") } else { room.to_owned() };
            let without_header = changed(&person, "rubrikrad = true", "rubrikrad = false");
            let without_header = changed(&without_header, "[fil]", &format!("{places}\n[fil]"));
            [
                text.to_owned(),
                changed(text, "rubrikrad = true", "rubrikrad = false"),
                changed(text, "citattecken = \"vid_behov\"", "citattecken = \"alltid\""),
                changed(text, "personnummer = \"ÅÅÅÅMMDDNNNN\"", "personnummer = \"ÅÅMMDD-NNNN\""),
                changed(text, "datum = \"%Y-%m-%d\"", "datum = \"%y%m%d\""),
                changed(text, "avgransare = \";\"", "avgransare = \" \""),
                changed(text, "radslut = \"CRLF\"", "radslut = \"LF\""),
                changed(text, "varde = \"sysselsattning\"", "varde = \"sysselsattning\"\nbredd = 40\nsida = \"hoger\"\nutfyllnad = \"*\""),
                changed(text, "varde = \"kontaktdatum\"", "varde = \"kontaktdatum\"\nbredd = 14\nutfyllnad = \"0\""),
                person,
                without_header,
            ]
        })
        .collect();
    with_half(&month, |half| {
        for text in variants {
            let layout = layout(&text);
            let expected = in_layout(half, &layout);
            let mut found = read(&bytes(half, &layout), &layout, day(AS_OF)).expect("it reads back");
            let mut sorted = expected.clone();
            found.sort();
            sorted.sort();
            assert!(expected.len() > 80);
            assert_eq!(found, sorted, "{}", text.lines().filter(|line| !line.starts_with('#')).collect::<String>());
        }
    });
}

/// The lines of a file as text.
fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

#[test]
fn each_setting_of_a_layout_changes_the_bytes_as_it_says() {
    type Holds = fn(&[u8]) -> bool;
    let settings: &[(&str, &str, Holds)] = &[
        ("avgransare = \";\"", "avgransare = \"|\"", |bytes| {
            lines(bytes)[1].contains("|9901|") && !lines(bytes)[1].contains(';')
        }),
        ("teckenkod = \"utf-8\"", "teckenkod = \"utf-8-bom\"", |bytes| bytes.starts_with(b"\xef\xbb\xbfpersonnr")),
        ("teckenkod = \"utf-8\"", "teckenkod = \"windows-1252\"", |bytes| {
            bytes.windows(7).any(|text| text == b"v\xe4gledn")
        }),
        ("radslut = \"CRLF\"", "radslut = \"LF\"", |bytes| !bytes.contains(&b'\r')),
        ("rubrikrad = true", "rubrikrad = false", |bytes| lines(bytes)[0].starts_with("2006")),
        ("citattecken = \"vid_behov\"", "citattecken = \"alltid\"", |bytes| {
            lines(bytes)[1].starts_with("\"200605172394\";\"9901\";\"2026-01-10\"")
        }),
        ("citattecken = \"vid_behov\"", "citattecken = \"aldrig\"", |bytes| !bytes.contains(&b'"')),
        ("datum = \"%Y-%m-%d\"", "datum = \"%d.%m.%Y\"", |bytes| lines(bytes)[1].contains(";10.01.2026;")),
        ("personnummer = \"ÅÅÅÅMMDDNNNN\"", "personnummer = \"ÅÅÅÅMMDD-NNNN\"", |bytes| {
            lines(bytes)[1].starts_with("20060517-2394;")
        }),
        ("personnummer = \"ÅÅÅÅMMDDNNNN\"", "personnummer = \"ÅÅMMDDNNNN\"", |bytes| {
            lines(bytes)[1].starts_with("0605172394;")
        }),
        ("personnummer = \"ÅÅÅÅMMDDNNNN\"", "personnummer = \"ÅÅMMDD-NNNN\"", |bytes| {
            lines(bytes)[1].starts_with("060517-2394;")
        }),
        ("namn = \"sysinnan\"", "namn = \"utb\"", |bytes| lines(bytes)[0].contains(";utb;")),
        ("GRUNDSKOLA = \"Grundskola\"", "GRUNDSKOLA = \"01\"", |bytes| {
            lines(bytes).iter().any(|line| line.contains(";01;"))
        }),
        ("varde = \"kommunkod\"\nupprepa = true", "varde = \"kommunkod\"", |bytes| {
            lines(bytes)[2].starts_with("200605172394;;")
        }),
        ("varde = \"kommunkod\"", "varde = \"kommunkod\"\nbredd = 6", |bytes| lines(bytes)[1].contains(";  9901;")),
        ("varde = \"kommunkod\"", "varde = \"kommunkod\"\nbredd = 6\nutfyllnad = \"0\"", |bytes| {
            lines(bytes)[1].contains(";009901;")
        }),
        ("varde = \"kommunkod\"", "varde = \"kommunkod\"\nbredd = 6\nsida = \"hoger\"", |bytes| {
            lines(bytes)[1].contains(";9901  ;")
        }),
        ("varde = \"kommunkod\"", "varde = \"kommunkod\"\ncitattecken = \"alltid\"", |bytes| {
            lines(bytes)[1].contains(";\"9901\";2026")
        }),
        ("varde = \"avregistreringsdatum\"", "varde = \"avregistreringsdatum\"\ndatum = \"%Y%m%d\"", |bytes| {
            lines(bytes)[2].contains(";20260517;")
        }),
        ("[fil]\nrader = \"handelse\"", "[fil]\nrader = \"person\"", |bytes| {
            let lines = lines(bytes);
            lines[0].starts_with("personnr;kommunreg;datumreg1;sysinnan1;orsakreg1;datumreg2;") && lines.len() == 44
        }),
        ("[fil]\nrader = \"handelse\"", "[fil]\nnumrering = \"_\"\nrader = \"person\"", |bytes| {
            lines(bytes)[0].contains(";datumreg_1;")
        }),
        ("[fil]\nrader = \"handelse\"", "[platser]\nkontakt = 7\n\n[fil]\nrader = \"person\"", |bytes| {
            lines(bytes)[0].contains(";datumkontakt7;syskontakt7;datumkann1;")
        }),
    ];
    let month = month(&book(), AS_OF);
    with_half(&month, |half| {
        let unchanged = bytes(half, &layout(WITH_KNOWLEDGE));
        for (from, to, holds) in settings {
            let text = changed(WITH_KNOWLEDGE, from, to);
            let text = if to.contains("person\"") && !to.contains("personnummer") {
                text.replace("upprepa = true\n", "")
            } else {
                text
            };
            let now = bytes(half, &layout(&text));
            assert!(holds(&now), "{to}:\n{}", lines(&now)[..3].join("\n"));
            // Nothing in the book needs quotation marks.
            assert!(now != unchanged || to.contains("aldrig"), "{to}");
        }
    });
}

#[test]
fn the_order_of_the_columns_is_that_of_the_layout() {
    let first = "[[kolumn]]\nnamn = \"personnr\" # namnet dokumenterat\nblock = \"registrering\"\nvarde = \"personnummer\"\nupprepa = true\n\n";
    let text = changed(WITH_KNOWLEDGE, first, "");
    let text = changed(&text, "\n# Koden i filen", &format!("\n{first}\n# Koden i filen"));
    let month = month(&book(), AS_OF);
    with_half(&month, |half| {
        let lines = lines(&bytes(half, &layout(&text)));
        assert!(
            lines[0].starts_with("kommunreg;datumreg;") && lines[0].ends_with(";grundavreg;personnr"),
            "{}",
            lines[0]
        );
        assert!(lines[1].ends_with(";200605172394"), "{}", lines[1]);
    });
}

#[test]
fn the_workbook_holds_the_same_cells_as_the_file() {
    use calamine::Reader;
    let month = month(&book(), AS_OF);
    with_half(&month, |half| {
        let layout = layout(WITH_KNOWLEDGE);
        let workbook = lay_out(half, &layout).expect("it fits").workbook().expect("a workbook");
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(workbook)).expect("opens");
        let sheet = book.worksheet_range("SCB 2026H1").expect("the sheet");
        let rows: Vec<String> = sheet
            .rows()
            .map(|row| {
                let cells = row.iter().map(|cell| match cell {
                    calamine::Data::String(text) => text.clone(),
                    calamine::Data::Empty => String::new(),
                    other => panic!("{other:?} is no text"),
                });
                cells.collect::<Vec<_>>().join(";")
            })
            .collect();
        assert_eq!(rows, lines(&bytes(half, &layout)));
    });
}

fn fault(text: &str) -> LayoutFault {
    Layout::parse(text).expect_err("a fault")
}

#[test]
fn a_value_without_a_code_names_the_value_the_column_and_the_list() {
    let text = changed(WITH_KNOWLEDGE, "FRISKVARD = \"Friskvård\" # dokumenterat\n", "");
    let missing = LayoutFault::MissingCode { column: "atgtyp".to_owned(), list: "innehall", value: "FRISKVARD" };
    assert_eq!(fault(&text), missing);
    let told = kaa::texts::scb::layout_fault("min.toml", &missing).swedish;
    assert!(["min.toml", "FRISKVARD", "atgtyp", "[koder.innehall]"].iter().all(|word| told.contains(word)), "{told}");
}

#[test]
fn a_layout_that_means_nothing_is_refused_with_its_key() {
    let values: &[(&str, &str, &str)] = &[
        ("rader = \"handelse\"", "rader = \"dag\"", "fil.rader"),
        ("avgransare = \";\"", "avgransare = \";;\"", "fil.avgransare"),
        ("teckenkod = \"utf-8\"", "teckenkod = \"ebcdic\"", "fil.teckenkod"),
        ("radslut = \"CRLF\"", "radslut = \"CR\"", "fil.radslut"),
        ("citattecken = \"vid_behov\"", "citattecken = \"ja\"", "fil.citattecken"),
        ("datum = \"%Y-%m-%d\"", "datum = \"%Y-%-m-%-d\"", "fil.datum"),
        ("datum = \"%Y-%m-%d\"", "datum = \"%Y-%m\"", "fil.datum"),
        ("datum = \"%Y-%m-%d\"", "datum = \"%Y-%m-%d %H\"", "fil.datum"),
        ("datum = \"%Y-%m-%d\"", "datum = \"%Y-%m-%d %\"", "fil.datum"),
        ("personnummer = \"ÅÅÅÅMMDDNNNN\"", "personnummer = \"10\"", "fil.personnummer"),
        ("fran = \"2024H1\"", "fran = \"2024\"", "galler.fran"),
        ("block = \"kontakt\"", "block = \"samtal\"", "kolumn datumkontakt: block"),
        ("varde = \"kontaktdatum\"", "varde = \"skola\"", "kolumn datumkontakt: varde"),
        ("varde = \"kontaktdatum\"", "varde = \"kannedomsdatum\"", "kolumn datumkontakt: varde"),
        ("varde = \"kontaktdatum\"", "varde = \"kontaktdatum\"\nupprepa = true", "kolumn datumkontakt: upprepa"),
        ("varde = \"personnummer\"\nupprepa = true", "varde = \"personnummer\"", "kolumn personnr: upprepa"),
        ("varde = \"kontaktdatum\"", "varde = \"kontaktdatum\"\nutfyllnad = \"0\"", "kolumn datumkontakt: bredd"),
        ("varde = \"sysselsattning\"", "varde = \"sysselsattning\"\ndatum = \"%Y%m%d\"", "kolumn syskontakt: datum"),
        ("namn = \"syskontakt\"", "namn = \"datumkontakt\"", "kolumn.namn"),
        ("[koder.orsak]", "[koder.orsaker]", "koder"),
        ("ARBETE = \"Arbete\"", "JOBB = \"Arbete\"", "koder.sysselsattning"),
        ("ARBETE = \"Arbete\"", "ARBETE = \"\"", "koder.sysselsattning.ARBETE"),
        ("KAA-S001 = \"stoppar\"", "KAA-S999 = \"stoppar\"", "kontroller"),
        ("KAA-S001 = \"stoppar\"", "KAA-S001 = \"ja\"", "kontroller.KAA-S001"),
        ("# jamford_med_scb = \"2026-08-15\"", "jamford_med_scb = \"i augusti\"", "jamford_med_scb"),
        ("[fil]", "[platser]\nsamtal = 2\n[fil]", "platser"),
    ];
    for (from, to, wanted) in values {
        match fault(&changed(WITH_KNOWLEDGE, from, to)) {
            LayoutFault::Value { key, expected, .. } => {
                assert!(key == *wanted && !expected.english.is_empty(), "{to}: {key}")
            }
            other => panic!("{to}: {other:?}"),
        }
    }
    let unknown = fault(&changed(WITH_KNOWLEDGE, "rubrikrad = true", "rubrikrad = true\nfarg = \"bla\""));
    let is_it = |fault: &TomlFault| matches!(&fault.problem, TomlProblem::UnknownKey { key, .. } if key == "farg");
    assert!(matches!(&unknown, LayoutFault::Toml(fault) if is_it(fault)), "{unknown:?}");
}

#[test]
fn a_text_that_cannot_stand_in_the_file_is_refused_and_never_altered() {
    let texts: &[(&str, &str, Unwritable)] = &[
        ("ARBETE = \"Arbete\"", "ARBETE = \"=1+1\"", Unwritable::Formula),
        ("ARBETE = \"Arbete\"", "ARBETE = \"-1\"", Unwritable::Formula),
        ("namn = \"syskontakt\"", "namn = \"@sys\"", Unwritable::Formula),
        ("teckenkod = \"utf-8\"", "teckenkod = \"windows-1252\" # Ł", Unwritable::Encoding("windows-1252")),
        ("varde = \"sysselsattning\"", "varde = \"sysselsattning\"\nbredd = 5", Unwritable::TooWide(5)),
        ("varde = \"kommunkod\"", "varde = \"kommunkod\"\nbredd = 3", Unwritable::TooWide(3)),
        ("citattecken = \"vid_behov\"", "citattecken = \"aldrig\" # ;", Unwritable::NeedsQuotes),
        (
            "varde = \"sysselsattning\"",
            "varde = \"sysselsattning\"\nbredd = 40\nutfyllnad = \"e\"",
            Unwritable::Padding,
        ),
    ];
    for (from, to, wanted) in texts {
        let mut text = changed(WITH_KNOWLEDGE, from, to);
        if let Some((_, code)) = to.split_once("# ") {
            text = changed(&text, "FRISKVARD = \"Friskvård\"", &format!("FRISKVARD = \"Frisk{code}vård\""));
        }
        match fault(&text) {
            LayoutFault::Unwritable { why, .. } => assert_eq!(why, *wanted, "{to}"),
            other => panic!("{to}: {other:?}"),
        }
    }
}

#[test]
fn more_events_than_there_is_room_for_are_an_error_and_none_is_left_out() {
    let text =
        changed(WITH_KNOWLEDGE, "[fil]\nrader = \"handelse\"", "[platser]\nkontakt = 3\n\n[fil]\nrader = \"person\"");
    let month = month(&book(), AS_OF);
    let fault =
        with_half(&month, |half| lay_out(half, &layout(&text.replace("upprepa = true\n", ""))).expect_err("no room"));
    assert_eq!(fault, FileFault::TooMany { block: Block::Contact, places: 3, found: 4 });
}

#[test]
fn the_shipped_layouts_hold_for_every_half_year_from_2017_and_name_every_check() {
    let name = |text: &str| Layout::of_period(period(text)).map(|layout| layout.name.as_str());
    assert_eq!(name("2017H1"), None);
    assert_eq!([name("2017H2"), name("2023H2")], [Some("Fem block"); 2]);
    assert_eq!([name("2024H1"), name("2026H1")], [Some("Fem block och kännedom"); 2]);
    assert_eq!(Layout::shipped().len(), 2);
    for text in [FIVE_BLOCKS, WITH_KNOWLEDGE] {
        let layout = layout(text);
        for &check in Check::ALL {
            assert!(text.contains(&format!("\n{} = ", check.code())), "{}", check.code());
            assert_eq!(layout.checks[&check], check.severity(), "{}", check.code());
        }
        assert_eq!(layout.compared, None, "nobody has seen SCB's description");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The checks.

fn found(people: &[Person], layout: &Layout, previous: Option<&Previous>, as_of: &str) -> Vec<Finding> {
    let month = month(people, as_of);
    with_half(&month, |half| findings(&Subject { half, layout, previous, rejects: &[] }))
}

fn codes(found: &[Finding]) -> BTreeSet<&'static str> {
    found.iter().map(|found| found.check.code()).collect()
}

#[test]
fn each_check_fires_on_its_persons_and_is_silent_on_their_likes() {
    let cases: Vec<Table> =
        CHECKS.parse::<Table>().expect("TOML").remove("kontroll").expect("cases").try_into().expect("tables");
    let layout = layout(WITH_KNOWLEDGE);
    let mut tried = BTreeSet::new();
    for mut case in cases {
        let code = text(case.remove("kod").expect("kod"));
        let firing = people(case.remove("utloser"));
        let all = found(&firing, &layout, None, AS_OF);
        let of_check: Vec<&Finding> = all.iter().filter(|found| found.check.code() == code).collect();
        // Every person but those that only give the others a case register.
        let persons: BTreeSet<_> = of_check.iter().filter_map(|found| found.number).collect();
        let company = usize::from(code == "KAA-S007");
        assert_eq!(persons.len(), firing.len() - company, "{code}: {all:#?}");
        assert!(of_check.iter().all(|found| !found.detail.is_empty() && found.severity == found.check.severity()));
        let silent = found(&people(case.remove("tyst")), &layout, None, AS_OF);
        assert!(!codes(&silent).contains(code.as_str()), "{code}: {silent:#?}");
        tried.insert(code);
    }
    // These are about the file and not about a person; tests of their own follow.
    let about_the_file = ["KAA-S025", "KAA-S030", "KAA-S031", "KAA-S032", "KAA-S033", "KAA-S034"].map(str::to_owned);
    tried.extend(about_the_file);
    let all: BTreeSet<String> = Check::ALL.iter().map(|check| check.code().to_owned()).collect();
    assert_eq!(tried, all);
}

#[test]
fn a_register_closed_late_is_told_the_day_and_not_to_remove_the_registration() {
    let moved = "[[person]]\nfodd = 2008-01-04\nelevregister = []\nfolkbokforing = []\nfolkbokforing_andringar = [{ handelse = \"UTFLYTT\", datum = \"2025-11-03\", till_kommunkod = \"1280\" }]\nkaa_register = [{ registreringsdatum = \"2025-02-03\", orsak = \"EJ_PABORJAT_GYMNASIET\" }]\n";
    let people = people(moved.parse::<Table>().expect("TOML").remove("person"));
    let found = found(&people, &layout(WITH_KNOWLEDGE), None, AS_OF);
    let told: Vec<(&str, &str)> =
        found.iter().filter(|found| found.number.is_some()).map(|found| (found.check.code(), &*found.detail)).collect();
    assert_eq!(told, [("KAA-S009", "Registrerad 2025-02-03, ska avregistreras 2025-11-03")]);
    assert!(Check::NotClosed.todo().starts_with("Avregistrera ungdomen"));
}

#[test]
fn what_a_check_says_of_a_row_is_true_of_it() {
    let told = |rows: &str| {
        let people = people(format!("[[person]]\n{rows}").parse::<Table>().expect("TOML").remove("person"));
        let found = found(&people, &layout(WITH_KNOWLEDGE), None, AS_OF);
        let of_person = found.into_iter().filter(|found| found.number.is_some());
        of_person.map(|found| format!("{} {}", found.check.code(), found.detail)).collect::<Vec<_>>()
    };
    let register = |rest: &str| format!("kaa_register = [{{ registreringsdatum = \"2026-01-20\", {rest} }}]\n");
    let moved = "folkbokforing = []\nfolkbokforing_andringar = [{ handelse = \"UTFLYTT\", datum = \"2026-04-12\", till_kommunkod = \"1280\" }]\n";
    let open = format!("fodd = 2008-01-02\n{moved}{}", register("orsak = \"AVBRUTIT\""));
    assert_eq!(
        told(&open),
        ["KAA-S014 Avregistreringsdatum: KAA-registret har inget, källorna 2026-04-12, filen 2026-04-12"]
    );
    let closed = "orsak = \"AVBRUTIT\", avregistreringsdatum = \"2026-07-15\", avregistreringsgrund = \"UTFLYTTAD\"";
    assert_eq!(
        told(&format!("fodd = 2008-01-02\n{moved}{}", register(closed))),
        ["KAA-S014 Avregistreringsdatum: KAA-registret har 2026-07-15, källorna 2026-04-12, filen 2026-04-12"]
    );
    assert_eq!(
        told(&format!("fodd = 2008-01-02\n{}", register("orsak = \"IM_AVSLUTAT\""))),
        [
            "KAA-S014 Orsak till registrering: KAA-registret har Introduktionsprogram avslutat, källorna Avbrutit gymnasiet, filen Introduktionsprogram avslutat"
        ]
    );
    assert_eq!(
        told(&format!("fodd = 2008-01-02\n{}", register("orsak = \"OKAND\""))),
        ["KAA-S004 Orsaken är okänd i KAA-registret, filen har: Avbrutit gymnasiet"]
    );
    let measure = "atgarder = [{ startdatum = \"2026-01-15\", innehall = \"SAMTAL\", slutdatum = \"2026-02-20\", grund_avslut = \"FULLFOLJD\", sysselsattning_efter = \"ARBETE\" }]";
    assert_eq!(
        told(&format!("fodd = 2008-01-02\n{}{measure}", register("orsak = \"AVBRUTIT\""))),
        [
            "KAA-S020 Åtgärd påbörjas 2026-01-15: före registreringen",
            "KAA-S020 Åtgärd avslutas 2026-02-20: åtgärden började före registreringen"
        ]
    );
    assert_eq!(told("fodd = 2008-01-02"), ["KAA-S005 Inget KAA-register bland källorna, filen har 2026-01-10"]);
    let two = format!("fodd = 2008-01-02\n[[person]]\nfodd = 2008-01-03\n{}", register("orsak = \"AVBRUTIT\""));
    let of_two = told(&two);
    assert!(
        of_two.contains(&"KAA-S005 Inte registrerad i KAA-registret, filen har 2026-01-10".to_owned()),
        "{of_two:?}"
    );
}

#[test]
fn who_has_grown_out_of_the_extract_is_counted_and_not_told_to_be_removed() {
    let told = |born: &str| {
        let person = format!(
            "[[person]]\nfodd = {born}\nelevregister = []\nfolkbokforing = []\nkaa_register = [{{ registreringsdatum = \"2026-01-20\", orsak = \"AVBRUTIT\" }}]\n"
        );
        let people = people(person.parse::<Table>().expect("TOML").remove("person"));
        let found = found(&people, &layout(WITH_KNOWLEDGE), None, AS_OF);
        let of_two = found.into_iter().filter(|found| ["KAA-S008", "KAA-S034"].contains(&found.check.code()));
        of_two.map(|found| format!("{} {}", found.check.code(), found.detail)).collect::<Vec<_>>()
    };
    assert_eq!(
        told("2006-02-02"),
        [
            "KAA-S034 1 registreringar i KAA-registret under halvåret är inte med i filen: 1 ungdomar har fyllt 20 och finns inte i folkbokföringen"
        ]
    );
    // Still in the extract's years, or too old already then: the register is wrong.
    for born in ["2008-02-02", "2006-01-01"] {
        assert_eq!(told(born), ["KAA-S008 Registrerad 2026-01-20"], "{born}");
    }
}

#[test]
fn knowledge_without_a_block_for_it_is_noted() {
    let without = found(&book(), &layout(FIVE_BLOCKS), None, AS_OF);
    assert_eq!(without.iter().filter(|found| found.check == Check::KnowledgeNotInLayout).count(), 9);
    assert!(!codes(&found(&book(), &layout(WITH_KNOWLEDGE), None, AS_OF)).contains("KAA-S025"));
}

#[test]
fn a_block_of_half_or_double_the_rows_of_the_half_year_before_is_a_warning() {
    let previous = |registrations: u64| Previous {
        period: period("2025H2"),
        blocks: [("registrering".to_owned(), registrations)].into_iter().collect(),
    };
    let fires = |registrations: u64| {
        codes(&found(&book(), &layout(WITH_KNOWLEDGE), Some(&previous(registrations)), AS_OF)).contains("KAA-S030")
    };
    // The book has 44 registrations: two persons none, one two.
    assert!([21, 89, 0].into_iter().all(&fires));
    assert!(![22, 44, 88].into_iter().any(fires));
    assert!(!codes(&found(&book(), &layout(WITH_KNOWLEDGE), None, AS_OF)).contains("KAA-S030"));
}

#[test]
fn a_layout_that_nobody_compared_or_of_another_half_year_is_a_warning() {
    let count = |text: &str| {
        let found = found(&book(), &layout(text), None, AS_OF);
        found.iter().filter(|found| found.check == Check::LayoutNotCompared).count()
    };
    let compared = |text| changed(text, "# jamford_med_scb", "jamford_med_scb");
    assert_eq!([count(WITH_KNOWLEDGE), count(&compared(WITH_KNOWLEDGE))], [1, 0]);
    assert_eq!([count(FIVE_BLOCKS), count(&compared(FIVE_BLOCKS))], [2, 1]);
}

#[test]
fn a_half_year_that_is_not_over_holds_the_file() {
    let held = |as_of| codes(&found(&[], &layout(WITH_KNOWLEDGE), None, as_of)).contains("KAA-S032");
    assert_eq!([held("2026-06-29"), held("2026-06-30"), held(AS_OF)], [true, false, false]);
}

#[test]
fn the_layout_says_how_serious_a_check_is_and_whether_it_is_made() {
    let severity = |word: &str| {
        let text = changed(WITH_KNOWLEDGE, "KAA-S031 = \"varning\"", &format!("KAA-S031 = \"{word}\""));
        found(&[], &layout(&text), None, AS_OF).first().map(|found| found.severity)
    };
    let words = ["stoppar", "varning", "upplysning", "av"].map(severity);
    assert_eq!(words, [Some(Severity::Blocking), Some(Severity::Warning), Some(Severity::Note), None]);
}

// ---------------------------------------------------------------------------------------------------------------------
// What differs from the delivery.

#[test]
fn the_difference_tells_who_came_who_went_and_what_changed() {
    let layout = layout(WITH_KNOWLEDGE);
    let events = |people: &[Person]| with_half(&month(people, AS_OF), |half| in_layout(half, &layout));
    let of = |text: &str| people(text.parse::<Table>().expect("TOML").remove("person"));
    let before = events(&of(
        "[[person]]\nfodd = 2008-01-02\n[[person]]\nfodd = 2008-01-03\nkontakter = [{ datum = \"2026-02-02\", kontaktsatt = \"SMS\", utfall = \"KONTAKT\", sysselsattning = \"ARBETE\" }]\n",
    ));
    let after = events(&of(
        "[[person]]\nfodd = 2008-01-04\n[[person]]\nfodd = 2008-01-03\nkontakter = [{ datum = \"2026-02-02\", kontaktsatt = \"SMS\", utfall = \"KONTAKT\", sysselsattning = \"PRAKTIK\" }]\n",
    ));
    let code = |event: &Option<FileEvent>, field| event.as_ref().and_then(|event| event.values.get(&field).copied());
    let told: Vec<_> = differences(&before, &after)
        .iter()
        .map(|found| {
            (
                found.number.digits(),
                found.changed,
                found.block,
                code(&found.before, Field::Occupation),
                code(&found.after, Field::Occupation),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("200801022393".to_owned(), Changed::Removed, Block::Registration, None, None),
            (
                "200801032392".to_owned(),
                Changed::Changed,
                Block::Contact,
                Some(FileValue::Code("ARBETE")),
                Some(FileValue::Code("PRAKTIK"))
            ),
            ("200801042391".to_owned(), Changed::Added, Block::Registration, None, None),
        ]
    );
    assert_eq!(differences(&before, &before), Vec::new());
}

// ---------------------------------------------------------------------------------------------------------------------
// The command.

/// Nine youths of whom the ninth is in the group, and a case register that has registered the ninth twice.
fn doubly_registered() -> Workspace {
    let workspace = Workspace::new();
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;", "2026-03-02;EJ_PABORJAT_GYMNASIET;;;"]);
    workspace
}

fn register(workspace: &Workspace, rows: &[&str]) {
    let header = "personnummer;registreringsdatum;orsak;senaste_utbildning;avregistreringsdatum;avregistreringsgrund";
    let rows = rows.iter().map(|row| format!("{};{row}", support::youth(9)));
    workspace.file("kaa_register-2026-11-16.csv", support::table(header, rows));
}

fn scb(workspace: &Workspace, more: &[&str]) -> support::Ending {
    let arguments = ["scb", "--period", PERIOD, "--as-of", AS_OF];
    workspace.run(&[&arguments, more].concat())
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("korning.json")).expect("a manifest")).expect("JSON")
}

#[test]
fn blocking_checks_hold_the_file_and_a_draft_says_that_it_is_one() {
    let workspace = doubly_registered();
    let held = scb(&workspace, &[]);
    assert_eq!(held.code, 3, "{held:?}");
    held.says(&["KAA-S006", "scb-2026H1-stoppad"]);
    let folder = workspace.municipality_folder().join("scb-2026H1-stoppad");
    assert_eq!(files(&folder), ["avvisade_rader.csv", "datapackage.json", "scb_kontroll.xlsx", "skal.txt"]);
    let reasons = fs::read_to_string(folder.join("skal.txt")).expect("reasons");
    assert!(reasons.starts_with("KAA-S006 Registrerad två gånger: 1. "), "{reasons}");
    assert!(!workspace.municipality_folder().join("scb-2026H1").exists());

    let draft = scb(&workspace, &["--draft"]);
    assert_eq!(draft.code, 0, "{draft:?}");
    let folder = workspace.municipality_folder().join("scb-2026H1");
    let wanted = [
        "avvisade_rader.csv",
        "datapackage.json",
        "korning.json",
        "layout.toml",
        "scb_1472_2026H1_UTKAST.csv",
        "scb_1472_2026H1_UTKAST.xlsx",
        "scb_kontroll.xlsx",
    ];
    assert_eq!(files(&folder), wanted);
    assert_eq!(manifest(&folder)["kvittens"]["utkast"], true);
}

#[test]
fn a_rejected_row_is_told_and_listed_although_the_file_passes() {
    use calamine::Reader;
    let workspace = doubly_registered();
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;"]);
    let measures = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("{};{row}", support::youth(9)));
        let header = "personnummer;startdatum;innehall;slutdatum;grund_avslut;sysselsattning_efter";
        workspace.file("atgarder-2026-11-16.csv", support::table(header, rows));
    };
    measures(&["2026-03-02;SAMTAL;;;", "2026-04-02;SAMTAL;2026-03-01;FULLFOLJD;ARBETE"]);
    let passed = scb(&workspace, &[]);
    assert_eq!(passed.code, 0, "{passed:?}");
    passed.says(&["KAA-S033 Avvisad rad, inte med i filen: 1"]);
    let folder = workspace.municipality_folder().join("scb-2026H1");
    let list = fs::read_to_string(folder.join("avvisade_rader.csv")).expect("the list");
    let rows: Vec<&str> = list.lines().collect();
    assert!(rows.len() == 2 && rows[1].contains(";3;slutdatum;2026-03-01;KAA-I017;"), "{list}");
    assert_eq!(manifest(&folder)["kvittens"]["kontroller"]["KAA-S033"], 1);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.join("scb_kontroll.xlsx")).expect("opens");
    for sheet in ["Rader", "Avvisade rader"] {
        let sheet = book.worksheet_range(sheet).expect("the sheet");
        assert!(sheet.used_cells().any(|(_, _, cell)| cell.to_string().contains("2026-03-01")));
    }
    scb(&workspace, &["--lang", "en"]).says(&["KAA-S033 A rejected row, not in the file: 1"]);

    measures(&["2026-03-02;SAMTAL;;;"]);
    let passed = scb(&workspace, &[]);
    assert!(passed.code == 0 && !passed.stderr.contains("KAA-S033"), "{passed:?}");
}

#[test]
fn a_correction_makes_a_new_revision_that_tells_what_differs_from_the_delivery() {
    let workspace = doubly_registered();
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;"]);
    assert_eq!(scb(&workspace, &[]).code, 0);
    let folder = |name: &str| workspace.municipality_folder().join(name);
    let first = manifest(&folder("scb-2026H1"));
    assert_eq!(
        [&first["jobb"], &first["period"], &first["kvittens"]["utkast"]],
        [&serde_json::json!("scb"), &serde_json::json!(PERIOD), &serde_json::json!(false)]
    );
    assert_eq!(first["kvittens"]["block"]["registrering"], 1);
    assert!(first["kvittens"].get("mot_leverans").is_none());

    scb(&workspace, &[]).says(&["Oförändrat sedan förra gången"]);
    let marked = workspace.run(&["scb", "--period", PERIOD, "--skickad"]);
    assert_eq!(marked.code, 0, "{marked:?}");
    let mark = manifest(&folder("skickad-2026H1"));
    assert_eq!(mark["kvittens"]["skickad"]["mapp"], "scb-2026H1");
    let hash = kaa::run::sha256(&fs::read(folder("scb-2026H1/korning.json")).expect("a manifest"));
    assert_eq!(mark["kvittens"]["skickad"]["sha256"], hash);
    assert_eq!(manifest(&folder("scb-2026H1")), first, "the run itself is not changed");
    assert_eq!(workspace.run(&["scb", "--period", PERIOD, "--skickad"]).code, 0);
    scb(&workspace, &[]).says(&["Oförändrat sedan förra gången"]);
    assert_eq!(files(&workspace.municipality_folder()), [".las", "kedja.sha256", "scb-2026H1", "skickad-2026H1"]);
    let verified = workspace.run(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");

    register(&workspace, &["2026-02-16;EJ_PABORJAT_GYMNASIET;;;"]);
    let second = scb(&workspace, &[]);
    assert_eq!(second.code, 0, "{second:?}");
    second.says(&["0 ungdomar tillkomna, 0 borttagna, 1 ändrade"]);
    let folder = folder("scb-2026H1-r2");
    let compared = &manifest(&folder)["kvittens"]["mot_leverans"];
    assert_eq!(*compared, serde_json::json!({ "mapp": "scb-2026H1", "tillkomna": 0, "borttagna": 0, "andrade": 1 }));
    let list = fs::read_to_string(folder.join("scb_skillnader.csv")).expect("the list");
    let rows: Vec<&str> = list.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows[0], "personnummer;kommunkod;typ;block;datum;fore;efter");
    let told = "registreringsdatum=2026-02-02, senaste_utbildning=GRUNDSKOLA, orsak=EJ_PABORJAT_GYMNASIET;registreringsdatum=2026-02-16, senaste_utbildning=GRUNDSKOLA, orsak=EJ_PABORJAT_GYMNASIET";
    assert_eq!(rows[1..], [format!("{};1472;ANDRAD;registrering;2026-02-16;{told}", support::youth(9))]);
}

#[test]
fn a_draft_is_never_marked_as_delivered() {
    let workspace = doubly_registered();
    assert_eq!(scb(&workspace, &["--draft"]).code, 0);
    let mark = |language: &str| workspace.run(&["scb", "--period", PERIOD, "--skickad", "--lang", language]);
    let refused = mark("sv");
    assert_eq!(refused.code, 2, "{refused:?}");
    refused.says(&["scb-2026H1 är ett utkast"]);
    mark("en").says(&["scb-2026H1 is a draft"]);
    assert!(!workspace.municipality_folder().join("skickad-2026H1").exists());

    // A draft after the file does not stand in its way.
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;"]);
    assert_eq!(scb(&workspace, &[]).code, 0);
    register(&workspace, &["2026-02-02;OKAND;;;", "2026-03-02;OKAND;;;"]);
    assert_eq!(scb(&workspace, &["--draft"]).code, 0);
    assert!(workspace.municipality_folder().join("scb-2026H1-r3").exists());
    assert_eq!(mark("sv").code, 0);
    let marked = manifest(&workspace.municipality_folder().join("skickad-2026H1"));
    assert_eq!(marked["kvittens"]["skickad"]["mapp"], "scb-2026H1-r2");
}

#[test]
fn the_rows_are_counted_against_the_file_of_the_half_year_before() {
    let workspace = doubly_registered();
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;"]);
    let before = workspace.run(&["scb", "--period", "2025H2", "--as-of", AS_OF]);
    assert_eq!(before.code, 0, "{before:?}");
    let checks =
        |folder: &str| manifest(&workspace.municipality_folder().join(folder))["kvittens"]["kontroller"].clone();
    assert!(checks("scb-2025H2").get("KAA-S030").is_none());
    assert_eq!(scb(&workspace, &[]).code, 0);
    assert!(checks("scb-2026H1").get("KAA-S030").is_none());

    // As if fifty had been registered then.
    let path = workspace.municipality_folder().join("scb-2025H2/korning.json");
    let text = fs::read_to_string(&path).expect("a manifest");
    fs::write(&path, text.replace("\"registrering\": 1", "\"registrering\": 50")).expect("a manifest");
    assert_eq!(scb(&workspace, &[]).code, 0);
    assert_eq!(checks("scb-2026H1-r2")["KAA-S030"], 1);
}

#[test]
fn a_delivery_that_was_altered_afterwards_is_noticed() {
    let workspace = doubly_registered();
    register(&workspace, &["2026-02-02;EJ_PABORJAT_GYMNASIET;;;"]);
    assert_eq!(scb(&workspace, &[]).code, 0);
    assert_eq!(workspace.run(&["scb", "--period", PERIOD, "--skickad"]).code, 0);
    let file = workspace.municipality_folder().join("scb-2026H1/scb_1472_2026H1.csv");
    let altered = fs::read_to_string(&file).expect("the file").replace("2026-02-02", "2026-02-03");
    fs::write(&file, altered).expect("the file");
    let ending = scb(&workspace, &[]);
    assert_eq!(ending.code, 1, "{ending:?}");
    ending.says(&["märkt som skickad"]);
}

#[test]
fn wrong_use_is_told_with_exit_code_2() {
    let workspace = Workspace::new();
    let wrong: &[(&[&str], &str)] = &[
        (&["scb", "--period", "2026"], "2026H1"),
        (&["scb", "--period", PERIOD, "--skickad"], "ingen fil för 2026H1"),
        (&["scb", "--period", PERIOD, "--skickad", "--draft"], "--draft"),
        (&["scb", "--period", "2027H1", "--as-of", AS_OF], "har inte börjat"),
        (&["scb", "--period", "2016H1", "--as-of", AS_OF], "--layout"),
        (&["scb", "--period", PERIOD, "--as-of", AS_OF, "--layout", "finns_inte.toml"], "finns_inte.toml"),
        (&["scb", "--period", PERIOD, "--as-of", AS_OF, "--godkann", "Elevregistre"], "elevregister"),
    ];
    for (arguments, says) in wrong {
        let ending = workspace.run(arguments);
        assert_eq!(ending.code, 2, "{arguments:?} {ending:?}");
        ending.says(&[says]);
    }
    assert!(!workspace.path("output").exists());
    let bad = workspace.path("min.toml");
    fs::write(&bad, changed(WITH_KNOWLEDGE, "ARBETE = \"Arbete\"", "JOBB = \"Arbete\"")).expect("a layout");
    let ending = scb(&workspace, &["--layout", bad.to_str().expect("a path")]);
    assert_eq!(ending.code, 2, "{ending:?}");
    ending.says(&["min.toml", "JOBB"]);
}

#[test]
fn another_layout_is_used_when_it_is_named() {
    let workspace = Workspace::new();
    let own = workspace.path("min.toml");
    let text = changed(
        WITH_KNOWLEDGE,
        "namn = \"Fem block och kännedom\"",
        "namn = \"Vår\"\njamford_med_scb = \"2026-07-02\"",
    );
    fs::write(&own, changed(&text, "avgransare = \";\"", "avgransare = \",\"")).expect("a layout");
    let ending = scb(&workspace, &["--layout", own.to_str().expect("a path")]);
    assert_eq!(ending.code, 0, "{ending:?}");
    let folder = workspace.municipality_folder().join("scb-2026H1");
    let file = fs::read_to_string(folder.join("scb_1472_2026H1.csv")).expect("the file");
    assert!(file.starts_with("personnr,kommunreg,datumreg,"), "{file}");
    let layout = &manifest(&folder)["kvittens"]["layout"];
    assert_eq!(
        [&layout["namn"], &layout["jamford_med_scb"]],
        [&serde_json::json!("Vår"), &serde_json::json!("2026-07-02")]
    );
    assert_eq!(layout["sha256"], kaa::run::sha256(&fs::read(&own).expect("the layout")));
}

// ---------------------------------------------------------------------------------------------------------------------
// The sample.

fn kaa(arguments: &[&str]) -> (i32, String) {
    let output =
        std::process::Command::new(env!("CARGO_BIN_EXE_kaa")).args(arguments).output().expect("the program runs");
    (output.status.code().expect("it ended by itself"), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn the_sample_as_exported_is_held_and_with_the_corrections_it_passes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (code, told) = kaa(&["demo", "--lang", "sv", &path("")]);
    assert_eq!(code, 0, "{told}");
    let passed = folder.path().join("output/9901-exempelby/scb-2026H1");
    assert_eq!(
        files(&passed),
        [
            "avvisade_rader.csv",
            "datapackage.json",
            "korning.json",
            "layout.toml",
            "scb_9901_2026H1.csv",
            "scb_9901_2026H1.xlsx",
            "scb_kontroll.xlsx"
        ]
    );
    let receipt = &manifest(&passed)["kvittens"];
    assert_eq!([&receipt["utkast"], &receipt["allvar"]["stoppar"]], [&serde_json::json!(false), &serde_json::json!(0)]);

    // As exported, in a municipality of its own.
    let config =
        fs::read_to_string(path("exempelby/kaa.toml")).expect("the config").replace("../output", "../output-2");
    fs::write(path("exempelby/kaa-2.toml"), config).expect("a config");
    let arguments = ["-c", &path("exempelby/kaa-2.toml"), "--lang", "sv", "scb", "--period", PERIOD, "--as-of", AS_OF];
    let (code, told) = kaa(&arguments);
    assert_eq!(code, 3, "{told}");
    assert!(
        told.contains("KAA-S001 Numret gäller inte: 1") && told.contains("KAA-S006 Registrerad två gånger: 1"),
        "{told}"
    );
    let held = folder.path().join("output-2/9901-exempelby/scb-2026H1-stoppad");
    let reasons = fs::read_to_string(held.join("skal.txt")).expect("reasons");
    assert!(reasons.contains("KAA-S006") && reasons.contains("Ta bort den ena registreringen"), "{reasons}");
}
