//! A passage, taken apart for comparison.

use crate::{
    answer::denial::Denial,
    model::llm::OfferedSource,
    text::{
        quantity::{self, Quantity},
        sentence,
        term::{self, Term},
    },
};

/// A passage that may carry a claim.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The number by which an answer cites it.
    pub(super) number: u32,
    pub(super) sentences: Vec<EvidenceSentence>,
    /// The words of the title, the headings over it, and its document's date.
    pub(super) headings: Vec<Term>,
    /// The amounts and dates of these.
    pub(super) dated: Vec<Quantity>,
    /// The words that stand around it in its document, where the reader of the passage doesn't see them.
    pub(super) around: Vec<Term>,
    /// Its words in order, folded, for finding quotations.
    pub(super) folded: String,
    pub(super) language: Option<whatlang::Lang>,
}

#[derive(Debug)]
pub(super) struct EvidenceSentence {
    pub(super) text: String,
    pub(super) terms: Vec<Term>,
    pub(super) quantities: Vec<Quantity>,
    pub(super) denial: Denial,
}

impl Evidence {
    pub(super) fn new(number: u32, source: &OfferedSource) -> Self {
        let sentences = sentence::sentences(&source.text)
            .into_iter()
            .map(|range| EvidenceSentence::new(source.text[range].to_owned()))
            .collect();
        let over = || [&source.title, &source.date].into_iter().chain(&source.heading_path);
        let headings = over().flat_map(|text| term::content_terms(text));
        Self {
            number,
            sentences,
            headings: headings.collect(),
            dated: over().flat_map(|text| quantity::quantities(text)).collect(),
            around: term::content_terms(&format!("{}\n{}", source.before, source.after)),
            folded: folded(&source.text),
            language: language(&source.text),
        }
    }

    /// Its words and those of its headings.
    pub(super) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.sentences.iter().flat_map(|sentence| &sentence.terms).chain(&self.headings)
    }

    pub(super) fn quantities(&self) -> impl Iterator<Item = &Quantity> {
        self.sentences.iter().flat_map(|sentence| &sentence.quantities).chain(&self.dated)
    }
}

impl EvidenceSentence {
    pub(super) fn new(text: String) -> Self {
        Self {
            terms: term::content_terms(&text),
            quantities: quantity::quantities(&text),
            denial: Denial::of(&text),
            text,
        }
    }
}

/// The words of a text and nothing else, one blank between them.
pub(crate) fn folded(text: &str) -> String {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(term::fold).collect();
    words.join(" ")
}

/// The language of a text, where it is long enough to tell.
pub(super) fn language(text: &str) -> Option<whatlang::Lang> {
    whatlang::detect(text).filter(whatlang::Info::is_reliable).map(|info| info.lang())
}
