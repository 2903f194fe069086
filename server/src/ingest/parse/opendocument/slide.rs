//! A slide while it is read: its title may come last.

use quick_xml::events::BytesStart;

use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::scan::Shown;
use crate::ingest::parse::xml::attribute;
use crate::ingest::parse::{Extracted, ParseError};

#[derive(Default)]
pub(super) struct Slide {
    title: Option<String>,
    pub(super) blocks: Vec<Held>,
    notes: Vec<String>,
    pub(super) in_notes: bool,
    /// Whether the open frame is the title's.
    pub(super) frame_is_title: bool,
}

/// A block of a slide that isn't written yet.
pub(super) enum Held {
    Text(String),
    Item(u8, String),
    Row(Vec<String>),
    /// A picture, by its name in the archive.
    Picture(String),
    /// A chart or another document within the slide.
    Inner(Extracted),
}

impl Slide {
    /// Takes a paragraph; `depth` where it is an item of a list.
    pub(super) fn hold(&mut self, text: &str, depth: Option<u8>) {
        let text = text.to_owned();
        match depth {
            _ if self.in_notes => self.notes.push(text),
            _ if self.frame_is_title && self.title.is_none() => self.title = Some(text.replace('\n', " ")),
            Some(depth) => self.blocks.push(Held::Item(depth, text)),
            None => self.blocks.push(Held::Text(text)),
        }
    }

    /// Writes the slide and answers its title; what comes next is another slide's.
    pub(super) fn end(&mut self, number: u32, draft: &mut Draft) -> Result<Option<String>, ParseError> {
        let Self { title, blocks, notes, .. } = std::mem::take(self);
        let has_text = blocks.iter().any(|block| !matches!(block, Held::Picture(_)));
        if title.is_none() && !has_text && notes.is_empty() {
            // What its pictures show will need the slide's heading.
            for block in blocks {
                if let Held::Picture(name) = block {
                    draft.scan(Shown::Member { name, page: Some(number), needs_heading: true });
                }
            }
            return Ok(None);
        }
        draft.slide(number, title.as_deref())?;
        for block in blocks {
            match block {
                Held::Text(text) => draft.paragraph(&text)?,
                Held::Item(depth, text) => draft.list_item(depth, &text)?,
                Held::Row(cells) => draft.table_row(&cells)?,
                Held::Picture(name) => draft.picture(&name),
                Held::Inner(inner) => {
                    draft.append(&inner.on_page(number), 0)?;
                    draft.set_page(number);
                }
            }
        }
        draft.speaker_notes(&notes)?;
        Ok(title)
    }
}

/// What a layout puts on every slide.
pub(super) fn is_furniture(frame: &BytesStart) -> bool {
    matches!(attribute(frame, "class").as_deref(), Some("header" | "footer" | "date-time" | "page-number"))
}
