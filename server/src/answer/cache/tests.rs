//! Where the bar for questions of one meaning lies, on pairs made from questions that people wrote.
//!
//! The data lies beside the project, in `../shared/data`; where it or the embedding model is
//! missing, there is nothing to measure.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;

use super::sameness::{NEAR, may_ask_the_same};
use crate::{
    model::{Embedder, local::LocalEmbedder, similarity},
    store::RuntimeParts,
    text::term::{TermKind, terms},
};

#[derive(Debug, Clone, Deserialize)]
struct Question {
    text: String,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default = "yes")]
    answerable: bool,
    #[serde(default)]
    context_doc: String,
}

fn yes() -> bool {
    true
}

fn questions(set: &str) -> Option<Vec<Question>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(set).join("queries.jsonl");
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

type Pairs = Vec<(String, String)>;

/// The same question in other words.
fn paraphrases(questions: &[Question]) -> Pairs {
    const OTHER_WORDS: &[(&str, &str)] = &[
        ("What is ", "What's "),
        ("How do I ", "How can I "),
        ("How can I ", "What is the way to "),
        ("How many ", "What is the number of "),
        ("Where can I find ", "Where do I find "),
        ("Do we have ", "Is there "),
        ("Do I need to ", "Must I "),
        ("What happens if ", "What will happen when "),
        ("Who is ", "Can you name who is "),
        ("When did ", "In which year did "),
        ("What are ", "Which are "),
        ("Should I ", "Am I supposed to "),
    ];
    let mut pairs = Pairs::new();
    for (at, question) in questions.iter().enumerate() {
        let text = question.text.as_str();
        let mut lower = text.to_owned();
        lower[..1].make_ascii_lowercase();
        let framed = match at % 4 {
            0 => format!("Can you tell me {lower}"),
            1 => format!("Hi, I would like to know: {lower}"),
            2 => format!("{text} Thanks!"),
            _ => format!("Do you know {lower}"),
        };
        pairs.push((text.to_owned(), framed));
        if let Some((from, to)) = OTHER_WORDS.iter().find(|(from, _)| text.starts_with(from)) {
            pairs.push((text.to_owned(), text.replacen(from, to, 1)));
        }
    }
    pairs
}

/// With another number, another name, or a denial in its place.
fn swapped(questions: &[Question]) -> [Pairs; 3] {
    let name_of = |text: &str| {
        terms(text)
            .into_iter()
            .find(|term| term.kind == TermKind::Name)
            .map(|term| text[term.range].to_owned())
    };
    let names: Vec<String> = questions.iter().filter_map(|question| name_of(&question.text)).collect();
    let (mut numbers, mut other_names, mut denials) = (Pairs::new(), Pairs::new(), Pairs::new());
    for (at, question) in questions.iter().enumerate() {
        let text = question.text.as_str();
        if let Some(term) = terms(text).into_iter().find(|term| term.kind == TermKind::Number)
            && let Ok(number) = text[term.range.clone()].parse::<u64>()
        {
            let mut other = text.to_owned();
            other.replace_range(term.range, &(number + 1).to_string());
            numbers.push((text.to_owned(), other));
        }
        if let Some(name) = name_of(text)
            && let Some(other) =
                names.iter().cycle().skip(at + 7).take(names.len()).find(|other| **other != name)
        {
            other_names.push((text.to_owned(), text.replacen(&name, other, 1)));
        }
        if let Some(verb) = [" is ", " are ", " did ", " does ", " do ", " was ", " were ", " can "]
            .iter()
            .find(|verb| text.contains(*verb))
        {
            denials.push((text.to_owned(), text.replacen(verb, &format!("{verb}not "), 1)));
        }
    }
    [numbers, other_names, denials]
}

/// Of each paragraph: a question that it answers, and the nearest of those with another answer
/// (`answered`) or with none, which were written to look like questions that it answers.
fn neighbours(questions: &[Question], vectors: &HashMap<String, Vec<f32>>, answered: bool) -> Pairs {
    let mut pairs = Pairs::new();
    for a in questions.iter().filter(|question| question.answerable) {
        let nearest = questions
            .iter()
            .filter(|b| {
                b.context_doc == a.context_doc
                    && b.answerable == answered
                    && b.text != a.text
                    && b.answers.first() != a.answers.first()
            })
            .max_by(|b, c| {
                let near = |other: &Question| similarity(&vectors[&a.text], &vectors[&other.text]);
                near(b).total_cmp(&near(c))
            });
        if let Some(nearest) = nearest {
            pairs.push((a.text.clone(), nearest.text.clone()));
        }
    }
    pairs
}

/// How many of `pairs` are taken for one question.
async fn taken_for_one(embedder: &LocalEmbedder, pairs: &Pairs) -> usize {
    let mut taken = 0;
    for (a, b) in pairs {
        let (x, y) = (embedder.embed_query(a).await.unwrap(), embedder.embed_query(b).await.unwrap());
        taken += usize::from(similarity(&x, &y) >= NEAR && may_ask_the_same(a, b));
    }
    taken
}

#[tokio::test]
async fn near_misses_are_told_from_other_words_for_the_same() {
    let (Some(mut squad), Some(handbook)) = (questions("squad2_dev"), questions("handbook_sourcegraph"))
    else {
        return;
    };
    let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    let Ok(embedder) = LocalEmbedder::load(&runtime.model(), minilm::Precision::Int8) else { return };
    squad.truncate(1_500);
    let mut vectors = HashMap::new();
    for question in &squad {
        vectors.insert(question.text.clone(), embedder.embed_query(&question.text).await.unwrap());
    }
    let answered = squad.iter().filter(|question| question.answerable).step_by(3);
    let some: Vec<Question> = answered.cloned().chain(handbook).collect();

    let same = paraphrases(&some);
    let known = taken_for_one(&embedder, &same).await;
    assert!(known * 100 >= same.len() * 70, "{known} of {} are known in other words", same.len());
    let [numbers, names, denials] = swapped(&some);
    let (other, none) = (neighbours(&squad, &vectors, true), neighbours(&squad, &vectors, false));
    // Two of the other names are another form of the same: "Huguenot", "Huguenots".
    for (kind, pairs, most) in [
        ("another number", numbers, 0),
        ("another name", names, 2),
        ("a denial", denials, 0),
        ("another answer", other, 0),
        ("no answer", none, 0),
    ] {
        let taken = taken_for_one(&embedder, &pairs).await;
        assert!(taken <= most && !pairs.is_empty(), "{taken} of {} pairs with {kind}", pairs.len());
    }
}
