//! From a file's bytes to structured text.
//!
//! Parsing is hostile work: every file is read in a child process with limits ([`child`]), so
//! that a file which kills its parser fails alone. The parsers themselves are plain functions
//! from bytes to [`Extracted`]; [`parse_bytes`] is what the child runs. Scans and pictures are
//! read by a text recognition program, if there is one ([`ocr`]), in a child process too.

mod archive;
mod calendar;
mod chart;
pub mod child;
mod csv_table;
mod docx;
mod draft;
mod drawn;
mod email;
mod encoding;
mod epub;
mod error;
mod flat_workbook;
mod folder;
mod frames;
mod grid;
mod html;
mod json;
pub mod kind;
mod language;
mod mailbox;
mod markdown;
mod member;
mod message;
mod numeral;
pub mod ocr;
mod office97;
mod opendocument;
mod outlook;
mod package;
mod pdf;
mod picture;
mod plain;
mod pptx;
mod raised;
mod reading;
mod record;
mod request;
mod rtf;
mod sandbox;
mod scan;
mod sheet;
mod spreadsheet;
mod symbol_font;
mod unpack;
mod xml;
mod xml_record;

use serde::{Deserialize, Serialize};

pub use self::error::ParseError;
pub use self::kind::DocumentKind;
use self::member::Allowance;
pub use self::ocr::Ocr;
use self::opendocument::Office;
pub use self::pdf::load_library as load_pdf_library;
pub use self::reading::parse_file;
pub(crate) use self::reading::{Piece, Reading};
pub use self::request::{Limits, ParseRequest};
#[cfg(debug_assertions)]
pub use self::sandbox::Fault;
pub use self::sandbox::run_child;
use self::scan::Scan;
pub(in crate::ingest) use self::unpack::{Members, Next, Unpacked, listing};

/// A document's text in reading order, with its structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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

impl Extracted {
    /// The same text as a part of a page.
    fn on_page(mut self, page: u32) -> Self {
        self.blocks.iter_mut().for_each(|block| block.page = Some(page));
        self
    }

    /// Adds the text that comes next.
    fn extend(&mut self, next: Self) {
        let before = self.text.chars().count() as u32 + PIECES_APART.len() as u32;
        self.text.push_str(PIECES_APART);
        self.text.push_str(&next.text);
        let moved = |block: Block| Block { start: block.start + before, end: block.end + before, ..block };
        self.blocks.extend(next.blocks.into_iter().map(moved));
    }
}

/// What lies between two pieces of a text.
pub(in crate::ingest) const PIECES_APART: &str = "\n\n";

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

/// What a parser found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    extracted: Extracted,
    /// What only text recognition can read, in reading order.
    scans: Vec<Scan>,
}

impl From<Extracted> for Found {
    fn from(extracted: Extracted) -> Self {
        Self { extracted, scans: Vec::new() }
    }
}

/// Reads a file that is already in memory.
///
/// `filename` is only a hint: the content decides what the file is (see [`kind::detect`]). For
/// PDF files [`load_pdf_library`] must have been called. Scanned pages are left out.
pub fn parse_bytes(bytes: &[u8], filename: &str) -> Result<Extracted, ParseError> {
    let found = read_bytes(bytes, filename, &mut Allowance::default())?;
    if found.extracted.text.is_empty() { Err(ParseError::NeedsOcr) } else { Ok(found.extracted) }
}

/// Reads a file and hands it out: a table in pieces, all else in one. Returns what only text
/// recognition can read.
fn read_in_pieces(bytes: &[u8], filename: &str, hand_out: &mut HandOut<'_>) -> Result<Vec<Scan>, ParseError> {
    if kind::detect(bytes, filename)? == DocumentKind::Csv {
        csv_table::parse_in_pieces(bytes, kind::title_from_name(filename), hand_out)?;
        return Ok(Vec::new());
    }
    let found = read_bytes(bytes, filename, &mut Allowance::default())?;
    hand_out(Piece { extracted: found.extracted, read: 1.0 })?;
    Ok(found.scans)
}

/// Takes pieces as they are read.
type HandOut<'a> = dyn FnMut(Piece) -> Result<(), ParseError> + 'a;

/// Reads a file, which may lie within another one.
fn read_bytes(bytes: &[u8], filename: &str, allowance: &mut Allowance) -> Result<Found, ParseError> {
    let kind = kind::detect(bytes, filename)?;
    let Found { mut extracted, scans } = match kind {
        DocumentKind::Pdf => pdf::parse(bytes)?,
        DocumentKind::Picture(_) => picture::parse(bytes)?,
        DocumentKind::Docx => docx::parse(bytes)?,
        DocumentKind::Doc => office97::parse_doc(bytes)?.into(),
        DocumentKind::Pptx => pptx::parse(bytes)?,
        DocumentKind::Ppt => office97::parse_ppt(bytes)?.into(),
        DocumentKind::Xlsx => spreadsheet::parse_zipped(bytes)?.into(),
        DocumentKind::Xls if flat_workbook::begins(bytes) => flat_workbook::parse(bytes)?.into(),
        DocumentKind::Xls => spreadsheet::parse_old(bytes)?.into(),
        DocumentKind::Odt => opendocument::parse(bytes, Office::Text)?,
        DocumentKind::Ods => opendocument::parse(bytes, Office::Spreadsheet)?,
        DocumentKind::Odp => opendocument::parse(bytes, Office::Presentation)?,
        DocumentKind::Rtf => rtf::parse(bytes)?.into(),
        DocumentKind::Epub => epub::parse(bytes)?,
        DocumentKind::Html => html::parse(bytes)?.into(),
        DocumentKind::Markdown => markdown::parse(bytes)?.into(),
        DocumentKind::Plain => plain::parse(bytes)?.into(),
        DocumentKind::Csv => csv_table::parse(bytes)?.into(),
        DocumentKind::Json => json::parse(bytes)?.into(),
        DocumentKind::JsonLines => json::parse_lines(bytes)?.into(),
        DocumentKind::Xml => xml_record::parse(bytes)?.into(),
        DocumentKind::Email => email::parse(bytes, allowance)?,
        DocumentKind::OutlookMessage => outlook::parse(bytes, allowance)?,
        DocumentKind::OutlookWrapping => outlook::tnef::parse(bytes, allowance)?,
        DocumentKind::Mailbox => mailbox::parse(bytes, allowance)?,
        DocumentKind::Calendar => calendar::parse(bytes)?.into(),
        DocumentKind::Zip => folder::parse(bytes, allowance)?,
    };
    let scans = scan::legible(bytes, scans)?;
    if extracted.text.is_empty() && scans.is_empty() {
        return Err(ParseError::NoText);
    }
    if extracted.title.is_none() {
        extracted.title = kind::title_from_name(filename);
    }
    extracted.language = language::of(&extracted.text);
    Ok(Found { extracted, scans })
}
