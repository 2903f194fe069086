//! Signing in and out.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use tower_sessions::Session;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    account::{AccountService, Credentials},
    http::{
        client_address::ClientAddress,
        input::Json,
        problem::{ApiResult, Problem},
        session,
    },
    state::AppState,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_in, sign_out))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

/// Signs in: the answer's cookie is the session.
#[utoipa::path(
    post,
    path = "/session",
    tag = "session",
    security(()),
    request_body = SignIn,
    responses(
        (status = NO_CONTENT, description = "Signed in"),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn sign_in(
    State(accounts): State<AccountService>,
    session: Session,
    ClientAddress(address): ClientAddress,
    Json(SignIn { email, password }): Json<SignIn>,
) -> ApiResult<StatusCode> {
    let signed_in = accounts.sign_in(Credentials { email, password, address }).await?;
    session::start(&session, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out: the session is gone, and its cookie worth nothing.
#[utoipa::path(
    delete,
    path = "/session",
    tag = "session",
    responses((status = NO_CONTENT, description = "Signed out"))
)]
async fn sign_out(session: Session) -> ApiResult<StatusCode> {
    session::end(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
