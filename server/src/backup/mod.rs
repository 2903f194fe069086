//! Backups: all that Postgres holds and the originals, as files in a folder. The keyword index is
//! left out, since it is rebuilt from Postgres.
//!
//! A backup is a `manifest.json`, a file `tables/NAME` for each table in Postgres' binary copy
//! format, and the originals under `blobs`. It doesn't depend on where it was made: an embedded
//! database is restored into an outside one and the other way round.

mod originals;
mod restore;
mod save;

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use time::OffsetDateTime;

pub use restore::restore;
pub use save::save;

/// What is backed up, in an order in which each table comes after those it refers to. The one
/// reference against the order, a document's to its current version, is deferred while restoring.
const TABLES: &[&str] = &[
    "account",
    "user_group",
    "group_member",
    "api_token",
    "setup_link",
    "language_model",
    "collection",
    "collection_grant",
    "removed_guide",
    "blob",
    "document",
    "document_version",
    "text_part",
    "chunk",
    "likeness",
    "similar_document",
    "embedding_model",
    "embedding",
    "index_change",
    "job",
    "ingest_pause",
    "followed_folder",
    "followed_file",
    "conversation",
    "message",
    "message_source",
    "answer_event",
    "feedback",
    "review",
    "ledger_entry",
    "ledger_share",
    "budget",
];

/// What isn't: sessions, what is noted of sign-ins and which answers may be given again, which a
/// restored server does better without, and the migrations that a restore runs itself.
#[cfg(test)]
const LEFT_OUT: &[&str] =
    &["tower_sessions.session", "failed_sign_in", "familiar_address", "cached_answer", "_sqlx_migrations"];

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this description and the files beside it.
    format: u32,
    /// The newest migration that the data has been through.
    schema: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    pub tables: BTreeMap<String, TableFile>,
    /// How many originals.
    pub originals: u64,
}

/// A table's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    pub rows: u64,
    bytes: u64,
    /// In hexadecimal.
    sha256: String,
}

const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";

impl Manifest {
    /// Reads a backup's manifest and checks that this version of Footnote understands it.
    async fn read(backup: &Path) -> anyhow::Result<Self> {
        let path = backup.join(MANIFEST);
        let json = tokio::fs::read(&path)
            .await
            .with_context(|| format!("{} is not a backup: its manifest can't be read", backup.display()))?;
        let manifest: Self =
            serde_json::from_slice(&json).with_context(|| format!("{} is damaged", path.display()))?;
        if manifest.format != FORMAT {
            bail!("the backup has format {}, and this version of Footnote reads {FORMAT}", manifest.format);
        }
        Ok(manifest)
    }

    async fn write(&self, backup: &Path) -> anyhow::Result<()> {
        let json = serde_json::to_vec_pretty(self).context("could not describe the backup")?;
        tokio::fs::write(backup.join(MANIFEST), json).await.context("could not write the backup's manifest")
    }
}

/// The newest migration that the database has been through.
async fn schema_version(db: &mut PgConnection) -> anyhow::Result<i64> {
    sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations where success")
        .fetch_one(db)
        .await
        .context("could not ask the database for its schema's version")
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;

    #[sqlx::test(migrations = "../migrations")]
    async fn every_table_is_backed_up_or_left_out_for_a_reason(db: PgPool) {
        let tables: Vec<String> = sqlx::query_scalar(
            "select case when table_schema = 'public' then '' else table_schema || '.' end || table_name
             from information_schema.tables
             where table_schema in ('public', 'tower_sessions') and table_type = 'BASE TABLE'",
        )
        .fetch_all(&db)
        .await
        .unwrap();

        for table in &tables {
            let known = TABLES.contains(&table.as_str()) || LEFT_OUT.contains(&table.as_str());
            assert!(known, "{table} is neither backed up nor left out");
        }
        assert_eq!(tables.len(), TABLES.len() + LEFT_OUT.len());
    }
}
