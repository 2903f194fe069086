//! Presentations (.pptx): each slide under a heading of its number and title.
//!
//! Read here: titles, text, lists, tables, charts, diagrams (SmartArt), the speaker's notes, and where pictures stand. Left
//! out: numbers and footers that repeat on each slide, comments, what the layouts
//! show.

mod slide;

use super::chart::Chart;
use super::draft::Draft;
use super::package::Package;
use super::xml::{Node, Xml, attribute};
use super::{Found, ParseError};

pub(super) fn parse(bytes: &[u8]) -> Result<Found, ParseError> {
    let mut package = Package::open(bytes)?;
    let presentation = package
        .main_part("ppt/presentation.xml")?
        .ok_or_else(|| ParseError::damaged("its main part is missing from the archive"))?;
    let mut draft = Draft::default();
    let mut first_title = None;
    let mut count = 0;
    for id in slide_ids(&presentation)? {
        let Some(path) = package.path_of(&id) else { continue };
        let Some(part) = package.part(&path)? else { continue };
        count += 1;
        let relations = package.relations_of(&path)?;
        let mut slide = slide::read(&part)?;
        slide.name_pictures(&relations);
        for relation in relations {
            if relation.kind == "diagramData"
                && let Some(part) = package.part(&relation.path)?
            {
                slide.blocks.extend(slide::read(&part)?.blocks);
            } else if relation.kind == "chart"
                && let Some(part) = package.part(&relation.path)?
            {
                slide.add_chart(&Chart::read(&part)?);
            } else if relation.kind == "notesSlide"
                && let Some(part) = package.part(&relation.path)?
            {
                slide.notes = slide::read(&part)?.blocks;
            }
        }
        slide.write(&mut draft, count)?;
        first_title = first_title.or(slide.title);
    }
    Ok(draft.finish_with_scans(package.title()?.or(first_title), Some(count)))
}

/// The relationships that lead to the slides, in the order in which they are shown.
fn slide_ids(presentation: &str) -> Result<Vec<String>, ParseError> {
    let mut xml = Xml::new(presentation);
    let mut ids = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(tag) = node
            && tag.local_name().as_ref() == "sldId"
        {
            // The slide's own number has the same name without a prefix.
            let mut attributes = tag.attributes();
            let named = attributes.with_checks(false).filter_map(Result::ok);
            let relation = named.filter(|a| a.key.as_ref() != "id" && a.key.local_name().as_ref() == "id");
            ids.extend(relation.map(|a| a.value.into_owned()).take(1));
        }
    }
    Ok(ids)
}

/// Whether an element states `name` as its value.
fn is_typed(tag: &quick_xml::events::BytesStart, names: &[&str]) -> bool {
    attribute(tag, "type").is_some_and(|kind| names.contains(&kind.as_str()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn deck(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, part) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn shape(placeholder: &str, paragraphs: &str) -> String {
        format!(
            "<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"
        )
    }

    #[test]
    fn slides_come_in_the_order_shown_with_titles_lists_tables_and_their_own_notes() {
        let first = format!(
            "<p:sld>{}{}{}</p:sld>",
            shape("<p:ph type='sldNum'/>", "<a:p><a:r><a:t>1</a:t></a:r></a:p>"),
            shape(
                "<p:ph idx='1'/>",
                "<a:p><a:r><a:t>Sold </a:t></a:r><a:r><a:t>more</a:t></a:r></a:p><a:p><a:pPr lvl='1'/><a:r><a:t>in May</a:t></a:r></a:p>"
            ),
            shape("<p:ph type='title'/>", "<a:p><a:r><a:t>Results</a:t></a:r></a:p>"),
        );
        let second = "<p:sld><p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Q1</a:t></a:r></a:p></a:txBody></a:tc>\
                      <a:tc><a:txBody><a:p><a:r><a:t>7</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame></p:sld>";
        let notes = format!(
            "<p:notes>{}{}</p:notes>",
            shape("<p:ph type='sldImg'/>", ""),
            shape("<p:ph type='body' idx='1'/>", "<a:p><a:r><a:t>Say thanks.</a:t></a:r></a:p>"),
        );
        let relation = |id: &str, kind: &str, target: &str| {
            format!(
                "<Relationships><Relationship Id='{id}' Type='x/{kind}' Target='{target}'/></Relationships>"
            )
        };
        let file = deck(&[
            (
                "ppt/presentation.xml",
                "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:sldIdLst></p:presentation>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/slide' Target='slides/slide1.xml'/><Relationship Id='r2' Type='x/slide' Target='slides/slide2.xml'/></Relationships>",
            ),
            ("ppt/slides/slide2.xml", &first),
            ("ppt/slides/slide1.xml", second),
            (
                "ppt/slides/_rels/slide1.xml.rels",
                &relation("r1", "notesSlide", "../notesSlides/notesSlide7.xml"),
            ),
            ("ppt/notesSlides/notesSlide7.xml", &notes),
        ]);
        let extracted = parse(&file).unwrap().extracted;
        assert_eq!(
            extracted.text,
            "Slide 1: Results\n\nSold more\nin May\n\nSlide 2\n\nQ1 | 7\n\nNotes: Say thanks."
        );
        assert_eq!(extracted.title.as_deref(), Some("Results"));
        assert_eq!((extracted.pages, extracted.blocks.last().unwrap().page), (Some(2), Some(2)));
    }
}
