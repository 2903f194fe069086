//! Following Postgres: every change of what is searchable reaches the index, in order.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use anyhow::Context;
use futures::TryStreamExt;
use sqlx::{PgPool, postgres::PgListener};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    KeywordIndex, blocking, entry::current_entries, rebuild::database_identity, writer::Writer, writing,
};
use crate::search::outbox::{
    CHANGE_CHANNEL, PAUSE_AFTER_FAILURE, SAFETY_POLL, changes_after, documents_of, last_change,
};

/// Notified by who wants the index built anew.
pub(super) const REBUILD_CHANNEL: &str = "index_rebuild";
/// Notified when it has been.
pub(super) const REBUILT_CHANNEL: &str = "index_rebuilt";

/// How many changes go into one commit at most.
const BATCH_CHANGES: i64 = 200;
/// How much longer than a commit took the index rests before the next, unless more wait than go into one. Each
/// commit makes a segment, and segments cost merges: with two cores embedding, a commit for each document
/// took as much time as the embedding.
const REST: u32 = 4;
/// The longest rest: how much later than alone a document is searchable among many.
const LONGEST_REST: Duration = Duration::from_millis(500);
/// How many entries are made at a time.
pub(super) const BATCH_ENTRIES: usize = 256;

impl KeywordIndex {
    /// Keeps the index at the state of Postgres until `shutdown`. It goes on where its last commit
    /// says it was, and builds a new index where there is none that fits.
    pub async fn follow(self, db: PgPool, shutdown: CancellationToken) {
        while let Some(Err(error)) = shutdown.run_until_cancelled(self.follow_until_failure(&db)).await {
            tracing::warn!(error = format!("{error:#}"), "The keyword index can't follow; trying again");
            shutdown.run_until_cancelled(tokio::time::sleep(PAUSE_AFTER_FAILURE)).await;
        }
    }

    async fn follow_until_failure(&self, db: &PgPool) -> anyhow::Result<Infallible> {
        let mut listener = PgListener::connect_with(db).await.context("could not listen for changes")?;
        listener.listen_all([CHANGE_CHANNEL, REBUILD_CHANNEL]).await?;

        let mut writer = self.fitting_writer(db).await?;
        loop {
            writer = self.catch_up(db, writer).await?;
            if self.rebuild_is_next(&mut listener).await? {
                blocking(move || writer.finish()).await?;
                writer = self.rebuild(db).await?;
            }
        }
    }

    /// The writer of the current index if that is whole and of this database, or of a new one.
    async fn fitting_writer(&self, db: &PgPool) -> anyhow::Result<Writer> {
        let Some(searchable) = self.searchable() else { return self.rebuild(db).await };
        let database = database_identity(db).await?;
        let last = last_change(db).await?;
        let state = searchable.state();
        // A number above the last one means that the database was put back to an earlier state.
        let is_of_this_state = state.database == database && state.seq <= last;

        let checked = searchable.clone();
        match blocking(move || checked.verify()).await {
            Ok(()) if is_of_this_state => return writing(move || Writer::resume(&searchable)).await,
            Ok(()) => tracing::warn!("The keyword index is of another database and is being rebuilt"),
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "The keyword index is damaged and is being rebuilt"
                );
            }
        }
        self.give_up(&searchable);
        self.rebuild(db).await
    }

    /// Applies all changes since the last commit.
    async fn catch_up(&self, db: &PgPool, mut writer: Writer) -> anyhow::Result<Writer> {
        loop {
            let changes = changes_after(db, writer.seq(), BATCH_CHANGES).await?;
            let Some(seq) = changes.last().map(|change| change.seq) else { return Ok(writer) };
            let (started, is_behind) = (Instant::now(), changes.len() == BATCH_CHANGES as usize);
            writer = self.apply(db, writer, documents_of(&changes), seq).await?;
            if !is_behind {
                tokio::time::sleep((started.elapsed() * REST).min(LONGEST_REST)).await;
            }
        }
    }

    /// Brings the entries of `documents` to what Postgres holds of them now. That may be more than
    /// the change `seq`; applying the later change again then alters nothing.
    async fn apply(
        &self,
        db: &PgPool,
        mut writer: Writer,
        documents: Vec<Uuid>,
        seq: i64,
    ) -> anyhow::Result<Writer> {
        let removed = documents.clone();
        writer = writing(move || {
            writer.remove(&removed);
            Ok(writer)
        })
        .await?;
        let mut entries = current_entries(db, Some(&documents)).try_chunks(BATCH_ENTRIES);
        while let Some(batch) = entries.try_next().await.context("could not read changed passages")? {
            writer = writing(move || writer.add(&batch).map(|()| writer)).await?;
        }
        let (writer, searchable) = writing(move || {
            let searchable = writer.commit(seq)?;
            Ok((writer, searchable))
        })
        .await?;
        self.show(searchable);
        tracing::debug!(seq, documents = documents.len(), "Keyword index follows");
        Ok(writer)
    }

    /// Waits until there may be something to do: true to build the index anew, false to catch up.
    async fn rebuild_is_next(&self, listener: &mut PgListener) -> anyhow::Result<bool> {
        tokio::select! {
            () = self.shared.rebuild_wanted.notified() => Ok(true),
            () = tokio::time::sleep(SAFETY_POLL) => Ok(false),
            // `None` after the connection was lost and made again: changes may have gone by unheard.
            notification = listener.try_recv() => {
                let notification = notification.context("could not listen for changes")?;
                Ok(notification.is_some_and(|notification| notification.channel() == REBUILD_CHANNEL))
            }
        }
    }
}
