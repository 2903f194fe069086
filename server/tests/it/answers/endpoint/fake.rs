//! A chat-completions endpoint that does as it is told.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
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
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

use crate::answers::shelf::PATIENCE;

pub(in crate::answers) const KEY: &str = "sk-very-secret";

/// What the endpoint does with a request.
#[derive(Debug, Clone)]
pub(in crate::answers) enum Act {
    /// Answers with this status, header and body.
    Refuse(u16, Option<(&'static str, &'static str)>, &'static str),
    /// Takes the request and never answers.
    Ignore,
    /// Answers step by step.
    Stream(Vec<Step>),
    /// Says what stands between « and » in the request, wherever it came from.
    Obey,
    /// Answers at once, as an endpoint does that can't stream.
    Whole(&'static str),
    /// Says the text where the prompt has room in a window of so many tokens, and refuses as llama.cpp
    /// does where it hasn't. Its tokens have three characters.
    Window(u32, &'static str),
}

#[derive(Debug, Clone)]
pub(in crate::answers) enum Step {
    /// A piece of the answer.
    Say(String),
    /// These bytes.
    Send(&'static str),
    SendAll(String),
    /// Nothing until there is a permit.
    Wait(Arc<Semaphore>),
    /// Nothing for so long.
    Pause(Duration),
    /// Nothing more, ever.
    Hang,
    /// The connection breaks.
    Break,
    /// The end of the answer, with what it took.
    Finish,
}

/// Says the text, cut into pieces of two characters, and finishes.
pub(in crate::answers) fn say(text: &str) -> Act {
    let characters: Vec<char> = text.chars().collect();
    let mut steps: Vec<Step> = characters.chunks(2).map(|piece| Step::Say(piece.iter().collect())).collect();
    steps.push(Step::Finish);
    Act::Stream(steps)
}

#[derive(Clone)]
pub(in crate::answers) struct Endpoint {
    pub(in crate::answers) base_url: String,
    script: Arc<Mutex<VecDeque<Act>>>,
    /// The bodies of the requests that came.
    requests: Arc<Mutex<Vec<Value>>>,
    /// How many tokens the prompts had that it took with a window.
    counted: Arc<Mutex<Vec<u32>>>,
    /// How many answers were broken off by who asked.
    dropped: watch::Sender<usize>,
}

impl Endpoint {
    /// Acts once for each request, in this order; the last act stands for all further ones.
    pub(in crate::answers) async fn start(script: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            base_url: format!("http://{}/v1", listener.local_addr().unwrap()),
            script: Arc::new(Mutex::new(script.into())),
            requests: Arc::default(),
            counted: Arc::default(),
            dropped: watch::Sender::new(0),
        };
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(endpoint.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        endpoint
    }

    pub(in crate::answers) fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("FOOTNOTE_LLM_BASE_URL", self.base_url.as_str()),
            ("FOOTNOTE_LLM_API_KEY", KEY),
            ("FOOTNOTE_LLM_MODEL", "fake-1"),
            ("FOOTNOTE_ANSWERS_PER_PERSON", "4"),
        ]
    }

    pub(in crate::answers) fn config(&self) -> config::Endpoint {
        config::Endpoint {
            base_url: self.base_url.clone(),
            api_key: Some(SecretString::from(KEY)),
            model: "fake-1".into(),
        }
    }

    pub(in crate::answers) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }

    /// How many tokens the prompts had that it took with a window.
    pub(in crate::answers) fn counted(&self) -> Vec<u32> {
        self.counted.lock().unwrap().clone()
    }

    /// From now on it does this.
    pub(in crate::answers) fn now(&self, act: Act) {
        *self.script.lock().unwrap() = VecDeque::from([act]);
    }

    /// Waits until so many answers were broken off by who asked.
    pub(in crate::answers) async fn wait_for_dropped(&self, number: usize) {
        let mut dropped = self.dropped.subscribe();
        let waiting = dropped.wait_for(|dropped| *dropped >= number);
        tokio::time::timeout(PATIENCE, waiting).await.expect("the endpoint still works").unwrap();
    }
}

async fn complete(State(endpoint): State<Endpoint>, headers: http::HeaderMap, body: Bytes) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer {KEY}"));
    endpoint.requests.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    let act = {
        let mut script = endpoint.script.lock().unwrap();
        if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
    };
    let guard = Guard { dropped: endpoint.dropped.clone(), finished: false };
    let act = match act.unwrap() {
        Act::Obey => say(&ordered(&body)),
        Act::Window(window, text) => {
            let prompt = u32::try_from(prompt(&body).chars().count().div_ceil(3)).unwrap();
            if prompt >= window {
                guard.finish();
                let error = json!({
                    "code": 400, "message": "the request exceeds the available context size, try increasing it",
                    "type": "exceed_context_size_error", "n_prompt_tokens": prompt, "n_ctx": window,
                });
                let refusal = Response::builder().status(400);
                return refusal.body(Body::from(json!({ "error": error }).to_string())).unwrap();
            }
            endpoint.counted.lock().unwrap().push(prompt);
            let usage =
                json!({ "choices": [], "usage": { "prompt_tokens": prompt, "completion_tokens": 9 } });
            let last = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
            Act::Stream(vec![
                Step::Say(text.to_owned()),
                Step::SendAll(format!("data: {last}\n\ndata: {usage}\n\ndata: [DONE]\n\n")),
            ])
        }
        act => act,
    };
    match act {
        Act::Obey | Act::Window(..) => unreachable!("it has become what it says"),
        Act::Refuse(status, extra, body) => {
            let mut response = Response::builder().status(status);
            if let Some((name, value)) = extra {
                response = response.header(name, value);
            }
            guard.finish();
            response.body(Body::from(body)).unwrap()
        }
        Act::Ignore => {
            let _held = guard;
            std::future::pending().await
        }
        Act::Whole(text) => {
            guard.finish();
            let whole = json!({
                "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
                "usage": { "prompt_tokens": 11, "completion_tokens": 7 },
            });
            let json = Response::builder().header(header::CONTENT_TYPE, "application/json");
            json.body(Body::from(whole.to_string())).unwrap()
        }
        Act::Stream(steps) => {
            let steps = stream::unfold((steps.into_iter(), guard), |(mut steps, guard)| async move {
                match steps.next() {
                    Some(step) => Some((perform(step).await, (steps, guard))),
                    None => {
                        guard.finish();
                        None
                    }
                }
            });
            Response::builder()
                .header(header::CONTENT_TYPE, "text/event-stream")
                .body(Body::from_stream(steps.boxed()))
                .unwrap()
        }
    }
}

