//! A query as people type it, and what it asks for.

use std::collections::{BTreeSet, HashSet};

use app::{error::AppError, search::SearchQuery};

use super::{
    language::Language,
    words::{self, Stems, StopWords, Word},
};

/// Longer texts are no queries; what a person pastes stays well below.
const MAX_QUERY_CHARS: usize = 4_000;
/// Words beyond these say little more and cost time.
const MAX_QUERY_WORDS: usize = 64;

/// A query taken apart. Whatever people type is a query: there is no syntax to get wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ParsedQuery {
    pub(super) language: Option<Language>,
    pub(super) words: Vec<QueryWord>,
    /// What stood between quotes: the exact forms of words that must follow one another.
    pub(super) phrases: Vec<Vec<String>>,
}

/// A word that is sought.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum QueryWord {
    Spaced {
        /// In lower case, without diacritics.
        exact: String,
        /// Its stems in the languages of the indexed documents.
        stems: Vec<String>,
    },
    /// A code as a whole; its words are sought beside it.
    Code(String),
    /// A character of a script without spaces.
    Character(String),
    /// Two such characters in a row.
    Pair(String),
}

impl ParsedQuery {
    /// Takes a query apart, for documents in the languages `indexed` and in English, which all are
    /// taken for whose language is not known.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where it is too long or has no word in it.
    pub(super) fn parse(query: &SearchQuery, indexed: &[Language]) -> Result<Self, AppError> {
        if query.q.chars().count() > MAX_QUERY_CHARS {
            return Err(AppError::invalid(
                "q",
                format!("A search takes up to {MAX_QUERY_CHARS} characters."),
            ));
        }
        let words = words::words(&query.q);
        if words.is_empty() {
            return Err(AppError::invalid("q", "Type a word or more to search for."));
        }
        let mut languages = indexed.to_vec();
        if !languages.contains(&Language::ENGLISH) {
            languages.push(Language::ENGLISH);
        }
        let language = Language::of_query(&query.q, &languages);
        let words = query_words(&query.q, &words, language, &languages);
        Ok(Self { language, words, phrases: phrases(&query.q) })
    }

    /// Whether something in it is more of a name or a number than a word of a language.
    pub(super) fn has_code(&self) -> bool {
        self.words.iter().any(|word| match word {
            QueryWord::Spaced { exact, .. } | QueryWord::Code(exact) => exact.contains(char::is_numeric),
            QueryWord::Character(_) | QueryWord::Pair(_) => false,
        })
    }

    /// Whether it is in a script without spaces, at least in part.
    pub(super) fn is_unspaced(&self) -> bool {
        self.words.iter().any(|word| matches!(word, QueryWord::Character(_)))
    }

    /// How many words between spaces are sought.
    pub(super) fn spaced_words(&self) -> usize {
        self.words.iter().filter(|word| matches!(word, QueryWord::Spaced { .. })).count()
    }

    /// Whether all that stood between quotes stands in one of `texts`, word for word.
    pub(super) fn phrases_stand_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<Vec<String>> = texts.iter().map(|text| exact_forms(text)).collect();
        self.phrases.iter().all(|phrase| {
            texts.iter().any(|text| text.windows(phrase.len()).any(|window| window == phrase.as_slice()))
        })
    }
}

/// The words that are sought: stop words are left out where other words are left.
fn query_words(
    text: &str,
    words: &[Word<'_>],
    language: Option<Language>,
    languages: &[Language],
) -> Vec<QueryWord> {
    let mut stop_words = StopWords::new(language);
    let mut stems: Vec<_> = languages.iter().copied().map(Stems::new).collect();
    let telling: Vec<_> =
        words.iter().filter(|word| word.is_unspaced || !stop_words.contains(word.text)).collect();
    let chosen = if telling.is_empty() { words.iter().collect() } else { telling };

    let spaced_or_character = chosen.into_iter().map(|word| {
        let exact = words::exact_form(word.text);
        if word.is_unspaced {
            return QueryWord::Character(exact);
        }
        let stems: BTreeSet<_> = stems.iter_mut().map(|stems| stems.stem(word.text)).collect();
        QueryWord::Spaced { exact, stems: stems.into_iter().collect() }
    });
    let pairs = words::pairs(words).into_iter().map(|pair| QueryWord::Pair(pair.text));
    let codes = words::codes(text).into_iter().map(|(_, code)| QueryWord::Code(code));

    let mut seen = HashSet::new();
    let sought = codes.chain(pairs).chain(spaced_or_character).filter(|word| seen.insert(word.clone()));
    sought.take(MAX_QUERY_WORDS).collect()
}

/// What stands between quotes, as exact forms. A quote without its partner means nothing.
fn phrases(text: &str) -> Vec<Vec<String>> {
    let mut phrases = Vec::new();
    let mut rest = text;
    while let Some((_, opened)) = rest.split_once(is_quote) {
        let Some((quoted, after)) = opened.split_once(is_quote) else { break };
        let phrase = exact_forms(quoted);
        if !phrase.is_empty() {
            phrases.push(phrase);
        }
        rest = after;
    }
    phrases
}

fn exact_forms(text: &str) -> Vec<String> {
    words::words(text).into_iter().map(|word| words::exact_form(word.text)).collect()
}

/// Double quotes as they are typed in Europe and East Asia. Single ones are apostrophes too.
fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '＂')
}
