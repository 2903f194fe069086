//! What a model writes, on its way to the reader.
//!
//! Its marks are normalised ([`citations`](super::citations)), each is compared with the sentence
//! it stands behind and set right where another passage carries that, a sentence without a mark is
//! given that of a passage that carries it, and the beginning is held back until something has
//! footing ([`gate`](super::gate)). All of it happens before a word is shown, so that nothing is ever
//! shown and taken away, and the offsets of the check are those of what the reader saw.

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
    /// The sentence so far, without its marks.
    sentence: String,
    /// A mark stands in it.
    is_cited: bool,
    /// What may stand between two sentences: it is held until it shows whether a mark comes first.
    blank: String,
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
            sentence: String::new(),
            is_cited: false,
            blank: String::new(),
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
        let mut rest = self.set_right(tokens).await;
        self.end_sentence(&mut rest);
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
        for c in text.chars() {
            if c.is_whitespace() {
                self.blank.push(c);
                continue;
            }
            if self.is_over_before(c) {
                self.end_sentence(out);
            }
            let blank = std::mem::take(&mut self.blank);
            self.sentence.push_str(&blank);
            self.sentence.push(c);
            self.put(&blank, out);
            self.put(c.encode_utf8(&mut [0; 4]), out);
        }
    }

    /// Whether the sentence so far has ended where `next` follows it.
    fn is_over_before(&self, next: char) -> bool {
        let may_be_over = !self.blank.is_empty() || self.sentence.ends_with(['。', '！', '？']);
        may_be_over && sentence::sentences(&format!("{}{}{next}", self.sentence, self.blank)).len() > 1
    }

    /// Cites what the model wrote without a mark, where a passage clearly carries it.
    fn end_sentence(&mut self, out: &mut String) {
        let sentence = std::mem::take(&mut self.sentence);
        let is_cited = std::mem::take(&mut self.is_cited);
        // In code a mark is none, and behind a table's row it isn't shown.
        let may_be_cited = self.markup == Markup::Markdown
            && !is_cited
            && !sentence.contains('`')
            && !sentence.starts_with('|');
        if may_be_cited && let Some(number) = self.passages.carrier(&sentence) {
            self.corrected.push(CorrectedCitation { at: self.written, said: None, shown: Some(number) });
            self.put(&format!(" [{number}]"), out);
        }
    }

    async fn cite(&mut self, gap: &str, said: u32, out: &mut String) {
        self.is_cited = true;
        let blank = std::mem::take(&mut self.blank);
        self.put(&blank, out);
        let range = sentence::sentences(&self.clause).pop().unwrap_or_default();
        let shown = match self.passages.judge_mark(&self.clause[range], said, self.embedder).await {
            Mark::Stays => Some(said),
            Mark::Becomes(number) => Some(number),
            Mark::Goes => None,
        };
        if shown != Some(said) {
            self.corrected.push(CorrectedCitation { at: self.written, said: Some(said), shown });
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
