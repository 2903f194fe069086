//! Where sentences end: the one splitter of the whole product, for cutting documents into
//! chunks and for checking answers sentence by sentence.

use std::ops::Range;

/// The sentences of a text as byte ranges, in order, without the white space around them.
///
/// Every character that isn't white space belongs to exactly one sentence. A line break always
/// ends a sentence. Closing quotes and brackets belong to the sentence before them, and so do
/// citation marks such as `[1][2]` behind its full stop.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = if c == '\n' {
            at
        } else if is_terminator(c) {
            let end = end_of_marks(text, at + c.len_utf8());
            if !ends_sentence(text, start, at, c, end) {
                continue;
            }
            while chars.next_if(|(next, _)| *next < end).is_some() {}
            end
        } else {
            continue;
        };
        push_trimmed(text, start..end, &mut found);
        start = end;
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

/// Words after which a full stop doesn't end the sentence, whatever follows. In lower case.
const NEVER_LAST: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "st", "vs", "cf", "e.g", "i.e", "eg", "ie", "viz", "approx", "gen",
    "col", "capt", "lt", "sgt", "rev", "hon", "messrs", "mme", "ing", "dipl", "hr", "fr", "z.b", "d.h",
    "u.a", "u.ä", "o.ä", "i.d.r", "s.o", "s.u", "bzw", "vgl", "ggf", "evtl", "inkl", "exkl", "zzgl", "sog",
    "z.t", "z.zt", "i.s.v", "ca", "resp", "p.ex", "c.-à-d", "sr", "sra",
];

/// Words after which a full stop ends the sentence only where no number follows.
const BEFORE_NUMBERS: &[&str] = &[
    "no", "nos", "nr", "num", "art", "abs", "fig", "figs", "tab", "eq", "p", "pp", "s", "vol", "ch", "chap",
    "sec", "sect", "kap", "ziff", "lit", "app", "ext", "tel", "jan", "feb", "mar", "apr", "jun", "jul",
    "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez", "n",
];

/// Months that follow an ordinal number in German ("3. Mai").
const MONTHS: &[&str] = &[
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

fn is_terminator(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔' | '।') || is_cjk(c)
}

/// Full stops of scripts that put no blank behind them.
fn is_cjk(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// Where the marks that close a sentence end: further terminators, closing quotes and
/// brackets, citation marks.
fn end_of_marks(text: &str, mut end: usize) -> usize {
    while let Some(c) = text[end..].chars().next() {
        let closes = matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '）');
        if !closes && !is_terminator(c) {
            break;
        }
        end += c.len_utf8();
    }
    while let Some(mark) = citation_mark(&text[end..]) {
        end += mark;
    }
    end
}

/// The length of a citation mark (`[12]`, perhaps after a blank) at the start of the text.
fn citation_mark(text: &str) -> Option<usize> {
    let blank = usize::from(text.starts_with(' '));
    let digits = text[blank..].strip_prefix('[')?;
    let length = digits.find(|c: char| !c.is_ascii_digit())?;
    (length > 0 && digits[length..].starts_with(']')).then_some(blank + length + 2)
}

/// Whether the terminator `c` at byte `at`, whose marks run to `end`, ends the sentence that
/// began at `start`.
fn ends_sentence(text: &str, start: usize, at: usize, c: char, end: usize) -> bool {
    let rest = &text[end..];
    let Some(next) = rest.chars().next() else { return true };
    if is_cjk(c) {
        return true;
    }
    if !next.is_whitespace() {
        return false;
    }
    let following = rest.trim_start();
    let Some(first) = following.chars().next() else { return true };
    // A sentence doesn't begin with a small letter.
    if first.is_lowercase() {
        return false;
    }
    let alone = end == at + c.len_utf8();
    c != '.' || !alone || !is_abbreviation(&text[start..at], following)
}

/// Whether the full stop behind `before` belongs to its last word.
fn is_abbreviation(before: &str, following: &str) -> bool {
    let word_start = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '„' | '/'))
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let word = &before[word_start..];
    let lower = word.to_lowercase();
    let number_follows = following.starts_with(|c: char| c.is_ascii_digit());
    if word.chars().all(|c| c.is_ascii_digit()) && !word.is_empty() {
        let is_list_number = before[..word_start].trim().is_empty();
        let is_date = word.len() <= 2 && MONTHS.iter().any(|m| following.starts_with(m));
        return is_list_number || is_date;
    }
    if BEFORE_NUMBERS.contains(&lower.as_str()) {
        return number_follows;
    }
    // An initial ("J. Smith"), but not the pronoun.
    let mut letters = word.chars();
    let is_initial =
        matches!((letters.next(), letters.next()), (Some(c), None) if c.is_uppercase() && c != 'I');
    is_initial || NEVER_LAST.contains(&lower.as_str())
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let trimmed = slice.trim();
    if !trimmed.is_empty() {
        let start = range.start + (slice.len() - slice.trim_start().len());
        found.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn full_stops_questions_and_exclamations_end_sentences() {
        assert_eq!(split("One. Two? Three! Four… Five"), ["One.", "Two?", "Three!", "Four…", "Five"]);
    }

    #[test]
    fn abbreviations_initials_numbers_and_addresses_do_not() {
        for whole in [
            "Ask Dr. Smith, e.g. Monday, at approx. 10.30 Uhr.",
            "See No. 5 and Fig. 3 on p. 12 of www.example.com/a.html or v1.2.3 today.",
            "J. R. Smith signed it.",
            "Wir treffen uns am 3. Mai, z.B. Dienstags.",
            "It costs approx. 3.50 euros.",
            "1. Introduction to everything",
        ] {
            assert_eq!(split(whole), [whole]);
        }
    }

    #[test]
    fn no_is_an_answer_unless_a_number_follows() {
        assert_eq!(split("May I? No. Ask first."), ["May I?", "No.", "Ask first."]);
        assert_eq!(split("It was 2020. Then it changed."), ["It was 2020.", "Then it changed."]);
    }

    #[test]
    fn quotes_brackets_and_citation_marks_stay_with_their_sentence() {
        assert_eq!(
            split("He said “Go.” She went (slowly.) Both agree.[1][2] Next one. [3] Last [4]."),
            ["He said “Go.”", "She went (slowly.)", "Both agree.[1][2]", "Next one. [3]", "Last [4]."]
        );
    }

    #[test]
    fn chinese_and_japanese_need_no_blanks() {
        assert_eq!(
            split("今天下雨。你好吗？「好。」他说！"),
            ["今天下雨。", "你好吗？", "「好。」", "他说！"]
        );
    }

    #[test]
    fn a_line_break_ends_a_sentence() {
        assert_eq!(split("- first item\n- second\n\nThe end."), ["- first item", "- second", "The end."]);
    }

    #[test]
    fn nothing_but_white_space_is_lost() {
        let text = " A.B. c!?  \n\n d…\te. F [1] . ";
        let kept: String = split(text).concat();
        let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(squeeze(&kept), squeeze(text));
    }
}
