//! Open tables, one within another.

use quick_xml::events::BytesStart;

use crate::ingest::parse::grid::{Cell, Grid};
use crate::ingest::parse::xml::attribute;

#[derive(Default)]
pub(super) struct Tables {
    /// Innermost last.
    open: Vec<Table>,
}

#[derive(Default)]
struct Table {
    cells: Vec<Cell>,
    grid: Grid,
}

/// A row of an outermost table.
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    /// Whether its table draws a box around text: a row of a single cell.
    pub(super) is_box: bool,
}

impl Tables {
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn start(&mut self) {
        self.open.push(Table::default());
    }

    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    pub(super) fn start_cell(&mut self) {
        if let Some(table) = self.open.last_mut() {
            table.cells.push(Cell::default());
        }
    }

    /// Takes what a cell states of its reach; other elements are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        let value = || attribute(tag, "val");
        match name {
            "gridSpan" => {
                let columns = value().and_then(|n| n.parse::<usize>().ok());
                self.in_cell(|cell| cell.more_columns = columns.unwrap_or(1).saturating_sub(1));
            }
            "vMerge" => self.in_cell(|cell| cell.continues = value().as_deref() != Some("restart")),
            _ => {}
        }
    }

    fn in_cell(&mut self, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = self.open.last_mut().and_then(|table| table.cells.last_mut()) {
            change(cell);
        }
    }

    /// Adds a line to the open cell.
    pub(super) fn push_line(&mut self, text: &str) {
        self.in_cell(|cell| {
            if !cell.text.is_empty() && !text.is_empty() {
                cell.text.push('\n');
            }
            cell.text.push_str(text);
        });
    }

    /// Ends a row. That of a table in a cell becomes a line of the cell.
    pub(super) fn end_row(&mut self) -> Option<Row> {
        let table = self.open.last_mut()?;
        let cells = std::mem::take(&mut table.cells);
        let is_single = cells.len() == 1;
        let cells = table.grid.row(cells);
        if self.open.len() > 1 {
            let inner = self.open.pop();
            self.push_line(&cells.join(" "));
            self.open.extend(inner);
            return None;
        }
        let is_box = is_single && cells.iter().skip(1).all(String::is_empty);
        Some(Row { cells, is_box })
    }
}
