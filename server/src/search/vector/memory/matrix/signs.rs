//! The signs of vectors' components, and the vectors of which the fewest differ from a query's.
//!
//! Eight vectors lie beside one another, word by word, so that one register holds a word of each and
//! they are counted together.

/// A word of the signs of as many vectors.
type Lanes = [u64; LANES];
const LANES: usize = 8;
/// So many times eight vectors are counted before the bar is set anew: they and their counts stay in
/// the nearest cache.
const STRETCH: usize = 64;

/// The signs of vectors of one number of dimensions, a bit each, numbered from 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    dimensions: usize,
    len: usize,
    /// Of eight vectors as many as the words of one; those behind the last vector mean nothing.
    lanes: Vec<Lanes>,
}

impl Signs {
    pub(super) fn new(dimensions: usize, capacity: usize) -> Self {
        let lanes = Vec::with_capacity(capacity.div_ceil(LANES) * words(dimensions));
        Self { dimensions, len: 0, lanes }
    }

    pub(super) fn push(&mut self, vector: &[f32]) {
        if self.len.is_multiple_of(LANES) {
            self.lanes.extend((0..words(self.dimensions)).map(|_| [0; LANES]));
        }
        let number = self.len;
        self.len += 1;
        for (word, signs) in signs(vector).enumerate() {
            *self.word_mut(number, word) = signs;
        }
    }

    /// Takes a vector out; the last one gets its number.
    pub(super) fn swap_remove(&mut self, number: usize) {
        let last = self.len - 1;
        for word in 0..words(self.dimensions) {
            *self.word_mut(number, word) = *self.word_mut(last, word);
        }
        self.len = last;
        self.lanes.truncate(last.div_ceil(LANES) * words(self.dimensions));
    }

    fn word_mut(&mut self, number: usize, word: usize) -> &mut u64 {
        &mut self.lanes[number / LANES * words(self.dimensions) + word][number % LANES]
    }

    /// The numbers of the wanted vectors with the fewest signs that differ from the query's, in order:
    /// at least `count` where there are so many, and all that are as near as the last.
    ///
    /// The bar falls while they are looked at. What is above it isn't asked whether it is wanted.
    pub(super) fn nearest(&self, query: &[f32], count: usize, is_wanted: impl Fn(usize) -> bool) -> Vec<u32> {
        let query: Vec<u64> = signs(query).collect();
        let mut near: Vec<(u32, u16)> = Vec::with_capacity(2 * count);
        let mut having = vec![0_usize; self.dimensions + 1];
        // No vector has 2¹⁶ dimensions.
        let mut bar = self.dimensions as u16;
        let mut differing = [[0; LANES]; STRETCH];
        for (stretch, lanes) in self.lanes.chunks(STRETCH * query.len()).enumerate() {
            count_differing(lanes, &query, &mut differing);
            for (block, differing) in differing.iter().take(lanes.len() / query.len()).enumerate() {
                if differing.iter().fold(true, |are_all_above, signs| are_all_above & (*signs > bar)) {
                    continue;
                }
                let first = (stretch * STRETCH + block) * LANES;
                for (number, signs) in (first..self.len).zip(differing) {
                    if *signs <= bar && is_wanted(number) {
                        near.push((number as u32, *signs));
                        having[usize::from(*signs)] += 1;
                    }
                }
            }
            bar = bar_for(count, &having).unwrap_or(bar);
        }
        near.into_iter().filter(|(_, signs)| *signs <= bar).map(|(number, _)| number).collect()
    }
}

