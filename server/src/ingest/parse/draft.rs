//! A document's text as it is being written, block by block.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::scan::{Scan, Shown};
use super::{Block, BlockKind, Extracted, Found, ParseError};

/// The most text one document may hold, in bytes. The complete works of Shakespeare take six
/// million; beyond this it is data, not a document.
const MAX_TEXT: usize = 40_000_000;

/// Collects blocks into one text and keeps their offsets; every parser writes through this, so
/// that cleaning happens in one place.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    chars: u32,
    blocks: Vec<Block>,
    page: Option<u32>,
    new_group: bool,
    scans: Vec<Scan>,
}

impl Draft {
    /// The page that the blocks written from now on start on.
    pub(super) fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    pub(super) fn page(&self) -> Option<u32> {
        self.page
    }

    /// Ends the current list or table, so that the next item or row starts another one.
    pub(super) fn end_group(&mut self) {
        self.new_group = true;
    }

    pub(super) fn heading(&mut self, level: u8, text: &str) -> Result<(), ParseError> {
        let one_line = text.replace('\n', " ");
        self.push(BlockKind::Heading { level: level.clamp(1, 6) }, &clean(&one_line))
    }

    /// The heading of a slide, counted from 1.
    pub(super) fn slide(&mut self, number: u32, title: Option<&str>) -> Result<(), ParseError> {
        self.set_page(number);
        match title {
            Some(title) => self.heading(1, &format!("Slide {number}: {title}")),
            None => self.heading(1, &format!("Slide {number}")),
        }
    }

    /// What a speaker notes below a slide.
    pub(super) fn speaker_notes(&mut self, notes: &[String]) -> Result<(), ParseError> {
        if notes.is_empty() { Ok(()) } else { self.paragraph(&format!("Notes: {}", notes.join("\n"))) }
    }

    /// Line feeds in `text` are kept as line breaks.
    pub(super) fn paragraph(&mut self, text: &str) -> Result<(), ParseError> {
        self.push(BlockKind::Paragraph, &clean(text))
    }

    pub(super) fn list_item(&mut self, depth: u8, text: &str) -> Result<(), ParseError> {
        self.push(BlockKind::ListItem { depth }, &clean(text))
    }

    pub(super) fn quote(&mut self, text: &str) -> Result<(), ParseError> {
        self.push(BlockKind::Quote, &clean(text))
    }

    /// Keeps indentation and line breaks.
    pub(super) fn code(&mut self, text: &str) -> Result<(), ParseError> {
        self.push(BlockKind::Code, &clean_code(text))
    }

    /// Empty cells at the end are dropped; a row without any text isn't written.
    pub(super) fn table_row<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<(), ParseError> {
        let cells: Vec<String> = cells.iter().map(|cell| clean(&cell.as_ref().replace('\n', " "))).collect();
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        self.push(BlockKind::TableRow, cells[..filled].join(" | ").trim())
    }

    /// Writes another document's blocks, its headings `deeper` levels lower.
    pub(super) fn append(&mut self, inner: &Extracted, deeper: u8) -> Result<(), ParseError> {
        if inner.blocks.is_empty() {
            return Ok(());
        }
        self.end_group();
        let mut chars = inner.text.chars();
        let mut at = 0;
        for block in &inner.blocks {
            let gap = block.start - at;
            let separator: String = chars.by_ref().take(gap as usize).collect();
            let text: String = chars.by_ref().take((block.end - block.start) as usize).collect();
            at = block.end;
            if separator != "\n" {
                self.end_group();
            }
            self.page = block.page;
            let kind = match block.kind {
                BlockKind::Heading { level } => {
                    BlockKind::Heading { level: level.saturating_add(deeper).min(6) }
                }
                other => other,
            };
            self.push(kind, &text)?;
        }
        self.page = None;
        self.end_group();
        Ok(())
    }

    /// Writes another document's blocks and notes its pictures under the names they have here.
    pub(super) fn append_with_pictures(
        &mut self,
        inner: &Found,
        name_here: impl Fn(&str) -> String,
    ) -> Result<(), ParseError> {
        let before = self.blocks.len();
        for scan in &inner.scans {
            if let Shown::Member { name, page, needs_heading } = &scan.shown {
                let (name, page, needs_heading) = (name_here(name), *page, *needs_heading);
                let shown = Shown::Member { name, page, needs_heading };
                self.scans.push(Scan { after: before + scan.after, inner: None, shown });
            }
        }
        self.append(&inner.extracted, 0)
    }

    /// Writes a document that lies within this one, as [`Self::append`] does, and notes its pictures.
    pub(super) fn append_inner(&mut self, inner: Found, deeper: u8) -> Result<(), ParseError> {
        let before = self.blocks.len();
        self.scans.extend(inner.scans.into_iter().map(|scan| Scan { after: before + scan.after, ..scan }));
        self.append(&inner.extracted, deeper)
    }

    /// Notes that a picture of text stands here.
    pub(super) fn scan(&mut self, shown: Shown) {
        self.scans.push(Scan { after: self.blocks.len(), inner: None, shown });
    }

    /// Notes that the text shows a picture here, which [`Allowance`] numbered.
    ///
    /// [`Allowance`]: super::member::Allowance
    pub(super) fn illustration(&mut self, number: u32) {
        let (after, inner) = (self.blocks.len(), Some(number));
        self.scans.push(Scan { after, inner, shown: Shown::Illustration });
    }

    /// Notes that a picture stands here, a member of the archive that the document is.
    pub(super) fn picture(&mut self, name: &str) {
        self.scan(Shown::Member { name: name.to_owned(), page: self.page, needs_heading: false });
    }

