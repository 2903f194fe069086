//! Markdown: CommonMark with tables, footnotes, task lists and front matter.

use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::draft::Draft;
use super::{Extracted, ParseError, encoding, html};

pub(super) fn parse(bytes: &[u8]) -> Result<Extracted, ParseError> {
    let text = encoding::decode(bytes, None);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut writer = Writer::default();
    for event in Parser::new_ext(&text, options) {
        writer.event(event)?;
    }
    writer.end_block()?;
    let title = writer.title.take().or_else(|| writer.draft.first_title());
    Ok(writer.draft.finish(title, None))
}

/// Follows the parser's events and writes a block whenever one is complete.
#[derive(Default)]
struct Writer {
    draft: Draft,
    title: Option<String>,
    /// The text of the block being read.
    block: String,
    /// Where in it the open link's text starts, and where the link leads.
    link: Option<(usize, String)>,
    place: Place,
    /// Open lists, innermost last, with the number of the next item where they are numbered.
    lists: Vec<Option<u64>>,
    /// The number of an item whose text hasn't been written yet.
    item_number: Option<u64>,
    quotes: u32,
    cells: Vec<String>,
    /// The source of the open block of HTML.
    html: String,
}

/// In which kind of block the text being read stands.
#[derive(Default, Clone, Copy, PartialEq)]
enum Place {
    #[default]
    Text,
    Heading(u8),
    Code,
    Cell,
    FrontMatter,
    Html,
}

impl Writer {
    fn event(&mut self, event: Event) -> Result<(), ParseError> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(tag)?,
            Event::Text(text) | Event::Html(text) if self.place == Place::Html => self.html.push_str(&text),
            Event::Text(text) | Event::Code(text) => self.block.push_str(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.block.push_str(&text),
            Event::SoftBreak => self.block.push(' '),
            Event::HardBreak => self.block.push('\n'),
            Event::InlineHtml(tag) if is_line_break(&tag) => self.block.push('\n'),
            Event::TaskListMarker(done) => self.block.push_str(if done { "☑ " } else { "☐ " }),
            Event::Rule | Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag) -> Result<(), ParseError> {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block()?;
                self.place = Place::Heading(level as u8);
            }
            Tag::CodeBlock(_) => {
                self.end_block()?;
                self.place = Place::Code;
            }
            Tag::MetadataBlock(_) => self.place = Place::FrontMatter,
            Tag::HtmlBlock => {
                self.end_block()?;
                self.place = Place::Html;
            }
            Tag::List(first) => {
                self.end_block()?;
                self.lists.push(first);
            }
            Tag::Item => self.start_item()?,
            Tag::BlockQuote(_) => {
                self.end_block()?;
                self.quotes += 1;
            }
            Tag::Table(_) => {
                self.end_block()?;
                self.draft.end_group();
            }
            Tag::TableCell => self.place = Place::Cell,
            Tag::Link { dest_url, .. } => self.link = Some((self.block.len(), dest_url.into())),
            Tag::Paragraph | Tag::FootnoteDefinition(_) => self.end_block()?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), ParseError> {
        match tag {
            TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Paragraph | TagEnd::Item => {
                self.end_block()?;
            }
            TagEnd::MetadataBlock(kind) => self.end_front_matter(kind),
            TagEnd::HtmlBlock => self.end_html()?,
            TagEnd::List(_) => {
                self.end_block()?;
                self.lists.pop();
                if self.lists.is_empty() {
                    self.draft.end_group();
                }
            }
            TagEnd::BlockQuote(_) => {
                self.end_block()?;
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::Link => self.end_link(),
            TagEnd::TableCell => {
                self.cells.push(std::mem::take(&mut self.block));
                self.place = Place::Text;
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                self.draft.table_row(&cells)?;
            }
            TagEnd::Table => self.draft.end_group(),
            _ => {}
        }
        Ok(())
    }

    fn start_item(&mut self) -> Result<(), ParseError> {
        self.end_block()?;
        self.item_number = None;
        if let Some(Some(next)) = self.lists.last_mut() {
            self.item_number = Some(*next);
            *next += 1;
        }
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), ParseError> {
        let text = std::mem::take(&mut self.block);
        match std::mem::take(&mut self.place) {
            Place::Heading(level) => self.draft.heading(level, &text),
            Place::Code => self.draft.code(&text),
            Place::FrontMatter | Place::Html => Ok(()),
            Place::Text | Place::Cell if text.trim().is_empty() => Ok(()),
            Place::Text | Place::Cell if !self.lists.is_empty() => self.end_item(&text),
            Place::Text | Place::Cell if self.quotes > 0 => self.draft.quote(&text),
            Place::Text | Place::Cell => self.draft.paragraph(&text),
        }
    }

    /// A block of HTML is read as a page of its own.
    fn end_html(&mut self) -> Result<(), ParseError> {
        self.place = Place::Text;
        let inner = html::parse(std::mem::take(&mut self.html).as_bytes())?;
        self.draft.append(&inner, 0)
    }

    /// An item's number is part of what it says; a bullet isn't.
    fn end_item(&mut self, text: &str) -> Result<(), ParseError> {
        let depth = u8::try_from(self.lists.len() - 1).unwrap_or(u8::MAX);
        match self.item_number.take() {
            Some(number) => self.draft.list_item(depth, &format!("{number}. {text}")),
            None => self.draft.list_item(depth, text),
        }
    }

    /// A link is its text, unless that has no word in it: then its address says more.
    fn end_link(&mut self) {
        let Some((start, address)) = self.link.take() else { return };
        let text = self.block.get(start..).unwrap_or_default();
        if !text.is_empty() && !text.chars().any(char::is_alphanumeric) {
            self.block.push_str(&format!(" ({address})"));
        }
    }

    /// Of the front matter only the title matters, in YAML (`title: x`) or TOML (`title = "x"`).
    fn end_front_matter(&mut self, kind: MetadataBlockKind) {
        let sign = match kind {
            MetadataBlockKind::YamlStyle => ':',
            MetadataBlockKind::PlusesStyle => '=',
        };
        let front_matter = std::mem::take(&mut self.block);
        self.place = Place::Text;
        self.title = front_matter
            .lines()
            .filter_map(|line| line.split_once(sign))
            .find(|(key, _)| key.trim_end() == "title")
            .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned())
            .filter(|title| !title.is_empty());
    }
}

