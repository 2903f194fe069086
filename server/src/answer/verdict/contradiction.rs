//! Where a passage says otherwise than a sentence.
//!
//! A contradiction is shown as one, struck through beside the source's own words, so a true
//! sentence must never be taken for one: a passage contradicts only where one of its sentences
//! speaks of the same thing in nearly the same words, and differs in an amount, a date, a denial
//! or a word with its opposite. Whatever else differs makes a sentence unsupported, not wrong.

use super::{
    claim::Claim,
    coverage::{best, share},
    evidence::{Evidence, EvidenceSentence},
};
use crate::{
    answer::{denial, opposite::opposed},
    text::{
        quantity::Quantity,
        term::{Term, TermKind},
    },
};

/// The passage of `cited` that says otherwise than `claim`, with its sentence that does.
pub(super) fn contradiction<'a>(
    claim: &Claim,
    cited: &[&'a Evidence],
) -> Option<(&'a Evidence, &'a EvidenceSentence)> {
    let subject = Subject::of(claim)?;
    let mut against: Option<(f64, &Evidence, &EvidenceSentence)> = None;
    let mut beside = 0.0_f64;
    for passage in cited {
        for sentence in &passage.sentences {
            match difference(claim, &subject, passage, sentence, cited) {
                None => beside = beside.max(subject.likeness(passage, sentence)),
                Some(likeness) if against.is_none_or(|(best, ..)| likeness > best) => {
                    against = Some((likeness, passage, sentence));
                }
                Some(_) => {}
            }
        }
    }
    // A sentence that is as much like it and doesn't differ may be the one that is meant.
    against.filter(|(likeness, ..)| *likeness > beside).map(|(_, passage, sentence)| (passage, sentence))
}

/// What a claim speaks of: its words without amounts, and without verbs that say little.
struct Subject {
    terms: Vec<Term>,
}

impl Subject {
    /// Fewer words are about many things.
    const LEAST: usize = 2;

    /// `None` for a claim that says too little to be contradicted, or speaks of the sources
    /// themselves ("the documents don't say").
    fn of(claim: &Claim) -> Option<Self> {
        let is_about_sources = |term: &Term| SAYING.contains(&term.stem.as_str());
        if denial::is_negated(&claim.text) && claim.terms.iter().any(is_about_sources) {
            return None;
        }
        let terms: Vec<Term> = claim.terms.iter().filter(|term| is_subject(term)).cloned().collect();
        (terms.len() >= Self::LEAST).then_some(Self { terms })
    }

    /// Without the word whose opposite a sentence has.
    fn without(&self, word: &Term) -> Option<Self> {
        let terms: Vec<Term> = self.terms.iter().filter(|term| term.stem != word.stem).cloned().collect();
        (terms.len() >= Self::LEAST).then_some(Self { terms })
    }

    /// The part of the subject that the sentence speaks of, with its headings counting too; none
    /// where a name is missing or the sentence itself hardly speaks of it.
    fn likeness(&self, passage: &Evidence, sentence: &EvidenceSentence) -> f64 {
        const OF_ITSELF: f64 = 0.5;
        let own: Vec<&Term> = sentence.terms.iter().collect();
        let with_headings: Vec<&Term> = sentence.terms.iter().chain(&passage.headings).collect();
        let is_named = |term: &Term| term.kind != TermKind::Name || best(term, &with_headings) > 0.0;
        if share(&self.terms, &own) < OF_ITSELF || !self.terms.iter().all(is_named) {
            return 0.0;
        }
        share(&self.terms, &with_headings)
    }

    /// The part of what the sentence speaks of that the claim speaks of, too: a sentence that says
    /// much more may mean something else.
    fn part_of(&self, sentence: &EvidenceSentence) -> f64 {
        let own: Vec<&Term> = self.terms.iter().collect();
        let theirs: Vec<Term> = sentence.terms.iter().filter(|term| is_subject(term)).cloned().collect();
        share(&theirs, &own)
    }
}

/// Whether a word says what is spoken of: no amount, and no verb that says little.
fn is_subject(term: &Term) -> bool {
    term.kind != TermKind::Number && !LIGHT_VERBS.contains(&term.stem.as_str())
}

/// Stems of verbs that say that something is so.
const LIGHT_VERBS: &[&str] = &[
    "get", "receiv", "hav", "giv", "given", "provid", "offer", "entitl", "grant", "tak", "mak", "includ",
    "cost", "pay", "paid", "bekomm", "bekommen", "erhalten", "gibt", "kostet",
];

/// Stems of words by which a sentence speaks of what sources say.
const SAYING: &[&str] = &[
    "say",
    "mention",
    "specify",
    "specifi",
    "stat",
    "contain",
    "answer",
    "address",
    "inform",
    "information",
    "know",
    "clear",
    "describ",
    "list",
    "indicat",
    "sourc",
    "document",
    "passag",
    "text",
    "erwahnt",
    "angabe",
    "angaben",
    "quell",
    "quellen",
    "dokument",
];

