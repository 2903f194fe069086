//! A document as its page shows it: a part of its text, block by block, with the passage that the
//! reader came for marked.

use std::ops::Range;

use anyhow::Context;
use app::document::{BlockKind, Document, DocumentView, OutlineEntry, Run, ViewBlock, ViewPassage};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    documents, parse,
    text::{self, Part},
};
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
    let (blocks, stored) = text::count(db, document.id).await?;
    let parts = (blocks as usize).div_ceil(PART).max(1);
    let passage = match chunk {
        Some(chunk) => select_passage(db, document.id, chunk).await?,
        None => None,
    };
    let landing = match &passage {
        Some(passage) => text::block_at(db, document.id, passage.chars.start).await?,
        None => None,
    };
    let part = match landing {
        Some(block) => block / PART,
        None => (part.unwrap_or(1).max(1) as usize - 1).min(parts - 1),
    };
    let shown = part * PART..(part + 1) * PART;
    // The headings of a text in many parts would be too many; those of what is shown are told.
    let outlined = if stored > 1 { shown.clone() } else { 0..usize::MAX };
    let marked = passage.as_ref().map_or(0..0, |passage| passage.chars.clone());
    let texts = text::parts_of(db, document.id, shown.start.saturating_sub(1), shown.end).await?;
    Ok(DocumentView {
        document,
        blocks: blocks_of(&texts, &shown, &marked),
        part: part as u32 + 1,
        parts: parts as u32,
        outline: texts.iter().flat_map(|text| text.outline(&outlined)).collect(),
        passage: passage.map(|passage| passage.passage),
        members,
    })
}

/// A passage and where it stands, in Unicode scalar values.
struct Passage {
    passage: ViewPassage,
    chars: Range<u32>,
}

/// The blocks of these numbers, the marked range in them marked.
fn blocks_of(texts: &[Part], shown: &Range<usize>, marked: &Range<u32>) -> Vec<ViewBlock> {
    let mut page = None;
    let mut found = Vec::new();
    for text in texts {
        let inside = |char: u32| char.saturating_sub(text.char_start);
        let marked = inside(marked.start)..inside(marked.end);
        let mut reader = Reader::new(&text.text);
        for (number, block) in text.numbered() {
            let begins = block.page.filter(|own| page != Some(*own));
            page = block.page.or(page);
            if shown.contains(&number) {
                found.push(ViewBlock {
                    kind: kind(block.kind),
                    anchor: anchor(number),
                    page_start: begins.map(|page| page as i32),
                    runs: runs(&mut reader, block, &marked),
                });
            }
        }
    }
    found
}

impl Part {
    /// The blocks with their numbers in the whole text.
    fn numbered(&self) -> impl Iterator<Item = (usize, &parse::Block)> {
        (self.first_block..).zip(&self.blocks)
    }

    /// The headings among the blocks of these numbers.
    fn outline(&self, outlined: &Range<usize>) -> Vec<OutlineEntry> {
        let mut reader = Reader::new(&self.text);
        self.numbered()
            .filter(|(number, _)| outlined.contains(number))
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

    fn text() -> Part {
        use parse::BlockKind::{Heading, Paragraph};
        let block = |kind, start, end, page| parse::Block { kind, start, end, page: Some(page) };
        Part {
            char_start: 100,
            first_block: 4,
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
        let blocks = blocks_of(&[text()], &(0..10), &(113..122));
        assert_eq!(texts(&blocks[0].runs), [("Ürlaub", false)]);
        assert_eq!(texts(&blocks[1].runs), [("Fünf ", false), ("Tage.", true)]);
        assert_eq!(texts(&blocks[2].runs), [("En", true), ("de.", false)]);
    }

    #[test]
    fn a_page_is_named_where_it_begins() {
        let pages = |shown: Range<usize>| {
            let blocks = blocks_of(&[text()], &shown, &(0..0));
            blocks.iter().map(|block| block.page_start).collect::<Vec<_>>()
        };
        assert_eq!(pages(0..10), [Some(1), None, Some(2)]);
        assert_eq!(pages(5..10), [None, Some(2)]);
    }

    #[test]
    fn the_outline_leads_to_the_part_of_each_heading() {
        let mut long = text();
        let heading = long.blocks[0].clone();
        long.blocks.extend(std::iter::repeat_n(long.blocks[2].clone(), PART));
        long.blocks[PART] = parse::Block { start: 20, end: 25, ..heading };
        let outline = long.outline(&(0..usize::MAX));
        assert_eq!((outline[0].text.as_str(), outline[0].part), ("Ürlaub", 1));
        assert_eq!((outline[1].text.as_str(), outline[1].part), ("Ende.", 2));
        assert_eq!(long.outline(&(5..10)).len(), 0);
    }
}
