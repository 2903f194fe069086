//! Linear layers: a matrix times the weights, plus a bias, and what comes after.
//!
//! The product is computed in tiles: a few rows of the input by one panel of 32 outputs, whose sums stay in
//! registers while the input's columns go by. One panel's weights stay in the cache while all rows pass.

mod fp32;
mod int8;
mod tile;

pub(crate) use fp32::{pack_panel, sums_of_products};
pub(crate) use tile::{blocks, with_rows};

use crate::Precision;
use crate::math::gelu;
use crate::matrix::Matrix;
use crate::simd::{Cpu, Kernel, LANES, Simd};

/// A linear layer, its weights held as the numeric mode has them.
pub(crate) enum Linear {
    Int8(int8::Weights),
    Fp32(fp32::Weights),
}

/// What becomes of a layer's result.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// It is the output.
    Store,
    /// It passes the activation function first.
    Gelu,
    /// It is added to what the output holds: the residual connection.
    Add,
}

/// The rows of a layer's input as its tiles read them; the memory is used again from layer to layer.
#[derive(Default)]
pub(crate) struct PackedInput {
    int8: int8::Activations,
    fp32: Vec<f32>,
}

impl Linear {
    /// From a row of weights and one bias for each output, as a checkpoint stores them.
    pub(crate) fn new(cpu: Cpu, precision: Precision, weights: &[f32], biases: &[f32]) -> Self {
        match precision {
            Precision::Int8 => Self::Int8(int8::Weights::quantise(cpu, weights, biases)),
            Precision::Fp32 => Self::Fp32(fp32::Weights::pack(weights, biases)),
        }
    }

    /// Applies the layer to each row. `output` has as many rows as `input` already.
    pub(crate) fn apply(
        &self,
        cpu: Cpu,
        input: &Matrix,
        then: Then,
        output: &mut Matrix,
        packed: &mut PackedInput,
    ) {
        match self {
            Self::Int8(weights) => {
                cpu.run(Product { weights, input, packed: &mut packed.int8, then, output });
            }
            Self::Fp32(weights) => {
                cpu.run(Product { weights, input, packed: &mut packed.fp32, then, output });
            }
        }
    }
}

/// Weights that the product can be computed with; one implementation for each numeric mode.
trait TileWeights {
    /// The input's rows, packed for [`TileWeights::tile`].
    type Packed;

    /// The most rows of a tile.
    fn tile_rows<S: Simd>() -> usize;

    /// Packs all rows of the input, in blocks of [`TileWeights::tile_rows`].
    fn pack<S: Simd>(&self, simd: S, input: &Matrix, packed: &mut Self::Packed);

    /// The results, bias included, of one panel of outputs for the block that begins at `first_row` and has
    /// exactly `ROWS` rows.
    fn tile<S: Simd, const ROWS: usize>(
        &self,
        simd: S,
        packed: &Self::Packed,
        first_row: usize,
        panel: usize,
    ) -> [S::Floats; ROWS];
}

struct Product<'a, W: TileWeights> {
    weights: &'a W,
    input: &'a Matrix,
    packed: &'a mut W::Packed,
    then: Then,
    output: &'a mut Matrix,
}

impl<W: TileWeights> Kernel for Product<'_, W> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { weights, input, packed, then, output } = self;
        weights.pack(simd, input, packed);
        for panel in 0..output.panels() {
            for (first_row, rows) in blocks(input.rows(), W::tile_rows::<S>()) {
                let rows_out = &mut output.panel_mut(panel)[first_row..][..rows];
                with_rows!(rows, at most W::tile_rows::<S>(), |ROWS| {
                    let results = weights.tile::<S, ROWS>(simd, packed, first_row, panel);
                    finish(simd, results, then, rows_out);
                });
            }
        }
    }
}

