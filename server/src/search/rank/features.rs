//! What the worth of a candidate is made of.

use super::{
    matches::Matches,
    sought::Sought,
    weights::{self, WEIGHTS},
};

/// In so many words a passage says one thing.
const WINDOW: usize = 24;
/// Words that follow one another in the query, and here with at most one between them.
const ADJACENT: usize = 2;
/// What a word akin to it is worth beside the word itself.
const AKIN: f64 = 0.6;

/// The features of a candidate: cheap ones, that mean the same whatever the collection, the language
/// and the length of the query. Shares are of what the query's words tell, by their rarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Features {
    scores: Scores,
    /// Of the query's words, by the squares of their rarities: the rare ones must be there.
    coverage: f64,
    /// The same by rarity, words akin to them counted too.
    kin_coverage: f64,
    /// The best share within [`WINDOW`] words of the text.
    window: f64,
    /// Of the query's neighbouring words, those that are neighbours in the text.
    neighbours: f64,
    title: f64,
    headings: f64,
    /// The logarithm of the text's length in words: short scraps have high scores for nothing.
    length: f64,
}

/// What both searches gave a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scores {
    /// BM25 over the root of what the query is worth.
    pub(super) lexical: f64,
    /// The cosine, as far as the model can be believed.
    pub(super) meaning: f64,
    /// The best of its document.
    pub(super) document_meaning: f64,
}

impl Features {
    pub(super) fn new(scores: Scores, matches: &Matches, sought: &Sought<'_>) -> Self {
        let Matches { in_title, in_headings, in_text, akin, .. } = matches;
        let words = 0..sought.rarities.len();
        let found: Vec<bool> =
            words.clone().map(|word| in_title[word] || in_headings[word] || in_text[word]).collect();
        let related: Vec<bool> = words.map(|word| akin[word] && !found[word]).collect();
        Self {
            scores,
            coverage: share_of_squares(&sought.rarities, &found),
            kin_coverage: sought.share(&found) + AKIN * sought.share(&related),
            window: best_window(matches, sought),
            neighbours: neighbours(matches, sought),
            title: sought.share(in_title),
            headings: sought.share(in_headings),
            length: (1.0 + matches.length as f64).ln(),
        }
    }

    /// Higher is better; only comparable within one search.
    pub(super) fn worth(&self) -> f64 {
        self.values().iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum()
    }

    /// In the order of [`weights::NAMES`].
    pub(super) fn values(&self) -> [f64; weights::NAMES.len()] {
        [
            self.scores.lexical,
            self.scores.meaning,
            self.scores.document_meaning,
            self.coverage,
            self.kin_coverage,
            self.window,
            self.neighbours,
            self.title,
            self.headings,
            self.length,
        ]
    }
}

fn share_of_squares(rarities: &[f64], found: &[bool]) -> f64 {
    let squares = rarities.iter().map(|rarity| rarity * rarity);
    let all: f64 = squares.clone().sum();
    let of_found: f64 = squares.zip(found).filter(|(_, found)| **found).map(|(square, _)| square).sum();
    of_found / all.max(f64::MIN_POSITIVE)
}

/// Slides over the matches, counting each word once.
fn best_window(matches: &Matches, sought: &Sought<'_>) -> f64 {
    let mut counts = vec![0_usize; sought.rarities.len()];
    let (mut first, mut told, mut best) = (0, 0.0, 0.0_f64);
    for (position, word) in &matches.positions {
        counts[*word] += 1;
        if counts[*word] == 1 {
            told += sought.rarities[*word];
        }
        while matches.positions[first].0 + WINDOW <= *position {
            let left = matches.positions[first].1;
            counts[left] -= 1;
            if counts[left] == 0 {
                told -= sought.rarities[left];
            }
            first += 1;
        }
        best = best.max(told);
    }
    best / sought.worth
}

/// By the less rare of the two words.
fn neighbours(matches: &Matches, sought: &Sought<'_>) -> f64 {
    let worth = |(one, other): (usize, usize)| sought.rarities[one].min(sought.rarities[other]);
    let all: f64 = sought.neighbours.iter().copied().map(worth).sum();
    let together = sought.neighbours.iter().copied().filter(|(one, other)| {
        let mut ones = matches.positions.iter().enumerate().filter(|(_, (_, word))| word == one);
        ones.any(|(index, (position, _))| {
            let following = matches.positions[index + 1..].iter();
            following.take_while(|(next, _)| next - position <= ADJACENT).any(|(_, word)| word == other)
        })
    });
    together.map(worth).sum::<f64>() / all.max(f64::MIN_POSITIVE)
}
