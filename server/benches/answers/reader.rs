//! Somebody who asks and reads.

use std::time::Instant;

use axum::{Router, body::Body, extract::Request};
use http::header;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    endpoint::{Endpoint, Told},
    table::Outcome,
};

/// Asks, and reads the answer's events as they come.
pub(crate) async fn ask(router: &Router, token: &str, number: usize, endpoint: &Endpoint) -> Outcome {
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
    let is_taken = response.status().is_success();
    let read = read(response.into_body()).await;
    match endpoint.told(&mark) {
        Some(told) if is_taken && !read.failed && !read.shown.is_empty() => {
            outcome(asked, &told, &read.shown)
        }
        _ => Outcome { failed: true, ..Outcome::default() },
    }
}

/// How many bytes of the answer were there when, and whether it failed.
#[derive(Default)]
struct Read {
    shown: Vec<(usize, Instant)>,
    failed: bool,
}

async fn read(mut body: Body) -> Read {
    let (mut read, mut length, mut seen) = (Read::default(), 0, String::new());
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.unwrap().into_data() else { continue };
        seen.push_str(std::str::from_utf8(&data).unwrap());
        while let Some((event, rest)) = seen.split_once("\n\n") {
            if event.contains("event: delta") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
                let delta: Value = serde_json::from_str(data).unwrap();
                length += delta["text"].as_str().unwrap().len();
                read.shown.push((length, Instant::now()));
            }
            read.failed |= event.contains("event: error");
            seen = rest.to_owned();
        }
    }
    read
}

fn outcome(asked: Instant, told: &Told, shown: &[(usize, Instant)]) -> Outcome {
    let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
    let (first, at) = shown[0];
    // The first sentence is shown as soon as it is whole.
    let said = told.said.iter().rfind(|(length, _)| *length <= first).or(told.said.first()).unwrap().1;
    let later = shown[1..].iter().filter_map(|&(length, at)| {
        let (_, said) = told.said.iter().find(|(said, _)| *said >= length)?;
        Some(ms(*said, at))
    });
    Outcome {
        asking: ms(asked, told.asked),
        showing: ms(said, at),
        forwarding: later.collect(),
        failed: false,
    }
}
