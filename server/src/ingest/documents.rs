//! Documents as they are listed and read.

use anyhow::Context;
use app::{
    document::{Chunk, Document, DocumentFailure, DocumentFilter, SimilarDocument},
    error::AppError,
    list::{Page, PageRequest},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    accept,
    likeness::{Edition, is_newer},
};
use crate::{
    error::Result,
    store::blobs::{Hash, hex},
};

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
    let limit = page.limit.unwrap_or(USUAL_LIMIT).clamp(1, HIGHEST_LIMIT);
    let before = page.cursor.as_deref().map(parse_cursor).transpose()?;
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

    /// The text of the version that is searched.
    pub async fn text(&self, reader: Uuid, id: Uuid) -> Result<String> {
        load(&self.ingest.db, reader, id).await?;
        let text = select_text(&self.ingest.db, id).await?;
        Ok(text.ok_or_else(|| AppError::conflict("This document has no text yet."))?)
    }

    /// The passages of the version that is searched, in order.
    pub async fn chunks(&self, reader: Uuid, id: Uuid) -> Result<Vec<Chunk>> {
        load(&self.ingest.db, reader, id).await?;
        select_chunks(&self.ingest.db, id).await
    }
}

fn parse_cursor(cursor: &str) -> Result<Uuid, AppError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or_else(|| AppError::invalid("cursor", "This cursor did not come from this list."))
}

/// What is selected of the documents.
struct Wanted<'a> {
    reader: Uuid,
    filter: &'a DocumentFilter,
    id: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
}

struct Row {
    id: Uuid,
    external_id: Option<String>,
    collection_id: Uuid,
    collection_name: String,
    title: String,
    filename: String,
    folder: String,
    url: Option<String>,
    media_type: String,
    size_bytes: i64,
    sha256: Vec<u8>,
    version: i32,
    status: String,
    stage: Option<String>,
    progress: f32,
    error_code: Option<String>,
    error_detail: Option<String>,
    pages: Option<i32>,
    chunks: i64,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
    taken_in: OffsetDateTime,
    similar: Json<Vec<SimilarRow>>,
}

/// A similar document, as the database tells of it.
#[derive(Debug, Deserialize)]
struct SimilarRow {
    id: Uuid,
    title: String,
    filename: String,
    similarity: f32,
    #[serde(with = "time::serde::rfc3339")]
    taken_in: OffsetDateTime,
}

impl Row {
    fn similar(&self) -> Vec<SimilarDocument> {
        let this = Edition { title: &self.title, filename: &self.filename, taken_in: self.taken_in };
        let similar = |other: &SimilarRow| {
            let edition =
                Edition { title: &other.title, filename: &other.filename, taken_in: other.taken_in };
            SimilarDocument {
                id: other.id,
                title: other.title.clone(),
                similarity: other.similarity,
                is_newer: is_newer(edition, this),
            }
        };
        self.similar.iter().map(similar).collect()
    }
}

impl TryFrom<Row> for Document {
    type Error = AppError;

    fn try_from(row: Row) -> Result<Self, AppError> {
        Ok(Self {
            similar: row.similar(),
            id: row.id,
            external_id: row.external_id,
            collection_id: row.collection_id,
            collection_name: row.collection_name,
            title: row.title,
            filename: row.filename,
            folder: row.folder,
            url: row.url,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: hex(&row.sha256),
            version: row.version,
            status: row.status.parse()?,
            stage: row.stage,
            progress: row.progress,
            error: row
                .error_code
                .map(|code| DocumentFailure { code, detail: row.error_detail.unwrap_or_default() }),
            pages: row.pages,
            chunks: row.chunks,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Documents, each described by its newest version; the passages are those that are searched.
async fn select(db: &PgPool, wanted: Wanted<'_>) -> Result<Vec<Document>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select document.id, document.external_id, document.collection_id,
               collection.name as collection_name, document.title, document.filename, document.folder,
               document.url, newest.media_type, newest.size_bytes, newest.sha256,
               newest.number as version, newest.status, newest.stage, newest.progress,
               newest.error_code, newest.error_detail, newest.pages,
               (select count(*) from chunk where chunk.version_id = document.current_version_id) as "chunks!",
               document.created_at, document.updated_at, newest.created_at as taken_in,
               (
                 select coalesce(json_agg(json_build_object(
                     'id', other.id, 'title', other.title, 'filename', other.filename,
                     'similarity', pair.similarity, 'taken_in', version.created_at
                   ) order by pair.similarity desc, other.id), '[]')
                 from similar_document as pair
                 join document as other
                     on other.id = case document.id
                       when pair.document_id then pair.other_id else pair.document_id
                     end
                 join document_version as version on version.id = other.current_version_id
                 where document.id in (pair.document_id, pair.other_id)
                   and other.collection_id in (select readable_collection($1))
                   and other.deleted_at is null
               ) as "similar!: Json<Vec<SimilarRow>>"
        from document
        join collection on collection.id = document.collection_id
        cross join lateral (
            select * from document_version
            where document_version.document_id = document.id
            order by number desc
            limit 1
        ) as newest
        where document.collection_id in (select readable_collection($1))
          and document.deleted_at is null
          and ($2::uuid is null or document.id = $2)
          and ($3::uuid is null or document.id < $3)
          and ($4::uuid is null or document.collection_id = $4)
          and ($5::text is null or newest.status = $5)
          and ($6::text is null or document.external_id = $6)
          and ($7::text is null or strpos(lower(document.title), lower($7)) > 0
               or strpos(lower(document.folder || '/' || document.filename), lower($7)) > 0)
        order by document.id desc
        limit $8
        "#,
        wanted.reader,
        wanted.id,
        wanted.before,
        wanted.filter.collection,
        wanted.filter.status.map(app::document::Status::as_str),
        wanted.filter.external_id,
        wanted.filter.name,
        wanted.limit,
    )
    .fetch_all(db)
    .await
    .context("could not load documents")?;
    Ok(rows.into_iter().map(Document::try_from).collect::<Result<_, _>>()?)
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

async fn select_text(db: &PgPool, id: Uuid) -> Result<Option<String>> {
    let text = sqlx::query_scalar!(
        r#"
        select document_version.text
        from document
        join document_version on document_version.id = document.current_version_id
        where document.id = $1 and document.deleted_at is null
        "#,
        id,
    )
    .fetch_optional(db)
    .await
    .context("could not load a document's text")?;
    Ok(text.flatten())
}

async fn select_chunks(db: &PgPool, id: Uuid) -> Result<Vec<Chunk>> {
    let chunks = sqlx::query_as!(
        Chunk,
        r#"
        select chunk.id, chunk.ordinal, chunk.heading_path, chunk.page, chunk.text, chunk.char_start,
               chunk.char_end
        from document
        join chunk on chunk.version_id = document.current_version_id
        where document.id = $1 and document.deleted_at is null
        order by chunk.ordinal
        "#,
        id,
    )
    .fetch_all(db)
    .await
    .context("could not load a document's passages")?;
    Ok(chunks)
}
