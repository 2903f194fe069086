//! From cells to rows.

use std::collections::VecDeque;

use calamine::Dimensions;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::sheet::Sheet;

/// The last column that spreadsheet programs have.
const MOST_COLUMNS: usize = 16_384;
/// How many merged cells may reach over one row: a table has no more columns.
const MOST_MERGED: usize = 256;

/// Gathers cells into rows.
pub(super) struct Rows<'a> {
    sheet: Sheet<'a>,
    merged: Merged,
    /// Counted from 0.
    row: u32,
    cells: Vec<String>,
}

impl<'a> Rows<'a> {
    pub(super) fn start(draft: &'a mut Draft, name: &str, merged: Merged) -> Self {
        Self { sheet: Sheet::new(draft, Some(name)), merged, row: 0, cells: Vec::new() }
    }

    pub(super) fn cell(
        &mut self,
        (row, column): (u32, u32),
        value: impl FnOnce() -> String,
    ) -> Result<(), ParseError> {
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = value();
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ParseError> {
        let mut cells = std::mem::take(&mut self.cells);
        self.merged.reach_down(self.row, &mut cells);
        self.sheet.row(self.row.saturating_add(1), cells)
    }

    /// Answers whether the sheet's name was written: it is where there are cells.
    pub(super) fn finish(mut self) -> Result<bool, ParseError> {
        self.end_row()?;
        self.sheet.finish()
    }
}

/// Cells that reach over several rows, and what they say.
#[derive(Default)]
pub(super) struct Merged {
    /// By their first rows.
    ahead: VecDeque<Region>,
    open: Vec<(Region, String)>,
}

#[derive(Clone, Copy)]
struct Region {
    first: u32,
    last: u32,
    column: usize,
}

impl Merged {
    pub(super) fn of(regions: &[Dimensions]) -> Self {
        let down = regions.iter().filter(|region| region.end.0 > region.start.0);
        let region = |region: &Dimensions| Region {
            first: region.start.0,
            last: region.end.0,
            column: region.start.1 as usize,
        };
        let mut ahead: Vec<Region> = down.map(region).filter(|region| region.column < MOST_COLUMNS).collect();
        ahead.sort_by_key(|region| region.first);
        Self { ahead: ahead.into(), open: Vec::new() }
    }

    /// Repeats in a row what the cells above it say that reach into it. A row without any cell of
    /// its own stays without.
    fn reach_down(&mut self, row: u32, cells: &mut Vec<String>) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        self.open.retain(|(region, _)| region.last >= row);
        for (region, text) in &self.open {
            if cells.len() <= region.column {
                cells.resize(region.column + 1, String::new());
            }
            if cells[region.column].is_empty() {
                cells[region.column].clone_from(text);
            }
        }
        while let Some(region) = self.ahead.front().copied().filter(|region| region.first <= row) {
            self.ahead.pop_front();
            let text = cells.get(region.column).filter(|text| !text.is_empty());
            if let Some(text) = text.filter(|_| region.first == row && self.open.len() < MOST_MERGED) {
                self.open.push((region, text.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_cell_stands_in_each_row_that_it_reaches_and_makes_none() {
        let region = |start, end| Dimensions { start, end };
        let merged = Merged::of(&[region((0, 0), (2, 0)), region((3, 1), (3, 4)), region((4, 0), (9, 3))]);
        let mut draft = Draft::default();
        let mut rows = Rows::start(&mut draft, "Leave", merged);
        for (row, column, text) in [
            (0, 0, "Paid"),
            (0, 1, "5"),
            (1, 1, "6"),
            (2, 1, "7"),
            (3, 1, "8"),
            (4, 0, "Title"),
            (20, 1, "9"),
        ] {
            rows.cell((row, column), || text.to_owned()).unwrap();
        }
        rows.finish().unwrap();
        let text = draft.finish(None, None).text;
        assert_eq!(text, "Sheet Leave\n\nRows 1–21\n\nPaid | 5\nPaid | 6\nPaid | 7\n| 8\nTitle\n| 9");
    }
}
