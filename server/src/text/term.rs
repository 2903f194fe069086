//! The words of a text, folded so that the forms of one word meet.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Without case, accents and the commonest endings; a number without its separators.
    pub stem: String,
    pub kind: TermKind,
    /// In bytes of the text.
    pub range: Range<usize>,
}

/// What a word does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// Articles, prepositions, pronouns: words that are in every text.
    Function,
    Content,
    /// Capitalised where a common word would not be.
    Name,
    Number,
}

impl Term {
    /// Whether it says what a text is about.
    pub fn is_content(&self) -> bool {
        self.kind != TermKind::Function
    }

    /// How much this word and `other` are the same: 1 for one stem, less for a derived form
    /// ("eligible", "eligibility"), 0 for different words.
    pub fn likeness(&self, other: &Self) -> f64 {
        likeness(&self.stem, &other.stem)
    }
}

/// The words of `text` in order. Where words aren't separated (Chinese, Japanese), every two
/// neighbouring characters make one.
pub fn terms(text: &str) -> Vec<Term> {
    let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
    let mut terms = Vec::with_capacity(words.len());
    for (position, &(start, word)) in words.iter().enumerate() {
        if is_ideograph(word) {
            terms.extend(pair(&words, position));
            continue;
        }
        let range = start..start + word.len();
        let (stem, kind) = match number(word) {
            Some(number) => (number, TermKind::Number),
            None => {
                let folded = fold(word);
                let kind = kind(text, start, word, &folded);
                (stem(&folded), kind)
            }
        };
        terms.push(Term { stem, kind, range });
    }
    terms
}

/// The words that say what `text` is about.
pub fn content_terms(text: &str) -> Vec<Term> {
    let mut terms = terms(text);
    terms.retain(Term::is_content);
    terms
}

/// See [`Term::likeness`].
fn likeness(a: &str, b: &str) -> f64 {
    /// Derived forms share a beginning at least this long…
    const SHARED: usize = 6;
    /// …and differ in endings that are together no longer than this.
    const ENDINGS: usize = 6;
    const DERIVED: f64 = 0.8;

    if a == b {
        return 1.0;
    }
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.chars().count(), b.chars().count());
    let endings = a + b - 2 * shared;
    let long_enough = shared >= SHARED && shared * 10 >= a.min(b) * 8;
    if long_enough && endings <= ENDINGS && !(a == b && shared + 1 == a) { DERIVED } else { 0.0 }
}

fn is_ideograph(word: &str) -> bool {
    word.chars().next().is_some_and(
        |c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}'),
    )
}

/// The character at `position` with the one after it; alone only where it has no neighbours.
fn pair(words: &[(usize, &str)], position: usize) -> Option<Term> {
    let (start, word) = words[position];
    let touches = |a: (usize, &str), b: (usize, &str)| a.0 + a.1.len() == b.0 && is_ideograph(b.1);
    let next = words.get(position + 1).filter(|&&next| touches((start, word), next));
    let follows =
        position > 0 && is_ideograph(words[position - 1].1) && touches(words[position - 1], (start, word));
    let (stem, end) = match next {
        Some((next, after)) => (format!("{word}{after}"), next + after.len()),
        None if follows => return None,
        None => (word.to_owned(), start + word.len()),
    };
    Some(Term { stem, kind: TermKind::Content, range: start..end })
}

/// A number without thousands separators, trailing zeros and ordinal endings; also of the
/// number words up to ninety.
fn number(word: &str) -> Option<String> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return number_word(word).map(str::to_owned);
    }
    let word = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    if !word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’')) {
        return None;
    }
    let groups: Vec<&str> = word.split(['.', ',', '\'', '’']).collect();
    let thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    if thousands || groups.len() > 2 {
        return Some(groups.concat());
    }
    Some(match groups[..] {
        [whole, fraction] => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        _ => word.to_owned(),
    })
}

fn number_word(word: &str) -> Option<&'static str> {
    // "One" is left out: it is more often a pronoun.
    Some(match word.to_lowercase().as_str() {
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        "eleven" => "11",
        "twelve" => "12",
        "fifteen" => "15",
        "twenty" => "20",
        "thirty" => "30",
        "forty" => "40",
        "fifty" => "50",
        "sixty" => "60",
        "seventy" => "70",
        "eighty" => "80",
        "ninety" => "90",
        _ => return None,
    })
}

/// Without case and accents.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            '’' => folded.push('\''),
            c => folded.push(c),
        }
    }
    folded
}

fn kind(text: &str, start: usize, word: &str, folded: &str) -> TermKind {
    if FUNCTION_WORDS.contains(&folded) {
        return TermKind::Function;
    }
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    if !letters.next().is_some_and(char::is_uppercase) {
        return TermKind::Content;
    }
    let shouted = letters.clone().count() > 0 && letters.all(char::is_uppercase);
    if shouted || !begins_sentence(text, start) { TermKind::Name } else { TermKind::Content }
}

fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '"', '“', '‘', '\'', '(', '*', '_', '-', '•', '#', '>']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', ';', '\n', '…', '|'])
}

