//! How good the search is, on data with judgements, beside the reference numbers of that data.
//!
//! Minutes long, so only run by name:
//! `cargo test -p server --test it search::evaluation -- --ignored --nocapture`

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use app::search::{SearchMode, SearchQuery};
use minilm::Tokenizer;
use serde::Deserialize;
use server::{
    ingest::{chunk::chunk, parse::parse_bytes},
    store::RuntimeParts,
};
use sqlx::PgPool;

use super::fixture::{Library, NewDocument, test_data};
use crate::common::embedder;

/// A collection of documents with questions whose right documents are known.
struct Set {
    name: &'static str,
    folder: &'static str,
    /// With the dot: what the documents are.
    ending: &'static str,
    questions: &'static str,
    judgements: &'static str,
    most: usize,
    /// nDCG@10 of BM25, all-MiniLM-L6-v2 and the two fused, in plain reference runs.
    reference: [f64; 3],
}

const SCIFACT: Set = Set {
    name: "SciFact",
    folder: "scifact",
    ending: ".txt",
    questions: "queries.jsonl",
    judgements: "qrels.tsv",
    most: 300,
    reference: [0.679, 0.647, 0.715],
};
const SETS: [Set; 6] = [
    Set {
        name: "SciFact, train",
        questions: "train_queries.jsonl",
        judgements: "train_qrels.tsv",
        most: 809,
        reference: [f64::NAN; 3],
        ..SCIFACT
    },
    SCIFACT,
    Set {
        name: "handbook",
        folder: "handbook_sourcegraph",
        ending: ".md",
        reference: [0.752, 0.737, 0.810],
        ..SCIFACT
    },
    Set {
        name: "XQuAD German",
        folder: "xquad/de",
        most: 1_190,
        reference: [0.915, 0.702, 0.861],
        ..SCIFACT
    },
    Set {
        name: "XQuAD Chinese",
        folder: "xquad/zh",
        most: 1_190,
        reference: [0.948, 0.239, 0.577],
        ..SCIFACT
    },
    Set { name: "SQuAD 2.0", folder: "squad2_dev", most: 1_500, reference: [0.886, 0.786, 0.879], ..SCIFACT },
];

#[sqlx::test(migrations = "../migrations")]
#[ignore = "minutes long"]
async fn search_is_better_than_its_reference(db: PgPool) {
    let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
    let tokenizer = Tokenizer::load(&runtime.model()).unwrap();
    let library = Library::with_embedder(db, embedder()).await;
    println!("nDCG@10             lexical         semantic        hybrid          (in brackets: reference)");
    let mut loaded: Option<(&str, uuid::Uuid)> = None;
    for set in SETS {
        let Some(folder) = test_data(set.folder) else {
            println!("{}: skipped, no test data", set.name);
            continue;
        };
        let collection = match loaded {
            Some((folder, collection)) if folder == set.folder => collection,
            _ => load(&library, &tokenizer, &set, &folder).await,
        };
        loaded = Some((set.folder, collection));
        let mut line = format!("{:<18}", set.name);
        let modes = [SearchMode::Lexical, SearchMode::Semantic, SearchMode::Hybrid];
        for (mode, reference) in modes.into_iter().zip(set.reference) {
            let ndcg = evaluate(&library, &set, &folder, collection, mode).await;
            line += &format!("  {ndcg:.3} ({reference:.3})");
        }
        println!("{line}");
    }
}

/// Brings a set's documents into a collection.
async fn load(library: &Library, tokenizer: &Tokenizer, set: &Set, folder: &Path) -> uuid::Uuid {
    let collection = library.add_collection("everyone").await;
    for document in read::<Document>(&folder.join("corpus.jsonl")) {
        let filename = format!("{}{}", document.id.replace('/', "-"), set.ending);
        let Ok(extracted) = parse_bytes(document.text.as_bytes(), &filename) else { continue };
        let chunks = chunk(&extracted, &|text| tokenizer.count(text));
        let new = NewDocument {
            external_id: Some(&document.id),
            title: &document.title,
            language: extracted.language.as_deref(),
            passages: chunks.into_iter().map(|chunk| (chunk.heading_path, chunk.text)).collect(),
            ..NewDocument::default()
        };
        library.add(collection, new).await;
    }
    library.settle().await;
    collection
}

/// The mean nDCG@10 over whole documents, each at the rank of its best passage.
async fn evaluate(
    library: &Library,
    set: &Set,
    folder: &Path,
    collection: uuid::Uuid,
    mode: SearchMode,
) -> f64 {
    let judged = judgements(&folder.join(set.judgements));
    let service = library.service();
    let mut gains = Vec::new();
    for question in read::<Question>(&folder.join(set.questions)) {
        let Some(relevant) = judged.get(&question.id) else { continue };
        if gains.len() == set.most {
            break;
        }
        let query = SearchQuery {
            q: question.text,
            collections: vec![collection],
            mode,
            limit: 100,
            ..SearchQuery::default()
        };
        let found = service.search(library.admin, &query).await.unwrap().results;
        let mut seen = HashSet::new();
        let documents =
            found.iter().filter_map(|passage| passage.external_id.as_deref()).filter(|id| seen.insert(*id));
        gains.push(ndcg(documents.take(10).map(|id| relevant.contains(id)), relevant.len()));
    }
    gains.iter().sum::<f64>() / gains.len() as f64
}

/// Normalised discounted cumulative gain of a list, where so many documents are relevant.
fn ndcg(is_relevant: impl Iterator<Item = bool>, relevant: usize) -> f64 {
    let discount = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let gain: f64 =
        is_relevant.enumerate().filter(|(_, is_relevant)| *is_relevant).map(|(rank, _)| discount(rank)).sum();
    gain / (0..relevant.min(10)).map(discount).sum::<f64>()
}

#[derive(Deserialize)]
struct Document {
    id: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Question {
    id: String,
    text: String,
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Vec<T> {
    let lines = fs::read_to_string(path).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The relevant documents of each question.
fn judgements(path: &Path) -> HashMap<String, HashSet<String>> {
    let mut judgements: HashMap<_, HashSet<_>> = HashMap::new();
    for line in fs::read_to_string(path).unwrap().lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        if columns[2] != "0" {
            judgements.entry(columns[0].to_owned()).or_default().insert(columns[1].to_owned());
        }
    }
    judgements
}
