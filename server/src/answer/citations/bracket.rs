//! What stands in a bracket: a mark's numbers, the word for no answer, or words.

use crate::model::llm::NO_ANSWER;

/// What a bracket turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Mark(Vec<u32>),
    /// The word by which a model says that the sources don't answer.
    NoAnswer,
    Words,
}

/// Words that models put into their marks.
const MARK_WORDS: &[&str] = &[
    "source",
    "sources",
    "ref",
    "refs",
    "reference",
    "references",
    "passage",
    "passages",
    "citation",
    "document",
    "doc",
    "footnote",
    "note",
    "quelle",
    "quellen",
    "and",
    "und",
    "来源",
    "出典",
];

/// Longer brackets are text.
const LONGEST_MARK: usize = 64;

/// Reads the inside of a closed bracket.
pub(super) fn read(content: &str) -> Bracket {
    if content.trim().eq_ignore_ascii_case(no_answer()) {
        return Bracket::NoAnswer;
    }
    match numbers(content) {
        Some(numbers) if !numbers.is_empty() => Bracket::Mark(numbers),
        _ => Bracket::Words,
    }
}

/// Whether a bracket that begins so may turn out to be a mark.
pub(super) fn may_become_mark(content: &str) -> bool {
    if content.len() > LONGEST_MARK {
        return false;
    }
    let folded = content.trim_start().to_lowercase();
    no_answer().starts_with(folded.as_str()) || folded.trim_end() == no_answer() || numbers_so_far(&folded)
}

/// The inside of [`NO_ANSWER`].
fn no_answer() -> &'static str {
    NO_ANSWER.trim_matches(['[', ']'])
}

/// A part of a mark's inside.
enum Token<'a> {
    Number(u32),
    Word(&'a str),
    Dash,
    Between,
}

fn tokens(content: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = content;
    while let Some(c) = rest.chars().next() {
        let length = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (token, used) = if digit(c).is_some() {
            let used = length(|c| digit(c).is_some());
            (Token::Number(value(&rest[..used])), used)
        } else if c.is_alphabetic() {
            let used = length(char::is_alphabetic);
            (Token::Word(&rest[..used]), used)
        } else {
            let token = match c {
                '-' | '–' | '—' | '‑' => Token::Dash,
                ' ' | '\u{a0}' | ',' | ';' | '/' | '&' | '#' | '^' | ':' | '、' | '，' | '†' | '\\' | '|' => {
                    Token::Between
                }
                _ => return None,
            };
            (token, c.len_utf8())
        };
        tokens.push(token);
        rest = &rest[used..];
    }
    Some(tokens)
}

/// The numbers that a mark names; `None` where it isn't one.
fn numbers(content: &str) -> Option<Vec<u32>> {
    /// No answer is offered more sources than this.
    const MOST: u32 = 100;
    let folded = content.to_lowercase();
    let mut numbers = Vec::new();
    let mut range_from = None;
    for token in tokens(&folded)? {
        match token {
            Token::Number(to) => {
                let from = range_from.take().unwrap_or(to);
                numbers.extend(from..=to.min(from.saturating_add(MOST)));
            }
            Token::Dash => range_from = numbers.last().map(|last: &u32| last.saturating_add(1)),
            Token::Word(word) if MARK_WORDS.contains(&word) => {}
            Token::Word(_) => return None,
            Token::Between => {}
        }
    }
    Some(numbers)
}

/// Whether this much of a mark's inside is right; the last word may be unfinished.
fn numbers_so_far(folded: &str) -> bool {
    let Some(tokens) = tokens(folded) else { return false };
    let last = tokens.len().saturating_sub(1);
    tokens.iter().enumerate().all(|(position, token)| match token {
        Token::Word(word) if position == last => MARK_WORDS.iter().any(|known| known.starts_with(word)),
        Token::Word(word) => MARK_WORDS.contains(word),
        _ => true,
    })
}

/// The value of a digit, full-width ones too.
fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        c => c.to_digit(10),
    }
}

/// Numbers too long to be a source's come out as one that is never offered.
fn value(digits: &str) -> u32 {
    digits
        .chars()
        .filter_map(digit)
        .try_fold(0_u32, |value, digit| value.checked_mul(10)?.checked_add(digit))
        .unwrap_or(u32::MAX)
}
