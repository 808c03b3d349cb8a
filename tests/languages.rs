//! Every sentence exists in Swedish and English, and no Swedish stands in an English one. What the config itself says,
//! its keys and values, is Swedish by design.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kaa::config::Pipeline;
use kaa::records::{AdultLevel, CredentialKind, FolkCourseKind, FolkLevel, Ground, Protection, Reason, SchoolForm};
use kaa::scb::Layout;
use kaa::texts::scb::layout_fault;
use kaa::texts::{Message, expected, law};
use kaa::timeline::rules::Rule;
use kaa::timeline::{Flag, InquiryKind};

/// Words that only Swedish sentences have.
const SWEDISH: &str = "och är inte som ett att för från eller ska skall har inget ingen på utan väntade finns saknas bara \
    den det detta av kan måste vid när hos ni er mot över alltid aldrig redan sedan också en";
/// Words that only English sentences have.
const ENGLISH: &str = "the is are not of and or with from this that these has have cannot which expected missing must \
    by when between an to your you no it its for on at";
/// Words of the law that English texts keep, with the words of other tables that are alike.
const KEPT: &str = "folkbokförd folkbokföring förordning skollagen";

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

/// The words of a sentence, without what stands in quotation marks, keys, options, codes and names of variables.
fn sentence_words(text: &str) -> Vec<String> {
    let without_quotes: String = text.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let mut kept = String::new();
    let mut depth = 0;
    for letter in without_quotes.chars() {
        match letter {
            '{' | '[' | '<' => depth += 1,
            '}' | ']' | '>' => depth -= 1,
            _ if depth > 0 => {}
            _ => kept.push(letter),
        }
    }
    let is_name = |word: &&str| word.contains(['_', '.', '/', '=', '-']) || *word != word.to_lowercase();
    let plain = kept.split_whitespace().map(|word| word.trim_matches(|c: char| ",.:;()?!".contains(c)));
    plain.filter(|word| !is_name(word)).map(str::to_owned).collect()
}

/// What of a message stands in the wrong language.
fn mixed(swedish: &str, english: &str) -> Vec<String> {
    let kept = words(KEPT);
    let of = |text: &str, other: &str| {
        let other = words(other);
        sentence_words(text)
            .into_iter()
            .filter(|word| other.contains(word.as_str()) && !kept.contains(word.as_str()))
            .collect::<Vec<_>>()
    };
    let letters = sentence_words(english)
        .into_iter()
        .filter(|word| word.contains(['å', 'ä', 'ö']) && !kept.contains(word.as_str()));
    of(english, SWEDISH).into_iter().chain(letters).chain(of(swedish, ENGLISH)).collect()
}

/// The literal that begins at a quotation mark, and the rest.
fn literal(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('"')?;
    let mut read = String::new();
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((read, &body[at + 1..])),
            '\\' => read.push(match letters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            _ => read.push(letter),
        }
    }
    None
}

/// Each pair of texts that the catalogue is written with.
fn catalogue() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/texts");
    let mut pairs = Vec::new();
    for entry in fs::read_dir(folder).expect("the catalogue") {
        let path = entry.expect("a file").path();
        let source = fs::read_to_string(&path).expect("a file of the catalogue");
        for rest in source.split("both!(").skip(1) {
            let Some((swedish, rest)) = literal(rest.trim_start()) else { continue };
            let rest = rest.trim_start().strip_prefix(',').expect("two texts").trim_start();
            let (english, _) = literal(rest).expect("an English text");
            pairs.push((path.file_name().expect("a name").to_string_lossy().into_owned(), swedish, english));
        }
    }
    pairs
}

#[test]
fn the_words_of_one_language_are_found_in_a_sentence_of_the_other() {
    assert_eq!(mixed("ett datum som \"x\"", "ett datum som \"x\""), ["ett", "som"]);
    assert_eq!(mixed("the date", "the date"), ["the"]);
    assert_eq!(mixed("en nämnd", "a nämnd"), ["nämnd"]);
    assert!(mixed("kalla.typ är \"en lista\", [är]", "kalla.typ is \"en lista\", [är]").is_empty());
}

