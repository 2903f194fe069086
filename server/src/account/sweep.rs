//! Clears away what has run out: sessions, links, failed sign-ins, answers that are given again.

use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::AccountService;
use crate::error::Result;

const EVERY: Duration = Duration::from_secs(60 * 60);

impl AccountService {
    /// Sweeps every hour until `stop`.
    pub async fn keep_sweeping(self, stop: CancellationToken) {
        let mut hours = tokio::time::interval(EVERY);
        while stop.run_until_cancelled(hours.tick()).await.is_some() {
            if let Err(error) = self.sweep().await {
                tracing::warn!(%error, "Could not clear away what has run out");
            }
        }
    }

    /// Removes sessions and links that ended, failures older than a day, addresses from which
    /// nobody signed in for a quarter of a year, and answers that were kept for thirty days to be
    /// given again: endpoints change their models without a word.
    pub async fn sweep(&self) -> Result<()> {
        sqlx::query!(r#"delete from tower_sessions.session where expiry_date < now()"#)
            .execute(&self.db)
            .await
            .context("could not remove ended sessions")?;
        sqlx::query!(r#"delete from setup_link where expires_at < now()"#)
            .execute(&self.db)
            .await
            .context("could not remove old set-up links")?;
        sqlx::query!(r#"delete from failed_sign_in where at < now() - interval '1 day'"#)
            .execute(&self.db)
            .await
            .context("could not remove old failed sign-ins")?;
        sqlx::query!(r#"delete from familiar_address where last_used_at < now() - interval '90 days'"#)
            .execute(&self.db)
            .await
            .context("could not remove old addresses")?;
        sqlx::query!(r#"delete from cached_answer where kept_at < now() - interval '30 days'"#)
            .execute(&self.db)
            .await
            .context("could not let go of old answers")?;
        Ok(())
    }
}
