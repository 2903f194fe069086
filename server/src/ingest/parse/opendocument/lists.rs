//! Open lists, and the numbers of their items.

use std::collections::HashMap;

use super::styles::{LEVELS, Styles, label};

/// The lists that are open, and how far those of each style have counted.
#[derive(Default)]
pub(super) struct Lists {
    /// The styles of the open lists, outermost first: an inner one without has its outer one's.
    open: Vec<String>,
    counted: HashMap<String, [u32; LEVELS]>,
    headings: [u32; LEVELS],
    /// The label of an item whose text hasn't been written yet.
    label: String,
}

impl Lists {
    pub(super) fn start(&mut self, style: Option<String>, continues: bool, styles: &Styles) {
        let style = style.or_else(|| self.open.last().cloned()).unwrap_or_default();
        let at = self.open.len().min(LEVELS - 1);
        let counters = self.counted.entry(style.clone()).or_default();
        if !continues {
            let start = styles.list(&style).map_or(1, |levels| levels[at].start);
            counters[at] = start.saturating_sub(1);
            counters[at + 1..].fill(0);
        }
        self.open.push(style);
    }

    /// Answers whether no list is open any more.
    pub(super) fn end(&mut self) -> bool {
        self.open.pop();
        self.label.clear();
        self.open.is_empty()
    }

    /// The next item of the innermost list; `number` where it states one.
    pub(super) fn item(&mut self, number: Option<u32>, styles: &Styles) {
        let Some(style) = self.open.last() else { return };
        let at = (self.open.len() - 1).min(LEVELS - 1);
        let counters = self.counted.entry(style.clone()).or_default();
        count(counters, at, number);
        self.label = styles.list(style).map(|levels| label(levels, at, counters)).unwrap_or_default();
    }

    /// A heading outside lists, with its number in front.
    pub(super) fn heading(&mut self, level: u8, text: &str, styles: &Styles) -> String {
        let at = usize::from(level.max(1) - 1).min(LEVELS - 1);
        count(&mut self.headings, at, None);
        labelled(&label(styles.outline(), at, &self.headings), text)
    }

    /// The first text of an item with the item's label in front.
    pub(super) fn labelled(&mut self, text: &str) -> String {
        labelled(&std::mem::take(&mut self.label), text)
    }

    /// How deep the open item lies, from 0.
    pub(super) fn depth(&self) -> Option<u8> {
        self.open.len().checked_sub(1).map(|depth| u8::try_from(depth).unwrap_or(u8::MAX))
    }
}

fn count(counters: &mut [u32; LEVELS], at: usize, number: Option<u32>) {
    counters[at] = number.unwrap_or_else(|| counters[at].saturating_add(1));
    counters[at + 1..].fill(0);
}

fn labelled(label: &str, text: &str) -> String {
    if label.is_empty() { text.to_owned() } else { format!("{label} {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_headings_have_the_numbers_that_their_styles_count() {
        let mut styles = Styles::default();
        styles
            .read(
                "<text:outline-style><text:outline-level-style text:level='1' style:num-format='I'/></text:outline-style>\
                 <text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='1'\
                 style:num-suffix='.'/><text:list-level-style-number text:level='2' style:num-format='a'\
                 style:num-suffix=')' text:display-levels='2'/></text:list-style>",
            )
            .unwrap();
        let mut lists = Lists::default();
        assert_eq!(lists.heading(1, "Leave", &styles), "I Leave");
        lists.start(Some("L".to_owned()), false, &styles);
        lists.item(None, &styles);
        assert_eq!((lists.labelled("one"), lists.labelled("more")), ("1. one".into(), "more".into()));
        lists.start(None, false, &styles);
        lists.item(None, &styles);
        assert_eq!(lists.labelled("inner"), "1.a) inner");
        lists.end();
        lists.item(Some(7), &styles);
        assert_eq!(lists.labelled("seven"), "7. seven");
        assert!(lists.end());
        lists.start(Some("L".to_owned()), true, &styles);
        lists.item(None, &styles);
        assert_eq!(lists.labelled("eight"), "8. eight");
    }
}
