//! What the paragraph styles mean: which are headings, lists, quotations.

use std::collections::HashMap;

use crate::ingest::parse::ParseError;
use crate::ingest::parse::xml::{Node, Xml, attribute};

/// Styles inherit from one another; a longer chain than this is a loop.
const LONGEST_CHAIN: usize = 20;

#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
}

#[derive(Default)]
struct Style {
    /// In lower case: Word writes "heading 1", others "Heading 1".
    name: String,
    based_on: Option<String>,
    /// From 0, as in the file.
    outline_level: Option<u8>,
    list: ListRef,
}

/// Membership in a list, as paragraphs and styles state it.
#[derive(Default, Clone)]
pub(super) struct ListRef {
    pub(super) number: Option<String>,
    pub(super) level: Option<u8>,
}

impl Styles {
    pub(super) fn read(part: &str) -> Result<Self, ParseError> {
        let mut xml = Xml::new(part);
        let mut styles = Self::default();
        let mut id = String::new();
        while let Some(node) = xml.next()? {
            let Node::Start(tag) = node else { continue };
            let value = attribute(&tag, "val");
            let name = tag.local_name();
            if name.as_ref() == "style" {
                id = attribute(&tag, "styleId").unwrap_or_default();
                styles.by_id.insert(id.clone(), Style::default());
                continue;
            }
            let Some(style) = styles.by_id.get_mut(&id) else { continue };
            match name.as_ref() {
                "name" => style.name = value.unwrap_or_default().to_lowercase(),
                "basedOn" => style.based_on = value,
                "outlineLvl" => style.outline_level = value.and_then(|v| v.parse().ok()),
                "numId" => style.list.number = value,
                "ilvl" => style.list.level = value.and_then(|v| v.parse().ok()),
                _ => {}
            }
        }
        Ok(styles)
    }

    /// The level of the headings in this style, from 1.
    pub(super) fn heading_level(&self, id: &str) -> Option<u8> {
        self.chain(id).find_map(|style| {
            let named = style.name.strip_prefix("heading ").and_then(|n| n.trim().parse().ok());
            // Level 9 in the file means body text.
            named.or(style.outline_level.filter(|level| *level < 9).map(|level| level + 1))
        })
    }

    pub(super) fn list(&self, id: &str) -> ListRef {
        let number = self.chain(id).find_map(|style| style.list.number.clone());
        let level = self.chain(id).find_map(|style| style.list.level);
        ListRef { number, level }
    }

    pub(super) fn is_title(&self, id: &str) -> bool {
        self.name(id) == "title"
    }

    pub(super) fn is_quote(&self, id: &str) -> bool {
        matches!(self.name(id), "quote" | "intense quote" | "block text")
    }

    /// A line of a table of contents.
    pub(super) fn is_contents(&self, id: &str) -> bool {
        self.name(id).starts_with("toc ") || self.name(id) == "table of figures"
    }

    fn name(&self, id: &str) -> &str {
        self.by_id.get(id).map_or("", |style| &style.name)
    }

    fn chain<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s Style> {
        let first = self.by_id.get(id);
        std::iter::successors(first, |style| self.by_id.get(style.based_on.as_ref()?)).take(LONGEST_CHAIN)
    }
}
