//! What comes in with a request, where what is malformed is answered with a problem object.

use app::error::AppError;
use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header, request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::problem::ApiError;

/// A JSON body, coming in or going out. One that comes in is an object, never a list of its values,
/// which serde would take as well, and a member that is null is as if it weren't there.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = axum::Json::<Map<String, Value>>::from_request(request, state).await;
        let axum::Json(mut body) = body.map_err(|rejection| json_error(&rejection))?;
        body.retain(|_, value| !value.is_null());
        T::deserialize(Value::Object(body)).map(Self).map_err(|error| malformed(error.to_string()).into())
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn json_error(rejection: &JsonRejection) -> AppError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            AppError::TooLarge { message: "The request's body is too large.".into() }
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => AppError::UnsupportedType {
            message: "Send JSON with the header Content-Type: application/json.".into(),
        },
        _ => malformed(rejection.body_text()),
    }
}

/// The fields of a form.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(malformed(rejection.body_text()).into()),
        }
    }
}

/// A form that may hold files.
#[derive(Debug)]
pub struct Multipart(pub axum::extract::Multipart);

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
            let message = "Send a form with the header Content-Type: multipart/form-data.".to_owned();
            return Err(AppError::UnsupportedType { message }.into());
        }
        match axum::extract::Multipart::from_request(request, state).await {
            Ok(form) => Ok(Self(form)),
            Err(rejection) => Err(malformed(rejection.body_text()).into()),
        }
    }
}

/// The query of the URL.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(malformed(rejection.body_text()).into()),
        }
    }
}

/// The variable parts of the URL's path. What can't be an id names nothing that exists.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(_) => Err(AppError::NotFound.into()),
        }
    }
}

fn malformed(message: String) -> AppError {
    AppError::Invalid { field: None, message }
}
