//! Which sentences make the answer, and in what order.

use super::candidate::{Candidate, Candidates, is_whole};
use crate::text::term::Term;

/// An answer has no more sentences than this.
const MOST: usize = 4;
/// A further sentence is taken when it scores nearly as well as the best.
const NEARLY: f64 = 0.8;
/// Sentences that share more of their words than this say the same.
const SAME: f64 = 0.7;

/// The sentences of the answer, as indices into `candidates`; `ranked` is best first, with scores.
/// The passage of the best comes first, each passage's sentences in their own order.
pub(super) fn select(candidates: &Candidates, ranked: &[(usize, f64)]) -> Vec<usize> {
    let Some(&(best, top)) = ranked.first() else { return Vec::new() };
    let mut chosen = with_surroundings(candidates, best);
    for &(index, score) in &ranked[1..] {
        if score < NEARLY * top || chosen.len() >= MOST {
            break;
        }
        if chosen.contains(&index) || chosen.iter().any(|&other| repeats(candidates, index, other)) {
            continue;
        }
        let added = with_surroundings(candidates, index);
        let new: Vec<usize> = added.into_iter().filter(|index| !chosen.contains(index)).collect();
        if chosen.len() + new.len() <= MOST {
            chosen.extend(new);
        }
    }
    let first = candidates.sentences[best].source;
    chosen.sort_by_key(|&index| {
        let sentence = &candidates.sentences[index];
        (sentence.source != first, sentence.source, sentence.position)
    });
    chosen
}

/// The sentence with what it can't be understood without.
fn with_surroundings(candidates: &Candidates, index: usize) -> Vec<usize> {
    let mut chosen = vec![index];
    let sentence = &candidates.sentences[index];
    if is_list_item(&sentence.text) {
        chosen.extend(introduction(candidates, index));
    } else if leans_back(sentence) {
        chosen.extend(candidates.beside(index, -1));
    }
    if sentence.introduces() {
        chosen.extend(introduced(candidates, index));
        chosen.truncate(MOST);
    }
    chosen.sort_unstable();
    chosen
}

/// What a line with a colon at its end introduces: the sentence behind it, or the first items of a
/// list.
fn introduced(candidates: &Candidates, index: usize) -> Vec<usize> {
    let following = (1..MOST as isize).map_while(|offset| candidates.beside(index, offset));
    let mut introduced: Vec<usize> = Vec::new();
    for next in following {
        introduced.push(next);
        if is_whole(&candidates.sentences[next].text) {
            break;
        }
    }
    introduced
}

/// The line that introduces the list in which the item stands.
fn introduction(candidates: &Candidates, item: usize) -> Option<usize> {
    (1..).map_while(|offset: isize| candidates.beside(item, -offset)).find_map(|before| {
        let text = &candidates.sentences[before].text;
        (!is_list_item(text)).then(|| candidates.sentences[before].introduces().then_some(before))
    })?
}

fn is_list_item(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('-' | '*' | '•' | '–' | '◦' | '▪' | '●' | 'o') => chars.next() == Some(' '),
        Some(c) if c.is_ascii_digit() => matches!(chars.find(|c| !c.is_ascii_digit()), Some('.' | ')')),
        _ => false,
    }
}

/// Whether the sentence begins with a word that points at the one before.
fn leans_back(sentence: &Candidate) -> bool {
    const POINTING: &[&str] = &[
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "they",
        "their",
        "he",
        "she",
        "his",
        "her",
        "such",
        "however",
        "therefore",
        "otherwise",
        "instead",
        "also",
        "additionally",
        "furthermore",
        "moreover",
        "similarly",
        "then",
        "es",
        "er",
        "sie",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "dabei",
        "dafür",
        "jedoch",
        "这",
        "它",
        "他",
        "她",
    ];
    let text = sentence.text.to_lowercase();
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|first| POINTING.contains(&first))
}

fn repeats(candidates: &Candidates, a: usize, b: usize) -> bool {
    let (a, b) = (&candidates.sentences[a], &candidates.sentences[b]);
    a.text == b.text || shared(&a.terms, &b.terms) > SAME
}

/// The shared part of the shorter sentence's words.
fn shared(a: &[Term], b: &[Term]) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return 1.0;
    }
    let common = short.iter().filter(|term| long.iter().any(|other| other.stem == term.stem)).count();
    common as f64 / short.len() as f64
}
