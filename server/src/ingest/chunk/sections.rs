//! The document's sections: what stands under one heading.

use super::contents::are_contents;
use super::pieces::{BYTES_A_TOKEN, Piece};
use crate::ingest::parse::{Block, BlockKind, Extracted};

/// Sections shorter than this (in tokens) are joined with equally short neighbours.
const TINY: usize = 24;
/// Joined sections stay below this many tokens.
const JOINED: usize = 120;

/// The text under one heading, in pieces as the parser found them.
#[derive(Debug)]
pub(super) struct Section {
    /// The headings above, outermost first.
    pub(super) heading_path: Vec<String>,
    pub(super) pieces: Vec<Piece>,
    heading: Option<Piece>,
    /// A section below this one followed, so that its heading lives on in that one's path.
    has_children: bool,
    /// Before it, something was left out: a passage can't begin before that.
    is_behind_gap: bool,
    /// A table of contents was left out of it.
    had_contents: bool,
}

/// The sections that have text, in reading order, the tiny ones joined.
pub(super) fn read(extracted: &Extracted, count_tokens: &dyn Fn(&str) -> usize) -> Vec<Section> {
    let mut sections = split_at_headings(extracted);
    sections.retain(|section| !section.pieces.is_empty() || section.is_only_a_heading());
    join_preamble(&mut sections, &extracted.text, count_tokens);
    let mut sections = join_tiny(sections, &extracted.text, count_tokens);
    for section in sections.iter_mut().filter(|section| section.pieces.is_empty()) {
        section.take_in_heading();
    }
    sections
}

fn split_at_headings(extracted: &Extracted) -> Vec<Section> {
    let blocks: Vec<(&Block, Piece)> = pieces(extracted).collect();
    let mut left_out = contents(extracted, &blocks).into_iter();
    let (mut sections, mut current) = (Vec::new(), Section::below(Vec::new(), None));
    let mut above: Vec<(u8, String)> = Vec::new();
    let mut last_level = u8::MAX;
    for (block, piece) in blocks {
        if left_out.next() == Some(true) {
            current.had_contents = true;
            continue;
        }
        let BlockKind::Heading { level } = block.kind else {
            current = current.go_on_behind_gap(&mut sections);
            current.pieces.push(piece);
            continue;
        };
        current.has_children = level > last_level;
        let is_behind_gap = current.had_contents;
        last_level = level;
        above.retain(|(outer, _)| *outer < level);
        let heading = extracted.text[piece.start..piece.end].trim_end_matches([':', '：']);
        above.push((level, heading.to_owned()));
        let next = Section { is_behind_gap, ..Section::below(path(&above), Some(piece)) };
        sections.push(std::mem::replace(&mut current, next));
    }
    sections.push(current);
    sections
}

/// Which of the blocks are tables of contents.
fn contents(extracted: &Extracted, blocks: &[(&Block, Piece)]) -> Vec<bool> {
    let texts: Vec<(BlockKind, &str)> =
        blocks.iter().map(|(block, piece)| (block.kind, &extracted.text[piece.start..piece.end])).collect();
    are_contents(&texts)
}

/// The headings above, without those that only repeat the one above them.
fn path(above: &[(u8, String)]) -> Vec<String> {
    let mut path: Vec<String> = above.iter().map(|(_, heading)| heading.clone()).collect();
    path.dedup_by(|below, above| below.to_lowercase() == above.to_lowercase());
    path
}

/// Every block with its place in bytes: blocks are in order, so one walk finds them all.
fn pieces(extracted: &Extracted) -> impl Iterator<Item = (&Block, Piece)> {
    let mut chars = extracted.text.char_indices();
    let mut passed = 0;
    let end = extracted.text.len();
    extracted.blocks.iter().map(move |block| {
        let mut byte_at = |char: u32| {
            let byte = chars.clone().nth((char - passed) as usize).map_or(end, |(byte, _)| byte);
            if char > passed {
                chars.nth((char - passed - 1) as usize);
                passed = char;
            }
            byte
        };
        let (start, end) = (byte_at(block.start), byte_at(block.end));
        let is_row = block.kind == BlockKind::TableRow;
        let is_code = block.kind == BlockKind::Code;
        (block, Piece { start, end, page: block.page, is_row, is_code })
    })
}

