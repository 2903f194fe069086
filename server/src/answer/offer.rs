//! What an answer may stand on: the passages that a search found for the asker, numbered.

mod editions;
mod store;

use app::{
    answer::Source,
    error::AppError,
    search::{Filter, Passage, SearchQuery},
};
use futures::future;
use sqlx::PgPool;
use uuid::Uuid;

use self::editions::Editions;
use super::{scope::Scope, verdict};
use crate::{
    error::{Error, Result},
    model::llm::OfferedSource,
    search::SearchService,
};

/// So many passages are offered: further ones answer rarely and lead astray more often.
const MOST: u32 = 8;
/// So many are looked at, of which some say the same.
const FOUND: u32 = 24;
/// So many of them come with what stands before and after.
const WITH_NEIGHBOURS: usize = 4;
/// In characters: what a search takes.
const LONGEST_QUERY: usize = 4_000;
/// In characters; about 6,000 tokens.
const MOST_CONTEXT: usize = 24_000;

/// The passages offered, the best first.
#[derive(Debug, Default)]
pub(super) struct Offer {
    pub(super) entries: Vec<Entry>,
    /// Of the question, where it was sought by meaning: of its parts together, if it has several.
    pub(super) vector: Option<Vec<f32>>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// As the reader sees it.
    pub(super) source: Source,
    /// As the answerer is given it.
    pub(super) offered: OfferedSource,
    pub(super) collection_id: Uuid,
    pub(super) version_id: Uuid,
}

