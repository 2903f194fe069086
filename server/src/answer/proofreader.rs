//! What a model writes, on its way to the reader.
//!
//! Its marks are normalised ([`citations`](super::citations)), each is compared with the sentence
//! it stands behind and set right where another passage carries that, and the beginning is held
//! back until something has footing ([`gate`](super::gate)). All of it happens before a word is
//! shown, so that nothing is ever shown and taken away, and the offsets of the check are those of
//! what the reader saw.

use app::answer::CorrectedCitation;

use super::{
    citations::{CitationFilter, Token, Tokens},
    gate::Gate,
    verdict::{Mark, Passages},
};
use crate::{
    model::{Embedder, llm::Markup},
    text::sentence,
};

/// Takes in the pieces of one answer.
pub(super) struct Proofreader<'a> {
    filter: CitationFilter,
    gate: Gate<'a>,
    passages: &'a Passages,
    markup: Markup,
    embedder: &'a dyn Embedder,
    /// The text since the marks before.
    clause: String,
    /// The marks just written, behind `clause`.
    cluster: Vec<u32>,
    /// How much text went on, in Unicode scalar values.
    written: u32,
    corrected: Vec<CorrectedCitation>,
}

impl<'a> Proofreader<'a> {
    pub(super) fn new(passages: &'a Passages, markup: Markup, embedder: &'a dyn Embedder) -> Self {
        Self {
            filter: CitationFilter::new(passages.count(), markup),
            gate: Gate::new(passages),
            passages,
            markup,
            embedder,
            clause: String::new(),
            cluster: Vec::new(),
            written: 0,
            corrected: Vec::new(),
        }
    }

    /// Takes in a piece of the model's text and gives what may be shown now.
    pub(super) async fn push(&mut self, piece: &str) -> String {
        let tokens = self.filter.push(piece);
        let text = self.set_right(tokens).await;
        self.gate.pass(text)
    }

    /// The end of the answer: what is still held, if it has footing.
    pub(super) async fn finish(&mut self) -> String {
        let tokens = self.filter.finish();
        let rest = self.set_right(tokens).await;
        let mut shown = self.gate.pass(rest);
        shown.push_str(&self.gate.finish());
        shown
    }

    /// What came so far is no part of the answer; what was shown of it already stays.
    pub(super) fn forget(&mut self) {
        if self.gate.forget() {
            *self = Self::new(self.passages, self.markup, self.embedder);
        }
    }

    /// All that is held: the answer broke off, and what there is of it is kept.
    pub(super) fn release(&mut self) -> String {
        format!("{}{}", self.gate.release(), self.filter.finish())
    }

    /// The marks that were set right on the way.
    pub(super) fn into_corrected(self) -> Vec<CorrectedCitation> {
        self.corrected
    }

    async fn set_right(&mut self, tokens: Tokens) -> String {
        let mut out = String::new();
        for token in tokens {
            match token {
                Token::Text(text) => self.write(&text, &mut out),
                Token::Mark { gap, number } => self.cite(&gap, number, &mut out).await,
            }
        }
        out
    }

    fn write(&mut self, text: &str, out: &mut String) {
        if !self.cluster.is_empty() && !text.trim().is_empty() {
            self.cluster.clear();
            self.clause.clear();
        }
        self.clause.push_str(text);
        self.put(text, out);
    }

    async fn cite(&mut self, gap: &str, said: u32, out: &mut String) {
        let range = sentence::sentences(&self.clause).pop().unwrap_or_default();
        let shown = match self.passages.judge_mark(&self.clause[range], said, self.embedder).await {
            Mark::Stays => Some(said),
            Mark::Becomes(number) => Some(number),
            Mark::Goes => None,
        };
        if shown != Some(said) {
            self.corrected.push(CorrectedCitation { at: self.written, said, shown });
        }
        if let Some(number) = shown.filter(|number| !self.cluster.contains(number)) {
            let gap = if self.cluster.is_empty() { gap } else { "" };
            self.put(&format!("{gap}[{number}]"), out);
            self.cluster.push(number);
        }
    }

    fn put(&mut self, text: &str, out: &mut String) {
        self.written += text.chars().count() as u32;
        out.push_str(text);
    }
}
