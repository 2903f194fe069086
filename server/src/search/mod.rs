//! Keyword search beside vector search, fused.

mod fuse;
mod highlight;
/// The keyword index: BM25 over the words of titles, headings and passages.
pub mod keyword;
mod language;
mod passage;
mod query;
/// A passage in its place: the text around it.
pub mod surroundings;
/// The search by meaning: the nearest vectors of the active model.
pub mod vector;
mod words;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use app::{
    error::AppError,
    search::{Passage, SearchMode, SearchQuery, SearchResults, SearchTimes},
};
use sqlx::PgPool;
use uuid::Uuid;

use self::{
    fuse::Fusion,
    highlight::Highlighter,
    keyword::{Filter, Hit},
    language::Language,
    query::ParsedQuery,
};
pub use self::{keyword::KeywordIndex, surroundings::Surroundings};
use crate::{error::Result, model::Embedder};

/// How many passages a search gives at most.
pub const MAX_RESULTS: u32 = 100;
/// How many chunks each channel puts up for ranking: as many as may be asked for.
const CANDIDATES: usize = MAX_RESULTS as usize;

/// Finds passages, by their words and by their meaning.
#[derive(Clone)]
pub struct SearchService {
    db: PgPool,
    embedder: Arc<dyn Embedder>,
    keyword: KeywordIndex,
}

/// What a channel found, and how long it took. `hits` is `None` where it was not asked, or can't
/// answer now.
#[derive(Default)]
struct Channel {
    hits: Option<Vec<Hit>>,
    embedding: Duration,
    searching: Duration,
}

impl SearchService {
    pub fn new(db: PgPool, embedder: Arc<dyn Embedder>, keyword: KeywordIndex) -> Self {
        Self { db, embedder, keyword }
    }

    /// The passages that `reader` may read, best first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the query has no word or is too long; [`AppError::Unavailable`]
    /// where none of the searches asked for can answer now.
    #[tracing::instrument(skip_all, fields(mode = ?query.mode))]
    pub async fn search(&self, reader: Uuid, query: &SearchQuery) -> Result<SearchResults> {
        let started = Instant::now();
        let parsed = Arc::new(ParsedQuery::parse(query, &self.keyword.languages())?);
        let filter = Filter {
            collections: readable_collections(&self.db, reader, &query.collections).await?,
            media_types: query.media_types.clone(),
        };
        if filter.collections.is_empty() {
            return Ok(SearchResults::default());
        }

        let (lexical, semantic) =
            tokio::join!(self.by_words(query, &parsed, &filter), self.by_meaning(reader, query, &filter),);
        let semantic = semantic?;
        if lexical.hits.is_none() && semantic.hits.is_none() {
            return Err(not_ready(query.mode).into());
        }

        let fusing = Instant::now();
        let results =
            self.fused(reader, query, &parsed, lexical.hits.as_deref(), semantic.hits.as_deref()).await?;
        let took_ms = SearchTimes {
            embed: milliseconds(semantic.embedding),
            lexical: milliseconds(lexical.searching),
            semantic: milliseconds(semantic.searching),
            fuse: milliseconds(fusing.elapsed()),
            total: milliseconds(started.elapsed()),
        };
        Ok(SearchResults { results, took_ms })
    }

    async fn by_words(&self, query: &SearchQuery, parsed: &Arc<ParsedQuery>, filter: &Filter) -> Channel {
        if query.mode == SearchMode::Semantic {
            return Channel::default();
        }
        let started = Instant::now();
        let hits = self.keyword.search(parsed.clone(), filter.clone(), CANDIDATES).await;
        Channel { hits, searching: started.elapsed(), ..Channel::default() }
    }

    async fn by_meaning(&self, reader: Uuid, query: &SearchQuery, filter: &Filter) -> Result<Channel> {
        if query.mode == SearchMode::Lexical {
            return Ok(Channel::default());
        }
        let Some(model) = self.active_model().await? else { return Ok(Channel::default()) };
        let started = Instant::now();
        let vector = match self.embedder.embed_query(&query.q).await {
            Ok(vector) => vector,
            // The model may be an endpoint elsewhere. Words alone are better than nothing.
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "Searching without the meaning of the query");
                return Ok(Channel::default());
            }
        };
        let embedding = started.elapsed();
        let hits = self.nearest(reader, model, &vector, filter, CANDIDATES).await?;
        Ok(Channel { hits: Some(hits), embedding, searching: started.elapsed() - embedding })
    }

    /// The candidates that are current and may be read, in their order, with what the query's
    /// words mark in them.
    async fn fused(
        &self,
        reader: Uuid,
        query: &SearchQuery,
        parsed: &ParsedQuery,
        lexical: Option<&[Hit]>,
        semantic: Option<&[Hit]>,
    ) -> anyhow::Result<Vec<Passage>> {
        let fusion = Fusion::new(parsed, self.model_is_english(), lexical, semantic);
        let mut passages = passage::current_passages(&self.db, reader, &fusion.chunks()).await?;
        fusion.rank(&mut passages);
        passages.truncate(query.limit.clamp(1, MAX_RESULTS) as usize);

        let highlighter = Highlighter::new(parsed);
        for passage in &mut passages {
            let language = Language::of_text(passage.language.as_deref());
            passage.highlights = highlighter.highlights(&passage.text, language);
        }
        Ok(passages)
    }

    /// The model in process was trained on English; one behind an endpoint is taken to know more.
    fn model_is_english(&self) -> bool {
        self.embedder.model().is_some_and(|model| model.mode != "remote")
    }
}

fn not_ready(mode: SearchMode) -> AppError {
    let message = match mode {
        SearchMode::Semantic => "Search by meaning is still being prepared. Search by words works meanwhile.",
        SearchMode::Lexical => "The index of words is being rebuilt. Try again in a minute.",
        SearchMode::Hybrid => "The search indexes are being rebuilt. Try again in a minute.",
    };
    AppError::Unavailable { message: message.into() }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// The collections that `reader` may read: all, or those of `asked`. One that doesn't exist and
/// one that the reader may not know of are left out alike.
async fn readable_collections(db: &PgPool, reader: Uuid, asked: &[Uuid]) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select id as "id!" from readable_collection($1) as readable (id)
        where $2::uuid[] = '{}' or id = any($2)
        "#,
        reader,
        asked,
    )
    .fetch_all(db)
    .await
    .context("could not read which collections may be read")
}
