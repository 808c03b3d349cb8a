//! Tables as delimited text in the encoding of the system.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{Sheet, Source, spelled_number};

/// The bytes of a file.
pub(super) fn file(source: &Source, table: &Sheet) -> Vec<u8> {
    let mut text = String::new();
    let delimiter = char::from(source.delimiter);
    let mut line = |cells: &mut dyn Iterator<Item = Cow<'_, str>>| {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                text.push(delimiter);
            }
            text.push_str(&quoted(&cell, delimiter));
        }
        text.push_str("\r\n");
    };
    line(&mut table.headers.iter().map(|header| Cow::from(header.as_str())));
    for (index, row) in table.rows.iter().enumerate() {
        line(&mut row.iter().enumerate().map(|(at, cell)| {
            if at == 0 { Cow::from(spelled_number(source.kind, cell, index)) } else { source.spelled_date(cell) }
        }));
    }
    encoded(&text, source)
}

impl Source {
    fn spelled_date<'t>(&self, cell: &'t str) -> Cow<'t, str> {
        match (&self.date_format, cell.parse::<NaiveDate>()) {
            (Some(format), Ok(date)) => Cow::from(date.format(format).to_string()),
            _ => Cow::from(cell),
        }
    }
}

fn quoted(cell: &str, delimiter: char) -> Cow<'_, str> {
    if cell.contains([delimiter, '"', '\n']) {
        Cow::from(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::from(cell)
    }
}

fn encoded(text: &str, source: &Source) -> Vec<u8> {
    match source.encoding.as_str() {
        // These have no č and ć: the old systems write such names without the marks.
        "windows-1252" | "iso-8859-1" => {
            encoding_rs::WINDOWS_1252.encode(&text.replace(['č', 'ć'], "c")).0.into_owned()
        }
        "utf-16" => "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        // Said outright to be UTF-8, as Excel's own "CSV UTF-8": with the mark that Excel puts first.
        "utf-8" => format!("\u{feff}{text}").into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
}
