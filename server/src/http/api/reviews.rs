//! The review desk, for support and administrators.

use app::{
    error::AppError,
    list::{Page, PageRequest},
    ports::Answers,
    review::{Resolution, Review},
};
use axum::extract::State;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::AnswerService,
    http::{
        identity::CurrentUser,
        input::{Json, Path, Query},
        problem::{ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_reviews)).routes(routes!(resolve_review))
}

#[derive(Debug, Deserialize)]
struct Filter {
    state: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The answers on the desk, the longest waiting first.
#[utoipa::path(
    get,
    path = "/reviews",
    tag = "reviews",
    params(
        ("state" = Option<String>, Query, description = "open, approved, corrected or rejected; all where absent"),
        ("limit" = Option<u32>, Query),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = OK, body = Page<Review>),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_reviews(
    State(answers): State<AnswerService>,
    CurrentUser(reviewer): CurrentUser,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<Review>>> {
    let state = filter.state.as_deref().map(str::parse).transpose().map_err(|error: AppError| error)?;
    let page = PageRequest { limit: filter.limit, cursor: filter.cursor };
    Ok(Json(answers.reviews(&reviewer, state, page).await?))
}

/// Approves, corrects or rejects an answer.
#[utoipa::path(
    post,
    path = "/reviews/{id}/resolve",
    tag = "reviews",
    params(("id" = Uuid, Path)),
    request_body = Resolution,
    responses(
        (status = OK, body = Review),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn resolve_review(
    State(answers): State<AnswerService>,
    CurrentUser(reviewer): CurrentUser,
    Path(id): Path<Uuid>,
    Json(resolution): Json<Resolution>,
) -> ApiResult<Json<Review>> {
    Ok(Json(answers.resolve_review(&reviewer, id, resolution).await?))
}
