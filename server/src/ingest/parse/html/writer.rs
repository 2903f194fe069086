//! From a page's tree to blocks.

use markup5ever_rcdom::{Handle, NodeData};

use super::element::{Element, raised_text};
use super::furniture::{Letters, heads_a_part, is_beside_the_point, is_furniture};
use super::table::{cell, holds_data};
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::grid::{Cell, Grid};

/// What is written of a page.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// The whole, of which its own header and footer are left out.
    #[default]
    Page,
    /// Its main content, to which these belong.
    MainContent,
    /// A chapter of a book, to which notes beside the text belong, too.
    Book,
}

/// Writes what stands below `root`.
pub(super) fn write(root: &Handle, scope: Scope) -> Result<Draft, ParseError> {
    let letters = if scope == Scope::Page { Letters::of(root).all } else { 0 };
    let mut writer = Writer { scope, letters, ..Writer::default() };
    // A stack of our own: a hostile page nests deeper than the call stack reaches.
    let mut steps = vec![Step::Enter(root.clone())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(node) => writer.enter(&node, &mut steps)?,
            Step::Leave(element) => writer.leave(element)?,
        }
    }
    writer.end_block()?;
    Ok(writer.draft)
}

enum Step {
    Enter(Handle),
    Leave(Opened),
}

/// What has to be closed again when an element ends.
#[derive(Clone, Copy)]
enum Opened {
    Block,
    Heading(u8),
    Code,
    List,
    Quote,
    Table,
    Row,
    Cell,
    Article,
}

#[derive(Default)]
struct Writer {
    draft: Draft,
    scope: Scope,
    /// How many there are on the whole page.
    letters: usize,
    block: String,
    /// Pictures in the open block, as the page refers to them.
    pictures: Vec<String>,
    /// Open lists, innermost last, with the number of the next item where they are numbered.
    lists: Vec<Option<u64>>,
    item_number: Option<u64>,
    quotes: u32,
    articles: u32,
    headings: u32,
    in_code: u32,
    /// Open tables, innermost last; one without a grid only arranges the page.
    tables: Vec<Option<Grid>>,
    /// Cells of the row being read; inside a cell no blocks are written.
    cells: Vec<Cell>,
    in_cell: u32,
}

