//! The product in 32-bit floats: the reference that int8 is measured against, and a setting.

use super::{TileWeights, blocks};
use crate::matrix::Matrix;
use crate::simd::{LANES, Simd};

/// The weights of a layer, by panels of 32 outputs; within a panel, one vector for each input.
pub(crate) struct Weights {
    inputs: usize,
    values: Vec<[f32; LANES]>,
    biases: Vec<[f32; LANES]>,
}

impl Weights {
    /// From a row of weights and one bias for each output.
    pub(crate) fn pack(weights: &[f32], biases: &[f32]) -> Self {
        let inputs = weights.len() / biases.len();
        let mut values = vec![[0.0; LANES]; weights.len() / LANES];
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            let panel = &mut values[output / LANES * inputs..][..inputs];
            for (vector, weight) in panel.iter_mut().zip(row) {
                vector[output % LANES] = *weight;
            }
        }
        Self { inputs, values, biases: biases.as_chunks().0.to_vec() }
    }
}

impl TileWeights for Weights {
    /// Blocks of rows, one after the other; within a block, for each input, the value of each row.
    type Packed = Vec<f32>;

    #[inline(always)]
    fn tile_rows<S: Simd>() -> usize {
        S::FP32_TILE_ROWS
    }

    #[inline(always)]
    fn pack<S: Simd>(&self, _simd: S, input: &Matrix, packed: &mut Vec<f32>) {
        packed.resize(input.rows() * self.inputs, 0.0);
        for panel in 0..input.panels() {
            pack_panel(input.panel(panel), panel * LANES, self.inputs, S::FP32_TILE_ROWS, packed);
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize>(
        &self,
        simd: S,
        packed: &Vec<f32>,
        first_row: usize,
        panel: usize,
    ) -> [S::Floats; ROWS] {
        let activations = packed[first_row * self.inputs..][..ROWS * self.inputs].as_chunks().0;
        let weights = &self.values[panel * self.inputs..][..self.inputs];
        let bias = simd.load(&self.biases[panel]);
        sums_of_products(simd, bias, activations, weights)
    }
}

/// Adds to `start`, for each of `ROWS` rows, the products of its activations with the vectors of weights.
#[inline(always)]
pub(crate) fn sums_of_products<S: Simd, const ROWS: usize>(
    simd: S,
    start: S::Floats,
    activations: &[[f32; ROWS]],
    weights: &[[f32; LANES]],
) -> [S::Floats; ROWS] {
    let mut sums = [start; ROWS];
    for (activations, weights) in activations.iter().zip(weights) {
        let weights = simd.load(weights);
        for row in 0..ROWS {
            sums[row] = simd.mul_add(simd.splat(activations[row]), weights, sums[row]);
        }
    }
    sums
}

/// Packs one panel of an input with `inputs` columns, of which the panel's begin at `first_column`, in blocks
/// of `height` rows.
#[inline(always)]
pub(crate) fn pack_panel(
    panel: &[[f32; LANES]],
    first_column: usize,
    inputs: usize,
    height: usize,
    packed: &mut [f32],
) {
    for (first_row, rows) in blocks(panel.len(), height) {
        let block = &mut packed[first_row * inputs + first_column * rows..][..LANES * rows];
        for (row, values) in panel[first_row..][..rows].iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                block[column * rows + row] = *value;
            }
        }
    }
}
