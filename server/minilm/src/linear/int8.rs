//! The product in 8-bit integers, four times as many to an instruction as floats.
//!
//! A row of weights w is stored as integers q with one scale s, w ≈ s·q, q in -127..=127. A row of activations
//! x is quantised on the fly over its own range, x ≈ low + step·u, u in 0..=255. Then
//!
//! > Σ w·x ≈ s·step·Σ q·u + low·s·Σ q
//!
//! of which the first sum is the integer product, and the second is known beforehand for each output.

use super::{TileWeights, blocks};
use crate::math::{largest, smallest};
use crate::matrix::Matrix;
use crate::simd::{Cpu, LANES, Simd};

/// Inputs that one step of the integer product takes at once.
const QUAD: usize = 4;

/// The quantised weights of a layer, by panels of 32 outputs; within a panel, one step for each four inputs.
pub(crate) struct Weights {
    /// Steps of a panel: a fourth of the inputs.
    steps: usize,
    quads: Vec<[[i8; QUAD]; LANES]>,
    /// Where the integer sums begin, so that they come out as if activations were in 0..=255, though the
    /// processor's dot product may take them less 128.
    starts: Vec<[i32; LANES]>,
    scales: Vec<[f32; LANES]>,
    /// s·Σ q of each output.
    sums: Vec<[f32; LANES]>,
    biases: Vec<[f32; LANES]>,
}

impl Weights {
    /// From a row of weights and one bias for each output.
    pub(crate) fn quantise(cpu: Cpu, weights: &[f32], biases: &[f32]) -> Self {
        let inputs = weights.len() / biases.len();
        let steps = inputs / QUAD;
        let panels = biases.len() / LANES;
        let mut quantised = Self {
            steps,
            quads: vec![[[0; QUAD]; LANES]; panels * steps],
            starts: vec![[0; LANES]; panels],
            scales: vec![[0.0; LANES]; panels],
            sums: vec![[0.0; LANES]; panels],
            biases: biases.as_chunks().0.to_vec(),
        };
        for (output, row) in weights.chunks_exact(inputs).enumerate() {
            quantised.set_row(cpu, output, row);
        }
        quantised
    }

    fn set_row(&mut self, cpu: Cpu, output: usize, row: &[f32]) {
        let (panel, lane) = (output / LANES, output % LANES);
        let largest = row.iter().fold(0.0, |largest: f32, weight| largest.max(weight.abs()));
        let scale = largest / 127.0;
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };

        let mut sum = 0;
        let steps = &mut self.quads[panel * self.steps..][..self.steps];
        for (step, weights) in steps.iter_mut().zip(row.as_chunks::<QUAD>().0) {
            step[lane] = weights.map(|weight| (weight * inverse).round_ties_even() as i8);
            sum += step[lane].iter().map(|weight| i32::from(*weight)).sum::<i32>();
        }
        self.starts[panel][lane] = cpu.activation_zero() * sum;
        self.scales[panel][lane] = scale;
        self.sums[panel][lane] = scale * sum as f32;
    }
}

/// The quantised rows of an input.
#[derive(Default)]
pub(crate) struct Activations {
    /// Blocks of rows, one after the other; within a block, for each step, the four bytes of each row.
    quads: Vec<[u8; QUAD]>,
    /// For each row, the value of u = 0, and how much each unit of u adds.
    ranges: Vec<Range>,
}

#[derive(Clone, Copy, Default)]
struct Range {
    low: f32,
    step: f32,
}

impl TileWeights for Weights {
    type Packed = Activations;

    #[inline(always)]
    fn tile_rows<S: Simd>() -> usize {
        S::INT8_TILE_ROWS
    }

    #[inline(always)]
    fn pack<S: Simd>(&self, simd: S, input: &Matrix, packed: &mut Activations) {
        packed.quads.resize(input.rows() * self.steps, [0; QUAD]);
        packed.ranges.resize(input.rows(), Range::default());
        for (first_row, rows) in blocks(input.rows(), S::INT8_TILE_ROWS) {
            let block = &mut packed.quads[first_row * self.steps..][..rows * self.steps];
            for row in 0..rows {
                let range = range_of(simd, input, first_row + row);
                packed.ranges[first_row + row] = range;
                quantise_row(simd, input, first_row + row, range, block[row..].iter_mut().step_by(rows));
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize>(
        &self,
        simd: S,
        packed: &Activations,
        first_row: usize,
        panel: usize,
    ) -> [S::Floats; ROWS] {
        let activations = packed.quads[first_row * self.steps..][..ROWS * self.steps].as_chunks::<ROWS>().0;
        let weights = &self.quads[panel * self.steps..][..self.steps];
        let mut sums = [simd.load_ints(&self.starts[panel]); ROWS];
        for (activations, weights) in activations.iter().zip(weights) {
            let weights = simd.load_quads(weights);
            for row in 0..ROWS {
                sums[row] = simd.dot(sums[row], activations[row], weights);
            }
        }

        let scale = simd.load(&self.scales[panel]);
        let sum = simd.load(&self.sums[panel]);
        let bias = simd.load(&self.biases[panel]);
        let mut results = [bias; ROWS];
        for row in 0..ROWS {
            let Range { low, step } = packed.ranges[first_row + row];
            let constant = simd.mul_add(simd.splat(low), sum, bias);
            let factor = simd.mul(simd.splat(step), scale);
            results[row] = simd.mul_add(simd.to_floats(sums[row]), factor, constant);
        }
        results
    }
}

#[inline(always)]
fn range_of<S: Simd>(simd: S, input: &Matrix, row: usize) -> Range {
    let mut low = simd.splat(f32::INFINITY);
    let mut high = simd.splat(f32::NEG_INFINITY);
    for piece in input.row(row) {
        let values = simd.load(piece);
        low = simd.min(low, values);
        high = simd.max(high, values);
    }
    let (low, high) = (smallest(simd, low), largest(simd, high));
    Range { low, step: (high - low) / 255.0 }
}

#[inline(always)]
fn quantise_row<'a, S: Simd>(
    simd: S,
    input: &Matrix,
    row: usize,
    range: Range,
    mut to: impl Iterator<Item = &'a mut [u8; QUAD]>,
) {
    let low = simd.splat(range.low);
    let inverse = simd.splat(if range.step > 0.0 { 1.0 / range.step } else { 0.0 });
    for piece in input.row(row) {
        let units = simd.mul(simd.sub(simd.load(piece), low), inverse);
        let bytes = simd.to_bytes(simd.round(simd.min(units, simd.splat(255.0))));
        for (from, to) in bytes.as_chunks().0.iter().zip(&mut to) {
            *to = *from;
        }
    }
}
