//! Keyword search beside vector search, fused.

/// The keyword index: BM25 over the words of titles, headings and passages.
pub mod keyword;
/// A passage in its place: the text around it.
pub mod surroundings;

use std::sync::Arc;

use app::{
    error::AppError,
    search::{SearchQuery, SearchResults},
};
use sqlx::PgPool;
use uuid::Uuid;

pub use self::{keyword::KeywordIndex, surroundings::Surroundings};
use crate::{error::Result, model::Embedder};

/// Finds passages, by their words and by their meaning.
#[derive(Clone)]
pub struct SearchService {
    db: PgPool,
    embedder: Arc<dyn Embedder>,
    keyword: KeywordIndex,
}

impl SearchService {
    pub fn new(db: PgPool, embedder: Arc<dyn Embedder>, keyword: KeywordIndex) -> Self {
        Self { db, embedder, keyword }
    }

    /// The passages that `reader` may read, best first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the query is empty or too long; [`AppError::Unavailable`] where
    /// the only search asked for is not ready.
    pub async fn search(&self, reader: Uuid, query: &SearchQuery) -> Result<SearchResults> {
        let _ = (&self.db, &self.embedder, &self.keyword, reader, query);
        Err(AppError::Unavailable { message: "Search is still getting ready.".into() }.into())
    }
}
