//! What a number counts.

use std::ops::Range;

use crate::text::term::{Term, TermKind};

/// A number with what it counts.
pub(super) struct Measure {
    pub(super) value: f64,
    pub(super) dimension: Dimension,
    pub(super) range: Range<usize>,
}

/// What kind of thing a number counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Dimension {
    Money,
    Percent,
    /// In hours.
    Time,
    /// As month × 31 + day.
    Day,
    Year,
    /// The stems of the words behind the number.
    Counted(Vec<String>),
    /// Nothing that is said: the word before the number, as in "at 7".
    Bare(String),
}

impl Dimension {
    pub(super) fn is_comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Counted(a), Self::Counted(b)) => a.iter().any(|stem| b.contains(stem)),
            (a, b) => a == b,
        }
    }
}

/// The number at `terms[at]` with what it counts.
pub(super) fn measure(text: &str, terms: &[Term], at: usize) -> Option<Measure> {
    let term = &terms[at];
    if let Some(day) = day(text, terms, at) {
        return Some(day);
    }
    let number: f64 = term.stem.parse().ok()?;
    let (scale, end) = scale(text, terms, at);
    let range = term.range.start..end;
    let value = number * scale;
    let behind = behind(text, terms, at, end);
    let plain = |dimension, value| Some(Measure { value, dimension, range: range.clone() });
    if is_money(text, &range, &behind) {
        return plain(Dimension::Money, value);
    }
    if text[range.end..].trim_start().starts_with('%') || starts_with(&behind, PERCENT) {
        return plain(Dimension::Percent, value);
    }
    let digits = &text[range.clone()];
    if digits.len() == 4 && (1900.0..2100.0).contains(&value) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return plain(Dimension::Year, value);
    }
    if let Some(hours) = behind.iter().find_map(|stem| hours(stem)) {
        return plain(Dimension::Time, value * hours);
    }
    if behind.is_empty() {
        let before = text[..range.start].split_whitespace().next_back().unwrap_or_default();
        return plain(Dimension::Bare(before.to_lowercase()), value);
    }
    plain(Dimension::Counted(behind), value)
}

/// "31 March", "March 31st", "3. Mai", "2024-03-31".
fn day(text: &str, terms: &[Term], at: usize) -> Option<Measure> {
    let term = &terms[at];
    let between = |a: &Term, b: &Term| text.get(a.range.end..b.range.start).unwrap_or("\n").trim().to_owned();
    let day_of_month = |term: &Term| term.stem.parse().ok().filter(|day| (1.0..=31.0).contains(day));
    let measure = |month: usize, day: f64, range| {
        Some(Measure { value: month as f64 * 31.0 + day, dimension: Dimension::Day, range })
    };
    // An ISO date's year stands alone, its month and day belong together.
    if at > 0
        && let (Some(year), Some(day)) = (terms.get(at - 1), terms.get(at + 1))
        && year.range.len() == 4
        && between(year, term) == "-"
        && between(term, day) == "-"
    {
        let month: usize = term.stem.parse().ok().filter(|month| (1..=12).contains(month))?;
        return measure(month, day_of_month(day)?, term.range.start..day.range.end);
    }
    let own = day_of_month(term)?;
    let next = terms.get(at + 1).filter(|next| matches!(between(term, next).as_str(), "" | "."));
    if let Some((next, month)) = next.and_then(|next| Some((next, month(&text[next.range.clone()])?))) {
        return measure(month, own, term.range.start..next.range.end);
    }
    let before =
        at.checked_sub(1).map(|before| &terms[before]).filter(|before| between(before, term).is_empty());
    let month = before.and_then(|before| month(&text[before.range.clone()]))?;
    measure(month, own, term.range.clone())
}

/// 1 to 12.
fn month(word: &str) -> Option<usize> {
    let word = word.to_lowercase();
    let named = |months: &[&str]| months.iter().position(|month| *month == word);
    named(MONTHS).or_else(|| named(MONATE)).or_else(|| named(SHORT)).map(|at| at + 1)
}

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const MONATE: &[&str] = &[
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];
const SHORT: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// By what the number word behind a number multiplies it, and where the two end.
fn scale(text: &str, terms: &[Term], at: usize) -> (f64, usize) {
    let end = terms[at].range.end;
    let Some(next) = terms.get(at + 1).filter(|next| text[end..next.range.start].trim().is_empty()) else {
        return (1.0, end);
    };
    let scale = match next.stem.as_str() {
        "hundr" | "hundred" => 1e2,
        "thousand" | "tausend" => 1e3,
        "million" | "millionen" => 1e6,
        "billion" | "milliarden" => 1e9,
        _ => return (1.0, end),
    };
    (scale, next.range.end)
}

/// The stems of the words that say what is counted: the next few, in the same breath.
fn behind(text: &str, terms: &[Term], at: usize, end: usize) -> Vec<String> {
    const MOST: usize = 3;
    let mut stems = Vec::new();
    let mut upto = end;
    for term in terms[at + 1..].iter().filter(|term| term.range.start >= end) {
        let between = &text[upto..term.range.start];
        let breaks = between.contains(['.', ',', ';', ':', '\n', '(', ')', '|', '!', '?']);
        let is_passed_over =
            term.kind == TermKind::Function && text[term.range.clone()].eq_ignore_ascii_case("of");
        if breaks || stems.len() == MOST || (term.kind == TermKind::Function && !is_passed_over) {
            break;
        }
        if term.kind != TermKind::Number && !is_passed_over {
            stems.push(term.stem.clone());
        }
        upto = term.range.end;
    }
    stems
}

fn starts_with(behind: &[String], words: &[&str]) -> bool {
    behind.first().is_some_and(|first| words.contains(&first.as_str()))
}

const PERCENT: &[&str] = &["percent", "prozent", "pct"];
const MONEY: &[&str] = &["dollar", "usd", "euro", "eur", "pound", "gbp", "cent", "chf", "franken", "yen"];

fn is_money(text: &str, range: &Range<usize>, behind: &[String]) -> bool {
    const SIGNS: [char; 4] = ['$', '€', '£', '¥'];
    text[..range.start].trim_end().ends_with(SIGNS)
        || text[range.end..].trim_start().starts_with(SIGNS)
        || starts_with(behind, MONEY)
}

/// The hours of a unit of time, by its stem. A year is twelve months.
fn hours(stem: &str) -> Option<f64> {
    Some(match stem {
        "minut" => 1.0 / 60.0,
        "hour" | "stund" | "stunden" => 1.0,
        "day" | "tag" | "tagen" => 24.0,
        "week" | "woch" | "wochen" => 168.0,
        "month" | "monat" | "monaten" => 730.0,
        "year" | "jahr" | "jahren" => 8760.0,
        _ => return None,
    })
}
