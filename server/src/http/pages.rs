//! The pages, rendered on the server, and the server functions behind their forms.

use app::{
    error::AppError,
    paths,
    ports::Ports,
    shell::{self, shell},
};
use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use tower_sessions::Session;

use super::{plain::Route, security_headers::page_policy};
use crate::state::AppState;

/// A refusal is a sentence or two, in bytes far below this.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// The pages under their own paths, the server functions, and the page for all other paths.
pub(crate) fn routes() -> Router<AppState> {
    let mut router = Router::new()
        .route(&format!("{}/{{*name}}", paths::SERVER_FUNCTIONS), post(server_function))
        .fallback(no_page);
    for page in shell::routes() {
        router = router.route(page.path(), get(self::page));
    }
    router
}

/// Every page and every server function.
pub(crate) fn recorded() -> Vec<Route> {
    let pages = shell::routes().into_iter().map(|page| Route::new(&Method::GET, page.path()));
    let functions = server_fn::axum::server_fn_paths().map(|(path, method)| Route::new(&method, path));
    pages.chain(functions).collect()
}

async fn page(State(state): State<AppState>, request: Request) -> Response {
    let ports = ports_for(&state, &request);
    let assets = state.site.assets();
    let context = move || {
        provide_context(ports.clone());
        set_page_policy();
    };
    leptos_axum::render_app_async_with_context(context, move || shell(assets.clone()))(request).await
}

async fn no_page(state: State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = page(state, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let ports = ports_for(&state, &request);
    let context = move || provide_context(ports.clone());
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR { refusal(response).await } else { response }
}

/// Gives a refusal the status that its reason has; Leptos answers all of them with the same.
async fn refusal(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST_REFUSAL).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
    }
    Response::from_parts(parts, body.into())
}

/// The ports for one request: whoever changes a password keeps the session they do it in.
fn ports_for(state: &AppState, request: &Request) -> Ports {
    let mut state = state.clone();
    if let Some(session) = request.extensions().get::<Session>() {
        state.accounts = state.accounts.in_session(session.clone());
    }
    state.ports()
}

/// The page's scripts run by the nonce that they were rendered with, and no others.
fn set_page_policy() {
    let policy = use_nonce().map(|nonce| page_policy(&nonce));
    let policy = policy.and_then(|policy| HeaderValue::from_str(&policy).ok());
    if let (Some(policy), Some(options)) = (policy, use_context::<ResponseOptions>()) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        options.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
