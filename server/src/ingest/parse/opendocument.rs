//! OpenDocument texts, spreadsheets and presentations (.odt, .ods, .odp, and as one XML file .fodt and so on).
//!
//! Left out: deleted text of tracked changes, hidden text, comments, tables of contents, headers and footers.

mod body;
mod cells;
mod lists;
mod slide;
mod styles;

use self::body::{Body, Objects};
use self::styles::Styles;
use super::archive::Archive;
use super::draft::Draft;
use super::xml::{Node, Xml};
use super::{Found, ParseError, encoding};

/// Which of the three it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Office {
    Text,
    Spreadsheet,
    Presentation,
}

pub(super) fn parse(bytes: &[u8], office: Office) -> Result<Found, ParseError> {
    if !bytes.starts_with(b"PK") {
        let document = encoding::decode_xml(bytes);
        return read(&document, None, office, &Objects::new(), stated_title(&document)?);
    }
    let mut archive = Archive::open(bytes)?;
    if part(&mut archive, "META-INF/manifest.xml")?.is_some_and(|m| m.contains("encryption-data")) {
        return Err(ParseError::NeedsPassword);
    }
    let content = part(&mut archive, "content.xml")?
        .ok_or_else(|| ParseError::damaged("its main part is missing from the archive"))?;
    let stated = match part(&mut archive, "meta.xml")? {
        Some(meta) => stated_title(&meta)?,
        None => None,
    };
    let styles = part(&mut archive, "styles.xml")?;
    let objects = objects(&mut archive)?;
    read(&content, styles.as_deref(), office, &objects, stated)
}

/// Reads a document's content, which in one flat file holds its styles as well.
fn read(
    content: &str,
    its_styles: Option<&str>,
    office: Office,
    objects: &Objects,
    stated: Option<String>,
) -> Result<Found, ParseError> {
    if office == Office::Spreadsheet {
        let mut draft = Draft::default();
        cells::read(content, &mut draft)?;
        return Ok(draft.finish(stated, None).into());
    }
    let mut styles = Styles::default();
    its_styles.into_iter().chain([content]).try_for_each(|part| styles.read(part))?;
    let written = Body::new(office, &styles, objects).read(content)?;
    let is_deck = office == Office::Presentation;
    // The first heading of a deck is its first slide's number.
    let first = || written.draft.first_title().filter(|_| !is_deck);
    let title = stated.or(written.title).or_else(first);
    let pages = is_deck.then_some(written.slides);
    Ok(written.draft.finish_with_scans(title, pages))
}

/// Charts and tables that stand in the document as documents of their own.
fn objects(archive: &mut Archive) -> Result<Objects, ParseError> {
    let mut objects = Objects::new();
    for (_, name) in archive.files() {
        let Some(folder) = name.strip_suffix("/content.xml") else { continue };
        if let Some(content) = part(archive, &name)? {
            let (styles, none) = (Styles::default(), Objects::new());
            let inner = Body::new(Office::Text, &styles, &none).read(&content)?;
            objects.insert(folder.to_owned(), inner.draft.finish(None, None));
        }
    }
    Ok(objects)
}

fn part(archive: &mut Archive, name: &str) -> Result<Option<String>, ParseError> {
    Ok(archive.read(name)?.map(|bytes| encoding::decode_xml(&bytes)))
}

