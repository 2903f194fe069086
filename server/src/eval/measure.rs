//! The measures of a ranked list, over whole documents.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// How good one ranked list is; or, as means, how good many are. Each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Normalised discounted cumulative gain of the first ten.
    pub ndcg_10: f64,
    /// The share of the right documents that is among the first ten.
    pub recall_10: f64,
    /// The same for the first hundred.
    pub recall_100: f64,
    /// One over the rank of the first right document, 0 where that is below ten.
    pub mrr_10: f64,
}

impl Measures {
    /// Of a list of distinct documents, best first, against those that are right: at least one.
    pub fn of(ranked: &[String], relevant: &HashSet<String>) -> Self {
        let hits: Vec<bool> = ranked.iter().map(|document| relevant.contains(document)).collect();
        let recall = |depth: usize| {
            hits.iter().take(depth).filter(|is_hit| **is_hit).count() as f64 / relevant.len() as f64
        };
        let discount = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
        let gain: f64 = hits
            .iter()
            .take(10)
            .enumerate()
            .filter(|(_, is_hit)| **is_hit)
            .map(|(rank, _)| discount(rank))
            .sum();
        let best: f64 = (0..relevant.len().min(10)).map(discount).sum();
        Self {
            ndcg_10: gain / best,
            recall_10: recall(10),
            recall_100: recall(100),
            mrr_10: hits
                .iter()
                .take(10)
                .position(|is_hit| *is_hit)
                .map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(ranked: &[&str], relevant: &[&str]) -> Measures {
        let ranked: Vec<String> = ranked.iter().map(|id| (*id).to_owned()).collect();
        Measures::of(&ranked, &relevant.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn a_perfect_list_has_one_everywhere() {
        let perfect = measures(&["a", "b", "x"], &["b", "a"]);
        let one = Measures { ndcg_10: 1.0, recall_10: 1.0, recall_100: 1.0, mrr_10: 1.0 };
        assert_eq!(perfect, one);
    }

    #[test]
    fn a_right_document_is_worth_less_further_down() {
        let third = measures(&["x", "y", "a"], &["a", "b"]);
        assert!((third.ndcg_10 - 0.5 / (1.0 + 1.0 / 3.0_f64.log2())).abs() < 1e-9);
        assert_eq!((third.recall_10, third.mrr_10), (0.5, 1.0 / 3.0));
    }

    #[test]
    fn below_ten_only_the_deep_recall_counts() {
        let ranked: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let deep = Measures::of(&ranked, &HashSet::from(["15".to_owned()]));
        assert_eq!((deep.ndcg_10, deep.recall_10, deep.recall_100, deep.mrr_10), (0.0, 0.0, 1.0, 0.0));
    }
}
