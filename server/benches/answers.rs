//! How long we keep a reader waiting besides the model, and how many answers stream at once.
//!
//! The model is an endpoint in this process that says its sentences at a known pace. Passages are
//! of made-up words; one of them answers. Needs `DATABASE_URL` at an empty database with its
//! schema, as `make bench` has it, and the embedding model.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a benchmark that can't go on fails")]

use std::{
    collections::HashMap,
    convert::Infallible,
    fs,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::{
    account::{NewUser, Role},
    ports::Accounts,
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
    routing::post,
};
use futures::{StreamExt, future::join_all, stream};
use http::header;
use http_body_util::BodyExt;
use pgvector::HalfVector;
use serde_json::json;
use server::{config::Config, model, state::AppState};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

const PASSAGES: usize = 20_000;
const BATCH: usize = 5_000;
const DIMENSIONS: usize = 384;
const QUESTIONS: usize = 200;
const AT_ONCE: usize = 300;
/// One person may have four answers written at once.
const A_PERSON: usize = 4;
/// Before the model's first word, and between its words.
const THINKING: Duration = Duration::from_millis(50);
const PACE: Duration = Duration::from_millis(100);
/// Of an answer in the crowd.
const SENTENCES: usize = 12;

#[tokio::main]
async fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("Answers: skipped, DATABASE_URL is not set");
        return;
    };
    let db = PgPool::connect(&url).await.unwrap();
    let endpoint = Endpoint::start().await;
    let folder = tempfile::tempdir().unwrap();
    let stop = CancellationToken::new();
    let state = state(db.clone(), &endpoint, folder.path(), stop.clone()).await;
    let work = state.start_work();
    fill(&db, &state).await;
    let router = server::http::router(state.clone()).unwrap();
    let tokens = tokens(&state, AT_ONCE / A_PERSON).await;

    println!("What is added to the model's own time, of {QUESTIONS} questions on {PASSAGES} passages\n");
    println!("{:<46} {:>10} {:>10}", "milliseconds", "median", "95 of 100");
    endpoint.say(1, Duration::ZERO);
    let mut times = Times::default();
    for number in 0..QUESTIONS {
        times.add(ask(&router, &tokens[number % tokens.len()], number, &endpoint).await);
    }
    times.print();

    println!(
        "\n{AT_ONCE} answers at once, {SENTENCES} sentences each, a word every {} ms\n",
        PACE.as_millis()
    );
    println!("{:<46} {:>10} {:>10}", "milliseconds", "median", "95 of 100");
    endpoint.say(SENTENCES, PACE);
    let before = resident();
    let asked = (0..AT_ONCE).map(|number| ask(&router, &tokens[number / A_PERSON], number, &endpoint));
    let watch = tokio::spawn(async {
        let mut most = 0;
        loop {
            most = most.max(resident());
            MOST.store(most, std::sync::atomic::Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let outcomes = join_all(asked).await;
    watch.abort();
    let failed = outcomes.iter().filter(|outcome| outcome.failed).count();
    let mut times = Times::default();
    outcomes.into_iter().for_each(|outcome| times.add(outcome));
    times.print();
    let held = MOST.load(std::sync::atomic::Ordering::Relaxed).saturating_sub(before);
    println!("\n{failed} failed; {:.0} KB of memory an answer", held as f64 / AT_ONCE as f64);
    stop.cancel();
    drop(work);
}

/// In kilobytes.
static MOST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// What this process holds in memory, in kilobytes.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What came of a question, in milliseconds.
#[derive(Debug, Default)]
struct Outcome {
    /// Until the model was asked.
    asking: f64,
    /// From the model's first sentence to the reader.
    showing: f64,
    /// From each later word of the model's to the reader.
    forwarding: Vec<f64>,
    failed: bool,
}

#[derive(Default)]
struct Times {
    asking: Vec<f64>,
    showing: Vec<f64>,
    both: Vec<f64>,
    forwarding: Vec<f64>,
}

impl Times {
    fn add(&mut self, outcome: Outcome) {
        self.asking.push(outcome.asking);
        self.showing.push(outcome.showing);
        self.both.push(outcome.asking + outcome.showing);
        self.forwarding.extend(outcome.forwarding);
    }

    fn print(self) {
        for (what, mut times) in [
            ("from the question to the model", self.asking),
            ("from its first sentence to the reader", self.showing),
            ("both together", self.both),
            ("from a later word to the reader", self.forwarding),
        ] {
            if times.is_empty() {
                continue;
            }
            times.sort_by(f64::total_cmp);
            let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
            println!("{what:<46} {:>10.1} {:>10.1}", at(50), at(95));
        }
    }
}

/// Asks, and reads the answer's events as they come.
async fn ask(router: &Router, token: &str, number: usize, endpoint: &Endpoint) -> Outcome {
    let mark = format!("q{number}x{}", Uuid::now_v7().simple());
    let question = format!("How many days of leave do employees get? {mark}");
    let body = json!({ "question": question, "fresh": true }).to_string();
    let request = Request::post("/api/v1/ask")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "text/event-stream")
        .body(Body::from(body))
        .unwrap();
    let asked = Instant::now();
    let response = router.clone().oneshot(request).await.unwrap();
    let mut outcome = Outcome::default();
    let (mut text, mut shown, mut seen) = (String::new(), Vec::new(), String::new());
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.unwrap().into_data() else { continue };
        seen.push_str(std::str::from_utf8(&data).unwrap());
        while let Some((event, rest)) = seen.split_once("\n\n") {
            if event.contains("event: delta") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
                let delta: serde_json::Value = serde_json::from_str(data).unwrap();
                text.push_str(delta["text"].as_str().unwrap());
                shown.push((text.len(), Instant::now()));
            }
            outcome.failed |= event.contains("event: error");
            seen = rest.to_owned();
        }
    }
    let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
    let told = endpoint.told(&mark);
    outcome.failed |= told.is_none() || shown.is_empty();
    if let (Some(told), Some(&(first, at))) = (told, shown.first()) {
        outcome.asking = ms(asked, told.asked);
        // The first sentence is shown as soon as it is whole.
        let said = told.said.iter().rfind(|(length, _)| *length <= first).or(told.said.first()).unwrap().1;
        outcome.showing = ms(said, at);
        for &(length, at) in &shown[1..] {
            if let Some((_, said)) = told.said.iter().find(|(said, _)| *said >= length) {
                outcome.forwarding.push(ms(*said, at));
            }
        }
    }
    outcome
}

