//! Which blocks are headings, and of which level.

use super::blocks::{Blocks, Body, Shape, TextBlock};
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;

/// The longest heading, in characters.
const LONGEST: usize = 160;
/// A heading is larger than the body text by at least this factor, or bold.
const LARGER: f32 = 1.1;

/// Writes all blocks, telling headings from text.
pub(super) fn write(blocks: Blocks, draft: &mut Draft) -> Result<(), ParseError> {
    let Blocks { body, found } = blocks;
    let looks: Vec<Option<Look>> =
        found.iter().enumerate().map(|(at, block)| look(block, found.get(at + 1), body)).collect();
    let levels = Levels::of(&found, &looks);
    let mut in_row = false;
    for (block, look) in found.iter().zip(looks) {
        draft.set_page(block.page);
        let is_row = matches!(block.shape, Shape::Row(_));
        if in_row && !is_row {
            draft.end_group();
        }
        in_row = is_row;
        match (look, &block.shape) {
            (Some(look), _) => draft.heading(levels.level(look, &block.text), &block.text)?,
            (None, Shape::Text) => draft.paragraph(&block.text)?,
            (None, Shape::Item { depth, .. }) => draft.list_item(*depth, &block.text)?,
            (None, Shape::Row(cells)) => draft.table_row(cells)?,
        }
    }
    Ok(())
}

/// How a heading looks: its size in half points, and whether only its weight sets it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    half_points: i32,
}

fn look(block: &TextBlock, next: Option<&TextBlock>, body: Body) -> Option<Look> {
    let could_be = match block.shape {
        Shape::Text | Shape::Item { numbered: true, .. } => true,
        Shape::Item { numbered: false, .. } | Shape::Row(_) => false,
    };
    let length = block.text.chars().count();
    let letters = block.text.chars().filter(|c| c.is_alphabetic()).count();
    if !could_be || length > LONGEST || letters < 2 || letters * 3 < length {
        return None;
    }
    let half_points = (block.size * 2.0).round() as i32;
    if block.size >= body.size * LARGER {
        return (block.lines <= 4).then_some(Look { half_points });
    }
    // At the size of the text only weight can tell, and only where something follows.
    let is_bold = block.bold && !body.bold && block.size >= body.size * 0.95;
    let ends_like_text = block.text.ends_with(['.', ',', ';']);
    let heads_something = next.is_some_and(|next| !matches!(next.shape, Shape::Row(_)));
    (is_bold && block.lines <= 2 && !ends_like_text && heads_something).then_some(Look { half_points })
}

/// The levels of a document's headings: the larger, the higher.
struct Levels {
    /// Sizes in half points, largest first.
    sizes: Vec<i32>,
    /// The fewest parts that a heading's number has, for each size.
    shallowest: Vec<usize>,
}

impl Levels {
    fn of(blocks: &[TextBlock], looks: &[Option<Look>]) -> Self {
        let mut sizes: Vec<i32> = looks.iter().flatten().map(|look| look.half_points).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.dedup();
        let shallowest = sizes
            .iter()
            .map(|size| {
                let of_this_size = blocks
                    .iter()
                    .zip(looks)
                    .filter(|(_, look)| look.is_some_and(|look| look.half_points == *size));
                of_this_size.filter_map(|(b, _)| number_parts(&b.text)).min().unwrap_or(1)
            })
            .collect();
        Self { sizes, shallowest }
    }

    fn level(&self, look: Look, text: &str) -> u8 {
        let rank = self.sizes.iter().position(|size| *size == look.half_points).unwrap_or(0);
        let deeper = number_parts(text).map_or(0, |parts| parts - self.shallowest[rank]);
        u8::try_from(rank + deeper + 1).unwrap_or(6).min(6)
    }
}

/// How many parts the number before a heading has: `2.1 Scope` has two.
fn number_parts(text: &str) -> Option<usize> {
    let (number, _) = text.split_once(' ')?;
    let number = number.trim_end_matches('.');
    let parts: Vec<&str> = number.split('.').collect();
    let is_number = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    is_number.then_some(parts.len())
}
