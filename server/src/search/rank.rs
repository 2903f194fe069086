//! The order of the results.

use app::search::Passage;

use super::{fuse::Candidate, query::ParsedQuery};

/// Of reciprocal rank fusion, as Cormack, Clarke and Büttcher (2009) found it to do well.
const RRF_K: f64 = 60.0;

/// Scores candidates for one query.
pub(super) struct Ranking<'q> {
    query: &'q ParsedQuery,
    semantic_weight: f64,
}

impl<'q> Ranking<'q> {
    pub(super) fn new(query: &'q ParsedQuery, model_is_english: bool) -> Self {
        let _ = model_is_english;
        Self { query, semantic_weight: 1.0 }
    }

    pub(super) fn score(&self, candidate: &Candidate, passage: &Passage) -> f64 {
        let _ = (self.query, passage);
        let reciprocal = |rank: usize| 1.0 / (RRF_K + rank as f64);
        let lexical = candidate.lexical.map_or(0.0, |found| reciprocal(found.rank));
        let semantic = candidate.semantic.map_or(0.0, |found| reciprocal(found.rank));
        lexical + self.semantic_weight * semantic
    }
}
