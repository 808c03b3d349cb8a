//! XML as a stream of events whose size, number and depth are bounded.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Damage, Limits, Measure, SpreadsheetFault, check, damaged};

/// The longest tag, text, comment or instruction: far longer than any that a spreadsheet program writes.
const LONGEST_TOKEN: usize = 512 * 1024;
/// Spreadsheets nest some ten elements, drawings some thirty.
const DEEPEST: u64 = 200;

/// One event.
pub(super) enum Token<'a> {
    /// An element begins; an empty element begins and ends.
    Start(BytesStart<'a>),
    /// An element ends; its name is that of the last open one.
    End,
    /// Text between tags.
    Text(Cow<'a, str>),
    /// A character that was written as `&amp;` or `&#10;`.
    Character(char),
    /// Comments and instructions.
    Other,
    /// The end of a part whose elements are all closed.
    EndOfPart,
}

/// Reads the events of one part.
pub(super) struct Markup<R> {
    part: String,
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    depth: u64,
    elements: u64,
    most_elements: u64,
    longest_token: u64,
}

impl<R: BufRead> Markup<R> {
    pub(super) fn new(part: &str, source: R, limits: &Limits) -> Self {
        let mut reader = Reader::from_reader(Bounded { source, left: LONGEST_TOKEN });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // A cell is `c`, `v` and perhaps `f` in XLSX, a cell and a paragraph in ODS; rows come on top.
        let most_elements = limits.cells.saturating_mul(4);
        Self {
            part: part.to_owned(),
            reader,
            buffer: Vec::new(),
            depth: 0,
            elements: 0,
            most_elements,
            longest_token: 0,
        }
    }

    /// Lowers the number of elements that the part may have.
    pub(super) fn expect_at_most(mut self, elements: u64) -> Self {
        self.most_elements = self.most_elements.min(elements);
        self
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> u64 {
        self.depth
    }

    /// Bytes of the longest event so far.
    pub(super) fn longest_token(&self) -> u64 {
        self.longest_token
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Token<'_>, SpreadsheetFault> {
        self.buffer.clear();
        self.reader.get_mut().left = LONGEST_TOKEN;
        let start = self.reader.buffer_position();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(_) if self.reader.get_ref().left == 0 => {
                let limit = LONGEST_TOKEN as u64;
                return Err(SpreadsheetFault::TooLarge { what: Measure::CellBytes, found: limit + 1, limit });
            }
            Err(error) => return Err(damaged(&self.part, damage_of(&error))),
        };
        self.longest_token = self.longest_token.max(self.reader.buffer_position() - start);
        match event {
            Event::Start(start) => {
                self.depth += 1;
                check(Measure::Markup, self.depth, DEEPEST)?;
                self.elements += 1;
                check(Measure::Markup, self.elements, self.most_elements)?;
                Ok(Token::Start(start))
            }
            Event::End(_) => {
                self.depth -= 1;
                Ok(Token::End)
            }
            Event::Text(text) => Ok(Token::Text(text.xml10_content())),
            Event::CData(text) => Ok(Token::Text(text.xml10_content())),
            Event::GeneralRef(name) => match character_of(&name) {
                Some(character) => Ok(Token::Character(character)),
                None => Err(damaged(&self.part, Damage::Content)),
            },
            Event::DocType(_) => Err(damaged(&self.part, Damage::DocumentType)),
            Event::Eof if self.depth > 0 => Err(damaged(&self.part, Damage::Content)),
            Event::Eof => Ok(Token::EndOfPart),
            _ => Ok(Token::Other),
        }
    }

    /// Reads past the element that has just begun.
    pub(super) fn skip_element(&mut self) -> Result<(), SpreadsheetFault> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// The value of an attribute by its full name, entities resolved; none when it is missing or broken.
pub(super) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

/// The five predefined entities and character numbers; others would need a document type.
fn character_of(name: &quick_xml::events::BytesRef) -> Option<char> {
    match name.resolve_char_ref().ok()? {
        Some(character) => Some(character),
        None => resolve_predefined_entity(name).and_then(|text| text.chars().next()),
    }
}

fn damage_of(error: &quick_xml::Error) -> Damage {
    match error {
        quick_xml::Error::Io(_) => Damage::Container,
        _ => Damage::Content,
    }
}

/// A source that ends with an error when one event takes too much of it.
struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("an event is too long"));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}
