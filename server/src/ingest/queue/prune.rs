//! Clears away jobs that ended long ago.

use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::Queue;
use crate::error::Result;

const EVERY: Duration = Duration::from_secs(60 * 60);

impl Queue {
    /// Prunes every hour until `stop`.
    pub(in crate::ingest) async fn keep_pruning(self, stop: CancellationToken) {
        let mut hours = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(hours.tick()).await.is_some() {
            if let Err(error) = self.prune().await {
                tracing::warn!(%error, "Could not clear away jobs that ended");
            }
        }
    }

    /// Removes jobs that were done a day ago, and those given up a month ago: till then somebody
    /// may want to know why. Returns how many there were.
    pub async fn prune(&self) -> Result<u64> {
        let pruned = sqlx::query!(
            r#"
            delete from job
            where state = 'done' and finished_at < now() - interval '1 day'
               or state = 'dead' and finished_at < now() - interval '30 days'
            "#,
        )
        .execute(&self.db)
        .await
        .context("could not remove jobs that ended")?;
        Ok(pruned.rows_affected())
    }
}
