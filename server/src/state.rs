//! The services, built once, and the work that goes on behind them.

use std::sync::Arc;

use app::{notice::Notices, ports::Ports};
use axum::extract::FromRef;
use sqlx::PgPool;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    account::AccountService,
    answer::{AnswerService, Running},
    config::Config,
    deadline::Deadline,
    http::{metrics, site::Site},
    ingest::{Ingest, LibraryService, guide, mirror::Mirror, worker},
    model::{self, Embedder, catalogue::Catalogue},
    search::{KeywordIndex, SearchService, VectorMemory},
    store,
};

/// What every request handler is given: the services, cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub config: Arc<Config>,
    pub db: PgPool,
    pub accounts: AccountService,
    pub search: SearchService,
    pub library: LibraryService,
    pub keyword: KeywordIndex,
    pub vectors: VectorMemory,
    pub embedder: Arc<dyn Embedder>,
    pub answers: AnswerService,
    /// The models that admins set up.
    pub catalogue: Catalogue,
    /// What pages tell of what was just done.
    pub notices: Arc<Notices>,
    /// The built site's files.
    pub site: Arc<Site>,
    /// Cancelled when the server stops: event streams end then.
    pub stop: CancellationToken,
}

impl AppState {
    /// Builds the services over a database that has its schema, and over a data folder that this
    /// process has to itself.
    ///
    /// # Errors
    /// Where the built site, the data folder or the settings of a model can't be used.
    pub async fn new(
        config: Config,
        db: PgPool,
        embedder: Arc<dyn Embedder>,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        let keyword = KeywordIndex::open(&config.index_dir())?;
        let per_person = config.answers_per_person;
        let vectors = VectorMemory::new(config.vectors_in_memory);
        let search = SearchService::new(db.clone(), embedder.clone(), keyword.clone(), vectors.clone());
        let models = model::models(&config, embedder.clone())?;
        let catalogue = Catalogue::open(&config, db.clone(), models).await?;
        let ingest = Ingest::open(&config, db.clone(), keyword.clone(), embedder.clone()).await?;
        let instance = store::instance(&config.data_dir).await?;
        Ok(Self {
            notices: Arc::default(),
            site: Arc::new(Site::read(&config.site_dir)?),
            accounts: AccountService::new(db.clone()),
            library: LibraryService::new(ingest, search.clone(), &config.follow_dirs),
            config: Arc::new(config),
            answers: AnswerService::new(
                db.clone(),
                search.clone(),
                embedder.clone(),
                catalogue.clone(),
                Running::new(instance, per_person, stop.clone()),
            ),
            catalogue,
            search,
            keyword,
            vectors,
            embedder,
            db,
            stop,
        })
    }

    /// What the pages are given.
    pub fn ports(&self) -> Ports {
        Ports {
            accounts: Arc::new(self.accounts.clone()),
            library: Arc::new(self.library.clone()),
            answers: Arc::new(self.answers.clone()),
            notices: self.notices.clone(),
        }
    }

    /// Starts what runs beside the requests, until `stop`.
    pub fn start_work(&self) -> Work {
        let tasks = TaskTracker::new();
        tasks.spawn(self.accounts.clone().keep_sweeping(self.stop.clone()));
        tasks.spawn(self.keyword.clone().follow(self.db.clone(), self.stop.clone()));
        tasks.spawn(self.vectors.clone().follow(self.db.clone(), self.stop.clone()));
        tasks.spawn(self.answers.clone().finish_at_the_end());
        tasks.spawn(self.answers.clone().keep_leases());
        tasks.spawn(self.catalogue.clone().keep_current(self.stop.clone()));
        tasks.spawn(metrics::keep_folding(self.stop.clone()));
        let ingest = self.library.ingest();
        tasks.spawn(worker::run(ingest.clone(), self.config.workers, self.stop.clone()));
        tasks.spawn(guide::keep_current(ingest.clone()));
        let mirror = Mirror {
            db: self.db.clone(),
            blobs: ingest.blobs.clone(),
            limit: self.config.upload_limit_bytes,
        };
        tasks.spawn(mirror.keep_in_step(self.config.follow_dirs.clone(), self.stop.clone()));
        tasks.close();
        Work { tasks }
    }
}

/// The work that was started in the background.
pub struct Work {
    tasks: TaskTracker,
}

impl Work {
    /// Waits until it has come to an end; what takes too long is left to be cut off.
    pub async fn wait(self, deadline: Deadline) {
        if tokio::time::timeout_at(deadline.work(), self.tasks.wait()).await.is_err() {
            tracing::warn!("Work in the background was cut off; it goes on at the next start");
        }
    }
}

impl FromRef<AppState> for AccountService {
    fn from_ref(state: &AppState) -> Self {
        state.accounts.clone()
    }
}

impl FromRef<AppState> for AnswerService {
    fn from_ref(state: &AppState) -> Self {
        state.answers.clone()
    }
}

impl FromRef<AppState> for SearchService {
    fn from_ref(state: &AppState) -> Self {
        state.search.clone()
    }
}

impl FromRef<AppState> for LibraryService {
    fn from_ref(state: &AppState) -> Self {
        state.library.clone()
    }
}
