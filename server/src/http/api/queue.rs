//! The queue of documents to be taken in, for administrators.

use app::{ports::Library, queue::QueueReport};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    http::{
        identity::CurrentUser,
        input::Json,
        problem::{ApiResult, Problem},
    },
    ingest::LibraryService,
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_queue))
        .routes(routes!(pause_queue))
        .routes(routes!(resume_queue))
        .routes(routes!(retry_failed))
        .routes(routes!(cancel_waiting))
}

/// How many documents a change concerned.
#[derive(Serialize, utoipa::ToSchema)]
struct QueueChange {
    documents: i64,
}

/// How the queue of all collections stands.
#[utoipa::path(
    get,
    path = "/queue",
    tag = "queue",
    responses(
        (status = OK, body = QueueReport),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_queue(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<QueueReport>> {
    Ok(Json(library.queue(&actor).await?))
}

/// Lets what is running finish and nothing else begin, until it is resumed.
#[utoipa::path(
    post,
    path = "/queue/pause",
    tag = "queue",
    responses(
        (status = OK, body = QueueReport),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn pause_queue(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<QueueReport>> {
    library.pause_queue(&actor).await?;
    Ok(Json(library.queue(&actor).await?))
}

/// Goes on after a pause.
#[utoipa::path(
    post,
    path = "/queue/resume",
    tag = "queue",
    responses(
        (status = OK, body = QueueReport),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn resume_queue(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<QueueReport>> {
    library.resume_queue(&actor).await?;
    Ok(Json(library.queue(&actor).await?))
}

/// Puts every failed document back into the queue, but those that were cancelled.
#[utoipa::path(
    post,
    path = "/queue/retry-failed",
    tag = "queue",
    responses(
        (status = ACCEPTED, body = QueueChange),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn retry_failed(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<(StatusCode, Json<QueueChange>)> {
    let documents = library.retry_failed(&actor).await?;
    Ok((StatusCode::ACCEPTED, Json(QueueChange { documents })))
}

/// Takes out of the queue what waits. Those documents fail as `cancelled`, and can be tried again.
#[utoipa::path(
    post,
    path = "/queue/cancel-waiting",
    tag = "queue",
    responses(
        (status = OK, body = QueueChange),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn cancel_waiting(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<QueueChange>> {
    let documents = library.cancel_waiting(&actor).await?;
    Ok(Json(QueueChange { documents }))
}
