//! Questions that ask several things, or compare: each part is searched for by itself.

use super::follow_up;
use crate::{model::llm::Turn, text::term};

/// More would be a script's, and each costs a search.
const MOST: usize = 3;

/// What `question` asks, each part so that it can be understood, and searched for, by itself: the
/// first with what the conversation so far said, each other one with what the one before said.
pub(super) fn parts(question: &str, history: &[Turn]) -> Vec<String> {
    let mut parts = compared(question).unwrap_or_else(|| asked_together(question));
    if !(2..=MOST).contains(&parts.len()) {
        parts = vec![question.to_owned()];
    }
    parts[0] = follow_up::standalone(&parts[0], history);
    parts
}

/// How `question` was read that has these parts; empty where it was read as it stands.
pub(super) fn read_as(question: &str, parts: &[String]) -> Vec<String> {
    match parts {
        [part] if part == question => Vec::new(),
        parts => parts.to_vec(),
    }
}

/// The two sides of a comparison, each with what they are compared in.
fn compared(question: &str) -> Option<Vec<String>> {
    let lower = question.to_lowercase();
    // Offsets hold for the question itself only where lower case is as long.
    if lower.len() != question.len() {
        return None;
    }
    let (start, between, end) = COMPARISONS.iter().find_map(|(begin, joint)| {
        let start = ends(&lower, begin)?;
        let between = start + lower[start..].find(joint)?;
        Some((start, between, between + joint.len()))
    })?;
    let (left, rest) = (&question[start..between], &question[end..]);
    let (right, common) = match CONTEXTS.iter().filter_map(|word| rest.find(word)).min() {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let side = |side: &str| format!("{}{}", tidy(side), tidy_end(common));
    let sides = vec![side(left), side(right)];
    sides.iter().all(|side| says_something(side)).then_some(sides)
}

/// Where a phrase ends in a text, as whole words.
fn ends(text: &str, phrase: &str) -> Option<usize> {
    let at = text.find(phrase)?;
    let is_word = at == 0 || !text[..at].ends_with(char::is_alphanumeric);
    is_word.then_some(at + phrase.len())
}

/// How a comparison begins, and what stands between its sides.
const COMPARISONS: &[(&str, &str)] = &[
    ("difference between ", " and "),
    ("differences between ", " and "),
    ("compare ", " with "),
    ("compare ", " to "),
    ("compare ", " and "),
    ("unterschied zwischen ", " und "),
    ("unterschiede zwischen ", " und "),
    ("vergleiche ", " mit "),
    ("vergleiche ", " und "),
];

/// With these begins what both sides are compared in.
const CONTEXTS: &[&str] = &[" in ", " for ", " when ", " regarding ", " with regard ", " bei ", " für "];

fn tidy(side: &str) -> &str {
    let side = tidy_end(side).trim_start();
    ["the ", "a ", "an ", "dem ", "der ", "den "]
        .iter()
        .find_map(|article| side.strip_prefix(article))
        .unwrap_or(side)
}

fn tidy_end(text: &str) -> &str {
    text.trim_end_matches(['?', '.', '!', ' '])
}

/// Several questions, one after the other or joined by "and".
fn asked_together(question: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let sentences = question.split_inclusive(['?', '？']).flat_map(split_at_joints);
    for part in sentences.map(str::trim).filter(|part| !part.is_empty()) {
        if !says_something(part) {
            return Vec::new();
        }
        // What a part leaves out, the one before said.
        let before = parts.last().map(|asked| Turn { question: asked.clone(), answer: String::new() });
        parts.push(follow_up::standalone(part, before.as_slice()));
    }
    parts
}

/// At each "and" behind which another question begins.
fn split_at_joints(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, length)) = joint(rest) {
        parts.push(rest[..at].trim_end_matches([',', ' ']));
        rest = &rest[at + length..];
    }
    parts.push(rest);
    parts
}

/// Where the first such "and" stands, and its length.
fn joint(text: &str) -> Option<(usize, usize)> {
    const JOINTS: &[&str] = &[" and ", " und "];
    let found =
        JOINTS.iter().flat_map(|joint| text.match_indices(joint).map(|(at, joint)| (at, joint.len())));
    found.filter(|(at, length)| begins_question(&text[at + length..]) && begins_question(text)).min()
}

fn begins_question(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "what", "when", "where", "who", "whom", "whose", "which", "why", "how", "was", "wann", "wo", "wer",
        "wem", "wen", "welche", "welcher", "welches", "warum", "wieso", "wie",
    ];
    let first = text.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    BEGINNINGS.contains(&first.to_lowercase().as_str())
}

fn says_something(part: &str) -> bool {
    !term::content_terms(part).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_asked_together_are_taken_apart() {
        assert_eq!(
            parts("What does parking cost, and what does the dental plan cover?", &[]),
            ["What does parking cost", "what does the dental plan cover?"]
        );
        assert_eq!(
            parts("Who approves leave? How long before must I ask?", &[]),
            ["Who approves leave?", "How long before must I ask?"]
        );
        assert_eq!(
            parts("Was kostet das Parken und wer bezahlt es?", &[]),
            ["Was kostet das Parken", "wer bezahlt es? (kostet Parken)"]
        );
    }

    #[test]
    fn the_sides_of_a_comparison_are_searched_for_apart() {
        assert_eq!(
            parts("What is the difference between the Standard plan and the Plus plan for children?", &[]),
            ["Standard plan for children", "Plus plan for children"]
        );
        assert_eq!(parts("Compare PTO with sick leave", &[]), ["PTO", "sick leave"]);
    }

    #[test]
    fn a_follow_up_is_completed_and_stays_one() {
        let history = [Turn { question: "How many vacation days are there?".into(), answer: "20.".into() }];
        assert_eq!(parts("When do they expire?", &history), ["When do they expire? (vacation days)"]);
    }

    #[test]
    fn one_question_stays_whole() {
        for question in [
            "How many days of paid and unpaid leave are there?",
            "What is the policy on travel and expenses?",
            "Who was born and raised in Seattle?",
            "Is parking between A and B free? Why?",
            "Why?",
        ] {
            assert_eq!(parts(question, &[]), [question]);
        }
    }
}
