//! Citation marks in an answer that is still being written: a state machine over the model's
//! text, which reads every character once.
//!
//! Whatever form a model gives its marks (`[1]`, `[1, 2]`, `[1-3]`, `【1】`, `[Source 1]`), they
//! leave as `[1]`, `[2][3]`, and only with numbers that were offered. What may yet become a mark
//! is held back, so that nothing is ever shown and taken away; how the text was cut into pieces
//! on its way makes no difference.

mod bracket;
mod code;
mod token;

use std::ops::Range;

pub(crate) use self::token::{Token, Tokens};
use self::{
    bracket::{Bracket, may_become_mark},
    code::CodeSpans,
};
use crate::model::llm::Markup;

/// Normalises the citation marks of one answer.
#[derive(Debug)]
pub(crate) struct CitationFilter {
    /// Sources are numbered from 1 to this.
    offered: u32,
    code: CodeSpans,
    /// Blanks whose place depends on what follows them.
    gap: String,
    state: State,
    /// The numbers of the marks just written, to leave out repetitions: `[1][1]`.
    cluster: Vec<u32>,
    /// The last character closed a mark.
    behind_mark: bool,
    /// The last mark was dropped; the blanks around it become one.
    dropped: bool,
}

#[derive(Debug)]
enum State {
    Text,
    /// After a backslash, which may stand before a bracket.
    Escape,
    /// Inside a bracket that may be a mark: its characters so far.
    Bracket {
        raw: String,
        content: String,
    },
    /// Behind a mark, in a parenthesis that may be the target of a link.
    Target {
        raw: String,
    },
}

impl CitationFilter {
    /// For an answer whose sources are numbered from 1 to `offered`.
    pub(crate) fn new(offered: u32, markup: Markup) -> Self {
        Self {
            offered,
            code: CodeSpans::new(markup),
            gap: String::new(),
            state: State::Text,
            cluster: Vec::new(),
            behind_mark: false,
            dropped: false,
        }
    }

    /// Takes in a piece of the model's text and gives what is safe to show.
    pub(crate) fn push(&mut self, piece: &str) -> Tokens {
        let mut out = Tokens::default();
        for c in piece.chars() {
            self.step(c, &mut out);
        }
        out
    }

    /// The end of the model's text: an unfinished mark is dropped, anything else comes out.
    pub(crate) fn finish(&mut self) -> Tokens {
        let mut out = Tokens::default();
        match std::mem::replace(&mut self.state, State::Text) {
            State::Text | State::Bracket { .. } => {}
            State::Escape => self.write('\\', &mut out),
            State::Target { raw } => self.write_all(&raw, &mut out),
        }
        out
    }

    fn step(&mut self, c: char, out: &mut Tokens) {
        match std::mem::replace(&mut self.state, State::Text) {
            State::Text => self.text(c, out),
            State::Escape if is_opening(c) => {
                self.state = State::Bracket { raw: format!("\\{c}"), content: String::new() };
            }
            State::Escape => {
                self.write('\\', out);
                self.text(c, out);
            }
            State::Bracket { raw, content } => self.bracket(raw, content, c, out),
            State::Target { raw } => self.target(raw, c, out),
        }
    }

    fn text(&mut self, c: char, out: &mut Tokens) {
        let behind_mark = std::mem::take(&mut self.behind_mark);
        if self.code.is_inside() {
            self.write(c, out);
        } else if is_opening(c) {
            self.state = State::Bracket { raw: c.to_string(), content: String::new() };
        } else if c == '\\' {
            self.state = State::Escape;
        } else if c == '(' && behind_mark {
            self.state = State::Target { raw: c.to_string() };
        } else {
            self.write(c, out);
        }
    }

