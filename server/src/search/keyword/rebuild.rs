//! Building the index anew from Postgres, beside the one in use.

use std::{path::Path, time::Instant};

use anyhow::{Context, bail};
use futures::TryStreamExt;
use sqlx::{Connection, PgPool, postgres::PgListener};

use super::{
    KeywordIndex, blocking,
    entry::current_entries,
    folder::Folder,
    follow::{BATCH_ENTRIES, REBUILD_CHANNEL, REBUILT_CHANNEL},
    searchable::Searchable,
    writer::Writer,
    writing,
};
use crate::search::outbox::last_change;

impl KeywordIndex {
    /// Builds the index in `dir` anew: here, or by the server that holds it, and then waits for it.
    ///
    /// # Errors
    /// Where Postgres or the folder can't be read or written.
    pub async fn rebuild_in(dir: &Path, db: &PgPool) -> anyhow::Result<()> {
        if let Some(folder) = Folder::take(dir)? {
            let writer = Self::in_folder(folder).rebuild(db).await?;
            return blocking(move || writer.finish()).await;
        }
        let mut listener = PgListener::connect_with(db).await.context("could not listen to the server")?;
        listener.listen(REBUILT_CHANNEL).await?;
        notify(db, REBUILD_CHANNEL).await?;
        match listener.try_recv().await.context("could not listen to the server")? {
            Some(_) => Ok(()),
            None => bail!("the connection to the database was lost; the server may still be rebuilding"),
        }
    }

    /// Builds the index anew and lets searches see it. Until then they see the current one, unless
    /// that was given up.
    pub(super) async fn rebuild(&self, db: &PgPool) -> anyhow::Result<Writer> {
        let started = Instant::now();
        let folder = &self.shared.folder;
        if !self.is_ready() {
            folder.set_aside()?;
        }
        let next = folder.empty_next()?;
        let database = database_identity(db).await?;
        let writer = writing(move || Writer::create(&next, database)).await?;
        let writer = write_all(db, writer).await?;
        blocking(move || writer.finish()).await?;

        folder.swap()?;
        let current = folder.current();
        let (searchable, writer) = writing(move || {
            let searchable = Searchable::open(&current)?;
            let writer = Writer::resume(&searchable)?;
            Ok((searchable, writer))
        })
        .await?;
        let seq = searchable.state().seq;
        self.show(searchable);
        notify(db, REBUILT_CHANNEL).await?;
        tracing::info!(seq, seconds = started.elapsed().as_secs_f32(), "Keyword index rebuilt");
        Ok(writer)
    }
}

/// Writes and commits what Postgres holds at one moment, with the last change of that moment.
async fn write_all(db: &PgPool, mut writer: Writer) -> anyhow::Result<Writer> {
    let mut connection = db.acquire().await?;
    let mut snapshot = connection.begin_with("begin isolation level repeatable read, read only").await?;
    let seq = last_change(&mut *snapshot).await?;
    {
        let mut entries = current_entries(&mut *snapshot, None).try_chunks(BATCH_ENTRIES);
        while let Some(batch) = entries.try_next().await.context("could not read the passages")? {
            writer = writing(move || writer.add(&batch).map(|()| writer)).await?;
        }
    }
    writing(move || writer.commit(seq).map(|_| writer)).await
}

/// Tells this database from every other one, in this cluster or another.
pub(super) async fn database_identity(db: &PgPool) -> anyhow::Result<String> {
    sqlx::query_scalar!(
        r#"
        select pg_control_system.system_identifier || '/' || pg_database.oid as "identity!"
        from pg_control_system(), pg_database
        where pg_database.datname = current_database()
        "#,
    )
    .fetch_one(db)
    .await
    .context("could not identify the database")
}

async fn notify(db: &PgPool, channel: &str) -> anyhow::Result<()> {
    sqlx::query!(r#"select pg_notify($1, '') as "told!: ()""#, channel)
        .fetch_one(db)
        .await
        .context("could not notify through the database")?;
    Ok(())
}
