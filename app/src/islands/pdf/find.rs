//! Finding text on a page of a PDF.
//!
//! A PDF has no words, only pieces of text with places, cut as its maker pleased; and the text that
//! was read from it on the server has other spaces and hyphens. So both are compared by their letters
//! and digits alone.

use std::ops::Range;

/// How many letters and digits say that a passage begins, or ends, here.
const ANCHOR: usize = 32;

/// With fewer letters and digits than these in common, a page and a passage meet by chance.
const FEWEST: usize = 12;

/// The letters and digits of a text, each with where it stands.
#[derive(Debug, Default)]
pub(super) struct PageText {
    folded: Vec<char>,
    /// For each: which piece it is from, and its place among the piece's characters.
    places: Vec<(usize, usize)>,
    /// How many characters each piece has.
    lengths: Vec<usize>,
}

/// A part of a piece that is marked: from and to, in parts of its length.
#[derive(Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) piece: usize,
    pub(super) part: Range<f64>,
}

impl PageText {
    pub(super) fn new(pieces: &[String]) -> Self {
        let mut page = Self::default();
        for (piece, text) in pieces.iter().enumerate() {
            for (at, character) in text.chars().enumerate() {
                for letter in fold(character) {
                    page.folded.push(letter);
                    page.places.push((piece, at));
                }
            }
            page.lengths.push(text.chars().count());
        }
        page
    }

    /// Everywhere that the words stand, in the order of the page.
    pub(super) fn find_all(&self, words: &str) -> Vec<Range<usize>> {
        let words: Vec<char> = words.chars().flat_map(fold).collect();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = position(&self.folded, &words, from) {
            from = at + words.len();
            found.push(at..from);
        }
        found
    }

    /// Where a passage stands that begins or ends on this page, or goes on over it.
    pub(super) fn passage(&self, passage: &str) -> Option<Range<usize>> {
        let passage: Vec<char> = passage.chars().flat_map(fold).collect();
        let anchor = ANCHOR.min(passage.len());
        let begin = position(&self.folded, passage.get(..anchor)?, 0);
        let tail = passage.get(passage.len() - anchor..)?;
        let end = position(&self.folded, tail, begin.unwrap_or(0)).map(|at| at + anchor);
        let on_page = self.folded.len();
        match (begin, end) {
            (Some(begin), Some(end)) => Some(begin..end),
            // It goes on overleaf, or its end is in another order here.
            (Some(begin), None) => Some(begin..(begin + passage.len()).min(on_page)),
            // It began on the page before.
            (None, Some(end)) => Some(end.saturating_sub(passage.len())..end),
            (None, None) => {
                let whole = position(&passage, &self.folded, 0).map(|_| 0..on_page);
                let head = || overlap(&self.folded, &passage).map(|letters| on_page - letters..on_page);
                let rest = || overlap(&passage, &self.folded).map(|letters| 0..letters);
                whole.or_else(head).or_else(rest)
            }
        }
    }

    /// The parts of pieces that a range of letters covers.
    pub(super) fn stretches(&self, range: Range<usize>) -> Vec<Stretch> {
        let mut stretches: Vec<(usize, Range<usize>)> = Vec::new();
        for &(piece, at) in self.places.get(range).unwrap_or_default() {
            match stretches.last_mut() {
                Some((last, chars)) if *last == piece => chars.end = at + 1,
                _ => stretches.push((piece, at..at + 1)),
            }
        }
        stretches
            .into_iter()
            .map(|(piece, chars)| {
                let length = self.lengths[piece].max(1) as f64;
                Stretch { piece, part: chars.start as f64 / length..chars.end as f64 / length }
            })
            .collect()
    }
}

fn fold(character: char) -> impl Iterator<Item = char> {
    character.is_alphanumeric().then(|| character.to_lowercase()).into_iter().flatten()
}

fn position(text: &[char], words: &[char], from: usize) -> Option<usize> {
    if words.is_empty() {
        return None;
    }
    text.get(from..)?.windows(words.len()).position(|window| window == words).map(|at| from + at)
}

/// How many letters `first` ends with that `second` begins with: at least [`FEWEST`], and fewer than
/// would have been found as an anchor.
fn overlap(first: &[char], second: &[char]) -> Option<usize> {
    (FEWEST..ANCHOR)
        .rev()
        .find(|&letters| second.get(..letters).is_some_and(|beginning| first.ends_with(beginning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pieces: &[&str]) -> PageText {
        PageText::new(&pieces.iter().map(|&piece| piece.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_found_across_pieces_hyphens_and_case() {
        let page = page(&["Full-time employ-", "ees accrue", " 25 DAYS"]);
        let found = page.find_all("employees accrue 25 days");
        assert_eq!(found.len(), 1);
        let stretches = page.stretches(found[0].clone());
        assert_eq!(stretches.iter().map(|one| one.piece).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(stretches[0].part, 10.0 / 17.0..16.0 / 17.0);
    }

    #[test]
    fn every_place_is_found_once() {
        assert_eq!(page(&["leave, leave and leave"]).find_all("Leave").len(), 3);
        assert!(page(&["leave"]).find_all("  ").is_empty());
    }

    #[test]
    fn a_passage_that_goes_on_overleaf_is_marked_to_the_end_of_the_page() {
        let passage =
            "Employees who travel abroad book their own tickets. They are paid back within a month.";
        let first = page(&["Travel", "Employees who travel abroad book their own tickets."]);
        let marked = first.passage(passage).unwrap();
        assert_eq!(marked, 6..first.folded.len());
        let between = page(&["They are paid back within a month."]);
        assert_eq!(between.passage(&format!("{passage} {passage}")[20..160]).unwrap(), 0..27);
        let second = page(&["They are paid back within a month.", "Meals"]);
        let marked =
            second.passage("Employees who travel abroad. They are paid back within a month.").unwrap();
        assert_eq!(marked, 0..27);
    }
}