    fn bracket(&mut self, mut raw: String, mut content: String, c: char, out: &mut Tokens) {
        if is_closing(c) {
            let body = content.trim_end_matches('\\');
            match bracket::read(body) {
                Bracket::Mark(numbers) => self.cite(&numbers, out),
                Bracket::NoAnswer => self.cite(&[], out),
                Bracket::Words => {
                    raw.push(c);
                    self.write_all(&raw, out);
                }
            }
            return;
        }
        raw.push(c);
        content.push(c);
        if may_become_mark(&content) {
            self.state = State::Bracket { raw, content };
        } else {
            // The last character may itself open a bracket or a code span.
            raw.pop();
            self.write_all(&raw, out);
            self.text(c, out);
        }
    }

    /// The target of a link goes with its mark; any other parenthesis is text.
    fn target(&mut self, mut raw: String, c: char, out: &mut Tokens) {
        const LONGEST: usize = 2048;
        raw.push(c);
        match c {
            ')' if is_link_target(&raw[1..raw.len() - 1]) => {}
            ')' => self.write_all(&raw, out),
            c if c.is_whitespace() || raw.len() > LONGEST => self.write_all(&raw, out),
            _ => self.state = State::Target { raw },
        }
    }

    fn cite(&mut self, numbers: &[u32], out: &mut Tokens) {
        let mut wrote = false;
        for &number in numbers {
            if number == 0 || number > self.offered || self.cluster.contains(&number) {
                continue;
            }
            let gap = std::mem::take(&mut self.gap);
            out.mark(if self.cluster.is_empty() { gap } else { String::new() }, number);
            self.cluster.push(number);
            wrote = true;
        }
        self.dropped = !wrote;
        self.behind_mark = true;
    }

    fn write_all(&mut self, text: &str, out: &mut Tokens) {
        text.chars().for_each(|c| self.write(c, out));
    }

    fn write(&mut self, c: char, out: &mut Tokens) {
        if c == ' ' && !self.code.is_inside() {
            if !self.dropped || self.gap.is_empty() {
                self.gap.push(c);
            }
            return;
        }
        let closes_up = self.dropped && matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '\n');
        if !closes_up {
            out.push_str(&self.gap);
        }
        self.gap.clear();
        self.dropped = false;
        self.cluster.clear();
        self.code.step(c);
        out.push(c);
    }
}

/// The marks of a normalised text, with the bytes where they stand; those in code are no marks.
pub(crate) fn marks(text: &str, markup: Markup) -> Vec<(Range<usize>, u32)> {
    let mut code = CodeSpans::new(markup);
    let mut found = Vec::new();
    for (start, c) in text.char_indices() {
        if c == '[' && !code.is_inside() {
            let digits = text[start + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let end = start + 1 + digits;
            if text[end..].starts_with(']')
                && let Ok(number) = text[start + 1..end].parse()
            {
                found.push((start..end + 1, number));
            }
        }
        code.step(c);
    }
    found
}

/// A text to be quoted in an answer, without what would be read as a mark there.
pub(crate) fn without_marks(text: &str) -> String {
    let mut filter = CitationFilter::new(0, Markup::Plain);
    format!("{}{}", filter.push(text), filter.finish())
}

/// The text with round brackets in the place of those that would be read as marks: their numbers are
/// those of another list of sources.
pub(crate) fn with_marks_as_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(is_opening) {
        let (before, bracket) = rest.split_at(open);
        words.push_str(before);
        let inside = bracket.trim_start_matches(is_opening);
        let is_mark = |close: usize| !matches!(bracket::read(&inside[..close]), Bracket::Words);
        rest = match inside.find(is_closing).filter(|&close| is_mark(close)) {
            Some(close) => {
                words.push_str(&format!("({})", &inside[..close]));
                inside[close..].trim_start_matches(is_closing)
            }
            None => {
                words.push_str(&bracket[..bracket.len() - inside.len()]);
                inside
            }
        };
    }
    words.push_str(rest);
    words
}

fn is_opening(c: char) -> bool {
    matches!(c, '[' | '【' | '［')
}

fn is_closing(c: char) -> bool {
    matches!(c, ']' | '】' | '］')
}

fn is_link_target(target: &str) -> bool {
    target.is_empty() || target.contains([':', '/', '#', '.'])
}

#[cfg(test)]
mod tests;
