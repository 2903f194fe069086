//! What an asker does with an answer of their own.

use app::{answer::Feedback, ports::Answers, review::HandOver};
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    answer::AnswerService,
    http::{
        identity::CurrentUser,
        input::{Json, Path},
        problem::{ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(rate_message))
        .routes(routes!(stop_message))
        .routes(routes!(hand_over))
}

/// Rates an answer; again replaces the rating.
#[utoipa::path(
    post,
    path = "/messages/{id}/feedback",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    request_body = Feedback,
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn rate_message(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
    Json(feedback): Json<Feedback>,
) -> ApiResult<StatusCode> {
    answers.rate(&asker, id, feedback).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stops an answer that is being written; what there is of it stays.
#[utoipa::path(
    post,
    path = "/messages/{id}/stop",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn stop_message(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    answers.stop(&asker, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hands the question to a person: it is put on the review desk, and what the desk says stands in
/// the conversation as `handed_over`.
#[utoipa::path(
    post,
    path = "/messages/{id}/hand-over",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    request_body = HandOver,
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json",
            description = "The answer is still being written"),
    )
)]
async fn hand_over(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
    Json(words): Json<HandOver>,
) -> ApiResult<StatusCode> {
    answers.hand_over(&asker, id, words).await?;
    Ok(StatusCode::NO_CONTENT)
}
