//! Text recognition: scans and pictures, through Tesseract where it is installed.
//!
//! Tesseract is a program of the system, not part of this one. It runs as a child under the
//! same limits as the parsers, sees nothing of the file system but programs and their data, and
//! gets the picture on its standard input. What it reads of a picture within a document stands
//! where the picture stands.

mod between;
mod layout;
mod picture;
mod program;

use std::time::Instant;

use self::between::Between;
pub use self::program::Ocr;
use super::child::blameless;
use super::draft::Draft;
use super::scan::{Scan, Shown};
use super::{Extracted, ParseError, ParseRequest, language};

/// Adds what the parser couldn't read, or says where something is missing.
pub(super) async fn complete(
    request: &ParseRequest,
    extracted: Extracted,
    scans: Vec<Scan>,
) -> Result<Extracted, ParseError> {
    match &request.ocr {
        _ if scans.is_empty() => Ok(extracted),
        Some(ocr) => read(request, ocr, extracted, scans).await,
        None if extracted.text.is_empty() => Err(ParseError::NeedsOcr),
        None => name_unread(extracted, scans),
    }
}

/// Reads what the parser couldn't, and puts it where it belongs.
async fn read(
    request: &ParseRequest,
    ocr: &Ocr,
    extracted: Extracted,
    scans: Vec<Scan>,
) -> Result<Extracted, ParseError> {
    let whole = scans.iter().filter(|scan| scan.is_needed()).count();
    if whole > request.limits.scanned_pages {
        return Err(ParseError::TooLarge { why: format!("{whole} of its pages are scans") });
    }
    let mut reader = Reader { request, ocr, pictures: 0, started: Instant::now(), pages: extracted.pages };
    let mut draft = Draft::default();
    let mut between = Between::of(&extracted);
    for scan in scans {
        draft.append(&between.until(scan.after), 0)?;
        if scan.is_needed() {
            reader.write_scan(&mut draft, &scan).await?;
        } else {
            reader.write_picture(&mut draft, &scan).await?;
        }
    }
    draft.append(&between.rest(), 0)?;
    let mut read = draft.finish(extracted.title, reader.pages);
    if read.text.is_empty() {
        return Err(ParseError::NoText);
    }
    read.language = language::of(&read.text);
    Ok(read)
}

/// Reads the scans of one file, one after the other.
struct Reader<'r> {
    request: &'r ParseRequest,
    ocr: &'r Ocr,
    /// How many pictures beside the text were looked at.
    pictures: usize,
    started: Instant,
    pages: Option<u32>,
}

impl Reader<'_> {
    /// Writes what a scan says; the document isn't whole without it.
    async fn write_scan(&mut self, draft: &mut Draft, scan: &Scan) -> Result<(), ParseError> {
        let table = blameless(picture::recognise(self.request, self.ocr, scan).await)?;
        match &scan.shown {
            Shown::Page(page) => layout::write(draft, &table, Some(*page)).map(drop),
            _ => {
                self.pages = Some(layout::write(draft, &table, None)?);
                Ok(())
            }
        }
    }

    /// Writes what a picture beside the text shows, if it shows words, and what a scan in a document within
    /// this one says. A picture that can't be read leaves the text as it is; of a scan it says so, and also
    /// where there are too many of both.
    async fn write_picture(&mut self, draft: &mut Draft, scan: &Scan) -> Result<(), ParseError> {
        let limits = &self.request.limits;
        let is_over = self.pictures >= limits.pictures || self.started.elapsed() > limits.pictures_wall;
        if is_over && self.pictures < usize::MAX {
            self.pictures = usize::MAX;
            return draft.paragraph("The pictures from here on were not read: the document holds too many.");
        }
        if is_over {
            return Ok(());
        }
        self.pictures += 1;
        match (blameless(picture::recognise(self.request, self.ocr, scan).await), &scan.shown) {
            (Ok(table), Shown::Page(page)) => layout::write(draft, &table, Some(*page)).map(drop),
            (Ok(table), shown) => layout::write_picture(draft, &table, shown),
            (Err(refusal), shown) if shown.is_whole() => draft.paragraph(&format!("Not read: {refusal}")),
            (Err(_), _) => Ok(()),
        }
    }
}

/// Says of each scan that it wasn't read, where there is no text recognition.
fn name_unread(extracted: Extracted, scans: Vec<Scan>) -> Result<Extracted, ParseError> {
    let mut draft = Draft::default();
    let mut between = Between::of(&extracted);
    for scan in scans {
        match scan.shown {
            Shown::Page(page) => {
                draft.append(&between.until(scan.after), 0)?;
                draft.set_page(page);
                draft.paragraph(&format!(
                    "Page {page} was not read: it is a scan, and OCR isn't installed."
                ))?;
            }
            Shown::File => {
                draft.append(&between.until(scan.after), 0)?;
                draft.paragraph(&format!("Not read: {}", ParseError::NeedsOcr))?;
            }
            Shown::Area(..) | Shown::Member { .. } | Shown::Illustration => {}
        }
    }
    draft.append(&between.rest(), 0)?;
    let mut named = draft.finish(extracted.title.clone(), extracted.pages);
    named.language = extracted.language;
    Ok(named)
}
