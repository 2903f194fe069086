//! Headers and footers: often the only place of a document's number, its revision, who approved it.

use std::collections::HashSet;

use super::body::{Body, Parts};
use super::numbering::Numbering;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::{Extracted, ParseError};

/// Stands where a page's number stood.
pub(super) const PAGE_NUMBER: &str = "\u{fffc}";

/// Writes the parts, headers or footers, that say something: those that say the same once.
pub(super) fn write(
    parts: Parts,
    numbering: &Numbering,
    running: &[String],
    draft: &mut Draft,
) -> Result<(), ParseError> {
    let mut seen = HashSet::new();
    for part in running {
        let (inner, _) =
            Body::new(parts, numbering.clone(), Draft::default()).for_running_text().read(part)?;
        let inner: Extracted = inner.finish(None, None);
        if seen.insert(inner.text.clone()) {
            draft.append(&inner, 0)?;
        }
    }
    Ok(())
}

/// The text without numbers of pages and the words around them, such as "Page 1 of 3".
pub(super) fn without_page_numbers(text: &str) -> String {
    if !text.contains(PAGE_NUMBER) {
        return text.to_owned();
    }
    let pieces = text.split(['\t', '\n']).map(without_page_number);
    pieces.filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join("\t")
}

fn without_page_number(piece: &str) -> String {
    let Some((before, rest)) = piece.split_once(PAGE_NUMBER) else { return piece.trim().to_owned() };
    let after = rest.rsplit_once(PAGE_NUMBER).map_or(rest, |(_, after)| after);
    // The word before a number names it.
    let before = before.trim().trim_end_matches(char::is_alphabetic).trim_end_matches(['.', ' ']);
    let is_said = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() > 2;
    let edge =
        |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '/' | '·' | '•' | ',' | '.');
    let said =
        [before, after].map(|text| text.trim_matches(edge)).map(|text| if is_said(text) { text } else { "" });
    said.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_page_number_is_kept() {
        let text = |text: &str| without_page_numbers(&text.replace('#', PAGE_NUMBER));
        assert_eq!(text("QM-0417\tRev. 3\tPage # of #"), "QM-0417\tRev. 3");
        assert_eq!(text("Leave policy – Seite #"), "Leave policy");
        assert_eq!(text("- # -"), "");
        assert_eq!(text("# / # | ACME Corp"), "ACME Corp");
        assert_eq!(text("Valid from 1 May"), "Valid from 1 May");
    }
}
