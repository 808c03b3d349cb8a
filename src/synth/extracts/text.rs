//! An extract as delimited text.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use encoding_rs::WINDOWS_1252;

use crate::records::Kind;
use crate::synth::mess::{Encoding, Style};

/// A file of delimited text.
pub(super) struct Text {
    file: BufWriter<File>,
    style: Style,
    line: String,
    rows: u64,
}

impl Text {
    /// A file with the headers of a table.
    pub(super) fn create(path: &Path, style: Style, kind: Kind) -> std::io::Result<Self> {
        let mark: &[u8] = match style.encoding {
            Encoding::Utf8WithMark => b"\xef\xbb\xbf",
            Encoding::Utf16 => b"\xff\xfe",
            Encoding::Utf8 | Encoding::Windows1252 => b"",
        };
        let mut file = BufWriter::with_capacity(1 << 18, File::create(path)?);
        file.write_all(mark)?;
        let headers: Vec<String> = kind.columns().iter().map(|column| style.header(column.name)).collect();
        let mut text = Self { file, style, line: String::new(), rows: 0 };
        text.write_line(&headers)?;
        Ok(text)
    }

    /// Adds a row.
    pub(super) fn add(&mut self, cells: &[String]) -> std::io::Result<()> {
        self.rows += 1;
        if self.style.blank_rows && self.rows.is_multiple_of(997) {
            self.line.clear();
            self.line.push_str("\r\n");
            self.write_encoded()?;
        }
        self.write_line(cells)
    }

    fn write_line(&mut self, cells: &[String]) -> std::io::Result<()> {
        self.line.clear();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.line.push(self.style.delimiter);
            }
            if cell.contains([self.style.delimiter, '"', '\n', '\r']) {
                self.line.push('"');
                self.line.push_str(&cell.replace('"', "\"\""));
                self.line.push('"');
            } else {
                self.line.push_str(cell);
            }
        }
        self.line.push_str(self.style.line_end);
        self.write_encoded()
    }

    fn write_encoded(&mut self) -> std::io::Result<()> {
        match self.style.encoding {
            Encoding::Utf8 | Encoding::Utf8WithMark => self.file.write_all(self.line.as_bytes()),
            // It has no č and ć: the old systems write such names without the marks.
            Encoding::Windows1252 => self.file.write_all(&WINDOWS_1252.encode(&self.line.replace(['č', 'ć'], "c")).0),
            Encoding::Utf16 => self.line.encode_utf16().try_for_each(|unit| self.file.write_all(&unit.to_le_bytes())),
        }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
