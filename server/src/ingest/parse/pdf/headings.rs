//! Which blocks are headings, and of which level.

use super::blocks::{Blocks, Shape, TextBlock};
use super::body::{Body, half_points};
use super::plain_headings;
use super::title::{self, Title};
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::scan::Shown;

/// The longest heading, in characters.
const LONGEST: usize = 160;
/// A heading is larger than the body text by at least this factor, or bold.
const LARGER: f32 = 1.1;

/// Writes all blocks, telling headings from text, and notes the scans between them; answers the
/// title found on the first page.
pub(super) fn write(
    blocks: &Blocks,
    scans: Vec<(usize, Shown)>,
    draft: &mut Draft,
) -> Result<Option<String>, ParseError> {
    let found = &blocks.found;
    let mut looks: Vec<Option<Look>> = (0..found.len()).map(|at| look(blocks, at)).collect();
    let title = title::find(blocks, &looks);
    if let Some(Title { at, cover }) = title {
        // The other large lines of a cover, a brand or a date, head nothing.
        looks[..cover].fill(None);
        looks[at] = Some(Look::Title);
    }
    plain_headings::add(blocks, &mut looks);
    let levels = Levels::of(found, &looks);
    let mut in_row = false;
    let mut scans = scans.into_iter().peekable();
    for (at, (block, look)) in found.iter().zip(&looks).enumerate() {
        while let Some((_, scan)) = scans.next_if(|(before, _)| *before <= at) {
            draft.scan(scan);
        }
        draft.set_page(block.page);
        let is_row = matches!(block.shape, Shape::Row(_));
        if in_row && !is_row {
            draft.end_group();
        }
        in_row = is_row;
        match (look, &block.shape) {
            (Some(look), _) => draft.heading(levels.level(*look, &block.text), &block.text)?,
            (None, Shape::Text) => draft.paragraph(&block.text)?,
            (None, Shape::Code) => draft.code(&block.text)?,
            (None, Shape::Item { depth, .. }) => draft.list_item(*depth, &block.text)?,
            (None, Shape::Row(cells)) => draft.table_row(cells)?,
        }
    }
    scans.for_each(|(_, scan)| draft.scan(scan));
    Ok(title.map(|title| found[title.at].text.replace('\n', " ")))
}

/// What makes a block a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It names the document.
    Title,
    /// It is larger than the text, or bold: its size in half points.
    SetApart { half_points: i32 },
    /// It only stands alone like one.
    Plain,
}

impl Look {
    /// Whether a heading that looks so has those that look like `other` below it.
    pub(super) fn is_above(self, other: Look) -> bool {
        match (self, other) {
            (Self::Title, _) => other != Self::Title,
            (Self::SetApart { half_points }, Self::SetApart { half_points: other }) => half_points > other,
            (Self::SetApart { .. }, Self::Plain) => true,
            _ => false,
        }
    }
}

fn look(blocks: &Blocks, at: usize) -> Option<Look> {
    let Body { size, bold, .. } = blocks.body;
    let block = &blocks.found[at];
    let could_be = match block.shape {
        Shape::Text | Shape::Item { numbered: true, .. } => !block.aside,
        Shape::Item { numbered: false, .. } | Shape::Row(_) | Shape::Code => false,
    };
    let length = block.text.chars().count();
    let letters = block.text.chars().filter(|c| c.is_alphabetic()).count();
    if !could_be || length > LONGEST || letters < 2 || letters * 3 < length {
        return None;
    }
    let half_points = half_points(block.size);
    if block.size >= size * LARGER {
        return (block.lines <= 4).then_some(Look::SetApart { half_points });
    }
    // At the size of the text only weight can tell, and only where something follows.
    let is_bold = block.bold && !bold && block.size >= size * 0.95;
    let ends_like_text = block.text.ends_with(['.', ',', ';']);
    let next = blocks.found.get(at + 1);
    let heads_something = next.is_some_and(|next| !matches!(next.shape, Shape::Row(_)));
    (is_bold && block.lines <= 2 && !ends_like_text && heads_something)
        .then_some(Look::SetApart { half_points })
}

/// The levels of a document's headings: the larger, the higher.
struct Levels {
    /// Sizes in half points, largest first.
    sizes: Vec<i32>,
    /// The fewest parts that a heading's number has, for each size.
    shallowest: Vec<usize>,
    has_title: bool,
    deepest: u8,
}

