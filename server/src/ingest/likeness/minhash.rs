//! `MinHash` in one permutation: each shingle has one hash, whose first bits choose a bin and whose
//! rest counts there; the share of bins in which two texts have the same minimum estimates the share
//! of shingles that both have (Li, Owen, Zhang: One permutation hashing, 2012).

/// How many bins: the estimate's standard error is at most 1/16.
const BINS: usize = 64;
/// The first bits of a hash, which choose the bin.
const BIN_BITS: u32 = BINS.trailing_zeros();
/// How many minima make a band: texts with half of their shingles in common share one of the 16
/// bands with a chance of 64 %, those with 0.7 with 99 %.
const BAND: usize = 4;
/// How many words make a shingle.
const WORDS: usize = 5;
/// With fewer shingles, a text is too short to be told from others.
const FEWEST: usize = 20;

/// The shingles of a text, taken in one after the other.
pub(super) struct Shingles {
    minima: [u64; BINS],
    count: usize,
}

const EMPTY: u64 = u64::MAX;

impl Default for Shingles {
    fn default() -> Self {
        Self { minima: [EMPTY; BINS], count: 0 }
    }
}

impl Shingles {
    /// Adds a part of the text.
    pub(super) fn add(&mut self, text: &str) {
        let mut window = [0; WORDS];
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        for (place, word) in words.enumerate() {
            window.rotate_left(1);
            window[WORDS - 1] = hash_word(word);
            if place + 1 >= WORDS {
                self.add_hash(window.iter().fold(0, |mixed, word| mix(mixed ^ word)));
            }
        }
    }

    fn add_hash(&mut self, hash: u64) {
        let bin = (hash >> (u64::BITS - BIN_BITS)) as usize;
        self.minima[bin] = self.minima[bin].min(hash << BIN_BITS >> BIN_BITS);
        self.count += 1;
    }

    /// `None` for a text too short.
    pub(super) fn minima(self) -> Option<Minima> {
        if self.count < FEWEST {
            return None;
        }
        // An empty bin has the minimum of the next that isn't, told apart by how far it is.
        let filled = |bin: usize| {
            (0..BINS)
                .map(|step| (step, self.minima[(bin + step) % BINS]))
                .find(|(_, minimum)| *minimum != EMPTY)
                .map_or(0, |(step, minimum)| if step == 0 { minimum } else { mix(minimum ^ step as u64) })
        };
        Some(Minima((0..BINS).map(|bin| filled(bin).cast_signed()).collect()))
    }
}

/// The minima of a text, a number for each bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Minima(Vec<i64>);

impl Minima {
    /// `None` where they were made otherwise.
    pub(super) fn from_stored(minima: &[i64]) -> Option<Self> {
        (minima.len() == BINS).then(|| Self(minima.to_vec()))
    }

    pub(super) fn as_slice(&self) -> &[i64] {
        &self.0
    }

    /// The estimated share of shingles that both texts have, of all that either has.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        let same = self.0.iter().zip(&other.0).filter(|(one, other)| one == other).count();
        same as f64 / BINS as f64
    }

    /// A hash for each band, which differs from those of other bands.
    pub(super) fn bands(&self) -> Vec<i64> {
        let band = |(place, minima): (usize, &[i64])| {
            minima.iter().fold(mix(place as u64), |mixed, minimum| mix(mixed ^ minimum.cast_unsigned()))
        };
        self.0.chunks(BAND).enumerate().map(|band_of| band(band_of).cast_signed()).collect()
    }
}

/// FNV-1a over the lower-case word.
fn hash_word(word: &str) -> u64 {
    let (offset, prime) = (0xcbf2_9ce4_8422_2325_u64, 0x0100_0000_01b3_u64);
    word.chars()
        .flat_map(char::to_lowercase)
        .fold(offset, |hash, c| (hash ^ u64::from(c)).wrapping_mul(prime))
}

/// The finaliser of `SplitMix64`: each bit of the result depends on each of the input.
fn mix(mut hash: u64) -> u64 {
    hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: std::ops::Range<u32>) -> String {
        words.map(|word| format!("word{word} ")).collect()
    }

    fn minima(text: &str) -> Minima {
        let mut shingles = Shingles::default();
        shingles.add(text);
        shingles.minima().unwrap()
    }

    #[test]
    fn the_estimate_is_near_the_share_of_common_shingles() {
        let whole = minima(&text(0..1000));
        assert_eq!(whole.similarity(&minima(&text(0..1000).to_uppercase())), 1.0);
        assert_eq!(whole.similarity(&minima(&text(2000..3000))), 0.0);
        // 750 of 1,250 shingles.
        let estimate = whole.similarity(&minima(&text(250..1250)));
        assert!((estimate - 0.6).abs() < 0.2, "{estimate}");
    }

    #[test]
    fn texts_that_are_alike_share_a_band_and_others_none() {
        let shares =
            |one: &Minima, other: &Minima| one.bands().iter().any(|band| other.bands().contains(band));
        let whole = minima(&text(0..1000));
        assert!(shares(&whole, &minima(&text(50..1050))));
        assert!(!shares(&whole, &minima(&text(2000..3000))));
    }

    #[test]
    fn a_short_text_is_like_nothing() {
        let mut shingles = Shingles::default();
        shingles.add(&text(0..20));
        assert_eq!(shingles.minima(), None);
    }
}
