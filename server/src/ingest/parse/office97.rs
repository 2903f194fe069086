//! Word documents and presentations of Office 97 to 2003 (.doc, .ppt), through undoc.

mod unseen;

use undoc::doc::DocParser;
use undoc::ppt::PptParser;
use undoc::{Block, Document, Error, Paragraph, Table};

use super::draft::Draft;
use super::{Extracted, ParseError};

pub(super) fn parse_doc(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let document = DocParser::from_bytes(unseen::without_unseen(bytes)).and_then(|mut parser| parser.parse());
    let document = document.map_err(|err| unreadable(&err))?;
    let mut draft = Draft::default();
    for section in &document.sections {
        write_blocks(&mut draft, &section.content)?;
    }
    let title = stated_title(&document).or_else(|| draft.first_title());
    Ok(draft.finish(title, None))
}

/// A section is a slide.
pub(super) fn parse_ppt(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let document = PptParser::from_bytes(bytes.to_vec()).and_then(|mut parser| parser.parse());
    let document = document.map_err(|err| unreadable(&err))?;
    let mut draft = Draft::default();
    let mut first_title = None;
    for (number, section) in (1..).zip(&document.sections) {
        let (title, rest) = match section.content.as_slice() {
            [Block::Paragraph(first), rest @ ..] if first.is_heading() => (Some(text(first)), rest),
            all => (None, all),
        };
        let notes = section.notes.iter().flatten().map(text).filter(|note| !note.is_empty());
        let notes: Vec<String> = notes.collect();
        if title.is_some() || !rest.is_empty() || !notes.is_empty() {
            draft.slide(number, title.as_deref())?;
            write_blocks(&mut draft, rest)?;
            draft.speaker_notes(&notes)?;
        }
        first_title = first_title.or(title);
    }
    let slides = document.sections.len() as u32;
    Ok(draft.finish(stated_title(&document).or(first_title), Some(slides)))
}

fn write_blocks(draft: &mut Draft, blocks: &[Block]) -> Result<(), ParseError> {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => write_paragraph(draft, paragraph)?,
            Block::Table(table) => write_table(draft, table)?,
            Block::Note { content, .. } => {
                content.iter().try_for_each(|paragraph| draft.paragraph(&text(paragraph)))?;
            }
            Block::PageBreak | Block::SectionBreak | Block::Image { .. } => {}
        }
    }
    Ok(())
}

fn write_paragraph(draft: &mut Draft, paragraph: &Paragraph) -> Result<(), ParseError> {
    let text = text(paragraph);
    if paragraph.is_heading() {
        return draft.heading(paragraph.heading.level(), &text);
    }
    match &paragraph.list_info {
        Some(list) => match list.number {
            Some(number) => draft.list_item(list.level, &format!("{number}. {text}")),
            None => draft.list_item(list.level, &text),
        },
        None => draft.paragraph(&text),
    }
}

fn write_table(draft: &mut Draft, table: &Table) -> Result<(), ParseError> {
    draft.end_group();
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(undoc::Cell::plain_text).collect();
        draft.table_row(&cells)?;
    }
    draft.end_group();
    Ok(())
}

fn text(paragraph: &Paragraph) -> String {
    paragraph.plain_text().trim().to_owned()
}

fn stated_title(document: &Document) -> Option<String> {
    let title = document.metadata.title.as_deref()?.trim();
    let by_program = title.is_empty() || title.eq_ignore_ascii_case("powerpoint presentation");
    (!by_program).then(|| title.to_owned())
}

fn unreadable(err: &Error) -> ParseError {
    match err {
        Error::Encrypted => ParseError::NeedsPassword,
        _ => ParseError::damaged("a part of it can't be read"),
    }
}
