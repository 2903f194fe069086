//! The vectors of what is searched, held in memory: some 530 bytes a passage.
//!
//! They are derived from Postgres and follow it as the keyword index does. A search that comes
//! before they are as new as that index, or that is of another model, is answered by Postgres.

mod follow;
mod held;
mod matrix;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use anyhow::Context;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use self::held::Held;
use super::QueryVector;
use crate::search::{keyword::Hit, scope::Scope};

/// The vectors of this server. Cheap to clone.
#[derive(Clone)]
pub struct VectorMemory {
    shared: Arc<Shared>,
}

struct Shared {
    /// How many vectors are held at most.
    most: usize,
    /// `None` before they were read, and where there are too many.
    held: RwLock<Option<Held>>,
    /// See [`VectorMemory::shown`].
    shown: watch::Sender<Option<i64>>,
    /// Wakes the follower when a search met another model.
    model_changed: Notify,
}

impl VectorMemory {
    /// Holds up to `most` vectors, and none before [`VectorMemory::follow`] has read them.
    pub fn new(most: usize) -> Self {
        let (held, shown) = (RwLock::default(), watch::Sender::new(None));
        Self { shared: Arc::new(Shared { most, held, shown, model_changed: Notify::new() }) }
    }

    /// The nearest chunks of the scope, nearest first; `None` where what is held is of another model
    /// or doesn't show the change `seq` yet.
    pub(super) async fn nearest(
        &self,
        query: &QueryVector,
        scope: &Scope,
        limit: usize,
        seq: i64,
    ) -> anyhow::Result<Option<Vec<Hit>>> {
        if !self.answers(query.model_id, seq) {
            return Ok(None);
        }
        let (memory, query, scope) = (self.clone(), query.clone(), scope.clone());
        let search = move || memory.with(query.model_id, |held| held.nearest(&query.vector, &scope, limit));
        tokio::task::spawn_blocking(search).await.context("the search among the vectors panicked")
    }

    /// How near chunks are to the query, as far as their vectors are held.
    pub(super) fn cosines(&self, query: &QueryVector, chunks: &[Uuid]) -> Option<Vec<Hit>> {
        let hit =
            |held: &Held, chunk: Uuid| held.cosine(chunk, &query.vector).map(|score| Hit { chunk, score });
        self.with(query.model_id, |held| chunks.iter().filter_map(|chunk| hit(held, *chunk)).collect())
    }

    /// The number of the last change that is shown; `None` while no vectors are held.
    pub fn shown(&self) -> watch::Receiver<Option<i64>> {
        self.shared.shown.subscribe()
    }

    fn answers(&self, model_id: i16, seq: i64) -> bool {
        match &*self.read() {
            Some(held) if held.model_id == model_id => held.seq >= seq,
            Some(_) => {
                self.shared.model_changed.notify_one();
                false
            }
            None => false,
        }
    }

    fn with<T>(&self, model_id: i16, look: impl FnOnce(&Held) -> T) -> Option<T> {
        self.read().as_ref().filter(|held| held.model_id == model_id).map(look)
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Held>> {
        self.shared.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is held.
    fn change(&self, change: impl FnOnce(&mut Option<Held>)) {
        let mut held = self.shared.held.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut held);
        self.shared.shown.send_replace(held.as_ref().map(|held| held.seq));
    }
}
