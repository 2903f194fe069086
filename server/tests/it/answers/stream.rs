//! Server-sent events, as a client reads them.

use http::{Method, header};
use http_body_util::BodyExt;
use serde_json::Value;
use uuid::Uuid;

use super::shelf::PATIENCE;
use crate::common::Visitor;

/// An event as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) event: String,
    pub(crate) id: Option<i32>,
    pub(crate) data: Value,
}

/// A stream being read.
pub(crate) struct EventStream {
    body: axum::body::Body,
    buffer: String,
}

impl EventStream {
    /// Asks, with `Accept: text/event-stream`.
    pub(crate) async fn ask(visitor: &Visitor, body: Value) -> Self {
        let request = visitor
            .request(Method::POST, "/api/v1/ask")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        Self::open(visitor, request, body.to_string()).await
    }

    /// Follows an answer as its page does.
    pub(crate) async fn follow(visitor: &Visitor, message: Uuid, after: i32) -> Self {
        let request = visitor.request(Method::GET, &format!("/answers/{message}/events?after={after}"));
        Self::open(visitor, request, String::new()).await
    }

    pub(crate) async fn open(visitor: &Visitor, request: http::request::Builder, body: String) -> Self {
        let response = visitor.respond(request, body.into()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body(), buffer: String::new() }
    }

    /// The next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Sent> {
        loop {
            if let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let sent = parse(block);
                self.buffer = rest.to_owned();
                match sent {
                    Some(sent) => return Some(sent),
                    None => continue,
                }
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await.expect("the stream hangs")?;
            if let Ok(data) = frame.unwrap().into_data() {
                self.buffer.push_str(std::str::from_utf8(&data).unwrap());
            }
        }
    }

    /// The next event of this name; those before it are passed over.
    pub(crate) async fn wait_for(&mut self, event: &str) -> Sent {
        loop {
            let sent = self.next().await.unwrap_or_else(|| panic!("the stream ended without {event}"));
            if sent.event == event {
                return sent;
            }
        }
    }

    pub(crate) async fn rest(mut self) -> Vec<Sent> {
        let mut events = Vec::new();
        while let Some(sent) = self.next().await {
            events.push(sent);
        }
        events
    }
}

/// `None` for a comment.
fn parse(block: &str) -> Option<Sent> {
    let field = |name: &str| {
        let lines: Vec<&str> = block
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.strip_prefix(' ').unwrap_or(value))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let data = serde_json::from_str(&field("data")?).unwrap();
    let id = field("id").map(|id| id.parse().unwrap());
    Some(Sent { event: field("event").unwrap_or_else(|| "message".into()), id, data })
}

pub(crate) fn names(events: &[Sent]) -> Vec<&str> {
    let mut names: Vec<&str> = events.iter().map(|sent| sent.event.as_str()).collect();
    names.dedup();
    names
}

/// The text that the deltas make.
pub(crate) fn text(events: &[Sent]) -> String {
    events
        .iter()
        .filter(|sent| sent.event == "delta")
        .map(|sent| sent.data["text"].as_str().unwrap())
        .collect()
}
