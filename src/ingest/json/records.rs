//! A JSON text cut into its records, one after the other, so that no more than one is held at a time.
//!
//! A text is one value or several after each other (one on each line, or the pages of a list): a list holds records, an
//! object holds a list of them under a known name, or is a record itself.

use std::collections::BTreeSet;

use super::JsonFault;
use super::node::Node;
use crate::ingest::spreadsheet::Limits;

/// No export is nested deeper; serde_json, which reads the records, stops at 128.
pub(super) const DEEPEST: u32 = 64;

/// What is done with the records.
pub(super) trait Take {
    /// The next record, counted from 1.
    fn record(&mut self, number: u32, record: Node) -> Result<(), JsonFault>;
    /// A member beside the list of records.
    fn beside(&mut self, _name: &str) {}
    /// The end of a list, and whether it says that it goes on elsewhere.
    fn page(&mut self, _goes_on: bool) {}
}

/// Hands over the records of a text. `lists` are the names under which an object holds records.
pub(super) fn records(
    text: &str,
    lists: &BTreeSet<&str>,
    limits: &Limits,
    take: &mut dyn Take,
) -> Result<(), JsonFault> {
    let mut scan = Scan { text, at: 0, limits, number: 0 };
    loop {
        scan.skip_blank();
        match scan.peek() {
            None => return Ok(()),
            Some(b'[') => scan.list(take)?,
            Some(b'{') => scan.object(lists, take)?,
            Some(_) => return Err(scan.fault_here()),
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    limits: &'a Limits,
    number: u32,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Blanks, and the marks of files that were put together.
    fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(0xef) if self.text[self.at..].starts_with('\u{feff}') => self.at += '\u{feff}'.len_utf8(),
                _ => return,
            }
        }
    }

    fn line_of(&self, at: usize) -> u64 {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() as u64
    }

    fn fault_here(&self) -> JsonFault {
        self.fault_at(self.at)
    }

    fn fault_at(&self, at: usize) -> JsonFault {
        let at = at.min(self.text.len());
        if at == self.text.len() {
            return JsonFault::CutOff { line: self.line_of(at) };
        }
        let before = &self.text.as_bytes()[..at];
        let begin = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        JsonFault::Syntax { line: self.line_of(at), column: (at - begin + 1) as u64 }
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        self.skip_blank();
        if self.peek() != Some(byte) {
            return Err(self.fault_here());
        }
        self.at += 1;
        Ok(())
    }

    /// A list of records, from its bracket on.
    fn list(&mut self, take: &mut dyn Take) -> Result<(), JsonFault> {
        self.at += 1;
        self.skip_blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_blank();
            let begin = self.at;
            self.pass_value(begin)?;
            self.hand_over(begin, take)?;
            self.skip_blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault_here()),
            }
        }
    }

    /// An object with a list of records in it, or one that is a record.
    fn object(&mut self, lists: &BTreeSet<&str>, take: &mut dyn Take) -> Result<(), JsonFault> {
        let begin = self.at;
        self.at += 1;
        let (mut holds_list, mut goes_on) = (false, false);
        let mut others: Vec<String> = Vec::new();
        let mut names = BTreeSet::new();
        self.skip_blank();
        let mut more = self.peek() != Some(b'}');
        while more {
            self.skip_blank();
            let at = self.at;
            let name = self.name()?;
            self.expect(b':')?;
            self.skip_blank();
            if lists.contains(name.as_str()) && self.peek() == Some(b'[') {
                holds_list = true;
                self.list(take)?;
            } else {
                let from = self.at;
                self.pass_value(if holds_list { from } else { begin })?;
                if self.peek().is_none() {
                    return Err(self.fault_here());
                }
                let value = &self.text[from..self.at];
                serde_json::from_str::<Node>(value).map_err(|error| self.fault_of(&error, from))?;
                goes_on |= name == "pageToken" && !matches!(value, "null" | "\"\"");
                others.push(name.clone());
            }
            if !names.insert(name) {
                return Err(JsonFault::NameTwice { line: self.line_of(at) });
            }
            self.skip_blank();
            more = self.peek() == Some(b',');
            self.at += usize::from(more);
        }
        self.expect(b'}')?;
        if holds_list {
            others.iter().for_each(|name| take.beside(name));
            take.page(goes_on);
            return Ok(());
        }
        self.hand_over(begin, take)
    }

    fn name(&mut self) -> Result<String, JsonFault> {
        let begin = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.fault_here());
        }
        self.pass_text(begin)?;
        serde_json::from_str(&self.text[begin..self.at]).map_err(|_| self.fault_at(begin))
    }

    /// Reads the record that began at `begin` and ends here.
    fn hand_over(&mut self, begin: usize, take: &mut dyn Take) -> Result<(), JsonFault> {
        self.number += 1;
        if u64::from(self.number) > self.limits.rows {
            return Err(JsonFault::ManyRecords { limit: self.limits.rows });
        }
        let slice = &self.text[begin..self.at];
        let record: Node = serde_json::from_str(slice).map_err(|error| self.fault_of(&error, begin))?;
        if !matches!(record, Node::Object(_)) {
            return Err(JsonFault::NoObject { line: self.line_of(begin) });
        }
        take.record(self.number, record)
    }

    /// What is wrong with the value that began at `begin`.
    fn fault_of(&self, error: &serde_json::Error, begin: usize) -> JsonFault {
        if error.classify() == serde_json::error::Category::Data {
            return JsonFault::NameTwice { line: self.line_of(begin) + error.line().saturating_sub(1) as u64 };
        }
        let lines = self.text[begin..].split_inclusive('\n').take(error.line().saturating_sub(1));
        let before: usize = lines.map(str::len).sum();
        self.fault_at((begin + before + error.column().saturating_sub(1)).min(self.text.len().saturating_sub(1)))
    }

    /// Goes to the end of a value, which belongs to the record that began at `begin`.
    fn pass_value(&mut self, begin: usize) -> Result<(), JsonFault> {
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                None => return Err(self.fault_here()),
                Some(b'"') => self.pass_text(begin)?,
                Some(b'{' | b'[') => {
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(JsonFault::Deep { line: self.line_of(self.at), limit: DEEPEST });
                    }
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    // Whether they belong together, the reader of the record says.
                    if depth == 0 {
                        return Err(self.fault_here());
                    }
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':' | b' ' | b'\t' | b'\r' | b'\n') if depth > 0 => self.at += 1,
                Some(b',' | b':' | b' ' | b'\t' | b'\r' | b'\n') => return Err(self.fault_here()),
                Some(_) => self.pass_word(),
            }
            self.check_length(begin)?;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// A number, a truth value or `null`.
    fn pass_word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let ends =
            |byte: &u8| matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"' | b' ' | b'\t' | b'\r' | b'\n');
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }

    /// A text, from its first quotation mark to behind its last.
    fn pass_text(&mut self, begin: usize) -> Result<(), JsonFault> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at) {
                None => return Err(self.fault_here()),
                Some(b'\\') => self.at += 2,
                Some(b'"') => {
                    self.at += 1;
                    return self.check_length(begin);
                }
                Some(_) => self.at += 1,
            }
            if self.at - begin > self.longest() {
                return self.check_length(begin);
            }
        }
    }

    fn longest(&self) -> usize {
        usize::try_from(self.limits.row_bytes).unwrap_or(usize::MAX)
    }

    fn check_length(&self, begin: usize) -> Result<(), JsonFault> {
        if self.at - begin > self.longest() {
            let line = self.line_of(begin);
            return Err(JsonFault::LongRecord { record: self.number + 1, line, limit: self.limits.row_bytes });
        }
        Ok(())
    }
}
