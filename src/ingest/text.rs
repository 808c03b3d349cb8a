//! Bytes to text: the encodings that exports come in, without losing a byte silently.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text, and whether its rows came in different encodings.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text without a byte order mark.
    pub text: Cow<'a, str>,
    /// Some rows were UTF-8 and others Windows-1252.
    pub mixed: bool,
}

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingFault {
    /// Looks like UTF-16 without a byte order mark.
    Utf16WithoutMark,
    /// Bytes that the stated encoding does not have.
    NotInEncoding(&'static str),
}

/// Decodes a file: in the stated encoding, else by its byte order mark, else as UTF-8, else as Windows-1252 (of which
/// ISO-8859-1 is a part); a file that mixes the last two is read row by row.
///
/// # Errors
/// When the bytes are no text in any of them.
pub fn decode<'a>(bytes: &'a [u8], stated: Option<&'static Encoding>) -> Result<Decoded<'a>, EncodingFault> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return whole(&bytes[mark..], encoding);
    }
    if let Some(encoding) = stated {
        return whole(bytes, encoding);
    }
    let beginning = &bytes[..bytes.len().min(1000)];
    if beginning.iter().filter(|&&byte| byte == 0).count() * 4 > beginning.len() {
        return Err(EncodingFault::Utf16WithoutMark);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), mixed: false }),
        Err(_) => Ok(row_by_row(bytes)),
    }
}

fn whole<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Decoded<'a>, EncodingFault> {
    if [UTF_16LE, UTF_16BE].contains(&encoding) && !bytes.len().is_multiple_of(2) {
        return Err(EncodingFault::NotInEncoding(encoding.name()));
    }
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(EncodingFault::NotInEncoding(encoding.name()))?;
    Ok(Decoded { text, mixed: false })
}

/// encoding_rs sets aside three bytes for each: too many for a large file.
fn windows_1252(bytes: &[u8]) -> String {
    const SLACK: usize = 16;
    let length = |byte: &u8| match byte {
        0..0x80 => 1,
        0x80..0xa0 => 3,
        0xa0.. => 2,
    };
    let mut text = String::with_capacity(bytes.iter().map(length).sum::<usize>() + SLACK);
    let mut decoder = WINDOWS_1252.new_decoder_without_bom_handling();
    let (result, read, _) = decoder.decode_to_string(bytes, &mut text, true);
    debug_assert_eq!((result, read), (encoding_rs::CoderResult::InputEmpty, bytes.len()));
    text
}

fn row_by_row(bytes: &[u8]) -> Decoded<'_> {
    let is_utf8 = |row: &[u8]| !row.is_ascii() && std::str::from_utf8(row).is_ok();
    let mixed = bytes.split_inclusive(|&byte| byte == b'\n').any(is_utf8);
    if !mixed {
        return Decoded { text: Cow::Owned(windows_1252(bytes)), mixed };
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for row in bytes.split_inclusive(|&byte| byte == b'\n') {
        let encoding = if std::str::from_utf8(row).is_ok() { UTF_8 } else { WINDOWS_1252 };
        text.push_str(&encoding.decode_without_bom_handling(row).0);
    }
    Decoded { text: Cow::Owned(text), mixed }
}
