//! Jupyter notebooks: text and code in cells.

use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::record::Value;
use crate::ingest::parse::{ParseError, markdown};

/// Writes a notebook's cells and answers its title; `None` where the value is no notebook.
pub(super) fn write(draft: &mut Draft, value: &Value) -> Result<Option<Option<String>>, ParseError> {
    let (Some(_), Some(cells)) = (value.field("nbformat"), value.field("cells")) else { return Ok(None) };
    let mut title = None;
    for cell in cells.items() {
        let source = cell.field("source").map(joined).unwrap_or_default();
        match cell.field("cell_type").and_then(Value::text) {
            Some("markdown") => {
                let inner = markdown::parse(source.as_bytes())?;
                draft.append(&inner, 0)?;
                title = title.or(inner.title);
            }
            Some("code") => {
                draft.code(&source)?;
                for output in cell.field("outputs").map(Value::items).unwrap_or_default() {
                    draft.code(&output_text(output))?;
                }
            }
            _ => draft.paragraph(&source)?,
        }
    }
    Ok(Some(title))
}

/// What a cell printed, the plain form of what it answered, or how it failed.
fn output_text(output: &Value) -> String {
    if let Some(error) = output.field("evalue") {
        let name = output.field("ename").and_then(Value::text).unwrap_or("Error");
        return format!("{name}: {}", joined(error));
    }
    let plain = output.field("data").and_then(|data| data.field("text/plain"));
    output.field("text").or(plain).map(joined).unwrap_or_default()
}

/// A text is stored whole or as a list of its lines.
fn joined(value: &Value) -> String {
    match value {
        Value::List(lines) => lines.iter().filter_map(Value::text).collect(),
        other => other.text().unwrap_or_default().to_owned(),
    }
}
