//! From glyphs to runs: stretches of text on one line without a wide gap.

use super::reader::Glyph;

/// A gap wider than this many times the font size separates columns or cells. Blanks of
/// justified text stay below.
const WIDE_GAP: f32 = 1.2;
/// The same behind a bullet or an item's number, where the text may be indented.
const MARKER_GAP: f32 = 6.0;

/// A stretch of text on one line. Lengths in points, y grows upward.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    /// The font size of most of its glyphs.
    pub(super) size: f32,
    /// Whether all of its letters are bold.
    pub(super) bold: bool,
    /// Whether it looks like code: all of its letters are equally wide.
    pub(super) fixed_pitch: bool,
    /// Whether it runs in another direction than the page's text, such as a stamp at the edge.
    pub(super) aside: bool,
    /// Where the text behind a bullet or number starts, if the run begins with one.
    pub(super) text_left: f32,
}

/// `aside` is passed on to the runs.
pub(super) fn read(glyphs: &[Glyph], aside: bool) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut open: Option<Open> = None;
    for glyph in glyphs {
        if glyph.generated || glyph.char.is_whitespace() {
            if let Some(open) = &mut open {
                open.blank = true;
                open.line_ended |= matches!(glyph.char, '\r' | '\n');
            }
            continue;
        }
        match &mut open {
            Some(run) if run.continues_with(glyph) => run.push(glyph),
            _ => {
                runs.extend(open.take().map(Open::close));
                open = Some(Open::start(glyph));
            }
        }
    }
    runs.extend(open.map(Open::close));
    for run in &mut runs {
        run.aside = aside;
    }
    runs
}

/// Whether the text is only a bullet or an item's number, so that a gap behind it separates
/// nothing.
pub(super) fn is_marker(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if is_bullet(c) => true,
        _ => is_number_label(text),
    }
}

/// `1.`, `12)`, `(a)`, `iv.`, `2.3.1`
pub(super) fn is_number_label(text: &str) -> bool {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let inner_end = inner.trim_end_matches(['.', ')', ':']);
    let closed = inner_end.len() < inner.len();
    // `2.10` may be one, `95.00` is an amount.
    let is_part = |part: &str| {
        let is_padded = part.len() > 1 && part.starts_with('0');
        (1..=3).contains(&part.len()) && !is_padded && part.bytes().all(|b| b.is_ascii_digit())
    };
    let numeric = !inner_end.is_empty() && inner_end.len() <= 8 && inner_end.split('.').all(is_part);
    let letter = inner_end.len() == 1 && inner_end.bytes().all(|b| b.is_ascii_alphabetic());
    let roman =
        (1..=5).contains(&inner_end.len()) && inner_end.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    (numeric && (closed || inner_end.contains('.'))) || (closed && (letter || roman))
}

pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '◦' | '▪' | '▫' | '‣' | '●' | '○' | '■' | '□' | '◆' | '◇' | '➢' | '➤' | '►' | '▶'
            | '✓' | '✔' | '❖' | '·' | '∙' | '–' | '-' | '*' | '⁃'
            // Word's bullets in the Symbol and Wingdings fonts.
            | '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f076}' | '\u{f0a8}'
    )
}

struct Open {
    run: Run,
    last: Glyph,
    blank: bool,
    line_ended: bool,
    /// Letters and how many of them are bold.
    letters: u32,
    bold_letters: u32,
    fixed_letters: u32,
    /// Glyphs of the run's size; a smaller superscript at its start must not name it.
    of_this_size: u32,
}

impl Open {
    fn start(glyph: &Glyph) -> Self {
        let run = Run {
            text: String::new(),
            left: glyph.left,
            right: glyph.right,
            baseline: glyph.baseline,
            size: glyph.size,
            bold: false,
            fixed_pitch: false,
            aside: false,
            text_left: glyph.left,
        };
        let mut open = Self {
            run,
            last: *glyph,
            blank: false,
            line_ended: false,
            letters: 0,
            bold_letters: 0,
            fixed_letters: 0,
            of_this_size: 0,
        };
        open.push(glyph);
        open
    }

