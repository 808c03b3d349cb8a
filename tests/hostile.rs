//! Files that mean harm. Each ends in a message or in a rejected row, with less than 512 MiB of memory and 5 seconds of
//! processor, both of which the system holds the program to.

#![cfg(unix)]

mod support;
#[path = "support/workbooks.rs"]
mod workbooks;

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::Command;

use kaa::ingest::parquet;
use support::{AS_OF, Ending, REGISTER, SCHOOL, SCHOOL_HEADER, Workspace, enrolled, registered, table, youth};
use workbooks::{compound, ods, pack, record, relations, repack, words, xls, xlsx};

const MEBI: usize = 1024 * 1024;
/// A file of this size is still read.
const ALMOST: usize = 120 * MEBI;

/// Runs a command within the bounds. What passes them is killed by the system and has no exit code.
fn run(workspace: &Workspace, arguments: &[&str]) -> Ending {
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 524288 && ulimit -t 5 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_kaa")])
        .args(["--lang", "sv", "--config"])
        .arg(workspace.path("kaa.toml"))
        .args(arguments)
        // Each thread reserves address space of its own, however many processors there are.
        .envs([("RAYON_NUM_THREADS", "2"), ("POLARS_MAX_THREADS", "2"), ("MALLOC_ARENA_MAX", "2")])
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    let code = output.status.code().unwrap_or_else(|| panic!("{}: {stderr}", output.status));
    let ending = Ending { code, stdout, stderr };
    ending.tells_nothing_secret();
    ending
}

fn check(workspace: &Workspace) -> Ending {
    run(workspace, &["check", "--as-of", AS_OF])
}

/// The file stands for the student register, and is refused with these words; nothing is written.
fn is_refused(bytes: &[u8], wanted: &str) {
    is_refused_with("", bytes, wanted);
}

fn is_refused_with(config: &str, bytes: &[u8], wanted: &str) {
    let workspace = Workspace::new();
    workspace.config_with(config);
    workspace.file(SCHOOL, bytes);
    refuses(&workspace, wanted);
}

fn refuses(workspace: &Workspace, wanted: &str) {
    let ending = check(workspace);
    assert_eq!(ending.code, 1, "{wanted}: {ending:?}");
    ending.says(&[wanted]);
    assert!(!workspace.path("output").exists(), "{wanted}: something was written");
}

fn sheet(cells: &str) -> Vec<u8> {
    xlsx("<sst/>", "<styleSheet/>", cells)
}

/// A header, and a row whose last cell begins.
fn open_row() -> Vec<u8> {
    format!("personnummer;skolform;startdatum;skola\n{};GY;2024-08-19;", youth(1)).into_bytes()
}

fn followed_by(mut bytes: Vec<u8>, more: &[u8], until: usize) -> Vec<u8> {
    while bytes.len() + more.len() <= until {
        bytes.extend_from_slice(more);
    }
    bytes
}

#[test]
fn kind_01_a_zip_bomb_by_its_size() {
    is_refused(&sheet(&" ".repeat(300 * MEBI)), "gånger mindre packad");
}

#[test]
fn kind_02_an_archive_that_unpacks_to_more_than_the_config_allows() {
    let rows = "<row><c><v>1</v></c></row>".repeat(60_000);
    is_refused_with("[granser]\nuppackat_mb = 1\n", &sheet(&rows), "granser.uppackat_mb");
}

#[test]
fn kind_03_an_archive_with_a_part_larger_than_it_says() {
    let mut bytes = sheet(&" ".repeat(800_000));
    let size = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").expect("the last part") + 24;
    bytes[size..size + 4].copy_from_slice(&1000_u32.to_le_bytes());
    is_refused(&bytes, "skadad eller avkortad arbetsbok (xl/worksheets/sheet1.xml)");
}

#[test]
fn kind_04_a_bomb_of_cells_by_far_corners() {
    let rows: String = (1..=2000).map(|row| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>")).collect();
    is_refused(&sheet(&rows), "granser.celler");
}

#[test]
fn kind_05_a_bomb_of_cells_by_repetition() {
    let repeated = |rows: &str, columns: &str| {
        let cell = format!(
            "<table:table-cell table:number-columns-repeated=\"{columns}\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell>"
        );
        let row = format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row>");
        ods(&format!("<table:table table:name=\"Blad1\">{row}</table:table>"))
    };
    is_refused(&repeated("1048576", "16384"), "granser.celler");
    is_refused(&repeated("1", "2147483648"), "skadad eller avkortad arbetsbok");
    is_refused(&repeated("2147483648", "1"), "rader: 2147483648");
}

#[test]
fn kind_06_more_sheets_than_anyone_has() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for _ in 0..300 {
        book.add_worksheet();
    }
    is_refused(&book.save_to_buffer().expect("a workbook"), "granser.blad");
}

