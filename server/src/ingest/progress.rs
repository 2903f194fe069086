//! How the ingestion of a collection stands, and how it goes on.

use std::time::Duration;

use app::{
    account::User,
    document::{IngestProgress, RunningDocument},
    ports::Library,
};
use futures::{Stream, stream};
use sqlx::PgPool;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use uuid::Uuid;

use super::{LibraryService, collections, news::Progress};
use crate::error::Result;

/// The shortest time between two reports.
const PACE: Duration = Duration::from_millis(500);
/// How many of the documents being processed are named.
const NAMED: i64 = 20;

impl LibraryService {
    /// The progress of a collection: now, then whenever it changes, until nothing is left or the
    /// reader may no longer know.
    pub async fn follow_progress(
        &self,
        reader: User,
        collection: Uuid,
    ) -> Result<impl Stream<Item = IngestProgress> + Send + use<>> {
        collections::require_readable(&self.ingest.db, reader.id, collection).await?;
        let watch = Watch { library: self.clone(), reader, collection, news: self.ingest.news.progress() };
        Ok(stream::unfold(Some((watch, None)), |watching| async move {
            let (mut watch, last) = watching?;
            let next = watch.next(last.as_ref()).await?;
            let goes_on = (next.left() > 0).then(|| (watch, Some(next.clone())));
            Some((next, goes_on))
        }))
    }
}

struct Watch {
    library: LibraryService,
    reader: User,
    collection: Uuid,
    news: Receiver<Progress>,
}

impl Watch {
    /// The first report, or the next that differs from the last.
    async fn next(&mut self, last: Option<&IngestProgress>) -> Option<IngestProgress> {
        loop {
            if last.is_some() {
                self.await_news().await?;
            }
            let now = self.library.ingest_progress(&self.reader, self.collection).await.ok()?;
            if last != Some(&now) {
                return Some(now);
            }
        }
    }

    /// Waits for news of the collection, and then for what else comes at about the same time.
    async fn await_news(&mut self) -> Option<()> {
        loop {
            match self.news.recv().await {
                Ok(progress) if progress.concerns(self.collection) => break,
                // What was missed may have concerned it.
                Err(RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(RecvError::Closed) => return None,
            }
        }
        tokio::time::sleep(PACE).await;
        self.news = self.news.resubscribe();
        Some(())
    }
}

pub(super) async fn load(db: &PgPool, reader: Uuid, collection: Uuid) -> Result<IngestProgress> {
    collections::require_readable(db, reader, collection).await?;
    let counts = count(db, collection).await?;
    Ok(IngestProgress { running: running(db, collection).await?, ..counts })
}

async fn count(db: &PgPool, collection: Uuid) -> Result<IngestProgress> {
    let counts = sqlx::query!(
        r#"
        select count(*) filter (where newest.status = 'queued') as "queued!",
               count(*) filter (where newest.status = 'processing') as "processing!",
               count(*) filter (where newest.status = 'ready') as "ready!",
               count(*) filter (where newest.status = 'failed') as "failed!"
        from document
        cross join lateral (
            select status from document_version
            where document_version.document_id = document.id
            order by number desc
            limit 1
        ) as newest
        where document.collection_id = $1 and document.deleted_at is null
        "#,
        collection,
    )
    .fetch_one(db)
    .await?;
    Ok(IngestProgress {
        queued: counts.queued,
        processing: counts.processing,
        ready: counts.ready,
        failed: counts.failed,
        running: Vec::new(),
    })
}

async fn running(db: &PgPool, collection: Uuid) -> Result<Vec<RunningDocument>> {
    let running = sqlx::query_as!(
        RunningDocument,
        r#"
        select document.id, document.title, version.stage, version.progress
        from job
        join document_version as version on version.id = job.version_id
        join document on document.id = version.document_id
        where job.state = 'running'
          and version.status = 'processing'
          and document.collection_id = $1
          and document.deleted_at is null
        order by job.leased_until, job.id
        limit $2
        "#,
        collection,
        NAMED,
    )
    .fetch_all(db)
    .await?;
    Ok(running)
}
