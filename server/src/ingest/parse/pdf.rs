//! PDF, through PDFium: from glyphs with places on pages to paragraphs, headings, lists and
//! rows.
//!
//! A PDF knows where each glyph stands and little else, so the structure is found as a reader
//! finds it: by size and weight against the body text, by spacing, by alignment. The order in
//! which the glyphs were written is the reading order, unless it visibly is not.

mod blocks;
mod body;
mod furniture;
mod headings;
mod hyphens;
mod order;
mod plain_headings;
mod reader;
mod render;
mod rows;
mod runs;
mod title;

use self::reader::{Document, Page};
pub(super) use self::render::render;
use self::rows::Item;
use super::draft::Draft;
use super::{Extracted, ParseError};

pub use self::reader::load_library;

/// More pages than any manual has.
const MAX_PAGES: u32 = 20_000;

/// Answers the text, and which pages (from 1) only text recognition can read.
pub(super) fn parse(bytes: &[u8]) -> Result<(Extracted, Vec<u32>), ParseError> {
    let document = reader::read(bytes, MAX_PAGES)?;
    let pages = pages_of_items(&document);
    if document.pages.iter().all(|page| page.is_blank) {
        return Err(ParseError::damaged("nothing can be made out on any of its pages"));
    }
    let has_text = pages.iter().any(|items| !items.is_empty());
    let is_scan = |(number, (page, items)): (u32, (&Page, &Vec<Item>))| {
        // Beside pages of text, only one that a picture fills is a scanned page.
        let is_scan = items.is_empty() && if has_text { page.is_picture } else { !page.is_blank };
        is_scan.then_some(number)
    };
    let scans = (1..).zip(document.pages.iter().zip(&pages)).filter_map(is_scan).collect();
    let pages = furniture::remove(pages, &document);
    let blocks = blocks::assemble(&pages);
    let mut draft = Draft::default();
    let shown = headings::write(&blocks, &mut draft)?;
    let title = title::stated(document.title.as_deref()).or(shown);
    Ok((draft.finish(title, Some(document.pages.len() as u32)), scans))
}

/// Each page's lines and table rows in reading order.
fn pages_of_items(document: &Document) -> Vec<Vec<Item>> {
    document
        .pages
        .iter()
        .map(|page| {
            let mut items = Vec::new();
            for (at, glyphs) in page.directions.iter().enumerate() {
                items.extend(rows::find(order::fix(runs::read(glyphs, at > 0))));
            }
            items
        })
        .collect()
}
