//! Tables of a page, and what only looks like one.

use markup5ever_rcdom::Handle;

use super::element::{self, Element};
use crate::ingest::parse::grid::Cell;

/// The longest text of a cell, in bytes, in a table that holds data.
const LONGEST_CELL: usize = 1_500;

/// A cell that opens, as far as it reaches.
pub(super) fn cell(element: &Element) -> Cell {
    let more = |name| {
        element.attribute(name).and_then(|n| n.trim().parse::<u32>().ok()).unwrap_or(1).saturating_sub(1)
    };
    Cell { more_columns: more("colspan") as usize, more_rows: more("rowspan"), ..Cell::default() }
}

/// A table that holds other tables or headings, or a cell as long as an article, only arranges
/// a page.
pub(super) fn holds_data(table: &Handle) -> bool {
    let arranges = |e: &Element| matches!(e.name(), "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    // The table itself is among them.
    element::all(table, arranges).len() <= 1
        && element::all(table, |e| e.is("td")).iter().all(|cell| element::text(cell).len() <= LONGEST_CELL)
}
