//! Passages and questions that are made up, with vectors around real ones.

use std::{
    collections::HashMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use serde::Deserialize;
use server::model::{Embedder, EmbeddingModel};

use super::SEARCHES;

pub(crate) const PARAGRAPHS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/squad2_dev/corpus.jsonl");
const QUESTIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/squad2_dev/queries.jsonl");
const WORDS_A_PASSAGE: usize = 120;
const VOCABULARY: usize = 20_000;
/// The length of the noise beside the real vector's, which is 1: the cosine of a passage and its
/// paragraph is about 0.8, that of two passages of one paragraph 0.6, as of real ones on one matter.
const NOISE: f32 = 0.75;

/// Stands for the model: gives real vectors for questions, at once or at what they really cost, and
/// makes the passages' from those of real paragraphs.
pub(crate) struct Synthetic {
    real: Arc<dyn Embedder>,
    paragraphs: Vec<Vec<f32>>,
    questions: Vec<String>,
    /// Of the questions.
    vectors: Vec<Vec<f32>>,
    /// Whether questions are embedded again each time.
    embeds: AtomicBool,
    number_of: HashMap<String, usize>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
}

impl Synthetic {
    pub(crate) async fn around(real: Arc<dyn Embedder>) -> Self {
        let paragraphs = real.embed_passages(texts(PARAGRAPHS)).await.unwrap();
        let questions: Vec<String> = texts(QUESTIONS).into_iter().step_by(15).take(SEARCHES).collect();
        assert_eq!(questions.len(), SEARCHES);
        let number_of = (0..SEARCHES).map(|number| (question(number), number)).collect();
        let mut vectors = Vec::with_capacity(SEARCHES);
        for question in &questions {
            vectors.push(real.embed_query(question).await.unwrap());
        }
        Self { real, paragraphs, questions, vectors, embeds: AtomicBool::new(true), number_of }
    }

    /// From now on questions are embedded each time, or their vectors are there at once.
    pub(crate) fn embed_questions(&self, embeds: bool) {
        self.embeds.store(embeds, Ordering::Relaxed);
    }

    /// The vector of a passage.
    pub(crate) fn vector(&self, number: usize) -> Vec<f32> {
        let paragraph = &self.paragraphs[hashed(&(number, "paragraph")) as usize % self.paragraphs.len()];
        let mut bits = hashed(&(number, "noise"));
        let each = NOISE / (paragraph.len() as f32).sqrt();
        let mut vector = Vec::with_capacity(paragraph.len());
        for (dimension, x) in paragraph.iter().enumerate() {
            // Sums of uniform numbers are nearly normal.
            if dimension.is_multiple_of(8) {
                bits = hashed(&bits);
            }
            let byte = (bits >> (dimension % 8 * 8) & 0xff) as f32;
            vector.push(x + each * (byte / 127.5 - 1.0) * 3.0_f32.sqrt());
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
        vector
    }

    /// The vector of a question.
    pub(crate) async fn question_vector(&self, number: usize) -> Vec<f32> {
        if !self.embeds.load(Ordering::Relaxed) {
            return self.vectors[number].clone();
        }
        self.real.embed_query(&self.questions[number]).await.unwrap()
    }
}

fn texts(file: &str) -> Vec<String> {
    let lines = fs::read_to_string(file).unwrap();
    lines.lines().map(|line| serde_json::from_str::<Line>(line).unwrap().text).collect()
}

#[async_trait]
impl Embedder for Synthetic {
    fn model(&self) -> Option<&EmbeddingModel> {
        self.real.model()
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        Ok(self.question_vector(self.number_of[text]).await)
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        self.real.embed_passages(texts).await
    }
}

/// What is asked: a few words, rare ones and frequent ones.
pub(crate) fn question(number: usize) -> String {
    (0..5).map(|place| word(&(number, place, "query"))).collect::<Vec<_>>().join(" ")
}

pub(crate) fn passage(number: usize) -> String {
    (0..WORDS_A_PASSAGE).map(|place| word(&(number, place))).collect::<Vec<_>>().join(" ")
}

/// A word of the vocabulary, the frequent ones often: the same for the same seed.
fn word(seed: &impl Hash) -> String {
    let uniform = hashed(seed) as f64 / u64::MAX as f64;
    format!("w{}", (VOCABULARY as f64).powf(uniform) as usize)
}

pub(crate) fn hashed(seed: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    hasher.finish()
}
