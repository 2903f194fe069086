//! What an answer was offered, as it is kept.

use anyhow::Context;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Offer;

impl Offer {
    /// Stores what the answer `message` is offered; `false`, with nothing to be kept, where a
    /// document is no longer there or no longer the asker's to read.
    pub(in crate::answer) async fn store(
        &self,
        connection: &mut PgConnection,
        asker: Uuid,
        message: Uuid,
    ) -> anyhow::Result<bool> {
        for entry in &self.entries {
            let source = &entry.source;
            let stored = sqlx::query!(
                r#"
                insert into message_source (
                    message_id, ref, collection_id, document_id, version_id, chunk_id, external_id,
                    title, heading_path, page, quote, char_start, char_end, document_updated_at
                )
                select $2, $3, document.collection_id, document.id, $6, $7, $8,
                    $9, $10, $11, $12, $13, $14, document.updated_at
                from document
                where document.id = $5
                  and document.collection_id = $4
                  and document.deleted_at is null
                  and document.collection_id in (select readable_collection($1))
                for key share
                "#,
                asker,
                message,
                source.reference as i32,
                entry.collection_id,
                source.document_id,
                entry.version_id,
                source.chunk_id,
                source.external_id,
                source.title,
                &source.heading_path,
                source.page,
                source.quote,
                source.char_start,
                source.char_end,
            )
            .execute(&mut *connection)
            .await
            .context("could not store the sources of an answer")?;
            if stored.rows_affected() == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
