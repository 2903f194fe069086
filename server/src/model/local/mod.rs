//! The embedding model in this process.

mod pool;

use std::{path::Path, sync::Arc, thread};

use anyhow::Context;
use async_trait::async_trait;
use minilm::{Model, Options, Precision, Scratch};

use self::pool::{Pool, Urgency};
use super::{Embedder, EmbeddingModel};

/// all-MiniLM-L6-v2, with a thread for each core that embeds questions and one that embeds passages.
/// Dropping it stops the threads.
pub struct LocalEmbedder {
    model: EmbeddingModel,
    pool: Pool<Vec<f32>>,
}

impl LocalEmbedder {
    /// Loads the model from its folder and starts the threads. Blocks for a fraction of a second.
    ///
    /// # Errors
    /// Where the folder doesn't hold the model.
    pub fn load(folder: &Path, precision: Precision) -> anyhow::Result<Self> {
        let options = Options { precision, ..Options::default() };
        let model = Model::load(folder, options).context("could not load the embedding model")?;
        tracing::info!(%precision, instructions = %model.instructions(), "The embedding model is loaded");

        let model = Arc::new(model);
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let pool = Pool::start(workers, || {
            let (model, mut scratch) = (Arc::clone(&model), Scratch::default());
            move |text: &str| model.embed(text, &mut scratch).to_vec()
        })?;
        let model = EmbeddingModel {
            name: "all-MiniLM-L6-v2".into(),
            mode: precision.to_string(),
            dimensions: minilm::DIMENSIONS as u32,
        };
        Ok(Self { model, pool })
    }
}

#[async_trait]
impl Embedder for LocalEmbedder {
    fn model(&self) -> Option<&EmbeddingModel> {
        Some(&self.model)
    }

    async fn embed_query(&self, text: &str) -> anyhow::Result<Vec<f32>> {
        self.pool.submit(Urgency::Now, text.to_owned()).await.context("could not embed the query")
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        let vectors = texts.into_iter().map(|text| self.pool.submit(Urgency::Later, text));
        futures::future::try_join_all(vectors.collect::<Vec<_>>())
            .await
            .context("could not embed the passages")
    }
}