#[inline(always)]
fn finish<S: Simd, const ROWS: usize>(
    simd: S,
    results: [S::Floats; ROWS],
    then: Then,
    output: &mut [[f32; LANES]],
) {
    for (result, output) in results.into_iter().zip(output) {
        let result = match then {
            Then::Store => result,
            Then::Gelu => gelu(simd, result),
            Then::Add => simd.add(result, simd.load(output)),
        };
        simd.store(result, output);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::noise;
    use crate::simd::every_cpu;

    /// Rows that make full tiles, and what is left over, on every instruction set.
    const ROWS: [usize; 8] = [1, 2, 3, 4, 7, 12, 13, 36];

    fn apply(cpu: Cpu, linear: &Linear, input: &Matrix, then: Then, mut output: Matrix) -> Matrix {
        output.set_rows(input.rows());
        linear.apply(cpu, input, then, &mut output, &mut PackedInput::default());
        output
    }

    /// Inputs and weights that quantisation leaves as they are: integers of which the smallest and the largest
    /// occur in every row.
    fn integers(rows: usize, inputs: usize, extreme: bool) -> (Matrix, Vec<f32>) {
        let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
        let input = Matrix::from_fn(rows, inputs, |row, column| match column {
            0 => 0.0,
            1 => 255.0,
            _ if extreme => 255.0,
            _ => (noise(row, column) * 127.5 + 127.5).floor(),
        });
        let weights = (0..64 * inputs).map(|i| match (i / inputs, i % inputs) {
            (output, 2) => sign(output) * 127.0,
            (output, _) if extreme => sign(output) * 127.0,
            (output, column) => (noise(output, column + 7) * 127.0).round(),
        });
        (input, weights.collect())
    }

    #[test]
    fn int8_sums_are_exactly_the_integer_product_on_every_instruction_set() {
        for (inputs, extreme) in [(384, false), (384, true), (1536, false)] {
            for (cpu, rows) in every_cpu().into_iter().flat_map(|cpu| ROWS.map(|rows| (cpu, rows))) {
                let (input, weights) = integers(rows, inputs, extreme);
                let linear = Linear::new(cpu, Precision::Int8, &weights, &[0.0; 64]);
                let output = apply(cpu, &linear, &input, Then::Store, Matrix::with_columns(64));
                for (row, column) in (0..rows).flat_map(|row| (0..64).map(move |column| (row, column))) {
                    let products = (0..inputs).map(|i| {
                        i64::from(input.at(row, i) as i32) * i64::from(weights[column * inputs + i] as i32)
                    });
                    let expected = products.sum::<i64>();
                    assert!(expected < 1 << 24, "a float holds it exactly");
                    assert_eq!(output.at(row, column) as i64, expected, "{} {row}", cpu.instruction_set());
                }
            }
        }
    }

    #[test]
    fn both_modes_compute_the_product_and_the_bias() {
        let weights: Vec<_> = (0..64 * 384).map(|i| noise(i / 384, i % 384)).collect();
        let biases: [f32; 64] = std::array::from_fn(|output| output as f32);
        for (precision, tolerance) in [(Precision::Fp32, 1e-3), (Precision::Int8, 0.6)] {
            for (cpu, rows) in every_cpu().into_iter().flat_map(|cpu| ROWS.map(|rows| (cpu, rows))) {
                let input = Matrix::from_fn(rows, 384, |row, column| 3.0 * noise(row, column) + 1.0);
                let linear = Linear::new(cpu, precision, &weights, &biases);
                let output = apply(cpu, &linear, &input, Then::Store, Matrix::with_columns(64));
                for (row, column) in (0..rows).flat_map(|row| (0..64).map(move |column| (row, column))) {
                    let product = |i| f64::from(input.at(row, i)) * f64::from(weights[column * 384 + i]);
                    let expected = f64::from(biases[column]) + (0..384).map(product).sum::<f64>();
                    let error = (f64::from(output.at(row, column)) - expected).abs();
                    assert!(error < tolerance, "{precision} {}: {error}", cpu.instruction_set());
                }
            }
        }
    }

    /// A layer of 32 inputs that leaves them as they are.
    fn identity(cpu: Cpu) -> Linear {
        let weights: Vec<_> = (0..32 * 32).map(|i| if i / 32 == i % 32 { 1.0 } else { 0.0 }).collect();
        Linear::new(cpu, Precision::Fp32, &weights, &[0.0; 32])
    }

    #[test]
    fn gelu_is_the_exact_one() {
        // Computed with `x * 0.5 * (1 + math.erf(x / math.sqrt(2)))` in Python.
        let known = [
            (-9.0, 0.0),
            (-3.0, -0.004_049_694),
            (-1.0, -0.158_655_25),
            (-0.1, -0.046_017_216),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (1.0, 0.841_344_8),
            (2.5, 2.484_475_8),
            (9.0, 9.0),
        ];
        for cpu in every_cpu() {
            let input = Matrix::from_fn(1, 32, |_, column| known[column % known.len()].0);
            let output = apply(cpu, &identity(cpu), &input, Then::Gelu, Matrix::with_columns(32));
            for column in 0..32 {
                let (x, expected) = known[column % known.len()];
                let found = output.at(0, column);
                assert!((found - expected).abs() < 1e-6, "{}: {x} gives {found}", cpu.instruction_set());
            }
        }
    }

    #[test]
    fn the_residual_is_added_to_what_was_there() {
        for cpu in every_cpu() {
            let input = Matrix::from_fn(5, 32, noise);
            let there = Matrix::from_fn(5, 32, |row, column| (row * column) as f32);
            let output = apply(cpu, &identity(cpu), &input, Then::Add, there);
            assert_eq!(output.at(3, 7), 21.0 + noise(3, 7));
        }
    }

    #[test]
    fn a_row_of_equal_values_is_quantised_without_loss() {
        for cpu in every_cpu() {
            let linear = Linear::new(cpu, Precision::Int8, &[1.0; 32 * 384], &[0.0; 32]);
            let input = Matrix::from_fn(1, 384, |_, _| 0.25);
            let output = apply(cpu, &linear, &input, Then::Store, Matrix::with_columns(32));
            assert_eq!(output.at(0, 31), 96.0);
        }
    }
}