/// The least number of differing signs that `count` vectors don't exceed, of as many as `having` tells
/// have each; `None` where there are fewer.
fn bar_for(count: usize, having: &[usize]) -> Option<u16> {
    let mut so_far = 0;
    let bar = having.iter().position(|vectors| {
        so_far += vectors;
        so_far >= count
    });
    bar.map(|bar| bar as u16)
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

/// How many signs of each vector in `lanes` differ from the query's; compiled for what the processor has.
fn count_differing(lanes: &[Lanes], query: &[u64], differing: &mut [[u16; LANES]]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512vpopcntdq") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: the processor was just seen to have both, and AVX-512 itself is a part of them.
            return unsafe { count_by_avx512(lanes, query, differing) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor was just seen to have both.
            return unsafe { count_by_avx2(lanes, query, differing) };
        }
    }
    count_as_compiled(lanes, query, differing);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512vpopcntdq,avx512bw")]
fn count_by_avx512(lanes: &[Lanes], query: &[u64], differing: &mut [[u16; LANES]]) {
    count_as_compiled(lanes, query, differing);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn count_by_avx2(lanes: &[Lanes], query: &[u64], differing: &mut [[u16; LANES]]) {
    count_as_compiled(lanes, query, differing);
}

#[inline(always)]
fn count_as_compiled(lanes: &[Lanes], query: &[u64], differing: &mut [[u16; LANES]]) {
    for (vectors, differing) in lanes.chunks_exact(query.len()).zip(differing) {
        let mut sums = [0; LANES];
        for (lanes, query) in vectors.iter().zip(query) {
            for (sum, lane) in sums.iter_mut().zip(lanes) {
                *sum += u64::from((lane ^ query).count_ones());
            }
        }
        *differing = sums.map(|sum| sum as u16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMENSIONS: usize = 100;

    /// A vector whose signs are a pattern of its own.
    fn vector(seed: usize) -> Vec<f32> {
        let sign =
            |dimension: usize| if (seed * 31 + dimension * dimension * 7) % 13 < 6 { 1.0 } else { -1.0 };
        (0..DIMENSIONS).map(sign).collect()
    }

    fn differing(a: usize, b: usize) -> u16 {
        vector(a).iter().zip(vector(b)).filter(|(a, b)| **a != *b).count() as u16
    }

    fn signs_of(count: usize) -> Signs {
        let mut signs = Signs::new(DIMENSIONS, count);
        (0..count).for_each(|seed| signs.push(&vector(seed)));
        signs
    }

    #[test]
    fn every_way_of_counting_counts_the_same() {
        let signs = signs_of(STRETCH * LANES);
        let query: Vec<u64> = super::signs(&vector(7)).collect();
        let wanted: Vec<u16> = (0..STRETCH * LANES).map(|seed| differing(seed, 7)).collect();
        for count in [count_differing, count_as_compiled] {
            let mut counted = [[0; LANES]; STRETCH];
            count(&signs.lanes, &query, &mut counted);
            assert_eq!(counted.concat(), wanted);
        }
    }

    #[test]
    fn the_fewest_differing_are_found_with_all_that_are_as_near_as_the_last() {
        for all in [5, 511, 1_213] {
            let signs = signs_of(all);
            for (count, one_in) in [(1, 1), (20, 1), (20, 7), (2_000, 3)] {
                let wanted: Vec<usize> = (0..all).step_by(one_in).collect();
                let mut far: Vec<u16> = wanted.iter().map(|seed| differing(*seed, 4)).collect();
                far.sort_unstable();
                let bar = far[count.min(far.len()) - 1];
                let nearest: Vec<u32> = wanted
                    .iter()
                    .filter(|seed| differing(**seed, 4) <= bar)
                    .map(|seed| *seed as u32)
                    .collect();
                let found = signs.nearest(&vector(4), count, |number| number.is_multiple_of(one_in));
                assert_eq!(found, nearest, "{count} of one in {one_in} of {all}");
            }
        }
    }

    #[test]
    fn a_vector_that_is_taken_out_leaves_its_number_to_the_last() {
        let mut signs = signs_of(18);
        for number in [3, 16, 8] {
            signs.swap_remove(number);
        }
        assert_eq!(signs.lanes.len(), 2 * words(DIMENSIONS));
        let at = |number: usize, seed: usize| {
            signs.nearest(&vector(seed), 1, |other| other == number).len() == 1
                && (0..words(DIMENSIONS)).all(|word| {
                    signs.lanes[number / LANES * words(DIMENSIONS) + word][number % LANES]
                        == super::signs(&vector(seed)).nth(word).unwrap_or_default()
                })
        };
        assert!(at(3, 17) && at(8, 15) && at(14, 14));
    }
}
