//! An embedder with few notions.

use async_trait::async_trait;
use server::model::{Embedder, EmbeddingModel};

/// A model that knows a few topics, each by several words: texts are near when they share topics.
pub(crate) struct Topics(EmbeddingModel);

const TOPICS: [&[&str]; 4] = [
    &["holiday", "leave", "vacation", "urlaub"],
    &["salary", "pay", "wage", "gehalt"],
    &["laptop", "computer", "notebook"],
    &["doctor", "illness", "sick"],
];

impl Topics {
    pub(crate) fn new(name: &str) -> Self {
        Self(EmbeddingModel {
            name: name.to_owned(),
            mode: "int8".into(),
            dimensions: TOPICS.len() as u32 + 1,
        })
    }

    fn vector(text: &str) -> Vec<f32> {
        let text = text.to_lowercase();
        let mut vector: Vec<_> = TOPICS
            .iter()
            .map(|words| words.iter().filter(|word| text.contains(**word)).count() as f32)
            .collect();
        // What a text has besides, so that every text has a vector.
        vector.push(0.1);
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter().map(|x| x / length).collect()
    }
}

#[async_trait]
impl Embedder for Topics {
    fn model(&self) -> Option<&EmbeddingModel> {
        Some(&self.0)
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        Ok(Self::vector(text))
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|text| Self::vector(text)).collect())
    }
}
