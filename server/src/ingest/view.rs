//! A document as its page shows it: a part of its text, block by block, with the passage that the
//! reader came for marked.

use std::ops::Range;

use anyhow::Context;
use app::document::{BlockKind, Document, DocumentView, OutlineEntry, Run, ViewBlock, ViewPassage};
use sqlx::PgPool;
use uuid::Uuid;

use super::{documents, parse};
use crate::error::Result;

/// How many blocks a part of a long document has: a few screens full.
const PART: usize = 300;

/// The part with the passage `chunk`; else the part numbered `part`, from 1; else the first.
pub(super) async fn view(
    db: &PgPool,
    document: Document,
    chunk: Option<Uuid>,
    part: Option<u32>,
) -> Result<DocumentView> {
    let members = documents::members(db, &document).await?;
    let Some(text) = select_text(db, document.id).await? else {
        return Ok(DocumentView {
            document,
            blocks: Vec::new(),
            part: 1,
            parts: 1,
            outline: Vec::new(),
            passage: None,
            members,
        });
    };
    let passage = match chunk {
        Some(chunk) => select_passage(db, document.id, chunk).await?,
        None => None,
    };
    Ok(DocumentView { members, ..text.view(document, passage, part) })
}

/// The text that is searched, and its structure.
struct Text {
    text: String,
    blocks: Vec<parse::Block>,
}

/// A passage and where it stands, in Unicode scalar values.
struct Passage {
    passage: ViewPassage,
    chars: Range<u32>,
}

impl Text {
    fn view(&self, document: Document, passage: Option<Passage>, part: Option<u32>) -> DocumentView {
        let parts = self.blocks.len().div_ceil(PART).max(1);
        let marked = passage.as_ref().map_or(0..0, |passage| passage.chars.clone());
        let part = match self.block_at(&marked) {
            Some(block) => block / PART,
            None => (part.unwrap_or(1).max(1) as usize - 1).min(parts - 1),
        };
        DocumentView {
            document,
            blocks: self.blocks_of(part, &marked),
            part: part as u32 + 1,
            parts: parts as u32,
            outline: self.outline(),
            passage: passage.map(|passage| passage.passage),
            members: Vec::new(),
        }
    }

    /// The first block that the range reaches into.
    fn block_at(&self, range: &Range<u32>) -> Option<usize> {
        self.blocks.iter().position(|block| block.start < range.end && range.start < block.end)
    }

    fn blocks_of(&self, part: usize, marked: &Range<u32>) -> Vec<ViewBlock> {
        let first = part * PART;
        let mut page = first.checked_sub(1).and_then(|before| self.blocks[before].page);
        let mut reader = Reader::new(&self.text);
        self.blocks
            .iter()
            .enumerate()
            .skip(first)
            .take(PART)
            .map(|(number, block)| {
                let begins = block.page.filter(|own| page != Some(*own));
                page = block.page.or(page);
                ViewBlock {
                    kind: kind(block.kind),
                    anchor: anchor(number),
                    page_start: begins.map(|page| page as i32),
                    runs: runs(&mut reader, block, marked),
                }
            })
            .collect()
    }

    fn outline(&self) -> Vec<OutlineEntry> {
        let mut reader = Reader::new(&self.text);
        self.blocks
            .iter()
            .enumerate()
            .filter_map(|(number, block)| match block.kind {
                parse::BlockKind::Heading { level } => Some(OutlineEntry {
                    level,
                    text: reader.read(block.start..block.end).to_owned(),
                    anchor: anchor(number),
                    part: (number / PART) as u32 + 1,
                }),
                _ => None,
            })
            .collect()
    }
}

fn anchor(block: usize) -> String {
    format!("b{block}")
}

fn kind(kind: parse::BlockKind) -> BlockKind {
    match kind {
        parse::BlockKind::Heading { level } => BlockKind::Heading { level },
        parse::BlockKind::Paragraph => BlockKind::Paragraph,
        parse::BlockKind::ListItem { depth } => BlockKind::ListItem { depth },
        parse::BlockKind::TableRow => BlockKind::TableRow,
        parse::BlockKind::Code => BlockKind::Code,
        parse::BlockKind::Quote => BlockKind::Quote,
    }
}

