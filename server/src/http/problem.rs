//! Failures as the API tells them: RFC 9457 problem objects.

use app::error::AppError;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::error::Error;

/// What a handler of the API answers.
pub type ApiResult<T> = Result<T, ApiError>;

/// A failure on its way out as a problem object.
#[derive(Debug)]
pub struct ApiError(pub AppError);

/// An RFC 9457 problem object.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells problems of one status apart.
    pub r#type: &'static str,
    /// The status in words.
    pub title: &'static str,
    pub status: u16,
    /// What went wrong, for the reader.
    pub detail: String,
    /// A stable word for programs.
    pub code: String,
    /// The field that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Problem {
    fn of(status: StatusCode) -> Self {
        Self {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: String::new(),
            code: String::new(),
            field: None,
        }
    }
}

impl From<&AppError> for Problem {
    fn from(error: &AppError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let field = match error {
            AppError::Invalid { field, .. } => field.clone(),
            _ => None,
        };
        Self { detail: error.to_string(), code: error.code().to_owned(), field, ..Self::of(status) }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = Problem::from(&self.0).into_response();
        if let Some((name, value)) = hint(&self.0) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, headers, serde_json::to_vec(&self).unwrap_or_default()).into_response()
    }
}

/// There is something here, but not for this method.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem {
        detail: "This address doesn't answer to this method; see the header Allow.".to_owned(),
        code: "method_not_allowed".to_owned(),
        ..Problem::of(StatusCode::METHOD_NOT_ALLOWED)
    }
}

/// There is nothing here.
pub(crate) async fn nothing_there() -> ApiError {
    AppError::NotFound.into()
}

/// The header by which a client knows what to do next.
fn hint(error: &AppError) -> Option<(header::HeaderName, HeaderValue)> {
    match error {
        AppError::SignInNeeded => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        AppError::TooManyAttempts { wait_seconds } | AppError::Limited { wait_seconds, .. } => {
            Some((header::RETRY_AFTER, HeaderValue::from(*wait_seconds)))
        }
        _ => None,
    }
}