    /// How much text has been written, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn has_headings(&self) -> bool {
        self.headings() > 0
    }

    /// Whether so many blocks are headings that they can't all be.
    pub(super) fn is_mostly_headings(&self) -> bool {
        self.headings() * 2 > self.blocks.len()
    }

    fn headings(&self) -> usize {
        self.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Heading { .. })).count()
    }

    /// The first heading of level 1, the usual name of a document without a title of its own.
    pub(super) fn first_title(&self) -> Option<String> {
        let block = self.blocks.iter().find(|b| b.kind == BlockKind::Heading { level: 1 })?;
        let chars = self.text.chars().skip(block.start as usize);
        Some(chars.take((block.end - block.start) as usize).collect())
    }

    pub(super) fn finish(self, title: Option<String>, pages: Option<u32>) -> Extracted {
        let title = title.map(|t| clean(&t.replace('\n', " "))).filter(|t| !t.is_empty());
        Extracted { title, text: self.text, blocks: self.blocks, pages, language: None }
    }

    /// The same with the pictures that only text recognition can read.
    pub(super) fn finish_with_scans(mut self, title: Option<String>, pages: Option<u32>) -> Found {
        let scans = std::mem::take(&mut self.scans);
        Found { extracted: self.finish(title, pages), scans }
    }

    fn push(&mut self, kind: BlockKind, text: &str) -> Result<(), ParseError> {
        if text.is_empty() {
            return Ok(());
        }
        if self.text.len() + text.len() > MAX_TEXT {
            let why = format!("it holds more than {} million characters", MAX_TEXT / 1_000_000);
            return Err(ParseError::TooLarge { why });
        }
        let separator = self.separator_before(kind);
        self.text.push_str(separator);
        self.chars += separator.len() as u32;
        let start = self.chars;
        self.text.push_str(text);
        self.chars += text.chars().count() as u32;
        self.blocks.push(Block { kind, start, end: self.chars, page: self.page });
        self.new_group = false;
        Ok(())
    }

    fn separator_before(&self, kind: BlockKind) -> &'static str {
        use BlockKind::{ListItem, TableRow};
        match (self.blocks.last().map(|b| b.kind), kind) {
            (None, _) => "",
            (Some(ListItem { .. }), ListItem { .. }) | (Some(TableRow), TableRow) if !self.new_group => "\n",
            _ => "\n\n",
        }
    }
}

/// Running text: runs of white space become one blank (line breaks stay), invisible characters
/// are dropped, the rest is brought to NFC.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c == '\n' {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            blank = false;
        } else if c.is_whitespace() {
            blank = true;
        } else {
            if blank && !out.is_empty() && !out.ends_with('\n') {
                out.push(' ');
            }
            blank = false;
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    to_nfc(out)
}

fn clean_code(text: &str) -> String {
    let line_ends = ['\r', '\u{b}', '\u{c}', '\u{85}'];
    let text = text.replace("\r\n", "\n").replace(line_ends, "\n").replace('\t', "    ");
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.chars().filter(|c| !is_invisible(*c)).collect::<String>())
        .map(|line| line.trim_end().to_owned())
        .collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    to_nfc(lines[first..last].join("\n"))
}

fn to_nfc(text: String) -> String {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

/// Characters that carry no text: control characters, soft hyphens, zero-width spaces,
/// directional overrides (they make text read differently from what it says), tag characters
/// (they can hide instructions) and noncharacters. Joiners stay: some scripts need them.
fn is_invisible(c: char) -> bool {
    match c {
        '\n' | '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control() || (c as u32) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_scalar_values_not_bytes() {
        let mut draft = Draft::default();
        draft.heading(1, "Über").unwrap();
        draft.paragraph("日本語 text").unwrap();
        let extracted = draft.finish(None, None);
        assert_eq!(extracted.text, "Über\n\n日本語 text");
        let spans: Vec<_> = extracted.blocks.iter().map(|b| (b.start, b.end)).collect();
        assert_eq!(spans, [(0, 4), (6, 14)]);
    }

    #[test]
    fn items_and_rows_stand_on_lines_of_their_own_and_groups_are_kept_apart() {
        let mut draft = Draft::default();
        draft.list_item(0, "one").unwrap();
        draft.list_item(1, "two").unwrap();
        draft.table_row(&["a", "b", ""]).unwrap();
        draft.table_row(&["c", "", "d"]).unwrap();
        draft.end_group();
        draft.table_row(&["e"]).unwrap();
        assert_eq!(draft.finish(None, None).text, "one\ntwo\n\na | b\nc |  | d\n\ne");
    }

    #[test]
    fn an_inner_document_keeps_its_blocks_and_its_headings_sink() {
        let mut inner = Draft::default();
        inner.heading(1, "Ünner").unwrap();
        inner.table_row(&["a", "b"]).unwrap();
        inner.table_row(&["c", "d"]).unwrap();
        let inner = inner.finish(None, None);
        let mut outer = Draft::default();
        outer.heading(1, "Outer").unwrap();
        outer.append(&inner, 1).unwrap();
        let outer = outer.finish(None, None);
        assert_eq!(outer.text, "Outer\n\nÜnner\n\na | b\nc | d");
        assert_eq!(outer.blocks[1].kind, BlockKind::Heading { level: 2 });
    }

    #[test]
    fn code_keeps_its_lines_and_no_control_characters() {
        assert_eq!(clean_code("if x:\r\n\ty\u{c}z\u{0}\r"), "if x:\n    y\nz");
    }

    #[test]
    fn text_is_composed_and_freed_from_what_cannot_be_seen() {
        assert_eq!(clean("  cafe\u{301}\u{a0}\u{202e}au\tlait \u{0}\n \n x\u{ad}y "), "café au lait\nxy");
    }
}
