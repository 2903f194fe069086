//! The asker's own conversations.

use app::{
    conversation::{Conversation, ConversationName},
    list::{Page, PageRequest},
    ports::Answers,
};
use axum::extract::State;
use http::StatusCode;
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
    OpenApiRouter::new().routes(routes!(list_conversations)).routes(routes!(
        get_conversation,
        rename_conversation,
        delete_conversation
    ))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Titled {
    title: String,
}

/// The conversations, the last used first.
#[utoipa::path(
    get,
    path = "/conversations",
    tag = "conversations",
    params(PageRequest),
    responses((status = OK, body = Page<ConversationName>))
)]
async fn list_conversations(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Query(page): Query<PageRequest>,
) -> ApiResult<Json<Page<ConversationName>>> {
    Ok(Json(answers.conversations(&asker, page).await?))
}

/// A conversation with its questions and answers.
#[utoipa::path(
    get,
    path = "/conversations/{id}",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Conversation),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_conversation(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Conversation>> {
    Ok(Json(answers.conversation(&asker, id).await?))
}

/// Gives a conversation another title.
#[utoipa::path(
    patch,
    path = "/conversations/{id}",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    request_body = Titled,
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn rename_conversation(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
    Json(Titled { title }): Json<Titled>,
) -> ApiResult<StatusCode> {
    answers.rename_conversation(&asker, id, title).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a conversation with all that was asked and answered in it.
#[utoipa::path(
    delete,
    path = "/conversations/{id}",
    tag = "conversations",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_conversation(
    State(answers): State<AnswerService>,
    CurrentUser(asker): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    answers.delete_conversation(&asker, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
