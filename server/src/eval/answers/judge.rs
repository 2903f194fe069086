//! Whether an answer is right.

use std::collections::HashMap;

use super::Asked;
use crate::{answer::Rehearsal, text::term};

/// What was answered to a question.
#[derive(Debug)]
pub struct Given<'a> {
    pub asked: &'a Asked,
    pub rehearsal: Rehearsal,
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, Default)]
pub struct Judgement {
    pub answered: bool,
    /// A right answer stands in it, word for word.
    pub gold_inside: bool,
    /// It cites a document that answers the question.
    pub right_document: bool,
    /// A sentence of it stands in the right answer, and it cites the right document.
    pub supporting: bool,
    /// Words that the answer and the right one share (F1 over words, the best of the right ones).
    pub overlap: f64,
}

impl Given<'_> {
    pub fn judge(&self) -> Judgement {
        if self.rehearsal.abstained {
            return Judgement::default();
        }
        judge(self.asked, &self.rehearsal.answer, &self.cited())
    }

    /// The documents behind the citations, by the names that the set gives them.
    fn cited(&self) -> Vec<&str> {
        let refs = self.rehearsal.sentences.iter().flat_map(|sentence| &sentence.refs);
        refs.filter_map(|number| self.rehearsal.sources.get(*number as usize - 1)?.external_id.as_deref())
            .collect()
    }
}

fn judge(asked: &Asked, answer: &str, cited: &[&str]) -> Judgement {
    let text = without_marks(answer);
    let right_document = cited.iter().any(|document| asked.right.iter().any(|right| right == document));
    let supporting = right_document
        && text.split_inclusive(['.', '!', '?', '\n']).any(|sentence| {
            let words = words(sentence);
            words.len() >= 3 && asked.answers.iter().any(|gold| inside(&words, gold) >= 0.8)
        });
    Judgement {
        answered: true,
        gold_inside: asked.answers.iter().any(|gold| squeezed(&text).contains(&squeezed(gold))),
        right_document,
        supporting,
        overlap: asked.answers.iter().map(|gold| f1(&words(&text), &words(gold))).fold(0.0, f64::max),
    }
}

fn without_marks(answer: &str) -> String {
    let mut text = answer.to_owned();
    for number in 1..=9 {
        text = text.replace(&format!(" [{number}]"), "").replace(&format!("[{number}]"), "");
    }
    text
}

/// For comparing word for word: without case, punctuation and line breaks.
fn squeezed(text: &str) -> String {
    format!(" {} ", words(text).join(" "))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(term::fold).collect()
}

/// The part of `words` that stand in `text`.
fn inside(words: &[String], text: &str) -> f64 {
    let there = self::words(text);
    words.iter().filter(|word| there.contains(word)).count() as f64 / words.len() as f64
}

fn f1(a: &[String], b: &[String]) -> f64 {
    let mut counts: HashMap<&str, i32> = HashMap::new();
    for word in a {
        *counts.entry(word).or_default() += 1;
    }
    let mut common = 0;
    for word in b {
        if let Some(count) = counts.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    if common == 0 {
        return 0.0;
    }
    let (precision, recall) = (f64::from(common) / a.len() as f64, f64::from(common) / b.len() as f64);
    2.0 * precision * recall / (precision + recall)
}
