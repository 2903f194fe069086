//! Tables of contents: they say nothing that their document doesn't say again below.
//!
//! As passages they are found by nearly every question about the document, since they have the words of all
//! its headings, and answer none.

use std::{collections::HashMap, ops::Range};

use crate::ingest::parse::BlockKind;

/// Fewer lines may as well be steps or names.
const LEAST_LINES: usize = 3;
/// What leads from a heading to its page.
const LEADERS: &str = ".…·\u{2024}_";
/// Of so many lines one may be no heading: it was reworded, or the parser doesn't tell it from text.
const LINES_AN_OTHER: usize = 3;

/// Which of a document's blocks are a table of contents: a run of lines, from one that repeats a heading
/// further down to one that does, with hardly another between them.
pub(super) fn are_contents(blocks: &[(BlockKind, &str)]) -> Vec<bool> {
    let mut are_contents = vec![false; blocks.len()];
    let headings = last_headings(blocks);
    if headings.len() < LEAST_LINES {
        return are_contents;
    }
    let lines = blocks.iter().enumerate();
    let lines: Vec<Lines> = lines
        .map(|(at, (kind, text))| Lines::of(*kind, text, |line| is_below(&headings, line, at)))
        .collect();
    let mut at = 0;
    while at < blocks.len() {
        match contents_from(&lines, at) {
            Some(run) => {
                at = run.end;
                are_contents[run].fill(true);
            }
            None => at += 1,
        }
    }
    are_contents
}

/// Where each heading stands for the last time, by what it says.
fn last_headings(blocks: &[(BlockKind, &str)]) -> HashMap<String, usize> {
    let headings =
        blocks.iter().enumerate().filter(|(_, (kind, _))| matches!(kind, BlockKind::Heading { .. }));
    headings.map(|(at, (_, text))| (said(text), at)).collect()
}

fn is_below(headings: &HashMap<String, usize>, line: &str, at: usize) -> bool {
    headings.get(&said(line)).is_some_and(|below| *below > at)
}

/// How many lines a block has, and how many of them repeat a heading further down.
#[derive(Debug, Clone, Copy)]
struct Lines {
    all: usize,
    repeat: usize,
    may_be_contents: bool,
}

impl Lines {
    fn of(kind: BlockKind, text: &str, repeats: impl Fn(&str) -> bool) -> Self {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let (all, repeat) =
            lines.fold((0, 0), |(all, repeat), line| (all + 1, repeat + usize::from(repeats(line))));
        let may_be_contents =
            matches!(kind, BlockKind::ListItem { .. } | BlockKind::Paragraph | BlockKind::TableRow);
        Self { all, repeat, may_be_contents }
    }

    fn repeats(&self) -> bool {
        self.may_be_contents && self.repeat > 0 && (self.all - self.repeat) * LINES_AN_OTHER <= self.all
    }
}

/// The longest table of contents that begins with this block.
fn contents_from(lines: &[Lines], from: usize) -> Option<Range<usize>> {
    if !lines[from].repeats() {
        return None;
    }
    let (mut all, mut repeat, mut found) = (0, 0, None);
    for (at, block) in lines.iter().enumerate().skip(from) {
        all += block.all;
        repeat += if block.may_be_contents { block.repeat } else { 0 };
        if !block.may_be_contents || (all - repeat) * LINES_AN_OTHER > all.max(LEAST_LINES) {
            break;
        }
        if block.repeats() && repeat >= LEAST_LINES {
            found = Some(from..at + 1);
        }
    }
    found
}

/// A heading's words, without its number, the dots or the tab that lead to its page, and that page.
fn said(line: &str) -> String {
    let is_leader = |c: char| LEADERS.contains(c) || c == '\t';
    let line =
        line.trim().trim_start_matches(|c: char| c.is_numeric() || c.is_whitespace() || ".)(".contains(c));
    let without_page = line.trim_end_matches(char::is_numeric).trim_end_matches(' ');
    let line = if without_page.ends_with(is_leader) { without_page } else { line };
    let line = line.trim_end_matches(|c: char| c.is_whitespace() || is_leader(c) || ":：".contains(c));
    line.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_table_of_contents_says_what_its_heading_says() {
        for line in ["2.1  Paid leave ........ 14", "Paid leave\t14", "• Paid leave:", "(3) PAID  leave … 7"]
        {
            assert_eq!(said(line.trim_start_matches('•')), "paid leave", "{line}");
        }
        assert_eq!(said("Plan for 2026"), "plan for 2026", "a number without leading dots is a word");
    }
}
