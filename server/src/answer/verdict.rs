//! Whether the passages that a sentence cites carry it.
//!
//! Each sentence of an answer is compared with the passages behind its marks: its numbers must
//! stand there, its names and words should, it must not deny what they say, and its meaning
//! should be near theirs. A sentence without a mark claims something for which nothing is
//! offered, and counts as unsupported.

mod claim;
mod evidence;
mod highlight;
mod support;

use app::answer::{CheckedSentence, Support};
use futures::future;

use self::{claim::Claim, evidence::Evidence};
pub(crate) use self::{evidence::folded, highlight::highlights};
use crate::model::{
    self, Embedder,
    llm::{Markup, OfferedSource},
};

/// The passages that an answer was offered, ready to be compared with its sentences.
#[derive(Debug)]
pub(crate) struct Passages {
    evidence: Vec<Evidence>,
    markup: Markup,
}

impl Passages {
    /// `markup` is that of the answer.
    pub(crate) fn new(sources: &[OfferedSource], markup: Markup) -> Self {
        Self { evidence: sources.iter().map(Evidence::new).collect(), markup }
    }

    /// Checks every sentence of `text` that claims something, in order.
    pub(crate) async fn check(&self, text: &str, embedder: &dyn Embedder) -> Vec<CheckedSentence> {
        let claims = claim::claims(text, self.markup);
        future::join_all(claims.into_iter().map(|claim| check_claim(claim, &self.evidence, embedder))).await
    }

    /// Whether a sentence of `text` is carried by what it cites, judged by words alone.
    pub(crate) fn give_footing(&self, text: &str) -> bool {
        claim::claims(text, self.markup).iter().any(|claim| {
            let cited = cited(claim, &self.evidence);
            support::support(claim, &cited, None).support() != Support::Unsupported
        })
    }
}

/// Whether nothing in `sentences` is carried by what it cites.
pub(crate) fn is_baseless(sentences: &[CheckedSentence]) -> bool {
    sentences.iter().all(|sentence| sentence.support == Support::Unsupported)
}

async fn check_claim(claim: Claim, evidence: &[Evidence], embedder: &dyn Embedder) -> CheckedSentence {
    let cited = cited(&claim, evidence);
    let judged = match support::support(&claim, &cited, None) {
        judged if judged.is_certain() => judged,
        _ => support::support(&claim, &cited, similarity(&claim, &cited, embedder).await),
    };
    CheckedSentence {
        start: claim.start,
        end: claim.end,
        refs: claim.refs,
        support: judged.support(),
        score: judged.score(),
    }
}

fn cited<'a>(claim: &Claim, evidence: &'a [Evidence]) -> Vec<&'a Evidence> {
    claim.refs.iter().filter_map(|&number| evidence.get((number as usize).checked_sub(1)?)).collect()
}

/// How near the claim's meaning comes to a sentence that it cites; `None` where it can't be told.
async fn similarity(claim: &Claim, cited: &[&Evidence], embedder: &dyn Embedder) -> Option<f64> {
    let nearest = support::nearest_sentences(claim, cited);
    let vectors = future::try_join(
        embedder.embed_query(&claim.text),
        future::try_join_all(nearest.iter().map(|sentence| embedder.embed_query(sentence))),
    );
    match vectors.await {
        Ok((claim, sentences)) => {
            sentences.iter().map(|sentence| model::similarity(&claim, sentence)).reduce(f64::max)
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "Could not embed a sentence to check it");
            None
        }
    }
}
