//! The sentences that an answer may be made of.

use std::ops::Range;

use super::list::{self, Marker};
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
    /// Word for word, on one line, with round brackets around what would be read as a citation mark.
    pub(super) text: String,
    pub(super) terms: Vec<Term>,
    /// Which of the passage's lists or tables it is a part of, from 0.
    pub(super) list: Option<usize>,
    /// Which of the passage's paragraphs it is a part of, from 0.
    pub(super) paragraph: usize,
}

impl Candidate {
    /// As an answer has it: an item of a list with a bullet, whatever the document has in its place.
    pub(super) fn shown(&self) -> String {
        match list::marker(&self.text) {
            Some(Marker::Bullet(length)) => format!("• {}", &self.text[length..]),
            None if self.list.is_some() && !self.text.contains(" | ") => format!("• {}", self.text),
            Some(Marker::Number) | None => self.text.clone(),
        }
    }

    /// Whether it is a question: what it asks the sentences behind it answer, and never itself.
    pub(super) fn asks(&self) -> bool {
        self.text.ends_with(['?', '？'])
    }

    /// Whether it introduces what follows it.
    pub(super) fn introduces(&self) -> bool {
        self.text.ends_with([':', '：'])
    }
}

/// Whether a text ends as a sentence does, rather than trails off.
pub(super) fn is_whole(text: &str) -> bool {
    let closed = text.trim_end_matches(['"', '”', '’', ')', '»', '」']);
    closed.ends_with(['.', '!', '?', '。', '！', '？']) && !closed.ends_with("...")
}

/// All that an answer may be made of, with the words of its surroundings.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) sentences: Vec<Candidate>,
    /// The question or the line with a colon that each sentence stands under.
    pub(super) leads: Vec<Option<usize>>,
    /// The words of each passage's title and headings.
    pub(super) headings: Vec<Vec<Term>>,
    /// The words of each passage and what stands around it.
    pub(super) surroundings: Vec<Vec<Term>>,
}

impl Candidates {
    pub(super) fn new(sources: &[OfferedSource]) -> Self {
        let sentences: Vec<Candidate> =
            sources.iter().enumerate().flat_map(|(number, source)| sentences(number, source)).collect();
        Self {
            leads: leads(&sentences),
            sentences,
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

    /// The list or the table that a sentence is a part of.
    pub(super) fn list(&self, index: usize) -> Option<Range<usize>> {
        let own = &self.sentences[index];
        own.list?;
        let is_in_it = |other: &Candidate| (other.source, other.list) == (own.source, own.list);
        let start = self.sentences.iter().position(is_in_it)?;
        let length = self.sentences[start..].iter().take_while(|other| is_in_it(other)).count();
        Some(start..start + length)
    }

    /// The words of what a sentence stands under, where there are any.
    pub(super) fn lead_terms(&self, index: usize) -> &[Term] {
        self.leads[index].map_or(&[], |lead| &self.sentences[lead].terms)
    }

    /// A sentence behind what it stands under: its meaning is that of both.
    pub(super) fn with_lead(&self, index: usize) -> String {
        let text = &self.sentences[index].text;
        match self.leads[index] {
            Some(lead) => format!("{} {text}", self.sentences[lead].text),
            None => text.clone(),
        }
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

/// What each sentence stands under: a question or a line with a colon before it in its passage, as
/// far as the paragraph or the list behind it goes.
fn leads(sentences: &[Candidate]) -> Vec<Option<usize>> {
    let mut leads: Vec<Option<usize>> = Vec::new();
    for (index, sentence) in sentences.iter().enumerate() {
        let before = index.checked_sub(1).filter(|&before| sentences[before].source == sentence.source);
        leads.push(before.filter(|_| !sentence.asks()).and_then(|before| {
            let other = &sentences[before];
            let goes_on =
                other.paragraph == sentence.paragraph || other.list.is_some() && other.list == sentence.list;
            if other.asks() || other.introduces() { Some(before) } else { leads[before].filter(|_| goes_on) }
        }));
    }
    leads
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
    let lists = list::lists(&offered.text);
    whole_rows(&offered.text, sentence::sentences(&offered.text))
        .into_iter()
        .map(|range| {
            let list = lists.iter().position(|list| list.contains(&range.start));
            let paragraph = offered.text[..range.start].matches("\n\n").count();
            let text = citations::with_marks_as_words(&offered.text[range]);
            (text.split_whitespace().collect::<Vec<_>>().join(" "), list, paragraph)
        })
        .filter(|(text, ..)| text.chars().any(char::is_alphanumeric))
        .enumerate()
        .map(|(position, (text, list, paragraph))| {
            let terms = term::content_terms(&text);
            Candidate { source, position, text, terms, list, paragraph }
        })
        .collect()
}
