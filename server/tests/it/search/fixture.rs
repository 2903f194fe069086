//! A small library of documents, written to Postgres as ingestion writes them, and its search.

use std::{sync::Arc, time::Duration};

use app::search::{Passage, SearchMode, SearchQuery};
use server::{
    model::{Embedder, EmbeddingModel},
    search::{KeywordIndex, SearchService, VectorMemory},
    state::AppState,
};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::topics::Topics;
use crate::common::{NewPassage, NewVersion, TestApp, publish};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A library with an admin who reads everything.
pub(crate) struct Library {
    pub(crate) db: PgPool,
    pub(crate) admin: Uuid,
    pub(crate) embedder: Arc<dyn Embedder>,
    pub(crate) index_dir: TempDir,
    pub(crate) index: KeywordIndex,
    /// Empty, and of a server of its own where it follows: what is not held is sought in Postgres.
    pub(crate) vectors: VectorMemory,
    follower: Option<(JoinHandle<()>, CancellationToken)>,
}

/// A document to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewDocument<'a> {
    pub(crate) external_id: Option<&'a str>,
    pub(crate) title: &'a str,
    pub(crate) media_type: Option<&'a str>,
    pub(crate) language: Option<&'a str>,
    pub(crate) folder: &'a str,
    /// Headings, and the passage below them.
    pub(crate) passages: Vec<(Vec<String>, String)>,
}

impl<'a> NewDocument<'a> {
    /// A document in English of one passage.
    pub(crate) fn english(title: &'a str, text: &str) -> Self {
        Self::in_language("en", title, text)
    }

    pub(crate) fn in_language(language: &'a str, title: &'a str, text: &str) -> Self {
        let passages = vec![(Vec::new(), text.to_owned())];
        Self { title, language: Some(language), passages, ..Self::default() }
    }
}

impl Library {
    pub(crate) async fn new(db: PgPool) -> Self {
        Self::with_embedder(db, Arc::new(Topics::new("topics"))).await
    }

    /// A library whose active model is the embedder's.
    pub(crate) async fn with_embedder(db: PgPool, embedder: Arc<dyn Embedder>) -> Self {
        let index_dir = TempDir::new().unwrap();
        let index = KeywordIndex::open(index_dir.path()).unwrap();
        add_model(&db, embedder.model().unwrap(), "active").await;
        let admin = add_account(&db, "admin").await;
        let vectors = VectorMemory::new(0);
        let mut library = Self { db, admin, embedder, index_dir, index, vectors, follower: None };
        library.follow();
        library
    }

    /// The library of a whole server, which follows by itself and makes its model known.
    pub(crate) async fn of_app(app: &TestApp) -> Self {
        let AppState { db, embedder, keyword, vectors, .. } = app.state.clone();
        let admin = add_account(&db, "admin").await;
        let index_dir = TempDir::new().unwrap();
        Self { db, admin, embedder, index_dir, index: keyword, vectors, follower: None }
    }

    pub(crate) fn service(&self) -> SearchService {
        SearchService::new(self.db.clone(), self.embedder.clone(), self.index.clone(), self.vectors.clone())
    }

    /// The same search with all vectors in memory, as they are now.
    pub(crate) async fn service_from_memory(&self) -> SearchService {
        let vectors = VectorMemory::new(usize::MAX);
        vectors.catch_up(&self.db).await.unwrap();
        SearchService::new(self.db.clone(), self.embedder.clone(), self.index.clone(), vectors)
    }

    fn follow(&mut self) {
        let shutdown = CancellationToken::new();
        let following = self.index.clone().follow(self.db.clone(), shutdown.clone());
        self.follower = Some((tokio::spawn(following), shutdown));
    }

    /// Stops the search and lets go of its index, as when the server ends.
    pub(crate) async fn stop(mut self) -> Stopped {
        let (follower, shutdown) = self.follower.take().unwrap();
        shutdown.cancel();
        follower.await.unwrap();
        Stopped { db: self.db, admin: self.admin, embedder: self.embedder, index_dir: self.index_dir }
    }

