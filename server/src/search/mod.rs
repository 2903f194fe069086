//! Keyword search beside vector search, fused.

mod highlight;
/// The keyword index: BM25 over the words of titles, headings and passages.
pub mod keyword;
mod language;
mod outbox;
mod passage;
mod query;
mod rank;
mod scope;
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
    search::{Facets, Passage, SearchMode, SearchQuery, SearchResults, SearchTimes},
};
use sqlx::PgPool;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;
use uuid::Uuid;

use self::{
    highlight::Highlighter,
    keyword::{Found, Hit},
    language::Language,
    query::ParsedQuery,
    rank::Ranking,
    scope::Scope,
    vector::QueryVector,
};
pub use self::{
    keyword::KeywordIndex,
    rank::{Explained, FEATURES},
    surroundings::Surroundings,
    vector::VectorMemory,
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
    vectors: VectorMemory,
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

/// The vector of a query that is being made, and how long it took.
type Embedding = AbortOnDropHandle<(anyhow::Result<Vec<f32>>, Duration)>;

/// A query and what both searches found for it.
struct FoundByBoth {
    parsed: Arc<ParsedQuery>,
    lexical: ByWords,
    semantic: ByMeaning,
    facets: Option<Facets>,
}

impl FoundByBoth {
    /// The query as it was sought: by words it may be more than was typed.
    fn sought(&self) -> &ParsedQuery {
        self.lexical.found.as_ref().map_or(&self.parsed, |found| &found.query)
    }

    /// The query in the words that may be meant, where some are not known.
    fn suggestion(&self, q: &str, passages: &[Passage]) -> Option<String> {
        let meant = &self.lexical.found.as_ref()?.meant;
        if meant.is_empty() {
            return None;
        }
        let texts: Vec<_> = passages.iter().map(|passage| passage.text.as_str()).collect();
        Some(query::with_meant(q, meant, &texts))
    }
}

impl SearchService {
    pub fn new(
        db: PgPool,
        embedder: Arc<dyn Embedder>,
        keyword: KeywordIndex,
        vectors: VectorMemory,
    ) -> Self {
        Self { db, embedder, keyword, vectors }
    }

    /// The passages that `reader` may read, best first.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the query has no word or is too long; [`AppError::Unavailable`]
    /// where none of the searches asked for can answer now.
    pub async fn search(&self, reader: Uuid, query: &SearchQuery) -> Result<SearchResults> {
        let (results, _) = self.search_with_vector(reader, query).await?;
        Ok(results)
    }

    /// The same, with the vector of the query where it was sought by meaning: for who compares it
    /// with others.
    #[tracing::instrument(skip_all, fields(mode = ?query.mode))]
    pub(crate) async fn search_with_vector(
        &self,
        reader: Uuid,
        query: &SearchQuery,
    ) -> Result<(SearchResults, Option<Vec<f32>>)> {
        let started = Instant::now();
        let Some(mut found) = self.find(reader, query).await? else { return Ok(Default::default()) };
        let mut fusing = Instant::now();
        let (mut results, is_whole) = self.ranked(reader, query, &found).await?;
        // What was found may have been replaced before it was read; what replaced it is in the index.
        if !is_whole && let Some(again) = self.find(reader, query).await? {
            (found, fusing) = (again, Instant::now());
            (results, _) = self.ranked(reader, query, &found).await?;
        }
        let suggestion = found.suggestion(&query.q, &results);
        let took_ms = SearchTimes {
            embed: milliseconds(found.semantic.embedding),
            lexical: milliseconds(found.lexical.searching),
            semantic: milliseconds(found.semantic.searching),
            fuse: milliseconds(fusing.elapsed()),
            total: milliseconds(started.elapsed()),
        };
        let vector = found.semantic.found.map(|(query, _)| query.vector);
        Ok((SearchResults { results, facets: found.facets, suggestion, took_ms }, vector))
    }

    /// What the ranker is given of the candidates of a query that it reads: to train it with.
    ///
    /// # Errors
    /// As of [`SearchService::search`].
    pub async fn explain(&self, reader: Uuid, query: &SearchQuery) -> Result<Vec<Explained>> {
        let Some(found) = self.find(reader, query).await? else { return Ok(Vec::new()) };
        let ranking = self.ranking(&found).await?;
        let passages = self.read(reader, &ranking, rank::READ).await?;
        Ok(ranking.explain(passages))
    }

    /// Asks both searches at once; `None` where there is nothing that `reader` may read.
    async fn find(&self, reader: Uuid, query: &SearchQuery) -> Result<Option<FoundByBoth>> {
        let parsed = Arc::new(ParsedQuery::parse(query, &self.keyword.languages())?);
        let embedding = self.begin_embedding(query);
        let ground = scope::ground(&self.db, reader, self.embedder.model()).await?;
        let scope = Scope::new(ground.readable, &query.filter);
        if scope.collections.is_empty() {
            return Ok(None);
        }
        let (lexical, semantic, facets) = tokio::join!(
            self.by_words(query, &parsed, &scope),
            self.by_meaning(reader, ground.model_id, embedding, &scope),
            self.facets(query, &parsed, &scope),
        );
        let semantic = semantic?;
        if lexical.found.is_none() && semantic.found.is_none() {
            return Err(not_ready(query.mode).into());
        }
        Ok(Some(FoundByBoth { parsed, lexical, semantic, facets }))
    }

    async fn by_words(&self, query: &SearchQuery, parsed: &Arc<ParsedQuery>, scope: &Scope) -> ByWords {
        if query.mode == SearchMode::Semantic {
            return ByWords::default();
        }
        let started = Instant::now();
        let found = self.keyword.search(parsed.clone(), scope.clone(), CANDIDATES).await;
        ByWords { found, searching: started.elapsed() }
    }

    /// Embeds the query while Postgres tells what may be read; given up where nobody waits for it.
    fn begin_embedding(&self, query: &SearchQuery) -> Option<Embedding> {
        if query.mode == SearchMode::Lexical {
            return None;
        }
        let (embedder, q) = (self.embedder.clone(), query.q.clone());
        let embed = async move {
            let started = Instant::now();
            (embedder.embed_query(&q).await, started.elapsed())
        };
        Some(AbortOnDropHandle::new(tokio::spawn(embed.in_current_span())))
    }

    async fn by_meaning(
        &self,
        reader: Uuid,
        model_id: Option<i16>,
        embedding: Option<Embedding>,
        scope: &Scope,
    ) -> Result<ByMeaning> {
        let (Some(model_id), Some(embedding)) = (model_id, embedding) else {
            return Ok(ByMeaning::default());
        };
        let (vector, embedding) = embedding.await.context("the embedding of a query panicked")?;
        let vector = match vector {
            Ok(vector) => vector,
            // The model may be an endpoint elsewhere. Words alone are better than nothing.
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "Searching without the meaning of the query");
                return Ok(ByMeaning::default());
            }
        };
        let started = Instant::now();
        let vector = QueryVector { model_id, vector };
        let hits = self.nearest(reader, &vector, scope, CANDIDATES).await?;
        Ok(ByMeaning { found: Some((vector, hits)), embedding, searching: started.elapsed() })
    }

    /// Where they are asked for: by words they are counted over what holds one, by meaning, which
    /// everything has, over all.
    async fn facets(&self, query: &SearchQuery, parsed: &Arc<ParsedQuery>, scope: &Scope) -> Option<Facets> {
        if !query.facets {
            return None;
        }
        let words = (query.mode != SearchMode::Semantic).then(|| parsed.clone());
        self.keyword.facets(words, scope.clone()).await
    }

    /// The best of the candidates, in their order, with what the query's words mark in them; and whether
    /// there are as many of them as the candidates let expect.
    async fn ranked(
        &self,
        reader: Uuid,
        query: &SearchQuery,
        found: &FoundByBoth,
    ) -> anyhow::Result<(Vec<Passage>, bool)> {
        let limit = query.limit.clamp(1, MAX_RESULTS) as usize;
        let ranking = self.ranking(found).await?;
        let mut passages = self.read(reader, &ranking, limit).await?;
        let is_whole = passages.len() >= limit.min(ranking.chunks().len());
        ranking.rank(&mut passages);
        passages.truncate(limit);

        let highlighter = Highlighter::new(found.sought());
        for passage in &mut passages {
            let language = Language::of_text(passage.language.as_deref());
            passage.highlights = highlighter.highlights(&passage.text, language);
        }
        Ok((passages, is_whole))
    }

    async fn ranking<'f>(&self, found: &'f FoundByBoth) -> anyhow::Result<Ranking<'f>> {
        let FoundByBoth { lexical, semantic, .. } = found;
        let lexical = lexical.found.as_ref();
        let nearest = match (&semantic.found, lexical) {
            (Some((vector, nearest)), Some(by_words)) => {
                let is_near = |chunk| nearest.iter().any(|hit| hit.chunk == chunk);
                let others: Vec<Uuid> =
                    by_words.hits.iter().map(|hit| hit.chunk).filter(|chunk| !is_near(*chunk)).collect();
                let others = self.cosines(vector, &others).await?;
                Some(nearest.iter().copied().chain(others).collect())
            }
            (Some((_, nearest)), None) => Some(nearest.clone()),
            (None, _) => None,
        };
        Ok(Ranking::new(found.sought(), self.model_is_english(), lexical, nearest.as_deref()))
    }

    /// The candidates among which the best `limit` are, as far as they are current and may be read.
    async fn read(&self, reader: Uuid, ranking: &Ranking<'_>, limit: usize) -> anyhow::Result<Vec<Passage>> {
        let chunks = ranking.chunks();
        let (first, rest) = chunks.split_at(ranking.enough(limit).min(chunks.len()));
        let mut passages = passage::current_passages(&self.db, reader, first).await?;
        if passages.len() < limit.min(first.len()) && !rest.is_empty() {
            passages.extend(passage::current_passages(&self.db, reader, rest).await?);
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
