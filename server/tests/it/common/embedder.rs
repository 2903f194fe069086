//! An embedder that a test holds in its hands.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use server::model::{Embedder, EmbeddingModel};
use tokio::sync::Semaphore;

/// Gives texts vectors that mean nothing, and waits where it is told to.
pub(crate) struct TestEmbedder {
    model: EmbeddingModel,
    /// Each text takes one.
    pub(crate) permits: Semaphore,
    pub(crate) embedded: AtomicUsize,
    /// Batches that were begun.
    pub(crate) begun: Semaphore,
}

impl TestEmbedder {
    pub(crate) fn named(name: &str) -> Self {
        let model = EmbeddingModel { name: name.into(), mode: "test".into(), dimensions: 3 };
        Self {
            model,
            permits: Semaphore::new(Semaphore::MAX_PERMITS),
            embedded: AtomicUsize::new(0),
            begun: Semaphore::new(0),
        }
    }

    /// One that embeds nothing until it is given permits.
    pub(crate) fn held() -> Self {
        Self { permits: Semaphore::new(0), ..Self::named("held") }
    }

    /// Waits until so many batches have been begun since it was last asked.
    pub(crate) async fn await_begun(&self, batches: u32) {
        self.begun.acquire_many(batches).await.unwrap().forget();
    }

    /// Lets everything pass from now on.
    pub(crate) fn release(&self) {
        self.permits.add_permits(1_000_000);
    }
}

#[async_trait]
impl Embedder for TestEmbedder {
    fn model(&self) -> Option<&EmbeddingModel> {
        Some(&self.model)
    }

    async fn embed_query(&self, _text: &str) -> anyhow::Result<Vec<f32>> {
        Ok(vec![1.0, 0.0, 0.0])
    }

    async fn embed_passages(&self, texts: Vec<String>) -> anyhow::Result<Vec<Vec<f32>>> {
        self.begun.add_permits(1);
        let wanted = u32::try_from(texts.len()).unwrap();
        self.permits.acquire_many(wanted).await.unwrap().forget();
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|_| vec![1.0, 0.0, 0.0]).collect())
    }
}
