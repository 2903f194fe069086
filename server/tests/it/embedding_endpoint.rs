//! Embeddings from an endpoint that speaks `OpenAI`'s protocol, and what an endpoint can do wrong.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde_json::{Value, json};
use server::{
    config::Endpoint,
    model::{
        Embedder,
        endpoint::EndpointError,
        remote::{Patience, RemoteEmbedder},
        remote_embedder,
    },
};
use sqlx::PgPool;
use tokio::net::TcpListener;

use crate::common::Shelf;

/// How the endpoint answers one request. Where nothing is planned, it does as it should.
#[derive(Clone, Copy)]
enum Answer {
    Vectors { dimensions: usize },
    TooFew,
    Zeros,
    Status(StatusCode, &'static str),
    Html,
    Redirect,
    Nothing,
}

#[derive(Clone, Default)]
struct Script {
    planned: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl Script {
    fn plan(&self, answers: impl IntoIterator<Item = Answer>) {
        self.planned.lock().unwrap().extend(answers);
    }

    fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }
}

/// Starts an endpoint that does as the script says.
async fn endpoint() -> (Script, Endpoint) {
    endpoint_on(TcpListener::bind("127.0.0.1:0").await.unwrap())
}

fn endpoint_on(listener: TcpListener) -> (Script, Endpoint) {
    let script = Script::default();
    let app = Router::new()
        .route("/v1/embeddings", post(embeddings))
        .route("/elsewhere", post(|| async { "never asked" }))
        .with_state(script.clone());
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (script, Endpoint { base_url, api_key: Some("sk-hush".into()), model: "embed-small".into() })
}

/// An embedder that has learned its dimensions, 3, from a well-behaved answer.
async fn connected() -> (Script, RemoteEmbedder) {
    let (script, endpoint) = endpoint().await;
    let embedder = RemoteEmbedder::new(&endpoint, patience()).unwrap();
    embedder.try_out().await.unwrap();
    script.requests.lock().unwrap().clear();
    (script, embedder)
}

fn patience() -> Patience {
    Patience { query: Duration::from_secs(30), batch: Duration::from_secs(30) }
}

async fn embeddings(
    State(script): State<Script>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    let planned = script.planned.lock().unwrap().pop_front();
    let texts = request["input"].as_array().cloned().unwrap_or_default();
    script.requests.lock().unwrap().push(request);
    if headers["authorization"] != "Bearer sk-hush" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match planned.unwrap_or(Answer::Vectors { dimensions: 3 }) {
        Answer::Vectors { dimensions } => vectors(texts.iter().map(|text| {
            let mut vector = vec![0.0; dimensions];
            vector[0] = text.as_str().unwrap_or_default().len() as f32;
            vector[1] = 4.0;
            vector
        })),
        Answer::TooFew => vectors(texts.iter().skip(1).map(|_| vec![1.0; 3])),
        Answer::Zeros => vectors(texts.iter().map(|_| vec![0.0; 3])),
        Answer::Status(status, code) => {
            let message = "Incorrect API key provided: sk-hush, for the text “secret plans”";
            (status, Json(json!({"error": {"message": message, "type": "x", "code": code}}))).into_response()
        }
        Answer::Html => "<html>sk-hush</html>".into_response(),
        Answer::Redirect => Redirect::temporary("/elsewhere").into_response(),
        Answer::Nothing => std::future::pending().await,
    }
}

/// The protocol's list of embeddings, last one first: their order is not promised.
fn vectors(vectors: impl DoubleEndedIterator<Item = Vec<f32>> + ExactSizeIterator) -> Response {
    let data = vectors
        .enumerate()
        .rev()
        .map(|(index, vector)| json!({"object": "embedding", "index": index, "embedding": vector}));
    let usage = json!({"prompt_tokens": 1, "total_tokens": 1});
    let list =
        json!({"object": "list", "data": data.collect::<Vec<_>>(), "model": "embed-small", "usage": usage});
    Json(list).into_response()
}

/// What went wrong, checked for words that must not be told.
fn failure<T>(result: anyhow::Result<T>) -> EndpointError {
    let Err(error) = result else { panic!("it went well") };
    let words = format!("{error:#} {error:?}");
    assert!(!words.contains("hush") && !words.contains("secret"), "{words}");
    error.downcast().unwrap()
}

#[tokio::test]
async fn the_model_is_known_by_its_name_and_dimensions() {
    let (_script, embedder) = connected().await;
    let model = embedder.model().unwrap();
    assert_eq!((model.name.as_str(), model.mode.as_str(), model.dimensions), ("embed-small", "remote", 3));
}

#[tokio::test]
async fn passages_come_back_in_their_order_and_with_length_one() {
    let (script, embedder) = connected().await;
    let vectors = embedder.embed_passages(vec!["abc".into(), String::new()]).await.unwrap();
    assert_eq!(vectors, [[0.6, 0.8, 0.0], [0.0, 1.0, 0.0]]);
    let expected = json!({"model": "embed-small", "input": ["abc", ""], "encoding_format": "float"});
    assert_eq!(script.requests(), [expected]);
}

#[tokio::test]
async fn many_passages_go_in_batches() {
    let (script, embedder) = connected().await;
    let vectors = embedder.embed_passages(vec!["abc".into(); 150]).await.unwrap();
    assert_eq!(vectors.len(), 150);
    let sizes = script
        .requests()
        .iter()
        .map(|request| request["input"].as_array().unwrap().len())
        .collect::<Vec<_>>();
    assert_eq!(sizes, [64, 64, 22]);
}

#[tokio::test]
async fn an_endpoint_that_is_busy_or_fails_for_a_moment_is_asked_again() {
    let (script, embedder) = connected().await;
    script.plan([
        Answer::Status(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded"),
        Answer::Status(StatusCode::BAD_GATEWAY, ""),
    ]);
    assert_eq!(embedder.embed_query("abc").await.unwrap(), [0.6, 0.8, 0.0]);
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test]
async fn an_endpoint_that_goes_on_failing_is_given_up() {
    let (script, embedder) = connected().await;
    script.plan([Answer::Status(StatusCode::TOO_MANY_REQUESTS, ""); 4]);
    assert_eq!(failure(embedder.embed_query("secret plans").await), EndpointError::Busy);
    script.plan([Answer::Status(StatusCode::INTERNAL_SERVER_ERROR, ""); 4]);
    assert_eq!(failure(embedder.embed_query("secret plans").await), EndpointError::Failed { status: 500 });
    let asked = script.requests().len();
    assert_eq!(failure(embedder.embed_query("secret plans").await), EndpointError::Failed { status: 500 });
    assert_eq!(script.requests().len(), asked, "nobody waits again for an endpoint that is away");
}

/// An address at which nobody listens yet.
async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn endpoint_at(address: SocketAddr) -> Endpoint {
    let base_url = format!("http://{address}/v1");
    Endpoint { base_url, api_key: Some("sk-hush".into()), model: "embed-small".into() }
}

#[tokio::test]
async fn an_endpoint_that_comes_back_is_used_again_by_itself() {
    let address = free_address().await;
    let embedder = remote_embedder(&endpoint_at(address), patience()).await.unwrap();
    assert_eq!(embedder.model(), None);
    assert_eq!(failure(embedder.embed_query("secret plans").await), EndpointError::Unreachable);

    endpoint_on(TcpListener::bind(address).await.unwrap());
    assert_eq!(embedder.known_model().await.dimensions, 3);
    while embedder.embed_query("abc").await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_server_starts_without_its_embedding_endpoint_and_embeds_when_it_is_there(db: PgPool) {
    let address = free_address().await;
    let embedder = Arc::new(remote_embedder(&endpoint_at(address), patience()).await.unwrap());
    let shelf = Shelf::with_embedder(db.clone(), embedder.clone()).await;
    let _work = shelf.app.start_work();
    let id = shelf.upload("leave.md", "Five days of leave.").await;
    let postponed =
        "select exists (select from job where state = 'queued' and attempt = 0 and last_error is not null)";
    while !sqlx::query_scalar::<_, bool>(postponed).fetch_one(&db).await.unwrap() {
        tokio::task::yield_now().await;
    }
    let ready = shelf.app.nobody().get("/readyz").await;
    let body = ready.expect(503);
    assert_eq!(body["parts"]["model"], false);
    assert!(body["note"].as_str().unwrap().contains("Search by meaning is off"), "{body}");

    endpoint_on(TcpListener::bind(address).await.unwrap());
    embedder.known_model().await;
    sqlx::raw_sql("update job set run_after = now(), state = 'queued'; notify job")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(shelf.await_processed().await.ready, 1);
    assert_eq!(shelf.document(&id).await["status"], "ready");
    let found = shelf.admin.get("/api/v1/search?q=leave&mode=semantic").await.expect(200);
    assert_eq!(found["results"][0]["document_id"], id);
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_without_what_the_endpoint_says() {
    let (script, embedder) = connected().await;
    script.plan([Answer::Status(StatusCode::UNAUTHORIZED, "invalid_api_key")]);
    let expected = EndpointError::Refused { status: 401, code: Some("invalid_api_key".into()) };
    assert_eq!(failure(embedder.embed_query("secret plans").await), expected);
    assert_eq!(script.requests().len(), 1, "asking again would not help");

    script.plan([Answer::Status(StatusCode::FORBIDDEN, "sk-hush is wrong")]);
    let expected = EndpointError::Refused { status: 403, code: None };
    assert_eq!(failure(embedder.embed_query("secret plans").await), expected);
}

#[tokio::test]
async fn answers_that_are_none_are_refused() {
    let (script, embedder) = connected().await;
    for answer in [Answer::Vectors { dimensions: 4 }, Answer::TooFew, Answer::Zeros, Answer::Html] {
        script.plan([answer]);
        let failure = failure(embedder.embed_passages(vec!["secret plans".into(); 2]).await);
        assert!(matches!(failure, EndpointError::Unusable(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (script, embedder) = connected().await;
    script.plan([Answer::Redirect]);
    let failure = failure(embedder.embed_query("secret plans").await);
    assert!(
        matches!(failure, EndpointError::Refused { status: 307, .. } | EndpointError::Unusable(_)),
        "{failure:?}"
    );
}

#[tokio::test]
async fn an_endpoint_that_says_nothing_is_not_waited_for_longer_than_its_time() {
    let (script, endpoint) = endpoint().await;
    let patience = Patience { query: Duration::from_millis(50), ..patience() };
    script.plan([Answer::Nothing]);
    assert_eq!(
        RemoteEmbedder::new(&endpoint, patience).unwrap().try_out().await,
        Err(EndpointError::TimedOut)
    );
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let endpoint =
        Endpoint { base_url: format!("http://me:hush@{free}/v1"), api_key: None, model: "any".into() };
    assert_eq!(
        failure(RemoteEmbedder::new(&endpoint, patience()).unwrap().embed_query("secret plans").await),
        EndpointError::Unreachable
    );
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_without_telling_it() {
    let (_script, endpoint) = endpoint().await;
    let endpoint = Endpoint { api_key: Some("sk-hush\n".into()), ..endpoint };
    let Err(error) = RemoteEmbedder::new(&endpoint, patience()) else { panic!("it was sent") };
    assert_eq!(error.to_string(), "the API key holds characters that can't be sent");
}