impl Writer {
    fn enter(&mut self, node: &Handle, steps: &mut Vec<Step>) -> Result<(), ParseError> {
        match &node.data {
            NodeData::Text { contents } => self.text(&contents.borrow()),
            NodeData::Element { .. } => {
                let Some(element) = Element::of(node) else { return Ok(()) };
                if self.is_left_out(&element, node) {
                    return Ok(());
                }
                if let Some(raised) = raised_text(&element, node) {
                    self.text(&raised);
                    return Ok(());
                }
                if let Some(opened) = self.open(&element, node)? {
                    steps.push(Step::Leave(opened));
                }
                push_children(node, steps);
            }
            NodeData::Document => push_children(node, steps),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_code > 0 {
            self.block.push_str(text);
        } else {
            self.block.extend(text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
    }

    fn is_left_out(&self, element: &Element, node: &Handle) -> bool {
        match element.name() {
            "head" | "script" | "style" | "noscript" | "template" | "nav" | "iframe" | "object" | "svg"
            | "canvas" | "audio" | "video" | "select" | "textarea" | "input" | "dialog" => true,
            "button" => !heads_a_part(element, node, self.headings > 0),
            "header" | "footer" if self.scope == Scope::Page && self.articles == 0 => true,
            "aside" if self.scope != Scope::Book => is_beside_the_point(element, node),
            _ => {
                element.is_hidden()
                    || ["navigation", "banner", "contentinfo", "complementary", "search"]
                        .iter()
                        .any(|role| element.has_role(role))
                    || self.scope == Scope::Page && is_furniture(element, node, self.letters)
            }
        }
    }

    fn open(&mut self, element: &Element, node: &Handle) -> Result<Option<Opened>, ParseError> {
        let opened = match element.name() {
            "br" => {
                self.block.push('\n');
                return Ok(None);
            }
            "img" => {
                self.pictures.extend(element.attribute("src").map(str::to_owned));
                return Ok(None);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Opened::Heading(element.name().as_bytes()[1] - b'0'),
            "pre" | "listing" => Opened::Code,
            "ul" | "menu" | "ol" => Opened::List,
            "blockquote" => Opened::Quote,
            "table" => Opened::Table,
            "tr" if self.in_data_table() => Opened::Row,
            "td" | "th" if self.in_data_table() => Opened::Cell,
            "article" | "main" => Opened::Article,
            "button" if self.headings == 0 => Opened::Block,
            "p" | "div" | "section" | "li" | "dl" | "dt" | "dd" | "figure" | "figcaption" | "address"
            | "fieldset" | "legend" | "details" | "summary" | "center" | "body" | "hr" | "form"
            | "caption" | "tr" | "td" | "th" | "header" | "footer" | "aside" | "hgroup" | "optgroup" => {
                Opened::Block
            }
            _ => return Ok(None),
        };
        if self.in_cell > 0 {
            self.block.push(' ');
            return Ok(None);
        }
        self.end_block()?;
        match opened {
            Opened::Code => self.in_code += 1,
            Opened::Quote => self.quotes += 1,
            Opened::Article => self.articles += 1,
            Opened::Cell => {
                self.in_cell += 1;
                self.cells.push(cell(element));
            }
            Opened::Table => {
                self.draft.end_group();
                self.tables.push(holds_data(node).then(Grid::default));
            }
            Opened::List => {
                let start = element.attribute("start").and_then(|s| s.parse().ok()).unwrap_or(1);
                self.lists.push(element.is("ol").then_some(start));
            }
            Opened::Heading(_) => self.headings += 1,
            Opened::Block if element.is("li") => self.start_item(),
            Opened::Block | Opened::Row => {}
        }
        Ok(Some(opened))
    }

    fn leave(&mut self, opened: Opened) -> Result<(), ParseError> {
        match opened {
            Opened::Heading(level) => {
                self.headings -= 1;
                let heading = std::mem::take(&mut self.block);
                self.draft.heading(level, &heading)?;
                self.write_pictures();
                return Ok(());
            }
            Opened::Cell => {
                if let Some(cell) = self.cells.last_mut() {
                    cell.text = std::mem::take(&mut self.block);
                }
                self.in_cell -= 1;
                return Ok(());
            }
            Opened::Row => return self.end_row(),
            _ => self.end_block()?,
        }
        match opened {
            Opened::Code => self.in_code -= 1,
            Opened::Quote => self.quotes -= 1,
            Opened::Article => self.articles -= 1,
            Opened::Table => {
                self.draft.end_group();
                self.tables.pop();
            }
            Opened::List => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.draft.end_group();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn start_item(&mut self) {
        self.item_number = None;
        if let Some(Some(next)) = self.lists.last_mut() {
            self.item_number = Some(*next);
            *next += 1;
        }
    }

    /// A single cell is a box around text.
    fn end_row(&mut self) -> Result<(), ParseError> {
        let cells = std::mem::take(&mut self.cells);
        let Some(Some(grid)) = self.tables.last_mut() else { return Ok(()) };
        let cells = grid.row(cells);
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        match (filled.next(), filled.next()) {
            (Some(only), None) => paragraphs(&mut self.draft, only)?,
            _ => self.draft.table_row(&cells)?,
        }
        self.write_pictures();
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), ParseError> {
        self.write_block()?;
        self.write_pictures();
        Ok(())
    }

    /// Pictures come behind the block that they stand in.
    fn write_pictures(&mut self) {
        for name in self.pictures.drain(..) {
            self.draft.picture(&name);
        }
    }

    fn write_block(&mut self) -> Result<(), ParseError> {
        let text = std::mem::take(&mut self.block);
        if text.trim().is_empty() {
            Ok(())
        } else if self.in_code > 0 {
            self.draft.code(&text)
        } else if !self.lists.is_empty() {
            let depth = u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX);
            match self.item_number.take() {
                Some(number) => self.draft.list_item(depth, &format!("{number}. {}", text.trim())),
                None => self.draft.list_item(depth, &text),
            }
        } else if self.quotes > 0 {
            self.draft.quote(&text)
        } else {
            paragraphs(&mut self.draft, &text)
        }
    }

    /// Rows and cells of a table that arranges the page are only blocks.
    fn in_data_table(&self) -> bool {
        self.tables.last().is_some_and(Option::is_some)
    }
}

/// Two line breaks in a row are how some pages separate paragraphs.
fn paragraphs(draft: &mut Draft, text: &str) -> Result<(), ParseError> {
    let mut paragraph = String::new();
    for line in text.split('\n') {
        if line.trim().is_empty() {
            draft.paragraph(&std::mem::take(&mut paragraph))?;
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
    draft.paragraph(&paragraph)
}

fn push_children(node: &Handle, steps: &mut Vec<Step>) {
    steps.extend(node.children.borrow().iter().rev().cloned().map(Step::Enter));
}