#[test]
fn kind_07_more_shared_strings_than_a_table_needs() {
    let strings = format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(4_100_000));
    is_refused(&xlsx(&strings, "<styleSheet/>", ""), "granser.strangar");
    let few = format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(20));
    is_refused_with("[granser]\nstrangar = 10\n", &xlsx(&few, "<styleSheet/>", ""), "granser.strangar");
}

#[test]
fn kind_08_an_archive_of_archives() {
    let mut bytes = followed_by(Vec::new(), &[0; MEBI], 16 * MEBI);
    for depth in 0..8 {
        bytes = repack(&vec![(format!("{depth}.zip"), bytes)]);
    }
    is_refused(&bytes, "är ett zip-arkiv och ingen arbetsbok");
}

#[test]
fn kind_09_a_billion_laughs() {
    let mut entities = "<!DOCTYPE x [<!ENTITY a \"skratt\">".to_owned();
    for (name, before) in ('b'..='k').zip('a'..) {
        entities += &format!("<!ENTITY {name} \"{}\">", format!("&{before};").repeat(10));
    }
    let laughs = format!("{entities}]><row><c t=\"str\"><v>&k;</v></c></row>");
    is_refused(&sheet(&laughs), "skadad eller avkortad arbetsbok");
    is_refused(&ods(&laughs), "skadad eller avkortad arbetsbok");
    is_refused(format!("<?xml version=\"1.0\"?>{laughs}").as_bytes(), "är XML");
}

#[test]
fn kind_10_an_entity_that_is_another_file() {
    let outside = "<!DOCTYPE x [<!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    let bytes = xlsx(&format!("{outside}<sst><si><t>&c;</t></si></sst>"), "<styleSheet/>", "");
    is_refused(&bytes, "skadad eller avkortad arbetsbok (xl/sharedStrings.xml)");
}

#[test]
fn kind_11_markup_a_million_deep() {
    is_refused(&sheet(&"<a>".repeat(1_000_000)), "element eller poster");
    is_refused(&ods(&"<table:table>".repeat(1_000_000)), "element eller poster");
}

#[test]
fn kind_12_one_gigantic_field() {
    let row = "rad som är längre än 4194304 byte";
    is_refused(&followed_by(open_row(), &[b'a'; MEBI], ALMOST), row);
    let quoted = [open_row(), b"\"".to_vec()].concat();
    is_refused(&[followed_by(quoted, &b"a\n".repeat(MEBI), ALMOST), b"\"\n".to_vec()].concat(), row);
}

#[test]
fn kind_13_a_quotation_mark_that_is_never_closed() {
    let rows = table(SCHOOL_HEADER, (1..=8).map(enrolled)).replacen("Östra", "\"Östra", 1);
    is_refused(rows.as_bytes(), "citattecken på rad 2 som aldrig avslutas");
    let long = followed_by(rows.into_bytes(), enrolled(9).as_bytes(), ALMOST);
    is_refused(&long, "citattecken som aldrig avslutas, på rad 2");
}

#[test]
fn kind_14_a_million_columns() {
    let header: String = (0..1_000_000).map(|column| format!("k{column};")).collect();
    is_refused(&followed_by(Vec::new(), format!("{header}\n").as_bytes(), ALMOST), "rad");
    let narrow: String = (0..20_000).map(|column| format!("k{column};")).collect();
    is_refused(format!("{narrow}\n").as_bytes(), "fler än 16384 kolumner på rad 1");
}

#[test]
fn kind_15_bytes_that_are_no_text() {
    is_refused(&vec![0; ALMOST], "ser ut som UTF-16 utan inledande BOM");
    let workspace = Workspace::new();
    workspace.school_rows(&[&format!("{};GY;NA25;Öst\0ra;;2024-08-19;;2027-06-11;", youth(9))]);
    let ending = check(&workspace);
    assert_eq!(ending.code, 3, "{ending:?}");
    ending.says(&["KAA-I021", "rad 10"]);
}

#[test]
fn kind_16_a_line_without_end() {
    is_refused(&vec![b'a'; ALMOST], "rad som är längre än 4194304 byte");
    is_refused(&vec![b'"'; ALMOST], "på rad 1");
}

