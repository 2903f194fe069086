//! Follow-up questions: what one leaves out, the ones before it said.

use crate::{
    model::llm::Turn,
    text::term::{self, Term, TermKind},
};

/// The question so that it can be understood, and searched for, by itself: where it leans on the
/// conversation so far, the words it leans on stand behind it in brackets.
pub(crate) fn standalone(question: &str, history: &[Turn]) -> String {
    let mut context: Option<(String, &Turn)> = None;
    for turn in history {
        let asked = complete(&turn.question, context.as_ref());
        context = Some((asked, turn));
    }
    complete(question, context.as_ref())
}

/// `before` is the question before, by itself, and its turn.
fn complete(question: &str, before: Option<&(String, &Turn)>) -> String {
    let Some((asked, turn)) = before else { return question.to_owned() };
    let terms = term::content_terms(question);
    if !leans(question, &terms) {
        return question.to_owned();
    }
    let mut missing = topic(asked, &terms);
    if speaks_of_someone(question) {
        missing.extend(names(&turn.answer, &terms));
    }
    if missing.is_empty() { question.to_owned() } else { format!("{question} ({})", missing.join(" ")) }
}

/// Whether a question can't be understood alone.
fn leans(question: &str, terms: &[Term]) -> bool {
    /// So few words that say what it is about can't be all of it.
    const TOO_FEW: usize = 1;
    /// With more of them, a pronoun most likely points inside the question.
    const ENOUGH: usize = 4;
    let words = words(question);
    let begins = |beginning: &[&str]| {
        words.len() >= beginning.len() && words.iter().zip(beginning).all(|(word, expected)| word == expected)
    };
    let goes_on = BEGINNINGS.iter().any(|beginning| begins(beginning));
    let points = words.iter().any(|word| POINTING.contains(&word.as_str()))
        || POINTING_SIGNS.iter().any(|sign| question.contains(sign));
    terms.len() <= TOO_FEW || goes_on && terms.len() <= ENOUGH || points && terms.len() <= ENOUGH
}

/// How a question begins that goes on with the one before.
const BEGINNINGS: &[&[&str]] = &[
    &["and"],
    &["what", "about"],
    &["how", "about"],
    &["also"],
    &["but"],
    &["or"],
    &["und"],
    &["aber"],
    &["was", "ist", "mit"],
    &["wie", "ist", "es", "mit"],
];

/// Words that point at something said before.
const POINTING: &[&str] = &[
    "it", "its", "this", "that", "these", "those", "they", "them", "their", "he", "him", "his", "she", "her",
    "there", "one", "ones", "same", "such", "es", "das", "dies", "diese", "dieser", "dieses", "sie", "er",
    "ihn", "ihm", "davon", "dafür", "dabei", "damit", "dort", "dazu", "darüber", "denen",
];
const POINTING_SIGNS: &[&str] = &["它", "他", "她", "这", "那", "这些", "那些"];

const PERSONS: &[&str] =
    &["he", "him", "his", "she", "her", "they", "them", "their", "er", "ihn", "ihm", "sie", "ihr"];

fn speaks_of_someone(question: &str) -> bool {
    words(question).iter().any(|word| PERSONS.contains(&word.as_str()))
}

/// What the question before was about and this one doesn't say.
fn topic(asked: &str, known: &[Term]) -> Vec<String> {
    /// More would drown the question itself.
    const MOST: usize = 8;
    unknown(asked, known, |_| true).into_iter().take(MOST).collect()
}

/// Who and what the answer before named.
fn names(answer: &str, known: &[Term]) -> Vec<String> {
    const MOST: usize = 3;
    unknown(answer, known, |term| term.kind == TermKind::Name).into_iter().take(MOST).collect()
}

fn unknown(text: &str, known: &[Term], wanted: impl Fn(&Term) -> bool) -> Vec<String> {
    let mut seen: Vec<String> = known.iter().map(|term| term.stem.clone()).collect();
    let mut words = Vec::new();
    for term in term::content_terms(text).into_iter().filter(wanted) {
        if !seen.contains(&term.stem) {
            words.push(text[term.range.clone()].to_owned());
            seen.push(term.stem);
        }
    }
    words
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(history: &[(&str, &str)], question: &str) -> String {
        let history: Vec<Turn> = history
            .iter()
            .map(|(question, answer)| Turn { question: (*question).into(), answer: (*answer).into() })
            .collect();
        standalone(question, &history)
    }

    #[test]
    fn a_question_that_leans_on_the_one_before_is_completed() {
        let history = [("How many vacation days do employees get?", "Twenty.")];
        assert_eq!(ask(&history, "Do they expire?"), "Do they expire? (vacation days employees get)");
        assert_eq!(
            ask(&history, "And what about contractors?"),
            "And what about contractors? (vacation days employees get)"
        );
        assert_eq!(ask(&history, "Why?"), "Why? (vacation days employees get)");
    }

    #[test]
    fn a_question_that_stands_alone_stays_as_it_is() {
        let history = [("How many vacation days do employees get?", "Twenty.")];
        for question in [
            "Where is the parking garage of the Seattle office?",
            "What does the dental plan of this company cover for children?",
        ] {
            assert_eq!(ask(&history, question), question);
        }
        assert_eq!(ask(&[], "Do they expire?"), "Do they expire?");
    }

    #[test]
    fn a_person_is_looked_for_in_the_answer_before() {
        let history = [("Who leads the sales team?", "It is led by Maria Lopez.")];
        assert_eq!(ask(&history, "When did she join?"), "When did she join? (leads sales team Maria Lopez)");
    }

    #[test]
    fn the_topic_is_carried_through_several_questions() {
        let history = [("What is the dental deductible?", "50."), ("And for families?", "150.")];
        assert_eq!(ask(&history, "Is it annual?"), "Is it annual? (families dental deductible)");
    }
}
