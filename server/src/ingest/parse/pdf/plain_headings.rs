//! Headings that look like text: short lines in title case, alone above what they head.
//!
//! Many documents of companies have them: their authors typed "Cost Savings" and went on.

use super::blocks::{Blocks, Shape, TextBlock, ends_sentence};
use super::headings::Look;

/// The longest such heading, in characters.
const LONGEST: usize = 70;
/// The shortest paragraph that has a heading of its own, in characters.
const HEADED: usize = 100;

/// Marks the blocks that are such headings.
pub(super) fn add(blocks: &Blocks, looks: &mut [Option<Look>]) {
    let found = &blocks.found;
    let mut above: Vec<(Look, String)> = Vec::new();
    for at in 0..found.len() {
        let text = found[at].text.to_lowercase();
        if looks[at].is_none() && is_heading(blocks, looks, at) {
            // A line that only repeats a heading above it heads nothing new.
            if above.iter().any(|(_, heading)| *heading == text) {
                continue;
            }
            looks[at] = Some(Look::Plain);
        }
        if let Some(look) = looks[at] {
            above.retain(|(outer, _)| outer.is_above(look));
            above.push((look, text));
        }
    }
}

fn is_heading(blocks: &Blocks, looks: &[Option<Look>], at: usize) -> bool {
    let found = &blocks.found;
    let (block, Some(next)) = (&found[at], found.get(at + 1)) else { return false };
    if !stands_alone(block, blocks.body.size) || looks[at + 1].is_some() {
        return false;
    }
    let after_an_end = at == 0
        || looks[at - 1].is_some()
        || found[at - 1].shape != Shape::Text
        || ends_sentence(&found[at - 1].text);
    let heads_list = matches!(next.shape, Shape::Item { .. });
    let heads_paragraph = next.shape == Shape::Text
        && next.text.chars().count() >= HEADED
        && (next.left - block.left).abs() < 3.0;
    if block.text.ends_with(':') {
        // "Tips:" announces a list; it heads a section only where the list is all of it.
        return after_an_end && heads_list && list_fills_section(blocks, looks, at + 1);
    }
    after_an_end && (heads_list || heads_paragraph)
}

fn stands_alone(block: &TextBlock, body_size: f32) -> bool {
    block.shape == Shape::Text
        && block.lines == 1
        && block.short
        && (block.size - body_size).abs() < body_size * 0.05
        && block.text.chars().count() <= LONGEST
        && is_title_case(block.text.trim_end_matches(':'))
}

/// Every longer word and half of all words have a capital, and nothing ends like a sentence.
fn is_title_case(text: &str) -> bool {
    let first_is_capital = text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_small = |word: &&str| word.starts_with(char::is_lowercase);
    let words = text.split_whitespace().count();
    let small = text.split_whitespace().filter(is_small).count();
    let longer_and_small = text.split_whitespace().filter(is_small).any(|word| word.chars().count() > 4);
    first_is_capital
        && letters >= 4
        && letters * 3 > text.chars().count() * 2
        && !text.ends_with(|c: char| c.is_ascii_punctuation() && !matches!(c, ')' | '?'))
        && !text.contains([',', ';', ':', '|', '@'])
        && !longer_and_small
        && small * 2 <= words
}

fn list_fills_section(blocks: &Blocks, looks: &[Option<Look>], first: usize) -> bool {
    let rest = || blocks.found.iter().zip(looks).skip(first);
    match rest().find(|(block, _)| !matches!(block.shape, Shape::Item { .. })) {
        Some((block, look)) => look.is_some() || stands_alone(block, blocks.body.size),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_case_is_told_from_a_sentence() {
        for heading in ["Cost Savings", "In-Network Providers", "Tips for Employees", "Purpose"] {
            assert!(is_title_case(heading), "{heading}");
        }
        for text in ["Bring with you", "Last Updated: 2023-03-05", "John, Paul", "It ended.", "the End"] {
            assert!(!is_title_case(text), "{text}");
        }
    }
}
