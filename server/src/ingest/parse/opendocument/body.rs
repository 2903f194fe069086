//! The body of a text or presentation, from its elements to blocks.

use quick_xml::events::BytesStart;

use super::Office;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::grid::{Cell, Grid};
use crate::ingest::parse::package::resolve;
use crate::ingest::parse::scan::Shown;
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// The most cells that one cell may stand for.
const MOST_REPEATED: usize = 64;

/// What was read.
pub(super) struct Written {
    pub(super) draft: Draft,
    pub(super) title: Option<String>,
    pub(super) slides: u32,
}

pub(super) struct Body {
    is_presentation: bool,
    draft: Draft,
    title: Option<String>,
    slide: u32,
    /// Texts of the open slide; its title may come last.
    slide_title: Option<String>,
    slide_blocks: Vec<Held>,
    notes: Vec<String>,
    /// Open paragraphs: a frame puts paragraphs inside a paragraph.
    paragraphs: Vec<Paragraph>,
    /// Pictures in the open paragraph or row, by their names in the archive.
    pictures: Vec<String>,
    /// Footnotes of the open paragraph.
    footnotes: Vec<String>,
    lists: u8,
    /// Open tables' rows, innermost last.
    rows: Vec<Vec<Cell>>,
    /// What of the open tables reaches down, innermost last.
    grids: Vec<Grid>,
    repeated: usize,
    in_note: u32,
    in_slide_notes: bool,
    frame_is_title: bool,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    heading: Option<u8>,
    is_title: bool,
}

/// A block of a slide that isn't written yet.
enum Held {
    Text(String),
    Item(u8, String),
    Row(Vec<String>),
    /// A picture, by its name in the archive.
    Picture(String),
}

impl Body {
    pub(super) fn new(office: Office) -> Self {
        Self {
            is_presentation: office == Office::Presentation,
            draft: Draft::default(),
            title: None,
            slide: 0,
            slide_title: None,
            slide_blocks: Vec::new(),
            notes: Vec::new(),
            paragraphs: Vec::new(),
            pictures: Vec::new(),
            footnotes: Vec::new(),
            lists: 0,
            rows: Vec::new(),
            grids: Vec::new(),
            repeated: 1,
            in_note: 0,
            in_slide_notes: false,
            frame_is_title: false,
        }
    }

