//! The folder that a collection is kept in step with, for administrators.

use app::{
    folder::{FolderChoice, Following},
    ports::Library,
};
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    http::{
        identity::CurrentUser,
        input::{Json, Path},
        problem::{ApiResult, Problem},
    },
    ingest::LibraryService,
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_folder, follow_folder, unfollow_folder))
}

/// Which folder the collection follows, and which it may.
#[utoipa::path(
    get,
    path = "/collections/{id}/folder",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Following),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_folder(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Following>> {
    Ok(Json(library.following(&actor, id).await?))
}

/// Keeps the collection in step with a folder on the server from now on. What was taken in of
/// another folder before stays.
#[utoipa::path(
    put,
    path = "/collections/{id}/folder",
    tag = "collections",
    params(("id" = Uuid, Path)),
    request_body = FolderChoice,
    responses(
        (status = OK, body = Following),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn follow_folder(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(choice): Json<FolderChoice>,
) -> ApiResult<Json<Following>> {
    Ok(Json(library.follow_folder(&actor, id, choice).await?))
}

/// Follows no folder any more. What was taken in stays.
#[utoipa::path(
    delete,
    path = "/collections/{id}/folder",
    tag = "collections",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT, description = "Nothing is followed"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn unfollow_folder(
    State(library): State<LibraryService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    library.unfollow_folder(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
