//! The candidates of both searches, in one order.

mod features;
mod matches;
mod sought;
mod weights;

use std::collections::HashMap;

use app::search::{ChannelScores, Passage};
use uuid::Uuid;

pub use self::weights::NAMES as FEATURES;
use self::{
    features::{Features, Scores},
    matches::Reader,
    sought::Sought,
};
use super::{
    keyword::{Found, Hit},
    language::Language,
    query::ParsedQuery,
};

/// Of this many candidates, the best by both scores alone, the texts are read: 28 to 64 give the same
/// order within two thousandths of nDCG@10 on `SciFact`, and none on questions; and reading is what
/// ranking costs.
pub(super) const READ: usize = 36;
/// How much a cosine counts beside a BM25 score (over the root of the query's worth) in choosing them.
const FIRST_LEXICAL: f64 = 0.2;
/// How much meaning counts where an English model meets another language: it still knows names and
/// loan words.
const FOREIGN_MEANING: f64 = 0.4;
/// The same of a script of which the model knows hardly more than the single letters.
const FOREIGN_SCRIPT_MEANING: f64 = 0.25;
/// The same where a code or number is looked up, which has a form and hardly any meaning.
const LOOKUP_MEANING: f64 = 0.45;
/// More than all else together: what was put between quotes comes first.
const PHRASE_BONUS: f64 = 10.0;

/// A candidate, and what its worth is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    pub passage: Passage,
    /// In the order of [`FEATURES`].
    pub features: [f64; FEATURES.len()],
}

/// The candidates of one search, and what they are worth.
///
/// Where both searches answered, that is a weighted sum of [`Features`]; of one alone, its score.
/// No score is too low: what one search doubts the other may know.
pub(super) struct Ranking<'q> {
    query: &'q ParsedQuery,
    candidates: HashMap<Uuid, ChannelScores>,
    sought: Sought<'q>,
    /// How much the model's word counts, from 0 to 1.
    meaning: f64,
    is_of_both: bool,
}

impl<'q> Ranking<'q> {
    /// Takes in what each search found, best first; `None` where it was not asked or can't answer.
    /// Where both answered, meaning comes with the cosines of what only the words found.
    pub(super) fn new(
        query: &'q ParsedQuery,
        model_is_english: bool,
        lexical: Option<&Found>,
        semantic: Option<&[Hit]>,
    ) -> Self {
        let mut candidates: HashMap<Uuid, ChannelScores> = HashMap::new();
        for hit in lexical.map_or_else(Default::default, |found| found.hits.as_slice()) {
            candidates.entry(hit.chunk).or_default().lexical = Some(hit.score);
        }
        for hit in semantic.unwrap_or_default() {
            candidates.entry(hit.chunk).or_default().semantic = Some(hit.score);
        }
        let rarities = lexical.map_or_else(Default::default, |found| found.rarities.as_slice());
        Self {
            query,
            candidates,
            sought: Sought::new(query, rarities),
            meaning: meaning(query, model_is_english, lexical),
            is_of_both: lexical.is_some() && semantic.is_some(),
        }
    }

    /// The candidates in the order of their scores alone, best first.
    pub(super) fn chunks(&self) -> Vec<Uuid> {
        let mut chunks: Vec<(Uuid, f64)> =
            self.candidates.iter().map(|(chunk, scores)| (*chunk, self.first_score(scores))).collect();
        chunks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        chunks.into_iter().map(|(chunk, _)| chunk).collect()
    }

    /// How many of the candidates, the first by their scores, the best `limit` can be among.
    pub(super) fn enough(&self, limit: usize) -> usize {
        match (self.query.phrases.is_empty(), self.is_of_both) {
            (false, _) => self.candidates.len(),
            (true, true) => limit.max(READ),
            (true, false) => limit,
        }
    }

