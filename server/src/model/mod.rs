//! Models: embeddings and language models.

/// Which network addresses an endpoint may have.
pub mod address;
/// The models that admins set up.
pub mod catalogue;
/// Endpoints that speak OpenAI's protocol.
pub mod endpoint;
/// The built-in answerer.
pub mod extractive;
/// Whether an endpoint has been failing.
mod health;
/// What an answerer is.
pub mod llm;
/// The embedding model in this process.
pub mod local;
/// Answers from an endpoint.
pub mod openai;
/// Who is next where a model is busy.
pub mod queue;
/// The models that may be asked.
pub mod registry;
/// Embeddings from an endpoint.
pub mod remote;
/// What else a model may be asked to do.
pub mod task;

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;

use self::{
    endpoint::EndpointError,
    extractive::Extractive,
    llm::Llm,
    local::LocalEmbedder,
    openai::{About, OpenAi},
    registry::{Entry, Models},
    remote::{Patience, RemoteEmbedder},
};
use crate::config::{self, Config};

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
    /// `None` while it isn't known: an endpoint tells by its first answer.
    fn model(&self) -> Option<&EmbeddingModel>;

    /// The model, as soon as it is known. As it stands here, for those that know theirs from the start.
    async fn known_model(&self) -> &EmbeddingModel {
        match self.model() {
            Some(model) => model,
            None => std::future::pending().await,
        }
    }

    /// Goes ahead of all waiting passages.
    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>>;

    /// How many passages are best given at a time: their vectors are kept, and the progress told, in between.
    fn passages_at_a_time(&self) -> usize {
        16
    }

    /// One vector a text, in order.
    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>>;
}

/// The embedder that the settings ask for: the endpoint's where one is set, else the local one.
///
/// # Errors
/// Where the local model is not installed, or the endpoint answers with vectors that can't be used. One that doesn't
/// answer at all may do so later: until then there is no search by meaning.
pub async fn embedder(config: &Config) -> anyhow::Result<Arc<dyn Embedder>> {
    Ok(match &config.embedding {
        Some(endpoint) => Arc::new(remote_embedder(endpoint, Patience::default()).await?),
        None => {
            let (folder, precision) = (config.runtime.model(), config.embedding_precision);
            let load = move || LocalEmbedder::load(&folder, precision);
            Arc::new(tokio::task::spawn_blocking(load).await??)
        }
    })
}

/// An embedder for `endpoint`, which may be away.
///
/// # Errors
/// Where its key can't be sent, or it answers with vectors that can't be used.
pub async fn remote_embedder(
    endpoint: &config::Endpoint,
    patience: Patience,
) -> anyhow::Result<RemoteEmbedder> {
    let embedder = RemoteEmbedder::new(endpoint, patience)?;
    match embedder.try_out().await {
        Ok(_) => {}
        Err(error @ EndpointError::Unusable(_)) => {
            return Err(error).context("could not try out the embedding model");
        }
        Err(reason) => {
            tracing::warn!(%reason, "Search by meaning is off until the embedding endpoint answers");
            embedder.await_return(reason);
        }
    }
    Ok(embedder)
}

/// The cosine of the angle between two vectors of length 1.
pub fn similarity(a: &[f32], b: &[f32]) -> f64 {
    f64::from(a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>())
}

/// The answerers that the settings ask for: the endpoint's model where one is set, and always the
/// extractive one.
///
/// # Errors
/// Where the endpoint's settings can't be used.
pub fn models(config: &Config, embedder: Arc<dyn Embedder>) -> anyhow::Result<Models> {
    let own: Option<Arc<dyn Llm>> = match &config.llm {
        Some(endpoint) => {
            let about = About {
                prices: config.llm_prices,
                is_external: config.llm_is_external,
                context_tokens: config.llm_context_tokens,
                at_once: config.llm_at_once,
                ..About::default()
            };
            Some(Arc::new(OpenAi::new(endpoint, openai::Patience::default(), about)?))
        }
        None => None,
    };
    let own = own.map(|llm| Entry { id: None, roles: config.llm_roles.clone(), llm });
    Ok(Models::new(own, Arc::new(Extractive::new(embedder))))
}