/// When the model was asked, and when it had said how many bytes.
#[derive(Clone)]
struct Told {
    asked: Instant,
    said: Vec<(usize, Instant)>,
}

/// A model that says the same sentences at a known pace.
#[derive(Clone)]
struct Endpoint {
    base_url: String,
    script: Arc<Mutex<(usize, Duration)>>,
    told: Arc<Mutex<HashMap<String, Told>>>,
}

const SENTENCE: &str = "Employees get 20 days of leave each year [1]. ";

impl Endpoint {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            base_url: format!("http://{}/v1", listener.local_addr().unwrap()),
            script: Arc::new(Mutex::new((1, Duration::ZERO))),
            told: Arc::default(),
        };
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        endpoint
    }

    fn say(&self, sentences: usize, pace: Duration) {
        *self.script.lock().unwrap() = (sentences, pace);
    }

    fn told(&self, mark: &str) -> Option<Told> {
        self.told.lock().unwrap().remove(mark)
    }
}

async fn complete(State(endpoint): State<Endpoint>, body: Bytes) -> Response {
    let asked = Instant::now();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let mark =
        body.rsplit("get? ").next().unwrap().split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
    let (sentences, pace) = *endpoint.script.lock().unwrap();
    endpoint.told.lock().unwrap().insert(mark.clone(), Told { asked, said: Vec::new() });
    let text = SENTENCE.repeat(sentences);
    let words: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
    let steps = stream::iter(words.into_iter().enumerate()).then(move |(at, word)| {
        let (endpoint, mark) = (endpoint.clone(), mark.clone());
        async move {
            tokio::time::sleep(if at == 0 { THINKING } else { pace }).await;
            if let Some(told) = endpoint.told.lock().unwrap().get_mut(&mark) {
                let before = told.said.last().map_or(0, |(length, _)| *length);
                told.said.push((before + word.len(), Instant::now()));
            }
            let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": word } }] });
            Ok::<_, Infallible>(format!("data: {chunk}\n\n"))
        }
    });
    let last = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
    let steps = steps.chain(stream::iter([Ok(format!("data: {last}\n\ndata: [DONE]\n\n"))]));
    Response::builder()
        .header(header::CONTENT_TYPE, "text/event-stream")
        .body(Body::from_stream(steps))
        .unwrap()
}

