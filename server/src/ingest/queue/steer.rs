//! Steering the queue: pause, resume, try again what failed, cancel what waits.

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use super::Queue;
use crate::{error::Result, ingest::accept};

/// What a document that was cancelled says of itself.
const CANCELLED: &str =
    "An administrator cancelled this document while it waited. It is taken in when you try it again.";

impl Queue {
    /// Lets nothing begin but deletions until [`Self::resume`].
    pub(in crate::ingest) async fn pause(&self, by: Uuid) -> Result<()> {
        sqlx::query!(
            r#"insert into ingest_pause (id, paused_by) values ($1, $2) on conflict do nothing"#,
            Uuid::now_v7(),
            by,
        )
        .execute(&self.db)
        .await
        .context("could not pause the queue")?;
        Ok(())
    }

    /// Lets everything begin again.
    pub(in crate::ingest) async fn resume(&self) -> Result<()> {
        sqlx::query!(r#"update ingest_pause set resumed_at = now() where resumed_at is null"#)
            .execute(&self.db)
            .await
            .context("could not resume the queue")?;
        Ok(())
    }

    /// Whether a long job should make way.
    pub(in crate::ingest) async fn is_paused(&self) -> Result<bool> {
        let paused = sqlx::query_scalar!(
            r#"select exists (select from ingest_pause where resumed_at is null) as "paused!""#
        )
        .fetch_one(&self.db)
        .await
        .context("could not see whether the queue is paused")?;
        Ok(paused)
    }
}

/// Puts every document back whose newest version failed, but for those that were cancelled.
/// Returns how many.
pub(in crate::ingest) async fn retry_failed(db: &PgPool) -> Result<i64> {
    let mut tx = db.begin().await?;
    let failed = sqlx::query_scalar!(
        r#"
        select version.id
        from document_version as version
        join document on document.id = version.document_id
        where version.status = 'failed'
          and version.error_code is distinct from 'cancelled'
          and document.deleted_at is null
          and not exists (
            select from document_version as newer
            where newer.document_id = version.document_id and newer.number > version.number
          )
        order by version.id
        for no key update of version
        "#,
    )
    .fetch_all(&mut *tx)
    .await
    .context("could not look for documents that failed")?;
    accept::requeue(&mut tx, &failed).await?;
    tx.commit().await?;
    Ok(failed.len() as i64)
}

/// Takes what waits out of the queue. Returns how many documents that were. Their jobs first: a
/// worker that claims one locks it before its version.
pub(in crate::ingest) async fn cancel_waiting(db: &PgPool) -> Result<i64> {
    let mut tx = db.begin().await?;
    let versions = sqlx::query_scalar!(
        r#"
        delete from job where kind = 'ingest' and state = 'queued'
        returning version_id as "version_id!"
        "#,
    )
    .fetch_all(&mut *tx)
    .await
    .context("could not empty the queue")?;
    let cancelled = sqlx::query!(
        r#"
        update document_version
        set status = 'failed', stage = null, error_code = 'cancelled', error_detail = $2
        where id = any($1) and status = 'queued'
        "#,
        &versions,
        CANCELLED,
    )
    .execute(&mut *tx)
    .await
    .context("could not mark documents as cancelled")?;
    tx.commit().await?;
    Ok(cancelled.rows_affected() as i64)
}