    fn continues_with(&self, glyph: &Glyph) -> bool {
        let size = self.run.size.max(glyph.size);
        let above = glyph.baseline - self.run.baseline;
        // Superscripts stand higher than subscripts stand low.
        let is_script = glyph.size < size * 0.85;
        let same_line = above.abs() < size * 0.5 || is_script && above > 0.0 && above < size * 0.7;
        if !same_line {
            return false;
        }
        let rtl = is_rtl(glyph.char) || is_rtl(self.last.char);
        let gap = if rtl && glyph.right <= self.last.left {
            self.last.left - glyph.right
        } else {
            glyph.left - self.last.right
        };
        let goes_back = gap < -size * 1.5;
        if rtl {
            return gap.abs() < size * WIDE_GAP * 2.0 || !self.line_ended;
        }
        let behind_marker = gap < size * MARKER_GAP && is_marker(&self.run.text);
        !goes_back && (gap < size * WIDE_GAP || behind_marker)
    }

    fn push(&mut self, glyph: &Glyph) {
        if self.blank && !self.run.text.is_empty() {
            if is_marker(&self.run.text) {
                self.run.text_left = glyph.left;
            }
            self.run.text.push(' ');
        }
        self.blank = false;
        self.line_ended = false;
        self.run.text.push(glyph.char);
        self.run.left = self.run.left.min(glyph.left);
        self.run.right = self.run.right.max(glyph.right);
        if glyph.char.is_alphanumeric() {
            self.letters += 1;
            self.bold_letters += u32::from(glyph.font.bold);
            self.fixed_letters += u32::from(glyph.font.fixed_pitch);
        }
        if (glyph.size - self.run.size).abs() < 0.25 {
            self.of_this_size += 1;
        } else if self.of_this_size == 0 {
            (self.run.size, self.run.baseline) = (glyph.size, glyph.baseline);
            self.of_this_size = 1;
        } else {
            self.of_this_size -= 1;
        }
        self.last = *glyph;
    }

    fn close(mut self) -> Run {
        let most = |count: u32| self.letters > 0 && count * 20 >= self.letters * 19;
        self.run.bold = most(self.bold_letters);
        // Punctuation alone ("}") is code if the font says so.
        self.run.fixed_pitch = most(self.fixed_letters) || self.letters == 0 && self.last.font.fixed_pitch;
        self.run
    }
}

fn is_rtl(c: char) -> bool {
    matches!(c as u32, 0x0590..=0x08ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::pdf::reader::Font;

    #[test]
    fn bullets_and_numbers_are_markers_and_words_are_not() {
        for marker in ["•", "1.", "12)", "(a)", "iv.", "2.3.1", "\u{f0b7}"] {
            assert!(is_marker(marker), "{marker}");
        }
        for word in ["2023", "a", "Word.", "10.000,00", "I", "v", "$1.50", "95.00", "1.05"] {
            assert!(!is_marker(word), "{word}");
        }
    }

    /// The runs of these words, each at its place, with letters five points wide.
    fn runs(words: &[(&str, f32)]) -> Vec<String> {
        let glyphs = words.iter().flat_map(|(word, start)| {
            let lefts = (0_u8..).map(move |at| start + 5.0 * f32::from(at));
            word.chars().zip(lefts).map(|(char, left)| Glyph {
                char,
                left,
                right: left + 5.0,
                baseline: 0.0,
                size: 10.0,
                font: Font::default(),
                generated: false,
            })
        });
        read(&glyphs.collect::<Vec<_>>(), false).into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn a_gap_parts_cells_and_not_an_items_number_from_its_text() {
        assert_eq!(runs(&[("1.", 0.0), ("Text", 40.0)]).len(), 1);
        assert_eq!(runs(&[("95.00", 0.0), ("950.00", 45.0)]), ["95.00", "950.00"]);
        assert_eq!(runs(&[("120.50", 0.0), ("120.50", 110.0)]), ["120.50", "120.50"]);
    }
}
