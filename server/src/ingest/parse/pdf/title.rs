//! What a PDF calls itself.

use super::blocks::{Blocks, Shape};
use super::headings::Look;

/// A first page without a paragraph of this many characters is a cover.
const PARAGRAPH: usize = 100;

/// The title in the document's properties, unless a program put it there.
pub(super) fn stated(title: Option<&str>) -> Option<String> {
    title.map(str::trim).filter(|title| is_meant(title)).map(str::to_owned)
}

/// The title as it stands on the first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Title {
    /// Which block it is.
    pub(super) at: usize,
    /// How many blocks the cover has; 0 where the title stands above the text.
    pub(super) cover: usize,
}

/// The largest heading before the first paragraph, if it is a title: alone on a cover, larger
/// than every other heading, or at the very start and unlike any other. A single word is more
/// likely a brand.
pub(super) fn find(blocks: &Blocks, looks: &[Option<Look>]) -> Option<Title> {
    let blocks = &blocks.found;
    let page = blocks.first()?.page;
    let on_page = blocks.iter().take_while(|block| block.page == page).count();
    let is_paragraph = |at: &usize| {
        let is_long = blocks[*at].text.chars().count() >= PARAGRAPH;
        looks[*at].is_none() && (is_long || blocks[*at].shape != Shape::Text)
    };
    let before_text = (0..on_page).find(is_paragraph).unwrap_or(on_page);
    let is_cover = before_text == on_page && on_page < blocks.len();
    let candidates = || (0..before_text).filter(|at| looks[*at].is_some());
    let largest = |words: usize| {
        candidates()
            .filter(|at| blocks[*at].text.split_whitespace().count() >= words)
            .rev()
            .max_by(|a, b| blocks[*a].size.total_cmp(&blocks[*b].size))
    };
    let at = largest(2).or_else(|| largest(1))?;
    let stands_out =
        blocks.iter().zip(looks).enumerate().all(|(other, (block, look))| {
            other == at || look.is_none() || block.size < blocks[at].size * 0.98
        });
    let is_unlike_others = at == 0 && looks.iter().filter(|look| **look == looks[0]).count() == 1;
    (is_cover || stands_out || is_unlike_others)
        .then_some(Title { at, cover: if is_cover { on_page } else { 0 } })
}

fn is_meant(title: &str) -> bool {
    let lower = title.to_lowercase();
    let generic = ["untitled", "(anonymous)", "document", "unknown", "title"];
    let is_file_name = [".doc", ".docx", ".pdf", ".indd", ".tex", ".xlsx", ".pptx", ".qxd"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    title.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && !generic.contains(&lower.as_str())
        && !lower.starts_with("microsoft word - ")
        && !is_file_name
        && (title.contains(' ') || !title.contains(['_', '-']))
}
