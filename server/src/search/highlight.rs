//! Where a query's words stand in a passage.

use std::collections::HashSet;

use super::{
    language::Language,
    query::{ParsedQuery, QueryWord},
    words,
};

/// Marks a query's words in passages.
pub(super) struct Highlighter<'q> {
    exact: HashSet<&'q str>,
    stems: HashSet<&'q str>,
}

impl<'q> Highlighter<'q> {
    pub(super) fn new(query: &'q ParsedQuery) -> Self {
        // A single character is marked only where the query has no pairs of them.
        let has_pairs = query.words.iter().any(|word| matches!(word, QueryWord::Pair(_)));
        let mut exact: HashSet<_> = query.phrases.iter().flatten().map(String::as_str).collect();
        let mut marked_stems = HashSet::new();
        for word in &query.words {
            match word {
                QueryWord::Spaced { exact: form, stems } => {
                    exact.insert(form);
                    marked_stems.extend(stems.iter().map(String::as_str));
                }
                QueryWord::Pair(pair) => {
                    marked_stems.insert(pair);
                }
                QueryWord::Character(character) if !has_pairs => {
                    marked_stems.insert(character);
                }
                // The words of a code are sought, and marked, each.
                QueryWord::Character(_) | QueryWord::Code(_) => {}
            }
        }
        Self { exact, stems: marked_stems }
    }

    /// `[start, end]` in Unicode scalar values of `text`, in order, apart from one another.
    pub(super) fn highlights(&self, text: &str, language: Language) -> Vec<[u32; 2]> {
        let words = words::words(text);
        let mut is_marked: Vec<bool> = words
            .iter()
            .map(|word| {
                self.exact.contains(words::exact_form(word.text).as_str())
                    || words::with_stem(language, word.text, |stem| self.stems.contains(stem))
            })
            .collect();
        for pair in words::pairs(&words) {
            if self.stems.contains(pair.text.as_str()) {
                is_marked[pair.first] = true;
                is_marked[pair.first + 1] = true;
            }
        }
        let marked = words.iter().zip(is_marked).filter(|(_, is_marked)| *is_marked);
        in_characters(text, join(text, marked.map(|(word, _)| (word.at.start, word.at.end))))
    }
}

/// Joins what only punctuation without a space parts, such as the words of "HR-2024/17".
fn join(text: &str, spans: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match joined.last_mut() {
            Some(last)
                if !text[last.1..start].contains(|c: char| c.is_whitespace() || c.is_alphanumeric()) =>
            {
                last.1 = end;
            }
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// Byte offsets, which are in order, as counts of Unicode scalar values.
fn in_characters(text: &str, spans: Vec<(usize, usize)>) -> Vec<[u32; 2]> {
    let mut counted = (0, 0);
    let mut character_at = |byte: usize| {
        let (from, characters) = counted;
        counted = (byte, characters + text[from..byte].chars().count());
        // A passage has far fewer characters than 2³².
        counted.1 as u32
    };
    spans.into_iter().map(|(start, end)| [character_at(start), character_at(end)]).collect()
}
