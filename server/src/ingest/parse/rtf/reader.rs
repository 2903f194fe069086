//! From tokens to blocks.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::charset;
use super::fonts::Fonts;
use super::token::Token;
use super::words::{Place, character, destination};
use crate::ingest::parse::ParseError;
use crate::ingest::parse::draft::Draft;
use crate::ingest::parse::raised::raised;

/// What a group restores when it ends.
#[derive(Debug, Clone, Copy)]
struct State {
    place: Place,
    font: Option<i32>,
    is_hidden: bool,
    is_raised: bool,
    /// How many bytes stand for each `\u` character for readers that don't know it.
    stand_ins: u32,
}

#[derive(Default)]
struct Texts {
    body: String,
    footnote: String,
    label: String,
    title: String,
    style: String,
    font: String,
}

pub(super) struct Reader {
    draft: Draft,
    state: State,
    /// States of the outer groups.
    outer: Vec<State>,
    texts: Texts,
    /// Bytes not yet decoded.
    bytes: Vec<u8>,
    /// The first half of a character outside Unicode's first plane.
    high_surrogate: Option<u16>,
    /// Bytes to pass over after a `\u` character.
    passed_over: u32,
    code_page: &'static Encoding,
    fonts: Fonts,
    /// The heading level of each style that has one.
    headings: HashMap<i32, u8>,
    style: i32,
    outline: Option<u8>,
    footnotes: Vec<String>,
    cells: Vec<String>,
    in_table: bool,
    /// Whether a `\*` stands before the next word: readers that don't know it pass the group over.
    is_optional: bool,
    in_html_rtf: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            draft: Draft::default(),
            state: State { place: Place::Body, font: None, is_hidden: false, is_raised: false, stand_ins: 1 },
            outer: Vec::new(),
            texts: Texts::default(),
            bytes: Vec::new(),
            high_surrogate: None,
            passed_over: 0,
            code_page: WINDOWS_1252,
            fonts: Fonts::default(),
            headings: HashMap::new(),
            style: 0,
            outline: None,
            footnotes: Vec::new(),
            cells: Vec::new(),
            in_table: false,
            is_optional: false,
            in_html_rtf: false,
        }
    }
}

