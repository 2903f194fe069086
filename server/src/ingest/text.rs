//! The text of a version as it is stored: in parts, read one by one.

use anyhow::Context;
use futures::Stream;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::parse::{Block, Extracted, PIECES_APART};
use crate::error::Result;

/// Where in a text the next part of it begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct End {
    /// How many parts there are before.
    pub(super) parts: i32,
    /// In Unicode scalar values.
    pub(super) chars: i32,
    pub(super) blocks: i32,
}

impl End {
    /// Where the next part begins behind this one.
    pub(super) fn after(self, part: &Extracted) -> Self {
        Self {
            parts: self.parts + 1,
            chars: self.chars + part.text.chars().count() as i32 + PIECES_APART.len() as i32,
            blocks: self.blocks + part.blocks.len() as i32,
        }
    }
}

/// Stores the next part of a text.
pub(super) async fn store(db: &mut PgConnection, version: Uuid, at: End, part: &Extracted) -> Result<()> {
    let blocks = serde_json::to_value(&part.blocks).context("could not write down blocks")?;
    sqlx::query!(
        r#"
        insert into text_part
            (version_id, number, char_start, first_block, text, char_count, blocks, block_count)
        values ($1, $2, $3, $4, $5, char_length($5), $6, $7)
        "#,
        version,
        at.parts,
        at.chars,
        at.blocks,
        part.text,
        blocks,
        part.blocks.len() as i32,
    )
    .execute(db)
    .await
    .context("could not store a text")?;
    Ok(())
}

/// Forgets what is stored of the texts of versions.
pub(super) async fn forget(db: &mut PgConnection, versions: &[Uuid]) -> Result<()> {
    sqlx::query!(r#"delete from text_part where version_id = any($1)"#, versions)
        .execute(&mut *db)
        .await
        .context("could not forget a text")?;
    sqlx::query!(r#"delete from chunk where version_id = any($1)"#, versions)
        .execute(&mut *db)
        .await
        .context("could not forget the passages of a text")?;
    sqlx::query!(r#"update document_version set is_cut = false where id = any($1)"#, versions)
        .execute(db)
        .await
        .context("could not note that a text is forgotten")?;
    Ok(())
}

/// The text that is searched of a document, in stretches that make the whole.
pub(super) fn read(db: PgPool, document: Uuid) -> impl Stream<Item = Result<String>> + Send {
    futures::stream::try_unfold((db, 0), move |(db, number)| async move {
        let part = sqlx::query_scalar!(
            r#"
            select text_part.text
            from document
            join text_part on text_part.version_id = document.current_version_id
            where document.id = $1 and document.deleted_at is null and text_part.number = $2
            "#,
            document,
            number,
        )
        .fetch_optional(&db)
        .await
        .context("could not load a text")?;
        let apart = if number == 0 { "" } else { PIECES_APART };
        Ok(part.map(|text| (format!("{apart}{text}"), (db, number + 1))))
    })
}

/// Whether a document has a text that is searched.
pub(super) async fn exists(db: &PgPool, document: Uuid) -> Result<bool> {
    let exists = sqlx::query_scalar!(
        r#"
        select exists (
            select from document
            join text_part on text_part.version_id = document.current_version_id
            where document.id = $1 and document.deleted_at is null
        ) as "exists!"
        "#,
        document,
    )
    .fetch_one(db)
    .await
    .context("could not look for a document's text")?;
    Ok(exists)
}

/// How many blocks the text has that is searched of a document, and in how many parts.
pub(super) async fn count(db: &PgPool, document: Uuid) -> Result<(i64, i64)> {
    let counts = sqlx::query!(
        r#"
        select coalesce(sum(text_part.block_count), 0) as "blocks!", count(*) as "parts!"
        from document
        join text_part on text_part.version_id = document.current_version_id
        where document.id = $1 and document.deleted_at is null
        "#,
        document,
    )
    .fetch_one(db)
    .await
    .context("could not count what a text consists of")?;
    Ok((counts.blocks, counts.parts))
}

/// A stored part.
pub(super) struct Part {
    pub(super) char_start: u32,
    pub(super) first_block: usize,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

/// The parts that hold the blocks `from..to` of a document's text.
pub(super) async fn parts_of(db: &PgPool, document: Uuid, from: usize, to: usize) -> Result<Vec<Part>> {
    let rows = sqlx::query!(
        r#"
        select text_part.char_start, text_part.first_block, text_part.text, text_part.blocks
        from document
        join text_part on text_part.version_id = document.current_version_id
        where document.id = $1
          and document.deleted_at is null
          and text_part.first_block < $3
          and text_part.first_block + text_part.block_count > $2
        order by text_part.number
        "#,
        document,
        from as i32,
        to as i32,
    )
    .fetch_all(db)
    .await
    .context("could not load a part of a text")?;
    rows.into_iter()
        .map(|row| {
            Ok(Part {
                char_start: row.char_start as u32,
                first_block: row.first_block as usize,
                text: row.text,
                blocks: serde_json::from_value(row.blocks).context("could not read a document's blocks")?,
            })
        })
        .collect()
}

/// The first block of a document's text that reaches behind a place in it.
pub(super) async fn block_at(db: &PgPool, document: Uuid, char: u32) -> Result<Option<usize>> {
    let row = sqlx::query!(
        r#"
        select text_part.char_start, text_part.first_block, text_part.blocks
        from document
        join text_part on text_part.version_id = document.current_version_id
        where document.id = $1 and document.deleted_at is null and text_part.char_start <= $2
        order by text_part.number desc
        limit 1
        "#,
        document,
        char as i32,
    )
    .fetch_optional(db)
    .await
    .context("could not look for a place in a text")?;
    let Some(row) = row else { return Ok(None) };
    let blocks: Vec<Block> =
        serde_json::from_value(row.blocks).context("could not read a document's blocks")?;
    let inside = char - row.char_start as u32;
    Ok(blocks.iter().position(|block| block.end > inside).map(|at| row.first_block as usize + at))
}
