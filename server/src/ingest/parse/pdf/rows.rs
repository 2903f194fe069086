//! From runs to lines and table rows.

use super::columns;
use super::runs::Run;

/// A cell of more lines than this is a column of text.
const LONGEST_CELL: usize = 8;
/// A row of a sparse table finds one with the same columns among so many neighbours.
const NEAR: usize = 3;

/// What a page is made of, in reading order.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Line(Run),
    /// The cells' texts, and the place of the first.
    Row {
        cells: Vec<String>,
        place: Run,
    },
}

impl Item {
    /// A line, or the first cell of a row.
    pub(super) fn place(&self) -> &Run {
        match self {
            Self::Line(run) => run,
            Self::Row { place, .. } => place,
        }
    }
}

pub(super) fn find(runs: Vec<Run>) -> Vec<Item> {
    let mut bands: Vec<Band> = Vec::new();
    for run in runs {
        gather_first_cell(&mut bands, &run);
        match bands.last_mut() {
            Some(band) if band.takes(&run) => band.push(run),
            _ => bands.push(Band { cells: vec![vec![run]] }),
        }
    }
    let is_row: Vec<bool> = (0..bands.len()).map(|at| is_row(&bands, at)).collect();
    let columns = columns_of_tables(&bands, &is_row);
    let bands = bands.into_iter().zip(is_row).zip(columns);
    bands.flat_map(|((band, is_row), columns)| band.items(is_row, columns)).collect()
}

/// The columns of each row's cells, where its table's rows have more and fewer of them: else what stands behind an
/// empty cell would be taken for its neighbour's.
fn columns_of_tables(bands: &[Band], is_row: &[bool]) -> Vec<Option<Vec<usize>>> {
    let mut columns = Vec::with_capacity(bands.len());
    while columns.len() < bands.len() {
        let start = columns.len();
        let length = is_row[start..].iter().take_while(|is_row| **is_row).count();
        let reaches: Vec<Vec<columns::Reach>> =
            bands[start..start + length].iter().map(Band::reaches).collect();
        match columns::of(&reaches) {
            Some(of_table) => columns.extend(of_table.into_iter().map(Some)),
            None => columns.extend(std::iter::repeat_n(None, length.max(1))),
        }
    }
    columns
}

/// A run that jumps back up to the first of the last few lines, on their right, shows that
/// these were the first cell of a row.
fn gather_first_cell(bands: &mut Vec<Band>, run: &Run) {
    let Some(last) = bands.last().and_then(Band::only_run) else { return };
    let jumps_up = run.baseline > last.baseline + last.size * 0.5;
    if !jumps_up {
        return;
    }
    let mut first = bands.len() - 1;
    while let (Some(lower), Some(upper)) =
        (bands[first].only_run(), first.checked_sub(1).and_then(|at| bands[at].only_run()))
    {
        let step = upper.baseline - lower.baseline;
        let stacked = step > 0.0 && step < lower.size * 1.6;
        let in_reach = upper.baseline < run.baseline + run.size * 0.5;
        if !stacked || !in_reach || upper.right > run.left || bands.len() - first >= LONGEST_CELL {
            break;
        }
        first -= 1;
    }
    let aligned =
        bands[first].only_run().is_some_and(|top| (top.baseline - run.baseline).abs() < run.size * 0.5);
    if aligned {
        let cell = bands.drain(first..).flat_map(|band| band.cells).flatten().collect();
        bands.push(Band { cells: vec![cell] });
    }
}

impl Run {
    fn is_beside(&self, other: &Self) -> bool {
        (self.baseline - other.baseline).abs() < self.size * 0.5
            && (self.size - other.size).abs() < self.size * 0.2
    }
}

/// Runs side by side: a line, or a row whose cells may have several lines.
struct Band {
    cells: Vec<Vec<Run>>,
}

