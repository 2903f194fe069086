//! Pictures of text, which only text recognition can read.

use serde::{Deserialize, Serialize};

use super::ParseError;
use super::archive::{Archive, Unfinished};

/// The smallest picture that may hold words, in pixels: icons and bullets are smaller.
const LEAST_WIDTH: usize = 80;
const LEAST_HEIGHT: usize = 16;
/// The most pixels: a sheet of A2 at 600 dots per inch. A picture unpacks to four bytes for each.
pub(super) const MOST_PIXELS: usize = 140_000_000;
/// How much of a picture is read to learn its size: some begin with a small picture of themselves.
const HEAD: u64 = 256 * 1024;
/// The most bytes of a picture within a document.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A picture of text, and where it stands among the blocks of its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scan {
    /// How many blocks come before it.
    pub(super) after: usize,
    /// The document within the file that it belongs to, as [`Allowance`] numbers them; `None` for the file's own.
    ///
    /// [`Allowance`]: super::member::Allowance
    pub(super) inner: Option<u32>,
    pub(super) shown: Shown,
}

impl Scan {
    /// Whether it stands for text that the file would lack, rather than for an illustration or for a document
    /// in it.
    pub(super) fn is_needed(&self) -> bool {
        self.inner.is_none() && self.shown.is_whole()
    }
}

/// Where a picture is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    /// The whole file is one.
    File,
    /// The whole file is one, which the text of another shows.
    Illustration,
    /// A page of a PDF, counted from 1, is one.
    Page(u32),
    /// A part of such a page.
    Area(u32, Area),
    /// A member of the archive that the document is. `page` is the slide that shows it, where
    /// there are slides; one that shows nothing but pictures has no heading yet.
    Member { name: String, page: Option<u32>, needs_heading: bool },
}

impl Shown {
    /// Whether it stands for text that its document would lack, rather than for an illustration.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self, Self::File | Self::Page(_))
    }
}

/// A rectangle on a page in points, as the page itself counts them: y grows upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) bottom: i32,
    pub(super) right: i32,
    pub(super) top: i32,
}

/// Those pictures of a document that are large enough and of a kind to be read, each where it
/// stands first: a logo on every slide is read once.
pub(super) fn legible(bytes: &[u8], scans: Vec<Scan>) -> Result<Vec<Scan>, ParseError> {
    let is_member = |scan: &Scan| scan.inner.is_none() && matches!(scan.shown, Shown::Member { .. });
    if !scans.iter().any(is_member) {
        return Ok(scans);
    }
    let mut archive = Archive::open(bytes)?;
    let mut seen = std::collections::HashSet::new();
    let mut is_legible = |scan: &Scan| match &scan.shown {
        Shown::Member { name, .. } if is_member(scan) => {
            seen.insert(name.clone()) && archive.head(name, HEAD).is_some_and(|head| shows_words(&head))
        }
        _ => true,
    };
    Ok(scans.into_iter().filter(|scan| is_legible(scan)).collect())
}

/// Whether a picture that begins so may show words that text recognition can open.
pub(super) fn shows_words(head: &[u8]) -> bool {
    use imagesize::ImageType::{Bmp, Gif, Jpeg, Png, Tiff, Webp};
    let can_be_opened = matches!(imagesize::image_type(head), Ok(Bmp | Gif | Jpeg | Png | Tiff | Webp));
    can_be_opened
        && imagesize::blob_size(head).is_ok_and(|size| {
            size.width >= LEAST_WIDTH
                && size.height >= LEAST_HEIGHT
                && size.width.saturating_mul(size.height) <= MOST_PIXELS
        })
}

/// A picture out of the archive that a document is.
pub(super) fn member(bytes: &[u8], name: &str) -> Result<Vec<u8>, ParseError> {
    let mut archive = Archive::open(bytes)?;
    let number = archive.number_of(name).ok_or_else(|| ParseError::damaged("a picture of it is missing"))?;
    let mut picture = Vec::new();
    let mut take = |part: &[u8]| {
        picture.extend_from_slice(part);
        Ok(())
    };
    match archive.hand_on(number, MOST_BYTES, &mut take) {
        Ok(_) => Ok(picture),
        Err(Unfinished::Refused(why)) => Err(why),
        Err(Unfinished::Unheard(_)) => Err(ParseError::damaged("a picture of it can't be unpacked")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;

    /// The header of a PNG file of this size; nothing behind it.
    pub(in crate::ingest::parse) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn of_a_documents_pictures_the_large_ones_are_read_once_each() {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in [("chart", png(640, 480)), ("icon", png(16, 16)), ("bomb", png(60_000, 60_000))]
        {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.start_file("drawing", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<svg width='640' height='480'/>").unwrap();
        let file = zip.finish().unwrap().into_inner();
        let scans = ["chart", "icon", "bomb", "drawing", "gone", "chart"].map(|name| Scan {
            after: 0,
            inner: None,
            shown: Shown::Member { name: name.to_owned(), page: None, needs_heading: false },
        });
        assert_eq!(legible(&file, scans.to_vec()).unwrap(), scans[..1]);
        assert_eq!(member(&file, "chart").unwrap(), png(640, 480));
    }
}
