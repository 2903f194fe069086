//! How a claim ends: done, given up, or put back. Each write names the attempt it belongs to.

use std::time::Duration;

use sqlx::PgConnection;

use super::{Claim, Task};
use crate::error::Result;

/// Whether the claim still held.
pub(super) async fn put_back(
    db: &mut PgConnection,
    claim: &Claim,
    attempt: i32,
    wait: Duration,
    cause: Option<&str>,
) -> Result<bool> {
    let put_back = sqlx::query!(
        r#"
        update job
        set state = 'queued', attempt = $3, run_after = now() + make_interval(secs => $4),
            leased_until = null, leased_by = null, last_error = coalesce($5, last_error)
        where id = $1 and attempt = $2 and state = 'running'
        "#,
        claim.id,
        claim.attempt,
        attempt,
        wait.as_secs_f64(),
        cause,
    )
    .execute(db)
    .await?;
    Ok(put_back.rows_affected() == 1)
}

pub(super) async fn requeue_version(db: &mut PgConnection, claim: &Claim) -> Result<()> {
    let Task::Ingest { version, attempt } = claim.task else { return Ok(()) };
    sqlx::query!(
        r#"
        update document_version set status = 'queued', stage = null, progress = 0
        where id = $1 and attempt = $2 and status = 'processing'
        "#,
        version,
        attempt,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn fail(db: &mut PgConnection, claim: &Claim, code: &str, detail: &str) -> Result<()> {
    sqlx::query!(
        r#"
        update job set state = 'dead', last_error = $3, finished_at = now(), leased_until = null
        where id = $1 and attempt = $2 and state = 'running'
        "#,
        claim.id,
        claim.attempt,
        detail,
    )
    .execute(&mut *db)
    .await?;
    let Task::Ingest { version, attempt } = claim.task else { return Ok(()) };
    sqlx::query!(
        r#"
        update document_version
        set status = 'failed', stage = null, error_code = $3, error_detail = $4
        where id = $1 and attempt = $2 and status = 'processing'
        "#,
        version,
        attempt,
        code,
        detail,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::ingest) async fn finish(db: &mut PgConnection, claim: &Claim) -> Result<()> {
    sqlx::query!(
        r#"
        update job set state = 'done', finished_at = now(), leased_until = null, last_error = null
        where id = $1 and attempt = $2 and state = 'running'
        "#,
        claim.id,
        claim.attempt,
    )
    .execute(db)
    .await?;
    Ok(())
}
