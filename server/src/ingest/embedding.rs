//! The vectors of passages: which model makes them, filling a new model beside the old one, and
//! the change from one to the other.
//!
//! Vectors of two models are never compared. One model is active, and searches use it if its
//! embedder is the one that runs; a model that was configured anew is filled in the background
//! and then takes its place in one update.

mod reuse;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use pgvector::HalfVector;
use sqlx::{PgConnection, PgPool};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(super) use self::reuse::reuse;
use super::{Ingest, chunk::embedded_text, process::Failure, queue};
use crate::{
    error::Result,
    model::{EmbeddingModel, endpoint::EndpointError},
    search::vector::{create_vector_index, drop_vector_index},
};

/// How many chunks are embedded and stored at a time while a model is filled.
const BATCH: i64 = 64;
/// Held while it is decided which model is active.
const MODELS_LOCK: i64 = 7_306_086_895;

/// The number of the embedder's model in the database, once it was made known there.
pub type Registered = Arc<OnceCell<i16>>;

impl Ingest {
    /// The number under which the embedder's vectors are stored. The model is made known to the
    /// database at the first call.
    ///
    /// # Errors
    /// [`EndpointError::Unreachable`] while an endpoint has not said yet what its vectors are like.
    pub async fn embedding_model(&self) -> Result<i16> {
        let register = async || match self.embedder.model() {
            Some(model) => register(&self.db, model).await,
            None => Err(anyhow::Error::from(EndpointError::Unreachable).into()),
        };
        self.registered.get_or_try_init(register).await.copied()
    }

    /// Makes the model known as soon as it is, so that what lies there already is embedded with it.
    pub(super) async fn register_when_known(self, shutdown: CancellationToken) {
        const AFTER_ERROR: Duration = Duration::from_secs(2);
        while shutdown.run_until_cancelled(self.embedder.known_model()).await.is_some() {
            match self.embedding_model().await {
                Ok(_) => return,
                Err(error) => tracing::error!(%error, "Could not make the embedding model known"),
            }
            shutdown.run_until_cancelled(tokio::time::sleep(AFTER_ERROR)).await;
        }
    }
}

/// Makes a model known, and returns its number. The first ever is active at once. Another one than
/// the active is filled by a job; until that is done, semantic search has nothing to compare with.
pub async fn register(db: &PgPool, model: &EmbeddingModel) -> Result<i16> {
    let mut tx = db.begin().await?;
    sqlx::query!(r#"select pg_advisory_xact_lock($1)"#, MODELS_LOCK).execute(&mut *tx).await?;
    let id = insert_model(&mut tx, model).await?;
    abandon_others(&mut tx, id).await?;
    if !activate_first(&mut tx, id).await? {
        tracing::warn!(
            model = model.name,
            mode = model.mode,
            "The embedding model has changed: passages are embedded anew in the background, and until \
             that is done search goes by words alone"
        );
        queue::push_embed(&mut tx, id).await?;
    }
    tx.commit().await?;
    create_vector_index(db, id, model.dimensions as i32).await?;
    Ok(id)
}

/// Gives every chunk a vector of the model, then makes it the active one. Makes way where the queue
/// is paused meanwhile.
pub(super) async fn fill(ingest: &Ingest, model: i16) -> Result<(), Failure> {
    if model != ingest.embedding_model().await? {
        // Configured once, and no more: nobody could make its vectors.
        return Ok(());
    }
    let mut at = Place::START;
    loop {
        let batch = without_vector(&ingest.db, model, None, at, BATCH).await?;
        match batch.last() {
            Some(last) => at = last.place(),
            None if at == Place::START => break,
            // Once more from the start, for what came meanwhile.
            None => {
                at = Place::START;
                continue;
            }
        }
        let vectors = embed(ingest, &batch).await?;
        store(&mut *ingest.db.acquire().await?, model, &batch, vectors).await?;
        if ingest.queue.is_paused().await? {
            return Err(Failure::Paused);
        }
    }
    Ok(activate(&ingest.db, model).await?)
}

/// A chunk that wants a vector.
#[derive(Debug)]
pub(super) struct Bare {
    id: Uuid,
    version_id: Uuid,
    ordinal: i32,
    title: String,
    heading_path: Vec<String>,
    text: String,
}

impl Bare {
    pub(super) fn place(&self) -> Place {
        Place { version: self.version_id, ordinal: self.ordinal }
    }
}

/// Where among all chunks one stands: looking goes on behind the last that was found, or it would
/// pass all that have their vector each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    version: Uuid,
    ordinal: i32,
}

impl Place {
    /// Before all of them.
    pub(super) const START: Self = Self { version: Uuid::nil(), ordinal: -1 };
}

pub(super) async fn embed(ingest: &Ingest, chunks: &[Bare]) -> Result<Vec<Vec<f32>>> {
    let texts = chunks
        .iter()
        .map(|chunk| embedded_text(Some(&chunk.title), &chunk.heading_path, &chunk.text))
        .collect();
    let vectors = ingest.embedder.embed_passages(texts).await.context("could not embed passages")?;
    let dimensions = ingest.embedder.model().map(|model| model.dimensions as usize);
    let fit = vectors.len() == chunks.len() && vectors.iter().all(|vector| Some(vector.len()) == dimensions);
    if !fit {
        return Err(anyhow::anyhow!("the embedder returned vectors of another number or size").into());
    }
    Ok(vectors)
}

