//! What the styles of a text mean: which hide it, and how lists and headings are numbered.

use std::collections::{HashMap, HashSet};

use crate::ingest::parse::xml::{Node, Xml, attribute};
use crate::ingest::parse::{ParseError, numeral};

/// OpenDocument has ten levels.
pub(super) const LEVELS: usize = 10;

#[derive(Default)]
pub(super) struct Styles {
    /// Styles of text that isn't shown.
    hiding: HashSet<String>,
    lists: HashMap<String, [Level; LEVELS]>,
    /// Of headings.
    outline: [Level; LEVELS],
}

/// How the items of a level are numbered.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    /// `1`, `a`, `A`, `i` or `I`; empty where there are no numbers.
    format: String,
    before: String,
    behind: String,
    pub(super) start: u32,
    /// How many levels' numbers it shows, its own the last.
    shown: usize,
}

impl Styles {
    /// Adds what a part of the document says: its styles or its content.
    pub(super) fn read(&mut self, part: &str) -> Result<(), ParseError> {
        let mut xml = Xml::new(part);
        let (mut style, mut list) = (String::new(), None);
        while let Some(node) = xml.next()? {
            let Node::Start(tag) = node else { continue };
            let name = tag.local_name();
            match name.as_ref() {
                "style" => style = attribute(&tag, "name").unwrap_or_default(),
                "text-properties" if attribute(&tag, "display").as_deref() == Some("none") => {
                    self.hiding.insert(style.clone());
                }
                "list-style" => list = attribute(&tag, "name"),
                "outline-style" => list = None,
                level @ ("list-level-style-number" | "outline-level-style") => {
                    let at = attribute(&tag, "level").and_then(|level| level.parse::<usize>().ok());
                    let Some(at) = at.and_then(|at| at.checked_sub(1)).filter(|at| *at < LEVELS) else {
                        continue;
                    };
                    let levels = match &list {
                        Some(list) if level == "list-level-style-number" => {
                            self.lists.entry(list.clone()).or_default()
                        }
                        _ => &mut self.outline,
                    };
                    let number = |name| attribute(&tag, name).and_then(|number| number.parse().ok());
                    levels[at] = Level {
                        format: attribute(&tag, "num-format").unwrap_or_default(),
                        before: attribute(&tag, "num-prefix").unwrap_or_default(),
                        behind: attribute(&tag, "num-suffix").unwrap_or_default(),
                        start: number("start-value").unwrap_or(1),
                        shown: number("display-levels").unwrap_or(1) as usize,
                    };
                }
                "body" => break,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn hides(&self, style: &str) -> bool {
        self.hiding.contains(style)
    }

    pub(super) fn list(&self, name: &str) -> Option<&[Level; LEVELS]> {
        self.lists.get(name)
    }

    pub(super) fn outline(&self) -> &[Level; LEVELS] {
        &self.outline
    }
}

/// The label of an item at a level, such as `2.1)`, from the counters of all levels; empty for bullets.
pub(super) fn label(levels: &[Level; LEVELS], at: usize, counters: &[u32; LEVELS]) -> String {
    let level = &levels[at];
    if level.format.is_empty() {
        return String::new();
    }
    let first = (at + 1).saturating_sub(level.shown.clamp(1, LEVELS));
    let shown = (first..=at).filter(|at| !levels[*at].format.is_empty());
    let numbers: Vec<String> =
        shown.map(|at| numeral(counters[at].max(levels[at].start), &levels[at].format)).collect();
    format!("{}{}{}", level.before, numbers.join("."), level.behind).trim().to_owned()
}

fn numeral(number: u32, format: &str) -> String {
    match format {
        "a" => numeral::letters(number),
        "A" => numeral::letters(number).to_uppercase(),
        "i" => numeral::roman(number),
        "I" => numeral::roman(number).to_uppercase(),
        _ => number.to_string(),
    }
}