#[test]
fn no_text_of_the_catalogue_stands_in_the_wrong_language() {
    let pairs = catalogue();
    assert!(pairs.len() > 400, "only {} texts were found", pairs.len());
    let wrong: Vec<String> = pairs
        .iter()
        .filter_map(|(file, swedish, english)| {
            let mixed = mixed(swedish, english);
            (!mixed.is_empty()).then(|| format!("{file}: {mixed:?} in {swedish:?} / {english:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_flags_and_codes_are_told_in_both_languages() {
    let rules = Rule::ALL.iter().map(|&rule| (rule.id().to_owned(), law::rule(rule)));
    let flags = Flag::ALL.iter().map(|&flag| (flag.code(), law::flag(flag)));
    let inquiries = InquiryKind::ALL.iter().map(|&kind| (kind.code(), law::inquiry(kind)));
    let remarks = flags
        .chain(inquiries)
        .flat_map(|(code, (label, todo))| [(code.to_owned(), label), (format!("{code} todo"), todo)]);
    let mut seen = 0;
    for (name, Message { swedish, english }) in rules.chain(remarks) {
        assert_ne!(swedish, english, "{name}");
        assert_eq!(mixed(&swedish, &english), Vec::<String>::new(), "{name}: {swedish} / {english}");
        seen += 1;
    }
    assert!(seen > 90, "{seen}");
    fn differ<T: law::Worded>(alike: &[&str]) {
        for &value in T::ALL {
            let Message { swedish, english } = law::word(value);
            assert!(swedish != english || alike.contains(&value.code()), "{english}");
            assert!(!english.contains(['å', 'ä', 'ö', 'Å', 'Ä', 'Ö']), "{english}");
        }
    }
    differ::<Reason>(&[]);
    differ::<Ground>(&[]);
    differ::<CredentialKind>(&[]);
    differ::<Protection>(&[]);
    differ::<SchoolForm>(&[]);
    differ::<AdultLevel>(&[]);
    differ::<FolkCourseKind>(&[]);
    differ::<FolkLevel>(&[]);
}

/// The sentence of a fault, without the line of the file that is drawn below it, and without the file's name.
fn sentence(text: &str, name: &str) -> String {
    text.lines().next().unwrap_or_default().replace(name, "")
}

fn says(message: &Message, name: &str, wanted: &Message, about: &str) {
    assert!(message.swedish.contains(&wanted.swedish), "{about}: {}", message.swedish);
    assert!(message.english.contains(&wanted.english), "{about}: {}", message.english);
    let (swedish, english) = (sentence(&message.swedish, name), sentence(&message.english, name));
    assert!(swedish.starts_with("Fel i ") && english.starts_with("Error in the "), "{about}: {swedish}\n{english}");
    assert_eq!(mixed(&swedish, &english), Vec::<String>::new(), "{about}:\n{swedish}\n{english}");
}

const MINIMAL: &str =
    "[kommun]\nkod = \"1472\"\nnamn = \"Tibro\"\n[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";
const SOURCE: &str = "[[kalla]]\ntyp = \"elevregister\"\nfil = \"x\"\n";
const STEP: &str = "[[trappa.steg]]\nnamn = \"Brev\"\nansvarig = \"Teamet\"\n";
const FEDERATION: &str = "[forbund]\nnamn = \"Prov\"\n";
const FOLDERS: &str = "[kallor]\nmapp = \"inbox\"\n[utdata]\nmapp = \"output\"\n";

/// A config for each thing that can stand at a key and does not.
fn faulty_configs() -> Vec<(String, Message)> {
    let more = |more: &str| format!("{MINIMAL}{more}");
    let source = |more: &str| format!("{MINIMAL}{SOURCE}{more}");
    let step = |more: &str| format!("{MINIMAL}{STEP}{more}");
    let federation = |more: &str| format!("{FEDERATION}{more}{FOLDERS}");
    vec![
        (FOLDERS.to_owned(), expected::municipality_or_federation()),
        (MINIMAL.replace("1472", "147"), expected::municipality()),
        (MINIMAL.replace("[kallor]\nmapp = \"inbox\"\n", ""), expected::sources()),
        (MINIMAL.replace("[utdata]\nmapp = \"output\"\n", ""), expected::output_folder()),
        (source(SOURCE), expected::source_name()),
        (more(&SOURCE.replace("elevregister", "elevregistr")), expected::kind("elevregister")),
        (source("leverans = \"halv\"\n"), expected::one_of(&["hel", "del"])),
        (source("uttagsdatum = \"20/11\"\n"), expected::date()),
        (source("datumformat = \"%d\"\n"), expected::date_format()),
        (source("rubrikrad = 0\n"), expected::at_least_one()),
        (source("avgransare = \"-\"\n"), expected::one_of(&[";", ",", "|", "tab", "\t"])),
        (source("teckenkod = \"x\"\n"), expected::one_of(&["utf-8", "windows-1252", "iso-8859-1", "utf-16le"])),
        (source("[kalla.kolumner]\nstarta = \"x\"\n"), expected::column_of("elevregister", "startdatum")),
        (
            source("[kalla.varden.skolform]\nGymnasiet = \"gym\"\n"),
            kaa::texts::expectation(kaa::records::CellFault::Code),
        ),
        (source("[kalla.varden.startdatum]\nnu = \"idag\"\n"), kaa::texts::expectation(kaa::records::CellFault::Date)),
        (more("[regler]\nskolplikt_sista_dag = \"30 juni\"\n"), expected::day_of_year()),
        (step("satt = []\n"), expected::way_of_contact()),
        (
            step("satt = [\"FAX\"]\n"),
            expected::one_of(&[
                "BREV",
                "VYKORT",
                "BESOKSVYKORT",
                "TELEFON",
                "SMS",
                "EPOST",
                "SOCIALA_MEDIER",
                "HEMBESOK",
                "MOTE",
            ]),
        ),
        (step("satt = [\"BREV\"]\ninom = \"1 vecka\"\n"), expected::start_of_step()),
        (step("satt = [\"BREV\"]\nraknas_fran = \"perioden\"\ninom = \"snart\"\n"), expected::interval()),
        (step("satt = [\"BREV\"]\narstid = { namn = \"våren\", fran = \"03-01\" }\n"), expected::both_ends_or_none()),
        (step("satt = [\"BREV\"]\ninom = \"1 vecka\"\ntidigast_efter = \"1 vecka\"\n"), expected::one_time_of_step()),
        (more("[[uppfoljning]]\n"), expected::time_of_follow_up()),
        (more("[[kalender]]\nvad = \"Möte\"\n"), expected::time_of_entry()),
        (more("[[kalender]]\nvad = \"Möte\"\nvecka = 1\nfran = \"2026-01-01\"\n"), expected::weeks_between()),
        (more("[[kalender]]\nvad = \"Möte\"\nvecka = 54\n"), expected::number_between(1, 53)),
        (more("[[kalender]]\nvad = \"Möte\"\nganger = { per = \"ar\" }\n"), expected::times()),
        (
            more("[[kalender]]\nvad = \"Möte\"\nvecka = 1\njobb = \"x\"\n"),
            expected::job(&["manad", "scb", "namnd", "gallring"]),
        ),
        (more("[gallring]\nfran = \"12-24\"\n"), expected::purge_day()),
        (more("[namnd]\nkontakt_inom_dagar = 0\n"), expected::days_or_no_line()),
        (more("[namnd.folkmangd_16_19]\nfjol = 812\n"), expected::inhabitants()),
        (more("[arkiv]\nmottagare = [\"ssh-rsa\"]\n"), expected::public_key()),
        (more("[arkiv]\nmottagare = []\n"), expected::recipients()),
        (format!("{MINIMAL}{FEDERATION}kommuner = \"alla\"\n"), expected::not_both()),
        (federation("kommuner = \"några\"\n"), expected::members()),
        (federation("kommuner = []\n"), expected::at_least_one_member()),
        (federation("kommuner = [\"9999\"]\n"), expected::real_municipality()),
        (federation("kommuner = [\"1472\", \"1472\"]\n"), expected::each_member_once()),
        (federation("kommuner = \"alla\"\negen_mapp = \"inbox\"\n"), expected::folder_with_code()),
        (format!("{FEDERATION}kommuner = \"alla\"\n[utdata]\nmapp = \"output\"\n"), expected::sources_of_federation()),
    ]
}

fn read(folder: &Path, text: &str) -> Result<Pipeline, Message> {
    let path = folder.join("kaa.toml");
    fs::write(&path, text).expect("the config is written");
    Pipeline::read(&path)
}

#[test]
fn every_fault_of_a_config_is_told_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = folder.path().join("kaa.toml").display().to_string();
    read(folder.path(), MINIMAL).expect("what the faulty ones differ from");
    for (text, wanted) in faulty_configs() {
        let message = read(folder.path(), &text).err().unwrap_or_else(|| panic!("no fault:\n{text}"));
        says(&message, &name, &wanted, &text);
    }
}

#[test]
fn every_fault_of_a_municipality_in_a_federation_is_told_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("1472");
    fs::create_dir(&own).expect("its folder");
    let name = own.join("kaa.toml").display().to_string();
    for (text, wanted) in [
        ("[kommun]\nkod = \"1470\"\nnamn = \"Vara\"\n", expected::as_it_is("1472")),
        ("[forbund]\nnamn = \"Prov\"\nkommuner = \"alla\"\n", expected::no_inner_federation()),
    ] {
        fs::write(own.join("kaa.toml"), text).expect("its config");
        let federation = format!("{FEDERATION}kommuner = [\"1472\"]\negen_mapp = \"{{kod}}\"\n{FOLDERS}");
        let pipeline = read(folder.path(), &federation).expect("the federation's own file is right");
        says(&pipeline.faulty()[0].fault, &name, &wanted, text);
    }
}

/// Changes of the shipped layout, for each thing that can stand at a key and does not.
fn faulty_layouts() -> Vec<(&'static str, &'static str, Message)> {
    let number = "varde = \"personnummer\"\nupprepa = true";
    vec![
        ("fran = \"2024H1\"", "fran = \"2024\"", expected::half_year()),
        ("# jamford_med_scb = \"2026-08-15\"", "jamford_med_scb = \"nyss\"", expected::date()),
        (number, "varde = \"kommunkod\"\nupprepa = true", expected::number_column()),
        (number, "varde = \"personnummer\"", expected::repeated_number()),
        (number, "varde = \"personnummer\"\nupprepa = true\ndatum = \"%Y\"", expected::column_with_date()),
        (number, "varde = \"personnummer\"\nupprepa = true\nbredd = 0", expected::width()),
        (number, "varde = \"personnummer\"\nupprepa = true\nsida = \"hoger\"", expected::width_to_pad()),
        ("varde = \"orsak\"", "varde = \"orsak\"\nupprepa = true", expected::repeatable()),
        ("varde = \"kontaktdatum\"", "varde = \"sysselsattning\"", expected::date_column("kontaktdatum")),
        (
            "varde = \"orsak\"",
            "varde = \"kontaktdatum\"",
            expected::field_of(
                "registrering",
                &["personnummer", "kommunkod", "registreringsdatum", "senaste_utbildning", "orsak"],
            ),
        ),
        ("namn = \"kommunreg\"", "namn = \"personnr\"", expected::column_name()),
        ("avgransare = \";\"", "avgransare = \";;\"", expected::one_character()),
        ("datum = \"%Y-%m-%d\"", "datum = \"%d\"", expected::layout_date()),
        ("[koder.orsak]", "[koder.orsaker]", expected::code_list("orsak")),
        ("[koder.orsak]", "[koder.orsak]\nINVANDRA = \"1\"", expected::constant("INVANDRAD")),
        ("[koder.orsak]\nINVANDRAD = ", "[koder.orsak]\nINVANDRAD = \"\" # ", expected::code()),
        ("rader = \"handelse\"", "rader = \"rad\"", expected::one_of(&["handelse", "person"])),
    ]
}

#[test]
fn every_fault_of_a_layout_is_told_in_both_languages() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/scb/kannedom.toml");
    let shipped = fs::read_to_string(shipped).expect("a layout");
    Layout::parse(&shipped).expect("what the faulty ones differ from");
    for (from, to, wanted) in faulty_layouts() {
        assert!(shipped.contains(from), "{from}");
        let fault = Layout::parse(&shipped.replacen(from, to, 1)).err().unwrap_or_else(|| panic!("no fault: {to}"));
        says(&layout_fault("min.toml", &fault), "min.toml", &wanted, to);
    }
    let numbered = shipped.replace("upprepa = true", "").replace("rader = \"handelse\"", "rader = \"person\"");
    let numbered = numbered.replace("rubrikrad = true", "rubrikrad = false");
    let fault = Layout::parse(&numbered).expect_err("no room is given");
    says(&layout_fault("min.toml", &fault), "min.toml", &expected::room(), "rubrikrad");
    // What cannot be written, or has no code.
    for (from, to) in [
        ("teckenkod = \"utf-8\"", "teckenkod = \"windows-1252\"\n[x]"),
        ("namn = \"personnr\"", "namn = \"=personnr\""),
        ("namn = \"personnr\"", "namn = \"person;nr\""),
        ("varde = \"personnummer\"", "varde = \"personnummer\"\nbredd = 4"),
        ("[koder.orsak]\nINVANDRAD", "[koder.orsak]\n#"),
    ] {
        let text = shipped.replacen(from, to, 1).replace("citattecken = \"vid_behov\"", "citattecken = \"aldrig\"");
        let fault = Layout::parse(&text).err().unwrap_or_else(|| panic!("no fault: {to}"));
        let Message { swedish, english } = layout_fault("min.toml", &fault);
        let (swedish, english) = (sentence(&swedish, "min.toml"), sentence(&english, "min.toml"));
        assert_eq!(mixed(&swedish, &english), Vec::<String>::new(), "{to}:\n{swedish}\n{english}");
    }
}

#[test]
fn every_expectation_has_its_case_here() {
    let names = include_str!("../src/texts/expected.rs").lines().filter_map(|line| line.strip_prefix("pub fn "));
    let names: Vec<&str> = names.filter_map(|line| line.split('(').next()).collect();
    assert!(names.len() > 40, "{names:?}");
    let without: Vec<&&str> =
        names.iter().filter(|name| !include_str!("languages.rs").contains(&format!("expected::{name}("))).collect();
    assert!(without.is_empty(), "no faulty config or layout shows these: {without:?}");
}

#[test]
fn every_fault_of_toml_is_told_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = folder.path().join("kaa.toml").display().to_string();
    for text in [
        "[trapa]\n",
        "[[insats]]\n",
        "[ike]\npa = true\npa = false\n",
        "[ike]\npa = ja\n",
        "[ike]\npa\n",
        "[ike]\n= 1\n",
        "[ike\n",
        "[namnd]\nnamn = \"x\n",
        "[ike]\npa = \"ja\"\n",
        "[ike]\npa = 1\n",
        "[ike]\npa = 1.5\n",
        "[ike]\npa = []\n",
        "[ike]\npa = {}\n",
        "[ike]\npa = 2026-11-20\n",
        "[namnd]\nnamn = true\n",
        "[granser]\nrader = \"x\"\n",
        "[granser]\nrader = -1\n",
        "[profil]\nansvariga = \"x\"\n",
        "ike = true\n",
        "[trappa]\nsteg = { namn = 1 }\n",
    ] {
        let message =
            read(folder.path(), &format!("{MINIMAL}{text}")).err().unwrap_or_else(|| panic!("no fault: {text}"));
        says(&message, &name, &expected::as_it_is(""), text);
        // The mark below the line has its hint in the language too.
        let hints = |text: &str| {
            text.lines().filter_map(|line| line.split_once("^ ")).map(|(_, hint)| hint.to_owned()).collect::<String>()
        };
        let (swedish, english) = (hints(&message.swedish), hints(&message.english));
        assert_eq!(mixed(&swedish, &english), Vec::<String>::new(), "{text}: {swedish} / {english}");
    }
}