#[test]
fn kind_17_half_characters_of_utf_16() {
    let text = table(SCHOOL_HEADER, (1..=8).map(enrolled));
    let mut bytes: Vec<u8> = b"\xff\xfe".to_vec();
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0x00, 0xd8, 0x0a, 0x00]);
    is_refused(&bytes, "tecken som inte finns i UTF-16LE");
}

#[test]
fn kind_18_sectors_in_a_circle() {
    let good = xls(&[], &[record(0x027E, &words(&[0, 0, 0, 6, 0]))]);
    let (table, entry) = (512, 1024 + 128);
    for changes in
        [&[(table + 4, 1)][..], &[(table + 2 * 4, 2), (entry + 120, 0x7FFF_FFFF)], &[(68, 0), (table + 127 * 4, 0)]]
    {
        let mut bytes = good.clone();
        for &(at, number) in changes {
            bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
        }
        is_refused(&bytes, "skadad eller avkortad arbetsbok");
    }
}

#[test]
fn kind_19_records_that_are_cut_off() {
    let cells = [record(0x0204, &words(&[0, 0, 0, 60_000])), record(0x00FD, &[0, 0])];
    is_refused(&xls(&[], &cells), "skadad eller avkortad arbetsbok");
    is_refused(&compound("Workbook", &[0x09, 0x08, 0xFF, 0xFF]), "arbetsbok");
}

#[test]
fn kind_20_a_workbook_whose_parts_lie_elsewhere_on_the_disk() {
    for target in ["../../../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..\\..\\sheet1.xml"] {
        let bytes = pack(&[
            ("_rels/.rels", &relations("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", "<workbook><sheets><sheet name=\"B\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", &relations("worksheet", target)),
            ("../../../../etc/passwd", "<worksheet/>"),
        ]);
        is_refused(&bytes, "skadad eller avkortad arbetsbok");
    }
}

#[test]
fn kind_21_a_link_out_of_the_inbox() {
    for target in ["/etc/passwd", "/dev/zero", "/nowhere", "../kaa.toml"] {
        let workspace = Workspace::new();
        workspace.remove(SCHOOL);
        symlink(target, workspace.path("inbox").join(SCHOOL)).expect("a link");
        refuses(&workspace, "är en länk ut ur mappen och läses inte");
        workspace.config_with(&format!("[[kalla]]\ntyp = \"elevregister\"\nfil = \"inbox/{SCHOOL}\"\n"));
        refuses(&workspace, "är en länk ut ur mappen och läses inte");
    }
}

#[test]
fn kind_22_a_pipe_and_a_device() {
    let workspace = Workspace::new();
    workspace.remove(SCHOOL);
    let made = Command::new("mkfifo").arg(workspace.path("inbox").join(SCHOOL)).status().expect("mkfifo");
    assert!(made.success());
    refuses(&workspace, "är ingen vanlig fil");
    for path in [&format!("inbox/{SCHOOL}"), "inbox/elev*", "/dev/zero", "inbox"] {
        workspace.config_with(&format!("[[kalla]]\ntyp = \"elevregister\"\nfil = \"{path}\"\n"));
        refuses(&workspace, "är ingen vanlig fil");
    }
}

#[test]
fn kind_23_a_pattern_that_leads_out_by_a_folder() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("hemligt")).expect("a folder");
    fs::rename(workspace.path("inbox").join(SCHOOL), workspace.path("hemligt").join(SCHOOL)).expect("moved");
    symlink(workspace.path("hemligt"), workspace.path("inbox/skolor")).expect("a link");
    for pattern in ["inbox/*/elev*.csv", "inbox/skolor/*.csv", "inbox/s[k]olor/elev*"] {
        let is_named = pattern == "inbox/skolor/*.csv";
        workspace.config_with(&format!("[[kalla]]\ntyp = \"elevregister\"\nfil = \"{pattern}\"\n"));
        if is_named {
            // Whoever writes the config may name a link.
            assert_eq!(check(&workspace).code, 0);
        } else {
            refuses(&workspace, "är en länk ut ur mappen och läses inte");
        }
    }
    workspace.config_with("[[kalla]]\ntyp = \"elevregister\"\nfil = \"inbox/***\"\n");
    refuses(&workspace, "är inget giltigt sökmönster");
}

