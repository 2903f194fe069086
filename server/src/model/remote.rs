//! Embeddings from an endpoint that speaks OpenAI's protocol.

use std::time::Duration;

use anyhow::Context;
use async_openai::{
    Client,
    config::OpenAIConfig,
    types::embeddings::{CreateEmbeddingRequest, Embedding, EmbeddingInput, EncodingFormat},
};
use async_trait::async_trait;

use super::{
    Embedder, EmbeddingModel,
    endpoint::{self, EndpointError},
};
use crate::config::Endpoint;

/// Texts in one request: few enough for any endpoint's limits with passages of 200 tokens.
const BATCH: usize = 64;

/// The longest vector that pgvector's index takes in half precision.
const MAX_DIMENSIONS: usize = 4000;

/// How long to wait for an endpoint, its retries included.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Somebody is waiting for this one.
    pub query: Duration,
    /// For a batch of passages.
    pub batch: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { query: Duration::from_secs(10), batch: Duration::from_secs(120) }
    }
}

/// An embedding model behind an endpoint.
pub struct RemoteEmbedder {
    client: Client<OpenAIConfig>,
    model: EmbeddingModel,
    patience: Patience,
}

impl RemoteEmbedder {
    /// Embeds a word to learn how long the model's vectors are.
    ///
    /// # Errors
    /// [`EndpointError`] where the endpoint doesn't answer, or not with a vector that can be used.
    pub async fn connect(endpoint: &Endpoint, patience: Patience) -> anyhow::Result<Self> {
        let client = endpoint::client(endpoint)?;
        let model = EmbeddingModel { name: endpoint.model.clone(), mode: "remote".into(), dimensions: 0 };
        let mut embedder = Self { client, model, patience };
        let vectors = embedder.request(vec!["footnote".into()], patience.query).await;
        let dimensions = vectors.context("could not try out the embedding model")?[0].len();
        if dimensions > MAX_DIMENSIONS {
            let reason =
                format!("its vectors have {dimensions} numbers, and the database takes {MAX_DIMENSIONS}");
            return Err(EndpointError::Unusable(reason).into());
        }
        embedder.model.dimensions = dimensions as u32;
        Ok(embedder)
    }

    /// As [`Self::request`], with vectors as long as they were at first.
    async fn embed(&self, texts: Vec<String>, limit: Duration) -> Result<Vec<Vec<f32>>, EndpointError> {
        let vectors = self.request(texts, limit).await?;
        let expected = self.model.dimensions as usize;
        match vectors.iter().map(Vec::len).find(|length| *length != expected) {
            None => Ok(vectors),
            Some(length) => {
                Err(EndpointError::Unusable(format!("a vector of {length} numbers instead of {expected}")))
            }
        }
    }

    async fn request(&self, texts: Vec<String>, limit: Duration) -> Result<Vec<Vec<f32>>, EndpointError> {
        let number = texts.len();
        let request = CreateEmbeddingRequest {
            model: self.model.name.clone(),
            input: EmbeddingInput::StringArray(texts),
            encoding_format: Some(EncodingFormat::Float),
            ..CreateEmbeddingRequest::default()
        };
        let embeddings = self.client.embeddings();
        let answer = tokio::time::timeout(limit, embeddings.create(request)).await;
        let answer = answer.map_err(|_elapsed| EndpointError::TimedOut)??;
        in_order(answer.data, number)?.into_iter().map(to_length_one).collect()
    }
}

#[async_trait]
impl Embedder for RemoteEmbedder {
    fn model(&self) -> &EmbeddingModel {
        &self.model
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        let mut vectors = self.embed(vec![text.to_owned()], self.patience.query).await?;
        Ok(vectors.remove(0))
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            vectors.extend(self.embed(batch.to_vec(), self.patience.batch).await?);
        }
        Ok(vectors)
    }
}

/// The vectors by the index that each carries; the protocol doesn't promise their order.
fn in_order(mut embeddings: Vec<Embedding>, number: usize) -> Result<Vec<Vec<f32>>, EndpointError> {
    embeddings.sort_by_key(|embedding| embedding.index);
    if !embeddings.iter().map(|embedding| embedding.index as usize).eq(0..number) {
        return Err(EndpointError::Unusable("it has not one vector for each text".into()));
    }
    Ok(embeddings.into_iter().map(|embedding| embedding.embedding).collect())
}

fn to_length_one(mut vector: Vec<f32>) -> Result<Vec<f32>, EndpointError> {
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(EndpointError::Unusable("a vector without a direction".into()));
    }
    for value in &mut vector {
        *value = (f64::from(*value) / length) as f32;
    }
    Ok(vector)
}
