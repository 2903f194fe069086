//! A query as people type it, and what it asks for.

use std::collections::{BTreeSet, HashMap, HashSet};

use app::{error::AppError, search::SearchQuery};

use super::{
    language::Language,
    words::{self, StopWords, Word},
};

/// Longer texts are no queries; what a person pastes stays well below.
const MAX_QUERY_CHARS: usize = 4_000;
/// "order HR-2024/17" has four.
const MAX_LOOKUP_WORDS: usize = 4;
/// The end of the Unicode block Latin Extended-B; diacritics are gone from where this is asked.
const LAST_LATIN: char = '\u{24f}';
/// Words beyond these say little more and cost time.
const MAX_QUERY_WORDS: usize = 64;

/// A query taken apart. Whatever people type is a query: there is no syntax to get wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ParsedQuery {
    pub(super) language: Option<Language>,
    pub(super) words: Vec<QueryWord>,
    /// What stood between quotes: the exact forms of words that must follow one another.
    pub(super) phrases: Vec<Vec<String>>,
    /// The exact form of the last word, which may not be written to its end.
    pub(super) last: Option<String>,
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
        let last = words.last().filter(|last| last.at.end == query.q.len());
        let last = last.map(|last| words::exact_form(last.text));
        let words = query_words(&query.q, &words, language, &languages);
        Ok(Self { language, words, phrases: phrases(&query.q), last })
    }

    /// The same query, where some words, by their exact forms, may also be others.
    pub(super) fn or_meant(mut self, meant: &HashMap<String, Vec<String>>, indexed: &[Language]) -> Self {
        let english = (!indexed.contains(&Language::ENGLISH)).then_some(Language::ENGLISH);
        let languages: Vec<_> = indexed.iter().copied().chain(english).collect();
        for word in &mut self.words {
            let QueryWord::Spaced { exact, stems } = word else { continue };
            for other in meant.get(exact).into_iter().flatten() {
                stems.extend(languages.iter().map(|language| words::stem(*language, other)));
            }
            stems.sort();
            stems.dedup();
        }
        self
    }

    /// Whether it is a few words with a number or a code among them: somebody looks that up, and
    /// does not ask a question in which it stands.
    pub(super) fn is_lookup(&self) -> bool {
        let spaced = self.words.iter().filter_map(|word| match word {
            QueryWord::Spaced { exact, .. } => Some(exact),
            _ => None,
        });
        spaced.clone().count() <= MAX_LOOKUP_WORDS
            && spaced.clone().any(|exact| exact.contains(char::is_numeric))
    }

    /// Whether most of its letters are of another script than the Latin one.
    pub(super) fn is_in_foreign_script(&self) -> bool {
        let letters = self.words.iter().flat_map(|word| match word {
            QueryWord::Spaced { exact: form, .. } | QueryWord::Character(form) => form.chars(),
            // They are made of letters that are there already.
            QueryWord::Code(_) | QueryWord::Pair(_) => "".chars(),
        });
        let letters = letters.filter(|letter| letter.is_alphabetic());
        let foreign = letters.clone().filter(|letter| *letter > LAST_LATIN).count();
        foreign * 2 > letters.count()
    }

    /// Whether all that stood between quotes stands in one of `texts`, word for word.
    pub(super) fn phrases_stand_in(&self, texts: &[&str]) -> bool {
        let texts: Vec<Vec<String>> = texts.iter().map(|text| exact_forms(text)).collect();
        self.phrases.iter().all(|phrase| {
            texts.iter().any(|text| text.windows(phrase.len()).any(|window| window == phrase.as_slice()))
        })
    }
}

