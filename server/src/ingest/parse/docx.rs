//! Word documents (.docx): a zip archive of XML parts.
//!
//! Read here: paragraphs, headings by style, lists with their numbers, tables, text boxes,
//! footnotes and endnotes, and where pictures stand. Left out: deleted and moved-away text of tracked changes, hidden
//! text, comments, running headers and footers, tables of contents.

mod body;
mod notes;
mod numbering;
mod styles;

use self::body::Body;
use self::notes::Notes;
use self::numbering::Numbering;
use self::styles::Styles;
use super::package::Package;
use super::{Found, ParseError};

pub(super) fn parse(bytes: &[u8]) -> Result<Found, ParseError> {
    let mut package = Package::open(bytes)?;
    let document = package
        .main_part("word/document.xml")?
        .ok_or_else(|| ParseError::damaged("its main part is missing from the archive"))?;
    let styles = match package.related("styles")? {
        Some(part) => Styles::read(&part)?,
        None => Styles::default(),
    };
    let numbering = match package.related("numbering")? {
        Some(part) => Numbering::read(&part)?,
        None => Numbering::default(),
    };
    let mut notes = Notes::default();
    for kind in ["footnotes", "endnotes"] {
        if let Some(part) = package.related(kind)? {
            notes.read(kind, &part)?;
        }
    }
    let body = Body::new(&styles, numbering.clone(), &notes, &package);
    let (draft, styled_title) = body.read(&document)?;
    let title = package.title()?.or(styled_title).or_else(|| draft.first_title());
    if !draft.has_headings() {
        // Written without styles: its headings may be bold or in capitals.
        let body = Body::new(&styles, numbering, &notes, &package).with_headings_by_look();
        let (by_look, _) = body.read(&document)?;
        if !by_look.is_mostly_headings() {
            return Ok(by_look.finish_with_scans(title, None));
        }
    }
    Ok(draft.finish_with_scans(title, None))
}
