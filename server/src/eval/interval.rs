//! How sure a mean over questions is.

/// How often the questions are drawn anew: enough for two digits of the bounds.
const DRAWS: usize = 1_000;

/// A mean with its 95 % confidence interval: were other questions of the same kind asked, the
/// mean would lie in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// By the percentile bootstrap (Efron 1979): as many values are drawn with replacement as there
    /// are, over and over. The draws are the same each time, so that equal runs print equal numbers.
    pub fn of(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self { mean: 0.0, low: 0.0, high: 0.0 };
        }
        let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
        let mut means: Vec<f64> =
            (0..DRAWS).map(|_| mean((0..values.len()).map(|_| values[draw.below(values.len())]))).collect();
        means.sort_by(f64::total_cmp);
        Self {
            mean: mean(values.iter().copied()),
            low: means[DRAWS / 40],
            high: means[DRAWS - 1 - DRAWS / 40],
        }
    }

    /// Whether zero is outside: a difference that is unlikely to be chance.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// Marsaglia's xorshift: plenty for drawing questions.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_questions_make_a_narrower_interval() {
        let half: Vec<f64> = (0..1_000).map(|number| f64::from(number % 2)).collect();
        let (few, many) = (Interval::of(&half[..20]), Interval::of(&half));
        assert_eq!((few.mean, many.mean), (0.5, 0.5));
        assert!(few.low < many.low && many.low < 0.5 && 0.5 < many.high && many.high < few.high);
        // The normal approximation: 0.5 ± 1.96 × 0.5 / √1000.
        assert!((many.high - 0.531).abs() < 0.005, "{many:?}");
    }

    #[test]
    fn a_difference_that_may_be_chance_is_not_clear() {
        assert!(!Interval::of(&[0.3, -0.3, 0.1, -0.2]).is_clear());
        assert!(Interval::of(&[0.3, 0.2, 0.1, 0.2]).is_clear());
    }
}