async fn state(
    db: PgPool,
    endpoint: &Endpoint,
    folder: &std::path::Path,
    stop: CancellationToken,
) -> AppState {
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

async fn tokens(state: &AppState, people: usize) -> Vec<String> {
    let mut tokens = Vec::new();
    for number in 0..people {
        let new = NewUser { email: format!("{number}@bench.example"), role: Role::Employee, password: None };
        let user = state.accounts.add_user(new).await.unwrap();
        tokens.push(state.accounts.create_token(&user, "bench".into()).await.unwrap().secret);
    }
    tokens
}

/// Passages of made-up words with made-up vectors, and one that answers.
async fn fill(db: &PgPool, state: &AppState) {
    const PATIENCE: Duration = Duration::from_secs(600);
    let collection = Uuid::now_v7();
    sqlx::query("insert into collection (id, name, visibility) values ($1, 'Bench', 'everyone')")
        .bind(collection)
        .execute(db)
        .await
        .unwrap();
    sqlx::raw_sql("insert into blob (sha256, size_bytes) values ('', 0)").execute(db).await.unwrap();
    let known = state.embedder.known_model().await.clone();
    sqlx::query(
        "insert into embedding_model (name, mode, dimensions, state) values ($1, $2, $3, 'active')
         on conflict do nothing",
    )
    .bind(known.name)
    .bind(known.mode)
    .bind(known.dimensions as i32)
    .execute(db)
    .await
    .unwrap();
    let mut seq = 0;
    for from in (0..PASSAGES).step_by(BATCH) {
        seq = add(db, collection, from..from + BATCH).await;
    }
    let text = "Employees get 20 days of leave each year.";
    let vector = state.embedder.embed_query(text).await.unwrap();
    seq = seq.max(add_document(db, collection, &[(text.to_owned(), vector)]).await);
    assert!(state.keyword.wait_for(seq, PATIENCE).await, "the index fell behind");
    sqlx::query("vacuum analyze").execute(db).await.unwrap();
}

async fn add(db: &PgPool, collection: Uuid, numbers: std::ops::Range<usize>) -> i64 {
    let passages: Vec<(String, Vec<f32>)> = numbers.map(|number| (passage(number), vector(number))).collect();
    let mut seq = 0;
    for document in passages.chunks(20) {
        seq = add_document(db, collection, document).await;
    }
    seq
}

async fn add_document(db: &PgPool, collection: Uuid, passages: &[(String, Vec<f32>)]) -> i64 {
    let (document, version) = (Uuid::now_v7(), Uuid::now_v7());
    let mut transaction = db.begin().await.unwrap();
    sqlx::query("insert into document (id, collection_id, title, filename) values ($1, $2, 'Rules', '')")
        .bind(document)
        .bind(collection)
        .execute(&mut *transaction)
        .await
        .unwrap();
    sqlx::query(
        "insert into document_version (id, document_id, number, sha256, media_type, size_bytes, status, text, ready_at)
         values ($1, $2, 1, '', 'text/plain', 0, 'ready', '', now())",
    )
    .bind(version)
    .bind(document)
    .execute(&mut *transaction)
    .await
    .unwrap();
    let ids: Vec<Uuid> = passages.iter().map(|_| Uuid::now_v7()).collect();
    let texts: Vec<&str> = passages.iter().map(|(text, _)| text.as_str()).collect();
    let vectors: Vec<HalfVector> =
        passages.iter().map(|(_, vector)| HalfVector::from_f32_slice(vector)).collect();
    sqlx::query(
        "insert into chunk (id, version_id, document_id, collection_id, ordinal, heading_path, text,
                            char_start, char_end, token_count, language)
         select id, $2, $3, $4, ordinal - 1, '{}', text, 0, length(text), 120, 'en'
         from unnest($1::uuid[], $5::text[]) with ordinality as passage (id, text, ordinal)",
    )
    .bind(&ids)
    .bind(version)
    .bind(document)
    .bind(collection)
    .bind(&texts)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "insert into embedding (chunk_id, model_id, collection_id, vector)
         select passage.id, embedding_model.id, $2, passage.vector
         from unnest($1::uuid[], $3::halfvec[]) as passage (id, vector), embedding_model
         where embedding_model.state = 'active'",
    )
    .bind(&ids)
    .bind(collection)
    .bind(&vectors)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query("update document set current_version_id = $2 where id = $1")
        .bind(document)
        .bind(version)
        .execute(&mut *transaction)
        .await
        .unwrap();
    let seq: i64 = sqlx::query_scalar("select push_index_change('publish', $1, $2)")
        .bind(document)
        .bind(version)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    seq
}

/// The same numbers for the same number, without a pattern.
fn noise(seed: usize) -> impl Iterator<Item = u64> {
    let mut state = seed as u64 + 1;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
}

fn passage(number: usize) -> String {
    let words = noise(number).take(120).map(|noise| format!("w{}", noise % 20_000));
    words.collect::<Vec<_>>().join(" ")
}

fn vector(number: usize) -> Vec<f32> {
    let values: Vec<f32> =
        noise(number).take(DIMENSIONS).map(|noise| (noise % 1_000) as f32 / 500.0 - 1.0).collect();
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.into_iter().map(|value| value / length).collect()
}
