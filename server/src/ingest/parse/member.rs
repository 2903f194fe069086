//! Documents inside documents: attachments of a message, files of an archive.

use super::draft::Draft;
use super::scan::{Scan, Shown, shows_words};
use super::{Found, ParseError, read_bytes};

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
    sought: Option<Sought>,
}

/// A document inside, looked for by its number.
#[derive(Debug)]
struct Sought {
    number: u32,
    bytes: Option<Vec<u8>>,
}

/// The bytes of a document inside a file: of the one that was the so manieth to be read.
pub(super) fn bytes_of(file: &[u8], filename: &str, number: u32) -> Result<Vec<u8>, ParseError> {
    let sought = Some(Sought { number, bytes: None });
    let mut allowance = Allowance { sought, ..Allowance::default() };
    // However that ends, reading goes the same way as before, up to the one that is sought.
    let _ = read_bytes(file, filename, &mut allowance);
    let found = allowance.sought.and_then(|sought| sought.bytes);
    found.ok_or_else(|| ParseError::damaged("a part of it is missing"))
}

impl Default for Allowance {
    fn default() -> Self {
        Self { depth: 0, bytes: MOST_BYTES, documents: MOST_DOCUMENTS, refusal: None, read: 0, sought: None }
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
                draft.append_inner(inner, 1)
            }
            Err(refusal) => self.note(draft, refusal),
        }
    }

    /// Writes of an inner document that can't be had why not, in its place.
    pub(super) fn refuse(
        &mut self,
        draft: &mut Draft,
        heading: &str,
        refusal: ParseError,
    ) -> Result<(), ParseError> {
        draft.heading(1, heading)?;
        self.note(draft, refusal)
    }

    fn note(&mut self, draft: &mut Draft, refusal: ParseError) -> Result<(), ParseError> {
        if refusal.is_beyond_all() {
            return Err(refusal);
        }
        draft.paragraph(&format!("Not read: {refusal}"))?;
        self.refusal.get_or_insert(refusal);
        Ok(())
    }

    /// Notes a picture that the text shows, without a heading of its own: a logo is one, too.
    pub(super) fn illustrate(&mut self, draft: &mut Draft, picture: &[u8]) -> Result<(), ParseError> {
        let number = self.take(picture)?;
        if shows_words(picture) {
            draft.illustration(number);
        }
        Ok(())
    }

    /// Why nothing could be read, where nothing could.
    pub(super) fn refusal(&mut self) -> Option<ParseError> {
        if self.read > 0 { None } else { self.refusal.take() }
    }

    fn read(&mut self, filename: &str, bytes: &[u8]) -> Result<Found, ParseError> {
        if self.depth >= DEEPEST {
            let why = "it lies too deep in other files".to_owned();
            return Err(ParseError::TooLarge { why });
        }
        let number = self.take(bytes)?;
        self.depth += 1;
        let found = read_bytes(bytes, filename, self);
        self.depth -= 1;
        let mut found = found?;
        let is_itself = |scan: &Scan| scan.inner.is_none() && scan.shown == Shown::File;
        found.scans.retain(|scan| !is_itself(scan) || shows_words(bytes));
        found.scans.iter_mut().for_each(|scan| belong_to(scan, number));
        Ok(found)
    }

    /// Counts a document inside; answers its number.
    fn take(&mut self, bytes: &[u8]) -> Result<u32, ParseError> {
        let left = self.bytes.checked_sub(bytes.len() as u64).zip(self.documents.checked_sub(1));
        let Some((bytes_left, documents_left)) = left else {
            return Err(ParseError::HoldsTooMuch);
        };
        (self.bytes, self.documents) = (bytes_left, documents_left);
        let number = MOST_DOCUMENTS - self.documents;
        if let Some(sought) = self.sought.as_mut().filter(|sought| sought.number == number) {
            sought.bytes = Some(bytes.to_vec());
            // Nothing behind it needs to be read.
            return Err(ParseError::HoldsTooMuch);
        }
        Ok(number)
    }
}

/// What is noted of a picture in a document within this one: that document, unless it lies deeper still. Its
/// slides aren't this one's.
fn belong_to(scan: &mut Scan, number: u32) {
    scan.inner.get_or_insert(number);
    if let Shown::Member { page, needs_heading, .. } = &mut scan.shown {
        (*page, *needs_heading) = (None, false);
    }
}
