//! The search by meaning: the nearest vectors of the active model.
//!
//! Vectors are compared in memory where they are held there, by Postgres where they are not: before
//! they have been read, while they are behind, and where there are more than may be held.

mod memory;
mod postgres;

use pgvector::HalfVector;
use uuid::Uuid;

pub use self::{
    memory::VectorMemory,
    postgres::{create_vector_index, drop_vector_index},
};
use super::{SearchService, keyword::Hit, scope::Scope};

/// The meaning of a query, as a model sees it.
#[derive(Debug, Clone)]
pub(super) struct QueryVector {
    pub(super) model_id: i16,
    /// Of length 1.
    pub(super) vector: Vec<f32>,
}

impl QueryVector {
    pub(super) fn to_half(&self) -> HalfVector {
        HalfVector::from_f32_slice(&self.vector)
    }
}

impl SearchService {
    /// The nearest chunks to a query's vector, nearest first.
    pub(super) async fn nearest(
        &self,
        reader: Uuid,
        query: &QueryVector,
        scope: &Scope,
        limit: usize,
    ) -> anyhow::Result<Vec<Hit>> {
        match self.vectors.nearest(query, scope, limit, self.keyword.seen()).await? {
            Some(hits) => Ok(hits),
            None => postgres::nearest(&self.db, reader, query, scope, limit).await,
        }
    }

    /// How near chunks that were found otherwise are to a query's vector; without those that have none.
    pub(super) async fn cosines(&self, query: &QueryVector, chunks: &[Uuid]) -> anyhow::Result<Vec<Hit>> {
        let mut hits = self.vectors.cosines(query, chunks).unwrap_or_default();
        let missing: Vec<Uuid> =
            chunks.iter().filter(|chunk| !hits.iter().any(|hit| hit.chunk == **chunk)).copied().collect();
        if !missing.is_empty() {
            hits.extend(postgres::cosines(&self.db, query, &missing).await?);
        }
        Ok(hits)
    }
}
