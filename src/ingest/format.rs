//! What a file is, by its content and not by its ending.

/// A form that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Delimited text.
    Text,
    /// Office Open XML workbook.
    Xlsx,
    /// Excel 97-2003 workbook.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Apache Parquet.
    Parquet,
    /// JSON.
    Json,
}

/// A form that is recognised but cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignFormat {
    /// Nothing in it.
    Empty,
    /// A PDF.
    Pdf,
    /// A web page, which some systems name `.xls`.
    Html,
    /// XML.
    Xml,
    /// A zip archive that is no workbook.
    Archive,
    /// The beginning of a zip archive, perhaps of a workbook.
    CutArchive,
    /// gzip.
    Gzip,
    /// An image or another file of bytes.
    Binary,
}

/// Recognises the form of a file.
///
/// # Errors
/// What it is instead.
pub fn recognise(bytes: &[u8]) -> Result<FileFormat, ForeignFormat> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let begins_with =
        |words: &str| text.len() >= words.len() && text[..words.len()].eq_ignore_ascii_case(words.as_bytes());
    if text.is_empty() {
        Err(ForeignFormat::Empty)
    } else if starts(b"PAR1") {
        Ok(FileFormat::Parquet)
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        zip_format(bytes)
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Ok(FileFormat::Xls)
    } else if text.starts_with(b"%PDF") {
        Err(ForeignFormat::Pdf)
    } else if begins_with("<!doctype html") || begins_with("<html") || begins_with("<table") {
        Err(ForeignFormat::Html)
    } else if begins_with("<?xml") {
        Err(ForeignFormat::Xml)
    } else if starts(b"\x1f\x8b") {
        Err(ForeignFormat::Gzip)
    } else if is_json(bytes) {
        Ok(FileFormat::Json)
    } else if starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF8")
        || starts(b"7z\xbc\xaf")
        || starts(b"\x7fELF")
    {
        Err(ForeignFormat::Binary)
    } else {
        Ok(FileFormat::Text)
    }
}

/// JSON begins with an object, or with a list of objects; a header between brackets is a table's. Windows writes it in
/// UTF-16 too.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    const BEGINNING: usize = 4096;
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    let is_wide = beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff");
    let marks: &[u8] = if is_wide { b"\0\xff\xfe" } else { b"\xef\xbb\xbf" };
    let mut signs = beginning.iter().filter(|byte| !byte.is_ascii_whitespace() && !marks.contains(byte));
    match signs.next() {
        Some(b'{') => matches!(signs.next(), Some(b'"' | b'}') | None),
        Some(b'[') => matches!(signs.next(), Some(b'{' | b'[' | b']') | None),
        _ => false,
    }
}

/// A workbook is a zip whose parts say which: XLSX holds `xl/`, ODS says so in `mimetype`.
fn zip_format(bytes: &[u8]) -> Result<FileFormat, ForeignFormat> {
    let contains = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if contains(b"application/vnd.oasis.opendocument.spreadsheet") {
        Ok(FileFormat::Ods)
    } else if contains(b"xl/workbook") || contains(b"xl/worksheets") || contains(b"[Content_Types].xml") {
        Ok(FileFormat::Xlsx)
    } else if contains(b"PK\x05\x06") {
        Err(ForeignFormat::Archive)
    } else {
        Err(ForeignFormat::CutArchive)
    }
}
