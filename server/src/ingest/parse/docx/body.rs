//! The document's body, from its elements to blocks.

use quick_xml::events::BytesStart;

use super::field::Fields;
use super::graphics::Graphics;
use super::notes::Notes;
use super::numbering::Numbering;
use super::paragraph::Paragraph;
use super::run::{self, Run};
use super::running;
use super::styles::Styles;
use super::table::Tables;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
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
    /// Whether this is a header or a footer: it has no headings, and the numbers of pages are left out.
    is_running: bool,
    numbering: Numbering,
    draft: Draft,
    title: Option<String>,
    /// Open paragraphs: a text box puts paragraphs inside a paragraph.
    paragraphs: Vec<Paragraph>,
    tables: Tables,
    /// Pictures in the open paragraph or row, by their names in the archive.
    pictures: Vec<String>,
    /// Charts and diagrams there, by their relations.
    graphics: Vec<String>,
    in_text: bool,
    run: Run,
    fields: Fields,
    in_instruction: bool,
    in_properties: u32,
}

impl<'a> Body<'a> {
    /// Writes behind what `draft` has already.
    pub(super) fn new(parts: Parts<'a>, numbering: Numbering, draft: Draft) -> Self {
        Self {
            parts,
            headings_by_look: false,
            is_running: false,
            numbering,
            draft,
            title: None,
            paragraphs: Vec::new(),
            tables: Tables::default(),
            pictures: Vec::new(),
            graphics: Vec::new(),
            in_text: false,
            run: Run::default(),
            fields: Fields::default(),
            in_instruction: false,
            in_properties: 0,
        }
    }

    /// Counts short bold or capital paragraphs as headings, for documents without heading styles.
    pub(super) fn with_headings_by_look(self) -> Self {
        Self { headings_by_look: true, ..self }
    }

    /// Reads a header or a footer instead of the main part.
    pub(super) fn for_running_text(self) -> Self {
        Self { is_running: true, ..self }
    }

    /// Reads the main part; answers what was written, and the text in the style "Title".
    pub(super) fn read(mut self, part: &str) -> Result<(Draft, Option<String>), ParseError> {
        let mut xml = Xml::new(part);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => self.start(&tag, &mut xml)?,
                Node::End(name) => self.end(&name)?,
                Node::Text(text) if self.in_text && !self.run.is_hidden => self.text(&text),
                Node::Text(text) if self.in_instruction => self.fields.instruction(&text),
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
                let tables = self.tables.depth();
                self.paragraphs.push(Paragraph { tables, ..Paragraph::default() });
            }
            "pPr" | "rPr" => self.in_properties += 1,
            "r" => self.run = Run::default(),
            "t" => self.in_text = true,
            "instrText" => self.in_instruction = true,
            "fldChar" => {
                let answer = self.fields.mark(tag);
                self.append(&answer);
            }
            "fldSimple" => self.fields.start_simple(tag),
            "tab" if self.in_properties == 0 => self.append("\t"),
            "br" | "cr" => self.append("\n"),
            "noBreakHyphen" => self.append("-"),
            "sym" if !self.run.is_hidden => self.append(&run::sign(tag).unwrap_or_default()),
            "tbl" => {
                if self.tables.is_empty() {
                    self.draft.end_group();
                }
                self.tables.start();
            }
            "tc" => self.tables.start_cell(),
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
                self.tables.property(name, tag);
                self.fields.property(name, tag);
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.property(name, tag);
                }
            }
        }
        Ok(())
    }

    fn picture(&mut self, id: Option<String>) {
        // Those in headers are mostly logos.
        if !self.run.is_hidden && !self.is_running {
            self.pictures.extend(id.and_then(|id| self.parts.package.path_of(&id)));
        }
    }

    /// Pictures and charts come behind the paragraph or the row that they stand in.
    fn write_pictures(&mut self) -> Result<(), ParseError> {
        if !self.paragraphs.is_empty() || self.tables.depth() > 1 {
            return Ok(());
        }
        for name in self.pictures.drain(..) {
            self.draft.picture(&name);
        }
        self.graphics.drain(..).try_for_each(|id| self.parts.graphics.write(&id, &mut self.draft))
    }

    fn end(&mut self, name: &str) -> Result<(), ParseError> {
        match name {
            "t" => self.in_text = false,
            "instrText" => self.in_instruction = false,
            "fldSimple" => self.fields.end_simple(),
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
                self.tables.end();
                if self.tables.is_empty() {
                    self.draft.end_group();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.fields.show();
        if self.is_running && self.fields.counts_pages() {
            return self.append(running::PAGE_NUMBER);
        }
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
        let without_pages = self.is_running.then(|| running::without_page_numbers(&paragraph.text));
        let text = without_pages.as_deref().unwrap_or(&paragraph.text).trim();
        if !self.tables.is_empty() {
            let text = if text.is_empty() { String::new() } else { self.labelled(paragraph, text).0 };
            self.tables.push_line(&text);
            paragraph.notes.iter().for_each(|note| self.tables.push_line(note));
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
        if self.is_running {
            return self.draft.paragraph(text);
        }
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
        match self.tables.end_row() {
            Some(row) if row.is_box => self.draft.paragraph(row.cells.first().map_or("", String::as_str)),
            Some(row) => self.draft.table_row(&row.cells),
            None => Ok(()),
        }
    }
}
