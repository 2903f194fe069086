//! Packing blocks into passages, and cutting blocks that are too long for one.

use crate::text::sentence::sentences;

/// A stretch of the text in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) page: Option<u32>,
    pub(super) is_row: bool,
    pub(super) is_code: bool,
}

/// No text has fewer tokens than one in so many bytes: where the tokenizer finds fewer (it reads
/// an endless word as a single unknown one), the bytes count.
pub(super) const BYTES_A_TOKEN: usize = 12;

/// How long a passage should be and may be, in tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) target: usize,
    pub(super) hard: usize,
}

/// A piece that fits into a passage, with its length.
#[derive(Clone, Copy)]
struct Sized {
    piece: Piece,
    tokens: usize,
}

/// Packs a section's blocks into as few passages as the limit allows, in order.
pub(super) fn pack(
    text: &str,
    pieces: &[Piece],
    limit: Limit,
    count_tokens: &dyn Fn(&str) -> usize,
) -> Vec<Piece> {
    let cut = Cut { text, limit, count_tokens };
    let mut open = Open::default();
    let mut passages = Vec::new();
    let mut sized: Vec<Sized> = pieces.iter().map(|piece| cut.size(*piece)).collect();
    let mut left: usize = sized.iter().map(|s| s.tokens).sum();
    sized.reverse();
    while let Some(next) = sized.pop() {
        if open.tokens + next.tokens <= limit.target || open.may_end_with(left, limit) {
            left -= next.tokens;
            open.push(next);
        } else if next.tokens > limit.target || open.tokens * 2 < limit.target && !next.piece.is_row {
            // Too long for a passage of its own, or the passage would stay half empty.
            let parts = cut.parts(next.piece);
            if parts.len() > 1 {
                left = left - next.tokens + parts.iter().map(|part| part.tokens).sum::<usize>();
                sized.extend(parts.into_iter().rev());
            } else {
                passages.extend(open.close(text));
                left -= next.tokens;
                open.push(next);
            }
        } else {
            passages.extend(open.close(text));
            sized.push(next);
        }
    }
    passages.extend(open.finish());
    passages
}

/// The passage being filled.
#[derive(Default)]
struct Open {
    parts: Vec<Sized>,
    tokens: usize,
}

impl Open {
    fn push(&mut self, part: Sized) {
        self.tokens += part.tokens;
        self.parts.push(part);
    }

    /// Rather a passage somewhat above the target than a last one of a few words.
    fn may_end_with(&self, left: usize, limit: Limit) -> bool {
        !self.parts.is_empty() && left * 4 < limit.target && self.tokens + left <= limit.hard
    }

    /// Ends the passage. A last line that announces what follows ("… as follows:") moves on.
    fn close(&mut self, text: &str) -> Option<Piece> {
        let announces = |s: &Sized| text[s.piece.start..s.piece.end].ends_with([':', '：']);
        let moves_on = match self.parts.as_slice() {
            [.., _, last] if announces(last) => self.parts.pop(),
            _ => None,
        };
        let passage = self.finish();
        if let Some(part) = moves_on {
            self.push(part);
        }
        passage
    }

    fn finish(&mut self) -> Option<Piece> {
        self.tokens = 0;
        let parts = std::mem::take(&mut self.parts);
        let (first, last) = (parts.first()?.piece, parts.last()?.piece);
        Some(Piece { end: last.end, ..first })
    }
}

struct Cut<'a> {
    text: &'a str,
    limit: Limit,
    count_tokens: &'a dyn Fn(&str) -> usize,
}

impl Cut<'_> {
    fn size(&self, piece: Piece) -> Sized {
        let by_bytes = (piece.end - piece.start) / BYTES_A_TOKEN;
        if by_bytes > self.limit.hard {
            // Too long whatever its tokens are; counting them would take as long as it is.
            return Sized { piece, tokens: by_bytes };
        }
        let counted = (self.count_tokens)(&self.text[piece.start..piece.end]);
        Sized { piece, tokens: counted.max(by_bytes) }
    }

    /// A block's sentences (code: lines), those that are too long cut further.
    fn parts(&self, piece: Piece) -> Vec<Sized> {
        let block = &self.text[piece.start..piece.end];
        let ranges = if piece.is_code { lines(block) } else { sentences(block) };
        let mut parts = Vec::new();
        for range in ranges {
            let (start, end) = (piece.start + range.start, piece.start + range.end);
            let part = self.size(Piece { start, end, ..piece });
            if part.tokens <= self.limit.target {
                parts.push(part);
            } else {
                self.cut_words(part.piece, &mut parts);
            }
        }
        parts
    }

    /// Cuts what has no sentences: at white space where there is some, else anywhere.
    fn cut_words(&self, piece: Piece, parts: &mut Vec<Sized>) {
        let mut rest = piece;
        while rest.start < rest.end {
            let head = self.longest_head(rest);
            parts.push(head);
            let after = &self.text[head.piece.end..rest.end];
            rest.start = rest.end - after.trim_start().len();
        }
    }

    /// The longest start of the piece that fits the target, ending at white space if possible.
    fn longest_head(&self, piece: Piece) -> Sized {
        let mut whole = self.size(piece);
        while whole.tokens > self.limit.target {
            let length = whole.piece.end - piece.start;
            // Tokens are spread evenly enough for the rule of three.
            let guess = (length * self.limit.target / whole.tokens).min(length - 1);
            let end = self.text.floor_char_boundary(piece.start + guess);
            let shorter = &self.text[piece.start..end];
            let at_blank = shorter.rfind(char::is_whitespace).filter(|at| at * 2 > shorter.len());
            let head = at_blank.map_or(shorter, |at| &shorter[..at]).trim_end();
            let first_char = self.text[piece.start..].chars().next().map_or(1, char::len_utf8);
            let end = piece.start + head.len().max(first_char);
            whole = self.size(Piece { end, ..piece });
            if head.len() <= first_char {
                break;
            }
        }
        whole
    }
}

/// The lines of a code block that aren't blank.
fn lines(block: &str) -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in block.split_inclusive('\n') {
        let kept = line.trim_end();
        if !kept.is_empty() {
            found.push(at..at + kept.len());
        }
        at += line.len();
    }
    found
}
