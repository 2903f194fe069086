//! A passage in its place: the text around it.

use anyhow::Context;
use app::error::AppError;
use uuid::Uuid;

use super::SearchService;
use crate::error::Result;

/// A passage with its neighbours: a stretch of its document's text, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The passage in the middle.
    pub chunk_id: Uuid,
    pub document_id: Uuid,
    pub version_id: Uuid,
    pub text: String,
    /// Where `text` stands, in Unicode scalar values of the version's text.
    pub char_start: i32,
    pub char_end: i32,
}

impl SearchService {
    /// The passage `chunk` with up to `neighbours` passages on each side, as far as they stand
    /// without a gap under the same heading.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the passage is not current or `reader` may not read it.
    pub async fn with_neighbours(&self, reader: Uuid, chunk: Uuid, neighbours: u16) -> Result<Surroundings> {
        let found = sqlx::query_as!(
            Surroundings,
            r#"
            with passage as (
                select chunk.*, text_part.text as part_text, text_part.char_start as part_start
                from chunk
                join document on document.id = chunk.document_id
                    and document.current_version_id = chunk.version_id
                    and document.deleted_at is null
                -- The stretch stays within the part of the text: a part begins with a heading.
                join text_part on text_part.version_id = chunk.version_id
                    and chunk.char_start between text_part.char_start
                        and text_part.char_start + text_part.char_count
                where chunk.id = $2
                  and document.collection_id = any(array(select readable_collection($1)))
            ),
            around as (
                select neighbour.*,
                    -- Runs of one heading have one value: a heading may come back further on.
                    neighbour.ordinal
                        - row_number() over (order by neighbour.ordinal) as run
                from passage
                join chunk as neighbour on neighbour.version_id = passage.version_id
                    and neighbour.ordinal between passage.ordinal - $3 and passage.ordinal + $3
                    and neighbour.heading_path = passage.heading_path
                    and neighbour.char_start between passage.part_start
                        and passage.part_start + char_length(passage.part_text)
            ),
            stretch as (
                select min(char_start) as char_start, max(char_end) as char_end
                from around
                where run = (select run from around join passage using (id))
            )
            select
                passage.id as chunk_id,
                passage.document_id,
                passage.version_id,
                substr(
                    passage.part_text,
                    stretch.char_start - passage.part_start + 1,
                    stretch.char_end - stretch.char_start
                ) as "text!",
                stretch.char_start as "char_start!",
                stretch.char_end as "char_end!"
            from passage, stretch
            "#,
            reader,
            chunk,
            i32::from(neighbours),
        )
        .fetch_optional(&self.db)
        .await
        .context("could not read a passage and its neighbours")?;
        Ok(found.ok_or(AppError::NotFound)?)
    }
}
