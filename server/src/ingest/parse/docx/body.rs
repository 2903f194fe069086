//! The document's body, from its elements to blocks.

use quick_xml::events::BytesStart;

use super::graphics::Graphics;
use super::notes::Notes;
use super::numbering::Numbering;
use super::paragraph::Paragraph;
use super::run::Run;
use super::styles::Styles;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::grid::{Cell, Grid};
use crate::ingest::parse::package::Package;
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// How deep text boxes are kept for what they hang on; deeper ones come before it.
const DEEPEST_BOX: usize = 8;

/// What the body refers to.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) styles: &'a Styles,
    pub(super) notes: &'a Notes,
    pub(super) graphics: &'a Graphics,
    pub(super) package: &'a Package<'a>,
}

pub(super) struct Body<'a> {
    parts: Parts<'a>,
    /// Whether short bold or capital paragraphs count as headings.
    headings_by_look: bool,
    numbering: Numbering,
    draft: Draft,
    title: Option<String>,
    /// Open paragraphs: a text box puts paragraphs inside a paragraph.
    paragraphs: Vec<Paragraph>,
    /// Open tables, innermost last.
    tables: Vec<Table>,
    /// Pictures in the open paragraph or row, by their names in the archive.
    pictures: Vec<String>,
    /// Charts and diagrams there, by their relations.
    graphics: Vec<String>,
    in_text: bool,
    run: Run,
    in_properties: u32,
}

#[derive(Default)]
struct Table {
    cells: Vec<Cell>,
    grid: Grid,
}

impl<'a> Body<'a> {
    pub(super) fn new(parts: Parts<'a>, numbering: Numbering) -> Self {
        Self {
            parts,
            headings_by_look: false,
            numbering,
            draft: Draft::default(),
            title: None,
            paragraphs: Vec::new(),
            tables: Vec::new(),
            pictures: Vec::new(),
            graphics: Vec::new(),
            in_text: false,
            run: Run::default(),
            in_properties: 0,
        }
    }

    /// Counts short bold or capital paragraphs as headings, for documents without heading styles.
    pub(super) fn with_headings_by_look(self) -> Self {
        Self { headings_by_look: true, ..self }
    }

