//! The keyword index: BM25 over the words of titles, headings and passages.
//!
//! It is derived from Postgres and follows it: see [`KeywordIndex::follow`]. What it finds is
//! checked against Postgres before anybody sees it.

mod audit;
mod entry;
mod facets;
mod folder;
mod follow;
mod near;
mod query;
mod rebuild;
mod searchable;
mod writer;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context;
use app::search::Facets;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use self::{folder::Folder, searchable::Searchable};
use super::{language::Language, query::ParsedQuery, scope::Scope};
use crate::{background, politeness::Politeness};

/// The keyword index of this server, in its data folder. Cheap to clone.
#[derive(Clone)]
pub struct KeywordIndex {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Folder,
    /// `None` while there is no index to search: it is missing, damaged or of another form.
    searchable: RwLock<Option<Arc<Searchable>>>,
    /// See [`KeywordIndex::applied`].
    applied: watch::Sender<i64>,
    /// Wakes the follower to build the index anew.
    rebuild_wanted: Notify,
}

/// A chunk that a channel found.
#[derive(Debug, Clone, Copy, PartialEq, sqlx::FromRow)]
pub(super) struct Hit {
    pub(super) chunk: Uuid,
    /// Higher is better; only comparable within one search of one channel.
    pub(super) score: f64,
}

/// What a search by words found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// The query as it was sought.
    pub(super) query: Arc<ParsedQuery>,
    /// The words that may be meant by those that are not known, by their exact forms.
    pub(super) meant: HashMap<String, Vec<String>>,
    /// The best entries, best first.
    pub(super) hits: Vec<Hit>,
    /// The inverse document frequency of each of the query's words, in their order.
    pub(super) rarities: Vec<f64>,
    /// The languages of the very best entries, ISO 639-1: most likely the query's own.
    pub(super) languages: Vec<Option<String>>,
}

impl KeywordIndex {
    /// Opens the index in `dir`, which this process alone may use from now on. What is missing,
    /// damaged or of another form is rebuilt by [`KeywordIndex::follow`].
    ///
    /// # Errors
    /// Where the folder can't be made or another process holds it.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        Self::open_if_free(dir)?
            .with_context(|| format!("the index in {} is in use by another process", dir.display()))
    }

    /// As [`KeywordIndex::open`]; `None` where another process holds it: a running server.
    ///
    /// # Errors
    /// Where the folder can't be made.
    pub fn open_if_free(dir: &Path) -> anyhow::Result<Option<Self>> {
        Ok(Folder::take(dir)?.map(Self::in_folder))
    }

    fn in_folder(folder: Folder) -> Self {
        let searchable = open_if_made(&folder.current());
        let applied = searchable.as_ref().map_or(0, |searchable| searchable.state().seq);
        let shared = Shared {
            folder,
            searchable: RwLock::new(searchable.map(Arc::new)),
            applied: watch::Sender::new(applied),
            rebuild_wanted: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The number of the last change that searches see; 0 while there is no index.
    pub fn applied(&self) -> watch::Receiver<i64> {
        self.shared.applied.subscribe()
    }

    /// The number of the last change that searches see now.
    pub(super) fn seen(&self) -> i64 {
        *self.shared.applied.borrow()
    }

    /// Waits until searches see the change `seq`; false where that takes longer than `timeout`.
    pub async fn wait_for(&self, seq: i64, timeout: Duration) -> bool {
        let mut applied = self.applied();
        let seen = applied.wait_for(|applied| *applied >= seq);
        matches!(tokio::time::timeout(timeout, seen).await, Ok(Ok(_)))
    }

    /// Whether there is an index to search.
    pub fn is_ready(&self) -> bool {
        self.searchable().is_some()
    }

    /// How many entries the index holds of a document.
    ///
    /// # Errors
    /// Where the index can't be read.
    pub async fn count_entries(&self, document: Uuid) -> anyhow::Result<u64> {
        match self.searchable() {
            Some(searchable) => blocking(move || searchable.count_entries(document)).await,
            None => Ok(0),
        }
    }

    /// The languages of the indexed documents.
    pub(super) fn languages(&self) -> Vec<Language> {
        self.searchable().map(|searchable| searchable.languages().to_vec()).unwrap_or_default()
    }

    /// The best entries for a query; `None` while there is no index.
    pub(super) async fn search(&self, query: Arc<ParsedQuery>, scope: Scope, limit: usize) -> Option<Found> {
        self.ask(move |searchable| searchable.search(query, &scope, limit)).await
    }

    /// What a search could be narrowed to, counted over all that its reader may read and that holds a
    /// word of the query, or over all of it; `None` while there is no index.
    pub(super) async fn facets(&self, query: Option<Arc<ParsedQuery>>, scope: Scope) -> Option<Facets> {
        self.ask(move |searchable| searchable.facets(query.as_deref(), &scope)).await
    }

    /// Asks the index off the async threads. One that fails is damaged, and is given up.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Searchable) -> anyhow::Result<T> + Send + 'static,
    ) -> Option<T> {
        let searchable = self.searchable()?;
        let asked = searchable.clone();
        match blocking(move || ask(&asked)).await {
            Ok(found) => Some(found),
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "The keyword index is damaged and is being rebuilt"
                );
                self.give_up(&searchable);
                None
            }
        }
    }

    fn searchable(&self) -> Option<Arc<Searchable>> {
        self.shared.searchable.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets searches see `searchable` from now on.
    fn show(&self, searchable: Searchable) {
        let seq = searchable.state().seq;
        *self.shared.searchable.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(searchable));
        self.shared.applied.send_replace(seq);
    }

    /// Stops using a damaged index, unless another has taken its place, and asks for a new one.
    fn give_up(&self, damaged: &Arc<Searchable>) {
        let mut searchable = self.shared.searchable.write().unwrap_or_else(PoisonError::into_inner);
        if searchable.as_ref().is_some_and(|current| Arc::ptr_eq(current, damaged)) {
            *searchable = None;
            self.shared.applied.send_replace(0);
            self.shared.rebuild_wanted.notify_one();
        }
    }
}

/// Runs blocking work of the index off the async threads, within the current span. A panic is an
/// error too: it is how some damage to its files shows.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.context("the keyword index panicked")?
}

/// Runs work on what will be searched, which searches don't wait for: it gives way to them, and so do the
/// threads of a writer that is made in it.
async fn writing<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    background::run(Politeness::Behind, work).await.context("the keyword index panicked")?
}

/// The index in `current`; `None` where one has to be built, as at the first start.
fn open_if_made(current: &Path) -> Option<Searchable> {
    if !current.exists() {
        tracing::info!("There is no keyword index yet: building it");
        return None;
    }
    let damaged = |error: &anyhow::Error| {
        tracing::warn!(error = format!("{error:#}"), "No keyword index to start with");
    };
    Searchable::open(current).inspect_err(damaged).ok()
}
