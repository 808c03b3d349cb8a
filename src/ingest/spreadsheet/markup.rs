//! XML as a stream of tokens in a window, so that a part of any size takes little memory.
//!
//! Only what a spreadsheet needs: UTF-8, no namespaces, no document type and so no entities but the predefined.
//! Tags must match, or rows behind a stray one would be lost. Length, number and depth of the elements are bounded.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::{Damage, Measure, SpreadsheetFault, check, damaged};

const FIRST_WINDOW: usize = 64 * 1024;
/// The longest tag, text, comment or instruction: far longer than any that a spreadsheet program writes.
const LONGEST_TOKEN: usize = 512 * 1024;
/// The longest name of an element.
const LONGEST_NAME: usize = 256;
/// Spreadsheets nest some ten elements, drawings some thirty.
const DEEPEST: u64 = 200;

/// One token.
pub(super) enum Token<'a> {
    /// An element begins; an empty element begins and ends.
    Start(Element<'a>),
    /// The last open element ends.
    End,
    /// Text between tags.
    Text(Text<'a>),
    /// A comment or an instruction.
    Other,
    /// The end of a part whose elements are all closed.
    EndOfPart,
}

/// Reads the tokens of one part.
pub(super) struct Markup<R> {
    part: String,
    source: R,
    window: Vec<u8>,
    /// Where the unread and the filled part of the window end.
    start: usize,
    end: usize,
    source_is_empty: bool,
    /// The element that has just begun was empty: its end comes next.
    end_is_due: bool,
    /// Names of the open elements, one after the other, and where each begins.
    open_names: Vec<u8>,
    open_starts: Vec<usize>,
    budget: Rc<Budget>,
}

/// What all parts of an archive may cost together, each as often as it is read.
pub(super) struct Budget {
    bytes: Cell<u64>,
    elements: Cell<u64>,
    most_bytes: u64,
    most_elements: u64,
}

impl Budget {
    pub(super) fn new(most_bytes: u64, most_elements: u64) -> Self {
        Self { bytes: Cell::new(0), elements: Cell::new(0), most_bytes, most_elements }
    }

    fn spend_bytes(&self, count: usize) -> Result<(), SpreadsheetFault> {
        self.bytes.set(self.bytes.get() + count as u64);
        check(Measure::UnpackedBytes, self.bytes.get(), self.most_bytes)
    }

    fn spend_element(&self) -> Result<(), SpreadsheetFault> {
        self.elements.set(self.elements.get() + 1);
        check(Measure::Markup, self.elements.get(), self.most_elements)
    }
}

impl<R: Read> Markup<R> {
    pub(super) fn new(part: &str, source: R, budget: Rc<Budget>) -> Self {
        Self {
            part: part.to_owned(),
            source,
            window: vec![0; FIRST_WINDOW],
            start: 0,
            end: 0,
            source_is_empty: false,
            end_is_due: false,
            open_names: Vec::new(),
            open_starts: Vec::new(),
            budget,
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open_starts.len()
    }

    /// The fault of broken contents.
    pub(super) fn broken(&self) -> SpreadsheetFault {
        damaged(&self.part, Damage::Content)
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'_>, SpreadsheetFault> {
        if self.end_is_due {
            self.end_is_due = false;
            self.close();
            return Ok(Token::End);
        }
        if self.start == self.end && !self.fill()? {
            return if self.open_starts.is_empty() { Ok(Token::EndOfPart) } else { Err(self.broken()) };
        }
        if self.window[self.start] != b'<' {
            return self.text();
        }
        match self.byte(1)? {
            b'/' => {
                self.take_end_tag()?;
                Ok(Token::End)
            }
            b'?' => {
                self.take_to(2, b"?>")?;
                Ok(Token::Other)
            }
            b'!' => self.declaration(),
            _ => self.open(),
        }
    }

    /// Reads past the element that has just begun.
    pub(super) fn skip_element(&mut self) -> Result<(), SpreadsheetFault> {
        let outside = self.depth() - 1;
        while self.depth() > outside {
            self.next()?;
        }
        Ok(())
    }

    /// Unpacks the rest of the part, so that its checksum is compared.
    pub(super) fn drain(&mut self) -> Result<(), SpreadsheetFault> {
        self.start = self.end;
        while self.fill()? {
            self.start = self.end;
        }
        Ok(())
    }

    fn open(&mut self) -> Result<Token<'_>, SpreadsheetFault> {
        self.budget.spend_element()?;
        let (start, end) = self.take_tag()?;
        let mut inside = &self.window[start + 1..end - 1];
        if let Some(before_slash) = inside.strip_suffix(b"/") {
            inside = before_slash;
            self.end_is_due = true;
        }
        let name_length = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_length);
        if !matches!(name.len(), 1..=LONGEST_NAME) {
            return Err(damaged(&self.part, Damage::Content));
        }
        self.open_starts.push(self.open_names.len());
        self.open_names.extend_from_slice(name);
        check(Measure::Markup, self.open_starts.len() as u64, DEEPEST)?;
        Ok(Token::Start(Element { name, attributes }))
    }

    fn close(&mut self) {
        let start = self.open_starts.pop().unwrap_or_default();
        self.open_names.truncate(start);
    }

    fn declaration(&mut self) -> Result<Token<'_>, SpreadsheetFault> {
        const COMMENT: &[u8] = b"<!--";
        const LITERAL: &[u8] = b"<![CDATA[";
        if self.begins_with(COMMENT)? {
            self.take_to(COMMENT.len(), b"-->")?;
            return Ok(Token::Other);
        }
        if self.begins_with(LITERAL)? {
            let (start, end) = self.take_to(LITERAL.len(), b"]]>")?;
            let bytes = &self.window[start + LITERAL.len()..end - 3];
            return Ok(Token::Text(Text { bytes, is_literal: true }));
        }
        Err(damaged(&self.part, Damage::DocumentType))
    }

    fn text(&mut self) -> Result<Token<'_>, SpreadsheetFault> {
        let mut length = 0;
        loop {
            length += self.distance(length, b'<');
            if self.start + length < self.end || !self.fill()? {
                break;
            }
        }
        let (start, end) = self.take(length);
        let bytes = &self.window[start..end];
        // Text outside all elements is no XML; it may be XML in an encoding that is not read here.
        if self.open_starts.is_empty() && !bytes.trim_ascii().is_empty() {
            return Err(damaged(&self.part, Damage::Content));
        }
        Ok(Token::Text(Text { bytes, is_literal: false }))
    }

    /// How many bytes come before a byte in the unread part of the window, or before its end.
    fn distance(&self, from: usize, byte: u8) -> usize {
        let unread = &self.window[self.start + from..self.end];
        unread.iter().position(|&found| found == byte).unwrap_or(unread.len())
    }

    /// Takes the tag that ends an element, which must be the last open one.
    fn take_end_tag(&mut self) -> Result<(), SpreadsheetFault> {
        const BEFORE_NAME: usize = 2;
        let mut length = BEFORE_NAME;
        loop {
            length += self.distance(length, b'>');
            if self.start + length < self.end {
                break;
            }
            self.fill_more()?;
        }
        let (start, end) = self.take(length + 1);
        let name = self.window[start + BEFORE_NAME..end - 1].trim_ascii_end();
        let opened = self.open_starts.last().map(|&opened| &self.open_names[opened..]);
        if opened != Some(name) {
            return Err(self.broken());
        }
        self.close();
        Ok(())
    }

    /// Takes a tag: to the first `>` outside quotation marks.
    fn take_tag(&mut self) -> Result<(usize, usize), SpreadsheetFault> {
        let mut length = 1;
        let mut quote = None;
        loop {
            for &byte in &self.window[self.start + length..self.end] {
                length += 1;
                match (quote, byte) {
                    (None, b'>') => return Ok(self.take(length)),
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), _) if open == byte => quote = None,
                    _ => {}
                }
            }
            self.fill_more()?;
        }
    }

    /// Takes markup to the end of a mark, which ends with `>`, looked for after `from` bytes.
    fn take_to(&mut self, from: usize, mark: &[u8]) -> Result<(usize, usize), SpreadsheetFault> {
        let mut length = from;
        loop {
            length += self.distance(length, b'>');
            if self.start + length == self.end {
                self.fill_more()?;
                continue;
            }
            length += 1;
            if self.window[self.start + from..self.start + length].ends_with(mark) {
                return Ok(self.take(length));
            }
        }
    }

    fn take(&mut self, length: usize) -> (usize, usize) {
        let start = self.start;
        self.start += length;
        (start, self.start)
    }

    fn begins_with(&mut self, mark: &[u8]) -> Result<bool, SpreadsheetFault> {
        for (at, &expected) in mark.iter().enumerate() {
            if self.byte(at)? != expected {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An unread byte that must be there.
    fn byte(&mut self, at: usize) -> Result<u8, SpreadsheetFault> {
        while self.end - self.start <= at {
            self.fill_more()?;
        }
        Ok(self.window[self.start + at])
    }

    /// Reads on in the middle of a token, where the part must not end.
    fn fill_more(&mut self) -> Result<(), SpreadsheetFault> {
        if self.fill()? { Ok(()) } else { Err(self.broken()) }
    }

    /// Reads more into the window, which is moved or grows when it is full; whether there was more.
    fn fill(&mut self) -> Result<bool, SpreadsheetFault> {
        if self.source_is_empty {
            return Ok(false);
        }
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.window.len() {
            self.make_room()?;
        }
        let is_first = self.open_starts.is_empty() && self.end == 0;
        let count = self.source.read(&mut self.window[self.end..]);
        let count = count.map_err(|_| damaged(&self.part, Damage::Container))?;
        self.budget.spend_bytes(count)?;
        self.end += count;
        self.source_is_empty = count == 0;
        if is_first && self.window[..self.end].starts_with(b"\xEF\xBB\xBF") {
            self.start = 3;
        }
        Ok(count > 0)
    }

    fn make_room(&mut self) -> Result<(), SpreadsheetFault> {
        if self.start > 0 {
            self.window.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            return Ok(());
        }
        check(Measure::TokenBytes, self.window.len() as u64 + 1, LONGEST_TOKEN as u64)?;
        self.window.resize(self.window.len() * 2, 0);
        Ok(())
    }
}

/// The tag that an element begins with.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    name: &'a [u8],
    attributes: &'a [u8],
}

impl<'a> Element<'a> {
    /// The name with its prefix.
    pub(super) fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The name without its prefix.
    pub(super) fn local_name(&self) -> &'a [u8] {
        local(self.name)
    }

    /// Names and values of the attributes, as they are written. What is malformed ends them.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_ascii_start();
            let equals = rest.iter().position(|&byte| byte == b'=')?;
            let name = rest[..equals].trim_ascii_end();
            let (&quote, value) = rest[equals + 1..].trim_ascii_start().split_first()?;
            if !matches!(quote, b'"' | b'\'') {
                return None;
            }
            let length = value.iter().position(|&byte| byte == quote)?;
            rest = &value[length + 1..];
            Some((name, &value[..length]))
        })
    }

    /// An attribute by its name with prefix, as it is written.
    pub(super) fn raw(&self, name: &str) -> Option<&'a [u8]> {
        self.attributes().find(|(found, _)| *found == name.as_bytes()).map(|(_, value)| value)
    }

    /// An attribute by its name with prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        decoded(self.raw(name)?)
    }

    /// An attribute by its name without prefix, which it must have.
    pub(super) fn prefixed_attribute(&self, local_name: &str) -> Option<String> {
        let is_it = |name: &[u8]| name.contains(&b':') && local(name) == local_name.as_bytes();
        self.attributes().find(|(name, _)| is_it(name)).and_then(|(_, value)| decoded(value))
    }
}

