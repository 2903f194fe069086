//! Running headers, footers and page numbers: what repeats at the edges of pages.

use std::collections::HashMap;

use super::reader::Document;
use super::rows::Item;

/// How much of a page's height, at the top and at the bottom, can hold a header or footer.
const MARGIN: f32 = 0.1;
/// The same for a page number, which is nothing but one.
const NUMBER_MARGIN: f32 = 0.16;
/// A header shows on this many of a few pages in a row …
const SHOWS: usize = 3;
/// … namely of so many: headers of odd and even pages differ, chapters change.
const WITHIN: usize = 6;

/// Drops lines that stand at the same height on several near pages and say the same but for
/// their numbers.
pub(super) fn remove(pages: Vec<Vec<Item>>, document: &Document) -> Vec<Vec<Item>> {
    let heights: Vec<f32> = document.pages.iter().map(|page| page.height).collect();
    let mut seen: HashMap<Mark, Vec<usize>> = HashMap::new();
    for (page, items) in pages.iter().enumerate() {
        for item in items {
            if let Some(mark) = mark(item, heights[page]) {
                seen.entry(mark).or_default().push(page);
            }
        }
    }
    let count = pages.len();
    seen.retain(|_, on| repeats(on, count));
    let keep =
        |page: usize, item: &Item| mark(item, heights[page]).is_none_or(|mark| !seen.contains_key(&mark));
    pages
        .into_iter()
        .enumerate()
        .map(|(page, items)| items.into_iter().filter(|item| keep(page, item)).collect())
        .collect()
}

/// What a header says, its numbers left out, and where it stands.
#[derive(PartialEq, Eq, Hash)]
struct Mark {
    says: String,
    /// In steps of four points.
    height: i32,
}

fn mark(item: &Item, page_height: f32) -> Option<Mark> {
    let place = item.place();
    let from_bottom = place.baseline / page_height;
    let text = match item {
        Item::Line(line) => line.text.clone(),
        Item::Row { cells, .. } => cells.join(" "),
    };
    let says = text
        .split(|c: char| c.is_ascii_digit() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let says = without_roman_number(says);
    let margin = if says.is_empty() { NUMBER_MARGIN } else { MARGIN };
    if (margin..=1.0 - margin).contains(&from_bottom) {
        return None;
    }
    Some(Mark { says, height: (place.baseline / 4.0).round() as i32 })
}

/// Front matter counts its pages `iv`.
fn without_roman_number(says: String) -> String {
    let is_roman = says.len() <= 6 && says.bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'l'));
    if is_roman { String::new() } else { says }
}

fn repeats(on: &[usize], pages: usize) -> bool {
    if pages <= SHOWS {
        return pages > 1 && on.len() == pages;
    }
    on.windows(SHOWS).any(|near| near[SHOWS - 1] - near[0] < WITHIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::pdf::reader::Page;
    use crate::ingest::parse::pdf::runs::Run;

    fn line(text: &str, baseline: f32) -> Item {
        Item::Line(Run { text: text.to_owned(), baseline, size: 10.0, ..Run::default() })
    }

    fn kept(pages: Vec<Vec<Item>>) -> Vec<String> {
        let page = || Page {
            height: 800.0,
            is_blank: false,
            is_picture: false,
            pictures: Vec::new(),
            directions: Vec::new(),
        };
        let document = Document { pages: pages.iter().map(|_| page()).collect(), title: None };
        let text = |item: Item| item.place().text.clone();
        remove(pages, &document).into_iter().flatten().map(text).collect()
    }

    #[test]
    fn headers_and_page_numbers_go_and_repeated_text_stays() {
        let page = |number: usize| {
            vec![
                line("ACME travel policy", 770.0),
                line("Tips:", 400.0),
                line(&format!("Page {number} of 5"), 30.0),
            ]
        };
        assert_eq!(kept((1..=5).map(page).collect()), ["Tips:"; 5]);
    }

    #[test]
    fn a_single_page_has_no_headers() {
        assert_eq!(kept(vec![vec![line("Invoice", 770.0)]]), ["Invoice"]);
    }
}
