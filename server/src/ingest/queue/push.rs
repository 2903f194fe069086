//! Enqueuing jobs, in the transaction that gives rise to them.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Claim, LEASE, Queue, Task};
use crate::error::Result;

/// Enqueues the ingestion of those of the versions that wait for it.
pub(in crate::ingest) async fn push_ingest(db: &mut PgConnection, versions: &[Uuid]) -> Result<()> {
    let jobs: Vec<Uuid> = versions.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        r#"
        insert into job (id, kind, version_id, is_large)
        select new.id, 'ingest', new.version_id, document_version.size_bytes >= $3
        from unnest($1::uuid[], $2::uuid[]) as new (id, version_id)
        join document_version on document_version.id = new.version_id
        where document_version.status = 'queued'
        "#,
        &jobs,
        versions,
        LARGE,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// From so many bytes on a file is large: a table of this size has three thousand passages.
const LARGE: i64 = 2_000_000;

/// Enqueues the filling of an embedding model, once.
pub(in crate::ingest) async fn push_embed(db: &mut PgConnection, model: i16) -> Result<()> {
    sqlx::query!(
        r#"
        insert into job (id, kind, model_id)
        select $1, 'embed', $2
        where not exists (
            select from job where kind = 'embed' and model_id = $2 and state in ('queued', 'running')
        )
        "#,
        Uuid::now_v7(),
        model,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Enqueues the removal of a document that is hidden.
pub(in crate::ingest) async fn push_purge(db: &mut PgConnection, document: Uuid) -> Result<()> {
    sqlx::query!(
        r#"insert into job (id, kind, document_id, max_attempts) values ($1, 'purge', $2, $3)"#,
        Uuid::now_v7(),
        document,
        MOST_PURGES,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How often a removal is tried: it is a promise.
const MOST_PURGES: i32 = 20;

impl Queue {
    /// Enqueues the removal of documents as jobs that the caller itself works on at once; should it
    /// not come to the end, another worker does.
    pub(in crate::ingest) async fn begin_purge(
        &self,
        db: &mut PgConnection,
        documents: &[Uuid],
    ) -> Result<Vec<Claim>> {
        let claims: Vec<Claim> = documents
            .iter()
            .map(|document| Claim {
                id: Uuid::now_v7(),
                task: Task::Purge { document: *document },
                attempt: 1,
                is_large: false,
                max_attempts: MOST_PURGES,
            })
            .collect();
        let ids: Vec<Uuid> = claims.iter().map(|claim| claim.id).collect();
        sqlx::query!(
            r#"
            insert into job (id, kind, document_id, state, attempt, max_attempts, leased_by, leased_until)
            select new.id, 'purge', new.document_id, 'running', 1, $5, $3, now() + make_interval(secs => $4)
            from unnest($1::uuid[], $2::uuid[]) as new (id, document_id)
            "#,
            &ids,
            documents,
            self.instance,
            LEASE.as_secs_f64(),
            MOST_PURGES,
        )
        .execute(db)
        .await?;
        Ok(claims)
    }
}
