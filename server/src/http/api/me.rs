//! The account that is asking.

use app::{account::User, ports::Accounts};
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    account::AccountService,
    http::{
        identity::CurrentUser,
        input::Json,
        problem::{ApiResult, Problem},
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_me)).routes(routes!(change_password))
}

/// The account that is asking, with its role and groups.
#[utoipa::path(
    get,
    path = "/me",
    tag = "session",
    responses(
        (status = OK, body = User),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn get_me(CurrentUser(user): CurrentUser) -> Json<User> {
    Json(user)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    new: String,
}

/// Changes the password, and ends every other session of the account.
#[utoipa::path(
    put,
    path = "/me/password",
    tag = "session",
    request_body = PasswordChange,
    responses(
        (status = NO_CONTENT, description = "Changed"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change_password(
    State(accounts): State<AccountService>,
    CurrentUser(user): CurrentUser,
    session: Session,
    Json(change): Json<PasswordChange>,
) -> ApiResult<StatusCode> {
    accounts.in_session(session).change_password(&user, change.current, change.new).await?;
    Ok(StatusCode::NO_CONTENT)
}