/// A few words before the first heading, a brand or a date, are no passage of their own.
fn join_preamble(sections: &mut Vec<Section>, text: &str, count_tokens: &dyn Fn(&str) -> usize) {
    let [first, next, ..] = sections.as_mut_slice() else { return };
    if first.heading.is_none() && !next.is_behind_gap && first.tiny_size(text, count_tokens).is_some() {
        next.take_in_heading();
        next.pieces.splice(0..0, first.pieces.drain(..));
        sections.remove(0);
    }
}

/// Joins runs of tiny sections that stand side by side under the same heading: a glossary's
/// entries, say. The joined passage belongs to the heading above them and shows their own
/// headings in its text.
fn join_tiny(sections: Vec<Section>, text: &str, count_tokens: &dyn Fn(&str) -> usize) -> Vec<Section> {
    let mut joined: Vec<Section> = Vec::new();
    // Tokens of the last section, where it is tiny or already joined from tiny ones.
    let mut open: Option<usize> = None;
    for section in sections {
        let joinable = section.heading.is_some() && !section.has_children;
        let size = section.tiny_size(text, count_tokens).filter(|_| joinable);
        if let (Some(size), Some(so_far), Some(last)) = (size, open, joined.last_mut())
            && so_far + size <= JOINED
            && !section.is_behind_gap
            && last.is_sibling_of(&section)
        {
            last.absorb(section);
            open = Some(so_far + size);
            continue;
        }
        open = size;
        joined.push(section);
    }
    joined
}

impl Section {
    /// A section that is still empty.
    fn below(heading_path: Vec<String>, heading: Option<Piece>) -> Self {
        let (is_behind_gap, had_contents) = (false, false);
        Self { heading_path, pieces: Vec::new(), heading, has_children: false, is_behind_gap, had_contents }
    }

    /// What stands behind a table of contents under the same heading is a section of its own, which that
    /// heading can't be the first line of.
    fn go_on_behind_gap(self, sections: &mut Vec<Self>) -> Self {
        if !self.had_contents {
            return self;
        }
        let rest = Self { is_behind_gap: true, ..Self::below(self.heading_path.clone(), None) };
        sections.push(self);
        rest
    }

    /// A heading with nothing below it: it is all the text there is. One above a table of contents says
    /// no more than that.
    fn is_only_a_heading(&self) -> bool {
        self.pieces.is_empty() && self.heading.is_some() && !self.has_children && !self.had_contents
    }

    /// The section's tokens, if it is tiny. What is long in bytes needn't be counted.
    fn tiny_size(&self, text: &str, count_tokens: &dyn Fn(&str) -> usize) -> Option<usize> {
        let bytes: usize = self.pieces.iter().map(|piece| piece.end - piece.start).sum();
        if bytes > TINY * BYTES_A_TOKEN {
            return None;
        }
        let count = |piece: &Piece| count_tokens(&text[piece.start..piece.end]);
        Some(self.pieces.iter().map(count).sum()).filter(|tokens| *tokens < TINY)
    }

    /// `self` may already be joined, and then names its parent itself.
    fn is_sibling_of(&self, next: &Section) -> bool {
        let parent = |path: &[String]| path.split_last().map(|(_, outer)| outer.to_vec());
        let own = match self.heading {
            Some(_) => parent(&self.heading_path),
            None => Some(self.heading_path.clone()),
        };
        own.is_some() && own == parent(&next.heading_path)
    }

    /// Makes the heading part of the text; the section then belongs to the heading above it.
    fn take_in_heading(&mut self) {
        if let Some(heading) = self.heading.take() {
            self.pieces.insert(0, heading);
            self.heading_path.pop();
        }
    }

    fn absorb(&mut self, next: Section) {
        self.take_in_heading();
        self.pieces.extend(next.heading);
        self.pieces.extend(next.pieces);
    }
}
