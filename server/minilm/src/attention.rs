//! Multi-head self-attention, in floats in either numeric mode.
//!
//! A head is 32 wide, so its queries, keys and values are one panel each. Scores are computed transposed, a
//! vector of 32 queries for each key: the softmax over the keys then needs no sums across lanes.

use crate::linear::{blocks, pack_panel, sums_of_products, with_rows};
use crate::math::exp;
use crate::matrix::Matrix;
use crate::simd::{Cpu, Kernel, LANES, Simd};

/// Memory for one head at a time; used again from head to head.
#[derive(Default)]
pub(crate) struct AttentionScratch {
    /// The keys, packed for the product with the queries.
    keys: Vec<f32>,
    /// For each key, a vector of scores, of which the softmax makes weights.
    weights: Vec<[f32; LANES]>,
}

/// Replaces each token's row of `output` by the values of all tokens, weighted by how well their keys answer
/// its query. `projected` holds queries, keys and values side by side, each as wide as `output`.
pub(crate) fn attend(cpu: Cpu, projected: &Matrix, output: &mut Matrix, scratch: &mut AttentionScratch) {
    debug_assert_eq!(projected.panels(), 3 * output.panels());
    cpu.run(Attend { projected, output, scratch });
}

struct Attend<'a> {
    projected: &'a Matrix,
    output: &'a mut Matrix,
    scratch: &'a mut AttentionScratch,
}

impl Kernel for Attend<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { projected, output, scratch: AttentionScratch { keys, weights } } = self;
        let heads = output.panels();
        keys.resize(projected.rows() * LANES, 0.0);
        weights.resize(projected.rows(), [0.0; LANES]);
        for head in 0..heads {
            pack_panel(projected.panel(heads + head), 0, LANES, S::FP32_TILE_ROWS, keys);
            let values = projected.panel(2 * heads + head);
            let all_queries = projected.panel(head).chunks(LANES);
            for (queries, output) in all_queries.zip(output.panel_mut(head).chunks_mut(LANES)) {
                score(simd, queries, keys, weights);
                softmax(simd, weights);
                weigh(simd, weights, values, output);
            }
        }
    }
}

/// The scores of up to 32 queries with each key: their dot product, over the root of its length.
#[inline(always)]
fn score<S: Simd>(simd: S, queries: &[[f32; LANES]], keys: &[f32], scores: &mut [[f32; LANES]]) {
    let scale = 1.0 / (LANES as f32).sqrt();
    let mut transposed = [[0.0; LANES]; LANES];
    for (lane, query) in queries.iter().enumerate() {
        for (vector, value) in transposed.iter_mut().zip(query) {
            vector[lane] = value * scale;
        }
    }
    for (first_key, rows) in blocks(scores.len(), S::FP32_TILE_ROWS) {
        with_rows!(rows, at most S::FP32_TILE_ROWS, |ROWS| {
            let keys = keys[first_key * LANES..][..ROWS * LANES].as_chunks::<ROWS>().0;
            let sums = sums_of_products(simd, simd.splat(0.0), keys, &transposed);
            for (sum, scores) in sums.into_iter().zip(&mut scores[first_key..]) {
                simd.store(sum, scores);
            }
        });
    }
}

/// Makes each lane's scores positive weights that add up to 1.
#[inline(always)]
fn softmax<S: Simd>(simd: S, scores: &mut [[f32; LANES]]) {
    let mut highest = simd.splat(f32::NEG_INFINITY);
    for scores in scores.iter() {
        highest = simd.max(highest, simd.load(scores));
    }
    let mut total = simd.splat(0.0);
    for scores in scores.iter_mut() {
        let weight = exp(simd, simd.sub(simd.load(scores), highest));
        total = simd.add(total, weight);
        simd.store(weight, scores);
    }
    let inverse = simd.div(simd.splat(1.0), total);
    for weights in scores.iter_mut() {
        simd.store(simd.mul(simd.load(weights), inverse), weights);
    }
}

/// The weighted sum of the values, for each query that there is a row of output for.
#[inline(always)]
fn weigh<S: Simd>(simd: S, weights: &[[f32; LANES]], values: &[[f32; LANES]], output: &mut [[f32; LANES]]) {
    for (first_query, rows) in blocks(output.len(), S::FP32_TILE_ROWS) {
        with_rows!(rows, at most S::FP32_TILE_ROWS, |ROWS| {
            let mut sums = [simd.splat(0.0); ROWS];
            for (weights, values) in weights.iter().zip(values) {
                let weights = &weights[first_query..][..ROWS];
                let values = simd.load(values);
                for row in 0..ROWS {
                    sums[row] = simd.mul_add(simd.splat(weights[row]), values, sums[row]);
                }
            }
            for (sum, output) in sums.into_iter().zip(&mut output[first_query..]) {
                simd.store(sum, output);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::noise;
    use crate::simd::every_cpu;

    /// Attention as the textbook has it, for one query of one head.
    fn expected(projected: &Matrix, head: usize, heads: usize, query: usize, column: usize) -> f64 {
        let at = |part: usize, row, i| f64::from(projected.at(row, (part * heads + head) * LANES + i));
        let score = |key| (0..LANES).map(|i| at(0, query, i) * at(1, key, i)).sum::<f64>() / (32f64).sqrt();
        let weights: Vec<_> = (0..projected.rows()).map(|key| score(key).exp()).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().enumerate().map(|(key, weight)| weight / total * at(2, key, column)).sum()
    }

    #[test]
    fn each_query_gets_the_values_of_the_keys_that_answer_it() {
        const HEADS: usize = 2;
        for (cpu, tokens) in every_cpu().into_iter().flat_map(|cpu| [1, 2, 13, 32, 33, 70].map(|n| (cpu, n)))
        {
            let projected =
                Matrix::from_fn(tokens, 3 * HEADS * LANES, |row, column| 4.0 * noise(row, column));
            let mut output = Matrix::with_columns(HEADS * LANES);
            output.set_rows(tokens);
            attend(cpu, &projected, &mut output, &mut AttentionScratch::default());
            for (head, query) in (0..HEADS).flat_map(|head| (0..tokens).map(move |query| (head, query))) {
                for column in [0, 5, 31] {
                    let found = f64::from(output.at(query, head * LANES + column));
                    let error = (found - expected(&projected, head, HEADS, query, column)).abs();
                    assert!(error < 1e-4, "{} {tokens}: {error}", cpu.instruction_set());
                }
            }
        }
    }
}
