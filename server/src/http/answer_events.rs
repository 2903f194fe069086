//! The live stream of an answer, for the page that shows it.

use std::time::Duration;

use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    identity::{Credential, CurrentUser},
    input::{Path, Query},
    problem::ApiResult,
};
use crate::answer::AnswerService;

#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    /// The number of the last event that the page has.
    #[serde(default)]
    after: i32,
}

/// Sends what the page lacks, then each change as it comes; 204 where nothing is to come, which
/// tells the browser not to connect again.
pub(crate) async fn answer_events(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    credential: Credential,
    Path(message): Path<Uuid>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let after = last_event_id(&headers).unwrap_or(since.after);
    let Some(changes) = answers.follow_live(asker.id, message, after).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let events = changes.map(|change| match change {
        Ok((seq, change)) => Event::default().id(seq.to_string()).json_data(change),
        // The browser connects again and goes on from its last event.
        Err(error) => Err(axum::Error::new(app::error::AppError::from(error))),
    });
    let events = events.take_until(Box::pin(credential.ended()));
    Ok(Sse::new(events).keep_alive(heartbeat()).into_response())
}

/// A comment often enough to keep proxies awake.
pub(crate) fn heartbeat() -> KeepAlive {
    KeepAlive::new().interval(Duration::from_secs(10)).text("")
}

fn last_event_id(headers: &HeaderMap) -> Option<i32> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}
