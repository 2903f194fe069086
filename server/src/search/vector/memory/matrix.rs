//! Vectors held in memory, and the nearest of them.
//!
//! Each is kept twice: as the signs of its components, a bit each, and as its components in 8 bits.
//! The number of signs that differ tells roughly how near two vectors are and is counted in a few
//! instructions; the best by it are then compared by their components. That is fast enough to look at
//! every vector, so that no permission and no filter, however selective, starves the search.

mod signs;

use self::signs::Signs;

/// Of this many vectors, the best by their signs, the components are compared.
const COMPARED: usize = 2_000;
/// Of many vectors more are compared, one in so many: the nearest are a smaller part of them.
const COMPARED_ONE_IN: usize = 100;

/// The components of so many vectors are fetched ahead of the one that is compared: they lie apart, and
/// waiting for them would take most of the time.
const AHEAD: usize = 6;

/// Vectors of length 1 and of one number of dimensions, numbered from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Matrix {
    dimensions: usize,
    signs: Signs,
    /// In units of the vector's scale.
    components: Vec<i8>,
    scales: Vec<f32>,
}

impl Matrix {
    pub(super) fn new(dimensions: usize, capacity: usize) -> Self {
        Self {
            dimensions,
            signs: Signs::new(dimensions, capacity),
            components: Vec::with_capacity(capacity * dimensions),
            scales: Vec::with_capacity(capacity),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Adds a vector, which must have the matrix's number of dimensions.
    pub(super) fn push(&mut self, vector: &[f32]) {
        let largest = vector.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
        let scale = (largest / f32::from(i8::MAX)).max(f32::MIN_POSITIVE);
        self.signs.push(vector);
        self.components.extend(vector.iter().map(|x| (x / scale).round() as i8));
        self.scales.push(scale);
    }

    /// Takes a vector out; the last one gets its number.
    pub(super) fn swap_remove(&mut self, number: usize) {
        self.signs.swap_remove(number);
        let last = self.components.len() - self.dimensions;
        self.components.copy_within(last.., number * self.dimensions);
        self.components.truncate(last);
        self.scales.swap_remove(number);
    }

    /// How near a vector is to `query`: their cosine, but for the rounding of components.
    pub(super) fn cosine(&self, number: usize, query: &[f32]) -> f32 {
        product(self.components_of(number), query) * self.scales[number]
    }

    /// The nearest of the vectors that are wanted, nearest first, with their cosines.
    pub(super) fn nearest(
        &self,
        query: &[f32],
        limit: usize,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Vec<(usize, f32)> {
        let compared = COMPARED.max(self.len() / COMPARED_ONE_IN).max(limit);
        let best = self.signs.nearest(query, compared, is_wanted);
        let mut nearest = Vec::with_capacity(best.len());
        for (at, number) in best.iter().enumerate() {
            if let Some(ahead) = best.get(at + AHEAD) {
                fetch(self.components_of(*ahead as usize));
            }
            nearest.push((*number as usize, self.cosine(*number as usize, query)));
        }
        let nearer = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1);
        if nearest.len() > limit {
            nearest.select_nth_unstable_by(limit, nearer);
            nearest.truncate(limit);
        }
        nearest.sort_by(nearer);
        nearest
    }

    fn components_of(&self, number: usize) -> &[i8] {
        &self.components[number * self.dimensions..][..self.dimensions]
    }
}

/// Lets the processor bring what will soon be read.
#[cfg(target_arch = "x86_64")]
fn fetch(components: &[i8]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    /// Bytes that come together.
    const LINE: usize = 64;
    for line in components.chunks(LINE) {
        // SAFETY: every x86-64 processor knows the instruction, which changes nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr()) };
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn fetch(_: &[i8]) {}

/// The product of a quantised vector, in its own scale, with a vector; compiled for what the processor has.
fn product(components: &[i8], vector: &[f32]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor was just seen to have both.
        return unsafe { product_by_avx2(components, vector) };
    }
    product_as_compiled(components, vector)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn product_by_avx2(components: &[i8], vector: &[f32]) -> f32 {
    product_as_compiled(components, vector)
}

/// Adds up in as many sums as two registers hold, since additions of floats keep their order.
#[inline(always)]
fn product_as_compiled(components: &[i8], vector: &[f32]) -> f32 {
    const SUMS: usize = 16;
    let mut sums = [0.0_f32; SUMS];
    let (ours, theirs) = (components.chunks_exact(SUMS), vector.chunks_exact(SUMS));
    let rest = ours.remainder().iter().zip(theirs.remainder());
    let rest: f32 = rest.map(|(a, b)| f32::from(*a) * b).sum();
    for (ours, theirs) in ours.zip(theirs) {
        for ((sum, ours), theirs) in sums.iter_mut().zip(ours).zip(theirs) {
            *sum += f32::from(*ours) * theirs;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests;