    /// Scores the candidates' passages and puts them in order, best first.
    pub(super) fn rank(&self, passages: &mut [Passage]) {
        self.fill_in_scores(passages);
        if self.is_of_both {
            self.weigh(passages);
        }
        for passage in passages.iter_mut().filter(|passage| self.has_phrases(passage)) {
            passage.score += PHRASE_BONUS;
        }
        passages.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.chunk_id.cmp(&b.chunk_id)));
    }

    /// What the worth of each of the best by both scores is made of.
    pub(super) fn explain(&self, mut passages: Vec<Passage>) -> Vec<Explained> {
        self.fill_in_scores(&mut passages);
        let features = self.features(&mut passages);
        let explained = passages.into_iter().zip(features);
        explained.map(|(passage, features)| Explained { passage, features: features.values() }).collect()
    }

    fn fill_in_scores(&self, passages: &mut [Passage]) {
        for passage in passages.iter_mut() {
            passage.scores = self.candidates.get(&passage.chunk_id).cloned().unwrap_or_default();
            passage.score = self.first_score(&passage.scores);
        }
    }

    /// Of both searches a sum, of one its score.
    fn first_score(&self, scores: &ChannelScores) -> f64 {
        if self.is_of_both {
            FIRST_LEXICAL * self.lexical(scores) + self.meaning * cosine(scores)
        } else {
            scores.lexical.or(scores.semantic).unwrap_or(0.0)
        }
    }

    /// The learned worth of the best by both scores; the others stay below these, in the order of
    /// their scores.
    fn weigh(&self, passages: &mut [Passage]) {
        let features = self.features(passages);
        let (read, rest) = passages.split_at_mut(features.len());
        for (passage, features) in read.iter_mut().zip(features) {
            passage.score = features.worth();
        }
        let least = read.iter().map(|passage| passage.score).fold(f64::INFINITY, f64::min);
        let most_of_rest = rest.first().map_or(0.0, |passage| passage.score);
        for passage in rest {
            passage.score += least - most_of_rest;
        }
    }

    /// Puts the passages in the order of both scores alone, and reads the first of them.
    fn features(&self, passages: &mut [Passage]) -> Vec<Features> {
        let of_document = best_cosines(passages);
        passages.sort_by(|a, b| b.score.total_cmp(&a.score));

        let mut reader = Reader::new(&self.sought);
        let features = passages.iter().take(READ).map(|passage| {
            let scores = Scores {
                lexical: self.lexical(&passage.scores),
                meaning: self.meaning * cosine(&passage.scores),
                document_meaning: self.meaning * of_document[&passage.document_id],
            };
            Features::new(scores, &reader.read(passage), &self.sought)
        });
        features.collect()
    }

    /// BM25 over the root of what the query is worth: sums over many words grow with their number,
    /// and are as much surer only by its root.
    fn lexical(&self, scores: &ChannelScores) -> f64 {
        scores.lexical.unwrap_or(0.0) / self.sought.worth.sqrt()
    }

    fn has_phrases(&self, passage: &Passage) -> bool {
        let headings = passage.heading_path.iter().map(String::as_str);
        let texts: Vec<_> =
            [passage.title.as_str(), passage.text.as_str()].into_iter().chain(headings).collect();
        !self.query.phrases.is_empty() && self.query.phrases_stand_in(&texts)
    }
}

/// How much the model's word counts, from 0 to 1.
fn meaning(query: &ParsedQuery, model_is_english: bool, lexical: Option<&Found>) -> f64 {
    let meaning = if query.is_lookup() { LOOKUP_MEANING } else { 1.0 };
    if !model_is_english {
        meaning
    } else if query.is_in_foreign_script() {
        meaning.min(FOREIGN_SCRIPT_MEANING)
    } else if lexical.is_some_and(is_foreign) {
        meaning.min(FOREIGN_MEANING)
    } else {
        meaning
    }
}

/// Whether the query is in another language than English. It is too short to tell by itself: the
/// language of most of the passages that hold its words is its own.
fn is_foreign(found: &Found) -> bool {
    let is_english = |code: &&Option<String>| {
        code.as_deref().is_none_or(|code| Language::of_code(code).is_some_and(Language::is_english))
    };
    let english = found.languages.iter().filter(is_english).count();
    english * 2 < found.languages.len()
}

fn cosine(scores: &ChannelScores) -> f64 {
    scores.semantic.unwrap_or(0.0)
}

/// The best cosine among the candidates of each document: how near the document is as a whole.
fn best_cosines(passages: &[Passage]) -> HashMap<Uuid, f64> {
    let mut best = HashMap::new();
    for passage in passages {
        let of_document = best.entry(passage.document_id).or_insert(0.0_f64);
        *of_document = of_document.max(cosine(&passage.scores));
    }
    best
}

#[cfg(test)]
mod tests;
