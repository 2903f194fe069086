//! Who is asking: the one path by which a request gets its user.

use app::{account::User, error::AppError};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header, request::Parts};
use tower_sessions::Session;

use super::{problem::ApiError, session};
use crate::{account::AccountService, error::Result};

/// Finds out who is asking, by a token or by the session's cookie, and puts the [`User`] into the
/// request. The account is read anew at each request: who was suspended is nobody at once.
pub(crate) async fn identify(
    State(accounts): State<AccountService>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    match find_user(&accounts, &session, request.headers()).await {
        Ok(Some(user)) => {
            tracing::Span::current().record("user", tracing::field::display(user.id));
            request.extensions_mut().insert(user);
        }
        Ok(None) => {}
        Err(error) => return ApiError::from(error).into_response(),
    }
    next.run(request).await
}

/// A request with a token is what the token says; its cookie is not looked at.
async fn find_user(
    accounts: &AccountService,
    session: &Session,
    headers: &HeaderMap,
) -> Result<Option<User>> {
    if headers.contains_key(header::AUTHORIZATION) {
        return match bearer_token(headers) {
            Some(token) => accounts.user_by_token(token).await,
            None => Ok(None),
        };
    }
    match session::signed_in(session).await? {
        Some(signed_in) => accounts.user_by_session(&signed_in).await,
        None => Ok(None),
    }
}

/// The token of `Authorization: Bearer TOKEN`.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The user who is asking; a handler that takes it answers 401 to nobody.
#[derive(Debug, Clone)]
pub struct CurrentUser(pub User);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<User>() {
            Some(user) => Ok(Self(user.clone())),
            None => Err(AppError::SignInNeeded.into()),
        }
    }
}
