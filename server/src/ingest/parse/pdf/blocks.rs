//! From lines to blocks: paragraphs, list items, rows.

use super::body::{Body, half_points};
use super::hyphens::{Words, ends_in_hyphen};
use super::rows::Item;
use super::runs::{Run, is_bullet, is_number_label};
use crate::ingest::parse::scan::Area;

/// A step to the next line of more than this many times the usual ends a paragraph.
const LOOSE: f32 = 1.25;

/// The blocks of a document and what its body text looks like.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) body: Body,
    pub(super) found: Vec<TextBlock>,
}

impl Blocks {
    /// How many blocks come before a page.
    pub(super) fn before_page(&self, page: u32) -> usize {
        self.found.partition_point(|block| block.page < page)
    }

    /// How many blocks come before a picture: those up to the last one that begins above its
    /// middle, in its column where there is any.
    pub(super) fn before(&self, page: u32, picture: Area) -> usize {
        let (from, to) = (self.before_page(page), self.before_page(page + 1));
        let middle = (picture.bottom + picture.top) as f32 / 2.0;
        let above = |block: &TextBlock| !block.aside && block.top > middle;
        let (left, right) = (picture.left as f32, picture.right as f32);
        let near = |block: &TextBlock| block.left < right && block.left > left - (right - left) / 2.0;
        let on_page = &self.found[from..to];
        let last = on_page.iter().rposition(|block| above(block) && near(block));
        from + last.or_else(|| on_page.iter().rposition(above)).map_or(0, |last| last + 1)
    }
}

/// A paragraph, heading, list item or row.
#[derive(Debug, Clone)]
pub(super) struct TextBlock {
    pub(super) text: String,
    pub(super) shape: Shape,
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) lines: usize,
    pub(super) page: u32,
    /// Left edge of its first line, in points.
    pub(super) left: f32,
    /// Baseline of its first line, from the bottom of the page.
    pub(super) top: f32,
    /// Whether its first line ends well before the column does.
    pub(super) short: bool,
    /// Whether it runs in another direction than the page's text.
    pub(super) aside: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Text,
    /// Starts with a bullet (which isn't in the text) or a number (which is).
    Item {
        numbered: bool,
        depth: u8,
    },
    Row(Vec<String>),
    Code,
}

pub(super) fn assemble(pages: &[Vec<Item>]) -> Blocks {
    let body = Body::of(pages);
    let lines = pages.iter().flatten().filter_map(|item| match item {
        Item::Line(run) => Some(run.text.as_str()),
        Item::Row { .. } => None,
    });
    let mut builder =
        Builder { body, words: Words::of(lines), found: Vec::new(), open: None, lists: Vec::new() };
    for (page, items) in (1..).zip(pages) {
        let edges = right_edges(items);
        for (item, edge) in items.iter().zip(edges) {
            match item {
                Item::Line(run) => builder.line(run, edge, page),
                Item::Row { cells, place } => builder.row(cells, place, page),
            }
        }
    }
    builder.close();
    Blocks { body, found: builder.found }
}

/// For each item of a page, where lines of its column end on the right.
fn right_edges(items: &[Item]) -> Vec<f32> {
    let edge = |item: &Item| {
        let place = item.place();
        let rights = |within: f32| {
            let mut rights: Vec<f32> = items
                .iter()
                .filter_map(|other| match other {
                    Item::Line(run) if (run.left - place.left).abs() < within => Some(run.right),
                    _ => None,
                })
                .collect();
            rights.sort_by(f32::total_cmp);
            rights
        };
        let (same, near) = (rights(6.0), rights(40.0));
        // Most lines of a justified column end at the same place.
        let is_justified = same.len() >= 4 && same[same.len() - 1] - same[same.len() * 4 / 10] < 3.0;
        let rights = if is_justified { same } else { near };
        rights.get(rights.len() * 9 / 10).copied().unwrap_or(place.right)
    };
    items.iter().map(edge).collect()
}

struct Builder {
    body: Body,
    words: Words,
    found: Vec<TextBlock>,
    open: Option<Open>,
    /// Left edges of the open lists' markers, outermost first.
    lists: Vec<f32>,
}

/// The block being read.
struct Open {
    block: TextBlock,
    left: f32,
    last: Run,
    last_edge: f32,
    last_page: u32,
}

/// How a line continues the open block.
enum Joint {
    Flow,
    /// The author ended the line.
    Break,
    None,
}

impl Builder {
    fn line(&mut self, run: &Run, edge: f32, page: u32) {
        match self.open.as_ref().map_or(Joint::None, |open| self.joint(open, run, page)) {
            Joint::None => {
                self.close();
                self.open = Some(self.start(run, edge, page));
            }
            joint => {
                let Some(open) = &mut self.open else { return };
                match joint {
                    Joint::Break => {
                        open.block.text.push('\n');
                        if open.block.shape == Shape::Code {
                            open.block.text.push_str(&indentation(run, open.left));
                        }
                        open.block.text.push_str(&run.text);
                    }
                    _ => self.words.append(&mut open.block.text, &run.text),
                }
                open.block.lines += 1;
                open.left = open.left.min(run.left);
                (open.last, open.last_edge, open.last_page) = (run.clone(), edge, page);
            }
        }
    }

