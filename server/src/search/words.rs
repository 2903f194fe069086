//! Words: how a text becomes terms, the same for passages, queries and highlights.
//!
//! A word is a run of letters and digits. Scripts written without spaces have no such runs, so
//! there every character is a word of its own. Each word has an *exact form* (lower case, without
//! diacritics) and a *stem* in the language of its text. Codes such as "HR-2024/17" or "401(k)"
//! are, beside their words, one word as a whole.

mod stems;

use std::ops::Range;

use tantivy::tokenizer::{RawTokenizer, StopWordFilter, TextAnalyzer, TokenStream};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

pub(super) use self::stems::{stem, with_stem};
use super::language::Language;

/// What is longer is no code that anybody would search for.
const MAX_CODE_CHARS: usize = 64;
/// Tantivy ignores terms above 65,530 bytes; nobody searches for a word this long.
const MAX_WORD_BYTES: usize = 256;

/// A raised number behind so many letters is the mark of a note, behind fewer the power of a unit.
const LEAST_NOTED: usize = 4;

/// A word where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    /// In bytes.
    pub(super) at: Range<usize>,
    /// A character of a script that is written without spaces.
    pub(super) is_unspaced: bool,
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    if text.is_ascii() {
        return ascii_words(text);
    }
    let mut words = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, character) in text.char_indices() {
        let is_unspaced = is_unspaced(character);
        let continues = !is_unspaced && is_word_character(character);
        if continues {
            begun.get_or_insert(at);
            continue;
        }
        if let Some(start) = begun.take() {
            words.push(word(text, start, at));
        }
        if is_unspaced {
            let end = at + character.len_utf8();
            words.push(Word { text: &text[at..end], at: at..end, is_unspaced: true });
        }
    }
    if let Some(start) = begun {
        words.push(word(text, start, text.len()));
    }
    words.retain(|word| word.at.len() <= MAX_WORD_BYTES);
    words
}

/// The word that stands there, without the mark of a note behind it.
fn word(text: &str, start: usize, end: usize) -> Word<'_> {
    let whole = &text[start..end];
    let bare = whole.trim_end_matches(['¹', '²', '³', '⁰', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']);
    let is_noted = bare.chars().count() >= LEAST_NOTED && bare.chars().all(char::is_alphabetic);
    let text = if is_noted { bare } else { whole };
    Word { text, at: start..start + text.len(), is_unspaced: false }
}

/// The same of ASCII alone, which many texts are: none of its characters has to be looked up.
fn ascii_words(text: &str) -> Vec<Word<'_>> {
    let is_inside = |at: &usize| text.as_bytes().get(*at).is_some_and(u8::is_ascii_alphanumeric);
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        while is_inside(&at) {
            at += 1;
        }
        if (1..=MAX_WORD_BYTES).contains(&(at - start)) {
            words.push(Word { text: &text[start..at], at: start..at, is_unspaced: false });
        }
        at = at.max(start + 1);
    }
    words
}

/// Two neighbouring characters of a script without spaces: the best guess at a word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) text: String,
    /// Which of the words it begins with.
    pub(super) first: usize,
}

