//! How the open run of text is set.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use crate::ingest::parse::raised::raised;
use crate::ingest::parse::symbol_font::SymbolFont;
use crate::ingest::parse::xml::{attribute, is_on};

#[derive(Default)]
pub(super) struct Run {
    pub(super) is_hidden: bool,
    pub(super) is_bold: bool,
    is_raised: bool,
    font: Option<SymbolFont>,
}

impl Run {
    /// Takes a property of the run; others are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        match name {
            "vanish" => self.is_hidden = is_on(tag),
            "b" => self.is_bold = is_on(tag),
            "rFonts" => {
                let names = ["ascii", "hAnsi"].map(|script| attribute(tag, script));
                self.font = names.iter().flatten().find_map(|name| SymbolFont::named(name));
            }
            "vertAlign" => self.is_raised = attribute(tag, "val").as_deref() == Some("superscript"),
            _ => {}
        }
    }

    /// What the run's text says as it is set.
    pub(super) fn reads<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.font {
            Some(font) => Cow::Owned(font.reads(text)),
            None => match raised(text).filter(|_| self.is_raised) {
                Some(raised) => Cow::Owned(raised),
                None => Cow::Borrowed(text),
            },
        }
    }
}

/// The sign that an element states by its font and its number there; in other fonts numbers are Unicode's.
pub(super) fn sign(tag: &BytesStart) -> Option<String> {
    let code = u32::from_str_radix(&attribute(tag, "char")?, 16).ok()?;
    match SymbolFont::named(&attribute(tag, "font")?) {
        Some(font) => Some(font.sign(code as u8).into()),
        None => char::from_u32(code).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)).map(String::from),
    }
}
