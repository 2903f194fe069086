//! Removing documents, so that nothing of them is left: not in searches, not in answers, not on
//! disk.
//!
//! The first transaction hides the document and leaves a job behind; what follows can be done
//! again by any worker, after any crash, until it is complete.

use std::time::Duration;

use anyhow::Context;
use app::{
    document::{DeletionReceipt, Removed},
    error::AppError,
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    Ingest,
    accept::ORIGINALS_LOCK,
    index_change,
    queue::{self, Claim},
};
use crate::{answer, error::Result, store::blobs::Blobs};

/// How long a deletion waits for the keyword index.
const INDEX_PATIENCE: Duration = Duration::from_secs(30);

/// Removes a document, and says what was removed once all of it is gone.
pub(super) async fn document(ingest: &Ingest, id: Uuid) -> Result<DeletionReceipt> {
    let claims = hide(ingest, &[id]).await?;
    if claims.is_empty() {
        return Err(AppError::NotFound.into());
    }
    let removed = finish(ingest, &[id]).await?;
    finish_jobs(ingest, &claims).await?;
    Ok(DeletionReceipt { document_id: id, removed })
}

/// Removes a collection and all its documents. Should it be cut off, the documents are gone and
/// the collection is there, empty.
pub(super) async fn collection(ingest: &Ingest, id: Uuid) -> Result<()> {
    // Documents may be uploaded until the collection itself is gone.
    while !drop_if_empty(&ingest.db, id).await? {
        let documents = documents_of(&ingest.db, id).await?;
        let claims = hide(ingest, &documents).await?;
        finish(ingest, &documents).await?;
        finish_jobs(ingest, &claims).await?;
    }
    Ok(())
}

/// Hides a document at once and leaves the rest of its removal to a worker. One that is deleted
/// already is fine.
pub(super) async fn later(db: &PgPool, document: Uuid) -> Result<()> {
    let mut tx = db.begin().await?;
    hide_for_later(&mut tx, &[document]).await?;
    Ok(tx.commit().await?)
}

/// Hides the files of an archive that are in it no more, and leaves their removal to a worker.
pub(super) async fn members_but(db: &mut PgConnection, archive: Uuid, stay: &[Uuid]) -> Result<()> {
    let gone = sqlx::query_scalar!(
        r#"
        select id from document where parent_id = $1 and id <> all($2) and deleted_at is null order by id
        "#,
        archive,
        stay,
    )
    .fetch_all(&mut *db)
    .await?;
    hide_for_later(db, &gone).await
}

async fn hide_for_later(db: &mut PgConnection, documents: &[Uuid]) -> Result<()> {
    let hidden = mark_deleted(db, documents).await?;
    for document in &hidden {
        queue::push_purge(db, *document).await?;
    }
    for document in hidden {
        index_change::remove(db, document).await?;
    }
    Ok(())
}

/// Hides documents from every reader from now on. Returns the jobs that remove them, which the
/// caller holds.
async fn hide(ingest: &Ingest, documents: &[Uuid]) -> Result<Vec<Claim>> {
    let mut tx = ingest.db.begin().await?;
    let hidden = mark_deleted(&mut tx, documents).await?;
    let claims = ingest.queue.begin_purge(&mut tx, &hidden).await?;
    for document in &hidden {
        index_change::remove(&mut tx, *document).await?;
    }
    tx.commit().await?;
    Ok(claims)
}

/// Removes what hidden documents and the files in them left, in the database, in the index and on
/// disk.
pub(super) async fn finish(ingest: &Ingest, documents: &[Uuid]) -> Result<Removed> {
    let mut removed = Removed::default();
    let documents = &with_members(&ingest.db, documents).await?;
    for document in documents {
        let of_it = remove_rows(&ingest.db, *document).await?;
        removed.versions += of_it.versions;
        removed.chunks += of_it.chunks;
        removed.embeddings += of_it.embeddings;
        removed.index_entries += of_it.index_entries;
        removed.cached_answers += of_it.cached_answers;
    }
    await_index(ingest, documents).await?;
    removed.blobs = remove_unused_originals(&ingest.db, &ingest.blobs).await?;
    Ok(removed)
}

async fn finish_jobs(ingest: &Ingest, claims: &[Claim]) -> Result<()> {
    for claim in claims {
        ingest.queue.finish(claim).await?;
    }
    Ok(())
}

async fn remove_rows(db: &PgPool, document: Uuid) -> Result<Removed> {
    let mut tx = db.begin().await?;
    // One may have been begun from a search made before the document was hidden.
    let cached_answers = answer::withdraw(&mut tx, document).await?;
    let counts = count(&mut tx, document).await?;
    delete_rows(&mut tx, document).await?;
    tx.commit().await?;
    Ok(Removed { cached_answers, ..counts })
}