/// A light stemmer: the plurals, participles and adverbs of English, which do little harm in
/// other languages; [`likeness`] bridges the rest.
fn stem(word: &str) -> String {
    if !word.is_ascii() {
        return word.to_owned();
    }
    let word = word.strip_suffix("'s").unwrap_or(word);
    let word = plural(word);
    let word = match strip(&word, "ing", 3).or_else(|| strip(&word, "ed", 3)) {
        Some(root) => undouble(root),
        None => word,
    };
    let word = strip(&word, "ly", 4).map_or(word.clone(), str::to_owned);
    let word = strip(&word, "ment", 5).map_or(word.clone(), str::to_owned);
    strip(&word, "e", 3).map_or(word.clone(), str::to_owned)
}

fn plural(word: &str) -> String {
    if let Some(root) = strip(word, "ies", 2) {
        return format!("{root}y");
    }
    for ending in ["sses", "xes", "zes", "ches", "shes"] {
        if word.len() > ending.len() && word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match strip(word, "s", 3) {
        Some(root) if !root.ends_with(['s', 'u', 'i']) => root.to_owned(),
        _ => word.to_owned(),
    }
}

/// `word` without `ending`, where at least `least` letters with a vowel are left.
fn strip<'a>(word: &'a str, ending: &str, least: usize) -> Option<&'a str> {
    word.strip_suffix(ending)
        .filter(|root| root.len() >= least && root.contains(['a', 'e', 'i', 'o', 'u', 'y']))
}

fn undouble(root: &str) -> String {
    let mut end = root.chars().rev();
    match (end.next(), end.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 'l' | 's' | 'z') => {
            root[..root.len() - 1].to_owned()
        }
        _ => root.to_owned(),
    }
}

/// English and German, folded.
const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are",
    "aren't", "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but",
    "by", "can", "can't", "cannot", "could", "couldn't", "did", "didn't", "do", "does", "doesn't", "doing",
    "don't", "down", "during", "each", "etc", "for", "from", "further", "had", "has", "have", "having", "he",
    "her", "here", "hers", "him", "his", "how", "i", "i'm", "if", "in", "into", "is", "isn't", "it", "it's",
    "its", "itself", "just", "let", "many", "may", "me", "might", "more", "most", "much", "must", "my", "no",
    "nor", "not", "of", "off", "on", "once", "one", "only", "or", "other", "our", "ours", "out", "over",
    "own", "please", "same", "shall", "she", "should", "so", "some", "such", "tell", "than", "that",
    "that's", "the", "their", "theirs", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "us", "very", "was", "wasn't", "we", "were", "what", "what's",
    "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "won't", "would",
    "you", "your", "yours", "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "bin", "bis", "das",
    "dass", "dem", "den", "der", "des", "die", "dies", "diese", "dieser", "dieses", "du", "durch", "ein",
    "eine", "einem", "einen", "einer", "eines", "er", "es", "fur", "hat", "haben", "hatte", "ich", "ihr",
    "ihre", "im", "in", "ist", "kann", "man", "mein", "meine", "mit", "nach", "nicht", "noch", "nur", "ob",
    "oder", "sein", "seine", "sich", "sie", "sind", "uber", "um", "und", "unser", "unsere", "vom", "von",
    "vor", "wann", "war", "waren", "warum", "was", "welche", "welcher", "welches", "wenn", "wer", "werden",
    "wie", "wieviel", "wir", "wird", "wo", "wurde", "wurden", "zu", "zum", "zur",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        content_terms(text).into_iter().map(|term| term.stem).collect()
    }

    #[test]
    fn the_forms_of_a_word_meet() {
        for (a, b) in [
            ("policies", "policy"),
            ("Reimbursements", "reimburse"),
            ("covered", "covers"),
            ("planning", "plans"),
            ("employees'", "employee"),
            ("Café", "cafe"),
            ("boxes", "box"),
        ] {
            assert_eq!(stems(a), stems(b), "{a} and {b}");
        }
    }

    #[test]
    fn derived_forms_are_alike_and_other_words_are_not() {
        let alike = |a: &str, b: &str| likeness(&stems(a)[0], &stems(b)[0]);
        assert!(alike("eligible", "eligibility") > 0.5);
        assert!(alike("contractor", "contract") > 0.5);
        assert_eq!(alike("policy", "police"), 0.0);
        assert_eq!(alike("internal", "interest"), 0.0);
    }

    #[test]
    fn numbers_are_compared_without_their_dress() {
        assert_eq!(stems("1,000 1.000 3.50 twenty 10th"), ["1000", "1000", "3.5", "20", "10"]);
        assert_eq!(stems("$45.00"), ["45"]);
    }

    #[test]
    fn chinese_is_read_in_pairs_of_characters() {
        assert_eq!(stems("年假政策"), ["年假", "假政", "政策"]);
        assert_eq!(stems("假"), ["假"]);
    }

    #[test]
    fn a_capital_inside_a_sentence_makes_a_name() {
        let kinds: Vec<TermKind> =
            content_terms("Employees fly to Tokyo.").into_iter().map(|term| term.kind).collect();
        assert_eq!(kinds, [TermKind::Content, TermKind::Content, TermKind::Name]);
    }
}
