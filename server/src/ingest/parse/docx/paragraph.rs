//! A paragraph while it is read.

use quick_xml::events::BytesStart;

use super::styles::ListRef;
use crate::ingest::parse::xml::attribute;

#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) style: String,
    pub(super) outline_level: Option<u8>,
    pub(super) list: ListRef,
    pub(super) notes: Vec<String>,
    /// Whether some of its text isn't bold.
    pub(super) has_light_text: bool,
    /// How many tables it stands in.
    pub(super) tables: usize,
    /// Paragraphs of the text boxes that hang on it, which come behind it.
    pub(super) boxes: Vec<Paragraph>,
}

impl Paragraph {
    /// Takes a property of the paragraph; others are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        let value = || attribute(tag, "val");
        match name {
            "pStyle" => self.style = value().unwrap_or_default(),
            "outlineLvl" => self.outline_level = value().and_then(|v| v.parse().ok()),
            "numId" => self.list.number = value(),
            "ilvl" => self.list.level = value().and_then(|v| v.parse().ok()),
            _ => {}
        }
    }

    /// Its level, if it looks like a heading: capitals stand above bold.
    pub(super) fn level_by_look(&self, text: &str) -> Option<u8> {
        /// The longest such heading, in characters.
        const LONGEST: usize = 100;
        let letters = || text.chars().filter(|c| c.is_alphabetic());
        let is_short = text.chars().count() <= LONGEST && letters().count() >= 3;
        if !is_short || text.ends_with(['.', ',', ';', ':']) {
            return None;
        }
        if letters().all(char::is_uppercase) { Some(1) } else { (!self.has_light_text).then_some(2) }
    }
}
