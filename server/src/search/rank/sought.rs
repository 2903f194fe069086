//! What a query seeks, as ranking counts it.

use std::collections::HashMap;

use crate::search::query::{ParsedQuery, QueryWord};

/// Stems that begin with the same letters, so many, are akin: "eligible" and "eligibility".
const AKIN_LETTERS: usize = 5;
/// A stem of so many letters inside another is akin to it, as a part of a compound: "Frist" and
/// "Kündigungsfrist".
const PART_LETTERS: usize = 4;

/// A query's words in their order, each with how much it tells. A stretch of a script without
/// spaces is sought by its pairs of characters.
pub(super) struct Sought<'q> {
    /// The inverse document frequency of each.
    pub(super) rarities: Vec<f64>,
    /// Their sum; never 0.
    pub(super) worth: f64,
    /// Which of them follow one another in the query, stop words apart.
    pub(super) neighbours: Vec<(usize, usize)>,
    stems: HashMap<&'q str, usize>,
    beginnings: HashMap<&'q str, usize>,
    /// The stems again, each with its letters and its word.
    lettered: Vec<(&'q str, Letters, usize)>,
}

impl<'q> Sought<'q> {
    /// `rarities` are those of the query's words, one for each.
    pub(super) fn new(query: &'q ParsedQuery, rarities: &[f64]) -> Self {
        let has_pairs = query.words.iter().any(|word| matches!(word, QueryWord::Pair(_)));
        let mut sought = Self {
            rarities: Vec::new(),
            worth: 0.0,
            neighbours: Vec::new(),
            stems: HashMap::new(),
            beginnings: HashMap::new(),
            lettered: Vec::new(),
        };
        for (word, rarity) in query.words.iter().zip(rarities) {
            match word {
                QueryWord::Spaced { stems, .. } => sought.add(stems, *rarity),
                QueryWord::Pair(pair) => sought.add(std::slice::from_ref(pair), *rarity),
                QueryWord::Character(character) if !has_pairs => {
                    sought.add(std::slice::from_ref(character), *rarity);
                }
                // A code's words are sought beside it.
                QueryWord::Character(_) | QueryWord::Code(_) => {}
            }
        }
        sought.worth = sought.rarities.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        sought.neighbours = (1..sought.rarities.len()).map(|second| (second - 1, second)).collect();
        sought
    }

    fn add(&mut self, stems: &'q [String], rarity: f64) {
        let number = self.rarities.len();
        if stems.iter().any(|stem| self.stems.contains_key(stem.as_str())) {
            return;
        }
        self.rarities.push(rarity);
        for stem in stems {
            self.stems.insert(stem, number);
            self.lettered.push((stem, Letters::of(stem), number));
            if let Some(beginning) = beginning(stem) {
                self.beginnings.entry(beginning).or_insert(number);
            }
        }
    }

    /// Which of the words has this stem, or pair of characters.
    pub(super) fn word(&self, stem: &str) -> Option<usize> {
        self.stems.get(stem).copied()
    }

    /// Which of the words is akin to this stem.
    pub(super) fn akin(&self, stem: &str) -> Option<usize> {
        let begins_alike = beginning(stem).and_then(|beginning| self.beginnings.get(beginning)).copied();
        begins_alike.or_else(|| {
            let letters = Letters::of(stem);
            let compounds = self.lettered.iter().filter(|(sought, theirs, _)| {
                theirs.are_among(letters) && is_part(sought, stem)
                    || letters.are_among(*theirs) && is_part(stem, sought)
            });
            compounds.map(|(_, _, word)| *word).min()
        })
    }

    /// How much the words marked in `found` tell, as a share of all.
    pub(super) fn share(&self, found: &[bool]) -> f64 {
        let told = self.rarities.iter().zip(found).filter(|(_, found)| **found).map(|(rarity, _)| rarity);
        told.sum::<f64>() / self.worth
    }
}

/// Which bytes a stem has, modulo 64: where one lacks a byte of another it can't hold it, which is
/// told much faster than by looking.
#[derive(Clone, Copy)]
struct Letters(u64);

impl Letters {
    fn of(stem: &str) -> Self {
        Self(stem.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64)))
    }

    fn are_among(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

fn beginning(stem: &str) -> Option<&str> {
    let (at, letter) = stem.char_indices().nth(AKIN_LETTERS - 1)?;
    Some(&stem[..at + letter.len_utf8()])
}

fn is_part(part: &str, whole: &str) -> bool {
    part.len() < whole.len() && part.chars().nth(PART_LETTERS - 1).is_some() && whole.contains(part)
}
