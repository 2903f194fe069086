//! The numbers in lines at the edges of pages: which of them count the pages.

/// Words that stand beside the number of a page, in the languages of most documents.
const BESIDE_NUMBERS: &[&str] = &[
    "page",
    "pages",
    "pg",
    "p",
    "of",
    "seite",
    "seiten",
    "blatt",
    "von",
    "s",
    "página",
    "pagina",
    "pág",
    "pag",
    "de",
    "di",
    "sur",
    "sida",
    "side",
    "av",
    "strona",
    "strana",
    "z",
    "стр",
    "страница",
    "из",
    "第",
    "页",
    "頁",
    "共",
    "ページ",
];

/// What a line says, its numbers left out.
pub(super) fn says(text: &str) -> String {
    let words = text.split(|c: char| c.is_ascii_digit() || c.is_whitespace()).filter(|word| !word.is_empty());
    let says = words.collect::<Vec<_>>().join(" ");
    // Front matter counts its pages `iv`.
    let is_roman = says.len() <= 6 && says.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'l'));
    if is_roman { String::new() } else { says }
}

/// Whether a line says nothing but the number of its page.
pub(super) fn is_page_number(text: &str) -> bool {
    let says = says(text).to_lowercase();
    let mut words = says.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| BESIDE_NUMBERS.contains(&word))
}

/// Which of the numbers in a few lines that say the same count their pages; the others stay the same.
pub(super) struct Steps {
    counts: Vec<bool>,
    /// By how much the numbers that count differ from the places of their pages at most.
    shift: u64,
}

impl Steps {
    /// `lines` are the places of the pages, from 1, and the lines; `None` where their numbers differ otherwise.
    pub(super) fn of<'l>(lines: impl Iterator<Item = (u64, &'l str)>) -> Option<Self> {
        let lines: Vec<(u64, Vec<u64>)> =
            lines.map(|(page, line)| Some((page, numbers(line)?))).collect::<Option<_>>()?;
        let (first_page, first) = lines.first()?;
        if lines.iter().any(|(_, numbers)| numbers.len() != first.len()) {
            return None;
        }
        let mut steps = Self { counts: Vec::with_capacity(first.len()), shift: 0 };
        for (at, start) in first.iter().enumerate() {
            let stays = lines.iter().all(|(_, numbers)| numbers[at] == *start);
            let counts = lines.iter().all(|(page, numbers)| numbers[at] + first_page == start + page);
            if !stays && !counts {
                return None;
            }
            steps.counts.push(!stays);
            steps.shift = if stays { steps.shift } else { steps.shift.max(start.abs_diff(*first_page)) };
        }
        Some(steps)
    }

    pub(super) fn is_constant(&self) -> bool {
        !self.counts.contains(&true)
    }

    pub(super) fn is_near(&self, most: u64) -> bool {
        self.shift <= most
    }

    /// What a line says beside the number of its page; `None` where that is nothing.
    pub(super) fn without_page_number(&self, line: &str) -> Option<String> {
        if is_page_number(line) {
            return None;
        }
        let mut counts = self.counts.iter();
        let mut left = String::new();
        for (is_number, piece) in pieces(line) {
            if !is_number || counts.next() == Some(&false) {
                left.push_str(piece);
            }
        }
        let left = if self.is_constant() { left } else { without_words_beside(&left) };
        let left = left.trim_matches(is_sign);
        (!left.is_empty()).then(|| left.to_owned())
    }
}

/// Without what led to a number that is gone: `Page … of 9` at either end.
fn without_words_beside(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_beside = |word: &&str| BESIDE_NUMBERS.contains(&word.to_lowercase().trim_matches(is_sign));
    let may_be = |word: &&str| is_beside(word) || word.chars().all(|c| c.is_ascii_digit() || is_sign(c));
    let (mut from, mut to) = (0, words.len());
    if words.first().is_some_and(is_beside) {
        from = words.iter().take_while(|word| may_be(word)).count();
    }
    let tail = words.iter().rev().take_while(|word| may_be(word)).count();
    if let Some(first) = words[to - tail..].iter().position(is_beside) {
        to = to - tail + first;
    }
    words.get(from..to).unwrap_or_default().join(" ")
}

fn is_sign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '·' | '•' | '/' | ',')
}

/// `None` where one is longer than any page's.
fn numbers(line: &str) -> Option<Vec<u64>> {
    let numbers = pieces(line).filter(|(is_number, _)| *is_number);
    numbers.map(|(_, digits)| digits.parse().ok().filter(|number| *number < u64::MAX / 4)).collect()
}

/// The numbers in a line and what stands between them.
fn pieces(line: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some((is_number, piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_of_the_page_is_left_out() {
        let lines = [(3, "Plan 2026 – Page 1 of 9"), (4, "Plan 2026 – Page 2 of 9")];
        let steps = Steps::of(lines.into_iter()).unwrap();
        assert_eq!(steps.without_page_number(lines[0].1).as_deref(), Some("Plan 2026"));
        let lines = [(3, "12 | Plan 2026, Seite 1"), (4, "12 | Plan 2026, Seite 2")];
        assert_eq!(
            Steps::of(lines.into_iter()).unwrap().without_page_number(lines[1].1).as_deref(),
            Some("12 | Plan 2026")
        );
        let lines = [(3, "Page 1 of 9 | Plan"), (4, "Page 2 of 9 | Plan")];
        assert_eq!(
            Steps::of(lines.into_iter()).unwrap().without_page_number(lines[1].1).as_deref(),
            Some("Plan")
        );
        assert!(Steps::of([(1, "Room 101"), (2, "Room 103")].into_iter()).is_none());
        assert!(!Steps::of([(1, "Room 101"), (2, "Room 102")].into_iter()).unwrap().is_near(40));
        assert!(is_page_number("- 12 -") && is_page_number("Seite 3 von 9") && !is_page_number("Room 3"));
    }
}
