//! Running headers, footers and page numbers: what repeats at the edges of pages.

mod number;

use std::collections::{HashMap, HashSet};

use self::number::{Steps, is_page_number, says};
use super::body::Body;
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
/// A line this many times further from the next than lines of the text are stands apart from it,
const APART: f32 = 1.8;
/// and so does one that is smaller than this part of it.
const SMALLER: f32 = 0.92;
/// By how much a page's own number may differ from its place: a cover isn't counted, an extract begins later.
const SHIFTED: u64 = 40;

/// The text of pages, and what runs along their edges.
pub(super) struct Separated {
    pub(super) pages: Vec<Vec<Item>>,
    /// Each line of headers and footers once, without page numbers: a document's number, its revision and who
    /// approved it often stand nowhere else.
    pub(super) running: Vec<String>,
}

/// Takes out lines that stand at the same height on several near pages and say the same but for the number of the
/// page.
pub(super) fn separate(pages: Vec<Vec<Item>>, document: &Document) -> Separated {
    let mut taken: HashMap<(usize, usize), Option<String>> = HashMap::new();
    for lines in lines_at_edges(&pages, document).values() {
        take_running(lines, pages.len(), &mut taken);
    }
    let is_taken = |page: usize, at: usize| taken.contains_key(&(page, at));
    let mut seen: HashSet<String> = (0..)
        .zip(&pages)
        .flat_map(|(page, items)| (0..).zip(items).filter(move |(at, _)| !is_taken(page, *at)))
        .map(|(_, item)| text_of(item, " "))
        .collect();
    let mut running = Vec::new();
    let mut left = Vec::with_capacity(pages.len());
    for (page, items) in pages.into_iter().enumerate() {
        let mut kept = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            match taken.remove(&(page, at)) {
                None => kept.push(item),
                Some(line) => running.extend(line.filter(|line| seen.insert(line.clone()))),
            }
        }
        left.push(kept);
    }
    Separated { pages: left, running }
}

/// A line near the edge of a page.
struct Line {
    page: usize,
    /// Its place among the page's items.
    at: usize,
    text: String,
    is_apart: bool,
}

/// What a header says, its numbers left out, and where it stands.
#[derive(PartialEq, Eq, Hash)]
struct Mark {
    says: String,
    /// In steps of four points.
    height: i32,
}

/// The lines near the edges of pages, by what they have in common.
fn lines_at_edges(pages: &[Vec<Item>], document: &Document) -> HashMap<Mark, Vec<Line>> {
    let body = Body::of(pages);
    let mut lines: HashMap<Mark, Vec<Line>> = HashMap::new();
    for (page, (items, height)) in pages.iter().zip(document.pages.iter().map(|page| page.height)).enumerate()
    {
        for (at, item) in items.iter().enumerate() {
            let Some(mark) = mark(item, height) else { continue };
            let of_mark = lines.entry(mark).or_default();
            if of_mark.last().is_none_or(|line| line.page < page) {
                let is_apart = is_apart(items, at, height, &body);
                of_mark.push(Line { page, at, text: text_of(item, " "), is_apart });
            }
        }
    }
    lines
}

fn mark(item: &Item, page_height: f32) -> Option<Mark> {
    let place = item.place();
    let from_bottom = place.baseline / page_height;
    let says = says(&text_of(item, " "));
    let margin = if says.is_empty() { NUMBER_MARGIN } else { MARGIN };
    if (margin..=1.0 - margin).contains(&from_bottom) {
        return None;
    }
    Some(Mark { says, height: (place.baseline / 4.0).round() as i32 })
}

fn text_of(item: &Item, between: &str) -> String {
    match item {
        Item::Line(line) => line.text.clone(),
        Item::Row { cells, .. } => cells.join(between),
    }
}

