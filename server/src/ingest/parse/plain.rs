//! Plain text: paragraphs by blank lines.

use super::draft::Draft;
use super::{Extracted, ParseError, encoding};

/// Lines at least this long (in characters) were broken by a program at its right margin.
const WRAPPED_AT: usize = 50;

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode(bytes, None).replace("\r\n", "\n").replace('\r', "\n");
    let mut draft = Draft::default();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            write_paragraph(&mut draft, &std::mem::take(&mut paragraph))?;
        } else if let (Some(level), [heading]) = (underline(line), paragraph.as_slice()) {
            draft.heading(level, heading)?;
            paragraph.clear();
        } else {
            paragraph.push(line);
        }
    }
    write_paragraph(&mut draft, &paragraph)?;
    let title = draft.first_title();
    Ok(draft.finish(title, None))
}

fn write_paragraph(draft: &mut Draft, lines: &[&str]) -> Result<(), ParseError> {
    if lines.is_empty() {
        return Ok(());
    }
    if lines.iter().all(|line| list_marker(line).is_some()) {
        for line in lines {
            draft.list_item(0, list_marker(line).unwrap_or(line))?;
        }
        draft.end_group();
        return Ok(());
    }
    draft.paragraph(&lines.join(if is_wrapped(lines) { " " } else { "\n" }))
}

/// The text behind a bullet; numbered items keep their number, which is part of what they say.
fn list_marker(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix(['-', '*', '•', '–', '·']) {
        return rest.starts_with([' ', '\t']).then(|| rest.trim_start());
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = &line[digits..];
    let numbered = (1..=3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "));
    numbered.then_some(line)
}

/// Whether the line breaks come from a margin (to be undone) rather than from the author.
fn is_wrapped(lines: &[&str]) -> bool {
    let (_, full) = match lines.split_last() {
        Some((last, full)) if !full.is_empty() => (last, full),
        _ => return false,
    };
    let long = full.iter().filter(|line| line.trim().chars().count() >= WRAPPED_AT).count();
    long * 10 >= full.len() * 8 && lines.iter().all(|line| list_marker(line).is_none())
}

/// `====` under a line makes it a heading of level 1, `----` one of level 2.
fn underline(line: &str) -> Option<u8> {
    let line = line.trim();
    if line.len() < 3 {
        return None;
    }
    match line.as_bytes() {
        rule if rule.iter().all(|b| *b == b'=') => Some(1),
        rule if rule.iter().all(|b| *b == b'-') => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::BlockKind;

    #[test]
    fn paragraphs_lists_and_underlined_headings_are_told_apart() {
        let text = "Travel\n======\n\nBook early.\nPay less.\n\n- train\n- bus\n\nEnd.";
        let extracted = parse(text.as_bytes()).unwrap();
        assert_eq!(extracted.text, "Travel\n\nBook early.\nPay less.\n\ntrain\nbus\n\nEnd.");
        assert_eq!(extracted.title.as_deref(), Some("Travel"));
        assert_eq!(extracted.blocks[0].kind, BlockKind::Heading { level: 1 });
        assert_eq!(extracted.blocks[2].kind, BlockKind::ListItem { depth: 0 });
    }

    #[test]
    fn lines_broken_at_a_margin_are_joined_again() {
        let text = "This paragraph was written in an editor that breaks its lines\n\
                    at seventy characters, which is no reason to break its sentences.\nEnd.";
        assert!(!parse(text.as_bytes()).unwrap().text.contains('\n'));
    }
}
