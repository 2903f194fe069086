//! Layer normalisation.

use crate::checkpoint::Checkpoint;
use crate::math::sum;
use crate::matrix::Matrix;
use crate::simd::{Cpu, Kernel, LANES, Simd};
use crate::{DIMENSIONS, LoadError};

/// BERT's ε, from the model's `config.json` (`layer_norm_eps`).
const EPSILON: f32 = 1e-12;

/// Brings each row to mean 0 and variance 1, then scales and shifts each column.
pub(crate) struct LayerNorm {
    scale: Vec<[f32; LANES]>,
    shift: Vec<[f32; LANES]>,
}

impl LayerNorm {
    /// Reads the one of that name, as wide as the embedding.
    pub(crate) fn load(checkpoint: &Checkpoint, name: &str) -> Result<Self, LoadError> {
        let scale = checkpoint.floats(&format!("{name}.weight"), &[DIMENSIONS])?;
        let shift = checkpoint.floats(&format!("{name}.bias"), &[DIMENSIONS])?;
        Ok(Self::new(&scale, &shift))
    }

    /// From a scale and a shift for each column.
    fn new(scale: &[f32], shift: &[f32]) -> Self {
        Self { scale: scale.as_chunks().0.to_vec(), shift: shift.as_chunks().0.to_vec() }
    }

    pub(crate) fn apply(&self, cpu: Cpu, matrix: &mut Matrix) {
        cpu.run(Normalise { norm: self, matrix });
    }
}

struct Normalise<'a> {
    norm: &'a LayerNorm,
    matrix: &'a mut Matrix,
}

impl Kernel for Normalise<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { norm, matrix } = self;
        let columns = (matrix.panels() * LANES) as f32;
        for row in 0..matrix.rows() {
            let mut total = simd.splat(0.0);
            for piece in matrix.row(row) {
                total = simd.add(total, simd.load(piece));
            }
            let mean = simd.splat(sum(simd, total) / columns);

            let mut squares = simd.splat(0.0);
            for piece in matrix.row(row) {
                let deviation = simd.sub(simd.load(piece), mean);
                squares = simd.mul_add(deviation, deviation, squares);
            }
            let variance = sum(simd, squares) / columns;
            let inverse_deviation = simd.splat(1.0 / (variance + EPSILON).sqrt());

            for ((piece, scale), shift) in matrix.row_mut(row).zip(&norm.scale).zip(&norm.shift) {
                let normal = simd.mul(simd.sub(simd.load(piece), mean), inverse_deviation);
                simd.store(simd.mul_add(normal, simd.load(scale), simd.load(shift)), piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::noise;
    use crate::simd::every_cpu;

    #[test]
    fn rows_come_out_with_the_mean_and_deviation_asked_for() {
        let norm = LayerNorm::new(&[2.0; DIMENSIONS], &[5.0; DIMENSIONS]);
        for cpu in every_cpu() {
            let mut matrix =
                Matrix::from_fn(3, DIMENSIONS, |row, column| 100.0 * noise(row, column) + 1000.0);
            norm.apply(cpu, &mut matrix);
            for row in 0..3 {
                let values: Vec<_> =
                    (0..DIMENSIONS).map(|column| f64::from(matrix.at(row, column))).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
                assert!((mean - 5.0).abs() < 1e-4, "{}: {mean}", cpu.instruction_set());
                assert!((variance.sqrt() - 2.0).abs() < 1e-4, "{}: {variance}", cpu.instruction_set());
            }
        }
    }
}
