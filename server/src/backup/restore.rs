//! Restoring a backup where there is nothing yet.

use std::path::Path;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::io::AsyncReadExt;

use super::{Manifest, TABLES, TableFile, originals, schema_version};
use crate::store::blobs::{Blobs, hex};

/// How much of a table is read and sent at a time, in bytes.
const PART: usize = 1 << 16;

/// Restores the backup in the folder `backup` into an empty database, all of it or nothing, and its
/// originals into `blobs`.
///
/// # Errors
/// Where the backup is damaged or of another version, or the database holds something already.
pub async fn restore(db: &PgPool, blobs: &Blobs, backup: &Path) -> anyhow::Result<Manifest> {
    let manifest = Manifest::read(backup).await?;
    let mut connection = db.acquire().await.context("could not connect to the database")?;
    check_fit(&mut connection, &manifest).await?;
    restore_originals(&manifest, blobs, backup).await?;

    let mut transaction = connection.begin().await.context("could not begin to write the database")?;
    sqlx::query("set constraints all deferred").execute(&mut *transaction).await?;
    for table in TABLES {
        let file =
            manifest.tables.get(*table).with_context(|| format!("the backup lacks the table {table}"))?;
        restore_table(&mut transaction, table, file, backup).await?;
    }
    continue_numbers(&mut transaction).await?;
    release_jobs(&mut transaction).await?;
    sqlx::query("set constraints all immediate")
        .execute(&mut *transaction)
        .await
        .context("the backup doesn't fit together")?;
    transaction.commit().await.context("could not write the database")?;
    Ok(manifest)
}

async fn check_fit(db: &mut PgConnection, manifest: &Manifest) -> anyhow::Result<()> {
    let schema = schema_version(db).await?;
    if manifest.schema != schema {
        bail!(
            "the backup has schema {}, and this version of Footnote has {schema}: \
             restore it with the version that made it, then start this one on it",
            manifest.schema
        );
    }
    if !is_empty(db).await? {
        bail!("there are accounts or collections already: a backup is restored where there is nothing yet");
    }
    Ok(())
}

async fn restore_originals(manifest: &Manifest, blobs: &Blobs, backup: &Path) -> anyhow::Result<()> {
    let copies = Blobs::of_backup(backup);
    let hashes = copies.list().await?;
    if hashes.len() as u64 != manifest.originals {
        bail!("the backup has {} originals of {}: it is damaged", hashes.len(), manifest.originals);
    }
    for hash in hashes {
        originals::copy(&copies, blobs, hash).await?;
    }
    Ok(())
}

async fn restore_table(
    db: &mut PgConnection,
    table: &str,
    expected: &TableFile,
    backup: &Path,
) -> anyhow::Result<()> {
    let path = backup.join("tables").join(table);
    let mut file =
        tokio::fs::File::open(&path).await.with_context(|| format!("could not open {}", path.display()))?;
    let writing = || format!("could not write the table {table}");
    let mut copy =
        db.copy_in_raw(&format!("copy {table} from stdin (format binary)")).await.with_context(writing)?;
    let mut hasher = Sha256::new();
    let mut part = vec![0; PART];
    loop {
        let read =
            file.read(&mut part).await.with_context(|| format!("could not read {}", path.display()))?;
        if read == 0 {
            break;
        }
        hasher.update(&part[..read]);
        copy.send(&part[..read]).await.with_context(writing)?;
    }
    let rows = copy.finish().await.with_context(writing)?;
    if hex(&hasher.finalize()) != expected.sha256 || rows != expected.rows {
        bail!("{} is damaged: it isn't what the backup's manifest says", path.display());
    }
    Ok(())
}

async fn is_empty(db: &mut PgConnection) -> anyhow::Result<bool> {
    sqlx::query_scalar!(
        r#"select not exists(select from account) and not exists(select from collection) as "is_empty!""#
    )
    .fetch_one(db)
    .await
    .context("could not look into the database")
}

/// Numbers that Postgres gives go on after those restored.
async fn continue_numbers(db: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::query!(
        r#"
        select
            setval(pg_get_serial_sequence('embedding_model', 'id'),
                (select coalesce(max(id), 0) + 1 from embedding_model), false) as model,
            setval(pg_get_serial_sequence('index_change', 'seq'),
                (select coalesce(max(seq), 0) + 1 from index_change), false) as change
        "#
    )
    .fetch_one(db)
    .await
    .context("could not go on with the numbers of the backup")?;
    Ok(())
}

/// Nobody works here on what was being worked on there.
async fn release_jobs(db: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::query!(r#"update job set leased_until = now() where state = 'running'"#)
        .execute(db)
        .await
        .context("could not take back the jobs of the backup")?;
    Ok(())
}
