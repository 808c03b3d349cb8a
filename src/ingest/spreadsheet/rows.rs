//! Cells on their way out: gathered to rows, counted against the limits, handed over.

use super::{COLUMNS, Damage, Limits, Measure, ROWS, SpreadsheetFault, check, damaged};

/// A cell's buffer that grew beyond this is not kept for the next row: 16 384 columns would add up.
const KEPT_BYTES: usize = 1024;

/// What gets each row, with its number.
type Deliver<'a> = dyn FnMut(u32, &[String]) + 'a;

/// Gathers cells to rows.
pub(super) struct Rows<'a> {
    limits: &'a Limits,
    /// None: only whether there is any text is wanted.
    deliver: Option<&'a mut Deliver<'a>>,
    found_text: bool,
    /// Buffers from column A on; those from `width` on are left from wider rows.
    cells: Vec<String>,
    width: usize,
    row: u32,
    row_bytes: u64,
    seen_cells: u64,
    given_cells: u64,
    given_bytes: u64,
}

impl<'a> Rows<'a> {
    /// Rows that are handed over.
    pub(super) fn new(limits: &'a Limits, deliver: &'a mut Deliver<'a>) -> Self {
        Self { deliver: Some(deliver), ..Self::until_text(limits) }
    }

    /// Rows of which only the first text is wanted.
    pub(super) fn until_text(limits: &'a Limits) -> Self {
        Self {
            limits,
            deliver: None,
            found_text: false,
            cells: Vec::new(),
            width: 0,
            row: 0,
            row_bytes: 0,
            seen_cells: 0,
            given_cells: 0,
            given_bytes: 0,
        }
    }

    /// Whether any cell had text.
    pub(super) fn found_text(&self) -> bool {
        self.found_text
    }

    /// Whether nothing more is wanted.
    pub(super) fn has_enough(&self) -> bool {
        self.deliver.is_none() && self.found_text
    }

    /// Counts a cell that stands in the file, empty or not.
    pub(super) fn count(&mut self) -> Result<(), SpreadsheetFault> {
        self.seen_cells += 1;
        check(Measure::Cells, self.seen_cells, self.limits.cells)
    }

    /// Puts the text that `write` appends into a cell; row and column count from 0. Rows must not go back.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u32,
        write: impl FnOnce(&mut String),
    ) -> Result<(), SpreadsheetFault> {
        if row != self.row || self.width == 0 {
            self.enter(row)?;
        }
        if row >= ROWS || column >= COLUMNS {
            return Err(damaged("", Damage::CellPosition));
        }
        check(Measure::Columns, u64::from(column) + 1, self.limits.columns)?;
        let at = column as usize;
        self.widen(at + 1);
        let cell = &mut self.cells[at];
        cell.clear();
        write(cell);
        let length = cell.len() as u64;
        self.found_text |= length > 0;
        check(Measure::CellBytes, length, self.limits.cell_bytes)?;
        self.row_bytes += length;
        check(Measure::RowBytes, self.row_bytes, self.limits.row_bytes)
    }

    /// Hands over the row that was gathered, as often as the file says it is repeated, and starts behind it.
    pub(super) fn finish_row(&mut self, times: u32) -> Result<(), SpreadsheetFault> {
        while self.width > 0 && self.cells[self.width - 1].is_empty() {
            self.width -= 1;
        }
        if self.width > 0 {
            check(Measure::Rows, u64::from(self.row) + u64::from(times), u64::from(ROWS))?;
            self.given_cells += self.width as u64 * u64::from(times);
            check(Measure::Cells, self.given_cells, self.limits.cells)?;
            self.given_bytes += self.row_bytes * u64::from(times);
            check(Measure::TextBytes, self.given_bytes, self.limits.text_bytes)?;
            if let Some(deliver) = &mut self.deliver {
                for row in self.row..self.row + times {
                    deliver(row + 1, &self.cells[..self.width]);
                }
            }
        }
        for cell in &mut self.cells[..self.width] {
            if cell.capacity() > KEPT_BYTES {
                *cell = String::new();
            }
        }
        self.width = 0;
        self.row_bytes = 0;
        Ok(())
    }

    fn enter(&mut self, row: u32) -> Result<(), SpreadsheetFault> {
        self.finish_row(1)?;
        if row < self.row {
            return Err(damaged("", Damage::CellPosition));
        }
        self.row = row;
        Ok(())
    }

    fn widen(&mut self, width: usize) {
        if width <= self.width {
            return;
        }
        if self.cells.len() < width {
            self.cells.resize_with(width, String::new);
        }
        for cell in &mut self.cells[self.width..width] {
            cell.clear();
        }
        self.width = width;
    }
}
