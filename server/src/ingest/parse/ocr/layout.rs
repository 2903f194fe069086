//! From Tesseract's table of words to paragraphs.

use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::scan::Shown;

/// A word is believed from this confidence on, of 100: below it, dirt and drawings are read as
/// letters.
const BELIEVED: f32 = 30.0;
/// In a picture beside text, from this one on: it may be no picture of text at all.
const BELIEVED_BESIDE_TEXT: f32 = 60.0;
/// The fewest letters and digits that such a picture is believed to say.
const LEAST_SAID: usize = 3;

/// A word's row in the table.
struct Word<'t> {
    page: u32,
    /// Block and paragraph.
    paragraph: (u32, u32),
    line: u32,
    text: &'t str,
}

/// Writes all words of a table as paragraphs; answers how many pages it has. They count as
/// `page` where that is given.
pub(super) fn write(draft: &mut Draft, table: &str, page: Option<u32>) -> Result<u32, ParseError> {
    let words: Vec<Word> = words(table, BELIEVED);
    for paragraph in words.chunk_by(|a, b| (a.page, a.paragraph) == (b.page, b.paragraph)) {
        draft.set_page(page.unwrap_or(paragraph[0].page));
        draft.paragraph(&joined(paragraph))?;
    }
    Ok(words.last().map_or(1, |word| word.page))
}

/// Writes what a picture beside text says, if it says anything.
pub(super) fn write_picture(draft: &mut Draft, table: &str, shown: &Shown) -> Result<(), ParseError> {
    let words = words(table, BELIEVED_BESIDE_TEXT);
    let said = words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphanumeric()).count();
    if said < LEAST_SAID {
        return Ok(());
    }
    match shown {
        Shown::Member { page: Some(slide), needs_heading: true, .. } if draft.page() != Some(*slide) => {
            draft.slide(*slide, None)?;
        }
        Shown::Member { page: Some(page), .. } | Shown::Area(page, _) | Shown::Page(page) => {
            draft.set_page(*page);
        }
        Shown::Member { page: None, .. } | Shown::File | Shown::Illustration => {}
    }
    words.chunk_by(|a, b| a.paragraph == b.paragraph).try_for_each(|words| draft.paragraph(&joined(words)))
}

fn words(table: &str, believed: f32) -> Vec<Word<'_>> {
    table.lines().filter_map(|row| word(row, believed)).collect()
}

/// Lines are joined to running text, and so are words that were divided at a line's end.
fn joined(words: &[Word]) -> String {
    let mut text = String::new();
    for line in words.chunk_by(|a, b| a.line == b.line) {
        let line: Vec<&str> = line.iter().map(|word| word.text).collect();
        let line = line.join(" ");
        let is_divided = text.strip_suffix('-').is_some_and(|t| t.ends_with(char::is_lowercase))
            && line.starts_with(char::is_lowercase);
        if is_divided {
            text.pop();
        } else if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line);
    }
    text
}

/// The columns: level, page, block, paragraph, line, word, left, top, width, height, confidence,
/// text. Rows of other levels describe areas.
fn word(row: &str, believed: f32) -> Option<Word<'_>> {
    let columns: Vec<&str> = row.splitn(12, '\t').collect();
    let [level, page, block, paragraph, line, _, _, _, _, _, confidence, text] = columns.as_slice() else {
        return None;
    };
    let is_believed = *level == "5" && confidence.parse::<f32>().is_ok_and(|c| c >= believed);
    let text = text.trim();
    if !is_believed || text.is_empty() {
        return None;
    }
    Some(Word {
        page: page.parse().ok()?,
        paragraph: (block.parse().ok()?, paragraph.parse().ok()?),
        line: line.parse().ok()?,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_paragraphs_and_doubtful_ones_are_left_out() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            1\t1\t0\t0\t0\t0\t0\t0\t800\t600\t-1\t\n\
            5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.5\tHappy\n\
            5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t95\tholi-\n\
            5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t95\tdays\n\
            5\t1\t1\t2\t1\t1\t0\t0\t9\t9\t4.1\t|~\n\
            5\t2\t1\t1\t1\t1\t0\t0\t9\t9\t90\tNext\n";
        let mut draft = Draft::default();
        assert_eq!(write(&mut draft, table, None).unwrap(), 2);
        let extracted = draft.finish(None, None);
        assert_eq!(extracted.text, "Happy holidays\n\nNext");
        assert_eq!(extracted.blocks[1].page, Some(2));
    }
}
