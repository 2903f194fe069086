//! One slide, from its elements to blocks.

use quick_xml::events::BytesStart;

use super::is_typed;
use crate::ingest::parse::ParseError;
use crate::ingest::parse::chart::Chart;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::grid::{Cell, Grid};
use crate::ingest::parse::package::Relation;
use crate::ingest::parse::raised::raised;
use crate::ingest::parse::scan::Shown;
use crate::ingest::parse::xml::{Node, Xml, attribute};

#[derive(Default)]
pub(super) struct Slide {
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<SlideBlock>,
    pub(super) notes: Vec<SlideBlock>,
}

pub(super) enum SlideBlock {
    /// A paragraph at this level of the slide's outline.
    Item(u8, String),
    Row(Vec<String>),
    /// A picture, by its name in the archive.
    Picture(String),
    /// The end of a text box or a table.
    End,
}

impl Slide {
    pub(super) fn write(&self, draft: &mut Draft, number: u32) -> Result<(), ParseError> {
        let notes: Vec<String> = self.notes.iter().filter_map(SlideBlock::text).collect();
        let has_text =
            self.blocks.iter().any(|block| matches!(block, SlideBlock::Item(..) | SlideBlock::Row(_)));
        if self.title.is_none() && !has_text && notes.is_empty() {
            // What its pictures show will need the slide's heading.
            for name in self.blocks.iter().filter_map(SlideBlock::picture) {
                draft.scan(Shown::Member { name: name.to_owned(), page: Some(number), needs_heading: true });
            }
            return Ok(());
        }
        draft.slide(number, self.title.as_deref())?;
        for block in &self.blocks {
            match block {
                SlideBlock::Item(level, text) => draft.list_item(*level, text)?,
                SlideBlock::Row(cells) => draft.table_row(cells)?,
                SlideBlock::Picture(name) => draft.picture(name),
                SlideBlock::End => draft.end_group(),
            }
        }
        draft.speaker_notes(&notes)
    }

    /// Adds a chart behind all else: its place among the shapes says little.
    pub(super) fn add_chart(&mut self, chart: &Chart) {
        self.blocks.extend(chart.texts().into_iter().map(|text| SlideBlock::Item(0, text)));
        self.blocks.push(SlideBlock::End);
        self.blocks.extend(chart.rows().into_iter().map(SlideBlock::Row));
        self.blocks.push(SlideBlock::End);
    }

    /// Gives pictures, which are read by their ids, their names in the archive.
    pub(super) fn name_pictures(&mut self, relations: &[Relation]) {
        for block in &mut self.blocks {
            if let SlideBlock::Picture(id) = block {
                let relation = relations.iter().find(|relation| relation.id == *id);
                *id = relation.map(|relation| relation.path.clone()).unwrap_or_default();
            }
        }
    }
}

impl SlideBlock {
    fn text(&self) -> Option<String> {
        match self {
            Self::Item(_, text) => Some(text.clone()),
            Self::Row(_) | Self::Picture(_) | Self::End => None,
        }
    }

    fn picture(&self) -> Option<&str> {
        match self {
            Self::Picture(name) => Some(name),
            Self::Item(..) | Self::Row(_) | Self::End => None,
        }
    }
}

/// Reads a slide, its notes or a diagram's texts: all are made of the same paragraphs.
pub(super) fn read(part: &str) -> Result<Slide, ParseError> {
    let mut xml = Xml::new(part);
    let mut reader = Reader::default();
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => reader.start(&tag, &mut xml)?,
            Node::End(name) => reader.end(&name),
            Node::Text(text) if reader.in_text => reader.text(&text),
            Node::Text(_) => {}
        }
    }
    Ok(reader.slide)
}

/// What the open shape is for.
#[derive(Default, PartialEq, Clone, Copy)]
enum Role {
    #[default]
    Body,
    Title,
    /// A number or footer that the layout puts on every slide.
    Furniture,
}

#[derive(Default)]
struct Reader {
    slide: Slide,
    role: Role,
    paragraph: String,
    level: u8,
    in_text: bool,
    run_is_raised: bool,
    /// Cells of the open row, where a table is open.
    row: Option<Vec<Cell>>,
    grid: Grid,
    /// Whether the open cell is a part of another, which has its text.
    is_covered: bool,
}

