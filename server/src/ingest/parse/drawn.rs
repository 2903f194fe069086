//! Texts of shapes and diagrams in Office files: all are made of the same paragraphs.

use super::ParseError;
use super::xml::{Node, Xml};

/// The paragraphs of a part, in its order.
pub(super) fn paragraphs(drawing: &str) -> Result<Vec<String>, ParseError> {
    let mut xml = Xml::new(drawing);
    let (mut paragraphs, mut open, mut in_text) = (Vec::new(), String::new(), false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "Fallback" | "fld" => xml.skip()?,
                "p" => open.clear(),
                "t" => in_text = true,
                "br" => open.push('\n'),
                _ => {}
            },
            Node::Text(text) if in_text => open.push_str(&text),
            Node::Text(_) => {}
            Node::End(name) => match name.as_str() {
                "t" => in_text = false,
                "p" if !open.trim().is_empty() => paragraphs.push(std::mem::take(&mut open)),
                _ => {}
            },
        }
    }
    Ok(paragraphs)
}
