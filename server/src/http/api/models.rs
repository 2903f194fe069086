//! Language models and who may answer from what, for administrators.

use app::{
    model::{LanguageModel, ModelRule, ModelSettings},
    ports::Answers,
};
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::Items;
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
        .routes(routes!(list_models, add_model))
        .routes(routes!(change_model, remove_model))
        .routes(routes!(get_rule, put_rule))
}

/// The language models, the one of the settings first. Keys are never told.
#[utoipa::path(
    get,
    path = "/models",
    tag = "models",
    responses(
        (status = OK, body = Items<LanguageModel>),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_models(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
) -> ApiResult<Json<Items<LanguageModel>>> {
    Ok(Json(answers.language_models(&actor).await?.into()))
}

/// Sets up a language model.
#[utoipa::path(
    post,
    path = "/models",
    tag = "models",
    request_body = ModelSettings,
    responses(
        (status = CREATED, body = LanguageModel),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn add_model(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Json(settings): Json<ModelSettings>,
) -> ApiResult<(StatusCode, Json<LanguageModel>)> {
    Ok((StatusCode::CREATED, Json(answers.add_model(&actor, settings).await?)))
}

/// Sets up a language model anew. A stored key stays where `api_key` is absent, unless the base
/// URL is another: then it must be entered again.
#[utoipa::path(
    put,
    path = "/models/{id}",
    tag = "models",
    params(("id" = Uuid, Path)),
    request_body = ModelSettings,
    responses(
        (status = OK, body = LanguageModel),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_model(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(settings): Json<ModelSettings>,
) -> ApiResult<Json<LanguageModel>> {
    Ok(Json(answers.change_model(&actor, id, settings).await?))
}

/// Removes a language model with its key.
#[utoipa::path(
    delete,
    path = "/models/{id}",
    tag = "models",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn remove_model(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    answers.remove_model(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may answer from a collection.
#[utoipa::path(
    get,
    path = "/collections/{id}/model-rule",
    tag = "models",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = ModelRule),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_rule(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<ModelRule>> {
    Ok(Json(answers.model_rule(&actor, id).await?))
}

/// Says who may answer from a collection.
#[utoipa::path(
    put,
    path = "/collections/{id}/model-rule",
    tag = "models",
    params(("id" = Uuid, Path)),
    request_body = ModelRule,
    responses(
        (status = OK, body = ModelRule),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn put_rule(
    State(answers): State<AnswerService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(rule): Json<ModelRule>,
) -> ApiResult<Json<ModelRule>> {
    Ok(Json(answers.set_model_rule(&actor, id, rule).await?))
}