/// Waits until the keyword index has dropped the documents, and makes sure that it has.
async fn await_index(ingest: &Ingest, documents: &[Uuid]) -> Result<()> {
    let applied = match index_change::last_of(&ingest.db, documents).await? {
        Some(seq) => ingest.keyword.wait_for(seq, INDEX_PATIENCE).await,
        None => true,
    };
    let mut left = 0;
    for document in documents {
        left += ingest.keyword.count_entries(*document).await?;
    }
    if !applied || left > 0 {
        let message = "What was deleted is hidden from everybody. Its removal from the search index takes \
                       longer than usual and goes on in the background.";
        return Err(AppError::Unavailable { message: message.into() }.into());
    }
    Ok(())
}

/// Removes originals that no version uses any more, alone with the lock under which new ones get
/// their rows.
async fn remove_unused_originals(db: &PgPool, blobs: &Blobs) -> Result<i64> {
    let mut tx = db.begin().await?;
    sqlx::query!(r#"select pg_advisory_xact_lock($1)"#, ORIGINALS_LOCK).execute(&mut *tx).await?;
    let unused = sqlx::query_scalar!(
        r#"
        delete from blob
        where not exists (select from document_version where document_version.sha256 = blob.sha256)
        returning sha256
        "#,
    )
    .fetch_all(&mut *tx)
    .await?;
    for hash in &unused {
        let hash = hash.as_slice().try_into().context("a stored hash is not a SHA-256")?;
        blobs.remove(&hash).await?;
    }
    tx.commit().await?;
    Ok(unused.len() as i64)
}

/// Also those whose removal was cut off.
async fn documents_of(db: &PgPool, collection: Uuid) -> Result<Vec<Uuid>> {
    let documents = sqlx::query_scalar!(
        r#"select id from document where collection_id = $1 order by parent_id, id"#,
        collection
    )
    .fetch_all(db)
    .await?;
    Ok(documents)
}

/// The files of archives among hidden documents, then these: a file goes before its archive.
async fn with_members(db: &PgPool, documents: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut all = sqlx::query_scalar!(
        r#"
        select id from document
        where parent_id = any($1) and id <> all($1) and deleted_at is not null
        order by id
        "#,
        documents,
    )
    .fetch_all(db)
    .await?;
    all.extend(documents);
    Ok(all)
}

/// Hides documents, and with an archive its files.
async fn mark_deleted(db: &mut PgConnection, documents: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut hidden = sqlx::query_scalar!(
        r#"
        update document set deleted_at = now(), external_id = null
        where id = any($1) and deleted_at is null
        returning id
        "#,
        documents,
    )
    .fetch_all(&mut *db)
    .await?;
    // A statement of its own: the one before waited for who was just taking these files in.
    let members = sqlx::query_scalar!(
        r#"
        update document set deleted_at = now() where parent_id = any($1) and deleted_at is null
        returning id
        "#,
        &hidden,
    )
    .fetch_all(&mut *db)
    .await?;
    hidden.extend(members);
    // Workers on these find that their version is no longer theirs.
    sqlx::query!(
        r#"
        update document_version set status = 'superseded', stage = null
        where document_id = any($1) and status in ('queued', 'processing')
        "#,
        &hidden,
    )
    .execute(db)
    .await?;
    Ok(hidden)
}

/// What there is of a document. The index holds the passages of the version that is searched.
async fn count(db: &mut PgConnection, document: Uuid) -> Result<Removed> {
    let counts = sqlx::query!(
        r#"
        select
            (select count(*) from document_version where document_id = $1) as "versions!",
            (select count(*) from chunk where document_id = $1) as "chunks!",
            (select count(*) from embedding join chunk on chunk.id = embedding.chunk_id
             where chunk.document_id = $1) as "embeddings!",
            (select count(*) from document join chunk on chunk.version_id = document.current_version_id
             where document.id = $1) as "index_entries!"
        "#,
        document,
    )
    .fetch_one(db)
    .await?;
    Ok(Removed {
        versions: counts.versions,
        chunks: counts.chunks,
        embeddings: counts.embeddings,
        index_entries: counts.index_entries,
        ..Removed::default()
    })
}

/// The jobs first: a worker that claims one locks it before its version.
async fn delete_rows(db: &mut PgConnection, document: Uuid) -> Result<()> {
    sqlx::query!(
        r#"delete from job where version_id in (select id from document_version where document_id = $1)"#,
        document,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(r#"delete from document where id = $1 and deleted_at is not null"#, document)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether the collection is gone. A removed guide stays removed.
async fn drop_if_empty(db: &PgPool, id: Uuid) -> Result<bool> {
    let mut tx = db.begin().await?;
    let found = sqlx::query_scalar!(r#"select id from collection where id = $1 for update"#, id)
        .fetch_optional(&mut *tx)
        .await?;
    if found.is_none() {
        return Ok(true);
    }
    let dropped = sqlx::query_scalar!(
        r#"
        delete from collection
        where id = $1 and not exists (select from document where collection_id = $1)
        returning is_guide
        "#,
        id,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if dropped == Some(true) {
        sqlx::query!(r#"insert into removed_guide default values"#).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(dropped.is_some())
}