impl Reader {
    fn start(&mut self, tag: &BytesStart, xml: &mut Xml) -> Result<(), ParseError> {
        match tag.local_name().as_ref() {
            // The same again for old readers.
            "Fallback" => xml.skip()?,
            "sp" => self.role = Role::Body,
            "ph" if is_typed(tag, &["title", "ctrTitle"]) => self.role = Role::Title,
            // Filled in by the program: the slide's number, today's date.
            "fld" => xml.skip()?,
            "ph" if is_typed(tag, &["ftr", "sldNum", "hdr"]) => self.role = Role::Furniture,
            "p" => {
                self.paragraph.clear();
                self.level = 0;
            }
            "pPr" => self.level = attribute(tag, "lvl").and_then(|l| l.parse().ok()).unwrap_or(0),
            "r" => self.run_is_raised = false,
            // In thousandths of the text's height; a subscript's is below zero.
            "rPr" => {
                let baseline = attribute(tag, "baseline").unwrap_or_default();
                self.run_is_raised = baseline.trim_end_matches('%').parse::<f64>().is_ok_and(|by| by > 0.0);
            }
            "t" => self.in_text = true,
            "blip" => {
                let id = attribute(tag, "embed").filter(|_| self.role != Role::Furniture);
                self.slide.blocks.extend(id.map(SlideBlock::Picture));
            }
            "br" => self.paragraph.push('\n'),
            "tab" => self.paragraph.push(' '),
            "tbl" => self.grid = Grid::default(),
            "tr" => self.row = Some(Vec::new()),
            "tc" => {
                let is_on = |name| matches!(attribute(tag, name).as_deref(), Some("1" | "true"));
                self.is_covered = is_on("hMerge") || is_on("vMerge");
                if let Some(row) = self.row.as_mut().filter(|_| !self.is_covered) {
                    let more = |name| {
                        attribute(tag, name)
                            .and_then(|n| n.parse::<u32>().ok())
                            .unwrap_or(1)
                            .saturating_sub(1)
                    };
                    let (more_columns, more_rows) = (more("gridSpan") as usize, more("rowSpan"));
                    row.push(Cell { more_columns, more_rows, ..Cell::default() });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let raised = raised(text).filter(|_| self.run_is_raised);
        self.paragraph.push_str(raised.as_deref().unwrap_or(text));
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => self.end_paragraph(),
            "tr" => {
                let row = self.row.take().map(|cells| self.grid.row(cells));
                self.slide.blocks.extend(row.map(SlideBlock::Row));
            }
            "tc" => self.is_covered = false,
            "sp" | "tbl" | "graphicFrame" => self.slide.blocks.push(SlideBlock::End),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if self.is_covered {
            return;
        }
        if let Some(Cell { text: cell, .. }) = self.row.as_mut().and_then(|row| row.last_mut()) {
            if !cell.is_empty() {
                cell.push('\n');
            }
            cell.push_str(text);
            return;
        }
        match self.role {
            Role::Furniture => {}
            Role::Body => self.slide.blocks.push(SlideBlock::Item(self.level, text.to_owned())),
            Role::Title => match &mut self.slide.title {
                Some(title) => {
                    title.push(' ');
                    title.push_str(text);
                }
                None => self.slide.title = Some(text.replace('\n', " ")),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_stay_raised_on_slides() {
        let run = |baseline: &str, text: &str| {
            format!("<a:r><a:rPr baseline='{baseline}'/><a:t>{text}</a:t></a:r>")
        };
        let part = format!(
            "<p:sld><p:sp><a:p>{}{}{}{}<a:r><a:t>3</a:t></a:r></a:p></p:sp></p:sld>",
            run("0", "10"),
            run("30000", "6"),
            run("0", " CO"),
            run("-25000", "2"),
        );
        let slide = read(&part).unwrap();
        assert_eq!(slide.blocks[0].text().as_deref(), Some("10⁶ CO23"));
    }
}
