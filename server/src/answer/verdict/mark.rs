//! Whether a mark stands behind a sentence that its passage carries.

use app::answer::Support;

use super::{Passages, claim::Claim, contradiction, similarity, support};
use crate::model::Embedder;

/// What becomes of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Stays,
    /// Another passage carries the sentence.
    Becomes(u32),
    /// Its passage has nothing to do with the sentence, and no other carries it.
    Goes,
}

/// Fewer words may be said of anything.
const LEAST: usize = 3;

impl Passages {
    /// Judges the mark `number` behind the words `said`. In doubt it stays: the check of the
    /// whole sentence says how much it is worth.
    pub(crate) async fn judge_mark(&self, said: &str, number: u32, embedder: &dyn Embedder) -> Mark {
        /// A passage with more of the words may carry them in others.
        const NOTHING: f64 = 0.15;
        /// As little as this do sentences on different matters have in common.
        const UNRELATED: f64 = 0.3;

        let claim = Claim::of(said.to_owned(), vec![number]);
        let Some(own) = self.evidence.get(number as usize - 1).filter(|_| claim.terms.len() >= LEAST) else {
            return Mark::Stays;
        };
        let judged = support::support(&claim, &[own], None);
        if judged.support() != Support::Unsupported || support::in_another_language(&claim, &[own]) {
            return Mark::Stays;
        }
        if let Some(other) = self.carrying(&claim, number) {
            return Mark::Becomes(other);
        }
        if contradiction::contradiction(&claim, &[own]).is_some() || judged.score() > NOTHING {
            return Mark::Stays;
        }
        match similarity(&claim, &[own], embedder).await {
            Some(similarity) if support::scaled(Some(similarity)) < UNRELATED => Mark::Goes,
            _ => Mark::Stays,
        }
    }

    /// The passage that carries a sentence without a mark, by its words, if one does.
    pub(crate) fn carrier(&self, said: &str) -> Option<u32> {
        let claim = Claim::of(said.to_owned(), Vec::new());
        if claim.terms.len() < LEAST { None } else { self.carrying(&claim, 0) }
    }

    /// The passage besides `number` that carries the claim best by its words, if one does.
    fn carrying(&self, claim: &Claim, number: u32) -> Option<u32> {
        let others = self.evidence.iter().filter(|other| other.number != number);
        let judged = others.map(|other| (support::support(claim, &[other], None), other));
        judged
            .filter(|(judged, other)| {
                judged.support() == Support::Supported
                    && contradiction::contradiction(claim, &[*other]).is_none()
            })
            .max_by(|(a, _), (b, _)| a.score().total_cmp(&b.score()))
            .map(|(_, other)| other.number)
    }
}
