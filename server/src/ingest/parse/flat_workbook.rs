//! Workbooks that are XML as a whole, as Excel 2003 saved them and other programs still export them.

use std::collections::HashSet;

use super::draft::Draft;
use super::sheet::{Sheet, write_hidden};
use super::xml::{Node, Xml, attribute};
use super::{Extracted, ParseError, encoding};

/// The vocabulary that such a workbook names at its beginning.
const VOCABULARY: &[u8] = b"urn:schemas-microsoft-com:office:spreadsheet";
/// How far it may stand behind the beginning, in bytes.
const HEAD: usize = 4 * 1024;
/// The last row and column that Excel has.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: usize = 16_384;

/// Whether the bytes begin such a workbook.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let has = |what: &[u8]| head.windows(what.len()).any(|window| window == what);
    bytes.trim_ascii_start().starts_with(b"<?xml") && has(VOCABULARY) && has(b"Workbook")
}

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode_xml(bytes);
    let hidden = hidden(&text)?;
    let mut draft = Draft::default();
    let mut xml = Xml::new(&text);
    let (mut style, mut percents) = (String::new(), HashSet::new());
    while let Some(node) = xml.next()? {
        let Node::Start(tag) = node else { continue };
        match tag.local_name().as_ref() {
            "Style" => style = attribute(&tag, "ID").unwrap_or_default(),
            "NumberFormat" if attribute(&tag, "Format").is_some_and(|format| is_percent(&format)) => {
                percents.insert(style.clone());
            }
            "Worksheet" => {
                let name = attribute(&tag, "Name").unwrap_or_default();
                if hidden.contains(&name) {
                    xml.skip()?;
                } else {
                    read_sheet(&mut xml, Sheet::new(&mut draft, Some(&name)), &percents)?;
                }
            }
            _ => {}
        }
    }
    write_hidden(&mut draft, &hidden)?;
    Ok(draft.finish(None, None))
}

/// `Percent`, `0.00%`
fn is_percent(format: &str) -> bool {
    format == "Percent" || format.ends_with('%')
}

/// The names of the sheets that are hidden, which they say behind their cells.
fn hidden(text: &str) -> Result<Vec<String>, ParseError> {
    let (mut hidden, mut name, mut says_so) = (Vec::new(), String::new(), false);
    let mut xml = Xml::new(text);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "Worksheet" => name = attribute(&tag, "Name").unwrap_or_default(),
                local => says_so = local == "Visible",
            },
            Node::Text(text) if says_so && text.trim() != "SheetVisible" => hidden.push(name.clone()),
            Node::Text(_) => {}
            Node::End(_) => says_so = false,
        }
    }
    Ok(hidden)
}

fn read_sheet(xml: &mut Xml, mut sheet: Sheet, percents: &HashSet<String>) -> Result<(), ParseError> {
    let (mut row, mut cells) = (0_u32, Vec::new());
    let mut cell = Cell::default();
    let mut in_data = false;
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "Row" => row = attribute(&tag, "Index").and_then(|at| at.parse().ok()).unwrap_or(row + 1),
                "Cell" => {
                    let at: Option<usize> = attribute(&tag, "Index").and_then(|at| at.parse().ok());
                    let style = attribute(&tag, "StyleID");
                    cell = Cell {
                        column: at.and_then(|at| at.checked_sub(1)).unwrap_or(cells.len()),
                        reaches: attribute(&tag, "MergeAcross").and_then(|n| n.parse().ok()).unwrap_or(0),
                        is_percent: style.is_some_and(|style| percents.contains(&style)),
                        ..Cell::default()
                    };
                }
                "Data" => {
                    cell.kind = attribute(&tag, "Type").unwrap_or_default();
                    in_data = true;
                }
                "Comment" | "WorksheetOptions" | "PhoneticText" => xml.skip()?,
                _ => {}
            },
            Node::Text(text) if in_data => cell.text.push_str(&text),
            Node::Text(_) => {}
            Node::End(name) => match name.as_str() {
                "Data" => in_data = false,
                "Cell" => std::mem::take(&mut cell).add_to(&mut cells),
                "Row" if row <= LAST_ROW => sheet.row(row, std::mem::take(&mut cells))?,
                "Row" => cells.clear(),
                "Worksheet" => break,
                _ => {}
            },
        }
    }
    sheet.finish().map(drop)
}

