//! The sentences that an answer may be made of.

use std::ops::Range;

use crate::{
    answer::citations,
    model::llm::OfferedSource,
    text::{
        sentence,
        term::{self, Term},
    },
};

/// A sentence of an offered passage.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The passage's place in the offer, from 0.
    pub(super) source: usize,
    /// The sentence's place in the passage, from 0.
    pub(super) position: usize,
    /// Word for word, on one line, without what would be read as a citation mark.
    pub(super) text: String,
    pub(super) terms: Vec<Term>,
}

impl Candidate {
    /// Whether it introduces what follows it.
    pub(super) fn introduces(&self) -> bool {
        self.text.ends_with([':', '：'])
    }
}

/// Whether a text ends as a sentence does.
pub(super) fn is_whole(text: &str) -> bool {
    let closed = text.trim_end_matches(['"', '”', '’', ')', '»', '」']);
    closed.ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

/// All that an answer may be made of, with the words of its surroundings.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) sentences: Vec<Candidate>,
    /// The words of each passage's title and headings.
    pub(super) headings: Vec<Vec<Term>>,
    /// The words of each passage and what stands around it.
    pub(super) surroundings: Vec<Vec<Term>>,
}

impl Candidates {
    pub(super) fn new(sources: &[OfferedSource]) -> Self {
        Self {
            sentences: sources
                .iter()
                .enumerate()
                .flat_map(|(number, source)| sentences(number, source))
                .collect(),
            headings: sources.iter().map(|source| term::content_terms(&headings(source))).collect(),
            surroundings: sources
                .iter()
                .map(|source| {
                    term::content_terms(&format!("{}\n{}\n{}", source.before, source.text, source.after))
                })
                .collect(),
        }
    }

    /// The sentence `offset` places further on in the same passage.
    pub(super) fn beside(&self, index: usize, offset: isize) -> Option<usize> {
        let other = index.checked_add_signed(offset)?;
        let same = self.sentences.get(other)?.source == self.sentences[index].source;
        same.then_some(other)
    }

    /// How telling a word is: the fewer sentences have it, the more.
    pub(super) fn rarity(&self, term: &Term) -> f64 {
        let all = self.sentences.len() as f64;
        let having =
            self.sentences.iter().filter(|sentence| best_likeness(term, &sentence.terms) > 0.0).count();
        (1.0 + all / (having as f64 + 0.5)).ln()
    }
}

/// How much `term` is like the one of `terms` that is most like it.
pub(super) fn best_likeness(term: &Term, terms: &[Term]) -> f64 {
    terms.iter().map(|other| term.likeness(other)).fold(0.0, f64::max)
}

fn headings(source: &OfferedSource) -> String {
    // One a line, so that each begins a sentence and capitals there make no names.
    let mut lines = vec![source.title.as_str()];
    lines.extend(source.heading_path.iter().map(String::as_str));
    lines.join("\n")
}

/// A table's row stays whole, also where full stops stand in its cells.
fn whole_rows(text: &str, sentences: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut whole: Vec<Range<usize>> = Vec::new();
    for range in sentences {
        match whole.last_mut() {
            Some(last)
                if !text[last.end..range.start].contains('\n') && line(text, last.start).contains(" | ") =>
            {
                last.end = range.end;
            }
            _ => whole.push(range),
        }
    }
    whole
}

/// The line in which the byte `at` stands.
fn line(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or_default()
}

fn sentences(source: usize, offered: &OfferedSource) -> Vec<Candidate> {
    whole_rows(&offered.text, sentence::sentences(&offered.text))
        .into_iter()
        .map(|range| citations::without_marks(&offered.text[range]))
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| text.chars().any(char::is_alphanumeric))
        .enumerate()
        .map(|(position, text)| Candidate { source, position, terms: term::content_terms(&text), text })
        .collect()
}