fn local(name: &[u8]) -> &[u8] {
    name.iter().position(|&byte| byte == b':').map_or(name, |colon| &name[colon + 1..])
}

fn decoded(value: &[u8]) -> Option<String> {
    let mut text = String::new();
    Text { bytes: value, is_literal: false }.write_to(&mut text).then_some(text)
}

/// Text as it is written.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    /// From `CDATA`, where `&` stands for itself.
    is_literal: bool,
}

impl Text<'_> {
    /// Appends the text with `&amp;` and the like resolved and line ends as `\n`; false when it is no text.
    pub(super) fn write_to(&self, text: &mut String) -> bool {
        let Ok(raw) = std::str::from_utf8(self.bytes) else { return false };
        let mut rest = raw;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'\r')) {
            text.push_str(&rest[..at]);
            let special = &rest[at..];
            if let Some(after) = special.strip_prefix('\r') {
                text.push('\n');
                rest = after.strip_prefix('\n').unwrap_or(after);
            } else if self.is_literal {
                text.push('&');
                rest = &special[1..];
            } else {
                let Some((entity, after)) = special[1..].split_once(';') else { return false };
                let Some(character) = character_of(entity) else { return false };
                text.push(character);
                rest = after;
            }
        }
        text.push_str(rest);
        true
    }
}

/// The predefined entities and characters given by number; others would need a document type.
fn character_of(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32).filter(|&c| c != '\0')
        }
    }
}