#[derive(Default)]
struct Cell {
    /// Counted from 0.
    column: usize,
    /// How many columns more it reaches over.
    reaches: usize,
    kind: String,
    is_percent: bool,
    text: String,
}

impl Cell {
    fn add_to(self, cells: &mut Vec<String>) {
        if self.column >= LAST_COLUMN || self.column < cells.len() {
            return;
        }
        cells.resize(self.column, String::new());
        let end = (self.column + 1).saturating_add(self.reaches).min(LAST_COLUMN);
        cells.push(self.shown());
        cells.resize(end, String::new());
    }

    fn shown(self) -> String {
        match (self.kind.as_str(), self.text.parse::<f64>()) {
            ("DateTime", _) => shown_time(&self.text),
            ("Boolean", _) => if self.text == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            // To the ten digits that tell it from what the file's binary fraction is.
            ("Number", Ok(share)) if self.is_percent => {
                format!("{}%", (share * 1e10).round() / 1e8)
            }
            _ => self.text,
        }
    }
}

/// `2026-03-02T09:30:00.000` as a day, and the time where there is one.
fn shown_time(time: &str) -> String {
    let (day, clock) = time.split_once('T').unwrap_or((time, ""));
    match clock.get(..5) {
        Some(clock) if clock != "00:00" => format!("{day} {clock}"),
        _ => day.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workbook(sheets: &str) -> Vec<u8> {
        format!(
            "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\
             <Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:x'><Styles>\
             <Style ss:ID='p'><NumberFormat ss:Format='Percent'/></Style></Styles>{sheets}</Workbook>"
        )
        .into_bytes()
    }

    #[test]
    fn each_cell_stands_in_its_row_and_column() {
        let file = workbook(
            "<Worksheet ss:Name='Tab'><Table><Row><Cell><Data ss:Type='String'>Name</Data></Cell>\
             <Cell ss:MergeAcross='1'><Data ss:Type='String'>When &amp; where</Data></Cell>\
             <Cell><Data ss:Type='String'>Share</Data></Cell></Row><Row ss:Index='4'>\
             <Cell><Data ss:Type='String'>Ann</Data><Comment><Data>no</Data></Comment></Cell>\
             <Cell ss:Index='3'><Data ss:Type='DateTime'>2026-03-02T09:30:00.000</Data></Cell>\
             <Cell ss:StyleID='p'><Data ss:Type='Number'>0.07</Data></Cell></Row></Table></Worksheet>\
             <Worksheet ss:Name='Old'><Table><Row><Cell><Data ss:Type='String'>x</Data></Cell></Row></Table>\
             <WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>",
        );
        assert!(begins(&file));
        let text = parse(&file).unwrap().text;
        let expected =
            "Sheet Tab\n\nRows 1–4\n\nName | When & where |  | Share\nAnn |  | 2026-03-02 09:30 | 7%";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains("Old") && !text.contains('x'), "{text}");
    }

    #[test]
    fn places_beyond_the_last_are_left_out() {
        let file = workbook(
            "<Worksheet ss:Name='A'><Table><Row><Cell ss:Index='4000000000'><Data>far</Data></Cell><Cell ss:MergeAcross='\
             18446744073709551615'><Data>near</Data></Cell></Row><Row ss:Index='4294967295'><Cell><Data>low</Data></Cell>\
             </Row></Table></Worksheet>",
        );
        assert_eq!(parse(&file).unwrap().text, "Sheet A\n\nRow 1\n\nnear");
    }
}
