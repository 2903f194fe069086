//! How the ingestion of a collection goes on, as events.

use std::convert::Infallible;

use app::document::IngestProgress;
use axum::{
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use uuid::Uuid;

use super::{identity::CurrentUser, input::Path, plain::PlainRoutes, problem::ApiResult};
use crate::state::AppState;

pub(super) fn routes() -> PlainRoutes {
    PlainRoutes::default().get("/library/{id}/progress", follow)
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
