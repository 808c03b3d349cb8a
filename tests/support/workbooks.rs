//! Workbooks by hand, as no program writes them.

#![allow(dead_code, reason = "each test file uses its part of this module")]

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// The parts of an archive, by name.
pub type Parts = Vec<(String, Vec<u8>)>;

pub fn pack(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts = parts.iter().map(|(name, contents)| ((*name).to_owned(), contents.as_bytes().to_vec())).collect();
    repack(&parts)
}

/// An XLSX of one sheet: the parts of strings and styles, and what stands in `sheetData`.
pub fn xlsx(strings: &str, styles: &str, cells: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{cells}</sheetData></worksheet>");
    pack(&[
        ("_rels/.rels", &relations("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"Blad1\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", &relations("worksheet", "worksheets/sheet1.xml")),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

pub fn relations(kind: &str, target: &str) -> String {
    format!("<Relationships><Relationship Id=\"r\" Type=\"http://x/{kind}\" Target=\"{target}\"/></Relationships>")
}

/// An ODS with what stands in `office:spreadsheet`.
pub fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    pack(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

/// One stream in a compound file: the table in sector 0, the directory in 1, the stream from 2 on.
pub fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const SHORTEST: usize = 4096;
    let size = stream.len().max(SHORTEST).next_multiple_of(SECTOR);
    let last = 2 + size / SECTOR - 1;
    let mut header = vec![0; SECTOR];
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[24..34].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header[44] = 1;
    header[48] = 1;
    header[57] = 0x10;
    header[60..64].copy_from_slice(&u32::MAX.to_le_bytes());
    header[68..72].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
    header[76..].fill(0xFF);
    header[76..80].fill(0);
    let mut table = vec![u32::MAX; SECTOR / 4];
    (table[0], table[1], table[last]) = (u32::MAX - 2, u32::MAX - 1, u32::MAX - 1);
    for (next, number) in (3..).zip(&mut table[2..last]) {
        *number = next;
    }
    let mut file = header;
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    file.extend(entry("Root Entry", 5, u32::MAX - 1, 0));
    file.extend(entry(name, 2, 2, u32::try_from(size).expect("a small stream")));
    file.resize(3 * SECTOR, 0);
    file.extend(stream);
    file.resize(3 * SECTOR + size, 0);
    file
}

fn entry(name: &str, kind: u8, start: u32, size: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    entry.resize(128, 0);
    entry[66] = kind;
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    entry[120..124].copy_from_slice(&size.to_le_bytes());
    entry
}

pub fn record(number: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short record");
    [&number.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

/// The parts of a record, each of two bytes.
pub fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// An XLS of one sheet `Blad1`: records before the sheets, and those in the sheet.
pub fn xls(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(0x0809, &words(&[0x0600, 5, 0, 0, 0, 0, 0, 0]));
    let globals = globals.concat();
    let sheet_record = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 5, 0], b"Blad1"].concat());
    let at = begin.len() + globals.len() + sheet_record(0).len() + 4;
    let at = u32::try_from(at).expect("a short stream");
    let end = record(0x000A, &[]);
    compound("Workbook", &[begin.clone(), globals, sheet_record(at), end.clone(), begin, cells.concat(), end].concat())
}

pub fn repack(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, contents) in parts {
        // The type of an OpenDocument stands unpacked at its beginning.
        let method = if name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(name, options).expect("the name is valid");
        zip.write_all(contents).expect("memory takes it");
    }
    zip.finish().expect("memory takes it").into_inner()
}
