//! A collection and who uploads into it.

use std::sync::Arc;

use app::{account::Role, document::IngestProgress, queue::QueueReport};
use serde_json::{Value, json};
use server::model::Embedder;
use sqlx::PgPool;

use super::{TestApp, TestEmbedder, Visitor};

/// A server with an admin and an empty collection that everyone may read.
pub(crate) struct Shelf {
    pub(crate) app: TestApp,
    pub(crate) admin: Visitor,
    /// The collection's id.
    pub(crate) id: String,
}

impl Shelf {
    pub(crate) async fn new(db: PgPool) -> Self {
        Self::with_embedder(db, Arc::new(TestEmbedder::named("test"))).await
    }

    pub(crate) async fn with_embedder(db: PgPool, embedder: Arc<dyn Embedder>) -> Self {
        Self::with_settings(db, &[], embedder).await
    }

    /// With an embedder that waits for permits.
    pub(crate) async fn held(db: PgPool) -> (Self, Arc<TestEmbedder>) {
        let embedder = Arc::new(TestEmbedder::held());
        (Self::with_embedder(db, embedder.clone()).await, embedder)
    }

    pub(crate) async fn with_settings(
        db: PgPool,
        settings: &[(&str, &str)],
        embedder: Arc<dyn Embedder>,
    ) -> Self {
        let app = TestApp::idle(db, settings, embedder).await;
        let admin = app.visitor(Role::Admin).await;
        let id = create_collection(&admin, "Handbook", "everyone").await;
        Self { app, admin, id }
    }

    /// Uploads one file, which is taken in. Returns its document's id.
    #[track_caller]
    pub(crate) fn upload(&self, name: &str, text: &str) -> impl Future<Output = String> {
        let (name, text) = (name.to_owned(), text.to_owned());
        async move {
            let reply = self.upload_all(&[(&name, text.as_bytes())]).await;
            reply["documents"][0]["id"].as_str().unwrap().to_owned()
        }
    }

    pub(crate) async fn upload_all(&self, files: &[(&str, &[u8])]) -> Value {
        self.admin.upload(&format!("/api/v1/collections/{}/documents", self.id), files).await.expect(202)
    }

    pub(crate) async fn document(&self, id: &str) -> Value {
        self.admin.get(&format!("/api/v1/documents/{id}")).await.expect(200)
    }

    pub(crate) async fn text(&self, id: &str) -> String {
        let reply = self.admin.get(&format!("/api/v1/documents/{id}/text")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text().to_owned()
    }

    /// How the queue stands.
    pub(crate) async fn queue(&self) -> QueueReport {
        serde_json::from_value(self.admin.get("/api/v1/queue").await.expect(200)).unwrap()
    }

    /// Follows the events of the collection's progress until nothing is left to do.
    pub(crate) async fn await_processed(&self) -> IngestProgress {
        self.await_collection(&self.id).await
    }

    /// The same for another collection.
    pub(crate) async fn await_collection(&self, id: &str) -> IngestProgress {
        let reply = self.admin.get(&format!("/library/{id}/progress")).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let last = reply.text().lines().rfind(|line| line.starts_with("data:")).unwrap().to_owned();
        serde_json::from_str(last.trim_start_matches("data:").trim()).unwrap()
    }
}

/// Makes a collection. Returns its id.
pub(crate) async fn create_collection(admin: &Visitor, name: &str, visibility: &str) -> String {
    let new = json!({ "name": name, "visibility": visibility });
    let collection = admin.post("/api/v1/collections", new).await.expect(201);
    collection["id"].as_str().unwrap().to_owned()
}
