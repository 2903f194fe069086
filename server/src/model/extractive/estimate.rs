//! How likely it is that the passages carry an answer: signs of it, and what each weighs.

use super::{Ranked, candidate::Candidates, question::Question};
use crate::{
    answer::{denial::is_negated, opposite::has_opposite},
    model::llm::OfferedSource,
};

/// What speaks for and against an answer, in the order of [`WEIGHTS`].
pub(super) type Signs = [f64; 8];

/// From this estimate on a question is answered: where an answer is more likely than none. Of
/// questions from other fields hardly any is then; of those that have an answer four in five are.
pub(super) const ENOUGH: f64 = 0.5;

/// What each sign weighs, and the bias: a logistic regression over half of the articles of
/// `SQuAD` 2.0's questions, half of a company handbook's and half of those from other fields,
/// found by `tools/calibrate`.
const WEIGHTS: Signs = [
    0.80,  // in_context: the part of the question's words in the best sentence and around it
    1.01,  // names: the part of its names and numbers there
    4.24,  // top_similarity: of all sentences' meaning to the question's
    1.68,  // passage_similarity: the best sentence's passage's
    1.38,  // kind: whether the best sentence has the kind of thing that is wanted
    0.29,  // gap: by how much the nearest passage is nearer than the next
    -1.51, // negated: whether the question denies something
    -1.48, // opposite: whether the best sentence has the opposite of a word of the question
];
const BIAS: f64 = -6.04;

/// How likely it is that passages with these signs answer, 0 to 1.
pub(super) fn estimate(signs: &Signs) -> f64 {
    let sum: f64 = signs.iter().zip(&WEIGHTS).map(|(sign, weight)| sign * weight).sum();
    1.0 / (1.0 + (-(BIAS + sum)).exp())
}

/// The estimate where meanings can't be compared.
pub(super) fn estimate_by_words(ranked: &[Ranked]) -> f64 {
    /// So much of the question must stand there for it to be answered.
    const ENOUGH_WORDS: f64 = 0.6;
    ranked.first().map_or(0.0, |best| best.evidence.in_context / ENOUGH_WORDS * ENOUGH)
}

/// The signs in sentences that are ranked, the best first, for a question asked as `text`.
pub(super) fn signs(
    text: &str,
    question: &Question,
    sources: &[OfferedSource],
    candidates: &Candidates,
    ranked: &[Ranked],
) -> Signs {
    let Some(best) = ranked.first() else { return Signs::default() };
    let evidence = best.evidence;
    let sentence = &candidates.sentences[best.index];
    let top = ranked.iter().filter_map(|it| it.evidence.similarity).fold(0.0, f64::max);
    let [nearest, next] = two_highest(sources.iter().filter_map(|source| source.similarity));
    let flag = |is: bool| f64::from(u8::from(is));
    [
        evidence.in_context,
        evidence.names,
        top,
        evidence.passage_similarity.or(evidence.similarity).unwrap_or(0.0),
        evidence.kind,
        nearest - next,
        flag(is_negated(text)),
        flag(has_opposite(&question.words(), &sentence.terms)),
    ]
}

fn two_highest(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([0.0, 0.0], |[first, second], value| match value {
        value if value > first => [value, first],
        value => [first, second.max(value)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Signs = [0.9, 1.0, 0.7, 0.7, 1.0, 0.1, 0.0, 0.0];

    #[test]
    fn what_denies_or_opposes_is_less_likely_an_answer() {
        let with = |sign: usize| {
            let mut signs = GOOD;
            signs[sign] = 1.0;
            estimate(&signs)
        };
        assert!(estimate(&GOOD) >= ENOUGH);
        assert!(with(6) < estimate(&GOOD) && with(7) < estimate(&GOOD));
        assert!(estimate(&Signs::default()) < ENOUGH);
    }

    #[test]
    fn the_two_highest_come_in_order() {
        assert_eq!(two_highest([0.2, 0.9, 0.5].into_iter()), [0.9, 0.5]);
        assert_eq!(two_highest([0.9, 0.2].into_iter()), [0.9, 0.2]);
        assert_eq!(two_highest(std::iter::empty()), [0.0, 0.0]);
    }
}
