//! Passages as readers get them, read from Postgres: the last word on what may be seen.

use anyhow::Context;
use app::search::{ChannelScores, Passage};
use sqlx::{PgPool, types::time::OffsetDateTime};
use uuid::Uuid;

/// Those of `chunks` that are current and that `reader` may read now, in no order. Whatever a
/// channel found by an older state of things is not among them.
pub(super) async fn current_passages(
    db: &PgPool,
    reader: Uuid,
    chunks: &[Uuid],
) -> anyhow::Result<Vec<Passage>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select
            document.id as document_id,
            document.external_id,
            chunk.id as chunk_id,
            chunk.collection_id,
            chunk.version_id,
            chunk.ordinal,
            document.title,
            document_version.media_type,
            chunk.heading_path,
            chunk.page,
            chunk.text,
            chunk.char_start,
            chunk.char_end,
            chunk.language,
            document.updated_at
        from chunk
        join document on document.id = chunk.document_id
            and document.current_version_id = chunk.version_id
            and document.deleted_at is null
        join document_version on document_version.id = chunk.version_id
        where chunk.id = any($2)
          and document.collection_id = any(array(select readable_collection($1)))
        "#,
        reader,
        chunks,
    )
    .fetch_all(db)
    .await
    .context("could not read the passages found")?;
    Ok(rows.into_iter().map(Passage::from).collect())
}

struct Row {
    document_id: Uuid,
    external_id: Option<String>,
    chunk_id: Uuid,
    collection_id: Uuid,
    version_id: Uuid,
    ordinal: i32,
    title: String,
    media_type: String,
    heading_path: Vec<String>,
    page: Option<i32>,
    text: String,
    char_start: i32,
    char_end: i32,
    language: Option<String>,
    updated_at: OffsetDateTime,
}

/// Not ranked yet: without scores and highlights.
impl From<Row> for Passage {
    fn from(row: Row) -> Self {
        Self {
            document_id: row.document_id,
            external_id: row.external_id,
            chunk_id: row.chunk_id,
            collection_id: row.collection_id,
            version_id: row.version_id,
            ordinal: row.ordinal,
            title: row.title,
            media_type: row.media_type,
            heading_path: row.heading_path,
            page: row.page,
            text: row.text,
            char_start: row.char_start,
            char_end: row.char_end,
            highlights: Vec::new(),
            score: 0.0,
            scores: ChannelScores::default(),
            language: row.language,
            updated_at: row.updated_at.into(),
        }
    }
}