/// Chunks behind a place without a vector of the model: of one version, or of all that is searched.
pub(super) async fn without_vector(
    db: &PgPool,
    model: i16,
    version: Option<Uuid>,
    after: Place,
    limit: i64,
) -> Result<Vec<Bare>> {
    let chunks = sqlx::query_as!(
        Bare,
        r#"
        select chunk.id, chunk.version_id, chunk.ordinal, chunk.heading_path, chunk.text,
               coalesce(version.title, document.title) as "title!"
        from chunk
        join document_version as version on version.id = chunk.version_id
        join document on document.id = chunk.document_id
        where (chunk.version_id, chunk.ordinal) > ($4, $5)
          and (chunk.version_id = $2 or ($2::uuid is null and chunk.version_id = document.current_version_id))
          and not exists (
            select from embedding where embedding.chunk_id = chunk.id and embedding.model_id = $1
          )
        order by chunk.version_id, chunk.ordinal
        limit $3
        "#,
        model,
        version,
        limit,
        after.version,
        after.ordinal,
    )
    .fetch_all(db)
    .await
    .context("could not look for passages without a vector")?;
    Ok(chunks)
}

/// Stores vectors. A chunk that is gone meanwhile, or has its vector already, is passed by.
pub(super) async fn store(
    db: &mut PgConnection,
    model: i16,
    chunks: &[Bare],
    vectors: Vec<Vec<f32>>,
) -> Result<()> {
    let ids: Vec<Uuid> = chunks.iter().map(|chunk| chunk.id).collect();
    let vectors: Vec<HalfVector> = vectors.iter().map(|vector| HalfVector::from_f32_slice(vector)).collect();
    sqlx::query!(
        r#"
        insert into embedding (chunk_id, model_id, collection_id, vector)
        select chunk.id, $2, chunk.collection_id, new.vector
        from unnest($1::uuid[], $3::halfvec[]) as new (chunk_id, vector)
        join chunk on chunk.id = new.chunk_id
        on conflict do nothing
        "#,
        &ids,
        model,
        &vectors as &[HalfVector],
    )
    .execute(db)
    .await
    .context("could not store vectors")?;
    Ok(())
}

async fn insert_model(db: &mut PgConnection, model: &EmbeddingModel) -> Result<i16> {
    let id = sqlx::query_scalar!(
        r#"
        insert into embedding_model (name, mode, dimensions, state)
        values ($1, $2, $3, 'filling')
        on conflict (name, mode, dimensions)
        do update set state = case embedding_model.state when 'retired' then 'filling' else embedding_model.state end
        returning id
        "#,
        model.name,
        model.mode,
        model.dimensions as i32,
    )
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// Models that were being filled when the configuration changed again are given up.
async fn abandon_others(db: &mut PgConnection, configured: i16) -> Result<()> {
    let abandoned = sqlx::query_scalar!(
        r#"
        update embedding_model set state = 'retired'
        where state = 'filling' and id <> $1
        returning id
        "#,
        configured,
    )
    .fetch_all(&mut *db)
    .await?;
    for model in abandoned {
        remove_vectors(db, model).await?;
    }
    Ok(())
}

/// Makes the model active where none is. True where it now is, or was already.
async fn activate_first(db: &mut PgConnection, model: i16) -> Result<bool> {
    let active = sqlx::query_scalar!(r#"select id from embedding_model where state = 'active'"#)
        .fetch_optional(&mut *db)
        .await?;
    if active.is_none() {
        sqlx::query!(r#"update embedding_model set state = 'active' where id = $1"#, model)
            .execute(db)
            .await?;
    }
    Ok(active.is_none_or(|active| active == model))
}

/// The change from one model to the next, in one transaction; the old one's vectors go with it.
async fn activate(db: &PgPool, model: i16) -> Result<()> {
    let mut tx = db.begin().await?;
    sqlx::query!(r#"select pg_advisory_xact_lock($1)"#, MODELS_LOCK).execute(&mut *tx).await?;
    let retired = sqlx::query_scalar!(
        r#"update embedding_model set state = 'retired' where state = 'active' and id <> $1 returning id"#,
        model,
    )
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query!(r#"update embedding_model set state = 'active' where id = $1"#, model)
        .execute(&mut *tx)
        .await?;
    for old in &retired {
        remove_vectors(&mut tx, *old).await?;
    }
    tx.commit().await?;
    if !retired.is_empty() {
        tracing::info!("All passages are embedded with the new model; semantic search uses it from now on");
    }
    Ok(())
}

async fn remove_vectors(db: &mut PgConnection, model: i16) -> Result<()> {
    drop_vector_index(&mut *db, model).await?;
    sqlx::query!(r#"delete from embedding where model_id = $1"#, model).execute(db).await?;
    Ok(())
}