impl Reader {
    pub(super) fn token(&mut self, token: &Token) -> Result<(), ParseError> {
        if let Token::Byte(byte) = token {
            if self.passed_over > 0 {
                self.passed_over -= 1;
            } else if self.is_shown() {
                self.bytes.push(*byte);
            }
            return Ok(());
        }
        self.decode();
        self.passed_over = 0;
        match token {
            Token::Open => self.outer.push(self.state),
            Token::Close => self.close(),
            Token::Symbol(symbol) => self.symbol(*symbol),
            Token::Word(word, number) => self.word(word, *number)?,
            Token::Byte(_) => {}
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(Draft, Option<String>), ParseError> {
        self.decode();
        self.end_row()?;
        self.end_paragraph()?;
        let title = self.texts.title.trim().to_owned();
        Ok((self.draft, Some(title).filter(|title| !title.is_empty())))
    }

    fn close(&mut self) {
        if self.state.place == Place::StyleSheet {
            self.end_style();
        }
        if self.state.place == Place::FontTable {
            self.fonts.set_name(self.state.font, &std::mem::take(&mut self.texts.font));
        }
        let inner = self.state;
        if let Some(outer) = self.outer.pop() {
            self.state = outer;
        }
        if inner.place == Place::Footnote && self.state.place != Place::Footnote {
            self.footnotes.push(std::mem::take(&mut self.texts.footnote));
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.is_optional = true,
            b'~' => self.append("\u{a0}"),
            b'_' => self.append("-"),
            b'{' | b'}' | b'\\' => self.append(char::from(symbol).encode_utf8(&mut [0; 4])),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), ParseError> {
        let is_optional = std::mem::take(&mut self.is_optional);
        let is_on = number != Some(0);
        if let Some(place) = destination(word) {
            if self.state.place != Place::Nowhere {
                self.state.place = place;
            }
            return Ok(());
        }
        // Text boxes hold text although readers may pass them over.
        if is_optional && word != "shpinst" {
            self.state.place = Place::Nowhere;
            return Ok(());
        }
        match word {
            "ansicpg" => self.code_page = charset::of_code_page(number.unwrap_or(0)),
            "mac" => self.code_page = charset::of_code_page(10_000),
            "pca" | "pc" => self.code_page = charset::of_code_page(437),
            "f" => self.state.font = number,
            "deff" => self.state.font = self.state.font.or(number),
            "plain" => (self.state.is_hidden, self.state.is_raised) = (false, false),
            "super" => self.state.is_raised = is_on,
            "sub" | "nosupersub" => self.state.is_raised = false,
            "fcharset" if self.state.place == Place::FontTable => {
                self.fonts.set_charset(self.state.font, number);
            }
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => self.state.stand_ins = u32::try_from(number.unwrap_or(1)).unwrap_or(0),
            "v" | "deleted" => self.state.is_hidden = is_on,
            "htmlrtf" => self.in_html_rtf = is_on,
            // A label and a footnote have paragraphs of their own.
            "s" | "outlinelevel" | "pard" | "intbl" if !self.is_of_the_text() => {}
            "s" => self.style = number.unwrap_or(0),
            "outlinelevel" => {
                self.outline = number.and_then(|n| u8::try_from(n).ok()).filter(|n| *n < 9).map(|n| n + 1);
            }
            "pard" => {
                self.style = 0;
                self.outline = None;
                self.in_table = false;
            }
            "intbl" => self.in_table = true,
            "par" | "sect" | "page" => self.end_line()?,
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => self.end_row()?,
            _ => self.append(character(word)),
        }
        Ok(())
    }

    /// `\u` states a 16-bit unit, as a signed number.
    fn unicode(&mut self, number: i32) {
        self.passed_over = self.state.stand_ins;
        let unit = number as u16;
        let units = match self.high_surrogate.take() {
            Some(high) => vec![high, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high_surrogate = Some(unit);
                return;
            }
            None => vec![unit],
        };
        let text = String::from_utf16_lossy(&units);
        self.append(&text);
    }

    fn decode(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let text = self.fonts.decode(self.state.font, &bytes, self.code_page);
        self.append(&text);
    }

    /// Whether a paragraph that begins here is one of the text, or a style's.
    fn is_of_the_text(&self) -> bool {
        matches!(self.state.place, Place::Body | Place::StyleSheet)
    }

    fn is_shown(&self) -> bool {
        self.state.place != Place::Nowhere && !self.state.is_hidden && !self.in_html_rtf
    }

    fn append(&mut self, text: &str) {
        if !self.is_shown() {
            return;
        }
        let place = match self.state.place {
            Place::Body => &mut self.texts.body,
            Place::Footnote => &mut self.texts.footnote,
            Place::Label => &mut self.texts.label,
            Place::Title => &mut self.texts.title,
            Place::StyleSheet => &mut self.texts.style,
            Place::FontTable => &mut self.texts.font,
            Place::Nowhere => return,
        };
        if let Some(signs) = self.fonts.signs(self.state.font) {
            place.push_str(&signs.reads(text));
            return;
        }
        let raised = raised(text).filter(|_| self.state.is_raised);
        place.push_str(raised.as_deref().unwrap_or(text));
    }

    /// The style sheet names each style in a group of its own.
    fn end_style(&mut self) {
        let name = std::mem::take(&mut self.texts.style).to_lowercase();
        let level = name.trim().trim_end_matches(';').strip_prefix("heading ").and_then(|n| n.parse().ok());
        let level = level.or_else(|| name.starts_with("title;").then_some(1)).or(self.outline.take());
        if let Some(level) = level {
            self.headings.insert(self.style, level);
        }
        self.style = 0;
    }

    fn end_line(&mut self) -> Result<(), ParseError> {
        if self.state.place != Place::Body {
            self.append("\n");
            return Ok(());
        }
        if self.in_table {
            self.texts.body.push('\n');
            return Ok(());
        }
        self.end_paragraph()
    }

    fn end_paragraph(&mut self) -> Result<(), ParseError> {
        let text = std::mem::take(&mut self.texts.body);
        let label = std::mem::take(&mut self.texts.label);
        let (text, label) = (text.trim(), label.trim());
        let level = self.outline.or_else(|| self.headings.get(&self.style).copied());
        // A number is part of what an item says; a bullet isn't.
        let labelled =
            if label.chars().any(char::is_alphanumeric) { format!("{label} {text}") } else { text.into() };
        match level {
            _ if text.is_empty() => {}
            Some(level) => self.draft.heading(level, &labelled)?,
            None if !label.is_empty() => self.draft.list_item(0, &labelled)?,
            None => self.draft.paragraph(text)?,
        }
        for note in std::mem::take(&mut self.footnotes) {
            self.draft.paragraph(&note)?;
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.texts.body).trim().to_owned());
    }

    fn end_row(&mut self) -> Result<(), ParseError> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let cells = std::mem::take(&mut self.cells);
        self.draft.table_row(&cells)
    }
}
