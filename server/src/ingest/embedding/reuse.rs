//! Taking over vectors where the words stayed the same.

use anyhow::Context;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;

/// Gives the passages of a version the vectors of equal ones of the document's other versions: equal
/// in all that [`crate::ingest::chunk::embedded_text`] is made of.
pub(in crate::ingest) async fn reuse(db: &mut PgConnection, model: i16, version: Uuid) -> Result<()> {
    sqlx::query!(
        r#"
        insert into embedding (chunk_id, model_id, collection_id, vector)
        select distinct on (chunk.id) chunk.id, $1, chunk.collection_id, embedding.vector
        from chunk
        join document_version as version on version.id = chunk.version_id
        join chunk as equal
            on equal.document_id = chunk.document_id
            and equal.version_id <> chunk.version_id
            and equal.text = chunk.text
            and equal.heading_path = chunk.heading_path
        join document_version as other
            on other.id = equal.version_id and other.title is not distinct from version.title
        join embedding on embedding.chunk_id = equal.id and embedding.model_id = $1
        where chunk.version_id = $2
        on conflict do nothing
        "#,
        model,
        version,
    )
    .execute(db)
    .await
    .context("could not take over the vectors of equal passages")?;
    Ok(())
}
