//! What our own check found of a sentence, and what a model that checks has to say to it.

use app::answer::{CheckedSentence, Support};

use super::support;
use crate::answer::prompt;

/// A checked sentence, open to a second opinion.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(super) sentence: CheckedSentence,
    /// Without its marks.
    pub(super) text: String,
    /// It stands word for word in what it cites.
    pub(super) is_quoted: bool,
    /// It denies what its passages don't, or they it, or their nearest sentence has another number:
    /// then nobody's opinion makes it better.
    pub(super) is_limited: bool,
}

impl Finding {
    /// Whether a second opinion could change anything.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_quoted && !self.sentence.refs.is_empty() && self.sentence.support != Support::Unsupported
    }

    /// The sentence as a model is asked of it.
    pub(crate) fn asked(&self) -> prompt::Asked {
        prompt::Asked { text: self.text.clone(), refs: self.sentence.refs.clone() }
    }

    /// Takes in whether a model finds the sentence carried: a weak one is settled by it, a supported
    /// one becomes weak at most, since small models err often.
    pub(crate) fn hear(&mut self, carried: Option<bool>) {
        let sentence = &mut self.sentence;
        let becomes = match (carried, sentence.support) {
            (Some(true), Support::Weak) if !self.is_limited => Support::Supported,
            (Some(false), Support::Supported) => Support::Weak,
            (Some(false), Support::Weak) => Support::Unsupported,
            _ => sentence.support,
        };
        sentence.second_opinion = carried;
        if becomes != sentence.support {
            sentence.support = becomes;
            sentence.score = support::nearest_score(sentence.score, becomes);
        }
    }

    pub(crate) fn into_sentence(self) -> CheckedSentence {
        self.sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(support: Support, score: f64) -> Finding {
        let sentence = CheckedSentence {
            start: 0,
            end: 9,
            refs: vec![1],
            support,
            score,
            contradicted_by: None,
            second_opinion: None,
        };
        Finding { sentence, text: "It is so.".into(), is_quoted: false, is_limited: false }
    }

    fn heard(mut finding: Finding, carried: Option<bool>) -> (Support, f64) {
        finding.hear(carried);
        (finding.sentence.support, finding.sentence.score)
    }

    #[test]
    fn a_second_opinion_settles_the_doubtful_and_makes_the_rest_stricter_by_a_step() {
        use Support::{Supported, Unsupported, Weak};
        assert_eq!(heard(finding(Weak, 0.5), Some(true)), (Supported, 0.6));
        assert_eq!(heard(finding(Weak, 0.5), Some(false)), (Unsupported, 0.39));
        assert_eq!(heard(finding(Supported, 0.9), Some(false)), (Weak, 0.59));
        assert_eq!(heard(finding(Supported, 0.9), Some(true)), (Supported, 0.9));
        assert_eq!(heard(finding(Unsupported, 0.2), Some(true)), (Unsupported, 0.2));
        assert_eq!(heard(finding(Weak, 0.5), None), (Weak, 0.5));
        let limited = Finding { is_limited: true, ..finding(Weak, 0.55) };
        assert_eq!(heard(limited, Some(true)), (Weak, 0.55), "a denial or a number stands against it");
    }

    #[test]
    fn nobody_is_asked_of_quotations_of_what_cites_nothing_and_of_what_is_unsupported() {
        let quoted = Finding { is_quoted: true, ..finding(Support::Supported, 1.0) };
        let mut bare = finding(Support::Weak, 0.5);
        bare.sentence.refs.clear();
        assert!(!quoted.is_open() && !bare.is_open() && !finding(Support::Unsupported, 0.2).is_open());
        assert!(finding(Support::Weak, 0.5).is_open() && finding(Support::Supported, 0.7).is_open());
    }
}
