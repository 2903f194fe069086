//! What stands in boxes above the cells of a workbook: texts, and the names of charts, whose values the
//! cells hold.

use std::collections::HashMap;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::chart::Chart;
use crate::ingest::parse::drawn::paragraphs;
use crate::ingest::parse::package::Package;
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// The texts of each sheet that has some, by its name.
pub(super) fn read(bytes: &[u8]) -> Result<HashMap<String, Vec<String>>, ParseError> {
    let mut package = Package::open(bytes)?;
    let Some(workbook) = package.main_part("xl/workbook.xml")? else { return Ok(HashMap::new()) };
    let mut by_sheet = HashMap::new();
    for (name, id) in sheets(&workbook)? {
        let Some(path) = package.path_of(&id) else { continue };
        let mut texts = Vec::new();
        for drawing in package.relations_of(&path)?.iter().filter(|relation| relation.kind == "drawing") {
            if let Some(part) = package.part(&drawing.path)? {
                texts.extend(paragraphs(&part)?);
            }
            for chart in package.relations_of(&drawing.path)?.iter().filter(|it| it.kind == "chart") {
                if let Some(part) = package.part(&chart.path)? {
                    texts.extend(Chart::read(&part)?.title());
                }
            }
        }
        if !texts.is_empty() {
            by_sheet.insert(name, texts);
        }
    }
    Ok(by_sheet)
}

/// The sheets' names, and the relations that lead to them.
fn sheets(workbook: &str) -> Result<Vec<(String, String)>, ParseError> {
    let mut xml = Xml::new(workbook);
    let mut sheets = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(tag) = node
            && tag.local_name().as_ref() == "sheet"
        {
            sheets.extend(attribute(&tag, "name").zip(attribute(&tag, "id")));
        }
    }
    Ok(sheets)
}
