//! What the two channels found, as one list of candidates.

use std::collections::HashMap;

use uuid::Uuid;

use super::keyword::Hit;

/// A chunk that one of the channels found, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Candidate {
    pub(super) lexical: Option<Found>,
    pub(super) semantic: Option<Found>,
}

/// Where in a channel's list a chunk stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// From 1.
    pub(super) rank: usize,
    pub(super) score: f64,
}

/// The chunks of both lists, each once. No score is too low: the channels' scores don't compare,
/// and what one of them doubts the other may know.
pub(super) fn candidates(lexical: &[Hit], semantic: &[Hit]) -> HashMap<Uuid, Candidate> {
    let mut candidates: HashMap<Uuid, Candidate> = HashMap::new();
    for (chunk, found) in ranked(lexical) {
        candidates.entry(chunk).or_default().lexical = Some(found);
    }
    for (chunk, found) in ranked(semantic) {
        candidates.entry(chunk).or_default().semantic = Some(found);
    }
    candidates
}

fn ranked(hits: &[Hit]) -> impl Iterator<Item = (Uuid, Found)> {
    hits.iter().zip(1..).map(|(hit, rank)| (hit.chunk, Found { rank, score: hit.score }))
}
