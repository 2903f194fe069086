//! Keyword search beside vector search, fused.

mod highlight;
/// The keyword index: BM25 over the words of titles, headings and passages.
pub mod keyword;
mod language;
mod passage;
mod query;
mod rank;
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
use pgvector::HalfVector;
use sqlx::PgPool;
use uuid::Uuid;

use self::{
    highlight::Highlighter,
    keyword::{Filter, Found, Hit},
    language::Language,
    query::ParsedQuery,
    rank::Ranking,
    vector::QueryVector,
};
pub use self::{
    keyword::KeywordIndex,
    rank::{Explained, FEATURES},
    surroundings::Surroundings,
};
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

/// What the search by words found, and how long it took. `found` is `None` where it was not asked,
/// or can't answer now.
#[derive(Default)]
struct ByWords {
    found: Option<Found>,
    searching: Duration,
}

/// The same of the search by meaning, with the meaning of the query.
#[derive(Default)]
struct ByMeaning {
    found: Option<(QueryVector, Vec<Hit>)>,
    embedding: Duration,
    searching: Duration,
}

/// A query and what both searches found for it.
struct FoundByBoth {
    parsed: Arc<ParsedQuery>,
    lexical: ByWords,
    semantic: ByMeaning,
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
        let Some(found) = self.find(reader, query).await? else { return Ok(SearchResults::default()) };
        let fusing = Instant::now();
        let results = self.ranked(reader, query, &found).await?;
        let took_ms = SearchTimes {
            embed: milliseconds(found.semantic.embedding),
            lexical: milliseconds(found.lexical.searching),
            semantic: milliseconds(found.semantic.searching),
            fuse: milliseconds(fusing.elapsed()),
            total: milliseconds(started.elapsed()),
        };
        Ok(SearchResults { results, took_ms })
    }

    /// What the ranker is given of the candidates of a query that it reads: to train it with.
    ///
    /// # Errors
    /// As of [`SearchService::search`].
    pub async fn explain(&self, reader: Uuid, query: &SearchQuery) -> Result<Vec<Explained>> {
        let Some(found) = self.find(reader, query).await? else { return Ok(Vec::new()) };
        let (ranking, passages) = self.candidates(reader, &found).await?;
        Ok(ranking.explain(passages))
    }

    /// Asks both searches at once; `None` where there is nothing that `reader` may read.
    async fn find(&self, reader: Uuid, query: &SearchQuery) -> Result<Option<FoundByBoth>> {
        let parsed = Arc::new(ParsedQuery::parse(query, &self.keyword.languages())?);
        let filter = Filter {
            collections: readable_collections(&self.db, reader, &query.collections).await?,
            media_types: query.media_types.clone(),
        };
        if filter.collections.is_empty() {
            return Ok(None);
        }
        let (lexical, semantic) =
            tokio::join!(self.by_words(query, &parsed, &filter), self.by_meaning(reader, query, &filter));
        let semantic = semantic?;
        if lexical.found.is_none() && semantic.found.is_none() {
            return Err(not_ready(query.mode).into());
        }
        Ok(Some(FoundByBoth { parsed, lexical, semantic }))
    }

    async fn by_words(&self, query: &SearchQuery, parsed: &Arc<ParsedQuery>, filter: &Filter) -> ByWords {
        if query.mode == SearchMode::Semantic {
            return ByWords::default();
        }
        let started = Instant::now();
        let found = self.keyword.search(parsed.clone(), filter.clone(), CANDIDATES).await;
        ByWords { found, searching: started.elapsed() }
    }

    async fn by_meaning(&self, reader: Uuid, query: &SearchQuery, filter: &Filter) -> Result<ByMeaning> {
        if query.mode == SearchMode::Lexical {
            return Ok(ByMeaning::default());
        }
        let Some(model_id) = self.active_model().await? else { return Ok(ByMeaning::default()) };
        let started = Instant::now();
        let vector = match self.embedder.embed_query(&query.q).await {
            Ok(vector) => vector,
            // The model may be an endpoint elsewhere. Words alone are better than nothing.
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "Searching without the meaning of the query");
                return Ok(ByMeaning::default());
            }
        };
        let embedding = started.elapsed();
        let vector = QueryVector { model_id, vector: HalfVector::from_f32_slice(&vector) };
        let hits = self.nearest(reader, &vector, filter, CANDIDATES).await?;
        Ok(ByMeaning {
            found: Some((vector, hits)),
            embedding,
            searching: started.elapsed().saturating_sub(embedding),
        })
    }

    /// The best of the candidates, in their order, with what the query's words mark in them.
    async fn ranked(
        &self,
        reader: Uuid,
        query: &SearchQuery,
        found: &FoundByBoth,
    ) -> anyhow::Result<Vec<Passage>> {
        let (ranking, mut passages) = self.candidates(reader, found).await?;
        ranking.rank(&mut passages);
        passages.truncate(query.limit.clamp(1, MAX_RESULTS) as usize);

        let highlighter = Highlighter::new(&found.parsed);
        for passage in &mut passages {
            let language = Language::of_text(passage.language.as_deref());
            passage.highlights = highlighter.highlights(&passage.text, language);
        }
        Ok(passages)
    }

    /// The candidates that are current and may be read, in no order.
    async fn candidates<'f>(
        &self,
        reader: Uuid,
        found: &'f FoundByBoth,
    ) -> anyhow::Result<(Ranking<'f>, Vec<Passage>)> {
        let FoundByBoth { parsed, lexical, semantic } = found;
        let (vector, nearest) =
            semantic.found.as_ref().map(|(vector, hits)| (vector, hits.as_slice())).unzip();
        let ranking = Ranking::new(parsed, self.model_is_english(), lexical.found.as_ref(), nearest);
        let passages = passage::current_passages(&self.db, reader, &ranking.chunks(), vector).await?;
        Ok((ranking, passages))
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
