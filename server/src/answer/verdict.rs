//! Whether the passages that a sentence cites carry it.
//!
//! Each sentence of an answer is compared with the passages behind its marks: its numbers must
//! stand there, its names and words should, it must not deny what they say, and its meaning
//! should be near theirs. Where a passage says otherwise, that is said, too. A sentence without a mark claims something for which nothing is
//! offered, and counts as unsupported.

mod claim;
mod contradiction;
mod coverage;
mod disagreement;
mod evidence;
mod finding;
mod highlight;
mod mark;
mod signs;
mod support;

use app::answer::{CheckedSentence, Contradiction, Support};
use futures::future;

use self::{claim::Claim, evidence::Evidence};
pub(crate) use self::{evidence::folded, finding::Finding, highlight::highlights, mark::Mark, signs::Signs};
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
        let evidence = sources.iter().zip(1..).map(|(source, number)| Evidence::new(number, source));
        Self { evidence: evidence.collect(), markup }
    }

    /// How many there are; they are cited by the numbers from 1 to this.
    pub(crate) fn count(&self) -> u32 {
        self.evidence.len() as u32
    }

    /// Checks every sentence of `text` that claims something, in order.
    pub(crate) async fn check(&self, text: &str, embedder: &dyn Embedder) -> Vec<CheckedSentence> {
        self.findings(text, embedder).await.into_iter().map(Finding::into_sentence).collect()
    }

    /// As [`Self::check`], open to a second opinion.
    pub(crate) async fn findings(&self, text: &str, embedder: &dyn Embedder) -> Vec<Finding> {
        let claims = claim::claims(text, self.markup);
        future::join_all(claims.into_iter().map(|claim| check_claim(claim, &self.evidence, embedder))).await
    }

    /// What tells whether the first sentence of `text` is carried, for finding out what it weighs.
    pub(crate) async fn signs(&self, text: &str, embedder: &dyn Embedder) -> Option<Signs> {
        let claim = claim::claims(text, self.markup).into_iter().next()?;
        let cited = cited(&claim, &self.evidence);
        let similarities = similarities(&claim, &cited, embedder).await?;
        Some(Signs::of(&claim, &cited, &similarities))
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

async fn check_claim(claim: Claim, evidence: &[Evidence], embedder: &dyn Embedder) -> Finding {
    let cited = cited(&claim, evidence);
    let against = contradiction::contradiction(&claim, &cited);
    let judged = match support::support(&claim, &cited, None) {
        judged if against.is_some() => judged.contradicted(),
        judged if judged.is_certain() => judged,
        _ => support::support(&claim, &cited, similarities(&claim, &cited, embedder).await.as_deref()),
    };
    let sentence = CheckedSentence {
        start: claim.start,
        end: claim.end,
        refs: claim.refs,
        support: judged.support(),
        score: judged.score(),
        contradicted_by: against.map(|(passage, sentence)| Contradiction {
            reference: passage.number,
            quote: sentence.text.clone(),
        }),
        second_opinion: None,
    };
    Finding { sentence, text: claim.text, is_quoted: judged.is_quoted(), is_limited: judged.is_limited() }
}

fn cited<'a>(claim: &Claim, evidence: &'a [Evidence]) -> Vec<&'a Evidence> {
    claim.refs.iter().filter_map(|&number| evidence.get((number as usize).checked_sub(1)?)).collect()
}

/// How near the claim's meaning comes to a sentence that it cites; `None` where it can't be told.
async fn similarity(claim: &Claim, cited: &[&Evidence], embedder: &dyn Embedder) -> Option<f64> {
    similarities(claim, cited, embedder).await?.into_iter().reduce(f64::max)
}

/// How near the claim's meaning comes to those of the sentences that are most like it by their
/// words, in their order; `None` where it can't be told.
async fn similarities(claim: &Claim, cited: &[&Evidence], embedder: &dyn Embedder) -> Option<Vec<f64>> {
    let nearest = coverage::nearest_sentences(claim, cited);
    let vectors = future::try_join(
        embedder.embed_query(&claim.text),
        future::try_join_all(nearest.iter().map(|sentence| embedder.embed_query(sentence))),
    );
    match vectors.await {
        Ok((claim, sentences)) => {
            Some(sentences.iter().map(|sentence| model::similarity(&claim, sentence)).collect())
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "Could not embed a sentence to check it");
            None
        }
    }
}
