//! Where the numbers of [`score`](super::score) come from: questions with and without an answer,
//! over passages found by words and by meaning. Prints a table; run by
//! `cargo test -p server --lib calibration -- --ignored --nocapture`.

use std::{
    collections::HashMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use minilm::Precision;
use serde::Deserialize;

use super::*;
use crate::{
    model::{llm::OfferedSource, local::LocalEmbedder},
    text::term,
};

/// A passage of a set's documents.
struct Known {
    document: String,
    source: OfferedSource,
    counts: HashMap<String, f64>,
    length: f64,
    vector: Vec<f32>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Asked {
    text: String,
    #[serde(default)]
    answers: Vec<String>,
    answerable: bool,
    #[serde(default)]
    context_doc: Option<String>,
}

/// Questions that no document of the sets answers.
const ABSENT: &[&str] = &[
    "What is the parking fee in Tokyo?",
    "How do I book the company yacht?",
    "Who won the football world cup in 1998?",
    "What is the capital of Australia?",
    "How many calories does a banana have?",
    "What is the wifi password of the Zurich office?",
    "When does the cafeteria in Building 7 close?",
    "How much does the annual ski pass cost?",
    "Who is the chief dog officer?",
    "What is the maximum speed of a cheetah?",
    "How do I reset the coffee machine on the third floor?",
    "What is the dress code for the summer gala?",
    "Which bus line goes to the Nairobi warehouse?",
    "How long does it take to boil an egg?",
    "What is the penalty for smoking in the lab?",
    "Can I bring my parrot to the office?",
    "What is the boiling point of mercury?",
    "Who painted the Mona Lisa?",
    "How many employees work in the Reykjavik branch?",
    "What is the vacation policy for astronauts?",
    "Where can I park my helicopter?",
    "How much is the fuel allowance for company trucks?",
    "What is the meal allowance on trips to Antarctica?",
    "What time does the gym in Berlin open?",
];

#[tokio::test]
#[ignore = "measures; needs ../shared/data and the embedding model"]
async fn abstention_is_measured() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data =
        if data.is_dir() { data } else { PathBuf::from(std::env::var_os("FOOTNOTE_TEST_DATA").unwrap()) };
    let model = PathBuf::from(std::env::var_os("FOOTNOTE_RUNTIME_DIR").unwrap()).join("model");
    let embedder: Arc<dyn Embedder> = Arc::new(LocalEmbedder::load(&model, Precision::Int8).unwrap());
    let extractive = Extractive::new(embedder.clone());
    let mut table = String::new();

    let squad = corpus(&data.join("squad2_dev/corpus.jsonl"), usize::MAX, embedder.as_ref()).await;
    let questions: Vec<Asked> = lines(&data.join("squad2_dev/queries.jsonl"));
    for asked in questions.iter().step_by(6) {
        let closed: Vec<&Known> =
            squad.iter().filter(|known| Some(&known.document) == asked.context_doc.as_ref()).collect();
        measure("squad-closed", asked, &closed, &extractive, &mut table).await;
        measure("squad-open", asked, &squad.iter().collect::<Vec<_>>(), &extractive, &mut table).await;
    }
    let absent = || {
        ABSENT.iter().map(|text| Asked {
            text: (*text).into(),
            answers: vec![],
            answerable: false,
            context_doc: None,
        })
    };
    for asked in absent() {
        measure("squad-absent", &asked, &squad.iter().collect::<Vec<_>>(), &extractive, &mut table).await;
    }
    drop(squad);

    let handbook = corpus(&data.join("handbook_sourcegraph/corpus.jsonl"), 1400, embedder.as_ref()).await;
    let all: Vec<&Known> = handbook.iter().collect();
    for asked in lines::<Asked>(&data.join("handbook_sourcegraph/queries.jsonl")) {
        measure("handbook", &asked, &all, &extractive, &mut table).await;
    }
    for asked in absent() {
        measure("handbook-absent", &asked, &all, &extractive, &mut table).await;
    }
    std::fs::write(std::env::temp_dir().join("abstention.tsv"), table).unwrap();
}

async fn measure(set: &str, asked: &Asked, known: &[&Known], extractive: &Extractive, table: &mut String) {
    let sources = find(&asked.text, known, extractive.embedder.as_ref()).await;
    let request = AnswerRequest { standalone: asked.text.clone(), sources, ..AnswerRequest::default() };
    let candidates = Candidates::new(&request.sources);
    let question = Question::new(&request.standalone, |term| candidates.rarity(term));
    let ranked = extractive.rank(&request, &question, &candidates).await;
    let Some(best) = ranked.first() else { return };
    let scored: Vec<(usize, f64)> = ranked.iter().map(|it| (it.index, it.evidence.score())).collect();
    let chosen = select::select(&candidates, &scored);
    let text: String = chosen.iter().map(|&index| format!("{} ", candidates.sentences[index].text)).collect();
    let squeezed = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let hit = asked.answers.iter().any(|answer| squeezed(&text).contains(&squeezed(answer)));
    let second = ranked.get(1).map_or(0.0, |second| second.evidence.score());
    let e = best.evidence;
    writeln!(
        table,
        "{set}\t{}\t{}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{}\t{:.3}\t{:.3}\t{:.3}\t{:.3}\t{}\t{}",
        u8::from(asked.answerable),
        u8::from(hit),
        e.direct,
        e.in_context,
        e.names,
        e.similarity.unwrap_or(0.0),
        e.passage_similarity.unwrap_or(0.0),
        e.kind,
        e.rank,
        e.score(),
        second,
        f64::from(u8::from(e.answers())),
        asked.text.replace('\t', " "),
        text.chars().take(300).collect::<String>().replace('\t', " "),
    )
    .unwrap();
}

/// The best eight passages by words and by meaning, fused.
async fn find(question: &str, known: &[&Known], embedder: &dyn Embedder) -> Vec<OfferedSource> {
    let vector = embedder.embed_query(question).await.unwrap();
    let terms = term::content_terms(question);
    let average = known.iter().map(|known| known.length).sum::<f64>() / known.len() as f64;
    let rarity: Vec<f64> = terms
        .iter()
        .map(|term| {
            let having = known.iter().filter(|known| known.counts.contains_key(&term.stem)).count() as f64;
            (1.0 + (known.len() as f64 - having + 0.5) / (having + 0.5)).ln()
        })
        .collect();
    let lexical = |known: &Known| -> f64 {
        terms
            .iter()
            .zip(&rarity)
            .map(|(term, rarity)| {
                let count = known.counts.get(&term.stem).copied().unwrap_or(0.0);
                rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * known.length / average))
            })
            .sum()
    };
    let ranks = |score: &dyn Fn(&Known) -> f64| -> Vec<usize> {
        let scores: Vec<f64> = known.iter().map(|known| score(known)).collect();
        let mut order: Vec<usize> = (0..known.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        order
    };
    let mut fused: HashMap<usize, f64> = HashMap::new();
    let semantic = |known: &Known| crate::model::similarity(&known.vector, &vector);
    for order in [ranks(&lexical), ranks(&semantic)] {
        for (rank, index) in order.into_iter().take(100).enumerate() {
            *fused.entry(index).or_default() += 1.0 / (60.0 + rank as f64);
        }
    }
    let mut fused: Vec<(usize, f64)> = fused.into_iter().collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1));
    let offered = |index: usize| {
        let known = known[index];
        OfferedSource { similarity: Some(semantic(known)), ..known.source.clone() }
    };
    fused.into_iter().take(8).map(|(index, _)| offered(index)).collect()
}

