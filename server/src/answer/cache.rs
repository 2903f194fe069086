//! Answers given before, given again where nothing has changed that they stand on.
//!
//! The search is run for every question; what an answer before saves is the model's work. It is
//! given again only to who may read of the same collections, and only while every passage that it
//! was offered is still there, every one that it cites is found again, and none is found that came
//! after it. So neither a changed right nor a changed, deleted or new document needs to be told to
//! anybody: the answer before is no longer found.

mod keep;
mod lookup;
mod sameness;

use anyhow::Context;
use app::answer::{CacheUse, CheckedSentence, Source};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

pub(super) use self::{
    keep::{forget, keep},
    lookup::give,
};
use super::{AnswerService, accept::Accepted, offer::Offer, prompt};
use crate::model::llm::Turn;

/// What of a question answers before are looked up by, whoever is to answer it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Those that it is asked of.
    collections: Vec<Uuid>,
    /// Each part of it so that it can be understood by itself.
    text: String,
    /// When its sources were looked for.
    searched_at: OffsetDateTime,
}

/// What an answer before is looked up by.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Of answers that were given without a conversation before them.
    alone: Scope,
    /// Of answers that were given after this very conversation.
    here: Scope,
    asked: String,
    vector: Option<Vector>,
    searched_at: OffsetDateTime,
}

impl Asked {
    /// By what an answer of these models, the one that writes and those that check, after this conversation, is looked up and kept.
    pub(super) fn of(&self, models: &[String], history: &[Turn], vector: Option<Vector>) -> Key {
        Key {
            alone: scope(&self.collections, models, &[]),
            here: scope(&self.collections, models, history),
            asked: self.text.clone(),
            vector,
            searched_at: self.searched_at,
        }
    }
}

/// SHA-256 of all that must be the same besides the question.
type Scope = [u8; 32];

/// The question's vector, and which model made it.
#[derive(Debug, Clone)]
pub(super) struct Vector {
    values: Vec<f32>,
    embedder: String,
}

/// An answer that may be given again.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) how: CacheUse,
    pub(super) answer: String,
    pub(super) sources: Vec<Source>,
    pub(super) sentences: Vec<CheckedSentence>,
    pub(super) confidence: Option<f64>,
}

impl AnswerService {
    /// What answers before to an accepted question are looked up by.
    pub(super) async fn asked(&self, accepted: &Accepted, parts: &[String]) -> anyhow::Result<Asked> {
        let searched_at = OffsetDateTime::now_utc();
        let text = parts.join("\n");
        let collections = collections(&self.db, accepted.asker, &accepted.scope.collections).await?;
        Ok(Asked { collections, text, searched_at })
    }

    /// The question's vector, as the search that found `offer` had it; `None` where the embedding
    /// model is away: then an answer before is known by its words alone.
    pub(super) fn vector(&self, offer: &Offer) -> Option<Vector> {
        let model = self.embedder.model()?;
        Some(Vector { values: offer.vector.clone()?, embedder: format!("{}/{}", model.name, model.mode) })
    }
}

fn scope(collections: &[Uuid], models: &[String], history: &[Turn]) -> Scope {
    let mut hash = Sha256::new();
    // Each piece with its length, so that no two lists of pieces look the same.
    let mut add = |piece: &[u8]| {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    };
    add(prompt::VERSION.as_bytes());
    add(prompt::CHECK_VERSION.as_bytes());
    add(&models.len().to_le_bytes());
    models.iter().for_each(|model| add(model.as_bytes()));
    collections.iter().for_each(|id| add(id.as_bytes()));
    for turn in history {
        add(turn.question.as_bytes());
        add(turn.answer.as_bytes());
    }
    hash.finalize().into()
}

/// The collections that a question is asked of: the chosen ones, or all, that the asker may read.
async fn collections(db: &PgPool, asker: Uuid, chosen: &[Uuid]) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select readable as "id!"
        from readable_collection($1) as readable
        where cardinality($2::uuid[]) = 0 or readable = any($2)
        order by readable
        "#,
        asker,
        chosen,
    )
    .fetch_all(db)
    .await
    .context("could not read which collections a question is asked of")
}

#[cfg(test)]
mod tests;
