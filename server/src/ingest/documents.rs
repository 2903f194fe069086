//! Documents as they are listed and read.

mod members;
mod rows;

use anyhow::Context;
use app::{
    document::{Chunk, Document, DocumentFilter},
    error::AppError,
    list::{Page, PageRequest, foreign_cursor},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures::{Stream, StreamExt, stream};
use sqlx::PgPool;
use uuid::Uuid;

pub(super) use self::members::members;
use self::rows::{Wanted, select};
use super::{accept, text};
use crate::{error::Result, store::blobs::Hash};

/// How many documents a page of the list has, where the caller doesn't say.
const USUAL_LIMIT: u32 = 50;
const HIGHEST_LIMIT: u32 = 500;

/// Those that the reader may read and that the filter lets through, the newest first.
pub(super) async fn list(
    db: &PgPool,
    reader: Uuid,
    filter: &DocumentFilter,
    page: &PageRequest,
) -> Result<Page<Document>> {
    let limit = page.limit(USUAL_LIMIT, HIGHEST_LIMIT)?;
    let before = page.cursor().map(parse_cursor).transpose()?;
    // One more than asked for tells whether there are more.
    let wanted = Wanted { reader, filter, id: None, before, limit: i64::from(limit) + 1 };
    let mut items = select(db, wanted).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| BASE64_URL_SAFE_NO_PAD.encode(last.id));
    Ok(Page { items, next_cursor })
}

pub(super) async fn load(db: &PgPool, reader: Uuid, id: Uuid) -> Result<Document> {
    let filter = DocumentFilter::default();
    let wanted = Wanted { reader, filter: &filter, id: Some(id), before: None, limit: 1 };
    Ok(select(db, wanted).await?.pop().ok_or(AppError::NotFound)?)
}

/// Puts a failed document back into the queue.
pub(super) async fn retry(db: &PgPool, id: Uuid) -> Result<()> {
    let mut tx = db.begin().await?;
    let newest = sqlx::query!(
        r#"
        select id, status from document_version
        where document_id = $1
        order by number desc
        limit 1
        for no key update
        "#,
        id,
    )
    .fetch_one(&mut *tx)
    .await?;
    if newest.status != "failed" {
        return Err(AppError::conflict("Only a document that failed can be tried again.").into());
    }
    accept::requeue(&mut tx, &[newest.id]).await?;
    Ok(tx.commit().await?)
}

/// An original, to be sent to who may read it.
pub struct Original {
    pub hash: Hash,
    pub filename: String,
    pub media_type: String,
    pub size_bytes: i64,
}

impl super::LibraryService {
    /// The newest version's original, as it was uploaded.
    pub async fn original(&self, reader: Uuid, id: Uuid) -> Result<(Original, tokio::fs::File)> {
        let original = select_original(&self.ingest.db, reader, id).await?.ok_or(AppError::NotFound)?;
        let file = self.ingest.blobs.read(&original.hash).await?;
        Ok((original, file))
    }

    /// The text of the version that is searched, in stretches that make the whole; of an archive, the
    /// list of its files and then each under its path.
    pub async fn text(
        &self,
        reader: Uuid,
        id: Uuid,
    ) -> Result<impl Stream<Item = Result<String>> + Send + use<>> {
        let document = load(&self.ingest.db, reader, id).await?;
        if !text::exists(&self.ingest.db, id).await? {
            return Err(AppError::conflict("This document has no text yet.").into());
        }
        let members = members(&self.ingest.db, &document).await?;
        let db = self.ingest.db.clone();
        let inside = stream::iter(members).flat_map(move |member| {
            let head = stream::iter([Ok(format!("\n\n{}\n\n", member.path))]);
            let body = match member.problem {
                Some(problem) => stream::iter([Ok(format!("Not read: {problem}"))]).boxed(),
                None => text::read(db.clone(), member.id).boxed(),
            };
            head.chain(body)
        });
        Ok(text::read(self.ingest.db.clone(), id).chain(inside))
    }

    /// The passages of the version that is searched, in order, page by page.
    pub async fn chunks(
        &self,
        reader: Uuid,
        id: Uuid,
    ) -> Result<impl Stream<Item = Result<Vec<Chunk>>> + Send + use<>> {
        load(&self.ingest.db, reader, id).await?;
        let db = self.ingest.db.clone();
        Ok(stream::try_unfold((db, -1), move |(db, after)| async move {
            let page = select_chunks(&db, id, after).await?;
            Ok(page.last().map(|last| last.ordinal).map(|last| (page, (db, last))))
        }))
    }
}

fn parse_cursor(cursor: &str) -> Result<Uuid, AppError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or_else(foreign_cursor)
}

async fn select_original(db: &PgPool, reader: Uuid, id: Uuid) -> Result<Option<Original>> {
    let row = sqlx::query!(
        r#"
        select document.filename, document_version.sha256, document_version.media_type,
               document_version.size_bytes
        from document
        join document_version on document_version.document_id = document.id
        where document.id = $2
          and document.collection_id in (select readable_collection($1))
          and document.deleted_at is null
        order by document_version.number desc
        limit 1
        "#,
        reader,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not look for an original")?;
    row.map(|row| {
        Ok(Original {
            hash: row.sha256.as_slice().try_into().context("a stored hash is not a SHA-256")?,
            filename: row.filename,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
        })
    })
    .transpose()
}

/// How many passages are read at a time.
const PAGE: i64 = 500;

/// The next passages behind the one of this number.
async fn select_chunks(db: &PgPool, id: Uuid, after: i32) -> Result<Vec<Chunk>> {
    let chunks = sqlx::query_as!(
        Chunk,
        r#"
        select chunk.id, chunk.ordinal, chunk.heading_path, chunk.page, chunk.text, chunk.char_start,
               chunk.char_end
        from document
        join chunk on chunk.version_id = document.current_version_id
        where document.id = $1 and document.deleted_at is null and chunk.ordinal > $2
        order by chunk.ordinal
        limit $3
        "#,
        id,
        after,
        PAGE,
    )
    .fetch_all(db)
    .await
    .context("could not load a document's passages")?;
    Ok(chunks)
}
