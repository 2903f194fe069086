//! Accounts, for administrators.

use app::{
    account::{NewUser, User, UserChange},
    list::{Page, PageRequest},
    ports::Accounts,
};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
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
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, change_user))
        .routes(routes!(make_password_link))
}

/// Every account.
#[utoipa::path(
    get,
    path = "/users",
    tag = "users",
    params(PageRequest),
    responses(
        (status = OK, body = Page<User>),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_users(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Query(page): Query<PageRequest>,
) -> ApiResult<Json<Page<User>>> {
    Ok(Json(Page::of(accounts.users(&actor).await?, &page, |it| it.id)?))
}

/// Adds an account.
#[utoipa::path(
    post,
    path = "/users",
    tag = "users",
    request_body = NewUser,
    responses(
        (status = CREATED, body = User),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_user(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Json(new): Json<NewUser>,
) -> ApiResult<(StatusCode, Json<User>)> {
    Ok((StatusCode::CREATED, Json(accounts.create_user(&actor, new).await?)))
}

/// One account.
#[utoipa::path(
    get,
    path = "/users/{id}",
    tag = "users",
    params(("id" = Uuid, Path)),
    responses(
        (status = OK, body = User),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_user(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<User>> {
    Ok(Json(accounts.user(&actor, id).await?))
}

/// Changes the role, or suspends or readmits. Suspension ends every session at once.
#[utoipa::path(
    patch,
    path = "/users/{id}",
    tag = "users",
    params(("id" = Uuid, Path)),
    request_body = UserChange,
    responses(
        (status = OK, body = User),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_user(
    State(accounts): State<AccountService>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
    Json(change): Json<UserChange>,
) -> ApiResult<Json<User>> {
    Ok(Json(accounts.change_user(&actor, id, change).await?))
}

#[derive(Serialize, utoipa::ToSchema)]
struct PasswordLink {
    /// To be opened by the person, once, within three days.
    url: String,
}

/// Makes a one-time link by which the person chooses a password.
#[utoipa::path(
    post,
    path = "/users/{id}/password-link",
    tag = "users",
    params(("id" = Uuid, Path)),
    responses(
        (status = CREATED, body = PasswordLink),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn make_password_link(
    State(state): State<AppState>,
    CurrentUser(actor): CurrentUser,
    Path(id): Path<Uuid>,
) -> ApiResult<(StatusCode, Json<PasswordLink>)> {
    let path = state.accounts.password_link(&actor, id).await?;
    let url = format!("{}{path}", state.config.base_url());
    Ok((StatusCode::CREATED, Json(PasswordLink { url })))
}
