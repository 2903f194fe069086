//! Footnote marks and verdicts, laid over the runs of text of a rendered answer.

use std::ops::Range;

use app::answer::{CheckedSentence, Contradiction, Support};

use crate::{answer::citations, model::llm::Markup};

/// An answer whose marks are single characters that mean nothing in Markdown, so that no parser
/// takes them for links.
pub(super) struct Annotated {
    pub(super) text: String,
    sentences: Vec<Sentence>,
}

/// A checked sentence, where it stands in the annotated text.
struct Sentence {
    /// In bytes.
    range: Range<usize>,
    support: Support,
    contradicted_by: Option<Contradiction>,
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
        let sentences = sentences.iter().map(|it| {
            let range = place(it.start)..place(it.end);
            // What closes an emphasis is in no run of text.
            let shown = text[range.clone()].trim_end_matches(['*', '_', '~', ' ']).len();
            Sentence {
                range: range.start..range.start + shown,
                support: it.support,
                contradicted_by: it.contradicted_by.clone(),
            }
        });
        Self { sentences: sentences.collect(), text }
    }

    /// A run of text that the Markdown parser made of the bytes `range` of the answer. Where an
    /// entity or an escape made the two differ, the run takes the verdict of its beginning.
    pub(super) fn run(&self, run: &str, range: Range<usize>) -> String {
        let end = range.end;
        let same = self.text.get(range.clone()) == Some(run);
        let inside = |cut: &usize| same && range.start < *cut && *cut < end;
        let boundaries = self.sentences.iter().flat_map(|it| [it.range.start, it.range.end]);
        let mut cuts: Vec<usize> = boundaries.filter(inside).chain([range.start]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts[1..].iter().copied().chain([range.end]);
        let text = |from: usize, to: usize| match to == range.end {
            true => &run[from - range.start..],
            false => &run[from - range.start..to - range.start],
        };
        cuts.iter().zip(ends).map(|(&cut, end)| self.stretch(cut..end, text(cut, end))).collect()
    }

    /// A stretch of text within or between sentences, made of these bytes of the annotated text.
    fn stretch(&self, at: Range<usize>, text: &str) -> String {
        let html: String = text.chars().map(html).collect();
        let Some(sentence) = self.sentences.iter().find(|it| it.range.contains(&at.start)) else {
            return html;
        };
        let ends = sentence.range.end <= at.end;
        let mut classes = format!("sentence {}", class(sentence.support));
        if sentence.support != Support::Supported && !ends {
            classes.push_str(" goes-on");
        }
        match &sentence.contradicted_by {
            None => format!("<span class=\"{classes}\">{html}</span>"),
            Some(by) => {
                let instead = if ends { instead(by) } else { String::new() };
                format!("<span class=\"{classes} contradicted\"><del>{html}</del></span>{instead}")
            }
        }
    }
}

/// The source's own words, beside a sentence that they contradict.
fn instead(by: &Contradiction) -> String {
    let quote: String = by.quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let quote: String = quote.chars().filter(|c| !PRIVATE.contains(&u32::from(*c))).map(html).collect();
    format!("<span class=\"instead\"> The source says: “{quote}”{}</span>", mark(by.reference))
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
        c if PRIVATE.contains(&u32::from(c)) => mark(u32::from(c) - FIRST),
        c => c.to_string(),
    }
}

fn mark(number: u32) -> String {
    format!(
        "<a class=\"mark\" href=\"#source-{number}\" data-ref=\"{number}\" aria-label=\"Source {number}\">{number}</a>"
    )
}