/// The pairs among the words of a text.
pub(super) fn pairs(words: &[Word<'_>]) -> Vec<Pair> {
    let neighbours = words.windows(2).enumerate();
    let pairs = neighbours.filter_map(|(first, pair)| {
        let [one, two] = pair else { return None };
        is_pair(one, two).then(|| Pair { text: exact_form(one.text) + &exact_form(two.text), first })
    });
    pairs.collect()
}

/// Whether two words are characters of a script without spaces, one right after the other.
pub(super) fn is_pair(one: &Word<'_>, two: &Word<'_>) -> bool {
    one.is_unspaced && two.is_unspaced && one.at.end == two.at.start
}

/// The whole forms of the codes in a text, each with the place where it begins: as written, and
/// without its punctuation, so that "401(k)" and "401k" find one another.
pub(super) fn codes(text: &str) -> Vec<(usize, String)> {
    let mut codes = Vec::new();
    for (start, piece) in pieces(text) {
        let begin = piece.find(char::is_alphanumeric).unwrap_or(piece.len());
        let trimmed = trim_end(&piece[begin..]);
        let is_code = trimmed.contains(|character: char| !is_word_character(character));
        if is_code && trimmed.chars().count() <= MAX_CODE_CHARS {
            let whole = exact_form(trimmed);
            let squeezed: String = whole.chars().filter(|character| character.is_alphanumeric()).collect();
            codes.push((start + begin, whole));
            codes.push((start + begin, squeezed));
        }
    }
    codes
}

/// Lower case, compatibility forms unified, without diacritics.
pub(super) fn exact_form(word: &str) -> String {
    fold(&lower_case(word))
}

/// Knows the words that say nothing about what a text is about.
pub(super) struct StopWords {
    analyzer: Option<TextAnalyzer>,
    is_english: bool,
}

/// What questions are made of, beside the words of Lucene's list that Tantivy brings along.
const ENGLISH_QUESTION_WORDS: [&str; 37] = [
    "am", "can", "could", "did", "do", "does", "from", "had", "has", "have", "he", "her", "his", "how", "i",
    "its", "me", "my", "our", "should", "so", "than", "those", "us", "we", "were", "what", "when", "where",
    "which", "who", "whom", "whose", "why", "would", "you", "your",
];

impl StopWords {
    pub(super) fn new(language: Option<Language>) -> Self {
        let analyzer = language
            .and_then(|language| StopWordFilter::new(language.stemming))
            .map(|filter| TextAnalyzer::builder(RawTokenizer::default()).filter(filter).build());
        Self { analyzer, is_english: language.is_some_and(Language::is_english) }
    }

    pub(super) fn contains(&mut self, word: &str) -> bool {
        let lower = lower_case(word);
        let is_listed =
            self.analyzer.as_mut().is_some_and(|analyzer| !analyzer.token_stream(&lower).advance());
        is_listed || self.is_english && ENGLISH_QUESTION_WORDS.contains(&lower.as_str())
    }
}

/// Runs without white space, cut where a script without spaces begins or ends.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends_piece = |character: char| character.is_whitespace() || is_unspaced(character);
    text.split_inclusive(ends_piece).scan(0, move |at, piece| {
        let start = *at;
        *at += piece.len();
        Some((start, piece.trim_end_matches(ends_piece)))
    })
}

/// Without the punctuation at its end, but for that of "C++" and "C#".
fn trim_end(piece: &str) -> &str {
    let trimmed = piece.trim_end_matches(|character: char| {
        !is_word_character(character) && character != '+' && character != '#' && character != ')'
    });
    // A closing bracket belongs to the code where its opening one does, as in "401(k)".
    if trimmed.ends_with(')') && !trimmed.contains('(') {
        trim_end(&trimmed[..trimmed.len() - 1])
    } else {
        trimmed
    }
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// Scripts written without spaces between words: Chinese, Japanese, Korean (whose particles cling
/// to its words), Thai, Lao, Khmer, Burmese.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e4e}'
        | '\u{0e81}'..='\u{0ece}'
        | '\u{1000}'..='\u{103f}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{323af}')
}

fn lower_case(word: &str) -> String {
    if word.is_ascii() {
        word.to_ascii_lowercase()
    } else if word.chars().all(|character| matches!(character, '\u{4e00}'..='\u{9fff}')) {
        // Han has neither case nor, in this block, forms to unify; and there is a word a character.
        word.to_owned()
    } else {
        word.to_lowercase().nfkc().collect()
    }
}

/// Takes diacritics off, but for scripts whose marks make other letters.
fn fold(lower: &str) -> String {
    if lower.is_ascii() || lower.chars().all(is_unspaced) {
        return lower.to_owned();
    }
    let mut folded = String::with_capacity(lower.len());
    for character in lower.nfd().filter(|character| !is_combining_mark(*character)) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            _ => folded.push(character),
        }
    }
    folded
}

#[cfg(test)]
mod tests;
