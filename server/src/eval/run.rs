//! Asking the questions, and what came of each.

use std::{fs, path::Path};

use anyhow::Context;
use app::{
    error::AppError,
    search::{Filter, SearchMode, SearchQuery, SearchResults},
};
use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    loss::Loss,
    measure::Measures,
    set::{Question, QuestionSet},
};
use crate::{
    error::Error,
    search::{MAX_RESULTS, SearchService},
};

/// How many questions are asked at once.
const AT_ONCE: usize = 4;

/// What came of a set's questions. Kept as JSON, it is what a later run is compared with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub outcomes: Vec<Outcome>,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub question: String,
    pub text: String,
    pub lexical: Measures,
    pub semantic: Measures,
    pub hybrid: Measures,
    /// How many documents are right.
    pub relevant: usize,
    /// Of those that are not among the first ten of the hybrid search, where each was lost.
    pub lost: Vec<Loss>,
}

impl Run {
    /// Asks every question in every mode, as `reader`, in the given collections (none for all that
    /// may be read).
    ///
    /// # Errors
    /// Where a search fails.
    pub async fn of(
        search: &SearchService,
        reader: Uuid,
        collections: &[Uuid],
        set: &QuestionSet,
    ) -> anyhow::Result<Self> {
        let outcomes = futures::stream::iter(&set.questions)
            .map(|question| outcome(search, reader, collections, question))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Self { outcomes })
    }

    /// # Errors
    /// Where the file can't be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let json = serde_json::to_vec(self).context("could not write down a run")?;
        fs::write(path, json).with_context(|| format!("could not write {}", path.display()))
    }

    /// # Errors
    /// Where the file is missing or holds no run.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let json = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        serde_json::from_slice(&json).with_context(|| format!("{} holds no run", path.display()))
    }
}

async fn outcome(
    search: &SearchService,
    reader: Uuid,
    collections: &[Uuid],
    question: &Question,
) -> anyhow::Result<Outcome> {
    let find = |mode| find(search, reader, collections, question, mode);
    let lexical = documents(&find(SearchMode::Lexical).await?);
    let semantic = documents(&find(SearchMode::Semantic).await?);
    let hybrid = documents(&find(SearchMode::Hybrid).await?);
    let lost = question.relevant.iter().filter_map(|id| Loss::of(id, [&lexical, &semantic], &hybrid));
    Ok(Outcome {
        question: question.id.clone(),
        text: question.text.clone(),
        lexical: Measures::of(&lexical, &question.relevant),
        semantic: Measures::of(&semantic, &question.relevant),
        hybrid: Measures::of(&hybrid, &question.relevant),
        relevant: question.relevant.len(),
        lost: lost.collect(),
    })
}

async fn find(
    search: &SearchService,
    reader: Uuid,
    collections: &[Uuid],
    question: &Question,
    mode: SearchMode,
) -> anyhow::Result<SearchResults> {
    let query = SearchQuery {
        q: question.text.clone(),
        filter: Filter { collections: collections.to_vec(), ..Filter::default() },
        mode,
        limit: MAX_RESULTS,
        ..SearchQuery::default()
    };
    match search.search(reader, &query).await {
        Ok(found) => Ok(found),
        // A question without a word in it finds nothing, and that counts.
        Err(Error::App(AppError::Invalid { .. })) => Ok(SearchResults::default()),
        Err(error) => Err(error).with_context(|| format!("could not search for question {}", question.id)),
    }
}

/// The documents of passages, each where its best passage stands, by external id where there is one.
fn documents(found: &SearchResults) -> Vec<String> {
    let mut documents: Vec<String> = Vec::new();
    for passage in &found.results {
        let id = passage.external_id.clone().unwrap_or_else(|| passage.document_id.to_string());
        if !documents.contains(&id) {
            documents.push(id);
        }
    }
    documents
}
