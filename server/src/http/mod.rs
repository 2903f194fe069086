//! The router and its layers.

use std::any::Any;

use app::error::AppError;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use http::{HeaderValue, header::CACHE_CONTROL};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, set_header::SetResponseHeaderLayer,
};
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;
use plain::PlainRoutes;

mod answer_events;
/// The JSON API, one file a subject.
pub mod api;
mod client_address;
mod cross_site;
mod forms;
/// Whether the server can do its work.
pub mod health;
/// Who is asking.
pub mod identity;
/// What comes in with a request.
pub mod input;
/// What a Prometheus reads.
pub mod metrics;
mod openapi;
mod pace;
mod pages;
/// The one record of routes that are neither the API's nor pages'.
pub mod plain;
/// Failures as the API tells them.
pub mod problem;
mod progress;
mod security_headers;
/// Sessions, and the cookie they are known by.
pub mod session;
/// The built site's files.
pub mod site;
mod trace;
mod upload;

/// The largest body where a route doesn't say otherwise, in bytes.
const BODY_LIMIT: usize = 1_000_000;

/// Everything that the server answers.
///
/// # Errors
/// Where the built site can't be read.
pub fn router(state: AppState) -> anyhow::Result<Router> {
    let (api, description) = api().split_for_parts();
    let description = openapi::with_refusals(description);
    let for_somebody = api
        .route("/api", any(problem::nothing_there))
        .route("/api/", any(problem::nothing_there))
        .route("/api/{*nothing}", any(problem::nothing_there))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .merge(plain_for_somebody().router)
        .merge(pages::routes())
        .layer(from_fn_with_state(state.clone(), identity::identify))
        .layer(session::layer(&state.config, state.db.clone()))
        .layer(from_fn_with_state(state.clone(), cross_site::refuse_cross_site))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(pace::require_pace))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(CompressionLayer::new());
    let for_anybody = plain_for_anybody()
        .router
        .route("/api/openapi.json", get(move || openapi::serve(description.clone())))
        .merge(state.site.routes(&state.config.site_dir)?);
    Ok(for_somebody
        .merge(for_anybody)
        .layer(from_fn_with_state(state.clone(), security_headers::set_security_headers))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(trace::trace))
        .with_state(state))
}

/// All that [`router`] answers, besides the built site's files.
pub fn recorded_routes() -> Vec<plain::Route> {
    let described = openapi::routes(&api().into_openapi());
    [described, plain_for_somebody().recorded, plain_for_anybody().recorded, pages::recorded()].concat()
}

fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::description()).merge(api::routes())
}

/// Routes that ask who is asking.
fn plain_for_somebody() -> PlainRoutes {
    forms::routes()
        .get("/answers/{id}/events", answer_events::answer_events)
        .merge(upload::routes())
        .merge(progress::routes())
}

/// Routes that are the same for everybody, and look at no session.
fn plain_for_anybody() -> PlainRoutes {
    PlainRoutes::default()
        .get("/healthz", health::healthz)
        .get("/readyz", health::readyz)
        .get("/metrics", metrics::serve)
}

/// A handler that panics is a bug of ours; it must not take anything else down.
fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = message, "A request handler panicked");
    problem::ApiError(AppError::Internal).into_response()
}
