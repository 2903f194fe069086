//! What models write, and what of it is shown.

use super::*;

const OFFERED: u32 = 5;

fn filter_in_pieces(pieces: &[&str]) -> String {
    let mut filter = CitationFilter::new(OFFERED, Markup::Markdown);
    let mut out: String = pieces.iter().map(|piece| filter.push(piece).to_string()).collect();
    out.push_str(&filter.finish().to_string());
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
            shown.push_str(&filter.push(&c.to_string()).to_string());
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

#[test]
fn what_a_quoted_text_has_in_the_way_of_marks_stays_as_words() {
    assert_eq!(
        with_marks_as_words("Rome fell.[12] See [a] and 【3】, [[4]] or [open."),
        "Rome fell.(12) See [a] and (3), (4) or [open."
    );
    assert_eq!(without_marks(&with_marks_as_words("x[0] is [no answer]")), "x(0) is (no answer)");
}
