//! What `kaa check` says of faults, beside what is wrong with the cells themselves.

use super::{Message, both, expectation};
use crate::ingest::Numbering;
use crate::ingest::json::ROWS_OF_A_RECORD;
use crate::records::CellFault;

/// The code of a fault and how grave it is: rows are rejected, or only a cell is.
pub fn diagnosis_title(code: &str, rejects_rows: bool) -> Message {
    if rejects_rows { both!("fel[{code}]:", "error[{code}]:") } else { both!("varning[{code}]:", "warning[{code}]:") }
}

/// Where a fault is: the file, the sheet, and the column by its letter, its header and its canonical name.
pub fn diagnosis_place(
    file: &str,
    sheet: Option<&str>,
    letter: Option<&str>,
    header: Option<&str>,
    column: &str,
) -> Message {
    let sheet = sheet.map_or(both!("", ""), |sheet| both!(", blad {sheet}", ", sheet {sheet}"));
    let named = match header {
        Some(header) if crate::records::fold(header) != crate::records::fold(column) => {
            let header: String = header.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!(" \"{header}\" ({column})")
        }
        _ => format!(" {column}"),
    };
    let column = match (letter, column) {
        (_, "") => both!("", ""),
        (Some(letter), _) => both!(", kolumn {letter}{named}", ", column {letter}{named}"),
        (None, column) => both!(", {column}", ", {column}"),
    };
    let (sheet_swedish, sheet_english) = (sheet.swedish, sheet.english);
    let (swedish, english) = (column.swedish, column.english);
    both!("{file}{sheet_swedish}{swedish}", "{file}{sheet_english}{english}")
}

/// Beside the mark: what was expected.
pub fn diagnosis_expected(fault: CellFault) -> Message {
    let wanted = expectation(fault);
    let (swedish, english) = (wanted.swedish, wanted.english);
    both!("väntade {swedish}", "expected {english}")
}

/// Beside the mark below a row with another number of fields than the headers.
pub fn diagnosis_fields(found: usize, wanted: usize) -> Message {
    both!("{found} fält, men rubrikraden har {wanted}", "{found} fields, but the header has {wanted}")
}

/// In which rows, and in how many. Rows of a record stand behind its number.
pub fn diagnosis_rows(rows: &[u32], most: usize, numbering: &Numbering) -> Message {
    let named = |record: &str| {
        let name = |row: &u32| match numbering {
            Numbering::RowsOfRecords => {
                format!("{row} ({record} {}:{})", row / ROWS_OF_A_RECORD, row % ROWS_OF_A_RECORD)
            }
            Numbering::Records => format!("{row} ({record} {row})"),
            Numbering::Rows | Numbering::Sheet(_) => row.to_string(),
        };
        rows.iter().take(most).map(name).collect::<Vec<_>>().join(", ")
    };
    let (swedish, english, count) = (named("post"), named("record"), rows.len());
    match rows.len().saturating_sub(most) {
        0 if count == 1 => both!("rad {swedish}", "row {english}"),
        0 => both!("{count} rader: {swedish}", "{count} rows: {english}"),
        more => both!(
            "{count} rader: {swedish} och {more} till av samma slag",
            "{count} rows: {english} and {more} more of the same kind"
        ),
    }
}

/// The unknown words, with how many rows of the file have them; of more than those, how many there are.
pub fn diagnosis_words(words: &[(String, u64)], all: usize) -> Message {
    let listed: Vec<String> = words.iter().map(|(word, count)| format!("\"{word}\" ({count})")).collect();
    let listed = listed.join(", ");
    match all.saturating_sub(words.len()) {
        0 => both!("värden utan kod (antal): {listed}", "values without a code (rows): {listed}"),
        more => both!(
            "värden utan kod (antal): {listed} och {more} till",
            "values without a code (rows): {listed} and {more} more"
        ),
    }
}

/// What to do.
pub fn diagnosis_do(todo: &Message) -> Message {
    let (swedish, english) = (&todo.swedish, &todo.english);
    both!("gör så: {swedish}", "do this: {english}")
}

/// The workbook of faults is there.
pub fn faults_written(path: &std::path::Path) -> Message {
    let path = path.display();
    both!(
        "{path} har alla felen, maskerade. Skicka den till den som gör exporterna.",
        "{path} has all the faults, masked. Send it to whoever makes the exports."
    )
}

/// The workbook of faults could not be written.
pub fn faults_not_written(path: &std::path::Path, error: &dyn std::fmt::Display) -> Message {
    let path = path.display();
    both!(
        "{path} kan inte skrivas: {error}. En fil som redan finns skrivs inte över.",
        "{path} cannot be written: {error}. A file that is there already is not overwritten."
    )
}

/// The workbook of faults. Files are always Swedish.
pub mod faults_workbook {
    /// The name of the first sheet.
    pub const OVERVIEW: &str = "Översikt";
    /// The name of the sheet with unknown words.
    pub const WORDS: &str = "Värden utan kod";
    /// The header of masked values.
    pub const VALUE: &str = "Värde (maskerat)";

    /// The columns of the first sheet, with their widths.
    pub const OVERVIEW_COLUMNS: [(&str, u16); 10] = [
        ("Fil", 42),
        ("Blad", 14),
        ("Kolumn", 8),
        ("Rubrik", 20),
        ("Antal", 8),
        ("Vad som är fel", 38),
        ("Gör så", 42),
        ("Följd", 18),
        ("Rader", 24),
        ("Kod", 10),
    ];
    /// The columns of the unknown words.
    pub const WORD_COLUMNS: [(&str, u16); 5] =
        [("Fil", 42), ("Rubrik", 24), (VALUE, 34), ("Rader", 8), ("Koder att koppla till", 60)];
    /// The columns of a file's faults.
    pub const FAULT_COLUMNS: [(&str, u16); 8] = [
        ("Rad", 8),
        ("Kolumn", 8),
        ("Rubrik", 24),
        (VALUE, 22),
        ("Vad som är fel", 42),
        ("Gör så", 46),
        ("Följd", 18),
        ("Kod", 10),
    ];

    /// The title of the first sheet.
    pub fn title(municipality: &str) -> String {
        format!("Fel i exporterna, {municipality}")
    }

    /// What the first sheet is about.
    pub fn about() -> &'static str {
        "Varje slag av fel en gång, med antal. Värdena är maskerade: ett personnummer till födelseåret, text till sin form. Raderna är numrerade som Excel visar dem. Varje fil har ett eget blad med alla felen."
    }

    /// What the sheet of unknown words is about.
    pub fn about_words() -> &'static str {
        "Värden i kodade kolumner som inte betyder något för programmet. Ett värde som står i tre rader eller fler visas som det är, annars visas formen. De kan rättas i källan eller kopplas till en kod i konfigurationen."
    }

    /// What the sheet of a file is about.
    pub fn about_file() -> &'static str {
        "Rad och kolumn som Excel visar dem. En avvisad rad används inte alls; annars används raden utan cellen."
    }

    /// The title of a file's sheet.
    pub fn file_title(file: &str, sheet: Option<&str>) -> String {
        sheet.map_or(file.to_owned(), |sheet| format!("{file}, blad {sheet}"))
    }

    /// What becomes of the row.
    pub fn consequence(rejected: bool) -> &'static str {
        if rejected { "Raden avvisas" } else { "Cellen används inte" }
    }
}
