//! What a text denies.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::term::{self, Term};

/// Whether a text denies something.
pub(crate) fn is_negated(text: &str) -> bool {
    let text = plain(text);
    words(&text).any(|(_, word)| is_negation(word)) || NEGATING_SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether a text makes an exception, so that what it denies may hold all the same.
pub(crate) fn makes_exception(text: &str) -> bool {
    let text = plain(text);
    words(&text).any(|(_, word)| EXCEPTIONS.contains(&word))
}

/// The words that a text denies, and those that it says without denying them.
#[derive(Debug, Default)]
pub(crate) struct Denial {
    pub(crate) denied: Vec<Term>,
    pub(crate) said: Vec<Term>,
}

impl Denial {
    /// A denial reaches from its word to the end of the clause, and over no more than six words.
    pub(crate) fn of(text: &str) -> Self {
        const REACH: usize = 6;
        let plain = plain(text);
        let mut scopes: Vec<(usize, usize)> = Vec::new();
        for (at, word) in words(&plain) {
            if is_negation(word) && !is_figure(&plain[at..]) {
                scopes.push((at + word.len(), clause_end(&plain, at + word.len())));
            }
        }
        let mut denial = Self::default();
        let mut reached = vec![0; scopes.len()];
        for term in term::content_terms(&plain) {
            let scope =
                scopes.iter().position(|&(from, to)| from <= term.range.start && term.range.start < to);
            match scope.filter(|&scope| reached[scope] < REACH) {
                Some(scope) => {
                    reached[scope] += 1;
                    denial.denied.push(term);
                }
                None => denial.said.push(term),
            }
        }
        denial
    }

    /// Whether this text denies what `other` says, or says what that denies. `false` where a word
    /// is both denied and said in one of them.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        self.denies_what_is_said_in(other) || other.denies_what_is_said_in(self)
    }

    fn denies_what_is_said_in(&self, other: &Self) -> bool {
        let has = |terms: &[Term], term: &Term| terms.iter().any(|it| it.likeness(term) > 0.0);
        self.denied
            .iter()
            .any(|term| !has(&self.said, term) && has(&other.said, term) && !has(&other.denied, term))
    }
}

/// In lower case, with plain apostrophes. As long as the text, for nearly every letter.
fn plain(text: &str) -> String {
    text.replace('’', "'").to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.unicode_word_indices()
}

fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't")
}

/// Whether what begins here only looks like a denial.
fn is_figure(text: &str) -> bool {
    FIGURES.iter().any(|figure| text.starts_with(figure))
}

fn clause_end(text: &str, from: usize) -> usize {
    const ENDS: &[&str] =
        &[",", ";", ":", ".", "(", ")", "\n", " but ", " unless ", " until ", " aber ", " sondern "];
    ENDS.iter().filter_map(|end| text[from..].find(end)).min().map_or(text.len(), |length| from + length)
}

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "cannot", "without", "neither", "nor", "lack", "lacks", "excluded",
    "except", "nicht", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne",
];
const NEGATING_SIGNS: &[&str] = &["不", "没", "無", "非"];

const FIGURES: &[&str] = &[
    "no later than",
    "no more than",
    "no less than",
    "no fewer than",
    "no longer than",
    "no sooner than",
    "no earlier than",
    "not more than",
    "not less than",
    "not later than",
    "not only",
    "not just",
    "not limited to",
    "not until",
    "no matter",
    "no doubt",
    "without delay",
    "nicht nur",
];

const EXCEPTIONS: &[&str] =
    &["except", "unless", "otherwise", "only", "exception", "exceptions", "außer", "nur", "sofern"];

#[cfg(test)]
mod tests {
    use super::*;

    fn contradict(a: &str, b: &str) -> bool {
        Denial::of(a).contradicts(&Denial::of(b))
    }

    #[test]
    fn a_denial_is_known_by_its_words() {
        assert!(is_negated("They weren’t paid.") && is_negated("Das gilt nicht."));
        assert!(!is_negated("Notes are kept."));
    }

    #[test]
    fn what_one_denies_and_the_other_says_contradicts() {
        assert!(contradict("Unused days carry over.", "Unused days do not carry over."));
        assert!(contradict("There is no fee for parking.", "Parking has a fee."));
        assert!(contradict("The plan doesn't cover braces.", "The plan covers braces."));
    }

    #[test]
    fn a_denial_of_something_else_contradicts_nothing() {
        let both = "Employees receive 20 days, but contractors do not receive any.";
        assert!(!contradict("Employees receive 20 days.", both));
        assert!(!contradict("Ask no later than Friday.", "Ask by Friday."));
        assert!(!contradict("Not only managers approve it.", "Managers approve it."));
        assert!(!contradict("Days do not carry over.", "Unused days don't carry over."));
    }

    #[test]
    fn an_exception_is_known_by_its_words() {
        assert!(
            makes_exception("It is not covered unless approved.") && !makes_exception("It is not covered.")
        );
    }
}
