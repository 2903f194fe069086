//! Which words of a passage carry the sentences that cite it.

use std::ops::Range;

use super::{
    claim::{self, Claim},
    evidence,
};
use crate::{
    model::llm::Markup,
    text::{
        sentence,
        term::{self, Term},
    },
};

/// The words of `quote` that carry the sentences of `answer` that cite it as `number`:
/// `[start, end]` in Unicode scalar values of it, in order. A sentence of the quote that was
/// taken over almost whole is marked whole.
pub(crate) fn highlights(answer: &str, markup: Markup, number: u32, quote: &str) -> Vec<[u32; 2]> {
    let citing: Vec<Claim> =
        claim::claims(answer, markup).into_iter().filter(|claim| claim.refs.contains(&number)).collect();
    let mut marked: Vec<Range<usize>> = Vec::new();
    for range in sentence::sentences(quote) {
        let text = &quote[range.clone()];
        match citing.iter().map(|claim| carried(claim, text)).max_by_key(Carried::amount) {
            Some(Carried::Whole) => marked.push(range),
            Some(Carried::Words(words)) => {
                marked.extend(words.into_iter().map(|word| range.start + word.start..range.start + word.end));
            }
            Some(Carried::Nothing) | None => {}
        }
    }
    in_scalars(quote, &joined(quote, marked))
}

/// How much of a claim a sentence carries.
enum Carried {
    Whole,
    Words(Vec<Range<usize>>),
    Nothing,
}

impl Carried {
    fn amount(&self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Words(words) => words.len(),
            Self::Nothing => 0,
        }
    }
}

fn carried(claim: &Claim, sentence: &str) -> Carried {
    /// So much of the sentence's words taken over is all of it.
    const ALMOST_ALL: f64 = 0.8;
    /// Fewer of the claim's words in the sentence are chance.
    const MORE_THAN_CHANCE: f64 = 0.4;

    let terms = term::content_terms(sentence);
    let is_there = |term: &Term, among: &[Term]| among.iter().any(|other| term.likeness(other) > 0.0);
    let taken: Vec<&Term> = terms.iter().filter(|term| is_there(term, &claim.terms)).collect();
    if taken.is_empty() {
        return Carried::Nothing;
    }
    let (folded, quoted) = (evidence::folded(sentence), evidence::folded(&claim.text));
    let is_quoted = format!(" {quoted} ").contains(&format!(" {folded} "));
    if is_quoted || (taken.len() as f64) >= ALMOST_ALL * terms.len() as f64 && taken.len() > 2 {
        return Carried::Whole;
    }
    let found = claim.terms.iter().filter(|term| is_there(term, &terms)).count();
    if (found as f64) < MORE_THAN_CHANCE * claim.terms.len() as f64 {
        return Carried::Nothing;
    }
    Carried::Words(taken.into_iter().map(|term| term.range.clone()).collect())
}

/// Neighbours with nothing but a blank between them become one.
fn joined(quote: &str, marked: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in marked {
        match joined.last_mut() {
            Some(last) if range.start <= last.end || quote[last.end..range.start].trim().is_empty() => {
                last.end = last.end.max(range.end);
            }
            _ => joined.push(range),
        }
    }
    joined
}

fn in_scalars(quote: &str, ranges: &[Range<usize>]) -> Vec<[u32; 2]> {
    let scalar = |byte: usize| quote[..byte].chars().count() as u32;
    ranges.iter().map(|range| [scalar(range.start), scalar(range.end)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTE: &str =
        "Ältere Regeln gelten nicht. Employees receive 20 days of paid vacation. Parking is free.";

    fn marked(answer: &str) -> Vec<String> {
        highlights(answer, Markup::Markdown, 2, QUOTE)
            .into_iter()
            .map(|[start, end]| QUOTE.chars().skip(start as usize).take((end - start) as usize).collect())
            .collect()
    }

    #[test]
    fn a_quoted_sentence_is_marked_whole() {
        assert_eq!(
            marked("Employees receive 20 days of paid vacation. [2]"),
            ["Employees receive 20 days of paid vacation."]
        );
    }

    #[test]
    fn of_a_reworded_sentence_the_words_are_marked() {
        assert_eq!(marked("You get 20 days of vacation [2]."), ["20 days", "vacation"]);
    }

    #[test]
    fn what_others_cite_is_not_marked() {
        assert_eq!(marked("Parking is free. [1]"), Vec::<String>::new());
    }
}
