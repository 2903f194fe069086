//! Models: embeddings and language models.

use async_trait::async_trait;

/// Which model made a vector. Vectors of different models are never compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingModel {
    pub name: String,
    /// `int8` or `fp32` in process; `remote` for an endpoint.
    pub mode: String,
    pub dimensions: u32,
}

/// Turns texts into vectors of length 1.
#[async_trait]
pub trait Embedder: Send + Sync {
    fn model(&self) -> &EmbeddingModel;

    /// Goes ahead of all waiting passages.
    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>>;

    /// One vector a text, in order.
    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>>;
}
