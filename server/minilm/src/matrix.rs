//! Matrices cut into panels of 32 columns.

use crate::simd::LANES;

/// A matrix of floats, a row for each token, stored as panels of [`LANES`] columns one after the other: all rows
/// of the first 32 columns, all rows of the next, …
///
/// So one panel is one contiguous piece whose rows are exactly one vector, which is what the tiles of the
/// products write, and what one head of the attention reads.
pub(crate) struct Matrix {
    rows: usize,
    panels: usize,
    values: Vec<[f32; LANES]>,
}

impl Matrix {
    /// A matrix without rows as yet.
    pub(crate) fn with_columns(columns: usize) -> Self {
        debug_assert_eq!(columns % LANES, 0);
        Self { rows: 0, panels: columns / LANES, values: Vec::new() }
    }

    /// Sets the number of rows. What the matrix held is lost; what it holds now is not defined.
    pub(crate) fn set_rows(&mut self, rows: usize) {
        self.rows = rows;
        self.values.resize(rows * self.panels, [0.0; LANES]);
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn panels(&self) -> usize {
        self.panels
    }

    /// All rows of one panel.
    #[inline(always)]
    pub(crate) fn panel(&self, panel: usize) -> &[[f32; LANES]] {
        &self.values[panel * self.rows..][..self.rows]
    }

    #[inline(always)]
    pub(crate) fn panel_mut(&mut self, panel: usize) -> &mut [[f32; LANES]] {
        &mut self.values[panel * self.rows..][..self.rows]
    }

    /// The pieces of one row, in order.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = &[f32; LANES]> {
        self.values[row..].iter().step_by(self.rows)
    }

    #[inline(always)]
    pub(crate) fn row_mut(&mut self, row: usize) -> impl Iterator<Item = &mut [f32; LANES]> {
        self.values[row..].iter_mut().step_by(self.rows)
    }
}

#[cfg(test)]
impl Matrix {
    pub(crate) fn from_fn(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let mut matrix = Self::with_columns(columns);
        matrix.set_rows(rows);
        for row in 0..rows {
            for (panel, piece) in matrix.row_mut(row).enumerate() {
                *piece = std::array::from_fn(|lane| value(row, panel * LANES + lane));
            }
        }
        matrix
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f32 {
        self.panel(column / LANES)[row][column % LANES]
    }
}

/// A number in -1..1 for each place, as good as random.
#[cfg(test)]
pub(crate) fn noise(row: usize, column: usize) -> f32 {
    let hash = (row as u32 + 1).wrapping_mul(0x9e37_79b9) ^ (column as u32 + 1).wrapping_mul(0x85eb_ca6b);
    let hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    (hash >> 8) as f32 / (1 << 23) as f32 - 1.0
}
