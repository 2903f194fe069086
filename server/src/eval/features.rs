//! What the ranker sees of each question's candidates, written down for `tools/rank`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Context;
use app::search::{Filter, SearchQuery};
use serde::Serialize;
use uuid::Uuid;

use super::set::QuestionSet;
use crate::search::{FEATURES, SearchService};

/// A line of the file: a question.
#[derive(Serialize)]
struct Line<'a> {
    question: &'a str,
    /// How many documents are right.
    relevant: usize,
    /// The features' names.
    names: [&'static str; FEATURES.len()],
    candidates: Vec<Candidate>,
}

#[derive(Serialize)]
struct Candidate {
    document: String,
    is_right: bool,
    features: [f64; FEATURES.len()],
}

/// Writes a line of JSON for each question of the set, with the candidates that the ranker reads.
///
/// # Errors
/// Where a search fails, or the file can't be written.
pub async fn write_features(
    search: &SearchService,
    reader: Uuid,
    collections: &[Uuid],
    set: &QuestionSet,
    path: &Path,
) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("could not write {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for question in &set.questions {
        let query = SearchQuery {
            q: question.text.clone(),
            filter: Filter { collections: collections.to_vec(), ..Filter::default() },
            ..SearchQuery::default()
        };
        let explained = search.explain(reader, &query).await?;
        let candidates = explained.into_iter().map(|explained| {
            let document = explained.passage.external_id.unwrap_or_default();
            let is_right = question.relevant.contains(&document);
            Candidate { document, is_right, features: explained.features }
        });
        let line = Line {
            question: &question.id,
            relevant: question.relevant.len(),
            names: FEATURES,
            candidates: candidates.collect(),
        };
        serde_json::to_writer(&mut file, &line).context("could not write down a question's candidates")?;
        file.write_all(b"\n")?;
    }
    file.flush().with_context(|| format!("could not write {}", path.display()))
}
