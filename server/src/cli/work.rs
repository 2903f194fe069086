//! Processing documents within a command, where no server does it.

use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ingest::{Ingest, worker};

/// How often it is looked how far the documents have come.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Workers, and what brings their documents into the keyword index.
pub(super) struct Work {
    stop: CancellationToken,
    running: [JoinHandle<()>; 2],
}

impl Work {
    pub(super) fn start(ingest: Ingest, workers: usize) -> Self {
        let stop = CancellationToken::new();
        let following = ingest.keyword.clone().follow(ingest.db.clone(), stop.clone());
        let working = worker::run(ingest, workers, stop.clone());
        Self { stop, running: [tokio::spawn(following), tokio::spawn(working)] }
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        futures::future::join_all(self.running).await;
    }
}

/// Waits until each of the documents can be searched or has failed.
pub(super) async fn await_processed(db: &PgPool, documents: &[Uuid]) -> anyhow::Result<()> {
    let bar = progress_bar("Processing", documents.len());
    loop {
        let left = count_unprocessed(db, documents).await?;
        bar.set_position((documents.len() - left) as u64);
        if left == 0 {
            bar.finish_and_clear();
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

pub(super) fn progress_bar(what: &'static str, length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}");
    ProgressBar::new(length as u64)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}

async fn count_unprocessed(db: &PgPool, documents: &[Uuid]) -> anyhow::Result<usize> {
    let count = sqlx::query_scalar!(
        r#"
        select count(distinct document_id) as "count!" from document_version
        where document_id = any($1) and status in ('queued', 'processing')
        "#,
        documents,
    )
    .fetch_one(db)
    .await
    .context("could not see how far the documents have come")?;
    Ok(usize::try_from(count)?)
}
