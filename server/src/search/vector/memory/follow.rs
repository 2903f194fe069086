//! Following Postgres: reading all vectors, then every change of what is searchable, in order.

use std::{convert::Infallible, time::Instant};

use anyhow::Context;
use futures::{Stream, TryStreamExt};
use pgvector::HalfVector;
use sqlx::{Connection, PgExecutor, PgPool, postgres::PgListener};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    VectorMemory,
    held::{Held, NewVector},
};
use crate::search::outbox::{
    CHANGE_CHANNEL, PAUSE_AFTER_FAILURE, SAFETY_POLL, changes_after, documents_of, last_change,
};

/// How many changes are taken in at a time.
const BATCH_CHANGES: i64 = 50;

/// The model whose vectors searches compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ActiveModel {
    id: i16,
    dimensions: i32,
}

impl VectorMemory {
    /// Holds what Postgres has until `shutdown`; where that becomes more than may be held, nothing.
    pub async fn follow(self, db: PgPool, shutdown: CancellationToken) {
        while let Some(Err(error)) = shutdown.run_until_cancelled(self.follow_until_failure(&db)).await {
            tracing::warn!(error = format!("{error:#}"), "The vectors in memory can't follow; trying again");
            shutdown.run_until_cancelled(tokio::time::sleep(PAUSE_AFTER_FAILURE)).await;
        }
    }

    async fn follow_until_failure(&self, db: &PgPool) -> anyhow::Result<Infallible> {
        let mut listener = PgListener::connect_with(db).await.context("could not listen for changes")?;
        listener.listen(CHANGE_CHANNEL).await?;
        // What was held before a failure may be of a database that was put back to an earlier state.
        self.change(|held| *held = None);
        loop {
            self.catch_up(db).await?;
            tokio::select! {
                () = self.shared.model_changed.notified() => {}
                () = tokio::time::sleep(SAFETY_POLL) => {}
                notified = listener.try_recv() => {
                    notified.context("could not listen for changes")?;
                }
            }
        }
    }

    /// Holds what Postgres has now.
    ///
    /// # Errors
    /// Where Postgres can't be read.
    pub async fn catch_up(&self, db: &PgPool) -> anyhow::Result<()> {
        match active_model(db).await? {
            Some(model) => self.keep_up(db, model).await,
            None => {
                self.change(|held| *held = None);
                Ok(())
            }
        }
    }

    /// Reads all vectors of the model where others or none are held, and then what has changed.
    async fn keep_up(&self, db: &PgPool, model: ActiveModel) -> anyhow::Result<()> {
        let held = self.read().as_ref().map(|held| (held.model_id, held.seq));
        let mut seq = match held {
            Some((id, seq)) if id == model.id => seq,
            _ => match self.read_all(db, model).await? {
                Some(seq) => seq,
                None => return Ok(()),
            },
        };
        loop {
            let changes = changes_after(db, seq, BATCH_CHANGES).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            seq = last.seq;
            if !self.take_in(db, model, &documents_of(&changes), seq).await? {
                return Ok(());
            }
        }
    }

    /// Gives the last change that what was read shows; `None` where there is too much to hold.
    async fn read_all(&self, db: &PgPool, model: ActiveModel) -> anyhow::Result<Option<i64>> {
        let started = Instant::now();
        let mut connection = db.acquire().await?;
        let mut snapshot = connection.begin_with("begin isolation level repeatable read, read only").await?;
        let count = count(&mut *snapshot, model.id).await?;
        if count > self.shared.most {
            tracing::debug!(count, "There are more vectors than are held in memory");
            self.change(|held| *held = None);
            return Ok(None);
        }
        let seq = last_change(&mut *snapshot).await?;
        let mut held = Held::new(model.id, usize::try_from(model.dimensions)?, seq, count);
        {
            let mut vectors = current_vectors(&mut *snapshot, model.id, None);
            while let Some(vector) = vectors.try_next().await.context("could not read the vectors")? {
                held.push(vector.into());
            }
        }
        self.change(|place| *place = Some(held));
        tracing::info!(count, seconds = started.elapsed().as_secs_f32(), "Vectors read into memory");
        Ok(Some(seq))
    }

    /// Brings the vectors of `documents` to what Postgres has of them now, which may be more than the
    /// change `seq`; false where that is too much to hold.
    async fn take_in(
        &self,
        db: &PgPool,
        model: ActiveModel,
        documents: &[Uuid],
        seq: i64,
    ) -> anyhow::Result<bool> {
        let new: Vec<NewVector> = current_vectors(db, model.id, Some(documents))
            .map_ok(NewVector::from)
            .try_collect()
            .await
            .context("could not read changed vectors")?;
        self.change(|place| {
            let Some(held) = place else { return };
            held.remove(documents);
            if held.len() + new.len() > self.shared.most {
                tracing::warn!(most = self.shared.most, "There are more vectors now than are held in memory");
                *place = None;
                return;
            }
            new.into_iter().for_each(|vector| held.push(vector));
            held.seq = seq;
        });
        Ok(self.read().is_some())
    }
}

async fn active_model(db: &PgPool) -> anyhow::Result<Option<ActiveModel>> {
    sqlx::query_as!(ActiveModel, r#"select id, dimensions from embedding_model where state = 'active'"#)
        .fetch_optional(db)
        .await
        .context("could not read the active embedding model")
}

async fn count(db: impl PgExecutor<'_>, model_id: i16) -> anyhow::Result<usize> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from embedding where model_id = $1"#, model_id)
            .fetch_one(db)
            .await
            .context("could not count the vectors")?;
    Ok(usize::try_from(count)?)
}

struct Row {
    chunk_id: Uuid,
    document_id: Uuid,
    collection_id: Uuid,
    media_type: String,
    language: Option<String>,
    folder: String,
    updated_at: OffsetDateTime,
    vector: HalfVector,
}

impl From<Row> for NewVector {
    fn from(row: Row) -> Self {
        Self {
            chunk: row.chunk_id,
            document: row.document_id,
            collection: row.collection_id,
            media_type: row.media_type,
            language: row.language,
            folder: row.folder,
            day: row.updated_at.to_offset(time::UtcOffset::UTC).date(),
            vector: row.vector.as_slice().iter().map(|x| x.to_f32()).collect(),
        }
    }
}

/// What Postgres holds now: of the documents `only`, or of all.
fn current_vectors<'a>(
    db: impl PgExecutor<'a> + 'a,
    model_id: i16,
    only: Option<&'a [Uuid]>,
) -> impl Stream<Item = sqlx::Result<Row>> + Unpin + 'a {
    sqlx::query_as!(
        Row,
        r#"
        select
            chunk.id as chunk_id,
            chunk.document_id,
            chunk.collection_id,
            indexed_version.media_type as "media_type!",
            chunk.language,
            indexed_version.folder as "folder!",
            indexed_version.updated_at as "updated_at!",
            embedding.vector as "vector: HalfVector"
        from indexed_version
        join chunk on chunk.version_id = indexed_version.id
        join embedding on embedding.chunk_id = chunk.id and embedding.model_id = $1
        where $2::uuid[] is null or indexed_version.document_id = any($2)
        "#,
        model_id,
        only as Option<&[Uuid]>,
    )
    .fetch(db)
}