/// A query's text with the likeliest words that are meant in the place of those that are not known,
/// as they are written in one of `texts` where they stand there.
pub(super) fn with_meant(q: &str, meant: &HashMap<String, Vec<String>>, texts: &[&str]) -> String {
    let mut text = String::with_capacity(q.len());
    let mut written = 0;
    for word in words::words(q) {
        let likeliest = meant.get(&words::exact_form(word.text)).and_then(|words| words.first());
        if let Some(likeliest) = likeliest {
            text.push_str(&q[written..word.at.start]);
            text.push_str(&as_written(likeliest, texts));
            written = word.at.end;
        }
    }
    text.push_str(&q[written..]);
    text
}

fn as_written(form: &str, texts: &[&str]) -> String {
    let mut words = texts.iter().flat_map(|text| words::words(text));
    let found = words.find(|word| words::exact_form(word.text) == form);
    found.map_or_else(|| form.to_owned(), |word| word.text.to_lowercase())
}

/// The words that are sought: stop words are left out where other words are left.
fn query_words(
    text: &str,
    words: &[Word<'_>],
    language: Option<Language>,
    languages: &[Language],
) -> Vec<QueryWord> {
    let mut stop_words = StopWords::new(language);
    let telling: Vec<_> =
        words.iter().filter(|word| word.is_unspaced || !stop_words.contains(word.text)).collect();
    let chosen = if telling.is_empty() { words.iter().collect() } else { telling };

    let spaced_or_character = chosen.into_iter().map(|word| {
        let exact = words::exact_form(word.text);
        if word.is_unspaced {
            return QueryWord::Character(exact);
        }
        let stems: BTreeSet<_> = languages.iter().map(|language| words::stem(*language, word.text)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(q: &str, indexed: &[&str]) -> ParsedQuery {
        let query = SearchQuery { q: q.into(), ..SearchQuery::default() };
        let indexed: Vec<_> = indexed.iter().filter_map(|code| Language::of_code(code)).collect();
        ParsedQuery::parse(&query, &indexed).unwrap()
    }

    #[test]
    fn a_word_is_sought_by_its_stem_in_each_language_of_the_documents() {
        let query = parse("Kündigungen", &["de"]);
        let [QueryWord::Spaced { exact, stems }] = query.words.as_slice() else { panic!("{query:?}") };
        assert_eq!(exact, "kundigungen");
        assert_eq!(stems, &["kundig", "kundigungen"]);
    }

    #[test]
    fn quotes_of_all_kinds_make_phrases_and_one_alone_makes_none() {
        let phrases = |q: &str| parse(q, &[]).phrases;
        assert_eq!(phrases("\"paid leave\" of “Staff”"), [vec!["paid", "leave"], vec!["staff"]]);
        assert_eq!(phrases("„bezahlter Urlaub“"), [["bezahlter", "urlaub"]]);
        assert_eq!(phrases("5\" screens"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn only_a_short_query_with_a_number_is_a_lookup() {
        assert!(parse("order HR-2024/17", &[]).is_lookup());
        assert!(parse("401k", &[]).is_lookup());
        assert!(!parse("parental leave", &[]).is_lookup());
        assert!(!parse("how many days of leave did we have to take until 2024 ended", &[]).is_lookup());
    }

    #[test]
    fn the_script_is_that_of_most_letters() {
        for foreign in ["年假有几天", "Сколько дней отпуска", "كم يوم إجازة", "IBM の休暇は何日ですか"]
        {
            assert!(parse(foreign, &[]).is_in_foreign_script(), "{foreign}");
        }
        for latin in ["Wie viele Urlaubstage?", "naïve Łódź", "what does 休 mean here", "2024"] {
            assert!(!parse(latin, &[]).is_in_foreign_script(), "{latin}");
        }
    }

    #[test]
    fn a_question_is_in_the_language_of_some_documents() {
        let language = |q: &str, indexed: &[&str]| parse(q, indexed).language.map(|language| language.code);
        assert_eq!(language("Wie viele Urlaubstage habe ich im Jahr?", &["en", "de"]), Some("de"));
        assert_eq!(language("How many days of leave do I have?", &["en", "de"]), Some("en"));
    }
}
