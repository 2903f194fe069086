//! How the ingestion of a collection, or of all of them, goes on, as events.

use std::convert::Infallible;

use app::{document::IngestProgress, paths, queue::QueueReport};
use axum::{
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use uuid::Uuid;

use super::{
    answer_events::heartbeat,
    identity::{Credential, CurrentUser},
    input::Path,
    plain::PlainRoutes,
    problem::ApiResult,
};
use crate::state::AppState;

pub(super) fn routes() -> PlainRoutes {
    PlainRoutes::default().get("/library/{id}/progress", follow).get(paths::QUEUE_EVENTS, follow_queue)
}

/// One event now, then one at each change, until nothing is left.
async fn follow(
    State(state): State<AppState>,
    CurrentUser(reader): CurrentUser,
    Path(collection): Path<Uuid>,
) -> ApiResult<impl IntoResponse> {
    let progress = state.library.follow_progress(reader, collection).await?;
    let events = progress.map(|progress: IngestProgress| {
        // Numbers and text always serialise.
        Ok::<_, Infallible>(Event::default().json_data(progress).unwrap_or_default())
    });
    let events = events.take_until(state.stop.cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// One event now, then one at each change, for as long as the reader is signed in and an admin.
async fn follow_queue(
    State(state): State<AppState>,
    CurrentUser(reader): CurrentUser,
    credential: Credential,
) -> ApiResult<impl IntoResponse> {
    let reports = state.library.follow_queue(reader).await?;
    let events = reports.map(|report: QueueReport| {
        // Numbers and text always serialise.
        Ok::<_, Infallible>(Event::default().json_data(report).unwrap_or_default())
    });
    let events = events.take_until(Box::pin(credential.ended())).take_until(state.stop.cancelled_owned());
    Ok(Sse::new(events).keep_alive(heartbeat()))
}
