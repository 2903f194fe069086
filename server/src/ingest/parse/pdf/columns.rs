//! Which column of a table each cell stands in, where some rows have fewer cells than others.

/// How far a cell reaches from left to right, in points.
pub(super) type Reach = (f32, f32);

/// The column of each cell of each row, from 0; `None` where all rows have as many cells, so that nothing is in
/// question, or where the columns can't be told.
///
/// The columns are those of the rows with the most cells, each as wide as its widest cell. Another row's cell stands
/// in the column below or above which it is; one over several, in the first of them.
pub(super) fn of(rows: &[Vec<Reach>]) -> Option<Vec<Vec<usize>>> {
    let most = rows.iter().map(Vec::len).max()?;
    if rows.iter().all(|row| row.len() == most) {
        return None;
    }
    let full = rows.iter().filter(|row| row.len() == most);
    let columns: Vec<Reach> =
        (0..most).map(|at| full.clone().map(|row| row[at]).fold(NOWHERE, wider)).collect();
    let are_apart = columns.windows(2).all(|pair| pair[0].1 < pair[1].0);
    let place = |row: &Vec<Reach>| -> Option<Vec<usize>> {
        let places: Vec<usize> = row.iter().map(|cell| nearest(&columns, *cell)).collect();
        places.windows(2).all(|pair| pair[0] < pair[1]).then_some(places)
    };
    if are_apart { rows.iter().map(place).collect() } else { None }
}

const NOWHERE: Reach = (f32::MAX, f32::MIN);

fn wider(one: Reach, other: Reach) -> Reach {
    (one.0.min(other.0), one.1.max(other.1))
}

/// The first column that the cell overlaps, else the one that is nearest.
fn nearest(columns: &[Reach], cell: Reach) -> usize {
    let distance = |column: &Reach| (column.0 - cell.1).max(cell.0 - column.1).max(0.0);
    let nearer = |a: &(usize, f32), b: &(usize, f32)| a.1.total_cmp(&b.1);
    columns.iter().map(distance).enumerate().min_by(nearer).map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stands_below_the_header_that_it_is_nearest_to() {
        let header = vec![(0.0, 40.0), (100.0, 140.0), (200.0, 240.0), (300.0, 340.0)];
        let rows = [header.clone(), vec![(0.0, 30.0), (225.0, 240.0), (310.0, 320.0)], vec![(120.0, 138.0)]];
        assert_eq!(of(&rows).unwrap(), [vec![0, 1, 2, 3], vec![0, 2, 3], vec![1]]);
        let merged = [header, vec![(0.0, 30.0), (120.0, 290.0)]];
        assert_eq!(of(&merged).unwrap()[1], [0, 1]);
    }

    #[test]
    fn rows_that_have_as_many_cells_or_no_columns_in_common_stay_as_they_are() {
        assert_eq!(of(&[vec![(0.0, 9.0), (20.0, 30.0)], vec![(0.0, 9.0), (50.0, 60.0)]]), None);
        let crossed = [vec![(0.0, 50.0), (60.0, 90.0)], vec![(0.0, 20.0), (30.0, 90.0)], vec![(0.0, 9.0)]];
        assert_eq!(of(&crossed), None);
        let shared = [vec![(0.0, 9.0), (20.0, 30.0), (40.0, 50.0)], vec![(20.0, 24.0), (26.0, 30.0)]];
        assert_eq!(of(&shared), None);
    }
}