impl Levels {
    fn of(blocks: &[TextBlock], looks: &[Option<Look>]) -> Self {
        let set_apart = || {
            blocks.iter().zip(looks).filter_map(|(block, look)| match look {
                Some(Look::SetApart { half_points }) => Some((block, *half_points)),
                _ => None,
            })
        };
        let mut sizes: Vec<i32> = set_apart().map(|(_, half_points)| half_points).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.dedup();
        // Sizes that the eye can't tell apart are one level.
        sizes.dedup_by(|smaller, larger| is_about(*smaller, *larger));
        let shallowest = sizes
            .iter()
            .map(|size| {
                let of_this_size = set_apart().filter(|(_, other)| is_about(*other, *size));
                of_this_size.filter_map(|(b, _)| number_parts(&b.text)).min().unwrap_or(1)
            })
            .collect();
        let has_title = looks.contains(&Some(Look::Title));
        let mut levels = Self { sizes, shallowest, has_title, deepest: u8::from(has_title) };
        levels.deepest = set_apart()
            .map(|(block, half_points)| levels.level(Look::SetApart { half_points }, &block.text))
            .max()
            .unwrap_or(levels.deepest);
        levels
    }

    fn level(&self, look: Look, text: &str) -> u8 {
        let half_points = match look {
            Look::Title => return 1,
            Look::Plain => return (self.deepest + 1).min(6),
            Look::SetApart { half_points } => half_points,
        };
        let rank = self.sizes.iter().position(|size| is_about(half_points, *size)).unwrap_or(0);
        let deeper = number_parts(text).map_or(0, |parts| parts.saturating_sub(self.shallowest[rank]));
        let level = rank + deeper + 1 + usize::from(self.has_title);
        u8::try_from(level).unwrap_or(6).min(6)
    }
}

/// Whether a size is the larger one or hardly smaller, in half points.
fn is_about(smaller: i32, larger: i32) -> bool {
    smaller <= larger && smaller * 100 > larger * 94
}

/// How many parts the number before a heading has: `2.1 Scope` has two.
fn number_parts(text: &str) -> Option<usize> {
    let (number, _) = text.split_once(' ')?;
    let number = number.trim_end_matches('.');
    let parts: Vec<&str> = number.split('.').collect();
    let is_number = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    is_number.then_some(parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::BlockKind;
    use crate::ingest::parse::pdf::blocks::assemble;
    use crate::ingest::parse::pdf::rows::Item;
    use crate::ingest::parse::pdf::runs::Run;

    /// A page of lines below one another: text, size, bold, and the step to it.
    fn page(lines: &[(&str, f32, bool, f32)]) -> Vec<Item> {
        let mut baseline = 700.0;
        let line = |(text, size, bold, step): &(&str, f32, bool, f32)| {
            baseline -= step;
            let right = 70.0 + text.chars().count() as f32 * size * 0.5;
            let text = (*text).to_owned();
            let (size, bold) = (*size, *bold);
            Item::Line(Run { text, left: 70.0, right, baseline, size, bold, ..Run::default() })
        };
        lines.iter().map(line).collect()
    }

    fn written(pages: &[Vec<Item>]) -> (Option<String>, Vec<(u8, String)>) {
        let mut draft = Draft::default();
        let title = write(&assemble(pages), Vec::new(), &mut draft).unwrap();
        let extracted = draft.finish(title, None);
        let chars: Vec<char> = extracted.text.chars().collect();
        let headings = extracted.blocks.iter().filter_map(|block| match block.kind {
            BlockKind::Heading { level } => {
                Some((level, chars[block.start as usize..block.end as usize].iter().collect()))
            }
            _ => None,
        });
        (extracted.title, headings.collect())
    }

    const TEXT: &str = "Employees may carry over up to five days of holiday into the next year, \
                        provided that their manager agrees.";

    #[test]
    fn size_makes_the_levels_and_weight_the_last_one() {
        let (title, headings) = written(&[page(&[
            ("Holiday Policy", 24.0, false, 0.0),
            ("1 Rules", 16.0, false, 40.0),
            (TEXT, 11.0, false, 24.0),
            (TEXT, 11.0, false, 24.0),
            ("1.1 Carrying over", 16.0, false, 40.0),
            (TEXT, 11.0, false, 24.0),
            ("Exceptions for parents", 11.0, true, 24.0),
            (TEXT, 11.0, false, 24.0),
        ])]);
        assert_eq!(title.as_deref(), Some("Holiday Policy"));
        let expected =
            [(1, "Holiday Policy"), (2, "1 Rules"), (3, "1.1 Carrying over"), (3, "Exceptions for parents")];
        assert_eq!(headings, expected.map(|(level, text)| (level, text.to_owned())));
    }

    #[test]
    fn a_cover_has_one_title_and_its_brand_is_none() {
        let cover = page(&[("ACME", 48.0, false, 0.0), ("Travel Handbook", 36.0, false, 60.0)]);
        let text = page(&[("Booking", 16.0, false, 0.0), (TEXT, 11.0, false, 24.0)]);
        let (title, headings) = written(&[cover, text]);
        assert_eq!(title.as_deref(), Some("Travel Handbook"));
        assert_eq!(headings, [(1, "Travel Handbook".to_owned()), (2, "Booking".to_owned())]);
    }
}