/// The title in the document's properties.
fn stated_title(meta: &str) -> Result<Option<String>, ParseError> {
    let mut xml = Xml::new(meta);
    let (mut title, mut inside) = (String::new(), false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(tag) => inside = tag.name().as_ref() == "dc:title",
            Node::End(_) => inside = false,
            Node::Text(text) if inside => title.push_str(&text),
            Node::Text(_) => {}
        }
    }
    Ok(Some(title.trim().to_owned()).filter(|title| !title.is_empty()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::ingest::parse::BlockKind;

    fn file(body: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let content =
            format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
        zip.write_all(content.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn headings_lists_tables_and_notes_of_a_text_are_kept() {
        let body = "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>\
            <text:h text:outline-level='1'>Leave</text:h>\
            <text:p>Ask<text:s text:c='2'/>first<text:note><text:note-citation>1</text:note-citation>\
            <text:note-body><text:p>In writing.</text:p></text:note-body></text:note>.</text:p>\
            <text:list><text:list-item><text:p>days</text:p><text:list><text:list-item><text:p>half</text:p>\
            </text:list-item></text:list></text:list-item></text:list>\
            <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated='2'><text:p>b</text:p></table:table-cell>\
            </table:table-row></table:table></office:text>";
        let extracted = parse(&file(body), Office::Text).unwrap().extracted;
        assert_eq!(extracted.text, "Leave\n\nAsk first.\n\nIn writing.\n\ndays\nhalf\n\na | b | b");
        assert_eq!(extracted.blocks[4].kind, BlockKind::ListItem { depth: 1 });
        assert_eq!(extracted.title.as_deref(), Some("Leave"));
    }

    #[test]
    fn a_flat_file_is_read_as_one_in_an_archive() {
        let document = "<?xml version='1.0'?><office:document office:mimetype='application/vnd.oasis.opendocument.text'>\
            <office:meta><meta:generator>x</meta:generator></office:meta><office:automatic-styles>\
            <style:style style:name='T1'><style:text-properties text:display='none'/></style:style>\
            </office:automatic-styles><office:body><office:text><text:h text:outline-level='1'>Leave</text:h>\
            <text:p>Ask <text:span text:style-name='T1'>nobody</text:span>first.</text:p></office:text></office:body>\
            </office:document>";
        let extracted = parse(document.as_bytes(), Office::Text).unwrap().extracted;
        assert_eq!(extracted.text, "Leave\n\nAsk first.");
    }

    #[test]
    fn sheets_that_are_hidden_are_named_and_merged_cells_repeated_downwards() {
        let sheet = |name: &str, style: &str, rows: &str| {
            format!("<table:table table:name='{name}' table:style-name='{style}'>{rows}</table:table>")
        };
        let rows = "<table:table-row><table:table-cell table:number-rows-spanned='2'><text:p>Paid</text:p>\
            </table:table-cell><table:table-cell><text:p>5</text:p></table:table-cell></table:table-row>\
            <table:table-row><table:covered-table-cell/><table:table-cell><text:p>6</text:p></table:table-cell>\
            </table:table-row>";
        let body = format!(
            "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>\
             <office:spreadsheet>{}{}</office:spreadsheet>",
            sheet("Leave", "ta1", rows),
            sheet("Lists", "ta2", rows),
        );
        let extracted = parse(&file(&body), Office::Spreadsheet).unwrap().extracted;
        assert_eq!(
            extracted.text,
            "Sheet Leave\n\nRows 1–2\n\nPaid | 5\nPaid | 6\n\n\
             Hidden sheets\n\nNot read, since the workbook hides them: Lists"
        );
    }

    #[test]
    fn merged_cells_stand_in_each_row_that_they_reach() {
        let cell = |attributes: &str, text: &str| {
            format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
        };
        let body = format!(
            "<office:text><table:table><table:table-row>{}{}</table:table-row><table:table-row>\
             <table:covered-table-cell/>{}</table:table-row></table:table></office:text>",
            cell("table:number-rows-spanned='2'", "Leave"),
            cell("", "5 days"),
            cell("", "10 days"),
        );
        let extracted = parse(&file(&body), Office::Text).unwrap().extracted;
        assert_eq!(extracted.text, "Leave | 5 days\nLeave | 10 days");
    }

    #[test]
    fn an_untitled_deck_is_not_named_after_the_number_of_its_first_slide() {
        let body = "<office:presentation><draw:page><draw:frame><draw:text-box><text:p>Words</text:p>\
            </draw:text-box></draw:frame></draw:page></office:presentation>";
        let extracted = parse(&file(body), Office::Presentation).unwrap().extracted;
        assert_eq!((extracted.text.as_str(), extracted.title), ("Slide 1\n\nWords", None));
    }

    #[test]
    fn slides_have_their_number_title_and_notes() {
        let body = "<office:presentation><draw:page><draw:frame presentation:class='subtitle'><draw:text-box>\
            <text:p>Second</text:p></draw:text-box></draw:frame><draw:frame presentation:class='title'>\
            <draw:text-box><text:p>Plan</text:p></draw:text-box></draw:frame><presentation:notes>\
            <draw:frame><draw:text-box><text:p>Slowly.</text:p></draw:text-box></draw:frame></presentation:notes>\
            </draw:page><draw:page/></office:presentation>";
        let extracted = parse(&file(body), Office::Presentation).unwrap().extracted;
        assert_eq!(extracted.text, "Slide 1: Plan\n\nSecond\n\nNotes: Slowly.");
        assert_eq!((extracted.pages, extracted.blocks[1].page), (Some(2), Some(1)));
    }

    #[test]
    fn sheets_show_what_cells_show_and_repeated_ones_stay_few() {
        let body = "<office:spreadsheet><table:table table:name='Budget'><table:table-row>\
            <table:table-cell><text:p>Item</text:p></table:table-cell><table:table-cell><text:p>Share</text:p>\
            </table:table-cell></table:table-row><table:table-row table:number-rows-repeated='3'/>\
            <table:table-row><table:table-cell><text:p>Desk</text:p></table:table-cell>\
            <table:table-cell office:value='0.25'><text:p>25 %</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated='16000'/></table:table-row>\
            <table:table-row table:number-rows-repeated='1048000'><table:table-cell/></table:table-row>\
            </table:table></office:spreadsheet>";
        let extracted = parse(&file(body), Office::Spreadsheet).unwrap().extracted;
        assert_eq!(extracted.text, "Sheet Budget\n\nRows 1–5\n\nItem | Share\nDesk | 25 %");
    }
}
