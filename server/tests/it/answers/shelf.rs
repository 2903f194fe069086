//! Documents for answers to stand on, put where ingestion would put them.

use std::time::Duration;

use app::account::Role;
use sqlx::PgPool;
use uuid::Uuid;

use crate::common::{NewPassage, NewVersion, TestApp, Visitor, embedder, publish};

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A server with an empty shelf.
pub(crate) struct Shelf {
    pub(crate) app: TestApp,
    pub(crate) db: PgPool,
}

impl Shelf {
    /// With the extractive answerer.
    pub(crate) async fn new(db: PgPool) -> Self {
        Self::with(db, &[]).await
    }

    pub(crate) async fn with(db: PgPool, settings: &[(&str, &str)]) -> Self {
        let model = embedder().model().unwrap().clone();
        sqlx::query(
            "insert into embedding_model (name, mode, dimensions, state) values ($1, $2, $3, 'active')
             on conflict do nothing",
        )
        .bind(model.name)
        .bind(model.mode)
        .bind(model.dimensions as i32)
        .execute(&db)
        .await
        .unwrap();
        Self { app: TestApp::spawn_with(db.clone(), settings).await, db }
    }

    pub(crate) async fn employee(&self) -> Visitor {
        self.app.visitor(Role::Employee).await
    }

    pub(crate) async fn collection(&self, visibility: &str) -> Uuid {
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

    pub(crate) async fn grant(&self, collection: Uuid, account: Uuid) {
        sqlx::query("insert into collection_grant (collection_id, account_id) values ($1, $2)")
            .bind(collection)
            .bind(account)
            .execute(&self.db)
            .await
            .unwrap();
    }

    pub(crate) async fn revoke(&self, collection: Uuid, account: Uuid) {
        sqlx::query("delete from collection_grant where collection_id = $1 and account_id = $2")
            .bind(collection)
            .bind(account)
            .execute(&self.db)
            .await
            .unwrap();
    }

    /// A document whose paragraphs are its passages, searchable when this returns.
    pub(crate) async fn put(&self, collection: Uuid, title: &str, text: &str) -> Uuid {
        let document = Uuid::now_v7();
        sqlx::query("insert into document (id, collection_id, title, filename) values ($1, $2, $3, '')")
            .bind(document)
            .bind(collection)
            .bind(title)
            .execute(&self.db)
            .await
            .unwrap();
        self.publish(document, text).await;
        document
    }

    /// Puts another text, or the first, in the place of the document's, searchable when this returns.
    pub(crate) async fn publish(&self, document: Uuid, text: &str) {
        let title: String = sqlx::query_scalar("select title from document where id = $1")
            .bind(document)
            .fetch_one(&self.db)
            .await
            .unwrap();
        let mut passages = Vec::new();
        for passage in text.split("\n\n") {
            let vector = embedder().embed_query(&format!("{title}\n{passage}")).await.unwrap();
            passages.push(NewPassage { headings: Vec::new(), text: passage.to_owned(), vector });
        }
        let mut transaction = self.db.begin().await.unwrap();
        sqlx::query("delete from chunk where document_id = $1")
            .bind(document)
            .execute(&mut *transaction)
            .await
            .unwrap();
        let version = NewVersion { document, media_type: "text/plain", language: Some("en"), passages };
        let seq = publish(&mut transaction, &version).await;
        transaction.commit().await.unwrap();
        assert!(self.app.state.keyword.wait_for(seq, PATIENCE).await, "the index never caught up");
    }

    pub(crate) async fn is_empty(&self) -> bool {
        sqlx::query_scalar("select not exists (select from document)").fetch_one(&self.db).await.unwrap()
    }

    /// Waits until no answer is being written.
    pub(crate) async fn wait_until_nothing_is_written(&self) {
        let is_writing = "select exists (select from message where state = 'writing')";
        while sqlx::query_scalar::<_, bool>(is_writing).fetch_one(&self.db).await.unwrap() {
            tokio::task::yield_now().await;
        }
    }

    /// A handbook that everybody reads.
    pub(crate) async fn put_handbook(&self) -> Uuid {
        let collection = self.collection("everyone").await;
        self.put(collection, "Employee handbook", HANDBOOK).await
    }
}

pub(crate) const HANDBOOK: &str = "\
Full-time employees receive 20 days of paid vacation each year. Unused vacation days expire on 31 March of the \
following year. Requests for vacation go to the manager at least two weeks before.

Parking at the Seattle office costs $45 a month. Bicycles may be left in the garage free of charge.

The dental plan covers two cleanings a year. It does not cover orthodontics for adults.

Expenses are reimbursed within ten days. Receipts are needed above 25 dollars.";
