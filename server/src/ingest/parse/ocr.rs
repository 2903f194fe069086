//! Text recognition: scans and pictures, through Tesseract where it is installed.
//!
//! Tesseract is a program of the system, not part of this one. It runs as a child under the
//! same limits as the parsers, sees nothing of the file system but programs and their data, and
//! gets the picture on its standard input.

mod layout;
mod program;

use std::sync::Arc;

use tokio::io::AsyncRead;

pub use self::program::Ocr;
use super::child::{End, Outcome, blameless, run};
use super::draft::Draft;
use super::sandbox::Task;
use super::{Block, Extracted, ParseError, ParseRequest, Scans, language};

/// Adds what the parser couldn't read, or says where something is missing.
pub(super) async fn complete(
    request: &ParseRequest,
    extracted: Extracted,
    scans: Scans,
) -> Result<Extracted, ParseError> {
    match (&request.ocr, scans) {
        (_, Scans::Pages(pages)) if pages.is_empty() => Ok(extracted),
        (Some(ocr), scans) => read(request, ocr, extracted, scans).await,
        (None, _) if extracted.text.is_empty() => Err(ParseError::NeedsOcr),
        (None, Scans::Pages(pages)) => name_unread(extracted, &pages),
        (None, Scans::Picture) => Ok(extracted),
    }
}

/// Reads what the parser couldn't, and puts it where it belongs among the other pages.
async fn read(
    request: &ParseRequest,
    ocr: &Arc<Ocr>,
    extracted: Extracted,
    scans: Scans,
) -> Result<Extracted, ParseError> {
    let mut draft = Draft::default();
    let pages = match scans {
        Scans::Picture => {
            let picture =
                tokio::fs::File::open(&request.path).await.map_err(|_| ParseError::ParserUnavailable)?;
            let table = blameless(recognise(request, ocr, picture).await)?;
            layout::write(&mut draft, &table, None)?
        }
        Scans::Pages(scans) => {
            if scans.len() > request.limits.scanned_pages {
                let why = format!("{} of its pages are scans", scans.len());
                return Err(ParseError::TooLarge { why });
            }
            let pages = extracted.pages.unwrap_or_default();
            for page in 1..=pages {
                if scans.contains(&page) {
                    let picture = blameless(draw(request, page).await)?;
                    let table = blameless(recognise(request, ocr, picture.as_slice()).await)?;
                    layout::write(&mut draft, &table, Some(page))?;
                } else {
                    draft.append(&page_of(&extracted, page), 0)?;
                }
            }
            pages
        }
    };
    let mut read = draft.finish(extracted.title, Some(pages));
    if read.text.is_empty() {
        return Err(ParseError::NoText);
    }
    read.language = language::of(&read.text);
    Ok(read)
}

/// Says on each scanned page that it wasn't read, where there is no text recognition.
fn name_unread(extracted: Extracted, scans: &[u32]) -> Result<Extracted, ParseError> {
    let mut draft = Draft::default();
    for page in 1..=extracted.pages.unwrap_or_default() {
        if scans.contains(&page) {
            draft.set_page(page);
            draft.paragraph(&format!("Page {page} was not read: it is a scan, and OCR isn't installed."))?;
        } else {
            draft.append(&page_of(&extracted, page), 0)?;
        }
    }
    let mut named = draft.finish(extracted.title, extracted.pages);
    named.language = extracted.language;
    Ok(named)
}

/// The blocks that start on a page, as a document of their own.
fn page_of(extracted: &Extracted, page: u32) -> Extracted {
    let blocks: Vec<&Block> = extracted.blocks.iter().filter(|block| block.page == Some(page)).collect();
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
        return Draft::default().finish(None, None);
    };
    let (start, end) = (first.start, last.end);
    let text = extracted.text.chars().skip(start as usize).take((end - start) as usize).collect();
    let blocks =
        blocks.iter().map(|block| Block { start: block.start - start, end: block.end - start, ..**block });
    Extracted { title: None, text, blocks: blocks.collect(), pages: None, language: None }
}

/// A page of a PDF as a picture.
async fn draw(request: &ParseRequest, page: u32) -> Outcome<Vec<u8>> {
    let task = Task::Draw { path: request.path.clone(), page, pdfium: request.pdfium.clone() };
    let ended = run(request, task, tokio::io::empty()).await?;
    Ok(match ended.how {
        End::Well => Ok(ended.said),
        End::Failed(why) => Err(why),
        End::GaveUp { .. } => Err(ParseError::damaged("one of its pages can't be drawn")),
    })
}

/// What Tesseract makes of a picture: its table of words.
async fn recognise(request: &ParseRequest, ocr: &Ocr, picture: impl AsyncRead + Unpin) -> Outcome<String> {
    let task =
        Task::Recognise { program: ocr.program.clone(), arguments: ocr.arguments(), data: ocr.data.clone() };
    let ended = run(request, task, picture).await?;
    Ok(match ended.how {
        End::Well => Ok(String::from_utf8_lossy(&ended.said).into_owned()),
        End::Failed(why) => Err(why),
        End::GaveUp { .. } => Err(ParseError::damaged("text recognition can't open the picture")),
    })
}
