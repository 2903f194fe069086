//! Menus, side bars and the like, which belong to the site rather than to the page, on pages that don't mark
//! their main content.

use markup5ever_rcdom::{Handle, NodeData};

use super::element::{self, Element};

/// Words in the class or id of such a part.
const NAMES: &[&str] = &[
    "nav",
    "navbar",
    "navigation",
    "menu",
    "sidebar",
    "breadcrumb",
    "breadcrumbs",
    "footer",
    "cookie",
    "cookies",
    "pagination",
    "pager",
    "share",
    "social",
    "skip",
];
/// Words in the class of a note on the text.
const NOTES: &[&str] =
    &["note", "notes", "warning", "caution", "tip", "important", "hint", "admonition", "callout"];
/// A part that isn't mostly links is left out only if it has no more letters than this: a notice.
const NOTICE: usize = 300;
/// Such a part has at most one in so many of the page's letters: else its name says something different.
const SHARE: usize = 3;

/// Whether an element is named as a part of the site's frame, and looks like one.
pub(super) fn is_furniture(element: &Element, node: &Handle, letters_of_page: usize) -> bool {
    if !matches!(element.name(), "div" | "ul" | "ol" | "section" | "table" | "form" | "p")
        || !is_named(element)
    {
        return false;
    }
    let Letters { all, linked } = Letters::of(node);
    all * SHARE <= letters_of_page && (linked * 2 >= all || all <= NOTICE)
}

fn is_named(element: &Element) -> bool {
    has_word(element, NAMES)
}

/// Whether the class or the id has one of these words.
fn has_word(element: &Element, words: &[&str]) -> bool {
    let names = [element.attribute("class"), element.attribute("id")];
    names.into_iter().flatten().any(|name| {
        let name = name.to_ascii_lowercase();
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
    })
}

/// Whether an aside belongs to the site or leads elsewhere, rather than to be a note on the text.
pub(super) fn is_beside_the_point(element: &Element, node: &Handle) -> bool {
    if has_word(element, NOTES) {
        return false;
    }
    let Letters { all, linked } = Letters::of(node);
    is_named(element) || element.has_role("complementary") || linked * 2 >= all
}

/// Whether a button shows and hides a part of the text, so that its words head that part.
pub(super) fn heads_a_part(button: &Element, node: &Handle, in_heading: bool) -> bool {
    /// Shorter ones open menus.
    const LEAST_WORDS: usize = 3;
    let says_more = || element::text(node).split_whitespace().count() >= LEAST_WORDS;
    in_heading || button.attribute("aria-expanded").is_some() && says_more()
}

/// How many letters stand below a node, and how many of them in links.
#[derive(Default)]
pub(super) struct Letters {
    pub(super) all: usize,
    linked: usize,
}

impl Letters {
    pub(super) fn of(root: &Handle) -> Self {
        let mut letters = Self::default();
        let mut open = vec![(root.clone(), false)];
        while let Some((node, in_link)) = open.pop() {
            let mut in_link = in_link;
            match &node.data {
                NodeData::Text { contents } => {
                    let count = contents.borrow().chars().filter(|c| !c.is_whitespace()).count();
                    letters.all += count;
                    letters.linked += if in_link { count } else { 0 };
                }
                NodeData::Element { .. } => {
                    let name = Element::of(&node).map(|element| element.name());
                    if matches!(name, Some("script" | "style" | "head" | "noscript" | "template")) {
                        continue;
                    }
                    in_link |= name == Some("a");
                }
                _ => {}
            }
            open.extend(node.children.borrow().iter().map(|child| (child.clone(), in_link)));
        }
        letters
    }
}
