//! From a file's bytes to structured text.
//!
//! Parsing is hostile work: every file is read in a child process with limits ([`child`]), so
//! that a file which kills its parser fails alone. The parsers themselves are plain functions
//! from bytes to [`Extracted`]; [`parse_bytes`] is what the child runs.

mod archive;
pub mod child;
mod docx;
mod draft;
mod encoding;
mod error;
mod html;
pub mod kind;
mod language;
mod markdown;
mod pdf;
mod plain;
mod sandbox;

use serde::{Deserialize, Serialize};

pub use self::child::{Limits, ParseRequest, parse_file};
pub use self::error::ParseError;
pub use self::kind::DocumentKind;
pub use self::pdf::load_library as load_pdf_library;
#[cfg(debug_assertions)]
pub use self::sandbox::Fault;
pub use self::sandbox::run_child;

/// A document's text in reading order, with its structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// What the document calls itself, else its file name without the ending.
    pub title: Option<String>,
    /// The text: NFC, no control characters but line feeds. Blocks are separated by a blank
    /// line, list items and table rows among themselves by a line feed; the cells of a table
    /// row are joined by `" | "`.
    pub text: String,
    /// Every block of the text in order; they don't overlap, and only white space lies between.
    pub blocks: Vec<Block>,
    /// How many pages the document has, for formats that have pages.
    pub pages: Option<u32>,
    /// ISO 639-1 code of the text's language (`"en"`), where it can be told.
    pub language: Option<String>,
}

/// A stretch of the text: `start..end` in Unicode scalar values of [`Extracted::text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    pub start: u32,
    pub end: u32,
    /// The page on which the block starts, counted from 1.
    pub page: Option<u32>,
}

/// What a [`Block`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `level` from 1 (the document's or a chapter's title) to 6.
    Heading {
        level: u8,
    },
    Paragraph,
    /// `depth` from 0 (the outermost list).
    ListItem {
        depth: u8,
    },
    TableRow,
    Code,
    Quote,
}

/// Reads a file that is already in memory.
///
/// `filename` is only a hint: the content decides what the file is (see [`kind::detect`]). For
/// PDF files [`load_pdf_library`] must have been called.
pub fn parse_bytes(bytes: &[u8], filename: &str) -> Result<Extracted, ParseError> {
    let mut extracted = match kind::detect(bytes, filename)? {
        DocumentKind::Pdf => pdf::parse(bytes)?,
        DocumentKind::Docx => docx::parse(bytes)?,
        DocumentKind::Html => html::parse(bytes)?,
        DocumentKind::Markdown => markdown::parse(bytes)?,
        DocumentKind::Plain => plain::parse(bytes)?,
    };
    if extracted.text.is_empty() {
        return Err(ParseError::NoText);
    }
    if extracted.title.is_none() {
        extracted.title = kind::title_from_name(filename);
    }
    extracted.language = language::of(&extracted.text);
    Ok(extracted)
}
