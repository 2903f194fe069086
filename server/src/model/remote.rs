//! Embeddings from an endpoint that speaks OpenAI's protocol.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use async_openai::{
    Client,
    config::OpenAIConfig,
    types::embeddings::{CreateEmbeddingRequest, Embedding, EmbeddingInput, EncodingFormat},
};
use async_trait::async_trait;
use tokio::sync::watch;

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
///
/// While the endpoint is away every request fails at once, so that nobody waits for it in vain; it is asked in the
/// background until it answers again.
pub struct RemoteEmbedder {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client<OpenAIConfig>,
    name: String,
    patience: Patience,
    /// Known from the first answer on, which tells how long the model's vectors are.
    model: OnceLock<EmbeddingModel>,
    /// Why the endpoint is away; `None` where it answered last.
    away: watch::Sender<Option<EndpointError>>,
}

impl RemoteEmbedder {
    /// One that is not yet known to answer. To be called in an async runtime.
    ///
    /// # Errors
    /// Where the key can't be sent as a header.
    pub fn new(endpoint: &Endpoint, patience: Patience) -> anyhow::Result<Self> {
        let shared = Shared {
            client: endpoint::client(endpoint)?,
            name: endpoint.model.clone(),
            patience,
            model: OnceLock::new(),
            away: watch::Sender::new(None),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Embeds a word to learn how long the model's vectors are.
    ///
    /// # Errors
    /// Where the endpoint doesn't answer, or not with a vector that can be used.
    pub async fn try_out(&self) -> Result<&EmbeddingModel, EndpointError> {
        self.shared.try_out().await
    }

    /// Takes the endpoint for away, and asks it in the background until it answers.
    pub fn await_return(&self, reason: EndpointError) {
        let was_there = self.shared.away.send_replace(Some(reason)).is_none();
        if was_there {
            tokio::spawn(ask_until_it_answers(Arc::downgrade(&self.shared)));
        }
    }

    /// As [`Shared::embed`], unless the endpoint is away.
    async fn embed(&self, texts: Vec<String>, limit: Duration) -> Result<Vec<Vec<f32>>, EndpointError> {
        if let Some(reason) = self.shared.away.borrow().clone() {
            return Err(reason);
        }
        let embedded = self.shared.embed(texts, limit).await;
        if let Err(reason) = embedded.as_ref()
            && reason.is_absence()
        {
            tracing::warn!(%reason, "Search by meaning is off until the embedding endpoint answers again");
            self.await_return(reason.clone());
        }
        embedded
    }
}

/// Ends when the endpoint answered, or the embedder is no more.
async fn ask_until_it_answers(embedder: Weak<Shared>) {
    const FIRST_PAUSE: Duration = Duration::from_millis(500);
    const LONGEST_PAUSE: Duration = Duration::from_secs(15);
    let mut pause = FIRST_PAUSE;
    loop {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let Some(shared) = embedder.upgrade() else { return };
        match shared.try_out().await {
            Ok(model) => {
                tracing::info!(model = model.name, "The embedding endpoint answers: search by meaning is on");
                shared.away.send_replace(None);
                return;
            }
            Err(reason) => drop(shared.away.send_replace(Some(reason))),
        }
    }
}

impl Shared {
    async fn try_out(&self) -> Result<&EmbeddingModel, EndpointError> {
        let vectors = self.request(vec!["footnote".into()], self.patience.query).await?;
        self.check(&vectors)
    }

    /// One vector a text, all as long as the first ever was.
    async fn embed(&self, texts: Vec<String>, limit: Duration) -> Result<Vec<Vec<f32>>, EndpointError> {
        let vectors = self.request(texts, limit).await?;
        self.check(&vectors)?;
        Ok(vectors)
    }

    fn check(&self, vectors: &[Vec<f32>]) -> Result<&EmbeddingModel, EndpointError> {
        let length = vectors.first().map_or(0, Vec::len);
        if length > MAX_DIMENSIONS {
            let reason =
                format!("its vectors have {length} numbers, and the database takes {MAX_DIMENSIONS}");
            return Err(EndpointError::Unusable(reason));
        }
        let model = self.model.get_or_init(|| EmbeddingModel {
            name: self.name.clone(),
            mode: "remote".into(),
            dimensions: length as u32,
        });
        let expected = model.dimensions as usize;
        match vectors.iter().map(Vec::len).find(|length| *length != expected) {
            None => Ok(model),
            Some(length) => {
                Err(EndpointError::Unusable(format!("a vector of {length} numbers instead of {expected}")))
            }
        }
    }

    async fn request(&self, texts: Vec<String>, limit: Duration) -> Result<Vec<Vec<f32>>, EndpointError> {
        let number = texts.len();
        let request = CreateEmbeddingRequest {
            model: self.name.clone(),
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
    fn model(&self) -> Option<&EmbeddingModel> {
        self.shared.model.get()
    }

    async fn known_model(&self) -> &EmbeddingModel {
        let mut changes = self.shared.away.subscribe();
        loop {
            if let Some(model) = self.shared.model.get() {
                return model;
            }
            // The sender lives as long as `self`.
            let _ = changes.changed().await;
        }
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        let mut vectors = self.embed(vec![text.to_owned()], self.shared.patience.query).await?;
        Ok(vectors.remove(0))
    }

    /// As many as one request takes, since each is waited for.
    fn passages_at_a_time(&self) -> usize {
        BATCH
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            vectors.extend(self.embed(batch.to_vec(), self.shared.patience.batch).await?);
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
