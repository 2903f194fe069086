//! The whole server over a test's own database, and visitors who ask it things.

mod embedder;
mod publish;
mod reply;
mod shelf;
mod visitor;

pub(crate) use embedder::TestEmbedder;
pub(crate) use publish::{NewPassage, NewVersion, publish};
pub(crate) use reply::Reply;
pub(crate) use shelf::{Shelf, create_collection};
pub(crate) use visitor::Visitor;

use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

use app::{
    account::{NewUser, Role, User},
    ports::Accounts,
};
use axum::Router;
use server::{
    config::Config,
    http,
    ingest::worker,
    model::{Embedder, local::LocalEmbedder},
    state::AppState,
    store::RuntimeParts,
};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A password that the policy takes.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The model of this machine, loaded once for all tests.
pub(crate) fn embedder() -> Arc<dyn Embedder> {
    static EMBEDDER: LazyLock<Arc<LocalEmbedder>> = LazyLock::new(|| {
        let runtime = RuntimeParts::find(std::env::var_os("FOOTNOTE_RUNTIME_DIR").map(Into::into));
        Arc::new(LocalEmbedder::load(&runtime.model(), minilm::Precision::Int8).unwrap())
    });
    EMBEDDER.clone()
}

/// The server as it is run, without the network in front of it.
pub(crate) struct TestApp {
    pub(crate) state: AppState,
    router: Router,
    _work: Option<Work>,
    _data: TempDir,
}

impl TestApp {
    pub(crate) async fn spawn(db: PgPool) -> Self {
        Self::spawn_with(db, &[]).await
    }

    /// With settings, as the environment would name them.
    pub(crate) async fn spawn_with(db: PgPool, settings: &[(&str, &str)]) -> Self {
        let mut app = Self::idle(db, settings, embedder()).await;
        app._work = Some(app.start_work());
        app
    }

    /// With nothing at work in the background, until [`Self::start_work`].
    pub(crate) async fn idle(db: PgPool, settings: &[(&str, &str)], embedder: Arc<dyn Embedder>) -> Self {
        let data = tempfile::tempdir().unwrap();
        write_site(&data.path().join("site"));
        let path = |name: &str| Some(data.path().join(name).to_str().unwrap().to_owned());
        let config = Config::from_lookup(|name| match name {
            "FOOTNOTE_DATA_DIR" => path("data"),
            "FOOTNOTE_SITE_DIR" => path("site"),
            "FOOTNOTE_RUNTIME_DIR" => std::env::var(name).ok(),
            _ => settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
        })
        .unwrap();
        let mut state = AppState::new(config, db, embedder, CancellationToken::new()).await.unwrap();
        state.library = state.library.with_parser(env!("CARGO_BIN_EXE_footnote").into());
        Self { router: http::router(state.clone()).unwrap(), state, _work: None, _data: data }
    }

    /// Starts what takes documents in, as `footnote serve` does.
    pub(crate) fn start_work(&self) -> Work {
        self.start_workers(2)
    }

    pub(crate) fn start_workers(&self, workers: usize) -> Work {
        let stop = CancellationToken::new();
        let ingest = self.state.library.ingest().clone();
        let index = ingest.keyword.clone().follow(self.state.db.clone(), stop.clone());
        let workers = worker::run(ingest, workers, stop.clone());
        let running = tokio::spawn(async move {
            tokio::join!(index, workers);
        });
        Work { stop, running }
    }

    /// Waits until every part is ready.
    pub(crate) async fn until_ready(&self) {
        self.state.keyword.applied().wait_for(|_| self.state.keyword.is_ready()).await.unwrap();
        self.nobody().get("/readyz").await.expect(200);
    }

    /// Somebody who isn't signed in.
    pub(crate) fn nobody(&self) -> Visitor {
        Visitor::new(self.router.clone())
    }

    /// A new account of this role, asking by an API token.
    pub(crate) async fn visitor(&self, role: Role) -> Visitor {
        let user = self.user(role, None).await;
        let token = self.state.accounts.create_token(&user, "test".into()).await.unwrap();
        self.nobody().with_token(&token.secret).with_user(user)
    }

    /// A new account of this role, which signed in as a browser does.
    pub(crate) async fn browser(&self, role: Role) -> Visitor {
        let user = self.user(role, Some(PASSWORD)).await;
        let mut browser = self.nobody().with_user(user.clone());
        assert_eq!(browser.sign_in(&user.email, PASSWORD).await.status, 204);
        browser
    }

    /// A new account under an address of its own.
    pub(crate) async fn user(&self, role: Role, password: Option<&str>) -> User {
        let email = format!("{}-{}@example.org", role.as_str(), uuid::Uuid::now_v7().simple());
        let new = NewUser { email, role, password: password.map(str::to_owned) };
        self.state.accounts.add_user(new).await.unwrap()
    }
}

/// Work in the background; it stops when this is dropped.
pub(crate) struct Work {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Work {
    /// Stops it in order.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        (&mut self.running).await.unwrap();
    }

    /// Stops it as a crash does: nothing is handed back.
    pub(crate) async fn kill(mut self) {
        self.running.abort();
        let _ = (&mut self.running).await;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A site as the builder leaves it: a script under a hashed name, an icon under its own.
fn write_site(dir: &Path) {
    std::fs::create_dir_all(dir.join("pkg")).unwrap();
    for (name, content) in [
        ("assets.json", r#"{"footnote.js":"pkg/footnote-abc.js"}"#),
        ("pkg/footnote-abc.js", "plain"),
        ("pkg/footnote-abc.js.br", "compressed"),
        ("favicon.svg", "<svg/>"),
    ] {
        std::fs::write(dir.join(name), content).unwrap();
    }
    std::fs::write(dir.with_file_name("secret"), "secret").unwrap();
}
