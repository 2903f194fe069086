//! Documents as the database tells of them.

use anyhow::Context;
use app::{
    document::{Document, DocumentFailure, DocumentFilter, SimilarDocument},
    error::AppError,
};
use serde::Deserialize;
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    error::Result,
    ingest::likeness::{Edition, is_newer},
    store::blobs::hex,
};

/// What is selected of the documents.
pub(super) struct Wanted<'a> {
    pub(super) reader: Uuid,
    pub(super) filter: &'a DocumentFilter,
    pub(super) id: Option<Uuid>,
    pub(super) before: Option<Uuid>,
    pub(super) limit: i64,
}

struct Row {
    id: Uuid,
    external_id: Option<String>,
    parent_id: Option<Uuid>,
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
            parent_id: row.parent_id,
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
pub(super) async fn select(db: &PgPool, wanted: Wanted<'_>) -> Result<Vec<Document>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select document.id, document.external_id, document.parent_id, document.collection_id,
               collection.name as collection_name, document.title, document.filename, document.folder,
               document.url, newest.media_type, newest.size_bytes, newest.sha256,
               newest.number as version, standing.status as "status!", standing.stage,
               standing.progress as "progress!",
               newest.error_code, newest.error_detail, newest.pages,
               (select count(*) from chunk where chunk.version_id = document.current_version_id)
                   + coalesce(inside.chunks, 0)::bigint as "chunks!",
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
        -- What is in an archive: it is ready when its files are.
        left join lateral (
            select count(*) as members,
                   count(*) filter (where version.status in ('queued', 'processing')) as waiting,
                   sum((select count(*) from chunk where chunk.version_id = member.current_version_id))
                       as chunks
            from document as member
            cross join lateral (
                select status from document_version
                where document_version.document_id = member.id
                order by number desc
                limit 1
            ) as version
            where newest.media_type = any($9) and member.parent_id = document.id and member.deleted_at is null
        ) as inside on true
        cross join lateral (
            select case when is_waiting then 'processing' else newest.status end as status,
                   case when is_waiting then 'members' else newest.stage end as stage,
                   case when is_waiting then 1 - inside.waiting::real / inside.members else newest.progress end
                       ::real as progress
            from (select newest.status = 'ready' and inside.waiting > 0 as is_waiting) as state
        ) as standing
        where document.collection_id in (select readable_collection($1))
          and document.deleted_at is null
          and ($2::uuid is null or document.id = $2)
          and ($3::uuid is null or document.id < $3)
          and ($4::uuid is null or document.collection_id = $4)
          and ($5::text is null or standing.status = $5)
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
        &app::document::ARCHIVES.map(str::to_owned),
    )
    .fetch_all(db)
    .await
    .context("could not load documents")?;
    Ok(rows.into_iter().map(Document::try_from).collect::<Result<_, _>>()?)
}