    /// Reads the main part; answers what was written, and the text in the style "Title".
    pub(super) fn read(mut self, part: &str) -> Result<(Draft, Option<String>), ParseError> {
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => self.start(&tag, &mut xml)?,
                Node::End(name) => self.end(&name)?,
                Node::Text(text) if self.in_text && !self.run.is_hidden => self.text(&text),
                Node::Text(_) => {}
            }
        }
        Ok((self.draft, self.title))
    }

    fn start(&mut self, tag: &BytesStart, xml: &mut Xml) -> Result<(), ParseError> {
        match tag.local_name().as_ref() {
            // Deleted or moved away; the drawing again for old readers; what it looked like once.
            "del" | "moveFrom" | "Fallback" | "pPrChange" | "rPrChange" | "numPrChange" => {
                xml.skip()?;
            }
            "p" => {
                let tables = self.tables.len();
                self.paragraphs.push(Paragraph { tables, ..Paragraph::default() });
            }
            "pPr" | "rPr" => self.in_properties += 1,
            "r" => self.run = Run::default(),
            "t" => self.in_text = true,
            "tab" if self.in_properties == 0 => self.append("\t"),
            "br" | "cr" => self.append("\n"),
            "noBreakHyphen" => self.append("-"),
            "tbl" => {
                if self.tables.is_empty() {
                    self.draft.end_group();
                }
                self.tables.push(Table::default());
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(Cell::default());
                }
            }
            "gridSpan" => {
                let columns = attribute(tag, "val").and_then(|n| n.parse::<usize>().ok());
                self.in_cell(|cell| cell.more_columns = columns.unwrap_or(1).saturating_sub(1));
            }
            "vMerge" => {
                let begins = attribute(tag, "val").as_deref() == Some("restart");
                self.in_cell(|cell| cell.continues = !begins);
            }
            "blip" => self.picture(attribute(tag, "embed")),
            "chart" if !self.run.is_hidden => self.graphics.extend(attribute(tag, "id")),
            "relIds" if !self.run.is_hidden => self.graphics.extend(attribute(tag, "dm")),
            "imagedata" => self.picture(attribute(tag, "id")),
            name @ ("footnoteReference" | "endnoteReference") => {
                let id = attribute(tag, "id").unwrap_or_default();
                let note = self.parts.notes.get(name, &id).map(str::to_owned);
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.notes.extend(note);
                }
            }
            name => {
                self.run.property(name, tag);
                self.property(name, tag);
            }
        }
        Ok(())
    }

    fn picture(&mut self, id: Option<String>) {
        if !self.run.is_hidden {
            self.pictures.extend(id.and_then(|id| self.parts.package.path_of(&id)));
        }
    }

    /// Pictures and charts come behind the paragraph or the row that they stand in.
    fn write_pictures(&mut self) -> Result<(), ParseError> {
        if !self.paragraphs.is_empty() || self.tables.len() > 1 {
            return Ok(());
        }
        for name in self.pictures.drain(..) {
            self.draft.picture(&name);
        }
        self.graphics.drain(..).try_for_each(|id| self.parts.graphics.write(&id, &mut self.draft))
    }

    fn in_cell(&mut self, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
            change(cell);
        }
    }

    fn property(&mut self, name: &str, tag: &BytesStart) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        let value = || attribute(tag, "val");
        match name {
            "pStyle" => paragraph.style = value().unwrap_or_default(),
            "outlineLvl" => paragraph.outline_level = value().and_then(|v| v.parse().ok()),
            "numId" => paragraph.list.number = value(),
            "ilvl" => paragraph.list.level = value().and_then(|v| v.parse().ok()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ParseError> {
        match name {
            "t" => self.in_text = false,
            "pPr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
                // A hidden paragraph mark doesn't hide the paragraph.
                self.run.is_hidden = false;
            }
            "rPr" => self.in_properties = self.in_properties.saturating_sub(1),
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.end_paragraph(paragraph)?;
                }
                if self.tables.is_empty() {
                    self.write_pictures()?;
                }
            }
            "tr" => {
                self.end_row()?;
                self.write_pictures()?;
            }
            "tbl" => {
                self.tables.pop();
                if self.tables.is_empty() {
                    self.draft.end_group();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.append(&self.run.reads(text));
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let has_letters = text.chars().any(char::is_alphanumeric);
            paragraph.has_light_text |= has_letters && !self.run.is_bold;
        }
    }

    fn append(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self, paragraph: Paragraph) -> Result<(), ParseError> {
        let depth = self.paragraphs.len();
        if let Some(outer) = self.paragraphs.last_mut()
            && outer.tables == paragraph.tables
            && depth < DEEPEST_BOX
        {
            outer.boxes.push(paragraph);
            return Ok(());
        }
        self.end_box(paragraph)
    }

    /// Writes a paragraph, and then what stands in the boxes on it.
    fn end_box(&mut self, mut paragraph: Paragraph) -> Result<(), ParseError> {
        let boxes = std::mem::take(&mut paragraph.boxes);
        self.write_paragraph(&paragraph)?;
        boxes.into_iter().try_for_each(|inner| self.end_box(inner))
    }

    fn write_paragraph(&mut self, paragraph: &Paragraph) -> Result<(), ParseError> {
        let text = paragraph.text.trim();
        if !self.tables.is_empty() {
            let text = if text.is_empty() { String::new() } else { self.labelled(paragraph, text).0 };
            let Some(table) = self.tables.last_mut() else { return Ok(()) };
            let Some(Cell { text: cell, .. }) = table.cells.last_mut() else { return Ok(()) };
            for text in std::iter::once(text.as_str()).chain(paragraph.notes.iter().map(String::as_str)) {
                if !cell.is_empty() && !text.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(text);
            }
            return Ok(());
        }
        if !text.is_empty() && !self.parts.styles.is_contents(&paragraph.style) {
            self.write(paragraph, text)?;
        }
        for note in &paragraph.notes {
            self.draft.paragraph(note)?;
        }
        Ok(())
    }

    fn write(&mut self, paragraph: &Paragraph, text: &str) -> Result<(), ParseError> {
        if self.parts.styles.is_title(&paragraph.style) {
            self.title.get_or_insert_with(|| text.to_owned());
            return self.draft.heading(1, text);
        }
        let own = paragraph.outline_level.filter(|level| *level < 9).map(|level| level + 1);
        let heading = own
            .or_else(|| self.parts.styles.heading_level(&paragraph.style))
            .or_else(|| paragraph.level_by_look(text).filter(|_| self.headings_by_look));
        let (text, depth) = self.labelled(paragraph, text);
        match (heading, depth) {
            (Some(level), _) => self.draft.heading(level, &text),
            (None, Some(depth)) => self.draft.list_item(depth, &text),
            (None, None) if self.parts.styles.is_quote(&paragraph.style) => self.draft.quote(&text),
            (None, None) => self.draft.paragraph(&text),
        }
    }

    /// A paragraph's text with its number, and its depth in a list.
    fn labelled(&mut self, paragraph: &Paragraph, text: &str) -> (String, Option<u8>) {
        let Some((list, depth)) = self.list_of(paragraph) else { return (text.to_owned(), None) };
        let label = self.numbering.next_label(&list, depth);
        let text = if label.is_empty() { text.to_owned() } else { format!("{label} {text}") };
        (text, Some(depth))
    }

    /// The list that a paragraph belongs to by itself or by its style, and its depth there.
    fn list_of(&self, paragraph: &Paragraph) -> Option<(String, u8)> {
        let by_style = self.parts.styles.list(&paragraph.style);
        let number = paragraph.list.number.clone().or(by_style.number)?;
        // List 0 takes a paragraph out of its style's list.
        (number != "0").then(|| (number, paragraph.list.level.or(by_style.level).unwrap_or(0)))
    }

    fn end_row(&mut self) -> Result<(), ParseError> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let cells = std::mem::take(&mut table.cells);
        let is_box = cells.len() == 1;
        let cells = table.grid.row(cells);
        if let [.., outer, _] = self.tables.as_mut_slice() {
            // A table in a cell: its row becomes a line of that cell.
            if let Some(Cell { text: cell, .. }) = outer.cells.last_mut() {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(&cells.join(" "));
            }
            return Ok(());
        }
        match cells.as_slice() {
            // A single cell is a box around text.
            [only, rest @ ..] if is_box && rest.iter().all(String::is_empty) => self.draft.paragraph(only),
            cells => self.draft.table_row(cells),
        }
    }
}
