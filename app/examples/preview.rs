//! Serves every page over the tests' fake company, to look at while changing them:
//! `SITE=target/site cargo run -p app --example preview --features ssr`.
//!
//! `SITE` is the built site's folder, `ADDR` where to listen. `/as/reader`, `/as/newcomer` (whose
//! company has no documents yet) and `/as/nobody` look at it as somebody else than an administrator.

#[path = "../tests/fakes/mod.rs"]
#[expect(clippy::unwrap_used, reason = "made for tests, where what can't go on fails")]
mod fakes;

use std::{convert::Infallible, env, path::PathBuf, time::Duration};

use app::{answer::AnswerState, answer::LiveEvent, document::IngestProgress, shell::Assets};
use axum::{
    Router,
    body::Body,
    extract::{Path, Request},
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures::{Stream, StreamExt, stream};
use tower::ServiceExt;

#[tokio::main]
async fn main() {
    let site = PathBuf::from(env::var("SITE").unwrap_or_else(|_| "target/site".into()));
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3010".into());
    let assets = std::fs::read_to_string(site.join("assets.json")).expect("the site was built");
    let assets = serde_json::from_str(&assets).expect("assets.json maps names to paths");
    let assets = Assets::listed_in(&assets);

    let company = |company: fakes::Company| fakes::site(company.ports(), assets.clone());
    let grown = company(fakes::Company { is_writing: true, ..Default::default() });
    let new = company(fakes::Company { is_new: true, ..Default::default() });
    let pages = Router::new()
        .route("/as/{name}", get(visit_as))
        .route("/answers/{id}/events", get(answer_events))
        .route("/library/{id}/progress", get(progress))
        .fallback(move |request: Request| {
            let is_new = visitor(&request) == "newcomer";
            if is_new { new.clone() } else { grown.clone() }.oneshot(request)
        })
        .layer(from_fn(sign_in))
        .layer(from_fn(move |request, next| files(site.clone(), request, next)));

    let listener = tokio::net::TcpListener::bind(&address).await.expect("the address is free");
    axum::serve(listener, pages).await.expect("serving goes on");
}

async fn visit_as(Path(name): Path<String>) -> impl IntoResponse {
    ([(header::SET_COOKIE, format!("as={name}; Path=/"))], Redirect::to("/"))
}

fn visitor(request: &Request) -> &str {
    let cookie = request.headers().get(header::COOKIE).and_then(|cookie| cookie.to_str().ok());
    cookie.and_then(|cookie| cookie.strip_prefix("as=")).unwrap_or("admin")
}

async fn sign_in(mut request: Request, next: Next) -> Response {
    let user = match visitor(&request) {
        "nobody" => None,
        "reader" | "newcomer" => Some(fakes::reader()),
        _ => Some(fakes::admin()),
    };
    request.extensions_mut().extend(
        user.map(|user| {
            let mut extensions = http::Extensions::new();
            extensions.insert(user);
            extensions
        })
        .unwrap_or_default(),
    );
    next.run(request).await
}

/// The built site's files come before the pages.
async fn files(site: PathBuf, request: Request, next: Next) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let media_type = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => return next.run(request).await,
    };
    match tokio::fs::read(site.join(path)).await {
        Ok(file) => ([(header::CONTENT_TYPE, media_type)], Body::from(file)).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn events<T: serde::Serialize + Send + 'static>(
    events: Vec<T>,
    pause: Duration,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = stream::iter((3..).zip(events)).then(move |(seq, event): (i32, T)| async move {
        tokio::time::sleep(pause).await;
        let event = Event::default().id(seq.to_string()).json_data(event);
        Ok(event.expect("an event is plain data"))
    });
    Sse::new(events)
}

/// An answer that comes word by word.
async fn answer_events() -> impl IntoResponse {
    let whole = fakes::messages::message(fakes::WRITING, AnswerState::Done);
    let words: Vec<_> =
        "You get 25 days of paid leave in a calendar year, agreed with your manager two weeks ahead."
            .split_inclusive(' ')
            .collect();
    let mut written: Vec<_> = (8..=words.len())
        .map(|count| LiveEvent::Text { from: 0, blocks: vec![format!("<p>{}</p>", words[..count].concat())] })
        .collect();
    written.push(LiveEvent::Finished { message: Box::new(whole) });
    events(written, Duration::from_millis(400))
}

async fn progress() -> impl IntoResponse {
    let left =
        (0..=14).rev().map(|left| IngestProgress { queued: left, ready: 871 - left, ..Default::default() });
    events(left.collect(), Duration::from_millis(900))
}
