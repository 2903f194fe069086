//! A text in stretches, between which something else is put.

use crate::ingest::parse::{Block, Extracted};

/// What of a text hasn't been handed out yet.
pub(super) struct Between<'e> {
    blocks: &'e [Block],
    /// How many blocks were handed out.
    at: usize,
    text: &'e str,
    /// How many characters come before `text`.
    behind: u32,
}

impl<'e> Between<'e> {
    pub(super) fn of(extracted: &'e Extracted) -> Self {
        Self { blocks: &extracted.blocks, at: 0, text: &extracted.text, behind: 0 }
    }

    /// The blocks from the last one handed out up to this many of the document, as a text of
    /// their own.
    pub(super) fn until(&mut self, count: usize) -> Extracted {
        let blocks = &self.blocks[self.at..count.clamp(self.at, self.blocks.len())];
        self.at += blocks.len();
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
            return Extracted::default();
        };
        let (start, end) = (first.start, last.end);
        self.skip(start - self.behind);
        let text = self.skip(end - start).to_owned();
        let moved = |block: &Block| Block { start: block.start - start, end: block.end - start, ..*block };
        Extracted { text, blocks: blocks.iter().map(moved).collect(), ..Extracted::default() }
    }

    pub(super) fn rest(mut self) -> Extracted {
        self.until(usize::MAX)
    }

    /// Passes over so many characters.
    fn skip(&mut self, chars: u32) -> &'e str {
        let end = self.text.char_indices().nth(chars as usize).map_or(self.text.len(), |(at, _)| at);
        let (skipped, text) = self.text.split_at(end);
        self.text = text;
        self.behind += chars;
        skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::draft::Draft;

    #[test]
    fn stretches_have_their_own_offsets_and_make_up_the_whole() {
        let mut draft = Draft::default();
        for paragraph in ["Über", "日本語", "x"] {
            draft.paragraph(paragraph).unwrap();
        }
        let whole = draft.finish(None, None);
        let mut between = Between::of(&whole);
        assert_eq!(between.until(0).text, "");
        assert_eq!(between.until(1).text, "Über");
        let rest = between.rest();
        assert_eq!((rest.text.as_str(), rest.blocks[1].start), ("日本語\n\nx", 5));
    }
}
