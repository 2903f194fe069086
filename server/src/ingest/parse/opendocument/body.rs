//! The body of a text or presentation, from its elements to blocks.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::Office;
use super::lists::Lists;
use super::slide::{Held, Slide, is_furniture};
use super::styles::Styles;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::grid::{Cell, Grid};
use crate::ingest::parse::package::resolve;
use crate::ingest::parse::xml::{Node, Xml, attribute};
use crate::ingest::parse::{Extracted, ParseError};

/// The most cells that one cell may stand for.
const MOST_REPEATED: usize = 64;

/// What was read.
pub(super) struct Written {
    pub(super) draft: Draft,
    pub(super) title: Option<String>,
    pub(super) slides: u32,
}

/// Documents within the document, such as charts, by their folders in the archive.
pub(super) type Objects = HashMap<String, Extracted>;

pub(super) struct Body<'a> {
    is_presentation: bool,
    styles: &'a Styles,
    objects: &'a Objects,
    draft: Draft,
    title: Option<String>,
    slides: u32,
    slide: Slide,
    /// Open paragraphs: a frame puts paragraphs inside a paragraph.
    paragraphs: Vec<Paragraph>,
    /// Pictures in the open paragraph or row, by their names in the archive.
    pictures: Vec<String>,
    /// Documents there, by their folders.
    inner: Vec<String>,
    /// Footnotes of the open paragraph.
    footnotes: Vec<String>,
    lists: Lists,
    /// Open tables' rows, innermost last.
    rows: Vec<Vec<Cell>>,
    /// What of the open tables reaches down, innermost last.
    grids: Vec<Grid>,
    repeated: usize,
    in_note: u32,
    /// Spans, one per open one, that say whether their text is shown.
    hidden: Vec<bool>,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    heading: Option<u8>,
    is_title: bool,
    is_hidden: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(office: Office, styles: &'a Styles, objects: &'a Objects) -> Self {
        Self {
            is_presentation: office == Office::Presentation,
            styles,
            objects,
            draft: Draft::default(),
            title: None,
            slides: 0,
            slide: Slide::default(),
            paragraphs: Vec::new(),
            pictures: Vec::new(),
            inner: Vec::new(),
            footnotes: Vec::new(),
            lists: Lists::default(),
            rows: Vec::new(),
            grids: Vec::new(),
            repeated: 1,
            in_note: 0,
            hidden: Vec::new(),
        }
    }

    pub(super) fn read(mut self, content: &str) -> Result<Written, ParseError> {
        let mut xml = Xml::new(content);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => self.start(&tag, &mut xml)?,
                Node::End(name) => self.end(&name)?,
                Node::Text(text) if self.is_shown() => self.append(&text.replace(['\n', '\t', '\r'], " ")),
                Node::Text(_) => {}
            }
        }
        Ok(Written { draft: self.draft, title: self.title, slides: self.slides })
    }

    fn start(&mut self, tag: &BytesStart, xml: &mut Xml) -> Result<(), ParseError> {
        match tag.local_name().as_ref() {
            "tracked-changes" | "annotation" | "annotation-end" | "table-of-content" | "forms"
            | "automatic-styles" | "font-face-decls" | "scripts" | "meta" | "settings" | "styles"
            | "master-styles" | "note-citation" | "alphabetical-index" | "event-listeners" | "desc" => {
                xml.skip()?;
            }
            // A picture's; a field that repeats the document's has the same name elsewhere.
            "title" if tag.name().as_ref() == "svg:title" => xml.skip()?,
            // Furniture of slides.
            "frame" if is_furniture(tag) => xml.skip()?,
            "frame" => self.slide.frame_is_title = attribute(tag, "class").as_deref() == Some("title"),
            "span" => self.hidden.push(self.is_hidden(tag)),
            "p" => self.paragraphs.push(Paragraph {
                is_title: attribute(tag, "style-name").as_deref() == Some("Title"),
                is_hidden: self.is_hidden(tag),
                ..Paragraph::default()
            }),
            "h" => {
                let level = attribute(tag, "outline-level").and_then(|l| l.parse().ok());
                self.paragraphs.push(Paragraph { heading: Some(level.unwrap_or(1)), ..Paragraph::default() });
            }
            "image" => self.picture(attribute(tag, "href")),
            "object" => self.object(attribute(tag, "href")),
            "s" => self.append(" "),
            "tab" => self.append("\t"),
            "line-break" => self.append("\n"),
            "list" => {
                let continues = attribute(tag, "continue-numbering").as_deref() == Some("true")
                    || attribute(tag, "continue-list").is_some();
                self.lists.start(attribute(tag, "style-name"), continues, self.styles);
            }
            "list-item" => {
                let number = attribute(tag, "start-value").and_then(|number| number.parse().ok());
                self.lists.item(number, self.styles);
            }
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
            "page" if self.is_presentation => self.slides += 1,
            "notes" if self.is_presentation => self.slide.in_notes = true,
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
                self.write_pictures()?;
            }
            "span" => drop(self.hidden.pop()),
            "list" if self.lists.end() => self.draft.end_group(),
            "list" => {}
            "note" => self.in_note = self.in_note.saturating_sub(1),
            "frame" => self.slide.frame_is_title = false,
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
                self.write_pictures()?;
            }
            "table" => {
                self.grids.pop();
                if self.rows.is_empty() {
                    self.draft.end_group();
                }
            }
            "notes" => self.slide.in_notes = false,
            "page" if self.is_presentation => {
                let title = self.slide.end(self.slides, &mut self.draft)?;
                self.title = self.title.take().or(title);
            }
            _ => {}
        }
        Ok(())
    }

    fn picture(&mut self, reference: Option<String>) {
        let Some(name) = reference.map(|reference| resolve("", &reference)) else { return };
        if !self.is_presentation {
            self.pictures.push(name);
        } else if !self.slide.in_notes {
            self.slide.blocks.push(Held::Picture(name));
        }
    }

    /// A chart or another document that stands here.
    fn object(&mut self, reference: Option<String>) {
        let Some(folder) = reference.map(|reference| resolve("", &reference)) else { return };
        match self.objects.get(&folder) {
            Some(inner) if self.is_presentation => self.slide.blocks.push(Held::Inner(inner.clone())),
            Some(_) => self.inner.push(folder),
            None => {}
        }
    }

    /// Pictures and charts come behind the paragraph or the row that they stand in.
    fn write_pictures(&mut self) -> Result<(), ParseError> {
        if !self.paragraphs.is_empty() || !self.rows.is_empty() {
            return Ok(());
        }
        for name in self.pictures.drain(..) {
            self.draft.picture(&name);
        }
        let inner = self.inner.drain(..).filter_map(|folder| self.objects.get(&folder));
        inner.into_iter().try_for_each(|inner| self.draft.append(inner, 0))
    }

    fn is_hidden(&self, tag: &BytesStart) -> bool {
        attribute(tag, "style-name").is_some_and(|style| self.styles.hides(&style))
    }

    fn is_shown(&self) -> bool {
        !self.hidden.contains(&true) && !self.paragraphs.last().is_some_and(|paragraph| paragraph.is_hidden)
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
        let depth = self.lists.depth();
        if self.is_presentation {
            self.slide.hold(text, depth);
            return Ok(());
        }
        if paragraph.is_title {
            self.title.get_or_insert_with(|| text.to_owned());
            self.draft.heading(1, text)?;
        } else if let Some(level) = paragraph.heading {
            let text = match depth {
                Some(_) => self.lists.labelled(text),
                None => self.lists.heading(level, text, self.styles),
            };
            self.draft.heading(level, &text)?;
        } else if let Some(depth) = depth {
            let text = self.lists.labelled(text);
            self.draft.list_item(depth, &text)?;
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
            self.slide.blocks.push(Held::Row(cells));
            return Ok(());
        }
        match cells.as_slice() {
            // A single cell is a box around text.
            [only, rest @ ..] if is_box && rest.iter().all(String::is_empty) => self.draft.paragraph(only),
            cells => self.draft.table_row(cells),
        }
    }
}