#[test]
fn kind_24_parquet_that_lies() {
    let header: Vec<&str> = SCHOOL_HEADER.split(';').collect();
    let rows: Vec<Vec<String>> = (1..=8).map(|nth| enrolled(nth).split(';').map(str::to_owned).collect()).collect();
    let good = parquet::write_rows(&header, &rows).expect("a table");
    let footer = good.len() - 8;
    let mut lies: Vec<Vec<u8>> = Vec::new();
    // A footer longer than the file, and none at all.
    for length in [u32::MAX, 0x7FFF_FFFF, 0, 1] {
        let mut bytes = good.clone();
        bytes[footer..footer + 4].copy_from_slice(&length.to_le_bytes());
        lies.push(bytes);
    }
    // Every byte of the headers of pages and of the footer, as large as a number can be and as nothing.
    for at in (4..40).chain((good.len() - 600..footer).step_by(7)) {
        for byte in [0x7F, 0xFF] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            lies.push(bytes);
        }
    }
    for bytes in lies {
        let workspace = Workspace::new();
        workspace.file(SCHOOL, bytes);
        let ending = check(&workspace);
        assert!([0, 1, 3].contains(&ending.code), "{ending:?}");
    }
}

#[test]
fn kind_25_a_workbook_with_a_password() {
    is_refused(&compound("EncryptedPackage", b"hemligt"), "är skyddad med lösenord");
}

#[test]
fn kind_26_marks_that_turn_a_name_around_are_gone() {
    let workspace = Workspace::new();
    let marks = ['\u{202e}', '\u{200f}', '\u{200b}', '\u{2066}', '\u{61c}', '\u{ad}', '\u{e0041}', '\u{feff}', '\u{7}'];
    let marked: String = marks.iter().map(|mark| format!("A{mark}")).collect();
    let rows = (1..=9).map(|nth| registered(nth).replace("Sekretessa", &format!("Sekretessa {marked}")));
    workspace.file(REGISTER, table(support::REGISTER_HEADER, rows));
    workspace.succeeds();
    for mark in marks {
        let sheets = workspace.sheets(AS_OF, "avstamning.xlsx");
        let sheet: String = sheets.iter().flat_map(|name| workspace.texts(AS_OF, "avstamning.xlsx", name)).collect();
        assert!(sheet.contains("Sekretessa AAA") && !sheet.contains(mark), "{mark:?}");
    }
    for entry in fs::read_dir(workspace.run_folder(AS_OF)).expect("a run") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "html") {
            assert!(!fs::read_to_string(&path).expect("text").contains(marks), "{}", path.display());
        }
        if path.extension().is_some_and(|ending| ending == "csv") {
            let text = fs::read_to_string(&path).expect("text");
            let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
            assert!(!text.contains(marks), "{}", path.display());
        }
    }
}

#[test]
fn kind_27_digits_that_only_look_like_digits() {
    for zero in ['\u{660}', '\u{ff10}', '\u{1d7ce}', '\u{966}'] {
        let workspace = Workspace::new();
        let alike: String = youth(9)
            .bytes()
            .map(|digit| char::from_u32(zero as u32 + u32::from(digit - b'0')).expect("a digit"))
            .collect();
        workspace.school_rows(&[&format!("{alike};GY;NA25;Östra;;2024-08-19;;2027-06-11;")]);
        let ending = check(&workspace);
        assert_eq!(ending.code, 3, "{ending:?}");
        ending.says(&["KAA-I002", "rad 10"]);
        assert!(!ending.stderr.contains(&alike), "{ending:?}");
    }
}

#[test]
fn kind_28_names_that_forge_a_line_or_steer_the_terminal() {
    for part in ["-a\nInga fel hittades", "-\u{1b}[2J\u{1b}[1;1H", "-\u{202e}fdp.exe", "-a\rb", "-\u{9b}2J"] {
        let workspace = Workspace::new();
        workspace.file(&format!("elevregister{part}-2026-11-16.csv"), table(SCHOOL_HEADER, []));
        refuses(&workspace, "har ett namn med radbrytning, styrtecken eller osynliga tecken");
        let ending = check(&workspace);
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!ending.stderr.contains(steers) && ending.stderr.lines().count() == 2, "{ending:?}");
    }
    // A number in a name is shown as its birth year.
    let workspace = Workspace::new();
    workspace.file(&format!("elevregster-{}-2026-11-16.csv", youth(9)), "");
    assert!(check(&workspace).stderr.contains("elevregster-2008xxxxxxxx-2026-11-16.csv"));
}

#[test]
fn kind_29_a_file_larger_than_any_table() {
    let workspace = Workspace::new();
    let file = File::create(workspace.path("inbox").join(SCHOOL)).expect("a file");
    file.set_len(1 << 40).expect("a hole");
    refuses(&workspace, "granser.fil_mb");
    drop(file);
    is_refused_with("[granser]\nfil_mb = 1\n", &followed_by(open_row(), b"x\n", 2 * MEBI), "granser.fil_mb");
}

