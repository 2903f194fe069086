//! Documents inside documents: attachments of a message, files of an archive.

use super::draft::Draft;
use super::{Extracted, ParseError, read_bytes};

/// An archive in a message in an archive is the deepest that anybody sends in earnest.
const DEEPEST: u8 = 3;
/// The most bytes and the most documents over all that one file holds, at any depth.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const MOST_DOCUMENTS: u32 = 5_000;

/// What the documents inside a file may still cost, and how deep the open one lies.
#[derive(Debug)]
pub(super) struct Allowance {
    depth: u8,
    bytes: u64,
    documents: u32,
    /// Why the first document that couldn't be read couldn't.
    refusal: Option<ParseError>,
    read: u32,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { depth: 0, bytes: MOST_BYTES, documents: MOST_DOCUMENTS, refusal: None, read: 0 }
    }
}

impl Allowance {
    /// Writes an inner document under a heading of its own. One that can't be read says why in
    /// its place: nothing that was sent goes missing without a word.
    pub(super) fn write(
        &mut self,
        draft: &mut Draft,
        heading: &str,
        filename: &str,
        bytes: &[u8],
    ) -> Result<(), ParseError> {
        draft.heading(1, heading)?;
        match self.read(filename, bytes) {
            Ok(inner) => {
                self.read += 1;
                draft.append(&inner, 1)
            }
            Err(refusal) if refusal.is_beyond_all() => Err(refusal),
            Err(refusal) => {
                draft.paragraph(&format!("Not read: {refusal}"))?;
                self.refusal.get_or_insert(refusal);
                Ok(())
            }
        }
    }

    /// Why nothing could be read, where nothing could.
    pub(super) fn refusal(&mut self) -> Option<ParseError> {
        if self.read > 0 { None } else { self.refusal.take() }
    }

    fn read(&mut self, filename: &str, bytes: &[u8]) -> Result<Extracted, ParseError> {
        if self.depth >= DEEPEST {
            let why = "it lies too deep in other files".to_owned();
            return Err(ParseError::TooLarge { why });
        }
        let left = self.bytes.checked_sub(bytes.len() as u64).zip(self.documents.checked_sub(1));
        let Some((bytes_left, documents_left)) = left else {
            return Err(ParseError::HoldsTooMuch);
        };
        (self.bytes, self.documents) = (bytes_left, documents_left);
        self.depth += 1;
        let found = read_bytes(bytes, filename, self);
        self.depth -= 1;
        let found = found?;
        // Without any scan it would have been refused.
        if found.extracted.text.is_empty() { Err(ParseError::ScanInside) } else { Ok(found.extracted) }
    }
}
