//! How much waits and how much is done, as the metrics show it.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::error::Result;

/// How often it is counted: about as often as metrics are collected.
const EVERY: Duration = Duration::from_secs(15);
const JOB_STATES: [&str; 3] = ["queued", "running", "dead"];
const VERSION_STATUSES: [&str; 4] = ["queued", "processing", "ready", "failed"];

/// Counts until `shutdown`.
pub(super) async fn keep_counting(db: PgPool, shutdown: CancellationToken) {
    let counting = async {
        loop {
            if let Err(error) = count(&db).await {
                tracing::warn!(%error, "Could not count jobs and documents");
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    shutdown.run_until_cancelled(counting).await;
}

async fn count(db: &PgPool) -> Result<()> {
    let jobs = count_jobs(db).await?;
    for state in JOB_STATES {
        metrics::gauge!("footnote_jobs", "state" => state).set(of(&jobs, state));
    }
    let versions = count_versions(db).await?;
    for status in VERSION_STATUSES {
        metrics::gauge!("footnote_document_versions", "status" => status).set(of(&versions, status));
    }
    Ok(())
}

fn of(counts: &[(String, i64)], name: &str) -> f64 {
    counts.iter().find(|(counted, _)| counted == name).map_or(0.0, |(_, count)| *count as f64)
}

async fn count_jobs(db: &PgPool) -> Result<Vec<(String, i64)>> {
    let rows =
        sqlx::query!(r#"select state, count(*) as "count!" from job where state <> 'done' group by state"#)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}

/// Those that are searched, and those that may be.
async fn count_versions(db: &PgPool) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"
        select status, count(*) as "count!" from document_version
        where status <> 'superseded'
        group by status
        "#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.status, row.count)).collect())
}