fn is_line_break(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::parse::BlockKind;

    fn text(markdown: &str) -> String {
        parse(markdown.as_bytes()).unwrap().text
    }

    #[test]
    fn markup_goes_and_words_stay() {
        assert_eq!(
            text("Read *the* **[guide](http://x/y)**, `run` it ![a diagram](d.png) <b>now</b>."),
            "Read the guide, run it a diagram now."
        );
    }

    #[test]
    fn the_title_comes_from_front_matter_then_from_the_first_heading() {
        let with = parse(b"---\ntitle: \"On call\"\ntags: [a]\n---\n# Other\n\ntext").unwrap();
        assert_eq!(with.title.as_deref(), Some("On call"));
        assert_eq!(with.text, "Other\n\ntext");
        assert_eq!(parse(b"## Sub\n\n# Main\n").unwrap().title.as_deref(), Some("Main"));
    }

    #[test]
    fn lists_keep_their_depth_and_numbers() {
        let extracted = parse(b"1. one\n   - inner\n\n2. two\n\nafter").unwrap();
        assert_eq!(extracted.text, "1. one\ninner\n2. two\n\nafter");
        let kinds: Vec<_> = extracted.blocks.iter().map(|b| b.kind).collect();
        assert_eq!(kinds[1], BlockKind::ListItem { depth: 1 });
        assert_eq!(kinds[2], BlockKind::ListItem { depth: 0 });
    }

    #[test]
    fn tables_become_rows_and_code_keeps_its_lines() {
        assert_eq!(
            text("| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nmake\n  run\n```\n"),
            "a | b\n1 | 2\n\nmake\n  run"
        );
    }

    #[test]
    fn blocks_of_html_are_read_as_pages_are() {
        let text = text(
            "<div align=\"center\">\n<h1>Stand-in</h1>\n<p>Ask <b>first</b>.</p>\n</div>\n\n\
             <details>\n<summary>More</summary>\n\nIn *writing*.\n\n</details>\n\nAfter.",
        );
        assert_eq!(text, "Stand-in\n\nAsk first.\n\nMore\n\nIn writing.\n\nAfter.");
    }

    #[test]
    fn scripts_and_comments_are_dropped() {
        assert_eq!(text("before\n\n<!-- secret -->\n<script>alert(1)</script>\n\nafter"), "before\n\nafter");
    }
}
