//! Tables with merged cells: a cell that reaches down stands again in each of its rows, so that
//! every row can be read alone; one that reaches to the right keeps the columns in their places.

/// The most columns that a cell may reach over; more is a mistake, or worse.
const MOST_COLUMNS: usize = 64;
/// The most columns of a table with cells that reach down.
const WIDEST: usize = 1_024;

/// A cell as a row states it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// How many columns it reaches over beyond its own.
    pub(super) more_columns: usize,
    /// How many rows it reaches down beyond its own.
    pub(super) more_rows: u32,
    /// Whether it is the rest of the cell above it.
    pub(super) continues: bool,
}

/// What reaches down into the rows to come.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// By column, the text above and how many more rows it takes.
    above: Vec<(String, u32)>,
}

impl Grid {
    /// The texts of a row, column by column.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Vec<String> {
        let mut row = Vec::with_capacity(cells.len());
        for cell in cells {
            self.reach_down(&mut row);
            let text = if cell.continues { self.above(row.len()) } else { cell.text };
            self.place(&mut row, text, cell.more_rows);
            for _ in 0..cell.more_columns.min(MOST_COLUMNS) {
                self.place(&mut row, String::new(), cell.more_rows);
            }
        }
        self.reach_down(&mut row);
        row
    }

    /// Fills the next columns that cells above reach down into.
    fn reach_down(&mut self, row: &mut Vec<String>) {
        while let Some((text, rows)) = self.above.get_mut(row.len()).filter(|(_, rows)| *rows > 0) {
            *rows -= 1;
            row.push(text.clone());
        }
    }

    fn above(&self, column: usize) -> String {
        self.above.get(column).map(|(text, _)| text.clone()).unwrap_or_default()
    }

    fn place(&mut self, row: &mut Vec<String>, text: String, more_rows: u32) {
        let column = row.len();
        if column < WIDEST {
            if self.above.len() <= column {
                self.above.resize_with(column + 1, Default::default);
            }
            self.above[column] = (text.clone(), more_rows);
        }
        row.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, more_columns: usize, more_rows: u32) -> Cell {
        Cell { text: text.to_owned(), more_columns, more_rows, continues: false }
    }

    #[test]
    fn a_cell_that_reaches_down_stands_in_each_of_its_rows() {
        let mut grid = Grid::default();
        assert_eq!(grid.row(vec![cell("a", 0, 2), cell("b", 0, 0)]), ["a", "b"]);
        assert_eq!(grid.row(vec![cell("c", 0, 0)]), ["a", "c"]);
        assert_eq!(grid.row(vec![cell("d", 0, 0)]), ["a", "d"]);
        assert_eq!(grid.row(vec![cell("e", 0, 0), cell("f", 0, 0)]), ["e", "f"]);
        let rest = Cell { continues: true, ..Cell::default() };
        assert_eq!(grid.row(vec![rest, cell("g", 0, 0)]), ["e", "g"]);
    }

    #[test]
    fn a_cell_that_reaches_to_the_right_keeps_the_columns_in_their_places() {
        let mut grid = Grid::default();
        assert_eq!(grid.row(vec![cell("a", 1, 1), cell("b", 0, 0)]), ["a", "", "b"]);
        assert_eq!(grid.row(vec![cell("c", 0, 0)]), ["a", "", "c"]);
        assert_eq!(grid.row(vec![cell("wide", usize::MAX, 0)]).len(), 1 + MOST_COLUMNS);
    }
}
