//! Whether two questions ask the same.

use crate::{
    answer::denial::is_negated,
    text::term::{Term, TermKind, terms},
};

/// The cosine of two questions' vectors from which they may ask the same. Chosen on pairs made
/// from `SQuAD`'s and a handbook's questions, see `cache/tests.rs`.
pub(super) const NEAR: f64 = 0.9;

/// A question without what is the same in any way of writing it: case, spaces, marks around it.
pub(super) fn normalised(question: &str) -> String {
    let folded = question.to_lowercase().replace(['’', '‘'], "'");
    let words = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')')).to_owned()
}

/// Whether two questions whose vectors are near may share an answer: they say the same in the same
/// order, and ask for the same kind of thing.
///
/// A synonym is a reason to answer anew: to nearness of meaning, "steam engines" and "jet engines"
/// are more alike than most true synonyms, and "A by B" is "B by A"; and a wrong answer costs more
/// than a second one.
pub(super) fn may_ask_the_same(a: &str, b: &str) -> bool {
    let same = |(a, b): (&Term, &Term)| match a.kind {
        TermKind::Content => a.likeness(b) > 0.0,
        TermKind::Function | TermKind::Number | TermKind::Name => a.stem == b.stem,
    };
    let (a_said, b_said) = (said(a), said(b));
    a_said.len() == b_said.len() && a_said.iter().zip(&b_said).all(same) && agree(wanted(a), wanted(b))
}

/// The words that say what is asked, with each denial as "not".
fn said(question: &str) -> Vec<Term> {
    let denial = |term: &Term| is_negated(&question[term.range.clone()]);
    terms(question)
        .into_iter()
        .filter_map(|term| match denial(&term) {
            true => Some(Term { stem: "not".to_owned(), kind: TermKind::Function, ..term }),
            false => Some(term).filter(Term::is_content),
        })
        .filter(|term| !COURTESIES.contains(&term.stem.as_str()))
        .collect()
}

/// Stems of words by which one asks, without a part in what is asked.
const COURTESIES: &[&str] = &[
    "tell",
    "know",
    "pleas",
    "thank",
    "like",
    "hi",
    "hello",
    "hey",
    "dear",
    "question",
    "wonder",
    "ask",
    "explain",
    "let",
    "want",
    "understand",
    "way",
    "number",
    "bitt",
    "dank",
    "hallo",
    "sag",
    "wiss",
];

/// The kind of thing that a question asks for, where a word of it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Person,
    Place,
    Time,
    Reason,
    Number,
    Way,
}

fn agree(a: Option<Wanted>, b: Option<Wanted>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        // "What" may ask for anything.
        _ => true,
    }
}

fn wanted(question: &str) -> Option<Wanted> {
    let lower = question.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        Some(match *word {
            "who" | "whom" | "whose" | "wer" | "wem" | "wen" => Wanted::Person,
            "where" | "wo" | "wohin" => Wanted::Place,
            "when" | "wann" => Wanted::Time,
            "why" | "warum" | "wieso" => Wanted::Reason,
            "how" | "wie" => match words.get(at + 1).copied() {
                Some("many" | "much" | "few" | "viel" | "viele") => Wanted::Number,
                // "How long" asks for a time, and "how often", "how far" for other things yet.
                Some("do" | "does" | "did" | "can" | "to" | "should" | "would" | "kann" | "is" | "are") => {
                    Wanted::Way
                }
                _ => return None,
            },
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_writing_a_question_does_not_matter() {
        for other in ["What does parking cost?", " what  does parking COST ?!", "What does parking cost"] {
            assert_eq!(normalised(other), "what does parking cost");
        }
        assert_ne!(normalised("Is it 5?"), normalised("Is it 6?"));
    }

    #[test]
    fn another_number_name_denial_or_kind_is_another_question() {
        let question = "How many days may Seattle employees work from home in 2026?";
        assert!(may_ask_the_same(
            question,
            "Please tell me how many days the Seattle employee may work from his home in 2026"
        ));
        for other in [
            "How many days may Seattle employees work from home in 2025?",
            "How many days may Tokyo employees work from home in 2026?",
            "How many days may Seattle employees not work from home in 2026?",
            "Why may Seattle employees work from home in 2026?",
        ] {
            assert!(!may_ask_the_same(question, other), "{other}");
        }
    }
}
