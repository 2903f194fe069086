//! Stems: what the forms of a word have in common.

use std::{cell::RefCell, collections::HashMap};

use foldhash::fast::RandomState;
use tantivy::tokenizer::{RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

use super::{fold, is_unspaced, lower_case};
use crate::search::language::Language;

/// So many words of a language are kept with their stems on each thread: some megabytes.
const KEPT: usize = 50_000;

thread_local! {
    /// Finding a stem takes several times as long as looking it up, and the texts of a library are made
    /// of much the same words.
    static STEMS: RefCell<HashMap<&'static str, Stems, RandomState>> = RefCell::default();
}

/// What `look` makes of a word's stem, which has no diacritics: not everybody types them.
///
/// `look` must not ask for another stem.
pub(in crate::search) fn with_stem<T>(language: Language, word: &str, look: impl FnOnce(&str) -> T) -> T {
    STEMS.with_borrow_mut(|of_languages| {
        let stems = of_languages.entry(language.code).or_insert_with(|| Stems::new(language));
        if let Some(stem) = stems.known.get(word) {
            return look(stem);
        }
        let stem = stems.find(word);
        let seen = look(&stem);
        if stems.known.len() == KEPT {
            stems.known.clear();
        }
        stems.known.insert(word.into(), stem.into());
        seen
    })
}

/// The stem of a word.
pub(in crate::search) fn stem(language: Language, word: &str) -> String {
    with_stem(language, word, str::to_owned)
}

/// Those of one language.
struct Stems {
    stemmer: TextAnalyzer,
    /// Of words that were met before.
    known: HashMap<Box<str>, Box<str>, RandomState>,
}

impl Stems {
    fn new(language: Language) -> Self {
        let stemmer = Stemmer::new(language.stemming);
        let stemmer = TextAnalyzer::builder(RawTokenizer::default()).filter(stemmer).build();
        Self { stemmer, known: HashMap::default() }
    }

    fn find(&mut self, word: &str) -> String {
        let lower = lower_case(word);
        if lower.chars().all(is_unspaced) {
            return lower;
        }
        let mut stream = self.stemmer.token_stream(&lower);
        if stream.advance() { fold(&stream.token().text) } else { fold(&lower) }
    }
}
