//! Which server writes an answer, and whether it still lives.
//!
//! Several servers may share a database. Each renews the leases of the answers it is writing; an
//! answer whose lease ran out, or that this very server was writing when it last went down, is
//! closed as far as it has come.

use std::time::Duration;

use anyhow::Context;
use sqlx::PgPool;
use uuid::Uuid;

use super::{AnswerService, close};

/// How long an answer is taken for alive without a sign of its server.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// How often the leases are renewed: two renewals may fail before one is lost.
const RENEWED_EVERY: Duration = Duration::from_secs(20);

impl AnswerService {
    /// Closes the answers that a crash left open. To be called before the first question is taken.
    ///
    /// # Errors
    /// Where the database can't be read or written.
    pub async fn recover(&self) -> anyhow::Result<()> {
        let own = self.running.instance();
        self.close_left_open(Some(own)).await
    }

    /// Renews the leases of what is being written here, and closes what other servers left open,
    /// until the shutdown.
    pub async fn keep_leases(self) {
        let mut turns = tokio::time::interval(RENEWED_EVERY);
        while self.running.shutdown().run_until_cancelled(turns.tick()).await.is_some() {
            let renewed = async {
                renew(&self.db, self.running.instance(), &self.running.messages()).await?;
                self.close_left_open(None).await
            };
            if let Err(error) = renewed.await {
                tracing::warn!(error = format!("{error:#}"), "Could not renew the leases of answers");
            }
        }
    }

    async fn close_left_open(&self, own: Option<Uuid>) -> anyhow::Result<()> {
        let left = left_open(&self.db, own).await?;
        for &message in &left {
            close::close_unfinished(&self.db, message).await?;
        }
        if !left.is_empty() {
            tracing::warn!(closed = left.len(), "Closed answers whose server went down while it wrote them");
        }
        Ok(())
    }
}

async fn renew(db: &PgPool, own: Uuid, messages: &[Uuid]) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        update message set leased_until = now() + make_interval(secs => $3)
        where id = any($2) and written_by = $1 and state = 'writing'
        "#,
        own,
        messages,
        LEASE.as_secs_f64(),
    )
    .execute(db)
    .await
    .context("could not renew the leases of answers")?;
    Ok(())
}

/// The answers that nobody writes: their lease ran out, or they are this server's from before.
async fn left_open(db: &PgPool, own: Option<Uuid>) -> anyhow::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        select id from message
        where state = 'writing' and (coalesce(leased_until, '-infinity') < now() or written_by = $1)
        "#,
        own,
    )
    .fetch_all(db)
    .await
    .context("could not look for answers left open")
}
