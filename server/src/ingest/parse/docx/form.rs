//! Form fields of Word's older kind, whose answers stand in their data instead of the text.

use quick_xml::events::BytesStart;

use crate::ingest::parse::xml::{attribute, is_on};

/// A box to tick, or a list to choose from.
#[derive(Default)]
pub(super) struct Form {
    is_box: bool,
    /// Before anybody answers: ticked, or the number of an entry.
    by_default: Option<String>,
    is_checked: Option<bool>,
    /// The number of the chosen entry, from 0.
    chosen: Option<String>,
    entries: Vec<String>,
}

impl Form {
    /// The form that an element begins.
    pub(super) fn of(name: &str) -> Option<Self> {
        matches!(name, "checkBox" | "ddList").then(|| Self { is_box: name == "checkBox", ..Self::default() })
    }

    /// Takes a property of the form; others are passed over.
    pub(super) fn property(&mut self, name: &str, tag: &BytesStart) {
        match name {
            "default" => self.by_default = Some(attribute(tag, "val").unwrap_or_else(|| "1".to_owned())),
            "checked" => self.is_checked = Some(is_on(tag)),
            "result" => self.chosen = attribute(tag, "val"),
            "listEntry" => self.entries.extend(attribute(tag, "val")),
            _ => {}
        }
    }

    pub(super) fn is_box(&self) -> bool {
        self.is_box
    }

    /// What was ticked or chosen.
    pub(super) fn answer(&self) -> &str {
        if self.is_box {
            let by_default = || matches!(self.by_default.as_deref(), Some("1" | "true" | "on"));
            return if self.is_checked.unwrap_or_else(by_default) { "☑" } else { "☐" };
        }
        let number = self.chosen.as_ref().or(self.by_default.as_ref());
        let number = number.and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
        self.entries.get(number).map_or("", String::as_str)
    }
}