async fn corpus(path: &Path, most: usize, embedder: &dyn Embedder) -> Vec<Known> {
    let mut passages = Vec::new();
    for document in lines::<Document>(path).into_iter().take(most) {
        for (heading, text) in split(&document.text) {
            let source = OfferedSource {
                title: document.title.clone(),
                heading_path: heading.into_iter().collect(),
                text,
                ..OfferedSource::default()
            };
            passages.push((document.id.clone(), source));
        }
    }
    let texts = passages
        .iter()
        .map(|(_, source)| format!("{}\n{}\n{}", source.title, source.heading_path.join("\n"), source.text))
        .collect();
    let vectors = embedder.embed_passages(texts).await.unwrap();
    passages
        .into_iter()
        .zip(vectors)
        .map(|((document, source), vector)| {
            let mut counts: HashMap<String, f64> = HashMap::new();
            for term in term::content_terms(&format!(
                "{}\n{}\n{}",
                source.title,
                source.heading_path.join("\n"),
                source.text
            )) {
                *counts.entry(term.stem).or_default() += 1.0;
            }
            let length = counts.values().sum();
            Known { document, source, counts, length, vector }
        })
        .collect()
}

/// Into passages of about 200 words at headings and blank lines.
fn split(text: &str) -> Vec<(Option<String>, String)> {
    let mut passages: Vec<(Option<String>, String)> = Vec::new();
    let mut heading = None;
    for block in text.split("\n\n") {
        if let Some(line) = block.strip_prefix('#') {
            heading = Some(line.trim_start_matches('#').trim().lines().next().unwrap_or_default().to_owned());
            let rest: String = block.lines().skip(1).collect::<Vec<_>>().join("\n");
            if !rest.trim().is_empty() {
                passages.push((heading.clone(), rest));
            }
            continue;
        }
        match passages.last_mut() {
            Some((last, text)) if *last == heading && text.len() + block.len() < 1_000 => {
                text.push_str("\n\n");
                text.push_str(block);
            }
            _ => passages.push((heading.clone(), block.to_owned())),
        }
    }
    passages.retain(|(_, text)| text.chars().any(char::is_alphabetic));
    passages
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Vec<T> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
