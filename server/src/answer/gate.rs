//! Nothing is shown before it has footing.
//!
//! What a model writes is held back until a first sentence cites a source that carries it; from
//! then on everything passes at once. So an answer that the sources don't carry is never given,
//! instead of being given and taken away. The price is that the reader waits for one sentence.

use std::time::{Duration, Instant};

use super::verdict::Passages;

/// Past this, text is shown as it comes: the reader has waited enough, and each of its sentences
/// is marked at the end all the same. Most models have written a sentence in half the time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Holds the beginning of an answer back.
pub(super) struct Gate<'a> {
    passages: &'a Passages,
    held: String,
    first_text: Option<Instant>,
    open: bool,
}

impl<'a> Gate<'a> {
    pub(super) fn new(passages: &'a Passages) -> Self {
        Self { passages, held: String::new(), first_text: None, open: false }
    }

    /// Takes in text and gives what may be shown now.
    pub(super) fn pass(&mut self, text: String) -> String {
        if self.open {
            return text;
        }
        self.held.push_str(&text);
        if self.held.trim().is_empty() {
            return String::new();
        }
        let since = *self.first_text.get_or_insert_with(Instant::now);
        // A sentence gets its footing with a mark; nothing else needs another look.
        let footing = text.contains(']') && self.passages.give_footing(&self.held);
        if footing || since.elapsed() >= PATIENCE { self.release() } else { String::new() }
    }

    /// Drops what is held; `false` where something was shown already.
    pub(super) fn forget(&mut self) -> bool {
        self.held.clear();
        !self.open
    }

    /// The end of the answer: what is still held, if it has footing.
    pub(super) fn finish(&mut self) -> String {
        if self.open || self.passages.give_footing(&self.held) { self.release() } else { String::new() }
    }

    /// All that is held: the answer broke off, and what there is of it is kept.
    pub(super) fn release(&mut self) -> String {
        self.open = true;
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::llm::{Markup, OfferedSource};

    fn passages() -> Passages {
        let text = "Full-time employees receive 20 days of paid vacation a year.".to_owned();
        Passages::new(&[OfferedSource { text, ..OfferedSource::default() }], Markup::Markdown)
    }

    #[test]
    fn what_has_no_footing_is_held() {
        let passages = passages();
        let mut gate = Gate::new(&passages);
        let invented = "Parking in Tokyo costs 500 yen an hour, lunch included [1]. ";
        assert_eq!(gate.pass(invented.into()), "");
        assert_eq!(gate.pass("Employees receive 20 days of vacation, uncited.".into()), "");
        assert_eq!(gate.finish(), "");
        assert_eq!(gate.release(), format!("{invented}Employees receive 20 days of vacation, uncited."));
    }

    #[test]
    fn a_carried_sentence_opens_for_what_stood_before_it() {
        let passages = passages();
        let mut gate = Gate::new(&passages);
        assert_eq!(gate.pass("Sure! ".into()), "");
        assert_eq!(gate.pass("20 days of vacation [1]".into()), "Sure! 20 days of vacation [1]");
        assert_eq!(gate.pass(" And lunch.".into()), " And lunch.");
    }
}
