//! A document's text as its page shows it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Document, Status};

/// A part of a document's text as the document page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentView {
    pub document: Document,
    pub blocks: Vec<ViewBlock>,
    /// Which part of a long document this is, from 1, and of how many.
    pub part: u32,
    pub parts: u32,
    /// The headings of the whole document, for its table of contents.
    pub outline: Vec<OutlineEntry>,
    /// The passage to land on; its blocks carry marked runs.
    pub passage: Option<ViewPassage>,
    /// The files of an archive, by their paths in it.
    #[serde(default)]
    pub members: Vec<Member>,
}

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub id: Uuid,
    /// In the archive.
    pub path: String,
    pub status: Status,
    /// Why it could not be read, where it couldn't.
    pub problem: Option<String>,
}

/// The passage that a document page was opened at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewPassage {
    pub chunk_id: Uuid,
    pub heading_path: Vec<String>,
    pub page: Option<i32>,
}

/// A heading of a document, and the part it stands in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutlineEntry {
    pub level: u8,
    pub text: String,
    pub anchor: String,
    pub part: u32,
}

/// A block of a document's text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewBlock {
    pub kind: BlockKind,
    /// The element's id on the page: `b` and the block's number in the document.
    pub anchor: String,
    /// The page of the original that the block begins, where it begins one.
    pub page_start: Option<i32>,
    pub runs: Vec<Run>,
}

/// What a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `level` from 1, as in HTML.
    Heading {
        level: u8,
    },
    Paragraph,
    /// `depth` from 0.
    ListItem {
        depth: u8,
    },
    /// Cells are joined by " | ".
    TableRow,
    Code,
    Quote,
}

/// A run of text, marked where it belongs to the passage that the reader came for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub text: String,
    pub marked: bool,
}