impl Band {
    fn only_run(&self) -> Option<&Run> {
        match self.cells.as_slice() {
            [cell] => match cell.as_slice() {
                [run] => Some(run),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the run continues the last cell or starts one to its right.
    fn takes(&self, run: &Run) -> bool {
        let (Some(cell), Some(first)) = (self.cells.last(), self.cells.first()) else {
            return false;
        };
        let (Some(last), Some(top)) = (cell.last(), first.first()) else { return false };
        self.starts_cell(run, cell, last, top) || self.continues_cell(run, last)
    }

    fn starts_cell(&self, run: &Run, cell: &[Run], last: &Run, top: &Run) -> bool {
        let right = cell.iter().map(|r| r.right).fold(f32::MIN, f32::max);
        let to_the_right = run.left > right - 1.0;
        let not_below = run.baseline > last.baseline - last.size * 0.5;
        let near = (run.baseline - top.baseline).abs() < top.size * 1.5 * LONGEST_CELL as f32;
        to_the_right && not_below && near
    }

    /// Only rows that are known to have cells gather further lines; a first column alone is
    /// ordinary text.
    fn continues_cell(&self, run: &Run, last: &Run) -> bool {
        let step = last.baseline - run.baseline;
        let below = step > 0.0 && step < last.size * 1.6;
        let left_of_cell = self.cells.len() > 1
            && self.cells[..self.cells.len() - 1].iter().flatten().any(|other| run.left < other.right);
        self.cells.len() > 1 && below && !left_of_cell && (run.left - last.left).abs() < last.size * 1.5
    }

    fn push(&mut self, run: Run) {
        let Some(cell) = self.cells.last_mut() else { return };
        let below = cell.last().is_some_and(|last| run.baseline < last.baseline - last.size * 0.5);
        if below { cell.push(run) } else { self.cells.push(vec![run]) }
    }

    /// How far each cell reaches.
    fn reaches(&self) -> Vec<columns::Reach> {
        let reach = |cell: &Vec<Run>| {
            let left = cell.iter().map(|run| run.left).fold(f32::MAX, f32::min);
            let right = cell.iter().map(|run| run.right).fold(f32::MIN, f32::max);
            (left, right)
        };
        self.cells.iter().map(reach).collect()
    }

    /// A row of a table, whose cells may stand in known columns, or else lines.
    fn items(self, is_row: bool, columns: Option<Vec<usize>>) -> Vec<Item> {
        if is_row {
            let columns = columns.unwrap_or_else(|| (0..self.cells.len()).collect());
            let mut cells = vec![String::new(); columns.last().map_or(0, |last| last + 1)];
            for (cell, column) in self.cells.iter().zip(&columns) {
                cells[*column] = join(cell);
            }
            let place = self.cells.into_iter().flatten().next();
            return place.map(|place| Item::Row { cells, place }).into_iter().collect();
        }
        let mut lines: Vec<Run> = Vec::new();
        for run in self.cells.into_iter().flatten() {
            match lines.last_mut() {
                Some(line) if line.is_beside(&run) => {
                    line.text.push(' ');
                    line.text.push_str(&run.text);
                    line.right = line.right.max(run.right);
                    line.bold &= run.bold;
                    line.size = line.size.max(run.size);
                }
                _ => lines.push(run),
            }
        }
        lines.into_iter().map(Item::Line).collect()
    }
}

/// A table has at least two rows, near one another, with a column in common.
fn is_row(bands: &[Band], at: usize) -> bool {
    let band = &bands[at];
    let near = at.saturating_sub(NEAR)..bands.len().min(at + NEAR + 1);
    band.cells.len() > 1
        && band.cells.iter().all(|cell| cell.len() <= LONGEST_CELL)
        && bands[near.clone()]
            .iter()
            .zip(near)
            .any(|(other, place)| place != at && shares_column(band, other))
}

/// Whether a column starts, ends or is centred at the same place. The first one often does by
/// chance, unless the rows have a third.
fn shares_column(a: &Band, b: &Band) -> bool {
    let near = |x: f32, y: f32| (x - y).abs() < 3.0;
    let first = usize::from(a.cells.len().min(b.cells.len()) < 3);
    b.cells.len() > 1
        && a.cells.iter().skip(first).flatten().any(|x| {
            b.cells.iter().skip(first).flatten().any(|y| {
                near(x.left, y.left)
                    || near(x.right, y.right)
                    || near((x.left + x.right) / 2.0, (y.left + y.right) / 2.0)
            })
        })
}

fn join(cell: &[Run]) -> String {
    let lines: Vec<&str> = cell.iter().map(|run| run.text.as_str()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, left: f32, baseline: f32) -> Run {
        let right = left + 40.0;
        Run { text: text.into(), left, right, baseline, size: 10.0, text_left: left, ..Run::default() }
    }

    fn shown(runs: Vec<Run>) -> Vec<String> {
        let show = |item: Item| match item {
            Item::Line(line) => line.text,
            Item::Row { cells, .. } => cells.join(" | "),
        };
        find(runs).into_iter().map(show).collect()
    }

    #[test]
    fn aligned_cells_make_rows() {
        let runs = vec![
            run("Plan", 0.0, 100.0),
            run("Cost", 100.0, 100.0),
            run("Plus", 0.0, 80.0),
            run("$50", 100.0, 80.0),
            run("The end.", 0.0, 50.0),
        ];
        assert_eq!(shown(runs), ["Plan | Cost", "Plus | $50", "The end."]);
    }

    #[test]
    fn what_stands_behind_an_empty_cell_stays_in_its_column() {
        let mut runs: Vec<Run> = ["Team", "Mon", "Tue", "Wed"]
            .into_iter()
            .zip(0_u8..)
            .map(|(text, at)| run(text, 100.0 * f32::from(at), 100.0))
            .collect();
        runs.extend([run("Ann", 0.0, 80.0), run("S", 200.0, 80.0), run("F", 300.0, 80.0)]);
        runs.extend([run("Bob", 0.0, 60.0), run("S", 100.0, 60.0)]);
        assert_eq!(shown(runs), ["Team | Mon | Tue | Wed", "Ann |  | S | F", "Bob | S"]);
    }

    #[test]
    fn cells_of_several_lines_stay_together() {
        let runs = vec![
            run("one", 0.0, 100.0),
            run("first", 100.0, 100.0),
            run("more", 100.0, 88.0),
            run("two", 0.0, 70.0),
            run("second", 100.0, 70.0),
            run("more", 100.0, 58.0),
        ];
        assert_eq!(shown(runs), ["one | first more", "two | second more"]);
    }

    #[test]
    fn a_single_line_with_a_gap_is_no_table() {
        let runs = vec![run("Name", 0.0, 100.0), run("Date", 100.0, 100.0), run("x", 0.0, 80.0)];
        assert_eq!(shown(runs), ["Name Date", "x"]);
    }
}
