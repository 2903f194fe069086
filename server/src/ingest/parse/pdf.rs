//! PDF, through PDFium: from glyphs with places on pages to paragraphs, headings, lists and
//! rows.
//!
//! A PDF knows where each glyph stands and little else, so the structure is found as a reader
//! finds it: by size and weight against the body text, by spacing, by alignment. The order in
//! which the glyphs were written is the reading order, unless it visibly is not.

mod blocks;
mod body;
mod columns;
mod furniture;
mod headings;
mod hyphens;
mod order;
mod pictures;
mod plain_headings;
mod reader;
mod render;
mod rows;
mod runs;
mod title;

use std::collections::HashSet;

use self::blocks::Blocks;
use self::furniture::Separated;
use self::reader::{Document, Page};
pub(super) use self::render::draw;
use self::rows::Item;
use super::draft::Draft;
use super::scan::Shown;
use super::{Found, ParseError};

pub use self::reader::load_library;

/// More pages than any manual has.
const MAX_PAGES: u32 = 20_000;

pub(super) fn parse(bytes: &[u8]) -> Result<Found, ParseError> {
    let document = reader::read(bytes, MAX_PAGES)?;
    let pages = pages_of_items(&document);
    if document.pages.iter().all(|page| page.is_blank) {
        return Err(ParseError::damaged("nothing can be made out on any of its pages"));
    }
    let has_text = pages.iter().any(|items| !items.is_empty());
    let is_scan = |(page, items): (&Page, &Vec<Item>)| {
        // Beside pages of text, only one that a picture fills is a scanned page.
        items.is_empty() && if has_text { page.is_picture } else { !page.is_blank }
    };
    let scanned: Vec<bool> = document.pages.iter().zip(&pages).map(is_scan).collect();
    let Separated { pages, running } = furniture::separate(pages, &document);
    let blocks = blocks::assemble(&pages);
    let mut draft = Draft::default();
    let scans = scans(&document, &scanned, &blocks);
    let shown = headings::write(&blocks, scans, &mut draft)?;
    // Behind the text, where they part no sentence; they stand on its last page, too.
    draft.paragraph(&running.join("\n"))?;
    let title = title::stated(document.title.as_deref()).or(shown);
    Ok(draft.finish_with_scans(title, Some(document.pages.len() as u32)))
}

/// What only text recognition can read, in reading order: each with the number of blocks that
/// come before it. A picture that stands on many pages in one place is read once.
fn scans(document: &Document, scanned: &[bool], blocks: &Blocks) -> Vec<(usize, Shown)> {
    let mut scans = Vec::new();
    let mut seen = HashSet::new();
    for ((number, page), is_scan) in (1..).zip(&document.pages).zip(scanned) {
        if *is_scan {
            scans.push((blocks.before_page(number), Shown::Page(number)));
            continue;
        }
        for picture in page.pictures.iter().filter(|picture| seen.insert((picture.area, picture.size))) {
            scans.push((blocks.before(number, picture.area), Shown::Area(number, picture.area)));
        }
    }
    scans.sort_by_key(|(before, _)| *before);
    scans
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