    /// Waits until searches see all that is in Postgres.
    pub(crate) async fn settle(&self) {
        let last: i64 = sqlx::query_scalar("select coalesce(max(seq), 0) from index_change")
            .fetch_one(&self.db)
            .await
            .unwrap();
        tokio::time::timeout(PATIENCE, async {
            // An index that is being rebuilt says 0; with no change at all, so does a finished one.
            while !(self.index.is_ready() && self.index.wait_for(last, PATIENCE).await) {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("the index never caught up");
    }

    pub(crate) async fn add_collection(&self, visibility: &str) -> Uuid {
        let id = Uuid::now_v7();
        sqlx::query("insert into collection (id, name, visibility) values ($1, $2, $3)")
            .bind(id)
            .bind(id.to_string())
            .bind(visibility)
            .execute(&self.db)
            .await
            .unwrap();
        id
    }

    pub(crate) async fn add_employee(&self) -> Uuid {
        add_account(&self.db, "employee").await
    }

    pub(crate) async fn grant(&self, collection: Uuid, account: Uuid) {
        sqlx::query("insert into collection_grant (collection_id, account_id) values ($1, $2)")
            .bind(collection)
            .bind(account)
            .execute(&self.db)
            .await
            .unwrap();
    }

    pub(crate) async fn add(&self, collection: Uuid, new: NewDocument<'_>) -> Uuid {
        let document = Uuid::now_v7();
        sqlx::query(
            "insert into document (id, collection_id, external_id, title, filename, folder)
             values ($1, $2, $3, $4, '', $5)",
        )
        .bind(document)
        .bind(collection)
        .bind(new.external_id)
        .bind(new.title)
        .bind(new.folder)
        .execute(&self.db)
        .await
        .unwrap();
        self.publish(document, new).await;
        document
    }

    /// Publishes a version of a document; the chunks of the one before are left lying.
    pub(crate) async fn publish(&self, document: Uuid, new: NewDocument<'_>) {
        let texts =
            new.passages.iter().map(|(headings, text)| embedded_text(new.title, headings, text)).collect();
        let vectors = self.embedder.embed_passages(texts).await.unwrap();
        let passages = new.passages.into_iter().zip(vectors);
        let version = NewVersion {
            document,
            media_type: new.media_type.unwrap_or("text/plain"),
            language: new.language,
            passages: passages
                .map(|((headings, text), vector)| NewPassage { headings, text, vector })
                .collect(),
        };
        let mut transaction = self.db.begin().await.unwrap();
        publish(&mut transaction, &version).await;
        transaction.commit().await.unwrap();
    }

    /// Sets on which day a document was changed last, as `2026-11-24`, and tells the indexes.
    pub(crate) async fn change_on(&self, document: Uuid, day: &str) {
        sqlx::query(
            "update document set updated_at = $2::text::timestamptz + interval '12 hours' where id = $1",
        )
        .bind(document)
        .bind(format!("{day} 00:00:00Z"))
        .execute(&self.db)
        .await
        .unwrap();
        sqlx::query("select push_index_change('publish', $1, null)")
            .bind(document)
            .execute(&self.db)
            .await
            .unwrap();
    }

    /// Hides a document, as deleting it begins with; the index is told where `is_told`.
    pub(crate) async fn hide(&self, document: Uuid, is_told: bool) {
        sqlx::query("update document set deleted_at = now() where id = $1")
            .bind(document)
            .execute(&self.db)
            .await
            .unwrap();
        if is_told {
            sqlx::query("select push_index_change('remove', $1, null)")
                .bind(document)
                .execute(&self.db)
                .await
                .unwrap();
        }
    }

    /// What the admin finds by words.
    pub(crate) async fn find(&self, q: &str) -> Vec<Passage> {
        self.find_as(self.admin, &lexical(q)).await
    }

    pub(crate) async fn find_as(&self, reader: Uuid, query: &SearchQuery) -> Vec<Passage> {
        self.service().search(reader, query).await.unwrap().results
    }
}

/// A library whose server is not running.
pub(crate) struct Stopped {
    pub(crate) db: PgPool,
    pub(crate) admin: Uuid,
    pub(crate) embedder: Arc<dyn Embedder>,
    pub(crate) index_dir: TempDir,
}

impl Stopped {
    /// The folder of the index that was in use.
    pub(crate) fn current(&self) -> std::path::PathBuf {
        self.index_dir.path().join("current")
    }

    pub(crate) fn start(self) -> Library {
        let index = KeywordIndex::open(self.index_dir.path()).unwrap();
        let mut library = Library {
            db: self.db,
            admin: self.admin,
            embedder: self.embedder,
            index_dir: self.index_dir,
            index,
            vectors: VectorMemory::new(0),
            follower: None,
        };
        library.follow();
        library
    }
}

pub(crate) fn lexical(q: &str) -> SearchQuery {
    query(q, SearchMode::Lexical)
}

pub(crate) fn query(q: &str, mode: SearchMode) -> SearchQuery {
    SearchQuery { q: q.to_owned(), mode, limit: 10, ..SearchQuery::default() }
}

pub(crate) fn titles(passages: &[Passage]) -> Vec<&str> {
    passages.iter().map(|passage| passage.title.as_str()).collect()
}

/// What a passage's highlights mark.
pub(crate) fn marked(passage: &Passage) -> Vec<String> {
    let characters: Vec<_> = passage.text.chars().collect();
    let marked = passage.highlights.iter().map(|[start, end]| &characters[*start as usize..*end as usize]);
    marked.map(|characters| characters.iter().collect()).collect()
}

pub(crate) async fn add_model(db: &PgPool, model: &EmbeddingModel, state: &str) -> i16 {
    sqlx::query_scalar(
        "insert into embedding_model (name, mode, dimensions, state) values ($1, $2, $3, $4) returning id",
    )
    .bind(&model.name)
    .bind(&model.mode)
    .bind(model.dimensions as i32)
    .bind(state)
    .fetch_one(db)
    .await
    .unwrap()
}

async fn add_account(db: &PgPool, role: &str) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query("insert into account (id, email, role) values ($1, $2, $3)")
        .bind(id)
        .bind(format!("{id}@example.org"))
        .bind(role)
        .execute(db)
        .await
        .unwrap();
    id
}

fn embedded_text(title: &str, headings: &[String], text: &str) -> String {
    server::ingest::chunk::embedded_text(Some(title), headings, text)
}
