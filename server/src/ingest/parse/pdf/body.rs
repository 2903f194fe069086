//! The body text of a document: what most of it looks like.

use std::collections::HashMap;

use super::rows::Item;

/// What most of the text looks like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    /// Font size in points.
    pub(super) size: f32,
    pub(super) bold: bool,
    /// From one baseline to the next, in font sizes.
    pub(super) leading: f32,
}

impl Body {
    pub(super) fn of(pages: &[Vec<Item>]) -> Self {
        let mut looks: HashMap<(i32, bool), usize> = HashMap::new();
        let mut steps = Vec::new();
        for items in pages {
            for item in items {
                let (run, letters) = match item {
                    Item::Line(run) => (run, run.text.len()),
                    Item::Row { cells, place } => (place, cells.iter().map(String::len).sum()),
                };
                *looks.entry((half_points(run.size), run.bold)).or_default() += letters;
            }
        }
        let most = looks.into_iter().max_by_key(|(look, letters)| (*letters, *look));
        let (size, bold) = most.map_or((10.0, false), |((half, bold), _)| (half as f32 / 2.0, bold));
        for pair in pages.iter().flat_map(|items| items.windows(2)) {
            if let [Item::Line(a), Item::Line(b)] = pair
                && half_points(a.size) == half_points(size)
                && half_points(b.size) == half_points(size)
            {
                steps.push((a.baseline - b.baseline) / size);
            }
        }
        steps.retain(|step| (0.8..2.5).contains(step));
        steps.sort_by(f32::total_cmp);
        // Lines within paragraphs are the closest ones, and most of all.
        let leading = steps.get(steps.len() / 3).copied().unwrap_or(1.25);
        Self { size, bold, leading }
    }
}

/// Sizes are compared in half points, as layout programs set them.
pub(super) fn half_points(size: f32) -> i32 {
    (size * 2.0).round() as i32
}
