//! Following the queue as it moves on.

use std::time::Duration;

use anyhow::Context;
use app::{account::User, ports::Library, queue::QueueReport};
use futures::{Stream, stream};
use sqlx::PgPool;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use uuid::Uuid;

use crate::{
    error::Result,
    ingest::{LibraryService, news::Progress},
};

/// The shortest time between two reports.
const PACE: Duration = Duration::from_secs(1);

impl LibraryService {
    /// The queue's reports: one now, then one whenever it changes, for as long as the reader is an
    /// admin.
    pub async fn follow_queue(&self, reader: User) -> Result<impl Stream<Item = QueueReport> + Send + use<>> {
        // Listening before looking, so that nothing in between is missed.
        let news = self.ingest.news.progress();
        let first = self.queue(&reader).await?;
        let watch = Watch { library: self.clone(), reader, news, last: first.clone() };
        let later =
            stream::unfold(
                watch,
                |mut watch| async move { watch.next().await.map(|report| (report, watch)) },
            );
        Ok(futures::StreamExt::chain(stream::iter([first]), later))
    }
}

struct Watch {
    library: LibraryService,
    reader: User,
    news: Receiver<Progress>,
    last: QueueReport,
}

impl Watch {
    /// The next report that differs from the last.
    async fn next(&mut self) -> Option<QueueReport> {
        loop {
            if let Err(RecvError::Closed) = self.news.recv().await {
                return None;
            }
            // What else comes at about the same time makes one report.
            tokio::time::sleep(PACE).await;
            self.news = self.news.resubscribe();
            if !is_admin_still(&self.library.ingest.db, self.reader.id).await.ok()? {
                return None;
            }
            let now = self.library.queue(&self.reader).await.ok()?;
            if now != self.last {
                self.last = now.clone();
                return Some(now);
            }
        }
    }
}

async fn is_admin_still(db: &PgPool, account: Uuid) -> Result<bool> {
    let is_admin = sqlx::query_scalar!(
        r#"
        select exists (
            select from account where id = $1 and role = 'admin' and suspended_at is null
        ) as "is_admin!"
        "#,
        account,
    )
    .fetch_one(db)
    .await
    .context("could not see whether a reader is still an administrator")?;
    Ok(is_admin)
}
