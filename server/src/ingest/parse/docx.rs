//! Word documents (.docx): a zip archive of XML parts.
//!
//! Read here: paragraphs, headings by style, lists with their numbers, tables, text boxes, charts and
//! diagrams, footnotes and endnotes, headers before the text and footers behind it, and where pictures stand.
//! Left out: deleted and moved-away text of tracked changes, hidden text, comments, tables of contents.

mod body;
mod field;
mod form;
mod graphics;
mod notes;
mod numbering;
mod paragraph;
mod run;
mod running;
mod styles;
mod table;
#[cfg(test)]
mod tests;

use self::body::{Body, Parts};
use self::graphics::Graphics;
use self::notes::Notes;
use self::numbering::Numbering;
use self::styles::Styles;
use super::draft::Draft;
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
    let (headers, footers) = (texts(&mut package, "header")?, texts(&mut package, "footer")?);
    let graphics = Graphics::read(&mut package)?;
    let parts = Parts { styles: &styles, notes: &notes, graphics: &graphics, package: &package };
    let mut draft = Draft::default();
    running::write(parts, &numbering, &headers, &mut draft)?;
    let body = Body::new(parts, numbering.clone(), draft);
    let (mut draft, styled_title) = body.read(&document)?;
    if !draft.has_headings() {
        // Written without styles: its headings may be bold or in capitals.
        let mut by_look = Draft::default();
        running::write(parts, &numbering, &headers, &mut by_look)?;
        let body = Body::new(parts, numbering.clone(), by_look).with_headings_by_look();
        let (by_look, _) = body.read(&document)?;
        if !by_look.is_mostly_headings() {
            draft = by_look;
        }
    }
    running::write(parts, &numbering, &footers, &mut draft)?;
    let title = package.title()?.or(styled_title).or_else(|| draft.first_title());
    Ok(draft.finish_with_scans(title, None))
}

/// All parts of a kind.
fn texts(package: &mut Package, kind: &str) -> Result<Vec<String>, ParseError> {
    let mut texts = Vec::new();
    for relation in package.all_related(kind) {
        texts.extend(package.part(&relation.path)?);
    }
    Ok(texts)
}