/// Whether a line is smaller than the next one towards the middle of the page, or further from it than lines of the
/// text are from one another.
fn is_apart(items: &[Item], at: usize, page_height: f32, body: &Body) -> bool {
    let own = items[at].place();
    let is_above = own.baseline * 2.0 > page_height;
    let inwards = |item: &Item| {
        let step = own.baseline - item.place().baseline;
        if is_above { step } else { -step }
    };
    let next = items.iter().filter(|item| inwards(item) > own.size * 0.5);
    next.min_by(|a, b| inwards(a).total_cmp(&inwards(b))).is_none_or(|next| {
        own.size < next.place().size * SMALLER || inwards(next) > own.size * body.leading * APART
    })
}

/// Notes which of the lines with one mark run along, each with what it says beside the number of its page.
fn take_running(lines: &[Line], pages: usize, taken: &mut HashMap<(usize, usize), Option<String>>) {
    let together = if pages <= SHOWS { pages } else { SHOWS };
    if pages < 2 || lines.len() < together {
        return;
    }
    for near in lines.windows(together).filter(|near| near[together - 1].page - near[0].page < WITHIN) {
        let numbered = near.iter().map(|line| (line.page as u64 + 1, line.text.as_str()));
        let Some(steps) = Steps::of(numbered) else { continue };
        let are_apart = near.iter().all(|line| line.is_apart) && steps.is_near(SHIFTED);
        if !steps.is_constant() && !is_page_number(&near[0].text) && !are_apart {
            continue;
        }
        for line in near {
            taken.entry((line.page, line.at)).or_insert_with(|| steps.without_page_number(&line.text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::pdf::reader::Page;
    use crate::ingest::parse::pdf::runs::Run;

    fn line(text: &str, baseline: f32) -> Item {
        Item::Line(Run { text: text.to_owned(), baseline, size: 10.0, ..Run::default() })
    }

    /// What is left as text, and what is read once.
    fn kept(pages: Vec<Vec<Item>>) -> (Vec<String>, Vec<String>) {
        let page = || Page {
            height: 800.0,
            is_blank: false,
            is_picture: false,
            pictures: Vec::new(),
            directions: Vec::new(),
        };
        let document = Document { pages: pages.iter().map(|_| page()).collect(), title: None };
        let text = |item: Item| item.place().text.clone();
        let separated = separate(pages, &document);
        (separated.pages.into_iter().flatten().map(text).collect(), separated.running)
    }

    #[test]
    fn headers_are_read_once_page_numbers_never_and_repeated_text_stays() {
        let page = |number: usize| {
            vec![
                line(&format!("ACME travel policy, revision 3 | {number}"), 770.0),
                line("Tips:", 400.0),
                line("Approved by M. Lopez", 45.0),
                line(&format!("Page {number} of 5"), 30.0),
            ]
        };
        let (text, running) = kept((1..=5).map(page).collect());
        assert_eq!(text, ["Tips:"; 5]);
        assert_eq!(running, ["ACME travel policy, revision 3", "Approved by M. Lopez"]);
    }

    #[test]
    fn lines_of_the_text_that_differ_in_a_number_stay() {
        for first in ["Question", "Employee No. 1002"] {
            let page = |number: usize| {
                let head = if first == "Question" {
                    format!("{first} {number}")
                } else {
                    format!("{first}{number}")
                };
                vec![line(&head, 770.0), line("What is the answer?", 758.0), line("Say why.", 746.0)]
            };
            let (text, _) = kept((1..=5).map(page).collect());
            assert_eq!(text.iter().filter(|line| line.starts_with(first)).count(), 5, "{text:?}");
        }
        let room =
            |number: usize| vec![line(&format!("Room {}", 100 + number), 770.0), line("Ten seats.", 700.0)];
        assert_eq!(kept((1..=5).map(room).collect()).0.len(), 10);
    }

    #[test]
    fn a_single_page_has_no_headers() {
        assert_eq!(kept(vec![vec![line("Invoice", 770.0)]]).0, ["Invoice"]);
    }
}