impl Offer {
    /// Searches for passages on each of `parts` that `asker` may read: the best of each, then the
    /// second best of each, and so on.
    pub(super) async fn find(
        db: &PgPool,
        search: &SearchService,
        asker: Uuid,
        parts: &[String],
        scope: &Scope,
    ) -> Result<Self> {
        let found = parts.iter().map(|part| passages(search, asker, part, &scope.collections));
        let (found, vectors): (Vec<_>, Vec<_>) = future::try_join_all(found).await?.into_iter().unzip();
        let passages = scope.narrow(interleaved(found));
        let editions = Editions::among(db, &passages).await?;
        let mut passages = distinct(editions.newest_first(passages));
        passages.truncate(MOST as usize);
        let surroundings = future::join_all(
            passages
                .iter()
                .take(WITH_NEIGHBOURS)
                .map(|passage| search.with_neighbours(asker, passage.chunk_id, 1)),
        )
        .await;
        let mut surroundings = surroundings.into_iter();
        let entries = passages.into_iter().zip(1..).map(|(passage, number)| {
            // A passage replaced or removed since the search has none any more; it is offered
            // as it was found.
            let around = surroundings.next().and_then(std::result::Result::ok);
            let (before, after) = match around {
                Some(around) => split(&around.text, around.char_start, &passage),
                None => Default::default(),
            };
            entry(passage, number, before, after)
        });
        let mut entries = within_budget(without_repetition(entries.collect()));
        editions.note_in(&mut entries);
        Ok(Self { entries, vector: vectors.into_iter().collect::<Option<Vec<_>>>().and_then(together) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// As the reader sees them.
    pub(super) fn sources(&self) -> Vec<Source> {
        self.entries.iter().map(|entry| entry.source.clone()).collect()
    }

    /// As the answerer is given them.
    pub(super) fn offered(&self) -> Vec<OfferedSource> {
        self.entries.iter().map(|entry| entry.offered.clone()).collect()
    }
}

async fn passages(
    search: &SearchService,
    asker: Uuid,
    query: &str,
    collections: &[Uuid],
) -> Result<(Vec<Passage>, Option<Vec<f32>>)> {
    let query = SearchQuery {
        q: query.chars().take(LONGEST_QUERY).collect(),
        filter: Filter { collections: collections.to_vec(), ..Filter::default() },
        limit: FOUND,
        ..SearchQuery::default()
    };
    match search.search_with_vector(asker, &query).await {
        Ok((found, vector)) => Ok((found.results, vector)),
        // "Why?" is a question, and finds nothing.
        Err(Error::App(AppError::Invalid { .. })) => Ok(Default::default()),
        Err(error) => Err(error),
    }
}

/// The direction of all vectors together.
fn together(vectors: Vec<Vec<f32>>) -> Option<Vec<f32>> {
    let mut sum = vectors.into_iter().reduce(|mut sum, vector| {
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
        sum
    })?;
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        sum.iter_mut().for_each(|value| *value /= length);
    }
    Some(sum)
}

/// The first of each, then the second of each, and so on.
fn interleaved(lists: Vec<Vec<Passage>>) -> Vec<Passage> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut passages = Vec::new();
    loop {
        let before = passages.len();
        passages.extend(lists.iter_mut().filter_map(Iterator::next));
        if passages.len() == before {
            return passages;
        }
    }
}

/// Without passages that say the same as one before, word for word.
fn distinct(passages: Vec<Passage>) -> Vec<Passage> {
    let mut seen = Vec::new();
    passages
        .into_iter()
        .filter(|passage| {
            let words = verdict::folded(&passage.text);
            let new = !seen.contains(&words);
            seen.push(words);
            new
        })
        .collect()
}

/// What stands before and after `passage` in the text around it, which begins at `start`.
fn split(text: &str, start: i32, passage: &Passage) -> (String, String) {
    let length = |from: i32, to: i32| usize::try_from(to - from).unwrap_or(0);
    let before = length(start, passage.char_start);
    let through = before + length(passage.char_start, passage.char_end);
    let part =
        |skip: usize, take: usize| text.chars().skip(skip).take(take).collect::<String>().trim().to_owned();
    (part(0, before), part(through, usize::MAX))
}

fn entry(passage: Passage, reference: u32, before: String, after: String) -> Entry {
    let offered = OfferedSource {
        title: passage.title.clone(),
        heading_path: passage.heading_path.clone(),
        text: passage.text.clone(),
        before,
        after,
        document: passage.document_id,
        start: passage.char_start,
        date: passage.updated_at.day(),
        superseded_by: None,
        similarity: passage.scores.semantic,
    };
    let source = Source {
        reference,
        document_id: passage.document_id,
        external_id: passage.external_id,
        chunk_id: passage.chunk_id,
        title: passage.title,
        heading_path: passage.heading_path,
        page: passage.page,
        quote: passage.text,
        char_start: passage.char_start,
        char_end: passage.char_end,
        highlights: Vec::new(),
        updated_at: passage.updated_at,
    };
    Entry { source, offered, collection_id: passage.collection_id, version_id: passage.version_id }
}

/// Without surroundings that are offered as passages of their own.
fn without_repetition(mut entries: Vec<Entry>) -> Vec<Entry> {
    let places: Vec<(Uuid, i32, i32)> = entries
        .iter()
        .map(|entry| (entry.source.document_id, entry.source.char_start, entry.source.char_end))
        .collect();
    for entry in &mut entries {
        let (start, end) = (entry.source.char_start, entry.source.char_end);
        let length = |text: &str| text.chars().count() as i32;
        let overlaps = |from: i32, to: i32| {
            let same = places.iter().filter(|(document, ..)| *document == entry.source.document_id);
            same.filter(|(_, at, _)| *at != start).any(|(_, at, until)| *at < to && from < *until)
        };
        if overlaps(start - length(&entry.offered.before), start) {
            entry.offered.before.clear();
        }
        if overlaps(end, end + length(&entry.offered.after)) {
            entry.offered.after.clear();
        }
    }
    entries
}

/// As many as fit into the context; the first always does.
fn within_budget(entries: Vec<Entry>) -> Vec<Entry> {
    let mut left = MOST_CONTEXT;
    let mut kept = Vec::new();
    for mut entry in entries {
        let size = |text: &str| text.chars().count();
        let offered = &mut entry.offered;
        let own = size(&offered.text);
        if own + size(&offered.before) + size(&offered.after) > left {
            offered.before.clear();
            offered.after.clear();
        }
        let total = own + size(&offered.before) + size(&offered.after);
        if total > left && !kept.is_empty() {
            break;
        }
        left = left.saturating_sub(total);
        kept.push(entry);
    }
    kept
}
