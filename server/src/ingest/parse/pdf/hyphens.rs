//! Words that a line's end divides.

use std::collections::HashSet;

/// The words of a document, to tell a divided word (`compre-hensive`) from a compound
/// (`long-term`).
#[derive(Default)]
pub(super) struct Words {
    known: HashSet<String>,
}

impl Words {
    /// The words of all lines, but for halves of divided ones.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut words = Self::default();
        let mut divided = false;
        for line in lines {
            let (whole, ends_divided) = match ends_in_hyphen(line) {
                Some(stem) => (stem, true),
                None => (line, false),
            };
            let mut parts: Vec<&str> = whole.split(|c: char| !is_in_word(c)).collect();
            if ends_divided {
                parts.pop();
            }
            words.known.extend(parts.iter().skip(usize::from(divided)).map(|w| w.to_lowercase()));
            divided = ends_divided;
        }
        words
    }

    /// Appends a line to a paragraph, with a blank or across a hyphen.
    pub(super) fn append(&self, paragraph: &mut String, line: &str) {
        let Some(stem) = ends_in_hyphen(paragraph) else {
            if !paragraph.is_empty() && !both_cjk(paragraph, line) {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
            return;
        };
        let head = stem.rsplit(|c: char| !is_in_word(c)).next().unwrap_or_default();
        let tail = line.split(|c: char| !is_in_word(c)).next().unwrap_or_default();
        let keep = is_in_code(stem, line) || self.is_compound(&head.to_lowercase(), tail);
        paragraph.truncate(stem.len());
        if keep {
            paragraph.push('-');
        }
        paragraph.push_str(line);
    }

    fn is_compound(&self, head: &str, tail: &str) -> bool {
        if head.chars().count() < 2 || !tail.starts_with(char::is_lowercase) {
            return true;
        }
        let tail = tail.to_lowercase();
        let knows = |word: &str| self.known.contains(word);
        if knows(&format!("{head}-{tail}")) {
            return true;
        }
        if knows(&format!("{head}{tail}")) {
            return false;
        }
        // "day-to" + "day" is a compound if "to" and "day" are words.
        let last = head.rsplit('-').next().unwrap_or(head);
        let first = tail.split('-').next().unwrap_or(&tail);
        knows(last) && knows(first)
    }
}

/// Whether the hyphen between two lines stands in an address or in a code with digits.
fn is_in_code(stem: &str, line: &str) -> bool {
    let head = stem.rsplit(char::is_whitespace).next().unwrap_or_default();
    let tail = line.split(char::is_whitespace).next().unwrap_or_default();
    let is_code = |part: &str| part.contains(['/', '@', '_']) || part.contains(|c: char| c.is_ascii_digit());
    is_code(head) || is_code(tail) || head.starts_with("www.")
}

/// The line without the hyphen at its end. PDFium writes U+0002 for one.
pub(super) fn ends_in_hyphen(line: &str) -> Option<&str> {
    let stem = line.strip_suffix(['\u{2}', '-', '\u{2010}', '\u{ad}'])?;
    stem.ends_with(char::is_alphanumeric).then_some(stem)
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

/// Lines of Chinese and Japanese are joined without a blank.
fn both_cjk(before: &str, after: &str) -> bool {
    let cjk = |c: char| matches!(c as u32, 0x3000..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xff60);
    before.ends_with(cjk) && after.starts_with(cjk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> String {
        let words = Words::of(lines.iter().copied());
        let mut out = String::new();
        for line in lines {
            words.append(&mut out, line);
        }
        out
    }

    #[test]
    fn addresses_codes_and_words_known_with_their_hyphen_keep_it() {
        assert_eq!(
            joined(&["see https://intra.example.org/moving-and-", "travel.html"]),
            "see https://intra.example.org/moving-and-travel.html"
        );
        assert_eq!(joined(&["mail first-", "last@example.org"]), "mail first-last@example.org");
        assert_eq!(joined(&["form ab12-", "xyz"]), "form ab12-xyz");
        assert_eq!(joined(&["a coop, the co-op and a co-", "op"]), "a coop, the co-op and a co-op");
    }

    #[test]
    fn divided_words_are_joined_and_compounds_keep_their_hyphen() {
        assert_eq!(joined(&["a compre\u{2}", "hensive plan"]), "a comprehensive plan");
        assert_eq!(
            joined(&["in the long term", "a long\u{2}", "term plan"]),
            "in the long term a long-term plan"
        );
        assert_eq!(joined(&["an X-", "Ray of 3-", "4 days"]), "an X-Ray of 3-4 days");
        assert_eq!(joined(&["员工可以", "休假"]), "员工可以休假");
    }
}
