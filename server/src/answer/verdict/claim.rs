//! The sentences of an answer, and what each cites.

use crate::{
    answer::{citations, denial::Denial},
    model::llm::Markup,
    text::{
        quantity::{self, Quantity},
        sentence,
        term::{self, Term, TermKind},
    },
};

/// A sentence that claims something.
#[derive(Debug)]
pub(super) struct Claim {
    /// In Unicode scalar values of the answer, marks included.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The numbers it cites, each once.
    pub(super) refs: Vec<u32>,
    /// Without its marks and without what makes it a list item.
    pub(super) text: String,
    pub(super) terms: Vec<Term>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) denial: Denial,
}

impl Claim {
    /// The claim of a text without marks that cites `refs`.
    pub(super) fn of(text: String, refs: Vec<u32>) -> Self {
        Self {
            start: 0,
            end: text.chars().count() as u32,
            refs,
            terms: term::content_terms(&text),
            quantities: quantity::quantities(&text),
            denial: Denial::of(&text),
            text,
        }
    }
}

/// The sentences of `text` that claim something.
pub(super) fn claims(text: &str, markup: Markup) -> Vec<Claim> {
    let marks = citations::marks(text, markup);
    let mut claims: Vec<Claim> = Vec::new();
    let mut position = Position::default();
    for range in sentence::sentences(text) {
        let inside = marks.iter().filter(|(mark, _)| range.contains(&mark.start));
        let refs =
            inside.clone().map(|(_, number)| *number).fold(Vec::new(), |mut refs: Vec<u32>, number| {
                if !refs.contains(&number) {
                    refs.push(number);
                }
                refs
            });
        let words = without(text, range.clone(), inside.map(|(mark, _)| mark.clone()));
        let words = without_marker(&words);
        let (start, end) = (position.of(text, range.start), position.of(text, range.end));
        if !words.contains(char::is_alphanumeric) {
            // Marks on a line of their own belong to the sentence before.
            if let Some(before) = claims.last_mut().filter(|_| !refs.is_empty()) {
                before.end = end;
                before.refs.extend(
                    refs.iter().filter(|number| !before.refs.contains(number)).copied().collect::<Vec<_>>(),
                );
            }
            continue;
        }
        let claim = Claim { start, end, ..Claim::of(words.to_owned(), refs) };
        if !(claim.refs.is_empty() && claims_nothing(words, &claim.terms)) {
            claims.push(claim);
        }
    }
    claims
}

/// Turns bytes into Unicode scalar values, going forward only.
#[derive(Default)]
struct Position {
    byte: usize,
    scalar: u32,
}

impl Position {
    fn of(&mut self, text: &str, byte: usize) -> u32 {
        self.scalar += text[self.byte..byte].chars().count() as u32;
        self.byte = byte;
        self.scalar
    }
}

fn without(
    text: &str,
    range: std::ops::Range<usize>,
    marks: impl Iterator<Item = std::ops::Range<usize>>,
) -> String {
    let mut words = String::new();
    let mut from = range.start;
    for mark in marks {
        words.push_str(&text[from..mark.start]);
        from = mark.end;
    }
    words.push_str(&text[from.min(range.end)..range.end]);
    words
}

/// The words of a line without the marker that makes it a list item or a quotation.
fn without_marker(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['-', '*', '•', '>', ' ']);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = (1..=2).contains(&digits) && line[digits..].starts_with([')', '.']);
    match numbered && line[digits + 1..].starts_with(' ') {
        true => line[digits + 1..].trim(),
        false => line.trim(),
    }
}

/// Whether a sentence only leads from one to the next: a heading, "Here is what I found:".
fn claims_nothing(words: &str, terms: &[Term]) -> bool {
    if terms.iter().any(|term| term.kind == TermKind::Number) {
        return false;
    }
    let leads_in = words.trim_end_matches(['*', '_', ' ']).ends_with([':', '：', '?', '？']);
    let heading = words.starts_with('#');
    let talk = terms.iter().all(|term| TALK.contains(&term.stem.as_str()));
    leads_in || heading || talk
}

/// Stems of words that speak of the answer rather than of its matter.
const TALK: &[&str] = &[
    "abov",
    "accord",
    "additional",
    "answer",
    "ask",
    "bas",
    "below",
    "brief",
    "certain",
    "contact",
    "detail",
    "document",
    "feel",
    "find",
    "follow",
    "found",
    "fre",
    "further",
    "glad",
    "help",
    "hop",
    "however",
    "inform",
    "information",
    "know",
    "list",
    "mention",
    "need",
    "not",
    "passag",
    "point",
    "provid",
    "question",
    "say",
    "see",
    "short",
    "sourc",
    "stat",
    "summar",
    "summary",
    "sur",
    "yes",
    "antwort",
    "folgend",
    "frag",
    "gemass",
    "ja",
    "laut",
    "nein",
    "quell",
    "quellen",
    "zusammenfassung",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(String, Vec<u32>)> {
        claims(text, Markup::Markdown)
            .into_iter()
            .map(|claim| {
                let length = (claim.end - claim.start) as usize;
                (text.chars().skip(claim.start as usize).take(length).collect(), claim.refs)
            })
            .collect()
    }

    #[test]
    fn marks_belong_to_the_sentence_they_stand_in_or_behind() {
        assert_eq!(
            split("Ä day [1]. Two weeks.[1][2] A month."),
            [
                ("Ä day [1].".to_owned(), vec![1]),
                ("Two weeks.[1][2]".to_owned(), vec![1, 2]),
                ("A month.".to_owned(), vec![]),
            ]
        );
    }

    #[test]
    fn marks_on_a_line_of_their_own_belong_to_the_sentence_before() {
        assert_eq!(split("Twenty days.\n[2]"), [("Twenty days.\n[2]".to_owned(), vec![2])]);
    }

    #[test]
    fn list_items_are_sentences_and_their_numbers_are_no_claims() {
        let claims = claims("1. Ask early [1]\n2. Wait [2]", Markup::Markdown);
        assert_eq!(claims[0].text.trim(), "Ask early");
        assert!(claims.iter().all(|claim| claim.terms.iter().all(|term| term.kind != TermKind::Number)));
    }

    #[test]
    fn what_only_leads_on_claims_nothing() {
        assert_eq!(split("# Leave\nHere is what the sources say:\nAccording to the sources. Yes."), []);
        assert_eq!(split("You get 20 days:").len(), 1, "a number is a claim");
    }
}
