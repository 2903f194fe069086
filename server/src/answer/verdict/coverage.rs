//! How much of a claim's words passages have.

use super::{
    claim::Claim,
    evidence::{Evidence, EvidenceSentence},
};
use crate::text::term::{Term, TermKind};

/// The part of the claim's words that the passages have: in one place of them, and anywhere.
pub(super) fn coverage(claim: &Claim, cited: &[&Evidence], seen: &[&Term]) -> f64 {
    let around: Vec<&Term> =
        cited.iter().flat_map(|passage| &passage.around).chain(seen.iter().copied()).collect();
    // A word that only the unseen surroundings have counts a little.
    0.6 * together(claim, cited) + 0.3 * share(&claim.terms, seen) + 0.1 * share(&claim.terms, &around)
}

/// The part of the claim's words that stand in one place, with its headings.
pub(super) fn together(claim: &Claim, cited: &[&Evidence]) -> f64 {
    /// What stands together in this many sentences is said together.
    const PLACE: usize = 3;
    let places = cited.iter().flat_map(|passage| {
        let window = PLACE.min(passage.sentences.len().max(1));
        passage.sentences.windows(window).map(move |sentences| (passage, sentences))
    });
    let shares = places.map(|(passage, sentences)| {
        let terms: Vec<&Term> =
            sentences.iter().flat_map(|sentence| &sentence.terms).chain(&passage.headings).collect();
        share(&claim.terms, &terms)
    });
    shares.fold(0.0, f64::max)
}

fn share_of(claim: &Claim, sentence: &EvidenceSentence) -> f64 {
    share(&claim.terms, &sentence.terms.iter().collect::<Vec<_>>())
}

/// The part of `wanted`, by weight, that is among `terms`.
pub(super) fn share(wanted: &[Term], terms: &[&Term]) -> f64 {
    let weight = |term: &Term| match term.kind {
        TermKind::Name | TermKind::Number => 1.5,
        TermKind::Content | TermKind::Function => 1.0,
    };
    let total: f64 = wanted.iter().map(weight).sum();
    let found: f64 = wanted.iter().map(|term| weight(term) * best(term, terms)).sum();
    if total > 0.0 { found / total } else { 0.0 }
}

/// How much `term` is like the one of `terms` that is most like it.
pub(super) fn best(term: &Term, terms: &[&Term]) -> f64 {
    terms.iter().map(|other| term.likeness(other)).fold(0.0, f64::max)
}

/// The sentence that the claim is most like by its words, where it is much like it.
pub(super) fn nearest<'a>(claim: &Claim, cited: &[&'a Evidence]) -> Option<&'a EvidenceSentence> {
    const MUCH: f64 = 0.5;
    by_likeness(claim, cited).into_iter().next().filter(|(_, share)| *share >= MUCH).map(|(it, _)| it)
}

/// The sentences of the cited passages that are most like the claim by their words.
pub(super) fn nearest_sentences<'a>(claim: &Claim, cited: &[&'a Evidence]) -> Vec<&'a str> {
    const COMPARED: usize = 4;
    let sentences = by_likeness(claim, cited).into_iter().take(COMPARED);
    sentences.map(|(sentence, _)| sentence.text.as_str()).collect()
}

/// The sentences of the cited passages with the part of the claim's words that they have, most first.
pub(super) fn by_likeness<'a>(claim: &Claim, cited: &[&'a Evidence]) -> Vec<(&'a EvidenceSentence, f64)> {
    let mut sentences: Vec<(&EvidenceSentence, f64)> = cited
        .iter()
        .flat_map(|passage| &passage.sentences)
        .map(|sentence| (sentence, share_of(claim, sentence)))
        .collect();
    sentences.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    sentences
}
