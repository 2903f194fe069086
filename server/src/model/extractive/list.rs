//! Which lines of a passage are a list's items or a table's rows.

use std::ops::Range;

use super::candidate::is_whole;

/// What a line is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    /// With a bullet or a number in front.
    Marked,
    Row,
    /// Ends with a colon.
    LeadIn,
    /// Ends as a sentence does.
    Sentence,
    /// Anything else: a heading, or an item whose bullet was lost.
    Bare,
}

/// The lists and tables of `text`, each from its first byte to its last, in order, without what
/// leads in to them.
pub(super) fn lists(text: &str) -> Vec<Range<usize>> {
    let lines = lines(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let length = length(&lines[..at], &lines[at..]);
        if length > 0 {
            found.push(lines[at].0.start..lines[at + length - 1].0.end);
        }
        at += length.max(1);
    }
    found
}

/// How many of `rest`'s lines are a list that begins with the first of them; 0 where none does.
fn length(before: &[(Range<usize>, Line)], rest: &[(Range<usize>, Line)]) -> usize {
    /// Fewer lines without a bullet or anything that leads in to them are a heading.
    const FEWEST_BARE: usize = 3;
    let run = |is: fn(Line) -> bool| rest.iter().take_while(|(_, line)| is(*line)).count();
    match rest[0].1 {
        Line::Row => run(|line| line == Line::Row),
        Line::Marked => {
            let until = run(|line| matches!(line, Line::Marked | Line::Blank));
            rest[..until].iter().rposition(|(_, line)| *line == Line::Marked).map_or(0, |last| last + 1)
        }
        Line::Bare | Line::Sentence => {
            let last = before.iter().rev().find(|(_, line)| *line != Line::Blank);
            let is_led_in = last.is_some_and(|(_, line)| *line == Line::LeadIn);
            let (items, fewest) = match is_led_in {
                true => (run(|line| matches!(line, Line::Bare | Line::Sentence)), 2),
                false => (run(|line| line == Line::Bare), FEWEST_BARE),
            };
            if items >= fewest { items } else { 0 }
        }
        Line::Blank | Line::LeadIn => 0,
    }
}

fn lines(text: &str) -> Vec<(Range<usize>, Line)> {
    let mut start = 0;
    text.split('\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end + 1;
            (range, kind(line.trim()))
        })
        .collect()
}

fn kind(line: &str) -> Line {
    match line {
        "" => Line::Blank,
        line if marker(line).is_some() => Line::Marked,
        line if line.contains(" | ") => Line::Row,
        line if line.ends_with([':', '：']) => Line::LeadIn,
        line if is_whole(line) => Line::Sentence,
        _ => Line::Bare,
    }
}

/// How a line begins that is an item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// With what stands for a bullet, of so many bytes with its blank.
    Bullet(usize),
    Number,
}

/// What marks a line as an item.
pub(super) fn marker(line: &str) -> Option<Marker> {
    let mut chars = line.chars();
    match chars.next()? {
        c @ ('-' | '*' | '•' | '–' | '◦' | '▪' | '●' | 'o') => {
            (chars.next() == Some(' ')).then_some(Marker::Bullet(c.len_utf8() + 1))
        }
        c if c.is_ascii_digit() => {
            let behind = chars.find(|c| !c.is_ascii_digit());
            let blank = chars.next().is_none_or(char::is_whitespace);
            (matches!(behind, Some('.' | ')')) && blank).then_some(Marker::Number)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        lists(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lists_are_known_by_bullets_by_what_leads_in_to_them_and_by_lines_that_are_no_sentences() {
        for (text, expected) in [
            ("You need:\n- a badge.\n\n- a key\nGood luck.", vec!["- a badge.\n\n- a key"]),
            ("It covers:\n\nGyms\nYoga classes\n\nAsk early.", vec!["Gyms\nYoga classes"]),
            ("Write reports\nLead people\nPlan budgets", vec!["Write reports\nLead people\nPlan budgets"]),
            ("Years | Days\n0 to 5 | 25\n\nNo more.", vec!["Years | Days\n0 to 5 | 25"]),
            ("A heading\n\nA sentence.\nAnother.", vec![]),
            ("Note:\n\nA sentence behind a colon.", vec![]),
            ("1.5 days a month.", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
