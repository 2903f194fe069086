//! Models: embeddings and language models.

/// Endpoints that speak OpenAI's protocol.
pub mod endpoint;
/// The embedding model in this process.
pub mod local;
/// Embeddings from an endpoint.
pub mod remote;

use std::sync::Arc;

use async_trait::async_trait;

use self::{
    local::LocalEmbedder,
    remote::{Patience, RemoteEmbedder},
};
use crate::config::Config;

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

/// The embedder that the settings ask for: the endpoint's where one is set, else the local one.
///
/// # Errors
/// Where the local model is not installed, or the endpoint doesn't answer as one should.
pub async fn embedder(config: &Config) -> anyhow::Result<Arc<dyn Embedder>> {
    Ok(match &config.embedding {
        Some(endpoint) => Arc::new(RemoteEmbedder::connect(endpoint, Patience::default()).await?),
        None => {
            let (folder, precision) = (config.runtime.model(), config.embedding_precision);
            let load = move || LocalEmbedder::load(&folder, precision);
            Arc::new(tokio::task::spawn_blocking(load).await??)
        }
    })
}