/// All messages of a request.
fn prompt(body: &[u8]) -> String {
    let request: Value = serde_json::from_slice(body).unwrap();
    let messages = request["messages"].as_array().unwrap().iter();
    messages.map(|message| message["content"].as_str().unwrap()).collect()
}

/// All that stands between « and » in a request.
fn ordered(body: &[u8]) -> String {
    let prompt = prompt(body);
    let orders = prompt.split('«').skip(1).filter_map(|order| order.split('»').next());
    orders.collect::<Vec<_>>().join(" ")
}

async fn perform(step: Step) -> Result<String, std::io::Error> {
    Ok(match step {
        Step::Say(text) => {
            format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }))
        }
        Step::Send(bytes) => bytes.to_owned(),
        Step::SendAll(bytes) => bytes,
        Step::Pause(time) => {
            tokio::time::sleep(time).await;
            String::new()
        }
        Step::Hang => std::future::pending::<Result<String, Infallible>>().await.unwrap(),
        Step::Break => {
            // While the body has nothing to give, what it gave before is sent.
            tokio::task::yield_now().await;
            return Err(std::io::Error::other("broken"));
        }
        Step::Wait(gate) => {
            gate.acquire().await.unwrap().forget();
            ": going on\n\n".to_owned()
        }
        Step::Finish => {
            let last = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] });
            let usage = json!({ "choices": [], "usage": { "prompt_tokens": 120, "completion_tokens": 30 } });
            format!("data: {last}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
        }
    })
}

/// Tells when an answer is broken off.
struct Guard {
    dropped: watch::Sender<usize>,
    finished: bool,
}

impl Guard {
    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.finished {
            self.dropped.send_modify(|dropped| *dropped += 1);
        }
    }
}
