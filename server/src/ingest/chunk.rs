//! From a document's text to passages: the unit of search, of citation and of embedding.

mod contents;
mod pieces;
mod sections;

use self::pieces::Piece;
use self::sections::Section;
use super::parse::Extracted;

/// Raised when passages are cut or embedded differently: what was ingested before is of an older form.
pub const FORM: u32 = 2;

/// How many tokens a passage aims at: long enough to carry an answer, short enough that one
/// vector can stand for it.
const TARGET: usize = 200;
/// The embedding model reads 256 word pieces, two of which are its own marks.
const MODEL_READS: usize = 254;
/// A passage gets at least this much, however long its title and headings are.
const LEAST: usize = 96;

/// A passage: a stretch of the document's text under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Counted from 0 in reading order.
    pub ordinal: u32,
    /// The headings above it, outermost first, without the document's title where that is
    /// only repeated by them.
    pub heading_path: Vec<String>,
    /// The page on which it starts, from 1.
    pub page: Option<u32>,
    /// Exactly the characters `char_start..char_end` of [`Extracted::text`].
    pub text: String,
    /// In Unicode scalar values.
    pub char_start: u32,
    pub char_end: u32,
    /// Of `text` alone.
    pub token_count: u32,
}

impl Chunk {
    /// The same passage of a text that begins before: with so many passages and characters in front.
    #[must_use]
    pub fn behind(self, passages: u32, chars: u32) -> Self {
        Self {
            ordinal: self.ordinal + passages,
            char_start: self.char_start + chars,
            char_end: self.char_end + chars,
            ..self
        }
    }
}

/// Cuts a document into passages of about 200 tokens: at headings, then between paragraphs,
/// sentences, words.
///
/// Passages don't overlap, and together they hold all text but tables of contents and the headings,
/// which are in `heading_path`. A heading is part of a passage's text only where several tiny sections make
/// one passage, and where nothing stands below it. `count_tokens` is the embedding model's own
/// count, without its start and end marks.
pub fn chunk(extracted: &Extracted, count_tokens: &dyn Fn(&str) -> usize) -> Vec<Chunk> {
    let sections = sections::read(extracted, count_tokens);
    let mut chunks = Chunks { extracted, count_tokens, found: Vec::new(), at: Position::default() };
    for section in &sections {
        let limit = limit(extracted, section, count_tokens);
        for passage in pieces::pack(&extracted.text, &section.pieces, limit, count_tokens) {
            chunks.push(section, passage);
        }
    }
    chunks.found
}

/// The text that stands for a passage in the embedding: title and headings give its words their
/// context. [`chunk`] keeps passages short enough for it.
pub fn embedded_text(title: Option<&str>, heading_path: &[String], text: &str) -> String {
    let context = context(title, heading_path);
    if context.is_empty() { text.to_owned() } else { format!("{context}\n{text}") }
}

fn context(title: Option<&str>, heading_path: &[String]) -> String {
    let title = title.filter(|title| heading_path.first().is_none_or(|first| first != title));
    let parts: Vec<&str> = title.into_iter().chain(heading_path.iter().map(String::as_str)).collect();
    parts.join(" > ")
}

/// How many tokens a passage of this section may have at most.
fn limit(extracted: &Extracted, section: &Section, count_tokens: &dyn Fn(&str) -> usize) -> pieces::Limit {
    let context = context(extracted.title.as_deref(), &section.heading_path);
    let hard = MODEL_READS.saturating_sub(count_tokens(&context)).max(LEAST);
    pieces::Limit { target: TARGET.min(hard), hard }
}

/// Turns byte ranges into passages, walking the text once to count its characters.
struct Chunks<'a> {
    extracted: &'a Extracted,
    count_tokens: &'a dyn Fn(&str) -> usize,
    found: Vec<Chunk>,
    at: Position,
}

#[derive(Default, Clone, Copy)]
struct Position {
    byte: usize,
    char: u32,
}

impl Chunks<'_> {
    fn push(&mut self, section: &Section, passage: Piece) {
        let text = &self.extracted.text[passage.start..passage.end];
        let char_start = self.char_at(passage.start);
        let char_end = self.char_at(passage.end);
        self.found.push(Chunk {
            ordinal: self.found.len() as u32,
            heading_path: section.heading_path.clone(),
            page: passage.page,
            text: text.to_owned(),
            char_start,
            char_end,
            token_count: (self.count_tokens)(text) as u32,
        });
    }

    /// Passages come in reading order, so this only ever walks forward.
    fn char_at(&mut self, byte: usize) -> u32 {
        let walked = self.extracted.text[self.at.byte..byte].chars().count();
        self.at = Position { byte, char: self.at.char + walked as u32 };
        self.at.char
    }
}

#[cfg(test)]
mod tests;
