//! Groups, for administrators.

use app::{
    account::Group,
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
    OpenApiRouter::new()
        .routes(routes!(list_groups, create_group))
        .routes(routes!(get_group, rename_group, delete_group))
        .routes(routes!(set_group_members))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Members {
    users: Vec<Uuid>,
}

/// Every group.
#[utoipa::path(
    get,
    path = "/groups",
    tag = "groups",
    params(PageRequest),
    responses(
        (status = OK, body = Page<Group>),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_groups(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Query(page): Query<PageRequest>,
) -> ApiResult<Json<Page<Group>>> {
    Ok(Json(Page::of(accounts.groups(&actor).await?, &page, |it| it.id)?))
}

/// Makes a group.
#[utoipa::path(
    post,
    path = "/groups",
    tag = "groups",
    request_body = Named,
    responses(
        (status = CREATED, body = Group),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_group(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Json(Named { name }): Json<Named>,
) -> ApiResult<(StatusCode, Json<Group>)> {
    Ok((StatusCode::CREATED, Json(accounts.create_group(&actor, name).await?)))
}

/// One group.
#[utoipa::path(
    get,
    path = "/groups/{id}",
    tag = "groups",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = Group),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_group(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Group>> {
    Ok(Json(accounts.group(&actor, id).await?))
}

/// Gives a group another name.
#[utoipa::path(
    patch,
    path = "/groups/{id}",
    tag = "groups",
    params(("id" = Uuid, Path)),
    request_body = Named,
    responses(
        (status = OK, body = Group),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn rename_group(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(Named { name }): Json<Named>,
) -> ApiResult<Json<Group>> {
    Ok(Json(accounts.rename_group(&actor, id, name).await?))
}

/// Deletes a group, and with it what was granted to it.
#[utoipa::path(
    delete,
    path = "/groups/{id}",
    tag = "groups",
    params(("id" = Uuid, Path)),
    responses(
        (status = NO_CONTENT, description = "Deleted"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_group(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<StatusCode> {
    accounts.delete_group(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces the members of a group.
#[utoipa::path(
    put,
    path = "/groups/{id}/members",
    tag = "groups",
    params(("id" = Uuid, Path)),
    request_body = Members,
    responses(
        (status = OK, body = Group),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn set_group_members(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(Members { users }): Json<Members>,
) -> ApiResult<Json<Group>> {
    Ok(Json(accounts.set_members(&actor, id, users).await?))
}