/// How much `sentence` is like the claim, where it says otherwise.
fn difference(
    claim: &Claim,
    subject: &Subject,
    passage: &Evidence,
    sentence: &EvidenceSentence,
    cited: &[&Evidence],
) -> Option<f64> {
    /// Of the words of a claim, so many stand in a sentence that speaks of the same thing.
    const SAME_THING: f64 = 0.75;
    /// A denial is about a verb and its object: nearly all must be there.
    const SAME_WORDS: f64 = 0.85;
    /// So much of the sentence is about the same, too: of one that differs in an amount, and of one
    /// that denies or says the opposite.
    const MUCH_OF_IT: f64 = 0.45;
    const MOST_OF_IT: f64 = 0.6;
    let likeness = subject.likeness(passage, sentence);
    let part = subject.part_of(sentence);
    if likeness == 0.0 || part < MUCH_OF_IT {
        return None;
    }
    let opposed = opposed(&subject.terms, &sentence.terms);
    let denied = claim.denial.contradicts(&sentence.denial);
    if differs_in_amount(claim, sentence, cited) {
        // Other amounts of opposite things, as of full-time and part-time work, contradict nothing.
        return (opposed.is_none() && !denied && likeness >= SAME_THING).then_some(likeness);
    }
    match (opposed, denied) {
        (Some(_), false) | (None, true) if part < MOST_OF_IT => None,
        (Some(word), false) => {
            let likeness = subject.without(word)?.likeness(passage, sentence);
            (likeness >= SAME_WORDS && agrees_in_amounts(claim, sentence)).then_some(likeness)
        }
        (None, true) => {
            let excepts = denial::makes_exception(&sentence.text) || denial::makes_exception(&claim.text);
            (likeness >= SAME_WORDS && !excepts).then_some(likeness)
        }
        // A denial of the opposite says the same.
        (None, false) | (Some(_), true) => None,
    }
}

/// Whether an amount of the claim stands in no cited passage, and the sentence has another one of
/// the same kind in its place.
fn differs_in_amount(claim: &Claim, sentence: &EvidenceSentence, cited: &[&Evidence]) -> bool {
    claim.quantities.iter().any(|claimed| {
        let is_there = |other: &Quantity| other.has_value_of(claimed) && !other.is_other_limit(claimed);
        let said = cited.iter().flat_map(|passage| passage.quantities()).any(is_there);
        let in_its_place = |other: &&Quantity| {
            other.is_comparable(claimed)
                && !other.agrees(claimed)
                && !claim.quantities.iter().any(|claimed| other.agrees(claimed))
                && (!claimed.is_year() || claim.word_before(claimed) == word_before(&sentence.text, other))
        };
        !said && sentence.quantities.iter().any(|other| in_its_place(&other))
    })
}

fn agrees_in_amounts(claim: &Claim, sentence: &EvidenceSentence) -> bool {
    claim.quantities.iter().all(|claimed| sentence.quantities.iter().any(|other| other.agrees(claimed)))
}

impl Claim {
    fn word_before(&self, quantity: &Quantity) -> String {
        word_before(&self.text, quantity)
    }
}

/// "In 2023" and "until 2024" can both be so.
fn word_before(text: &str, quantity: &Quantity) -> String {
    text[..quantity.range.start].split_whitespace().next_back().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::verdict::claim::claims,
        model::llm::{Markup, OfferedSource},
    };

    const PASSAGE: &str = "Full-time employees receive 20 days of paid vacation a year. Unused days do not carry over. \
        Requests go to the manager at least two weeks before. Parking costs $45.00 a month in Seattle. \
        The plan was introduced in 2019. Receipts are needed above 25 dollars. Training is optional. \
        Bonuses are not paid unless the target is met.";

    fn against(sentence: &str) -> Option<String> {
        let source =
            OfferedSource { title: "Handbook".into(), text: PASSAGE.into(), ..OfferedSource::default() };
        let evidence = Evidence::new(1, &source);
        let claim = claims(&format!("{sentence} [1]"), Markup::Markdown).remove(0);
        contradiction(&claim, &[&evidence]).map(|(_, sentence)| sentence.text.clone())
    }

    #[test]
    fn another_amount_date_or_limit_contradicts() {
        for (sentence, said) in [
            ("Full-time employees receive 25 days of paid vacation a year.", "20 days"),
            ("You get 25 days of paid vacation a year.", "20 days"),
            ("Parking costs $450 a month in Seattle.", "$45.00"),
            ("Parking costs $20 a month in Seattle.", "$45.00"),
            ("Requests go to the manager three weeks before.", "two weeks"),
            ("The plan was introduced in 2021.", "2019"),
            ("Receipts are needed below 25 dollars.", "above 25"),
        ] {
            assert!(against(sentence).is_some_and(|found| found.contains(said)), "{sentence}");
        }
    }

    #[test]
    fn a_denial_and_an_opposite_contradict() {
        assert_eq!(against("Unused days carry over.").as_deref(), Some("Unused days do not carry over."));
        assert!(against("Full-time employees do not receive 20 days of paid vacation a year.").is_some());
        assert!(
            against("Training is mandatory for employees.").is_none(),
            "it speaks of more than the passage"
        );
        assert!(
            against("The training is mandatory.").is_none(),
            "one word is too little to be about the same"
        );
    }

    #[test]
    fn what_is_true_or_only_not_said_contradicts_nothing() {
        for sentence in [
            "Full-time employees receive 20 days of paid vacation a year.",
            "Requests go to the manager 14 days before.",
            "Requests go to the manager two weeks before, which is 14 days.",
            "Unused days don't carry over.",
            "Part-time employees receive 10 days of paid vacation a year.",
            "Parking costs $60 a month in Tokyo.",
            "The documents don't say how many days carry over.",
            "In 2024, the plan was kept.",
            "Bonuses are paid when the target is met.",
            "Vacation requires 30 days of notice.",
        ] {
            assert_eq!(against(sentence), None, "{sentence}");
        }
    }
}
