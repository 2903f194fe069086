//! Where a query's words stand in a passage, its headings and its title.

use std::collections::HashMap;

use app::search::Passage;
use foldhash::fast::RandomState;

use super::sought::Sought;
use crate::search::{language::Language, words};

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
/// compared with the query once.
pub(super) struct Reader<'s, 'q, 't> {
    sought: &'s Sought<'q>,
    of_language: HashMap<&'static str, Known<'t>, RandomState>,
}

/// The words met in one language.
struct Known<'t> {
    language: Language,
    seen: HashMap<&'t str, Seen, RandomState>,
}

impl<'s, 'q, 't> Reader<'s, 'q, 't> {
    pub(super) fn new(sought: &'s Sought<'q>) -> Self {
        Self { sought, of_language: HashMap::default() }
    }

    pub(super) fn read(&mut self, passage: &'t Passage) -> Matches {
        let language = Language::of_text(passage.language.as_deref());
        let known = self
            .of_language
            .entry(language.code)
            .or_insert_with(|| Known { language, seen: HashMap::default() });
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

impl<'t> Known<'t> {
    /// Marks the sought words that stand in a text, and gives which stands at each position.
    fn mark(
        &mut self,
        sought: &Sought<'_>,
        text: &'t str,
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

    fn see(&mut self, sought: &Sought<'_>, word: &'t str) -> Seen {
        *self.seen.entry(word).or_insert_with(|| {
            words::with_stem(self.language, word, |stem| Seen {
                word: sought.word(stem),
                akin: sought.akin(stem),
            })
        })
    }
}
