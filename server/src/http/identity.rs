//! Who is asking: the one path by which a request gets its user.

use std::time::Duration;

use anyhow::Context;
use app::{account::User, error::AppError};
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header, request::Parts};
use secrecy::{ExposeSecret, SecretString};
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
    let credential = Credential::of(&accounts, &session, request.headers());
    match credential.user().await {
        Ok(Some(user)) => {
            tracing::Span::current().record("user", tracing::field::display(user.id));
            request.extensions_mut().insert(user);
            request.extensions_mut().insert(credential);
        }
        Ok(None) => {}
        Err(error) => return ApiError::from(error).into_response(),
    }
    next.run(request).await
}

/// By what a request says who is asking. A response that takes long can ask it again.
#[derive(Clone)]
pub(crate) struct Credential {
    accounts: AccountService,
    shown: Shown,
}

/// A request with a token is what the token says; its cookie is not looked at.
#[derive(Clone)]
enum Shown {
    Session(Session),
    Token(SecretString),
    /// A header that holds no token.
    Nothing,
}

impl Credential {
    fn of(accounts: &AccountService, session: &Session, headers: &HeaderMap) -> Self {
        let shown = match bearer_token(headers) {
            Some(token) => Shown::Token(token.into()),
            None if headers.contains_key(header::AUTHORIZATION) => Shown::Nothing,
            None => Shown::Session(session.clone()),
        };
        Self { accounts: accounts.clone(), shown }
    }

    async fn user(&self) -> Result<Option<User>> {
        match &self.shown {
            Shown::Token(token) => self.accounts.user_by_token(token.expose_secret()).await,
            Shown::Session(session) => match session::signed_in(session).await? {
                Some(signed_in) => self.accounts.user_by_session(&signed_in).await,
                None => Ok(None),
            },
            Shown::Nothing => Ok(None),
        }
    }

    /// Returns, within seconds, when the token was revoked, the session ended or the password
    /// changed.
    pub(crate) async fn ended(self) {
        loop {
            tokio::time::sleep(CREDENTIAL_CHECKED_EVERY).await;
            match self.is_good_still().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "Could not check who is still signed in"),
            }
        }
    }

    async fn is_good_still(&self) -> Result<bool> {
        if let Shown::Session(session) = &self.shown {
            // As it is stored now, not as it was when the request came.
            session.load().await.context("could not read the session anew")?;
        }
        Ok(self.user().await?.is_some())
    }
}

/// How long a stream may at most go on after its reader was signed out.
const CREDENTIAL_CHECKED_EVERY: Duration = Duration::from_secs(2);

impl<S: Send + Sync> FromRequestParts<S> for Credential {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| AppError::SignInNeeded.into())
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
