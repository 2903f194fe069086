//! The router and its layers.

use app::error::AppError;
use axum::{Router, middleware};

use crate::state::AppState;

/// The JSON API, one file a subject.
pub mod api;
/// Where a request came from.
mod client_address;
/// Who is asking.
pub mod identity;
/// What comes in with a request.
pub mod input;
/// Failures as the API tells them.
pub mod problem;
/// Sessions, and the cookie they are known by.
pub mod session;

/// Everything that the server answers.
pub fn router(state: AppState) -> Router {
    let session = session::layer(&state.config, state.db.clone());
    let (api, _openapi) = api::routes().split_for_parts();
    Router::new()
        .nest("/api", api.fallback(api_not_found).method_not_allowed_fallback(api_not_found))
        .layer(middleware::from_fn_with_state(state.clone(), identity::identify))
        .layer(session)
        .with_state(state)
}

async fn api_not_found() -> problem::ApiError {
    AppError::NotFound.into()
}
