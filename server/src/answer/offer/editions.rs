//! Older and newer editions of a document among the passages found.

use app::search::Passage;
use sqlx::PgPool;

use super::Entry;
use crate::ingest::likeness::{Superseded, superseded};

/// Which documents are older editions of others that were found, too.
#[derive(Debug, Default)]
pub(super) struct Editions(Vec<Superseded>);

impl Editions {
    pub(super) async fn among(db: &PgPool, passages: &[Passage]) -> anyhow::Result<Self> {
        let mut documents: Vec<_> = passages.iter().map(|passage| passage.document_id).collect();
        documents.sort_unstable();
        documents.dedup();
        Ok(Self(if documents.len() > 1 { superseded(db, &documents).await? } else { Vec::new() }))
    }

    /// The passages of an older edition behind the first one of the newer.
    pub(super) fn newest_first(&self, passages: Vec<Passage>) -> Vec<Passage> {
        let first_of_newer = |passage: &Passage| {
            let newer = self.0.iter().filter(|it| it.older == passage.document_id).map(|it| it.newer);
            newer.filter_map(|id| passages.iter().position(|other| other.document_id == id)).max()
        };
        let places: Vec<usize> = passages
            .iter()
            .enumerate()
            .map(|(at, passage)| first_of_newer(passage).map_or(at, |newer| newer.max(at)))
            .collect();
        // Of equal places the older edition's comes last, since the newer one's stands there itself.
        let mut order: Vec<usize> = (0..passages.len()).collect();
        order.sort_by_key(|&at| (places[at], places[at] != at));
        let mut passages: Vec<Option<Passage>> = passages.into_iter().map(Some).collect();
        order.into_iter().filter_map(|at| passages[at].take()).collect()
    }

    /// Says of each entry of an older edition which entry is of the newer.
    pub(super) fn note_in(&self, entries: &mut [Entry]) {
        for at in 0..entries.len() {
            let older = entries[at].source.document_id;
            let newer = self.0.iter().filter(|it| it.older == older).find_map(|it| {
                entries
                    .iter()
                    .find(|entry| entry.source.document_id == it.newer)
                    .map(|it| it.source.reference)
            });
            entries[at].offered.superseded_by = newer;
        }
    }
}