    pub(super) fn read(mut self, content: &str) -> Result<Written, ParseError> {
        let mut xml = Xml::new(content);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => self.start(&tag, &mut xml)?,
                Node::End(name) => self.end(&name)?,
                Node::Text(text) => self.append(&text.replace(['\n', '\t', '\r'], " ")),
            }
        }
        Ok(Written { draft: self.draft, title: self.title, slides: self.slide })
    }

    fn start(&mut self, tag: &BytesStart, xml: &mut Xml) -> Result<(), ParseError> {
        match tag.local_name().as_ref() {
            "tracked-changes" | "annotation" | "annotation-end" | "table-of-content" | "forms"
            | "automatic-styles" | "font-face-decls" | "scripts" | "note-citation" | "alphabetical-index"
            | "event-listeners" | "desc" => xml.skip()?,
            // A picture's; a field that repeats the document's has the same name elsewhere.
            "title" if tag.name().as_ref() == "svg:title" => xml.skip()?,
            // Furniture of slides.
            "frame" if is_furniture(tag) => xml.skip()?,
            "frame" => self.frame_is_title = attribute(tag, "class").as_deref() == Some("title"),
            "p" => self.paragraphs.push(Paragraph {
                is_title: attribute(tag, "style-name").as_deref() == Some("Title"),
                ..Paragraph::default()
            }),
            "h" => {
                let level = attribute(tag, "outline-level").and_then(|l| l.parse().ok());
                self.paragraphs.push(Paragraph { heading: Some(level.unwrap_or(1)), ..Paragraph::default() });
            }
            "image" => self.picture(attribute(tag, "href")),
            "s" => self.append(" "),
            "tab" => self.append("\t"),
            "line-break" => self.append("\n"),
            "list" => self.lists = self.lists.saturating_add(1),
            "note" => self.in_note += 1,
            "table" => {
                self.grids.push(Grid::default());
                if self.rows.is_empty() {
                    self.draft.end_group();
                }
            }
            "table-row" => self.rows.push(Vec::new()),
            "table-cell" => {
                let number =
                    |name| attribute(tag, name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).max(1);
                self.repeated = number("number-columns-repeated").min(MOST_REPEATED);
                let more_rows = u32::try_from(number("number-rows-spanned") - 1).unwrap_or(u32::MAX);
                let more_columns = number("number-columns-spanned") - 1;
                if let Some(row) = self.rows.last_mut() {
                    row.push(Cell { more_columns, more_rows, ..Cell::default() });
                }
            }
            // The cell that reaches over it says it.
            "covered-table-cell" => xml.skip()?,
            "page" if self.is_presentation => self.slide += 1,
            "notes" if self.is_presentation => self.in_slide_notes = true,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), ParseError> {
        match name {
            "p" | "h" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.end_paragraph(&paragraph)?;
                }
                self.write_pictures();
            }
            "list" => {
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 {
                    self.draft.end_group();
                }
            }
            "note" => self.in_note = self.in_note.saturating_sub(1),
            "frame" => self.frame_is_title = false,
            "table-cell" => {
                if let Some(row) = self.rows.last_mut()
                    && let Some(cell) = row.last().cloned().filter(|cell| !cell.text.is_empty())
                {
                    row.extend(std::iter::repeat_n(cell, self.repeated - 1));
                }
                self.repeated = 1;
            }
            "table-row" => {
                self.end_row()?;
                self.write_pictures();
            }
            "table" => {
                self.grids.pop();
                if self.rows.is_empty() {
                    self.draft.end_group();
                }
            }
            "notes" => self.in_slide_notes = false,
            "page" if self.is_presentation => self.end_slide()?,
            _ => {}
        }
        Ok(())
    }

    fn picture(&mut self, reference: Option<String>) {
        let Some(name) = reference.map(|reference| resolve("", &reference)) else { return };
        if !self.is_presentation {
            self.pictures.push(name);
        } else if !self.in_slide_notes {
            self.slide_blocks.push(Held::Picture(name));
        }
    }

    /// Pictures come behind the paragraph or the row that they stand in.
    fn write_pictures(&mut self) {
        if self.paragraphs.is_empty() && self.rows.is_empty() {
            for name in self.pictures.drain(..) {
                self.draft.picture(&name);
            }
        }
    }

    fn append(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self, paragraph: &Paragraph) -> Result<(), ParseError> {
        let text = paragraph.text.trim();
        if self.in_note > 0 {
            self.footnotes.push(text.to_owned());
            return Ok(());
        }
        if let Some(Cell { text: cell, .. }) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            if !cell.is_empty() && !text.is_empty() {
                cell.push('\n');
            }
            cell.push_str(text);
            return Ok(());
        }
        if text.is_empty() {
            return Ok(());
        }
        if self.is_presentation {
            self.hold(text);
            return Ok(());
        }
        if paragraph.is_title {
            self.title.get_or_insert_with(|| text.to_owned());
            self.draft.heading(1, text)?;
        } else if let Some(level) = paragraph.heading {
            self.draft.heading(level, text)?;
        } else if self.lists > 0 {
            self.draft.list_item(self.lists - 1, text)?;
        } else {
            self.draft.paragraph(text)?;
        }
        if self.paragraphs.is_empty() {
            for note in std::mem::take(&mut self.footnotes) {
                self.draft.paragraph(&note)?;
            }
        }
        Ok(())
    }

    fn hold(&mut self, text: &str) {
        let text = text.to_owned();
        if self.in_slide_notes {
            self.notes.push(text);
        } else if self.frame_is_title && self.slide_title.is_none() {
            self.slide_title = Some(text.replace('\n', " "));
        } else if self.lists > 0 {
            self.slide_blocks.push(Held::Item(self.lists - 1, text));
        } else {
            self.slide_blocks.push(Held::Text(text));
        }
    }

    /// The row of a table within a cell becomes a line of that cell.
    fn end_row(&mut self) -> Result<(), ParseError> {
        let Some(cells) = self.rows.pop() else { return Ok(()) };
        let is_box = cells.len() == 1;
        let cells = match self.grids.last_mut() {
            Some(grid) => grid.row(cells),
            None => cells.into_iter().map(|cell| cell.text).collect(),
        };
        if let Some(Cell { text: outer, .. }) = self.rows.last_mut().and_then(|row| row.last_mut()) {
            if !outer.is_empty() {
                outer.push('\n');
            }
            outer.push_str(&cells.join(" "));
            return Ok(());
        }
        if self.is_presentation {
            self.slide_blocks.push(Held::Row(cells));
            return Ok(());
        }
        match cells.as_slice() {
            // A single cell is a box around text.
            [only, rest @ ..] if is_box && rest.iter().all(String::is_empty) => self.draft.paragraph(only),
            cells => self.draft.table_row(cells),
        }
    }

    fn end_slide(&mut self) -> Result<(), ParseError> {
        let number = self.slide;
        let title = self.slide_title.take();
        let blocks = std::mem::take(&mut self.slide_blocks);
        let has_text = blocks.iter().any(|block| !matches!(block, Held::Picture(_)));
        if title.is_none() && !has_text && self.notes.is_empty() {
            // What its pictures show will need the slide's heading.
            for block in blocks {
                if let Held::Picture(name) = block {
                    self.draft.scan(Shown::Member { name, page: Some(number), needs_heading: true });
                }
            }
            return Ok(());
        }
        self.draft.slide(number, title.as_deref())?;
        self.title = self.title.take().or(title);
        for block in blocks {
            match block {
                Held::Text(text) => self.draft.paragraph(&text)?,
                Held::Item(depth, text) => self.draft.list_item(depth, &text)?,
                Held::Row(cells) => self.draft.table_row(&cells)?,
                Held::Picture(name) => self.draft.picture(&name),
            }
        }
        let notes = std::mem::take(&mut self.notes);
        self.draft.speaker_notes(&notes)
    }
}

fn is_furniture(frame: &BytesStart) -> bool {
    matches!(attribute(frame, "class").as_deref(), Some("header" | "footer" | "date-time" | "page-number"))
}
