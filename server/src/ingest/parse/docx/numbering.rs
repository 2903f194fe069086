//! The numbers of list items and headings, which Word computes and doesn't store.

use std::collections::{HashMap, HashSet};

use crate::ingest::parse::xml::{Node, Xml, attribute};
use crate::ingest::parse::{ParseError, numeral};

/// Word has nine levels.
const LEVELS: usize = 9;

#[derive(Default, Clone)]
pub(super) struct Numbering {
    /// List number, as paragraphs name it, to the list's definition.
    definition_of: HashMap<String, String>,
    definitions: HashMap<String, Vec<Level>>,
    /// The levels that a list defines anew, and where it starts them.
    overrides: HashMap<String, Vec<Override>>,
    counters: HashMap<String, [u32; LEVELS]>,
    /// Lists that have begun, which start no more.
    begun: HashSet<(String, usize)>,
}

/// What a list has of its own on a level.
#[derive(Default, Clone)]
struct Override {
    start: Option<u32>,
    level: Option<Level>,
}

#[derive(Default, Clone)]
struct Level {
    format: String,
    /// Such as `%1.%2.`: the numbers of the levels in their places.
    pattern: String,
    start: u32,
}

impl Numbering {
    pub(super) fn read(part: &str) -> Result<Self, ParseError> {
        let mut xml = Xml::new(part);
        let mut numbering = Self::default();
        let (mut definition, mut list, mut level) = (None, String::new(), 0_usize);
        let mut is_own = false;
        while let Some(node) = xml.next()? {
            let tag = match node {
                Node::Start(tag) => tag,
                Node::End(name) => {
                    match name.as_str() {
                        "abstractNum" => definition = None,
                        "lvlOverride" => is_own = false,
                        _ => {}
                    }
                    continue;
                }
                _ => continue,
            };
            let value = attribute(&tag, "val");
            match tag.local_name().as_ref() {
                "abstractNum" => {
                    let id = attribute(&tag, "abstractNumId").unwrap_or_default();
                    numbering.definitions.insert(id.clone(), vec![Level::default(); LEVELS]);
                    definition = Some(id);
                }
                "num" => list = attribute(&tag, "numId").unwrap_or_default(),
                "abstractNumId" => {
                    numbering.definition_of.insert(list.clone(), value.unwrap_or_default());
                }
                "lvlOverride" => {
                    is_own = true;
                    level = attribute(&tag, "ilvl").and_then(|v| v.parse().ok()).unwrap_or(0);
                }
                "startOverride" if is_own => {
                    if let Some(own) = numbering.own(&list, level) {
                        own.start = value.and_then(|value| value.parse().ok());
                    }
                }
                "lvl" => level = attribute(&tag, "ilvl").and_then(|v| v.parse().ok()).unwrap_or(0),
                name @ ("numFmt" | "lvlText" | "start") => {
                    let level = match &definition {
                        Some(id) => {
                            numbering.definitions.get_mut(id).and_then(|levels| levels.get_mut(level))
                        }
                        None if is_own => {
                            numbering.own(&list, level).map(|own| own.level.get_or_insert_default())
                        }
                        None => None,
                    };
                    let Some(level) = level else { continue };
                    let value = value.unwrap_or_default();
                    match name {
                        "numFmt" => level.format = value,
                        "lvlText" => level.pattern = value,
                        _ => level.start = value.parse().unwrap_or(1),
                    }
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// What `list` has of its own on a level; `None` where there is no such level.
    fn own(&mut self, list: &str, level: usize) -> Option<&mut Override> {
        let own = self.overrides.entry(list.to_owned()).or_insert_with(|| vec![Override::default(); LEVELS]);
        own.get_mut(level)
    }

    /// The label of the next item (`2.1.`), counting it; empty for bullets and unknown lists. Lists of one
    /// definition count together; one that states where it starts begins there and goes on from there.
    pub(super) fn next_label(&mut self, list: &str, level: u8) -> String {
        let level = usize::from(level).min(LEVELS - 1);
        let Some(definition) = self.definition_of.get(list) else { return String::new() };
        let Some(levels) = self.definitions.get(definition) else { return String::new() };
        let counters = self.counters.entry(definition.clone()).or_default();
        let mut levels = levels.clone();
        for (at, own) in self.overrides.get(list).into_iter().flatten().enumerate() {
            if let Some(level) = &own.level {
                levels[at].clone_from(level);
            }
            if let Some(start) = own.start {
                levels[at].start = start;
                if self.begun.insert((list.to_owned(), at)) {
                    counters[at..].fill(0);
                }
            }
        }
        for (outer, counter) in counters.iter_mut().enumerate().take(level) {
            *counter = (*counter).max(levels[outer].start.max(1));
        }
        let counter = &mut counters[level];
        *counter = if *counter == 0 { levels[level].start.max(1) } else { counter.saturating_add(1) };
        counters[level + 1..].fill(0);
        label(&levels, level, counters)
    }
}

fn label(levels: &[Level], level: usize, counters: &[u32; LEVELS]) -> String {
    if matches!(levels[level].format.as_str(), "bullet" | "none" | "") {
        return String::new();
    }
    let mut label = levels[level].pattern.clone();
    for (at, counter) in counters.iter().enumerate() {
        let place = format!("%{}", at + 1);
        if label.contains(&place) {
            label = label.replace(&place, &shown(*counter, &levels[at].format));
        }
    }
    label.trim().to_owned()
}

fn shown(n: u32, format: &str) -> String {
    match format {
        "lowerLetter" => numeral::letters(n),
        "upperLetter" => numeral::letters(n).to_uppercase(),
        "lowerRoman" => numeral::roman(n),
        "upperRoman" => numeral::roman(n).to_uppercase(),
        "decimalZero" => format!("{n:02}"),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeper_numbers_start_again_under_each_outer_one() {
        let part = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2)"/></w:lvl>
            </w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
        let mut numbering = Numbering::read(part).unwrap();
        let labels: Vec<_> = [0, 1, 1, 0, 1].map(|level| numbering.next_label("3", level)).into();
        assert_eq!(labels, ["1.", "1.i)", "1.ii)", "2.", "2.i)"]);
        assert_eq!(numbering.next_label("unknown", 0), "");
    }
}
