//! The sheets of a spreadsheet: what each cell shows.

use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::sheet::Sheet;
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// The most cells and rows with content that one may stand for.
const MOST_REPEATED: u32 = 1_000;
/// The last column that spreadsheet programs have.
const MOST_COLUMNS: usize = 16_384;

pub(super) fn read(content: &str, draft: &mut Draft) -> Result<(), ParseError> {
    let mut xml = Xml::new(content);
    while let Some(node) = xml.next()? {
        let Node::Start(tag) = node else { continue };
        match tag.local_name().as_ref() {
            "table" => {
                let name = attribute(&tag, "name").unwrap_or_default();
                read_sheet(&mut xml, Sheet::new(draft, Some(&name)))?;
            }
            "tracked-changes" | "automatic-styles" => xml.skip()?,
            _ => {}
        }
    }
    Ok(())
}

fn read_sheet(xml: &mut Xml, mut sheet: Sheet) -> Result<(), ParseError> {
    let mut next_row = 1_u32;
    let mut rows_repeated = 1_u32;
    let mut cells: Vec<String> = Vec::new();
    let mut cell = Cell::default();
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "annotation" | "shapes" | "forms" | "table-source" => xml.skip()?,
                "table-row" => {
                    rows_repeated = count(attribute(&tag, "number-rows-repeated"));
                    cells.clear();
                }
                "table-cell" | "covered-table-cell" => {
                    cell = Cell {
                        repeated: count(attribute(&tag, "number-columns-repeated")),
                        ..Cell::default()
                    };
                }
                "p" => cell.start_paragraph(),
                "s" | "tab" => cell.text.push(' '),
                "line-break" => cell.text.push('\n'),
                _ => {}
            },
            Node::Text(text) if cell.in_paragraph => cell.text.push_str(&text),
            Node::Text(_) => {}
            Node::End(name) => match name.as_str() {
                "p" => cell.in_paragraph = false,
                "table-cell" | "covered-table-cell" => cell.put(&mut cells),
                "table-row" => {
                    let filled = cells.iter().any(|cell| !cell.is_empty());
                    let copies = if filled { rows_repeated.min(MOST_REPEATED) } else { 0 };
                    for copy in 0..copies {
                        sheet.row(next_row.saturating_add(copy), cells.clone())?;
                    }
                    next_row = next_row.saturating_add(rows_repeated);
                }
                "table" => break,
                _ => {}
            },
        }
    }
    sheet.finish()
}

#[derive(Default)]
struct Cell {
    text: String,
    repeated: u32,
    in_paragraph: bool,
}

impl Cell {
    fn start_paragraph(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.in_paragraph = true;
    }

    /// Empty cells are as wide as they say; filled ones only within reason.
    fn put(&mut self, cells: &mut Vec<String>) {
        let most = if self.text.is_empty() { MOST_COLUMNS as u32 } else { MOST_REPEATED };
        let copies = self.repeated.min(most) as usize;
        let room = MOST_COLUMNS.saturating_sub(cells.len());
        cells.extend(std::iter::repeat_n(std::mem::take(&mut self.text), copies.min(room)));
    }
}

fn count(attribute: Option<String>) -> u32 {
    attribute.and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}
