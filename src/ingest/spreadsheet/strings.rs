//! The strings that the cells of a workbook share.

use super::{Limits, Measure, SpreadsheetFault, check};

/// One text and where each string in it ends: a string costs four bytes besides its text, and what the file claims
/// their number to be is never believed.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// The text to append the next string to.
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the string that was appended.
    pub(super) fn finish_string(&mut self, limits: &Limits) -> Result<(), SpreadsheetFault> {
        let length = self.text.len() as u64;
        check(Measure::StringBytes, length, limits.string_bytes.min(u64::from(u32::MAX)))?;
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        self.ends.push(length as u32);
        check(Measure::Strings, self.ends.len() as u64, limits.strings)
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.text.get(start..end)
    }
}
