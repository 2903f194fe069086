//! Footnote marks and verdicts, laid over the runs of text of a rendered answer.

use std::ops::Range;

use app::answer::{CheckedSentence, Support};

use crate::{answer::citations, model::llm::Markup};

/// An answer whose marks are single characters that mean nothing in Markdown, so that no parser
/// takes them for links.
pub(super) struct Annotated {
    pub(super) text: String,
    /// In bytes of `text`.
    sentences: Vec<(Range<usize>, Support)>,
}

/// Private characters stand for the marks: this one for `[0]`.
const FIRST: u32 = 0xe000;
/// Of the private range, those that may stand for marks.
const PRIVATE: Range<u32> = FIRST..0xf900;

impl Annotated {
    pub(super) fn new(answer: &str, markup: Markup, sentences: &[CheckedSentence]) -> Self {
        let mut marks = citations::marks(answer, markup).into_iter().peekable();
        let mut text = String::with_capacity(answer.len());
        // Where each scalar value of the answer came to stand.
        let mut places = Vec::with_capacity(answer.len());
        let mut mark_end = 0;
        for (byte, c) in answer.char_indices() {
            places.push(text.len());
            if let Some((range, number)) = marks.next_if(|(range, _)| range.start == byte) {
                mark_end = range.end;
                text.extend(char::from_u32(FIRST + number).filter(|_| PRIVATE.contains(&(FIRST + number))));
            }
            if byte >= mark_end && !PRIVATE.contains(&u32::from(c)) {
                text.push(c);
            }
        }
        let place = |scalar: u32| places.get(scalar as usize).copied().unwrap_or(text.len());
        let sentences = sentences.iter().map(|it| (place(it.start)..place(it.end), it.support)).collect();
        Self { text, sentences }
    }

    /// A run of text that the Markdown parser made of the bytes `range` of the answer. Where an
    /// entity or an escape made the two differ, the run takes the verdict of its beginning.
    pub(super) fn run(&self, run: &str, range: Range<usize>) -> String {
        let end = range.end;
        let same = self.text.get(range.clone()) == Some(run);
        let inside = |cut: &usize| same && range.start < *cut && *cut < end;
        let boundaries = self.sentences.iter().flat_map(|(sentence, _)| [sentence.start, sentence.end]);
        let mut cuts: Vec<usize> = boundaries.filter(inside).chain([range.start]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts[1..].iter().map(|cut| cut - range.start).chain([run.len()]);
        cuts.iter().zip(ends).map(|(&cut, end)| self.stretch(cut, &run[cut - range.start..end])).collect()
    }

    /// A stretch of text within or between sentences, which stands at byte `at`.
    fn stretch(&self, at: usize, text: &str) -> String {
        let html: String = text.chars().map(html).collect();
        match self.sentences.iter().find(|(sentence, _)| sentence.contains(&at)) {
            Some((_, support)) => format!("<span class=\"sentence {}\">{html}</span>", class(*support)),
            None => html,
        }
    }
}

fn class(support: Support) -> &'static str {
    match support {
        Support::Supported => "supported",
        Support::Weak => "weak",
        Support::Unsupported => "unsupported",
    }
}

fn html(c: char) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        c if PRIVATE.contains(&u32::from(c)) => {
            let number = u32::from(c) - FIRST;
            format!(
                "<a class=\"mark\" href=\"#source-{number}\" data-ref=\"{number}\" aria-label=\"Source {number}\">{number}</a>"
            )
        }
        c => c.to_string(),
    }
}
