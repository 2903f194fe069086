//! A model that says the same sentences at a known pace.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::Response,
    routing::post,
};
use futures::{StreamExt, stream};
use http::header;
use serde_json::json;
use tokio::net::TcpListener;

/// Before the model's first word.
pub(crate) const THINKING: Duration = Duration::from_millis(50);

const SENTENCE: &str = "Employees get 20 days of leave each year [1]. ";

#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) base_url: String,
    script: Arc<Mutex<(usize, Duration)>>,
    told: Arc<Mutex<HashMap<String, Told>>>,
}

/// When the model was asked, and when it had said how many bytes.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) asked: Instant,
    pub(crate) said: Vec<(usize, Instant)>,
}

impl Endpoint {
    pub(crate) async fn start() -> Self {
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

    /// From now on it says so many sentences, with this pause between two words.
    pub(crate) fn say(&self, sentences: usize, pace: Duration) {
        *self.script.lock().unwrap() = (sentences, pace);
    }

    /// What was answered to the question with this mark, once.
    pub(crate) fn told(&self, mark: &str) -> Option<Told> {
        self.told.lock().unwrap().remove(mark)
    }
}

async fn complete(State(endpoint): State<Endpoint>, body: Bytes) -> Response {
    let asked = Instant::now();
    let body = String::from_utf8(body.to_vec()).unwrap();
    // The mark is the question's last word, and the question the request's.
    let question = body.rsplit("get? ").next().unwrap();
    let mark = question.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
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
