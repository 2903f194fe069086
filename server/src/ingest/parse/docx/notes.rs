//! Footnotes and endnotes, by the number that the text refers to.

use std::collections::HashMap;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::xml::{Node, Xml, attribute};

#[derive(Default)]
pub(super) struct Notes {
    by_id: HashMap<(&'static str, String), String>,
}

impl Notes {
    /// Reads a part of `footnotes` or `endnotes`.
    pub(super) fn read(&mut self, kind: &'static str, part: &str) -> Result<(), ParseError> {
        let mut xml = Xml::new(part);
        let (mut id, mut in_text) = (String::new(), false);
        while let Some(node) = xml.next()? {
            match node {
                Node::Start(tag) => match tag.local_name().as_ref() {
                    "footnote" | "endnote" => id = attribute(&tag, "id").unwrap_or_default(),
                    "del" | "moveFrom" => xml.skip()?,
                    "t" => in_text = true,
                    "p" | "br" | "tab" => self.append(kind, &id, " "),
                    _ => {}
                },
                Node::End(_) => in_text = false,
                Node::Text(text) if in_text => self.append(kind, &id, &text),
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    /// The text of the note that a `footnoteReference` or `endnoteReference` points to.
    pub(super) fn get(&self, reference: &str, id: &str) -> Option<&str> {
        let kind = if reference == "endnoteReference" { "endnotes" } else { "footnotes" };
        let note = self.by_id.get(&(kind, id.to_owned()))?.trim();
        (!note.is_empty()).then_some(note)
    }

    fn append(&mut self, kind: &'static str, id: &str, text: &str) {
        self.by_id.entry((kind, id.to_owned())).or_default().push_str(text);
    }
}
