//! Citation marks in an answer that is still being written: a state machine over the model's
//! text, which reads every character once.
//!
//! Whatever form a model gives its marks (`[1]`, `[1, 2]`, `[1-3]`, `【1】`, `[Source 1]`), they
//! leave as `[1]`, `[2][3]`, and only with numbers that were offered. What may yet become a mark
//! is held back, so that nothing is ever shown and taken away; how the text was cut into pieces
//! on its way makes no difference.

mod bracket;
mod code;

use std::ops::Range;

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
    pub(crate) fn push(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(piece.len());
        for c in piece.chars() {
            self.step(c, &mut out);
        }
        out
    }

    /// The end of the model's text: an unfinished mark is dropped, anything else comes out.
    pub(crate) fn finish(&mut self) -> String {
        let mut out = String::new();
        match std::mem::replace(&mut self.state, State::Text) {
            State::Text | State::Bracket { .. } => {}
            State::Escape => self.write('\\', &mut out),
            State::Target { raw } => self.write_all(&raw, &mut out),
        }
        out
    }

    fn step(&mut self, c: char, out: &mut String) {
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

    fn text(&mut self, c: char, out: &mut String) {
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

    fn bracket(&mut self, mut raw: String, mut content: String, c: char, out: &mut String) {
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
    fn target(&mut self, mut raw: String, c: char, out: &mut String) {
        const LONGEST: usize = 2048;
        raw.push(c);
        match c {
            ')' if is_link_target(&raw[1..raw.len() - 1]) => {}
            ')' => self.write_all(&raw, out),
            c if c.is_whitespace() || raw.len() > LONGEST => self.write_all(&raw, out),
            _ => self.state = State::Target { raw },
        }
    }

    fn cite(&mut self, numbers: &[u32], out: &mut String) {
        let mut wrote = false;
        for &number in numbers {
            if number == 0 || number > self.offered || self.cluster.contains(&number) {
                continue;
            }
            if self.cluster.is_empty() {
                out.push_str(&std::mem::take(&mut self.gap));
            }
            self.gap.clear();
            out.push_str(&format!("[{number}]"));
            self.cluster.push(number);
            wrote = true;
        }
        self.dropped = !wrote;
        self.behind_mark = true;
    }

    fn write_all(&mut self, text: &str, out: &mut String) {
        text.chars().for_each(|c| self.write(c, out));
    }

    fn write(&mut self, c: char, out: &mut String) {
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
    let mut out = filter.push(text);
    out.push_str(&filter.finish());
    out
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
mod tests {
    use super::*;

    const OFFERED: u32 = 5;

    fn filter_in_pieces(pieces: &[&str]) -> String {
        let mut filter = CitationFilter::new(OFFERED, Markup::Markdown);
        let mut out: String = pieces.iter().map(|piece| filter.push(piece)).collect();
        out.push_str(&filter.finish());
        out
    }

    fn filter(text: &str) -> String {
        filter_in_pieces(&[text])
    }

    /// Every form of mark, and everything that looks like one.
    const CASES: &[(&str, &str)] = &[
        ("Twenty days [1].", "Twenty days [1]."),
        ("Twenty days.[1][2]", "Twenty days.[1][2]"),
        ("Both [1, 2] say so.", "Both [1][2] say so."),
        ("Both [2,3]. More", "Both [2][3]. More"),
        ("All [1-3].", "All [1][2][3]."),
        ("All [1–3].", "All [1][2][3]."),
        ("Apart [1] [2].", "Apart [1][2]."),
        ("Twice [1][1].", "Twice [1]."),
        ("Wide 【1】 and ［２］.", "Wide [1] and [2]."),
        ("With words [Source 1] and [Sources: 2 and 3].", "With words [1] and [2][3]."),
        ("A footnote [^4].", "A footnote [4]."),
        ("The dagger 【3†source】 form.", "The dagger [3] form."),
        ("Escaped \\[1\\] too.", "Escaped [1] too."),
        ("Invented [9].", "Invented."),
        ("Invented [9] in the middle.", "Invented in the middle."),
        ("Half invented [1][9].", "Half invented [1]."),
        ("Half invented [4-9].", "Half invented [4][5]."),
        ("A year [2024] in brackets.", "A year in brackets."),
        ("Zero [0].", "Zero."),
        ("Huge [99999999999999999999].", "Huge."),
        ("A linked mark [1](https://evil.example/x?q=1).", "A linked mark [1]."),
        ("A mark [1](see below).", "A mark [1](see below)."),
        ("An invented link [9](https://evil.example/) too.", "An invented link too."),
        ("An aside [9] (see below).", "An aside (see below)."),
        ("Words [see the manual] stay.", "Words [see the manual] stay."),
        ("A link [text](https://a.example) stays.", "A link [text](https://a.example) stays."),
        ("A box [x] and a list [a, b].", "A box [x] and a list [a, b]."),
        ("A version [1.5] stays.", "A version [1.5] stays."),
        ("Code `a[9]` and [1].", "Code `a[9]` and [1]."),
        ("A lone ` mark\nand [9] after.", "A lone ` mark\nand after."),
        ("```\na[9] = b[1]\n```\nDone [2].", "```\na[9] = b[1]\n```\nDone [2]."),
        ("Nested [[1]].", "Nested [[1]]."),
        ("Two  blanks stay.", "Two  blanks stay."),
        ("Cut off [1", "Cut off"),
        ("Cut off [", "Cut off"),
        ("Line [9]\nnext", "Line\nnext"),
        ("年假为二十天。[1]", "年假为二十天。[1]"),
        ("Empty [] brackets.", "Empty [] brackets."),
        ("A path C:\\temp\\[1].", "A path C:\\temp[1]."),
    ];

    #[test]
    fn every_form_of_mark_leaves_in_one_form() {
        for (text, expected) in CASES {
            assert_eq!(filter(text), *expected, "from {text:?}");
        }
    }

    #[test]
    fn a_text_comes_out_the_same_however_it_was_cut() {
        let mut random = 7_u64;
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % below
        };
        let all: String = CASES.iter().map(|(text, _)| format!("{text} ")).collect();
        let alphabet: Vec<char> = "[]【】()1239 -,\\`\nano swer:a.†source".chars().collect();
        for round in 0..400 {
            let text = match round % 2 {
                0 => all.clone(),
                _ => (0..80).map(|_| alphabet[next(alphabet.len())]).collect(),
            };
            let whole = filter_in_pieces(&[&text]);
            let mut pieces = Vec::new();
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let length = rest.char_indices().nth(1 + next(4)).map_or(rest.len(), |(at, _)| at);
                let (piece, after) = rest.split_at(length);
                pieces.push(piece);
                rest = after;
            }
            assert_eq!(filter_in_pieces(&pieces), whole, "from {text:?}");
        }
    }

    #[test]
    fn what_was_shown_is_never_taken_back_and_no_number_is_made_up() {
        for (text, expected) in CASES {
            let mut filter = CitationFilter::new(OFFERED, Markup::Markdown);
            let mut shown = String::new();
            for c in text.chars() {
                shown.push_str(&filter.push(&c.to_string()));
                assert!(expected.starts_with(shown.trim_end()), "{shown:?} of {expected:?}");
            }
            for (_, number) in marks(&shown, Markup::Markdown) {
                assert!((1..=OFFERED).contains(&number));
            }
        }
    }

    #[test]
    fn the_word_by_which_a_model_declines_is_not_shown() {
        assert_eq!(filter_in_pieces(&["[no ", "answer]"]), "");
        assert_eq!(filter_in_pieces(&["I can't say. [No Answer]"]), "I can't say.");
        assert_eq!(filter_in_pieces(&["There is [no answering] here"]), "There is [no answering] here");
    }

    #[test]
    fn marks_are_found_where_they_stand() {
        assert_eq!(marks("a [1][2] `[3]` b [x] [4]", Markup::Markdown), [(2..5, 1), (5..8, 2), (21..24, 4)]);
        assert_eq!(marks("a ` [3]", Markup::Plain), [(4..7, 3)]);
    }

    #[test]
    fn a_quoted_text_loses_its_own_marks() {
        assert_eq!(without_marks("Rome fell.[12] It was late [3]."), "Rome fell. It was late.");
    }
}