#[test]
fn kind_30_rows_by_the_million() {
    for row in [&b"x\n"[..], b";;;\n"] {
        is_refused(&followed_by(open_row(), row, ALMOST), "fler än 5000000 rader");
    }
    let empty = followed_by(open_row(), b"\n", ALMOST);
    is_refused(&[empty, b"x\n".to_vec()].concat(), "längre än 4194304 byte");
    let few = followed_by(open_row(), b"x\n", MEBI / 2);
    is_refused(&few, "har fler än 200000 felaktiga celler");
    is_refused_with("[granser]\nrader = 100\n", &few, "fler än 100 rader");
}

#[test]
fn kind_31_letters_that_grow_when_they_are_decoded() {
    let row = [&b"\xe5\xe4\xf6".repeat(20)[..], b"\n"].concat();
    is_refused(&followed_by(open_row(), &row, ALMOST / 2), "har fler än 200000 felaktiga celler");
}

#[test]
fn kind_32_json_that_means_harm() {
    is_refused(&followed_by(b"{\"data\":".to_vec(), b"[", ALMOST), "nivåer på rad 1");
    is_refused(&followed_by(b"[{\"a\":".to_vec(), b"{\"a\":", ALMOST), "nivåer på rad 1");
    is_refused(&followed_by(b"[{\"givenName\":\"".to_vec(), b"a", ALMOST), "post som är längre än 4194304 byte");
    is_refused(&followed_by(b"[{\"enrolments\":[".to_vec(), b"{},", ALMOST), "post som är längre än 4194304 byte");
    is_refused(&followed_by(b"[{}".to_vec(), b",{}", ALMOST), "fler än 5000000 poster");
    is_refused(&followed_by(b"[{}".to_vec(), b",{}", 4 * MEBI), "avkortad");
    is_refused_with("[granser]\nrader = 100\n", &followed_by(b"[{}".to_vec(), b",{}", MEBI), "fler än 100 poster");
    let many =
        |more: &str, count: usize| format!("[{{\"givenName\":\"a\",\"enrolments\":[{{}}{}]}}]", more.repeat(count));
    is_refused(many(",{}", 1000).as_bytes(), "fler än 999 rader i en post");
    is_refused(many(&",[]".repeat(100), 10_000).as_bytes(), "fler än 999 rader i en post");
    let fields: String = (0..20_000).map(|nth| format!(",\"k{nth}\":1")).collect();
    is_refused(format!("[{{\"givenName\":\"a\"{fields}}}]").as_bytes(), "olika fält");
    is_refused(format!("[{{\"b\":\"a\"{fields}}}]").as_bytes(), "olika fält");
    let circle = "{\"id\":\"a\",\"organisationType\":\"Skola\",\"parentOrganisation\":{\"id\":\"a\"}}";
    let workspace = Workspace::new();
    let persons = (1..=8).map(|nth| {
        format!(
            "{{\"civicNo\":{{\"value\":{}}},\"enrolments\":[{{\"schoolType\":\"GY\",\"startDate\":\"2024-08-19\",\"enroledAt\":{{\"id\":\"a\"}}}}]}}",
            youth(nth)
        )
    });
    workspace.file(SCHOOL, circle.to_owned() + &persons.collect::<String>());
    let ending = check(&workspace);
    assert_eq!(ending.code, 0, "an owner above itself is no owner: {ending:?}");
}

#[test]
fn a_file_that_grows_or_is_swapped_while_it_is_read_is_told_of() {
    let workspace = Workspace::new();
    let rows: String = (0..400_000).map(|nth| format!("{};GY;;Skola {nth};;2024-08-19;;;\n", youth(nth % 8))).collect();
    let text = format!("{SCHOOL_HEADER}\n{rows}");
    workspace.file(SCHOOL, &text);
    let path = workspace.path("inbox").join(SCHOOL);
    for swap in [false, true] {
        let done = std::sync::atomic::AtomicBool::new(false);
        let ending = std::thread::scope(|scope| {
            scope.spawn(|| {
                let other = workspace.path("annan.csv");
                let mut nth = 0_u64;
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    nth += 1;
                    if swap {
                        fs::write(&other, format!("{text}\n{nth}")).expect("another file");
                        fs::rename(&other, &path).expect("swapped");
                    } else {
                        let mut file = File::options().append(true).open(&path).expect("the file");
                        file.write_all(b"\n").expect("it grows");
                    }
                }
            });
            let ending = workspace.run(&["check", "--as-of", AS_OF]);
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            ending
        });
        assert_eq!(ending.code, 1, "{ending:?}");
        ending.says(&["ändrades medan den lästes"]);
    }
}
