//! The server, and what it answers from.

use std::{fs, path::Path, time::Duration};

use app::{
    account::{NewUser, Role},
    ports::Accounts,
};
use axum::Router;
use server::{
    config::Config,
    http, model,
    state::{AppState, Work},
    store::pool,
};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    endpoint::Endpoint,
    publish::{NewPassage, NewVersion, publish},
};

const PATIENCE: Duration = Duration::from_secs(600);
const PASSAGES_A_DOCUMENT: usize = 20;
const WORDS_A_PASSAGE: usize = 120;
const VOCABULARY: u64 = 20_000;
const ANSWER: &str = "Employees get 20 days of leave each year.";

pub(crate) struct Shelf {
    pub(crate) router: Router,
    db: PgPool,
    state: AppState,
    collection: Uuid,
    _work: Work,
    _folder: TempDir,
}

impl Shelf {
    /// An empty one, whose answers the endpoint writes.
    pub(crate) async fn open(url: &str, endpoint: &Endpoint, stop: CancellationToken) -> Self {
        let db = pool(url.parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let state = state(db.clone(), endpoint, folder.path(), stop).await;
        let collection = Uuid::now_v7();
        sqlx::query("insert into collection (id, name, visibility) values ($1, 'Bench', 'everyone')")
            .bind(collection)
            .execute(&db)
            .await
            .unwrap();
        let known = state.embedder.known_model().await;
        sqlx::query(
            "insert into embedding_model (name, mode, dimensions, state) values ($1, $2, $3, 'active')
             on conflict do nothing",
        )
        .bind(&known.name)
        .bind(&known.mode)
        .bind(known.dimensions as i32)
        .execute(&db)
        .await
        .unwrap();
        let work = state.start_work();
        let router = http::router(state.clone()).unwrap();
        Self { router, db, state, collection, _work: work, _folder: folder }
    }

    /// Puts passages of made-up words with made-up vectors on it, and one that answers.
    pub(crate) async fn fill(&self, passages: usize) {
        let dimensions = self.state.embedder.known_model().await.dimensions as usize;
        for first in (0..passages).step_by(PASSAGES_A_DOCUMENT) {
            let numbers = first..first + PASSAGES_A_DOCUMENT;
            self.add(numbers.map(|number| made_up(number, dimensions)).collect()).await;
        }
        let vector = self.state.embedder.embed_query(ANSWER).await.unwrap();
        let answer = NewPassage { headings: Vec::new(), text: ANSWER.to_owned(), vector };
        let last = self.add(vec![answer]).await;
        assert!(self.state.keyword.wait_for(last, PATIENCE).await, "the index fell behind");
        sqlx::query("vacuum analyze").execute(&self.db).await.unwrap();
    }

    async fn add(&self, passages: Vec<NewPassage>) -> i64 {
        let document = Uuid::now_v7();
        let mut transaction = self.db.begin().await.unwrap();
        sqlx::query("insert into document (id, collection_id, title, filename) values ($1, $2, 'Rules', '')")
            .bind(document)
            .bind(self.collection)
            .execute(&mut *transaction)
            .await
            .unwrap();
        let version = NewVersion { document, media_type: "text/plain", language: Some("en"), passages };
        let seq = publish(&mut transaction, &version).await;
        transaction.commit().await.unwrap();
        seq
    }

    /// An API token for each of so many people.
    pub(crate) async fn tokens(&self, people: usize) -> Vec<String> {
        let accounts = &self.state.accounts;
        let mut tokens = Vec::new();
        for number in 0..people {
            let email = format!("{number}@bench.example");
            let new = NewUser { email, role: Role::Employee, password: None };
            let user = accounts.add_user(new).await.unwrap();
            tokens.push(accounts.create_token(&user, "bench".into()).await.unwrap().secret);
        }
        tokens
    }
}

async fn state(db: PgPool, endpoint: &Endpoint, folder: &Path, stop: CancellationToken) -> AppState {
    let site = folder.join("site");
    fs::create_dir_all(&site).unwrap();
    fs::write(site.join("assets.json"), "{}").unwrap();
    let config = Config::from_lookup(|name| match name {
        "FOOTNOTE_DATA_DIR" => Some(folder.join("data").to_str().unwrap().to_owned()),
        "FOOTNOTE_SITE_DIR" => Some(site.to_str().unwrap().to_owned()),
        "FOOTNOTE_LLM_BASE_URL" => Some(endpoint.base_url.clone()),
        "FOOTNOTE_LLM_MODEL" => Some("bench".to_owned()),
        "FOOTNOTE_RUNTIME_DIR" => std::env::var(name).ok(),
        _ => None,
    })
    .unwrap();
    fs::create_dir_all(&config.data_dir).unwrap();
    let embedder = model::embedder(&config).await.unwrap();
    AppState::new(config, db, embedder, stop).await.unwrap()
}

fn made_up(number: usize, dimensions: usize) -> NewPassage {
    let words = noise(number).take(WORDS_A_PASSAGE).map(|noise| format!("w{}", noise % VOCABULARY));
    NewPassage {
        headings: Vec::new(),
        text: words.collect::<Vec<_>>().join(" "),
        vector: direction(number, dimensions),
    }
}

fn direction(number: usize, dimensions: usize) -> Vec<f32> {
    let values: Vec<f32> =
        noise(number).take(dimensions).map(|noise| (noise % 1_000) as f32 / 500.0 - 1.0).collect();
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.into_iter().map(|value| value / length).collect()
}

/// The same numbers for the same number, without a pattern.
fn noise(seed: usize) -> impl Iterator<Item = u64> {
    let mut state = seed as u64 + 1;
    std::iter::repeat_with(move || {
        // Knuth's multiplier for linear congruences modulo 2^64.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
}
