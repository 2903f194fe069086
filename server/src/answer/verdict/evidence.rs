//! A passage, taken apart for comparison.

use crate::{
    model::llm::OfferedSource,
    text::{
        sentence,
        term::{self, Term},
    },
};

/// A passage that may carry a claim.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) sentences: Vec<EvidenceSentence>,
    /// The words of the title and the headings over it.
    pub(super) headings: Vec<Term>,
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
}

impl Evidence {
    pub(super) fn new(source: &OfferedSource) -> Self {
        let sentences = sentence::sentences(&source.text)
            .into_iter()
            .map(|range| source.text[range].to_owned())
            .map(|text| EvidenceSentence { terms: term::content_terms(&text), text })
            .collect();
        let headings = [&source.title]
            .into_iter()
            .chain(&source.heading_path)
            .flat_map(|text| term::content_terms(text));
        Self {
            sentences,
            headings: headings.collect(),
            around: term::content_terms(&format!("{}\n{}", source.before, source.after)),
            folded: folded(&source.text),
            language: language(&source.text),
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
