//! Word documents (.docx): a zip archive of XML parts.
//!
//! Read here: paragraphs, headings by style, lists with their numbers, tables, text boxes, charts and
//! diagrams, footnotes and endnotes, and where pictures stand. Left out: deleted and moved-away text of
//! tracked changes, hidden text, comments, running headers and footers, tables of contents.

mod body;
mod graphics;
mod notes;
mod numbering;
mod paragraph;
mod run;
mod styles;
#[cfg(test)]
mod tests;

use self::body::{Body, Parts};
use self::graphics::Graphics;
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
    let graphics = Graphics::read(&mut package)?;
    let parts = Parts { styles: &styles, notes: &notes, graphics: &graphics, package: &package };
    let body = Body::new(parts, numbering.clone());
    let (mut draft, styled_title) = body.read(&document)?;
    if !draft.has_headings() {
        // Written without styles: its headings may be bold or in capitals.
        let body = Body::new(parts, numbering).with_headings_by_look();
        let (by_look, _) = body.read(&document)?;
        if !by_look.is_mostly_headings() {
            draft = by_look;
        }
    }
    let title = package.title()?.or(styled_title).or_else(|| draft.first_title());
    Ok(draft.finish_with_scans(title, None))
}
