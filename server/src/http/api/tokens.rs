//! The asking account's own API tokens.

use app::{
    account::{ApiToken, NewApiToken},
    list::{Page, PageRequest},
    ports::Accounts,
};
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    account::AccountService,
    http::{
        identity::CurrentUser,
        input::{Json, Path, Query},
        problem::{ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// The account's own tokens, without their secrets.
#[utoipa::path(
    get,
    path = "/tokens",
    tag = "tokens",
    params(PageRequest),
    responses((status = OK, body = Page<ApiToken>))
)]
async fn list_tokens(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Query(page): Query<PageRequest>,
) -> ApiResult<Json<Page<ApiToken>>> {
    Ok(Json(Page::of(accounts.tokens(&actor).await?, &page, |it| it.id)?))
}

/// Makes a token. Its secret is shown this one time.
#[utoipa::path(
    post,
    path = "/tokens",
    tag = "tokens",
    request_body = Named,
    responses(
        (status = CREATED, body = NewApiToken),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_token(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Json(Named { name }): Json<Named>,
) -> ApiResult<(StatusCode, Json<NewApiToken>)> {
    Ok((StatusCode::CREATED, Json(accounts.create_token(&actor, name).await?)))
}

/// Revokes a token: it opens nothing from now on.
#[utoipa::path(
    delete,
    path = "/tokens/{id}",
    tag = "tokens",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT, description = "Revoked"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn revoke_token(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    accounts.revoke_token(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
