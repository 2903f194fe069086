//! Vectors held in memory, and the nearest of them.
//!
//! Each is kept twice: as the signs of its components, a bit each, and as its components in 8 bits.
//! The number of signs that differ tells roughly how near two vectors are and is counted in a few
//! instructions; the best by it are then compared by their components. That is fast enough to look at
//! every permitted vector, so that no permission and no filter, however selective, starves the search.

/// Of this many vectors, the best by their signs, the components are compared.
const COMPARED: usize = 2_000;
/// Of many vectors more are compared, one in so many: the nearest are a smaller part of them.
const COMPARED_ONE_IN: usize = 100;

/// Vectors of length 1 and of one number of dimensions, numbered from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Matrix {
    dimensions: usize,
    /// Bits, in as many words a vector as they fill.
    signs: Vec<u64>,
    /// In units of the vector's scale.
    components: Vec<i8>,
    scales: Vec<f32>,
}

impl Matrix {
    pub(super) fn new(dimensions: usize, capacity: usize) -> Self {
        Self {
            dimensions,
            signs: Vec::with_capacity(capacity * words(dimensions)),
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
        self.signs.extend(signs(vector));
        self.components.extend(vector.iter().map(|x| (x / scale).round() as i8));
        self.scales.push(scale);
    }

    /// Takes a vector out; the last one gets its number.
    pub(super) fn swap_remove(&mut self, number: usize) {
        swap_remove(&mut self.signs, number, words(self.dimensions));
        swap_remove(&mut self.components, number, self.dimensions);
        self.scales.swap_remove(number);
    }

    /// How near a vector is to `query`: their cosine, but for the rounding of components.
    pub(super) fn cosine(&self, number: usize, query: &[f32]) -> f32 {
        let components = &self.components[number * self.dimensions..][..self.dimensions];
        wide::product(components, query) * self.scales[number]
    }

    /// The nearest of the vectors that are wanted, nearest first, with their cosines.
    pub(super) fn nearest(
        &self,
        query: &[f32],
        limit: usize,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Vec<(usize, f32)> {
        let wanted: Vec<u32> =
            (0..self.len()).filter(|number| is_wanted(*number)).map(|n| n as u32).collect();
        let compared = COMPARED.max(wanted.len() / COMPARED_ONE_IN).max(limit);
        let best = if wanted.len() > compared { self.best_by_signs(query, wanted, compared) } else { wanted };
        let mut nearest: Vec<(usize, f32)> =
            best.into_iter().map(|number| (number as usize, self.cosine(number as usize, query))).collect();
        let nearer = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1);
        if nearest.len() > limit {
            nearest.select_nth_unstable_by(limit, nearer);
            nearest.truncate(limit);
        }
        nearest.sort_by(nearer);
        nearest
    }

    /// Those with the fewest signs that differ from the query's, at least `count` of them: all that
    /// are as near as the last.
    fn best_by_signs(&self, query: &[f32], wanted: Vec<u32>, count: usize) -> Vec<u32> {
        let query: Vec<u64> = signs(query).collect();
        let differing = wide::differing(&self.signs, &query, &wanted);
        let mut having = vec![0_usize; self.dimensions + 1];
        for signs in &differing {
            having[usize::from(*signs)] += 1;
        }
        let mut so_far = 0;
        let most = having.iter().position(|vectors| {
            so_far += vectors;
            so_far >= count
        });
        let most = most.unwrap_or(self.dimensions);
        let near = wanted.into_iter().zip(differing).filter(|(_, signs)| usize::from(*signs) <= most);
        near.map(|(number, _)| number).collect()
    }
}

/// How many words the signs of a vector fill.
fn words(dimensions: usize) -> usize {
    dimensions.div_ceil(u64::BITS as usize)
}

fn signs(vector: &[f32]) -> impl Iterator<Item = u64> {
    let word = |components: &[f32]| {
        components.iter().rev().fold(0, |word, component| word << 1 | u64::from(*component > 0.0))
    };
    vector.chunks(u64::BITS as usize).map(word)
}

fn swap_remove<T: Copy>(rows: &mut Vec<T>, number: usize, width: usize) {
    let last = rows.len() - width;
    rows.copy_within(last.., number * width);
    rows.truncate(last);
}

/// The two loops that all the time goes into, compiled for what the processor has.
mod wide {
    /// How many signs of each of the vectors `numbers` differ from the query's.
    pub(super) fn differing(signs: &[u64], query: &[u64], numbers: &[u32]) -> Vec<u16> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor was just seen to have both.
            return unsafe { differing_by_popcnt(signs, query, numbers) };
        }
        differing_as_compiled(signs, query, numbers)
    }

    /// The product of a quantised vector, in its own scale, with a vector.
    pub(super) fn product(components: &[i8], vector: &[f32]) -> f32 {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor was just seen to have both.
            return unsafe { product_by_avx2(components, vector) };
        }
        product_as_compiled(components, vector)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt")]
    fn differing_by_popcnt(signs: &[u64], query: &[u64], numbers: &[u32]) -> Vec<u16> {
        differing_as_compiled(signs, query, numbers)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn product_by_avx2(components: &[i8], vector: &[f32]) -> f32 {
        product_as_compiled(components, vector)
    }

    #[inline(always)]
    fn differing_as_compiled(signs: &[u64], query: &[u64], numbers: &[u32]) -> Vec<u16> {
        let mut differing = Vec::with_capacity(numbers.len());
        for number in numbers {
            let signs = &signs[*number as usize * query.len()..][..query.len()];
            let mut count = 0;
            for (ours, theirs) in signs.iter().zip(query) {
                count += (ours ^ theirs).count_ones();
            }
            // No vector has 2¹⁶ dimensions.
            differing.push(count as u16);
        }
        differing
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
}

#[cfg(test)]
mod tests;
