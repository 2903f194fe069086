//! Making a backup, also while the server goes on.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

use super::{FORMAT, Manifest, TABLES, TableFile, originals, schema_version};
use crate::store::{
    blobs::{Blobs, Hash, hex},
    make_private,
};

/// Writes a backup into the folder `backup`, which must not exist yet or be empty. It takes its name
/// only when it is whole.
///
/// All tables are read in one transaction, and so as they stood at one moment. Originals are
/// copied before it, and in it those that came in between: what is deleted meanwhile is still part
/// of that moment, and copies of originals that aren't are removed.
///
/// # Errors
/// Where the folder is taken, the disk refuses, or an original is missing or damaged.
pub async fn save(db: &PgPool, blobs: &Blobs, backup: &Path) -> anyhow::Result<Manifest> {
    let half = prepare(backup).await?;
    let copies = Blobs::open(&half).await?;
    for hash in kept_originals(db).await? {
        originals::copy(blobs, &copies, hash).await?;
    }

    let mut connection = db.acquire().await.context("could not connect to the database")?;
    let (mut snapshot, hashes) = loop {
        let mut snapshot = begin_snapshot(&mut connection).await?;
        let hashes = kept_originals(&mut *snapshot).await?;
        match copy_all(blobs, &copies, &hashes).await? {
            None => break (snapshot, hashes),
            // One that was deleted since the snapshot asks for a later one.
            Some(gone) if !is_kept(db, gone).await? => snapshot.rollback().await?,
            Some(missing) => bail!("the original {} is missing: run `footnote check`", hex(&missing)),
        }
    };
    remove_others(&copies, &hashes).await?;
    let schema = schema_version(&mut snapshot).await?;
    let made_at = OffsetDateTime::now_utc();
    let mut manifest = Manifest {
        format: FORMAT,
        schema,
        made_at,
        tables: Default::default(),
        originals: hashes.len() as u64,
    };
    for table in TABLES {
        manifest.tables.insert((*table).to_owned(), save_table(&mut snapshot, table, &half).await?);
    }
    snapshot.rollback().await.context("could not finish reading the database")?;

    manifest.write(&half).await?;
    finish(&half, backup).await?;
    Ok(manifest)
}

/// All that is read in it is as it stands at the first look.
async fn begin_snapshot(db: &mut PgConnection) -> anyhow::Result<Transaction<'_, Postgres>> {
    let mut snapshot = db.begin().await.context("could not begin to read the database")?;
    sqlx::query("set transaction isolation level repeatable read, read only")
        .execute(&mut *snapshot)
        .await
        .context("could not begin to read the database")?;
    Ok(snapshot)
}

/// Copies the originals that aren't there yet. Returns one that could not be found, if there is one.
async fn copy_all(blobs: &Blobs, copies: &Blobs, hashes: &[Hash]) -> anyhow::Result<Option<Hash>> {
    for hash in hashes {
        if !originals::copy(blobs, copies, *hash).await? {
            return Ok(Some(*hash));
        }
    }
    Ok(None)
}

/// Removes the copies of originals that were deleted before the snapshot.
async fn remove_others(copies: &Blobs, kept: &[Hash]) -> anyhow::Result<()> {
    let kept: BTreeSet<&Hash> = kept.iter().collect();
    for hash in copies.list().await? {
        if !kept.contains(&hash) {
            copies.remove(&hash).await?;
        }
    }
    Ok(())
}

/// The folder beside the wished one in which the backup grows.
async fn prepare(backup: &Path) -> anyhow::Result<PathBuf> {
    let is_taken = match tokio::fs::read_dir(backup).await {
        Ok(mut entries) => entries.next_entry().await.context("could not look into the folder")?.is_some(),
        Err(_) => backup.exists(),
    };
    if is_taken {
        bail!("{} is not empty: name a new folder for the backup", backup.display());
    }
    let mut half = backup.as_os_str().to_owned();
    half.push(".half");
    let half = PathBuf::from(half);
    if half.exists() {
        tokio::fs::remove_dir_all(&half)
            .await
            .with_context(|| format!("could not remove an earlier attempt at {}", half.display()))?;
    }
    let made = half.clone();
    tokio::task::spawn_blocking(move || {
        make_private(&made).and_then(|()| std::fs::create_dir(made.join("tables")))
    })
    .await
    .context("could not wait for the disk")?
    .with_context(|| format!("could not make {}", half.display()))?;
    Ok(half)
}

async fn finish(half: &Path, backup: &Path) -> anyhow::Result<()> {
    tokio::fs::remove_dir(half.join("blobs/incoming")).await.context("could not tidy the backup")?;
    tokio::fs::rename(half, backup).await.with_context(|| format!("could not name it {}", backup.display()))
}

/// Copies a table into its file, in Postgres' binary format.
async fn save_table(db: &mut PgConnection, table: &str, backup: &Path) -> anyhow::Result<TableFile> {
    let path = backup.join("tables").join(table);
    let mut file =
        tokio::fs::File::create(&path).await.with_context(|| format!("could not make {}", path.display()))?;
    let rows = count_rows(db, table).await?;
    let reading = || format!("could not read the table {table}");
    let mut copy =
        db.copy_out_raw(&format!("copy {table} to stdout (format binary)")).await.with_context(reading)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    while let Some(part) = copy.try_next().await.with_context(reading)? {
        hasher.update(&part);
        bytes += part.len() as u64;
        file.write_all(&part).await.with_context(|| format!("could not write {}", path.display()))?;
    }
    file.sync_all().await.with_context(|| format!("could not write {}", path.display()))?;
    Ok(TableFile { rows, bytes, sha256: hex(&hasher.finalize()) })
}

/// The name is one of ours, and a table's name can't be a parameter.
async fn count_rows(db: &mut PgConnection, table: &str) -> anyhow::Result<u64> {
    let count: i64 = sqlx::query_scalar(&format!("select count(*) from {table}"))
        .fetch_one(db)
        .await
        .with_context(|| format!("could not count the rows of {table}"))?;
    Ok(count.unsigned_abs())
}

async fn kept_originals<'c>(db: impl sqlx::PgExecutor<'c>) -> anyhow::Result<Vec<Hash>> {
    sqlx::query_scalar!(r#"select sha256 from blob"#)
        .fetch_all(db)
        .await
        .context("could not list the originals")?
        .into_iter()
        .map(|hash| Hash::try_from(hash).map_err(|_| anyhow::anyhow!("an original's hash is damaged")))
        .collect()
}

async fn is_kept(db: &PgPool, hash: Hash) -> anyhow::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from blob where sha256 = $1) as "kept!""#, hash.as_slice())
        .fetch_one(db)
        .await
        .context("could not look for an original")
}
