//! Looking at the elements of a parsed page.

use markup5ever_rcdom::{Handle, NodeData};

use crate::ingest::parse::raised::raised;

/// An element's name and attributes, seen without owning them.
pub(super) struct Element<'a> {
    name: &'a str,
    attrs: std::cell::Ref<'a, Vec<html5ever::Attribute>>,
}

impl<'a> Element<'a> {
    pub(super) fn of(node: &'a Handle) -> Option<Self> {
        match &node.data {
            NodeData::Element { name, attrs, .. } => Some(Self { name: &name.local, attrs: attrs.borrow() }),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Whether it is a part of a page rather than a sign within a line.
    fn is_block(&self) -> bool {
        matches!(self.name, "div" | "section" | "article" | "p" | "ul" | "ol" | "dl" | "dd" | "table")
    }

    pub(super) fn has_role(&self, role: &str) -> bool {
        self.attribute("role").is_some_and(|r| r.eq_ignore_ascii_case(role))
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
    }

    /// Whether a reader of the page would not see the element.
    pub(super) fn is_hidden(&self) -> bool {
        let is_hidden = self.attribute("hidden").is_some_and(|how| !how.eq_ignore_ascii_case("until-found"));
        if is_hidden || self.attribute("aria-hidden") == Some("true") && !self.is_block() {
            return true;
        }
        let style = self.attribute("style").unwrap_or_default().to_ascii_lowercase();
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.split(';').any(|rule| {
            matches!(rule, "display:none" | "visibility:hidden" | "opacity:0" | "font-size:0")
                || rule == "font-size:0px"
                || rule == "display:none!important"
        })
    }
}

/// All elements that `wanted` accepts, in document order.
pub(super) fn all(root: &Handle, wanted: impl Fn(&Element) -> bool) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop() {
        if Element::of(&node).is_some_and(|e| wanted(&e)) {
            found.push(node.clone());
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    found
}

/// All text below a node.
pub(super) fn text(root: &Handle) -> String {
    let mut text = String::new();
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Text { contents } = &node.data {
            text.push_str(&contents.borrow());
        }
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    text
}

/// What of an exponent or the mark of a note has signs of its own.
pub(super) fn raised_text(element: &Element, node: &Handle) -> Option<String> {
    let is_raised = element.is("sup") || element.attribute("epub:type") == Some("noteref");
    is_raised.then(|| raised(&text(node))).flatten()
}