    fn row(&mut self, cells: &[String], place: &Run, page: u32) {
        self.close();
        self.lists.clear();
        self.found.push(TextBlock {
            text: String::new(),
            shape: Shape::Row(cells.to_vec()),
            size: place.size,
            bold: place.bold,
            lines: 1,
            page,
            left: place.left,
            top: place.baseline,
            short: false,
            aside: place.aside,
        });
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.found.push(open.block);
        }
    }

    fn start(&mut self, run: &Run, edge: f32, page: u32) -> Open {
        let (shape, text) = match marker(&run.text) {
            _ if run.fixed_pitch => (Shape::Code, run.text.clone()),
            Some((numbered, text)) => {
                (Shape::Item { numbered, depth: self.depth(run.left) }, text.to_owned())
            }
            None => {
                // Text beside the margin of a list belongs to it; text left of it ends it, and so
                // does a heading.
                let left_of_it = self.lists.first().is_some_and(|first| run.left < first + 1.0);
                if left_of_it || !self.is_body(run) {
                    self.lists.clear();
                }
                (Shape::Text, run.text.clone())
            }
        };
        let block = TextBlock {
            text,
            shape,
            size: run.size,
            bold: run.bold,
            lines: 1,
            page,
            left: run.left,
            top: run.baseline,
            short: run.right < run.left + (edge - run.left) * 0.75,
            aside: run.aside,
        };
        Open { block, left: run.left, last: run.clone(), last_edge: edge, last_page: page }
    }

    fn depth(&mut self, left: f32) -> u8 {
        self.lists.retain(|outer| *outer < left + 4.0);
        if self.lists.last().is_none_or(|inner| *inner < left - 4.0) {
            self.lists.push(left);
        }
        u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX)
    }

    fn joint(&self, open: &Open, run: &Run, page: u32) -> Joint {
        let last = &open.last;
        if run.aside != last.aside || run.fixed_pitch != last.fixed_pitch {
            return Joint::None;
        }
        let step = last.baseline - run.baseline;
        let next_page = page != open.last_page || step < 0.0;
        let large = run.size > self.body.size * 1.1;
        let usual = self.body.leading * if large { 1.15 } else { 1.0 };
        let near = step <= run.size * usual * LOOSE && step >= run.size * 0.5;
        if run.fixed_pitch {
            return if near && !next_page { Joint::Break } else { Joint::None };
        }
        let same_look = half_points(last.size).abs_diff(half_points(run.size)) <= 1
            && (last.bold == run.bold || large || self.is_body(last) && self.is_body(run));
        let fits = first_word_fits(last, run, open.last_edge);
        let in_sentence = !fits && !ends_sentence(&last.text);
        let is_item = matches!(open.block.shape, Shape::Item { .. });
        let beside_markers = is_item && (run.left - open.left).abs() < 2.0;
        let continues = in_sentence && near && has_weak_marker(run) && !beside_markers;
        let starts_item = marker(&run.text).is_some() && !continues;
        if !same_look || starts_item {
            return Joint::None;
        }
        if next_page {
            return if in_sentence && !large { Joint::Flow } else { Joint::None };
        }
        if !near {
            return Joint::None;
        }
        // A hyphen promises the rest, however short its line is.
        if large || ends_in_hyphen(&last.text).is_some() {
            return Joint::Flow;
        }
        let indented = run.left > last.left + run.size * 0.8;
        if indented && !is_item && ends_sentence(&last.text) {
            return Joint::None;
        }
        match (fits, is_item || ends_sentence(&last.text)) {
            (false, _) => Joint::Flow,
            (true, true) => Joint::None,
            (true, false) => Joint::Break,
        }
    }

    /// Bold words at a line's start don't make it another paragraph.
    fn is_body(&self, run: &Run) -> bool {
        half_points(run.size) == half_points(self.body.size) && run.bold == self.body.bold
    }
}

/// The text behind a bullet, or a text that starts with an item's number.
fn marker(text: &str) -> Option<(bool, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if is_bullet(first) && chars.as_str().starts_with(' ') {
        return Some((false, chars.as_str().trim_start()));
    }
    // Symbol fonts need no blank.
    if is_bullet(first) && !matches!(first, '-' | '–' | '*' | '·') && chars.as_str().len() > 1 {
        return Some((false, chars.as_str().trim_start()));
    }
    let (word, rest) = text.split_once(' ')?;
    (is_number_label(word) && !rest.is_empty()).then_some((true, text))
}

/// Dashes, dots and numbers also stand in running text, where a line may begin with one; behind
/// a true marker there is a wider gap.
fn has_weak_marker(run: &Run) -> bool {
    let strong = run.text.starts_with(['•', '●', '○', '■', '▪', '◦', '➢', '✓', '\u{f0b7}']);
    !strong && run.text_left - run.left < run.size * 1.3
}

/// Code keeps its indentation: the blanks that fit left of it.
fn indentation(run: &Run, left: f32) -> String {
    let letters = run.text.chars().count().max(1) as f32;
    let width = ((run.right - run.left) / letters).max(1.0);
    " ".repeat((((run.left - left) / width).round() as usize).min(60))
}

/// Whether the line was ended although the next word had room: the author did it.
fn first_word_fits(last: &Run, next: &Run, edge: f32) -> bool {
    let letters = next.text.chars().count().max(1) as f32;
    let word = next.text.split(' ').next().unwrap_or_default().chars().count() as f32;
    let letter_width = (next.right - next.left) / letters;
    last.right + letter_width * (word + 2.0) < edge
}

/// Whether the text ends as sentences do, rather than in the middle of one.
pub(super) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\'', '”', '’', ')', ']', '»']);
    text.ends_with(['.', '!', '?', ':', ';', '…', '。', '！', '？'])
}
