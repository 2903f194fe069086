//! How the open run of text is set.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use crate::ingest::parse::raised::raised;
use crate::ingest::parse::xml::{attribute, is_on};

#[derive(Default)]
pub(super) struct Run {
    pub(super) is_hidden: bool,
    pub(super) is_bold: bool,
    is_raised: bool,
}

impl Run {
    /// Takes a property of the run; others are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        match name {
            "vanish" => self.is_hidden = is_on(tag),
            "b" => self.is_bold = is_on(tag),
            "vertAlign" => self.is_raised = attribute(tag, "val").as_deref() == Some("superscript"),
            _ => {}
        }
    }

    /// What the run's text says as it is set.
    pub(super) fn reads<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match raised(text).filter(|_| self.is_raised) {
            Some(raised) => Cow::Owned(raised),
            None => Cow::Borrowed(text),
        }
    }
}