/// A block's text, cut where the marked range begins and ends in it.
fn runs(reader: &mut Reader<'_>, block: &parse::Block, marked: &Range<u32>) -> Vec<Run> {
    let from = marked.start.clamp(block.start, block.end);
    let to = marked.end.clamp(from, block.end);
    [(block.start..from, false), (from..to, true), (to..block.end, false)]
        .into_iter()
        .filter(|(range, _)| !range.is_empty())
        .map(|(range, marked)| Run { text: reader.read(range).to_owned(), marked })
        .collect()
}

/// Reads ranges of Unicode scalar values, each behind the one before, in one walk.
struct Reader<'a> {
    rest: &'a str,
    at: u32,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, at: 0 }
    }

    fn read(&mut self, range: Range<u32>) -> &'a str {
        self.skip(range.start - self.at);
        let from = self.rest;
        self.skip(range.end - range.start);
        &from[..from.len() - self.rest.len()]
    }

    fn skip(&mut self, chars: u32) {
        let bytes = self.rest.char_indices().nth(chars as usize).map_or(self.rest.len(), |(at, _)| at);
        self.rest = &self.rest[bytes..];
        self.at += chars;
    }
}

async fn select_text(db: &PgPool, document: Uuid) -> Result<Option<Text>> {
    let row = sqlx::query!(
        r#"
        select version.text as "text!", version.blocks as "blocks!"
        from document
        join document_version as version on version.id = document.current_version_id
        where document.id = $1
          and document.deleted_at is null
          and version.text is not null
          and version.blocks is not null
        "#,
        document,
    )
    .fetch_optional(db)
    .await
    .context("could not load a document's text")?;
    row.map(|row| {
        let blocks = serde_json::from_value(row.blocks).context("could not read a document's blocks")?;
        Ok(Text { text: row.text, blocks })
    })
    .transpose()
}

/// The passage, if it belongs to the version that is searched now.
async fn select_passage(db: &PgPool, document: Uuid, chunk: Uuid) -> Result<Option<Passage>> {
    let row = sqlx::query!(
        r#"
        select chunk.heading_path, chunk.page, chunk.char_start, chunk.char_end
        from chunk
        join document on document.id = chunk.document_id and document.current_version_id = chunk.version_id
        where chunk.id = $2 and document.id = $1
        "#,
        document,
        chunk,
    )
    .fetch_optional(db)
    .await
    .context("could not load a passage")?;
    Ok(row.map(|row| Passage {
        passage: ViewPassage { chunk_id: chunk, heading_path: row.heading_path, page: row.page },
        chars: row.char_start as u32..row.char_end as u32,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Text {
        use parse::BlockKind::{Heading, Paragraph};
        let block = |kind, start, end, page| parse::Block { kind, start, end, page: Some(page) };
        Text {
            text: "Ürlaub\n\nFünf Tage.\n\nEnde.".into(),
            blocks: vec![
                block(Heading { level: 1 }, 0, 6, 1),
                block(Paragraph, 8, 18, 1),
                block(Paragraph, 20, 25, 2),
            ],
        }
    }

    fn texts(runs: &[Run]) -> Vec<(&str, bool)> {
        runs.iter().map(|run| (run.text.as_str(), run.marked)).collect()
    }

    #[test]
    fn the_passage_is_marked_in_each_block_that_it_reaches_into() {
        let blocks = text().blocks_of(0, &(13..22));
        assert_eq!(texts(&blocks[0].runs), [("Ürlaub", false)]);
        assert_eq!(texts(&blocks[1].runs), [("Fünf ", false), ("Tage.", true)]);
        assert_eq!(texts(&blocks[2].runs), [("En", true), ("de.", false)]);
    }

    #[test]
    fn a_page_is_named_where_it_begins() {
        let pages: Vec<_> = text().blocks_of(0, &(0..0)).iter().map(|block| block.page_start).collect();
        assert_eq!(pages, [Some(1), None, Some(2)]);
    }

    #[test]
    fn the_outline_leads_to_the_part_of_each_heading() {
        let mut long = text();
        let heading = long.blocks[0].clone();
        long.blocks.extend(std::iter::repeat_n(long.blocks[2].clone(), PART));
        long.blocks[PART] = parse::Block { start: 20, end: 25, ..heading };
        let outline = long.outline();
        assert_eq!((outline[0].text.as_str(), outline[0].part), ("Ürlaub", 1));
        assert_eq!((outline[1].text.as_str(), outline[1].part), ("Ende.", 2));
    }
}
