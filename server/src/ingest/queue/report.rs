//! How the queue of all collections stands.

use anyhow::Context;
use app::{
    document::RunningDocument,
    queue::{FailureReason, QueuePause, QueuePauser, QueueReport},
};
use sqlx::PgPool;

use crate::error::Result;

/// How many of the documents being processed are named.
const NAMED: i64 = 20;

/// Counts what is in the queue, and reckons when it will be empty.
pub(in crate::ingest) async fn load(db: &PgPool) -> Result<QueueReport> {
    let counts = count(db).await?;
    let per_minute = rate(db).await?;
    let pause = open_pause(db).await?;
    let seconds_left = per_minute
        .filter(|_| pause.is_none())
        .map(|per_minute| (counts.documents_left / per_minute * 60.0).ceil() as i64);
    Ok(QueueReport {
        pause,
        waiting: counts.waiting,
        running: counts.running,
        failed: counts.failed,
        cancelled: counts.cancelled,
        per_minute,
        seconds_left,
        documents: running(db).await?,
        reasons: reasons(db).await?,
    })
}

struct Counts {
    waiting: i64,
    running: i64,
    failed: i64,
    cancelled: i64,
    /// Of a document that is being processed, only what is still to be done.
    documents_left: f64,
}

/// A failed version counts while no newer one took its place.
async fn count(db: &PgPool) -> Result<Counts> {
    let counts = sqlx::query_as!(
        Counts,
        r#"
        select count(*) filter (where version.status = 'queued') as "waiting!",
               count(*) filter (where version.status = 'processing') as "running!",
               count(*) filter (
                 where version.status = 'failed' and version.error_code is distinct from 'cancelled'
               ) as "failed!",
               count(*) filter (
                 where version.status = 'failed' and version.error_code = 'cancelled'
               ) as "cancelled!",
               coalesce(sum(1.0 - version.progress) filter (where version.status <> 'failed'), 0)
                 ::double precision as "documents_left!"
        from document_version as version
        join document on document.id = version.document_id
        where version.status in ('queued', 'processing', 'failed')
          and document.deleted_at is null
          and (version.status <> 'failed' or not exists (
            select from document_version as newer
            where newer.document_id = version.document_id and newer.number > version.number
          ))
        "#,
    )
    .fetch_one(db)
    .await
    .context("could not count what waits to be taken in")?;
    Ok(counts)
}

/// Documents a minute over the last ten, since the last pause. Time in which there was nothing to
/// do doesn't count: each step reaches back to the end before, or to when its job came.
async fn rate(db: &PgPool) -> Result<Option<f64>> {
    let lately = sqlx::query!(
        r#"
        with since as (
            select greatest(now() - interval '10 minutes', max(resumed_at)) as since from ingest_pause
        ),
        step as (
            select finished_at - greatest(
                       since, created_at, lag(finished_at) over (order by finished_at)
                   ) as took
            from job, since
            where kind = 'ingest' and state in ('done', 'dead') and finished_at > since
        )
        select count(*) as "finished!",
               coalesce(extract(epoch from sum(took)), 0)::double precision as "seconds!"
        from step
        "#,
    )
    .fetch_one(db)
    .await
    .context("could not see how fast documents are taken in")?;
    Ok((lately.seconds > 0.0).then(|| lately.finished as f64 / lately.seconds * 60.0))
}

async fn open_pause(db: &PgPool) -> Result<Option<QueuePause>> {
    let open = sqlx::query!(
        r#"
        select ingest_pause.paused_at as "paused_at!", account.id as "id?", account.email as "email?"
        from ingest_pause
        left join account on account.id = ingest_pause.paused_by
        where ingest_pause.resumed_at is null
        "#,
    )
    .fetch_optional(db)
    .await
    .context("could not see whether the queue is paused")?;
    Ok(open.map(|pause| QueuePause {
        since: pause.paused_at.into(),
        by: pause.id.zip(pause.email).map(|(id, email)| QueuePauser { id, email }),
    }))
}

async fn running(db: &PgPool) -> Result<Vec<RunningDocument>> {
    let running = sqlx::query_as!(
        RunningDocument,
        r#"
        select document.id, document.title, version.stage, version.progress
        from job
        join document_version as version on version.id = job.version_id
        join document on document.id = version.document_id
        where job.state = 'running' and version.status = 'processing' and document.deleted_at is null
        order by job.run_after, job.id
        limit $1
        "#,
        NAMED,
    )
    .fetch_all(db)
    .await
    .context("could not see what is being taken in")?;
    Ok(running)
}

async fn reasons(db: &PgPool) -> Result<Vec<FailureReason>> {
    let reasons = sqlx::query_as!(
        FailureReason,
        r#"
        select version.error_code as "code!", min(version.error_detail) as "detail!",
               count(*) as "documents!"
        from document_version as version
        join document on document.id = version.document_id
        where version.status = 'failed'
          and version.error_code <> 'cancelled'
          and document.deleted_at is null
          and not exists (
            select from document_version as newer
            where newer.document_id = version.document_id and newer.number > version.number
          )
        group by version.error_code
        order by count(*) desc, version.error_code
        "#,
    )
    .fetch_all(db)
    .await
    .context("could not see why documents failed")?;
    Ok(reasons)
}
