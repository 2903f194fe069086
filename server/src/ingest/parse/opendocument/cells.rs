//! The sheets of a spreadsheet: what each cell shows.

use std::collections::HashSet;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::sheet::{Sheet, write_hidden};
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// The most cells and rows with content that one may stand for.
const MOST_REPEATED: u32 = 1_000;
/// The last column that spreadsheet programs have.
const MOST_COLUMNS: usize = 16_384;
/// How many merged cells may reach over one row.
const MOST_MERGED: usize = 256;

/// Sheets that the document hides are named and not read; hidden rows are read, since a filter hides rows too.
pub(super) fn read(content: &str, draft: &mut Draft) -> Result<(), ParseError> {
    let mut xml = Xml::new(content);
    let (mut style, mut hiding, mut hidden) = (String::new(), HashSet::new(), Vec::new());
    while let Some(node) = xml.next()? {
        let Node::Start(tag) = node else { continue };
        match tag.local_name().as_ref() {
            "style" => style = attribute(&tag, "name").unwrap_or_default(),
            "table-properties" if attribute(&tag, "display").as_deref() == Some("false") => {
                hiding.insert(style.clone());
            }
            "table" => {
                let name = attribute(&tag, "name").unwrap_or_default();
                if attribute(&tag, "style-name").is_some_and(|style| hiding.contains(&style)) {
                    hidden.push(name);
                    xml.skip()?;
                } else {
                    read_sheet(&mut xml, Sheet::new(draft, Some(&name)))?;
                }
            }
            "tracked-changes" | "master-styles" | "meta" | "settings" => xml.skip()?,
            _ => {}
        }
    }
    write_hidden(draft, &hidden)
}

fn read_sheet(xml: &mut Xml, mut sheet: Sheet) -> Result<(), ParseError> {
    let mut next_row = 1_u32;
    let mut rows_repeated = 1_u32;
    let mut cells: Vec<String> = Vec::new();
    let mut cell = Cell::default();
    let mut merged = Merged::default();
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
                        rows: count(attribute(&tag, "number-rows-spanned")),
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
                "table-cell" | "covered-table-cell" => {
                    merged.note(next_row, cells.len(), &cell);
                    cell.put(&mut cells);
                }
                "table-row" => {
                    let filled = cells.iter().any(|cell| !cell.is_empty());
                    let copies = if filled { rows_repeated.min(MOST_REPEATED) } else { 0 };
                    for copy in 0..copies {
                        let row = next_row.saturating_add(copy);
                        merged.reach_down(row, &mut cells);
                        sheet.row(row, cells.clone())?;
                    }
                    next_row = next_row.saturating_add(rows_repeated);
                }
                "table" => break,
                _ => {}
            },
        }
    }
    sheet.finish().map(drop)
}

#[derive(Default)]
struct Cell {
    text: String,
    repeated: u32,
    /// Over how many rows it reaches.
    rows: u32,
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

/// Cells that reach down over several rows: each of these says what they say.
#[derive(Default)]
struct Merged(Vec<Reaching>);

struct Reaching {
    column: usize,
    text: String,
    first: u32,
    last: u32,
}

impl Merged {
    fn note(&mut self, row: u32, column: usize, cell: &Cell) {
        if cell.rows > 1 && !cell.text.is_empty() && column < MOST_COLUMNS {
            self.0.retain(|above| above.last >= row);
            if self.0.len() < MOST_MERGED {
                let last = row.saturating_add(cell.rows - 1);
                self.0.push(Reaching { column, text: cell.text.clone(), first: row, last });
            }
        }
    }

    fn reach_down(&self, row: u32, cells: &mut Vec<String>) {
        for above in self.0.iter().filter(|above| (above.first + 1..=above.last).contains(&row)) {
            if cells.len() <= above.column {
                cells.resize(above.column + 1, String::new());
            }
            if cells[above.column].is_empty() {
                cells[above.column].clone_from(&above.text);
            }
        }
    }
}

fn count(attribute: Option<String>) -> u32 {
    attribute.and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}
