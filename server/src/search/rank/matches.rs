//! Where a query's words stand in a passage, its headings and its title.

use std::collections::HashMap;

use app::search::Passage;

use super::sought::Sought;
use crate::search::{
    language::Language,
    words::{self, Stems},
};

/// What of a query stands in a passage. The vectors have a place for each of the query's words.
pub(super) struct Matches {
    pub(super) in_title: Vec<bool>,
    pub(super) in_headings: Vec<bool>,
    pub(super) in_text: Vec<bool>,
    /// A word akin to it stands in one of the three.
    pub(super) akin: Vec<bool>,
    /// `(position, word)` of each match in the text, in order.
    pub(super) positions: Vec<(usize, usize)>,
    /// How many words the text has.
    pub(super) length: usize,
}

/// A word of a passage, as the query sees it.
#[derive(Clone, Copy)]
struct Seen {
    word: Option<usize>,
    akin: Option<usize>,
}

/// Reads passages. The words of those that one query finds are much the same, so that each is
/// brought to its stem once.
pub(super) struct Reader<'s, 'q> {
    sought: &'s Sought<'q>,
    of_language: HashMap<&'static str, Known>,
}

/// The words met in one language.
struct Known {
    stems: Stems,
    seen: HashMap<String, Seen>,
}

impl<'s, 'q> Reader<'s, 'q> {
    pub(super) fn new(sought: &'s Sought<'q>) -> Self {
        Self { sought, of_language: HashMap::new() }
    }

    pub(super) fn read(&mut self, passage: &Passage) -> Matches {
        let language = Language::of_text(passage.language.as_deref());
        let known = self
            .of_language
            .entry(language.code)
            .or_insert_with(|| Known { stems: Stems::new(language), seen: HashMap::new() });
        let words = self.sought.rarities.len();
        let mut matches = Matches {
            in_title: vec![false; words],
            in_headings: vec![false; words],
            in_text: vec![false; words],
            akin: vec![false; words],
            positions: Vec::new(),
            length: 0,
        };
        let Matches { in_title, in_headings, in_text, akin, positions, length } = &mut matches;
        known.mark(self.sought, &passage.title, in_title, akin);
        for heading in &passage.heading_path {
            known.mark(self.sought, heading, in_headings, akin);
        }
        let text = known.mark(self.sought, &passage.text, in_text, akin);
        *length = text.len();
        *positions =
            text.into_iter().enumerate().filter_map(|(position, word)| Some((position, word?))).collect();
        matches
    }
}

impl Known {
    /// Marks the sought words that stand in a text, and gives which stands at each position.
    fn mark(
        &mut self,
        sought: &Sought<'_>,
        text: &str,
        found: &mut [bool],
        akin: &mut [bool],
    ) -> Vec<Option<usize>> {
        let words = words::words(text);
        let mut at_positions = Vec::with_capacity(words.len());
        for (position, word) in words.iter().enumerate() {
            let seen = match words.get(position + 1) {
                Some(next) if words::is_pair(word, next) => {
                    self.see(sought, &text[word.at.start..next.at.end])
                }
                _ => self.see(sought, word.text),
            };
            if let Some(word) = seen.word {
                found[word] = true;
            }
            if let Some(word) = seen.akin {
                akin[word] = true;
            }
            at_positions.push(seen.word);
        }
        at_positions
    }

    fn see(&mut self, sought: &Sought<'_>, word: &str) -> Seen {
        if let Some(seen) = self.seen.get(word) {
            return *seen;
        }
        let stem = self.stems.stem(word);
        let seen = Seen { word: sought.word(&stem), akin: sought.akin(&stem) };
        self.seen.insert(word.to_owned(), seen);
        seen
    }
}
